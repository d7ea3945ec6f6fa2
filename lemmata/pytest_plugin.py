"""The pytest plugin: derivations in `.tex` and `.md` files are tests, one for each step.

    pytest --lemmata                     # collects *.tex and *.md that ask to be checked
    pytest --lemmata --lemmata-strict    # what is undecided fails, too

A file asks to be checked by a block of declarations or by `% lemmata: claim=ID`; others are left
alone. A step that is refuted fails, with carets below it and the counterexample; so does one that
cannot be read. One that is undecided is skipped with its reason, and never passes. Every pytest run
loads this module, so it imports nothing but pytest before there is something to check.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lemmata.kernel.verdict import Verdict
    from lemmata.reports.findings import Finding

SUFFIXES = (".tex", ".md")
PROPERTY = "lemmata"
LARGEST_FILE = 10_000_000


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switches; without them nothing is collected."""
    group = parser.getgroup("lemmata", "derivations as tests")
    group.addoption(
        "--lemmata", action="store_true", help="collect derivations from .tex and .md files"
    )
    group.addoption("--lemmata-strict", action="store_true", help="a step that is undecided fails")
    parser.addini(
        "lemmata_files", "patterns of files with derivations, collected in every run", type="args"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker of collected steps."""
    config.addinivalue_line("markers", "lemmata: a step of a derivation, judged by Lemmata")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Collect a file that asks to be checked, if that is wanted."""
    config = parent.config
    patterns = config.getini("lemmata_files")
    wanted = config.getoption("--lemmata") or any(file_path.match(each) for each in patterns)
    if not wanted or file_path.suffix not in SUFFIXES:
        return None
    from lemmata.checkers.documents import is_for_lemmata

    text = _read(file_path)
    if text is None or not is_for_lemmata(text):
        return None
    found: pytest.File = DerivationFile.from_parent(parent, path=file_path)
    return found


def _read(path: Path) -> str | None:
    """The text of a file; None for what is no text of a document's size."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            return None
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


class DerivationFile(pytest.File):
    """A document whose steps are tests."""

    @cached_property
    def text(self) -> str:
        """What stands in it."""
        return _read(self.path) or ""

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict on the document; judged once in each process."""
        from lemmata.checkers.answers import check
        from lemmata.checkers.documents import claim_named

        claim = claim_named(self.text)
        # Markdown is read as LaTeX: its formulas stand between the same signs.
        return check(self.text, claim=claim, kind="derivation" if claim else None)

    @cached_property
    def findings(self) -> list[Finding]:
        """The findings of the document, one for each step."""
        from lemmata.reports.findings import findings

        return findings(str(self.path), self.text, self.verdict)

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each step, named by its line, or one for the whole document."""
        seen: set[str] = set()
        for number, found in enumerate(self.findings):
            name = f"L{found.place.line}"
            if name in seen:
                name = f"{name}-{found.place.column}"
            if name in seen:
                name = f"{name}-{number}"
            seen.add(name)
            yield StepItem.from_parent(self, name=name, number=number)


class StepItem(pytest.Item):
    """One step of a derivation."""

    def __init__(self, *, number: int, **more: Any) -> None:
        super().__init__(**more)
        self.number = number
        self.add_marker("lemmata")

    @property
    def finding(self) -> Finding:
        """The verdict on the step, and where it stands."""
        assert isinstance(self.parent, DerivationFile)  # noqa: S101 - narrows the type
        return self.parent.findings[self.number]

    def runtest(self) -> None:
        """Fail when the step is refuted or cannot be read; skip it when it is undecided."""
        from lemmata.reports.findings import is_error

        found = self.finding
        self.user_properties.append((PROPERTY, f"{found.outcome}:{found.code}"))
        if found.outcome == "refuted" or is_error(found):
            raise WrongStepError(found)
        if found.outcome == "undecided":
            if self.config.getoption("--lemmata-strict"):
                raise WrongStepError(found)
            pytest.skip(f"undecided ({found.code}): {found.message.splitlines()[0]}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: object) -> Any:
        """The place, the line with carets below it, and the counterexample."""
        if not isinstance(excinfo.value, WrongStepError):
            return super().repr_failure(excinfo)
        assert isinstance(self.parent, DerivationFile)  # noqa: S101 - narrows the type
        return failure_text(excinfo.value.finding, self.parent.text)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, the line from 0, and the name."""
        return self.path, self.finding.place.line - 1, f"{self.path.name}: {self.finding.name}"


class WrongStepError(Exception):
    """A step that is refuted, or undecided where that is not allowed."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def failure_text(found: Finding, text: str) -> str:
    """What a failing step shows."""
    place = found.place
    line = text.split("\n")[place.line - 1].replace("\t", " ").rstrip("\r")
    end = place.end_column if place.end_line == place.line else len(line) + 1
    carets = " " * (place.column - 1) + "^" * max(1, end - place.column)
    head = f"{found.path}:{place.line}:{place.column}: {found.name} is {found.outcome}"
    if found.code != found.outcome:
        head += f" ({found.code})"
    body = "\n".join(f"    {each}" for each in found.message.splitlines())
    return f"{head}\n    {line}\n    {carets}\n{body}"
