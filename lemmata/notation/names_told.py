r"""Names that sentences give: `where $h = h_\theta(z)$`, `Write $u$ for $2x$`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lemmata.notation.prose import DEFINES


def with_named(text: str) -> str:
    r"""The text in which a sentence that gives a name does so with a sign: `Write $u$ for $2x$`.

    It says `$u = 2x$` then, at the same places; and so does `where $u$ is $2x$`.
    """
    if "$" not in text:
        return text
    text = _IS_IT.sub(lambda m: f"{m[1]}{m[2]}{'='.center(len(m[3]))}{m[4]}", text)
    return _NAMES_IT.sub(lambda m: f"{m[1]}{m[2]}{'='.center(len(m[3]))}{m[4]}", text)


_NO_RELATION: Final = r"(?:[^$=<>,\\]|\\(?!(?:[gl]eq?|neq?|in|sim|to|quad|l?dots)(?![A-Za-z])))+"
_NAMES_IT: Final = re.compile(
    r"\b((?:[Ww]rit(?:e|ing)|[Ll]et|[Uu]s(?:e|ing))\s+\$)(\\?[A-Za-z]+)"
    rf"(\$\s+(?:for|denotes?|stands? for)\s+\$)({_NO_RELATION}\$)"
)
_WITHIN: Final = (
    r"(?:[^$=<>,\\\[]|\[[^$\[\]]*\]|\\(?!(?:[gl]eq?|neq?|in|sim|to|quad|l?dots)(?![A-Za-z])))+"
)
_IS_IT: Final = re.compile(
    r"\b(where\s+\$)([^$=<>]+)"
    rf"(\$\s+is\s+(?:(?:just|simply)\s+)?(?:the\s+(?:diagonal\s+)?(?:matrix|vector)\s+)?\$)({_WITHIN}\$(?=\s*(?:[.,;](?:\s|\Z)|\Z)))"
)
"""Nothing goes on behind it, as "or $3$" does."""


def gives_name(text: str, stretch: tuple[int, int]) -> bool:
    """Whether one formula in a sentence stands behind words that give names: "where"."""
    before = text[: stretch[0]].rstrip()
    opening = re.search(r"(?<!\$)\$\Z|\\\(\Z", before[-2:])
    if opening is None or _DELIMITER.search(text, *stretch):
        return False
    return DEFINES.search(before[: -len(opening[0])][-_NEAR:]) is not None


_DELIMITER: Final = re.compile(r"\$|\\[()\[\]]")
_NEAR: Final = 80
"""Signs before a formula in which it is seen that it gives a name."""


def without_definitions(text: str, defining: Iterable[tuple[int, int]]) -> str:
    """A text without the formulas in sentences that gave a name, and the words before them."""
    for start, end in defining:
        before = _OPENS.sub("", text[:start]).rstrip().rstrip("$").removesuffix("\\(")
        words = DEFINES.search(before)
        first = words.start() if words else len(before)
        closing = _CLOSES.match(text, end)
        last = closing.end() if closing else end
        text = text[:first] + " " * (last - first) + text[last:]
    return text


_OPENS: Final = re.compile(r"\\[A-Za-z]+\s*\{?\s*\Z")
"""What a first sign of a formula may stand in: `\\operatorname{`."""
_CLOSES: Final = re.compile(r"[\s.,;]*(?:\$|\\\))?")
