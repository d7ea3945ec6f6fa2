"""Exact integrals over the reals: sums of polynomials times exponentials of quadratics.

A `Wave` is a function of the variables of integration,

    sum of  polynomial(v_1, v_2, ...) * exp(quadratic(v_1, v_2, ...)),

closed under sums, products, integer powers, the logarithm of a single positive exponential and the
exponential of a quadratic: what Gaussian densities and their logarithms lead to. It is integrated
by completing the square and the central moments of a normal law (E[e^(2k)] = (2k-1)!!). Sums of
positive exponentials in a denominator or a logarithm lead to `curves`; anything else raises
`NotWave`.

The constant 1/sqrt(2 pi) of Gaussian densities is carried as the variable number 0, so that the
densities p + q - p cancel exactly and moments with rational values come out as fractions.
"""

from __future__ import annotations

from math import comb
from types import ModuleType
from typing import TypeAlias

from flint import acb, arb, fmpq

from lemmata.semantics.errors import OverBudget, Undefined
from lemmata.semantics.values import ONE, ZERO, Continuous, Dual, Value, exp, log, sqrt

Monomial: TypeAlias = tuple[tuple[int, int], ...]
"""Powers of variables: `((variable, power), ...)` by increasing variable; `()` is 1."""

Polynomial: TypeAlias = dict[Monomial, Value]

