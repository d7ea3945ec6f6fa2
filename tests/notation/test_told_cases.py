r"""Cases that a row tells in words stand as a display of cases."""

from __future__ import annotations

import pytest

from lemmata.notation import read_chains, read_sheet
from lemmata.notation.errors import Source
from lemmata.notation.latex import scan_latex
from lemmata.notation.told_cases import in_cases

DECLARED = read_sheet("""
sizes = ["m"]
[indices]
i = "1..m"
k = "1..m"
[scalars]
a = {}
b = {}
f = {}
""").declarations


def told(text: str) -> list[str]:
    """The texts of the tokens of a row, with its cases as a display."""
    known = frozenset(("a", "b", "f", "i", "k"))
    return [t.text for t in in_cases(scan_latex(Source(text), 0, len(text), {}, known))]


@pytest.mark.parametrize(
    "text",
    [
        r"a \text{ if } i = k, \quad b \text{ otherwise}",
        r"a \text{ for } i = k \text{ and } b \text{ for } i \ne k",
        r"a \text{ if } i = k \text{ else } b",
        r"f = a \text{ when } i = k, f = b \text{ else}",
    ],
)
def test_two_values_with_their_conditions_are_cases(text: str) -> None:
    """Both values stand in one display, each before its condition, behind the sign before them."""
    found = told(text)
    assert found.count("cases") == 2
    first, last = found.index("cases"), len(found) - found[::-1].index("cases") - 1
    inside = found[first:last]
    assert inside.index("a") < inside.index("\\\\") < inside.index("b")
    assert found[:first] == (["f", "="] if text.startswith("f") else [])


@pytest.mark.parametrize(
    "text",
    [
        r"a + b",
        r"a \text{ by symmetry}",
        r"a \text{ if } i = k",  # where it holds, and nothing of elsewhere
        r"a, \quad b",
        r"a \text{ if } i = k = 1, \quad b \text{ otherwise}",
        r"\text{if } i = k, \quad b \text{ otherwise}",
        r"(a \text{ if } i = k, b \text{ otherwise})",
    ],
)
def test_whatever_tells_no_two_cases_is_left_as_it_is(text: str) -> None:
    """One case alone, no condition, or words inside brackets make no display of cases."""
    assert "cases" not in told(text)


def test_cases_that_are_told_are_read() -> None:
    """They have the value of the same cases in a display."""
    (chain,) = read_chains(r"a \text{ if } i = k, \quad b \text{ otherwise}", DECLARED).chains
    (shown,) = read_chains(r"\begin{cases}a & i = k\\b & i \ne k\end{cases}", DECLARED).chains
    (mine,), (its,) = chain.lines[-1].readings, shown.lines[-1].readings
    assert mine.term == its.term
