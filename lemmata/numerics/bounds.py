r"""What is known of a random difference y, and the e-values that this knowledge gives.

A test here never assumes that a sample mean is normal. It needs a true bound on y, said with its
source, and three sums: n, S1 = sum of y, S2 = sum of y^2. From these each bound gives an *e-value*
against a hypothesis about the mean: a number whose expectation is at most 1 whenever the hypothesis
holds, at any stopping time. By Ville's inequality it ever exceeds 1 / alpha with probability at
most alpha, so a run may look after every batch, stop when it likes, and be continued later.

| bound | what it knows | process |
|---|---|---|
| `Variance(v)` | Var y <= v | V = (S2 + 2 n v) / 3, from exp(x - x^2/6) <= 1 + x + x^2/3 |
| `Range(low, high)` | low <= y <= high | exp(l x - psi(l) x^2) <= 1 + l x for x >= -a, l < 1/a |
| `SubGaussian(c)` | E exp(l (y - E y)) <= exp((l c)^2 / 2) | V = n c^2 |
| `Unbounded()` | nothing | V = n s^2, the sample variance: *asymptotic*, never certified |

Variance and sub-Gaussian processes are mixed over l by a Gaussian (its half for one side), bounded
ones over a geometric grid. How the mixture is tuned depends on the design alone, never on the data
that it is applied to, and affects the number of samples, never the validity.

Sources: Delyon (2009); Fan, Grama and Liu (2015); Howard, Ramdas, McAuliffe and Sekhon (2020).
"""

import math
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import lambertw, log_ndtr, ndtri

Array: TypeAlias = NDArray[np.float64]
EvidenceClass: TypeAlias = Literal["exact", "quadrature", "finite-sample", "asymptotic"]

# The grid of l for bounded differences: this many, over this factor to each side of the best one.
GRID, GRID_FACTOR = 12, 4.0
# No l comes nearer to 1/a than this share of it, where psi is infinite.
NEAREST = 0.98
# Asymptotic: never before this many samples, nor before this multiple of the sample kurtosis.
FEWEST, PER_KURTOSIS = 1_000, 50.0
# Asymptotic: undecided while one sample has a larger share than this in the sum of squares.
LARGEST_SHARE = 0.02


@dataclass(frozen=True)
class Design:
    """What a run is tuned to: all of it known before the first sample counts.

    Attributes:
        variance: The variance of y to expect, by coordinate: the bound, or a pilot's estimate.
        effect_size: The smallest error of the mean that the run promises to see.
        false_alarm_rate: The probability of refuting a true claim.
        power: The probability of not confirming a claim that is wrong by the effect size.
    """

    variance: Array
    effect_size: float
    false_alarm_rate: float
    power: float

    @property
    def miss_rate(self) -> float:
        """The probability of confirming a claim that is wrong by the effect size or more."""
        return 1.0 - self.power

    def fixed_samples(self) -> float:
        """How many samples a z-test of this error rate and power would take, if it were valid."""
        deviations = _quantile(self.false_alarm_rate / 2) + _quantile(self.miss_rate)
        return float(np.max(self.variance)) * (deviations / self.effect_size) ** 2

    def expected(self, rate: float) -> Array:
        """The sum of squares at which a test of this rate is expected to decide."""
        deviations = _quantile(rate / 2) + _quantile(self.miss_rate)
        best = 0.5 * (self.variance * deviations / self.effect_size) ** 2
        return np.maximum(best, np.finfo(float).tiny)


def _quantile(rate: float) -> float:
    return -float(ndtri(rate))


