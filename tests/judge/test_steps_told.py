"""Whoever waits for a derivation is told each step when it is judged, and no step is taken back."""

from typing import Any

import pytest

from lemmata import check as public_check
from lemmata import judge
from lemmata.judge import chains
from lemmata.kernel.verdict import StepVerdict
from lemmata.notation import Sheet, declarations_from_document

DECLARED = "% lemmata:\n% [scalars]\n% a = {}\n% b = {}\n"
CHAIN = r"\[ (a + b)^2 = a^2 + 2 a b + b^2 = a (a + 2 b) + b^2 = a^2 + b^2 = (a + b) (a + b) \]"
TEXTS = {
    "chain": CHAIN,
    "two chains": rf"{CHAIN} and \[ a + b = b + a = b + a + 0 = b \]",
    "a condition behind it": r"\[ a + b = b + a = b, \quad a = b - b \]",
    "an equation that is solved": r"\[ a = b \iff a + 1 = b + 1 = b + 2 \]",
    "a remark": r"\[ a + b = b + a = a \quad \text{perhaps} \]",
    "what cannot be read": r"\[ a + b = b \odot a = b + a = a \]",
}


def declared() -> Sheet:
    """Two numbers."""
    sheet = declarations_from_document(DECLARED)
    assert sheet is not None
    return sheet


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_told_is_what_is_returned(name: str) -> None:
    """Doubts about a step that stand behind it are known before it is told."""
    told: list[StepVerdict] = []
    verdict = judge.check(TEXTS[name], sheet=declared(), kind="derivation", on_step=told.append)
    assert told
    assert tuple(told) == verdict.steps


def test_a_condition_behind_a_step_is_heard_before_it_is_told() -> None:
    """Without the condition the step is wrong; with it nobody is told so."""
    told: list[str] = []

    def listen(step: StepVerdict) -> None:
        told.append(step.verdict.outcome)

    text = TEXTS["a condition behind it"]
    judge.check(text, sheet=declared(), kind="derivation", on_step=listen)
    assert told == ["proved", "undecided", "undecided"]
    told.clear()
    alone = text.replace(r", \quad a = b - b", "")
    judge.check(alone, sheet=declared(), kind="derivation", on_step=listen)
    assert told == ["proved", "refuted"]


def test_a_step_is_told_before_the_next_one_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """At every telling, just the steps up to this one were judged."""
    judged: list[Any] = []
    found: list[tuple[int, int]] = []
    inner = chains._judge_step

    def counted(*arguments: Any) -> Any:
        judged.append(arguments)
        return inner(*arguments)

    monkeypatch.setattr(chains, "_judge_step", counted)
    public_check(
        CHAIN,
        sheet=declared(),
        kind="derivation",
        on_step=lambda step: found.append((step.step, len(judged))),
    )
    assert found == [(1, 1), (2, 2), (3, 3), (4, 4)]


def test_a_step_names_the_line_that_it_leads_to() -> None:
    """Also where its verdict points elsewhere: to what cannot be read."""
    text = TEXTS["what cannot be read"]
    verdict = judge.check(text, sheet=declared(), kind="derivation")
    lines = [text[step.line.start : step.line.end].strip() for step in verdict.steps if step.line]
    assert lines == [r"b \odot a", "b + a", "a"]
    places = [step.verdict.span.start for step in verdict.steps if step.verdict.span]
    assert places[0] == places[1] == text.index(r"\odot")
