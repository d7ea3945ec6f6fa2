"""Expectations over the trajectories of a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from flint import fmpq

from lemmata.kernel.declarations import Function, Process
from lemmata.kernel.terms import Add, Div, Entries, Mul, Neg, Prod, Sum, Sym, Term, walk
from lemmata.semantics import tables
from lemmata.semantics.errors import Unevaluable
from lemmata.semantics.model import Env
from lemmata.semantics.numbers import Spot
from lemmata.semantics.scope import OUTSIDE, Code, Scope, added, multiplied, weight_of
from lemmata.semantics.tables import Active
from lemmata.semantics.values import ONE, ZERO, Value

if TYPE_CHECKING:
    from lemmata.semantics.evaluate import Evaluator


class Trajectories:
    """Compiles expectations over trajectories for an evaluator."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

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
        """The expectation of a body as a sum over the trajectories that it looks at."""
        inner = self._evaluator.compile(body, scope)
        looked_at = self._trajectories_of(process, body, scope)
        slot, active, weight = self._evaluator.slot(), scope.active, weight_of(body)

        def run(env: Env) -> Value:
            found: list[tables.Path] | None = self._evaluator.model.cache("paths").get(
                (process.name, active)
            )
            if found is None:
                found = self._evaluator.model.cache("paths")[(process.name, active)] = self._paths(
                    process, active
                )
            numbers = sorted(looked_at(env))
            self._evaluator.model.meter.spend(weight * len(found) ** len(numbers))
            cache = self._evaluator.model.cache("bindings")
            total: Value = ZERO
            for choice in product(range(len(found)), repeat=len(numbers)):
                key = (process.name, slot, tuple(numbers), choice)
                bindings = cache.get(key)
                if bindings is None:
                    bindings = cache[key] = {}
                    for number, which in zip(numbers, choice, strict=True):
                        found[which].bind(bindings, process, number)
                changed = env.copy()
                changed.update(bindings)
                probability: Value = ONE
                for which in choice:
                    probability = found[which].probability * probability
                total = total + inner(changed) * probability
            return total

        return run

    def _trajectories_of(
        self, process: Process, body: Term, scope: Scope
    ) -> Callable[[Env], set[tuple[int, ...]]]:
        """Which trajectories a body looks at: their numbers, `()` for the one without a number."""
        names = (process.state, process.action, process.reward)
        always: set[tuple[int, ...]] = set()
        moving: list[Callable[[Env], int]] = []
        every = False
        inner_indices = {part.index.name for part in walk(body) if isinstance(part, Sum | Prod)} | {
            name.name
            for part in walk(body)
            if isinstance(part, Entries)
            for name in (part.row, part.column)
        }
        for part in walk(body):
            if isinstance(part, Sym) and part.name in names:
                if len(part.indices) == 1:
                    always.add(())
                elif len(part.indices) == 2 and process.samples is not None:
                    number = part.indices[1]
                    if any(isinstance(p, Sym) and p.name in inner_indices for p in walk(number)):
                        every = True
                    else:
                        moving.append(self._evaluator.integer(number, scope))
                else:
                    raise Unevaluable(f"{part.name!r} is written with unusual indices")
        samples = (
            None if process.samples is None else self._evaluator.span(process.samples, OUTSIDE)
        )

        def run(env: Env) -> set[tuple[int, ...]]:
            found = always | {(number(env),) for number in moving}
            if every and samples is not None:
                found |= {(number,) for number in samples(env)}
            return found

        return run

    def _paths(self, process: Process, active: Active) -> list[tables.Path]:
        policy = self._evaluator.declarations.family(process.policy)
        state = self._evaluator.layout.variable(process.state)
        action = self._evaluator.layout.variable(process.action)
        if state is None or action is None:
            raise Unevaluable(f"the states or actions of {process.name!r} are no outcomes")
        if {state.place, action.place} & self._evaluator.layout.real:
            raise Unevaluable(f"the states or actions of {process.name!r} are real numbers")
        env: Env = {(name, ()): size for name, size in self._evaluator.model.sizes.items()}
        times = self._evaluator.span(process.times, OUTSIDE)(env)
        if times.start != 1:
            raise Unevaluable(f"the times of {process.name!r} do not begin at 1")
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

        return tables.paths(
            self._evaluator.model, process, (state.place, action.place), len(times), cells, settled
        )


def _random(term: Term, process: Process) -> bool:
    names = (process.state, process.action, process.reward)
    return any(isinstance(part, Sym) and part.name in names for part in walk(term))
