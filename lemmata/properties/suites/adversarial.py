"""Laws of the optimal discriminator and of the value of the game."""

from __future__ import annotations

import math
from typing import Any

import torch
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from torch import Tensor

from lemmata.kernel.declarations import UNIT
from lemmata.properties.strategies import Row, numbers, pmfs
from lemmata.properties.suites.law import Suite, at_least, equal, tensor

Pair = tuple[Row, Row]
PAIRS = st.integers(2, 4).flatmap(lambda k: st.tuples(pmfs(k), pmfs(k)))


def objective(discriminator: Tensor, p: Tensor, p_g: Tensor) -> Tensor:
    """E_p[log D] + E_{p_G}[log(1 - D)]."""
    return (p * torch.log(discriminator) + p_g * torch.log(1 - discriminator)).sum()


optimal_discriminator = Suite(
    "optimal-discriminator",
    "f(p: [X], p_G: [X]) -> [X]: the discriminator that maximises the objective, point by point",
    lambda p, p_g: p / (p + p_g),
    {
        "the generator's share": lambda p, p_g: p_g / (p + p_g),
        "the ratio of the densities": lambda p, p_g: p / p_g,
        "squared densities": lambda p, p_g: p**2 / (p**2 + p_g**2),
        "always one half": lambda p, p_g: torch.full_like(p + p_g, 0.5),
    },
)


def with_rows(row: SearchStrategy[Any]) -> SearchStrategy[tuple[Row, Row, Any]]:
    """Two laws over the same points, and something drawn for each point."""
    return st.integers(2, 4).flatmap(lambda k: st.tuples(pmfs(k), pmfs(k), st.tuples(*[row] * k)))


@optimal_discriminator.law("no other discriminator does better", rivals=with_rows(numbers(UNIT)))
def _(f: Any, rivals: tuple[Row, Row, Row]) -> Any:
    p, p_g, other = map(tensor, rivals)
    return at_least(objective(f(p, p_g), p, p_g), objective(other, p, p_g))


@optimal_discriminator.law("the two shares make one", pair=PAIRS)
def _(f: Any, pair: Pair) -> Any:
    p, p_g = map(tensor, pair)
    return equal(f(p, p_g) + f(p_g, p), torch.ones_like(p))


@optimal_discriminator.law("one half where the laws agree", p=pmfs())
def _(f: Any, p: Row) -> Any:
    return equal(f(tensor(p), tensor(p)), torch.full((len(p),), 0.5).double())


gan_jsd = Suite(
    "gan-jsd",
    "f(p: [X], p_G: [X]) -> []: the objective at the optimal discriminator, in nats",
    lambda p, p_g: (
        -math.log(4)
        + (p * torch.log(2 * p / (p + p_g))).sum()
        + (p_g * torch.log(2 * p_g / (p + p_g))).sum()
    ),
    {
        "the divergence counts once": lambda p, p_g: (
            -math.log(4)
            + 0.5 * (p * torch.log(2 * p / (p + p_g))).sum()
            + 0.5 * (p_g * torch.log(2 * p_g / (p + p_g))).sum()
        ),
        "the constant is log 4": lambda p, p_g: (
            math.log(4)
            + (p * torch.log(2 * p / (p + p_g))).sum()
            + (p_g * torch.log(2 * p_g / (p + p_g))).sum()
        ),
        "the constant is log 2": lambda p, p_g: (
            -math.log(2)
            + (p * torch.log(2 * p / (p + p_g))).sum()
            + (p_g * torch.log(2 * p_g / (p + p_g))).sum()
        ),
        "the mixture is not halved": lambda p, p_g: (
            -math.log(4)
            + (p * torch.log(p / (p + p_g))).sum()
            + (p_g * torch.log(p_g / (p + p_g))).sum()
        ),
    },
)


@gan_jsd.law("the objective at p / (p + p_G)", pair=PAIRS)
def _(f: Any, pair: Pair) -> Any:
    p, p_g = map(tensor, pair)
    return equal(f(p, p_g), objective(p / (p + p_g), p, p_g))


@gan_jsd.law("-log 4 where the laws agree", p=pmfs())
def _(f: Any, p: Row) -> Any:
    return equal(f(tensor(p), tensor(p)), -math.log(4))


@gan_jsd.law("between -log 4 and 0", pair=PAIRS)
def _(f: Any, pair: Pair) -> Any:
    value = f(*map(tensor, pair))
    return at_least(torch.stack([value, -value]), tensor([-math.log(4), 0.0]))


@gan_jsd.law("a channel never raises it", noisy=with_rows(pmfs(2)))
def _(f: Any, noisy: tuple[Row, Row, Any]) -> Any:
    p, p_g, channel = map(tensor, noisy)
    return at_least(f(p, p_g), f(p @ channel, p_g @ channel))


SUITES = (optimal_discriminator, gan_jsd)
