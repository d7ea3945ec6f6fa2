"""Verify a certificate without the prover: a second, small arithmetic and one checker for each rule.

    recheck(certificate) -> Recheck(ok, problems, checked, trusted)

A certificate is a list of equations `before = after` between terms, each valid for all values of
its open variables, and each by one named rule. The re-checker

1. compares the hash and decodes statement, declarations and steps;
2. verifies every step by a checker of its own for that rule: it works out, from `before` and the
   declarations alone, what the rule gives there, refuses where a side condition does not hold, and
   compares the result with `after`;
3. rewrites left minus right with the verified equations, from the inside out, until it is zero.

The arithmetic that needs no step: the ring of polynomials over what is not looked into, linearity
of sums, integrals and trajectory expectations, exchange of them, renaming of bound variables,
brackets of integer comparisons decided by the declared ranges, and exp(a + b) = exp(a) exp(b).

Nothing is shared with the prover but the terms, the declarations, the definitions of the named
quantities and the encoding. `TRUSTED` lists what this leaves unverified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from math import ceil, floor, gcd
from typing import Any, TypeAlias

from lemmata.kernel import terms as t
from lemmata.kernel.declarations import Declarations, Family, Index, Interval, Process, Size
from lemmata.kernel.encode import DecodeError, decode, digest
from lemmata.kernel.terms import Statement, Sym, Term
from lemmata.kernel.unfold import unfold

FORMAT = 1
FUEL = 400_000
FIRST_FRESH = 9_999_999
LARGEST_RANGE = 24
EXCHANGE = "sums and integrals are finite and may be exchanged"
FINITE = "the expectations are finite"
UNDER_THE_INTEGRAL = "derivatives and integrals may be exchanged"
POSITIVE_DENSITIES = "densities are positive where they divide or stand inside a logarithm"

TRUSTED = (
    "that the terms of the certificate say what the source says",
    "the definitions of the named quantities (lemmata.kernel.unfold)",
    "that the integrals and expectations written exist",
    "that what is differentiated is differentiable, and what stands in a logarithm is positive",
)

Value: TypeAlias = "str | int | Fraction | Atom | Poly | tuple[Value, ...] | None"
Mono: TypeAlias = "tuple[tuple[Atom, Fraction], ...]"
Entry: TypeAlias = "tuple[str, tuple[Poly, ...], Poly]"
Scope: TypeAlias = "dict[str | tuple[str, str], Poly]"


@dataclass(frozen=True, slots=True)
class Recheck:
    """What the re-checker says of a certificate.

    Attributes:
        ok: Whether every step holds and the statement follows.
        problems: What does not hold, each with its step and rule.
        checked: How many steps were verified.
        trusted: What is taken on trust all the same.
    """

    ok: bool
    problems: tuple[str, ...]
    checked: int
    trusted: tuple[str, ...] = TRUSTED


class RefusalError(Exception):
    """A step or the conclusion does not hold; the message says why."""


# -------------------------------------------------------------------- polynomials over atoms


class Atom:
    """What the ring does not look into: a symbol, a density, a logarithm, a telescope, ..."""

    __slots__ = ("args", "free", "height", "key", "kind")

    def __init__(self, kind: str, *args: Value, closed: tuple[int, ...] = ()) -> None:
        self.kind, self.args = kind, args
        self.key = f"var({args[0]:08})" if kind == "var" else kind + text(args, {})
        inside = {args[0]} if kind == "var" else free(args)
        self.free: frozenset[int] = frozenset(n for n in inside if isinstance(n, int)) - {*closed}
        self.height: int = max((height(args), *closed))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


class Poly:
    """A finite sum of monomials with exact coefficients."""

    __slots__ = ("_key", "free", "terms")

    def __init__(self, terms: dict[Mono, Fraction]) -> None:
        self.terms = {mono: number for mono, number in terms.items() if number}
        self.free: frozenset[int] = frozenset().union(*(a.free for m in self.terms for a, _ in m))
        self._key = ""

    @property
    def key(self) -> str:
        """Canonical text; equal polynomials have equal keys."""
        self._key = self._key or _poly_text(self, {})
        return self._key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Poly) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(self.key)

    def __add__(self, other: Poly) -> Poly:
        terms = dict(self.terms)
        for mono, number in other.terms.items():
            terms[mono] = terms.get(mono, Fraction(0)) + number
        return Poly(terms)

    def __sub__(self, other: Poly) -> Poly:
        return self + other * Fraction(-1)

    def __mul__(self, number: Fraction | int) -> Poly:
        return Poly({mono: value * number for mono, value in self.terms.items()})

    def number(self) -> Fraction | None:
        """Its value if it is a number."""
        return self.terms.get((), Fraction(0)) if not any(self.terms) else None

    def single(self) -> tuple[Mono, Fraction] | None:
        """Its monomial and coefficient if there is just one."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None

    def atom(self) -> Atom | None:
        """Its atom if it is just that."""
        ((mono, number),) = self.terms.items() if len(self.terms) == 1 else (((), Fraction(0)),)
        return mono[0][0] if number == 1 and len(mono) == 1 and mono[0][1] == 1 else None


def text(value: Value, marks: dict[int, str], blind: bool = False) -> str:
    """Canonical text, with marks for some variables; `blind` to the direction of brackets."""
    if isinstance(value, tuple):
        return "(" + ",".join(text(part, marks, blind) for part in value) + ")"
    if not isinstance(value, Atom | Poly):
        return repr(value)  # names in quotes, so that no name can pass for something else
    if not blind and not marks.keys() & value.free:
        return value.key
    if isinstance(value, Poly):
        return _poly_text(value, marks, blind)
    if value.kind == "var":
        return next((marks[n] for n in value.free if n in marks), value.key)
    if value.kind == "eq0" or (blind and value.kind == "ge0"):
        gap = value.args[0]
        assert isinstance(gap, Poly)
        if blind and value.kind == "ge0":  # [P >= 0] and [-P - 1 >= 0] differ in direction only
            gap = Poly({mono: number for mono, number in gap.terms.items() if mono})
        return value.kind + min(text(gap, marks), text(gap * -1, marks))
    return value.kind + text(value.args, marks, blind)


def _poly_text(poly: Poly, marks: dict[int, str], blind: bool = False) -> str:
    parts = []
    for mono, number in poly.terms.items():
        factors = sorted(f"{text(atom, marks, blind)}^{power}" for atom, power in mono)
        parts.append(f"{number}*{'.'.join(factors)}")
    return "{" + "+".join(sorted(parts)) + "}"


def free(value: Value) -> frozenset[int]:
    """The numbers of the bound variables that occur free."""
    if isinstance(value, tuple):
        return frozenset().union(*(free(part) for part in value))
    return value.free if isinstance(value, Atom | Poly) else frozenset()


def height(value: Value) -> int:
    """The largest number that is closed inside."""
    if isinstance(value, tuple):
        return max((height(part) for part in value), default=0)
    if isinstance(value, Poly):
        return max((atom.height for mono in value.terms for atom, _ in mono), default=0)
    return value.height if isinstance(value, Atom) else 0


def mentions(value: Value, names: frozenset[str]) -> bool:
    """Whether one of the names occurs free; a trajectory expectation closes the names of its own."""
    if isinstance(value, tuple):
        return any(mentions(part, names) for part in value)
    if isinstance(value, Poly):
        return any(mentions(atom, names) for mono in value.terms for atom, _ in mono)
    if not isinstance(value, Atom) or value.kind == "traj":
        return False
    return (value.kind == "sym" and value.args[0] in names) or mentions(value.args, names)


def of(atom: Atom, power: Fraction | int = 1) -> Poly:
    """The power of an atom."""
    return Poly({((atom, Fraction(power)),) if power else (): Fraction(1)})


def constant(number: Fraction | int) -> Poly:
    """A number."""
    return Poly({(): Fraction(number)})


ZERO, ONE = constant(0), constant(1)


def total(polys: Iterable[Poly]) -> Poly:
    """The sum."""
    result = ZERO
    for poly in polys:
        result = result + poly
    return result


def split(mono: Mono, chosen: Callable[[Atom], bool]) -> tuple[Mono, Mono]:
    """The factors that are chosen, and the others."""
    inside = tuple(pair for pair in mono if chosen(pair[0]))
    return inside, tuple(pair for pair in mono if not chosen(pair[0]))


def as_mono(powers: dict[Atom, Fraction]) -> Mono:
    """A monomial with its factors in order."""
    return tuple(sorted(((a, e) for a, e in powers.items() if e), key=lambda pair: pair[0].key))


def poly_of(value: Value) -> Poly:
    """The polynomial that stands at a place where only one can stand."""
    if isinstance(value, Atom):
        return of(value)
    assert isinstance(value, Poly)
    return value


# -------------------------------------------------------------------- the arithmetic


