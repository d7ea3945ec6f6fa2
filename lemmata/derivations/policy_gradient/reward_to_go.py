r"""The policy gradient with rewards to go.

The gradient of the expected total reward is the expectation of the sum over t of the gradient of
log pi(a_t | s_t) times the sum of the rewards from t on: a reward settled before an action has
mean zero against that action's score.

\[ \nabla_\theta J = \mathbb{E}_{\pi_\theta}\left[\sum_{t=1}^{T}
   \nabla_\theta \log \pi(a_t | s_t) \sum_{t'=t}^{T} r_{t'}\right] \]

Source: EECS 545 WN20, homework 6, problem 4(a), equations (31)-(40); CS 182/282A, discussion on
reinforcement learning, section 1.2.1; TTIC 31230, quiz 4, problem 3.

Proof idea: split the sum of rewards at t, condition on the history, use that the score has mean
zero.
"""

from typing import Annotated

from lemmata.derivations.claim import claim, part
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.decisions import TwoStateProcess
from lemmata.derivations.signature import (
    Defined,
    Depends,
    Dimension,
    Distribution,
    Letter,
    Of,
    Parameter,
    Process,
    Reward,
    Runs,
    Spelled,
    Timed,
    Under,
)
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.language import Chain, E, derive, gradient, log, sum_over
from lemmata.kernel.terms import Term


@part(title="Past rewards do not correlate with the score")
def past_rewards(
    T: Dimension,
    t: Annotated[Letter, Runs(1, "T")],
    t_prime: Annotated[Letter, Runs(1, "T"), Spelled("t'")],
    theta: Parameter,
    s: Timed,
    a: Timed,
    r: Reward,
    pi: Annotated[Distribution, Of("a", given="s"), Depends("theta")],
    pi_theta: Annotated[Process, Under("pi", "s", "a", "r", "t")],
) -> Chain:
    r"""A reward before time t is settled before the action at time t.

    \[ \mathbb{E}_{\pi_\theta}\left[r_{t'} \nabla_\theta \log \pi(a_t | s_t)\right] = 0 \]
    """
    return (
        derive(E[pi_theta](r[t_prime] * gradient(theta, log(pi(a[t] | s[t])))))
        .equals(0, by="causality")
        .given("past", t_prime, "<", t)
        .but_not(1, because="the mean of the score is 0")
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
    J: Defined,
) -> Chain:
    r"""The Monte Carlo estimate has the gradient as its mean.

    \[ \mathbb{E}_{\pi_\theta}\left[\frac{1}{N} \sum_{i=1}^{N} \sum_{t=1}^{T}
       \nabla_\theta \log \pi(a_t^i | s_t^i) \sum_{t'=t}^{T} r_{t'}^i\right] = \nabla_\theta J \]
    """
    mean = E[pi_theta]
    score = gradient(theta, log(pi(a[t, i] | s[t, i])))

    def average(rewards: Term) -> Term:
        return mean(1 / N * sum_over(i, 1, N, sum_over(t, 1, T, score * rewards)))

    everything = average(sum_over(t_prime, 1, T, r[t_prime, i]))
    past = average(sum_over(t_prime, 1, t - 1, r[t_prime, i]))
    return (
        derive(average(sum_over(t_prime, t, T, r[t_prime, i])))
        .equals(everything - past, by=("range_splitting", "linearity_of_trajectory_expectations"))
        .equals(gradient(theta, J) - past, by="likelihood_ratio")
        .equals(gradient(theta, J), by="causality")
        .where(J, mean(sum_over(t, 1, T, r[t, 1])))
        .but_not(N * gradient(theta, J), because="the sum is divided by N")
    )


@claim(
    title="The policy gradient with the reward to go",
    source=(
        "EECS 545 WN20, homework 6, problem 4(a), equations (31)-(40); CS 182/282A, discussion 9, "
        "section 1.2.1"
    ),
    answer_ids=("reward-to-go",),
    parts=(past_rewards, estimator),
)
def reward_to_go(
    T: Dimension,
    t: Annotated[Letter, Runs(1, "T")],
    t_prime: Annotated[Letter, Runs(1, "T"), Spelled("t'")],
    theta: Parameter,
    s: Timed,
    a: Timed,
    r: Reward,
    pi: Annotated[Distribution, Of("a", given="s"), Depends("theta")],
    pi_theta: Annotated[Process, Under("pi", "s", "a", "r", "t")],
    J: Defined,
) -> Chain:
    """The rewards before an action can be left out of its coefficient."""
    mean = E[pi_theta]
    score = gradient(theta, log(pi(a[t] | s[t])))

    def scored(lower: Term | int, upper: Term) -> Term:
        return sum_over(t, 1, T, score * sum_over(t_prime, lower, upper, r[t_prime]))

    return (
        derive(gradient(theta, J))
        .equals(gradient(theta, mean(sum_over(t_prime, 1, T, r[t_prime]))), by="definition")
        .equals(mean(scored(1, T)), by="likelihood_ratio")
        .equals(mean(scored(1, t - 1) + scored(t, T)), by="range_splitting")
        .equals(
            mean(scored(1, t - 1)) + mean(scored(t, T)), by="linearity_of_trajectory_expectations"
        )
        .equals(mean(scored(t, T)), by="causality")
        .where(J, mean(sum_over(t, 1, T, r[t])))
        .but_not(mean(scored(t + 1, T)), because="the reward at time t itself is dropped")
        .but_not(mean(scored(1, t)), because="these are the rewards of the past")
        .but_not(
            mean(sum_over(t, 1, T, score * r[t])),
            because="an action also earns the rewards after it",
        )
    )


def confirm() -> Confirmation:
    """Differentiate the expected reward, written out over all paths, and compare.

    The key lemma is confirmed for each pair of times of its own, with no appeal to the sum.
    """
    import sympy as sp

    workings = Workings(
        "one coordinate of theta; every process with two states, two actions and T = 1, 2, 3, with "
        "symbolic dynamics, rewards that may depend on the whole history up to their action, and "
        "every differentiable policy"
    )

    def single(process: TwoStateProcess, reward_at: int, score_at: int) -> Expr:
        return process.weighted_scores(
            lambda path, t: path.rewards[reward_at] if t == score_at else 0
        )

    for horizon in (1, 2, 3):
        process = TwoStateProcess(horizon)
        to_go = process.weighted_scores(lambda path, t: sp.Add(*path.rewards[t:]))
        workings.zero(f"T = {horizon}", process.gradient - to_go)
        for score_at in range(1, horizon):
            for reward_at in range(score_at):
                workings.zero(
                    f"T = {horizon}: reward {reward_at + 1} against score {score_at + 1}",
                    single(process, reward_at, score_at),
                )

    process = TwoStateProcess(2)
    gradient = process.gradient
    late = process.weighted_scores(lambda path, t: sp.Add(*path.rewards[t + 1 :]))
    workings.nonzero("from t + 1 on", gradient - late)
    past = process.weighted_scores(lambda path, t: sp.Add(*path.rewards[: t + 1]))
    workings.nonzero("up to t", gradient - past)
    workings.nonzero("reward of the same action", single(process, 0, 0))
    workings.nonzero("reward of a later action", single(process, 1, 0))
    return workings.confirmation()
