r"""Long formulas that are broken over the rows of a display, and rows that nobody can place.

A row goes on from the one before it at an operator; where neither of the two has one, and nothing
else tells what the row is, no verdict rests on a part of the formula.
"""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Outcome

NAMES = r"""% lemmata:
% sizes = ["n"]
% [scalars]
% a = {}
% b = {}
% c = {}
% x = {index = "i = 1..n"}
"""


def judged(rows: str, environment: str = "align*") -> Outcome:
    """The outcome of a display with some rows."""
    name = environment.partition("{")[0]
    display = rf"\begin{{{environment}}} {rows} \end{{{name}}}"
    inner = name in ("aligned", "split", "gathered", "multlined", "array")
    return check(f"{NAMES}\n{f'$$ {display} $$' if inner else display}\n").outcome


BROKEN: list[tuple[str, str]] = [
    (r"& a^2 + \\ & b = a^2 + b", r"& a^2 + \\ & b = b"),
    (r"b\ +& \\ a =& a + b", r"b\ +& \\ a =& a"),
    (r"& a^2 \\ & - b = a^2 - b", r"& a^2 \\ & - b = - b"),
    (r"& 2 \cdot \\ & \quad a^2 = 2a^2", r"& 2 \cdot \\ & \quad a^2 = a^2"),
    (r"(a + b)^2 &= a^2 + \\ & 2ab + b^2", r"(a + b)^2 &= a^2 + \\ & 3ab + b^2"),
    (r"(a + b)^2 &= a^2 + 2ab \\ & + b^2", r"(a + b)^2 &= a^2 + 2ab \\ & - b^2"),
    (r"2ab &= 2a \times \\ & b", r"2ab &= 2a \times \\ & b^2"),
    (r"2ab &= 2a \notag \\ & \qquad \cdot b", r"2ab &= 2a \notag \\ & \qquad \cdot b^2"),
    (r"a - b &= a \\ & \kern1em - b", r"a - b &= a \\ & \kern1em + b"),
    (r"a - b &= a \\ & \mkern 18mu - b", r"a - b &= a - b \\ & \hskip 2em - b"),
    (r"a - b &= a \\ & - b = -b + a", r"a - b &= a \\ & - b = b - a"),
    (r"& a - b = a \\ & {} - b = a - b", r"& a - b = a \\ & {} - b = b - a"),
    (r"na &= \sum_{i=1}^n \\ & \quad a", r"na &= \sum_{i=1}^n \\ & \quad b"),
    (
        r"a(b + c) &= a\left( b \right. \\ & \quad \left. + c \right)",
        r"a(b + c) &= a\left( b \right. \\ & \quad \left. - c \right)",
    ),
    (
        r"a(b + c) &= a\bigl( b + \bigr. \\ & \quad \bigl. c \bigr)",
        r"a(b + c) &= a\bigl( b + \bigr. \\ & \quad \bigl. 2c \bigr)",
    ),
    (r"a + b &= a + && \text{(split)} \\ & b", r"a + b &= a + && \text{(split)} \\ & c"),
    (r"a + b &= a + \\ & b \\ & \vdots \\ &= b + a", r"a &= a + \\ & b \\ & \vdots \\ &= a"),
    (r"a + a &= \ldots \\ &= 2a", r"a + a &= \ldots \\ &= 3a"),
    (r"& ab \\ & + c \\ &= ba + c", r"& ab \\ & + c \\ &= ba"),
    (r"& a + b \\ & \ge b + a", r"& a \\ & + b \\ & \ge b + a + 1"),
    (r"\lefteqn{a + a} & \\ &= 2a", r"\lefteqn{a +} & \\ a &= a"),
]


@pytest.mark.parametrize(("right", "wrong"), BROKEN)
def test_a_formula_that_is_broken_at_an_operator(right: str, wrong: str) -> None:
    """It is one formula, whichever side of it is broken and however the rest is indented."""
    assert judged(right) == "proved"
    assert judged(wrong) == "refuted"


