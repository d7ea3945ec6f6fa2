"""Shapes of terms: how many rows and columns each has, or why it has none.

A column has one column, a number one row and one column. A product of shape 1 by 1 is a number, a
bare 0 has every shape, and a number beside a column in a sum is added to each of its entries.
Identities, ones and one-hot columns take their size from what stands around them.

    typed(Statement(A^T x, "=", y))   the same statement with every size written, or a ShapeError
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TypeAlias

from lemmata.kernel.declarations import (
    Declarations,
    Definition,
    Function,
    Index,
    Scalar,
    Variable,
)
from lemmata.kernel.terms import (
    Add,
    App,
    Blocks,
    Derivative,
    Det,
    Diag,
    Div,
    Entries,
    Entry,
    Expect,
    Fn,
    Hadamard,
    Identity,
    Integral,
    Mul,
    Neg,
    Norm,
    Num,
    OneHot,
    Ones,
    Pow,
    Prod,
    Range,
    Statement,
    Sum,
    Sym,
    Term,
    Trace,
    Transpose,
    Variance,
    as_term,
    children,
    free,
    rebuild,
    walk,
)

ONE = as_term(1)
LINEAR = (
    Transpose, Trace, Diag, Hadamard, Norm, Entry, Identity, Ones, OneHot, Entries, Blocks,
)  # fmt: skip
"""Kinds of terms that are about matrices."""

Axis: TypeAlias = Range | None
"""The integers that number rows or columns; None where they are not known yet."""
SINGLE = Range(ONE, ONE)


class ShapeError(ValueError):
    """A formula whose shapes do not fit; the message says which do not."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The rows and columns of a term."""

    rows: Axis
    columns: Axis

    @property
    def is_number(self) -> bool:
        """Whether this is one number."""
        return self.rows == SINGLE and self.columns == SINGLE

    @property
    def is_column(self) -> bool:
        """Whether this is a column of more than one row, as far as is known."""
        return self.columns == SINGLE and self.rows != SINGLE

    @property
    def turned(self) -> Shape:
        """The shape of the transpose."""
        return Shape(self.columns, self.rows)


NUMBER = Shape(SINGLE, SINGLE)
UNKNOWN = Shape(None, None)


def typed(
    statement: Statement, declarations: Declarations, shapes: Shapes | None = None
) -> Statement:
    """A statement whose identities and one-hot columns have their sizes.

    Args:
        statement: The statement.
        declarations: The names in it.
        shapes: Shapes that are known already, for statements that share terms.

    Raises:
        ShapeError: The shapes of something in it, or of its two sides, do not fit.
    """
    if not is_linear(statement, declarations):
        return statement
    shapes = shapes or Shapes(declarations)
    left, right = shapes.of(statement.left), shapes.of(statement.right)
    for side in (statement.left, statement.right):
        check_indices(side, declarations, {})
    filled = statement
    try:
        shape = shapes.same(left, right, "the two sides")
        if not any(_wants_size(p) for s in (statement.left, statement.right) for p in walk(s)):
            return statement
        sides = (shapes.fill(side, shape) for side in (statement.left, statement.right))
        filled = Statement(next(sides), statement.relation, next(sides))
        shapes.same(shapes.of(filled.left), shapes.of(filled.right), "the two sides")
    except ShapeError:
        left, right = shapes.of(filled.left), shapes.of(filled.right)
        message = f"the left side is {shapes.words(left)}, the right side is {shapes.words(right)}"
        raise ShapeError(message) from None
    return filled


def check_indices(term: Term, declarations: Declarations, bound: Mapping[str, Range]) -> None:
    """Check that every letter runs over the entries that the array has where it stands.

    Raises:
        ShapeError: A letter runs to one size and numbers entries up to another.
    """
    if isinstance(term, Sym):
        item = declarations.find(term.name)
        axes = item.axes if isinstance(item, Scalar) and item.rank else ()
        for index, axis in zip(term.indices, axes, strict=False):
            if not isinstance(index, Sym):
                continue
            declared = declarations.find(index.name)
            span = bound.get(index.name)
            if span is None and isinstance(declared, Index):
                span = declared.range
            if span is not None and _differ(span, axis):
                raise ShapeError(
                    f"{index.name} runs to {_length(span)} and stands as an index of {term.name}, "
                    f"which has {_length(axis)} entries there"
                )
    if isinstance(term, Sum | Prod):
        inner = {**bound, term.index.name: term.range}
        for limit in (term.range.lower, term.range.upper):
            check_indices(limit, declarations, bound)
        check_indices(term.body, declarations, inner)
        return
    for part in children(term):
        check_indices(part, declarations, bound)


