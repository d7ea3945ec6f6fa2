"""The policy gradient over trajectories.

For a finite horizon T, the gradient of the expected total reward R is the expectation of the sum
over time of the gradient of log pi(a_t | s_t), times R; so the average of this over N independent
trajectories is an unbiased estimate.

Source: CS 182/282A, discussion on reinforcement learning, section 1.2; EECS 545 WN20, homework 6,
problem 4, before equation (31).

Proof idea: the score-function gradient for trajectories, whose dynamics do not depend on theta.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.decisions import Path, TwoStateProcess
from lemmata.derivations.workings import Expr, Workings


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
