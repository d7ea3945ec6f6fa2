"""Integrals of polynomials against normal densities, monomial by monomial."""

from collections.abc import Sequence

from lemmata.derivations.workings import Expr


def normal_density(z: Expr, mu: Expr, sigma: Expr) -> Expr:
    """The density at `z` of the normal law with mean `mu` and standard deviation `sigma`."""
    import sympy as sp

    return sp.exp(-((z - mu) ** 2) / (2 * sigma**2)) / sp.sqrt(2 * sp.pi * sigma**2)


def normal_log_density(z: Expr, mu: Expr, sigma: Expr) -> Expr:
    """Its logarithm, a polynomial in `z`; SymPy splits it by the signs of the symbols."""
    import sympy as sp

    return sp.expand(sp.expand_log(sp.log(normal_density(z, mu, sigma))))


def normal_mean(polynomial: Expr, coordinates: Sequence[tuple[Expr, Expr, Expr]]) -> Expr:
    """The integral of a polynomial against a product of normal densities over the real line.

    SymPy integrates each monomial against each density; only the linearity of the integral and
    its splitting over independent coordinates are ours.

    Args:
        polynomial: A polynomial in the coordinates, with coefficients that do not contain them.
        coordinates: A triple for each coordinate: its symbol, mean and standard deviation.
    """
    import sympy as sp

    symbols = [z for z, _, _ in coordinates]
    total = sp.Integer(0)
    for powers, coefficient in sp.Poly(polynomial, *symbols).terms():
        term = coefficient
        for power, (z, mu, sigma) in zip(powers, coordinates, strict=True):
            density = normal_density(z, mu, sigma)
            term *= sp.integrate(z**power * density, (z, -sp.oo, sp.oo))
        total += term
    return total
