# ruff: noqa: SIM905 - tables of words are written as words
"""Numbers that an answer gives in words: "minus one", "two thirds", "3 out of 6", "zero vector"."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from lemmata.notation.lexer import Token

_COUNTS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
_PARTS: Final = {"half": 2, "halves": 2, "quarter": 4} | {
    name: number
    for number, name in enumerate("third fourth fifth sixth seventh eighth ninth tenth".split(), 3)
}
_COUNT: Final = rf"(?:{'|'.join(_COUNTS)}|\d+)"
_NUMBER: Final = re.compile(
    rf"(?P<sign>(?:minus|negative|-)\s*)?"
    rf"(?:(?:(?P<above>{_COUNT}|an?)[\s-]+|(?=half))(?P<part>{'|'.join(_PARTS)})s?"
    rf"|(?P<count>{_COUNT})(?:\s+(?:out\s+)?of\s+(?P<all>{_COUNT})|\s+(?P<percent>percent|per\s+cent))?)",
    re.IGNORECASE,
)
_ZERO: Final = re.compile(
    r"(?:the\s+)?(?:(?:zero|0)[\s-]+(?:vector|matrix)|0\s+\((?:the\s+)?(?:zero[\s-]+)?(?:vector|matrix)\))",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(r"[^A-Za-z0-9\s(){}\\.!-]")
"""What stands in no number in words, nor around it."""
_WORD: Final = re.compile(r"[A-Za-z]{2,}")
_FIRST: Final = re.compile(r"\b(?:one|an?)\s+\Z", re.IGNORECASE)
"""A first word of a number that may be taken for one that leads to it."""
_AROUND: Final = re.compile(r"\A\s*(?:\\text\w*\s*\{)?\s*|[\s.!]*(?:\}[\s.!]*)?\Z")


def number_in_words(text: str, start: int, end: int) -> list[Token] | None:
    """The tokens of a number, if a stretch of a text is one in words and nothing else."""
    if _OTHER.search(text, start, end) is not None:
        return None
    before = _FIRST.search(text, 0, start)
    shown = _AROUND.sub("", text[before.start() if before else start : end])
    if _WORD.search(shown) is None:
        return None
    value = Fraction(0) if _ZERO.fullmatch(shown) else _value(shown)
    if value is None:
        return None
    numbers = abs(value.numerator), value.denominator
    above, below = (Token("num", str(number), start, end) for number in numbers)
    minus = [Token("sym", "-", start, end)] if value < 0 else []
    whole = value.denominator == 1
    return [*minus, above, *([] if whole else [Token("sym", "/", start, end), below])]


def _value(shown: str) -> Fraction | None:
    """The number that some words say, if they say one."""
    found = _NUMBER.fullmatch(shown)
    if found is None:
        return None
    below = _count(found["all"]) if found["all"] else 100 if found["percent"] else 1
    if found["part"]:
        below = _PARTS[found["part"].lower()]
    if not below:
        return None
    value = Fraction(_count(found["above"] or found["count"] or "one"), below)
    return -value if found["sign"] else value


def _count(word: str) -> int:
    """A whole number in words or digits; "a" and "an" are one."""
    if word.isdigit():
        return int(word)
    return _COUNTS.index(word.lower()) if word.lower() in _COUNTS else 1
