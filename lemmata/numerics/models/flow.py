"""Flows: a Real-NVP on two moons, and a NICE on the digits."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lemmata.numerics.models.data import digits, two_moons
from lemmata.numerics.models.training import Recipe, Size, batch, fit, mlp


class Coupling(nn.Module):
    """One coupling layer: a part of the coordinates stands still and moves the others.

    Args:
        size: The number of coordinates.
        kept: How many stand still; the first ones, or the last ones when `flipped`.
        hidden: The width of its networks.
        scaled: Whether the others are also scaled (Real-NVP), or only shifted (NICE).
        flipped: Whether the roles are exchanged.
    """

    def __init__(self, size: int, kept: int, hidden: int, *, scaled: bool, flipped: bool) -> None:
        super().__init__()
        self.kept, self.flipped = kept, flipped
        self.shift = mlp(kept, hidden, size - kept)
        self.scale = mlp(kept, hidden, size - kept) if scaled else None

    def log_scale(self, u: Tensor) -> Tensor:
        """The logarithms s(u) of the scales; zero for NICE."""
        if self.scale is None:
            return torch.zeros_like(self.shift(u))
        return 2.0 * torch.tanh(self.scale(u) / 2.0)

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """The image of z, and the log-determinant of the layer's Jacobian there."""
        z = z.flip(-1) if self.flipped else z
        u, v = z[..., : self.kept], z[..., self.kept :]
        s = self.log_scale(u)
        x = torch.cat((u, torch.exp(s) * v + self.shift(u)), -1)
        return x.flip(-1) if self.flipped else x, s.sum(-1)

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The preimage of x, and the log-determinant of the inverse's Jacobian there."""
        x = x.flip(-1) if self.flipped else x
        u, v = x[..., : self.kept], x[..., self.kept :]
        s = self.log_scale(u)
        z = torch.cat((u, (v - self.shift(u)) * torch.exp(-s)), -1)
        return z.flip(-1) if self.flipped else z, -s.sum(-1)


class Flow(nn.Module):
    """Coupling layers in a row over standard normal noise, and a diagonal rescaling at the end.

    Args:
        size: The number of coordinates.
        layers: How many couplings.
        hidden: The width of their networks.
        scaled: Real-NVP, or NICE, which alone has the rescaling.
    """

    def __init__(self, size: int, layers: int, hidden: int, *, scaled: bool) -> None:
        super().__init__()
        kept = size // 2
        self.size = size
        self.layers = nn.ModuleList(
            Coupling(size, kept, hidden, scaled=scaled, flipped=bool(number % 2))
            for number in range(layers)
        )
        self.log_rescaling = nn.Parameter(torch.zeros(size)) if not scaled else None

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """From noise to data, with the log-determinant."""
        total = torch.zeros(z.shape[:-1], dtype=z.dtype, device=z.device)
        for layer in self.layers:
            z, log_det = layer(z)
            total = total + log_det
        if self.log_rescaling is not None:
            z, total = z * self.log_rescaling.exp(), total + self.log_rescaling.sum()
        return z, total

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """From data to noise, with the log-determinant of this direction."""
        total = torch.zeros(x.shape[:-1], dtype=x.dtype, device=x.device)
        if self.log_rescaling is not None:
            x, total = x * (-self.log_rescaling).exp(), total - self.log_rescaling.sum()
        for layer in reversed(self.layers):
            assert isinstance(layer, Coupling)  # noqa: S101 - the type of what a list holds
            x, log_det = layer.inverse(x)
            total = total + log_det
        return x, total

    def log_prob(self, x: Tensor) -> Tensor:
        """The log-density at x."""
        z, log_det = self.inverse(x)
        normal = -0.5 * z.square().sum(-1) - 0.5 * self.size * torch.log(
            torch.tensor(2.0 * torch.pi, dtype=x.dtype, device=x.device)
        )
        return normal + log_det


def _train_moons(
    model: Flow, size: Size, generator: torch.Generator, report: Callable[[int, int], None]
) -> None:
    def loss() -> Tensor:
        return -model.log_prob(two_moons(256, generator)).mean()

    steps = {"tiny": 60, "full": 800}[size]
    fit(model.parameters(), loss, steps=steps, rate=1e-2, report=report)


def _train_digits(
    model: Flow, size: Size, generator: torch.Generator, report: Callable[[int, int], None]
) -> None:
    x, _ = digits()

    def loss() -> Tensor:
        rows = batch(x, 128, generator)
        spread = torch.rand(rows.shape, generator=generator, dtype=torch.float64)
        return -model.log_prob(rows + spread / 16.0).mean()  # the grey levels, dequantised

    steps = {"tiny": 30, "full": 300}[size]
    fit(model.parameters(), loss, steps=steps, rate=3e-3, report=report)


REAL_NVP = Recipe("real-nvp", lambda: Flow(2, 6, 32, scaled=True), _train_moons)
NICE = Recipe("nice", lambda: Flow(64, 4, 48, scaled=False), _train_digits)
