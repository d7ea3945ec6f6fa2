"""Checks of divergences: what is claimed of KL(p || q), or what torch claims of it."""

import math
from dataclasses import dataclass
from typing import Unpack

import torch
from torch import Tensor
from torch.distributions import Distribution, Normal
from torch.distributions.kl import kl_divergence

from lemmata.numerics.bounds import Bound
from lemmata.numerics.check import Estimate, ExactCheck, Sides
from lemmata.numerics.divergences import (
    counts,
    enumerated,
    gauss_hermite,
    on_the_line,
    precision,
    require_precision,
)
from lemmata.numerics.errors import ModelError, judging
from lemmata.numerics.exact import run_exact
from lemmata.numerics.laws import is_discrete, known, log_density, on_a_line, within
from lemmata.numerics.methods import NEAR, SPARE, cheapest, methods_of
from lemmata.numerics.sampled import Options, as_claimed, asked, noise_of
from lemmata.numerics.streams import isolated, stream


@judging
def check_kl(
    p: Distribution,
    q: Distribution,
    claimed: float | Tensor | None = None,
    *,
    bound: Bound | None = None,
    tolerance: float = 1e-8,
    name: str = "check_kl",
    **options: Unpack[Options],
) -> Estimate:
    """Whether KL(p || q) is what you claim, or what torch claims.

    The cheapest sufficient method is chosen: enumeration of a finite support or of counts, nodes
    coordinate by coordinate for independent Gaussians, quadrature for one real number, and else as
    in `check_mean`, with the log-ratio as f.

    Args:
        p: The first distribution.
        q: The second.
        claimed: The divergence, of the batch shape; `torch.distributions.kl_divergence` if None.
        bound: What is known of log p - log q, for samples.
        tolerance: The relative difference that is allowed where nothing is sampled.
        name: What the report calls the check.
        **options: See `Options`, for samples.

    Raises:
        NumericsError: The code cannot be judged.
    """
    if p.batch_shape != q.batch_shape:
        shape = torch.Size(torch.broadcast_shapes(p.batch_shape, q.batch_shape))
        p, q = p.expand(shape), q.expand(shape)
    if p.event_shape != q.event_shape:
        raise ModelError(
            f"{name}: {_named(p)} draws values of the shape {tuple(p.event_shape)} and {_named(q)} "
            f"of the shape {tuple(q.event_shape)}: there is no divergence between them"
        )
    if is_discrete(p) and is_discrete(q) is False:
        raise ModelError(
            f"{name}: {_named(p)} is discrete and {_named(q)} is not: the divergence is infinite"
        )
    target = _target(name, p, q, claimed)
    found = _Divergence(name, p, q, target, tolerance)
    question = asked(
        name, found.estimand, ("log p - log q",), noise_of(name, p),
        lambda x: found.log_ratio(x).reshape(x.shape[0], -1), target.flatten(), bound, "=", options,
        law=known(p),
    )  # fmt: skip
    effect = question.effect
    ours = ("enumeration", "quadrature on the line")
    return cheapest(
        [
            ("enumeration", lambda: found.by_table(effect)),
            ("Gauss-Hermite quadrature by coordinate", found.by_coordinate),
            ("quadrature on the line", lambda: found.on_the_line(effect)),
            *(each for each in methods_of(question) if each[0] not in ours),
        ]
    )


