"""Decision processes with two states and two actions, written out path by path.

Everything is symbolic: the law of the first state, the transitions, the rewards, and the policy,
whose probabilities are unknown differentiable functions of one coordinate `theta` of the parameters
(the others stand still, as in any partial derivative). Expectations are sums over all paths.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lemmata.derivations.workings import Expr

STATES = ACTIONS = (0, 1)


@dataclass(frozen=True)
class Path:
    """One way a process can go; times count from 0 to its horizon minus 1.

    Attributes:
        probability: Of the whole path, a product of unknowns.
        states: One for each time.
        actions: One for each time.
        rewards: A free number for each time and history up to and with the action at that time.
        scores: For each time, the derivative in theta of the logarithm of the probability of the
            action in its state.
    """

    probability: Expr
    states: tuple[int, ...]
    actions: tuple[int, ...]
    rewards: tuple[Expr, ...]
    scores: tuple[Expr, ...]

    @property
    def reward(self) -> Expr:
        """The total reward."""
        import sympy as sp

        return sp.Add(*self.rewards)

    def free_value(self, letter: str, time: int) -> Expr:
        """A free number that may depend on all states up to a time and all actions before it."""
        import sympy as sp

        pairs = zip(self.states[:time], self.actions[:time], strict=True)
        history = "".join(f"{s}{a}" for s, a in pairs)
        return sp.Symbol(f"{letter}{time}_{history}{self.states[time]}", real=True)


class TwoStateProcess:
    """All processes of one horizon, that is of one number of actions."""

    def __init__(self, horizon: int) -> None:
        import sympy as sp

        self.theta = sp.Symbol("theta", real=True)
        self._horizon = horizon
        self._policy = [sp.Function(f"pi_{s}", positive=True)(self.theta) for s in STATES]
        self._paths = tuple(self._enumerated())

    @property
    def gradient(self) -> Expr:
        """The derivative in theta of the expected total reward."""
        import sympy as sp

        return sp.diff(self.mean(lambda path: path.reward), self.theta)

    def mean(self, value: Callable[[Path], Expr]) -> Expr:
        """The expectation of a function of the path."""
        import sympy as sp

        return sp.Add(*(path.probability * value(path) for path in self._paths))

    def weighted_scores(self, weight: Callable[[Path, int], Expr]) -> Expr:
        """The expectation of the sum over times of score times weight of the path and the time."""
        import sympy as sp

        # One product for each time lets SymPy cancel the score's denominator where it stands.
        return sp.Add(
            *(
                path.probability * path.scores[time] * weight(path, time)
                for path in self._paths
                for time in range(self._horizon)
            )
        )

    def _enumerated(self) -> Iterator[Path]:
        import sympy as sp

        for states in itertools.product(STATES, repeat=self._horizon):
            for actions in itertools.product(ACTIONS, repeat=self._horizon):
                pairs = list(zip(states, actions, strict=True))
                chosen = [self._policy[s] if a == 1 else 1 - self._policy[s] for s, a in pairs]
                labels = itertools.accumulate(f"{s}{a}" for s, a in pairs)
                yield Path(
                    probability=_state_law(states, actions) * sp.Mul(*chosen),
                    states=states,
                    actions=actions,
                    rewards=tuple(sp.Symbol(f"r_{label}", real=True) for label in labels),
                    scores=tuple(sp.diff(sp.log(each), self.theta) for each in chosen),
                )


def _state_law(states: tuple[int, ...], actions: tuple[int, ...]) -> Expr:
    """The probability of the states, given the actions: a law for the first, then transitions."""
    import sympy as sp

    sources = ["start", *(f"{s}{a}" for s, a in zip(states, actions, strict=True))]
    to_one = [sp.Symbol(f"p_{source}", positive=True) for source in sources[: len(states)]]
    return sp.Mul(*(p if s == 1 else 1 - p for p, s in zip(to_one, states, strict=True)))
