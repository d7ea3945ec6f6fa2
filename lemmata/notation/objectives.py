"""Objectives: what is maximised over a parameter, and the constants that do not matter there."""

from __future__ import annotations

from typing import Final

from lemmata.notation.chains import Aim
from lemmata.notation.lexer import Token
from lemmata.notation.spaces import is_all
from lemmata.notation.symbols import Symbols


def objective(tokens: list[Token], parameter: str) -> tuple[list[Token], bool]:
    r"""What is maximised over a parameter, and whether it is written as a minimum.

    Without the sign before it: `\max_\theta`, `\arg\min_\theta`, `maximize`.
    """
    at, size = 0, len(tokens)
    while parameter and at < size and tokens[at].text in ("{", "\\arg"):
        at += 1
    word = tokens[at].text.lstrip("\\").removeprefix("arg") if parameter and at < size else ""
    if word not in _EXTREMA:
        return tokens, False
    at += 1
    while at < size and tokens[at].text == "}":
        at += 1
    if at + 1 < size and tokens[at].text == "_":
        end = at + 2
        if tokens[at + 1].text == "{":
            end = _group_end(tokens, at + 1)
        if not _is_over(tokens[at + 1 : end], parameter):
            return tokens, False
        at = end
    return (tokens[at:], _EXTREMA[word]) if at < size else (tokens, False)


def _group_end(tokens: list[Token], at: int) -> int:
    """Where the braces end that open at a place."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].text == "{") - (tokens[place].text == "}")
        if depth == 0:
            return place + 1
    return len(tokens)


def _is_over(below: list[Token], parameter: str) -> bool:
    r"""Whether the parameter stands alone: `\theta`, `\theta \in \Theta`, `\pi_\theta`.

    A maximum over some of its values, `\theta > 0`, is another objective.
    """
    shown = below[1:-1] if below[0].text == "{" else below
    if len(shown) > 1 and shown[0].kind == "name" and shown[1].text == "_":  # of a policy
        shown = [token for token in shown[2:] if token.text not in ("{", "}")]
    if not shown or shown[0].text != parameter:
        return False
    rest = shown[1:]
    return not rest or (rest[0].text in ("\\in", "in") and is_all(rest[1:], parameter))


_EXTREMA: Final = {
    **dict.fromkeys(("max", "maximize", "maximise"), False),
    **dict.fromkeys(("min", "minimize", "minimise"), True),
}


def aimed(before: list[Token]) -> Aim:
    """What the signs before an objective ask for: where it is extreme, or the extreme value."""
    if not before:
        return ""
    return "place" if any("arg" in token.text for token in before) else "value"


def without_constant(
    tokens: list[Token], symbols: Symbols, parameter: str
) -> tuple[list[Token], str]:
    r"""A sum without its last term, where that is a constant of no name: `+ C`, `+ \text{const}`.

    The brackets around all of it, or those of one expectation, may close behind the constant.
    """
    end = len(tokens)
    while end and tokens[end - 1].text in _CLOSING:
        end -= 1
    if not parameter or end < 3 or tokens[end - 2].text not in ("+", "-"):
        return tokens, ""
    word = tokens[end - 1].text.strip(" .").lower()
    if word not in _CONSTANTS or symbols.find(tokens[end - 1].text) is not None:
        return tokens, ""
    depth = lowest = 0
    opened = end
    for place in range(end - 3, -1, -1):
        depth += (tokens[place].text in _OPENING) - (tokens[place].text in _CLOSING)
        if depth > lowest:
            lowest, opened = depth, place
    around = opened in (0, end) or (tokens[0].text == "E" and _is_head(tokens[:opened]))
    fits = depth == len(tokens) - end and around
    return ([*tokens[: end - 2], *tokens[end:]], word) if fits else (tokens, "")


def _is_head(tokens: list[Token]) -> bool:
    """Whether some tokens are a sign with one script at most."""
    braced = len(tokens) > 3 and tokens[2].text == "{" and tokens[-1].text == "}"
    return len(tokens) in (1, 3) or (braced and all(t.text != "}" for t in tokens[2:-1]))


_CONSTANTS: Final = frozenset(("c", "const", "constant"))
"""What a constant is called that nothing else is said of."""
_OPENING: Final = frozenset(("(", "[", "{", "\\{"))
_CLOSING: Final = frozenset((")", "]", "}", "\\}"))
