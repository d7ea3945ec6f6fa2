"""One answer in, one verdict out: the public `lemmata.check`."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from math import inf
from typing import Literal, get_args

from lemmata.checkers.code import check_code
from lemmata.checkers.code_questions import QUESTIONS
from lemmata.checkers.record import failed, undecided
from lemmata.checkers.sheets import answer_ids, derivation_sheet, sheet_of, with_reference
from lemmata.checkers.slips import with_slips
from lemmata.checkers.table_questions import TABLES
from lemmata.checkers.tables import check_table
from lemmata.checkers.tasks import Format
from lemmata.derivations.questions import settings
from lemmata.derivations.registry import claims
from lemmata.judge import Kind, OnStep, kind_of, unwatched
from lemmata.judge import check as judge
from lemmata.kernel.fuel import accounted
from lemmata.kernel.verdict import StepVerdict, Verdict
from lemmata.notation import Format as Dialect
from lemmata.notation import Sheet

# Causes that say that an answer is not read in the setting of a sheet.
UNREAD = ("unreadable", "under-declared", "unsupported")
# No name is longer; more of an unknown one is neither compared nor shown.
LONGEST_NAME = 80


def check(
    answer: str,
    *,
    claim: str | None = None,
    sheet: Sheet | None = None,
    kind: Kind | None = None,
    format: Format = "latex",  # noqa: A002 - the public name of the option
    trust_code: bool = False,
    explain: bool = True,
    on_step: OnStep = unwatched,
) -> Verdict:
    """Judge an answer, a derivation or a document.

    Whatever is handed in has its verdict: where Lemmata itself fails, it is undecided, and the
    message says where.

    Args:
        answer: What was written.
        claim: The claim or answer id that it answers.
        sheet: Declarations and what is asked, instead of a claim; without either, the text must
            carry its own declarations.
        kind: What the text holds; None decides by its layout.
        format: How it is written.
        trust_code: Whether code may run here where no sandbox can be had.
        explain: Whether the message says what is wrong with what is refuted: which change would
            mend it, or what is missing. Without, a wrong answer takes about half the time.
        on_step: Is told each step of a derivation when it is judged. Where the question has
            another setting that the text turns out to be about, the verdict says otherwise.

    Raises:
        TypeError: The answer, the claim or the sheet is none.
        ValueError: Both a claim and a sheet are given, or a kind or format that does not exist.
        Exception: Whatever `on_step` raises.
    """
    _refuse(answer, claim, sheet, kind, format)
    raised: list[Exception] = []

    def told(step: StepVerdict) -> None:
        try:
            on_step(step)
        except Exception as error:
            raised.append(error)
            raise

    try:
        return judged(
            answer,
            claim=claim,
            sheet=None if sheet is None else with_reference(sheet),
            kind=kind,
            format=format,
            trust_code=trust_code,
            explain=explain,
            on_step=told,
        )
    except MemoryError:
        raise
    except Exception as error:
        if raised:
            raise
        return failed(error)  # one bad answer must not stop thousands


def _refuse(answer: object, claim: object, sheet: object, kind: object, form: object) -> None:
    """Refuse what is no matter of the answer but a mistake of the calling program."""
    if not isinstance(answer, str):
        raise TypeError(f"an answer is a string, not {type(answer).__name__}")
    if not isinstance(claim, str | None):
        raise TypeError(f"a claim is named by a string, not {type(claim).__name__}")
    if not isinstance(sheet, Sheet | None):
        made = "a sheet is what lemmata.notation.read_sheet makes of its text"
        raise TypeError(f"{made}, not {type(sheet).__name__}")
    if claim is not None and sheet is not None:
        raise ValueError("give a claim or a sheet, not both")
    for name, given, known in (
        ("kind", kind, (None, *get_args(Kind))),
        ("format", form, get_args(Format)),
    ):
        if given not in known:
            allowed = ", ".join(map(repr, known))
            raise ValueError(f"the {name} {given!r} is not known; it is one of {allowed}")


def judged(
    answer: str,
    *,
    claim: str | None,
    sheet: Sheet | None = None,
    kind: Kind | None,
    format: Format,  # noqa: A002 - as above
    trust_code: bool,
    explain: bool = True,
    on_step: OnStep = unwatched,
) -> Verdict:
    """The verdict as in `check`; what Lemmata itself raises is let through, for whoever counts."""
    if format not in ("latex", "text"):
        return _check_by_format(answer, claim, format, trust_code=trust_code)
    if claim is not None:
        try:
            sheet = sheet_of(claim)
        except KeyError:
            return _not_a_formula(claim)
        other = derivation_sheet(claim)
        if other is not None and (kind or kind_of(answer, other, format)) != "expression":
            sheet = other
    with accounted():
        verdict = judge(
            answer, sheet=sheet, kind=kind, format=format, explain=explain, on_step=on_step
        )
        if claim is not None and kind != "expression" and verdict.cause in UNREAD and verdict.steps:
            with accounted(inf, anew=True):  # no answer pays for what is asked
                others = settings(claim)
            return _in_settings(answer, verdict, others, format, explain=explain)
        if sheet is None:
            return verdict
        return with_slips(verdict, answer, sheet, format, explain=explain)


def kind_to_grade(
    answer: str,
    claim: str,
    sheet: Sheet | None,
    form: Format,
) -> Literal["expression", "derivation"]:
    """What an answer holds, by its layout, where its question asks for a derivation at all."""
    if form not in ("latex", "text"):
        return "expression"
    try:
        asked = sheet or derivation_sheet(claim) or sheet_of(claim)
    except KeyError:
        return "expression"
    long = asked.goal is not None and kind_of(answer, asked, form) != "expression"
    return "derivation" if long else "expression"


def _in_settings(
    answer: str, verdict: Verdict, others: Sequence[Sheet], dialect: Dialect, *, explain: bool
) -> Verdict:
    """The verdict on a derivation that the first setting cannot read: that of the others.

    Where several read it, one of which may be meant, it is decided only if they agree. One in which
    a step is wrong that the first setting proves is not meant.
    """
    found = [
        judge(answer, sheet=other, kind="derivation", format=dialect, explain=explain)
        for other in others
    ]
    held = {step.step for step in verdict.steps if step.verdict.outcome == "proved"}
    read = [o for o in found if o.cause not in UNREAD and o.first_wrong_step not in held]
    if not read:
        return verdict
    outcomes = {(other.outcome, other.first_wrong_step) for other in read}
    reached = [other.reaches_goal for other in read]
    reaches = True if True in reached else None if None in reached else False
    if len(outcomes) == 1:
        return replace(read[0], reaches_goal=reaches)
    message = "this holds in one setting of the question and not in another; say which is meant"
    return replace(
        read[0],
        outcome="undecided",
        cause="ambiguous",
        message=message,
        counterexample=None,
        first_wrong_step=None,
        reaches_goal=reaches,
    )


def known_ids() -> frozenset[str]:
    """Everything that an answer can be given to, whatever its format."""
    return frozenset((*claims(), *answer_ids(), *QUESTIONS, *TABLES))


def _check_by_format(answer: str, claim: str | None, form: Format, *, trust_code: bool) -> Verdict:
    """The verdict on code or a table, which only a question of its kind asks for."""
    if claim is None:
        return undecided("unsupported", f"a {form} answers a question; name it as the claim")
    if form == "code" and claim in QUESTIONS:
        return check_code(answer, claim, trust=trust_code)
    if form == "table" and claim in TABLES:
        return check_table(answer, claim)
    if claim in known_ids():
        return undecided("unsupported", f"{claim!r} is not answered with a {form}")
    return unknown(claim)


def _not_a_formula(claim: str) -> Verdict:
    """The verdict on a formula that answers no question for formulas."""
    form = "code" if claim in QUESTIONS else "table" if claim in TABLES else ""
    if form:
        message = f"{claim!r} is not answered with a formula; hand in {form}, and name that format"
        return undecided("unsupported", message)
    return unknown(claim)


def unknown(claim: str) -> Verdict:
    """The verdict on an answer to something that nobody asked."""
    near = get_close_matches(claim[:LONGEST_NAME], sorted(known_ids()), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "see lemmata list"
    message = f"there is no claim {claim[:LONGEST_NAME]!r}; {hint}"
    return undecided("unknown-claim", message)
