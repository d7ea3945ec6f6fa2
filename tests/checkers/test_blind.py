"""Code and tables written from the public answer sheets alone, without a look at the checkers."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lemmata.checkers import sandbox
from lemmata.checkers.answers import check
from lemmata.checkers.code_questions import QUESTIONS
from lemmata.checkers.table_questions import TABLES

HERE = Path(__file__).parent


def lines(name: str) -> list[dict[str, Any]]:
    """The answers of a file."""
    text = (HERE / f"blind_{name}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


CODE, TABLE = lines("code"), lines("tables")


@pytest.fixture(autouse=True, scope="module")
def _servers() -> Iterator[None]:
    """The servers of this file end with it."""
    yield
    for server in sandbox._servers.values():
        server.close()


def counted(answers: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """How many right and wrong answers each question has."""
    found: dict[str, Counter[str]] = {}
    for line in answers:
        found.setdefault(line["claim"], Counter())[line["expected"]] += 1
    return found


def test_the_corpus_is_whole() -> None:
    """Every question has as many right answers as any other, and as many wrong ones."""
    assert counted(CODE) == {claim: Counter(right=6, wrong=8) for claim in QUESTIONS}
    assert counted(TABLE) == {claim: Counter(right=5, wrong=5) for claim in TABLES}


@pytest.mark.parametrize("claim", sorted(TABLES))
def test_every_table_is_judged_rightly(claim: str) -> None:
    """Right tables are proved in every spelling, wrong ones refuted."""
    for line in TABLE:
        if line["claim"] == claim:
            verdict = check(line["answer"], claim=claim, format="table")
            wanted = "proved" if line["expected"] == "right" else "refuted"
            assert verdict.outcome == wanted, (line["answer"], verdict.message)


@pytest.mark.slow
@pytest.mark.parametrize("claim", sorted(QUESTIONS))
def test_every_function_is_judged_rightly(claim: str) -> None:
    """Right functions are confirmed in every style, and each fault refutes."""
    pytest.importorskip("torch", reason="the extra lemmata[grade] is not installed")
    for line in CODE:
        if line["claim"] == claim:
            verdict = check(line["answer"], claim=claim, format="code")
            wanted = "confirmed" if line["expected"] == "right" else "refuted"
            assert verdict.outcome == wanted, (line["answer"], verdict.message)
