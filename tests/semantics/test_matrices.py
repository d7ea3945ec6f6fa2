"""The arithmetic of matrices in models: exact, and without a value where shapes do not fit."""

import pytest
from flint import arb, fmpq

from lemmata.semantics.errors import Meter, Undefined
from lemmata.semantics.matrices import (
    Matrix,
    diagonal,
    identity,
    inverse,
    norm,
    raised,
    sign,
    step,
    trace,
)


def matrix(*rows: tuple[int, ...]) -> Matrix:
    """A matrix of integers."""
    return Matrix(len(rows), len(rows[0]), [[fmpq(value) for value in row] for row in rows])


A = matrix((1, 2), (3, 4))
COLUMN = matrix((3,), (4,))


def test_products() -> None:
    """Rows times columns; one row times one column is a number."""
    assert (A * COLUMN).entries == [[11], [25]]
    assert COLUMN.transposed() * COLUMN == 25
    assert (COLUMN * COLUMN.transposed()).entries == [[9, 12], [12, 16]]
    with pytest.raises(Undefined):
        COLUMN * A


def test_sums() -> None:
    """A number is added to each entry of a column, and to no matrix."""
    assert (COLUMN + fmpq(1)).entries == [[4], [5]]
    with pytest.raises(Undefined):
        A + fmpq(1)
    with pytest.raises(Undefined):
        A + COLUMN


def test_inverses() -> None:
    """The inverse is exact; a singular matrix has none."""
    assert (inverse(A, Meter(1_000)) * A).entries == identity(2).entries
    assert (
        raised(A, fmpq(-2), Meter(1_000)).entries
        == (inverse(A, Meter(1_000)) * inverse(A, Meter(1_000))).entries
    )
    with pytest.raises(Undefined):
        inverse(matrix((1, 2), (2, 4)), Meter(1_000))
    with pytest.raises(Undefined):
        inverse(COLUMN, Meter(1_000))


def test_norms_and_traces() -> None:
    """Norms of a column, the Frobenius norm of a matrix, the trace of a square one."""
    assert [norm(COLUMN, order) for order in ("1", "2", "inf")] == [7, 5, 4]
    assert trace(A) == 5
    assert trace(diagonal(COLUMN)) == 7
    with pytest.raises(Undefined):
        trace(COLUMN)


def test_jumps() -> None:
    """Signs and steps are exact, and have no value where an enclosure holds zero."""
    assert [sign(fmpq(k)) for k in (-2, 0, 3)] == [-1, 0, 1]
    assert [step(fmpq(k)) for k in (-2, 0, 3)] == [0, 0, 1]
    with pytest.raises(Undefined):
        sign(arb(0, 1))
