"""A positive factor between two terms, proposed for a proof that the kernel checks.

Nothing rests on it: a wrong factor only leaves a proof open.
"""

from __future__ import annotations

from collections.abc import Iterator

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.fuel import OutOfFuelError
from lemmata.kernel.normal import Normaliser
from lemmata.kernel.notes import UnsupportedError
from lemmata.kernel.poly import Mono, Poly, join, of_mono
from lemmata.kernel.prove import fact_levels, normaliser
from lemmata.kernel.render import to_term
from lemmata.kernel.terms import Statement, Term
from lemmata.kernel.unfold import unfold

CANDIDATES = 12


def factor_between(term: Term, other: Term, declarations: Declarations) -> Term | None:
    """A factor c with `term = c other`, made of sizes and positive numbers; None if none is found.

    Its sign may be either.
    """
    try:
        statement = Statement(term, "=", other)
        n = normaliser(declarations, fact_levels(declarations)[-1], statement=statement)
        left, right = (n.poly(unfold(side, declarations)) for side in (term, other))
        for factor in _candidates(n, left, right):
            if n.mul(factor, right) == left:
                return to_term(factor, declarations)
    except (UnsupportedError, OutOfFuelError, RecursionError, ValueError):
        pass
    return None


def _candidates(n: Normaliser, left: Poly, right: Poly) -> Iterator[Poly]:
    """Quotients of a term of the left side and one of the right."""
    if not right:
        return
    mono, coefficient = right.items()[0]
    inverse: Mono = tuple((atom, -exponent) for atom, exponent in mono)
    for other, number in left.items()[:CANDIDATES]:
        quotient = join(other, inverse)
        if all(n.sign(of_mono(((atom, exponent),))) == 1 for atom, exponent in quotient):
            yield of_mono(quotient, number / coefficient)
