"""One answer in, one verdict out: the public `lemmata.check`."""

from difflib import get_close_matches

from lemmata.checkers.record import undecided
from lemmata.checkers.sheets import answer_ids, sheet_of
from lemmata.checkers.tasks import Format
from lemmata.derivations.registry import claims
from lemmata.judge import Kind
from lemmata.judge import check as judge
from lemmata.kernel.verdict import Verdict
from lemmata.notation import Sheet

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
) -> Verdict:
    """Judge an answer, a derivation or a document.

    Args:
        answer: What was written.
        claim: The claim or answer id that it answers.
        sheet: Declarations and what is asked, instead of a claim; without either, the text must
            carry its own declarations.
        kind: What the text holds; None decides by its layout.
        format: How it is written.
        trust_code: Whether code may run here where no sandbox can be had.

    Raises:
        ValueError: Both a claim and a sheet are given.
    """
    if claim is not None and sheet is not None:
        raise ValueError("give a claim or a sheet, not both")
    if format not in ("latex", "text"):
        del trust_code
        return undecided("unsupported", f"answers in the format {format} are not judged")
    if claim is not None:
        try:
            sheet = sheet_of(claim)
        except KeyError:
            return unknown(claim)
    return judge(answer, sheet=sheet, kind=kind, format=format)


def unknown(claim: str) -> Verdict:
    """The verdict on an answer to something that nobody asked."""
    known = sorted((*claims(), *answer_ids()))
    near = get_close_matches(claim[:LONGEST_NAME], known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "see lemmata list"
    message = f"there is no claim {claim[:LONGEST_NAME]!r}; {hint}"
    return undecided("unknown-claim", message)
