r"""The expected logarithm of the standard normal density under another Gaussian.

The integral of q log p for q = N(mu, sigma^2) and p = N(0, 1) is minus one half of the sum of
log(2 pi), sigma^2 and mu^2.

\[ \int q(z) \log p(z) \, dz
   = -\frac{1}{2} \log 2\pi - \frac{1}{2} \left(\sigma^2 + \mu^2\right) \]

Source: EECS 545 WN20, homework 6, problem 1(b), equations (24)-(27).

Proof idea: the second moment of q is sigma^2 + mu^2.
"""

from typing import Annotated

from lemmata.derivations.claim import claim
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_log_density, normal_mean
from lemmata.derivations.signature import Distribution, Gaussian, Of, Outcome, Positive, Real
from lemmata.derivations.workings import Workings
from lemmata.kernel.language import Chain, derive, exp, half, integral, log, pi, sqrt


@claim(
    title="The expected log-density of the standard Gaussian under another",
    source="EECS 545 WN20, homework 6, problem 1(b), equations (24)-(27)",
    world="gaussian",
)
def gaussian_cross_entropy(
    mu: Real,
    sigma: Positive,
    z: Outcome,
    q: Annotated[Distribution, Of("z"), Gaussian("mu", "sigma")],
    p: Annotated[Distribution, Of("z"), Gaussian(0, 1)],
) -> Chain:
    """In nats; what the divergence from the standard Gaussian subtracts."""
    scale = -half * log(2 * pi)
    bell = 1 / sqrt(2 * pi) * exp(-(z**2) / 2)
    return (
        derive(integral(z, q(z) * log(p(z))))
        .equals(integral(z, q(z) * log(bell)), by="gaussian_density")
        .equals(
            integral(z, q(z) * (log(1 / sqrt(2 * pi)) - z**2 / 2)),
            by=("logarithm_of_a_product", "logarithm_of_an_exponential"),
        )
        .equals(
            scale - half * integral(z, q(z) * z**2),
            by=("linearity_of_integrals", "total_probability"),
        )
        .equals(scale - half * (sigma**2 + mu**2), by="gaussian_moments")
        .but_not(
            scale - half * sigma**2, because="the second moment is about 0, not about the mean"
        )
        .but_not(scale - half * (sigma**2 - mu**2), because="the squared mean is added")
        .but_not(scale - half * (sigma + mu) ** 2, because="squares are added, not the numbers")
    )


def confirm() -> Confirmation:
    """Integrate q log p over the line."""
    import sympy as sp

    workings = Workings(
        "one coordinate, every real mean and every positive deviation, by integrating the densities"
    )
    z, mu = sp.symbols("z mu", real=True)
    sigma = sp.Symbol("sigma", positive=True)
    half, log_2_pi = sp.Rational(1, 2), sp.log(2 * sp.pi)
    log_standard = normal_log_density(z, sp.Integer(0), sp.Integer(1))
    integral = normal_mean(log_standard, [(z, mu, sigma)])
    workings.zero("one coordinate", integral - (-half * log_2_pi - half * (sigma**2 + mu**2)))

    workings.nonzero("mean forgotten", integral - (-half * log_2_pi - half * sigma**2))
    workings.nonzero("sign of mu^2", integral - (-half * log_2_pi - half * (sigma**2 - mu**2)))
    workings.nonzero("square of a sum", integral - (-half * log_2_pi - half * (sigma + mu) ** 2))
    return workings.confirmation()
