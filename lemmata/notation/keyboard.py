"""Keyboard text to tokens: words are names, `**` is a power, and nothing has a backslash."""

from __future__ import annotations

import re
from typing import Final

from lemmata.notation import commands
from lemmata.notation.errors import Source, Unreadable, Unsupported
from lemmata.notation.lexer import (
    CLOSE,
    MAX_DEPTH,
    MAX_TOKENS,
    OPEN,
    PLAIN,
    Raw,
    Token,
    merged,
)
from lemmata.notation.words import MAX_DIGITS

_TEXT: Final = re.compile(
    r"(?P<space>[ \t\r\n]+"
    r"|\b(?:(?:(?:np|numpy|math|torch|sympy|jnp)\.(?:linalg\.)?|(?:nn\.)?(?:functional|F)\.(?=[a-z]))+"
    r"(?=[A-Za-z])))"  # np.exp is exp
    r"|(?P<num>(?:\d+(?:\.\d+)?|(?<!\.)\.\d+)(?:[eE][-+]?\d{1,2}(?!\w))?)"
    r"|(?P<word>[A-Za-z]+\d*)"
    r"|(?P<pair><={1,3}>|<-{1,2}>|={1,3}>|\*\*|\.{3}|:=|\+=|-=|\|\||<=|>=|==|!=|<-|->)"
    r"|(?P<mark>[-+*/^_=<>(),;:.\[\]{}|!'~%@#])"
    r"|(?P<other>.)",
    re.DOTALL,
)


def scan_text(source: Source, start: int, end: int, known: frozenset[str]) -> list[Token]:
    """The tokens of a formula in keyboard notation between two offsets.

    `known` are the declared names.

    Raises:
        NotationError: A character, a number or the size of the formula.
    """
    raw = Raw(source, {}, known)
    text, at, out = source.text, start, raw.tokens
    found = [match.start(side) for match in _SLOPE.finditer(text, start, end) for side in (1, 2)]
    slopes = frozenset(found)
    while at < end:
        match = _TEXT.match(text, at, end)
        assert match is not None  # noqa: S101 - the pattern matches every character
        kind, word, begin, at = match.lastgroup, match.group(), match.start(), match.end()
        if kind == "space":
            if "\n" in word and out and out[-1].kind != "row":
                out.append(Token("row", "\n", begin, at))
            continue
        if len(out) >= MAX_TOKENS:
            raise Unreadable(
                f"the formula has more than {MAX_TOKENS:,} signs", source.span(begin, at), source
            )
        if kind == "num":
            if len(word) > MAX_DIGITS:
                raise Unreadable(
                    f"a number with more than {MAX_DIGITS} digits", source.span(begin, at), source
                )
            out.append(Token("num", word, begin, at))
        elif (
            kind == "word"
            and word in _MODULES
            and at < end
            and text[at] == "."
            and word not in known
        ):
            at += 1  # numpy.exp
        elif kind == "word":
            _text_word(out, word, begin, at, known, slope=begin in slopes)
        elif word in ("~", ".", "*") and _keyboard_mark(out, word, begin, known):
            continue
        elif kind == "other":
            if word == "\\":
                raise Unsupported(
                    "a backslash in keyboard text",
                    source.span(begin, at),
                    source,
                    "Read this as LaTeX, or write names without a backslash.",
                )
            raw.other(word, (begin, at))
        elif word == "->":
            out.append(Token("rel", "arrow", begin, at))
        else:
            out.append(raw.mark(word, (begin, at)))
    depth = 0
    for token in out:
        depth += (token.text in OPEN) - (token.text in CLOSE)
        if depth > MAX_DEPTH:
            raise Unreadable(
                f"brackets are nested deeper than {MAX_DEPTH}",
                source.span(token.start, token.end),
                source,
            )
    return merged(_labelled(_starred(out)))


_NAME: Final = rf"d(?:[A-Za-z]|{'|'.join(sorted(commands.GREEK))})(?![A-Za-z])"
_SLOPE: Final = re.compile(rf"\b({_NAME})(?:_\w+|_\{{[^{{}}]*\}})?(?:\([^()]*\))?\s*/\s*({_NAME})")
"""A quotient of differentials: `df/dz`, `df(z)/dz`."""


def _starred(tokens: list[Token]) -> list[Token]:
    """Tokens with the star of a name above it: `D⋆(x)`, and before a relation `delta* = ...`."""
    out: list[Token] = []
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else token
        relation = tokens[at + 1 : at + 2] and tokens[at + 1].kind == "rel"
        star = token.text == "\\star" or (token.text == "\\cdot" and relation)
        if star and before.kind == "name" and before.end == token.start:
            out += [Token("sym", "^", token.start, token.start), token._replace(text="\\cdot")]
        else:
            out.append(token)
    return out


