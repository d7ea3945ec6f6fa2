"""What estimates about discriminators share: two known densities on a grid of the plane."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from lemmata.numerics.models.gan import KnownGan, data_log_density, data_sample
from lemmata.numerics.quadrature import box
from lemmata.numerics.streams import normal

BOX, CELLS = 9.0, 180


@dataclass(frozen=True)
class Densities:
    """Two densities at the midpoints of a grid.

    Attributes:
        points: Shape (k, 2).
        volume: The area of a cell.
        p: The density of the data.
        p_g: The density of the generator.
        log_odds: log p - log p_G: the logit of the optimal discriminator.
        error: How far their integrals are from 1.
    """

    points: Tensor
    volume: float
    p: Tensor
    p_g: Tensor
    log_odds: Tensor
    error: float

    def mean(self, density: Tensor, f: Tensor) -> Tensor:
        """The expectation of f under a density."""
        return (density * f).sum() * self.volume

    def integrand(self, logits: Tensor) -> Tensor:
        """The integrand of a discriminator's value: p log D + p_G log(1 - D), D from its logits."""
        return self.p * logsigmoid(logits) + self.p_g * logsigmoid(-logits)


def known_densities(model: KnownGan) -> Densities:
    """Both densities on the grid; they are far below rounding outside of it."""
    points, volume = box(-BOX, BOX, CELLS)
    log_p, log_p_g = data_log_density(points), model.log_density(points)
    p, p_g = log_p.exp(), log_p_g.exp()
    error = max(abs(float(density.sum()) * volume - 1.0) for density in (p, p_g))
    return Densities(points, volume, p, p_g, log_p - log_p_g, error)


def value(found: Densities, logits: Tensor) -> tuple[float, float]:
    """E_p[log D] + E_pG[log(1 - D)] on the grid, and the variance of its two samples' sum."""
    total, variance = 0.0, 0.0
    for density, f in ((found.p, logsigmoid(logits)), (found.p_g, logsigmoid(-logits))):
        mean = found.mean(density, f)
        total += float(mean)
        variance += float(found.mean(density, (f - mean).square()))
    return total, variance


def draw_pairs(model: KnownGan, generator: torch.Generator, n: int) -> tuple[Tensor, Tensor]:
    """A point of the data and one of the generator, independent, n times."""
    real = data_sample(n, generator)
    return real, model.generate(normal(generator, n, 2))
