"""Answers written to mislead: none of them may get a verdict that is not in its list.

They hide a second value behind the answer, shadow a name, change its macros, restate the question,
hold at one size only, or leave out what they must say.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from lemmata.checkers.answers import check

FILE = Path(__file__).parent / "adversarial.jsonl"
CASES = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=[f"{c['claim']}-{n}" for n, c in enumerate(CASES, 1)])
def test_an_answer_that_misleads_gets_no_false_verdict(case: dict[str, Any]) -> None:
    """The verdict is one of those allowed, and never an internal conflict."""
    verdict = check(case["answer"], claim=case["claim"], kind=case["kind"], format=case["format"])
    assert verdict.outcome in case["allowed"], (case["answer"], verdict.message)
    assert verdict.cause not in ("conflict", "unknown-claim"), verdict.message
