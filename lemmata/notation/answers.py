"""What an answer may write in its own way: its letters, and the increments of an update."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product
from typing import Final

from lemmata.kernel.declarations import Declarations, free_names
from lemmata.kernel.terms import Add, Neg, Sym, Term, children, rebuild, substitute
from lemmata.notation.chains import Chain, Line, Reading

DECIMAL: Final = re.compile(r"[-+]?\s*\d*(\.(?P<digits>\d+)|\d)\s*(?P<percent>\\?%)?")


def in_asked_letters(
    answers: Sequence[Reading], references: Sequence[Term], declarations: Declarations
) -> tuple[Reading, ...]:
    """The readings of an answer in the free letters of the question, whatever it calls them.

    A vector over i is the same vector over j. Where two letters may change places, both ways to
    name them are readings.
    """
    letters = {index.name for index in declarations.indices}
    asked = {name for term in references for name in free_names(term)} & letters
    found: dict[Term, Reading] = {}
    for answer in answers:
        own = {name for name, _ in answer.letters}
        mine = free_names(answer.term) & (letters | own)
        missing, extra = sorted(asked - mine), sorted(mine - asked)
        if not extra or len(extra) > len(missing):
            found.setdefault(answer.term, answer)
            continue
        for chosen in permutations(missing, len(extra)):
            values = {Sym(old): Sym(new) for old, new in zip(extra, chosen, strict=True)}
            term = substitute(answer.term, dict(values))
            kept = tuple(pair for pair in answer.letters if pair[0] not in extra)
            found.setdefault(term, replace(answer, term=term, letters=kept))
    return tuple(found.values())


def new_values(chain: Chain) -> tuple[Reading, ...]:
    """What stands after `old += increment` or `old -= decrement`."""
    old, increment = chain.lines[-2], chain.lines[-1]
    minus = increment.relation == "-="
    return tuple(
        replace(
            right,
            term=Add((left.term, Neg(right.term) if minus else right.term)),
            flags=(*left.flags, *right.flags),
        )
        for left, right in product(old.readings, increment.readings)
    )


def counted_from_zero(term: Term, arrays: set[str]) -> Term:
    """A term with its array entries moved by one, as if they were counted from 0."""
    if isinstance(term, Sym) and term.name in arrays:
        return Sym(term.name, tuple(index + 1 for index in term.indices))
    return rebuild(term, tuple(counted_from_zero(part, arrays) for part in children(term)))


def half_unit(line: Line) -> Fraction | None:
    """Half a unit of the last digit of a member that is just a decimal or a percentage."""
    found = DECIMAL.fullmatch(line.source.strip())
    if found is None or (found["digits"] is None and found["percent"] is None):
        return None
    unit = Fraction(1, 10 ** len(found["digits"] or ""))
    return unit / 200 if found["percent"] else unit / 2
