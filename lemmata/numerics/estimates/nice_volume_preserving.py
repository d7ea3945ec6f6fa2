"""The determinant of a NICE on the digits: 1 for each coupling, the rescaling for the whole."""

import torch

from lemmata.numerics.check import AUTOGRAD, Check, ExactCheck
from lemmata.numerics.exact import sides
from lemmata.numerics.jacobian import jacobians
from lemmata.numerics.models.flow import NICE, Coupling
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.pictures import Picture, flow_digits
from lemmata.numerics.streams import normal, stream

POINTS = 6


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """Determinants in 64 dimensions by autograd."""
    model = zoo.get(NICE)
    points = normal(stream(zoo.seed, "nice-volume-preserving", "points"), POINTS, model.size)
    layer = model.layers[0]
    assert isinstance(layer, Coupling)  # noqa: S101 - the type of what a list holds
    matrices = jacobians(lambda z: layer(z)[0], points)
    coupling = torch.linalg.det(matrices)
    shift = torch.linalg.det(jacobians(layer.shift, points[:, : layer.kept]))
    log_det = torch.linalg.slogdet(jacobians(lambda z: model(z)[0], points)).logabsdet
    assert model.log_rescaling is not None  # noqa: S101 - a NICE has one
    rescaling = model.log_rescaling
    ones = torch.ones(POINTS, dtype=torch.float64)
    return (
        ExactCheck(
            id="nice-volume-preserving/coupling",
            method=AUTOGRAD,
            estimand="det J of an additive coupling layer in 64 dimensions",
            estimators=("autograd", "1"),
            sides=lambda: sides(coupling, ones),
            tolerance=1e-11,
            mutants={
                "the shift's determinant": lambda: sides(coupling, shift),
                "0": lambda: sides(coupling, 0.0 * ones),
                "-1": lambda: sides(coupling, -ones),
                "the trace": lambda: sides(coupling, matrices.diagonal(dim1=1, dim2=2).sum(1)),
            },
        ),
        ExactCheck(
            id="nice-volume-preserving/rescaling",
            method=AUTOGRAD,
            estimand="log |det J| of the whole trained NICE with its rescaling layer",
            estimators=("autograd and slogdet", "the sum of log S_i"),
            sides=lambda: sides(log_det, rescaling.sum()),
            tolerance=1e-11,
            mutants={
                "volume preserved": lambda: sides(log_det, 0.0 * ones),
                "scales summed": lambda: sides(log_det, rescaling.exp().sum()),
                "inverse scales": lambda: sides(log_det, -rescaling.sum()),
            },
        ),
    )


def pictures(zoo: Zoo) -> tuple[Picture, ...]:
    """Digits that the flow draws."""
    return (flow_digits(zoo.get(NICE)),)
