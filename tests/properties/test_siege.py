"""The siege finds nothing, would find something, and forgets nothing."""

import json
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings, target
from hypothesis import strategies as st

from lemmata.cli import commands
from lemmata.kernel.certificates import certificate
from lemmata.kernel.prove import Open, Proof, prove
from lemmata.kernel.recheck import Recheck
from lemmata.kernel.terms import Statement
from lemmata.kernel.verdict import Verdict
from lemmata.properties import attacks
from lemmata.properties.attacks import ATTACKS, Trial, field_of, main, run
from lemmata.properties.rewriting import rewrite
from lemmata.properties.siege import FINDINGS, REPORT, assault, besiege
from lemmata.properties.terms import KINDS, Maker
from lemmata.properties.values import differ
from lemmata.semantics.mutants import mutants_of

TRIALS = 12


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_defences_hold(attack: str, kind: str) -> None:
    """No trial of any attack breaks a defence, and most of them ask something."""
    results = [run(Trial(attack, kind, 1, number)) for number in range(TRIALS)]
    assert not [result.text for result in results if result.answer == "broken"]
    assert sum(result.answer != "left out" for result in results) >= TRIALS / 5


def test_most_true_steps_are_proved() -> None:
    """At least 95 % of the true steps that are steps of a proof at all."""
    results = [run(Trial("true step", kind, 2, n)) for kind in KINDS for n in range(30)]
    held = [result for result in results if result.answer == "held"]
    asked = [result for result in results if result.answer != "left out"]
    missed = [result.text for result in asked if result.answer == "missed"]
    assert len(held) >= 0.95 * len(asked) > 150, missed


@pytest.fixture(autouse=True)
def _forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test replaces is replaced in the workers too; torchrl has new processes spawned."""
    pool = partial(ProcessPoolExecutor, mp_context=get_context("fork"))
    monkeypatch.setattr("lemmata.properties.siege.ProcessPoolExecutor", pool)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Rounds of one trial each on a few kinds, so that a whole siege takes a second or two."""
    kinds = ("measures", "sums")
    monkeypatch.setattr("lemmata.properties.siege.KINDS", dict.fromkeys(kinds))
    monkeypatch.setattr("lemmata.properties.siege.ROUND", 1)
    monkeypatch.setattr("lemmata.properties.siege.TERMS", 60)
    return kinds


def everything_is_proved(statement: Statement, *_: Any) -> Proof:
    """A kernel that proves whatever it is asked."""
    return Proof(statement, (), (), ())


def everything_rechecks(_: dict[str, Any]) -> Recheck:
    """A re-checker that accepts whatever it is given."""
    return Recheck(True, (), 0)


def all_equations_say_the_same(*_: Any) -> Verdict:
    """A judge of equations that proves whatever it is asked."""
    return Verdict("proved", message="planted")


def no_equations_say_the_same(*_: Any) -> Verdict:
    """A judge of equations that refutes whatever it is asked."""
    return Verdict("refuted", message="planted")


def nothing_is_read(*_: Any) -> None:
    """A reader that fails without a located error."""
    raise IndexError("string index out of range")


