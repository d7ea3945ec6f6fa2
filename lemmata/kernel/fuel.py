"""What a proof may spend, and what verifying one may, in deterministic counts.

No proof rests on this, and nothing that the re-checker accepts: it only ends some.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import partial
from typing import TypeAlias

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import (
    JSD,
    KL,
    App,
    Entropy,
    MutualInformation,
    Pow,
    Sym,
    Term,
    Variance,
    children,
)

FUEL = 40_000
# What dear steps take of the fuel of a proof, so that it bounds the time however it is spent: a sum
# over a range, one over a polynomial, each term of the two sides when they are compared, and each
# term that a sum in a denominator divides.
SUM_COST, INVERSE_COST, TERM_COST, DIVISION_COST = 100, 20, 10, 6
# The product of two monomials takes more, the longer their text (in characters) and their numbers
# (in bits) are: one more for each of these. So does a polynomial that is put into words.
LONG_KEY, LONG_NUMBER, LONG_TEXT = 300, 64, 10

RECHECK_FUEL = 1_500_000
"""What the verification of a certificate may spend, in units of about a microsecond."""
NODE_COST = 20
"""What each node of a term takes there, before the term is unfolded."""
COPIED = Variance | KL | JSD | Entropy | MutualInformation | Pow
"""What holds a part of it several times when it is unfolded; a power of a matrix is a product."""


Scope: TypeAlias = "dict[str, partial[int]]"


class OutOfFuelError(Exception):
    """A deterministic limit was reached; the step stays undecided."""


class Fuel:
    """What is left of the work that may be done, for all attempts at a statement together.

    Attributes:
        left: What is left.
        at: The part of a certificate that is verified, in words.
    """

    def __init__(self, left: int = FUEL) -> None:
        self.left = left
        self.at = ""

    def burn(self, amount: int = 1) -> None:
        """Spend some.

        Raises:
            OutOfFuelError: None is left.
        """
        self.left -= amount
        if self.left < 0:
            raise OutOfFuelError


IN_USE: ContextVar[Fuel | None] = ContextVar("IN_USE", default=None)
"""The fuel of the verification that runs; its arithmetic has no other place to keep it."""


def burn(amount: int = 1) -> None:
    """Spend some of the fuel in use.

    Raises:
        OutOfFuelError: None is left.
    """
    fuel = IN_USE.get()
    if fuel is not None:
        fuel.burn(amount)


def weigh(
    term: Term, declared: Declarations, each: int = NODE_COST, scope: Scope | None = None
) -> int:
    """Spend what a term takes when it is unfolded, before it is; return how long it gets.

    A definition of a definition, a variance of a variance or a power of a power of a matrix may
    become longer than what any machine holds.

    Args:
        term: The term.
        declared: The definitions.
        each: What a node takes.
        scope: What the arguments of the definition around the term weigh, by name.

    Raises:
        OutOfFuelError: No fuel is left.
    """
    parts, scope = children(term), scope or {}
    burn(each + len(parts) ** 2)  # a sum or a product is worked out part by part
    copies = 4 if isinstance(term, COPIED) else 1
    length = 1 + sum(weigh(part, declared, each, scope) for _ in range(copies) for part in parts)
    if isinstance(term, Sym | App):
        found = declared.definition(term.name)
        if term.name in scope:
            length += scope[term.name]()
        elif found is not None:
            names = (*(argument.name for argument in found.arguments), *found.letters)
            values = [partial(weigh, part, declared, each, scope) for part in parts]
            inner = dict(zip(names, values, strict=False))
            length += weigh(found.body, declared, each + length, inner)
    return length
