"""Continuous integration runs every check, by commands that exist, and may do little."""

import os
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest

from lemmata.cli import commands

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(path.name for path in FOLDER.iterdir())
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


class NotYamlError(Exception):
    """A line is not in the part of YAML that workflows are written in."""


def parsed(text: str) -> Any:
    """The content of a workflow: mappings, lists, scalars, flow lists and blocks after `|`.

    Values stay as they are written, with their comments, so that a test can ask for these.
    """
    lines = [line for line in text.split("\n") if line.strip() and line.lstrip()[0] != "#"]
    found, rest = _block(lines, 0)
    if rest:
        raise NotYamlError(rest[0])
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _block(lines: list[str], indent: int) -> tuple[Any, list[str]]:
    mapping: dict[str, Any] = {}
    items: list[Any] = []
    while lines and _indent(lines[0]) == indent:
        line, lines = lines[0][indent:], lines[1:]
        if line.startswith("- "):
            # An item is a block of its own, two further in.
            lines = [" " * (indent + 2) + line[2:], *lines]
            if re.match(r"[\w-]+:(?: |$)", line[2:]):
                item, lines = _block(lines, indent + 2)
            else:
                item, lines = lines[0].strip(), lines[1:]
            items.append(item)
            continue
        match = re.fullmatch(r"([\w-]+):(?: (.*))?", line)
        if match is None or match[1] in mapping:
            raise NotYamlError(line)
        key, value = match[1], match[2]
        deeper = _indent(lines[0]) if lines else 0
        if value == "|":
            body = []
            while lines and _indent(lines[0]) >= deeper > indent:
                body.append(lines[0].strip())
                lines = lines[1:]
            mapping[key] = "\n".join(body)
        elif value is None and deeper > indent:
            mapping[key], lines = _block(lines, deeper)
        else:
            mapping[key] = value
    if bool(mapping) == bool(items):
        raise NotYamlError(lines[0] if lines else "nothing")
    return mapping or items, lines


def workflow(name: str) -> dict[str, Any]:
    """A workflow of the checkout."""
    found = parsed((FOLDER / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def steps(name: str) -> list[dict[str, Any]]:
    """All steps of a workflow."""
    return [step for job in workflow(name)["jobs"].values() for step in job["steps"]]


def spoken(name: str) -> list[list[str]]:
    """The words of each command that a workflow runs."""
    runs = [step["run"] for step in steps(name) if "run" in step]
    runs = [run.replace("$GITHUB_RUN_ID", "17654321098") for run in runs]  # as the runner does
    return [shlex.split(line) for run in runs for line in run.split("\n")]


def test_the_workflows_are_these() -> None:
    """A workflow that these tests do not see does not run either."""
    assert WORKFLOWS == ["ci.yml", "nightly.yml"]
    assert {"push", "pull_request"} <= {*workflow("ci.yml")["on"]}
    assert {"schedule", "workflow_dispatch"} <= {*workflow("nightly.yml")["on"]}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_only_read_and_ends(name: str) -> None:
    """It may read the repository and nothing else, keeps no credentials, and every job ends."""
    assert workflow(name)["permissions"] == {"contents": "read"}
    for job in workflow(name)["jobs"].values():
        assert "permissions" not in job
        assert 0 < int(job["timeout-minutes"]) <= 360
    checkouts = [step for step in steps(name) if "/checkout@" in step.get("uses", "")]
    assert len(checkouts) == len(workflow(name)["jobs"])
    assert all(step["with"] == {"persist-credentials": "false"} for step in checkouts)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_an_action_is_pinned(name: str) -> None:
    """An action of others is named by the commit, and its version stands beside it."""
    actions = [step["uses"] for step in steps(name) if "uses" in step]
    assert actions
    assert all(PINNED.fullmatch(action) for action in actions)


def test_every_script_is_called_by_a_job() -> None:
    """Each script of `.ci` is the command of one job for every change."""
    scripts = {
        f".ci/{path.relative_to(ROOT / '.ci').as_posix()}"
        for path in (ROOT / ".ci").rglob("*")
        if path.is_file() and path.read_bytes().startswith(b"#!")
    }
    assert {".ci/run", ".ci/browser/run", ".ci/wheel"} <= scripts
    assert all(os.access(ROOT / script, os.X_OK) for script in scripts)
    called = [words[0] for words in spoken("ci.yml") if words[0].startswith(".ci/")]
    assert sorted(called) == sorted(scripts)


def test_each_night_runs_what_takes_long() -> None:
    """The slow tests, the statistics with a seed of the night, and a siege with another."""
    words = [" ".join(each) for each in spoken("nightly.yml")]
    assert "pytest -n auto -m slow" in words
    assert any(each.startswith("lemmata certify ") and "--seed" in each for each in words)
    assert any(each.startswith("lemmata siege ") and "--seed" in each for each in words)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_commands_exist(name: str) -> None:
    """Every command of ours takes its options, and what is installed are extras that exist."""
    extras = {*PROJECT["project"]["optional-dependencies"]}
    checked = 0
    for words in spoken(name):
        match words:
            case ["lemmata", command, *arguments]:
                found = commands.commands[command]
                found.make_context(command, list(arguments), resilient_parsing=False)
            case ["pip", "install", "-c", constraints, "-e", target]:
                assert (ROOT / constraints).is_file()
                assert {*target.removeprefix(".[").removesuffix("]").split(",")} <= extras
            case ["pytest", "-n", "auto", "-m", marker]:
                assert any(each.startswith(f"{marker}:") for each in _markers())
            case [script] if script.startswith(".ci/"):
                assert (ROOT / script).is_file()
            case [system, *_]:
                assert system in ("apt-get", "sudo")
                continue
        checked += 1
    assert checked >= len(workflow(name)["jobs"])


def _markers() -> list[str]:
    return list(PROJECT["tool"]["pytest"]["markers"])


def test_a_command_that_does_not_exist_is_seen() -> None:
    """The options are really parsed: an unknown one, or a word that is no number, is refused."""
    siege = commands.commands["siege"]
    for arguments in (["--hours", "1"], ["--minutes", "an hour"]):
        with pytest.raises(click.UsageError):
            siege.make_context("siege", arguments)


@pytest.mark.parametrize(
    "text", ["a: 1\na: 2", "a:\n    b: 1\n  c: 2", "a: 1\n- b", "just words", "a:\n\tb: 1", ""]
)
def test_what_is_no_workflow_is_refused(text: str) -> None:
    """A key given twice, a wrong indent, a tab, or no mapping at all is no YAML of ours."""
    with pytest.raises(NotYamlError):
        parsed(text)


def test_what_is_read_is_what_stands_there() -> None:
    """Mappings, lists of scalars and of mappings, and blocks come out as YAML means them."""
    text = "a:\n  - x: 1\n    y:\n      z: 2\n  - plain\nb: |\n  one\n  two\nc:\nd: [e]"
    assert parsed(text) == {
        "a": [{"x": "1", "y": {"z": "2"}}, "plain"],
        "b": "one\ntwo",
        "c": None,
        "d": "[e]",
    }
