"""A code of the VQ-VAE, trained by SGD on the digits assigned to it, as a rolling average."""

import torch
from torch import Tensor

from lemmata.numerics.check import STEP_BY_STEP, Check, ExactCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.models.data import digits
from lemmata.numerics.models.vqvae import VQ_VAE
from lemmata.numerics.models.zoo import Zoo

RATES = (0.05, 0.3)
LONGEST = 60


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """SGD step by step against the closed form, for the code with the most digits."""
    model = zoo.get(VQ_VAE)
    x, _ = digits()
    encoded = model.encoder(x)
    nearest = model.nearest(encoded)
    used = int(torch.bincount(nearest).argmax())
    samples = encoded[nearest == used][:LONGEST]
    start = model.codebook[used].detach()
    return tuple(_closed_form(samples, start, rate) for rate in RATES)


def _closed_form(samples: Tensor, start: Tensor, rate: float) -> ExactCheck:
    decay = 1.0 - 2.0 * rate

    def by_sgd() -> Tensor:
        code = torch.nn.Parameter(start.clone())
        optimizer = torch.optim.SGD([code], lr=rate)
        path = []
        for sample in samples:
            optimizer.zero_grad()
            (sample - code).square().sum().backward()
            optimizer.step()
            path.append(code.detach().clone())
        return torch.stack(path)

    trained = by_sgd()
    count = samples.shape[0]
    n = torch.arange(1, count + 1, dtype=torch.float64)
    age = n[:, None] - n  # n - i, for the vectors seen so far

    def average(weight: float, keep: float, shift: float = 0.0, first: float = 1.0) -> Tensor:
        power = torch.where(age >= 0.0, keep ** (age.clamp(min=0.0) + shift), 0.0)
        return first * (keep**n)[:, None] * start + weight * power @ samples

    def against(closed: Tensor) -> Sides:
        return sides(trained, closed)

    return ExactCheck(
        id=f"vq-rolling-average/rate-{rate:g}",
        method=STEP_BY_STEP,
        estimand="a code after each of its digits, at a fixed assignment",
        estimators=("torch.optim.SGD", "(1 - 2 eta)^n e_0 + 2 eta sum (1 - 2 eta)^(n - i) x_i"),
        sides=lambda: against(average(2.0 * rate, decay)),
        tolerance=1e-11,
        mutants={
            "factor 2 missing": lambda: against(average(rate, 1.0 - rate)),
            "weights swapped": lambda: against(average(decay, 2.0 * rate)),
            "the exponent off by one": lambda: against(average(2.0 * rate, decay, shift=1.0)),
            "the first code dropped": lambda: against(average(2.0 * rate, decay, first=0.0)),
            "the plain mean": lambda: against(samples.cumsum(0) / n[:, None]),
        },
    )
