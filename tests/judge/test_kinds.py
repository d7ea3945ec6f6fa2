"""Kinds of writing that many answers share, each with wrong and with doubtful answers beside it.

A line of `kinds.txt` is an outcome (`+` proved, `-` refuted, `?` undecided), an answer id, the
dialect, and the answer.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lemmata.checkers.answers import check
from lemmata.checkers.tasks import Format
from lemmata.kernel.verdict import Outcome

OUTCOMES: dict[str, Outcome] = {"+": "proved", "-": "refuted", "?": "undecided"}


def cases() -> list[tuple[str, ...]]:
    """The lines of the file, each with its kind."""
    found: list[tuple[str, ...]] = []
    kind = ""
    for line in Path(__file__).with_name("kinds.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            kind = line[2:]
        elif line:
            found.append((kind, *line.split(" ", 3)))
    return found


@pytest.mark.parametrize(("kind", "outcome", "claim", "dialect", "answer"), cases())
def test_kinds(kind: str, outcome: str, claim: str, dialect: Format, answer: str) -> None:
    """A kind is read; what is wrong near it is refuted, and what is doubtful stays undecided."""
    verdict = check(answer, claim=claim, kind="expression", format=dialect)
    assert verdict.outcome == OUTCOMES[outcome], (kind, verdict.message)
