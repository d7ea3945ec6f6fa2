"""Batches of answers: read them from a file or a directory, and judge each, whatever it is.

The input is read as it is needed, so its length does not matter.

Every line of the input gets one object, in the order of the input. A line that cannot be read, or
an answer on which the judge itself fails, never stops the lines after it.
"""

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

import msgspec

from lemmata.checkers.apart import judge_apart, killed
from lemmata.checkers.journal import Journal
from lemmata.checkers.record import Record, content, record, undecided
from lemmata.checkers.tasks import FORMATS, Format, Kind, Result, Task

# A longer line is broken: answers are formulas and derivations, not archives. In bytes.
LONGEST_LINE = 1_000_000
# How many entries may be read before the first of them has its result.
WINDOW = 128
NO_SHEETS: Final[Mapping[str, str]] = MappingProxyType({})


class Answer(msgspec.Struct, frozen=True):
    """One answer, with the field names of the input lines."""

    id: str
    claim: str
    format: Format
    answer: str
    kind: Kind | None = "expression"


@dataclass(frozen=True)
class Broken:
    """An input that is no answer, and why; a file is named, and says what it would answer."""

    reason: str
    id: str | None = None
    claim: str | None = None


Entry: TypeAlias = tuple[int, Answer | Broken]


class ExecutorLostError(Exception):
    """Whatever runs the tasks can run nothing any more; the message says why and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"no answer can be judged any more: {reason}. What was found is in the journal, if "
            "there is one; mend it and go on with --resume"
        )


def read_answers(path: Path) -> Iterator[Entry]:
    """Read the answers of a file of JSON lines, or of a directory, each with its line from 1.

    Raises:
        OSError: The file or directory itself cannot be read.
    """
    yield from enumerate(_of_directory(path) if path.is_dir() else _of_lines(path), start=1)


def grade(
    entries: Iterable[Entry],
    executor: Executor,
    *,
    journal: Journal | None = None,
    trust_code: bool = False,
    explain: bool = True,
    sheets: Mapping[str, str] = NO_SHEETS,
) -> Generator[tuple[Record, str], None, None]:
    """Judge each entry; yield its object, in the order of the entries, as soon as it is known.

    Args:
        entries: The answers; read no further ahead than a window of tasks.
        executor: What runs the tasks: threads of this process, or a pool or cluster of others.
            Each task is judged in an expendable process of the machine that it runs on.
        journal: Where results are kept, and found again instead of being worked out twice.
        trust_code: Whether code may run where no sandbox can be had.
        explain: Whether it is said what is wrong with what is refuted.
        sheets: The texts of answer sheets by the name of their question, before those of Lemmata.

    Yields:
        The object, and where Lemmata failed on the answer; empty when it did not.

    Raises:
        ExecutorLostError: The executor can run nothing any more.
        JournalError: The journal cannot be used.
    """
    waiting: deque[_Waiting] = deque()
    try:
        for line, entry in entries:
            waiting.append(
                _submit(
                    line, entry, executor, journal, sheets, trust_code=trust_code, explain=explain
                )
            )
            while waiting and (len(waiting) >= WINDOW or waiting[0].done):
                yield waiting.popleft().finish(journal)
        while waiting:
            yield waiting.popleft().finish(journal)
    finally:
        for each in waiting:
            each.cancel()


@dataclass
class _Waiting:
    """An entry whose result comes before or after those of its neighbours."""

    line: int
    entry: Answer | Broken
    task: bytes
    found: Future[bytes] | bytes

    @property
    def done(self) -> bool:
        return isinstance(self.found, bytes) or self.found.done()

    def cancel(self) -> None:
        if isinstance(self.found, Future):
            self.found.cancel()

    def finish(self, journal: Journal | None) -> tuple[Record, str]:
        """Wait for the result, keep it if it is new and final, and make the object."""
        encoded = self.found if isinstance(self.found, bytes) else _outcome(self.found, self.task)
        result = msgspec.json.decode(encoded, type=Result)
        if journal is not None and isinstance(self.found, Future) and result.final:
            journal.keep(self.task, encoded)
        fields = record(
            result.fields, line=self.line, identifier=self.entry.id, claim=self.entry.claim
        )
        return fields, result.failure


def _submit(
    line: int,
    entry: Answer | Broken,
    executor: Executor,
    journal: Journal | None,
    sheets: Mapping[str, str],
    *,
    trust_code: bool,
    explain: bool,
) -> _Waiting:
    task = b""
    if isinstance(entry, Answer):
        try:
            sheet = sheets.get(entry.claim, "")
            task = msgspec.json.encode(
                Task(
                    entry.claim, entry.format, entry.kind, entry.answer, trust_code, explain, sheet
                )
            )
        except UnicodeEncodeError as error:  # half of a character, which only Python can hold
            entry = Broken(f"not an answer: {error}")
    if isinstance(entry, Broken):
        where = "" if entry.id else f"line {line}: "
        verdict = undecided("unreadable", f"{where}{entry.reason}")
        fields = content(verdict, derivation=False, seconds=0.0)
        return _Waiting(line, entry, task, msgspec.json.encode(Result(fields)))
    known = journal.find(task) if journal is not None else None
    if known is not None:
        return _Waiting(line, entry, task, known)
    try:
        return _Waiting(line, entry, task, executor.submit(judge_apart, task))
    except RuntimeError as error:  # BrokenExecutor is one
        raise ExecutorLostError(str(error)) from error


def _outcome(future: Future[bytes], task: bytes) -> bytes:
    """The result of a task, wherever it ran.

    Raises:
        ExecutorLostError: It is not the task that was lost, but whatever runs the tasks.
    """
    try:
        return future.result()
    except (BrokenExecutor, CancelledError, ImportError, OSError) as error:
        raise ExecutorLostError(f"{type(error).__name__}: {error}") from error
    except Exception as error:  # noqa: BLE001 - whatever a cluster says of a task that it lost
        return msgspec.json.encode(killed(task, f"the task was lost ({type(error).__name__})"))


def _of_lines(path: Path) -> Iterator[Answer | Broken]:
    """The answers of a file with one JSON object a line."""
    decoder = msgspec.json.Decoder(Answer)
    with path.open("rb") as stream:
        while line := stream.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(LONGEST_LINE)
                yield Broken(f"the line is longer than {LONGEST_LINE} bytes")
                continue
            try:
                yield decoder.decode(line.removeprefix(b"\xef\xbb\xbf"))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                yield Broken(f"not an answer: {error}")


def _of_directory(folder: Path) -> Iterator[Answer | Broken]:
    """The answers of a directory, one a file: the path is the id, the name the claim it answers."""
    names = sorted(
        Path(parent, name).relative_to(folder)
        for parent, _, files in os.walk(folder)
        for name in files
        if Path(name).suffix in FORMATS and not name.startswith(".")
    )
    for name in names:
        path = folder / name
        shown = Path(os.fsencode(name).decode(errors="backslashreplace"))
        identifier = shown.with_suffix("").as_posix()
        try:
            if path.is_symlink() or not path.is_file():
                # A submission could point at any file of the grader's machine, or at nothing.
                problem = f"{shown} is a link or a device; answers are files"
            elif path.stat().st_size > LONGEST_LINE:
                problem = f"{shown} is longer than {LONGEST_LINE} bytes"
            else:
                text = path.read_text(encoding="utf-8-sig")
                yield Answer(identifier, shown.stem, FORMATS[name.suffix], text, kind=None)
                continue
        except OSError as error:
            problem = f"{shown} cannot be read: {error.strerror}"
        except UnicodeDecodeError as error:
            problem = f"{shown} is not UTF-8: byte {error.start} cannot be read; save it as UTF-8"
        yield Broken(problem, identifier, shown.stem)
