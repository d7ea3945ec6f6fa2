"""The pytest plugin: steps of documents are tests, and other runs do not notice it."""

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULE = "lemmata.pytest_plugin"
INSTALLED = bool(importlib.metadata.entry_points(group="pytest11", name="lemmata"))
NOTES = r"""# Notes

<!-- lemmata: claim=gaussian-kl -->

$$
\begin{aligned}
D_{KL}(q(z) \| p(z)) &= \int q(z) \log \frac{q(z)}{p(z)} dz \\
 &= -\frac12 \sum_{j=1}^m (1 + \log \sigma_j^2 - \mu_j^2 + \sigma_j^2)
\end{aligned}
$$
"""
UNREAD = "% lemmata:\n% [scalars]\n% a = {}\n\\[ a = \\frac{a \\]\n"
OPEN = "% lemmata:\n% [scalars]\n% a = {}\n\\[ a = a + 0 = \\foo{a} \\]\n"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a folder, with the plugin."""
    plugin = [] if INSTALLED else ["-p", MODULE]
    command = [sys.executable, "-m", "pytest", *plugin, "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=environment, check=False
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a wrong derivation, a right one, an open one, and files that ask nothing."""
    example = (ROOT / "examples" / "elbo.tex").read_text(encoding="utf-8")
    (tmp_path / "elbo.tex").write_text(example, encoding="utf-8")
    (tmp_path / "notes.md").write_text(NOTES, encoding="utf-8")
    (tmp_path / "open.tex").write_text(OPEN, encoding="utf-8")
    (tmp_path / "unread.tex").write_text(UNREAD, encoding="utf-8")
    (tmp_path / "README.md").write_text("about lemmata: nothing to check\n", encoding="utf-8")
    (tmp_path / "broken.tex").write_bytes(b"% lemmata:\n\xff\xfe")
    (tmp_path / "test_other.py").write_text("def test_one():\n    pass\n", encoding="utf-8")
    return tmp_path


def test_nothing_is_collected_unless_it_is_asked_for(folder: Path) -> None:
    """A run without the switch sees its own tests only."""
    done = run(folder, "-q", "--strict-markers")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_each_step_is_a_test(folder: Path) -> None:
    """Steps are named by lines; refuted and unreadable ones fail, undecided ones are skipped."""
    done = run(folder, "--lemmata", "-q", "-rfs", "--strict-markers")
    assert done.returncode == 1, done.stdout
    assert "FAILED elbo.tex::L13" in done.stdout
    assert "FAILED notes.md::L8" in done.stdout
    assert "FAILED unread.tex::L4" in done.stdout
    assert "3 failed, 5 passed, 1 skipped" in done.stdout
    assert "undecided (" in done.stdout


def test_a_failure_points_and_shows_the_counterexample(folder: Path) -> None:
    """The line, carets below the wrong member, the world, and what would mend it."""
    done = run(folder, "--lemmata", "-q", "notes.md")
    text = done.stdout
    assert f"{folder / 'notes.md'}:8:5: step 2 is refuted" in text
    line, carets = (
        next(each for each in text.splitlines() if mark in each) for mark in (r"&= -\frac12", "^^^")
    )
    start = line.index(r"-\frac12")
    assert carets.index("^") == start
    assert carets.rstrip() == " " * start + "^" * (len(line.rstrip()) - start)
    assert "right side = -1" in text
    assert "it would hold with one change: flip the sign of sigma_j^2" in text


def test_strict_runs_fail_what_is_undecided(folder: Path) -> None:
    """With the switch, a step that could not be decided fails and says why."""
    done = run(folder, "--lemmata", "--lemmata-strict", "-q", "open.tex")
    assert done.returncode == 1
    assert "step 2 is undecided (" in done.stdout


def test_the_same_verdicts_with_workers(folder: Path) -> None:
    """Under xdist the outcomes and their properties are the same, also in the test report."""
    outcomes = []
    for number, more in enumerate([(), ("-n", "2")]):
        report = folder / f"report-{number}.xml"
        run(folder, "--lemmata", "-q", f"--junitxml={report}", *more)
        suite = ET.fromstring(report.read_text(encoding="utf-8"))  # noqa: S314 - pytest's own
        outcomes.append(
            sorted(
                (case.get("name", ""), prop.get("value", ""))
                for case in suite.iter("testcase")
                for prop in case.iter("property")
                if prop.get("name") == "lemmata"
            )
        )
    assert outcomes[0] == outcomes[1]
    assert ("L13", "refuted:refuted") in outcomes[0]
    assert len(outcomes[0]) == 8


def test_files_can_be_named_in_the_settings(folder: Path) -> None:
    """The setting `lemmata_files` collects its patterns in every run."""
    (folder / "pytest.ini").write_text("[pytest]\nlemmata_files = elbo.tex\n", encoding="utf-8")
    done = run(folder, "-q")
    assert "1 failed, 3 passed" in done.stdout


def test_other_runs_load_nothing(folder: Path) -> None:
    """The plugin alone loads no judge and no algebra."""
    program = "import sys, lemmata.pytest_plugin; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    loaded = set(done.stdout.split())
    assert not {"lemmata.judge", "lemmata.kernel", "sympy", "torch", "flint"} & loaded
