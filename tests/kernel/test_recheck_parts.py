"""Parts of the re-checker by themselves: what they say of single atoms, sums and ranges."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

import pytest

from lemmata.kernel.declarations import Declarations, Fact, Index, Scalar, Size
from lemmata.kernel.language import Array
from lemmata.kernel.recheck.inequalities import Inequalities, mentions_besides
from lemmata.kernel.recheck.polynomials import (
    ONE,
    Atom,
    Poly,
    RefusalError,
    constant,
    of,
    sum_power,
    text,
)
from lemmata.kernel.recheck.ring import LARGEST_POWER
from lemmata.kernel.recheck.rules import LARGEST_RANGE
from lemmata.kernel.terms import Iverson, Range, Relation, Statement, Sym, Term, as_term

i, j, n, a, b = (Sym(name) for name in "ijnab")
A, x, y = Array("A"), Array("x"), Array("y")
one = as_term(1)
SIZES: Final = Range(one, n)
WORLD: Final = Declarations(
    sizes=(Size("n"),),
    indices=(Index("i", SIZES), Index("j", SIZES)),
    scalars=(
        Scalar("a"),
        Scalar("b"),
        Scalar("A", axes=(SIZES, SIZES), rank=2),
        Scalar("x", axes=(SIZES,), rank=1),
        Scalar("y", axes=(SIZES,), rank=1),
        Scalar("z", axes=(SIZES,)),
    ),
)


@pytest.fixture
def rules() -> Inequalities:
    """The arithmetic of the re-checker in this world."""
    return Inequalities(WORLD, frozenset(), "")


def atom(rules: Inequalities, term: Term) -> Atom:
    """The atom that a term is."""
    found = rules.value(term, {}).atom()
    assert found is not None
    return found


@pytest.mark.parametrize("power", [1, 2, 3, -1, -2])
def test_a_sum_and_its_negative_are_one_atom(rules: Inequalities, power: int) -> None:
    """Whole powers of them differ by the sign of an odd power, and roots are apart."""
    gap = rules.value(a - b, {})
    turned = sum_power(gap * -1, power)
    assert turned == sum_power(gap, power) * (-1) ** abs(power)
    half = Fraction(1, 2)
    assert sum_power(gap, half).terms.keys().isdisjoint(sum_power(gap * -1, half).terms)


def test_what_is_mentioned_besides_one_atom(rules: Inequalities) -> None:
    """The atom itself does not count, at any depth; any other of its name does."""
    first, second, other = (atom(rules, part) for part in (x[i], x[j], a))
    assert not mentions_besides(first, "x", first)
    assert mentions_besides(second, "x", first)
    assert not mentions_besides(other, "x", first)
    product: Poly = rules.mul(of(first), of(second))
    assert mentions_besides((of(first), product), "x", first)
    assert not mentions_besides((of(first), of(other)), "x", first)


def test_what_leads_from_a_row_to_a_column(rules: Inequalities) -> None:
    """An entry, either way round, a bracket of both letters, or a column beside a row."""
    row, column = rules.value(i, {}), rules.value(j, {})
    entry, turned = atom(rules, A[i, j]), atom(rules, A[j, i])
    (letter,) = rules.between([entry], row, column) or ()
    assert rules.between([turned], row, column) == rules.turn((letter,)) != (letter,)
    assert rules.between([entry], row, row) is None
    bracket = atom(rules, Iverson(i, "=", j))
    assert rules.between([bracket], row, column) == rules.between([bracket], column, row) == ()
    assert rules.between([bracket], row, row + rules.value(one, {})) is None
    left, right, away = atom(rules, x[i]), atom(rules, y[j]), atom(rules, y[i])
    both = rules.between([left, right], row, column)
    assert both == rules.between([right, left], row, column)
    assert both is not None
    assert len(both) == 2
    assert rules.between([left, away], row, column) is None
    assert rules.between([left], row, column) is None
    assert rules.between([entry, atom(rules, a)], row, column) is None


def test_which_atoms_are_entries(rules: Inequalities) -> None:
    """An array that has a rank, with all its indices; a column has no second end."""
    word, left, right = rules.ends(atom(rules, A[i, j])) or ((), None, None)
    assert (len(word), left, right) == (1, rules.value(i, {}), rules.value(j, {}))
    word, left, right = rules.ends(atom(rules, x[i])) or ((), None, None)
    assert (len(word), left, right) == (1, rules.value(i, {}), None)
    for term in (a, Array("z")[i], n):
        assert rules.ends(atom(rules, term)) is None


@pytest.mark.parametrize(
    ("value", "inside"), [(i, True), (one, True), (n, True), (i + 1, False), (i - 1, False)]
)
def test_which_values_of_a_letter_lie_in_its_range(
    rules: Inequalities, value: Term, inside: bool
) -> None:
    """Both ends count, and what may lie beyond one of them does not."""
    assert rules.in_range("i", {"i": rules.value(value, {})}) is inside
    assert not rules.in_range("n", {"n": rules.value(one, {})})


@pytest.mark.parametrize("first", range(-3, 4))
@pytest.mark.parametrize("last", range(-3, 4))
@pytest.mark.parametrize("upper", [0, 1, 2, 5])
def test_the_ends_of_a_sum_are_moved_with_its_terms(
    rules: Inequalities, first: int, last: int, upper: int
) -> None:
    """The sum stays what it is, as long as no more terms are taken off it than it has."""
    bound = rules.open("range", rules.value(one, {}), rules.value(as_term(upper), {}))
    (number,) = bound.free
    body = rules.mul(of(bound), of(bound))
    ends = constant(1), constant(upper)
    found = [*rules.moved_ends(number, body, ends, (first, last))]
    taken = max(first, 0) - min(last, 0)
    squares = constant(sum(k * k for k in range(1, upper + 1)))
    assert found == ([squares] if taken <= upper else [])


def test_no_end_of_a_sum_is_moved_far(rules: Inequalities) -> None:
    """Not by more places than a sum is written out in."""
    bound = rules.open("range", constant(1), constant(90))
    (number,) = bound.free
    for far in (LARGEST_RANGE, LARGEST_RANGE + 1):
        for moves in ((far, 0), (0, far), (-far, 0), (0, -far)):
            found = [*rules.moved_ends(number, of(bound), (constant(1), constant(90)), moves)]
            assert bool(found) is (far == LARGEST_RANGE)


def test_whole_powers(rules: Inequalities) -> None:
    """A power to 0 asks nothing of its base, one below 0 that it is not zero; each is exact."""
    base, size = rules.value(a, {}), rules.value(n, {})
    assert rules.power(base, constant(0)) == ONE
    assert rules.power(base, constant(3)) == rules.mul(base, rules.mul(base, base))
    assert rules.mul(rules.power(size, constant(-2)), rules.mul(size, size)) == ONE
    for broken in (base, base + size):
        with pytest.raises(RefusalError, match="division by what may be zero"):
            rules.power(broken, constant(-1))
    whole = size + ONE
    product = rules.mul(rules.power(whole, constant(-2)), rules.mul(whole, whole))
    assert rules.vanishes(product - ONE)
    assert rules.power(whole, constant(0)) == ONE
    bracket = rules.value(Iverson(i, "=", j), {})
    assert rules.power(bracket, constant(3)) == bracket
    assert rules.power(constant(2), constant(LARGEST_POWER)) == constant(2**LARGEST_POWER)
    for far in (LARGEST_POWER + 1, -LARGEST_POWER - 1):
        with pytest.raises(RefusalError, match="a power too large to multiply out"):
            rules.power(constant(2), constant(far))


@pytest.mark.parametrize(
    ("relation", "least"), [(">=", 0), (">", 1), ("<=", 0), ("<", 1), ("=", None), ("!=", None)]
)
def test_what_an_order_that_is_given_says(relation: Relation, least: int | None) -> None:
    """That the larger one is at least the other, or by one more where it is strict."""
    sides = (n, Sym("m")) if relation.startswith(">") else (Sym("m"), n)
    fact = Fact("order", Statement(sides[0], relation, sides[1]))
    world = replace(WORLD, sizes=(Size("n"), Size("m")), facts=(fact,))
    rules = Inequalities(world, frozenset(), "")
    gap = rules.value(n - Sym("m"), {})
    assert not rules.at_least(gap * -1)
    for more in (0, 1, 2):
        rules.needed = set()
        known = least is not None and more <= least
        assert rules.at_least(gap - constant(more)) is known
        assert rules.needed == ({"given: order"} if known else set())


def test_texts_that_are_blind_to_directions(rules: Inequalities) -> None:
    """A bracket and its opposite have one text then; equal letters by another number have two."""
    gap = rules.value(i - j, {})
    both = of(Atom("ge0", gap)).atom(), of(Atom("ge0", gap * -1 - ONE)).atom()
    assert text(both[0], {}) != text(both[1], {})
    assert text(both[0], {}, blind=True) == text(both[1], {}, blind=True)
    equal, shifted = (Atom("eq0", gap + constant(more)) for more in (0, 1))
    for blind in (True, False):
        assert text(equal, {}, blind=blind) != text(shifted, {}, blind=blind)
        assert text(equal, {}, blind=blind) != text(both[0], {}, blind=blind)
