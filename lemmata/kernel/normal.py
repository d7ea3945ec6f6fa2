"""The normal form: terms to polynomials over atoms, by named rules with side conditions.

`Normaliser(declarations).poly(term)` gives a polynomial such that equal polynomials mean equal values in every world that
satisfies the declarations (up to the assumptions it has noted). The converse does not hold: what is not reduced is incomplete,
never wrong. The order of work:

    terms   -> poly            ring arithmetic, one case per kind of term
    atoms   -> smart builders  log, exp, power, inverse, bracket, density: canonical arguments
    binders -> bind            one telescope for all sums and integrals: pull out, open, eliminate, split, close
    rename  -> rebuild         substitution re-runs the builders, so orientation and order stay canonical

Rules live in `lemmata.kernel.rules`; this module is the loom they are woven on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations, product
from math import gcd
from typing import NoReturn

from lemmata.kernel.declarations import Declarations, Index, Interval, Size
from lemmata.kernel.poly import (
    ONE,
    ZERO,
    Argument,
    Atom,
    Mono,
    Name,
    OutOfFuelError,
    Poly,
    constant,
    join,
    mono_key,
    of_atom,
    of_mono,
    split,
    total,
)
from lemmata.kernel.rules import (
    calculus,
    densities,
    determinants,
    gaussian,
    logarithms,
    ranges,
    trajectories,
)
from lemmata.kernel.terms import (
    Add,
    App,
    Density,
    Derivative,
    Det,
    Div,
    Fn,
    Integral,
    Iverson,
    Mul,
    Neg,
    Num,
    Pi,
    Pow,
    Prod,
    Sum,
    Sym,
    Term,
    Trajectory,
)

FUEL = 60_000
FIRST_FRESH = 9_999_999
LARGEST_POWER = 32
DEEPEST_RANGE = 12
NUMBER_BITS = 4_000
TURNING_ROUND = 2_000  # dear, so that brackets that turn round for ever end in fuel, not in recursion


class UnsupportedError(Exception):
    """The term is outside what the kernel can decide; the message says what and what to write instead."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One use of a rule, as an equation between normal forms.

    Attributes:
        rule: The name of the rule.
        before: What it was applied to: an atom that is not reduced.
        after: What it gave.
        sorts: The sorts of the bound variables that are open in the equation.
        assumes: What this use assumes, in words.
    """

    rule: str
    before: Atom
    after: Poly
    sorts: dict[int, Argument]
    assumes: str


@dataclass(frozen=True, slots=True)
class Bound:
    """One use of a rule of inequalities: what it says is never negative.

    Attributes:
        rule: The name of the rule.
        binders: The variables of its integral, each with its sort.
        number: The scale of a bound, or the multiplier of a term.
        logarithms: The coefficient of each weighted logarithm.
        parts: Its other parts by name, such as the weight.
        sorts: The sorts of the other bound variables that are open.
    """

    rule: str
    binders: tuple[tuple[int, Argument], ...]
    number: Fraction
    logarithms: dict[Poly, Fraction]
    parts: dict[str, Poly]
    sorts: dict[int, Argument]


@dataclass(frozen=True, slots=True)
class Scope:
    """What bound names stand for: whole names, and single components of a name (`z_j`)."""

    values: dict[str, Poly] = field(default_factory=dict)
    components: dict[tuple[str, str], tuple[Poly, tuple[Poly, ...]]] = field(default_factory=dict)

    def with_value(self, name: str, value: Poly) -> Scope:
        """Bind a whole name; components of an outer name of the same spelling are hidden."""
        kept = {k: v for k, v in self.components.items() if k[0] != name}
        return Scope({**self.values, name: value}, kept)

    def with_component(self, name: str, indices: tuple[Poly, ...], value: Poly) -> Scope:
        """Bind one component of a name."""
        return Scope(
            self.values, {**self.components, (name, _indices_key(indices)): (value, indices)}
        )


class Normaliser:
    """One run of the normal form. Collects the rules used and the assumptions made.

    Attributes:
        declarations: The names and their sorts.
        facts: The names of the optional facts in force: `independent`, `normal`.
        rules: Names of the rules used, in order of first use.
        assumptions: What the rules assumed, in words, in order of first use.
        conditions: Assumptions outside the closed list of regularity conditions (`x != 0`); a proof must not keep any.
        limits: The range of each bound index, by its number.
        sorts: The sort of each bound variable, by its number.
        trace: The uses of rules in order, if they are kept for a certificate; else None.
    """

    def __init__(
        self, declarations: Declarations, facts: frozenset[str] = frozenset(), fuel: int = FUEL
    ) -> None:
        self.declarations = declarations
        self.facts = facts
        self.fuel = fuel
        self.rules: dict[str, None] = {}
        self.assumptions: dict[str, None] = {}
        self.conditions: dict[str, None] = {}
        self.limits: dict[int, tuple[Poly, Poly]] = {}
        self.sorts: dict[int, Argument] = {}
        self.trace: list[Instance | Bound] | None = None
        self.given: dict[str, tuple[str, Poly]] = {}
        self._said: dict[str, str] = {}
        self._next = FIRST_FRESH
        self._orders: list[tuple[str, Poly]] | None = None

    # ---------------------------------------------------------------- notes and fuel

    def use(self, rule: str, assumption: str = "") -> None:
        """Note that a rule was used, and what it assumes."""
        self.rules[rule] = None
        self._said[rule] = assumption
        if assumption:
            self.assumptions[assumption] = None

    def note(self, rule: str, after: Poly, kind: str, *arguments: Argument) -> None:
        """Note that a rule was used; for a certificate, keep that `kind(arguments)` became `after`."""
        self.rules[rule] = None
        if self.trace is None:
            return
        closed = {"bind": 2, "prod": 2}.get(kind)
        hides = arguments[closed] if closed else ()
        assert isinstance(hides, tuple)
        before = Atom(kind, *arguments, hides=frozenset(int(str(number)) for number in hides))
        sorts = self._open_sorts(before.free | after.free)
        self.trace.append(Instance(rule, before, after, sorts, self._said.get(rule, "")))

    def note_bound(
        self,
        rule: str,
        binders: tuple[tuple[int, Argument], ...],
        number: Fraction,
        logarithms: dict[Poly, Fraction] | None = None,
        **parts: Poly,
    ) -> None:
        """Keep one use of a rule of inequalities for the certificate."""
        if self.trace is None:
            return
        logarithms = dict(logarithms or {})
        names = frozenset[Name]().union(*(p.free for p in (*logarithms, *parts.values())))
        sorts = self._open_sorts(names - {number for number, _ in binders})
        self.trace.append(Bound(rule, binders, number, logarithms, parts, sorts))

    def _open_sorts(self, names: frozenset[Name]) -> dict[int, Argument]:
        """The sorts of the bound variables among some names, and of those in their ranges."""
        waiting = [name for name in names if isinstance(name, int)]
        sorts: dict[int, Argument] = {}
        while waiting:
            number = waiting.pop()
            if number not in sorts:
                sorts[number] = self.sorts[number]
                waiting += [name for name in _sort_names(sorts[number]) if isinstance(name, int)]
        return sorts

    def note_binder(self, rule: str, after: Poly, number: int, body: Mono | Poly) -> None:
        """Keep one use of a rule that removes the binder of a variable."""
        whole = body if isinstance(body, Poly) else of_mono(body)
        self.note(rule, after, "bind", (self.sorts[number],), whole, (number,))

    def burn(self, amount: int = 1) -> None:
        """Spend fuel.

        Raises:
            OutOfFuelError: None is left.
        """
        self.fuel -= amount
        if self.fuel < 0:
            raise OutOfFuelError

    def unsupported(self, message: str) -> NoReturn:
        """Say that a term is outside the calculus.

        Raises:
            UnsupportedError: Always.
        """
        raise UnsupportedError(message)

    def fresh(self) -> int:
        """A number for a bound variable that is not in use.

        Numbers fall, and closed binders have small ones, so that an inner variable always comes before an outer one. Brackets
        are oriented by that order and keep their sides when a binder closes.
        """
        self._next -= 1
        return self._next

    # ---------------------------------------------------------------- terms

    def poly(self, term: Term, scope: Scope | None = None) -> Poly:
        """The normal form of a term whose named quantities are unfolded.

        Raises:
            UnsupportedError: A part of the term is outside the calculus.
            OutOfFuelError: The deterministic limit is reached.
        """
        scope = scope or Scope()
        self.burn()
        match term:
            case Num(value):
                return constant(value)
            case Pi():
                return of_atom(Atom("pi"))
            case Sym():
                return self.symbol(term, scope)
            case Add(parts):
                return total(self.poly(part, scope) for part in parts)
            case Neg(body):
                return self.poly(body, scope).scaled(Fraction(-1))
            case Mul(factors):
                result = ONE
                for factor in factors:
                    result = self.mul(result, self.poly(factor, scope))
                return result
            case Div(top, bottom):
                return self.mul(self.poly(top, scope), self.inverse(self.poly(bottom, scope)))
            case Pow(base, exponent):
                return self.power(self.poly(base, scope), self.poly(exponent, scope))
            case Fn(name, argument):
                return self.elementary(name, self.poly(argument, scope))
            case App(name, arguments, indices):
                return self.application(
                    name,
                    tuple(self.poly(a, scope) for a in arguments),
                    tuple(self.poly(i, scope) for i in indices),
                )
            case Density():
                return densities.conditional(self, term, scope)
            case Integral(variables, body):
                return self.integral(variables, body, scope)
            case Sum(index, span, body, excluding):
                return ranges.sum_over_range(self, index, span, body, excluding, scope)
            case Prod(index, span, body, excluding):
                return ranges.product_over_range(self, index, span, body, excluding, scope)
            case Iverson(left, relation, right):
                return ranges.bracket(
                    self, relation, self.poly(left, scope) - self.poly(right, scope)
                )
            case Derivative(variable, body):
                by, inner = self.symbol(variable, scope), self.poly(body, scope)
                result = calculus.derivative(self, by, inner)
                self.note("derivative_rules", result, "grad", by.atom(), inner)
                return result
            case Trajectory(process, body):
                return trajectories.expectation(self, process, self.poly(body, scope))
            case Det(matrix):
                return determinants.determinant(self, matrix, scope)
        return self.unsupported(f"{type(term).__name__} stands where a number is expected")

    def symbol(self, term: Sym, scope: Scope) -> Poly:
        """A name: bound, a component of a vector, or declared."""
        indices = tuple(self.poly(index, scope) for index in term.indices)
        if not indices and term.name in scope.values:
            self._refuse_clash(term.name, indices, scope)
            return scope.values[term.name]
        key = _indices_key(indices)
        if (term.name, key) in scope.components:
            return scope.components[term.name, key][0]
        variable = self.declarations.variable(term.name)
        trajectories.refuse_dependence(self, term.name, indices, scope)
        self._refuse_clash(term.name, indices, scope)
        if variable is not None and variable.components is not None and indices:
            head = scope.values.get(term.name, of_atom(Atom("sym", term.name, ()))).atom()
            if head is None:
                self.unsupported(f"components of {term.name} are not available here")
            return of_atom(Atom("comp", head, indices))
        return self.known(Atom("sym", term.name, indices))

    def _refuse_clash(self, name: str, indices: tuple[Poly, ...], scope: Scope) -> None:
        """Refuse a name beside an integrated entry of the same array, unless they are provably two."""
        declared = self.declarations.variable(name)
        vector = declared is not None and declared.components is not None
        for (bound, _), (_, places) in scope.components.items():
            if bound == name and (vector or not self.differ(places, indices)):
                self.unsupported(f"another component of {name} stands where one is integrated")

    def differ(self, first: tuple[Poly, ...], second: tuple[Poly, ...]) -> bool:
        """Whether two groups of indices are proved to be different."""
        gaps = [left - right for left, right in zip(first, second, strict=False)]
        ways = (gap.scaled(Fraction(sign)) - ONE for gap in gaps for sign in (1, -1))
        return any(self.at_least(way) for way in ways)

    def integral(self, variables: tuple[Sym, ...], body: Term, scope: Scope) -> Poly:
        """An integral over the whole spaces of some variables."""
        binders: list[tuple[int, Argument]] = []
        for variable in variables:
            declared = self.declarations.variable(variable.name)
            if declared is None:
                self.unsupported(f"{variable.name} is integrated but is not declared as a variable")
            number = self.fresh()
            value = of_atom(Atom("bound", number))
            if variable.indices:
                indices = tuple(self.poly(i, scope) for i in variable.indices)
                scope = scope.with_component(variable.name, indices, value)
                part = "comp" if declared.components else "space"
                binders.append((number, (part, declared.place)))
            else:
                scope = scope.with_value(variable.name, value)
                binders.append((number, ("space", declared.place)))
            self.note_limits(*binders[-1])
        return self.bind(binders, densities.reduce_quotients(self, self.poly(body, scope)))

    def known(self, atom: Atom) -> Poly:
        """An atom, or what a fact in force says it equals."""
        if atom.key in self.given:
            name, value = self.given[atom.key]
            self.use("given_fact", name)
            self.note("given_fact", value, atom.kind, *atom.arguments)
            return value
        return of_atom(atom)

    def application(
        self, name: str, arguments: tuple[Poly, ...], indices: tuple[Poly, ...]
    ) -> Poly:
        """A declared function applied."""
        for process in self.declarations.processes:
            if name == process.reward_function and len(arguments) == 2:
                state, action = (argument.atom() for argument in arguments)
                if (
                    state
                    and action
                    and state.kind == action.kind == "sym"
                    and (state.arguments[0], action.arguments[0]) == (process.state, process.action)
                    and state.arguments[1] == action.arguments[1] != ()
                ):
                    return of_atom(Atom("sym", process.reward, state.arguments[1]))
        return self.known(Atom("app", name, arguments, indices))

    def elementary(self, name: str, argument: Poly) -> Poly:
        """log, exp, sqrt, abs."""
        match name:
            case "log":
                return logarithms.logarithm(self, argument)
            case "exp":
                return logarithms.exponential(self, argument)
            case "sqrt":
                return self.power_number(argument, Fraction(1, 2))
            case "abs" if self.sign(argument) == 1:
                return argument
            case "abs" if self.sign(argument) == -1:
                return argument.scaled(Fraction(-1))
        return self.unsupported(f"the sign of the argument of {name} is not declared")

    # ---------------------------------------------------------------- ring

    def mul(self, left: Poly, right: Poly) -> Poly:
        """The product, with the powers of special atoms settled."""
        self.burn(len(left.terms) * len(right.terms))
        if left is ONE or right is ONE:
            return right if left is ONE else left
        plain: dict[Mono, Fraction] = {}
        special = ZERO
        for (m, c), (n, d) in product(left.terms.items(), right.terms.items()):
            mono, value = join(m, n), c * d
            if value.numerator.bit_length() + value.denominator.bit_length() > NUMBER_BITS:
                raise OutOfFuelError
            if any(_unsettled(atom, exponent) for atom, exponent in mono) or _brackets(mono) > 1:
                special = special + self._settle(mono).scaled(value)
                continue
            plain[mono] = plain.get(mono, Fraction(0)) + value
        return Poly({m: c for m, c in plain.items() if c}) + special

    def _settle(self, mono: Mono) -> Poly:
        """Rewrite powers that have a simpler form: 2^(3/2), (a+b)^2 among atoms, brackets squared or against each other."""
        result, rest = ONE, []
        for atom, exponent in mono:
            whole = exponent.numerator // exponent.denominator
            if atom.kind == "prime" and whole:
                result = result.scaled(Fraction(int(str(atom.arguments[0]))) ** whole)
                rest += [(atom, exponent - whole)] if exponent != whole else []
            elif atom.kind == "sum" and whole > 0:
                inner = atom.arguments[0]
                assert isinstance(inner, Poly)
                result = self.mul(result, self.power_number(inner, Fraction(whole)))
                rest += [(atom, exponent - whole)] if exponent != whole else []
            elif atom.kind in {"ge0", "eq0"}:
                rest.append((atom, Fraction(1)))
            else:
                rest.append((atom, exponent))
        settled = ranges.compare_brackets(self, tuple(rest))
        return settled if result == ONE else self.mul(result, settled)

    def power_number(self, base: Poly, exponent: Fraction) -> Poly:
        """A power with a rational exponent."""
        if exponent.denominator != 1:
            return logarithms.root(self, base, exponent)
        if exponent < 0:
            return self.power_number(self.inverse(base), -exponent)
        if len(base.terms) == 1:
            ((mono, coefficient),) = base.terms.items()
            if coefficient.numerator.bit_length() * exponent > NUMBER_BITS:
                raise OutOfFuelError
            powered = tuple((a, e * exponent) for a, e in mono) if exponent else ()
            return self.mul(constant(coefficient ** int(exponent)), of_mono(powered))
        if exponent > LARGEST_POWER:
            raise OutOfFuelError
        result = ONE
        for _ in range(int(exponent)):
            result = self.mul(result, base)
        return result

    def power(self, base: Poly, exponent: Poly) -> Poly:
        """A power; the exponent may be a symbol."""
        value = exponent.number()
        return (
            logarithms.symbolic_power(self, base, exponent)
            if value is None
            else self.power_number(base, value)
        )

    def content(self, poly: Poly) -> tuple[Fraction, Mono, Poly]:
        """Split into a positive number, a common monomial and a primitive rest with non-negative exponents."""
        monos = list(poly.terms)
        common: dict[Atom, Fraction] = dict(monos[0])
        for mono in monos[1:]:
            powers = dict(mono)
            for atom in set(common) | set(powers):
                common[atom] = min(common.get(atom, Fraction(0)), powers.get(atom, Fraction(0)))
        # an atom absent from the first monomial still counts with exponent 0 there
        for mono in monos:
            present = dict(mono)
            for atom in common:
                common[atom] = min(common[atom], present.get(atom, Fraction(0)))
        shared = tuple(sorted(((a, e) for a, e in common.items() if e), key=lambda p: p[0].key))
        numbers = [abs(c) for c in poly.terms.values()]
        top, bottom = numbers[0].numerator, numbers[0].denominator
        for number in numbers[1:]:
            top, bottom = (
                gcd(top, number.numerator),
                bottom * number.denominator // gcd(bottom, number.denominator),
            )
        size = Fraction(top, bottom)
        inverse = tuple((a, -e) for a, e in shared)
        return size, shared, Poly({join(m, inverse): c / size for m, c in poly.terms.items()})

    def together(self, poly: Poly) -> tuple[Poly, Mono]:
        """Bring to a common denominator of sums: `poly = top * mono` with no negative power of a sum left in `top`."""
        worst: dict[Atom, Fraction] = {}
        for mono in poly.terms:
            for atom, exponent in mono:
                if atom.kind == "sum" and exponent < 0 and exponent.denominator == 1:
                    worst[atom] = min(worst.get(atom, exponent), exponent)
        if not worst or len(poly.terms) == 1:
            return poly, ()
        denominator = tuple(sorted(worst.items(), key=lambda p: p[0].key))
        factor = tuple((a, -e) for a, e in denominator)
        return total(
            self.mul(of_mono(m, c), of_mono(factor)) for m, c in poly.terms.items()
        ), denominator

    def inverse(self, poly: Poly) -> Poly:
        """One over a polynomial; notes what must not be zero."""
        if not poly:
            self.unsupported("division by zero")
        poly, denominator = self.together(poly)
        if not poly:
            self.unsupported("division by zero")
        size, shared, primitive = self.content(poly)
        result = self.mul(
            constant(1 / size), of_mono(tuple((a, -e) for a, e in join(shared, denominator)))
        )
        for atom, _ in shared:
            self.require_nonzero(of_atom(atom))
        if len(primitive.terms) == 1:
            return result.scaled(next(iter(primitive.terms.values())))
        if primitive.items()[0][1] < 0:
            primitive, result = primitive.scaled(Fraction(-1)), result.scaled(Fraction(-1))
        self.require_nonzero(primitive)
        return self.mul(result, of_atom(Atom("sum", primitive), -1))

    # ---------------------------------------------------------------- the rules, as methods for each other

    def logarithm(self, poly: Poly) -> Poly:
        """log of a polynomial."""
        return logarithms.logarithm(self, poly)

    def exponential(self, poly: Poly) -> Poly:
        """exp of a polynomial."""
        return logarithms.exponential(self, poly)

    def log_of_atom(self, atom: Atom) -> Poly:
        """log of a positive atom."""
        return logarithms.logarithm_of_atom(self, atom)

    def derivative(self, variable: Poly, poly: Poly) -> Poly:
        """The derivative of a polynomial."""
        return calculus.derivative(self, variable, poly)

    # ---------------------------------------------------------------- signs

    def require_nonzero(self, poly: Poly) -> None:
        """Note `poly != 0` unless its sign is known."""
        if self.sign(poly) is None:
            self.require(f"{self.describe(poly)} != 0")

    def require(self, condition: str) -> None:
        """Note a condition that nothing declared entails; a proof must not keep any."""
        self.conditions[condition] = None

    def describe(self, poly: Poly) -> str:
        """Plain words for a polynomial in a message."""
        from lemmata.kernel.render import text  # noqa: PLC0415  (rendering is not part of the normal form)

        return text(poly, self.declarations)

    def sign(self, poly: Poly) -> int | None:
        """1 or -1 where the declarations force the sign, else None. Never 0."""
        lower, upper = self.bounds(poly)
        if lower is not None and (lower[0] > 0 or (lower[0] == 0 and lower[1])):
            return 1
        if upper is not None and (upper[0] < 0 or (upper[0] == 0 and upper[1])):
            return -1
        return None

    def bounds(
        self, poly: Poly
    ) -> tuple[tuple[Fraction, bool] | None, tuple[Fraction, bool] | None]:
        """Lower and upper bound of a polynomial, each with whether it is never reached; None is infinite."""
        low: tuple[Fraction, bool] | None = (Fraction(0), False)
        high: tuple[Fraction, bool] | None = (Fraction(0), False)
        for mono, coefficient in poly.terms.items():
            below, above = self._mono_bounds(mono)
            if coefficient < 0:
                below, above = above, below
            low = _plus(low, below, coefficient)
            high = _plus(high, above, coefficient)
        return low, high

    def _mono_bounds(
        self, mono: Mono
    ) -> tuple[tuple[Fraction, bool] | None, tuple[Fraction, bool] | None]:
        if not mono:
            return (Fraction(1), False), (Fraction(1), False)
        spans = [
            self.interval(a) if e == 1 else _power_interval(self.interval(a), e) for a, e in mono
        ]
        if len(spans) == 1:
            span = spans[0]
            return _end(span.lower, span), _end(span.upper, span)
        if all(span.positive for span in spans):
            upper: Fraction | None = Fraction(1)
            for span in spans:
                upper = None if upper is None or span.upper is None else upper * span.upper
            return (Fraction(0), True), None if upper is None else (upper, False)
        if all(span.lower is not None and span.lower >= 0 for span in spans):
            return (Fraction(0), False), None
        return None, None

    def interval(self, atom: Atom) -> Interval:
        """Where the value of an atom lies."""
        positive = Interval(Fraction(0))
        if self.is_integer(atom) and self.at_least(of_atom(atom) - ONE):
            return Interval(Fraction(1), closed=True)
        match atom.kind:
            case "dens" | "exp" | "prime" | "pi":
                return positive
            case "ge0" | "eq0":
                return Interval(Fraction(0), Fraction(1), closed=True)
            case "sym" | "app":
                declared = self.declarations.find(str(atom.arguments[0]))
                least = getattr(declared, "least", None)
                if least is not None:
                    return Interval(Fraction(least), closed=True)
                return getattr(declared, "interval", Interval())
            case "sum" | "pow" | "prod":
                inner = atom.arguments[1] if atom.kind == "prod" else atom.arguments[0]
                if isinstance(inner, Poly) and self.sign(inner) == 1:
                    return positive
            case "bind":
                sorts, body = atom.arguments[0], atom.arguments[1]
                assert isinstance(sorts, tuple)
                assert isinstance(body, Poly)
                spaces = all(isinstance(s, tuple) and s[0] != "range" for s in sorts)
                if spaces and self.sign(body) == 1:
                    return positive
        return Interval()

    def is_integer(self, atom: Atom) -> bool:
        """Whether an atom is a size or an index."""
        if atom.kind == "bound":
            return int(str(atom.arguments[0])) in self.limits
        return atom.kind == "sym" and isinstance(
            self.declarations.find(str(atom.arguments[0])), Size | Index
        )

    def is_integral(self, poly: Poly) -> bool:
        """Whether a polynomial takes integer values: integer coefficients on sizes and indices."""
        return all(
            c.denominator == 1
            and all(e.denominator == 1 and e > 0 and self.is_integer(a) for a, e in m)
            for m, c in poly.terms.items()
        )

    def at_least(self, gap: Poly, depth: int = 2) -> bool:
        """Whether an affine expression of sizes and indices is proved to be non-negative.

        Each index is replaced by the end of its range that makes the expression smallest, then each
        size by its least value; declared orders of sizes and indices may be subtracted first.
        """
        if self._lowest(gap) >= 0:
            return True
        for name, order in self.orders() if depth else ():
            if self.at_least(gap - order, depth - 1):
                self.assumptions[f"given: {name}"] = None
                return True
        return False

    def _lowest(self, gap: Poly) -> Fraction:
        """A lower bound of an affine expression by the declared ranges; -1 where none is known."""
        for _ in range(DEEPEST_RANGE):
            step = next((pair for pair in gap.items() if self._range_of(pair[0])), None)
            if step is None:
                break
            mono, coefficient = step
            limits = self._range_of(mono) or (ZERO, ZERO)
            gap = gap - of_mono(mono, coefficient) + limits[coefficient < 0].scaled(coefficient)
        lowest = Fraction(0)
        for mono, coefficient in gap.terms.items():
            size = self._size(mono)
            if mono and (size is None or coefficient < 0):
                return Fraction(-1)
            lowest += coefficient * (size.least if size else 1)
        return lowest

    def _size(self, mono: Mono) -> Size | None:
        """The declaration of a single size."""
        if len(mono) != 1 or mono[0][1] != 1 or mono[0][0].kind != "sym":
            return None
        declared = self.declarations.find(str(mono[0][0].arguments[0]))
        return declared if isinstance(declared, Size) else None

    def _range_of(self, mono: Mono) -> tuple[Poly, Poly] | None:
        """The range of a single index."""
        if len(mono) != 1 or mono[0][1] != 1:
            return None
        atom = mono[0][0]
        if atom.kind == "bound":
            return self.limits.get(int(str(atom.arguments[0])))
        declared = self.declarations.find(str(atom.arguments[0])) if atom.kind == "sym" else None
        if isinstance(declared, Index):
            return self.poly(declared.range.lower), self.poly(declared.range.upper)
        return None

    def orders(self) -> list[tuple[str, Poly]]:
        """The declared orders of sizes and indices: names, and expressions that are not negative."""
        if self._orders is None:
            self._orders = []
            for fact in self.declarations.facts:
                relation = fact.statement.relation
                if relation not in {"<", "<=", ">", ">="} or fact.forall:
                    continue
                gap = self.poly(fact.statement.right) - self.poly(fact.statement.left)
                gap = gap.scaled(Fraction(-1)) if relation in {">", ">="} else gap
                if self.is_integral(gap):
                    self._orders.append((fact.name, gap - ONE if relation in {"<", ">"} else gap))
        return self._orders

    def positive(self, atom: Atom) -> bool:
        """Whether an atom is known to be above zero."""
        return self.interval(atom).positive

    # ---------------------------------------------------------------- binders

    def bind(self, binders: list[tuple[int, Argument]], body: Poly) -> Poly:
        """Sum or integrate a polynomial over fresh variables, each given by its number and its sort."""
        return total(self._bind_mono(list(binders), mono).scaled(c) for mono, c in body.items())

    def _bind_mono(self, binders: list[tuple[int, Argument]], mono: Mono) -> Poly:
        self.burn()
        numbers = {number for number, _ in binders}
        inside, outside = split(mono, lambda atom: bool(atom.free & numbers))
        if outside:
            self.use("pull_out_constants")
        opened = self._open(inside, binders)
        if opened is not None:
            more, body = opened
            self.use(
                "exchange_of_sums_and_integrals",
                "sums and integrals are finite and may be exchanged",
            )
            return self.mul(of_mono(outside), self.bind([*binders, *more], body))
        for position, (number, sort) in enumerate(binders):
            if any(number in _sort_names(other) for _, other in binders):
                continue  # the range of another binder depends on this one
            result = self._eliminate(number, sort, inside)
            if result is not None:
                left = binders[:position] + binders[position + 1 :]
                if number in result.free:
                    self.unsupported("a bound variable would escape its binder")
                bound = self.bind(left, result) if left else result
                return self.mul(of_mono(outside), bound)
        return self.mul(of_mono(outside), self._close_groups(binders, inside))

    def _eliminate(self, number: int, sort: Argument, inside: Mono) -> Poly | None:
        """Remove one binder by a rule, if one applies."""
        assert isinstance(sort, tuple)
        touching, rest = split(inside, lambda atom: number in atom.free)
        if sort[0] == "range":
            result = ranges.eliminate_index(self, number, sort, touching)
        else:
            result = densities.marginalise(self, number, touching)
            if result is None:
                result = densities.component_marginal(self, number, sort, touching)
            if result is None:
                result = gaussian.moments(self, number, touching)
        return None if result is None else self.mul(of_mono(rest), result)

    def _open(
        self, inside: Mono, binders: list[tuple[int, Argument]]
    ) -> tuple[list[tuple[int, Argument]], Poly] | None:
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
        assert isinstance(sorts, tuple)
        assert isinstance(body, Poly)
        assert isinstance(numbers, tuple)
        mapping: dict[Name, Poly] = {
            int(str(n)): of_atom(Atom("bound", self.fresh())) for n in reversed(numbers)
        }
        binders: list[tuple[int, Argument]] = []
        for number, sort in zip(numbers, sorts, strict=True):
            new = mapping[int(str(number))].atom()
            assert new is not None
            renamed = self._rebuild_argument(sort, mapping)
            fresh_number = int(str(new.arguments[0]))
            self.note_limits(fresh_number, renamed)
            binders.append((fresh_number, renamed))
        return binders, self.substitute(body, mapping)

    def note_limits(self, number: int, sort: Argument) -> None:
        """Remember the sort of a bound variable, and the range of an index, while it is open."""
        self.sorts[number] = sort
        if isinstance(sort, tuple) and sort[0] == "range":
            lower, upper = sort[1], sort[2]
            assert isinstance(lower, Poly)
            assert isinstance(upper, Poly)
            self.limits[number] = (lower, upper)
        else:
            self.limits.pop(number, None)

    def _close_groups(self, binders: list[tuple[int, Argument]], inside: Mono) -> Poly:
        """Close the binders around the factors, one telescope for each group that shares a variable."""
        groups: list[tuple[set[int], list[tuple[Atom, Fraction]]]] = []
        for number, sort in binders:  # a range ties its index to the indices in its ends
            tied = {number} | {n for n in _sort_names(sort) if isinstance(n, int)}
            joined = [group for group in groups if group[0] & tied]
            tied = tied.union(*(group[0] for group in joined))
            groups = [group for group in groups if group not in joined] + [(tied, [])]
        for atom, exponent in inside:
            touched = [g for g in groups if g[0] & atom.free]
            merged: tuple[set[int], list[tuple[Atom, Fraction]]] = (set(), [(atom, exponent)])
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
            self.burn()
            mapping: dict[Name, Poly] = {
                number: of_atom(Atom("bound", base + place + 1))
                for place, (number, _) in enumerate(order)
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
            of_mono(closed),
            numbers,
            hides=frozenset(numbers),
            height=base + len(order),
        )
        return self.known(atom).scaled(coefficient)

    def _bind_again(
        self, order: list[tuple[int, Argument]], mapping: dict[Name, Poly], body: Poly
    ) -> Poly:
        """Bind a body that stands in canonical numbers, with fresh ones in the same order so that brackets keep their sides."""
        self.burn(TURNING_ROUND)
        numbers = sorted(self.fresh() for _ in order)
        back: dict[Name, Poly] = {}
        for number, (old, _) in zip(numbers, order, strict=True):
            closed = mapping[old].atom()
            assert closed is not None
            back[int(str(closed.arguments[0]))] = of_atom(Atom("bound", number))
        binders: list[tuple[int, Argument]] = []
        for number, (_, sort) in zip(numbers, order, strict=True):
            renamed = self._rebuild_argument(self._rebuild_argument(sort, mapping), back)
            self.note_limits(number, renamed)
            binders.append((number, renamed))
        return self.bind(binders, self.substitute(body, back))

    def _orders_of(
        self, binders: list[tuple[int, Argument]], mono: Mono
    ) -> list[list[tuple[int, Argument]]]:
        """The orders in which to number the binders: by sort and occurrence, permuting only what these leave equal."""
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

    # ---------------------------------------------------------------- substitution

    def substitute(self, poly: Poly, mapping: dict[Name, Poly]) -> Poly:
        """Put polynomials for bound variables, rebuilding every atom that mentions one."""

        def leaf(atom: Atom) -> Poly | None:
            return mapping.get(int(str(atom.arguments[0]))) if atom.kind == "bound" else None

        return self.transform(poly, frozenset(mapping), leaf)

    def transform(
        self, poly: Poly, names: frozenset[Name], leaf: Callable[[Atom], Poly | None]
    ) -> Poly:
        """Replace atoms by what `leaf` gives for them, and rebuild every atom around them. Only `names` are looked for."""
        if not poly.free & names:
            return poly
        result = ZERO
        for mono, coefficient in poly.terms.items():
            self.burn()
            touched, rest = split(mono, lambda atom: bool(atom.free & names))
            changed = of_mono(rest, coefficient)
            for atom, exponent in touched:
                changed = self.mul(
                    changed, self.power_number(self._transform_atom(atom, names, leaf), exponent)
                )
            result = result + changed
        return result

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
        if atom.kind == "prod":
            number, sort, body = ranges.open_product(self, atom)
            sort = self._transform_argument(sort, names, leaf)
            self.note_limits(number, sort)
            return ranges.product_of(self, number, sort, self.transform(body, names, leaf))
        return self.build(
            atom.kind, tuple(self._transform_argument(a, names, leaf) for a in atom.arguments)
        )

    def _transform_argument(
        self, value: Argument, names: frozenset[Name], leaf: Callable[[Atom], Poly | None]
    ) -> Argument:
        if isinstance(value, tuple):
            return tuple(self._transform_argument(part, names, leaf) for part in value)
        if isinstance(value, Poly):
            return self.transform(value, names, leaf)
        if isinstance(value, Atom) and value.free & names:
            inner = self._transform_atom(value, names, leaf).atom()
            return inner or self.unsupported(
                "a variable was replaced by an expression where only a variable can stand"
            )
        return value

    def _rebuild_argument(self, value: Argument, mapping: dict[Name, Poly]) -> Argument:
        """A sort or another argument with bound variables replaced."""

        def leaf(atom: Atom) -> Poly | None:
            return mapping.get(int(str(atom.arguments[0]))) if atom.kind == "bound" else None

        return self._transform_argument(value, frozenset(mapping), leaf)

    def build(self, kind: str, arguments: tuple[Argument, ...]) -> Poly:
        """The canonical form of an atom from its kind and arguments."""
        first = arguments[0]
        match kind:
            case "log" if isinstance(first, Poly):
                return logarithms.logarithm(self, first)
            case "exp" if isinstance(first, Poly):
                return logarithms.exponential(self, first)
            case "sum" if isinstance(first, Poly):
                return first
            case "pow" if isinstance(first, Poly) and isinstance(arguments[1], Poly):
                return self.power(first, arguments[1])
            case "root" if isinstance(first, Poly) and isinstance(arguments[1], Fraction):
                return self.power_number(first, arguments[1])
            case "ge0" if isinstance(first, Poly):
                return ranges.bracket(self, ">=", first)
            case "eq0" if isinstance(first, Poly):
                return ranges.bracket(self, "=", first)
            case "grad" if isinstance(first, Atom) and isinstance(arguments[1], Atom):
                return calculus.derivative(self, of_atom(first), of_atom(arguments[1]))
            case "traj":
                return trajectories.rebuild(self, arguments)
            case "dens":
                return densities.rebuild(self, arguments)
            case "sym" | "app":
                return self.known(Atom(kind, *arguments))
        return of_atom(Atom(kind, *arguments))


def _indices_key(indices: tuple[Poly, ...]) -> str:
    return ",".join(index.key for index in indices)


def _unsettled(atom: Atom, exponent: Fraction) -> bool:
    match atom.kind:
        case "prime":
            return not 0 < exponent < 1
        case "sum":
            return exponent >= 1
        case "ge0" | "eq0":
            return exponent != 1
    return False


def _brackets(mono: Mono) -> int:
    return sum(atom.kind in {"ge0", "eq0"} for atom, _ in mono)


def _plus(
    bound: tuple[Fraction, bool] | None, other: tuple[Fraction, bool] | None, factor: Fraction
) -> tuple[Fraction, bool] | None:
    if bound is None or other is None:
        return None
    return bound[0] + factor * other[0], bound[1] or other[1]


def _end(value: Fraction | None, span: Interval) -> tuple[Fraction, bool] | None:
    return None if value is None else (value, not span.closed)


def _power_interval(span: Interval, exponent: Fraction) -> Interval:
    if span.positive:
        return Interval(Fraction(0))
    if exponent.denominator == 1 and exponent % 2 == 0 and exponent > 0:
        return Interval(Fraction(0), closed=True)
    return Interval()


def _sort_names(sort: Argument) -> frozenset[Name]:
    if isinstance(sort, tuple):
        return frozenset().union(*(_sort_names(part) for part in sort))
    return sort.free if isinstance(sort, Atom | Poly) else frozenset()


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
            return "".join(sorted(text)) if value.kind in {"ge0", "eq0"} else text
    return str(value)


__all__ = ["Normaliser", "OutOfFuelError", "Scope", "UnsupportedError", "mono_key"]
