r"""Sums with dots: what `x_T + a x_{T-1} + \cdots + a^{T-1} x_1` leaves out."""

from __future__ import annotations

import pytest

from lemmata.kernel.declarations import POSITIVE, Declarations, Scalar, Size
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.terms import Range, Statement, Sym, as_term
from lemmata.notation import read_chains

T = Sym("T")
DECLARED = Declarations(
    sizes=(Size("T", 3),),
    scalars=(
        Scalar("a", POSITIVE),
        Scalar("c"),
        Scalar("x", axes=(Range(as_term(0), T),)),
        Scalar("y", axes=(Range(as_term(0), T),)),
    ),
)


def holds(text: str) -> list[bool]:
    """Whether an equation is proved, for each of its readings."""
    left, right = read_chains(text, DECLARED).chains[0].lines
    if left.error or right.error:
        raise left.error or right.error or AssertionError
    return [
        isinstance(prove(Statement(one.term, "=", other.term), DECLARED), Proof)
        for one in left.readings
        for other in right.readings
    ]


@pytest.mark.parametrize(
    ("dots", "whole"),
    [
        (r"x_1 + \dots + x_T", r"\sum_{t=1}^T x_t"),
        (r"x_1 + x_2 + \cdots + x_T", r"\sum_{t=1}^T x_t"),
        (r"x_T + x_{T-1} + \ldots + x_1", r"\sum_{t=1}^T x_t"),
        (r"x_T + a x_{T-1} + \cdots + a^{T-1} x_1", r"\sum_{t=1}^T a^{T-t} x_t"),
        (r"a^{T-1}x_1 + a^{T-2}x_2 + \cdots + x_T", r"\sum_{t=1}^T a^{T-t} x_t"),
        (
            r"c x_0 + 2a x_T + 2a^2 x_{T-1} + \cdots + 2 a^T x_1",
            r"c x_0 + 2\sum_{k=1}^T a^k x_{T-k+1}",
        ),
        (r"c - x_1 - x_2 - \cdots - x_T", r"c - \sum_{t=1}^T x_t"),
        (r"x_1 y_T + x_2 y_{T-1} + \cdots + x_T y_1", r"\sum_{t=1}^T x_t y_{T+1-t}"),
        (r"1 + a + a^2 + \cdots + a^T", r"\sum_{k=0}^T a^k"),
    ],
)
def test_dots_are_the_terms_that_they_leave_out(dots: str, whole: str) -> None:
    """What goes on from term to term goes on to the last one."""
    assert holds(f"{dots} = {whole}") == [True]


@pytest.mark.parametrize(
    ("dots", "whole"),
    [
        (r"x_T + a x_{T-1} + \cdots + a^T x_1", r"\sum_{t=1}^T a^{T-t} x_t"),
        (r"x_T + a x_{T-1} + \cdots + a^{T-1} x_0", r"\sum_{t=1}^T a^{T-t} x_t"),
        (r"x_T + a^2 x_{T-1} + \cdots + a^{T-1} x_1", r"\sum_{t=1}^T a^{T-t} x_t"),
    ],
)
def test_a_last_term_that_does_not_fit_is_kept_as_it_is_written(dots: str, whole: str) -> None:
    """An exponent that is one off is not repaired."""
    assert True not in holds(f"{dots} = {whole}")


@pytest.mark.parametrize(
    "text",
    [
        r"x_1 + \cdots",
        r"x_1 + \cdots + y_T",
        r"c + \cdots + c",
        r"x_1 - \cdots + x_T",
        r"a + \cdots + c",
    ],
)
def test_dots_that_could_mean_anything_are_not_read(text: str) -> None:
    """Without a last term that is like the first nothing says what is left out."""
    line = read_chains(f"{text} = 1", DECLARED).chains[0].lines[0]

    assert line.error is not None


def test_a_line_of_dots_states_nothing() -> None:
    """The line behind the dots is judged against the last one that is written."""
    chain = read_chains(
        r"\begin{align*} x_1 &= c \\ &= \cdots \\ &\vdots \\ &= a \end{align*}", DECLARED
    )

    assert [line.omitted for line in chain.chains[0].lines] == [False, False, True, False]
