"""Checks of a researcher's own code: right code is confirmed, each plausible mistake refuted."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch import distributions as td

from lemmata.numerics import (
    ConfigurationError,
    DeviceError,
    ModelError,
    Range,
    Variance,
    check_density,
    check_elbo,
    check_gradient_estimator,
    check_kl,
    check_log_det,
    check_mean,
    check_recursion,
    check_unbiased,
)

SEED = 20
THETA = torch.tensor([0.3, -0.5, 0.1], dtype=torch.float64)
REWARD = torch.tensor([1.0, 2.0, -1.0], dtype=torch.float64)


def test_a_mean_with_a_bound_is_confirmed() -> None:
    """The report says what a pass means."""
    found = check_mean(
        torch.square,
        1.0,
        sample=td.Normal(0.0, 1.0),
        bound=Variance(2.0, "chi-square"),
        seed=SEED,
    )

    assert found.outcome == "confirmed"
    assert "or more would have been confirmed with probability at most 0.01" in str(found)
    assert f"seed {SEED}" in str(found)


def test_a_wrong_mean_is_refuted() -> None:
    """The fourth moment of a standard normal number is 3, not 2."""
    found = check_mean(
        lambda z: z**4, 2.0, sample=td.Normal(0.0, 1.0), bound=Variance(96.0, "moments"), seed=SEED
    )

    assert found.outcome == "refuted"
    assert found.counterexample is not None


def test_the_same_seed_gives_the_same_report() -> None:
    """The seed is accepted back; without one a fresh one is drawn."""

    def run(**options: int) -> str:
        return str(
            check_mean(
                torch.square, 1.0, sample=td.Normal(0.0, 1.0), bound=Variance(2.0, "moments"),
                effect_size=0.2, **options,  # type: ignore[arg-type]
            )
        )  # fmt: skip

    assert run(seed=1) == run(seed=1)
    assert run() != run()


def test_an_inequality_has_one_side() -> None:
    """E|z| is at most 1, and not at least 1."""

    def run(relation: str) -> str:
        found = check_mean(
            torch.abs, 1.0, sample=td.Normal(0.0, 1.0), bound=Variance(1.0, "Lipschitz"),
            relation=relation, seed=SEED,  # type: ignore[arg-type]
        )  # fmt: skip
        return found.outcome

    assert run("<=") == "confirmed"
    assert run(">=") == "refuted"


def test_an_unknown_option_is_named() -> None:
    """A misspelt option is not ignored."""
    with pytest.raises(ConfigurationError, match="efect_size"):
        check_mean(torch.square, 1.0, sample=td.Normal(0.0, 1.0), efect_size=0.1)  # type: ignore[call-arg]


def draw_variance(unbiased: bool) -> Callable[[int, torch.Generator], Tensor]:
    """The sample variance of three normal numbers."""

    def estimator(n: int, generator: torch.Generator) -> Tensor:
        z = torch.randn(n, 3, generator=generator, dtype=torch.float64)
        return z.var(1, correction=1 if unbiased else 0)

    return estimator


def test_bessels_correction_matters() -> None:
    """With it the sample variance is unbiased, without it not."""
    bound = Variance(1.0, "2 / (n - 1) for normal samples")
    right = check_unbiased(draw_variance(unbiased=True), 1.0, bound=bound, seed=SEED)
    wrong = check_unbiased(draw_variance(unbiased=False), 1.0, bound=bound, seed=SEED)

    assert right.outcome == "confirmed"
    assert wrong.outcome == "refuted"


def objective(theta: Tensor) -> Tensor:
    """The expected reward of a softmax policy."""
    return torch.softmax(theta, -1) @ REWARD


def score_function(kind: str) -> Callable[[int, torch.Generator], Tensor]:
    """REINFORCE with a constant baseline, or with a mistake."""

    def estimator(n: int, generator: torch.Generator) -> Tensor:
        pi = torch.softmax(THETA, -1)
        action = torch.multinomial(pi, n, replacement=True, generator=generator)
        score = nn.functional.one_hot(action, 3).double() - pi
        reward = REWARD[action]
        if kind == "sign":
            reward = -reward
        if kind == "baseline of the action":
            reward = reward - 0.5 * reward
        if kind == "no normalisation":
            score = nn.functional.one_hot(action, 3).double()
        return (reward - 1.2)[:, None] * score

    return estimator


BOUNDED = Range(-3.5, 3.5, "rewards and scores are bounded")


def test_reinforce_is_unbiased() -> None:
    """The score-function estimator of a softmax policy, against autograd."""
    found = check_gradient_estimator(
        score_function("right"), objective, THETA, bound=BOUNDED, seed=SEED
    )
    assert found.outcome == "confirmed"


@pytest.mark.parametrize("kind", ["sign", "baseline of the action", "no normalisation"])
def test_mistakes_of_reinforce_are_refuted(kind: str) -> None:
    """A flipped sign, a baseline that depends on the action, a score without its second term."""
    found = check_gradient_estimator(
        score_function(kind), objective, THETA, bound=BOUNDED, seed=SEED
    )
    assert found.outcome == "refuted"
    assert "coordinate" in str(found)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda theta: objective(theta.detach()), "cut off from the parameters"),
        (lambda theta: theta * 2.0, "must return one number"),
        (lambda _: 3.0, "must return one number"),
    ],
    ids=["detached", "vector", "float"],
)
def test_an_objective_that_is_not_differentiable_is_an_error(
    wrong: Callable[[Tensor], Tensor], said: str
) -> None:
    """The message says what cuts it off."""
    with pytest.raises(ModelError, match=said):
        check_gradient_estimator(score_function("right"), wrong, THETA, seed=SEED)


def affine(factor: float) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    """A coupling layer whose log-determinant is multiplied by a factor."""

    def transform(x: Tensor) -> tuple[Tensor, Tensor]:
        u, v = x[..., :2], x[..., 2:]
        s = torch.sin(u)
        return torch.cat((u, v * s.exp() + u.cos()), -1), factor * s.sum(-1)

    return transform


def test_a_log_determinant_is_confirmed_or_its_factor_named() -> None:
    """The right one agrees to rounding; a doubled, flipped or dropped one is refuted."""
    x = torch.randn(7, 4, dtype=torch.float64)

    assert check_log_det(affine(1.0), x).outcome == "confirmed"
    assert check_log_det(affine(0.0), x).outcome == "refuted"
    for name, factor in (("2", 2.0), ("-1", -1.0), ("1/2", 0.5)):
        found = check_log_det(affine(factor), x)
        assert found.outcome == "refuted"
        assert f"the left side is {name} times the right one" in str(found)


def test_log_determinants_of_torch_and_of_modules() -> None:
    """Transforms of torch.distributions, and modules in float32, which are left as they are."""

    class Scale(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.log_scale = nn.Parameter(torch.tensor([0.3, -0.7]))

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            return x * self.log_scale.exp(), self.log_scale.sum().expand(x.shape[0])

    module = Scale()
    x = torch.randn(5, 2)

    assert check_log_det(td.transforms.TanhTransform(), x).outcome == "confirmed"
    assert check_log_det(module, x).outcome == "confirmed"
    assert module.log_scale.dtype == torch.float32
    single = check_log_det(lambda z: module(z.float()), x)
    assert single.outcome == "confirmed"


@pytest.mark.parametrize(
    ("transform", "said"),
    [
        (lambda x: (x[:, :1], x.sum(-1)), "has no determinant"),
        (lambda x: (x.detach() * 2.0, x.sum(-1)), "does not depend on the input"),
        (lambda x: (x / 0.0, x.sum(-1)), "NaN or infinite"),
        (lambda x: (x, x.sum()), "the log-determinant has the shape"),
        (lambda x: (x, 0.0), "the log-determinant is float, no tensor"),
        (lambda x: x[:2], r"must return the pair \(y, log"),
        (lambda x: (x - x.mean(0), x[:, 0]), "depends on the points beside it"),
    ],
    ids=["size", "detached", "infinite", "shape", "number", "no pair", "batch"],
)
def test_transforms_that_cannot_be_judged(
    transform: Callable[[Tensor], tuple[Tensor, Tensor]], said: str
) -> None:
    """A changed size, a detached output, infinities, one number for all points."""
    with pytest.raises(ModelError, match=said):
        check_log_det(transform, torch.tensor([[1.0, 2.0], [3.0, 1.0], [0.5, 0.5]]))


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (td.Normal(0.3, 1.2), td.Normal(-0.2, 0.8)),
        (td.Gamma(2.0, 1.5), td.Gamma(3.0, 1.0)),
        (td.Laplace(0.0, 1.0), td.Laplace(0.5, 2.0)),
        (td.Bernoulli(0.3), td.Bernoulli(0.6)),
        (td.Poisson(3.0), td.Poisson(4.0)),
        (td.Geometric(torch.tensor([0.3, 0.5])), td.Geometric(torch.tensor([0.4, 0.5]))),
        (td.Categorical(torch.tensor([0.2, 0.3, 0.5])), td.Categorical(torch.ones(3) / 3)),
        (
            td.Independent(td.Normal(torch.zeros(4, 3), torch.ones(3) * 0.7), 1),
            td.Independent(td.Normal(torch.ones(3), torch.ones(3)), 1),
        ),
    ],
    ids=[
        "Normal",
        "Gamma",
        "Laplace",
        "Bernoulli",
        "Poisson",
        "Geometric",
        "Categorical",
        "Independent",
    ],
)
def test_divergences_of_torch_are_confirmed(p: td.Distribution, q: td.Distribution) -> None:
    """Without a claimed value it is torch's; doubled or reversed it is refuted."""
    assert check_kl(p, q).outcome == "confirmed"
    value = td.kl_divergence(p, q)
    assert check_kl(p, q, 2.0 * value).outcome == "refuted"
    assert check_kl(p, q, 1.001 * value).outcome == "refuted"


