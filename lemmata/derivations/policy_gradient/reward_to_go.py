"""The policy gradient with rewards to go.

The gradient of the expected total reward is the expectation of the sum over t of the gradient of
log pi(a_t | s_t) times the sum of the rewards from t on: a reward settled before an action has
mean zero against that action's score.

Source: EECS 545 WN20, homework 6, problem 4(a), equations (31)-(40); CS 182/282A, discussion on
reinforcement learning, section 1.2.1; TTIC 31230, quiz 4, problem 3.

Proof idea: split the sum of rewards at t, condition on the history, use that the score has mean
zero.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.decisions import TwoStateProcess
from lemmata.derivations.workings import Expr, Workings


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
