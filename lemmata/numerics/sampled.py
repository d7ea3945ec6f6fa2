"""How the public functions run a sampled check: samplers, options, and the effect that is seen."""

from collections.abc import Callable
from typing import TypeAlias, TypedDict

import torch
from torch import Tensor
from torch.distributions import Distribution

from lemmata.numerics.bounds import Bound, Unbounded
from lemmata.numerics.check import Draws, Estimate, Noise, Relation, SampledCheck
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
    """

    effect_size: float
    false_alarm_rate: float
    power: float
    seed: int
    device: DeviceName
    longest: float


def noise_of(sample: Sampler) -> Noise:
    """A sampler in our order of arguments; a torch distribution draws from our stream."""
    if isinstance(sample, Distribution):

        def drawn(generator: torch.Generator, n: int) -> Tensor:
            with isolated(generator):
                return sample.sample((n,))

        return drawn

    def own(generator: torch.Generator, n: int) -> Draws:
        with isolated(generator):  # so that foreign code inside it is reproducible too
            return sample(n, generator)

    return own


def sampled(  # noqa: PLR0913, PLR0917 - one check, put together from the arguments of its callers
    name: str,
    estimand: str,
    estimators: tuple[str, ...],
    noise: Noise,
    integrand: Callable[[Draws], Tensor],
    target: float | Tensor,
    bound: Bound | None,
    relation: Relation,
    options: Options,
    scale: str = "as you asked",
    tolerance: float = 0.0,
    fewest: int = 0,
) -> Estimate:
    """Run a check, put together from what its caller was given.

    Raises:
        NumericsError: The code cannot be judged.
    """
    unknown = set(options) - Options.__annotations__.keys()
    if unknown:
        raise ConfigurationError(f"{name}: there is no option {', '.join(sorted(unknown))}")
    seed = options.get("seed", fresh_seed())
    place = device_of(options.get("device", "auto"))
    claimed = torch.as_tensor(target, dtype=torch.float64).detach()
    rate = options.get("false_alarm_rate", FALSE_ALARM_RATE)
    if not 0.0 < rate < 1.0:
        raise ConfigurationError(f"{name}: a false-alarm rate of {rate} is not between 0 and 1")
    effect = options.get("effect_size")
    if effect is None:
        effect, scale = default_effect(noise, integrand, claimed, stream(seed, name, "scale"))
    check = SampledCheck(
        id=name,
        estimand=estimand,
        estimators=estimators,
        noise=noise,
        integrand=integrand,
        bound=bound or Unbounded(),
        effect_size=effect,
        scale=scale,
        target=claimed,
        relation=relation,
        power=options.get("power", POWER),
        tolerance=tolerance,
        fewest=fewest,
        longest=options.get("longest", LONGEST),
    )
    return run_check(check, false_alarm_rate=rate, seed=seed, device=place)


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
