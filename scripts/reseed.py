"""Run the statistics of `lemmata certify --budget quick` with many seeds, and count the flakes.

`python scripts/reseed.py` makes 1,000 runs of every sampled check on the full models, which it
trains or takes from the cache once; each run includes all mutants. A flake is a check that is not
confirmed, or a mutant that is not refuted. What is computed exactly has no seed and is left out.
The last line says what ran; the exit code is 1 if anything flaked.
"""

import argparse
import sys
import time

import torch

from lemmata.numerics import estimates
from lemmata.numerics.check import SampledCheck
from lemmata.numerics.devices import use_one_thread
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.run import estimate_checks


def main() -> int:
    """Count the flakes, and say what ran."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000, help="how many seeds")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--size", choices=("full", "tiny"), default="full", help="of the models")
    asked = parser.parse_args()
    use_one_thread()
    zoo = Zoo(asked.size)
    checks = {
        claim: sampled
        for claim in estimates.available()
        if (sampled := [c for c in estimates.checks(claim, zoo) if isinstance(c, SampledCheck)])
    }
    flakes = mutants = 0
    started = time.process_time()
    for run, seed in enumerate(range(asked.first, asked.first + asked.runs), start=1):
        mutants = 0
        for claim, each in checks.items():
            found = estimate_checks(
                claim, each, budget="quick", seed=seed, device=torch.device("cpu")
            )
            mutants += found.mutants
            if found.outcome != "confirmed" or found.killed < found.mutants:
                flakes += 1
                print(f"flake: {claim}, seed {seed}: {found.outcome}: {found.scope()}", flush=True)
        if run % 50 == 0:
            spent = time.process_time() - started
            print(f"{run} runs, {flakes} flakes, {spent:.0f} s", file=sys.stderr, flush=True)
    print(
        f"{asked.runs} runs (seeds {asked.first} to {asked.first + asked.runs - 1}) of "
        f"{sum(map(len, checks.values()))} checks with {mutants} mutants on {asked.size} models: "
        f"{flakes} flakes"
    )
    return int(flakes > 0)


if __name__ == "__main__":
    sys.exit(main())
