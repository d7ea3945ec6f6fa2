r"""Values that are put in behind a bar, and powers beside the indices of a matrix."""

import pytest

from lemmata.judge import check

NAMES = r"""% lemmata:
% sizes = ["n"]
% [indices]
% i = "1..n"
% j = "1..n"
% [scalars]
% c = {}
% A = {shape = ["n", "n"], kind = "invertible"}
% w = {index = ["1..n", "1..n"]}
"""


def outcome(formula: str) -> str:
    """The verdict on one formula."""
    return check(f"{NAMES}\n$$ {formula} $$\n").outcome


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{d}{dc}c^2|_{c=0} = 2c",
        r"\left.\frac{d}{dc}c^2\right|_{c=1} = 2c",
        r"c^2 = c^2|_{c=1}",
        r"c + c^2|_{c=1} = 2c^2",
        r"[c^2]_{c=1} = c^2",
    ],
)
def test_a_value_on_one_side_is_not_read_past(formula: str) -> None:
    """The name stands elsewhere with any value."""
    assert outcome(formula) == "undecided"


@pytest.mark.parametrize(
    ("expected", "formula"),
    [
        ("undecided", r"A^{-1}_{ij} = 1/A_{ij}"),
        ("undecided", r"A_{ij}^{-1} = 1/A_{ij}"),
        ("proved", r"A_{ij}^{-1} = (A^{-1})_{ij}"),
        ("proved", r"(A_{ij})^{-1} = 1/A_{ij}"),
        ("refuted", r"(A^{-1})_{ij} = 1/A_{ij}"),
        ("undecided", r"A^2_{ij} = \sum_k A_{ik}A_{kj}"),
        ("proved", r"(A^2)_{ij} = \sum_k A_{ik}A_{kj}"),
        ("refuted", r"A_{ij}^2 = \sum_k A_{ik}A_{kj}"),
        ("proved", r"w_{ij}^{-1} = 1/w_{ij}"),
        ("proved", r"w^2_{ij} = w_{ij}w_{ij}"),
    ],
)
def test_the_power_of_a_matrix_and_of_its_entry(expected: str, formula: str) -> None:
    """An inverse is that of the matrix, and a power before the indices may be."""
    assert outcome(formula) == expected


@pytest.mark.parametrize(
    ("expected", "norm"),
    [("proved", "_F"), ("proved", ""), ("undecided", "_2"), ("undecided", "_1")],
)
def test_norms_of_matrices(expected: str, norm: str) -> None:
    """Only the norm of its entries is read: the spectral norm is another."""
    assert outcome(rf"\|A\|{norm}^2 = \operatorname{{tr}}(A^\top A)") == expected
    assert outcome(rf"\|A\|{norm}^2 = 2\operatorname{{tr}}(A^\top A)") in ("refuted", "undecided")
