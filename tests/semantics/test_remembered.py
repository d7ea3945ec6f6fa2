"""What models remember changes nothing that they say; small changes are tried with few values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from itertools import islice

import pytest

from lemmata.derivations.registry import claims
from lemmata.kernel.declarations import Declarations, Index, Scalar, Size, Variable
from lemmata.kernel.terms import Add, Div, Neg, Range, Statement, Sum, Sym, Term, as_term
from lemmata.semantics import Changed, SmallChanges, search
from lemmata.semantics.model import Model, Place
from lemmata.semantics.mutants import mutants_of
from lemmata.semantics.remembered import MOST, MOST_WORLDS, Memory, _memory
from lemmata.semantics.scope import Code
from lemmata.semantics.values import Value

a, b = Sym("a"), Sym("b")
NUMBERS = Declarations(scalars=(Scalar("a"), Scalar("b")))
n, i = Sym("n"), Sym("i")
SPAN = Range(as_term(1), n)
SUMS = Declarations(
    sizes=(Size("n"),),
    indices=(Index("i", SPAN),),
    scalars=(Scalar("x", axes=(SPAN,)), Scalar("y", axes=(SPAN,))),
)
x_i, y_i = Sym("x", (i,)), Sym("y", (i,))
TOTALS = Statement(Sum(i, SPAN, x_i + y_i), "=", Sum(i, SPAN, x_i) + Sum(i, SPAN, y_i))


def asked() -> Iterator[tuple[Statement, Declarations]]:
    """Statements of the library, right and wrong, with the names of each."""
    for claim in claims().values():
        yield claim.statement, claim.declarations
        for mistake in claim.mistakes[:2]:
            yield mistake.statement, claim.declarations


@pytest.mark.parametrize("number", range(0, 60, 3))
def test_a_search_says_the_same_whatever_was_searched_before(number: int) -> None:
    """The whole result, counterexample and all, with nothing remembered and with everything."""
    statement, declarations = list(asked())[number]
    _memory.cache_clear()
    cold = search(statement, declarations)
    turned = Statement(statement.right, "=", statement.left)
    search(turned, declarations)
    assert search(statement, declarations) == cold


def test_a_part_that_was_searched_before_is_not_evaluated_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A line of a derivation stands in two statements, and most of it in the next line too."""
    alone: list[Model] = []
    evaluated = Memory._alone

    def counted(self: Memory, code: Code, free: dict[Place, Variable], own: Model) -> Value:
        alone.append(own)
        return evaluated(self, code, free, own)

    monkeypatch.setattr(Memory, "_alone", counted)
    _memory.cache_clear()
    shared = Statement(2 * Sum(i, SPAN, x_i) + a, "=", a - Neg(Sum(i, SPAN, 2 * x_i)))
    declared = replace(SUMS, scalars=(*SUMS.scalars, Scalar("a")))
    evaluations = []
    for statement in (TOTALS, TOTALS, shared):
        alone.clear()
        assert search(statement, declared).outcome == "supported"
        evaluations.append(len(alone))
    assert evaluations == [9, 0, 3]


def test_few_terms_are_remembered_in_few_worlds() -> None:
    """However many are asked about."""
    _memory.cache_clear()
    search(TOTALS, SUMS, models=3 * MOST_WORLDS)
    assert [len(known.values) for known in _memory(SUMS).values()] == [MOST_WORLDS] * 3
    for k in range(2 * MOST):
        term = Sum(i, SPAN, x_i + k)
        search(Statement(term, "=", term), SUMS)
    assert len(_memory(SUMS)) <= MOST


def test_what_is_remembered_is_of_worlds_as_they_are_drawn() -> None:
    """With other draws a part has another value, and a wrong statement is shown with its own."""
    _memory.cache_clear()
    wrong = Statement(Sum(i, SPAN, x_i) + n, "=", Sum(i, SPAN, x_i) + n * n + 1)
    shown = search(wrong, SUMS).counterexample
    assert shown is not None
    assert search(wrong, SUMS).counterexample == shown
    assert shown.left != shown.right
    assert "n = 1" in shown.text
    assert shown.left == "1"


@pytest.mark.parametrize("number", range(0, 60, 4))
def test_a_scaled_summand_is_told_apart_as_the_whole_change_is(number: int) -> None:
    """What its factor rules out is ruled out where the changed side is evaluated."""
    statement, declarations = list(asked())[number]
    if statement.relation != "=":
        statement = replace(statement, relation="=")
    rights, lefts = (
        list(islice(mutants_of(side, declarations), 30))
        for side in (statement.right, statement.left)
    )
    for changes in (
        [Changed(replace(statement, right=m.term), m.scaled) for m in rights],
        [Changed(replace(statement, left=m.term), m.scaled) for m in lefts],
    ):
        with closing(SmallChanges(statement, declarations)) as tried:
            quick = list(tried.possible(changes))
        with closing(SmallChanges(statement, declarations)) as tried:
            whole = list(tried.possible(Changed(change.statement) for change in changes))
        assert quick == whole


def scaled(term: Term) -> list[tuple[str, Term, Fraction]]:
    """The edits of a term that scale a summand: what is left without it, and the factor."""
    found = [(m.edit.text, m.scaled) for m in mutants_of(term, NUMBERS)]
    return [(text, *each) for text, each in found if each is not None]


def test_what_an_edit_scales_is_named_where_the_whole_is_linear_in_it() -> None:
    """In a sum and what multiplies it, and not in a denominator or a power."""
    assert ("leave out {}", a, Fraction(0)) in scaled(Add((a, b)))
    assert ("flip the sign of {}", b, Fraction(-1)) in scaled(Add((a, b)))
    assert ("halve {}", Div(a, as_term(2)), Fraction(1, 2)) in scaled(Div(Add((a, b)), as_term(2)))
    assert ("double {}", Neg(b), Fraction(2)) in scaled(Neg(Add((a, b))))
    assert {rest for _, rest, _ in scaled(Div(a, Add((a, b))))} == {as_term(0)}
    assert {rest for _, rest, _ in scaled(Add((a, b)) ** 2)} == {as_term(0)}


def test_a_wrong_factor_rules_out_what_mends() -> None:
    """So the factor is looked at, and not only the statement."""
    wrong, right = Statement(a, "=", a + b), Statement(a, "=", Add((a, as_term(0) * b)))
    with closing(SmallChanges(wrong, NUMBERS)) as tried:
        assert list(tried.possible([Changed(right, (a, Fraction(0)))])) == [(0, True)]
        assert list(tried.possible([Changed(right, (a, Fraction(2)))])) == []


def test_the_signs_of_a_gap_are_those_that_it_has_in_the_worlds() -> None:
    """Both where it turns, one where it does not, none where it is zero."""
    gaps = {a * a + 1: {1}, a - b: {-1, 1}, a - a: set()}
    for gap, signs in gaps.items():
        with closing(SmallChanges(Statement(gap, "=", as_term(0)), NUMBERS)) as tried:
            assert tried.signs() == signs


def test_a_sum_over_an_index_is_scaled_as_a_whole() -> None:
    """The body of a sum is linear, so a summand in it is scaled for every index."""
    edits = mutants_of(TOTALS.left, SUMS)
    rests = [m.scaled[0] for m in edits if m.scaled and m.edit.text == "leave out {}"]
    assert rests == [Sum(i, SPAN, y_i), Sum(i, SPAN, x_i)]
