r"""Statements about special columns and matrices, restated of any.

Of a column u with `u^\top u = 1` a statement says what it says of `v / |v|` for every v that is not
zero, and of a symmetric S what it says of `M + M^\top` for every M. In that form the kernel can see
what is special.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from lemmata.judge.bounds import above_zero, proved
from lemmata.judge.statements import judge_statement
from lemmata.kernel.declarations import UNIT, Declarations, Index, Scalar, Size, free_names
from lemmata.kernel.terms import (
    Add,
    App,
    Density,
    Derivative,
    Div,
    Expect,
    Fn,
    Integral,
    Num,
    Pow,
    Prod,
    Statement,
    Sum,
    Sym,
    Term,
    Transpose,
    as_term,
    children,
    rebuild,
    substitute,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Verdict
from lemmata.semantics.layout import column_of_length_one, is_of_entries

MOST_POWERS: Final = 4
"""Different powers of one statement that are looked at."""


def of_any_length(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A statement that holds of all columns divided by their lengths, for those of length one."""
    units = {
        name for fact in declarations.facts if (name := column_of_length_one(fact, declarations))
    }
    if not units:
        return []
    sides = [unfold(side, declarations) for side in (statement.left, statement.right)]
    parts = [part for side in sides for part in walk(side)]
    facts = [fact for fact in declarations.facts if units.isdisjoint(_names(fact.statement))]
    wider = replace(declarations, facts=tuple(facts))
    if any(isinstance(part, Derivative) and part.variable.name in units for part in parts):
        if any(is_of_entries(fact) for fact in declarations.facts if fact not in facts):
            return []  # what is given makes a slope by one entry one by the others too
        found = judge_statement(statement, wider)  # of all columns: slopes leave the sphere
        return [found] if found.outcome == "proved" else []
    left, right = (_divided(side, units, declarations) for side in sides)
    found = judge_statement(Statement(left, statement.relation, right), wider)
    given: set[str] = set()
    for name in units:
        given |= _not_zero(name, wider)
    if found.outcome == "proved":
        return [found]
    if (
        found.cause != "supported"
        or not found.assumptions
        or not given.issuperset(found.assumptions)
    ):
        return []
    return [replace(found, outcome="proved", cause=None, message="", assumptions=())]