class Bound(Protocol):
    """What is known of y, and the logarithm of the e-value that it gives."""

    @property
    def source(self) -> str:
        """Why the bound is true, in words; printed in every report."""
        ...

    @property
    def evidence_class(self) -> EvidenceClass:
        """How strong a verdict that rests on it is."""
        ...

    def log_e(
        self,
        n: float | Array,
        s1: Array,
        s2: Array,
        *,
        sign: int | Array,
        shift: Array | float,
        tuning: Array,
    ) -> Array:
        """The logarithm of the e-value against the hypothesis E[sign * y] <= shift.

        Args:
            n: How many samples there are; a number, or an array like the sums.
            s1: The sum of y, by coordinate.
            s2: The sum of y^2, by coordinate.
            sign: 1 or -1, or an array of both that broadcasts against the sums.
            shift: The largest mean of sign * y that the hypothesis allows.
            tuning: What `tuning` returned for the design.
        """
        ...

    def tuning(self, design: Design, rate: float) -> Array:
        """What to mix over, for a test of one rate within a design."""
        ...

    def variance_at(self, largest_mean: float) -> Array | None:
        """A bound on Var y where |E y| is at most this; None when nothing is known."""
        ...


@dataclass(frozen=True)
class Variance:
    """Var y <= value, whatever the tails.

    Attributes:
        value: The bound, one number or one for each coordinate.
        source: Why it is true.
    """

    value: float | tuple[float, ...]
    source: str
    evidence_class: EvidenceClass = "finite-sample"

    def log_e(
        self,
        n: float | Array,
        s1: Array,
        s2: Array,
        *,
        sign: int | Array,
        shift: Array | float,
        tuning: Array,
    ) -> Array:
        """See `Bound.log_e`."""
        first, second = _shifted(n, s1, s2, sign, shift)
        return log_half_mixture(first, (second + 2.0 * n * np.asarray(self.value)) / 3.0, tuning)

    def tuning(self, design: Design, rate: float) -> Array:
        """See `Bound.tuning`."""
        return best_scale(design.expected(rate), rate)

    def variance_at(self, largest_mean: float) -> Array | None:  # noqa: ARG002 - any mean
        """See `Bound.variance_at`."""
        return np.atleast_1d(np.asarray(self.value, dtype=float))


@dataclass(frozen=True)
class SubGaussian:
    """The centred y is sub-Gaussian with this constant, as an L-Lipschitz f of normals is with L.

    Attributes:
        constant: The constant, one number or one for each coordinate.
        source: Why it is true.
    """

    constant: float | tuple[float, ...]
    source: str
    evidence_class: EvidenceClass = "finite-sample"

    def log_e(
        self,
        n: float | Array,
        s1: Array,
        s2: Array,
        *,
        sign: int | Array,
        shift: Array | float,
        tuning: Array,
    ) -> Array:
        """See `Bound.log_e`."""
        first, _ = _shifted(n, s1, s2, sign, shift)
        return log_half_mixture(first, n * np.square(self.constant), tuning)

    def tuning(self, design: Design, rate: float) -> Array:
        """See `Bound.tuning`."""
        return best_scale(design.expected(rate), rate)

    def variance_at(self, largest_mean: float) -> Array | None:  # noqa: ARG002 - any mean
        """See `Bound.variance_at`."""
        return np.atleast_1d(np.square(np.asarray(self.constant, dtype=float)))


@dataclass(frozen=True)
class Range:
    """The difference lies between low and high, always.

    Attributes:
        low: The least value, one number or one for each coordinate.
        high: The greatest.
        source: Why it is true.
    """

    low: float | Array
    high: float | Array
    source: str
    evidence_class: EvidenceClass = "finite-sample"

    def __post_init__(self) -> None:
        if not np.all(np.less(self.low, self.high)):
            raise ValueError(f"the range {self.low} to {self.high} is empty")

    def log_e(
        self,
        n: float | Array,
        s1: Array,
        s2: Array,
        *,
        sign: int | Array,
        shift: Array | float,
        tuning: Array,
    ) -> Array:
        """See `Bound.log_e`."""
        first, second = _shifted(n, s1, s2, sign, shift)
        below = np.where(np.asarray(sign) > 0, shift - self.low, shift + self.high)
        # A larger a is valid too, and keeps psi away from 0/0.
        a = np.maximum(below, 1e-3 / tuning.max(axis=-1))
        rates = np.minimum(tuning, NEAREST / a[..., None])  # the last axis is the grid
        psi = (-np.log1p(-a[..., None] * rates) - a[..., None] * rates) / np.square(a[..., None])
        exponents = rates * np.asarray(first)[..., None] - psi * np.asarray(second)[..., None]
        return log_mean_exp(exponents)

    def tuning(self, design: Design, rate: float) -> Array:
        """See `Bound.tuning`."""
        best = np.sqrt(2.0 * math.log(2.0 / rate) / design.expected(rate))
        return best[..., None] * np.geomspace(1.0 / GRID_FACTOR, GRID_FACTOR, GRID)

    def variance_at(self, largest_mean: float) -> Array:
        """See `Bound.variance_at`."""
        low, high = np.atleast_1d(self.low), np.atleast_1d(self.high)
        centred = np.maximum(-low * high + np.abs(low + high) * largest_mean, 0.0)
        return np.asarray(np.minimum(np.square(high - low) / 4.0, centred))


