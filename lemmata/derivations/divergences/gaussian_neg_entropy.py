"""The negative entropy of a Gaussian.

The integral of q log q for q = N(mu, sigma^2) is minus one half of the sum of log(2 pi),
log sigma^2 and 1; for independent coordinates, the sum over them.

Source: EECS 545 WN20, homework 6, problem 1(b), equations (19)-(23).

Proof idea: the logarithm of the density is a quadratic; its second central moment is sigma^2.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_log_density, normal_mean
from lemmata.derivations.workings import Workings


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