class Arithmetic:
    """Values of terms under the equations verified so far.

    Attributes:
        declarations: The names and their sorts.
        sorts: The sort of each bound variable, by its number.
        table: The verified equations, by the kind and the text of their left sides.
        needed: The assumptions that the replay needed itself.
    """

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self.sorts: dict[int, tuple[Value, ...]] = {}
        self.table: dict[str, tuple[tuple[int, ...], Poly]] = {}
        self.kinds: set[str] = set()
        self.quiet = 0
        self.needed: set[str] = set()
        self.fuel = FUEL
        self.last = FIRST_FRESH
        self.orders: list[tuple[str, Poly]] = []
        for fact in declarations.facts:
            relation, sides = fact.statement.relation, (fact.statement.left, fact.statement.right)
            if relation in {"<", "<=", ">", ">="} and not fact.forall:
                left, right = (self.value(side, {}) for side in sides)
                gap = (right - left) * (1 if relation in {"<", "<="} else -1)
                if all(self.is_integer(atom) for mono in gap.terms for atom, _ in mono):
                    gap = gap - ONE if relation in {"<", ">"} else gap
                    self.orders.append((fact.name, gap))

    # ---------------------------------------------------------------- variables and equations

    def open(self, *sort: Value) -> Atom:
        """A new variable of a sort. Its number is below those of all open ones, as when it is closed."""
        self.last -= 1
        self.sorts[self.last] = sort
        return Atom("var", self.last)

    def keyed(
        self, kind: str, args: tuple[Value, ...], bound: int = 0, *, wide: bool = False
    ) -> tuple[str, list[int]]:
        """The text of a left side that does not depend on the numbers of its open variables."""
        waiting, opened = sorted(free(args) - {bound}), set[int]()
        while waiting:
            number = waiting.pop()
            if number not in opened:
                opened.add(number)
                waiting += free(self.sorts[number]) - {bound}
        candidates = []
        for order in permutations(sorted(opened)[:5]):
            self.spend()
            marks = {number: f"<{place}>" for place, number in enumerate(order)} | {bound: "<>"}
            sorts = "|".join(
                text(self.sorts[number][:1] if wide else self.sorts[number], marks)
                for number in order
            )
            candidates.append((f"{kind}{text(args, marks)}|{sorts}", list(order)))
        return min(candidates)

    def find(self, kind: str, *args: Value, bound: int = 0) -> Poly | None:
        """What a verified equation says that this equals."""
        if kind not in self.kinds or self.quiet:
            return None
        key, order = self.keyed(kind, args, bound)
        if key not in self.table:  # some equations hold whatever the ranges are
            key, order = self.keyed(kind, args, bound, wide=True)
        if key not in self.table:
            return None
        variables, after = self.table[key]
        values = {old: of(Atom("var", new)) for old, new in zip(variables, order, strict=True)}
        return self.rename(after, values)

    def spend(self, amount: int = 1) -> None:
        """Keep the work bounded."""
        self.fuel -= amount
        if self.fuel < 0:
            raise RefusalError("the re-checker reached its deterministic limit")

    # ---------------------------------------------------------------- terms

    def value(self, term: Term, scope: Scope) -> Poly:
        """The value of a term whose named quantities are unfolded."""
        self.spend()
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
            case t.Integral((variable,), body):
                (number,), inner = self.integral((variable,), scope)
                return "bind", (self.sorts[number], self.value(body, inner)), number
            case t.Sum(index, span, body, excluding) | t.Prod(index, span, body, excluding):
                limits = (span.lower, span.upper, *((excluding,) if excluding else ()))
                sort: tuple[Value, ...] = ("range", *self.values(limits, scope))
                kind = "bind" if isinstance(term, t.Sum) else "prod"
                var = self.open(*(sort[:3] if kind == "bind" else sort))
                inside = self.value(body, inner_scope(scope, index.name, of(var)))
                if excluding is not None and kind == "bind":
                    apart = ONE - self.bracket("=", of(var) - poly_of(sort[3]))
                    inside = self.mul(apart, inside)
                (number,) = var.free
                return kind, (self.sorts[number], inside), number
        raise RefusalError(f"{type(term).__name__} has no value here")

    def make(self, kind: str, args: tuple[Value, ...], bound: int = 0) -> Poly:
        """The value of a node: by a verified equation, by arithmetic, or as an atom."""
        first = args[0]
        match kind:
            case "sum":
                return poly_of(first)
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
                args = (self.reduced(poly_of(first)),)
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
            case "prod":
                return self.closed_product(args, bound)
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
        opened = []
        for symbol in variables:
            variable = self.declarations.variable(symbol.name)
            if variable is None:
                raise RefusalError(f"{symbol.name} is integrated and not declared as a variable")
            part = "comp" if symbol.indices and variable.components else "space"
            var = self.open(part, variable.place)
            opened += var.free
            if symbol.indices:
                at = text(self.values(symbol.indices, scope), {})
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
            for part in side:
                filler = self.value(part, scope)
                variable = isinstance(part, Sym) and self.declarations.variable(part.name)
                if isinstance(part, Sym) and variable:
                    at = self.values(part.indices, scope) if variable.components else ()
                    found.append((variable.place, at, filler))
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
        return name, *(tuple(sorted(side, key=entry_text)) for side in sides)

    def joint(self, family: Family, found: tuple[Entry, ...]) -> Poly:
        """The joint density of some entries; 1 if none of the law is left."""
        if not any(entry[0] in family.of for entry in found):
            return ONE
        return of(Atom("dens", family.name, tuple(sorted(found, key=entry_text))))

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

    # ---------------------------------------------------------------- ring

    def mul(self, left: Poly, right: Poly) -> Poly:
        """The product; powers of numbers, sums and brackets are settled."""
        self.spend(len(left.terms) * len(right.terms))
        plain: dict[Mono, Fraction] = {}
        settled = ZERO
        for mono, number in left.terms.items():
            for other, factor in right.terms.items():
                powers = dict(mono)
                for atom, power in other:
                    powers[atom] = powers.get(atom, Fraction(0)) + power
                if any(a.kind in {"prime", "sum", "ge0", "eq0"} for a in powers):
                    settled = settled + self.settle(powers) * (number * factor)
                else:
                    key = as_mono(powers)
                    plain[key] = plain.get(key, Fraction(0)) + number * factor
        return Poly(plain) + settled

    def settle(self, powers: dict[Atom, Fraction]) -> Poly:
        """2^(3/2) = 2 2^(1/2), whole powers of sums are multiplied out, brackets are 0 or 1."""
        number, sums, kept = Fraction(1), ONE, dict[Atom, Fraction]()
        for atom, power in powers.items():
            whole = floor(power)
            if atom.kind in {"ge0", "eq0"}:
                kept[atom] = Fraction(1)
                continue
            if atom.kind == "prime":
                number *= Fraction(int(str(atom.args[0]))) ** whole
            elif atom.kind == "sum" and whole > 0:
                sums = self.product((sums, *[poly_of(atom.args[0])] * whole))
            else:
                whole = 0
            kept[atom] = power - whole
        for fixed in [atom for atom in kept if atom.kind == "eq0"]:
            for atom in [a for a in kept if a.kind in {"ge0", "eq0"} and a != fixed]:
                gap, zero = poly_of(atom.args[0]), poly_of(fixed.args[0])
                for value in ((gap - zero).number(), (gap + zero).number()):
                    if value is not None and (value < 0 or (value and atom.kind == "eq0")):
                        return ZERO
                    if value is not None:
                        kept.pop(atom, None)
        mono = as_mono(kept)
        return Poly({mono: number}) if sums == ONE else self.mul(sums, Poly({mono: number}))

    def product(self, factors: Iterable[Poly]) -> Poly:
        """The product of several."""
        result = ONE
        for factor in factors:
            result = self.mul(result, factor)
        return result

    def inverse(self, poly: Poly) -> Poly:
        """One over a polynomial that is not zero by the declarations."""
        top, bottom = self.together(poly)
        if not top.terms:
            raise RefusalError("division by zero")
        size, shared, rest = content(top)
        for part in (*(of(atom) for atom in shared), rest):
            if self.sign(part) is None:
                raise RefusalError(f"division by what may be zero: {part.key}")
        powers = {atom: -power for atom, power in shared.items()}
        for atom, power in bottom.items():
            powers[atom] = powers.get(atom, Fraction(0)) + power
        result = self.mul(constant(1 / size), Poly({as_mono(powers): Fraction(1)}))
        number = rest.number()
        return result * (1 / number) if number else self.mul(result, sum_power(rest, -1))

    def together(self, poly: Poly) -> tuple[Poly, dict[Atom, Fraction]]:
        """A numerator, and the powers of sums to multiply it by to have the polynomial back."""
        worst: dict[Atom, Fraction] = {}
        for mono in poly.terms:
            for atom, power in mono:
                if atom.kind == "sum" and power < 0:
                    worst[atom] = min(worst.get(atom, power), power)
        up = Poly({as_mono({atom: -power for atom, power in worst.items()}): Fraction(1)})
        return (self.mul(poly, up) if worst else poly), {a: -e for a, e in worst.items()}

    def vanishes(self, poly: Poly) -> bool:
        """Whether a polynomial is zero, over a common denominator."""
        return not self.together(poly)[0].terms

    def reduced(self, poly: Poly) -> Poly:
        """A polynomial with the quotients that a verified step reduces."""
        found = self.find("quotient", poly)
        return poly if found is None else found

    def power(self, base: Poly, exponent: Poly) -> Poly:
        """A power; whole ones are multiplied out."""
        value = exponent.number()
        if value is not None and value.denominator == 1:
            if abs(value) > 64:
                raise RefusalError("a power too large to multiply out")
            single = base.single()
            if single and all(a.kind not in {"sum", "ge0", "eq0"} for a, _ in single[0]):
                if value < 0:
                    self.inverse(base)
                powers = {atom: power * value for atom, power in single[0]}
                return self.settle(powers) * single[1] ** int(value)
            base = self.inverse(base) if value < 0 else base
            return self.product([base] * abs(int(value)))
        found = self.find("pow", base, exponent)
        return self.fixed_power(base, exponent) if found is None else found

    def fixed_power(self, base: Poly, exponent: Poly) -> Poly:
        """A power as an atom."""
        value, number, atom = exponent.number(), base.number(), base.atom()
        if value is None:
            single = exponent.single()
            whole = single and single[1].denominator == 1
            if single and (whole or self.sign(base) == 1):
                return of(Atom("pow", base, Poly({single[0]: Fraction(1)})), single[1])
            return of(Atom("pow", base, exponent))
        if number is not None and number > 1 and number.denominator == 1:
            return self.settle({Atom("prime", int(number)): value})
        if atom is not None and self.sign(base) == 1:
            return of(atom, value)
        if self.sign(base) == 1 and len(base.terms) > 1:
            return self.mul(sum_power(base, value), ONE)
        return of(Atom("root", base, exponent))

    def exp(self, poly: Poly) -> Poly:
        """exp of a sum is the product of powers of exp of its terms."""
        result = ONE
        for mono, number in poly.terms.items():
            found = self.find("exp", Poly({mono: number}))
            unit = of(Atom("exp", Poly({mono: Fraction(1)})), number)
            result = self.mul(result, unit if found is None else found)
        return result

    # ---------------------------------------------------------------- signs and ranges

    def sign(self, poly: Poly) -> int | None:
        """1 or -1 where the declarations force it."""
        for sign in (1, -1):
            low, strict = self.low(poly * sign)
            if low is not None and (low > 0 or (low == 0 and strict)):
                return sign
        return None

    def low(self, poly: Poly) -> tuple[Fraction | None, bool]:
        """A lower bound and whether it is never reached."""
        result, strict = Fraction(0), False
        for mono, number in poly.terms.items():
            span = self.span(mono)
            end = span.lower if number > 0 else span.upper
            if end is None:
                return None, False
            result, strict = result + number * end, strict or not span.closed
        return result, strict

    def span(self, mono: Mono) -> Interval:
        """Where a monomial lies."""
        spans = [self.interval(atom) for atom, _ in mono]
        if len(mono) == 1 and mono[0][1] == 1:
            return spans[0]
        if not mono:
            return Interval(Fraction(1), Fraction(1), closed=True)
        if all(span.positive for span in spans):
            low = all(e == 1 and s.upper is not None for s, (_, e) in zip(spans, mono, strict=True))
            upper = Fraction(1)
            for span in spans:
                upper *= span.upper or 1
            return Interval(Fraction(0), upper if low else None)
        even = all(
            e > 0 and e % 2 == 0 for (_, e), s in zip(mono, spans, strict=True) if not s.positive
        )
        return Interval(Fraction(0), closed=True) if even else Interval()

    def interval(self, atom: Atom) -> Interval:
        """Where an atom lies."""
        inner: Value = None
        match atom.kind:
            case "dens" | "density" | "exp" | "prime" | "pi":
                return Interval(Fraction(0))
            case "ge0" | "eq0":
                return Interval(Fraction(0), Fraction(1), closed=True)
            case "sym" | "app":
                declared = self.declarations.find(str(atom.args[0]))
                if not isinstance(declared, Size | Index):
                    return getattr(declared, "interval", Interval())
            case "sum" | "pow":
                inner = atom.args[0]
            case "prod":
                inner = atom.args[1]
            case "bind" if all(isinstance(s, tuple) and s[0] != "range" for s in sorts_of(atom)):
                inner = atom.args[1]
        if isinstance(inner, Poly):
            return Interval(Fraction(0)) if self.sign(inner) == 1 else Interval()
        limits = self.limits(atom)
        low = limits[0].number() if limits else None
        return Interval(low, closed=True) if low is not None else Interval()

    def limits(self, atom: Atom) -> tuple[Poly, Poly | None] | None:
        """The range of a size, an index or a bound index."""
        if atom.kind == "var":
            sort = self.sorts.get(int(str(atom.args[0])), ("",))
            known = sort[0] == "range" and len(sort) > 1
            return (poly_of(sort[1]), poly_of(sort[2])) if known else None
        declared = self.declarations.find(str(atom.args[0])) if atom.kind == "sym" else None
        if isinstance(declared, Size):
            return constant(declared.least), None
        if isinstance(declared, Index):
            return self.value(declared.range.lower, {}), self.value(declared.range.upper, {})
        return None

    def is_integer(self, atom: Atom) -> bool:
        """Whether an atom is a size or an index."""
        if atom.kind == "var":
            return self.sorts.get(int(str(atom.args[0])), ("",))[0] == "range"
        return self.limits(atom) is not None

    def at_least(self, gap: Poly, depth: int = 2) -> bool:
        """Whether an affine expression of sizes and indices is at least zero by their ranges."""
        rest = gap
        for _ in range(12):
            ends = [(mono, self.limits(mono[0][0])) for mono in rest.terms if len(mono) == 1]
            inner = [(m, e) for m, e in ends if e and m[0][1] == 1 and (e[1] or rest.terms[m] > 0)]
            inner.sort(key=lambda pair: pair[1][1] is None)  # indices first: their ends hold sizes
            if not inner:
                break
            mono, end = inner[0]
            number = rest.terms[mono]
            chosen = end[0] if number > 0 else poly_of(end[1])
            rest = rest - Poly({mono: number}) + chosen * number
        low = rest.number()
        if low is not None and low >= 0:
            return True
        for name, order in self.orders if depth else ():
            if self.at_least(gap - order, depth - 1):
                self.needed.add(f"given: {name}")
                return True
        return False

    def bracket(self, relation: str, gap: Poly) -> Poly:
        """1 where an integer comparison with zero holds, else 0, decided where the ranges decide."""
        match relation:
            case "!=":
                return ONE - self.bracket("=", gap)
            case "<=" | "<":
                return self.bracket(">=" if relation == "<=" else ">", gap * -1)
            case ">":
                return self.bracket(">=", gap - ONE)
        if not all(self.is_integer(a) and e == 1 for m in gap.terms for a, e in m) or any(
            number.denominator != 1 for number in gap.terms.values()
        ):
            raise RefusalError(f"a comparison of what are not integers: {gap.key}")
        below = self.at_least(gap * -1 - ONE)
        if below or (relation == "=" and self.at_least(gap - ONE)):
            return ZERO
        if relation == ">=" and self.at_least(gap):
            return ONE
        pure = Poly({mono: number for mono, number in gap.terms.items() if mono})
        if not pure.terms:
            return ONE  # of zero itself; any other number is decided above
        divisor = gcd(*(int(number) for number in pure.terms.values()))
        shift = gap.terms.get((), Fraction(0)) / divisor
        pure = pure * Fraction(1, divisor)
        lead = pure.terms[min(pure.terms, key=lambda mono: mono[0][0].key)] > 0
        if relation == "=":
            if shift.denominator != 1:
                return ZERO
            zero = pure + constant(shift)
            return of(Atom("eq0", zero if lead else zero * -1))
        if not lead:
            return ONE - self.bracket(">=", gap * -1 - ONE)
        whole, result = -ceil(-shift), ZERO
        if abs(whole) > 8:
            return of(Atom("ge0", pure + constant(whole)))
        for k in range(1, whole + 1) if whole > 0 else range(0, whole, -1):
            edge = self.bracket("=", pure + constant(k))
            result = result + (edge if whole > 0 else edge * -1)
        decided = self.at_least(pure) or self.at_least(pure * -1 - ONE)
        return result + (constant(int(self.at_least(pure))) if decided else of(Atom("ge0", pure)))

    # ---------------------------------------------------------------- binders

    def bind(self, opened: list[int], poly: Poly) -> Poly:
        """The sum or integral of a polynomial over some open variables, by linearity."""
        return total(self.bind_mono(opened, mono) * number for mono, number in poly.terms.items())

    def bind_mono(self, opened: list[int], mono: Mono) -> Poly:
        """Pull out what is constant, join nested binders, apply what is verified, and close."""
        self.spend()
        if not opened:
            return Poly({mono: Fraction(1)})
        inside, outside = split(mono, lambda atom: bool(atom.free & {*opened}))
        more, body = self.unfolded(inside)
        if more:
            return self.mul(Poly({outside: Fraction(1)}), self.bind([*opened, *more], body))
        for number in opened:
            if any(number in free(self.sorts[other]) for other in opened):
                continue
            touching, rest = split(inside, lambda atom, n=number: n in atom.free)  # type: ignore[misc]
            found = self.find(
                "bind", self.sorts[number], Poly({touching: Fraction(1)}), bound=number
            )
            if found is not None:
                left = [other for other in opened if other != number]
                result = self.bind(left, self.mul(Poly({rest: Fraction(1)}), found))
                return self.mul(Poly({outside: Fraction(1)}), result)
        return self.mul(Poly({outside: Fraction(1)}), self.close(opened, inside))

    def unfolded(self, mono: Mono) -> tuple[list[int], Poly]:
        """The telescopes among some factors opened: their variables, and the product of all."""
        more: list[int] = []
        body = ONE
        for atom, power in mono:
            if atom.kind == "bind" and power.denominator == 1 and 0 < power < 4:
                self.needed.add(EXCHANGE)
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
            self.spend()
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

    def closed_product(self, args: tuple[Value, ...], number: int) -> Poly:
        """The atom of an indexed product."""
        sort, body = args
        assert isinstance(sort, tuple)
        closed = height(body) + 1
        self.sorts[closed] = sort
        renamed = self.rename(poly_of(body), {number: of(Atom("var", closed))})
        return of(Atom("prod", sort, renamed, (closed,), closed=(closed,)))

    def expect(self, name: str, poly: Poly) -> Poly:
        """A trajectory expectation is linear; constants, sums and integrals stand outside."""
        names, result = random_names(self.process(name)), ZERO
        for mono, number in poly.terms.items():
            inside, outside = split(mono, lambda atom: mentions(atom, names))
            more, body = self.unfolded(inside)
            if more:
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
        pure = (
            leaf is None
            and len(targets) == len(mapping)
            and all(a and a.kind == "var" for a in targets)
        )
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
                new = self.renamed_atom(atom, mapping, leaf)
                same = new.atom() == atom
                part = self.mul(part, of(atom, power) if same else self.power(new, constant(power)))
            result = result + part
        return result

    def renamed_atom(
        self, atom: Atom, mapping: dict[int, Poly], leaf: Callable[[Atom], Poly | None] | None
    ) -> Poly:
        known = leaf(atom) if leaf is not None else None
        if known is not None:
            return known
        if atom.kind == "var":
            return mapping.get(int(str(atom.args[0])), of(atom))
        if leaf is None and not atom.free & mapping.keys():
            return of(atom)
        if atom.kind in {"bind", "prod"}:
            fresh, body = self.opened(atom)
            for number in fresh:
                self.sorts[number] = self.renamed_sort(self.sorts[number], mapping)
            inner = self.rename(body, mapping, leaf)
            if atom.kind == "bind":
                return self.bind(fresh, inner)
            return self.make("prod", (self.sorts[fresh[0]], inner), fresh[0])
        return self.make(atom.kind, tuple(self.renamed(arg, mapping, leaf) for arg in atom.args))

    def renamed(
        self, value: Value, mapping: dict[int, Poly], leaf: Callable[[Atom], Poly | None] | None
    ) -> Value:
        if isinstance(value, tuple):
            return tuple(self.renamed(part, mapping, leaf) for part in value)
        if isinstance(value, Poly):
            return self.rename(value, mapping, leaf)
        if isinstance(value, Atom):
            new = self.renamed_atom(value, mapping, leaf)
            return new.atom() or new
        return value


