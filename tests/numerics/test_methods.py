"""The choice of a method: each is used where it is the cheapest that suffices, and is right."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch import distributions as td

from lemmata.numerics import (
    ConfigurationError,
    Controls,
    Estimate,
    ModelError,
    Variance,
    check_density,
    check_elbo,
    check_gradient_estimator,
    check_kl,
    check_mean,
    check_unbiased,
    hermite,
)
from lemmata.numerics.methods import Computed, mean_of

SEED = 20
DOUBLE = torch.float64
NORMAL = td.Normal(0.0, 1.0)
NOT_FINITE = "enumeration: the law is not finite"


def cheaper(found: Estimate) -> str:
    """Why cheaper methods were not used: the line that the report has."""
    (line,) = [each for each in str(found).splitlines() if each.startswith("  cheaper   ")]
    return line.removeprefix("  cheaper   ")


def normals(n: int) -> td.Distribution:
    """Standard normal numbers in float64."""
    return td.Normal(torch.zeros(n, dtype=DOUBLE), 1.0)


@pytest.mark.parametrize(
    ("law", "f", "mean", "how"),
    [
        (td.Bernoulli(0.3), lambda x: 2.0 * x, 0.6, "enumeration of 2 values"),
        (td.Bernoulli(torch.full((3,), 0.3)), lambda x: x.prod(-1), 0.027, "enumeration of 8"),
        (td.Categorical(torch.tensor([0.2, 0.8])), lambda k: k + 1, 1.8, "enumeration of 2"),
        (
            td.Independent(td.OneHotCategorical(torch.tensor([[0.2, 0.8], [0.5, 0.5]])), 1),
            lambda x: x[:, 0, 1] * x[:, 1, 0], 0.4, "enumeration of 4",
        ),
        (td.Poisson(3.0), lambda k: k * k, 12.0, "enumeration of"),
        (NORMAL, torch.square, 1.0, "Gauss-Hermite quadrature with 9 nodes"),
        (td.LogNormal(0.0, 0.5), lambda x: x, math.exp(0.125), "Gauss-Hermite"),
        (td.Uniform(1.0, 3.0), lambda x: x**2, 13.0 / 3.0, "Gauss-Hermite"),
        (
            td.MultivariateNormal(torch.ones(2), torch.tensor([[2.0, 1.0], [1.0, 3.0]])),
            lambda x: x.prod(-1), 2.0, "9^2 nodes",
        ),
        (td.Gamma(2.0, 1.5), torch.square, 6.0 / 2.25, "quadrature on the line"),
        (td.Gamma(0.3, 1.0), torch.log, -3.502524222, "quadrature on the line"),
        (td.StudentT(5.0), torch.square, 5.0 / 3.0, "quadrature on the line"),
        (NORMAL, torch.relu, 1.0 / math.sqrt(2.0 * math.pi), "quadrature on the line"),
    ],
)  # fmt: skip
def test_a_law_that_is_known_is_not_sampled(
    law: td.Distribution, f: Callable[[Tensor], Tensor], mean: float, how: str
) -> None:
    """The right value is confirmed, and one per mille more is refuted."""
    right = check_mean(f, mean, sample=law, seed=SEED)
    wrong = check_mean(f, 1.001 * mean, sample=law, seed=SEED)

    assert right.outcome == "confirmed", str(right)
    assert right.method.startswith(how) or how in right.method
    assert right.n == 0
    assert wrong.outcome == "refuted"
    assert wrong.counterexample is not None


def test_a_mean_is_computed_by_the_cheapest_method_that_is_so_exact() -> None:
    """Fewer nodes for more error; and none where even the most are too far off."""

    def mean(error: float) -> Computed:
        return mean_of("a mean", lambda x: torch.stack((x.cos(), x), 1), NORMAL, error)

    rough, fine = mean(1e-3), mean(1e-8)

    assert rough.how.startswith("Gauss-Hermite quadrature with 9 nodes")
    assert fine.how.startswith("Gauss-Hermite quadrature with 24 nodes")
    assert fine.how.endswith("(seed 0); not enumeration: the law is not finite")
    for found in (rough, fine):
        assert abs(float(found.value[0]) - math.exp(-0.5)) <= found.error
        assert found.evidence_class == "quadrature"
    coins = mean_of("a mean", lambda x: 2.0 * x, td.Bernoulli(0.3), 1e-8)
    assert (coins.how, coins.evidence_class) == ("enumeration of 2 values", "exact")
    with pytest.raises(ModelError, match="no method computes the mean to 1e-08: enum"):
        mean_of("a mean", lambda x: (x.prod(-1) > 0.1).double(), normals(2), 1e-8)


def test_a_sampler_leaves_samples() -> None:
    """Nothing is known of its law; the line says so once for all methods."""
    found = check_mean(
        torch.square, 1.0, seed=SEED,
        sample=lambda n, g: torch.randn(n, generator=g, dtype=DOUBLE),
    )  # fmt: skip

    assert (found.outcome, found.method) == ("confirmed", "samples")
    assert cheaper(found) == (
        "enumeration, Gauss-Hermite quadrature, quadrature on the line, control variates, "
        "scrambled Sobol points: of a sampler the law is not known"
    )


def test_a_bound_asks_for_rates_that_are_proved() -> None:
    """A rule whose error is measured does not replace them; a sum over all values does."""
    bound = Variance(2.0, "chi-square")
    found = check_mean(torch.square, 1.0, sample=NORMAL, bound=bound, seed=SEED)
    finite = check_mean(
        lambda x: x, 0.3, sample=td.Bernoulli(0.3), bound=Variance(0.25, "an indicator"), seed=SEED
    )

    assert (found.evidence_class, found.method) == ("finite-sample", "samples")
    assert cheaper(found) == (
        f"{NOT_FINITE}; Gauss-Hermite quadrature, quadrature on the line, control variates, "
        "scrambled Sobol points: a bound asks for rates that are proved, and this error is measured"
    )
    assert finite.evidence_class == "exact"


def jump(z: Tensor) -> Tensor:
    """A function for which nodes are useless: it jumps, in two dimensions at once."""
    return (z.sum(-1) > 0.001).to(DOUBLE)


def test_code_that_jumps_is_left_to_samples() -> None:
    """The error of a rule is measured at random points, not by two rules that happen to agree."""
    mean = float(td.Normal(0.0, math.sqrt(2.0)).cdf(torch.tensor(-0.001)))
    found = check_mean(jump, mean, sample=normals(2), seed=SEED)

    assert found.outcome == "confirmed"
    assert found.method.startswith("control variates")
    assert "Gauss-Hermite quadrature: with 96^2 nodes f is 0." in cheaper(found)
    assert "off its polynomial, above a tenth of the effect size" in cheaper(found)


def test_controls_are_found_and_used_where_they_pay() -> None:
    """In ten dimensions, where a grid is too large: for a function near a quadratic they pay."""

    def f(z: Tensor) -> Tensor:
        return (z.square() + 0.1 * torch.sin(3.0 * z)).sum(-1)

    right = check_mean(f, 10.0, sample=normals(10), effect_size=0.05, seed=SEED)
    wrong = check_mean(f, 10.05, sample=normals(10), effect_size=0.05, seed=SEED)
    bumpy = check_mean(
        lambda z: torch.sign((5.0 * z).prod(-1)), 0.0, sample=normals(10), effect_size=0.05,
        seed=SEED,
    )  # fmt: skip

    assert right.method.startswith("control variates, fitted on 2048 draws that are not used again")
    assert (right.outcome, wrong.outcome) == ("confirmed", "refuted")
    assert "Gauss-Hermite quadrature: a grid in 10 dimensions has too many nodes" in cheaper(right)
    assert bumpy.method == "samples"
    assert "control variates: they leave 0.99 of the variance of f, too much to pay" in cheaper(
        bumpy
    )


def test_controls_that_are_given_are_used_where_they_pay() -> None:
    """Without a pilot that shows it they are not."""
    controls = Controls(hermite, "Hermite")

    def claim(effect: float) -> Estimate:
        return check_mean(
            lambda z: z.square().sum(-1) + 0.1 * torch.sin(z[:, 0]), 3.0, sample=normals(3),
            controls=controls, effect_size=effect, seed=SEED,
        )  # fmt: skip

    assert claim(0.02).method.startswith("control variates")
    assert "Gauss-Hermite quadrature, quadrature on the line: controls were given" in cheaper(
        claim(0.02)
    )
    assert claim(1.0).method == "samples"
    assert "control variates: plain samples are as few as" in cheaper(claim(1.0))


def test_sobol_points_are_used_where_plain_samples_would_not_do() -> None:
    """In six dimensions, where controls leave too much to see a ten-thousandth."""

    def f(z: Tensor) -> Tensor:
        return torch.cos(0.2 * z.sum(-1)) + 0.05 * torch.cos(z[:, 0] * z[:, 1])

    law = normals(6)
    mean = math.exp(-0.5 * 0.04 * 6.0) + 0.05 / math.sqrt(2.0)
    right = check_mean(f, mean, sample=law, effect_size=1e-4, seed=SEED)
    wrong = check_mean(f, mean + 2e-4, sample=law, effect_size=1e-4, seed=SEED)

    assert right.method.startswith("scrambled Sobol points: a sample is the mean over one of indep")
    assert (right.outcome, wrong.outcome) == ("confirmed", "refuted")
    assert "of the variance of f, and take" in cheaper(right)


def test_decimals_of_a_claim_are_rounded_where_the_effect_allows_it() -> None:
    """Half a unit of the last one, if that is small to the effect; more is refuted."""

    def claim(target: float | Tensor, effect: float = 0.01) -> str:
        found = check_mean(torch.cos, target, sample=NORMAL, effect_size=effect, seed=SEED)
        return found.outcome

    assert (
        claim(0.607) == claim(torch.tensor(0.607)) == claim(torch.tensor([0.6065])) == "confirmed"
    )
    assert claim(0.608) == claim(0.6045) == "refuted"
    assert claim(0.61) == claim(0.607, 0.004) == "refuted"


def test_the_verdict_of_nodes_does_not_confirm_the_effect_size() -> None:
    """Whatever the rule may be off by: half of the effect is told apart already."""
    for factor in (0.5, 1.0, -0.5):
        found = check_mean(
            torch.exp, math.exp(0.5) + factor * 0.01, sample=NORMAL, effect_size=0.01,
            seed=SEED,
        )  # fmt: skip
        assert found.outcome == "refuted"


def test_code_that_cannot_be_judged_is_an_error_at_nodes_too() -> None:
    """Dropout, a mean over the batch, wrong shapes, numbers of claimed values."""
    layer = nn.Dropout(0.5)
    for f, said in (
        (layer, "two different results"),
        (lambda z: z - z.mean(), "depends on the draws beside it"),
        (lambda z: z[:, None, None], "must be"),
        (lambda z: 1.0 / (z * 0.0), "NaN or infinite"),
    ):
        with pytest.raises(ModelError, match=said):
            check_mean(f, 0.0, sample=NORMAL, effect_size=0.1, seed=SEED)
    with pytest.raises(ModelError, match="3 claimed values for 1"):
        check_mean(torch.square, torch.ones(3), sample=NORMAL, effect_size=0.1, seed=SEED)
    with pytest.raises(ConfigurationError, match="effect size must be positive"):
        check_mean(torch.square, 1.0, sample=NORMAL, effect_size=-1.0, seed=SEED)
    with pytest.raises(ConfigurationError, match="no relation"):
        check_mean(torch.square, 1.0, sample=NORMAL, relation="<", seed=SEED)  # type: ignore[arg-type]


def test_laws_beside_each_other_are_one_law() -> None:
    """The largest of three uniform numbers; their supports are tensors."""
    law = td.Uniform(torch.zeros(3), torch.ones(3))
    right = check_mean(lambda u: u.amax(-1), 0.75, sample=law, seed=SEED)
    wrong = check_mean(lambda u: u.amax(-1), 2.0 / 3.0, sample=law, seed=SEED)

    assert (right.outcome, wrong.outcome) == ("confirmed", "refuted")


def test_inequalities_of_computed_means_have_one_side() -> None:
    """The mean 1 is at most 2 and not at least 2."""
    for relation, outcome in (("<=", "confirmed"), (">=", "refuted")):
        found = check_mean(
            torch.square, 2.0, sample=NORMAL, relation=relation, seed=SEED,  # type: ignore[arg-type]
        )  # fmt: skip
        assert found.outcome == outcome


def test_weights_in_single_precision_are_no_obstacle() -> None:
    """A network computes in float32; the nodes follow it."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    law = td.Independent(td.Normal(torch.zeros(2), torch.ones(2)), 1)

    def f(z: Tensor) -> Tensor:
        values: Tensor = net(z)
        return values[:, 0]

    mean = float(f(law.sample((1_000_000,))).detach().double().mean())
    found = check_mean(f, mean, sample=law, effect_size=0.05, relation="<=", seed=SEED)

    assert found.evidence_class == "quadrature"
    assert abs(found.estimate) < 0.005


