"""Estimates of the claims on real models: one file for each claim, named after it.

A file defines `checks(zoo)`: what is checked on the models of the zoo. It is found because it is
there, and a claim without a file has no estimate.
"""

import pkgutil
from importlib import import_module

from lemmata.numerics.check import Check
from lemmata.numerics.models.zoo import Zoo


def available() -> tuple[str, ...]:
    """The claims that have an estimate."""
    return tuple(sorted(each.name.replace("_", "-") for each in pkgutil.iter_modules(__path__)))


def checks(claim: str, zoo: Zoo) -> tuple[Check, ...]:
    """The checks of one claim.

    Raises:
        KeyError: The claim has no estimate.
    """
    if claim not in available():
        raise KeyError(claim)
    module = import_module(f"{__name__}.{claim.replace('-', '_')}")
    found: tuple[Check, ...] = module.checks(zoo)
    return found
