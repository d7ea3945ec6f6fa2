"""Expectations over the trajectories of a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from flint import fmpq

from lemmata.kernel.declarations import Function, Process
from lemmata.kernel.terms import Add, Div, Entries, Mul, Neg, Prod, Sum, Sym, Term, free, walk
from lemmata.semantics import tables
from lemmata.semantics.errors import Unevaluable
from lemmata.semantics.model import Env, Place
from lemmata.semantics.scope import OUTSIDE, Code, Scope, Spot, added, multiplied, weight_of
from lemmata.semantics.tables import Active
from lemmata.semantics.values import ONE, ZERO, Value

if TYPE_CHECKING:
    from lemmata.semantics.evaluate import Evaluator

MAX_OPENED = 64
"""A product is multiplied out into at most this many terms."""


class Trajectories:
    """Compiles expectations over trajectories for an evaluator."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self.joint = False  # whether some body looks at several trajectories at once

    def expectation(self, name: str, body: Term, scope: Scope) -> Code:
        """The expectation of a body over the trajectories of a process."""
        try:
            process = self._evaluator.declarations.process(name)
        except KeyError:
            raise Unevaluable(f"{name!r} is not declared as a process") from None
        names = (process.state, process.action, process.reward)
        return self._expected(process, body, replace(scope.bind(names, outcome=True), process=name))

    def _expected(self, process: Process, body: Term, scope: Scope) -> Code:
        """The expectation of a body, by linearity as far down as it goes."""
        if not _random(body, process):
            return self._evaluator.compile(body, scope)
        match body:
            case Add(terms):
                return added([self._expected(process, part, scope) for part in terms])
            case Neg(inside_):
                inner = self._expected(process, inside_, scope)
                return lambda env: -inner(env)
            case Div(top, bottom) if not _random(bottom, process):
                above, below = (
                    self._expected(process, top, scope),
                    self._evaluator.compile(bottom, scope),
                )
                return lambda env: above(env) / below(env)
            case Mul(factors):
                random = [part for part in factors if _random(part, process)]
                if len(random) == 1:
                    return multiplied(
                        [
                            self._expected(process, part, scope)
                            if part is random[0]
                            else self._evaluator.compile(part, scope)
                            for part in factors
                        ]
                    )
                opened = _opened(process, factors) if _several(process, body) else None
                if opened is not None:
                    return self._expected(process, opened, scope)
            case Sum(index, span, inside_, excluding) if not any(
                _random(part, process) for part in (span.lower, span.upper)
            ):
                within = scope.bind((index.name,), outcome=False)
                left_out = None if excluding is None else self._evaluator.integer(excluding, scope)
                inner = self._expected(process, inside_, within)
                numbers = self._evaluator.span(span, scope)
                return self._evaluator.indexed(True, index, numbers, inner, left_out)
        return self._enumerated(process, body, scope)

    def _enumerated(self, process: Process, body: Term, scope: Scope) -> Code:
        """The expectation of a body as a sum over what the trajectories may be where it looks."""
        inner = self._evaluator.compile(body, scope)
        looked_at = self._looked_at(process, body, scope)
        active, weight = self._moved(process, scope.active), weight_of(body)

        def run(env: Env) -> Value:
            places = looked_at(env)
            laws = [self._law(process, active, group) for group in places]
            count = 1
            for _, law in laws:
                count *= len(law)
            self._evaluator.model.meter.spend(weight * count)
            changed = env.copy()
            total: Value = ZERO
            for outcomes in product(*(law for _, law in laws)):
                probability: Value = ONE
                for (inside, _), (values, share) in zip(laws, outcomes, strict=True):
                    changed.update(zip(inside, values, strict=True))
                    probability = share * probability
                total = total + inner(changed) * probability
            return total

        return run

    def _moved(self, process: Process, active: Active) -> Active:
        """The parameters that the policy of a process moves with."""
        declarations = self._evaluator.declarations
        if self._evaluator.layout.rules.get(process.policy):  # by facts, perhaps with all of them
            return active
        policy = declarations.family(process.policy)
        return tuple(pair for pair in active if declarations.depends(policy, pair[1]))

    def _looked_at(
        self, process: Process, body: Term, scope: Scope
    ) -> Callable[[Env], list[tuple[Place, ...]]]:
        """The places of the states, actions and rewards in a body, those of each trajectory apart.

        Where an index is bound inside the body, it may look at every time, or every trajectory.
        """
        names = (process.state, process.action, process.reward)
        inner_indices = {part.index.name for part in walk(body) if isinstance(part, Sum | Prod)} | {
            name.name
            for part in walk(body)
            if isinstance(part, Entries)
            for name in (part.row, part.column)
        }

        def settled(index: Term) -> Callable[[Env], int] | None:
            if any(isinstance(part, Sym) and part.name in inner_indices for part in walk(index)):
                return None
            return self._evaluator.integer(index, scope)

        symbols: list[tuple[str, list[Callable[[Env], int] | None]]] = []
        for part in sorted(free(body), key=repr):  # a state that is summed over is none of these
            if part.name in names:
                if not 1 <= len(part.indices) <= (1 if process.samples is None else 2):
                    raise Unevaluable(f"{part.name!r} is written with unusual indices")
                symbols.append((part.name, [settled(index) for index in part.indices]))
                self.joint |= len(part.indices) > 1 and symbols[-1][1][1] is None
        self.joint |= _several(process, body)
        ranges = [self._evaluator.span(process.times, OUTSIDE)]
        if process.samples is not None:
            ranges.append(self._evaluator.span(process.samples, OUTSIDE))

        def run(env: Env) -> list[tuple[Place, ...]]:
            found: dict[tuple[int, ...], set[Place]] = {}
            for name, indices in symbols:
                choices = [
                    span(env) if index is None else (index(env),)
                    for index, span in zip(indices, ranges, strict=False)
                ]
                for numbers in product(*choices):
                    found.setdefault(numbers[1:], set()).add((name, numbers))
            return [tuple(sorted(found[number])) for number in sorted(found)]

        return run

    def _law(
        self, process: Process, active: Active, places: tuple[Place, ...]
    ) -> tuple[list[Place], list[tuple[list[Value], Value]]]:
        """The places of one trajectory that it has, and what stands there, with probabilities."""
        times = self._times(process)
        rows = {process.state: tables.STATE, process.action: tables.ACTION}
        inside = sorted(
            (numbers[0] - times.start + 1, rows.get(name, tables.REWARD), (name, numbers))
            for name, numbers in places
            if numbers[0] in times
        )
        moments = tuple((time, row) for time, row, _ in inside)
        cache = self._evaluator.model.cache("laws of moments")
        known = cache.get((process.name, active, moments))
        if known is None:
            known = cache[process.name, active, moments] = self._moments(process, active, moments)
        return [place for _, _, place in inside], known

    def _times(self, process: Process) -> range:
        """The times of a process."""
        env: Env = {(name, ()): size for name, size in self._evaluator.model.sizes.items()}
        return self._evaluator.span(process.times, OUTSIDE)(env)

    def _moments(
        self, process: Process, active: Active, moments: tuple[tables.Moment, ...]
    ) -> list[tuple[list[Value], Value]]:
        policy = self._evaluator.declarations.family(process.policy)
        state = self._evaluator.layout.variable(process.state)
        action = self._evaluator.layout.variable(process.action)
        if state is None or action is None:
            raise Unevaluable(f"the states or actions of {process.name!r} are no outcomes")
        if {state.place, action.place} & self._evaluator.layout.real:
            raise Unevaluable(f"the states or actions of {process.name!r} are real numbers")
        cells = self._evaluator.laws.cells(
            policy, self._evaluator.axes(action.place), self._evaluator.axes(state.place), active
        )
        settled = None
        if process.reward_function:
            item = self._evaluator.declarations.find(process.reward_function)
            function = item if isinstance(item, Function) else Function(process.reward_function, 2)
            roles = (state.place, action.place)

            def settled(s: int, a: int) -> fmpq:
                points = (Spot(roles[0], s), Spot(roles[1], a))
                reward: fmpq = self._evaluator.numbers.table_value(function, (), points, ())
                return reward

        return tables.law_of_moments(
            self._evaluator.model, process, (state.place, action.place), moments, cells, settled
        )


