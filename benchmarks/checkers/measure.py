"""Lemmata beside other checkers on our answer set, and how fast it grades.

    python benchmarks/checkers/measure.py [--peers PYTHON] [--each N]

`--peers` names a Python that has Math-Verify, latex2sympy2_extended and antlr4-python3-runtime
4.11 (see peers.py); without it only Lemmata is measured. `--each` takes at most N right and N wrong
answers of each question, and 2 N of any kind for the batches. Peers compare with the reference
formula of the question, written in LaTeX; every checker gets the same LaTeX answers.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lemmata.checkers.answers import check
from lemmata.checkers.batch import grade, read_answers
from lemmata.checkers.sheets import sheet_of
from lemmata.notation import write_latex

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = ROOT / "tests" / "answers" / "expressions"
ENGINES = ("Math-Verify", "latex2sympy2_extended + SymPy", "SymPy parse_latex + equals")
LENGTHS = (1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True)
class Pair:
    """An answer, what it answers, and whether it is right."""

    claim: str
    reference: str
    answer: str
    right: bool


def pairs(each: int) -> list[Pair]:
    """The LaTeX answers of the questions whose reference can be written for the peers."""
    found = []
    for path in sorted(ANSWERS.glob("*.jsonl")):
        try:
            sheet = sheet_of(path.stem)
            reference = write_latex(sheet.reference[0], sheet.declarations)
        except (IndexError, KeyError, ValueError):
            continue
        taken: dict[bool, int] = defaultdict(int)
        for line in path.read_text("utf-8").splitlines():
            entry = json.loads(line)
            right = entry["expected"] == "right"
            if entry["format"] == "latex" and taken[right] < each:
                taken[right] += 1
                found.append(Pair(path.stem, reference, entry["answer"], right))
    return found


def ours(chosen: Sequence[Pair]) -> list[tuple[bool, bool, float]]:
    """For each pair, whether Lemmata proves it, whether it refutes it, and the seconds."""
    found = []
    for pair in chosen:
        started = time.perf_counter()
        outcome = check(pair.answer, claim=pair.claim, kind="expression").outcome
        found.append((outcome == "proved", outcome == "refuted", time.perf_counter() - started))
    return found


def theirs(engine: str, python: str, chosen: Sequence[Pair]) -> list[tuple[bool, bool, float]]:
    """The same for a peer, which only accepts or does not."""
    feed = "".join(
        json.dumps({"reference": pair.reference, "answer": pair.answer}) + "\n" for pair in chosen
    )
    command = [python, str(Path(__file__).with_name("peers.py")), engine]
    done = subprocess.run(  # noqa: S603 - the peers that the caller names
        command, input=feed, capture_output=True, text=True, check=True
    )
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    return [(each["accepted"], not each["accepted"], each["seconds"]) for each in verdicts]


def row(name: str, chosen: Sequence[Pair], found: Sequence[tuple[bool, bool, float]]) -> str:
    """A line of the table."""
    both = list(zip(chosen, found, strict=True))
    right = sum(accepted for pair, (accepted, _, _) in both if pair.right)
    wrong = sum(accepted for pair, (accepted, _, _) in both if not pair.right)
    refuted = sum(refuses for pair, (_, refuses, _) in both if pair.right)
    times = sorted(1000 * seconds for _, (_, _, seconds) in both)
    median, late = statistics.median(times), times[int(0.99 * (len(times) - 1))]
    return f"{name:32}{right:8}{wrong:8}{refuted:8}{median:10.1f}{late:10.1f}"


def side_by_side(python: str | None, each: int) -> None:
    """The table of the checkers."""
    chosen = pairs(each)
    total = sum(pair.right for pair in chosen)
    check(chosen[0].answer, claim=chosen[0].claim)  # what is loaded on first use
    print(f"{total} right and {len(chosen) - total} wrong answers in LaTeX, times in ms\n")
    print(f"{'':32}{'right':>8}{'wrong':>8}{'right':>8}{'':>10}{'':>10}")
    heads = ("accepted", "accepted", "rejected", "median", "99 %")
    print(f"{'':31}{heads[0]:>9}{heads[1]:>9}{heads[2]:>9}{heads[3]:>9}{heads[4]:>9}")
    print(row("Lemmata", chosen, ours(chosen)))
    for engine in ENGINES if python else ():
        print(row(engine, chosen, theirs(engine, str(python), chosen)), flush=True)


def throughput(each: int) -> None:
    """Answers a second, and how they grow with the number of workers."""
    lines = [
        json.dumps({"id": path.stem, "claim": path.stem, **json.loads(line)})
        for path in sorted(ANSWERS.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()[: 2 * each]
    ]
    print(f"\n{len(lines)} answers in batches, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "answers.jsonl")
        path.write_text("\n".join(lines), encoding="utf-8")
        for jobs in (1, 2, 4):
            with ThreadPoolExecutor(jobs) as threads:
                warm = list(grade(list(read_answers(path))[:jobs], threads))
                started = time.perf_counter()
                graded = list(grade(read_answers(path), threads))
                seconds = time.perf_counter() - started
            busy = sum(fields["seconds"] for fields, _ in graded)
            print(
                f"  --jobs {jobs}: {len(graded) / seconds:8.1f} answers a second, "
                f"{len(graded) / busy:8.1f} a second of a worker ({len(warm)} to warm up)"
            )


def lengths() -> None:
    """Time against the length of an answer: a right one with ever more terms."""
    print("\nthe time of a right answer with n terms more that cancel")
    base = r"-\frac12\sum_j(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2)"
    before = 0.0
    for n in LENGTHS:
        extra = "".join(rf" + {k} \mu_1^{{{k}}} - {k} \mu_1^{{{k}}}" for k in range(1, n + 1))
        times = []
        for _ in range(5):
            started = time.perf_counter()
            verdict = check(base + extra, claim="gaussian-kl", kind="expression")
            times.append(1000 * (time.perf_counter() - started))
        grown = f"{min(times) / before:6.2f} times the half" if before else ""
        print(f"  n = {n:3}  {min(times):8.2f} ms  {verdict.outcome:10} {grown}")
        before = min(times)


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", metavar="PYTHON")
    parser.add_argument("--each", type=int, default=1_000)
    options = parser.parse_args()
    side_by_side(options.peers, options.each)
    throughput(options.each)
    lengths()


if __name__ == "__main__":
    main()
