"""Whether a derivation starts and ends where its question asks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

from lemmata.judge.labels import judge_labels
from lemmata.judge.lines import SIGNS, agree, equation_of
from lemmata.judge.objectives import judge_objectives
from lemmata.judge.statements import compared, judge_statement
from lemmata.kernel.declarations import Declarations, free_names
from lemmata.kernel.terms import (
    JSD,
    KL,
    Add,
    App,
    CrossEntropy,
    Density,
    Derivative,
    Det,
    Entropy,
    Expect,
    Fn,
    Integral,
    Mul,
    MutualInformation,
    Neg,
    Num,
    Prod,
    Relation,
    Statement,
    Sum,
    Sym,
    Term,
    Trajectory,
    Variance,
    as_term,
    walk,
)
from lemmata.kernel.verdict import Outcome
from lemmata.notation import Chain, Document, Line, Reading, Sheet

OPERATORS: Final = (
    KL,
    JSD,
    CrossEntropy,
    Entropy,
    MutualInformation,
    Variance,
    Det,
    Density,
    Derivative,
    Trajectory,
)
LARGEST_JOINED: Final = 4
"""How many chains are looked at for one that a chain goes on with."""


def reaches_goal(document: Document, sheet: Sheet, *, ends_wrong: bool) -> bool | None:
    """Whether some chain joins both sides of a goal, with its relation.

    It may begin at either side. None where that is not known: an end cannot be read or decided, or
    has the value that is asked for and it cannot be told whether it is worked out as far.

    Args:
        document: What was written.
        sheet: What is asked.
        ends_wrong: Whether its last step is wrong, so that no earlier end counts.
    """
    if sheet.goal is None:
        return None
    chains = [chain for chain in document.chains if not chain.aside]
    stated = _joined(chains)
    if ends_wrong:
        stated = [lines for lines in stated if lines[-1] is chains[-1].lines[-1]]
    found: list[bool | None] = []
    for goal in (sheet.goal, *sheet.goals):
        for lines in stated:
            found.append(_leads(lines, goal, document.declarations))
            if lines[-1].aim or lines[-1].constant:
                found.append(_maximises(lines[-1], goal, document.declarations))
            if found[-1]:
                return True
    found += [_solves(chain, sheet, document.declarations) for chain in chains]
    found += [_in_all_cases(chains, sheet.goal, document.declarations)]
    return True if True in found else None if None in found else False


def _in_all_cases(
    chains: Sequence[Chain], goal: Statement, declarations: Declarations
) -> bool | None:
    """Whether chains lead to a goal in one case and in all others, each in its own."""
    cases = [chain.case for chain in chains if chain.case is not None]
    told = [case for case in cases if Add((as_term(1), Neg(case))) in cases]
    if not told:
        return False
    for case in (told[0], Add((as_term(1), Neg(told[0])))):
        left, right = Mul((case, goal.left)), Mul((case, goal.right))
        here = Statement(left, goal.relation, right)
        ways = [_leads(c.lines, here, declarations) for c in chains if c.case == case]
        if True not in ways:
            return None if None in ways else False
    return True


def _joined(chains: Sequence[Chain]) -> list[tuple[Line, ...]]:
    """The chains, each also with those before it that end where it begins."""
    found: list[tuple[Line, ...]] = []
    for chain in chains:
        first = {reading.term for reading in chain.lines[0].readings}
        found += [
            (*lines, *chain.lines[1:])
            for lines in found[-LARGEST_JOINED:]
            if first & {reading.term for reading in lines[-1].readings}
        ]
        found.append(chain.lines)
    return found


def _marks(term: Term) -> frozenset[str]:
    """The operators in a term by name; an integral and an expectation are one."""
    found: set[str] = set()
    for part in walk(term):
        if isinstance(part, Derivative):
            found.add(f"Derivative of {_kind(part.body)}")
        elif isinstance(part, OPERATORS):
            found.add(_kind(part))
        elif isinstance(part, Integral | Expect):
            found.add("mean")
        elif isinstance(part, App):
            found.add(f"{part.name}()")
    return frozenset(found)


def _details(term: Term) -> frozenset[str]:
    """What else tells how far a term is worked out, where its start has it and its goal has not.

    Functions and products, array entries at places that are not numbers, and the whole range of a
    sum within a sum.
    """
    found: set[str] = set()
    for part in walk(term):
        if isinstance(part, Fn | Prod):
            found.add(_kind(part))
        elif isinstance(part, Sym) and part.indices:
            fixed = all(isinstance(index, Num) for index in part.indices)
            found.add(f"{part.name}[{'number' if fixed else 'letter'}]")
    return frozenset(found)


def _nested(term: Term) -> bool:
    """Whether a sum begins or ends at the letter of another: a later part of a trajectory."""
    letters = {part.index.name for part in walk(term) if isinstance(part, Sum)}
    return any(
        letters
        & {name for bound in (part.range.lower, part.range.upper) for name in free_names(bound)}
        for part in walk(term)
        if isinstance(part, Sum)
    )


def _kind(term: Term) -> str:
    if isinstance(term, Integral | Expect):
        return "mean"
    return term.name if isinstance(term, Fn) else type(term).__name__


def _worked_out(last: Term, goal: Statement) -> bool | None:
    """Whether an end with the right value is as far worked out as the goal.

    It is not where it holds an operator that the goal does not hold, or something that the start
    holds and the goal does not, or where the goal is of parts that are no parts of it. Whether it
    is cannot be told where it holds other functions.
    """
    more = _marks(last) - _marks(goal.right)
    if any(not mark.endswith("()") for mark in more - {"Density"}):
        return None if more <= {"KL", "Density"} and "JSD" in _marks(goal.right) else False
    if _details(last) & _details(goal.left) - _details(goal.right):
        return False
    if _nested(goal.right) and not _nested(last) and not more:
        return False
    return None if more & _marks(goal.left) else True


def _starts(first: Term, goal: Statement) -> bool:
    """Whether what has the value that is asked for is not yet what it is worked out to."""
    left, right = ({mark.split()[0] for mark in _marks(side)} for side in (goal.left, goal.right))
    asked = left - right
    mine = {mark.split()[0] for mark in _marks(first)} - right
    return first == goal.left or not asked or bool(mine)


def _solves(chain: Chain, sheet: Sheet, declarations: Declarations) -> bool | None:
    """Whether a chain says what the unknown is that equations were solved for."""
    unknown = sheet.conventions.unknown_name
    if unknown is None or sheet.goal is None or not chain.link:
        return False
    answers = [
        judge_statement(Statement(last.term, "=", sheet.goal.right), declarations).outcome
        for equation in equation_of(chain.lines[:2], sheet)
        if unknown == equation.left
        for last in chain.lines[-1].readings
    ]
    return True if "proved" in answers else None if "undecided" in answers else False


def _maximises(last: Line, goal: Statement, declarations: Declarations) -> bool | None:
    """Whether an objective is that of a goal, without the laws that no parameter moves."""
    fixed = {f.name for f in declarations.families if not f.parameters}
    wanted = Reading(goal.left, (), last.span)
    bare = [
        reading
        for reading in last.readings
        if not any(isinstance(p, Density) and p.family in fixed for p in walk(reading.term))
    ]
    pairs = [(wanted, reading) for reading in bare]
    found = judge_objectives(pairs, last.over, declarations, explaining=False)
    return {"proved": True, "undecided": None}.get(found.outcome, False) if bare else False


def _leads(lines: Sequence[Line], goal: Statement, declarations: Declarations) -> bool | None:
    relations = {SIGNS.get(line.relation or "") for line in lines[1:]} - {"="}
    if len(lines) == 1 or not lines[0].readings or not lines[-1].readings:
        return False if len(lines) == 1 else None
    flipped: dict[Relation, Relation] = {">=": "<=", "<=": ">="}
    found: list[bool | None] = []
    for start, end, relation in (
        (lines[0], lines[-1], goal.relation),
        (lines[-1], lines[0], flipped.get(goal.relation, goal.relation)),
    ):
        allowed = {relation, STRICT.get(relation, relation)}
        if relations <= allowed:
            found += [
                _joins(*_moved(first.term, last.term, goal), goal, declarations)
                for first, last in product(start.readings, end.readings)
                if agree(first, last)
            ]
    found += [_leaves(lines, goal, declarations)]
    return True if True in found else None if None in found else False


STRICT: Final[dict[Relation, Relation]] = {">=": ">", "<=": "<"}


def _joins(first: Term, last: Term, goal: Statement, declarations: Declarations) -> bool | None:
    """Whether two ends are the two sides of a goal."""
    worked_out = _worked_out(last, goal)
    if worked_out is False or not _starts(first, goal):
        return False
    starts = _same(first, goal.left, declarations)
    if starts == "refuted":
        return False
    ends = _same(last, goal.right, declarations)
    if starts == ends == "proved":
        return worked_out and _has_its_parts(last, goal, declarations)
    return False if ends == "refuted" else None


def _moved(first: Term, last: Term, goal: Statement) -> tuple[Term, Term]:
    """Two ends, with what stands beside the left side of a goal moved to the other end.

    `left - rest = 0` says that the left side is the rest.
    """
    terms = first.terms if isinstance(first, Add) else ()
    if goal.left not in terms:
        return first, last
    place = terms.index(goal.left)
    others = tuple(_turned(term) for term in (*terms[:place], *terms[place + 1 :]))
    moved = others if last == as_term(0) else (last, *others)
    return goal.left, moved[0] if len(moved) == 1 else Add(moved)


def _turned(term: Term) -> Term:
    return term.body if isinstance(term, Neg) else Neg(term)


def _same(mine: Term, wanted: Term, declarations: Declarations) -> Outcome:
    """Whether two terms are equal, however the entries of their arrays are numbered."""
    found = compared(mine, wanted, declarations)
    if found != "undecided":
        return found
    statement = Statement(mine, "=", wanted)
    return judge_labels(judge_statement(statement, declarations), statement, declarations).outcome


def _has_its_parts(last: Term, goal: Statement, declarations: Declarations) -> bool:
    """Whether an end is a sum of what the goal is a sum of, where it names no variance of it."""
    new = "Variance" in _marks(goal.right) - _marks(goal.left) - _marks(last)
    if not new or not isinstance(goal.right, Add):
        return True
    mine = last.terms if isinstance(last, Add) else (last,)
    return all(
        any(compared(b, a, declarations) == "proved" for b in mine) for a in goal.right.terms
    )


def _leaves(lines: Sequence[Line], goal: Statement, declarations: Declarations) -> bool:
    """Whether a chain says of a bound that what it leaves is not negative: `left - right >= 0`."""
    flipped: dict[Relation, Relation] = {">=": "<=", "<=": ">="}
    signs = [SIGNS.get(line.relation or "") for line in lines[1:]]
    zero = {reading.term for reading in lines[-1].readings} == {as_term(0)}
    if goal.relation not in flipped or not zero:
        return False
    parts = _marks(goal.left) | _marks(goal.right)
    sides = (goal.left, goal.right)
    for relation, (more, less) in (
        (goal.relation, sides),
        (flipped[goal.relation], sides[::-1]),
    ):
        if not set(signs) - {"="} <= {relation, STRICT.get(relation, relation)}:
            continue
        gap = Add((more, Neg(less)))
        for reading in (r for line in lines for r in line.readings):
            whole = parts <= _marks(reading.term)
            if whole and compared(reading.term, gap, declarations) == "proved":
                return True
    return False


def is_asked_bound(chain: Chain, document: Document, sheet: Sheet) -> bool:
    """Whether an inequality is the one that is asked for, with its members on other sides."""
    goal, last = sheet.goal, chain.lines[-1]
    if goal is None or not {goal.relation, last.relation} <= {"<=", ">="} or len(chain.lines) != 2:
        return False
    room = _room(goal.left, goal.relation, goal.right)
    return any(
        judge_statement(
            Statement(room, "=", _room(left.term, last.relation, right.term)), document.declarations
        ).outcome
        == "proved"
        for left, right in product(chain.lines[0].readings, last.readings)
    )


def _room(left: Term, relation: str | None, right: Term) -> Term:
    """By how much the larger side of an inequality is larger."""
    return Add((left, Neg(right))) if relation == ">=" else Add((right, Neg(left)))
