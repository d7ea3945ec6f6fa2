"""The direction and the offset of the index of a sum, chosen canonically."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from lemmata.kernel.notes import UnsupportedError
from lemmata.kernel.poly import (
    ZERO,
    ZERO_NUMBER,
    Argument,
    Atom,
    Mono,
    Poly,
    as_poly,
    as_tuple,
    bound_variable,
    constant,
    of_mono,
)
from lemmata.kernel.rules import densities, ranges, rule

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser

# Brackets tie an index to others; laws and paths have no entries outside their declared range.
TIED = frozenset({"ge0", "eq0", "comp", "traj", "grad"})


@rule("reindexed_sum")
def reindex(n: Normaliser, number: int, sort: Argument, touching: Mono) -> Poly | None:
    """A sum may run backwards, or count from another place.

    Statement: sum_{i=a}^b f(i) = sum_{i=a}^b f(a + b - i) = sum_{i=a+k}^{b+k} f(i - k).
    Assumes: nothing.
    Refuses: terms with brackets, components, or expectations over paths; a form in which something
        is divided by what may be zero.
    Example: sum_{i=1}^n u_{n+1-i} = sum_{i=1}^n u_i.
    """
    lower, upper = map(as_poly, as_tuple(sort)[1:3])
    inside = [atom for pair in touching for atom in _inside(pair[0], number)]
    if n.along_paths or any(atom.kind in TIED or _of_components(atom) for atom in inside):
        return None
    places = [place for atom in inside if atom.kind == "sym" for place in _places(atom, number)]
    powers = [(as_poly(a.arguments[1]), e) for a, e in touching if a.kind == "pow"]
    turn = sum(s for s, _ in places) or sum(e * _slope(power, number) for power, e in powers)
    shift = min((offset for slope, offset in places if slope == 1), default=ZERO_NUMBER)
    if turn >= 0 and (not shift or abs(shift) > ranges.LARGEST_SHIFT or shift.denominator != 1):
        return None
    fresh, conditions = n.fresh(), dict(n.conditions)
    variable = bound_variable(fresh)
    moved = constant(shift) if turn >= 0 else ZERO
    value = variable - moved if turn >= 0 else lower + upper - variable
    low, high, extra = ranges.split_ends(n, lower + moved, upper + moved)
    n.note_limits(fresh, ("range", low, high))
    try:
        body = n.substitute(of_mono(touching), {number: value})
        result = n.bind([(fresh, ("range", low, high))], body)
        for place, sign in extra:
            at = n.substitute(body, {fresh: place})
            result = result + at.scaled(Fraction(sign))
    except UnsupportedError:
        return None
    if n.conditions != conditions:
        n.conditions = conditions
        return None
    n.note_binder("reindexed_sum", result, number, touching)
    return result


def _of_components(atom: Atom) -> bool:
    """Whether an atom is a density of something else than names with their own indices."""
    if atom.kind != "dens":
        return False
    fillers = [filler.atom() for _, _, filler in densities.entries_of(atom)]
    return any(filler is None or filler.kind != "sym" for filler in fillers)


def _inside(value: Argument, number: int) -> Iterator[Atom]:
    """The atoms that contain a variable, at any depth."""
    if isinstance(value, tuple):
        for part in value:
            yield from _inside(part, number)
    elif isinstance(value, Poly):
        yield from _inside(tuple(atom for mono in value.terms for atom, _ in mono), number)
    elif isinstance(value, Atom) and number in value.free:
        yield value
        yield from _inside(value.arguments, number)


def _places(atom: Atom, number: int) -> Iterator[tuple[Fraction, Fraction]]:
    """Where a variable stands among the indices of a name: its sign and its offset."""
    for index in map(as_poly, as_tuple(atom.arguments[1])):
        if abs(_slope(index, number)) == 1:
            yield _slope(index, number), index.terms.get((), ZERO_NUMBER)


def _slope(poly: Poly, number: int) -> Fraction:
    """The coefficient of a variable."""
    return poly.terms.get(next(iter(bound_variable(number).terms)), ZERO_NUMBER)
