"""The divergence of encoder outputs from the standard normal law."""

from torch import Tensor

from lemmata.numerics.check import Check
from lemmata.numerics.latents import encoder_outputs, moment_checks
from lemmata.numerics.models.vae import log_normal
from lemmata.numerics.models.zoo import Zoo


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """The closed form against E_q[log q - log p] for several digits."""
    q = encoder_outputs(zoo)
    mean, variance = q.mean, q.deviation.square()
    bracket = 1.0 + variance.log() - mean.square() - variance

    def log_ratio(noise: Tensor) -> Tensor:
        z = q.at(noise)
        return q.log_density(z) - log_normal(z, z * 0.0, z * 0.0)

    return moment_checks(
        "gaussian-kl",
        "KL(q(z|x) || N(0, I)) of the VAE's encoder on digits",
        log_ratio,
        variance=(0.5 * (variance - 1.0).square() + mean.square() * variance).sum(-1),
        claimed=-0.5 * bracket.sum(-1),
        wrong={
            "sign flipped": 0.5 * bracket.sum(-1),
            "factor 1/2 missing": -bracket.sum(-1),
            "log of the deviation, not of the variance": -0.5
            * (bracket - 0.5 * variance.log()).sum(-1),
            "the 1 missing": -0.5 * (bracket - 1.0).sum(-1),
        },
        source="the variance of a quadratic in normal noise, in closed form",
    )
