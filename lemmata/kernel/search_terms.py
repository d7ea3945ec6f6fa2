"""Proposals of terms that may make up a difference. Not trusted: the kernel checks every one.

Divergences come from the densities that occur in the difference: for each weight, the conditional
law of one variable given some others, against the same conditional of every family, and against
the law without one of its conditions. By the chain rule these generate all averaged divergences.
Squares come from pairs of functions that are integrated with one weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations, islice
from math import isqrt
from typing import TYPE_CHECKING, TypeAlias

from lemmata.kernel.poly import (
    ONE,
    Argument,
    Atom,
    Exponent,
    Mono,
    Name,
    Poly,
    atoms,
    of_atom,
    of_mono,
    split,
    total,
)
from lemmata.kernel.render import Renderer, plain
from lemmata.kernel.rules import densities
from lemmata.kernel.rules.inequalities_constants import is_constant
from lemmata.kernel.rules.inequalities_logarithms import Group, read_groups
from lemmata.kernel.rules.inequalities_terms import Candidate
from lemmata.kernel.search_lp import useful_columns
from lemmata.kernel.terms import Density, Term

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser

Binder: TypeAlias = tuple[int, Argument]
Binders: TypeAlias = tuple[Binder, ...]
Entry: TypeAlias = tuple[str, tuple[Poly, ...], Poly]

LARGEST_LIBRARY = 120
LARGEST_LAW = 3
LARGEST_POOL = 5
HALVES = tuple(Fraction(k, 2) for k in (2, -2, 4, -4, 1, -1))


def propose(n: Normaliser, gap: Poly) -> Iterator[Candidate]:
    """At most 120 candidates for a difference; none where a logarithm cannot be matched."""
    groups, _ = read_groups(n, gap, merge=True, exponents=False)
    divergences = [list(_divergences(n, group)) for group in groups]
    bound = [place for place, group in enumerate(groups) if group.binders]
    if len(bound) == 1:
        matched = _matched(n, groups[bound[0]], divergences[bound[0]])
        if matched is None:
            return iter(())
        divergences[bound[0]] = matched
    bases = [*chain.from_iterable(divergences), *_tangents(groups), *_squares(n, gap)]
    times = [replace(c, times=factor) for factor in _factors(n, gap) for c in bases]
    return islice(chain(_terms_of(gap), bases, times), LARGEST_LIBRARY)


def _matched(n: Normaliser, group: Group, candidates: list[Candidate]) -> list[Candidate] | None:
    """The divergences whose logarithms of open variables can cancel; None if not all can.

    It saves the integrals of all others.
    """

    def visible(poly: Poly) -> Mapping[Mono, Fraction]:
        return {m: c for m, c in poly.terms.items() if any(a.free & numbers for a, _ in m)}

    numbers = {number for number, _ in group.binders}
    vectors = [visible(n.logarithm(c.left) - n.logarithm(c.right)) for c in candidates]
    logarithms = (n.logarithm(a).scaled(c) for a, c in group.logarithms.items())
    kept = useful_columns(vectors, visible(total(logarithms)))
    return None if kept is None else [candidates[k] for k in kept]


def _terms_of(gap: Poly) -> Iterator[Candidate]:
    """The single terms of the difference, and its constant part."""
    numbers = Poly({m: c for m, c in gap.terms.items() if is_constant(of_mono(m))})
    for part in (numbers, *(of_mono(mono) for mono in gap.terms)):
        yield Candidate("factor", (), ONE, part)


def _factors(n: Normaliser, gap: Poly) -> list[Poly]:
    """Free factors, and their distances to declared bounds: beta, beta - 1, 1 - beta."""
    symbols = {a for mono in gap.terms for a, e in mono if a.kind == "sym" and e == 1}
    result: list[Poly] = []
    for atom in sorted(symbols, key=lambda a: a.key):
        lower, upper = n.bounds(of_atom(atom))
        result += [of_atom(atom) - of_mono((), lower[0])] if lower else []
        result += [of_mono((), upper[0]) - of_atom(atom)] if upper else []
        result += [of_atom(atom)] if lower and lower[0] > 0 else []
    return result


# -------------------------------------------------------------------- divergences


def _divergences(n: Normaliser, group: Group) -> Iterator[Candidate]:
    """The divergences of one variable's law under a group's weight, given any of the others."""
    numbers = [number for number, _ in group.binders]
    drawn = [k for k, sort in group.binders if isinstance(sort, tuple) and sort[0] != "range"]
    fixed = tuple(k for k in numbers if k not in drawn)  # sums run over every term alike
    law = _law(group.weight, numbers)
    if not 0 < len(drawn) <= LARGEST_LAW or law is None:
        return
    marginals: dict[tuple[int, ...], Poly] = {}
    for kept in _subsets(drawn):
        others = [b for b in group.binders if b[0] not in (*kept, *fixed)]
        marginals[kept] = n.bind(others, law) if others else law

    def given_others(variable: int, others: tuple[int, ...]) -> Poly:
        both = tuple(k for k in drawn if k == variable or k in others)
        return n.mul(marginals[both], n.power_number(marginals[others], Fraction(-1)))

    for variable in drawn:
        for given in _subsets([k for k in drawn if k != variable]):
            top = given_others(variable, given)
            bottoms = list(_conditionals(n, group, drawn, variable, given))
            # mutual information is symmetric, so one order of its two variables is enough
            less = [tuple(k for k in given if k != more) for more in given if variable < more]
            bottoms += [given_others(variable, others) for others in less]
            bottoms += [] if given else _mixtures(n, group, variable)
            for bottom in bottoms:
                if bottom != top:
                    yield Candidate("divergence", group.binders, law, top, bottom, over=variable)


def _mixtures(n: Normaliser, group: Group, variable: int) -> Iterator[Poly]:
    """Sums of densities of one variable inside a logarithm, divided by their mass."""
    binders = [b for b in group.binders if b[0] == variable]
    for argument in group.logarithms:
        if len(argument.terms) > 1 and {k for k, _ in group.binders} & argument.free == {variable}:
            mass = n.bind(binders, argument).number()
            if mass:
                yield argument.scaled(1 / mass)


def _law(weight: Poly, numbers: list[int]) -> Poly | None:
    """The densities of a weight, without free factors."""
    ((mono, _),) = weight.terms.items()
    inside, _ = split(mono, lambda atom: atom.kind == "dens" or bool(atom.free & set(numbers)))
    return of_mono(inside) if inside else None


def _conditionals(
    n: Normaliser, group: Group, numbers: list[int], variable: int, given: tuple[int, ...]
) -> Iterator[Poly]:
    """Every family's density of a variable given some others and some of the free values."""
    for name, entries in sorted(_templates(group).items()):
        family = n.declarations.family(name)
        filled = {e: _variable_of(e) for e in entries}
        mine = [e for e, number in filled.items() if number == variable and e[0] in family.of]
        conditions = [e for e, number in filled.items() if number in given]
        free = [e for e in entries if not any(k in e[2].free for k in numbers)]
        fixed = [e for e in free if e[0] in family.given]
        if len(mine) != 1 or len(conditions) != len(given):
            continue
        for chosen in _subsets([e for e in free if e[0] in family.of]):
            below = (*conditions, *fixed, *chosen)
            roles = [e[0] for e in (*mine, *below) if not e[1]]
            if set(family.given) <= {e[0] for e in below} and len(set(roles)) == len(roles):
                joint = densities.joint(family, (*mine, *below))
                yield n.mul(joint, n.power_number(densities.joint(family, below), Fraction(-1)))


