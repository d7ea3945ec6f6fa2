"""How a program calls `lemmata.check`: its own mistakes are told to it, and are no verdicts."""

from typing import Any

import pytest

import lemmata
from lemmata.kernel.verdict import StepVerdict
from lemmata.notation import read_sheet

SHEET = read_sheet("[scalars]\nx = {}\n[question]\nreference = '2 x'\n")


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"answer": None}, TypeError, "an answer is a string, not NoneType"),
        ({"answer": b"x"}, TypeError, "an answer is a string, not bytes"),
        ({"claim": 3}, TypeError, "a claim is named by a string, not int"),
        ({"sheet": "[scalars]\nx = {}"}, TypeError, "read_sheet makes of its text, not str"),
        ({"sheet": SHEET, "claim": "vae-elbo"}, ValueError, "give a claim or a sheet, not both"),
        ({"kind": "poem"}, ValueError, "the kind 'poem' is not known; it is one of None, 'expr"),
        ({"format": "md"}, ValueError, "the format 'md' is not known; it is one of 'latex', 'te"),
    ],
)
def test_a_mistake_of_the_program_is_no_verdict(
    arguments: dict[str, Any], error: type[Exception], said: str
) -> None:
    """It is raised where it was made, and says what to write."""
    with pytest.raises(error, match=said):
        lemmata.check(**{"answer": "x", **arguments})


def test_what_a_watcher_raises_is_its_own() -> None:
    """It reaches the caller, and is not called a fault of Lemmata."""

    def watch(step: StepVerdict) -> None:
        raise KeyError(step.step)

    with pytest.raises(KeyError, match="1"):
        lemmata.check("1 + 1 = 2 = 3 - 1 = 4 - 2", on_step=watch)


def test_an_own_question_from_python() -> None:
    """A sheet is read from its text, and an answer judged by it; a goal asks for its right side."""
    assert lemmata.check("x + x", sheet=SHEET).outcome == "proved"
    assert lemmata.check("x^2", sheet=SHEET).outcome == "refuted"
    goal = read_sheet("[scalars]\nx = {}\n[question]\ngoal = '\\frac{d}{dx} x^2 = 2 x'\n")
    assert lemmata.check("x + x", sheet=goal).outcome == "proved"
