"""Count how often the statistics of `lemmata.numerics` err, and write docs/calibration.md.

Run `python scripts/calibrate.py` for the table on standard output (some minutes of one
core), and `python scripts/calibrate.py --write` to record it.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lemmata.numerics.bounds import Bound, Design
from lemmata.numerics.calibration import (
    LAWS,
    RANGES,
    UNIT_VARIANCE,
    Outcomes,
    least_samples,
    replicate,
)

PAGE = Path(__file__).resolve().parents[1] / "docs" / "calibration.md"
REPLICATIONS = 20_000
RATES = (1e-2, 1e-3)
ALPHA, MISS, EFFECT = 1e-6, 1e-2, 0.1
SMALL, FEW = 0.03, 1_000

HEAD = """# Calibration

How often the sequential tests of `lemmata.numerics` err, counted in simulations on seven laws of
mean 0 and variance 1. `python scripts/calibrate.py --write` writes this page;
`tests/numerics/test_calibration.py` holds the figures in its slow part, and a short version of them
in every run.

| law | is met in |
|---|---|
| Beta(2, 5) | bounded values |
| Bernoulli(0.02) | rare events |
| Gaussian log-ratio | log-density ratios of Gaussians of one variance |
| quadratic log-ratio | log-density ratios of Gaussians |
| score-function term | score-function gradients: z^5, kurtosis 733 |
| importance weights, s = 1, 2 | exp(s z - s^2/2), kurtosis 114 and about 9 million |

"""

CERTAIN = """
An error that no law in the declared range can have is excluded before the first sample. For
Bernoulli(0.02) with a claim that is 0.1 deviations too low, values start 0.043 deviations below the
claim, so that an error of 0.1 downwards is impossible, and only the one upwards has to be refuted:
50 of 10,000 are confirmed, and 46 where this is not used; 25 the other way, with and without.

"""

LIMIT = """
What can be reached: a test that knows a range only must keep its level for every law in that range
whose mean is the claimed one. The law among them that is hardest to tell from the true one has the
divergence max over l of E log(1 + l x) from it, where x is the difference towards the error; so by
Wald's inequality no such test, however clever, refutes with fewer samples in the mean than
log(1 / rate) over this. In the same multiples:

