"""What a batch has found so far, kept so that a run that was cut short can go on.

A SQLite database in write-ahead mode: a result is in it before it is printed, so a process that is
killed at any moment loses nothing. A result is found again by a hash of everything that it depends
on: the answer, what it answers, the settings, and this version of Lemmata, down to its files.
"""

import hashlib
import sqlite3
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import lemmata

FULL_DISK = ("disk is full", "disk I/O error")


class JournalError(Exception):
    """The journal cannot be used; the message says why and what to do."""


class Journal:
    """Results by the hash of their tasks."""

    def __init__(self, path: Path, *, resume: bool) -> None:
        """Open a journal.

        Args:
            path: Where it is.
            resume: Whether what stands in it is used; otherwise it is emptied.

        Raises:
            JournalError: It cannot be opened, or is no journal.
        """
        self._path = path
        try:
            # One thread writes at a time; sqlite3 would only check that it is always the same.
            self._rows = sqlite3.connect(path, timeout=60, isolation_level=None)
            self._rows.execute("PRAGMA journal_mode = WAL")
            self._rows.execute("PRAGMA synchronous = NORMAL")
            self._rows.execute(
                "CREATE TABLE IF NOT EXISTS results (task BLOB PRIMARY KEY, result BLOB NOT NULL)"
                " WITHOUT ROWID"
            )
            if not resume:
                self._rows.execute("DELETE FROM results")
        except sqlite3.Error as error:
            raise JournalError(self._message(error)) from error

    def find(self, task: bytes) -> bytes | None:
        """The encoded result of an encoded task, if it is known."""
        try:
            row = self._rows.execute("SELECT result FROM results WHERE task = ?", (_key(task),))
            found = row.fetchone()
        except sqlite3.Error as error:
            raise JournalError(self._message(error)) from error
        return None if found is None else bytes(found[0])

    def keep(self, task: bytes, result: bytes) -> None:
        """Keep the encoded result of an encoded task."""
        try:
            self._rows.execute("INSERT OR REPLACE INTO results VALUES (?, ?)", (_key(task), result))
        except sqlite3.Error as error:
            raise JournalError(self._message(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._rows.close()

    def _message(self, error: sqlite3.Error) -> str:
        if any(words in str(error) for words in FULL_DISK):
            return (
                f"{self._path}: no space is left for the results. Every result that was printed is "
                "kept; make room, and run the same command with --resume"
            )
        return f"{self._path} cannot be used as the journal of this batch: {error}"


def _key(task: bytes) -> bytes:
    return hashlib.sha256(version() + task).digest()


@cache
def version() -> bytes:
    """A hash of the version and of every file of the package that can change a verdict."""
    found = hashlib.sha256(lemmata.__version__.encode())
    package = Path(lemmata.__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".toml"):
            found.update(f"{path.relative_to(package)}\0".encode() + path.read_bytes())
    return found.digest()
