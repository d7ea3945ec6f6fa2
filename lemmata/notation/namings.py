"""What sentences call a name that they set: "Define the TD error $d = r - v$. Then ..".

Such a noun says nothing of the answer in which the name is used.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final

from lemmata.notation.leads import MEASURED
from lemmata.notation.prose import CHANGING, signs_in
from lemmata.notation.set_apart import set_apart


def blank_namings(text: str, known: frozenset[str]) -> str:
    """The text with spaces for what it calls names that are not declared, and that it uses.

    Args:
        text: What was written.
        known: The names that are declared, of which words may say another thing.
    """
    formulas = [*set_apart(text)] if "=" in text else []
    ends = [0, *(formula.behind for formula in formulas)]
    shown = text
    for place, formula in enumerate(formulas):
        given = _GIVES.match(text, formula.start, formula.end)
        name = given[1].removeprefix("\\") if given else ""
        others = [text[other.start : other.end] for other in formulas if other is not formula]
        use = re.compile(rf"(?<![A-Za-z]){name}(?![A-Za-z])") if name else None
        if use is None or name in known or not any(map(use.search, others)):
            continue
        whole = given[0].rstrip(":= ").strip() if given else ""
        if any(other.strip(" .") == whole for other in others):
            continue  # what it is called, the answer is called: "the odds are $y = 2$, so $y$"
        for words in (
            _BEFORE.search(text[: formula.outer], ends[place]),
            _BEHIND.match(text, ends[place + 1]),
        ):
            if words is not None and _only_names(words["noun"]):
                start, end = words.span("all")
                shown = f"{shown[:start]}{' ' * (end - start)}{shown[end:]}"
    return shown


def _only_names(words: str) -> bool:
    """Whether some words may be what one calls a name: none denies, changes or is a quantity."""
    found = re.findall(r"[a-z]+", words.lower())
    head = [*takewhile(lambda word: word not in ("of", "in", "for", "at", "with"), found)]
    return (CHANGING.isdisjoint(found) and MEASURED.isdisjoint(head)) and not signs_in(words)


_GIVES: Final = re.compile(r"\s*(\\?[A-Za-z]+)(?:\s*[_^]\s*(?:\{\w\}|\w))?\s*:?=(?![=>])")
"""How a formula begins that sets a name."""
_NOUN: Final = r"(?P<noun>(?:the|an?|our|its)\s+(?:[\w-]+\s+){0,3}[\w-]+)"
_BEFORE: Final = re.compile(
    r"(?:\A|[.,;:\n]|\b(?:and|then|first|next|now|we|us|with|where|let|define|defining|introduce"
    r"|introducing|set|setting|write|writing))\s*"
    r"(?P<all>(?:(?:can|now|then|first|also)\s+)*(?:(?:compute|calculate|form|take|consider)\s+)?"
    rf"{_NOUN}(?:\s+(?:is|are|be|as|by|to be))?)\s*:?\s*\Z",
    re.IGNORECASE,
)
"""Words before a name that is set, which say what it is."""
_BEHIND: Final = re.compile(
    rf"(?P<all>\s*,?\s*(?:(?:be|is|are|denotes?|as|for)\s+)?{_NOUN})\s*(?=[.,;]|\Z)", re.IGNORECASE
)
"""The same behind it."""
