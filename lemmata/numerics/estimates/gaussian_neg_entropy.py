"""The negative entropy of encoder outputs."""

import torch
from torch import Tensor

from lemmata.numerics.check import Check
from lemmata.numerics.latents import encoder_outputs, moment_checks
from lemmata.numerics.models.vae import LOG_2_PI
from lemmata.numerics.models.zoo import Zoo


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """The closed form against E_q[log q] for several digits."""
    q = encoder_outputs(zoo)
    log_variance = 2.0 * q.log_deviation

    def log_density(noise: Tensor) -> Tensor:
        return q.log_density(q.at(noise))

    return moment_checks(
        "gaussian-neg-entropy",
        "the integral of q log q for the VAE's encoder on digits",
        log_density,
        variance=torch.full_like(q.mean, 0.5).sum(-1),
        claimed=(-0.5 * LOG_2_PI - 0.5 * log_variance - 0.5).sum(-1),
        wrong={
            "plus one half": (-0.5 * LOG_2_PI - 0.5 * log_variance + 0.5).sum(-1),
            "log of the deviation, not of the variance": (
                -0.5 * LOG_2_PI - 0.25 * log_variance - 0.5
            ).sum(-1),
            "the deviation dropped": (-0.5 * LOG_2_PI - 0.5 - 0.0 * log_variance).sum(-1),
            "the entropy, not its negative": (0.5 * LOG_2_PI + 0.5 * log_variance + 0.5).sum(-1),
        },
        source="the variance of a chi-square law",
    )
