r"""Signs without a law, `E[f(y) | x]`, where one joint law is agreed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import Family
from lemmata.kernel.terms import Expect, Law, Sym, Term, Variance, bound, children, free
from lemmata.notation.drawn import condition_bar, drawn_names
from lemmata.notation.errors import NotationError
from lemmata.notation.lexer import Token
from lemmata.notation.roles import check_roles

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

_AVERAGES: Final = ("E", "Var", "Cov", "var", "cov")


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


def marginal_law(parser: Parser, end: int) -> Law | None:
    r"""The law of the variables below a sign, `E_x`, under the only law; None for anything else."""
    family, start = only_law(parser), parser.at
    texts = {token.text for token in parser.tokens[start:end]}
    others = len(parser.symbols.declarations.families) > 1
    if family is None or others or texts & {"\\sim", "|", "("}:
        return None
    try:
        drawn = drawn_names(parser, start, end)
    except NotationError:
        return None
    law = Law(drawn, check_roles(parser, family, list(drawn), [], parser.tokens[start]))
    parser.marginal.add(law)
    parser.at = end
    return law


def check_drawn(parser: Parser, term: Term) -> None:
    r"""Refuse signs of which nobody knows what they draw.

    A sign without a law that draws some variables of the signs around it, and others:
    `E_{p(x)}[E[h(x, y)]]` may be meant over `y` alone. A sign that names variables alone where
    others are fixed, `E_y[E_x[h(x, y)]]`: the law of `x` may be meant to be that given `y`.

    Raises:
        UnderDeclared: There is such a sign.
    """
    known = parser.lawless | parser.marginal
    stack: list[tuple[Term, frozenset[str]]] = [(term, frozenset())] if known else []
    while stack:
        top, around = stack.pop()
        drawn = frozenset(name.name for name in bound(top))
        laws = frozenset(top.laws) if isinstance(top, Expect | Variance) else frozenset[Law]()
        unclear = bool(around & drawn) and not drawn <= around
        if (unclear and laws & parser.lawless) or (
            laws & parser.marginal
            and any(parser.symbols.declarations.variable(name.name) for name in free(top))
        ):
            raise parser.undeclared(
                "E", parser.tokens[0], "an E beside other variables does not say what it draws"
            )
        around = around if laws & parser.lawless else around | drawn
        stack += [(part, around) for part in children(top)]
