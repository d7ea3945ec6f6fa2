r"""Means over trajectories given what is known at a time: `E[f(a_t) \sum_{k=t}^T r_k | s_t]`.

Given the state at a time, and whatever came before it, the action then has the law of the policy,
and the rewards from that time on, given the action too, have the value `Q_t(s_t, a_t)` as their
mean. A condition may be the whole history: `s_1, a_1, \dots, s_t`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lemmata.kernel.declarations import Process
from lemmata.kernel.terms import (
    Add,
    App,
    Density,
    Expect,
    Law,
    Mul,
    Neg,
    Num,
    Prod,
    Range,
    Sum,
    Sym,
    Term,
    as_term,
    children,
    free,
    rebuild,
    substitute,
)
from lemmata.kernel.unfold import unfold

if TYPE_CHECKING:
    from lemmata.notation.lexer import Token
    from lemmata.notation.parser import Parser


@dataclass(slots=True)
class Conditions:
    """What stands behind a bar.

    Attributes:
        values: The variables, each with what it is equal to: itself, if nothing is.
        dots: Behind how many of them dots stand, for all that lies between; -1 for none.
        spans: The names of which a whole stretch of times is given, `s_{1:t}`.
    """

    values: dict[Sym, Sym] = field(default_factory=dict[Sym, Sym])
    dots: int = -1
    spans: set[str] = field(default_factory=set[str])

    @property
    def plain(self) -> bool:
        """Whether each variable that is given is named."""
        return self.dots < 0 and not self.spans


def given_the_past(
    parser: Parser, process: Process, body: Term, given: Conditions, sign: Token
) -> Term:
    """The mean of what is decided from a time on, given the state then and what came before.

    Raises:
        Unsupported: The body holds more that is random, the state then is not given, or something
            is given that is not known to come before the action.
    """
    past = _past(parser, process, given)
    if past is None:
        raise parser.unsupported("a condition that is not the past of the one action", sign)
    try:
        body = unfold(body, parser.symbols.declarations)
    except ValueError:  # a definition that does not end
        raise parser.unsupported(
            "an expectation over trajectories under a condition", sign
        ) from None
    term = past.mean(body)
    if term is None:
        raise parser.unsupported("an expectation over trajectories under a condition", sign)
    term = past.with_its_reward(term)
    if past.action in given.values or past.action not in free(term):
        return term
    if term == past.action_value:
        return App(process.value, (past.state,), past.state.indices)
    return past.over_the_action(term)


@dataclass(frozen=True, slots=True)
class _Past:
    """What is known when an action has been chosen."""

    parser: Parser
    process: Process
    state: Sym
    known: frozenset[Sym]
    whole: bool  # all that came before is
    acted: bool = True  # the action is

    @property
    def action(self) -> Sym:
        """The action that is chosen in the state."""
        return Sym(self.process.action, self.state.indices)

    @property
    def action_value(self) -> Term | None:
        """The mean of the rewards from then on, if the question has a name for it."""
        if not (self.process.value and self.process.action_value and len(self.state.indices) == 1):
            return None
        return App(self.process.action_value, (self.state, self.action), self.state.indices)

    def with_its_reward(self, term: Term) -> Term:
        """A term with the reward of the action as what it is a function of."""
        if not self.process.reward_function:
            return term
        now = Sym(self.process.reward, self.state.indices)
        made = App(self.process.reward_function, (self.state, self.action))
        return substitute(term, {now: made})

    def over_the_action(self, term: Term) -> Term:
        """The mean of a term over the action; what came before it stands outside."""
        factors = term.factors if isinstance(term, Mul) else (term,)
        before = replace(self, acted=False)
        outside = [factor for factor in factors if not before.is_unknown(factor)]
        inside = [factor for factor in factors if factor not in outside]
        law = Law((self.action,), Density(self.process.policy, (self.action,), (self.state,)))
        mean = Expect((law,), inside[0] if len(inside) == 1 else Mul(tuple(inside)))
        return Mul((*outside, mean)) if outside else mean

    def mean(self, term: Term) -> Term | None:
        """The mean of a term given the state and the action; None where it is not known."""
        if self._is_return(term):
            return self.action_value
        if not self.is_unknown(term):
            return term
        if isinstance(term, Add | Neg):
            parts = [self.mean(part) for part in children(term)]
            kept = tuple(part for part in parts if part is not None)
            return rebuild(term, kept) if len(kept) == len(parts) else None
        if isinstance(term, Mul):
            moving = [factor for factor in term.factors if self.is_unknown(factor)]
            mean = self.mean(moving[0]) if len(moving) == 1 else None
            if mean is not None:
                return Mul(tuple(mean if f is moving[0] else f for f in term.factors))
        return None

    def _is_return(self, term: Term) -> bool:
        """Whether a term is the sum of the rewards from the time of the state on."""
        if not isinstance(term, Sum) or term.excluding is not None or self.action_value is None:
            return False
        process, letter = self.process, term.index
        state, action = (Sym(name, (letter,)) for name in (process.state, process.action))
        rewards: list[Term] = [Sym(process.reward, (letter,))]
        if process.reward_function:
            rewards.append(App(process.reward_function, (state, action)))
        begins = term.range.lower == self.state.indices[0]
        return begins and term.range.upper == process.times.upper and term.body in rewards

    def is_unknown(self, term: Term, ranges: tuple[tuple[Sym, Range], ...] = ()) -> bool:
        """Whether something in a term is neither known nor settled by what is.

        Args:
            term: The term.
            ranges: The letters that a sum around it binds.
        """
        if isinstance(term, Sym):
            parts = (self.process.state, self.process.action, self.process.reward)
            moves = term.name in parts and bool(term.indices)
            return moves and not self._is_known(term, dict(ranges))
        if isinstance(term, Sum | Prod):
            ranges = (*ranges, (term.index, term.range))
        return any(self.is_unknown(part, ranges) for part in children(term))

    def _is_known(self, symbol: Sym, ranges: dict[Sym, Range]) -> bool:
        process, time = self.process, symbol.indices[0]
        if not ranges.keys().isdisjoint(free(time)):  # a letter of its own, whatever its order
            earlier = isinstance(time, Sym) and ranges[time].upper == _before(self.state.indices[0])
            return self.whole and earlier and symbol.indices[1:] == self.state.indices[1:]
        now = {self.state, self.action} if self.acted else {self.state}
        if symbol in self.known or symbol in now:
            return True
        if self.whole and _is_before(symbol, self.state, self.parser):
            return True
        if symbol.name != process.reward or not process.reward_function:
            return False  # what a state and an action lead to may be random
        made = {Sym(process.state, symbol.indices), Sym(process.action, symbol.indices)}
        return made <= {*self.known, *now}


def _past(parser: Parser, process: Process, given: Conditions) -> _Past | None:
    """What a condition tells of a time; None if it is not the past of one action."""
    listed = list(given.values)
    if any(symbol.name not in (process.state, process.action, process.reward) for symbol in listed):
        return None
    states = [symbol for symbol in listed if symbol.name == process.state]
    if not given.plain:
        state = states[-1] if states else None
        if state is None or not _is_whole(given, state, process):
            return None
        return _Past(parser, process, state, frozenset(listed), whole=True)
    for state in states:
        action = Sym(process.action, state.indices)
        others = [symbol for symbol in listed if symbol not in (state, action)]
        if all(_is_before(one, state, parser) for one in others):
            return _Past(parser, process, state, frozenset(listed), whole=False)
    return None


def _is_whole(given: Conditions, state: Sym, process: Process) -> bool:
    """Whether a condition is all that happened up to a state, and perhaps the action then."""
    listed = list(given.values)
    time, *others = state.indices
    action = Sym(process.action, state.indices)
    earlier = [Sym(n, (_before(time), *others)) for n in (process.state, process.action)]
    if given.spans:
        whole = given.dots < 0 and given.spans == {process.state, process.action}
        return whole and all(symbol in (state, action, earlier[1]) for symbol in listed)
    first, last = listed[: given.dots], listed[given.dots :]
    begins = [Sym(n, (process.times.lower, *others)) for n in (process.state, process.action)]
    last = last[:-1] if last[-1:] == [action] else last
    ends = ([state], [earlier[1], state], [*earlier, state])
    return first in (begins[:1], begins) and last in ends


def _before(time: Term) -> Term:
    """The time before another one."""
    return Add((time, Neg(as_term(1))))


def _is_before(one: Sym, later: Sym, parser: Parser) -> bool:
    """Whether something happens before a time, by a declared order or by its number."""
    if not one.indices or one.indices[1:] != later.indices[1:]:
        return False
    early, late = one.indices[0], later.indices[0]
    bound = {letter: binder.upper for letter, binder in parser.scope.items()}
    letters = [time.name if isinstance(time, Sym) else "" for time in (early, late)]
    if bound.get(letters[0]) == _before(late):
        return True
    if bound.keys().isdisjoint(letters):  # the facts are about the letters of the question
        facts = [fact.statement for fact in parser.symbols.declarations.facts]
        orders = {(stated.left, stated.relation, stated.right) for stated in facts}
        if (early, "<", late) in orders or (late, ">", early) in orders:
            return True
    match early:
        case Add((first, Neg(Num(value)))):
            return first == late and value > 0
    return False
