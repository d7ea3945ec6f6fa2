"""Members of a chain as the question means them: in its letters, without what stands beside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from lemmata.kernel.terms import Num
from lemmata.notation.errors import Source
from lemmata.notation.layout import Layout, Segment, told
from lemmata.notation.lexer import Token, has_text
from lemmata.notation.symbols import Symbols
from lemmata.notation.words import CROSS


def is_drawn(layout: Layout, symbols: Symbols) -> Layout:
    """A chain in which what is asked for is said to follow a law, `x_t ~ N(..)`, as an equation."""
    first = layout.segments[0]
    if not has_text(first.tokens, {"\\sim"}):
        return layout
    at = next((n for n, token in enumerate(first.tokens) if token.text == "\\sim"), 0)
    law = first.tokens[at + 1 : at + 2]
    if not at or not law or law[0].text not in ("N", "Normal"):
        return layout
    if symbols.spellings.label(first.tokens[:at]) is None:
        return layout
    sign = first.tokens[at]._replace(kind="rel", text="=")
    parts = [replace(first, tokens=first.tokens[:at]), Segment(sign, first.tokens[at + 1 :])]
    return replace(layout, segments=[*parts, *layout.segments[1:]])


def in_one_list(layouts: list[Layout], symbols: Symbols) -> list[Layout]:
    r"""Components that are told one by one as one list: `a, b, c`, or `dx_1 = a, dx_2 = b`.

    Where there are as many as an index of the question has values, all of them, in their order.
    """
    spans = [index.range for index in symbols.declarations.indices]
    sizes = {span.upper.value for span in spans if isinstance(span.upper, Num)}
    parts: list[tuple[list[Token], list[Token]]] = []
    for layout in layouts if symbols.linear and sizes else ():
        sides = [segment.tokens for segment in layout.segments]
        if len(sides) > 2 or not all(sides) or layout.link or layout.words:
            return layouts
        parts.append((sides[0], sides[1]) if len(sides) == 2 else ([], sides[0]))
        for remark in layout.remarks:
            signs = [k for k, token in enumerate(remark) if token.kind == "rel"]
            if remark[0].kind == "text" or len(signs) > 1:
                return layouts
            at = signs[0] if signs else -1
            parts.append((remark[: max(at, 0)], remark[at + 1 :]))
    if len(parts) < 2 or len(parts) not in sizes or not all(value for _, value in parts):
        return layouts
    name = parts[0][0]
    numbered = all(_is_numbered(left, name, k, symbols) for k, (left, _) in enumerate(parts, 1))
    whole = all(not left for left, _ in parts[1:]) and (
        not name or symbols.spellings.label(name) is not None
    )
    if not numbered and not whole:
        return layouts
    where = (parts[0][1][0].start, parts[-1][1][-1].end)
    listed = [Token("sym", "(", *where)]
    for _, value in parts:
        listed += [*value, Token("sym", ",", *where)]
    listed[-1] = Token("sym", ")", *where)
    chain = [Segment(None, listed)]
    if whole and name:
        chain = [Segment(None, name), Segment(Token("rel", "=", *where), listed)]
    return [replace(layouts[0], segments=chain, remarks=[])]


def _is_numbered(left: list[Token], first: list[Token], number: int, symbols: Symbols) -> bool:
    """Whether a label names the component of this number, as the first one names its own."""
    numbers = [k for k, token in enumerate(left) if token.kind == "num"]
    if len(numbers) != 1 or left[numbers[0]].text != str(number) or len(left) != len(first):
        return False
    same = all(
        one.text == other.text
        for k, (one, other) in enumerate(zip(left, first, strict=True))
        if k != numbers[0]
    )
    return same and symbols.spellings.label(left) is not None


def in_sheet_letters(layout: Layout, label: Mapping[str, str]) -> Layout:
    """A chain with its letters named as the sheet names them, where its label shows how.

    The letters change places, so that no two become one.
    """
    called = {its: mine for its, mine in label.items() if is_letter(mine)}
    renamed = {mine: its for its, mine in called.items()}
    renamed |= {its: mine for its, mine in called.items() if its not in renamed}
    segments = [
        replace(segment, tokens=_renamed(segment.tokens, renamed)) for segment in layout.segments
    ]
    return replace(layout, segments=segments)


def is_letter(text: str) -> bool:
    """Whether what stands for a letter of a label is one, with its primes: no number, no sum."""
    return re.fullmatch(r"[A-Za-z]+'*", text) is not None


def _renamed(tokens: list[Token], renamed: Mapping[str, str]) -> list[Token]:
    """Tokens with other names for letters, whose primes belong to them."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token, end = tokens[at], at + 1
        while token.kind == "name" and end < len(tokens) and not tokens[end].text.strip("'"):
            end += 1
        text = "".join(part.text for part in tokens[at:end])
        if token.kind == "name" and text in renamed:
            stem = renamed[text].rstrip("'")
            primes = renamed[text][len(stem) :]
            found.append(token._replace(text=stem))
            found += [Token("sym", primes, token.start, token.end)] if primes else []
        else:
            found += tokens[at:end]
        at = end
    return found


