# ruff: noqa: SIM905 - a list of words is written as words
"""Sentences around a keyboard formula: "The advantage of a_1 is -1", "2x (by the chain rule)".

No sign sets the formula apart there. What stands before it is a sentence if it consists of words
and ends as one does that leads to a formula; what stands behind it, if it consists of words in
brackets or behind a #. Such words are heard as those beside formulas in dollar signs are.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from typing import Final

from lemmata.notation.prose import HARMLESS, REASON


def sentence_before(text: str, known: AbstractSet[str]) -> tuple[int, str]:
    """Where the formula begins behind a sentence that leads to it, and what the sentence says.

    At 0 if there is no such sentence. One begins with a word that is no name: an article, a reason,
    what is done. It speaks of names, "the gradient by x is", which are left out of what it says;
    a name that stands alone in it may be a formula.
    """
    first = _WORDS.match(text.lstrip())
    if first is None or first[0] in known or len(first[0]) < _SHORT:
        return 0, ""
    word = first[0].lower()
    if not (word in HARMLESS or word.endswith("ing") or REASON.match(first[0])):
        return 0, ""
    end, said = 0, ""
    while found := _LEAD.match(text, end):
        before = ""
        for each in _WORDS.findall(found[0]):
            if _is_name(each, known) and before.lower() not in _OF:
                return end, said
            before = each
        plain = _WORDS.sub(lambda m: " " if _is_name(m[0], known) else m[0], found[0])
        end, said = found.end(), said + plain
    return end, said


def _is_name(word: str, known: AbstractSet[str]) -> bool:
    """Whether a word of a sentence may be a name; one with a capital letter alone is none."""
    if len(word) > _SHORT and word.istitle() and "_" not in word:
        return False
    return word in known or "_" in word or (len(word) == 1 and word not in "aA")


def words_behind(text: str, start: int, known: AbstractSet[str]) -> int:
    """Where the words begin that stand behind a formula in brackets or behind a #; or the end."""
    found = _TAIL.search(text, start)
    if found is None:
        return len(text)
    words = _WORDS.findall(found["note"] or found["aside"])
    is_said = any(len(word) > _SHORT for word in words) and known.isdisjoint(words)
    return found.start() if is_said else len(text)


_SHORT: Final = 2
"""Letters of what may be a name and no word."""
_WORD: Final = r"[A-Za-z][A-Za-z'’-]*(?:_\w+)?"
_WORDS: Final = re.compile(_WORD)
_LEAD: Final = re.compile(
    rf"\s*(?:{_WORD}(?:,?[ \t]+{_WORD})*?[ \t]+(?:is|are|equals|gives|yields|becomes|reads|get|have"
    rf"|obtain|find|so|hence|thus|therefore|then)[ \t]+|{_WORD}(?:,?[ \t]+{_WORD})+[ \t]*:(?!=)\s*)"
)
_TAIL: Final = re.compile(
    r"[ \t]+(?:#+[ \t]*(?P<note>[A-Za-z][A-Za-z'’\- ,]*)|\((?P<aside>[A-Za-z][A-Za-z'’\- ,]*)\))"
    r"[\s.]*\Z"
)
_OF: Final = frozenset("of for by to in on over optimal action respect".split())
"""Words before a name that a sentence speaks of."""
