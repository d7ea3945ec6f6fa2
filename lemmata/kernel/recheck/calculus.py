"""Checkers for the rules of derivatives, trajectories and determinants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from lemmata.kernel import terms as t
from lemmata.kernel.declarations import Process
from lemmata.kernel.fuel import burn
from lemmata.kernel.recheck.polynomials import (
    ONE,
    ZERO,
    Atom,
    Poly,
    RefusalError,
    Value,
    constant,
    entries,
    of,
    poly_of,
    random_names,
    sorts_of,
)
from lemmata.kernel.recheck.words import Words

QUOTED = re.compile(r"'[^']+'|\"[^\"]+\"")
"""The names in the representation of a declaration, in their quotes."""
MADE_OF = ("normal", "multivariate", "body")
UNDER_THE_INTEGRAL = "derivatives and integrals may be exchanged"


class Calculus(Words):
    """Each checker works out what its rule gives at a node."""

    # ---------------------------------------------------------------- derivatives

    def derivative_rules(self, args: tuple[Value, ...], _: int) -> Poly:
        """Sum, product, quotient, power and chain rule."""
        return self.derivative(args[0], poly_of(args[1]))

    def derivative(self, variable: Value, poly: Poly) -> Poly:
        """The derivative of a polynomial."""
        if not isinstance(variable, Atom) or variable.kind not in {"sym", "var", "comp"}:
            raise RefusalError("a derivative is taken with respect to a name")
        result = ZERO
        for mono, number in poly.terms.items():
            for atom, power in mono:
                rest = self.settle({**dict(mono), atom: power - 1})
                change = self.derivative_of_atom(variable, atom)
                result = result + self.mul(change, rest) * (number * power)
        return result

    def derivative_of_atom(self, variable: Atom, atom: Atom) -> Poly:
        """The derivative of one atom."""
        found = self.find("grad", variable, of(atom))
        if found is not None:
            return found
        inner = atom.args[0] if atom.args else None
        match atom.kind:
            case "pi" | "prime" | "ge0" | "eq0":
                return ZERO
            case "sym" | "comp" | "var":
                return self.derivative_of_name(variable, atom)
            case "log":
                change = self.derivative(variable, poly_of(inner))
                return self.mul(change, self.inverse(poly_of(inner))) if change.terms else ZERO
            case "exp":
                return self.mul(self.derivative(variable, poly_of(inner)), of(atom))
            case "sum":
                return self.derivative(variable, poly_of(inner))
            case "pow" | "root":
                base, power = poly_of(inner), poly_of(atom.args[1])
                change = self.derivative(variable, base)
                if self.derivative(variable, power).terms:
                    raise RefusalError("the exponent depends on the variable")
                whole = self.product((power, of(atom), change))
                return self.mul(whole, self.inverse(base)) if change.terms else ZERO
            case "bind":
                opened, body = self.opened(atom)
                change = self.derivative(variable, body)
                if change.terms and any(sort[0] != "range" for sort in sorts_of(atom)):
                    self.needed.add(UNDER_THE_INTEGRAL)
                return self.bind(opened, self.reduced(change))
            case "dens" | "app" | "grad":
                return self.derivative_that_stays(variable, atom)
        raise RefusalError(f"no step says what the derivative of a {atom.kind} is")

    def derivative_of_name(self, variable: Atom, atom: Atom) -> Poly:
        """1 for the variable itself; for an entry of its array, 1 where the indices agree.

        It stays where something that is declared ties the two: a parameter, an equation, a value.
        """
        if atom == variable:
            return ONE
        if atom.kind == "comp" and atom.args[0] == variable:
            raise RefusalError("the derivative of a component by its whole vector")
        name, own = str(atom.args[0]), own_name(variable)
        given = len(self.reach(name)) > 1 if name == own else self.rests_on(name, own)
        if atom.kind == "sym" and given:
            return of(Atom("grad", variable, atom))
        if atom.kind != variable.kind or atom.kind == "var" or atom.args[0] != variable.args[0]:
            return ZERO
        pairs = zip(atom.args[1], variable.args[1], strict=True)  # type: ignore[arg-type]
        return self.product(self.bracket("=", poly_of(a) - poly_of(b)) for a, b in pairs)

    def reach(self, name: str) -> frozenset[str]:
        """The names that a declared thing is made of, at any remove, and its own.

        By its law, its definition, the equations about it, and what it is the value of.
        """
        d, found, waiting = self.declarations, set[str](), [name]
        while waiting:
            here = waiting.pop()
            found.add(here)
            said: list[object] = [getattr(d.find(here), each, None) for each in MADE_OF]
            said += [p for p in d.processes if here in {p.name, p.value, p.action_value, p.visits}]
            said += [v for v in d.values if here in {v.name, v.action_value}]
            for fact in (f.statement for f in d.facts if f.statement.relation == "="):
                names = names_in(fact)
                one = isinstance(fact.left, t.Sym | t.App | t.Density)
                said += [fact] if here == names[0] or (not one and here in names) else []
            waiting += {*names_in(said)} - found
        return frozenset(found)

    def rests_on(self, name: str, other: str) -> bool:
        """Whether a declared thing may change with a name."""
        found, d = self.reach(name), self.declarations
        owned = [getattr(d.find(each), "parameters", ()) for each in found]
        known = any(parameter.name == other for parameter in d.parameters)
        return other in found or (known and any(by is None or other in by for by in owned))

    def changes(self, value: Value, variable: Atom) -> bool:
        """Whether a value may change with a variable: something in it is that, or rests on it."""
        if isinstance(value, Poly):
            value = tuple(atom for mono in value.terms for atom, _ in mono)
        if isinstance(value, tuple):
            return any(self.changes(part, variable) for part in value)
        if not isinstance(value, Atom) or value.free & variable.free:
            return isinstance(value, Atom)
        named = value.kind in {"sym", "app", "dens", "density", "traj"}
        moves = named and self.rests_on(str(value.args[0]), own_name(variable))
        return moves or self.changes(value.args, variable)

    def derivative_that_stays(self, variable: Atom, atom: Atom) -> Poly:
        """The gradient of a density or unknown function, or 0 where it cannot depend."""
        if not self.changes(atom, variable):
            return ZERO
        name = own_name(variable)
        parameter = any(parameter.name == name for parameter in self.declarations.parameters)
        if parameter and atom.kind != "grad" and self.changes(atom.args[1:], variable):
            raise RefusalError(f"the arguments of {atom.args[0]} depend on {name}")
        return of(Atom("grad", variable, atom))

    def derivative_under_the_integral(self, args: tuple[Value, ...], _: int) -> Poly:
        """Exchange: grad int f dx = int grad f dx."""
        atom = poly_of(args[1]).atom()
        if atom is None or atom.kind != "bind":
            raise RefusalError("there is no integral")
        self.assumed = UNDER_THE_INTEGRAL
        opened, body = self.opened(atom)
        return self.bind(opened, self.reduced(self.derivative(args[0], body)))

    # ---------------------------------------------------------------- trajectories

    def occurrences(
        self, process: Process, value: Value
    ) -> Iterator[tuple[str, Poly, Poly | None]]:
        """Every symbol of a process inside: its name, its time, its trajectory."""
        if isinstance(value, tuple):
            for part in value:
                yield from self.occurrences(process, part)
        elif isinstance(value, Poly):
            for mono in value.terms:
                yield from self.occurrences(process, tuple(atom for atom, _ in mono))
        elif isinstance(value, Atom):
            if value.kind != "sym" or value.args[0] not in random_names(process):
                yield from self.occurrences(process, value.args)
                return
            indices = value.args[1]
            if not isinstance(indices, tuple) or not indices:
                raise RefusalError(f"{value.args[0]} stands without its time")
            label = poly_of(indices[1]) if len(indices) > 1 else None
            yield str(value.args[0]), poly_of(indices[0]), label

    def one_trajectory(self, args: tuple[Value, ...], _: int) -> Poly:
        """E[f(tau^i)] = E[f(tau)]."""
        process, body = self.process(str(args[0])), poly_of(args[1])
        labels = {label for _, _, label in self.occurrences(process, body)}
        if len(labels) != 1 or None in labels:
            raise RefusalError("there is not just one numbered trajectory")

        def strip(atom: Atom) -> Poly | None:
            if atom.kind != "sym" or atom.args[0] not in random_names(process):
                return None
            return of(Atom("sym", atom.args[0], atom.args[1][:1]))  # type: ignore[index]

        return self.expect(process.name, self.rename(body, {}, strip))

    def causality(self, args: tuple[Value, ...], _: int) -> Poly:
        """E[grad log pi(a_t | s_t) g] = 0 where g is settled before a_t is drawn."""
        process, body = self.process(str(args[0])), poly_of(args[1])
        mono, number = body.single() or ((), Fraction(0))
        self.assumed = UNDER_THE_INTEGRAL
        remains, powers = constant(number), dict(mono)
        for atom, power in mono:
            law = poly_of(atom.args[1]).atom() if atom.kind == "grad" and power == 1 else None
            when = self.action_time(process, law) if law and powers.get(law) == -1 else None
            if when is not None:
                others = tuple(other for other, _ in mono if other not in (atom, law))
                settled = self.settled_before(process, others, when)
                remains = self.mul(remains, ONE - settled)
        return self.mul(remains, of(Atom("traj", process.name, Poly({mono: Fraction(1)}))))

    def action_time(self, process: Process, law: Atom) -> tuple[Poly, Poly | None] | None:
        """Time and trajectory of a policy term pi(a_t | s_t)."""
        if law.kind != "dens" or law.args[0] != process.policy:
            return None
        fillers = [filler.atom() for _, _, filler in entries(law.args[1])]
        found = {name: (time, label) for name, time, label in self.occurrences(process, law)}
        plain = len(fillers) == 2 and all(atom and atom.kind == "sym" for atom in fillers)
        if not plain or found.keys() != {process.state, process.action}:
            return None
        action, state = found[process.action], found[process.state]
        return action if action == state else None

    def settled_before(
        self, process: Process, others: Value, when: tuple[Poly, Poly | None]
    ) -> Poly:
        """The bracket that everything else is settled before the action is drawn."""
        result = ONE
        for name, time, label in self.occurrences(process, others):
            gap = when[0] - time - (ZERO if name == process.state else ONE)
            past = self.bracket(">=", gap)
            if label != when[1]:
                if label is None or when[1] is None:
                    return ZERO
                same = self.bracket("=", label - when[1])
                past = ONE - self.mul(same, ONE - past)
            result = self.mul(result, past)
        return result

    def likelihood_ratio(self, args: tuple[Value, ...], _: int) -> Poly:
        """Score: grad E[f] = E[grad f] + sum_t E[f grad log pi(a_t | s_t)]."""
        atom = poly_of(args[1]).atom()
        if atom is None or atom.kind != "traj":
            raise RefusalError("there is no trajectory expectation")
        process, body = self.process(str(atom.args[0])), poly_of(atom.args[1])
        if any(label is not None for _, _, label in self.occurrences(process, body)):
            raise RefusalError("the trajectories are numbered")
        self.assumed = UNDER_THE_INTEGRAL
        time = of(self.open("range", *self.values((process.times.lower, process.times.upper), {})))
        state, action = (of(Atom("sym", n, (time,))) for n in (process.state, process.action))
        family = self.family(process.policy)
        law = self.joint(family, ((family.of[0], (), action), (family.given[0], (), state)))
        score = self.mul(self.derivative(args[0], law), self.inverse(law))
        scored = self.expect(process.name, self.mul(body, score))
        direct = self.expect(process.name, self.derivative(args[0], body))
        return direct + self.bind([*time.free], scored)

    # ---------------------------------------------------------------- determinants and facts

    def diagonal_determinant(self, args: tuple[Value, ...], _: int) -> Poly:
        """det(diag(f_1, ..., f_n)) = prod_i f_i."""
        found = args[0]
        if not isinstance(found, Atom) or found.kind != "entries" or found.args[0] != found.args[1]:
            raise RefusalError("there is no square matrix of entries")
        sort = ("range", ONE, found.args[0])
        i, j = of(self.open(*sort)), of(self.open(*sort))
        closed = [int(str(number)) for number in found.args[2:4]]
        entry = self.rename(poly_of(found.args[4]), dict(zip(closed, (i, j), strict=True)))
        if self.mul(entry, ONE - self.bracket("=", i - j)).terms:
            raise RefusalError("an entry off the diagonal is not zero")
        diagonal = self.rename(entry, dict.fromkeys(j.free, i))
        return ONE if diagonal == ONE else self.make("prod", (sort, diagonal), *i.free)

    def block_triangular_determinant(self, args: tuple[Value, ...], _: int) -> Poly:
        """The determinant of a block triangular matrix is the product of the diagonal blocks'."""
        lines = args[0].args if isinstance(args[0], Atom) and args[0].kind == "blocks" else ()
        rows = [line for line in lines if isinstance(line, tuple) and len(line) == len(lines)]
        cells = [(i, j, b) for i, row in enumerate(rows) for j, b in enumerate(row)]
        blocks = {(i, j): b for i, j, b in cells if isinstance(b, Atom)}
        sizes = {i: block.args[0] for (i, j), block in blocks.items() if i == j}
        sided = [(b, (sizes[i], sizes[j])) for (i, j), b in blocks.items()]
        fit = all(b.kind == "entries" and b.args[:2] == ends for b, ends in sided)
        full = {place for place, block in blocks.items() if poly_of(block.args[4]).terms}
        triangular = all(i >= j for i, j in full) or all(i <= j for i, j in full)
        if not rows or len(rows) != len(lines) or not fit or not triangular:
            raise RefusalError("the blocks do not fit, or none of the two triangles is zero")
        return self.product(self.make("det", (blocks[i, i],)) for i in sizes)


def own_name(variable: Atom) -> str:
    """The name of a variable, or of the vector that it is a component of; none if it is bound."""
    head = variable.args[0]
    return own_name(head) if isinstance(head, Atom) else head if isinstance(head, str) else ""


def names_in(value: object) -> list[str]:
    """The names in the representation of a declaration or a statement, in order."""
    text = repr(value)
    burn(len(text) // 8)
    return [found[1:-1] for found in QUOTED.findall(text)]
