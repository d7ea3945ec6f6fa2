"""Autograder folders run in the shape of the platform's container, and say what is undecided."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lemmata.cli import run_commands
from lemmata.reports.autograders import FOLDERS, write_folder

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = {
    "gaussian-kl.tex": r"-\frac12 \sum_{j=1}^m (1 + \log \sigma_j^2 - \mu_j^2 - \sigma_j^2)",
    "gan-jsd.tex": r"\log(",
}


@pytest.mark.parametrize("kind", sorted(FOLDERS))
def test_a_folder_is_written_once(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`lemmata new` writes every file, scripts executable, and overwrites nothing."""
    folder = tmp_path / "grader"
    assert run_commands(["new", kind, str(folder)]) == 0
    assert {path.name for path in folder.iterdir()} == set(FOLDERS[kind])
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


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    """A folder as Gradescope lays it out, with a right and an unreadable answer."""
    base = tmp_path / "autograder"
    (base / "submission").mkdir(parents=True)
    for name, text in ANSWERS.items():
        (base / "submission" / name).write_text(text, encoding="utf-8")
    list(write_folder("gradescope", base / "source"))
    return base


def test_gradescope_runs_from_end_to_end(submission: Path, tmp_path: Path) -> None:
    """`run_autograder` writes results: points for the right answer, a tag for the unreadable."""
    environment = os.environ | {
        "AUTOGRADER": str(submission),
        "LEMMATA": str(launcher(tmp_path)),
    }
    script = submission / "source" / "run_autograder"
    subprocess.run([script], env=environment, check=True, capture_output=True)
    results = json.loads((submission / "results" / "results.json").read_text(encoding="utf-8"))
    tests = {test["name"]: test for test in results["tests"]}
    assert tests["gaussian-kl"]["status"] == "passed"
    assert tests["gaussian-kl"]["score"] == tests["gaussian-kl"]["max_score"] == 2
    assert tests["gan-jsd"]["tags"] == ["needs-review", "format"]
    assert "score" not in tests["gan-jsd"]


def test_a_grader_that_dies_leaves_no_pass(submission: Path, tmp_path: Path) -> None:
    """Before anything is graded a valid file is there that asks for a person."""
    broken = launcher(tmp_path)
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text.replace("#!/bin/sh\n", '#!/bin/sh\n[ "$1" = grade ] && exit 9\n'))
    environment = os.environ | {"AUTOGRADER": str(submission), "LEMMATA": str(broken)}
    subprocess.run(
        [submission / "source" / "run_autograder"],
        env=environment,
        check=False,
        capture_output=True,
    )
    results = json.loads((submission / "results" / "results.json").read_text(encoding="utf-8"))
    assert results["tests"] == []
    assert "A person will look at it" in results["output"]
