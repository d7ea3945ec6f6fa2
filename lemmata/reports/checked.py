"""The report of a checked text: each line as written, as read, and what the judges say of it."""

from collections.abc import Iterator, Sequence

from lemmata.checkers.explanations import CAUSES
from lemmata.kernel.verdict import Counterexample, StepVerdict, Verdict
from lemmata.notation import Chain, Format, NotationError, Reading, Sheet, read_chains, write_text
from lemmata.notation import Line as Written
from lemmata.notation.blanks import blank_comments
from lemmata.notation.prose import find_formulas
from lemmata.reports.assumptions import assumptions
from lemmata.reports.document import (
    Badge,
    Block,
    Bullets,
    Document,
    Fields,
    Folded,
    Formula,
    Grid,
    Inlines,
    Line,
    Paragraph,
    Raw,
    Section,
    Source,
    Steps,
    Verbatim,
)
from lemmata.reports.formulas import formula

HEADLINES = {
    "proved": "Every step is proved.",
    "confirmed": "Confirmed, which is not a proof.",
    "refuted": "A step is wrong.",
    "undecided": "Not everything could be decided.",
}


def checked_report(
    title: str, text: str, sheet: Sheet, verdict: Verdict, dialect: Format = "latex"
) -> Document:
    """The report of a text and its verdict.

    Args:
        title: What the text is called: the name of its file.
        text: What was judged.
        sheet: By which declarations.
        verdict: What was found.
        dialect: How the text is written.
    """
    lead: list[Block] = [
        Paragraph((Badge(verdict.outcome, verdict.cause or ""), " ", _headline(verdict)))
    ]
    if verdict.reaches_goal is False:
        lead.append(
            Paragraph(("It does not start and end where the question asks.",), warning=True)
        )
    sections = [Section("Line by line", "lines", tuple(_lines(text, sheet, verdict, dialect)))]
    if sentences := assumptions(sheet.declarations):
        sections.append(Section("What was declared", "declared", (Bullets(sentences),)))
    sections.append(Section("As it was handed in", "source", (Verbatim(text),)))
    return Document(title, tuple(lead), tuple(sections))


def plain_report(title: str, text: str, verdict: Verdict) -> Document:
    """The report of an answer that is no formula: code, or a table."""
    source = Section("As it was handed in", "source", (Verbatim(text),))
    return Document(title, tuple(verdict_blocks(verdict)), (source,))


def _headline(verdict: Verdict) -> str:
    if verdict.first_wrong_step is not None:
        return f"Step {verdict.first_wrong_step} is the first that is wrong."
    if not verdict.steps and verdict.outcome == "proved":
        return "The answer is right."
    if not verdict.steps and verdict.outcome == "refuted":
        return "The answer is wrong."
    return HEADLINES[verdict.outcome]


def _lines(text: str, sheet: Sheet, verdict: Verdict, dialect: Format) -> Iterator[Block]:
    """The chains with their steps, or the one answer."""
    steps = list(verdict.steps)
    chains = written_chains(text, sheet, dialect)
    if not chains or (not steps and verdict.cause == "unreadable"):
        if dialect == "latex":
            written = blank_comments(text)
            for part in find_formulas(written)[0]:
                yield Paragraph((Raw(written[part.start : part.end].strip()),))
        yield from details(verdict)
        return
    found = {step.line.start: step for step in steps if step.line}
    yield from _chains(chains, sheet, found, dialect)
    if not steps:
        yield from details(verdict)
    shown = {line.span.start for chain in chains for line in chain.lines[1:]}
    for step in steps:
        if step.line is None or step.line.start not in shown:
            yield from beside(step)


def written_chains(text: str, sheet: Sheet, dialect: Format) -> tuple[Chain, ...]:
    """The chains of a text; none where it cannot be cut into formulas."""
    try:
        return read_chains(text, sheet.declarations, dialect, sheet.conventions).chains
    except NotationError:
        return ()


def as_read(chains: Sequence[Chain], sheet: Sheet, dialect: Format) -> Section:
    """The lines of a text as they are read, before any of them is judged."""
    return Section("Line by line", "lines", tuple(_chains(chains, sheet, {}, dialect)))


