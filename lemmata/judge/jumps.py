"""Answers that are right wherever nothing is exactly at a jump: `g/|g|` for the sign of g.

An answer may have no value, or another one, on a set that no generic input lies in.
"""

from __future__ import annotations

from dataclasses import replace

from lemmata.kernel.declarations import Declarations, Scalar
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.terms import (
    Add,
    Div,
    Fn,
    Mul,
    Neg,
    Statement,
    Sym,
    Term,
    as_term,
    children,
    rebuild,
    walk,
)
from lemmata.kernel.verdict import Verdict
from lemmata.notation import write_text


def away_from_jumps(
    verdict: Verdict, statement: Statement | None, declarations: Declarations
) -> Verdict:
    """The verdict on an answer where no declared number that has a jump below it is zero.

    All models agree with the answer; it is proved if it is an identity of signs.
    """
    if verdict.outcome != "undecided" or verdict.cause != "supported" or statement is None:
        return verdict
    at_jumps: dict[Term, None] = {}
    left, right = (_by_signs(s, declarations, at_jumps) for s in (statement.left, statement.right))
    smooth = replace(statement, left=left, right=right)
    if not at_jumps or smooth == statement:
        return verdict
    found = prove(smooth, declarations)
    if not isinstance(found, Proof):
        return verdict
    assumed = (f"{write_text(term, declarations)} != 0" for term in at_jumps)
    return Verdict(
        "proved",
        read_as=verdict.read_as,
        rules=found.rules,
        assumptions=tuple(dict.fromkeys((*found.assumptions, *assumed))),
    )


def _by_signs(term: Term, declarations: Declarations, at_jumps: dict[Term, None]) -> Term:
    """A term with signs in place of steps and quotients by moduli."""
    inner = rebuild(term, tuple(_by_signs(p, declarations, at_jumps) for p in children(term)))
    match inner:
        case Fn("step", argument) if _is_free(argument, declarations):
            at_jumps[argument] = None
            return Div(Add((as_term(1), Fn("sign", argument))), as_term(2))
        case Div(above, Fn("abs", argument)) if _is_free(argument, declarations):
            factors = above.factors if isinstance(above, Mul) else (above,)
            if argument in factors:
                at_jumps[argument] = None
                at = factors.index(argument)
                return Mul((*factors[:at], Fn("sign", argument), *factors[at + 1 :]))
    return inner


def _is_free(term: Term, declarations: Declarations) -> bool:
    """Whether a term is a declared real number or array, or its negative: generically not zero."""
    if isinstance(term, Neg):
        term = term.body
    item = declarations.find(term.name) if isinstance(term, Sym) else None
    bound = {part.name for fact in declarations.facts for part in _symbols(fact.statement)}
    return isinstance(item, Scalar) and item.name not in bound


def _symbols(statement: Statement) -> list[Sym]:
    sides = (statement.left, statement.right)
    return [part for side in sides for part in walk(side) if isinstance(part, Sym)]
