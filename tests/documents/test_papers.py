r"""Documents as lectures, homework and appendices write them, each with twins that are wrong.

A document in `papers/*.txt` begins with `=== name`; its declarations, `---` and its text follow. A
twin is `~~~ steps | old | new`: with that change these steps, and no others, are refuted. The steps
`??? steps` are right and not proved yet. In `papers/sheets.txt` the declarations are those of a
question, and each line below them is an outcome and an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from lemmata.checkers.validation import validate
from lemmata.judge import check
from lemmata.notation import read_sheet

FOLDER = Path(__file__).with_name("papers")


class Twin(NamedTuple):
    """A document that is wrong at some of its steps, by one change of its text."""

    steps: tuple[int, ...]
    old: str
    new: str


class Paper(NamedTuple):
    """A document, the steps of it that are not proved yet, and its twins."""

    name: str
    declarations: str
    body: str
    unproved: tuple[int, ...]
    twins: tuple[Twin, ...]

    def text(self, twin: Twin | None = None) -> str:
        """The document, or one of its twins, with its declarations in a comment block."""
        body = self.body
        if twin is not None:
            assert body.count(twin.old) == 1, twin
            body = body.replace(twin.old, twin.new)
        lines = ["lemmata:", *self.declarations.splitlines()]
        return "\n".join(f"% {line}".rstrip() for line in lines) + f"\n{body}"


def parts_of(name: str) -> Iterator[tuple[str, str, str]]:
    """The name of each part of a file, its declarations, and what follows."""
    for part in (FOLDER / name).read_text("utf-8").split("=== ")[1:]:
        head, _, rest = part.partition("\n")
        declarations, _, body = rest.partition("\n---\n")
        yield head, declarations, body


def papers() -> Iterator[Paper]:
    """The documents of all files."""
    for file in ("first.txt", "second.txt", "third.txt", "fourth.txt"):
        for name, declarations, rest in parts_of(file):
            body, *marks = re.split(r"^(?=~~~ |\?\?\? )", rest, flags=re.MULTILINE)
            unproved: list[int] = []
            twins: list[Twin] = []
            for mark in marks:
                steps, *change = mark[4:].rstrip("\n").split(" | ", 2)
                numbers = tuple(map(int, steps.split(",")))
                if change:
                    twins.append(Twin(numbers, *change))
                else:
                    unproved += numbers
            yield Paper(name, declarations, body, tuple(unproved), tuple(twins))


@pytest.mark.parametrize("paper", [*papers()], ids=lambda paper: paper.name)
def test_a_paper_is_proved_and_its_twins_are_refuted_where_they_are_wrong(paper: Paper) -> None:
    """Every step has a verdict, and an error is found where it is and nowhere else."""
    found = check(paper.text())
    outcomes = [step.verdict.outcome for step in found.steps]
    expected = ["undecided" if n in paper.unproved else "proved" for n, _ in enumerate(outcomes, 1)]
    assert outcomes == expected != [], found.message
    assert paper.twins
    for twin in paper.twins:
        wrong = check(paper.text(twin))
        assert len(wrong.steps) == len(outcomes)
        refuted = [s.step for s in wrong.steps if s.verdict.outcome == "refuted"]
        assert tuple(refuted) == twin.steps, (twin, wrong.message)
        assert wrong.first_wrong_step == twin.steps[0]


@pytest.mark.parametrize("part", [*parts_of("sheets.txt")], ids=lambda part: part[0])
def test_a_question_of_a_teacher_judges_its_answers(part: tuple[str, str, str]) -> None:
    """The sheet is good, right answers are proved and wrong ones refuted."""
    _, declarations, answers = part
    sheet = read_sheet(declarations)
    assert validate(sheet).outcome == "proved", validate(sheet).message
    for line in answers.strip().splitlines():
        outcome, answer = line.split(" | ", 1)
        derived = outcome.startswith("derivation ")
        found = check(answer, sheet=sheet, kind="derivation" if derived else "expression")
        assert found.outcome == outcome.removeprefix("derivation "), (answer, found.message)
