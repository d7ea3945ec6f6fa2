"""What a world must offer, seen from the declarations and the terms of a statement."""

from __future__ import annotations

import pytest
from flint import arb, fmpq

from lemmata.kernel.declarations import (
    Declarations,
    Family,
    Function,
    Index,
    Parameter,
    Process,
    Size,
    Variable,
)
from lemmata.kernel.language import DensityHead, FunctionHead, partial
from lemmata.kernel.terms import App, Range, Relation, Sym, Term, as_term
from lemmata.semantics import Unevaluable
from lemmata.semantics.build import satisfied
from lemmata.semantics.layout import _has_law, lay_out
from lemmata.semantics.search import fingerprint

s, u, x, y, i, j, n, T = (Sym(name) for name in ("s", "u", "x", "y", "i", "j", "n", "T"))
f, h = FunctionHead("f"), FunctionHead("h")
g, p, pi = (DensityHead(name) for name in ("g", "p", "pi"))
one = as_term(1)
WORLD = Declarations(
    sizes=(Size("T"), Size("n")),
    indices=(Index("i", Range(one, n)), Index("j", Range(one, n))),
    variables=(*map(Variable, ("s", "a", "u", "w", "x", "y")),),
    families=(
        Family("pi", ("a",), ("s",), parameters=("theta",)),
        Family("p", ("x",), ("y",)),
    ),
    functions=(
        Function("f", 1),
        Function("h", 1, axes=(Range(one, n),)),
        Function("K", 1, axes=(Range(one, n), Range(one, n)), rank=2, kind="symmetric"),
    ),
    parameters=(Parameter("theta"),),
    processes=(Process("tau", "s", "a", "r", "pi", Range(one, T)),),
)


@pytest.mark.parametrize(
    ("role", "has"), [("x", True), ("y", True), ("s", True), ("a", True), ("u", False)]
)
def test_which_roles_have_a_law(role: str, has: bool) -> None:
    """What a family or a process is about has a law; anything else may be a real number."""
    assert _has_law(WORLD, role) is has


def test_what_a_derivative_makes_real() -> None:
    """A variable without a law that is differentiated by is real, and one with a law is not."""
    assert lay_out(WORLD, (partial(u, f(u)),)).real == {"u"}
    assert lay_out(WORLD, (partial(x, f(x)),)).real == frozenset()
    assert lay_out(WORLD, (f(u),)).real == frozenset()


@pytest.mark.parametrize(
    ("term", "because"),
    [
        (App("nothing", (x,)), "not declared"),
        (App("f", (x, y)), "another number of arguments"),
        (App("h", (x,)), "another number of arguments"),
        (App("h", (x,), (i, j)), "another number of arguments"),
    ],
)
def test_what_is_no_application(term: Term, because: str) -> None:
    """An unknown function, another number of arguments or of indices has no value, and says so."""
    with pytest.raises(Unevaluable, match=because):
        fingerprint(term, WORLD)


def test_a_symmetric_function_has_symmetric_values() -> None:
    """Its entries at two indices agree in every order, and not with those of other places."""
    there, back = App("K", (x,), (i, j)), App("K", (x,), (j, i))
    assert fingerprint(there, WORLD) == fingerprint(back, WORLD)
    assert fingerprint(there, WORLD) != fingerprint(App("K", (x,), (i, i)), WORLD)


POSSIBLE: dict[Relation, tuple[bool, bool, bool, bool]] = {
    "=": (False, True, False, True),
    "!=": (True, False, True, False),
    "<": (True, False, False, False),
    "<=": (True, True, False, True),
    ">": (False, False, True, False),
    ">=": (False, True, True, True),
}
"""Whether a fact may hold between 1 and 2, 2 and 2, 3 and 2, and a ball around 2 and 2."""


@pytest.mark.parametrize("relation", POSSIBLE)
def test_when_a_fact_is_satisfied(relation: Relation) -> None:
    """A strict comparison holds for certain only; the others may hold where nothing denies them."""
    left = (fmpq(1), fmpq(2), fmpq(3), arb(2, 1))
    assert tuple(satisfied(one, relation, fmpq(2)) for one in left) == POSSIBLE[relation]
