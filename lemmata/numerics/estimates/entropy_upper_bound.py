"""An upper bound on the entropy of a finite population of digits, by the models of a VQ-VAE."""

import math

import torch
from torch import Tensor

from lemmata.numerics.bounds import Range
from lemmata.numerics.check import ALL_VALUES, DRAWN, Check, ExactCheck, Mutant, SampledCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.models.data import digits
from lemmata.numerics.models.vqvae import CODES, VQ_VAE
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.streams import uniform

POPULATION = 40


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """Every expectation is a finite sum over images and codes."""
    model = zoo.get(VQ_VAE)
    x, _ = digits()
    images = x[:: x.shape[0] // POPULATION][:POPULATION]
    encoder = model.code_probabilities(images)  # P(z | y), shape (images, codes)
    prior = torch.full((CODES,), 1.0 / CODES, dtype=torch.float64)  # P_Phi(z)
    errors = (model.decoder(model.codebook)[None] - images[:, None]).square().sum(-1)
    decoder = torch.softmax(-errors, 0)  # P_Theta(y | z): one distribution over images a code
    log_encoder = torch.log(encoder.clamp(min=1e-300))
    log_prior, log_decoder = prior.log().expand_as(encoder), decoder.log()

    def mean(f: Tensor) -> Tensor:
        return (encoder * f).sum(1).mean(0)

    entropy = torch.tensor([math.log(POPULATION)], dtype=torch.float64)

    def at_most(f: Tensor) -> Sides:
        return sides(entropy, mean(f)[None])

    terms = -log_prior + log_encoder - log_decoder
    marginal = encoder.mean(0)
    divergence = (marginal * (marginal / prior).log()).sum()
    posterior = encoder / encoder.sum(0)
    gap = divergence + (marginal * (posterior * (posterior / decoder).log()).sum(0)).sum()

    def drawn(u: Tensor) -> Tensor:
        image = (u[:, 0] * POPULATION).long().clamp(max=POPULATION - 1)
        code = (u[:, 1, None] > encoder.cumsum(1)[image]).sum(1).clamp(max=CODES - 1)
        return terms[image, code]

    low, high = float(terms.min()) - 1.0, float(terms.max()) + 1.0
    spread = float((mean(terms.square()) - mean(terms).square()).sqrt())
    return (
        ExactCheck(
            id="entropy-upper-bound/population",
            method=f"enumeration of images and codes: {ALL_VALUES}",
            estimand="log N of N digits and its bound by the VQ-VAE's models",
            estimators=("H(y)", "E[-log P_Phi(z) + log P(z|y) - log P_Theta(y|z)]"),
            sides=lambda: at_most(terms),
            tolerance=1e-12,
            relation="<=",
            mutants={
                "the decoder's sign flipped": lambda: at_most(
                    -log_prior + log_encoder + log_decoder
                ),
                "the prior dropped": lambda: at_most(log_encoder - log_decoder),
                "the decoder dropped": lambda: at_most(-log_prior + log_encoder),
                "a lower bound": lambda: sides(mean(terms)[None], entropy),
            },
        ),
        ExactCheck(
            id="entropy-upper-bound/gap",
            method=f"enumeration of images and codes: {ALL_VALUES}",
            estimand="the gap of the bound: two divergences of the models",
            estimators=("bound - H(y)", "KL(P(z) || P_Phi) + E KL(P(y|z) || P_Theta)"),
            sides=lambda: sides(mean(terms)[None] - entropy, gap[None]),
            tolerance=1e-11,
            mutants={
                "no gap": lambda: sides(mean(terms)[None] - entropy, 0.0 * entropy),
                "the prior's divergence alone": lambda: sides(
                    mean(terms)[None] - entropy, divergence[None]
                ),
                "the divergences subtracted": lambda: sides(
                    mean(terms)[None] - entropy, (2.0 * divergence - gap)[None]
                ),
            },
        ),
        SampledCheck(
            id="entropy-upper-bound/samples",
            method=DRAWN,
            estimand="log N of N digits and its bound, with drawn images and codes",
            estimators=("the mean of the bound's terms",),
            noise=lambda generator, n: uniform(generator, n, 2),
            integrand=drawn,
            bound=Range(low, high, "the terms of all images and codes, widened by 1"),
            effect_size=0.1 * spread,
            scale="a tenth of the deviation",
            target=float(entropy),
            relation=">=",
            mutants={
                "a lower bound": Mutant(relation="<="),
                "entropy doubled": Mutant(target=2.0 * float(mean(terms))),
                "entropy in bits": Mutant(
                    target=max(float(entropy) / math.log(2.0), float(mean(terms)) + spread)
                ),
            },
        ),
    )
