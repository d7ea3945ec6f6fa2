"""Autograder folders run in the shape of the platform's container, and say what is undecided."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lemmata.checkers.answers import known_ids
from lemmata.cli import run_commands
from lemmata.reports.autograders import FOLDERS, write_folder
from lemmata.reports.platforms import LARGEST_PRAIRIELEARN
from tests.reports.contracts import CLASSROOM, GRADESCOPE, PRAIRIELEARN, valid

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", sorted(FOLDERS))
def test_a_folder_is_written_once(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`lemmata new` writes every file, scripts executable, and overwrites nothing."""
    folder = tmp_path / "grader"
    assert run_commands(["new", kind, str(folder)]) == 0
    assert {path.name for path in folder.iterdir()} == set(FOLDERS[kind])
    points = json.loads((folder / "points.json").read_text(encoding="utf-8"))
    assert {*points} <= known_ids()
    scripts = [path for path in folder.iterdir() if path.read_text("utf-8").startswith("#!")]
    assert all(os.access(path, os.X_OK) for path in scripts)
    capsys.readouterr()
    assert run_commands(["new", kind, str(folder)]) == 2
    assert "is there already; nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize("kind", sorted(FOLDERS))
def test_the_scripts_are_well_formed(kind: str, tmp_path: Path) -> None:
    """Every shell script parses, and every Python script compiles."""
    for path in write_folder(kind, tmp_path / "grader"):
        text = path.read_text(encoding="utf-8")
        if text.startswith("#!/usr/bin/env bash"):
            subprocess.run(["bash", "-n", path], check=True)
        if path.suffix == ".py":
            compile(text, str(path), "exec")


def launcher(folder: Path) -> Path:
    """A `lemmata` command for this checkout."""
    path = folder / "lemmata"
    path.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m lemmata "$@"\n')
    path.chmod(0o755)
    return path


QUESTIONS = {"nice-det": 2, "gan-jsd": 3, "gaussian-kl": 1, "vae-elbo": 4, "cvae-elbo": 5}
HOSTILE = "<script>alert(1)</script>"
# Right by every model that is tried, and a little too large: nobody may call it right or wrong.
NOT_DECIDED = (
    r"-\frac12 \sum_{j=1}^m (1 + \log \sigma_j^2 - \mu_j^2 - \sigma_j^2) + \frac{1}{10^{400}}"
)
ANSWERS = {
    "nice-det.tex": "1",
    "gan-jsd.txt": "0",
    "gaussian-kl.tex": NOT_DECIDED,
    "vae-elbo.tex": HOSTILE,
    "elbo-jensen.tex": "0",
    "<img src=x onerror=alert(1)>.tex": HOSTILE,
}
SUMMARY = (
    "1 of 5 answers is right. Nothing was handed in for: cvae-elbo. "
    "Not decided, neither right nor wrong: gaussian-kl, vae-elbo. "
    "They have no points until a person has looked at them. "
    "Not asked, and not counted: <img src=x onerror=alert(1)>, elbo-jensen."
)
NOTHING = "No answer was graded. A person will look at it."


def hand_in(folder: Path, answers: dict[str, str]) -> None:
    """Write the files of a submission."""
    folder.mkdir(parents=True)
    for name, text in answers.items():
        (folder / name).write_text(text, encoding="utf-8")


def ask(folder: Path, points: dict[str, int]) -> None:
    """Write what is asked, and what it is worth."""
    (folder / "points.json").write_text(json.dumps(points), encoding="utf-8")


OWN = {"softplus": 6}
SHEET = "[scalars]\nx = {}\n[question]\ngoal = '\\frac{d}{dx} \\log(1+e^x) = \\frac{1}{1+e^{-x}}'\n"
ANSWER = {"softplus.tex": r"\frac{e^x}{1+e^x}"}


def ask_own(folder: Path) -> None:
    """Write a question that Lemmata does not know."""
    (folder / "sheets").mkdir(parents=True)
    (folder / "sheets" / "softplus.toml").write_text(SHEET, encoding="utf-8")


def dies_in_the_middle(command: Path) -> Path:
    """The command, which grades one answer and is gone."""
    text = command.read_text(encoding="utf-8")
    record = '{"id": "gan-jsd", "claim": "gan-jsd", "verdict": "refuted", "score": 0.0}'
    death = f"[ \"$1\" = grade ] && echo '{record}' && exit 9\n"
    command.write_text(text.replace("#!/bin/sh\n", f"#!/bin/sh\n{death}"), encoding="utf-8")
    return command


# ------------------------------------------------------------------------------ Gradescope


def on_gradescope(
    base: Path, command: Path, answers: dict[str, str], points: dict[str, int]
) -> dict[str, Any]:
    """Run `run_autograder` in the layout of Gradescope's container; return its results."""
    hand_in(base / "submission", answers)
    list(write_folder("gradescope", base / "source"))
    ask(base / "source", points)
    environment = os.environ | {"AUTOGRADER": str(base), "LEMMATA": str(command)}
    script = base / "source" / "run_autograder"
    subprocess.run([script], env=environment, check=True, capture_output=True)
    results = json.loads((base / "results" / "results.json").read_text(encoding="utf-8"))
    valid(results, GRADESCOPE)
    return dict(results)


