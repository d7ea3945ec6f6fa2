r"""Sentences that say of names what their declarations do not: "where $A$ is symmetric"."""

import pytest

from lemmata.judge import check

DECLARATIONS = r"""
% lemmata:
% sizes = ["d"]
% [scalars]
% x = {}
% y = {}
% b = {domain = "[0, 1]"}
% c = {domain = "[-1, 1]"}
% u = {shape = "d"}
% v = {shape = "d"}
% A = {shape = "d, d"}
% B = {shape = "d, d"}
% S = {shape = "d, d", kind = "symmetric"}
% [variables]
% z = {}
% [densities]
% p = {of = "z"}
% q = {of = "z"}
% [functions]
% f = {}
"""


def judged(text: str) -> tuple[str, str | None]:
    """The outcome on a text and its cause."""
    verdict = check(DECLARATIONS + text)
    return verdict.outcome, verdict.cause


@pytest.mark.parametrize(
    "text",
    [
        r"Here $A$ is symmetric. So \[ A^\top = A \]",
        r"where $u$ and $v$ are orthogonal: \[ u^\top v = 0 \]",
        r"Note that $x$ is non-negative here. \[ \sqrt{x^2} = x \]",
        r"For unit vectors $u$ we have \[ u^\top u = 1 \]",
        r"Here $p$ and $q$ are equal. \[ p(z) = q(z) \]",
        r"The matrices are diagonal, so \[ A B = B A \]",
        r"As $A$ and $B$ commute, \[ A B = B A \]",
        r"Here and below $x, y \in \{0, 1\}$. \[ x^2 = x \]",
        r"The labels are $b \in \{0, 1\}$. \[ b^2 = b \]",  # and the interval holds more
        r"Note that $c$ is nonnegative. \[ |c| = c \]",
        r"The function $f$ is linear. \[ f(x + y) = f(x) + f(y) \]",
    ],
)
def test_a_quality_that_no_declaration_gives_may_be_why_a_step_holds(text: str) -> None:
    """It is not refuted by what lacks the quality; the message quotes the sentence."""
    assert judged(text) == ("undecided", "ambiguous")
    assert "may say where this holds" in check(DECLARATIONS + text).message


@pytest.mark.parametrize(
    "text",
    [
        r"Here $A$ is a matrix. So \[ A^\top = A \]",
        r"Here $S$ is symmetric. So \[ S A = A S \]",  # which is declared
        r"Take $b \in [0, 1]$. \[ b^2 = b \]",
        r"Note that $b$ is nonnegative. \[ b^2 = b \]",  # so is its interval
        r"The trace is linear in $A$. \[ A B = B A \]",
        r"Equality holds iff $p$ and $q$ are equal. \[ p(z) = q(z) \]",
        r"The term is zero. \[ x + y = x \]",  # that is what the step claims
        r"Since $p$ is positive, \[ p(z) = 1 \]",
    ],
)
def test_what_is_known_or_claimed_restricts_nothing(text: str) -> None:
    """A wrong step beside it is refuted."""
    assert judged(text)[0] == "refuted"
