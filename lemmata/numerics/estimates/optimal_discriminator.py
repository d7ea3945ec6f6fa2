"""The optimal discriminator, against one trained between two known densities."""

import math

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from lemmata.numerics.bounds import Variance
from lemmata.numerics.check import AT_POINTS, DRAWN, Check, ExactCheck, Mutant, SampledCheck, Sides
from lemmata.numerics.discriminators import Densities, draw_pairs, known_densities, value
from lemmata.numerics.exact import sides
from lemmata.numerics.models.gan import KNOWN_GAN, KnownGan
from lemmata.numerics.models.zoo import Zoo


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """No discriminator does better than p / (p + p_G), the trained one included."""
    model = zoo.get(KNOWN_GAN)
    found = known_densities(model)
    trained = model.discriminator(found.points).squeeze(-1)
    best = found.log_odds

    def at_most(claimed: Tensor) -> Sides:
        return sides(found.integrand(best), found.integrand(claimed))

    return (
        ExactCheck(
            id="optimal-discriminator/points",
            method=AT_POINTS,
            estimand="p log D + p_G log(1 - D) at each point of a grid",
            estimators=("the trained discriminator", "p / (p + p_G)"),
            sides=lambda: sides(found.integrand(trained), found.integrand(best)),
            tolerance=1e-12,
            relation="<=",
            mutants={
                "the densities' roles swapped": lambda: at_most(-best),
                "one half everywhere": lambda: at_most(torch.zeros_like(best)),
                "the odds squared": lambda: at_most(2.0 * best),
                "a minimum": lambda: at_most(trained),
            },
        ),
        _sampled(model, found, trained),
    )


def _sampled(model: KnownGan, found: Densities, trained: Tensor) -> SampledCheck:
    """The trained discriminator's value is at most that of the optimum, on fresh samples."""
    _, variance = value(found, trained)
    best, _ = value(found, found.log_odds)
    deviation = math.sqrt(variance)

    def integrand(draws: tuple[Tensor, Tensor]) -> Tensor:
        real, fake = (model.discriminator(each).squeeze(-1) for each in draws)
        return logsigmoid(real) + logsigmoid(-fake)

    return SampledCheck(
        id="optimal-discriminator/samples",
        method=DRAWN,
        estimand="E_p[log D] + E_pG[log(1 - D)] of the trained D, at most its maximum",
        estimators=("the mean over paired samples",),
        noise=lambda generator, n: draw_pairs(model, generator, n),
        integrand=integrand,
        bound=Variance(1.02 * variance, "both variances on a grid, with 2 % to spare"),
        effect_size=0.1 * deviation,
        scale="a tenth of the standard deviation",
        target=best,
        relation="<=",
        mutants={
            "nine tenths everywhere": Mutant(
                target=value(found, torch.full_like(trained, math.log(9.0)))[0]
            ),
            "the densities' roles swapped": Mutant(target=value(found, -found.log_odds)[0]),
            "the value of a useless discriminator halved": Mutant(
                target=best,
                relation=">=",
                integrand=lambda draws: integrand(draws) - 0.5 * deviation,
            ),
        },
    )
