"""The examples in the documentation run, and print what it says."""

import contextlib
import io
import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "numerics.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)
TITLES = re.findall(r"^from lemmata.numerics import (.*)$", TEXT, re.MULTILINE)


def without_numbers(text: str) -> str:
    """The text with every number replaced: draws differ between versions of torch."""
    return re.sub(r"[-+]?\d[\w.+-]*", "#", text)


@pytest.mark.parametrize(("code", "shown"), EXAMPLES, ids=TITLES)
def test_an_example_prints_what_is_shown(code: str, shown: str, tmp_path: Path) -> None:
    """Each example is run as a program of its own."""
    file = tmp_path / "example.py"
    file.write_text(code, encoding="utf-8")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        runpy.run_path(str(file))

    assert without_numbers(printed.getvalue()) == without_numbers(shown)


def test_every_python_block_is_an_example() -> None:
    """No code is shown without what it prints."""
    assert len(EXAMPLES) == TEXT.count("```python") == len(TITLES)


def test_every_public_check_is_described() -> None:
    """The table of the page names each function."""
    from lemmata import numerics

    checks = [name for name in numerics.__all__ if name.startswith("check_")]

    assert checks
    assert all(f"`{name}(" in TEXT for name in checks)
