"""LaTeX to PDF, by what is installed."""

import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

LONGEST_RUN = 600  # seconds; a report takes a few
RUNS = 2  # of plain pdflatex: the second knows the numbers of the pages
MISSING = (
    "a PDF needs latexmk or pdflatex, and neither is installed. On Debian and Ubuntu: "
    "apt-get install texlive-latex-recommended latexmk; on macOS: brew install --cask basictex; "
    "or compile the file of --latex elsewhere"
)


class NoPdfError(Exception):
    """A PDF could not be made; the message says why and what to do."""


def write_pdf(latex: str, target: Path) -> None:
    """Compile LaTeX and put the PDF in its place.

    Raises:
        NoPdfError: No LaTeX is installed, it takes too long, or it reports an error.
        OSError: The file cannot be written.
    """
    quiet = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "report.tex"]
    latexmk, pdflatex = shutil.which("latexmk"), shutil.which("pdflatex")
    if latexmk and pdflatex:
        commands = [[latexmk, "-pdf", *quiet]]
    elif pdflatex:
        commands = [[pdflatex, *quiet]] * RUNS
    else:
        raise NoPdfError(MISSING)
    with TemporaryDirectory() as folder:
        Path(folder, "report.tex").write_text(latex, encoding="utf-8")
        for command in commands:
            _run(command, folder)
        shutil.copyfile(Path(folder, "report.pdf"), target)


def _run(command: list[str], folder: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - a compiler found on the path, on a file of our own
            command, cwd=folder, capture_output=True, timeout=LONGEST_RUN, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NoPdfError(f"{command[0]} took longer than {LONGEST_RUN} seconds") from error
    if done.returncode:
        log = (done.stdout + done.stderr).decode("utf-8", "replace")
        found = re.search(r"^! .*(?:\n.*){0,3}", log, re.MULTILINE)
        raise NoPdfError(f"{command[0]} failed: {found.group() if found else log[-400:]}")
