"""One question of the local page in, the rendered verdict out: what a worker process does.

Run as a program this is the server of the workers: it loads the judges and every question once.
"""

import os
import resource
import socket
import sys

import msgspec

from lemmata.checkers.answers import check
from lemmata.checkers.documents import claim_named
from lemmata.checkers.forkserver import receive_frame, send_frame, serve
from lemmata.checkers.judging import described
from lemmata.checkers.sheets import answer_ids, sheet_of
from lemmata.checkers.tasks import LARGEST_FRAME, MEGABYTES, OUT_OF_MEMORY
from lemmata.derivations.registry import claims
from lemmata.judge import Kind
from lemmata.kernel.declarations import Declarations
from lemmata.notation import (
    Format,
    NotationError,
    Sheet,
    SheetError,
    declarations_from_document,
    read_chains,
)
from lemmata.reports.checked import checked_report
from lemmata.reports.html import sections_html

LONGEST_NAME = 80
ADDRESS_SPACE = MEGABYTES * 1_000_000 + 700_000_000


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page asks: a text, and the claim that it answers, or its own declarations."""

    text: str
    claim: str = ""
    format: Format = "latex"
    declarations: str = ""


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The outcome and the report as markup of our own, or what is wrong with the question."""

    outcome: str = ""
    html: str = ""
    error: str = ""


def answer(question: Question) -> Reply:
    """Judge a question, and render what was found."""
    text = with_declarations(question)
    claim = question.claim or claim_named(text) or ""
    if claim and claim not in {*claims(), *answer_ids()}:
        return Reply(error=f"there is no claim {claim[:LONGEST_NAME]!r}")
    try:
        sheet = sheet_of(claim) if claim else declarations_from_document(text)
    except SheetError as error:
        return Reply(error=f"the declarations cannot be used: {error}")
    sheet = sheet or Sheet(Declarations())
    verdict = check(text, sheet=sheet, kind=_kind(question, sheet), format=question.format)
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
    """Answer the questions that come, until whoever asks has gone."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        while (frame := receive_frame(connection, LARGEST_FRAME)) is not None:
            send_frame(connection, msgspec.json.encode(_reply(frame)))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _reply(frame: bytes) -> Reply:
    try:
        return answer(msgspec.json.decode(frame, type=Question))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the border to the page: one line, never a traceback
        return Reply(error=f"Lemmata failed on this text; please report it: {described(error)}")


if __name__ == "__main__":
    answer_ids()  # reads every question, once for all workers
    serve(socket.socket(fileno=int(sys.argv[1])), work)
