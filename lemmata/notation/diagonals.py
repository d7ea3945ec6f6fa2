r"""Determinants and traces of diagonal matrices, in sheets without matrices.

`\det \operatorname{diag}(\exp(h))` of a declared array h is the product of its entries,
`\prod_k \exp(h_k)`, and `\operatorname{tr}` their sum; with its entries listed,
`\operatorname{diag}(1, \dots, 1, a_1, \dots, a_m)`, it is the product of the list.
"""

from __future__ import annotations

from typing import Final

from lemmata.kernel.terms import Range
from lemmata.notation.blocks import DETERMINANTS, with_determinants_of_blocks
from lemmata.notation.lexer import Token
from lemmata.notation.symbols import Symbols

_OPENS: Final = {"(": ")", "[": "]", "{": "}", "\\{": "\\}"}
_DIAGONAL: Final = frozenset(("diag", "Diag"))
DIAGONALS: Final = DETERMINANTS | _DIAGONAL
_TRACES: Final = frozenset(("tr", "Tr", "trace"))
_ENTRYWISE: Final = frozenset(("\\exp", "\\log", "\\sqrt", "e", "^", "+", "-", "/", "\\frac"))
"""What works on each entry of an array by itself; a product of two arrays has more meanings."""


def with_diagonals(tokens: list[Token], symbols: Symbols) -> list[Token]:
    """Tokens in which determinants and traces of diagonal matrices are products and sums."""
    if symbols.linear:
        return tokens
    tokens = with_determinants_of_blocks(tokens)
    out, at = list(tokens), 0
    while at < len(out):
        found = _taken(out, at)
        if found is not None:
            big, end, inside = found
            value = _of_list(inside, big, symbols) or _of_array(inside, big, symbols)
            out[at:end] = out[at:end] if value is None else value
        at += 1
    return out


def _taken(tokens: list[Token], at: int) -> tuple[str, int, list[Token]] | None:
    """The sign for all of a diagonal whose determinant or trace begins here, its end and inside."""
    text = tokens[at].text
    big = "\\sum" if text in _TRACES else "\\prod"
    if text not in ("\\det", "|", "\\lvert", *_TRACES):
        return None
    closing = [_OPENS.get(token.text) for token in tokens[at + 1 : at + 2]]
    bars = text in ("|", "\\lvert")
    bracket = not bars and closing not in ([], [None])
    begin = at + 1 + bracket
    if begin + 1 >= len(tokens) or tokens[begin].text not in _DIAGONAL:
        return None
    end = closing_of(tokens, begin + 1)
    if end is None:
        return None
    inside = tokens[begin + 2 : end]
    wanted = ("|", "\\rvert") if bars else (closing[0],)
    if not (bars or bracket):
        return big, end + 1, inside
    if end + 1 >= len(tokens) or tokens[end + 1].text not in wanted:
        return None
    return big, end + 2, inside


def closing_of(tokens: list[Token], at: int) -> int | None:
    """Where the bracket closes that opens at a place; None if none does."""
    if at >= len(tokens) or tokens[at].text not in _OPENS:
        return None
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].text in _OPENS) - (tokens[place].text in _OPENS.values())
        if depth == 0:
            return place
    return None


def _of_array(inside: list[Token], big: str, symbols: Symbols) -> list[Token] | None:
    """The product or sum of the entries of a formula of one array, taken entry by entry."""
    arrays = [k for k in range(len(inside)) if _is_bare(inside, k, symbols)]
    if len(arrays) != 1 or not all(_is_entrywise(token, symbols) for token in inside):
        return None
    entry = symbols.find(inside[arrays[0]].text)
    letter = None if entry is None else _letter(entry.axes[0], inside, symbols)
    if letter is None:
        return None
    where = (inside[0].start, inside[-1].end)
    script = [Token("sym", "_", *where), Token("name", letter, *where)]
    at = arrays[0]
    braces = [Token("sym", text, *where) for text in "{}"]  # `e^h` has none around its power
    body = [*inside[:at], braces[0], inside[at], *script, braces[1], *inside[at + 1 :]]
    begin = [Token("sym", "(", *where), Token("sym", big, *where), *script]
    brackets = [Token("sym", text, *where) for text in "()"]
    return [*begin, brackets[0], *body, brackets[1], brackets[1]]


