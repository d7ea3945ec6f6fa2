r"""Signs that name no law, where one joint law is declared: the tower rule as books write it."""

import pytest

from lemmata.judge import check

DECLARED = r"""
% lemmata:
% [variables]
% x = {}
% y = {}
% z = {}
% [densities]
% p = {of = "x, y, z"}
% [functions]
% f = {}
% g = {}
% h = {arguments = 2}
"""


def outcome(statement: str) -> str:
    """What is found of a statement beside the declarations."""
    return check(f"{DECLARED}$$ {statement} $$").outcome


@pytest.mark.parametrize(
    "statement",
    [
        r"\mathbb{E}[\mathbb{E}[f(y)|x]] = \mathbb{E}[f(y)]",
        r"\mathbb{E}[\mathbb{E}[f(y)|x,z]|x] = \mathbb{E}[f(y)|x]",
        r"\mathbb{E}[\mathbb{E}[f(y)|x]|x,z] = \mathbb{E}[f(y)|x]",
        r"\mathbb{E}[g(x) f(y)|x] = g(x) \mathbb{E}[f(y)|x]",
        r"\mathbb{E}[h(x,y)|x] = \int p(y|x) h(x,y) dy",
        r"\mathbb{E}[f(x)|(y,z)] = \mathbb{E}_{p(x|y,z)}[f(x)]",
        r"\mathbb{E}[(f(y) - \mathbb{E}[f(y)|x]) g(x)] = 0",
        r"\mathbb{E}[h(x,y)|x,y] = h(x,y)",
        r"\operatorname{Var}(f(x)|x) = 0",
        r"\mathrm{Var}(f(y)) = \mathbb{E}[\mathrm{Var}(f(y)|x)] + \mathrm{Var}(\mathbb{E}[f(y)|x])",
        r"\mathrm{Cov}(f(x), g(y)|z) = \mathbb{E}[f(x)g(y)|z] - \mathbb{E}[f(x)|z]E[g(y)|z]",
        r"\operatorname{Cov}(f(x), g(y)|x) = 0",
        r"\mathbb{E}_{p(x,y)}[f(y)|x] = \mathbb{E}_{p(y|x)}[f(y)]",
        r"\mathbb{E}_{p(x)}[\mathbb{E}[h(x,y)|x]] = \mathbb{E}[h(x,y)]",
        r"\mathbb{E}_{p(x)}[(f(x) - \mathbb{E}[f(x)])^2] = \operatorname{Var}(f(x))",
        r"\mathbb{E}_{y|x}[h(x,y)] = \mathbb{E}[h(x,y)|x]",
    ],
)
def test_conditions_of_a_sign_without_a_law(statement: str) -> None:
    """The sign draws what it speaks of, given what stands behind its bar."""
    assert outcome(statement) == "proved"


@pytest.mark.parametrize(
    "statement",
    [
        r"\mathbb{E}[\mathbb{E}[f(y)|x]|x] = \mathbb{E}[f(y)]",
        r"\mathbb{E}[\mathbb{E}[f(y)|x]|z] = \mathbb{E}[f(y)|z]",
        r"\mathbb{E}[g(x) f(y)|y] = g(x) \mathbb{E}[f(y)|x]",
        r"\mathbb{E}[h(x,y)|x] = \int p(y) h(x,y) dy",
        r"\mathbb{E}[(f(y) - \mathbb{E}[f(y)|x]) g(y)] = 0",
        r"\operatorname{Var}(f(x)|y) = 0",
        r"\operatorname{Var}(f(y)) = \operatorname{Var}(\mathbb{E}[f(y)|x])",
        r"\operatorname{Cov}(f(x), g(y)|z) = 0",
        r"\mathbb{E}_{p(x,y)}[f(y)|x] = \mathbb{E}_{p(y)}[f(y)]",
        r"\mathbb{E}_{y|x}[h(x,y)] = \mathbb{E}[h(x,y)|y]",
    ],
)
def test_another_condition_is_another_value(statement: str) -> None:
    """Each is one condition away from what holds."""
    assert outcome(statement) == "refuted"


