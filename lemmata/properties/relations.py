"""False inequalities, and equations that are solved for an unknown, for attacks on the judges.

    lopsided(maker)                 two terms, most of them apart by something never negative
    solved(maker, declarations)     two equations about an unknown that may have one solution

What is false is not known here: the models say so. They need not know the unknown, which stands for
terms: `Solved.candidates` are the values at which one equation may hold and the other not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from random import Random

from lemmata.kernel import language
from lemmata.kernel.declarations import Declarations, Scalar
from lemmata.kernel.terms import (
    KL,
    Expect,
    Integral,
    Law,
    Range,
    Statement,
    Sum,
    Sym,
    Term,
    Variance,
    as_term,
    substitute,
)
from lemmata.properties import worlds as on
from lemmata.properties.rewriting import rewrite
from lemmata.properties.terms import Context, Maker
from lemmata.semantics.mutants import mutants_of

MUTANTS = 40
UNKNOWN = Sym("kappa")


def mutated(term: Term, dice: Random, declarations: Declarations) -> Term:
    """A term with one slip; as it is where there is no place for one."""
    found = list(islice(mutants_of(term, declarations), MUTANTS))
    return dice.choice(found).term if found else term


# ------------------------------------------------------------------ inequalities


def lopsided(maker: Maker, declarations: Declarations) -> tuple[Term, Term]:
    """Two terms of which it is said that one is never smaller than the other."""
    dice = maker.dice
    term = maker.term()
    if dice.random() < 0.2:
        return term, maker.term()
    slack = never_negative(maker, Context(), dice.choice((1, 1, 2)))
    larger = slack if dice.random() < 0.5 else term + slack
    term = as_term(0) if larger is slack else term
    return mutated(rewrite(larger, dice, declarations), dice, declarations), term


def never_negative(maker: Maker, at: Context, depth: int) -> Term:
    """A number that is never negative, by what some rule of the kernel knows."""

    def real() -> Term:
        return maker.real(at, depth - 1)

    def tangent() -> Term:
        point = maker.positive(at, depth - 1)
        return point - 1 - language.log(point)

    def means() -> Term:
        one, other = (maker.positive(at, 0) for _ in range(2))
        return one**2 + other**2 - 2 * one * other

    makers: list[Callable[[], Term]] = [
        lambda: real() ** 2,
        lambda: (real() - real()) ** 2,
        lambda: language.absolute(real()) - real(),
        lambda: language.exp(body := real()) - 1 - body,
        lambda: maker.positive(at, depth),
        tangent,
        means,
    ]
    if depth > 0:
        makers += [lambda: _below(maker, at, depth)] * 3
    if maker.has("named"):
        makers += [lambda: _of_laws(maker)] * 4
    return maker.pick(*makers)()


def _below(maker: Maker, at: Context, depth: int) -> Term:
    """A sum or a mean of what is never negative, or a multiple of it."""
    if maker.has("sums") and not maker.has("vectors") and maker.dice.random() < 0.5:
        letter = maker.pick(on.i, on.l)
        inner = replace(at, letters=(*at.letters, letter))
        span = Range(as_term(1), on.N if letter == on.i else on.n)
        return Sum(letter, span, never_negative(maker, inner, depth - 1))
    if maker.has("densities", "gaussians") and maker.has("integrals"):
        variable = on.x if maker.has("densities") else on.u
        inner = replace(at, bound=(*at.bound, variable))
        return Integral((variable,), maker.positive(inner, 0) * never_negative(maker, inner, 0))
    return maker.positive(at, 0) * never_negative(maker, at, depth - 1)


def _of_laws(maker: Maker) -> Term:
    """A divergence, a variance, or the gap of Jensen's inequality."""
    left, right = maker.pick(on.p(on.x), on.p(on.x | on.y)), on.nu(on.x)
    law = (Law((on.x,), maker.pick(left, right)),)
    function = maker.pick(on.D, on.V)(on.x)
    logarithm = language.log(function)
    return maker.pick(
        KL((on.x,), left, right),
        KL((on.x,), right, left),
        Variance(law, function),
        language.log(Expect(law, function)) - Expect(law, logarithm),
        Expect(law, function**2) - Expect(law, function) ** 2,
    )


# --------------------------------------------------------------------- equations


@dataclass(frozen=True, slots=True)
class Solved:
    """Two equations about an unknown.

    Attributes:
        first: One equation.
        second: The one that is said to have the same solutions.
        candidates: Values at which one may hold and not the other.
        alike: Whether they have the same solutions by how they are made.
        declarations: The world, with the unknown.
    """

    first: Statement
    second: Statement
    candidates: tuple[Term, ...]
    alike: bool
    declarations: Declarations

    def at(self, value: Term) -> tuple[tuple[Term, Term], tuple[Term, Term]]:
        """The sides of both equations at a value of the unknown."""
        found = [
            (substitute(e.left, {UNKNOWN: value}), substitute(e.right, {UNKNOWN: value}))
            for e in (self.first, self.second)
        ]
        return found[0], found[1]


def solved(maker: Maker, declarations: Declarations) -> Solved:
    """An equation in a shape that hides its solution, and another that may have the same."""
    dice = maker.dice
    value, other = maker.term(), maker.pick(as_term(0), as_term(1), on.alpha, maker.leaf(Context()))
    claimed = rewrite(value, dice, declarations)
    wrong = mutated(claimed, dice, declarations) if dice.random() < 0.8 else claimed
    alone, several = _alone(maker, value, other), _several(maker, value, other)
    single = dice.random() < 0.5
    sides = [
        rewrite(side, dice, declarations) for side in maker.pick(*(alone if single else several))
    ]
    second = maker.pick(*_alone(maker, wrong, other)) if dice.random() < 0.4 else (UNKNOWN, wrong)
    return Solved(
        Statement(sides[0], "=", sides[1]),
        Statement(second[0], "=", second[1]),
        (value, wrong, other, -value, -wrong, as_term(0), as_term(1)),
        single and wrong == claimed,
        replace(declarations, scalars=(*declarations.scalars, Scalar(UNKNOWN.name))),
    )


def _alone(maker: Maker, value: Term, other: Term) -> list[tuple[Term, Term]]:
    """Equations that a value of the unknown solves, and no other real number."""
    positive = maker.positive(Context(), 1)
    return [
        (UNKNOWN, value),
        (positive * UNKNOWN + other, positive * value + other),
        (UNKNOWN / positive, value / positive),
        (language.exp(UNKNOWN), language.exp(value)),
        (UNKNOWN**3, value**3),
        ((UNKNOWN - value) ** 2, as_term(0)),
    ]


def _several(maker: Maker, value: Term, other: Term) -> list[tuple[Term, Term]]:
    """Equations that other values may solve too, or that have no value at some."""
    gap, factor = UNKNOWN - value, maker.real(Context(), 1)
    return [
        (other * UNKNOWN, other * value),
        (factor * gap, as_term(0)),
        (gap * (UNKNOWN - other), as_term(0)),
        (UNKNOWN**2, value**2),
        (1 / UNKNOWN, 1 / value),
        (language.log(UNKNOWN), language.log(value)),
        (language.absolute(UNKNOWN), language.absolute(value)),
    ]
