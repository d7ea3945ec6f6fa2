r"""The gap of the evidence lower bound.

The logarithm of p(x | y) equals the evidence lower bound at (x, y) plus the Kullback-Leibler
divergence of the encoder q(z | x, y) from the posterior p(z | x, y); likewise without y.

\[ \log p(x | y) = \mathbb{E}_{q(z | x, y)}\left[\log p(x | z, y)\right]
   - D_{KL}\left(q(z | x, y) \,\|\, p(z | y)\right)
   + D_{KL}\left(q(z | x, y) \,\|\, p(z | x, y)\right) \]

Source: EECS 545 WN20, homework 6, problem 1(a), equation (6); CS 182/282A, discussion on
unsupervised learning, section 4.2.

Proof idea: the steps of the bound, stopped before the inequality.
"""

from typing import Annotated

from lemmata.derivations.claim import claim, part
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.signature import AlsoCalled, Distribution, Of, Outcome
from lemmata.derivations.tables import Table, distribution, divergence, mean_log
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.language import KL, Chain, E, derive, log


@part(title="The same with nothing to condition on")
def unconditional(
    x: Outcome,
    z: Outcome,
    p: Annotated[Distribution, Of("x, z"), AlsoCalled("p_theta", "p_varphi")],
    q: Annotated[Distribution, Of("z", given="x"), AlsoCalled("q_phi", "q_theta")],
) -> Chain:
    r"""The gap of the variational autoencoder's bound.

    \[ \log p(x) = \mathbb{E}_{q(z | x)}\left[\log p(x | z)\right]
       - D_{KL}\left(q(z | x) \,\|\, p(z)\right) + D_{KL}\left(q(z | x) \,\|\, p(z | x)\right) \]
    """
    mean = E[q(z | x)]
    likelihood, prior_term = mean(log(p(x | z))), KL(q(z | x), p(z))
    gap = KL(q(z | x), p(z | x))
    return (
        derive(log(p(x)))
        .equals(mean(log(p(x))), by="total_probability")
        .equals(mean(log(p(x | z) * p(z) / p(z | x))), by="conditional_density")
        .equals(
            likelihood - mean(log(q(z | x) / p(z))) + mean(log(q(z | x) / p(z | x))),
            by=("logarithm_of_a_product", "linearity_of_integrals"),
        )
        .equals(likelihood - prior_term + gap, by="definition")
        .but_not(likelihood - prior_term - gap, because="the gap is added")
        .but_not(
            likelihood - prior_term + KL(p(z | x), q(z | x)),
            because="the arguments of the gap are swapped",
        )
    )


@claim(
    title="The gap of the evidence lower bound",
    source="EECS 545 WN20, homework 6, problem 1(a), equation (6)",
    parts=(unconditional,),
)
def elbo_gap_identity(
    x: Outcome,
    y: Outcome,
    z: Outcome,
    p: Annotated[Distribution, Of("x, z", given="y"), AlsoCalled("p_theta", "p_varphi")],
    q: Annotated[Distribution, Of("z", given="x, y"), AlsoCalled("q_phi", "q_theta")],
) -> Chain:
    """The bound falls short by the encoder's divergence from the posterior."""
    mean = E[q(z | x, y)]
    likelihood = mean(log(p(x | z, y)))
    prior_term = KL(q(z | x, y), p(z | y))
    gap = KL(q(z | x, y), p(z | x, y))
    bayes = p(x | z, y) * p(z | y)
    return (
        derive(log(p(x | y)))
        .equals(mean(log(p(x | y))), by="total_probability")
        .equals(mean(log(bayes / p(z | x, y))), by="conditional_density")
        .equals(mean(log(bayes * q(z | x, y) / (p(z | x, y) * q(z | x, y)))), by="algebra")
        .equals(
            likelihood - mean(log(q(z | x, y) / p(z | y))) + mean(log(q(z | x, y) / p(z | x, y))),
            by=("logarithm_of_a_product", "linearity_of_integrals"),
        )
        .equals(likelihood - prior_term + gap, by="definition")
        .but_not(
            likelihood - prior_term + KL(p(z | x, y), q(z | x, y)),
            because="the arguments of the gap are swapped",
        )
        .but_not(likelihood - prior_term + prior_term, because="the gap is to the posterior")
        .but_not(likelihood - prior_term - gap, because="the gap is added")
    )


def confirm() -> Confirmation:
    """Reduce the identity to zero on symbolic tables, and its integrand for any densities."""
    import sympy as sp

    workings = Workings(
        "every joint table p(x, z, y) of sizes 2x3x2 and every encoder on 3 latent states, with "
        "full support and symbolic entries, at each (x, y), and without y; the integrand for "
        "arbitrary positive densities at a point"
    )
    # Values at one point (x, z), all given y: p(x, z), p(z), p(x) and q(z | x).
    p_xz, p_z, p_x, q_z = sp.symbols("p_xz, p_z, p_x, q_z", positive=True)
    integrand = sp.log(p_xz / p_z) - sp.log(q_z / p_z) + sp.log(q_z / (p_xz / p_x))
    workings.zero("integrand, any densities", sp.log(p_x) - integrand)

    p, q, states = Table("p", x=2, z=3, y=2), distribution("q", 3), range(3)

    def terms(x: int, given: dict[str, int]) -> tuple[Expr, list[Expr], list[Expr]]:
        """Evidence minus bound; prior; posterior."""
        likelihood = [p({"x": x}, {"z": z, **given}) for z in states]
        prior = [p({"z": z}, given) for z in states]
        posterior = [p({"z": z}, {"x": x, **given}) for z in states]
        bound = mean_log(q, likelihood) - divergence(q, prior)
        return sp.log(p({"x": x}, given)) - bound, prior, posterior

    for name, given in (("given y = 0", {"y": 0}), ("given y = 1", {"y": 1}), ("without y", {})):
        for x in (0, 1):
            gap, _, posterior = terms(x, given)
            workings.zero(f"x = {x}, {name}", gap - divergence(q, posterior))

    gap, prior, posterior = terms(0, {"y": 0})
    workings.nonzero("divergence reversed", gap - divergence(posterior, q))
    workings.nonzero("prior in place of the posterior", gap - divergence(q, prior))
    workings.nonzero("gap subtracted", gap + divergence(q, posterior))
    return workings.confirmation()
