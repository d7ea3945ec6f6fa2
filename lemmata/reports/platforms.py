"""Results in the forms of grading platforms: Gradescope, PrairieLearn, Classroom 50, gradebooks.

Each writer is a pure function from the objects that `lemmata grade` writes. One table, `mark`,
says what an outcome means everywhere:

| outcome                          | mark   | Gradescope    | PrairieLearn    | Classroom 50       |
|----------------------------------|--------|---------------|-----------------|--------------------|
| proved or confirmed, full score  | full   | score, passed | points          | passed             |
| refuted, or the goal not reached | lost   | score, failed | points, message | not passed         |
| undecided                        | review | no score, tag | neutral         | not passed, status |
| unreadable                       | format | no score, tag | `format_errors` | not passed, status |
| killed, conflict, sandbox        | grader | no score, tag | neutral         | not passed, status |
| asked, and nothing handed in     | none   | zero, failed  | points, message | not passed, status |

So nothing undecided is ever a pass, nor a zero without a word; a person is asked to look. Points
say what is asked: what they do not name counts nothing, and of two answers to one question none is
chosen.

Sources: gradescope/autograder_samples docs/specs.md; PrairieLearn docs/externalGrading.md;
foundation50/classroom50 wiki/Advanced-Autograding.md; docs.moodle.org, Grade import.
"""

import csv
import html
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any, Literal, TypeAlias

from lemmata.checkers.tasks import FORMATS

Record: TypeAlias = Mapping[str, Any]
Mark: TypeAlias = Literal["full", "lost", "none", "review", "format", "grader"]

GRADER_FAULTS = frozenset({"killed", "conflict", "sandbox"})
TAGS: dict[Mark, tuple[str, ...]] = {
    "full": (),
    "lost": (),
    "none": ("no-answer",),
    "review": ("needs-review",),
    "format": ("needs-review", "format"),
    "grader": ("needs-review", "grader-error"),
}
WORDS: dict[Mark, str] = {
    "full": "right",
    "lost": "not right",
    "none": "missing: nothing was handed in",
    "review": "not decided; a person will look at it",
    "format": "not readable; see where, and hand it in again or ask",
    "grader": "not graded, through no fault of its own; a person will look at it",
}
LARGEST_PRAIRIELEARN = 1_000_000
LONGEST_OUTPUT = 8_000
ENDINGS = ", ".join(FORMATS)
LONGEST_NAME = 200
# What a terminal, a log or a form would take for more than text, but for the end of a line.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Graded:
    """One answer: its name, what it earned of what it is worth, and what to say about it."""

    name: str
    mark: Mark
    earned: float
    worth: float
    output: str
    record: Record

    @property
    def decided(self) -> bool:
        """Whether the points are the answer's own."""
        return self.mark in ("full", "lost", "none")


@dataclass(frozen=True, slots=True)
class Submission:
    """What one submission holds of what is asked, and the names of what nobody asked for."""

    answers: tuple[Graded, ...]
    not_asked: tuple[str, ...] = ()

    @property
    def judged(self) -> bool:
        """Whether any answer was handed in and decided."""
        return any(each.mark in ("full", "lost") for each in self.answers)

    def summary(self) -> str:
        """A line about the whole, which names what a person must look at."""
        if not self.answers:
            return "No answer was graded. A person will look at it."
        right = sum(each.mark == "full" for each in self.answers)
        text = f"{right} of {len(self.answers)} answers {'is' if right == 1 else 'are'} right."
        if missing := [each.name for each in self.answers if each.mark == "none"]:
            text += f" Nothing was handed in for: {_listed(missing)}."
        if waiting := [each.name for each in self.answers if not each.decided]:
            text += f" Not decided, neither right nor wrong: {_listed(waiting)}."
            text += " They have no points until a person has looked at them."
        if self.not_asked:
            text += f" Not asked, and not counted: {_listed(self.not_asked)}."
        return text


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")


def mark(record: Record) -> Mark:
    """What the outcome of an answer means."""
    if record.get("verdict") == "undecided":
        cause = record.get("cause")
        return (
            "format" if cause == "unreadable" else "grader" if cause in GRADER_FAULTS else "review"
        )
    score = record.get("score")
    if score is None:
        return "review"
    return "full" if score >= 1 else "lost"


