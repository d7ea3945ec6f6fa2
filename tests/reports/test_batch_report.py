"""The report of a batch holds thousands of answers, and says which of its lines are no results."""

import json
import re
from pathlib import Path
from typing import Any

from lemmata.reports.batch import batch_report, natural, read_results
from lemmata.reports.html import write_html
from lemmata.reports.latex import write_latex_document

ANSWERS = 5_000
LARGEST = 3_000_000


def result(number: int) -> dict[str, Any]:
    """A result such as `grade` writes; every fourth is not proved."""
    outcome = ("proved", "proved", "refuted", "undecided")[number // 20 % 4]
    return {
        "line": number + 1,
        "id": f"student-{number // 20:03}/question-{number % 20}",
        "claim": f"question-{number % 20}",
        "verdict": outcome,
        "cause": "unreadable" if outcome == "undecided" else None,
        "read_as": "KL(q(z) || p(z)) = -(1 / 2) * sum_{j=1}^{m} (1 + log(sigma_j^2) - mu_j^2)",
        "score": {"proved": 1.0, "refuted": 0.0, "undecided": None}[outcome],
        "message": "left side = 1/2\nright side = -1/2\nwhere\n  m = 1\n  sigma_1 = 1\n  mu_1 = 1",
    }


def write(path: Path, lines: list[str]) -> Path:
    """A results file."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_five_thousand_answers_are_one_small_page(tmp_path: Path) -> None:
    """Every answer is there, within three megabytes; those to look at stand first."""
    path = write(tmp_path / "r.jsonl", [json.dumps(result(n)) for n in range(ANSWERS)])
    html = write_html(batch_report("Answers", read_results(path)))
    assert len(html.encode()) <= LARGEST
    assert html.count('<th scope="row">student-') == ANSWERS
    assert "5000 answers: 2520 proved, 1240 refuted, 1240 undecided." in html
    section = html.partition('id="question-1"')[2]
    assert section.index("✗") < section.index("<details>")


def test_questions_are_in_the_order_that_people_count(tmp_path: Path) -> None:
    """Question 10 comes after question 2, in the overview and in the page."""
    path = write(tmp_path / "r.jsonl", [json.dumps(result(n)) for n in range(20)])
    document = batch_report("Answers", read_results(path))
    assert [section.title for section in document.sections[1:]] == [
        f"question-{number}" for number in range(20)
    ]
    rows = re.findall(r'<th scope="row">question-(\d+)</th>', write_html(document))
    assert rows == [str(number) for number in range(20)]


def test_any_name_has_its_place() -> None:
    """Zeros in front, no digits, and more digits than a number may have."""
    names = ["q10", "q2", "q02b", "q", "", "2", "q" + "9" * 5000, "q2b3", "q2b20", "p²"]
    assert sorted(names, key=natural) == [
        *("", "2", "p²", "q", "q2", "q02b", "q2b3", "q2b20", "q10", "q" + "9" * 5000)
    ]


def test_broken_lines_are_named(tmp_path: Path) -> None:
    """What is no result is left out and counted; the rest is intact."""
    lines = [
        json.dumps(result(0)),
        "{",
        "[]",
        json.dumps({"verdict": "right"}),
        "",
        json.dumps(result(40)),
    ]
    found = read_results(write(tmp_path / "r.jsonl", lines))
    assert found.broken == (2, 3, 4, 5)
    html = write_html(batch_report("Answers", found))
    assert "4 lines are no results and are left out: 2, 3, 4, 5." in html
    assert "2 answers: 1 proved, 1 refuted." in html
    found = read_results(write(tmp_path / "r.jsonl", ["{"]))
    assert "1 line is no result and is left out: 1." in write_html(batch_report("A", found))


def test_an_empty_batch_says_so(tmp_path: Path) -> None:
    """No answers make a page of one line, and no table without rows."""
    html = write_html(batch_report("Answers", read_results(write(tmp_path / "r.jsonl", []))))
    assert "0 answers." in html
    assert "<table" not in html


def test_a_long_name_is_cut(tmp_path: Path) -> None:
    """A name that would push a page apart is shown by its beginning."""
    long = {**result(40), "id": "i" * 5_000, "claim": "c" * 5_000}
    html = write_html(batch_report("A", read_results(write(tmp_path / "r", [json.dumps(long)]))))
    assert "i" * 79 + "…" in html
    assert "c" * 79 + "…" in html
    assert not re.search(r"[ic]{80}", html.partition("<main")[2])


def test_hostile_results_are_text(tmp_path: Path) -> None:
    """Fields of any type and any content are shown, and none becomes markup or a command."""
    hostile = {
        **result(40),
        "id": "<script>x</script>",
        "claim": ["<b>"],
        "message": 7,
        "score": "9",
    }
    found = read_results(write(tmp_path / "r.jsonl", [json.dumps(hostile)]))
    document = batch_report(r"\input{x}", found)
    html = write_html(document)
    assert html.count("<script") == 1
    assert "&lt;script&gt;x" in html
    assert r"\input{x}" not in write_latex_document(document)
