"""The normal form: terms to polynomials over atoms, by named rules with side conditions.

`Normaliser(declarations).poly(term)` gives a polynomial such that equal polynomials mean equal
values in every world that satisfies the declarations (up to the assumptions it has noted). The
converse does not hold: what is not reduced is incomplete, never wrong. The order of work:

    terms   -> poly            ring arithmetic, one case per kind of term
    atoms   -> smart builders  log, exp, power, inverse, bracket, density: canonical arguments
    binders -> bind            one telescope for all sums and integrals: pull out, open, eliminate,
    split, close
    rename  -> rebuild         substitution re-runs the builders, so orientation and order stay
    canonical

Rules live in `lemmata.kernel.rules`; this module is the loom they are woven on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import floor, gcd

from lemmata.kernel.declarations import Interval
from lemmata.kernel.fuel import INVERSE_COST, LONG_KEY, LONG_NUMBER, PART_COST, OutOfFuelError
from lemmata.kernel.matrices import lowered, volumes, words
from lemmata.kernel.poly import (
    ONE,
    ONE_NUMBER,
    Argument,
    Atom,
    Exponent,
    Mono,
    Poly,
    as_poly,
    as_tuple,
    constant,
    join,
    of_atom,
    of_mono,
    split,
    total,
)
from lemmata.kernel.rules import (
    calculus,
    densities,
    determinants,
    extrema,
    gaussian,
    independence,
    logarithms,
    multivariate,
    ranges,
    reindexing,
    returns,
    steps,
    trajectories,
    values,
    written_signs,
)
from lemmata.kernel.telescopes import Telescopes
from lemmata.kernel.terms import (
    Add,
    App,
    Density,
    Derivative,
    Det,
    Div,
    Entry,
    Fn,
    Integral,
    Iverson,
    Max,
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

LARGEST_POWER = 32
NUMBER_BITS = 4_000
# The kinds of atoms with powers that have a simpler form, and which powers these are.
UNSETTLED: dict[str, Callable[[Exponent], bool]] = {
    "prime": lambda e: not 0 < e < 1,
    "sum": lambda e: e >= 1,
    "ge0": lambda e: e != 1,
    "eq0": lambda e: e != 1,
    "abs": lambda e: e >= 2,
    "root": lambda e: e > 1 or e < -1,
}


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


class Normaliser(Telescopes):
    """One run of the normal form."""

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
                return -self.poly(body, scope)
            case Mul(factors):
                result = ONE
                for factor in factors:
                    result = self.mul(result, self.poly(factor, scope))
                return result
            case Div(top, bottom):
                below = self.poly(bottom, scope)
                written_signs.learn(self, bottom, below, scope)
                return self.mul(self.poly(top, scope), self.inverse(below))
            case Pow(base, exponent):
                ground, height = self.poly(base, scope), self.poly(exponent, scope)
                written_signs.learn(self, base, ground, scope)
                return self.power(ground, height)
            case Fn(name, argument):
                inner = self.poly(argument, scope)
                if name != "exp":
                    written_signs.learn(self, argument, inner, scope)
                return self.elementary(name, inner)
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
            case Max(variable, body):
                (binder,), within = self.bound_variables((variable,), scope)
                return extrema.maximum(self, *binder, self.poly(body, within))
            case Entry(matrix, (row, column)):
                places = self.poly(row, scope), self.poly(column, scope)
                return lowered.entry(self, matrix, *places, scope)
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
        return words.settled(self, Atom("sym", term.name, indices))

    def _refuse_clash(self, name: str, indices: tuple[Poly, ...], scope: Scope) -> None:
        """Refuse a name beside an integrated entry of the same array.

        Unless they are provably two.
        """
        declared = self.declarations.variable(name)
        vector = declared is not None and declared.components is not None
        for (bound, _), (_, places) in scope.components.items():
            if bound == name and (vector or not self.differ(places, indices)):
                self.unsupported(f"another component of {name} stands where one is integrated")

    def _refuse_twins(self, name: str, indices: tuple[Poly, ...], scope: Scope) -> None:
        """Refuse to integrate two entries of an array that may be one: z_1 and z_j."""
        for (bound, key), (_, places) in scope.components.items():
            if bound == name and key != _indices_key(indices) and not self.differ(places, indices):
                self.unsupported(f"two components of {name} are integrated that may be one")

    def differ(self, first: tuple[Poly, ...], second: tuple[Poly, ...]) -> bool:
        """Whether two groups of indices are proved to be different."""
        self.burn(2 * PART_COST)
        gaps = [left - right for left, right in zip(first, second, strict=False)]
        ways = (gap.scaled(Fraction(sign)) - ONE for gap in gaps for sign in (1, -1))
        return any(self.at_least(way) for way in ways)

    def integral(self, variables: tuple[Sym, ...], body: Term, scope: Scope) -> Poly:
        """An integral over the whole spaces of some variables."""
        binders, scope = self.bound_variables(variables, scope)
        return self.bind(binders, densities.reduce_quotients(self, self.poly(body, scope)))

    def bound_variables(
        self, variables: tuple[Sym, ...], scope: Scope
    ) -> tuple[list[tuple[int, Argument]], Scope]:
        """Fresh numbers with their sorts for variables that run over their spaces."""
        binders: list[tuple[int, Argument]] = []
        for variable in variables:
            declared = self.declarations.variable(variable.name)
            if declared is None:
                self.unsupported(f"{variable.name} is bound but is not declared as a variable")
            number = self.fresh()
            value = of_atom(Atom("bound", number))
            if variable.indices:
                indices = tuple(self.poly(i, scope) for i in variable.indices)
                self._refuse_twins(variable.name, indices, scope)
                scope = scope.with_component(variable.name, indices, value)
                part = "comp" if declared.components else "space"
                binders.append((number, (part, declared.place)))
            else:
                scope = scope.with_value(variable.name, value)
                binders.append((number, ("space", declared.place)))
            self.note_limits(*binders[-1])
        return binders, scope

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
        known = None if indices else values.action_value(self, name, arguments)
        return (
            words.settled(self, Atom("app", name, arguments, indices)) if known is None else known
        )

    def elementary(self, name: str, argument: Poly) -> Poly:
        """log, exp, sqrt, abs."""
        match name:
            case "log":
                return logarithms.logarithm(self, argument)
            case "exp":
                return logarithms.exponential(self, argument)
            case "sqrt":
                return self.power_number(argument, Fraction(1, 2))
            case "abs":
                return logarithms.modulus(self, argument)
            case "sign" | "step":
                return steps.stepped(self, name, argument)
        return self.unsupported(f"the sign of the argument of {name} is not declared")

    # ---------------------------------------------------------------- ring

    def mul(self, left: Poly, right: Poly) -> Poly:
        """The product, with the powers of special atoms settled."""
        if left is ONE or right is ONE:
            self.burn(max(len(left.terms), len(right.terms)))
            return right if left is ONE else left
        length = left.longest + right.longest
        self.burn(len(left.terms) * len(right.terms) * (1 + length // LONG_KEY))
        plain: dict[Mono, Fraction] = {}
        special: list[Poly] = []
        for (m, c), (n, d) in product(left.terms.items(), right.terms.items()):
            mono, value = join(m, n), d if c is ONE_NUMBER else c if d is ONE_NUMBER else c * d
            if value is not ONE_NUMBER:
                bits = value.numerator.bit_length() + value.denominator.bit_length()
                self.burn(bits // LONG_NUMBER)
                if bits > NUMBER_BITS:
                    raise OutOfFuelError
            if _is_unsettled(mono):
                special.append(self._settle(mono).scaled(value))
                continue
            known = plain.get(mono)
            plain[mono] = value if known is None else known + value
        return total((Poly({m: c for m, c in plain.items() if c}), *special))

    def _settle(self, mono: Mono) -> Poly:
        """Rewrite powers that have a simpler form.

        2^(3/2), (a+b)^2 among atoms, sqrt(a)^2, brackets squared or against each other.
        """
        result, rest = ONE, list[tuple[Atom, Exponent]]()
        self.burn(PART_COST)
        for atom, exponent in mono:
            share = Fraction(str(atom.arguments[1])) if atom.kind == "root" else ONE_NUMBER
            share = Fraction(1, 2) if atom.kind == "abs" else share  # |a|^3 = |a| a^2
            whole = floor(exponent * share)
            left = exponent - whole / share
            if atom.kind == "prime" and whole:
                result = result.scaled(Fraction(int(str(atom.arguments[0]))) ** whole)
                rest += [(atom, left)] if left else []
            elif atom.kind in {"sum", "root", "abs"} and whole > 0:
                count = Fraction(2 * whole if atom.kind == "abs" else whole)
                inner = self.power_number(as_poly(atom.arguments[0]), count)
                result = self.mul(result, inner)
                rest += [(atom, left)] if left else []
            elif atom.kind in {"ge0", "eq0"}:
                rest.append((atom, 1))
            else:
                rest.append((atom, exponent))
        settled = ranges.compare_brackets(tuple(rest))
        return settled if result == ONE else self.mul(result, settled)

    def power_number(self, base: Poly, exponent: Exponent) -> Poly:
        """A power with a rational exponent."""
        if exponent.denominator != 1:
            return logarithms.root(self, base, Fraction(exponent))
        if exponent < 0:
            return self.power_number(self.inverse(base), -exponent)
        if len(base.terms) == 1:
            ((mono, coefficient),) = base.terms.items()
            if coefficient.numerator.bit_length() * exponent > NUMBER_BITS:
                raise OutOfFuelError
            power = int(exponent)
            powered = tuple((a, _whole(e * power)) for a, e in mono) if exponent else ()
            return self.mul(constant(coefficient**power), of_mono(powered))
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
        """Split into a positive number.

        A common monomial and a primitive rest with non-negative exponents.
        """
        if len(poly.terms) == 1:
            ((mono, coefficient),) = poly.terms.items()
            return abs(coefficient), mono, ONE if coefficient > 0 else -ONE
        powers = [dict(mono) for mono in poly.terms]
        least = {a: min([p.get(a, 0) for p in powers]) for a in set[Atom]().union(*powers)}
        shared = tuple(sorted(((a, e) for a, e in least.items() if e), key=lambda p: p[0].key))
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
        """Bring to a common denominator of sums.

        `poly = top * mono` with no negative power of a sum left in `top`.
        """
        worst: dict[Atom, int] = {}
        for mono in poly.terms:
            for atom, exponent in mono:
                if atom.kind == "sum" and exponent < 0:
                    whole = floor(exponent)
                    worst[atom] = min(worst.get(atom, whole), whole)
        if not worst or len(poly.terms) == 1:
            return poly, ()
        denominator = tuple(sorted(worst.items(), key=lambda p: p[0].key))
        factor = tuple((a, -e) for a, e in denominator)
        return total(
            self.mul(of_mono(m, c), of_mono(factor)) for m, c in poly.terms.items()
        ), denominator

    def inverse(self, poly: Poly) -> Poly:
        """One over a polynomial; notes what must not be zero."""
        self.burn(INVERSE_COST)
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
            primitive, result = -primitive, -result
        self.require_nonzero(primitive)
        return self.mul(result, of_atom(Atom("sum", primitive), -1))

    def interval(self, atom: Atom) -> Interval:
        """Where the value of an atom lies."""
        found = None
        if self.words:
            found = words.interval(self, atom) or volumes.interval(self, atom)
        return super().interval(atom) if found is None else found

    def require_nonzero(self, poly: Poly) -> None:
        """Note `poly != 0` unless it is known, as of determinants of invertible matrices."""
        atom = poly.atom()
        if atom is None or not volumes.is_not_zero(self, atom):
            super().require_nonzero(poly)

    # ---------------------------------------------------------------- rules as methods

    def logarithm(self, poly: Poly) -> Poly:
        """The logarithm of a polynomial."""
        return logarithms.logarithm(self, poly)

    def exponential(self, poly: Poly) -> Poly:
        """The exponential of a polynomial."""
        return logarithms.exponential(self, poly)

    def derivative(self, variable: Poly, poly: Poly) -> Poly:
        """The derivative of a polynomial."""
        return calculus.derivative(self, variable, poly)

    # ---------------------------------------------------------------- binders and atoms

    def eliminate(self, number: int, sort: Argument, inside: Mono) -> Poly | None:
        """Remove one binder by a rule, if one applies."""
        touching, rest = split(inside, lambda atom: number in atom.free)
        if as_tuple(sort)[0] == "range":
            result = ranges.eliminate_index(self, number, sort, touching)
            if result is None and self.words:
                result = words.contract(self, number, sort, touching)
            if result is None:
                result = reindexing.reindex(self, number, sort, touching)
        else:
            result = densities.marginalise(self, number, touching)
            if result is None and self.words:
                result = multivariate.moments(self, number, touching)
            if result is None:
                result = densities.component_marginal(self, number, sort, touching)
            if result is None and "independent" in self.facts:
                result = independence.independent_factors(self, number, sort, touching)
            if result is None and "normal" in self.facts:
                result = gaussian.moments(self, number, touching)
            if result is None and self.declarations.values:
                result = values.state_value(self, number, touching)
            if result is None and self.declarations.processes:
                result = self._along_trajectories(number, touching)
        return result if result is None or not rest else self.mul(of_mono(rest), result)

    def _along_trajectories(self, number: int, touching: Mono) -> Poly | None:
        """Remove a state or an action that a process with values averages over."""
        rules = (returns.state_marginal, returns.policy_average, returns.value_of_a_state)
        found = (rule(self, number, touching) for rule in rules)
        return next((result for result in found if result is not None), None)

    def open_product(self, atom: Atom) -> tuple[int, Argument, Poly]:
        """A product or a maximum with a fresh variable: its number, its sort and its body."""
        return ranges.open_product(self, atom)

    def close_again(self, kind: str, number: int, sort: Argument, body: Poly) -> Poly:
        """The product of a body over a range, or its maximum over a space."""
        if kind == "max":
            return extrema.maximum(self, number, sort, body)
        return ranges.product_of(self, number, sort, body)

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
            case "abs" if isinstance(first, Poly):
                return logarithms.modulus(self, first)
            case "pow" if isinstance(first, Poly) and isinstance(arguments[1], Poly):
                return self.power(first, arguments[1])
            case "root" if isinstance(first, Poly) and isinstance(arguments[1], Fraction):
                return self.power_number(first, arguments[1])
            case "sign" | "step" if isinstance(first, Poly):
                return steps.stepped(self, kind, first)
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
            case "entry" | "trace" if self.words:
                return words.rebuilt(self, kind, arguments)
            case "volume" if isinstance(first, Poly):
                return volumes.determinant(self, first, ("range", *arguments[1:]))
            case "sym" | "app":
                return words.settled(self, Atom(kind, *arguments))
        return of_atom(Atom(kind, *arguments))


def _indices_key(indices: tuple[Poly, ...]) -> str:
    return ",".join(index.key for index in indices)


def _is_unsettled(mono: Mono) -> bool:
    """Whether a factor has a power with a simpler form, or there are several brackets."""
    special = [(atom.kind, exponent) for atom, exponent in mono if atom.kind in UNSETTLED]
    if not special:
        return False
    brackets = [kind for kind, _ in special if kind in {"ge0", "eq0"}]
    return len(brackets) > 1 or any(UNSETTLED[kind](exponent) for kind, exponent in special)


def _whole(exponent: Exponent) -> Exponent:
    """An exponent, as an int if it is one."""
    return exponent.numerator if exponent.denominator == 1 else exponent
