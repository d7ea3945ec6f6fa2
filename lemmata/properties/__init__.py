"""The product attacked by itself: random worlds, laws of the claims, fuzzing of the kernel.

Strategies of Hypothesis for what machine learning is about:

    from lemmata.properties import decision_processes, joints, pmfs

and the laws of a claim, which judge any implementation of it:

    from lemmata.properties import laws

    laws("gaussian-kl")(my_function)

The first needs the extra `properties`, the second torch as well (`numerics`).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lemmata.properties.drawn import drawn_worlds
    from lemmata.properties.strategies import (
        absorbing_processes,
        arrays,
        codebooks,
        couplings,
        datasets,
        decision_processes,
        diagonal_gaussians,
        joints,
        linear_gaussians,
        networks,
        numbers,
        pmfs,
        positive_definite_matrices,
        rationals,
        sizes,
    )
    from lemmata.properties.suites import laws

__all__ = [
    "absorbing_processes",
    "arrays",
    "codebooks",
    "couplings",
    "datasets",
    "decision_processes",
    "diagonal_gaussians",
    "drawn_worlds",
    "joints",
    "laws",
    "linear_gaussians",
    "networks",
    "numbers",
    "pmfs",
    "positive_definite_matrices",
    "rationals",
    "sizes",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: fuzzing the kernel needs neither extra."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"lemmata.properties has no {name!r}")
    home = {"laws": "suites", "drawn_worlds": "drawn"}.get(name, "strategies")
    return getattr(import_module(f"lemmata.properties.{home}"), name)
