r"""Gaussian laws written by their mean and variance stand for the declared ones that have these."""

from __future__ import annotations

import pytest

from lemmata.kernel.terms import KL, Density, Sym
from lemmata.notation import NotationError, read_expression, read_sheet

WORLD = read_sheet(
    r"""
    world = "gaussian"
    sizes = ["m"]
    [indices]
    j = "1..m"
    [variables]
    z = {components = "j = 1..m"}
    [scalars]
    mu = {index = "1..m"}
    s = {index = "1..m", domain = "positive"}
    [densities]
    q = {of = "z", independent = true, normal = {mean = '\mu_j', deviation = 's_j'}}
    p = {of = "z", independent = true, normal = {mean = '0', deviation = '1'}}
    """
).declarations
Z, ENTRY = Sym("z"), Sym("z", (Sym("j"),))


@pytest.mark.parametrize(
    "spread",
    [
        "s^2",
        "s^2 I",
        r"s^2 \mathbf I_m",
        r"\operatorname{diag}(s^2)",
        r"\operatorname{diag}(s_j^2)",
        r"\operatorname{diag}(s_1^2, \ldots, s_m^2)",
    ],
)
def test_the_law_of_a_vector(spread: str) -> None:
    """Its variances stand in a column, in a list, or on the diagonal of a matrix."""
    at_z = rf"\mathcal N(z; \mu, {spread})"
    assert _only(at_z) == Density("q", (Z,))
    bare = rf"KL(\mathcal N(\mu, {spread}) \| \mathcal N(0, I))"
    assert _only(bare) == KL((Z,), Density("q", (Z,)), Density("p", (Z,)))


def test_the_law_of_a_component() -> None:
    """It is told by the index of its mean and variance, or by that of the variable."""
    assert _only(r"\mathcal N(z_j | \mu_j, s_j^2)") == Density("q", (ENTRY,))
    assert _only(r"\mathcal N(z_j; 0, 1)") == Density("p", (ENTRY,))
    bare = r"KL(\mathcal N(\mu_j, s_j^2) \| \mathcal N(0, 1))"
    assert _only(bare) == KL((ENTRY,), Density("q", (ENTRY,)), Density("p", (ENTRY,)))


@pytest.mark.parametrize(
    "law",
    [
        r"\mathcal N(z; \mu, s)",  # a deviation
        r"\mathcal N(z; \mu, \operatorname{diag}(s))",
        r"\mathcal N(z; 0, s^2)",
        r"\mathcal N(z; \mu, I)",
        r"\mathcal N(z; \mu_j, s_j^2)",  # one component, at all of them
        r"\mathcal N(z_j; \mu, s^2)",
        r"\mathcal N(\mu, s^2; z)",
        r"\mathcal N(z, \mu, s^2)",
        r"\mathcal N(z; \operatorname{diag}(s_1^2, \mu_2^2), \mu)",
    ],
)
def test_another_law_is_not_read(law: str) -> None:
    """What no declared law has as its mean and variance means nothing."""
    with pytest.raises(NotationError):
        read_expression(law, WORLD)


def _only(text: str) -> object:
    (reading,) = read_expression(text, WORLD)
    return reading.term
