"""Checks: what is estimated, by what, how exactly, and which wrong versions it must refute."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias, get_args

import torch
from torch import Tensor

from lemmata.kernel.verdict import Verdict
from lemmata.numerics.bounds import Array, Bound, Design, EvidenceClass, Powers
from lemmata.numerics.errors import ConfigurationError

Relation: TypeAlias = Literal["=", ">=", "<="]
# The random numbers of one batch: a tensor, or a tuple of tensors.
Draws: TypeAlias = Any
# (generator, how many) -> the random numbers of a batch, on the device of the generator.
Noise: TypeAlias = Callable[[torch.Generator, int], Draws]
# What is averaged: a function of these numbers alone; (n,) or (n, d).
Integrand: TypeAlias = Callable[[Draws], Tensor]

# The tolerance for rounding is at most this share of the effect size.
LARGEST_TOLERANCE = 0.01

# Methods where a claim leaves no choice, and why nothing cheaper does; the engine names its own.
ALL_VALUES = "a sum without error, and nothing is cheaper"
AUTOGRAD = "autograd Jacobians: the exact derivative of the code, which is known as code only"
CLOSED_FORMS = "closed forms: every term has one, and nothing is integrated"
ON_A_GRID = "quadrature on a grid: the density is not one of torch's laws, which have nodes"
STEP_BY_STEP = "step by step: the claim is about what the steps do"
AT_POINTS = "each point of a grid: the claim is about points, not about their mean"
DRAWN = "samples, beside the computed mean: code that draws, as training does, has it too"


@dataclass(frozen=True)
class Mutant:
    """A wrong version of a sampled check: what differs from it, the rest is inherited.

    Attributes:
        target: A wrong value of the mean.
        integrand: A wrong estimator.
        bound: What is known of the wrong estimator, if it differs.
        relation: A wrong relation.
    """

    target: float | Tensor | None = None
    integrand: Integrand | None = None
    bound: Bound | None = None
    relation: Relation | None = None


@dataclass(frozen=True)
class SampledCheck:
    """The mean of a random quantity against its claimed value, from samples.

    Attributes:
        id: Its name: the claim, a slash, and what is checked.
        estimand: What both sides are, in words, with the model.
        estimators: What estimates it: one name, or two whose difference is averaged.
        noise: Draws the random numbers of a batch from a generator, on its device.
        integrand: What is averaged, a function of these numbers alone; shape (n,) or (n, d).
        bound: What is known of the integrand, and why.
        effect_size: The smallest error of the mean that is promised to be seen.
        scale: What the effect size is relative to, in words.
        target: The claimed mean; a number, or a tensor of shape (d,).
        relation: Whether the mean equals the target, or is at least or at most it.
        power: The least probability of not confirming where the error is the effect size.
        tolerance: The rounding error, or other known bias, that the mean may have.
        share: The share of the claim's false-alarm budget.
        longest: The cap on samples, as a multiple of what a z-test would take.
        fewest: The least cap on samples, for what varies much less than the effect size.
        uncorrelated: Whether the coordinates are uncorrelated, which bounds the variance of their
            sums more tightly: small errors of many coordinates are then seen together.
        method: What the samples are, in words.
        mutants: Wrong versions, by what is wrong; the check must refute each.
    """

    id: str
    estimand: str
    estimators: tuple[str, ...]
    noise: Noise
    integrand: Integrand
    bound: Bound
    effect_size: float
    scale: str
    target: float | Tensor = 0.0
    relation: Relation = "="
    power: float = 0.99
    tolerance: float = 0.0
    share: float = 1.0
    longest: float = 12.0
    fewest: int = 0
    uncorrelated: bool = False
    method: str = "samples"
    mutants: Mapping[str, Mutant] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.effect_size > 0.0:
            raise ConfigurationError(f"{self.id}: the effect size must be positive")
        if not 0.5 < self.power < 1.0:
            raise ConfigurationError(f"{self.id}: the power must be between 1/2 and 1")
        if not 0.0 <= self.tolerance <= LARGEST_TOLERANCE * self.effect_size:
            raise ConfigurationError(
                f"{self.id}: the tolerance {self.tolerance:g} is more than a hundredth of the "
                f"effect size {self.effect_size:g}: a pass would say little"
            )
        if self.relation not in get_args(Relation):
            known = ", ".join(get_args(Relation))
            raise ConfigurationError(
                f"{self.id}: there is no relation {self.relation!r}; say one of {known}"
            )
        if not self.share > 0.0 or not self.longest > 0.0:
            raise ConfigurationError(f"{self.id}: share and sample cap must be positive")

    def mutated(self, mutant: Mutant) -> "SampledCheck":
        """The check of a wrong version."""
        return replace(
            self,
            target=self.target if mutant.target is None else mutant.target,
            integrand=mutant.integrand or self.integrand,
            bound=mutant.bound or self.bound,
            relation=mutant.relation or self.relation,
            mutants={},
        )

    def with_effect(self, factor: float) -> "SampledCheck":
        """The same check with another effect size, for another budget."""
        effect = self.effect_size * factor
        return replace(
            self,
            effect_size=effect,
            tolerance=min(self.tolerance, LARGEST_TOLERANCE * effect),
            scale=f"{factor:g} x {self.scale}" if factor != 1.0 else self.scale,
        )


@dataclass(frozen=True)
class Sides:
    """Both sides of an exact check, on many inputs at once.

    Attributes:
        left: One side; any shape.
        right: The other, of the same shape.
        error: A bound on the error of quadrature, absolute; 0 where only rounding errs.
        rounded: By how much a claimed value may be rounded, absolute; of the same shape, or one.
    """

    left: Tensor
    right: Tensor
    error: float = 0.0
    rounded: Tensor | float = 0.0


@dataclass(frozen=True)
class ExactCheck:
    """Two sides that are computed, not sampled: enumeration, quadrature, Jacobians, recursions.

    Attributes:
        id: Its name: the claim, a slash, and what is checked.
        estimand: What both sides are, in words, with the model.
        estimators: How each side is computed.
        sides: Computes both sides.
        tolerance: The largest relative difference that rounding (and quadrature) explains.
        evidence_class: exact, or quadrature.
        relation: Whether left equals right, or is at least or at most it.
        unit: Values below this are compared absolutely.
        method: What computes the sides, in words.
        mutants: The sides of wrong versions, by what is wrong; each must be refuted.
    """

    id: str
    estimand: str
    estimators: tuple[str, ...]
    sides: Callable[[], Sides]
    tolerance: float = 1e-9
    evidence_class: EvidenceClass = "exact"
    relation: Relation = "="
    unit: float = 1.0
    method: str = "computed"
    mutants: Mapping[str, Callable[[], Sides]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0.0 < self.tolerance <= 1e-3:
            raise ConfigurationError(
                f"{self.id}: a tolerance of {self.tolerance:g} for two computed sides is not "
                "between 0 and 1e-3"
            )


Check: TypeAlias = SampledCheck | ExactCheck


@dataclass(frozen=True)
class Sums(Powers):
    """All that a run keeps of its samples. Sums of independent runs add up to a longer run.

    Here y is the integrand minus the target.

    Attributes:
        n: How many samples.
        largest: The largest y^2, where no bound is known.
        along: The sum of y along directions that were chosen before each batch.
        along2: The sum of its square.
    """

    n: int
    largest: Array
    along: float = 0.0
    along2: float = 0.0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.n + other.n,
            self.s1 + other.s1,
            self.s2 + other.s2,
            self.s3 + other.s3,
            self.s4 + other.s4,
            self.largest.clip(min=other.largest),
            self.along + other.along,
            self.along2 + other.along2,
        )


@dataclass(frozen=True)
class Tuned:
    """A sampled check, its design, and what its tests mix over.

    Attributes:
        check: The check.
        center: The target, by coordinate; y is the integrand minus it.
        bound: The bound on y.
        design: What the run is tuned to.
        refuting: What the test against the claim mixes over.
        confirming: What the tests against errors of the effect size mix over.
        along: The scale of the mixture along past directions.
        deviations: The square roots of the bounds on Var y; None where nothing is known.
        most: The cap on samples.
        miss_rate: The rate at which every error of the effect size is excluded for a confirmation.
        dtype: The precision in which the integrand returns its values; their sums are float64.
    """

    check: SampledCheck
    center: Array
    bound: Bound
    design: Design
    refuting: Array
    confirming: Array
    along: float
    deviations: Array | None
    most: int
    miss_rate: float
    dtype: torch.dtype


@dataclass(frozen=True)
class Trace:
    """How an estimate settled: what a plot of it over the samples needs.

    About fifty points, evenly spaced on a logarithmic axis, over the last two decades of the run.
    Up to the false-alarm rate the mean lies within all the bands at once.

    Attributes:
        n: How many samples there were.
        mean: The mean of integrand minus target so far, in the coordinate that is reported.
        low: The lower end of its band; minus infinity where nothing is known yet.
        high: The upper end.
    """

    n: tuple[int, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Estimate(Verdict):
    """A verdict of a check, with its numbers.

    Attributes:
        check: The id of the check.
        evidence_class: exact, quadrature, finite-sample or asymptotic.
        estimate: The mean of integrand minus target, or left minus right, where it is largest.
        interval: It lies in here, up to the false-alarm rate.
        effect_size: An error of this size or more would have been confirmed with probability at
            most 1 - power; never, for exact checks.
        false_alarm_rate: The probability of refuting a true claim; 0 for exact checks.
        power: See effect_size.
        n: How many samples were drawn; 0 for exact checks.
        seed: The seed of the run; None for exact checks.
        log10_e: The evidence against the claim, as a power of ten.
        sums: What was kept of the samples, to continue the run.
        trace: How the estimate settled, where that was asked for.
        method: What computed or estimated it.
        claimed: The claimed mean by coordinate, which the sums are about.
    """

    check: str = ""
    evidence_class: EvidenceClass = "exact"
    estimate: float = 0.0
    interval: tuple[float, float] = (0.0, 0.0)
    effect_size: float = 0.0
    false_alarm_rate: float = 0.0
    power: float = 1.0
    n: int = 0
    seed: int | None = None
    log10_e: float = 0.0
    sums: Sums | None = None
    trace: Trace | None = None
    method: str = ""
    claimed: tuple[float, ...] = ()

    def __str__(self) -> str:
        return self.message
