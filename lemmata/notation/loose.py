r"""Formulas in the prose between displays, outside of the signs that set formulas.

Nobody reads them, so that a derivation whose last line is `Hence \log p = ..` without dollar signs
is not proved by the lines before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lemmata.notation.prose import HARMLESS

_LAYOUT: Final = re.compile(
    r"\\begin\{(?:aligned|alignedat|gathered|split|array|cases|multlined|[pbvBV]?matrix)\*?\}"
)
_FORMULA: Final = re.compile(
    r"\\(?:[dt]?frac|log|ln|exp|sum|prod|int|nabla|partial|det|sqrt|math(?:bb|cal|rm|bf)|operatorname"
    r"|left|right|cdot|times|alpha|beta|gamma|delta|epsilon|varepsilon|eta|theta|lambda|mu|pi|sigma"
    r"|tau|phi|psi|omega|bigl?|Bigl?|hat|bar|tilde|top)(?![A-Za-z])"
    r"|(?<![A-Za-z])[A-Za-z]\w{0,9}[(\[][^()\[\]=]*[)\]]\s*="
)
_STATES: Final = re.compile(r"=|\\(?:leq?|geq?|approx|equiv|propto)(?![A-Za-z])|[<>\u2264\u2265]")
_LINES: Final = re.compile(r"\n|(?<=[.!?;])\s")
_DEFINED: Final = re.compile(
    r"\\(?:re)?newcommand|\\(?:def|let|DeclareMathOperator)\b|\\usepackage"
)
SHOWN: Final = 60
"""Signs of such a formula that are shown."""


def loose_formulas(stretches: Sequence[str]) -> list[str]:
    """What is said of the first formula, or sign of one, that stands in no signs, if there is one.

    Args:
        stretches: The prose before, between and behind the formulas.
    """
    for place, stretch in enumerate(stretches):
        plain = _NUMBERED.sub(" ", stretch)
        before = _TOUCHES.search(plain) if place < len(stretches) - 1 else None
        behind = _TOUCHED.match(plain) if place else None
        between = _JOINS.fullmatch(stretch) if 0 < place < len(stretches) - 1 else None
        if touching := before or behind or between:
            return [f"{touching[0].strip()} stands outside of dollar signs, beside a formula"]
        for line in _LINES.split(stretch):
            states = _FORMULA.search(line) and _STATES.search(line) and not _DEFINED.search(line)
            if states or _LAYOUT.search(line):
                shown = " ".join(line.split())[:SHOWN]
                return [f"a formula stands outside of dollar signs, where it is not read: {shown}"]
    return []


_TOUCHES: Final = re.compile(
    r"(?:(?<![A-Za-z-])-|[+^]|(?<=[\d)])[*/]|(?<![\w.])\d+(?:\.\d+)?[ \t]*|\d[ \t]*[-+*/][ \t]*"
    r"|\b(?:minus|plus|times|negative|twice|thrice|half|double|triple)\s+)\Z"
)
_JOINS: Final = re.compile(r"[ \t]*[-+*/][ \t]*")
_TOUCHED: Final = re.compile(
    r"[ \t]*(?:\^|[-+*/][ \t]*\d|\d+(?:\.\d+)?\s*(?:[.,;:]?\s*\Z|[.,;:]\s))|_|\d"
)


def loose_signs(stretches: Sequence[str]) -> list[str]:
    """What of a final answer stands in no signs that set formulas: `-$x$`, `$x$^2`, `MM, $M = x$`.

    A dash between words, an item, a number of a question and the marks of Markdown are none of it.

    Args:
        stretches: As in `loose_formulas`.
    """
    found: list[str] = []
    for place, stretch in enumerate(stretches):
        listed = stretch if place else _FIRST_ITEM.sub(" ", stretch)
        plain = _NUMBERED.sub(" ", _ITEM.sub("\n", listed))
        found += [sign[0] for sign in _FORMULA.finditer(plain)]
        found += [sign[0] for sign in _WITHIN.finditer(plain)]
        values = _VALUE.finditer(plain)
        found += [sign[0] for sign in values if not _LIMIT.search(plain, 0, sign.start())]
        behind = _BEHIND.match(plain) if place else None
        before = _BEFORE.search(plain) if place < len(stretches) - 1 else None
        found += [sign[0] for sign in (behind, before) if sign]
        clauses = plain.rpartition(",")[0] if place < len(stretches) - 1 else ""
        if all(len(word) < _SHORT for word in re.findall(r"[A-Za-z]+", plain)):
            found += [word for word in _WORD.findall(clauses) if word.lower() not in HARMLESS]
    return [" ".join(sign.split()) for sign in found]


_SHORT: Final = 3
"""Letters of a word that is more than a name."""
_WORD: Final = re.compile(r"(?<![\\\w])[A-Za-z]+(?![\w:.)])")
_FIRST_ITEM: Final = re.compile(r"\A\s*\d+[.)](?=\s|\Z)")
_ITEM: Final = re.compile(r"\n[ \t]*(?:[-+*>\u2022]|\d+[.)])(?=[ \t]|\Z)")
_NUMBERED: Final = re.compile(
    r"[(\[]\d+[)\]]|(?:\b(?:step|part|eq|eqn|equation|case|question|problem|exercise|task|item|line"
    r"|row|no|section|sec|chapter|ch|page|figure|fig|table|theorem|lemma|proposition|corollary|example"
    r"|remark|definition|algorithm|assumption|property|appendix|lecture|version)s?\b\.?|#)"
    r"\s*\(?\d+(?:\.\d+)*\)?(?:(?:\s*,|\s+and|\s+to|\s*-+)\s*\(?\d+(?:\.\d+)*\)?)*",
    re.IGNORECASE,
)
_NAME: Final = r"(?:[B-Zb-z]|\d+(?:\.\d+)?)"
_WITHIN: Final = re.compile(
    r"(?<!\[)\^[ \t]*[\w{(\\]"
    rf"|(?<![\w.]){_NAME}[ \t]*[+*/\u2212][ \t]*{_NAME}(?!\w)(?<!w/o)"
    r"|(?<![\w.])(?:[B-Zb-z][ \t]*-[ \t]*\d+|\d+[ \t]*-[ \t]*[B-Zb-z])(?!\w)"
)
"""Signs between names and numbers; the letter that is an article is none."""
_VALUE: Final = re.compile(
    r"(?<![\w.-])\d+(?:\.\d+)?%?"
    r"(?=[ \t]*(?:\Z|[,;:=!?\n]|\.(?!\d)|(?:so|and|or|then|hence|thus|but)\b))"
)
"""A number that counts nothing may be another value: "it is 2, so", and not "2 of which"."""
_LIMIT: Final = re.compile(
    r"\b(?:exceed|threshold(?: (?:of|at|is))?|(?:have|with) an? \w+ above)\s*\Z", re.IGNORECASE
)
"""Words before a number that things are compared with: "two exceed 0.5, so"."""
_BEHIND: Final = re.compile(
    r"[ \t]*(?:\\?%|[+/^\u00b7\u00d7\u00f7\u2212]|_\{|=[ \t]*[-+]?\d|[<>]=?[ \t]*[-+]?\d|\d"
    r"|-[ \t]*(?:[\d(]|\Z|[A-Za-z](?![A-Za-z]))|\*[ \t]*[\d(\\]|(?<=[ \t])\*[ \t]"
    r"|over[ \t]*\Z)"
)
_BEFORE: Final = re.compile(
    r"(?:(?<!-)-|[+/^\u00b1\u00b7\u00d7\u00f7\u2212]|[\w)][ \t]*\*|[\w)}]_|(?<![\w.])\d+(?:\.\d+)?"
    r"|\w[(\[])[ \t]*\Z"
)