def _differ(one: Range, other: Range) -> bool:
    """Whether two ranges from 1 end at different sizes."""
    ends = (one.upper, other.upper)
    return (
        one.lower == other.lower == ONE
        and all(isinstance(e, Sym) for e in ends)
        and (ends[0] != ends[1])
    )


def components(
    statement: Statement, loose: Mapping[str, Axis], declarations: Declarations
) -> tuple[Statement, Declarations]:
    """A statement in which letters number the components of its sides.

    A whole side beside a component is taken in the place that the letters name: `loose` letters,
    which are declared nowhere, and declared ones that stand free in the component only. They
    belong to the row and column whose ranges they have, in the order of the alphabet where both
    fit.

    Raises:
        ShapeError: There are too few letters, or they have other ranges.
        ValueError: There are too many letters, so that what they mean is not clear.
    """
    if not declarations.linear:
        return statement, declarations
    shapes = Shapes(declarations)
    sides = (statement.left, statement.right)
    whole = [side for side in sides if not shapes.is_scalar(side)]
    ranges: dict[str, Axis] = {i.name: i.range for i in declarations.indices}
    ranges.update(loose)
    mine = set(loose)
    if len(whole) == 1:
        (side,) = (side for side in sides if side is not whole[0])
        known = {index.name for index in declarations.indices}
        mine |= {s.name for s in free(side) - free(whole[0])} & known
    if not mine:
        return statement, declarations
    names, axes = list[str](), list[Axis]()
    shape = shapes.of(whole[0]) if whole else NUMBER
    if whole:
        axes = [axis for axis in (shape.rows, shape.columns) if axis != SINGLE]
        if len(whole) > 1 or len(mine) > len(axes):
            raise ValueError(f"what {', '.join(sorted(mine))} stand for is not clear; write sums")
        fitting = [
            order
            for order in permutations(sorted(mine))
            if len(order) == len(axes)
            and all(ranges.get(n) in (None, axis) for n, axis in zip(order, axes, strict=True))
        ]
        if not fitting:
            letters = ", ".join(sorted(mine))
            raise ShapeError(f"the letters {letters} do not number {shapes.words(shape)}")
        names = list(fitting[0])
        ranges.update(zip(names, axes, strict=True))
    if any(ranges[name] is None for name in mine):
        raise ValueError("a letter stands for an index and has no range")
    if names and all(map(explicit, axes)):
        return _cases(statement, shapes, shape, names), declarations
    fresh = tuple(Index(n, axis) for n in loose if (axis := ranges[n]) is not None)
    declared = replace(declarations, indices=(*declarations.indices, *fresh))
    places = tuple(map(Sym, names))
    left, right = (
        side if shapes.is_scalar(side) else Entry(shapes.fill(side, shape), places)
        for side in sides
    )
    return Statement(left, statement.relation, right), declared


def _cases(statement: Statement, shapes: Shapes, shape: Shape, names: list[str]) -> Statement:
    """A component of an object of explicit sizes as the whole object, to be judged case by case."""
    waiting = iter(names)
    ends = [
        (Sym("1"), ONE) if axis == SINGLE or axis is None else (Sym(next(waiting)), axis.upper)
        for axis in (shape.rows, shape.columns)
    ]
    left, right = (
        Entries(*ends[0], *ends[1], side) if shapes.is_scalar(side) else side
        for side in (statement.left, statement.right)
    )
    return Statement(left, statement.relation, right)


def settled(term: Term, declarations: Declarations) -> Term:
    """A term with the sizes that follow from its own shapes; as it is where they do not fit."""
    if not declarations.linear:
        return term
    shapes = Shapes(declarations)
    try:
        return shapes.fill(term, shapes.of(term))
    except ShapeError:
        return term


