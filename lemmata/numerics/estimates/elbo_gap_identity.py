"""The gap of the evidence lower bound: in closed form, on a grid, and by sampling."""

import numpy as np
import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, kl_divergence

from lemmata.numerics.bounds import Variance
from lemmata.numerics.check import (
    CLOSED_FORMS,
    DRAWN,
    ON_A_GRID,
    Check,
    ExactCheck,
    Mutant,
    SampledCheck,
    Sides,
)
from lemmata.numerics.exact import sides
from lemmata.numerics.latents import NOISE, TOLERANCE, evidence, sample_pixels, variance_of
from lemmata.numerics.methods import mean_of
from lemmata.numerics.models.vae import CVAE, LATENT, LINEAR_VAE, gaussian_kl, log_normal
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.streams import normal


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """Log p(x) against bound plus gap."""
    return (*_linear(zoo), _conditional(zoo))


def _linear(zoo: Zoo) -> tuple[Check, ...]:
    """Every term in closed form, the posterior and the evidence by Gaussian conditioning."""
    model = zoo.get(LINEAR_VAE)
    x = sample_pixels()
    mean, log_deviation = model.encode(x)
    zero = torch.zeros_like(mean)
    bound = model.expected_log_likelihood(x) - gaussian_kl(mean, log_deviation, zero, zero)
    center, covariance = model.posterior(x)
    posterior = MultivariateNormal(center, covariance)
    q = MultivariateNormal(mean, scale_tril=torch.diag_embed(log_deviation.exp()))
    gap, backwards = kl_divergence(q, posterior), kl_divergence(posterior, q)
    prior_gap = gaussian_kl(mean, log_deviation, zero, zero)
    evidence_of_x = model.log_evidence(x)
    deviation = log_deviation.exp()

    def log_weight(noise: Tensor, prior: float = 1.0, encoder: float = 1.0) -> Tensor:
        z = mean + deviation * noise[:, None, :]
        log_prior, log_q = log_normal(z, zero, zero), log_normal(z, mean, log_deviation)
        return model.log_likelihood(x, z) + prior * log_prior - encoder * log_q

    def bound_on(prior: float, encoder: float) -> Variance:
        def values(noise: Tensor) -> Tensor:
            return log_weight(noise, prior, encoder)

        found = mean_of("elbo-gap-identity", values, NOISE, 1e-9)
        variance = variance_of("elbo-gap-identity", values, found.value)
        return Variance(tuple(variance.tolist()), f"a quadratic in normal noise, by {found.how}")

    def mutant(prior: float, encoder: float) -> Mutant:
        return Mutant(
            integrand=lambda noise: log_weight(noise, prior, encoder),
            bound=bound_on(prior, encoder),
        )

    largest = float(np.sqrt(np.max(bound_on(1.0, 1.0).value)))

    def against(other: Tensor) -> Sides:
        return sides(evidence_of_x, other)

    exact = ExactCheck(
        id="elbo-gap-identity/linear-gaussian",
        method=CLOSED_FORMS,
        estimand="log p(x) of a linear-Gaussian VAE on grey digits",
        estimators=("a 64-dimensional Gaussian", "ELBO + KL(q || posterior)"),
        sides=lambda: against(bound + gap),
        tolerance=1e-10,
        mutants={
            "gap reversed": lambda: against(bound + backwards),
            "gap from the prior": lambda: against(bound + prior_gap),
            "gap subtracted": lambda: against(bound - gap),
        },
    )
    sampled = SampledCheck(
        id="elbo-gap-identity/samples",
        method=DRAWN,
        estimand="E_q[log p(x,z) - log q(z|x)] of a linear-Gaussian VAE on grey digits",
        estimators=("the mean log-weight",),
        noise=lambda generator, n: normal(generator, n, LATENT),
        integrand=log_weight,
        bound=bound_on(1.0, 1.0),
        # q is so near to the posterior after training that deviations are no scale for the rest.
        effect_size=max(0.02, 0.1 * largest),
        scale="0.02 nats, or a tenth of the largest standard deviation",
        target=evidence_of_x - gap,
        mutants={
            "gap from the prior": Mutant(target=evidence_of_x - prior_gap),
            "the prior dropped": mutant(0.0, 1.0),
            "the encoder's sign flipped": mutant(1.0, -1.0),
            "the encoder dropped": mutant(1.0, 0.0),
        },
    )
    return exact, sampled


def _conditional(zoo: Zoo) -> ExactCheck:
    """The CVAE, its posterior normalised on a grid."""
    found = evidence(zoo.get(CVAE))

    def against(other: Tensor) -> Sides:
        return sides(
            found.log_evidence, found.likelihood.value - found.divergence + other, found.error
        )

    return ExactCheck(
        id="elbo-gap-identity/grid",
        method=f"{ON_A_GRID}; and {found.likelihood.how}",
        estimand="log p(x|y) of the CVAE on digits",
        estimators=("a grid over z", "ELBO + KL(q || posterior on the grid)"),
        sides=lambda: against(found.gap),
        tolerance=TOLERANCE,
        evidence_class="quadrature",
        mutants={
            "gap reversed": lambda: against(found.reversed_gap),
            "gap from the prior": lambda: against(found.divergence),
            "gap subtracted": lambda: against(-found.gap),
        },
    )
