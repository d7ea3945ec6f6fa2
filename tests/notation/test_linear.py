r"""Columns and matrices in LaTeX and keyboard text: one term for each way to write it."""

import pytest

from lemmata.kernel.shapes import shape_of
from lemmata.kernel.terms import OneHot, Sym, Transpose
from lemmata.notation import read_expression, read_sheet, write_latex, write_text

WORLD = read_sheet(
    r"""
    sizes = ["d", "n"]
    [indices]
    y = "1..d"
    [scalars]
    c = {}
    x = {shape = "d"}
    g = {shape = "d"}
    A = {shape = "d, n"}
    B = {shape = "d, d"}
    """
).declarations

SAME = [
    (r"A^\top x", "A.T @ x"),
    (r"A^T x", "A.T*x"),
    (r"x \odot g", "x * g"),
    (r"x \cdot g", "dot(x, g)"),
    (r"\langle x, g \rangle", "x.T @ g"),
    (r"B^{-1} x", "inv(B) @ x"),
    (r"B^{-\top}", "inv(B).T"),
    (r"\|x\|_2^2", "||x||^2"),
    (r"\operatorname{tr}(B)", "tr(B)"),
    (r"\operatorname{sign}(g)", "np.sign(g)"),
    (r"x g^\top", "outer(x, g)"),
    (r"\mathbf{1}[x > 0]", "step(x)"),
    (r"\mathbf{1}_y", "onehot(y)"),
    (r"e_y", "e_y"),
    (r"(x_1, \ldots, x_d)^\top", "[x_1, ..., x_d]"),
    (r"\begin{pmatrix} c \\ 1 \end{pmatrix}", "Matrix([[c], [1]])"),
    (r"A_{ij}", "A_ij"),
    (r"A^T_{ij}", "(A.T)_ij"),
]
WRITTEN = [
    *(latex for latex, _ in SAME if "ldots" not in latex),
    r"c (A A^\top + c I)^{-1} x",
    r"B (x \odot g) - \operatorname{diag}(x) g",
    r"\|x\|_1 + \|x\|_{\infty}",
    r"\mathbf{1}^\top x",
]


@pytest.mark.parametrize(("latex", "text"), SAME)
def test_both_dialects(latex: str, text: str) -> None:
    """LaTeX and keyboard text give the same term."""
    first = read_expression(latex, WORLD)
    second = read_expression(text, WORLD, "text")
    assert {r.term for r in first} & {r.term for r in second}, (first, second)


@pytest.mark.parametrize("latex", WRITTEN)
def test_round_trip(latex: str) -> None:
    """What is written is read back as the same term."""
    term = read_expression(latex, WORLD)[0].term
    assert shape_of(term, WORLD) is not None
    for written, dialect in (
        (write_latex(term, WORLD), "latex"),
        (write_text(term, WORLD), "text"),
    ):
        readings = read_expression(written, WORLD, "text" if dialect == "text" else "latex")
        assert term in [reading.term for reading in readings], (dialect, written)


def test_a_transpose_beside_a_size_that_is_called_t() -> None:
    """Where T is a name, `A^T` would be read as a power, so the transpose is written as a word."""
    world = read_sheet(
        """
        sizes = ["T"]
        [scalars]
        A = {shape = "T, T"}
        """
    ).declarations
    term = Transpose(Sym("A"))
    assert [r.term for r in read_expression(write_text(term, world), world, "text")] == [term]
    assert [r.term for r in read_expression(write_latex(term, world), world)] == [term]


def test_a_one_hot_column_beside_a_name_e() -> None:
    """Where e is a name, `e_1` would be read as its subscript, so the column is called `onehot`."""
    world = read_sheet(
        """
        sizes = ["d"]
        [indices]
        y = "1..d"
        [scalars]
        e = {}
        x = {shape = "d"}
        """
    ).declarations
    term = Transpose(Sym("x")) * OneHot(Sym("y"))
    assert [r.term for r in read_expression(write_text(term, world), world, "text")] == [term]
    assert [r.term for r in read_expression(write_latex(term, world), world)] == [term]
