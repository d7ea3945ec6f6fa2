"""The codebook step of torch's SGD on the VQ-VAE of digits."""

import torch
from torch import Tensor

from lemmata.numerics.check import STEP_BY_STEP, Check, ExactCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.models.data import digits
from lemmata.numerics.models.vqvae import VQ_VAE
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.pictures import Picture, quantized

RATE = 0.07
IMAGES = 30


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """One step for each of several images, all codes compared."""
    model = zoo.get(VQ_VAE)
    x, _ = digits()
    encoded = model.encoder(x[:: x.shape[0] // IMAGES][:IMAGES])
    nearest = model.nearest(encoded)
    book = model.codebook.detach()

    def by_torch() -> Tensor:
        steps = []
        for h, k in zip(encoded, nearest, strict=True):
            codes = torch.nn.Parameter(book.clone())
            optimizer = torch.optim.SGD([codes], lr=RATE)
            (h - codes[k]).square().sum().backward()
            optimizer.step()
            steps.append(codes.detach())
        return torch.stack(steps)

    taken = by_torch()
    chosen = torch.nn.functional.one_hot(nearest, book.shape[0]).double()[..., None]
    towards = encoded[:, None] - book

    def against(step: Tensor) -> Sides:
        return sides(taken, book + step)

    return (
        ExactCheck(
            id="vq-codebook-sgd/digits",
            method=STEP_BY_STEP,
            estimand="the codebook after one step on an encoded digit",
            estimators=("torch.optim.SGD on the squared distance", "e + 2 eta (x - e)"),
            sides=lambda: against(2.0 * RATE * chosen * towards),
            tolerance=1e-12,
            mutants={
                "the old value dropped": lambda: sides(
                    taken, book * (1.0 - chosen) + 2.0 * RATE * chosen * towards
                ),
                "away from the sample": lambda: against(-2.0 * RATE * chosen * towards),
                "factor 2 missing": lambda: against(RATE * chosen * towards),
                "every code moved": lambda: against(2.0 * RATE * towards),
            },
        ),
    )


def pictures(zoo: Zoo) -> tuple[Picture, ...]:
    """Digits, and the codes that stand for them."""
    return (quantized(zoo.get(VQ_VAE)),)
