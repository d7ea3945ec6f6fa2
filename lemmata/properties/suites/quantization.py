"""Laws of the updates of a codebook, end points of the rate included."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor

from lemmata.properties.strategies import Codebook, Row, codebooks, rationals
from lemmata.properties.suites.law import Suite, derivative, equal, tensor

RATES = rationals(0, Fraction(1, 2))

vq_codebook_sgd = Suite(
    "vq-codebook-sgd",
    "f(e: [I], x: [I], eta: []) -> [I]: one gradient step of rate eta on |x - e|^2 for the code",
    lambda e, x, eta: (1 - 2 * eta) * e + 2 * eta * x,
    {
        "the factor 2 is missing": lambda e, x, eta: (1 - eta) * e + eta * x,
        "away from the sample": lambda e, x, eta: (1 + 2 * eta) * e - 2 * eta * x,
        "the increment alone": lambda e, x, eta: 2 * eta * (x - e),
        "the code is not shrunk": lambda e, x, eta: e + 2 * eta * x,
    },
)


@vq_codebook_sgd.law("a gradient step by autograd", book=codebooks(), eta=RATES)
def _(f: Any, book: Codebook, eta: Fraction) -> Any:
    e, x = tensor(book.codes[book.nearest]), tensor(book.query)
    slope = derivative(lambda code: ((x - code) ** 2).sum(), e)
    return equal(f(e, x, tensor(eta)), e - tensor(eta) * slope)


@vq_codebook_sgd.law("a code at the sample stays", book=codebooks(), eta=RATES)
def _(f: Any, book: Codebook, eta: Fraction) -> Any:
    x = tensor(book.query)
    return equal(f(x, x, tensor(eta)), x)


@vq_codebook_sgd.law("rate 0 does nothing", book=codebooks())
def _(f: Any, book: Codebook) -> Any:
    e, x = tensor(book.codes[book.nearest]), tensor(book.query)
    return equal(f(e, x, tensor(0)), e)


@vq_codebook_sgd.law("rate 1/2 goes to the sample", book=codebooks())
def _(f: Any, book: Codebook) -> Any:
    e, x = tensor(book.codes[book.nearest]), tensor(book.query)
    return equal(f(e, x, tensor(0.5)), x)


def _average(start: Tensor, samples: Tensor, eta: Tensor) -> Tensor:
    steps = len(samples)
    ages = torch.arange(steps - 1, -1, -1)
    weights = 2 * eta * (1 - 2 * eta) ** ages
    return (1 - 2 * eta) ** steps * start + weights @ samples


def _aged(start: Tensor, samples: Tensor, eta: Tensor) -> Tensor:
    """Every sample aged by one step too many."""
    steps = len(samples)
    weights = 2 * eta * (1 - 2 * eta) ** torch.arange(steps, 0, -1)
    return (1 - 2 * eta) ** steps * start + weights @ samples


vq_rolling_average = Suite(
    "vq-rolling-average",
    "f(e_0: [I], x: [T, I], eta: []) -> [I]: the code after T samples, the first row first",
    _average,
    {
        "the samples are one step older": _aged,
        "the first code is forgotten": lambda e, x, eta: _average(0 * e, x, eta),
        "the factor 2 is missing": lambda e, x, eta: _average(e, x, eta / 2),
        "the samples are turned round": lambda e, x, eta: _average(e, x.flip(0), eta),
        "a plain mean": lambda e, x, eta: (e + x.sum(0)) / (len(x) + 1) + 0 * eta,
    },
)
RUNS = st.integers(1, 4).flatmap(
    lambda steps: st.tuples(*[st.tuples(rationals(-3, 3), rationals(-3, 3))] * (steps + 1))
)


@vq_rolling_average.law("the recursion, step by step", run=RUNS, eta=RATES)
def _(f: Any, run: tuple[Row, ...], eta: Fraction) -> Any:
    code, *samples = map(tensor, run)
    start, rate = code, tensor(eta)
    for sample in samples:
        code = (1 - 2 * rate) * code + 2 * rate * sample
    return equal(f(start, torch.stack(samples), rate), code)


@vq_rolling_average.law("the weights sum to one", eta=RATES, steps=st.integers(1, 5))
def _(f: Any, eta: Fraction, steps: int) -> Any:
    one = torch.ones(1).double()
    return equal(f(one, torch.ones(steps, 1).double(), tensor(eta)), one)


@vq_rolling_average.law("rate 0 keeps the first code", run=RUNS)
def _(f: Any, run: tuple[Row, ...]) -> Any:
    start, *samples = map(tensor, run)
    return equal(f(start, torch.stack(samples), tensor(0)), start)


@vq_rolling_average.law("rate 1/2 keeps the last sample", run=RUNS)
def _(f: Any, run: tuple[Row, ...]) -> Any:
    start, *samples = map(tensor, run)
    return equal(f(start, torch.stack(samples), tensor(0.5)), samples[-1])


SUITES = (vq_codebook_sgd, vq_rolling_average)
