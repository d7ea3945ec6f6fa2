"""Finite laws: the joint table of a family, its marginals and conditionals, and trajectories.

A family is one table of densities over the points of its axes. An axis is a role with a component
number (0 for a variable without components). Probabilities are densities times base weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from flint import fmpq

from lemmata.kernel.declarations import Declarations, Family, Process, Variable
from lemmata.semantics.errors import Undefined, Unevaluable
from lemmata.semantics.model import Model
from lemmata.semantics.values import ONE, ZERO, Value, lift

Axis: TypeAlias = tuple[str, int]
"""A role and a component number, which is 0 for a variable without components."""

Point: TypeAlias = tuple[int, ...]

Active: TypeAlias = tuple[tuple[int, str], ...]
"""The parameters that are differentiated by, each with its level, lowest level first."""


STATE, ACTION, REWARD = range(3)

Moment: TypeAlias = tuple[int, int]
"""A time of a trajectory, from 1, and what is looked at then: the state, action or reward."""


@dataclass(slots=True)
class Joint:
    """A conditional law as a table: densities of points of the axes `of` and then `given`."""

    of: tuple[Axis, ...]
    given: tuple[Axis, ...]
    cells: dict[Point, Value]


def points(model: Model, axes: Iterable[Axis]) -> list[Point]:
    """Every point of the axes."""
    return list(product(*(range(model.outcomes[role]) for role, _ in axes)))


def mass(model: Model, axes: tuple[Axis, ...], point: Point) -> fmpq:
    """The base weight of a point."""
    result = ONE
    for (role, _), place in zip(axes, point, strict=True):
        result *= model.base(role, place)
    return result


def components(declarations: Declarations, role: str) -> Variable:
    """The variable that says whether a role is a vector."""
    for variable in declarations.variables:
        if variable.place == role:
            return variable
    raise Unevaluable(f"no variable stands for the role {role!r}")


def random_joint(
    model: Model, family: Family, axes: Callable[[str], tuple[Axis, ...]], active: Active
) -> Joint:
    """The drawn law of a family, with tangents that keep it normalised."""
    of = tuple(axis for role in family.of for axis in axes(role))
    given = tuple(axis for role in family.given for axis in axes(role))
    active = tuple(
        (level, name) for level, name in active if model.declarations.depends(family, name)
    )
    cells: dict[Point, Value] = {}
    for condition in points(model, given):
        if family.independent and len(of) > 1:
            tables = [
                _law(model, family.name, (axis,), condition, active, (axis[1],)) for axis in of
            ]
            for point in points(model, of):
                value: Value = ONE
                for table, place in zip(tables, point, strict=True):
                    value = table[(place,)] * value
                cells[(*point, *condition)] = value
        else:
            table = _law(model, family.name, of, condition, active, ())
            for point, value in table.items():
                cells[(*point, *condition)] = value
    return Joint(of, given, cells)


def _law(
    model: Model,
    name: str,
    of: tuple[Axis, ...],
    condition: Point,
    active: Active,
    tag: tuple[int, ...],
) -> dict[Point, Value]:
    """One normalised table; its tangents move weights about without changing their sum."""
    places = points(model, of)
    masses = [mass(model, of, point) for point in places]
    weights = [model.weight(("weight", name, *tag, point, condition)) for point in places]
    total = sum((w * m for w, m in zip(weights, masses, strict=True)), ZERO)
    levels = []
    for level, parameter in active:
        moves = [
            model.tangent(("tangent", name, *tag, point, condition, parameter)) for point in places
        ]
        drift = sum((t * m for t, m in zip(moves, masses, strict=True)), ZERO)
        levels.append((level, moves, drift))
    result: dict[Point, Value] = {}
    for k, point in enumerate(places):
        density = weights[k] / total
        tangents = tuple((lv, (moves[k] - density * drift) / total) for lv, moves, drift in levels)
        result[point] = lift(density, tangents)
    return result


def condition(
    model: Model, joint: Joint, of: tuple[Axis, ...], given: tuple[Axis, ...]
) -> dict[Point, Value]:
    """The density of `of` given `given` at every point, in the order of these axes."""
    top = marginal(model, joint, (*of, *given))
    if set(given) == set(joint.given):
        return top
    bottom = marginal(model, joint, given)
    width = len(of)
    return {point: value / bottom[point[width:]] for point, value in top.items()}


def marginal(model: Model, joint: Joint, axes: tuple[Axis, ...]) -> dict[Point, Value]:
    """The density of the axes given the family's own conditions, which are among the axes."""
    order = (*joint.of, *joint.given)
    place = {axis: k for k, axis in enumerate(order)}
    kept = [place[axis] for axis in axes]
    gone = [k for k, axis in enumerate(joint.of) if axis not in axes]
    roles = [order[k][0] for k in gone]
    result: dict[Point, Value] = {}
    for point, value in joint.cells.items():
        weight = ONE
        for k, role in zip(gone, roles, strict=True):
            weight *= model.base(role, point[k])
        key = tuple([point[k] for k in kept])
        share = value if weight == 1 else value * weight
        found = result.get(key)
        result[key] = share if found is None else found + share
    return result


