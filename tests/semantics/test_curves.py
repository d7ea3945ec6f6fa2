"""Attacks on enclosed integrals: narrow peaks, far tails, divergence, poles, kinks."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from flint import arb, fmpq

from lemmata.semantics.curves import curve, integrate_curve, log_of_sum
from lemmata.semantics.errors import Undefined
from lemmata.semantics.values import Value, exp, log, magnitude
from lemmata.semantics.waves import NotWave, Wave, constant_root, integrate

Component = tuple[fmpq, fmpq, fmpq]
"""A weight, a mean and a deviation."""

v = Wave.variable(1)


def fraction(numerator: int, denominator: int = 1) -> fmpq:
    """A fraction."""
    return fmpq(numerator, denominator)


def mixture(*components: Component) -> Value:
    """A mixture of Gaussian densities of the variable of integration."""
    total: Value = Wave.constant(fmpq(0))
    for weight, mean, deviation in components:
        off = (v - mean) / deviation
        total = total + exp(-(off * off) / 2) * constant_root() / deviation * weight
    return total


def as_floats(*components: Component) -> Callable[[float], float]:
    """The same mixture in floating point."""
    numbers = [tuple(float(n.p) / float(n.q) for n in each) for each in components]

    def density(x: float) -> float:
        return sum(
            w * math.exp(-(((x - m) / s) ** 2) / 2) / s / math.sqrt(2 * math.pi)
            for w, m, s in numbers
        )

    return density


def by_rectangles(function: Callable[[float], float], end: float = 24.0) -> float:
    """The integral of a smooth function that vanishes at both ends, by many rectangles."""
    count = 24_000
    width = 2 * end / count
    return width * math.fsum(function(-end + k * width) for k in range(1, count))


half, third, one, two = fraction(1, 2), fraction(1, 3), fraction(1), fraction(2)
PAIRS = [
    ([(half, -one, one), (half, one, one)], [(half, -two, two), (half, one, one)]),
    ([(half, fraction(-5), half), (half, fraction(4), one)], [(one, fmpq(0), fraction(3))] * 2),
    ([(third, fmpq(0), fraction(1, 10)), (2 * third, one, one)], [(half, one, two)] * 2),
    (
        [(third, fraction(-3), third), (2 * third, fraction(3), third)],
        [(half, one, fraction(4))] * 2,
    ),
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_enclosures_hold_what_rectangles_find(
    first: list[Component], second: list[Component]
) -> None:
    """Cross-entropies, discriminators and their logarithms agree with a plain sum."""
    p, q, a, b = mixture(*first), mixture(*second), as_floats(*first), as_floats(*second)
    cases: list[tuple[Value, Callable[[float], float]]] = [
        (p * log(q + p), lambda x: a(x) * math.log(b(x) + a(x) or 1.0)),
        (p * (p / (p + q)), lambda x: a(x) ** 2 / (a(x) + b(x) or 1.0)),
        (p * log(p / (p + q)), lambda x: a(x) * math.log(a(x) / (a(x) + b(x))) if a(x) else 0.0),
        (p * v * v * log(q + 1), lambda x: a(x) * x * x * math.log1p(b(x))),
    ]
    for integrand, function in cases:
        found = integrate_curve(integrand, 1)
        assert found.is_finite()
        assert abs(float(found.mid()) - by_rectangles(function)) <= float(found.rad()) + 1e-8


def test_a_peak_between_the_nodes_is_not_missed() -> None:
    """A spike far from the centre adds its whole mass, or the enclosure is wide."""
    plain = [(one, fmpq(0), one)]
    spike = [(one, fraction(777, 100), fraction(1, 300))]
    p, q = mixture(*plain, *spike), mixture(*plain)
    found = integrate_curve(p * (p / (p + q)) + q * (p / (p + q)), 1)
    assert found.overlaps(arb(2))


def test_a_ratio_whose_tails_grow_is_refused() -> None:
    """A wide law squared over narrow ones diverges, and no enclosure is given."""
    wide, narrow = mixture((one, fmpq(0), two)), mixture((half, fmpq(0), one), (half, one, one))
    with pytest.raises(Undefined, match="tails"):
        integrate_curve(wide * wide / narrow, 1)


@pytest.mark.parametrize("integrand", [log_of_sum(1 + exp(v)), v / (1 + exp(v)), 1 / (1 + exp(v))])
def test_functions_without_a_falling_factor_are_refused(integrand: Value) -> None:
    """Softplus, and the logistic function with or without a factor, have no bounded tails."""
    with pytest.raises(Undefined, match="tails"):
        integrate_curve(integrand, 1)


def kink() -> Value:
    """The absolute value of the variable."""
    return magnitude(v)


def zero_of_a_difference() -> Value:
    """One over a difference of densities, which has a zero."""
    return 1 / (mixture((one, fmpq(0), one)) - mixture((one, one, one)))


def logarithm_of_a_difference() -> Value:
    """The logarithm of a difference of densities, which is negative somewhere."""
    return log(mixture((one, fmpq(0), one)) - mixture((one, one, one)))


def simple_pole() -> Value:
    """One over the variable."""
    return 1 / v


def growth_of_growth() -> Value:
    """An exponential of an exponential."""
    return exp(exp(v))


def logarithm_of_a_logarithm() -> Value:
    """A logarithm of a function that changes its sign."""
    return log(log_of_sum(1 + exp(v)))


def fourth_power() -> Value:
    """The exponential of a polynomial of degree four."""
    return exp(-(v * v * v * v))


@pytest.mark.parametrize(
    "make",
    [
        kink,
        zero_of_a_difference,
        logarithm_of_a_difference,
        simple_pole,
        growth_of_growth,
        logarithm_of_a_logarithm,
        fourth_power,
    ],
)
def test_what_is_not_analytic_or_has_no_bound_is_refused(make: Callable[[], Value]) -> None:
    """Kinks, zeros of denominators, logarithms of differences and wild growth are no curves."""
    with pytest.raises(NotWave):
        make()


def test_a_second_variable_is_refused() -> None:
    """A curve in one variable is not integrated over another."""
    other = Wave.variable(2)
    with pytest.raises(NotWave):
        integrate_curve(curve(log_of_sum(1 + exp(v)), 1) * mixture((one, fmpq(0), one)), 2)
    with pytest.raises(NotWave):
        log_of_sum(exp(v) + exp(other))
    with pytest.raises(NotWave):
        integrate(log_of_sum(1 + exp(v)) * exp(-(other * other)), 1)


def test_an_uncertain_fall_is_no_fall() -> None:
    """A decay that may be zero bounds no tail."""
    unsure = exp(v * v * arb(0, 1e-30)) * constant_root()
    with pytest.raises(Undefined):
        integrate_curve(unsure / (1 + exp(v)), 1)
    with pytest.raises(Undefined):
        integrate(unsure, 1)
