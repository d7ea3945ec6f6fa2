"""The verdict on two equations of which one is said to follow from the other.

They have the same solutions where a multiple of one is a multiple of the other, both by what is
never zero, or where both have the same only solution, or hold always.
"""

from __future__ import annotations

from dataclasses import replace

from lemmata.judge.statements import judge_statement
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.equations import (
    differentiated,
    multipliers,
    products,
    solution,
    without_logarithms,
)
from lemmata.kernel.terms import (
    Derivative,
    Statement,
    Sym,
    Term,
    substitute,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Verdict
from lemmata.notation import write_text


def judge_equations(
    first: Statement, second: Statement, declarations: Declarations, unknown: Sym | None
) -> Verdict:
    """Whether two equations have the same admissible solutions.

    They have where a multiple of one is a multiple of the other, both by what is never zero, or
    where both have the same only solution, or hold always. They have not where the solution of one
    does not solve the other.
    """
    shown = " <=> ".join(
        f"{write_text(e.left, declarations)} {e.relation} {write_text(e.right, declarations)}"
        for e in (first, second)
    )
    first, second = (differentiated(e, declarations) for e in (first, second))
    first, second = (without_logarithms(e, declarations) or e for e in (first, second))
    if first.relation in ("=", second.relation):
        found = multipliers(first, second, declarations)
        if found is not None:
            same = judge_statement(products(first, second, found), declarations)
            if same.outcome == "proved":
                return replace(same, read_as=shown, rules=(*same.rules, "nonzero_multiple"))
    about = unknown is not None and all(
        _holds_it(e, unknown, declarations) for e in (first, second)
    )
    if unknown is not None and {first.relation, second.relation} == {"="} and about:
        settled = _compare_solutions(first, second, unknown, declarations)
        if settled is not None:
            return replace(settled, read_as=shown)
    truths = [judge_statement(e, declarations) for e in (first, second)]
    outcomes = [truth.outcome for truth in truths]
    if outcomes == ["proved", "proved"]:
        rules = tuple(dict.fromkeys(rule for truth in truths for rule in truth.rules))
        assumptions = tuple(dict.fromkeys(a for truth in truths for a in truth.assumptions))
        return Verdict("proved", read_as=shown, rules=rules, assumptions=assumptions)
    if sorted(outcomes) == ["proved", "refuted"]:
        wrong = truths[outcomes.index("refuted")]
        message = f"one of the two always holds, the other does not: {wrong.message}"
        return replace(wrong, message=message, read_as=shown)
    message = "no proof was found that the two have the same solutions. Write smaller steps."
    return Verdict("undecided", cause="unsupported", message=message, read_as=shown)


def _compare_solutions(
    first: Statement, second: Statement, unknown: Sym, declarations: Declarations
) -> Verdict | None:
    """The verdict on two equations of which one has an only solution that can be written down."""
    verdicts = []
    for equation, other in ((first, second), (second, first)):
        value = solution(equation, unknown, declarations)
        if value is None:
            continue
        here, there = (solved(e, unknown, value, declarations) for e in (equation, other))
        if here is None or there is None:
            continue
        if judge_statement(here, declarations).outcome != "proved":
            continue
        verdict = judge_statement(there, declarations)
        if verdict.outcome == "refuted":
            shown = f"{unknown.name} = {write_text(value, declarations)}"
            message = f"{shown} solves only one of the two; in the other\n{verdict.message}"
            return replace(verdict, message=message)
        verdicts.append(verdict)
    if len(verdicts) == 2 and all(verdict.outcome == "proved" for verdict in verdicts):
        return verdicts[0]
    return None


def _holds_it(equation: Statement, unknown: Sym, declarations: Declarations) -> bool:
    """Whether an equation is about the unknown; a named quantity in it may hold it."""
    try:
        sides = [unfold(side, declarations) for side in (equation.left, equation.right)]
    except ValueError:
        return True
    return any(unknown in walk(side) for side in sides)


def solved(
    equation: Statement, unknown: Sym, value: Term, declarations: Declarations
) -> Statement | None:
    """An equation at a value of its unknown; None where it is differentiated by the unknown.

    None too where a named quantity in it cannot be unfolded.
    """
    # Named quantities are unfolded first: the unknown may stand inside.
    try:
        sides = [unfold(side, declarations) for side in (equation.left, equation.right)]
    except ValueError:
        return None
    if any(isinstance(part, Derivative) for side in sides for part in walk(side)):
        return None
    left, right = (substitute(side, {unknown: value}) for side in sides)
    return Statement(left, "=", right)
