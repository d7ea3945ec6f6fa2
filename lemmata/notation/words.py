"""Words of LaTeX, and what each one is by itself: a name, a sign, a relation, a number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lemmata.notation import commands

MAX_DIGITS: Final = 100
CROSS: Final = "cross"
"""The font of a sign of multiplication that is a cross, and may stand between sizes."""
DOT: Final = "dot"
"""The font of a sign of multiplication that is a dot, which joins two columns to a number."""

_KINDS: Final = {
    "space": r"[ \t\r\n~]+|%[^\n]*\n",
    "row": r"\\\\\*?(?:\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|px|mu|\\jot|\\baselineskip)\s*\])?",
    "command": r"\\[A-Za-z]+",
    "control": r"\\.",
    "scientific": r"(?:\d+(?:\.\d+)?|\.\d+)e[-+]?\d+",
    "grouped": r"\d+\{,\}\d+",
    "num": r"\d+(?:\.\d+)?|\.\d+",
    "letter": r"[A-Za-z]+",
    "entity": r"&(?:lt|gt|amp|le|ge|nbsp);",
    "pair": r"<={1,3}>|={1,3}>|:=|=:(?!=)|\+=|-=|\|\||<=|>=|==|!=",
    "mark": r"[-+*/^_=<>(),;:.\[\]{}|!&'\"#?%@]",
    "other": r".",
}
WORD: Final = re.compile("|".join(_KINDS.values()), re.DOTALL)
_KIND: Final = re.compile(
    "|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS.items()), re.DOTALL
)


_SIGNS: Final = frozenset(("mark", "pair", "control", "command"))
_FONTS_OF_SIGNS: Final = {"\\times": CROSS, "\\cdot": DOT}
BRACKET_SIZES: Final = commands.SIZES | {"\\left", "\\right", "\\middle"}
_SPECIAL: Final = (
    commands.TEXT
    | commands.REFERENCES
    | commands.LENGTHS
    | BRACKET_SIZES
    | {"\\begin", "\\end", "\\iint", "\\argmax", "\\argmin", "\\because"}
)
"""Commands that are more than one token, or none."""


_INTRODUCES: Final = frozenset(
    ("where", "with", "for", "since", "because", "and", "all", "each", "every", "any")
)
"""Words without a command that tell what stands behind them, and nobody means as a product."""
_ALONE: Final = re.compile(r"(?:(?<=[\s,;.~])|\A)[a-z]+(?=[\s~\\])")


def introduces(word: str, text: str, begin: int) -> bool:
    r"""Whether a word stands alone in a formula and tells of what follows: `c x, where c = 2`."""
    return word in _INTRODUCES and _ALONE.match(text, begin) is not None


@lru_cache(maxsize=1024)
def meaning(word: str) -> tuple[str, str, str]:
    """The kind, the text and the font of a word that is one token wherever it stands.

    Of another word, only its kind among words.
    """
    found = _KIND.fullmatch(word)
    kind = (found.lastgroup if found else None) or ""
    if kind == "letter" and len(word) == 1:
        return "name", word, ""
    if kind == "row" or (kind == "num" and len(word) <= MAX_DIGITS):
        return kind, word, ""
    return sign(word) if kind in _SIGNS and word not in _SPECIAL else (kind, "", "")


@lru_cache(maxsize=512)
def sign(word: str) -> tuple[str, str, str]:
    """The kind, the text and the font of a mark, or of a command that is one token."""
    name = word.removeprefix("\\")
    if word == "&":
        return "amp", word, ""
    if word == "\\_":
        return "sym", "_", ""
    if name != word and name in commands.GREEK:
        return "name", name, ""
    if word == "\\Pr":
        return "name", "P", ""
    if name != word and name in commands.FUNCTION_WORDS:
        return "sym", commands.FUNCTION_WORDS[name], ""
    if word in commands.RELATIONS:
        return "rel", commands.RELATIONS[word], ""
    return "sym", commands.SYMBOLS.get(word, word), _FONTS_OF_SIGNS.get(word, "")
