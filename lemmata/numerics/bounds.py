r"""What is known of a random difference y, and the e-values that this knowledge gives.

A test here never assumes that a sample mean is normal. It needs a true bound on y, said with its
source, and few sums: n, S1 = sum of y, S2 = sum of y^2; S3 and S4 too where y is bounded. From
these each bound gives an *e-value* against a hypothesis about the mean: a number whose expectation
is at most 1 whenever the hypothesis holds, at any stopping time. By Ville's inequality it ever
exceeds 1 / alpha with probability at most alpha, so a run may look after every batch, stop when it
likes, and be continued later.

| bound | what it knows | process |
|---|---|---|
| `Variance(v)` | Var y <= v | V = (S2 + 2 n v) / 3, from exp(x - x^2/6) <= 1 + x + x^2/3 |
| `Range(low, high)` | low <= y <= high | exp(u - u^2/2 + u^3/3 - k u^4) <= 1 + u, u = l x >= -w |
| `SubGaussian(c)` | E exp(l (y - E y)) <= exp((l c)^2 / 2) | V = n c^2 |
| `Unbounded()` | nothing | V = n s^2, the sample variance: *asymptotic*, never certified |

Here k = k(w) = (-log(1 - w) - w - w^2/2 - w^3/3) / w^4. With the rest of the Taylor series written
as an integral, log(1 + u) = u - u^2/2 + u^3/3 - u^4 J(u), where J(u) is the integral of
s^3 / (1 + u s) over 0 < s < 1: it falls in u, so that J(u) <= J(-w) = k(w) for u >= -w. A fifth of
the stake of the bounded process is on the variance that a range implies: x <= b gives
x^2 <= a b + (b - a) x, and the process of `Variance` with v = a b is one for E x <= 0 too, as long
as l (a - b) <= 3. It is the better one where y is mostly near one end.

Mixtures over l are Gaussian, in its half for one side; for bounded y on a geometric grid. How the
mixture is tuned depends on the design alone, never on the data that it is applied to, and affects
the number of samples, never the validity.

Sources: Delyon (2009); Fan, Grama and Liu (2015); Howard, Ramdas, McAuliffe and Sekhon (2020).
"""

import math
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import lambertw, log_ndtr, ndtri

from lemmata.numerics.errors import ConfigurationError

Array: TypeAlias = NDArray[np.float64]
EvidenceClass: TypeAlias = Literal["exact", "quadrature", "finite-sample", "asymptotic"]

# The grid of l for bounded differences, in deviations of the Gaussian mixture, and its logarithmic
# weights: those of the half Gaussian on a logarithmic scale.
GRID = np.geomspace(1.0 / 6.0, 3.2, 16)
WEIGHTS = np.log(GRID) - np.square(GRID) / 2.0
WEIGHTS -= np.log(np.exp(WEIGHTS).sum())
# The share of the stake that is on the variance which a range implies.
ON_VARIANCE = 0.2
# Rounding may take a value this far out of a declared range, relatively to its width.
RANGE_SLACK = 1e-9
# The logarithm of the e-value against what the bound excludes for certain.
IMPOSSIBLE = 300.0 * math.log(10.0)
# No l comes nearer to 1/a than this share of it, where k is infinite; nor is k computed below this
# w, where it would be lost in rounding: it rises with w.
NEAREST, LEAST = 0.98, 0.01
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


