"""What estimates about latent variables share: encoder outputs, and integrals over two latents."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor
from torch.distributions import Normal

from lemmata.numerics.bounds import Variance
from lemmata.numerics.check import DRAWN, Check, ExactCheck, Mutant, SampledCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.methods import Computed, mean_of
from lemmata.numerics.models.data import binary_digits, digits
from lemmata.numerics.models.vae import LATENT, VAE, Vae, gaussian_kl, log_normal
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.quadrature import box
from lemmata.numerics.streams import normal

# So many test images, spread over the data.
IMAGES = 8
# The box that latent integrals are computed on, and how fine. Priors and encoders live well inside.
BOX, CELLS, COARSE_CELLS = 12.0, 240, 200
# The law of the noise that latents are made of.
NOISE = Normal(torch.zeros(LATENT, dtype=torch.float64), 1.0)
# A variance that bounds a run is computed to this, and has two per cent to spare.
VARIANCE_ERROR, VARIANCE_MARGIN = 1e-3, 1.02
# The errors that checks of the evidence tolerate, and what their means may be off by.
TOLERANCE = 1e-7


def sample_images() -> tuple[Tensor, Tensor]:
    """Some black and white digits with their labels as unit vectors."""
    x, y = binary_digits()
    rows = torch.arange(IMAGES) * (x.shape[0] // IMAGES)
    return x[rows], y[rows]


def sample_pixels() -> Tensor:
    """The same digits in grey."""
    x, _ = digits()
    return x[torch.arange(IMAGES) * (x.shape[0] // IMAGES)]


@dataclass(frozen=True)
class Gaussians:
    """A diagonal Gaussian for each sample image.

    Attributes:
        mean: Shape (images, LATENT).
        log_deviation: The same.
    """

    mean: Tensor
    log_deviation: Tensor

    @property
    def deviation(self) -> Tensor:
        """The standard deviations."""
        return self.log_deviation.exp()

    def at(self, noise: Tensor) -> Tensor:
        """Points from standard normal noise (n, LATENT): (n, images, LATENT)."""
        return self.mean + self.deviation * noise[:, None, :]

    def log_density(self, z: Tensor) -> Tensor:
        """The log-density of each image's Gaussian at its points."""
        return log_normal(z, self.mean, self.log_deviation)


def encoder_outputs(zoo: Zoo) -> Gaussians:
    """q(z | x) of the plain autoencoder for the sample images."""
    return Gaussians(*zoo.get(VAE).encode(*sample_images()))


def moment_checks(
    name: str,
    estimand: str,
    integrand: Callable[[Tensor], Tensor],
    *,
    variance: Tensor,
    claimed: Tensor,
    wrong: Mapping[str, Tensor],
    source: str,
) -> tuple[Check, ...]:
    """A closed form for the mean of a quadratic in Gaussian noise: by quadrature and by sampling.

    Args:
        name: The claim.
        estimand: What the mean is, in words.
        integrand: Noise (n, LATENT) -> (n, images), at most quadratic in the noise.
        variance: Its variance by image.
        claimed: The closed form by image.
        wrong: Wrong closed forms, by what is wrong.
        source: Why the variance is what it is.
    """
    tolerance = 1e-11
    found = mean_of(name, integrand, NOISE, tolerance)

    def against(other: Tensor) -> Callable[[], Sides]:
        return lambda: sides(found.value, other, found.error)

    deviation = variance.sqrt()
    return (
        ExactCheck(
            id=f"{name}/quadrature",
            method=found.how,
            estimand=estimand,
            estimators=("Gauss-Hermite quadrature", "the closed form"),
            sides=against(claimed),
            tolerance=tolerance,
            evidence_class=found.evidence_class,
            mutants={what: against(other) for what, other in wrong.items()},
        ),
        SampledCheck(
            id=f"{name}/samples",
            method=DRAWN,
            estimand=f"{estimand}, in standard deviations",
            estimators=("the sample mean",),
            noise=lambda generator, n: normal(generator, n, LATENT),
            integrand=lambda z: integrand(z) / deviation,
            bound=Variance(1.0, source),
            effect_size=0.1,
            scale="a tenth of the standard deviation",
            target=claimed / deviation,
            mutants={what: Mutant(target=other / deviation) for what, other in wrong.items()},
        ),
    )


def variance_of(name: str, f: Callable[[Tensor], Tensor], mean: Tensor) -> Tensor:
    """The variance of f of the noise, whose mean is known, and what its computing may miss."""
    found = mean_of(name, lambda noise: (f(noise) - mean).square(), NOISE, VARIANCE_ERROR)
    return found.value + found.error


@dataclass(frozen=True)
class Evidence:
    """The terms of a lower bound for each sample image, computed by quadrature.

    Attributes:
        log_evidence: log p(x | y), by a grid over z.
        likelihood: E_q log p(x | z, y), by the method that the engine chooses.
        divergence: KL(q(z | x, y) || p(z | y)), in closed form.
        gap: KL(q(z | x, y) || p(z | x, y)), with the posterior normalised on the grid.
        reversed_gap: KL(p(z | x, y) || q(z | x, y)), the same way.
        log_weight_variance: The variance of log p(x, z | y) - log q(z | x, y) under q.
        error: How much coarser rules differ, at most.
    """

    log_evidence: Tensor
    likelihood: Computed
    divergence: Tensor
    gap: Tensor
    reversed_gap: Tensor
    log_weight_variance: Tensor
    error: float


@lru_cache(maxsize=4)  # two claims ask for it, on each of two models
def evidence(model: Vae) -> Evidence:
    """All terms of the bound of an autoencoder with two latents, on the sample images."""
    x, y = sample_images()
    q = Gaussians(*model.encode(x, y))
    prior = Gaussians(*model.prior(y))

    def log_joint(z: Tensor) -> Tensor:
        return model.log_likelihood(x, z, y) + prior.log_density(z)

    def on_grid(cells: int) -> tuple[Tensor, Tensor, Tensor]:
        points, volume = box(-BOX, BOX, cells)
        each = points[:, None, :].expand(-1, IMAGES, -1)
        joint, log_q = log_joint(each), q.log_density(each)
        total = torch.logsumexp(joint, 0) + math.log(volume)
        posterior, weight = (joint - total).exp(), log_q.exp()
        gap = (weight * (log_q - joint + total)).sum(0) * volume
        other = (posterior * (joint - total - log_q)).sum(0) * volume
        return total, gap, other

    fine, coarse = on_grid(CELLS), on_grid(COARSE_CELLS)
    error = max(float((a - b).abs().max()) for a, b in zip(fine[:2], coarse[:2], strict=True))
    likelihood = mean_of(
        "evidence", lambda noise: model.log_likelihood(x, q.at(noise), y), NOISE, TOLERANCE
    )
    divergence = gaussian_kl(q.mean, q.log_deviation, prior.mean, prior.log_deviation)
    mean = likelihood.value - divergence
    variance = VARIANCE_MARGIN * variance_of(
        "evidence", lambda noise: log_joint(q.at(noise)) - q.log_density(q.at(noise)), mean
    )
    return Evidence(
        fine[0], likelihood, divergence, fine[1], fine[2], variance, error + likelihood.error
    )
