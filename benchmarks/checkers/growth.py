"""How the time of an answer grows with it: `python benchmarks/checkers/growth.py [WORD ...]`.

Families of answers of about n parts (`tests/checkers/growing.py`), those with one of the words in
their name, for n = 8, 16, ... 512: the least processor time of some runs in ms, in a process for
each with nothing remembered but the question; the exponent in the length of the text between the
last two that the account does not end, and the largest of all; and the verdict on the longest.
Where the account ends an answer, the time stands in brackets.
"""

import gc
import json
import math
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from lemmata.checkers.answers import check
from lemmata.checkers.sheets import sheet_of
from lemmata.kernel.fuel import accounted

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.checkers.growing import GROWING, Family  # noqa: E402 - the checkout is no package

LENGTHS = (8, 16, 32, 64, 128, 256, 512)
RUNS = 3
LEAST = 0.004
"""Seconds below which a time says nothing about how it grows."""


@dataclass(frozen=True)
class Timed:
    """What one answer took: its characters, processor seconds, and MB more than without it."""

    length: int
    seconds: float
    memory: float
    outcome: str
    ended: bool


def timed(family: Family, n: int) -> Timed:
    """The least time of some runs, each in a process of its own."""
    return min((_once(family, n) for _ in range(RUNS)), key=lambda found: found.seconds)


def _once(family: Family, n: int) -> Timed:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        text = family.text(n)
        started = time.process_time()
        with accounted() as work:
            verdict = check(text, claim=family.claim, kind=family.kind, format=family.format)
        seconds = time.process_time() - started
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        outcome = verdict.cause or verdict.outcome
        found = Timed(len(text), seconds, memory, outcome, work.is_out or outcome == "budget")
        os.write(writing, json.dumps(asdict(found)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return Timed(**json.loads(told))


def exponents(times: list[Timed]) -> list[float]:
    """Those between two lengths of which neither is ended."""
    return [
        math.log(long.seconds / short.seconds) / math.log(long.length / short.length)
        for short, long in pairwise(times)
        if not long.ended and short.seconds > LEAST
    ]


def main() -> None:
    """Print the table."""
    heads = (*map(str, LENGTHS), "last", "most", "MB")
    print(f"{'ms of processor time, n =':34}" + "".join(f"{head:>8}" for head in heads))
    for name, family in GROWING.items():
        if sys.argv[1:] and not any(word in name for word in sys.argv[1:]):
            continue
        sheet_of(family.claim)
        check("0", claim=family.claim, kind=family.kind, format=family.format)
        gc.collect()
        gc.freeze()  # as the workers of a batch do; else a jump is a collection, and no growth
        times = [timed(family, n) for n in LENGTHS]
        shown = (f"{1000 * t.seconds:.1f}" for t in times)
        cells = [f"({cell})" if t.ended else cell for cell, t in zip(shown, times, strict=True)]
        grown = exponents(times)
        cells += [f"{grown[-1]:.2f}", f"{max(grown):.2f}"] if grown else ["-", "-"]
        cells.append(f"{max(t.memory for t in times):.0f}")
        line = f"{name:34}" + "".join(f"{cell:>8}" for cell in cells)
        print(f"{line}  {times[-1].outcome}", flush=True)


if __name__ == "__main__":
    main()