def _random(term: Term, process: Process) -> bool:
    names = (process.state, process.action, process.reward)
    return any(isinstance(part, Sym) and part.name in names for part in walk(term))


def _several(process: Process, body: Term) -> bool:
    """Whether a body looks at more than one trajectory."""
    names = (process.state, process.action, process.reward)
    symbols = [part for part in walk(body) if isinstance(part, Sym) and part.name in names]
    return len({symbol.indices[1:] for symbol in symbols}) > 1


def _opened(process: Process, factors: tuple[Term, ...]) -> Term | None:
    """A product with one of its random factors multiplied out; None if none can be.

    So a product of sums over different trajectories becomes a sum of products, each of which looks
    at few places.
    """
    size = 1
    for factor in factors:
        size *= len(factor.terms) if isinstance(factor, Add) else 1
    if size > MAX_OPENED:
        return None
    for at, factor in enumerate(factors):
        others = (*factors[:at], *factors[at + 1 :])
        if not _random(factor, process):
            continue
        match factor:
            case Add(terms):
                return Add(tuple(Mul((*others, term)) for term in terms))
            case Neg(inside):
                return Neg(Mul((*others, inside)))
            case Mul(more):
                return Mul((*others, *more))
            case Div(top, bottom) if not _random(bottom, process):
                return Div(Mul((*others, top)), bottom)
            case Sum(index, span, inside, excluding):
                taken = {part.name for o in others for part in walk(o) if isinstance(part, Sym)}
                ends = (span.lower, span.upper)
                if index.name not in taken and not any(_random(end, process) for end in ends):
                    return Sum(index, span, Mul((*others, inside)), excluding)
    return None
