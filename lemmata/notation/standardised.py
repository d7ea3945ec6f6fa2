r"""What a variable is said to be made of, as what that is: `q = \mu + \sigma u` sets u.

A text that writes a declared variable as a shift of a multiple of a fresh name says what the fresh
name is, `u = (q - \mu)/\sigma`, and gives it no other law than the variable has.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lemmata.kernel.declarations import Scalar
from lemmata.notation.layout import Layout, Segment
from lemmata.notation.lexer import Token
from lemmata.notation.symbols import Symbols
from lemmata.notation.written_out import read_head

_OPEN: Final = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def standardised(layouts: list[Layout], symbols: Symbols) -> list[Layout]:
    """Statements in sentences, those of what a variable is made of as definitions of that."""
    return [_turned(layout, symbols) if layout.aside else layout for layout in layouts]


def _turned(layout: Layout, symbols: Symbols) -> Layout:
    if len(layout.segments) != 2 or layout.link:
        return layout
    left, right = (segment.tokens for segment in layout.segments)
    sign = layout.segments[1].sign
    entry = symbols.find(left[0].text, left[0].font) if left else None
    if sign is None or sign.text not in ("=", ":=") or entry is None or entry.kind != "outcome":
        return layout
    head = read_head(left, 0, called=False)
    parts = _added(right)
    fresh = [_fresh(part, symbols) for part in parts]
    if head is None or head[0] != len(left) or len(parts) != 2 or fresh.count(None) != 1:
        return layout
    moving = 0 if fresh[0] is not None else 1
    found = fresh[moving]
    assert found is not None  # noqa: S101 - one of the two is none
    begin, end = found
    part, other = parts[moving], parts[1 - moving]
    name, times = part[begin:end], [*part[:begin], *part[end:]]
    times = [token for token in times if token.text not in ("\\cdot", "\\odot")]
    if end < len(part) or len(times) > 1 or not all(_is_positive(t, symbols) for t in times):
        return layout

    def put(text: str) -> Token:
        return Token("sym", text, left[0].start, right[-1].end)

    made = [put("("), *left, put("-"), put("("), *other, put(")"), put(")")]
    made += [put("/"), *times] if times else []
    segments = [Segment(None, name), Segment(sign, made)]
    return replace(layout, segments=segments)


def _added(tokens: list[Token]) -> list[list[Token]]:
    """The terms of a sum; none if something is subtracted."""
    found: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += _OPEN.get(token.text, 0)
        if depth == 0 and token.text == "-":
            return []
        if depth == 0 and token.text == "+":
            found.append([])
        else:
            found[-1].append(token)
    return found if all(found) else []


def _fresh(part: list[Token], symbols: Symbols) -> tuple[int, int] | None:
    """Where the one name stands that nobody has declared, with its scripts."""
    places = [
        place
        for place, token in enumerate(part)
        if token.kind == "name"
        and symbols.find(token.text, token.font) is None
        and not (place and part[place - 1].text in ("_", "^", "{"))
    ]
    head = read_head(part, places[0], called=False) if len(places) == 1 else None
    return None if head is None else (places[0], head[0])


def _is_positive(token: Token, symbols: Symbols) -> bool:
    """Whether a factor is a number above 0, by which may be divided."""
    if token.kind == "num":
        return float(token.text) > 0
    entry = symbols.find(token.text, token.font)
    return entry is not None and isinstance(entry.item, Scalar) and entry.item.interval.positive