def inner_scope(scope: Scope, name: str, value: Poly) -> Scope:
    """A scope in which a whole name is bound; components of an outer one are hidden."""
    kept = {k: v for k, v in scope.items() if not (isinstance(k, tuple) and k[0] == name)}
    return {**kept, name: value}


def entries(value: Value) -> tuple[Entry, ...]:
    """The entries of a density."""
    return value  # type: ignore[return-value]


def entry_text(entry: Entry) -> str:
    """Canonical text of an entry; orders entries."""
    return text(entry, {})


def sorts_of(atom: Atom) -> tuple[tuple[Value, ...], ...]:
    """The sorts of a telescope's variables."""
    return (atom.args[0],) if atom.kind == "prod" else atom.args[0]  # type: ignore[return-value]


def random_names(process: Process) -> frozenset[str]:
    """The symbols that are random inside the process's expectation."""
    return frozenset({process.state, process.action, process.reward})


def is_var(poly: Poly, number: int) -> bool:
    """Whether a polynomial is just one bound variable."""
    atom = poly.atom()
    return atom is not None and atom.kind == "var" and atom.args[0] == number


def differ(left: Poly, right: Poly) -> bool:
    """Whether two indices differ by a number that is not zero."""
    return (left - right).number() not in {None, 0}


def content(poly: Poly) -> tuple[Fraction, dict[Atom, Fraction], Poly]:
    """A positive number, the powers common to all terms, and the rest."""
    monos = [dict(mono) for mono in poly.terms]
    shared: dict[Atom, Fraction] = {}
    for atom in dict.fromkeys(atom for powers in monos for atom in powers):
        shared[atom] = min(powers.get(atom, Fraction(0)) for powers in monos)
    numbers = [abs(number) for number in poly.terms.values()]
    size = numbers[0]
    for number in numbers:
        top = gcd(size.numerator * number.denominator, number.numerator * size.denominator)
        size = Fraction(top, size.denominator * number.denominator)
    rest: dict[Mono, Fraction] = {}
    for mono, number in poly.terms.items():
        powers = dict(mono)
        for atom, power in shared.items():
            powers[atom] = powers.get(atom, Fraction(0)) - power
        rest[as_mono(powers)] = number / size
    return size, {a: e for a, e in shared.items() if e}, Poly(rest)


