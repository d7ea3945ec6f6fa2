"""Ready-made folders for grading platforms: what `lemmata new` writes."""

from collections.abc import Iterator
from pathlib import Path

from lemmata import __version__

SETUP = f"""#!/usr/bin/env bash
# Runs once, when Gradescope builds the image.
set -euo pipefail
apt-get update
apt-get install -y --no-install-recommends python3 python3-pip python3-venv
python3 -m venv /autograder/lemmata
/autograder/lemmata/bin/pip install --no-cache-dir 'lemmata=={__version__}'
"""

RUN = """#!/usr/bin/env bash
# Runs for each submission. A submission holds one file for each question, named after it:
# gaussian-kl.tex, elbo.tex, ... (LaTeX), or .txt (keyboard text).
set -uo pipefail
base="${AUTOGRADER:-/autograder}"
lemmata="${LEMMATA:-$base/lemmata/bin/lemmata}"
mkdir -p "$base/results"
results="$base/results/results.json"
# Whatever stops the run, something valid stands there, and it is no pass.
"$lemmata" export - --to gradescope --out "$results" < /dev/null
"$lemmata" grade "$base/submission" --jobs 1 > "$base/graded.jsonl"
points="$base/source/points.json"
"$lemmata" export "$base/graded.jsonl" --to gradescope --points "$points" --out "$results"
"""

POINTS = """{
  "gaussian-kl": 2,
  "elbo": 3
}
"""

PRAIRIELEARN = """#!/usr/bin/env bash
# The entry point of an image with Lemmata in it. /grade/student holds one file for each question.
set -uo pipefail
base="${GRADE:-/grade}"
mkdir -p "$base/results"
lemmata export - --to prairielearn --out "$base/results/results.json" < /dev/null
lemmata grade "$base/student" --jobs 1 > "$base/graded.jsonl"
lemmata export "$base/graded.jsonl" --to prairielearn --out "$base/results/results.json"
"""

DOCKERFILE = f"""FROM python:3.12-slim
RUN pip install --no-cache-dir 'lemmata=={__version__}'
COPY run.sh /run.sh
RUN chmod +x /run.sh
ENTRYPOINT ["/run.sh"]
"""

CLASSROOM = f'''"""Grades the answers of a submission with Lemmata, for Classroom 50."""

import subprocess
import sys

subprocess.run(
    [sys.executable, "-m", "pip", "install", "--quiet", "--user", "lemmata=={__version__}"],
    check=True,
)
lemmata = [sys.executable, "-m", "lemmata"]
with open("graded.jsonl", "wb") as results:
    done = subprocess.run([*lemmata, "grade", "."], stdout=results, check=False)
if done.returncode not in (0, 4):
    sys.exit(done.returncode)
to = ["--to", "classroom50", "--out", "result.json"]
sys.exit(subprocess.run([*lemmata, "export", "graded.jsonl", *to], check=False).returncode)
'''

README = """# {title}

Made by `lemmata new {kind}`. {words}

Answers that Lemmata could not decide are neither right nor wrong: they are marked for a person to
look at.
"""

FOLDERS: dict[str, dict[str, str]] = {
    "gradescope": {
        "setup.sh": SETUP,
        "run_autograder": RUN,
        "points.json": POINTS,
        "README.md": README.format(
            title="A Gradescope autograder",
            kind="gradescope",
            words="Put the questions and their points into `points.json`, zip the files (not the "
            "folder), and upload the archive.",
        ),
    },
    "prairielearn": {
        "Dockerfile": DOCKERFILE,
        "run.sh": PRAIRIELEARN,
        "README.md": README.format(
            title="A PrairieLearn grader",
            kind="prairielearn",
            words="Build the image, and name it in the `externalGradingOptions` of a question.",
        ),
    },
    "classroom50": {
        "autograder.py": CLASSROOM,
        "README.md": README.format(
            title="A Classroom 50 autograder",
            kind="classroom50",
            words="Put `autograder.py` into the folder of an assignment's autograders.",
        ),
    },
}
EXECUTABLE = 0o755


def write_folder(kind: str, folder: Path) -> Iterator[Path]:
    """Write the files of one kind of autograder, and yield each.

    Raises:
        FileExistsError: A file of that name is there already; nothing is overwritten.
        OSError: A file cannot be written.
    """
    targets = {folder / name: text for name, text in FOLDERS[kind].items()}
    for target in targets:
        if target.exists():
            raise FileExistsError(17, "is there already; nothing was written", str(target))
    folder.mkdir(parents=True, exist_ok=True)
    for target, text in targets.items():
        target.write_text(text, encoding="utf-8")
        if text.startswith("#!"):
            target.chmod(EXECUTABLE)
        yield target
