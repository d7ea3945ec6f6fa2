"""Rules of logarithms, exponentials and powers.

A logarithm is split only over factors that are known to be positive.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from lemmata.kernel.declarations import NONNEGATIVE
from lemmata.kernel.poly import (
    ONE,
    ZERO,
    Argument,
    Atom,
    Poly,
    as_poly,
    as_tuple,
    constant,
    of_atom,
    of_mono,
)
from lemmata.kernel.rules import densities, gaussian, multivariate, ranges, rule

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser

LARGEST_FACTOR = 10_000


@rule("logarithm_of_a_product")
def logarithm(n: Normaliser, poly: Poly) -> Poly:
    """The logarithm of a product is the sum of the logarithms.

    Statement: log(a b) = log a + log b for a > 0; what is not known to be positive stays
        together in one logarithm.
    Assumes: that the logarithm written is defined; unless its argument is known to be positive,
        that is a condition.
    Refuses: to split factors of unknown sign, so log x^2 = 2 log x is not provable for real x.
    Example: log(p(x | z) p(z) / q(z)) = log p(x | z) + log p(z) - log q(z).
    """
    start = poly
    poly = densities.reduce_quotients(n, poly) if len(poly.terms) > 1 else poly
    top, denominator = n.together(poly)
    if not top:
        n.unsupported("the logarithm of zero")
    size, shared, primitive = n.content(top)
    result = _logarithm_of_number(n, size)
    rest = primitive
    for atom, exponent in (*shared, *denominator):
        if n.positive(atom):
            result = result + logarithm_of_atom(n, atom).scaled(exponent)
        else:
            rest = n.mul(rest, of_mono(((atom, exponent),)))
    if len(shared) + len(denominator) + (size != 1) + (rest != ONE) > 1:
        n.use("logarithm_of_a_product")
    value = rest.number()
    if value is not None and value <= 0:
        n.unsupported("the logarithm of a number that is not positive")
    if rest != ONE and n.sign(rest) != 1:
        n.require(f"{n.describe(rest)} > 0")
    result = result if rest == ONE else result + of_atom(Atom("log", rest))
    if start.atom() is None and result != of_atom(Atom("log", start)):
        n.note("logarithm_of_a_product", result, "log", start)
    return result


def _logarithm_of_number(n: Normaliser, value: Fraction) -> Poly:
    result = ZERO
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, exponent in factorise(n, number):
            result = result + of_atom(Atom("log", constant(prime))).scaled(sign * exponent)
    return result


def factorise(n: Normaliser, number: int) -> list[tuple[int, int]]:
    """The factors of a positive integer by trial division.

    A large rest stays whole, which is correct if incomplete.
    """
    found, divisor = [], 2
    while divisor * divisor <= number and divisor <= LARGEST_FACTOR:
        count = 0
        while number % divisor == 0:
            number, count = number // divisor, count + 1
        if count:
            found.append((divisor, count))
        divisor += 1
    n.burn(divisor // 100)
    return [*found, (number, 1)] if number > 1 else found


def logarithm_of_atom(n: Normaliser, atom: Atom) -> Poly:
    """The logarithm of a positive atom."""
    first: Argument = atom.arguments[0] if atom.arguments else None
    match atom.kind:
        case "exp" if isinstance(first, Poly):
            n.note("logarithm_of_an_exponential", first, "log", of_atom(atom))
            return first
        case "prime":
            return of_atom(Atom("log", constant(int(str(first)))))
        case "sum" if isinstance(first, Poly):
            return of_atom(Atom("log", first))
        case "pow" if isinstance(first, Poly) and isinstance(atom.arguments[1], Poly):
            result = n.mul(atom.arguments[1], logarithm(n, first))
            n.note("logarithm_of_a_product", result, "log", of_atom(atom))
            return result
        case "prod":
            return logarithm_of_indexed_product(n, atom)
        case "dens" if n.facts:
            known = (
                densities.log_of_independent(n, atom)
                or gaussian.log_density(n, atom)
                or multivariate.log_density(n, atom)
            )
            if known is not None:
                return known
    return of_atom(Atom("log", of_atom(atom)))


@rule("logarithm_of_an_exponential")
def _logarithm_of_an_exponential() -> None:
    """Logarithm and exponential undo each other.

    Statement: log(exp(a)) = a, and exp(c log a) = a^c for a > 0.
    Assumes: nothing; the second needs log a to be defined.
    Refuses: nothing.
    Example: log(exp(-x^2/2)) = -x^2/2.
    """


@rule("logarithm_of_an_indexed_product")
def logarithm_of_indexed_product(n: Normaliser, atom: Atom) -> Poly:
    """The logarithm of a product over a range is the sum of the logarithms.

    Statement: log prod_j f_j = sum_j log f_j for f_j > 0.
    Assumes: nothing.
    Refuses: factors of unknown sign (the caller checks), a product that leaves out an index.
    Example: log prod_j q(z_j) = sum_j log q(z_j).
    """
    if len(as_tuple(atom.arguments[0])) > 3:
        return of_atom(Atom("log", of_atom(atom)))
    number, sort, opened = n.open_product(atom)
    n.use("logarithm_of_an_indexed_product")
    result = ranges.split_sum(n, number, sort, logarithm(n, opened))
    n.note("logarithm_of_an_indexed_product", result, "log", of_atom(atom))
    return result


def exponential(n: Normaliser, poly: Poly) -> Poly:
    """The exponential of a sum is the product of powers of exp of its terms.

    Exp of a logarithm is a power.
    """
    result = ONE
    for mono, coefficient in poly.items():
        unit = of_mono(mono)
        atom = unit.atom()
        inner = atom.arguments[0] if atom is not None and atom.kind == "log" else None
        if isinstance(inner, Poly):
            factor = n.power_number(inner, coefficient)
            n.note("logarithm_of_an_exponential", factor, "exp", unit.scaled(coefficient))
        else:
            factor = of_atom(Atom("exp", unit), coefficient)
        result = n.mul(result, factor)
    return result


@rule("root_of_a_product")
def root(n: Normaliser, base: Poly, exponent: Fraction) -> Poly:
    """A fractional power is taken factor by factor of what is known to be positive.

    Statement: (a b)^r = a^r b^r for a > 0; (a^k)^r = a^(k r) for a > 0, |a|^(k r) for even k > 0.
        A sum that is never negative counts as positive, because its powers add up wherever they
        are defined.
    Assumes: that the power written is defined; unless the base is known not to be negative,
        that is a condition.
    Refuses: to split factors of unknown sign, so sqrt(x^2) = x is not provable for real x.
    Example: sqrt(2 pi sigma^2) = sqrt(2) sqrt(pi) sigma for sigma > 0.
    """
    top, denominator = n.together(base)
    if not top:
        return ZERO if exponent > 0 else n.unsupported("a negative power of zero")
    size, shared, primitive = n.content(top)
    result, rest = ONE, primitive
    for number, sign in ((size.numerator, 1), (size.denominator, -1)):
        for prime, count in factorise(n, number):
            result = n.mul(result, of_atom(Atom("prime", prime), sign * count * exponent))
    for atom, power in (*shared, *denominator):
        if n.positive(atom) or (atom.kind == "bind" and n.interval(atom) == NONNEGATIVE):
            if exponent < 0:
                n.require_nonzero(of_atom(atom))
            result = n.mul(result, of_atom(atom, power * exponent))
        elif power % 2 == 0 and power * exponent > 0:
            result = n.mul(result, n.power_number(modulus(n, of_atom(atom)), power * exponent))
        else:
            rest = n.mul(rest, of_mono(((atom, power),)))
    n.use("root_of_a_product")
    if n.sign(rest) == -1:
        n.unsupported("a fractional power of a negative number")
    lower, _ = n.bounds(rest)
    if n.sign(rest) is None and (exponent < 0 or lower is None or lower[0] < 0):
        n.require(f"{n.describe(rest)} {'>' if exponent < 0 else '>='} 0")
    if len(rest.terms) > 1 and n.sign(rest) == 1:
        result = n.mul(result, of_atom(Atom("sum", rest), exponent))
    elif rest != ONE:
        result = n.mul(result, of_atom(Atom("root", rest, exponent)))
    if base.atom() is None:
        n.note("root_of_a_product", result, "root", base, exponent)
    return result


@rule("modulus")
def modulus(n: Normaliser, poly: Poly) -> Poly:
    """The modulus is taken factor by factor, and the modulus of a square is the square.

    Statement: |a b| = |a| |b|, |-a| = |a|, |a|^2 = a^2, and |a| = a for a >= 0.
    Assumes: nothing.
    Refuses: |a| = a for a of unknown sign, |a + b| = |a| + |b|.
    Example: |-2 x (y - z)| = 2 |x| |z - y|.
    """
    n.use("modulus")
    lower, upper = n.bounds(poly)
    if lower is not None and lower[0] >= 0:
        return poly
    if upper is not None and upper[0] <= 0:
        return -poly
    top, denominator = n.together(poly)
    if not top:
        return ZERO
    size, shared, primitive = n.content(top)
    result, rest = constant(size), primitive
    for atom, exponent in (*shared, *denominator):
        factor = of_atom(atom, exponent)
        if n.positive(atom) or exponent % 2 == 0:
            result = n.mul(result, factor)
        elif exponent.denominator == 1:
            result = n.mul(result, of_atom(Atom("abs", of_atom(atom)), exponent))
        else:
            rest = n.mul(rest, factor)
    if rest.items()[0][1] < 0:
        rest = -rest
    sign = n.sign(rest)
    if sign is not None:
        result = n.mul(result, rest.scaled(Fraction(sign)))
    elif rest != ONE:
        result = n.mul(result, of_atom(Atom("abs", rest)))
    if result != of_atom(Atom("abs", poly)):
        n.note("modulus", result, "abs", poly)
    return result


@rule("symbolic_power")
def symbolic_power(n: Normaliser, base: Poly, exponent: Poly) -> Poly:
    """Powers with a symbolic exponent add up in the exponent.

    Statement: b^(e + f) = b^e b^f and (a b)^e = a^e b^e, for b > 0, or for b != 0 and integers
        e, f.
    Assumes: nothing.
    Refuses: a base that may be zero, and a base of unknown sign under an exponent that may not
        be an integer.
    Example: (1 - 2 eta)^(T - t + 1) = (1 - 2 eta) (1 - 2 eta)^T (1 - 2 eta)^(-t), for eta < 1/2.
    """
    if base == ONE:
        return ONE
    start = base
    base, denominator = n.together(base)
    if not base:
        n.unsupported("a power of zero with a symbolic exponent")
    size, shared, primitive = n.content(base)
    bases = [(of_atom(atom), count) for atom, count in (*shared, *denominator)]
    bases += [(constant(p), Fraction(k)) for p, k in factorise(n, size.numerator)]
    bases += [(constant(p), Fraction(-k)) for p, k in factorise(n, size.denominator)]
    if primitive != ONE:
        bases.append((primitive, Fraction(1)))
    if any(n.sign(part) is None for part, _ in bases):
        n.unsupported("a power with a symbolic exponent whose base may be zero")
    if any(n.sign(part) == -1 for part, _ in bases) and not n.is_integral(exponent):
        n.unsupported("a power of a negative number with an exponent that may not be an integer")
    n.use("symbolic_power")
    result = ONE
    for part, count in bases:
        atom = part.atom()
        if atom is not None and atom.kind == "exp":
            inner = as_poly(atom.arguments[0])
            result = n.mul(result, exponential(n, n.mul(inner, exponent).scaled(count)))
            continue
        for mono, coefficient in exponent.items():
            power = coefficient * count
            factor = (
                of_atom(Atom("pow", part, of_mono(mono)), power)
                if mono
                else n.power_number(part, power)
            )
            result = n.mul(result, factor)
    if result != of_atom(Atom("pow", start, exponent)):
        n.note("symbolic_power", result, "pow", start, exponent)
    return result
