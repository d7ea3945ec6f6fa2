"""How the work of an answer grows with its length, in calls of functions: never in time."""

from cProfile import Profile
from math import log2

import pytest

from lemmata.checkers.answers import check
from lemmata.checkers.sheets import sheet_of
from lemmata.kernel.fuel import accounted
from tests.checkers.growing import GROWING, Family

LENGTHS = 64, 128
STEEPEST = 1.35
"""The largest exponent: that of n log n is 1.2 between these lengths."""
SMALL = 40_000
"""Calls that say little about growth."""


def calls(family: Family, n: int) -> int | None:
    """The calls of functions that an answer takes; None where its account ends it."""
    sheet_of(family.claim)
    with accounted() as work, Profile() as profile:
        verdict = check(family.text(n), claim=family.claim, kind=family.kind, format=family.format)
    ended = work.is_out or verdict.cause == "budget"
    return None if ended else sum(entry.callcount for entry in profile.getstats())


def exponent(family: Family) -> float:
    """How steeply the calls grow between two lengths; 0 where they are few or the account ends."""
    short, long = (calls(family, n) for n in LENGTHS)
    if short is None or long is None or long < SMALL:
        return 0.0
    return log2(long / short)


@pytest.mark.parametrize("name", GROWING)
def test_the_work_grows_with_the_text(name: str) -> None:
    """A text twice as long takes little more than twice the calls, until its account ends it."""
    assert exponent(GROWING[name]) <= STEEPEST


def test_what_grows_faster_is_noticed() -> None:
    """Twice as many rows, each of twice as many terms, are four times the work."""

    def table(n: int) -> str:
        lines = (r"&=\mu_1" + f"+{row}-{row}" * (n // 8) for row in range(n // 8))
        return r"\begin{align}\mu_1" + r"\\".join(lines) + r"\end{align}"

    assert exponent(Family(table, kind="derivation")) > STEEPEST
