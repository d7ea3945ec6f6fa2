"""Expectations and variances given some variables: `E[f(a) | s]`."""

from __future__ import annotations

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
    averaged: type[Expect | Variance] = Expect,
) -> Term:
    """An expectation or variance given some variables, of which the laws draw the others.

    Raises:
        Unsupported: Something is given that is drawn behind something that is not, so that its law
            given the rest is none of those that are written.
    """
    open_, close = parser.at, parser.partner[parser.at]
    given = read_conditions(parser, bar, close)
    if isinstance(laws, Process):
        body = parser.within(open_ + 1, bar, parser.inner)
        parser.at = close + 1
        term = given_the_past(parser, laws, body, given, sign)
        return substitute(term, _replaced(given))
    if not given.plain:
        raise parser.unsupported("a condition on more than is named", sign)
    known = {name.name for name in given.values}
    left: list[Law] = []
    for law in [_given_more(parser, law, known, sign) for law in laws]:
        named = [variable.name in known for variable in law.variables]
        drawn = {variable.name for other in left for variable in other.variables}
        behind = drawn & {symbol.name for symbol in free(law.density)}
        if not all(named):
            left.append(law)
        if any(named) and (behind or not all(named)):
            raise parser.unsupported("a condition on what is drawn behind other variables", sign)
    parser.averages += 1
    body = parser.within(open_ + 1, bar, parser.inner)
    parser.averages -= 1
    parser.at = close + 1
    nothing = body if averaged is Expect else as_term(0)
    term = averaged(tuple(left), body) if left else nothing
    told = {name.name for law in left for name in free(law.density)}
    drawn = {variable.name for law in laws for variable in law.variables}
    if not known <= told | drawn | {symbol.name for symbol in free(body)}:
        raise parser.unsupported("a condition on what is in no law", sign)
    return substitute(term, _replaced(given))


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
