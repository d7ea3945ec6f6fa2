"""Runs of sampled checks: the three verdicts, what they say, and inputs that cannot be judged."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from lemmata.numerics import engine
from lemmata.numerics.audit import audit, require_power
from lemmata.numerics.bounds import Bound, Range, Unbounded, Variance
from lemmata.numerics.check import Mutant, SampledCheck
from lemmata.numerics.devices import Following, device_of
from lemmata.numerics.engine import run_check
from lemmata.numerics.errors import (
    ConfigurationError,
    DeviceError,
    FalseBoundError,
    ModelError,
)
from lemmata.numerics.streams import isolated, normal, stream, uniform

RATE = 1e-8


def square(**changes: object) -> SampledCheck:
    """The second moment of a standard normal number, known to be 1."""
    check = SampledCheck(
        id="test/square",
        estimand="E z^2 for standard normal z",
        estimators=("z^2",),
        noise=normal,
        integrand=lambda z: z * z,
        bound=Variance(2.0, "the variance of a chi-square law"),
        effect_size=0.1,
        scale="10 % of the value",
        target=1.0,
        mutants={
            "factor 2": Mutant(target=2.0),
            "variance of the square": Mutant(target=3.0),
            "the square dropped": Mutant(
                integrand=torch.abs, bound=Variance(1.0, "at most that of z")
            ),
        },
    )
    return replace(check, **changes)  # type: ignore[arg-type]


def test_a_true_claim_is_confirmed() -> None:
    """The verdict says what a pass means, and has no truth value."""
    found = run_check(square(), false_alarm_rate=RATE, seed=1)

    assert found.outcome == "confirmed"
    assert found.interval[0] < 0.0 < found.interval[1]
    assert abs(found.estimate) < 0.1
    assert "an error of 0.1 (10 % of the value) or more would have been confirmed" in str(found)
    assert "the variance of a chi-square law" in str(found)
    with pytest.raises(TypeError, match="no truth value"):
        bool(found)


@pytest.mark.parametrize("factor", [0.5, 2.0, -1.0, math.pi])
def test_a_wrong_claim_is_refuted_and_its_factor_named(factor: float) -> None:
    """The estimate, the e-value and the factor between them stand in the report."""
    check = square(effect_size=0.01, target=1.0 / factor)
    found = run_check(check, false_alarm_rate=RATE, seed=2)

    assert found.outcome == "refuted"
    assert found.log10_e >= 8.0
    assert found.counterexample is not None
    assert found.counterexample.right == f"{1.0 / factor:.6g}"


def test_a_simple_factor_is_named() -> None:
    """With enough samples the ratio of the two sides singles out a constant."""
    check = square(
        integrand=lambda z: 2.0 + 0.01 * z, bound=Variance(1e-4, "linear"), effect_size=1e-3
    )
    found = run_check(check, false_alarm_rate=RATE, seed=2)

    assert "about 2 times the claimed value" in str(found)


def test_every_mutant_is_refuted() -> None:
    """So are the claims that are off by the effect size: it is the smallest killed error."""
    found = audit(square(), false_alarm_rate=RATE, seed=3)

    require_power(found)
    assert found.killed == len(found.kills) == 5
    assert 0.05 < found.smallest_killed < 0.2


@pytest.mark.parametrize(
    "weakened",
    [
        {"bound": Variance(1e4, "far too wide")},
        {"longest": 0.5},
    ],
    ids=["bound", "sample cap"],
)
def test_removing_the_power_makes_the_audit_fail(weakened: dict[str, object]) -> None:
    """With a bound too wide or a cap too small, a mutant survives or the design is refused."""
    with pytest.raises(ConfigurationError):
        require_power(audit(square(effect_size=0.02, **weakened), false_alarm_rate=RATE, seed=4))


def test_a_tolerance_as_large_as_the_effect_is_refused() -> None:
    """A tolerance may be a hundredth of the effect size: more would hide errors."""
    with pytest.raises(ConfigurationError, match="more than a hundredth"):
        square(tolerance=0.05)


def test_a_sample_cap_below_the_design_is_refused() -> None:
    """A check that could not decide is no check."""
    with pytest.raises(ConfigurationError, match="could not decide"):
        run_check(square(longest=0.5), false_alarm_rate=RATE, seed=1)


def test_an_effect_that_no_run_can_see_is_refused() -> None:
    """The message says what to do."""
    with pytest.raises(ConfigurationError, match="pairing or control variates"):
        run_check(square(effect_size=1e-5), false_alarm_rate=RATE, seed=1)


@pytest.mark.parametrize(
    ("relation", "target", "outcome"),
    [
        (">=", 0.5, "confirmed"),
        (">=", 1.0, "confirmed"),
        (">=", 1.5, "refuted"),
        ("<=", 1.5, "confirmed"),
        ("<=", 0.5, "refuted"),
    ],
)
def test_inequalities_have_one_side(relation: str, target: float, outcome: str) -> None:
    """A mean of 1 is at least 1/2 and 1, and not at least 3/2."""
    found = run_check(square(relation=relation, target=target), false_alarm_rate=RATE, seed=5)
    assert found.outcome == outcome


def vector(targets: Tensor) -> SampledCheck:
    """The means of 50 standard normal numbers against these targets."""
    return square(
        noise=lambda generator, n: normal(generator, n, 50),
        integrand=lambda z: z,
        bound=Variance(1.0, "standard normal"),
        target=targets,
        effect_size=0.05,
        uncorrelated=True,
    )


def test_one_wrong_coordinate_of_fifty_is_found_and_named() -> None:
    """The refuting coordinate stands in the report."""
    targets = torch.zeros(50)
    targets[17] = 0.1
    found = run_check(vector(targets), false_alarm_rate=RATE, seed=6)

    assert found.outcome == "refuted"
    assert "coordinate 17 of 50" in str(found)


def test_many_small_errors_are_found_together() -> None:
    """All coordinates off by a quarter of the effect take fewer samples than one that is off."""
    effect = 0.05
    all_wrong = run_check(vector(torch.full((50,), effect)), false_alarm_rate=RATE, seed=7)
    one = torch.zeros(50)
    one[0] = effect
    one_wrong = run_check(vector(one), false_alarm_rate=RATE, seed=7)

    assert all_wrong.outcome == one_wrong.outcome == "refuted"
    assert all_wrong.n * 3 < one_wrong.n


def test_bounded_differences_use_their_range() -> None:
    """A rare event of probability 1/50 is confirmed, and 1/40 refuted."""
    check = square(
        noise=uniform,
        integrand=lambda u: (u < 0.02).double(),
        bound=Range(0.0, 1.0, "an indicator"),
        effect_size=0.004,
        target=0.02,
    )
    assert run_check(check, false_alarm_rate=RATE, seed=8).outcome == "confirmed"
    wrong = replace(check, target=0.025)
    assert run_check(wrong, false_alarm_rate=RATE, seed=8).outcome == "refuted"


@pytest.mark.parametrize("target", [1.5, -30.0, 1e5])
def test_a_claim_outside_of_the_range_is_refuted(target: float) -> None:
    """The interval is then the range itself, and holds the truth."""
    check = square(integrand=torch.sigmoid, bound=Range(0.0, 1.0, "sigmoid"), target=target)
    found = run_check(check, false_alarm_rate=RATE, seed=21)

    assert found.outcome == "refuted"
    assert found.interval == pytest.approx((-target, 1.0 - target))


def test_two_runs_add_up_to_a_longer_one() -> None:
    """Continuing from the sums of another seed adds its samples; nothing is thrown away."""
    check = square(target=1.05, longest=1.0)
    first = run_check(check, false_alarm_rate=RATE, seed=9)
    assert first.sums is not None
    second = run_check(check, false_alarm_rate=RATE, seed=10, sums=first.sums)
    assert second.sums is not None

    assert second.n > first.n
    assert second.sums.n == second.n
    assert second.sums.s2[0] > first.sums.s2[0]


def test_the_same_seed_gives_the_same_verdict() -> None:
    """Streams depend on the seed and the id alone, not on what was drawn before."""
    before = run_check(square(), false_alarm_rate=RATE, seed=11)
    torch.randn(1000)
    after = run_check(square(), false_alarm_rate=RATE, seed=11)

    assert (before.n, before.estimate) == (after.n, after.estimate)
    assert run_check(square(), false_alarm_rate=RATE, seed=12).estimate != before.estimate


def test_infinite_variance_is_undecided() -> None:
    """A Cauchy ratio without a bound is tail-dominated, and never confirmed."""
    check = square(
        noise=lambda generator, n: normal(generator, n, 2),
        integrand=lambda z: z[:, 0] / z[:, 1],
        bound=Unbounded(),
        target=0.0,
    )
    for seed in range(3):
        found = run_check(check, false_alarm_rate=RATE, seed=seed)
        assert (found.outcome, found.cause) == ("undecided", "unsupported")
        assert "tail-dominated" in str(found)


@pytest.mark.parametrize("probability", [1e-3, 3e-3])
def test_rare_events_without_a_bound_are_not_judged_before_they_happen(probability: float) -> None:
    """A true probability is never refuted because the event was not seen yet."""
    check = square(
        noise=uniform,
        integrand=lambda u: (u < probability).double(),
        bound=Unbounded(),
        target=probability,
        effect_size=0.3 * probability,
    )
    outcomes = {run_check(check, false_alarm_rate=RATE, seed=seed).outcome for seed in range(30)}
    assert "refuted" not in outcomes


def test_a_constant_without_a_bound_is_undecided() -> None:
    """Nothing rules out an event that is too rare to be seen."""
    check = square(integrand=torch.ones_like, bound=Unbounded(), target=1.0)
    found = run_check(check, false_alarm_rate=RATE, seed=1)

    assert (found.outcome, found.cause) == ("undecided", "unsupported")
    assert "the same in every sample" in str(found)
    bounded = replace(check, bound=Variance(0.0, "a constant"))
    assert run_check(bounded, false_alarm_rate=RATE, seed=1).outcome == "confirmed"


def test_without_a_bound_nothing_is_certified() -> None:
    """A tame law without a bound is confirmed in the limit only, and says so."""
    found = run_check(square(bound=Unbounded()), false_alarm_rate=RATE, seed=13)

    assert found.outcome == "confirmed"
    assert found.evidence_class == "asymptotic"
    assert "this is no certificate" in str(found)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"integrand": torch.log}, "values are NaN or infinite"),
        ({"integrand": lambda z: z / 0.0}, "values are NaN or infinite"),
        ({"integrand": lambda z: z[:10]}, r"the shape \(10,\) for 512 draws"),
        ({"integrand": lambda z: z.mean()}, r"must be \(512,\) or \(512, d\)"),
        ({"integrand": len}, "returned int, no tensor"),
        ({"integrand": lambda z: z[:, None] - z}, r"shape \(64, 64\) for 64.*squeeze the first"),
        ({"integrand": lambda z: z.mean().expand(len(z))}, "one draw or one mean, repeated"),
        ({"integrand": lambda z: (z - z.mean()) / z.std()}, "depends on the draws beside it"),
        (
            {
                "noise": lambda generator, n: (normal(generator, n), normal(generator, n)),
                "integrand": lambda z: z[0] - z[1].mean(),
            },
            "depends on the draws beside it",
        ),
        ({"integrand": lambda z: torch.complex(z, z)}, "complex"),
        ({"integrand": lambda z: z + torch.randn(z.shape)}, "gave two different results"),
        (
            {"noise": lambda _, n: torch.arange(n, dtype=torch.float64)},
            "ignores its generator",
        ),
        ({"target": torch.ones(3)}, "3 claimed values for 1 estimated"),
        ({"target": math.nan}, "claimed value is not finite"),
    ],
    ids=["nan", "infinite", "short", "averaged", "number", "square", "repeated", "standardised",
         "shared", "complex", "global", "fixed", "target", "nan target"],
)  # fmt: skip
def test_what_cannot_be_judged_is_an_error(changes: dict[str, object], said: str) -> None:
    """The message says what was returned and what is asked for."""
    with pytest.raises(ModelError, match=said):
        run_check(square(**changes), false_alarm_rate=RATE, seed=14)


def test_a_false_range_is_an_error() -> None:
    """A value outside of the declared range is named."""
    with pytest.raises(FalseBoundError, match="the declared range is false"):
        run_check(square(bound=Range(0.0, 2.0, "wishful")), false_alarm_rate=RATE, seed=15)


def test_a_false_variance_is_an_error() -> None:
    """A variance of 2 that is declared as 1/2 is noticed by the samples."""
    check = square(bound=Variance(0.5, "wishful"), effect_size=0.02)
    with pytest.raises(FalseBoundError, match="the declared variance is false"):
        run_check(check, false_alarm_rate=RATE, seed=16)


def test_a_true_bound_is_never_called_false() -> None:
    """Bets against an exact bound do not win, heavy tails included."""
    for seed in range(20):
        found = run_check(square(), false_alarm_rate=RATE, seed=seed)
        assert found.outcome == "confirmed"


def test_a_demanded_gpu_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """`auto` falls back to the CPU, `cuda` does not."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    assert device_of("auto").type == "cpu"
    with pytest.raises(DeviceError, match="no GPU is available"):
        device_of("cuda")
    with pytest.raises(DeviceError, match="say auto, cpu or cuda"):
        device_of("tpu")  # type: ignore[arg-type]


