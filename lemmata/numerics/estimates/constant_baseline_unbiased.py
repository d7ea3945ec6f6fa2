"""Constant baselines, enumerated."""

import torch
from torch import Tensor

from lemmata.numerics.check import Check
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.trajectories import Enumerated, gradient_checks, shifted

CONSTANTS = (-7.5, 3.0)


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """The constant's term against 0, and the gradient with it, for several constants."""

    def full_return(world: Enumerated) -> Tensor:
        rewards = world.process.paths.rewards
        return rewards.sum(1, keepdim=True).expand_as(rewards)

    def constant(b: float, world: Enumerated) -> Tensor:
        return torch.full_like(world.process.paths.rewards, b)

    return (
        *gradient_checks(
            "constant-baseline-unbiased/term",
            zoo,
            f"the expected score of a trajectory times {CONSTANTS[0]}",
            weights=lambda world: constant(CONSTANTS[0], world),
            target=lambda world: torch.zeros_like(world.gradient_of_value()),
            wrong={
                "the return instead of a constant": full_return,
                "the next reward": lambda world: shifted(world.process.paths.rewards),
                "the action instead of a constant": lambda world: (
                    world.process.paths.actions.double()
                ),
            },
            names=("the expected score times b", "0"),
        ),
        *gradient_checks(
            "constant-baseline-unbiased",
            zoo,
            f"the gradient of the expected total reward with the baseline {CONSTANTS[1]}",
            weights=lambda world: full_return(world) - CONSTANTS[1],
            target=Enumerated.gradient_of_value,
            wrong={
                "half the trajectory's own return": lambda world: 0.5 * full_return(world),
                "the baseline multiplied": lambda world: full_return(world) * CONSTANTS[1],
                "the return dropped": lambda world: constant(-CONSTANTS[1], world),
            },
            names=("the expected score times R - b", "dynamic programming"),
        ),
    )
