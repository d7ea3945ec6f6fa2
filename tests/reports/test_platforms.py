"""Each platform gets what it asks for; nothing undecided is a pass, or a zero in silence."""

import csv
import io
import json
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from lemmata.kernel.verdict import Cause
from lemmata.reports.export import ExportError, exported
from lemmata.reports.platforms import (
    Mark,
    classroom50,
    gradebook,
    graded,
    gradescope,
    mark,
    prairielearn,
)

GOLDEN = Path(__file__).parent / "golden"
ENVIRONMENT = {
    "CLASSROOM": "ml-2026",
    "ASSIGNMENT": "homework-6",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://example.org/commit/a1b2c3d",
    "RELEASE_URL": "https://example.org/releases/tag/x",
    "REVIEW_URL": "https://example.org/compare/a...b",
}
SUBMITTED = "2026-06-01T14:32:01Z"
POINTS = {"gaussian-kl": 2.0, "elbo": 3.0}


def record(verdict: str, **more: Any) -> dict[str, Any]:
    """A result with the fields that matter here."""
    score = {"proved": 1.0, "confirmed": 1.0, "refuted": 0.0}.get(verdict)
    found: dict[str, Any] = {
        "id": f"ada/{verdict}",
        "claim": "gaussian-kl",
        "verdict": verdict,
        "cause": None,
        "read_as": "KL(q(z) || p(z)) = 1",
        "message": "",
        "counterexample": None,
        "score": score,
    }
    return found | more


WRONG = record(
    "refuted",
    claim="elbo",
    score=1 / 3,
    first_wrong_step=2,
    message="step 2: left side = 0\nright side = 1",
    counterexample={
        "world": {},
        "left": "0",
        "right": "1",
        "text": "left side = 0\nright side = 1",
    },
)
OUTCOMES: dict[str, dict[str, Any]] = {
    "full": record("proved"),
    "lost": WRONG,
    "review": record("undecided", cause="supported", message="models agree"),
    "format": record("undecided", cause="unreadable", message="line 1, column 2: no }"),
    "grader": record("undecided", cause="conflict", message="a bug of Lemmata"),
}
ALL = list(OUTCOMES.values())

TEST = {"type": "object", "additionalProperties": False}
GRADESCOPE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
        "visibility": {"enum": ["hidden", "after_due_date", "after_published", "visible"]},
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": TEST
            | {
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": {
                        "enum": ["hidden", "after_due_date", "after_published", "visible"]
                    },
                    "extra_data": {"type": "object"},
                }
            },
        },
    },
    "anyOf": [
        {"required": ["score"]},
        {"properties": {"tests": {"contains": {"required": ["score"]}}}, "required": ["tests"]},
    ],
}
PRAIRIELEARN = {
    "type": "object",
    "properties": {
        "gradable": {"type": "boolean"},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "message": {"type": "string"},
        "format_errors": {"type": ["string", "array"], "items": {"type": "string"}},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "points", "max_points"],
                "properties": {
                    "name": {"type": "string"},
                    "points": {"type": "number"},
                    "max_points": {"type": "number", "minimum": 0},
                },
            },
        },
    },
    "if": {"properties": {"gradable": {"const": False}}, "required": ["gradable"]},
    "else": {"required": ["score"]},
}
CLASSROOM = {
    "type": "object",
    "required": [
        *("schema", "classroom", "assignment", "submission", "commit", "release", "review"),
        *("datetime", "score", "max-score", "tests"),
    ],
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        "datetime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "score": {"type": "integer"},
        "max-score": {"type": "integer"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {
                    "test-name": {"type": "string"},
                    "passed": {"type": "boolean"},
                    "score": {"type": "integer", "minimum": 0},
                    "max-score": {"type": "integer", "minimum": 1},
                },
            },
        },
    },
}


def valid(content: object, contract: dict[str, Any]) -> None:
    """Hold a content against a platform's contract."""
    jsonschema.Draft202012Validator.check_schema(contract)
    jsonschema.Draft202012Validator(contract).validate(json.loads(json.dumps(content)))


@pytest.mark.parametrize(("expected", "found"), OUTCOMES.items())
def test_an_outcome_has_one_meaning(expected: Mark, found: dict[str, Any]) -> None:
    """Each of the five outcomes has its mark."""
    assert mark(found) == expected


