"""Values of terms: symbols, densities, sums and integrals by linearity, renaming of variables."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from itertools import permutations

from lemmata.kernel import terms as t
from lemmata.kernel.declarations import Family, Process
from lemmata.kernel.fuel import burn
from lemmata.kernel.recheck.polynomials import (
    ONE,
    ZERO,
    Atom,
    Entry,
    Mono,
    Poly,
    RefusalError,
    Scope,
    Value,
    as_mono,
    constant,
    differ,
    entries,
    free,
    free_letters,
    height,
    inner_scope,
    is_var,
    mentions,
    of,
    poly_of,
    random_names,
    sorted_entries,
    sorts_of,
    split,
    text,
    total,
)
from lemmata.kernel.recheck.ring import Ring
from lemmata.kernel.terms import Sym, Term

EXCHANGE = "sums and integrals are finite and may be exchanged"


class Arithmetic(Ring):
    """Values of terms under the equations verified so far."""

    # ---------------------------------------------------------------- terms

    def value(self, term: Term, scope: Scope) -> Poly:
        """The value of a term whose named quantities are unfolded."""
        burn()
        match term:
            case t.Num(number):
                return constant(number)
            case t.Pi():
                return of(Atom("pi"))
            case t.Add(parts):
                return total(self.value(part, scope) for part in parts)
            case t.Neg(body):
                return self.value(body, scope) * -1
            case t.Mul(parts):
                return self.product(self.value(part, scope) for part in parts)
            case t.Div(top, bottom):
                return self.mul(self.value(top, scope), self.inverse(self.value(bottom, scope)))
            case t.Sum(index, span, body, excluding):
                return self.sum_over(index, span, body, excluding, scope)
            case t.Integral(variables, body):
                opened, inner = self.integral(variables, scope)
                return self.bind(opened, self.reduced(self.value(body, inner)))
            case t.Trajectory(process, body):
                return self.expect(process, self.value(body, scope))
        kind, args, bound = self.node(term, scope)
        return self.make(kind, args, bound)

    def node(self, term: Term, scope: Scope) -> tuple[str, tuple[Value, ...], int]:
        """A term with the values of its parts, itself not reduced; and the variable it binds."""
        match term:
            case t.Sym(name, indices):
                return self.symbol(name, self.values(indices, scope), scope)
            case t.App(name, arguments, indices):
                args = (name, self.values(arguments, scope), self.values(indices, scope))
                return "app", args, 0
            case t.Pow(base, exponent):
                return "pow", (self.value(base, scope), self.value(exponent, scope)), 0
            case t.Fn(name, body):
                return name, (self.value(body, scope),), 0
            case t.Iverson(left, relation, right):
                gap = self.value(left, scope) - self.value(right, scope)
                return "bracket", (relation, gap), 0
            case t.Density(family, of_, given):
                return "density", self.density(family, of_, given, scope), 0
            case t.Derivative(variable, body):
                return "grad", (self.value(variable, scope).atom(), self.value(body, scope)), 0
            case t.Trajectory(process, body):
                return "traj", (process, self.value(body, scope)), 0
            case t.Det(matrix):
                return "det", (self.matrix(matrix, scope),), 0
            case t.Integral((variable,), body) | t.Max(variable, body):
                (number,), inner = self.integral((variable,), scope)
                kind = "max" if isinstance(term, t.Max) else "bind"
                return kind, (self.sorts[number], self.value(body, inner)), number
            case t.Sum(index, span, body, excluding) | t.Prod(index, span, body, excluding):
                limits = (span.lower, span.upper, *((excluding,) if excluding else ()))
                sort: tuple[Value, ...] = ("range", *self.values(limits, scope))
                kind = "bind" if isinstance(term, t.Sum) else "prod"
                var = self.open(*sort[:3])
                inside = self.value(body, inner_scope(scope, index.name, of(var)))
                if kind == "prod" and excluding is not None:
                    inside_range = self.at_least(poly_of(sort[3]) - poly_of(sort[1]))
                    if not inside_range or not self.at_least(poly_of(sort[2]) - poly_of(sort[3])):
                        raise RefusalError("a product leaves out what may lie outside its range")
                if excluding is not None and kind == "bind":
                    apart = ONE - self.bracket("=", of(var) - poly_of(sort[3]))
                    inside = self.mul(apart, inside)
                (number,) = var.free
                return kind, (sort[:3] if kind == "bind" else sort, inside), number
        raise RefusalError(f"{type(term).__name__} has no value here")

    def make(self, kind: str, args: tuple[Value, ...], bound: int = 0) -> Poly:
        """The value of a node: by a verified equation, by arithmetic, or as an atom."""
        first = args[0]
        match kind:
            case "sum":
                return poly_of(first)
            case "prod" if args[1] == ONE:  # whatever is left out
                return ONE
            case "exp":
                return self.exp(poly_of(first))
            case "bracket":
                return self.bracket(str(first), poly_of(args[1]))
            case "ge0" | "eq0":
                return self.bracket(">=" if kind == "ge0" else "=", poly_of(first))
            case "pow" | "root":
                return self.power(poly_of(first), poly_of(args[1]))
            case "sqrt":
                return self.power(poly_of(first), constant(Fraction(1, 2)))
            case "abs" if sign := self.sign(poly_of(first)):
                return poly_of(first) * sign
            case "traj":
                return self.expect(str(first), poly_of(args[1]))
            case "log":
                args = (self.argument(poly_of(first)),)
        found = self.find(kind, *args, bound=bound)
        return self.atom_of(kind, args, bound) if found is None else found

    def atom_of(self, kind: str, args: tuple[Value, ...], bound: int) -> Poly:
        """The atom of a node that no verified equation reduces."""
        first = args[0]
        match kind:
            case "dens":
                return self.joint(self.family(str(first)), entries(args[1]))
            case "density":
                family, given = self.family(str(first)), entries(args[2])
                if all(entry[0] in family.given for entry in given):
                    return self.joint(family, entries(args[1]) + given)
            case "prod" | "max":
                return self.closed_atom(kind, args, bound)
            case "grad" if isinstance(args[1], Poly) and (inner := args[1].atom()):
                args = (first, inner)
        return of(Atom(kind, *args))

    def values(self, parts: tuple[Term, ...], scope: Scope) -> tuple[Poly, ...]:
        """The values of several terms."""
        return tuple(self.value(part, scope) for part in parts)

    def symbol(
        self, name: str, indices: tuple[Poly, ...], scope: Scope
    ) -> tuple[str, tuple[Value, ...], int]:
        """A name: bound, a component of a vector, or declared."""
        here = scope.get((name, text(indices, {}))) if indices else scope.get(name)
        if here is not None:
            return "sum", (here,), 0
        variable = self.declarations.variable(name)
        if variable is not None and variable.components is not None and indices:
            if any(isinstance(key, tuple) and key[0] == name for key in scope):
                raise RefusalError(f"another component of {name} than the one that is bound")
            head = scope.get(name, of(Atom("sym", name, ()))).atom()
            return "comp", (head, indices), 0
        return "sym", (name, indices), 0

    def integral(self, variables: tuple[Sym, ...], scope: Scope) -> tuple[list[int], Scope]:
        """Open the variables of an integral."""
        opened: list[int] = []
        for symbol in variables:
            variable = self.declarations.variable(symbol.name)
            if variable is None:
                raise RefusalError(f"{symbol.name} is integrated and not declared as a variable")
            part = "comp" if symbol.indices and variable.components else "space"
            var = self.open(part, variable.place)
            opened += var.free
            if symbol.indices:
                places = self.values(symbol.indices, scope)
                at = text(places, {})
                self.places[at] = places
                for name, other in (key for key in scope if isinstance(key, tuple)):
                    twins = name == symbol.name and other != at
                    if twins and not any(map(differ, places, self.places[other])):
                        raise RefusalError(f"two components of {name} that may be one")
                scope = {**scope, (symbol.name, at): of(var)}
            else:
                scope = inner_scope(scope, symbol.name, of(var))
        return opened, scope

    def sum_over(
        self, index: Sym, span: t.Range, body: Term, excluding: Term | None, scope: Scope
    ) -> Poly:
        """A sum over a range."""
        _, (sort, inside), number = self.node(t.Sum(index, span, body, excluding), scope)
        inside = self.reduced(poly_of(inside))
        found = self.find("bind", sort, inside, bound=number)
        return self.bind([number], inside) if found is None else found

    def matrix(self, term: Term, scope: Scope) -> Atom:
        """A matrix of entries, or of blocks of them."""
        if isinstance(term, t.Blocks):
            lines = (tuple(self.matrix(block, scope) for block in line) for line in term.rows)
            return Atom("blocks", *lines)
        if not isinstance(term, t.Entries):
            raise RefusalError("a matrix is given by its entries or blocks")
        rows, columns = self.values((term.rows, term.columns), scope)
        i, j = self.open("range", ONE, rows), self.open("range", ONE, columns)
        inner = inner_scope(inner_scope(scope, term.row.name, of(i)), term.column.name, of(j))
        entry = self.value(term.entry, inner)
        closed = height(entry) + 1, height(entry) + 2
        marks = {n: of(Atom("var", c)) for n, c in zip((*i.free, *j.free), closed, strict=True)}
        self.sorts[closed[0]], self.sorts[closed[1]] = ("range", ONE, rows), ("range", ONE, columns)
        return Atom("entries", rows, columns, *closed, self.rename(entry, marks), closed=closed)

    def vanishes(self, poly: Poly) -> bool:
        """Whether a polynomial is zero; beside [i = k], one letter may stand for the other."""
        return super().vanishes(poly) or super().vanishes(self.with_equal_letters(poly))

    def with_equal_letters(self, poly: Poly) -> Poly:
        """The polynomial with the second letter of a bracket [i = k] replaced by the first."""
        result = ZERO
        for mono, number in poly.terms.items():
            part = Poly({mono: number})
            for atom, _ in mono:
                letters = free_letters(atom)
                if letters:
                    others = Poly({tuple(pair for pair in mono if pair[0] != atom): number})
                    values = {letters[1]: of(letters[0])}
                    part = self.mul(of(atom), self.rename(others, {}, values.get))
                    break
            result = result + part
        return result

    # ---------------------------------------------------------------- densities

    def family(self, name: str) -> Family:
        """A declared family."""
        try:
            return self.declarations.family(name)
        except KeyError as problem:
            raise RefusalError(f"no family is called {name}") from problem

    def density(
        self, name: str, of_: tuple[Term, ...], given: tuple[Term, ...], scope: Scope
    ) -> tuple[Value, ...]:
        """The entries of a density: role, component, filler."""
        family = self.family(name)
        places = (*family.of, *family.given)
        sides: list[tuple[Entry, ...]] = []
        for side, only in ((of_, family.of), (given, family.given)):
            found: list[Entry] = []
            before = not sides
            for part in side:
                filler = self.value(part, scope)
                variable = isinstance(part, Sym) and self.declarations.variable(part.name)
                if isinstance(part, Sym) and variable:
                    at = self.values(part.indices, scope) if variable.components else ()
                    found.append((family.place(variable.place, drawn=before), at, filler))
                elif len(side) == len(only) == 1:
                    found.append((only[0], (), filler))
                else:
                    raise RefusalError(f"an argument of {name} has no clear place")
            sides.append(tuple(found))
        seen: dict[str, list[tuple[Poly, ...]]] = {}
        for role, at, _ in sides[0] + sides[1]:
            others = seen.setdefault(role, [])
            if role not in places or not all(at and o and differ(at[0], o[0]) for o in others):
                raise RefusalError(f"{role} has no place, or two, in {name}")
            others.append(at)
        if not set(family.given) <= {entry[0] for entry in sides[1]}:
            raise RefusalError(f"{name} stands without a condition that it always has")
        return name, *(sorted_entries(side) for side in sides)

    def joint(self, family: Family, found: tuple[Entry, ...]) -> Poly:
        """The joint density of some entries; 1 if none of the law is left."""
        if not any(entry[0] in family.of for entry in found):
            return ONE
        return of(Atom("dens", family.name, sorted_entries(found)))

    def without(self, atom: Atom, number: int) -> Poly | None:
        """A joint density with one variable of its law integrated out."""
        family, kept, dropped = self.family(str(atom.args[0])), [], 0
        for entry in entries(atom.args[1]):
            if is_var(entry[2], number) and entry[0] in family.of and number not in free(entry[1]):
                dropped += 1
            elif number in free(entry):
                return None
            else:
                kept.append(entry)
        return self.joint(family, tuple(kept)) if dropped == 1 else None

    # ---------------------------------------------------------------- binders

    def bind(self, opened: list[int], poly: Poly) -> Poly:
        """The sum or integral of a polynomial over some open variables, by linearity."""
        return total(self.bind_mono(opened, mono) * number for mono, number in poly.terms.items())

    def bind_mono(self, opened: list[int], mono: Mono) -> Poly:
        """Pull out what is constant, join nested binders, apply what is verified, and close."""
        burn()
        if not opened:
            return Poly({mono: Fraction(1)})
        inside, outside = split(mono, lambda atom: bool(atom.free & {*opened}))
        more, body = self.unfolded(inside)
        if more:
            if any(self.sorts[number][0] != "range" for number in (*opened, *more)):
                self.needed.add(EXCHANGE)
            return self.mul(Poly({outside: Fraction(1)}), self.bind([*opened, *more], body))
        for number in opened:
            if any(number in free(self.sorts[other]) for other in opened):
                continue
            touching, rest = split(inside, lambda atom, n=number: n in atom.free)  # type: ignore[misc]
            body = Poly({touching: Fraction(1)})
            found = self.find("bind", self.sorts[number], body, bound=number)
            if found is None and all(a.kind in {"ge0", "eq0"} for a, _ in touching):
                with suppress(RefusalError):
                    found = self.constant_sum((self.sorts[number], body), number)
            if found is None:
                found = self.contracted(number, touching)
            if found is not None:
                left = [other for other in opened if other != number]
                result = self.bind(left, self.mul(Poly({rest: Fraction(1)}), found))
                return self.mul(Poly({outside: Fraction(1)}), result)
        return self.mul(Poly({outside: Fraction(1)}), self.close(opened, inside))

    def contracted(self, number: int, touching: Mono) -> Poly | None:  # noqa: ARG002 - for words
        """The sum over an index that joins two matrices, where these are known as words."""
        return None

    def range_of(self, args: tuple[Value, ...]) -> tuple[Poly, Poly]:
        """The ends of the range that a binder runs over."""
        sort = args[0]
        if not isinstance(sort, tuple) or sort[0] != "range":
            raise RefusalError("the variable is not an index")
        return poly_of(sort[1]), poly_of(sort[2])

    def constant_sum(self, args: tuple[Value, ...], number: int) -> Poly:
        """sum_{i=a}^b 1 = b - a + 1, and sum_{i=a}^b [i >= k] = b - k + 1 for a <= k <= b + 1."""
        whole, result = self.range_of(args), ZERO
        for mono, factor in poly_of(args[1]).terms.items():
            lower, upper = whole
            if mono:
                atom, power = mono[0]
                if len(mono) > 1 or power != 1 or atom.kind not in {"ge0", "eq0"}:
                    raise RefusalError("the terms are not equal")
                lower, upper = self.left_by(atom, number, whole)
            length = upper - lower + ONE
            if not self.at_least(length):
                raise RefusalError("the range may be shorter than empty")
            result = result + length * factor
        return result

    def left_by(self, bracket: Atom, number: int, whole: tuple[Poly, Poly]) -> tuple[Poly, Poly]:
        """The part of a range that a bracket leaves, if it begins or ends inside the range."""
        (lower, upper), variable = whole, of(Atom("var", number))
        gap = poly_of(bracket.args[0])
        above, below = variable - gap, variable + gap
        if bracket.kind == "eq0":
            value = below if number in above.free else above
            inside = self.at_least(value - lower) and self.at_least(upper - value)
            if number not in value.free and inside:
                return value, value
        elif number not in above.free and self.at_least(above - lower):
            return above, upper
        elif number not in below.free and self.at_least(upper - below):
            return lower, below
        raise RefusalError("a bracket leaves a part that is not known")

    def unfolded(self, mono: Mono) -> tuple[list[int], Poly]:
        """The telescopes among some factors opened: their variables, and the product of all."""
        more: list[int] = []
        body = ONE
        for atom, power in mono:
            if atom.kind == "bind" and power.denominator == 1 and 0 < power < 4:
                for _ in range(int(power)):
                    numbers, part = self.opened(atom)
                    more += numbers
                    body = self.mul(body, part)
            else:
                body = self.mul(body, of(atom, power))
        return more, body

    def opened(self, atom: Atom) -> tuple[list[int], Poly]:
        """A telescope with new variables, and its body."""
        sorts, body, numbers = sorts_of(atom), poly_of(atom.args[1]), atom.args[2]
        assert isinstance(numbers, tuple)
        mapping: dict[int, Poly] = {}
        for number in reversed(numbers):  # the new numbers stand in the order of the closed ones
            assert isinstance(number, int)
            mapping[number] = of(self.open())
        fresh = sorted(n for value in mapping.values() for n in value.free)
        for number, sort in zip(fresh, sorts, strict=True):
            self.sorts[number] = self.renamed_sort(sort, mapping)
        return fresh, self.rename(body, mapping)

    def renamed_sort(self, sort: tuple[Value, ...], mapping: dict[int, Poly]) -> tuple[Value, ...]:
        """A sort with other variables in the ends of its range."""
        return tuple(self.rename(p, mapping) if isinstance(p, Poly) else p for p in sort)

    def close(self, opened: list[int], mono: Mono) -> Poly:
        """One telescope for each group of variables that share a factor or a range."""
        groups: list[tuple[set[int], Mono]] = []
        ties = [(({n} | free(self.sorts[n])) & {*opened}, ()) for n in opened]
        for names, factors in [*ties, *(({*a.free} & {*opened}, ((a, e),)) for a, e in mono)]:
            joined = [group for group in groups if group[0] & names]
            groups = [group for group in groups if group not in joined]
            for group in joined:
                names, factors = names | group[0], factors + group[1]  # noqa: PLW2901
            groups.append((names, factors))
        return self.product(self.telescope(sorted(names), factors) for names, factors in groups)

    def telescope(self, opened: list[int], factors: Mono) -> Poly:
        """One telescope, its variables numbered in an order that does not depend on their names."""
        body = Poly({as_mono(dict(factors)): Fraction(1)})
        texts: dict[str, list[tuple[int, ...]]] = {}
        for order in permutations(opened) if len(opened) <= 5 else [tuple(opened)]:
            burn()
            marks = {number: f"<{place}>" for place, number in enumerate(order)}
            sorts = text(tuple(self.sorts[number] for number in order), marks)
            texts.setdefault(sorts + text(body, marks, blind=True), []).append(order)
        base = max(height(body), *(height(self.sorts[number]) for number in opened))
        closed = tuple(range(base + 1, base + 1 + len(opened)))
        candidates = []
        for order in texts[min(texts)]:
            mapping = {n: of(Atom("var", c)) for n, c in zip(order, closed, strict=True)}
            sorts_ = tuple(self.renamed_sort(self.sorts[number], mapping) for number in order)
            self.sorts.update(zip(closed, sorts_, strict=True))
            renamed = self.rename(body, mapping)
            candidates.append((len(renamed.terms), renamed.key, order, sorts_, renamed))
        _, _, order, sorts_, renamed = min(candidates, key=lambda candidate: candidate[:2])
        single = renamed.single()
        if single is not None:
            inner = Poly({single[0]: Fraction(1)})
            return of(Atom("bind", sorts_, inner, closed, closed=closed), 1) * single[1]
        # a bracket turned round under the new numbers: bind what it became, in the same order
        self.sorts.update(zip(closed, sorts_, strict=True))
        fresh, again = self.opened(Atom("bind", sorts_, renamed, closed, closed=closed))
        return self.bind(fresh, again)

    def closed_atom(self, kind: str, args: tuple[Value, ...], number: int) -> Poly:
        """The atom of an indexed product or of a maximum."""
        sort, body = args
        assert isinstance(sort, tuple)
        closed = height(body) + 1
        self.sorts[closed] = sort
        renamed = self.rename(poly_of(body), {number: of(Atom("var", closed))})
        return of(Atom(kind, sort, renamed, (closed,), closed=(closed,)))

    def expect(self, name: str, poly: Poly) -> Poly:
        """A trajectory expectation is linear; constants, sums and integrals stand outside."""
        names, result = random_names(self.process(name)), ZERO
        for mono, number in poly.terms.items():
            inside, outside = split(mono, lambda atom: mentions(atom, names))
            more, body = self.unfolded(inside)
            if more:
                self.needed.add(EXCHANGE)
                value = self.bind(more, self.expect(name, body))
            elif inside:
                found = self.find("traj", name, Poly({inside: Fraction(1)}))
                atom = of(Atom("traj", name, Poly({inside: Fraction(1)})))
                value = atom if found is None else found
            else:
                value = ONE
            result = result + self.mul(Poly({outside: number}), value)
        return result

    def process(self, name: str) -> Process:
        """A declared process."""
        try:
            return self.declarations.process(name)
        except KeyError as problem:
            raise RefusalError(f"no process is called {name}") from problem

    # ---------------------------------------------------------------- renaming

    def rename(
        self,
        poly: Poly,
        mapping: dict[int, Poly],
        leaf: Callable[[Atom], Poly | None] | None = None,
    ) -> Poly:
        """Put values for bound variables, and for atoms that `leaf` knows, and evaluate again."""
        if leaf is None and not poly.free & mapping.keys():
            return poly
        targets = {value.atom() for value in mapping.values()}
        # other names for the same variables: what was irreducible is so still
        pure = leaf is None and len(targets) == len(mapping)
        pure = pure and all(a and a.kind == "var" for a in targets)
        self.quiet += pure
        try:
            return self.evaluated(poly, mapping, leaf)
        finally:
            self.quiet -= pure

    def evaluated(
        self, poly: Poly, mapping: dict[int, Poly], leaf: Callable[[Atom], Poly | None] | None
    ) -> Poly:
        """The polynomial with its atoms evaluated again."""
        result = ZERO
        for mono, number in poly.terms.items():
            part = constant(number)
            for atom, power in mono:
                if atom.kind == "pow" and power.denominator == 1:
                    base, exponent = (self.renamed(arg, mapping, leaf) for arg in atom.args)
                    value = poly_of(exponent).number()
                    if value is not None:  # 1/b^t at t = 3 is b to the power -3
                        part = self.mul(part, self.power(poly_of(base), constant(value * power)))
                        continue
                new = self.renamed_atom(atom, mapping, leaf)
                same = new.atom() == atom
                part = self.mul(part, of(atom, power) if same else self.power(new, constant(power)))
            result = result + part
        return result

    def renamed_atom(
        self, atom: Atom, mapping: dict[int, Poly], leaf: Callable[[Atom], Poly | None] | None
    ) -> Poly:
        """One atom evaluated again."""
        known = leaf(atom) if leaf is not None else None
        if known is not None:
            return known
        if atom.kind == "var":
            return mapping.get(int(str(atom.args[0])), of(atom))
        if leaf is None and not atom.free & mapping.keys():
            return of(atom)
        if atom.kind in {"bind", "prod", "max"}:
            fresh, body = self.opened(atom)
            for number in fresh:
                self.sorts[number] = self.renamed_sort(self.sorts[number], mapping)
            inner = self.rename(body, mapping, leaf)
            if atom.kind == "bind":
                return self.bind(fresh, inner)
            return self.make(atom.kind, (self.sorts[fresh[0]], inner), fresh[0])
        return self.make(atom.kind, tuple(self.renamed(arg, mapping, leaf) for arg in atom.args))

    def renamed(
        self, value: Value, mapping: dict[int, Poly], leaf: Callable[[Atom], Poly | None] | None
    ) -> Value:
        """An argument of an atom evaluated again."""
        if isinstance(value, tuple):
            return tuple(self.renamed(part, mapping, leaf) for part in value)
        if isinstance(value, Poly):
            return self.rename(value, mapping, leaf)
        if isinstance(value, Atom):
            new = self.renamed_atom(value, mapping, leaf)
            return new.atom() or new
        return value
