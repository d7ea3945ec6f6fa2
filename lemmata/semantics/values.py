"""Numbers of the model judge: exact rationals, balls, and duals over both.

A value is an `fmpq` (exact) as long as it can be, an `arb` (a ball that encloses the real number)
once a logarithm, exponential or irrational root was taken, a `Dual` inside a derivative, and a
`Wave` inside an integral over the reals. They mix freely; the outermost kind wins.
The functions below are the only elementary functions there are.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from fractions import Fraction
from math import isqrt
from typing import Any, TypeAlias

from flint import acb, arb, fmpq

from lemmata.semantics.errors import OverBudget, Undefined, Unevaluable

Value: TypeAlias = Any
"""`fmpq | arb | Dual | Wave`: their operators accept each other, which no stub can say."""

ZERO = fmpq(0)
ONE = fmpq(1)
HALF = fmpq(1, 2)

principal_values: ContextVar[bool] = ContextVar("principal_values", default=False)
"""Whether logarithms and roots of negative numbers have their complex principal values."""

SMALL = arb(10) ** -20
"""The radius of a ball that is printed as the simple fraction in it."""

SIMPLE = 100
"""The largest numerator and denominator of a simple fraction."""

MAX_POWER_BITS = 20_000
"""Larger exact powers are refused before they are computed."""

MAX_BITS = 20_000
"""Larger exact sums and products of many are given up as they grow."""


def rational(value: Fraction | int) -> fmpq:
    """A Python number as an exact rational."""
    return fmpq(value.numerator, value.denominator)


class Grid:
    """A matrix of values; duals leave arithmetic with it to the matrix."""

    __slots__ = ()


class Continuous:
    """A function of a variable of integration; it knows its own elementary functions."""

    __slots__ = ()

    def log(self) -> Value:
        """The logarithm."""
        raise NotImplementedError

    def exp(self) -> Value:
        """The exponential."""
        raise NotImplementedError

    def sqrt(self) -> Value:
        """The square root."""
        raise NotImplementedError

    def magnitude(self) -> Value:
        """The absolute value."""
        raise NotImplementedError


class Dual:
    """`value + tangent * e` with `e**2 = 0`, one `e` for each level of nested derivatives.

    The parts of a dual are values of lower levels, so that derivatives of derivatives never mix.
    """

    __slots__ = ("level", "tangent", "value")

    def __init__(self, level: int, value: Value, tangent: Value) -> None:
        self.level = level
        self.value = value
        self.tangent = tangent

    def __repr__(self) -> str:
        return f"Dual({self.level}, {self.value}, {self.tangent})"

    def __add__(self, other: Value) -> Dual:
        if isinstance(other, Grid):
            return NotImplemented
        if isinstance(other, Dual):
            if other.level == self.level:
                return Dual(self.level, self.value + other.value, self.tangent + other.tangent)
            if other.level > self.level:
                return Dual(other.level, self + other.value, other.tangent)
        return Dual(self.level, self.value + other, self.tangent)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(self.level, -self.value, -self.tangent)

    def __sub__(self, other: Value) -> Value:
        return self + -other

    def __rsub__(self, other: Value) -> Value:
        return -self + other

    def __mul__(self, other: Value) -> Dual:
        if isinstance(other, Grid):
            return NotImplemented
        if isinstance(other, Dual):
            if other.level == self.level:
                tangent = self.value * other.tangent + self.tangent * other.value
                return Dual(self.level, self.value * other.value, tangent)
            if other.level > self.level:
                return Dual(other.level, self * other.value, self * other.tangent)
        return Dual(self.level, self.value * other, self.tangent * other)

    __rmul__ = __mul__

    def reciprocal(self) -> Dual:
        """One over the dual."""
        inverse = ONE / self.value
        return Dual(self.level, inverse, -(self.tangent * (inverse * inverse)))

    def __truediv__(self, other: Value) -> Dual:
        if isinstance(other, Dual):
            return self * other.reciprocal()
        return Dual(self.level, self.value / other, self.tangent / other)

    def __rtruediv__(self, other: Value) -> Value:
        return self.reciprocal() * other


def lift(value: Value, tangents: tuple[tuple[int, Value], ...]) -> Value:
    """The value with a tangent for each level, lowest level first; zero tangents are left out."""
    for level, tangent in tangents:
        if tangent != 0:
            value = Dual(level, value, tangent)
    return value


def primal(value: Value) -> Value:
    """The value without any tangents."""
    while isinstance(value, Dual):
        value = value.value
    return value


def log(value: Value) -> Value:
    """The natural logarithm.

    Raises:
        Undefined: The value is not positive for certain.
    """
    if isinstance(value, fmpq):
        if value == 1:
            return ZERO
        if value <= 0:
            return _outside(value, "log", acb.log)
        return arb(value).log()
    if isinstance(value, arb):
        return value.log() if value > 0 else _outside(value, "log", acb.log)
    if isinstance(value, Dual):
        return Dual(value.level, log(value.value), value.tangent / value.value)
    return value.log()


def _outside(value: fmpq | arb, name: str, principal_value: Callable[[acb], acb]) -> acb:
    """The value of a function outside its real domain: none, or the principal one if asked for."""
    if value < 0 and principal_values.get():
        return principal_value(acb(value))
    raise Undefined(f"{name} of {brief(value)}", beyond=bool(value < 0))


def exp(value: Value) -> Value:
    """The exponential function."""
    if isinstance(value, fmpq):
        return ONE if value == 0 else arb(value).exp()
    if isinstance(value, Dual):
        result = exp(value.value)
        return Dual(value.level, result, value.tangent * result)
    return value.exp()


def sqrt(value: Value) -> Value:
    """The square root that is not negative, exact where it is rational.

    Raises:
        Undefined: The value is negative, not known to be positive, or zero inside a derivative.
    """
    if isinstance(value, fmpq):
        if value < 0:
            return _outside(value, "square root", acb.sqrt)
        top, bottom = int(value.p), int(value.q)
        roots = isqrt(top), isqrt(bottom)
        if roots[0] ** 2 == top and roots[1] ** 2 == bottom:
            return fmpq(*roots)
        return arb(value).sqrt()
    if isinstance(value, arb):
        return value.sqrt() if value > 0 else _outside(value, "square root", acb.sqrt)
    if isinstance(value, Dual):
        root = sqrt(value.value)
        if isinstance(root, fmpq) and root == 0:
            raise Undefined("the derivative of a square root at 0")
        return Dual(value.level, root, value.tangent / (root + root))
    return value.sqrt()


def magnitude(value: Value) -> Value:
    """The absolute value.

    Raises:
        Undefined: Inside a derivative, at a value that may be zero.
    """
    if isinstance(value, fmpq | arb | acb):
        return abs(value)
    if isinstance(value, Dual):
        core = primal(value)
        if isinstance(core, Continuous):
            raise Unevaluable("the derivative of an absolute value under an integral")
        if core > 0:
            return value
        if core < 0:
            return -value
        raise Undefined("the derivative of an absolute value at 0")
    return value.magnitude()


def largest(values: list[Value]) -> Value:
    """The largest of some values; of values with tangents, the one that is largest for certain.

    Raises:
        Undefined: Inside a derivative, where it is not certain which is the largest.
        Unevaluable: They are functions of a variable of integration.
    """
    best = values[0]
    for value in values[1:]:
        one, other = primal(best), primal(value)
        if isinstance(one, Continuous) or isinstance(other, Continuous):
            raise Unevaluable("a maximum inside an integral over the reals")
        if isinstance(best, Dual) or isinstance(value, Dual):
            if not (one > other or other > one):
                raise Undefined("the derivative of a maximum that is reached twice")
            best = best if one > other else value
        elif isinstance(one, fmpq) and isinstance(other, fmpq):
            best = max(one, other)
        else:
            best = arb(one).max(arb(other))
    return best


def power(base: Value, exponent: Value) -> Value:
    """The power; `0**0` is 1, and a fractional exponent needs a base that is not negative.

    Raises:
        Undefined: 0 to a negative power, or a negative base with an exponent that is no integer.
        OverBudget: The exact result would be too large to write down.
    """
    if isinstance(exponent, fmpq):
        if exponent.q == 1:
            return _integer_power(base, int(exponent.p))
        if exponent.q == 2:
            return _integer_power(sqrt(base), int(exponent.p))
    core = primal(base)
    if isinstance(core, fmpq) and core == 0 and isinstance(exponent, fmpq) and exponent > 0:
        if isinstance(base, Dual):
            raise Undefined("the derivative of a root at 0")
        return ZERO
    return exp(exponent * log(base))


def _integer_power(base: Value, exponent: int) -> Value:
    if isinstance(base, fmpq):
        if base.height_bits() * abs(exponent) > MAX_POWER_BITS and base not in (0, 1, -1):
            raise OverBudget(f"the power {brief(base)}^{exponent} is too large to write down")
        return base**exponent
    if abs(exponent) > MAX_POWER_BITS:
        raise OverBudget(f"the exponent {exponent} is too large")
    result: Value = ONE
    square, left = base, abs(exponent)
    while (
        left
    ):  # by repeated squaring, because a power of a ball around 0 is not enclosed otherwise
        if left & 1:
            result = square * result
        left >>= 1
        if left:
            square = square * square
    return ONE / result if exponent < 0 else result


def written_down(value: Value) -> Value:
    """A sum or product of many, if it is not too large to write down.

    Raises:
        OverBudget: It is: a product of products may grow like a tower of powers.
    """
    if isinstance(value, fmpq) and value.height_bits() > MAX_BITS:
        raise OverBudget(f"a number with more than {MAX_BITS:,} bits is too large")
    return value


def is_infinite(value: Value) -> bool:
    """Whether a value is one of the infinities that stand in for divergent integrals."""
    return isinstance(value, arb) and bool(value == arb.pos_inf() or value == arb.neg_inf())


def near_fraction(value: arb) -> fmpq | None:
    """The simple fraction in a small ball, which the number is in all likelihood."""
    if not value.is_finite() or value.rad() > SMALL:
        return None
    middle = Fraction(float(value.mid())).limit_denominator(SIMPLE)
    fraction = fmpq(middle.numerator, middle.denominator)
    return fraction if abs(middle.numerator) <= SIMPLE and value.contains(fraction) else None


def brief(value: Value, digits: int = 6) -> str:
    """A number as a reader wants it: an exact fraction if it is short, else a few digits."""
    if isinstance(value, fmpq):
        text = str(value)
        if len(text) <= 12:
            return text
        value = arb(value)
    near = near_fraction(value)
    if near is not None:
        return str(near)
    return str(value.mid().str(digits, radius=False))
