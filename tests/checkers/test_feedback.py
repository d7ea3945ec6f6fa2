"""Feedback levels, partial credit, known mistakes, and the trial of a teacher's own sheet."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lemmata.checkers.answers import check
from lemmata.checkers.feedback import LEVELS, Level, shown
from lemmata.checkers.record import Record, content, score
from lemmata.checkers.sheets import sheet_of, with_reference
from lemmata.checkers.validation import validate
from lemmata.cli import run_commands
from lemmata.judge import Kind
from lemmata.kernel.verdict import Outcome, StepVerdict, Verdict
from lemmata.notation import read_sheet, write_sheet

KL = r"-\frac12\sum_j(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2)"
CHAIN = r"\begin{{align*}} {} \end{{align*}}"


def of(answer: str, *, derivation: bool = False) -> dict[str, Any]:
    """The whole object of an answer to the Gaussian divergence."""
    kind = "derivation" if derivation else "expression"
    verdict = check(answer, claim="gaussian-kl", kind=kind)  # type: ignore[arg-type]
    return content(verdict, derivation=derivation, seconds=0.0)


def test_less_feedback_shows_less() -> None:
    """Each level shows what it says, and never the evidence of a higher one."""
    wrong = of(KL.removeprefix("-"))
    found = {level: shown(wrong, level) for level in LEVELS}
    assert all(set(each) == set(wrong) for each in found.values())
    assert {each["verdict"] for each in found.values()} == {"refuted"}
    assert {each["score"] for each in found.values()} == {0.0}
    assert found["counterexample"] == wrong
    for level in ("none", "verdict", "first-wrong"):
        told = json.dumps(found[level])
        assert found[level]["counterexample"] is None
        assert found[level]["read_as"] == ""  # it would print the right answer beside the wrong
        assert "log" not in told


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(KL.removeprefix("-"), "expression"), (CHAIN.format(r"\mu_1 &= -\mu_1"), "derivation")],
)
def test_a_verdict_alone(answer: str, kind: Kind) -> None:
    """Without an explanation the verdict and its values are the same, and what mends it unsaid."""
    told = check(answer, claim="gaussian-kl", kind=kind)
    alone = check(answer, claim="gaussian-kl", kind=kind, explain=False)
    assert "it would hold with one change" in told.message
    assert "it would hold" not in alone.message
    assert told.message.startswith(alone.message)
    assert (alone.outcome, alone.counterexample) == (told.outcome, told.counterexample)


@pytest.mark.parametrize("level", LEVELS)
def test_no_more_is_worked_out_than_is_shown(level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the level that shows what is wrong with an answer asks for it."""
    asked: list[bool] = []

    def grade(*_: object, explain: bool, **__: object) -> Iterator[tuple[Record, str]]:
        asked.append(explain)
        yield from ()

    monkeypatch.setattr("lemmata.checkers.batch.grade", grade)
    assert run_commands(["grade", str(Path(__file__).parent), "--feedback", level]) == 0
    assert asked == [level == "counterexample"]


def test_a_student_is_told_how_to_mend_a_text() -> None:
    """Why a text cannot be read is feedback at every level but the lowest."""
    unread = of(r"\frac12\sum_j(")
    assert unread["cause"] == "unreadable"
    for level in LEVELS:
        told = shown(unread, level)
        assert (told["message"] != "") == (level != "none")
        assert (told["span"] is not None) == (level != "none")


def test_the_first_wrong_step_is_shown_without_evidence() -> None:
    """The steps of a derivation are shown with their outcomes, and no counterexample."""
    text = CHAIN.format(r"\mu_1 &= \mu_1 + 0 \\ &= 2\mu_1 \\ &= \mu_1 + \mu_1")
    wrong = of(text, derivation=True)
    assert wrong["first_wrong_step"] == 2
    told = shown(wrong, "first-wrong")
    assert told["message"] == "step 2 is the first that is wrong"
    assert [step["verdict"] for step in told["steps"]] == ["proved", "refuted", "proved"]
    assert all(step["counterexample"] is None for step in told["steps"])
    assert told["steps"][1]["read_as"]
    for level in ("none", "verdict"):
        less = shown(wrong, level)
        assert (less["steps"], less["first_wrong_step"]) == ([], None)


def chain(*outcomes: Outcome, starts: bool | None = True, reaches: bool | None = False) -> Verdict:
    """A derivation with these outcomes of its steps."""
    steps = [
        StepVerdict(n, "=", Verdict(outcome, cause="supported" if outcome == "undecided" else None))
        for n, outcome in enumerate(outcomes, 1)
    ]
    whole: Outcome = "refuted" if "refuted" in outcomes else outcomes[0]
    return Verdict(whole, steps=tuple(steps), starts_as_asked=starts, reaches_goal=reaches)


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (chain("proved", "refuted", "proved", "proved"), 0.75),
        (chain("proved", "refuted", "refuted"), 0.3333),
        (chain("refuted"), 0.0),
        (chain("proved", "refuted", "undecided"), None),
        (chain("proved", "refuted", starts=False), 0.0),
        (chain("proved", "refuted", starts=None), 0.0),
        (chain("proved", "refuted", reaches=True), 0.5),
        (chain("proved", "proved"), 0.0),
        (chain("proved", "proved", reaches=True), 1.0),
        (chain("proved", "proved", reaches=None), None),
        (chain("undecided", "proved", reaches=True), None),
    ],
)
def test_credit_is_given_step_by_step(verdict: Verdict, expected: float | None) -> None:
    """A wrong derivation earns the share of its steps that hold, if it starts as asked."""
    assert score(verdict, derivation=True) == expected


