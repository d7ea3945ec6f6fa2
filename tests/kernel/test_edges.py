"""What mutants of our own code (`scripts/mutate.py`) showed that no quick test said."""

from dataclasses import replace

import pytest

from lemmata.kernel.declarations import Definition
from lemmata.kernel.language import Array, sum_over
from lemmata.kernel.prove import Open, Proof, prove
from lemmata.kernel.shapes import NUMBER, Shapes, shape_of, typed
from lemmata.kernel.terms import Iverson, Statement, Sym, Term, Trace, Transpose, as_term
from lemmata.notation import read_sheet, read_statement

WORLD = read_sheet(
    r"""
    sizes = ["d", "n"]
    [scalars]
    c = {}
    x = {shape = "d"}
    g = {shape = "d"}
    A = {shape = "d, n"}
    B = {shape = "d, d"}
    H = {shape = "d, d", kind = "symmetric"}
    S = {shape = "d, d", kind = "definite"}
    """
).declarations
n, l = Sym("n"), Sym("l")


def test_a_bracket_with_a_slope_does_not_count() -> None:
    """2 l >= n holds from the half of n on, which is no number of steps of 1."""
    count = sum_over(l, 1, 4 * n, Iverson(2 * l, ">=", n))
    assert isinstance(prove(Statement(count, "=", 2 * n + 1), WORLD), Open)
    plain = sum_over(l, 1, 4 * n, Iverson(l, ">=", n))
    assert isinstance(prove(Statement(plain, "=", 3 * n + 1), WORLD), Proof)


@pytest.mark.parametrize("bound", [1 - Sym("d"), Sym("d")])
def test_a_bracket_counts_inside_its_range_only(bound: Term) -> None:
    """A bound before the first number counts nothing more, one behind the last nothing less."""
    count = sum_over(l, 1, n, Iverson(l, ">=", bound))
    assert isinstance(prove(Statement(count, "=", n - bound + 1), WORLD), Open)


def test_a_squared_entry_beside_another_is_no_product_of_matrices() -> None:
    """Three factors share an index, so no product of two matrices says the same."""
    i, k, h = Sym("i"), Sym("k"), Array("H")
    cubes = sum_over(i, 1, Sym("d"), sum_over(k, 1, Sym("d"), h[i, k] ** 2 * h[k, i]))
    squares = Trace(Sym("H") * Sym("H"))
    assert isinstance(prove(Statement(cubes, "=", squares), WORLD), Open)


@pytest.mark.parametrize(
    "text",
    [
        r"\|H\|^2 = \operatorname{tr}(H H)",
        r"\|S^{-1}\|^2 = \operatorname{tr}(S^{-2})",
    ],
)
def test_the_square_of_an_entry_joins_its_matrix_with_itself(text: str) -> None:
    """Where products are words, a squared entry is two entries that an index joins."""
    said = typed(read_statement(text, WORLD)[0].statement, WORLD)
    assert isinstance(prove(said, WORLD), Proof)


def test_what_stands_behind_an_inner_product() -> None:
    """A row times a column is a number, and what follows keeps its own shape."""
    x, g, B, A = (Sym(name) for name in ("x", "g", "B", "A"))
    inner = Transpose(x) * g
    assert shape_of(inner, WORLD) == NUMBER
    assert shape_of(inner * A, WORLD) == Shapes(WORLD).of(A)
    assert shape_of(inner * B * A, WORLD) == Shapes(WORLD).of(A)
    for wrong in (A * x, inner * A * B, A * Transpose(B)):
        assert shape_of(wrong, WORLD) is None


def test_an_entry_of_a_defined_matrix_has_its_indices() -> None:
    """A definition that stands for a matrix is written with two indices, or none."""
    defined = replace(WORLD, definitions=(Definition("M", (), Sym("B") * Sym("B")),))
    one = as_term(1)
    assert shape_of(Sym("M", (one, one)), defined) == NUMBER
    assert shape_of(Sym("M"), defined) == shape_of(Sym("B"), defined)
    assert shape_of(Sym("M", (one,)), defined) is None
