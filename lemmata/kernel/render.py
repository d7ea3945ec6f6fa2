"""Plain words for normal forms, in messages. No proof rests on it."""

from __future__ import annotations

from lemmata.kernel.poly import Atom, Poly


def text(poly: Poly) -> str:
    """A polynomial as plain text."""
    return poly.key


__all__ = ["Atom", "text"]
