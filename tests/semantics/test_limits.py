"""What cannot be evaluated is said with its reason, and facts hold in every model."""

from __future__ import annotations

import sys

import pytest
from flint import arb, fmpq

from lemmata.kernel.declarations import (
    POSITIVE,
    UNIT,
    Declarations,
    Fact,
    Family,
    Function,
    Index,
    Normal,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.language import (
    Array,
    DensityHead,
    E,
    FunctionHead,
    absolute,
    det,
    exp,
    integral,
    log,
    matrix,
    partial,
    product_over,
    sum_over,
)
from lemmata.kernel.terms import Blocks, Range, Statement, Sym, Term, as_term
from lemmata.semantics import (
    OverBudget,
    Undefined,
    Unevaluable,
    build_model,
    describe,
    evaluate_in,
    fingerprint,
    search,
    witness,
)

p, q, r = DensityHead("p"), DensityHead("q"), DensityHead("r")
x, y, z, c, mu, sigma = (Sym(name) for name in ("x", "y", "z", "c", "mu", "sigma"))
t, u, T, d, n = (Sym(name) for name in ("t", "t'", "T", "d", "n"))
f = FunctionHead("f")
one = as_term(1)

TABLES = Declarations(
    scalars=(Scalar("c"),),
    variables=(Variable("x"), Variable("y")),
    families=(Family("p", ("x", "y")), Family("q", ("x",), ("y",))),
    functions=(Function("f", 1),),
)
NORMAL = Declarations(
    scalars=(Scalar("mu"), Scalar("sigma", POSITIVE)),
    variables=(Variable("z"),),
    families=(
        Family("q", ("z",), normal=Normal(mu, sigma)),
        Family("p", ("z",), normal=Normal(as_term(0), one)),
    ),
)


@pytest.mark.parametrize(
    ("term", "declarations", "reason"),
    [
        (Sym("w"), TABLES, "'w' is not declared"),
        (q(x), TABLES, "always given 'y'"),
        (p(x, x), TABLES, "takes 'x' twice"),
        (DensityHead("w")(x), TABLES, "not declared as a family"),
        (FunctionHead("w")(x), TABLES, "not declared as a function"),
        (partial(x, p(x)), TABLES, "whose values are points"),
        (integral(x, f(x + c)), TABLES, "shifted in 'x'"),
        (f(x, y), TABLES, "another number of arguments"),
        (matrix(t, 2, u, 2, one), TABLES, "is a 2 by 2 matrix, the right side is a number"),
        (integral(z, z), NORMAL, "diverges"),
        (integral(z, q(z) * absolute(z)), NORMAL, "not of a form that is known"),
        (1 / (c - c), TABLES, "division by zero"),
        (Array("c")[1], TABLES, "0 indices"),
        (sum_over(t, 1, c, one), TABLES, "what an index or a comparison is of is no integer"),
    ],
)
def test_what_cannot_be_evaluated_has_a_reason(
    term: Term, declarations: Declarations, reason: str
) -> None:
    """A term without a value in any model is unevaluable, and the reason says why."""
    found = search(Statement(term, "=", one), declarations)
    assert found.outcome == "unevaluable"
    assert reason in found.reason


@pytest.mark.parametrize(
    "term",
    [
        sum_over(t, 1, 10**9, one),
        sum_over(t, 1, 2000, sum_over(u, 1, 2000, t * u)),
        as_term(3) ** as_term(10**9),
        product_over(t, 1, 10**7, as_term(2)),
    ],
)
def test_the_budget_is_counted(term: Term) -> None:
    """Work beyond the limit of operations is refused before it is done."""
    found = search(Statement(term, "=", one), TABLES)
    assert (found.outcome, found.budget) == ("unevaluable", True)
    assert found == search(Statement(term, "=", one), TABLES)


def test_contradictory_declarations_have_no_witness() -> None:
    """Facts that cannot hold together are reported, with the one that failed."""
    negative = Fact("negative", Statement(c, "<", as_term(0)))
    found = witness(Declarations(scalars=(Scalar("c", POSITIVE),), facts=(negative,)))
    assert found.model is None
    assert "negative" in found.reason
    order = Fact("order", Statement(n, "<", d))
    reverse = Fact("reverse", Statement(d, "<", n))
    found = witness(Declarations(sizes=(Size("d"), Size("n")), facts=(order, reverse)))
    assert found.model is None


def test_facts_restrict_sizes_and_free_indices() -> None:
    """Every model respects an order of sizes and of free times."""
    declarations = Declarations(
        sizes=(Size("T"), Size("d"), Size("n")),
        indices=(Index("t", Range(one, T)), Index("t'", Range(one, T))),
        facts=(Fact("order", Statement(u, "<", t)), Fact("sizes", Statement(d, "<", n))),
    )
    for seed in range(12):
        sizes = build_model(declarations, (t, u), seed, seed).sizes
        assert sizes["d"] < sizes["n"]
        assert 1 <= sizes["t'"] < sizes["t"] <= sizes["T"]
    below = product_over(Sym("k"), 1, t - 1, as_term(1)) * (t - u)
    assert search(Statement(below, ">=", one), declarations).outcome == "supported"
    assert search(Statement(below, ">=", as_term(2)), declarations).outcome == "refuted"


def test_facts_about_scalars_hold_in_every_model() -> None:
    """An inequality between scalars is met by drawing again, an equation by computing."""
    declarations = Declarations(
        scalars=(Scalar("c", UNIT), Scalar("mu", UNIT), Scalar("sigma")),
        facts=(
            Fact("below", Statement(c, "<", mu)),
            Fact("square", Statement(sigma, "=", mu**2 - c)),
        ),
    )
    for seed in range(12):
        model = build_model(declarations, (), seed)
        assert evaluate_in(model, mu - c) > 0
        assert evaluate_in(model, sigma - mu**2 + c) == 0


def test_facts_about_densities_bend_the_tables() -> None:
    """A joint law given by a marginal and a conditional has both, and is used as such."""
    declarations = Declarations(
        variables=(Variable("x"), Variable("y")),
        families=(Family("p", ("x", "y")), Family("q", ("x",), ("y",)), Family("r", ("y",))),
        facts=(
            Fact("marginal", Statement(p(y), "=", r(y))),
            Fact("conditional", Statement(p(x | y), "=", q(x | y))),
        ),
    )
    joint = Statement(p(x, y), "=", q(x | y) * r(y))
    assert search(joint, declarations).outcome == "supported"
    swapped = Statement(p(x, y), "=", q(x | y) * p(x))
    assert search(swapped, declarations).outcome == "refuted"


def test_a_density_given_by_a_mixture_is_one() -> None:
    """A joint law may be declared by a formula."""
    declarations = Declarations(
        variables=(Variable("x"),),
        families=(Family("p", ("x",)), Family("q", ("x",)), Family("r", ("x",))),
        facts=(Fact("mixture", Statement(r(x), "=", (p(x) + q(x)) / 2)),),
    )
    half = integral(x, r(x) * log(r(x))) - E[p(x)](log(r(x))) / 2
    assert search(Statement(half, "=", E[q(x)](log(r(x))) / 2), declarations).outcome == "supported"


def test_a_partial_derivative_by_what_is_computed_from_is_refused() -> None:
    """Whether a computed name moves along with the one differentiated by is left open."""
    declarations = Declarations(
        scalars=(Scalar("c"), Scalar("mu"), Scalar("sigma")),
        facts=(
            Fact("one", Statement(mu, "=", c**2)),
            Fact("two", Statement(sigma, "=", 2 * mu)),
        ),
    )
    found = search(Statement(partial(c, sigma + c), "=", one), declarations)
    assert found.outcome == "unevaluable"
    assert "computed from 'c'" in found.reason


def test_values_are_exact_where_they_are_rational() -> None:
    """Tables give fractions, logarithms give balls that enclose the value."""
    model = build_model(TABLES, (p(x),))
    total = evaluate_in(model, integral(x, p(x)))
    assert isinstance(total, fmpq)
    assert total == 1
    entropy = evaluate_in(model, integral(x, p(x) * log(p(x))))
    assert isinstance(entropy, arb)
    assert entropy.rel_accuracy_bits() > 100
    with pytest.raises(Undefined):
        evaluate_in(model, log(as_term(0) * c))
    with pytest.raises(Unevaluable):
        evaluate_in(model, Sym("w"))
    with pytest.raises(OverBudget):
        evaluate_in(model, sum_over(t, 1, 10**9, one))


def test_a_model_is_described_for_a_statement() -> None:
    """The description holds the names that the statement uses, and both values."""
    model = build_model(TABLES, (c,))
    found = describe(model, Statement(c, "=", c + 1))
    assert list(found.world) == ["c"]
    assert (
        found.text
        == f"left side = {found.left}\nright side = {found.right}\nwhere\n  c = {found.left}"
    )


def test_fingerprints_tell_terms_apart() -> None:
    """Equal terms overlap in every fixed model, different ones do not."""
    bayes = fingerprint(p(y | x) * p(x) / p(y), TABLES)
    direct = fingerprint(p(x | y), TABLES)
    other = fingerprint(p(y | x), TABLES)
    assert bayes == direct
    assert bayes != other
    assert fingerprint(log(exp(c)), TABLES)[0].overlaps(arb(evaluate_in(build_model(TABLES), c)))  # type: ignore[union-attr]


def test_a_fault_of_the_evaluator_is_reported_and_never_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A search ends with a result whatever happens inside it."""

    def fail(*_arguments: object) -> None:
        raise AssertionError("by a test")

    monkeypatch.setattr(sys.modules["lemmata.semantics.search"], "Worlds", fail)
    found = search(Statement(c, "=", c), TABLES)
    assert found.outcome == "unevaluable"
    assert "AssertionError: by a test" in found.reason


def test_a_small_matrix_of_numbers_has_a_determinant() -> None:
    """Rows of numbers are a matrix; rows of different lengths are none."""
    rows = Blocks(((c, as_term(2)), (as_term(3), c + 1)))
    assert search(Statement(det(rows), "=", c * (c + 1) - 6), TABLES).outcome == "supported"
    assert search(Statement(det(rows), "=", c * (c + 1) + 6), TABLES).outcome == "refuted"
    ragged = det(Blocks(((c, one), (one,))))
    assert "different lengths" in search(Statement(ragged, "=", one), TABLES).reason


def test_a_product_of_products_is_given_up_before_it_fills_the_memory() -> None:
    """Each of 40 levels raises what stands in it to a power: with 2^40 factors nothing is left."""
    k = Sym("k")
    term: Term = one
    for _ in range(40):
        term = product_over(k, 1, n, c**2 + 2 + term)
    sized = Declarations(sizes=(Size("n", least=2),), scalars=(Scalar("c"),))
    found = search(Statement(term, "=", term + 1), sized)
    assert found.outcome == "unevaluable"
    assert "a number with more than 20,000 bits is too large" in found.reason
