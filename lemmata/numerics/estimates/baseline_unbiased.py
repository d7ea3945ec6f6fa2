"""State-dependent baselines: enumerated, and a learned one on CartPole."""

import torch
from torch import Tensor

from lemmata.numerics.bounds import Range
from lemmata.numerics.check import Check, Mutant, SampledCheck
from lemmata.numerics.models.decisions import CART_POLE
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.trajectories import (
    HORIZON,
    Enumerated,
    episodes,
    gradient_checks,
    score,
    shifted,
    to_go,
)

# The learned baseline is cut off here, which keeps it a function of the state.
HIGHEST = 2.0


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """The value function as baseline; its term against 0; and the learned one on CartPole."""

    def advantage(world: Enumerated) -> Tensor:
        return to_go(world.process.paths.rewards) - world.baseline()

    def next_value(world: Enumerated) -> Tensor:
        process = world.process
        left = process.horizon - 1 - torch.arange(process.horizon)
        return world.values()[left, process.paths.visited[:, 1:]]

    def of_the_action(world: Enumerated) -> Tensor:
        return world.baseline() * (1.0 + world.process.paths.actions)

    return (
        *gradient_checks(
            "baseline-unbiased",
            zoo,
            "the gradient of the expected total reward",
            weights=advantage,
            target=Enumerated.gradient_of_value,
            wrong={
                "the baseline knows the action": lambda world: (
                    to_go(world.process.paths.rewards) - of_the_action(world)
                ),
                "the baseline of the next state": lambda world: (
                    to_go(world.process.paths.rewards) - next_value(world)
                ),
                "the reward at t + 1 dropped": lambda world: (
                    advantage(world) - shifted(world.process.paths.rewards)
                ),
            },
            names=("the expected score times the advantage", "dynamic programming"),
        ),
        *gradient_checks(
            "baseline-unbiased/term",
            zoo,
            "the expected score times the baseline",
            weights=Enumerated.baseline,
            target=lambda world: torch.zeros_like(world.gradient_of_value()),
            wrong={
                "the baseline knows the action": of_the_action,
                "the baseline of the next state": next_value,
                "the reward to go": lambda world: to_go(world.process.paths.rewards),
            },
            names=("the expected score times the baseline", "0"),
        ),
        _cart_pole(zoo),
    )


def _cart_pole(zoo: Zoo) -> SampledCheck:
    model = zoo.get(CART_POLE)

    def term(draws: tuple[Tensor, ...], kind: str) -> Tensor:
        each, found = score(model, draws)
        guess = model.baseline(found.states).clamp(-HIGHEST, HIGHEST)
        if kind == "action":
            guess = guess + HIGHEST * found.actions[..., None]
        elif kind == "next":
            guess = found.states[:, 1:, 3:].clamp(-HIGHEST, HIGHEST)
            each = each[:, :-1]
        elif kind == "absolute":
            each = each.abs()
            guess = guess.abs() + 1.0
        return (each * guess).sum(1)

    widest = HIGHEST * HORIZON
    twice = Range(-2.0 * widest, 2.0 * widest, "the same, for a larger weight")
    return SampledCheck(
        id="baseline-unbiased/cart-pole",
        method="samples: nothing is known of the law of episodes",
        estimand="the score times the learned baseline b(s_t), summed over t, on CartPole",
        estimators=("the baseline term",),
        noise=lambda generator, n: episodes(model, generator, n),
        integrand=lambda draws: term(draws, "state"),
        bound=Range(-widest, widest, "tanh features, softmax scores and a cut-off baseline"),
        effect_size=0.3,
        scale="0.3 reward units",
        mutants={
            "the baseline knows the action": Mutant(
                integrand=lambda draws: term(draws, "action"), bound=twice
            ),
            "absolute values": Mutant(integrand=lambda draws: term(draws, "absolute"), bound=twice),
            "the speed in the next state": Mutant(
                integrand=lambda draws: term(draws, "next"), bound=twice
            ),
        },
    )
