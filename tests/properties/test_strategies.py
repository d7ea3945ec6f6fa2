"""What the strategies draw is what they say, and shrinks to what a student can check by hand."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis.strategies import SearchStrategy

import lemmata.properties as public
from lemmata.kernel.declarations import Interval
from lemmata.properties import strategies as s

SMALL = settings(
    max_examples=100,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
FEW = settings(max_examples=30, database=None, deadline=None, derandomize=True)
ZERO, HALF, ONE = Fraction(0), Fraction(1, 2), Fraction(1)


def simplest(strategy: SearchStrategy[Any]) -> Any:
    """What a strategy shrinks to when nothing is asked."""
    return find(strategy, lambda _: True, settings=SMALL, random=Random(0))


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (s.rationals(-3, 3), 0),
        (s.rationals(HALF, 5), 1),
        (s.numbers(), 0),
        (s.numbers(Interval(Fraction(0))), 1),
        (s.numbers(Interval(Fraction(0), Fraction(1))), HALF),
        (s.numbers(Interval(Fraction(0), Fraction(1), closed=True)), 0),
        (s.pmfs(), (HALF, HALF)),
        (s.diagonal_gaussians(), s.DiagonalGaussian((ZERO,), (ONE,))),
        (s.positive_definite_matrices(), ((1,),)),
        (s.datasets(), s.Dataset(((ONE,),), (ZERO,))),
        (s.arrays((1, 2)), ((0, 0),)),
    ],
)
def test_shrinks_to(strategy: SearchStrategy[Any], expected: object) -> None:
    """The simplest thing of a kind."""
    assert simplest(strategy) == expected


def test_nothing_lies_in_an_empty_interval() -> None:
    """An interval without numbers is refused when the strategy is made."""
    with pytest.raises(ValueError, match="nothing lies between"):
        s.numbers(Interval(Fraction(1), Fraction(1)))


@FEW
@given(s.pmfs(zeros=True))
def test_probabilities_sum_to_one(p: s.Row) -> None:
    """Exactly, because they are fractions."""
    assert sum(p) == 1
    assert min(p) >= 0


@FEW
@given(s.joints(3))
def test_marginals_are_sums(joint: s.Joint) -> None:
    """A marginal of all variables is the table, and of none it is 1."""
    assert joint.marginal(0, 1, 2) == joint.table
    assert joint.marginal() == {(): 1}
    assert sum(joint.marginal(1).values()) == 1


@FEW
@given(s.positive_definite_matrices())
def test_matrices_are_positive_definite(matrix: s.Matrix) -> None:
    """Symmetric, with every leading minor positive."""
    m = len(matrix)
    assert all(matrix[i][j] == matrix[j][i] for i in range(m) for j in range(m))
    assert all(determinant([row[:k] for row in matrix[:k]]) > 0 for k in range(1, m + 1))


@FEW
@given(s.datasets())
def test_designs_have_full_column_rank(data: s.Dataset) -> None:
    """X^T X is invertible."""
    columns = list(zip(*data.design, strict=True))
    gram = [[sum(a * b for a, b in zip(p, q, strict=True)) for q in columns] for p in columns]
    assert determinant(gram) != 0
    assert len(data.target) == len(data.design)


@FEW
@given(s.codebooks())
def test_the_nearest_code_wins_by_a_margin(book: s.Codebook) -> None:
    """No other code is as near to the query."""
    gaps = [sum((a - b) ** 2 for a, b in zip(c, book.query, strict=True)) for c in book.codes]
    best = gaps.pop(book.nearest)
    assert min(gaps) >= best + s.MARGIN


@FEW
@given(s.decision_processes(discounted=True))
def test_processes_are_complete(process: s.DecisionProcess) -> None:
    """Every state and action has a law of the next state, a reward and a logit."""
    states, actions = len(process.initial), len(process.rewards[0])
    assert [len(row) for row in process.dynamics] == [actions] * states
    assert all(sum(law) == 1 for row in process.dynamics for law in row)
    assert len(process.logits) == len(process.rewards) == states
    assert 0 <= process.discount < 1


@FEW
@given(s.absorbing_processes())
def test_absorbing_processes_end(process: s.DecisionProcess) -> None:
    """With probability at least 1/4 a step, and without discount."""
    assert process.stopping >= Fraction(1, 4)
    assert process.discount == 1


@FEW
@given(s.couplings())
def test_couplings_keep_less_than_all(coupling: s.Coupling) -> None:
    """The networks take what is kept and give what is moved."""
    kept, moved = coupling.kept, len(coupling.point) - coupling.kept
    assert kept >= 1
    assert moved >= 1
    for network in (coupling.scale, coupling.shift):
        assert len(network.layers[0][0][0]) == kept
        assert len(network.layers[-1][0]) == moved


@FEW
@given(s.linear_gaussians())
def test_linear_models_fit_together(model: s.LinearGaussian) -> None:
    """One row of weights for each observed number, one column for each latent one."""
    assert len(model.weights) == len(model.offset) == len(model.observed)
    assert len(model.weights[0]) == len(model.encoder.mean)


@pytest.mark.parametrize("name", public.__all__)
def test_public_names_exist(name: str) -> None:
    """Every name that the package promises can be loaded."""
    assert callable(getattr(public, name))


def test_other_names_do_not() -> None:
    """A misspelled name is an AttributeError, as everywhere in Python."""
    with pytest.raises(AttributeError, match="pmf_s"):
        _ = public.pmf_s


def determinant(rows: list[Any]) -> Fraction:
    """By expansion along the first row."""
    if not rows:
        return Fraction(1)
    total = Fraction(0)
    for at, entry in enumerate(rows[0]):
        minor = [[*row[:at], *row[at + 1 :]] for row in rows[1:]]
        total += (-1) ** at * entry * determinant(minor)
    return total
