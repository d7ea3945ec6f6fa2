"""The e-values keep their promise: mean at most 1 under the hypothesis, growth against it."""

import math

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import binom

from lemmata.numerics.bounds import (
    Array,
    Bound,
    Design,
    Powers,
    Range,
    SubGaussian,
    Unbounded,
    Variance,
    moved,
)
from lemmata.numerics.errors import ConfigurationError

DESIGN = Design(np.ones(1), 0.1, 1e-6, 0.99)
BOUNDS: list[Bound] = [
    Variance(1.0, "unit"),
    Range(-1.0, 1.0, "signs"),
    SubGaussian(1.0, "signs"),
]


def sums_of(y: Array) -> Powers:
    """The sums of rows of samples."""
    return Powers(y.shape[1], *((y**power).sum(1) for power in (1, 2, 3, 4)))


def signs(n: int, rows: int, mean: float = 0.0) -> Array:
    """Rows of n signs, +1 or -1, with this mean."""
    rng = np.random.default_rng(7)
    return np.where(rng.random((rows, n)) < (1.0 + mean) / 2.0, 1.0, -1.0)


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda bound: type(bound).__name__)
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("mean", [0.0, -0.05])
def test_the_mean_e_value_is_at_most_one(bound: Bound, sign: int, mean: float) -> None:
    """The average over many runs does not exceed 1, at the border of the hypothesis or inside."""
    y = sign * signs(400, 40_000, mean)
    tuning = bound.tuning(Design(np.ones(1), 0.1, 0.1, 0.9), 0.1)
    log_e = bound.log_e(sums_of(y), sign=sign, shift=0.0, tuning=tuning)
    e = np.exp(log_e)

    assert e.mean() <= 1.0 + 4.0 * e.std() / math.sqrt(e.size)


@pytest.mark.parametrize("bound", [*BOUNDS, Unbounded()], ids=lambda bound: type(bound).__name__)
def test_evidence_grows_against_a_wrong_mean(bound: Bound) -> None:
    """An error of the design's effect size gives more than a million within 1.6 z-tests."""
    n = int(1.6 * DESIGN.fixed_samples())
    y = signs(n, 20, mean=0.1)
    tuning = bound.tuning(DESIGN, 1e-6)
    log_e = bound.log_e(sums_of(y), sign=1, shift=0.0, tuning=tuning)

    assert np.median(log_e) > math.log(1e6)


def test_the_inequality_behind_the_variance_process() -> None:
    """exp(x - x^2/6) <= 1 + x + x^2/3 on a dense grid, with equality only at 0."""
    x = np.linspace(-30.0, 30.0, 600_001)
    gap = 1.0 + x + x * x / 3.0 - np.exp(x - x * x / 6.0)

    assert gap.min() >= -1e-12
    assert gap[np.abs(x) > 0.1].min() > 0.0


@pytest.mark.parametrize("w", [0.01, 0.1, 0.5, 0.9, 0.98])
def test_the_inequality_behind_the_bounded_process(w: float) -> None:
    """exp(u - u^2/2 + u^3/3 - k(w) u^4) <= 1 + u for every u >= -w, with equality at -w and 0."""
    u = np.linspace(-w, 50.0, 400_001)
    k = (-math.log1p(-w) - w - w**2 / 2.0 - w**3 / 3.0) / w**4
    gap = 1.0 + u - np.exp(u - u**2 / 2.0 + u**3 / 3.0 - k * u**4)

    assert gap.min() >= -1e-12
    assert abs(gap[0]) <= 1e-9
    assert gap[np.abs(u) > 0.5].min() >= -1e-12


