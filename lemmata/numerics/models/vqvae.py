"""A vector-quantised autoencoder of the digits, and a softmax classifier of them."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lemmata.numerics.models.data import digits
from lemmata.numerics.models.training import Recipe, Size, fit, mlp

CODES, CODE_SIZE = 12, 3


class VqVae(nn.Module):
    """Encoder, codebook, decoder; each image has one code.

    Attributes:
        codebook: The codes, shape (CODES, CODE_SIZE).
    """

    def __init__(self) -> None:
        super().__init__()
        self.encoder = mlp(64, 32, CODE_SIZE)
        self.decoder = mlp(CODE_SIZE, 32, 64)
        self.codebook = nn.Parameter(torch.randn(CODES, CODE_SIZE))

    def nearest(self, h: Tensor) -> Tensor:
        """The number of the nearest code of each row."""
        return torch.cdist(h, self.codebook).argmin(-1)

    def loss(self, x: Tensor) -> Tensor:
        """Reconstruction through the straight-through estimator, codebook and commitment terms."""
        h = self.encoder(x)
        code = self.codebook[self.nearest(h)]
        through = h + (code - h).detach()
        reconstruction = (self.decoder(through) - x).square().sum(-1)
        codebook = (code - h.detach()).square().sum(-1)
        commitment = (code.detach() - h).square().sum(-1)
        return (reconstruction + codebook + 0.25 * commitment).mean()

    def code_probabilities(self, x: Tensor) -> Tensor:
        """A soft assignment P(z | x): the softmax of minus the squared distances."""
        return torch.softmax(-torch.cdist(self.encoder(x), self.codebook).square(), -1)


def _train(
    model: VqVae, size: Size, generator: torch.Generator, report: Callable[[int, int], None]
) -> None:
    x, _ = digits()
    with torch.no_grad():  # codes start on encoded images, so that each is used
        rows = torch.randperm(x.shape[0], generator=generator)[:CODES]
        model.codebook.copy_(model.encoder(x[rows]))

    def loss() -> Tensor:
        return model.loss(x[torch.randint(x.shape[0], (128,), generator=generator)])

    steps = {"tiny": 60, "full": 700}[size]
    fit(model.parameters(), loss, steps=steps, rate=5e-3, report=report)


def _train_classifier(
    model: nn.Sequential, size: Size, generator: torch.Generator, report: Callable[[int, int], None]
) -> None:
    x, labels = digits()

    def loss() -> Tensor:
        rows = torch.randint(x.shape[0], (128,), generator=generator)
        return nn.functional.cross_entropy(model(x[rows]), labels[rows])

    steps = {"tiny": 40, "full": 400}[size]
    fit(model.parameters(), loss, steps=steps, rate=5e-3, report=report)


VQ_VAE = Recipe("vq-vae", VqVae, _train)
CLASSIFIER = Recipe("classifier", lambda: mlp(64, 32, 10), _train_classifier)
