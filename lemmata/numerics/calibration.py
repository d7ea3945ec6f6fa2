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
    return np.asarray(z**5 / math.sqrt(945.0))


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
    rng = np.random.default_rng(seed)
    designs = [Design(np.ones(1), effect_size, rate, power) for rate in rates]
    refuting = [bound.tuning(design, design.false_alarm_rate) for design in designs]
    confirming = bound.tuning(designs[0], designs[0].miss_rate)
    bound = moved(bound, np.asarray(-error))  # a wrong claim lies elsewhere within the same range
    sums = Powers(0, *np.zeros((4, replications)))
    crossed = np.zeros((len(rates), replications), dtype=bool)
    decided = np.full(replications, -1)
    confirmed = np.zeros(replications, dtype=bool)
    for n in range(every, samples + 1, every):
        sums = _longer(sums, law(rng, (replications, every)) + error, bound.powers)
        running = decided < 0
        for row, (rate, tuning) in enumerate(zip(rates, refuting, strict=True)):
            up = bound.log_e(sums, sign=1, shift=0.0, tuning=tuning)
            down = bound.log_e(sums, sign=-1, shift=0.0, tuning=tuning)
            against = np.logaddexp(up, down) - math.log(2.0)
            crossed[row] |= (against >= -math.log(rate)) & (running | (not stop_confirmed))
        decided[running & crossed[0]] = n
        running = decided < 0
        high = bound.log_e(sums, sign=-1, shift=-effect_size, tuning=confirming)
        low = bound.log_e(sums, sign=1, shift=-effect_size, tuning=confirming)
        now = running & (np.minimum(high, low) >= -math.log(designs[0].miss_rate))
        confirmed |= now
        if stop_confirmed:
            decided[now] = n
            if (decided >= 0).all():
                break
    ended = decided[decided >= 0]
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
    found = (
        old + new.sum(1)
        for old, new in zip((sums.s1, sums.s2, sums.s3, sums.s4), (y, square, *high), strict=True)
    )
    return Powers(sums.n + y.shape[1], *found)
