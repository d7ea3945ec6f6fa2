"""Checkers for the rules of inequalities: what they take away is never negative."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from lemmata.kernel.declarations import Function, Scalar
from lemmata.kernel.recheck.polynomials import (
    ONE,
    ZERO,
    Atom,
    Poly,
    RefusalError,
    Value,
    as_mono,
    constant,
    content,
    of,
    poly_of,
    raised,
)
from lemmata.kernel.recheck.ring import PI
from lemmata.kernel.recheck.rules import Rules

FINITE = "the expectations are finite"
E = Fraction(271_828, 100_000), Fraction(271_829, 100_000)
LARGEST_POWER = 200
TERMS = {"divergence", "tangent", "square", "variance", "factor"}


@dataclass(frozen=True, slots=True)
class Inequality:
    """What a rule of inequalities was applied to.

    Attributes:
        rule: The name of the rule.
        over: The variables of its integral.
        number: The scale of a bound, or the multiplier of a term.
        logarithms: Coefficients and arguments of the weighted logarithms.
        parts: Its other parts by name.
    """

    rule: str
    over: list[int]
    number: Fraction
    logarithms: list[tuple[Fraction, Poly]]
    parts: dict[str, Poly]


class Inequalities(Rules):
    """What must not be negative for a difference not to be, rule by rule."""

    def nonnegative(self, poly: Poly) -> bool:
        """Whether the declared intervals say that a polynomial is never negative."""
        low, _ = self.low(poly)
        return low is not None and low >= 0

    def settled(self, gap: Poly) -> bool:
        """Whether a difference is never negative, as it is or without its positive factors."""
        forms = (gap, self.primitive(gap))
        return self.vanishes(gap) or any(self.nonnegative(f) or self.constant(f) for f in forms)

    def constant(self, gap: Poly) -> bool:
        """Whether a sum of logarithms of numbers and a number is at least 0.

        It is the logarithm of a product of powers of fractions near the numbers, e and pi, each
        rounded to the side that makes the product smaller.
        """
        scale = lcm(*(number.denominator for number in gap.terms.values()))
        product = Fraction(1)
        for mono, number in gap.terms.items():
            ends: tuple[Fraction, Fraction] | None = E
            if mono:
                argument = poly_of(mono[0][0].args[0]) if mono[0][0].kind == "log" else ZERO
                atom, exact = argument.atom(), argument.number()
                ends = (exact, exact) if exact and exact > 0 else None
                ends = PI if atom and atom.kind == "pi" else ends
            if ends is None or (mono and mono[1:]) or (mono and mono[0][1] != 1):
                return False
            power = int(number * scale)
            if abs(power) > LARGEST_POWER:
                return False
            product = raised(product * raised(ends[power < 0], power), 1)
        return product >= 1

    def inside(self, gap: Poly, given: Inequality, around: list[int]) -> Poly | None:
        """What must not be negative for `gap` not to be; None for a rule that gives a term."""
        match given.rule:
            case "nonnegative_integrand":
                whole = self.bind(given.over, given.parts["body"])
                if not self.vanishes(self.primitive(gap) - self.primitive(whole, strict=True)):
                    raise RefusalError("the difference is not this integral")
                self.needed.add(FINITE)
                around += given.over
                return given.parts["body"]
            case "pointwise_maximum":
                try:
                    return self.least(gap, given)
                except RefusalError:
                    return self.least(self.primitive(gap), given)
            case "comparison_of_logarithms":
                return self.compared(gap)
            case "positive_factor":
                if self.sign(given.parts["factor"]) != 1:
                    raise RefusalError("the factor is not known to be positive")
                return self.mul(gap, self.inverse(given.parts["factor"]))
        return None

    def compared(self, gap: Poly) -> Poly:
        """The difference of the logarithms of two positive terms, in place of theirs."""
        sides = {c > 0: Poly({m: abs(c)}) for m, c in self.primitive(gap).terms.items()}
        if len(gap.terms) != 2 or len(sides) != 2 or any(self.sign(s) != 1 for s in sides.values()):
            raise RefusalError("there are not just two terms, both positive")
        above, below = (self.logarithm((sides[which],), 0) for which in (True, False))
        return above - below

    def never_negative(self, given: Inequality) -> Poly:
        """A term that is never negative, by one rule."""
        if given.rule in {"jensen", "tangent", "monotone_logarithm"} and given.logarithms:
            return self.weighted(given)
        return self.term(given) * given.number

    def weighted(self, given: Inequality) -> Poly:
        """Give int w log R minus its bound; R = prod a_k^(c_k) > 0, w >= 0, scale s > 0."""
        weight, scale = given.parts["weight"], given.number
        signs = [self.sign(argument) for _, argument in given.logarithms]
        if not self.nonnegative(weight) or scale <= 0 or any(sign != 1 for sign in signs):
            raise RefusalError("a weight, a scale or a logarithm is not known to be positive")
        logs, inverse = ZERO, ONE
        for number, argument in given.logarithms:
            atom = argument.atom()
            one = self.logarithm_of_atom(atom) if atom else self.make("log", (argument,))
            logs = logs + one * number
            inverse = self.mul(inverse, self.power(argument, constant(-number / scale)))
        value = self.bind(given.over, self.mul(weight, logs))
        if given.rule == "monotone_logarithm":
            ratio = self.product(
                self.power(argument, constant(c / scale)) for c, argument in given.logarithms
            )
            floor = given.parts["floor"]
            least = floor.number()
            if least is None or least <= 0 or not self.nonnegative(self.reduced(ratio) - floor):
                raise RefusalError("the quotient is not known to be at least the number given")
            mass = self.bind(given.over, weight)
            return value - self.mul(mass, self.make("log", (floor,))) * scale
        self.needed.add(FINITE)
        mass = self.bind(given.over, weight)
        inverse = self.mul(weight, self.reduced(inverse))
        inverse = self.bind(given.over, self.reduced(inverse))
        if given.rule == "tangent":
            return value - (mass - inverse) * scale
        if self.sign(mass) != 1 or self.sign(inverse) != 1:
            raise RefusalError("a total mass is not known to be positive")
        logs = self.make("log", (mass,)) - self.make("log", (inverse,))
        return value - self.mul(mass, logs) * scale

    def term(self, given: Inequality) -> Poly:
        """A term that is never negative, times a factor that is not."""
        if given.rule not in TERMS:
            raise RefusalError("it has no checker")
        weight, left, right = (given.parts[name] for name in ("weight", "left", "right"))
        times = given.parts["times"]
        if given.number < 0 or not self.nonnegative(weight) or not self.nonnegative(times):
            raise RefusalError("a weight, a factor or a multiplier may be negative")

        def integral(body: Poly) -> Poly:
            return self.bind(given.over, self.reduced(self.mul(weight, body)))

        match given.rule:
            case "divergence" if self.sign(left) == 1 and self.sign(right) == 1:
                ratio = integral(self.mul(right, self.inverse(left)))
                if not self.vanishes(ratio - integral(ONE)):
                    raise RefusalError("the masses are not equal")
                result = integral(self.make("log", (left,)) - self.make("log", (right,)))
            case "tangent" if self.sign(left) == 1:
                result = integral(left - ONE - self.make("log", (left,)))
            case "square" | "variance" if all(
                e.denominator == 1 or self.sign(of(a)) == 1 for m in left.terms for a, e in m
            ):
                result = integral(self.mul(left, left))
                if given.rule == "variance":
                    mean = integral(left)
                    result = self.mul(integral(ONE), result) - self.mul(mean, mean)
            case "factor" if self.nonnegative(left):
                result = left
            case _:
                raise RefusalError("a function is not known to be positive, or real")
        self.needed |= {FINITE} if given.over else set()
        return self.mul(result, times)

    def primitive(self, poly: Poly, *, strict: bool = False) -> Poly:
        """A polynomial without common factors that are positive, or just never negative."""
        if not poly.terms:
            return poly
        top, bottom = self.together(poly)
        if any(self.sign(of(atom)) != 1 for atom in bottom):
            return poly
        _, shared, rest = content(top)
        kept = {a: e for a, e in shared.items() if self.sign(of(a, e)) != 1}
        kept = {a: e for a, e in kept.items() if strict or not self.nonnegative(of(a, e))}
        return self.mul(rest, Poly({as_mono(kept): Fraction(1)}))

    def least(self, gap: Poly, given: Inequality) -> Poly:
        """A difference that is convex in a free quantity, at the point where its slope vanishes."""
        atom, point = given.parts["quantity"].atom(), given.parts["point"]
        name = str(atom.args[0]) if atom is not None else ""
        declared = self.declarations.find(name)
        if atom is None or not isinstance(declared, Scalar | Function):
            raise RefusalError("there is no free quantity with a declared interval")
        if self.facts & {"normal", "given"}:
            raise RefusalError("a declared law or equation may depend on the quantity")
        span, variable = declared.interval, Atom("sym", name, ())

        def at(poly: Poly, value: Poly, part: Atom) -> Poly:
            return self.rename(poly, {}, {part: value}.get)

        here = at(gap, of(variable), atom)
        # it must stand nowhere else: not with other arguments, nor below an integral
        if mentions_besides(here, name, variable):
            raise RefusalError(f"{name} stands in the difference in another way")
        ends = [point - constant(span.lower)] if span.lower is not None else []
        ends += [constant(span.upper) - point] if span.upper is not None else []
        slope = self.derivative(variable, here)
        curvature = self.derivative(variable, slope)
        inside = all(self.above(end, closed=span.closed) for end in ends)
        if not inside or not self.vanishes(at(slope, point, variable)):
            raise RefusalError("the slope does not vanish at the point, or it lies outside")
        if not self.above(curvature, closed=True):
            raise RefusalError("the second derivative is not known to be non-negative")
        return at(here, point, variable)

    def above(self, poly: Poly, *, closed: bool) -> bool:
        """Whether a quantity is above 0, or at least 0 where that is enough."""
        top, bottom = self.together(poly)
        forms = [poly, top] if all(self.sign(of(atom)) == 1 for atom in bottom) else [poly]
        return any(self.sign(f) == 1 or (closed and self.nonnegative(f)) for f in forms)


def mentions_besides(value: Value, name: str, allowed: Atom) -> bool:
    """Whether a name occurs, at any depth, other than as one atom."""
    if isinstance(value, tuple):
        return any(mentions_besides(part, name, allowed) for part in value)
    if isinstance(value, Poly):
        return any(mentions_besides(a, name, allowed) for mono in value.terms for a, _ in mono)
    if not isinstance(value, Atom) or value == allowed:
        return False
    named = value.kind in {"sym", "app"} and value.args[0] == name
    return named or mentions_besides(value.args, name, allowed)
