"""Laws of the evidence lower bounds, on finite tables and linear Gaussian models."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor

from lemmata.properties.strategies import Row, pmfs, rationals
from lemmata.properties.suites.law import Suite, at_least, equal, tensor

Model = tuple[Row, Row, Row]
"""Encoder q(z|x), likelihood p(x|z) at the observed x, and prior p(z), each over the same z."""


@st.composite
def models(draw: st.DrawFn) -> Model:
    """A latent variable of 2 to 4 values, and its encoder, likelihood and prior."""
    points = draw(st.integers(2, 4))
    likelihood = st.tuples(*[rationals(0, 1)] * points)
    return (
        draw(pmfs(points)),
        draw(likelihood.filter(all)),
        draw(pmfs(points)),
    )


def evidence(likelihood: Tensor, prior: Tensor) -> Tensor:
    """Log p(x)."""
    return torch.log((likelihood * prior).sum())


def posterior(likelihood: Tensor, prior: Tensor) -> Tensor:
    """p(z | x)."""
    joint = likelihood * prior
    return joint / joint.sum()


def _bound(q: Tensor, likelihood: Tensor, prior: Tensor) -> Tensor:
    return (q * (torch.log(likelihood) - torch.log(q) + torch.log(prior))).sum()


WRONG_BOUNDS = {
    "the arguments of the divergence are swapped": lambda q, like, prior: (
        (q * torch.log(like)).sum() - (prior * (torch.log(prior) - torch.log(q))).sum()
    ),
    "the divergence is added": lambda q, like, prior: (
        (q * torch.log(like)).sum() + (q * (torch.log(q) - torch.log(prior))).sum()
    ),
    "the divergence is missing": lambda q, like, prior: (q * torch.log(like)).sum(),
    "the expectation is under the prior": lambda q, like, prior: (
        (prior * torch.log(like)).sum() - (q * (torch.log(q) - torch.log(prior))).sum()
    ),
    "the logarithm stands outside": lambda q, like, prior: (
        torch.log((q * like).sum()) - (q * (torch.log(q) - torch.log(prior))).sum()
    ),
}


def _suite(claim: str, signature: str) -> Suite:
    """The laws that every form of the bound obeys."""
    suite = Suite(claim, signature, _bound, dict(WRONG_BOUNDS))

    @suite.law("never above the log-evidence", model=models())
    def _(f: Any, model: Model) -> Any:
        q, likelihood, prior = map(tensor, model)
        return at_least(evidence(likelihood, prior), f(q, likelihood, prior))

    @suite.law("tight at the posterior", model=models())
    def _(f: Any, model: Model) -> Any:
        _, likelihood, prior = map(tensor, model)
        at_best = f(posterior(likelihood, prior), likelihood, prior)
        return equal(at_best, evidence(likelihood, prior))

    @suite.law("its gap is the divergence from the posterior", model=models())
    def _(f: Any, model: Model) -> Any:
        q, likelihood, prior = map(tensor, model)
        gap = (q * (torch.log(q) - torch.log(posterior(likelihood, prior)))).sum()
        return equal(evidence(likelihood, prior) - f(q, likelihood, prior), gap)

    @suite.law("a factor of the likelihood adds its logarithm", model=models(), c=rationals(1, 4))
    def _(f: Any, model: Model, c: Any) -> Any:
        q, likelihood, prior = map(tensor, model)
        scaled = f(q, tensor(c) * likelihood, prior)
        return equal(scaled, f(q, likelihood, prior) + torch.log(tensor(c)))

    @suite.law("the order of the latent values does not matter", model=models())
    def _(f: Any, model: Model) -> Any:
        q, likelihood, prior = map(tensor, model)
        turned = f(q.flip(0), likelihood.flip(0), prior.flip(0))
        return equal(turned, f(q, likelihood, prior))

    return suite


SIGNATURE = "f(q: [Z], likelihood: [Z], prior: [Z]) -> []: {} at the observed value, in nats"
cvae_elbo = _suite(
    "cvae-elbo",
    SIGNATURE.format("E_q[log p(x|z,y)] - KL(q(z|x,y) || p(z|y))"),
)
vae_elbo = _suite("vae-elbo", SIGNATURE.format("E_q[log p(x|z)] - KL(q(z|x) || p(z))"))
elbo_jensen = _suite("elbo-jensen", SIGNATURE.format("E_q[log(p(x,z) / q(z|x))]"))


# --------------------------------------------------------------- elbo-gap-identity

elbo_gap_identity = Suite(
    "elbo-gap-identity",
    "f(q: [Z], likelihood: [Z], prior: [Z]) -> []: log p(x) minus the lower bound, in nats",
    lambda q, like, prior: (q * (torch.log(q) - torch.log(posterior(like, prior)))).sum(),
    {
        "the arguments are swapped": lambda q, like, prior: (
            posterior(like, prior) * (torch.log(posterior(like, prior)) - torch.log(q))
        ).sum(),
        "the divergence from the prior": lambda q, like, prior: (
            q * (torch.log(q) - torch.log(prior))
        ).sum(),
        "its negative": lambda q, like, prior: (
            q * (torch.log(posterior(like, prior)) - torch.log(q))
        ).sum(),
        "the joint law is not normalised": lambda q, like, prior: (
            q * (torch.log(q) - torch.log(like * prior))
        ).sum(),
    },
)


@elbo_gap_identity.law("with the bound it makes up the log-evidence", model=models())
def _(f: Any, model: Model) -> Any:
    q, likelihood, prior = map(tensor, model)
    whole = f(q, likelihood, prior) + _bound(q, likelihood, prior)
    return equal(whole, evidence(likelihood, prior))


@elbo_gap_identity.law("zero at the posterior", model=models())
def _(f: Any, model: Model) -> Any:
    _, likelihood, prior = map(tensor, model)
    return equal(f(posterior(likelihood, prior), likelihood, prior), 0)


@elbo_gap_identity.law("never negative", model=models())
def _(f: Any, model: Model) -> Any:
    return at_least(f(*map(tensor, model)), 0)


SUITES = (cvae_elbo, vae_elbo, elbo_jensen, elbo_gap_identity)