@dataclass(frozen=True)
class Unbounded:
    """Nothing is known: the rates are those of a normal limit, and nothing is certified."""

    source: str = "no bound was given: the rates hold in the limit of many samples only"
    evidence_class: EvidenceClass = "asymptotic"

    def log_e(
        self,
        n: float | Array,
        s1: Array,
        s2: Array,
        *,
        sign: int | Array,
        shift: Array | float,
        tuning: Array,
    ) -> Array:
        """See `Bound.log_e`."""
        first, _ = _shifted(n, s1, s2, sign, shift)
        spread = np.maximum(s2 - np.square(s1) / n, 0.0)
        return log_half_mixture(first, spread, tuning)

    def tuning(self, design: Design, rate: float) -> Array:
        """See `Bound.tuning`."""
        return best_scale(design.expected(rate), rate)

    def variance_at(self, largest_mean: float) -> Array | None:  # noqa: ARG002 - nothing is known
        """See `Bound.variance_at`."""
        return None


def _shifted(
    n: float | Array, s1: Array, s2: Array, sign: int | Array, shift: Array | float
) -> tuple[Array, Array]:
    """The sums of sign * y - shift and of its square."""
    signed = sign * np.asarray(s1)
    first = signed - n * np.asarray(shift)
    second = np.asarray(s2) - 2.0 * np.asarray(shift) * signed + n * np.square(shift)
    return first, np.maximum(second, 0.0)


def log_mean_exp(exponents: Array) -> Array:
    """The logarithm of the mean of exponentials, over the last axis."""
    peak = exponents.max(axis=-1)
    return np.asarray(peak + np.log(np.exp(exponents - peak[..., None]).mean(axis=-1)))


def best_scale(variance: Array, rate: float) -> Array:
    """The scale of the mixture whose boundary is lowest where V has this value."""
    branch = -float(lambertw(-(rate**2) / math.e, -1).real)
    return np.asarray(variance / (branch - 1.0))


def log_mixture(total: Array, variance: Array, scale: Array) -> Array:
    """The Gaussian mixture over both signs of l: sqrt(r / (V + r)) exp(S^2 / (2 (V + r)))."""
    spread = variance + scale
    return np.asarray(0.5 * np.log(scale / spread) + np.square(total) / (2.0 * spread))


def log_half_mixture(total: Array, variance: Array, scale: Array) -> Array:
    """The mixture over positive l only: for one-sided hypotheses."""
    upper = log_ndtr(total / np.sqrt(variance + scale))
    return np.asarray(math.log(2.0) + log_mixture(total, variance, scale) + upper)


def moved(bound: Bound, center: Array) -> Bound:
    """The bound on y - center, given one on y."""
    if isinstance(bound, Range):
        low, high = np.asarray(bound.low) - center, np.asarray(bound.high) - center
        return Range(low, high, bound.source)
    return bound


def coordinate(bound: Bound, j: int) -> Bound:
    """The bound on one coordinate of y."""

    def part(value: float | tuple[float, ...] | Array) -> float:
        each = np.atleast_1d(np.asarray(value, dtype=float))
        return float(each[j if each.size > 1 else 0])

    if isinstance(bound, Range):
        return replace(bound, low=part(bound.low), high=part(bound.high))
    if isinstance(bound, Variance):
        return replace(bound, value=part(bound.value))
    if isinstance(bound, SubGaussian):
        return replace(bound, constant=part(bound.constant))
    return bound
