"""Polynomials over atoms form a commutative ring with canonical keys."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

from lemmata.kernel.poly import (
    ONE,
    ZERO,
    Atom,
    Poly,
    atoms,
    constant,
    join,
    mono_key,
    of_atom,
    of_mono,
    split,
    total,
)

a, b, c = (Atom("sym", name, ()) for name in "abc")
A, B, C = (of_atom(atom) for atom in (a, b, c))


def test_sums_do_not_depend_on_their_order() -> None:
    """Addition commutes, and the keys of equal sums are equal."""
    keys = {total(order).key for order in permutations((A, B, C, A))}
    assert len(keys) == 1


def test_what_cancels_is_gone() -> None:
    """The difference of equal polynomials is zero, and zero is the only false one."""
    assert not (A + B) - (B + A)
    assert (A + B) - (B + A) == ZERO
    assert ONE
    assert A
    assert not A.scaled(Fraction(0))


def test_products_of_monomials_add_their_exponents() -> None:
    """Exponents add up; an exponent of zero drops its atom; the order is canonical."""
    half = Fraction(1, 2)
    left, right = ((a, half), (b, Fraction(2))), ((a, half), (b, Fraction(-2)))
    assert join(left, right) == ((a, Fraction(1)),)
    assert join(((b, Fraction(1)),), ((a, Fraction(1)),)) == ((a, Fraction(1)), (b, Fraction(1)))
    assert join((), left) is left


def test_numbers_and_atoms_are_recognised() -> None:
    """A polynomial says whether it is a number or a single atom."""
    assert constant(Fraction(3, 2)).number() == Fraction(3, 2)
    assert ZERO.number() == 0
    assert A.number() is None
    assert A.atom() == a
    assert A.scaled(Fraction(2)).atom() is None
    assert of_atom(a, 2).atom() is None
    assert of_atom(a, 0) == ONE
    assert (A + B).atom() is None


def test_splitting_keeps_every_factor() -> None:
    """The chosen factors and the others make up the monomial."""
    mono = join(((a, Fraction(1)),), ((b, Fraction(3)),))
    inside, outside = split(mono, lambda atom: atom == b)
    assert join(inside, outside) == mono
    assert inside == ((b, Fraction(3)),)


def test_an_atom_hides_what_it_binds() -> None:
    """A closed binder has no free number, and the height of what it closed."""
    bound = Atom("bound", 1)
    closed = Atom(
        "bind", (("space", "x"),), of_atom(bound) + A, (1,), hides=frozenset({1}), height=1
    )
    assert bound.free == {1}
    assert closed.free == {"a"}
    assert closed.height == 1
    assert of_atom(closed).height == 1


def test_keys_tell_sorts_and_numbers_apart() -> None:
    """Integrals over two spaces have two keys, and so have a number and a name."""
    one, two = (
        Atom("bind", (("space", name),), ONE, (1,), hides=frozenset({1}), height=1) for name in "xy"
    )
    assert one != two
    assert Atom("sym", "1", ()) != Atom("bound", 1)
    assert len({one, two, one}) == 2


def test_bound_numbers_are_ordered_as_numbers() -> None:
    """The key of 9 comes before that of 10."""
    assert Atom("bound", 9).key < Atom("bound", 10).key


def test_monomials_are_listed_in_canonical_order() -> None:
    """The order of the terms is that of their keys, whatever they were added in."""
    listed = (C + A + B).items()
    assert [mono_key(mono) for mono, _ in listed] == sorted(mono_key(mono) for mono, _ in listed)
    assert sorted(atom.key for atom in atoms(A + B)) == sorted((a.key, b.key))
    assert of_mono(((a, Fraction(1)),), 0) == ZERO


def test_a_polynomial_is_no_other_thing() -> None:
    """Comparison with something else is false, not an error."""
    assert A != "a"
    assert a != "a"
    assert hash(A + B) == hash(B + A)
    assert isinstance(A, Poly)
