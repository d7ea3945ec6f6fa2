r"""Sums over triangles in the other order: that of all j <= i as that of all i >= j.

The pairs with a <= j <= i + c and l <= i <= u are those with a <= j <= u + c and j - c <= i <= u,
where a - c is at least l; and those with i + c <= j <= b are those with l + c <= j <= b and
l <= i <= j - c, where b - c is at most u.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from lemmata.judge.bounds import proved
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import (
    Add,
    Mul,
    Neg,
    Range,
    Statement,
    Sum,
    Sym,
    Term,
    children,
    free,
    rebuild,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Verdict
from lemmata.notation.shifted import added, linear_parts, linear_term


def in_the_other_order(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A statement that holds with one of its sums over a triangle taken in the other order."""
    left, right = (unfold(side, declarations) for side in (statement.left, statement.right))
    changes = [replace(statement, left=changed, right=right) for changed in _changed(left)]
    changes += [replace(statement, left=left, right=changed) for changed in _changed(right)]
    return next((found for change in changes if (found := proved(change, declarations))), [])


def _changed(term: Term) -> Iterator[Term]:
    """A term with one of its sums in the other order."""
    match term:
        case Sum(_, _, Sum(_, _, _, None), None) | Sum(_, _, Mul(), None):
            if (other := exchanged(term)) is not None:
                yield other
    parts = children(term)
    for at, part in enumerate(parts):
        for changed in _changed(part):
            yield rebuild(term, (*parts[:at], changed, *parts[at + 1 :]))


def exchanged(term: Sum) -> Sum | None:
    """A sum over a triangle in the other order; None if its ranges are not seen to be one."""
    inside, outside = term.body, list[Term]()
    if isinstance(inside, Mul):  # what stands before the inner sum
        sums = [factor for factor in inside.factors if isinstance(factor, Sum)]
        outside = [factor for factor in inside.factors if not isinstance(factor, Sum)]
        if len(sums) != 1 or any(sums[0].index in free(factor) for factor in outside):
            return None
        inside = sums[0]
    if not isinstance(inside, Sum) or inside.excluding is not None:
        return None
    i, j, span, inner = term.index, inside.index, term.range, inside.range
    limits = (span.lower, span.upper, inner.lower, inner.upper)
    if i == j or any(j in free(limit) for limit in limits):
        return None  # another letter of that name
    body = Mul((*outside, inside.body)) if outside else inside.body
    above, below = _step(inner.upper, i), _step(inner.lower, i)
    if above is not None and i not in free(inner.lower):
        if not _is_at_least(_minus(inner.lower, above), span.lower):
            return None
        pairs = Range(inner.lower, Add((span.upper, above))), Range(_minus(j, above), span.upper)
    elif below is not None and i not in free(inner.upper):
        if not _is_at_least(span.upper, _minus(inner.upper, below)):
            return None
        pairs = Range(Add((span.lower, below)), inner.upper), Range(span.lower, _minus(j, below))
    else:
        return None
    return Sum(j, pairs[0], Sum(i, pairs[1], body))


def _minus(one: Term, other: Term) -> Term:
    return Add((one, Neg(other)))


def _step(limit: Term, letter: Sym) -> Term | None:
    """What a limit is beyond a letter, `c` of `i + c`; None if it does not hold the letter so."""
    parts = linear_parts(limit)
    if parts is None or parts.get(letter) != 1:
        return None
    rest = linear_term({name: count for name, count in parts.items() if name != letter})
    return None if letter in free(rest) else rest


def _is_at_least(one: Term, other: Term) -> bool:
    """Whether an integer is at least another one whatever their letters are."""
    parts = linear_parts(one), linear_parts(other)
    if parts[0] is None or parts[1] is None:
        return False
    gap = added(parts[0], {name: -count for name, count in parts[1].items()})
    return set(gap) <= {None} and gap.get(None, Fraction(0)) >= 0