def normal_estimates(shift: float, scale: float) -> Callable[[int, torch.Generator], Tensor]:
    """Estimates exp(z) + shift, with a little noise of their own."""

    def estimator(n: int, generator: torch.Generator) -> Tensor:
        z = torch.randn(n, generator=generator, dtype=DOUBLE)
        return z.exp() + shift + scale * torch.randn(n, generator=generator, dtype=DOUBLE).abs()

    return estimator


def test_two_estimators_are_paired_where_it_pays() -> None:
    """On common random numbers, unless the variance of the difference is larger there."""
    one, other = normal_estimates(0.0, 0.1), normal_estimates(0.01, 0.2)
    gap = 0.01 + 0.1 * math.sqrt(2.0 / math.pi)
    same = check_unbiased(
        normal_estimates(0.0, 0.1), normal_estimates(0.0, 0.1), effect_size=0.02, seed=SEED
    )
    found = check_unbiased(lambda n, g: one(n, g) + gap, other, effect_size=0.005, seed=SEED)
    wrong = check_unbiased(one, other, effect_size=0.005, seed=SEED)
    against = check_unbiased(
        lambda n, g: torch.randn(n, generator=g, dtype=DOUBLE),
        lambda n, g: -torch.randn(n, generator=g, dtype=DOUBLE), effect_size=0.05, seed=SEED,
    )  # fmt: skip

    assert found.method.startswith("pairing: both sides have common random numbers")
    assert (found.outcome, wrong.outcome) == ("confirmed", "refuted")
    assert (same.outcome, same.method) == ("confirmed", "samples")
    assert cheaper(same) == "pairing: on common random numbers nothing varies"
    assert (against.outcome, against.method) == ("confirmed", "samples")
    assert "pairing: the variance on common random numbers is" in cheaper(against)
    with pytest.raises(ModelError, match="two estimators returned the shapes"):
        check_unbiased(one, lambda n, g: torch.randn(n, 2, generator=g), seed=SEED)


