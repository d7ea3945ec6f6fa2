"""The verdict on one statement in terms: the kernel, and the models that must agree with it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

from lemmata.kernel.declarations import Declarations, length_of, written_out
from lemmata.kernel.fuel import FUEL, WORK, Fuel, account, remembered
from lemmata.kernel.prove import Open, Proof, prove
from lemmata.kernel.shapes import ShapeError, typed
from lemmata.kernel.terms import Statement, Term, walk
from lemmata.kernel.verdict import Cause, Counterexample, Outcome, Verdict
from lemmata.notation import write_text
from lemmata.semantics import SearchResult, search

LEAST_MODELS: Final = 3
FUEL_OF_REFUTED: Final = FUEL // 8
"""For the proof of what a model refutes: it says in what the sides differ."""

LARGEST_STATEMENT: Final = 2_000
"""Parts of both sides."""

LARGEST_WRITTEN_OUT: Final = 20_000
"""The same, with the definitions written out in them."""

WORK_ON_ONE: Final = 2 * WORK // 3
"""What judging one statement may take."""

LARGEST_DIFFERENCE: Final = 160
"""Terms of a difference that is kept: nobody would read more of them."""


def judge_statement(statement: Statement, declarations: Declarations) -> Verdict:
    """The verdict on one statement that is already in terms.

    Args:
        statement: Two terms and a relation.
        declarations: Every name in it, and its world.
    """
    return judge_and_attempt(statement, declarations)[0]


def judge_and_attempt(
    statement: Statement, declarations: Declarations
) -> tuple[Verdict, Proof | Open | None]:
    """The verdict on one statement, and the attempt to prove it, if there was one."""
    return (too_much(), None) if account().is_out else _judged(statement, declarations)


def too_much() -> Verdict:
    """The verdict where no work is left to do on an answer."""
    message = "this is more work than one answer may be; write it in smaller steps"
    return Verdict("undecided", cause="budget", message=message)


@remembered(64, WORK_ON_ONE)
def _judged(
    statement: Statement, declarations: Declarations
) -> tuple[Verdict, Proof | Open | None]:
    """What `judge_and_attempt` gives, with work to do."""
    if _is_too_long(statement, declarations):
        message = f"this has more than {LARGEST_STATEMENT} parts; write it in smaller steps"
        return Verdict("undecided", cause="budget", message=message), None
    sides = [_written(side, declarations) for side in (statement.left, statement.right)]
    shown = f" {statement.relation} ".join(sides)
    try:
        statement = typed(statement, declarations)
    except ShapeError as problem:
        message = f"the shapes do not fit: {problem}"
        return refuted(shown, Counterexample({}, sides[0], sides[1], message)), None
    result = search(statement, declarations, models=LEAST_MODELS, effort=0)
    wrong = result.outcome == "refuted"
    attempt = prove(statement, declarations, Fuel(FUEL_OF_REFUTED if wrong else FUEL))
    if isinstance(attempt, Open) and attempt.difference:
        short = len(attempt.difference.terms) <= LARGEST_DIFFERENCE
        attempt = attempt if short else replace(attempt, difference=None)
    proved = isinstance(attempt, Proof)
    # More models may tell more, unless the first ones were too much work.
    if not proved and (not wrong or result.undefined) and not result.budget:
        result = search(statement, declarations, models=2 * LEAST_MODELS)
    found = result.counterexample
    if found is not None:
        return (_conflict(shown, found) if proved else refuted(shown, found)), attempt
    if isinstance(attempt, Open):
        return _undecided(shown, attempt, result), attempt
    if result.models < LEAST_MODELS:
        message = f"a proof was found, but too few models could be evaluated: {result.reason}"
        cause: Cause = "budget" if result.budget else "unsupported"
        return Verdict("undecided", cause=cause, message=message, read_as=shown), attempt
    return _proved(shown, attempt), attempt


@lru_cache(maxsize=128)
def _written(term: Term, declarations: Declarations) -> str:
    """A term as text; the answers to a question share one side, and the steps of a text a line."""
    return write_text(term, declarations)


def refuted_at_once(statement: Statement, declarations: Declarations, fuel: Fuel) -> bool:
    """Whether one of a few models refutes a statement, and no proof is found that says otherwise.

    Args:
        statement: Two terms and a relation.
        declarations: Every name in it, and its world.
        fuel: For the proof.
    """
    if _is_too_long(statement, declarations):
        return False
    try:
        statement = typed(statement, declarations)
    except ShapeError:
        return False
    if search(statement, declarations, effort=0, shrinking=0).outcome != "refuted":
        return False
    return not isinstance(prove(statement, declarations, fuel), Proof)


def compared(term: Term, other: Term, declarations: Declarations) -> Outcome:
    """Whether two terms are equal; where a model tells them apart, nobody asks which."""
    if term == other:
        return "proved"
    return "undecided" if account().is_out else _compared(term, other, declarations)


@remembered(64, WORK_ON_ONE)
def _compared(term: Term, other: Term, declarations: Declarations) -> Outcome:
    """What `compared` says of two terms, with work to do."""
    statement = Statement(term, "=", other)
    found = search(statement, declarations, effort=0, shrinking=0).outcome
    if found != "supported":  # nothing is proved that too few models agree with
        return "refuted" if found == "refuted" else "undecided"
    return judge_statement(statement, declarations).outcome


def parts_of(statement: Statement) -> int:
    """How many terms both sides of a statement are made of."""
    return sum(1 for side in (statement.left, statement.right) for _ in walk(side))


def _is_too_long(statement: Statement, declarations: Declarations) -> bool:
    if parts_of(statement) > LARGEST_STATEMENT:
        return True
    lengths = written_out(declarations.definitions)
    sides = (statement.left, statement.right)
    return sum(length_of(side, lengths) for side in sides) > LARGEST_WRITTEN_OUT


def refuted(shown: str, found: Counterexample) -> Verdict:
    """The verdict on a statement that a counterexample refutes."""
    return Verdict("refuted", message=found.text, read_as=shown, counterexample=found)


def _proved(shown: str, proof: Proof) -> Verdict:
    return Verdict("proved", read_as=shown, rules=proof.rules, assumptions=proof.assumptions)


def _conflict(shown: str, found: Counterexample) -> Verdict:
    message = (
        "the kernel proves this and a model refutes it, so one of the two is wrong: a bug of "
        f"Lemmata. Please report it. The model: {found.text}"
    )
    return Verdict("undecided", cause="conflict", message=message, read_as=shown)


def _undecided(shown: str, attempt: Open, result: SearchResult) -> Verdict:
    supported = result.outcome == "supported"
    cause: Cause = "supported" if supported else "budget" if result.budget else "unsupported"
    if attempt.reason == "budget":
        cause = "budget"
    found = {
        "open": "no proof was found",
        "condition": attempt.message,
        "unsupported": f"outside what can be proved: {attempt.message}",
        "budget": attempt.message,
    }[attempt.reason]
    models = (
        f"{result.models} random models agree" if supported else f"no model tells: {result.reason}"
    )
    message = f"{found}; {models}. Declare what the step uses, or write it in smaller steps."
    assumed = (*attempt.assumptions, *attempt.nonzero) if attempt.nonzero else ()
    return Verdict(
        "undecided",
        cause=cause,
        message=message,
        read_as=shown,
        rules=attempt.rules if assumed else (),
        assumptions=assumed,
    )
