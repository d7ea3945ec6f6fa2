"""The sizes of one-hot rows and rows of ones, which a product hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemmata.kernel.shapes import ONE
from lemmata.kernel.terms import (
    Mul,
    OneHot,
    Ones,
    Prod,
    Sum,
    Sym,
    Term,
    Transpose,
    children,
    rebuild,
    walk,
)
from lemmata.notation.linear import shape

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser


def sized(parser: Parser, term: Term) -> Term:
    """A term in which the one-hot rows within products have their sizes, where something tells.

    The matrix beside a one-hot column or row does. Those of one letter have one size; a letter
    that is declared, or runs to a declared size, has that one.
    """
    if not any(isinstance(part, OneHot | Ones) for part in walk(term)):
        return term
    found: dict[Term, set[Term]] = {}
    for part in walk(term):
        for factor, size in beside(parser, part.factors) if isinstance(part, Mul) else ():
            if isinstance(factor, OneHot):
                found.setdefault(factor.index, set()).add(size)
    declared = parser.symbols.declarations
    ranges = [(Sym(letter.name), letter.range) for letter in declared.indices]
    sizes = {size.name for size in declared.sizes}
    for part in walk(term):
        if isinstance(part, Sum | Prod) and isinstance(part.range.upper, Sym):
            ranges += [(part.index, part.range)] if part.range.upper.name in sizes else []
    for letter, span in ranges:
        if letter not in found and span.lower == ONE:
            found[letter] = {span.upper}
    known = {letter: next(iter(each)) for letter, each in found.items() if len(each) == 1}
    return _with_sizes(parser, term, known)


def beside(parser: Parser, factors: tuple[Term, ...]) -> list[tuple[Term, Term]]:
    """The one-hot columns and columns of ones in a product, with the sizes of what is beside."""
    found: list[tuple[Term, Term]] = []
    for place, factor in enumerate(factors):
        turned = isinstance(factor, Transpose)
        body = factor.body if isinstance(factor, Transpose) else factor
        beside = factors[place + 1 : place + 2] if turned else factors[max(place - 1, 0) : place]
        if not isinstance(body, OneHot | Ones) or body.size is not None or not beside:
            continue
        around = shape(parser, beside[0])
        axis = around.rows if turned else around.columns
        if axis is not None and axis.lower == ONE != axis.upper and not around.is_number:
            found.append((body, axis.upper))
    return found


def _with_sizes(parser: Parser, term: Term, known: dict[Term, Term]) -> Term:
    """A term with the sizes of rows behind other factors, of which a product has its own size."""
    parts = [_with_sizes(parser, part, known) for part in children(term)]
    term = rebuild(term, tuple(parts)) if parts else term
    if not isinstance(term, Mul):
        return term
    ones = dict(beside(parser, term.factors))
    factors = list(term.factors)
    for place, factor in enumerate(factors[1:], 1):
        row = factor.body if isinstance(factor, Transpose) else None
        if isinstance(row, OneHot) and row.size is None and row.index in known:
            factors[place] = Transpose(OneHot(row.index, known[row.index]))
        elif isinstance(row, Ones) and row.size is None and row in ones:
            factors[place] = Transpose(Ones(ones[row]))
    return Mul(tuple(factors))
