"""Kernel, models and SymPy say the same of random scalar terms.

SymPy evaluates the term as it was drawn and its normal form at the numbers of a model, with its
own arithmetic; both must lie where the models say.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from flint import arb, fmpq

from lemmata.kernel.fuel import OutOfFuelError
from lemmata.kernel.notes import UnsupportedError
from lemmata.kernel.render import to_term
from lemmata.kernel.terms import Add, Div, Fn, Mul, Neg, Num, Pi, Pow, Sym, Term, walk
from lemmata.kernel.unfold import unfold
from lemmata.properties.attacks import field_of
from lemmata.properties.collisions import Level, normal_form
from lemmata.properties.terms import Maker
from lemmata.properties.values import Missing, Value

sp = pytest.importorskip("sympy")

TERMS = 400
DIGITS = 40
KNOWN = (Num, Pi, Sym, Add, Neg, Mul, Div, Pow, Fn)
NEAR = 1e-12


def to_sympy(term: Term, numbers: dict[Sym, Any]) -> Any:
    """A scalar term in SymPy, unevaluated arithmetic left to SymPy."""
    match term:
        case Num(value):
            return sp.Rational(value.numerator, value.denominator)
        case Pi():
            return sp.pi
        case Sym():
            return numbers[term]
        case Add(parts):
            return sp.Add(*(to_sympy(part, numbers) for part in parts))
        case Neg(body):
            return -to_sympy(body, numbers)
        case Mul(parts):
            return sp.Mul(*(to_sympy(part, numbers) for part in parts))
        case Div(top, bottom):
            return to_sympy(top, numbers) / to_sympy(bottom, numbers)
        case Pow(base, exponent):
            return to_sympy(base, numbers) ** to_sympy(exponent, numbers)
        case Fn(name, argument):
            function = {"log": sp.log, "exp": sp.exp, "sqrt": sp.sqrt, "abs": sp.Abs}[name]
            return function(to_sympy(argument, numbers))
    raise AssertionError(term)


def number(value: Value) -> Any:
    """An exact value of a model in SymPy."""
    assert isinstance(value, fmpq)
    return sp.Rational(int(value.p), int(value.q))


def agree(mine: Value, theirs: Any) -> bool:
    """Whether a ball of ours and a number of SymPy's are near each other."""
    middle = float(arb(mine).mid()) if not isinstance(mine, Missing) else float("nan")
    return abs(complex(theirs) - middle) <= NEAR * (1 + abs(middle))


def normal_term(term: Term) -> list[Term]:
    """The normal form of a term, written as a term again; nothing where there is none."""
    declarations = field_of("powers").declarations
    try:
        form = normal_form(term, declarations, Level(frozenset()))
    except (UnsupportedError, OutOfFuelError):
        return []
    return [] if form is None else [unfold(to_term(form.poly, declarations), declarations)]


def test_three_engines_agree_on_scalar_terms() -> None:
    """Where all three have a value it is the same one, for the term and for its normal form."""
    field = field_of("powers")
    compared = reduced = 0
    for draw in range(TERMS):
        term = Maker(Random(f"differential {draw}"), "powers").term()
        terms = [term, *normal_term(term)]
        names = {part for each in terms for part in walk(each) if isinstance(part, Sym)}
        if not all(isinstance(part, KNOWN) for each in terms for part in walk(each)):
            continue
        worth = field.values(term)
        parts = {name: field.values(name) for name in names if not name.indices}
        if worth is None or len(parts) < len(names):
            continue
        for model, mine in enumerate(worth):
            if isinstance(mine, Missing) or (isinstance(mine, arb) and mine.rad() > NEAR):
                continue
            numbers = {name: number(values[model]) for name, values in parts.items() if values}
            for each in terms:
                theirs = sp.N(to_sympy(each, numbers), DIGITS)
                if theirs.is_finite is not True or abs(theirs) > 10**12:
                    continue
                assert agree(mine, theirs), (field.shown(each), mine, theirs)
                compared += 1
                reduced += each is not term
    assert compared > TERMS / 2
    assert reduced > TERMS / 5


def test_the_comparison_can_fail() -> None:
    """A term beside the value of another one is told apart."""
    field = field_of("powers")
    worth = field.values(Num(Fraction(3)))
    assert worth is not None
    assert agree(worth[0], sp.Integer(3))
    assert not agree(worth[0], sp.Integer(3) + sp.Rational(1, 10**9))