def test_an_undecided_run_is_continued() -> None:
    """With fresh draws of the same question, and of no other."""

    def claim(target: float, **options: object) -> Estimate:
        return check_unbiased(
            lambda n, g: torch.randn(n, generator=g, dtype=DOUBLE), target, effect_size=0.02,
            bound=Variance(1.0, "standard normal"), longest=1.0, power=0.999, **options,  # type: ignore[arg-type]
        )  # fmt: skip

    first = claim(0.01, seed=1)
    assert first.outcome == "undecided"
    assert "next      give this verdict as `earlier` to another run" in str(first)

    second = claim(0.01, seed=2, earlier=first)
    assert second.n > first.n
    assert second.sums is not None
    with pytest.raises(ConfigurationError, match="its draws would count twice"):
        claim(0.01, seed=1, earlier=first)
    with pytest.raises(ConfigurationError, match="asked another question"):
        claim(0.0, seed=2, earlier=first)
    with pytest.raises(ConfigurationError, match="was computed and has no samples"):
        claim(0.0, earlier=check_mean(torch.square, 1.0, sample=NORMAL))


def test_divergences_are_computed_where_a_rule_suffices() -> None:
    """Gaussians with correlations by nodes; what is rounded too much for samples is an error."""
    factor = torch.tensor([[1.0, 0.0], [0.6, 0.8]], dtype=DOUBLE)
    p = td.MultivariateNormal(torch.zeros(2, dtype=DOUBLE), scale_tril=factor)
    q = td.MultivariateNormal(torch.zeros(2, dtype=DOUBLE), torch.eye(2, dtype=DOUBLE))
    found = check_kl(p, q, seed=SEED)

    assert (found.outcome, found.evidence_class) == ("confirmed", "quadrature")
    assert check_kl(p, q, 1.001 * td.kl_divergence(p, q), seed=SEED).outcome == "refuted"
    dirichlet = check_kl(td.Dirichlet(torch.ones(3)), td.Dirichlet(2.0 * torch.ones(3)), seed=SEED)
    assert dirichlet.method == "samples"
    assert "quadrature on the line: the law is not that of one real number" in cheaper(dirichlet)