def _target(name: str, p: Distribution, q: Distribution, claimed: float | Tensor | None) -> Tensor:
    """The claimed divergence: a number, or one for each law of the batch.

    Raises:
        ModelError: It has another shape, or torch has no formula, or says that it is infinite.
    """
    pair = f"KL({_named(p)} || {_named(q)})"
    value = claimed
    try:
        by_torch = torch.as_tensor(kl_divergence(p, q))
    except (NotImplementedError, RuntimeError) as error:
        if claimed is None:
            raise ModelError(f"{name}: torch has no formula for {pair}; claim a value") from error
    else:
        finite = bool(torch.isfinite(by_torch).all())
        # `log_prob` of a discrete law rounds a probability of 0 up: its sums are finite for ever.
        if is_discrete(q) and not finite:
            raise ModelError(
                f"{name}: {_named(q)} gives probability 0 to some values of {_named(p)}: the "
                "divergence is infinite, and nothing can be computed"
            )
        if claimed is None and not finite:
            raise ModelError(
                f"{name}: torch's {pair} is not finite: the divergence is infinite, unless torch "
                "is wrong; claim a value to see"
            )
        value = by_torch if claimed is None else claimed
    target = as_claimed(name, value)
    if target.numel() != 1 and target.shape != p.batch_shape:
        raise ModelError(
            f"{name}: the claimed divergence has the shape {tuple(target.shape)}, and those of "
            f"{_named(p)} from {_named(q)} the shape {tuple(p.batch_shape)}"
        )
    return target.reshape(()) if target.numel() == 1 else target


@dataclass(frozen=True)
class _Divergence:
    """KL(p || q) with its claimed value; `tolerance` is that between computed sides."""

    name: str
    p: Distribution
    q: Distribution
    target: Tensor
    tolerance: float

    @property
    def estimand(self) -> str:
        return f"KL({_named(self.p)} || {_named(self.q)})"

    def densities(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The log-densities of both laws.

        Raises:
            ModelError: Some values of p have no density under q.
        """
        ours, theirs = self.p.log_prob(x), log_density(self.q, x)
        if bool((torch.isneginf(theirs) & ~torch.isneginf(ours)).any()):
            raise ModelError(
                f"{self.name}: {_named(self.q)} has no density at some values of {_named(self.p)}: "
                "the divergence is infinite, and nothing can be computed"
            )
        return ours, theirs

    def log_ratio(self, x: Tensor) -> Tensor:
        """Log p - log q in float64."""
        ours, theirs = self.densities(x)
        return ours.to(torch.float64) - theirs.to(torch.float64)

    def by_table(self, effect: float) -> Estimate | str:
        """A sum over a finite support, or over counts."""
        p = self.p
        if known(p) is None or not (p.has_enumerate_support or counts(p)):
            return "the law is not finite"
        return self.exact("enumeration", enumerated(p, self.log_ratio), effect)

    def by_coordinate(self) -> Estimate | str:
        """Nodes in each coordinate, for independent Gaussians."""
        ours, theirs = within(self.p), within(self.q)
        if not (isinstance(ours, Normal) and isinstance(theirs, Normal)):
            return "the laws are no independent Gaussians"
        found = gauss_hermite(ours, self.p, self.q)
        return self.exact("Gauss-Hermite quadrature by coordinate", (found, 0.0), math.inf)

    def on_the_line(self, effect: float) -> Estimate | str:
        """A rule on the line, for one real number.

        Raises:
            ModelError: It does not suffice because the log-ratio is rounded by more than the effect
                size, as that of samples would be.
        """
        if known(self.p) is None or on_a_line(self.p) is None:
            return "the law is not that of one real number"
        found = on_the_line(self.p, self.q, self.log_ratio)
        verdict = self.exact("quadrature on the line", found, effect)
        if isinstance(verdict, str):
            require_precision(self.name, self.p, self.q, effect)
        return verdict

    def exact(self, how: str, found: tuple[Tensor, float], effect: float) -> Estimate | str:
        """The verdict on a computed divergence, or why its error does not suffice."""
        value, error = found
        with isolated(stream(0, self.name)):
            probe = self.p.sample()
        tolerance = max(self.tolerance, precision(self.name, *self.densities(probe)))
        if error > SPARE * effect:
            if math.isinf(error):
                return "it does not find the mass 1 of the law"
            return f"its error may be {error:.2g}, more than a tenth of the effect size"
        verdict = run_exact(
            ExactCheck(
                self.name,
                self.estimand,
                (how, "the claimed value"),
                lambda: Sides(value, self.target.expand(value.shape), error, error),
                tolerance,
                "exact" if how == "enumeration" else "quadrature",
                method=how,
            )
        )
        return NEAR if verdict.outcome == "undecided" else verdict


def _named(law: Distribution) -> str:
    return type(law).__name__
