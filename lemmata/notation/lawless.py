r"""Signs without a law, `E[f(y) | x]`, where one joint law is agreed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import Family
from lemmata.kernel.terms import Expect, Law, Sym, Term, Variance, bound, children
from lemmata.notation.drawn import condition_bar
from lemmata.notation.lexer import Token
from lemmata.notation.roles import check_roles

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

_AVERAGES: Final = ("E", "Var", "Cov")


def only_law(parser: Parser) -> Family | None:
    """The joint law agreed on, or the only one that is declared and has no condition."""
    declared = parser.symbols.declarations
    if parser.symbols.conventions.joint:
        return declared.family(parser.symbols.conventions.joint)
    if len(declared.families) != 1 or declared.values or declared.families[0].given:
        return None
    return declared.families[0]


def joint_law(parser: Parser, sign: Token, family: Family) -> tuple[Law, ...]:
    """The law of the variables in the bracket here, under one joint law."""
    if not parser.next_is("[", "(", "\\{"):
        raise parser.unreadable(f"expected [ after {sign.text}", sign)
    found: dict[Sym, None] = {}
    _random(parser, parser.at + 1, parser.partner[parser.at], sign, found)
    if not found:
        raise parser.unreadable(f"this {sign.text} is of nothing random", sign)
    law = Law(tuple(found), check_roles(parser, family, list(found), [], sign))
    parser.lawless.add(law)
    return (law,)


def _random(parser: Parser, first: int, last: int, sign: Token, found: dict[Sym, None]) -> None:
    """Find the variables in a stretch; of a sign within, those that it is given."""
    place = first
    while place < last:
        token = parser.tokens[place]
        if token.text in _AVERAGES and parser.tokens[place + 1].text in ("[", "(", "\\{"):
            start, parser.at = parser.at, place + 1
            bar, close = condition_bar(parser), parser.partner[place + 1]
            parser.at = start
            if bar is not None:
                _random(parser, bar + 1, close, sign, found)
            place = close
        elif token.text in ("\\sum", "\\int", *_AVERAGES):
            raise parser.unsupported(
                f"another binding sign inside an {sign.text} that names no law",
                token,
                f"Write the law below this {sign.text}.",
            )
        entry = parser.symbols.find(token.text, token.font) if token.kind == "name" else None
        if entry is not None and entry.kind == "outcome":
            after = parser.tokens[place + 1].text
            if after[0] == "'" or (after == "_" and not entry.axes):
                raise parser.unsupported(
                    f"a copy of {entry.name!r} inside an {sign.text} that names no law", token
                )
            found[Sym(entry.name)] = None
        place += 1


def check_redrawn(parser: Parser, term: Term) -> None:
    r"""Refuse a sign without a law that draws some variables of the signs around it, and others.

    `E_{p(x)}[E[h(x, y)]]` may be meant over `y` alone.

    Raises:
        UnderDeclared: There is such a sign.
    """
    stack: list[tuple[Term, frozenset[Sym]]] = [(term, frozenset())] if parser.lawless else []
    while stack:
        top, around = stack.pop()
        drawn = frozenset(bound(top))
        if isinstance(top, Expect | Variance) and not parser.lawless.isdisjoint(top.laws):
            if around & drawn and not drawn <= around:
                raise parser.undeclared(
                    "E", parser.tokens[0], "an E inside another sign does not say what it draws"
                )
        else:
            around |= drawn
        stack += [(part, around) for part in children(top)]
