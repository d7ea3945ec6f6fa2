"""What a proof may spend, what verifying one may, and all work on an answer, in exact counts.

No proof rests on this, and nothing that the re-checker accepts: it only ends some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, partial, wraps
from math import inf
from typing import TypeAlias, TypeVar, TypeVarTuple

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

Ts = TypeVarTuple("Ts")
T = TypeVar("T")

WORK = 1_200_000
"""What one answer may take: proofs, models and readings together, in about microseconds."""
FUEL_WORK = 10
"""What a unit of fuel takes of it."""
UNDONE = 1e15
"""More than any account holds."""

FUEL = 40_000
# What dear steps take of the fuel of a proof, so that it bounds the time however it is spent: a sum
# over a range, one over a polynomial, each term of the two sides when they are compared, and each
# term that a sum in a denominator divides, the slope of each factor, and telling two entries
# apart or settling the powers of a product.
SUM_COST, INVERSE_COST, TERM_COST, DIVISION_COST, SLOPE_COST, PART_COST = 100, 20, 10, 6, 3, 4
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


class Account:
    """What is left of the work that one answer may be, whoever does it.

    Attributes:
        left: What is left; less than none where more was asked for than there was.
    """

    __slots__ = ("left",)

    def __init__(self, left: float = WORK) -> None:
        self.left = left

    @property
    def is_out(self) -> bool:
        """Whether something was left undone, so that nothing found since then counts."""
        return self.left < 0

    def take(self, work: float) -> bool:
        """Take some; whether there was enough."""
        self.left -= work
        return self.left >= 0

    def keep(self, most: float) -> None:
        """Leave no more than this, though nothing was done with the rest."""
        self.left = min(self.left, most)


_UNLIMITED = Account(inf)
_ACCOUNT: ContextVar[Account] = ContextVar("_ACCOUNT")


def account() -> Account:
    """Where proofs, models and readings take their work from: without limit outside of answers."""
    return _ACCOUNT.get(_UNLIMITED)


@contextmanager
def accounted(work: float = WORK, *, anew: bool = False) -> Iterator[Account]:
    """Let what is done here take its work from one account: that around it, if there is one.

    Args:
        work: What a new one holds.
        anew: Whether it is a new one in any case.
    """
    around = account()
    held = Account(work) if anew or around is _UNLIMITED else around
    token = _ACCOUNT.set(held)
    try:
        yield held
    finally:
        _ACCOUNT.reset(token)


def remembered(
    maxsize: int, work: float, *, whole: bool = False
) -> Callable[[Callable[[*Ts], T]], Callable[[*Ts], T]]:
    """A cache of what a function finds within an account of its own, so that it is always the same.

    Each call takes what the first one took, so that no verdict depends on what was asked before.

    Args:
        maxsize: How many findings are kept.
        work: What the account holds, if so much is left.
        whole: Whether a finding counts only if nothing was left undone.
    """

    def decorate(function: Callable[[*Ts], T]) -> Callable[[*Ts], T]:
        @lru_cache(maxsize=maxsize)
        def kept(*_: *Ts) -> list[tuple[T, float]]:
            return []

        @wraps(function)
        def found(*args: *Ts) -> T:
            around, held = account(), kept(*args)
            if not held:
                most = min(work, around.left)
                with accounted(most, anew=True) as own:
                    value = function(*args)
                if own.is_out and (whole or most < work):
                    around.take(UNDONE)
                    return value
                held.append((value, most - max(own.left, 0)))
            value, taken = held[0]
            around.take(taken)
            return value

        return found

    return decorate


class Fuel:
    """What is left of the work that may be done, for all attempts at a statement together.

    Attributes:
        left: What is left.
        at: The part of a certificate that is verified, in words.
    """

    def __init__(self, left: int = FUEL) -> None:
        self.left = left
        self.at = ""
        self.account = account()

    def burn(self, amount: int = 1) -> None:
        """Spend some.

        Raises:
            OutOfFuelError: None is left.
        """
        self.left -= amount
        if not self.account.take(amount * FUEL_WORK) or self.left < 0:
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
