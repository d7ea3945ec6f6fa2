"""Polynomials over atoms, written again for the re-checker: a commutative ring and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from math import gcd
from typing import TypeAlias

from lemmata.kernel.declarations import Process
from lemmata.kernel.fuel import burn

LARGEST_NUMBER = 10_000
"""The bits of a coefficient, and of a power of a number, at most."""

Value: TypeAlias = "str | int | Fraction | Atom | Poly | tuple[Value, ...] | None"
Mono: TypeAlias = "tuple[tuple[Atom, Fraction], ...]"
Entry: TypeAlias = "tuple[str, tuple[Poly, ...], Poly]"
Scope: TypeAlias = "dict[str | tuple[str, str], Poly]"


class RefusalError(Exception):
    """A step or the conclusion does not hold; the message says why."""


class Atom:
    """What the ring does not look into: a symbol, a density, a logarithm, a telescope, ..."""

    __slots__ = ("args", "free", "height", "key", "kind")

    def __init__(self, kind: str, *args: Value, closed: tuple[int, ...] = ()) -> None:
        self.kind, self.args = kind, args
        self.key = f"var({args[0]:08})" if kind == "var" else kind + text(args, {})
        burn(2 + len(self.key) // 40)
        inside = {args[0]} if kind == "var" else free(args)
        self.free: frozenset[int] = frozenset(n for n in inside if isinstance(n, int)) - {*closed}
        self.height: int = max((height(args), *closed))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


class Poly:
    """A finite sum of monomials with exact coefficients."""

    __slots__ = ("_key", "free", "terms")

    def __init__(self, terms: dict[Mono, Fraction]) -> None:
        self.terms = {mono: number for mono, number in terms.items() if number}
        bits = sum(map(size_of, self.terms.values()))
        burn(1 + sum(map(len, self.terms), len(self.terms)) + bits // 64)
        if bits > LARGEST_NUMBER and max(map(size_of, self.terms.values())) > LARGEST_NUMBER:
            raise RefusalError("a number too large to work with")
        self.free: frozenset[int] = frozenset().union(*(a.free for m in self.terms for a, _ in m))
        self._key = ""

    @property
    def key(self) -> str:
        """Canonical text; equal polynomials have equal keys."""
        self._key = self._key or _poly_text(self, {})
        return self._key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Poly) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(self.key)

    def __add__(self, other: Poly) -> Poly:
        terms = dict(self.terms)
        for mono, number in other.terms.items():
            terms[mono] = terms.get(mono, Fraction(0)) + number
        return Poly(terms)

    def __sub__(self, other: Poly) -> Poly:
        return self + other * Fraction(-1)

    def __mul__(self, number: Fraction | int) -> Poly:
        return Poly({mono: value * number for mono, value in self.terms.items()})

    def number(self) -> Fraction | None:
        """Its value if it is a number."""
        return self.terms.get((), Fraction(0)) if not any(self.terms) else None

    def single(self) -> tuple[Mono, Fraction] | None:
        """Its monomial and coefficient if there is just one."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None

    def atom(self) -> Atom | None:
        """Its atom if it is just that."""
        ((mono, number),) = self.terms.items() if len(self.terms) == 1 else (((), Fraction(0)),)
        return mono[0][0] if number == 1 and len(mono) == 1 and mono[0][1] == 1 else None


def size_of(number: Fraction) -> int:
    """The bits of a number."""
    return number.numerator.bit_length() + number.denominator.bit_length()


def raised(number: Fraction, power: int) -> Fraction:
    """A power of a number, if it can be written."""
    if abs(power) * size_of(number) > LARGEST_NUMBER:
        raise RefusalError("a number too large to work with")
    return number**power


def text(value: Value, marks: dict[int, str], blind: bool = False) -> str:
    """Canonical text, with marks for some variables; `blind` to the direction of brackets."""
    if isinstance(value, tuple):
        return "(" + ",".join(text(part, marks, blind) for part in value) + ")"
    if not isinstance(value, Atom | Poly):
        return repr(value)  # names in quotes, so that no name can pass for something else
    if not blind and not marks.keys() & value.free:
        return value.key
    if isinstance(value, Poly):
        return _poly_text(value, marks, blind)
    if value.kind == "var":
        return next((marks[n] for n in value.free if n in marks), value.key)
    if value.kind == "eq0" or (blind and value.kind == "ge0"):
        gap = value.args[0]
        assert isinstance(gap, Poly)
        if blind and value.kind == "ge0":  # [P >= 0] and [-P - 1 >= 0] differ in direction only
            gap = Poly({mono: number for mono, number in gap.terms.items() if mono})
        return value.kind + min(text(gap, marks), text(gap * -1, marks))
    return value.kind + text(value.args, marks, blind)


