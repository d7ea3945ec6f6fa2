"""Enclosed integrals over the real line, where no exact form is known.

This is the one place that integrates numerically.

What leaves the waves is either a `Ratio` (a wave over a sum of positive exponentials, such as a
posterior or a discriminator) or a `Curve` (anything with logarithms of such sums, such as the
divergence to a mixture). Both know how to be evaluated at complex balls, with the flag that
`acb.integral` needs to tell whether the integrand is analytic there (without it the result can be a
wrong tight ball), and both carry an envelope that bounds them in the tails:

    |f(v)| <= sum of  size * |v|^degree * exp(-decay v^2 + slope |v|)   for all |v| >= 1.

An integral is the enclosure over [-R, R] plus a bound of both tails. The logarithm of each term of
the envelope is concave in |v|, so beyond R it stays below its tangent at R: with
s = 2 decay R - slope - degree/R > 0, a tail is at most (the term at R) / s.

Only one variable at a time, and no kinks: whatever else there is raises `NotWave`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import acb, arb, fmpq

from lemmata.semantics.errors import Undefined
from lemmata.semantics.values import ONE, ZERO, Continuous, Dual, Value
from lemmata.semantics.waves import NotWave, Polynomial, Wave, numeric

TOLERANCE_BITS = 40
"""What the enclosure aims at; the ball returned says what it reached."""

EVALUATIONS = 4_000
"""How often one integrand may be evaluated: a count, so that the result is the same everywhere."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an envelope."""

    size: arb
    degree: int
    decay: arb
    slope: arb


class Curve(Continuous):
    """A function of one variable of integration, analytic near the real line."""

    __slots__ = ("at", "envelope", "variable")

    def __init__(
        self, variable: int, at: Callable[[acb, bool], acb], envelope: tuple[Term, ...]
    ) -> None:
        self.variable = variable
        self.at = at
        self.envelope = envelope

    def __add__(self, other: Value) -> Value:
        if isinstance(other, Dual):
            return NotImplemented
        right = curve(other, self.variable)
        first, second = self.at, right.at
        return Curve(
            self.variable, lambda v, a: first(v, a) + second(v, a), self.envelope + right.envelope
        )

    __radd__ = __add__

    def __neg__(self) -> Curve:
        at = self.at
        return Curve(self.variable, lambda v, a: -at(v, a), self.envelope)

    def __sub__(self, other: Value) -> Value:
        return NotImplemented if isinstance(other, Dual) else self + (-other)

    def __rsub__(self, other: Value) -> Value:
        return -self + other

    def __mul__(self, other: Value) -> Value:
        if isinstance(other, Dual):
            return NotImplemented
        right = curve(other, self.variable)
        first, second = self.at, right.at
        envelope = tuple(
            Term(p.size * q.size, p.degree + q.degree, p.decay + q.decay, p.slope + q.slope)
            for p in self.envelope
            for q in right.envelope
        )
        return Curve(self.variable, lambda v, a: first(v, a) * second(v, a), envelope)

    __rmul__ = __mul__

    def __truediv__(self, other: Value) -> Value:
        return NotImplemented if isinstance(other, Dual) else self * (ONE / other)

    def __rtruediv__(self, other: Value) -> Value:
        raise NotWave

    def log(self) -> Value:
        """No envelope is known."""
        raise NotWave

    exp = sqrt = magnitude = log


class Ratio(Continuous):
    """A wave over a sum of positive exponentials, which is never zero on the real line."""

    __slots__ = ("bottom", "top")

    def __init__(self, top: Wave, bottom: Wave) -> None:
        self.top = top
        self.bottom = bottom

    def __add__(self, other: Value) -> Value:
        if isinstance(other, Ratio):
            top = self.top * other.bottom + other.top * self.bottom
            return Ratio(top, self.bottom * other.bottom)
        if isinstance(other, Dual | Curve):
            return NotImplemented
        return Ratio(self.top + self.bottom * other, self.bottom)

    __radd__ = __add__

    def __neg__(self) -> Ratio:
        return Ratio(-self.top, self.bottom)

    def __sub__(self, other: Value) -> Value:
        return NotImplemented if isinstance(other, Dual) else self + (-other)

    def __rsub__(self, other: Value) -> Value:
        return -self + other

    def __mul__(self, other: Value) -> Value:
        if isinstance(other, Ratio):
            return Ratio(self.top * other.top, self.bottom * other.bottom)
        if isinstance(other, Dual | Curve):
            return NotImplemented
        return Ratio(self.top * other, self.bottom)

    __rmul__ = __mul__

    def __truediv__(self, other: Value) -> Value:
        return NotImplemented if isinstance(other, Dual) else self * (ONE / other)

    def __rtruediv__(self, other: Value) -> Value:
        return self.bottom * (ONE / self.top) * other

    def log(self) -> Value:
        """The logarithm, where the ratio is of sums of positive exponentials."""
        return self.top.log() - self.bottom.log()

    def exp(self) -> Value:
        """No envelope is known."""
        raise NotWave

    sqrt = magnitude = exp


