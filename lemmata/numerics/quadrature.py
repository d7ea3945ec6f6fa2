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


def box(low: float, high: float, points: int, dimension: int = 2) -> tuple[Tensor, float]:
    """The midpoints of a regular grid on a box, (k, dimension), and the volume of a cell.

    For smooth functions that vanish towards the border the midpoint rule converges faster than
    any power of the spacing.
    """
    step = (high - low) / points
    line = low + step * (torch.arange(points, dtype=torch.float64) + 0.5)
    grids = torch.meshgrid(*[line] * dimension, indexing="ij")
    return torch.stack([grid.flatten() for grid in grids], 1), step**dimension


def line(low: float, high: float, points: int = 800) -> tuple[Tensor, Tensor]:
    """Nodes and weights from low to high, either of which may be infinite.

    The substitution of Takahasi and Mori makes an integrand fall off double-exponentially at both
    ends, singular ends included; it must be smooth between them. Every second node with twice the
    weight is the rule of half as many points, and so on.
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
    return torch.where(inside, x, x[points // 2]), torch.where(inside, weight * step, 0.0)


def double_exponential(
    f: Callable[[Tensor], Tensor], low: float, high: float, points: int = 800
) -> tuple[float, float]:
    """The integral of f from low to high by `line`, and an error estimate."""
    x, weight = line(low, high, points)
    terms = torch.where(weight > 0.0, f(x) * weight, 0.0)
    fine, coarse = float(terms.sum()), 2.0 * float(terms[::2].sum())
    return fine, abs(fine - coarse)


def interpolated(values: Tensor, points: Tensor, dimension: int, nodes: int) -> Tensor:
    """What the polynomial through the values at `normal_nodes` is elsewhere.

    The product rule computes the mean of this polynomial exactly, so that its error is the mean of
    what the function is off it.

    Args:
        values: At the nodes, (nodes^dimension, d).
        points: Where the polynomial is asked for, (m, dimension).
        dimension: Of a point.
        nodes: In each direction.
    """
    at, weights = hermite(nodes)
    basis = _polynomials(at, nodes) * weights[:, None]
    found = values.reshape(*[nodes] * dimension, -1)
    first = _polynomials(points[:, 0], nodes) @ basis.T
    found = torch.tensordot(first, found, dims=1)  # (m, nodes, ..., d)
    for j in range(1, dimension):
        each = _polynomials(points[:, j], nodes) @ basis.T
        found = torch.einsum("mi,mi...->m...", each, found)
    return found


def _polynomials(x: Tensor, count: int) -> Tensor:
    """The first Hermite polynomials, of mean square 1 under the standard normal law: (m, count)."""
    found = [torch.ones_like(x), x]
    for k in range(1, count - 1):
        found.append((x * found[-1] - math.sqrt(k) * found[-2]) / math.sqrt(k + 1.0))
    return torch.stack(found[:count], 1)
