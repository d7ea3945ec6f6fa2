"""Rules of probability.

Conditional densities, marginals, factorised laws, quotients under an integral.

Every density stands in the normal form as a joint density of its family, so Bayes' rule, the chain
rule and marginals are cancellation, with nothing to search. The atom is `dens(family, entries)`; an
entry is (role, component index or (), filler).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from lemmata.kernel.fuel import DIVISION_COST
from lemmata.kernel.poly import (
    ONE,
    Argument,
    Atom,
    Mono,
    Name,
    Poly,
    as_poly,
    as_tuple,
    atoms,
    join,
    of_atom,
    of_mono,
    total,
)
from lemmata.kernel.rules import rule
from lemmata.kernel.terms import Density, Sym, Term

if TYPE_CHECKING:
    from lemmata.kernel.declarations import Family
    from lemmata.kernel.normal import Normaliser, Scope

Entry: TypeAlias = "tuple[str, tuple[Poly, ...], Poly]"
POSITIVE_DENSITIES = "densities are positive where they divide or stand inside a logarithm"


@rule("conditional_density")
def conditional(n: Normaliser, term: Density, scope: Scope) -> Poly:
    """A conditional density is joint over marginal.

    Statement: p(A | B) = p(A, B) / p(B), for disjoint groups of roles of one family.
    Assumes: p(B) > 0.
    Refuses: a role filled twice, a role of another family, a missing condition that the family
        is always given.
    Example: p(x | z, y) p(z | y) / p(z | x, y) = p(x | y).
    """
    family = n.declarations.family(term.family)
    of, given = (
        tuple(_entry(n, family, part, len(side), drawn, scope) for part in side)
        for side, drawn in ((term.of, True), (term.given, False))
    )
    _refuse_repeats(n, family, of + given)
    if any(entry[1] and entry[0] in family.given for entry in given):
        n.unsupported(f"{family.name} is declared given a whole vector; write it without an index")
    roles = {entry[0] for entry in given}
    if not set(family.given) <= roles:
        missing = ", ".join(sorted(set(family.given) - roles))
        n.unsupported(f"{family.name} is declared given {missing}; write the condition")
    conditions = tuple(entry for entry in given if entry[0] not in family.given)
    top = joint(family, of + given)
    if not conditions:
        return top
    n.use("conditional_density", POSITIVE_DENSITIES)
    result = n.mul(top, of_mono(tuple((a, -1) for a in atoms(joint(family, given)))))
    n.note("conditional_density", result, "conditional", family.name, of, given)
    return result


def _entry(
    n: Normaliser, family: Family, part: Term, count: int, drawn: bool, scope: Scope
) -> tuple[str, tuple[Poly, ...], Poly]:
    filler, places = n.poly(part, scope), family.of if drawn else family.given
    if isinstance(part, Sym):
        variable = n.declarations.variable(part.name)
        if variable is not None:
            place = family.place(variable.place, drawn=drawn)
            if place not in (*family.of, *family.given):
                n.unsupported(f"{family.name} has no place for {part.name}")
            component = variable.components is not None and bool(part.indices)
            index = tuple(n.poly(i, scope) for i in part.indices) if component else ()
            return place, index, filler
    inner = filler.atom()
    variable_in_disguise = inner is not None and inner.kind in {"bound", "comp"}
    if count == 1 and len(places) == 1 and not variable_in_disguise:
        return places[0], (), filler  # a value at the family's only place, such as p_Z(f(x))
    return n.unsupported(
        f"an argument of {family.name} is not a variable, so its place is not clear"
    )


def _refuse_repeats(
    n: Normaliser, family: Family, entries: tuple[tuple[str, tuple[Poly, ...], Poly], ...]
) -> None:
    whole = [entry[0] for entry in entries if not entry[1]]
    parts = [entry for entry in entries if entry[1]]
    if len(set(whole)) < len(whole) or {entry[0] for entry in parts} & set(whole):
        n.unsupported(f"a variable stands twice in one density of {family.name}")
    for place, first in enumerate(parts):
        for second in parts[place + 1 :]:
            gap = (first[1][0] - second[1][0]).number()
            if first[0] == second[0] and (gap is None or gap == 0):
                n.unsupported(
                    f"two components of {first[0]} in one density of {family.name} may be the same"
                )


def joint(family: Family, entries: tuple[Entry, ...]) -> Poly:
    """The atom of a joint density; 1 when no role of the family's law is left."""
    if not any(entry[0] in family.of for entry in entries):
        return ONE
    ordered = sorted(entries, key=lambda e: (e[0], str(e[1]), e[2].key))
    return of_atom(Atom("dens", family.name, tuple(ordered)))


