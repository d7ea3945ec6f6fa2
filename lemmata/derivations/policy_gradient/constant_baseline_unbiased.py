r"""A constant baseline leaves the policy gradient unbiased.

For a constant b, the expectation of the gradient of log pi(tau), times b, is zero; so R(tau) - b
may stand in place of R(tau).

\[ \mathbb{E}_{\pi(\tau)}\left[\nabla_\theta \log \pi(\tau) b\right] = 0 \]

Source: CS 182/282A, discussion on reinforcement learning, section 1.2.2.

Proof idea: the score of the trajectory has mean zero.
"""

from typing import Annotated

from lemmata.derivations.claim import claim, part
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.decisions import TwoStateProcess
from lemmata.derivations.signature import (
    AlsoCalled,
    Defined,
    Depends,
    Dimension,
    Distribution,
    Letter,
    Of,
    Outcome,
    Parameter,
    Process,
    Real,
    Reward,
    Runs,
    Spelled,
    Timed,
    Under,
)
from lemmata.derivations.workings import Workings
from lemmata.kernel.language import Chain, E, derive, gradient, integral, log, sum_over


@part(title="A constant baseline leaves the policy gradient unbiased")
def policy_gradient_with_a_constant(
    T: Dimension,
    t: Annotated[Letter, Runs(1, "T")],
    t_prime: Annotated[Letter, Runs(1, "T"), Spelled("t'")],
    theta: Parameter,
    b: Real,
    s: Timed,
    a: Timed,
    r: Reward,
    pi: Annotated[Distribution, Of("a", given="s"), Depends("theta")],
    pi_theta: Annotated[Process, Under("pi", "s", "a", "r", "t")],
    J: Defined,
) -> Chain:
    r"""The return less a constant has the same expected product with the score.

    \[ \mathbb{E}_{\pi_\theta}\left[\sum_{t=1}^{T} \nabla_\theta \log \pi(a_t | s_t)
       \left(\sum_{t'=1}^{T} r_{t'} - b\right)\right] = \nabla_\theta J \]
    """
    mean = E[pi_theta]
    score = gradient(theta, log(pi(a[t] | s[t])))
    rewards = sum_over(t_prime, 1, T, r[t_prime])
    return (
        derive(mean(sum_over(t, 1, T, score * (rewards - b))))
        .equals(
            mean(sum_over(t, 1, T, score * rewards)) - b * mean(sum_over(t, 1, T, score)),
            by=("linearity_of_trajectory_expectations", "pull_out_constants"),
        )
        .equals(mean(sum_over(t, 1, T, score * rewards)), by="causality")
        .equals(gradient(theta, J), by=("likelihood_ratio", "definition"))
        .where(J, mean(sum_over(t, 1, T, r[t])))
        .but_not(gradient(theta, J) - b, because="the baseline's term vanishes and leaves nothing")
    )


@claim(
    title="A constant baseline has no effect on the mean of the policy gradient",
    source="CS 182/282A, discussion 9, section 1.2.2",
    parts=(policy_gradient_with_a_constant,),
)
def constant_baseline_unbiased(
    theta: Parameter,
    b: Real,
    tau: Outcome,
    pi: Annotated[Distribution, Of("tau"), Depends("theta"), AlsoCalled("pi_theta")],
) -> Chain:
    """Here a whole trajectory is one outcome, and pi its law."""
    score = gradient(theta, log(pi(tau)))
    ratio = gradient(theta, pi(tau)) / pi(tau)
    return (
        derive(E[pi(tau)](score * b))
        .equals(b * E[pi(tau)](score), by="pull_out_constants")
        .equals(b * integral(tau, pi(tau) * score), by="definition")
        .equals(b * integral(tau, pi(tau) * ratio), by="derivative_of_a_logarithm")
        .equals(b * integral(tau, gradient(theta, pi(tau))), by="algebra")
        .equals(b * gradient(theta, integral(tau, pi(tau))), by="derivative_under_the_integral")
        .equals(b * gradient(theta, 1), by="total_probability")
        .equals(0, by="derivative_rules")
        .but_not(b, because="the gradient of the constant 1 is 0, not 1")
        .but_not(-b, because="the score has mean 0, whatever multiplies it")
        .but_not(b * E[pi(tau)](log(pi(tau))), because="the gradient is missing")
    )


def confirm() -> Confirmation:
    """Sum over all paths, for a symbolic constant."""
    import sympy as sp

    workings = Workings(
        "one coordinate of theta; every constant, and every process with two states, two actions "
        "and T = 1, 2, 3, with symbolic dynamics, rewards that may depend on the whole history, "
        "and every differentiable policy"
    )
    b = sp.Symbol("b", real=True)
    for horizon in (1, 2, 3):
        process = TwoStateProcess(horizon)
        workings.zero(f"T = {horizon}: mean of b", process.weighted_scores(lambda *_: b))
        workings.zero(
            f"T = {horizon}: R - b",
            process.gradient - process.weighted_scores(lambda path, _: path.reward - b),
        )

    process = TwoStateProcess(2)
    workings.nonzero(
        "b is the path's own return", process.weighted_scores(lambda path, _: path.reward)
    )
    workings.nonzero("gradient of 1 is 1", process.weighted_scores(lambda *_: b) - b)
    outside = process.weighted_scores(lambda path, _: path.reward) - b
    workings.nonzero("b outside the product", process.gradient - outside)
    workings.nonzero(
        "b depends on the action",
        process.weighted_scores(lambda path, t: sp.Symbol(f"b_{path.actions[t]}", real=True)),
    )
    return workings.confirmation()
