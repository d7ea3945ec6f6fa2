"""Inequalities: is a normal form non-negative, and what is it made of?

    nonnegative(n, gap)     proved to be at least 0, by the rules below
    explain_gap(n, gap)     "the difference is KL(q(z | x, y) || p(z | x, y))"

The rules are tried in turn, each on the normal form of the difference:

    bounds        declared intervals of its terms, the sign of a constant
    logarithms    one bound for each group of weighted logarithms: Jensen, the tangent, monotony
    minimum       over one free quantity in which the difference is convex, at its stationary point
    comparison    of two positive terms by their logarithms
    combination   of terms that are never negative, found by a linear program and checked exactly
    peeling       the outermost variable: what is never negative under the integral has no negative
    integral

A rule that fails leaves no trace; a rule that needs a condition beyond the regularity conditions
counts as failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice, product
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar

from lemmata.kernel import search_terms
from lemmata.kernel.declarations import Function, Scalar
from lemmata.kernel.normal import Normaliser
from lemmata.kernel.notes import UnsupportedError
from lemmata.kernel.poly import (
    ONE,
    ZERO,
    Argument,
    Atom,
    Exponent,
    Poly,
    atoms,
    constant,
    of_atom,
    of_mono,
    split,
    total,
)
from lemmata.kernel.rules import densities, rule
from lemmata.kernel.rules.inequalities_constants import constant_is_nonnegative, is_constant
from lemmata.kernel.rules.inequalities_logarithms import (
    FINITE,
    Group,
    jensen,
    monotone,
    read_groups,
    tangent,
)
from lemmata.kernel.rules.inequalities_terms import Candidate, build
from lemmata.kernel.search_lp import find_multipliers
from lemmata.kernel.terms import App, Sym, walk

DEPTH = 3
LARGEST_GROUPS = 4
LARGEST_CHOICES = 24
LARGEST_PEELINGS = 4
LARGEST_MINIMA = 4

P = ParamSpec("P")
T = TypeVar("T")
Kind: TypeAlias = Callable[[Normaliser, Group, Fraction], Poly | None]
Bound: TypeAlias = tuple[Kind, Group, Fraction]


def nonnegative(n: Normaliser, gap: Poly) -> bool:
    """Whether a normal form is proved to be non-negative; notes what the proof uses.

    Raises:
        OutOfFuelError: The deterministic limit is reached.
    """
    return any(attempt(n, _prove, gap, DEPTH, hard=hard) for hard in (False, True))


def explain_gap(n: Normaliser, gap: Poly) -> str | None:
    """A difference as a sum of terms that are never negative, in words; None if not found.

    Raises:
        OutOfFuelError: The deterministic limit is reached.
    """
    for sign, word in ((1, "the difference is"), (-1, "the difference is minus")):
        parts = attempt(n, combination, gap.scaled(Fraction(sign)))
        if parts:
            words = search_terms.describe(n, parts)
            return f"{word} ({words})" if sign < 0 and len(parts) > 1 else f"{word} {words}"
    return None


def attempt(
    n: Normaliser,
    tryout: Callable[Concatenate[Normaliser, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T | None:
    """The result of a rule; where it is empty, or needs a condition, its notes are taken back."""
    return _run(n, False, tryout, *args, **kwargs)


def quietly(
    n: Normaliser,
    tryout: Callable[Concatenate[Normaliser, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T | None:
    """The result of a rule that is not used yet: its notes are always taken back."""
    return _run(n, True, tryout, *args, **kwargs)


def _run(
    n: Normaliser,
    quiet: bool,
    tryout: Callable[Concatenate[Normaliser, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T | None:
    kept = dict(n.rules), dict(n.assumptions), dict(n.conditions)
    length = len(n.trace or ())
    try:
        result: T | None = tryout(n, *args, **kwargs)
    except UnsupportedError:
        result = None
    if n.conditions.keys() != kept[2].keys():
        result = None
    if quiet or not result:
        n.rules, n.assumptions, n.conditions = kept
        if n.trace is not None:
            del n.trace[length:]
    return result


def _prove(n: Normaliser, gap: Poly, depth: int, *, hard: bool) -> bool:
    n.burn()
    if settled(n, gap):
        return True
    if depth == 0:
        return False
    gap = _without_factors(n, gap)
    rules = HARD if hard else EASY
    return settled(n, gap) or any(attempt(n, each, gap, depth - 1, hard=hard) for each in rules)


def settled(n: Normaliser, gap: Poly) -> bool:
    """Whether the declared intervals of the terms, and the sign of the constant part, decide."""
    if not n.together(gap)[0] or _known(n, gap):
        return True
    numbers = Poly({m: c for m, c in gap.terms.items() if is_constant(of_mono(m))})
    return bool(numbers) and _known(n, gap - numbers) and constant_is_nonnegative(n, numbers)


def _known(n: Normaliser, poly: Poly) -> bool:
    lower, _ = n.bounds(poly)
    return lower is not None and lower[0] >= 0


def _without_factors(n: Normaliser, gap: Poly) -> Poly:
    """The difference without denominators and common factors that are known to be non-negative."""
    top, denominator = n.together(gap)
    if n.sign(of_mono(denominator)) == 1:
        gap = top
    _, shared, primitive = n.content(gap)
    others = tuple(pair for pair in shared if not _known(n, of_mono((pair,))))
    return n.mul(primitive, of_mono(others))


# -------------------------------------------------------------------- logarithms


def by_bounds(n: Normaliser, gap: Poly, _: int, *, hard: bool) -> bool:
    """Put a lower bound for each group of weighted logarithms; what is left must be non-negative.

    The easy way takes Jensen's bound or monotony, the hard one the tangent, and lets squares be
    left.
    """
    before = 0
    for merge in (True, False):
        groups, rest = read_groups(n, gap, merge=merge)
        if len(groups) == before or len(groups) > LARGEST_GROUPS:
            continue
        before = len(groups)
        options = [list(_options(n, group, rest, hard=hard)) for group in groups]
        choices = list(islice(product(*options), LARGEST_CHOICES))
        if any(attempt(n, _bounded, rest, choice) for choice in choices):
            return True
        if hard and choices and attempt(n, _reduced, rest, choices[0]):
            return True
    return False


def _options(
    n: Normaliser, group: Group, rest: Poly, *, hard: bool
) -> Iterator[tuple[Bound, Poly]]:
    """Lower bounds of a group. Nothing is noted until they are used."""
    if not group.binders:
        yield (_itself, group, Fraction(1)), group.value(n)  # Jensen's bound, which is an equation
    kinds = (tangent, monotone) if hard else (jensen, monotone) if group.binders else (monotone,)
    for kind, scale in product(kinds, group.scales(rest)):
        bound = quietly(n, kind, group, scale)
        if bound is not None:
            yield (kind, group, scale), bound


def _itself(n: Normaliser, group: Group, _: Fraction) -> Poly:
    return group.value(n)


def _bounded(n: Normaliser, rest: Poly, choice: tuple[tuple[Bound, Poly], ...]) -> bool:
    """Whether the rest and the chosen bounds are non-negative together; if so, notes the bounds."""
    return settled(n, rest + total(value for _, value in choice)) and _note(n, choice)


def _reduced(n: Normaliser, rest: Poly, choice: tuple[tuple[Bound, Poly], ...]) -> bool:
    """The same where what is left has no logarithm and is a combination of squares."""
    below = rest + total(value for _, value in choice)
    if any(atom.kind == "log" for atom in _inside(below)):
        return False
    return bool(combination(n, below)) and _note(n, choice)


def _note(n: Normaliser, choice: tuple[tuple[Bound, Poly], ...]) -> bool:
    return all(kind(n, group, scale) is not None for (kind, group, scale), _ in choice)


# -------------------------------------------------------------------- minimum


@rule("pointwise_maximum")
def minimum(n: Normaliser, gap: Poly, depth: int, *, hard: bool) -> bool:
    """A difference that is convex in one free quantity is least at its stationary point.

    Statement: if G'' >= 0 on an interval, u* lies in it, G'(u*) = 0 and G(u*) >= 0, then G(u) >= 0
        for every u in the interval; so a concave integrand is at most its value where its slope
        vanishes.
    Assumes: nothing beyond the declared interval.
    Refuses: a second derivative of unknown sign, a stationary point not proved to lie in the
        interval, a quantity that a declared law or equation depends on.
    Example: a log D(x) + b log(1 - D(x)) <= a log(a/(a + b)) + b log(b/(a + b)) for 0 < D(x) < 1.
    """
    if n.given:
        return False
    for atom in islice(_free_quantities(n, gap), LARGEST_MINIMA):
        name = str(atom.arguments[0])
        variable = Atom("sym", name, ()) if atom.kind == "app" else atom
        here = _replace(n, gap, atom, of_atom(variable))
        if any(part != variable for part in _called(here, name)):
            continue  # another value of the same function or array stands elsewhere
        slope = quietly(n, Normaliser.derivative, of_atom(variable), here)
        if not slope:
            continue
        for point in quietly(n, _stationary_points, variable, slope) or ():
            if attempt(n, _is_least, variable, here, point) and attempt(
                n, _prove, _replace(n, here, variable, point), min(depth, 1), hard=hard
            ):
                n.use("pointwise_maximum")
                one = Fraction(1)
                n.note_bound("pointwise_maximum", (), one, quantity=of_atom(atom), point=point)
                return True
    return False


def _replace(n: Normaliser, poly: Poly, atom: Atom, value: Poly) -> Poly:
    """A polynomial with a value in place of an atom, wherever it occurs."""
    changed = n.transform(poly, atom.free, lambda part: value if part == atom else None)
    return densities.reduce_quotients(n, changed)


def _free_quantities(n: Normaliser, gap: Poly) -> list[Atom]:
    """The declared numbers and function values outside binders that no law depends on."""
    families = n.declarations.families
    laws = [(f.normal.mean, f.normal.deviation) for f in families if f.normal]
    laws += [(f.multivariate.mean, f.multivariate.covariance) for f in families if f.multivariate]
    tied = {
        part.name
        for law in laws
        for side in law
        for part in walk(side)
        if isinstance(part, Sym | App)
    }
    found = {
        atom
        for atom in _inside(gap)
        if atom.kind in {"app", "sym"}
        and isinstance(n.declarations.find(str(atom.arguments[0])), Scalar | Function)
        and atom.arguments[0] not in tied
        and atom.free
        and atom.free <= gap.free
    }
    return sorted(found, key=lambda atom: (atom.kind, atom.key))


def _inside(value: Argument) -> Iterator[Atom]:
    """Every atom inside a value, at any depth."""
    if isinstance(value, Atom):
        yield value
    parts = value.arguments if isinstance(value, Atom) else value
    inner = atoms(parts) if isinstance(parts, Poly) else parts if isinstance(parts, tuple) else ()
    for part in inner:
        yield from _inside(part)


def _called(poly: Poly, name: str) -> list[Atom]:
    return [a for a in _inside(poly) if a.kind in {"app", "sym"} and a.arguments[0] == name]


def _stationary_points(n: Normaliser, variable: Atom, slope: Poly) -> list[Poly]:
    """Where the slope may vanish: the root of its numerator if that is linear, 1 and 0."""
    points = [ONE, ZERO]
    top, _ = n.together(slope)
    lowest = min(dict(mono).get(variable, Fraction(0)) for mono in top.terms)
    top = n.mul(top, of_atom(variable, -lowest))
    parts: dict[Exponent, Poly] = {}
    for mono, coefficient in top.terms.items():
        power, rest = split(mono, lambda atom: atom == variable)
        exponent = power[0][1] if power else Fraction(0)
        parts[exponent] = parts.get(exponent, ZERO) + of_mono(rest, coefficient)
    linear = parts.get(Fraction(1))
    if (
        linear
        and parts.keys() <= {0, 1}
        and not any(variable in _inside(p) for p in parts.values())
    ):
        root = n.mul(parts.get(Fraction(0), ZERO).scaled(Fraction(-1)), n.inverse(linear))
        points.insert(0, root)
    return points


def _is_least(n: Normaliser, variable: Atom, here: Poly, point: Poly) -> bool:
    """Whether a convex difference has its least value at a point of the declared interval."""
    declared = n.declarations.find(str(variable.arguments[0]))
    assert isinstance(declared, Scalar | Function)
    span = declared.interval
    ends = [point - constant(span.lower)] if span.lower is not None else []
    ends += [constant(span.upper) - point] if span.upper is not None else []
    if not all(_exceeds(n, end, closed=span.closed) for end in ends):
        return False
    slope = n.derivative(of_atom(variable), here)
    at_point = _replace(n, slope, variable, point)
    curvature = n.derivative(of_atom(variable), slope)
    return not n.together(at_point)[0] and _exceeds(n, curvature, closed=True)


def _exceeds(n: Normaliser, poly: Poly, *, closed: bool) -> bool:
    """Whether a quantity is above 0, or at least 0 where that is enough."""
    poly = densities.reduce_quotients(n, poly)
    top, denominator = n.together(poly)
    forms = [poly, top] if n.sign(of_mono(denominator)) == 1 else [poly]
    return any(n.sign(form) == 1 or (closed and _known(n, form)) for form in forms)


# -------------------------------------------------------------------- other ways


@rule("comparison_of_logarithms")
def comparison(n: Normaliser, gap: Poly, depth: int, *, hard: bool) -> bool:
    """Two positive terms compare as their logarithms do.

    Statement: a >= b if log a >= log b, for a, b > 0.
    Assumes: nothing.
    Refuses: more than two terms, terms not known to be positive.
    Example: E_q[exp f(x)] >= exp E_q[f(x)].
    """
    sides = {coefficient > 0: of_mono(m, abs(coefficient)) for m, coefficient in gap.terms.items()}
    if len(gap.terms) != 2 or len(sides) != 2 or any(n.sign(side) != 1 for side in sides.values()):
        return False
    n.use("comparison_of_logarithms")
    proved = _prove(n, n.logarithm(sides[True]) - n.logarithm(sides[False]), depth, hard=hard)
    n.note_bound("comparison_of_logarithms", (), Fraction(1))
    return proved


@rule("nonnegative_integrand")
def by_peeling(n: Normaliser, gap: Poly, depth: int, *, hard: bool) -> bool:
    """A sum or integral of what is never negative is not negative.

    Statement: if f(x) >= 0 for every x, then int f(x) dx >= 0; likewise for a sum over a range.
    Assumes: the expectations are finite.
    Refuses: terms that do not all have a variable over the same space or range.
    Example: sum_i (log p(x_i) - L(x_i)) >= 0, because log p(x_i) >= L(x_i).
    """
    if hard and any(atom.kind == "log" for atom in _inside(gap)):
        return False  # bounds and divergences already range over the terms of every sum
    n.use("nonnegative_integrand", FINITE)
    for binder, body in _peelings(n, gap):
        if attempt(n, _prove, body, depth, hard=hard):
            n.note_bound("nonnegative_integrand", (binder,), Fraction(1), body=body)
            return True
    return False


def _peelings(n: Normaliser, gap: Poly) -> Iterator[tuple[tuple[int, Argument], Poly]]:
    """The difference under one of its variables, for each way to match them between the terms."""
    opened: list[tuple[Poly, list[tuple[int, Argument]], Poly]] = []
    for mono, coefficient in gap.items():
        telescopes, rest = split(mono, lambda atom: atom.kind == "bind")
        if len(telescopes) != 1 or telescopes[0][1] != 1:
            return
        binders, body = n.open(telescopes[0][0])
        if any(_mentions(sort, number) for _, sort in binders for number, _ in binders):
            return  # a range that depends on another variable is not taken apart
        opened.append((of_mono(rest, coefficient), binders, body))
    sorts = {str(sort): sort for _, binders, _ in opened[:1] for _, sort in binders}
    for sort in sorts.values():
        matches = [[b for b in binders if b[1] == sort] for _, binders, _ in opened]
        for chosen in islice(product(*matches), LARGEST_PEELINGS):
            number = n.fresh()
            n.note_limits(number, sort)
            parts = []
            for (outside, binders, body), own in zip(opened, chosen, strict=True):
                others = [b for b in binders if b != own]
                inner = n.substitute(body, {own[0]: of_atom(Atom("bound", number))})
                parts.append(n.mul(outside, n.bind(others, inner) if others else inner))
            yield (number, sort), total(parts)


def _mentions(sort: Argument, number: int) -> bool:
    assert isinstance(sort, tuple)
    return any(number in limit.free for limit in sort if isinstance(limit, Poly))


def by_scaling(n: Normaliser, gap: Poly, depth: int, *, hard: bool) -> bool:
    """Divide by a positive symbol that stands before some of the terms, such as a temperature."""
    positive = {
        atom
        for mono in gap.terms
        for atom, exponent in mono
        if atom.kind == "sym" and exponent == 1 and n.positive(atom)
    }
    for atom in sorted(positive, key=lambda a: a.key)[:2]:
        if attempt(n, by_bounds, n.mul(gap, of_atom(atom, -1)), depth, hard=hard):
            n.note_bound("positive_factor", (), Fraction(1), factor=of_atom(atom))
            return True
    return False


# -------------------------------------------------------------------- combinations


def by_combination(n: Normaliser, gap: Poly, _: int, *, hard: bool) -> bool:
    """Whether the linear program finds a combination; the last resort."""
    return hard and bool(combination(n, gap))


@rule("nonnegative_combination")
def combination(n: Normaliser, gap: Poly) -> list[tuple[Fraction, Candidate]]:
    """A difference that is a combination of non-negative terms with non-negative numbers.

    Statement: if D = sum_k m_k T_k in normal form, every m_k >= 0 and every T_k >= 0, then D >= 0.
    Assumes: what the terms assume.
    Refuses: a combination that does not add up to the difference exactly, in fractions.
    Example: log p(x) - E_q[log p(x | z)] + 2 KL(q || p(z)) = KL(q || p(z)) + KL(q || p(z | x)).
    """
    found: dict[Poly, Candidate] = {}
    for candidate in search_terms.propose(n, gap):
        term = quietly(n, build, candidate)
        if term:
            found.setdefault(term, candidate)
    multipliers = find_multipliers([term.terms for term in found], gap.terms)
    if multipliers is None:
        return []
    parts = [(m, c) for m, c in zip(multipliers, found.values(), strict=True) if m > 0]
    built = [(m, build(n, candidate)) for m, candidate in parts]
    if gap != total(term.scaled(m) for m, term in built if term is not None):
        return []
    n.use("nonnegative_combination")
    for multiplier, candidate in parts:
        n.note_bound(
            candidate.kind,
            candidate.binders,
            multiplier,
            weight=candidate.weight,
            left=candidate.left,
            right=candidate.right,
            times=candidate.times,
        )
    return parts


EASY = (by_bounds, minimum, comparison, by_peeling, by_scaling)
HARD = (by_combination, by_bounds, by_peeling)
