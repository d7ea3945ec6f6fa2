"""The evidence of a claim in detail: facts, pictures, and each check of an estimate."""

import re
from collections.abc import Iterator
from typing import get_args

from lemmata.certify.summary import CHECKS, Evidence, Table
from lemmata.kernel.verdict import Outcome
from lemmata.reports.document import (
    Badge,
    Block,
    Fields,
    Figure,
    Folded,
    Grid,
    Inlines,
    Section,
)
from lemmata.reports.formulas import prose

MINUS = re.compile(r"(?<![\w.])-(?=[\d.])")
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


def details(evidence: Evidence) -> Iterator[Block]:
    """The facts, tables and pictures of one kind of evidence, but those of single checks."""
    tables = _of_checks(evidence)
    checks = {row[0] for table in tables for row in table.rows}
    blocks: list[Block] = []
    facts = tuple((name, (value,)) for name, value in evidence.facts if name not in checks)
    if facts:
        blocks.append(Fields(facts))
    for table in evidence.tables:
        if table not in tables:
            rows = tuple(tuple((cell,) for cell in row) for row in table.rows)
            blocks.append(Grid(table.title, table.columns, rows))
    if blocks:
        yield Folded(f"Details of the evidence by {evidence.kind}", tuple(blocks))
    yield from (Figure(each) for each in evidence.tiles)
    yield from (Figure(each) for each in evidence.plots if each.title not in checks)


def check_sections(evidence: Evidence, anchor: str) -> Iterator[Section]:
    """Each check of an estimate: what is claimed, what was found, what would have been seen.

    Args:
        evidence: Estimates, or evidence without checks.
        anchor: What the anchors of the sections begin with.
    """
    messages = dict(evidence.facts)
    plots = {each.title: each for each in evidence.plots}
    rows = [(table, row) for table in _of_checks(evidence) for row in table.rows]
    for number, (table, (name, *values)) in enumerate(rows, start=1):
        found = dict(zip(table.columns[1:], values, strict=False))
        fields = _message(messages.get(name, "")) or [(key, (found[key],)) for key in found]
        told = found.get("outcome")
        outcome: Outcome = next((each for each in OUTCOMES if each == told), "undecided")
        figure = (Figure(plots[name]),) if name in plots else ()
        yield Section(
            name, f"{anchor}-check-{number}", (*figure, Fields(tuple(fields))), Badge(outcome)
        )


def _of_checks(evidence: Evidence) -> list[Table]:
    """The tables that have a row for each check."""
    return [table for table in evidence.tables if table.title == CHECKS]


def _message(text: str) -> list[tuple[str, Inlines]]:
    """The lines below the first of a message, each with its name; a line without one goes on."""
    fields: list[tuple[str, str]] = []
    for line in text.splitlines()[1:]:
        name, _, words = line.strip().partition("  ")
        if line.startswith("   ") and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
        else:
            fields.append((name, words.strip()))
    shown = ((name, MINUS.sub("−", words)) for name, words in fields)
    return [(name, prose(words) if name == "claim" else (words,)) for name, words in shown]