def test_an_error_that_is_carried_forward_counts_once() -> None:
    """Steps after a wrong one are judged from the line as it stands, and earn their credit."""
    kl = r"D_{KL}(q(z) \| p(z))"
    lines = (
        rf"{kl} &= -\frac12\sum_j(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2) \\"
        r"&= \frac12\sum_j(1+\mu_j^2+\sigma_j^2-\log\sigma_j^2) \\"
        r"&= \frac12\sum_j(\mu_j^2+\sigma_j^2+1-\log\sigma_j^2)"
    )
    verdict = check(CHAIN.format(lines), claim="gaussian-kl", kind="derivation")
    assert verdict.outcome == "refuted", verdict.message
    assert verdict.first_wrong_step == 2
    assert verdict.starts_as_asked is True
    assert score(verdict, derivation=True) == 0.6667
    elsewhere = CHAIN.format(r"\mu_1 &= \mu_1 \\ &= \mu_1 + 0 \\ &= 2\mu_1")
    verdict = check(elsewhere, claim="gaussian-kl", kind="derivation")
    assert (verdict.outcome, verdict.starts_as_asked) == ("refuted", False)
    assert score(verdict, derivation=True) == 0.0


def test_a_known_mistake_is_named() -> None:
    """An answer that equals a wrong answer of its claim, in whatever form, is told which."""
    verdict = check(
        r"\sum_i \left(\mu_i^2 - 1 + \sigma_i^2 - 2 \log \sigma_i\right)", claim="gaussian-kl"
    )
    assert verdict.outcome == "refuted"
    assert "a known mistake: the factor 1/2 is missing" in verdict.message
    other = check(r"\frac12\sum_j(\mu_j^2+\sigma_j^2-7-\log\sigma_j^2)", claim="gaussian-kl")
    assert other.outcome == "refuted"
    assert "a known mistake" not in other.message


SHEET = r"""
title = "A square"
[scalars]
a = {}
b = {domain = "positive"}

[mistakes]
"the middle term is missing" = 'a^2 + b^2'

[question]
goal = '(a + b)^2 = a^2 + 2 a b + b^2'
"""


def test_mistakes_are_part_of_a_sheet() -> None:
    """A sheet of one's own names mistakes too, and is written with them."""
    sheet = with_reference(read_sheet(SHEET))
    verdict = check(r"b^2 + a^2", sheet=sheet, kind="expression")
    assert "a known mistake: the middle term is missing" in verdict.message
    assert read_sheet(write_sheet(read_sheet(SHEET))) == read_sheet(SHEET)


@pytest.mark.parametrize(
    ("change", "outcome", "said"),
    [
        (("", ""), "proved", "slips of the reference are refuted"),
        (("+ 2 a b", "+ 3 a b"), "refuted", "its goal is not proved"),
        (("'a^2 + b^2'", "'(b + a)(a + b)'"), "refuted", "is the right answer"),
        (("goal = '(a + b)^2 = a^2 + 2 a b + b^2'", r"reference = 'a \cdot f'"), None, "f"),
        (("[mistakes]", "[facts]\nno = 'a = a + 1'\n[mistakes]"), None, "no world"),
    ],
)
def test_a_sheet_is_tried(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: tuple[str, str],
    outcome: str | None,
    said: str,
) -> None:
    """`check --sheet` without an answer says whether the sheet may be used, and what to mend."""
    path = tmp_path / "sheet.toml"
    path.write_text(SHEET.replace(*change) if change[0] else SHEET, encoding="utf-8")
    code = run_commands(["check", "--sheet", str(path), "--output-format", "json"])
    captured = capsys.readouterr()
    if outcome is None:
        assert code == 2
        assert said in captured.err
        return
    found = json.loads(captured.out)
    assert (found["verdict"], code) == (outcome, {"proved": 0, "refuted": 1}[outcome])
    assert said in found["message"]


def test_an_answer_is_needed_without_a_sheet(capsys: pytest.CaptureFixture[str]) -> None:
    """Only a sheet is tried without an answer."""
    assert run_commands(["check", "--claim", "gaussian-kl"]) == 2
    assert "Missing argument 'FILE'" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["gaussian-kl", "gan-jsd", "vq-rolling-average-closed"])
def test_the_sheets_of_the_library_pass(name: str) -> None:
    """The claims' own sheets stand the same trial."""
    verdict = validate(sheet_of(name))
    assert verdict.outcome == "proved", verdict.message


def test_a_sheet_that_cannot_tell_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet whose judge refutes nothing is not passed."""
    sheet = with_reference(read_sheet(SHEET.replace("[mistakes]", "[definitions]")))
    real = validate.__globals__["judge_statement"]

    def blind(*arguments: Any) -> Verdict:
        found = real(*arguments)
        return Verdict("undecided", cause="supported") if found.outcome == "refuted" else found

    monkeypatch.setitem(validate.__globals__, "judge_statement", blind)
    verdict = validate(sheet)
    assert (verdict.outcome, verdict.cause) == ("undecided", "supported")
    assert "slips cannot be told" in verdict.message


def test_feedback_is_an_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`grade --feedback` writes results at that level."""
    answers = tmp_path / "a.jsonl"
    answer = {"id": "a", "claim": "gaussian-kl", "format": "latex", "answer": KL[1:]}
    answers.write_text(json.dumps(answer), encoding="utf-8")
    for level in LEVELS:
        assert run_commands(["grade", str(answers), "--feedback", level]) == 0
        found = json.loads(capsys.readouterr().out)
        assert (found["counterexample"] is None) == (level != "counterexample")