"""

REACHED = """
Where only a range is known, therefore, 0.65 is the mean over both directions and no promise for
each: for Bernoulli(0.02) a claim that is too high takes more, and no test could do with 0.65. One
that looks to both sides has half of its false-alarm rate for each, which makes the limit 5 %
higher still; the rest is the price of not knowing the size of the error. Whoever knows the variance
of a rare event can declare it instead.
"""


def digest() -> str:
    """What the code is known by that the figures depend on."""
    found = hashlib.sha256()
    for name in ("bounds.py", "calibration.py"):
        found.update((PAGE.parents[1] / "lemmata" / "numerics" / name).read_bytes())
    return found.hexdigest()[:16]


def cases() -> Iterator[tuple[str, str, Bound]]:
    """Every law with its variance, and the bounded ones with their range as well."""
    for name in LAWS:
        yield name, "variance", UNIT_VARIANCE
        if name in RANGES:
            yield name, "range", RANGES[name]


def null(name: str, bound: Bound) -> Outcomes:
    """True claims, looked at 64 times, and never stopped by a confirmation."""
    return replicate(
        LAWS[name], bound, replications=REPLICATIONS, samples=8_192, every=128, rates=RATES,
        effect_size=EFFECT, stop_confirmed=False, seed=1,
    )  # fmt: skip


def run_to_the_end(
    name: str, bound: Bound, error: float, replications: int, effect: float = EFFECT
) -> Outcomes:
    """Claims that are wrong by an error, or true; each run ends when it is decided."""
    return replicate(
        LAWS[name], bound, replications=replications, samples=int(600.0 / effect**2), every=64,
        rates=(ALPHA,), effect_size=effect, error=error, power=1.0 - MISS, seed=2,
    )  # fmt: skip


def page() -> Iterator[str]:
    """The page, line by line."""
    yield HEAD
    yield (
        "All figures depend on `bounds.py`, `calibration.py` and the seeds in the script alone; "
        f"they are\nthose of the files with the digest {digest()}.\n\n"
    )
    yield "## True claims\n\n"
    yield (
        f"{REPLICATIONS:,} replications of up to 8,192 samples with 64 looks each. How many were "
        "refuted at any look,\nand the real rate over the nominal one, which must be at most 1.\n\n"
    )
    yield "| law | bound | refuted at 1e-2 | real / nominal | refuted at 1e-3 | real / nominal |\n"
    yield "|---|---|---|---|---|---|\n"
    for name, kind, bound in cases():
        found = null(name, bound)
        cells = [
            f"{found.refuted[rate]} | {found.refuted[rate] / found.replications / rate:.2f}"
            for rate in RATES
        ]
        yield f"| {name} | {kind} | {' | '.join(cells)} |\n"
    yield "\n## Claims that are wrong by the effect size\n\n"
    yield (
        f"{REPLICATIONS // 2:,} replications for an error of {EFFECT} deviations upwards and as "
        f"many downwards, at a\nfalse-alarm rate of {ALPHA:g} and a power of {1 - MISS:g}. How "
        f"many were confirmed, of which the bound allows\n{MISS:.0%}; and the samples that a "
        "decision took, as multiples of what a z-test of this level and power takes\n(its level is "
        "invalid for most of these laws). The mean must be at most 0.65: over both directions, and "
        "where a\nvariance is known in each direction too.\n\n"
    )
    yield "| law | bound | confirmed | undecided | mean samples | up, down | 99 % quantile |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for name, kind, bound in cases():
        both = [run_to_the_end(name, bound, e, REPLICATIONS // 2) for e in (EFFECT, -EFFECT)]
        up, down = (each.mean_samples / each.fixed_samples for each in both)
        late = max(each.late_samples / each.fixed_samples for each in both)
        confirmed = sum(each.confirmed for each in both)
        undecided = sum(each.undecided for each in both)
        yield (
            f"| {name} | {kind} | {confirmed} ({confirmed / REPLICATIONS:.2%}) | {undecided} | "
            f"{(up + down) / 2.0:.2f} | {up:.2f}, {down:.2f} | {late:.2f} |\n"
        )
    yield CERTAIN
    yield (
        f"The same for errors of {SMALL} deviations, {FEW:,} replications each way: the mean "
        "samples up and down,\nand both together.\n\n"
    )
    yield "| law | bound | confirmed | up, down | mean samples |\n|---|---|---|---|---|\n"
    for name, kind, bound in cases():
        both = [run_to_the_end(name, bound, e, FEW, SMALL) for e in (SMALL, -SMALL)]
        up, down = (each.mean_samples / each.fixed_samples for each in both)
        rate = sum(each.confirmed for each in both) / FEW / 2.0
        yield (
            f"| {name} | {kind} | {rate:.2%} | {up:.2f}, {down:.2f} | {(up + down) / 2.0:.2f} |\n"
        )
    yield LIMIT
    fixed = Design(np.ones(1), EFFECT, ALPHA, 1.0 - MISS).fixed_samples()
    yield "| law | up | down |\n|---|---|---|\n"
    for name, bound in RANGES.items():
        least = [
            least_samples(LAWS[name], bound, error=error, rate=ALPHA) / fixed
            for error in (EFFECT, -EFFECT)
        ]
        yield f"| {name} | {least[0]:.2f} | {least[1]:.2f} |\n"
    yield REACHED
    yield "\n## True claims, to the end\n\n"
    yield (
        f"{REPLICATIONS:,} replications at the same design. How many were confirmed, and the "
        "samples that it took.\n\n"
    )
    yield "| law | bound | confirmed | refuted | undecided | mean samples | 99 % quantile |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for name, kind, bound in cases():
        found = run_to_the_end(name, bound, 0.0, REPLICATIONS)
        yield (
            f"| {name} | {kind} | {found.confirmed} | {found.refuted[ALPHA]} | {found.undecided} | "
            f"{found.mean_samples / found.fixed_samples:.2f} | "
            f"{found.late_samples / found.fixed_samples:.2f} |\n"
        )


def main() -> None:
    """Print the page as it is computed, and write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    write = parser.parse_args().write
    lines = []
    for line in page():
        lines.append(line)
        sys.stdout.write(line)
        sys.stdout.flush()
    if write:
        PAGE.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
