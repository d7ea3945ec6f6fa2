r"""The negative entropy of a Gaussian.

The integral of q log q for q = N(mu, sigma^2) is minus one half of the sum of log(2 pi),
log sigma^2 and 1; for independent coordinates, the sum over them.

\[ \int q(z) \log q(z) \, dz
   = -\frac{1}{2} \log 2\pi - \frac{1}{2} \log \sigma^2 - \frac{1}{2} \]

Source: EECS 545 WN20, homework 6, problem 1(b), equations (19)-(23).

Proof idea: the logarithm of the density is a quadratic; its second central moment is sigma^2.
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
    Letter,
    Of,
    Outcome,
    Over,
    Positive,
    Real,
    Runs,
    Vector,
)
from lemmata.derivations.workings import Workings
from lemmata.kernel.declarations import POSITIVE
from lemmata.kernel.language import (
    Array,
    Chain,
    derive,
    exp,
    half,
    integral,
    log,
    pi,
    sqrt,
    sum_over,
)


@part(title="Independent coordinates", world="gaussian")
def coordinates(
    m: Dimension,
    j: Annotated[Letter, Runs(1, "m")],
    mu: Annotated[Array, Over("j")],
    sigma: Annotated[Array, Over("j"), POSITIVE],
    z: Annotated[Vector, Components("j")],
    q: Annotated[Distribution, Of("z"), Gaussian("mu", "sigma")],
) -> Chain:
    r"""The sum of the one-dimensional values.

    \[ \int q(z) \log q(z) \, dz = \sum_{j=1}^{m} \left(-\frac{1}{2} \log 2\pi
       - \frac{1}{2} \log \sigma_j^2 - \frac{1}{2}\right) \]
    """
    scale = -half * log(2 * pi) - half * log(sigma[j] ** 2)
    return (
        derive(integral(z, q(z) * log(q(z))))
        .equals(
            sum_over(j, 1, m, integral(z[j], q(z[j]) * log(q(z[j])))),
            by=("independent_components", "logarithm_of_an_indexed_product", "marginalisation"),
        )
        .equals(
            sum_over(
                j,
                1,
                m,
                integral(z[j], q(z[j]) * (scale - (z[j] - mu[j]) ** 2 / (2 * sigma[j] ** 2))),
            ),
            by="gaussian_density",
        )
        .equals(sum_over(j, 1, m, scale - half), by="gaussian_moments")
        .but_not(sum_over(j, 1, m, scale) - half, because="1/2 is subtracted in every dimension")
    )


@claim(
    title="The negative entropy of a Gaussian",
    source="EECS 545 WN20, homework 6, problem 1(b), equations (19)-(23)",
    world="gaussian",
    parts=(coordinates,),
)
def gaussian_neg_entropy(
    mu: Real,
    sigma: Positive,
    z: Outcome,
    q: Annotated[Distribution, Of("z"), Gaussian("mu", "sigma")],
) -> Chain:
    """In nats; the mean does not matter."""
    scale = -half * log(2 * pi) - half * log(sigma**2)
    bell = 1 / sqrt(2 * pi * sigma**2) * exp(-((z - mu) ** 2) / (2 * sigma**2))
    return (
        derive(integral(z, q(z) * log(q(z))))
        .equals(integral(z, q(z) * log(bell)), by="gaussian_density")
        .equals(
            integral(z, q(z) * (log(1 / sqrt(2 * pi * sigma**2)) - (z - mu) ** 2 / (2 * sigma**2))),
            by=("logarithm_of_a_product", "logarithm_of_an_exponential"),
        )
        .equals(
            scale - 1 / (2 * sigma**2) * integral(z, q(z) * (z - mu) ** 2),
            by=("linearity_of_integrals", "total_probability"),
        )
        .equals(scale - 1 / (2 * sigma**2) * sigma**2, by="gaussian_moments")
        .equals(scale - half, by="algebra")
        .but_not(scale + half, because="the 1/2 has the sign of the negative entropy")
        .but_not(
            -half * log(2 * pi) - half * log(sigma) - half,
            because="the logarithm is of the variance",
        )
        .but_not(-half * log(2 * pi) - half, because="the scale is missing")
    )


def confirm() -> Confirmation:
    """Integrate q log q over the line and over the plane."""
    import sympy as sp

    workings = Workings(
        "one coordinate and two independent coordinates, every real mean and every positive "
        "deviation, by integrating the densities"
    )
    (y, z), (mu, nu) = sp.symbols("y z", real=True), sp.symbols("mu nu", real=True)
    sigma, tau = sp.symbols("sigma tau", positive=True)
    half, log_2_pi = sp.Rational(1, 2), sp.log(2 * sp.pi)
    law, other = (z, mu, sigma), (y, nu, tau)

    one = normal_mean(normal_log_density(*law), [law])
    both = normal_mean(normal_log_density(*law) + normal_log_density(*other), [law, other])
    workings.zero("one coordinate", one - (-half * log_2_pi - half * sp.log(sigma**2) - half))
    workings.zero(
        "two coordinates",
        both - (-log_2_pi - half * sp.log(sigma**2) - half * sp.log(tau**2) - 1),
    )

    workings.nonzero("+ 1/2", one - (-half * log_2_pi - half * sp.log(sigma**2) + half))
    workings.nonzero(
        "entropy in place of its negative",
        one - (half * log_2_pi + half * sp.log(sigma**2) + half),
    )
    workings.nonzero(
        "log sigma for log sigma^2", one - (-half * log_2_pi - half * sp.log(sigma) - half)
    )
    workings.nonzero("scale dropped", one - (-half * log_2_pi - half))
    return workings.confirmation()
