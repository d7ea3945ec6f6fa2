r"""Formulas in the sentences between the rows of a text without displays.

Such a text has each row in dollar signs of its own: `$A = B$ by the rule for $C$`, and `$= D$` on
the next line. What a sentence tells behind a row is no member of the chain, and where a row goes on
behind a sentence of its own, it is in doubt what it goes on from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Protocol


class Stretch(Protocol):
    """A formula as far as it matters here: where it stands."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


RELATES: Final = re.compile(r"[=<>]|\\(?:neq?|geq?|leq?)(?![A-Za-z])")
GOES_ON: Final = re.compile(r"[\s&{}]*(?::?[=<>]|\\(?:geq?|leq?|stackrel|overset)(?![A-Za-z]))")
_WHY: Final = re.compile(
    r"\W*(?:since|because|as|by|using|via|from|with|where|recall|note|due|thanks|after|applying"
    r"|dividing|multiplying|substituting|inserting|cancelling|factoring|pulling)\b",
    re.IGNORECASE,
)
"""Words behind a row that tell why it holds, or how it was found."""
_ENDS: Final = re.compile(r"[.;:!?\n]")
"""What ends a sentence or a row."""
_WORD: Final = re.compile(r"[A-Za-z]{2,}|\$|\\[()]")
_LEADS: Final = re.compile(r":[\s*_$]*\Z|\b(?:therefore|hence|thus|so|then)\b\W*\Z", re.IGNORECASE)
"""Words before a formula that begin a new row."""
_NAMED: Final = re.compile(
    r"\s*\\?[A-Za-z]+(?:\{[A-Za-z ]+\})?(?:\s*[_^](?:\{[^{}=]*\}|\\?\w+))*'?(?:\(\\?\w+\))?\s*"
)
_LETTERS: Final = re.compile(r"\s*[a-z]'?(?:\s*,\s*[a-z]'?)+\s*")
_ALL: Final = re.compile(r"\b(?:all|every|each|any)\s*\Z", re.IGNORECASE)
_IN_SPACE: Final = re.compile(
    r"\s*\\?[A-Za-z]+'?\s*\\in\s*\\mathbb\s*\{?\s*R\s*\}?(?:\s*\^\s*(?:\w|\{\w+\}))?\s*"
)
_SHAPE: Final = re.compile(r"\s*\w\s*\\times\s*\w\s*")
_SHAPED: Final = re.compile(r"[\s-]*(?:\w+\s+)?(?:matrix|array|tensor|grid|identity|output)\b")
_MENTIONS: Final = re.compile(
    r"\b(respect to|w\.?r\.?t\.?|of|at|all|every|each|any|constant|class|label|over|function|in"
    r"|vector|matrix|same\s+[a-z]+\s+as|contains?|involves?|depends?\s+on)\s*\Z",
    re.IGNORECASE,
)
OBJECT: Final = (
    r"\b(?:(?P<noun>derivative|gradient|slope|jacobian|covariance|variance|mean|expectation|expected"
    r"|bias|determinant)(?:\s+(?:matrix|vector|value))?\s+of|differentiat(?:e|ing))\s+"
    r"(?:(?:the|an?|our)\s+(?:[\w-]+\s+){1,3})?"
)
"""A noun before the formula that a sentence says an answer to be of."""
_OBJECT_NEXT: Final = re.compile(rf"{OBJECT}\Z", re.IGNORECASE)
_SAYS_IT: Final = re.compile(
    r"\s*,?\s*(?:is|are|equals?|becomes?|gives?|yields?|reads?|(?:with\s+)?respect\s+to|w\.?r\.?t)\b",
    re.IGNORECASE,
)
_BEGINS: Final = re.compile(r"(\A|\W)(where|and|here|with|all|every|each|any)\s*\Z", re.IGNORECASE)
_BESIDE: Final = re.compile(
    r"[\s,;(]*(?:where|with|for)(?:\s+(?:all|every|each|some|any|fresh|independent|standard|noise))*\s*",
    re.IGNORECASE,
)
_BY: Final = re.compile(r"(?:by|via|applying|from)\b", re.IGNORECASE)
_OPENS: Final = re.compile(
    r"(?:[.!?;]|\b(?:and|so|then|hence|thus|therefore|now))\s*\Z", re.IGNORECASE
)
_LED: Final = re.compile(
    r"\b(?:gives?|yields?|gets?|have|has|obtains?|finds?|follows?|which|shows?|is|are|becomes?)\b",
    re.IGNORECASE,
)
_TELLS: Final = re.compile(r"\s*(is|are|denotes?|being|runs|the|an?)\b", re.IGNORECASE)
IN_DOUBT: Final = "what goes on behind a sentence may go on from the formula in it, or from before"


