"""Laws of entropies and mutual information, on finite tables."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor

from lemmata.properties.strategies import Joint, Row, joints, pmfs, rationals
from lemmata.properties.suites.law import Suite, above, at_least, equal, tensor


def entropy(p: Tensor) -> Tensor:
    """In nats."""
    found: Tensor = torch.special.entr(p).sum()
    return found


def table(joint: Joint) -> Tensor:
    """A joint law of two variables as a matrix."""
    rows, columns = joint.sizes
    return tensor([[joint.table[x, y] for y in range(columns)] for x in range(rows)])


# --------------------------------------------- mutual-information-entropy-identity

mutual_information_entropy_identity = Suite(
    "mutual-information-entropy-identity",
    "f(joint: [X, Y]) -> []: the mutual information of the two variables, in nats",
    lambda joint: entropy(joint.sum(0)) + entropy(joint.sum(1)) - entropy(joint),
    {
        "the joint entropy is added": lambda joint: (
            entropy(joint.sum(0)) + entropy(joint.sum(1)) + entropy(joint)
        ),
        "a conditional entropy": lambda joint: entropy(joint) - entropy(joint.sum(0)),
        "one marginal is missing": lambda joint: entropy(joint.sum(0)) - entropy(joint),
        "its double": lambda joint: (
            2 * (entropy(joint.sum(0)) + entropy(joint.sum(1)) - entropy(joint))
        ),
        "its negative": lambda joint: (
            entropy(joint) - entropy(joint.sum(0)) - entropy(joint.sum(1))
        ),
    },
)


@mutual_information_entropy_identity.law(
    "the divergence from the product of the marginals", joint=joints()
)
def _(f: Any, joint: Joint) -> Any:
    p = table(joint)
    product = p.sum(1, keepdim=True) * p.sum(0, keepdim=True)
    return equal(f(p), (p * torch.log(p / product)).sum())


@mutual_information_entropy_identity.law("zero where they are independent", p=pmfs(), q=pmfs())
def _(f: Any, p: Row, q: Row) -> Any:
    return equal(f(tensor(p)[:, None] * tensor(q)), 0)


@mutual_information_entropy_identity.law("symmetric", joint=joints())
def _(f: Any, joint: Joint) -> Any:
    return equal(f(table(joint).T), f(table(joint)))


@mutual_information_entropy_identity.law("the entropy where one tells the other", p=pmfs())
def _(f: Any, p: Row) -> Any:
    return equal(f(torch.diag(tensor(p))), entropy(tensor(p)))


# ------------------------------------------------------------- cross-entropy-gibbs

cross_entropy_gibbs = Suite(
    "cross-entropy-gibbs",
    "f(p: [X], q: [X]) -> []: the cross-entropy of q under p, in nats",
    lambda p, q: -(p * torch.log(q)).sum(),
    {
        "the arguments are swapped": lambda p, q: -(q * torch.log(p)).sum(),
        "the divergence": lambda p, q: (p * torch.log(p / q)).sum(),
        "its negative": lambda p, q: (p * torch.log(q)).sum(),
        "a mean over the points": lambda p, q: -(p * torch.log(q)).mean(),
    },
)
PAIRS = st.integers(2, 4).flatmap(lambda k: st.tuples(pmfs(k), pmfs(k)))


@cross_entropy_gibbs.law("at least the entropy", pair=PAIRS)
def _(f: Any, pair: tuple[Row, Row]) -> Any:
    p, q = map(tensor, pair)
    return at_least(f(p, q), entropy(p))


@cross_entropy_gibbs.law("more than the entropy where they differ", pair=PAIRS)
def _(f: Any, pair: tuple[Row, Row]) -> Any:
    p, q = map(tensor, pair)
    if pair[0] == pair[1]:
        return equal(f(p, q), entropy(p))
    return above(f(p, q), entropy(p))


@cross_entropy_gibbs.law("linear in the first law", pair=PAIRS, share=rationals(0, 1))
def _(f: Any, pair: tuple[Row, Row], share: Any) -> Any:
    p, q = map(tensor, pair)
    part = tensor(share)
    mixed = f(part * p + (1 - part) * q, q)
    return equal(mixed, part * f(p, q) + (1 - part) * f(q, q))


# ------------------------------------------------------------- entropy-upper-bound


def _upper_bound(pop: Tensor, encoder: Tensor, prior: Tensor, decoder: Tensor) -> Tensor:
    logs = torch.log(encoder) - torch.log(prior) - torch.log(decoder.T)
    return (pop[:, None] * encoder * logs).sum()


entropy_upper_bound = Suite(
    "entropy-upper-bound",
    "f(pop: [Y], encoder: [Y, Z], prior: [Z], decoder: [Z, Y]) -> []: the bound on H(y), in nats",
    _upper_bound,
    {
        "the encoder's term is missing": lambda pop, enc, prior, dec: (
            pop[:, None] * enc * (-torch.log(prior) - torch.log(dec.T))
        ).sum(),
        "the encoder's sign": lambda pop, enc, prior, dec: (
            pop[:, None] * enc * (-torch.log(enc) - torch.log(prior) - torch.log(dec.T))
        ).sum(),
        "the prior is missing": lambda pop, enc, prior, dec: (
            pop[:, None] * enc * (torch.log(enc) - torch.log(dec.T))
        ).sum(),
        "not averaged over the data": lambda pop, enc, prior, dec: (
            enc * (torch.log(enc) - torch.log(prior) - torch.log(dec.T))
        ).sum(),
        "its negative": lambda pop, enc, prior, dec: -_upper_bound(pop, enc, prior, dec),
    },
)


@st.composite
def codes(draw: st.DrawFn) -> tuple[Row, Any, Row, Any]:
    """A population, an encoder, a prior model and a decoder model."""
    ys, zs = draw(st.integers(2, 3)), draw(st.integers(2, 3))
    return (
        draw(pmfs(ys)),
        draw(st.tuples(*[pmfs(zs)] * ys)),
        draw(pmfs(zs)),
        draw(st.tuples(*[pmfs(ys)] * zs)),
    )


@entropy_upper_bound.law("at least the entropy of the data", code=codes())
def _(f: Any, code: Any) -> Any:
    pop, encoder, prior, decoder = map(tensor, code)
    return at_least(f(pop, encoder, prior, decoder), entropy(pop))


@entropy_upper_bound.law("tight at the true marginal and conditional laws", code=codes())
def _(f: Any, code: Any) -> Any:
    pop, encoder, *_ = map(tensor, code)
    joint = pop[:, None] * encoder
    marginal = joint.sum(0)
    return equal(f(pop, encoder, marginal, (joint / marginal).T), entropy(pop))


SUITES = (mutual_information_entropy_identity, cross_entropy_gibbs, entropy_upper_bound)
