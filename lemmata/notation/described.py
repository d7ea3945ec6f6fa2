r"""What sentences say that a name of the question is: "where $\alpha$ is the learning rate".

Such a clause says nothing new if all its words are among those by which the question tells what it
means by the name. Then nothing needs to be read in it; every other word about a name is in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lemmata.notation.prose import is_description

NAME: Final = (
    r"(?:\\(?:mathbf|mathrm|boldsymbol|mathcal|bm)\s*)?\{?\\?[A-Za-z]+\}?'*"
    r"(?:\s*[_^]\s*(?:\{[^{}$]*\}|\\?\w+))*'*(?:\s*\([^$()=]*\))?"
)
"""A name with scripts and arguments, as a sentence mentions it."""
IS: Final = r"(?:is|are|be|being|denotes?|represents?|stands\s+for|means)"
POWER: Final = re.compile(r"\^\s*(?:\{?\s*(?:-?\d|\\top|T\b|-1)|\\top)")
_FONT: Final = re.compile(r"\\(?:mathbf|mathrm|boldsymbol|mathcal|bm)(?![A-Za-z])")
_WORD: Final = r"(?!(?:and|where|with)\b)[A-Za-z]++(?:-[A-Za-z]++)*+"
_WORDS: Final = rf"{_WORD}(?:\s++{_WORD}){{0,7}}"
_ENDS: Final = r"\s*+(?=[.,;:)\n]|\Z|(?:and|where|with)\b)"
_ARTICLE: Final = r"(?:the|an?|our)"
_BEHIND: Final = re.compile(
    rf"(?<=[\s,;.(])\$\s*(?P<name>{NAME})\s*\$\s*,?\s*(?:{IS}\s+)?{_ARTICLE}\s+(?P<what>{_WORDS}){_ENDS}",
    re.IGNORECASE,
)
_BARE: Final = re.compile(
    rf"(?<=[\s,;])(?:where|here|with|and)\s+(?P<name>{NAME})\s+{IS}\s+{_ARTICLE}\s+(?P<what>{_WORDS}){_ENDS}",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(
    rf"(?<=[\s,;])(?:with|for|and)\s+(?:{_ARTICLE}\s+)?(?P<what>{_WORDS})\s*\$\s*(?P<name>{NAME})\s*\$"
    r"(?=[\s.,;:)]|\Z)",
    re.IGNORECASE,
)
_PLAIN: Final = frozenset(
    ("a", "an", "the", "our", "given", "usual", "of", "for", "in", "at", "per")
)
"""Words that may stand in what is said of any name."""


_TAIL: Final = re.compile(
    r"(?P<before>\b(?:where|with|let|define|set|write|and|here)\s+\$)"
    rf"(?P<given>\s*{NAME}\s*:?=[^$]*\$)(?P<is>\s*,?\s*(?:is|denotes|be|being)\s+{_ARTICLE})\s+"
    rf"(?P<what>{_WORDS}){_ENDS}",
    re.IGNORECASE,
)
"""What a name that a sentence gives is called behind it: "where $d = r - v$ is the TD error"."""


def _without_tail(found: re.Match[str]) -> str:
    """A definition without what it calls its name, unless that may change what it says."""
    if not is_description(f"the {found['what']}"):
        return found[0]
    shown = found["before"] + found["given"]
    return shown + re.sub(r"[^\n]", " ", found[0][len(shown) :])


def plain_name(written: str) -> str:
    """A name without its spaces, braces and fonts."""
    return re.sub(r"[\\{}\s]", "", _FONT.sub("", written))


def declared_ways(written: str) -> Iterator[str]:
    r"""A name as it may be declared: `V^\pi(s)` is V^pi, or V."""
    name = plain_name(written).partition("(")[0]
    yield name
    while found := re.fullmatch(r"(.+?)(?:[_^][^_^]*|')", name):
        name = found[1]
        yield name


def parts_of(meaning: str) -> list[list[str]]:
    """What tells a name from others, what it may be of, and what it may be called, in words."""
    return [part.split() for part in f"{meaning}||".split("|")[:3]]


def blank_descriptions(text: str, meanings: Sequence[tuple[str, str]]) -> str:
    """The text with the clauses replaced by spaces that say what the question means by its names.

    Args:
        text: The whole text.
        meanings: What the question means by its names, in words.
    """
    known = dict(meanings)

    text = _TAIL.sub(_without_tail, text) if "$" in text else text

    def blank(found: re.Match[str]) -> str:
        names = [name for name in declared_ways(found["name"]) if name in known]
        if not names or POWER.search(found["name"]):
            return found[0]
        meant = parts_of(known[names[0]])[2]
        words = re.findall(r"[a-z]+(?:-[a-z]+)*", found["what"].lower())
        says_it = bool(meant) and _PLAIN.union(meant).issuperset(words)
        return re.sub(r"[^\n]", " ", found[0]) if says_it else found[0]

    for way in (_BEHIND, _BEFORE) if "$" in text else (_BARE,):
        text = way.sub(blank, text) if known else text
    return text
