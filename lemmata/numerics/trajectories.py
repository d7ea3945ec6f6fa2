"""What estimates of policy gradients share: exact sums over trajectories, and CartPole episodes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from lemmata.numerics.check import ALL_VALUES, ExactCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.models.decisions import (
    CHAIN_POLICY,
    GRID_POLICY,
    CartPole,
    Episodes,
    Policy,
    Process,
    chain,
    gridworld,
    play,
)
from lemmata.numerics.models.zoo import Zoo

# Episodes of CartPole are cut off after so many steps, so that every estimator is bounded.
HORIZON = 24


@dataclass(frozen=True)
class Enumerated:
    """A finite process with its trained policy.

    Attributes:
        process: The process.
        policy: A softmax policy on unit vectors of states.
    """

    process: Process
    policy: Policy

    @property
    def parameters(self) -> tuple[Tensor, ...]:
        """All parameters of the policy."""
        return tuple(self.policy.parameters())

    def gradient_of_value(self) -> Tensor:
        """The gradient of the expected total reward, by dynamic programming and autograd."""
        value = self.process.policy_value(self.policy.table(self.process.states))
        return _flat(torch.autograd.grad(value, self.parameters))

    def expected_score(self, weights: Tensor) -> Tensor:
        """E[sum over t of grad log pi(a_t | s_t) w_t]: a finite sum over all trajectories.

        Args:
            weights: w for each trajectory and time, shape (paths, T) or one that broadcasts.
        """
        log_table = self.policy(torch.eye(self.process.states, dtype=torch.float64))
        paths = self.process.paths
        chances = paths.probability(log_table.exp().detach())
        log_pi = log_table[paths.states, paths.actions]
        surrogate = (chances[:, None] * log_pi * weights.detach()).sum()
        return _flat(torch.autograd.grad(surrogate, self.parameters))

    def variance(self, weights: Tensor) -> float:
        """The summed variance of the estimator over all parameters of the last layer."""
        with torch.no_grad():
            table = self.policy.table(self.process.states)
            features = self.policy.features(torch.eye(self.process.states, dtype=torch.float64))
        paths = self.process.paths
        chances = paths.probability(table)
        taken = torch.nn.functional.one_hot(paths.actions, self.process.actions).double()
        score = (taken - table[paths.states])[..., None] * features[paths.states][..., None, :]
        estimate = (score * weights[..., None, None]).sum(1).flatten(1)
        mean = chances @ estimate
        return float((chances @ (estimate - mean).square()).sum())

    def values(self) -> Tensor:
        """The expected reward to go from each state with each number of steps left, (T + 1, S)."""
        process = self.process
        table = self.policy.table(process.states).detach()
        expected = (process.transition * process.reward).sum(-1)
        value = [torch.zeros(process.states, dtype=torch.float64)]
        for _ in range(process.horizon):
            value.append((table * (expected + process.transition @ value[-1])).sum(-1))
        return torch.stack(value)

    def baseline(self) -> Tensor:
        """The value of s_t with the steps that are left, for each trajectory and time."""
        left = self.process.horizon - torch.arange(self.process.horizon)
        return self.values()[left, self.process.paths.states]


def _flat(gradients: tuple[Tensor, ...]) -> Tensor:
    return torch.cat([each.flatten() for each in gradients])


def enumerated(zoo: Zoo) -> tuple[Enumerated, ...]:
    """The documents' gridworld and toy chain with their trained policies."""
    return (
        Enumerated(gridworld(), zoo.get(GRID_POLICY).requires_grad_()),
        Enumerated(chain(), zoo.get(CHAIN_POLICY).requires_grad_()),
    )


def shifted(rewards: Tensor, steps: int = 1) -> Tensor:
    """At each t the reward of t + steps; 0 where there is none."""
    return torch.nn.functional.pad(rewards[..., steps:], (0, steps))


def to_go(rewards: Tensor) -> Tensor:
    """The sum of the rewards from t on, for each t; the last axis is time."""
    return rewards.flip(-1).cumsum(-1).flip(-1)


def gradient_checks(
    name: str,
    zoo: Zoo,
    estimand: str,
    *,
    weights: Callable[[Enumerated], Tensor],
    target: Callable[[Enumerated], Tensor],
    wrong: Mapping[str, Callable[[Enumerated], Tensor]],
    wrong_on_the_grid: Mapping[str, Callable[[Enumerated], Tensor]] | None = None,
    names: tuple[str, str],
) -> tuple[ExactCheck, ...]:
    """An expectation of weighted scores against its claimed value, enumerated, on each process.

    Args:
        name: The claim.
        zoo: The models.
        estimand: What both sides are, in words.
        weights: What the scores are weighted with, shape (paths, T).
        target: The claimed expectation.
        wrong: Wrong weights, by what is wrong.
        wrong_on_the_grid: More of them, for the gridworld only: on the chain the cost of a step is
            settled by its state, so that it is no mistake to leave it out of a sum or to add it.
        names: How each side is computed.
    """

    def check(world: Enumerated) -> ExactCheck:
        def against(other: Callable[[Enumerated], Tensor]) -> Callable[[], Sides]:
            return lambda: sides(world.expected_score(other(world)), target(world))

        mutants = dict(wrong)
        if world.process.actions == 4:
            mutants |= wrong_on_the_grid or {}
        return ExactCheck(
            id=f"{name}/{world.process.name.removeprefix('the ').replace(' ', '-')}",
            method=f"enumeration of the trajectories: {ALL_VALUES}",
            estimand=f"{estimand}, for a trained softmax policy on {world.process.name}",
            estimators=names,
            sides=against(weights),
            tolerance=1e-11,
            mutants={what: against(other) for what, other in mutants.items()},
        )

    return tuple(check(world) for world in enumerated(zoo))


def episodes(model: CartPole, generator: torch.Generator, n: int) -> tuple[Tensor, ...]:
    """Episodes of CartPole as noise: states, actions, and whether each step happened."""
    found = play(model.policy, n, HORIZON, generator)
    return found.states, found.actions.double(), found.alive


def score(model: CartPole, draws: tuple[Tensor, ...]) -> tuple[Tensor, Episodes]:
    """The gradient of log pi(a_t | s_t) by the last layer's logit of action 1, (n, T, features).

    Each entry is between -1 and 1: features are tanh, and the score of a softmax with two actions
    is a - pi(1 | s). Steps after the fall have score 0.
    """
    states, actions, alive = draws
    probability = model.policy(states).exp()[..., 1]
    each = (actions - probability)[..., None] * model.policy.features(states)
    return each * alive[..., None], Episodes(states, actions.long(), alive)
