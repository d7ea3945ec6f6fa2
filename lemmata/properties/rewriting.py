"""True identities, applied at a random place: the result must have the normal form of the term.

Where names stand for whole columns and matrices, only numbers change places in a product, and the
identities of matrices join in: a transpose goes through a product, letters go round in a trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.shapes import NUMBER, SINGLE, UNKNOWN, ShapeError, Shapes
from lemmata.kernel.terms import (
    Add,
    Density,
    Derivative,
    Diag,
    Div,
    Entries,
    Entry,
    Fn,
    Hadamard,
    Identity,
    Integral,
    Max,
    Mul,
    Neg,
    Norm,
    Num,
    OneHot,
    Pow,
    Sum,
    Sym,
    Term,
    Trace,
    Trajectory,
    Transpose,
    as_term,
    bound,
    children,
    free,
    rebuild,
    substitute,
)


def rewrite(term: Term, dice: Random, declarations: Declarations) -> Term:
    """The term with one true identity applied to one of its parts.

    Args:
        term: A number.
        dice: What chooses the place and the identity.
        declarations: The world of its names.
    """
    shapes = Shapes(declarations) if declarations.linear else None
    choices = list(_everywhere(term, shapes))
    return dice.choice(choices) if choices else term


def _everywhere(term: Term, shapes: Shapes | None) -> Iterator[Term]:
    if isinstance(term, Max):
        yield Max(term.variable, term.body + 1) - 1
        yield Max(term.variable, 2 * term.body) / 2
    yield from _here(term) if shapes is None or _of_numbers(term, shapes) else ()
    if shapes is not None:
        yield from _of_matrices(term, shapes)
    parts = children(term)
    names = bound(term)
    for place, part in enumerate(parts):
        if part in names or _stays(term, place):
            continue
        for changed in _everywhere(part, shapes):
            yield rebuild(term, (*parts[:place], changed, *parts[place + 1 :]))


def _of_numbers(term: Term, shapes: Shapes) -> bool:
    """Whether a term is a number made of numbers, by sums and products at least."""
    try:
        return all(shapes.of(part) == NUMBER for part in (term, *children(term)))
    except ShapeError:
        return False


def _stays(term: Term, place: int) -> bool:
    """Whether a child is an index, a variable, an end of a range or an exponent."""
    match term:
        case Sym() | Density():
            return True
        case Pow() | Sum():
            return place != (0 if isinstance(term, Pow) else 3)
        case Derivative() | Max():
            return place == 0
        case Entry():
            return place > 0
    return type(term).__name__ in {
        "Iverson",
        "App",
        "Prod",
        "Entries",
        "Entropy",
        "MutualInformation",
        "Identity",
        "OneHot",
        "Ones",
    }


def _here(term: Term) -> Iterator[Term]:
    match term:
        case Add(parts) | Mul(parts) if len(parts) > 1:
            yield rebuild(term, tuple(reversed(parts)))
    match term:
        case Mul((left, Add(parts))):
            yield Add(tuple(Mul((left, part)) for part in parts))
        case Neg(Add(parts)):
            yield Add(tuple(Neg(part) for part in parts))
        case Div(Add(parts), bottom):
            yield Add(tuple(Div(part, bottom) for part in parts))
        case Integral((first, second), body) if not first.indices and not second.indices:
            yield Integral((second, first), body)
            yield Integral((first,), Integral((second,), body))
        case Integral(variables, Add(parts)):
            yield Add(tuple(Integral(variables, part) for part in parts))
        case Sum(index, span, Add(parts), excluding):
            yield Add(tuple(Sum(index, span, part, excluding) for part in parts))
        case Sum(index, span, body, excluding):
            letter = Sym(index.name + "''")
            if letter not in free(body):
                yield Sum(letter, span, substitute(body, {index: letter}), excluding)
        case Trajectory(process, Add(parts)):
            yield Add(tuple(Trajectory(process, part) for part in parts))
        case Derivative(variable, Add(parts)):
            yield Add(tuple(Derivative(variable, part) for part in parts))
        case Derivative(variable, Mul((left, right))):
            yield Derivative(variable, left) * right + left * Derivative(variable, right)
        case Density(family, of, given) if given and family in {"p", "nu"}:
            yield Density(family, of + given) / Density(family, given)
        case Pow(base, Num(value)) if value == 2:
            yield base * base
    if isinstance(term, Density | Integral | Mul | Div | Add):
        yield (term + term) / 2
        yield term * 1 + 0


def _of_matrices(term: Term, shapes: Shapes) -> Iterator[Term]:
    """Identities of columns and matrices; every product keeps its order."""
    yield from _of_operators(term, shapes)
    yield from _of_products(term, shapes)
    shape = shapes.of(term)
    if not shape.is_number and isinstance(term, Sym | Mul | Transpose | Pow | Entries):
        yield (term + term) / 2
        yield term + as_term(0)
        if shape.rows not in (None, SINGLE):
            yield Identity(shape.rows.upper) * term


def _of_operators(term: Term, shapes: Shapes) -> Iterator[Term]:
    """Transposes, traces, norms and entries of what stands inside."""
    match term:
        case Transpose(Transpose(body)):
            yield body
        case Transpose(Add(parts)) if _alike(parts, shapes):
            yield Add(tuple(Transpose(part) for part in parts))
        case Transpose(Mul(factors)) if not any(map(shapes.is_scalar, factors)):
            yield Mul(tuple(Transpose(factor) for factor in reversed(factors)))
        case Trace(Mul((*first, last))) if first and not any(map(shapes.is_scalar, (*first, last))):
            yield Trace(Mul((last, *first)))
        case Trace(Add(parts)) if _alike(parts, shapes):
            yield Add(tuple(Trace(part) for part in parts))
        case Trace(body):
            yield Trace(Transpose(body))
        case Norm(body, "2") if shapes.of(body).is_column:
            yield Fn("sqrt", Transpose(body) * body)
        case Entry(body, (row, column)):
            yield Entry(Transpose(body), (column, row))
    match term:
        case Entry(Add(parts), indices) if _alike(parts, shapes):
            yield Add(tuple(Entry(part, indices) for part in parts))
        case Entry(body, (row,)) if (axis := shapes.of(body).rows) is not None:
            yield Transpose(OneHot(row, axis.upper)) * body


def _of_products(term: Term, shapes: Shapes) -> Iterator[Term]:
    """Products over sums, of diagonals, entry by entry, and those that are numbers."""
    match term:
        case Hadamard(factors):
            yield Hadamard(tuple(reversed(factors)))
        case Mul((left, Add(parts))) if _alike(parts, shapes):
            yield Add(tuple(Mul((left, part)) for part in parts))
        case Mul((Add(parts), right)) if _alike(parts, shapes):
            yield Add(tuple(Mul((part, right)) for part in parts))
        case Mul((Diag(weights), right)) if shapes.of(right).is_column:
            yield Hadamard((weights, right))
        case Mul(factors) if not any(map(shapes.is_scalar, factors)) and shapes.is_scalar(term):
            yield Transpose(term)


def _alike(parts: tuple[Term, ...], shapes: Shapes) -> bool:
    """Whether all have one shape of their own, unlike a bare 0 or a number beside a column."""
    first = shapes.of(parts[0])
    return first != UNKNOWN and all(shapes.of(part) == first for part in parts)
