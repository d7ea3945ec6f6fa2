"""Signs, bounds and integer ranges: what the declarations decide about a normal form."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction

from lemmata.kernel.declarations import NONNEGATIVE, POSITIVE, UNIT, Index, Interval, Size
from lemmata.kernel.fuel import LONG_TEXT
from lemmata.kernel.notes import Notes
from lemmata.kernel.poly import (
    ONE,
    ZERO_NUMBER,
    Argument,
    Atom,
    Exponent,
    Mono,
    Poly,
    as_poly,
    as_tuple,
    mono_key,
    of_atom,
)
from lemmata.kernel.terms import Term

DEEPEST_RANGE = 12
ANALYTIC = frozenset({"pi", "prime", "log", "exp", "sum", "pow", "root"})


class Signs(Notes):
    """Decides signs and ranges from the declarations, or says that it cannot."""

    @abstractmethod
    def poly(self, term: Term) -> Poly:
        """The normal form of a term without bound names."""

    def require_nonzero(self, poly: Poly) -> None:
        """Note `poly != 0` unless its sign is known, or both sides divide by it."""
        if self.sign(poly) is None and poly.key not in self.nonzero:
            self.require(f"{self.describe(poly)} != 0", nowhere_flat=_is_nowhere_flat(self, poly))

    def require(self, condition: str, *, nowhere_flat: bool = False) -> None:
        """Note a condition that nothing declared entails; a proof must not keep any.

        Whether what must not be zero is zero on a null set only, unless it is zero everywhere.
        """
        self.conditions[condition] = nowhere_flat

    def describe(self, poly: Poly) -> str:
        """Plain words for a polynomial in a message."""
        from lemmata.kernel.render import text

        self.burn(len(poly.key) // LONG_TEXT)
        return text(poly, self.declarations)

    def sign(self, poly: Poly) -> int | None:
        """1 or -1 where the declarations force the sign, else None. Never 0."""
        lower, upper = self.bounds(poly)
        if lower is not None and (lower[0] > 0 or (lower[0] == 0 and lower[1])):
            return 1
        if upper is not None and (upper[0] < 0 or (upper[0] == 0 and upper[1])):
            return -1
        return None

    def bounds(
        self, poly: Poly
    ) -> tuple[tuple[Fraction, bool] | None, tuple[Fraction, bool] | None]:
        """Lower and upper bound of a polynomial, each with whether it is never reached.

        None is infinite.
        """
        low, high = self._summed_bounds(poly)
        sign, strict = self.written.get(poly.key, (0, False)) if self.written else (0, False)
        if sign == 1 and (low is None or low[0] < 0 or (low[0] == 0 and strict)):
            low = (Fraction(0), strict)
        if sign == -1 and (high is None or high[0] > 0 or (high[0] == 0 and strict)):
            high = (Fraction(0), strict)
        return low, high

    def _summed_bounds(
        self, poly: Poly
    ) -> tuple[tuple[Fraction, bool] | None, tuple[Fraction, bool] | None]:
        low: tuple[Fraction, bool] | None = (Fraction(0), False)
        high: tuple[Fraction, bool] | None = (Fraction(0), False)
        for mono, coefficient in poly.terms.items():
            below, above = self._mono_bounds(mono)
            if coefficient < 0:
                below, above = above, below
            low = _plus(low, below, coefficient)
            high = _plus(high, above, coefficient)
        return low, high

    def _mono_bounds(
        self, mono: Mono
    ) -> tuple[tuple[Fraction, bool] | None, tuple[Fraction, bool] | None]:
        if not mono:
            return (Fraction(1), False), (Fraction(1), False)
        spans = [
            self.interval(a) if e == 1 else _power_interval(self.interval(a), e) for a, e in mono
        ]
        if len(spans) == 1:
            span = spans[0]
            return _end(span.lower, span), _end(span.upper, span)
        if all(span.lower is not None and span.lower >= 0 for span in spans):
            upper: Fraction | None = Fraction(1)
            for span in spans:
                upper = None if upper is None or span.upper is None else upper * span.upper
            strict = all(span.positive for span in spans)
            return (Fraction(0), strict), None if upper is None else (upper, False)
        return None, None

    def interval(self, atom: Atom) -> Interval:
        """Where the value of an atom lies."""
        declared = None
        if atom.kind in ("sym", "app"):
            declared = self.declarations.find(str(atom.arguments[0]))
        if self.is_integer(atom) and self.at_least(of_atom(atom) - ONE):
            return Interval(Fraction(getattr(declared, "least", 0) or 1), closed=True)
        match atom.kind:
            case "dens" | "exp" | "prime" | "pi":
                return POSITIVE
            case "ge0" | "eq0":
                return Interval(Fraction(0), Fraction(1), closed=True)
            case "abs":
                return NONNEGATIVE
            case "sym" | "app":
                return getattr(declared, "interval", Interval())
            case "sum" | "pow":
                inner = as_poly(atom.arguments[0])
                self.burn(len(inner.terms))
                if self.sign(inner) == 1:
                    return POSITIVE
            case "bind" | "prod":
                return self._interval_of_binders(atom)
        return Interval()

    def _interval_of_binders(self, atom: Atom) -> Interval:
        """Where a sum, integral or product lies: above zero with its terms, if it has any.

        The numbers of closed variables are used again and again, so they take their sorts here.
        """
        self.burn(len(as_poly(atom.arguments[1]).terms))
        numbers = [int(str(number)) for number in as_tuple(atom.arguments[2])]
        sorts = as_tuple(atom.arguments[0] if atom.kind == "bind" else (atom.arguments[0],))
        before = [(number, self.sorts[number]) for number in numbers if number in self.sorts]
        for number, sort in zip(numbers, sorts, strict=True):
            self.note_limits(number, sort)
        ends = [self.limits[number] for number in numbers if number in self.limits]
        filled = atom.kind == "prod" or all(self.at_least(end[1] - end[0]) for end in ends)
        lower, upper = self.bounds(as_poly(atom.arguments[1]))
        below_one = atom.kind == "prod" and upper is not None and upper[0] <= 1
        below_one = below_one and all(self.at_least(end[1] - end[0]) for end in ends)
        below_one = below_one and len(as_tuple(sorts[0])) == 3  # no index is left out
        for number, earlier in before:
            self.note_limits(number, earlier)
        if lower is None or lower[0] < 0:
            return Interval()
        positive = lower[0] > 0 or lower[1]
        if below_one and positive and upper is not None and (upper[0] < 1 or upper[1]):
            return UNIT
        if of_atom(atom).key in self.nonzero:  # where it is zero, neither side has a value
            return POSITIVE
        return POSITIVE if filled and positive else NONNEGATIVE

    def note_limits(self, number: int, sort: Argument) -> None:
        """Remember the sort of a bound variable, and the range of an index, while it is open."""
        self.sorts[number] = sort
        if isinstance(sort, tuple) and sort[0] == "range":
            self.limits[number] = (as_poly(sort[1]), as_poly(sort[2]))
        else:
            self.limits.pop(number, None)

    def is_integer(self, atom: Atom) -> bool:
        """Whether an atom is a size or an index."""
        if atom.kind == "bound":
            return int(str(atom.arguments[0])) in self.limits
        return atom.kind == "sym" and isinstance(
            self.declarations.find(str(atom.arguments[0])), Size | Index
        )

    def is_integral(self, poly: Poly) -> bool:
        """Whether a polynomial takes integer values: integer coefficients on sizes and indices."""
        return all(
            c.denominator == 1
            and all(e.denominator == 1 and e > 0 and self.is_integer(a) for a, e in m)
            for m, c in poly.terms.items()
        )

    def at_least(self, gap: Poly, depth: int = 2) -> bool:
        """Whether an affine expression of sizes and indices is proved to be non-negative.

        Each index is replaced by the end of its range that makes the expression smallest, then each
        size by its least value; declared orders of sizes and indices may be subtracted first.
        """
        if self._lowest(gap) >= 0:
            return True
        for name, order in self.orders() if depth else ():
            if self.at_least(gap - order, depth - 1):
                self.assumptions[f"given: {name}"] = None
                return True
        return False

    def _lowest(self, gap: Poly) -> Fraction:
        """A lower bound of an affine expression by the declared ranges; -1 where none is known."""
        for _ in range(DEEPEST_RANGE):
            ranged = [mono for mono in gap.terms if self._is_index(mono)]
            if not ranged:
                break
            mono = ranged[0] if len(ranged) == 1 else min(ranged, key=mono_key)
            terms = dict(gap.terms)
            coefficient = terms.pop(mono)
            gap = Poly(terms) + self._range_of(mono)[coefficient < 0].scaled(coefficient)
        lowest = ZERO_NUMBER
        for mono, coefficient in gap.terms.items():
            size = self._size(mono)
            if mono and (size is None or coefficient < 0):
                return Fraction(-1)
            lowest += coefficient if size is None else coefficient * size.least
        return lowest

    def _size(self, mono: Mono) -> Size | None:
        """The declaration of a single size."""
        if len(mono) != 1 or mono[0][1] != 1 or mono[0][0].kind != "sym":
            return None
        declared = self.declarations.find(str(mono[0][0].arguments[0]))
        return declared if isinstance(declared, Size) else None

    def _is_index(self, mono: Mono) -> bool:
        """Whether a monomial is a single index."""
        single = len(mono) == 1 and mono[0][1] == 1
        return single and self.is_integer(mono[0][0]) and self._size(mono) is None

    def _range_of(self, mono: Mono) -> tuple[Poly, Poly]:
        """The range of a single index."""
        atom = mono[0][0]
        if atom.kind == "bound":
            return self.limits[int(str(atom.arguments[0]))]
        declared = self.declarations.find(str(atom.arguments[0]))
        assert isinstance(declared, Index)
        return self.poly(declared.range.lower), self.poly(declared.range.upper)

    def orders(self) -> list[tuple[str, Poly]]:
        """The declared orders of sizes and indices.

        Names, and expressions that are not negative.
        """
        if self._orders is None:
            self._orders = []
            for fact in self.declarations.facts:
                relation = fact.statement.relation
                if relation not in {"<", "<=", ">", ">="} or fact.forall:
                    continue
                gap = self.poly(fact.statement.right) - self.poly(fact.statement.left)
                gap = -gap if relation in {">", ">="} else gap
                if self.is_integral(gap):
                    self._orders.append((fact.name, gap - ONE if relation in {"<", ">"} else gap))
        return self._orders

    def positive(self, atom: Atom) -> bool:
        """Whether an atom is known to be above zero."""
        return self.interval(atom).positive


def _is_nowhere_flat(signs: Signs, value: Argument) -> bool:
    """Whether a value is an analytic function of real numbers.

    Then it is zero on a null set only, or everywhere. A bracket, a modulus, an unknown function, a
    law, or a size or index may be zero on more.
    """
    if isinstance(value, tuple):
        return all(_is_nowhere_flat(signs, part) for part in value)
    if isinstance(value, Poly):
        return all(_is_nowhere_flat(signs, atom) for mono in value.terms for atom, _ in mono)
    if not isinstance(value, Atom):
        return True
    if value.kind == "bind":
        sums = all(as_tuple(sort)[0] == "range" for sort in as_tuple(value.arguments[0]))
        return sums and _is_nowhere_flat(signs, value.arguments[1])
    if value.kind == "sym":
        return not signs.is_integer(value)
    return value.kind in ANALYTIC and _is_nowhere_flat(signs, value.arguments)


def _plus(
    bound: tuple[Fraction, bool] | None, other: tuple[Fraction, bool] | None, factor: Fraction
) -> tuple[Fraction, bool] | None:
    if bound is None or other is None:
        return None
    return bound[0] + factor * other[0], bound[1] or other[1]


def _end(value: Fraction | None, span: Interval) -> tuple[Fraction, bool] | None:
    return None if value is None else (value, not span.closed)


def _power_interval(span: Interval, exponent: Exponent) -> Interval:
    if span.positive:
        return POSITIVE
    if exponent.denominator == 1 and exponent % 2 == 0 and exponent > 0:
        return NONNEGATIVE
    return Interval()
