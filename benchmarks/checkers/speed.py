"""How long an answer takes: `python benchmarks/checkers/speed.py [--every N] [--alone]`.

Processor time in ms, one core, parse included, warm: each question was asked once before. `--every`
takes each Nth answer of the corpus, `--alone` asks for verdicts without what is wrong with what is
refuted. A scalar question asks for arithmetic of declared numbers, without sums over indices,
vectors, laws or derivatives. The targets: a median of 2 ms for scalar questions, of 10 ms over all
answers and for a step of a derivation; 50 ms for 99 % of all answers, and 1 s for a hostile text.
The yardstick, a million turns of a Python loop before and after, tells how fast the machine was
meanwhile.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lemmata.checkers.answers import check
from lemmata.checkers.sheets import sheet_of
from lemmata.judge import Kind
from lemmata.kernel.terms import Add, Div, Fn, Mul, Neg, Num, Pi, Pow, Sym, walk
from lemmata.kernel.verdict import Verdict
from lemmata.notation import Format

ROOT = Path(__file__).resolve().parents[2]
CORPORA: tuple[tuple[str, Kind], ...] = (
    ("expressions", "expression"),
    ("blind/first/expressions", "expression"),
    ("blind/second/expressions", "expression"),
    ("derivations", "derivation"),
    ("blind/first/derivations", "derivation"),
    ("blind/second/derivations", "derivation"),
)
SCALAR = (Num, Pi, Sym, Add, Neg, Mul, Div, Pow, Fn)


@dataclass(frozen=True)
class Case:
    """An answer of the corpus."""

    claim: str
    kind: Kind
    format: Format
    answer: str
    expected: str


def cases(every: int) -> Iterator[Case]:
    """Each Nth answer of the corpus."""
    number = 0
    for folder, kind in CORPORA:
        paths = sorted((ROOT / "tests" / "answers" / folder).glob("*.jsonl"))
        if not paths:
            raise SystemExit(f"no answers stand in tests/answers/{folder}")
        for path in paths:
            for line in path.read_text("utf-8").splitlines():
                entry = json.loads(line)
                if number % every == 0 and entry["format"] in ("latex", "text"):
                    answer, expected = entry["answer"], entry["expected"]
                    yield Case(path.stem, kind, entry["format"], answer, expected)
                number += 1


@cache
def is_scalar(claim: str) -> bool:
    """Whether a question asks for arithmetic of declared numbers."""
    parts = [part for reference in sheet_of(claim).reference for part in walk(reference)]
    plain = all(isinstance(part, SCALAR) for part in parts)
    return plain and not any(isinstance(part, Sym) and part.indices for part in parts)


def timed(case: Case, *, explain: bool) -> tuple[float, Verdict]:
    """The processor time of an answer in ms, and its verdict."""
    started = time.process_time()
    verdict = check(
        case.answer, claim=case.claim, kind=case.kind, format=case.format, explain=explain
    )
    return 1000 * (time.process_time() - started), verdict


def row(name: str, times: Sequence[float]) -> None:
    """Print a line of the table: how many, median, 90 %, 99 %, largest."""
    if not times:
        return
    ordered = sorted(times)
    late = (ordered[int(share * (len(ordered) - 1))] for share in (0.9, 0.99, 1))
    figures = "".join(f"{value:10.1f}" for value in (statistics.median(ordered), *late))
    print(f"{name:34}{len(ordered):7}{figures}")


def yardstick() -> float:
    """The processor time of a million turns of a loop, in ms."""
    started = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number % 7
    return 1000 * (time.process_time() - started)


def hostile_texts() -> list[str]:
    """The hostile corpus of the tests."""
    sys.path.insert(0, str(ROOT))
    from tests.checkers.hostile import hostile

    return [text for texts in hostile("mark").values() for text in texts]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--alone", action="store_true")
    options = parser.parse_args()
    chosen, explain = list(cases(options.every)), not options.alone
    sticks = [yardstick()]
    first = []
    for claim, kind in dict.fromkeys((case.claim, case.kind) for case in chosen):
        first.append(timed(Case(claim, kind, "latex", "0", ""), explain=explain)[0])
    found = [(case, *timed(case, explain=explain)) for case in chosen]

    print(f"{'ms of processor time':34}{'':7}" + "".join(f"{h:>10}" for h in HEADS))
    whole = [(case, ms) for case, ms, _ in found if case.kind == "expression"]
    for name, scalar in (("scalar answers", True), ("other answers", False)):
        row(name, [ms for case, ms in whole if is_scalar(case.claim) is scalar])
    for form in ("latex", "text"):
        for expected in ("right", "wrong"):
            kept = [ms for c, ms in whole if (c.format, c.expected) == (form, expected)]
            row(f"{expected} answers in {form}", kept)
    row("all answers", [ms for _, ms in whole])
    long = [(case, ms, len(verdict.steps)) for case, ms, verdict in found if verdict.steps]
    long = [each for each in long if each[0].kind == "derivation"]
    for expected in ("right", "wrong"):
        kept = [ms / steps for case, ms, steps in long if case.expected == expected]
        row(f"a step of a {expected} derivation", kept)
    row("whole derivations", [ms for _, ms, _ in long])
    row("the first answer to a question", first)
    claim = "gaussian-kl"
    texts = [Case(claim, "expression", "latex", text, "") for text in hostile_texts()]
    row("hostile texts", [timed(text, explain=explain)[0] for text in texts])
    row("yardstick", [*sticks, yardstick()])


HEADS = ("median", "90 %", "99 %", "largest")

if __name__ == "__main__":
    main()
