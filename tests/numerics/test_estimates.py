"""Every claim has an estimate on a model, which confirms it and refutes each mutant."""

from collections.abc import Iterable

import pytest

from lemmata.derivations.registry import claims
from lemmata.numerics import estimates
from lemmata.numerics.audit import FEWEST_MUTANTS, audit, require_power
from lemmata.numerics.check import Check, SampledCheck
from lemmata.numerics.engine import run_check
from lemmata.numerics.models import Zoo
from lemmata.numerics.pictures import Images

CORE = (
    "baseline-unbiased",
    "constant-baseline-unbiased",
    "cross-entropy-gibbs",
    "cvae-elbo",
    "elbo-gap-identity",
    "elbo-jensen",
    "entropy-upper-bound",
    "gan-jsd",
    "gaussian-cross-entropy",
    "gaussian-kl",
    "gaussian-kl-general",
    "gaussian-neg-entropy",
    "kl-factorization",
    "mutual-information-entropy-identity",
    "nice-volume-preserving",
    "optimal-discriminator",
    "policy-gradient-trajectory",
    "realnvp-logdet",
    "reward-to-go",
    "score-function-gradient",
    "score-function-zero-mean",
    "vae-elbo",
    "vq-codebook-sgd",
    "vq-rolling-average",
)
RATE = 1e-6 / len(CORE)


def test_the_core_claims_have_estimates_and_no_file_is_a_stray() -> None:
    """A file is named after a claim; the claims of the core have one each."""
    assert set(CORE) <= set(estimates.available()) <= set(claims())


def test_an_unknown_claim_has_no_estimate(zoo: Zoo) -> None:
    """It is a KeyError, not an empty list that would count as a pass."""
    with pytest.raises(KeyError):
        estimates.checks("no-such-claim", zoo)


@pytest.mark.parametrize("claim", estimates.available())
def test_estimates_confirm_and_mutants_are_refuted(
    claim: str, all_checks: dict[str, tuple[Check, ...]]
) -> None:
    """The verdict of each check, and its kill matrix, on the tiny models."""
    found = [audit(check, false_alarm_rate=RATE, seed=1) for check in all_checks[claim]]

    assert found
    for each in found:
        require_power(each)
        assert each.estimate.outcome == "confirmed", str(each.estimate)
        assert len(each.kills) >= FEWEST_MUTANTS
        assert each.smallest_killed > each.estimate.effect_size or each.estimate.n


def test_ids_are_unique_and_name_their_claim(all_checks: dict[str, tuple[Check, ...]]) -> None:
    """The stream of a check is a hash of its id: two checks of one id would share noise."""
    names = [(claim, check.id) for claim, each in all_checks.items() for check in each]

    assert len({name for _, name in names}) == len(names)
    assert all(name.startswith(f"{claim}/") for claim, name in names)


def test_gradients_of_a_policy_have_unlike_variances(
    all_checks: dict[str, tuple[Check, ...]],
) -> None:
    """Both variances are reported, and no order of them is claimed."""
    found = {check.id: check for check in all_checks["reward-to-go"]}

    assert "summed variances" in found["reward-to-go/3-x-2-gridworld"].estimand
    assert "neither is always the smaller" in found["reward-to-go/3-x-2-gridworld"].estimand


@pytest.mark.slow
def test_reseeded_runs_do_not_flake(all_checks: dict[str, tuple[Check, ...]]) -> None:
    """A thousand runs of every sampled check, each run with another seed: all are confirmed."""
    assert reseeded(sampled(all_checks.values()), runs=1_000) == []


def test_a_few_reseeded_runs_do_not_flake(all_checks: dict[str, tuple[Check, ...]]) -> None:
    """The same with a handful of seeds and the cheapest checks."""
    cheap = ("gaussian-kl", "gaussian-neg-entropy", "cross-entropy-gibbs", "vae-elbo")

    assert reseeded(sampled(all_checks[claim] for claim in cheap), runs=5) == []


def sampled(checks: Iterable[tuple[Check, ...]]) -> list[SampledCheck]:
    """Those that draw samples."""
    return [check for each in checks for check in each if isinstance(check, SampledCheck)]


def reseeded(checks: list[SampledCheck], runs: int) -> list[str]:
    """The checks that were not confirmed, with their seeds."""
    flakes = []
    for check in checks:
        for seed in range(1_000, 1_000 + runs):
            found = run_check(check, false_alarm_rate=RATE, seed=seed)
            if found.outcome != "confirmed":
                flakes.append(f"{check.id}, seed {seed}: {found.outcome}")
    return flakes


def test_pictures_show_what_the_models_make(zoo: Zoo) -> None:
    """Images of ten digits with finite values, or points in the plane; most claims show none."""
    found = {claim: estimates.pictures(claim, zoo) for claim in estimates.available()}
    shown = [each for pictures in found.values() for each in pictures]
    assert 5 <= len(shown) < len(found)
    for each in shown:
        if isinstance(each, Images):
            assert {tuple(images.shape) for _, images in each.rows} == {(10, 64)}
            assert all(bool(images.isfinite().all()) for _, images in each.rows)
        else:
            assert {tuple(points.shape) for _, points in each.clouds} == {(240, 2)}
    assert not estimates.pictures("gaussian-kl", zoo)
