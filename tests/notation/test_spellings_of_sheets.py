"""Other ways to write what a sheet declares, and what an answer may call what is asked for."""

from __future__ import annotations

import pytest

from lemmata.judge import check
from lemmata.notation import NotationError, SheetError, read_expression, read_sheet, write_text
from lemmata.notation.sheet_write import write_sheet

SHEET = read_sheet(r"""
sizes = ["m"]
[indices]
i = "1..m"
k = "1..m"
[scalars]
x = {index = "1..m"}
g = {index = "1..m"}
t = {}
[definitions]
"u_i" = '2 x_i'
"s(t)" = '\frac{1}{1 + e^{-t}}'
[spellings]
'g_i' = ['\frac{\partial L}{\partial y_i}', 'dL/dy_i']
'x_i' = ['x^{(i)}', 'old(x)_i']
'old' = ['o']
[question]
reference = '\sum_{j=1}^m g_j u_i \delta_{ik}'
labels = ['\frac{\partial L}{\partial x_{ik}}', 'G_{ik}']
conditions = ['t \sim N(0,1)']
""")


def read(text: str, dialect: str = "latex") -> list[str]:
    """The readings of an expression, as keyboard text."""
    assert dialect in ("latex", "text")
    found = read_expression(
        text, SHEET.declarations, "text" if dialect == "text" else "latex", SHEET.conventions
    )
    return [write_text(reading.term, SHEET.declarations) for reading in found]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (r"\frac{\partial L}{\partial y_k}", "g_k"),
        (r"\frac{dL}{dy_k}", "g_k"),
        (r"\frac{\partial \mathcal{L}}{\partial y_{k}}", "g_k"),
        (r"\partial L/\partial y_{k+1}", "g_{k + 1}"),
        (r"\nabla_{y_k} L", "g_k"),
        (r"\frac{\partial}{\partial y_k} L", "g_k"),
        (r"x^{(k)}", "x_k"),
        (r"u_k", "u_k"),
        (r"2\left(x^{(3)}\right)", "2 * x_3"),
    ],
)
def test_spellings_are_read_as_what_they_stand_for(text: str, meant: str) -> None:
    """Whatever its layout, a spelling is what is declared."""
    assert read(text) == read(meant, "text")


def test_spellings_of_keyboard_text() -> None:
    """A spelling without a backslash is read in both dialects."""
    assert read("dL/dy_k", "text") == read("g_k", "text") == read(r"g_k")


@pytest.mark.parametrize(
    "text", [r"\frac{\partial L}{\partial y_{ik}}", r"\frac{\partial M}{\partial y_i}"]
)
def test_what_only_looks_like_a_spelling_is_not_read(text: str) -> None:
    """Two indices are no index, and another letter is another thing."""
    with pytest.raises(NotationError):
        read(text)


def test_a_function_of_numbers_may_stand_bare() -> None:
    """With s(t) defined, s alone is s(t), and s(1 - s) a product or a value."""
    assert read("s") == read("s(t)")
    assert len(read("s(1 - s)")) == 2
    assert len(read("s(-t)")) == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"\frac{\partial L}{\partial x_{ik}} = 2 x_i \delta_{ik} \sum_j g_j", "proved"),
        (r"G_{ki} = 2 x_i \delta_{ik} \sum_j g_j", "proved"),
        (r"2 x_k \delta_{ik} \sum_j g_j", "proved"),
        (r"2 x_i \delta_{ik} \sum_j g_j, \quad t \sim N(0, 1)", "proved"),
        (r"\frac{\partial L}{\partial x_{ik}} = x_i \delta_{ik} \sum_j g_j", "refuted"),
        (r"2 x_i \delta_{ik} g_i", "refuted"),
        (r"\frac{\partial L}{\partial x_{ik}}", "undecided"),
        (r"2 x_i \delta_{ik} \sum_j g_j, \quad t \sim N(0, 2)", "undecided"),
    ],
)
def test_labels_and_conditions(answer: str, outcome: str) -> None:
    """What an answer calls itself states nothing; a known condition changes nothing."""
    assert check(answer, sheet=SHEET, kind="expression").outcome == outcome


