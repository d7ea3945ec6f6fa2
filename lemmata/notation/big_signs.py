r"""The Greek capitals that stand for a sum and a product: `Σ_j x_j`, `\Pi_{t=1}^T p_t`.

With limits below it that say what runs, the capital is such a sign. With a mere letter below it,
it may be a name, `Σ_q`: then it is a sign only where something follows that it can go over, and
where the text says nowhere what a name of that letter is, nor writes it without a letter below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lemmata.notation.lexer import Token
from lemmata.notation.symbols import Symbols

BIG_SIGNS: Final = {"Sigma": "\\sum", "Pi": "\\prod"}
_RUNS: Final = frozenset(("\\in", "\\sim", "\\neq"))
"""Signs beside relations that say below a sum what runs."""
_LETTER: Final = re.compile("[a-z]|'+|,")
_NO_OPERAND: Final = frozenset((*")]}+-*/^_,;:.|'", "\\}", "||", "\\cdot", "\\top", "\\quad"))
"""What no operand of a sum begins with."""


def with_big_signs(tokens: list[Token], text: str, symbols: Symbols) -> list[Token]:
    """Tokens with a sum or product sign for each capital that is one; `text` is the whole text."""
    names = {capital for capital in BIG_SIGNS if _is_named(capital, tokens, text)}
    out = list(tokens)
    for at, token in enumerate(tokens):
        if token.kind != "name" or token.font or token.text not in BIG_SIGNS:
            continue
        scripts, end = _scripts(tokens, at + 1)
        below, above = scripts.get("_", []), scripts.get("^", [])
        declared = symbols.find("".join([token.text, "_", *(t.text for t in below)])) is not None
        runs = any(t.kind == "rel" or t.text in _RUNS for t in below)
        letters = bool(below) and all(_LETTER.fullmatch(t.text) for t in below)
        over = end < len(tokens) and tokens[end].kind in ("name", "num", "sym")
        over = over and tokens[end].text not in _NO_OPERAND
        plain = not above or above[0].kind == "name"
        if runs or (letters and over and plain and not declared and token.text not in names):
            out[at] = token._replace(kind="sym", text=BIG_SIGNS[token.text])
    return out


def _scripts(tokens: Sequence[Token], at: int) -> tuple[dict[str, list[Token]], int]:
    """What stands below and above a sign, and where its scripts end."""
    found: dict[str, list[Token]] = {}
    while at + 1 < len(tokens) and tokens[at].text in ("_", "^"):
        sign, first = tokens[at].text, at + 1
        at = end = first + 1
        if tokens[first].text == "{":
            depth = 1
            while at < len(tokens) and depth:
                depth += (tokens[at].text == "{") - (tokens[at].text == "}")
                at += 1
            first, end = first + 1, at - 1
        found[sign] = list(tokens[first:end])
    return found, at


def _is_named(capital: str, tokens: Sequence[Token], text: str) -> bool:
    """Whether a capital is a name somewhere: without a letter below it, or on a left side."""
    sign = {"Sigma": "Σ", "Pi": "Π"}[capital]
    said = re.compile(
        rf"(?:{sign}|\\?\b{capital})\s*(?:_\s*(?:\w|\{{[^{{}}=]*\}}))?\s*(?::?=|≔|∈|\\in\b"
        r"|\\coloneqq|\\equiv|\\triangleq|\bis\b|\bare\b)"
    )
    bare = any(
        token.text == capital and [t.text for t in tokens[at + 1 : at + 2]] not in (["_"], ["^"])
        for at, token in enumerate(tokens)
    )
    return bare or said.search(text) is not None