@pytest.mark.parametrize(
    ("attack", "name", "planted"),
    [
        ("false step", "prove", everything_is_proved),
        ("inequality", "prove", everything_is_proved),
        ("equations", "judge_equations", all_equations_say_the_same),
        ("equations", "judge_equations", no_equations_say_the_same),
        ("certificate", "recheck", everything_rechecks),
        ("corruption", "recheck", everything_rechecks),
        ("gibberish", "read_expression", nothing_is_read),
        ("round trip", "read_expression", nothing_is_read),
    ],
)
def test_a_planted_fault_is_found(
    attack: str, name: str, planted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An attack on a defence that is no defence breaks it."""
    monkeypatch.setattr(attacks, name, planted)
    answers = {run(Trial(attack, "measures", 1, number)).answer for number in range(TRIALS)}
    assert "broken" in answers


def test_an_induction_that_forgets_its_letters_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hypothesis about letters up to n says nothing of n + 1."""
    trial = Trial("false step", "inductions", 1, 28)
    assert run(trial).answer == "held"
    monkeypatch.setattr("lemmata.kernel.prove._refuse_dependent_hypotheses", lambda *_: None)
    assert run(trial).answer == "broken"


def test_a_kernel_that_proves_nothing_misses_true_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Incompleteness is counted, with the steps."""
    monkeypatch.setattr(attacks, "prove", lambda statement, *_: Open(statement, "open", ""))
    results = [run(Trial("true step", "sums", 1, number)) for number in range(TRIALS)]
    missed = [result.text for result in results if result.answer == "missed"]
    assert missed
    assert all("not proved (open)" in text for text in missed)


def test_the_command_counts_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    """Many trials of one attack end with a line for each kind, and 0 if nothing broke."""
    assert main(["round trip", "--trials", "100"]) == 0
    lines = capsys.readouterr().out.splitlines()[-len(KINDS) - 1 :]
    assert [line.split()[0] for line in lines] == [*KINDS, "all"]
    assert lines[-1].endswith(" 0 broken")


def test_trials_can_be_replayed() -> None:
    """The same trial gives the same result."""
    trial = Trial("certificate", "sums", 3, 7)
    assert run(trial) == run(trial)


@pytest.mark.usefixtures("short")
def test_findings_are_kept_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found once is tried by the next siege, whatever its seed."""
    trial = {"attack": "false step", "kind": "sums", "seed": 9, "number": 4}
    (tmp_path / FINDINGS).write_text(f"{json.dumps(trial)}\nno finding\n{{}}\n", "utf-8")
    seen: list[Trial] = []

    def noted(tried: Trial) -> attacks.Result:
        seen.append(tried)
        return attacks.HELD

    monkeypatch.setattr("lemmata.properties.siege.run", noted)
    siege = besiege(seconds=0, seed=1, corpus=tmp_path)
    assert seen == [Trial("false step", "sums", 9, 4)]
    assert siege.replayed == 1
    assert "1 findings of earlier sieges were tried again" in siege.text()


def test_colliding_terms_are_kept_once_and_tried_again(
    tmp_path: Path, short: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two terms of one normal form and two values stand in the corpus and in the report."""
    monkeypatch.setattr("lemmata.properties.siege.ATTACKS", {})
    monkeypatch.setattr("lemmata.properties.collisions.differ", lambda *_: True)
    monkeypatch.setattr("lemmata.properties.collisions.SHRINKING", 0)
    kept = []
    for siege in (besiege(seconds=0, seed=1, corpus=tmp_path) for _ in range(2)):
        assert siege.broken
        kept.append((tmp_path / FINDINGS).read_text("utf-8").splitlines())
    assert siege.replayed == len(short)
    assert [json.loads(line)["attack"] for line in kept[0]] == ["collisions"] * len(short)
    assert kept[0] == kept[1]
    assert "UNSOUND" in (tmp_path / REPORT).read_text("utf-8")


def test_a_round_has_every_attack_on_every_kind(short: tuple[str, ...]) -> None:
    """The report counts each, and the comparison of normal forms stands in it."""
    found = assault(5, 0)
    assert {(attack, kind) for attack, kind, _ in found.counts} == {
        (attack, kind) for attack in ATTACKS for kind in short
    }
    assert found.counts.total() == len(ATTACKS) * len(short)
    assert not found.broken, found.text()
    assert "0 unsound, 0 crashes" in found.text()


def test_the_command_says_what_it_cannot_write(tmp_path: Path) -> None:
    """A corpus that cannot be read is a clear error."""
    (tmp_path / "siege" / FINDINGS).mkdir(parents=True)
    result = CliRunner().invoke(commands, ["siege", "--minutes", "0", "--out", str(tmp_path)])
    assert result.exit_code
    assert "irectory" in result.output


NUMBERS = st.integers(0, 2**32)


@pytest.mark.parametrize("kind", ["sums", "measures", "powers"])
def test_the_judges_do_not_conflict(kind: str) -> None:
    """Hypothesis steers towards mutants that are nearly proved; none is, unless models agree."""
    field = field_of(kind)

    @settings(
        max_examples=60,
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(NUMBERS, st.integers(0, 30))
    def search(number: int, place: int) -> None:
        dice = Random(number)
        term = Maker(dice, kind).term()
        mutants = list(mutants_of(rewrite(term, dice, field.declarations), field.declarations))
        if not mutants:
            return
        wrong = mutants[place % len(mutants)].term
        attempt = prove(Statement(term, "=", wrong), field.declarations)
        if isinstance(attempt, Open):
            # A short difference is nearly a proof.
            left = attempt.difference
            target(-float(len(left.terms)) if left is not None else -100.0)
            return
        values = field.values(term), field.values(wrong)
        if values[0] is not None and values[1] is not None:
            assert not differ(values[0], values[1]), field.equation(term, wrong)
        assert certificate(attempt, field.declarations)["rules"] == list(attempt.rules)

    search()
