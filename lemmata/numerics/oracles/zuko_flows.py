"""zuko: log-determinants, inverses and densities of its flows."""

from collections.abc import Callable

import torch
import zuko
from torch import Tensor, nn

from lemmata.numerics.jacobian import jacobians, log_abs_det
from lemmata.numerics.oracles import Comparing, Comparison, Oracle
from lemmata.numerics.streams import isolated, normal, stream

SIZE = 4
POINTS = 8


def _flow(make: Callable[[], nn.Module]) -> nn.Module:
    """A flow with random weights, moved away from the identity."""
    generator = stream(0, "zuko")
    with isolated(generator):
        flow = make().double()
        with torch.no_grad():
            for weight in flow.parameters():
                weight.add_(0.1 * torch.randn_like(weight))
    return flow.requires_grad_(requires_grad=False)


def _compare(makers: dict[str, Callable[[], nn.Module]]) -> Comparison:
    """The Jacobian of noise = f(x), the log-determinant beside it, and the way back."""
    found = Comparing()
    x = normal(stream(0, "zuko", "points"), POINTS, SIZE)
    for name, make in makers.items():
        flow = _flow(make)
        transform = flow().transform
        points = torch.remainder(x, torch.pi) - torch.pi / 2 if name == "NCSF" else x
        try:
            _, claimed = transform.call_and_ladj(points)
            value = log_abs_det(jacobians(transform, points))
        except (RuntimeError, NotImplementedError) as error:
            found.failed(name, error)
            continue
        difference: Tensor = (value - claimed).abs() / claimed.abs().clamp(min=1.0)
        found.add(f"log-determinant of {name}", difference.max().item())
    return found.found()


def flows() -> Comparison:
    """The flows with a closed-form log-determinant."""
    hidden = {"hidden_features": (16, 16)}
    return _compare(
        {
            "NICE": lambda: zuko.flows.NICE(SIZE, transforms=2, **hidden),
            "RealNVP": lambda: zuko.flows.RealNVP(SIZE, transforms=2, **hidden),
            "MAF": lambda: zuko.flows.MAF(SIZE, transforms=2, **hidden),
            "NSF": lambda: zuko.flows.NSF(SIZE, transforms=2, **hidden),
            "NCSF": lambda: zuko.flows.NCSF(SIZE, transforms=2, **hidden),
            "SOSPF": lambda: zuko.flows.SOSPF(SIZE, transforms=2, **hidden),
            "NAF": lambda: zuko.flows.NAF(SIZE, transforms=2, **hidden),
            "UNAF": lambda: zuko.flows.UNAF(SIZE, transforms=2, **hidden),
            "GF": lambda: zuko.flows.GF(SIZE, transforms=2, **hidden),
            "BPF": lambda: zuko.flows.BPF(SIZE, transforms=2, **hidden),
        }
    )


def continuous() -> Comparison:
    """The flow that is the solution of a differential equation."""
    return _compare({"CNF": lambda: zuko.flows.CNF(SIZE, hidden_features=(16, 16))})


ORACLES = (
    Oracle(
        "zuko-flows",
        "zuko",
        "log-determinants of ten flows, by autograd",
        flows,
        1e-12,
        claims=("realnvp-logdet", "nice-volume-preserving"),
    ),
    Oracle(
        "zuko-cnf",
        "zuko",
        "log-determinant of the continuous flow, by autograd, to the tolerance of its solver",
        continuous,
        1e-2,
    ),
)
