"""What books write for two things: where only one of the two was refuted, nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lemmata.kernel.declarations import Declarations, free_names
from lemmata.kernel.shapes import ShapeError, Shapes
from lemmata.kernel.terms import (
    JSD,
    KL,
    CrossEntropy,
    Density,
    Derivative,
    Expect,
    Statement,
    Sym,
    Term,
    walk,
)
from lemmata.notation import Document


def denied(document: Document) -> dict[str, str]:
    """The facts of an order of two letters that the words of a text deny, each with what they say.

    Who writes "for $u = t$", and nowhere $u < t$, does not speak of the fact that u < t.
    """
    said = [*document.orders]
    for chain in document.chains:
        if chain.aside == "condition" and len(chain.lines) == 2:
            sides = [line.source.strip() for line in chain.lines]
            said.append((sides[0], chain.lines[1].relation or "", sides[1]))
    said += [(right, TURNED.get(sign, sign), left) for left, sign, right in said]
    found: dict[str, str] = {}
    for fact in document.declarations.facts:
        match fact.statement:
            case Statement(Sym(_, ()), "<", Sym(later, ())):
                signs = {sign: left for left, sign, right in said if later == right != left}
                if signs and "<" not in signs:
                    sign, left = next(iter(signs.items()))
                    found[f"given: {fact.name}"] = f"{left} {sign} {later}"
            case _:
                pass
    return found


TURNED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def doubts_of(statement: Statement | None, declarations: Declarations) -> Iterator[str]:
    """What books write for two things, where only one of the two was refuted."""
    if statement is None:
        return
    sides = (statement.left, statement.right)
    if declarations.linear and any(_has_layout(side, declarations) for side in sides):
        yield "the derivative of a column by a column or matrix may be laid out in two ways"
    lonely = free_names(sides[0]) ^ free_names(sides[1])
    outcomes = {variable.name for variable in declarations.variables if variable.role}
    silent = [family.name for family in declarations.families if family.parameters is None]
    told = len(silent) < len(declarations.families)
    parts = [part for side in sides for part in walk(side)]
    for part in parts:
        match part:
            case (
                KL(_, Density(family, _, given))
                | JSD(_, Density(family, _, given))
                | CrossEntropy(_, Density(family, _, given))
            ):
                names = {name for term in given for name in free_names(term)}
                if names & lonely and not declarations.family(family).given:
                    yield "of conditional laws, the average over the condition may be meant"
            case Expect(_, body) if free_names(body) & free_names(sides[1]) & lonely & outcomes:
                yield "the expectation may be meant over a variable that has no law there"
            case Density(family, _, _) if told and family in silent:
                if any(isinstance(other, Derivative) for other in parts):
                    yield f"whether {family} depends on the parameter is not declared"


def _has_layout(term: Term, declarations: Declarations) -> bool:
    """Whether a term has the derivative of a column or matrix by another one."""
    shapes = Shapes(declarations)
    for part in walk(term):
        if isinstance(part, Derivative):
            try:
                if not (shapes.of(part.variable).is_number or shapes.of(part.body).is_number):
                    return True
            except ShapeError:
                return True
    return False
