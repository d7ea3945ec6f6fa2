"""Keyboard text as Python writes it, as the signs that stand for it."""

from __future__ import annotations

import pytest

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import Integral
from lemmata.notation import NotationError, read_expression, read_sheet

ARRAYS = read_sheet("""
sizes = ["m"]
[scalars]
a = {index = "1..m"}
b = {index = "1..m"}
c = {}
i = {}
j = {}
""").declarations
COLUMNS = read_sheet("""
sizes = ["m"]
[scalars]
x = {shape = "m"}
A = {shape = "m, m"}
""").declarations
TABLES = read_sheet("""
[variables]
s = {}
[functions]
V = {}
""").declarations


@pytest.mark.parametrize(
    ("declared", "written", "meant"),
    [
        (ARRAYS, "sum(a)", "sum_{k=1}^m a_k"),
        (ARRAYS, "sum(a*b)", "sum_{k=1}^m a_k*b_k"),
        (ARRAYS, "sum(a_k**2)", "sum_{k=1}^m a_k^2"),
        (ARRAYS, "(a*b).sum()", "sum_{k=1}^m a_k*b_k"),
        (ARRAYS, "a.sum()", "sum_{k=1}^m a_k"),
        (ARRAYS, "sum(a, axis=0)", "sum_{k=1}^m a_k"),
        (ARRAYS, "sum(a, axis=-1)", "sum_{k=1}^m a_k"),
        (ARRAYS, "c*sum(a) + sum(b)", "c*sum_{k=1}^m a_k + sum_{k=1}^m b_k"),
        (ARRAYS, "c.pow(2)", "c^2"),
        (COLUMNS, "A.dot(x)", "A @ x"),
        (COLUMNS, "A.T.matmul(x)", "A^T x"),
        (TABLES, "V[s]", "V(s)"),
    ],
)
def test_a_call_is_the_sign_that_it_stands_for(
    declared: Declarations, written: str, meant: str
) -> None:
    """Both ways to write it have the same reading."""
    found, wanted = (read_expression(text, declared, "text") for text in (written, meant))
    assert [reading.term for reading in found] == [reading.term for reading in wanted]


@pytest.mark.parametrize(
    "written",
    [
        "sum(c)",  # there is nothing to run over
        "sum(a + b_k)",  # an array without a letter beside one with a letter
        "sum(a_k*b_l)",  # two letters
        "sum(a, b)",  # what stands behind the comma is no range
    ],
)
def test_a_sum_without_one_letter_to_run_over_is_not_guessed(written: str) -> None:
    """It is not read, and the error says what is missing."""
    with pytest.raises(NotationError):
        read_expression(written, ARRAYS, "text")


def test_the_letter_of_a_sum_is_none_that_stands_in_it() -> None:
    """A letter that the text uses for something else is not taken."""
    (reading,) = read_expression("sum(j*a)", ARRAYS, "text")
    (wanted,) = read_expression("sum_{k=1}^m j*a_k", ARRAYS, "text")
    assert reading.term == wanted.term


def test_an_integral_of_a_sum_in_brackets_is_no_condition() -> None:
    """The relation below the sum is that of its range; `int(i == y)` stays a condition."""
    declared = read_sheet(
        """
        sizes = ["m"]
        [variables]
        z = {components = "j = 1..m"}
        [densities]
        q = {of = "z", independent = true}
        """
    ).declarations
    (reading,) = read_expression("int (sum_{k=1}^{m} log(q(z_k))) * q(z) dz", declared, "text")
    assert isinstance(reading.term, Integral)
