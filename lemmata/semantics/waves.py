"""Exact integrals over the reals: sums of polynomials times exponentials of quadratics.

A `Wave` is a function of the variables of integration,

    sum of  polynomial(v_1, v_2, ...) * exp(quadratic(v_1, v_2, ...)),

closed under sums, products, integer powers, the logarithm of a single positive exponential and the
exponential of a quadratic: what Gaussian densities and their logarithms lead to. It is integrated
by completing the square and the central moments of a normal law (E[e^(2k)] = (2k-1)!!). What leaves
this class raises `NotWave`; another method, or nobody, then takes the integral.
"""

from __future__ import annotations

from math import comb
from typing import TypeAlias

from flint import arb, fmpq

from lemmata.semantics.errors import OverBudget, Undefined
from lemmata.semantics.values import ONE, ZERO, Continuous, Dual, Value, exp, log, sqrt

Monomial: TypeAlias = tuple[tuple[int, int], ...]
"""Powers of variables: `((variable, power), ...)` by increasing variable; `()` is 1."""

Polynomial: TypeAlias = dict[Monomial, Value]

MAX_TERMS = 4_000
"""Products with more monomials are refused."""


class NotWave(Exception):  # noqa: N818 - a signal between methods of integration
    """The integrand is not a sum of polynomials times exponentials of quadratics."""


