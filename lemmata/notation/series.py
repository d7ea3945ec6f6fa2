r"""Geometric series: `\sum_{k=0}^\infty \gamma^k` is `1/(1 - \gamma)`, where it converges.

The declared domains must show that it does: the ratio is a number between -1 and 1, linear in one
declared number. Every other infinite sum is left to whoever reports it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from lemmata.kernel.declarations import Declarations, Index, Scalar, Size, free_names
from lemmata.kernel.terms import Add, App, Div, Mul, Neg, Num, Pow, Sym, Term, as_term, free, walk
from lemmata.notation.shifted import linear_parts

ONE: Final = Fraction(1)


def series(index: Sym, lower: Term, body: Term, declarations: Declarations) -> Term | None:
    r"""The value of an infinite sum over an index; None unless it is a geometric series.

    Args:
        index: The letter that runs up.
        lower: Where it begins.
        body: `c r^{k + n}` or `c k r^{k + n}`, in any order.
        declarations: The domains of the numbers in it.
    """
    if not isinstance(lower, Num) or lower.value.denominator != 1 or lower.value < 0:
        return None
    first = int(lower.value)
    rest: list[Term] = []
    ratios: list[Term] = []
    shift, counted = 0, 0
    for factor in _factors(body):
        match factor:
            case Pow(base, exponent) if index in free(exponent) and index not in free(base):
                moved = _shift(exponent, index)
                if moved is None:
                    return None
                ratios.append(base)
                shift += moved
            case _ if factor == index:
                counted += 1
            case _ if index in free(factor):
                return None
            case _ if not _is_constant(factor, declarations):
                return None
            case _:
                rest.append(factor)
    if len(ratios) != 1 or counted > 1 or not _is_small(ratios[0], declarations):
        return None
    (ratio,) = ratios
    first = max(first, counted)  # `0 r^{-1}` is nothing
    if first + shift < 0:
        return None
    below: Term = Add((as_term(1), Neg(ratio)))
    above: list[Term] = [*rest, Pow(ratio, as_term(first + shift))]
    if counted:
        below = Pow(below, as_term(2))
        above.append(Add((as_term(first), Neg(Mul((as_term(first - 1), ratio))))))
    return Div(Mul(tuple(above)) if len(above) > 1 else above[0], below)


def _is_constant(term: Term, declarations: Declarations) -> bool:
    """Whether a term is made of declared numbers: a reward without its time may change with it."""
    kinds = (declarations.find(name) for name in free_names(term))
    called = any(isinstance(part, App) for part in walk(term))
    return not called and all(isinstance(kind, Scalar | Size | Index) for kind in kinds)


def _factors(term: Term) -> list[Term]:
    """The factors of a product, with those of its parts and of the numerator of a fraction."""
    match term:
        case Mul(factors):
            return [part for factor in factors for part in _factors(factor)]
        case Neg(body):
            return [as_term(-1), *_factors(body)]
        case Div(above, below):
            return [*_factors(above), Div(as_term(1), below)]
    return [term]


def _shift(exponent: Term, index: Sym) -> int | None:
    """How much is added to an index in an exponent: -1 in `k - 1`."""
    parts = linear_parts(exponent)
    if parts is None or parts.get(index) != 1 or not {*parts} <= {index, None}:
        return None
    moved = parts.get(None, Fraction(0))
    return int(moved) if moved.denominator == 1 else None


def _is_small(ratio: Term, declarations: Declarations) -> bool:
    """Whether the declared domain shows that a ratio lies between -1 and 1, both excluded."""
    parts = linear_parts(ratio)
    names = [name for name in parts or {} if name is not None]
    if parts is None or len(names) != 1:
        return False
    (name,) = names
    item = declarations.find(name.name)
    if not isinstance(item, Scalar) or item.axes:
        return False
    domain, add, times = item.interval, parts.get(None, Fraction(0)), parts[name]
    if domain.lower is None or domain.upper is None:
        return False
    ends = [add + times * end for end in (domain.lower, domain.upper)]
    return all(abs(end) < ONE or (abs(end) == ONE and not domain.closed) for end in ends)
