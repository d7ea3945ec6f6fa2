r"""Cases told in words, `a \text{ if } i = k, \quad b \text{ otherwise}`, as a display of cases."""

from __future__ import annotations

import re
from typing import Final

from lemmata.notation.lexer import Token

_WHEN: Final = re.compile(r"\W*(?:and\s+|or\s+)?(if|for|when|whenever|case)\W*\Z", re.IGNORECASE)
_ELSE: Final = re.compile(r"\W*(?:and\s+|or\s+)?(otherwise|else)\W*\Z", re.IGNORECASE)
_APART: Final = re.compile(r"\W*(and|or)?\W*\Z", re.IGNORECASE)
_OPENING: Final = frozenset(("(", "[", "{", "\\{", "\\lvert", "\\langle"))
_CLOSING: Final = frozenset((")", "]", "}", "\\}", "\\rvert", "\\rangle"))


def in_cases(row: list[Token]) -> list[Token]:
    """A row in which two values with their conditions in words stand as a display of cases."""
    outside = _outside(row)
    when = next((k for k in outside if _says(row[k], _WHEN)), None)
    if when is None:
        return row
    start = next((k + 1 for k in reversed(outside) if k < when and _ends(row[k])), 0)
    later = [k for k in outside if k > when]
    gap = next((k for k in later if _separates(row[k]) or _says(row[k], _ELSE)), None)
    if gap is None or not start < when:
        return row
    value, condition = row[start:when], row[when + 1 : gap]
    if sum(token.kind == "rel" for token in condition) != 1:
        return row
    at, bare = gap, False
    while at < len(row) and (_separates(row[at]) or _says(row[at], _ELSE)):
        bare = bare or _says(row[at], _ELSE)  # `a if i = k else b`
        at += 1
    end = next((k for k in later if k >= at and _is_word(row[k])), len(row))
    other = [token for token in row[at:end] if not _separates(token)]
    behind: list[Token] = []
    if not bare:
        if end == len(row):
            return row
        if _says(row[end], _WHEN):
            close = next((k for k in later if k > end and _ends(row[k], relations=False)), len(row))
            behind, end = row[end:close], close
        elif _says(row[end], _ELSE):
            behind, end = [row[end]], end + 1
        else:
            return row
    ends = [k for k, token in enumerate(other) if token.kind == "rel"]
    if ends:  # the name of the answer again: `dp/df = b`
        other = other[ends[-1] + 1 :]
    if not value or not other:
        return row
    where = (row[when].start, row[when].end)
    amp, otherwise = Token("amp", "&", *where), Token("text", "otherwise", *where)
    shown = [
        Token("begin", "cases", *where), *value, amp, row[when], *condition,
        Token("row", "\\\\", *where), *other, amp, *(behind or [otherwise]),
        Token("end", "cases", *where),
    ]  # fmt: skip
    return [*row[:start], *shown, *row[end:]]


def _outside(row: list[Token]) -> list[int]:
    """The places that no bracket or environment encloses."""
    found, depth = list[int](), 0
    for place, token in enumerate(row):
        opens = token.kind == "begin" or (token.kind == "sym" and token.text in _OPENING)
        closes = token.kind == "end" or (token.kind == "sym" and token.text in _CLOSING)
        depth -= closes
        if depth == 0 and not opens and not closes:
            found.append(place)
        depth += opens
    return found


def _says(token: Token, words: re.Pattern[str]) -> bool:
    return token.kind == "text" and words.match(token.text) is not None


def _is_word(token: Token) -> bool:
    return token.kind == "text" and not _separates(token)


def _separates(token: Token) -> bool:
    """Whether a token only stands between two cases."""
    return token.text in (",", ";", "\\quad") or _says(token, _APART)


def _ends(token: Token, *, relations: bool = True) -> bool:
    """Whether what stands before a token is no part of what stands behind it."""
    apart = token.text in (",", ";", "\\quad", ".") or token.kind in ("text", "amp", "row")
    return apart or (relations and token.kind == "rel")
