"""Control variates and Sobol points: wrong claims are refuted sooner; false means are noticed."""

import pytest
import torch
from torch import Tensor
from torch import distributions as td

from lemmata.numerics import (
    ConfigurationError,
    Controls,
    Estimate,
    FalseBoundError,
    ModelError,
    Options,
    Range,
    Sobol,
    Variance,
    check_mean,
    hermite,
)
from lemmata.numerics.streams import stream
from lemmata.numerics.variance import FITTED, fit

SEED = 20
NOISE = td.Normal(torch.zeros(3, dtype=torch.float64), 1.0)
MEAN = torch.tensor([0.5, -1.0, 0.2], dtype=torch.float64)
DEVIATION = torch.tensor([0.7, 1.3, 0.2], dtype=torch.float64)
KL = float((-DEVIATION.log() + 0.5 * (DEVIATION.square() + MEAN.square()) - 0.5).sum())
QUADRATIC = Variance(1e-20, "a quadratic in the noise is spanned by He1 and He2, up to rounding")
MOMENTS = torch.tensor([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])


def log_ratio(noise: Tensor) -> Tensor:
    """Its log q - log p at points of q = N(MEAN, DEVIATION^2), for a standard normal p."""
    z = MEAN + DEVIATION * noise
    return (-0.5 * noise.square() - DEVIATION.log() + 0.5 * z.square()).sum(-1)


def wavy(noise: Tensor) -> Tensor:
    """The same with a term that the controls do not explain, of mean zero."""
    return log_ratio(noise) + 0.05 * torch.sin(5.0 * noise[:, 0])


def unknown(n: int, generator: torch.Generator) -> Tensor:
    """The same noise from a function, which hides its law."""
    return torch.randn(n, 3, generator=generator, dtype=torch.float64)


def powers(noise: Tensor) -> Tensor:
    """First and second powers, whose means no theorem of ours gives."""
    return torch.cat((noise, noise.square()), 1)


def run(target: float, controls: Controls, **options: object) -> Estimate:
    """Whether the wavy function has this mean."""
    settings: Options = {"effect_size": 0.01 * KL, "seed": SEED, **options}  # type: ignore[typeddict-item]
    return check_mean(wavy, target, sample=NOISE, controls=controls, **settings)


def test_a_gaussian_divergence_is_exact_but_for_rounding() -> None:
    """What is left of a quadratic is a constant: a millionth is seen in one batch."""
    controls = Controls(hermite, "means of Hermite polynomials", left=QUADRATIC)

    def claim(target: float) -> Estimate:
        return check_mean(
            log_ratio, target, sample=NOISE, controls=controls, effect_size=1e-6, seed=SEED
        )

    assert claim(KL).outcome == "confirmed"
    assert claim(KL).evidence_class == "finite-sample"
    assert claim(KL).n == 512
    assert claim(KL + 1e-6).outcome == "refuted"
    assert claim(KL - 1e-6).outcome == "refuted"


def test_a_bound_on_what_is_left_that_is_false_is_an_error() -> None:
    """The controls do not span the sine."""
    with pytest.raises(FalseBoundError, match="variance is false"):
        run(KL, Controls(hermite, "means of Hermite polynomials", left=QUADRATIC))


def test_nothing_is_said_where_nothing_is_left_and_no_bound_is_given() -> None:
    """An event too rare to be seen may be left."""
    found = check_mean(
        log_ratio, KL, sample=NOISE, controls=Controls(hermite, "Hermite"), seed=SEED
    )

    assert found.outcome == "undecided"


@pytest.mark.parametrize(
    "controls",
    [Controls(hermite, "Hermite"), Controls(powers, "moments", MOMENTS)],
    ids=["of a theorem", "stated"],
)
def test_a_wrong_value_is_refuted_with_fewer_samples(controls: Controls) -> None:
    """By one per cent, in either direction; the report names the method and what it saved."""
    plain = check_mean(wavy, 1.01 * KL, sample=unknown, effect_size=0.01 * KL, seed=SEED)
    found = run(1.01 * KL, controls)

    assert run(KL, controls).outcome == "confirmed"
    assert plain.outcome == found.outcome == run(0.99 * KL, controls).outcome == "refuted"
    assert found.n * 20 < plain.n
    assert found.evidence_class == "asymptotic"
    assert "control variates, fitted on 2048 draws that are not used again: 0.0004" in str(found)
    assert controls.source in found.assumptions


@pytest.mark.parametrize("target", [KL, 1.01 * KL, 1.1 * KL])
def test_a_false_mean_is_an_error(target: float) -> None:
    """Whatever is claimed: also the value that the false mean would make look right."""
    wrong = MOMENTS + 0.02 * (MOMENTS == 1.0)
    for scale in (1.0, 5.0):
        controls = Controls(powers, "moments", MOMENTS + scale * (wrong - MOMENTS))
        with pytest.raises(ModelError, match=r"stated mean of the controls is false \(moments\)"):
            run(target, controls)


