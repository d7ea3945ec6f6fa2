r"""Words beside formulas that give their signs another meaning, or take them back, and how far.

An answer is one thing, and "this is wrong" anywhere in it is said of all of it. A document that
carries its own declarations has parts: there it is said of what stands around it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from lemmata.notation.blanks import blank_comments, declaration_block
from lemmata.notation.chains import Reach
from lemmata.notation.continuations import (
    adds_behind,
    begins_with_a_sense,
    changed_behind,
    senses_before,
)
from lemmata.notation.corrections import DISPLAY, FORMULA, corrections
from lemmata.notation.corrections import NAME as A_NAME
from lemmata.notation.macros import find_macros
from lemmata.notation.plain_words import ADDED, NAME
from lemmata.notation.prose import ARGUES, DENIES
from lemmata.notation.reach import EVERYWHERE, Parts
from lemmata.notation.set_apart import Apart, set_apart
from lemmata.notation.signs_told import meanings_of_signs
from lemmata.notation.struck import (
    RELATES,
    alone,
    broken_formulas,
    crosses,
    denying_cells,
    made_of,
    row_around,
    within_environments,
    within_macros,
)


def alterations(
    text: str, stretches: Iterable[str], numbers: Iterable[str] = ()
) -> tuple[tuple[str, Reach], ...]:
    """Words that give the signs of formulas another meaning, and how far: "in bits".

    Args:
        text: The whole text.
        stretches: The words before, between and behind its displays.
        numbers: The names that are declared as numbers.
    """
    if declaration_block(text) is not None:
        return tuple(_in_document(text, frozenset(numbers)))
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


def _in_document(text: str, numbers: AbstractSet[str]) -> Iterator[tuple[str, Reach]]:
    """Of each stretch between two displays, and each note, the words that alter what is around."""
    shown = blank_comments(text)
    parts = Parts(shown)
    macros, defined = find_macros(shown)
    for start, end in defined:
        shown = shown[:start] + " " * (end - start) + shown[end:]
    formulas = set_apart(shown)
    plain = masked = shown
    cuts = [0]
    told: list[int] = []
    for one in formulas:
        name = not one.display and NAME.fullmatch(shown, one.start, one.end) is not None
        sign = DISPLAY if one.display else A_NAME if name else FORMULA
        width = one.behind - one.outer
        plain = plain[: one.outer] + " " * width + plain[one.behind :]
        masked = masked[: one.outer] + sign * width + masked[one.behind :]
        if one.display:
            cuts += [one.outer, one.behind]
        if not name:
            told.append(one.outer)
    cuts.append(len(plain))
    stretches = [(plain, *ends, False) for ends in zip(cuts[::2], cuts[1::2], strict=True)]
    notes = [(shown, *m.span(1), _IN_A_ROW.match(m[0]) is not None) for m in _NOTES.finditer(shown)]
    for words, start, end, of_row in (*stretches, *notes):
        for phrase in _altering(words[start:end]):
            at, behind = start + phrase.start(), start + phrase.end()
            denies = of_row or _NOT.fullmatch(phrase[0]) is None  # words in a row speak of it
            if denies or not says_of_something_else(words, behind, told):
                yield _said(phrase), parts.around(at, behind)
    for at, behind in _changes(shown, masked, formulas, numbers):
        since, until = _whole(masked, at, behind)
        said = f"the text says {' '.join(shown[since:until].split())!r}"
        yield said, row_around(shown, since) or parts.around(since, until)
    for one, span in _continued(shown, masked, formulas):
        said = f"the text says {' '.join(shown[slice(*_whole(masked, *span))].split())!r}"
        yield said, parts.around(*span) if one.display else Reach(one.outer, one.behind)
    yield from within_macros(plain, formulas, macros)
    yield from within_environments(shown)
    yield from broken_formulas(shown, masked, formulas)
    yield from made_of(shown, masked, formulas)


def _changes(
    shown: str, masked: str, formulas: Sequence[Apart], numbers: AbstractSet[str]
) -> Iterator[tuple[int, int]]:
    """Where a text says that something around is otherwise, in words or by a sign."""
    yield from corrections(masked)
    yield from senses_before(masked)
    yield from crosses(shown)
    yield from denying_cells(shown)
    yield from alone(shown, masked, formulas)
    yield from meanings_of_signs(shown, formulas, numbers)
    prose = _CODE.sub(lambda found: " " * len(found[0]), masked)
    yield from (found.span() for found in _LOOSE.finditer(prose) if formulas)
    for note in _FOOTNOTE.finditer(masked):
        if found := begins_with_a_sense(masked[note.end() :]):
            yield note.end() + found[0], note.end() + found[1]
    for note in _NOTES.finditer(shown):
        within = set_apart(note[1])
        inside = note[1]
        for one in within:
            inside = inside[: one.outer] + FORMULA * (one.behind - one.outer) + inside[one.behind :]
        sense = begins_with_a_sense(inside)
        for start, end in (*corrections(inside), *([sense] if sense else [])):
            yield note.start(1) + start, note.start(1) + end


def _continued(
    shown: str, masked: str, formulas: Sequence[Apart]
) -> Iterator[tuple[Apart, tuple[int, int]]]:
    """The statements with words or signs behind them that go on with what they say, and those."""
    for one in formulas:
        if RELATES.search(shown, one.start, one.end) is None:
            continue
        signs = adds_behind(masked, one.behind)
        if one.display:
            added = ADDED.match(masked, one.behind)
            if added and added[0].lstrip(" \n([")[:1].islower():  # a capital begins a sentence
                yield one, added.span()
        if signs:
            yield one, signs
        if found := changed_behind(masked, one.behind, closed=not one.display):
            yield one, found


def _whole(masked: str, start: int, end: int) -> tuple[int, int]:
    """A place in a masked text with the whole of the formulas that it cuts, and no display."""
    outside = _OUTSIDE.match(masked, start, end)
    start = outside.end() if outside and outside.end() < end else start
    for sign in (A_NAME, FORMULA):
        while 0 < start < end and masked[start] == masked[start - 1] == sign:
            start -= 1
        while start < end < len(masked) and masked[end] == masked[end - 1] == sign:
            end += 1
    return start, end


def says_of_something_else(words: str, at: int, told: Sequence[int]) -> bool:
    """Whether the "not" that ends at a place denies nothing that is stated: "we do not see x".

    What is stated is called true, or a formula, or is "this", or stands right behind.
    """
    since, until = max(0, at - _LONGEST), at + _LONGEST
    begin = max((m.end() for m in _STOP.finditer(words, since, at)), default=since)
    stop = _STOP.search(words, at, until)
    sentence = words[begin : stop.start() if stop else until]
    place = bisect_left(told, at)
    between = words[at : min(told[place], until)].split() if place < len(told) else None
    near = between is not None and len(between) <= _NEAR and "." not in "".join(between)
    return not near and _STATED.search(sentence) is None


_FOOTNOTE: Final = re.compile(r"\\(?:footnote(?:text)?|marginpar|sidenote|marginnote|thanks)\s*\{")
_CODE: Final = re.compile(
    r"```.*?```|`[^`\n]*`|\\begin\{(verbatim|lstlisting|minted)\}.*?\\end\{\1\}|https?:\S*",
    re.DOTALL,
)
_LOOSE: Final = re.compile(
    r"(?<![\\\w{_^.=&?/[-])[A-Za-z](?:\^\d|_\w)?\s*=\s*[-+(\d.]*[A-Za-z](?![A-Za-z=])[^\s,;.]*"
)
"""An equation of letters outside of the signs that set formulas."""
_OUTSIDE: Final = re.compile(rf"[{DISPLAY}\s.,:;!?(\[{{]*")
_LONGEST: Final = 400
"""Signs before and behind a word that are its sentence, where it does not end."""
_IN_A_ROW: Final = re.compile(r"\\(?:text|mbox)")
_NOT: Final = re.compile(
    r"not|\w*n['’]t|never|nobody|no\s+one|none\s+of|neither|nowhere|unfortunately|regrettably",
    re.IGNORECASE,
)
_NEAR: Final = 5
"""As many words between "not" and a formula may say that it is not so."""
_STOP: Final = re.compile(r"[.!?;](?=\s)|\n[ \t]*\n")
_STATED: Final = re.compile(
    r"\b(?:true|right|correct|valid|holds?|case|equals?|same|identical|given|follows?|gives?"
    r"|yields?"
    r"|satisf\w+|equality|inequality|identity|formulas?|formulae|equations?|displays?|lines?"
    r"|steps?|claims?"
    r"|statements?|results?|answers?|lemma|theorem|proofs?|derivations?|arguments?|calculations?"
    r"|signs?"
    r"|expressions?|trust\w*|believ\w*|below|above)\b"
    r"|\b(?:this|that|it|which|these|those|they)(?:\s+\w+)?\s+(?:not|never|\w+n['’]t)\b"
    r"|\b(?:this|that|it|so|them)\b(?=\s*(?:[,;:]|\Z))|\bnot\b(?=\s*(?:quite\b|[!,;:)]|\Z))",
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
    r"|\breverse\b(?!\s+(process|diffusion|kl|mode|order|chain|kernel|sde|ode|transition|step"
    r"|conditional"
    r"|divergence|pass)\b)"
    r"|\b(multiplication|product)s?\s+(is|are|need)\s+(not|non-?)\s*(be\s+)?commutative\b"
    r"|\bsuperscripts\s+are\s+(indices|labels)\b|\bup\s+to\s+(a\s+)?sign\b|\b(is|are|held|kept)\s+fixed\b",
    re.IGNORECASE,
)