@pytest.mark.parametrize(("a", "b"), [(0.2, 6.0), (1.0, 1.0), (6.0, 0.2)])
def test_a_range_implies_a_variance(a: float, b: float) -> None:
    """The mean of exp(l x - l^2 x^2 / 6) exp(-l^2 a b / 3) is at most 1 where E x <= 0."""
    rng = np.random.default_rng(11)
    low, high = rng.uniform(-a, 0.0, 20_000), rng.uniform(0.0, b, 20_000)
    largest = -low / (high - low)  # the probability of the higher of two values, for mean 0
    chance = largest * rng.choice([0.0, 0.5, 0.9, 1.0], 20_000)
    rate = rng.uniform(0.0, min(3.0 / (a - b), 5.0) if a > b else 5.0, 20_000)

    def term(x: Array) -> Array:
        return np.exp(rate * x - np.square(rate * x) / 6.0 - np.square(rate) * a * b / 3.0)

    assert (chance * term(high) + (1.0 - chance) * term(low)).max() <= 1.0 + 1e-12


def test_a_range_moves_with_its_center_and_a_variance_stays() -> None:
    """The difference y - center has the shifted range and the same variance."""
    found = moved(Range(0.0, 1.0, "unit"), np.array([0.25, 0.5]))
    variance = Variance(2.0, "known")

    assert isinstance(found, Range)
    np.testing.assert_allclose(found.low, [-0.25, -0.5])
    np.testing.assert_allclose(found.high, [0.75, 0.5])
    assert moved(variance, np.ones(1)) is variance


def test_the_variance_of_a_bounded_difference() -> None:
    """At mean 0 it is at most -low * high, and never more than a quarter of the squared width."""
    bound = Range(-1.0, 3.0, "known")

    found = [float(bound.variance_at(mean)[0]) for mean in (0.0, 0.25, 1.0, 100.0)]
    assert found == [3.0, 3.5, 4.0, 4.0]


def test_an_empty_range_is_refused() -> None:
    """A range has a width."""
    with pytest.raises(ValueError, match="empty"):
        Range(1.0, 1.0, "nothing")


def test_the_mean_e_value_of_a_range_is_at_most_one_exactly() -> None:
    """Summed over all outcomes of a few draws, for two-point laws and ranges of many shapes."""
    rng = np.random.default_rng(5)
    for _ in range(500):
        low, high = -(10.0 ** rng.uniform(-4, 2)), 10.0 ** rng.uniform(-4, 2)
        width, sign, n = high - low, int(rng.choice([1, -1])), int(rng.choice([1, 2, 5, 20]))
        a, b = (low, high) if rng.random() < 0.5 else rng.uniform(low, high, 2)
        p = float(rng.choice([rng.random(), 10.0 ** rng.uniform(-6, 0)]))
        shift = sign * (p * b + (1.0 - p) * a) + rng.choice([0.0, width * rng.random()])
        design = Design(
            np.array([10.0 ** rng.uniform(-4, 0) * width**2]),
            10.0 ** rng.uniform(-4, 0) * width,
            10.0 ** rng.uniform(-9, -1),
            0.99,
        )
        bound = Range(low, high, "known")
        k = np.arange(n + 1.0)
        sums = Powers(n, *((k * b**m + (n - k) * a**m)[:, None] for m in (1, 2, 3, 4)))
        tuning = bound.tuning(design, design.false_alarm_rate)
        log_e = bound.log_e(sums, sign=sign, shift=shift, tuning=tuning)[:, 0]

        assert logsumexp(log_e + binom.logpmf(k, n, p)) <= 1e-12


@pytest.mark.parametrize("value", [-1.0, math.nan, (1.0, -2.0)])
def test_a_bound_below_zero_is_refused(value: float | tuple[float, ...]) -> None:
    """So is one that is no number."""
    with pytest.raises(ConfigurationError, match="at least 0"):
        Variance(value, "given")
    with pytest.raises(ConfigurationError, match="at least 0"):
        SubGaussian(value, "given")


def test_a_wider_bound_costs_evidence() -> None:
    """A variance bound that is too large is valid and slower: the e-value is smaller."""
    y = signs(2_000, 50, mean=0.1)

    def evidence(value: float) -> Array:
        bound = Variance(value, "given")
        tuning = bound.tuning(Design(np.full(1, value), 0.1, 1e-6, 0.99), 1e-6)
        return bound.log_e(sums_of(y), sign=1, shift=0.0, tuning=tuning)

    assert (evidence(4.0) < evidence(1.0)).all()
