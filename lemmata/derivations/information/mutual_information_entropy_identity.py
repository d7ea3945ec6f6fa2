r"""Mutual information as a difference of entropies.

The mutual information of y and z is H(y) - H(y | z), and also H(z) - H(z | y); so
H(y) = H(z) - H(z | y) + H(y | z).

\[ I(y; z) = H(y) - H(y | z) \]

Source: TTIC 31230, quiz 4, problem 1, equation (1).

Proof idea: the logarithm of Bayes' rule, and linearity of the expectation.
"""

from typing import Annotated

from lemmata.derivations.claim import claim, part
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.signature import Distribution, Of, Outcome
from lemmata.derivations.tables import Table, divergence, entropy, mean_log
from lemmata.derivations.workings import Workings
from lemmata.kernel.language import Chain, H, I, derive, integral, log


@part(title="The other way round")
def other_way(
    y: Outcome,
    z: Outcome,
    P: Annotated[Distribution, Of("y, z")],
) -> Chain:
    r"""Mutual information is symmetric.

    \[ I(y; z) = H(z) - H(z | y) \]
    """
    joint = P(y, z)
    return (
        derive(I(P, y, z))
        .equals(integral((y, z), joint * log(joint / (P(y) * P(z)))), by="definition")
        .equals(
            integral((y, z), joint * (log(P(z | y)) - log(P(z)))),
            by=("conditional_density", "logarithm_of_a_product"),
        )
        .equals(
            H(P(z)) - H(P(z | y)),
            by=("linearity_of_integrals", "marginalisation", "definition"),
        )
        .but_not(H(P(z)) - H(P(y | z)), because="that is the entropy of the other variable")
    )


@part(title="One entropy in terms of the other three")
def entropy_of_y(
    y: Outcome,
    z: Outcome,
    P: Annotated[Distribution, Of("y, z")],
) -> Chain:
    r"""The two ways put together.

    \[ H(y) = H(z) - H(z | y) + H(y | z) \]
    """
    result = H(P(z)) - H(P(z | y)) + H(P(y | z))
    return (
        derive(H(P(y)))
        .equals(I(P, y, z) + H(P(y | z)), by=("definition", "conditional_density"))
        .equals(result, by=("definition", "conditional_density"))
        .but_not(H(P(z)) + H(P(z | y)) - H(P(y | z)), because="both signs are wrong")
    )


@claim(
    title="Mutual information is a difference of entropies",
    source="TTIC 31230, quiz 4, problem 1, equation (1)",
    parts=(other_way, entropy_of_y),
)
def mutual_information_entropy_identity(
    y: Outcome,
    z: Outcome,
    P: Annotated[Distribution, Of("y, z")],
) -> Chain:
    """In nats; conditional entropies are averaged over the condition."""
    joint = P(y, z)
    return (
        derive(I(P, y, z))
        .equals(integral((y, z), joint * log(joint / (P(y) * P(z)))), by="definition")
        .equals(
            integral((y, z), joint * (log(P(y | z)) - log(P(y)))),
            by=("conditional_density", "logarithm_of_a_product"),
        )
        .equals(
            -integral(y, P(y) * log(P(y))) + integral((y, z), joint * log(P(y | z))),
            by=("linearity_of_integrals", "marginalisation"),
        )
        .equals(H(P(y)) - H(P(y | z)), by="definition")
        .but_not(H(P(y)) + H(P(z)) + H(P(y, z)), because="the joint entropy is subtracted")
        .but_not(H(P(y)) + H(P(y | z)), because="the conditional entropy is subtracted")
        .but_not(H(P(y | z)) - H(P(y)), because="the sign is wrong")
    )


def confirm() -> Confirmation:
    """Compute all six quantities from one symbolic joint table."""
    workings = Workings("every joint law on 2x3 points, with full support and symbolic entries")
    p = Table("p", y=2, z=3)
    ys, zs = [{"y": y} for y in range(2)], [{"z": z} for z in range(3)]
    pairs = [(y, z) for y in ys for z in zs]
    joint = [p({**y, **z}) for y, z in pairs]
    h_y, h_z, h_yz = entropy([p(y) for y in ys]), entropy([p(z) for z in zs]), entropy(joint)
    h_y_given_z = -mean_log(joint, [p(y, z) for y, z in pairs])
    h_z_given_y = -mean_log(joint, [p(z, y) for y, z in pairs])
    information = divergence(joint, [p(y) * p(z) for y, z in pairs])

    workings.zero("I = H(y) - H(y|z)", information - (h_y - h_y_given_z))
    workings.zero("I = H(z) - H(z|y)", information - (h_z - h_z_given_y))
    workings.zero("I = H(y) + H(z) - H(y,z)", information - (h_y + h_z - h_yz))
    workings.zero("H(y) = H(z) - H(z|y) + H(y|z)", h_y - (h_z - h_z_given_y + h_y_given_z))

    workings.nonzero("signs exchanged", h_y - (h_z + h_z_given_y - h_y_given_z))
    workings.nonzero("+ H(y,z)", information - (h_y + h_z + h_yz))
    at_one_y = entropy([p(z, ys[0]) for z in zs])
    workings.nonzero("H(z|y) at one y", h_y - (h_z - at_one_y + h_y_given_z))
    workings.nonzero("H(y) - H(z|y)", information - (h_y - h_z_given_y))
    workings.nonzero("sign of I", information + (h_y - h_y_given_z))
    return workings.confirmation()