def _templates(group: Group) -> dict[str, list[Entry]]:
    """For each family, the places and fillers with which it occurs in a group."""
    found: dict[str, dict[Entry, None]] = {}
    for poly in (group.weight, *group.logarithms):
        for atom in atoms(poly):
            if atom.kind == "dens":
                for entry in densities.entries_of(atom):
                    found.setdefault(str(atom.arguments[0]), {})[entry] = None
    return {name: list(entries) for name, entries in found.items()}


def _variable_of(entry: Entry) -> int | None:
    atom = entry[2].atom()
    return int(str(atom.arguments[0])) if atom is not None and atom.kind == "bound" else None


def _subsets(items: Iterable[Argument]) -> Iterator[tuple]:  # type: ignore[type-arg]
    pool = list(items)
    return chain.from_iterable(combinations(pool, size) for size in range(len(pool) + 1))


# -------------------------------------------------------------------- tangents and squares


def _tangents(groups: list[Group]) -> Iterator[Candidate]:
    """The gaps u - 1 - log u for powers u of what stands in a logarithm outside all integrals."""
    for group in groups:
        for argument in group.logarithms if not group.binders else ():
            atom = argument.atom()
            for power in HALVES if atom is not None else ():
                yield Candidate("tangent", (), ONE, of_atom(atom, power) if atom else ONE)


