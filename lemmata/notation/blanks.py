"""Parts of a text that are no prose and no formulas: declarations, comments, markup, tags.

Each is replaced by as many spaces, so that places in the text stay what they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Block:
    """The declarations that a document carries: TOML, and where the block stands."""

    toml: str
    start: int
    end: int


_COMMENT_BLOCK: Final = re.compile(
    r"^[ \t]*%+[ \t]*lemmata:(?P<first>[^\n]*)(?P<rest>(?:\n[ \t]*%[^\n]*)*)", re.MULTILINE
)
_FENCED_BLOCK: Final = re.compile(
    r"^[ \t]*```toml[ \t]+lemmata[ \t]*\n(?P<rest>.*?)^[ \t]*```", re.MULTILINE | re.DOTALL
)


def declaration_block(text: str) -> Block | None:
    """The `% lemmata:` comment block or the fenced ```toml lemmata``` block of a document."""
    fenced = _FENCED_BLOCK.search(text)
    if fenced:
        return Block(fenced.group("rest"), fenced.start(), fenced.end())
    block = _COMMENT_BLOCK.search(text)
    if block is None:
        return None
    lines = [block.group("first"), *block.group("rest").split("\n")[1:]]
    return Block(
        "\n".join(re.sub(r"^[ \t]*%[ \t]?", "", line) for line in lines), block.start(), block.end()
    )


def blank_markup(text: str) -> str:
    """The text with the Markdown around formulas replaced by spaces: bold, code, fences.

    And with a fenced block of declarations, which is known by its fences.
    """
    if all(sign not in text for sign in ("`", "#", "**", "<")):
        return text
    text = _FENCED_BLOCK.sub(lambda found: _blank(found.group()), text)
    return _MARKUP.sub(lambda found: " " * len(found.group()), text)


def _blank(text: str) -> str:
    """As many spaces, in as many lines."""
    return re.sub(r"[^\n]", " ", text)


def blank_notes(text: str) -> str:
    r"""The text with the prose inside its displays replaced: `\intertext{so that}` ends a row."""
    if "intertext" not in text:
        return text
    return NOTE.sub(lambda found: r"\\".ljust(len(found.group())), text)


def blank_tags(text: str) -> str:
    r"""The text with the numbers that its displays carry replaced by spaces: `\tag{$\ast$}`.

    A tag that says more stays, as words of its row do: `\tag{up to sign}`.
    """
    if r"\tag" not in text:
        return text
    return _TAG.sub(
        lambda m: (
            " " * len(m[0]) if _TAG_ALONE.fullmatch(m[1]) else m[0].replace("tag*", "tag ", 1)
        ),
        text,
    )


_TAG: Final = re.compile(r"\\tag\*?\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_TAG_ALONE: Final = re.compile(
    r"[\s($]*(?:[A-Z]{1,6}|[a-z]|[ivx]+)?[-.\s]*(?:\d+(?:[.-]\d+)*[a-z]?)?"
    r"(?:['*†‡]|\\(?:ast|star|prime|d?dagger|(?:spade|heart|diamond|club)suit|theequation"
    r"|(?:eq)?ref\{[^{}]*\}))*[\s)$]*|(?:by\s+)?def(?:inition|\.)\s+of\s+\$[^$=<>]*\$"
)
NOTE: Final = re.compile(r"\\(?:short)?intertext\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_MARKUP: Final = re.compile(
    r"^[ \t]*```[a-zA-Z]*[ \t]*$|`+|^[ \t]*#+(?=[ \t])"
    r"|</?(?:b|i|u|em|strong|p|div|span|br|code|center|answer)[ \t]*/?>"
    r"|(?<![^\s(])\*\*(?=\S)|(?<=\S)\*\*(?![^\s.,:;)])",
    re.MULTILINE,
)


_HIDDEN: Final = re.compile(
    r"\\iffalse\b.*?(?:\\fi\b|\Z)|\\begin\{comment\}.*?(?:\\end\{comment\}|\Z)", re.DOTALL
)


def blank_comments(text: str) -> str:
    """The text with comments and the declaration block replaced by spaces, so that offsets stay."""
    text = _HIDDEN.sub(lambda found: " " * len(found.group()), text)
    if "%" not in text and "```" not in text:
        return text
    block = declaration_block(text)
    if block is not None:
        inside = _blank(text[block.start : block.end])
        text = text[: block.start] + inside + text[block.end :]
    # a sign behind the last digit of all is a percent sign, and begins no comment
    return re.sub(
        r"(?<!\\)%(?![\s$.})\\\]]*\Z)[^\n]*|(?<![\\\d])%[^\n]*",
        lambda found: " " * len(found.group()),
        text,
    )
