"""One answer in, one verdict out: the public `lemmata.check`."""

from lemmata.checkers.record import undecided
from lemmata.checkers.sheets import sheet_of
from lemmata.judge import Kind
from lemmata.judge import check as judge
from lemmata.kernel.verdict import Verdict
from lemmata.notation import Format, Sheet


def check(
    answer: str,
    *,
    claim: str | None = None,
    sheet: Sheet | None = None,
    kind: Kind | None = None,
    format: Format = "latex",  # noqa: A002 - the public name of the option
) -> Verdict:
    """Judge an answer, a derivation or a document.

    Args:
        answer: What was written.
        claim: The claim or answer id that it answers.
        sheet: Declarations and what is asked, instead of a claim; without either, the text must
            carry its own declarations.
        kind: What the text holds; None decides by its layout.
        format: How it is written.

    Raises:
        ValueError: Both a claim and a sheet are given.
    """
    if claim is not None and sheet is not None:
        raise ValueError("give a claim or a sheet, not both")
    if claim is not None:
        try:
            sheet = sheet_of(claim)
        except KeyError:
            return undecided("unknown-claim", f"there is no claim {claim!r}; see lemmata list")
    return judge(answer, sheet=sheet, kind=kind, format=format)