class Wave(Continuous):
    """A sum of `polynomial * exp(quadratic)`; each part is `(quadratic, polynomial)`."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[tuple[Polynomial, Polynomial]]) -> None:
        self.parts = parts

    @staticmethod
    def variable(number: int) -> Wave:
        """The variable of integration of this number."""
        return Wave([({}, {((number, 1),): ONE})])

    @staticmethod
    def constant(value: Value) -> Wave:
        """A number as a function."""
        return Wave([({}, {(): value})])

    def _read(self, other: Value) -> Wave | None:
        if isinstance(other, Wave):
            return other
        if isinstance(other, int):
            other = fmpq(other)
        return Wave.constant(other) if isinstance(other, fmpq | arb) else None

    def __add__(self, other: Value) -> Wave:
        right = self._read(other)
        if right is None:
            return NotImplemented
        parts = [(quadratic, dict(polynomial)) for quadratic, polynomial in self.parts]
        for quadratic, polynomial in right.parts:
            for known, sums in parts:
                if known == quadratic:
                    _add_into(sums, polynomial)
                    break
            else:
                parts.append((quadratic, dict(polynomial)))
        return Wave([part for part in parts if part[1]])

    __radd__ = __add__

    def __neg__(self) -> Wave:
        return Wave([(q, {m: -c for m, c in p.items()}) for q, p in self.parts])

    def __sub__(self, other: Value) -> Value:
        if isinstance(other, Dual):
            return NotImplemented
        return self + (-other)

    def __rsub__(self, other: Value) -> Value:
        return -self + other

    def __mul__(self, other: Value) -> Wave:
        right = self._read(other)
        if right is None:
            return NotImplemented
        result = Wave([])
        for q1, p1 in self.parts:
            for q2, p2 in right.parts:
                quadratic = dict(q1)
                _add_into(quadratic, q2)
                result += Wave([(quadratic, _times(p1, p2))])
        return result

    __rmul__ = __mul__

    def _single(self) -> tuple[Polynomial, Value]:
        """The one exponential that this is, with its factor."""
        if len(self.parts) != 1:
            raise NotWave
        quadratic, polynomial = self.parts[0]
        if set(polynomial) != {()}:
            raise NotWave
        return quadratic, polynomial[()]

    def reciprocal(self) -> Wave:
        """One over this function, if it is a single exponential."""
        if not self.parts:
            raise ZeroDivisionError
        quadratic, factor = self._single()
        return Wave([({m: -c for m, c in quadratic.items()}, {(): ONE / factor})])

    def __truediv__(self, other: Value) -> Wave:
        if isinstance(other, Wave):
            return self * other.reciprocal()
        if isinstance(other, fmpq | arb):
            return self * (ONE / other)
        return NotImplemented

    def __rtruediv__(self, other: Value) -> Value:
        return self.reciprocal() * other

    def log(self) -> Wave:
        """The logarithm of a single exponential."""
        quadratic, factor = self._single()
        polynomial = dict(quadratic)
        _add_into(polynomial, {(): log(factor)})
        return Wave([({}, polynomial)] if polynomial else [])

    def exp(self) -> Wave:
        """The exponential of a quadratic."""
        if not self.parts:
            return Wave.constant(ONE)
        if len(self.parts) != 1 or self.parts[0][0]:
            raise NotWave
        quadratic = self.parts[0][1]
        if any(_degree(monomial) > 2 for monomial in quadratic):
            raise NotWave
        return Wave([(quadratic, {(): ONE})])

    def sqrt(self) -> Wave:
        """The root of a single exponential."""
        quadratic, factor = self._single()
        return Wave([({m: c / 2 for m, c in quadratic.items()}, {(): sqrt(factor)})])

    def magnitude(self) -> Wave:
        """The absolute value of a single exponential."""
        quadratic, factor = self._single()
        return Wave([(quadratic, {(): abs(factor)})])


def integrate(value: Value, variable: int) -> Value:
    """The integral over all real values of a variable.

    Raises:
        Undefined: The integral diverges.
    """
    if isinstance(value, Dual):
        tangent = integrate(value.tangent, variable)
        return Dual(value.level, integrate(value.value, variable), tangent)
    if not isinstance(value, Wave):
        value = Wave.constant(value)
    total: Value = Wave([])
    for quadratic, polynomial in value.parts:
        total += _integrate_part(quadratic, polynomial, variable)
    if not total.parts:
        return ZERO
    if len(total.parts) == 1 and not total.parts[0][0] and set(total.parts[0][1]) == {()}:
        return total.parts[0][1][()]
    if all(not quadratic or set(quadratic) == {()} for quadratic, _ in total.parts) and all(
        set(polynomial) == {()} for _, polynomial in total.parts
    ):
        return sum((p[()] * exp(q.get((), ZERO)) for q, p in total.parts), ZERO)
    return total


def _integrate_part(quadratic: Polynomial, polynomial: Polynomial, variable: int) -> Wave:
    curvature, slope, rest = _split(quadratic, variable)
    if not polynomial:
        return Wave([])
    if not isinstance(curvature, fmpq | arb) or not curvature < 0:
        raise Undefined("an integral over the reals diverges")
    variance = ONE / (-(curvature + curvature))
    mean = {monomial: coefficient * variance for monomial, coefficient in slope.items()}
    # exp(a v^2 + b v + c) = exp(c - b^2/(4a)) exp(a (v - mean)^2), and -1/(4a) = variance/2
    _add_into(rest, {m: c * variance / 2 for m, c in _times(slope, slope).items()})
    by_power: dict[int, Polynomial] = {}
    for monomial, coefficient in polynomial.items():
        degree = dict(monomial).get(variable, 0)
        others = tuple(pair for pair in monomial if pair[0] != variable)
        _add_into(by_power.setdefault(degree, {}), {others: coefficient})
    total: Polynomial = {}
    for degree, coefficients in by_power.items():
        _add_into(total, _times(coefficients, _moment(mean, variance, degree)))
    factor = (2 * arb.pi() * variance).sqrt()
    return Wave([(rest, {m: c * factor for m, c in total.items()})] if total else [])


def _moment(mean: Polynomial, variance: Value, degree: int) -> Polynomial:
    """E[(mean + sqrt(variance) e)^degree] for a standard normal e."""
    powers: list[Polynomial] = [{(): ONE}]
    for _ in range(degree):
        powers.append(_times(powers[-1], mean))
    total: Polynomial = {}
    factor: Value = ONE  # (2k-1)!! variance^k
    for k in range(degree // 2 + 1):
        weight = factor * comb(degree, 2 * k)
        _add_into(total, {m: c * weight for m, c in powers[degree - 2 * k].items()})
        factor = factor * (2 * k + 1) * variance
    return total


def _split(quadratic: Polynomial, variable: int) -> tuple[Value, Polynomial, Polynomial]:
    """The coefficients of v^2, of v (linear in the others), and the rest."""
    curvature: Value = ZERO
    slope: Polynomial = {}
    rest: Polynomial = {}
    for monomial, coefficient in quadratic.items():
        degree = dict(monomial).get(variable, 0)
        if degree == 2:
            curvature = coefficient
        elif degree == 1:
            slope[tuple(pair for pair in monomial if pair[0] != variable)] = coefficient
        else:
            rest[monomial] = coefficient
    return curvature, slope, rest


def _degree(monomial: Monomial) -> int:
    return sum(power for _, power in monomial)


def _add_into(sums: Polynomial, more: Polynomial) -> None:
    for monomial, coefficient in more.items():
        total = sums.get(monomial, ZERO) + coefficient
        if isinstance(total, fmpq) and total == 0:
            sums.pop(monomial, None)
        else:
            sums[monomial] = total


def _times(left: Polynomial, right: Polynomial) -> Polynomial:
    if len(left) * len(right) > MAX_TERMS:
        raise OverBudget("a polynomial under an integral grows too large")
    result: Polynomial = {}
    for m1, c1 in left.items():
        for m2, c2 in right.items():
            powers = dict(m1)
            for variable, power in m2:
                powers[variable] = powers.get(variable, 0) + power
            _add_into(result, {tuple(sorted(powers.items())): c1 * c2})
    return result