def sum_power(poly: Poly, power: Fraction | int) -> Poly:
    """A power of a sum as an atom; a sum and its negative are one atom for whole powers."""
    first = min(poly.terms, key=lambda mono: [(a.key, e) for a, e in mono])
    if poly.terms[first] < 0 and Fraction(power).denominator == 1:
        return of(Atom("sum", poly * -1), power) * Fraction(-1) ** int(power)
    return of(Atom("sum", poly), power)


def prime_factors(number: int) -> Iterator[tuple[int, int]]:
    """The factors of a positive integer; a rest without small factors stays whole."""
    divisor = 2
    while divisor * divisor <= number and divisor < 10_000:
        count = 0
        while number % divisor == 0:
            number, count = number // divisor, count + 1
        if count:
            yield divisor, count
        divisor += 1
    if number > 1:
        yield number, 1


# -------------------------------------------------------------------- the rules

Site: TypeAlias = "tuple[str, tuple[Value, ...], int]"
"""What a rule was applied to: the kind of node, its parts, the variable that it binds."""


class Rules(Arithmetic):
    """One checker for each rule: what it gives at a site, worked out from the declarations.

    Each yields the forms that the result may have, and raises `RefusalError` where a side condition
    fails. `assumed` is what the use assumes, in words.
    """

    def __init__(self, declarations: Declarations, facts: frozenset[str], size: str) -> None:
        self.facts = facts
        self.size = size
        self.assumed = ""
        super().__init__(declarations)

    def results(self, rule: str, site: Site, after: Poly) -> Iterator[Poly]:
        """The forms that the result of a rule may have at a site."""
        self.assumed = ""
        kind, args, bound = site
        matching = {
            ("conditional_density", "density"): self.conditional_density,
            ("total_probability", "bind"): self.marginal,
            ("marginalisation", "bind"): self.marginal,
            ("component_marginal", "bind"): self.component_marginal,
            ("independent_components", "log"): self.independent_components,
            ("independent_product", "prod"): self.independent_product,
            ("gaussian_density", "log"): self.gaussian_density,
            ("gaussian_moments", "bind"): self.gaussian_moments,
            ("logarithm_of_a_product", "log"): self.logarithm,
            ("logarithm_of_an_exponential", "log"): self.logarithm,
            ("logarithm_of_an_exponential", "exp"): self.exponential_of_a_logarithm,
            ("logarithm_of_an_indexed_product", "log"): self.logarithm_of_an_indexed_product,
            ("root_of_a_product", "pow"): self.root_of_a_product,
            ("symbolic_power", "pow"): self.symbolic_power,
            ("constant_sum", "bind"): self.constant_sum,
            ("indexed_product", "prod"): self.indexed_product,
            ("derivative_rules", "grad"): self.derivative_rules,
            ("derivative_of_a_logarithm", "grad"): self.derivative_rules,
            ("derivative_under_the_integral", "grad"): self.derivative_under_the_integral,
            ("derivative_under_the_integral", "bind"): self.gradient_of_a_marginal,
            ("linearity_of_trajectory_expectations", "traj"): self.one_trajectory,
            ("causality", "traj"): self.causality,
            ("likelihood_ratio", "grad"): self.likelihood_ratio,
            ("diagonal_determinant", "det"): self.diagonal_determinant,
            ("block_triangular_determinant", "det"): self.block_triangular_determinant,
        }
        if rule == "given_fact":
            yield from self.given_fact(site)
        elif (rule, kind) == ("range_splitting", "bind"):
            yield from self.range_splitting(args, bound, after)
        elif (rule, kind) == ("iverson_collapse", "bind"):
            yield from self.iverson_collapse(args, bound)
        elif (rule, kind) == ("quotient_reduction", "quotient"):
            yield poly_of(args[0])
        elif (rule, kind) in matching:
            found = matching[rule, kind](args, bound)
            if rule == "total_probability" and found != ONE:
                raise RefusalError("a variable of the law is left")
            yield found
        else:
            raise RefusalError(f"it does not apply to a node of kind {kind}")

    # ---------------------------------------------------------------- densities

    def conditional_density(self, args: tuple[Value, ...], _: int) -> Poly:
        """p(A | B) = p(A, B) / p(B)."""
        family, top, bottom = self.family(str(args[0])), entries(args[1]), entries(args[2])
        self.assumed = POSITIVE_DENSITIES
        return self.mul(self.joint(family, top + bottom), self.inverse(self.joint(family, bottom)))

    def only_factor(self, args: tuple[Value, ...]) -> Atom:
        """The single factor below a binder."""
        atom = poly_of(args[1]).atom()
        if atom is None:
            raise RefusalError("the variable occurs in another factor")
        return atom

    def marginal(self, args: tuple[Value, ...], number: int) -> Poly:
        """int p(A, x) dx = p(A)."""
        atom = self.only_factor(args)
        result = self.without(atom, number) if atom.kind == "dens" else None
        if result is None:
            raise RefusalError("the variable does not fill just one place of a density's law")
        return result

    def gradient_of_a_marginal(self, args: tuple[Value, ...], number: int) -> Poly:
        """int grad p(A, x) dx = grad p(A)."""
        atom = self.only_factor(args)
        self.assumed = UNDER_THE_INTEGRAL
        if atom.kind != "grad" or number in free(atom.args[0]):
            raise RefusalError("there is no gradient of a density below the integral")
        inner = self.marginal((args[0], poly_of(atom.args[1])), number)
        return self.derivative(atom.args[0], inner)

    def component_marginal(self, args: tuple[Value, ...], number: int) -> Poly:
        """int q(z) f(z_j) dz = int q(z_j) f(z_j) dz_j."""
        sort, body = args
        mono, factor = poly_of(body).single() or ((), 0)
        laws = [a for a, e in mono if a.kind == "dens" and e == 1 and self.whole(a, number)]
        assert isinstance(sort, tuple)
        if sort[0] != "space" or len(laws) != 1 or factor != 1:
            raise RefusalError("there is not just one density of the whole vector")
        rest = tuple(pair for pair in mono if pair[0] != laws[0])
        found = {part.key: part for atom, _ in rest for part in parts_of(atom, number)}
        component = next(iter(found.values())) if len(found) == 1 else None
        if component is None or component.kind != "comp":
            raise RefusalError("the other factors hold more than one component of the vector")
        new = self.open("comp", sort[1])
        leaf = {component: of(new)}.get
        others = self.rename(Poly({rest: Fraction(1)}), {}, leaf)
        index = component.args[1]
        law = tuple(
            (role, index, of(new)) if is_var(filler, number) else (role, at, filler)
            for role, at, filler in entries(laws[0].args[1])
        )
        joint = self.joint(self.family(str(laws[0].args[0])), law)  # type: ignore[arg-type]
        return self.bind([*new.free], self.mul(joint, others))

    def whole(self, atom: Atom, number: int) -> bool:
        """Whether a variable fills a place of a density's law as a whole."""
        family = self.family(str(atom.args[0]))
        return any(
            role in family.of and not at and is_var(filler, number)
            for role, at, filler in entries(atom.args[1])
        )

    def law(self, atom: Atom | None) -> tuple[Family, Entry, tuple[Entry, ...]]:
        """A density that stands as its family is declared: its variable and its conditions."""
        if atom is None or atom.kind != "dens":
            raise RefusalError("there is no density")
        family = self.family(str(atom.args[0]))
        mine = tuple(entry for entry in entries(atom.args[1]) if entry[0] in family.of)
        rest = tuple(entry for entry in entries(atom.args[1]) if entry[0] not in family.of)
        if len(mine) != 1 or {entry[0] for entry in rest} != set(family.given):
            raise RefusalError(f"{family.name} does not stand as it is declared")
        return family, mine[0], rest

    def independent(self, family: Family, role: str) -> tuple[Poly, Poly]:
        """The range of the components that are declared independent."""
        declared = family.independent or (family.normal is not None and family.normal.index != "")
        spans = [v.components for v in self.declarations.variables if v.place == role]
        if "independent" not in self.facts or not declared or not spans or spans[0] is None:
            raise RefusalError(f"the components of {role} are not declared independent")
        self.assumed = f"the components of {role} are independent under {family.name}"
        return self.value(spans[0].lower, {}), self.value(spans[0].upper, {})

    def independent_components(self, args: tuple[Value, ...], _: int) -> Poly:
        """log q(z) = sum_j log q(z_j)."""
        family, (role, at, filler), rest = self.law(poly_of(args[0]).atom())
        span = self.independent(family, role)
        head = filler.atom()
        if at or head is None or head.kind not in {"var", "sym"}:
            raise RefusalError("the density is not one of the whole vector")
        said, index = self.assumed, self.open("range", *span)
        entry = (role, (of(index),), of(Atom("comp", head, (of(index),))))
        result = self.bind([*index.free], self.make("log", (self.joint(family, (entry, *rest)),)))
        self.assumed = said
        return result

    def independent_product(self, args: tuple[Value, ...], number: int) -> Poly:
        """prod_j q(z_j) = q(z)."""
        sort, body = args
        family, (role, at, filler), rest = self.law(poly_of(body).atom())
        index, component = of(Atom("var", number)), filler.atom()
        whole = ("range", *self.independent(family, role))
        if sort != whole or at != (index,) or component is None or component.kind != "comp":
            raise RefusalError("the product is not one over all components")
        head = component.args[0]
        if component.args[1] != (index,) or number in free((head, rest)):
            raise RefusalError("the product is not one over all components")
        return self.joint(family, ((role, (), poly_of(head)), *rest))

    def normal(self, atom: Atom | None) -> tuple[Poly, Poly, Poly]:
        """Value, mean and standard deviation of a density that is declared Gaussian."""
        family, (_, at, filler), rest = self.law(atom)
        normal = family.normal
        if "normal" not in self.facts or normal is None or len(at) != bool(normal.index):
            raise RefusalError(f"{family.name} is not declared Gaussian, or not for this")
        self.assumed = f"{family.name} is Gaussian, as declared"
        scope: Scope = {normal.index: at[0]} if normal.index else {}
        for variable in self.declarations.variables:
            for role, where, value in rest:
                if variable.place == role and not where:
                    scope[variable.name] = value
        return filler, self.value(normal.mean, scope), self.value(normal.deviation, scope)

    def gaussian_density(self, args: tuple[Value, ...], _: int) -> Poly:
        """log N(z; m, s^2) = -log(2 pi)/2 - log s - (z - m)^2 / (2 s^2)."""
        value, mean, deviation = self.normal(poly_of(args[0]).atom())
        said = self.assumed
        gap = self.mul(value - mean, self.inverse(deviation))
        logs = self.make("log", (constant(2),)) + self.make("log", (of(Atom("pi")),))
        half = Fraction(-1, 2)
        result = (logs + self.mul(gap, gap)) * half - self.make("log", (deviation,))
        self.assumed = said
        return result

    def gaussian_moments(self, args: tuple[Value, ...], number: int) -> Poly:
        """int N(z; m, s^2) z^k dz = m_k, with m_k = m m_{k-1} + (k - 1) s^2 m_{k-2}."""
        mono, factor = poly_of(args[1]).single() or ((), 0)
        laws, rest = split(mono, lambda atom: atom.kind == "dens")
        variable = Atom("var", number)
        power = dict(rest).pop(variable, Fraction(0))
        if factor != 1 or len(laws) != 1 or laws[0][1] != 1 or {a for a, _ in rest} - {variable}:
            raise RefusalError("there is more than one density and a power of its variable")
        value, mean, deviation = self.normal(laws[0][0])
        moved = number in mean.free | deviation.free
        if value != of(variable) or moved or power.denominator != 1 or not 0 <= power <= 12:
            raise RefusalError("the density is not one of the variable that is integrated")
        before, current = ZERO, ONE
        for k in range(int(power)):
            spread = self.mul(self.mul(deviation, deviation), before) * k
            before, current = current, self.mul(mean, current) + spread
        return current

    # ---------------------------------------------------------------- logarithms and powers

    def factors(self, poly: Poly) -> tuple[list[tuple[Poly, Fraction]], Poly]:
        """The factors known to be positive, with their powers, and the product of the others."""
        top, bottom = self.together(poly)
        if not top.terms:
            raise RefusalError("it is applied to zero")
        size, shared, rest = content(top)
        found = [(constant(p), Fraction(k)) for p, k in prime_factors(size.numerator)]
        found += [(constant(p), Fraction(-k)) for p, k in prime_factors(size.denominator)]
        for powers in (shared, {atom: -power for atom, power in bottom.items()}):
            for atom, power in powers.items():
                if self.sign(of(atom)) == 1:
                    found.append((of(atom), power))
                else:
                    rest = self.mul(rest, of(atom, power))
        return found, rest

    def logarithm(self, args: tuple[Value, ...], _: int) -> Poly:
        """log(a b) = log a + log b for a > 0, log a^k = k log a, log exp a = a."""
        atom = poly_of(args[0]).atom()
        if atom is not None:
            return self.logarithm_of_atom(atom, Fraction(1))
        found, rest = self.factors(poly_of(args[0]))
        result = ZERO if rest == ONE else of(Atom("log", rest))
        for part, power in found:
            inner = part.atom()
            one = self.make("log", (part,)) if inner is None else self.logarithm_of_atom(inner)
            result = result + one * power
        number = rest.number()
        if number is not None and number <= 0:
            raise RefusalError("the logarithm of a number that is not positive")
        return result

    def logarithm_of_atom(self, atom: Atom, power: Fraction | int = 1) -> Poly:
        """The logarithm of a power of one positive factor."""
        known = self.find("log", of(atom))
        if known is None and atom.kind == "exp":
            known = poly_of(atom.args[0])
        elif known is None and atom.kind == "pow":
            known = self.mul(poly_of(atom.args[1]), self.logarithm((atom.args[0],), 0))
        elif known is None and atom.kind in {"prime", "sum"}:
            inner = atom.args[0]
            known = of(Atom("log", inner if isinstance(inner, Poly) else constant(int(str(inner)))))
        return (of(Atom("log", of(atom))) if known is None else known) * power

    def exponential_of_a_logarithm(self, args: tuple[Value, ...], _: int) -> Poly:
        """exp(c log a) = a^c."""
        mono, number = poly_of(args[0]).single() or ((), Fraction(0))
        if len(mono) != 1 or mono[0][1] != 1 or mono[0][0].kind != "log":
            raise RefusalError("there is no multiple of one logarithm")
        return self.power(poly_of(mono[0][0].args[0]), constant(number))

    def logarithm_of_an_indexed_product(self, args: tuple[Value, ...], _: int) -> Poly:
        """log prod_j f_j = sum_j log f_j."""
        atom = poly_of(args[0]).atom()
        if atom is None or atom.kind != "prod" or len(sorts_of(atom)[0]) > 3:
            raise RefusalError("there is no product over a whole range")
        opened, body = self.opened(atom)
        if self.sign(body) != 1:
            raise RefusalError("a factor is not known to be positive")
        return self.bind(opened, self.make("log", (body,)))

    def root_of_a_product(self, args: tuple[Value, ...], _: int) -> Poly:
        """(a b)^r = a^r b^r for a > 0."""
        base, exponent = poly_of(args[0]), poly_of(args[1])
        power = exponent.number()
        if power is None or not base.terms:
            raise RefusalError("the exponent is not a number")
        found, rest = self.factors(base)
        if self.sign(rest) == -1:
            raise RefusalError("a fractional power of a negative number")
        result = ONE if rest == ONE else self.fixed_power(rest, exponent)
        for part, count in found:
            atom = part.atom()
            whole = of(atom, count * power) if atom else ONE
            if atom is None:
                prime = Atom("prime", int(part.number() or 0))
                whole = self.settle({prime: count * power})
            result = self.mul(result, self.mul(whole, ONE))
        return result

    def symbolic_power(self, args: tuple[Value, ...], _: int) -> Poly:
        """b^(e + f) = b^e b^f and (a b)^e = a^e b^e, for b > 0, or b != 0 and integers e, f."""
        base, exponent = poly_of(args[0]), poly_of(args[1])
        top, bottom = self.together(base)
        size, shared, rest = content(top)
        parts = [(of(a), e) for a, e in shared.items()] + [(of(a), -e) for a, e in bottom.items()]
        parts += [(constant(p), Fraction(k)) for p, k in prime_factors(size.numerator)]
        parts += [(constant(p), Fraction(-k)) for p, k in prime_factors(size.denominator)]
        parts += [(rest, Fraction(1))] if rest != ONE else []
        whole = all(
            number.denominator == 1 and all(e > 0 and self.is_integer(a) for a, e in mono)
            for mono, number in exponent.terms.items()
        )
        if any(
            self.sign(part) is None or (self.sign(part) == -1 and not whole) for part, _ in parts
        ):
            raise RefusalError("a base that may be zero, or negative under a broken exponent")
        result = ONE
        for part, count in parts:
            atom = part.atom()
            if atom is not None and atom.kind == "exp":
                raised = self.exp(self.mul(poly_of(atom.args[0]), exponent) * count)
                result = self.mul(result, raised)
                continue
            for mono, number in exponent.terms.items():
                power = of(Atom("pow", part, Poly({mono: Fraction(1)})), number * count)
                one = power if mono else self.power(part, constant(number * count))
                result = self.mul(result, one)
        return result

    # ---------------------------------------------------------------- ranges

    def range_of(self, args: tuple[Value, ...]) -> tuple[Poly, Poly]:
        """The ends of the range that a binder runs over."""
        sort = args[0]
        if not isinstance(sort, tuple) or sort[0] != "range":
            raise RefusalError("the variable is not an index")
        return poly_of(sort[1]), poly_of(sort[2])

    def constant_sum(self, args: tuple[Value, ...], _: int) -> Poly:
        """sum_{i=a}^b 1 = b - a + 1."""
        lower, upper = self.range_of(args)
        length = upper - lower + ONE
        if args[1] != ONE or not self.at_least(length):
            raise RefusalError("the terms are not equal, or the range may be shorter than empty")
        return length

    def within(self, value: Poly, lower: Poly, upper: Poly) -> Poly:
        """The bracket that a value lies in a range."""
        return self.mul(self.bracket(">=", value - lower), self.bracket(">=", upper - value))

    def iverson_collapse(self, args: tuple[Value, ...], number: int) -> Iterator[Poly]:
        """sum_{j=a}^b [j = v] f(j) = [a <= v <= b] f(v)."""
        lower, upper = self.range_of(args)
        mono, factor = poly_of(args[1]).single() or ((), Fraction(0))
        variable = of(Atom("var", number))
        for atom, _ in mono:
            gap = poly_of(atom.args[0]) if atom.kind == "eq0" else ZERO
            for value in (variable - gap, variable + gap):
                if number not in value.free and atom.kind == "eq0":
                    rest = Poly({tuple(pair for pair in mono if pair[0] != atom): factor})
                    inside = self.within(value, lower, upper)
                    yield self.mul(inside, self.rename(rest, {number: value}))

    def range_splitting(self, args: tuple[Value, ...], number: int, after: Poly) -> Iterator[Poly]:
        """A sum over part of a range has brackets over the whole; single terms are split off."""
        (lower, upper), body = self.range_of(args), poly_of(args[1])
        spans = [(lower, upper), (lower, upper - constant(upper.terms.get((), 0)))]
        for index in self.declarations.indices:
            first, last = self.values((index.range.lower, index.range.upper), {})
            spans.append((first, last))
        for atom in (atom for mono in after.terms for atom, _ in mono if atom.kind == "bind"):
            spans += [(poly_of(s[1]), poly_of(s[2])) for s in sorts_of(atom) if s[0] == "range"]
        for low, high in dict.fromkeys(spans):
            if free((low, high)) - free(args):
                continue
            if self.at_least(lower - low) and self.at_least(high - upper):
                fresh = of(self.open("range", low, high))
                inside = self.mul(
                    self.within(fresh, lower, upper), self.rename(body, {number: fresh})
                )
                yield self.range_sum(*fresh.free, inside, low, high)
            first, last = (low - lower).number(), (high - upper).number()
            if first is not None and last is not None:
                yield from self.moved_ends(number, body, (lower, upper), (int(first), int(last)))

    def range_sum(self, number: int, body: Poly, lower: Poly, upper: Poly) -> Poly:
        """A sum over a range, written out where the ends are numbers."""
        first, last = lower.number(), upper.number()
        if first is not None and last is not None and last - first < LARGEST_RANGE:
            values = range(int(first), int(last) + 1)
            return total(self.rename(body, {number: constant(k)}) for k in values)
        fresh = self.open("range", lower, upper)
        return self.bind([*fresh.free], self.rename(body, {number: of(fresh)}))

    def moved_ends(
        self, number: int, body: Poly, ends: tuple[Poly, Poly], moves: tuple[int, int]
    ) -> Iterator[Poly]:
        """A sum with its ends moved by a few places, and the terms that this adds or takes away."""
        (lower, upper), (first, last) = ends, moves
        shortest = upper - lower + constant(1 + min(last, 0) - max(first, 0))
        if max(abs(first), abs(last)) > LARGEST_RANGE or not self.at_least(shortest):
            return
        places = [(lower + constant(k), 1) for k in range(first)]
        places += [(lower - constant(k + 1), -1) for k in range(-first)]
        places += [(upper - constant(k), 1) for k in range(-last)]
        places += [(upper + constant(k + 1), -1) for k in range(last)]
        moved = self.range_sum(number, body, lower + constant(first), upper + constant(last))
        yield moved + total(self.rename(body, {number: at}) * sign for at, sign in places)

    def indexed_product(self, args: tuple[Value, ...], number: int) -> Poly:
        """prod_j (a_j b_j) = prod_j a_j prod_j b_j; prod_j c = c^length; prod_j exp a_j."""
        sort, body = args[0], poly_of(args[1])
        lower, upper = self.range_of(args)
        assert isinstance(sort, tuple)
        first, last = lower.number(), upper.number()
        if first is not None and last is not None and len(sort) == 3:
            values = range(int(first), min(int(last), int(first) + LARGEST_RANGE) + 1)
            return self.product(self.rename(body, {number: constant(k)}) for k in values)
        if not body.terms:
            raise RefusalError("a product of zeros over a range that may be empty")
        size, shared, rest = content(body)
        factors = [(constant(size), Fraction(1)), (rest, Fraction(1))]
        factors += [(of(atom), power) for atom, power in shared.items()]
        result = ONE
        for factor, power in factors:
            one = self.product_of_factor(sort, factor, number)
            result = self.mul(result, self.power(one, constant(power)))
        return result

    def product_of_factor(self, sort: tuple[Value, ...], factor: Poly, number: int) -> Poly:
        """The product of one factor over a range."""
        if factor == ONE:
            return ONE
        if number not in factor.free:
            length = poly_of(sort[2]) - poly_of(sort[1]) + constant(4 - len(sort))
            if not self.at_least(length):
                raise RefusalError("the range may be shorter than empty")
            return self.power(factor, length)
        atom = factor.atom()
        if atom is not None and atom.kind == "exp" and len(sort) == 3:
            fresh = self.open(*sort)
            inner = self.rename(poly_of(atom.args[0]), {number: of(fresh)})
            return self.exp(self.bind([*fresh.free], inner))
        found = self.find("prod", sort, factor, bound=number)
        return self.closed_product((sort, factor), number) if found is None else found

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
                powers = {**dict(mono), atom: power - 1}
                rest = (
                    self.settle(powers)
                    if atom.kind == "sum"
                    else Poly({as_mono(powers): Fraction(1)})
                )
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
            case "bind" if all(sort[0] == "range" for sort in sorts_of(atom)):
                opened, body = self.opened(atom)
                return self.bind(opened, self.derivative(variable, body))
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
        moving = frozenset(
            item.name
            for item in self.declarations.named()
            if name in (getattr(item, "parameters", ()) or ()) or item.name == name
        )
        if mentions(atom.args[1:], moving):
            raise RefusalError(f"the arguments of {atom.args[0]} depend on {name}")
        owner = getattr(self.declarations.find(str(atom.args[0])), "parameters", None)
        return of(Atom("grad", variable, atom)) if owner is None or name in owner else ZERO

    def derivative_under_the_integral(self, args: tuple[Value, ...], _: int) -> Poly:
        """grad int f dx = int grad f dx."""
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
        elif (
            isinstance(value, Atom)
            and value.kind == "sym"
            and value.args[0] in random_names(process)
        ):
            indices = value.args[1]
            if not isinstance(indices, tuple) or not indices:
                raise RefusalError(f"{value.args[0]} stands without its time")
            label = poly_of(indices[1]) if len(indices) > 1 else None
            yield str(value.args[0]), poly_of(indices[0]), label
        elif isinstance(value, Atom):
            yield from self.occurrences(process, value.args)

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
        """grad E[f] = E[grad f] + sum_t E[f grad log pi(a_t | s_t)]."""
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
        diagonal = self.rename(entry, {number: i for number in j.free})
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

    def given_fact(self, site: Site) -> Iterator[Poly]:
        """A declared equation may be used from left to right."""
        kind, args, bound = site
        here = self.keyed(kind, args, bound)
        for fact in self.declarations.facts:
            sides = [
                unfold(side, self.declarations)
                for side in (fact.statement.left, fact.statement.right)
            ]
            scopes: list[Scope] = [{}] if "given" in self.facts and not fact.forall else []
            if self.size and len(fact.forall) == 1:
                scopes = [{fact.forall[0]: value} for value in indices_in(args)]
            for scope in scopes if fact.statement.relation == "=" else []:
                if not all(self.in_range(letter, scope) for letter in fact.forall):
                    continue
                left = self.node(sides[0], scope)
                if self.keyed(*left) == here:
                    self.assumed = f"given: {fact.name}"
                    yield self.value(sides[1], scope)

    def in_range(self, letter: str, scope: Scope) -> bool:
        """Whether a value of a letter lies in its range, in the world with one size more."""
        declared = self.declarations.find(letter)
        if not isinstance(declared, Index):
            return False
        lower, upper = declared.range.lower, declared.range.upper
        following = t.substitute(upper, {Sym(self.size): Sym(self.size) + 1})
        first, last = self.value(lower, {}), self.value(following, {})
        return self.at_least(scope[letter] - first) and self.at_least(last - scope[letter])

    # ---------------------------------------------------------------- inequalities

    def nonnegative(self, poly: Poly) -> bool:
        """Whether the declared intervals say that a polynomial is never negative."""
        low, _ = self.low(poly)
        return low is not None and low >= 0

    def bound(self, gap: Poly, given: Inequality, around: list[int]) -> Poly:
        """What must not be negative for `gap` not to be, by one rule."""
        match given.rule:
            case "nonnegative_integrand":
                whole = self.bind(given.over, given.parts["body"])
                if not self.vanishes(self.primitive(gap) - self.primitive(whole)):
                    raise RefusalError("the difference is not this integral")
                self.needed.add(FINITE)
                around += given.over
                return given.parts["body"]
            case "pointwise_maximum":
                return self.least(gap, given)
            case "jensen" | "tangent" | "monotone_logarithm":
                return gap - self.weighted(given)
        return gap - self.term(given) * given.number

    def weighted(self, given: Inequality) -> Poly:
        """int w log R minus its bound, for R = prod a_k^(c_k) > 0, w >= 0 and a scale s > 0."""
        weight, scale = given.parts["weight"], given.number
        signs = [self.sign(argument) for _, argument in given.logarithms]
        if not self.nonnegative(weight) or scale <= 0 or any(sign != 1 for sign in signs):
            raise RefusalError("a weight, a scale or a logarithm is not known to be positive")
        logs, inverse = ZERO, ONE
        for number, argument in given.logarithms:
            logs = logs + self.make("log", (argument,)) * number
            inverse = self.mul(inverse, self.power(argument, constant(-number / scale)))
        value = self.bind(given.over, self.mul(weight, logs))
        if given.rule == "monotone_logarithm":
            ratio = self.product(
                self.power(argument, constant(c / scale)) for c, argument in given.logarithms
            )
            if not self.nonnegative(self.reduced(ratio) - ONE):
                raise RefusalError("the quotient is not known to be at least 1")
            return value
        self.needed.add(FINITE)
        mass = self.bind(given.over, weight)
        inverse = self.mul(weight, self.reduced(inverse))
        inverse = self.bind(given.over, self.reduced(inverse))
        if given.rule == "tangent":
            return value - (mass - inverse) * scale
        if self.sign(mass) != 1 or self.sign(inverse) != 1:
            raise RefusalError("a total mass is not known to be positive")
        logs = self.make("log", (mass,)) - self.make("log", (inverse,))
        return value - self.mul(mass, logs) * scale

    def term(self, given: Inequality) -> Poly:
        """A term that is never negative, times a factor that is not."""
        weight, left, right = (given.parts[name] for name in ("weight", "left", "right"))
        times = given.parts["times"]
        if given.number < 0 or not self.nonnegative(weight) or not self.nonnegative(times):
            raise RefusalError("a weight, a factor or a multiplier may be negative")

        def integral(body: Poly) -> Poly:
            return self.bind(given.over, self.reduced(self.mul(weight, body)))

        match given.rule:
            case "divergence" if self.sign(left) == 1 and self.sign(right) == 1:
                ratio = integral(self.mul(right, self.inverse(left)))
                if not self.vanishes(ratio - integral(ONE)):
                    raise RefusalError("the masses are not equal")
                result = integral(self.make("log", (left,)) - self.make("log", (right,)))
            case "tangent" if self.sign(left) == 1:
                result = integral(left - ONE - self.make("log", (left,)))
            case "square" | "variance" if all(
                e.denominator == 1 or self.sign(of(a)) == 1 for m in left.terms for a, e in m
            ):
                result = integral(self.mul(left, left))
                if given.rule == "variance":
                    mean = integral(left)
                    result = self.mul(integral(ONE), result) - self.mul(mean, mean)
            case "factor" if self.nonnegative(left):
                result = left
            case _:
                raise RefusalError("it has no checker, or a function is not known to be positive")
        self.needed |= {FINITE} if given.over else set()
        return self.mul(result, times)

    def primitive(self, poly: Poly) -> Poly:
        """A polynomial without denominators and common factors that are never negative."""
        top, bottom = self.together(poly)
        if any(self.sign(of(atom)) != 1 for atom in bottom):
            return poly
        _, shared, rest = content(top)
        kept = {a: e for a, e in shared.items() if not self.nonnegative(of(a, e))}
        return self.mul(rest, Poly({as_mono(kept): Fraction(1)}))

    def least(self, gap: Poly, given: Inequality) -> Poly:
        """A difference that is convex in a free quantity, at the point where its slope vanishes."""
        atom, point = given.parts["quantity"].atom(), given.parts["point"]
        name = str(atom.args[0]) if atom is not None else ""
        declared = self.declarations.find(name)
        if atom is None or atom.kind not in {"sym", "app"} or not hasattr(declared, "interval"):
            raise RefusalError("there is no free quantity with a declared interval")
        if self.facts & {"normal", "given"}:
            raise RefusalError("a declared law or equation may depend on the quantity")
        span, variable = declared.interval, Atom("sym", name, ())

        def at(poly: Poly, value: Poly, part: Atom) -> Poly:
            return self.rename(poly, {}, {part: value}.get)

        here = at(gap, of(variable), atom)
        # it must stand nowhere else: not with other arguments, nor below an integral
        if mentions_besides(here, name, variable):
            raise RefusalError(f"{name} stands in the difference in another way")
        ends = [point - constant(span.lower)] if span.lower is not None else []
        ends += [constant(span.upper) - point] if span.upper is not None else []
        slope = self.derivative(variable, here)
        curvature = self.derivative(variable, slope)
        inside = all(self.above(end, closed=span.closed) for end in ends)
        if not inside or not self.vanishes(at(slope, point, variable)):
            raise RefusalError("the slope does not vanish at the point, or it lies outside")
        if not self.above(curvature, closed=True):
            raise RefusalError("the second derivative is not known to be non-negative")
        return at(here, point, variable)

    def above(self, poly: Poly, *, closed: bool) -> bool:
        """Whether a quantity is above 0, or at least 0 where that is enough."""
        top, bottom = self.together(poly)
        forms = [poly, top] if all(self.sign(of(atom)) == 1 for atom in bottom) else [poly]
        return any(self.sign(f) == 1 or (closed and self.nonnegative(f)) for f in forms)


