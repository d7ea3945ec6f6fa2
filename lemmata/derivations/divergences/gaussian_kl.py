r"""The Kullback-Leibler divergence of a diagonal Gaussian from the standard one.

For q with independent coordinates N(mu_j, sigma_j^2), j = 1..m, and p standard normal, the
divergence of q from p is minus one half of the sum over j of
1 + log sigma_j^2 - mu_j^2 - sigma_j^2.

\[ D_{KL}\left(q(z) \,\|\, p(z)\right)
   = -\frac{1}{2} \sum_{j=1}^{m} \left(1 + \log \sigma_j^2 - \mu_j^2 - \sigma_j^2\right) \]

Source: EECS 545 WN20, homework 6, problem 1(b), equations (9)-(30).

Proof idea: the divergence factorises over coordinates; in one of them, integrate the logarithms of
the two densities with the first two moments of q.
"""

from typing import Annotated

from lemmata.derivations.claim import claim
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_log_density, normal_mean
from lemmata.derivations.signature import (
    Components,
    Dimension,
    Distribution,
    Gaussian,
    Letter,
    Of,
    Over,
    Runs,
    Vector,
)
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.declarations import POSITIVE
from lemmata.kernel.language import KL, Array, Chain, derive, half, integral, log, pi, sum_over


@claim(
    title="The divergence of a diagonal Gaussian from the standard one",
    source="EECS 545 WN20, homework 6, problem 1(b), equations (9)-(30)",
    answer_ids=("gaussian-kl", "gaussian-kl-1d"),
    answers=("gaussian-kl",),
    world="gaussian",
)
def gaussian_kl(
    m: Dimension,
    j: Annotated[Letter, Runs(1, "m")],
    mu: Annotated[Array, Over("j")],
    sigma: Annotated[Array, Over("j"), POSITIVE],
    z: Annotated[Vector, Components("j")],
    q: Annotated[Distribution, Of("z"), Gaussian("mu", "sigma")],
    p: Annotated[Distribution, Of("z"), Gaussian(0, 1)],
) -> Chain:
    """In nats, for every dimension m, all means and all positive standard deviations."""
    scale = -half * log(2 * pi)
    narrow = scale - half * log(sigma[j] ** 2)
    bracket = 1 + log(sigma[j] ** 2) - mu[j] ** 2 - sigma[j] ** 2
    return (
        derive(KL(q(z), p(z)))
        .equals(integral(z, q(z) * log(q(z) / p(z))), by="definition")
        .equals(
            integral(z, q(z) * log(q(z))) - integral(z, q(z) * log(p(z))),
            by=("logarithm_of_a_product", "linearity_of_integrals"),
        )
        .equals(
            integral(z, q(z) * sum_over(j, 1, m, log(q(z[j]))))
            - integral(z, q(z) * sum_over(j, 1, m, log(p(z[j])))),
            by=("independent_components", "logarithm_of_an_indexed_product"),
        )
        .equals(
            sum_over(j, 1, m, integral(z, q(z) * log(q(z[j]))))
            - sum_over(j, 1, m, integral(z, q(z) * log(p(z[j])))),
            by="exchange_of_sums_and_integrals",
        )
        .equals(
            sum_over(j, 1, m, integral(z[j], q(z[j]) * log(q(z[j]))))
            - sum_over(j, 1, m, integral(z[j], q(z[j]) * log(p(z[j])))),
            by="marginalisation",
        )
        .equals(
            sum_over(
                j,
                1,
                m,
                integral(z[j], q(z[j]) * (narrow - (z[j] - mu[j]) ** 2 / (2 * sigma[j] ** 2))),
            )
            - sum_over(j, 1, m, integral(z[j], q(z[j]) * (scale - z[j] ** 2 / 2))),
            by="gaussian_density",
        )
        .equals(
            sum_over(j, 1, m, narrow - half)
            - sum_over(j, 1, m, scale - half * (sigma[j] ** 2 + mu[j] ** 2)),
            by="gaussian_moments",
        )
        .equals(-half * sum_over(j, 1, m, bracket), by=("linearity_of_sums", "algebra"))
        .but_not(half * sum_over(j, 1, m, bracket), because="the sign is wrong")
        .but_not(
            -half * sum_over(j, 1, m, 1 + log(sigma[j]) - mu[j] ** 2 - sigma[j] ** 2),
            because="the logarithm is of the variance",
        )
        .but_not(
            -half * sum_over(j, 1, m, log(sigma[j] ** 2) - mu[j] ** 2 - sigma[j] ** 2),
            because="the 1 is missing, so that it is not 0 where q equals p",
        )
        .but_not(-sum_over(j, 1, m, bracket), because="the factor 1/2 is missing")
    )


def confirm() -> Confirmation:
    """Integrate the log-ratio of the densities, over the line and over three-dimensional space."""
    import sympy as sp

    workings = Workings(
        "one coordinate and three independent coordinates, every real mean and every positive "
        "deviation, by integrating the densities; more coordinates only repeat the one"
    )
    zs, mus = sp.symbols("z_1:4", real=True), sp.symbols("mu_1:4", real=True)
    sigmas, half = sp.symbols("sigma_1:4", positive=True), sp.Rational(1, 2)
    laws = list(zip(zs, mus, sigmas, strict=True))

    def closed_form(mu: Expr, sigma: Expr) -> Expr:
        return -half * (1 + sp.log(sigma**2) - mu**2 - sigma**2)

    def log_ratio(z: Expr, mu: Expr, sigma: Expr) -> Expr:
        standard = normal_log_density(z, sp.Integer(0), sp.Integer(1))
        return normal_log_density(z, mu, sigma) - standard

    one = normal_mean(log_ratio(*laws[0]), laws[:1])
    three = normal_mean(sp.Add(*(log_ratio(*law) for law in laws)), laws)
    mu, sigma = mus[0], sigmas[0]
    workings.zero("the density integrates to one", normal_mean(sp.Integer(1), laws[:1]) - 1)
    workings.zero("one coordinate", one - closed_form(mu, sigma))
    workings.zero("three coordinates", three - sp.Add(*map(closed_form, mus, sigmas)))

    workings.nonzero("sign flipped", one + closed_form(mu, sigma))
    workings.nonzero(
        "log sigma for log sigma^2", one + half * (1 + sp.log(sigma) - mu**2 - sigma**2)
    )
    workings.nonzero("1 missing", one + half * (sp.log(sigma**2) - mu**2 - sigma**2))
    workings.nonzero("1/2 missing", one + (1 + sp.log(sigma**2) - mu**2 - sigma**2))
    return workings.confirmation()
