"""Expectations of a trajectory given its past: `E[f(a_t) | s_t]` is over the action alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemmata.kernel.declarations import Declarations, Process
from lemmata.kernel.terms import Add, Density, Expect, Law, Neg, Num, Sym, Term, free

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lemmata.notation.lexer import Token
    from lemmata.notation.parser import Parser


def given_the_past(
    parser: Parser, process: Process, body: Term, given: Iterable[Sym], sign: Token
) -> Term:
    """The expectation of what one action decides, given its state and what came before.

    It is that over the policy, because an action depends on its state alone.

    Raises:
        Unsupported: The body holds more that is random, the state of its action is not given, or
            something is given that is not known to come before the action.
    """
    known = set(given)
    parts = (process.state, process.action, process.reward)
    random = {s for s in free(body) if s.name in parts and s.indices}
    actions = {s for s in random - known if s.name == process.action}
    if len(actions) != 1:
        raise parser.unsupported("an expectation over trajectories under a condition", sign)
    (action,) = actions
    state = Sym(process.state, action.indices)
    past = known - {state}
    determined = {
        s
        for s in random
        if s.name == process.reward
        and {Sym(process.state, s.indices), Sym(process.action, s.indices)} <= known
    }
    declarations = parser.symbols.declarations
    if (
        state not in known
        or random - known - determined != {action}
        or not all(_is_before(one, action, declarations) for one in past)
    ):
        raise parser.unsupported("a condition that is not the past of the one action", sign)
    law = Law((action,), Density(process.policy, (action,), (state,)))
    return Expect((law,), body)


def _is_before(one: Sym, action: Sym, declarations: Declarations) -> bool:
    """Whether something happens before an action, by a declared order or by its number."""
    if not one.indices or one.indices[1:] != action.indices[1:]:
        return False
    early, late = one.indices[0], action.indices[0]
    orders = {
        (f.statement.left, f.statement.relation, f.statement.right) for f in declarations.facts
    }
    if (early, "<", late) in orders or (late, ">", early) in orders:
        return True
    match early:
        case Add((first, Neg(Num(value)))):
            return first == late and value > 0
    return False
