"""Laws of coupling layers, by autograd Jacobians."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from lemmata.properties.strategies import Coupling, Network, couplings
from lemmata.properties.suites.law import Suite, derivative, equal, tensor

Map = Callable[[Tensor], Tensor]


def smooth(network: Network) -> Map:
    """A network as a function, with tanh between its layers."""

    def run(inputs: Tensor) -> Tensor:
        first, second = network.layers
        hidden = torch.tanh(tensor(first[0]) @ inputs + tensor(first[1]))
        return tensor(second[0]) @ hidden + tensor(second[1])

    return run


def parts(coupling: Coupling) -> tuple[Tensor, int, Map, Map]:
    """The point, the number of coordinates kept, the scale and the shift."""
    return tensor(coupling.point), coupling.kept, smooth(coupling.scale), smooth(coupling.shift)


def log_volume(function: Map, at: Tensor) -> Tensor:
    """Log |det| of the Jacobian of a map at a point, by autograd."""
    rows = [derivative(lambda z, i=i: function(z)[i], at) for i in range(len(at))]
    found: Tensor = torch.linalg.slogdet(torch.stack(rows)).logabsdet
    return found


def _coupling(z: Tensor, d: int, s: Map, t: Map) -> tuple[Tensor, Tensor]:
    scale = s(z[:d])
    return torch.cat([z[:d], torch.exp(scale) * z[d:] + t(z[:d])]), scale.sum()


realnvp_logdet = Suite(
    "realnvp-logdet",
    "f(z: [n], d: int, s, t) -> (x: [n], logdet: []): x keeps the first d coordinates of z and "
    "sends the others to exp(s) z + t",
    _coupling,
    {
        "the negative": lambda z, d, s, t: (_coupling(z, d, s, t)[0], -s(z[:d]).sum()),
        "the exponentials are added": lambda z, d, s, t: (
            _coupling(z, d, s, t)[0],
            torch.exp(s(z[:d])).sum(),
        ),
        "the shift is added": lambda z, d, s, t: (
            _coupling(z, d, s, t)[0],
            (s(z[:d]) + t(z[:d])).sum(),
        ),
        "a mean": lambda z, d, s, t: (_coupling(z, d, s, t)[0], s(z[:d]).mean()),
        "zero": lambda z, d, s, t: (_coupling(z, d, s, t)[0], torch.zeros(()).double()),
    },
)


@realnvp_logdet.law("the log-determinant of the Jacobian", coupling=couplings())
def _(f: Any, coupling: Coupling) -> Any:
    z, d, s, t = parts(coupling)
    return equal(f(z, d, s, t)[1], log_volume(lambda point: f(point, d, s, t)[0], z))


@realnvp_logdet.law("the shift does not enter", coupling=couplings())
def _(f: Any, coupling: Coupling) -> Any:
    z, d, s, t = parts(coupling)
    return equal(f(z, d, s, t)[1], f(z, d, s, lambda u: t(u) + 1)[1])


@realnvp_logdet.law("layers one after the other add up", coupling=couplings(4))
def _(f: Any, coupling: Coupling) -> Any:
    z, d, s, t = parts(coupling)
    once, first = f(z, d, s, t)
    _, second = f(once, d, s, t)

    def twice(point: Tensor) -> Tensor:
        found: Tensor = f(f(point, d, s, t)[0], d, s, t)[0]
        return found

    return equal(first + second, log_volume(twice, z))


@realnvp_logdet.law("the first coordinates are kept", coupling=couplings())
def _(f: Any, coupling: Coupling) -> Any:
    z, d, s, t = parts(coupling)
    return equal(f(z, d, s, t)[0][:d], z[:d])


nice_volume_preserving = Suite(
    "nice-volume-preserving",
    "f(z: [n], d: int, t) -> x: [n]: x keeps the first d coordinates and adds t of them to the "
    "others",
    lambda z, d, t: torch.cat([z[:d], z[d:] + t(z[:d])]),
    {
        "the others are doubled": lambda z, d, t: torch.cat([z[:d], 2 * z[d:] + t(z[:d])]),
        "the others are scaled": lambda z, d, t: torch.cat([z[:d], z[d:] * torch.exp(t(z[:d]))]),
        "the shift looks at what it shifts": lambda z, d, t: torch.cat(
            [z[:d], z[d:] + t(z[:d]) + z[d:] ** 3]
        ),
        "the first coordinates move": lambda z, d, t: torch.cat([z[:d] + 1, z[d:] + t(z[:d])]),
    },
)


@nice_volume_preserving.law("the volume is preserved", coupling=couplings())
def _(f: Any, coupling: Coupling) -> Any:
    z, d, _, t = parts(coupling)
    return equal(log_volume(lambda point: f(point, d, t), z), 0)


@nice_volume_preserving.law("undone by the negative shift", coupling=couplings())
def _(f: Any, coupling: Coupling) -> Any:
    z, d, _, t = parts(coupling)
    return equal(f(f(z, d, t), d, lambda u: -t(u)), z)


@nice_volume_preserving.law("the first coordinates are kept", coupling=couplings())
def _(f: Any, coupling: Coupling) -> Any:
    z, d, _, t = parts(coupling)
    return equal(f(z, d, t)[:d], z[:d])


SUITES = (realnvp_logdet, nice_volume_preserving)