@dataclass(frozen=True, slots=True)
class Inequality:
    """What a rule of inequalities was applied to.

    Attributes:
        rule: The name of the rule.
        over: The variables of its integral.
        number: The scale of a bound, or the multiplier of a term.
        logarithms: Coefficients and arguments of the weighted logarithms.
        parts: Its other parts by name.
    """

    rule: str
    over: list[int]
    number: Fraction
    logarithms: list[tuple[Fraction, Poly]]
    parts: dict[str, Poly]


def mentions_besides(value: Value, name: str, allowed: Atom) -> bool:
    """Whether a name occurs, at any depth, other than as one atom."""
    if isinstance(value, tuple):
        return any(mentions_besides(part, name, allowed) for part in value)
    if isinstance(value, Poly):
        return any(mentions_besides(a, name, allowed) for mono in value.terms for a, _ in mono)
    if not isinstance(value, Atom) or value == allowed:
        return False
    named = value.kind in {"sym", "app"} and value.args[0] == name
    return named or mentions_besides(value.args, name, allowed)


def indices_in(args: tuple[Value, ...]) -> list[Poly]:
    """The indices and arguments of a symbol or an application."""
    return [
        part for arg in args if isinstance(arg, tuple) for part in arg if isinstance(part, Poly)
    ]


