"""What is refused before a text is read: too many bytes, long gaps, and what cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from lemmata.notation import commands
from lemmata.notation.errors import Source, Unreadable

MAX_BYTES: Final = 20_000
MAX_GAP: Final = 1_000
_FORBIDDEN: Final = re.compile(commands.FORBIDDEN)
_GAP: Final = re.compile(rf"\s{{{MAX_GAP + 1}}}")


def check_characters(source: Source) -> None:
    """Refuse a text that is too long, or that hides or reorders what it shows.

    Raises:
        Unreadable: The text is longer than `MAX_BYTES`, holds a control, zero-width or
            bidirectional character, or a gap of more than `MAX_GAP` spaces and line breaks.
    """
    size = len(source.text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise Unreadable(
            f"the text has {size:,} bytes; at most {MAX_BYTES:,} are read",
            source.span(0, 0),
            source,
            "Check it in parts, one derivation at a time.",
        )
    gap = _GAP.search(source.text) if size > MAX_GAP else None
    if gap:
        raise Unreadable(
            f"a gap of more than {MAX_GAP:,} spaces",
            source.span(*gap.span()),
            source,
            "Delete it.",
        )
    found = _FORBIDDEN.search(source.text)
    if found:
        name = unicodedata.name(found.group(), "a control character")
        raise Unreadable(
            f"a character that cannot be seen: U+{ord(found.group()):04X} ({name.lower()})",
            source.span(found.start(), found.end()),
            Source(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", source.text)),
            "Delete it, or type the line again.",
        )
