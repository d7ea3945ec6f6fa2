"""The expected log-density of the standard normal law under encoder outputs."""

from torch import Tensor

from lemmata.numerics.check import Check
from lemmata.numerics.latents import encoder_outputs, moment_checks
from lemmata.numerics.models.vae import LOG_2_PI, log_normal
from lemmata.numerics.models.zoo import Zoo


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """The closed form against E_q[log p] for several digits."""
    q = encoder_outputs(zoo)
    mean, variance = q.mean, q.deviation.square()

    def log_prior(noise: Tensor) -> Tensor:
        z = q.at(noise)
        return log_normal(z, z * 0.0, z * 0.0)

    def formula(second: Tensor) -> Tensor:
        return (-0.5 * LOG_2_PI - 0.5 * second).sum(-1)

    return moment_checks(
        "gaussian-cross-entropy",
        "the integral of q log p for the VAE's encoder q on digits and the standard normal p",
        log_prior,
        variance=(0.5 * variance.square() + mean.square() * variance).sum(-1),
        claimed=formula(variance + mean.square()),
        wrong={
            "the mean forgotten": formula(variance),
            "the squared mean subtracted": formula(variance - mean.square()),
            "the square of a sum": formula((q.deviation + mean).square()),
            "sign flipped": -formula(variance + mean.square()),
        },
        source="the variance of a quadratic in normal noise, in closed form",
    )
