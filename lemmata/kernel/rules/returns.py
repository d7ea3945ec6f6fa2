"""Rules of the values, the policy and the state marginals of a process with a horizon.

Inside a trajectory expectation a value is the rewards that it is the mean of, an average over the
policy is the action that is taken, and an average over a state marginal is the state that is
visited. So every form of a policy gradient comes down to rewards and scores along trajectories.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from lemmata.kernel.poly import (
    ONE,
    ZERO,
    Argument,
    Atom,
    Mono,
    Poly,
    as_tuple,
    of_atom,
    of_mono,
)
from lemmata.kernel.rules import densities, ranges, rule, trajectories

if TYPE_CHECKING:
    from lemmata.kernel.declarations import Process
    from lemmata.kernel.normal import Normaliser


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a trajectory: its time with the trajectory's number, if any.

    Attributes:
        acted: Whether the action of that time has been taken.
    """

    indices: tuple[Argument, ...]
    acted: bool


@rule("return_of_a_value")
def unrolled(n: Normaliser, process: Process, mono: Mono, atom: Atom) -> tuple[Poly, Poly] | None:
    """A value inside an expectation is the sum of the rewards from its time on.

    Statement: E[g Q_t(s_t, a_t)] = E[g sum_{t' >= t} r_{t'}] for g settled when a_t is taken;
        E[g V_t(s_t)] = E[g sum_{t' >= t} r_{t'}] for g settled before that.
    Assumes: nothing beyond the declaration of the values.
    Refuses: a value at another time than its state, a factor that may be settled later.
    Example: E[Q_t(s_t, a_t) grad log pi(a_t | s_t)] = E[sum_{t' >= t} r_{t'} grad log pi(a_t |
        s_t)].

    Returns the brackets under which it holds, and the product in which the value is replaced.
    """
    moment = _moment_of_value(process, atom)
    if moment is None:
        return None
    settled = ONE
    for other, _ in mono:
        if other != atom:
            settled = n.mul(settled, _settled_at(n, process, other, moment))
    if not settled:
        return None
    number = n.fresh()
    sort: Argument = ("range", n.poly(process.times.lower), n.poly(process.times.upper))
    n.note_limits(number, sort)
    later = of_atom(Atom("bound", number))
    time, *label = moment.indices
    assert isinstance(time, Poly)
    reward = of_atom(Atom("sym", process.reward, (later, *label)))
    rewards = n.bind([(number, sort)], n.mul(ranges.bracket(n, ">=", later - time), reward))
    rest = tuple(pair for pair in mono if pair[0] != atom)
    return settled, n.mul(of_mono(rest), rewards)


def _moment_of_value(process: Process, atom: Atom) -> Moment | None:
    """When a value of the process is taken, if it is one at the state (and action) of its time."""
    if atom.kind != "app" or atom.arguments[0] not in (process.value, process.action_value):
        return None
    places, times = as_tuple(atom.arguments[1]), as_tuple(atom.arguments[2])
    acted = atom.arguments[0] == process.action_value
    names = (process.state, process.action) if acted else (process.state,)
    if not atom.arguments[0] or len(places) != len(names) or len(times) != 1:
        return None
    found = [place.atom() for place in places if isinstance(place, Poly)]
    indices: set[tuple[Argument, ...]] = set()
    for symbol, name in zip(found, names, strict=True):
        if symbol is None or symbol.kind != "sym" or symbol.arguments[0] != name:
            return None
        indices.add(as_tuple(symbol.arguments[1]))
    only = next(iter(indices))
    return Moment(only, acted) if len(indices) == 1 and only[:1] == times else None


def _settled_at(n: Normaliser, process: Process, atom: Atom, moment: Moment) -> Poly:
    """The bracket that an atom is settled at a moment."""
    time, *label = moment.indices
    assert isinstance(time, Poly)
    result = ONE
    for other in trajectories.occurrences(process, atom):
        if not (other.time.free | (other.label or ONE).free) <= atom.free:
            return ZERO  # a closed sum runs over the times, so that some may be later
        if [other.label] != (label or [None]):
            return ZERO
        at_once = moment.acted or other.name == process.state
        gap = time - other.time
        result = n.mul(result, ranges.bracket(n, ">=", gap if at_once else gap - ONE))
    return result


