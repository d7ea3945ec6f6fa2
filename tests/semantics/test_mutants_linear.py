"""Slips with matrices and maxima: the row of the kill matrix that the core claims do not fill."""

from itertools import chain

import pytest

from lemmata.kernel.declarations import (
    POSITIVE,
    Declarations,
    Function,
    Index,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.language import FunctionHead
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.terms import (
    Derivative,
    Diag,
    Entry,
    Hadamard,
    Max,
    Mul,
    Norm,
    OneHot,
    Pow,
    Range,
    Statement,
    Sym,
    Term,
    Trace,
    Transpose,
    as_term,
)
from lemmata.semantics.mutants import Mutant, mutants_of
from lemmata.semantics.search import search

d, k, l = Sym("d"), Sym("k"), Sym("l")
ROWS, COLUMNS = Range(as_term(1), d), Range(as_term(1), Sym("n"))
WORLD = Declarations(
    sizes=(Size("d"), Size("n")),
    indices=(Index("k", ROWS), Index("l", ROWS)),
    scalars=(
        Scalar("c", POSITIVE),
        Scalar("x", axes=(ROWS,), rank=1),
        Scalar("g", axes=(ROWS,), rank=1),
        Scalar("A", axes=(ROWS, COLUMNS), rank=2),
        Scalar("B", axes=(ROWS, ROWS), rank=2),
        Scalar("C", axes=(ROWS, ROWS), rank=2),
        Scalar("S", axes=(ROWS, ROWS), rank=2, kind="definite"),
    ),
    variables=(Variable("a"),),
    functions=(Function("f", 1), Function("h", 1)),
)
A, B, C, S, a, c, g, x = (Sym(name) for name in ("A", "B", "C", "S", "a", "c", "g", "x"))
f = FunctionHead("f")
MINUS = -as_term(1)
EQUATIONS: dict[str, tuple[Term, Term]] = {
    "transpose of a product": (Transpose(B * C), Transpose(C) * Transpose(B)),
    "trace of a product": (Trace(B * C), Trace(C * B)),
    "square of a norm": (Norm(Transpose(A) * x) ** 2, Transpose(x) * A * Transpose(A) * x),
    "inverse of a multiple": (Pow(2 * S, MINUS), Pow(S, MINUS) / 2),
    "inverse beside its matrix": (Pow(S, MINUS) * S * x, x),
    "diagonal": (Diag(x) * g, Hadamard((x, g))),
    "product entry by entry": (Hadamard((B, C)), Hadamard((C, B))),
    "entry": (Entry(B * C, (k, l)), Entry(Transpose(C) * Transpose(B), (l, k))),
    "one-hot column": (Transpose(OneHot(k, d)) * B * x, Entry(B * x, (k,))),
    "gradient": (Derivative(x, Transpose(x) * B * x), (B + Transpose(B)) * x),
    "norm of a multiple": (Norm(c * x), c * Norm(x)),
    "maximum": (Max(a, c * f(a)), c * Max(a, f(a))),
}
SLIPS = {
    *("transpose {}", "leave out the transpose of {}", "swap the factors {} and {}"),
    *("leave out the inverse of {}", "write a product of matrices for {}", "write {} for {}"),
    *("swap row and column of {}", "write the minimum for {}"),
}
"""The edits that only matrices and maxima have."""


def wrong(name: str) -> list[tuple[Mutant, Statement]]:
    """The mutants of both sides of an equation that are not proved to be equivalent."""
    left, right = EQUATIONS[name]
    made = chain(
        ((mutant, Statement(left, "=", mutant.term)) for mutant in mutants_of(right, WORLD)),
        ((mutant, Statement(mutant.term, "=", right)) for mutant in mutants_of(left, WORLD)),
    )
    return [each for each in made if not isinstance(prove(each[1], WORLD), Proof)]


@pytest.mark.parametrize("name", EQUATIONS)
def test_every_mutant_is_refuted_or_equivalent(name: str) -> None:
    """A true equation is proved; a mutant of it that is not proved is refuted by a model."""
    left, right = EQUATIONS[name]
    assert isinstance(prove(Statement(left, "=", right), WORLD), Proof)
    mutants = wrong(name)
    assert len(mutants) >= 3
    for mutant, statement in mutants:
        assert search(statement, WORLD).outcome == "refuted", mutant


def test_every_kind_of_slip_is_made_and_wrong() -> None:
    """No kind of edit gives equivalent mutants only."""
    assert {mutant.edit.text for name in EQUATIONS for mutant, _ in wrong(name)} >= SLIPS


def test_neighbours_are_swapped() -> None:
    """Two factors beside each other change places, and the others keep theirs."""
    made = {m.term for m in mutants_of(Mul((B, C, S)), WORLD) if "swap the factors" in m.edit.text}
    assert made == {Mul((C, B, S)), Mul((B, S, C))}


def test_shapes_are_kept() -> None:
    """A slip after which the shapes no longer fit is none: a reader sees that by itself."""
    edits = [m.edit.text for m in mutants_of(A * Transpose(A) * x, WORLD)]
    assert "transpose {}" not in edits
    assert "swap the factors {} and {}" not in edits
