"""The gallery notebook runs, prints what it shows, and each value of it has a rich form."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = json.loads((ROOT / "docs" / "gallery.ipynb").read_text(encoding="utf-8"))
CODE = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
RICH = "print('rich' if '<div class=\"lemmata\">' in ({name})._repr_html_() else 'plain')"


SOURCES = [cell["source"] for cell in CODE]
VALUES = [source.splitlines()[-1] for source in SOURCES[1:]]


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """What all cells print, in order, in one fresh Python; then how each value is shown."""
    program = "\n".join([*SOURCES, *(RICH.format(name=value) for value in VALUES)])
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_cells_print_what_they_show(printed: list[str]) -> None:
    """The output that the notebook holds is that of its cells."""
    shown = "".join(output["text"] for cell in CODE for output in cell["outputs"])
    assert len(CODE) >= 4
    assert printed[: -len(VALUES)] == shown.splitlines()


def test_the_values_have_a_rich_form(printed: list[str]) -> None:
    """The last line of each cell is a value that a notebook shows as formulas or tables."""
    assert printed[-len(VALUES) :] == ["rich"] * len(VALUES)
