"""Equations that are solved: two of them with the same solutions, and the solution of a linear one.

What is found here is checked elsewhere: the multipliers by a proof of the equation between the
products, a solution by putting it into its equation. The signs are decided here, by declarations.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lemmata.kernel.declarations import Declarations, Scalar
from lemmata.kernel.fuel import OutOfFuelError
from lemmata.kernel.normal import Normaliser
from lemmata.kernel.notes import UnsupportedError
from lemmata.kernel.poly import (
    ONE,
    ZERO,
    Atom,
    Mono,
    Poly,
    as_poly,
    constant,
    join,
    of_atom,
    of_mono,
)
from lemmata.kernel.render import to_term
from lemmata.kernel.terms import (
    Add,
    Derivative,
    Mul,
    Neg,
    Num,
    Pow,
    Statement,
    Sym,
    Term,
    as_term,
    walk,
)
from lemmata.kernel.unfold import unfold


@dataclass(frozen=True, slots=True)
class _Gap:
    """Left minus right as `gap * factor = top`, where the factor is never zero.

    Attributes:
        sums: Sums that the equation divides by.
    """

    top: Poly
    factor: Poly
    sums: tuple[Poly, ...]


def multipliers(
    first: Statement, second: Statement, declarations: Declarations
) -> tuple[Term, Term] | None:
    """Terms a and b with `a (left - right) = b (left - right)`, both never zero.

    Then two equations have the same solutions. For inequalities both are positive.
    """
    n = Normaliser(declarations, frozenset())
    try:
        one, other = _gap(n, first), _gap(n, second)
        found = _match(n, one, other)
        if found is None or n.conditions:
            return None
        factors = n.mul(one.factor, found[0]), n.mul(other.factor, found[1])
        if first.relation != "=" and any(n.sign(factor) != 1 for factor in factors):
            return None
        return to_term(factors[0], declarations), to_term(factors[1], declarations)
    except (UnsupportedError, OutOfFuelError, ValueError, RecursionError):
        return None


def products(first: Statement, second: Statement, factors: tuple[Term, Term]) -> Statement:
    """What proves that two equations have the same solutions: a (l - r) = b (l' - r')."""
    left, right = (
        Mul((factor, Add((e.left, Neg(e.right)))))
        for factor, e in zip(factors, (first, second), strict=True)
    )
    return Statement(left, "=", right)


def _gap(n: Normaliser, statement: Statement) -> _Gap:
    left, right = (n.poly(unfold(side, n.declarations)) for side in _sides(statement))
    gap = left - right
    top, denominator = n.together(gap)
    if not top:
        return _Gap(ZERO, ONE, ())
    size, shared, primitive = n.content(top)
    known = tuple((a, e) for a, e in shared if n.sign(of_atom(a)) is not None)
    open_ = tuple((a, e) for a, e in shared if n.sign(of_atom(a)) is None)
    factor = of_mono(_over(join(known, denominator)), 1 / size)
    sums = tuple(as_poly(a.arguments[0]) for a, _ in denominator)
    return _Gap(n.mul(primitive, of_mono(open_)), factor, sums)


def _sides(statement: Statement) -> tuple[Term, Term]:
    """The larger side first."""
    sides = (statement.left, statement.right)
    return sides[::-1] if statement.relation == "<=" else sides


def _over(mono: Mono) -> Mono:
    return tuple((atom, -exponent) for atom, exponent in mono)


def _match(n: Normaliser, one: _Gap, other: _Gap) -> tuple[Poly, Poly] | None:
    """Factors that are never zero and make both tops the same."""
    if not one.top or not other.top:
        return None if one.top or other.top else (ONE, ONE)
    signed = [ONE, -ONE]
    extra = [poly for poly in (*one.sums, *other.sums) if n.sign(poly) is not None]
    for unit in signed:
        for left, right in ((ONE, ONE), *((ONE, e) for e in extra), *((e, ONE) for e in extra)):
            if n.mul(one.top, left) == n.mul(n.mul(other.top, right), unit):
                return left, n.mul(right, unit)
    return None


def solution(statement: Statement, unknown: Sym, declarations: Declarations) -> Term | None:
    """The only admissible value of a real symbol that solves an equation that is linear in it.

    Linear after it is multiplied with what is never zero. None where that is not so, or where the
    value may lie outside the declared interval of the symbol.
    """
    n = Normaliser(declarations, frozenset())
    try:
        top = _gap(n, statement).top
        parts: list[Poly] = [ZERO, ZERO]
        for mono, coefficient in top.terms.items():
            powers = {a: e for a, e in mono if _is(a, unknown)}
            exponent = next(iter(powers.values()), Fraction(0))
            if exponent not in (0, 1):
                return None
            rest = tuple((a, e) for a, e in mono if a not in powers)
            parts[int(exponent)] += of_mono(rest, coefficient)
        if any(unknown.name in part.free for part in parts) or n.sign(parts[1]) is None:
            return None
        value = -n.mul(parts[0], n.inverse(parts[1]))
        inside = _is_admissible(n, value, unknown)
        return to_term(value, declarations) if inside and not n.conditions else None
    except (UnsupportedError, OutOfFuelError, ValueError, RecursionError):
        return None


def _is(atom: Atom, unknown: Sym) -> bool:
    return atom.kind == "sym" and str(atom.arguments[0]) == unknown.name


def _is_admissible(n: Normaliser, value: Poly, unknown: Sym) -> bool:
    """Whether a value lies inside the declared interval of a symbol, by the declared signs."""
    declared = n.declarations.find(unknown.name)
    if not isinstance(declared, Scalar):
        return False
    span = declared.interval
    gaps = [] if span.lower is None else [value - constant(span.lower)]
    gaps += [] if span.upper is None else [constant(span.upper) - value]
    return all(_is_positive(n, gap) for gap in gaps)


def _is_positive(n: Normaliser, poly: Poly) -> bool:
    top, denominator = n.together(poly)
    return bool(top) and n.sign(top) == 1 and n.sign(of_mono(denominator)) == 1


def without_logarithms(statement: Statement, declarations: Declarations) -> Statement | None:
    """An equation between sums of logarithms as one between products, which has its solutions.

    Logarithms of what is positive are equal where their arguments are. None where something else
    stands in the equation.
    """
    n = Normaliser(declarations, frozenset())
    sides: tuple[list[Term], list[Term]] = ([], [])
    try:
        left, right = (n.poly(unfold(s, declarations)) for s in (statement.left, statement.right))
        gap = left - right
        if statement.relation != "=" or not gap or n.conditions:
            return None
        for mono, coefficient in gap.terms.items():
            atom = mono[0][0] if len(mono) == 1 and mono[0][1] == 1 else None
            argument = as_poly(atom.arguments[0]) if atom and atom.kind == "log" else None
            power = abs(coefficient)
            if argument is None or power.denominator != 1 or n.sign(argument) != 1:
                return None
            base = to_term(argument, declarations)
            factor = base if power == 1 else Pow(base, Num(power))
            sides[coefficient < 0].append(factor)
    except (UnsupportedError, OutOfFuelError, ValueError, RecursionError):
        return None
    products = (_product(factors) for factors in sides)
    return Statement(next(products), "=", next(products))


def _product(factors: list[Term]) -> Term:
    return as_term(1) if not factors else factors[0] if len(factors) == 1 else Mul(tuple(factors))


def differentiated(statement: Statement, declarations: Declarations) -> Statement:
    """An equation with its derivatives worked out, where the normal form can do that.

    It is the same equation: each side is replaced by its normal form, which holds no condition.
    """
    sides = (statement.left, statement.right)
    if not any(isinstance(part, Derivative) for side in sides for part in walk(side)):
        return statement
    n = Normaliser(declarations, frozenset())
    try:
        left, right = (to_term(n.poly(unfold(side, declarations)), declarations) for side in sides)
    except (UnsupportedError, OutOfFuelError, ValueError, RecursionError):
        return statement
    return statement if n.conditions else Statement(left, statement.relation, right)
