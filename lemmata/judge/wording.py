"""Words beside a wrong answer that do not make it right.

A right answer is proved only where every word beside it is known to change nothing. A wrong one is
wrong whatever leads to it, unless a word says that the answer is another quantity than its formula
gives: "minus", "its inverse", "not".
"""

from __future__ import annotations

import re
from typing import Final

from lemmata.judge.remarks import nouns_asked
from lemmata.kernel.terms import App, Sym
from lemmata.notation import Chain, Document, Sheet
from lemmata.notation.leads import MAKES_ANOTHER, MEANT
from lemmata.notation.prose import CONDITIONAL, INLINE, signs_in, strange_words
from lemmata.notation.set_apart import DELIMITED

WORDS: Final = "words beside the formula: "
"""How a doubt begins that is about words alone."""


def only_leads(doubts: list[str], meant: Chain, document: Document, sheet: Sheet) -> bool:
    """Whether all that is said against an answer is words that do not make it another quantity.

    The answer stands out: it has the name of what is asked on its left, or it is in the one box of
    the text, whose own sentence has to be plain.
    """
    text = document.source.text
    if any(not doubt.startswith(WORDS) for doubt in doubts) or document.told:
        return False
    outside = DELIMITED.sub(" ", text)  # `M^\top M, $M = ..$`: it is part of the answer
    if outside != text and _FORMULA.search(outside):
        return False
    start, end = meant.lines[0].span.start, meant.lines[-1].span.end
    before = _OPENS.sub("", text[:start])
    boxed = len(_BOX.findall(text)) == 1 and _BOX.search(text, len(before), end) is not None
    named = meant.lines[0].label or meant.lines[-1].label
    if not (boxed or named) or not _SETS_CASES.isdisjoint(re.findall(r"[a-z]+", text.lower())):
        return False
    if _VALUE.search(outside):
        return False  # "the bias of $b$ is zero": the words tell the answer
    if _changes(re.split(_CLAUSE, before)[-1], sheet) or _changes(text[end:], sheet):
        return False
    sentence = INLINE.sub(" ", re.split(_SENTENCE, before)[-1])
    if not _AT_A_POINT.isdisjoint(re.findall(r"[a-z]+", sentence.lower())):
        return False
    return bool(named) or not strange_words((sentence, ""), sheet.conventions.words)


def is_spoken_of(meant: Chain, document: Document) -> bool:
    """Whether a formula is a name of which a sentence says something: "$s$ is unbiased"."""
    line = meant.lines[0]
    alone = len(meant.lines) == 1 and any(isinstance(r.term, Sym | App) for r in line.readings)
    return alone and _SAYS_MORE.match(document.source.text, line.span.end) is not None


def _changes(words: str, sheet: Sheet) -> bool:
    """Whether some words may make another quantity of the formula that they touch."""
    found = re.findall(r"[a-z]+(?:['’]t)?", _COMMAND.sub(" ", words).lower())
    meant = MEANT - nouns_asked(sheet)
    return bool(signs_in(words)) or any(
        word in MAKES_ANOTHER or word in meant or word.endswith(("n't", "n’t")) for word in found
    )


_FORMULA: Final = re.compile(
    r"[\^_]|\\(?!(?:boxed|fbox|text\w*|displaystyle|begin|end)\b)[A-Za-z]+"
)
_VALUE: Final = re.compile(r"\b(?:zero|unity|nil|vanish\w*|unbiased)\b", re.IGNORECASE)
_SAYS_MORE: Final = re.compile(
    r"[\s$)\\\]]*(?:is|are|has|have|was|equals?|becomes?|gives?|must|can|does|remains?)\b"
)
"""A verb whose subject is the formula before it, or what is said to be of it."""
_SETS_CASES: Final = CONDITIONAL - {"not", "never", "times", "twice", "half", "minus"}
"""Words anywhere in a text by which an answer may be one of a case, or of something else."""
_AT_A_POINT: Final = frozenset(("at", "under", "satisfy", "satisfies", "perfect", "critical"))
"""Words of a sentence that may tell where its formula holds: "At the minimum"."""
_BOX: Final = re.compile(r"\\(?:boxed|fbox)\b")
_OPENS: Final = re.compile(
    r"(?:[\s$&{]|\\[\[(]|\\begin\{[a-z]+\*?\}|\\(?:boxed|fbox|math[a-z]+|displaystyle)\b)*\Z"
)
_CLAUSE: Final = re.compile(r"[.,;:!?$]|\\[\])]")
_SENTENCE: Final = re.compile(r"[.!?](?=\s)|\n\s*\n")
_COMMAND: Final = re.compile(r"\\[A-Za-z]+|[$\\]")
