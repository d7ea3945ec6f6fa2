"""Why a term has no value: in one model, in any model, or within the budget."""

from __future__ import annotations

from lemmata.kernel.fuel import account

OPERATION_WORK = 0.75
"""What an operation takes of the work that one answer may be; many of them are remembered."""


class Unevaluable(Exception):  # noqa: N818 - it is a finding, reported with its reason, not a fault
    """No model of this kind can evaluate the term; `reason` says what is missing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OverBudget(Unevaluable):
    """The deterministic count of operations ran out."""


class Undefined(Exception):  # noqa: N818 - as above
    """The term has no value in this one model: a division by zero, the logarithm of -2.

    Attributes:
        reason: What has no value.
        beyond: Whether it lies outside the domain of a real function for certain (the logarithm or
            root of a negative number), so that no limit could give it a value.
    """

    def __init__(self, reason: str, *, beyond: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.beyond = beyond


class Meter:
    """Counts operations and stops at a limit, at the same place on every machine."""

    __slots__ = ("account", "limit", "spent")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.spent = 0
        self.account = account()

    def look(self, work: float) -> None:
        """Take what making a model, or compiling a term, is of the work on an answer.

        Raises:
            OverBudget: There is not so much left.
        """
        if not self.account.take(work):
            raise OverBudget("no work is left for more models")

    def spend(self, operations: int) -> None:
        """Count operations.

        Raises:
            OverBudget: The limit is reached.
        """
        self.spent += operations
        if self.spent > self.limit or not self.account.take(operations * OPERATION_WORK):
            raise OverBudget(
                f"evaluating takes more than {self.limit} operations, even in small models"
            )
