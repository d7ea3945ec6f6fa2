r"""Bounds and equations with moduli, maxima and minima, and products that end one place later."""

import pytest

from lemmata.judge import check
from lemmata.kernel.verdict import Outcome

MODULI = r"""% lemmata:
% [scalars]
% a = {}
% b = {}
% c = {}
% g = {domain = "unit"}
% r = {domain = "positive"}
"""
PRODUCTS = r"""% lemmata:
% sizes = ["T >= 2"]
% [indices]
% t = "2..T"
% [scalars]
% alpha = {index = "1..T", domain = "unit"}
% y = {index = "1..T"}
% [definitions]
% "A_t" = '\prod_{k=1}^t \alpha_k'
% "S_t" = '\sum_{k=1}^t y_k'
"""


@pytest.mark.parametrize(
    ("outcome", "statement"),
    [
        ("proved", r"\min(a, b) \le a"),
        ("proved", r"\max(a, b) \ge b"),
        ("proved", r"\max(a, b) \le |a| + |b|"),
        ("refuted", r"\max(a, b) \le |a|"),
        ("proved", r"\min(ra, (1+g)a) \le ra"),
        ("refuted", r"\min(ra, (1+g)a) \ge ra"),
        ("proved", r"|a - b| \ge |a| - |b|"),
        ("refuted", r"|a - b| \ge |a| + |b|"),
        ("proved", r"|ga + (1-g)b| \le g|a| + (1-g)|b|"),
        ("refuted", r"|ga + (1-g)b| \le g|a| + (1-g)|b| - \frac{1}{100}"),
        ("proved", r"|(1-g)(a-b)| = (1-g)|a-b|"),
        ("refuted", r"|(g-2)(a-b)| = (g-2)|a-b|"),
        ("proved", r"|(1-g)a + gb - b| = (1-g)|a - b|"),
        ("proved", r"|a + b + c| \le |a| + |b| + |c|"),
    ],
)
def test_moduli_by_the_signs_of_what_stands_in_them(outcome: Outcome, statement: str) -> None:
    """Each sign that makes the gap smaller is looked at."""
    assert check(f"{MODULI}\\[ {statement} \\]").outcome == outcome


@pytest.mark.parametrize(
    ("outcome", "statement"),
    [
        ("proved", r"A_t + \alpha_t (1 - A_{t-1}) = \alpha_t"),
        ("refuted", r"A_t + \alpha_t (1 - A_{t-1}) = A_t"),
        ("proved", r"1 - A_t = \alpha_t (1 - A_{t-1}) + 1 - \alpha_t"),
        ("refuted", r"1 - A_t = \alpha_t (1 - A_{t-1}) + 1 - A_t"),
        ("proved", r"S_t^2 = S_{t-1}^2 + 2 y_t S_{t-1} + y_t^2"),
        ("refuted", r"S_t^2 = S_{t-1}^2 + y_t S_{t-1} + y_t^2"),
    ],
)
def test_a_product_that_ends_one_place_later(outcome: Outcome, statement: str) -> None:
    """It is split there, in sums as well."""
    assert check(f"{PRODUCTS}\\[ {statement} \\]").outcome == outcome


def test_an_integral_of_a_modulus_has_its_differential_behind_it() -> None:
    """A bar that opens a modulus ends nothing."""
    block = (
        '% lemmata:\n% [variables]\n% x = {}\n% [densities]\n% p = {of = "x"}\n% q = {of = "x"}\n'
    )
    right = r"\[ \int |p(x) - q(x)|\,dx \ge \int (p(x) - q(x))\,dx \]"
    assert check(block + right).outcome == "proved"
    assert check(block + right.replace(r"\ge", r"\le")).outcome == "refuted"
    assert check(block + right.replace(r"|\,dx", "|")).cause == "unreadable"