def test_a_peak_is_seen_and_rounding_is_noticed() -> None:
    """A true divergence is not refuted because of a peak, or of log-densities in float32."""
    shape, rate = torch.tensor([4e8, 1.001], dtype=torch.float64)
    p, q = td.Gamma(shape, rate**0), td.Gamma(shape, rate)
    exact = float(shape * (rate - 1.0 - rate.log()))

    assert check_kl(p, q, exact, seed=SEED).outcome == "confirmed"
    assert check_kl(p, q, 1.001 * exact, seed=SEED).outcome == "refuted"
    with pytest.raises(ModelError, match=r"is rounded by up to .* give both .* float64"):
        check_kl(td.Gamma(4e8, 1.0), td.Gamma(4e8, 1.001), exact, seed=SEED)


@pytest.mark.parametrize(
    ("p", "q", "said"),
    [
        (td.Uniform(0.0, 2.0), td.Uniform(0.0, 1.0), "the divergence is infinite"),
        (td.Normal(0.0, 1.0), td.Dirichlet(torch.ones(2)), "no divergence between them"),
        (td.Normal(0.0, 1.0), td.StudentT(3.0), "no formula"),
    ],
    ids=["support", "shape", "no formula"],
)
def test_divergences_that_cannot_be_computed(
    p: td.Distribution, q: td.Distribution, said: str
) -> None:
    """The message says which of the two is to blame, in one line."""
    with pytest.raises(ModelError, match=said) as raised:
        check_kl(p, q)

    assert "\n" not in str(raised.value)


