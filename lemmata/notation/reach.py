r"""How far what a sentence says reaches: over its paragraph, its passage, or the whole text.

A document has sections, theorems with proofs, and paragraphs. "The posterior is not tractable"
says nothing of a display two pages before it, and "if $x = 0$" nothing of what stands behind the
next heading. What points at something that may stand anywhere, `\eqref{eq:bound} is wrong`,
reaches everywhere.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from lemmata.notation.chains import Reach
from lemmata.notation.set_apart import DELIMITED

EVERYWHERE: Final = Reach(0, None)


class Parts:
    """The headings, environments, paragraphs and displays of a text."""

    def __init__(self, text: str) -> None:
        """Take a text whose comments are blank."""
        displays = [m for m in DELIMITED.finditer(text) if not (m["round"] or m["dollar"])]
        self._displays = [m.span() for m in displays]
        for start, end in self._displays:
            text = text[:start] + "x" * (end - start) + text[end:]
        self._text = text
        self._headings = [(m.start(), _level(m)) for m in _HEADING.finditer(text)]
        self._breaks = [m.span() for m in _BREAK.finditer(text)]
        ends = {stop.end() for stop in _STOP.finditer(text)}
        ends |= {end for each in self._breaks for end in each}
        ends |= {end for at, _ in self._headings for end in (at, self._title_end(at))}
        ends |= {m.end() for m in displays if CLOSED.search(m[0])}
        self._ends = [0, *sorted(ends), len(text)]
        self._environments = _environments(text)
        self._far: dict[tuple[int, int], bool] = {}

    def around(self, start: int, end: int) -> Reach:
        """How far a sentence reaches that says of something that it is not so, or in what sense.

        Over its paragraph, from the display before that to the one behind it; in a heading, over
        what stands under it, and over what stands before it where it speaks of that.
        """
        for number, (place, level) in enumerate(self._headings):
            if place <= start < self._title_end(place):
                later = (at for at, other in self._headings[number + 1 :] if other <= level)
                back = _BACK.search(self._text, place, self._title_end(place))
                since = self._headings[number - 1][0] if number else 0
                return Reach(since if back else place, next(later, None))
        if self.points_far(self._begin(start), self._end(end)):
            return EVERYWHERE
        first = max((b for _, b in self._breaks if b <= start), default=0)
        last = min((a for a, _ in self._breaks if a >= end), default=len(self._text))
        since = max((a for a, b in self._displays if b <= first), default=first)
        until = min((b for a, b in self._displays if a >= last), default=last)
        return Reach(since, until)

    def sentences(self) -> Iterator[tuple[int, int]]:
        """The sentences of a text, with the displays that stand in them; headings stand alone."""
        places = pairwise(self._ends)
        yield from ((at, end) for at, end in places if self._text[at:end].strip())

    def has_display(self, start: int, end: int) -> bool:
        """Whether a display stands between two places."""
        return any(start <= at < end for at, _ in self._displays)

    def carried_on(self, place: int, goes_on: re.Pattern[str]) -> int:
        """The end of the last sentence behind a place that goes on from those before it."""
        for at, end in self.sentences():
            if at == place and goes_on.match(self._text, at):
                place = end
        return place

    def points_far(self, start: int, end: int) -> bool:
        """Whether a sentence may speak of what stands far away from it."""
        if (start, end) not in self._far:  # of a long sentence it is asked often
            sentence = self._text[start:end]
            far = _FAR.search(_COMMAND.sub(" ", sentence)) or _REFERS.search(sentence)
            self._far[start, end] = far is not None
        return self._far[start, end]

    def passage(self, place: int) -> Reach:
        """What stands under one heading, or in one theorem with its proof, around a place."""
        inside = self.within(place)
        since = max((at for at, _ in self._headings if at <= place), default=0)
        until = min((at for at, _ in self._headings if at > place), default=None)
        if inside is None:
            return Reach(since, until)
        ends = [end for end in (inside.until, until) if end is not None]
        return Reach(max(since, inside.since), min(ends, default=None))

    def within(self, place: int) -> Reach | None:
        """The theorem or example around a place, with the proof and the corollaries behind it."""
        around = [each for each in self._environments if each[0] <= place < each[1]]
        if not around:
            return None
        start, end, _ = max(around)
        for other, behind, name in self._environments:
            heading = any(end <= at < other for at, _ in self._headings)
            if other >= end and name in _GO_ON and not heading and not self.has_display(end, other):
                end = behind
        return Reach(start, end)

    def _title_end(self, place: int) -> int:
        found = _TITLE.match(self._text, place)
        return found.end() if found else len(self._text)

    def _begin(self, place: int) -> int:
        return self._ends[bisect_right(self._ends, place) - 1]

    def _end(self, place: int) -> int:
        return self._ends[min(bisect_left(self._ends, place), len(self._ends) - 1)]


def _level(heading: re.Match[str]) -> int:
    """How deep a heading stands: chapters before sections, those before paragraphs."""
    name = heading["name"] or ""
    if name in _LEVELS:
        return _LEVELS.index(name)
    return len(heading["signs"]) if heading["signs"] else len(_LEVELS)


def _environments(text: str) -> Sequence[tuple[int, int, str]]:
    """Where the theorems, examples and proofs of a text stand, in order."""
    found: list[tuple[int, int, str]] = []
    opened: list[tuple[int, str]] = []
    for m in _ENVIRONMENT.finditer(text):
        if m[1] == "begin":
            opened.append((m.start(), m[2]))
        elif opened and opened[-1][1] == m[2]:
            start, name = opened.pop()
            found.append((start, m.end(), name))
    return sorted(found)


_LEVELS: Final = (
    "part",
    "chapter",
    "section",
    "subsection",
    "subsubsection",
    "paragraph",
    "subparagraph",
)
_HEADING: Final = re.compile(
    r"\\(?P<name>part|chapter|(?:sub){0,2}section|(?:sub)?paragraph)\*?\s*[\[{]"
    r"|^[ \t]*(?P<signs>#{1,6})[ \t]"
    r"|(?:(?<=\n\n)|(?<=\\item )|(?<=\\noindent))[ \t]*\\(?:textbf|textit|emph|textsc)\s*\{",
    re.MULTILINE,
)
_BACK: Final = re.compile(
    r"\b(?:this|that|it|these|above|so far|(?:retract|withdraw|errat|correct)\w*)\b", re.IGNORECASE
)
"""Words of a heading that speak of what stands before it: "Why this is wrong"."""
_TITLE: Final = re.compile(r"[^\n{]*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\n|\Z)")
_BREAK: Final = re.compile(
    rf"\n[ \t]*\n\s*|\\(?:par|item|bigskip|medskip|smallskip)\b|{_HEADING.pattern}"
    r"|\\(?:begin|end)\{\w+\*?\}",
    re.MULTILINE,
)
_ENVIRONMENT: Final = re.compile(
    r"\\(begin|end)\{(theorem|thm|lemma|lem|proposition|prop|corollary|cor|claim|remark|rem|example|exa?"
    r"|exercise|fact|observation|proof|solution|answer)\*?\}"
)
_GO_ON: Final = ("proof", "solution", "answer", "corollary", "cor", "remark", "rem")
"""What stands behind a theorem and may be said under what it supposes."""
CLOSED: Final = re.compile(r"\.[\s}]*(?:\\\]|\$\$|\\end\{\w+\*?\})\s*\Z")
"""The end of a display that ends a sentence."""
_STOP: Final = re.compile(r"[.!?](?=\s)|\n[ \t]*\n")
_COMMAND: Final = re.compile(r"\\[A-Za-z]+")
_REFERS: Final = re.compile(r"\\(?:eq|c|C|auto|page|name)?ref\b|\(\d+[a-z]?\)")
_STATED: Final = (
    r"(?:formula|equation|display|line|step|identit|inequalit|equalit|claim|bound|result|statement"
    r"|answer|lemma|theorem|expression|calculation|computation)(?:y|ies|e?s|ae)?"
)
_FAR: Final = re.compile(
    r"\b(?:everywhere|everything|(?:above|below)(?!\s+(?:the|an?|by|its|zero|\$))|earlier|previous(?:ly)?|preceding|following|later"
    r"|derivations?|proofs?|arguments?|sections?|lectures?|chapters?|documents?|notes|pages?|sheet"
    r"|throughout|henceforth|hereafter|always|from now on|(?:the|what) (?:rest|follows)"
    r"|recall|remember"
    r"|friend|classmate|students?|colleague|chatgpt|somebody|someone|they|he|she"
    r"|(?:all|none|most|many|some|both) of (?:this|that|it|them|these|those)"
    r"|(?:both|all|none|neither)(?= (?:is|are|was|were|holds?|fails?)\b)"
    r"|(?:all|every|each|both|these|those|first|second|third|fourth|last|next|final|main|no|two)"
    rf" (?:of )?(?:(?:the|our|these|those) )?(?:[\w-]+ )?{_STATED})\b"
    r"|\b(?:formulas|formulae|equations|identities|inequalities|claims|bounds|results|statements)\b",
    re.IGNORECASE,
)
"""Words that may point at what stands far away, or speak of all of it."""
