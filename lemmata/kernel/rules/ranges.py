"""Rules of sums and products over integer ranges.

With Iverson brackets for ranges that depend on other indices.

A sum over part of a declared range is written over that whole range with brackets ([t <= t'] =
1 - [t' < t]); any other range has the constants of its ends split off. Brackets are oriented: one
of [P >= 0] and [-P - 1 >= 0] is an atom, the other is 1 minus it.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, gcd
from typing import TYPE_CHECKING

from lemmata.kernel.fuel import SUM_COST
from lemmata.kernel.poly import (
    ONE,
    ZERO,
    Argument,
    Atom,
    Mono,
    Name,
    Poly,
    as_poly,
    as_tuple,
    constant,
    of_atom,
    of_mono,
    total,
)
from lemmata.kernel.rules import densities, rule

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser, Scope
    from lemmata.kernel.terms import Range, Sym, Term

LARGEST_RANGE = 24
LARGEST_SHIFT = 8


@rule("range_splitting")
def sum_over_range(
    n: Normaliser, index: Sym, span: Range, body: Term, excluding: Term | None, scope: Scope
) -> Poly:
    """A sum over part of a range is the sum over the whole range with a bracket.

    Or the whole sum and its last terms.

    Statement: sum_{t=a}^b f = sum_{t=1}^T [a <= t <= b] f for 1 <= a, b <= T; sum_{t=1}^{T+1} f
        = sum_{t=1}^T f + f(T+1).
    Assumes: nothing; the bounds are proved from the declared ranges.
    Refuses: to split off a term of a range that may be empty.
    Example: sum_{t'=1}^T r_{t'} - sum_{t'=1}^{t-1} r_{t'} = sum_{t'=t}^T r_{t'}.
    """
    n.burn(SUM_COST)
    lower, upper = _ends(n, span, scope)
    whole = _declared_range(n, index.name, lower, upper)
    number = n.fresh()
    variable = of_atom(Atom("bound", number))
    inner = scope.with_value(index.name, variable)
    first, last = whole or (lower, upper)
    explicit = _explicit(n, first, last)
    sort: Argument = ("range", lower, upper)
    n.note_limits(number, sort)
    if explicit is not None:
        n.use("range_splitting")
        result = total(
            n.mul(
                _within(n, constant(k), lower, upper, excluding, scope),
                n.poly(body, scope.with_value(index.name, constant(k))),
            )
            for k in explicit
        )
        if n.trace is not None:
            term = n.mul(_apart(n, variable, excluding, scope), n.poly(body, inner))
            n.note_binder("range_splitting", result, number, term)
        return result
    low, high, extra = (first, last, []) if whole else split_ends(n, lower, upper)
    n.note_limits(number, ("range", low, high))
    term = densities.reduce_quotients(n, n.poly(body, inner))
    if (low, high) != (lower, upper) or extra:
        n.use("range_splitting")
    inside = (
        _within(n, variable, lower, upper, excluding, scope)
        if whole
        else _apart(n, variable, excluding, scope)
    )
    result = n.bind([(number, ("range", low, high))], n.mul(inside, term))
    for value, sign in extra:
        apart = _apart(n, value, excluding, scope)
        part = n.poly(body, scope.with_value(index.name, value))
        result = result + n.mul(apart, part).scaled(Fraction(sign))
        if n.trace is not None:  # the equations by which the normal form gives the same value
            n.substitute(term, {number: value})
    if (low, high) != (lower, upper) or extra:
        n.note_limits(number, sort)
        term = n.mul(_apart(n, variable, excluding, scope), term)
        n.note_binder("range_splitting", result, number, term)
    return result


def _ends(n: Normaliser, span: Range, scope: Scope) -> tuple[Poly, Poly]:
    """The ends of a written range, which must be integers."""
    lower, upper = n.poly(span.lower, scope), n.poly(span.upper, scope)
    if not (n.is_integral(lower) and n.is_integral(upper)):
        n.unsupported("a range whose ends are not known to be integers")
    return lower, upper


def _declared_range(n: Normaliser, name: str, lower: Poly, upper: Poly) -> tuple[Poly, Poly] | None:
    """The declared range of a letter; of any for an undeclared one that other indices bound.

    If the written bounds provably lie in it (an empty range may lie one below).
    """
    indices = n.declarations.indices
    own = [index for index in indices if index.name in (name, name.rstrip("'"))]
    sizes = {size.name for size in n.declarations.sizes}
    others = indices if (lower.free | upper.free) - sizes else ()
    for span in dict.fromkeys(index.range for index in own[:1] or others):
        first, last = n.poly(span.lower), n.poly(span.upper)
        if n.at_least(lower - first) and n.at_least(last - upper):
            return first, last
    return None


def _explicit(n: Normaliser, first: Poly, last: Poly) -> range | None:
    low, high = first.number(), last.number()
    if low is None or high is None or low.denominator != 1 or high.denominator != 1:
        return None
    if high - low + 1 > LARGEST_RANGE:
        n.unsupported(f"a range of more than {LARGEST_RANGE} explicit values")
    return range(int(low), int(high) + 1)


def _within(
    n: Normaliser, value: Poly, lower: Poly, upper: Poly, excluding: Term | None, scope: Scope
) -> Poly:
    inside = n.mul(bracket(n, ">=", value - lower), bracket(n, ">=", upper - value))
    return n.mul(inside, _apart(n, value, excluding, scope))


def _apart(n: Normaliser, value: Poly, excluding: Term | None, scope: Scope) -> Poly:
    return ONE if excluding is None else ONE - bracket(n, "=", value - n.poly(excluding, scope))


def split_ends(
    n: Normaliser, lower: Poly, upper: Poly
) -> tuple[Poly, Poly, list[tuple[Poly, int]]]:
    """Move the range to ends without constants.

    And list the single terms this adds (+1) or takes away (-1).

    Each move needs the shorter range to have a length of at least 0, because an empty sum hides how
    empty it is.
    """
    ends, extra = [lower, upper], list[tuple[Poly, int]]()
    constants = [end.terms.get((), Fraction(0)) for end in ends]
    first = constants[0] - 1 if lower.number() is not None else Fraction(0)
    last = constants[1] if upper.number() is None else Fraction(0)
    for side, shift in ((1, last), (0, first)):
        way, shrinks = constant(-1 if shift > 0 else 1), (shift > 0) == (side == 1)
        for _ in range(int(abs(shift)) if abs(shift) <= LARGEST_SHIFT else 0):
            if not n.at_least(ends[1] - ends[0] + constant(1 - shrinks)):
                break
            extra.append((ends[side], 1) if shrinks else (ends[side] + way, -1))
            ends[side] = ends[side] + way
    return ends[0], ends[1], extra


def split_sum(n: Normaliser, number: int, sort: Argument, body: Poly) -> Poly:
    """The sum of a body over a range, with the constants of its ends split off."""
    lower, upper = map(as_poly, as_tuple(sort)[1:3])
    low, high, extra = split_ends(n, lower, upper)
    if not extra:
        return n.bind([(number, sort)], body)
    n.use("range_splitting")
    n.note_limits(number, ("range", low, high))
    result = n.bind([(number, ("range", low, high))], body)
    for value, sign in extra:
        result = result + n.substitute(body, {number: value}).scaled(Fraction(sign))
    n.note_limits(number, sort)
    n.note_binder("range_splitting", result, number, body)
    return result


@rule("iverson_brackets")
def bracket(n: Normaliser, relation: str, gap: Poly) -> Poly:
    """The bracket of an integer comparison, decided where the declared ranges decide it.

    Statement: [P >= 0] + [-P - 1 >= 0] = 1; [P >= 0] = [P - 1 >= 0] + [P = 0]; [P >= 0] = [P = 0]
        where P <= 0; [P = 0] is symmetric in sign.
    Assumes: that what is compared are integers.
    Refuses: a comparison of quantities that are not built from sizes and indices.
    Example: [t <= t'] = 1 - [t' < t].
    """
    match relation:
        case "!=":
            return ONE - bracket(n, "=", gap)
        case "<=":
            return bracket(n, ">=", -gap)
        case "<":
            return bracket(n, ">=", -gap - ONE)
        case ">":
            return bracket(n, ">=", gap - ONE)
    if not all(n.is_integer(atom) and e == 1 for mono in gap.terms for atom, e in mono):
        n.unsupported("a comparison of quantities that are not integers")
    if any(c.denominator != 1 for c in gap.terms.values()):
        n.unsupported("a comparison with fractions of indices")
    value = gap.number()
    if value is not None:
        return ONE if (value == 0 if relation == "=" else value >= 0) else ZERO
    return _equal(n, gap) if relation == "=" else _at_least(n, gap)


def _equal(n: Normaliser, gap: Poly) -> Poly:
    if n.at_least(gap - ONE) or n.at_least(-gap - ONE):
        return ZERO
    symbols = {m: c for m, c in gap.terms.items() if m}
    divisor = gcd(*(int(c) for c in symbols.values()))
    if gap.terms.get((), Fraction(0)) % divisor:
        return ZERO
    gap = gap.scaled(Fraction(1, divisor))
    lead = next(c for m, c in gap.items() if m)
    return of_atom(Atom("eq0", gap if lead > 0 else -gap))


def _at_least(n: Normaliser, gap: Poly) -> Poly:
    if n.at_least(gap):
        return ONE
    if n.at_least(-gap - ONE):
        return ZERO
    divisor = gcd(*(int(c) for m, c in gap.terms.items() if m))
    shift = -ceil(
        -gap.terms.get((), Fraction(0)) / divisor
    )  # g Q + c >= 0 exactly when Q >= ceil(-c/g)
    pure = Poly({m: c / divisor for m, c in gap.terms.items() if m})
    if next(c for _, c in pure.items()) < 0:
        return ONE - _at_least(n, -pure - constant(shift + 1))
    if abs(shift) > LARGEST_SHIFT:
        return of_atom(Atom("ge0", pure + constant(shift)))
    result = ONE if n.at_least(pure) else ZERO
    turned = -pure
    if not result and not n.at_least(turned - ONE):
        result = of_atom(Atom("eq0" if n.at_least(turned) else "ge0", pure))
    steps = range(1, shift + 1) if shift > 0 else range(0, shift, -1)
    for k in steps:
        edge = bracket(n, "=", pure + constant(k))
        result = result + (edge if shift > 0 else -edge)
    return result


def compare_brackets(mono: Mono) -> Poly:
    """A product of brackets about the same quantity.

    Idempotent, implied or contradictory ones are settled.
    """
    equal = {a.arguments[0]: a for a, _ in mono if a.kind == "eq0"}
    dropped: set[Atom] = set()
    for atom, _ in mono:
        for fixed in equal.values():
            if atom.kind not in {"ge0", "eq0"} or atom == fixed:
                continue
            left, right = as_poly(atom.arguments[0]), as_poly(fixed.arguments[0])
            for gap in ((left - right).number(), (left + right).number()):
                if gap is None:
                    continue
                if (gap != 0) if atom.kind == "eq0" else (gap < 0):
                    return ZERO
                dropped.add(atom)
    return of_mono(tuple((a, e) for a, e in mono if a not in dropped))


@rule("equal_letters")
def with_equal_letters(n: Normaliser, poly: Poly) -> Poly:
    """Beside the bracket that two free letters are equal, one may stand for the other.

    Statement: [i = k] f(k) = [i = k] f(i).
    Assumes: nothing.
    Refuses: a bracket of anything but two single letters, the negative of a bracket.
    Example: [i = k] p_k = [i = k] p_i.
    """
    parts: list[Poly] = []
    for mono, coefficient in poly.terms.items():
        changed = of_mono(mono, coefficient)
        for atom, _ in mono:
            pair = _two_letters(atom)
            if pair is None:
                continue
            rest = tuple(factor for factor in mono if factor[0] != atom)
            if not any(pair[1] in other.free for other, _ in rest):
                continue
            kept, gone = (of_atom(Atom("sym", name, ())) for name in pair)
            values = {gone.key: kept}
            moved = n.transform(
                of_mono(rest, coefficient),
                frozenset({pair[1]}),
                lambda leaf, values=values: values.get(of_atom(leaf).key),  # type: ignore[misc]
            )
            changed = n.mul(of_atom(atom), moved)
            n.use("equal_letters")
            break
        parts.append(changed)
    return total(parts)


def _two_letters(atom: Atom) -> tuple[str, str] | None:
    """The two free letters that a bracket says are equal."""
    if atom.kind != "eq0":
        return None
    terms = as_poly(atom.arguments[0]).terms
    singles = [mono[0][0] for mono in terms if len(mono) == 1 and mono[0][1] == 1]
    if len(terms) != 2 or sorted(terms.values()) != [-1, 1] or len(singles) != 2:
        return None
    if any(single.kind != "sym" or single.arguments[1] != () for single in singles):
        return None
    first, second = sorted(str(single.arguments[0]) for single in singles)
    return first, second


@rule("constant_sum")
def _constant_sum() -> None:
    """A sum of equal terms is their number times the term, over part of a range too.

    Statement: sum_{i=a}^b c = (b - a + 1) c, when b - a + 1 >= 0; sum_{i=a}^b [i >= k] c = (b - k
        + 1) c, when a <= k <= b + 1.
    Assumes: nothing; the length is proved to be non-negative from the declared ranges.
    Refuses: a range that may be shorter than empty.
    Example: (1/N) sum_{i=1}^N c = c.
    """


@rule("iverson_collapse")
def eliminate_index(n: Normaliser, number: int, sort: Argument, touching: Mono) -> Poly | None:
    """A sum over an index that a bracket fixes has one term.

    Statement: sum_{j=a}^b [j = v] f(j) = [a <= v <= b] f(v).
    Assumes: nothing.
    Refuses: a bracket in which the index has a factor other than 1 or -1.
    Example: sum_k [k = l] (x_k - e_k) = x_l - e_l.
    """
    lower, upper = map(as_poly, as_tuple(sort)[1:3])
    if not touching:
        length = upper - lower + ONE
        if not n.at_least(length):
            return None
        n.note_binder("constant_sum", length, number, touching)
        return length
    variable = Atom("bound", number)
    counted = _count(n, variable, (lower, upper), touching)
    if counted is not None:
        n.note_binder("constant_sum", counted, number, touching)
        return counted
    for atom, _ in touching:
        if atom.kind != "eq0":
            continue
        gap = as_poly(atom.arguments[0])
        slope = gap.terms.get(((variable, Fraction(1)),), Fraction(0))
        if abs(slope) != 1:
            continue
        value = (of_atom(variable).scaled(slope) - gap).scaled(1 / slope)
        if number in value.free:
            continue
        n.use("iverson_collapse")
        inside = n.mul(bracket(n, ">=", value - lower), bracket(n, ">=", upper - value))
        rest = of_mono(tuple(pair for pair in touching if pair[0] != atom))
        result = n.mul(inside, n.substitute(rest, {number: value}))
        n.note_binder("iverson_collapse", result, number, touching)
        return result
    explicit = _explicit(n, lower, upper)
    if explicit is not None:
        result = total(n.substitute(of_mono(touching), {number: constant(k)}) for k in explicit)
        n.note_binder("range_splitting", result, number, touching)
        return result
    return None


def _count(n: Normaliser, variable: Atom, ends: tuple[Poly, Poly], touching: Mono) -> Poly | None:
    """How many values of an index one bracket leaves: those up to a bound, or from it on."""
    if len(touching) != 1 or touching[0][0].kind != "ge0":
        return None
    gap = as_poly(touching[0][0].arguments[0])
    slope = gap.terms.get(((variable, Fraction(1)),), Fraction(0))
    bound = (of_atom(variable).scaled(slope) - gap).scaled(slope)
    if abs(slope) != 1 or variable.free & bound.free:
        return None
    (lower, upper), inside = ends, bound
    length = upper - bound + ONE if slope > 0 else bound - lower + ONE
    rest = inside - lower if slope > 0 else upper - inside
    return length if n.at_least(length) and n.at_least(rest) else None


@rule("indexed_product")
def product_over_range(
    n: Normaliser, index: Sym, span: Range, body: Term, excluding: Term | None, scope: Scope
) -> Poly:
    """A product over a range is taken factor by factor.

    Statement: prod_j (a_j b_j) = prod_j a_j prod_j b_j; prod_j c = c^length; prod_j exp(a_j) =
        exp(sum_j a_j); prod_j 1 = 1.
    Assumes: nothing.
    Refuses: a constant over a range whose length may be negative.
    Example: prod_{i=1}^n exp(s_i) = exp(sum_{i=1}^n s_i).
    """
    lower, upper = _ends(n, span, scope)
    explicit = _explicit(n, lower, upper)
    if explicit is not None:
        if excluding is not None:
            n.unsupported("an explicit product that leaves out an index")
        result = ONE
        for k in explicit:
            result = n.mul(result, n.poly(body, scope.with_value(index.name, constant(k))))
        if n.trace is not None:
            number = n.fresh()
            n.note_limits(number, ("range", lower, upper))
            inner = n.poly(body, scope.with_value(index.name, of_atom(Atom("bound", number))))
            n.note("indexed_product", result, "prod", n.sorts[number], inner, (number,))
        return result
    number = n.fresh()
    left_out = () if excluding is None else (n.poly(excluding, scope),)
    sort = ("range", lower, upper, *left_out)
    n.note_limits(number, ("range", lower, upper))
    inner = n.poly(body, scope.with_value(index.name, of_atom(Atom("bound", number))))
    if inner == ONE:  # whatever is left out
        n.note("indexed_product", ONE, "prod", sort, inner, (number,))
        return ONE
    if any(not (n.at_least(k - lower) and n.at_least(upper - k)) for k in left_out):
        n.unsupported("a product that leaves out an index which may lie outside its range")
    return product_of(n, number, sort, inner)


def product_of(n: Normaliser, number: int, sort: Argument, body: Poly) -> Poly:
    """The product of a polynomial over a range."""
    sort = as_tuple(sort)
    if body == ONE:
        return ONE
    if not body:
        return n.unsupported("a product of zeros over a range that may be empty")
    size, shared, primitive = n.content(body)
    result = _constant_power(n, sort, constant(size))
    factors = [(of_atom(a), e) for a, e in shared] + (
        [] if primitive == ONE else [(primitive, Fraction(1))]
    )
    for factor, exponent in factors:
        result = n.mul(
            result, n.power_number(_product_of_factor(n, number, sort, factor), exponent)
        )
    n.use("indexed_product")
    atom = result.atom()
    if atom is None or atom.kind != "prod" or body.atom() is None:
        n.note("indexed_product", result, "prod", sort, body, (number,))
    return result


def _product_of_factor(n: Normaliser, number: int, sort: Argument, factor: Poly) -> Poly:
    sort = as_tuple(sort)
    if number not in factor.free:
        return _constant_power(n, sort, factor)
    atom = factor.atom()
    if atom is not None and atom.kind == "exp" and len(sort) == 3:
        return n.exponential(n.bind([(number, sort)], as_poly(atom.arguments[0])))
    if atom is not None and atom.kind == "dens" and len(sort) == 3:
        law = densities.joint_of_components(n, atom, number, sort)
        if law is not None:
            return law
    closed = factor.height + 1
    n.note_limits(closed, sort)
    renamed = n.substitute(factor, {number: of_atom(Atom("bound", closed))})
    hides: frozenset[Name] = frozenset({closed})
    return of_atom(Atom("prod", sort, renamed, (closed,), hides=hides, height=closed))


def _constant_power(n: Normaliser, sort: tuple[Argument, ...], base: Poly) -> Poly:
    if base == ONE:
        return ONE
    length = as_poly(sort[2]) - as_poly(sort[1]) + ONE
    if len(sort) > 3:  # an index is left out, in the range wherever the product is meant
        length = length - ONE
    if not n.at_least(length):
        n.unsupported("a product of equal factors over a range whose length may be negative")
    return n.power(base, length)


def open_product(n: Normaliser, atom: Atom) -> tuple[int, Argument, Poly]:
    """A product atom with a fresh index: its number, its range and the factor."""
    sort, body, numbers = atom.arguments
    number = n.fresh()
    n.note_limits(number, sort)
    old = int(str(as_tuple(numbers)[0]))
    return number, sort, n.substitute(as_poly(body), {old: of_atom(Atom("bound", number))})