def test_a_false_mean_too_small_to_be_seen_does_not_refute() -> None:
    """Where it explains the difference, nothing is said, or the claim holds to its effect size."""
    off = MOMENTS + 1e-3 * (MOMENTS == 1.0)
    flat = Controls(powers, "moments", off)

    found = check_mean(
        log_ratio, KL, sample=NOISE, effect_size=0.01 * KL, seed=SEED,
        controls=Controls(flat.functions, flat.source, off, QUADRATIC),
    )  # fmt: skip

    assert found.outcome == "undecided"
    assert found.counterexample is None
    assert found.interval[0] < 0.0 < found.interval[1]


def test_hermite_controls_of_other_noise_are_an_error() -> None:
    """Their means are not zero there; the theorem is not applied."""
    with pytest.raises(ModelError, match="is false"):
        check_mean(
            log_ratio, KL, sample=td.Normal(NOISE.loc, 1.1), effect_size=0.05, seed=SEED,
            controls=Controls(hermite, "Hermite"),
        )  # fmt: skip


def test_constant_and_collinear_controls_do_no_harm() -> None:
    """A constant explains nothing; of the same control twice, each has half."""
    constant = Controls(lambda z: torch.cat((powers(z), z[:, :1] * 0.0 + 2.0, z), 1), "moments",
                        torch.cat((MOMENTS, torch.tensor([2.0, 0.0, 0.0, 0.0]))))  # fmt: skip
    assert run(KL, constant).outcome == "confirmed"
    assert run(1.02 * KL, constant).outcome == "refuted"

    alone = Controls(lambda z: z[:, 0] * 0.0 + 2.0, "a constant", 2.0)
    assert run(KL, alone, effect_size=0.1).outcome == "confirmed"

    with pytest.raises(ModelError, match="mean of control 0 is false: it is a constant"):
        run(KL, Controls(alone.functions, "a constant", 2.1))


def test_the_draws_of_the_fit_are_not_used_again() -> None:
    """No number of the pilot is among those of the run."""
    seen: list[Tensor] = []

    def sample(n: int, generator: torch.Generator) -> Tensor:
        drawn = torch.randn(n, 3, generator=generator, dtype=torch.float64)
        seen.append(drawn[:, 0].clone())
        return drawn

    check_mean(
        wavy, KL, sample=sample, controls=Controls(hermite, "Hermite"), effect_size=0.1, seed=SEED
    )
    (place,) = [i for i, drawn in enumerate(seen) if drawn.shape[0] == FITTED and i < 2]

    others = torch.cat(seen[:place] + seen[place + 1 :])
    assert others.numel() > FITTED
    assert not bool(torch.isin(seen[place], others).any())


