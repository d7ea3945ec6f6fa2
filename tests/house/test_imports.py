"""Starting the command line loads nothing heavy, and the probe that says so can fail."""

import subprocess
import sys

import pytest

HEAVY = {"sympy", "torch", "numpy", "scipy", "hypothesis", "pytest", "mpmath", "flint"}


def loaded_by(*arguments: str) -> set[str]:
    """The top packages that a fresh Python loads for a command line."""
    outcome = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line for line in outcome.stderr.splitlines() if line.startswith("import time:")]
    return {row.rpartition("|")[2].strip().partition(".")[0] for row in rows}


def test_help_loads_nothing_heavy() -> None:
    """`lemmata --help` imports neither SymPy nor torch, nor anything else that is slow to load."""
    loaded = loaded_by("-m", "lemmata", "--help")
    assert "click" in loaded
    assert loaded & HEAVY == set()


def test_the_package_loads_only_itself() -> None:
    """`import lemmata` loads no package from outside the standard library."""
    nothing = loaded_by("-c", "")
    assert loaded_by("-c", "import lemmata") - nothing <= {"lemmata", *sys.stdlib_module_names}


@pytest.mark.parametrize(
    "program", ["import sympy", "import importlib; importlib.import_module('sympy.core')"]
)
def test_the_probe_sees_what_is_loaded(program: str) -> None:
    """A program that loads SymPy, by statement or by name, is seen to."""
    assert {"sympy", "mpmath"} <= loaded_by("-c", program) & HEAVY
