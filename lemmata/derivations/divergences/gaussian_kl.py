"""The Kullback-Leibler divergence of a diagonal Gaussian from the standard one.

For q with independent coordinates N(mu_j, sigma_j^2), j = 1..m, and p standard normal, the
divergence of q from p is minus one half of the sum over j of
1 + log sigma_j^2 - mu_j^2 - sigma_j^2.

Source: EECS 545 WN20, homework 6, problem 1(b), equations (9)-(30).

Proof idea: the divergence factorises over coordinates; in one of them, integrate the logarithms of
the two densities with the first two moments of q.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_log_density, normal_mean
from lemmata.derivations.workings import Expr, Workings


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