def test_an_estimator_gives_its_controls_beside_its_estimates() -> None:
    """Where draws are pairs; controls that work in place do not change what f sees."""

    def sample(n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        noise = torch.randn(n, 3, generator=generator, dtype=torch.float64)
        return wavy(noise), noise

    controls = Controls(lambda draws: draws[1].mul_(2.0), "symmetry")
    for target, outcome in ((KL, "confirmed"), (1.1 * KL, "refuted")):
        found = check_mean(
            lambda draws: draws[0] + 0.0 * draws[1][:, 0], target, sample=sample,
            controls=controls, effect_size=0.05, seed=SEED,
        )  # fmt: skip
        assert found.outcome == outcome


def test_vectors_have_coefficients_of_their_own() -> None:
    """A coordinate that is wrong is refuted beside one that is right."""
    target = torch.tensor([1.0, 0.5], dtype=torch.float64)

    def f(z: Tensor) -> Tensor:
        return torch.stack(
            (z[:, 0].square() + 0.1 * torch.sin(z[:, 0]), 0.5 + torch.sin(z[:, 1])), 1
        )

    controls = Controls(hermite, "Hermite")
    for wrong, outcome in ((0.0, "confirmed"), (0.02, "refuted")):
        found = check_mean(
            f, target + torch.tensor([0.0, wrong]), sample=NOISE, controls=controls,
            effect_size=0.02, seed=SEED,
        )  # fmt: skip
        assert found.outcome == outcome


def test_what_cannot_be_fitted_is_an_error() -> None:
    """Bounds on f, too many controls, wrong shapes and means."""
    with pytest.raises(ConfigurationError, match="a bound on f is none on what its controls leave"):
        check_mean(
            wavy, KL, sample=NOISE, bound=Range(-99.0, 99.0, "?"), controls=Controls(hermite, "")
        )
    with pytest.raises(ConfigurationError, match="too many"):
        run(KL, Controls(lambda z: z.repeat(1, 50), "symmetry"))
    with pytest.raises(ModelError, match="2 means are stated for 6 controls"):
        run(KL, Controls(powers, "moments", torch.ones(2)))
    with pytest.raises(ModelError, match="NaN"):
        run(KL, Controls(lambda z: z[:, 0] / 0.0, "moments"))
    with pytest.raises(ModelError, match="must return"):
        run(KL, Controls(lambda z: z[:, :, None], "moments"))


def test_coefficients_are_those_of_least_squares() -> None:
    """Those of a quadratic are known."""
    found = fit(
        "check",
        lambda generator, n: torch.randn(n, 3, generator=generator, dtype=torch.float64),
        log_ratio,
        Controls(hermite, "Hermite"),
        stream(SEED, "fit"),
    )
    expected = torch.cat((MEAN * DEVIATION, 0.5 * (DEVIATION.square() - 1.0)))

    assert torch.allclose(found.coefficients[:, 0], expected, rtol=0.0, atol=1e-12)
    assert found.share < 1e-25


def test_little_that_is_left_is_enough_where_the_effect_is_large() -> None:
    """The normal limit needs a thousand samples, which are drawn also where fewer would do."""

    def f(noise: Tensor) -> Tensor:
        return log_ratio(noise) + 1e-4 * torch.sin(5.0 * noise[:, 0])

    for target, outcome in ((KL, "confirmed"), (1.01 * KL, "refuted")):
        found = check_mean(
            f, target, sample=NOISE, controls=Controls(hermite, "Hermite"),
            effect_size=0.01 * KL, seed=SEED,
        )  # fmt: skip
        assert found.outcome == outcome
        assert found.n < 2000


def sobol(target: float, sample: Sobol, **options: object) -> Estimate:
    """Whether the log-ratio has this mean, by Sobol points."""
    settings: Options = {"effect_size": 0.01 * KL, "seed": SEED, **options}  # type: ignore[typeddict-item]
    return check_mean(log_ratio, target, sample=sample, **settings)


def test_scrambled_points_need_fewer_than_plain_ones() -> None:
    """For a value that is wrong by one per cent; the exact value is confirmed."""
    before = torch.get_rng_state()
    right, low, high = (sobol(share * KL, Sobol(3, 32)) for share in (1.0, 0.99, 1.01))
    plain = check_mean(log_ratio, 1.01 * KL, sample=unknown, effect_size=0.01 * KL, seed=SEED)

    assert right.outcome == "confirmed"
    assert right.evidence_class == "asymptotic"
    assert low.outcome == high.outcome == plain.outcome == "refuted"
    assert 2 * 32 * high.n < plain.n
    assert "the mean over one of independent scramblings of 32 points in 3 dim" in str(right)
    assert str(right) == str(sobol(KL, Sobol(3, 32)))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_range_of_values_is_one_of_their_means() -> None:
    """The verdict is that of a finite number of samples; a value out of the range is an error."""

    def disc(points: Tensor) -> Tensor:
        return (points.square().sum(-1) < 1.0).to(torch.float64)

    def claim(target: float, high: float = 1.0) -> Estimate:
        return check_mean(
            disc, target, sample=Sobol(2, 64, "uniform"), bound=Range(0.0, high, "an indicator"),
            effect_size=0.02, seed=SEED,
        )  # fmt: skip

    assert claim(torch.pi / 4).outcome == "confirmed"
    assert claim(torch.pi / 4).evidence_class == "finite-sample"
    assert claim(torch.pi / 4 + 0.02).outcome == "refuted"
    with pytest.raises(FalseBoundError, match="outside of it"):
        claim(torch.pi / 4, 0.7)


def test_points_have_the_law_that_is_asked_for() -> None:
    """Of every point of a scrambling, over scramblings: uniform, never 0 or 1, and normal."""
    uniform = Sobol(2, 8, "uniform").draw(stream(SEED, "uniform"), 4000)
    normal = Sobol(2, 8).draw(stream(SEED, "uniform"), 4000)

    assert uniform.shape == (4000, 8, 2)
    assert bool(((uniform > 0.0) & (uniform < 1.0)).all() & torch.isfinite(normal).all())
    assert torch.allclose(torch.special.ndtr(normal), uniform)
    for power, mean in ((1, 1 / 2), (2, 1 / 3), (3, 1 / 4)):
        assert float((uniform.pow(power).mean(0) - mean).abs().max()) < 6 * 0.3 / 4000**0.5


class Fixed(Sobol):
    """Points whose scrambling is always the same."""

    def scrambling(self, seed: int) -> Tensor:
        """The same points whatever the seed."""
        return super().scrambling(seed * 0)


def test_a_scrambling_that_is_not_random_is_an_error() -> None:
    """All means would be the same, and say nothing."""
    with pytest.raises(ModelError, match="not random"):
        sobol(KL, Fixed(3, 32))


def test_what_is_no_sobol_sequence_is_an_error() -> None:
    """Dimensions, numbers of points, laws, controls beside them, wrong shapes."""
    for dimension, points in ((0, 8), (30_000, 8), (3, 1), (3, 12), (3, 2**20)):
        with pytest.raises(ConfigurationError, match="points"):
            Sobol(dimension, points)
    with pytest.raises(ConfigurationError, match="no law 'cauchy'"):
        Sobol(3, 8, "cauchy")  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="not both"):
        check_mean(wavy, KL, sample=Sobol(3), controls=Controls(hermite, "Hermite"), seed=SEED)
    with pytest.raises(ModelError, match="f returned float"):
        check_mean(lambda _: 1.0, KL, sample=Sobol(3), seed=SEED)  # type: ignore[arg-type, return-value]
