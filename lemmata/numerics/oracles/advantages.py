"""Advantages and returns of stable-baselines3 and torchrl, by their definition."""

from collections.abc import Callable

import torch
from torch import Tensor

from lemmata.numerics.oracles import Comparing, Comparison, Oracle
from lemmata.numerics.streams import normal, stream, uniform

STEPS, ENVIRONMENTS = 24, 3
# Usual values, end points, and a product so small that few terms of a series matter.
RATES = (
    (0.99, 0.95),
    (0.9, 0.3),
    (1.0, 1.0),
    (0.7, 1.0),
    (1.0, 0.5),
    (0.97, 0.0),
    (0.0, 0.9),
    (0.5, 2e-4),
)


def by_definition(
    rewards: Tensor, values: Tensor, next_values: Tensor, ended: Tensor, gamma: float, lam: float
) -> Tensor:
    """The sum over k of (gamma lambda)^k delta_{t+k}, until an episode ends; time comes first."""
    deltas = rewards + gamma * next_values * (1.0 - ended) - values
    found = torch.zeros_like(rewards)
    for t in range(rewards.shape[0]):
        weight = torch.ones_like(rewards[0])
        for later in range(t, rewards.shape[0]):
            found[t] += weight * deltas[later]
            weight = weight * gamma * lam * (1.0 - ended[later])
    return found


def _data(name: str) -> tuple[Tensor, Tensor, Tensor]:
    """Random rewards, values (one more) and ends of episodes."""
    generator = stream(0, "advantages", name)
    rewards = normal(generator, STEPS, ENVIRONMENTS)
    values = normal(generator, STEPS + 1, ENVIRONMENTS)
    ended = (uniform(generator, STEPS, ENVIRONMENTS) < 0.15).double()
    return rewards, values, ended


def stable_baselines() -> Comparison:
    """RolloutBuffer.compute_returns_and_advantage; it keeps float32."""
    import numpy as np
    from gymnasium import spaces
    from stable_baselines3.common.buffers import RolloutBuffer

    found = Comparing()
    rewards, values, ended = _data("stable-baselines3")
    for gamma, lam in RATES:
        buffer = RolloutBuffer(
            STEPS, spaces.Box(-1.0, 1.0, (1,)), spaces.Discrete(2), device="cpu",
            gamma=gamma, gae_lambda=lam, n_envs=ENVIRONMENTS,
        )  # fmt: skip
        started = np.ones(ENVIRONMENTS)
        for t in range(STEPS):
            observation = np.zeros((ENVIRONMENTS, 1), dtype=np.float32)
            action = np.zeros((ENVIRONMENTS, 1))
            buffer.add(
                observation, action, rewards[t].numpy(), started, values[t],
                torch.zeros(ENVIRONMENTS),
            )  # fmt: skip
            started = ended[t].numpy()
        buffer.compute_returns_and_advantage(values[-1], started)
        ours = by_definition(rewards, values[:-1], values[1:], ended, gamma, lam)
        case = f"gamma {gamma:g}, lambda {lam:g}"
        theirs = torch.from_numpy(buffer.advantages).double()
        found.add(f"advantage, {case}", float((ours - theirs).abs().max()))
        returns = torch.from_numpy(buffer.returns).double()
        found.add(f"return, {case}", float((ours + values[:-1] - returns).abs().max()))
    return found.found()


def _torchrl(estimate: Callable[..., tuple[Tensor, Tensor]]) -> Comparison:
    """One of torchrl's two implementations; environments are its first axis, time the second."""
    found = Comparing()
    rewards, values, ended = _data("torchrl")
    ours_by_rate = [
        by_definition(rewards, values[:-1], values[1:], ended, gamma, lam) for gamma, lam in RATES
    ]

    def number(rate: float) -> Tensor:
        return torch.tensor(rate, dtype=torch.float64)  # a float would be rounded to float32

    def theirs(each: Tensor) -> Tensor:
        return each.T[..., None].contiguous()

    done = theirs(ended).bool()
    for (gamma, lam), ours in zip(RATES, ours_by_rate, strict=True):
        case = f"gamma {gamma:g}, lambda {lam:g}"
        try:
            advantage, target = estimate(
                number(gamma), number(lam), theirs(values[:-1]), theirs(values[1:]),
                theirs(rewards), done=done, terminated=done,
            )  # fmt: skip
        except (IndexError, RuntimeError) as error:
            found.failed(case, error)
            continue
        found.add(f"advantage, {case}", float((ours - advantage[..., 0].T).abs().max()))
        returns = ours + values[:-1]
        found.add(f"return, {case}", float((returns - target[..., 0].T).abs().max()))
    return found.found()


def torchrl_loop() -> Comparison:
    """The step-by-step implementation."""
    from torchrl.objectives.value.functional import generalized_advantage_estimate

    return _torchrl(generalized_advantage_estimate)


def torchrl_vectorised() -> Comparison:
    """The implementation by convolution, which is the default."""
    from torchrl.objectives.value.functional import vec_generalized_advantage_estimate

    return _torchrl(vec_generalized_advantage_estimate)


ORACLES = (
    Oracle(
        "sb3-advantages",
        "stable-baselines3",
        "RolloutBuffer's advantages and returns, end points included",
        stable_baselines,
        1e-5,
    ),
    Oracle(
        "torchrl-loop",
        "torchrl",
        "generalized_advantage_estimate, end points included",
        torchrl_loop,
        1e-12,
    ),
    Oracle(
        "torchrl-vectorised",
        "torchrl",
        "vec_generalized_advantage_estimate, end points included",
        torchrl_vectorised,
        1e-6,
        known_defect=(
            "terms of the geometric series are dropped while they are larger than the documented "
            "1e-7, and lambda = 0 or gamma = 0 raises IndexError"
        ),
    ),
)
