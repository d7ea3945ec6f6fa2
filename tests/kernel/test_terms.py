"""Terms are inert, compared by structure, and substitution never captures a name."""

from __future__ import annotations

from copy import copy, deepcopy
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from lemmata.kernel.language import (
    DensityHead,
    E,
    gradient,
    integral,
    log,
    partial,
    product_over,
    sum_over,
)
from lemmata.kernel.terms import (
    Add,
    Derivation,
    Div,
    Expect,
    Given,
    Integral,
    Law,
    Mul,
    Neg,
    Num,
    Pow,
    Step,
    Sum,
    Sym,
    Term,
    Trajectory,
    as_term,
    bound,
    children,
    free,
    rebuild,
    substitute,
    walk,
)
from lemmata.properties import worlds as on
from lemmata.properties.terms import KINDS, Maker

x, y, w, alpha, beta = on.x, on.y, on.w, on.alpha, on.beta
j, l, n = on.j, on.l, on.n


def test_a_term_is_exactly_what_was_written() -> None:
    """Nothing cancels when a term is built."""
    assert x * y / y == Div(Mul((x, y)), y)
    assert x - x == Add((x, Neg(x)))
    assert -x * y == Neg(Mul((x, y)))


def test_a_number_on_either_side_is_a_term() -> None:
    """Arithmetic with an integer is what is written, in this order."""
    two = Num(Fraction(2))
    assert (x + 2, 2 + x) == (Add((x, two)), Add((two, x)))
    assert (x - 2, 2 - x) == (Add((x, Neg(two))), Add((two, Neg(x))))
    assert (x * 2, 2 * x) == (Mul((x, two)), Mul((two, x)))
    assert (x / 2, 2 / x) == (Div(x, two), Div(two, x))
    assert (x**2, -x) == (Pow(x, two), Neg(x))
    assert (x + y + 2, x * y * 2) == (Add((x, y, two)), Mul((x, y, two)))
    assert (x | y, x | (y, w)) == (Given((x,), (y,)), Given((x,), (y, w)))


