r"""What sentences say of signs and names that they do not mean here: "$+$ denotes the maximum".

A name that is declared as a number is no matrix, and does commute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from lemmata.notation.set_apart import Apart


def meanings_of_signs(
    shown: str, formulas: Sequence[Apart], numbers: AbstractSet[str]
) -> Iterator[tuple[int, int]]:
    """Where sentences give signs another meaning, or say of numbers that they are none.

    Args:
        shown: The text.
        formulas: Its formulas, in order.
        numbers: The names that are declared as numbers.
    """
    for place, one in enumerate(formulas):
        inside = shown[one.start : one.end]
        name = _NAME.fullmatch(inside)
        if one.display:
            continue
        if _SIGN.fullmatch(inside):
            before = _WRITES.search(shown[max(0, one.outer - 40) : one.outer])
            if behind := (_FOR if before else _MEANS).match(shown, one.behind):
                yield one.outer, behind.end()
        elif not numbers.isdisjoint(_named(inside)) and (
            behind := _NO_NUMBERS.match(shown, one.behind)
        ):
            yield one.outer, behind.end()
        elif name and (said := _DENOTES.match(shown, one.behind)):
            following = next((f for f in formulas[place + 1 :] if f.outer == said.end()), None)
            if following and _changes(inside.strip(), shown[following.start : following.end]):
                yield one.outer, following.behind


def _named(formula: str) -> list[str]:
    """The names that a formula lists, if it is no more than a list of names."""
    found = [_NAME.fullmatch(part) for part in formula.split(",")]
    return [name[1] for name in found if name] if all(found) else []


def _changes(name: str, formula: str) -> bool:
    """Whether a formula is made of a name, and is another one: `-b` of `b`."""
    within = re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", formula)
    return within is not None and formula.strip() != name


_SIGN: Final = re.compile(
    r"\s*(?:[-+=<>/!^]|\\(?:leq?|geq?|neq?|log|ln|exp|sqrt|frac|sum|prod|int|pm|div))\s*"
)
_WRITES: Final = re.compile(
    (
        r"\b(?:write|writing|use|using|read|reading|interpret|interpreting|let|by)\s+(?:the\s+"
        r"(?:sign|symbol)\s+)?\Z"
    ),
    re.IGNORECASE,
)
_FOR: Final = re.compile(
    r"\s*(?:,\s*)?(?:for|as|to\s+(?:mean|denote|stand)|in\s+the\s+sense|we\s+mean|denote|mean"
    r"|stand\s+for)\b"
    r"(?!\s+the\s+natural\s+log)(?:\s+[\w-]+){0,4}",
)
_MEANS: Final = re.compile(
    r"\s*(?:,\s*)?(?:here\s+|always\s+)?(?:denotes?|means?|stands?\s+for|is\s+(?:short"
    r"|shorthand)\s+for|is\s+(?:to\s+be\s+)?(?:read|understood|meant|taken|modulo"
    r"|the|an?|up)|is\s+in|holds?|signifies|represents|refers\s+to|should\s+be\s+read)\b"
    r"(?!\s+the\s+natural\s+log)(?:\s+[\w-]+){0,4}",
)
_NAME: Final = re.compile(r"\s*\\?([A-Za-z]+)(?:\s*[_^](?:\{[^{}=]*\}|\\?\w+))*'*\s*")
_DENOTES: Final = re.compile(
    r"\s*(?:here\s+)?(?:denotes?|means|stands\s+for|is\s+(?:short|shorthand)\s+for)\s+"
)
_NO_NUMBERS: Final = re.compile(
    r"\s*(?:(?:(?:,|and|or)\s*)+\$[^$]{1,20}\$\s*)*,?\s*(?:here\s+|now\s+|both\s+|all\s+)*"
    r"(?:(?:do(?:es)?\s+not|don['’]t|doesn['’]t|need\s+not|(?:is|are)\s+not|anti-?)\s*commut\w*"
    r"|anti-?commute\w*"
    r"|(?:is|are|be|denotes?|stands?\s+for|represents?)\s+(?:here\s+|now\s+|all\s+|both\s+|an?\s+"
    r"|the\s+|some\s+|two\s+|square\s+|random\s+|non-?commut\w+\s+"
    r"|linear\s+|symmetric\s+|orthogonal\s+)*(?:matri(?:x|ces)|operators?|tensors?|quaternions?"
    r"|sets?|events?|intervals?|strings?"
    r"|vectors?|complex|quantum|non-?commut\w+))\b"
)