def _squares(n: Normaliser, gap: Poly) -> Iterator[Candidate]:
    """Squares and variances of functions that share a weight, and of their sums and differences.

    One is proposed only if a mixed term, or a squared mean, occurs in the difference: these are
    what it could account for.
    """
    for (binders, weight), functions in _pools(n, gap).items():

        def mean(function: Poly, binders: Binders = binders, weight: Poly = weight) -> Poly:
            return (
                n.bind(list(binders), n.mul(weight, function))
                if binders
                else n.mul(weight, function)
            )

        means = {f: mean(f) for f in functions} if binders else {}
        for f, value in means.items():
            if f.number() is None and _occurs(n.mul(value, value), gap):
                yield Candidate("variance", binders, weight, f)
        for f, g in combinations(functions, 2):
            both = (f - g, f + g) if (f - g).number() is None else ()
            if _occurs(mean(n.mul(f, g)), gap):
                yield from (Candidate("square", binders, weight, pair) for pair in both)
            if binders and _occurs(n.mul(means[f], means[g]), gap):
                yield from (Candidate("variance", binders, weight, pair) for pair in both)


def _occurs(part: Poly, gap: Poly) -> bool:
    return any(mono in gap.terms for mono in part.terms)


def _pools(n: Normaliser, gap: Poly) -> dict[tuple[Binders, Poly], list[Poly]]:
    """The functions whose squares occur in a difference, by variables and weight."""
    pools: dict[tuple[Binders, Poly], dict[Poly, None]] = {}
    highest, highest_negative = (
        max(
            (_highest(mono) for mono, c in gap.terms.items() if (c > 0) == side),
            default=Fraction(0),
        )
        for side in (True, False)
    )
    if highest_negative > highest or not any(_is_power(mono) for mono in gap.terms):
        return {}
    views = ((c, view) for mono, c in gap.items() for view in _views(n, mono))
    for coefficient, (binders, body) in views:
        place, function = _place(n, pools, binders, *_half(n, body))
        pool = pools.setdefault(place, {ONE: None} if binders else {})
        pool[function] = None
        pool[function.scaled(_square_root(coefficient))] = None
    return {place: list(pool)[:LARGEST_POOL] for place, pool in pools.items()}


def _place(
    n: Normaliser,
    pools: Iterable[tuple[Binders, Poly]],
    binders: Binders,
    weight: Poly,
    function: Poly,
) -> tuple[tuple[Binders, Poly], Poly]:
    """A weight and a function in the variables of a pool with that weight, or in their own."""
    for known, common in pools:
        if [sort for _, sort in known] == [sort for _, sort in binders]:
            pairs = zip(binders, known, strict=True)
            mapping: dict[Name, Poly] = {
                mine[0]: of_atom(Atom("bound", its[0])) for mine, its in pairs
            }
            if n.substitute(weight, mapping) == common:
                return (known, common), n.substitute(function, mapping)
    return (binders, weight), function


def _is_power(mono: Mono) -> bool:
    """Whether a power other than 1 and -1 stands in a product, also under an integral."""
    bodies = (a.arguments[1] for a, _ in mono if a.kind == "bind")
    inner = (m for body in bodies if isinstance(body, Poly) for m in body.terms)
    return any(abs(e) != 1 for _, e in mono) or any(_is_power(m) for m in inner)


def _highest(mono: Mono) -> Fraction:
    """The largest exponent in a product, also under an integral."""
    bodies = (a.arguments[1] for a, _ in mono if a.kind == "bind")
    inner = (m for body in bodies if isinstance(body, Poly) for m in body.terms)
    own = max((abs(Fraction(e)) for a, e in mono if a.kind != "bind"), default=Fraction(0))
    return max(own, max((_highest(m) for m in inner), default=Fraction(0)))


def _views(n: Normaliser, mono: Mono) -> Iterator[tuple[Binders, Poly]]:
    """A term as an integral over all its variables and over each one, with and without factors."""
    telescopes, rest = split(mono, lambda atom: atom.kind == "bind")
    if not telescopes:
        yield (), of_mono(mono)
    if len(telescopes) != 1 or telescopes[0][1] != 1:
        return
    binders, body = n.open(telescopes[0][0])
    ways = [(tuple(binders), body)]
    if len(binders) > 1:
        ways += [((one,), n.bind([b for b in binders if b != one], body)) for one in binders]
    for outer, inner in ways:
        yield outer, inner
        if rest:
            yield outer, n.mul(of_mono(rest), inner)


