"""Sampled checks on a second device, without one: see `elsewhere`."""

import pytest
import torch
from torch import Tensor
from torch import distributions as td

from lemmata.numerics import (
    Range,
    Variance,
    check_density,
    check_gradient_estimator,
    check_mean,
    check_unbiased,
)
from lemmata.numerics.check import Check, SampledCheck
from lemmata.numerics.engine import run_check
from lemmata.numerics.errors import DeviceError, ModelError
from lemmata.numerics.streams import normal
from tests.numerics.elsewhere import ELSEWHERE, elsewhere

RATE = 1e-8


def exponential(factor: float = 1.0) -> SampledCheck:
    """The mean of exp(-z^2 / 2) for standard normal z."""
    return SampledCheck(
        "test/exp", "E exp(-z^2 / 2)", ("exp(-z^2 / 2)",), normal,
        lambda z: factor * torch.exp(-z.square() / 2.0), Range(0.0, factor, "an exponential"),
        0.02, "2 %", target=factor * 0.5**0.5,
    )  # fmt: skip


def test_every_shipped_check_runs_on_a_second_device(
    all_checks: dict[str, tuple[Check, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Models and captured tensors follow the noise, and the verdict is that of the CPU."""
    sampled = [c for each in all_checks.values() for c in each if isinstance(c, SampledCheck)]
    for check in sampled:
        home = run_check(check, false_alarm_rate=RATE, seed=1)
        with elsewhere(monkeypatch) as device:
            away = run_check(check, false_alarm_rate=RATE, seed=1, device=ELSEWHERE)
        assert device.calls > 100
        assert (away.outcome, away.n) == (home.outcome, home.n), check.id
        assert away.estimate == pytest.approx(home.estimate, abs=1e-12)
        assert "; meta, float64" in str(away)
    assert len(sampled) > 10


def test_public_checks_run_on_a_second_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's code was written on the CPU, where its tensors and distributions are."""
    theta = torch.tensor([0.3, -0.5, 0.1], dtype=torch.float64)
    reward = torch.tensor([1.0, 2.0, -1.0], dtype=torch.float64)

    def estimator(n: int, generator: torch.Generator) -> Tensor:
        pi = torch.softmax(theta, -1)
        drawn = torch.rand(n, generator=generator, device=generator.device, dtype=torch.float64)
        action = (drawn[:, None] > pi.cumsum(0)[:2]).sum(1)
        score = torch.nn.functional.one_hot(action, 3).double() - pi
        return reward[action, None] * score

    law = td.MultivariateNormal(torch.zeros(2), torch.tensor([[1.0, 0.5], [0.5, 2.0]]))
    with elsewhere(monkeypatch) as device:
        found = [
            check_mean(
                torch.square, 1.0, sample=td.Normal(0.0, 1.0), bound=Variance(2.0, "chi-square"),
                effect_size=0.1, seed=1,
            ),
            check_gradient_estimator(
                estimator, lambda t: torch.softmax(t, -1) @ reward, theta,
                bound=Range(-2.0, 2.0, "bounded rewards and scores"), seed=2,
            ),
            check_unbiased(estimator, estimator, bound=Range(-4.0, 4.0, "the same"), seed=5),
            check_density(law, law, effect_size=0.1, seed=3),
            check_density(td.Gamma(2.0, 1.0), td.Gamma(2.0, 1.0), effect_size=0.1, seed=4),
        ]  # fmt: skip

    assert [each.outcome for each in found] == ["confirmed"] * 5
    assert all("; meta, float64" in str(each) for each in found)
    assert device.calls > 400


def test_the_choice_is_made_on_a_second_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes, controls and pairs are computed where the draws would be."""
    weights = torch.linspace(0.5, 1.0, 8, dtype=torch.float64)

    def estimator(n: int, generator: torch.Generator) -> Tensor:
        drawn = torch.rand(n, generator=generator, device=generator.device, dtype=torch.float64)
        return drawn + 0.1 * torch.rand(
            n, generator=generator, device=generator.device, dtype=torch.float64
        )

    def quadratic(z: Tensor) -> Tensor:
        return (z.square() + 0.1 * torch.sin(3.0 * z)) @ weights[: z.shape[1]]

    def law(n: int) -> td.Distribution:
        return td.Normal(torch.zeros(n, dtype=torch.float64), 1.0)

    with elsewhere(monkeypatch) as device:
        found = [
            check_mean(quadratic, 0.5 + 0.5 + 1 / 14, sample=law(2), effect_size=0.05, seed=1),
            check_mean(quadratic, 6.0, sample=law(8), effect_size=0.05, seed=1),
            check_unbiased(
                estimator, lambda n, g: 1.1 * estimator(n, g) - 0.055, effect_size=0.01, seed=1
            ),
        ]

    assert [each.outcome for each in found] == ["confirmed"] * 3
    assert [each.method.split(" ")[0] for each in found] == ["Gauss-Hermite", "control", "pairing:"]
    assert device.calls > 100


def test_a_device_that_deviates_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its exponentials have the precision of float32, as matrices have with TF32 switched on."""
    with (
        elsewhere(monkeypatch, wrong={"exp": lambda value: value.float().double()}),
        pytest.raises(ModelError, match=r"values [\d.]+e-08 apart on meta and on the CPU.*TF32"),
    ):
        run_check(exponential(), false_alarm_rate=RATE, seed=5, device=ELSEWHERE)

    with elsewhere(monkeypatch, wrong={"exp": lambda value: value * (1.0 + 1e-12)}):
        found = run_check(exponential(), false_alarm_rate=RATE, seed=5, device=ELSEWHERE)
    assert found.outcome == "confirmed"


@pytest.mark.parametrize("memory", [70, 300, 5_000])
def test_little_memory_makes_the_chunks_smaller(
    memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison of the devices, too, draws no more than fits."""
    with elsewhere(monkeypatch, memory=memory):
        found = run_check(exponential(), false_alarm_rate=RATE, seed=6, device=ELSEWHERE)
    assert found.outcome == "confirmed"
    assert found.n > 512


def test_no_memory_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of 64 draws are the smallest."""
    with (
        elsewhere(monkeypatch, memory=63),
        pytest.raises(DeviceError, match="meta has too little memory for 64 draws at once"),
    ):
        run_check(exponential(), false_alarm_rate=RATE, seed=6, device=ELSEWHERE)


def test_memory_may_run_short_in_the_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn fits, its powers do not: smaller chunks are drawn, each counted once."""

    def product(value: Tensor) -> Tensor:
        if value.numel() > 200:
            raise torch.cuda.OutOfMemoryError
        return value

    check = exponential()
    with elsewhere(monkeypatch, wrong={"mul": product}):
        found = run_check(check, false_alarm_rate=RATE, seed=7, device=ELSEWHERE)

    assert found.outcome == "confirmed"
    assert found.sums is not None
    assert found.sums.n == found.n
    assert abs(found.estimate) < check.effect_size