@dataclass(frozen=True)
class Powers:
    """All that the e-values need of the samples; arrays are by coordinate.

    Attributes:
        n: How many samples there are; a number, or an array like the sums.
        s1: The sum of y.
        s2: The sum of y^2.
        s3: The sum of y^3, where `Bound.powers` is 4; else 0.
        s4: The sum of y^4, likewise.
    """

    n: float | Array
    s1: Array
    s2: Array
    s3: Array
    s4: Array

    def moved(self, sign: int | Array, shift: Array | float) -> tuple[Array, Array]:
        """The sums of x = sign * y - shift and of x^2."""
        signed, c = sign * self.s1, np.asarray(shift)
        return signed - self.n * c, np.maximum(self.s2 - 2.0 * c * signed + self.n * c**2, 0.0)

    def moved_high(self, sign: int | Array, shift: Array | float) -> tuple[Array, Array]:
        """The sums of x^3 and x^4."""
        s1, s3, c = sign * self.s1, sign * self.s3, np.asarray(shift)
        third = s3 - 3.0 * c * self.s2 + 3.0 * c**2 * s1 - self.n * c**3
        fourth = self.s4 - 4.0 * c * s3 + 6.0 * c**2 * self.s2 - 4.0 * c**3 * s1 + self.n * c**4
        return third, np.maximum(fourth, 0.0)


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

    @property
    def powers(self) -> int:
        """The highest power of y whose sum is needed: 2 or 4."""
        ...

    def log_e(
        self, sums: Powers, *, sign: int | Array, shift: Array | float, tuning: Array
    ) -> Array:
        """The logarithm of the e-value against the hypothesis E[sign * y] <= shift.

        Args:
            sums: What is kept of the samples.
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


def _require_no_less_than_zero(what: str, value: float | tuple[float, ...]) -> None:
    if not np.all(np.greater_equal(value, 0.0)):
        raise ConfigurationError(f"a {what} of {value} bounds nothing: it must be at least 0")


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
    powers: int = 2

    def __post_init__(self) -> None:
        _require_no_less_than_zero("variance", self.value)

    def log_e(
        self, sums: Powers, *, sign: int | Array, shift: Array | float, tuning: Array
    ) -> Array:
        """See `Bound.log_e`."""
        first, second = sums.moved(sign, shift)
        spread = (second + 2.0 * sums.n * np.asarray(self.value)) / 3.0
        return log_half_mixture(first, spread, tuning)

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
    powers: int = 2

    def __post_init__(self) -> None:
        _require_no_less_than_zero("sub-Gaussian constant", self.constant)

    def log_e(
        self, sums: Powers, *, sign: int | Array, shift: Array | float, tuning: Array
    ) -> Array:
        """See `Bound.log_e`."""
        first, _ = sums.moved(sign, shift)
        return log_half_mixture(first, sums.n * np.square(self.constant), tuning)

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
    powers: int = 4

    def __post_init__(self) -> None:
        if not np.all(np.less(self.low, self.high)):
            raise ConfigurationError(f"the range {self.low} to {self.high} is empty")

    def log_e(
        self, sums: Powers, *, sign: int | Array, shift: Array | float, tuning: Array
    ) -> Array:
        """See `Bound.log_e`."""
        t1, t2 = (each[..., None] for each in sums.moved(sign, shift))  # the last axis is the grid
        t3, t4 = (each[..., None] for each in sums.moved_high(sign, shift))
        up = np.asarray(sign) > 0
        below = np.where(up, shift - self.low, shift + self.high)
        above = np.where(up, self.high - shift, -self.low - shift)
        # Larger ends are valid too, and keep every l finite.
        a = np.maximum(below, 1e-3 / tuning.max(axis=-1))[..., None]
        b = np.maximum(above, 0.0)[..., None]
        rates = np.minimum(tuning, NEAREST / a)
        w = np.maximum(a * rates, LEAST)
        k = (-np.log1p(-w) - w - w**2 / 2.0 - w**3 / 3.0) / w**4
        bounded = rates * t1 - rates**2 / 2.0 * t2 + rates**3 / 3.0 * t3 - k * rates**4 * t4
        rates = np.minimum(tuning, 3.0 / np.maximum(a - b, 1e-3 * a))
        spread = t2 + 2.0 * np.asarray(sums.n)[..., None] * a * b
        varying = rates * t1 - rates**2 / 6.0 * spread
        found = np.logaddexp(
            log_sum_exp(bounded + WEIGHTS) + math.log(1.0 - ON_VARIANCE),
            log_sum_exp(varying + WEIGHTS) + math.log(ON_VARIANCE),
        )
        # No law in the range has such a mean: any number is an e-value.
        empty = below < -RANGE_SLACK * np.subtract(self.high, self.low)
        return np.where(empty, IMPOSSIBLE, found)

    def tuning(self, design: Design, rate: float) -> Array:
        """See `Bound.tuning`."""
        return GRID / np.sqrt(best_scale(design.expected(rate), rate))[..., None]

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
    powers: int = 4

    def log_e(
        self, sums: Powers, *, sign: int | Array, shift: Array | float, tuning: Array
    ) -> Array:
        """See `Bound.log_e`."""
        first, _ = sums.moved(sign, shift)
        spread = np.maximum(sums.s2 - np.square(sums.s1) / sums.n, 0.0)
        return log_half_mixture(first, spread, tuning)

    def tuning(self, design: Design, rate: float) -> Array:
        """See `Bound.tuning`."""
        return best_scale(design.expected(rate), rate)

    def variance_at(self, largest_mean: float) -> Array | None:  # noqa: ARG002 - nothing is known
        """See `Bound.variance_at`."""
        return None


def log_sum_exp(exponents: Array) -> Array:
    """The logarithm of the sum of exponentials, over the last axis."""
    peak = exponents.max(axis=-1)
    return np.asarray(peak + np.log(np.exp(exponents - peak[..., None]).sum(axis=-1)))


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