def _half(n: Normaliser, body: Poly) -> tuple[Poly, Poly]:
    """A product as weight times square: p f^2 has the weight p, and p^2/q the weight q."""
    weight: list[tuple[Atom, Exponent]] = []
    half: list[tuple[Atom, Exponent]] = []
    for atom, exponent in body.items()[0][0]:
        odd = exponent % 2
        if odd and atom.kind != "dens" and n.positive(atom):
            half.append((atom, Fraction(exponent, 2)))
            continue
        weight += [(atom, odd)] if odd else []
        half += [(atom, Fraction(exponent - odd, 2))] if exponent != odd else []
    return of_mono(tuple(weight)), of_mono(tuple(half))


def _square_root(value: Fraction) -> Fraction:
    """The root of a rational square, else 1."""
    root = Fraction(isqrt(abs(value.numerator)), isqrt(value.denominator))
    return root if root * root == abs(value) else Fraction(1)


# -------------------------------------------------------------------- words


def describe(n: Normaliser, parts: list[tuple[Fraction, Candidate]]) -> str:
    """A combination in plain words: `2 KL(q(z | x) || p(z)) + Var_{p(x)}[f(x)]`."""
    words = []
    for multiplier, candidate in parts:
        times = [] if multiplier == 1 else [str(multiplier)]
        words.append(" ".join([*times, *_factor_word(n, candidate), _word(n, candidate)]))
    return " + ".join(words)


def _factor_word(n: Normaliser, candidate: Candidate) -> list[str]:
    if candidate.times == ONE:
        return []
    word = plain(Renderer(n.declarations, (candidate.times,)).poly(candidate.times))
    return [f"({word})" if len(candidate.times.terms) > 1 else word]


def _word(n: Normaliser, candidate: Candidate) -> str:
    writer = Renderer(n.declarations, (candidate.weight, candidate.left, candidate.right))
    sums = ""
    for number, sort in candidate.binders:
        symbol = writer.name(number, sort, candidate.weight)
        if isinstance(sort, tuple) and sort[0] == "range":
            lower, upper = (plain(writer.argument(end)) for end in sort[1:3])
            sums += f"sum_({plain(symbol)}={lower}..{upper}) "
    left, right = (_law_word(n, writer, side) for side in (candidate.left, candidate.right))
    match candidate.kind:
        case "factor":
            return f"({left})" if len(candidate.left.terms) > 1 else left
        case "tangent":
            return f"({left} - 1 - log({left}))"
        case "divergence":
            return f"{sums}{_average(n, writer, candidate)}KL({left} || {right})"
    law = _law_word(n, writer, candidate.weight)
    if candidate.kind == "variance":
        return f"Var_{{{law}}}[{left}]"
    return f"{sums}E_{{{law}}}[({left})^2]" if candidate.binders else f"({left})^2"


def _average(n: Normaliser, writer: Renderer, candidate: Candidate) -> str:
    """`E_{p(z)} `, where a divergence depends on a variable of the integral that it is not over."""
    seen = candidate.left.free | candidate.right.free
    numbers = [k for k, sort in candidate.binders if isinstance(sort, tuple) and sort[0] != "range"]
    conditions = [k for k in numbers if k in seen and k != candidate.over]
    dropped = [b for b in candidate.binders if b[0] in numbers and b[0] not in conditions]
    if not conditions:
        return ""
    law = n.bind(dropped, candidate.weight) if dropped else candidate.weight
    return f"E_{{{_law_word(n, writer, law)}}} "


def _law_word(n: Normaliser, writer: Renderer, poly: Poly) -> str:
    """A quotient of joint densities as the conditional density that it is."""
    return plain(_conditional(n, writer, poly) or writer.poly(poly))


def _conditional(n: Normaliser, writer: Renderer, poly: Poly) -> Term | None:
    if len(poly.terms) != 1:
        return None
    ((mono, coefficient),) = poly.terms.items()
    powers = {exponent: atom for atom, exponent in mono}
    top, bottom = powers.get(Fraction(1)), powers.get(Fraction(-1))
    if (
        coefficient != 1
        or len(mono) > 2
        or top is None
        or top.kind != "dens"
        or len(powers) != len(mono)
    ):
        return None
    if len(mono) == 2 and (
        bottom is None or bottom.kind != "dens" or bottom.arguments[0] != top.arguments[0]
    ):
        return None
    entries = densities.entries_of(top)
    always = n.declarations.family(str(top.arguments[0])).given
    below = set(densities.entries_of(bottom)) if bottom is not None else set()
    given = [e for e in entries if e[0] in always or e in below]
    of = [e for e in entries if e not in given]
    return Density(
        str(top.arguments[0]), *(tuple(writer.poly(e[2]) for e in side) for side in (of, given))
    )
