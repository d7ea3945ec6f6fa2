"""The gap of the evidence lower bound.

The logarithm of p(x | y) equals the evidence lower bound at (x, y) plus the Kullback-Leibler
divergence of the encoder q(z | x, y) from the posterior p(z | x, y); likewise without y.

Source: EECS 545 WN20, homework 6, problem 1(a), equation (6); CS 182/282A, discussion on
unsupervised learning, section 4.2.

Proof idea: the steps of the bound, stopped before the inequality.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.tables import Table, distribution, divergence, mean_log
from lemmata.derivations.workings import Expr, Workings


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
