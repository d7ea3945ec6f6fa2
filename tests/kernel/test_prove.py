"""Proofs report what they use and no more; failures say what is missing."""

from __future__ import annotations

from itertools import pairwise

import pytest

from lemmata.kernel.declarations import (
    Declarations,
    Definition,
    Fact,
    Family,
    Index,
    Process,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.fuel import Fuel
from lemmata.kernel.language import (
    KL,
    Array,
    DensityHead,
    E,
    half,
    indicator,
    integral,
    log,
    pi,
    sum_over,
)
from lemmata.kernel.notes import UnsupportedError
from lemmata.kernel.prove import Open, Proof, by_induction, fact_levels, normaliser, prove
from lemmata.kernel.terms import Range, Relation, Statement, Sym, Term, as_term
from lemmata.properties import worlds as on
from lemmata.properties.worlds import GIVEN, WORLD, world

x, y, z, p, q, f = on.x, on.y, on.z, on.p, on.q, on.f


def attempt(
    left: Term, right: Term | int, declarations: Declarations = WORLD, relation: Relation = "="
) -> Proof | Open:
    """What the kernel says of a statement."""
    return prove(Statement(left, relation, as_term(right)), declarations)


def proof(left: Term, right: Term | int, declarations: Declarations = WORLD) -> Proof:
    """The proof of an equation, which must exist."""
    found = attempt(left, right, declarations)
    assert isinstance(found, Proof), found
    return found


def test_plain_algebra_assumes_nothing() -> None:
    """A ring identity names no rule but algebra and no assumption."""
    found = proof((on.alpha + on.beta) ** 2, on.alpha**2 + 2 * on.alpha * on.beta + on.beta**2)
    assert found.rules == ("algebra",)
    assert found.assumptions == ()
    assert found.facts == ()


def test_optional_facts_are_used_only_where_needed() -> None:
    """Independence and Gaussian laws are declared; a proof names only those that it uses."""
    bayes = proof(p(x | y) * p(y), p(y | x) * p(x))
    assert bayes.facts == ()
    apart = proof(log(on.vector(z)), sum_over(on.j, 1, on.m, log(on.vector(z[on.j]))))
    assert apart.facts == ("independent",)
    assert any("independent" in words for words in apart.assumptions)
    assert not any("Gaussian" in words for words in apart.assumptions)
    moment = proof(integral(on.u, on.gauss(on.u | x) * on.u), on.mu * f(x))
    assert "normal" in moment.facts
    assert any("Gaussian" in words for words in moment.assumptions)
    assert not any("independent under" in words for words in moment.assumptions)


def test_levels_grow_from_no_fact_to_all() -> None:
    """The facts are tried from none to all; each level contains the one before."""
    levels = fact_levels(GIVEN)
    assert levels[0] == frozenset()
    assert levels[-1] == {"independent", "normal", "given", "recursions"}
    assert all(small < large for small, large in pairwise(levels))
    assert fact_levels(Declarations()) == [frozenset()]


def test_a_given_equation_is_named() -> None:
    """A fact that is used is an assumption; one that is not needed is not."""
    used = proof(Sym("twice") - on.alpha, on.alpha, GIVEN)
    assert "given: double" in used.assumptions
    assert "given_fact" in used.rules
    spared = proof(Sym("twice") - Sym("twice") / 2, Sym("twice") * half, GIVEN)
    assert "given: double" not in spared.assumptions


def test_a_declared_order_is_named() -> None:
    """[t' < t] = 1 only by the declared order, which the proof names."""
    found = proof(indicator(on.t_prime, "<", on.t), 1, GIVEN)
    assert found.assumptions == ("given: past",)
    assert isinstance(attempt(indicator(on.t_prime, "<", on.t), 1), Open)


def test_a_regularity_condition_is_an_assumption_and_others_are_conditions() -> None:
    """Positivity of a density is assumed; a number that may be 0 leaves the statement open."""
    assert proof(p(x, y) / p(y), p(x | y)).assumptions
    found = attempt(on.alpha / on.alpha, 1)
    assert isinstance(found, Open)
    assert found.reason == "condition"
    assert "alpha != 0" in found.message


def test_a_difference_is_what_is_missing() -> None:
    """The difference of the sides is kept in its shortest form."""
    wrong = KL(on.gauss(on.u | x), on.gauss(on.u | x)) + 1
    found = attempt(wrong, 0)
    assert isinstance(found, Open)
    assert found.reason == "open"
    assert found.difference is not None
    assert found.difference.number() == 1
    deviation = attempt(log(on.gauss(on.u | x)), -((on.u - on.mu * f(x)) ** 2) / (2 * on.sigma**2))
    assert isinstance(deviation, Open)
    missing = -log(2 * pi) / 2 - log(on.sigma)
    again = proof(log(on.gauss(on.u | x)), missing - (on.u - on.mu * f(x)) ** 2 / (2 * on.sigma**2))
    assert "gaussian_density" in again.rules
    assert deviation.difference is not None
    assert len(deviation.difference.terms) == 3


@pytest.mark.parametrize("relation", ["<", ">", "!="])
def test_relations_of_facts_are_never_proved(relation: Relation) -> None:
    """Strict relations and inequality are for declarations; a statement with one stays open."""
    assert isinstance(attempt(on.c, on.c + 1, relation=relation), Open)


def test_unsupported_terms_say_why() -> None:
    """A term outside the calculus is named, not guessed."""
    found = attempt(q(z), 1)
    assert isinstance(found, Open)
    assert found.reason == "unsupported"
    assert "declared given x" in found.message


def test_fuel_ends_every_proof_the_same_way() -> None:
    """A term that is too large is a matter of budget, and the same with every run."""
    large = (on.alpha + on.beta + on.c + on.d + on.e + on.mu) ** 12
    statement = Statement(large, "=", large + 1)
    outcomes = [prove(statement, WORLD, Fuel(2_000)) for _ in range(2)]
    assert outcomes[0] == outcomes[1]
    assert isinstance(outcomes[0], Open)
    assert outcomes[0].reason == "budget"
    powers = on.alpha ** as_term(10) ** 9 + 1
    assert isinstance(attempt((powers + 1) ** as_term(10) ** 9, 0), Open)


def test_a_given_equation_outside_the_calculus_is_unsupported() -> None:
    """A fact that the kernel cannot use is refused with its reason where it would be used."""
    odd = Fact("odd", Statement(on.alpha, "=", q(z)))
    declarations = world(facts=(odd,))
    with pytest.raises(UnsupportedError, match="declared given x"):
        normaliser(declarations, frozenset({"given"}))
    assert isinstance(attempt(on.alpha, on.alpha, declarations), Proof)


# ------------------------------------------------------------------------------ induction

T, t, b, rate = Sym("T"), Sym("t"), Array("b"), Sym("rate")


def recursion(
    body: Term, lower: int = 1, upper: Term = T, *facts: Fact, least: int = 1
) -> Declarations:
    """An array b with b_t = body for t in a range."""
    return Declarations(
        sizes=(Size("T", least), Size("N")),
        indices=(Index("t", Range(as_term(lower), upper)),),
        scalars=(Scalar("b", axes=(Range(as_term(0), T + 1),)), Scalar("rate")),
        facts=(Fact("step", Statement(b[t], "=", body), ("t",)), *facts),
    )


ADDING = recursion(b[t - 1] + rate)


def test_induction_proves_a_closed_form() -> None:
    """b_t = b_{t-1} + r gives b_T = b_0 + T r, by induction and the recursion."""
    found = proof(b[T], b[0] + T * rate, ADDING)
    assert "induction" in found.rules
    assert "given: step" in found.assumptions
    assert any(words.startswith("induction on T") for words in found.assumptions)


REFUSED: dict[str, tuple[Term, Declarations]] = {
    "the base case is wrong": (b[0] + T * rate + 1, ADDING),
    "the step is wrong": (b[0] + T**2 * rate, ADDING),
    "the recursion begins at 2": (b[0] + T * rate, recursion(b[t - 1] + rate, 2)),
    "the recursion ends before T": (
        b[0] + T * rate,
        recursion(b[t - 1] + rate, 1, as_term(3)),
    ),
    "the size may be 0": (
        b[0] + T * rate + indicator(T, "<", 1),
        recursion(b[t - 1] + rate, least=0),
    ),
    "there is no recursion": (
        b[0] + T * rate,
        Declarations(
            sizes=(Size("T"),),
            scalars=(Scalar("b", axes=(Range(as_term(0), T),)), Scalar("rate")),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_induction_refuses(name: str) -> None:
    """One edit away from the closed form or its recursion, nothing is proved."""
    right, declarations = REFUSED[name]
    assert isinstance(attempt(b[T], right, declarations), Open)


early, late, law = Sym("early"), Sym("late"), DensityHead("law")
TIMES = Range(as_term(1), T)
TWICE = indicator(late, "=", 2)
SHORTER = sum_over(late, 1, T, TWICE), sum_over(late, 1, T - 1, TWICE)


def beside(term: Term) -> tuple[Term, Term]:
    """A closed form with the same term on both sides."""
    return b[T] + term, b[0] + T * rate + term


MOVING: dict[str, tuple[str, tuple[Term, Term], dict[str, tuple[object, ...]]]] = {
    "two letters that run to T are ordered": (
        "past depends",
        SHORTER,  # true from T = 3 on; the order says that T is at least 2
        {
            "indices": (Index("early", TIMES), Index("late", TIMES)),
            "facts": (Fact("past", Statement(early, "<", late)),),
        },
    ),
    "a letter runs to a letter that runs to T": (
        "past depends",
        SHORTER,
        {
            "indices": (Index("early", Range(as_term(1), late - 1)), Index("late", TIMES)),
            "facts": (Fact("past", Statement(early, ">=", as_term(1))),),
        },
    ),
    "a letter runs to a name of T": (
        "past depends",
        SHORTER,
        {
            "indices": (Index("late", Range(as_term(1), Sym("end"))),),
            "definitions": (Definition("end", (), T),),
            "facts": (Fact("past", Statement(late, ">=", as_term(2))),),
        },
    ),
    "a vector has length T": (
        "z depends",
        beside(integral(z, law(z))),
        {
            "variables": (Variable("z", components=TIMES),),
            "families": (Family("law", ("z",)),),
        },
    ),
    "a column has length T": (
        "v depends",
        beside(Array("v")[1]),
        {"scalars": (Scalar("v", axes=(TIMES,), rank=1),)},
    ),
    "a trajectory has length T": (
        "tau depends",
        beside(Array("reward")[1]),
        {
            "variables": (Variable("s"), Variable("a")),
            "families": (Family("policy", ("a",), given=("s",)),),
            "processes": (Process("tau", "s", "a", "reward", "policy", TIMES),),
        },
    ),
}


@pytest.mark.parametrize("name", MOVING)
def test_induction_refuses_what_changes_with_the_size(name: str) -> None:
    """What is said of T, or has length T, says something else of the next T."""
    said, (left, right), added = MOVING[name]
    statement, declared = Statement(left, "=", right), world(ADDING, **added)
    found = by_induction(statement, declared, declared.sizes[0])
    assert isinstance(found, Open)
    assert f"an induction on T, on which {said}" in found.message
    left, right = beside(rate)
    apart = by_induction(Statement(left, "=", right), declared, declared.sizes[0])
    assert isinstance(apart, Open if "facts" in added else Proof)


def test_a_name_does_not_hide_a_size() -> None:
    """With K := T, the product (T - 1)(T - K - 1) is 1 - T, which is zero at 1 only."""
    named = world(ADDING, definitions=(Definition("K", (), T),))
    hidden = (T - 1) * (T - Sym("K") - 1)
    assert isinstance(attempt(hidden, 0, named), Open)
    assert isinstance(attempt(hidden, 1 - T, named), Proof)


def test_a_name_does_not_hide_a_time() -> None:
    """With K := b_{t-1}, the recursion b_t = K + r at T is b_T = b_{T-1} + r, not b_{t-1} + r."""
    named = recursion(Sym("K") + rate)
    named = world(named, definitions=(Definition("K", (), b[t - 1]),))
    assert isinstance(attempt(b[T], b[t - 1] + rate, named), Open)
    assert isinstance(attempt(b[T], b[T - 1] + rate, named), Proof)
    assert isinstance(attempt(b[T], b[0] + T * rate, named), Proof)


def test_induction_is_for_equations() -> None:
    """An inequality about a recursion is not proved by this induction."""
    assert isinstance(attempt(b[T], b[0] + T * rate + 1, ADDING, "<="), Open)


def test_expectations_are_no_exception() -> None:
    """A sum over times is linear whatever stands inside."""
    mean = E[p(x)]
    found = proof(
        mean(sum_over(t, 1, on.n, on.xs[t] * f(x))), sum_over(t, 1, on.n, on.xs[t]) * mean(f(x))
    )
    assert "pull_out_constants" in found.rules
