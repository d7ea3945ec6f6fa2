"""Bars: what a double bar is where a modulus is open."""

from __future__ import annotations

from typing import Final

from lemmata.notation.lexer import CLOSE, OPEN, Token

DOUBLE: Final = frozenset(("||",))


def moduli_apart(tokens: list[Token]) -> list[Token]:
    """Moduli side by side, `|x||y|`: a double bar between them closes one and opens the next.

    A single bar behind a name may be that of a condition, and opens nothing.
    """
    out: list[Token] = []
    opened = [False]  # whether a modulus is, in each bracket
    for token in tokens:
        before = out[-1] if out else None
        if token.kind == "sym" and token.text in OPEN:
            opened.append(False)
        elif token.kind == "sym" and token.text in CLOSE and len(opened) > 1:
            opened.pop()
        elif token.kind in ("rel", "row", "amp") or (token.text == "|" and opened[-1]):
            opened[-1] = False
        elif token.text == "|":
            opened[-1] = before is None or (before.kind != "name" and before.text not in CLOSE)
        elif token.text == "||" and opened[-1]:
            middle = (token.start + token.end) // 2
            out += [Token("sym", "|", token.start, middle), Token("sym", "|", middle, token.end)]
            continue
        out.append(token)
    return out