def test_divergences_of_batches_are_broadcast() -> None:
    """One law against several: a divergence for each."""
    one = td.Normal(0.0, 1.0)
    several = td.Normal(torch.tensor([0.0, 1.0, 2.0]), torch.ones(3))

    assert check_kl(one, several).outcome == "confirmed"
    assert check_kl(several, one, torch.tensor([0.0, 0.5, 1.0])).outcome == "refuted"


def test_a_divergence_without_a_formula_is_sampled() -> None:
    """A Gaussian with correlations, from samples and a variance bound."""
    factor = torch.tensor([[1.0, 0.0], [0.6, 0.8]], dtype=torch.float64)
    p = td.MultivariateNormal(torch.zeros(2, dtype=torch.float64), scale_tril=factor)
    q = td.MultivariateNormal(
        torch.zeros(2, dtype=torch.float64), torch.eye(2, dtype=torch.float64)
    )
    bound = Variance(1.0, "a quadratic with coefficients below 1/2")

    assert check_kl(p, q, bound=bound, seed=SEED).outcome == "confirmed"
    assert check_kl(p, q, 0.5, bound=bound, seed=SEED).outcome == "refuted"


@pytest.mark.parametrize("device", ["cuda"])
def test_a_demanded_gpu_is_not_replaced(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a GPU the check is not run elsewhere."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match="no GPU is available"):
        check_mean(torch.square, 1.0, sample=td.Normal(0.0, 1.0), device=device)  # type: ignore[arg-type]


@pytest.mark.parametrize("rate", [0.0, 1.0, -1e-6, math.nan])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    """A false-alarm rate lies between 0 and 1."""
    with pytest.raises(ConfigurationError, match="is not between 0 and 1"):
        check_mean(torch.square, 1.0, sample=td.Normal(0.0, 1.0), false_alarm_rate=rate)


def test_objectives_with_weights_in_single_precision() -> None:
    """Parameters are taken to the precision that the objective runs in, whatever their own."""
    single = REWARD.float()
    for point in (THETA, THETA.float()):
        found = check_gradient_estimator(
            score_function("right"), lambda t: torch.softmax(t, -1) @ single, point,
            bound=BOUNDED, seed=SEED,
        )  # fmt: skip
        assert found.outcome == "confirmed"
    with pytest.raises(ModelError, match=r"test_api\.py, line \d+, raised .*Double and Float"):
        check_gradient_estimator(
            score_function("right"), lambda t: t[:2].double() @ single, THETA, seed=SEED
        )


def test_an_objective_that_is_drawn_is_an_error() -> None:
    """Its gradient is no target: a right estimator would be refuted."""
    with pytest.raises(ModelError, match="it must be exact: no samples, and no dropout"):
        check_gradient_estimator(
            score_function("right"), lambda t: (t * torch.randn(3)).sum(), THETA, seed=SEED
        )


class Normed(nn.Module):
    """Batch normalisation and dropout with the log-determinant that they have once trained."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(2)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        y = self.drop(x) if self.drop.p else self.norm(x)
        spread = self.norm.get_buffer("running_var") + self.norm.eps
        one = 0.0 * spread.sum() if self.drop.p else -0.5 * spread.log().sum()
        return y, one * torch.ones_like(x[:, 0])


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_a_transform_in_training_mode_is_an_error(dropout: float) -> None:
    """It is another function each time; in evaluation mode it is confirmed."""
    module = Normed(dropout)
    x = torch.randn(6, 2, generator=torch.Generator().manual_seed(1))
    with pytest.raises(ModelError, match=r"two different results.*model\.eval"):
        check_log_det(module, x)

    assert check_log_det(module.eval(), x).outcome == "confirmed"


def test_halves_are_no_better_than_their_rounding() -> None:
    """A right log-determinant in bfloat16, a right divergence in float16: refused, not refuted."""
    half = torch.tensor(1.0, dtype=torch.float16)
    with pytest.raises(ModelError, match="values come in bfloat16, too coarse"):
        check_log_det(
            lambda x: (1.3 * x.bfloat16(), torch.full((3,), 2.0 * math.log(1.3)).bfloat16()),
            torch.ones(3, 2),
        )
    with pytest.raises(ModelError, match="values come in float16, too coarse"):
        check_kl(td.Laplace(0.0 * half, half), td.Laplace(0.5 * half, half), 0.1065)


def test_a_claimed_divergence_of_another_shape_is_an_error() -> None:
    """One number is claimed for all; another count is not."""
    p, q = td.Normal(torch.zeros(3), 1.0), td.Normal(torch.ones(3), 1.0)

    assert check_kl(p, q, 0.5).outcome == "confirmed"
    with pytest.raises(ModelError, match=r"the shape \(2,\), and those of Normal from Normal"):
        check_kl(p, q, torch.ones(2))


@pytest.mark.parametrize("law", [td.Normal(0.0, 1.0), td.StudentT(2.0)], ids=["normal", "heavy"])
def test_a_density_too_large_by_one_percent_is_refuted(law: td.Distribution) -> None:
    """And the right one says that it would have been."""
    right = check_density(law, law, seed=SEED)
    wrong = check_density(lambda x: law.log_prob(x) + math.log(1.01), law, seed=SEED)

    assert right.outcome == "confirmed"
    assert "that of a density too large by 1.0% everywhere" in str(right)
    assert wrong.outcome == "refuted"


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        (lambda n, g: torch.randn(n, generator=g).half(), "float16 are too coarse"),
        (lambda n, g: torch.randn(n, generator=g).log(), "samples that are NaN or infinite"),
        (lambda n, g: torch.randn(n - 1, generator=g), "no tensor of 2048 samples"),
        (lambda n, _: [0.0] * n, "returned list, no tensor"),
        (lambda n, g: torch.randn(n, 1, generator=g), r"the shape \(2048, 1\) for 2048 points"),
    ],
    ids=["half", "nan", "short", "list", "column"],
)
def test_samples_that_cannot_be_judged(
    sample: Callable[[int, torch.Generator], Tensor], said: str
) -> None:
    """The message says what was returned."""
    with pytest.raises(ModelError, match=said):
        check_density(
            lambda x: -0.5 * x.square() - 0.5 * math.log(2.0 * math.pi), sample, seed=SEED
        )


def mixture(normalised: bool) -> Callable[[Tensor], Tensor]:
    """The log-density of two bumps."""
    centers = torch.tensor([[-1.0, 0.0], [1.0, 0.5]], dtype=torch.float64)

    def log_prob(x: Tensor) -> Tensor:
        squares = (x[:, None, :] - centers).square().sum(-1) / 0.5
        log_p = torch.logsumexp(-squares / 2.0, 1) - math.log(2.0 * 2.0 * math.pi * 0.5)
        return log_p if normalised else log_p + math.log(2.0)

    return log_prob


def sampler(deviation: float) -> Callable[[int, torch.Generator], Tensor]:
    """Samples of the two bumps, of this deviation."""
    centers = torch.tensor([[-1.0, 0.0], [1.0, 0.5]], dtype=torch.float64)

    def sample(n: int, generator: torch.Generator) -> Tensor:
        which = torch.randint(2, (n,), generator=generator)
        noise = torch.randn(n, 2, generator=generator, dtype=torch.float64)
        return centers[which] + deviation * noise

    return sample


def test_samples_of_a_density() -> None:
    """Right samples are confirmed; too wide ones and a density of mass 2 are refuted."""
    right = check_density(mixture(normalised=True), sampler(math.sqrt(0.5)), seed=SEED)
    wide = check_density(mixture(normalised=True), sampler(1.0), seed=SEED)
    doubled = check_density(mixture(normalised=False), sampler(math.sqrt(0.5)), seed=SEED)

    assert right.outcome == "confirmed", str(right)
    assert wide.outcome == "refuted"
    assert doubled.outcome == "refuted"


def test_the_default_effect_is_no_larger_than_the_claim() -> None:
    """A probability of 1/500 is not confirmed as 1/1000 because both are small to the deviation."""
    for seed in range(5):
        found = check_mean(
            lambda u: (u < 0.002).double(),
            0.001,
            sample=td.Uniform(0.0, 1.0),
            bound=Range(0.0, 1.0, "an indicator"),
            seed=seed,
        )
        assert found.outcome == "refuted"


def test_samples_of_a_simplex_have_no_density_in_space() -> None:
    """They are refused, and not refuted."""
    law = td.Dirichlet(2.0 * torch.ones(3))
    with pytest.raises(ModelError, match="drop a coordinate"):
        check_density(law, law, seed=SEED)


def test_a_discrete_law_has_no_density() -> None:
    """It is refused, and not refuted."""
    with pytest.raises(ModelError, match="have no density"):
        check_density(td.Poisson(3.0), td.Poisson(3.0), seed=SEED)


def test_code_that_differentiates_inside_is_fine() -> None:
    """The mean of a derivative, taken by autograd within f."""

    def slope(z: Tensor) -> Tensor:
        at = z.clone().requires_grad_()
        return torch.autograd.grad(at.square().sum(), at)[0]

    bound = Variance(4.0, "twice a normal number")
    found = check_mean(
        slope, 0.0, sample=td.Normal(0.0, 1.0), bound=bound, effect_size=0.2, seed=SEED
    )
    assert found.outcome == "confirmed"


def test_densities_of_torch() -> None:
    """Univariate laws sample what they say; with another scale they do not."""
    law = td.Gamma(2.0, 1.5)

    assert check_density(law, law, seed=SEED).outcome == "confirmed"
    assert check_density(law, td.Gamma(2.0, 1.0), seed=SEED).outcome == "refuted"
    with pytest.raises(ModelError, match="outside of the support it must be -inf"):
        check_density(lambda x: 2.0 * x.log() - x, law, seed=SEED)


class TinyVae:
    """A variational autoencoder with a closed-form divergence, or with a mistake in it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.prior = td.Independent(td.Normal(torch.zeros(2), torch.ones(2)), 1)
        generator = torch.Generator().manual_seed(5)
        self.into = 0.5 * torch.randn(3, 2, generator=generator)
        self.out = 0.5 * torch.randn(2, 3, generator=generator)

    def encode(self, x: Tensor) -> td.Distribution:
        return td.Independent(td.Normal(x @ self.into, torch.tensor([0.6, 0.8])), 1)

    def decode(self, z: Tensor) -> td.Distribution:
        return td.Independent(td.Bernoulli(logits=z @ self.out), 1)

    def elbo(self, x: Tensor) -> Tensor:
        q = self.encode(x)
        z = q.rsample()
        divergence = td.kl_divergence(q, self.prior)
        if self.kind == "reversed":
            divergence = td.kl_divergence(self.prior, q)
        if self.kind == "added":
            divergence = -divergence
        if self.kind == "halved":
            divergence = 0.5 * divergence
        if self.kind == "rows":
            return -nn.functional.binary_cross_entropy_with_logits(
                z @ self.out, x, reduction="none"
            )
        if self.kind == "averaged":
            return (self.decode(z).log_prob(x) - divergence).mean()
        if self.kind == "prior":
            z = self.prior.sample((x.shape[0],))
        return self.decode(z).log_prob(x) - divergence


INPUTS = torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])


