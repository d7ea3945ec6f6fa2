"""What is wrong where: findings with exact places, for editors, continuous integration and logs.

A finding is one step, or one answer, with its outcome. Its code is the outcome, or the cause of
what is undecided: `lemmata explain CODE` says more. Columns count Unicode characters from 1, and
end before the column that they name.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from lemmata import __version__
from lemmata.checkers.explanations import CAUSES, OUTCOMES
from lemmata.kernel.verdict import Outcome, Span, Verdict
from lemmata.reports.plain import printable

HOME = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a text: lines and columns from 1; the end column is the one after the last."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one step or answer, and where it stands.

    Attributes:
        path: The file, as it was named.
        name: What it is about: `step 2`, or `answer`.
        code: The outcome, or the cause of what is undecided.
        message: What to show; may have several lines.
    """

    path: str
    place: Place
    name: str
    outcome: Outcome
    code: str
    message: str


def place_of(text: str, span: Span | None) -> Place:
    """The place of a span in its text; the first line where there is none."""
    if span is None:
        return Place(1, 1, 1, 1 + len(text.partition("\n")[0]))
    last = text[: span.end].rstrip() if span.end > span.start else text[: span.end]
    end = max(len(last), span.start)
    before = text[:end]
    return Place(span.line, span.column, before.count("\n") + 1, end - (before.rfind("\n") + 1) + 1)


def findings(path: str, text: str, verdict: Verdict) -> list[Finding]:
    """The findings of one text: one for each step, or one for the whole."""
    parts = [(f"step {each.step}", each.verdict) for each in verdict.steps]
    return [
        Finding(
            path,
            place_of(text, part.span),
            name,
            part.outcome,
            part.cause or part.outcome,
            printable(_message(part)),
        )
        for name, part in parts or [("answer", verdict)]
    ]


def _message(verdict: Verdict) -> str:
    found = verdict.counterexample
    lines = [verdict.message or verdict.read_as]
    if found is not None and found.text not in verdict.message:
        lines.append(found.text)
    return "\n".join(lines)


def to_mend(found: Sequence[Finding]) -> Iterator[Finding]:
    """The findings that somebody should look at."""
    yield from (each for each in found if each.outcome in ("refuted", "undecided"))


# ------------------------------------------------------------------------------ writers


def concise(found: Sequence[Finding]) -> str:
    """One line for each finding to mend: `path:line:column: code: message`, as compilers write."""
    return "\n".join(
        f"{each.path}:{each.place.line}:{each.place.column}: {each.code}: {each.name}: "
        f"{_first_line(each.message)}"
        for each in to_mend(found)
    )


def _first_line(message: str) -> str:
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].startswith("left side"):
        return f"{lines[0]}, {lines[1]}"
    return lines[0] if lines else ""


def github(found: Sequence[Finding]) -> str:
    """Workflow commands that annotate a pull request; what is undecided is a warning."""
    lines = []
    for each in to_mend(found):
        level = "error" if each.outcome == "refuted" else "warning"
        at = each.place
        where = {
            "file": each.path,
            "line": at.line,
            "endLine": at.end_line,
            "col": at.column,
            "endColumn": at.end_column,
            "title": f"{each.name} is {each.outcome}",
        }
        if at.end_line != at.line:  # GitHub refuses columns over several lines
            del where["col"], where["endColumn"]
        shown = ",".join(f"{key}={_property(str(value))}" for key, value in where.items())
        lines.append(f"::{level} {shown}::{_data(each.message)}")
    return "\n".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(found: Sequence[Finding]) -> str:
    """SARIF 2.1.0, for code scanning."""
    told: dict[str, str] = dict(OUTCOMES.items())
    told |= {cause: meaning for cause, (meaning, _) in CAUSES.items()}
    codes = sorted({each.code for each in to_mend(found)})
    rules = [{"id": code, "shortDescription": {"text": told[code]}} for code in codes]
    results = [
        {
            "ruleId": each.code,
            "ruleIndex": codes.index(each.code),
            "level": "error" if each.outcome == "refuted" else "warning",
            "message": {"text": f"{each.name}: {each.message}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(each.path)},
                        "region": {
                            "startLine": each.place.line,
                            "startColumn": each.place.column,
                            "endLine": each.place.end_line,
                            "endColumn": each.place.end_column,
                        },
                    }
                }
            ],
        }
        for each in to_mend(found)
    ]
    driver = {"name": "Lemmata", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": HOME, "version": "2.1.0", "runs": [run]}, indent=2)


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path.replace("\\", "/"), safe="/:@!$&'()*+,;=~-._")


def junit(found: Sequence[Finding]) -> str:
    """JUnit XML: refuted steps failed, undecided ones were skipped, unreadable ones are errors.

    Nothing that is undecided counts as passed.
    """
    kinds = {"failure": 0, "error": 0, "skipped": 0}
    cases: list[ET.Element] = []
    for each in found:
        case = ET.Element(
            "testcase",
            classname=_xml(each.path),
            name=f"{each.name} (line {each.place.line})",
            file=_xml(each.path),
            line=str(each.place.line),
            time="0",
        )
        kind = _junit_kind(each)
        if kind:
            kinds[kind] += 1
            child = ET.SubElement(case, kind, message=_xml(_first_line(each.message)))
            if kind != "skipped":
                child.set("type", each.code)
            child.text = _xml(each.message)
        cases.append(case)
    counts: dict[str, Any] = {
        "name": "lemmata",
        "tests": str(len(cases)),
        "failures": str(kinds["failure"]),
        "errors": str(kinds["error"]),
        "skipped": str(kinds["skipped"]),
        "time": "0",
    }
    suite = ET.Element("testsuite", counts)
    suite.extend(cases)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode")


def _junit_kind(found: Finding) -> str:
    if found.outcome == "refuted":
        return "failure"
    if found.outcome != "undecided":
        return ""
    return "error" if is_error(found) else "skipped"


def is_error(found: Finding) -> bool:
    """Whether there is something to mend before anything can be decided: no reason to skip it."""
    return found.code in ("unreadable", "conflict", "killed", "sandbox")


def _xml(text: str) -> str:
    """Text without the characters that XML cannot hold, not even escaped."""
    return "".join(
        sign if sign in "\t\n" or 0x20 <= ord(sign) <= 0xD7FF or 0xE000 <= ord(sign) <= 0xFFFD
        or ord(sign) > 0xFFFF else f"[U+{ord(sign):04X}]"
        for sign in text
    )  # fmt: skip


WRITERS = {"concise": concise, "github": github, "sarif": sarif, "junit": junit}