def log_of_sum(wave: Wave) -> Curve:
    """The logarithm of a sum of positive exponentials w_1 + ... + w_n.

    The sum lies between its largest term and n times that, so its logarithm is at most
    log n + |log w_1| + ... + |log w_n| in size.
    """
    if not is_positive(wave):
        raise NotWave
    wave = numeric(wave)
    variable = the_variable(wave)
    terms = [Term(arb(len(wave.parts)).log(), 0, arb(0), arb(0))]
    for quadratic, polynomial in wave.parts:
        square, slope, constant = _coefficients(quadratic, variable)
        for degree, size in enumerate((constant + arb(polynomial[()]).log(), slope, square)):
            terms.append(Term(abs(size), degree, arb(0), arb(0)))
    parts = [(*_coefficients(q, variable), arb(p[()])) for q, p in wave.parts]

    def at(v: acb, analytic: bool) -> acb:
        # Far from the real line the branch would be a guess; on balls around it, the largest term
        # w_k taken out keeps the rest near 1: log(sum) = log w_k + log(sum of w_i / w_k).
        if not v.imag.contains(0):
            return acb(arb.nan())
        square, slope, constant, factor = _largest(parts, v)
        rest = acb(0)
        for other_square, other_slope, other_constant, other in parts:
            exponent = (other_square - square) * v * v + (other_slope - slope) * v
            rest += (exponent + (other_constant - constant)).exp() * (other / factor)
        return (square * v + slope) * v + constant + factor.log() + rest.log(analytic=analytic)

    return Curve(variable, at, tuple(terms))


def _largest(parts: list[tuple[arb, arb, arb, arb]], v: acb) -> tuple[arb, arb, arb, arb]:
    """The exponential that is largest near a point, with its factor."""
    middle = v.real.mid()

    def height(part: tuple[arb, arb, arb, arb]) -> float:
        square, slope, constant, factor = part
        return float((square * middle + slope) * middle + constant + factor.log())

    return max(parts, key=height)


def is_positive(wave: Wave) -> bool:
    """Whether a wave is a sum of positive multiples of exponentials."""
    parts = numeric(wave).parts
    return bool(parts) and all(
        set(polynomial) == {()} and bool(polynomial[()] > 0) for _, polynomial in parts
    )


def the_variable(wave: Wave) -> int:
    """The one variable of a wave."""
    names = {
        number
        for part in wave.parts
        for polynomial in part
        for monomial in polynomial
        for number, _ in monomial
    }
    if len(names) != 1:
        raise NotWave
    return names.pop()


def curve(value: Value, variable: int) -> Curve:
    """Any function of one variable as a curve.

    Raises:
        NotWave: It depends on another variable.
    """
    if isinstance(value, Curve):
        if value.variable != variable:
            raise NotWave
        return value
    if isinstance(value, Ratio):
        return _curve_of_ratio(value, variable)
    if isinstance(value, fmpq | arb):
        number = acb(value)
        return Curve(variable, lambda _v, _a: number, (Term(abs(arb(value)), 0, arb(0), arb(0)),))
    if not isinstance(value, Wave):
        raise NotWave
    value = numeric(value)
    terms = [
        Term(size, degree, -square, abs(slope))
        for size, degree, square, slope in _sizes(value, variable)
    ]
    return Curve(variable, _wave_at(value, variable), tuple(terms))


