"""The named rules of the kernel. Each says what it states, what it assumes, when it refuses, and shows an example.

A rule is a function on the data of the normal form. It returns the new polynomial, or None where it does not apply. When it
does apply it notes its name and what it assumes with the normaliser; nothing else can extend the list of what a proof used.
`RULES` is filled by the decorator and printed by `lemmata explain`.
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