def rebuild(n: Normaliser, arguments: tuple[Argument, ...]) -> Poly:
    """The atom of a joint density after a substitution."""
    entries = as_tuple(arguments[1])
    return joint(n.declarations.family(str(arguments[0])), entries)  # type: ignore[arg-type]


def entries_of(atom: Atom) -> tuple[Entry, ...]:
    """The entries of a density atom."""
    return atom.arguments[1]  # type: ignore[return-value]


def without_variable(n: Normaliser, atom: Atom, number: int) -> Poly | None:
    """The density with one integrated variable dropped.

    None unless the variable fills exactly one free role.
    """
    family = n.declarations.family(str(atom.arguments[0]))
    kept, dropped = [], 0
    for entry in entries_of(atom):
        bound = entry[2].atom()
        if bound is not None and bound.kind == "bound" and bound.arguments[0] == number:
            if entry[0] not in family.of or any(number in i.free for i in entry[1]):
                return None
            dropped += 1
        elif number in entry[2].free or any(number in i.free for i in entry[1]):
            return None
        else:
            kept.append(entry)
    return joint(family, tuple(kept)) if dropped == 1 else None


@rule("marginalisation")
def marginalise(n: Normaliser, number: int, touching: Mono) -> Poly | None:
    """Integrating a variable out of a density gives the marginal; out of all it is a law of, 1.

    Statement: int p(A, x) dx = p(A), and int p(x) dx = 1; likewise for the gradient of a density.
    Assumes: for a gradient, that it may be exchanged with the integral.
    Refuses: the variable in another factor, in two roles, as a condition of the family, or in a
        power of the density.
    Example: int p(x, z) dz = p(x).
    """
    if len(touching) != 1 or touching[0][1] != 1:
        return None
    atom = touching[0][0]
    if atom.kind == "dens":
        result = without_variable(n, atom, number)
        if result is not None:
            name = "total_probability" if result == ONE else "marginalisation"
            n.note_binder(name, result, number, touching)
        return result
    if atom.kind == "grad":
        variable, inner = atom.arguments
        assert isinstance(variable, Atom)
        if isinstance(inner, Atom) and inner.kind == "dens" and number not in variable.free:
            result = without_variable(n, inner, number)
            if result is not None:
                n.use("derivative_under_the_integral", "derivatives and integrals may be exchanged")
                n.use("total_probability" if result == ONE else "marginalisation")
                change = n.derivative(of_atom(variable), result)
                n.note_binder("derivative_under_the_integral", change, number, touching)
                return change
    return None


@rule("total_probability")
def _total_probability() -> None:
    """A density integrates to one (the case of `marginalisation` in which no variable is left).

    Statement: int p(x | A) dx = 1.
    Assumes: nothing beyond the declaration of the family.
    Refuses: what `marginalisation` refuses.
    Example: int q(z | x) log p(x) dz = log p(x).
    """


