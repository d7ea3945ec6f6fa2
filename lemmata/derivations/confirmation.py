"""What a SymPy confirmation hands back: residuals that vanish, and wrong variants that do not.

A confirmation recomputes a claim with SymPy, from densities, derivatives, determinants or
recursions and not from our terms, so that it can disagree with the kernel. It is evidence at a
stated scope; it is never what makes a verdict `proved`. This file loads no computer algebra.
"""

from dataclasses import dataclass

WRONG_VARIANTS_NEEDED = 3


@dataclass(frozen=True)
class Residual:
    """One difference that a computation left, and whether it is zero.

    Attributes:
        name: What was computed, in words.
        residual: The difference as SymPy prints it; `"0"` when it vanished. Long ones are cut.
        is_zero: Whether it reduced to the number zero. False means *not shown to be zero*.
        witness: An enclosure of the residual that excludes zero, and the point where; empty
            when there is none.
    """

    name: str
    residual: str
    is_zero: bool
    witness: str = ""

    @property
    def is_nonzero(self) -> bool:
        """Whether a witness shows that it is not zero; more than the negation of `is_zero`."""
        return not self.is_zero and bool(self.witness)


@dataclass(frozen=True)
class Confirmation:
    """The outcome of one claim's confirmation.

    Attributes:
        scope: For which sizes, laws and parameters the residuals were reduced to zero, in words.
        residuals: The claim's own differences; all must be zero.
        refuted: The same computation applied to wrong variants of the claim; none may be zero.
        seconds: Wall time of the computation.
    """

    scope: str
    residuals: tuple[Residual, ...]
    refuted: tuple[Residual, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether all residuals are zero, and enough wrong variants were tried and none is."""
        return (
            bool(self.residuals)
            and all(residual.is_zero for residual in self.residuals)
            and len(self.refuted) >= WRONG_VARIANTS_NEEDED
            and all(residual.is_nonzero for residual in self.refuted)
        )
