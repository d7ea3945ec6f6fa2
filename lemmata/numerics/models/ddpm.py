"""A denoising diffusion model of two moons."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lemmata.numerics.models.data import two_moons
from lemmata.numerics.models.training import Recipe, Size, fit, mlp

STEPS = 40


class Ddpm(nn.Module):
    """A noise predictor epsilon(x_t, t) with a linear schedule of variances.

    Attributes:
        beta: The variances of the forward steps, from t = 1.
        alpha_bar: The products of 1 - beta up to t.
    """

    beta: Tensor
    alpha_bar: Tensor

    def __init__(self) -> None:
        super().__init__()
        beta = torch.linspace(1e-3, 0.2, STEPS, dtype=torch.float64)
        self.register_buffer("beta", beta)
        self.register_buffer("alpha_bar", torch.cumprod(1.0 - beta, 0))
        self.network = mlp(2 + 3, 48, 48, 2)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        """The noise predicted in x_t; t counts from 1, shape (n,)."""
        phase = torch.pi * t.double() / STEPS
        time = torch.stack((t.double() / STEPS, phase.sin(), phase.cos()), -1)
        found: Tensor = self.network(torch.cat((x, time.expand(*x.shape[:-1], 3)), -1))
        return found

    def noised(self, x0: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """A sample of x_t given x_0."""
        kept = self.alpha_bar[t - 1, None]
        return kept.sqrt() * x0 + (1.0 - kept).sqrt() * noise

    def true_step(self, x0: Tensor, xt: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance of q(x_{t-1} | x_t, x_0), for t of 2 or more."""
        beta, now, before = self.beta[t - 1], self.alpha_bar[t - 1], self.alpha_bar[t - 2]
        from_start = before.sqrt() * beta / (1.0 - now)
        from_here = (1.0 - beta).sqrt() * (1.0 - before) / (1.0 - now)
        mean = from_start[:, None] * x0 + from_here[:, None] * xt
        return mean, beta * (1.0 - before) / (1.0 - now)

    def model_step(self, xt: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance of p(x_{t-1} | x_t)."""
        beta, now = self.beta[t - 1, None], self.alpha_bar[t - 1, None]
        mean = (xt - beta / (1.0 - now).sqrt() * self(xt, t)) / (1.0 - beta).sqrt()
        return mean, self.beta[t - 1]


def _train(
    model: Ddpm, size: Size, generator: torch.Generator, report: Callable[[int, int], None]
) -> None:
    def loss() -> Tensor:
        x0 = two_moons(256, generator)
        t = torch.randint(1, STEPS + 1, (256,), generator=generator)
        noise = torch.randn(256, 2, generator=generator, dtype=torch.float64)
        return (model(model.noised(x0, noise, t), t) - noise).square().sum(-1).mean()

    steps = {"tiny": 60, "full": 1_000}[size]
    fit(model.parameters(), loss, steps=steps, rate=5e-3, report=report)


DDPM = Recipe("ddpm", Ddpm, _train)
