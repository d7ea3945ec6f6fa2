"""Rules of trajectory expectations.

A positive linear functional with E[1] = 1, and what causality adds.

Inside an expectation the process's symbols `s_t`, `a_t`, `r_t` are random; outside they are fixed
values.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from lemmata.kernel.notes import EXCHANGE
from lemmata.kernel.poly import (
    ONE,
    ZERO,
    Argument,
    Atom,
    Mono,
    Name,
    Poly,
    as_poly,
    as_tuple,
    of_atom,
    of_mono,
    split,
    total,
)
from lemmata.kernel.rules import densities, ranges, rule

if TYPE_CHECKING:
    from lemmata.kernel.declarations import Process
    from lemmata.kernel.normal import Normaliser, Scope


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One appearance of a process's symbol.

    Which, when, and in which trajectory (None when not numbered).
    """

    name: str
    time: Poly
    label: Poly | None


@rule("linearity_of_trajectory_expectations")
def expectation(n: Normaliser, process: str, body: Poly) -> Poly:
    """A trajectory expectation is linear, and of a constant it is the constant.

    Statement: E[a f + b g] = a E[f] + b E[g]; E[c] = c; E[sum_t f_t] = sum_t E[f_t];
        E[f(tau^i)] = E[f(tau)].
    Assumes: finite expectations.
    Refuses: nothing.
    Example: E[(1/N) sum_i sum_t r_t^i] = sum_t E[r_t].
    """
    declared = n.declarations.process(process)
    n.use("linearity_of_trajectory_expectations")
    return total(_of_mono(n, declared, mono).scaled(c) for mono, c in body.items())


def _of_mono(n: Normaliser, process: Process, mono: Mono) -> Poly:
    n.burn()
    names: frozenset[Name] = frozenset({process.state, process.action, process.reward})
    inside, outside = split(mono, lambda atom: bool(atom.free & names))
    if not inside:
        return of_mono(outside)
    if any(_stands_bare(process, atom) for atom, _ in inside):
        n.unsupported(f"a symbol of {process.name} without its time inside the expectation")
    binders: list[tuple[int, Argument]] = []
    body = ONE
    for atom, exponent in inside:
        if atom.kind == "bind" and exponent in (1, 2, 3):
            for _ in range(int(exponent)):
                more, part = n.open(atom)
                binders += more
                body = n.mul(body, part)
        else:
            body = n.mul(body, of_mono(((atom, exponent),)))
    if binders:
        n.use("exchange_of_sums_and_integrals", EXCHANGE)
        return n.mul(of_mono(outside), n.bind(binders, expectation(n, process.name, body)))
    return n.mul(of_mono(outside), _close(n, process, inside))


def _close(n: Normaliser, process: Process, mono: Mono) -> Poly:
    """The atom of an expectation after numbering and causality have been settled."""
    labels = {_open_label(atom, o) for atom, _ in mono for o in occurrences(process, atom)}
    if len(labels) == 1 and None not in labels:
        plain = n.transform(of_mono(mono), _names(process), lambda a: _without_label(process, a))
        result = expectation(n, process.name, plain)
        name = "linearity_of_trajectory_expectations"
        n.note(name, result, "traj", process.name, of_mono(mono))
        return result
    if process.value or process.action_value:
        unrolled = _with_returns(n, process, mono, frozenset())
        if unrolled is not None:
            return unrolled
    return _causal(n, process, mono)


def _causal(n: Normaliser, process: Process, mono: Mono) -> Poly:
    """The atom of an expectation where causality does not make it zero."""
    allowed = causality(n, process, mono)
    result = n.mul(allowed, _atom(process, mono))
    if allowed != ONE:
        n.note("causality", result, "traj", process.name, of_mono(mono))
    return result


def _with_returns(
    n: Normaliser, process: Process, mono: Mono, tried: frozenset[Atom]
) -> Poly | None:
    """An expectation in which values stand for the rewards that they are the means of."""
    from lemmata.kernel.rules import returns  # which closes expectations again

    for atom, exponent in mono:
        if atom in tried or exponent != 1:
            continue
        found = returns.unrolled(n, process, mono, atom)
        if found is None:
            continue
        settled, replaced = found
        result = n.mul(settled, expectation(n, process.name, replaced))
        if settled != ONE:
            left = _with_returns(n, process, mono, tried | {atom})
            left = _causal(n, process, mono) if left is None else left
            result = result + n.mul(ONE - settled, left)
        n.note("return_of_a_value", result, "traj", process.name, of_mono(mono))
        return result
    return None


