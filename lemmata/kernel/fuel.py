"""What a proof may spend, in deterministic counts. No proof rests on this: it only ends some."""

from __future__ import annotations

FUEL = 40_000
# What dear steps take of the fuel of a proof, so that it bounds the time however it is spent: a sum
# over a range, one over a polynomial, and each term of the two sides when they are compared.
SUM_COST, INVERSE_COST, TERM_COST = 100, 20, 10
# The product of two monomials takes more, the longer their text (in characters) and their numbers
# (in bits) are: one more for each of these. So does a polynomial that is put into words.
LONG_KEY, LONG_NUMBER, LONG_TEXT = 300, 64, 10


class OutOfFuelError(Exception):
    """A deterministic limit was reached; the step stays undecided."""


class Fuel:
    """What is left of the work that may be done, for all attempts at a statement together."""

    def __init__(self, left: int = FUEL) -> None:
        self.left = left

    def burn(self, amount: int = 1) -> None:
        """Spend some.

        Raises:
            OutOfFuelError: None is left.
        """
        self.left -= amount
        if self.left < 0:
            raise OutOfFuelError
