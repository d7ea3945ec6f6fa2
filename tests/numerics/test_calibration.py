"""The error rates are what they are said to be, counted on seven laws.

The long version, with 20,000 replications, is `slow`; docs/calibration.md records its figures.
"""

import importlib
from pathlib import Path

import pytest
from scipy.stats import binom

from lemmata.numerics.bounds import Bound, Range, Variance
from lemmata.numerics.calibration import LAWS, RANGES, UNIT_VARIANCE, least_samples, replicate

CASES = [
    *((name, UNIT_VARIANCE) for name in LAWS),
    *RANGES.items(),
]
IDS = [f"{name}, {type(bound).__name__}" for name, bound in CASES]


def at_most(count: int, n: int, rate: float) -> bool:
    """Whether a count is no evidence that the real rate exceeds the nominal one."""
    return bool(binom.sf(count - 1, n, rate) > 1e-6)


@pytest.mark.parametrize(("name", "bound"), CASES, ids=IDS)
def test_few_replications(name: str, bound: Bound) -> None:
    """A short version of the calibration: the null is kept, an error of the effect size is seen."""
    null = replicate(
        LAWS[name], bound, replications=500, samples=2_048, every=128, rates=(1e-2, 1e-3),
        effect_size=0.2, stop_confirmed=False,
    )  # fmt: skip
    wrong = replicate(
        LAWS[name], bound, replications=300, samples=20_000, every=64, rates=(1e-6,),
        effect_size=0.2, error=0.2,
    )  # fmt: skip

    assert all(at_most(count, 500, rate) for rate, count in null.refuted.items())
    assert at_most(wrong.confirmed, 300, 1e-2)
    assert wrong.refuted[1e-6] + wrong.confirmed == 300


@pytest.mark.slow
@pytest.mark.parametrize(("name", "bound"), CASES, ids=IDS)
def test_real_rates_are_at_most_nominal(name: str, bound: Bound) -> None:
    """20,000 null replications with 64 looks each: real over nominal is at most 1."""
    found = replicate(
        LAWS[name], bound, replications=20_000, samples=8_192, every=128, rates=(1e-2, 1e-3),
        effect_size=0.1, stop_confirmed=False,
    )  # fmt: skip

    for rate, count in found.refuted.items():
        assert count <= rate * found.replications


@pytest.mark.slow
@pytest.mark.parametrize(("name", "bound"), CASES, ids=IDS)
def test_wrong_claims_are_refuted_early_and_rarely_confirmed(name: str, bound: Bound) -> None:
    """An error of the effect size: confirmed at most with the miss rate, refuted soon."""
    both = [
        replicate(
            LAWS[name], bound, replications=10_000, samples=40_000, every=64, rates=(1e-6,),
            effect_size=0.1, error=error,
        )
        for error in (0.1, -0.1)
    ]  # fmt: skip

    for found in both:
        assert found.undecided == 0
        assert found.confirmed <= 1e-2 * found.replications
        assert found.late_samples <= 2.0 * found.fixed_samples
        if isinstance(bound, Variance):
            assert found.mean_samples <= 0.65 * found.fixed_samples
    assert sum(found.mean_samples for found in both) / 2.0 <= 0.65 * both[0].fixed_samples


@pytest.mark.parametrize(("name", "bound"), RANGES.items(), ids=list(RANGES))
def test_no_test_of_a_range_takes_fewer_samples(name: str, bound: Range) -> None:
    """The information limit: below what ours takes, and within a quarter of it in the mean."""
    least = [least_samples(LAWS[name], bound, error=error, rate=1e-6) for error in (0.1, -0.1)]
    found = [
        replicate(
            LAWS[name], bound, replications=200, samples=20_000, every=64, rates=(1e-6,),
            effect_size=0.1, error=error,
        ).mean_samples
        for error in (0.1, -0.1)
    ]  # fmt: skip

    assert all(a < b for a, b in zip(least, found, strict=True))
    assert sum(found) < 1.4 * sum(least)


def test_the_page_records_the_statistics_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of what the figures depend on asks for `scripts/calibrate.py --write`."""
    root = Path(__file__).resolve().parents[2]
    monkeypatch.syspath_prepend(str(root / "scripts"))
    calibrate = importlib.import_module("calibrate")

    assert calibrate.digest() in (root / "docs" / "calibration.md").read_text(encoding="utf-8")