def test_gradients_and_densities_are_sampled_and_say_why() -> None:
    """An estimator that draws for itself, and samples that are what is judged."""
    theta = torch.zeros(2, dtype=DOUBLE)
    gradient = check_gradient_estimator(
        lambda n, g: torch.randn(n, 2, generator=g, dtype=DOUBLE) + 1.0, torch.sum, theta, seed=SEED
    )
    density = check_density(NORMAL, NORMAL, seed=SEED)

    assert "of a sampler the law is not known" in cheaper(gradient)
    assert cheaper(density) == (
        "enumeration, quadrature, control variates, scrambled Sobol points: the sampler is what is "
        "judged"
    )


class Model:
    """A Gaussian or discrete autoencoder whose bound is closed, drawn, or wrong."""

    def __init__(self, kind: str, *, latent: int = 2, finite: bool = False) -> None:
        self.kind, self.finite = kind, finite
        generator = torch.Generator().manual_seed(5)
        self.into = 0.5 * torch.randn(3, latent, generator=generator, dtype=DOUBLE)
        self.out = 0.5 * torch.randn(latent, 3, generator=generator, dtype=DOUBLE)
        zero = torch.zeros(latent, dtype=DOUBLE)
        self.prior: td.Distribution = (
            td.Categorical(logits=zero) if finite else td.Independent(td.Normal(zero, 1.0), 1)
        )

    def encode(self, x: Tensor) -> td.Distribution:
        logits = x @ self.into
        return (
            td.Categorical(logits=logits)
            if self.finite
            else td.Independent(td.Normal(logits, 0.7), 1)
        )

    def decode(self, z: Tensor) -> td.Distribution:
        mean = self.out[z] if self.finite else z @ self.out
        return td.Independent(td.Normal(mean, 1.0), 1)

    def elbo(self, x: Tensor) -> Tensor:
        q = self.encode(x)
        factor = 0.5 if "halved" in self.kind else 1.0
        if self.finite:
            p: Tensor = q.probs  # type: ignore[attr-defined]
            each = torch.stack(
                [self.decode(torch.full((x.shape[0],), k)).log_prob(x) for k in range(p.shape[-1])],
                -1,
            )
            return (p * each).sum(-1) - factor * td.kl_divergence(q, self.prior)
        divergence = factor * td.kl_divergence(q, self.prior)
        if "drawn" in self.kind:
            return self.decode(q.rsample()).log_prob(x) - divergence
        mean = self.decode(q.mean).log_prob(x)
        return mean - 0.5 * 0.49 * self.out.square().sum() - divergence