@pytest.mark.parametrize(
    "statement",
    [
        r"\mathbb{E}_{p(x)}[\mathbb{E}[h(x,y)]] = \mathbb{E}[h(x,y)]",
        r"\mathbb{E}_{p(x)}[\mathbb{E}[h(x,y)]] = \mathbb{E}_{p(x)}[\mathbb{E}_{p(y)}[h(x,y)]]",
        r"\int p(x) \mathbb{E}[h(x,y)] dx = \mathbb{E}[h(x,y)]",
        r"\mathbb{E}[f(x)|y^2] = \mathbb{E}[f(x)|y]",
        r"\mathbb{E}[f(x)|g(y)] = \mathbb{E}[f(x)|y]",
        r"\mathbb{E}[f(x)|y + z] = \mathbb{E}[f(x)|y,z]",
        r"\mathbb{E}[f(x)|y'] = \mathbb{E}[f(x)|y]",
        r"\mathbb{E}[f(x)|y, x > z] = \mathbb{E}[f(x)|y]",
        r"\mathbb{E}[f(x)|y|z] = \mathbb{E}[f(x)|z]",
        r"\mathbb{E}[\textstyle\sum_y f(y)|x] = \mathbb{E}[f(y)|x]",
    ],
)
def test_what_it_draws_must_be_clear(statement: str) -> None:
    """A part of what is drawn around it, and conditions that are no variables, are refused."""
    assert outcome(statement) == "undecided"


def test_a_variable_of_its_densities_alone_may_be_fixed() -> None:
    """Where it stands free elsewhere, a mean that weighs it is not refuted."""
    assert outcome(r"p(z) \mathbb{E}[f(x)|z] = \mathbb{E}[f(x) p(z|x)]") == "undecided"
    assert outcome(r"p(z) \mathbb{E}[f(x)|z] = \mathbb{E}_{p(x)}[f(x) p(z|x)]") == "proved"
    assert outcome(r"\mathbb{E}[f(x) p(z|x)] = \mathbb{E}[f(x)]") == "refuted"
    assert outcome(r"\mathbb{E}[\log p(z|x)] = \log p(z)") == "refuted"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (r"\mathbb{E}_x[f(x)] = \int p(x) f(x) dx", "proved"),
        (r"\mathbb{E}_{x,y}[h(x,y)] = \mathbb{E}_x[\mathbb{E}_{y|x}[h(x,y)]]", "proved"),
        (r"\mathbb{E}_{x}[\mathbb{E}_y[f(y)|x]] = \mathbb{E}_y[f(y)]", "proved"),
        (r"\mathrm{Var}_x[f(x)] = \mathbb{E}_x[f(x)^2] - \mathbb{E}_x[f(x)]^2", "proved"),
        (r"\mathbb{E}_{x'}[f(x')] = \mathbb{E}_x[f(x)]", "proved"),
        (r"\operatorname{var}(f(x)) = \mathrm{Var}_x[f(x)]", "proved"),
        (r"\operatorname{cov}(f(x), g(y)) = \mathbb{E}[f(x) g(y)]", "refuted"),
        (r"\operatorname{std}(f(x)) = \operatorname{var}(f(x))", "undecided"),
        (r"\mathbb{E}_x[f(x)] = \mathbb{E}_y[f(y)]", "refuted"),
        (r"\mathbb{E}_{x}[f(x)|y] = \mathbb{E}_x[f(x)]", "refuted"),
        (r"\mathrm{Var}_y[f(y)] = \mathbb{E}_x[\mathrm{Var}_{y|x}[f(y)]]", "refuted"),
        (r"\mathbb{E}_{x,y}[h(x,y)] = \mathbb{E}_x[\mathbb{E}_{y}[h(x,y)]]", "undecided"),
        (r"\mathbb{E}_{x}[h(x,y)] = \int p(x|y) h(x,y) dx", "undecided"),
        (r"\mathbb{E}_{x}[h(x,y)] = \int p(x) h(x,y) dx", "undecided"),
        (r"\mathbb{E}_{x \ne y}[f(x)] = \mathbb{E}_x[f(x)]", "undecided"),
        (r"\mathbb{E}_{x^2}[f(x)] = \mathbb{E}_x[f(x)]", "undecided"),
        (r"\mathbb{E}_{x}[f(y)] = \mathbb{E}_y[f(y)]", "undecided"),
    ],
)
def test_variables_alone_below_a_sign(statement: str, expected: str) -> None:
    """They have their marginal law, unless others are fixed beside them."""
    assert outcome(statement) == expected


def test_of_two_laws_none_is_meant() -> None:
    """Where another law is declared, the law of a variable is written."""
    two = DECLARED.replace("% [functions]", '% q = {of = "z", given = "x"}\n% [functions]')
    assert check(rf"{two}$$ \mathbb{{E}}_z[f(z)] = \mathbb{{E}}_{{p(z)}}[f(z)] $$").outcome == (
        "undecided"
    )