def up_to_a_letter(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A statement about a time t of a horizon T, which is its own horizon if nothing else tells T.

    Arrays that end at t satisfy what is declared of arrays that end at T, so that what is proved of
    every horizon at its last time is proved of every time.
    """
    sides = [unfold(side, declarations) for side in (statement.left, statement.right)]
    parts = [part for side in sides for part in walk(side)]
    of_laws = any(isinstance(p, Density | App | Expect | Integral | Derivative) for p in parts)
    if of_laws or declarations.processes or declarations.values:
        return []
    free = {name for side in sides for name in free_names(side)}
    told = {name for fact in declarations.facts for name in _names(fact.statement)}
    for letter in declarations.indices:
        last, first = letter.range.upper, letter.range.lower
        size = declarations.find(last.name) if isinstance(last, Sym) and not last.indices else None
        if letter.name not in free or not isinstance(size, Size) or size.name in free | told:
            continue
        others = [i for i in declarations.indices if i.name in free and i != letter]
        beyond = any(size.name in free_names(i.range.upper) for i in others)
        if not isinstance(first, Num) or first.value < size.least or beyond:
            continue
        left, right = (substitute(side, {Sym(letter.name): Sym(size.name)}) for side in sides)
        if found := proved(Statement(left, statement.relation, right), declarations):
            return found
    return []


def of_any_powers(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A statement that holds of any numbers between 0 and 1 in the place of powers of such."""
    sides = [unfold(side, declarations) for side in (statement.left, statement.right)]
    parts = [part for side in sides for part in walk(side)]
    bound = {part.index.name for part in parts if isinstance(part, Sum | Prod)}
    small = (part for part in parts if _is_small(part, declarations))
    powers = dict.fromkeys(power for power in small if bound.isdisjoint(free_names(power)))
    if not powers or len(powers) > MOST_POWERS:
        return []
    fresh = {power: Sym(f"power {number}") for number, power in enumerate(powers, 1)}
    numbers = tuple(Scalar(name.name, UNIT) for name in fresh.values())
    wider = replace(declarations, scalars=(*declarations.scalars, *numbers))
    left, right = (_with_numbers(side, fresh) for side in sides)
    plain = Statement(left, statement.relation, right)
    return proved(plain, wider) or above_zero(plain, wider)


def _is_small(term: Term, declarations: Declarations) -> bool:
    """Whether a term is a positive whole power of a number between 0 and 1: `beta^T`."""
    match term:
        case Pow(Sym(name, ()), exponent):
            item = declarations.find(name)
            counts: tuple[Term, ...] = (exponent,) if isinstance(exponent, Sym) else ()
            if isinstance(exponent, Add):
                counts = tuple(e for e in exponent.terms if not _is_positive_number(e))
            return (
                isinstance(item, Scalar)
                and item.interval == UNIT
                and len(counts) == 1
                and _is_at_least_one(counts[0], declarations)
            )
    return False


def _is_positive_number(term: Term) -> bool:
    return isinstance(term, Num) and term.value > 0


def _is_at_least_one(term: Term, declarations: Declarations) -> bool:
    """Whether a size, or a letter that begins at 1 or later."""
    item = declarations.find(term.name) if isinstance(term, Sym) and not term.indices else None
    if isinstance(item, Size):
        return item.least >= 1
    lower = item.range.lower if isinstance(item, Index) else None
    return isinstance(lower, Num) and lower.value >= 1


def _with_numbers(term: Term, numbers: Mapping[Term, Sym]) -> Term:
    """A term with names in the place of some of its parts."""
    if term in numbers:
        return numbers[term]
    return rebuild(term, tuple(_with_numbers(part, numbers) for part in children(term)))


def of_any_matrices(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A statement that holds of every matrix added to its transpose, for symmetric ones."""
    tied = {s.name for s in declarations.scalars if s.kind in ("symmetric", "definite")}
    if not tied:
        return []
    sides = [unfold(side, declarations) for side in (statement.left, statement.right)]
    held = {part.name for side in sides for part in walk(side) if isinstance(part, Sym)} & tied
    parts = [part for side in sides for part in walk(side)]
    if not held or any(isinstance(p, Derivative) and p.variable.name in held for p in parts):
        return []  # a derivative by a symmetric matrix moves two entries at once
    free = tuple(replace(s, kind="general") if s.name in held else s for s in declarations.scalars)
    facts = tuple(fact for fact in declarations.facts if held.isdisjoint(_names(fact.statement)))
    left, right = (_both_ways(side, held, declarations) for side in sides)
    plain = Statement(left, statement.relation, right)
    wider = replace(declarations, scalars=free, facts=facts)
    return proved(plain, wider)


def _both_ways(term: Term, names: set[str], declarations: Declarations) -> Term:
    """A term with the sum of a matrix and its transpose in the place of some matrices."""
    if isinstance(term, Sym) and term.name in names:
        item = declarations.find(term.name)
        assert isinstance(item, Scalar)  # noqa: S101 - what has a kind
        if len(term.indices) < len(item.axes):
            return Add((term, Transpose(term)))
        *before, row, column = term.indices
        return Add((term, Sym(term.name, (*before, column, row))))
    return rebuild(term, tuple(_both_ways(part, names, declarations) for part in children(term)))


def _names(statement: Statement) -> frozenset[str]:
    return free_names(statement.left) | free_names(statement.right)


def _divided(term: Term, units: set[str], declarations: Declarations) -> Term:
    """A term with some columns divided by their lengths, whole or entry by entry."""
    if isinstance(term, Sym) and term.name in units:
        return Div(term, _length(term, declarations))
    return rebuild(term, tuple(_divided(part, units, declarations) for part in children(term)))


def _length(term: Sym, declarations: Declarations) -> Term:
    """The length of a column, or of the column that an entry is of."""
    item = declarations.find(term.name)
    assert isinstance(item, Scalar)  # noqa: S101 - what facts give a length
    letter = Sym(f"place in {term.name}")
    entry = Sym(term.name, (*term.indices[: len(item.axes) - 1], letter))
    return Fn("sqrt", Sum(letter, item.axes[-1], Pow(entry, as_term(2))))


def _not_zero(name: str, declarations: Declarations) -> set[str]:
    """How the kernel writes that a column is not zero."""
    item = declarations.find(name)
    assert isinstance(item, Scalar)  # noqa: S101 - what facts give a length
    letters = tuple(
        Sym(index.name) for index in declarations.indices if index.range in item.axes[:-1]
    )
    length = _length(Sym(name, letters[: len(item.axes) - 1]), declarations)
    asked = Statement(Div(length, length), "=", as_term(1))
    return set(judge_statement(asked, declarations).assumptions)
