"""Rules of maxima over the outcomes of a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemmata.kernel.poly import (
    ZERO,
    Argument,
    Atom,
    Mono,
    Name,
    Poly,
    constant,
    of_atom,
    of_mono,
    split,
)
from lemmata.kernel.rules import rule

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser

ATTAINED = "maxima over outcomes are attained"


@rule("maximum")
def maximum(n: Normaliser, number: int, sort: Argument, body: Poly) -> Poly:
    """A maximum takes along what does not change with its variable.

    Statement: max_a (c + k f(a)) = c + k max_a f(a), for c and k > 0 without a; max_a c = c.
    Assumes: that the maximum is attained.
    Refuses: a factor whose sign is not known to be positive, a term with the variable.
    Example: max_a (r + gamma Q(s, a)) = r + gamma max_a Q(s, a) for gamma > 0.
    """
    apart = {mono: c for mono, c in body.terms.items() if number not in of_mono(mono).free}
    outside, inside = Poly(apart), body - Poly(apart)
    n.use("maximum", ATTAINED)
    if not inside:
        n.note("maximum", body, "max", sort, body, (number,))
        return body
    scale, rest = _positive_factor(n, number, inside)
    closed = rest.height + 1
    n.note_limits(closed, sort)
    renamed = n.substitute(rest, {number: of_atom(Atom("bound", closed))})
    hides: frozenset[Name] = frozenset({closed})
    atom = Atom("max", sort, renamed, (closed,), hides=hides, height=closed)
    result = outside + n.mul(scale, of_atom(atom))
    if outside != ZERO or scale.number() != 1:
        n.note("maximum", result, "max", sort, body, (number,))
    return result


def _positive_factor(n: Normaliser, number: int, body: Poly) -> tuple[Poly, Poly]:
    """A factor of a body that is known to be positive and has not the variable, and the rest."""
    gathered: dict[Mono, Poly] = {}
    for mono, coefficient in body.terms.items():
        own, other = split(mono, lambda atom: number in atom.free)
        gathered[own] = gathered.get(own, ZERO) + of_mono(other, coefficient)
    if len(gathered) == 1:
        ((own, factor),) = gathered.items()
        if n.sign(factor) == 1:
            return factor, of_mono(own)
    size, shared, _ = n.content(body)
    known, _ = split(shared, lambda atom: number not in atom.free and n.positive(atom))
    scale = n.mul(constant(size), of_mono(known))
    return scale, n.mul(body, n.inverse(scale))
