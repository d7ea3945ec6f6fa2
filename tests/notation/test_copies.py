r"""Copies of a variable from one law, `x, x' \sim p`, and conditions that tell too little."""

import pytest

from lemmata.checkers.answers import check as check_answer
from lemmata.judge import check

DECLARED = r"""
% lemmata:
% [variables]
% x = {}
% y = {}
% s = {}
% a = {}
% "a'" = {role = "a"}
% "s'" = {role = "s"}
% [densities]
% p = {of = "x"}
% m = {of = "x, y"}
% pi = {of = "a", given = "s"}
% [functions]
% f = {}
% k = {arguments = 2}
"""


def outcome(statement: str) -> str:
    """What is found of a statement beside the declarations."""
    return check(f"{DECLARED}$$ {statement} $$").outcome


@pytest.mark.parametrize(
    "statement",
    [
        r"\mathbb{E}_{x, x' \sim p}[f(x) f(x')] = \mathbb{E}_{p(x)}[f(x)]^2",
        r"\mathbb{E}_{x, x' \sim p(\cdot)}[(f(x) - f(x'))^2] = 2 \mathrm{Var}_{p(x)}[f(x)]",
        r"\mathbb{E}_{x, x' \sim p(x)}[k(x,x')] = \iint p(x) p(x') k(x,x') dx dx'",
        r"\mathbb{E}_{x, x' \sim m(x|y)}[k(x,x')] = \iint m(x|y) m(x'|y) k(x,x') dx dx'",
        r"\mathbb{E}_{a, a' \sim \pi(\cdot|s)}[k(a,a')] = \sum_{a,a'} \pi(a|s) \pi(a'|s) k(a,a')",
        r"\mathbb{E}_{x, x' \sim m(\cdot|y)}[k(x,x')] = \iint m(x|y) m(x'|y) k(x,x') dx dx'",
        r"\mathbb{E}_{x, y \sim m}[k(x,y)] = \iint m(x,y) k(x,y) dx dy",
    ],
)
def test_each_copy_is_drawn_from_the_law(statement: str) -> None:
    """They are independent, while variables of other roles are drawn together."""
    assert outcome(statement) == "proved"


@pytest.mark.parametrize(
    "statement",
    [
        r"\mathbb{E}_{x, x' \sim p}[f(x) f(x')] = \mathbb{E}_{p(x)}[f(x)^2]",
        r"\mathbb{E}_{x, x' \sim p(x)}[f(x) f(x')] = \mathbb{E}_{p(x)}[f(x)^2]",
        r"\mathbb{E}_{a, a' \sim \pi(\cdot|s)}[k(a,a')] = \sum_a \pi(a|s) k(a,a)",
        r"\mathbb{E}_{x, x' \sim m(\cdot|y)}[k(x,x')] = \iint m(x) m(x') k(x,x') dx dx'",
    ],
)
def test_they_are_not_equal(statement: str) -> None:
    """A copy is another draw."""
    assert outcome(statement) == "refuted"


@pytest.mark.parametrize(
    "statement",
    [
        r"\mathbb{E}_{x, x' \sim m(x|x')}[k(x,x')] = \iint m(x|x') m(x'|x) k(x,x') dx dx'",
        r"\mathbb{E}_{(x, x') \sim p}[k(x,x')] = \iint p(x) p(x') k(x,x') dx dx'",
        r"\mathbb{E}_{x, x' \sim m(\cdot|x)}[k(x,x')] = \iint m(x) m(x') k(x,x') dx dx'",
        r"\mathbb{E}_{a, a' \sim \pi(\cdot|s')}[k(a,a')] = \sum_{a,a'} \pi(a|s) \pi(a'|s) k(a,a')",
    ],
)
def test_a_law_of_both_is_not_read_as_of_each(statement: str) -> None:
    """A pair, a law given one of them, and a law of another state say something else."""
    assert outcome(statement) != "proved"


def test_a_condition_tells_all_that_the_law_is_given() -> None:
    """The law of the next state is given the action too, which the mean given the state is not."""
    told = r"\mathbb{E}_{s' \sim P}[r + \gamma V^\pi(s') | s, a]"
    assert check_answer(told, claim="bellman-expectation-q").outcome == "proved"
    for less in ("| s]", "| a]"):
        found = check_answer(told.replace("| s, a]", less), claim="bellman-expectation-q")
        assert (found.outcome, found.cause) == ("undecided", "unsupported")


PARTS = r"""
% lemmata:
% sizes = ["n >= 2"]
% [indices]
% i = "1..n"
% j = "1..n"
% [variables]
% v = {components = "1..n"}
% x = {}
% [densities]
% p = {of = "v, x"}
% [functions]
% f = {}
"""


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (r"\mathbb{E}[v_i|v] = v_i", "proved"),
        (r"\mathbb{E}[v_i|x] = \mathbb{E}_{p(v|x)}[v_i]", "proved"),
        (r"\mathbb{E}_{x_i \sim p}[f(x_i)|x_i] = f(x_i)", "proved"),
        (r"\mathbb{E}[v_i|v_j] = v_i", "undecided"),
        (r"\mathbb{E}_{v \sim p(v)}[v_i|v_j] = v_i", "undecided"),
        (r"\mathbb{E}_v[v_i|v_j] = v_i", "undecided"),
        (r"\mathbb{E}_{p(v_i)}[\mathbb{E}[v_i f(x)]] = \mathbb{E}[v_i f(x)]", "undecided"),
        (r"\mathbb{E}[f(x)|v_j] = \mathbb{E}[f(x)|v]", "undecided"),
        (r"\mathrm{Var}(v_i|v_j) = 0", "undecided"),
        (r"\mathrm{Cov}(v_i, v_j|v_1) = 0", "undecided"),
        (r"\mathbb{E}_{x_i \sim p(x_i)}[f(x_i)|x_j] = f(x_i)", "undecided"),
    ],
)
def test_a_condition_on_a_part_is_none_on_the_whole(statement: str, expected: str) -> None:
    """A component or one of several copies does not tell the others."""
    assert check(f"{PARTS}$$ {statement} $$").outcome == expected
