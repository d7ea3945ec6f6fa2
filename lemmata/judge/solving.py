"""Equations that are solved for the unknown of a question, and implications between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from lemmata.judge.doubts import doubted
from lemmata.judge.equations import judge_equations, solved
from lemmata.judge.lines import LARGEST_PAIRS, SIGNS, agree, equation_of, unread
from lemmata.judge.objectives import doubtful, judge_aims
from lemmata.judge.remarks import RANGE
from lemmata.judge.statements import compared
from lemmata.kernel.equations import differentiated
from lemmata.kernel.verdict import StepVerdict, Verdict
from lemmata.notation import Chain, Document, Line, Sheet


def without_last(chain: Chain, sheet: Sheet) -> Chain:
    """A chain that an implication follows, without the equation that it ends with."""
    return chain if sheet.conventions.unknown is None else replace(chain, lines=chain.lines[:-1])


def unless_solved(step: StepVerdict, chain: Chain, document: Document, sheet: Sheet) -> StepVerdict:
    """A refuted step, unless it is an equation that may be meant to be solved for the unknown.

    It may where it holds for the solution, also in a chain: what is set to zero is worked out in
    the same line, and so is the solution. An inequality is not solved.
    """
    unknown = sheet.conventions.unknown_name
    if unknown is None or sheet.goal is None or step.verdict.outcome != "refuted":
        return step
    lines = chain.lines[step.step - 1 : step.step + 1]
    for stated in equation_of(lines, sheet):
        if stated.relation != "=":
            continue
        equation = differentiated(stated, document.declarations)
        there = solved(equation, unknown, sheet.goal.right, document.declarations)
        if there is None or compared(there.left, there.right, document.declarations) == "proved":
            return doubted(step, "it may be an equation that is solved")
    return step


def judge_link(
    equation: Chain, before: Chain | None, document: Document, sheet: Sheet
) -> StepVerdict:
    """The step from an equation to the one that is said to follow from it.

    Two objectives that are said to be equivalent are extreme at the same place.
    """
    relations = [SIGNS.get(line.relation or "") for line in equation.lines[1:2]]
    if before is not None:
        relations.append(SIGNS.get(before.lines[-1].relation or ""))
    first = equation_of(before.lines[-2:], sheet) if before is not None else []
    second = equation_of(equation.lines[:2], sheet)
    span = equation.lines[0].span
    goal = equation.lines[0]
    if before is not None and before.lines[-1].aim and goal.aim and len(equation.lines) == 1:
        verdict = replace(_judge_objectives(before.lines[-1], goal, document), span=span)
    elif not first or not second or None in relations:
        broken = next((line.error for line in equation.lines[:2] if line.error), None)
        message = "this implication does not join two equations that can be read"
        verdict = (
            unread(broken, broken.span)
            if broken is not None
            else Verdict("undecided", cause="unsupported", message=message, span=span)
        )
    else:
        chains = [chain for chain in (before, equation) if chain is not None]
        flags = [flag for chain in chains for flag in (*chain.flags, *chain.conditions)]
        pairs = [(a, b) for a in first for b in second][:LARGEST_PAIRS]
        unknown = sheet.conventions.unknown_name
        found = [judge_equations(a, b, document.declarations, unknown) for a, b in pairs]
        verdict = replace(_of_all(found, (*document.conditions, *flags)), span=span)
    return StepVerdict(1, equation.link, verdict, span)


def _judge_objectives(first: Line, second: Line, document: Document) -> Verdict:
    """The verdict on two objectives of which one may be taken for the other."""
    pairs = [pair for pair in product(first.readings, second.readings) if agree(*pair)]
    broken = first.error or second.error
    if broken is not None:
        return unread(broken, broken.span)
    there = replace(second, relation="=", aim="place")
    found = judge_aims(replace(first, aim="place"), there, pairs, document.declarations)
    doubts = (*document.flags, *document.conditions)
    return doubtful(found, doubts) if found.outcome == "refuted" and doubts else found


def _of_all(found: Sequence[Verdict], doubts: Sequence[str]) -> Verdict:
    """The verdict over all pairs of readings: one that is proved, or all of them refuted."""
    order = ("proved", "undecided", "refuted")
    best = min(found, key=lambda verdict: order.index(verdict.outcome))
    doubts = [flag for flag in doubts if not RANGE.fullmatch(flag)]
    if best.outcome != "refuted" or not doubts:
        return best
    message = f"as read here this would be refuted, but the reading is doubtful: {doubts[0]}"
    return Verdict("undecided", cause="ambiguous", message=message, read_as=best.read_as)
