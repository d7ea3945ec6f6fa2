"""Measure what the design promises, in one run: `python benchmarks/measure.py`.

    kernel      time to prove one step of a library claim              target: median 3 ms
    judges      the same with the three models that must agree          target: median 10 ms
    refutation  time to refute one wrong version of a claim's statement
    reading     time to read one formula of the claims from LaTeX       target: median 0.5 ms
    cold start  wall time of `lemmata --help` in a fresh process        target: 0.3 s

Each figure is the median over the items of the best of a few repetitions, so that a busy machine
shows in the spread between median and 95 % and not in the median. Nothing here is asserted.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from lemmata.derivations.claim import Part
from lemmata.derivations.registry import claims
from lemmata.judge import judge_statement
from lemmata.kernel.prove import prove
from lemmata.kernel.terms import Statement
from lemmata.notation import read_expression, write_latex
from lemmata.semantics import search
from lemmata.semantics.mutants import mutants_of_statement

REPETITIONS = 3
STARTS = 7
EDITS = 10


def best_of(action: Callable[[], object], repetitions: int = REPETITIONS) -> float:
    """The shortest of a few runs, in milliseconds."""
    times = []
    for _ in range(repetitions):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return 1000 * min(times)


def parts() -> Iterator[Part]:
    """Every part of every claim."""
    for claim in claims().values():
        yield from claim.parts


def steps(part: Part) -> Iterator[Statement]:
    """The steps of a part's derivation."""
    before = part.derivation.start
    for step in part.derivation.steps:
        yield Statement(before, step.relation, step.term)
        before = step.term


def row(name: str, values: Sequence[float], unit: str = "ms") -> str:
    """One line of the table: how many, median, 95 %, largest."""
    ordered = sorted(values)
    high = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    figures = f"{statistics.median(ordered):10.2f} {high:10.2f} {ordered[-1]:10.2f}"
    return f"{name:<12}{len(ordered):6d} {figures}  {unit}"


def main() -> None:
    """Measure and print."""
    everything = [(part, statement) for part in parts() for statement in steps(part)]
    wrong = [
        (part, statement)
        for part in parts()
        for statement, _ in islice(mutants_of_statement(part.statement, part.declarations), EDITS)
        if statement.relation == "="
    ]
    formulas = [
        (part, write_latex(side, part.declarations))
        for part, statement in everything
        for side in (statement.left, statement.right)
    ]
    print(f"{'':<12}{'items':>6} {'median':>10} {'95 %':>10} {'largest':>10}")
    print(row("kernel", [best_of(lambda p=p, s=s: prove(s, p.declarations)) for p, s in everything]))  # type: ignore[misc]
    print(row("judges", [best_of(lambda p=p, s=s: judge_statement(s, p.declarations)) for p, s in everything]))  # type: ignore[misc]
    print(row("refutation", [best_of(lambda p=p, s=s: search(s, p.declarations), 1) for p, s in wrong]))  # type: ignore[misc]
    print(row("reading", [best_of(lambda p=p, f=f: read_expression(f, p.declarations)) for p, f in formulas]))  # type: ignore[misc]
    command = [sys.executable, "-m", "lemmata", "--help"]
    starts = [best_of(lambda: subprocess.run(command, check=True, capture_output=True), 1) for _ in range(STARTS)]
    print(row("cold start", starts))


if __name__ == "__main__":
    main()
