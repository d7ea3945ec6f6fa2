"""Checkers for the rules of derivatives, trajectories and determinants."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from lemmata.kernel.declarations import Process
from lemmata.kernel.recheck.polynomials import (
    ONE,
    ZERO,
    Atom,
    Poly,
    RefusalError,
    Value,
    constant,
    entries,
    mentions,
    of,
    poly_of,
    random_names,
    sorts_of,
)
from lemmata.kernel.recheck.words import Words

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
                return self.bind(opened, change)
            case "dens" | "app" | "grad":
                return self.derivative_that_stays(variable, atom)
        raise RefusalError(f"no step says what the derivative of a {atom.kind} is")

    def derivative_of_name(self, variable: Atom, atom: Atom) -> Poly:
        """1 for the variable itself; for an entry of its array, 1 where the indices agree."""
        if atom == variable:
            return ONE
        declared = self.declarations.find(str(atom.args[0])) if atom.kind == "sym" else None
        if str(variable.args[0]) in (getattr(declared, "parameters", None) or ()):
            return of(Atom("grad", variable, atom))
        if atom.kind != variable.kind or atom.kind == "var" or atom.args[0] != variable.args[0]:
            return ZERO
        pairs = zip(atom.args[1], variable.args[1], strict=True)  # type: ignore[arg-type]
        return self.product(self.bracket("=", poly_of(a) - poly_of(b)) for a, b in pairs)

    def derivative_that_stays(self, variable: Atom, atom: Atom) -> Poly:
        """The gradient of a density or unknown function, or 0 where it cannot depend."""
        name = str(variable.args[0])
        if not any(parameter.name == name for parameter in self.declarations.parameters):
            named = variable.kind == "sym"
            inside = mentions(atom, frozenset({name})) if named else variable.free & atom.free
            return of(Atom("grad", variable, atom)) if inside else ZERO
        if atom.kind == "grad":
            inner = poly_of(atom.args[1]).atom()
            assert inner is not None
            depends = bool(self.derivative_of_atom(variable, inner).terms)
            return of(Atom("grad", variable, atom)) if depends else ZERO
        owned = [(i.name, getattr(i, "parameters", ()) or ()) for i in self.declarations.named()]
        moving = frozenset(each for each, by in owned if name in by or each == name)
        if mentions(atom.args[1:], moving):
            raise RefusalError(f"the arguments of {atom.args[0]} depend on {name}")
        owner = getattr(self.declarations.find(str(atom.args[0])), "parameters", None)
        return of(Atom("grad", variable, atom)) if owner is None or name in owner else ZERO

    def derivative_under_the_integral(self, args: tuple[Value, ...], _: int) -> Poly:
        """Exchange: grad int f dx = int grad f dx."""
        atom = poly_of(args[1]).atom()
        if atom is None or atom.kind != "bind":
            raise RefusalError("there is no integral")
        self.assumed = UNDER_THE_INTEGRAL
        opened, body = self.opened(atom)
        return self.bind(opened, self.derivative(args[0], body))

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
        matrix = args[0]
        if (
            not isinstance(matrix, Atom)
            or matrix.kind != "entries"
            or matrix.args[0] != matrix.args[1]
        ):
            raise RefusalError("there is no square matrix of entries")
        sort = ("range", ONE, matrix.args[0])
        i, j = of(self.open(*sort)), of(self.open(*sort))
        closed = [int(str(number)) for number in matrix.args[2:4]]
        entry = self.rename(poly_of(matrix.args[4]), dict(zip(closed, (i, j), strict=True)))
        if self.mul(entry, ONE - self.bracket("=", i - j)).terms:
            raise RefusalError("an entry off the diagonal is not zero")
        diagonal = self.rename(entry, dict.fromkeys(j.free, i))
        return ONE if diagonal == ONE else self.make("prod", (sort, diagonal), *i.free)

    def block_triangular_determinant(self, args: tuple[Value, ...], _: int) -> Poly:
        """The determinant of a block triangular matrix is the product of the diagonal blocks'."""
        lines = args[0].args if isinstance(args[0], Atom) and args[0].kind == "blocks" else ()
        rows = [line for line in lines if isinstance(line, tuple) and len(line) == len(lines)]
        blocks = {
            (i, j): b
            for i, row in enumerate(rows)
            for j, b in enumerate(row)
            if isinstance(b, Atom)
        }
        sizes = {i: block.args[0] for (i, j), block in blocks.items() if i == j}
        fit = all(
            b.kind == "entries" and b.args[:2] == (sizes[i], sizes[j])
            for (i, j), b in blocks.items()
        )
        full = {place for place, block in blocks.items() if poly_of(block.args[4]).terms}
        triangular = all(i >= j for i, j in full) or all(i <= j for i, j in full)
        if not rows or len(rows) != len(lines) or not fit or not triangular:
            raise RefusalError("the blocks do not fit, or none of the two triangles is zero")
        return self.product(self.make("det", (blocks[i, i],)) for i in sizes)
