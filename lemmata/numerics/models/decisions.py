"""Decision processes with softmax policies: a gridworld and a toy chain, enumerated, and CartPole.

A trajectory of a finite process is a path of states, actions and rewards over T steps. The number
of paths is small, so that every expectation over trajectories is a finite sum.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import gymnasium
import numpy as np
import torch
from torch import Tensor, nn

from lemmata.numerics.models.training import Recipe, Size, fit, mlp


@dataclass(frozen=True)
class Process:
    """A finite decision process, from one starting state, over a fixed number of steps.

    Attributes:
        name: What it is called in reports.
        transition: P(s' | s, a), shape (states, actions, states).
        reward: r(s, a, s'), of the same shape.
        start: The state of the first action.
        horizon: The number T of actions.
    """

    name: str
    transition: Tensor
    reward: Tensor
    start: int
    horizon: int

    @property
    def states(self) -> int:
        """How many states there are."""
        return self.transition.shape[0]

    @property
    def actions(self) -> int:
        """How many actions there are."""
        return self.transition.shape[1]

    @cached_property
    def paths(self) -> "Paths":
        """Every trajectory that can happen."""
        state = torch.tensor([[self.start]])
        action = torch.empty(1, 0, dtype=torch.long)
        reward = torch.empty(1, 0, dtype=torch.float64)
        chance = torch.ones(1, dtype=torch.float64)
        for _ in range(self.horizon):
            possible = self.transition[state[:, -1]] > 0.0  # (paths, actions, states)
            path, a, after = possible.nonzero(as_tuple=True)
            before = state[path, -1]
            chance = chance[path] * self.transition[before, a, after]
            reward = torch.cat((reward[path], self.reward[before, a, after][:, None]), 1)
            action = torch.cat((action[path], a[:, None]), 1)
            state = torch.cat((state[path], after[:, None]), 1)
        return Paths(state[:, :-1], action, reward, chance, state)

    def policy_value(self, probabilities: Tensor) -> Tensor:
        """The expected total reward by dynamic programming; differentiable in pi(a | s)."""
        expected = (self.transition * self.reward).sum(-1)
        value = torch.zeros(self.states, dtype=torch.float64)
        for _ in range(self.horizon):
            value = (probabilities * (expected + self.transition @ value)).sum(-1)
        return value[self.start]


@dataclass(frozen=True)
class Paths:
    """All trajectories of a finite process, one a row.

    Attributes:
        states: s_1..s_T, where the actions are taken.
        actions: a_1..a_T.
        rewards: r_1..r_T.
        chance: The product of the transition probabilities, without the policy's.
        visited: s_1..s_{T+1}.
    """

    states: Tensor
    actions: Tensor
    rewards: Tensor
    chance: Tensor
    visited: Tensor

    def probability(self, policy: Tensor) -> Tensor:
        """The probability of each trajectory under pi(a | s)."""
        return self.chance * policy[self.states, self.actions].prod(1)


def gridworld(horizon: int = 4) -> Process:
    """The 3 x 2 grid with slippery moves; +5 on entering (3, 2), -5 on entering (3, 1).

    The intended move happens with probability 0.8 and each perpendicular one with 0.1; a wall
    stops it. The goals end the episode. Actions: north, south, west, east.
    """
    moves = [(0, 1), (0, -1), (-1, 0), (1, 0)]
    sideways = {0: (2, 3), 1: (2, 3), 2: (0, 1), 3: (0, 1)}
    cells = [(x, y) for x in (1, 2, 3) for y in (1, 2)]
    transition = torch.zeros(6, 4, 6, dtype=torch.float64)
    reward = torch.zeros_like(transition)
    for s, (x, y) in enumerate(cells):
        for a in range(4):
            if x == 3:
                transition[s, a, s] = 1.0  # a goal is never left, and pays once
                continue
            for move, probability in ((a, 0.8), *((side, 0.1) for side in sideways[a])):
                there = (x + moves[move][0], y + moves[move][1])
                after = cells.index(there) if there in cells else s
                transition[s, a, after] += probability
        if x < 3:
            reward[s, :, cells.index((3, 2))] = 5.0
            reward[s, :, cells.index((3, 1))] = -5.0
    return Process("the 3 x 2 gridworld", transition, reward, 0, horizon)


def chain(goal: int = 3, horizon: int = 6) -> Process:
    """A chain of states 0..N: one action stays, the other advances; each step before N costs 1."""
    transition = torch.zeros(goal + 1, 2, goal + 1, dtype=torch.float64)
    reward = torch.zeros_like(transition)
    for s in range(goal + 1):
        transition[s, 0, s] = 1.0
        transition[s, 1, min(s + 1, goal)] = 1.0
        if s < goal:
            reward[s] = -1.0
    return Process(f"the toy chain of length {goal}", transition, reward, 0, horizon)


class Policy(nn.Module):
    """A softmax policy: a network of the state's features.

    Attributes:
        body: Features in [-1, 1], the last of them the constant 1.
        head: The logits, linear in the features.
    """

    def __init__(self, inputs: int, hidden: int, actions: int) -> None:
        super().__init__()
        self.body = nn.Sequential(mlp(inputs, hidden), nn.Tanh())
        self.head = nn.Linear(hidden, actions, bias=False)

    def features(self, states: Tensor) -> Tensor:
        """What the logits are linear in; each between -1 and 1."""
        found: Tensor = self.body(states)
        return found

    def forward(self, states: Tensor) -> Tensor:
        """The logarithms of the probabilities of the actions."""
        return torch.log_softmax(self.head(self.features(states)), -1)

    def table(self, states: int) -> Tensor:
        """The probabilities pi(a | s) of a finite process, states as unit vectors."""
        return self(torch.eye(states, dtype=torch.float64)).exp()


class CartPole(nn.Module):
    """A policy for CartPole with a value baseline, both small networks."""

    ACTIONS = 2

    def __init__(self) -> None:
        super().__init__()
        self.policy = Policy(4, 8, self.ACTIONS)
        self.baseline = nn.Sequential(mlp(4, 8), nn.Tanh(), nn.Linear(8, 1))


@dataclass(frozen=True)
class Episodes:
    """Episodes of CartPole, one a row, cut off after T steps.

    Attributes:
        states: The observations before each action, shape (n, T, 4).
        actions: The actions, shape (n, T).
        alive: 1 for steps that happened, 0 after the pole fell; shape (n, T).
    """

    states: Tensor
    actions: Tensor
    alive: Tensor


def play(policy: Policy, n: int, horizon: int, generator: torch.Generator) -> Episodes:
    """Play episodes of gymnasium's CartPole side by side.

    Its starting states are drawn from a seed of the generator, actions from the generator; the
    reward is 1 for each step begun.
    """
    environments = gymnasium.make_vec(
        "CartPole-v1", num_envs=n, vectorization_mode="vector_entry_point"
    )
    place = generator.device
    seed = int(torch.randint(2**31 - 1, (), generator=generator, device=place))
    observed, _ = environments.reset(seed=seed)
    alive = np.ones(n, dtype=bool)
    states, actions, steps = [], [], []
    for _ in range(horizon):
        state = torch.from_numpy(np.asarray(observed, dtype=np.float64)).to(place)
        with torch.no_grad():
            probability = policy(state).exp()[:, 1]
        drawn = torch.rand(n, generator=generator, device=place, dtype=torch.float64)
        action = (drawn < probability).long()
        states.append(state)
        actions.append(action)
        steps.append(torch.from_numpy(alive.astype(float)).to(place))
        observed, _, fallen, _, _ = environments.step(action.cpu().numpy())
        alive &= ~fallen
    environments.close()
    return Episodes(torch.stack(states, 1), torch.stack(actions, 1), torch.stack(steps, 1))


def _train_cart_pole(
    model: CartPole, size: Size, generator: torch.Generator, report: Callable[[int, int], None]
) -> None:
    def loss() -> Tensor:
        found = play(model.policy, 64, 60, generator)
        to_go = found.alive.flip(1).cumsum(1).flip(1)
        guess = model.baseline(found.states).squeeze(-1) * 10.0
        advantage = (to_go - guess.detach()) / 10.0
        log_pi = model.policy(found.states).gather(2, found.actions[..., None]).squeeze(-1)
        policy_loss = -(log_pi * advantage * found.alive).sum(1).mean()
        value_loss = ((to_go - guess) / 10.0 * found.alive).square().sum(1).mean()
        return policy_loss + 0.1 * value_loss

    steps = {"tiny": 3, "full": 40}[size]
    fit(model.parameters(), loss, steps=steps, rate=2e-2, report=report)


def _train_policy(process: Process) -> Callable[..., None]:
    """Train by the exact gradient, and stop while every action is still likely."""

    def train(
        model: Policy, size: Size, generator: torch.Generator, report: Callable[[int, int], None]
    ) -> None:
        del generator  # nothing here is random
        states = process.states

        def loss() -> Tensor:
            table = model.table(states)
            entropy = -(table * table.log()).sum(-1).mean()
            return -process.policy_value(table) - 0.3 * entropy

        steps = {"tiny": 20, "full": 150}[size]
        fit(model.parameters(), loss, steps=steps, rate=2e-2, report=report)

    return train


CART_POLE = Recipe("cart-pole", CartPole, _train_cart_pole)
GRID_POLICY = Recipe("gridworld", lambda: Policy(6, 8, 4), _train_policy(gridworld()))
CHAIN_POLICY = Recipe("chain", lambda: Policy(4, 6, 2), _train_policy(chain()))
