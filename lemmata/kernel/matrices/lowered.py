"""Inverses and ordered products where they stand in terms: their entries as words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.entries import Lowering
from lemmata.kernel.matrices import words
from lemmata.kernel.poly import Atom, Poly, of_atom
from lemmata.kernel.terms import (
    App,
    Derivative,
    Det,
    Entry,
    Neg,
    Pow,
    Prod,
    Statement,
    Sym,
    Term,
    walk,
)

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser, Scope

PLACES = (Sym("the row"), Sym("the column"))


def wanted(statement: Statement, declarations: Declarations) -> bool:
    """Whether a statement about numbers needs products of matrices as words."""
    parts = [part for side in (statement.left, statement.right) for part in walk(side)]
    if any(isinstance(part, Derivative) for part in parts):
        return False
    tied = ("symmetric", "definite")
    known = {item.name for item in declarations.scalars if item.kind in tied}
    known |= {item.name for item in declarations.functions if item.kind in tied}
    known |= {family.name for family in declarations.families if family.multivariate}
    if any(getattr(part, "family", None) in known for part in parts):
        return True
    return any(
        isinstance(part, Det | Entry) or (isinstance(part, Sym | App) and part.name in known)
        for part in parts
    )


def entry(n: Normaliser, matrix: Term, row: Poly, column: Poly, scope: Scope) -> Poly:
    """An entry of an inverse, or of an ordered product.

    Raises:
        UnsupportedError: The entries of the matrix inside are not known.
    """
    try:
        return _entry(n, matrix, row, column, scope)
    except ValueError as problem:
        return n.unsupported(str(problem))


def _entry(n: Normaliser, matrix: Term, row: Poly, column: Poly, scope: Scope) -> Poly:
    lowering = Lowering(n.declarations)
    axis = lowering.shapes.of(matrix).rows
    if axis is None:
        n.unsupported("a matrix whose size does not follow from the formula")
    size: words.Sort = ("range", n.poly(axis.lower), n.poly(axis.upper))
    words.open_places(n, size)
    for letter, number in zip(PLACES, (words.ROW, words.COLUMN), strict=True):
        scope = scope.with_value(letter.name, of_atom(Atom("bound", number)))
    match matrix:
        case Pow(base, Neg()):
            inner = n.poly(lowering.entry(base, *PLACES), scope)
            words.open_places(n, size)
            return words.inverse(n, inner, size, row, column)
        case Prod(index, span, body, None):
            lower, upper = n.poly(span.lower, scope), n.poly(span.upper, scope)
            n.note_limits(words.STEP, ("range", lower, upper))
            scope = scope.with_value(index.name, of_atom(Atom("bound", words.STEP)))
            inner = n.poly(lowering.entry(body, *PLACES), scope)
            words.open_places(n, size)
            letter_ = words.ordered(n, inner, (lower, upper), size)
            return words.entry(n, (letter_,), row, column)
    return n.unsupported(f"the entries of {type(matrix).__name__}")
