"""Equations that are solved: multipliers that are never zero, and solutions that are admissible."""

from __future__ import annotations

import pytest

from lemmata.kernel.certificates import certificate, equivalence
from lemmata.kernel.declarations import POSITIVE, UNIT, Declarations, Scalar
from lemmata.kernel.encode import encode, seal
from lemmata.kernel.equations import multipliers, solution, without_logarithms
from lemmata.kernel.language import log
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.recheck import recheck
from lemmata.kernel.terms import Add, Mul, Neg, Relation, Statement, Sym, Term, as_term

a, b, c, u = (Sym(name) for name in "abcu")
DECLARED = Declarations(
    scalars=(
        Scalar("a", POSITIVE),
        Scalar("b", POSITIVE),
        Scalar("c"),
        Scalar("u", UNIT),
    )
)


def says(left: Term, right: Term | int, relation: Relation = "=") -> Statement:
    """A statement."""
    return Statement(left, relation, as_term(right))


FIRST_ORDER = says(a / u - b / (1 - u), 0)
SAME = [
    says(a * (1 - u) - b * u, 0),
    says(a / u, b / (1 - u)),
    says(a, (a + b) * u),
    says(1 / u, 1 + b / a),
    says((1 - u) / u, b / a),
    says(u, a / (a + b)),
    says(3 * a * (1 - u), 3 * b * u),
]
OTHER = [
    says(a * (1 - u) + b * u, 0),
    says(a, (a - b) * u),
    says(1 / u, 1 + a / b),
    says(u, b / (a + b)),
    says(c * a * (1 - u), c * b * u),
    says((u - c) * (a * (1 - u) - b * u), 0),
]


@pytest.mark.parametrize("other", SAME, ids=range(len(SAME)))
def test_the_recheck_of_an_equivalence(other: Statement) -> None:
    """The certificate of an equivalence is verified, and not with another equation in it."""
    held = equivalence(FIRST_ORDER, other, DECLARED)
    assert held is not None
    assert recheck(held).problems == ()
    for wrong in OTHER:
        held["equations"][1] = encode(wrong)
        assert "not a multiple" in recheck(seal(held)).problems[0]


def test_an_inequality_is_equivalent_to_no_equation() -> None:
    """Solutions are those of equations: beside an inequality there is no certificate."""
    bound = says(FIRST_ORDER.left, FIRST_ORDER.right, "<=")
    for pair in ((bound, SAME[0]), (SAME[0], bound), (bound, bound)):
        assert equivalence(*pair, DECLARED) is None


def test_a_multiplier_that_may_be_zero_is_no_equivalence() -> None:
    """That c (u - a) = c u - c a says nothing where c is zero."""
    first, second = says(u, a), says(c * u, c * a)
    gaps = [Add((e.left, Neg(e.right))) for e in (first, second)]
    proof = prove(Statement(Mul((c, gaps[0])), "=", Mul((as_term(1), gaps[1]))), DECLARED)
    assert isinstance(proof, Proof)
    held = {**certificate(proof, DECLARED), "equations": [encode(first), encode(second)]}
    assert recheck(seal(held)).problems == ("the conclusion: a multiplier that may be zero",)


@pytest.mark.parametrize("other", SAME, ids=range(len(SAME)))
def test_multipliers_join_equations_with_the_same_solutions(other: Statement) -> None:
    """Multiples by what is never zero say the same, and the kernel proves that they are equal."""
    found = multipliers(FIRST_ORDER, other, DECLARED)

    assert found is not None
    left, right = (
        Mul((factor, Add((e.left, Neg(e.right)))))
        for factor, e in zip(found, (FIRST_ORDER, other), strict=True)
    )
    assert isinstance(prove(Statement(left, "=", right), DECLARED), Proof)


@pytest.mark.parametrize("other", OTHER, ids=range(len(OTHER)))
def test_multipliers_do_not_join_other_equations(other: Statement) -> None:
    """A sign, swapped letters, a factor that may be zero, a further solution."""
    assert multipliers(FIRST_ORDER, other, DECLARED) is None


def test_inequalities_are_joined_by_positive_multiples_only() -> None:
    """An inequality keeps its direction only if the factor is positive."""
    known = says(a * u, b, ">=")

    assert multipliers(known, says(u, b / a, ">="), DECLARED) is not None
    assert multipliers(known, says(b / a, u, "<="), DECLARED) is not None
    assert multipliers(known, says(b / a, u, ">="), DECLARED) is None
    assert multipliers(known, says(c * a * u, c * b, ">="), DECLARED) is None


@pytest.mark.parametrize("equation", [FIRST_ORDER, *SAME], ids=range(len(SAME) + 1))
def test_a_linear_equation_is_solved(equation: Statement) -> None:
    """The solution is the only one, and lies in the interval."""
    found = solution(equation, u, DECLARED)

    assert found is not None
    assert isinstance(prove(Statement(found, "=", a / (a + b)), DECLARED), Proof)


@pytest.mark.parametrize(
    "equation",
    [
        says(a, (a - b) * u),  # outside the interval
        says(a * (1 - u) + b * u, 0),
        says(u * u, a / (a + b)),  # not linear
        says(c * u, c * a / (a + b)),  # the coefficient may be zero
        says(log(u), a),
    ],
    ids=range(5),
)
def test_other_equations_are_not_solved(equation: Statement) -> None:
    """No solution is given that may be none, or not the only one."""
    assert solution(equation, u, DECLARED) is None


def test_logarithms_are_left_out_where_they_are_all() -> None:
    """Logarithms are equal where their positive arguments are."""
    found = without_logarithms(says(log(a) - log(u), log(b) - log(1 - u)), DECLARED)

    assert found is not None
    assert multipliers(FIRST_ORDER, found, DECLARED) is not None
    assert without_logarithms(says(log(a), b), DECLARED) is None
    assert without_logarithms(says(log(c), log(b)), DECLARED) is None
