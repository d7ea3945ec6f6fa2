"""Plain text for a terminal."""

from collections.abc import Iterator, Sequence

from lemmata.certify.estimates import OracleRun
from lemmata.certify.summary import ClaimSummary, Evidence, EvidenceKind, Summary
from lemmata.kernel.verdict import Counterexample, Outcome, StepVerdict, Verdict
from lemmata.notation.blanks import blank_comments
from lemmata.notation.errors import Source
from lemmata.notation.set_apart import set_apart

INDENT = "  "
COLOURS: dict[Outcome, str] = {
    "proved": "32",
    "confirmed": "36",
    "refuted": "1;31",
    "undecided": "33",
}
EVIDENCE: tuple[EvidenceKind, ...] = ("proof", "sympy", "search", "estimate", "oracle")


def printable(text: str) -> str:
    """The text with control characters spelled out, so that an answer cannot command a terminal."""
    return "".join(
        character
        if character.isprintable() or character in "\n\t"
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def verdict_text(verdict: Verdict, *, text: str = "", colour: bool = False) -> str:
    """A verdict: the outcome, and the evidence or, for a derivation, each step with its own.

    Args:
        verdict: What was found.
        text: What was judged; a step that is refuted is shown in it.
        colour: Whether to print in colour.
    """
    lines = [printable(_headline(verdict))]
    if colour:
        lines = [_coloured(lines[0], verdict.outcome)]
    if verdict.steps and verdict.read_as:
        lines.append(printable(verdict.read_as))
    several = sum(each.display for each in set_apart(blank_comments(text))) > 1
    for step in verdict.steps:
        head, *rest = _step(step, text, placed=several)
        lines.append(_coloured(head, step.verdict.outcome) if colour else head)
        lines.extend(map(printable, rest))
    if not verdict.steps:  # the steps have said it all
        lines.extend(map(printable, _details(verdict)))
    if verdict.reaches_goal is False:
        lines.append(f"{INDENT}it does not start and end where the sheet asks")
    return "\n".join(lines)


def _coloured(line: str, outcome: Outcome) -> str:
    """A line in the colour of its outcome, for terminals."""
    return f"\x1b[{COLOURS[outcome]}m{line}\x1b[0m"


def summary_text(summary: Summary) -> str:
    """The table of a run: a row for each claim, and below it what went wrong, if anything."""
    rows = [("claim", "verdict", *EVIDENCE, "mutants killed", "seconds")]
    rows += [_row(each) for each in summary.claims]
    lines = list(table(rows))
    lines += [
        f"{claim.claim}: {each.kind}: {each.outcome}: {each.scope}"
        for claim in summary.claims
        for each in claim.evidence
        if each.outcome in ("refuted", "undecided") or each.killed < each.mutants
    ]
    proved = sum(each.outcome == "proved" for each in summary.claims)
    lines.append(f"{proved} of {len(summary.claims)} claims proved")
    return "\n".join(lines)


def estimate_text(claim: ClaimSummary) -> str:
    """The checks of one claim's estimate with their numbers, and its kill matrix; else nothing."""
    found = next((each for each in claim.evidence if each.kind == "estimate"), None)
    if found is None:
        return ""
    lines: list[str] = []
    for each in found.tables:
        lines += ["", *table([each.columns, *each.rows])]
    rows = [
        (trial.name, "refuted" if trial.killed else "ALIVE", trial.witness)
        for trial in found.trials
    ]
    lines += ["", *table([("mutant", "outcome", "evidence"), *rows])]
    return "\n".join(lines)


def oracles_text(found: OracleRun) -> str:
    """The table of oracles, and below it what is known of those that do not agree."""
    rows = [tuple(found.table.columns), *found.table.rows]
    return "\n".join(("", *table(rows), *found.notes))


def listing_text(rows: Sequence[tuple[str, str, str, str]]) -> str:
    """The table of `lemmata list`: claim, status, family, answer ids."""
    return "\n".join(table([("claim", "status", "family", "answer ids"), *rows]))


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns as wide as their widest entry, without trailing blanks."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (entry.ljust(width) for entry, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _headline(verdict: Verdict) -> str:
    """The outcome, with the cause when it is undecided and the place of the first wrong step."""
    text = f"{verdict.outcome} ({verdict.cause})" if verdict.cause else verdict.outcome
    if verdict.first_wrong_step is not None:
        text += f": step {verdict.first_wrong_step} is the first that is wrong"
    return text


def _details(verdict: Verdict) -> Iterator[str]:
    """What stands below a headline: the reading, the reasons, the assumptions, the message."""
    if verdict.read_as:
        yield f"{INDENT}read as  {verdict.read_as}"
    if verdict.rules:
        yield f"{INDENT}by       {', '.join(verdict.rules)}"
    for assumption in verdict.assumptions:
        yield f"{INDENT}assumes  {assumption}"
    message, found = verdict.message, verdict.counterexample
    if found is not None and found.text.startswith("left side = "):
        message = message.replace(found.text, "").strip("\n")
        yield from (f"{INDENT}{line}" for line in _counterexample(found))
    elif found is not None and found.text not in message:
        message = f"{message}\n{found.text}".strip("\n")
    for line in message.splitlines():
        yield f"{INDENT}{line}"


def _counterexample(found: Counterexample) -> Iterator[str]:
    """A model as a small table: the values of both sides, and of what they are made of."""
    yield f"left     {found.left}"
    yield f"right    {found.right}"
    width = max((len(name) for name in found.world), default=0)
    for number, (name, value) in enumerate(found.world.items()):
        yield f"{'' if number else 'where':<9}{name.ljust(width)}  {value}"


def _step(step: StepVerdict, text: str, *, placed: bool) -> Iterator[str]:
    """One step of a derivation, with its details indented below it; a wrong one is marked.

    Beside several displays the line of each step is told, to find it by.
    """
    span = step.verdict.span
    marked = placed or step.verdict.outcome in ("refuted", "undecided")
    place = f" (line {span.line})" if marked and span is not None else ""
    sign = printable(step.relation).ljust(2)
    yield f"step {step.step}  {sign}  {_headline(step.verdict)}{place}"
    if step.verdict.outcome == "refuted" and span is not None and text:
        shown, column = Source(text).excerpt(span)
        carets = "^" * max(1, min(span.end - span.start, len(shown.rstrip()) - column))
        yield f"{INDENT}{shown.rstrip()}"
        yield f"{INDENT}{' ' * column}{carets}"
    yield from _details(step.verdict)


def _row(claim: ClaimSummary) -> tuple[str, ...]:
    """The row of one claim in the table of a run."""
    found = {each.kind: each for each in claim.evidence}
    outcomes = [found[kind].outcome if kind in found else "not run" for kind in EVIDENCE]
    seconds = sum(each.seconds for each in claim.evidence)
    return (claim.claim, claim.outcome, *outcomes, _killed(claim.evidence), f"{seconds:.2f}")


def _killed(evidence: Sequence[Evidence]) -> str:
    """How many mutants each kind of evidence killed, in the order of the columns."""
    tried = [each for each in evidence if each.mutants]
    return ", ".join(f"{each.killed}/{each.mutants}" for each in tried) or "-"
