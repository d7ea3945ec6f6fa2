"""The policy gradient with rewards to go: enumerated, and on CartPole."""

import torch
from torch import Tensor

from lemmata.numerics.bounds import Range
from lemmata.numerics.check import Check, Mutant, SampledCheck
from lemmata.numerics.models.decisions import CART_POLE
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.trajectories import (
    HORIZON,
    Enumerated,
    enumerated,
    episodes,
    gradient_checks,
    score,
    shifted,
    to_go,
)


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """Against dynamic programming; the past part against 0; and full against to-go on CartPole."""

    def rewards_to_go(world: Enumerated) -> Tensor:
        return to_go(world.process.paths.rewards)

    def past(world: Enumerated) -> Tensor:
        rewards = world.process.paths.rewards
        return rewards.cumsum(1) - rewards

    def full(world: Enumerated) -> Tensor:
        return past(world) + rewards_to_go(world)

    spreads = "; ".join(
        f"on {world.process.name} {world.variance(full(world)):.3g} with the full return and "
        f"{world.variance(rewards_to_go(world)):.3g} with the reward to go"
        for world in enumerated(zoo)
    )
    return (
        *gradient_checks(
            "reward-to-go",
            zoo,
            f"the gradient of the expected total reward (summed variances: {spreads}; neither is "
            "always the smaller)",
            weights=rewards_to_go,
            target=Enumerated.gradient_of_value,
            wrong={
                "from t + 2 on": lambda world: to_go(shifted(world.process.paths.rewards, 2)),
                "up to t": lambda world: world.process.paths.rewards.cumsum(1),
                "sign flipped": lambda world: -rewards_to_go(world),
            },
            wrong_on_the_grid={
                "from t + 1 on": lambda world: to_go(shifted(world.process.paths.rewards)),
            },
            names=("the expected score times the reward to go", "dynamic programming"),
        ),
        *gradient_checks(
            "reward-to-go/past",
            zoo,
            "the expected score times the rewards before it",
            weights=past,
            target=lambda world: torch.zeros_like(world.gradient_of_value()),
            wrong={
                "up to t + 1": lambda world: (
                    world.process.paths.rewards.cumsum(1) + shifted(world.process.paths.rewards)
                ),
                "with the reward to go": rewards_to_go,
                "with the full return": full,
            },
            wrong_on_the_grid={
                "up to t": lambda world: world.process.paths.rewards.cumsum(1),
            },
            names=("the expected score times past rewards", "0"),
        ),
        _cart_pole(zoo),
    )


def _cart_pole(zoo: Zoo) -> SampledCheck:
    """The difference of both estimators has mean 0; the reward of CartPole is 1 a step."""
    model = zoo.get(CART_POLE)

    def estimator(draws: tuple[Tensor, ...], kind: str) -> Tensor:
        each, found = score(model, draws)
        past = (found.alive.cumsum(1) - found.alive)[..., None] / HORIZON
        if kind == "probability":  # a h, without pi(1 | s) h
            each = model.policy.features(found.states) * found.actions[..., None]
        elif kind == "action":
            each = each * found.actions[..., None]
        elif kind == "absolute":
            each = each.abs()
        return (each * past).sum(1)

    # |score| <= 1 in each entry, and at most t - 1 past rewards: T (T - 1) / 2 in all.
    widest = (HORIZON - 1) / 2.0
    return SampledCheck(
        id="reward-to-go/cart-pole",
        method="samples of paired estimators: nothing is known of the law of episodes",
        estimand="full-return minus reward-to-go gradients of the last layer on CartPole / T",
        estimators=("the full-return estimator", "the reward-to-go estimator"),
        noise=lambda generator, n: episodes(model, generator, n),
        integrand=lambda draws: estimator(draws, "past"),
        bound=Range(-widest, widest, "tanh features, softmax scores and past rewards are bounded"),
        effect_size=0.3,
        scale="0.3 reward units, where one step's past can weigh 1",
        mutants={
            "the probability not subtracted": Mutant(
                integrand=lambda draws: estimator(draws, "probability")
            ),
            "only where action 1 was taken": Mutant(
                integrand=lambda draws: estimator(draws, "action")
            ),
            "absolute values": Mutant(integrand=lambda draws: estimator(draws, "absolute")),
        },
    )
