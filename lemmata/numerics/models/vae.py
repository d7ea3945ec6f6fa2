"""Variational autoencoders on the digits: conditional, plain, and linear-Gaussian.

The encoders are diagonal Gaussians in two dimensions, so that every integral over the latent
variable can also be computed on a grid.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from lemmata.numerics.models.data import binary_digits, digits
from lemmata.numerics.models.training import Recipe, Size, fit, mlp

LATENT, PIXELS, CLASSES, HIDDEN = 2, 64, 10, 48
LOG_2_PI = math.log(2.0 * math.pi)


def log_normal(z: Tensor, mean: Tensor, log_deviation: Tensor) -> Tensor:
    """The log-density of independent normals, summed over the last axis."""
    scaled = (z - mean) * torch.exp(-log_deviation)
    return (-0.5 * scaled.square() - log_deviation - 0.5 * LOG_2_PI).sum(-1)


def gaussian_kl(mean: Tensor, log_deviation: Tensor, nu: Tensor, log_tau: Tensor) -> Tensor:
    """The divergence of two diagonal Gaussians, summed over the last axis."""
    ratio = torch.exp(2.0 * (log_deviation - log_tau))
    moved = ((mean - nu) * torch.exp(-log_tau)).square()
    return (log_tau - log_deviation + 0.5 * (ratio + moved) - 0.5).sum(-1)


class Vae(nn.Module):
    """An autoencoder of black and white digits with a Bernoulli decoder.

    Args:
        conditional: Whether encoder, decoder and prior know the label; then the prior is a
            Gaussian network of the label, else the standard normal law.
    """

    def __init__(self, *, conditional: bool) -> None:
        super().__init__()
        known = CLASSES if conditional else 0
        self.conditional = conditional
        self.encoder = mlp(PIXELS + known, HIDDEN, 2 * LATENT)
        self.decoder = mlp(LATENT + known, HIDDEN, PIXELS)
        self.prior_net = nn.Linear(known, 2 * LATENT) if conditional else None

    def encode(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-deviation of q(z | x, y)."""
        return _gaussian(self.encoder(torch.cat((x, y), -1) if self.conditional else x))

    def prior(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-deviation of p(z | y)."""
        if self.prior_net is None:
            zero = torch.zeros(*y.shape[:-1], LATENT, dtype=torch.float64, device=y.device)
            return zero, zero
        return _gaussian(self.prior_net(y))

    def log_likelihood(self, x: Tensor, z: Tensor, y: Tensor) -> Tensor:
        """Log p(x | z, y); the leading axes of x, z and y are broadcast."""
        if self.conditional:
            z = torch.cat((z, y.expand(*z.shape[:-1], y.shape[-1])), -1)
        logits = self.decoder(z)
        # log sigmoid(l) for white pixels, log(1 - sigmoid(l)) for black ones.
        return (x * logits - nn.functional.softplus(logits)).sum(-1)

    def elbo(self, x: Tensor, y: Tensor, noise: Tensor) -> Tensor:
        """The bound from one sample of z for each row."""
        mean, log_deviation = self.encode(x, y)
        z = mean + log_deviation.exp() * noise
        divergence = gaussian_kl(mean, log_deviation, *self.prior(y))
        return self.log_likelihood(x, z, y) - divergence


def _gaussian(output: Tensor) -> tuple[Tensor, Tensor]:
    mean, log_deviation = output.chunk(2, -1)
    return mean, 1.5 * torch.tanh(log_deviation) - 0.5


class LinearVae(nn.Module):
    """A linear-Gaussian autoencoder of the grey digits: posterior and evidence in closed form.

    x | z is N(W z + b, s^2 I), z is standard normal, and the encoder is N(A x + c, diag).
    """

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(0.1 * torch.randn(PIXELS, LATENT))
        self.bias = nn.Parameter(torch.zeros(PIXELS))
        self.log_noise = nn.Parameter(torch.tensor(-1.0))
        self.encoder = nn.Linear(PIXELS, LATENT)
        self.log_deviation = nn.Parameter(torch.zeros(LATENT))

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-deviation of q(z | x)."""
        mean = self.encoder(x)
        return mean, self.log_deviation.expand_as(mean)

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """Log p(x | z)."""
        mean = z @ self.weight.T + self.bias
        return log_normal(x, mean, self.log_noise.expand_as(mean))

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and covariance matrix of p(z | x)."""
        noise = torch.exp(2.0 * self.log_noise)
        precision = torch.eye(LATENT, dtype=x.dtype) + self.weight.T @ self.weight / noise
        covariance = torch.linalg.inv(precision)
        return (x - self.bias) @ self.weight @ covariance / noise, covariance

    def log_evidence(self, x: Tensor) -> Tensor:
        """Log p(x), of a Gaussian in 64 dimensions."""
        identity = torch.eye(PIXELS, dtype=x.dtype)
        covariance = self.weight @ self.weight.T + torch.exp(2.0 * self.log_noise) * identity
        centred = x - self.bias
        solved = torch.linalg.solve(covariance, centred.T).T
        quadratic = (centred * solved).sum(-1)
        return -0.5 * (quadratic + torch.logdet(covariance) + PIXELS * LOG_2_PI)

    def expected_log_likelihood(self, x: Tensor) -> Tensor:
        """The mean of log p(x | z) under q(z | x), in closed form."""
        mean, log_deviation = self.encode(x)
        variance = torch.exp(2.0 * log_deviation)
        spread = (variance * self.weight.square().sum(0)).sum(-1)
        return self.log_likelihood(x, mean) - 0.5 * spread * torch.exp(-2.0 * self.log_noise)


def _train(
    model: Vae, size: Size, generator: torch.Generator, report: Callable[[int, int], None]
) -> None:
    x, y = binary_digits()

    def loss() -> Tensor:
        rows = torch.randint(x.shape[0], (128,), generator=generator)
        noise = torch.randn(128, LATENT, generator=generator, dtype=torch.float64)
        return -model.elbo(x[rows], y[rows], noise).mean()

    steps = {"tiny": 60, "full": 1_200}[size]
    fit(model.parameters(), loss, steps=steps, rate=5e-3, report=report)


def _train_linear(
    model: LinearVae, size: Size, generator: torch.Generator, report: Callable[[int, int], None]
) -> None:
    x, _ = digits()

    def loss() -> Tensor:
        rows = x[torch.randint(x.shape[0], (256,), generator=generator)]
        zero = torch.zeros(LATENT, dtype=torch.float64)
        divergence = gaussian_kl(*model.encode(rows), zero, zero)
        return -(model.expected_log_likelihood(rows) - divergence).mean()

    steps = {"tiny": 60, "full": 800}[size]
    fit(model.parameters(), loss, steps=steps, rate=1e-2, report=report)


CVAE = Recipe("cvae", lambda: Vae(conditional=True), _train)
VAE = Recipe("vae", lambda: Vae(conditional=False), _train)
LINEAR_VAE = Recipe("linear-vae", LinearVae, _train_linear)
