r"""An upper bound on an entropy that sampling can estimate.

For y drawn from the population, z drawn by an encoder P(z | y), and any models P_1(z) and
P_2(y | z), the entropy of y is at most the expectation of
-log P_1(z) + log P(z | y) - log P_2(y | z). The gap is the divergence of the law of z from P_1,
plus the expected divergence of P(y | z) from P_2(y | z).

\[ H(y) \le \mathbb{E}_{P(y), P(z | y)}\left[-\log P_\Phi(z) + \log P(z | y)
   - \log P_\Theta(y | z)\right] \]

Source: TTIC 31230, quiz 4, problem 1(c).

Proof idea: H(y) = H(z) - H(z | y) + H(y | z), then Gibbs' inequality for the two positive terms.
"""

from typing import Annotated

from lemmata.derivations.claim import claim
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.signature import AlsoCalled, Distribution, Of, Outcome
from lemmata.derivations.tables import (
    Table,
    confirm_gibbs,
    distribution,
    divergence,
    entropy,
    mean,
    mean_log,
)
from lemmata.derivations.workings import Workings
from lemmata.kernel.language import Chain, E, H, derive, log


@claim(
    title="An upper bound on the entropy by two models",
    source="TTIC 31230, quiz 4, problem 1(c)",
    answer_ids=("entropy-upper-bound",),
    answers=("entropy-upper-bound",),
)
def entropy_upper_bound(
    y: Outcome,
    z: Outcome,
    P: Annotated[Distribution, Of("y, z"), AlsoCalled("Pop", "P_Psi")],
    P_Phi: Annotated[Distribution, Of("z")],
    P_Theta: Annotated[Distribution, Of("y", given="z")],
) -> Chain:
    """P is the population's law together with the encoder; the others are any models."""
    mean = E[P(y), P(z | y)]
    bound = mean(-log(P_Phi(z)) + log(P(z | y)) - log(P_Theta(y | z)))
    return (
        derive(H(P(y)))
        .equals(H(P(z)) - H(P(z | y)) + H(P(y | z)), by=("definition", "conditional_density"))
        .at_most(
            H(P(z), P_Phi(z)) - H(P(z | y)) + E[P(z)](H(P(y | z), P_Theta(y | z))), by="jensen"
        )
        .equals(bound, by=("definition", "linearity_of_integrals"))
        .but_not(
            mean(-log(P_Phi(z)) + log(P(z | y)) + log(P_Theta(y | z))),
            because="the likelihood enters with minus",
        )
        .but_not(
            mean(-log(P_Phi(z)) - log(P(z | y)) - log(P_Theta(y | z))),
            because="the encoder enters with plus",
        )
        .but_not(
            mean(-log(P_Phi(z)) + log(P_Phi(z)) - log(P_Theta(y | z))),
            because="the middle entropy has a minus sign and must stay exact",
        )
        .but_not(bound, because="cross-entropies are larger, not smaller", relation=">=")
    )


def confirm() -> Confirmation:
    """Reduce the gap of the bound to two divergences, on symbolic tables."""
    workings = Workings(
        "every population on 2 points, encoder into 3 states and pair of models, with full support "
        "and symbolic entries"
    )
    p, ys, zs = Table("p", y=2, z=3), range(2), range(3)
    pairs = [(y, z) for y in ys for z in zs]
    joint = [p({"y": y, "z": z}) for y, z in pairs]
    law_of_z = [p({"z": z}) for z in zs]
    posteriors = [[p({"y": y}, {"z": z}) for y in ys] for z in zs]
    latent_model = distribution("f", 3)
    decoders = [distribution(f"t{z}", 2) for z in zs]
    encoder = [p({"z": z}, {"y": y}) for y, z in pairs]

    latent_term = mean_log(joint, [latent_model[z] for _, z in pairs])
    encoder_term = mean_log(joint, encoder)
    decoder_term = mean_log(joint, [decoders[z][y] for y, z in pairs])
    entropy_of_y = entropy([p({"y": y}) for y in ys])
    bound = -latent_term + encoder_term - decoder_term
    conditional_gap = mean(
        law_of_z, [divergence(a, b) for a, b in zip(posteriors, decoders, strict=True)]
    )
    gap = divergence(law_of_z, latent_model) + conditional_gap
    workings.zero("the gap is two divergences", bound - entropy_of_y - gap)
    confirm_gibbs(workings, "law of z", law_of_z, latent_model)
    for z in zs:
        confirm_gibbs(workings, f"law of y given z = {z}", posteriors[z], decoders[z])

    other_encoders = [distribution(f"r{y}", 3) for y in ys]
    replaced = mean_log(joint, [other_encoders[y][z] for y, z in pairs])
    workings.negative(
        "the encoder replaced too", -latent_term + replaced - decoder_term - entropy_of_y
    )
    workings.negative(
        "+ log of the decoder", -latent_term + encoder_term + decoder_term - entropy_of_y
    )
    workings.negative("inequality reversed", entropy_of_y - bound)
    # With - log of the encoder a bound is left, a looser one: it fails as an identity.
    sign_changed = -latent_term - encoder_term - decoder_term
    workings.nonzero("sign of the encoder term, same gap", sign_changed - entropy_of_y - gap)
    workings.nonzero("latent term forgotten in the gap", bound - entropy_of_y - conditional_gap)
    return workings.confirmation()
