r"""The score of a policy has mean zero.

For every state s, the expectation under the policy of the gradient of log pi(a | s) is zero; so is
that of its product with anything that is settled before the action is drawn.

\[ \mathbb{E}_{\pi(a | s)}\left[\nabla_\theta \log \pi(a | s)\right] = 0 \]

Source: EECS 545 WN20, homework 6, problem 4, equations (35)-(40) and (44)-(49); CS 182/282A,
discussion on reinforcement learning.

Proof idea: pi times the gradient of log pi is the gradient of pi, and probabilities sum to one.
"""

from typing import Annotated

from lemmata.derivations.claim import claim, part
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.decisions import Path, TwoStateProcess
from lemmata.derivations.gaussians import normal_log_density, normal_mean
from lemmata.derivations.signature import (
    Depends,
    Distribution,
    Function,
    Of,
    Outcome,
    Parameter,
    Takes,
)
from lemmata.derivations.tables import mean, mean_log, moving_distribution
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.language import Chain, E, derive, gradient, integral, log


@part(title="With a coefficient that does not depend on the action")
def with_a_coefficient(
    theta: Parameter,
    s: Outcome,
    a: Outcome,
    h: Outcome,
    pi: Annotated[Distribution, Of("a", given="s"), Depends("theta")],
    c: Annotated[Function, Takes(2), Depends()],
) -> Chain:
    r"""Whatever is settled before the action leaves the expectation.

    \[ \mathbb{E}_{\pi(a | s)}\left[c(s, h) \nabla_\theta \log \pi(a | s)\right] = 0 \]
    """
    mean, score = E[pi(a | s)], gradient(theta, log(pi(a | s)))
    return (
        derive(mean(c(s, h) * score))
        .equals(c(s, h) * mean(score), by="pull_out_constants")
        .equals(c(s, h) * integral(a, gradient(theta, pi(a | s))), by="derivative_of_a_logarithm")
        .equals(
            c(s, h) * gradient(theta, integral(a, pi(a | s))),
            by="derivative_under_the_integral",
        )
        .equals(c(s, h) * gradient(theta, 1), by="total_probability")
        .equals(0, by="derivative_rules")
        .but_not(c(s, h), because="the gradient of the constant 1 is 0, not 1")
    )


@claim(
    title="The score has mean zero",
    source=(
        "EECS 545 WN20, homework 6, problem 4(a), equations (35)-(40), and 4(b), equations "
        "(44)-(49); CS 182/282A, discussion 9, section 1.2"
    ),
    parts=(with_a_coefficient,),
)
def score_function_zero_mean(
    theta: Parameter,
    s: Outcome,
    a: Outcome,
    pi: Annotated[Distribution, Of("a", given="s"), Depends("theta")],
) -> Chain:
    """In every state, the expected gradient of the policy's logarithm vanishes."""
    density = pi(a | s)
    score = gradient(theta, log(density))
    return (
        derive(E[density](score))
        .equals(integral(a, density * score), by="definition")
        .equals(integral(a, gradient(theta, density)), by="derivative_of_a_logarithm")
        .equals(gradient(theta, integral(a, density)), by="derivative_under_the_integral")
        .equals(gradient(theta, 1), by="total_probability")
        .equals(0, by="derivative_rules")
        .but_not(E[density](log(density)), because="that is minus the entropy")
        .but_not(score, because="only the mean of the score vanishes")
        .but_not(1, because="the gradient of the constant 1 is 0")
    )


def confirm() -> Confirmation:
    """Sum or integrate the score for finite, softmax and Gaussian policies."""
    import sympy as sp

    workings = Workings(
        "one coordinate of theta; every differentiable policy on 3 actions, softmax policies on 3 "
        "actions in each logit, Gaussian policies in mean and deviation by integration; weights of "
        "the history in all processes with two states, two actions and up to 3 steps"
    )
    theta = sp.Symbol("theta", real=True)
    policy = moving_distribution("w", 3, theta)
    scores = [sp.diff(sp.log(each), theta) for each in policy]
    workings.zero("three actions, any policy", mean(policy, scores))

    logits = sp.symbols("l_0:3", real=True)
    softmax = [sp.exp(logit) / sp.Add(*map(sp.exp, logits)) for logit in logits]
    for logit in logits:
        softmax_scores = [sp.diff(sp.log(each), logit) for each in softmax]
        workings.zero(f"softmax, in {logit}", mean(softmax, softmax_scores))

    a, mu = sp.symbols("a mu", real=True)
    sigma = sp.Symbol("sigma", positive=True)
    for parameter in (mu, sigma):
        score = sp.diff(normal_log_density(a, mu, sigma), parameter)
        workings.zero(f"Gaussian, in {parameter}", normal_mean(score, [(a, mu, sigma)]))

    def of_history(path: Path, t: int) -> Expr:
        return path.free_value("c", t)

    # The free values of different times are different symbols, so the sum vanishes term by term.
    for horizon in (1, 2, 3):
        weighted = TwoStateProcess(horizon).weighted_scores(of_history)
        workings.zero(f"weights of the history, {horizon} steps", weighted)

    workings.nonzero("mean of log pi", mean_log(policy, policy))
    workings.nonzero("pointwise", scores[0])
    weights = sp.symbols("c_0:3", real=True)
    workings.nonzero(
        "weight of the action", mean(policy, [c * s for c, s in zip(weights, scores, strict=True)])
    )
    return workings.confirmation()
