r"""The Kullback-Leibler divergence between two Gaussians.

The divergence of N(mu, sigma^2) from N(nu, tau^2) is log(tau / sigma), plus
(sigma^2 + (mu - nu)^2) / (2 tau^2), minus one half; and the sum of these over the coordinates for
diagonal covariances.

\[ D_{KL}\left(q(z) \,\|\, p(z)\right) = \log \frac{\sigma_p}{\sigma_q}
   + \frac{\sigma_q^2 + \left(\mu_q - \mu_p\right)^2}{2 \sigma_p^2} - \frac{1}{2} \]

Source: Peking University, Deep Learning, homework 1, question 1(c).

Proof idea: linearity of the expectation and the first two moments of the first Gaussian.
"""

from typing import Annotated

from lemmata.derivations.claim import claim, part
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_log_density, normal_mean
from lemmata.derivations.signature import (
    Components,
    Dimension,
    Distribution,
    Gaussian,
    GaussianVector,
    Letter,
    Of,
    Outcome,
    Over,
    Positive,
    Real,
    Runs,
    Vector,
    Whole,
)
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.declarations import POSITIVE
from lemmata.kernel.language import (
    KL,
    Array,
    Chain,
    E,
    derive,
    det,
    half,
    inverse,
    log,
    sum_over,
    trace,
    transpose,
)
from lemmata.kernel.terms import Term


@part(title="Diagonal covariances in any dimension", world="gaussian")
def diagonal(
    m: Dimension,
    j: Annotated[Letter, Runs(1, "m")],
    mu: Annotated[Array, Over("j")],
    sigma: Annotated[Array, Over("j"), POSITIVE],
    nu: Annotated[Array, Over("j")],
    tau: Annotated[Array, Over("j"), POSITIVE],
    z: Annotated[Vector, Components("j")],
    q: Annotated[Distribution, Of("z"), Gaussian("mu", "sigma")],
    p: Annotated[Distribution, Of("z"), Gaussian("nu", "tau")],
) -> Chain:
    r"""The sum of the one-dimensional divergences.

    \[ D_{KL}\left(q(z) \,\|\, p(z)\right) = \sum_{j=1}^{m} \left(\log \frac{\tau_j}{\sigma_j}
       + \frac{\sigma_j^2 + \left(\mu_j - \nu_j\right)^2}{2 \tau_j^2} - \frac{1}{2}\right) \]
    """
    ratio = log(tau[j] / sigma[j])
    mean = E[q(z[j])]
    return (
        derive(KL(q(z), p(z)))
        .equals(
            sum_over(j, 1, m, KL(q(z[j]), p(z[j]))),
            by=("definition", "independent_components", "marginalisation"),
        )
        .equals(sum_over(j, 1, m, mean(log(q(z[j])) - log(p(z[j])))), by="definition")
        .equals(
            sum_over(
                j,
                1,
                m,
                mean(
                    ratio
                    + (z[j] - nu[j]) ** 2 / (2 * tau[j] ** 2)
                    - (z[j] - mu[j]) ** 2 / (2 * sigma[j] ** 2)
                ),
            ),
            by="gaussian_density",
        )
        .equals(
            sum_over(
                j,
                1,
                m,
                ratio + (sigma[j] ** 2 + (mu[j] - nu[j]) ** 2) / (2 * tau[j] ** 2) - half,
            ),
            by="gaussian_moments",
        )
        .but_not(
            sum_over(j, 1, m, ratio + (sigma[j] ** 2 + (mu[j] - nu[j]) ** 2) / (2 * tau[j] ** 2))
            - half,
            because="1/2 is subtracted in every dimension",
        )
    )


@part(title="Full covariances in any dimension", world="gaussian")
def full_covariance(
    m: Dimension,
    j: Annotated[Letter, Runs(1, "m")],
    mu: Annotated[Array, Over("j"), Whole()],
    Sigma: Annotated[Array, Over("j", "j"), Whole("definite")],
    nu: Annotated[Array, Over("j"), Whole()],
    Lambda: Annotated[Array, Over("j", "j"), Whole("definite")],
    z: Annotated[Vector, Components("j")],
    q: Annotated[Distribution, Of("z"), GaussianVector("mu", "Sigma")],
    p: Annotated[Distribution, Of("z"), GaussianVector("nu", "Lambda")],
) -> Chain:
    r"""For every dimension m and all symmetric positive definite covariances.

    \[ D_{KL}\left(q(z) \,\|\, p(z)\right)
       = \frac{1}{2} \left(\operatorname{tr}(\Lambda^{-1} \Sigma)
       + (\mu - \nu)^\top \Lambda^{-1} (\mu - \nu) - m
       + \log \frac{\det \Lambda}{\det \Sigma}\right) \]
    """
    S, L = Sigma.whole, Lambda.whole
    mean, volumes = E[q(z)], log(det(L) / det(S))

    def square(gap: Term, matrix: Term) -> Term:
        return transpose(gap) * inverse(matrix) * gap

    moved, apart = square(mu.whole - nu.whole, L), trace(inverse(L) * S)
    from_p, from_q = square(z.whole - nu.whole, L), square(z.whole - mu.whole, S)
    return (
        derive(KL(q(z), p(z)))
        .equals(mean(log(q(z)) - log(p(z))), by=("definition", "logarithm_of_a_product"))
        .equals(mean(half * (volumes + from_p - from_q)), by="multivariate_gaussian_density")
        .equals(half * (volumes + mean(from_p) - mean(from_q)), by="linearity_of_integrals")
        .equals(
            half * (volumes + apart + moved - trace(inverse(S) * S)),
            by="multivariate_gaussian_moments",
        )
        .equals(half * (apart + moved - m + volumes), by="inverse_matrix")
        .but_not(
            half * (apart + moved - m - volumes), because="the ratio of determinants is inverted"
        )
        .but_not(
            half * (trace(inverse(S) * L) + moved - m + volumes),
            because="the trace is that of the divergence of p from q",
        )
        .but_not(half * (apart + moved - 1 + volumes), because="the dimension is subtracted, not 1")
        .but_not(half * (apart - m + volumes), because="the distance between the means is missing")
    )


