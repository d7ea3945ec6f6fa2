"""The command line: exit codes, and messages that say what to do next."""

import subprocess
import sys
from pathlib import Path

import pytest

from lemmata import __version__
from lemmata.cli import INTERNAL_ERROR, commands, run_commands


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run one command line: its exit code, output and error output."""
    code = run_commands(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`lemmata --version` names the version."""
    code, out, _ = run(capsys, "--version")
    assert code == 0
    assert __version__ in out


@pytest.mark.parametrize("command", ["certify", "check", "explain", "grade", "list"])
def test_each_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """Each command of the contract exists and says in one line what it does."""
    code, out, _ = run(capsys, command, "--help")
    assert code == 0
    assert f"Usage: lemmata {command}" in out
    assert commands.commands[command].get_short_help_str()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chek"], "there is no command 'chek'; did you mean check?"),
        (["check"], "Missing argument 'FILE'"),
        (["check", "x", "--outputformat", "json"], "--output-format"),
        (["check", "x", "--kind", "poem"], "'poem' is not one of"),
        (["check", "x", "--sheet", "a", "--declare", "b"], "exclude each other; give one"),
        (["certify", "--jobs", "0"], "0 is not in the range"),
        (["explain", "budgt"], "nothing is called 'budgt'; did you mean budget?"),
    ],
)
def test_a_wrong_command_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """Wrong usage ends with 2, without a traceback, and names what was meant or allowed."""
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert said in err
    assert "Traceback" not in err


def test_a_cause_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """A cause is explained with what to do about it."""
    code, out, _ = run(capsys, "explain", "budget")
    assert code == 0
    assert out == (
        "budget: undecided, because: a deterministic limit was reached: the same on every machine\n"
        "What to do: split the step\n"
    )


def test_a_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """A rule is explained by what it states, assumes and refuses, with an example."""
    code, out, _ = run(capsys, "explain", "conditional_density")
    assert code == 0
    assert out.startswith("conditional_density: ")
    assert all(f"\n{field}: " in out for field in ("Statement", "Assumes", "Refuses", "Example"))


def test_an_internal_error_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure of Lemmata itself ends with 4 and one line that says where and how to report it."""

    def fail() -> None:
        raise ZeroDivisionError("one\ntwo")

    monkeypatch.setattr(commands.commands["explain"], "callback", lambda **_: fail())
    code, out, err = run(capsys, "explain", "budget")
    assert code == INTERNAL_ERROR
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("lemmata: internal error at test_cli.py:")
    assert "ZeroDivisionError: one two" in err
    assert "please report" in err


def test_the_installed_command_is_this_one() -> None:
    """The script and the module run the same command line."""
    script = Path(sys.executable).with_name("lemmata")
    outputs = [
        subprocess.run([*command, "explain", "nothing"], capture_output=True, check=False)
        for command in ([str(script)], [sys.executable, "-m", "lemmata"])
    ]
    assert outputs[0].returncode == outputs[1].returncode == 2
    assert outputs[0].stderr == outputs[1].stderr