def check_law(model: Model, joint: Joint, name: str) -> None:
    """Check that a table made by facts is positive and normalised.

    Raises:
        Undefined: It is not, so the facts do not fit together in this model.
    """
    totals: dict[Point, Value] = {}
    width = len(joint.of)
    for point, value in joint.cells.items():
        if not value > 0:
            raise Undefined(f"the facts about {name} make a density that is not positive")
        share = value * mass(model, joint.of, point[:width])
        totals[point[width:]] = totals.get(point[width:], ZERO) + share
    for total in totals.values():
        if not (total == 1 if isinstance(total, fmpq) else total.contains(1)):
            raise Undefined(f"the facts about {name} make a density that is not normalised")


def law_of_moments(
    model: Model,
    process: Process,
    roles: tuple[str, str],
    moments: tuple[Moment, ...],
    policy: dict[Point, Value],
    settled: Callable[[int, int], fmpq] | None,
) -> list[tuple[list[Value], Value]]:
    """What stands at some moments of a random Markov decision process, with its probability.

    Time by time: what comes next depends on the last state and action alone, so that trajectories
    that share these and what was looked at before are one.

    Args:
        model: The world.
        process: The process.
        roles: The roles of states and actions.
        moments: What is looked at, in the order of time.
        policy: The density of an action given a state, by `(action, state)`.
        settled: The reward as a function of state and action, if the process has one; otherwise it
            is a random function of the time, the step before, the state, the action and chance.
    """
    states, actions = (range(model.outcomes[role]) for role in roles)
    name = process.name
    start, moves = dynamics(model, process, roles)
    luck = _shares(model, [("chance", name, c) for c in range(model.shape.chances)])
    acts = {(a, s): policy[(a, s)] * model.base(roles[1], a) for a in actions for s in states}

    def rewards(t: int, past: int, s: int, a: int) -> list[tuple[fmpq, fmpq]]:
        if settled is not None:
            return [(settled(s, a), ONE)]
        return [(_reward(model, name, (t, past, s, a, c)), share) for c, share in enumerate(luck)]

    # By the step before and what was looked at; a draw is one object, costly to hash.
    found: dict[tuple[Point, Point], tuple[list[Value], Value]] = {((), ()): ([], ONE)}
    end = moments[-1][0] if moments else 0
    for t in range(1, end + 1):
        rows = [row for time, row in moments if time == t]
        paid = REWARD in rows
        model.meter.spend(len(found) * len(states) * len(actions) * (len(luck) if paid else 1))
        longer: dict[tuple[Point, Point], tuple[list[Value], Value]] = {}
        for (last, seen), (values, probability) in found.items():
            law, past = (moves[last], last[1]) if last else (start, 0)
            for s, a in product(states, actions):
                here = acts[(a, s)] * (probability * law[s])
                for reward, chance in rewards(t, past, s, a) if paid else ((None, ONE),):
                    now: list[Value] = [(s, a, reward)[row] for row in rows]
                    key = ((s, a) if t < end else (), (*seen, *map(id, now)))
                    share = here * chance if paid else here
                    known = longer.get(key)
                    total = share if known is None else known[1] + share
                    longer[key] = ([*values, *now], total)
        found = longer
    return list(found.values())


def dynamics(
    model: Model, process: Process, roles: tuple[str, str]
) -> tuple[list[fmpq], dict[Point, list[fmpq]]]:
    """The probabilities of the first state, and of the next one by state and action."""
    name, known = process.name, model.cache("dynamics")
    if name not in known:
        known[name] = _dynamics(model, name, roles)
    found: tuple[list[fmpq], dict[Point, list[fmpq]]] = known[name]
    return found


def _dynamics(
    model: Model, name: str, roles: tuple[str, str]
) -> tuple[list[fmpq], dict[Point, list[fmpq]]]:
    states, actions = (range(model.outcomes[role]) for role in roles)
    start = _shares(model, [("start", name, s) for s in states])
    moves: dict[Point, list[fmpq]] = {
        (s, a): _shares(model, [("move", name, s, a, after) for after in states])
        for s in states
        for a in actions
    }
    return start, moves


def _shares(model: Model, keys: list[tuple[str | int, ...]]) -> list[fmpq]:
    weights = [model.weight(key) for key in keys]
    total = sum(weights, ZERO)
    return [weight / total for weight in weights]


def _reward(model: Model, name: str, at: Point) -> fmpq:
    return model.tangent(("reward", name, *at))
