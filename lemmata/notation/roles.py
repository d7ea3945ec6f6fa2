"""The places that variables have in the densities of a family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lemmata.kernel.declarations import Definition, Family, Variable
from lemmata.kernel.terms import App, Density, Sym, Term, walk
from lemmata.notation.errors import RolesExchanged, Unreadable
from lemmata.notation.lexer import Token

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser


def place_of(parser: Parser, name: str) -> str | None:
    """The role of a variable in families; None if the name is no variable."""
    variable: Variable | None = parser.symbols.declarations.variable(name)
    return variable.place if variable else None


def check_roles(
    parser: Parser, family: Family, of: list[Term], given: list[Term], token: Token
) -> Density:
    """A density whose arguments fit the roles of its family.

    Raises:
        Unreadable: A variable has no role in the family, stands on the wrong side of the bar,
            or stands twice; a condition that the family always has is missing.
    """
    for term in (*of, *given):
        if isinstance(term, Sym) and parser.symbols.find(term.name.rstrip("'")) is None:
            message = f"{term.name!r} is no variable that a density can be of"
            raise parser.undeclared(term.name, token, message, _shape(family))
    seen: dict[str, Term] = {}
    for side, terms in (("of", of), ("given", given)):
        for term in terms:
            if not isinstance(term, Sym):
                roles = [
                    r
                    for r in (family.of if side == "of" else (*family.given, *family.of))
                    if r not in seen
                ]
                if (
                    len(terms) != 1
                    or (side == "of" and len(family.of) != 1)
                    or (side == "given" and len(family.given) != 1)
                ):
                    raise parser.unsupported(
                        "a formula in the place of a variable", token, _shape(family)
                    )
                seen[roles[0]] = term
                continue
            place = place_of(parser, term.name)
            place = place and family.place(place, drawn=side == "of")
            if place is None:
                raise parser.unreadable(
                    f"{term.name!r} is no variable that a density can be of", token, _shape(family)
                )
            if place not in family.of and place not in family.given:
                raise parser.unreadable(
                    f"role clash: {term.name!r} has no place in {family.name!r}",
                    token,
                    _shape(family),
                )
            if side == "of" and place in family.given:
                message = f"role clash: {term.name!r} stands before the bar"
                raise _clash(parser, family, given, message, token)
            if place in seen:
                raise parser.unreadable(
                    f"{place!r} stands twice in one density",
                    token,
                    "Give the second one a name of its own.",
                )
            seen[place] = term
    if not of:
        raise parser.unreadable("a density of nothing", token, _shape(family))
    missing = [role for role in family.given if role not in seen]
    if missing:
        raise parser.unreadable(
            f"the condition {', '.join(missing)} is missing", token, _shape(family)
        )
    return Density(family.name, tuple(of), tuple(given))


def _shape(family: Family) -> str:
    """What a family is declared as, for a hint."""
    given = f" given {', '.join(family.given)}" if family.given else ""
    return f"{family.name!r} is declared as a law of {', '.join(family.of)}{given}."


def _clash(
    parser: Parser, family: Family, given: list[Term], message: str, token: Token
) -> Unreadable:
    """The error of a condition that stands before the bar.

    Where what the law is of stands behind it, they have changed places, and the law has no value.
    """
    behind = {place_of(parser, term.name) for term in given if isinstance(term, Sym)}
    if behind & {*family.of}:
        return RolesExchanged(
            message, parser.source.span(token.start, token.end), parser.source, _shape(family)
        )
    return parser.unreadable(message, token, _shape(family))


def check_places(
    parser: Parser, definition: Definition, arguments: Sequence[Term], token: Token
) -> None:
    """Refuse a variable of another role in the place of one that a definition weighs.

    With `"m(x)"` defined as a mean under p(y | x), `m(z)` would be read as one under p(y | z).

    Raises:
        Unsupported: There is such a variable.
    """
    for argument, value in zip(definition.arguments, arguments, strict=False):
        place = place_of(parser, argument.name)
        other = place_of(parser, value.name) if isinstance(value, Sym) else None
        if place and other not in (place, None) and _is_weighed(parser, definition, argument):
            shown = f"{definition.name!r} of {other!r}, whose densities are of {place!r},"
            raise parser.unsupported(shown, token)


def _is_weighed(parser: Parser, definition: Definition, argument: Sym) -> bool:
    """Whether an argument stands in a density of a definition, or of one that it uses."""
    for part in walk(definition.body):
        if isinstance(part, Density) and argument in (*part.of, *part.given):
            return True
        known = parser.symbols.declarations.find(part.name) if isinstance(part, App) else None
        if isinstance(part, App) and isinstance(known, Definition):
            pairs = zip(known.arguments, part.arguments, strict=False)
            if any(v == argument and _is_weighed(parser, known, a) for a, v in pairs):
                return True
    return False


def which_law(family: Family, variables: Sequence[Sym]) -> str:
    """The question which law of some variables the bare name of a joint law means."""
    of = ", ".join(sorted(variable.name for variable in variables))
    return f"the law {family.name} of {of} is"
