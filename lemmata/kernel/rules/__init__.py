"""The named rules of the kernel.

Each says what it states, what it assumes, when it refuses, and shows an example.

A rule is a function on the data of the normal form. It returns the new polynomial, or None where it
does not apply. When it does apply it notes its name and what it assumes with the normaliser;
nothing else can extend the list of what a proof used. `RULES` is filled by the decorator and
printed by `lemmata explain`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule: its name, its function's module and its documentation."""

    name: str
    module: str
    documentation: str


RULES: dict[str, Rule] = {}


def rule(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a rule under the name that proofs print."""

    def register(function: Callable[P, R]) -> Callable[P, R]:
        if name in RULES or not function.__doc__:
            message = f"rule {name!r} is registered twice or has no documentation"
            raise ValueError(message)
        RULES[name] = Rule(name, function.__module__, function.__doc__)
        return function

    return register


NORMAL_FORM = {
    "algebra": "Arithmetic of sums, products, quotients and powers, with exact coefficients.",
    "definition": "E, KL, JSD, H, I, Var and declared names stand for what defines them.",
    "linearity_of_integrals": "An integral of a sum is the sum of the integrals.",
    "linearity_of_sums": "A sum of sums is the sum of its parts.",
    "pull_out_constants": "A factor without the bound variable stands before the sum or integral.",
    "exchange_of_sums_and_integrals": "Finite sums and integrals may change places.",
    "absolute_value": "The absolute value of a term of known sign is the term or its negative.",
}
"""Reasons for a step that are the normal form itself and no rule of their own."""
