"""Implementations that are not ours, compared with the definitions: certified out of the box.

Each module defines `ORACLES`. A package that is not installed shows as "not run". Where a package
is known to differ, the oracle says so: then the difference is reported and is no failure of a run.
"""

import math
import pkgutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Literal, TypeAlias

Report: TypeAlias = Callable[[int, int, str], None]
# agrees; differs where it should not; differs as known; should differ by what is known and agrees
# now; could not be run.
Finding: TypeAlias = Literal["agrees", "differs", "known defect", "defect gone", "not run"]


@dataclass(frozen=True)
class Comparison:
    """What comparing an implementation with the definition found.

    Attributes:
        cases: How many inputs were compared.
        worst: The largest difference, relative to values above 1.
        where: The case of the largest difference.
        failures: What was raised instead of a value, by case.
    """

    cases: int
    worst: float
    where: str
    failures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Oracle:
    """One thing that one package implements.

    Attributes:
        id: Its name.
        package: The distribution that implements it.
        what: What is compared with what.
        compare: Runs the comparison.
        tolerance: The largest difference that rounding explains.
        claims: The claims of ours that it speaks for.
        known_defect: What is known to be wrong with it; empty if nothing is.
    """

    id: str
    package: str
    what: str
    compare: Callable[[], Comparison]
    tolerance: float
    claims: tuple[str, ...] = ()
    known_defect: str = ""


@dataclass(frozen=True)
class Finished:
    """An oracle's comparison and what it means.

    Attributes:
        oracle: The oracle.
        version: The version of its package; empty when it is not installed.
        finding: See `Finding`.
        comparison: What was found; None when it was not run.
        seconds: How long it took.
        reason: Why it was not run.
    """

    oracle: Oracle
    version: str
    finding: Finding
    comparison: Comparison | None
    seconds: float
    reason: str = ""

    def row(self) -> tuple[str, ...]:
        """A row of the table: package, what, cases, worst difference, tolerance, finding."""
        found = self.comparison
        package = f"{self.oracle.package} {self.version}".strip()
        if found is None:
            return (package, self.oracle.what, "-", "-", f"{self.oracle.tolerance:.0e}", "not run")
        return (
            package,
            self.oracle.what,
            str(found.cases),
            f"{found.worst:.1e}",
            f"{self.oracle.tolerance:.0e}",
            self.finding,
        )

    def note(self) -> str:
        """What a reader should know beside the row; empty when it agrees."""
        found = self.comparison
        if self.finding == "agrees":
            return ""
        if found is None:
            return f"{self.oracle.id}: not run: {self.reason}"
        parts = [f"{self.oracle.id}: {self.finding}: worst at {found.where}", *found.failures]
        if self.oracle.known_defect:
            parts.append(f"known: {self.oracle.known_defect}")
        return "; ".join(parts)


COLUMNS = ("implementation", "compared with the definition", "cases", "worst", "tolerance", "")


def oracles() -> tuple[Oracle, ...]:
    """All oracles, in the order of their modules."""
    found: list[Oracle] = []
    for each in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        found.extend(import_module(f"{__name__}.{each.name}").ORACLES)
    return tuple(found)


def run(report: Report | None = None) -> Iterator[Finished]:
    """Run every oracle whose package is installed."""
    known = oracles()
    for number, oracle in enumerate(known, start=1):
        yield finish(oracle)
        if report is not None:
            report(number, len(known), oracle.id)


def finish(oracle: Oracle) -> Finished:
    """Run one oracle."""
    try:
        installed = version(oracle.package)
    except PackageNotFoundError:
        return Finished(oracle, "", "not run", None, 0.0, f"{oracle.package} is not installed")
    started = time.perf_counter()
    try:
        found = oracle.compare()
    except ImportError as error:  # a part of the package needs another one
        seconds = time.perf_counter() - started
        return Finished(oracle, installed, "not run", None, seconds, str(error))
    agrees = found.worst <= oracle.tolerance and not found.failures
    finding: Finding
    if oracle.known_defect:
        finding = "defect gone" if agrees else "known defect"
    else:
        finding = "agrees" if agrees else "differs"
    return Finished(oracle, installed, finding, found, time.perf_counter() - started)


class Comparing:
    """Collects differences case by case."""

    def __init__(self) -> None:
        self.cases = 0
        self.worst = 0.0
        self.where = "-"
        self.failures: list[str] = []

    def add(self, case: str, difference: float) -> None:
        """One more case with its relative difference; NaN counts as infinite."""
        self.cases += 1
        difference = math.inf if math.isnan(difference) else difference
        if difference > self.worst or self.where == "-":
            self.worst, self.where = difference, case

    def failed(self, case: str, error: Exception) -> None:
        """One more case, which raised an error."""
        self.cases += 1
        message = " ".join(str(error).split())[:100]
        self.failures.append(f"{case}: {type(error).__name__}: {message}")

    def found(self) -> Comparison:
        """All cases together."""
        return Comparison(self.cases, self.worst, self.where, tuple(self.failures))
