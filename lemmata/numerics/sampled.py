"""How the public functions run a sampled check: samplers, options, and the effect that is seen."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from numbers import Integral, Real
from typing import TypeAlias, TypedDict

import torch
from torch import Tensor
from torch.distributions import Distribution

from lemmata.numerics.bounds import Bound, Range, SubGaussian, Unbounded, Variance
from lemmata.numerics.check import Draws, Estimate, Integrand, Noise, Relation, SampledCheck
from lemmata.numerics.devices import DeviceName, device_of
from lemmata.numerics.engine import PILOT, run_check
from lemmata.numerics.errors import ConfigurationError
from lemmata.numerics.streams import fresh_seed, isolated, stream

# A torch distribution, or your own sampler: (n, generator) -> n samples, the first axis counting.
Sampler: TypeAlias = Distribution | Callable[[int, torch.Generator], Draws]

FALSE_ALARM_RATE, POWER, LONGEST = 1e-6, 0.99, 12.0
# The effect size, where none is given, as a share of the claimed value or of the deviation.
SHARE_OF_VALUE, SHARE_OF_DEVIATION = 0.01, 0.05


class Options(TypedDict, total=False):
    """How a sampled check is run; the functions below take these by keyword.

    Attributes:
        effect_size: The smallest error that must not be confirmed. Without it: 1 % of the claimed
            value or 5 % of the standard deviation, whichever is larger, but at most a quarter of
            the value where that can be seen.
        false_alarm_rate: The probability of refuting a true claim; 1e-6 unless given.
        power: The least probability of not confirming a claim that is wrong by the effect size;
            0.99 unless given.
        seed: The seed of the run; a fresh one unless given. It is part of the report.
        device: auto, cpu or cuda.
        longest: The cap on samples, as a multiple of what a z-test would take; 12 unless given.
        earlier: What an undecided run of the same check returned, which this one continues with
            fresh draws.
    """

    effect_size: float
    false_alarm_rate: float
    power: float
    seed: int
    device: DeviceName
    longest: float
    earlier: Estimate


def noise_of(name: str, sample: Sampler) -> Noise:
    """A sampler in our order of arguments; a torch distribution draws from our stream.

    Raises:
        ConfigurationError: It is neither, or takes other arguments.
    """
    if isinstance(sample, Distribution):

        def drawn(generator: torch.Generator, n: int) -> Tensor:
            with isolated(generator):
                return sample.sample((n,))

        return drawn

    if not callable(sample):
        raise ConfigurationError(
            f"{name}: samples come from a torch distribution or a function of (n, generator), not "
            f"from {type(sample).__name__}"
        )
    try:
        signature(sample).bind(1, None)
    except TypeError as error:
        raise ConfigurationError(
            f"{name}: what draws is called with (n, generator), and takes something else: {error}"
        ) from error
    except ValueError:  # of what is written in C nothing is known
        pass

    def own(generator: torch.Generator, n: int) -> Draws:
        with isolated(generator):  # so that foreign code inside it is reproducible too
            return sample(n, generator)

    return own


@dataclass(frozen=True)
class Question:
    """A mean and what is claimed of it, with all that a check was given.

    Attributes:
        name: What the report calls the check.
        estimand: What the mean is, in words.
        estimators: What estimates it: one name, or two whose difference is averaged.
        noise: Where draws come from.
        integrand: What is averaged.
        target: The claimed mean, as it was given.
        bound: What is known of the integrand, if anything.
        relation: Whether the mean equals the target, or is at least or at most it.
        effect: The smallest error that must not be confirmed.
        scale: What the effect is relative to, in words.
        options: How the check is run; the seed is settled.
        law: The distribution of the draws, where there is more than a sampler.
    """

    name: str
    estimand: str
    estimators: tuple[str, ...]
    noise: Noise
    integrand: Integrand
    target: float | Tensor
    bound: Bound | None
    relation: Relation
    effect: float
    scale: str
    options: Options
    law: Distribution | None = None

    @property
    def claimed(self) -> Tensor:
        """The claimed mean in float64."""
        return torch.as_tensor(self.target, dtype=torch.float64).detach()

    @property
    def seed(self) -> int:
        """The seed of the run."""
        return self.options["seed"]

    @property
    def rate(self) -> float:
        """The probability of refuting a true claim."""
        return self.options.get("false_alarm_rate", FALSE_ALARM_RATE)

    @property
    def power(self) -> float:
        """The least probability of not confirming a claim that is wrong by the effect size."""
        return self.options.get("power", POWER)

    @property
    def device(self) -> torch.device:
        """Where draws are made."""
        return device_of(self.options.get("device", "auto"))


def asked(  # noqa: PLR0913, PLR0917 - one question, put together from the arguments of its callers
    name: str,
    estimand: str,
    estimators: tuple[str, ...],
    noise: Noise,
    integrand: Integrand,
    target: float | Tensor,
    bound: Bound | None,
    relation: Relation,
    options: Options,
    scale: str = "as you asked",
    law: Distribution | None = None,
) -> Question:
    """Settle the options of a question: its seed, its device and its effect size.

    Raises:
        ConfigurationError: An option is not known or has no such value, or what is claimed of the
            mean is no finite number, or what is said to be a bound is none.
        DeviceError: A GPU was demanded and there is none.
    """
    unknown = set(options) - Options.__annotations__.keys()
    if unknown:
        raise ConfigurationError(f"{name}: there is no option {', '.join(sorted(unknown))}")
    device_of(options.get("device", "auto"))
    for each in ("effect_size", "false_alarm_rate", "power", "longest"):
        if not isinstance(options.get(each, 1.0), Real):
            raise ConfigurationError(f"{name}: {each} must be a number, not {options[each]!r}")
    if not isinstance(options.get("seed", 0), Integral):
        raise ConfigurationError(f"{name}: the seed must be a whole number")
    if not isinstance(bound, Variance | Range | SubGaussian | Unbounded | None):
        raise ConfigurationError(
            f"{name}: {bound!r} is no bound: give Variance, Range or SubGaussian, with the reason"
        )
    rate = options.get("false_alarm_rate", FALSE_ALARM_RATE)
    if not 0.0 < rate < 1.0:
        raise ConfigurationError(f"{name}: a false-alarm rate of {rate} is not between 0 and 1")
    seed = options.get("seed", fresh_seed())
    claimed = as_claimed(name, target)
    if "earlier" in options:
        _continues(name, options["earlier"], seed, claimed)
    effect = options.get("effect_size")
    if effect is None:
        effect, scale = default_effect(noise, integrand, claimed, stream(seed, name, "scale"))
    settled: Options = {**options, "seed": seed}
    return Question(
        name, estimand, estimators, noise, integrand, target, bound, relation, effect, scale,
        settled, law,
    )  # fmt: skip


def as_claimed(name: str, target: object) -> Tensor:
    """A claimed value in float64.

    Raises:
        ConfigurationError: It is no finite number, and no tensor of such.
    """
    try:
        claimed = torch.as_tensor(target, dtype=torch.float64).detach()
    except (TypeError, ValueError, RuntimeError) as error:
        raise ConfigurationError(
            f"{name}: the claimed value must be a number or a tensor, not {target!r}"
        ) from error
    if not bool(torch.isfinite(claimed).all()):
        raise ConfigurationError(f"{name}: the claimed value is not finite")
    return claimed


def as_check(
    question: Question, *, method: str = "samples", tolerance: float = 0.0, fewest: int = 0
) -> SampledCheck:
    """The question as a check by samples; see `sampled`.

    Raises:
        ConfigurationError: The question promises what no check can keep.
    """
    return SampledCheck(
        id=question.name,
        estimand=question.estimand,
        estimators=question.estimators,
        noise=question.noise,
        integrand=question.integrand,
        bound=question.bound or Unbounded(),
        effect_size=question.effect,
        scale=question.scale,
        target=question.claimed,
        relation=question.relation,
        power=question.power,
        tolerance=tolerance,
        fewest=fewest,
        longest=question.options.get("longest", LONGEST),
        method=method,
    )


def sampled(
    question: Question, *, method: str = "samples", tolerance: float = 0.0, fewest: int = 0
) -> Estimate:
    """Test a question by samples.

    Args:
        question: What is asked.
        method: What the samples are, in words.
        tolerance: The rounding error that the mean may have.
        fewest: The least cap on samples, for what varies much less than the effect size.

    Raises:
        NumericsError: The code cannot be judged.
    """
    earlier = question.options.get("earlier")
    return run_check(
        as_check(question, method=method, tolerance=tolerance, fewest=fewest),
        false_alarm_rate=question.rate,
        seed=question.seed,
        device=question.device,
        sums=None if earlier is None else earlier.sums,
    )


def _continues(name: str, earlier: Estimate, seed: int, claimed: Tensor) -> None:
    """See that the samples of an earlier run may be added to those of this one.

    Raises:
        ConfigurationError: They are the same samples, or about another value.
    """
    before = torch.tensor(earlier.claimed, dtype=torch.float64)
    now = claimed.cpu().flatten()
    wrong = None
    if earlier.sums is None:
        wrong = "was computed and has no samples"
    elif (
        earlier.check != name
        or now.numel() not in {1, before.numel()}
        or bool((now != before).any())
    ):
        wrong = "asked another question, and its samples say nothing about this one"
    elif earlier.seed == seed:
        wrong = f"had the seed {seed} too: its draws would count twice; leave the seed out"
    if wrong is not None:
        raise ConfigurationError(f"{name}: the earlier run {wrong}")


def default_effect(
    noise: Noise,
    integrand: Callable[[Draws], Tensor],
    claimed: Tensor,
    generator: torch.Generator,
) -> tuple[float, str]:
    """1 % of the claimed value, or 5 % of the deviation in a pilot if that is more.

    Where the deviation is much larger than the value, the effect is a quarter of the value, lest a
    pass say nothing about it; but no less than 0.5 % of the deviation, which takes a while to see.
    """
    values: object = integrand(noise(generator, PILOT))
    if not isinstance(values, Tensor) or values.ndim not in (1, 2):
        return 1.0, "the unit"  # the run will say what is wrong with it
    spread = float(values.detach().to(torch.float64).std(0).nan_to_num(1.0, 1.0, 1.0).max())
    value = float(claimed.abs().max())
    of_value, of_spread = SHARE_OF_VALUE * value, SHARE_OF_DEVIATION * spread
    if value > 0.0 and spread == 0.0:  # an event too rare for the pilot, or a constant
        return 0.1 * value, "10 % of the claimed value"
    if value > 0.0 and 0.25 * value < of_spread:
        quarter = max(0.25 * value, 0.1 * of_spread)
        return quarter, f"{quarter / value:.0%} of the claimed value"
    if of_value >= of_spread and of_value > 0.0:
        return of_value, f"{SHARE_OF_VALUE:.0%} of the claimed value"
    if of_spread > 0.0:
        return of_spread, f"{SHARE_OF_DEVIATION:.0%} of the standard deviation"
    return 1e-6, "the least effect that is tested where nothing varies"
