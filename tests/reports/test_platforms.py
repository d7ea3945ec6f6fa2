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
    LARGEST_PRAIRIELEARN,
    Mark,
    classroom50,
    gradebook,
    graded,
    gradescope,
    mark,
    markdown,
    prairielearn,
    submission,
)
from tests.reports.contracts import CLASSROOM, GRADESCOPE, PRAIRIELEARN, valid

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
POINTS = {
    "gaussian-kl": 2.0,
    "vae-elbo": 3.0,
    "gan-jsd": 2.0,
    "nice-det": 2.0,
    "realnvp-det": 2.0,
    "cvae-elbo": 2.0,
}


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
    claim="vae-elbo",
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
    "review": record("undecided", claim="gan-jsd", cause="supported", message="models agree"),
    "format": record("undecided", claim="nice-det", cause="unreadable", message="column 2: no }"),
    "grader": record(
        "undecided", claim="realnvp-det", cause="conflict", message="a bug of Lemmata"
    ),
}
ALL = list(OUTCOMES.values())


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
    assert prairielearn(ALL, POINTS)["score"] == pytest.approx(3 / 13)
    assert classroom50(ALL, ENVIRONMENT, SUBMITTED, POINTS)["score"] == 3
    assert [each.worth for each in graded(ALL, POINTS)] == [2.0, 3.0, 2.0, 2.0, 2.0]


def test_points_say_what_is_asked() -> None:
    """What nobody asked for earns nothing, and a question without an answer is not left out."""
    points = {"gaussian-kl": 2.0, "gan-jsd": 1.0}
    others = [record("proved", id="elbo-jensen", claim="elbo-jensen"), record("proved", id="x")]
    found = submission(others, points)
    assert [(each.mark, each.earned, each.worth) for each in found.answers] == [
        ("full", 2.0, 2.0),
        ("none", 0.0, 1.0),
    ]
    assert found.not_asked == ("elbo-jensen",)
    assert found.summary() == (
        "1 of 2 answers is right. Nothing was handed in for: gan-jsd. "
        "Not asked, and not counted: elbo-jensen."
    )
    assert prairielearn(others, points)["score"] == pytest.approx(2 / 3)
    assert sum(test["score"] for test in gradescope(others, points)["tests"]) == 2


def test_of_two_answers_none_is_chosen() -> None:
    """Two answers to one question are not decided, whatever they are; no guess is free."""
    two = [record("proved", id="a/gaussian-kl"), record("refuted", id="gaussian-kl")]
    (answer,) = submission(two, {"gaussian-kl": 2.0}).answers
    assert answer.mark == "format"
    assert answer.output == "There are 2 answers to this question; leave one, and hand it in."
    assert "score" not in gradescope(two, {"gaussian-kl": 2.0})["tests"][0]


def test_nothing_handed_in_is_no_attempt_on_prairielearn() -> None:
    """An empty submission is invalid there, and says which files are missing."""
    content = prairielearn([], {"gaussian-kl": 2.0})
    valid(content, PRAIRIELEARN)
    assert content["gradable"] is False
    (problem,) = content["format_errors"]
    assert "no file is named gaussian-kl" in problem


def test_a_large_submission_fits_into_prairielearn() -> None:
    """Many long answers share the room that there is."""
    long = [record("refuted", id="x" * 500, message='\N{GREEK SMALL LETTER MU}"' * 20_000)] * 500
    size = len(json.dumps(prairielearn(long), indent=2, ensure_ascii=False).encode())
    assert size <= LARGEST_PRAIRIELEARN


def test_text_for_people_is_only_text() -> None:
    """No markup, no terminal sequence and no end of a line stands where an answer put it."""
    hostile = record(
        "refuted",
        id="<img src=x>\n## [a](b)\r\nstatus=success",
        message="```\n</pre><script>1</script>\x1b[2J\u202e",
    )
    page = markdown([hostile])
    heading = next(line for line in page.splitlines() if line.startswith("### "))
    assert heading.startswith("### &lt;img src=x&gt; \\#\\# \\[a\\]\\(b\\) status=success")
    assert all(line.startswith("    ") for line in page.splitlines() if "script" in line)
    assert "\x1b" not in page
    assert "\u202e" not in page
    waiting = record("undecided", id="a\nstatus=success", cause="supported")
    assert "\n" not in classroom50([waiting], ENVIRONMENT, SUBMITTED)["summary"]


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("gradescope.json", "gradescope"),
        ("prairielearn.json", "prairielearn"),
        ("classroom50.json", "classroom50"),
        ("gradebook.csv", "csv"),
        ("answers.md", "markdown"),
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


def test_an_answer_ends_no_line_of_the_results() -> None:
    """A separator that Python takes for the end of a line does not break the results."""
    results = json.dumps(record("refuted", message="a\u2028b\x85c"), ensure_ascii=False) + "\n"
    (test,) = json.loads(exported(results, "gradescope", "{}", {}))["tests"]
    assert test["output"].startswith("a b c")


def test_points_may_name_a_question_of_ones_own() -> None:
    """A question that Lemmata does not know is worth what is said, where its sheet is named."""
    results = json.dumps(record("proved", claim="softplus")) + "\n"
    content = exported(results, "gradescope", '{"softplus": 4}', {}, {"softplus": ""})
    assert [test["score"] for test in json.loads(content)["tests"]] == [4.0]


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
        ("", '{"elbo": 1}', {}, "'elbo', which is no claim .see lemmata list"),
        ("", "{}", {}, "sets the variable CLASSROOM"),
    ],
)
def test_unusable_input_is_named(
    results: str, points: str, environment: dict[str, str], said: str
) -> None:
    """Broken results, broken points and a missing variable say what they are."""
    with pytest.raises(ExportError, match=said):
        exported(results, "classroom50", points, environment)
