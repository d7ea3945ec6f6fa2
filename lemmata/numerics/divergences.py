"""Divergences that are computed: sums over finite supports and counts, and quadrature."""

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, Normal

from lemmata.numerics.errors import ModelError
from lemmata.numerics.quadrature import double_exponential, hermite

# The largest tolerance for two computed sides, whatever their precision.
LARGEST_TOLERANCE = 1e-3
# Sums over all counts end here.
LONGEST_SUM = 20_000
# A quadrature that misses more of a density's mass has missed a peak or a tail.
LARGEST_MISSED = 1e-4
# So many roundings of the dtype are allowed: code in float32 is not refuted for being float32.
ROUNDINGS = 200.0


def counts(p: Distribution) -> bool:
    """Whether the values are 0, 1, 2, ... without an end."""
    counting = getattr(p.support, "lower_bound", None) == 0 and not p.event_shape
    return bool(p.support is not None and p.support.is_discrete and counting)


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
    return total, 0.0 if missed <= max(1e-9, precision("the law", found)) else math.inf


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
    support = p.support
    low = float(getattr(support, "lower_bound", -math.inf))
    high = float(getattr(support, "upper_bound", math.inf))

    def under_p(g: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
        log_p = p.log_prob(x).to(torch.float64)
        possible = torch.isfinite(log_p) & (log_p > -700.0)
        return torch.where(possible, log_p.exp() * g(x), 0.0)

    located = [getattr(law, "loc", None) for law in (p, q)]
    places = {float(place) for place in located if isinstance(place, Tensor)}
    ends = sorted({low, high} | {place for place in places if low < place < high})
    parts = [double_exponential(partial(under_p, f), a, b) for a, b in pairwise(ends)]
    masses = [
        double_exponential(partial(under_p, torch.ones_like), a, b) for a, b in pairwise(ends)
    ]
    total = torch.tensor(sum(value for value, _ in parts), dtype=torch.float64)
    missed = abs(sum(mass for mass, _ in masses) - 1.0)
    return total, math.inf if missed > LARGEST_MISSED else sum(error for _, error in parts)


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
