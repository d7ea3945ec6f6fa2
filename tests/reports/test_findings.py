"""Findings name exact places, in every form that editors and services read."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lemmata import check
from lemmata.kernel.verdict import Counterexample, Span, StepVerdict, Verdict
from lemmata.reports.findings import (
    Finding,
    concise,
    findings,
    github,
    junit,
    place_of,
    sarif,
)

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "elbo.tex"
TEXT = EXAMPLE.read_text(encoding="utf-8")
WRONG = Counterexample({"a": "1"}, "1", "2", "left side = 1\nright side = 2\nwhere\n  a = 1")
SPAN = Span(2, 3, 8, 11)
TWO_LINES = "first\n  wrong\n"
EVERY = Verdict(
    "refuted",
    steps=(
        StepVerdict(1, "=", Verdict("proved", span=SPAN)),
        StepVerdict(
            2, "=", Verdict("refuted", message=WRONG.text, counterexample=WRONG, span=SPAN)
        ),
        StepVerdict(
            3, "=", Verdict("undecided", cause="supported", message="models agree", span=SPAN)
        ),
        StepVerdict(4, "=", Verdict("undecided", cause="unreadable", message="no }", span=SPAN)),
    ),
    first_wrong_step=2,
)


@pytest.fixture(scope="module")
def example() -> list[Finding]:
    """The findings of the example of the README."""
    return findings("elbo.tex", TEXT, check(TEXT))


def test_the_place_is_exactly_the_wrong_member(example: list[Finding]) -> None:
    """The span of the second step covers its member, and nothing around it."""
    wrong = example[1]
    line = TEXT.split("\n")[wrong.place.line - 1]
    assert wrong.outcome == "refuted"
    shown = line[wrong.place.column - 1 : wrong.place.end_column - 1]
    assert shown.startswith(r"\mathbb{E}_{q_\phi(z|x,y)}")
    assert shown.endswith(r"p_\theta(z|y))")


def test_concise_lines_are_what_compilers_write(example: list[Finding]) -> None:
    """`path:line:column: code: message` for what is to be mended, and nothing else."""
    assert concise(example) == (
        "elbo.tex:13:6: refuted: step 2: left side = 0, right side = -0.0588915"
    )
    assert concise(example[:1]) == ""


def test_columns_count_characters_and_survive_macros() -> None:
    """Emoji before the formula and a macro in it do not shift the place."""
    declared = "% lemmata:\n% [scalars]\n% a = {}\n"
    macro = r"\newcommand{\twice}[1]{#1 + #1}"
    text = f"{declared}{macro}\n😀 é\n\\[ 2 a = \\twice{{a}} = \\twice{{a}} + 1 \\]"
    wrong = next(each for each in findings("t", text, check(text)) if each.outcome == "refuted")
    line = text.split("\n")[wrong.place.line - 1]
    assert line[wrong.place.column - 1 : wrong.place.end_column - 1].strip() == r"\twice{a} + 1"


@given(st.text(max_size=40), st.data())
@settings(max_examples=200, deadline=None)
def test_any_span_is_placed_inside_its_text(text: str, data: st.DataObject) -> None:
    """Lines and columns of a span lead back to its offsets, whatever signs surround it."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    before = text[:start]
    line, column = before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
    place = place_of(text, Span(line, column, start, end))
    lines = text.split("\n")
    assert (place.line, place.column) == (line, column)
    assert (place.end_line, place.end_column) >= (line, column)
    assert place.end_line <= len(lines)
    assert place.end_column <= len(lines[place.end_line - 1]) + 1


def test_github_annotations_are_escaped() -> None:
    """Errors and warnings with their places; line breaks, percent signs and commas are encoded."""
    found = findings("a,b:c.tex", TWO_LINES, EVERY)
    lines = github(found).split("\n")
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::warning", "::warning"]
    assert "file=a%2Cb%3Ac.tex,line=2,endLine=2,col=3,endColumn=6" in lines[0]
    assert "::left side = 1%0Aright side = 2" in lines[0]
    hostile = Verdict("refuted", message="100%\n::error::x", counterexample=WRONG, span=SPAN)
    (line,) = github(findings("f", TWO_LINES, hostile)).split("\n")
    assert "100%25%0A::error::x" in line


def test_sarif_has_rules_places_and_levels() -> None:
    """The log names each rule once, and each result its rule, level and region."""
    log = json.loads(sarif(findings("dir/é b.tex", TWO_LINES, EVERY)))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert run["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["refuted", "supported", "unreadable"]
    assert [each["level"] for each in run["results"]] == ["error", "warning", "warning"]
    assert all(rules[each["ruleIndex"]] == each["ruleId"] for each in run["results"])
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "dir/%C3%A9%20b.tex"
    assert place["region"] == {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 6}


def test_junit_counts_what_it_holds() -> None:
    """Refuted fails, undecided is skipped, unreadable is an error; none of them passed."""
    root = ET.fromstring(junit(findings("f.tex", TWO_LINES, EVERY)).encode())  # noqa: S314 - our own writer's
    (suite,) = root
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    kinds = [[child.tag for child in case] for case in suite]
    assert kinds == [[], ["failure"], ["skipped"], ["error"]]


def test_no_sign_breaks_the_xml() -> None:
    """Characters that XML cannot hold are spelled out."""
    bad = Verdict("refuted", message="\x00\x1b ]]> < & \ufffe 😀", counterexample=WRONG, span=SPAN)
    root = ET.fromstring(junit(findings("\x01", TWO_LINES, bad)).encode())  # noqa: S314 - our own writer's
    text = root[0][0][0].text or ""
    assert "]]> < &" in text
    assert "😀" in text
    assert re.search(r"\\x00|\[U\+0000\]", text)