@pytest.mark.parametrize("cause", get_args(Cause))
def test_undecided_is_never_decided(cause: str) -> None:
    """Whatever the cause, an undecided answer has no points, no status and a tag."""
    undecided = record("undecided", cause=cause)
    (test,) = gradescope([undecided])["tests"]
    assert "score" not in test
    assert "status" not in test
    assert "needs-review" in test["tags"]
    assert prairielearn([undecided])["gradable"] is False
    (test,) = classroom50([undecided], ENVIRONMENT, SUBMITTED)["tests"]
    assert test["passed"] is False
    assert test["status"] == "undecided"


def test_a_proof_whose_goal_is_not_known_is_reviewed() -> None:
    """A derivation without a score waits for a person; one that misses its goal has lost."""
    assert mark(record("proved", score=None)) == "review"
    assert mark(record("proved", score=0.0, reaches_goal=False)) == "lost"


@pytest.mark.parametrize("records", [ALL, *([each] for each in ALL), []])
def test_each_contract_holds_for_every_mixture(records: list[dict[str, Any]]) -> None:
    """All outcomes together, each alone, and none at all make valid files."""
    valid(gradescope(records, POINTS), GRADESCOPE)
    valid(prairielearn(records, POINTS), PRAIRIELEARN)
    valid(classroom50(records, ENVIRONMENT, SUBMITTED, POINTS), CLASSROOM)


def test_the_contracts_can_say_no() -> None:
    """A file without what its platform needs is refused."""
    for content, contract in (
        ({"tests": [{"name": "a"}]}, GRADESCOPE),
        ({"score": 1, "tests": [{"status": "undecided"}]}, GRADESCOPE),
        ({"tests": []}, PRAIRIELEARN),
        ({"score": 1.5}, PRAIRIELEARN),
        ({"schema": "classroom50/result/v1"}, CLASSROOM),
    ):
        with pytest.raises(jsonschema.ValidationError):
            valid(content, contract)


def test_points_are_what_was_earned() -> None:
    """A share of the marks is a share of the points, and never more than what is decided."""
    assert sum(test.get("score", 0) for test in gradescope(ALL, POINTS)["tests"]) == pytest.approx(
        3
    )
    assert prairielearn(ALL, POINTS)["score"] == pytest.approx(3 / 11)
    assert classroom50(ALL, ENVIRONMENT, SUBMITTED, POINTS)["score"] == 3
    assert [each.worth for each in graded(ALL, POINTS)] == [2.0, 3.0, 2.0, 2.0, 2.0]


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("gradescope.json", "gradescope"),
        ("prairielearn.json", "prairielearn"),
        ("classroom50.json", "classroom50"),
        ("gradebook.csv", "csv"),
    ],
)
def test_the_golden_files(name: str, platform: str) -> None:
    """What each platform gets for the five outcomes, letter by letter."""
    results = "".join(json.dumps(each) + "\n" for each in ALL)
    content = exported(
        results, platform, json.dumps(POINTS), {**ENVIRONMENT, "SUBMITTED_AT": SUBMITTED}
    )
    with (GOLDEN / name).open(encoding="utf-8", newline="") as golden:
        assert content == golden.read()


def test_a_gradebook_computes_nothing() -> None:
    """A cell that a spreadsheet would take for a formula is quoted; undecided has no grade."""
    hostile = record("refuted", id='=HYPERLINK("x")/q', message="@SUM(1)\n+1")
    rows = list(csv.DictReader(io.StringIO(gradebook([hostile, OUTCOMES["review"]]))))
    assert rows[0]["student"] == '\'=HYPERLINK("x")'
    assert rows[0]["feedback"].startswith("'@SUM(1)")
    assert rows[0]["grade"] == "0"
    assert rows[1]["grade"] == ""
    assert rows[1]["verdict"] == "undecided"


@pytest.mark.parametrize(
    ("results", "points", "environment", "said"),
    [
        ("{", "{}", {}, "line 1 of the results"),
        ("[]", "{}", {}, "line 1 of the results"),
        ("", "[]", {}, "the points cannot be read"),
        ("", '{"a": 0}', {}, "a positive number"),
        ("", "{}", {}, "sets the variable CLASSROOM"),
    ],
)
def test_unusable_input_is_named(
    results: str, points: str, environment: dict[str, str], said: str
) -> None:
    """Broken results, broken points and a missing variable say what they are."""
    with pytest.raises(ExportError, match=said):
        exported(results, "classroom50", points, environment)
