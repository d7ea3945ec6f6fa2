"""What many writers would write, right and wrong, each line with the verdict that it deserves.

The files hold statements and short derivations in mixed notations and layouts, with a letter for
each step: P is proved and R is refuted; t is true and f is false, and neither is decided yet. A
step that is decided later may change its letter to P or R, and a true step never to R.
"""

import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest

from lemmata.judge import check
from lemmata.kernel.verdict import Outcome
from lemmata.notation import read_sheet

FOLDER = Path(__file__).parent
TOPICS = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.toml")}
CASES = [
    pytest.param(topic["sheets"][case["sheet"]], case, id=f"{name}-{number}")
    for name, topic in sorted(TOPICS.items())
    for number, case in enumerate(topic["case"], 1)
]
ALLOWED = {
    "P": {"proved"},
    "R": {"refuted"},
    "t": {"proved", "undecided"},
    "f": {"refuted", "undecided"},
}


@pytest.mark.parametrize(("declared", "case"), CASES)
def test_verdicts(declared: str, case: dict[str, Any]) -> None:
    """Every step gets the verdict that its letter allows."""
    sheet = read_sheet(declared)
    verdict = check(
        case["text"], sheet=sheet, kind="derivation", format=case.get("format", "latex")
    )
    outcomes = [step.verdict.outcome for step in verdict.steps]
    assert len(outcomes) == len(case["steps"])
    for outcome, letter in zip(outcomes, case["steps"], strict=True):
        assert outcome in ALLOWED[letter], verdict.message


def test_first_wrong_steps() -> None:
    """The first wrong step is the first one with an R."""
    for topic in TOPICS.values():
        for case in topic["case"]:
            if "R" in case["steps"] and len(case["steps"]) > 1:
                sheet = read_sheet(topic["sheets"][case["sheet"]])
                verdict = check(case["text"], sheet=sheet, kind="derivation")
                assert verdict.first_wrong_step == case["steps"].index("R") + 1


def test_letters_cover_every_outcome() -> None:
    """The corpus asks for proofs and refutations, and every letter allows known outcomes only."""
    letters = {letter for topic in TOPICS.values() for c in topic["case"] for letter in c["steps"]}
    assert letters == set(ALLOWED)
    assert set.union(*ALLOWED.values()) <= set(get_args(Outcome))
