r"""Sums that count from an outer letter: `\sum_{l=0}^{T-t} r_{t+l}` runs from t to T.

Where the letter of a sum stands in one integer only, `t + l`, that integer is the letter of the
same sum with its limits moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, TypeAlias

from lemmata.kernel.terms import (
    Add,
    Mul,
    Neg,
    Num,
    Prod,
    Range,
    Sum,
    Sym,
    Term,
    as_term,
    children,
    free,
    rebuild,
)

LEAVES: Final = (Num, Sym)
"""What holds no sum."""
Linear: TypeAlias = dict[Sym | None, Fraction]
"""How often each letter is taken in a sum of integers; the number stands under None."""


def counted_from_outside(term: Term) -> Term:
    """A term whose sums run over the integers that their letters stand in."""
    if isinstance(term, LEAVES):
        return term
    before = children(term)
    parts = tuple(map(counted_from_outside, before))
    if parts != before:
        term = rebuild(term, parts)
    if not isinstance(term, Sum | Prod) or term.excluding is not None:
        return term
    letter, span = term.index, term.range
    integer = next(_integers(term.body, letter), letter)
    if integer == letter:  # as in most sums
        return term
    counts = linear_parts(integer)
    if counts is None or counts.get(letter) != 1 or len(counts) < 2:
        return term
    if any(other != integer for other in _integers(term.body, letter)):
        return term
    rest = {name: count for name, count in counts.items() if name != letter}
    limits = [linear_parts(span.lower), linear_parts(span.upper)]
    bound = {limit_name for limit in limits if limit is not None for limit_name in limit}
    if None in limits or not any(name is not None for name in rest) or not set(rest) & bound:
        return term
    if letter in free(_with(term.body, integer, Num(Fraction(0)))):
        return term
    lower, upper = (linear_term(added(limit, rest)) for limit in limits if limit is not None)
    body = _with(term.body, integer, letter)
    moved = Range(lower, upper)
    kind = Sum if isinstance(term, Sum) else Prod
    return kind(letter, moved, body, None)


def _integers(term: Term, letter: Sym) -> Iterator[Term]:
    """The largest integer expressions that stand as indices or limits and hold a letter."""
    if isinstance(term, Sym):
        yield from (index for index in term.indices if letter in free(index))
        return
    if isinstance(term, Sum | Prod):
        yield from (x for x in (term.range.lower, term.range.upper) if letter in free(x))
        yield from _integers(term.body, letter)
        return
    for part in children(term):
        yield from _integers(part, letter)


def _with(term: Term, old: Term, new: Term) -> Term:
    if term == old:
        return new
    return rebuild(term, tuple(_with(part, old, new) for part in children(term)))


def linear_parts(term: Term) -> Linear | None:
    """How often each letter is taken in a sum of integers; the number stands under None."""
    match term:
        case Num(value):
            return {None: value} if value else {}
        case Sym(_, ()):
            return {term: Fraction(1)}
        case Neg(body):
            inner = linear_parts(body)
            return None if inner is None else {name: -count for name, count in inner.items()}
        case Mul((Num(value), body)):
            inner = linear_parts(body)
            return None if inner is None else {name: value * n for name, n in inner.items()}
        case Add(terms):
            total: Linear = {}
            for part in map(linear_parts, terms):
                if part is None:
                    return None
                total = added(total, part)
            return total
    return None


def added(one: Linear, other: Linear) -> Linear:
    """The sum of two sums of integers."""
    names = dict.fromkeys((*one, *other))
    total = {name: one.get(name, Fraction(0)) + other.get(name, Fraction(0)) for name in names}
    return {name: count for name, count in total.items() if count}


def linear_term(parts: Linear) -> Term:
    """A sum of integers as a term, its letters first."""
    terms: list[Term] = []
    for name in sorted(parts, key=lambda name: (name is None, name.name if name else "")):
        count = parts[name]
        if name is None:
            terms.append(Num(count) if count > 0 else Neg(Num(-count)))
        else:
            size: Term = name if abs(count) == 1 else Mul((Num(abs(count)), name))
            terms.append(size if count > 0 else Neg(size))
    return Add(tuple(terms)) if len(terms) > 1 else terms[0] if terms else as_term(0)