def _names(process: Process) -> frozenset[Name]:
    return frozenset({process.state, process.action, process.reward})


def _stands_bare(process: Process, value: Argument) -> bool:
    """Whether a symbol of the process stands without a time.

    So that nothing is known about when it is settled.
    """
    if isinstance(value, tuple):
        return any(_stands_bare(process, part) for part in value)
    if isinstance(value, Poly):
        return any(_stands_bare(process, atom) for mono in value.terms for atom, _ in mono)
    if not isinstance(value, Atom) or not value.free & _names(process):
        return False
    if value.kind == "sym" and value.arguments[0] in _names(process):
        return value.arguments[1] == ()
    return _stands_bare(process, value.arguments)


def _open_label(atom: Atom, occurrence: Occurrence) -> Poly | None:
    """The number of the one trajectory that an occurrence is of.

    None if it has none or a closed sum runs over it.
    """
    label = occurrence.label
    return label if label is not None and label.free <= atom.free else None


def _without_label(process: Process, atom: Atom) -> Poly | None:
    if atom.kind == "sym" and atom.arguments[0] in _names(process):
        indices = as_tuple(atom.arguments[1])
        return of_atom(Atom("sym", atom.arguments[0], indices[:1]))
    return None


def occurrences(process: Process, value: Argument) -> list[Occurrence]:
    """Every appearance of the process's symbols inside an atom."""
    if isinstance(value, tuple):
        return [o for part in value for o in occurrences(process, part)]
    if isinstance(value, Poly):
        return [o for mono in value.terms for atom, _ in mono for o in occurrences(process, atom)]
    if not isinstance(value, Atom) or not value.free & _names(process):
        return []
    if value.kind == "sym":
        indices = as_tuple(value.arguments[1])
        polys = [index for index in indices if isinstance(index, Poly)]
        return (
            [Occurrence(str(value.arguments[0]), polys[0], polys[1] if len(polys) > 1 else None)]
            if polys
            else []
        )
    return occurrences(process, value.arguments)


@rule("causality")
def causality(n: Normaliser, process: Process, mono: Mono) -> Poly:
    """The score of an action has mean zero given the past.

    So it is uncorrelated with everything settled before the action.

    Statement: E[grad log pi(a_t | s_t) g] = 0 when g is a function of s_v (v <= t) and of a_v,
        r_v (v < t).
    Assumes: derivative and sum (or integral) over actions may be exchanged.
    Refuses: a factor at time t or later that the action may influence, a factor of a trajectory
        that may be the same one, a policy term that is not a score (another power of it).
    Example: sum_t sum_{t'} E[grad log pi(a_t | s_t) r_{t'}] = sum_t sum_{t' >= t} E[grad log
        pi(a_t | s_t) r_{t'}].

    Returns the brackets of what remains: 0 where the rule decides, 1 where it says nothing.
    """
    remains = ONE
    powers = dict(mono)
    for atom, exponent in mono:
        if atom.kind != "grad" or exponent != 1:
            continue
        law = atom.arguments[1]
        if not isinstance(law, Atom) or powers.get(law) != -1:
            continue
        when = _policy_time(process, law)
        if when is None:
            continue
        past = ONE
        for other, _ in mono:
            if other not in (atom, law):
                past = n.mul(past, _settled_before(n, process, other, when))
        if past:
            n.use("causality", "derivatives and integrals may be exchanged")
            remains = n.mul(remains, ONE - past)
    return remains


def _policy_time(process: Process, law: Atom) -> Occurrence | None:
    """When the action of a policy term is taken.

    None if the term is not pi(a_t | s_t) of one trajectory.
    """
    if law.kind != "dens" or law.arguments[0] != process.policy:
        return None
    found = {filler.atom() for _, _, filler in densities.entries_of(law)}
    if len(found) != 2 or any(atom is None or atom.kind != "sym" for atom in found):
        return None
    seen = {o.name: o for o in occurrences(process, law)}
    if set(seen) != {process.state, process.action}:
        return None
    action, state = seen[process.action], seen[process.state]
    return action if action.time == state.time and action.label == state.label else None