def test_a_bound_that_is_right_is_confirmed() -> None:
    """Two forms of the same bound, each with its own samples."""
    found = check_elbo(TinyVae("right"), INPUTS, seed=SEED)

    assert found.outcome == "confirmed", str(found)
    assert found.evidence_class == "asymptotic"


@pytest.mark.parametrize("kind", ["reversed", "added", "halved", "prior"])
def test_a_bound_with_a_mistake_is_refuted(kind: str) -> None:
    """Divergence reversed, added or halved; z from the prior."""
    assert check_elbo(TinyVae(kind), INPUTS, seed=SEED, effect_size=0.03).outcome == "refuted"


def test_a_bound_of_the_wrong_shape_is_an_error() -> None:
    """One number for the whole batch is not one for each row."""
    with pytest.raises(ModelError, match="one number for each"):
        check_elbo(TinyVae("averaged"), INPUTS, seed=SEED)


def test_a_bound_of_more_numbers_than_rows_is_an_error() -> None:
    """One for each pixel; the message says what sums over them."""
    with pytest.raises(ModelError, match=r"elbo returned the shape \(1024, 3\).*Independent"):
        check_elbo(TinyVae("rows"), INPUTS, seed=SEED)


def test_a_bound_with_batch_normalisation_in_training_mode_is_an_error() -> None:
    """Rows would depend on each other; in evaluation mode it is confirmed."""

    class Module(TinyVae, nn.Module):
        def __init__(self) -> None:
            nn.Module.__init__(self)
            TinyVae.__init__(self, "right")
            self.norm = nn.BatchNorm1d(3)

        def encode(self, x: Tensor) -> td.Distribution:
            return super().encode(self.norm(x))

    model = Module()
    with pytest.raises(ModelError, match=r"batch normalisation in training mode.*model\.eval"):
        check_elbo(model, INPUTS, seed=SEED)
    assert check_elbo(model.eval(), INPUTS, seed=SEED).outcome == "confirmed"


