"""Divergences, entropies, mutual information; and which operator of probability a name is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import Definition, Family
from lemmata.kernel.terms import (
    JSD,
    KL,
    Add,
    App,
    CrossEntropy,
    Density,
    Entropy,
    Expect,
    Law,
    MutualInformation,
    Neg,
    Sym,
    Term,
    free,
    walk,
)
from lemmata.notation.drawn import drawn_name
from lemmata.notation.errors import NotationError
from lemmata.notation.lexer import Token
from lemmata.notation.names import Stretch, read_name
from lemmata.notation.probability import (
    DIVERGENCES,
    complete,
    covariance,
    expectation,
    head_kind,
    variance,
)
from lemmata.notation.roles import check_places, check_roles, place_of
from lemmata.notation.symbols import Symbols

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser


CONDITIONAL: Final = "the conditional entropy given "
"""How the question begins whether an entropy is averaged over its condition."""


def head(parser: Parser) -> Term | None:
    """The term of an operator of probability, or None if the name here is none."""
    kind = head_kind(parser)
    match kind:
        case None:
            return None
        case "E":
            return expectation(parser)
        case "Var":
            return variance(parser)
        case "Cov":
            return covariance(parser)
        case "H":
            return _entropy(parser)
        case "I":
            return _information(parser)
    return _divergence(parser, kind)


def _sides(parser: Parser, separators: tuple[str, ...]) -> list[Stretch]:
    """The stretches between the separators in the bracket group here; moves behind it."""
    if not parser.next_is("(", "[", "\\{"):
        raise parser.unreadable("expected ( or [")
    close = parser.partner[parser.at]
    start = at = parser.at + 1
    sides: list[Stretch] = []
    while at < close:
        token = parser.tokens[at]
        if token.kind == "sym" and token.text in separators:
            sides.append((start, at))
            start = at + 1
        at = parser.group_end(at) if at in parser.partner else at + 1
    sides.append((start, close))
    parser.at = close + 1
    return sides


def _side(parser: Parser, variables: tuple[Sym, ...]) -> Term:
    """One side of a divergence.

    A density, a family or definition without arguments, or any formula.
    """
    token, start = parser.peek(), parser.at
    if token.kind == "name" and head_kind(parser) is None:
        name = read_name(parser)
        if name.entry is not None and name.power is None and parser.at == parser.stop:
            if name.entry.kind == "family":
                return complete(parser, name.entry, token, variables)
            item = name.entry.item
            if isinstance(item, Definition) and item.arguments and variables:
                check_places(parser, item, variables, token)
                return App(name.entry.name, variables)
        parser.at = start
    kept = parser.integrals, parser.bars, parser.whole, parser.bare
    parser.integrals, parser.bars, parser.whole, parser.bare = 0, "", False, True
    term = parser.expression()
    parser.integrals, parser.bars, parser.whole, parser.bare = kept
    return term


def drawn_by(term: Term, is_outcome: Callable[[str], bool]) -> tuple[Sym, ...]:
    """The variables that a divergence with this left side runs over.

    Those that its densities are laws of, unless they are integrated out inside it.
    """
    seen: dict[Sym, None] = {}
    outside = free(term)
    for part in walk(term):
        places: tuple[Term, ...] = ()
        if isinstance(part, Density):
            places = part.of
        elif isinstance(part, App):
            places = part.arguments
        for place in places:
            if isinstance(place, Sym) and is_outcome(place.name) and place in outside:
                seen[place] = None
        if isinstance(part, Density | App) and part is term:
            break
    return tuple(seen)


def _divergence(parser: Parser, kind: str) -> Term:
    sign = parser.take()
    variables: tuple[Sym, ...] = ()
    if parser.next_is("_"):
        parser.take()
        first, last = parser.script()
        if parser.flat(first, last) not in DIVERGENCES:
            variables = _subscript_variables(parser, first, last)
    if parser.next_is("^"):
        raise parser.unsupported("a superscript on a divergence", sign)
    if not parser.next_is("(", "[", "\\{"):
        raise parser.unreadable(f"expected ( or [ after {kind}")
    opening = parser.at
    sides = _sides(parser, ("||",))
    if len(sides) == 1:
        parser.at = opening
        sides = _sides(parser, ("||", ",", ";", ":", "|"))
    if len(sides) != 2:
        raise parser.unreadable(f"expected two laws separated by \\| in {kind}", sign)
    left, right = sides
    left_term = parser.within(*left, lambda: _side(parser, variables))
    found = variables or _drawn_from(parser, left_term)
    if not found:
        raise parser.unreadable(
            "the left side of this divergence is no law of variables", parser.tokens[left[0]]
        )
    kept, parser.dotted = parser.dotted, found
    right_term = parser.within(*right, lambda: _side(parser, found))
    parser.dotted = kept
    return KL(found, left_term, right_term) if kind == "KL" else JSD(found, left_term, right_term)


def _drawn_from(parser: Parser, term: Term) -> tuple[Sym, ...]:
    return drawn_by(term, lambda name: place_of(parser, name) is not None)


def _subscript_variables(parser: Parser, first: int, last: int) -> tuple[Sym, ...]:
    return tuple(
        parser.within(a, b, lambda: drawn_name(parser)) for a, b in parser.items(first, last)
    )


def _entropy(parser: Parser) -> Term:
    """`H(y)`, `H(y|z)`, `H(p(y))`, `H(p(z), q(z))`.

    A family or the variables may stand below the H.
    """
    sign = parser.take()
    family, variables = _entropy_subscript(parser)
    opening = parser.at
    sides = _sides(parser, (",", "|", ";"))
    bar = [parser.tokens[b].text for _, b in sides[:-1]]
    if ";" in bar:
        raise parser.unreadable("a semicolon in H", sign, "Write I for a mutual information.")
    names = [_plain_variable(parser, a, b) for a, b in sides]
    if not variables and all(name is not None for name in names) and bar.count("|") <= 1:
        cut = bar.index("|") + 1 if "|" in bar else len(sides)
        of = tuple(name for name in names[:cut] if name is not None)
        given = tuple(name for name in names[cut:] if name is not None)
        chosen = family or _joint(parser, (*of, *given), sign)
        check_roles(parser, chosen, [*of, *given], [], sign)
        if given and parser.averages and family is None:
            shown = f"{sign.text}({of[0].name}|{given[0].name})"
            parser.flag(f"{shown} below an expectation is read as an average itself")
        return Entropy(chosen.name, of, given)
    parser.at = opening
    sides = _sides(parser, (",", ";"))
    if len(sides) > 2:
        raise parser.unreadable("expected one law or two between the brackets of H", sign)
    left = parser.within(*sides[0], lambda: _side(parser, variables))
    drawn = variables or _drawn_from(parser, left)
    if not drawn:
        raise parser.unreadable("expected variables or a law between the brackets of H", sign)
    right = parser.within(*sides[1], lambda: _side(parser, drawn)) if len(sides) == 2 else None
    if variables:
        return CrossEntropy(drawn, left, left if right is None else right)
    return _averaged(parser, left, right, drawn)


def _averaged(parser: Parser, left: Term, right: Term | None, drawn: tuple[Sym, ...]) -> Term:
    """The (cross-)entropy of written laws.

    Where the first has a condition, at each of its values or averaged over it.
    """
    if isinstance(left, Density):
        family = next(f for f in parser.symbols.declarations.families if f.name == left.family)
        given = tuple(part for part in left.given if isinstance(part, Sym))
        joint = given and len(given) == len(left.given) and not family.given
        if not left.given and right is None:
            return Entropy(left.family, drawn)
        if joint and _is_average(parser, given):
            if right is None:
                return Entropy(left.family, drawn, given)
            law = Law(given, Density(left.family, given))
            return Expect((law,), CrossEntropy(drawn, left, right))
    return CrossEntropy(drawn, left, left if right is None else right)


def _is_average(parser: Parser, given: tuple[Sym, ...]) -> bool:
    """Whether an entropy of a written law is meant as its average over the condition.

    Never below an expectation or integral: there each value of the condition is meant.
    """
    question = CONDITIONAL + ", ".join(sorted(part.name for part in given))
    options = ("averaged over it", "at each of its values")
    if parser.averages:
        parser.settle(question, options[1])
        return False
    if parser.choose(question, options, throughout=True) == options[1]:
        return False
    parser.closed |= {part.name for part in given}
    return True


def _plain_variable(parser: Parser, first: int, last: int) -> Sym | None:
    """The variable that a stretch consists of, or None."""
    if first == last or parser.tokens[first].kind != "name":
        return None
    try:
        return parser.within(first, last, lambda: drawn_name(parser))
    except NotationError:
        return None


def _entropy_subscript(parser: Parser) -> tuple[Family | None, tuple[Sym, ...]]:
    if not parser.next_is("_"):
        return None, ()
    parser.take()
    first, last = parser.script()
    entry = parser.symbols.find(parser.flat(first, last))
    if entry is not None and isinstance(entry.item, Family):
        return entry.item, ()
    return None, _subscript_variables(parser, first, last)


def _joint(parser: Parser, variables: tuple[Sym, ...], sign: Token) -> Family:
    """The family that an entropy of variables is about.

    The one agreed on, or the only one that has them all.

    Raises:
        UnderDeclared: Several families would do.
    """
    found = joint_family(parser.symbols, variables)
    if found is not None:
        return found
    names = [f.name for f in _with_all(parser.symbols, variables)]
    shown = " or ".join(names) or "none"
    raise parser.undeclared(
        sign.text,
        sign,
        f"under which law is this {sign.text}? ({shown} of the declared families would do)",
        "Write the family below the sign, or declare which law it is about.",
    )


def _with_all(symbols: Symbols, variables: tuple[Sym, ...]) -> list[Family]:
    """The joint families that are laws of all these variables.

    Those of the most variables among them.
    """
    declared = (symbols.declarations.variable(variable.name) for variable in variables)
    roles = {variable.place if variable else None for variable in declared}
    fitting = [f for f in symbols.declarations.families if not f.given and roles <= set(f.of)]
    largest = max((len(f.of) for f in fitting), default=0)
    return [f for f in fitting if len(f.of) == largest]


def joint_family(symbols: Symbols, variables: tuple[Sym, ...]) -> Family | None:
    """The family that an entropy of these variables is about.

    The one agreed on, or the only one that has them all.
    """
    if symbols.conventions.joint:
        return symbols.declarations.family(symbols.conventions.joint)
    fitting = _with_all(symbols, variables)
    return fitting[0] if len(fitting) == 1 else None


def _information(parser: Parser) -> Term:
    sign = parser.take()
    family, _ = _entropy_subscript(parser)
    opening = parser.at
    sides = _sides(parser, (";",))
    if len(sides) == 1:
        parser.at = opening
        sides = _sides(parser, (",",))
    if len(sides) != 2:
        raise parser.unreadable("expected two groups of variables separated by ; in I", sign)
    (first, cut), (start, last) = sides
    bar = next((k for k in range(start, last) if parser.tokens[k].text == "|"), last)
    one = _subscript_variables(parser, first, cut)
    other = _subscript_variables(parser, start, bar)
    given = _subscript_variables(parser, bar + 1, last) if bar < last else ()
    chosen = family or _joint(parser, (*one, *other, *given), sign)
    check_roles(parser, chosen, [*one, *other, *given], [], sign)
    if not given:
        return MutualInformation(chosen.name, one, other)
    known = Entropy(chosen.name, one, (*other, *given))
    return Add((Entropy(chosen.name, one, given), Neg(known)))