ROOT = 0
"""The number of the "variable" that is the constant 1/sqrt(2 pi)."""

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
        if isinstance(value, fmpq) and value == 0:
            return Wave([])
        return Wave([({}, {(): value})])

    def _read(self, other: Value) -> Wave | None:
        if isinstance(other, Wave):
            return other
        if isinstance(other, int):
            other = fmpq(other)
        return Wave.constant(other) if isinstance(other, fmpq | arb | acb) else None

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

    def _single(self) -> tuple[Polynomial, int, Value]:
        """The one exponential that this is, with the power of the constant and its factor."""
        if len(self.parts) != 1:
            raise NotWave
        quadratic, polynomial = self.parts[0]
        if len(polynomial) != 1:
            raise NotWave
        ((monomial, factor),) = polynomial.items()
        if any(number != ROOT for number, _ in monomial):
            raise NotWave
        return quadratic, dict(monomial).get(ROOT, 0), factor

    def reciprocal(self) -> Value:
        """One over a single exponential, or over a sum of positive ones."""
        if not self.parts:
            raise ZeroDivisionError
        if len(self.parts) > 1:
            if not curves().is_positive(self):
                raise NotWave
            return curves().Ratio(Wave.constant(ONE), self)
        try:
            quadratic, power, factor = self._single()
        except NotWave:
            return singular().pole(self)
        inverse = {m: -c for m, c in quadratic.items()}
        return Wave([(inverse, {_constant_power(-power): ONE / factor})])

    def __truediv__(self, other: Value) -> Value:
        if isinstance(other, Wave):
            return other.reciprocal() * self
        if isinstance(other, fmpq | arb | int):
            return self * (ONE / other)
        return NotImplemented

    def __rtruediv__(self, other: Value) -> Value:
        return self.reciprocal() * other

    def log(self) -> Value:
        """The logarithm of a single exponential, or of a sum of positive ones."""
        if len(self.parts) > 1:
            return curves().log_of_sum(self)
        try:
            quadratic, power, factor = self._single()
        except NotWave:
            return singular().log_of_negative(self)
        polynomial = dict(quadratic)
        _add_into(polynomial, {(): log(factor)})
        if power:
            _add_into(polynomial, {(): power * root_of_two_pi().log()})
        return Wave([({}, polynomial)] if polynomial else [])

    def exp(self) -> Wave:
        """The exponential of a quadratic."""
        if not self.parts:
            return Wave.constant(ONE)
        if len(self.parts) != 1 or self.parts[0][0]:
            raise NotWave
        quadratic = _numeric(self.parts[0][1])
        if any(_degree(monomial) > 2 for monomial in quadratic):
            raise NotWave
        return Wave([(quadratic, {(): ONE})])

    def sqrt(self) -> Wave:
        """The root of a single exponential."""
        quadratic, power, factor = self._single()
        value = sqrt(factor)
        if power % 2:
            value = value * root_of_two_pi().sqrt()
        halves = {m: c / 2 for m, c in quadratic.items()}
        return Wave([(halves, {_constant_power(power // 2): value})])

    def magnitude(self) -> Wave:
        """The absolute value of a single exponential."""
        quadratic, power, factor = self._single()
        return Wave([(quadratic, {_constant_power(power): abs(factor)})])


def root_of_two_pi() -> arb:
    """The constant 1/sqrt(2 pi)."""
    return (2 * arb.pi()).rsqrt()


def constant_root() -> Wave:
    """The constant 1/sqrt(2 pi), carried exactly."""
    return Wave.variable(ROOT)


def _constant_power(power: int) -> Monomial:
    return ((ROOT, power),) if power else ()


def _numeric(polynomial: Polynomial) -> Polynomial:
    """A polynomial with the constant multiplied out."""
    result: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        power = dict(monomial).get(ROOT, 0)
        rest = tuple(pair for pair in monomial if pair[0] != ROOT)
        value = coefficient * root_of_two_pi() ** power if power else coefficient
        _add_into(result, {rest: value})
    return result


def numeric(wave: Wave) -> Wave:
    """A wave with the constant multiplied out."""
    return Wave([(quadratic, _numeric(polynomial)) for quadratic, polynomial in wave.parts])


def curves() -> ModuleType:
    """The functions beyond waves, which are made of waves."""
    from lemmata.semantics import curves as module

    return module


def singular() -> ModuleType:
    """The functions whose integrals have no value for certain."""
    from lemmata.semantics import singular as module

    return module


def integrate(value: Value, variable: int) -> Value:
    """The integral over all real values of a variable.

    Raises:
        Undefined: The integral diverges.
    """
    if isinstance(value, Dual):
        core = integrate(value.value, variable)
        try:
            return Dual(value.level, core, integrate(value.tangent, variable))
        except Undefined as error:  # the derivative of the integral may exist all the same
            raise Undefined(error.reason) from None
    if isinstance(value, Continuous) and not isinstance(value, Wave):
        if isinstance(value, singular().Singular):
            return value.integral(variable)
        return curves().integrate_curve(value, variable)
    if not isinstance(value, Wave):
        value = Wave.constant(value)
    if not all(_falls(quadratic, variable) for quadratic, _ in value.parts):
        return singular().divergent(value, variable)
    total: Value = Wave([])
    for quadratic, polynomial in value.parts:
        total += _integrate_part(quadratic, polynomial, variable)
    return _settled(total)


def _settled(wave: Wave) -> Value:
    """A wave without variables as a number."""
    plain = numeric(wave)
    parts = [part for part in plain.parts if part[1]]
    if all(set(quadratic) <= {()} and set(polynomial) == {()} for quadratic, polynomial in parts):
        return sum((p[()] * exp(q.get((), ZERO)) for q, p in parts), ZERO)
    return wave


def _integrate_part(quadratic: Polynomial, polynomial: Polynomial, variable: int) -> Wave:
    curvature, slope, rest = _split(quadratic, variable)
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
    factor = {_constant_power(-1): sqrt(variance)}
    return Wave([(rest, _times(total, factor))] if total else [])


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


def _falls(quadratic: Polynomial, variable: int) -> bool:
    """Whether the exponential of a quadratic falls to both sides for certain."""
    curvature = _split(quadratic, variable)[0]
    return isinstance(curvature, fmpq | arb) and bool(curvature < 0)


def at_point(wave: Wave, variable: int, point: fmpq) -> Wave:
    """A wave with a number for one of its variables."""
    return Wave(
        [(_at_point(q, variable, point), _at_point(p, variable, point)) for q, p in wave.parts]
    )


def _at_point(polynomial: Polynomial, variable: int, point: fmpq) -> Polynomial:
    result: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        power = dict(monomial).get(variable, 0)
        others = tuple(pair for pair in monomial if pair[0] != variable)
        _add_into(result, {others: coefficient * point**power})
    return result


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
    return sum(power for number, power in monomial if number != ROOT)


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
            product = tuple(sorted(pair for pair in powers.items() if pair[1]))
            _add_into(result, {product: c1 * c2})
    return result
