"""What a torch distribution tells beside how to draw from it.

A finite law is a table of values and probabilities; a Gaussian one, and what is made of it, is a
function of standard normal numbers; a law of one number has a density on a line.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.distributions import (
    Distribution,
    Independent,
    LogNormal,
    MultivariateNormal,
    Normal,
    TransformedDistribution,
    Uniform,
)
from torch.distributions.constraints import Constraint

from lemmata.numerics.quadrature import line
from lemmata.numerics.streams import isolated, stream

# No sum over a table or over nodes has more terms.
MOST_POINTS = 2**16
# A line is cut at so many deviations from the mean, so that no peak is missed.
CUTS = (-8.0, 0.0, 8.0)


def known(sample: object) -> Distribution | None:
    """The law of samples where torch tells it; one of another's making may draw otherwise."""
    if not isinstance(sample, Distribution):
        return None
    return sample if type(within(sample)).__module__.startswith("torch.distributions.") else None


def support(law: Distribution) -> Constraint | None:
    """Where a law has its values; None where it does not say."""
    try:
        return law.support
    except NotImplementedError:
        return None


def is_discrete(law: Distribution) -> bool | None:
    """Whether a law has probabilities and no density; None where it does not say."""
    values = support(law)
    return None if values is None else bool(values.is_discrete)


def log_density(law: Distribution, x: Tensor) -> Tensor:
    """The log-density of a law, -inf outside of its support.

    Whether `log_prob` refuses such values is a setting of all of torch, which packages change when
    they are imported; where it does not, what it returns there is no density.
    """
    values = support(law)
    if values is None:
        return law.log_prob(x)
    possible = values.check(x)
    if bool(possible.all()):
        return law.log_prob(x)
    with isolated(stream(0, "support", device=x.device)):
        safe = law.sample(x.shape[:1]).to(x.dtype)
    mask = possible.reshape(*possible.shape, *[1] * (x.ndim - possible.ndim))
    return torch.where(possible, law.log_prob(torch.where(mask, x, safe)), -math.inf)


def within(law: Distribution) -> Any:
    """The law whose last axes are taken together, if that is all that the law does."""
    while type(law) is Independent:
        law = law.base_dist
    return law


def table(law: Distribution) -> tuple[Tensor, Tensor] | str:
    """All values of a finite law, (k, ...), and their probabilities (k,); or why there is none."""
    base = within(law)
    if not base.has_enumerate_support:
        return "the law is not finite"
    try:
        each = base.enumerate_support(expand=True)  # (values, *batch, *event)
    except NotImplementedError:
        return "the laws beside each other have different values"
    values, copies = each.shape[0], base.batch_shape.numel()
    if copies * math.log(values) > math.log(MOST_POINTS):
        return f"there are {values}^{copies} values, and the most is {MOST_POINTS}"
    log_p = base.log_prob(each).to(torch.float64).reshape(values, copies)
    place = torch.cartesian_prod(*[torch.arange(values)] * copies).reshape(-1, copies)
    column = torch.arange(copies)
    points = each.reshape(values, copies, *base.event_shape)[place, column]
    shape = base.batch_shape + base.event_shape
    return points.reshape(-1, *shape), log_p[place, column].sum(1).exp()


@dataclass(frozen=True)
class Transport:
    """A law as a function of standard normal numbers.

    Attributes:
        dimension: How many numbers a draw takes.
        at: Standard normal numbers (k, dimension) -> draws (k, ...).
    """

    dimension: int
    at: Callable[[Tensor], Tensor]


def transport(law: Distribution, *, together: bool = True) -> Transport | None:
    """The law as a function of standard normal numbers; None where none is known.

    Args:
        law: The law.
        together: Whether the laws of a batch make one draw; else all of them share their noise,
            which is enough for the mean under each.
    """
    inner = within(law)
    shape = law.event_shape if not together else law.batch_shape + law.event_shape
    batch = torch.Size() if together else torch.Size([1] * len(law.batch_shape))

    def shaped(z: Tensor) -> Tensor:
        return z.reshape(-1, *batch, *shape)

    def at(z: Tensor) -> Tensor:
        noise = shaped(z)
        if isinstance(inner, Normal):
            return inner.loc + inner.scale * noise
        if isinstance(inner, Uniform):
            return inner.low + (inner.high - inner.low) * torch.special.ndtr(noise)
        return inner.loc + (inner.scale_tril.to(noise.dtype) @ noise[..., None])[..., 0]

    if type(inner) in {Normal, Uniform, MultivariateNormal}:
        return Transport(shape.numel(), at)
    if type(inner) not in {TransformedDistribution, LogNormal}:
        return None
    base = transport(inner.base_dist, together=together)
    if base is None:
        return None

    def changed(z: Tensor) -> Tensor:
        x = base.at(z)
        for change in inner.transforms:
            x = change(x)
        return x

    return Transport(base.dimension, changed)


def on_a_line(law: Distribution, kinks: Iterable[float] = ()) -> list[tuple[Tensor, Tensor]] | None:
    """Nodes and weights of the mean under a law of one number, part by part; None for others.

    Args:
        law: The law.
        kinks: Where else the line is cut.
    """
    support = law.support
    if law.batch_shape or law.event_shape or support is None or support.is_discrete:
        return None
    low = float(getattr(support, "lower_bound", -math.inf))
    high = float(getattr(support, "upper_bound", math.inf))
    places = {*kinks, *location(law)}
    mean, spread = moments(law)
    if math.isfinite(mean) and math.isfinite(spread):
        places |= {mean + cut * spread for cut in CUTS}
    ends = sorted({low, high} | {place for place in places if low < place < high})

    def part(a: float, b: float) -> tuple[Tensor, Tensor]:
        x, weight = line(a, b)
        log_p = law.log_prob(x).to(torch.float64)
        possible = torch.isfinite(log_p) & (log_p > -700.0)
        return x, torch.where(possible, log_p.exp() * weight, 0.0)

    return [part(a, b) for a, b in pairwise(ends)]


def location(law: Distribution) -> tuple[float, ...]:
    """Where the density of a law of one number may have a kink."""
    place = getattr(law, "loc", None)
    return (float(place),) if isinstance(place, Tensor) and not place.ndim else ()


def moments(law: Distribution) -> tuple[float, float]:
    """The mean and the deviation of a law of one number; NaN where torch does not know them."""
    try:
        return float(law.mean), float(law.stddev)
    except NotImplementedError:
        return math.nan, math.nan
