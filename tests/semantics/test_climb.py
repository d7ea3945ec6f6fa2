"""False inequalities that hold in most worlds are refuted all the same."""

from __future__ import annotations

import pytest

from lemmata.kernel.declarations import UNIT, Declarations, Family, Function, Variable
from lemmata.kernel.language import KL, DensityHead, E, FunctionHead, H, log
from lemmata.kernel.terms import Relation, Statement, Sym, Term
from lemmata.semantics import search

P, F, G = DensityHead("P"), DensityHead("F"), DensityHead("G")
p, q = DensityHead("p"), DensityHead("q")
d = FunctionHead("d")
x, y, z = Sym("x"), Sym("y"), Sym("z")
WORLD = Declarations(
    variables=(Variable("x"), Variable("y"), Variable("z")),
    families=(
        Family("P", ("y", "z")),
        Family("F", ("z",)),
        Family("G", ("y",), ("z",)),
        Family("p", ("x", "z")),
        Family("q", ("z",), ("x",)),
    ),
    functions=(Function("d", 1, UNIT),),
)
mean = E[P(y, z)]
bound = mean(-log(F(z)) + log(P(z | y)) - log(G(y | z)))
spread = -E[q(z | x)](log(q(z | x)))
evidence, fit = log(p(x)), E[q(z | x)](log(p(x, z)))


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        (H(P(y)), "<=", 2 * bound),
        (H(P(y)), "<=", bound / 2),
        (H(P(y)), "<=", mean(-log(F(z)) + log(P(z | y)) / 2 - log(G(y | z)))),
        (H(P(y)), "<=", mean(-log(F(z)) + log(P(z | y)) - 2 * log(G(y | z)))),
        (H(P(y)), "<=", mean(-log(F(z)) + log(F(z)) - log(G(y | z)))),
        (H(P(y)), "<=", mean(-log(F(z)) + log(P(z)) - log(G(y | z)))),
        (evidence, ">=", fit - KL(q(z | x), p(z))),
        (evidence, ">=", fit + 2 * spread),
        (evidence, ">=", E[q(z | x)](log(p(x | z))) - KL(q(z | x), p(z)) / 2),
        (mean(log(d(y))), "<=", mean(log(-d(y)))),
    ],
)
def test_false_inequalities_are_refuted(left: Term, relation: Relation, right: Term) -> None:
    """Spaces of any size, and laws equal to others, break what random worlds let pass."""
    assert search(Statement(left, relation, right), WORLD).outcome == "refuted"


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        (H(P(y)), "<=", bound),
        (H(P(y)), "<=", mean(-log(F(z)) + P(z | y) - log(G(y | z)))),
        (evidence, ">=", fit + spread),
        (evidence, ">=", E[q(z | x)](log(p(x | z))) - 2 * KL(q(z | x), p(z))),
        (mean(log(d(y))), "<=", mean(d(y) - 1)),
        (mean(log(d(y))), "<=", mean(log((d(y) + 1) / 2))),
    ],
)
def test_true_inequalities_survive(left: Term, relation: Relation, right: Term) -> None:
    """No climb reaches a world against a true inequality, however tight."""
    assert search(Statement(left, relation, right), WORLD).outcome == "supported"


def test_an_inequality_with_a_value_somewhere_is_not_refuted_elsewhere() -> None:
    """A logarithm that is undefined in some worlds only leaves an inequality undecided."""
    sometimes = mean(log(d(y) - d(y) ** 2 * 2))
    assert search(Statement(sometimes, "<=", mean(log(d(y)))), WORLD).outcome != "refuted"
