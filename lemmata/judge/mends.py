"""Why a refuted statement is wrong: one edit that mends it, or what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Final

from lemmata.judge.statements import judge_and_attempt, parts_of
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.fuel import Fuel, OutOfFuelError, account, accounted
from lemmata.kernel.prove import Open, Proof, explain, prove
from lemmata.kernel.render import to_term
from lemmata.kernel.shapes import Shape, shape_of
from lemmata.kernel.terms import Relation, Statement
from lemmata.notation import write_text
from lemmata.semantics import Changed, SmallChanges, search
from lemmata.semantics.mutants import Edit, mutants_of

LARGEST_SLIPS = 40
LARGEST_MENDED = 600
SLIP_PARTS = 9_000  # a long statement is mended in fewer places
SLIP_FUEL = 12_000  # for the proofs of all of them
SLIP_OPERATIONS = 50_000  # for the models of each that is still possible
LARGEST_POSSIBLE = 6  # of these
SLIP_WORK = 100_000  # for all of it; where less is left, nothing is explained
LONGEST_GAP = 160
BOUNDS: Final[tuple[Relation, ...]] = (">=", "<=")
_WANTED: ContextVar[bool] = ContextVar("_WANTED", default=True)


@contextmanager
def explained(wanted: bool) -> Iterator[None]:
    """Whether it is said here why what is refuted is wrong, which takes as long as to refute it."""
    token = _WANTED.set(wanted)
    try:
        yield
    finally:
        _WANTED.reset(token)


def explain_slip(statement: Statement, declarations: Declarations) -> str:
    """Why a refuted statement is wrong: an edit in one place that mends it, or what is missing.

    Nothing is said where too little work is left for it, so that no verdict is lost to it, nor
    where nobody wants to know.
    """
    if not _WANTED.get() or account().left < SLIP_WORK:
        return ""
    said, work = _said_of(statement, declarations)
    account().take(work)
    return said


@lru_cache(maxsize=64)
def _said_of(statement: Statement, declarations: Declarations) -> tuple[str, float]:
    """What `explain_slip` says, and the work that it was; nothing where that was too much."""
    said = ""
    with accounted(SLIP_WORK, anew=True) as own, suppress(OutOfFuelError):
        said = _slip(statement, declarations)
    return ("", SLIP_WORK) if own.is_out else (said, SLIP_WORK - own.left)


def _attempt(statement: Statement, declarations: Declarations) -> Proof | Open | None:
    """The attempt to prove a statement that has been judged, and paid for."""
    with accounted(anew=True):
        return judge_and_attempt(statement, declarations)[1]


def _slip(statement: Statement, declarations: Declarations) -> str:
    if parts_of(statement) > LARGEST_MENDED:
        return ""
    try:
        tried = SmallChanges(statement, declarations)
    except Exception:  # noqa: BLE001 - an explanation must not cost a verdict
        return explain_difference(statement, declarations)
    with closing(tried):
        edit = _mending(statement, declarations, tried)
        signs = tried.signs() if edit is None else frozenset()
    if edit is not None:
        order = edit.describe(lambda term: write_text(term, declarations))
        return f"it would hold with one change: {order}"
    return explain_difference(statement, declarations, signs)


def _mending(statement: Statement, declarations: Declarations, tried: SmallChanges) -> Edit | None:
    """The first edit after which a statement is proved."""
    slips: list[tuple[Edit, Statement]] = []

    def changes() -> Iterator[Changed]:
        for edit, change in _slips(statement, declarations):
            slips.append((edit, change.statement))
            yield change

    fuel = Fuel(SLIP_FUEL)
    for place, supported in islice(tried.possible(changes()), LARGEST_POSSIBLE):
        edit, repaired = slips[place]
        if fuel.left <= 0:
            break
        if not (supported or _is_supported(repaired, declarations)):
            continue  # only what models agree with is worth a proof
        if isinstance(prove(repaired, declarations, fuel), Proof):
            return edit
    return None


def _slips(statement: Statement, declarations: Declarations) -> Iterator[tuple[Edit, Changed]]:
    """The edits of both sides, the right one first."""
    shapes: tuple[Shape | None, Shape | None] = (None, None)
    if _attempt(statement, declarations) is None:  # one side must take the shape of the other
        shapes = (shape_of(statement.right, declarations), shape_of(statement.left, declarations))
    most = min(LARGEST_SLIPS, SLIP_PARTS // parts_of(statement))
    for mutant in islice(mutants_of(statement.right, declarations, shapes[1]), most):
        changed = Statement(statement.left, statement.relation, mutant.term)
        yield mutant.edit, Changed(changed, mutant.scaled)
    for mutant in islice(mutants_of(statement.left, declarations, shapes[0]), most):
        changed = Statement(mutant.term, statement.relation, statement.right)
        yield mutant.edit, Changed(changed, mutant.scaled)


def _is_supported(statement: Statement, declarations: Declarations) -> bool:
    """Whether a few models agree with a statement."""
    found = search(statement, declarations, effort=0, shrinking=0, limit=SLIP_OPERATIONS)
    return found.outcome == "supported"


def explain_difference(
    statement: Statement, declarations: Declarations, signs: AbstractSet[int] = frozenset()
) -> str:
    """What left minus right is.

    A sum of terms of one sign in words, else its normal form if short.

    Args:
        statement: What is refuted.
        declarations: Its names.
        signs: Those that left minus right has in some worlds.
    """
    attempt = _attempt(statement, declarations)
    if not isinstance(attempt, Open) or attempt.difference is None:
        return ""
    known = explain(statement, declarations) if len(signs) < len(BOUNDS) else None
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
