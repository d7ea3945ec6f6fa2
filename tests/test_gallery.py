"""The gallery notebook runs, prints what it shows, and each value of it has a rich form."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = json.loads((ROOT / "docs" / "gallery.ipynb").read_text(encoding="utf-8"))
CODE = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
RICH = "print('rich' if '<div class=\"lemmata\">' in ({name})._repr_html_() else 'plain')"


def run(program: str) -> str:
    """The output of a program in a fresh Python."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_cells_print_what_they_show() -> None:
    """All cells, in order, in one fresh Python."""
    shown = "".join(output["text"] for cell in CODE for output in cell["outputs"])
    assert len(CODE) >= 4
    assert run("\n".join(cell["source"] for cell in CODE)) == shown


def test_the_values_have_a_rich_form() -> None:
    """The last line of each cell is a value that a notebook shows as formulas."""
    sources = [cell["source"] for cell in CODE]
    values = [source.splitlines()[-1] for source in sources[1:]]
    program = "\n".join([*sources, *(RICH.format(name=value) for value in values)])
    assert run(program).splitlines()[-len(values) :] == ["rich"] * len(values)
