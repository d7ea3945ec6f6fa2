r"""What braces below and above parts of a formula state of them: `\underbrace{x}_{= 0}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from lemmata.judge.chains import judge_chain
from lemmata.notation import Document, NotationError, Sheet, read_chains

MOST: Final = 8
"""Braces of one text that are looked at."""
_HELD: Final = r"(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*"
_BRACE: Final = re.compile(
    rf"\\(?:under|over)brace\s*\{{(?P<held>{_HELD})\}}\s*[_^]\s*"
    rf"\{{(?P<note>\s*(?:[=<>]|\\(?:[gl]eq?)(?![A-Za-z])){_HELD})\}}"
)


def false_braces(document: Document, sheet: Sheet) -> list[tuple[int, str]]:
    """Where braces say of what they hold something that is not so, each with what they say."""
    found = [*islice(_braces(document.source.text), MOST)]
    return [
        (place, f"a brace says {stated}, which is not so")
        for place, stated in found
        if _is_false(stated, document, sheet)
    ]


def _braces(text: str) -> Iterator[tuple[int, str]]:
    """What the braces of a text state, with its place; of braces in braces the outer one."""
    for brace in _BRACE.finditer(text):
        yield brace.start(), f"{brace['held'].strip()} {brace['note'].strip()}"


def _is_false(stated: str, document: Document, sheet: Sheet) -> bool:
    """Whether something stated in the names of a text fails."""
    known = document.declarations
    try:
        told = read_chains(f"${stated}$", known, "latex", sheet.conventions)
    except NotationError:
        return False
    steps = (step for chain in told.chains for step in judge_chain(chain, known, told.flags))
    return any(step.verdict.outcome == "refuted" for step in steps)
