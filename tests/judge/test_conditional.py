r"""An expectation given something is one under the law given it: `E_{x \sim p}[f(x) | y]`."""

import pytest

from lemmata.judge import check

JOINT = r"""% lemmata:
% [variables]
% x = {}
% y = {}
% [densities]
% p = {of = ["x", "y"]}
% [functions]
% f = {}
"""
CHANNEL = r"""% lemmata:
% [variables]
% x = {}
% a = {}
% e = {}
% [densities]
% pi = {of = ["a"], given = ["x"]}
% n = {of = ["e"]}
% q = {of = ["x"]}
% [functions]
% f = {}
% g = {arguments = 2}
"""


@pytest.mark.parametrize(
    ("outcome", "formula"),
    [
        ("proved", r"E_{x\sim p}[f(x)|y] = E_{x\sim p(x|y)}[f(x)]"),
        ("proved", r"E_{p(x)}[f(x)|y] = E_{x\sim p(x|y)}[f(x)]"),
        ("proved", r"E_{y\sim p}[E_{x\sim p}[f(x)|y]] = E_{x\sim p}[f(x)]"),
        ("refuted", r"E_{x\sim p}[f(x)|y] = E_{x\sim p}[f(x)]"),
        ("refuted", r"E_{x\sim p}[f(x)|y] = E_{x\sim p(x)}[f(x)]"),
        ("refuted", r"E_{p(x)}[f(x)|y] = E_{p(x)}[f(x)]"),
        ("refuted", r"\operatorname{Var}_{x\sim p}(f(x)|y) = \operatorname{Var}_{x\sim p}(f(x))"),
    ],
)
def test_of_a_joint_law(outcome: str, formula: str) -> None:
    """What is behind the bar changes the law of what is drawn."""
    assert check(f"{JOINT}\n$$ {formula} $$\n").outcome == outcome


@pytest.mark.parametrize(
    ("outcome", "formula"),
    [
        ("proved", r"E_{a\sim\pi}[f(a)|x] = E_{a\sim\pi(\cdot|x)}[f(a)]"),
        ("proved", r"E_{e\sim n}[g(e,x)|x] = E_{e\sim n}[g(e,x)]"),
        ("proved", r"E_{x\sim q, a\sim\pi}[f(a)|x] = E_{a\sim\pi(\cdot|x)}[f(a)]"),
        ("refuted", r"E_{x\sim q, a\sim\pi}[f(a)|x] = E_{x\sim q, a\sim\pi}[f(a)]"),
        ("undecided", r"E_{x\sim q, a\sim\pi}[f(x)|a] = E_{x\sim q}[f(x)]"),
        ("undecided", r"E_{x\sim q}[f(x)|a] = E_{x\sim q}[f(x)]"),
        ("undecided", r"E_{e\sim n}[f(e)|x] = E_{e\sim n}[f(e)]"),
    ],
)
def test_of_laws_behind_each_other(outcome: str, formula: str) -> None:
    """A condition that stands in no law and in nothing that is averaged is not read past."""
    assert check(f"{CHANNEL}\n$$ {formula} $$\n").outcome == outcome


@pytest.mark.parametrize(
    ("outcome", "above"),
    [("proved", ""), ("undecided", r"^\pi"), ("undecided", "^a"), ("refuted", "^2")],
)
def test_a_name_above_a_call_may_be_its_mark(outcome: str, above: str) -> None:
    r"""`g^\pi(a, x)` is not refuted as a power."""
    assert check(f"{CHANNEL}\n$$ g{above}(a, x) - g(a, x) = 0 $$\n").outcome == outcome


@pytest.mark.parametrize("law", [r"q^2", r"q^{2}(x)"])
def test_a_power_of_a_law_is_refused(law: str) -> None:
    """It is no law."""
    assert check(f"{CHANNEL}\n$$ E_{{x\\sim {law}}}[f(x)] = E_{{x\\sim q}}[f(x)] $$\n").outcome == (
        "undecided"
    )
