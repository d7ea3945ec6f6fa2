"""What the members of a chain say together: their relations, readings that agree, equations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

from lemmata.judge.statements import compared
from lemmata.kernel.declarations import free_names
from lemmata.kernel.terms import Relation, Statement, Term, children, rebuild
from lemmata.kernel.verdict import Span, Verdict
from lemmata.notation import Document, Line, NotationError, Reading, Sheet

SIGNS: Final[dict[str, Relation]] = {
    "=": "=", ":=": "=", ">=": ">=", "<=": "<=", "<": "<", ">": ">"
}  # fmt: skip
"""The relations that are judged, by their signs."""
LARGEST_PAIRS: Final = 16
"""Of the readings of two lines, that are tried."""


def agree(left: Reading, right: Reading) -> bool:
    """Whether two readings answer the same questions of notation alike.

    And what one of them binds stands free in none.
    """
    for one, other in ((left, right), (right, left)):
        if one.closed and one.closed & free_names(other.term):
            return False
    answers = dict(choice.split(": ", 1) for choice in left.choices)
    return all(answers.get(q, a) == a for q, a in (c.split(": ", 1) for c in right.choices))


def equation_of(lines: Sequence[Line], sheet: Sheet) -> list[Statement]:
    """The readings of an equation, with the unknown in the place of the name of its solution."""
    if len(lines) != 2 or (relation := SIGNS.get(lines[1].relation or "")) is None:
        return []
    return [
        Statement(_unsolved(left.term, sheet), relation, _unsolved(right.term, sheet))
        for left, right in product(lines[0].readings, lines[1].readings)
        if agree(left, right)
    ]


def _unsolved(term: Term, sheet: Sheet) -> Term:
    """A term in which the name of the solution, D^*(x), is the unknown that it solves for."""
    unknown = sheet.conventions.unknown_name
    if unknown is None or sheet.goal is None:
        return term
    if term == sheet.goal.left:
        return unknown
    return rebuild(term, tuple(_unsolved(part, sheet) for part in children(term)))


def without_relation(document: Document) -> Line | None:
    """The first expression that stands in no relation, and is not said elsewhere in the text.

    What a text begins with may only say what it is about, unless it cannot be read or a sign
    follows, which may go on with it. "Hence $x^2$" behind an equation says the end of that one
    again, perhaps in another form.
    """
    chains = [chain for chain in document.chains if not chain.aside]
    for place, chain in enumerate(chains):
        line = chain.lines[0]
        if len(chain.lines) > 1 or chain.link or line.omitted or line.label:
            continue
        if place == 0:
            behind = chains[1].lines[0].source.lstrip(" {}&") if chains[1:] else ""
            if behind and (line.error is not None or behind[0] in "-+"):
                return line
            continue
        others = (other for each in chains if each is not chain for other in each.lines)
        said = {reading.term for other in others for reading in other.readings}
        if any(reading.term in said for reading in line.readings):
            continue
        before = (reading for each in chains[:place] for reading in each.lines[-1].readings)
        pairs = [pair for pair in product(before, line.readings) if agree(*pair)][:LARGEST_PAIRS]
        known = document.declarations
        if not any(compared(a.term, b.term, known) == "proved" for a, b in pairs):
            return line
    return None


def unread(problem: NotationError | None, span: Span) -> Verdict:
    """The verdict on a line that cannot be read, or on a relation that is not judged."""
    if problem is None:
        message = "this relation is not judged; write =, <= or >="
        return Verdict("undecided", cause="unsupported", message=message, span=span)
    return Verdict("undecided", cause=problem.code, message=problem.text, span=problem.span)
