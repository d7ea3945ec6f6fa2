"""Measure what the design promises, in one run: `python benchmarks/measure.py`.

    kernel      time to prove one step of a library claim              target: median 3 ms
    judges      the same with the three models that must agree          target: median 10 ms
    refutation  time to refute one wrong version of a claim's statement
    reading     time to read one formula of the claims from LaTeX       target: median 0.5 ms
    cold start  wall time of `lemmata --help` in a fresh process        target: 0.3 s
    yardstick   time in which Python itself parses a module of its own, whose text no release of
                ours changes: figures of two machines compare when they are divided by it

Each figure is the median over the items of the best of a few repetitions, in processor time but for
the cold start, so that a busy machine shows in the spread between median and 95 % and not in the
median. Nothing here is asserted.
"""

import argparse
import ast
import gc
import inspect
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

from lemmata.derivations.claim import Part
from lemmata.derivations.registry import claims
from lemmata.judge.statements import judge_statement
from lemmata.kernel.prove import prove
from lemmata.kernel.terms import Statement
from lemmata.notation import read_expression, write_latex
from lemmata.semantics import search
from lemmata.semantics.mutants import mutants_of_statement

REPETITIONS = 3
STARTS = 7
EDITS = 10


OF_STATEMENTS = (
    "lemmata.kernel.memory",
    "lemmata.kernel.fuel",
    "lemmata.judge.statements",
    "lemmata.judge.mends",
    "lemmata.semantics.remembered",
    "lemmata.semantics.search",
)
"""Modules that remember what they found about a statement or its sides."""


@cache
def memories() -> list[Any]:
    """The caches of these modules; what is found once for all answers to a question is kept."""
    kind = type(memories)
    found = (each for each in gc.get_objects() if type(each) is kind)  # asks no object anything
    return [each for each in found if each.__module__ in OF_STATEMENTS]


def timed(
    action: Callable[..., object],
    *arguments: Any,
    repetitions: int = REPETITIONS,
    clock: Callable[[], float] = time.process_time,
) -> float:
    """The shortest of a few runs, in milliseconds; each is the first of its kind."""
    times = []
    for _ in range(repetitions):
        for remembered in memories():
            remembered.cache_clear()
        started = clock()
        action(*arguments)
        times.append(clock() - started)
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
    print(row("kernel", [timed(prove, s, p.declarations) for p, s in everything]))
    print(row("judges", [timed(judge_statement, s, p.declarations) for p, s in everything]))
    print(row("refutation", [timed(search, s, p.declarations) for p, s in wrong]))
    print(row("reading", [timed(read_expression, f, p.declarations) for p, f in formulas]))
    module = inspect.getsource(argparse)
    print(row("yardstick", [timed(ast.parse, module) for _ in range(STARTS)]))
    command = [sys.executable, "-m", "lemmata", "--help"]
    print(
        row(
            "cold start",
            [timed(start, command, repetitions=1, clock=time.perf_counter) for _ in range(STARTS)],
        )
    )


def start(command: list[str]) -> None:
    """Run a command in a fresh process."""
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command


if __name__ == "__main__":
    main()
