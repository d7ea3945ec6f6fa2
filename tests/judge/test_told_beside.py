"""What stands beside an answer, what is doubted, and what a refuted answer is told."""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check
from lemmata.judge import check as judge
from lemmata.judge.chains import judge_readings
from lemmata.judge.doubts import doubts_of
from lemmata.judge.lines import LARGEST_PAIRS
from lemmata.judge.mends import explain_difference
from lemmata.kernel.declarations import Declarations, Family, Parameter, Scalar, Variable
from lemmata.kernel.language import DensityHead, gradient, log
from lemmata.kernel.terms import Statement, Sym, as_term
from lemmata.kernel.verdict import Span
from lemmata.notation import Reading, read_sheet, read_statement

HERE = Span(1, 1, 0, 1)
SUM = read_sheet(r"""
[scalars]
u = {domain = "positive"}
v = {domain = "positive"}
[question]
reference = 'u + v'
labels = ['g']
""")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"g = u + v \ge 0", "proved"),
        (r"u + v \ge 0", "proved"),
        (r"u + v \ge 5", "undecided"),
        (r"g = u + v \ge 5", "undecided"),
        (r"u - v \ge 0", "refuted"),
        (r"u + v, \quad u + v = v + u", "proved"),
        (r"u + v, \quad u = v", "undecided"),
        (r"u + v, \quad u > 0", "proved"),
        (r"u + v, \quad u \le 3", "undecided"),
        (r"u + v, \quad u \le 1", "undecided"),
    ],
)
def test_bounds_and_equations_beside_an_answer(answer: str, outcome: str) -> None:
    """What is true beside an answer is let pass; what may fail, or restricts it, is not."""
    verdict = judge(answer, sheet=SUM, kind="expression")
    assert verdict.outcome == outcome, verdict.message


NUMBER = read_sheet(r"""
[question]
reference = '\log 2'
""")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"\log 2 \approx 0.693", "proved"),
        (r"\approx 0.69", "proved"),
        (r"\approx 0.70", "refuted"),
        (r"\approx 0.694", "refuted"),
    ],
)
def test_a_decimal_is_within_half_of_its_last_digit(answer: str, outcome: str) -> None:
    """A rounded number is right where the exact one rounds to it."""
    verdict = judge(answer, sheet=NUMBER, kind="expression")
    assert verdict.outcome == outcome, verdict.message


def test_no_reading_is_refuted_that_was_not_tried() -> None:
    """Where an answer has more readings than are tried, all of those that are may be wrong."""
    x = Sym("x")
    declared = Declarations(scalars=(Scalar("x"),))
    target = Reading(x, (), HERE)
    pairs = [(target, Reading(x + k, (), HERE)) for k in range(1, LARGEST_PAIRS + 2)]
    assert judge_readings(pairs[:LARGEST_PAIRS], "=", declared)[0].verdict.outcome == "refuted"
    found = judge_readings(pairs, "=", declared)[0].verdict
    assert found.outcome == "undecided"
    assert "more readings than are tried" in found.message


COLUMNS = read_sheet(r"""
sizes = ["d"]
[scalars]
c = {}
x = {shape = "d"}
B = {shape = "d, d"}
[question]
reference = 'B x'
""")


@pytest.mark.parametrize(
    ("answer", "outcome", "told"),
    [
        (r"\sum_j B_{ij} x_j", "proved", ""),
        (r"-\sum_j B_{ij} x_j", "refuted", "it would hold with one change: flip the sign"),
        (r"\sum_j B_{ji} x_j", "refuted", ""),
    ],
)
def test_an_answer_by_components(answer: str, outcome: str, told: str) -> None:
    """A letter of the answer numbers the entries of what is asked, and its slip is named."""
    verdict = judge(answer, sheet=COLUMNS, kind="expression")
    assert verdict.outcome == outcome, verdict.message
    assert told in verdict.message


def test_a_letter_of_an_answer_has_the_range_that_it_numbers() -> None:
    """Also where what is asked is a number, which no letter numbers."""
    sheet = read_sheet("""
    sizes = ["d"]
    [scalars]
    c = {}
    x = {shape = "d"}
    [question]
    reference = 'c'
    """)
    assert judge("c + x_i - x_i", sheet=sheet, kind="expression").outcome == "proved"
    assert judge("c + x_i", sheet=sheet, kind="expression").outcome == "refuted"


ENTRIES = read_sheet(r"""
sizes = ["d", "n"]
[scalars]
s = {index = "j = 1..n-d"}
[facts]
order = 'd < n'
[question]
reference = '\sum_{j=1}^{n-d} s_j'
""")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"\sum_{j=1}^{n-d} s_j", "proved"),
        (r"\sum_{j=d+1}^{n} s_j", "proved"),
        (r"2\sum_{j=d+1}^{n} s_j", "refuted"),
        (r"\sum_{j=d+1}^{n+1} s_j", "refuted"),
    ],
)
def test_entries_numbered_behind_the_first_ones(answer: str, outcome: str) -> None:
    """The last n - d entries may be numbered from d + 1 on; other entries there are none."""
    verdict = judge(answer, sheet=ENTRIES, kind="expression")
    assert verdict.outcome == outcome, verdict.message


def test_what_is_not_declared_of_a_parameter_is_doubted_beside_what_is() -> None:
    """Where one law is declared not to depend on a parameter, silence about another is a doubt."""
    p, theta, x = DensityHead("p"), Sym("theta"), Sym("x")
    slope = Statement(gradient(theta, log(p(x))), "=", as_term(0))
    world = Declarations(
        variables=(Variable("x"),),
        families=(Family("p", ("x",)),),
        parameters=(Parameter("theta"),),
    )
    assert not [*doubts_of(slope, world)]
    told = Declarations(
        variables=(Variable("x"),),
        families=(Family("p", ("x",)), Family("q", ("x",), parameters=())),
        parameters=(Parameter("theta"),),
    )
    assert [*doubts_of(slope, told)] == ["whether p depends on the parameter is not declared"]


def test_the_layout_of_a_derivative_is_doubted() -> None:
    """The derivative of a column by a column may be written with rows or with columns."""
    declared = COLUMNS.declarations
    layouts = read_statement(r"\partial_x (B x) = B", declared)
    assert len(layouts) > 1
    for reading in layouts:
        assert any("two ways" in doubt for doubt in doubts_of(reading.statement, declared))
    (reading,) = read_statement(r"\nabla_x (x^\top x) = x", declared)
    assert not [*doubts_of(reading.statement, declared)]


def test_a_difference_is_told() -> None:
    """Where nothing short mends a statement, it is said what left minus right is."""
    declared = Declarations(scalars=tuple(Scalar(name) for name in "ab"))
    a, b = Sym("a"), Sym("b")
    told = explain_difference(Statement(a * b, "=", a * b - 2 * a + b), declared)
    assert told == "left minus right is 2 * a - b"
    assert explain_difference(Statement(a + b, "=", b + a), declared) == ""


def test_the_goal_is_reached_by_what_is_worked_out() -> None:
    """A chain from the asked start to its end reaches the goal; one that stops before does not."""
    whole = r"$$\frac{d\sigma}{dx}=\frac{e^{-x}}{(1+e^{-x})^2}=\sigma(x)(1-\sigma(x))$$"
    verdict = check(whole, claim="sigmoid-derivative", kind="derivation")
    assert (verdict.outcome, verdict.reaches_goal) == ("proved", True)
    stays = r"$$\frac{d\sigma}{dx}=\frac{d}{dx}\frac{1}{1+e^{-x}}$$"
    assert check(stays, claim="sigmoid-derivative", kind="derivation").reaches_goal is False
