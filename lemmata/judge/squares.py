r"""Bounds by the inequality of Cauchy and Schwarz, and bounds of what is not negative by squares.

For columns a and b,

    (a^\top a)(b^\top b) - (a^\top b)^2 = \frac12 \sum_{i,j} (a_i b_j - a_j b_i)^2,

so that what exceeds something by such a sum, or by 2(|a||b| - a^\top b), is the larger. A side that
is not negative is the larger if its square is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from lemmata.judge.bounds import proved
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.shapes import Shape, shape_of
from lemmata.kernel.terms import (
    Add,
    Div,
    Entry,
    Fn,
    Mul,
    Neg,
    Norm,
    Num,
    Pow,
    Range,
    Statement,
    Sum,
    Sym,
    Term,
    Transpose,
    as_term,
    children,
    free,
    substitute,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Verdict

MOST_PAIRS: Final = 4
"""Pairs of columns that are tried."""
_LETTERS: Final = (Sym("one place"), Sym("another place"))


class _Column:
    """A column by its entries: a term in a letter that runs over a range."""

    def __init__(self, span: Range, letter: Sym, entry: Term) -> None:
        self.span, self._letter, self._entry = span, letter, entry

    def at(self, place: Sym) -> Term:
        """The entry at a place."""
        return substitute(self._entry, {self._letter: place})

    def times(self, other: _Column) -> Term:
        """The inner product of two columns."""
        place = _LETTERS[0]
        return Sum(place, self.span, Mul((self.at(place), other.at(place))))


def by_squares(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A bound whose larger side exceeds the smaller one, or does when both are squared."""
    if statement.relation not in ("<=", ">="):
        return []
    sides = [unfold(side, declarations) for side in (statement.left, statement.right)]
    small, large = sides if statement.relation == "<=" else sides[::-1]
    pairs = [*_pairs(small, large, declarations)][:MOST_PAIRS]
    gap = Add((large, Neg(small)))
    twice = Mul((as_term(2), gap))
    if found := _first(gap, pairs, declarations) or _first(twice, pairs, declarations):
        return found
    if not _is_a_size(large):
        return []
    two = as_term(2)
    return _first(Add((Pow(large, two), Neg(Pow(small, two)))), pairs, declarations)


def _first(
    gap: Term, pairs: Sequence[tuple[_Column, _Column]], declarations: Declarations
) -> Sequence[Verdict]:
    """The proof that a gap is what the inequality says of one of the pairs to be no less than 0."""
    gaps = (way(*pair) for pair in pairs for way in (_spread, _excess, _excess_against))
    found = (proved(Statement(gap, "=", way), declarations) for way in gaps)
    return next((verdicts for verdicts in found if verdicts), [])


def _spread(one: _Column, other: _Column) -> Term:
    """What the product of the squared lengths exceeds the squared inner product by."""
    i, j = _LETTERS
    crossed = Add((Mul((one.at(i), other.at(j))), Neg(Mul((one.at(j), other.at(i))))))
    inner = Sum(j, one.span, Pow(crossed, as_term(2)))
    return Div(Sum(i, one.span, inner), as_term(2))


def _excess(one: _Column, other: _Column) -> Term:
    """Twice what the product of the lengths exceeds the inner product by."""
    return Mul((as_term(2), Add((_lengths(one, other), Neg(one.times(other))))))


def _excess_against(one: _Column, other: _Column) -> Term:
    """Twice what the product of the lengths exceeds minus the inner product by."""
    return Mul((as_term(2), Add((_lengths(one, other), one.times(other)))))


def _lengths(one: _Column, other: _Column) -> Term:
    return Mul((Fn("sqrt", one.times(one)), Fn("sqrt", other.times(other))))


def _is_a_size(term: Term) -> bool:
    """Whether a term is not negative by the way it is written."""
    match term:
        case Num() | Norm() | Fn("abs" | "sqrt" | "exp", _):
            return True
        case Pow(_, Num(value)) if value.denominator == 1 and value % 2 == 0:
            return True
        case Add() | Mul() | Div():
            return all(map(_is_a_size, children(term)))
    return False


def _pairs(
    small: Term, large: Term, declarations: Declarations
) -> Iterator[tuple[_Column, _Column]]:
    """The pairs of columns whose inner product or whose lengths stand in a bound."""
    found: dict[Term, None] = {}
    for part in (part for side in (small, large) for part in walk(side)):
        match part:
            case Mul((Transpose(one), *rest)) if rest:
                found[one] = None
                found[rest[0] if len(rest) == 1 else Mul(tuple(rest))] = None
            case Norm(body, "2"):
                found[body] = None
            case Sum(letter, span, Mul(factors), None):
                mine = [factor for factor in factors if letter in free(factor)]
                if len(mine) == 2:
                    first, second = (_Column(span, letter, factor) for factor in mine)
                    yield first, second
    columns = [_column(term, declarations) for term in found]
    known = [column for column in columns if column is not None]
    yield from ((a, b) for a, b in combinations(known, 2) if a.span == b.span)


def _column(term: Term, declarations: Declarations) -> _Column | None:
    """A column by its entries; None of what is a number or a matrix."""
    shape: Shape | None = shape_of(term, declarations)
    if shape is None or not shape.is_column or shape.rows is None:
        return None
    letter = Sym("place")
    return _Column(shape.rows, letter, Entry(term, (letter,)))
