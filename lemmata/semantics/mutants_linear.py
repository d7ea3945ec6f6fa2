"""Slips of people who calculate with matrices, as edits of one place.

A transposed factor, two factors in the wrong order, a lost inverse, a product entry by entry for a
product of matrices, another norm, the minimum for the maximum. Whether the shapes still fit is for
`lemmata.semantics.mutants` to see.
"""

from collections.abc import Iterator

from lemmata.kernel.terms import (
    Entry,
    Hadamard,
    Max,
    Mul,
    Neg,
    Norm,
    Num,
    Pow,
    Term,
    Trace,
    Transpose,
)

Slip = tuple[Term, str, tuple[Term, ...]]
"""What stands in a place after an edit, the edit as an order, and the terms it speaks of."""


def slips(term: Term) -> Iterator[Slip]:
    """Every edit of one place."""
    match term:
        case Mul(factors):
            for at, factor in enumerate(factors):
                turned = factor.body if isinstance(factor, Transpose) else Transpose(factor)
                yield _with(factors, at, turned), "transpose {}", (factor,)
            for at in range(len(factors) - 1):
                left, right = factors[at : at + 2]
                swapped = Mul((*factors[:at], right, left, *factors[at + 2 :]))
                yield swapped, "swap the factors {} and {}", (left, right)
        case Transpose(body):
            yield body, "leave out the transpose of {}", (body,)
        case Pow(base, Neg(Num())):
            yield base, "leave out the inverse of {}", (base,)
        case Hadamard(factors):
            yield Mul(factors), "write a product of matrices for {}", (term,)
        case Norm(body, order):
            other = Norm(body, "1" if order == "2" else "2")
            yield other, "write {} for {}", (other, term)
        case Trace(Mul((left, right))):
            yield Mul((Trace(left), Trace(right))), "split the trace {} over its factors", (term,)
        case Entry(matrix, (row, column)):
            yield Entry(matrix, (column, row)), "swap row and column of {}", (term,)
        case Max(variable, body):
            yield Neg(Max(variable, Neg(body))), "write the minimum for {}", (term,)


def _with(factors: tuple[Term, ...], at: int, factor: Term) -> Mul:
    return Mul((*factors[:at], factor, *factors[at + 1 :]))
