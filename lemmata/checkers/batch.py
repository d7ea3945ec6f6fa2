"""Batches of answers: read them from a file or a directory, and judge each, whatever it is.

Every line of the input gets one object, in the order of the input. A line that cannot be read, or
an answer on which the judge itself fails, never stops the lines after it.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from lemmata.checkers.record import Record, record, undecided
from lemmata.kernel.verdict import Verdict

Format: TypeAlias = Literal["latex", "text", "code", "table"]
Kind: TypeAlias = Literal["expression", "derivation"]

# A longer line is broken: answers are formulas and derivations, not archives. In bytes.
LONGEST_LINE = 1_000_000
FORMATS: dict[str, Format] = {".tex": "latex", ".txt": "text", ".py": "code", ".json": "table"}


class Answer(msgspec.Struct, frozen=True):
    """One answer, with the field names of the input lines."""

    id: str
    claim: str
    format: Format
    answer: str
    kind: Kind = "expression"


@dataclass(frozen=True)
class Broken:
    """An input that is no answer, and why."""

    reason: str


Entry: TypeAlias = tuple[int, Answer | Broken]
Judge: TypeAlias = Callable[[Answer], Verdict]


def read_answers(path: Path) -> Iterator[Entry]:
    """Read the answers of a file of JSON lines, or of a directory, each with its line from 1.

    Raises:
        OSError: The file or directory itself cannot be read.
    """
    yield from enumerate(_of_directory(path) if path.is_dir() else _of_lines(path), start=1)


def grade(entries: Iterator[Entry], judge: Judge) -> Iterator[tuple[Record, Exception | None]]:
    """Judge each entry; yield its object, and the exception if the judge failed on it."""
    for line, entry in entries:
        started = time.perf_counter()
        failure = None
        if isinstance(entry, Broken):
            verdict = undecided("unreadable", f"line {line}: {entry.reason}")
        else:
            try:
                verdict = judge(entry)
            except Exception as error:  # noqa: BLE001 - the other answers must still be judged
                failure = error
                verdict = undecided(
                    "unsupported",
                    f"Lemmata failed on this answer ({type(error).__name__}); "
                    "this is a bug of Lemmata, and says nothing about the answer",
                )
        answer = None if isinstance(entry, Broken) else entry
        fields = record(
            verdict,
            line=line,
            identifier=answer.id if answer else None,
            claim=answer.claim if answer else None,
            derivation=answer is not None and answer.kind == "derivation",
            seconds=time.perf_counter() - started,
        )
        yield fields, failure


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
        identifier = name.with_suffix("").as_posix()
        if path.is_symlink():
            # A submission could point at any file of the grader's machine.
            yield Broken(f"{name} is a link; answers are files")
        elif path.stat().st_size > LONGEST_LINE:
            yield Broken(f"{name} is longer than {LONGEST_LINE} bytes")
        else:
            try:
                text = path.read_text(encoding="utf-8-sig")
                yield Answer(identifier, name.stem, FORMATS[name.suffix], text)
            except (OSError, UnicodeDecodeError) as error:
                yield Broken(f"{name} cannot be read: {error}")