@claim(
    title="The divergence between two Gaussians",
    source=(
        "Peking University, Deep Learning, homework 1, question 1(c); "
        "EECS 545 WN20, homework 6, problem 1(b)"
    ),
    answer_ids=("gaussian-kl-general",),
    answers=("gaussian-kl-general",),
    world="gaussian",
    parts=(diagonal, full_covariance),
)
def gaussian_kl_general(
    mu_q: Real,
    sigma_q: Positive,
    mu_p: Real,
    sigma_p: Positive,
    z: Outcome,
    q: Annotated[Distribution, Of("z"), Gaussian("mu_q", "sigma_q")],
    p: Annotated[Distribution, Of("z"), Gaussian("mu_p", "sigma_p")],
) -> Chain:
    """In nats, in one dimension."""
    mean, ratio = E[q(z)], log(sigma_p / sigma_q)
    spread = (sigma_q**2 + (mu_q - mu_p) ** 2) / (2 * sigma_p**2)
    return (
        derive(KL(q(z), p(z)))
        .equals(mean(log(q(z)) - log(p(z))), by=("definition", "logarithm_of_a_product"))
        .equals(
            mean(ratio + (z - mu_p) ** 2 / (2 * sigma_p**2) - (z - mu_q) ** 2 / (2 * sigma_q**2)),
            by="gaussian_density",
        )
        .equals(
            ratio
            + mean((z - mu_p) ** 2) / (2 * sigma_p**2)
            - mean((z - mu_q) ** 2) / (2 * sigma_q**2),
            by="linearity_of_integrals",
        )
        .equals(ratio + spread - sigma_q**2 / (2 * sigma_q**2), by="gaussian_moments")
        .equals(ratio + spread - half, by="algebra")
        .but_not(
            log(sigma_q / sigma_p) + spread - half, because="the logarithm's ratio is upside down"
        )
        .but_not(
            ratio + (sigma_q**2 + (mu_q - mu_p) ** 2) / (2 * sigma_q**2) - half,
            because="the squared distance is divided by the variance of p, not of q",
        )
        .but_not(ratio + spread, because="the 1/2 is missing, so that it is not 0 where q is p")
        .but_not(
            ratio + (sigma_q - mu_q + mu_p) ** 2 / (2 * sigma_p**2) - half,
            because="squares are added, not the numbers squared together",
        )
    )


def confirm() -> Confirmation:
    """Integrate the log-ratio of the densities, over the line and over the plane."""
    import sympy as sp

    workings = Workings(
        "one coordinate and two coordinates, all real means and all positive deviations, or all "
        "positive definite covariances by their Cholesky factors, by integrating the densities"
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
    _confirm_covariances(workings)
    return workings.confirmation()


def _confirm_covariances(workings: Workings) -> None:
    """Two coordinates: z = mu + C e for standard normal e has the covariance C C^T."""
    import sympy as sp

    noise, mu, nu = (sp.Matrix(sp.symbols(f"{name}_1:3", real=True)) for name in ("e", "mu", "nu"))

    def factor(name: str) -> Expr:
        first, last = sp.symbols(f"{name}_11 {name}_22", positive=True)
        return sp.Matrix([[first, 0], [sp.Symbol(f"{name}_21", real=True), last]])

    c, k = factor("c"), factor("k")
    sigma, tau, z = c * c.T, k * k.T, mu + c * noise

    def log_density(mean: Expr, covariance: Expr) -> Expr:
        square = ((z - mean).T * covariance.inv() * (z - mean))[0]
        return -sp.log(2 * sp.pi) - sp.log(covariance.det()) / 2 - square / 2

    standard = [(e, sp.Integer(0), sp.Integer(1)) for e in noise]
    log_ratio = sp.expand(log_density(mu, sigma) - log_density(nu, tau))
    divergence, gap = normal_mean(log_ratio, standard), mu - nu
    quadratic = (gap.T * tau.inv() * gap)[0]
    volumes = 2 * sp.log(k.det() / c.det())
    claimed = ((tau.inv() * sigma).trace() + quadratic - 2 + volumes) / 2
    workings.zero("full covariances", divergence - claimed)
    workings.nonzero("determinants inverted", divergence - claimed + volumes)
    workings.nonzero("one subtracted, not the dimension", divergence - claimed - sp.Rational(1, 2))
    workings.nonzero("distance of the means missing", divergence - claimed + quadratic / 2)
    reversed_trace = ((sigma.inv() * tau).trace() - (tau.inv() * sigma).trace()) / 2
    workings.nonzero("trace reversed", divergence - claimed - reversed_trace)
