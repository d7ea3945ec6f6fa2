"""Statements that follow from others that are proved, where the kernel finds no proof of their own.

All models agree with them. Each bridge names statements of which the given one is a consequence by
logic alone, and the kernel and the models judge those:

    logarithms        it holds of the logarithms of two positive sides
    letters           it holds with other letters for what its sums run over
    points            it holds of what two expectations, integrals or sums are taken of
    slopes            it holds with its derivatives by entries of arrays worked out
    wider world       it holds of any functions, whatever recursion the declared ones satisfy
    where entries are `e_{t-2}` has a value from t = 2 on only, so nothing is said of earlier times
    numbers           it holds of any numbers in the place of its integrals and expectations
    lengths           it holds of v / |v|, for a column of length one
    matrices          it holds of M + M^T, for a symmetric matrix
    order             it holds with a sum over a triangle taken in the other order
    powers            it holds of numbers between 0 and 1, for powers of such a number
    horizons          it holds at the last time of every horizon, for a time of one
    units             it holds when all other numbers are measured in units of a positive one
    strictly          the gap over its own modulus is 1
    moduli            it holds whatever the signs of what stands in its moduli are
    one term          it holds with one term in the place of a sum of positive ones
    points again      it holds of what both sides are taken of, or a fact says so
    denominators      it holds of a numerator, where what is below is proved to be positive
    squares           the inequality of Cauchy and Schwarz, for it or for the squares of its sides
    terms             every term that the larger side has more is not negative
    trajectories      the gap is the mean along trajectories of divergences of two policies
    averages          an average under a policy is at most the maximum over its actions
    outcomes          it holds at each outcome that an expectation on its outside is over
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from lemmata.judge.bounds import above_one_term, above_zero, is_positive, proved
from lemmata.judge.conditions import assuming, named
from lemmata.judge.exchanged import in_the_other_order
from lemmata.judge.last_terms import with_last_apart
from lemmata.judge.moduli import by_signs, of_a_modulus
from lemmata.judge.pointwise import point_by_point
from lemmata.judge.restated import (
    of_any_length,
    of_any_matrices,
    of_any_powers,
    up_to_a_letter,
)
from lemmata.judge.squares import by_squares
from lemmata.judge.statements import judge_statement
from lemmata.kernel.declarations import (
    POSITIVE,
    REAL,
    Declarations,
    Function,
    Index,
    Interval,
    Scalar,
)
from lemmata.kernel.equations import differentiated
from lemmata.kernel.terms import (
    KL,
    Add,
    App,
    Density,
    Derivative,
    Div,
    Expect,
    Fn,
    Integral,
    Max,
    Mul,
    Neg,
    Num,
    Pi,
    Pow,
    Relation,
    Statement,
    Sum,
    Sym,
    Term,
    Trajectory,
    as_term,
    children,
    rebuild,
    substitute,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Verdict
from lemmata.notation.shifted import linear_parts

Bridge: TypeAlias = Callable[[Statement, Declarations], Sequence[Verdict]]
"""The verdicts on statements that entail the given one, all of them proved; none if not found."""

ARITHMETIC: Final = (Add, Mul, Neg, Div, Pow, Fn, Num, Pi)
INSIDE: Final = 3
"""Expectations within another that are looked at one by one."""
LARGEST_SUM: Final = 12
"""Terms of a gap that are looked at one by one."""


def by_bridges(found: Verdict, statement: Statement, declarations: Declarations) -> Verdict:
    """The verdict on a statement that all models agree with, proved where others entail it."""
    if found.outcome != "undecided" or found.cause not in ("supported", "unsupported"):
        return found
    plain = _by_the_only_number(statement, declarations)
    plain = plain or _without_slopes_by_entries(statement, declarations)
    if plain is not None:
        return judge_statement(plain, declarations)
    if found.cause != "supported":
        return found
    bridges = BRIDGES if statement.relation == "=" else (*BRIDGES, *BRIDGES_OF_BOUNDS)
    for bridge in bridges:
        proofs = bridge(statement, declarations)
        if proofs:
            rules = (rule for proof in proofs for rule in proof.rules)
            assumed = (note for proof in proofs for note in proof.assumptions)
            return Verdict(
                "proved",
                read_as=found.read_as,
                rules=tuple(dict.fromkeys(rules)),
                assumptions=tuple(dict.fromkeys(assumed)),
            )
    return found


def _by_the_only_number(statement: Statement, declarations: Declarations) -> Statement | None:
    """A statement with its slopes by a name of the text as slopes by the only declared number.

    With u = 1 + exp(-x), the slope of f by u is that by x over that of u by x.
    """
    numbers = declarations.scalars
    named = {d.name: d for d in declarations.definitions if not (d.arguments or d.letters)}
    if len(numbers) != 1 or numbers[0].axes or declarations.sizes or declarations.facts:
        return None
    number = Sym(numbers[0].name)

    def changed(term: Term) -> Term:
        term = rebuild(term, tuple(changed(part) for part in children(term)))
        match term:
            case Derivative(Sym(name, ()), body) if name in named:
                return Div(Derivative(number, body), Derivative(number, named[name].body))
        return term

    left, right = changed(statement.left), changed(statement.right)
    if (left, right) == (statement.left, statement.right):
        return None
    return replace(statement, left=left, right=right)


def _without_slopes_by_entries(
    statement: Statement, declarations: Declarations
) -> Statement | None:
    """A statement with its derivatives by entries of arrays worked out; None if it has none.

    The models compute an entry from others by the facts, and cannot move it alone. A derivative
    of what holds another entry of that array is left: it may be moved along.
    """
    slopes = [p for p in _parts(statement) if isinstance(p, Derivative) and children(p.variable)]
    for slope in slopes:
        name = slope.variable.name
        entries = {p for p in walk(slope.body) if isinstance(p, Sym) and p.name == name}
        if entries != {slope.variable}:
            return None
    plain = differentiated(statement, declarations) if slopes else statement
    return None if plain == statement else plain


# -------------------------------------------------------------------- worlds


def in_a_wider_world(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A statement that holds whatever the value functions and rewards of the processes are."""
    processes = declarations.processes
    held = {name for p in processes for name in (p.value, p.action_value, p.reward_function)}
    names = {part.name for part in _parts(statement) if isinstance(part, App)}
    if not held & names:
        return []
    rewards = dict.fromkeys(p.reward_function for p in processes if p.reward_function)
    known = {function.name for function in declarations.functions}
    plain = tuple(Function(name, 2) for name in rewards if name not in known)
    wider = replace(
        declarations,
        processes=tuple(
            replace(p, value="", action_value="", reward_function="") for p in processes
        ),
        functions=(*declarations.functions, *plain),
    )
    return proved(statement, wider)