def test_a_full_memory_makes_the_chunks_smaller() -> None:
    """A sampler that fails for large chunks is asked for smaller ones, then given up."""

    def sampler(most: int) -> SampledCheck:
        def noise(generator: torch.Generator, n: int) -> Tensor:
            if n > most:
                raise torch.cuda.OutOfMemoryError
            return normal(generator, n)

        return square(noise=noise, effect_size=0.02)

    assert run_check(sampler(1_024), false_alarm_rate=RATE, seed=17).outcome == "confirmed"
    with pytest.raises(DeviceError, match="too little memory"):
        run_check(sampler(10), false_alarm_rate=RATE, seed=17)


def test_foreign_samplers_draw_from_our_streams() -> None:
    """The global generator is seeded by ours for a moment, and then is as it was before."""
    before = torch.random.get_rng_state()
    drawn = []
    for seed in (1, 1, 2):
        with isolated(stream(seed, "test")):
            drawn.append(torch.randn(3))

    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])
    assert torch.equal(torch.random.get_rng_state(), before)


def test_foreign_samplers_leave_every_gpu_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeding torch's generator for a moment must not seed those of GPUs that draw nothing."""
    seeded: list[int] = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", seeded.append)
    monkeypatch.setattr(torch.cuda, "manual_seed", seeded.append)
    with isolated(stream(1, "test")):
        torch.randn(3)

    assert not seeded


