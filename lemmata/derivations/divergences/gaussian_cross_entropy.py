"""The expected logarithm of the standard normal density under another Gaussian.

The integral of q log p for q = N(mu, sigma^2) and p = N(0, 1) is minus one half of the sum of
log(2 pi), sigma^2 and mu^2.

Source: EECS 545 WN20, homework 6, problem 1(b), equations (24)-(27).

Proof idea: the second moment of q is sigma^2 + mu^2.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_log_density, normal_mean
from lemmata.derivations.workings import Workings


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