def test_integers_and_fractions_become_terms_and_floats_do_not() -> None:
    """A proof has no floats, and a truth value is no number."""
    assert as_term(-2) == Neg(Num(Fraction(2)))
    assert as_term(Fraction(-1, 2)) == Div(Neg(Num(Fraction(1))), Num(Fraction(2)))
    for wrong in (0.5, True, "x"):
        with pytest.raises(TypeError):
            as_term(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_children_and_rebuild_undo_each_other(kind: str) -> None:
    """Every part of a random term is rebuilt from its children."""
    for number in range(40):
        for part in walk(Maker(Random(number), kind).term()):
            assert rebuild(part, children(part)) == part


def test_a_bound_name_must_stay_a_name() -> None:
    """A binder is not rebuilt around an expression."""
    term = integral(x, on.f(x))
    with pytest.raises(TypeError, match="a bound name must stay a name"):
        rebuild(term, (x + 1, on.f(x)))


FREE: tuple[tuple[Term, set[Sym]], ...] = (
    (integral(x, on.p(x, y)), {y}),
    (integral(on.z, on.f(on.z[1])), set()),
    (integral(on.z[1], on.f(on.z[1]) * on.f(on.z[2])), {on.z[2]}),
    (sum_over(l, 1, n, on.xs[l]), {n}),
    (sum_over(l, 1, l, on.xs[l]), {l}),
    (E[on.p(x | y)](on.f(x)), {y}),
    (Trajectory("tau", on.r[1]), {on.r[1]}),
)


@pytest.mark.parametrize(("term", "names"), FREE)
def test_free_names(term: Term, names: set[Sym]) -> None:
    """A binder hides its name in its body and not in its range; a vector hides its components."""
    assert free(term) - {on.xs[l]} == names


primed, renamed = Sym("l'"), Sym("z'", (as_term(1),))
CAPTURES = (
    # A value with the name of a binder renames the binder.
    (integral(x, on.p(x, y)), {y: x}, integral(Sym("x'"), on.p(Sym("x'"), x))),
    (
        sum_over(l, 1, n, on.xs[l] * alpha),
        {alpha: l},
        sum_over(primed, 1, n, on.xs[primed] * l),
    ),
    (
        product_over(l, 1, n, on.xs[l] * alpha),
        {alpha: l + 1},
        product_over(primed, 1, n, on.xs[primed] * (l + 1)),
    ),
    # The range stands outside the binder.
    (sum_over(l, 1, l, on.xs[l]), {l: n}, sum_over(l, 1, n, on.xs[l])),
    (
        sum_over(l, 1, l + alpha, on.xs[l]),
        {alpha: l},
        sum_over(primed, 1, l + l, on.xs[primed]),
    ),
    # A bound name is not replaced.
    (integral(x, on.f(x)), {x: y}, integral(x, on.f(x))),
    (sum_over(l, 1, n, on.xs[l]), {l: j}, sum_over(l, 1, n, on.xs[l])),
    # A component moves with its index, as a binder too; a whole vector leaves a bound component.
    (integral(on.z[j], on.f(on.z[j])), {j: l}, integral(on.z[l], on.f(on.z[l]))),
    (
        integral(on.z[1], on.f(on.z[1]) * on.f(on.z[2])),
        {Sym("z"): Sym("v")},
        integral(renamed, on.f(renamed) * on.f(on.v[2])),
    ),
    (on.f(on.z[1]), {Sym("z"): Sym("v")}, on.f(on.v[1])),
    # A bound component is not replaced, alone or as part of its vector.
    (integral(on.z[1], on.f(on.z[1])), {on.z[1]: y}, integral(on.z[1], on.f(on.z[1]))),
    (integral(Sym("z"), on.f(on.z[1])), {on.z[1]: y}, integral(Sym("z"), on.f(on.z[1]))),
    # A derivative follows a new name.
    (partial(alpha, alpha * beta), {alpha: on.c}, partial(on.c, on.c * beta)),
    (partial(alpha, alpha * beta), {beta: on.c}, partial(alpha, alpha * on.c)),
)


@pytest.mark.parametrize(("term", "values", "result"), CAPTURES)
def test_substitution_captures_nothing(term: Term, values: dict[Sym, Term], result: Term) -> None:
    """Values are put for free names only, and keep their meaning under every binder."""
    assert substitute(term, values) == result


REFUSED = (
    (partial(alpha, alpha * beta), {beta: alpha}, "mentions it"),
    (partial(alpha, alpha * beta), {alpha: beta}, "mentions it"),
    (partial(alpha, alpha * beta), {alpha: beta + 1}, "mentions it"),
    (gradient(on.theta, on.F(x) * alpha), {alpha: log(on.theta)}, "mentions it"),
    (on.f(on.z[1]), {Sym("z"): on.f(x)}, "cannot become an expression"),
)


@pytest.mark.parametrize(("term", "values", "message"), REFUSED)
def test_substitution_refuses_what_would_change_a_meaning(
    term: Term, values: dict[Sym, Term], message: str
) -> None:
    """A derivative is not made to act on a value, and an expression has no entries."""
    with pytest.raises(ValueError, match=message):
        substitute(term, values)


def test_substituting_nothing_changes_nothing() -> None:
    """A name put for itself leaves the term as it is."""
    term = integral(x, on.p(x, y))
    assert substitute(term, {y: y}) is term


def test_the_statement_of_a_chain_composes_its_relations() -> None:
    """Equalities and one direction compose; two directions do not."""
    start, steps = x, (Step("=", y), Step(">=", w))
    assert Derivation(start, steps).statement().relation == ">="
    with pytest.raises(ValueError, match="cannot mix"):
        Derivation(start, (*steps, Step("<=", y))).statement()


def test_bound_names_of_each_binder() -> None:
    """What a binder binds is listed in order."""
    assert bound(Integral((x, y), as_term(1))) == (x, y)
    assert bound(sum_over(l, 1, n, l)) == (l,)
    assert bound(x) == ()
    assert isinstance(sum_over(l, 1, n, l), Sum)


def test_an_expectation_over_several_laws_binds_the_variables_of_all() -> None:
    """What one law draws is bound in the laws behind it and in the body, and is not replaced."""
    p, q = DensityHead("p"), DensityHead("q")
    laws = (Law((x,), p(x | w)), Law((y,), q(y | x)))
    mean = Expect(laws, x * y * alpha)
    assert free(mean) == {w, alpha}
    assert rebuild(mean, children(mean)) == mean
    assert substitute(mean, {x: alpha, y: beta}) == mean
    assert substitute(mean, {w: alpha, alpha: beta}) == Expect(
        (Law((x,), p(x | alpha)), Law((y,), q(y | x))), x * y * beta
    )


def test_a_hash_and_the_free_names_of_a_term_stay_with_it_and_go_nowhere() -> None:
    """A copy is made as a pickle is: texts have other hashes in another process."""
    x, y = Sym("x"), Sym("y")
    term = sum_over(Sym("i"), 1, Sym("n"), x * Sym("w", (Sym("i"),)))
    known = hash(term), free(term)
    for same in (copy(term), deepcopy(term)):
        assert not hasattr(same, "kept_hash")
        assert not hasattr(same, "kept_free")
        assert same == term
        assert (hash(same), free(same)) == known
        assert {term: 1}[same] == 1
    assert isinstance(term, Sum)
    other = replace(term, body=y)
    assert free(other) == {Sym("n"), y}
    assert hash(other) != hash(term)
    assert hash(Neg(x)) != hash(Sym("x", (x,))) != hash(x)
