"""The report of a batch: thousands of answers on one page, those to look at first."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import msgspec

from lemmata.certify.summary import Status
from lemmata.kernel.verdict import Outcome
from lemmata.reports.document import (
    Badge,
    Block,
    Document,
    Folded,
    Grid,
    Inlines,
    Paragraph,
    Section,
    Source,
)

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
STATUS: dict[str, Status] = {outcome: outcome for outcome in OUTCOMES}
LONGEST_NAME = 80
LONGEST_READING = 110
LONGEST_MESSAGE = 200
TO_LOOK_AT: tuple[Outcome, ...] = ("refuted", "undecided")


@dataclass(frozen=True, slots=True)
class Results:
    """The lines of a results file that are results, and the numbers of those that are not."""

    records: tuple[Mapping[str, Any], ...]
    broken: tuple[int, ...]


def read_results(path: Path) -> Results:
    """Read what `lemmata grade` wrote; a line that is no result is counted and left out.

    Raises:
        OSError: The file cannot be read.
    """
    records: list[Mapping[str, Any]] = []
    broken = []
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                found = msgspec.json.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                found = None
            if isinstance(found, dict) and found.get("verdict") in OUTCOMES:
                records.append(found)
            else:
                broken.append(number)
    return Results(tuple(records), tuple(broken))


def batch_report(title: str, results: Results) -> Document:
    """The report of the results of a batch."""
    by_claim: dict[str, list[Mapping[str, Any]]] = {}
    for record in results.records:
        by_claim.setdefault(str(record.get("claim") or "without a claim"), []).append(record)
    claims = sorted(by_claim, key=natural)
    lead: list[Block] = [Paragraph((_counts(results.records) + ".",))]
    if results.broken:
        lines = ", ".join(map(str, results.broken[:10]))
        more = ", ..." if len(results.broken) > 10 else ""
        many = (
            "lines are no results and are"
            if len(results.broken) > 1
            else "line is no result and is"
        )
        words = f"{len(results.broken)} {many} left out: {lines}{more}."
        lead.append(Paragraph((words,), warning=True))
    overview = Grid(
        "",
        ("question", "answers", *OUTCOMES, "mean score"),
        tuple(_row(claim, by_claim[claim]) for claim in claims),
    )
    sections = [Section("Overview", "overview", (overview,))] if results.records else []
    sections += [
        Section(_cut(claim, LONGEST_NAME), f"question-{number}", tuple(_answers(by_claim[claim])))
        for number, claim in enumerate(claims, start=1)
    ]
    return Document(title, tuple(lead), tuple(sections))


def natural(name: str) -> list[tuple[str, tuple[int, str]]]:
    """What names are sorted by: numbers in them count as numbers, so that 2 comes before 10."""
    texts, numbers = re.split(r"[0-9]+", name), re.findall(r"[0-9]+", name)
    sizes = [(len(number), number) for number in (each.lstrip("0") for each in numbers)]
    return list(zip(texts, [*sizes, (0, "")], strict=True))  # no number follows the last text


def _counts(records: Sequence[Mapping[str, Any]]) -> str:
    counts = Counter(record["verdict"] for record in records)
    shown = ", ".join(f"{counts[name]} {name}" for name in OUTCOMES if counts[name])
    return f"{len(records)} answer{'s' * (len(records) != 1)}" + (f": {shown}" if shown else "")


def _row(claim: str, records: Sequence[Mapping[str, Any]]) -> tuple[Inlines, ...]:
    counts = Counter(record["verdict"] for record in records)
    scores = [r["score"] for r in records if isinstance(r.get("score"), int | float)]
    mean = f"{sum(scores) / len(scores):.2f}" if scores else "–"
    cells = (str(len(records)), *(str(counts[name]) for name in OUTCOMES), mean)
    return ((_cut(claim, LONGEST_NAME),), *((cell,) for cell in cells))


def _answers(records: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    open_: list[Mapping[str, Any]] = []
    closed: list[Mapping[str, Any]] = []
    for record in records:
        (open_ if record["verdict"] in TO_LOOK_AT else closed).append(record)
    if open_:
        yield _table(open_)
    if closed:
        yield Folded(f"{_counts(closed)}", (_table(closed),))


def _table(records: Sequence[Mapping[str, Any]]) -> Grid:
    return Grid(
        "",
        ("answer", "verdict", "score", "read as, and why"),
        tuple(tuple(_cells(record)) for record in records),
    )


def _cells(record: Mapping[str, Any]) -> Iterator[Inlines]:
    name = record.get("id")
    yield (
        _cut(str(name), LONGEST_NAME) if name is not None else f"line {record.get('line', '?')}",
    )
    yield (Badge(STATUS[record["verdict"]], str(record.get("cause") or "")),)
    score = record.get("score")
    yield (f"{score:g}" if isinstance(score, int | float) else "–",)
    reading = _cut(str(record.get("read_as") or ""), LONGEST_READING)
    why = _cut(" ".join(str(record.get("message") or "").split()), LONGEST_MESSAGE)
    shown = record["verdict"] in TO_LOOK_AT and why
    yield (Source(reading), f" {why}" if shown else "") if reading else (why,)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
