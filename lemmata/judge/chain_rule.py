r"""The chain rule as it is told beside a final answer, in derivatives that its question lacks.

`dL/dx_j = \sum_i dL/dy_i dy_i/dx_j` holds of all L that depend on x through y. An index of what
stands between must be summed over.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, NamedTuple

from lemmata.notation import Chain, Sheet


class _Slope(NamedTuple):
    """A derivative: of what, and by what."""

    of: str
    by: str


def is_chain_rule(chain: Chain, sheet: Sheet) -> bool:
    """Whether a statement is an instance of the chain rule."""
    if len(chain.lines) != 2 or chain.lines[1].relation != "=":
        return False
    left, right = (line.source for line in chain.lines)
    whole = _slopes(left, sheet)
    binder = _SUM.match(right)
    summed = {binder["letter"] or binder["first"]} if binder else set[str]()
    parts = _slopes(right[binder.end() if binder else 0 :], sheet)
    if len(whole) != 1 or len(parts) < 2:
        return False
    above, below = Counter(p.of for p in parts), Counter(p.by for p in parts)
    between = above - Counter([whole[0].of])
    if between != below - Counter([whole[0].by]) or between.total() != len(parts) - 1:
        return False
    if any(name in whole[0] for name in between):
        return False
    return {letter for name in between for letter in _letters(name)} == summed


def _slopes(text: str, sheet: Sheet) -> list[_Slope]:
    """The derivatives that a product consists of; none where it holds anything else."""
    found: list[_Slope] = []

    def taken(match: re.Match[str]) -> str:
        names = [re.sub(r"[\s{}]", "", part) for part in match.groups() if part is not None]
        found.append(_Slope(*names))
        return " "

    rest = _SLOPE.sub(taken, _named(text, sheet))
    return found if _NOTHING.fullmatch(rest) else []


def _named(text: str, sheet: Sheet) -> str:
    r"""A text with the derivatives that the question has names for written out: `g_i`."""
    for thing, ways in sheet.conventions.spellings:
        head, _, letter = thing.partition("_")
        slope = next((way for way in ways if _SLOPE.fullmatch(way)), "")
        if not (slope and head.isalpha() and len(letter) == 1):
            continue
        before, _, behind = slope.partition(f"_{letter}")
        written = f"{before}_\0{behind}".replace("\\", r"\\").replace("\0", r"\1\2")
        text = re.sub(rf"(?<![A-Za-z\\]){head}_(?:(\w)|\{{(\w)\}})", written, text)
    return text


def _letters(name: str) -> list[str]:
    """The indices of a name."""
    return re.findall(r"\w", name.partition("_")[2])


_NAME: Final = (
    r"((?:\\(?:hat|bar|tilde)\s*\{\s*\\?[A-Za-z]+\s*\}|(?:\\hat\s+)?\\?[A-Za-z]+)"
    r"(?:_(?:\w|\{\w+\}))?)"
)
_SLOPE: Final = re.compile(
    rf"\\[dt]?frac\s*\{{\s*(?:\\partial|d)\s*{_NAME}\s*\}}\s*\{{\s*(?:\\partial|d)\s*{_NAME}\s*\}}"
    rf"|(?<![A-Za-z\\])(?:\\partial\s*|d){_NAME}\s*/\s*(?:\\partial\s*|d){_NAME}(?![A-Za-z])"
)
_SUM: Final = re.compile(
    r"\s*\\?sum\s*_(?:(?P<letter>\w)|\{\s*(?P<first>\w)\s*(?:=\s*1\s*)?\})(?:\s*\^(?:\w|\{\w+\}))?"
)
_NOTHING: Final = re.compile(
    r"(?:[\s()*.,]|\\(?:cdot|times|left|right|top|,)|\^\s*\{?\s*(?:T|\\top)\s*\}?)*"
)
