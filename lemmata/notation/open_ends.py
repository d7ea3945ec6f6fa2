r"""Formulas that go on where nothing is read: `a = b \implies`, `a &= b && \text{and} + c`."""

from __future__ import annotations

from typing import Final

from lemmata.notation.errors import Source, Unreadable
from lemmata.notation.lexer import Token
from lemmata.notation.prose import REASON


def check_arrows(tokens: list[Token], source: Source) -> None:
    r"""Check that no display with a relation ends in an arrow behind which nothing stands.

    Raises:
        Unreadable: One does: `a = b \implies`.
    """
    end = len(tokens)
    while end and (tokens[end - 1].kind in _LAYOUT or tokens[end - 1].text in _STOPS):
        end -= 1
    last = tokens[end - 1] if end else None
    if last is None or last.kind != "rel" or last.text not in _ARROWS:
        return
    if any(token.kind == "rel" for token in tokens[: end - 1]):
        raise Unreadable(
            "nothing stands behind this arrow",
            source.span(last.start, last.end),
            source,
            "Write what follows in the same display.",
        )


_ARROWS: Final = frozenset(("implies", "iff", "arrow"))
_LAYOUT: Final = frozenset(("end", "amp", "row"))
_STOPS: Final = frozenset((".", ",", ";", ":", "\\quad", "\\ "))


def adds(comment: list[Token]) -> bool:
    r"""Whether a comment goes on with its row: `\text{and} + c`, and no reason does, "as +c"."""
    words = [token.text for token in comment if token.kind == "text"]
    signs = [token for token in comment if token.kind != "text" and token.text not in _STOPS]
    opens = bool(signs) and signs[0].text in ("+", "\\cdot", "*", "/", "\\times")
    return opens and not (words and REASON.match(words[0]))
