"""Matrices of values: arithmetic, inverses, and determinants without division.

A column is a matrix of one column. A product of one row and one column is a number, and a number
beside a column in a sum is added to each of its entries. What does not fit has no value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from flint import arb, fmpq

from lemmata.semantics.errors import Meter, Undefined, Unevaluable
from lemmata.semantics.values import ONE, ZERO, Grid, Value, magnitude, primal, sqrt

MAX_ORDER = 8
"""The order up to which a determinant is expanded."""


@dataclass(frozen=True, slots=True)
class Matrix(Grid):
    """A matrix with its numbers of rows and columns, either of which may be 0."""

    rows: int
    columns: int
    entries: list[list[Value]]

    def map(self, change: Callable[[Value], Value]) -> Matrix:
        """The matrix with every entry changed."""
        return Matrix(self.rows, self.columns, [[change(v) for v in line] for line in self.entries])

    def flat(self) -> list[Value]:
        """All entries, row by row."""
        return list(chain.from_iterable(self.entries))

    def transposed(self) -> Matrix:
        """The transpose."""
        lines = [[line[k] for line in self.entries] for k in range(self.columns)]
        return Matrix(self.columns, self.rows, lines)

    def joined(self, other: Matrix, join: Callable[[Value, Value], Value]) -> Matrix:
        """Two matrices of one shape, entry by entry.

        Raises:
            Undefined: Their shapes differ.
        """
        if (self.rows, self.columns) != (other.rows, other.columns):
            raise Undefined(f"{self.shape()} and {other.shape()} entry by entry")
        lines = [
            [join(a, b) for a, b in zip(one, two, strict=True)]
            for one, two in zip(self.entries, other.entries, strict=True)
        ]
        return Matrix(self.rows, self.columns, lines)

    def shape(self) -> str:
        """The shape in words."""
        return f"a {self.rows} by {self.columns} matrix"

    def __neg__(self) -> Matrix:
        return self.map(lambda value: -value)

    def __add__(self, other: Value) -> Matrix:
        if isinstance(other, Matrix):
            return self.joined(other, lambda a, b: a + b)
        if self.columns != 1 and not (isinstance(other, fmpq) and other == 0):
            raise Undefined(f"a number added to {self.shape()}")
        return self.map(lambda value: value + other)

    __radd__ = __add__

    def __sub__(self, other: Value) -> Value:
        return self + (-other)

    def __rsub__(self, other: Value) -> Value:
        return -self + other

    def __mul__(self, other: Value) -> Value:
        if not isinstance(other, Matrix):
            return self.map(lambda value: value * other)
        if self.columns != other.rows:
            raise Undefined(f"a product of {self.shape()} and {other.shape()}")
        columns = other.transposed().entries
        lines = [[_dot(line, column) for column in columns] for line in self.entries]
        if self.rows == other.columns == 1:
            return lines[0][0]
        return Matrix(self.rows, other.columns, lines)

    def __rmul__(self, other: Value) -> Value:
        return self.map(lambda value: other * value)

    def __truediv__(self, other: Value) -> Matrix:
        if isinstance(other, Matrix):
            raise Undefined("a division by a matrix")
        return self.map(lambda value: value / other)

    def __rtruediv__(self, other: Value) -> Value:
        raise Undefined("a division by a matrix")


def _dot(left: list[Value], right: list[Value]) -> Value:
    total: Value = ZERO
    for one, other in zip(left, right, strict=True):
        total = total + one * other
    return total


def identity(size: int) -> Matrix:
    """The identity."""
    return Matrix(size, size, [[ONE if i == j else ZERO for j in range(size)] for i in range(size)])


def raised(matrix: Matrix, exponent: Value, meter: Meter) -> Matrix:
    """A power of a matrix with an integer exponent.

    Raises:
        Undefined: The matrix is not square, or not invertible where that is needed.
        Unevaluable: The exponent is no small integer.
    """
    if not isinstance(exponent, fmpq) or exponent.q != 1 or abs(exponent) > MAX_ORDER:
        raise Unevaluable("a power of a matrix with this exponent")
    if matrix.rows != matrix.columns:
        raise Undefined(f"a power of {matrix.shape()}")
    base = matrix if exponent >= 0 else inverse(matrix, meter)
    result = identity(matrix.rows)
    for _ in range(abs(int(exponent.p))):
        product = result * base
        result = product if isinstance(product, Matrix) else Matrix(1, 1, [[product]])
    return result


def inverse(matrix: Matrix, meter: Meter) -> Matrix:
    """The inverse, by elimination.

    Raises:
        Undefined: The matrix is not square, or cannot be told from a singular one.
        Unevaluable: It is too large.
    """
    size = matrix.rows
    if size != matrix.columns:
        raise Undefined(f"the inverse of {matrix.shape()}")
    if size > MAX_ORDER:
        raise Unevaluable(f"an inverse of order {size}")
    meter.spend(4 * size**3)
    left = [list(line) for line in matrix.entries]
    right = identity(size).entries
    for k in range(size):
        pivot = next((r for r in range(k, size) if _apart(left[r][k])), None)
        if pivot is None:
            raise Undefined("the inverse of a singular matrix")
        for grid in (left, right):
            grid[k], grid[pivot] = grid[pivot], grid[k]
        scale = left[k][k]
        left[k] = [value / scale for value in left[k]]
        right[k] = [value / scale for value in right[k]]
        for r in range(size):
            factor = left[r][k]
            if r != k:
                left[r] = [a - factor * b for a, b in zip(left[r], left[k], strict=True)]
                right[r] = [a - factor * b for a, b in zip(right[r], right[k], strict=True)]
    return Matrix(size, size, right)


def _apart(value: Value) -> bool:
    """Whether a value is certainly not zero."""
    core = primal(value)
    return bool(core > 0) or bool(core < 0)


def trace(matrix: Matrix) -> Value:
    """The sum of the diagonal.

    Raises:
        Undefined: The matrix is not square.
    """
    if matrix.rows != matrix.columns:
        raise Undefined(f"the trace of {matrix.shape()}")
    total: Value = ZERO
    for k in range(matrix.rows):
        total = total + matrix.entries[k][k]
    return total


def diagonal(column: Matrix) -> Matrix:
    """The diagonal matrix with a column on its diagonal.

    Raises:
        Undefined: It is no column.
    """
    if column.columns != 1:
        raise Undefined(f"diag of {column.shape()}")
    lines = [
        [column.entries[i][0] if i == j else ZERO for j in range(column.rows)]
        for i in range(column.rows)
    ]
    return Matrix(column.rows, column.rows, lines)


def square(value: Value) -> Value:
    """The sum of the squares of the entries of a column or matrix; of a number, its square."""
    total: Value = ZERO
    for entry in value.flat() if isinstance(value, Matrix) else [value]:
        total = total + entry * entry
    return total


def norm(value: Value, order: str) -> Value:
    """The norm of a column, or the root of the sum of the squares of a matrix.

    Raises:
        Undefined: The largest modulus is not known from its enclosure.
        Unevaluable: The norm of a matrix by its moduli.
    """
    if not isinstance(value, Matrix):
        return magnitude(value)
    if order == "2":
        return sqrt(square(value))
    if 1 not in (value.rows, value.columns):
        raise Unevaluable("a norm of a matrix by its moduli")
    moduli = [magnitude(entry) for entry in value.flat()]
    largest: Value = ZERO
    for modulus in moduli:
        if order == "1":
            largest = largest + modulus
        elif primal(modulus) > primal(largest):
            largest = modulus
        elif not primal(modulus) <= primal(largest):
            raise Undefined("which modulus is the largest is not known")
    return largest


def sign(value: Value) -> Value:
    """1 above zero, -1 below.

    Raises:
        Undefined: The sign is not known from its enclosure, or at zero inside a derivative.
    """
    return _stepped(value, ONE, ZERO, -ONE)


def step(value: Value) -> Value:
    """1 above zero, else 0.

    Raises:
        Undefined: The sign is not known from its enclosure, or at zero inside a derivative.
    """
    return _stepped(value, ONE, ZERO, ZERO)


def _stepped(value: Value, above: fmpq, at: fmpq, below: fmpq) -> Value:
    core = primal(value)
    if core > 0:
        return above
    if core < 0:
        return below
    if core is value and not isinstance(core, arb) and core == 0:
        return at
    raise Undefined("the sign of a number that cannot be told from zero")


def from_blocks(grid: list[list[Matrix]]) -> Matrix:
    """The matrix that blocks make up.

    Raises:
        Undefined: The blocks of one row differ in height, or the rows of blocks in width.
    """
    lines: list[list[Value]] = []
    widths = set()
    for blocks in grid:
        if len({block.rows for block in blocks}) > 1:
            raise Undefined("blocks of different heights stand in one row")
        widths.add(sum(block.columns for block in blocks))
        lines.extend(
            [value for block in blocks for value in block.entries[k]] for k in range(blocks[0].rows)
        )
    if len(widths) > 1:
        raise Undefined("rows of blocks have different widths")
    return Matrix(len(lines), widths.pop(), lines)


def determinant(matrix: Matrix, meter: Meter) -> Value:
    """The determinant, by expansion along rows with remembered minors: n 2^n products.

    Raises:
        Undefined: The matrix is not square in this model.
        Unevaluable: It is too large.
    """
    if matrix.rows != matrix.columns:
        raise Undefined(f"the determinant of a {matrix.rows} by {matrix.columns} matrix")
    order = matrix.rows
    if order > MAX_ORDER:
        raise Unevaluable(f"a determinant of order {order}")
    meter.spend(order * 2**order)
    minors: dict[frozenset[int], Value] = {frozenset(): ONE}
    for row in range(order - 1, -1, -1):
        larger: dict[frozenset[int], Value] = {}
        for columns, minor in minors.items():
            for column in range(order):
                if column in columns:
                    continue
                flips = sum(1 for other in columns if other < column) % 2
                product = matrix.entries[row][column] * minor
                key = columns | {column}
                term = -product if flips else product
                larger[key] = larger.get(key, ZERO) + term
        minors = larger
    return minors[frozenset(range(order))]
