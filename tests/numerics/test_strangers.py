"""Code and arguments that no check can use: one line says where, what and what to do."""

import math
from collections.abc import Callable
from typing import Any, cast

import pytest
import torch
from torch import Tensor, nn
from torch import distributions as td

from lemmata.numerics import (
    ConfigurationError,
    Estimate,
    ModelError,
    NumericsError,
    check_density,
    check_elbo,
    check_gradient_estimator,
    check_kl,
    check_log_det,
    check_mean,
    check_recursion,
    check_unbiased,
)
from lemmata.numerics.errors import judging

SEED = 11
NORMAL = td.Normal(0.0, 1.0)
MU = torch.tensor([0.3, -0.2], dtype=torch.float64)
POINTS = torch.ones(4, 3, dtype=torch.float64)
PIXELS = torch.ones(4, 6)
KEPT: dict[int, Tensor] = {}


def mean(target: object = 0.0, sample: object = NORMAL, **options: object) -> Estimate:
    """The mean of the draws, with arguments of any type."""
    given: dict[str, Any] = {"seed": SEED, "sample": sample, **options}
    return check_mean(lambda x: x, cast(float, target), **given)


def drawn(n: int, g: torch.Generator) -> Tensor:
    """Estimates of MU."""
    return MU + torch.randn(n, 2, generator=g, dtype=torch.float64)


def wrong(*, objective: object = None, estimator: object = drawn, at: object = MU) -> Estimate:
    """A gradient whose estimator or objective is not what is asked for."""
    given: Any = objective or (lambda m: 0.5 * m.square().sum())
    return check_gradient_estimator(cast(Any, estimator), given, cast(Tensor, at), seed=SEED)


def by_keyword(n: int, *, generator: torch.Generator) -> Tensor:
    """An estimator that is called in another way."""
    return torch.randn(n, generator=generator)


class Latent(nn.Module):
    """A model of pixels whose encoder returns what it is told to."""

    def __init__(self, encoded: Callable[[Tensor], object]) -> None:
        super().__init__()
        self.encoded = encoded
        self.prior = td.Independent(td.Normal(torch.zeros(2), 1.0), 1)

    def encode(self, x: Tensor) -> Any:
        """A Gaussian, or what stands for one."""
        return self.encoded(x)

    def decode(self, z: Tensor) -> td.Distribution:
        """Black and white pixels."""
        return td.Independent(td.Bernoulli(logits=z.sum(-1, keepdim=True).expand(-1, 6)), 1)

    def elbo(self, x: Tensor) -> Tensor:
        """No bound at all."""
        return x.sum(-1)