def _is_bare(inside: list[Token], at: int, symbols: Symbols) -> bool:
    """Whether a declared array with one axis stands at a place without an index."""
    token = inside[at]
    entry = symbols.find(token.text, token.font) if token.kind == "name" else None
    scripted = at + 1 < len(inside) and inside[at + 1].text == "_"
    return entry is not None and entry.kind == "number" and len(entry.axes) == 1 and not scripted


def _is_entrywise(token: Token, symbols: Symbols) -> bool:
    """Whether a sign may stand in a formula that is taken entry by entry."""
    if token.kind == "num" or token.text in _ENTRYWISE or token.text in "()[]{}":
        return True
    entry = symbols.find(token.text, token.font) if token.kind == "name" else None
    return entry is not None and entry.kind == "number"


def _letter(axis: Range, inside: list[Token], symbols: Symbols) -> str | None:
    """A declared letter that runs over an axis and does not stand in a formula."""
    written = {token.text for token in inside}
    for index in symbols.declarations.indices:
        if index.range == axis and index.name not in written:
            return index.name
    return None


def _of_list(inside: list[Token], big: str, symbols: Symbols) -> list[Token] | None:
    """The product of the entries of a list, in which dots tell how its entries go on."""
    members = _members(inside)
    if len(members) < 2 or big != "\\prod" or not all(members):
        return None
    where = (inside[0].start, inside[-1].end)
    factors: list[list[Token]] = []
    at = 0
    while at < len(members):
        run = next((k for k in (1, 2) if _is_dots(members[at + k : at + k + 1])), 0)
        if _is_dots(members[at : at + 1]) or at + run + 1 >= len(members) + (not run):
            return None
        if run:
            found = _run(members[at : at + run], members[at + run + 1], symbols)
        else:
            found = _of_array(members[at], big, symbols) or members[at]
        if found is None:
            return None
        factors.append(found)
        at += run + 2 if run else 1
    brackets = [Token("sym", text, *where) for text in "()"]
    out = [brackets[0]]
    for factor in factors:
        out += [brackets[0], *factor, brackets[1]]
    return [*out, brackets[1]]


def _members(inside: list[Token]) -> list[list[Token]]:
    """The members of a list, cut at its commas."""
    members: list[list[Token]] = [[]]
    depth = 0
    for token in inside:
        depth += (token.text in _OPENS) - (token.text in _OPENS.values())
        if depth == 0 and token.text == ",":
            members.append([])
        else:
            members[-1].append(token)
    return members


def _is_dots(members: list[list[Token]]) -> bool:
    return [token.text for member in members for token in member] == ["\\ldots"]


def _run(shown: list[list[Token]], last: list[Token], symbols: Symbols) -> list[Token] | None:
    r"""The product of `a_1, \dots, a_m` from the members before its dots and the one behind them.

    A run of one and the same number 1 is 1, however long it is.
    """
    first = [token.text for token in shown[0]]
    end = [token.text for token in last]
    if first == end == ["1"]:
        return last if all([t.text for t in each] == ["1"] for each in shown) else None
    same = next((k for k, pair in enumerate(zip(first, end, strict=False)) if len({*pair}) > 1), 0)
    behind = len(first) - same - 1
    upper = last[same : len(last) - behind]
    if first[same] != "1" or first[same + 1 :] != end[len(end) - behind :] or not upper:
        return None
    if any(token.kind not in ("name", "num") and token.text not in "+-{}" for token in upper):
        return None
    if any([*first[:same], "2", *first[same + 1 :]] != [t.text for t in m] for m in shown[1:]):
        return None
    letter = next((name for name in "klij" if name not in first + end), None)
    if letter is None or symbols.find(letter) is None:
        return None
    where = (shown[0][0].start, last[-1].end)
    limits = ["\\prod", "_", "{", letter, "=", "1", "}", "^", "{"]
    kinds = {letter: "name", "=": "rel", "1": "num"}
    sign = [Token(kinds.get(text, "sym"), text, *where) for text in limits]
    number = Token("name", letter, *where)
    body = [*shown[0][:same], number, *shown[0][same + 1 :]]
    brackets = [Token("sym", text, *where) for text in "}()"]
    return [*sign, *upper, *brackets[:2], *body, brackets[2]]
