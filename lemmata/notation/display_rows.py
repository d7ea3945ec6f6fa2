r"""Rows and cells of a display, and how a row goes on that begins with no relation sign.

A long formula is broken at its operators: `A + \\ B` and `A \\ + B` are one formula each. Where a
row neither ends nor begins with an operator, as in `A \\ B`, its alignment may tell that it begins
a left side, and an environment for one formula that it goes on as a product. Else nobody knows, and
no row is passed over: what it may belong to is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, repeat
from operator import itemgetter
from typing import Final, Literal, TypeAlias

from lemmata.notation.errors import Ambiguous, Source, Unreadable
from lemmata.notation.lexer import Token, has_kind, places_of, places_of_kind
from lemmata.notation.set_apart import LAYOUT

Cells: TypeAlias = list[list[Token]]
Standing: TypeAlias = Literal["first", "left", "right", "product", "words", "line", ""]
"""Where a row stands.

First in its display, where left or right sides do, in a formula that is all of the display, behind
words of its own, or where nothing tells.
"""
Going: TypeAlias = Literal["on", "anew", "in doubt"]

CONTINUES: Final = frozenset(("\\cdot", "/", "+", "-", "\\times"))
"""Operators beside which a gap is mere spacing."""
_BETWEEN: Final = frozenset(("\\cdot", "/", "+", "\\times", "\\odot", "\\otimes", "\\circ"))
"""Operators that no formula begins with."""
_SIGNS: Final = frozenset(("-", "\\pm", "\\mp"))
"""Operators that a formula may begin with."""
_PREFIXES: Final = frozenset(
    ("\\sum", "\\prod", "\\int", "\\max", "\\min", "\\log", "\\exp", "\\neg", "\\nabla")
)
"""Signs that take what stands behind them."""
_SCRIPTS: Final = frozenset(("_", "^"))
_BLANK: Final = frozenset(("\\quad", "\\ "))
_COMMA: Final = frozenset((",",))
_ONE_FORMULA: Final = frozenset(("multline", "multlined"))

_INDENTS: Final = re.compile(
    r"(?:(?<!\\)\\(?:q?quad|[,;:> ]|[hm]space\*?\s*\{[^{}]*\}|h?phantom\s*\{(?:[^{}]|\{[^{}]*\})*\}"
    r"|(?:m?kern|[hm]skip)\s*[\d.]+\s*[a-z]{2})\}?|\{\})\s*\Z"
)
_FAR: Final = 60
"""Signs before a row in which a space is seen."""

_OPENED: Final = dict.fromkeys(("(", "[", "{", "\\{", "\\lvert", "\\langle", "begin"), 1)
_CLOSED: Final = dict.fromkeys((")", "]", "}", "\\}", "\\rvert", "\\rangle", "end"), -1)
_STEPS: Final = _OPENED | _CLOSED
_KIND_AND_TEXT: Final = itemgetter(0, 1)
_STEPS_OF_SIGNS: Final = {("sym", text): step for text, step in _STEPS.items()}
ENVIRONMENT: Final = frozenset(("begin", "end"))
LAYOUT_KINDS: Final = frozenset(("begin", "end", "row", "amp"))


def depth_of(token: Token) -> int:
    """How many brackets a token opens: -1 if it closes one."""
    return _STEPS.get(token.text if token.kind == "sym" else token.kind, 0)


def depths_of(row: list[Token]) -> list[int]:
    """How many brackets are open behind each token."""
    steps = [*map(_STEPS_OF_SIGNS.get, map(_KIND_AND_TEXT, row), repeat(0))]
    for at in places_of_kind(row, ENVIRONMENT):
        steps[at] = _STEPS[row[at].kind]
    return list(accumulate(steps))


def closes(row: list[Token]) -> int:
    """Where the bracket closes that opens a row."""
    depth = 0
    for place, token in enumerate(row):
        depth += depth_of(token)
        if depth == 0:
            return place
    return -1


def rows_of(tokens: list[Token]) -> list[Cells]:
    r"""The rows of a display, each as its cells. Row breaks inside brackets are no row breaks.

    In brackets around rows, `[\begin{aligned} a \\ b \end{aligned}]`, one beside no operator stays:
    the rows may be a product, and may be a column.
    """
    rows: list[Cells] = [[[]]]
    depth = matrices = 0
    bracketed: list[int] = []
    broken: Token | None = None
    for token in tokens:
        if token.kind in ENVIRONMENT:
            if token.text in LAYOUT and not (token.text == "array" and depth):
                bracketed = [*bracketed, depth] if token.kind == "begin" else bracketed[:-1]
                continue
            matrices += 1 if token.kind == "begin" else -1
        elif matrices == 0:
            if token.kind == "sym":
                depth = max(0, depth + depth_of(token))
            if token.kind == "row":
                if depth == 0:
                    rows.append([[]])
                elif bracketed[-1:] == [depth] and not _leads_on(rows[-1][-1]):
                    broken = token
                continue
            if token.kind == "amp":
                if depth == 0:
                    rows[-1].append([])
                continue
        if broken is not None and token.text not in _BLANK:
            rows[-1][-1] += [] if _follows(token) else [broken]
            broken = None
        rows[-1][-1].append(token)
    return rows


def _leads_on(row: list[Token]) -> bool:
    """Whether what stands in brackets goes on behind a row: it ends with an operator or a sign."""
    last = row[-1:]
    return ends_open(row) or has_kind(last, {"rel"}) or last[0].text in _OPENED.keys() | {",", ";"}


def _follows(token: Token) -> bool:
    """Whether a sign goes on with the row before it, in brackets: an operator, or one that ends."""
    return token.kind == "rel" or token.text in _BETWEEN | _SIGNS | _CLOSED.keys() | {",", ";"}


def columns_of(cells: Cells, source: Source) -> Cells:
    """The cells of a row, with a sign of separation before a second equation: `a &= b & c &= d`.

    Raises:
        Unreadable: A second column goes on below the first line of its chain.
    """
    found = list(cells)
    for number in range(2, len(cells) - 1, 2):
        cell, follows = cells[number], cells[number + 1]
        stated = any(has_kind(before, {"rel"}) for before in cells[number - 2 : number])
        if not stated or not follows or follows[0].kind != "rel":
            continue
        first = (cell or follows)[0]
        if not cell:
            raise Unreadable(
                "two chains go on side by side",
                source.span(first.start, first.end),
                source,
                "Write each column as a display of its own.",
            )
        if first.kind != "rel" and first.text not in CONTINUES:
            apart = Token("sym", ";", first.start, first.start)
            found[number] = [apart, *cell]
    return found


def standings(tokens: list[Token], rows: list[Cells]) -> Iterator[Standing]:
    """Where each row of a display stands, but for the words that it may begin with."""
    one = any(token.kind == "begin" and token.text in _ONE_FORMULA for token in tokens)
    aligned = any(map(_is_aligned, rows)) or (
        any(map(_goes_right, rows)) and any(map(_is_left, rows))
    )
    typed = any(token.kind == "row" and token.text == "\n" for token in tokens)
    for cells in rows:
        if one or typed:
            yield "product" if one else "line"
        elif not aligned or len(cells) < 2:
            yield ""
        else:
            yield "left" if _is_filled(cells[0]) else "right"


def _is_aligned(cells: Cells) -> bool:
    """Whether a row is aligned at a relation sign behind its left side: `a &= b`, `a =& b`."""
    if len(cells) < 2 or not _is_filled(cells[0]) or cells[0][0].kind == "rel":
        return False
    return has_kind((cells[0][-1], *cells[1][:1]), {"rel"})


def _goes_right(cells: Cells) -> bool:
    """Whether a row begins with a relation sign behind an empty first cell."""
    return len(cells) > 1 and not _is_filled(cells[0]) and has_kind(cells[1][:1], {"rel"})


def _is_left(cells: Cells) -> bool:
    """Whether a row holds nothing but a left side: `a + b &`."""
    return len(cells) > 1 and _is_filled(cells[0]) and not any(map(_is_filled, cells[1:]))


def _is_filled(cell: list[Token]) -> bool:
    return any(token.text not in _BLANK for token in cell)


def goes_on(
    before: list[Token], row: list[Token], standing: Standing, *, related: bool, states: bool
) -> Going:
    """How a row goes on that begins with no relation sign.

    Args:
        before: The last member of the chain before it.
        row: The row up to its first relation sign.
        standing: Where it stands.
        related: Whether that chain holds a relation.
        states: Whether the row holds one.
    """
    if standing == "first":
        return "anew"
    if standing == "words":
        return "anew" if states and related and not begins_between(row) else "in doubt"
    if ends_open(before) or begins_between(row):
        return "on"
    if row[0].kind == "sym" and row[0].text in _SIGNS:
        if not states or not related or standing in ("right", "product"):
            return "on"
        return "anew" if standing in ("left", "line") else "in doubt"
    if related and states:
        return "in doubt" if standing == "right" else "anew"
    if standing == "product":
        return "on"
    return "anew" if standing == "left" and related else "in doubt"


def is_indented(row: list[Token], text: str) -> bool:
    r"""Whether a space stands before a row, or a sign that is not shown: `\quad - b`, `{} - b`."""
    start = row[0].start if row else 0
    return _INDENTS.search(text, max(0, start - _FAR), start) is not None


def begins_between(row: list[Token]) -> bool:
    """Whether a row begins with an operator that no formula begins with."""
    return bool(row) and row[0].kind == "sym" and row[0].text in _BETWEEN


def ends_open(row: list[Token]) -> bool:
    r"""Whether a row breaks off behind an operator, or a sign that takes more: `\sum_{i=1}^n`."""
    end = len(row)
    if end and row[-1].kind == "sym" and row[-1].text in _BETWEEN | _SIGNS:
        return True
    while end > 2 and row[end - 1].text not in _PREFIXES:  # behind its scripts
        end = _opens(row, end - 1) if row[end - 1].text == "}" else end - 1
        if end < 2 or row[end - 1].text not in _SCRIPTS:
            return False
        end -= 1
    return end > 0 and row[end - 1].kind == "sym" and row[end - 1].text in _PREFIXES


def _opens(row: list[Token], place: int) -> int:
    """Where the brace opens that closes at a place of a row."""
    depth = 0
    for at in range(place, -1, -1):
        depth += depth_of(row[at])
        if depth == 0:
            return at
    return 0


def row_in_doubt(row: list[Token], source: Source) -> Ambiguous:
    """What is said of a row of which nobody knows what it belongs to."""
    return Ambiguous(
        "this row may go on from the row before it, or begin a statement of its own",
        source.span(row[0].start, row[-1].end),
        source,
        "Begin it with an operator to go on, or with a relation sign; or write two displays.",
    )


def has_comma_in_a_number(row: list[Token]) -> bool:
    """Whether a comma stands between two numbers, in brackets or not."""
    commas = places_of(row, _COMMA)
    return any(
        0 < at < len(row) - 1 and row[at - 1].kind == row[at + 1].kind == "num" for at in commas
    )


def with_decimals(row: list[Token]) -> list[Token]:
    """A row in which the one comma outside brackets is that of a decimal: `0,25`.

    A number of thousands begins with no zero, and a list has a space behind its comma.
    """
    places: list[int] = []
    depth = 0
    for place, token in enumerate(row):
        depth += depth_of(token)
        places += [place] if depth == 0 and token.text in (",", ";") else []
    if len(places) != 1 or not 0 < places[0] < len(row) - 1:
        return row
    before, comma, after = row[places[0] - 1 : places[0] + 2]
    together = before.end == comma.start and comma.end == after.start and comma.text == ","
    digits = before.text == "0" and after.kind == "num" and after.text.isdigit()
    if not together or not digits or _counts_on(before.text, after.text):
        return row
    number = Token("num", f"0.{after.text}", before.start, after.end)
    return [*row[: places[0] - 1], number, *row[places[0] + 2 :]]


def no_comma_in_a_number(row: list[Token], source: Source) -> None:
    """Refuse `1,000` outside brackets: it may be a thousand, a decimal, or the end of a formula."""
    depth = 0
    for before, comma, after in zip(row, row[1:], row[2:], strict=False):
        depth += depth_of(before)
        digits = before.kind == after.kind == "num"
        digits = digits and not _counts_on(before.text, after.text)
        if depth == 0 and digits and comma.text == "," and before.end + 1 == after.start:
            raise Unreadable(
                "a comma inside a number",
                source.span(before.start, after.end),
                source,
                "Write 1000 without a comma, 1.5 with a point, or a space behind the comma.",
            )


def _counts_on(one: str, other: str) -> bool:
    """Whether two numbers with a comma between them are part of a count: `k = 1,2,3`."""
    return other.isdigit() and one.isdigit() and len(other) < 3 and int(other) == int(one) + 1


def without_number(row: list[Token]) -> list[Token]:
    """Drop a number in brackets behind a gap, or alone on its row; and the stops at the end."""
    if [token.text for token in row[-2:]] == [".", "."]:
        return row  # 0.666..., which goes on
    end = len(row)
    while end and row[end - 1].text in (".", ",", ";", "\\quad"):
        end -= 1
    if (
        end >= 3
        and row[end - 1].text == ")"
        and row[end - 3].text == "("
        and row[end - 2].kind == "num"
    ):
        before = row[end - 4].text if end > 3 else "\\quad"
        if before == "\\quad":
            end -= 3
    while end and row[end - 1].text in (".", ",", ";", "\\quad"):
        end -= 1
    return row[:end]
