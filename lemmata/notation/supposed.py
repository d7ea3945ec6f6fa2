r"""Displays that their sentence supposes, sets or asks for, and does not state.

"Suppose that \[ a = b. \]", "Define \[ c = a + b, \]" of a declared c, "Choose c such that",
"The constraint is": what such a display says is told, as by a formula in the sentence itself. One
that goes on, `a = b = c`, is a derivation, whatever stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from lemmata.notation.prose import Formula
from lemmata.notation.reach import Parts

_NAME: Final = r"<[^<>]*>"
_MORE: Final = (
    rf"(?:[\s,:]|\b(?:also|now|first|then|that|the|an?|moreover|further(?:more)?|in\s+addition|as|us"
    rf"|for\s+(?:simplicity|now|a\s+moment|convenience|some)|following|equations?|equality|systems?"
    rf"|constraints?|conditions?|problem|case|relation|to\s+(?:be|hold)|by|be|is)\b|{_NAME})*"
)
_LEADS: Final = re.compile(
    r"\b(?:suppos(?:e|es|ing)|assum(?:e|es|ing)|imagin(?:e|ing)|impos(?:e|es|ing)|given(?!\s+(?:by|as|in))"
    r"|requir(?:e|es|ing)|demand(?:ing)?|(?<!\bto\s)fix(?:ing)?|normali[sz](?:e|ed|es|ing)"
    r"|hypothesi[sz]e|stipulat(?:e|ing)|(?<!\bcan\s)choos(?:e|ing)|pick(?:ing)?"
    rf"|initiali[sz](?:e|ing)|want|seek|need)\b{_MORE}\Z"
    rf"|(?:\A|[,;]|\b(?:and|we|now|then|also|so))\s*(?:let|denote|define|set|put|take)\b{_MORE}\Z"
    rf"|\A\W*(?:find|solve)\b{_MORE}\Z"
    rf"|\b(?:consider|solve|study)\b{_MORE}\b(?:equations?|systems?|constraints?|conditions?"
    rf"|problem|case|relation)[\s:]*(?:{_NAME}\s*)?\Z",
    re.IGNORECASE,
)
"""What supposes what stands right behind it."""
_SUCH: Final = re.compile(
    r"\b(?:such\s+that|subject\s+to|s\.\s?t\.|for\s+which|satisfying|obeying|fulfilling"
    r"|with\s+the\s+property\s+that|if\s+and\s+only\s+if|iff|exactly\s+when|equivalent\s+to"
    r"|either|or|(?:cho(?:o)?se|chosen|large|small|close)\b.*\bthat)[\s,:]*\Z",
    re.IGNORECASE | re.DOTALL,
)
_NOUNS: Final = re.compile(
    r"\b(?:assumptions?|hypothes[ie]s|constraints?|premises?|ansatz|requirements?|convention"
    r"|(?:initial|boundary|terminal|first.order|optimality|stationarity|kkt|side|normali[sz]ation)"
    r"\s+(?:value|state|condition|constraint|equation)s?"
    r"|(?:normal|eigenvalue|characteristic|estimating)\s+equations?"
    r"|(?:(?:our|the)\s+(?:\w+\s+)?model)|(?:gradient|update|newton|descent|ascent|euler)\s+(?:step|rule)"
    r"|iteration|layer|network|fixed\s+point)\b[\s\d]*"
    r"(?:(?:is|are|reads?|says?|becomes?|comput\w+|satisf\w+|does|given\s+by|then|now|that|always)\b\s*)*"
    r"[\s,:]*\Z|\bby\s+(?:assumption|hypothesis|convention|construction)[\s,:]*\Z"
    r"|\bchoos(?:e|ing)\s+(?:<[^<>]*>\s*)+with[\s,:]*\Z|\bupdates?\s*(?:it\s+)?(?:<[^<>]*>\s*)?(?:by|as|via|to)?[\s,:]*\Z",
    re.IGNORECASE,
)
"""What is supposed, chosen or done, and no statement."""
_TO_ZERO: Final = re.compile(
    r"\b(?:set(?:ting|s)?|equat(?:e|es|ing)|put(?:ting)?)\b[^.]*\b(?:to|equal(?:\s+to)?)\s+"
    r"(?:zero|be\s+zero|0|<0>)\b",
    re.IGNORECASE | re.DOTALL,
)
_SOLVED: Final = re.compile(
    r"\bfirst.order\s+condition"
    r"|\b(?:minimi[sz]er|maximi[sz]er)s?\s+of\b|\b(?:for|at)\s+the\s+(?:optimal|optimum|minimum|maximum)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Sentences of what is solved for."""