def test_gradescope_runs_from_end_to_end(tmp_path: Path) -> None:
    """Points for what is right, none for what is wrong or missing, a tag for what is undecided."""
    results = on_gradescope(tmp_path / "autograder", launcher(tmp_path), ANSWERS, QUESTIONS)
    found = [
        (test["name"], test.get("score"), test["max_score"], test.get("status"), test["tags"])
        for test in results["tests"]
    ]
    assert found == [
        ("nice-det", 2, 2, "passed", []),
        ("gan-jsd", 0, 3, "failed", []),
        ("gaussian-kl", None, 1, None, ["needs-review"]),
        ("vae-elbo", None, 4, None, ["needs-review", "format"]),
        ("cvae-elbo", 0, 5, "failed", ["no-answer"]),
    ]
    assert results["output"] == SUMMARY
    assert {test["output_format"] for test in results["tests"]} == {"text"}
    assert "score" not in results  # the sum of the tests


def test_a_grader_that_dies_leaves_no_pass_and_no_zero(tmp_path: Path) -> None:
    """What was written before anything was graded stays, and asks for a person."""
    command = dies_in_the_middle(launcher(tmp_path))
    results = on_gradescope(tmp_path / "autograder", command, ANSWERS, QUESTIONS)
    assert results["tests"] == []
    assert results["output"] == NOTHING


# ------------------------------------------------------------------------------ PrairieLearn


def on_prairielearn(
    base: Path, command: Path, answers: dict[str, str], points: dict[str, int]
) -> dict[str, Any]:
    """Run `run.sh` in the layout of PrairieLearn's container; return its results."""
    if answers:
        hand_in(base / "student", answers)
    for name in ("data", "tests", "serverFilesCourse"):
        (base / name).mkdir(parents=True, exist_ok=True)
    data = {"submitted_answers": {"_files": []}, "params": {}, "variant_seed": 1}
    (base / "data" / "data.json").write_text(json.dumps(data), encoding="utf-8")
    ask(base / "tests", points)
    image = base.with_name("image")
    list(write_folder("prairielearn", image))
    environment = os.environ | {"GRADE": str(base), "LEMMATA": str(command)}
    subprocess.run([image / "run.sh"], env=environment, check=True, capture_output=True)
    written = (base / "results" / "results.json").read_bytes()
    assert len(written) <= LARGEST_PRAIRIELEARN
    results = json.loads(written)
    valid(results, PRAIRIELEARN)
    return dict(results)


def test_prairielearn_runs_from_end_to_end(tmp_path: Path) -> None:
    """A share of all points; what is undecided is neutral, and says so."""
    results = on_prairielearn(tmp_path / "grade", launcher(tmp_path), ANSWERS, QUESTIONS)
    assert results["gradable"] is True
    assert results["score"] == pytest.approx(2 / 15)
    assert results["message"] == SUMMARY
    found = [
        (test["name"], test["points"], test["max_points"], test["description"])
        for test in results["tests"]
    ]
    review = "not decided; a person will look at it"
    assert found == [
        ("nice-det", 2, 2, "right"),
        ("gan-jsd", 0, 3, "not right"),
        ("gaussian-kl", 0, 0, review),
        ("vae-elbo", 0, 0, "not readable; see where, and hand it in again or ask"),
        ("cvae-elbo", 0, 5, "missing: nothing was handed in"),
    ]
    wrong, undecided, hostile = (test["message"] for test in results["tests"][1:4])
    assert "left side = " in wrong
    assert undecided.startswith(f"This answer is {review}.\n")
    assert HOSTILE in hostile  # shown as it stands, where no markup is read


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (NOT_DECIDED, "not decided"),
        (HOSTILE, "not readable"),
        (None, "no file is named gaussian-kl"),
    ],
)
def test_prairielearn_takes_no_attempt_for_what_is_not_decided(
    answer: str | None, said: str, tmp_path: Path
) -> None:
    """Alone, an undecided, unreadable or missing answer is not gradable: no points, no attempt."""
    answers = {} if answer is None else {"gaussian-kl.tex": answer}
    results = on_prairielearn(tmp_path / "grade", launcher(tmp_path), answers, {"gaussian-kl": 1})
    assert results["gradable"] is False
    assert "score" not in results
    (problem,) = results["format_errors"]
    assert said in problem


def test_prairielearn_survives_a_grader_that_dies(tmp_path: Path) -> None:
    """A part of the results is none: the submission is not gradable."""
    command = dies_in_the_middle(launcher(tmp_path))
    results = on_prairielearn(tmp_path / "grade", command, ANSWERS, QUESTIONS)
    assert results["gradable"] is False
    assert results["message"] == NOTHING


# ------------------------------------------------------------------------------ Classroom 50

