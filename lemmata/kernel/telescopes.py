"""Telescopes: all binders that interact stand in one list around one monomial.

Binding pulls out what is free, opens the telescopes among the factors, removes every binder that a
rule removes, splits what is independent, and closes the rest in canonical order. Substitution
rebuilds every atom that it touches, so that order and orientation stay canonical.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from itertools import permutations, product

from lemmata.kernel.notes import EXCHANGE, sort_names
from lemmata.kernel.poly import (
    ONE,
    ONE_NUMBER,
    Argument,
    Atom,
    Exponent,
    Mono,
    Name,
    Poly,
    as_poly,
    as_tuple,
    bound_variable,
    of_atom,
    of_mono,
    split,
    total,
)
from lemmata.kernel.signs import Signs

_UNDIRECTED = frozenset({"ge0", "eq0", "entry"})
CLOSING = 4
TURNING_ROUND = (
    2_000  # dear, so that brackets that turn round for ever end in fuel, not in recursion
)


class Telescopes(Signs):
    """Binds, opens, closes and renames."""

    @abstractmethod
    def mul(self, left: Poly, right: Poly) -> Poly:
        """The product."""

    @abstractmethod
    def power_number(self, base: Poly, exponent: Exponent) -> Poly:
        """A power with a rational exponent."""

    @abstractmethod
    def known(self, atom: Atom) -> Poly:
        """An atom, or what a fact in force says it equals."""

    @abstractmethod
    def eliminate(self, number: int, sort: Argument, inside: Mono) -> Poly | None:
        """Remove one binder from a monomial by a rule, if one applies."""

    @abstractmethod
    def open_product(self, atom: Atom) -> tuple[int, Argument, Poly]:
        """A product or a maximum with a fresh variable: its number, its sort and its body."""

    @abstractmethod
    def close_again(self, kind: str, number: int, sort: Argument, body: Poly) -> Poly:
        """The product of a body over a range, or its maximum over a space."""

    @abstractmethod
    def build(self, kind: str, arguments: tuple[Argument, ...]) -> Poly:
        """The canonical form of an atom from its kind and arguments."""

    def bind(self, binders: list[tuple[int, Argument]], body: Poly) -> Poly:
        """Sum or integrate a polynomial over fresh variables.

        Each given by its number and its sort.
        """
        return total(self._bind_mono(list(binders), mono).scaled(c) for mono, c in body.items())

    def _bind_mono(self, binders: list[tuple[int, Argument]], mono: Mono) -> Poly:
        self.burn()
        numbers = {number for number, _ in binders}
        inside, outside = split(mono, lambda atom: not numbers.isdisjoint(atom.free))
        constants = of_mono(outside) if outside else ONE
        if outside:
            self.use("pull_out_constants")
        opened = self._open(inside)
        if opened is not None:
            more, body = opened
            spaces = [sort for _, sort in (*binders, *more) if as_tuple(sort)[0] != "range"]
            self.use("exchange_of_sums_and_integrals", EXCHANGE if spaces else "")
            return self.mul(constants, self.bind([*binders, *more], body))
        for position, (number, sort) in enumerate(binders):
            if any(number in sort_names(other) for _, other in binders):
                continue  # the range of another binder depends on this one
            result = self.eliminate(number, sort, inside)
            if result is not None:
                left = binders[:position] + binders[position + 1 :]
                if number in result.free:
                    self.unsupported("a bound variable would escape its binder")
                bound = self.bind(left, result) if left else result
                return self.mul(constants, bound)
        return self.mul(constants, self._close_groups(binders, inside))

    def _open(self, inside: Mono) -> tuple[list[tuple[int, Argument]], Poly] | None:
        """Open the telescopes among the factors, so that all binders stand in one."""
        more: list[tuple[int, Argument]] = []
        body, found = ONE, False
        for atom, exponent in inside:
            if atom.kind == "bind" and exponent in (1, 2, 3):
                found = True
                for _ in range(int(exponent)):
                    inner, part = self.open(atom)
                    more += inner
                    body = self.mul(body, part)
            else:
                body = self.mul(body, of_mono(((atom, exponent),)))
        return (more, body) if found else None

    def open(self, atom: Atom) -> tuple[list[tuple[int, Argument]], Poly]:
        """A telescope with fresh variables: its binders and its body."""
        sorts, body, numbers = atom.arguments
        sorts, numbers = as_tuple(sorts), as_tuple(numbers)
        mapping: dict[Name, Poly] = {
            int(str(n)): bound_variable(self.fresh()) for n in reversed(numbers)
        }
        binders: list[tuple[int, Argument]] = []
        for number, sort in zip(numbers, sorts, strict=True):
            new = mapping[int(str(number))].atom()
            assert new is not None
            renamed = self._rebuild_argument(sort, mapping)
            fresh_number = int(str(new.arguments[0]))
            self.note_limits(fresh_number, renamed)
            binders.append((fresh_number, renamed))
        return binders, self.substitute(as_poly(body), mapping)

    def _close_groups(self, binders: list[tuple[int, Argument]], inside: Mono) -> Poly:
        """Close the binders around the factors.

        One telescope for each group that shares a variable.
        """
        groups: list[tuple[set[int], list[tuple[Atom, Exponent]]]] = []
        for number, sort in binders:  # a range ties its index to the indices in its ends
            tied = {number} | {n for n in sort_names(sort) if isinstance(n, int)}
            joined = [group for group in groups if group[0] & tied]
            tied = tied.union(*(group[0] for group in joined))
            groups = [group for group in groups if group not in joined] + [(tied, [])]
        for atom, exponent in inside:
            touched = [g for g in groups if g[0] & atom.free]
            merged: tuple[set[int], list[tuple[Atom, Exponent]]] = (set(), [(atom, exponent)])
            for group in touched:
                merged = (merged[0] | group[0], merged[1] + group[1])
            groups = [g for g in groups if g not in touched] + [merged]
        result = ONE
        for names, factors in groups:
            mine = [(n, s) for n, s in binders if n in names]
            mono = tuple(sorted(factors, key=lambda p: p[0].key))
            result = self.mul(result, self._close(mine, mono))
        return result

    def _close(self, binders: list[tuple[int, Argument]], mono: Mono) -> Poly:
        """The atom of a telescope, its variables numbered in canonical order."""
        base = max([atom.height for atom, _ in mono], default=0)
        best: tuple[str, list[tuple[int, Argument]], Poly, dict[Name, Poly]] | None = None
        for order in self._orders_of(binders, mono):
            self.burn(CLOSING)
            mapping: dict[Name, Poly] = {
                number: bound_variable(base + place + 1) for place, (number, _) in enumerate(order)
            }
            for place, (_, sort) in enumerate(order):
                self.note_limits(base + place + 1, self._rebuild_argument(sort, mapping))
            body = self.substitute(of_mono(mono), mapping)
            key = f"{len(body.terms)}{body.key}"
            if best is None or key < best[0]:
                best = (key, order, body, mapping)
        assert best is not None
        _, order, body, mapping = best
        if len(body.terms) != 1:  # a bracket turned round under the new names: bind what it became
            return self._bind_again(order, mapping, body)
        ((closed, coefficient),) = body.terms.items()
        if body.height > base:
            self.unsupported("a binder inside would take the number of the one around it")
        numbers = tuple(base + place + 1 for place in range(len(order)))
        sorts = tuple(self._rebuild_argument(sort, mapping) for _, sort in order)
        atom = Atom(
            "bind",
            sorts,
            body if coefficient is ONE_NUMBER else of_mono(closed),
            numbers,
            hides=frozenset(numbers),
            height=base + len(order),
        )
        return self.known(atom).scaled(coefficient)

    def _bind_again(
        self, order: list[tuple[int, Argument]], mapping: dict[Name, Poly], body: Poly
    ) -> Poly:
        """Bind a body that stands in canonical numbers.

        With fresh ones in the same order so that brackets keep their sides.
        """
        self.burn(TURNING_ROUND)
        numbers = sorted(self.fresh() for _ in order)
        back: dict[Name, Poly] = {}
        for number, (old, _) in zip(numbers, order, strict=True):
            closed = mapping[old].atom()
            assert closed is not None
            back[int(str(closed.arguments[0]))] = bound_variable(number)
        binders: list[tuple[int, Argument]] = []
        for number, (_, sort) in zip(numbers, order, strict=True):
            renamed = self._rebuild_argument(self._rebuild_argument(sort, mapping), back)
            self.note_limits(number, renamed)
            binders.append((number, renamed))
        return self.bind(binders, self.substitute(body, back))

    def _orders_of(
        self, binders: list[tuple[int, Argument]], mono: Mono
    ) -> list[list[tuple[int, Argument]]]:
        """The orders in which to number the binders.

        By sort and occurrence, permuting only what these leave equal.
        """
        if len(binders) == 1:
            return [binders]
        ranked: dict[str, list[tuple[int, Argument]]] = {}
        names: frozenset[Name] = frozenset(number for number, _ in binders)
        for number, sort in binders:
            seen = sorted(
                _signature(atom, number, names) + f"^{exponent}"
                for atom, exponent in mono
                if number in atom.free
            )
            ranked.setdefault(f"{_sort_key(sort)}|{'|'.join(seen)}", []).append((number, sort))
        tied = [
            list(permutations(group)) if len(group) <= 5 else [tuple(group)]
            for _, group in sorted(ranked.items())
        ]
        choices = 1
        for group in tied:
            choices *= len(group)
        if choices > 720:
            tied = [group[:1] for group in tied]
        return [[b for part in choice for b in part] for choice in product(*tied)]

    def substitute(self, poly: Poly, mapping: dict[Name, Poly]) -> Poly:
        """Put polynomials for bound variables, rebuilding every atom that mentions one."""
        return self.transform(poly, frozenset(mapping), _values(mapping))

    def transform(
        self, poly: Poly, names: frozenset[Name], leaf: Callable[[Atom], Poly | None]
    ) -> Poly:
        """Replace atoms by what `leaf` gives for them, and rebuild every atom around them.

        Only `names` are looked for.
        """
        if names.isdisjoint(poly.free):
            return poly
        parts: list[Poly] = []
        for mono, coefficient in poly.terms.items():
            self.burn()
            touched, rest = split(mono, lambda atom: not names.isdisjoint(atom.free))
            changed = of_mono(rest, coefficient)
            for atom, exponent in touched:
                part = self._transform_power(atom, exponent, names, leaf)
                changed = self.mul(changed, part)
            parts.append(changed)
        return total(parts)

    def _transform_power(
        self,
        atom: Atom,
        exponent: Exponent,
        names: frozenset[Name],
        leaf: Callable[[Atom], Poly | None],
    ) -> Poly:
        """A power of an atom; 1/b^t at t = 3 is b to the power -3, not one over a cube."""
        if atom.kind == "pow" and exponent.denominator == 1:
            base, power = (self._transform_argument(a, names, leaf) for a in atom.arguments)
            number = as_poly(power).number()
            if number is not None:
                return self.power_number(as_poly(base), number * exponent)
        result = self._transform_atom(atom, names, leaf)
        return result if exponent == 1 else self.power_number(result, exponent)

    def _transform_atom(
        self, atom: Atom, names: frozenset[Name], leaf: Callable[[Atom], Poly | None]
    ) -> Poly:
        replaced = leaf(atom)
        if replaced is not None or atom.kind == "bound":
            return of_atom(atom) if replaced is None else replaced
        if atom.kind == "bind":
            binders, body = self.open(atom)
            outer = [(n, self._transform_argument(s, names, leaf)) for n, s in binders]
            for number, sort in outer:
                self.note_limits(number, sort)
            return self.bind(outer, self.transform(body, names, leaf))
        if atom.kind in {"prod", "max"}:
            number, sort, body = self.open_product(atom)
            sort = self._transform_argument(sort, names, leaf)
            self.note_limits(number, sort)
            return self.close_again(atom.kind, number, sort, self.transform(body, names, leaf))
        return self.build(
            atom.kind, tuple(self._transform_argument(a, names, leaf) for a in atom.arguments)
        )

    def _transform_argument(
        self, value: Argument, names: frozenset[Name], leaf: Callable[[Atom], Poly | None]
    ) -> Argument:
        if isinstance(value, Poly):
            return self.transform(value, names, leaf)
        if isinstance(value, tuple):
            return tuple([self._transform_argument(part, names, leaf) for part in value])
        if isinstance(value, Atom) and value.free & names:
            inner = self._transform_atom(value, names, leaf).atom()
            return inner or self.unsupported(
                "a variable was replaced by an expression where only a variable can stand"
            )
        return value

    def _rebuild_argument(self, value: Argument, mapping: dict[Name, Poly]) -> Argument:
        """A sort or another argument with bound variables replaced."""
        return self._transform_argument(value, frozenset(mapping), _values(mapping))


def _values(mapping: dict[Name, Poly]) -> Callable[[Atom], Poly | None]:
    """What stands for a bound variable."""
    return lambda atom: mapping.get(atom.arguments[0]) if atom.kind == "bound" else None  # type: ignore[arg-type]


def _sort_key(sort: Argument) -> str:
    """The sort without the names of other bound variables, which are not canonical yet."""
    if isinstance(sort, tuple):
        return "(" + ",".join(_sort_key(part) for part in sort) + ")"
    if isinstance(sort, Poly) and any(isinstance(name, int) for name in sort.free):
        return "?"
    return str(sort)


def _signature(value: Argument, number: int, names: frozenset[Name]) -> str:
    """The text of an atom with this variable marked and the other open ones blank.

    Sums are sorted after marking, and brackets count without direction, because neither the order
    of keys nor the side of a bracket is canonical before the variables are numbered.
    """
    match value:
        case tuple():
            return "(" + ",".join(_signature(part, number, names) for part in value) + ")"
        case Poly():
            return "+".join(
                sorted(
                    f"{c}*" + ".".join(sorted(_signature(a, number, names) + f"^{e}" for a, e in m))
                    for m, c in value.terms.items()
                )
            )
        case Atom(kind="bound"):
            return "*" if number in value.free else "?" if value.free & names else value.key
        case Atom():
            text = value.kind + _signature(value.arguments, number, names)
            return "".join(sorted(text)) if value.kind in _UNDIRECTED else text
    return str(value)
