r"""Sums with dots: what is left out is told by the terms before them, or nothing is."""

import pytest

from lemmata.checkers.answers import check

NAMES = r"""% lemmata:
% sizes = ["n"]
% [scalars]
% a = {}
% b = {}
% c = {}
% s = {domain = "unit"}
% x = {index = "i = 1..n"}
"""
PROVED = [
    r"1 + 2 + \dots + n = n(n + 1)/2",
    r"1 + 2 + 3 + \dots + 8 = 36",
    r"n + (n - 1) + \dots + 1 = n(n + 1)/2",
    r"1 + 3 + 5 + \dots + (2n - 1) = n^2",
    r"2 + 4 + \dots + 2n = n(n + 1)",
    r"1^2 + 2^2 + \dots + n^2 = n(n + 1)(2n + 1)/6",
    r"1 + \frac12 + \frac13 + \dots + \frac1n = \sum_{i=1}^n \frac1i",
    r"x_1 + 2x_2 + 3x_3 + \dots + n x_n = \sum_i i x_i",
    r"c + 1 + 2 + \dots + n = c + n(n + 1)/2",
    r"1 + 2 + 2^2 + \dots + 2^n = \sum_{k=0}^n 2^k",
    r"1 + s + s^2 + \dots + s^n = \sum_{k=0}^n s^k",
    r"x_1 + s x_2 + \dots + s^{n-1} x_n = \sum_{i=1}^n s^{i-1} x_i",
]
REFUTED = [
    r"1 + 2 + 3 + \dots + n = 3 + n",
    r"1 + 2 + \dots + n = n(n - 1)/2",
    r"1^2 + 2^2 + \dots + n^2 = 1 + n^2",
    r"\frac12 + \frac13 + \dots + \frac1n = \frac12 + \frac1n",
    r"1 + 2 s + 3 s^2 + \dots + n s^{n-1} = 1 + 2s + n s^{n-1}",
    r"a + 2a + 3a + \dots + na = a n^2",
    r"3 + 1 + 2 + \dots + n = n(n + 1)/2",
]
UNREADABLE = [
    r"a + b + \dots + c = a + c",  # nothing goes on
    r"a + b + \dots + b = a + b",  # the last term stands before the dots
    r"s + s^2 + \dots + s^2 = s + s^2",
    r"1 + 2 + \dots + 8 = 36",  # by steps of one, or doubled
    r"1 + 2 + 6 + \dots + n = n",
    r"1 + 4 + 9 + \dots + n^2 = 1 + 4 + n^2",
    r"1 + 2 + 4 + \dots + 64 = 67",
    r"1 + 1 + \dots + 1 = 3",
]


@pytest.mark.parametrize("formula", PROVED)
def test_what_is_left_out(formula: str) -> None:
    """Whole numbers, exponents and indices go on from the terms before the dots to the last."""
    assert check(f"{NAMES}\n$$ {formula} $$\n").outcome == "proved"


@pytest.mark.parametrize("formula", REFUTED)
def test_terms_that_are_left_out_count(formula: str) -> None:
    """Dots are never nothing."""
    assert check(f"{NAMES}\n$$ {formula} $$\n").outcome == "refuted"


@pytest.mark.parametrize("formula", UNREADABLE)
def test_dots_that_say_nothing(formula: str) -> None:
    """Where the terms do not say how they go on, nothing is guessed."""
    verdict = check(f"{NAMES}\n$$ {formula} $$\n")
    assert (verdict.outcome, verdict.cause) == ("undecided", "unreadable")
    assert "do not say what is left out" in verdict.message
