"""Divergences that are computed: sums over finite supports and counts, and quadrature."""

import copy
import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, Normal

from lemmata.numerics.errors import ModelError
from lemmata.numerics.laws import location, on_a_line
from lemmata.numerics.quadrature import hermite
from lemmata.numerics.streams import isolated, stream

# The largest tolerance for two computed sides, whatever their precision.
LARGEST_TOLERANCE = 1e-3
# Sums over all counts end here.
LONGEST_SUM = 20_000
# ... unless they miss more than this of the mass.
ENOUGH = 1e-9
# A quadrature that misses more of a density's mass has missed a peak or a tail.
LARGEST_MISSED = 1e-4
# So many values of a law show how its log-density is rounded.
FEW = 64
# So many roundings of the dtype are allowed: code in float32 is not refuted for being float32.
ROUNDINGS = 200.0


def counts(p: Distribution) -> bool:
    """Whether the values are 0, 1, 2, ... without an end."""
    if p.support is None or not p.support.is_discrete or p.event_shape:
        return False
    return bool(getattr(p.support, "lower_bound", None) == 0)


def first_counts(p: Distribution) -> tuple[Tensor, Tensor] | str:
    """The first counts of a law with their probabilities; or why they are not enough."""
    points = torch.arange(float(LONGEST_SUM))
    found = p.log_prob(points)
    chances = found.to(torch.float64).exp().nan_to_num()
    missed = abs(float(chances.sum()) - 1.0)
    if missed > max(ENOUGH, precision("the law", found)):
        return f"the sum of {LONGEST_SUM} counts misses {missed:.2g} of the mass"
    return points, chances


def enumerated(p: Distribution, f: Callable[[Tensor], Tensor]) -> tuple[Tensor, float]:
    """E_p f as a sum; of unknown error where a sum that must end somewhere misses some mass."""
    if p.has_enumerate_support:
        points = p.enumerate_support()
    else:
        points = torch.arange(float(LONGEST_SUM)).reshape(-1, *[1] * len(p.batch_shape))
    found = p.log_prob(points)
    log_p = found.to(torch.float64)
    mass = torch.where(torch.isfinite(log_p), log_p.exp(), 0.0)
    missed = float((mass.sum(0) - 1.0).abs().max())
    total = torch.where(mass > 0.0, mass * f(points), 0.0).sum(0)
    return total, 0.0 if missed <= max(ENOUGH, precision("the law", found)) else math.inf


def gauss_hermite(base: Normal, p: Distribution, q: Distribution) -> Tensor:
    """The mean of the log-ratio coordinate by coordinate: a quadratic, for which 3 nodes do."""
    points, weights = hermite(3)
    second = q.base_dist if isinstance(q, Independent) else q
    shape = (-1, *[1] * base.loc.ndim)
    x = base.loc + base.scale * points.reshape(shape)
    ratio = base.log_prob(x) - second.log_prob(x)
    each = (weights.reshape(shape) * ratio).sum(0)
    return each.flatten(each.ndim - events).sum(-1) if (events := len(p.event_shape)) else each


def on_the_line(
    p: Distribution, q: Distribution, f: Callable[[Tensor], Tensor]
) -> tuple[Tensor, float]:
    """Quadrature over the support of p, split at the locations of both laws: kinks are there.

    The same rule integrates p itself. Where it does not find the mass 1, it has missed a peak or a
    tail, and its error is unknown.
    """
    total, error, mass = 0.0, 0.0, 0.0
    for x, weight in on_a_line(p, location(q)) or ():
        terms = torch.where(weight > 0.0, f(x) * weight, 0.0)
        total += float(terms.sum())
        error += abs(float(terms.sum() - 2.0 * terms[::2].sum()))
        mass += float(weight.sum())
    missed = abs(mass - 1.0) > LARGEST_MISSED
    return torch.tensor(total, dtype=torch.float64), math.inf if missed else error


def precision(name: str, *values: Tensor) -> float:
    """The relative rounding error that the least precise of these brings, with some to spare.

    Raises:
        ModelError: It would hide errors that matter.
    """
    kinds = [each.dtype for each in values if each.dtype.is_floating_point]
    worst = max(kinds, key=lambda kind: torch.finfo(kind).eps, default=torch.float64)
    found = ROUNDINGS * torch.finfo(worst).eps
    if found > LARGEST_TOLERANCE:
        raise ModelError(
            f"{name}: values come in {str(worst).removeprefix('torch.')}, too coarse to compare "
            "two computed sides; compute in float32 or float64"
        )
    return found


def require_precision(name: str, p: Distribution, q: Distribution, effect: float) -> None:
    """See that the log-ratio is not rounded by more than the effect size.

    Raises:
        ModelError: It is.
    """
    with isolated(stream(0, name, "precision")):
        x = p.sample((FEW,))
    there = x.to(torch.float64)
    rounded = p.log_prob(x) - q.log_prob(x)
    apart = rounded - (in_double(p).log_prob(there) - in_double(q).log_prob(there))
    worst = float(apart.abs().max())
    if worst > effect:
        raise ModelError(
            f"{name}: log p - log q is rounded by up to {worst:.2g}, more than the effect size "
            f"{effect:.2g}; give both distributions parameters in float64"
        )


def in_double(law: Distribution) -> Distribution:
    """The same law with parameters in float64."""
    found = copy.copy(law)
    for name, value in vars(law).items():
        if isinstance(value, Tensor) and value.is_floating_point():
            setattr(found, name, value.to(torch.float64))
        elif isinstance(value, Distribution):
            setattr(found, name, in_double(value))
    return found
