"""LaTeX of reports: the promised packages only, every text escaped, every group closed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lemmata.derivations.registry import claims
from lemmata.reports.claims import claims_report
from lemmata.reports.document import (
    Badge,
    Document,
    Formula,
    Grid,
    Line,
    Paragraph,
    Section,
    Source,
    Steps,
    Verbatim,
)
from lemmata.reports.latex import SIGN, _columns, write_latex_document
from lemmata.reports.latex_formulas import WIDEST, fitted, lines_of, width
from lemmata.reports.latex_text import escaped
from lemmata.reports.pdf import MISSING, NoPdfError, write_pdf

PACKAGES = {"amsmath", "amssymb", "amsthm", "hyperref", "booktabs", "xcolor"}
EVERY_SIGN = "".join(map(chr, range(0x20, 0x250))) + "αβγΓΩς∞≥√✓\u2060漢字😀\u202e\x00\x1b"


def document_of(text: str) -> Document:
    """A document with a text in every place."""
    line = Line("a1", "=", Source(text), (text,), Badge("refuted", text), text, (Verbatim(text),))
    grid = Grid(text, (text, text), (((text,), (Source(text),)),))
    blocks = (Paragraph((text, Source(text))), Steps(Source(text), (line,)), grid)
    return Document(text, (Paragraph((text,)),), (Section(text, "a", blocks),))


def test_short_columns_have_the_width_of_their_words() -> None:
    """A long name is broken into lines before a short word sticks out of its column."""
    words = ("proved", "proved", "confirmed", "confirmed", "confirmed", "60/60, 5/5")
    row = tuple((text,) for text in ("mutual-information-entropy-identity", *words))
    name, *rest = _columns(Grid("", ("",) * len(row), (row,)))
    longest = [max(map(len, text.split())) for text in words]
    assert all(part > 0.999 * SIGN * size for part, size in zip(rest, longest, strict=True))
    assert name > 0


def test_short_cells_leave_room_for_long_ones() -> None:
    """Cells of two words are set in two lines before a title is set in ten; else in one line."""
    title = "The divergence between products of independent laws is the sum of the divergences"
    outcomes = ("confirmed 15/15",) * 3
    title_, *narrow = _columns(
        Grid("", ("",) * 4, (tuple((text,) for text in (title, *outcomes)),))
    )
    assert title_ > 0.4
    assert all(part > 0.999 * SIGN * len("confirmed") for part in narrow)
    row = tuple((text,) for text in (title, outcomes[0]))
    _, one_line = _columns(Grid("", ("",) * 2, (row,)))
    assert one_line > 0.999 * SIGN * len(outcomes[0])


def balanced(latex: str) -> bool:
    """Whether every brace is closed, escaped ones apart."""
    depth = 0
    for mark in re.findall(r"\\.|[{}]", latex, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if depth < 0:
            return False
    return depth == 0


def test_only_the_promised_packages(evidence: Path) -> None:
    """The preamble loads what every LaTeX has, and nothing else."""
    latex = write_latex_document(claims_report(list(claims().values()), evidence))
    assert set(re.findall(r"\\usepackage(?:\[.*?\])?\{(\w+)\}", latex)) == PACKAGES
    assert balanced(latex)
    assert latex.count(r"\begin{flalign*}") == latex.count(r"\end{flalign*}") > len(claims())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("50% & $3_a^b #~", r"50\% \& \$3\_a\textasciicircum{}b \#\textasciitilde{}"),
        ("é ñ ü Å", r"\'{e} \~{n} \"{u} \AA{}"),
        (
            "σ Σ ς ∞",
            r"\ensuremath{\sigma} \ensuremath{\Sigma} \ensuremath{\varsigma} \ensuremath{\infty}",
        ),
        ("漢\x00", "[U+6F22][U+0000]"),
        ("a--b", "a-{}-{}b"),
    ],
)
def test_text_is_escaped(text: str, shown: str) -> None:
    """No sign of a text is a command, and no sign stops LaTeX."""
    assert escaped(text) == shown


@pytest.mark.parametrize("text", [EVERY_SIGN, "}{", "\\", r"\end{document}", "%", "a\n\nb"])
def test_any_text_leaves_the_groups_closed(text: str) -> None:
    """Whatever is written stays inside its group, and pure ASCII comes out."""
    latex = write_latex_document(document_of(text))
    assert balanced(latex)
    assert latex.count(r"\end{document}") == 1
    assert latex.isascii()


def test_long_formulas_are_cut_at_the_signs_of_the_outermost_sum() -> None:
    """Each line fits, and together they are the formula."""
    terms = [rf"\frac{{a_{{{n}}} + 1}}{{2}} \left(x - {n}\right)" for n in range(20)]
    latex = " + ".join(terms)
    lines = lines_of(latex)
    assert "".join(lines) == latex
    assert all(width(line) <= WIDEST for line in lines)
    assert len(lines) > 1
    assert lines_of("a + b") == ["a + b"]


def test_a_formula_that_cannot_be_cut_is_set_smaller() -> None:
    """One long bracket gets smaller letters, and a short one keeps its own."""
    assert fitted("a") == "a"
    long = rf"\left({' + '.join('a' * 22)}\right)"
    assert lines_of(long) == [long]
    assert fitted(long) == rf"\text{{\footnotesize$\displaystyle {long}$}}"


def test_widths_are_those_of_what_is_set() -> None:
    """A fraction is as wide as its wider part, and indices above each other are one."""
    assert width(r"\frac{a}{b}") < width("a b c")
    assert width(r"\frac{a}{b + c + d}") > width("b + c + d") > width(r"\frac{b + c}{d}")
    assert width("x_{i}^{2}") == width("x_{2}^{i}") < width("x_{i}") + width("x_{2}") - width("x")
    assert width(r"\mathbb{E}") == width("E")
    assert width("a} b}") == width("a b")


# What TeX measures, in points, in the letters of a report.
MEASURED = [
    (108, r"\quad = \int q(z) \log \frac{q(z)}{p(z)} \,dz"),
    (129, r"\quad = b \int \pi(\tau) \nabla_{\theta} \log \pi(\tau) \,d\tau"),
    (122, r"I(y; z) = H(y) - H(y \mid z)"),
    (124, "(" + 20 * "a" + ")"),
    (132, r"\quad = \log\left(\left|\prod_{j=1}^{n - d} \exp(s_{j}(u))\right|\right)"),
    (154, r"\quad = - \frac{1}{2} \log(2 \pi) - \frac{1}{2} \log(\sigma^{2}) - \frac{1}{2}"),
    (
        196,
        (
            r"D_{\mathrm{KL}}(q(z) \,\|\, p(z)) "
            r"= \sum_{j=1}^{m} D_{\mathrm{KL}}(q(z_{j}) \,\|\, p(z_{j}))"
        ),
    ),
    (
        298,
        (
            r"\quad = \mathbb{E}_{y \sim P(y), z \sim P(z \mid y)}"
            r"\left[- \log P_{\Phi}(z) + \log P(z \mid y) - \log P_{\Theta}(y \mid z)\right]"
        ),
    ),
    (
        105,
        (
            r"\det\left(\begin{pmatrix} a & b + c \\ "
            r"\frac{\partial}{\partial u_{k}} x & 0 \end{pmatrix}\right)"
        ),
    ),
]


@pytest.mark.parametrize(("measured", "latex"), MEASURED)
def test_widths_are_those_that_tex_measures(measured: int, latex: str) -> None:
    """At most 4 % too small, so that what is said to fit does; and not much too large."""
    assert 0.96 * measured <= width(latex) <= 1.22 * measured


def test_a_formula_leaves_room_for_its_reasons_or_has_none_beside_it() -> None:
    """A short one has its reasons in the same row, a long one below it."""
    long = Formula(" + ".join("abcdefghijklmnopqr"), (), "")
    short = Formula("a + b", (), "")
    lines = tuple(Line("", "=", each, ("a reason",)) for each in (short, long))
    latex = write_latex_document(Document("t", (), (Section("s", "s", (Steps(short, lines),)),)))
    beside, alone = re.findall(r"^&.*= .*$", latex, re.MULTILINE)
    assert beside.endswith(r"&&\reasons{by a reason} \\")
    assert alone.startswith(r"&\alone{")
    assert "reasons" not in alone


def test_without_latex_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No compiler: an error with the command that installs one, and no file."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(NoPdfError, match="apt-get install texlive-latex-recommended latexmk"):
        write_pdf("", tmp_path / "a.pdf")
    assert MISSING.startswith("a PDF needs")
    assert not (tmp_path / "a.pdf").exists()


def test_an_error_of_latex_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler that fails: the line of its log that says why."""

    def fail(*_: object, **__: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(
            [], 1, b"log\n! Undefined control sequence.\nl.3 \\x\n", b""
        )

    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(NoPdfError, match="! Undefined control sequence"):
        write_pdf("", tmp_path / "a.pdf")


def test_a_compiler_is_run_without_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain pdflatex runs twice, stops at errors, and may not start programs."""
    seen: list[list[str]] = []

    def compile_(command: list[str], cwd: str, **_: object) -> subprocess.CompletedProcess[bytes]:
        seen.append(command)
        shutil.copyfile(Path(cwd, "report.tex"), Path(cwd, "report.pdf"))
        return subprocess.CompletedProcess([], 0, b"", b"")

    monkeypatch.setattr(
        shutil, "which", lambda name: "/bin/pdflatex" if name == "pdflatex" else None
    )
    monkeypatch.setattr(subprocess, "run", compile_)
    write_pdf("text", tmp_path / "a.pdf")
    assert len(seen) == 2
    assert {"-halt-on-error", "-no-shell-escape"} <= set(seen[0])
    assert (tmp_path / "a.pdf").read_text(encoding="utf-8") == "text"
