r"""The value of a generative adversarial network at its optimal discriminator.

The expectation of log D* under p plus that of log(1 - D*) under p_G, with D* = p / (p + p_G), is
twice the Jensen-Shannon divergence of p and p_G minus log 4; so it is at least -log 4, with
equality only at p_G = p.

\[ \mathbb{E}_{p(x)}\left[\log \frac{p(x)}{p(x) + p_G(x)}\right]
   + \mathbb{E}_{p_G(x)}\left[\log \left(1 - \frac{p(x)}{p(x) + p_G(x)}\right)\right]
   = 2 \, \mathrm{JSD}\left(p(x) \,\|\, p_G(x)\right) - \log 4 \]

Source: CS 182/282A, discussion on adversarial networks, section 1.2.

Proof idea: multiply and divide by 2 inside each logarithm; both terms become divergences from the
mixture (p + p_G) / 2.
"""

from typing import Annotated

from lemmata.derivations.claim import claim, part
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.signature import (
    AlsoCalled,
    Bare,
    DefinedFunction,
    Distribution,
    Of,
    Outcome,
)
from lemmata.derivations.tables import confirm_gibbs, distribution, divergence, mean_log
from lemmata.derivations.workings import Workings
from lemmata.kernel.language import JSD, KL, Chain, E, derive, log


@part(title="The least value of the objective")
def lower_bound(
    x: Annotated[Outcome, AlsoCalled("X")],
    p: Annotated[Distribution, Of("x"), AlsoCalled("p_data"), Bare("x")],
    p_G: Annotated[Distribution, Of("x"), AlsoCalled("p_g"), Bare("x")],
) -> Chain:
    r"""No generator brings the objective below -log 4.

    \[ \mathbb{E}_{p(x)}\left[\log \frac{p(x)}{p(x) + p_G(x)}\right]
       + \mathbb{E}_{p_G(x)}\left[\log \frac{p_G(x)}{p(x) + p_G(x)}\right] \ge -\log 4 \]
    """
    total = p(x) + p_G(x)
    return (
        derive(E[p(x)](log(p(x) / total)) + E[p_G(x)](log(p_G(x) / total)))
        .equals(
            KL(p(x), total / 2) + KL(p_G(x), total / 2) - log(4),
            by=("definition", "logarithm_of_a_product", "total_probability"),
        )
        .at_least(-log(4), by="jensen")
        .but_not(-log(2), because="the mixture contributes log 2 twice", relation=">=")
        .but_not(-log(4), because="it is a lower bound, not an upper", relation="<=")
    )


@claim(
    title="The objective at the optimal discriminator is a Jensen-Shannon divergence",
    source="CS 182/282A, discussion 11, section 1.2",
    answer_ids=("gan-jsd",),
    answers=("gan-jsd",),
    parts=(lower_bound,),
)
def gan_jsd(
    x: Annotated[Outcome, AlsoCalled("X")],
    p: Annotated[Distribution, Of("x"), AlsoCalled("p_data"), Bare("x")],
    p_G: Annotated[Distribution, Of("x"), AlsoCalled("p_g"), Bare("x")],
    q: DefinedFunction,
) -> Chain:
    """Twice the divergence, and a constant; q is the even mixture of the two densities."""
    total = p(x) + p_G(x)
    data, generated = E[p(x)], E[p_G(x)]
    return (
        derive(data(log(p(x) / total)) + generated(log(1 - p(x) / total)))
        .equals(data(log(p(x) / total)) + generated(log(p_G(x) / total)), by="algebra")
        .equals(
            data(log(p(x) / (2 * q(x)))) + generated(log(p_G(x) / (2 * q(x)))),
            by="definition",
        )
        .equals(
            KL(p(x), q(x)) + KL(p_G(x), q(x)) - 2 * log(2),
            by=("logarithm_of_a_product", "total_probability", "definition"),
        )
        .equals(2 * JSD(p(x), p_G(x)) - log(4), by=("definition", "algebra"))
        .where(q(x), total / 2)
        .but_not(JSD(p(x), p_G(x)) - log(4), because="the divergence counts twice")
        .but_not(2 * JSD(p(x), p_G(x)) + log(4), because="the constant is subtracted")
        .but_not(2 * JSD(p(x), p_G(x)), because="the constant is part of the value")
    )


def confirm() -> Confirmation:
    """Put the optimal discriminator into the objective on symbolic tables."""
    import sympy as sp

    workings = Workings(
        "every pair of laws on 3 points, with full support and symbolic entries; the sum of the "
        "integrands for arbitrary positive densities at a point"
    )
    a, b = sp.symbols("a b", positive=True)
    mixed = (a + b) / 2
    at_a_point = a * sp.log(a / (a + b)) + b * sp.log(b / (a + b))
    divergences = a * sp.log(a / mixed) + b * sp.log(b / mixed)
    workings.zero("integrands, any densities", at_a_point - (divergences - (a + b) * sp.log(2)))

    p, g = distribution("p", 3), distribution("g", 3)
    mixture = [(x + y) / 2 for x, y in zip(p, g, strict=True)]
    best = [x / (x + y) for x, y in zip(p, g, strict=True)]
    value = mean_log(p, best) + mean_log(g, [1 - d for d in best])
    jensen_shannon = (divergence(p, mixture) + divergence(g, mixture)) / 2
    workings.zero(
        "two divergences", value - (divergence(p, mixture) + divergence(g, mixture) - 2 * sp.log(2))
    )
    workings.zero("Jensen-Shannon", value - (2 * jensen_shannon - sp.log(4)))
    confirm_gibbs(workings, "p", p, mixture)
    confirm_gibbs(workings, "p_G", g, mixture)

    workings.nonzero("factor 2 missing", value - (jensen_shannon - sp.log(4)))
    workings.nonzero("+ log 4", value - (2 * jensen_shannon + sp.log(4)))
    workings.nonzero("constant dropped", value - 2 * jensen_shannon)
    workings.negative("bounded below by -log 2", value + sp.log(2))
    return workings.confirmation()