def _poly_text(poly: Poly, marks: dict[int, str], blind: bool = False) -> str:
    parts = []
    for mono, number in poly.terms.items():
        factors = sorted(f"{text(atom, marks, blind)}^{power}" for atom, power in mono)
        parts.append(f"{number}*{'.'.join(factors)}")
        burn(1 + len(parts[-1]) // 40)
    return "{" + "+".join(sorted(parts)) + "}"


def free(value: Value) -> frozenset[int]:
    """The numbers of the bound variables that occur free."""
    if isinstance(value, tuple):
        return frozenset().union(*(free(part) for part in value))
    return value.free if isinstance(value, Atom | Poly) else frozenset()


def height(value: Value) -> int:
    """The largest number that is closed inside."""
    if isinstance(value, tuple):
        return max((height(part) for part in value), default=0)
    if isinstance(value, Poly):
        return max((atom.height for mono in value.terms for atom, _ in mono), default=0)
    return value.height if isinstance(value, Atom) else 0


def mentions(value: Value, names: frozenset[str]) -> bool:
    """Whether one of the names occurs free; a trajectory expectation closes its own."""
    if isinstance(value, tuple):
        return any(mentions(part, names) for part in value)
    if isinstance(value, Poly):
        return any(mentions(atom, names) for mono in value.terms for atom, _ in mono)
    if not isinstance(value, Atom) or value.kind == "traj":
        return False
    named = value.kind in {"sym", "app"} and value.args[0] in names
    return named or mentions(value.args, names)


def of(atom: Atom, power: Fraction | int = 1) -> Poly:
    """The power of an atom."""
    return Poly({((atom, Fraction(power)),) if power else (): Fraction(1)})


def constant(number: Fraction | int) -> Poly:
    """A number."""
    return Poly({(): Fraction(number)})


ZERO, ONE = constant(0), constant(1)


def total(polys: Iterable[Poly]) -> Poly:
    """The sum."""
    result = ZERO
    for poly in polys:
        result = result + poly
    return result


def split(mono: Mono, chosen: Callable[[Atom], bool]) -> tuple[Mono, Mono]:
    """The factors that are chosen, and the others."""
    inside = tuple(pair for pair in mono if chosen(pair[0]))
    return inside, tuple(pair for pair in mono if not chosen(pair[0]))


def as_mono(powers: dict[Atom, Fraction]) -> Mono:
    """A monomial with its factors in order."""
    return tuple(sorted(((a, e) for a, e in powers.items() if e), key=lambda pair: pair[0].key))


def poly_of(value: Value) -> Poly:
    """The polynomial that stands at a place where only one can stand."""
    if isinstance(value, Atom):
        return of(value)
    assert isinstance(value, Poly)
    return value


def inner_scope(scope: Scope, name: str, value: Poly) -> Scope:
    """A scope in which a whole name is bound; components of an outer one are hidden."""
    kept = {k: v for k, v in scope.items() if not (isinstance(k, tuple) and k[0] == name)}
    return {**kept, name: value}


def entries(value: Value) -> tuple[Entry, ...]:
    """The entries of a density."""
    return value  # type: ignore[return-value]


def sorted_entries(found: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries in canonical order."""
    return tuple(sorted(found, key=lambda entry: text(entry, {})))


def sorts_of(atom: Atom) -> tuple[tuple[Value, ...], ...]:
    """The sorts of a telescope's variables."""
    return atom.args[0] if atom.kind == "bind" else (atom.args[0],)  # type: ignore[return-value]


def random_names(process: Process) -> frozenset[str]:
    """The symbols that are random inside the process's expectation."""
    return frozenset({process.state, process.action, process.reward})


def is_var(poly: Poly, number: int) -> bool:
    """Whether a polynomial is just one bound variable."""
    atom = poly.atom()
    return atom is not None and atom.kind == "var" and atom.args[0] == number


def free_letters(bracket: Atom) -> list[Atom]:
    """The two free letters, in order, that a bracket says are equal; none of another atom."""
    gap = bracket.args[0] if bracket.kind == "eq0" else None
    if not isinstance(gap, Poly) or sorted(gap.terms.values()) != [-1, 1]:
        return []
    found = [mono[0][0] for mono in gap.terms if len(mono) == 1 and mono[0][1] == 1]
    plain = all(letter.kind == "sym" and letter.args[1] == () for letter in found)
    return sorted(found, key=lambda letter: letter.key) if plain and len(found) == 2 else []


def differ(left: Poly, right: Poly) -> bool:
    """Whether two indices differ by a number that is not zero."""
    return (left - right).number() not in {None, 0}


def content(poly: Poly) -> tuple[Fraction, dict[Atom, Fraction], Poly]:
    """A positive number, the powers common to all terms, and the rest."""
    monos = [dict(mono) for mono in poly.terms]
    shared: dict[Atom, Fraction] = {}
    for atom in dict.fromkeys(atom for powers in monos for atom in powers):
        shared[atom] = min(powers.get(atom, Fraction(0)) for powers in monos)
    numbers = [abs(number) for number in poly.terms.values()]
    size = numbers[0]
    for number in numbers:
        burn(size_of(size) // 16)
        top = gcd(size.numerator * number.denominator, number.numerator * size.denominator)
        size = Fraction(top, size.denominator * number.denominator)
    rest: dict[Mono, Fraction] = {}
    for mono, number in poly.terms.items():
        powers = dict(mono)
        for atom, power in shared.items():
            powers[atom] = powers.get(atom, Fraction(0)) - power
        rest[as_mono(powers)] = number / size
    return size, {a: e for a, e in shared.items() if e}, Poly(rest)


def sum_power(poly: Poly, power: Fraction | int) -> Poly:
    """A power of a sum as an atom; a sum and its negative are one atom for whole powers."""
    first = min(poly.terms, key=lambda mono: [(a.key, e) for a, e in mono])
    if poly.terms[first] < 0 and Fraction(power).denominator == 1:
        return of(Atom("sum", poly * -1), power) * Fraction(-1) ** int(power)
    return of(Atom("sum", poly), power)


def prime_factors(number: int) -> Iterator[tuple[int, int]]:
    """The factors of a positive integer; a rest without small factors stays whole."""
    divisor = 2
    burn(min(number, 5_000))
    while divisor * divisor <= number and divisor < 10_000:
        count = 0
        while number % divisor == 0:
            number, count = number // divisor, count + 1
        if count:
            yield divisor, count
        divisor += 1
    if number > 1:
        yield number, 1


# -------------------------------------------------------------------- the rules
