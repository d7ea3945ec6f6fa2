# ruff: noqa: SIM905 - a list of words is written as words
"""Words beside a wrong answer that do not make it right.

A right answer is proved only where every word beside it is known to change nothing. A wrong one is
wrong whatever leads to it, unless a word says that the answer is another quantity than its formula
gives: "minus", "its inverse", "not".
"""

from __future__ import annotations

import re
from typing import Final

from lemmata.judge.remarks import UPDATES, nouns_asked
from lemmata.judge.subjects import speaks_of_asked
from lemmata.kernel.terms import App, Sym
from lemmata.notation import Chain, Document, Sheet, write_text
from lemmata.notation.described import plain_name
from lemmata.notation.leads import MAKES_ANOTHER, MEANT
from lemmata.notation.plain_words import NAME
from lemmata.notation.prose import CONDITIONAL, HARMLESS, INLINE, signs_in, strange_words
from lemmata.notation.set_apart import DELIMITED, set_apart
from lemmata.notation.vocabulary import FINITE, LINKS

WORDS: Final = "words beside the formula: "
"""How a doubt begins that is about words alone."""
SPEAKS: Final = "the text speaks of "
"""How one begins that is about what words call the formula."""


def only_leads(doubts: list[str], meant: Chain, document: Document, sheet: Sheet) -> bool:
    """Whether all that is said against an answer is words that do not make it another quantity.

    The answer stands out: it has the name of what is asked on its left, or it is in the one box of
    the text, whose own sentence has to be plain.
    """
    text = document.source.text
    if any(not doubt.startswith((WORDS, SPEAKS)) for doubt in doubts) or document.told:
        return False
    if _is_called_so(meant, document, sheet):
        return True
    if any(not doubt.startswith(WORDS) for doubt in doubts):
        return False
    outside = DELIMITED.sub(" ", text)  # `M^\top M, $M = ..$`: it is part of the answer
    if outside != text and _FORMULA.search(outside):
        return False
    start, end = meant.lines[0].span.start, meant.lines[-1].span.end
    before = _OPENS.sub("", text[:start])
    boxed = len(_BOX.findall(text)) == 1 and _BOX.search(text, len(before), end) is not None
    named = meant.lines[0].label or meant.lines[-1].label or _gives_new_value(meant, sheet)
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


def _gives_new_value(meant: Chain, sheet: Sheet) -> bool:
    """Whether an answer is an update of what is asked for."""
    values = (reading.term for reading in meant.lines[0].readings)
    return meant.lines[-1].relation in UPDATES and not {*sheet.called}.isdisjoint(values)


def _is_called_so(meant: Chain, document: Document, sheet: Sheet) -> bool:
    """Whether the one formula of a sentence is said to be what is asked for, and nothing else.

    Other formulas in it are names, and nothing stands behind it. What is told before the clause
    that leads to it may be any argument that tells no quality and no place, and turns nothing.
    """
    text = document.source.text
    formulas = set_apart(text)
    shown = [f for f in formulas if NAME.fullmatch(text, f.start, f.end) is None]
    if len(shown) != 1 or len(meant.lines) > 1 or re.search(r"\w", text[shown[0].behind :]):
        return False
    before = _AT_A_TIME.sub("", text[: shown[0].outer])
    *told, clause = _PAUSE.split(INLINE.sub(" ffff ", before).rstrip(" :\n").lower())
    words = re.findall(r"[a-z]+", " ".join(told))
    if not all(map(_argues, told)) or not _names_of_asked(before, sheet):
        return False
    if re.search(_SENTENCE, before) or signs_in(before) or not _TELLS_A_CASE.isdisjoint(words):
        return False
    argues = before.rstrip().endswith(":") and _VALUE.search(before) is None
    known = speaks_of_asked(clause, sheet) or (argues and _ends_in_verb(clause))
    return known and not _changes(clause, sheet) and not _told_of_asked(told, sheet)


def _argues(clause: str) -> bool:
    """Whether a clause tells what happens, or what is used: "using the chain rule"."""
    words = re.findall(r"[a-z]+", clause)
    used = words[:1] != [] and (words[0].endswith("ing") or words[0] in _USED)
    return used or LINKS.union(HARMLESS).issuperset(words) or not _HAPPENS.isdisjoint(words)


def _names_of_asked(before: str, sheet: Sheet) -> bool:
    """Whether the names in the clause before a formula are those of what is asked for."""
    clause = re.split(r"[;:]|,(?=[^$]*(?:\$[^$]*\$[^$]*)*\Z)", before.rstrip(" :\n"))[-1]
    asked = sheet.goal.left if sheet.goal else None
    written = write_text(asked, sheet.declarations) if asked is not None else ""
    known = {*re.findall(r"\w+", written), written.replace(" ", "")}
    names = [plain_name(found[1]) for found in re.finditer(r"\$([^$]*)\$", clause)]
    return known.issuperset(names)


def _ends_in_verb(clause: str) -> bool:
    """Whether a clause only tells what happens to something: "only the last reward remains"."""
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", clause)
    verb = [word for word in words if not word.endswith("ly")][-1:]
    plain = not (MEANT | _TELLS_A_CASE).intersection(words)  # "the slope peaks:" tells a value
    return plain and verb != [] and verb[0] in _HAPPENS and words[:1] != verb


def _told_of_asked(told: list[str], sheet: Sheet) -> bool:
    """Whether a value is told in words of what is asked for: "the bias vanishes, so"."""
    words = {word for clause in told if _VALUE.search(clause) for word in clause.split()}
    return not words.isdisjoint({*re.findall("[a-z]+", sheet.title.lower())} & MEANT)


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
_HAPPENS: Final = FINITE | {"vanish", "vanishes"}
"""The verbs of an argument."""
_USED: Final = frozenset("by from via since because".split())
_PAUSE: Final = re.compile(r"[,;:]|\b(?:so|hence|thus|therefore)\b")
_AT_A_TIME: Final = re.compile(r"\bat\s+(?:time|step)\s+\$\w\$")
_COPULAS: Final = frozenset("is are was be equals reads has have gives yields".split())
_TELLS_A_CASE: Final = (
    MAKES_ANOTHER
    | _AT_A_POINT
    | _COPULAS
    | frozenset("for near after around within outside on in with when where once as to".split())
)
"""Words of an argument by which it may say where alone an answer holds."""
_COMMAND: Final = re.compile(r"\\[A-Za-z]+|[$\\]")
