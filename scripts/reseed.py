"""Run the statistics of `lemmata certify --budget quick` with many seeds, and count the flakes.

`python scripts/reseed.py` makes 1,000 runs of every sampled check on the full models, which it
trains or takes from the cache once; each run includes all mutants. A flake is a check that is not
confirmed, or a mutant that is not refuted. What is computed exactly has no seed and is left out.
The last line says what ran; the exit code is 1 if anything flaked.

With `--journal FILE` each run is recorded when it ends, and those that are recorded there with the
same code are not repeated: a run that was stopped goes on, and two with different seeds add up.
"""

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path

from lemmata import numerics
from lemmata.numerics import estimates
from lemmata.numerics.audit import off_by_the_effect
from lemmata.numerics.check import SampledCheck
from lemmata.numerics.devices import use_one_thread
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.run import flakes

CODE = Path(numerics.__file__).parent


def digest() -> str:
    """What the code is known by: a hash of all of it that draws and judges."""
    found = hashlib.sha256()
    for file in sorted(CODE.rglob("*.py")):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def recorded(journal: Path | None, kind: dict[str, str]) -> dict[int, list[str]]:
    """The flakes of each seed that was run before, of the same kind."""
    if journal is None or not journal.exists():
        return {}
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    return {each["seed"]: each["flakes"] for each in lines if kind.items() <= each.items()}


def main() -> int:
    """Count the flakes, and say what ran."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000, help="how many seeds")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--size", choices=("full", "tiny"), default="full", help="of the models")
    parser.add_argument("--journal", type=Path, help="where runs are recorded")
    asked = parser.parse_args()
    use_one_thread()
    zoo = Zoo(asked.size)
    checks = {claim: estimates.checks(claim, zoo) for claim in estimates.available()}
    started = time.process_time()
    kind = {"code": digest(), "size": asked.size}
    done = recorded(asked.journal, kind)
    last = asked.first + asked.runs - 1
    found: list[str] = []
    for run, seed in enumerate(range(asked.first, last + 1), start=1):
        if seed not in done:
            done[seed] = flakes(checks, seeds=[seed])
            if asked.journal is not None:
                line = json.dumps({"seed": seed, "flakes": done[seed], **kind})
                with asked.journal.open("a", encoding="utf-8") as journal:
                    journal.write(line + "\n")
        found += done[seed]
        if run % 50 == 0:
            spent = time.process_time() - started
            print(f"{run} runs, {len(found)} flakes, {spent:.0f} s", file=sys.stderr, flush=True)
    sampled = [c for each in checks.values() for c in each if isinstance(c, SampledCheck)]
    mutants = sum(len(each.mutants) + len(off_by_the_effect(each)) for each in sampled)
    print(*found, sep="\n")
    print(
        f"{asked.runs} runs (seeds {asked.first} to {last}) of {len(sampled)} checks with "
        f"{mutants} mutants on {asked.size} models: {len(found)} flakes"
    )
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
