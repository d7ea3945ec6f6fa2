"""Integrals that are computed, not sampled: Gauss-Hermite, grids, with an error that is measured.

The error of a rule is estimated by comparing it with a coarser one and added to what a check may
be off by; where that is more than its tolerance, the check is undecided.
"""

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
