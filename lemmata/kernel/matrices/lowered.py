"""Inverses and ordered products where they stand in terms: their entries as words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.entries import Lowering
from lemmata.kernel.matrices import words
from lemmata.kernel.poly import Atom, Poly, of_atom
from lemmata.kernel.terms import Derivative, Entry, Neg, Pow, Statement, Sym, Term, walk

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser, Scope

PLACES = (Sym("the row"), Sym("the column"))


def wanted(statement: Statement, declarations: Declarations) -> bool:
    """Whether a statement about numbers needs products of matrices as words."""
    parts = [part for side in (statement.left, statement.right) for part in walk(side)]
    if any(isinstance(part, Derivative) for part in parts):
        return False
    known = {s.name for s in declarations.scalars if s.kind in ("symmetric", "definite")}
    return any(
        isinstance(part, Entry) or (isinstance(part, Sym) and part.name in known) for part in parts
    )


def entry(n: Normaliser, matrix: Term, row: Poly, column: Poly, scope: Scope) -> Poly:
    """An entry of an inverse."""
    match matrix:
        case Pow(base, Neg()):
            lowering = Lowering(n.declarations)
            axis = lowering.shapes.of(base).rows
            if axis is None:
                n.unsupported("an inverse whose size does not follow from the formula")
            size: words.Sort = ("range", n.poly(axis.lower), n.poly(axis.upper))
            words.open_places(n, size)
            numbers = (words.ROW, words.COLUMN)
            for letter, number in zip(PLACES, numbers, strict=True):
                scope = scope.with_value(letter.name, of_atom(Atom("bound", number)))
            inner = n.poly(lowering.entry(base, *PLACES), scope)
            words.open_places(n, size)
            return words.inverse(n, inner, size, row, column)
    return n.unsupported(f"the entries of {type(matrix).__name__}")