def shape_of(term: Term, declarations: Declarations) -> Shape | None:
    """The shape of a term; None if it has none."""
    return Shapes(declarations).find(term)


def is_linear(statement: Statement, declarations: Declarations) -> bool:
    """Whether a statement may be about columns and matrices."""
    return declarations.linear or any(
        isinstance(side, LINEAR) for side in (statement.left, statement.right)
    )


def _wants_size(term: Term) -> bool:
    """Whether a term has the size that its place gives it."""
    return isinstance(term, Identity | Ones | OneHot) and term.size is None


class Shapes:
    """The shapes of terms under some declarations."""

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        # By identity, because terms are hashed as deep as they are; each is kept alive.
        self._known: dict[int, tuple[Term, Shape]] = {}
        self._filled: dict[tuple[int, Shape], tuple[Term, Term]] = {}

    def of(self, term: Term) -> Shape:
        """The shape of a term.

        Raises:
            ShapeError: It has none.
        """
        found = self._known.get(id(term))
        if found is None:
            found = self._known[id(term)] = (term, self._of(term))
        return found[1]

    def find(self, term: Term) -> Shape | None:
        """The shape of a term; None if it has none."""
        try:
            return self.of(term)
        except ShapeError:
            return None

    def is_scalar(self, term: Term) -> bool:
        """Whether a term is one number, or a zero of any shape."""
        return self.of(term) in (NUMBER, UNKNOWN)

    def _of(self, term: Term) -> Shape:  # noqa: C901, PLR0912
        match term:
            case Num(value):
                return UNKNOWN if value == 0 else NUMBER
            case Sym(name, indices):
                return self._named(name, len(indices))
            case App(name, _, indices):
                return self._named(name, len(indices))
            case Add(terms):
                return self._sum(terms)
            case Neg(body) | Sum(_, _, body, _) | Integral(_, body) | Expect(_, body):
                return self.of(body)
            case Variance(_, body):
                shape = self.of(body)
                return Shape(shape.rows, shape.rows) if shape.is_column else shape
            case Mul(factors):
                return self._product(factors)
            case Prod(_, _, body, _):
                return self._square(body, "a product of several matrices")
            case Div(above, below):
                if not self._scalar(below):
                    raise ShapeError(f"a division by {self.words(self.of(below))}")
                return self.of(above)
            case Pow(base, exponent):
                if self._scalar(base):
                    return NUMBER
                if not isinstance(exponent, Num | Neg | Sym | Add):
                    raise ShapeError("a power of a matrix that is no integer")
                return self._square(base, "a power")
            case Fn(name, argument):
                shape = self.of(argument)
                if shape == UNKNOWN:
                    return NUMBER
                if not (shape.is_number or shape.is_column or name in ("sign", "step", "abs")):
                    raise ShapeError(f"{name} of {self.words(shape)}")
                return shape
            case Transpose(body):
                return self.of(body).turned
            case Trace(body) | Det(body):
                self._square(body, "a trace" if isinstance(term, Trace) else "a determinant")
                return NUMBER
            case Norm(body):
                self.of(body)
                return NUMBER
            case Diag(body):
                shape = self.of(body)
                if not shape.is_column:
                    raise ShapeError(f"diag of {self.words(shape)}")
                return Shape(shape.rows, shape.rows)
            case Hadamard(factors):
                return self._alike(factors, "a product entry by entry")
            case Entry(matrix, indices):
                self._entry(self.of(matrix), len(indices))
                return NUMBER
            case Identity(size):
                axis = None if size is None else Range(ONE, size)
                return Shape(axis, axis)
            case Ones(size) | OneHot(_, size):
                return Shape(None if size is None else Range(ONE, size), SINGLE)
            case Entries(_, rows, _, columns, _):
                return Shape(Range(ONE, rows), Range(ONE, columns))
            case Blocks(rows):
                return self._blocks(rows)
            case Derivative(variable, body):
                return self._gradient(variable, body)
        return NUMBER

    def _named(self, name: str, indices: int) -> Shape:
        item = self.declarations.find(name)
        match item:
            case Scalar() | Function():
                left = item.axes[indices:]
                if len(left) > item.rank:
                    raise ShapeError(f"{name} stands without an index")
                if not left:
                    return NUMBER
                return Shape(left[0], left[1] if len(left) == 2 else SINGLE)
            case Definition(_, (), body, letters):
                shape = self.of(body)
                if indices and not letters:
                    self._entry(shape, indices)
                    return NUMBER
                return shape
            case Variable(components=span) if span is not None and not indices:
                return Shape(span, SINGLE)
        return NUMBER

    def _scalar(self, term: Term) -> bool:
        shape = self.of(term)
        return shape.is_number or (isinstance(term, Num) and shape == UNKNOWN)

    def _sum(self, terms: tuple[Term, ...]) -> Shape:
        shapes = [self.of(term) for term in terms]
        others = [shape for shape in shapes if not shape.is_number]
        if not others:
            return NUMBER
        shape = others[0]
        for other in others[1:]:
            shape = self.same(shape, other, "the terms of a sum")
        if len(others) < len(shapes) and not shape.is_column and shape != UNKNOWN:
            raise ShapeError(f"a number added to {self.words(shape)}")
        return NUMBER if shape == UNKNOWN and len(others) < len(shapes) else shape

    def _alike(self, terms: tuple[Term, ...], what: str) -> Shape:
        shape = UNKNOWN
        for term in terms:
            shape = self.same(shape, self.of(term), what)
        return shape

    def _product(self, factors: tuple[Term, ...]) -> Shape:
        rows: Axis = SINGLE
        columns: Axis = SINGLE
        first = True
        for factor in factors:
            if self._scalar(factor):
                continue
            shape = self.of(factor)
            if first:
                rows, columns, first = shape.rows, shape.columns, False
            elif rows == columns == SINGLE:  # a row times a column came before: a number
                rows, columns = shape.rows, shape.columns
            else:
                if not self._fit(columns, shape.rows):
                    before = self.words(Shape(rows, columns))
                    raise ShapeError(f"a product of {before} and {self.words(shape)}")
                if rows is None and columns is None:
                    rows = shape.rows  # an identity before a matrix
                columns = shape.columns if shape.columns is not None else columns
        return Shape(rows, columns)

    def _square(self, term: Term, what: str) -> Shape:
        shape = self.of(term)
        if not self._fit(shape.rows, shape.columns):
            raise ShapeError(f"{what} of {self.words(shape)}")
        return shape

    def _entry(self, shape: Shape, indices: int) -> None:
        wanted = 1 if shape.is_column else 2
        if shape.is_number or (indices != wanted and not (indices == 2 and shape.is_column)):
            raise ShapeError(f"an entry with {indices} indices of {self.words(shape)}")

    def _blocks(self, rows: tuple[tuple[Term, ...], ...]) -> Shape:
        cells = [self.of(cell) for line in rows for cell in line]
        if all(shape.is_number or shape == UNKNOWN for shape in cells):
            sizes = (as_term(len(rows)), as_term(len(rows[0])))
            return Shape(*(Range(ONE, size) for size in sizes))
        raise ShapeError("a matrix of blocks, where one of numbers is expected")

    def _gradient(self, variable: Sym, body: Term) -> Shape:
        inside, outside = self.of(body), self.of(variable)
        if inside.is_number:
            return outside
        if outside.is_number:
            return inside
        if inside.is_column and outside.is_column:
            return Shape(outside.rows, inside.rows)
        raise ShapeError("the derivative of a matrix by a matrix")

    def _fit(self, one: Axis, other: Axis) -> bool:
        return one is None or other is None or one == other

    def same(self, one: Shape, other: Shape, what: str) -> Shape:
        """What two shapes have in common.

        Raises:
            ShapeError: They differ.
        """
        if not (self._fit(one.rows, other.rows) and self._fit(one.columns, other.columns)):
            raise ShapeError(f"{what} are {self.words(one)} and {self.words(other)}")
        return Shape(one.rows or other.rows, one.columns or other.columns)

    def words(self, shape: Shape) -> str:
        """A shape in words."""
        if shape.is_number:
            return "a number"
        rows, columns = (_length(axis) for axis in (shape.rows, shape.columns))
        if shape.columns == SINGLE:
            return f"a column of {rows} entries"
        if shape.rows == SINGLE:
            return f"a row of {columns} entries"
        return f"a {rows} by {columns} matrix"

    # Sizes that follow from what stands around

    def fill(self, term: Term, shape: Shape) -> Term:
        """A term of a shape, with the sizes of its identities and one-hot columns."""
        if (id(term), shape) not in self._filled:
            self._filled[id(term), shape] = term, self._fill(term, shape)
        return self._filled[id(term), shape][1]

    def _fill(self, term: Term, shape: Shape) -> Term:
        match term:
            case Identity(None) if shape.rows or shape.columns:
                axis = shape.rows or shape.columns
                return Identity(axis.upper if axis else None)
            case Ones(None) if shape.rows:
                return Ones(shape.rows.upper)
            case OneHot(index, None) if shape.rows:
                return OneHot(index, shape.rows.upper)
            case Add(terms):
                own = (NUMBER if self._scalar(term) else shape for term in terms)
                return Add(tuple(map(self.fill, terms, own)))
            case Neg(body):
                return Neg(self.fill(body, shape))
            case Div(above, below):
                return Div(self.fill(above, shape), self.fill(below, NUMBER))
            case Hadamard(factors):
                common = self.same(shape, self._alike(factors, "a product"), "a product")
                return Hadamard(tuple(self.fill(factor, common) for factor in factors))
            case Mul(factors):
                return self._fill_product(factors, shape)
            case Transpose(body):
                return Transpose(self.fill(body, shape.turned))
            case Pow(base, exponent):
                return Pow(self.fill(base, shape), exponent)
            case Fn(name, argument):
                return Fn(name, self.fill(argument, shape))
            case Sum() | Prod() | Integral() | Expect():
                return replace(term, body=self.fill(term.body, shape))
            case Diag(body):
                return Diag(self.fill(body, Shape(shape.rows, SINGLE)))
        parts = tuple(self.fill(part, self._own(part)) for part in children(term))
        return rebuild(term, parts)

    def _own(self, term: Term) -> Shape:
        return self.find(term) or NUMBER

    def _fill_product(self, factors: tuple[Term, ...], shape: Shape) -> Term:
        """A product whose factors of unknown size take that of their neighbours."""
        places = [k for k, factor in enumerate(factors) if not self._scalar(factor)]
        shapes = {k: self.of(factors[k]) for k in places}
        before: Axis = shape.rows
        for k in places:
            known = shapes[k]
            rows = known.rows or before
            columns = known.columns or (rows if isinstance(factors[k], Identity | Pow) else None)
            shapes[k] = Shape(rows, columns)
            before = columns
        after: Axis = shape.columns
        for k in reversed(places):
            known = shapes[k]
            columns = known.columns or after
            rows = known.rows or (columns if isinstance(factors[k], Identity | Pow) else None)
            shapes[k] = Shape(rows, columns)
            after = rows
        return Mul(tuple(self.fill(f, shapes.get(k, NUMBER)) for k, f in enumerate(factors)))


def explicit(axis: Axis) -> tuple[Term, ...] | None:
    """The numbers of an axis of explicit length."""
    if axis is not None and isinstance(axis.lower, Num) and isinstance(axis.upper, Num):
        return tuple(map(as_term, range(int(axis.lower.value), int(axis.upper.value) + 1)))
    return None


def _length(axis: Axis) -> str:
    """How long an axis is, in words."""
    if axis is None:
        return "any number of"
    upper = _written(axis.upper)
    return upper if axis.lower == ONE else f"({upper} - {_written(axis.lower)} + 1)"


def _written(term: Term) -> str:
    """A size in words."""
    match term:
        case Num(value):
            return str(value)
        case Sym(name):
            return name
        case Add(terms):
            return " + ".join(map(_written, terms)).replace("+ -", "- ")
        case Neg(body):
            return f"-{_written(body)}"
        case Mul(factors):
            return " ".join(map(_written, factors))
    return "some"