_EXISTS: Final = re.compile(
    r"\b(?:there\s+(?:exists?|must\s+be|is\s+an?)|(?:for|with)\s+some)\b(?!.*\b(?:then|so|hence)\b)",
    re.IGNORECASE | re.DOTALL,
)
_NOT_MEANT: Final = re.compile(
    r"\b(?:tempt(?:ing|ed)|(?:often|sometimes|might|would)\s+(?:\w+\s+)?(?:write|claim|believe"
    r"|think|expect|guess|hope|conclude|say|argue)s?|rather\s+than|instead\s+of|mistaken\w*|na[i\u00ef]ve\w*"
    r"|wrongly|incorrect\w*|fallac\w+|common\s+(?:mistake|error|misconception)|test\s+(?:the|whether))\b",
    re.IGNORECASE,
)
"""What others write, and the text does not."""
_BEHIND: Final = re.compile(
    r"\W*(?:if\s+and\s+only\s+if|iff|(?:exactly|precisely|only)\s+(?:when|if)|is\s+equivalent\s+to"
    r"|impl(?:ies|y)\b|(?:must|should|has\s+to|have\s+to)\s+hold|is\s+(?:our|the|an)\s+(?:assumption|hypothesis"
    r"|premise|constraint)|by\s+(?:assumption|hypothesis|convention|\(?A\d)|or\b|be\s+the\b|would\s+be"
    r"|(?:and|then)?\s*solv(?:e|ing)\b|for\s+<)",
    re.IGNORECASE,
)
"""How a sentence goes on from what it does not state."""
_FROM: Final = re.compile(
    r"\A\W*(?:if|given|from|with|where|under|for|once|when(?:ever)?|for\s+(?:example|instance))\b[\s,:]*(?:that\b)?\W*\Z",
    re.IGNORECASE,
)
_WAYS: Final = (_LEADS, _SUCH, _NOUNS, _TO_ZERO, _EXISTS, _NOT_MEANT, _FROM)
_SUPPOSING: Final = re.compile(
    r"\\begin\{(?:assumption|hypothesis|definition|question|exercise|problem|conjecture|axiom|algorithm)s?\*?\}"
    r"(?!.*\\end\{)"
    r"|\b(?:assumption|hypothesis|axiom|conjecture)\s+(?:\w\.?)?\d*\)?\s*[.:]\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
_RELATION: Final = re.compile(
    r":?=|[<>\u2264\u2265]|\\(?:leq?|geq?|neq?|approx|sim|propto)(?![A-Za-z])"
)
_ZERO: Final = re.compile(r"=\s*&?\s*(?:\\mathbf\{)?0\}?[\s.,;]*\Z|\A\s*0\s*&?=")
_ROWS: Final = re.compile(r"\\\\")
_INLINE: Final = re.compile(r"(?<!\\)\$([^$]*)\$|\\\((.*?)\\\)", re.DOTALL)
_SIGNS: Final = str.maketrans("$[]\\", "    ")
_OPENING: Final = re.compile(r"(?:\$\$|\\\[|\\begin\{\w+\*?\}(?:\{[^{}]*\})?)\s*\Z")
_ENDING: Final = re.compile(r"\A[\s.,;]*(?:\$\$|\\\]|\\end\{\w+\*?\})")
_WRITES: Final = re.compile(r"\b(?:write|abbreviate)[\s,:]*\Z", re.IGNORECASE)
_SPACES: Final = re.compile(r"\\[A-Za-z]+\*?|[{}~]|\s+")


def supposed(shown: str, formulas: Sequence[Formula], known: frozenset[str]) -> list[Formula]:
    """Formulas in which the displays that are supposed are mentions.

    Args:
        shown: The text, without comments and declarations.
        formulas: Its formulas.
        known: The declared names; what a display says that another name is defines it.
    """
    displays = [formula for formula in formulas if formula.display and not formula.aside]
    told = {formula.start for formula in _told(shown, displays, known)}
    return [replace(f, aside="mention") if f.start in told else f for f in formulas]


def _told(shown: str, displays: Sequence[Formula], known: frozenset[str]) -> Iterator[Formula]:
    sentences = [*Parts(shown).sentences()] if displays else []
    for formula in displays:
        inside = shown[formula.start : formula.end]
        rows = [row for row in _ROWS.split(inside) if row.strip()]
        if not rows or not all(_stands_alone(row) for row in rows):
            continue
        name = _names(inside)
        if name is not None and name not in known:
            continue
        start, end = next((s for s in sentences if s[0] <= formula.start < s[1]), (0, 0))
        start = max(
            (d.end for d in displays if d.end < formula.start and d.end > start), default=start
        )
        end = min((d.start for d in displays if formula.end < d.start < end), default=end)
        before = _words(_OPENING.sub("", shown[start : formula.start]))
        behind = _words(_ENDING.sub("", shown[formula.end : end]))
        opened = shown[max(0, formula.start - 80) : formula.start]
        solved = bool(name or _ZERO.search(inside)) and _SOLVED.search(before)
        solved = solved or (name is not None and _WRITES.search(before))
        if solved or _is_told(before, behind) or _SUPPOSING.search(opened.rstrip(" $\\[\n")):
            yield formula


def _is_told(before: str, behind: str) -> bool:
    """Whether a sentence supposes the display between these words."""
    leads = any(way.search(before) for way in _WAYS)
    return leads or _BEHIND.match(behind) is not None


def _stands_alone(row: str) -> bool:
    """Whether a row holds one statement, and does not go on from the row before it."""
    signs = [*_RELATION.finditer(row)]
    return len(signs) == 1 and bool(row[: signs[0].start()].strip(" &{}\n\t"))


def _names(inside: str) -> str | None:
    """The name that stands alone before the sign of a display."""
    found = re.match(
        r"[\s&]*(?:\\(?=[A-Za-z]{2}))?([A-Za-z](?:(?<=\\.)[A-Za-z]+)?)(?:_\{?\w+\}?)?(?:\([^()]*\))?[\s&]*:?=",
        inside,
    )
    return found[1] if found else None


def _words(text: str) -> str:
    """The words of a stretch, with its formulas as names: `the slope of <f>`."""
    named = _INLINE.sub(lambda m: f" <{(m[1] or m[2] or '').strip()}> ", text)
    return " ".join(_SPACES.sub(" ", named).translate(_SIGNS).split())
