"""What evaluates a term in a model, piece by piece, against what is known in closed form."""

from __future__ import annotations

import pytest
from flint import arb, fmpq

from lemmata.kernel.declarations import (
    POSITIVE,
    Declarations,
    Fact,
    Family,
    Function,
    Normal,
    Parameter,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.language import (
    DensityHead,
    FunctionHead,
    gradient,
    integral,
    sum_over,
)
from lemmata.kernel.terms import Ones, Range, Relation, Statement, Sym, Term, Transpose, as_term
from lemmata.semantics import search
from lemmata.semantics.build import difference_sign, refutes
from lemmata.semantics.errors import Unevaluable
from lemmata.semantics.scope import holds
from lemmata.semantics.values import brief, exp, largest
from lemmata.semantics.waves import Wave, constant_root, integrate

x, y, z, c, d, k, theta = (Sym(name) for name in ("x", "y", "z", "c", "d", "k", "theta"))
p, q, r, s = (DensityHead(name) for name in "pqrs")
f, g, h = (FunctionHead(name) for name in "fgh")
one = as_term(1)

TRUTH: dict[Relation, tuple[bool, bool, bool]] = {
    "=": (False, True, False),
    "!=": (True, False, True),
    "<": (True, False, False),
    "<=": (True, True, False),
    ">": (False, False, True),
    ">=": (False, True, True),
}
"""Whether a relation holds between 1 and 2, 2 and 2, 3 and 2."""


@pytest.mark.parametrize("relation", TRUTH)
def test_relations(relation: Relation) -> None:
    """A relation between numbers is refuted where it does not hold, exact or enclosed."""
    for left, held in zip((1, 2, 3), TRUTH[relation], strict=True):
        assert holds(left, relation, 2) is held
        assert refutes(fmpq(left), relation, fmpq(2)) is not held
        assert refutes(arb(left), relation, fmpq(2)) is not held
    assert not refutes(arb(2, 1), relation, fmpq(2))


def test_signs_of_differences() -> None:
    """The sign is 1, 0 or -1, and unknown where enclosures overlap."""
    two = fmpq(2)
    assert [difference_sign(fmpq(k), two) for k in (1, 2, 3)] == [-1, 0, 1]
    assert [difference_sign(arb(k), two) for k in (1, 2, 3)] == [-1, 0, 1]
    assert difference_sign(arb(2, 1), two) is None


def test_exact_fractions_are_shown_while_they_are_short() -> None:
    """Twelve signs are read at a glance; of more, a few digits are shown."""
    assert brief(fmpq(12345, 678901)) == "12345/678901"
    assert brief(fmpq(123456, 789013)) == "0.156469"


def test_the_largest_of_functions_is_refused() -> None:
    """No function of a variable of integration is the largest everywhere."""
    wave = Wave.variable(1)
    for values in ([wave, fmpq(1)], [fmpq(1), wave], [wave, wave]):
        with pytest.raises(Unevaluable):
            largest(values)
    assert largest([fmpq(1), fmpq(3), fmpq(2)]) == 3


@pytest.mark.parametrize("power", [1, 2, 3])
def test_the_root_of_a_power_of_a_density(power: int) -> None:
    """The square of the root is the power again, its constant included."""
    variable = Wave.variable(1)
    density = exp(-(variable * variable) / 2) * constant_root()
    raised = density
    for _ in range(power - 1):
        raised = raised * density
    root = raised.sqrt()
    assert (integrate(root * root, 1) - integrate(raised, 1)).contains(0)


COLUMN = Declarations(
    sizes=(Size("d"),),
    scalars=tuple(Scalar(name, axes=(Range(one, d),), rank=1) for name in "xyz"),
)
REAL = Declarations(
    variables=(Variable("z"), Variable("x")),
    families=(
        Family("q", ("z",), normal=Normal(as_term(0), one)),
        Family("r", ("z",), parameters=("theta",)),
    ),
    parameters=(Parameter("theta"),),
)
TABLES = Declarations(
    variables=(Variable("x"), Variable("y"), Variable("z", components=Range(one, as_term(2)))),
    families=(Family("p", ("x",)), Family("q", ("z",)), Family("r", ("y",), ("z",))),
    functions=(Function("f", 1), Function("g", 1), Function("h", 1, POSITIVE)),
    facts=(Fact("rule", Statement(h(x), "=", f(x) ** 2 + 1), ("x",)),),
)
MEAN = integral(y, r(y | z) * f(y))


@pytest.mark.parametrize(
    ("left", "right", "declarations", "outcome"),
    [
        (Transpose(Ones()) * x, sum_over(k, 1, d, Sym("x", (k,))), COLUMN, "supported"),
        (Transpose(Ones()) * x, Sym("x", (one,)), COLUMN, "refuted"),
        (integral(z, gradient(theta, r(z))), as_term(0), REAL, "supported"),
        (integral(z, gradient(theta, r(z)) * z), as_term(0), REAL, "refuted"),
        (
            integral((z, x), q(z) * p(x) * g(x) * MEAN**2),
            integral(x, p(x) * g(x)) * integral(z, q(z) * MEAN**2),
            TABLES,
            "supported",
        ),
        (
            integral((z, x), q(z) * p(x) * g(x) * MEAN**2),
            integral(x, p(x) * g(x)) * integral(z, q(z) * MEAN) ** 2,
            TABLES,
            "refuted",
        ),
        (integral(z, q(z) * (g(z) + 1)), integral(z, q(z) * g(z)) + 1, TABLES, "supported"),
        (integral(z, q(z) * g(z)), integral(z, g(z)), TABLES, "refuted"),
        (integral(x, p(x) * h(x)), integral(x, p(x) * f(x) ** 2) + 1, TABLES, "supported"),
        (integral(x, p(x) * h(x)), integral(x, p(x) * f(x)) + 1, TABLES, "refuted"),
    ],
)
def test_statements(left: Term, right: Term, declarations: Declarations, outcome: str) -> None:
    """Ones, laws with a parameter on the real line, means inside means, computed functions."""
    assert search(Statement(left, "=", right), declarations).outcome == outcome
