r"""A state-dependent baseline leaves the policy gradient unbiased.

For any b(s_t), which may also depend on the time and on what happened before the action, the
expectation of the sum over t of the gradient of log pi(a_t | s_t) times b(s_t) is zero; so the
reward to go minus b(s_t) may stand in place of the reward to go.

\[ \mathbb{E}_{\pi_\theta}\left[\sum_{t=1}^{T} \nabla_\theta \log \pi(a_t | s_t)
   \left(\sum_{t'=t}^{T} r_{t'} - b(s_t)\right)\right] = \nabla_\theta J \]

Source: EECS 545 WN20, homework 6, problem 4(b), equations (41)-(50); CS 182/282A, discussion on
reinforcement learning, problem 1.

Proof idea: condition on the history, pull b out, use that the score has mean zero.
"""

from typing import Annotated

from lemmata.derivations.claim import claim, part
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.decisions import Path, TwoStateProcess
from lemmata.derivations.signature import (
    Defined,
    Depends,
    Dimension,
    Distribution,
    Function,
    Letter,
    Of,
    Parameter,
    Process,
    Reward,
    Runs,
    Spelled,
    Takes,
    Timed,
    Under,
)
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.language import Chain, E, derive, gradient, log, sum_over
from lemmata.kernel.terms import Term


@part(title="The baseline's term has mean zero")
def baseline_term(
    T: Dimension,
    t: Annotated[Letter, Runs(1, "T")],
    theta: Parameter,
    s: Timed,
    a: Timed,
    r: Reward,
    pi: Annotated[Distribution, Of("a", given="s"), Depends("theta")],
    pi_theta: Annotated[Process, Under("pi", "s", "a", "r", "t")],
    b: Annotated[Function, Takes(1), Depends()],
) -> Chain:
    r"""A function of the state is settled before the action.

    \[ \mathbb{E}_{\pi_\theta}\left[\sum_{t=1}^{T} \nabla_\theta \log \pi(a_t | s_t) b(s_t)\right]
       = 0 \]
    """
    score = gradient(theta, log(pi(a[t] | s[t])))
    return (
        derive(E[pi_theta](sum_over(t, 1, T, score * b(s[t]))))
        .equals(
            sum_over(t, 1, T, E[pi_theta](score * b(s[t]))),
            by="linearity_of_trajectory_expectations",
        )
        .equals(0, by="causality")
        .but_not(
            E[pi_theta](sum_over(t, 1, T, score * r[t])),
            because="a reward depends on the action and is no baseline",
        )
    )


@part(title="The average over N trajectories is unbiased")
def estimator(
    T: Dimension,
    N: Dimension,
    t: Annotated[Letter, Runs(1, "T")],
    t_prime: Annotated[Letter, Runs(1, "T"), Spelled("t'")],
    i: Annotated[Letter, Runs(1, "N")],
    theta: Parameter,
    s: Timed,
    a: Timed,
    r: Reward,
    pi: Annotated[Distribution, Of("a", given="s"), Depends("theta")],
    pi_theta: Annotated[Process, Under("pi", "s", "a", "r", "t", "i")],
    b: Annotated[Function, Takes(1), Depends()],
    J: Defined,
) -> Chain:
    r"""The Monte Carlo estimate has the gradient as its mean.

    \[ \mathbb{E}_{\pi_\theta}\left[\frac{1}{N} \sum_{i=1}^{N} \sum_{t=1}^{T}
       \nabla_\theta \log \pi(a_t^i | s_t^i) \left(\sum_{t'=t}^{T} r_{t'}^i - b(s_t^i)\right)\right]
       = \nabla_\theta J \]
    """
    mean = E[pi_theta]
    score = gradient(theta, log(pi(a[t, i] | s[t, i])))
    rewards = sum_over(t_prime, t, T, r[t_prime, i])

    def average(coefficient: Term) -> Term:
        return mean(1 / N * sum_over(i, 1, N, sum_over(t, 1, T, score * coefficient)))

    return (
        derive(average(rewards - b(s[t, i])))
        .equals(average(rewards) - average(b(s[t, i])), by="linearity_of_trajectory_expectations")
        .equals(average(rewards), by="causality")
        .equals(gradient(theta, J), by=("likelihood_ratio", "causality"))
        .where(J, mean(sum_over(t, 1, T, r[t, 1])))
        .but_not(N * gradient(theta, J), because="the sum is divided by N")
    )


