r"""The evidence lower bound of a conditional latent-variable model.

For every x and y, the logarithm of p(x | y) is at least the expectation of the logarithm of
p(x | z, y) under the encoder q(z | x, y), minus the Kullback-Leibler divergence of q(z | x, y) from
p(z | y). Equality holds exactly when the encoder is the posterior p(z | x, y).

\[ \log p(x | y) \ge \mathbb{E}_{q(z | x, y)}\left[\log p(x | z, y)\right]
   - D_{KL}\left(q(z | x, y) \,\|\, p(z | y)\right) \]

Source: EECS 545 WN20, homework 6, problem 1(a), equations (1)-(8).

Proof idea: take the expectation of a constant, apply Bayes' rule, multiply and divide by q, split
the logarithm; what is left over is a divergence, which is not negative.
"""

from typing import Annotated

from lemmata.derivations.claim import claim
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.signature import AlsoCalled, Distribution, Of, Outcome
from lemmata.derivations.tables import Table, confirm_gibbs, distribution, divergence, mean_log
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.language import KL, Chain, E, derive, log


@claim(
    title="The evidence lower bound of the conditional variational autoencoder",
    source="EECS 545 WN20, homework 6, problem 1(a), equations (1)-(8)",
    answer_ids=("cvae-elbo",),
    answers=("cvae-elbo",),
)
def cvae_elbo(
    x: Outcome,
    y: Outcome,
    z: Outcome,
    p: Annotated[Distribution, Of("x, z, y"), AlsoCalled("p_theta", "p_varphi")],
    q: Annotated[Distribution, Of("z", given="x, y"), AlsoCalled("q_phi", "q_theta")],
) -> Chain:
    """The decoder's likelihood less the encoder's divergence from the prior is a lower bound."""
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
        .at_least(likelihood - prior_term, by="jensen")
        .but_not(
            likelihood - KL(p(z | y), q(z | x, y)),
            because="the arguments of the divergence are swapped",
        )
        .but_not(likelihood - gap, because="that divergence is the gap, not the prior term")
        .but_not(likelihood + prior_term, because="the divergence is subtracted", relation=">=")
        .but_not(
            mean(log(p(x | y))) - prior_term,
            because="the decoder p(x | z, y) must be conditioned on z",
        )
        .but_not(
            likelihood - prior_term, because="it is a lower bound, not an upper", relation="<="
        )
    )


def confirm() -> Confirmation:
    """Recompute the gap of the bound on symbolic tables, and show that it is not negative.

    The encoder is a law of its own at each (x, y), so one cell (x, y) of the table stands for all
    of them, up to the names of the outcomes.
    """
    import sympy as sp

    workings = Workings(
        "every joint table p(x, z, y) of sizes 2x3x2 and every encoder on 3 latent states, with "
        "full support and symbolic entries, at a fixed (x, y)"
    )
    p, x, y, states = Table("p", x=2, z=3, y=2), {"x": 0}, {"y": 0}, range(3)
    q = distribution("q", 3)
    evidence = sp.log(p(x, y))
    likelihood = [p(x, {"z": z, **y}) for z in states]
    prior = [p({"z": z}, y) for z in states]
    posterior = [p({"z": z}, {**x, **y}) for z in states]

    reconstruction = mean_log(q, likelihood)
    workings.zero(
        "evidence minus bound is the divergence from the posterior",
        evidence - (reconstruction - divergence(q, prior)) - divergence(q, posterior),
    )
    confirm_gibbs(workings, "posterior", q, posterior)

    def wrong(name: str, bound: Expr) -> None:
        workings.negative(name, evidence - bound)

    wrong("divergence reversed", reconstruction - divergence(prior, q))
    wrong("divergence added", reconstruction + divergence(q, prior))
    wrong("posterior in place of the prior", reconstruction - divergence(q, posterior))
    unconditional_prior = [p({"z": z}) for z in states]
    wrong("p(z) in place of p(z | y)", reconstruction - divergence(q, unconditional_prior))
    unconditional_likelihood = mean_log(q, [p(x, {"z": z}) for z in states])
    wrong("p(x | z) in place of p(x | z, y)", unconditional_likelihood - divergence(q, prior))
    return workings.confirmation()
