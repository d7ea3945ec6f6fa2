"""The score of a policy has mean zero.

For every state s, the expectation under the policy of the gradient of log pi(a | s) is zero; so is
that of its product with anything that is settled before the action is drawn.

Source: EECS 545 WN20, homework 6, problem 4, equations (35)-(40) and (44)-(49); CS 182/282A,
discussion on reinforcement learning.

Proof idea: pi times the gradient of log pi is the gradient of pi, and probabilities sum to one.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.decisions import Path, TwoStateProcess
from lemmata.derivations.gaussians import normal_log_density, normal_mean
from lemmata.derivations.tables import mean, mean_log, moving_distribution
from lemmata.derivations.workings import Expr, Workings


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
