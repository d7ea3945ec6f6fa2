"""An answer sheet is tried before any student sees it.

A sheet that asks in names which nobody can write, whose own reference is not proved, or that cannot
tell a slip from the right answer would grade wrongly; each of these is found here and named.
"""

from collections.abc import Iterator
from itertools import islice

from lemmata.checkers.record import undecided
from lemmata.judge import check
from lemmata.judge.statements import judge_statement
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.terms import Statement, Term
from lemmata.kernel.verdict import Verdict
from lemmata.notation import Format, Sheet, write_latex, write_text
from lemmata.semantics.mutants import mutants_of

SLIPS = 60  # how many one-place edits of the reference are tried
SHOWN = 5


def validate(sheet: Sheet) -> Verdict:
    """Try a sheet.

    Args:
        sheet: What it declares has a model; it asks something.

    Returns:
        `proved` when the sheet may be used; `refuted` when its goal is false or a mistake that it
        names is none; `undecided` when something of it cannot be decided, with what to mend.
    """
    if sheet.goal is not None and sheet.goal.left != sheet.conventions.unknown_name:
        goal = judge_statement(sheet.goal, sheet.declarations)
        if goal.outcome != "proved":
            return _about(goal, "its goal", "is not proved")
    for reference in sheet.reference:
        for dialect, text in _written(reference, sheet):
            found = check(text, sheet=sheet, kind="expression", format=dialect)
            if found.outcome != "proved":
                return _about(found, f"its reference, written as {text},", "is not proved")
        for mistake, why in sheet.mistakes:
            found = judge_statement(Statement(reference, "=", mistake), sheet.declarations)
            if found.outcome == "proved":
                message = f"the mistake {why!r} is the right answer"
                return Verdict("refuted", message=message, read_as=found.read_as)
            if found.outcome == "undecided":
                return _about(found, f"the mistake {why!r}", "is not refuted")
    tried, missed = _slips(sheet)
    if missed:
        shown = "".join(f"\n  {text}" for text in missed[:SHOWN])
        message = (
            f"{len(missed)} of {tried} slips cannot be told from the right answer: a student who "
            f"makes one would get no verdict{shown}"
        )
        return undecided("supported", message)
    asked = "the goal is proved"
    if sheet.reference:
        asked = "goal and reference are proved" if sheet.goal else "the reference is proved"
    return Verdict("proved", message=f"{asked}; {tried} slips of the reference are refuted")


def _written(term: Term, sheet: Sheet) -> Iterator[tuple[Format, str]]:
    """A term as answers in both dialects may write it."""
    yield "latex", write_latex(term, sheet.declarations)
    yield "text", write_text(term, sheet.declarations)


def _slips(sheet: Sheet) -> tuple[int, list[str]]:
    """How many wrong versions of the reference were tried, and those that are not refuted."""
    tried, missed = 0, []
    for reference in sheet.reference:
        for mutant in islice(mutants_of(reference, sheet.declarations), SLIPS):
            statement = Statement(reference, "=", mutant.term)
            if isinstance(prove(statement, sheet.declarations), Proof):
                continue  # no slip: another form of the right answer
            tried += 1
            if judge_statement(statement, sheet.declarations).outcome != "refuted":
                missed.append(write_text(mutant.term, sheet.declarations))
    return tried, missed


def _about(found: Verdict, what: str, problem: str) -> Verdict:
    """The verdict on a sheet because of the verdict on a part of it."""
    message = f"{what} {problem}: {found.message or 'there is a counterexample'}"
    if found.outcome == "refuted":
        return Verdict(
            "refuted",
            message=message,
            read_as=found.read_as,
            counterexample=found.counterexample,
        )
    return Verdict("undecided", cause=found.cause or "supported", message=message)
