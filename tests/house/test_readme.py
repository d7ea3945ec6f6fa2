"""What the README shows is what the program prints."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_is_the_file() -> None:
    """The derivation in the README is the file in `examples`, to the letter."""
    shown = re.search(r"```latex\n(.*?)\n```", README, re.DOTALL)

    assert shown is not None
    assert shown.group(1) == (ROOT / "examples" / "elbo.tex").read_text(encoding="utf-8").rstrip()


def test_the_output_is_real() -> None:
    """The output in the README is what `lemmata check` prints for the example."""
    shown = re.search(r"\$ lemmata check examples/elbo.tex\n(.*?)\n```", README, re.DOTALL)
    command = [sys.executable, "-m", "lemmata", "check", "examples/elbo.tex"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert shown is not None
    assert run.stdout.rstrip() == shown.group(1)
    assert run.returncode == 1