def beside(step: StepVerdict) -> Iterator[Block]:
    """A step that leads to no line of its own, such as an implication."""
    yield Fields(((f"step {step.step}", (Badge(step.verdict.outcome),)),))
    yield from details(step.verdict)


def _chains(
    chains: Sequence[Chain], sheet: Sheet, found: dict[int, StepVerdict], dialect: Format
) -> Iterator[Steps]:
    for chain in chains:
        lines = (
            line_of_step(line, found.get(line.span.start), sheet, dialect)
            for line in chain.lines[1:]
        )
        yield Steps(_content(chain.lines[0], sheet, "", dialect), tuple(lines))


def line_of_step(line: Written, step: StepVerdict | None, sheet: Sheet, dialect: Format) -> Line:
    """A line as it was written and read, with its verdict once it has one."""
    verdict = step.verdict if step is not None else None
    content = _content(line, sheet, verdict.read_as if verdict is not None else "", dialect)
    anchor, sign, source = f"L{line.span.line}-{line.span.column}", line.relation or "", line.source
    if verdict is None:
        return Line(anchor, sign, content, source=source.strip())
    return Line(
        anchor,
        sign,
        content,
        tuple(_reasons(verdict)),
        Badge(verdict.outcome, verdict.cause or ""),
        source.strip(),
        tuple(details(verdict) if verdict.outcome != "proved" else _assumed(verdict)),
    )


def _content(line: Written, sheet: Sheet, read_as: str, dialect: Format) -> Formula | Source | Raw:
    """A line as it was read, in the reading that its verdict is about; else as it was written."""
    try:
        reading = _chosen(line.readings, sheet, read_as)
        return formula(reading.term, sheet.declarations)
    except (IndexError, ValueError, KeyError):
        written = line.source.strip()
        return Raw(written) if dialect == "latex" else Source(written)


def _chosen(readings: Sequence[Reading], sheet: Sheet, read_as: str) -> Reading:
    for reading in readings if read_as else ():
        if read_as.endswith(write_text(reading.term, sheet.declarations)):
            return reading
    return readings[0]


def _assumed(verdict: Verdict) -> Iterator[Block]:
    """What a proof assumes."""
    if verdict.assumptions:
        yield Paragraph(("assumes: ", "; ".join(verdict.assumptions)))


def _reasons(verdict: Verdict) -> Iterator[str]:
    if verdict.rules:
        yield ", ".join(name.replace("_", " ") for name in verdict.rules)


def verdict_blocks(verdict: Verdict) -> Iterator[Block]:
    """A verdict without its text: the headline, and each step as it was read."""
    yield Paragraph((Badge(verdict.outcome, verdict.cause or ""), " ", _headline(verdict)))
    for step in verdict.steps:
        badge = Badge(step.verdict.outcome, step.verdict.cause or "")
        yield Paragraph((f"Step {step.step} ({step.relation}): ", badge))
        yield from details(step.verdict)
    if not verdict.steps:
        yield from details(verdict)


def details(verdict: Verdict) -> Iterator[Block]:
    """What belongs to a verdict: the reading, the counterexample as a table, the message."""
    message = verdict.message
    found = verdict.counterexample
    if found is not None:
        yield counterexample_table(found)
        message = message.replace(found.text, "").strip()
    if message:
        yield Verbatim(message)
    if verdict.cause:
        meaning, remedy = CAUSES[verdict.cause]
        advice = "" if remedy == "none yet" else f" What to do: {remedy}."
        yield Paragraph((f"Undecided, because {meaning}.{advice}",))
    rows: list[tuple[str, Inlines]] = []
    if verdict.read_as:
        rows.append(("read as", (Source(verdict.read_as),)))
    rows += [("assumes", (each,)) for each in verdict.assumptions]
    if rows:
        yield (
            Fields(tuple(rows))
            if verdict.outcome != "proved"
            else Folded("Details", (Fields(tuple(rows)),))
        )


def counterexample_table(found: Counterexample) -> Grid:
    """A counterexample as a table: the world, and both sides in it."""
    rows: list[tuple[Inlines, ...]] = [
        ((Source(name),), (Source(value),)) for name, value in found.world.items()
    ]
    rows += [(("left side",), (Source(found.left),)), (("right side",), (Source(found.right),))]
    return Grid("A world in which the two sides differ", ("name", "value"), tuple(rows))
