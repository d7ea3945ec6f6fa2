"""Laws of the divergences of Gaussian laws, and of products."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from torch import Tensor

from lemmata.properties.strategies import (
    DiagonalGaussian,
    Row,
    diagonal_gaussians,
    pmfs,
    rationals,
)
from lemmata.properties.suites.law import Suite, above, at_least, derivative, equal, tensor

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(8)
SHIFTS = rationals(-3, 3)
SCALES = rationals(1, 4)


def moments(q: DiagonalGaussian) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation as tensors."""
    return tensor(q.mean), tensor(q.deviation)


def gaussian_average(function: Any, mean: Tensor, deviation: Tensor) -> Tensor:
    """The sum over coordinates of E[function(z_j)], exact for polynomials up to degree 15."""
    nodes, weights = torch.tensor(NODES), torch.tensor(WEIGHTS / math.sqrt(2 * math.pi))
    points = mean[:, None] + deviation[:, None] * nodes
    found: Tensor = (function(points) * weights).sum()
    return found


def log_normal(points: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
    """The logarithm of the normal density, coordinate by coordinate."""
    return (
        -0.5 * ((points - mean) / deviation) ** 2
        - torch.log(deviation)
        - 0.5 * math.log(2 * math.pi)
    )


# --------------------------------------------------------------------- gaussian-kl

gaussian_kl = Suite(
    "gaussian-kl",
    "f(mu: [m], sigma: [m]) -> []: KL(N(mu, diag sigma^2) || N(0, I)) in nats",
    lambda mu, sigma: 0.5 * (sigma**2 + mu**2 - 1 - torch.log(sigma**2)).sum(),
    {
        "the minus before 1 is a plus": lambda mu, sigma: (
            0.5 * (sigma**2 + mu**2 + 1 - torch.log(sigma**2)).sum()
        ),
        "the logarithm is of sigma": lambda mu, sigma: (
            0.5 * (sigma**2 + mu**2 - 1 - torch.log(sigma)).sum()
        ),
        "sigma is not squared": lambda mu, sigma: (
            0.5 * (sigma + mu**2 - 1 - torch.log(sigma**2)).sum()
        ),
        "the half is missing": lambda mu, sigma: (sigma**2 + mu**2 - 1 - torch.log(sigma**2)).sum(),
        "the arguments are swapped": lambda mu, sigma: (
            0.5 * ((1 + mu**2) / sigma**2 - 1 + torch.log(sigma**2)).sum()
        ),
        "a mean over the coordinates": lambda mu, sigma: (
            0.5 * (sigma**2 + mu**2 - 1 - torch.log(sigma**2)).mean()
        ),
    },
)


@gaussian_kl.law("zero at the standard normal law", m=st.integers(1, 4))
def _(f: Any, m: int) -> Any:
    return equal(f(torch.zeros(m).double(), torch.ones(m).double()), 0)


@gaussian_kl.law("never negative", q=diagonal_gaussians())
def _(f: Any, q: DiagonalGaussian) -> Any:
    return at_least(f(*moments(q)), 0)


@gaussian_kl.law(
    "positive away from the standard normal law",
    q=diagonal_gaussians().filter(lambda q: any(q.mean) or set(q.deviation) != {1}),
)
def _(f: Any, q: DiagonalGaussian) -> Any:
    return above(f(*moments(q)), 0)


@gaussian_kl.law("the average of log q - log p under q", q=diagonal_gaussians())
def _(f: Any, q: DiagonalGaussian) -> Any:
    mean, deviation = moments(q)

    def log_ratio(z: Tensor) -> Tensor:
        own = log_normal(z, mean[:, None], deviation[:, None])
        return own - log_normal(z, torch.zeros(1), torch.ones(1).double())

    return equal(f(mean, deviation), gaussian_average(log_ratio, mean, deviation))


@gaussian_kl.law("even in the mean", q=diagonal_gaussians())
def _(f: Any, q: DiagonalGaussian) -> Any:
    mean, deviation = moments(q)
    return equal(f(-mean, deviation), f(mean, deviation))


@gaussian_kl.law("additive over independent groups", q=diagonal_gaussians(), r=diagonal_gaussians())
def _(f: Any, q: DiagonalGaussian, r: DiagonalGaussian) -> Any:
    (mean, deviation), (other, width) = moments(q), moments(r)
    both = f(torch.cat([mean, other]), torch.cat([deviation, width]))
    return equal(both, f(mean, deviation) + f(other, width))


@gaussian_kl.law("its gradient by the mean is the mean", q=diagonal_gaussians())
def _(f: Any, q: DiagonalGaussian) -> Any:
    mean, deviation = moments(q)
    return equal(derivative(lambda mu: f(mu, deviation), mean), mean)


# ------------------------------------------------------------- gaussian-kl-general


def _general(mu_q: Tensor, sigma_q: Tensor, mu_p: Tensor, sigma_p: Tensor) -> Tensor:
    ratio = sigma_q / sigma_p
    return 0.5 * (ratio**2 + ((mu_q - mu_p) / sigma_p) ** 2 - 1 - torch.log(ratio**2)).sum()


gaussian_kl_general = Suite(
    "gaussian-kl-general",
    "f(mu_q: [m], sigma_q: [m], mu_p: [m], sigma_p: [m]) -> []: KL(q || p) in nats",
    _general,
    {
        "the arguments are swapped": lambda a, b, c, d: _general(c, d, a, b),
        "the half is missing": lambda a, b, c, d: 2 * _general(a, b, c, d),
        "divided by the wrong variance": lambda a, b, c, d: (
            0.5 * ((b / d) ** 2 + ((a - c) / b) ** 2 - 1 - torch.log((b / d) ** 2)).sum()
        ),
        "the sign of the logarithm": lambda a, b, c, d: (
            0.5 * ((b / d) ** 2 + ((a - c) / d) ** 2 - 1 + torch.log((b / d) ** 2)).sum()
        ),
    },
)
PAIRS = st.integers(1, 3).flatmap(lambda m: st.tuples(diagonal_gaussians(m), diagonal_gaussians(m)))


@gaussian_kl_general.law("zero where both laws are the same", q=diagonal_gaussians())
def _(f: Any, q: DiagonalGaussian) -> Any:
    return equal(f(*moments(q), *moments(q)), 0)


@gaussian_kl_general.law("positive where they differ", laws=PAIRS.filter(lambda ab: ab[0] != ab[1]))
def _(f: Any, laws: tuple[DiagonalGaussian, DiagonalGaussian]) -> Any:
    return above(f(*moments(laws[0]), *moments(laws[1])), 0)


@gaussian_kl_general.law("the average of log q - log p under q", laws=PAIRS)
def _(f: Any, laws: tuple[DiagonalGaussian, DiagonalGaussian]) -> Any:
    (mean, deviation), (other, width) = moments(laws[0]), moments(laws[1])

    def log_ratio(z: Tensor) -> Tensor:
        own = log_normal(z, mean[:, None], deviation[:, None])
        return own - log_normal(z, other[:, None], width[:, None])

    average = gaussian_average(log_ratio, mean, deviation)
    return equal(f(mean, deviation, other, width), average)


@gaussian_kl_general.law("unchanged by a common shift", laws=PAIRS, shift=SHIFTS)
def _(f: Any, laws: tuple[DiagonalGaussian, DiagonalGaussian], shift: Any) -> Any:
    (mean, deviation), (other, width) = moments(laws[0]), moments(laws[1])
    moved = f(mean + tensor(shift), deviation, other + tensor(shift), width)
    return equal(moved, f(mean, deviation, other, width))


@gaussian_kl_general.law("unchanged by a common scale", laws=PAIRS, scale=SCALES)
def _(f: Any, laws: tuple[DiagonalGaussian, DiagonalGaussian], scale: Any) -> Any:
    moments_of_both = (*moments(laws[0]), *moments(laws[1]))
    scaled = f(*(tensor(scale) * each for each in moments_of_both))
    return equal(scaled, f(*moments_of_both))


# ------------------------------------------------- gaussian-neg-entropy, cross-entropy

gaussian_neg_entropy = Suite(
    "gaussian-neg-entropy",
    "f(sigma: [m]) -> []: E_q[log q(z)] for q = N(mu, diag sigma^2), in nats",
    lambda sigma: (-0.5 * (math.log(2 * math.pi) + 1) - torch.log(sigma)).sum(),
    {
        "the entropy itself": lambda sigma: (
            0.5 * (math.log(2 * math.pi) + 1) + torch.log(sigma)
        ).sum(),
        "the half of the trace is missing": lambda sigma: (
            -0.5 * math.log(2 * math.pi) - torch.log(sigma)
        ).sum(),
        "the logarithm is of the variance": lambda sigma: (
            -0.5 * (math.log(2 * math.pi) + 1) - torch.log(sigma**2)
        ).sum(),
        "pi is not doubled": lambda sigma: (
            -0.5 * (math.log(math.pi) + 1) - torch.log(sigma)
        ).sum(),
    },
)


@gaussian_neg_entropy.law("the average of log q under q", q=diagonal_gaussians())
def _(f: Any, q: DiagonalGaussian) -> Any:
    mean, deviation = moments(q)
    average = gaussian_average(
        lambda z: log_normal(z, mean[:, None], deviation[:, None]), mean, deviation
    )
    return equal(f(deviation), average)


@gaussian_neg_entropy.law("a scale subtracts its logarithm", q=diagonal_gaussians(1), scale=SCALES)
def _(f: Any, q: DiagonalGaussian, scale: Any) -> Any:
    _, deviation = moments(q)
    return equal(f(tensor(scale) * deviation), f(deviation) - torch.log(tensor(scale)))


gaussian_cross_entropy = Suite(
    "gaussian-cross-entropy",
    "f(mu: [m], sigma: [m]) -> []: E_q[log p(z)] for q = N(mu, diag sigma^2) and p = N(0, I)",
    lambda mu, sigma: -0.5 * (math.log(2 * math.pi) + mu**2 + sigma**2).sum(),
    {
        "its negative": lambda mu, sigma: 0.5 * (math.log(2 * math.pi) + mu**2 + sigma**2).sum(),
        "the variance is missing": lambda mu, sigma: -0.5 * (math.log(2 * math.pi) + mu**2).sum(),
        "one constant for all coordinates": lambda mu, sigma: (
            -0.5 * (math.log(2 * math.pi) + (mu**2 + sigma**2).sum())
        ),
        "sigma is not squared": lambda mu, sigma: (
            -0.5 * (math.log(2 * math.pi) + mu**2 + sigma).sum()
        ),
    },
)


@gaussian_cross_entropy.law("the average of log p under q", q=diagonal_gaussians())
def _(f: Any, q: DiagonalGaussian) -> Any:
    mean, deviation = moments(q)
    one = torch.ones(1).double()
    average = gaussian_average(lambda z: log_normal(z, 0 * one, one), mean, deviation)
    return equal(f(mean, deviation), average)


@gaussian_cross_entropy.law("the negative entropy minus the divergence", q=diagonal_gaussians())
def _(f: Any, q: DiagonalGaussian) -> Any:
    mean, deviation = moments(q)
    rest = gaussian_neg_entropy.reference(deviation) - gaussian_kl.reference(mean, deviation)
    return equal(f(mean, deviation), rest)


# ---------------------------------------------------------------- kl-factorization


def _divergence(p: Tensor, q: Tensor) -> Tensor:
    found: Tensor = torch.special.xlogy(p, p).sum() - torch.special.xlogy(p, q).sum()
    return found


def _product(rows: list[Tensor]) -> Tensor:
    table = torch.ones(1).double()
    for row in rows:
        table = (table[:, None] * row).flatten()
    return table


kl_factorization = Suite(
    "kl-factorization",
    "f(q: list of pmfs [K_j], p: list of pmfs [K_j]) -> []: KL of the product laws, in nats",
    lambda q, p: sum(_divergence(a, b) for a, b in zip(q, p, strict=True)),
    {
        "a product of the divergences": lambda q, p: math.prod(
            _divergence(a, b) for a, b in zip(q, p, strict=True)
        ),
        "the arguments are swapped": lambda q, p: sum(
            _divergence(b, a) for a, b in zip(q, p, strict=True)
        ),
        "their mean": lambda q, p: (
            sum(_divergence(a, b) for a, b in zip(q, p, strict=True)) / len(q)
        ),
        "the first one only": lambda q, p: _divergence(q[0], p[0]),
    },
)
FACTORS = st.lists(
    st.integers(2, 3).flatmap(lambda k: st.tuples(pmfs(k), pmfs(k))), min_size=1, max_size=3
)


@kl_factorization.law("the divergence of the joint tables", factors=FACTORS)
def _(f: Any, factors: list[tuple[Row, Row]]) -> Any:
    left = [tensor(q) for q, _ in factors]
    right = [tensor(p) for _, p in factors]
    return equal(f(left, right), _divergence(_product(left), _product(right)))


@kl_factorization.law("zero where all factors agree", factors=FACTORS)
def _(f: Any, factors: list[tuple[Row, Row]]) -> Any:
    rows = [tensor(q) for q, _ in factors]
    return equal(f(rows, rows), 0)


SUITES = (
    gaussian_kl,
    gaussian_kl_general,
    gaussian_neg_entropy,
    gaussian_cross_entropy,
    kl_factorization,
)
