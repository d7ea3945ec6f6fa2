"""Gibbs' inequality for the cross-entropy.

The expectation of -log Q under P is at least the entropy of P, with equality only if Q = P; the
difference is the Kullback-Leibler divergence of P from Q.

Source: TTIC 31230, quiz 4, problem 1(c).

Proof idea: log u <= u - 1, or Jensen's inequality.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.tables import confirm_gibbs, distribution, divergence, entropy, mean_log
from lemmata.derivations.workings import Workings


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