def concludes_by(words: str, place: int) -> bool:
    """Whether words with a reason at a place come to the formula behind: ". By the chain rule".

    The reason begins a sentence, or a clause that goes on, and is none for what stands before; or
    it has a verb that leads to the formula: "Multiplying by the input gives".
    """
    reason = words[place:]
    begins = _BY.match(reason) is not None and _OPENS.search(words[:place]) is not None
    return begins or _LED.search(reason) is not None


def is_beside(before: str) -> bool:
    r"""Whether words introduce a formula that belongs to the one before: ", where $z \sim p$"."""
    return _BESIDE.fullmatch(before) is not None


def is_mentioned(inside: str, before: str, behind: str, with_one: bool) -> bool:
    """Whether a sentence mentions a name or a shape: "where $x$ is the input".

    Args:
        inside: The formula.
        before: The words before it.
        behind: The words behind it.
        with_one: Whether the formula before it is mentioned, as in "for all $i$ and $k$".
    """
    if _SHAPE.fullmatch(inside):
        return _SHAPED.match(behind) is not None
    if _IN_SPACE.fullmatch(inside):
        return _BEGINS.search(before) is not None
    if _LETTERS.fullmatch(inside):
        return _ALL.search(before) is not None  # "for all $i, k$"
    if _OBJECT_NEXT.search(before) and _SAYS_IT.match(behind) and not RELATES.search(inside):
        return True  # "the variance of $a + b$ is": it is compared with the question
    named = _NAMED.fullmatch(inside) is not None
    if named and with_one and before.strip() in ("and", ",", ", and"):
        return True
    told = _BEGINS.search(before) and _TELLS.match(behind)
    return named and bool(_MENTIONS.search(before) or told)


def in_reasons(found: Sequence[Stretch], words: Sequence[str], text: str) -> set[int]:
    """The places of formulas that a reason behind a row mentions, where a further row goes on.

    Args:
        found: All formulas of the text.
        words: What stands before each of them, and behind the last.
        text: The text that they stand in.
    """
    mentioned: set[int] = set()
    tail: list[int] = []
    open_row = _relates(found[0], text)  # a reason may stand behind it
    for place in range(1, len(found)):
        why = bool(tail) or _WHY.match(words[place])
        if open_row and why and not _ENDS.search(words[place]):
            tail.append(place)
            continue
        if GOES_ON.match(text, found[place].start, found[place].end):
            mentioned.update(each for each in tail if not _relates(found[each], text))
        tail, open_row = [], _relates(found[place], text)
    return mentioned


def goes_on_in_doubt(last: Stretch | None, formula: Stretch, text: str) -> bool:
    """Whether a row goes on behind a formula in a sentence, which begins no row itself."""
    if last is None or not GOES_ON.match(text, formula.start, formula.end):
        return False
    if GOES_ON.match(text, last.start, last.end):
        return False
    line = text.rfind("\n", 0, last.start) + 1
    before = text[line : last.start].rstrip(" $\\(")
    behind = text[last.end : formula.start].split("\n", maxsplit=1)[0].strip(" $\\()")
    if not _WORD.search(before) or _LEADS.search(before):
        return False
    if not _relates(last, text) or "$" in before or "\\(" in before:
        return True
    return _WORD.search(behind) is not None and not _WHY.match(behind)


def _relates(formula: Stretch, text: str) -> bool:
    """Whether a formula states a relation."""
    return RELATES.search(text, formula.start, formula.end) is not None
