"""Expectations over trajectories: one law of what is looked at, whatever way it is computed."""

from __future__ import annotations

import pytest

from lemmata.kernel.declarations import (
    Declarations,
    Fact,
    Family,
    Function,
    Index,
    Parameter,
    Process,
    Size,
    Variable,
)
from lemmata.kernel.language import (
    Array,
    DensityHead,
    FunctionHead,
    gradient,
    integral,
    log,
    sum_over,
)
from lemmata.kernel.terms import Pow, Range, Statement, Sym, Term, Trajectory, as_term
from lemmata.semantics import build_model, evaluate_in, search

pi, b = DensityHead("pi"), FunctionHead("b")
t, u, i, j, T, N, theta = (Sym(name) for name in ("t", "t'", "i", "j", "T", "N", "theta"))
s, a, r = Array("s"), Array("a"), Array("r")
one = as_term(1)


def process(*facts: Fact, samples: bool = True) -> Declarations:
    """A process of T steps, with N numbered trajectories or one without a number."""
    times, numbers = Range(one, T), Range(one, N)
    return Declarations(
        sizes=(Size("T"), Size("N")),
        indices=(Index("t", times), Index("t'", times), Index("i", numbers), Index("j", numbers)),
        variables=(Variable("s"), Variable("a")),
        families=(Family("pi", ("a",), ("s",), parameters=("theta",)),),
        functions=(Function("b", 1, parameters=()),),
        parameters=(Parameter("theta"),),
        processes=(Process("tau", "s", "a", "r", "pi", times, numbers if samples else None),),
        facts=facts,
    )


def tau(body: Term) -> Term:
    """The expectation over trajectories."""
    return Trajectory("tau", body)


def score(time: Term, number: Term) -> Term:
    """The gradient of the log-policy at a step."""
    return gradient(theta, log(pi(a[time, number] | s[time, number])))


def total(number: Term) -> Term:
    """All rewards of a trajectory."""
    return sum_over(u, 1, T, r[u, number])


batch = 1 / N * sum_over(j, 1, N, total(j))


@pytest.mark.parametrize(
    "body",
    [
        score(t, i) * batch,
        sum_over(t, 1, T, score(t, i)) * (total(i) - batch),
        -(sum_over(t, 1, T, score(t, i)) / N) * (2 * (total(i) + b(s[t, i]))) * r[t, j],
        (r[t, i] - r[t, j]) * (r[t, i] + r[t, j]) * b(s[u, j]),
    ],
)
def test_multiplying_out_changes_no_expectation(body: Term) -> None:
    """A product over several trajectories has the value that it has as the base of a power."""
    declarations = process()
    whole = tau(Pow(body, one))  # a power is never multiplied out
    for seed in range(3):
        model = build_model(declarations, (body,), seed)
        assert evaluate_in(model, tau(body)) == evaluate_in(model, whole)


def test_a_batch_as_baseline_shrinks_the_gradient() -> None:
    """With the mean return of the batch as baseline, a share 1/N of the gradient is lost."""
    estimate = 1 / N * sum_over(i, 1, N, sum_over(t, 1, T, score(t, i)) * (total(i) - batch))
    slope = gradient(theta, tau(sum_over(u, 1, T, r[u, 1])))
    lost = Statement(tau(estimate), "=", (N - 1) / N * slope)
    assert search(lost, process()).outcome == "supported"
    found = search(Statement(tau(estimate), "=", slope), process())
    assert found.counterexample is not None
    assert found.counterexample.world["T"] == found.counterexample.world["N"] == "1"


def test_an_index_bound_inside_is_not_taken_for_one_outside() -> None:
    """The t of an inner sum is not the free t, whose value names no place of the trajectory."""
    declarations = process(samples=False)
    inner = sum_over(t, 1, u, b(s[t]))
    product = tau(r[u] * inner)
    renamed = tau(r[u] * sum_over(Sym("k"), 1, u, b(s[Sym("k")])))
    assert search(Statement(product * t, "=", renamed * t), declarations).outcome == "supported"


def test_a_reward_is_no_constant_where_its_causes_are_integrated_over() -> None:
    """Only a reward before the action may stand inside an integral over that action."""
    policy = pi(a[t] | s[t])
    moved = integral(a[t], policy * gradient(theta, log(policy)) * r[u])
    kept = r[u] * integral(a[t], policy * gradient(theta, log(policy)))
    statement = Statement(moved, "=", kept)
    found = search(statement, process(samples=False))
    assert found.outcome == "unevaluable"
    assert "may depend on it" in found.reason
    before = Fact("past", Statement(u, "<", t))
    assert search(statement, process(before, samples=False)).outcome == "supported"
    other = integral(a[t, i], pi(a[t, i] | s[t, i]) * r[u, j])
    apart = process(Fact("apart", Statement(i, "<", j)))
    assert search(Statement(other, "=", r[u, j]), apart).outcome == "supported"


def test_rewards_outside_the_horizon_have_no_value() -> None:
    """The reward after the last step stands nowhere in a trajectory."""
    found = search(Statement(tau(r[T + 1, 1]), "=", as_term(0)), process())
    assert found.outcome == "unevaluable"
    assert "outside the trajectory" in found.reason