def gaussian(x: Tensor) -> td.Distribution:
    """An encoder's output."""
    return td.Independent(td.Normal(x[..., :2].float(), 1.0), 1)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: mean("0"), "the claimed value must be a number or a tensor, not '0'"),
        (lambda: mean(None), "must be a number or a tensor, not None"),
        (lambda: mean(1j), "must be a number or a tensor, not 1j"),
        (lambda: mean(math.nan), "the claimed value is not finite"),
        (lambda: mean(torch.tensor([0.0, math.inf])), "claimed value is not finite"),
        (lambda: mean(effect_size="0.1"), "effect_size must be a number, not '0.1'"),
        (lambda: mean(power=None), "power must be a number, not None"),
        (lambda: mean(seed="a"), "the seed must be a whole number"),
        (lambda: mean(bound=1.0), r"1\.0 is no bound: give Variance, Range or SubGaussian"),
        (lambda: mean(sample=torch.randn(9)), r"a function of \(n, generator\), not from Tensor"),
        (lambda: mean(sample="normal"), r"a function of \(n, generator\), not from str"),
        (
            lambda: mean(sample=lambda n: torch.randn(n, 2)),
            r"is called with \(n, generator\), and takes something else: too many positional",
        ),
        (
            lambda: check_unbiased(cast(Any, by_keyword), 0.0),
            "takes something else: too many positional",
        ),
        (lambda: wrong(estimator=lambda n: torch.randn(n, 2)), "takes something else"),
        (lambda: check_density(NORMAL, cast(Any, torch.randn(9))), "not from Tensor"),
        (lambda: check_kl(NORMAL, td.Normal(1.0, 1.0), cast(Any, "x")), "not 'x'"),
        (lambda: check_kl(NORMAL, td.Normal(1.0, 1.0), math.nan), "not finite"),
    ],
)
def test_arguments_that_are_none(call: Callable[[], Estimate], said: str) -> None:
    """Refused by name before anything runs."""
    with pytest.raises(ConfigurationError, match=rf"^check_\w+: .*{said}"):
        call()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: wrong(objective=lambda m: m.sqrt().sum()), "the objective is nan at the param"),
        (
            lambda: wrong(estimator=lambda n, g: drawn(n, g).mean(0)),
            r"\(2,\) for 2 parameters; it must return n estimates, one a row: \(n, 2\)",
        ),
        (lambda: wrong(at=[MU]), "of another kind than the check takes: AttributeError: 'list'"),
        (
            lambda: check_unbiased(
                lambda n, g: torch.randn(n, 3, generator=g) @ torch.ones(2), 0.0, seed=SEED
            ),
            r"test_strangers\.py, line \d+, raised RuntimeError: size mismatch",
        ),
        (
            lambda: wrong(estimator=lambda g, n: torch.randn(n, generator=g)),
            r"test_strangers\.py, line \d+, raised TypeError: randn\(\) received an invalid",
        ),
        (
            lambda: check_log_det(lambda z: (KEPT[3], z), POINTS),
            r"test_strangers\.py, line \d+, raised KeyError: 3",
        ),
        (lambda: check_log_det(3, POINTS), "of another kind .*: TypeError: 'int' object is not"),
        (
            lambda: check_recursion(lambda s, x: s + x[9], lambda s, x: s, start=MU, inputs=POINTS),  # noqa: ARG005
            r"line \d+, raised IndexError: index 9 is out of bounds",
        ),
        (lambda: check_kl(cast(Any, MU), NORMAL), "of another kind than the check takes"),
        (lambda: check_elbo(cast(Any, nn.Linear(6, 6)), PIXELS), "has no prior, encode, decode, e"),
        (lambda: check_elbo(Latent(gaussian), PIXELS[0]), r"the shape \(6,\); of one .* `x\[None"),
        (lambda: check_elbo(Latent(gaussian), PIXELS[:0]), r"has the shape \(0, 6\)"),
        (
            lambda: check_elbo(Latent(lambda x: (x, x)), PIXELS),
            "encode returned tuple, no torch distribution; make one, such as `Independent",
        ),
        (
            lambda: check_elbo(Latent(gaussian), PIXELS / 2, seed=SEED),
            "torch raised, on what it was given, ValueError: Expected value argument",
        ),
    ],
)
def test_code_that_cannot_be_run(
    call: Callable[[], Estimate], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line of the caller's code that raised, or what was returned and should be."""
    monkeypatch.setattr(td.Distribution, "_validate_args", True)  # zuko switches it off
    with pytest.raises(ModelError, match=rf"^check_\w+: .*{said}") as raised:
        call()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("validated", [True, False])
@pytest.mark.parametrize(
    ("p", "q"),
    [
        (NORMAL, td.Exponential(1.0)),
        (NORMAL, td.Gamma(2.0, 1.0)),
        (NORMAL, td.LogNormal(0.0, 1.0)),
        (td.Exponential(1.0), td.Beta(1.0, 1.0)),
        (td.Uniform(0.0, 2.0), td.Uniform(0.0, 1.0)),
        (td.Poisson(3.0), td.Bernoulli(0.5)),
        (td.Independent(td.Normal(torch.zeros(2), 1.0), 1), td.Dirichlet(torch.ones(2))),
        (td.Bernoulli(0.5), NORMAL),
        (td.Poisson(3.0), td.Exponential(1.0)),
        (td.Categorical(torch.ones(4)), td.Categorical(torch.tensor([1.0, 1.0, 1.0, 0.0]))),
        (td.Categorical(torch.ones(4)), td.Categorical(torch.ones(3))),
        (td.Bernoulli(0.5), td.Bernoulli(1.0)),
        (td.OneHotCategorical(torch.ones(2)), td.OneHotCategorical(torch.tensor([1.0, 0.0]))),
        (td.Uniform(torch.zeros(3), 2.0), td.Uniform(torch.zeros(3), 1.0)),
    ],
)
def test_a_law_on_the_wrong_support(
    p: td.Distribution, q: td.Distribution, validated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is infinite, whether torch looks at the support or was told not to, as by zuko.

    Without looking, `log_prob` of an exponential law is a number below 0 too, and E_p of the
    log-ratio would be -1.418939.
    """
    monkeypatch.setattr(td.Distribution, "_validate_args", validated)
    for law in (p, q):
        monkeypatch.setattr(law, "_validate_args", validated, raising=False)
    with pytest.raises(ModelError, match=r"^check_kl: .* the divergence is infinite"):
        check_kl(p, q, -1.418939, seed=SEED)


@pytest.mark.parametrize("validated", [True, False])
def test_a_law_on_the_right_support(validated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A smaller support is none of an error, and a density is 0 outside of it."""
    monkeypatch.setattr(td.Distribution, "_validate_args", validated)
    found = check_kl(td.Uniform(0.0, 1.0), td.Exponential(1.0), 0.5, seed=SEED)
    whole = check_density(td.Exponential(1.0), td.Exponential(1.0), seed=SEED)
    wrong_law = check_density(td.Exponential(1.0), NORMAL, seed=SEED)

    assert (found.outcome, whole.outcome) == ("confirmed", "confirmed"), str(found)
    assert wrong_law.outcome == "refuted"


def test_a_mistake_of_ours_is_not_laid_at_the_callers_door() -> None:
    """An exception of our own code stays what it is."""

    def fails() -> None:
        raise AssertionError

    with pytest.raises(ModelError, match=r"^fails: test_strangers\.py, line \d+, raised Assertion"):
        judging(fails)()
    fails.__code__ = fails.__code__.replace(co_filename=judging.__code__.co_filename)
    with pytest.raises(AssertionError):
        judging(fails)()


@pytest.mark.parametrize("f", [torch.reciprocal, lambda x: (x > 9.0).double()])
def test_an_undecided_mean_lies_anywhere(f: Callable[[Tensor], Tensor]) -> None:
    """Of tails that dominate, and of an event that never happened, no interval or band is told."""
    found = check_mean(f, 1e-9, sample=lambda n, g: torch.randn(n, generator=g), seed=SEED)

    assert (found.outcome, found.cause) == ("undecided", "unsupported")
    assert found.interval == (-math.inf, math.inf)
    assert found.trace is None


def test_errors_are_one_kind() -> None:
    """Whoever catches `NumericsError` catches all of them."""
    assert issubclass(ModelError, NumericsError)
    assert issubclass(ConfigurationError, NumericsError)
