r"""The Kullback-Leibler divergence between laws of independent coordinates.

If both q and p are products over coordinates, the divergence of q from p is the sum over the
coordinates of the divergences of q_j from p_j.

\[ D_{KL}\left(q(z) \,\|\, p(z)\right)
   = \sum_{j=1}^{m} D_{KL}\left(q(z_j) \,\|\, p(z_j)\right) \]

Source: EECS 545 WN20, homework 6, problem 1(b), equations (12)-(18) and "Proof for". The homework
asks only p to factorise; then the divergence of q from its own product of marginals is left over.

Proof idea: the logarithm of a product is a sum; in each term the other coordinates integrate to 1.
"""

import itertools
from typing import Annotated

from lemmata.derivations.claim import claim
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_log_density, normal_mean
from lemmata.derivations.signature import (
    Components,
    Dimension,
    Distribution,
    Letter,
    Of,
    Runs,
    Vector,
)
from lemmata.derivations.tables import Table, distribution, divergence
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.language import KL, Chain, derive, integral, log, product_over, sum_over


@claim(
    title="The divergence between products of independent laws is the sum of the divergences",
    source="EECS 545 WN20, homework 6, problem 1(b), equations (12)-(18) and the proof after (30)",
)
def kl_factorization(
    m: Dimension,
    j: Annotated[Letter, Runs(1, "m")],
    k: Annotated[Letter, Runs(1, "m")],
    z: Annotated[Vector, Components("j")],
    q: Annotated[Distribution, Of("z", independent=True)],
    p: Annotated[Distribution, Of("z", independent=True)],
) -> Chain:
    """Both laws must have independent components; for the reference alone it is false."""
    ratio = log(q(z[j]) / p(z[j]))
    return (
        derive(KL(q(z), p(z)))
        .equals(integral(z, q(z) * log(q(z) / p(z))), by="definition")
        .equals(
            sum_over(j, 1, m, integral(z, q(z) * ratio)),
            by=(
                "independent_components",
                "logarithm_of_an_indexed_product",
                "exchange_of_sums_and_integrals",
            ),
        )
        .equals(
            sum_over(j, 1, m, integral(z, product_over(k, 1, m, q(z[k])) * ratio)),
            by="independent_components",
        )
        .equals(
            sum_over(
                j,
                1,
                m,
                integral(z[j], q(z[j]) * ratio)
                * product_over(k, 1, m, integral(z[k], q(z[k])), excluding=j),
            ),
            by="exchange_of_sums_and_integrals",
        )
        .equals(sum_over(j, 1, m, KL(q(z[j]), p(z[j]))), by=("total_probability", "definition"))
        .but_not(
            product_over(j, 1, m, KL(q(z[j]), p(z[j]))),
            because="logarithms of products add, so that the divergences add",
        )
        .but_not(sum_over(j, 1, m, KL(p(z[j]), q(z[j]))), because="the arguments are swapped")
        .but_not(sum_over(j, 1, m, KL(q(z[j]), p(z[j]))) / m, because="it is the sum, not the mean")
    )


def confirm() -> Confirmation:
    """Compare the divergence over all cells, or over the plane, with the sum over coordinates."""
    import sympy as sp

    workings = Workings(
        "every pair of product laws on 2x3x2 points, with full support and symbolic entries; and "
        "two independent Gaussian coordinates with any means and deviations, by integration"
    )
    sizes = (2, 3, 2)
    q = [distribution(letter, size) for letter, size in zip("abc", sizes, strict=True)]
    p = [distribution(letter, size) for letter, size in zip("uvw", sizes, strict=True)]
    each = [divergence(q_j, p_j) for q_j, p_j in zip(q, p, strict=True)]
    whole = divergence(_product(q), _product(p))
    workings.zero("three coordinates, any laws", whole - sp.Add(*each))
    workings.zero("two Gaussian coordinates", _gaussian_residual())

    correlated, names = Table("j", x=2, y=2), ("x", "y")
    cells = [correlated({"x": x, "y": y}) for x, y in itertools.product((0, 1), repeat=2)]
    marginals = [[correlated({name: value}) for value in (0, 1)] for name in names]
    targets = [p[0], p[2]]
    sum_of_marginals = sp.Add(*map(divergence, marginals, targets))
    left_over = divergence(cells, _product(targets)) - sum_of_marginals
    workings.zero(
        "correlated q: the divergence from its marginals is left over",
        left_over - divergence(cells, _product(marginals)),
    )

    workings.nonzero("only p factorises", left_over)
    workings.nonzero("product of the divergences", whole - sp.Mul(*each))
    workings.nonzero("one coordinate dropped", whole - each[0] - each[1])
    workings.nonzero("one coordinate reversed", whole - each[0] - each[1] - divergence(p[2], q[2]))
    return workings.confirmation()


def _product(factors: list[list[Expr]]) -> list[Expr]:
    """The cells of a product law."""
    import sympy as sp

    return [sp.Mul(*cell) for cell in itertools.product(*factors)]


def _gaussian_residual() -> Expr:
    """The divergence over the plane minus the two over the lines."""
    import sympy as sp

    x, y, mu, nu, kappa, rho = sp.symbols("x y mu nu kappa rho", real=True)
    sigma, tau, alpha, beta = sp.symbols("sigma tau alpha beta", positive=True)
    q = [(x, mu, sigma), (y, nu, tau)]
    p = [(x, kappa, alpha), (y, rho, beta)]
    log_ratios = [
        normal_log_density(*q_j) - normal_log_density(*p_j) for q_j, p_j in zip(q, p, strict=True)
    ]
    whole = normal_mean(sp.Add(*log_ratios), q)
    return whole - sp.Add(
        *(normal_mean(ratio, [q_j]) for ratio, q_j in zip(log_ratios, q, strict=True))
    )