INPUTS = torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]], dtype=DOUBLE)


@pytest.mark.parametrize(
    ("kind", "settings", "how"),
    [
        ("closed", {}, "Gauss-Hermite quadrature with"),
        ("closed", {"finite": True}, "enumeration of 2 latents"),
        ("drawn", {}, "samples of the model's bound; its definition by Gauss-Hermite"),
        ("drawn", {"latent": 9}, "pairing: both sides have common random numbers"),
    ],
    ids=["closed", "finite", "drawn", "many latents"],
)
def test_the_bound_of_a_model_is_computed_as_far_as_it_can_be(
    kind: str, settings: dict[str, object], how: str
) -> None:
    """A right bound is confirmed and half a divergence refuted, by the same method."""
    right = check_elbo(Model(kind, **settings), INPUTS, effect_size=0.05, seed=SEED)  # type: ignore[arg-type]
    wrong = check_elbo(Model(f"{kind} halved", **settings), INPUTS, effect_size=0.05, seed=SEED)  # type: ignore[arg-type]

    assert right.method.startswith(how), str(right)
    assert wrong.method.startswith(how.split(" with", maxsplit=1)[0]), str(wrong)
    assert (right.outcome, wrong.outcome) == ("confirmed", "refuted")


def test_a_bound_on_the_difference_asks_for_separate_draws() -> None:
    """It is none on the difference of paired ones."""
    found = check_elbo(
        Model("drawn"), INPUTS, bound=Variance(9.0, "generous"), effect_size=0.3, seed=SEED
    )

    assert (found.evidence_class, found.method) == ("finite-sample", "samples")
    assert "pairing: the bound is one on the difference of separate draws" in cheaper(found)


