r"""Bounds of what is taken in the same way of two things, point by point, and given ones.

`\gamma \sum_a \pi(a|s) |f(a)| \le \gamma \sum_a \pi(a|s) c` holds where `|f(a)| \le c` does at
every action: the weights are not negative. A bound of a modulus is one of what stands in it, and
of its opposite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from lemmata.judge.bounds import proved
from lemmata.kernel.declarations import Declarations, Fact, Function, Index, Scalar, free_names
from lemmata.kernel.terms import (
    Add,
    App,
    Density,
    Div,
    Expect,
    Fn,
    Integral,
    Mul,
    Neg,
    Num,
    Pow,
    Relation,
    Statement,
    Sum,
    Sym,
    Term,
    as_term,
    children,
    rebuild,
    substitute,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Verdict

MOST_TERMS: Final = 5
"""Terms of a sum that are looked at one by one."""
Found: TypeAlias = list[Verdict] | None
"""Verdicts that together entail a bound; None where it is not found."""


_MODULUS: Final = Verdict("proved", rules=("modulus",))
"""That a number and its opposite are at most its modulus, which is one of them."""


def point_by_point(statement: Statement, declarations: Declarations) -> Sequence[Verdict]:
    """A bound that holds at all points of what both sides are taken of, or is given there."""
    if statement.relation not in ("<=", ">="):
        return []
    left, right = (unfold(side, declarations) for side in (statement.left, statement.right))
    smaller, larger = (left, right) if statement.relation == "<=" else (right, left)
    return _below(smaller, larger, declarations) or []


def _below(
    smaller: Term, larger: Term, declarations: Declarations, inner: frozenset[str] = frozenset()
) -> Found:
    """What entails that one term is at most another.

    Args:
        smaller: One term.
        larger: The other.
        declarations: Every name in them.
        inner: The outcomes that are bound around them.
    """
    if smaller == larger:
        return []
    given = _given(smaller, larger, declarations, inner)
    if given is not None:
        return [given]
    match smaller:
        case Fn("abs", inside):
            sides = (inside, _opposite(inside))
            parts = [_below(side, larger, declarations, inner) for side in sides]
            found = [_MODULUS, *(v for part in parts if part is not None for v in part)]
            return None if any(part is None for part in parts) else found
    match larger:
        case Fn("abs", inside):
            for side in (inside, _opposite(inside)):
                if (part := _below(smaller, side, declarations, inner)) is not None:
                    return [_MODULUS, *part]
    match smaller, larger:
        case Add(terms), Add(others) if len(terms) <= len(others) <= MOST_TERMS:
            if (each := _term_by_term(terms, others, declarations, inner)) is not None:
                return each
    for average, other, turned in ((smaller, larger, False), (larger, smaller, True)):
        body = _averaged(average)
        if body is not None and not _bound_by(average) & free_names(other):
            one, two = (other, body) if turned else (body, other)
            if (each := _below(one, two, declarations, inner | _bound_by(average))) is not None:
                return each
    pair = _taken_alike(smaller, larger, declarations)
    if pair is not None:
        one, two, wider = pair
        return _below(one, two, wider, inner | _bound_by(smaller))
    return proved(Statement(smaller, "<=", larger), declarations) or None


def _term_by_term(
    terms: Sequence[Term],
    others: Sequence[Term],
    declarations: Declarations,
    inner: frozenset[str],
) -> Found:
    """What entails that each term is at most one of its own among others, the rest not negative."""
    left, found = list(others), list[Verdict]()
    for term in terms:
        for other in left:
            if (part := _below(term, other, declarations, inner)) is not None:
                left.remove(other)
                found += part
                break
        else:
            return None
    return found if all(_is_weight(other, declarations) for other in left) else None


def _taken_alike(
    smaller: Term, larger: Term, declarations: Declarations
) -> tuple[Term, Term, Declarations] | None:
    """What two terms are taken of in the same way, and where that stands."""
    match smaller, larger:
        case Expect(laws, one), Expect(others, two) if laws == others:
            return one, two, declarations
        case Integral(variables, one), Integral(others, two) if variables == others:
            return one, two, declarations
        case Sum(letter, span, one, None), Sum(other, its, two, None) if span == its:
            fresh = Sym(f"place of {letter.name}")
            index = Index(fresh.name, span)
            if declarations.find(fresh.name) is not None:
                return None
            wider = replace(declarations, indices=(*declarations.indices, index))
            return substitute(one, {letter: fresh}), substitute(two, {other: fresh}), wider
        case Neg(one), Neg(two):
            return two, one, declarations
        case Div(one, below), Div(two, other) if below == other and _is_weight(below, declarations):
            return one, two, declarations
    weights, (one, two) = _without_common(_factors(smaller), _factors(larger))
    if weights and all(_is_weight(factor, declarations) for factor in weights):
        return one, two, declarations
    return None


def _averaged(term: Term) -> Term | None:
    """What an expectation is of, or an integral of a law times something; None of others."""
    match term:
        case Expect(laws, body) if all(isinstance(law.density, Density) for law in laws):
            return body
        case Integral(variables, Mul(factors)):
            for place, factor in enumerate(factors):
                if isinstance(factor, Density) and {*factor.of} == {*variables}:
                    return _product([*factors[:place], *factors[place + 1 :]])
    return None


def _bound_by(term: Term) -> frozenset[str]:
    """The outcomes that a sign binds in what it is taken of."""
    match term:
        case Integral(variables, _):
            return frozenset(variable.name for variable in variables)
        case Expect(laws, _):
            return frozenset(v.name for law in laws for v in law.variables)
    return frozenset()


def _factors(term: Term) -> list[Term]:
    """The factors of a product, with a sign as a factor of its own."""
    match term:
        case Mul(factors):
            return [part for factor in factors for part in _factors(factor)]
        case Neg(body):
            return [as_term(-1), *_factors(body)]
    return [term]


def _without_common(one: list[Term], two: list[Term]) -> tuple[list[Term], tuple[Term, Term]]:
    """The factors that two products share, and the products of the others."""
    common: list[Term] = []
    mine, its = list(one), list(two)
    for factor in one:
        if factor in its and factor not in (as_term(-1), as_term(1)):
            common.append(factor)
            mine.remove(factor)
            its.remove(factor)
    return common, (_product(mine), _product(its))


def _product(factors: list[Term]) -> Term:
    signs = factors.count(as_term(-1))
    rest = [factor for factor in factors if factor != as_term(-1)]
    whole = Mul(tuple(rest)) if len(rest) > 1 else rest[0] if rest else as_term(1)
    return Neg(whole) if signs % 2 else whole


def _opposite(term: Term) -> Term:
    """The opposite of a term, with its sign inside of what it is taken of."""
    match term:
        case Neg(body):
            return body
        case Expect() | Integral() | Sum():
            return replace(term, body=_opposite(term.body))
        case Mul((*before, last)):
            return Mul((*before, _opposite(last)))
        case Add(terms):
            return Add(tuple(map(_opposite, terms)))
    return Neg(term)


def _is_weight(term: Term, declarations: Declarations) -> bool:
    """Whether a factor is never negative, by the way it is written."""
    match term:
        case Num(value):
            return value >= 0
        case Density() | Fn("exp" | "abs" | "sqrt", _):
            return True
        case Sym() | App():
            item = declarations.find(term.name)
            lower = item.interval.lower if isinstance(item, Function | Scalar) else None
            return lower is not None and lower >= 0
        case Pow(_, Num(value)) if value.denominator == 1 and value % 2 == 0:
            return True
        case Pow(body, _):
            return _is_weight(body, declarations)
        case Mul() | Add() | Div():
            return all(_is_weight(part, declarations) for part in children(term))
    return False


# -------------------------------------------------------------------- facts


def _given(
    smaller: Term, larger: Term, declarations: Declarations, inner: frozenset[str]
) -> Verdict | None:
    """A bound that a fact states, at some of the points for which it holds; None if none does."""
    for fact in declarations.facts:
        relation: Relation = fact.statement.relation
        if relation not in ("<=", ">=", "<", ">"):
            continue
        sides = [unfold(s, declarations) for s in (fact.statement.left, fact.statement.right)]
        less, more = sides if relation in ("<=", "<") else sides[::-1]
        if inner & (free_names(less) | free_names(more)) - {*fact.forall}:
            continue  # it is about one outcome, and not about all that are bound here
        ways = [(less, smaller)]
        if isinstance(less, Fn) and less.name == "abs":  # it bounds what is inside, with any sign
            ways += [(less.argument, smaller), (less.argument, _opposite(smaller))]
        if any(_is_instance((p, more), (t, larger), fact, declarations) for p, t in ways):
            return Verdict("proved", rules=("given_fact",), assumptions=(f"given: {fact.name}",))
    return None


def _is_instance(
    pattern: tuple[Term, Term], sides: tuple[Term, Term], fact: Fact, declarations: Declarations
) -> bool:
    """Whether two sides are those of a fact with other names for what it holds for."""
    letters = {name for name in fact.forall if not isinstance(declarations.find(name), Scalar)}
    bound: dict[str, Term] = {}
    return all(_matches(p, t, letters, bound) for p, t in zip(pattern, sides, strict=True)) and (
        _lies_within(bound, declarations)
    )


def _matches(pattern: Term, term: Term, letters: set[str], bound: dict[str, Term]) -> bool:
    """Whether a term is a pattern with terms in the place of its letters, which are noted."""
    if isinstance(pattern, Sym) and not pattern.indices and pattern.name in letters:
        return bound.setdefault(pattern.name, term) == term
    if type(pattern) is not type(term):
        return False
    parts, others = children(pattern), children(term)
    if len(parts) != len(others) or rebuild(pattern, others) != term:
        return False
    return all(_matches(p, t, letters, bound) for p, t in zip(parts, others, strict=True))


def _lies_within(bound: dict[str, Term], declarations: Declarations) -> bool:
    """Whether what stands for the letters of a fact is of their kinds, in their ranges."""
    for name, term in bound.items():
        if not isinstance(term, Sym) or term.indices:
            return False
        letter, other = declarations.find(name), declarations.find(term.name)
        if isinstance(letter, Index):
            if not isinstance(other, Index) or other.range != letter.range:
                return False
            continue
        variable, copy = declarations.variable(name), declarations.variable(term.name)
        place = copy.place if copy is not None else term.name.rstrip("'")
        if variable is None or place != variable.place:
            return False
    return True
