"""The policy gradient with the full return, enumerated."""

from torch import Tensor

from lemmata.numerics.check import Check
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.trajectories import Enumerated, gradient_checks


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """Against dynamic programming, on the gridworld and the chain."""

    def full_return(world: Enumerated) -> Tensor:
        rewards = world.process.paths.rewards
        return rewards.sum(1, keepdim=True).expand_as(rewards)

    return gradient_checks(
        "policy-gradient-trajectory",
        zoo,
        "the gradient of the expected total reward in all parameters",
        weights=full_return,
        target=Enumerated.gradient_of_value,
        wrong={
            "the immediate reward only": lambda world: world.process.paths.rewards,
            "the mean reward, not the sum": lambda world: (
                full_return(world) / world.process.horizon
            ),
            "sign flipped": lambda world: -full_return(world),
            "the last reward dropped": lambda world: (
                world.process.paths.rewards[:, :-1]
                .sum(1, keepdim=True)
                .expand_as(world.process.paths.rewards)
            ),
        },
        names=("the expected score times the return", "dynamic programming and autograd"),
    )
