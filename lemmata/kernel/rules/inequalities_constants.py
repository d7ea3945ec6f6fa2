"""The sign of a constant: exact rational enclosures of pi, logarithms, exponentials and roots.

Everything is an interval of fractions whose ends are proved by the remainder of a series, so that
no rounding enters a proof.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, TypeAlias

from lemmata.kernel.poly import Atom, Exponent, Poly
from lemmata.kernel.rules import rule

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser

Enclosure: TypeAlias = tuple[Fraction, Fraction]

PRECISIONS = (40, 160)
LARGEST_LOGARITHM = 2_000
LARGEST_EXPONENT = 64
CONSTANTS = frozenset({"pi", "prime", "log", "exp", "sum", "root"})


def is_constant(poly: Poly) -> bool:
    """Whether a polynomial is built from numbers alone."""
    return all(
        atom.kind in CONSTANTS
        and all(is_constant(a) for a in atom.arguments if isinstance(a, Poly))
        for mono in poly.terms
        for atom, _ in mono
    )


@rule("sign_of_a_constant")
def constant_is_nonnegative(n: Normaliser, poly: Poly) -> bool:
    """A number built from logarithms, pi and roots is enclosed between fractions.

    Statement: if l <= c <= u for fractions l, u and l >= 0, then c >= 0.
    Assumes: nothing.
    Refuses: a number whose enclosure still contains 0 at 160 bits, an enclosure that divides by an
        interval with 0 in it.
    Example: log 5 - log 4 >= 0.
    """
    if not is_constant(poly):
        return False
    for bits in PRECISIONS:
        n.burn(bits)
        ends = enclose(poly, bits)
        if ends is None or ends[1] < 0:
            return False
        if ends[0] >= 0:
            n.use("sign_of_a_constant")
            return True
    return False


def enclose(poly: Poly, bits: int) -> Enclosure | None:
    """Fractions around the value of a constant; None where it cannot be enclosed."""
    low = high = Fraction(0)
    for mono, coefficient in poly.terms.items():
        part: Enclosure = (coefficient, coefficient)
        for atom, exponent in mono:
            factor = _power(_enclose_atom(atom, bits), exponent, bits)
            if factor is None:
                return None
            part = _times(part, factor)
        low, high = low + part[0], high + part[1]
    return _outwards((low, high), bits)


def _enclose_atom(atom: Atom, bits: int) -> Enclosure | None:
    first = atom.arguments[0] if atom.arguments else None
    if atom.kind == "pi":
        return _pi(bits)
    if atom.kind == "prime":
        return Fraction(str(first)), Fraction(str(first))
    inner = enclose(first, bits) if isinstance(first, Poly) else None
    if inner is None or atom.kind == "sum":
        return inner
    if atom.kind == "root":
        return _power(inner, Fraction(str(atom.arguments[1])), bits)
    if atom.kind == "log":
        if inner[0] <= 0:
            return None
        below, above = _log(inner[0], bits), _log(inner[1], bits)
        return None if below is None or above is None else (below[0], above[1])
    if max(abs(inner[0]), abs(inner[1])) > LARGEST_EXPONENT:
        return None
    return _exp(inner[0], bits)[0], _exp(inner[1], bits)[1]


def _outwards(span: Enclosure, bits: int) -> Enclosure:
    """Round to short fractions, away from the inside."""
    scale = 1 << (bits + 64)
    return Fraction(span[0] * scale // 1, scale), Fraction(-(-span[1] * scale // 1), scale)


def _times(left: Enclosure, right: Enclosure) -> Enclosure:
    ends = [a * b for a in left for b in right]
    return min(ends), max(ends)


def _power(span: Enclosure | None, exponent: Exponent, bits: int) -> Enclosure | None:
    """A power; roots and inverses of a positive interval only."""
    if span is None or not -LARGEST_EXPONENT <= exponent <= LARGEST_EXPONENT:
        return None
    if exponent.denominator == 1 and exponent > 0:
        result = span
        for _ in range(int(exponent) - 1):
            result = _times(result, span)
        return result
    if span[0] <= 0:
        return None
    if exponent < 0:
        positive = _power(span, -exponent, bits)
        return None if positive is None or positive[0] <= 0 else (1 / positive[1], 1 / positive[0])
    if exponent.denominator != 2:  # any other root goes through the logarithm
        below, above = _log(span[0], bits), _log(span[1], bits)
        if (
            below is None
            or above is None
            or max(abs(below[0]), above[1]) * exponent > LARGEST_EXPONENT
        ):
            return None
        return _exp(below[0] * exponent, bits)[0], _exp(above[1] * exponent, bits)[1]
    scale = 1 << (2 * bits)
    powered = span[0] ** exponent.numerator, span[1] ** exponent.numerator
    low = isqrt(powered[0] * scale // 1)
    return Fraction(low, 1 << bits), Fraction(isqrt(powered[1] * scale // 1) + 1, 1 << bits)


def _pi(bits: int) -> Enclosure:
    """Machin: pi = 16 atan(1/5) - 4 atan(1/239), each an alternating series."""
    fifth, rest = _arctangent(5, bits), _arctangent(239, bits)
    return 16 * fifth[0] - 4 * rest[1], 16 * fifth[1] - 4 * rest[0]


def _arctangent(inverse: int, bits: int) -> Enclosure:
    value, k, term = Fraction(0), 0, Fraction(1, inverse)
    while term > Fraction(1, 1 << bits):
        value += term / (2 * k + 1) * (-1) ** k
        k, term = k + 1, term / (inverse * inverse)
    return value - term, value + term  # an alternating series errs by at most its next term


def _log(value: Fraction, bits: int) -> Enclosure | None:
    """By log v = k log 2 + log w with w in [2/3, 4/3], and log w = 2 atanh((w - 1) / (w + 1))."""
    shift = value.numerator.bit_length() - value.denominator.bit_length()
    if abs(shift) > LARGEST_LOGARITHM:
        return None
    reduced = value / Fraction(2) ** shift
    while reduced > Fraction(4, 3):
        reduced, shift = reduced / 2, shift + 1
    while reduced < Fraction(2, 3):
        reduced, shift = reduced * 2, shift - 1
    part, two = (
        _twice_atanh((reduced - 1) / (reduced + 1), bits),
        _twice_atanh(Fraction(1, 3), bits),
    )
    ends = sorted((shift * two[0], shift * two[1]))
    return _outwards((part[0] + ends[0], part[1] + ends[1]), bits)


def _twice_atanh(ratio: Fraction, bits: int) -> Enclosure:
    """By 2 (r + r^3/3 + ...), |r| <= 1/3; the rest is at most 9/8 of the next term."""
    value, k = Fraction(0), 0
    power, square = _short(ratio, bits), ratio * ratio
    while abs(power[0]) + abs(power[1]) > Fraction(1, 1 << bits):
        value += power[0] / (2 * k + 1)
        power = _short(power[0] * square, bits)
        k += 1
    slack = Fraction(2 * k + 4, 1 << bits)  # the rest of the series, and one rounding for each term
    return 2 * value - slack, 2 * value + slack


def _short(value: Fraction, bits: int) -> Enclosure:
    return _outwards((value, value), bits)


def _exp(value: Fraction, bits: int) -> Enclosure:
    """By exp v = (exp(v / 2^k))^(2^k), |v / 2^k| <= 1/2; the rest is below twice the next term."""
    doublings = max(0, (abs(value) * 2 // 1).bit_length()) if value else 0
    small = value / (1 << doublings)
    total, term, k = Fraction(0), Fraction(1), 0
    while abs(term) > Fraction(1, 1 << (bits + doublings + 4)):
        total, k = total + term, k + 1
        term = term * small / k
    span: Enclosure = (total - 2 * abs(term), total + 2 * abs(term))
    for _ in range(doublings):
        span = _outwards(_times(span, span), bits + 64)
    return span
