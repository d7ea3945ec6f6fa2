"""What a trained model makes, where a picture says more than a number."""

from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

from lemmata.numerics.models.data import binary_digits, digits, two_moons
from lemmata.numerics.models.flow import Flow
from lemmata.numerics.models.gan import DigitGan, KnownGan, data_sample
from lemmata.numerics.models.vae import LATENT, Vae
from lemmata.numerics.models.vqvae import VqVae
from lemmata.numerics.streams import normal, stream

SEED = 0
SIZE = 8  # pixels on each side of a digit
SHOWN = 10
POINTS = 240


Picture: TypeAlias = "Images | Clouds"


@dataclass(frozen=True)
class Images:
    """Rows of images with values in [0, 1], each row of shape (n, 64), by their names."""

    title: str
    rows: tuple[tuple[str, Tensor], ...]


@dataclass(frozen=True)
class Clouds:
    """Clouds of points in the plane, each of shape (n, 2), by their names."""

    title: str
    clouds: tuple[tuple[str, Tensor], ...]


@torch.no_grad()
def reconstructions(model: Vae) -> Images:
    """A digit of each class, and the means of its reconstructions."""
    pixels, labels = binary_digits()
    chosen = _one_of_each()
    x, y = pixels[chosen], labels[chosen]
    mean, _ = model.encode(x, y)
    return Images(
        "What the autoencoder makes of digits", (("digits", x), ("again", _decoded(model, mean, y)))
    )


@torch.no_grad()
def conditional_samples(model: Vae) -> Images:
    """Two digits of each class, drawn from the prior of the class."""
    labels = torch.eye(SHOWN, dtype=torch.float64)
    mean, log_deviation = model.prior(labels)
    rows = []
    for name in ("a draw", "another"):
        noise = _noise(f"prior, {name}", SHOWN, LATENT)
        rows.append((name, _decoded(model, mean + log_deviation.exp() * noise, labels)))
    return Images("Digits that the conditional autoencoder draws, one of each class", tuple(rows))


@torch.no_grad()
def generated(model: DigitGan) -> Images:
    """Digits of the data, and digits of the generator."""
    rows = (
        ("digits", digits()[0][_one_of_each()]),
        ("drawn", model.generator(_noise("generator", SHOWN, DigitGan.NOISE))),
    )
    return Images("Digits of the data, and of the generator", rows)


@torch.no_grad()
def quantized(model: VqVae) -> Images:
    """A digit of each class, and the decoded code that it is given."""
    x = digits()[0][_one_of_each()]
    code = model.codebook[model.nearest(model.encoder(x))]
    return Images(
        "Digits, and the codes that stand for them", (("digits", x), ("codes", model.decoder(code)))
    )


@torch.no_grad()
def flow_digits(model: Flow) -> Images:
    """Digits of the data, and digits that a flow makes of noise."""
    drawn = model(_noise("flow", SHOWN, model.size))[0]
    rows = (("digits", digits()[0][_one_of_each()]), ("drawn", drawn))
    return Images("Digits of the data, and of the flow", rows)


@torch.no_grad()
def flow_points(model: Flow) -> Clouds:
    """Points of the data, and points that a flow makes of noise."""
    data = two_moons(POINTS, stream(SEED, "pictures", "moons"))
    drawn = model(_noise("flow", POINTS, model.size))[0]
    return Clouds("Points of the data, and of the flow", (("data", data), ("flow", drawn)))


@torch.no_grad()
def known_points(model: KnownGan) -> Clouds:
    """Points of the density that plays the data, and points of the generator."""
    data = data_sample(POINTS, stream(SEED, "pictures", "bumps"))
    drawn = model.generate(_noise("known", POINTS, 2))
    return Clouds(
        "Points of the data, and of the generator", (("data", data), ("generator", drawn))
    )


def _one_of_each() -> Tensor:
    """The places of the first digit of each class."""
    labels = digits()[1]
    return torch.stack([(labels == each).nonzero()[0, 0] for each in range(SHOWN)])


def _decoded(model: Vae, z: Tensor, y: Tensor) -> Tensor:
    """The means of the pixels."""
    found: Tensor = model.decoder(torch.cat((z, y), -1) if model.conditional else z)
    return found.sigmoid()


def _noise(name: str, rows: int, columns: int) -> Tensor:
    return normal(stream(SEED, "pictures", name), rows, columns)
