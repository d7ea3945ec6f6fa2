"""Comparisons of sizes and indices: the kernel's and the re-checker's brackets count rightly."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Final

import pytest

from lemmata.kernel.declarations import Declarations, Fact, Index, Size
from lemmata.kernel.prove import normaliser
from lemmata.kernel.recheck.inequalities import Inequalities
from lemmata.kernel.recheck.polynomials import Poly, poly_of
from lemmata.kernel.render import to_term
from lemmata.kernel.terms import (
    Add,
    Div,
    Iverson,
    Mul,
    Neg,
    Num,
    Pow,
    Range,
    Relation,
    Statement,
    Sym,
    Term,
    as_term,
)

i, k, m, n = (Sym(name) for name in "ikmn")
WORLD: Final = Declarations(
    sizes=(Size("n"), Size("m", 2)),
    indices=(Index("i", Range(as_term(1), n)), Index("k", Range(as_term(0), n + 1))),
    facts=(Fact("larger", Statement(n, "<", m)),),
)
RELATIONS: Final[dict[Relation, object]] = {
    "=": Fraction.__eq__,
    "!=": Fraction.__ne__,
    "<": Fraction.__lt__,
    "<=": Fraction.__le__,
    ">": Fraction.__gt__,
    ">=": Fraction.__ge__,
}
Env = dict[str, Fraction]


def worlds() -> Iterator[Env]:
    """Numbers that the declarations and the fact allow."""
    for size, more in ((1, 2), (2, 1), (4, 1)):
        for one, other in product(range(1, size + 1), range(size + 2)):
            values = {"n": size, "m": size + more, "i": one, "k": other}
            yield {name: Fraction(value) for name, value in values.items()}


POINTS: Final = list(worlds())
FACTORS: Final = (
    *((1, 0, 0), (-1, 0, 0), (2, 0, 0)),
    *((1, -1, 0), (-1, 1, 0), (1, 0, -1), (0, 1, -1)),
)
GAPS: Final = [
    (a, b, c, d)
    for a, b, c in (
        (1, 0, 0),
        (-1, 0, 0),
        (2, 0, 0),
        (1, -1, 0),
        (-1, 1, 0),
        (1, 0, -1),
        (0, 1, -1),
    )
    for d in (-9, -3, -2, -1, 0, 1, 2, 10)
    if abs(d) < 9 or not (b or c)
]


def holds(left: Fraction, relation: Relation, right: Fraction) -> bool:
    """Whether two numbers are in a relation."""
    return bool(RELATIONS[relation](left, right))  # type: ignore[operator]


def value(term: Term, env: Env) -> Fraction:
    """The value of a term of numbers, names and brackets."""
    match term:
        case Num(number):
            return number
        case Sym(name):
            return env[name]
        case Add(parts):
            return sum((value(part, env) for part in parts), Fraction(0))
        case Neg(body):
            return -value(body, env)
        case Mul(parts):
            result = Fraction(1)
            for part in parts:
                result *= value(part, env)
            return result
        case Div(top, bottom):
            return value(top, env) / value(bottom, env)
        case Pow(base, exponent):
            return Fraction(value(base, env) ** int(value(exponent, env)))
        case Iverson(left, relation, right):
            return Fraction(holds(value(left, env), relation, value(right, env)))
    raise AssertionError(term)


def worth(poly: Poly, env: Env) -> Fraction:
    """The value of a polynomial of the re-checker."""
    total = Fraction(0)
    for mono, number in poly.terms.items():
        part = number
        for atom, exponent in mono:
            match atom.kind:
                case "sym":
                    inner = env[str(atom.args[0])]
                case "ge0":
                    inner = Fraction(worth(poly_of(atom.args[0]), env) >= 0)
                case "eq0":
                    inner = Fraction(worth(poly_of(atom.args[0]), env) == 0)
                case _:
                    raise AssertionError(atom)
            part *= inner ** int(exponent)
        total += part
    return total


def brackets(relation: Relation) -> Iterator[tuple[Term, Term]]:
    """Brackets of many sums of sizes and indices, with the sum."""
    for a, b, c, d in GAPS:
        gap = a * i + b * k + c * n + d
        yield Iverson(gap, relation, as_term(0)), gap
    for gap in (m - n, m - n - 1, n - m, n - i, m - i - 1, 2 * m - 2 * n - 1, 2 * i - 2 * n):
        yield Iverson(gap, relation, as_term(0)), gap


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_bracket_of_the_kernel_counts_rightly(relation: Relation) -> None:
    """Its normal form is 1 where the comparison holds and 0 elsewhere, for all small sizes."""
    for bracket, gap in brackets(relation):
        found = to_term(normaliser(WORLD, frozenset()).poly(bracket), WORLD)
        for env in POINTS:
            expected = holds(value(gap, env), relation, Fraction(0))
            assert value(found, env) == expected, (bracket, found, env)


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_bracket_of_the_rechecker_counts_rightly(relation: Relation) -> None:
    """The same, by the arithmetic of its own."""
    judge = Inequalities(WORLD, frozenset(), "")
    for bracket, gap in brackets(relation):
        found = judge.value(bracket, {})
        for env in POINTS:
            expected = holds(value(gap, env), relation, Fraction(0))
            assert worth(found, env) == expected, (bracket, found.key, env)