def test_powers_that_overflow_are_an_error() -> None:
    """Values are finite and their squares are not: nothing can be said, and the message says so."""
    check = square(integrand=lambda z: 1e160 * z, bound=Unbounded())
    with pytest.raises(ModelError, match=r"the powers of values as large as .*e\+160 overflow"):
        run_check(check, false_alarm_rate=RATE, seed=14)


def test_progress_is_reported() -> None:
    """Samples so far, and the most there may be."""
    seen: list[tuple[int, int]] = []
    found = run_check(
        square(),
        false_alarm_rate=RATE,
        seed=18,
        progress=lambda done, most: seen.append((done, most)),
    )

    assert seen[-1][0] == found.n
    assert all(done <= most for done, most in seen)


def test_code_of_the_cpu_follows_its_noise() -> None:
    """Parameters and captured tensors are moved to where the noise is; here to no memory at all."""
    layer = torch.nn.Linear(3, 2)
    shift = torch.ones(2)
    noise = torch.randn(5, 3, device="meta")
    with Following(torch.device("meta")):
        found = torch.cat([layer(noise) + shift, shift.expand(5, 2)], dim=1)

    assert found.device.type == "meta"
    assert found.shape == (5, 4)


@pytest.mark.parametrize(
    ("bound", "target"),
    [(Variance(2.0, "chi-square"), 1.0), (Unbounded(), 1.0), (Variance(2.0, "chi-square"), 1.05)],
    ids=["variance", "nothing known", "wrong claim"],
)
def test_the_trace_ends_where_the_estimate_does(bound: Bound, target: float) -> None:
    """About fifty points, whose bands all hold the truth, and the last of which is the result."""
    check = square(bound=bound, target=target, effect_size=0.05)
    found = run_check(check, false_alarm_rate=RATE, seed=19)
    trace = found.trace

    assert trace is not None
    assert 40 <= len(trace.n) <= 60
    assert list(trace.n) == sorted(set(trace.n))
    assert trace.n[-1] == found.n
    assert trace.mean[-1] == found.estimate
    assert (trace.low[-1], trace.high[-1]) == pytest.approx(found.interval, rel=1e-5)
    truth = 1.0 - target
    assert all(a < truth < b for a, b in zip(trace.low, trace.high, strict=True))
    assert run_check(check, false_alarm_rate=RATE, seed=19, traced=False).trace is None