def test_false_rates_of_the_choice_are_those_of_the_tests() -> None:
    """Over many seeds: what the pilot chose refutes no true claim, and confirms no wrong one."""

    def f(z: Tensor) -> Tensor:
        return (z.square() + 0.3 * torch.sin(3.0 * z)).sum(-1)

    for seed in range(12):
        claims = [
            check_mean(
                f, 8.0 + error, sample=normals(8), effect_size=0.25, seed=seed,
                false_alarm_rate=1e-3,
            )
            for error in (0.0, 0.25, -0.25)
        ]  # fmt: skip
        assert claims[0].outcome == "confirmed"
        assert [each.outcome for each in claims[1:]] == ["refuted", "refuted"]
        assert claims[0].method == replace(claims[1]).method


def test_half_precision_is_left_to_plain_samples() -> None:
    """Its rounding is too coarse for nodes and controls alike; float64 sums see the mean."""
    found = check_mean(lambda z: z.half(), 0.1, sample=td.Normal(0.1, 1.0), seed=SEED)

    assert (found.outcome, found.method) == ("confirmed", "samples")
    assert "control variates: rounding by" in cheaper(found)


def test_a_mean_that_is_not_there_is_never_confirmed() -> None:
    """The sum over symmetrical nodes is 0, and says nothing about a law without a mean."""
    for law in (td.Cauchy(0.0, 1.0), td.StudentT(1.0)):
        found = check_mean(lambda x: x, 0.0, sample=law, effect_size=0.5, longest=1.0, seed=SEED)
        assert (found.outcome, found.cause) == ("undecided", "unsupported")
        assert "quadrature on the line: interleaved rules differ by" in cheaper(found)


@pytest.mark.parametrize(
    ("law", "f", "mean"),
    [
        (td.StudentT(2.0), lambda x: x, 0.0),
        (td.Pareto(1.0, 1.5), lambda x: x, 3.0),
        (
            td.Normal(0.0, 0.6),
            lambda x: torch.exp(NORMAL.log_prob(x) - td.Normal(0.0, 0.6).log_prob(x)), 1.0,
        ),
    ],
)  # fmt: skip
def test_an_infinite_variance_is_never_confirmed(
    law: td.Distribution, f: Callable[[Tensor], Tensor], mean: float
) -> None:
    """Not by nodes either, although the mean is right: its estimates would not settle."""
    found = check_mean(f, mean, sample=law, seed=SEED)

    assert found.outcome == "undecided"
    assert "quadrature on the line: the variance of f is infinite as far as its" in cheaper(found)


def test_means_of_controls_that_stay_in_doubt_are_undecided() -> None:
    """The message names what can be done, of which continuing is no part."""

    def sample(n: int, generator: torch.Generator) -> Tensor:
        z, u = torch.randn(2, n, generator=generator, dtype=DOUBLE)
        ratio: Tensor = z / u.abs()
        return ratio

    found = check_mean(
        lambda x: x + 0.01 * torch.sin(x), 0.0, controls=Controls(lambda x: x, "symmetry"),
        effect_size=0.1, longest=1.0, sample=sample, seed=SEED,
    )  # fmt: skip

    assert found.outcome == "undecided"
    assert "next      use controls whose means a theorem gives, declare a larger" in str(found)


def test_a_log_density_that_refuses_points_is_an_error() -> None:
    """Those of torch do, at what is outside of their support; the message says what is wanted."""
    law = td.Gamma(2.0, 1.0, validate_args=True)
    with pytest.raises(ModelError, match=r"log_prob refuses some .* support it must be -inf"):
        check_density(law.log_prob, law, seed=SEED)


class Coin(td.Bernoulli):
    """A law of one's own, which draws otherwise than its probabilities say."""

    def sample(self, sample_shape: torch.Size | list[int] | tuple[int, ...] = ()) -> Tensor:
        drawn: Tensor = super().sample(torch.Size(sample_shape))  # type: ignore[no-untyped-call]
        return 1.0 - drawn


def test_a_law_of_ones_own_is_sampled() -> None:
    """What is asked is the mean of its samples; nothing but sampling sees them."""
    coin = Coin(0.3)

    assert check_mean(lambda x: x, 0.7, sample=coin, seed=SEED).outcome == "confirmed"
    found = check_mean(lambda x: x, 0.3, sample=coin, seed=SEED)
    assert (found.outcome, found.method) == ("refuted", "samples")
    assert "of a sampler the law is not known" in cheaper(found)