def graded(records: Sequence[Record], points: Mapping[str, float] | None = None) -> list[Graded]:
    """The answers with their points; each is worth 1 unless `points` says otherwise by claim."""
    worths = points or {}
    return [
        _graded(record, number, worths.get(str(record.get("claim")), 1.0))
        for number, record in enumerate(records, start=1)
    ]


def submission(records: Sequence[Record], points: Mapping[str, float] | None = None) -> Submission:
    """What one submission earns: what `points` names is asked; without them, what was handed in."""
    if not points:
        return Submission(tuple(graded(records)))
    handed_in: dict[str, list[Graded]] = {}
    for each in graded(records, points):
        handed_in.setdefault(str(each.record.get("claim")), []).append(each)
    answers = []
    for claim, worth in points.items():
        found = handed_in.pop(claim, [])
        if len(found) == 1:
            answers.append(found[0])
        elif found:
            words = f"There are {len(found)} answers to this question; leave one, and hand it in."
            answers.append(Graded(claim, "format", 0.0, worth, words, {"verdict": "undecided"}))
        else:
            words = f"Nothing was handed in: no file is named {claim}{ENDINGS}."
            answers.append(Graded(claim, "none", 0.0, worth, words, {"verdict": "missing"}))
    others = tuple(each.name for group in handed_in.values() for each in group)
    return Submission(tuple(answers), others)


def _graded(record: Record, number: int, worth: float) -> Graded:
    kind = mark(record)
    name = record.get("id") or record.get("claim") or f"answer {record.get('line', number)}"
    earned = worth * float(record.get("score") or 0.0) if kind in ("full", "lost") else 0.0
    shown = " ".join(CONTROL.sub(" ", str(name)).split())[:LONGEST_NAME] or f"answer {number}"
    return Graded(shown, kind, earned, float(worth), _output(record, kind), record)


def _output(record: Record, kind: Mark) -> str:
    """What a student reads: the reading, and why it is wrong or not decided."""
    lines = []
    if record.get("first_wrong_step") is not None:
        lines.append(f"Step {record['first_wrong_step']} is the first that is wrong.")
    if record.get("reaches_goal") is False:
        lines.append("It does not start and end where the question asks.")
    if record.get("message"):
        lines.append(str(record["message"]))
    if record.get("read_as"):
        lines.append(f"Read as: {record['read_as']}")
    if not lines or kind not in ("full", "lost"):
        lines.insert(0, f"This answer is {WORDS[kind]}." if kind != "full" else "Right.")
    return CONTROL.sub(" ", "\n".join(lines))[:LONGEST_OUTPUT]


# ------------------------------------------------------------------------------ Gradescope


