"""Checkers for the rules of values, policies and state marginals of a process with a horizon."""

from __future__ import annotations

from fractions import Fraction

from lemmata.kernel.declarations import Process
from lemmata.kernel.recheck.calculus import Calculus
from lemmata.kernel.recheck.polynomials import (
    ONE,
    ZERO,
    Atom,
    Mono,
    Poly,
    RefusalError,
    Value,
    entries,
    mentions,
    of,
    poly_of,
    random_names,
)

POSITIVE = "densities are positive where they divide or stand inside a logarithm"


class Returns(Calculus):
    """Each checker works out what its rule gives at a node."""

    def return_of_a_value(self, args: tuple[Value, ...], _: int) -> Poly:
        """E[g Q_t(s_t, a_t)] = E[g sum_{t' >= t} r_{t'}], where g is settled by then."""
        process, body = self.process(str(args[0])), poly_of(args[1])
        mono, number = body.single() or ((), Fraction(0))
        for atom, power in mono:
            moment = self.moment(process, atom) if power == 1 else None
            if moment is None:
                continue
            rest: Mono = tuple(pair for pair in mono if pair[0] != atom)
            settled = self.settled_by(process, tuple(a for a, _ in rest), *moment)
            if not settled.terms:
                continue
            time, label, _ = moment
            later = of(self.open("range", *self.horizon(process)))
            indices = (later,) if label is None else (later, label)
            reward = self.mul(
                self.bracket(">=", later - time), of(Atom("sym", process.reward, indices))
            )
            rewards = self.bind([*later.free], reward)
            replaced = self.expect(process.name, self.mul(Poly({rest: number}), rewards))
            left = ONE - settled
            if not left.terms:
                return replaced
            kept = self.make("traj", (process.name, body))
            return self.mul(settled, replaced) + self.mul(left, kept)
        raise RefusalError("no value of the process stands where the rest is settled")

    def horizon(self, process: Process) -> tuple[Poly, ...]:
        """The first and the last time of a process."""
        return self.values((process.times.lower, process.times.upper), {})

    def moment(self, process: Process, atom: Atom) -> tuple[Poly, Poly | None, bool] | None:
        """Time, trajectory, and whether the action is taken, of a value at its own state."""
        known: dict[str, tuple[str, ...]] = {process.value: (process.state,)}
        known[process.action_value] = (process.state, process.action)
        names = known.get(str(atom.args[0])) if atom.kind == "app" and atom.args[0] else None
        if names is None:
            return None
        places, times = atom.args[1], atom.args[2]
        assert isinstance(places, tuple)
        assert isinstance(times, tuple)
        symbols = [poly_of(place).atom() for place in places]
        if any(symbol is None or symbol.kind != "sym" for symbol in symbols):
            return None
        named = [(str(s.args[0]), s.args[1]) for s in symbols if s is not None]
        indices = named[0][1]
        if [name for name, _ in named] != [*names] or {at for _, at in named} != {indices}:
            return None
        if not isinstance(indices, tuple) or indices[:1] != times:
            return None
        label = poly_of(indices[1]) if len(indices) > 1 else None
        return poly_of(indices[0]), label, len(names) > 1

    def settled_by(
        self, process: Process, others: Value, time: Poly, label: Poly | None, acted: bool
    ) -> Poly:
        """The bracket that everything else is settled at a time, before or behind its action."""
        result = ONE
        for name, when, its in self.occurrences(process, others):
            if its != label or not when.free <= self.open_in(others):
                return ZERO
            at_once = acted or name == process.state
            result = self.mul(result, self.bracket(">=", time - when - (ZERO if at_once else ONE)))
        return result

    def open_in(self, value: Value) -> frozenset[int]:
        """The bound variables that are open in some atoms: those of closed sums are not."""
        assert isinstance(value, tuple)
        return frozenset().union(*(part.free for part in value if isinstance(part, Atom)))

    def policy_average(self, args: tuple[Value, ...], number: int) -> Poly:
        """Action: int E[h(a, s_t)] da = E[h(a_t, s_t) / pi(a_t | s_t)] for h settled before."""
        atom = poly_of(args[1]).atom()
        if atom is None or atom.kind != "traj":
            raise RefusalError("there is no expectation over trajectories alone")
        process, body = self.process(str(atom.args[0])), poly_of(atom.args[1])
        ((mono, _),) = body.terms.items()
        policy = self.family(process.policy)
        states: list[Atom] = []
        for part, _ in mono:
            law = poly_of(part.args[1]).atom() if part.kind == "grad" else part
            if law is None or law.kind != "dens" or law.args[0] != policy.name:
                continue
            fillers = {role: filler.atom() for role, _, filler in entries(law.args[1])}
            state = fillers.get(policy.given[0])
            if fillers.get(policy.of[0]) == Atom("var", number) and state is not None:
                states += [state] if state.kind == "sym" and state.args[1] else []
        if not states or states[0].args[0] != process.state:
            raise RefusalError("no policy decides about the variable in a state of the process")
        self.assumed = POSITIVE
        indices = states[0].args[1]
        assert isinstance(indices, tuple)
        label = poly_of(indices[1]) if len(indices) > 1 else None
        others = tuple(part for part, _ in mono)
        if self.settled_by(process, others, poly_of(indices[0]), label, False) != ONE:
            raise RefusalError("a factor may be settled behind the action")
        action = of(Atom("sym", process.action, indices))
        given = ((policy.of[0], (), action), (policy.given[0], (), of(states[0])))
        taken = self.mul(
            self.rename(body, {number: action}), self.inverse(self.joint(policy, given))
        )
        return self.expect(process.name, taken)

    def state_marginal(self, args: tuple[Value, ...], number: int) -> Poly:
        """Int d_t(s) g(s) ds = E[g(s_t)]."""
        mono, factor = poly_of(args[1]).single() or ((), Fraction(0))
        for process in self.declarations.processes:
            here = (of(Atom("var", number)),)
            visits = [
                (a, e) for a, e in mono
                if a.kind == "app" and a.args[0] == process.visits and a.args[1] == here
            ]  # fmt: skip
            rest: Mono = tuple(pair for pair in mono if pair not in visits)
            if not process.visits or len(visits) != 1 or visits[0][1] != 1:
                continue
            times = visits[0][0].args[2]
            inside = tuple(a for a, _ in rest)
            fixed = mentions(inside, random_names(process))
            if fixed or any(a.kind == "traj" for a in inside) or number in of_free(times):
                raise RefusalError("a state of the trajectory is fixed beside its law")
            state = of(Atom("sym", process.state, times))
            body = self.rename(Poly({rest: factor}), {number: state})
            return self.expect(process.name, body)
        raise RefusalError("there is no law of a state of a process")

    def value_of_a_state(self, args: tuple[Value, ...], number: int) -> Poly:
        """Int pi(a | s) Q_t(s, a) da = V_t(s)."""
        mono, factor = poly_of(args[1]).single() or ((), Fraction(0))
        for process in self.declarations.processes:
            values = [a for a, _ in mono if a.kind == "app" and a.args[0] == process.action_value]
            if not process.value or len(values) != 1 or not isinstance(values[0].args[1], tuple):
                continue
            state, action = map(poly_of, values[0].args[1])
            policy = self.family(process.policy)
            given = ((policy.of[0], (), action), (policy.given[0], (), state))
            whole = self.mul(self.joint(policy, given), of(values[0]))
            bound = action == of(Atom("var", number)) and number not in state.free
            if bound and poly_of(args[1]) == whole * factor:
                value = self.make("app", (process.value, (state,), values[0].args[2]))
                return value * factor
        raise RefusalError("it is not the mean of the action values of a process")


def of_free(value: Value) -> frozenset[int]:
    """The bound variables in some indices."""
    assert isinstance(value, tuple)
    return frozenset().union(*(poly_of(part).free for part in value))
