"""How often the statistics err, counted in simulations: what `docs/calibration.md` records.

Seven laws of mean 0 and variance 1, from tame to heavy-tailed, are those that checks of machine
learning meet: bounded values, rare events, logarithms of density ratios, terms of score-function
gradients, importance weights. Many replications run side by side as the coordinates of one array.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from lemmata.numerics.bounds import Array, Bound, Design, Powers, Range, Variance, moved

Law: TypeAlias = Callable[[np.random.Generator, tuple[int, int]], Array]


def _beta(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    return np.asarray((rng.beta(2.0, 5.0, shape) - 2.0 / 7.0) / math.sqrt(10.0 / (49.0 * 8.0)))


def _rare(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    return np.asarray(((rng.random(shape) < 0.02) - 0.02) / math.sqrt(0.02 * 0.98))


def _log_ratio(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    return rng.standard_normal(shape)


def _quadratic(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    z = rng.standard_normal(shape)
    return np.asarray((0.6 * (z * z - 1.0) + 0.4 * z) / math.sqrt(0.72 + 0.16))


def _score_term(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    # f(z) times the score of a Gaussian mean, f(z) = z^4: odd moments vanish, E z^10 = 945.
    z = rng.standard_normal(shape)
    square = z * z
    return np.asarray(square * square * z / math.sqrt(945.0))


def _weights(deviation: float) -> Law:
    spread = math.sqrt(math.expm1(deviation**2))

    def law(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
        exponent = deviation * rng.standard_normal(shape) - deviation**2 / 2.0
        return np.asarray(np.expm1(exponent) / spread)

    return law


LAWS: Mapping[str, Law] = {
    "Beta(2, 5)": _beta,
    "Bernoulli(0.02)": _rare,
    "Gaussian log-ratio": _log_ratio,
    "quadratic log-ratio": _quadratic,
    "score-function term": _score_term,
    "importance weights, s = 1": _weights(1.0),
    "importance weights, s = 2": _weights(2.0),
}
_BETA = math.sqrt(10.0 / (49.0 * 8.0))
_RARE = math.sqrt(0.02 * 0.98)
# The two laws with a range, for the bounded process.
RANGES: Mapping[str, Range] = {
    "Beta(2, 5)": Range(-2.0 / 7.0 / _BETA, 5.0 / 7.0 / _BETA, "the unit interval, scaled"),
    "Bernoulli(0.02)": Range(-0.02 / _RARE, 0.98 / _RARE, "0 and 1, scaled"),
}
# So many replications run side by side.
BLOCK = 1_000
BOTH = np.array([[1.0], [-1.0]])
UNIT_VARIANCE = Variance(1.0, "the law has variance 1")


@dataclass(frozen=True)
class Outcomes:
    """What became of the replications of one law.

    Attributes:
        replications: How many there were.
        refuted: How many were refuted, for each false-alarm rate.
        confirmed: How many were confirmed.
        undecided: How many had not decided when the samples ended.
        mean_samples: How many samples a decision took, in the mean over those that decided.
        late_samples: The 99 % quantile of these.
        fixed_samples: What a z-test of the first rate would take.
    """

    replications: int
    refuted: Mapping[float, int]
    confirmed: int
    undecided: int
    mean_samples: float
    late_samples: float
    fixed_samples: float


def replicate(  # noqa: PLR0913 - one experiment, all of it by keyword
    law: Law,
    bound: Bound,
    *,
    replications: int,
    samples: int,
    every: int,
    rates: tuple[float, ...],
    effect_size: float,
    error: float = 0.0,
    power: float = 0.99,
    stop_confirmed: bool = True,
    seed: int = 0,
) -> Outcomes:
    """Run many replications of the sequential test side by side, on y = law + error.

    Args:
        law: What is drawn; mean 0, variance 1.
        bound: What the test knows of it.
        replications: How many.
        samples: How long each runs at most.
        every: How many samples lie between looks.
        rates: The false-alarm rates to count; all see the same samples, decided by the first.
        effect_size: The error that the design is for.
        error: The mean of y: how wrong the claim is.
        power: The power of the design.
        stop_confirmed: Whether a confirmed run ends; without, refutations are counted to the end.
        seed: The seed of the draws.
    """
    designs = [Design(np.ones(1), effect_size, rate, power) for rate in rates]
    bound = moved(bound, np.asarray(-error))  # a wrong claim lies elsewhere within the same range
    refuting = [bound.tuning(design, design.false_alarm_rate) for design in designs]
    confirming = bound.tuning(designs[0], designs[0].miss_rate)

    def block(rng: np.random.Generator, rows: int) -> tuple[Array, NDArray[np.bool_], Array]:
        """Replications that fit into the caches: which crossed, which were confirmed, and when."""
        sums = Powers(0, *np.zeros((4, rows)))
        crossed, confirmed = np.zeros((len(rates), rows), dtype=bool), np.zeros(rows, dtype=bool)
        decided, going = np.full(rows, -1.0), np.arange(rows)
        for n in range(every, samples + 1, every):
            sums = _longer(sums, law(rng, (going.size, every)) + error, bound.powers)
            for row, (rate, tuning) in enumerate(zip(rates, refuting, strict=True)):
                sides = bound.log_e(sums, sign=BOTH, shift=0.0, tuning=tuning)
                against = np.logaddexp(*sides) - math.log(2.0)
                crossed[row, going[against >= -math.log(rate)]] = True
            errors = bound.log_e(sums, sign=BOTH, shift=-effect_size, tuning=confirming)
            excluded = going[errors.min(axis=0) >= -math.log(designs[0].miss_rate)]
            confirmed[excluded] |= ~crossed[0, excluded]
            if stop_confirmed:
                ended = crossed[0, going] | confirmed[going]
                decided[going[ended]] = n
                going, sums = going[~ended], _rows(sums, ~ended)
                if not going.size:
                    break
        return crossed, confirmed, decided

    found = [
        block(np.random.default_rng((seed, first)), min(BLOCK, replications - first))
        for first in range(0, replications, BLOCK)
    ]
    crossed, confirmed, decided = (
        np.concatenate(each, axis=-1) for each in zip(*found, strict=True)
    )
    ended = decided[decided >= 0.0]
    return Outcomes(
        replications,
        {rate: int(crossed[row].sum()) for row, rate in enumerate(rates)},
        int(confirmed.sum()),
        int((decided < 0).sum()),
        float(ended.mean()) if ended.size else math.nan,
        float(np.quantile(ended, 0.99)) if ended.size else math.nan,
        designs[0].fixed_samples(),
    )


def _longer(sums: Powers, y: Array, powers: int) -> Powers:
    """The sums after more samples, a row for each replication."""
    square = np.square(y)
    high = (square * y, np.square(square)) if powers == 4 else (np.zeros((1, 1)),) * 2
    old = (sums.s1, sums.s2, sums.s3, sums.s4)
    new = (each.sum(1) for each in (y, square, *high))
    return Powers(sums.n + y.shape[1], *(a + b for a, b in zip(old, new, strict=True)))


def _rows(sums: Powers, which: NDArray[np.bool_]) -> Powers:
    """The sums of some replications."""
    return Powers(sums.n, *(each[which] for each in (sums.s1, sums.s2, sums.s3, sums.s4)))


def least_samples(law: Law, bound: Range, *, error: float, rate: float) -> float:
    """The fewest samples in the mean by which any test can refute a claim that is wrong.

    A test that knows the range alone must keep its level for every law in the range whose mean is
    the claimed one. The one hardest to tell apart has the divergence max over l of E log(1 + l x)
    from the true law (Honda and Takemura, 2010), and by Wald's inequality the mean number of
    samples is at least log(1 / rate) over it. The expectation is over a million samples.

    Args:
        law: What is drawn.
        bound: The range of the law.
        error: How wrong the claim is, upwards if positive.
        rate: The false-alarm rate.
    """
    y = law(np.random.default_rng(3), (1_000, 1_000)) + error
    x, below = (y, -(bound.low + error)) if error > 0.0 else (-y, bound.high + error)
    found = minimize_scalar(
        lambda share: -float(np.log1p(share / below * x).mean()),
        bounds=(0.0, 0.99),
        method="bounded",
    )
    return math.log(1.0 / rate) / -float(found.fun)
