"""Data from inside installed packages, in float64."""

from functools import cache

import torch
from sklearn.datasets import load_digits
from torch import Tensor


@cache
def digits() -> tuple[Tensor, Tensor]:
    """The 1,797 digits of scikit-learn: pixels in [0, 1], shape (n, 64), and labels."""
    found = load_digits()
    return torch.from_numpy(found.data) / 16.0, torch.from_numpy(found.target).long()


@cache
def binary_digits() -> tuple[Tensor, Tensor]:
    """The digits as black and white pixels, and their labels as rows of 0 and 1."""
    pixels, labels = digits()
    return (pixels > 0.5).double(), torch.nn.functional.one_hot(labels, 10).double()


def two_moons(n: int, generator: torch.Generator, noise: float = 0.1) -> Tensor:
    """Points on two half circles that interlock, with Gaussian noise; shape (n, 2)."""
    angle = torch.pi * torch.rand(n, generator=generator, dtype=torch.float64)
    upper = (torch.rand(n, generator=generator) < 0.5).double()
    x = upper * angle.cos() + (1.0 - upper) * (1.0 - angle.cos())
    y = upper * angle.sin() + (1.0 - upper) * (0.5 - angle.sin())
    blur = torch.randn(n, 2, generator=generator, dtype=torch.float64)
    return torch.stack((x, y), 1) + noise * blur