def gradescope(
    records: Sequence[Record], points: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """The content of Gradescope's `results.json`."""
    found = submission(records, points)
    tests = []
    for number, each in enumerate(found.answers, start=1):
        test: dict[str, Any] = {
            "name": each.name,
            "number": str(number),
            "max_score": each.worth,
            "output": each.output,
            "output_format": "text",
            "visibility": "visible",
            "tags": list(TAGS[each.mark]),
            "extra_data": {
                "verdict": each.record.get("verdict"),
                "cause": each.record.get("cause"),
            },
        }
        if each.decided:
            test["score"] = each.earned
            test["status"] = "passed" if each.mark == "full" else "failed"
        tests.append(test)
    content: dict[str, Any] = {
        "output": found.summary(),
        "output_format": "text",
        "visibility": "visible",
        "tests": tests,
        "extra_data": {"schema": 1, "undecided": sum(not each.decided for each in found.answers)},
    }
    if not any(each.decided for each in found.answers):
        # Gradescope takes no result without any score; the output beside it says what it means.
        content["score"] = 0.0
    return content


# ------------------------------------------------------------------------------ PrairieLearn


def prairielearn(
    records: Sequence[Record], points: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """The content of PrairieLearn's `results.json`.

    Where nothing could be decided the submission is not gradable: no points, no attempt lost. It
    takes a file of a limited size, so many answers share what can be said of them.
    """
    found = submission(records, points)
    answers = found.answers
    longest = LARGEST_PRAIRIELEARN // (8 * max(1, len(answers)))  # a letter has up to four bytes
    if not found.judged:
        problems = [f"{each.name}: {each.output[:longest]}" for each in answers]
        return {
            "gradable": False,
            "message": found.summary(),
            "format_errors": problems or ["there is no answer"],
        }
    worth = sum(each.worth for each in answers)
    tests = [
        {
            "name": each.name,
            "description": WORDS[each.mark],
            "points": each.earned,
            "max_points": each.worth if each.decided else 0,  # shown as neutral
            "message": each.output[:longest] if each.mark != "full" else "",
            "output": "",
        }
        for each in answers
    ]
    score = sum(each.earned for each in answers) / worth if worth else 0.0
    return {"gradable": True, "score": score, "message": found.summary(), "tests": tests}


# ------------------------------------------------------------------------------ Classroom 50

IDENTITY = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}


def classroom50(
    records: Sequence[Record],
    environment: Mapping[str, str],
    submitted: str,
    points: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """The content of Classroom 50's `result.json`.

    Args:
        records: The results.
        environment: The variables that its runner sets.
        submitted: When the commit was made, as `2026-06-01T14:32:01Z`.
        points: What each question is worth; rounded to whole points.

    Raises:
        KeyError: A variable of the runner is not set.
    """
    found = submission(records, points)
    fallback = {"REVIEW_URL": "COMMIT_URL"}
    identity = {
        field: environment.get(name) or environment[fallback.get(name, name)]
        for field, name in IDENTITY.items()
    }
    tests = []
    for each in found.answers:
        worth = max(1, round(each.worth))
        test: dict[str, Any] = {
            "test-name": each.name,
            "passed": each.mark == "full",
            "score": worth if each.mark == "full" else floor(worth * each.earned / each.worth),
            "max-score": worth,
            "status": each.record.get("verdict"),
            "message": each.output,
        }
        if each.record.get("counterexample"):
            test["counterexample"] = each.record["counterexample"].get("text", "")
        tests.append(test)
    return {
        "schema": "classroom50/result/v1",
        **identity,
        "datetime": submitted,
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
        "summary": found.summary(),
    }


def markdown(records: Sequence[Record], points: Mapping[str, float] | None = None) -> str:
    """A page for people, such as the body of a Classroom 50 release."""
    found = submission(records, points)
    lines = [_escaped(found.summary()), ""]
    for each in found.answers:
        points_ = f"{each.earned:g} of {each.worth:g}" if each.decided else "no points yet"
        lines += [f"### {_escaped(each.name)}: {WORDS[each.mark]} ({points_})", ""]
        if each.mark != "full":
            # Indented text is shown as it stands: no fence that a student's text could close.
            lines += [*(f"    {line}" for line in each.output.split("\n")), ""]
    return "\n".join(lines)


def _escaped(text: str) -> str:
    """Text that Markdown shows letter by letter."""
    return re.sub(r"([\\`*_{}\[\]()#+!|~@$])", r"\\\1", html.escape(text, quote=False))


# ------------------------------------------------------------------------------ gradebooks

COLUMNS = ("student", "question", "grade", "maximum", "verdict", "feedback")


def gradebook(records: Sequence[Record], points: Mapping[str, float] | None = None) -> str:
    """A CSV that Moodle and Canvas import: the student is what stands before the slash of an id.

    What is undecided has an empty grade, which an import leaves as it is; grade and feedback are
    always both there. Text that a spreadsheet would compute is quoted.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in graded(records, points):
        student, _, question = each.name.rpartition("/")
        grade = f"{each.earned:g}" if each.decided else ""
        row = (
            student or each.name,
            str(each.record.get("claim") or question),
            grade,
            f"{each.worth:g}",
            str(each.record.get("verdict")),
            " ".join(each.output.split()),
        )
        writer.writerow(map(_safe, row))
    return stream.getvalue()


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    shown = text.replace("\0", "")
    is_number = shown.replace(".", "", 1).isdigit()
    return f"'{shown}" if shown.startswith(FORMULA_SIGNS) and not is_number else shown
