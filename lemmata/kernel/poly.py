"""Polynomials over atoms: the data of the normal form.

A polynomial is a finite sum of monomials with exact rational coefficients; a monomial is a product
of atoms with rational exponents; an atom is whatever the normal form does not look inside: a
symbol, a density, a logarithm, a telescope of binders. Two normal forms are equal exactly when
their keys are.

    Poly   {monomial: coefficient}          add, multiply, power; no rule of mathematics beyond a
    commutative ring
    Atom   kind, arguments, free names      compared by key

Free names are strings (declared symbols) and integers (bound variables, which have no name of their
own).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

Argument: TypeAlias = "str | int | Fraction | Atom | Poly | tuple[Argument, ...] | None"
# An exponent that is whole is an int: it is hashed and added much faster, and equals the Fraction.
Exponent: TypeAlias = "Fraction | int"
Mono: TypeAlias = "tuple[tuple[Atom, Exponent], ...]"
Name: TypeAlias = "str | int"


class Atom:
    """An indivisible factor of the normal form.

    Attributes:
        kind: sym, bound, comp, dens, pi, prime, log, exp, sum, pow, root, app, grad, ge0, eq0,
            bind, prod, max or traj; of matrices entry, trace, array and inv.
        arguments: What it is made of.
        free: The names that occur free in it.
        height: The largest number of a binder closed inside it, so that an outer binder takes a
            larger one.
        key: Its canonical text; equal atoms have equal keys.
    """

    __slots__ = ("_hash", "arguments", "free", "height", "key", "kind")

    def __init__(
        self, kind: str, *arguments: Argument, hides: frozenset[Name] = frozenset(), height: int = 0
    ) -> None:
        self.kind = kind
        self.arguments = arguments
        # bound numbers are padded, so that the order of keys is the order of numbers
        self.key = f"bound({arguments[0]:07d})" if kind == "bound" else kind + _key(arguments)
        names: set[Name] = set()
        self.height = max(height, _collect(arguments, names))
        if kind in {"sym", "array"}:
            names.add(str(arguments[0]))
        elif kind == "bound":
            names.add(int(str(arguments[0])))
        self.free = frozenset(names) - hides
        self._hash = hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and self.key == other.key

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return self.key


def _key(value: Argument) -> str:
    if isinstance(value, (Poly, Atom)):
        return value.key
    if isinstance(value, tuple):
        return "(" + ",".join([_key(part) for part in value]) + ")"
    # quoted, so that no declared name can imitate another key
    return repr(value) if isinstance(value, str) else str(value)


def _collect(values: tuple[Argument, ...], names: set[Name]) -> int:
    height = 0
    for value in values:
        if isinstance(value, (Poly, Atom)):
            names |= value.free
            height = max(height, value.height)
        elif isinstance(value, tuple) and value:
            height = max(height, _collect(value, names))
    return height


def as_poly(value: Argument) -> Poly:
    """An argument that is a polynomial by the kind of its atom."""
    assert isinstance(value, Poly)
    return value


def as_tuple(value: Argument) -> tuple[Argument, ...]:
    """An argument that is a tuple by the kind of its atom, such as a sort."""
    assert isinstance(value, tuple)
    return value


class Poly:
    """A polynomial over atoms. Immutable; build it with the functions of this module."""

    __slots__ = ("_free", "_height", "_key", "_longest", "terms")

    def __init__(self, terms: dict[Mono, Fraction]) -> None:
        self.terms = terms
        self._key: str | None = None
        self._free: frozenset[Name] | None = None
        self._height: int | None = None
        self._longest: int | None = None

    @property
    def key(self) -> str:
        """Canonical text."""
        if self._key is None:
            parts = [f"{c}*{mono_key(m)}" for m, c in self.terms.items()]
            self._key = "{" + "+".join(sorted(parts)) + "}"
        return self._key

    @property
    def free(self) -> frozenset[Name]:
        """The names that occur free."""
        if self._free is None:
            self._free = frozenset().union(*[a.free for m in self.terms for a, _ in m])
        return self._free

    @property
    def height(self) -> int:
        """The largest height of an atom."""
        if self._height is None:
            self._height = max([a.height for m in self.terms for a, _ in m], default=0)
        return self._height

    @property
    def longest(self) -> int:
        """How long the text of a monomial is, at most."""
        if self._longest is None:
            self._longest = max([sum([len(a.key) for a, _ in m]) for m in self.terms], default=0)
        return self._longest

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Poly) and self.terms == other.terms)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return self.key

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __add__(self, other: Poly) -> Poly:
        return total((self, other))

    def __sub__(self, other: Poly) -> Poly:
        return total((self, -other))

    def __neg__(self) -> Poly:
        return Poly({m: -c for m, c in self.terms.items()})

    def scaled(self, factor: Exponent) -> Poly:
        """The polynomial times a number."""
        if factor is ONE_NUMBER or factor == 1:
            return self
        return Poly({m: c * factor for m, c in self.terms.items()}) if factor else ZERO

    def items(self) -> list[tuple[Mono, Fraction]]:
        """Monomials and coefficients in canonical order."""
        return sorted(self.terms.items(), key=lambda item: mono_key(item[0]))

    def number(self) -> Fraction | None:
        """Its value if it is a number, else None."""
        if not self.terms:
            return ZERO_NUMBER
        return self.terms[()] if len(self.terms) == 1 and () in self.terms else None

    def atom(self) -> Atom | None:
        """Its atom if it is a single one to the power 1, else None."""
        if len(self.terms) == 1:
            ((mono, coefficient),) = self.terms.items()
            if len(mono) == 1 and mono[0][1] == 1 and coefficient == 1:
                return mono[0][0]
        return None


ZERO_NUMBER, ONE_NUMBER = Fraction(0), Fraction(1)
ZERO, ONE = Poly({}), Poly({(): ONE_NUMBER})


def constant(value: Fraction | int) -> Poly:
    """The polynomial that is a number."""
    number = value if isinstance(value, Fraction) else Fraction(value)
    return Poly({(): number}) if number else ZERO


@lru_cache(maxsize=8192)
def bound_variable(number: int) -> Poly:
    """The polynomial that is a bound variable."""
    return Poly({((Atom("bound", number), 1),): ONE_NUMBER})


def of_atom(atom: Atom, exponent: Exponent = 1) -> Poly:
    """The polynomial that is a power of one atom."""
    power = exponent.numerator if exponent.denominator == 1 else exponent
    return Poly({((atom, power),): ONE_NUMBER}) if exponent else ONE


def of_mono(mono: Mono, coefficient: Fraction | int = 1) -> Poly:
    """The polynomial with one monomial."""
    number = ONE_NUMBER if coefficient == 1 else Fraction(coefficient)
    return Poly({mono: number}) if number else ZERO


def mono_key(mono: Mono) -> str:
    """Canonical text of a monomial; orders monomials."""
    return ".".join([f"{a.key}^{e}" for a, e in mono])


def join(left: Mono, right: Mono) -> Mono:
    """The product of two monomials."""
    if not left or not right:
        return left or right
    powers = {pair[0].key: pair for pair in left}
    for pair in right:
        key = pair[0].key
        if (known := powers.get(key)) is None:
            powers[key] = pair
        elif exponent := known[1] + pair[1]:
            powers[key] = (pair[0], exponent)
        else:
            del powers[key]
    return tuple([powers[key] for key in sorted(powers)])


def split(mono: Mono, chosen: Callable[[Atom], bool]) -> tuple[Mono, Mono]:
    """The factors that are chosen, and the others."""
    inside = tuple([pair for pair in mono if chosen(pair[0])])
    return inside, tuple([pair for pair in mono if pair not in inside])


def total(polys: Iterable[Poly]) -> Poly:
    """The sum of polynomials."""
    first, *others = list(polys) or [ZERO]
    if not others:
        return first
    terms = dict(first.terms)
    for poly in others:
        for mono, coefficient in poly.terms.items():
            if (known := terms.get(mono)) is None:
                terms[mono] = coefficient
            elif together := known + coefficient:
                terms[mono] = together
            else:
                del terms[mono]
    return Poly(terms)


def atoms(poly: Poly) -> Iterator[Atom]:
    """The atoms of a polynomial, with repetitions."""
    for mono in poly.terms:
        for atom, _ in mono:
            yield atom