@rule("policy_average")
def policy_average(n: Normaliser, number: int, touching: Mono) -> Poly | None:
    """An average over the policy inside an expectation is taken by the action itself.

    Statement: int E[pi(a | s_t) g(a)] da = E[g(a_t)] for g settled before a_t is taken.
    Assumes: that the policy is positive.
    Refuses: a factor that may be settled later, an action of another state.
    Example: E[sum_a grad pi(a | s_t) Q_t(s_t, a)] = E[Q_t(s_t, a_t) grad log pi(a_t | s_t)].
    """
    if len(touching) != 1 or touching[0][1] != 1 or touching[0][0].kind != "traj":
        return None
    name, body = touching[0][0].arguments
    process = n.declarations.process(str(name))
    assert isinstance(body, Poly)
    ((mono, _),) = body.terms.items()
    states = [state for a, _ in mono if (state := _decided_in(n, process, a, number))]
    if not states:
        return None
    state = states[0]
    moment = Moment(as_tuple(state.arguments[1]), acted=False)
    settled = ONE
    for atom, _ in mono:
        settled = n.mul(settled, _settled_at(n, process, atom, moment))
    if settled != ONE:
        return None
    action = of_atom(Atom("sym", process.action, moment.indices))
    family = n.declarations.family(process.policy)
    law = densities.joint(
        family, ((family.of[0], (), action), (family.given[0], (), of_atom(state)))
    )
    taken = n.mul(n.substitute(body, {number: action}), n.power_number(law, Fraction(-1)))
    n.use("policy_average", densities.POSITIVE_DENSITIES)
    result = trajectories.expectation(n, process.name, taken)
    n.note_binder("policy_average", result, number, touching)
    return result


def _decided_in(n: Normaliser, process: Process, atom: Atom, number: int) -> Atom | None:
    """The state s_t in which the policy decides about a bound action, in a density or gradient."""
    if atom.kind == "grad" and isinstance(atom.arguments[1], Atom):
        atom = atom.arguments[1]
    if atom.kind != "dens" or atom.arguments[0] != process.policy:
        return None
    family = n.declarations.family(process.policy)
    fillers = {role: filler.atom() for role, _, filler in densities.entries_of(atom)}
    action, state = fillers.get(family.of[0]), fillers.get(family.given[0])
    if action != Atom("bound", number) or state is None or state.kind != "sym":
        return None
    return state if state.arguments[0] == process.state and state.arguments[1] else None


@rule("state_marginal")
def state_marginal(n: Normaliser, number: int, touching: Mono) -> Poly | None:
    """An average over the law of a state is taken along trajectories.

    Statement: int d_t(s) g(s) ds = E[g(s_t)].
    Assumes: nothing beyond the declaration of the visits.
    Refuses: two such laws of one variable, a factor with the fixed states of a trajectory.
    Example: sum_s d_t(s) V_t(s) = E[V_t(s_t)].
    """
    for process in n.declarations.processes:
        visited = [atom for atom, _ in touching if _is_visit(process, atom, number)]
        if len(visited) != 1 or dict(touching)[visited[0]] != 1:
            continue
        rest = tuple(pair for pair in touching if pair[0] != visited[0])
        names = {process.state, process.action, process.reward}
        if any(atom.free & names or atom.kind == "traj" for atom, _ in rest):
            return None
        state = of_atom(Atom("sym", process.state, as_tuple(visited[0].arguments[2])))
        body = n.substitute(of_mono(rest), {number: state})
        result = trajectories.expectation(n, process.name, body)
        n.note_binder("state_marginal", result, number, touching)
        return result
    return None


def _is_visit(process: Process, atom: Atom, number: int) -> bool:
    """Whether an atom is the density d_t(s) of a bound state."""
    return (
        bool(process.visits)
        and atom.kind == "app"
        and atom.arguments[0] == process.visits
        and atom.arguments[1] == (of_atom(Atom("bound", number)),)
        and number not in of_mono(((Atom("app", *atom.arguments[2:]), Fraction(1)),)).free
    )


@rule("value_of_a_state")
def value_of_a_state(n: Normaliser, number: int, touching: Mono) -> Poly | None:
    """The value of a state is the mean value of the actions that the policy takes there.

    Statement: int pi(a | s) Q_t(s, a) da = V_t(s).
    Assumes: nothing beyond the declaration of the values.
    Refuses: another policy, a value at another state, an action in another factor.
    Example: sum_a pi(a | s) (Q_t(s, a) - V_t(s)) = 0.
    """
    factors = {atom.kind: atom for atom, exponent in touching if exponent == 1}
    if len(touching) != 2 or set(factors) != {"dens", "app"}:
        return None
    law, value = factors["dens"], factors["app"]
    for process in n.declarations.processes:
        if not process.value or value.arguments[0] != process.action_value:
            continue
        state, action = as_tuple(value.arguments[1])
        assert isinstance(state, Poly)
        bound = of_atom(Atom("bound", number))
        family = n.declarations.family(process.policy)
        whole = densities.joint(family, ((family.of[0], (), bound), (family.given[0], (), state)))
        if action != bound or number in state.free or of_atom(law) != whole:
            continue
        indices = as_tuple(value.arguments[2])
        result = of_atom(Atom("app", process.value, (state,), indices))
        n.note_binder("value_of_a_state", result, number, touching)
        return result
    return None
