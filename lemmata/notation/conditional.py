"""Expectations and variances given some variables: `E[f(a) | s]`."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from lemmata.kernel.declarations import Process
from lemmata.kernel.terms import (
    Density,
    Expect,
    Law,
    Sym,
    Term,
    Variance,
    as_term,
    free,
    substitute,
)
from lemmata.notation.drawn import read_conditions
from lemmata.notation.histories import Conditions, given_the_past
from lemmata.notation.lexer import Token
from lemmata.notation.roles import place_of, which_law

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser


def conditional(
    parser: Parser,
    laws: tuple[Law, ...] | Process,
    bar: int,
    sign: Token,
    kind: type[Expect | Variance] = Expect,
) -> Term:
    """An expectation or variance given some variables, of which the laws draw the others.

    Raises:
        Unsupported: Something is given that is drawn behind something that is not, so that its law
            given the rest is none of those that are written.
    """
    first = parser.at + 1
    if isinstance(laws, Process):
        close = parser.partner[parser.at]
        told = read_conditions(parser, bar, close)
        body = parser.within(first, bar, parser.inner)
        parser.at = close + 1
        term = given_the_past(parser, laws, body, told, sign)
        return substitute(term, _replaced(told))

    def read(left: tuple[Law, ...]) -> Term:
        parser.averages += 1
        body = parser.within(first, bar, parser.inner)
        parser.averages -= 1
        return averaged(left, body, kind)

    return given(parser, laws, bar, sign, read)


def averaged(laws: tuple[Law, ...], body: Term, kind: type[Expect | Variance] = Expect) -> Term:
    """The average of what is drawn from these laws; of what is fixed, itself or no variance."""
    if laws:
        return kind(laws, body)
    return body if kind is Expect else as_term(0)


def given(
    parser: Parser,
    laws: tuple[Law, ...],
    bar: int,
    sign: Token,
    read: Callable[[tuple[Law, ...]], Term],
) -> Term:
    """What is read under the laws given the variables behind the bar of the bracket here.

    Raises:
        Unsupported: The laws given them are none of those that are written.
    """
    close = parser.partner[parser.at]
    told = read_conditions(parser, bar, close)
    if not told.plain:
        raise parser.unsupported("a condition on more than is named", sign)
    said = {part for law in laws for part in (*law.variables, *free(law.density))}
    if any(_is_a_part(name, said) for name in told.values):
        raise parser.unsupported("a condition on a component, or on one of several copies", sign)
    known = {name.name for name in told.values}
    left = _laws_left(parser, laws, known, sign)
    drawn = {variable.name for law in laws for variable in law.variables}
    spoken = {name.name for law in left for name in free(law.density)}
    if any(place_of(parser, name) for name in spoken - drawn - known):
        raise parser.unsupported("a condition on less than the law is given", sign)
    if not parser.lawless.isdisjoint(laws):
        parser.lawless.update(left)
    term = read(left)
    parser.at = close + 1
    if not known <= spoken | drawn | {symbol.name for symbol in free(term)}:
        raise parser.unsupported("a condition on what is in no law", sign)
    return substitute(term, _replaced(told))


def _is_a_part(name: Sym, said: AbstractSet[Sym]) -> bool:
    """Whether the laws speak of what is given as a whole, of another part of it, or not of it."""
    others = any(part.name == name.name and part != name for part in said)
    return others or (bool(name.indices) and name not in said)


def _laws_left(
    parser: Parser, laws: tuple[Law, ...], known: AbstractSet[str], sign: Token
) -> tuple[Law, ...]:
    """The laws of what is not known, given what is.

    Raises:
        Unsupported: Something known is drawn behind something that is not.
    """
    left: list[Law] = []
    for written in laws:
        law = _given_more(parser, written, known, sign)
        drawn = {variable.name for other in left for variable in other.variables}
        behind = drawn & {symbol.name for symbol in free(law.density)}
        law = law if behind else _given_a_part(law, known)
        named = [variable.name in known for variable in law.variables]
        if not all(named):
            left.append(law)
        if any(named) and (behind or not all(named)):
            raise parser.unsupported("a condition on what is drawn behind other variables", sign)
    return tuple(left)


def _given_a_part(law: Law, known: AbstractSet[str]) -> Law:
    """A joint law of several variables, of which some are known, as that of the others."""
    density = law.density
    told = tuple(variable for variable in law.variables if variable.name in known)
    rest = tuple(variable for variable in law.variables if variable.name not in known)
    whole = isinstance(density, Density) and set(density.of) == set(law.variables)
    if not isinstance(density, Density) or not whole or not told or not rest:
        return law
    return Law(rest, Density(density.family, rest, (*density.given, *told)))


def _given_more(parser: Parser, law: Law, known: AbstractSet[str], sign: Token) -> Law:
    """A law of some variables of a joint law, given those others of it that are known.

    Raises:
        Unreadable: It has been read as the law given them, which would tell the condition twice.
    """
    density = law.density
    if not isinstance(density, Density):
        return law
    family = parser.symbols.declarations.family(density.family)
    there = {symbol.name for symbol in free(density)}
    if there & known and parser.made.get((-1, which_law(family, law.variables))):
        raise parser.unreadable("the condition stands behind the bar already", sign)
    taken = {
        place_of(parser, each.name)
        for each in (*density.of, *density.given)
        if isinstance(each, Sym)
    }
    open_ = {place for place in family.of if place not in taken}  # `a` tells nothing of `a'` there
    more = [name for name in sorted(known - there) if place_of(parser, name) in open_]
    given = (*density.given, *map(Sym, more))
    return Law(law.variables, Density(density.family, density.of, given)) if more else law


def _replaced(given: Conditions) -> dict[Sym, Term]:
    """The variables that a condition sets equal to others."""
    return {name: value for name, value in given.values.items() if name != value}
