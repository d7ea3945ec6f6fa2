"""The laws of the claims, ready to certify an implementation: `laws("gaussian-kl")(my_kl)`."""

from difflib import get_close_matches
from types import MappingProxyType

from lemmata.properties.suites import (
    adversarial,
    divergences,
    flows,
    inference,
    information,
    policy_gradient,
    quantization,
)
from lemmata.properties.suites.law import Law, Sides, Suite

__all__ = ["SUITES", "Law", "Sides", "Suite", "laws"]

SUITES: MappingProxyType[str, Suite] = MappingProxyType(
    {
        suite.claim: suite
        for family in (
            adversarial,
            divergences,
            flows,
            inference,
            information,
            policy_gradient,
            quantization,
        )
        for suite in family.SUITES
    }
)


def laws(claim: str) -> Suite:
    """The laws of a claim; call them with an implementation to judge it.

    Raises:
        KeyError: No claim of this id has laws; the message suggests the nearest.
    """
    if claim not in SUITES:
        near = get_close_matches(claim, SUITES)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(SUITES)}"
        raise KeyError(f"no laws are called {claim!r}; {hint}")
    return SUITES[claim]
