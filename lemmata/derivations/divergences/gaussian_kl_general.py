"""The Kullback-Leibler divergence between two Gaussians.

The divergence of N(mu, sigma^2) from N(nu, tau^2) is log(tau / sigma), plus
(sigma^2 + (mu - nu)^2) / (2 tau^2), minus one half; and the sum of these over the coordinates for
diagonal covariances.

Source: Peking University, Deep Learning, homework 1, question 1(c).

Proof idea: linearity of the expectation and the first two moments of the first Gaussian.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_log_density, normal_mean
from lemmata.derivations.workings import Expr, Workings


def confirm() -> Confirmation:
    """Integrate the log-ratio of the densities, over the line and over the plane."""
    import sympy as sp

    workings = Workings(
        "one coordinate and two independent coordinates, all real means and all positive "
        "deviations, by integrating the densities; full covariances are not covered"
    )
    zs, half = sp.symbols("z_1:3", real=True), sp.Rational(1, 2)
    mus, nus = sp.symbols("mu_1:3", real=True), sp.symbols("nu_1:3", real=True)
    sigmas, taus = sp.symbols("sigma_1:3", positive=True), sp.symbols("tau_1:3", positive=True)
    q, p = list(zip(zs, mus, sigmas, strict=True)), list(zip(zs, nus, taus, strict=True))

    def closed_form(mu: Expr, sigma: Expr, nu: Expr, tau: Expr) -> Expr:
        return sp.log(tau / sigma) + (sigma**2 + (mu - nu) ** 2) / (2 * tau**2) - half

    log_ratios = [
        normal_log_density(*a) - normal_log_density(*b) for a, b in zip(q, p, strict=True)
    ]
    one, both = normal_mean(log_ratios[0], q[:1]), normal_mean(sp.Add(*log_ratios), q)
    mu, sigma, nu, tau = mus[0], sigmas[0], nus[0], taus[0]
    workings.zero("one coordinate", one - closed_form(mu, sigma, nu, tau))
    workings.zero("two coordinates", both - sp.Add(*map(closed_form, mus, sigmas, nus, taus)))

    quadratic = (sigma**2 + (mu - nu) ** 2) / (2 * tau**2)
    workings.nonzero("ratio inverted", one - (sp.log(sigma / tau) + quadratic - half))
    workings.nonzero("divergence reversed", one - closed_form(nu, tau, mu, sigma))
    workings.nonzero(
        "wrong denominator",
        one - (sp.log(tau / sigma) + (sigma**2 + (mu - nu) ** 2) / (2 * sigma**2) - half),
    )
    workings.nonzero("1/2 missing", one - (sp.log(tau / sigma) + quadratic))
    squared_sum = (sigma - mu + nu) ** 2 / (2 * tau**2)
    workings.nonzero("square of a sum", one - (sp.log(tau / sigma) + squared_sum - half))
    return workings.confirmation()