ENVIRONMENTS = ["aligned", "split", "gathered", "gather*", "multline*", "multlined", "array{rl}"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_rows_in_every_environment(environment: str) -> None:
    """The operators tell that a formula goes on, with and without an alignment."""
    sign = "&" if environment in ("aligned", "split", "array{rl}") else ""
    environment = environment.replace("array{rl}", "array}{rl").replace("}{rl", "")
    environment = "array" if environment == "array" else environment
    for rows, outcome in (
        (rf"(a + b)^2 {sign}= a^2 + 2ab + \\ {sign} b^2", "proved"),
        (rf"(a + b)^2 {sign}= a^2 + 2ab \\ {sign} + b^2", "proved"),
        (rf"(a + b)^2 {sign}= a^2 + 2ab + \\ {sign} 2b^2", "refuted"),
        (rf"{sign} c + \\ {sign} a = a", "refuted"),
        (rf"{sign} a^2 \\ {sign} - b = a^2 - b", "proved"),
    ):
        assert judged(f"{{rl}} {rows}" if environment == "array" else rows, environment) == outcome


THREE_COLUMNS: list[tuple[Outcome, str]] = [
    ("proved", r"(a + b)^2 &=& a^2 + 2ab + \nonumber \\ && b^2"),
    ("proved", r"(a + b)^2 &=& a^2 + 2ab \\ && {} + b^2 \\ &=& b^2 + 2ab + a^2"),
    ("refuted", r"(a + b)^2 &=& a^2 + 2ab \\ && {} - b^2"),
    ("proved", r"&& a - b = a \\ && \quad - b"),
    ("refuted", r"&& a - b = a \\ && \quad + b"),
    ("proved", r"a - b &=& a \\ && - b = a - b"),
    ("undecided", r"ab &=& a \\ && b"),
    ("undecided", r"ab &=& a \\ && b = ba"),
]


@pytest.mark.parametrize("environment", ["eqnarray*", "IEEEeqnarray"])
@pytest.mark.parametrize(("outcome", "rows"), THREE_COLUMNS)
def test_rows_in_three_columns(outcome: Outcome, rows: str, environment: str) -> None:
    """What stands in the third column alone is a row, and no comment."""
    columns = "{rCl} " if environment.startswith("I") else ""
    rows = columns + (rows.replace(r"\nonumber", r"\IEEEnonumber") if columns else rows)
    assert judged(rows, environment) == outcome


UNPLACED = [
    r"ab &= a \\ & b",
    r"a(b + c) &= a \\ & \quad (b + c)",
    r"a\sum_{i=1}^n x_i &= a \\ & \left(\sum_{i=1}^n x_i\right)",
    r"a\sum_{i=1}^n x_i &= a && \left(\sum_{i=1}^n x_i\right)",
    r"ab &= a \\ & b = ba",
    r"ab &= a \\ & \quad b \\ &= ba",
    r"& ab \\ &= a \\ & \quad b \\ &= ba",
    r"& a^2 \\ & b = b",
    r"& a^2 \\ & (a + b) = a + b",
    r"& a^2 \\ \Rightarrow & b = b",
    r"& a^2 \\ & \text{so } b = b",
    r"& \frac{d}{da} \\ & a^2 = a^2",
    r"& \max_a \\ & a^2 = a^2",
    r"& \int \\ & a^2 = a^2",
    r"a - b &= a \\ & \foo - b",
    r"a &= a \\ & ^2",
    r"& a = a \\ & -b = -b",
    r"a^2 &= a \\ & \boxed{a}",
    r"a &= a, \quad b = b \\ & + c",
    r"ab &= a && \text{(times)} \\ & b",
    r"2ab &= \left[ \begin{aligned} & 2a \\ & b \end{aligned} \right]",
    r"a &= a \\ & \ldots",
    r"a &= a = \ldots",
]


@pytest.mark.parametrize("rows", UNPLACED)
def test_no_row_is_passed_over(rows: str) -> None:
    """Nothing is proved or refuted of a formula that a row may go on with."""
    assert judged(rows) == "undecided"


def test_a_row_in_doubt_is_named() -> None:
    """The message tells which row it is, and what to write."""
    found = check(rf"{NAMES}" + "\n" + r"\begin{align*} ab &= a \\ & b \end{align*}")
    assert found.cause == "ambiguous"
    assert "this row may go on from the row before it" in found.message
    assert "Begin it with an operator" in found.message


PLACED: list[tuple[Outcome, str]] = [
    ("proved", r"a + a &= 2a \\ -b &= -b"),
    ("refuted", r"a + a &= 2a \\ -b &= b"),
    ("proved", r"ab & \\ &= ba \\ 2a & \\ &= a + a"),
    ("refuted", r"ab & \\ &= ba \\ 2a & \\ &= a"),
    ("proved", r"a + a &= 2a \\ & \boxed{2a}"),
    ("proved", r"ab &= ba \\ & \vdots \\ bc &= cb"),
    ("refuted", r"a + b &= a \\ \\ & + c"),
    ("proved", r"a + b &= a \\ \\ & + b"),
    ("proved", r"ab &= ba \\ & (1)"),
    ("proved", r"a + b &= \left[ \begin{aligned} & a \\ & + b \end{aligned} \right]"),
]


@pytest.mark.parametrize(("outcome", "rows"), PLACED)
def test_rows_that_begin_a_statement(outcome: Outcome, rows: str) -> None:
    """The alignment tells where left sides stand, a box that a row is whole."""
    assert judged(rows) == outcome


WORDS: list[tuple[Outcome, str]] = [
    ("proved", r"& \text{We have} \\ & a + a = 2a"),
    ("undecided", r"& \text{twice} \\ & a = a"),
    ("undecided", r"& \text{It is false that} \\ & a = a"),
    ("undecided", r"& a = a \\ & \text{half of} \\ & b = b"),
    ("proved", r"& a = a \\ & \text{by definition}"),
    ("undecided", r"& a = a \\ & \text{up to a constant}"),
    ("undecided", r"& a = a \\ & (\text{approximately})"),
    ("undecided", r"& a = a \\ & \text{up to } b"),
    ("undecided", r"& a + b = a \\ & \text{plus } b"),
    ("undecided", r"a &= a && \text{(up to } b)"),
    ("proved", r"a &= a && \text{(by } b)"),
    ("undecided", r"& \text{if } a > 0 \\ & |a| = a"),
]


@pytest.mark.parametrize(("outcome", "rows"), WORDS)
def test_rows_of_words_alone_are_heard(outcome: Outcome, rows: str) -> None:
    """They belong to what stands before and behind them, as words in a row do."""
    assert judged(rows) == outcome


ANSWERS: list[tuple[Outcome, str]] = [
    ("proved", r"\begin{aligned} & \sigma(x) \\ & \quad - \sigma(x)^2 \end{aligned}"),
    ("proved", r"\begin{multlined} \sigma(x) - \\ \sigma(x)^2 \end{multlined}"),
    ("proved", r"\begin{multlined} \sigma(x) \\ (1 - \sigma(x)) \end{multlined}"),
    ("refuted", r"\begin{aligned} & \sigma(x) + \\ & \sigma(x)^2 \end{aligned}"),
    ("undecided", r"\begin{aligned} & \sigma(x) \\ & (1 - \sigma(x)) \end{aligned}"),
    ("undecided", r"\begin{aligned} & \sigma(x)(1 - \sigma(x)) \\ & 1 \end{aligned}"),
]


@pytest.mark.parametrize(("outcome", "rows"), ANSWERS)
def test_an_answer_that_is_broken_over_rows(outcome: Outcome, rows: str) -> None:
    """It is the whole formula that answers, and no row of it."""
    found = check(f"$$ {rows} $$", claim="sigmoid-derivative", kind="expression")
    assert found.outcome == outcome
