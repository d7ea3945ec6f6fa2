"""What an answer may write in its own way: its letters, its sizes, the increments of an update."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product
from typing import Final

from lemmata.kernel.declarations import Declarations, Definition, Scalar, free_names
from lemmata.kernel.terms import (
    Add,
    Neg,
    Num,
    OneHot,
    Statement,
    Sym,
    Term,
    children,
    rebuild,
    substitute,
    walk,
)
from lemmata.notation.chains import Chain, Line, Reading

_SPACING: Final = re.compile(r"\\[,;:! ]|~")
_COMMA: Final = re.compile(r"\{,\}|(?<=\A0),(?=\d)")
DECIMAL: Final = re.compile(
    r"[-+]?\s*\d*(\.(?P<digits>\d+)|\d)\s*"
    r"((?P<percent>\\?%)|(?:\\times|\\cdot|\*)\s*10\s*(?:\^|\*\*)\s*[{(]?\s*(?P<power>[-+]?\d{1,3})\s*[)}]?"
    r"|[eE](?P<e>[-+]?\d{1,3}))?"
)


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
        labels = {n for p in walk(answer.term) if isinstance(p, OneHot) for n in free_names(p)}
        if labels.intersection(extra):
            note = f"{min(labels)} may be another label than the one that is asked about"
            found.setdefault(answer.term, replace(answer, flags=(*answer.flags, note)))
            continue
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


def within_arrays(chain: Chain, declarations: Declarations, defined: Sequence[Definition]) -> Chain:
    """A chain that goes beyond the last entry of an array, for a size that is smaller by as much.

    The step of an induction, `e_{T+1} = ...`, says of T what is said of every size.
    """
    terms = [reading.term for line in chain.lines for reading in line.readings]
    beyond = _beyond(
        terms, {Sym(size.name): Sym(size.name) for size in declarations.sizes}, declarations
    )
    names = {size.name for size in beyond}
    if not beyond or chain.link or any(free_names(each.body) & names for each in defined):
        return chain
    values: dict[Sym, Term] = {size: size - more for size, more in beyond.items()}
    lines = (
        replace(line, readings=tuple(_with(reading, values) for reading in line.readings))
        for line in chain.lines
    )
    return replace(chain, lines=tuple(lines))


def one_earlier(statement: Statement, declarations: Declarations) -> Statement | None:
    """A statement about an entry behind the last one, at a time that is earlier by as much.

    `e_{t+1} = ...` for all t up to T speaks of no entry at t = T; None where all have a value.
    """
    ends = {Sym(index.name): index.range.upper for index in declarations.indices}
    beyond = _beyond((statement.left, statement.right), ends, declarations)
    if not beyond:
        return None
    values: dict[Sym, Term] = {letter: letter - more for letter, more in beyond.items()}
    left, right = (substitute(side, values) for side in (statement.left, statement.right))
    return Statement(left, statement.relation, right)


def _beyond(
    terms: Iterable[Term], ends: Mapping[Sym, Term], declarations: Declarations
) -> dict[Sym, int]:
    """How far each name that runs to the end of an array goes beyond it: 1 for `e_{T+1}`."""
    found: dict[Sym, int] = {}
    for part in (part for term in terms for part in walk(term)):
        item = declarations.find(part.name) if isinstance(part, Sym) and part.indices else None
        axes = item.axes if isinstance(item, Scalar) else ()
        for index, axis in zip(children(part), axes, strict=False):
            match index:
                case Add((Sym(_, ()) as name, Num(value))) if ends.get(name) == axis.upper:
                    found[name] = max(found.get(name, 0), int(value))
    return {name: more for name, more in found.items() if more > 0}


def _with(reading: Reading, values: dict[Sym, Term]) -> Reading:
    return replace(reading, term=substitute(reading.term, values))


def half_unit(line: Line) -> Fraction | None:
    r"""Half a unit of the last digit of a member that is just a decimal or a percentage.

    With a power of ten, `6.67 \times 10^{-1}`, its last digit stands so many places further.
    """
    plain = _COMMA.sub(".", _SPACING.sub("", line.source)).strip()
    found = DECIMAL.fullmatch(plain)
    power = int(found["power"] or found["e"] or 0) if found is not None else 0
    if found is None or (found["digits"] is None and found["percent"] is None and power >= 0):
        return None
    unit = Fraction(10) ** (power - len(found["digits"] or ""))
    return unit / 200 if found["percent"] else unit / 2
