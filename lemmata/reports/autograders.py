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

# What both scripts do once they know where the answers and the points are.
GRADE = """results="$base/results/results.json"
mkdir -p "$base/results" "$answers"
own=()
if [ -d "$sheets" ]; then own=(--sheets "$sheets"); fi
# Whatever stops the run, something valid stands there, and it is no pass.
"$lemmata" export - --to "$platform" --out "$results" < /dev/null
"$lemmata" grade "$answers" "${own[@]}" --jobs 1 > "$base/graded.jsonl"
graded=$?
# 4 says that Lemmata failed on an answer, which is then not decided; else it was stopped.
if [ "$graded" != 0 ] && [ "$graded" != 4 ]; then exit; fi
"$lemmata" export "$base/graded.jsonl" "${own[@]}" \\
    --to "$platform" --points "$points" --out "$results"
"""

RUN = (
    """#!/usr/bin/env bash
# Runs for each submission. A submission holds one file for each question, named after it:
# gaussian-kl.tex, vae-elbo.tex, ... (LaTeX), or .txt (keyboard text).
set -uo pipefail
base="${AUTOGRADER:-/autograder}"
lemmata="${LEMMATA:-$base/lemmata/bin/lemmata}"
platform=gradescope answers="$base/submission"
points="$base/source/points.json" sheets="$base/source/sheets"
"""
    + GRADE
)

PRAIRIELEARN = (
    """#!/usr/bin/env bash
# The entry point of an image with Lemmata in it. /grade/student holds one file for each question,
# named after it: gaussian-kl.tex (LaTeX), or .txt (keyboard text); /grade/tests holds points.json.
set -uo pipefail
base="${GRADE:-/grade}"
lemmata="${LEMMATA:-lemmata}"
platform=prairielearn answers="$base/student"
points="$base/tests/points.json" sheets="$base/tests/sheets"
"""
    + GRADE
)

POINTS = """{
  "gaussian-kl": 2,
  "vae-elbo": 3
}
"""

DOCKERFILE = f"""FROM python:3.12-slim
RUN pip install --no-cache-dir 'lemmata=={__version__}'
COPY run.sh /run.sh
RUN chmod +x /run.sh
ENTRYPOINT ["/run.sh"]
"""

CLASSROOM = f'''"""Grades the answers of a submission with Lemmata, for Classroom 50."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

# It runs in the student's checkout: -P keeps Python from importing what lies there.
PYTHON = [sys.executable, "-P", "-m"]
LEMMATA = [*PYTHON, "lemmata"]
POINTS = Path(__file__).with_name("points.json")
SHEETS = Path(__file__).with_name("sheets")
OWN = ["--sheets", SHEETS] if SHEETS.is_dir() else []
FAILED_ON_AN_ANSWER = 4  # which is then not decided

subprocess.run([*PYTHON, "pip", "install", "--quiet", "lemmata=={__version__}"], check=True)
commit = subprocess.run(
    ["git", "-c", "safe.directory=*", "log", "-1", "--format=%cd", "--date=format-local:%FT%TZ"],
    env=os.environ | {{"TZ": "UTC"}},
    stdout=subprocess.PIPE,
    text=True,
    check=True,
)
os.environ["SUBMITTED_AT"] = commit.stdout.strip()

with tempfile.TemporaryDirectory() as scratch:
    graded = Path(scratch, "graded.jsonl")
    with graded.open("wb") as results:
        done = subprocess.run([*LEMMATA, "grade", ".", *OWN], stdout=results, check=False)
    if done.returncode not in (0, FAILED_ON_AN_ANSWER):
        sys.exit(done.returncode)
    for kind, name in (("classroom50", "result.json"), ("markdown", "release-body.md")):
        export = [*LEMMATA, "export", graded, *OWN, "--points", POINTS]
        subprocess.run([*export, "--to", kind, "--out", name], check=True)

result = json.loads(Path("result.json").read_text(encoding="utf-8"))
status = "success" if all(test["passed"] for test in result["tests"]) else "failure"
if "GITHUB_OUTPUT" in os.environ:
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as outputs:
        outputs.write(f"status={{status}}\\nsummary={{result['summary']}}\\n")
'''

README = """# {title}

Made by `lemmata new {kind}`. {words}

`points.json` says what is asked and what it is worth, by the names that `lemmata list` shows. An
answer is a file named after its question, such as `gaussian-kl.tex`. A question without a file
earns nothing; a file that answers nothing of `points.json` counts nothing. Questions of your own
are sheets in a folder `sheets` beside `points.json`, each named after its question.

Answers that Lemmata could not decide are neither right nor wrong: they are marked for a person to
look at.
"""

IN_A_QUESTION = """Build the image, push it, and name it in the `info.json` of a question:

```json
"gradingMethod": "External",
"externalGradingOptions": {
  "enabled": true,
  "image": "your-registry/lemmata",
  "timeout": 120
}
```

Put `points.json` into the `tests` folder of the question. Its `question.html` takes the answers:

```html
<pl-question-panel><pl-file-editor file-name="gaussian-kl.tex"></pl-file-editor></pl-question-panel>
<pl-submission-panel><pl-external-grader-results></pl-external-grader-results></pl-submission-panel>
```

The default time limit of 30 seconds is too short for a hard answer."""

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
        "points.json": POINTS,
        "README.md": README.format(
            title="A PrairieLearn grader",
            kind="prairielearn",
            words=IN_A_QUESTION,
        ),
    },
    "classroom50": {
        "autograder.py": CLASSROOM,
        "points.json": POINTS,
        "README.md": README.format(
            title="A Classroom 50 autograder",
            kind="classroom50",
            words="Put `autograder.py` and `points.json` into the folder of the assignment, "
            "`CLASSROOM/autograders/ASSIGNMENT`.",
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
