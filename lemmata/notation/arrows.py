r"""Arrows between statements that lead nowhere: `a = b \implies` at the end of a display."""

from __future__ import annotations

from typing import Final

from lemmata.notation.errors import Source, Unreadable
from lemmata.notation.lexer import Token


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