def test_an_answer_that_is_only_its_label_is_no_answer() -> None:
    """The thing that is asked for, given back, is unanswered."""
    verdict = check(r"3 \frac{\partial L}{\partial x_{ik}} - 1", sheet=SHEET, kind="expression")
    assert verdict.cause == "unanswered"


def test_a_free_letter_may_have_another_name() -> None:
    """A vector over i is the same vector over k; a wrong one stays wrong."""
    sheet = read_sheet(r"""
    sizes = ["m"]
    [indices]
    i = "1..m"
    k = "1..m"
    [scalars]
    x = {index = "1..m"}
    [question]
    reference = 'x_i^2'
    """)
    assert check("x_k^2", sheet=sheet).outcome == "proved"
    assert check("x_k^3", sheet=sheet).outcome == "refuted"
    assert check("x_k x_i", sheet=sheet).outcome == "refuted"


def test_spellings_are_written_back() -> None:
    """A sheet with spellings, labels and conditions is read back as it was."""
    again = read_sheet(write_sheet(SHEET))
    assert again == SHEET


def test_a_spelling_that_cannot_be_cut_is_an_error() -> None:
    """The message names the table."""
    with pytest.raises(SheetError, match="spellings"):
        read_sheet('[scalars]\nx = {}\n[spellings]\n"x" = ["x_{"]\n')
    with pytest.raises(SheetError, match="begins with an index"):
        read_sheet('sizes = ["m"]\n[indices]\ni = "1..m"\n[spellings]\n"m" = ["i"]\n')


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("0.667", "proved"),
        ("0.67", "proved"),
        ("0.66", "refuted"),
        ("0.6675", "refuted"),
        (r"66.7\%", "proved"),
        ("67%", "proved"),
        ("66%", "refuted"),
        (r"\frac{2}{3} \approx 0.667", "proved"),
        (r"\frac{2}{3} = 0.66", "refuted"),
        (r"\frac{4}{6} = 0.7 \cdot 1", "refuted"),
        (r"\approx 0.667", "proved"),
        (r"\frac{0.667}{1}", "refuted"),
    ],
)
def test_decimals_match_within_half_a_unit(answer: str, outcome: str) -> None:
    """A final decimal is rounded; a decimal in a formula is exact."""
    sheet = read_sheet("[question]\nreference = '\\frac{2}{3}'\n")
    assert check(answer, sheet=sheet, kind="expression").outcome == outcome


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            r"\begin{cases} t & i = k \\ 2t & i \neq k \end{cases}",
            r"t \delta_{ik} + 2t(1 - \delta_{ik})",
        ),
        (
            r"\begin{cases} t, & \text{if } i = k \\ 0, & \text{otherwise.} \end{cases}",
            r"t\delta_{ik}",
        ),
        (r"\max(t, 1)", r"\max\{1, t\}"),
        (r"\max(t, 1) + \min(t, 1)", "t + 1"),
        (r"\tanh t", r"\frac{\sinh t}{\cosh t}"),
        (r"1 - \tanh^2 t", r"\operatorname{sech}^2(t)"),
    ],
)
def test_cases_extremes_and_hyperbolic_functions(text: str, meant: str) -> None:
    """They are sums, products and quotients of what is known."""
    sheet = read_sheet(
        write_sheet(SHEET).split("[question]")[0] + f"[question]\nreference = '{meant}'"
    )
    verdict = check(text, sheet=sheet, kind="expression")
    assert verdict.outcome == "proved", verdict
    assert check(f"2({text}) + 1", sheet=sheet, kind="expression").outcome == "refuted"


@pytest.mark.parametrize(
    "text",
    [
        r"\begin{cases} t & i = k \\ 2t & i < k \end{cases}",
        r"\begin{cases} t & \text{sometimes} \\ 2t & i = k \end{cases}",
        r"\begin{cases} t & i = k \\ 2t & i \ne k \\ 3t & i > k \end{cases}",
    ],
)
def test_cases_that_overlap_or_leave_gaps_are_not_read(text: str) -> None:
    """What holds where is not guessed."""
    with pytest.raises(NotationError):
        read(text)
