"""Runs an exact check: two computed sides, compared entry by entry."""

from dataclasses import replace

import torch
from torch import Tensor

from lemmata.kernel.verdict import Counterexample, Outcome
from lemmata.numerics.check import Estimate, ExactCheck, Sides
from lemmata.numerics.errors import ModelError
from lemmata.numerics.messages import exact_message


def run_exact(check: ExactCheck) -> Estimate:
    """Compare both sides; refuted, confirmed, or undecided when quadrature is too coarse.

    Raises:
        ModelError: A side is not finite, or the shapes differ.
    """
    found = check.sides()
    names = check.estimators if len(check.estimators) == 2 else ("one side", "the other")
    left, right = (
        _side(check, what, side)
        for what, side in zip(names, (found.left, found.right), strict=True)
    )
    if left.shape != right.shape:
        raise ModelError(
            f"{check.id}: the sides have the shapes {tuple(left.shape)} and {tuple(right.shape)}"
        )
    difference = left - right
    off = {"=": difference.abs(), "<=": difference, ">=": -difference}[check.relation]
    scale = torch.maximum(left.abs(), right.abs()).clamp(min=check.unit)
    each = check.tolerance * scale + torch.as_tensor(found.rounded, dtype=torch.float64)
    at = int((off / each).argmax())
    allowed = float(each.flatten()[at])
    worst = float(off.flatten()[at])
    outcome: Outcome = "confirmed"
    if worst > allowed + found.error:
        outcome = "refuted"
    elif worst > allowed or found.error > allowed:
        outcome = "undecided"
    place = tuple(int(index) for index in torch.unravel_index(torch.tensor(at), left.shape))
    values = float(left.flatten()[at]), float(right.flatten()[at])
    between = values[0] - values[1]
    estimate = Estimate(
        outcome=outcome,
        cause="budget" if outcome == "undecided" else None,
        read_as=check.estimand,
        check=check.id,
        evidence_class=check.evidence_class,
        estimate=between,
        interval=(between - found.error, between + found.error),
        effect_size=allowed + found.error,
        method=check.method,
    )
    message = exact_message(estimate, check, left=values[0], right=values[1], place=place)
    counterexample = None
    if outcome == "refuted":
        world = {"entry": str(list(place))}
        counterexample = Counterexample(world, f"{values[0]!r}", f"{values[1]!r}", message)
    return replace(estimate, message=message, counterexample=counterexample)


def _side(check: ExactCheck, what: str, value: Tensor) -> Tensor:
    if not value.numel():
        raise ModelError(f"{check.id}: {what} is empty")
    value = value.detach().to("cpu", torch.float64)
    if not bool(torch.isfinite(value).all()):
        raise ModelError(f"{check.id}: {what} has entries that are NaN or infinite")
    return value


def sides(left: Tensor, right: Tensor, error: float = 0.0) -> Sides:
    """Both sides; a number beside a tensor is repeated."""
    left, right = left.detach(), right.detach()
    return Sides(left + torch.zeros_like(right), right + torch.zeros_like(left), error)
