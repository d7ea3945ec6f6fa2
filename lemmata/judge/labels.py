"""Entries of an array that are labelled by their places behind the first ones: d + 1 to n."""

from __future__ import annotations

import re
from typing import Final

from lemmata.judge.statements import judge_statement, refuted
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import (
    Add,
    Neg,
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
from lemmata.kernel.verdict import Counterexample, Verdict

OUTSIDE: Final = re.compile(r"side has no value: (?P<name>\S+) has no index (?P<index>-?\d+)")


def judge_labels(found: Verdict, statement: Statement, declarations: Declarations) -> Verdict:
    """The verdict on a statement with an entry that its array has not as it is declared.

    The n - d entries of an array are often numbered d + 1 to n. The statement holds if it does with
    one of its sides read so; it is wrong if no way to number them gives it a value and the truth.
    """
    missing = OUTSIDE.search(found.message) if found.outcome == "undecided" else None
    if missing is None:
        return found
    shifts = {
        array.name: array.axes[0].upper.terms[1].body
        for array in declarations.scalars
        if len(array.axes) == 1
        and array.axes[0].lower == as_term(1)
        and isinstance(array.axes[0].upper, Add)
        and len(array.axes[0].upper.terms) == 2
        and isinstance(array.axes[0].upper.terms[1], Neg)
    }
    if missing["name"] not in shifts:
        return found
    left, right = (_relabelled(side, shifts) for side in (statement.left, statement.right))
    ways = [
        Statement(a, statement.relation, b)
        for a, b in ((left, right), (statement.left, right), (left, statement.right))
        if (a, b) != (statement.left, statement.right)
    ]
    verdicts = [judge_statement(way, declarations) for way in dict.fromkeys(ways)]
    proved = next((verdict for verdict in verdicts if verdict.outcome == "proved"), None)
    if proved is not None:
        return proved
    if any(v.outcome != "refuted" and not OUTSIDE.search(v.message) for v in verdicts):
        return found
    where = f"{missing['name']} has no entry {missing['index']}"
    text = f"{where}, and with entries that are numbered behind the first ones it is wrong too"
    return refuted(found.read_as, Counterexample({}, "a number", "no value", text))


def _relabelled(term: Term, shifts: dict[str, Term]) -> Term:
    if isinstance(term, Sym) and term.name in shifts and term.indices:
        return Sym(term.name, (_less(term.indices[0], shifts[term.name]),))
    if isinstance(term, Sum | Prod) and term.excluding is None:
        held = {part.name for part in walk(term.body) if isinstance(part, Sym) and part.indices}
        for shift in [shifts[name] for name in sorted(held & shifts.keys())][:1]:
            moved = substitute(term.body, {term.index: Add((term.index, shift))})
            limits = Range(_less(term.range.lower, shift), _less(term.range.upper, shift))
            return type(term)(term.index, limits, _relabelled(moved, shifts))
    return rebuild(term, tuple(_relabelled(part, shifts) for part in children(term)))


def _less(term: Term, shift: Term) -> Term:
    """A difference, in which the same summand falls away."""
    terms = term.terms if isinstance(term, Add) else (term,)
    if shift not in terms:
        return Add((*terms, Neg(shift)))
    at = terms.index(shift)
    left = (*terms[:at], *terms[at + 1 :])
    return left[0] if len(left) == 1 else Add(left) if left else as_term(0)
