"""Checks of the evidence lower bound that a user's latent-variable model computes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, Unpack

import torch
from torch import Tensor
from torch.distributions import Distribution
from torch.nn.modules.batchnorm import _BatchNorm as BatchNorm

from lemmata.numerics.bounds import Bound
from lemmata.numerics.check import LARGEST_TOLERANCE as HUNDREDTH
from lemmata.numerics.check import Estimate
from lemmata.numerics.engine import PILOT, in_rows
from lemmata.numerics.errors import ModelError, judging
from lemmata.numerics.laws import transport
from lemmata.numerics.methods import (
    BOUNDED,
    NOT_GAUSSIAN,
    SPARE,
    Computed,
    Two,
    cheapest,
    computed,
    few,
    mean_by_nodes,
    spread,
    values_at,
)
from lemmata.numerics.sampled import Options, Question, asked, noise_of, sampled
from lemmata.numerics.streams import isolated, stream
from lemmata.numerics.variance import LEAST_CAP

# The effect size where none is given, in nats.
NATS = 0.1
# What a model has.
NEEDED = ("prior", "encode", "decode", "elbo")
# A bound whose values differ by no more than this, relatively, draws nothing.
ROUNDED = 1e-6


class LatentModel(Protocol):
    """What `check_elbo` needs of a variational autoencoder."""

    @property
    def prior(self) -> Distribution:
        """The law of z, of event shape (latent,)."""
        ...

    def encode(self, x: Tensor) -> Distribution:
        """q(z | x), batched like x, of event shape (latent,)."""
        ...

    def decode(self, z: Tensor) -> Distribution:
        """p(x | z), batched like z, of event shape (pixels,)."""
        ...

    def elbo(self, x: Tensor) -> Tensor:
        """The bound that the model computes, one number for each row; it may draw samples."""
        ...


@judging
def check_elbo(
    model: LatentModel,
    x: Tensor,
    *,
    bound: Bound | None = None,
    name: str = "check_elbo",
    **options: Unpack[Options],
) -> Estimate:
    """Whether a model's bound has the mean E_q[log p(z) + log p(x | z) - log q(z | x)].

    The model's own value is compared with the definition for each row of x at once, in one budget.
    The definition is computed where q is finite or Gaussian in a few dimensions; a bound that draws
    nothing is then compared with it, and one that draws is sampled. Else both are sampled, on
    common random numbers where a pilot shows that this takes variance away.

    Args:
        model: See `LatentModel`.
        x: A few inputs, (rows, ...).
        bound: What is known of the difference for one row, both sides being drawn separately; it
            asks for samples.
        name: What the report calls the check.
        **options: See `Options`; the effect size is in nats, 0.1 unless given.

    Raises:
        NumericsError: The code cannot be judged.
    """
    missing = [each for each in NEEDED if not hasattr(model, each)]
    if missing:
        raise ModelError(f"{name}: the model has no {', '.join(missing)}; see `LatentModel`")
    if x.ndim < 2 or not x.numel():
        raise ModelError(
            f"{name}: x must be a few inputs, one a row, and has the shape {tuple(x.shape)}; of "
            "one input make `x[None]`"
        )
    rows = x.shape[0]
    parts = model.modules() if isinstance(model, torch.nn.Module) else ()
    if any(isinstance(part, BatchNorm) and part.training for part in parts):
        raise ModelError(
            f"{name}: the model has batch normalisation in training mode, which makes rows depend "
            "on each other: call `model.eval()`"
        )

    def repeated(n: int) -> Tensor:
        return x.expand(n, *x.shape).reshape(n * rows, *x.shape[1:])

    def row_wise(what: str, values: object, count: int) -> Tensor:
        if not isinstance(values, Tensor) or values.shape != (count,):
            shape = type(values).__name__
            if isinstance(values, Tensor):
                shape = f"the shape {tuple(values.shape)}"
            raise ModelError(
                f"{name}: {what} returned {shape} for {count} rows; it must return one number for "
                "each; `torch.distributions.Independent` sums over a last axis"
            )
        return values

    def terms(z: Tensor) -> Tensor:
        """The definition at latents of each row, (n, rows, ...) -> (n, rows)."""
        n = z.shape[0]
        with torch.no_grad():
            given, z = repeated(n), z.reshape(n * rows, *z.shape[2:])
            found = (
                row_wise("prior.log_prob", model.prior.log_prob(z), n * rows),
                row_wise("decode(z).log_prob", model.decode(z).log_prob(given), n * rows),
                -row_wise("encode(x).log_prob", model.encode(given).log_prob(z), n * rows),
            )
        total: Tensor = sum(found[1:], found[0])
        return total.reshape(n, rows)

    def by_model(n: int, generator: torch.Generator) -> Tensor:
        with torch.no_grad(), isolated(generator):
            return row_wise("elbo", model.elbo(repeated(n)), n * rows).reshape(n, rows)

    def by_definition(n: int, generator: torch.Generator) -> Tensor:
        with torch.no_grad(), isolated(generator):
            z = model.encode(repeated(n)).sample()
        return terms(z.reshape(n, rows, *z.shape[1:]))

    settings: Options = {**options, "effect_size": options.get("effect_size", NATS)}
    question = asked(
        name, f"the model's bound for {rows} inputs", ("the model's bound", "its definition"),
        noise_of(name, by_model), _itself, 0.0, bound, "=", settings,
        "as you asked" if "effect_size" in options else "nats",
    )  # fmt: skip
    with torch.no_grad(), isolated(stream(0, name, "encoder")):
        q: object = model.encode(x)
    if not isinstance(q, Distribution):
        raise ModelError(
            f"{name}: encode returned {type(q).__name__}, no torch distribution; make one, such as "
            "`Independent(Normal(mean, deviation), 1)`"
        )
    two = Two(question, noise_of(name, by_model), noise_of(name, by_definition))
    definition = _definition(question, q, terms)
    return cheapest(
        [
            ("computing both", lambda: _numbers(question, definition)),
            ("computing the definition", lambda: _bound_alone(two, definition)),
            *two.methods(),
        ]
    )


def _itself(draws: Tensor) -> Tensor:
    return draws


def _definition(
    question: Question, q: Distribution, terms: Callable[[Tensor], Tensor]
) -> Computed | str:
    """The mean of the definition's terms under q for each row; or why it is not computed."""
    if question.bound is not None:
        return BOUNDED
    # A hundredth of the effect size, as what is computed may be off in a check by samples.
    strict = replace(question, integrand=terms, effect=HUNDREDTH * question.effect / SPARE)
    if q.has_enumerate_support:
        points = q.enumerate_support(expand=True)
        chances = q.log_prob(points).to(torch.float64).exp()
        values, kind = values_at(strict, points)
        size = (chances * values.abs()).sum(0)
        how = f"enumeration of {points.shape[0]} latents"
        return Computed((chances * values).sum(0), size, 0.0, kind, how)
    from_noise = transport(q, together=False)
    return NOT_GAUSSIAN if from_noise is None else mean_by_nodes(strict, from_noise)


def _numbers(question: Question, definition: Computed | str) -> Estimate | str:
    """Both sides computed, where the model's bound draws nothing."""
    if isinstance(definition, str):
        return definition
    found = in_rows(question.name, few(question), PILOT)
    if float((found - found[0]).abs().max()) > ROUNDED * float(found.abs().max()):
        return "the model's bound draws numbers"
    asked_of = replace(question, target=found[0], estimators=("its definition",))
    return computed(asked_of, definition, against="the model's bound")


def _bound_alone(two: Two, definition: Computed | str) -> Estimate | str:
    """Samples of the model's bound against the computed definition."""
    if isinstance(definition, str):
        return definition
    question = two.question
    off = definition.off(question)
    if off > HUNDREDTH * question.effect:
        return f"the definition is rounded by {off:.2g}, more than a hundredth of the effect size"
    ours, paired = spread(question), spread(two.common)
    if 0.0 < paired < ours:
        return f"the variance is {ours:.2g}, and on common random numbers {paired:.2g}"
    return sampled(
        replace(question, target=definition.value, estimators=("the model's bound",)),
        method=f"samples of the model's bound; its definition by {definition.how}",
        tolerance=off,
        fewest=LEAST_CAP,
    )
