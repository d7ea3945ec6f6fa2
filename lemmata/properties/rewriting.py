"""True identities, applied at a random place: the result must have the normal form of the term."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from lemmata.kernel.terms import (
    Add,
    Density,
    Derivative,
    Div,
    Integral,
    Mul,
    Neg,
    Num,
    Pow,
    Sum,
    Sym,
    Term,
    Trajectory,
    bound,
    children,
    free,
    rebuild,
    substitute,
)


def rewrite(term: Term, dice: Random) -> Term:
    """The term with one true identity applied to one of its parts.

    Args:
        term: A term in which only real numbers are added and multiplied.
        dice: What chooses the place and the identity.
    """
    choices = list(_everywhere(term))
    return dice.choice(choices) if choices else term


def _everywhere(term: Term) -> Iterator[Term]:
    yield from _here(term)
    parts = children(term)
    names = bound(term)
    for place, part in enumerate(parts):
        if part in names or _stays(term, place):
            continue
        for changed in _everywhere(part):
            yield rebuild(term, (*parts[:place], changed, *parts[place + 1 :]))


def _stays(term: Term, place: int) -> bool:
    """Whether a child is an index, a variable, an end of a range or an exponent."""
    match term:
        case Sym() | Density():
            return True
        case Pow() | Sum():
            return place != (0 if isinstance(term, Pow) else 3)
        case Derivative():
            return place == 0
    return type(term).__name__ in {
        "Iverson",
        "App",
        "Prod",
        "Entries",
        "Entropy",
        "MutualInformation",
    }


def _here(term: Term) -> Iterator[Term]:
    match term:
        case Add(parts) | Mul(parts) if len(parts) > 1:
            yield rebuild(term, tuple(reversed(parts)))
    match term:
        case Mul((left, Add(parts))):
            yield Add(tuple(Mul((left, part)) for part in parts))
        case Neg(Add(parts)):
            yield Add(tuple(Neg(part) for part in parts))
        case Div(Add(parts), bottom):
            yield Add(tuple(Div(part, bottom) for part in parts))
        case Integral((first, second), body) if not first.indices and not second.indices:
            yield Integral((second, first), body)
            yield Integral((first,), Integral((second,), body))
        case Integral(variables, Add(parts)):
            yield Add(tuple(Integral(variables, part) for part in parts))
        case Sum(index, span, Add(parts), excluding):
            yield Add(tuple(Sum(index, span, part, excluding) for part in parts))
        case Sum(index, span, body, excluding):
            letter = Sym(index.name + "''")
            if letter not in free(body):
                yield Sum(letter, span, substitute(body, {index: letter}), excluding)
        case Trajectory(process, Add(parts)):
            yield Add(tuple(Trajectory(process, part) for part in parts))
        case Derivative(variable, Add(parts)):
            yield Add(tuple(Derivative(variable, part) for part in parts))
        case Derivative(variable, Mul((left, right))):
            yield Derivative(variable, left) * right + left * Derivative(variable, right)
        case Density(family, of, given) if given and family in {"p", "nu"}:
            yield Density(family, of + given) / Density(family, given)
        case Pow(base, Num(value)) if value == 2:
            yield base * base
    if isinstance(term, Density | Integral | Mul | Div | Add):
        yield (term + term) / 2
        yield term * 1 + 0
