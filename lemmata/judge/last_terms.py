r"""Products that reach one place further than others: `a_1 \cdots a_t` beside `a_{t-1}`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lemmata.judge.bounds import proved
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.terms import (
    Add,
    Mul,
    Num,
    Prod,
    Statement,
    Sum,
    Term,
    as_term,
    children,
    rebuild,
    substitute,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Verdict

MOST_SPLIT: Final = 2
"""Products that are split, each at most once."""


def with_last_apart(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A statement in which a product that ends one place behind another is split there."""
    sides = [unfold(side, declarations) for side in (statement.left, statement.right)]
    split = 0
    while split < MOST_SPLIT:
        parts = {part for side in sides for part in walk(side) if isinstance(part, Prod | Sum)}
        pairs = ((p, q) for p in parts for q in parts if _goes_on(p, q, declarations))
        pair = min(pairs, key=str, default=None)
        if pair is None:
            break
        longer, shorter = pair
        last = substitute(longer.body, {longer.index: longer.range.upper})
        whole = Mul((last, shorter)) if isinstance(longer, Prod) else Add((shorter, last))
        sides = [_replaced(side, longer, whole) for side in sides]
        split += 1
    if not split:
        return []
    return proved(replace(statement, left=sides[0], right=sides[1]), declarations)


def _goes_on(longer: Prod | Sum, shorter: Prod | Sum, declarations: Declarations) -> bool:
    """Whether a product is another one with a last factor, where it has any."""
    same = type(longer) is type(shorter) and longer.excluding is None is shorter.excluding
    lower, upper = longer.range.lower, longer.range.upper
    if not same or lower != shorter.range.lower or isinstance(upper, Num):
        return False
    if substitute(shorter.body, {shorter.index: longer.index}) != longer.body:
        return False
    before = Statement(Add((shorter.range.upper, as_term(1))), "=", upper)
    reached = Statement(upper, ">=", lower)
    return all(isinstance(prove(each, declarations), Proof) for each in (before, reached))


def _replaced(term: Term, old: Term, new: Term) -> Term:
    if term == old:
        return new
    return rebuild(term, tuple(_replaced(part, old, new) for part in children(term)))
