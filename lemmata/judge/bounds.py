r"""Bounds that hold with one term in the place of a sum.

A sum of positive terms is at least each of them, `\sum_l e^{z_l} \ge e^{z_k}`, and so is what grows
with the sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lemmata.judge.statements import judge_statement
from lemmata.kernel.declarations import REAL, Declarations, Function, Scalar, Size
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.terms import (
    Add,
    App,
    Density,
    Div,
    Fn,
    Mul,
    Neg,
    Num,
    Pi,
    Pow,
    Prod,
    Range,
    Statement,
    Sum,
    Sym,
    Term,
    as_term,
    children,
    rebuild,
    substitute,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Verdict

MOST_TERMS: Final = 4
"""Terms of one sum that are looked at one by one."""


def proved(statement: Statement, declarations: Declarations) -> list[Verdict]:
    """The verdict on a statement if it is proved, which models are asked about only then."""
    if not isinstance(prove(statement, declarations), Proof):
        return []
    found = judge_statement(statement, declarations)
    return [found] if found.outcome == "proved" else []


def is_positive(term: Term, declarations: Declarations) -> bool:
    """Whether a quantity is above zero by the way it is written."""
    match term:
        case Num(value):
            return value > 0
        case Pi() | Density() | Fn("exp", _):
            return True
        case Sym() | App():
            item = declarations.find(term.name)
            if isinstance(item, Size):
                return item.least > 0
            interval = item.interval if isinstance(item, Function | Scalar) else REAL
            lower = interval.lower
            return lower is not None and (lower > 0 or (lower == 0 and not interval.closed))
        case Pow(body, _) | Fn("sqrt", body) | Prod(_, _, body, None):
            return is_positive(body, declarations)
        case Mul() | Add() | Div():
            return all(is_positive(part, declarations) for part in children(term))
    return False


def above_zero(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A strict bound whose gap is proved to be its own modulus, and not zero."""
    if statement.relation not in ("<", ">"):
        return []
    sides = (statement.left, statement.right)
    larger, smaller = sides if statement.relation == ">" else sides[::-1]
    gap = Add((larger, Neg(smaller)))
    return proved(Statement(Div(gap, Fn("abs", gap)), "=", as_term(1)), declarations)


def above_one_term(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A bound that holds with one term in the place of a sum of positive ones."""
    if statement.relation not in ("<=", ">="):
        return []
    left, right = (unfold(side, declarations) for side in (statement.left, statement.right))
    places = _places((left, right), declarations)
    larger_left = statement.relation == ">="
    for place, span in places:
        ways = [
            (changed, right) for changed in _with_one(left, place, span, larger_left, declarations)
        ]
        ways += [
            (left, changed)
            for changed in _with_one(right, place, span, not larger_left, declarations)
        ]
        for one, other in ways:
            if found := proved(Statement(one, statement.relation, other), declarations):
                return found
    return []


def _places(sides: Sequence[Term], declarations: Declarations) -> list[tuple[Term, Range]]:
    """Where terms of sums may be looked at: letters that stand free, and the first places."""
    parts = [part for side in sides for part in walk(side)]
    entries = {index for part in parts if isinstance(part, Sym) for index in part.indices}
    spans = dict.fromkeys(part.range for part in parts if isinstance(part, Sum))
    found: list[tuple[Term, Range]] = []
    for span in spans:
        if not _never_empty(span, declarations):
            continue
        letters = [Sym(i.name) for i in declarations.indices if i.range == span]
        first = [span.lower] if _has_a_first(span, declarations) else []
        found += [(place, span) for place in (*letters, *first) if place in entries]
    return found[:MOST_TERMS]


def _has_a_first(span: Range, declarations: Declarations) -> bool:
    """Whether a range is never empty: `1..n` of a size that is at least one."""
    size = declarations.find(span.upper.name) if isinstance(span.upper, Sym) else None
    return isinstance(size, Size) and size.least >= 1 and span.lower == as_term(1)


def _never_empty(span: Range, declarations: Declarations) -> bool:
    """Whether a range has a first place in every world: from a number to a size."""
    size = declarations.find(span.upper.name) if isinstance(span.upper, Sym) else None
    first = span.lower.value if isinstance(span.lower, Num) else None
    return first is not None and isinstance(size, Size) and size.least >= first


def _with_one(
    term: Term, place: Term, span: Range, grows: bool, declarations: Declarations
) -> Iterator[Term]:
    """A term with one of the terms of a sum in its place, where it is not larger (or smaller)."""
    match term:
        case Sum(letter, its, body, None) if its == span:
            if grows and is_positive(body, declarations):
                yield substitute(body, {letter: place})
        case Neg(body):
            yield from map(Neg, _with_one(body, place, span, not grows, declarations))
        case Fn("log" | "exp" | "sqrt" as name, argument):
            for changed in _with_one(argument, place, span, grows, declarations):
                yield Fn(name, changed)
        case Div(above, below) if is_positive(below, declarations):
            for changed in _with_one(above, place, span, grows, declarations):
                yield Div(changed, below)
        case Add() | Mul():
            parts = children(term)
            for at, part in enumerate(parts):
                others = (*parts[:at], *parts[at + 1 :])
                if isinstance(term, Add) or all(is_positive(o, declarations) for o in others):
                    for changed in _with_one(part, place, span, grows, declarations):
                        yield rebuild(term, (*parts[:at], changed, *parts[at + 1 :]))