def label_within(tokens: list[Token], symbols: Symbols) -> bool:
    """Whether a member holds what an answer may call itself, and more."""
    return symbols.spellings.label(tokens) is None and symbols.spellings.has_label(tokens)


def without_domain(tokens: list[Token], source: Source) -> tuple[list[Token], str | None]:
    r"""The tokens of a member without the set that it belongs to: `2x \in \mathbb{R}^d`.

    And the sizes of that set, `d`; or those of a shape behind it, `2x (d \times 1)`.
    """
    note = shape_note(tokens)
    before = tokens[: -len(note)][-1:] if note else []
    if before and _GAP.search(source.text, before[0].end, note[0].start):
        sizes = ["".join(token.text for token in part) for part in cut_at_times(note[1:-1])]
        return tokens[: -len(note)], "x".join(sizes)
    at = next((k for k, token in enumerate(tokens) if token.text == "\\in"), 0)
    space = tokens[at + 1 : at + 2]
    if not at or not space or space[0].text != "R" or space[0].font != "bb":
        return tokens, None
    plain = all(
        token.kind in ("name", "num") or token.text in ("^", "{", "}", "\\cdot", "+", "-")
        for token in tokens[at + 2 :]
    )
    sizes = [token.text for token in tokens[at + 2 :] if token.text not in ("^", "{", "}")]
    shape = "".join("x" if text == "\\cdot" else text for text in sizes)
    return (tokens[:at], shape) if plain else (tokens, None)


DOMAINS: Final = frozenset(("\\in", "\\cdot"))
"""Signs of which one stands before such a set, or in such a shape."""


def shape_note(tokens: list[Token]) -> list[Token]:
    r"""The shape in brackets at the end of some tokens, `(d \times n)`; nothing where none is."""
    if not tokens or tokens[-1].text not in (")", "]") or not has_text(tokens, {"\\cdot"}):
        return []
    ends = (k for k in reversed(range(len(tokens))) if tokens[k].text in ("(", "["))
    note = tokens[next(ends, len(tokens)) :]
    if not note:
        return []
    parts = cut_at_times(note[1:-1])
    plain = all(t.kind in ("name", "num") or t.text in ("+", "-", "_") for p in parts for t in p)
    named = any(token.kind == "name" for part in parts for token in part)
    return note if len(parts) > 1 and all(parts) and plain and named else []


_GAP: Final = re.compile(r"\\[ ;:]|~|,|\\q?quad|\\enspace|\\hspace")
"""What stands between a formula and a shape behind it, which is no factor then."""


def cut_at_times(tokens: list[Token]) -> list[list[Token]]:
    """Tokens cut at their crosses, which stand between sizes."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == "\\cdot" and token.font == CROSS:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def with_shapes(layout: Layout) -> Layout:
    """A chain whose shape, a remark of its own, stands at the end of its last member."""
    found = [remark for remark in layout.remarks if remark and shape_note(remark) == remark]
    if len(found) != 1:
        return layout
    remarks = [remark for remark in layout.remarks if remark is not found[0]]
    *others, last = layout.segments
    segments = [*others, replace(last, tokens=[*last.tokens, *found[0]])]
    return replace(layout, segments=segments, remarks=remarks)


def without_ranges(remarks: list[list[Token]]) -> list[list[Token]]:
    r"""Remarks without the ranges of letters, which are cut at their commas.

    `i = 1, \dots, m` and `k = 1, 2, 3`; a range begins at 0 or 1, as those of letters do.
    """
    kept: list[list[Token]] = []
    at = 0
    while at < len(remarks):
        first, size = told(remarks[at]), 1
        behind = [[token.text for token in told(remark)] for remark in remarks[at + 1 :]]
        begins = [token.text for token in first]
        if len(first) == 3 and first[0].kind == "name" and begins[1:] in (["=", "0"], ["=", "1"]):
            if behind and behind[0] == [str(int(begins[2]) + 1)]:
                size += 1
                while size <= len(behind) and behind[size - 1] == [str(int(begins[2]) + size)]:
                    size += 1
            if len(behind) > size and behind[size - 1] == ["\\ldots"]:
                size += 2
        if size == 1:
            kept.append(remarks[at])
        at += size
    return kept


def without_single_brackets(tokens: list[Token]) -> list[Token]:
    """Tokens without the brackets around single names behind a sign or a bracket."""
    found: list[Token] = []
    for token in tokens:
        found.append(token)
        texts = [each.text for each in found[-4:]]
        if len(texts) == 4 and texts[1::2] == ["(", ")"] and texts[0] in _SIGNS_BEFORE:
            found[-3:] = [found[-2]]
    return found


_SIGNS_BEFORE: Final = frozenset(("(", "+", "-", "=", "\\odot", "\\cdot"))
