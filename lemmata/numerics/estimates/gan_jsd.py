"""The value at the optimal discriminator: between known densities, and for a GAN of digits."""

import math

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from lemmata.numerics.bounds import Variance
from lemmata.numerics.check import (
    ALL_VALUES,
    DRAWN,
    ON_A_GRID,
    Check,
    ExactCheck,
    Mutant,
    SampledCheck,
    Sides,
)
from lemmata.numerics.discriminators import draw_pairs, known_densities, value
from lemmata.numerics.exact import sides
from lemmata.numerics.models.data import digits
from lemmata.numerics.models.gan import DIGIT_GAN, KNOWN_GAN, DigitGan, data_log_density
from lemmata.numerics.models.vqvae import VQ_VAE
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.pictures import Picture, generated, known_points
from lemmata.numerics.streams import normal, stream

LOG_4 = math.log(4.0)


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """V(D*) against 2 JSD - log 4."""
    model = zoo.get(KNOWN_GAN)
    found = known_densities(model)
    mixture = (found.p + found.p_g).clamp(min=1e-300) / 2.0
    jsd = (
        0.5
        * found.volume
        * float(
            torch.xlogy(found.p, found.p / mixture).sum()
            + torch.xlogy(found.p_g, found.p_g / mixture).sum()
        )
    )
    best, variance = value(found, found.log_odds)

    def grid(claimed: float) -> Sides:
        return sides(torch.tensor([best]), torch.tensor([claimed]), 10.0 * found.error)

    def integrand(draws: tuple[Tensor, Tensor]) -> Tensor:
        def odds(x: Tensor) -> Tensor:
            return data_log_density(x) - model.log_density(x)

        real, fake = draws
        return logsigmoid(odds(real)) + logsigmoid(-odds(fake))

    return (
        ExactCheck(
            id="gan-jsd/grid",
            method=ON_A_GRID,
            estimand="V(D*) for a mixture of Gaussians and a trained flow, on a grid",
            estimators=("E_p[log D*] + E_pG[log(1 - D*)]", "2 JSD - log 4"),
            sides=lambda: grid(2.0 * jsd - LOG_4),
            tolerance=1e-5,
            evidence_class="quadrature",
            mutants={
                "one divergence only": lambda: grid(jsd - LOG_4),
                "log 4 added": lambda: grid(2.0 * jsd + LOG_4),
                "log 4 dropped": lambda: grid(2.0 * jsd),
                "log 2 for log 4": lambda: grid(2.0 * jsd - LOG_4 / 2.0),
            },
        ),
        ExactCheck(
            id="gan-jsd/lower-bound",
            method=ON_A_GRID,
            estimand="V(D*) and -log 4, for the same densities",
            estimators=("V(D*)", "-log 4"),
            sides=lambda: grid(-LOG_4),
            tolerance=1e-5,
            evidence_class="quadrature",
            relation=">=",
            mutants={
                "-log 2": lambda: grid(-LOG_4 / 2.0),
                "an upper bound": lambda: sides(
                    torch.tensor([-LOG_4]), torch.tensor([best]), 10.0 * found.error
                ),
                "0": lambda: grid(0.0),
            },
        ),
        SampledCheck(
            id="gan-jsd/samples",
            method=DRAWN,
            estimand="V(D*) on samples of the data density and of the trained flow",
            estimators=("the mean of log D* + log(1 - D*) over pairs",),
            noise=lambda generator, n: draw_pairs(model, generator, n),
            integrand=integrand,
            bound=Variance(1.02 * variance, "both variances on a grid, with 2 % to spare"),
            effect_size=0.1 * variance**0.5,
            scale="a tenth of the standard deviation",
            target=2.0 * jsd - LOG_4,
            mutants={
                "log 4 added": Mutant(target=2.0 * jsd + LOG_4),
                "log 4 dropped": Mutant(target=2.0 * jsd),
                "log 2 for log 4": Mutant(target=2.0 * jsd - LOG_4 / 2.0),
            },
        ),
        _digits(zoo),
    )


def _digits(zoo: Zoo) -> ExactCheck:
    """Real and generated digits through the codes of the VQ-VAE: two finite tables."""
    codes = zoo.get(VQ_VAE)
    generator = stream(zoo.seed, "gan-jsd", "digits")
    real, _ = digits()
    fake = zoo.get(DIGIT_GAN).generator(normal(generator, real.shape[0], DigitGan.NOISE))
    tables = []
    for images in (real, fake):
        counts = torch.bincount(codes.nearest(codes.encoder(images)), minlength=12).double()
        tables.append((counts + 0.5) / (counts + 0.5).sum())
    p, p_g = tables
    mixture = (p + p_g) / 2.0
    best = p / (p + p_g)
    jsd = 0.5 * (torch.xlogy(p, p / mixture) + torch.xlogy(p_g, p_g / mixture)).sum()
    at_best = (p * best.log() + p_g * (1.0 - best).log()).sum()

    def against(claimed: Tensor) -> Sides:
        return sides(at_best[None], claimed[None])

    return ExactCheck(
        id="gan-jsd/digits",
        method=f"enumeration of the codes: {ALL_VALUES}",
        estimand="V(D*) of real and generated digits, as tables of VQ-VAE codes",
        estimators=("E_p[log D*] + E_pG[log(1 - D*)]", "2 JSD - log 4"),
        sides=lambda: against(2.0 * jsd - LOG_4),
        tolerance=1e-12,
        mutants={
            "one divergence only": lambda: against(jsd - LOG_4),
            "log 4 added": lambda: against(2.0 * jsd + LOG_4),
            "log 2 for log 4": lambda: against(2.0 * jsd - LOG_4 / 2.0),
        },
    )


def pictures(zoo: Zoo) -> tuple[Picture, ...]:
    """What both generators draw."""
    return (known_points(zoo.get(KNOWN_GAN)), generated(zoo.get(DIGIT_GAN)))
