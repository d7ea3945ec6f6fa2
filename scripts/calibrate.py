"""Count how often the statistics of `lemmata.numerics` err, and write docs/calibration.md.

Run `python scripts/calibrate.py` for the table on standard output (some minutes of one
core), and `python scripts/calibrate.py --write` to record it.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from lemmata.numerics.bounds import Bound
from lemmata.numerics.calibration import LAWS, RANGES, UNIT_VARIANCE, Outcomes, replicate

PAGE = Path(__file__).resolve().parents[1] / "docs" / "calibration.md"
NULL_REPLICATIONS, WRONG_REPLICATIONS = 20_000, 4_000
RATES = (1e-2, 1e-3)
ALPHA, MISS, EFFECT = 1e-6, 1e-2, 0.1

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


def cases() -> Iterator[tuple[str, str, Bound]]:
    """Every law with its variance, and the bounded ones with their range as well."""
    for name in LAWS:
        yield name, "variance", UNIT_VARIANCE
        if name in RANGES:
            yield name, "range", RANGES[name]


def null(name: str, bound: Bound) -> Outcomes:
    """True claims, looked at 64 times, and never stopped by a confirmation."""
    return replicate(
        LAWS[name], bound, replications=NULL_REPLICATIONS, samples=8_192, every=128, rates=RATES,
        effect_size=EFFECT, stop_confirmed=False, seed=1,
    )  # fmt: skip


def run_to_the_end(name: str, bound: Bound, error: float) -> Outcomes:
    """Claims that are wrong by an error, or true; each run ends when it is decided."""
    return replicate(
        LAWS[name], bound, replications=WRONG_REPLICATIONS, samples=60_000, every=64,
        rates=(ALPHA,), effect_size=EFFECT, error=error, power=1.0 - MISS, seed=2,
    )  # fmt: skip


def page() -> Iterator[str]:
    """The page, line by line."""
    yield HEAD
    yield "## True claims\n\n"
    yield (
        f"{NULL_REPLICATIONS:,} replications of up to 8,192 samples with 64 looks each. How many "
        "were refuted at any\nlook, and the real rate over the nominal one, which must be at most "
        "1.\n\n"
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
        f"{WRONG_REPLICATIONS:,} replications for an error of {EFFECT} deviations upwards and as "
        f"many downwards, at a\nfalse-alarm rate of {ALPHA:g} and a power of {1 - MISS:g}. How "
        f"many were confirmed, of which the bound allows\n{MISS:.0%}; and the samples that a "
        "decision took, as multiples of what a z-test of this level and power takes\n(its level is "
        "invalid for most of these laws). The mean must be at most 0.65.\n\n"
    )
    yield "| law | bound | confirmed | undecided | mean samples | 99 % quantile |\n"
    yield "|---|---|---|---|---|---|\n"
    for name, kind, bound in cases():
        up, down = (run_to_the_end(name, bound, error) for error in (EFFECT, -EFFECT))
        ratio = (up.mean_samples + down.mean_samples) / 2.0 / up.fixed_samples
        late = max(up.late_samples, down.late_samples) / up.fixed_samples
        confirmed, undecided = up.confirmed + down.confirmed, up.undecided + down.undecided
        rate = confirmed / (up.replications + down.replications)
        yield (
            f"| {name} | {kind} | {confirmed} ({rate:.2%}) | {undecided} | {ratio:.2f} | "
            f"{late:.2f} |\n"
        )
    yield "\n## True claims, to the end\n\n"
    yield (
        f"{WRONG_REPLICATIONS:,} replications at the same design. How many were confirmed, and the "
        "samples that it took.\n\n"
    )
    yield "| law | bound | confirmed | refuted | undecided | mean samples | 99 % quantile |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for name, kind, bound in cases():
        found = run_to_the_end(name, bound, 0.0)
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
