"""The log-determinant of a Real-NVP on two moons, and what it makes of the density."""

import math

import torch
from torch import Tensor

from lemmata.numerics.check import AUTOGRAD, ON_A_GRID, Check, ExactCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.jacobian import jacobians, log_abs_det
from lemmata.numerics.models.flow import REAL_NVP, Coupling, Flow
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.pictures import Picture, flow_points
from lemmata.numerics.quadrature import box
from lemmata.numerics.streams import normal, stream

POINTS = 32
BOX, CELLS, COARSE_CELLS = 4.5, 400, 320


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """Layer by layer and as a whole against autograd; and the density's integral."""
    model = zoo.get(REAL_NVP)
    generator = stream(zoo.seed, "realnvp-logdet", "points")
    points = normal(generator, POINTS, 2)
    layer = model.layers[0]
    assert isinstance(layer, Coupling)  # noqa: S101 - the type of what a list holds
    s, t = layer.log_scale(points[:, :1]), layer.shift(points[:, :1])
    by_layer = log_abs_det(jacobians(lambda z: layer(z)[0], points))
    whole = log_abs_det(jacobians(lambda z: model(z)[0], points))

    def one(claimed: Tensor) -> Sides:
        return sides(by_layer, claimed)

    def all_layers(claimed: Tensor) -> Sides:
        return sides(whole, claimed)

    claimed = model(points)[1]
    return (
        ExactCheck(
            id="realnvp-logdet/layer",
            method=AUTOGRAD,
            estimand="log |det J| of one trained coupling layer at random points",
            estimators=("autograd and slogdet", "the sum of s"),
            sides=lambda: one(s.sum(-1)),
            tolerance=1e-12,
            mutants={
                "exponentials summed": lambda: one(s.exp().sum(-1)),
                "sign of the inverse": lambda: one(-s.sum(-1)),
                "the shift counted too": lambda: one((s + t).sum(-1)),
                "the identity block counted": lambda: one(2.0 * s.sum(-1)),
            },
        ),
        ExactCheck(
            id="realnvp-logdet/determinant",
            method=AUTOGRAD,
            estimand="|det J| of one trained coupling layer at random points",
            estimators=("autograd", "exp of the sum of s"),
            sides=lambda: sides(by_layer.exp(), s.sum(-1).exp()),
            tolerance=1e-12,
            mutants={
                "without the exponential": lambda: sides(by_layer.exp(), s.prod(-1)),
                "sign of the inverse": lambda: sides(by_layer.exp(), (-s.sum(-1)).exp()),
                "always 1": lambda: sides(by_layer.exp(), torch.ones(POINTS)),
            },
        ),
        ExactCheck(
            id="realnvp-logdet/flow",
            method=AUTOGRAD,
            estimand="log |det J| of the whole trained flow at random points",
            estimators=("autograd and slogdet", "the sum over the layers"),
            sides=lambda: all_layers(claimed),
            tolerance=1e-11,
            mutants={
                "sign flipped": lambda: all_layers(-claimed),
                "the last layer forgotten": lambda: all_layers(_without_last(model, points)),
                "doubled": lambda: all_layers(2.0 * claimed),
            },
        ),
        _normalisation(model),
    )


def _without_last(model: Flow, points: Tensor) -> Tensor:
    total = torch.zeros(points.shape[0], dtype=points.dtype)
    for layer in list(model.layers)[:-1]:
        points, log_det = layer(points)
        total = total + log_det
    return total


def _normalisation(model: Flow) -> ExactCheck:
    """The density integrates to 1: with a wrong log-determinant it does not."""
    grids = []
    for cells in (CELLS, COARSE_CELLS):
        points, volume = box(-BOX, BOX, cells)
        z, log_det = model.inverse(points)
        grids.append((-0.5 * z.square().sum(-1) - math.log(2.0 * math.pi), log_det, volume))

    def against_one(factor: float = 1.0) -> Sides:
        fine, coarse = (
            (normal + factor * log_det).exp().sum() * volume for normal, log_det, volume in grids
        )
        return sides(fine[None], torch.ones(1), float((fine - coarse).abs()))

    return ExactCheck(
        id="realnvp-logdet/density",
        method=ON_A_GRID,
        estimand="the integral of the trained flow's density over the plane",
        estimators=("a grid", "1"),
        sides=against_one,
        tolerance=1e-4,
        evidence_class="quadrature",
        mutants={
            "sign of the log-determinant flipped": lambda: against_one(-1.0),
            "log-determinant doubled": lambda: against_one(2.0),
            "log-determinant dropped": lambda: against_one(0.0),
        },
    )


def pictures(zoo: Zoo) -> tuple[Picture, ...]:
    """Points that the flow draws."""
    return (flow_points(zoo.get(REAL_NVP)),)
