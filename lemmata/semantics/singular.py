"""Integrands that have no integral for certain: divergence, poles, logarithms of negative values.

They are what slips lead to: a density left out before a logarithm, a square upside down, a missing
exponential. Such an integral has no value. To tell a side that is wrong because of it from one
that merely holds by a convention (`log x - log x = 0` at -1), it has a stand-in where principal
values are asked for: an infinity with its sign, or a number with unknown real part whose imaginary
part is that of the principal logarithm.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from flint import acb, arb, fmpq

from lemmata.semantics.errors import Undefined
from lemmata.semantics.values import ONE, ZERO, Continuous, Dual, Value, principal_values
from lemmata.semantics.waves import (
    ROOT,
    Monomial,
    NotWave,
    Polynomial,
    Wave,
    at_point,
    curves,
    integrate,
    numeric,
)

Kind: TypeAlias = Literal["pole", "logarithm"]


class Singular(Continuous):
    """A function `wave + factor * s(v)` with an s that spoils its integral.

    Attributes:
        wave: The part without it.
        factor: What it is multiplied by.
        kind: `pole`: s(v) is 1/(v - centre)^2; `logarithm`: it is log g(v) + i pi with a positive
            g, but for the points of the centre, where it may be real.
        centre: Where the pole is; or the ball outside which the argument of the logarithm is
            negative for certain.
    """

    __slots__ = ("centre", "factor", "kind", "wave")

    def __init__(self, wave: Wave, factor: Wave, kind: Kind, centre: fmpq | arb) -> None:
        self.wave = wave
        self.factor = factor
        self.kind: Kind = kind
        self.centre = centre

    def _with(self, wave: Wave, factor: Wave) -> Singular:
        return Singular(wave, factor, self.kind, self.centre)

    def __add__(self, other: Value) -> Value:
        if isinstance(other, Singular):
            if other.kind != self.kind or not other.centre == self.centre:
                raise NotWave  # two balls are never known to be equal
            return self._with(self.wave + other.wave, self.factor + other.factor)
        return (
            NotImplemented
            if isinstance(other, Dual)
            else self._with(self.wave + other, self.factor)
        )

    __radd__ = __add__

    def __neg__(self) -> Singular:
        return self._with(-self.wave, -self.factor)

    def __sub__(self, other: Value) -> Value:
        return NotImplemented if isinstance(other, Dual) else self + (-other)

    def __rsub__(self, other: Value) -> Value:
        return -self + other

    def __mul__(self, other: Value) -> Value:
        if isinstance(other, Dual):
            return NotImplemented
        if not isinstance(other, Wave | fmpq | arb | int):
            raise NotWave
        return self._with(self.wave * other, self.factor * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Value) -> Value:
        if isinstance(other, fmpq | arb | int):
            return self * (ONE / other)
        return self * other.reciprocal() if isinstance(other, Wave) else NotImplemented

    def __rtruediv__(self, other: Value) -> Value:
        raise NotWave

    def exp(self) -> Value:
        """An exponential, of which only the logarithm is known."""
        return Exponential(Wave.constant(ONE), self)

    def log(self) -> Value:
        """Not known."""
        raise NotWave

    sqrt = magnitude = log

    def integral(self, variable: int) -> Value:
        """The stand-in for the integral, where one is asked for.

        Raises:
            Undefined: There is none.
            NotWave: The rest has no integral that is known, or the variable is another.
        """
        rest = integrate(self.wave, variable)
        if isinstance(self.centre, fmpq):
            height = numeric(at_point(self.factor, variable, self.centre))
            value = _number(height)
            integrate(self.factor, variable)  # its tails fall
            if not (isinstance(value, fmpq | arb) and (value > 0 or value < 0)):
                raise NotWave
            return infinity(bool(value > 0), "an integral over the reals diverges at a pole")
        share = integrate(self.factor, variable)
        if isinstance(rest, Continuous) or isinstance(share, Continuous):
            raise NotWave
        if not principal_values.get():
            raise Undefined("the logarithm of a negative number under an integral", beyond=True)
        inside = curves().curve(self.factor, variable).at(acb(self.centre), False).real
        width = arb(self.centre.rad()) * 2
        left_out = inside * width * arb(fmpq(1, 2), fmpq(1, 2))
        return acb(arb.nan(), arb.pi() * (share - left_out))


class Exponential(Continuous):
    """A wave times the exponential of a singular function, on its way to a logarithm."""

    __slots__ = ("exponent", "factor")

    def __init__(self, factor: Wave, exponent: Singular) -> None:
        self.factor = factor
        self.exponent = exponent

    def __mul__(self, other: Value) -> Value:
        if not isinstance(other, Wave | fmpq | arb | int):
            raise NotWave
        return Exponential(self.factor * other, self.exponent)

    __rmul__ = __mul__

    def __truediv__(self, other: Value) -> Value:
        if isinstance(other, fmpq | arb | int):
            return self * (ONE / other)
        raise NotWave

    def log(self) -> Value:
        """The logarithm of the factor and the exponent."""
        return self.exponent + self.factor.log()

    def __add__(self, other: Value) -> Value:
        raise NotWave

    def exp(self) -> Value:
        """Not known."""
        raise NotWave

    sqrt = magnitude = exp
    __radd__ = __sub__ = __rsub__ = __rtruediv__ = __add__
    __neg__ = exp


def infinity(positive: bool, reason: str) -> arb:
    """An infinite integral.

    Raises:
        Undefined: Unless principal values are asked for.
    """
    if not principal_values.get():
        raise Undefined(reason, beyond=True)
    return arb.pos_inf() if positive else arb.neg_inf()


def pole(wave: Wave) -> Singular:
    """One over a wave that is a square `c (v - r)^2` times an exponential, for certain.

    Raises:
        NotWave: It is nothing of the kind.
    """
    (constant, slope, square), power = _quadratic(wave)
    exact = all(isinstance(each, fmpq) for each in (constant, slope, square))
    if not exact or square == 0 or slope * slope != 4 * square * constant:
        raise NotWave
    ((quadratic, _),) = wave.parts
    inverse = {monomial: -coefficient for monomial, coefficient in quadratic.items()}
    monomial: Monomial = ((ROOT, -power),) if power else ()
    return Singular(
        Wave([]), Wave([(inverse, {monomial: 1 / square})]), "pole", -slope / (2 * square)
    )


def log_of_negative(wave: Wave) -> Singular:
    """The logarithm of a wave that is negative, but on a bounded interval at most.

    Raises:
        NotWave: It is nothing of the kind.
    """
    (constant, slope, square), _ = _quadratic(wave)
    if not square < 0:
        raise NotWave
    spread = arb(slope * slope - 4 * square * constant).upper()
    radius = arb.max(spread, arb(0)).sqrt() / (-2 * arb(square))
    middle = -arb(slope) / (2 * arb(square))
    centre = arb(middle.mid(), (radius + middle.rad()).upper())
    return Singular(Wave([]), Wave.constant(ONE), "logarithm", centre)


def _quadratic(wave: Wave) -> tuple[tuple[Value, Value, Value], int]:
    """The coefficients of 1, v, v^2 of the one variable, and the power of the constant."""
    if len(wave.parts) != 1:
        raise NotWave
    _, polynomial = wave.parts[0]
    powers = {dict(monomial).get(ROOT, 0) for monomial in polynomial}
    variables = {number for monomial in polynomial for number, _ in monomial if number != ROOT}
    if len(powers) != 1 or len(variables) != 1:
        raise NotWave
    variable = variables.pop()
    found: list[Value] = [ZERO, ZERO, ZERO]
    for monomial, coefficient in polynomial.items():
        degree = dict(monomial).get(variable, 0)
        if not (isinstance(coefficient, fmpq | arb) and 0 <= degree <= 2):
            raise NotWave
        found[degree] = coefficient
    return (found[0], found[1], found[2]), powers.pop()


def _number(wave: Wave) -> Value:
    """The value of a wave without variables."""
    return sum((_constant(p) * arb(_constant(q)).exp() for q, p in wave.parts), ZERO)


def _constant(polynomial: Polynomial) -> Value:
    if set(polynomial) - {()}:
        raise NotWave
    return polynomial.get((), ZERO)


def divergent(wave: Wave, variable: int) -> arb:
    """The integral of a wave whose tails do not fall: an infinity, if that is certain.

    Raises:
        Undefined: It diverges, for certain (`beyond`) or not.
    """
    plain = numeric(wave)
    signs = {_tail(plain, variable, side) for side in (1, -1)} - {0}
    if len(signs) != 1 or None in signs:
        raise Undefined("an integral over the reals diverges", beyond=signs == {1, -1})
    return infinity(signs == {1}, "an integral over the reals diverges")


def _tail(wave: Wave, variable: int, side: int) -> int | None:
    """The sign of a tail that does not fall; 0 if it falls, None if that is not known."""
    parts: list[tuple[fmpq, fmpq, int, Value]] = []
    for quadratic, polynomial in wave.parts:
        exponents = [ZERO, ZERO, ZERO]
        for monomial, coefficient in quadratic.items():
            if any(number != variable for number, _ in monomial) or not isinstance(
                coefficient, fmpq
            ):
                if monomial:
                    return None
                continue  # a constant factor, which is positive
            exponents[dict(monomial).get(variable, 0)] = coefficient
        if any(number != variable for monomial in polynomial for number, _ in monomial):
            return None
        degree = max(dict(monomial).get(variable, 0) for monomial in polynomial)
        leading = polynomial[((variable, degree),) if degree else ()]
        parts.append((exponents[2], exponents[1] * side, degree, leading))
    square, slope, degree, leading = max(parts, key=lambda part: part[:3])
    if sum(part[:2] == (square, slope) for part in parts) > 1:
        return None
    if square < 0 or (square == 0 and slope < 0):
        return 0
    if not (isinstance(leading, fmpq | arb) and (leading > 0 or leading < 0)):
        return None
    return (1 if leading > 0 else -1) * (side if degree % 2 else 1)