def parts_of(value: Value, number: int) -> Iterator[Atom]:
    """The components of a bound vector inside an atom, or the vector where it stands whole."""
    if isinstance(value, tuple):
        for part in value:
            yield from parts_of(part, number)
    elif isinstance(value, Poly):
        yield from parts_of(tuple(atom for mono in value.terms for atom, _ in mono), number)
    elif isinstance(value, Atom) and number in value.free:
        if value.kind in {"var", "comp"} and not (
            value.kind == "comp" and number in free(value.args[1])
        ):
            yield value
        else:
            yield from parts_of(value.args, number)


# -------------------------------------------------------------------- certificates


def recheck(certificate: dict[str, Any]) -> Recheck:
    """Verify a certificate. Never raises: what is wrong is a problem in the report."""
    problems: list[str] = []
    try:
        if certificate.get("hash") != digest(certificate):
            problems.append("the hash is not that of the content")
        if certificate.get("format") != FORMAT:
            return Recheck(False, (*problems, "the format is not one that is known"), 0)
        checked = _Run(certificate, problems).checked
    except (DecodeError, RefusalError, KeyError, TypeError, ValueError, AttributeError) as problem:
        return Recheck(False, (*problems, f"the certificate cannot be read: {problem}"), 0)
    except RecursionError:
        return Recheck(False, (*problems, "the certificate is nested too deep"), 0)
    return Recheck(not problems, tuple(problems), checked)