def where_entries_are(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A statement about entries of arrays, from the first time on that all of them have."""
    least: dict[Sym, int] = {}
    for part in _parts(statement):
        item = declarations.find(part.name) if isinstance(part, Sym) and part.indices else None
        axes = item.axes if isinstance(item, Scalar) else ()
        for index, axis in zip(children(part), axes, strict=False):
            first, counts = linear_parts(axis.lower), linear_parts(index)
            if first is None or counts is None or first.keys() - {None}:
                continue
            letters = [name for name in counts if name is not None]
            if len(letters) == 1 and counts[letters[0]] == 1:
                start = first.get(None, 0) - counts.get(None, 0)
                least[letters[0]] = max(least.get(letters[0], int(start)), int(start))
    given = []
    for letter, start in least.items():
        known = declarations.find(letter.name)
        lower = linear_parts(known.range.lower) if isinstance(known, Index) else None
        if lower is not None and not lower.keys() - {None} and start > lower.get(None, 0):
            given.append(Statement(letter, ">=", as_term(start)))
    if not given:
        return []
    notes = tuple(f"given: {named(stated, declarations)}" for stated in given)
    found = proved(statement, assuming(declarations, given))
    return [replace(v, assumptions=tuple(dict.fromkeys((*v.assumptions, *notes)))) for v in found]


# -------------------------------------------------------------------- equations


def of_logarithms(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """An equation of two positive quantities that holds of their logarithms."""
    try:
        sides = [unfold(side, declarations) for side in (statement.left, statement.right)]
    except ValueError:
        return []
    if statement.relation != "=" or not all(is_positive(side, declarations) for side in sides):
        return []
    left, right = (Fn("log", side) for side in (statement.left, statement.right))
    return proved(Statement(left, "=", right), declarations)


def in_other_letters(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A statement whose sums run over letters of which nothing else is declared."""
    left, right = (_in_other_letters(s, declarations) for s in (statement.left, statement.right))
    if (left, right) == (statement.left, statement.right):
        return []
    return proved(Statement(left, statement.relation, right), declarations)


def _in_other_letters(term: Term, declarations: Declarations) -> Term:
    parts = (_in_other_letters(part, declarations) for part in children(term))
    match rebuild(term, tuple(parts)):
        case Sum(Sym(name, ()), span, body, None) if isinstance(declarations.find(name), Index):
            letter = Sym(f"letter {name}")
            return Sum(letter, span, substitute(body, {Sym(name): letter}))
        case other:
            return other


# -------------------------------------------------------------------- bounds


def at_all_points(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A bound of two expectations, integrals or sums that holds of what they are taken of.

    They are taken in the same way, or the smaller side is zero.
    """
    smaller, larger = statement.left, statement.right
    if statement.relation == ">=":
        smaller, larger = larger, smaller
    zero = as_term(0)
    match larger, smaller:
        case (Expect(laws, body), Expect(others, less)) if laws == others:
            inside = Statement(body, ">=", less)
        case (Integral(variables, body), Integral(others, less)) if variables == others:
            inside = Statement(body, ">=", less)
        case (Sum(letter, span, body, None), Sum(other, its, less, None)) if span == its:
            inside = Statement(body, ">=", substitute(less, {other: letter}))
        case (Expect(_, body) | Integral(_, body) | Sum(_, _, body, None), _) if smaller == zero:
            inside = Statement(body, ">=", zero)
        case _:
            return []
    if isinstance(larger, Sum):
        letter = Sym("letter of the sum")
        declared = replace(
            declarations, indices=(*declarations.indices, Index(letter.name, larger.range))
        )
        sides = (substitute(s, {larger.index: letter}) for s in (inside.left, inside.right))
        return proved(Statement(next(sides), ">=", next(sides)), declared)
    return proved(inside, declarations)


def of_any_numbers(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A bound that holds whatever its integrals, expectations and values of functions are."""
    try:
        left, right = (unfold(side, declarations) for side in (statement.left, statement.right))
    except ValueError:
        return []
    numbers: dict[Term, Sym] = {}
    left, right = (_with_numbers(side, numbers, declarations) for side in (left, right))
    if not numbers:
        return []
    fresh = tuple(Scalar(n.name, _interval(t, declarations)) for t, n in numbers.items())
    wider = replace(declarations, scalars=(*declarations.scalars, *fresh))
    return _bound(Statement(left, statement.relation, right), wider)


def _with_numbers(term: Term, numbers: dict[Term, Sym], declarations: Declarations) -> Term:
    """A term with a fresh number in the place of each of its parts that is no arithmetic."""
    if isinstance(term, ARITHMETIC):
        parts = (_with_numbers(part, numbers, declarations) for part in children(term))
        return rebuild(term, tuple(parts))
    if isinstance(term, Sym) and not term.indices:
        return term
    if term not in numbers:
        numbers[term] = Sym(f"number {len(numbers) + 1}")
    return numbers[term]


def _interval(term: Term, declarations: Declarations) -> Interval:
    if isinstance(term, Density):
        return POSITIVE
    item = declarations.find(term.name) if isinstance(term, App | Sym) else None
    return item.interval if isinstance(item, Function | Scalar) else REAL


def in_units(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A bound of numbers that holds when the others are measured in units of a positive one.

    For a, b > 0 every a is some v b: to say it of all a and b is to say it of all v and b.
    """
    parts = list(_parts(statement))
    if not all(isinstance(part, (*ARITHMETIC, Sym)) for part in parts):
        return []
    names = {part for part in parts if isinstance(part, Sym)}
    scalars = {name: declarations.find(name.name) for name in names}
    units = [n for n, s in scalars.items() if isinstance(s, Scalar) and s.interval == POSITIVE]
    plain = all(isinstance(s, Scalar) and s.interval in (POSITIVE, REAL) for s in scalars.values())
    if len(names) < 2 or not plain or any(name.indices for name in names) or declarations.facts:
        return []
    for unit in sorted(units, key=lambda name: name.name):
        values: dict[Sym, Term] = {n: Mul((n, unit)) for n in names if n != unit}
        sides = (substitute(side, values) for side in (statement.left, statement.right))
        if found := proved(Statement(next(sides), statement.relation, next(sides)), declarations):
            return found
    return []


def by_terms(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A bound of sums: every term that the larger side has more is not negative.

    For a strict bound one of them is above zero besides: t / |t| = 1.
    """
    smaller, larger = statement.left, statement.right
    if statement.relation in (">=", ">"):
        smaller, larger = larger, smaller
    more, less = list(_summands(larger)), []
    for term in _summands(Neg(smaller)):
        opposite = _opposite(term)
        if opposite in more:
            more.remove(opposite)
        else:
            less.append(term)
    terms = [term for term in (*more, *less) if term != as_term(0)]
    strict = statement.relation in ("<", ">")
    if not terms or len(terms) > LARGEST_SUM:
        return []
    proofs: Sequence[Verdict] = []
    if strict:
        ones = (Statement(Div(t, Fn("abs", t)), "=", as_term(1)) for t in terms)
        above = next(((k, v) for k, s in enumerate(ones) if (v := proved(s, declarations))), None)
        if above is None:
            return []
        place, proofs = above
        del terms[place]
    alone = [(term, _at_least_zero(term, declarations)) for term in terms]
    others = [term for term, found in alone if not found]
    singles = [(term, found) for term, found in alone if found]
    if not others:
        return [*proofs, *(each for _, found in singles for each in found)]
    for taken in (None, *range(len(singles))):  # at most one of them goes with the others
        beside = [] if taken is None else [singles[taken][0]]
        found = _at_least_zero(Add((*others, *beside)), declarations)
        if found and (others != terms):
            rest = (found for k, (_, found) in enumerate(singles) if k != taken)
            return [*proofs, *found, *(each for found in rest for each in found)]
    return []


def without_denominators(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A bound of a quotient by what is proved to be positive, as one of its numerator."""
    left, right = (unfold(side, declarations) for side in (statement.left, statement.right))
    for side, other, turned in ((left, right, False), (right, left, True)):
        if not isinstance(side, Div) or isinstance(side.denominator, Num):
            continue
        below = side.denominator
        times = below if other == as_term(1) else Mul((other, below))
        sides = (side.numerator, times)
        one, two = sides[::-1] if turned else sides
        sign = _by_terms_or_at_once(Statement(below, ">", as_term(0)), declarations)
        plain = Statement(one, statement.relation, two)
        if sign and (rest := _by_terms_or_at_once(plain, declarations)):
            return [*sign, *rest]
    return []


def _by_terms_or_at_once(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    return proved(statement, declarations) or by_terms(statement, declarations)


def _at_least_zero(term: Term, declarations: Declarations) -> Sequence[Verdict]:
    stated = Statement(term, ">=", as_term(0))
    ways = (proved, of_any_numbers, in_units)
    return next((found for way in ways if (found := way(stated, declarations))), [])


def _bound(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """What entails a bound of numbers."""
    ways = (proved, in_units)
    return next((found for way in ways if (found := way(statement, declarations))), [])


def _summands(term: Term) -> Iterator[Term]:
    """The terms of a sum, each with its sign."""
    match term:
        case Add(terms):
            for part in terms:
                yield from _summands(part)
        case Neg(Neg(body)):
            yield from _summands(body)
        case Neg(Add(terms)):
            for part in terms:
                yield from _summands(Neg(part))
        case _:
            yield term


def _opposite(term: Term) -> Term:
    return term.body if isinstance(term, Neg) else Neg(term)


# -------------------------------------------------------------------- decisions


def along_trajectories(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A bound whose gap is the mean along trajectories of divergences of two policies."""
    runs = {part.process for part in _parts(statement) if isinstance(part, Trajectory)}
    if not runs or statement.relation not in ("<=", ">="):
        return []
    sides = (statement.right, statement.left)
    larger, smaller = sides if statement.relation == "<=" else sides[::-1]
    gap = Add((larger, Neg(smaller)))
    for process in (p for p in declarations.processes if p.name in runs):
        first = declarations.family(process.policy)
        time = Sym("t")
        for second in declarations.families:
            if second == first or (second.of, second.given) != (first.of, first.given):
                continue
            s, a = Sym(process.state), Sym(process.action)
            then = {s: Sym(process.state, (time,)), a: Sym(process.action, (time,))}
            apart = KL((a,), Density(first.name, (a,), (s,)), Density(second.name, (a,), (s,)))
            each = KL(
                (then[a],),
                Density(first.name, (then[a],), (then[s],)),
                Density(second.name, (then[a],), (then[s],)),
            )
            mean = Trajectory(process.name, Sum(time, process.times, each))
            same = proved(Statement(gap, "=", mean), declarations)
            least = proved(Statement(apart, ">=", as_term(0)), declarations) if same else []
            if same and least:
                return [*same, *least]
    return []


def below_the_maximum(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A bound by a maximum: sum_a pi(a|s) f(a) <= max_a f(a), and f(a) <= max_a f(a)."""
    sides = (statement.left, statement.right)
    smaller, larger = sides if statement.relation == "<=" else sides[::-1]
    if isinstance(smaller, Neg) and isinstance(smaller.body, Max):  # a minimum
        smaller, larger = Neg(larger), smaller.body
    if statement.relation not in ("<=", ">=") or not isinstance(larger, Max):
        return []
    variable, body = larger.variable, larger.body
    roles = {v.name: v.place for v in declarations.variables}
    ways: list[Term] = [body]
    for family in declarations.families:
        if family.of == (roles.get(variable.name, variable.name),):
            given = tuple(Sym(name) for name in family.given)
            weight = Density(family.name, (variable,), given)
            ways.append(Integral((variable,), Mul((weight, body))))
    for way in ways:
        found = proved(Statement(smaller, "=", way), declarations)
        if found:
            return found
    return []


def at_each_outcome(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    r"""A bound on what an expectation is of: `E_y[-log E_{z|y}[f]] <= E_{y,z}[-log f]`.

    At each y it is the bound on `-log E_{z|y}[f]`, whose mean over y is the other side.
    """
    left, right, relation = statement.left, statement.right, statement.relation
    if relation not in ("<=", ">="):
        return []
    turned: Relation = ">=" if relation == "<=" else "<="
    for outside, other, sign in ((left, right, relation), (right, left, turned)):
        if not isinstance(outside, Expect) or not isinstance(other, Expect):
            continue
        if not all(isinstance(law.density, Density) for law in outside.laws):
            continue
        inside = {part.laws: None for part in walk(outside.body) if isinstance(part, Expect)}
        for laws in list(inside)[:INSIDE]:
            bound = Expect(laws, other.body)
            whole = Statement(replace(outside, body=bound), "=", other)
            each = proved(Statement(outside.body, sign, bound), declarations)
            found = proved(whole, declarations) if each else []
            if found:
                return [*each, *found]
    return []


def _parts(statement: Statement) -> Iterable[Term]:
    return (part for side in (statement.left, statement.right) for part in walk(side))


BRIDGES: Final[tuple[Bridge, ...]] = (
    in_a_wider_world,
    where_entries_are,
    in_other_letters,
    of_logarithms,
    of_any_length,
    of_any_matrices,
    up_to_a_letter,
    of_any_powers,
    in_the_other_order,
    of_a_modulus,
    with_last_apart,
)
BRIDGES_OF_BOUNDS: Final[tuple[Bridge, ...]] = (
    at_all_points,
    by_terms,
    of_any_numbers,
    in_units,
    along_trajectories,
    below_the_maximum,
    at_each_outcome,
    above_zero,
    above_one_term,
    without_denominators,
    point_by_point,
    by_squares,
    by_signs,
)
