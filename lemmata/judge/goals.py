"""Whether a derivation starts and ends where its question asks."""

from __future__ import annotations

from typing import Final

from lemmata.judge.lines import SIGNS, equation_of
from lemmata.judge.statements import judge_statement
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import (
    JSD,
    KL,
    App,
    CrossEntropy,
    Density,
    Derivative,
    Det,
    Entropy,
    Expect,
    Fn,
    Integral,
    MutualInformation,
    Relation,
    Statement,
    Term,
    Trajectory,
    Variance,
    walk,
)
from lemmata.kernel.verdict import Outcome
from lemmata.notation import Chain, Document, Sheet
from lemmata.semantics import search

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


def reaches_goal(document: Document, sheet: Sheet) -> bool | None:
    """Whether some chain leads from one side of a goal to the other, with its relation.

    None where that is not known: an end cannot be read or decided, or it has the value that is
    asked for and is not worked out as far.
    """
    if sheet.goal is None:
        return None
    answers = [
        _leads(chain, goal, document.declarations)
        for goal in (sheet.goal, *sheet.goals)
        for chain in document.chains
        if not chain.aside
    ]
    answers += [_solves(chain, sheet, document.declarations) for chain in document.chains]
    if True in answers:
        return True
    return None if None in answers else False


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


def _kind(term: Term) -> str:
    return term.name if isinstance(term, Fn) else type(term).__name__


def _worked_out(last: Term, goal: Statement) -> bool | None:
    """Whether an end with the right value is as far worked out as the goal.

    It is where it holds no operator that the goal does not hold, and it is not where it still holds
    one that the start has and the goal has not.
    """
    more = _marks(last) - _marks(goal.right)
    if not more:
        return True
    return False if more & _marks(goal.left) - {"Density"} else None


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


def _leads(chain: Chain, goal: Statement, declarations: Declarations) -> bool | None:
    lines = chain.lines
    relations = {SIGNS.get(line.relation or "") for line in lines[1:]} - {"="}
    if len(lines) == 1 or not lines[0].readings or not lines[-1].readings:
        return False if len(lines) == 1 else None
    flipped: dict[Relation, Relation] = {">=": "<=", "<=": ">="}
    ends = (lines[0].readings[0].term, lines[-1].readings[0].term)
    for (first, last), relation in (
        (ends, goal.relation),
        (ends[::-1], flipped.get(goal.relation, goal.relation)),
    ):
        if not relations <= {relation}:
            continue
        starts = _same(first, goal.left, declarations)
        if starts == "refuted":
            continue
        ends_there = _same(last, goal.right, declarations)
        if starts == ends_there == "proved":
            return _worked_out(last, goal)
        if ends_there != "refuted":
            return None
    return False


def _same(mine: Term, wanted: Term, declarations: Declarations) -> Outcome:
    """Whether two terms are equal; where a model tells them apart, nobody asks which."""
    statement = Statement(mine, "=", wanted)
    if mine == wanted:
        return "proved"
    if search(statement, declarations, effort=0, shrinking=0).outcome == "refuted":
        return "refuted"
    return judge_statement(statement, declarations).outcome
