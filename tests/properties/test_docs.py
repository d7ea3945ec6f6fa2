"""The examples of docs/properties.md run, and print what it says."""

import contextlib
import io
import re
import runpy
from pathlib import Path

import pytest

import lemmata.properties as public
from lemmata.properties.attacks import ATTACKS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "properties.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", TEXT, re.DOTALL)


@pytest.mark.parametrize(("code", "shown"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_prints_what_is_shown(code: str, shown: str, tmp_path: Path) -> None:
    """Each example is run as a program of its own."""
    file = tmp_path / "example.py"
    file.write_text(code, "utf-8")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        runpy.run_path(str(file))
    assert printed.getvalue() == shown


def test_every_strategy_and_attack_is_described() -> None:
    """The tables of the page name everything."""
    assert len(EXAMPLES) == TEXT.count("```python")
    assert not [name for name in public.__all__ if name not in TEXT]
    assert not [name for name in ATTACKS if f"| {name} |" not in TEXT]
