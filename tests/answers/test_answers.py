"""The answer corpus: what people write for each question of the library, right and wrong.

Each line of a file holds one answer and what it is. Whatever the verdict, it must not be false. The
rates at the end hold over the whole corpus, so that `undecided` stays rare.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lemmata.checkers.answers import check
from lemmata.checkers.sheets import answer_ids
from lemmata.judge import Kind
from lemmata.kernel.verdict import Verdict

FOLDER = Path(__file__).parent
FALSE = {"right": "refuted", "wrong": "proved"}
LEAST = {  # per cent that are decided as they should be
    ("expressions", "right"): 97,
    ("expressions", "wrong"): 98,
    ("derivations", "right"): 90,
    ("derivations", "wrong"): 97,
}
LEAST_OF_A_KIND = 10


def lines(part: str) -> list[tuple[str, dict[str, Any]]]:
    """The answers of a folder, each with the id that it answers."""
    return [
        (path.stem, json.loads(line))
        for path in sorted((FOLDER / part).glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


CASES = [(part, *line) for part in ("expressions", "derivations") for line in lines(part)]
NAMES = [f"{part[:-1]}-{claim}-{number}" for number, (part, claim, _) in enumerate(CASES, 1)]


@cache
def judged(number: int) -> Verdict:
    """The verdict on one answer, worked out once."""
    part, claim, line = CASES[number]
    kind: Kind = "expression" if part == "expressions" else "derivation"
    return check(line["answer"], claim=claim, kind=kind, format=line["format"])


def as_it_should(number: int) -> bool:
    """Whether an answer is decided, and rightly; a wrong derivation at its first wrong step."""
    part, _, line = CASES[number]
    verdict = judged(number)
    if line["expected"] == "right":
        return verdict.outcome == "proved"
    if part == "expressions":
        return verdict.outcome == "refuted" and verdict.counterexample is not None
    return verdict.outcome == "refuted" and verdict.first_wrong_step == line["first_wrong_step"]


@pytest.mark.parametrize("number", range(len(CASES)), ids=NAMES)
def test_no_verdict_is_false(number: int) -> None:
    """No right answer is refuted, no wrong one proved, and no right step is called wrong."""
    part, _, line = CASES[number]
    verdict = judged(number)
    assert verdict.outcome != FALSE[line["expected"]], (line["answer"], verdict.message)
    assert verdict.cause != "conflict", (line["answer"], verdict.message)
    if part == "derivations" and verdict.first_wrong_step is not None:
        assert verdict.first_wrong_step >= line["first_wrong_step"], (line["answer"], verdict)
    if part == "derivations" and "reaches_goal" in line:
        assert verdict.reaches_goal in (line["reaches_goal"], None), line["answer"]


@pytest.mark.parametrize(("part", "expected"), LEAST, ids=" ".join)
def test_few_answers_are_undecided(part: str, expected: str) -> None:
    """Enough of the answers of a kind get the verdict that they deserve."""
    chosen = [
        number
        for number, (folder, _, line) in enumerate(CASES)
        if (folder, line["expected"]) == (part, expected)
    ]
    missed = [number for number in chosen if not as_it_should(number)]
    shown = [(NAMES[n], CASES[n][2]["answer"], judged(n).message) for n in missed]
    assert 100 * (len(chosen) - len(missed)) >= LEAST[part, expected] * len(chosen), shown


def test_every_question_has_answers() -> None:
    """Each question has at least ten right and ten wrong answers."""
    counts = Counter((claim, line["expected"]) for _, claim, line in CASES)
    asked = {claim for _, claim, _ in CASES}
    assert asked <= answer_ids()
    few = [
        (claim, each) for claim in asked for each in FALSE if counts[claim, each] < LEAST_OF_A_KIND
    ]
    assert not few
