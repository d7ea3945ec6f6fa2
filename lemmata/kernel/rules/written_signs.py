"""The sign of an expression as it is written, where its expanded form hides it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from lemmata.kernel.poly import Atom, Poly, of_atom
from lemmata.kernel.rules import rule
from lemmata.kernel.terms import (
    Add,
    App,
    Div,
    Fn,
    Mul,
    Neg,
    Num,
    Pi,
    Pow,
    Prod,
    Sum,
    Sym,
    Term,
)

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser, Scope

Sign: TypeAlias = "tuple[int, bool]"
"""1 or -1, and whether it is never zero."""


@rule("sign_as_written")
def learn(n: Normaliser, term: Term, poly: Poly, scope: Scope) -> None:
    """The normal form of an expression has the sign that the expression has as it is written.

    Statement: a sum of terms that are not negative is not negative, and positive if one of them
        is; so are products, quotients, even powers, roots, moduli and sums over ranges.
    Assumes: nothing; the signs of the names are declared.
    Refuses: a sum of terms of both signs, a power of unknown sign with an odd exponent, a product
        with a factor of unknown sign.
    Example: b s + (1 - b) g^2 >= 0 for s >= 0 and 0 < b < 1.
    """
    if len(poly.terms) < 2 or n.sign(poly) is not None:
        return
    found = sign_as_written(n, term, scope)
    if found is None:
        return
    top, bottom = n.together(poly)
    if not top:
        return
    _, shared, primitive = n.content(top)
    if not all(n.positive(atom) for atom, _ in (*shared, *bottom)):
        return
    n.use("sign_as_written")
    n.written[primitive.key] = found
    n.written[poly.key] = found


def sign_as_written(n: Normaliser, term: Term, scope: Scope) -> Sign | None:
    """The sign of an expression from the signs of its parts; None where they do not tell."""
    match term:
        case Num(value):
            return 1, value != 0
        case Pi() | Fn("exp", _):
            return 1, True
        case Add(parts):
            found = _of_sum([sign_as_written(n, part, scope) for part in parts])
            return found or _of_poly(n, n.poly(term, scope))
        case Neg(body):
            inner = sign_as_written(n, body, scope)
            return None if inner is None else (-inner[0], inner[1])
        case Mul(parts):
            found = _of_product([sign_as_written(n, part, scope) for part in parts])
            return found or _of_poly(n, n.poly(term, scope))
        case Div(top, bottom):
            signs = [sign_as_written(n, part, scope) for part in (top, bottom)]
            return _of_product(signs) if signs[1] is not None and signs[1][1] else None
        case Fn("sqrt" | "abs", body):
            inner = sign_as_written(n, body, scope)
            return 1, inner is not None and inner[1]
        case Pow(base, exponent):
            return _of_power(n, base, exponent, scope)
        case Sum(index, span, body):
            number, ends = n.fresh(), (n.poly(span.lower, scope), n.poly(span.upper, scope))
            n.note_limits(number, ("range", *ends))
            within = scope.with_value(index.name, of_atom(Atom("bound", number)))
            inner = sign_as_written(n, body, within)
            return _of_poly(n, n.poly(term, scope)) or (inner and (inner[0], False))
        case Prod() | Sym() | App():
            return _of_poly(n, n.poly(term, scope))
    return None


def _of_poly(n: Normaliser, poly: Poly) -> Sign | None:
    """The sign of a normal form, by its bounds."""
    lower, upper = n.bounds(poly)
    if lower is not None and lower[0] >= 0:
        return 1, lower[0] > 0 or lower[1]
    if upper is not None and upper[0] <= 0:
        return -1, upper[0] < 0 or upper[1]
    return None


def _of_sum(signs: list[Sign | None]) -> Sign | None:
    known = [sign for sign in signs if sign is not None]
    if len(known) < len(signs) or len({sign for sign, _ in known}) != 1:
        return None
    return known[0][0], any(strict for _, strict in known)


def _of_product(signs: list[Sign | None]) -> Sign | None:
    result, strict = 1, True
    for sign in signs:
        if sign is None:
            return None
        result, strict = result * sign[0], strict and sign[1]
    return result, strict


def _of_power(n: Normaliser, base: Term, exponent: Term, scope: Scope) -> Sign | None:
    inner = sign_as_written(n, base, scope)
    number = n.poly(exponent, scope).number()
    if number is not None and number.denominator == 1 and number % 2 == 0 and number > 0:
        return 1, inner is not None and inner[1]
    if inner is not None and inner[0] == 1 and (inner[1] or (number is not None and number > 0)):
        return inner
    return None