class _Run:
    """One verification: the steps in order, then the conclusion."""

    def __init__(self, certificate: dict[str, Any], problems: list[str]) -> None:
        self.certificate, self.problems, self.checked = certificate, problems, 0
        self.statement = decode(certificate["statement"], Statement)
        self.declarations = decode(certificate["declarations"], Declarations)
        self.induction = certificate["induction"]
        size = str(self.induction["size"]) if self.induction else ""
        self.rules = Rules(self.declarations, frozenset(certificate["facts"]), size)
        listed = set(certificate["rules"]), set(certificate["assumptions"])
        for number, step in enumerate(certificate["steps"], start=1):
            try:
                self.verify(step)
                self.checked += 1
                for name, where in zip((step["rule"], step["assumes"]), listed, strict=True):
                    if name and name not in where:
                        raise RefusalError(f"{name!r} is not listed with the proof")  # noqa: TRY301
            except RefusalError as problem:
                problems.append(f"step {number} ({step['rule']}): {problem}")
        try:
            self.conclude()
        except RefusalError as problem:
            problems.append(f"the conclusion: {problem}")
        missing = self.rules.needed - listed[1]
        problems += [f"it assumes {name!r}, which is not listed" for name in sorted(missing)]

    def verify(self, step: dict[str, Any]) -> None:
        """Verify one step and put its equation in force: for all ranges of its indices if it can."""
        if any(kind == "range" for _, (kind, *_) in step["open"]):
            try:
                self.verify_in(step, wide=True)
                return
            except RefusalError:
                self.rules.assumed = ""
        self.verify_in(step, wide=False)

    def verify_in(self, step: dict[str, Any], *, wide: bool) -> None:
        """Verify one step, with the ranges of its open indices or without them."""
        rules, scope = self.rules, dict[Any, Poly]()
        for named, (kind, *parts) in step["open"]:
            sort = self.sort(kind, [] if kind == "range" and wide else parts, scope)
            self.enter(scope, named, of(rules.open(*sort)))
        before, after = (
            decode(step["before"], Term),
            rules.value(decode(step["after"], Term), scope),
        )
        if step["rule"] == "quotient_reduction":
            site: Site = ("quotient", (rules.value(before, scope),), 0)
        else:
            site = rules.node(before, scope)
        kind, args, bound = site
        if kind == "log":
            args = (rules.reduced(poly_of(args[0])),)
        if not any(
            rules.vanishes(result - after)
            for result in rules.results(step["rule"], (kind, args, bound), after)
        ):
            raise RefusalError("the rule gives another result here")
        if rules.assumed != step["assumes"]:
            raise RefusalError(f"it assumes {rules.assumed!r}, not {step['assumes']!r}")
        key, order = rules.keyed(kind, args, bound, wide=wide)
        if after.free - {*order}:
            raise RefusalError("a variable of the result does not occur before")
        rules.kinds.add(kind)
        rules.table.setdefault(key, (tuple(order), after))

    def difference(self, values: dict[Sym, Term]) -> Poly:
        """Left minus right under the verified equations, at some values of the sizes."""
        sides = (t.substitute(side, values) for side in (self.statement.left, self.statement.right))
        left, right = (self.rules.value(unfold(side, self.declarations), {}) for side in sides)
        return self.rules.reduced(left - right)

    def conclude(self) -> None:
        """Check that the statement follows from the verified equations."""
        if self.induction:
            self.conclude_by_induction()
            return
        gap = self.difference({})
        relation = self.statement.relation
        if relation not in {"=", ">=", "<="}:
            raise RefusalError(f"{relation} is not proved by certificates")
        if relation != "=":
            gap = self.bounded(gap * (1 if relation == ">=" else -1))
        if not self.rules.vanishes(gap) and (relation == "=" or not self.rules.nonnegative(gap)):
            raise RefusalError(
                f"left minus right is not rewritten to zero: {gap.key[:400]} is left"
            )

    def bounded(self, gap: Poly) -> Poly:
        """What must not be negative for `gap` not to be, by the rules of inequalities.

        The last rule noted is the outermost one: it opens an integral, or fixes a free quantity at
        its best value; the terms that are never negative are taken away inside.
        """
        around: list[int] = []
        for number, bound in reversed([*enumerate(self.certificate["bounds"], start=1)]):
            try:
                if bound["rule"] not in self.certificate["rules"] and bound["logarithms"]:
                    raise RefusalError("the rule is not listed with the proof")  # noqa: TRY301
                gap = self.rules.bound(gap, self.read_bound(bound, around), around)
            except RefusalError as problem:
                raise RefusalError(f"bound {number} ({bound['rule']}): {problem}") from problem
        return gap

    def read_bound(self, bound: dict[str, Any], around: list[int]) -> Inequality:
        """The parts of an inequality, its variables opened; `around` are those open already."""
        rules, scope = self.rules, dict[Any, Poly]()
        waiting = list(around)
        for named, (kind, *parts) in bound["open"]:
            sort = self.sort(kind, parts, scope)
            fitting = [number for number in waiting if rules.sorts[number] == sort]
            if not fitting:
                raise RefusalError("it has a variable that is not open here")
            waiting.remove(fitting[0])
            self.enter(scope, named, of(Atom("var", fitting[0])))
        over = []
        for named, (kind, *parts) in bound["over"]:
            variable = rules.open(*self.sort(kind, parts, scope))
            over += variable.free
            self.enter(scope, named, of(variable))
        return Inequality(
            rule=bound["rule"],
            over=over,
            number=Fraction(bound["number"]),
            logarithms=[
                (Fraction(c), rules.value(decode(a, Term), scope)) for c, a in bound["logarithms"]
            ],
            parts={k: rules.value(decode(v, Term), scope) for k, v in bound["parts"].items()},
        )

    def sort(self, kind: str, parts: list[Any], scope: Scope) -> tuple[Value, ...]:
        """A sort: its kind, and its place or the ends of its range."""
        if kind == "range":
            return (kind, *(self.rules.value(decode(part, Term), scope) for part in parts))
        return (kind, *(str(part) for part in parts))

    def enter(self, scope: Scope, named: Any, variable: Poly) -> None:
        """Give a variable its name in a scope."""
        symbol = decode(named, Sym)
        at = text(self.rules.values(symbol.indices, scope), {})
        scope[(symbol.name, at) if symbol.indices else symbol.name] = variable

    def conclude_by_induction(self) -> None:
        """Check that D(n0) = 0 and that D(T + 1) is the given multiple of D(T)."""
        size = Sym(self.rules.size)
        declared = self.declarations.find(size.name)
        if not isinstance(declared, Size) or self.statement.relation != "=":
            raise RefusalError("induction is on a declared size, for an equation")
        self.rules.needed.add(f"induction on {size.name} from {declared.least}")
        multiple = self.rules.value(decode(self.induction["multiple"], Term), {})
        if not self.rules.vanishes(self.difference({size: t.as_term(declared.least)})):
            raise RefusalError("the base case is not rewritten to zero")
        here, following = self.difference({}), self.difference({size: size + 1})
        if not self.rules.vanishes(following - self.rules.mul(multiple, here)):
            raise RefusalError("the step of the induction is not a multiple of the case before")
