"""The evidence lower bound of a conditional latent-variable model.

For every x and y, the logarithm of p(x | y) is at least the expectation of the logarithm of
p(x | z, y) under the encoder q(z | x, y), minus the Kullback-Leibler divergence of q(z | x, y) from
p(z | y). Equality holds exactly when the encoder is the posterior p(z | x, y).

Source: EECS 545 WN20, homework 6, problem 1(a), equations (1)-(8).

Proof idea: take the expectation of a constant, apply Bayes' rule, multiply and divide by q, split
the logarithm; what is left over is a divergence, which is not negative.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.tables import Table, confirm_gibbs, distribution, divergence, mean_log
from lemmata.derivations.workings import Expr, Workings


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