@claim(
    title="A baseline that depends on the state leaves the policy gradient unbiased",
    source=(
        "EECS 545 WN20, homework 6, problem 4(b), equations (41)-(50); CS 182/282A, discussion 9, "
        "problem 1"
    ),
    answer_ids=("baseline-unbiased",),
    parts=(baseline_term, estimator),
)
def baseline_unbiased(
    T: Dimension,
    t: Annotated[Letter, Runs(1, "T")],
    t_prime: Annotated[Letter, Runs(1, "T"), Spelled("t'")],
    theta: Parameter,
    s: Timed,
    a: Timed,
    r: Reward,
    pi: Annotated[Distribution, Of("a", given="s"), Depends("theta")],
    pi_theta: Annotated[Process, Under("pi", "s", "a", "r", "t")],
    b: Annotated[Function, Takes(1), Depends()],
    J: Defined,
) -> Chain:
    """Any function of the state may be subtracted from the reward to go."""
    mean = E[pi_theta]
    score = gradient(theta, log(pi(a[t] | s[t])))
    rewards = sum_over(t_prime, t, T, r[t_prime])
    return (
        derive(mean(sum_over(t, 1, T, score * (rewards - b(s[t])))))
        .equals(
            mean(sum_over(t, 1, T, score * rewards)) - mean(sum_over(t, 1, T, score * b(s[t]))),
            by="linearity_of_trajectory_expectations",
        )
        .equals(mean(sum_over(t, 1, T, score * rewards)), by="causality")
        .equals(gradient(theta, J), by=("likelihood_ratio", "causality", "definition"))
        .where(J, mean(sum_over(t, 1, T, r[t])))
        .but_not(
            mean(sum_over(t, 1, T, score * (rewards - r[t]))),
            because="the reward r_t depends on the action a_t and is no baseline",
        )
        .but_not(
            gradient(theta, J) - mean(sum_over(t, 1, T, b(s[t]))),
            because="the baseline's term has mean 0 and leaves nothing",
        )
        .but_not(mean(sum_over(t, 1, T, score * b(s[t]))), because="the rewards are missing")
    )


def confirm() -> Confirmation:
    """Sum over all paths, for a baseline with a free value at each state, or at each history."""
    import sympy as sp

    workings = Workings(
        "one coordinate of theta; every process with two states, two actions and T = 1, 2, 3, with "
        "symbolic dynamics, rewards that may depend on the whole history, every differentiable "
        "policy, and every baseline of time and state, or of all that happened before the action"
    )

    def to_go(path: Path, t: int) -> Expr:
        return sp.Add(*path.rewards[t:])

    def of_state(path: Path, t: int) -> Expr:
        return sp.Symbol(f"b{t}_{path.states[t]}", real=True)

    def of_history(path: Path, t: int) -> Expr:
        return path.free_value("b", t)

    for horizon in (1, 2, 3):
        process = TwoStateProcess(horizon)
        gradient_to_go = process.weighted_scores(to_go)
        for name, baseline in (("state", of_state), ("history", of_history)):
            mean_of_b = process.weighted_scores(baseline)
            workings.zero(f"T = {horizon}, b of the {name}: mean zero", mean_of_b)
            workings.zero(
                f"T = {horizon}, b of the {name}: reward to go minus b",
                process.gradient - (gradient_to_go - mean_of_b),
            )

    process = TwoStateProcess(2)

    def of_action(path: Path, t: int) -> Expr:
        return sp.Symbol(f"b_{path.states[t]}{path.actions[t]}", real=True)

    def of_next_state(path: Path, t: int) -> Expr:
        return sp.Symbol(f"b_{path.states[t + 1]}", real=True) if t == 0 else sp.Integer(0)

    workings.nonzero("b(s, a)", process.weighted_scores(of_action))
    workings.nonzero("b of the next state", process.weighted_scores(of_next_state))
    workings.nonzero("b is the reward to go itself", process.weighted_scores(to_go))
    differentiated = process.mean(
        lambda path: sp.Add(
            *(sp.diff(sp.Function(f"b_{s}")(process.theta), process.theta) for s in path.states)
        )
    )
    workings.nonzero("gradient of a baseline that depends on theta", differentiated)
    return workings.confirmation()