def _settled_before(n: Normaliser, process: Process, atom: Atom, when: Occurrence) -> Poly:
    """The bracket that an atom is settled before the action at `when` is drawn."""
    result = ONE
    for other in occurrences(process, atom):
        if not (other.time.free | (other.label or ONE).free) <= atom.free:
            return ZERO  # a closed sum runs over the times, so that some may be later
        gap = when.time - other.time
        past = ranges.bracket(n, ">=", gap if other.name == process.state else gap - ONE)
        if other.label != when.label:
            if other.label is None or when.label is None:
                return ZERO
            same = ranges.bracket(n, "=", other.label - when.label)
            past = ONE - n.mul(same, ONE - past)
        result = n.mul(result, past)
    return result


@rule("likelihood_ratio")
def likelihood_ratio(n: Normaliser, variable: Atom, atom: Atom) -> Poly:
    """The gradient of a trajectory expectation.

    Statement: grad E[f] = E[grad f] + sum_t E[f grad log pi(a_t | s_t)].
    Assumes: derivatives and integrals may be exchanged; the dynamics and the initial law do not
        depend on the parameter.
    Refuses: an expectation of several numbered trajectories at once.
    Example: grad E[sum_t r_t] = sum_t sum_{t'} E[r_{t'} grad log pi(a_t | s_t)].
    """
    process = n.declarations.process(str(atom.arguments[0]))
    body = as_poly(atom.arguments[1])
    if any(o.label is not None for o in occurrences(process, body)):
        n.unsupported("the gradient of an expectation over several numbered trajectories")
    number = n.fresh()
    time = of_atom(Atom("bound", number))
    sort: Argument = ("range", n.poly(process.times.lower), n.poly(process.times.upper))
    n.note_limits(number, sort)
    state, action = (
        of_atom(Atom("sym", name, (time,))) for name in (process.state, process.action)
    )
    family = n.declarations.family(process.policy)
    law = densities.joint(family, ((family.of[0], (), action), (family.given[0], (), state)))
    score = n.mul(n.derivative(of_atom(variable), law), n.power_number(law, Fraction(-1)))
    n.use("likelihood_ratio", "derivatives and integrals may be exchanged")
    direct = expectation(n, process.name, n.derivative(of_atom(variable), body))
    scored = n.bind([(number, sort)], expectation(n, process.name, n.mul(body, score)))
    n.note("likelihood_ratio", direct + scored, "grad", variable, of_atom(atom))
    return direct + scored


def rebuild(n: Normaliser, arguments: tuple[Argument, ...]) -> Poly:
    """A trajectory expectation after a substitution in its times.

    Causality was settled when the expectation was made; its brackets stand outside and are carried
    along by the substitution.
    """
    body = as_poly(arguments[1])
    process = n.declarations.process(str(arguments[0]))
    return total(_atom(process, mono).scaled(c) for mono, c in body.items())


def _atom(process: Process, mono: Mono) -> Poly:
    return (
        of_atom(Atom("traj", process.name, of_mono(mono), hides=_names(process))) if mono else ONE
    )


def refuse_dependence(n: Normaliser, name: str, indices: tuple[Poly, ...], scope: Scope) -> None:
    """Refuse a symbol of a process inside an expectation over what may influence it.

    `E_{a_t}[r_{t'} f(a_t)]` pulls r_{t'} out only if t' < t is declared; s_v may stand there for v
    <= t.
    """
    for process in n.declarations.processes:
        if name not in _names(process) or not indices:
            continue
        for (bound, _), (_, when) in scope.components.items():
            if bound not in (process.state, process.action):
                continue
            if when[1:] != indices[1:]:
                if not n.differ(when[1:], indices[1:]):
                    n.unsupported(f"{name} may be of the trajectory whose {bound} is integrated")
                continue
            gap = when[0] - indices[0]
            past = bound == process.action and name == process.state
            if not n.at_least(gap if past else gap - ONE):
                n.unsupported(
                    f"{name} stands inside an expectation over {bound} that may influence it; "
                    "declare the order of the times"
                )
