"""What the questions mean by their names, in words: the file of them, and who compares."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from lemmata import derivations
from lemmata.checkers.answers import check
from lemmata.checkers.sheets import answer_ids, derivation_sheet, sheet_of
from lemmata.derivations.questions import questions, settings
from lemmata.derivations.registry import claims
from lemmata.judge.meanings import TELLING, is_of_question
from lemmata.notation import Sheet, read_sheet

FILE = Path(next(iter(derivations.__path__))) / "meanings.toml"
MEANINGS: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text("utf-8"))


def sheets_of(family: str) -> list[Sheet]:
    """The sheets of all questions of a family."""
    ids = {
        name.partition(".")[0] for name, path in questions().items() if path.parent.name == family
    }
    ids |= {c.id for c in claims().values() if c.family == family}
    ids |= {name for name in answer_ids() if claims().get(name) and claims()[name].family == family}
    found = [sheet for name in sorted(ids) for sheet in (sheet_of(name), derivation_sheet(name))]
    return [
        *(sheet for sheet in found if sheet is not None),
        *(sheet for name in sorted(ids) for sheet in settings(name)),
    ]


@pytest.mark.parametrize("family", sorted(MEANINGS))
def test_every_name_is_one_of_a_question(family: str) -> None:
    """No line of the file speaks of a name that no question of its family knows."""
    sheets = sheets_of(family)
    assert sheets
    unknown = [n for n in MEANINGS[family] if not any(is_of_question(n, s) for s in sheets)]
    assert unknown == []
    assert all(sheet.conventions.meanings == tuple(MEANINGS[family].items()) for sheet in sheets)


OWN = r"""
title = "The mean of two numbers"

[scalars]
a = {}
b = {}

[question]
reference = '\frac{a + b}{2}'
"""


@pytest.mark.parametrize(
    ("words", "told", "outcome"),
    [
        ("where $a$ is the input", "", "proved"),  # nothing is known of a
        ("where $a$ is the input", "meanings = {a = 'input', b = 'output'}", "proved"),
        ("where $a$ is the output", "meanings = {a = 'input', b = 'output'}", "undecided"),
        ("where a is the output", "meanings = {a = 'input', b = 'output'}", "undecided"),
        ("where the output is $a$", "meanings = {a = 'input', b = 'output'}", "undecided"),
        ("where $b$ is the output", "meanings = {a = 'input'}", "undecided"),
        ("where $a$ is not the output", "meanings = {a = 'input'}", "undecided"),  # for "not"
        ("where $a$ is the mean", "meanings = {a = 'input'}", "undecided"),  # and nothing else
        ("where $b$ is the mean", "meanings = {a = 'input'}", "proved"),  # as the title says
    ],
)
def test_own_sheets_say_what_they_mean(words: str, told: str, outcome: str) -> None:
    """A sheet of somebody else's is compared with if it says what it means."""
    sheet = read_sheet(OWN + told)
    verdict = check(rf"$\frac{{a+b}}{{2}}$, {words}", sheet=sheet, kind="expression")
    assert verdict.outcome == outcome, verdict.message


def test_telling_words_are_written_small() -> None:
    """They are compared with words in small letters."""
    assert all(word == word.lower() for word in TELLING)
