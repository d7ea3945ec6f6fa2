r"""The sentence that a formula stands in: what is said before it, and what behind it.

A sentence goes on over displays, rows and paragraphs as long as a small letter follows: `$$ u = a
$$ up to a constant`. What stands in brackets behind it, or in a footnote, and what is said to be so
"otherwise", belongs to it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from lemmata.notation.set_apart import Apart


class Around(NamedTuple):
    """What stands around a formula in its sentence, with every other formula between dollars."""

    before: str
    behind: str


class Sentences:
    """A text, of whose formulas one asks in which sentence they stand."""

    def __init__(self, text: str, formulas: Sequence[Apart]) -> None:
        """Take a text whose comments are blank, and the formulas that it sets apart."""
        self._text = _FOOTNOTE.sub(lambda note: f"({note[1]})".rjust(len(note[0])), text)
        self._formulas = formulas
        self._starts = [formula.start for formula in formulas]
        self._ends = [0, *sorted({*self._all_ends()}), len(text)]

    def around(self, start: int, end: int, since: int) -> Around | None:
        """What is said around what stands between two places of a formula.

        None outside of all, and in a script: `[f]_{u = 1}`.

        Args:
            start: Where it begins.
            end: Where it ends.
            since: Where what it stands beside ends.
        """
        at = bisect_right(self._starts, start) - 1
        if at < 0 or self._formulas[at].end <= start:
            return None
        here = self._formulas[at]
        first = self._ends[bisect_right(self._ends, here.outer) - 1]
        last = self._ends[bisect_right(self._ends, here.behind - 1)]
        last = min(last, self._next_display(at, last))
        above = _INNER.sub(lambda inner: " " * len(inner[0]), self._text[here.start : start])
        row = _ROW.split(above)[-1]
        if _IN_SCRIPT.search(row):
            return None
        lead = self._shown(first, here.outer)
        own = max(start - len(row), since)
        beside = self._text[own:start]
        before = _in_words(beside) + (" , " if _PARTED.search(beside) else "")
        if not here.start < since:
            before = lead + before
        first_row, *rows = _ROW.split(self._text[end : here.end])
        rest = " ".join([first_row, *takewhile(lambda row: "=" not in row, rows)])
        told = _in_words(rest)
        told = f" , {told}" if told.strip() else ""
        return Around(before, told + self._shown(here.behind, last))

    def _next_display(self, at: int, default: int) -> int:
        """Where the next display begins; where it ends, if it goes on with the formula."""
        here = self._formulas[at]
        one = next((formula for formula in self._formulas[at + 1 :] if formula.display), None)
        if one is None:
            return default
        close = not self._text[here.behind : one.outer].strip()
        return one.behind if close and _OPERATOR.match(self._text, one.start) else one.outer

    def _all_ends(self) -> Iterator[int]:
        """Where sentences end, in words or with a formula."""
        plain = self._text
        for one in self._formulas:
            plain = plain[: one.outer] + "X" * (one.behind - one.outer) + plain[one.behind :]
        for found in _END.finditer(plain):
            near = plain[max(0, found.end() - _NEAR) : found.end()]
            if _goes_on(plain, found.end()) or _ABBREVIATED.search(near):
                continue
            yield found.end()
        inline = {formula.outer for formula in self._formulas if not formula.display}
        going_on = {f.outer for f in self._formulas if _OPERATOR.match(self._text, f.start)}
        for one in self._formulas:
            closed = _CLOSED.search(self._text, one.start, one.end) is not None
            space = _SPACE.match(plain, one.behind)
            next_one = space.end() if space else one.behind
            within = not closed and (next_one in inline or next_one in going_on)
            if (closed or one.display) and not within and not _goes_on(plain, one.behind):
                yield one.behind

    def _shown(self, start: int, end: int) -> str:
        """A stretch of the text with its formulas between dollars."""
        out, at = "", start
        for one in self._formulas:
            if start <= one.outer and one.behind <= end:
                out += f"{self._text[at : one.outer]} ${self._text[one.start : one.end]}$ "
                at = one.behind
        return out + self._text[at : max(at, end)]


def _goes_on(text: str, place: int) -> bool:
    """Whether a sentence goes on behind the end of a clause or of a display."""
    layout = _LAYOUT.match(text, place)
    return _GOES_ON.match(text, layout.end() if layout else place) is not None


def _in_words(row: str) -> str:
    r"""A stretch of a row as a sentence: the words in it, and its formulas between dollars."""
    found, at = "", 0
    row = _TAG.sub(lambda tag: f"\\text{{{tag[1]}}}" if tag[1] else " ", row)
    for words in _TEXT.finditer(row):
        found += f"{_formulas_in(row[at : words.start()])} {words[1]} "
        at = words.end()
    return found + _formulas_in(row[at:])


def _formulas_in(row: str) -> str:
    """The formulas of a row between its gaps and columns, each between dollars."""
    parts = (_EDGES.sub("", part) for part in _GAP.split(row))
    return " , ".join(f" ${part}$ " for part in parts if not _OPENS.fullmatch(part))


_FOOTNOTE: Final = re.compile(r"\\footnote\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_END: Final = re.compile(
    r"[.!?][)}'\"*]*(?=\s|\Z|\\)|\n[ \t]*\n|\n(?=[ \t]*(?:[-*]|\d+[.)])[ \t])"
    r"|\\(?:item|par|begin|end|(?:sub)*(?:section|paragraph))(?![a-z])"
)
_ABBREVIATED: Final = re.compile(r"\b(?:i\.e|e\.g|resp|cf|approx|w\.r\.t|vs|[a-z]\.[a-z])\.\Z")
_NEAR: Final = 10
"""As many signs hold an abbreviation."""
_SPACE: Final = re.compile(r"\s*")
_LAYOUT: Final = re.compile(
    r"(?:\s|\\(?:item|par|begin|end|noindent|(?:sub)*section|paragraph)(?![a-z])\*?"
    r"(?:\s*\{[^{}]*\})?|(?<=\n)[-*]\s|(?<=\n)\d+[.)]\s|[*#]{2,})*"
)
_GOES_ON: Final = re.compile(
    r"[a-z(,;:+*/=<>^_-]|(?:Otherwise|Else|Elsewhere)\b|\\[a-z]+\s*\{[a-z]"
)
_CLOSED: Final = re.compile(r"[.!?][\s}]*(?:\\end\{\w+\*?\}\s*)*\Z")
"""How a formula ends that ends its sentence."""
_ROW: Final = re.compile(r"\\\\(?:\[[^\]]*\])?")
_INNER: Final = re.compile(r"\\begin\{(\w*(?:matrix|cases|array)\*?)\}.*?\\end\{\1\}", re.DOTALL)
"""An environment within a row, whose own rows are none of the formula."""
_IN_SCRIPT: Final = re.compile(r"[_^]\s*\{[^{}]*\Z")
_TAG: Final = re.compile(
    r"\\label\s*\{[^{}]*\}|\\(?:notag|nonumber)\b|\\tag\*?\s*\{(?:[\d.*'$\\()]|ast|star|[a-zA-Z](?![a-z]))*\}"
    r"|\\tag\*?\s*\{([^{}]*)\}"
)
"""The number of a row; what else a tag holds is said of the row."""
_OPERATOR: Final = re.compile(r"\s*(?:[-+*/]|\\(?:cdot|times|pm|mp|odot|oplus)(?![A-Za-z]))")
_TEXT: Final = re.compile(r"\\(?:text\w*|mbox)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_GAP: Final = re.compile(
    r"\\q?quad\b|\\hspace\*?\{[^{}]*\}|\\hfill\b|\\enspace\b"
    r"|&(?!\s*(?:[:=<>]|\\(?:[gl]eq?|coloneqq|approx|ne)\b))"
)
_PARTED: Final = re.compile(rf"(?:[,;]|{_GAP.pattern})\s*(?:\\[A-Za-z]+\s*\{{?)?\Z")
"""What a stretch of a row ends in that stands apart from what follows."""
_EDGES: Final = re.compile(
    r"\A(?:[\s})\].,;:]|\\[,;:! ]|\\right[)\].}]|\\(?:begin|end)\{\w+\*?\}(?:\{\d\})?)+"
    r"|(?:[\s{.,;:]|\\[,;:! ]|\\(?:begin|end)\{\w+\*?\})+\Z"
)
_OPENS: Final = re.compile(r"(?:\\left\S|\\[A-Za-z]+\s*\{?|\\|[\s{([])*")
"""What a first name of a formula may stand in."""
