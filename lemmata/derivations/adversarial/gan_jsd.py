"""The value of a generative adversarial network at its optimal discriminator.

The expectation of log D* under p plus that of log(1 - D*) under p_G, with D* = p / (p + p_G), is
twice the Jensen-Shannon divergence of p and p_G minus log 4; so it is at least -log 4, with
equality only at p_G = p.

Source: CS 182/282A, discussion on adversarial networks, section 1.2.

Proof idea: multiply and divide by 2 inside each logarithm; both terms become divergences from the
mixture (p + p_G) / 2.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.tables import confirm_gibbs, distribution, divergence, mean_log
from lemmata.derivations.workings import Workings


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
