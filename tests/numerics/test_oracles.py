"""Implementations that are not ours agree with the definitions, and the comparison can fail."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from lemmata.numerics.oracles import Comparing, Comparison, Oracle, finish, oracles
from lemmata.numerics.oracles.advantages import by_definition
from lemmata.numerics.oracles.torch_distributions import mean_under, number


@pytest.mark.filterwarnings("default")  # warnings of packages that are not ours
@pytest.mark.parametrize("oracle", oracles(), ids=lambda oracle: oracle.id)
def test_an_oracle_agrees(oracle: Oracle) -> None:
    """It agrees to its tolerance, or differs as known."""
    found = finish(oracle)
    if found.finding == "not run":
        pytest.skip(found.reason)

    assert found.comparison is not None
    assert found.comparison.cases
    assert found.finding == ("known defect" if oracle.known_defect else "agrees"), found.note()
    assert found.version in found.row()[0]


def compared(worst: float) -> Callable[[], Comparison]:
    """A comparison with this result."""
    return lambda: Comparison(3, worst, "somewhere")


ORACLE = Oracle("test", "torch", "a test", compared(1e-3), 1e-6)


@pytest.mark.parametrize(
    ("oracle", "finding"),
    [
        (ORACLE, "differs"),
        (replace(ORACLE, compare=compared(1e-9)), "agrees"),
        (replace(ORACLE, known_defect="wrong"), "known defect"),
        (replace(ORACLE, known_defect="wrong", compare=compared(0.0)), "defect gone"),
        (replace(ORACLE, compare=lambda: Comparison(1, 0.0, "-", ("IndexError",))), "differs"),
        (replace(ORACLE, package="no-such-package"), "not run"),
    ],
    ids=["differs", "agrees", "known", "gone", "raises", "absent"],
)
def test_what_a_comparison_means(oracle: Oracle, finding: str) -> None:
    """Each finding, with a note unless it agrees."""
    found = finish(oracle)

    assert found.finding == finding
    assert bool(found.note()) == (finding != "agrees")


def test_nan_is_no_agreement() -> None:
    """A difference that is not a number counts as infinite."""
    found = Comparing()
    found.add("fine", 1e-16)
    found.add("broken", float("nan"))

    assert found.found().worst == float("inf")
    assert found.found().where == "broken"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda r, v, _, e, g, k: by_definition(r, v, v, e, g, k),
        lambda r, v, w, e, g, k: by_definition(r, v, w, torch.zeros_like(e), g, k),
        lambda r, v, w, e, g, _: by_definition(r, v, w, e, g, 1.0),
        lambda r, v, w, e, g, k: by_definition(r, -v, w, e, g, k),
    ],
    ids=["value of the same state", "ends ignored", "lambda ignored", "sign"],
)
def test_mutants_of_advantages_differ(wrong: Callable[..., torch.Tensor]) -> None:
    """The definition tells the classical mistakes apart."""
    generator = torch.Generator().manual_seed(1)
    rewards, values, later = torch.randn(3, 12, 2, generator=generator, dtype=torch.float64)
    ended = (torch.rand(12, 2, generator=generator) < 0.3).double()
    data = (rewards, values, later, ended, 0.9, 0.8)

    assert float((wrong(*data) - by_definition(*data)).abs().max()) > 0.1


def test_quadrature_is_exact_for_known_means() -> None:
    """Moments of laws on the line, the half-line and an interval."""
    normal = torch.distributions.Normal(number(0.3), number(1.2))
    gamma = torch.distributions.Gamma(number(2.0), number(0.5))
    beta = torch.distributions.Beta(number(2.0), number(3.0))

    assert mean_under(normal, torch.square) == pytest.approx(0.09 + 1.44, abs=1e-13)
    assert mean_under(gamma, lambda x: x) == pytest.approx(4.0, abs=1e-12)
    assert mean_under(beta, lambda x: x) == pytest.approx(0.4, abs=1e-14)