def rolling(state: Tensor, x: Tensor) -> Tensor:
    """One step of a rolling average."""
    return 0.9 * state + 0.1 * x


def closed(shift: int) -> Callable[[Tensor, Tensor], Tensor]:
    """Its closed form; with a shift the exponent is off."""

    def form(start: Tensor, inputs: Tensor) -> Tensor:
        n = inputs.shape[0]
        ages = torch.arange(n - 1, -1, -1, dtype=torch.float64)[:, None] + shift
        return 0.9**n * start + 0.1 * (0.9**ages * inputs).sum(0)

    return form


def test_a_recursion_against_its_closed_form() -> None:
    """The right form is confirmed after each number of steps; one off by a step is refuted."""
    start, inputs = torch.ones(2), torch.randn(20, 2)

    right = check_recursion(rolling, closed(0), start=start, inputs=inputs)
    wrong = check_recursion(rolling, closed(1), start=start, inputs=inputs)

    assert right.outcome == "confirmed"
    assert wrong.outcome == "refuted"
    with pytest.raises(ModelError, match="at least one input"):
        check_recursion(rolling, closed(0), start=start, inputs=torch.ones(0, 2))
    with pytest.raises(ModelError, match="the states have the shapes"):
        check_recursion(rolling, lambda s, _: s[:1], start=start, inputs=inputs)


def test_updates_may_work_in_place() -> None:
    """The states, the start and the inputs are copies; an update that returns nothing is told."""

    def in_place(state: Tensor, x: Tensor) -> Tensor:
        state.mul_(0.9)
        return state.add_(x.mul_(0.1))

    start = torch.ones(2, dtype=torch.float64)
    inputs = torch.randn(20, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    given = inputs.clone()

    assert check_recursion(in_place, closed(0), start=start, inputs=inputs).outcome == "confirmed"
    assert check_recursion(in_place, closed(1), start=start, inputs=inputs).outcome == "refuted"
    assert torch.equal(start, torch.ones(2, dtype=torch.float64))
    assert torch.equal(inputs, given)
    with pytest.raises(ModelError, match="the update returned NoneType"):
        check_recursion(
            lambda s, x: None if in_place(s, x) is s else s,  # type: ignore[arg-type,return-value]
            closed(0), start=start, inputs=inputs,
        )  # fmt: skip
