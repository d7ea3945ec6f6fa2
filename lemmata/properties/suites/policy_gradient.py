"""Laws of score functions and policy gradients, by enumeration of all trajectories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor

from lemmata.properties.strategies import DecisionProcess, Row, decision_processes, rationals
from lemmata.properties.suites.law import Suite, derivative, equal, softmax, tensor

# ------------------------------------------------------------- one random variable

LOGITS = st.integers(2, 4).flatmap(lambda k: st.tuples(*[rationals(-2, 2)] * k))
BOTH = st.integers(2, 4).flatmap(
    lambda k: st.tuples(st.tuples(*[rationals(-2, 2)] * k), st.tuples(*[rationals(-3, 3)] * k))
)

score_function_gradient = Suite(
    "score-function-gradient",
    "f(logits: [X], values: [X]) -> [X]: the gradient of E[values] under softmax(logits)",
    lambda logits, values: softmax(logits) * (values - softmax(logits) @ values),
    {
        "the mean is not subtracted": lambda logits, values: softmax(logits) * values,
        "not weighted by the probabilities": lambda logits, values: (
            values - softmax(logits) @ values
        ),
        "its negative": lambda logits, values: (
            softmax(logits) * (softmax(logits) @ values - values)
        ),
        "a plain mean is subtracted": lambda logits, values: (
            softmax(logits) * (values - values.mean())
        ),
    },
)


@score_function_gradient.law("the derivative of the exact expectation", both=BOTH)
def _(f: Any, both: tuple[Row, Row]) -> Any:
    logits, values = map(tensor, both)
    return equal(f(logits, values), derivative(lambda at: softmax(at) @ values, logits))


@score_function_gradient.law("a constant changes nothing", both=BOTH, c=rationals(-3, 3))
def _(f: Any, both: tuple[Row, Row], c: Any) -> Any:
    logits, values = map(tensor, both)
    return equal(f(logits, values + tensor(c)), f(logits, values))


@score_function_gradient.law("linear in the values", both=BOTH, c=rationals(-3, 3))
def _(f: Any, both: tuple[Row, Row], c: Any) -> Any:
    logits, values = map(tensor, both)
    return equal(f(logits, tensor(c) * values), tensor(c) * f(logits, values))


score_function_zero_mean = Suite(
    "score-function-zero-mean",
    "f(logits: [X]) -> [X, X]: the gradient of log softmax(logits)[x], one row for each x",
    lambda logits: torch.eye(len(logits)).double() - softmax(logits),
    {
        "the probabilities are added": lambda logits: (
            torch.eye(len(logits)).double() + softmax(logits)
        ),
        "the one-hot row alone": lambda logits: torch.eye(len(logits)).double(),
        "the gradient of the probability": lambda logits: (
            torch.diag(softmax(logits)) - softmax(logits)[:, None] * softmax(logits)
        ),
        "logits for probabilities": lambda logits: torch.eye(len(logits)).double() - logits,
    },
)


@score_function_zero_mean.law("zero on average", logits=LOGITS)
def _(f: Any, logits: Row) -> Any:
    at = tensor(logits)
    return equal(softmax(at) @ f(at), torch.zeros_like(at))


@score_function_zero_mean.law("the derivative of the logarithm", logits=LOGITS)
def _(f: Any, logits: Row) -> Any:
    at = tensor(logits)
    rows = [derivative(lambda z, x=x: torch.log_softmax(z, -1)[x], at) for x in range(len(at))]
    return equal(f(at), torch.stack(rows))


# ------------------------------------------------------------------- trajectories

PROCESSES = decision_processes(most=2)


@dataclass(frozen=True, slots=True)
class Path:
    """One trajectory.

    Attributes:
        probability: Of the whole path, a float64 scalar.
        scores: grad log pi(a_t | s_t) by the logits, flattened, shape (T, S A).
        rewards: Shape (T,).
        states: s_1 to s_T.
    """

    probability: Tensor
    scores: Tensor
    rewards: Tensor
    states: tuple[int, ...]


def paths(process: DecisionProcess) -> Iterator[Path]:
    """Every trajectory with its probability."""
    initial, dynamics, rewards = map(tensor, (process.initial, process.dynamics, process.rewards))
    policy = softmax(process.logits)
    states, actions = policy.shape
    eye = torch.eye(states * actions).double().reshape(states, actions, -1)
    # grad log pi(a | s) is the one-hot of (s, a) minus pi(. | s) at the places of s.
    means = (policy[:, :, None] * eye).sum(1)
    scores = eye - means[:, None, :]
    moves = list(product(range(states), range(actions)))
    for steps in product(moves, repeat=process.horizon):
        chance = initial[steps[0][0]]
        for at, (s, a) in enumerate(steps):
            chance = chance * policy[s, a]
            if at + 1 < len(steps):
                chance = chance * dynamics[s, a, steps[at + 1][0]]
        yield Path(
            chance,
            torch.stack([scores[s, a] for s, a in steps]),
            torch.stack([rewards[s, a] for s, a in steps]),
            tuple(s for s, _ in steps),
        )


def expected_return(
    initial: Tensor, dynamics: Tensor, rewards: Tensor, logits: Tensor, horizon: int
) -> Tensor:
    """J, by the recursion of the state law."""
    policy, law = torch.softmax(logits, -1), initial
    total = torch.zeros(()).double()
    for _ in range(horizon):
        pairs = law[:, None] * policy
        total = total + (pairs * rewards).sum()
        law = torch.einsum("sa,sat->t", pairs, dynamics)
    return total


def exact_gradient(process: DecisionProcess) -> Tensor:
    """The gradient of J by the logits, by autograd, flattened."""
    initial, dynamics, rewards, logits = map(
        tensor, (process.initial, process.dynamics, process.rewards, process.logits)
    )
    return derivative(
        lambda at: expected_return(initial, dynamics, rewards, at, process.horizon), logits
    ).flatten()


def tensors(process: DecisionProcess) -> tuple[Tensor, Tensor, Tensor, Tensor, int]:
    """What `policy-gradient-trajectory` is called with."""
    fields = (process.initial, process.dynamics, process.rewards, process.logits)
    initial, dynamics, rewards, logits = map(tensor, fields)
    return initial, dynamics, rewards, logits, process.horizon


def _gradient(
    initial: Tensor, dynamics: Tensor, rewards: Tensor, logits: Tensor, horizon: int
) -> Tensor:
    """The sum over times of d_t(s) pi(a|s) (Q_t(s,a) - V_t(s))."""
    policy = torch.softmax(logits, -1)
    laws = [initial]
    for _ in range(horizon - 1):
        laws.append(torch.einsum("s,sa,sat->t", laws[-1], policy, dynamics))
    value = torch.zeros_like(initial)
    total = torch.zeros_like(logits)
    for law in reversed(laws):
        quality = rewards + dynamics @ value
        value = (policy * quality).sum(1)
        total = total + law[:, None] * policy * (quality - value[:, None])
    return total


policy_gradient_trajectory = Suite(
    "policy-gradient-trajectory",
    "f(initial: [S], dynamics: [S, A, S], rewards: [S, A], logits: [S, A], horizon: int) -> "
    "[S, A]: the gradient of the expected undiscounted return by the logits",
    _gradient,
    {
        "the first step only": lambda i, d, r, z, _h: _gradient(i, d, r, z, 1),
        "its negative": lambda i, d, r, z, h: -_gradient(i, d, r, z, h),
        "a mean over the steps": lambda i, d, r, z, h: _gradient(i, d, r, z, h) / (h + 1),
        "the first state is uniform": lambda i, d, r, z, h: _gradient(
            torch.full_like(i, 1 / len(i)), d, r, z, h
        ),
    },
)


@policy_gradient_trajectory.law("the derivative of the exact return", process=PROCESSES)
def _(f: Any, process: DecisionProcess) -> Any:
    return equal(f(*tensors(process)).flatten(), exact_gradient(process))


@policy_gradient_trajectory.law("the average of the score times the return", process=PROCESSES)
def _(f: Any, process: DecisionProcess) -> Any:
    average = sum(p.probability * p.scores.sum(0) * p.rewards.sum() for p in paths(process))
    return equal(f(*tensors(process)).flatten(), average)


@policy_gradient_trajectory.law("a constant reward has no gradient", process=PROCESSES)
def _(f: Any, process: DecisionProcess) -> Any:
    initial, dynamics, rewards, logits, horizon = tensors(process)
    found = f(initial, dynamics, torch.ones_like(rewards), logits, horizon)
    return equal(found, torch.zeros_like(logits))


def _to_go(scores: Tensor, rewards: Tensor) -> Tensor:
    later = rewards.flip(0).cumsum(0).flip(0)
    return later @ scores


reward_to_go = Suite(
    "reward-to-go",
    "f(scores: [T, P], rewards: [T]) -> [P]: the reward-to-go estimator on one trajectory",
    _to_go,
    {
        "without the reward of the step itself": lambda s, r: (r.flip(0).cumsum(0).flip(0) - r) @ s,
        "the rewards before": lambda s, r: r.cumsum(0) @ s,
        "the reward of the step alone": lambda s, r: r @ s,
        "a mean over the steps": lambda s, r: _to_go(s, r) / (len(r) + 1),
    },
)


def average(process: DecisionProcess, estimate: Any) -> Tensor:
    """The exact mean of an estimator over all trajectories."""
    terms = [path.probability * estimate(path) for path in paths(process)]
    return torch.stack(terms).sum(0)


@reward_to_go.law("unbiased", process=PROCESSES)
def _(f: Any, process: DecisionProcess) -> Any:
    mean = average(process, lambda path: f(path.scores, path.rewards))
    return equal(mean, exact_gradient(process))


@reward_to_go.law("the first score sees every reward, the last one its own", process=PROCESSES)
def _(f: Any, process: DecisionProcess) -> Any:
    rewards = next(paths(process)).rewards
    steps = len(rewards)
    weights = f(torch.eye(steps).double(), rewards)
    return equal(weights[[0, -1]], torch.stack([rewards.sum(), rewards[-1]]))


constant_baseline_unbiased = Suite(
    "constant-baseline-unbiased",
    "f(scores: [T, P], rewards: [T], b: []) -> [P]: the score of one trajectory times its return "
    "less b",
    lambda s, r, b: s.sum(0) * (r.sum() - b),
    {
        "the baseline alone": lambda s, _r, b: -s.sum(0) * b,
        "the baseline is not multiplied by the score": lambda s, r, b: s.sum(0) * r.sum() - b,
        "the baseline scales the return": lambda s, r, b: s.sum(0) * r.sum() * b,
        "the scores are not added up": lambda s, r, b: s[-1] * (r.sum() - b),
    },
)
BASELINES = rationals(-3, 3)


@constant_baseline_unbiased.law("unbiased for every baseline", process=PROCESSES, b=BASELINES)
def _(f: Any, process: DecisionProcess, b: Any) -> Any:
    mean = average(process, lambda path: f(path.scores, path.rewards, tensor(b)))
    return equal(mean, exact_gradient(process))


@constant_baseline_unbiased.law("the plain estimator at baseline 0", process=PROCESSES)
def _(f: Any, process: DecisionProcess) -> Any:
    path = next(paths(process))
    plain = path.scores.sum(0) * path.rewards.sum()
    return equal(f(path.scores, path.rewards, tensor(0)), plain)


baseline_unbiased = Suite(
    "baseline-unbiased",
    "f(scores: [T, P], rewards: [T], b: [T]) -> [P]: the reward-to-go estimator on one "
    "trajectory with the baseline b_t = b(s_t)",
    lambda s, r, b: (r.flip(0).cumsum(0).flip(0) - b) @ s,
    {
        "the baseline is not multiplied by the score": lambda s, r, b: _to_go(s, r) - b.sum(),
        "the baseline is added up like the rewards, and the score dropped": lambda s, r, b: (
            _to_go(s, r) - (b.cumsum(0)).sum()
        ),
        "the baseline of the first state counts twice": lambda s, r, b: (
            (r.flip(0).cumsum(0).flip(0) - b) @ s + b[0]
        ),
        "the reward of the step alone": lambda s, r, b: (r - b) @ s,
    },
)
OF_STATES = st.tuples(*[BASELINES] * 3)


@baseline_unbiased.law("unbiased for every baseline", process=PROCESSES, b=OF_STATES)
def _(f: Any, process: DecisionProcess, b: Row) -> Any:
    of_state = tensor(b)

    def estimate(path: Path) -> Tensor:
        found: Tensor = f(path.scores, path.rewards, of_state[list(path.states)])
        return found

    return equal(average(process, estimate), exact_gradient(process))


@baseline_unbiased.law("the reward-to-go estimator at baseline 0", process=PROCESSES)
def _(f: Any, process: DecisionProcess) -> Any:
    path = next(paths(process))
    zero = torch.zeros_like(path.rewards)
    return equal(f(path.scores, path.rewards, zero), _to_go(path.scores, path.rewards))


SUITES = (
    score_function_gradient,
    score_function_zero_mean,
    policy_gradient_trajectory,
    reward_to_go,
    constant_baseline_unbiased,
    baseline_unbiased,
)
