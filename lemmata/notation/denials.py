r"""Words beside formulas that give their signs another meaning, or take them back, and how far.

An answer is one thing, and "this is wrong" anywhere in it is said of all of it. A document that
carries its own declarations has parts: there it is said of what stands around it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from lemmata.notation.blanks import blank_comments, declaration_block
from lemmata.notation.chains import Reach
from lemmata.notation.macros import find_macros
from lemmata.notation.plain_words import ADDED, NAME
from lemmata.notation.prose import ARGUES, DENIES
from lemmata.notation.reach import EVERYWHERE, Parts
from lemmata.notation.set_apart import set_apart


def alterations(text: str, stretches: Iterable[str]) -> tuple[tuple[str, Reach], ...]:
    """Words that give the signs of formulas another meaning, and how far: "in bits".

    Args:
        text: The whole text.
        stretches: The words before, between and behind its displays.
    """
    if declaration_block(text) is not None:
        return tuple(_in_document(text))
    notes = _NOTES.findall(text)
    found = (phrase for words in (*stretches, *notes) for phrase in _altering(words))
    return tuple((_said(phrase), EVERYWHERE) for phrase in found)


def _altering(words: str) -> list[re.Match[str]]:
    """The words of a stretch that alter something; those of what is argued are kept in place."""
    argued = ARGUES.sub(lambda found: " " * len(found[0]), words)
    plain = _HYPOTHETICAL.sub(lambda found: " " * len(found[0]), words)
    return list(_ALTERS.finditer(plain)) or list(DENIES.finditer(argued))


_HYPOTHETICAL: Final = re.compile(
    r"\beven\s+if\b[^.,;:]*|\bthe\s+converse\s+is\s+(?:false|wrong|not\s+true)\b", re.IGNORECASE
)
"""What is said of cases that may be, and of what is not stated."""


def _said(phrase: re.Match[str]) -> str:
    return f"the text says {' '.join(phrase[0].split())!r}"


def _in_document(text: str) -> Iterator[tuple[str, Reach]]:
    """Of each stretch between two displays, and each note, the words that alter what is around."""
    shown = blank_comments(text)
    parts = Parts(shown)
    for start, end in find_macros(shown)[1]:
        shown = shown[:start] + " " * (end - start) + shown[end:]
    formulas = [*set_apart(shown)]
    plain = shown
    cuts = [0]
    for one in formulas:
        plain = plain[: one.outer] + " " * (one.behind - one.outer) + plain[one.behind :]
        if one.display:
            cuts += [one.outer, one.behind]
    cuts.append(len(plain))
    named = (NAME.fullmatch(shown, one.start, one.end) for one in formulas)
    told = [one.outer for one, name in zip(formulas, named, strict=True) if one.display or not name]
    stretches = [(plain, *ends, False) for ends in zip(cuts[::2], cuts[1::2], strict=True)]
    notes = [(shown, *m.span(1), _IN_A_ROW.match(m[0]) is not None) for m in _NOTES.finditer(shown)]
    for words, start, end, _ in stretches[1:]:
        added = ADDED.match(words, start, end)
        if added and added[0].lstrip(" \n([")[:1].islower():  # a capital begins a sentence
            yield _said(added), parts.around(start, added.end())
    for words, start, end, of_row in (*stretches, *notes):
        for phrase in _altering(words[start:end]):
            at, behind = start + phrase.start(), start + phrase.end()
            denies = of_row or _NOT.fullmatch(phrase[0]) is None  # words in a row speak of it
            if denies or not says_of_something_else(words, behind, told):
                yield _said(phrase), parts.around(at, behind)


def says_of_something_else(words: str, at: int, told: Sequence[int]) -> bool:
    """Whether the "not" that ends at a place denies nothing that is stated: "we do not see x".

    What is stated is called true, or a formula, or is "this", or stands right behind.
    """
    begin = max((m.end() for m in _STOP.finditer(words, 0, at)), default=0)
    stop = _STOP.search(words, at)
    sentence = words[begin : stop.start() if stop else len(words)]
    place = bisect_left(told, at)
    between = words[at : told[place]].split() if place < len(told) else None
    near = between is not None and len(between) <= _NEAR and "." not in "".join(between)
    return not near and _STATED.search(sentence) is None


_IN_A_ROW: Final = re.compile(r"\\(?:text|mbox)")
_NOT: Final = re.compile(
    r"not|\w*n['’]t|never|nobody|no\s+one|none\s+of|neither|nowhere|unfortunately|regrettably",
    re.IGNORECASE,
)
_NEAR: Final = 5
"""As many words between "not" and a formula may say that it is not so."""
_STOP: Final = re.compile(r"[.!?;](?=\s)|\n[ \t]*\n")
_STATED: Final = re.compile(
    r"\b(?:true|right|correct|valid|holds?|case|equals?|same|identical|given|follows?|gives?|yields?"
    r"|satisf\w+|equality|inequality|identity|formulas?|formulae|equations?|displays?|lines?|steps?|claims?"
    r"|statements?|results?|answers?|lemma|theorem|proofs?|derivations?|arguments?|calculations?|signs?"
    r"|expressions?|trust\w*|believ\w*|below|above)\b"
    r"|\b(?:this|that|it|which|these|those|they)(?:\s+\w+)?\s+(?:not|never|\w+n['’]t)\b"
    r"|\b(?:this|that|it|so|them)\b(?=\s*(?:[,;:]|\Z))|\bnot\b(?=\s*(?:[!,;:)]|\Z))",
    re.IGNORECASE,
)
"""Words for what a text states."""
_NOTES: Final = re.compile(r"\\(?:text\w*|mbox|footnote|intertext|shortintertext)\s*\{([^{}]*)\}")
_ALTERS: Final = re.compile(
    r"\bnot\s+(\w+\s+)?independent\b|\bin bits\b|\b(to|in|with|of)\s+(the\s+)?base\b"
    r"|\bdenotes?\s+the\s+(variances?|precisions?|inverse)\b|\b(opposite|wrong|flipped)\s+sign"
    r"|\b(is|are|it's)\s+(false|wrong|incorrect|untrue|not\s+(true|so|correct|right|the\s+case))\b"
    r"|\b(wrong|false|incorrect)\s+(answer|step|formula|claim|result|statement)s?\b"
    r"|\A\s*depend\s+on\b"
    r"|\b(do|does|did)(\s+not|n['’]t)\s+(have|hold)\b|\b(contrary|mistake\w*)\b"
    r"|\breverse\b(?!\s+(process|diffusion|kl|mode|order|chain|kernel|sde|ode|transition|step|conditional"
    r"|divergence|pass)\b)"
    r"|\bup\s+to\s+(a\s+)?sign\b|\b(is|are|held|kept)\s+fixed\b",
    re.IGNORECASE,
)
