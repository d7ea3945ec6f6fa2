"""What the tutorial and the how-to pages show is what happens: every command is run."""

import os
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from lemmata.checkers.explanations import explanations
from lemmata.cli import run_commands

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    "tutorial.md", "how-to.md", "grading.md", "certificates.md", "semantics.md", "numerics.md"
)  # fmt: skip
# Tests beside these run their programs; the README's are run by tests/house.
ELSEWHERE = {"declarations.md", "numerics.md", "properties.md", "verdicts.md"}
FENCE = re.compile(
    r"^```(\w*)[ \t]*(?:file=(\S+))?[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL
)
MAY_FAIL = (0, 1, 3)


def run(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The output of one command line in this folder."""
    program, *arguments = shlex.split(command)
    assert program == "lemmata"
    capsys.readouterr()
    code = run_commands(arguments)
    captured = capsys.readouterr()
    assert code in MAY_FAIL, captured.err
    return captured.out.replace("\r\n", "\n")


def run_program(content: str, folder: Path) -> str:
    """The output of a Python program in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", content],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def expected(text: str) -> re.Pattern[str]:
    """An output in which `...` on its own line stands for lines, and elsewhere for part of one."""
    parts = []
    for line in text.splitlines():
        shown = ".*".join(map(re.escape, line.split("...")))
        parts.append(r"(?:.*\n)*" if line == "..." else shown + r"\n")
    return re.compile("".join(parts))


@pytest.mark.parametrize("name", PAGES)
def test_every_example_prints_what_the_page_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files are written as shown, commands and programs are run; their output is the page's."""
    monkeypatch.chdir(tmp_path)
    examples = 0
    blocks = FENCE.findall((ROOT / "docs" / name).read_text("utf-8"))
    for (language, file, content), after in pairwise([*blocks, ("", "", "")]):
        if file:
            target = tmp_path / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
        if language == "python" and name not in ELSEWHERE:
            examples += 1
            assert after[0] == "text", f"what does it print?\n{content}"
            found = run_program(content, tmp_path)
            assert expected(after[2]).fullmatch(found), f"{content}\n{found}"
        if language != "console":
            continue
        for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", content, re.MULTILINE):
            if command.startswith("pytest"):
                continue  # tests/test_pytest_plugin.py runs the plugin
            examples += 1
            found = run(command, capsys)
            assert expected(output).fullmatch(found), f"{command}\n{found}"
    assert examples >= 1


def test_no_page_shows_what_nobody_runs() -> None:
    """A page with programs or commands is run here or beside what it is about."""
    for page in (ROOT / "docs").glob("*.md"):
        languages = {language for language, _, _ in FENCE.findall(page.read_text("utf-8"))}
        assert page.name in PAGES or "console" not in languages
        assert page.name in {*PAGES, *ELSEWHERE} or "python" not in languages


def test_the_comparison_can_fail() -> None:
    """Another line, a missing line and a line too many are noticed."""
    pattern = expected("a\n...\nb ... d\n")
    assert pattern.fullmatch("a\nx\ny\nb c d\n")
    assert pattern.fullmatch("a\nb c d\n")
    for other in ("a\nb c\n", "a\n", "z\nb c d\n", "a\nb c d\ne\n"):
        assert not pattern.fullmatch(other)


def test_the_pages_are_built(tmp_path: Path) -> None:
    """Every page, rule, outcome and cause has its HTML, and links between them lead somewhere."""
    done = subprocess.run(
        [sys.executable, "scripts/build_docs.py", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name in explanations():
        assert (tmp_path / "reference" / f"{name}.html").is_file()
    jensen = (tmp_path / "reference" / "jensen.html").read_text(encoding="utf-8")
    assert "<dt>refuses</dt>" in jensen
    for built in tmp_path.rglob("*.html"):
        for link in re.findall(
            r'href="([^":#]+\.(?:html|ipynb))', built.read_text(encoding="utf-8")
        ):
            assert (built.parent / link).resolve().is_file(), f"{built.name}: {link}"
