"""Why a refuted statement is wrong: one edit that mends it, or what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Final

from lemmata.judge.statements import judge_and_attempt, parts_of
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.fuel import Fuel
from lemmata.kernel.prove import Open, Proof, explain, prove
from lemmata.kernel.render import to_term
from lemmata.kernel.shapes import Shape, shape_of
from lemmata.kernel.terms import Relation, Statement
from lemmata.notation import write_text
from lemmata.semantics import search, still_possible
from lemmata.semantics.mutants import Edit, mutants_of

LARGEST_SLIPS = 40
LARGEST_MENDED = 600
SLIP_PARTS = 9_000  # a long statement is mended in fewer places
SLIP_FUEL = 20_000  # for the proofs of all of them
SLIP_OPERATIONS = 50_000  # for the models of each that is still possible
LARGEST_POSSIBLE = 8  # of these
LONGEST_GAP = 160
BOUNDS: Final[tuple[Relation, ...]] = (">=", "<=")


@lru_cache(maxsize=64)
def explain_slip(statement: Statement, declarations: Declarations) -> str:
    """Why a refuted statement is wrong: an edit in one place that mends it, or what is missing."""
    parts = parts_of(statement)
    _, attempt = judge_and_attempt(statement, declarations)
    if parts > LARGEST_MENDED:
        return ""
    shapes: tuple[Shape | None, Shape | None] = (None, None)
    if attempt is None:  # the shapes do not fit: one side must take that of the other
        shapes = (shape_of(statement.right, declarations), shape_of(statement.left, declarations))
    slips = min(LARGEST_SLIPS, SLIP_PARTS // parts)
    edits: list[tuple[Statement, Edit]] = []

    def repaired_ones() -> Iterator[Statement]:
        for mutant in islice(mutants_of(statement.right, declarations, shapes[1]), slips):
            edits.append((replace(statement, right=mutant.term), mutant.edit))
            yield edits[-1][0]
        for mutant in islice(mutants_of(statement.left, declarations, shapes[0]), slips):
            edits.append((replace(statement, left=mutant.term), mutant.edit))
            yield edits[-1][0]

    fuel = Fuel(SLIP_FUEL)
    possible = still_possible(statement, repaired_ones(), declarations)
    for place, supported in islice(possible, LARGEST_POSSIBLE):
        if fuel.left <= 0:
            break
        repaired, edit = edits[place]
        if not (supported or _is_supported(repaired, declarations)):
            continue  # only what models agree with is worth a proof
        if isinstance(prove(repaired, declarations, fuel), Proof):
            order = edit.describe(lambda term: write_text(term, declarations))
            return f"it would hold with one change: {order}"
    return explain_difference(statement, declarations)


def _is_supported(statement: Statement, declarations: Declarations) -> bool:
    """Whether a few models agree with a statement."""
    found = search(statement, declarations, effort=0, shrinking=0, limit=SLIP_OPERATIONS)
    return found.outcome == "supported"


def explain_difference(statement: Statement, declarations: Declarations) -> str:
    """What left minus right is.

    A sum of terms of one sign in words, else its normal form if short.
    """
    _, attempt = judge_and_attempt(statement, declarations)
    if not isinstance(attempt, Open) or attempt.difference is None:
        return ""
    known = explain(statement, declarations)
    if known is not None and not _turns_sign(statement, declarations):
        return known
    missing = write_text(to_term(attempt.difference, declarations), declarations)
    return f"left minus right is {missing}" if len(missing) <= LONGEST_GAP else ""


def _turns_sign(statement: Statement, declarations: Declarations) -> bool:
    """Whether left minus right is positive in one world and negative in another."""
    return all(
        search(
            replace(statement, relation=relation),
            declarations,
            effort=0,
            shrinking=0,
            limit=SLIP_OPERATIONS,
        ).outcome
        == "refuted"
        for relation in BOUNDS
    )
