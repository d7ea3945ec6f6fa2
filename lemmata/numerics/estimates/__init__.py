"""Estimates of the claims on real models: one file for each claim, named after it.

A file defines `checks(zoo)`: what is checked on the models of the zoo, and, where it says more
than a number, `pictures(zoo)`: what they make. It is found because it is there, and a claim without
a file has no estimate.
"""

import pkgutil
from importlib import import_module
from types import ModuleType

from lemmata.numerics.check import Check
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.pictures import Picture


def available() -> tuple[str, ...]:
    """The claims that have an estimate."""
    return tuple(sorted(each.name.replace("_", "-") for each in pkgutil.iter_modules(__path__)))


def checks(claim: str, zoo: Zoo) -> tuple[Check, ...]:
    """The checks of one claim.

    Raises:
        KeyError: The claim has no estimate.
    """
    found: tuple[Check, ...] = _module(claim).checks(zoo)
    return found


def pictures(claim: str, zoo: Zoo) -> tuple[Picture, ...]:
    """What the models of one claim make; empty where its file shows nothing.

    Raises:
        KeyError: The claim has no estimate.
    """
    module = _module(claim)
    found: tuple[Picture, ...] = module.pictures(zoo) if hasattr(module, "pictures") else ()
    return found


def _module(claim: str) -> ModuleType:
    if claim not in available():
        raise KeyError(claim)
    return import_module(f"{__name__}.{claim.replace('-', '_')}")
