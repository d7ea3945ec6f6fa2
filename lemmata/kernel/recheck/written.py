"""The signs of the closed expressions of a statement, from the signs of their parts as written."""

from __future__ import annotations

from contextlib import suppress

from lemmata.kernel import terms as t
from lemmata.kernel.recheck.polynomials import Poly, RefusalError, Scope, content, of
from lemmata.kernel.recheck.ring import Ring
from lemmata.kernel.terms import Term

Sign = tuple[int, bool]
"""1 or -1, and whether it is never zero."""

BINDING = (t.Sum, t.Prod, t.Integral, t.Trajectory, t.Derivative, t.Det)


def learn(rules: Ring, side: Term) -> None:
    """Keep the sign of everything that a side divides by, or takes a root or logarithm of."""
    waiting = [side]
    while waiting:
        part = waiting.pop()
        if isinstance(part, BINDING):
            continue
        waiting += t.children(part)
        match part:
            case t.Div(_, inner) | t.Pow(inner, _) | t.Fn(_, inner):
                with suppress(RefusalError):
                    keep(rules, inner, rules.value(inner, {}))


def keep(rules: Ring, term: Term, poly: Poly) -> None:
    """Keep the sign of one sum, and of what it is a positive multiple of."""
    if len(poly.terms) < 2 or rules.sign(poly) is not None:
        return
    found = sign(rules, term, {})
    top, bottom = rules.together(poly)
    if found is None or not top.terms:
        return
    _, shared, rest = content(top)
    if all(rules.sign(of(atom)) == 1 for atom in (*shared, *bottom)):
        rules.written[rest.key] = rules.written[poly.key] = found


def sign(rules: Ring, term: Term, scope: Scope) -> Sign | None:
    """The sign of a term; None where its parts do not tell."""
    least: Sign | None = None
    match term:
        case t.Add(parts):
            signs = [sign(rules, part, scope) for part in parts]
            known = [each for each in signs if each]
            if len(known) == len(signs) and len({each for each, _ in known}) == 1:
                return known[0][0], any(strict for _, strict in known)
        case t.Neg(body):
            inner = sign(rules, body, scope)
            return inner and (-inner[0], inner[1])
        case t.Mul(parts):
            if found := product([sign(rules, part, scope) for part in parts]):
                return found
        case t.Div(top, bottom):
            below = sign(rules, bottom, scope)
            return product([sign(rules, top, scope), below]) if below and below[1] else None
        case t.Fn("sqrt" | "abs", body):
            inner = sign(rules, body, scope)
            return 1, bool(inner and inner[1])
        case t.Pow(base, exponent):
            inner, number = sign(rules, base, scope), rules.value(exponent, scope).number()
            if number is not None and number > 0 and number % 2 == 0:
                return 1, bool(inner and inner[1])
            above = number is not None and number > 0
            return inner if inner and inner[0] == 1 and (inner[1] or above) else None
        case t.Sum(index, span, body):
            ends = (rules.value(end, scope) for end in (span.lower, span.upper))
            inner = sign(rules, body, {**scope, index.name: of(rules.open("range", *ends))})
            least = inner and (inner[0], False)
    for way in (1, -1):
        low, strict = rules.low(rules.value(term, scope) * way)
        if low is not None and low >= 0:
            return way, low > 0 or strict
    return least


def product(signs: list[Sign | None]) -> Sign | None:
    """The sign of a product."""
    way, strict = 1, True
    for each in signs:
        if each is None:
            return None
        way, strict = way * each[0], strict and each[1]
    return way, strict