def test_the_trace_is_that_of_the_samples() -> None:
    """Each point is the mean of the first n draws, whatever the batches; in each coordinate."""
    check = square(
        noise=lambda generator, n: normal(generator, n, 3),
        integrand=lambda z: z * z + torch.tensor([0.0, 0.5, 0.0]),
    )
    found = run_check(check, false_alarm_rate=RATE, seed=20)
    drawn = check.noise(stream(20, check.id, "samples"), 512)
    trace = found.trace

    assert trace is not None
    assert found.n == 512  # one batch
    for n, mean in zip(trace.n, trace.mean, strict=True):
        assert mean == pytest.approx(float((drawn[:n, 1] ** 2 - 0.5).mean()), abs=1e-12)


@pytest.mark.parametrize("inside", [False, True], ids=["draws", "inside"])
def test_chunks_fit_by_bytes(inside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draw of a thousand numbers, drawn or computed from it: 131 of them are a megabyte."""
    monkeypatch.setattr(engine, "LARGEST_TENSOR", 2**20)
    asked: list[int] = []

    def noise(generator: torch.Generator, n: int) -> Tensor:
        asked.append(n)
        return normal(generator, n, 1 if inside else 1_000)

    check = square(
        noise=noise,
        integrand=lambda z: z.expand(-1, 1_000).square().mean(1),
        bound=Variance(2.0 if inside else 0.002, "a mean of chi-square laws"),
        effect_size=0.1 if inside else 0.005,
    )
    found = run_check(check, false_alarm_rate=RATE, seed=21)

    assert found.outcome == "confirmed"
    assert asked.count(512) == 1  # the pilot, which finds out
    assert max(n for n in asked if n != 512) == 2**20 // 8_000
    assert sum(asked) > found.n > 1_000


@pytest.mark.parametrize("shift", [0.9, -1.4, 30.0])
def test_the_sums_are_those_about_the_claim(shift: float) -> None:
    """Whether each value is centred or the sums are moved, they are what the definition gives."""
    check = square(integrand=lambda z: z + shift, target=shift - 1.0, effect_size=0.05)
    found = run_check(check, false_alarm_rate=RATE, seed=22)
    drawn = check.noise(stream(22, check.id, "samples"), 512) + 1.0
    assert found.sums is not None

    assert found.outcome == "refuted"
    assert found.n == 512
    assert found.sums.s1[0] == pytest.approx(float(drawn.sum()), rel=1e-11)
    assert found.sums.s2[0] == pytest.approx(float(drawn.square().sum()), rel=1e-11)


def test_the_precision_of_values_is_reported() -> None:
    """Values in bfloat16 have two or three digits, which a refuted claim may be due to."""
    check = square(
        integrand=lambda z: (3.003 + 1e-3 * z).bfloat16(),
        bound=Variance(1e-4, "linear, and rounding"),
        target=3.003,
        effect_size=1e-3,
    )
    found = run_check(check, false_alarm_rate=RATE, seed=23)

    assert found.outcome == "refuted"
    assert "float64 sums of bfloat16" in str(found)
    assert "bfloat16 rounds such values by 0.023, more than the difference" in str(found)
    whole = square(integrand=lambda z: (z > 0.0).int(), target=0.5, bound=Range(0, 1, "indicator"))
    assert "float64 sums of int32" in str(run_check(whole, false_alarm_rate=RATE, seed=23))


def test_a_cpu_without_memory_makes_the_chunks_smaller() -> None:
    """Torch has no exception of its own for it; other errors of the user's code are passed on."""

    def noise(generator: torch.Generator, n: int) -> Tensor:
        if n > 1_024:
            torch.empty(2**50, dtype=torch.float64)
        return normal(generator, n)

    check = square(noise=noise, effect_size=0.02)
    assert run_check(check, false_alarm_rate=RATE, seed=24).outcome == "confirmed"
    with pytest.raises(RuntimeError, match="size of tensor"):
        run_check(square(integrand=lambda z: z + torch.ones(3)), false_alarm_rate=RATE, seed=24)


def test_an_unknown_relation_is_named() -> None:
    """The message lists those there are."""
    with pytest.raises(ConfigurationError, match=r"'=='; say one of =, >=, <="):
        square(relation="==")
