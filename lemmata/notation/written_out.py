r"""What a name stands for, put in its place: `v_j = \sigma_j^2`, `c(s) = \sum_a ..`.

The letters in the indices and arguments of a defined name are places, and in its stead stands its
definition with what is written there. It is not put in where a letter would get another sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from lemmata.notation.errors import Source, Unreadable
from lemmata.notation.lexer import MAX_TOKENS, Token
from lemmata.notation.symbols import OPERATORS, Symbols

Piece: TypeAlias = tuple[str, ...]
"""The texts of one index or argument."""

_BRACKETS: Final = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_BINDERS: Final = frozenset(("\\sum", "\\prod", "\\int", "\\max", "\\min", "E"))
_INDEX_BINDERS: Final = frozenset(("\\sum", "\\prod"))


@dataclass(frozen=True, slots=True)
class WrittenName:
    """A name that an answer defines, by its signs.

    Attributes:
        name: The name without its indices and arguments.
        groups: Its scripts and its arguments, each with the sign before it, `_`, `^` or `(`.
        places: Which of the pieces of these groups are places for others.
        body: The signs that it stands for.
    """

    name: str
    groups: tuple[tuple[str, tuple[Piece, ...]], ...]
    places: frozenset[Piece]
    body: tuple[Token, ...]

    @property
    def has_own_letters(self) -> bool:
        """Whether its indices are letters that it chooses for itself."""
        return any(piece in self.places for s, group in self.groups if s != "(" for piece in group)

    def in_place(self, tokens: list[Token], source: Source, symbols: Symbols) -> list[Token]:
        """Tokens with what the name stands for in its place, in brackets.

        Raises:
            Unreadable: The formula gets too long: each name may hold the next one twice.
        """
        if all(token.text != self.name for token in tokens):
            return tokens
        outside = frozenset(_bound(tokens, _BINDERS if self.groups else _INDEX_BINDERS))
        if outside & self.loose(symbols) and not is_list(self.body):  # of times of a process
            return tokens
        out: list[Token] = []
        at = 0
        while at < len(tokens):
            found = self._use(tokens, at, symbols)
            if found is None:
                out.append(tokens[at])
                at += 1
            else:
                where = (tokens[at].start, tokens[found[0] - 1].end)
                opening, closing = (Token("sym", sign, *where) for sign in "()")
                out += [opening, *(t._replace(start=where[0], end=where[1]) for t in found[1])]
                out.append(closing)
                at = found[0]
            if len(out) > MAX_TOKENS:
                where = (tokens[0].start, tokens[-1].end)
                message = f"with its names written out this has more than {MAX_TOKENS:,} signs"
                raise Unreadable(message, source.span(*where), source)
        return out

    def loose(self, symbols: Symbols) -> frozenset[str]:
        """The letters of the definition that are neither places nor bound in it."""
        inside = {text for text, _, _ in _units(self.body)}
        inside -= {"".join(piece) for piece in self.places} | set(_bound(self.body, _BINDERS))
        kinds = {text: symbols.find(text) for text in inside}
        return frozenset(t for t, e in kinds.items() if e is None or e.kind in ("index", "outcome"))

    def _use(
        self, tokens: list[Token], at: int, symbols: Symbols
    ) -> tuple[int, list[Token]] | None:
        """Where a use of the name ends that begins at a place, and what stands for it."""
        if tokens[at].kind != "name" or tokens[at].text != self.name:
            return None
        if at and tokens[at - 1].text == "_":
            return None
        head = read_head(tokens, at, called=any(sign == "(" for sign, _ in self.groups))
        if head is None:
            return None
        end, groups, stretches = head
        if not self.groups:  # an entry of what the name stands for is no other name
            if at + 1 < len(tokens) and tokens[at + 1].text in ("'", "("):
                return None
            entry = next((pieces for sign, pieces in groups if sign == "_"), None)
            spelling = f"{self.name}_{''.join(''.join(piece) for piece in entry or ())}"
            return None if entry and symbols.find(spelling) else (at + 1, list(self.body))
        behind = tokens[end].text if end < len(tokens) else ""
        if len(groups) != len(self.groups) or behind in ("'", "_", "("):
            return None
        values: dict[str, list[Token]] = {}
        spoken = {text for text, _, _ in _units(self.body)}
        for sign, pieces in self.groups:
            mine = next((k for k, (other, _) in enumerate(groups) if other == sign), None)
            if mine is None or len(groups[mine][1]) != len(pieces):
                return None
            for piece, told, (first, last) in zip(
                pieces, groups[mine][1], stretches[mine], strict=True
            ):
                letter = "".join(piece)
                if piece not in self.places or letter not in spoken:
                    if piece != told:
                        return None
                    continue
                values[letter] = tokens[first:last]
        captured = set(_bound(self.body, _BINDERS))
        if any(text in captured for value in values.values() for text, _, _ in _units(value)):
            return None
        return end, _with_values(self.body, values)


def written_name(stated: list[Token], symbols: Symbols) -> WrittenName | None:
    """The name on the left side of an equation that is no label, and what it stands for."""
    equals = next((k for k, token in enumerate(stated) if token.kind == "rel"), 0)
    if not equals or stated[equals].text not in ("=", ":=") or equals + 1 == len(stated):
        return None
    body = tuple(stated[equals + 1 :])
    if any(token.kind == "rel" and depth == 0 for token, depth in _depths(body)):
        return None
    head = read_head(stated[:equals], 0, called=True)
    left = stated[:equals]
    if head is None or head[0] != equals or symbols.spellings.label(left) is not None:
        return None
    spoken = {text for text, _, _ in _units(body)}
    pieces = [(sign, piece) for sign, group in head[1] for piece in group]
    places = frozenset(piece for sign, piece in pieces if _is_place(sign, piece, spoken, symbols))
    name = stated[0].text
    if name in spoken:  # `v_t = m v_{t-1} + g_t` tells one entry, and no other
        places = frozenset()
    texts = [token.text for token in stated]
    again = any(texts[at : at + equals] == texts[:equals] for at in range(equals, len(texts)))
    letters = ["".join(piece) for _, piece in pieces if piece in places]
    if again or len(letters) > len(set(letters)):
        return None
    if name in OPERATORS and not is_list(body):  # no operator is one: a history may be called H_t
        return None
    if set(letters) & set(_bound(body, _BINDERS)):
        return None
    return WrittenName(name, head[1], places, body)


def is_list(body: Sequence[Token]) -> bool:
    r"""Whether a stretch of tokens is a list with dots in brackets: `(s_1, a_1, \dots, s_t)`."""
    return body[0].text in ("(", "\\{") and any(token.text == "\\ldots" for token in body)


def _is_place(sign: str, piece: Piece, spoken: set[str], symbols: Symbols) -> bool:
    """Whether a piece is a letter that the definition speaks of, and not a part of the name."""
    letter = "".join(piece)
    if re.fullmatch(r"(?:[A-Za-z]|[a-z]{3,7})'*", letter) is None:
        return False
    if sign == "(":
        return True
    entry = symbols.find(letter)
    return letter in spoken and (entry is None or entry.kind in ("index", "outcome"))


def read_head(
    tokens: list[Token], at: int, *, called: bool
) -> tuple[int, tuple[tuple[str, tuple[Piece, ...]], ...], list[list[tuple[int, int]]]] | None:
    """Where a name with its scripts and arguments ends, with their pieces and where these are."""
    if at >= len(tokens) or tokens[at].kind != "name":
        return None
    at += 1
    groups: list[tuple[str, tuple[Piece, ...]]] = []
    stretches: list[list[tuple[int, int]]] = []
    while at < len(tokens) and tokens[at].text in ("_", "^", "("):
        sign = tokens[at].text
        if any(other in (sign, "(") for other, _ in groups):
            break
        if sign == "(" and not called:
            break
        first = at if sign == "(" else at + 1
        if first >= len(tokens):
            return None
        if tokens[first].text in ("{", "("):
            end = _close(tokens, first)
            found = list(_pieces(tokens, first + 1, end - 1))
        else:
            end = first + 1
            while end < len(tokens) and tokens[end].text.strip("'") == "":
                end += 1
            found = [(first, end)]
        if end > len(tokens) or any(a == b for a, b in found):
            return None
        groups.append((sign, tuple(tuple(t.text for t in tokens[a:b]) for a, b in found)))
        stretches.append(found)
        at = end
    return at, tuple(groups), stretches


def _pieces(tokens: list[Token], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The pieces between two places, cut at commas and bars, or letter by letter."""
    cuts = [first - 1]
    depth = 0
    for at in range(first, last):
        depth += _BRACKETS.get(tokens[at].text, 0)
        if depth == 0 and tokens[at].text in (",", "|", ";"):
            cuts.append(at)
    cuts.append(last)
    inside = tokens[first:last]
    plain = all(t.kind in ("name", "num") or t.text.strip("'") == "" for t in inside)
    if len(cuts) == 2 and plain:
        yield from ((first + a, first + b) for _, a, b in _units(inside, numbers=True))
    else:
        yield from ((a + 1, b) for a, b in pairwise(cuts))


