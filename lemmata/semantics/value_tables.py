"""The value functions of a policy in a finite world: the Bellman equations as a linear system.

V = r_pi + gamma P_pi V, where r_pi(s) = sum_a pi(a | s) r(s, a) and P_pi(s, s') = sum_a pi(a | s)
P(s' | s, a), is solved exactly by elimination; the matrix 1 - gamma P_pi is strictly diagonally
dominant, so that no pivot is zero. Then Q = r + gamma P V.

For a process with a horizon the values are computed backwards from the last time, and the law of
the state forwards from the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from lemmata.kernel.declarations import Function, Process, Scalar, Values
from lemmata.semantics import tables
from lemmata.semantics.errors import Undefined, Unevaluable
from lemmata.semantics.model import Env
from lemmata.semantics.scope import OUTSIDE, Spot
from lemmata.semantics.tables import Active
from lemmata.semantics.values import ONE, ZERO, Value

if TYPE_CHECKING:
    from lemmata.semantics.evaluate import Evaluator


Table: TypeAlias = "dict[tuple[int, ...], Value]"
"""Values by time and points."""


class ValueTables:
    """Solves for value functions in the current model of an evaluator."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    def value(self, values: Values, name: str, points: tuple[Spot, ...], active: Active) -> Value:
        """The value of a state, or of a state and an action."""
        cache = self._evaluator.model.cache("value functions")
        key = (values.name, active)
        if key not in cache:
            cache[key] = self._tables(values, active)
        states, actions = cache[key]
        where = tuple(spot.point for spot in points)
        return states[where[0]] if name == values.name else actions[where]

    def of_process(
        self, process: Process, name: str, time: int, points: tuple[Spot, ...], active: Active
    ) -> Value:
        """A value V_t(s) or Q_t(s, a) of a process, or the density d_t(s) of its state.

        Raises:
            Undefined: The time lies outside the trajectories.
        """
        cache = self._evaluator.model.cache("values of processes")
        key = (process.name, active)
        if key not in cache:
            cache[key] = self._of_times(process, active)
        where = (time, *(spot.point for spot in points))
        kind = (process.value, process.action_value, process.visits).index(name)
        found = cache[key][kind].get(where)
        if found is None:
            raise Undefined(f"{name} at {time} lies outside the trajectory")
        return found

    def _of_times(self, process: Process, active: Active) -> tuple[Table, Table, Table]:
        """The values of states and of actions, and the densities of states, by time."""
        evaluator = self._evaluator
        declarations, model = evaluator.declarations, evaluator.model
        policy = declarations.family(process.policy)
        state, action = policy.given[0], policy.of[0]
        if {state, action} & evaluator.layout.real:
            raise Unevaluable(f"the states or actions of {process.name!r} are real numbers")
        acts = evaluator.laws.cells(policy, evaluator.axes(action), evaluator.axes(state), active)
        start, moves = tables.dynamics(model, process, (state, action))
        env: Env = {(size, ()): number for size, number in model.sizes.items()}
        times = evaluator.span(process.times, OUTSIDE)(env)
        states, choices = range(model.outcomes[state]), range(model.outcomes[action])
        model.meter.spend(len(times) * len(states) ** 2 * len(choices) * 3)
        shares = {(s, a): acts[(a, s)] * model.base(action, a) for s in states for a in choices}
        visits: Table = {}
        here: list[Value] = list(start)
        for t in times:
            visits |= {(t, s): here[s] / model.base(state, s) for s in states}
            here = [
                _total(here[s] * shares[s, a] * moves[s, a][n] for s in states for a in choices)
                for n in states
            ]
        of_states: Table = {}
        of_actions: Table = {}
        item = declarations.find(process.reward_function)
        reward = item if isinstance(item, Function) else Function(process.reward_function, 2)
        for t in reversed(times) if process.reward_function else ():
            for s in states:
                for a in choices:
                    spots = (Spot(state, s), Spot(action, a))
                    pay = evaluator.numbers.table_value(reward, (), spots, ())
                    later = (moves[s, a][n] * of_states.get((t + 1, n), ZERO) for n in states)
                    of_actions[t, s, a] = pay + _total(later)
                mean = (shares[s, a] * of_actions[t, s, a] for a in choices)
                of_states[t, s] = _total(mean)
        return of_states, of_actions, visits

    def _tables(
        self, values: Values, active: Active
    ) -> tuple[list[Value], dict[tuple[int, ...], Value]]:
        evaluator = self._evaluator
        declarations, model = evaluator.declarations, evaluator.model
        policy = declarations.family(values.policy)
        dynamics = declarations.family(values.dynamics)
        reward, discount = map(declarations.find, (values.reward, values.discount))
        state, action = policy.given[0], policy.of[0]
        if {state, action} & evaluator.layout.real:
            raise Unevaluable("the states or actions of a value function are real numbers")
        if not isinstance(reward, Function) or not isinstance(discount, Scalar):
            raise Unevaluable(f"the reward or discount of {values.name} has no table")
        here, does, after = map(evaluator.axes, (state, action, dynamics.of[0]))
        acts = evaluator.laws.cells(policy, does, here, active)
        moves = evaluator.laws.cells(dynamics, after, (*here, *does), active)
        gamma = evaluator.numbers.scalar(discount, (), active)
        states, choices = range(model.outcomes[state]), range(model.outcomes[action])
        model.meter.spend(len(states) ** 3 + len(states) ** 2 * len(choices))
        pays: dict[tuple[int, ...], Value] = {
            (s, a): evaluator.numbers.table_value(
                reward, (), (Spot(state, s), Spot(action, a)), active
            )
            for s in states
            for a in choices
        }
        shares = {(s, a): acts[(a, s)] * model.base(action, a) for s in states for a in choices}
        steps = {
            (s, a, n): moves[(n, s, a)] * model.base(state, n)
            for s in states
            for a in choices
            for n in states
        }
        matrix: list[list[Value]] = []
        for s in states:
            row: list[Value] = []
            for n in states:
                reached: Value = ZERO
                for a in choices:
                    reached = reached + shares[s, a] * steps[s, a, n]
                row.append((ONE if s == n else ZERO) - gamma * reached)
            mean: Value = ZERO
            for a in choices:
                mean = mean + shares[s, a] * pays[s, a]
            matrix.append([*row, mean])
        solved = _eliminated(matrix)
        actions: dict[tuple[int, ...], Value] = {}
        for (s, a), pay in pays.items():
            following: Value = ZERO
            for n in states:
                following = following + steps[s, a, n] * solved[n]
            actions[s, a] = pay + gamma * following
        return solved, actions


def _total(values: Iterable[Value]) -> Value:
    return sum(values, ZERO)


def _eliminated(matrix: list[list[Value]]) -> list[Value]:
    """The solution of a linear system whose matrix is strictly diagonally dominant."""
    size = len(matrix)
    for k in range(size):
        pivot = matrix[k][k]
        matrix[k] = [entry / pivot for entry in matrix[k]]
        for i in range(size):
            if i != k:
                factor = matrix[i][k]
                pairs = zip(matrix[i], matrix[k], strict=True)
                matrix[i] = [entry - factor * other for entry, other in pairs]
    return [row[-1] for row in matrix]
