r"""Double sums over pairs in order, `\sum_{1 \le i < j \le n}`, and their two orders."""

import pytest

from lemmata.judge import check
from lemmata.judge.exchanged import exchanged
from lemmata.kernel.terms import Add, Mul, Range, Sum, Sym, Term, as_term

DECLARATIONS = r"""
% lemmata:
% sizes = ["n", "T"]
% [indices]
% i = "1..n"
% j = "1..n"
% [scalars]
% x = {index = "1..n"}
% y = {index = "1..T"}
"""
OUTCOMES = {"+": "proved", "-": "refuted"}


@pytest.mark.parametrize(
    "line",
    [
        r"+ \sum_{1\le i<j\le n} x_i x_j = \sum_{i=1}^n\sum_{j=i+1}^n x_i x_j",
        r"- \sum_{1\le i<j\le n} x_i x_j = \sum_{i=1}^n\sum_{j=i}^n x_i x_j",
        r"+ \sum_{1\le j\le i\le n} x_i^2 x_j = \sum_{i=1}^n x_i^2 \sum_{j=1}^i x_j",
        r"- \sum_{1\le j\le i\le n} x_i^2 x_j = \sum_{i=1}^n x_i \sum_{j=1}^i x_j^2",
        r"+ \sum_{i=1}^n x_i^2\sum_{j<i} x_j = \sum_{j=1}^n x_j \sum_{i=j+1}^n x_i^2",
        r"+ \sum_{i<j} x_i x_j = \frac12\left((\sum_i x_i)^2 - \sum_i x_i^2\right)",
        r"- \sum_{i<j} x_i x_j = (\sum_i x_i)^2 - \sum_i x_i^2",
        r"+ \sum_{1\le s\le t\le T} y_s = \sum_{s=1}^T (T-s+1) y_s",
        r"- \sum_{1\le s\le t\le T} y_s = \sum_{s=1}^T (T-s) y_s",
        r"+ \sum_{0<i<j\le n} x_i = \sum_{i=1}^n (n-i) x_i",
        r"+ \sum_{i<j} x_i = \sum_{i=1}^{j-1} x_i",
        r"- \sum_{i<j} x_i = \sum_{i=1}^n x_i",
    ],
)
def test_a_sum_over_a_triangle_is_that_in_the_other_order(line: str) -> None:
    """Both ways to write it are read, and a wrong limit or factor is refuted."""
    sign, statement = line.split(" ", 1)
    assert check(f"{DECLARATIONS}\\[ {statement} \\]").outcome == OUTCOMES[sign]


i, j, n = Sym("i"), Sym("j"), Sym("n")
ONE = as_term(1)
BODY = Mul((Sym("x", (i,)), Sym("y", (j,))))


def total(lower: Term, upper: Term, first: Term = ONE) -> Sum:
    """The sum for i from a first number to n of that for j between limits."""
    return Sum(i, Range(first, n), Sum(j, Range(lower, upper), BODY))


def test_each_pair_is_met_once() -> None:
    """The pairs of numbers are the same, and none is added outside of the triangle."""
    found = exchanged(total(Add((i, as_term(1))), n))
    assert found is not None
    assert found.index == j
    assert isinstance(found.body, Sum)


@pytest.mark.parametrize(
    "term",
    [
        total(as_term(1), Add((i, as_term(1)))),  # for j = 1 it would begin at i = 0
        total(i, Add((n, as_term(1)))),  # for j = n + 1 it would end at i = n + 1
        total(as_term(1), Mul((as_term(2), i))),
        total(i, i),
        total(as_term(1), i, first=j),  # another letter of that name
    ],
)
def test_what_is_not_seen_to_be_a_triangle_stays(term: Sum) -> None:
    """The other order would need a limit that is the larger of two numbers."""
    assert exchanged(term) is None
