"""Adversarial models: a discriminator between two known densities, and a small GAN of digits."""

import math
from collections.abc import Callable

import torch
import zuko
from torch import Tensor, nn

from lemmata.numerics.models.data import digits
from lemmata.numerics.models.training import Recipe, Size, fit, mlp

CENTERS = torch.tensor([[-1.5, 0.0], [1.0, 1.2], [0.8, -1.2]], dtype=torch.float64)
DEVIATION = 0.6


def data_log_density(x: Tensor) -> Tensor:
    """The density that plays the data: three equal bumps in the plane."""
    squares = (x[..., None, :] - CENTERS).square().sum(-1)
    bumps = -0.5 * squares / DEVIATION**2 - math.log(2.0 * math.pi * DEVIATION**2)
    return torch.logsumexp(bumps, -1) - math.log(len(CENTERS))


def data_sample(n: int, generator: torch.Generator) -> Tensor:
    """Points of the data density, shape (n, 2)."""
    place = generator.device
    which = torch.randint(len(CENTERS), (n,), generator=generator, device=place)
    noise = torch.randn(n, 2, generator=generator, device=place, dtype=torch.float64)
    return CENTERS.to(place)[which] + DEVIATION * noise


class KnownGan(nn.Module):
    """A zuko flow as generator, so that its density is known, and a discriminator."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = zuko.flows.MAF(
            features=2, transforms=2, hidden_features=(24, 24), activation=nn.Tanh
        )
        self.discriminator = mlp(2, 48, 48, 1)

    def log_density(self, x: Tensor) -> Tensor:
        """The generator's log-density."""
        found: Tensor = self.generator().log_prob(x)
        return found

    def generate(self, noise: Tensor) -> Tensor:
        """Points of the generator from standard normal noise."""
        found: Tensor = self.generator().transform.inv(noise)
        return found

    def probability(self, x: Tensor) -> Tensor:
        """D(x): how likely the discriminator finds x to be data."""
        return torch.sigmoid(self.discriminator(x)).squeeze(-1)


class DigitGan(nn.Module):
    """A small convolutional generator and discriminator of 8 x 8 digits."""

    NOISE = 8

    def __init__(self) -> None:
        super().__init__()
        self.generator = nn.Sequential(
            nn.Linear(self.NOISE, 64),
            nn.Tanh(),
            nn.Unflatten(1, (16, 2, 2)),
            nn.ConvTranspose2d(16, 12, 4, stride=2, padding=1),
            nn.Tanh(),
            nn.ConvTranspose2d(12, 1, 4, stride=2, padding=1),
            nn.Sigmoid(),
            nn.Flatten(),
        )
        self.discriminator = nn.Sequential(
            nn.Unflatten(1, (1, 8, 8)),
            nn.Conv2d(1, 12, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(12, 16, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(64, 1),
        )


def _train_known(
    model: KnownGan, size: Size, generator: torch.Generator, report: Callable[[int, int], None]
) -> None:
    """First the generator, roughly, by likelihood; then the discriminator, nearly to optimality."""
    rough, fine = {"tiny": (40, 60), "full": (150, 1_200)}[size]

    def generator_loss() -> Tensor:
        return -model.log_density(data_sample(128, generator)).mean()

    fit(
        model.generator.parameters(), generator_loss, steps=rough, rate=1e-2,
        report=lambda done, _: report(done, rough + fine),
    )  # fmt: skip

    def discriminator_loss() -> Tensor:
        real = data_sample(512, generator)
        with torch.no_grad():
            noise = torch.randn(512, 2, generator=generator, dtype=torch.float64)
            fake = model.generate(noise)
        return -value(model.discriminator(real), model.discriminator(fake))

    fit(
        model.discriminator.parameters(), discriminator_loss, steps=fine, rate=1e-2,
        report=lambda done, _: report(rough + done, rough + fine),
    )  # fmt: skip


def value(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """The value of a discriminator on two batches: mean log D + mean log(1 - D)."""
    log_sigmoid = nn.functional.logsigmoid
    return log_sigmoid(real_logits).mean() + log_sigmoid(-fake_logits).mean()


def _train_digits(
    model: DigitGan, size: Size, generator: torch.Generator, report: Callable[[int, int], None]
) -> None:
    x, _ = digits()
    steps = {"tiny": 20, "full": 400}[size]
    optimizers = [
        torch.optim.Adam(part.parameters(), lr=2e-3, betas=(0.5, 0.99))
        for part in (model.discriminator, model.generator)
    ]
    for step in range(1, steps + 1):
        real = x[torch.randint(x.shape[0], (64,), generator=generator)]
        noise = torch.randn(64, DigitGan.NOISE, generator=generator, dtype=torch.float64)
        fake = model.generator(noise)
        loss = -value(model.discriminator(real), model.discriminator(fake.detach()))
        _step(optimizers[0], loss)
        non_saturating = -nn.functional.logsigmoid(model.discriminator(fake)).mean()
        _step(optimizers[1], non_saturating)
        report(step, steps)


def _step(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


KNOWN_GAN = Recipe("known-gan", KnownGan, _train_known)
DIGIT_GAN = Recipe("digit-gan", DigitGan, _train_digits)
