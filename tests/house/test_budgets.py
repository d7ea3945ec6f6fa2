"""The trusted base stays within its budgets, and a budget that is exceeded is reported."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = """
[tool.lemmata.budgets]
file = 20
rule = 4

[[tool.lemmata.trusted]]
group = "re-checker"
files = ["lemmata/kernel/recheck.py"]
code = 2

[[tool.lemmata.trusted]]
group = "calculus"
files = ["lemmata/kernel/**/*.py"]
code = 6
"""


def trusted_base(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the script on a checkout."""
    script = ROOT / "scripts" / "trusted_base.py"
    return subprocess.run(
        [sys.executable, script, "--check", "--root", root],
        capture_output=True,
        text=True,
        check=False,
    )


def write(root: Path, files: dict[str, str]) -> None:
    """Write a checkout of a few files with small budgets."""
    for name, source in {**files, "pyproject.toml": SETTINGS}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")


def test_budgets_hold() -> None:
    """The trusted base of this checkout is within its budgets."""
    outcome = trusted_base(ROOT)
    assert outcome.returncode == 0, outcome.stderr


def test_only_code_counts(tmp_path: Path) -> None:
    """Blanks, comments and docstrings are free; a long literal costs all its lines."""
    source = (
        '"""Title.\n\nText.\n"""\n\n# why\nx = [\n    1,  # one\n]\n\n\ndef f():\n    """Two."""\n'
    )
    write(tmp_path, {"lemmata/kernel/a.py": source + "    return 2\n"})
    outcome = trusted_base(tmp_path)
    assert outcome.returncode == 0, outcome.stderr
    row = next(line for line in outcome.stdout.splitlines() if "lemmata/kernel/a.py" in line)
    assert row.split() == ["lemmata/kernel/a.py", "5", "14"]


@pytest.mark.parametrize(
    ("files", "reported"),
    [
        (
            {"lemmata/kernel/a.py": "x = 1\n" * 5, "lemmata/kernel/rules/b.py": "x = 1\n" * 2},
            "calculus: 7 code lines, budget 6",
        ),
        ({"lemmata/kernel/recheck.py": "x = 1\n" * 3}, "re-checker: 3 code lines, budget 2"),
        ({"lemmata/cli.py": "\n" * 21}, "lemmata/cli.py: 21 lines, budget of a file 20"),
        (
            {"lemmata/kernel/a.py": "@rule\ndef jensen():\n" + "    x = 1\n" * 4},
            "lemmata/kernel/a.py: rule jensen: 5 lines, budget 4",
        ),
        (
            {"lemmata/judge.py": "@rules.rule(name='x')\ndef jensen():\n" + "    x = 1\n" * 4},
            "lemmata/judge.py: rule jensen: 5 lines, budget 4",
        ),
    ],
)
def test_a_budget_that_is_exceeded_is_reported(
    tmp_path: Path, files: dict[str, str], reported: str
) -> None:
    """One line too many in a group, a file or a rule ends with 1 and says which."""
    write(tmp_path, files)
    outcome = trusted_base(tmp_path)
    assert outcome.returncode == 1
    assert f"over budget: {reported}" in outcome.stderr


def test_a_file_counts_once(tmp_path: Path) -> None:
    """A file belongs to the first group that names it, and a full group is still within budget."""
    write(
        tmp_path,
        {"lemmata/kernel/recheck.py": "x = 1\n" * 2, "lemmata/kernel/a.py": "x = 1\n" * 6},
    )
    outcome = trusted_base(tmp_path)
    assert outcome.returncode == 0, outcome.stderr
    assert "together" in outcome.stdout
    assert outcome.stdout.split("together")[1].split()[0] == "8"
