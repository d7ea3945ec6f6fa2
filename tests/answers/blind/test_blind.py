"""Answers written from the public answer sheets alone, before the code that reads them was seen.

Rules and sheets are not tuned to single lines of this corpus: it stands for answers that nobody has
read. Whatever the verdict, it must not be false. The rates are what was reached, in whole per cent;
they may rise and never fall.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Verdict

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent
FALSE = {"right": "refuted", "wrong": "proved"}
REACHED = {  # per cent that are decided as they should be
    ("expressions", "right"): 96,
    ("expressions", "wrong"): 99,
    ("derivations", "right"): 92,
    ("derivations", "wrong"): 97,
}
EXPRESSIONS, DERIVATIONS = 68, 19


def lines(part: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The answers of a folder, each with the id that it answers."""
    return [
        (part, path.stem, json.loads(line))
        for path in sorted((FOLDER / part).glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


CASES = lines("expressions") + lines("derivations")
QUESTIONS = sorted({(part, claim) for part, claim, _ in CASES})


@cache
def judged(number: int) -> Verdict:
    """The verdict on one answer, worked out once."""
    part, claim, line = CASES[number]
    kind = "expression" if part == "expressions" else "derivation"
    return check(line["answer"], claim=claim, kind=kind, format=line["format"])  # type: ignore[arg-type]


def as_it_should(number: int) -> bool:
    """Whether an answer is decided, and rightly; a wrong derivation at its first wrong step."""
    part, _, line = CASES[number]
    verdict = judged(number)
    if line["expected"] == "right":
        return verdict.outcome == "proved"
    at_its_step = part == "expressions" or verdict.first_wrong_step == line["first_wrong_step"]
    return verdict.outcome == "refuted" and at_its_step


def test_the_corpus_is_whole() -> None:
    """Every question of the answer sheets has its answers, and both kinds of them."""
    asked = [claim for part, claim in QUESTIONS if part == "expressions"]
    derived = [claim for part, claim in QUESTIONS if part == "derivations"]
    assert (len(asked), len(derived)) == (EXPRESSIONS, DERIVATIONS)
    for question in QUESTIONS:
        kinds = {line["expected"] for part, claim, line in CASES if (part, claim) == question}
        assert kinds == set(FALSE), question


@pytest.mark.parametrize(("part", "claim"), QUESTIONS, ids="-".join)
def test_no_verdict_is_false(part: str, claim: str) -> None:
    """No right answer is refuted, no wrong one proved, and no right step is called wrong."""
    for number, (folder, question, line) in enumerate(CASES):
        if (folder, question) != (part, claim):
            continue
        verdict = judged(number)
        assert verdict.outcome != FALSE[line["expected"]], (line["answer"], verdict.message)
        assert verdict.cause != "conflict", verdict.message
        if verdict.first_wrong_step is not None:
            assert verdict.first_wrong_step >= line["first_wrong_step"], line["answer"]


@pytest.mark.parametrize(("part", "expected"), REACHED, ids=" ".join)
def test_no_less_is_decided_than_before(part: str, expected: str) -> None:
    """The share of the answers that get the verdict they deserve does not fall."""
    chosen = [
        number
        for number, (folder, _, line) in enumerate(CASES)
        if (folder, line["expected"]) == (part, expected)
    ]
    rightly = sum(as_it_should(number) for number in chosen)
    assert 100 * rightly >= REACHED[part, expected] * len(chosen), (rightly, len(chosen))
