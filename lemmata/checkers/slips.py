"""What a teacher adds to a verdict: the known mistake that an answer makes, and where it starts.

Both only add to a verdict that the judge has reached, and never change an outcome.
"""

from collections.abc import Iterator
from dataclasses import replace

from lemmata.judge.statements import compared
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import Term, walk
from lemmata.kernel.verdict import Verdict
from lemmata.notation import Format, NotationError, Reading, Sheet, read_chains

LARGEST = 300
"""Parts of an answer; more are not compared."""


def with_slips(
    verdict: Verdict, text: str, sheet: Sheet, dialect: Format, *, explain: bool
) -> Verdict:
    """The verdict on an answer to a sheet, with what a teacher would add.

    Args:
        verdict: Of the judge.
        text: The answer.
        sheet: What it answers.
        dialect: How it is written.
        explain: Whether the known mistake is looked for.
    """
    if verdict.outcome != "refuted":
        return verdict
    if verdict.steps:
        return replace(verdict, starts_as_asked=_starts(text, sheet, dialect))
    known = _known_mistake(text, sheet, dialect) if explain and sheet.mistakes else ""
    if not known:
        return verdict
    return replace(verdict, message=f"{verdict.message}\na known mistake: {known}")


def _known_mistake(text: str, sheet: Sheet, dialect: Format) -> str:
    """What is wrong with an answer that equals a wrong answer of its sheet."""
    readings, declarations = _readings(text, sheet, dialect, last=True)
    for mistake, why in sheet.mistakes:
        if any(_equal(reading.term, mistake, declarations) for reading in readings):
            return why
    return ""


def _starts(text: str, sheet: Sheet, dialect: Format) -> bool | None:
    """Whether the first line of a derivation is where it is asked to start."""
    starts = list(_asked_starts(sheet))
    readings, declarations = _readings(text, sheet, dialect, last=False)
    if not starts or not readings:
        return None
    return any(_equal(each.term, start, declarations) for start in starts for each in readings)


def _asked_starts(sheet: Sheet) -> Iterator[Term]:
    if sheet.start is not None:
        yield sheet.start
    if sheet.goal is not None:
        yield from (sheet.goal.left, sheet.goal.right)


def _readings(
    text: str, sheet: Sheet, dialect: Format, *, last: bool
) -> tuple[tuple[Reading, ...], Declarations]:
    """The readings of the last or the first line of a text, and the names that they use."""
    try:
        document = read_chains(text, sheet.declarations, dialect, sheet.conventions)
    except NotationError:
        return (), sheet.declarations
    if not document.chains:
        return (), document.declarations
    lines = document.chains[-1].lines[-1:] if last else document.chains[0].lines[:1]
    return lines[0].readings, document.declarations


def _equal(mine: Term, wanted: Term, declarations: Declarations) -> bool:
    if sum(1 for side in (mine, wanted) for _ in walk(side)) > LARGEST:
        return False
    return compared(mine, wanted, declarations) == "proved"
