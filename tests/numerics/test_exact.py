"""Exact checks: sides that are computed, by enumeration, quadrature or autograd."""

import math

import pytest
import torch
from torch import Tensor

from lemmata.numerics.audit import audit, require_power
from lemmata.numerics.check import ExactCheck, Sides
from lemmata.numerics.errors import ConfigurationError, ModelError
from lemmata.numerics.exact import run_exact, sides
from lemmata.numerics.jacobian import jacobians, log_abs_det
from lemmata.numerics.quadrature import box, double_exponential, hermite, normal_nodes


def check(left: Tensor, right: Tensor, **changes: object) -> ExactCheck:
    """Two given sides."""
    error = changes.pop("error", 0.0)
    return ExactCheck(
        "test/exact", "two sides", ("left", "right"),
        lambda: Sides(left, right, float(error)), **changes,  # type: ignore[arg-type]
    )  # fmt: skip


def test_equal_sides_are_confirmed_and_others_refuted() -> None:
    """The worst entry is named, with both values."""
    left = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)
    right = left.clone()
    assert run_exact(check(left, right)).outcome == "confirmed"
    right[1, 0] = 1.5
    found = run_exact(check(left, right))

    assert found.outcome == "refuted"
    assert found.counterexample is not None
    assert found.counterexample.world == {"entry": "[1, 0]"}
    assert "the left side is 2 times the right one" in str(found)


def test_small_entries_are_compared_absolutely_and_large_ones_relatively() -> None:
    """The tolerance is relative to values above 1."""
    left = torch.tensor([1e-12, 1e6], dtype=torch.float64)
    right = torch.tensor([0.0, 1e6 + 1e-4], dtype=torch.float64)

    assert run_exact(check(left, right)).outcome == "confirmed"
    assert run_exact(check(left, right, tolerance=1e-12)).outcome == "refuted"


@pytest.mark.parametrize(
    ("relation", "outcomes"),
    [("<=", ("confirmed", "refuted")), (">=", ("refuted", "confirmed"))],
)
def test_inequalities_have_one_side(relation: str, outcomes: tuple[str, str]) -> None:
    """1 <= 2 and not 1 >= 2; the wrong way round the other one holds."""
    one, two = torch.ones(1), 2.0 * torch.ones(1)

    assert run_exact(check(one, two, relation=relation)).outcome == outcomes[0]
    assert run_exact(check(two, one, relation=relation)).outcome == outcomes[1]


def test_coarse_quadrature_is_undecided() -> None:
    """Where its error exceeds the tolerance, a small difference says nothing; a large one does."""
    one = torch.ones(1)
    found = run_exact(check(one, one + 1e-4, error=1e-3, tolerance=1e-6))

    assert (found.outcome, found.cause) == ("undecided", "budget")
    assert "off by up to 0.001, more than the check tolerates: take more nodes" in str(found)
    assert run_exact(check(one, 2.0 * one, error=1e-3, tolerance=1e-6)).outcome == "refuted"


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        (torch.tensor([math.nan]), torch.ones(1), "left has entries that are NaN or infinite"),
        (torch.ones(1), torch.tensor([math.inf]), "right has entries that are NaN or infinite"),
        (torch.ones(2), torch.ones(3), "the sides have the shapes"),
        (torch.ones(0), torch.ones(0), "left is empty"),
    ],
    ids=["nan", "infinite", "shapes", "empty"],
)
def test_sides_that_cannot_be_compared(left: Tensor, right: Tensor, said: str) -> None:
    """The message says what is wrong with which side."""
    with pytest.raises(ModelError, match=said):
        run_exact(check(left, right))


def test_a_tolerance_without_power_is_refused() -> None:
    """Two computed sides agree to more than three digits, or they do not."""
    with pytest.raises(ConfigurationError, match="not between 0 and 1e-3"):
        check(torch.ones(1), torch.ones(1), tolerance=0.1)


def test_a_vacuous_check_is_refused() -> None:
    """A mutant that is not refuted is named; so is a lack of mutants."""
    one = torch.ones(1, dtype=torch.float64)
    same = check(
        one, one, mutants={name: lambda: sides(one, one) for name in ("sign", "factor", "index")}
    )
    with pytest.raises(ConfigurationError, match="it does not refute: sign; factor; index"):
        require_power(audit(same, false_alarm_rate=1e-6, seed=0))
    with pytest.raises(ConfigurationError, match="too few mutants"):
        require_power(audit(check(one, one), false_alarm_rate=1e-6, seed=0))


def test_hermite_nodes_are_finite_and_exact() -> None:
    """Moments of the standard normal law, up to many nodes."""
    for nodes in (3, 20, 400):
        points, weights = hermite(nodes)
        assert bool(torch.isfinite(weights).all())
        assert float((weights * points**4).sum()) == pytest.approx(3.0, rel=1e-12)
    points, weights = normal_nodes(2, 5)
    assert points.shape == (25, 2)
    assert float((weights * (points[:, 0] * points[:, 1]) ** 2).sum()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("f", "low", "high", "value"),
    [
        (lambda x: torch.exp(-x * x), -math.inf, math.inf, math.sqrt(math.pi)),
        (lambda x: torch.exp(-x), 0.0, math.inf, 1.0),
        (torch.exp, -math.inf, 0.0, 1.0),
        (lambda x: 1.0 / torch.sqrt(x), 0.0, 1.0, 2.0),
    ],
    ids=["line", "right", "left", "singular end"],
)
def test_double_exponential_quadrature(f: object, low: float, high: float, value: float) -> None:
    """Infinite intervals and singular ends."""
    assert callable(f)
    found, error = double_exponential(f, low, high)

    assert found == pytest.approx(value, abs=1e-8)
    assert error < 1e-6


def test_a_box_has_the_right_volume() -> None:
    """Midpoints and cells of a square."""
    points, volume = box(-1.0, 3.0, 10)

    assert points.shape == (100, 2)
    assert volume * points.shape[0] == pytest.approx(16.0)
    assert float(points.min()) == pytest.approx(-0.8)


def test_jacobians_of_code_that_vmap_cannot_follow() -> None:
    """Branches on values are differentiated point by point."""

    def branching(x: Tensor) -> Tensor:
        return x * 2.0 if float(x.detach().sum()) > 0.0 else x * 3.0

    points = torch.tensor([[1.0, 1.0], [-1.0, -1.0]], dtype=torch.float64)
    found = torch.cat([jacobians(branching, points[:1]), jacobians(branching, points[1:])])

    torch.testing.assert_close(
        log_abs_det(found), torch.tensor([math.log(4.0), math.log(9.0)], dtype=torch.float64)
    )
