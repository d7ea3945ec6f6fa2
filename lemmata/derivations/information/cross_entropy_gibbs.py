r"""Gibbs' inequality for the cross-entropy.

The expectation of -log Q under P is at least the entropy of P, with equality only if Q = P; the
difference is the Kullback-Leibler divergence of P from Q.

\[ H\left(p(x), q(x)\right) \ge H(p(x)) \]

Source: TTIC 31230, quiz 4, problem 1(c).

Proof idea: log u <= u - 1, or Jensen's inequality.
"""

from typing import Annotated

from lemmata.derivations.claim import claim
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.signature import Distribution, Of, Outcome
from lemmata.derivations.tables import confirm_gibbs, distribution, divergence, entropy, mean_log
from lemmata.derivations.workings import Workings
from lemmata.kernel.language import KL, Chain, H, derive, integral, log


@claim(
    title="No cross-entropy is below the entropy",
    source="TTIC 31230, quiz 4, problem 1(c)",
)
def cross_entropy_gibbs(
    x: Outcome,
    p: Annotated[Distribution, Of("x")],
    q: Annotated[Distribution, Of("x")],
) -> Chain:
    """The difference is the divergence of p from q."""
    return (
        derive(H(p(x), q(x)))
        .equals(-integral(x, p(x) * log(q(x))), by="definition")
        .equals(
            -integral(x, p(x) * log(p(x))) + integral(x, p(x) * log(p(x) / q(x))),
            by=("logarithm_of_a_product", "linearity_of_integrals"),
        )
        .equals(H(p(x)) + KL(p(x), q(x)), by="definition")
        .at_least(H(p(x)), by="jensen")
        .but_not(H(p(x)), because="Gibbs' inequality goes the other way", relation="<=")
        .but_not(H(q(x)), because="the entropy of the model is no bound", relation=">=")
        .but_not(H(p(x)), because="equality needs p equal to q", relation="=")
    )


def confirm() -> Confirmation:
    """Reduce the difference to a divergence, and the divergence to a mean of u - 1 - log u."""
    workings = Workings("every pair of laws on 4 points, with full support and symbolic entries")
    p, q = distribution("p", 4), distribution("q", 4)
    cross = -mean_log(p, q)
    workings.zero("the difference is the divergence", cross - entropy(p) - divergence(p, q))
    confirm_gibbs(workings, "P and Q", p, q)

    workings.negative("inequality reversed", entropy(p) - cross)
    workings.negative("H(Q, P) against H(P)", -mean_log(q, p) - entropy(p))
    workings.nonzero("equality on a common support", cross - entropy(p))
    workings.nonzero("divergence of Q from P", cross - entropy(p) - divergence(q, p))
    return workings.confirmation()
