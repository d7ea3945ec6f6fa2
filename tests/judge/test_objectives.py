"""Objectives: the same up to a positive factor and what has no parameter, and not otherwise."""

import pytest

from lemmata.judge import check
from lemmata.notation import Sheet, read_sheet

SHEET = r"""
sizes = ["M"]
parameters = ["theta"]
[variables]
s = {}
a = {}
[densities]
pi = {of = "a", given = "s", parameters = ["theta"], names = ["pi_theta"]}
D = {of = "s, a", parameters = [], data = "M"}
[scalars]
c = {domain = "positive"}
b = {}
[functions]
f = {arguments = 2}
[question]
maximised = "theta"
reference = '\mathbb{E}_{(s,a) \sim D}[\log \pi_\theta(a|s)]'
"""
RIGHT = [
    r"\mathbb{E}_{(s,a) \sim D}[\log \pi_\theta(a|s)]",
    r"\sum_{(s,a) \in D} \log \pi_\theta(a|s)",
    r"\frac{1}{|D|} \sum_{(s,a) \in D} \log \pi_\theta(a|s)",
    r"\max_\theta c \sum_{(s,a) \in D} \log \pi_\theta(a|s) + b",
    r"\arg\min_\theta -\mathbb{E}_{(s,a) \sim D}[\log \pi_\theta(a|s)]",
    r"\operatorname{argmax}_\theta \mathbb{E}_{(s,a) \sim D}[\log \pi_\theta(a|s) + f(s, a)]",
    r"\min_\theta \mathbb{E}_{(s,a) \sim D}[\log D(a|s) - \log \pi_\theta(a|s)]",
]
WRONG = [
    r"-\mathbb{E}_{(s,a) \sim D}[\log \pi_\theta(a|s)]",
    r"\min_\theta \mathbb{E}_{(s,a) \sim D}[\log \pi_\theta(a|s)]",
    r"\mathbb{E}_{(s,a) \sim D}[\pi_\theta(a|s)]",
    r"\mathbb{E}_{(s,a) \sim D}[f(s, a) \log \pi_\theta(a|s)]",
    r"\mathbb{E}_{(s,a) \sim D}[f(s, a)]",
    r"\log \mathbb{E}_{(s,a) \sim D}[\pi_\theta(a|s)]",
    r"b \, \mathbb{E}_{(s,a) \sim D}[\log \pi_\theta(a|s)]",  # b may be negative
]
UNDECIDED = [
    r"L(\theta) = -\mathbb{E}_{(s,a) \sim D}[\log \pi_\theta(a|s)]",  # a loss, or an objective
]


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    """A question that asks for an objective."""
    return read_sheet(SHEET)


@pytest.mark.parametrize("answer", RIGHT)
def test_the_same_objective_is_proved(answer: str, sheet: Sheet) -> None:
    """Factors, constants and the way it is written do not matter."""
    verdict = check(answer, sheet=sheet, kind="expression")
    assert verdict.outcome == "proved", verdict.message


@pytest.mark.parametrize("answer", WRONG)
def test_another_objective_is_refuted(answer: str, sheet: Sheet) -> None:
    """A sign, a weight, another function, or no slope at all."""
    verdict = check(answer, sheet=sheet, kind="expression")
    assert verdict.outcome == "refuted", verdict.message
    assert verdict.counterexample is not None


@pytest.mark.parametrize("answer", UNDECIDED)
def test_what_may_be_either_is_undecided(answer: str, sheet: Sheet) -> None:
    """Where a sign or a name leaves it open, nothing is said."""
    assert check(answer, sheet=sheet, kind="expression").outcome == "undecided"
