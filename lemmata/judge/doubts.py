"""What books write for two things: where only one of the two was refuted, nothing is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from lemmata.judge.bridges import of_logarithms
from lemmata.kernel.declarations import REAL, Declarations, Function, Scalar, free_names
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.shapes import ShapeError, Shapes
from lemmata.kernel.terms import (
    JSD,
    KL,
    Add,
    App,
    CrossEntropy,
    Density,
    Derivative,
    Div,
    Expect,
    Fn,
    Hadamard,
    Law,
    Mul,
    Neg,
    Num,
    OneHot,
    Ones,
    Pow,
    Prod,
    Range,
    Statement,
    Sum,
    Sym,
    Term,
    Trajectory,
    Transpose,
    as_term,
    children,
    rebuild,
    transform,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Cause, StepVerdict
from lemmata.notation import Document, Line, Sheet
from lemmata.notation.derivatives import GRADIENT_OF_PRODUCT, TURNED_LAYOUT
from lemmata.notation.restrictions import RESTRICTS

NOT_READ: Final = "which cannot be read"
"""The end of what is said of a sentence beside a step, which another setting may read."""


FORMULA_ALONE: Final = "Write it as a formula alone"


def doubted(step: StepVerdict, note: str) -> StepVerdict:
    """A step that is decided as it stands, beside something that may change what it says."""
    outcome = step.verdict.outcome
    if outcome == "undecided":
        return step
    mend = "Declare it, or leave it out" if note.startswith(RESTRICTS) else FORMULA_ALONE
    message = f"this would be {outcome}, but {note}. {mend}"
    cause: Cause = "unreadable" if note.endswith(NOT_READ) else "ambiguous"
    verdict = replace(step.verdict, outcome="undecided", cause=cause, counterexample=None)
    return replace(step, verdict=replace(verdict, message=message))


def denied(document: Document) -> dict[str, str]:
    """The facts of an order of two letters that the words of a text deny, each with what they say.

    Who writes "for $u = t$", and nowhere $u < t$, does not speak of the fact that u < t.
    """
    said = [*document.orders]
    said += [(right, TURNED.get(sign, sign), left) for left, sign, right in said]
    found: dict[str, str] = {}
    for fact in document.declarations.facts:
        match fact.statement:
            case Statement(Sym(_, ()), "<", Sym(later, ())):
                signs = {
                    sign: left
                    for left, sign, right in said
                    if right in (later, "") and left not in (later, "")
                }
                if signs and "<" not in signs:
                    sign, left = next(iter(signs.items()))
                    found[f"given: {fact.name}"] = f"{left} {sign} {later}"
            case _:
                pass
    return found


TURNED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


LAYOUT: Final = "the derivative of a column by a column or matrix may be laid out in two ways"
BY_ENTRIES: Final = "a division by a column or a power of one may be meant entry by entry"


def by_entries(statement: Statement | None, declarations: Declarations) -> Statement | None:
    """A statement with the powers of its columns taken entry by entry.

    None where something else in it may be meant in that way too.
    """
    if statement is None:
        return None
    shapes = Shapes(declarations)

    def powers(term: Term) -> Term:
        term = rebuild(term, tuple(powers(part) for part in children(term)))
        match term:
            case Pow(base, Num(value)) if value in (2, 3, 4):
                found = shapes.find(base)
                return Hadamard((base,) * int(value)) if found and found.is_column else term
        return term

    left, right = powers(statement.left), powers(statement.right)
    if any(_by_entries(side, declarations) for side in (left, right)):
        return None
    return replace(statement, left=left, right=right)


def laid_out_otherwise(statement: Statement | None, declarations: Declarations) -> Statement | None:
    """A statement about derivatives of columns, in the other layout: one side is transposed.

    None where a derivative is a part of something else, which may change with it in other ways.
    """
    if statement is None:
        return None
    for side in (statement.left, statement.right):
        whole = unfold(side, declarations)
        held = any(isinstance(part, Derivative) for part in walk(whole))
        if held and not isinstance(whole, Derivative):
            return None
    return replace(statement, right=Transpose(statement.right))


def _by_entries(side: Term, declarations: Declarations) -> bool:
    """Whether a term divides by a column, or takes a power of one, as programs do."""
    shapes = Shapes(declarations)
    for part in walk(unfold(side, declarations)):
        under = (
            part.denominator
            if isinstance(part, Div)
            else part.base
            if isinstance(part, Pow)
            else None
        )
        found = None if under is None else shapes.find(under)
        if found is not None and found.is_column:
            return True
    return False


def doubts_of(statement: Statement | None, declarations: Declarations) -> Iterator[str]:
    """What books write for two things, where only one of the two was refuted."""
    if statement is None:
        return
    sides = (statement.left, statement.right)
    if declarations.linear and any(_has_layout(side, declarations) for side in sides):
        yield LAYOUT
    if declarations.linear and any(_by_entries(side, declarations) for side in sides):
        yield BY_ENTRIES
    lonely = free_names(sides[0]) ^ free_names(sides[1])
    outcomes = {variable.name for variable in declarations.variables if variable.role}
    missing = free_names(sides[1]) & lonely & outcomes
    silent = [family.name for family in declarations.families if family.parameters is None]
    told = len(silent) < len(declarations.families)
    parts = [part for side in sides for part in walk(side)]
    if declarations.processes:
        yield from _doubts_of_trajectories(statement, declarations)
    if _of_one_time(parts, declarations):
        yield "a name without a number beside a recursion may be what it stands for at one time"
    for part in parts:
        match part:
            case (
                KL(_, Density(family, _, given))
                | JSD(_, Density(family, _, given))
                | CrossEntropy(_, Density(family, _, given))
            ):
                names = {name for term in given for name in free_names(term)}
                if names & lonely and not declarations.family(family).given:
                    yield "of conditional laws, the average over the condition may be meant"
            case Expect((Law(drawn, Density()),), body) if _may_be_fixed(drawn, body, sides):
                yield "a variable that stands free elsewhere may be meant to be fixed in the mean"
            case Expect(_, body) if missing and free_names(body) & missing:
                yield "the expectation may be meant over a variable that has no law there"
            case App(name, (Add(), *_)) if _is_column(name, declarations):
                yield f"{name} is taken at a point that the question may have a name for"
            case Mul((_, *behind)) if any(map(_is_row_of_any_size, behind)):
                yield "the size of a row in a product is not known"
            case Derivative(Sym(name, ()), body) if _may_be_by_an_entry(name, body, declarations):
                yield "the derivative may be by an entry of what stands in it"
            case Density(family, _, _) if told and family in silent:
                if any(isinstance(other, Derivative) for other in parts):
                    yield f"whether {family} depends on the parameter is not declared"


def _doubts_of_trajectories(statement: Statement, declarations: Declarations) -> Iterator[str]:
    """What is said of trajectories that a sheet leaves open."""
    if _names_dynamics((statement.left, statement.right), declarations):
        yield "the declared initial law or dynamics may be meant to be those of the trajectories"
    if _holds_one_step_longer(statement, declarations):
        yield "the trajectory may be meant to end in the state behind its last action"


def _may_be_fixed(drawn: Sequence[Sym], body: Term, sides: Sequence[Term]) -> bool:
    """Whether a mean draws a variable that stands only in its densities, and free elsewhere.

    In `p(z) E[f(x) | z] = E[f(x) p(z | x)]` the second mean may be meant over x alone. What stands
    in a logarithm, as in an entropy, is averaged over.
    """
    logs = [free_names(part) for part in walk(body) if isinstance(part, Fn) and part.name == "log"]
    plain = transform(body, lambda part: as_term(1) if isinstance(part, Density) else part)
    weighed = free_names(body) - free_names(plain) - frozenset().union(*logs)
    free_there = free_names(sides[0]) | free_names(sides[1])
    names = {variable.name for variable in drawn}
    return bool(weighed & names & free_there and names - weighed)


def _of_one_time(parts: Sequence[Term], declarations: Declarations) -> bool:
    """Whether a number that may be any stands beside entries of arrays that follow a recursion.

    Beside `e_{t+1}` and `e_t`, the sample x may be that of the step; a number in the recursion is
    the same at all of them.
    """
    arrays: set[str] = set()
    told: set[str] = set()
    for fact in declarations.facts:
        held = [part for side in (fact.statement.left, fact.statement.right) for part in walk(side)]
        entries = {p for p in held if isinstance(p, Sym) and any(map(free_names, p.indices))}
        if len({entry.name for entry in entries}) < len(entries):
            arrays |= {entry.name for entry in entries}
            told |= {part.name for part in held if isinstance(part, Sym)}
    names = {part.name for part in parts if isinstance(part, Sym)}
    free_numbers = {s.name for s in declarations.scalars if not s.axes and s.interval == REAL}
    return bool(names & arrays) and bool(names & free_numbers - told)


def _is_column(name: str, declarations: Declarations) -> bool:
    """Whether a name is that of an unknown function whose values are columns."""
    item = declarations.find(name)
    return isinstance(item, Function) and item.rank == 1


def _is_row_of_any_size(factor: Term) -> bool:
    """Whether a factor is a row that takes its size from its place, and hides that of a product."""
    row = factor.body if isinstance(factor, Transpose) else None
    return isinstance(row, OneHot | Ones) and row.size is None


def _may_be_by_an_entry(name: str, body: Term, declarations: Declarations) -> bool:
    """Whether a derivative is by a number that does not stand in it, where entries of arrays do.

    With codes e_t, the gradient by e of |x_t - e_{t-1}|^2 is meant at the code e_{t-1}.
    """
    parts = list(walk(unfold(body, declarations)))
    held = any(isinstance(part, Sym) and part.name == name for part in parts)
    entries = any(isinstance(part, Sym) and part.indices for part in parts)
    return isinstance(declarations.find(name), Scalar) and not held and entries


def _names_dynamics(sides: tuple[Term, Term], declarations: Declarations) -> bool:
    """Whether trajectories and, outside of logarithms, a law of their states stand in a statement.

    The models of a process have an initial law and dynamics of their own.
    """
    try:
        sides = (unfold(sides[0], declarations), unfold(sides[1], declarations))
    except ValueError:  # a definition that does not end
        return True
    parts = [part for side in sides for part in walk(side)]
    moving = {p.state for p in declarations.processes}
    roles = {v.name: v.place for v in declarations.variables}
    laws = {
        f.name
        for f in declarations.families
        if f.parameters == () and moving & {roles.get(name, name) for name in f.of}
    }
    valued = {n for p in declarations.processes for n in (p.value, p.action_value, p.visits) if n}
    runs = any(
        isinstance(part, Trajectory) or (isinstance(part, App) and part.name in valued)
        for part in parts
    )
    return runs and any(_outside_logs(side, laws) for side in sides)


def _holds_one_step_longer(statement: Statement, declarations: Declarations) -> bool:
    """Whether a statement holds if the law of the state behind the last action is left out of it.

    Whoever ends a trajectory in that state writes it at all times, `P(s_{t+1} | s_t, a_t)`.
    """
    sides = (statement.left, statement.right)
    left, right = (_ended_before(side, declarations) for side in sides)
    if (left, right) == sides:
        return False
    shorter = Statement(left, statement.relation, right)
    held = isinstance(prove(shorter, declarations), Proof)
    return held or bool(of_logarithms(shorter, declarations))


def _ended_before(term: Term, declarations: Declarations) -> Term:
    """A term in which sums and products of laws of the next state end one time earlier."""
    term = rebuild(term, tuple(_ended_before(part, declarations) for part in children(term)))
    if not isinstance(term, Sum | Prod) or term.excluding is not None:
        return term
    then = Add((term.index, as_term(1)))
    beyond = [Sym(p.state, (then,)) for p in declarations.processes if p.times == term.range]
    together: type[Add | Mul] = Add if isinstance(term, Sum) else Mul
    parts = getattr(term.body, "terms", None) if together is Add else None
    parts = getattr(term.body, "factors", None) if together is Mul else parts
    kept: list[Term] = []
    for part in parts or (term.body,):
        laws = (inner for inner in walk(part) if isinstance(inner, Density))
        late = any(law.of == (state,) for law in laws for state in beyond)
        last = Add((term.range.upper, Neg(as_term(1)))) if late else term.range.upper
        kept.append(replace(term, range=Range(term.range.lower, last), body=part))
    short = any(part.range != term.range for part in kept if isinstance(part, Sum | Prod))
    return together(tuple(kept)) if short and len(kept) > 1 else kept[0] if short else term


def _outside_logs(term: Term, laws: set[str]) -> bool:
    if isinstance(term, Fn) and term.name == "log":
        return False
    if isinstance(term, Density) and term.family in laws:
        return True
    return any(_outside_logs(part, laws) for part in children(term))


def with_short_gradients(document: Document) -> Document:
    """A document without the readings in which a gradient reaches over a constant factor.

    A step may be meant so, because it would be zero else; an answer is what it says.
    """

    def kept(line: Line) -> Line:
        found = tuple(r for r in line.readings if GRADIENT_OF_PRODUCT not in r.choices)
        return replace(line, readings=found or line.readings)

    chains = (replace(chain, lines=tuple(map(kept, chain.lines))) for chain in document.chains)
    return replace(document, chains=tuple(chains))


def in_layout_of(document: Document, sheet: Sheet) -> Document:
    """A document without the readings of Jacobians in another layout than that of the question."""
    sides = (sheet.goal.left, sheet.goal.right) if sheet.goal else ()
    known = sheet.declarations
    terms = [unfold(term, known) for term in (*sides, *sheet.reference)] if known.linear else []
    if not any(_has_layout(term, known) for term in terms):
        return document

    def kept(line: Line) -> Line:
        found = tuple(reading for reading in line.readings if TURNED_LAYOUT not in reading.choices)
        return replace(line, readings=found or line.readings)

    chains = (replace(chain, lines=tuple(map(kept, chain.lines))) for chain in document.chains)
    return replace(document, chains=tuple(chains))


def _has_layout(term: Term, declarations: Declarations) -> bool:
    """Whether a term has the derivative of a column or matrix by another one."""
    shapes = Shapes(declarations)
    for part in walk(term):
        if isinstance(part, Derivative):
            try:
                if not (shapes.of(part.variable).is_number or shapes.of(part.body).is_number):
                    return True
            except ShapeError:
                return True
    return False


def named_like_a_row(problem: str, declarations: Declarations) -> list[str]:
    r"""What is said of a column that an index runs beyond, where a matrix has the same letter.

    With a matrix X whose rows are data, `x_i` is commonly the i-th of them. The logarithm of a
    square matrix is another one: `\log\det A = \operatorname{tr}\log A`. What is said of the shapes
    of matrices that are made of matrices is no fault of theirs: they are not worked out.
    """
    if _WITH_A_NUMBER.search(problem):
        return ["a product entry by entry with a number may be one with all entries"]
    if "a matrix of blocks" in problem:
        return ["a matrix of matrices is not read"]
    if _OF_A_SQUARE.search(problem):
        return ["a function of a square matrix may be meant, and is not read"]
    if _ENTRYWISE.search(problem):
        return [BY_ENTRIES]
    found = _BEYOND.search(problem)
    matrix = declarations.find(found[1].upper()) if found else None
    rows = isinstance(matrix, Scalar) and len(matrix.axes) == 2
    column = declarations.find(found[1]) if found else None
    if found is None or not rows or not isinstance(column, Scalar) or len(column.axes) != 1:
        return []
    return [f"{found[1]} with an index may be a row of {found[1].upper()}"]


_ENTRYWISE = re.compile(r"\b(?:power|root|log|exp|quotient) of a (?:column|\w+ by \w+ matrix)")
_OF_A_SQUARE = re.compile(
    r"\b(?:(?:power|root|log|exp) of|division by) a (\w+) by \1 matrix|power of a matrix that is no"
)
_WITH_A_NUMBER = re.compile(r"a product entry by entry are (?:a number and|.* and a number)")
_BEYOND = re.compile(r"stands as an index of (\w+), which has")