@rule("component_marginal")
def component_marginal(n: Normaliser, number: int, sort: Argument, touching: Mono) -> Poly | None:
    """Under a density of a whole vector.

    A function of one component is integrated over that component alone.

    Statement: int q(z) f(z_j) dz = int q(z_j) f(z_j) dz_j.
    Assumes: nothing; q(z_j) is the marginal of q(z) by definition.
    Refuses: a second density of the vector, two different components, the whole vector in f, a
        law given the vector.
    Example: int q(z) z_j dz = int q(z_j) z_j dz_j.
    """
    kind, place, *_ = as_tuple(sort)
    vectors = [v for v in n.declarations.variables if v.components and v.place == place]
    if kind != "space" or not vectors:
        return None
    laws = [a for a, e in touching if a.kind == "dens" and e == 1 and fills(n, a, number)]
    if len(laws) != 1:
        return None
    rest = tuple(pair for pair in touching if pair[0] != laws[0])
    parts = [(c, atom) for atom, _ in rest for c in components(atom, number)]
    found = {c.key: c for c, _ in parts}
    closed = any(not c.free <= atom.free for c, atom in parts)
    if closed or len(found) != 1:  # a component with a bound index stands for several
        return None
    (component,) = found.values()
    if component.kind != "comp":
        return None
    index = as_tuple(component.arguments[1])
    fresh_number = n.fresh()
    n.note_limits(fresh_number, ("comp", place))
    fresh = Atom("bound", fresh_number)
    replaced = [_replace_component(n, atom, component, fresh, number) for atom, _ in rest]
    if any(part is None for part in replaced):
        return None
    family = n.declarations.family(str(laws[0].arguments[0]))
    entries = tuple(
        (role, index, of_atom(fresh)) if number in filler.free else (role, where, filler)
        for role, where, filler in entries_of(laws[0])
    )
    body = joint(family, entries)  # type: ignore[arg-type]
    for part, (_, exponent) in zip(replaced, rest, strict=True):
        assert part is not None
        body = n.mul(body, n.power_number(part, exponent))
    result = n.bind([(fresh_number, ("comp", place))], body)
    n.note_binder("component_marginal", result, number, touching)
    return result


def fills(n: Normaliser, atom: Atom, number: int) -> bool:
    """Whether an atom is a law of the whole variable and mentions it nowhere else."""
    of = n.declarations.family(str(atom.arguments[0])).of
    variable = of_atom(Atom("bound", number))
    mine = [
        e for e in entries_of(atom) if number in e[2].free or any(number in i.free for i in e[1])
    ]
    return [(role in of, where, filler) for role, where, filler in mine] == [(True, (), variable)]


def components(value: Argument, number: int) -> list[Atom]:
    """The components of a bound vector inside an atom; the vector itself where it stands whole."""
    if isinstance(value, tuple):
        return [c for part in value for c in components(part, number)]
    if isinstance(value, Poly):
        return [c for mono in value.terms for atom, _ in mono for c in components(atom, number)]
    if not isinstance(value, Atom) or number not in value.free:
        return []
    if value.kind == "bound" or (value.kind == "comp" and isinstance(value.arguments[0], Atom)):
        return [value]
    return components(value.arguments, number)


def _replace_component(
    n: Normaliser, atom: Atom, component: Atom, fresh: Atom, number: int
) -> Poly | None:
    """An atom with one component replaced by a fresh variable.

    None if the vector stands there in another way.
    """
    if component.kind != "comp" or any(c != component for c in components(atom, number)):
        return None
    names: frozenset[Name] = frozenset({number})
    return n.transform(
        of_atom(atom), names, lambda part: of_atom(fresh) if part == component else None
    )


@rule("independent_components")
def log_of_independent(n: Normaliser, atom: Atom) -> Poly | None:
    """The logarithm of a law with independent components is the sum of the components' logarithms.

    Statement: log q(z) = sum_j log q(z_j), when q is declared independent.
    Assumes: the declared independence.
    Refuses: a family not declared independent, a marginal or a component of it, a missing
        condition.
    Example: log q(z | x) = sum_j log q(z_j | x).
    """
    family, sort, mine, rest = independent(n, atom)
    role, where, filler = mine
    head = filler.atom()
    if sort is None or where or head is None or head.kind not in {"bound", "sym"}:
        return None
    number = n.fresh()
    index = of_atom(Atom("bound", number))
    component = of_atom(Atom("comp", head, (index,)))
    law = joint(family, ((role, (index,), component), *rest))
    n.use("independent_components", f"the components of {role} are independent under {family.name}")
    n.note_limits(number, sort)
    result = n.bind([(number, sort)], n.logarithm(law))
    n.note("independent_components", result, "log", of_atom(atom))
    return result