def _curve_of_ratio(ratio: Ratio, variable: int) -> Curve:
    """A ratio, bounded by leaving all but one exponential out of the denominator."""
    above, sums = numeric(ratio.top), numeric(ratio.bottom)
    below = [(*_coefficients(q, variable), arb(p[()])) for q, p in sums.parts]
    terms = []
    for size, degree, square, slope in _sizes(above, variable):
        options = [
            Term(
                size / (factor * constant.exp()), degree, other_square - square, abs(slope - other)
            )
            for other_square, other, constant, factor in below
        ]
        terms.append(max(options, key=lambda term: (float(term.decay), -float(term.slope))))
    relative = []  # both sides over each exponential of the denominator, which keeps them near 1
    for quadratic, _ in sums.parts:
        unit = Wave([({m: -c for m, c in quadratic.items()}, {(): ONE})])
        relative.append(tuple(_wave_at(side * unit, variable) for side in (above, sums)))

    def at(v: acb, analytic: bool) -> acb:
        top, bottom = relative[below.index(_largest(below, v))]
        return top(v, analytic) / bottom(v, analytic)

    return Curve(variable, at, tuple(terms))


def _sizes(wave: Wave, variable: int) -> list[tuple[arb, int, arb, arb]]:
    """For each monomial: its size, its degree, and the quadratic and linear exponents."""
    found = []
    for quadratic, polynomial in wave.parts:
        square, slope, constant = _coefficients(quadratic, variable)
        for monomial, coefficient in polynomial.items():
            if any(number != variable for number, _ in monomial):
                raise NotWave
            degree = monomial[0][1] if monomial else 0
            found.append((abs(arb(coefficient)) * constant.exp(), degree, square, slope))
    return found


def _coefficients(quadratic: Polynomial, variable: int) -> tuple[arb, arb, arb]:
    """The coefficients of v^2, of v, and the constant."""
    known: dict[int, Value] = {0: ZERO, 1: ZERO, 2: ZERO}
    for monomial, coefficient in quadratic.items():
        if any(number != variable for number, _ in monomial):
            raise NotWave
        known[monomial[0][1] if monomial else 0] = coefficient
    return arb(known[2]), arb(known[1]), arb(known[0])


def _wave_at(wave: Wave, variable: int) -> Callable[[acb, bool], acb]:
    parts = []
    for quadratic, polynomial in wave.parts:
        coefficients: dict[int, Value] = {}
        for monomial, coefficient in polynomial.items():
            if any(number != variable for number, _ in monomial):
                raise NotWave
            coefficients[monomial[0][1] if monomial else 0] = coefficient
        dense = [acb(coefficients.get(k, ZERO)) for k in range(max(coefficients, default=0) + 1)]
        parts.append((_coefficients(quadratic, variable), dense))

    def at(v: acb, _analytic: bool) -> acb:
        total = acb(0)
        for (square, slope, constant), dense in parts:
            value = acb(0)
            for coefficient in reversed(dense):
                value = value * v + coefficient
            total += value * ((square * v + slope) * v + constant).exp()
        return total

    return at


def integrate_curve(value: Curve | Ratio, variable: int) -> arb:
    """An enclosure of the integral over the real line.

    Raises:
        Undefined: No bound of the tails shows that it converges.
        NotWave: It depends on another variable too.
    """
    whole = curve(value, variable)
    end = arb(4)
    goal = arb(2) ** -TOLERANCE_BITS
    tails = _tails(whole.envelope, end)
    while not (tails.is_finite() and tails < goal):
        end = end * 2
        if end > 2**14:
            raise Undefined("an integral over the reals has tails that are not known to be small")
        tails = _tails(whole.envelope, end)
    at = whole.at
    inner = acb.integral(
        lambda v, analytic: at(v, bool(analytic)),
        acb(-end),
        acb(end),
        rel_tol=goal,
        abs_tol=goal,
        eval_limit=EVALUATIONS,
    )
    return inner.real + arb(0, tails.upper())


def _tails(envelope: tuple[Term, ...], end: arb) -> arb:
    """A bound of the integral of an envelope over both tails beyond `end`; nan if there is none."""
    total = arb(0)
    for term in envelope:
        descent = 2 * term.decay * end - term.slope - term.degree / end
        if not descent > 0:
            return arb.nan()
        exponent = (term.slope - term.decay * end) * end
        total += 2 * term.size * end**term.degree * exponent.exp() / descent
    return total
