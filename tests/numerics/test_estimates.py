"""Every claim has an estimate on a model, which confirms it and refutes each mutant."""

from dataclasses import replace
from typing import TypeVar

import pytest

from lemmata.derivations.registry import claims
from lemmata.numerics import engine, estimates, methods
from lemmata.numerics.audit import FEWEST_MUTANTS, audit, require_power
from lemmata.numerics.bounds import Variance
from lemmata.numerics.check import Check, ExactCheck, SampledCheck
from lemmata.numerics.errors import ConfigurationError
from lemmata.numerics.models import Zoo
from lemmata.numerics.models.vae import VAE
from lemmata.numerics.pictures import Images
from lemmata.numerics.run import estimate_claim, flakes

T = TypeVar("T", ExactCheck, SampledCheck)

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


def test_every_check_has_mutants_of_its_author(all_checks: dict[str, tuple[Check, ...]]) -> None:
    """Three at least, beside those that are off by the effect size."""
    few = [
        check.id
        for each in all_checks.values()
        for check in each
        if len(check.mutants) < FEWEST_MUTANTS
    ]

    assert few == []


def test_every_check_names_its_method(all_checks: dict[str, tuple[Check, ...]]) -> None:
    """What can be computed is computed; and each method says why none is cheaper."""
    methods = {claim: [check.method for check in each] for claim, each in all_checks.items()}

    assert not {"computed", "samples"} & {name for each in methods.values() for name in each}
    for each in methods.values():
        assert any(not name.startswith("samples") for name in each)
        for name in each:
            by_the_engine = name.endswith("; not enumeration: the law is not finite")
            assert by_the_engine or ": " in name
            assert not name.startswith("samples") or " beside " in name or ": nothing is" in name


@pytest.mark.parametrize(
    "claim",
    [
        "cvae-elbo", "elbo-gap-identity", "elbo-jensen", "gaussian-cross-entropy", "gaussian-kl",
        "gaussian-kl-general", "gaussian-neg-entropy", "kl-factorization",
        "score-function-gradient", "vae-elbo",
    ],
)  # fmt: skip
def test_the_engine_chooses_the_nodes_of_a_mean(
    claim: str, all_checks: dict[str, tuple[Check, ...]]
) -> None:
    """Few for a quadratic, many for a decoder's likelihood; their error is part of the evidence."""
    (check, *_) = [
        each
        for each in all_checks[claim]
        if isinstance(each, ExactCheck) and "Gauss-Hermite" in each.method
    ]
    quadratic = claim.startswith(("gaussian", "kl"))

    assert ("with 9^2 nodes, whose polynomial" in check.method) is quadratic
    assert check.evidence_class == "quadrature"
    assert 0.0 < check.sides().error < (1e-12 if quadratic else 1e-5)


def test_a_mean_that_nothing_computes_is_no_crash(
    zoo: Zoo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim has no estimate then, and says which mean and why."""
    zoo.get(VAE)
    monkeypatch.setattr(methods, "RULES", ((2, 3),))
    found = estimate_claim("elbo-jensen", budget="quick", seed=1, size="tiny", device="cpu")

    assert (found.outcome, found.audits) == ("undecided", ())
    assert "no method computes the mean to 1e-07: enumeration: the law is not" in found.scope()


def test_gradients_of_a_policy_have_unlike_variances(
    all_checks: dict[str, tuple[Check, ...]],
) -> None:
    """Both variances are reported, and no order of them is claimed."""
    found = {check.id: check for check in all_checks["reward-to-go"]}

    assert "summed variances" in found["reward-to-go/3-x-2-gridworld"].estimand
    assert "neither is always the smaller" in found["reward-to-go/3-x-2-gridworld"].estimand


def each_of(all_checks: dict[str, tuple[Check, ...]], kind: type[T]) -> list[T]:
    """All checks of a kind."""
    return [check for each in all_checks.values() for check in each if isinstance(check, kind)]


def powerless(check: Check) -> bool:
    """Whether the audit says that a check, or the design of its run, lets a mutant live."""
    try:
        require_power(audit(check, false_alarm_rate=RATE, seed=1))
    except ConfigurationError:
        return True
    return False


def test_a_wide_tolerance_makes_every_exact_audit_fail(
    all_checks: dict[str, tuple[Check, ...]],
) -> None:
    """Past the guard on tolerances, the mutants that survive give it away."""
    found = []
    for check in each_of(all_checks, ExactCheck):
        wide = replace(check)
        object.__setattr__(wide, "tolerance", 1e6)
        found.append((check.id, powerless(wide)))

    assert len(found) > 30
    assert [name for name, fails in found if not fails] == []


def test_a_wide_tolerance_makes_every_sampled_audit_fail(
    all_checks: dict[str, tuple[Check, ...]],
) -> None:
    """It is refused; and past this guard the mutants that survive give it away."""
    found = []
    for check in each_of(all_checks, SampledCheck):
        with pytest.raises(ConfigurationError, match="more than a hundredth of the effect size"):
            replace(check, tolerance=2.0 * check.effect_size)
        wide = replace(check, longest=1.0)
        object.__setattr__(wide, "tolerance", 1e6)
        found.append((check.id, powerless(wide)))

    assert len(found) > 10
    assert [name for name, fails in found if not fails] == []


def test_a_small_cap_makes_every_sampled_audit_fail(
    all_checks: dict[str, tuple[Check, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the guard on caps, sixteen samples are too few for some mutant of each check."""
    tune = engine._tune
    monkeypatch.setattr(engine, "_tune", lambda *args: replace(tune(*args), most=16))
    found = [(check.id, powerless(check)) for check in each_of(all_checks, SampledCheck)]

    assert len(found) > 10
    assert [name for name, fails in found if not fails] == []


def test_a_wide_bound_makes_every_sampled_audit_fail(
    all_checks: dict[str, tuple[Check, ...]],
) -> None:
    """A bound that no run could work with is refused as a design."""
    found = [
        (check.id, powerless(replace(check, bound=Variance(1e7 * check.effect_size**2, "wide"))))
        for check in each_of(all_checks, SampledCheck)
    ]

    assert [name for name, fails in found if not fails] == []


@pytest.mark.slow
def test_reseeded_runs_do_not_flake(zoo: Zoo) -> None:
    """Twenty runs of every sampled check with its mutants; `scripts/reseed.py` makes a thousand."""
    checks = {claim: estimates.checks(claim, zoo) for claim in estimates.available()}

    assert flakes(checks, seeds=range(2_000, 2_020)) == []


def test_a_few_reseeded_runs_do_not_flake(all_checks: dict[str, tuple[Check, ...]]) -> None:
    """The same with a handful of seeds and the cheapest checks."""
    cheap = ("gaussian-kl", "gaussian-neg-entropy", "cross-entropy-gibbs", "vae-elbo")

    assert flakes({claim: all_checks[claim] for claim in cheap}, seeds=range(1_000, 1_005)) == []


def test_a_flake_is_counted(
    all_checks: dict[str, tuple[Check, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that cannot decide is one, and is named with its seed."""
    tune = engine._tune
    monkeypatch.setattr(engine, "_tune", lambda *args: replace(tune(*args), most=16))

    (found,) = flakes({"vae-elbo": all_checks["vae-elbo"]}, seeds=[7])
    assert found.startswith("vae-elbo, seed 7: undecided")


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
