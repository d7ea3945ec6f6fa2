"""Matrices by their entries, so that the calculus of indexed sums decides about them.

    (A B)_ij = sum_k A_ik B_kj     (A^T)_ij = A_ji        (A o B)_ij = A_ij B_ij
    diag(v)_ij = [i = j] v_i       I_ij = [i = j]         (e_y)_i = [i = y]
    tr A = sum_i A_ii              |v|^2 = sum_i v_i^2    (grad_W L)_ij = dL / dW_ij

These are definitions, as those of `lemmata.kernel.unfold` are. An equation of matrices becomes one
equation for any row and column. Only an inverse stays, as an entry of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

from lemmata.kernel.declarations import Declarations, Index
from lemmata.kernel.shapes import (
    LINEAR,
    ONE,
    SINGLE,
    Axis,
    Shape,
    ShapeError,
    Shapes,
    explicit,
    is_linear,
)
from lemmata.kernel.terms import (
    Add,
    App,
    Blocks,
    Density,
    Derivative,
    Det,
    Diag,
    Div,
    Entries,
    Entry,
    Fn,
    Hadamard,
    Identity,
    Integral,
    Iverson,
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
    as_term,
    children,
    free,
    rebuild,
    substitute,
    walk,
)
from lemmata.kernel.unfold import unfold

LARGEST_POWER = 6
LARGEST_EXPLICIT = 36
LETTERS = ("i", "j", "l", "h", "u", "v")
TWO = as_term(2)


def by_entries(
    statement: Statement, declarations: Declarations, *, whole: bool = False
) -> tuple[Statement, Declarations]:
    """A statement about matrices as a statement about numbers, for any row and column of its sides.

    The letters of that row and column are declared beside the other names. With `whole`, declared
    definitions are not unfolded.

    Raises:
        ShapeError: Its shapes do not fit.
        ValueError: It cannot be unfolded, or holds a matrix whose entries are not known.
    """
    if not is_linear(statement, declarations):
        return statement, declarations
    known = replace(declarations, definitions=()) if whole else declarations
    sides = [unfold(side, known) for side in (statement.left, statement.right)]
    lowering = Lowering(declarations)
    one, other = (lowering.shapes.of(side) for side in sides)
    shape = lowering.shapes.same(one, other, "the two sides")
    if shape.is_number or None in (shape.rows, shape.columns):
        left, right = map(lowering.number, sides)
        return Statement(left, statement.relation, right), declarations
    if statement.relation != "=":
        raise ValueError("matrices are compared by equality only")
    letters: list[Index] = []
    places: list[Term] = []
    for axis in (shape.rows, shape.columns):
        assert axis is not None
        if axis == SINGLE:
            places.append(ONE)
        else:
            letters.append(Index(_unused(declarations, letters, statement), axis))
            places.append(Sym(letters[-1].name))
    left, right = (lowering.anywhere(side, shape, *places) for side in sides)
    declared = replace(declarations, indices=(*declarations.indices, *letters))
    return Statement(left, "=", right), declared


def _unused(declarations: Declarations, taken: list[Index], statement: Statement) -> str:
    names = {
        part.name
        for side in (statement.left, statement.right)
        for part in walk(side)
        if isinstance(part, Sym)
    }
    names |= {index.name for index in taken}
    number = 0
    while True:
        for letter in LETTERS:
            name = letter + "'" * number
            if name not in names and declarations.find(name) is None:
                return name
        number += 1


class Lowering:
    """Entries of matrices, and numbers made of matrices, as terms of numbers."""

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self.shapes = Shapes(declarations)
        self._letters = 0

    def letter(self) -> Sym:
        """A letter that no formula can contain."""
        self._letters += 1
        return Sym(f"index {self._letters}")

    # Numbers

    def number(self, term: Term) -> Term:
        """A term of one number, without matrices in it.

        Raises:
            ShapeError: It is no number.
        """
        match term:
            case Num() | Density():
                return term
            case Sym(name, indices):
                return Sym(name, tuple(map(self.number, indices)))
            case App(name, arguments, indices):
                return App(name, arguments, tuple(map(self.number, indices)))
            case Mul() if not self._plain(term):
                return self._product(term, ONE, ONE)
            case Transpose(body):
                return self.number(body)
            case Trace(body):
                axis = self._axis(self.shapes.of(body).rows or self.shapes.of(body).columns)
                return self._summed(axis, lambda k: self.entry(body, k, k))
            case Norm(body, order):
                return self._norm(body, order)
            case Pow(Norm(body, "2"), Num(value)) if value in (2, 4):
                squares = self._norm(body, "2", rooted=False)
                return squares if value == 2 else Pow(squares, TWO)
            case Entry(matrix, indices):
                row, column = (*indices, ONE) if len(indices) == 1 else indices
                return self.entry(matrix, self.number(row), self.number(column))
            case Det(matrix) if not isinstance(matrix, Entries | Blocks):
                axis = self._axis(self.shapes.of(matrix).rows)
                row, column = self.letter(), self.letter()
                entry = self.entry(matrix, row, column)
                return Det(Entries(row, axis.upper, column, axis.upper, entry))
            case Det():
                return term
            case Blocks(((cell,),)):
                return self.number(cell)
            case Derivative(variable, body):
                return Derivative(variable, self.number(body))
        if isinstance(term, LINEAR):
            raise ShapeError(f"{self.shapes.words(self.shapes.of(term))} where a number is needed")
        return rebuild(term, tuple(map(self.number, children(term))))

    def _plain(self, term: Mul) -> bool:
        return all(self._is_number(factor) for factor in term.factors)

    def _is_number(self, term: Term) -> bool:
        return isinstance(term, Num) or self.shapes.of(term).is_number

    def _axis(self, axis: Axis) -> Range:
        if axis is None:
            raise ValueError("the size of a matrix does not follow from the formula")
        return axis

    def _summed(self, axis: Range, body: Callable[[Term], Term]) -> Term:
        if axis == SINGLE:
            return body(ONE)
        letter = self.letter()
        return Sum(letter, axis, body(letter))

    def _norm(self, body: Term, order: str, *, rooted: bool = True) -> Term:
        shape = self.shapes.of(body)
        if shape.is_number:
            number = self.number(body)
            return Fn("abs", number) if rooted else Pow(number, TWO)
        if order == "inf" or (order == "1" and not shape.is_column):
            raise ValueError("this norm is the largest of several numbers")
        rows, columns = self._axis(shape.rows), self._axis(shape.columns)

        def part(row: Term, column: Term) -> Term:
            entry = self.entry(body, row, column)
            return Fn("abs", entry) if order == "1" else Pow(entry, TWO)

        total = self._summed(rows, lambda i: self._summed(columns, lambda j: part(i, j)))
        return Fn("sqrt", total) if rooted and order == "2" else total

    # Entries

    def anywhere(self, term: Term, shape: Shape, row: Term, column: Term) -> Term:
        """The entry at any row and column; of a matrix of explicit size, one case for each."""
        sizes = [explicit(self._axis(axis)) for axis in (shape.rows, shape.columns)]
        if None in sizes or (len(sizes[0] or ()) * len(sizes[1] or ())) > LARGEST_EXPLICIT:
            return self.entry(term, row, column)
        cases = [
            Mul((_at(row, i), _at(column, j), self.entry(term, i, j)))
            for i, j in product(sizes[0] or (), sizes[1] or ())
        ]
        return cases[0] if len(cases) == 1 else Add(tuple(cases))

    def entry(self, term: Term, row: Term, column: Term) -> Term:  # noqa: C901, PLR0912
        """The entry of a term in a row and a column; of a column in column 1.

        Raises:
            ValueError: Its entries are not known.
        """
        shape = self.shapes.of(term)
        if shape.is_number:
            return self.number(term)
        places = (row,) if shape.is_column else (row, column)
        match term:
            case Num():
                return term
            case Sym(name, indices):
                return Sym(name, (*map(self.number, indices), *places))
            case App(name, arguments, indices):
                return App(name, arguments, (*map(self.number, indices), *places))
            case Add(terms):
                return Add(tuple(self.entry(part, row, column) for part in terms))
            case Neg(body):
                return Neg(self.entry(body, row, column))
            case Mul():
                return self._product(term, row, column)
            case Div(above, below):
                return Div(self.entry(above, row, column), self.number(below))
            case Transpose(body):
                return self.entry(body, column, row)
            case Hadamard(factors):
                return Mul(tuple(self.entry(factor, row, column) for factor in factors))
            case Diag(body):
                return Mul((Iverson(row, "=", column), self.entry(body, row, ONE)))
            case Identity():
                return Iverson(row, "=", column)
            case Ones():
                return ONE
            case OneHot(index, _):
                return Iverson(row, "=", index)
            case Fn(name, argument):
                return Fn(name, self.entry(argument, row, column))
            case Entries(first, _, second, _, entry):
                return self.number(substitute(entry, {first: row, second: column}))
            case Blocks(rows):
                return self._cell(rows, row, column)
            case Sum(index, span, body, excluding):
                if index in free(row) | free(column):  # another letter of the same name
                    own, index = index, self.letter()
                    body = substitute(body, {own: index})
                return Sum(index, span, self.entry(body, row, column), excluding)
            case Integral(variables, body):
                return Integral(variables, self.entry(body, row, column))
            case Derivative(variable, body):
                return self._gradient(variable, body, row, column)
            case Pow(base, exponent):
                return self._power(base, exponent, row, column)
            case Prod():
                return Entry(term, (row, column))
        raise ValueError(f"the entries of {type(term).__name__} are not known")

    def _product(self, term: Mul, row: Term, column: Term) -> Term:
        """A product of numbers and matrices: numbers stand before, matrices are summed between."""
        numbers = [self.number(f) for f in term.factors if self._is_number(f)]
        groups: list[list[Term]] = [[]]
        so_far: Term = ONE  # of a long product each part is looked at once
        for factor in term.factors:
            if self._is_number(factor):
                continue
            groups[-1].append(factor)
            so_far = Mul((so_far, factor))
            if self.shapes.of(so_far).is_number:
                groups.append([])
                so_far = ONE
        groups = [group for group in groups if group]
        parts = list(numbers)
        for group in groups:
            shape = self.shapes.of(Mul(tuple(group)))
            ends = (ONE, ONE) if shape.is_number else (row, column)
            parts.append(self._chain(group, *ends))
        return parts[0] if len(parts) == 1 else Mul(tuple(parts))

    def _chain(self, factors: list[Term], row: Term, column: Term) -> Term:
        first, *rest = factors
        if not rest:
            return self.entry(first, row, column)
        axis = self.shapes.of(first).columns or self.shapes.of(rest[0]).rows
        return self._summed(
            self._axis(axis),
            lambda k: Mul((self.entry(first, row, k), self._chain(rest, k, column))),
        )

    def _cell(self, rows: tuple[tuple[Term, ...], ...], row: Term, column: Term) -> Term:
        if isinstance(row, Num) and isinstance(column, Num):
            return self.number(rows[int(row.value) - 1][int(column.value) - 1])
        cases = [
            Mul((_at(row, as_term(i)), _at(column, as_term(j)), self.number(cell)))
            for i, line in enumerate(rows, 1)
            for j, cell in enumerate(line, 1)
        ]
        return cases[0] if len(cases) == 1 else Add(tuple(cases))

    def _gradient(self, variable: Sym, body: Term, row: Term, column: Term) -> Term:
        inside, outside = self.shapes.of(body), self.shapes.of(variable)
        if inside.is_number:
            places = (row,) if outside.is_column else (row, column)
            by = Sym(variable.name, (*variable.indices, *places))
            return Derivative(by, self.number(body))
        if outside.is_number:
            return Derivative(variable, self.entry(body, row, column))
        return Derivative(
            Sym(variable.name, (*variable.indices, row)), self.entry(body, column, ONE)
        )

    def _power(self, base: Term, exponent: Term, row: Term, column: Term) -> Term:
        sign = -1 if isinstance(exponent, Neg) else 1
        size = exponent.body if isinstance(exponent, Neg) else exponent
        if not isinstance(size, Num) or size.value.denominator != 1 or size.value > LARGEST_POWER:
            raise ValueError("a power of a matrix with this exponent")
        if size.value == 0:
            return Iverson(row, "=", column)
        one = base if sign == 1 else Pow(base, Neg(ONE))
        if size.value > 1:
            return self._chain([one] * int(size.value), row, column)
        return Entry(one, (row, column)) if sign == -1 else self.entry(one, row, column)


def _at(place: Term, value: Term) -> Term:
    return ONE if place == value else Iverson(place, "=", value)
