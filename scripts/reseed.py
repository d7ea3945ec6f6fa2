"""Run the statistics of `lemmata certify --budget quick` with many seeds, and count the flakes.

`python scripts/reseed.py` makes 1,000 runs of every sampled check on the full models, which it
trains or takes from the cache once; each run includes all mutants. A flake is a check that is not
confirmed, or a mutant that is not refuted. What is computed exactly has no seed and is left out.
The last line says what ran; the exit code is 1 if anything flaked.
"""

import argparse
import sys
import time

from lemmata.numerics import estimates
from lemmata.numerics.audit import off_by_the_effect
from lemmata.numerics.check import SampledCheck
from lemmata.numerics.devices import use_one_thread
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.run import flakes


def main() -> int:
    """Count the flakes, and say what ran."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000, help="how many seeds")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--size", choices=("full", "tiny"), default="full", help="of the models")
    asked = parser.parse_args()
    use_one_thread()
    zoo = Zoo(asked.size)
    checks = {claim: estimates.checks(claim, zoo) for claim in estimates.available()}
    started = time.process_time()

    def report(run: int, wrong: int) -> None:
        if run % 50 == 0:
            spent = time.process_time() - started
            print(f"{run} runs, {wrong} flakes, {spent:.0f} s", file=sys.stderr, flush=True)

    last = asked.first + asked.runs - 1
    found = flakes(checks, seeds=range(asked.first, last + 1), report=report)
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
