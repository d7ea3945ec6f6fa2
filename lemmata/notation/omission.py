r"""Sums with dots: `x_T + a x_{T-1} + \cdots + a^{T-1} x_1` is the sum that its ends tell.

The terms before the dots say how the integers in them go on, and the last one where they end. Where
its integers end at different places, each is a reading, with the last term as it is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import (
    Add,
    Div,
    Mul,
    Neg,
    Num,
    Pow,
    Range,
    Sum,
    Sym,
    Term,
    as_term,
)
from lemmata.notation.write import write_text

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

Linear: TypeAlias = dict[str, Fraction]
"""An integer expression by its names; the number stands under the empty name."""

Factors: TypeAlias = dict[Term, Term]
"""The factors of a product, each with its exponent."""
Integer: TypeAlias = Callable[[Sym], Term]
Part: TypeAlias = Callable[[Sym], list[Term]]

ONE, ZERO = as_term(1), as_term(0)
LETTERS = ("k", "l", "m", "n", "u", "v", "w")


def with_dots(parser: Parser, terms: list[Term], *, minus: bool) -> list[Term]:
    """The terms with what the dots here stand for, up to the term behind them.

    Args:
        parser: The parser, before the dots.
        terms: The terms before them.
        minus: Whether a minus stands before them.

    Raises:
        NotationError: Nothing stands behind the dots, or it does not say what is left out.
    """
    dots = parser.take()
    if not parser.next_is("-" if minus else "+"):
        raise parser.unreadable("the sum does not end behind its dots", dots)
    parser.take()
    last = parser.signed()
    return filled(parser, terms, Neg(last) if minus else last)


def filled(parser: Parser, before: list[Term], last: Term) -> list[Term]:
    """The terms of a sum in which what the dots before the last term leave out is written.

    Raises:
        NotationError: The terms around the dots do not say what is left out.
    """
    declarations = parser.symbols.declarations
    for shown in (before[-2:], before[-1:]):
        pattern = _Pattern(declarations)
        general = pattern.term(shown, last) if shown else None
        if general is None or not pattern.ends:
            continue
        kept = before[: -len(shown)]
        options = tuple(write_text(_term(end), declarations) for end in pattern.ends)
        chosen = options[0]
        if len(options) > 1:
            chosen = parser.choose("the dots end at", options)
        end = pattern.ends[options.index(chosen)]
        letter = _fresh(parser)
        body = general(letter)
        if len(options) == 1 and pattern.regular:
            return [*kept, Sum(letter, Range(ZERO, _term(end)), body)]
        end = {**end, "": end.get("", Fraction(0)) - 1}
        return [*kept, Sum(letter, Range(ZERO, _term(end)), body), last]
    raise parser.unreadable(
        "the terms around the dots do not say what is left out",
        hint="Write the sum with \\sum.",
    )


def _fresh(parser: Parser) -> Sym:
    taken = {token.text for token in parser.tokens}
    names = (f"{letter}{mark}" for mark in ("", "'", "''") for letter in LETTERS)
    return Sym(next(n for n in names if n not in taken and parser.symbols.find(n) is None))


@dataclass
class _Pattern:
    """What goes on from term to term.

    Attributes:
        declarations: The declared letters and sizes.
        ends: The values of the letter at which the integers of the last term are reached.
        regular: Whether every integer of the last term is reached.
    """

    declarations: Declarations
    ends: list[Linear] = field(default_factory=list)
    regular: bool = True

    def term(self, shown: list[Term], last: Term) -> Callable[[Sym], Term] | None:
        """The general term as a function of the letter; None if the terms are not alike."""
        written = [_factors(term) for term in (*shown, last)]
        if len({sign for sign, _ in written}) > 1:
            return None
        powers = [factors for _, factors in written]
        counted = self._counted(powers)
        parts: list[Part] = [counted[1]] if counted else []
        left = [base for each in powers for base in each if not counted or base not in counted[0]]
        for name in dict.fromkeys(map(_head, left)):
            bases = [[base for base in each if _head(base) == name] for each in powers]
            part = self._indexed(bases, powers) or self._powered(bases, powers)
            if part is None:
                return None
            parts.append(part)
        negative = written[0][0] < 0

        def general(letter: Sym) -> Term:
            factors = [factor for part in parts for factor in part(letter)]
            product = ONE if not factors else factors[0]
            product = Mul(tuple(factors)) if len(factors) > 1 else product
            return Neg(product) if negative else product

        return general

    def _counted(self, powers: list[Factors]) -> tuple[list[Term], Part] | None:
        """An integer that goes on as a factor of each term, `1, 2, .., n`, and which bases it is.

        Its power is the same in all terms. None where it may also be one that is multiplied.
        """
        found = [[b for b in each if self._is_integer(b, powers)] for each in powers]
        exponents = {
            each[base] for each, bases in zip(powers, found, strict=True) for base in bases
        }
        if len(powers) <= 2 or len(exponents) != 1:
            return None
        values = [Mul(tuple(bases)) if bases[1:] else bases[0] if bases else ONE for bases in found]
        count = None if _may_multiply(values) else self.integer(values)
        if count is None:
            return None
        (exponent,) = exponents
        return [b for bases in found for b in bases], lambda k: _power(count(k), exponent)

    def _is_integer(self, base: Term, powers: list[Factors]) -> bool:
        """Whether a base is a whole number that is not the same factor of all terms."""
        names = _linear(base)
        sizes = {size.name for size in self.declarations.sizes}
        indices = {index.name for index in self.declarations.indices}
        whole = names is not None and all(number.denominator == 1 for number in names.values())
        same = len({each.get(base, ZERO) for each in powers}) == 1
        return whole and not same and {*(names or ())} <= {"", *sizes, *indices}

    def _indexed(self, bases: list[list[Term]], powers: list[Factors]) -> Part | None:
        """A name with indices that go on: one of it in each term, to the same power."""
        names = [each[0] for each in bases if len(each) == 1]
        symbols = [name for name in names if isinstance(name, Sym) and name.indices]
        if len(symbols) != len(bases):
            return None
        exponents = [power[name] for name, power in zip(symbols, powers, strict=True)]
        places = [
            self.integer(list(values)) for values in zip(*(s.indices for s in symbols), strict=True)
        ]
        found = [place for place in places if place is not None]
        if len(set(exponents)) > 1 or len(found) < len(places):
            return None
        name, exponent = symbols[0].name, exponents[0]
        return lambda letter: _power(Sym(name, tuple(place(letter) for place in found)), exponent)

    def _powered(self, bases: list[list[Term]], powers: list[Factors]) -> Part | None:
        """Equal bases whose exponents go on; where one does not stand, its exponent is zero."""
        found: list[tuple[Term, Integer]] = []
        for base in dict.fromkeys(base for each in bases for base in each):
            exponent = self.integer([each.get(base, ZERO) for each in powers])
            if exponent is None or (isinstance(base, Sym) and base.indices and not all(bases)):
                return None
            found.append((base, exponent))
        return lambda letter: [f for base, e in found for f in _power(base, e(letter))]

    def integer(self, values: list[Term]) -> Integer | None:
        """An integer that goes on from term to term, as a function of the letter."""
        if len(set(values)) == 1:
            return lambda _: values[0]
        shown = [found for found in map(_linear, values) if found is not None]
        if len(shown) < len(values):
            return None
        first, last = shown[0], shown.pop()
        step = _minus(shown[-1], first)
        if set(step) - {""}:
            return None
        way = _minus(last, first)
        pace = step.get("", Fraction(0)) if len(shown) == 2 else Fraction(self.direction(way))
        if pace == 0:
            self.regular = False
            return lambda _: values[0]
        if len(shown) == 1 and not set(way) - {""}:
            return None  # one term and a number of steps: nothing says what goes on
        end = {name: value / pace for name, value in way.items()}
        reached = all(value.denominator == 1 for value in end.values()) and self.direction(end) > 0
        if not reached or (not set(end) - {""} and end[""] < len(shown)):
            return None  # the last term does not go on, or stands before the dots
        if end not in self.ends:
            self.ends.append(end)
        return lambda letter: _term({**first, letter.name: pace})

    def direction(self, value: Linear) -> int:
        """The sign of an integer expression where its names are large, and sizes the largest."""
        names = {name: number for name, number in value.items() if name}
        total = sum((names or value).values())
        if not total:  # `T - t` of a letter t that runs up to T
            sizes = {size.name for size in self.declarations.sizes}
            total = sum(number for name, number in names.items() if name in sizes)
        if not total:  # `n - d`, up to which a declared letter runs from 1
            return self._up_to_a_range(names)
        return 1 if total > 0 else -1

    def _up_to_a_range(self, names: Linear) -> int:
        """The sign of an expression that is where declared letters end, up to a number, or not."""
        last = [_linear(i.range.upper) or {} for i in self.declarations.indices]
        ends = [{name: number for name, number in end.items() if name} for end in last]
        return 1 if names in ends else -1 if _minus({}, names) in ends else 0


def _factors(term: Term) -> tuple[int, Factors]:
    """The sign of a product and its factors, each with its exponent."""
    sign, found = 1, dict[Term, Term]()
    waiting: list[tuple[Term, Term]] = [(term, ONE)]
    while waiting:
        part, exponent = waiting.pop(0)
        match part:
            case Neg(body) if exponent == ONE:
                sign, waiting = -sign, [(body, ONE), *waiting]
            case Mul(factors):
                waiting = [*((factor, exponent) for factor in factors), *waiting]
            case Div(above, below) if exponent == ONE:
                waiting = [(above, ONE), (below, Neg(ONE)), *waiting]
            case Pow(base, power) if exponent == ONE:
                found[base] = Add((found[base], power)) if base in found else power
            case Num(value) if value == 1:
                pass
            case _:
                found[part] = Add((found[part], exponent)) if part in found else exponent
    return sign, found


def _may_multiply(values: list[Term]) -> bool:
    """Whether numbers may go on by a factor, and reach the last one so: 1, 2, .., 8."""
    numbers = [value.value for value in values if isinstance(value, Num)]
    if len(numbers) < len(values) or not numbers[0]:
        return False
    first, second, last = numbers
    reached, ratio = second, second / first
    while ratio > 1 and abs(reached) < abs(last):
        reached *= ratio
    return ratio > 1 and reached == last


def _head(base: Term) -> str:
    """What bases of neighbouring terms have in common: the name of an array, else all."""
    if isinstance(base, Sym) and base.indices:
        return f"{base.name} with {len(base.indices)} indices"
    return repr(base)


def _power(base: Term, exponent: Term) -> list[Term]:
    if exponent == ZERO:
        return []
    return [base if exponent == ONE else Pow(base, exponent)]


def _linear(term: Term) -> Linear | None:
    """An integer expression as a number and multiples of names; None if it is none."""
    match term:
        case Num(value):
            return {"": value} if value else {}
        case Sym(name, ()):
            return {name: Fraction(1)}
        case Neg(body):
            found = _linear(body)
            return None if found is None else _minus({}, found)
        case Add(terms):
            total: Linear = {}
            for part in terms:
                found = _linear(part)
                if found is None:
                    return None
                total = _minus(total, _minus({}, found))
            return total
        case Mul(factors):
            return reduce(_times, map(_linear, factors))
    return None


def _times(left: Linear | None, right: Linear | None) -> Linear | None:
    """The product of two integer expressions, if one of them is a number."""
    if left is None or right is None:
        return None
    number, other = (left, right) if {*left} <= {""} else (right, left)
    size = number.get("", Fraction(0))
    return {n: value * size for n, value in other.items() if size} if {*number} <= {""} else None


def _term(value: Linear) -> Term:
    """An integer expression as a term."""
    parts = [_multiple(name, number) for name, number in value.items() if number]
    return ZERO if not parts else parts[0] if len(parts) == 1 else Add(tuple(parts))


def _multiple(name: str, number: Fraction) -> Term:
    size = as_term(abs(number))
    part = size if not name else Sym(name) if size == ONE else Mul((size, Sym(name)))
    return Neg(part) if number < 0 else part


def _minus(left: Linear, right: Linear) -> Linear:
    names = dict.fromkeys((*left, *right))
    found = {n: left.get(n, Fraction(0)) - right.get(n, Fraction(0)) for n in names}
    return {name: value for name, value in found.items() if value}