def _labelled(tokens: list[Token]) -> list[Token]:
    """Tokens with braces around the number of a function: `L^(0)(theta)` is `L^{(0)}(theta)`."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        sign, *group = tokens[at : at + 5]
        texts = [part.text for part in group]
        scripted = sign.text == "^" and texts[:1] == ["("] and texts[2:] == [")", "("]
        if scripted and group[1].kind == "num" and out and out[-1].kind == "name":
            opening, closing = (Token("sym", brace, sign.end, sign.end) for brace in "{}")
            out += [sign, opening, *group[:3], closing]
            at += 4
        else:
            out.append(sign)
            at += 1
    return out


_MODULES: Final = frozenset(("np", "numpy", "torch", "math", "linalg", "F", "jnp"))
"""Where Python keeps its functions."""


def _keyboard_mark(out: list[Token], word: str, begin: int, known: frozenset[str]) -> bool:
    """A tilde, a dot in the place of a variable, `P(.|s, a)`, or the star of a name, `D*(x)`."""
    before = out[-1].text if out else ""
    dot, star = word == "." and before == "(", word == "*" and f"{before}^*" in known
    if word == "~":
        out.append(Token("sym", "\\sim", begin, begin + 1))
        return True
    if star:
        out.append(Token("sym", "^", begin, begin))
    if dot or star:
        out.append(Token("sym", "\\cdot", begin, begin + 1))
    return dot or star


TEXT_NAMES: Final = {"eps": "epsilon", "ep": "epsilon", "lambd": "lambda", "lam": "lambda"}


def _side_by_side(out: list[Token], word: str, known: frozenset[str]) -> bool:
    """Whether a keyboard word in a script is letters side by side: declared ones, or two."""
    signs = [token.text for token in out[-2:]]
    if len(word) not in (2, 3) or not (signs[-1:] == ["_"] or signs == ["_", "{"]):
        return False
    head = next((token.text for token in reversed(out) if token.text not in ("_", "{")), "")
    letters = known.issuperset(word) or (len(word) == 2 and word.islower())
    return word not in known and f"{head}_{word}" not in known and letters


def _is_accent(out: list[Token], word: str, known: frozenset[str]) -> bool:
    """Whether a keyboard word in a script says what stands above the name: `theta_hat`."""
    name = out[-2] if len(out) > 1 and out[-2].kind == "name" else None
    spelled = name is not None and f"{name.text}_{word}" in known
    return word in _ACCENTS and name is not None and not spelled


_ACCENTS: Final = frozenset(commands.ABOVE.values())


def _text_word(
    out: list[Token],
    word: str,
    begin: int,
    end: int,
    known: frozenset[str],
    *,
    slope: bool = False,
) -> None:
    """A keyboard word: a declared name, an operator, or a differential such as `dz`.

    In a slope, `df/dz`, a differential is one of any name.
    """
    after_sign = bool(out) and out[-1].text == "_" and out[-1].end == begin
    letters = word.rstrip("0123456789")
    primed = [token.text for token in out[-3:]][::2] == ["_", "'"] and out[-1].end == begin
    if after_sign and _is_accent(out, word, known):
        out.pop()
        out[-1] = out[-1]._replace(text=out[-1].text + word, end=end)
    elif primed and re.fullmatch("[a-z]", word) and out[-4:][0].kind == "name":  # `w_c'j`
        out.insert(-2, Token("sym", "{", begin, begin))
        out += [Token("name", word, begin, end), Token("sym", "}", end, end)]
    elif _side_by_side(out, word, known):  # `delta_ik`, `W_{ij}`
        out += [Token("name", letter, begin + k, begin + k + 1) for k, letter in enumerate(word)]
        if out[-len(word) - 1].text == "_":
            brace = Token("sym", "{", begin, begin), Token("sym", "}", end, end)
            out[-len(word) :] = [brace[0], *out[-len(word) :], brace[1]]
    elif word in known or (after_sign and letters == word):
        out.append(Token("name", word, begin, end))
    elif letters != word and word not in commands.OPERATOR_WORDS:
        above = out[-1:] and out[-1].text == "^"  # `a^b2`: what stands above is one name
        first = len(out)
        _text_word(out, letters, begin, begin + len(letters), known)
        if out[-1].kind == "name":
            out.append(Token("sym", "_", begin + len(letters), begin + len(letters)))
        out.append(Token("num", word[len(letters) :], begin + len(letters), end))
        if above and out[-2].text == "_":
            out.insert(first, Token("sym", "{", begin, begin))
            out.append(Token("sym", "}", end, end))
    elif word in commands.OPERATOR_WORDS:
        out.append(Token("sym", commands.OPERATOR_WORDS[word], begin, end))
    elif word in TEXT_NAMES:
        out.append(Token("name", TEXT_NAMES[word], begin, end))
    elif word.lower() in commands.TEXT_WORDS:
        before = out[-1] if out else None
        if before is not None and before.font == PLAIN and begin - before.end == 1:
            out[-1] = before._replace(text=f"{before.text} {word}", end=end)
        else:
            out.append(Token("text", word, begin, end, PLAIN))
    elif slope or (word[0] == "d" and len(word) > 1 and word[1:] in known):
        out.append(Token("name", "d", begin, begin + 1))
        out.append(Token("name", word[1:], begin + 1, end))
    else:
        out.append(Token("name", word, begin, end))
