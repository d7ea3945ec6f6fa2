"""Prove one statement: by normal form, by an inequality rule, or by induction on a size.

    prove(statement, declarations) -> Proof | Open

Facts are brought in step by step (none, independence, Gaussian laws, given equations), so that a
proof reports the assumptions it uses and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from itertools import islice
from typing import Literal, TypeAlias

from lemmata.kernel import inequalities
from lemmata.kernel.declarations import (
    Declarations,
    Declared,
    Definition,
    Fact,
    Function,
    Index,
    Scalar,
    Size,
)
from lemmata.kernel.entries import by_entries
from lemmata.kernel.fuel import FUEL, TERM_COST, Fuel, OutOfFuelError
from lemmata.kernel.matrices.lowered import wanted
from lemmata.kernel.memory import Remembering, memory
from lemmata.kernel.normal import Normaliser
from lemmata.kernel.notes import Bound, Instance, UnsupportedError
from lemmata.kernel.poly import ONE, ZERO, Atom, Poly, atoms, join, of_atom, of_mono
from lemmata.kernel.rules import densities, ranges, rule
from lemmata.kernel.terms import (
    Density,
    Derivative,
    Det,
    Div,
    Entry,
    Integral,
    Iverson,
    Num,
    Pow,
    Prod,
    Statement,
    Sum,
    Sym,
    Term,
    Trajectory,
    as_term,
    children,
    free,
    substitute,
    walk,
)
from lemmata.kernel.unfold import unfold

Reason: TypeAlias = Literal["open", "unsupported", "condition", "budget"]
CANDIDATES = 8
DEEPEST_RECURSION = 8
# A term may have a value although something below one of these has none, or they bind a name.
UNSEEN = (Sum, Prod, Integral, Trajectory, Iverson, Derivative, Det, Entry)


@dataclass(frozen=True, slots=True)
class Proof:
    """A statement with what its proof rests on.

    Attributes:
        statement: What is proved, as given.
        rules: The rules used, in order of first use.
        assumptions: What they assume, in words.
        facts: The optional facts in force, so that the proof can be run again.
    """

    statement: Statement
    rules: tuple[str, ...]
    assumptions: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """No proof was found.

    Attributes:
        statement: What was tried.
        reason: `open` (the difference is not zero), `unsupported`, `condition` (true only under
            a condition), `budget`.
        message: In words: the condition, the unsupported part.
        difference: The normal form of left minus right, where there is one.
        nonzero: What must not be zero, where the statement holds under such conditions only, each
            of which fails on a null set, unless it fails everywhere; then with the rules and
            assumptions of its proof.
    """

    statement: Statement
    reason: Reason
    message: str
    difference: Poly | None = None
    nonzero: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


def prove(
    statement: Statement, declarations: Declarations, fuel: Fuel | None = None
) -> Proof | Open:
    """Prove a statement from its declarations, or say why not.

    Never raises on a well-declared statement.

    Args:
        statement: What is to be proved.
        declarations: The names in it.
        fuel: What all attempts together may spend; others may spend the rest of it.
    """
    fuel = fuel or Fuel()
    try:
        entries, declared = by_entries(statement, declarations)
        if declarations.linear and declarations.definitions:
            named = _by_names(statement, declarations, fuel)
            if named is not None:
                return named
    except ValueError as problem:
        return Open(statement, "unsupported", str(problem))
    best: Open | None = None
    for attempt in _attempts(entries, declared, fuel):
        if isinstance(attempt, Proof):
            return replace(attempt, statement=statement)
        if attempt.reason == "budget":
            return attempt  # another attempt would take as long
        if best is None or _rank(attempt) >= _rank(best):
            best = attempt
    assert best is not None
    return best


def _by_names(statement: Statement, declarations: Declarations, fuel: Fuel) -> Proof | None:
    """A proof that holds whatever the defined columns and matrices are.

    None where a derivative stands, because what a defined name depends on then matters.
    """
    sides = (statement.left, statement.right)
    if any(isinstance(part, Derivative) for side in sides for part in walk(side)):
        return None
    entries, declared = by_entries(statement, declarations, whole=True)
    if free(entries.left) == free(entries.right) == frozenset():
        return None
    declared = replace(declared, definitions=())
    attempt = _attempt(entries, declared, frozenset(), fuel)
    return replace(attempt, statement=statement) if isinstance(attempt, Proof) else None


def trace(proof: Proof, declarations: Declarations) -> list[Instance | Bound]:
    """The uses of rules of a proof, in order.

    The proof is found once more, and this time they are kept.
    """
    kept: list[Instance | Bound] = []
    statement, declarations = by_entries(proof.statement, declarations)
    fuel = Fuel(2 * FUEL)
    attempts = [_attempt(statement, declarations, frozenset(proof.facts), fuel, kept)]
    if "induction" in proof.rules:
        attempts = []
        for size in declarations.sizes:
            kept.clear()
            attempts.append(by_induction(statement, declarations, size, fuel, kept))
            if isinstance(attempts[-1], Proof):
                break
    assert isinstance(attempts[-1], Proof), "a proof that is found once is found again"
    return kept


def _rank(attempt: Open) -> tuple[int, bool, int]:
    """Which of two failures says more: a condition, else the shortest difference."""
    length = len(attempt.difference.terms) if attempt.difference is not None else 0
    order = ("budget", "unsupported", "open", "condition").index(attempt.reason)
    return order, bool(attempt.nonzero), -length


def _attempts(
    statement: Statement, declarations: Declarations, fuel: Fuel
) -> Iterator[Proof | Open]:
    for facts in fact_levels(declarations):
        yield _attempt(statement, declarations, facts, fuel)
    if declarations.linear and not any(map(_is_recursion, declarations.facts)):
        return  # an induction is about a recursion
    parts = [part for side in (statement.left, statement.right) for part in walk(side)]
    if statement.relation == "=" and not any(
        isinstance(part, Density | Trajectory) for part in parts
    ):
        for size in declarations.sizes:
            if Sym(size.name) in parts:
                yield by_induction(statement, declarations, size, fuel)


def explain(statement: Statement, declarations: Declarations) -> str | None:
    """Left minus right as terms of one sign, in words; None where it is no such combination."""
    try:
        statement, declarations = by_entries(statement, declarations)
        n = normaliser(declarations, fact_levels(declarations)[-1], statement=statement)
        return inequalities.explain_gap(n, difference(n, statement))
    except (UnsupportedError, OutOfFuelError, RecursionError, ValueError):
        return None


def fact_levels(declarations: Declarations) -> list[frozenset[str]]:
    """The sets of optional facts to try, from none to all that are declared."""
    levels = [frozenset[str]()]
    if any(f.independent or (f.normal and f.normal.index) for f in declarations.families):
        levels.append(levels[-1] | {"independent"})
    if any(f.normal or f.multivariate for f in declarations.families):
        levels.append(levels[-1] | {"normal"})
    if any(f.statement.relation == "=" and not f.forall for f in declarations.facts):
        levels.append(levels[-1] | {"given"})
    if any(_is_recursion(fact) for fact in declarations.facts):
        levels.append(levels[-1] | {"given", "recursions"})
    return levels


def normaliser(
    declarations: Declarations,
    facts: frozenset[str],
    fuel: Fuel | None = None,
    kept: list[Instance | Bound] | None = None,
    statement: Statement | None = None,
) -> Normaliser:
    """A normaliser with these optional facts in force.

    Recursions are in force at the times that the statement names, if there is one.

    Raises:
        UnsupportedError: A given equation is outside the calculus.
        OutOfFuelError: The deterministic limit is reached.
    """
    n = Remembering(declarations, facts, fuel or Fuel())
    n.trace = kept
    n.words = statement is not None and declarations.linear and wanted(statement, declarations)
    if statement is not None and n.along_paths:
        sides = [_unfolded(n, side) for side in (statement.left, statement.right)]
        n.along_paths = any(isinstance(p, Trajectory) for side in sides for p in walk(side))
    if "recursions" not in facts:  # those in force depend on the statement
        n.remembered = memory(declarations, facts, n.words, n.along_paths)
    if "given" in facts:
        _take_given(n)
        if statement is not None and "recursions" in facts:
            _unroll(n, statement)
    return n


def _attempt(
    statement: Statement,
    declarations: Declarations,
    facts: frozenset[str],
    fuel: Fuel,
    kept: list[Instance | Bound] | None = None,
) -> Proof | Open:
    try:
        return _decide(normaliser(declarations, facts, fuel, kept, statement), statement)
    except UnsupportedError as problem:
        return Open(statement, "unsupported", str(problem))
    except (OutOfFuelError, RecursionError):
        return Open(statement, "budget", "the proof search reached its deterministic limit")


def _decide(n: Normaliser, statement: Statement) -> Proof | Open:
    kept, n.trace = n.trace, None
    gap = difference(n, statement)
    if gap or n.conditions or kept is not None:
        n.nonzero = _denominators(n, statement.left) & _denominators(n, statement.right)
        if n.nonzero or n.written or kept is not None:
            # what both sides divide by, and what was learned from one of them, is used on both
            n.trace = kept
            n.conditions.clear()
            gap = difference(n, statement)
    if statement.relation in {">=", "<="}:
        gap = gap if statement.relation == ">=" else -gap
        settled = not gap or inequalities.nonnegative(n, gap)
    else:
        settled = statement.relation == "=" and not gap
    if not settled:
        return Open(statement, "open", "", gap)
    return _conclude(n, statement)


def _conclude(n: Normaliser, statement: Statement) -> Proof | Open:
    rules = tuple(n.rules) or ("algebra",)
    if n.conditions:
        message = "it holds only if " + " and ".join(n.conditions)
        if statement.relation != "=" or not all(n.conditions.values()):
            return Open(statement, "condition", message)
        nonzero, assumed = tuple(n.conditions), tuple(n.assumptions)
        return Open(statement, "condition", message, None, nonzero, rules, assumed)
    return Proof(statement, rules, tuple(n.assumptions), tuple(sorted(n.facts)))


def difference(n: Normaliser, statement: Statement) -> Poly:
    """The normal form of left minus right, over a common denominator if that makes it zero."""
    left, right = (_poly(n, side) for side in (statement.left, statement.right))
    n.burn(TERM_COST * (len(left.terms) + len(right.terms)))
    gap = densities.reduce_quotients(n, left - right)
    if not n.together(gap)[0]:
        return ZERO
    alike = ranges.with_equal_letters(n, gap)
    return gap if n.together(alike)[0] else ZERO


def _denominators(n: Normaliser, term: Term) -> frozenset[str]:
    """The keys of the factors that a term divides by as it is written.

    The term has no value where one of them is zero. What stands below a binder or a bracket is left
    out: an empty sum has a value, whatever its terms divide by.
    """
    waiting, found, conditions = [_unfolded(n, term)], set[str](), dict(n.conditions)
    while waiting:
        part = waiting.pop()
        if isinstance(part, UNSEEN):
            continue
        waiting += children(part)
        bottom = part.denominator if isinstance(part, Div) else None
        if isinstance(part, Pow) and (n.poly(part.exponent).number() or 0) < 0:
            bottom = part.base
        if bottom is not None and (top := n.together(n.poly(bottom))[0]):
            _, shared, primitive = n.content(top)
            found |= {of_atom(atom).key for atom, _ in shared}
            found |= {primitive.key, (-primitive).key}
    n.conditions = conditions
    return frozenset(found)


def _unfolded(n: Normaliser, term: Term) -> Term:
    """A term with its named quantities unfolded; what cannot be unfolded is unsupported."""
    try:
        return unfold(term, n.declarations, n.unfolded)
    except ValueError as problem:
        n.unsupported(str(problem))


def _poly(n: Normaliser, term: Term) -> Poly:
    """The normal form of a term with its named quantities."""
    return n.poly(_unfolded(n, term))


@rule("given_fact")
def _take_given(n: Normaliser) -> None:
    """A declared equation may be used from left to right.

    Statement: if a fact says a = b, then a may be replaced by b.
    Assumes: the declared fact, which is named with the proof.
    Refuses: an equation whose left side is not a single quantity of the normal form.
    Example: with J = E[R] given, grad J = grad E[R].
    """
    found: dict[str, tuple[str, Poly]] = {}
    for fact in n.declarations.facts:
        if fact.statement.relation != "=" or fact.forall:
            continue
        left = _poly(n, fact.statement.left).atom()
        if left is not None:
            found[left.key] = (f"given: {fact.name}", _poly(n, fact.statement.right))
    n.rules.clear()
    n.given = found


def _unroll(n: Normaliser, statement: Statement) -> None:
    """Put declared recursions in force at the times that a statement names, and those before.

    Each is used down to the earliest time that its range allows, so that all that a statement
    names comes down to the same values. The values are worked out again until none changes.
    """
    parts = [p for s in (statement.left, statement.right) for p in walk(_unfolded(n, s))]
    start = n.given
    for _ in range(DEEPEST_RECURSION):
        before = n.given
        found = dict(start)
        for fact in n.declarations.facts:
            for part in parts:
                if _is_recursion(fact) and _names_alike(part, fact.statement.left):
                    for step in range(DEEPEST_RECURSION):
                        if not _use_recursion(n, fact, children(part)[0] - step, found):
                            break
        n.given = found
        if {k: v.key for k, (_, v) in found.items()} == {k: v.key for k, (_, v) in before.items()}:
            break


def _is_recursion(fact: Fact) -> bool:
    """Whether a fact says what a name with one index is, at every time of a range."""
    left = fact.statement.left
    indices = left.indices if isinstance(left, Sym) else ()
    return fact.statement.relation == "=" and indices == tuple(map(Sym, fact.forall)) != ()


def _names_alike(part: Term, left: Term) -> bool:
    return (
        isinstance(part, Sym)
        and isinstance(left, Sym)
        and part.name == left.name
        and len(part.indices) == len(left.indices) == 1
    )


def _use_recursion(
    n: Normaliser,
    fact: Fact,
    time: Term,
    found: dict[str, tuple[str, Poly]],
    values: dict[Sym, Term] | None = None,
) -> bool:
    """Add a recursion at one time to the equations found, if its range allows it.

    Args:
        n: The normaliser.
        fact: The recursion.
        time: The value of its letter.
        found: The equations found so far.
        values: Values of sizes, if they have others than their own.
    """
    letter = n.declarations.find(fact.forall[0])
    if not isinstance(letter, Index) or not _in_range(n, letter, time, values or {}):
        return False
    instance = _at(n, fact.statement, Sym(letter.name), time)
    in_force, n.given = n.given, {}
    left = _poly(n, instance.left).atom()
    n.given = in_force
    if left is not None:
        found[left.key] = (f"given: {fact.name}", _poly(n, instance.right))
    return left is not None


@rule("induction")
def by_induction(
    statement: Statement,
    declarations: Declarations,
    size: Size,
    fuel: Fuel | None = None,
    kept: list[Instance | Bound] | None = None,
) -> Proof | Open:
    """Induction on one integer, for an equation about a recursion.

    Statement: if D(n0) = 0 and D(T + 1) = c D(T) for all T >= n0, then D(T) = 0 for all T >= n0.
    Assumes: the declared recursions.
    Refuses: a step in which D(T + 1) is not a multiple of D(T) in normal form, a multiple that may
        divide by zero, a recursion outside its range, a statement about a free index that runs to
        T, a fact about T or about an index that runs to T, and a vector, a law or a trajectory
        in the statement whose length is T.
    Example: e_T = (1 - 2 eta)^T e_0 + 2 eta sum_{t=1}^T (1 - 2 eta)^{T - t} x_t.
    """
    name = Sym(size.name)
    n = Normaliser(declarations, frozenset({"given"}), fuel)
    n.trace = kept
    try:
        _take_given(n)
        given = dict(n.given)
        spoken = _spoken(n, statement)
        _refuse_dependent_hypotheses(n, spoken, size)
        start = Num(Fraction(size.least))
        _take_recursions(n, size, start, range(size.least + 1))
        base = difference(n, _at(n, statement, name, start))
        if base:
            return Open(
                statement, "open", f"the base case {size.name} = {size.least} is not proved", base
            )
        n.given = dict(given)
        here = difference(n, statement)
        latest = _latest(n, spoken, name)  # e_{T-1} is rewritten where e_{T-2} is the last
        _take_recursions(n, size, name + 1, (latest, latest - 1))
        following = difference(n, _at(n, statement, name, name + 1))
        multiples = [ZERO] if not following else _multiples(n, here, following)
        fitting = (c for c in multiples if not n.together(following - n.mul(c, here))[0])
        multiple = next((c for c in fitting if _is_defined(n, c)), None)
        if multiple is None:
            return Open(statement, "open", f"the induction step on {size.name} is not proved", here)
        n.use("induction", f"induction on {size.name} from {size.least}")
        n.note("induction", multiple, "sum", here)
        return _conclude(n, statement)
    except UnsupportedError as problem:
        return Open(statement, "unsupported", str(problem))
    except (OutOfFuelError, RecursionError):
        return Open(statement, "budget", "the proof search reached its deterministic limit")


def _spoken(n: Normaliser, statement: Statement) -> Statement:
    """A statement with its named quantities unfolded, so that no name hides a size."""
    left, right = (_unfolded(n, side) for side in (statement.left, statement.right))
    return Statement(left, statement.relation, right)


def _refuse_dependent_hypotheses(n: Normaliser, statement: Statement, size: Size) -> None:
    """Refuse an induction whose hypothesis says less than the step needs.

    A free t <= T could be T + 1 in the step, where the hypothesis says nothing; an order such as
    N < T, or s < t where t <= T, may fail on the way up from the least T. What is declared to have
    length T still has it where the statement speaks of T + 1.
    """
    declared = n.declarations
    moving = {size.name}
    letters: list[Index | Definition] = [*declared.indices, *declared.definitions]
    named = {each.name: repr(each) for each in letters}
    before = set[str]()
    while moving != before:  # letters that run to the size, names of what holds it, and so on
        before = set(moving)
        moving |= {name for name, said in named.items() if _speaks_of(before, said)}
    free_names = {name.name for name in free(statement.left) | free(statement.right)}
    tied = sorted(moving & free_names - {size.name})
    tied += [
        fact.name
        for fact in declared.facts
        if _speaks_of(moving - set(fact.forall), repr(_spoken(n, fact.statement)))
    ]
    spoken = repr(statement)
    arrays: list[Scalar | Function] = [*declared.scalars, *declared.functions]
    shaped = [array for array in arrays if array.rank]
    lasting = (*declared.variables, *declared.families, *declared.processes, *shaped)
    tied += [
        each.name
        for each in lasting
        if _speaks_of(moving, repr(each)) and _speaks_of(_names_in(each), spoken)
    ]
    if tied:
        n.unsupported(f"an induction on {size.name}, on which {', '.join(tied)} depends")


def _names_in(declared: Declared) -> set[str]:
    parts = (getattr(declared, field.name) for field in fields(declared))
    return {part for part in parts if isinstance(part, str) and part}


def _speaks_of(names: set[str], said: str) -> bool:
    return any(repr(name) in said for name in names)


def _is_defined(n: Normaliser, multiple: Poly) -> bool:
    """Whether nothing in a multiple divides by what may be zero."""
    return all(
        exponent > 0 or n.sign(of_atom(atom)) is not None
        for mono in multiple.terms
        for atom, exponent in mono
    )


def _at(n: Normaliser, statement: Statement, name: Sym, value: Term) -> Statement:
    said = _spoken(n, statement)
    try:
        left, right = (substitute(s, {name: value}) for s in (said.left, said.right))
    except ValueError as problem:
        n.unsupported(str(problem))
    return Statement(left, statement.relation, right)


def _latest(n: Normaliser, statement: Statement, size: Sym) -> int:
    """How far behind a size the latest time stands at which a statement names a recursion."""
    distances: list[int] = []
    for side in (statement.left, statement.right):
        for part in walk(side):
            for fact in n.declarations.facts:
                if _is_recursion(fact) and _names_alike(part, fact.statement.left):
                    distance = (n.poly(children(part)[0]) - n.poly(size)).number()
                    distances += [] if distance is None else [int(distance)]
    return max(distances, default=0)


def _take_recursions(n: Normaliser, size: Size, value: Term, steps: Iterable[int]) -> None:
    """Put declared recursions in force where the size has this value.

    Args:
        n: The normaliser.
        size: The size of the induction.
        value: Its value: the least one, or itself plus 1.
        steps: Where to use the recursions: at these distances from the value, or at these numbers
            if the value is one. A place outside the recursion's declared range is passed over.
    """
    for fact in n.declarations.facts:
        if len(fact.forall) != 1 or fact.statement.relation != "=":
            continue
        for step in steps:
            time = as_term(step) if isinstance(value, Num) else value + step
            used = _use_recursion(n, fact, time, n.given, {Sym(size.name): value})
            if used and not isinstance(value, Num):
                break  # one step of the recursion, the latest that its range allows


def _in_range(n: Normaliser, letter: Index, time: Term, values: dict[Sym, Term]) -> bool:
    ends = (letter.range.lower, letter.range.upper)
    lower, upper = (n.poly(substitute(end, values)) for end in ends)
    at = n.poly(time)
    return n.at_least(at - lower) and n.at_least(upper - at)


def _multiples(n: Normaliser, here: Poly, following: Poly) -> Iterator[Poly]:
    """Candidates for c in D(T + 1) = c D(T).

    Read off from one atom that stands in one term of D(T).
    """
    counts: dict[Atom, int] = {}
    for atom in atoms(here):
        counts[atom] = counts.get(atom, 0) + 1
    single = sorted(
        (a for a, count in counts.items() if count == 1), key=lambda a: (-len(a.key), a.key)
    )
    for atom in islice(single, CANDIDATES):
        ((mono, coefficient),) = [(m, c) for m, c in here.terms.items() if atom in dict(m)]
        inverse = tuple((a, -e) for a, e in mono)
        result = ZERO
        for m, c in following.terms.items():
            if dict(m).get(atom) == dict(mono)[atom]:
                result = result + n.mul(of_mono(join(m, inverse)), ONE).scaled(c / coefficient)
        yield result
