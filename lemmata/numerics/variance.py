"""Two ways to take variance away: control variates, and scrambled Sobol points.

With h = g - E g for functions g of the same draws, f - b h has the mean of f, whatever b is. The
coefficients b are fitted by least squares on a pilot whose draws are not used again; for the run
they are constants, so that every bound and rate holds for what is left of f as it does for any f.

Each point of a scrambled Sobol sequence is uniform, so that the mean of f over one scrambling has
the mean of f; scramblings that are drawn independently give independent means, which the run tests
like any other values.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import torch
from torch import Tensor
from torch.distributions import Independent, Normal
from torch.quasirandom import SobolEngine

from lemmata.numerics.bounds import FEWEST, Bound, Range, SubGaussian, Unbounded, Variance
from lemmata.numerics.check import Draws, Estimate, Integrand, Noise
from lemmata.numerics.errors import ConfigurationError, ModelError
from lemmata.numerics.sampled import LONGEST, Options, Question, sampled

# Draws for the fit, and how many of them there must be for each coefficient.
FITTED, PER_CONTROL = 2048, 16
# The mean of a constant control may be off by this, relatively.
CONSTANT = 1e-9
# Without a bound this many samples are allowed, however large the effect is to their deviation.
LEAST_CAP = 10 * FEWEST
# Sobol points are multiples of this; more of them than this in a scrambling take too much memory.
CELL, MOST_POINTS = 2.0**-30, 2**16
# So many roundings of the largest value are allowed to the mean of what is left.
ROUNDINGS = 8.0


def as_asymptotic(bound: Bound) -> Bound:
    """The bound, on which nothing certain rests because it is not the only assumption."""
    if isinstance(bound, Variance | SubGaussian | Range):
        return replace(bound, evidence_class="asymptotic")
    return bound


def hermite(noise: Tensor) -> Tensor:
    """He1 and He2 of each standard normal number, z and z^2 - 1: (n, ...) -> (n, 2 d).

    Their means are 0 by a theorem, which spares a check that draws from `Normal(0, 1)` the sampling
    of them.
    """
    flat = noise.reshape(noise.shape[0], -1).to(torch.float64)
    return torch.cat((flat, flat.square() - 1.0), 1)


@dataclass(frozen=True)
class Controls:
    """Functions of the draws whose means are known.

    Attributes:
        functions: Draws -> (n,) or (n, k).
        source: Why their means are what they are, in words; printed in the report.
        mean: Their means, a number or a tensor of shape (k,).
        left: What is known of f less its controls. A bound on f is none on what is left.
    """

    functions: Callable[[Draws], Tensor]
    source: str
    mean: float | Tensor = 0.0
    left: Bound | None = None

    def centred(self, draws: Draws) -> Tensor:
        """The functions less their means, (n, k) in float64; the draws stay as they are."""
        found: object = self.functions(copy.deepcopy(draws))
        if not isinstance(found, Tensor) or found.ndim not in {1, 2} or 0 in found.shape:
            what = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
            raise ModelError(f"the controls returned {what}; they must return (n,) or (n, k)")
        values = found.detach().to(torch.float64).reshape(found.shape[0], -1)
        mean = torch.as_tensor(self.mean, dtype=torch.float64).flatten().cpu()
        if mean.numel() not in {1, values.shape[1]}:
            raise ModelError(f"{mean.numel()} means are stated for {values.shape[1]} controls")
        if not (bool(torch.isfinite(values).all()) and bool(torch.isfinite(mean).all())):
            raise ModelError("a control or its mean is NaN or infinite")
        return values - mean.to(values.device)

    def are_proved_for(self, sample: object) -> bool:
        """Whether a theorem gives their means: Hermite polynomials of standard normal draws."""
        law = sample.base_dist if isinstance(sample, Independent) else sample
        if type(law) is not Normal or type(sample) not in {Normal, Independent}:
            return False
        standard = bool((law.loc == 0.0).all() & (law.scale == 1.0).all())
        stated = torch.as_tensor(self.mean)
        return standard and self.functions is hermite and not bool(stated.any())


@dataclass(frozen=True)
class Fitted:
    """Controls with their coefficients.

    Attributes:
        controls: The functions.
        coefficients: Shape (k, d).
        share: The share of the variance of f that is left, in the coordinate where it is largest.
        rounding: How far the mean of what is left may be off because numbers are rounded.
        spread: The largest deviation of what is left.
    """

    controls: Controls
    coefficients: Tensor
    share: float
    rounding: float
    spread: float

    def explained(self, draws: Draws) -> Tensor:
        """What is subtracted from f: (n, d), of mean 0 where the stated means are true."""
        centred = self.controls.centred(draws)
        return centred @ self.coefficients.to(centred.device)

    def less(self, f: Callable[[Draws], Tensor]) -> Callable[[Draws], Tensor]:
        """The function f less its controls."""

        def left(draws: Draws) -> Tensor:
            explained = self.explained(draws)  # first: f may work in place
            values = f(draws)
            if not hasattr(values, "shape") or values.shape[:1] != explained.shape[:1]:
                return values  # the run will say what is wrong with it
            return values - (explained if values.ndim == 2 else explained[:, 0])

        return left


def fit(
    name: str,
    noise: Noise,
    f: Callable[[Draws], Tensor],
    controls: Controls,
    generator: torch.Generator,
) -> Fitted:
    """Fit the coefficients on draws of their own.

    Raises:
        ModelError: What f or the controls return cannot be judged, or a constant control has
            another value than its stated mean.
        ConfigurationError: There are too many controls for the pilot.
    """
    draws = noise(generator, FITTED)
    centred = controls.centred(draws).cpu()
    found: object = f(draws)
    shape = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
    if not isinstance(found, Tensor) or found.shape[:1] != (FITTED,) or found.ndim not in {1, 2}:
        raise ModelError(f"{name}: f returned {shape} for {FITTED} draws")
    if centred.shape[0] != FITTED:
        raise ModelError(f"{name}: the controls returned {centred.shape[0]} rows for {FITTED}")
    if PER_CONTROL * centred.shape[1] > FITTED:
        raise ConfigurationError(
            f"{name}: {centred.shape[1]} controls are too many to be fitted on {FITTED} draws; "
            f"give at most {FITTED // PER_CONTROL}"
        )
    values = found.detach().cpu().to(torch.float64).reshape(FITTED, -1)
    if not bool(torch.isfinite(values).all()):
        raise ModelError(f"{name}: f is NaN or infinite")
    middle, spread = centred.mean(0), centred.std(0)
    size = middle.abs() + torch.as_tensor(controls.mean, dtype=torch.float64).cpu().abs()
    constant = spread <= CONSTANT * size
    false = constant & (middle.abs() > CONSTANT * (1.0 + size))
    if bool(false.any()):
        j = int(false.nonzero()[0])
        raise ModelError(
            f"{name}: the stated mean of control {j} is false: it is a constant, "
            f"{float(middle[j]):.3g} away from it"
        )
    # A constant explains nothing; each of the others counts alike for what is collinear.
    scale = torch.where(constant, 1.0, spread)
    scaled = torch.where(constant, 0.0, (centred - middle) / scale)
    solved = torch.linalg.lstsq(scaled, values - values.mean(0), driver="gelsd").solution
    coefficients = solved / scale[:, None]
    before = values.var(0)
    after = (values - centred @ coefficients).var(0)
    share = float(torch.where(before > 0.0, after / before, 0.0).max())
    rounded = found.dtype if found.dtype.is_floating_point else torch.float64
    rounding = ROUNDINGS * (
        torch.finfo(rounded).eps * float(values.abs().max())
        + torch.finfo(torch.float64).eps * float((centred.abs() @ coefficients.abs()).max())
    )
    return Fitted(controls, coefficients, share, rounding, float(after.max()) ** 0.5)


def controlled(question: Question, fitted: Fitted) -> Estimate:
    """The check of what fitted controls leave of f.

    Means that no theorem gives are sampled first, to half of the effect size in half of the budget,
    at the rate of false alarms to either side: a claim is then neither confirmed nor refuted
    because of them.

    Raises:
        NumericsError: The code cannot be judged, or a stated mean is false.
    """
    name, controls, effect = question.name, fitted.controls, question.effect
    left, spare = controls.left or Unbounded(), 0.0
    how, scale = "their means are those of a theorem", question.scale
    options, rate = question.options, question.rate
    if bool(fitted.coefficients.any()) and not controls.are_proved_for(question.law):
        used = fitted.coefficients.any(0).nonzero().flatten().tolist()
        spare, rate = effect / 2.0, rate / 2.0
        alone: Options = {**options, "false_alarm_rate": rate, "power": 1.0 - rate}
        alone.pop("earlier", None)
        means = sampled(
            replace(
                question,
                name=f"{name}/controls",
                estimand="what the controls explain of f",
                estimators=("the fitted controls",),
                integrand=lambda draws: fitted.explained(draws)[:, used],
                target=0.0,
                relation="=",
                effect=spare,
                options=alone,
            )
        )
        if means.outcome == "refuted":
            raise ModelError(
                f"{name}: a stated mean of the controls is false ({controls.source}): what they "
                f"explain of f has a mean of about {means.estimate:.3g} over {means.n} draws, not 0"
            )
        if means.outcome == "undecided":
            return replace(
                means,
                sums=None,
                message=f"{name}: undecided (the means of the controls are not known well enough)\n"
                f"  controls  {controls.source}: after {means.n} draws without f the mean of what "
                f"they explain lies in [{means.interval[0]:.3g}, {means.interval[1]:.3g}]\n"
                "  next      use controls whose means a theorem gives, declare a larger effect, or "
                f"allow more draws: `longest` above {options.get('longest', LONGEST):g}",
            )
        scale = f"half of {effect:.3g}, {scale}; the other half is for the means of the controls"
        left = as_asymptotic(left)
        how = f"{means.n} draws without f hold their means: {spare:.3g} more at either end"
    found = sampled(
        replace(
            question,
            estimand="the mean of f by control variates",
            estimators=("f less its fitted controls",),
            integrand=fitted.less(question.integrand),
            bound=left,
            effect=effect - spare,
            scale=scale,
            options={**options, "false_alarm_rate": rate},
        ),
        method=f"control variates, fitted on {FITTED} draws that are not used again: "
        f"{fitted.share:.2g} of the variance of f is left\n            {controls.source}; {how}",
        tolerance=fitted.rounding,
        # Where only rounding is left, an event too rare for the pilot is not ruled out by patience.
        fewest=LEAST_CAP if fitted.spread > fitted.rounding else 0,
    )
    low, high = found.interval
    # An error that the controls' own means might explain is none of f.
    relation = question.relation
    beyond = (low > spare and relation != ">=") or (high < -spare and relation != "<=")
    found = replace(
        found,
        assumptions=(*found.assumptions, controls.source),
        effect_size=effect,
        interval=(low - spare, high + spare),
    )
    if found.outcome != "refuted" or not spare or beyond:
        return found
    return replace(
        found,
        outcome="undecided",
        cause="unsupported",
        counterexample=None,
        message=f"{name}: undecided (the means of the controls are not known as well as this)\n"
        f"  estimate  the difference lies in [{low - spare:.3g}, {high + spare:.3g}]\n"
        f"  method    {found.method}\n"
        "  next      declare a smaller effect, or use controls whose means a theorem gives",
    )


@dataclass(frozen=True)
class Sobol:
    """Points of independent scramblings of a Sobol sequence, as a `sample` of `check_mean`.

    Attributes:
        dimension: How many numbers a point has.
        points: How many points a scrambling has; a power of 2.
        law: The law of each number: standard normal, or uniform in (0, 1).
    """

    dimension: int
    points: int = 256
    law: Literal["normal", "uniform"] = "normal"

    def __post_init__(self) -> None:
        if not 1 <= self.dimension <= SobolEngine.MAXDIM:
            raise ConfigurationError(
                f"there are Sobol points of 1 to {SobolEngine.MAXDIM} dimensions, not of "
                f"{self.dimension}"
            )
        if not 2 <= self.points <= MOST_POINTS or self.points & (self.points - 1):
            raise ConfigurationError(
                f"a scrambling has a power of 2 of points, 2 to {MOST_POINTS}, not {self.points}"
            )
        if self.law not in get_args(Literal["normal", "uniform"]):
            raise ConfigurationError(f"there is no law {self.law!r}; say normal or uniform")

    def draw(self, generator: torch.Generator, n: int) -> Tensor:
        """The points of n scramblings, (n, points, dimension).

        Raises:
            ModelError: Two scramblings are the same: they are not random.
        """
        seeds = torch.randint(2**62, (n,), generator=generator, device=generator.device)
        drawn = torch.stack([self.scrambling(seed) for seed in seeds.tolist()])
        if n > 1 and torch.equal(drawn[0], drawn[1]):
            raise ModelError(
                "two scramblings of the Sobol points are the same: they are not random"
            )
        # In the middle of the cell that a point stands for: never 0 or 1.
        uniform = (drawn + 0.5 * CELL).to(generator.device)
        return torch.special.ndtri(uniform) if self.law == "normal" else uniform

    def scrambling(self, seed: int) -> Tensor:
        """The points of one scrambling, uniform in [0, 1)."""
        engine = SobolEngine(self.dimension, scramble=True, seed=seed)
        return engine.draw(self.points, dtype=torch.float64)


def averaged(name: str, f: Integrand, sample: Sobol) -> Integrand:
    """The mean of f over each scrambling.

    What bounds the range, the variance or the tails of f bounds those of a mean of values that have
    the law of f, whatever they have to do with each other.
    """

    def means(points: Tensor) -> Tensor:
        n = points.shape[0]
        values: object = f(points.reshape(n * sample.points, sample.dimension))
        if not isinstance(values, Tensor) or values.shape[:1] != (n * sample.points,):
            what = tuple(values.shape) if isinstance(values, Tensor) else type(values).__name__
            raise ModelError(f"{name}: f returned {what} for {n * sample.points} points")
        return values.to(torch.float64).reshape(n, sample.points, *values.shape[1:]).mean(1)

    return means


def by_sobol(question: Question, sample: Sobol) -> Estimate:
    """The check of a question about means over scramblings, as `averaged` gives them."""
    return sampled(
        replace(
            question,
            estimand="the mean of f by scrambled Sobol points",
            estimators=("the means of f over scramblings",),
        ),
        method="scrambled Sobol points: a sample is the mean over one of independent scramblings "
        f"of {sample.points} points in {sample.dimension} dimensions",
        fewest=LEAST_CAP,
    )
