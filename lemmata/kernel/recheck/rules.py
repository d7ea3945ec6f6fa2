"""Checkers for the rules of densities, logarithms, powers and ranges; the table of all."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from lemmata.kernel import terms as t
from lemmata.kernel.declarations import Declarations, Family, Index, Values
from lemmata.kernel.fuel import weigh
from lemmata.kernel.recheck.calculus import UNDER_THE_INTEGRAL
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
    content,
    entries,
    free,
    is_var,
    of,
    poly_of,
    prime_factors,
    sorts_of,
    split,
    total,
)
from lemmata.kernel.recheck.returns import POSITIVE, Returns
from lemmata.kernel.recheck.words import COLUMN, ROW
from lemmata.kernel.shapes import SINGLE, Shape
from lemmata.kernel.terms import Sym, Term
from lemmata.kernel.unfold import unfold

LARGEST_RANGE = 24
LARGEST_MOMENT = 12 + 1

OF_THEIR_NAME = {
    "density": "conditional_density",
    "bind": "component_marginal independent_factors gaussian_moments matrix_product constant_sum "
    "policy_average state_marginal value_of_a_state",
    "log": "independent_components gaussian_density logarithm_of_an_indexed_product",
    "pow": "root_of_a_product symbolic_power",
    "abs": "modulus",
    "prod": "independent_product indexed_product",
    "max": "maximum",
    "traj": "return_of_a_value causality",
    "grad": "derivative_rules derivative_under_the_integral likelihood_ratio",
    "det": "diagonal_determinant block_triangular_determinant",
}
"""The rules that their checkers have the names of, by the kind of node that they apply to."""

Site: TypeAlias = "tuple[str, tuple[Value, ...], int]"
"""What a rule was applied to: the kind of node, its parts, the variable that it binds."""


class Rules(Returns):
    """One checker for each rule: what it gives at a site, worked out from the declarations.

    Each yields the forms that the result may have, and raises `RefusalError` where a side condition
    fails. `assumed` is what the use assumes, in words.
    """

    def __init__(self, declarations: Declarations, facts: frozenset[str], size: str) -> None:
        self.facts = facts
        self.size = size
        super().__init__(declarations)

    def results(self, rule: str, site: Site, after: Poly) -> Iterator[Poly]:
        """The forms that the result of a rule may have at a site."""
        self.assumed = ""
        kind, args, bound = site
        matching = {
            ("total_probability", "bind"): self.marginal,
            ("marginalisation", "bind"): self.marginal,
            ("multivariate_gaussian_density", "log"): self.vector_density,
            ("multivariate_gaussian_moments", "bind"): self.vector_moments,
            ("logarithm_of_a_product", "log"): self.logarithm,
            ("logarithm_of_an_exponential", "log"): self.logarithm,
            ("logarithm_of_an_exponential", "exp"): self.exponential_of_a_logarithm,
            ("bellman_action_value", "app"): self.action_value,
            ("bellman_state_value", "bind"): self.state_value,
            ("derivative_of_a_logarithm", "grad"): self.derivative_rules,
            ("derivative_under_the_integral", "bind"): self.gradient_of_a_marginal,
            ("linearity_of_trajectory_expectations", "traj"): self.one_trajectory,
        }
        if rule in OF_THEIR_NAME.get(kind, "").split():
            matching[rule, kind] = getattr(self, rule)
        if rule == "given_fact":
            yield from self.given_fact(site)
        elif (rule, kind) == ("range_splitting", "bind"):
            yield from self.range_splitting(args, bound, after)
        elif (rule, kind) == ("reindexed_sum", "bind"):
            yield from self.reindexed_sum(args, bound, after)
        elif (rule, kind) == ("iverson_collapse", "bind"):
            yield from self.iverson_collapse(args, bound)
        elif rule == "sign_of_a_multiple" and kind in {"sign", "step"}:
            yield from self.sign_of_a_multiple(kind, poly_of(args[0]))
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
        self.assumed = POSITIVE
        return self.mul(self.joint(family, top + bottom), self.inverse(self.joint(family, bottom)))

    def only_factor(self, args: tuple[Value, ...]) -> Atom:
        """The single factor below a binder."""
        atom = poly_of(args[1]).atom()
        if atom is None:
            raise RefusalError("the variable occurs in another factor")
        return atom

    def marginal(self, args: tuple[Value, ...], number: int) -> Poly:
        """Marginal: int p(A, x) dx = p(A)."""
        atom = self.only_factor(args)
        result = self.without(atom, number) if atom.kind == "dens" else None
        if result is None:
            raise RefusalError("the variable does not fill just one place of a density's law")
        return result

    def gradient_of_a_marginal(self, args: tuple[Value, ...], number: int) -> Poly:
        """Marginal: int grad p(A, x) dx = grad p(A)."""
        atom = self.only_factor(args)
        self.assumed = UNDER_THE_INTEGRAL
        if atom.kind != "grad" or number in free(atom.args[0]):
            raise RefusalError("there is no gradient of a density below the integral")
        inner = self.marginal((args[0], poly_of(atom.args[1])), number)
        return self.derivative(atom.args[0], inner)

    def component_marginal(self, args: tuple[Value, ...], number: int) -> Poly:
        """Component: int q(z) f(z_j) dz = int q(z_j) f(z_j) dz_j."""
        sort, mono, law = self.one_law(args, number)
        rest = tuple(pair for pair in mono if pair[0] != law)
        found = {part.key: part for atom, _ in rest for part in parts_of(atom, number)}
        component = next(iter(found.values())) if len(found) == 1 else None
        if component is None or component.kind != "comp":
            raise RefusalError("the other factors hold more than one component of the vector")
        new = self.open("comp", sort[1])
        leaf = {component: of(new)}.get
        others = self.rename(Poly({rest: Fraction(1)}), {}, leaf)
        index = component.args[1]
        found_ = tuple(
            (role, index, of(new)) if is_var(filler, number) else (role, at, filler)
            for role, at, filler in entries(law.args[1])
        )
        joint = self.joint(self.family(str(law.args[0])), found_)  # type: ignore[arg-type]
        return self.bind([*new.free], self.mul(joint, others))

    def independent_factors(self, args: tuple[Value, ...], number: int) -> Poly:
        """Two components: E[f(z_i) g(z_j)] is E[f] E[g] for i != j, and E[f g] for i = j."""
        sort, mono, law = self.one_law(args, number)
        family, (role, _, _), _ = self.law(law)
        self.independent(family, role)
        said = self.assumed
        groups: dict[Atom, list[tuple[Atom, Fraction]]] = {}
        for atom, power in mono:
            if atom != law:
                parts = {part.key: part for part in parts_of(atom, number)}
                groups.setdefault(next(iter(parts.values())), []).append((atom, power))
                if len(parts) != 1:
                    raise RefusalError("a factor holds two components")
        if len(groups) != 2 or any(part.kind != "comp" for part in groups):
            raise RefusalError("there are not two components")
        (here, first), (there, second) = groups.items()

        def mean(inside: Poly) -> Poly:
            fresh = self.open(*sort)
            below = self.mul(of(law), inside)
            return self.bind([*fresh.free], self.rename(below, {number: of(fresh)}))

        left, right = (Poly({as_mono(dict(each)): Fraction(1)}) for each in (first, second))
        moved = self.rename(right, {}, {there: of(here)}.get)
        assert isinstance(here.args[1], tuple)
        assert isinstance(there.args[1], tuple)
        equal = self.make("eq0", (poly_of(here.args[1][0]) - poly_of(there.args[1][0]),))
        apart = self.mul(mean(left), mean(right))
        together = mean(self.mul(left, moved))
        self.assumed = said
        return self.mul(equal, together) + self.mul(ONE - equal, apart)

    def one_law(self, args: tuple[Value, ...], number: int) -> tuple[tuple[Value, ...], Mono, Atom]:
        """The sort of a whole vector, what stands below its integral, and its one density there."""
        sort, (mono, factor) = args[0], poly_of(args[1]).single() or ((), 0)
        laws: list[Atom] = []
        for atom in (a for a, e in mono if a.kind == "dens" and e == 1):
            own = self.family(str(atom.args[0])).of
            filled = [
                (role in own, at) for role, at, f in entries(atom.args[1]) if is_var(f, number)
            ]
            laws += [atom] if (True, ()) in filled else []
        assert isinstance(sort, tuple)
        if sort[0] != "space" or len(laws) != 1 or factor != 1:
            raise RefusalError("there is not just one density of the whole vector")
        return sort, mono, laws[0]

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
        """Logarithm: log q(z) = sum_j log q(z_j)."""
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
        head, place = component.args if component and component.kind == "comp" else (None, None)
        if not at == place == (index,) or sort != whole or number in free((head, rest)):
            raise RefusalError("the product is not one over all components")
        return self.joint(family, ((role, (), poly_of(head)), *rest))

    def conditions(self, rest: tuple[Entry, ...]) -> Scope:
        """The values of the variables that stand whole behind the bar of a density."""
        named = [(variable.name, variable.place) for variable in self.declarations.variables]
        return {n: value for role, at, value in rest for n, p in named if p == role and not at}

    def normal(self, atom: Atom | None) -> tuple[Poly, Poly, Poly]:
        """Value, mean and standard deviation of a density that is declared Gaussian."""
        family, (_, at, filler), rest = self.law(atom)
        normal = family.normal
        if "normal" not in self.facts or normal is None or len(at) != bool(normal.index):
            raise RefusalError(f"{family.name} is not declared Gaussian, or not for this")
        self.assumed = f"{family.name} is Gaussian, as declared"
        scope: Scope = {normal.index: at[0]} if normal.index else {}
        scope.update(self.conditions(rest))
        return filler, self.value(normal.mean, scope), self.value(normal.deviation, scope)

    def gaussian_density(self, args: tuple[Value, ...], _: int) -> Poly:
        """Logarithm: log N(z; m, s^2) = -log(2 pi)/2 - log s - (z - m)^2 / (2 s^2)."""
        value, mean, deviation = self.normal(poly_of(args[0]).atom())
        said = self.assumed
        gap = self.mul(value - mean, self.inverse(deviation))
        logs = self.make("log", (constant(2),)) + self.make("log", (of(Atom("pi")),))
        half = Fraction(-1, 2)
        result = (logs + self.mul(gap, gap)) * half - self.make("log", (deviation,))
        self.assumed = said
        return result

    def gaussian_moments(self, args: tuple[Value, ...], number: int) -> Poly:
        """Moments: int N(z; m, s^2) z^k dz = m_k, with m_k = m m_{k-1} + (k - 1) s^2 m_{k-2}."""
        mono, factor = poly_of(args[1]).single() or ((), 0)
        laws, rest = split(mono, lambda atom: atom.kind == "dens")
        variable = Atom("var", number)
        power = dict(rest).pop(variable, Fraction(0))
        if factor != 1 or len(laws) != 1 or laws[0][1] != 1 or {a for a, _ in rest} - {variable}:
            raise RefusalError("there is more than one density and a power of its variable")
        value, mean, deviation = self.normal(laws[0][0])
        moved = number in mean.free | deviation.free
        if value != of(variable) or moved or power not in range(LARGEST_MOMENT):
            raise RefusalError("the density is not one of the variable that is integrated")
        before, current = ZERO, ONE
        for k in range(int(power)):
            spread = self.mul(self.mul(deviation, deviation), before) * k
            before, current = current, self.mul(mean, current) + spread
        return current

    def matrix_product(self, args: tuple[Value, ...], number: int) -> Poly:
        """sum_k A_ik B_kj = (A B)_ij and sum_k A_kk = tr A."""
        mono, factor = poly_of(args[1]).single() or ((), Fraction(0))
        result = self.contracted(number, mono)
        if result is None or self.sorts[number] != args[0]:
            raise RefusalError("the index does not join two matrices")
        return result * factor

    def vector_law(self, atom: Atom | None) -> tuple[Entry, t.Range, Scope, Term, Term]:
        """A density of a vector, or of a component, that is declared by its covariance."""
        family, mine, rest = self.law(atom)
        vector, law = self.declarations.vector_of(family), family.multivariate
        if "normal" not in self.facts or law is None or vector is None or vector.components is None:
            raise RefusalError(f"{family.name} is not declared by a covariance")
        for part in (law.mean, law.covariance):
            weigh(part, self.declarations)
        span, shapes = vector.components, self.lowering.shapes
        mean = shapes.fill(unfold(law.mean, self.declarations), Shape(span, SINGLE))
        spread = shapes.fill(unfold(law.covariance, self.declarations), Shape(span, span))
        scope = self.conditions(rest)
        size: tuple[Value, ...] = ("range", *self.values((span.lower, span.upper), {}))
        places = (ROW, COLUMN)
        _, matrix, _ = self.opened_matrix(
            lambda: self.lowering.entry(spread, *places), places, size, scope
        )
        if matrix is None or not self.is_definite(matrix):
            raise RefusalError("a covariance that is not known to be positive definite")
        self.assumed = f"{family.name} is Gaussian, as declared"
        return mine, span, scope, mean, spread

    def mean_of(self, mean: Term, scope: Scope, index: Poly) -> Poly:
        """A component of the mean of a vector."""
        entry = self.lowering.entry(mean, ROW, t.as_term(1))
        return self.value(entry, {**scope, ROW.name: index})

    def covariance_of(self, spread: Term, scope: Scope, row: Poly, column: Poly) -> Poly:
        """The covariance of two components of a vector."""
        entry = self.lowering.entry(spread, ROW, COLUMN)
        return self.value(entry, {**scope, ROW.name: row, COLUMN.name: column})

    def vector_density(self, args: tuple[Value, ...], _: int) -> Poly:
        """Logarithm: log N(z; m, S) = -(k log(2 pi) + log det S + (z - m)^T S^-1 (z - m)) / 2."""
        (_role, at, filler), span, scope, mean, spread = self.vector_law(poly_of(args[0]).atom())
        said = self.assumed
        logs = self.make("log", (constant(2),)) + self.make("log", (of(Atom("pi")),))
        if at:
            variance = self.covariance_of(spread, scope, at[0], at[0])
            gap = filler - self.mean_of(mean, scope, at[0])
            square = self.mul(self.mul(gap, gap), self.inverse(variance))
            whole = logs + self.make("log", (variance,)) + square
        else:
            first, last = self.values((span.lower, span.upper), {})
            rows, columns = (of(self.open("range", first, last)) for _ in range(2))
            head = filler.atom()
            values = [(of(Atom("comp", head, (index,))), index) for index in (rows, columns)]
            gaps = [value - self.mean_of(mean, scope, index) for value, index in values]
            back = self.entry_of(t.Pow(spread, t.Neg(t.as_term(1))), rows, columns, scope)
            square = self.bind([*rows.free, *columns.free], self.product((*gaps, back)))
            volume = self.value(self.lowering.number(t.Det(spread)), scope)
            length = last - first + ONE
            whole = self.mul(length, logs) + self.make("log", (volume,)) + square
        self.assumed = said
        return whole * Fraction(-1, 2)

    def vector_moments(self, args: tuple[Value, ...], number: int) -> Poly:
        """E[z_i] = m_i and E[z_i r] = m_i E[r] + sum of S_ik E[r without z_k]."""
        mono, factor = poly_of(args[1]).single() or ((), 0)
        laws, rest = split(mono, lambda atom: atom.kind == "dens")
        variable = Atom("var", number)
        if factor != 1 or len(laws) != 1 or laws[0][1] != 1:
            raise RefusalError("there is not just one density")
        (_, at, filler), _, scope, mean, spread = self.vector_law(laws[0][0])
        places: list[Poly] = []
        for atom, power in rest:
            place = at if atom == variable else atom.args[-1]
            own = atom == variable if at else atom.kind == "comp" and atom.args[0] == variable
            if not own or not isinstance(place, tuple) or power not in range(LARGEST_MOMENT):
                raise RefusalError("another factor than a component of the vector")
            places += [poly_of(place[0])] * int(power)
        if filler != of(variable) or any(number in place.free for place in places):
            raise RefusalError("the density is not one of the vector that is integrated")

        def moment(places: list[Poly]) -> Poly:
            if not places:
                return ONE
            first, others = places[0], places[1:]
            result = self.mul(self.mean_of(mean, scope, first), moment(others))
            for k, other in enumerate(others):
                shared = self.covariance_of(spread, scope, first, other)
                result = result + self.mul(shared, moment(others[:k] + others[k + 1 :]))
            return result

        return moment(places)

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
        if atom is not None and self.sign(of(atom)) == 1:
            return self.logarithm_of_atom(atom)
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
        """Logarithm: log prod_j f_j = sum_j log f_j."""
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
        single, result = rest.single(), ONE
        for each, count in single[0] if single else ():  # (a^2)^r = |a|^(2 r)
            if count % 2 == 0 and count * power > 0:
                rest = self.mul(rest, of(each, -count))
                size = constant(count * power)
                result = self.mul(result, self.power(self.make("abs", (of(each),)), size))
        if self.sign(rest) == -1:
            raise RefusalError("a fractional power of a negative number")
        result = self.mul(result, ONE if rest == ONE else self.fixed_power(rest, exponent))
        for part, count in found:
            atom = part.atom()
            whole = of(atom, count * power) if atom else ONE
            if atom is None:
                prime = Atom("prime", int(part.number() or 0))
                whole = self.settle({prime: count * power})
            result = self.mul(result, self.mul(whole, ONE))
        return result

    def modulus(self, args: tuple[Value, ...], _: int) -> Poly:
        """|a b| = |a| |b|, |-a| = |a|, |a|^2 = a^2, |a| = a for a >= 0."""
        poly = poly_of(args[0])
        for way in (1, -1):
            low = self.low(poly * way)[0]
            if low is not None and low >= 0:
                return poly * way
        found, rest = self.factors(poly)
        size, shared, rest = content(rest)
        result = self.product(self.power(part, constant(count)) for part, count in found)
        for atom, count in shared.items():
            even = count % 2 == 0
            base = of(atom) if even else self.make("abs", (of(atom),))
            single = base.atom()
            powered = of(single, count) if single else self.power(base, constant(count))
            result = self.mul(result, powered)
        number = rest.number()
        if number is not None:
            return result * size * abs(number)
        sign = self.sign(rest)
        last = rest * sign if sign else of(Atom("abs", min((rest, rest * -1), key=first_sign)))
        return self.mul(result, last) * size

    def sign_of_a_multiple(self, kind: str, base: Poly) -> Iterator[Poly]:
        """sign(c a) = sign(a) and step(c a) = step(a) for c > 0, sign(-a) = -sign(a)."""
        known = self.sign(base) if base.terms else 0
        if known is not None:
            yield constant(known if kind == "sign" else max(known, 0))
            return
        _, shared, rest = content(base)
        for atom, power in shared.items():
            if self.sign(of(atom)) != 1:
                rest = self.mul(rest, of(atom, power))
        yield of(Atom(kind, rest))
        if kind == "sign":
            yield of(Atom(kind, rest * -1)) * -1

    def symbolic_power(self, args: tuple[Value, ...], _: int) -> Poly:
        """b^(e + f) = b^e b^f and (a b)^e = a^e b^e, for b > 0, or b != 0 and integers e, f."""
        base, exponent = poly_of(args[0]), poly_of(args[1])
        top, bottom = self.together(base)
        size, shared, rest = content(top)
        parts = [(of(a), e) for a, e in shared.items()] + [(of(a), -e) for a, e in bottom.items()]
        parts += [(constant(p), Fraction(k)) for p, k in prime_factors(size.numerator)]
        parts += [(constant(p), Fraction(-k)) for p, k in prime_factors(size.denominator)]
        parts += [(rest, Fraction(1))] if rest != ONE else []
        powers = [pair for mono in exponent.terms for pair in mono]
        whole = all(e > 0 and e.denominator == 1 and self.is_integer(a) for a, e in powers)
        whole = whole and all(number.denominator == 1 for number in exponent.terms.values())
        signs = {self.sign(part) for part, _ in parts}
        if None in signs or (-1 in signs and not whole):
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

    # ---------------------------------------------------------------- value functions

    def action_value(self, args: tuple[Value, ...], _: int) -> Poly:
        """Q(s, a) = r(s, a) + gamma int P(s' | s, a) V(s') ds'."""
        name, at = str(args[0]), args[1]
        found = [v for v in self.declarations.values if v.action_value == name]
        if len(found) != 1 or not isinstance(at, tuple) or args[2] != ():
            raise RefusalError(f"{name} is no action value")
        state, action = map(poly_of, at)
        return self.make("app", (found[0].reward, at, ())) + self.next_value(
            found[0], state, action, [], ONE
        )

    def next_value(
        self, values: Values, state: Poly, action: Poly, opened: list[int], weight: Poly
    ) -> Poly:
        """Discounted: gamma int weight P(s' | s, a) V(s') ds', also over opened variables."""
        policy, dynamics = self.family(values.policy), self.family(values.dynamics)
        after = of(self.open("space", policy.given[0]))
        given = ((policy.given[0], (), state), (policy.of[0], (), action))
        law = self.joint(dynamics, ((dynamics.of[0], (), after), *given))
        body = self.product((weight, law, self.make("app", (values.name, (after,), ()))))
        discount = self.make("sym", (values.discount, ()))
        return self.mul(discount, self.bind([*opened, *after.free], body))

    def state_value(self, args: tuple[Value, ...], number: int) -> Poly:
        """Mean: int pi(a | s) r(s, a) da = V(s) - gamma int int pi(a | s) P(s' | s, a) V(s')."""
        sort, body = args
        mono, factor = poly_of(body).single() or ((), Fraction(0))
        assert isinstance(sort, tuple)
        for values in self.declarations.values:
            rewards = [a for a, _ in mono if a.kind == "app" and a.args[0] == values.reward]
            at = rewards[0].args[1] if len(rewards) == 1 else ()
            if not isinstance(at, tuple) or len(at) != 2:
                continue
            state, action, policy = poly_of(at[0]), poly_of(at[1]), self.family(values.policy)
            given = ((policy.given[0], (), state), (policy.of[0], (), action))
            whole = self.mul(self.joint(policy, given), of(rewards[0]))
            if poly_of(body) != whole or not is_var(action, number) or number in state.free:
                continue
            fresh = of(self.open(*sort))
            weight = self.joint(policy, (given[0], (policy.of[0], (), fresh)))
            after = self.next_value(values, state, fresh, [*fresh.free], weight)
            return (self.make("app", (values.name, (state,), ())) - after) * factor
        raise RefusalError("it is not the mean reward of a policy whose values are declared")

    def maximum(self, args: tuple[Value, ...], number: int) -> Poly:
        """max_a (c + k f(a)) = c + k max_a f(a) for k > 0."""
        sort, body = args[0], poly_of(args[1])
        self.assumed = "maxima over outcomes are attained"
        without = {m: c for m, c in body.terms.items() if all(number not in a.free for a, _ in m)}
        rest = body - Poly(without)
        if not rest.terms:
            return body
        size, shared, _ = content(rest)
        scale = constant(size)
        for atom, power in shared.items():
            if number not in atom.free and self.sign(of(atom)) == 1:
                scale = self.mul(scale, of(atom, power))
        inner = self.mul(rest, self.inverse(scale))
        parts = [(split(mono, lambda a: number in a.free), c) for mono, c in rest.terms.items()]
        whole = total(Poly({other: c}) for (_, other), c in parts)
        if len({own for (own, _), _ in parts}) == 1 and self.sign(whole) == 1:
            scale, inner = whole, Poly({parts[0][0][0]: Fraction(1)})
        return Poly(without) + self.mul(scale, self.make("max", (sort, inner), number))

    # ---------------------------------------------------------------- ranges

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
        highs = upper, upper - constant(upper.terms.get((), 0))
        spans = [(low, high) for low in (lower, ONE) for high in highs]
        for index in self.declarations.indices:
            ends = index.range.lower, index.range.upper
            spans.append((self.value(ends[0], {}), self.value(ends[1], {})))
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
                (opened,) = fresh.free
                yield self.range_sum(opened, inside, low, high)
            moves = (low - lower).number(), (high - upper).number()
            if moves[0] is not None and moves[1] is not None:
                whole = (int(moves[0]), int(moves[1]))
                yield from self.moved_ends(number, body, (lower, upper), whole)

    def reindexed_sum(self, args: tuple[Value, ...], number: int, after: Poly) -> Iterator[Poly]:
        """sum_{i=a}^b f(i) = sum_{i=a}^b f(a + b - i) = sum_{i=a+k}^{b+k} f(i - k)."""
        lower, upper = self.range_of(args)
        for shift in map(constant, sorted(range(-8, 9), key=abs)):
            sort = ("range", lower + shift, upper + shift)
            fresh = self.open(*sort)
            value = of(fresh) - shift if shift.terms else lower + upper - of(fresh)
            body, (opened,) = self.rename(poly_of(args[1]), {number: value}), fresh.free
            yield self.range_sum(opened, body, lower + shift, upper + shift)
            yield from self.range_splitting((sort, body), opened, after)

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
            if last - first > LARGEST_RANGE:
                raise RefusalError("a range too long to write out")
            values = range(int(first), int(last) + 1)
            return self.product(self.rename(body, {number: constant(k)}) for k in values)
        if not body.terms:
            raise RefusalError("a product of zeros over a range that may be empty")
        size, shared, rest = content(body)
        factors = [(constant(size), Fraction(1)), (rest, Fraction(1))]
        factors += [(self.settle({atom: Fraction(1)}), power) for atom, power in shared.items()]
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
        return self.closed_atom("prod", (sort, factor), number) if found is None else found

    def given_fact(self, site: Site) -> Iterator[Poly]:
        """A declared equation may be used from left to right."""
        kind, args, bound = site
        here = self.keyed(kind, args, bound)
        for fact in self.declarations.facts:
            said = (fact.statement.left, fact.statement.right)
            for side in said:
                weigh(side, self.declarations)
            sides = [unfold(side, self.declarations) for side in said]
            scopes: list[Scope] = [{}] if "given" in self.facts and not fact.forall else []
            if self.size and any(Sym(self.size) in t.walk(side) for side in sides):
                scopes = []  # the fact is another one for another size
            elif len(fact.forall) == 1:
                scopes = [{fact.forall[0]: value} for value in indices_in(args)]
            for scope in scopes if fact.statement.relation == "=" else []:
                if not all(self.in_range(letter, scope) for letter in fact.forall):
                    continue
                left = self.node(sides[0], scope)
                if self.keyed(*left) == here:
                    self.assumed = f"given: {fact.name}"
                    yield self.value(sides[1], scope)

    def in_range(self, letter: str, scope: Scope) -> bool:
        """Whether a value of a letter lies in its range; by induction, in the world after."""
        declared = self.declarations.find(letter)
        if not isinstance(declared, Index):
            return False
        lower, upper = declared.range.lower, declared.range.upper
        following = t.substitute(upper, {Sym(s): Sym(s) + 1 for s in [self.size] if s})
        first, last = self.value(lower, {}), self.value(following, {})
        return self.at_least(scope[letter] - first) and self.at_least(last - scope[letter])


def first_sign(poly: Poly) -> bool:
    """Whether the first term of a sum, in the order of their texts, is negative."""
    first = min(poly.terms, key=lambda mono: ".".join(f"{a.key}^{e}" for a, e in mono))
    return poly.terms[first] < 0


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
        inside = value.kind == "comp" and number in free(value.args[1])
        if value.kind in {"var", "comp"} and not inside:
            yield value
        else:
            yield from parts_of(value.args, number)


# -------------------------------------------------------------------- certificates
