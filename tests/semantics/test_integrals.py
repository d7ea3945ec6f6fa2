"""Integrals over the reals against values that are known in closed form."""

from __future__ import annotations

import pytest
from flint import arb, fmpq

from lemmata.semantics.curves import Curve, Ratio, integrate_curve, log_of_sum
from lemmata.semantics.errors import Undefined
from lemmata.semantics.values import Dual, exp, log
from lemmata.semantics.waves import NotWave, Wave, constant_root, integrate


def normal(mean: fmpq, deviation: fmpq, variable: int = 1) -> Wave:
    """A Gaussian density of a variable of integration."""
    off = (Wave.variable(variable) - mean) / deviation
    density: Wave = exp(-(off * off) / 2) * constant_root() / deviation
    return density


@pytest.mark.parametrize(
    ("degree", "moment"), [(0, 1), (1, 3), (2, 13), (3, 63), (4, 81 + 54 * 4 + 3 * 16)]
)
def test_moments_are_exact(degree: int, moment: int) -> None:
    """The moments of N(3, 2^2) come out as integers."""
    integrand = normal(fmpq(3), fmpq(2))
    for _ in range(degree):
        integrand = integrand * Wave.variable(1)
    assert integrate(integrand, 1) == moment


def test_two_variables_are_integrated_in_either_order() -> None:
    """A linear Gaussian chain has the same integral in both orders, and it is 1."""
    first, second = Wave.variable(1), Wave.variable(2)
    link = second - first * fmpq(1, 2)
    joint = normal(fmpq(1), fmpq(3)) * exp(-(link * link) / 2) * constant_root()
    assert integrate(integrate(joint, 1), 2).overlaps(arb(1))
    assert integrate(integrate(joint, 2), 1) == 1
    mean = integrate(integrate(joint * second, 2), 1)
    assert mean == fmpq(1, 2)


def test_equal_densities_cancel_exactly() -> None:
    """P + q - p is q, so that its logarithm is a quadratic."""
    p, q = normal(fmpq(0), fmpq(1)), normal(fmpq(1), fmpq(2))
    assert isinstance(log(p + q - p), Wave)
    assert isinstance(log(p + q), Curve)
    assert isinstance(p / (p + q), Ratio)


def test_a_derivative_passes_through_the_integral() -> None:
    """The derivative of the second moment by the mean is twice the mean."""
    mean = Dual(1, fmpq(5), fmpq(1))
    off = Wave.variable(1) - mean
    second = exp(-(off * off) / 2) * constant_root() * (Wave.variable(1) * Wave.variable(1))
    found = integrate(second, 1)
    assert isinstance(found, Dual)
    assert (found.value, found.tangent) == (26, 10)


@pytest.mark.parametrize("integrand", [Wave.variable(1), exp(Wave.variable(1))])
def test_divergent_integrals_have_no_value(integrand: Wave) -> None:
    """A polynomial or a growing exponential has no integral over the reals."""
    with pytest.raises(Undefined, match="diverges"):
        integrate(integrand, 1)


def test_enclosed_integrals_contain_the_truth() -> None:
    """The mean of a logistic function under a symmetric law is 1/2; softplus differs by v."""
    p = normal(fmpq(0), fmpq(2))
    plus, minus = (1 + exp(Wave.variable(1) * sign) for sign in (1, -1))
    logistic = integrate_curve(1 / plus * p, 1)
    assert logistic.contains(fmpq(1, 2))
    assert logistic.rad() < 1e-9
    difference = integrate_curve(p * log_of_sum(plus) - p * log_of_sum(minus), 1)
    assert difference.contains(0)


def test_the_analytic_flag_is_heeded() -> None:
    """A logarithm of a sum of narrow, far densities is enclosed, not missed between the nodes."""
    p, q = normal(fmpq(-9), fmpq(1, 4)), normal(fmpq(9), fmpq(1, 4))
    entropy = -integrate_curve((p + q) / 2 * log((p + q) / 2), 1)
    apart = (arb.pi() * 2).log() / 2 - arb(4).log() + fmpq(1, 2) + arb(2).log()
    assert abs(entropy - apart) < 1e-8


def test_tails_that_do_not_fall_are_refused() -> None:
    """Without a Gaussian factor there is no bound of the tails."""
    with pytest.raises(Undefined, match="tails"):
        integrate_curve(log_of_sum(1 + exp(Wave.variable(1))), 1)


def test_kinks_are_refused() -> None:
    """The absolute value of a variable is not a wave."""
    with pytest.raises(NotWave):
        Wave.variable(1).magnitude()
