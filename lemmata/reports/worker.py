"""One question of the local page in, its lines out as they are judged: what a worker process does.

Run as a program this is the server of the workers: it loads the judges and every question once.
"""

import os
import resource
import socket
import sys
from collections.abc import Callable

import msgspec

from lemmata.checkers.answers import check
from lemmata.checkers.documents import claim_named
from lemmata.checkers.forkserver import receive_frame, serve
from lemmata.checkers.record import described
from lemmata.checkers.sheets import answer_ids, sheet_of
from lemmata.checkers.tasks import LARGEST_FRAME, MEGABYTES, OUT_OF_MEMORY
from lemmata.derivations.registry import claims
from lemmata.judge import Kind
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.verdict import StepVerdict
from lemmata.notation import (
    Format,
    NotationError,
    Sheet,
    SheetError,
    declarations_from_document,
    read_chains,
)
from lemmata.reports.checked import as_read, beside, checked_report, line_of_step, written_chains
from lemmata.reports.html import blocks_html, line_html, section_html, sections_html

LONGEST_NAME = 80
ADDRESS_SPACE = MEGABYTES * 1_000_000 + 700_000_000


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page asks: a text, and the claim that it answers, or its own declarations."""

    text: str
    claim: str = ""
    format: Format = "latex"
    declarations: str = ""


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the page is to show now, as markup of our own.

    Attributes:
        outcome: That of the whole; empty while steps are still judged.
        html: The lines as they are read, a step that is judged, or at last the whole report.
        line: The line whose place a step takes; empty for a step without one.
        step: The number of the step; 0 for what is more than one.
        error: What is wrong with the question.
    """

    outcome: str = ""
    html: str = ""
    line: str = ""
    step: int = 0
    error: str = ""


def answer(question: Question, tell: Callable[[Reply], None]) -> Reply:
    """Judge a question, and render what was found; tell of every step before that."""
    text = with_declarations(question)
    claim = question.claim or claim_named(text) or ""
    if claim and claim not in {*claims(), *answer_ids()}:
        return Reply(error=f"there is no claim {claim[:LONGEST_NAME]!r}")
    try:
        sheet = sheet_of(claim) if claim else declarations_from_document(text)
    except SheetError as error:
        return Reply(error=f"the declarations cannot be used: {error}")
    sheet = sheet or Sheet(Declarations())
    chains = written_chains(question.text, sheet, question.format)
    lines = {line.span.start: line for chain in chains for line in chain.lines[1:]}
    if lines:
        tell(Reply(html=section_html(as_read(chains, sheet, question.format))))

    def told(step: StepVerdict) -> None:
        written = lines.get(step.line.start) if step.line else None
        if written is None:
            tell(Reply(html=blocks_html(beside(step)), step=step.step))
        else:
            line = line_of_step(written, step, sheet, question.format)
            tell(Reply(html=line_html(line), line=line.anchor, step=step.step))

    kind = _kind(question, sheet)
    verdict = check(text, sheet=sheet, kind=kind, format=question.format, on_step=told)
    document = checked_report("Result", question.text, sheet, verdict, question.format)
    return Reply(verdict.outcome, sections_html(document))


def _kind(question: Question, sheet: Sheet) -> Kind | None:
    """A chain of two relations is a derivation here: the page is about its steps."""
    try:
        found = read_chains(question.text, sheet.declarations, question.format, sheet.conventions)
    except NotationError:
        return None
    several = any(len(chain.lines) > 2 for chain in found.chains)
    return "derivation" if several else None


def with_declarations(question: Question) -> str:
    """The text with the declarations of the form behind it, as its comment block."""
    if not question.declarations.strip():
        return question.text
    lines = "\n".join(f"% {line}" for line in question.declarations.splitlines())
    return f"{question.text}\n% lemmata:\n{lines}\n"


def work(connection: socket.socket) -> None:
    """Answer one question, a line for each reply and an empty line behind the last."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        if (frame := receive_frame(connection, LARGEST_FRAME)) is None:
            return

        def tell(reply: Reply) -> None:
            connection.sendall(msgspec.json.encode(reply) + b"\n")

        tell(_reply(frame, tell))
        connection.sendall(b"\n")
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _reply(frame: bytes, tell: Callable[[Reply], None]) -> Reply:
    try:
        return answer(msgspec.json.decode(frame, type=Question), tell)
    except (MemoryError, ConnectionError):  # it is stopped, or nobody waits any more
        raise
    except Exception as error:  # noqa: BLE001 - the border to the page: one line, never a traceback
        return Reply(error=f"Lemmata failed on this text; please report it: {described(error)}")


if __name__ == "__main__":
    answer_ids()  # reads every question, once for all workers
    serve(socket.socket(fileno=int(sys.argv[1])), work)