def _units(tokens: Iterable[Token], *, numbers: bool = False) -> Iterator[tuple[str, int, int]]:
    """The names of a formula with their primes, and where each stands."""
    row = list(tokens)
    at = 0
    while at < len(row):
        end = at + 1
        if row[at].kind == "name" or (numbers and row[at].kind == "num"):
            while end < len(row) and row[end].text and row[end].text.strip("'") == "":
                end += 1
            yield "".join(token.text for token in row[at:end]), at, end
        at = end


def _bound(tokens: Iterable[Token], signs: frozenset[str]) -> Iterator[str]:
    r"""The letters that sums, integrals, maxima and expectations bind: `j` in `\sum_{j \le k}`."""
    row = list(tokens)
    for at, token in enumerate(row):
        if token.text == "d" and token.kind == "name" and "\\int" in signs:
            yield from (text for text, first, _ in _units(row[at + 1 : at + 4]) if first == 0)
        if token.text not in signs or at + 2 >= len(row) or row[at + 1].text != "_":
            continue
        last = _close(row, at + 2) - 1 if row[at + 2].text == "{" else at + 4
        stretch = row[at + 2 : last]
        ends = [
            k for k, t in enumerate(stretch) if t.kind == "rel" or t.text in ("\\sim", "\\in", "|")
        ]
        yield from (text for text, _, _ in _units(stretch[: min(ends, default=len(stretch))]))


def _close(tokens: list[Token], at: int) -> int:
    """Past the end of the bracket group that opens at a place."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += _BRACKETS.get(tokens[place].text, 0)
        if depth == 0:
            return place + 1
    return len(tokens) + 1


def _depths(tokens: Iterable[Token]) -> Iterator[tuple[Token, int]]:
    depth = 0
    for token in tokens:
        depth += _BRACKETS.get(token.text, 0)
        yield token, depth


def _with_values(body: tuple[Token, ...], values: dict[str, list[Token]]) -> list[Token]:
    """A definition with what is written for its letters, in brackets where it is more than one."""
    row = list(body)
    out: list[Token] = []
    at = 0
    for text, first, end in _units(row):
        if text not in values:
            continue
        out += row[at:first]
        value = values[text]
        rest = "".join(token.text for token in value[1:]).strip("'")
        single = not rest and value[0].kind in ("name", "num")
        script = bool(out) and out[-1].text in ("_", "^")
        signs = "{}" if script else "()"
        where = (value[0].start, value[-1].end)
        if single and (len(value) == 1 or not script):
            out += value
        else:
            out += [Token("sym", signs[0], *where), *value, Token("sym", signs[1], *where)]
        at = end
    return [*out, *row[at:]]
