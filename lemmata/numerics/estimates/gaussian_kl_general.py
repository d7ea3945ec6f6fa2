"""The divergence between two Gaussians: a learned prior, and the steps of a diffusion model."""

import torch
from torch import Tensor

from lemmata.numerics.check import Check, ExactCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.latents import NOISE, Gaussians, moment_checks, sample_images
from lemmata.numerics.methods import mean_of
from lemmata.numerics.models.data import two_moons
from lemmata.numerics.models.ddpm import DDPM, STEPS
from lemmata.numerics.models.vae import CVAE, gaussian_kl, log_normal
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.streams import normal, stream


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """q(z|x,y) from p(z|y) of the CVAE, and the reverse steps of the diffusion model."""
    return (*_learned_prior(zoo), _diffusion(zoo))


def _learned_prior(zoo: Zoo) -> tuple[Check, ...]:
    model = zoo.get(CVAE)
    x, y = sample_images()
    q, p = Gaussians(*model.encode(x, y)), Gaussians(*model.prior(y))
    ratio = (q.deviation / p.deviation).square()
    moved = (q.mean - p.mean) / p.deviation

    def log_ratio(noise: Tensor) -> Tensor:
        z = q.at(noise)
        return q.log_density(z) - p.log_density(z)

    def formula(log_ratio: Tensor, quadratic: Tensor, constant: float = 0.5) -> Tensor:
        return (log_ratio + 0.5 * quadratic - constant).sum(-1)

    log_tau = p.log_deviation - q.log_deviation
    quadratic = ratio + moved.square()
    backwards = (1.0 + ((q.mean - p.mean) / q.deviation).square() * ratio) / ratio
    return moment_checks(
        "gaussian-kl-general",
        "KL(q(z|x,y) || p(z|y)) of the CVAE with its learned prior on digits",
        log_ratio,
        variance=(0.5 * (ratio - 1.0).square() + moved.square() * ratio).sum(-1),
        claimed=formula(log_tau, quadratic),
        wrong={
            "ratio of deviations inverted": formula(-log_tau, quadratic),
            "divergence reversed": formula(-log_tau, backwards),
            "the one half missing": formula(log_tau, quadratic, constant=0.0),
            "the means forgotten": formula(log_tau, ratio),
        },
        source="the variance of a quadratic in normal noise, in closed form",
    )


def _diffusion(zoo: Zoo) -> ExactCheck:
    """KL(q(x_{t-1} | x_t, x_0) || p(x_{t-1} | x_t)): the terms of the diffusion bound."""
    model = zoo.get(DDPM)
    generator = stream(0, "gaussian-kl-general", "diffusion")
    t = torch.arange(2, STEPS + 1, 4)
    x0 = two_moons(t.numel(), generator)
    xt = model.noised(x0, normal(generator, t.numel(), 2), t)
    mean, variance = model.true_step(x0, xt, t)
    nu, beta = model.model_step(xt, t)
    log_sigma = 0.5 * variance.log()[:, None].expand_as(mean)
    log_tau = 0.5 * beta.log()[:, None].expand_as(mean)

    name, tolerance = "gaussian-kl-general/diffusion", 1e-9

    def log_ratio(noise: Tensor) -> Tensor:
        z = mean + log_sigma.exp() * noise[:, None]
        return log_normal(z, mean, log_sigma) - log_normal(z, nu, log_tau)

    found = mean_of(name, log_ratio, NOISE, tolerance)

    def against(other: Tensor) -> Sides:
        return sides(found.value, other, found.error)

    return ExactCheck(
        id=name,
        method=found.how,
        estimand="KL(q(x_{t-1}|x_t,x_0) || p(x_{t-1}|x_t)) of the DDPM on two moons",
        estimators=("the mean log-ratio", "the closed form"),
        evidence_class=found.evidence_class,
        tolerance=tolerance,
        sides=lambda: against(gaussian_kl(mean, log_sigma, nu, log_tau)),
        mutants={
            "divergence reversed": lambda: against(gaussian_kl(nu, log_tau, mean, log_sigma)),
            "the means alone": lambda: against(
                0.5 * ((mean - nu) * (-log_tau).exp()).square().sum(-1)
            ),
            "variance of the wrong step": lambda: against(gaussian_kl(mean, log_tau, nu, log_tau)),
        },
    )