def independent(n: Normaliser, law: Atom) -> tuple[Family, Argument, Entry, tuple[Entry, ...]]:
    """A law's family, its entry and its conditions.

    And the range of the components that are declared independent; None where they are not, or the
    law is not the whole one that is declared.
    """
    family, entries = n.declarations.family(str(law.arguments[0])), entries_of(law)
    mine = [entry for entry in entries if entry[0] in family.of]
    rest = tuple(entry for entry in entries if entry[0] not in family.of)
    spans = [v.components for v in n.declarations.variables if v.place == mine[0][0]]
    declared = family.independent or (family.normal is not None and family.normal.index)
    whole = len(mine) == 1 and len(rest) == len(family.given)
    if "independent" not in n.facts or not declared or not whole or not spans or not spans[0]:
        return family, None, mine[0], rest
    return family, ("range", n.poly(spans[0].lower), n.poly(spans[0].upper)), mine[0], rest


@rule("independent_product")
def joint_of_components(n: Normaliser, law: Atom, number: int, sort: Argument) -> Poly | None:
    """The product of all components' laws is the law of the vector.

    Statement: prod_j q(z_j) = q(z), when q is declared independent.
    Assumes: the declared independence.
    Refuses: a product over less than the whole range, another vector's components, a family not
        declared independent.
    Example: prod_{j=1}^m q(z_j | x) = q(z | x).
    """
    family, whole, (role, where, filler), rest = independent(n, law)
    component, index = filler.atom(), of_atom(Atom("bound", number))
    if whole is None or where != (index,) or component is None or component.kind != "comp":
        return None
    head, place = component.arguments
    if place != (index,) or sort != whole or any(number in entry[2].free for entry in rest):
        return None
    assert isinstance(head, Atom)
    n.use("independent_product", f"the components of {role} are independent under {family.name}")
    result = joint(family, ((role, (), of_atom(head)), *rest))
    n.note("independent_product", result, "prod", sort, of_atom(law), (number,))
    return result


@rule("quotient_reduction")
def reduce_quotients(n: Normaliser, poly: Poly) -> Poly:
    """A sum cancels against the same sum in a denominator.

    Statement: (a + b) / (a + b) = 1, applied to the leading term: a / (a + b) = 1 - b / (a + b).
    Assumes: the denominator is not zero (noted when it was inverted).
    Refuses: nothing; terms without the leading monomial are left as they are.
    Example: p p/(p + g) + g p/(p + g) = p.
    """
    start = poly
    for _ in range(8):
        pairs = (pair for mono in poly.terms for pair in mono)
        sums = {a for a, e in pairs if a.kind == "sum" and e < 0 and e.denominator == 1}
        before = poly
        for atom in sorted(sums, key=lambda a: a.key):
            poly = _reduce_by(n, poly, atom, as_poly(atom.arguments[0]))
        if poly == before:
            break
        n.use("quotient_reduction")
    if poly != start:
        n.note("quotient_reduction", poly, "sum", start)
    return poly


def _reduce_by(n: Normaliser, poly: Poly, atom: Atom, inner: Poly) -> Poly:
    lead, size = inner.items()[-1]  # never the constant term
    others = inner - of_mono(lead, size)
    kept: dict[Mono, Fraction] = {}
    parts: list[Poly] = []
    n.burn(len(poly.terms))
    for mono, coefficient in poly.terms.items():
        powers = dict(mono)
        divides = powers.get(atom, 0) < 0 and all(powers.get(a, 0) >= e for a, e in lead)
        if not divides or not lead:
            kept[mono] = coefficient
            continue
        n.burn(DIVISION_COST)
        smaller = join(mono, (*((a, -e) for a, e in lead), (atom, 1)))
        rest = n.mul(of_mono(join(smaller, ((atom, -1),))), others)
        parts.append((of_mono(smaller) - rest).scaled(coefficient / size))
    return total((Poly(kept), *parts))