IDENTITY = {
    "CLASSROOM": "ml-2026",
    "ASSIGNMENT": "homework-6",
    "SUBMISSION_TAG": "submit/2026-06-01T12-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://example.org/commit/a1b2c3d",
    "RELEASE_URL": "https://example.org/releases/tag/x",
    "REVIEW_URL": "https://example.org/compare/a...b",
}
COMMITTED = "2026-06-01T14:32:01+02:00"


def on_classroom50(tmp_path: Path, answers: dict[str, str], points: dict[str, int]) -> Path:
    """Run `autograder.py` as Classroom 50's runner does; return the student's checkout."""
    bundle, checkout = tmp_path / "bundle", tmp_path / "checkout"
    list(write_folder("classroom50", bundle))
    ask(bundle, points)
    hand_in(checkout, answers)
    person = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a", "GIT_COMMITTER_DATE": COMMITTED}
    person |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a"}
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x", "--allow-empty"]):
        subprocess.run(["git", *arguments], cwd=checkout, env=os.environ | person, check=True)
    # Lemmata is there, so pip has nothing to fetch, and may not.
    offline = {"PIP_NO_INDEX": "1", "PYTHONPATH": str(ROOT)}
    environment = os.environ | IDENTITY | offline | {"GITHUB_OUTPUT": str(tmp_path / "outputs")}
    subprocess.run(
        [sys.executable, bundle / "autograder.py"],
        cwd=checkout,
        env=environment,
        check=True,
        capture_output=True,
    )
    return checkout


def test_classroom50_runs_from_end_to_end(tmp_path: Path) -> None:
    """Whole points, the time of the commit, and a page that says what is undecided."""
    stolen = tmp_path / "stolen"
    theft = f"import pathlib\npathlib.Path({str(stolen)!r}).touch()\nraise SystemExit(0)\n"
    thefts = dict.fromkeys(("lemmata.py", "pip.py", "json.py", "click.py"), theft)
    checkout = on_classroom50(tmp_path, ANSWERS | thefts, QUESTIONS)
    assert not stolen.exists()  # what lies in a checkout is graded, and never imported
    result = json.loads((checkout / "result.json").read_text(encoding="utf-8"))
    valid(result, CLASSROOM)
    assert result["datetime"] == "2026-06-01T12:32:01Z"
    assert (result["score"], result["max-score"]) == (2, 15)
    found = [
        (test["test-name"], test["passed"], test["score"], test["max-score"], test["status"])
        for test in result["tests"]
    ]
    assert found == [
        ("nice-det", True, 2, 2, "proved"),
        ("gan-jsd", False, 0, 3, "refuted"),
        ("gaussian-kl", False, 0, 1, "undecided"),
        ("vae-elbo", False, 0, 4, "undecided"),
        ("cvae-elbo", False, 0, 5, "missing"),
    ]
    assert result["summary"].startswith(SUMMARY.partition("Not asked")[0])
    assert result["tests"][1]["counterexample"]
    page = (checkout / "release-body.md").read_text(encoding="utf-8")
    assert "### nice-det: right (2 of 2)" in page
    assert "### gaussian-kl: not decided; a person will look at it (no points yet)" in page
    assert all(line.startswith("    ") for line in page.splitlines() if HOSTILE in line)
    outputs = (tmp_path / "outputs").read_text(encoding="utf-8").splitlines()
    assert outputs == ["status=failure", f"summary={result['summary']}"]


def test_classroom50_says_success_only_of_what_is_right(tmp_path: Path) -> None:
    """Everything right is a success; an undecided answer alone is none."""
    right = {"nice-det.tex": ANSWERS["nice-det.tex"]}
    on_classroom50(tmp_path / "right", right, {"nice-det": 2})
    assert "status=success\n" in (tmp_path / "right" / "outputs").read_text(encoding="utf-8")
    undecided = {"gaussian-kl.tex": NOT_DECIDED}
    on_classroom50(tmp_path / "undecided", undecided, {"gaussian-kl": 1})
    outputs = (tmp_path / "undecided" / "outputs").read_text(encoding="utf-8")
    assert "status=failure\n" in outputs
    assert "Not decided, neither right nor wrong: gaussian-kl." in outputs


# ------------------------------------------------------------------------------ own questions


def test_each_platform_asks_questions_of_ones_own(tmp_path: Path) -> None:
    """A sheet in the folder `sheets` beside the points is asked, and its answer has them."""
    command = launcher(tmp_path)
    ask_own(tmp_path / "autograder" / "source")
    ask_own(tmp_path / "grade" / "tests")
    ask_own(tmp_path / "bundle")
    (test,) = on_gradescope(tmp_path / "autograder", command, ANSWER, OWN)["tests"]
    assert (test["name"], test["score"], test["status"]) == ("softplus", 6, "passed")
    assert on_prairielearn(tmp_path / "grade", command, ANSWER, OWN)["score"] == 1
    checkout = on_classroom50(tmp_path, ANSWER, OWN)
    result = json.loads((checkout / "result.json").read_text(encoding="utf-8"))
    assert (result["score"], result["max-score"]) == (6, 6)
