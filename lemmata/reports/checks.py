"""One verdict in each of the forms that `lemmata check` prints."""

from lemmata.checkers.sheets import sheet_of
from lemmata.checkers.tasks import Format
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.verdict import Verdict
from lemmata.notation import Sheet
from lemmata.reports.checked import checked_report, plain_report
from lemmata.reports.findings import WRITERS, findings
from lemmata.reports.html import write_html
from lemmata.reports.plain import verdict_text


def in_format(
    name: str,
    path: str,
    text: str,
    verdict: Verdict,
    asked: tuple[str | None, Sheet | None, Format],
    *,
    colour: bool,
) -> str:
    """A verdict as text in a form.

    Args:
        name: human, html, or a name in `findings.WRITERS`.
        path: The file, as it was named.
        text: What was judged.
        verdict: What was found.
        asked: The claim that it answers, or the sheet that it was judged by; and how it is written.
        colour: Whether a terminal shows it in colour.
    """
    if name == "human":
        return verdict_text(verdict, text=text, colour=colour)
    if name == "html":
        claim, sheet, dialect = asked
        if dialect not in ("latex", "text"):
            return write_html(plain_report(path, text, verdict))
        sheet = sheet_of(claim) if claim else sheet or Sheet(Declarations())
        return write_html(checked_report(path, text, sheet, verdict, dialect))
    return WRITERS[name](findings(path, text, verdict))
