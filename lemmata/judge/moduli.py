"""Bounds and equations with moduli, by the sign of what stands in them.

A modulus is its body or the negative of it. So a bound holds if it does with either of the two in
the place of each modulus that makes its gap smaller; in the place of one that makes it larger any
of the two may stand, or 0, because the modulus is no smaller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from lemmata.judge.bounds import proved
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.terms import (
    Add,
    Div,
    Fn,
    Mul,
    Neg,
    Pow,
    Statement,
    Term,
    as_term,
    children,
    rebuild,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Verdict

MOST_MODULI: Final = 3
"""Moduli of one statement that are looked at."""
_ZERO: Final = as_term(0)


def by_signs(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A bound that holds whatever the signs of what stands in its moduli are."""
    if statement.relation not in ("<=", ">="):
        return []
    sides = [unfold(side, declarations) for side in (statement.left, statement.right)]
    small, large = sides if statement.relation == "<=" else sides[::-1]
    gap = Add((large, Neg(small)))
    found = [*_moduli(gap, 1, declarations)]
    every = {part for part in walk(gap) if isinstance(part, Fn) and part.name == "abs"}
    moduli = [*dict.fromkeys(body for body, _ in found)]
    if not found or len(every) > len(moduli) or len(moduli) > MOST_MODULI:
        return []
    lower = [body for body in moduli if (body, -1) in found]
    free = [body for body in moduli if body not in lower]
    verdicts: list[Verdict] = []
    for signs in product((1, -1), repeat=len(lower)):
        known = dict(zip(lower, signs, strict=True))
        chosen = product((1, -1, 0), repeat=len(free))
        ways = ({**known, **dict(zip(free, each, strict=True))} for each in chosen)
        bounds = (Statement(_with_signs(gap, way), ">=", _ZERO) for way in ways)
        holds = next((v for bound in bounds if (v := proved(bound, declarations))), [])
        if not holds:
            return []
        verdicts += holds
    return verdicts


def of_a_modulus(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A modulus that equals what is not negative and has the same square."""
    if statement.relation != "=":
        return []
    for side, other in (
        (statement.left, statement.right),
        (statement.right, statement.left),
    ):
        match side:
            case Fn("abs", body):
                two = as_term(2)
                above = proved(Statement(other, ">=", _ZERO), declarations)
                same = above and proved(
                    Statement(Pow(body, two), "=", Pow(other, two)), declarations
                )
                if same:
                    return [*above, *same]
            case _:
                pass
    return []


def _moduli(term: Term, sign: int, declarations: Declarations) -> Iterator[tuple[Term, int]]:
    """The bodies of the moduli that a gap grows with (1) or falls with (-1)."""
    match term:
        case Fn("abs", body):
            yield body, sign
        case Neg(body):
            yield from _moduli(body, -sign, declarations)
        case Add():
            for part in children(term):
                yield from _moduli(part, sign, declarations)
        case Mul():
            parts = children(term)
            holding = [part for part in parts if any(map(_is_modulus, walk(part)))]
            others = [part for part in parts if part not in holding]
            if len(holding) == 1 and all(_not_negative(o, declarations) for o in others):
                yield from _moduli(holding[0], sign, declarations)
        case Div(above, below) if _not_negative(below, declarations):
            yield from _moduli(above, sign, declarations)


def _is_modulus(term: Term) -> bool:
    return isinstance(term, Fn) and term.name == "abs"


def _not_negative(term: Term, declarations: Declarations) -> bool:
    return isinstance(prove(Statement(term, ">=", _ZERO), declarations), Proof)


def _with_signs(term: Term, signs: dict[Term, int]) -> Term:
    """A term with its moduli written without bars, by the signs of what stands in them, or as 0."""
    match term:
        case Fn("abs", body) if body in signs:
            return Mul((as_term(signs[body]), body))
    return rebuild(term, tuple(_with_signs(part, signs) for part in children(term)))
