"""The verdict on an objective: what is maximised over a parameter, up to what moves no maximum.

Two objectives are the same if they differ by a positive factor and by terms without the parameter:
if the slope of one is a positive multiple of the slope of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from lemmata.judge.statements import LEAST_MODELS, judge_statement
from lemmata.kernel.declarations import Declarations, with_second_parameter
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.search_factor import factor_between
from lemmata.kernel.terms import Derivative, Mul, Neg, Statement, Sym, Term, as_term
from lemmata.kernel.verdict import Verdict
from lemmata.notation import Line, Reading, write_text
from lemmata.semantics import search

LARGEST_PAIRS: Final = 16
SHRINKING: Final = 20


def judge_objectives(
    pairs: Sequence[tuple[Reading, Reading]],
    parameter: str,
    declarations: Declarations,
    *,
    explaining: bool = True,
) -> Verdict:
    """The verdict on an answer beside every objective that is meant, in all their readings.

    Args:
        pairs: What is meant, and the answer.
        parameter: What is maximised over.
        declarations: The names and the world.
        explaining: Whether a refutation comes with the world that refutes.
    """
    if not pairs:
        message = "the answer uses notation in two senses; write it out"
        return Verdict("undecided", cause="ambiguous", message=message)
    terms = [(meant.term, answer.term) for meant, answer in pairs[:LARGEST_PAIRS]]
    for meant, answer in terms:  # before any is refuted in vain
        found = _proved(meant, answer, parameter, declarations)
        if found is not None:
            return found
    flags = tuple(dict.fromkeys(flag for _, answer in pairs for flag in answer.flags))
    others = [_told_apart(*pair, parameter, declarations, shrinking=0) for pair in terms[1:]]
    shown = explaining and not flags and all(other.outcome == "refuted" for other in others)
    shrinking = SHRINKING if shown else 0  # only the first refutation is shown
    judged = [_told_apart(*terms[0], parameter, declarations, shrinking=shrinking), *others]
    left_open = [verdict for verdict in judged if verdict.outcome == "undecided"]
    if flags and not left_open:
        return doubtful(judged[0], flags)
    return (left_open or judged)[0]


def judge_aims(
    before: Line,
    line: Line,
    pairs: Sequence[tuple[Reading, Reading]],
    declarations: Declarations,
) -> Verdict:
    """The verdict on a step between two objectives, or to one up to a constant of no name.

    The extreme values of two objectives may differ where they are extreme at the same place.
    """
    parameter = Sym(line.over)
    if line.relation not in ("=", ":=") or bool(before.aim) != bool(line.aim):
        message = "one of the two is a maximum; write what is maximised on both sides, and ="
        return Verdict("undecided", cause="unsupported", message=message)
    if before.aim:
        found = judge_objectives(pairs, line.over, declarations)
        place = before.aim == line.aim == "place"
        if found.outcome != "proved" or place:
            return found
        same = [judge_statement(Statement(a.term, "=", b.term), declarations) for a, b in pairs]
        proved = [verdict for verdict in same if verdict.outcome == "proved"]
        if proved and before.least == line.least and not line.constant and not before.constant:
            return proved[0]
        message = "both are largest at the same place, but the largest values may differ"
        return Verdict("undecided", cause="unsupported", message=message, read_as=found.read_as)
    slopes = [
        judge_statement(
            Statement(Derivative(parameter, a.term), "=", Derivative(parameter, b.term)),
            declarations,
        )
        for a, b in pairs[:LARGEST_PAIRS]
    ]
    order = ("proved", "undecided", "refuted")
    best = min(slopes, key=lambda verdict: order.index(verdict.outcome), default=None)
    if best is None or (best.outcome == "proved" and not line.constant):
        message = f"what the constant {before.constant} is cannot be told"
        return Verdict("undecided", cause="unsupported", message=message)
    return best


def _proved(
    meant: Term, answer: Term, parameter: str, declarations: Declarations
) -> Verdict | None:
    """The verdict on an answer whose slope is proved to be a positive multiple of the right one."""
    mine, its = (Derivative(Sym(parameter), term) for term in (answer, meant))
    factor = factor_between(mine, its, declarations)
    if factor is None or isinstance(factor, Neg):
        return None
    found = judge_statement(Statement(mine, "=", Mul((factor, its))), declarations)
    return found if found.outcome == "proved" else None


def _told_apart(
    meant: Term, answer: Term, parameter: str, declarations: Declarations, *, shrinking: int
) -> Verdict:
    """The verdict on an answer that is not proved: refuted where a model tells the slopes apart."""
    second = _with_second_parameter(declarations, parameter)
    shown = write_text(answer, declarations)
    for statement in _of_one_objective(meant, answer, parameter, declarations):
        result = search(statement, second, models=LEAST_MODELS, effort=0, shrinking=shrinking)
        if result.outcome == "refuted":
            example = result.counterexample  # which is only there where it was to be shown
            message = "its slope is no positive multiple of the right one"
            if example is not None:
                message = f"{message}\n{example.text}"
            return Verdict("refuted", message=message, read_as=shown, counterexample=example)
    message = "it is not settled whether this has the same maxima; write it in smaller parts"
    return Verdict("undecided", cause="supported", message=message, read_as=shown)


def _of_one_objective(
    meant: Term, answer: Term, parameter: str, declarations: Declarations
) -> Iterator[Statement]:
    """What holds of two objectives if they are the same.

    Slopes in two directions are proportional, the factor is not negative, and neither is flat.
    """
    mine, its = (Derivative(Sym(parameter), term) for term in (answer, meant))
    turned = [Derivative(Sym(f"{parameter}'"), term) for term in (answer, meant)]
    yield Statement(Mul((mine, turned[1])), "=", Mul((turned[0], its)))
    yield Statement(Mul((mine, its)), ">=", as_term(0))
    if isinstance(prove(Statement(mine, "=", as_term(0)), declarations), Proof):
        yield Statement(mine, "=", its)


@lru_cache(maxsize=16)
def _with_second_parameter(declarations: Declarations, parameter: str) -> Declarations:
    return with_second_parameter(declarations, parameter)


def doubtful(found: Verdict, doubts: Sequence[str]) -> Verdict:
    """A refutation that is not given, because what was refuted may not be what is meant."""
    message = f"as read here this would be refuted, but: {'; '.join(doubts)}. Write it out"
    return replace(
        found, outcome="undecided", cause="ambiguous", counterexample=None, message=message
    )
