r"""The policy gradient over trajectories.

For a finite horizon T, the gradient of the expected total reward R is the expectation of the sum
over time of the gradient of log pi(a_t | s_t), times R; so the average of this over N independent
trajectories is an unbiased estimate.

\[ \nabla_\theta J = \mathbb{E}_{\pi_\theta}\left[\sum_{t=1}^{T}
   \nabla_\theta \log \pi(a_t | s_t) \sum_{t'=1}^{T} r_{t'}\right] \]

Source: CS 182/282A, discussion on reinforcement learning, section 1.2; EECS 545 WN20, homework 6,
problem 4, before equation (31).

Proof idea: the score-function gradient for trajectories, whose dynamics do not depend on theta.
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
       \nabla_\theta \log \pi(a_t^i | s_t^i) \sum_{t'=1}^{T} r_{t'}^i\right] = \nabla_\theta J \]
    """
    score = gradient(theta, log(pi(a[t, i] | s[t, i])))
    rewards = sum_over(t_prime, 1, T, r[t_prime, i])
    each = E[pi_theta](sum_over(t, 1, T, score * rewards))
    return (
        derive(E[pi_theta](1 / N * sum_over(i, 1, N, sum_over(t, 1, T, score * rewards))))
        .equals(1 / N * sum_over(i, 1, N, each), by="linearity_of_trajectory_expectations")
        .equals(1 / N * sum_over(i, 1, N, gradient(theta, J)), by="likelihood_ratio")
        .equals(gradient(theta, J), by="constant_sum")
        .where(J, E[pi_theta](sum_over(t, 1, T, r[t, 1])))
        .but_not(N * gradient(theta, J), because="the sum is divided by N")
    )


@claim(
    title="The policy gradient",
    source=(
        "CS 182/282A, discussion 9, section 1.1; EECS 545 WN20, homework 6, problem 4, "
        "the equation before (31)"
    ),
    answer_ids=("policy-gradient-theorem", "policy-gradient"),
    answers=("policy-gradient-theorem",),
    parts=(estimator,),
)
def policy_gradient_trajectory(
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
    """The score of every action times the whole return; J is the expected return."""
    score = gradient(theta, log(pi(a[t] | s[t])))
    rewards = sum_over(t_prime, 1, T, r[t_prime])
    mean = E[pi_theta]
    return (
        derive(gradient(theta, J))
        .equals(gradient(theta, mean(rewards)), by="definition")
        .equals(mean(sum_over(t, 1, T, score) * rewards), by="likelihood_ratio")
        .equals(mean(sum_over(t, 1, T, score * rewards)), by="linearity_of_sums")
        .where(J, mean(sum_over(t, 1, T, r[t])))
        .but_not(
            mean(sum_over(t, 1, T, score * r[t])),
            because="an action also earns the rewards after it",
        )
        .but_not(
            mean(sum_over(t, 1, T, log(pi(a[t] | s[t])) * rewards)),
            because="the gradient of the logarithm is missing",
        )
        .but_not(
            mean(sum_over(t, 1, T, gradient(theta, pi(a[t] | s[t])) * rewards)),
            because="the gradient of the policy is not divided by the policy",
        )
    )


def confirm() -> Confirmation:
    """Differentiate the expected reward, written out over all paths, and compare."""
    import sympy as sp

    workings = Workings(
        "one coordinate of theta; every process with two states, two actions and T = 1, 2, 3, with "
        "symbolic dynamics, rewards that may depend on the whole history, and every differentiable "
        "policy; averages over two trajectories for T = 1"
    )
    for horizon in (1, 2, 3):
        process = TwoStateProcess(horizon)
        workings.zero(
            f"T = {horizon}",
            process.gradient - process.weighted_scores(lambda path, _: path.reward),
        )

    single = TwoStateProcess(1)

    def estimate(path: Path) -> Expr:
        return path.scores[0] * path.reward

    average = single.mean(
        lambda first: single.mean(lambda second: (estimate(first) + estimate(second)) / 2)
    )
    workings.zero("average over two trajectories, T = 1", single.gradient - average)

    process = TwoStateProcess(2)
    immediate = process.weighted_scores(lambda path, t: path.rewards[t])
    workings.nonzero("immediate rewards only", process.gradient - immediate)
    first = process.weighted_scores(lambda path, t: path.reward if t == 0 else 0)
    workings.nonzero("later scores dropped", process.gradient - first)
    full = process.weighted_scores(lambda path, _: path.reward)
    workings.nonzero("sign", process.gradient + full)
    workings.nonzero("average over time", process.gradient - full / 2)
    workings.nonzero("reward differentiated in place of the policy", process.gradient)
    pathwise = process.mean(lambda path: sp.Add(*path.scores))
    workings.nonzero("reward missing", process.gradient - pathwise)
    return workings.confirmation()
