"""The JSON object of a verdict has the fields that docs/verdicts.md lists."""

import re
from pathlib import Path

import pytest

from lemmata.checkers.explanations import CAUSES, OUTCOMES
from lemmata.checkers.record import content, record, score
from lemmata.kernel.verdict import Counterexample, Span, StepVerdict, Verdict

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "verdicts.md").read_text(encoding="utf-8")


def documented_fields(heading: str) -> list[str]:
    """The names in the first column of the first table below a piece of text of the page."""
    table = PAGE.partition(heading)[2].split("|---|---|---|\n")[1].partition("\n\n")[0]
    return re.findall(r"^\| `(\w+)`", table, re.MULTILINE)


def test_an_expression_has_the_documented_fields() -> None:
    """The fields of an expression are those of the page, in its order."""
    found = content(Verdict("proved"), derivation=False, seconds=0.5)
    fields = record(found, line=1, identifier="a", claim="c")
    assert list(fields) == documented_fields("## The JSON object")


def test_a_derivation_has_three_fields_more() -> None:
    """A derivation adds the three documented fields, and each step says what was found of it."""
    step = StepVerdict(1, "=", Verdict("undecided", cause="supported"))
    verdict = Verdict("undecided", cause="supported", steps=(step,))
    found = content(verdict, derivation=True, seconds=0.5)
    fields = record(found, line=1, identifier="a", claim="c")
    assert set(documented_fields("A derivation has three more")) == {
        "steps",
        "first_wrong_step",
        "reaches_goal",
    }
    added = {"steps", "first_wrong_step", "reaches_goal"}
    assert set(fields) == {*documented_fields("## The JSON object"), *added}
    assert fields["steps"][0]["step"] == 1
    assert fields["steps"][0]["relation"] == "="
    assert fields["steps"][0]["cause"] == "supported"


def test_evidence_is_kept_whole() -> None:
    """A counterexample and a span become objects with the fields of the page."""
    counterexample = Counterexample({"p(0)": "1/2"}, "1", "2", "at p(0) = 1/2: 1 and 2")
    verdict = Verdict("refuted", counterexample=counterexample, span=Span(2, 3, 10, 12))
    fields = content(verdict, derivation=False, seconds=0.0)
    assert fields["counterexample"] == {
        "world": {"p(0)": "1/2"},
        "left": "1",
        "right": "2",
        "text": "at p(0) = 1/2: 1 and 2",
    }
    assert fields["span"] == {"line": 2, "column": 3, "start": 10, "end": 12}


@pytest.mark.parametrize(
    ("verdict", "derivation", "expected"),
    [
        (Verdict("proved"), False, 1.0),
        (Verdict("confirmed"), False, 1.0),
        (Verdict("refuted"), False, 0.0),
        (Verdict("undecided", cause="supported"), False, None),
        (Verdict("proved", reaches_goal=True), True, 1.0),
        (Verdict("proved", reaches_goal=False), True, 0.0),
        (Verdict("proved"), True, None),
        (Verdict("refuted", reaches_goal=True), True, 0.0),
        (Verdict("undecided", cause="budget", reaches_goal=True), True, None),
    ],
)
def test_the_score(verdict: Verdict, derivation: bool, expected: float | None) -> None:
    """A derivation needs its goal as well as its steps, and what is undecided has no score."""
    assert score(verdict, derivation=derivation) == expected


def test_every_outcome_and_cause_is_on_the_page() -> None:
    """The page and `lemmata explain` say the same sentences."""
    for outcome, meaning in OUTCOMES.items():
        assert f"| `{outcome}` | {meaning} |" in PAGE
    for cause, (meaning, remedy) in CAUSES.items():
        assert f"| `{cause}` | {meaning} | {remedy} |" in PAGE
