"""Integrals that are computed, not sampled: Gauss-Hermite, grids, with an error that is measured.

The error of a rule is estimated by comparing it with a coarser one and added to what a check may
be off by; where that is more than its tolerance, the check is undecided.
"""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from scipy.special import roots_hermitenorm
from torch import Tensor


@cache
def hermite(nodes: int) -> tuple[Tensor, Tensor]:
    """Nodes and weights of the standard normal expectation; exact up to degree 2 nodes - 1."""
    points, weights = roots_hermitenorm(nodes)
    return torch.from_numpy(points), torch.from_numpy(weights / np.sqrt(2.0 * np.pi))


def normal_nodes(dimension: int, nodes: int) -> tuple[Tensor, Tensor]:
    """The product rule for standard normal vectors: nodes (k, dimension) and weights (k,)."""
    points, weights = hermite(nodes)
    grids = torch.meshgrid(*[points] * dimension, indexing="ij")
    shares = torch.meshgrid(*[weights] * dimension, indexing="ij")
    product = torch.stack(shares).prod(0).flatten()
    return torch.stack([grid.flatten() for grid in grids], 1), product


def normal_mean(
    f: Callable[[Tensor], Tensor], dimension: int, nodes: int = 40, coarse: int = 32
) -> tuple[Tensor, float]:
    """E f(z) for standard normal z, and by how much a coarser rule differs.

    Args:
        f: Takes nodes (k, dimension) and returns (..., k).
        dimension: Of z.
        nodes: How many in each direction.
        coarse: How many the coarser rule has.
    """
    values = []
    for count in (nodes, coarse):
        points, weights = normal_nodes(dimension, count)
        values.append((f(points) * weights).sum(-1))
    return values[0], float((values[0] - values[1]).abs().max())


def box(low: float, high: float, points: int, dimension: int = 2) -> tuple[Tensor, float]:
    """The midpoints of a regular grid on a box, (k, dimension), and the volume of a cell.

    For smooth functions that vanish towards the border the midpoint rule converges faster than
    any power of the spacing.
    """
    step = (high - low) / points
    line = low + step * (torch.arange(points, dtype=torch.float64) + 0.5)
    grids = torch.meshgrid(*[line] * dimension, indexing="ij")
    return torch.stack([grid.flatten() for grid in grids], 1), step**dimension


def double_exponential(
    f: Callable[[Tensor], Tensor], low: float, high: float, points: int = 800
) -> tuple[float, float]:
    """The integral of f from low to high, either of which may be infinite, and an error estimate.

    The substitution of Takahasi and Mori makes the integrand fall off double-exponentially at both
    ends, singular ends included; f must be smooth between them.
    """
    reach = 4.0
    step = 2.0 * reach / points
    t = torch.linspace(-reach, reach, points + 1, dtype=torch.float64)
    inner, slope = 0.5 * math.pi * t.sinh(), 0.5 * math.pi * t.cosh()
    if math.isinf(low) and math.isinf(high):
        x, weight = inner.sinh(), slope * inner.cosh()
    elif math.isinf(high):
        x, weight = low + inner.exp(), slope * inner.exp()
    elif math.isinf(low):
        x, weight = high - inner.exp(), slope * inner.exp()
    else:
        x = low + (high - low) * torch.sigmoid(2.0 * inner)
        weight = (high - low) * 0.5 * slope / inner.cosh().square()
    inside = (x > low) & (x < high)
    terms = torch.where(inside, f(torch.where(inside, x, 0.5 * (x[0] + x[-1]))) * weight, 0.0)
    fine = float(terms.sum()) * step
    coarse = float(terms[::2].sum()) * 2.0 * step
    return fine, abs(fine - coarse)
