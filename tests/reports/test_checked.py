"""A checked text is shown line by line: as written, as read, with its verdict."""

import re
from pathlib import Path

import pytest

from lemmata import check
from lemmata.checkers.sheets import sheet_of
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.verdict import Verdict
from lemmata.notation import Sheet, declarations_from_document
from lemmata.reports.checked import checked_report
from lemmata.reports.document import Document, Formula, Grid, Paragraph, Raw, Source, Steps
from lemmata.reports.html import write_html
from lemmata.reports.latex import write_latex_document

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "elbo.tex"
ATTACK = "<img src=x onerror=alert(1)>"


def report(text: str, sheet: Sheet | None) -> tuple[Verdict, Document]:
    """The verdict and the report of a text."""
    verdict = check(text, sheet=sheet)
    return verdict, checked_report("t.tex", text, sheet or Sheet(Declarations()), verdict)


def steps_of(document: Document) -> Steps:
    """The first chain that a report shows."""
    return next(block for block in document.sections[0].blocks if isinstance(block, Steps))


def test_each_line_is_shown_as_written_and_as_read() -> None:
    """Formulas come from the reading, the source stands beside them, the wrong one has a table."""
    text = EXAMPLE.read_text(encoding="utf-8")
    _, document = report(text, declarations_from_document(text))
    steps = steps_of(document)
    assert [line.badge.status for line in steps.lines if line.badge] == [
        "proved",
        "refuted",
        "proved",
    ]
    assert all(isinstance(line.content, Formula) for line in steps.lines)
    assert all(line.source in text for line in steps.lines)
    (table,) = [block for block in steps.lines[1].below if isinstance(block, Grid)]
    assert table.rows[-1] == (("right side",), (Source("-0.0588915"),))
    html = write_html(document)
    assert "assumes: densities are positive where they divide" in html
    assert html.count('data-status="refuted"') == 1
    assert "<math" in html
    assert r"\begin{flalign*}" in write_latex_document(document)


def elements(html: str) -> list[str]:
    """The names of the elements of a page, what stands inside a script left out."""
    return re.findall(r"<(\w+)", re.sub(r"(<script>).*?</script>", r"\1", html, flags=re.DOTALL))


def test_a_line_that_is_not_read_is_shown_as_written() -> None:
    """It is typeset by a script that only such a page holds, and its source says what it is."""
    text = r"KL(q(z) \| p(z)) = \foo{1} = 0"
    _, document = report(text, sheet_of("gaussian-kl"))
    html = write_html(document)
    assert any(line.content == Raw(r"\foo{1}") for line in steps_of(document).lines)
    assert r'<span class="raw"><span>not read: <code>\foo{1}</code></span></span>' in html
    assert "undecided (unreadable)" in html or "undecided (unsupported)" in html
    assert "var temml=" in html
    read = report(r"\int q(z) dz = 1", sheet_of("gaussian-kl"))[1]
    assert "var temml=" not in write_html(read)


def test_a_text_that_is_not_read_is_shown_whole() -> None:
    """Its formulas as written, and the message."""
    text = r"\[ \frac{a}{b \] and \[ c \]"
    _, document = report(text, sheet_of("gaussian-kl"))
    shown = [block.content for block in document.sections[0].blocks if isinstance(block, Paragraph)]
    assert shown[:2] == [(Raw(r"\frac{a}{b"),), (Raw("c"),)]


@pytest.mark.parametrize(
    "text",
    [ATTACK, rf"KL(q(z) \| p(z)) = \text{{{ATTACK}}} = 1", rf"\[ x = 1 \] {ATTACK}", "", "\x00"],
)
def test_an_answer_cannot_become_markup(text: str) -> None:
    """Markup in an answer is text, wherever it stands."""
    verdict, document = report(text, sheet_of("gaussian-kl"))
    html = write_html(document)
    assert verdict.outcome != "proved"
    assert "img" not in elements(html)
    assert elements(html).count("script") == (3 if "not read: " in html else 1)
