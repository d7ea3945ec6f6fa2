r"""A variable does not take the place of one of another role: that would be another law."""

import pytest

from lemmata.judge import check

DECLARED = r"""
% lemmata:
% [variables]
% x = {}
% y = {}
% z = {}
% s = {}
% a = {}
% "s'" = {role = "s"}
% [densities]
% p = {of = "x, y, z"}
% pi = {of = "a", given = "s"}
% [functions]
% f = {}
% [definitions]
% "m(x)" = '\int p(y|x) f(y) dy'
% "n(x)" = 'm(x) + 1'
% "k(x)" = 'f(x)^2'
% "r(x)" = '\frac{p(x) + p(x)}{2}'
% "w(s)" = '\sum_a \pi(a|s) f(a)'
"""


def outcome(statement: str) -> str:
    """What is found of a statement beside the declarations."""
    return check(f"{DECLARED}$$ {statement} $$").outcome


@pytest.mark.parametrize(
    "statement",
    [
        r"m(x) = \int p(y|x) f(y) dy",
        r"m(x') = \int p(y|x') f(y) dy",
        r"n(x') = \mathbb{E}_{p(y|x')}[f(y)] + 1",
        r"k(z) = f(z)^2",
        r"KL(p(x) \| r) = 0",
        r"\mathbb{E}_{x' \sim r}[f(x')] = \mathbb{E}_{p(x)}[f(x)]",
        r"w(s') = \sum_a \pi(a|s') f(a)",
        r"\mathbb{E}_{a \sim \pi(\cdot|s)}[f(a) | s = s'] = w(s')",
    ],
)
def test_a_copy_takes_the_place(statement: str) -> None:
    """So does any variable where no density is weighed by it."""
    assert outcome(statement) == "proved"


@pytest.mark.parametrize(
    "statement",
    [
        r"m(z) = \int p(y|z) f(y) dy",
        r"n(z) = \mathbb{E}_{p(y|z)}[f(y)] + 1",
        r"KL(p(z) \| r) = 0",
        r"\mathbb{E}_{z \sim r}[f(z)] = \mathbb{E}_{p(z)}[f(z)]",
        r"\int p(z) m(z) dz = \mathbb{E}_{p(y)}[f(y)]",
        r"\mathbb{E}_{p(x|y)}[f(x) | y = z] = \mathbb{E}_{p(x|z)}[f(x)]",
        r"\mathbb{E}_{p(x,y)}[f(x) | y = z] = \mathbb{E}_{p(x|z)}[f(x)]",
        r"\mathbb{E}[f(x) | y = z] = \mathbb{E}_{p(x|z)}[f(x)]",
    ],
)
def test_another_variable_does_not(statement: str) -> None:
    """The law of y given that x has the value of z is not the law of y given z."""
    assert outcome(statement) == "undecided"
