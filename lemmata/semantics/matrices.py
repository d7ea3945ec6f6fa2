"""Matrices of values, and their determinants without division."""

from __future__ import annotations

from dataclasses import dataclass

from lemmata.semantics.errors import Meter, Undefined, Unevaluable
from lemmata.semantics.values import ONE, ZERO, Value

MAX_ORDER = 8
"""The order up to which a determinant is expanded."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix with its numbers of rows and columns, either of which may be 0."""

    rows: int
    columns: int
    entries: list[list[Value]]


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
                sign = sum(1 for other in columns if other < column) % 2
                product = matrix.entries[row][column] * minor
                key = columns | {column}
                term = -product if sign else product
                larger[key] = larger.get(key, ZERO) + term
        minors = larger
    return minors[frozenset(range(order))]
