r"""Names of rows and columns that an answer gives in words: "x_i^T is the i-th row of X"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lemmata.notation.layout import Layout, told
from lemmata.notation.lexer import Token
from lemmata.notation.symbols import Symbols

_TELLS: Final = re.compile(
    r"(?P<name>\w+) _ (?P<letter>\w)(?P<turned> \^ (\\top|T|\\intercal))?"
    r"( is| are| be| being| denotes?| for)?( the)?"
    r"( (?P<place>\w)( ?\^)?( ?-)? ?(th|st|nd|rd))?"
    r" (?P<what>row|column)s?( (?P<behind>\w))? of( the)?( matrix)?"
    r" (?P<matrix>\w+)(?P<number> _ \w+)?[ .]*"
)
_INDICES_OF_A_MATRIX: Final = 2


def with_rows(layout: Layout, others: Sequence[Layout], symbols: Symbols) -> None:
    """Put rows and columns of matrices for the names that the remarks of a chain give to them.

    A row that is written `x_i^T` makes `x_i` a column, whatever else x is.

    Args:
        layout: The chain, whose remarks that name rows are taken out.
        others: The chains that the names may stand in.
        symbols: The declared names.
    """
    for remark in list(layout.remarks) if symbols.linear and symbols.find("e") is None else ():
        stated = [token for token in told(remark) if token.text not in ("{", "}")]
        if [token.text for token in (stated[:1] + stated[-1:])] == ["(", ")"]:
            stated = stated[1:-1]
        match = _TELLS.fullmatch(" ".join(token.text.strip() for token in stated))
        body = _body(match, symbols) if match is not None else None
        if match is None or body is None:
            continue
        layout.remarks.remove(remark)
        for segment in (segment for each in others for segment in each.segments):
            segment.tokens = _in_place(segment.tokens, match["name"], match["letter"], body)


def _body(match: re.Match[str], symbols: Symbols) -> list[str] | None:
    """The signs of a row or column, in brackets; None if the words do not fit together."""
    letter, matrix = match["letter"], match["matrix"] + (match["number"] or "")
    entry = symbols.find(matrix.replace(" ", ""))
    told_places = {place for place in (match["place"], match["behind"]) if place}
    if told_places - {letter} or entry is None or entry.kind not in ("number", "definition"):
        return None
    if len(entry.axes) - entry.least != _INDICES_OF_A_MATRIX:
        return None
    signs, row, turned = matrix.split(), match["what"] == "row", match["turned"]
    if row and not turned and not match["number"]:  # a row, which may be meant as a column
        return [*signs, "_", letter]
    column = ["(", *signs, *(["^", "\\top"] if row else []), "e", "_", letter, ")"]
    return column if row or not turned else ["(", *column, "^", "\\top", ")"]


def _in_place(tokens: list[Token], name: str, letter: str, body: list[str]) -> list[Token]:
    """Tokens with the signs of a row in the place of its name with any index."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        head = [token.text for token in tokens[at : at + 2]] == [name, "_"]
        end = at + 3
        if head and tokens[at + 2 : at + 3] and tokens[at + 2].text == "{":
            end = next((k for k in range(at, len(tokens)) if tokens[k].text == "}"), at) + 1
        index = [token for token in tokens[at + 2 : end] if token.text not in ("{", "}")]
        if not head or not index or any(token.text in (",", "{") for token in index):
            out.append(tokens[at])
            at += 1
            continue
        where = (tokens[at].start, tokens[end - 1].end)
        script = [Token("sym", "{", *where), *index, Token("sym", "}", *where)]
        for text in body:
            sign = re.fullmatch(r"\w+", text) is None or text == "_"
            out += script if text == letter else [Token("sym" if sign else "name", text, *where)]
        at = end
    return out
