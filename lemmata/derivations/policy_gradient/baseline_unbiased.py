"""A state-dependent baseline leaves the policy gradient unbiased.

For any b(s_t), which may also depend on the time and on what happened before the action, the
expectation of the sum over t of the gradient of log pi(a_t | s_t) times b(s_t) is zero; so the
reward to go minus b(s_t) may stand in place of the reward to go.

Source: EECS 545 WN20, homework 6, problem 4(b), equations (41)-(50); CS 182/282A, discussion on
reinforcement learning, problem 1.

Proof idea: condition on the history, pull b out, use that the score has mean zero.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.decisions import Path, TwoStateProcess
from lemmata.derivations.workings import Expr, Workings


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
