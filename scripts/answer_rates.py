"""How the kept answers are judged: `python scripts/answer_rates.py [PART OF A PATH ...]`.

Judges every answer under `tests/answers`, or those whose files have one of the given words in their
path ("ninth", "derivations/vae-elbo"), in a process for each core. Prints each false verdict, then
how many of the right answers are proved and of the wrong ones refuted (a derivation at its first
wrong step), and the processor time of an answer once its question has been read: median, 95 %, 99 %
and largest. Attacks, which say what their verdict must never be, are judged beside them.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NamedTuple

from lemmata.checkers.answers import check
from lemmata.judge import Kind

ANSWERS = Path(__file__).parent.parent / "tests" / "answers"
PARTS: dict[str, Kind] = {"expressions": "expression", "derivations": "derivation"}
FALSE = {"right": "refuted", "wrong": "proved"}


class Kept(NamedTuple):
    """An answer with what it is: where it stands, the question, the kind of answer, the line."""

    corpus: str
    claim: str
    kind: Kind
    line: dict[str, Any]


class Judged(NamedTuple):
    """A verdict in short, and the processor time that it took in seconds."""

    outcome: str
    cause: str | None
    step: int | None
    seconds: float


def kept(words: Sequence[str]) -> Iterator[Kept]:
    """The kept answers whose files have one of these words in their path; all, without words."""
    for path in sorted(ANSWERS.rglob("*.jsonl")):
        name = path.relative_to(ANSWERS).with_suffix("").as_posix()
        part = path.parent.name
        if words and not any(word in name for word in words):
            continue
        for text in path.read_text("utf-8").splitlines():
            line = json.loads(text)
            if part in PARTS:
                yield Kept(path.parent.parent.name, path.stem, PARTS[part], line)
            elif "demand" in line:
                yield Kept(path.parent.name, line["claim"], line["kind"], line)


@cache
def warmed(claim: str, kind: Kind) -> None:
    """A question that has been read, and asked once."""
    check("0", claim=claim, kind=kind)


def judge(answer: Kept) -> Judged:
    """The verdict on an answer."""
    warmed(answer.claim, answer.kind)
    begun = time.process_time()
    line = answer.line
    found = check(line["answer"], claim=answer.claim, kind=answer.kind, format=line["format"])
    seconds = time.process_time() - begun
    return Judged(found.outcome, found.cause, found.first_wrong_step, seconds)


def is_false(answer: Kept, found: Judged) -> bool:
    """Whether a verdict says what is not so, or an attack is met with what it must never be."""
    line, first = answer.line, answer.line.get("first_wrong_step")
    if found.cause == "conflict" or line.get("demand") == f"never {found.outcome}":
        return True
    early = found.step is not None and first is not None and found.step < first
    return "expected" in line and (found.outcome == FALSE[line["expected"]] or early)


def is_decided(answer: Kept, found: Judged) -> bool:
    """Whether an answer is decided as it should be."""
    if answer.line["expected"] == "right":
        return found.outcome == "proved"
    at_its_step = answer.kind == "expression" or found.step == answer.line["first_wrong_step"]
    return found.outcome == "refuted" and at_its_step


def main() -> None:
    """Judge and print."""
    answers = list(kept(sys.argv[1:]))
    with Pool(os.cpu_count()) as pool:
        verdicts = pool.map(judge, answers, chunksize=8)
    asked: Counter[tuple[str, str, str]] = Counter()
    decided: Counter[tuple[str, str, str]] = Counter()
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    attacks = false = 0
    for answer, found in zip(answers, verdicts, strict=True):
        if is_false(answer, found):
            false += 1
            print("FALSE", answer.corpus, answer.claim, found.outcome, repr(answer.line["answer"]))
        if "expected" not in answer.line:
            attacks += 1
            continue
        row = (answer.corpus, str(answer.kind), str(answer.line["expected"]))
        asked[row] += 1
        decided[row] += is_decided(answer, found)
        seconds[answer.kind].append(1000 * found.seconds)
    for row, count in sorted(asked.items()):
        share = 100 * decided[row] / count
        print(f"{' '.join(row):40}{decided[row]:6d} of {count:6d}  {share:6.1f} %")
    print(f"{len(answers)} answers, {attacks} of them attacks; {false} false verdicts")
    for kind, times in seconds.items():
        ordered = sorted(times)
        high = [ordered[min(len(ordered) - 1, int(part * len(ordered)))] for part in (0.95, 0.99)]
        figures = [statistics.median(ordered), *high, ordered[-1]]
        print(f"{kind:12}" + " ".join(f"{figure:9.1f}" for figure in figures) + "  ms")


if __name__ == "__main__":
    main()
