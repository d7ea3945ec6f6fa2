"""A constant baseline leaves the policy gradient unbiased.

For a constant b, the expectation of the gradient of log pi(tau), times b, is zero; so R(tau) - b
may stand in place of R(tau).

Source: CS 182/282A, discussion on reinforcement learning, section 1.2.2.

Proof idea: the score of the trajectory has mean zero.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.decisions import TwoStateProcess
from lemmata.derivations.workings import Workings


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
