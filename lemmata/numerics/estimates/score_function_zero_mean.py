"""The mean of a policy's score: over the actions in visited states, and over episodes."""

import torch
from torch import Tensor

from lemmata.numerics.bounds import Range
from lemmata.numerics.check import ALL_VALUES, Check, ExactCheck, Mutant, SampledCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.models.decisions import CART_POLE
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.streams import stream
from lemmata.numerics.trajectories import HORIZON, episodes, score

EPISODES = 4


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """The CartPole policy: enumerated in each state, and summed over episodes."""
    model = zoo.get(CART_POLE)
    states = episodes(model, stream(zoo.seed, "score-function-zero-mean", "states"), EPISODES)[0]
    states = states.flatten(0, 1)
    parameters = tuple(each.requires_grad_() for each in model.policy.parameters())
    position = states[:, :1]

    def mean_score(weights: Tensor) -> Tensor:
        """The sum over actions of pi(a|s) w(s, a) grad log pi(a|s), in all parameters, by state."""
        log_pi = model.policy(states)
        rows = (log_pi.exp().detach() * weights * log_pi).sum(-1)
        found = [
            torch.cat(
                [g.flatten() for g in torch.autograd.grad(row, parameters, retain_graph=True)]
            )
            for row in rows
        ]
        return torch.stack(found)

    with torch.no_grad():
        log_pi = model.policy(states)
    pi = log_pi.exp()
    ones = torch.ones_like(pi)
    first = torch.tensor([1.0, 0.0], dtype=torch.float64) * ones

    def zero(left: Tensor) -> Sides:
        return sides(left, torch.zeros_like(left))

    return (
        ExactCheck(
            id="score-function-zero-mean/states",
            method=f"enumeration of the actions: {ALL_VALUES}",
            estimand="E_pi[grad log pi(a|s)] of a trained policy in states of CartPole",
            estimators=("the sum over actions, by autograd", "0"),
            sides=lambda: zero(mean_score(ones)),
            tolerance=1e-12,
            mutants={
                "log pi without the gradient": lambda: zero((pi * log_pi).sum(-1)),
                "not weighted with pi": lambda: zero(mean_score(1.0 / pi)),
                "one action only": lambda: zero(mean_score(first)),
            },
        ),
        ExactCheck(
            id="score-function-zero-mean/coefficient",
            method=f"enumeration of the actions: {ALL_VALUES}",
            estimand="E_pi[c(s) grad log pi(a|s)] with c the cart's position",
            estimators=("the sum over actions, by autograd", "0"),
            sides=lambda: zero(mean_score(position * ones)),
            tolerance=1e-12,
            mutants={
                "the coefficient knows the action": lambda: zero(
                    mean_score((1.0 + position) * first)
                ),
                "the coefficient is the probability": lambda: zero(mean_score(pi)),
                "the coefficient is log pi": lambda: zero(mean_score(log_pi)),
            },
        ),
        _episodes(zoo),
    )


def _episodes(zoo: Zoo) -> SampledCheck:
    model = zoo.get(CART_POLE)

    def total(draws: tuple[Tensor, ...], kind: str) -> Tensor:
        each, found = score(model, draws)
        if kind == "score":
            return each.sum(1)
        if kind == "absolute":
            return each.abs().sum(1)
        if kind == "action":
            return (each * found.actions[..., None]).sum(1)
        features = model.policy.features(found.states) * found.alive[..., None]
        return (features * found.actions[..., None]).sum(1)

    same = Range(-float(HORIZON), float(HORIZON), "at most one for each step")
    return SampledCheck(
        id="score-function-zero-mean/episodes",
        method="samples: nothing is known of the law of episodes",
        estimand="the summed score of the last layer over episodes of CartPole",
        estimators=("the sum of scores",),
        noise=lambda generator, n: episodes(model, generator, n),
        integrand=lambda draws: total(draws, "score"),
        bound=same,
        effect_size=0.3,
        scale="0.3, with up to 24 terms of at most 1",
        mutants={
            "absolute values": Mutant(integrand=lambda draws: total(draws, "absolute")),
            "only where action 1 was taken": Mutant(integrand=lambda draws: total(draws, "action")),
            "the probability not subtracted": Mutant(
                integrand=lambda draws: total(draws, "features")
            ),
        },
    )
