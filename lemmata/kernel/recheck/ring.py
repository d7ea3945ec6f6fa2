"""The ring of values under the verified equations, the signs of values, integer comparisons."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import permutations
from math import ceil, floor, gcd

from lemmata.kernel.declarations import UNIT, Declarations, Index, Interval, Size
from lemmata.kernel.fuel import burn
from lemmata.kernel.recheck.polynomials import (
    ONE,
    ZERO,
    Atom,
    Mono,
    Poly,
    RefusalError,
    Scope,
    Value,
    as_mono,
    constant,
    content,
    free,
    of,
    poly_of,
    raised,
    sorts_of,
    sum_power,
    text,
)
from lemmata.kernel.terms import Term

LARGEST_POWER = 64
FIRST_FRESH = 9_999_999
PI = Fraction(31_415, 10_000), Fraction(31_416, 10_000)


class Ring(ABC):
    """What is needed of a value: equations, products, powers, signs, brackets.

    Attributes:
        declarations: The names and their sorts.
        sorts: The sort of each bound variable, by its number.
        table: The verified equations, by the kind and the text of their left sides.
        needed: The assumptions that the replay needed itself.
        nonzero: Keys of what may be divided by, although its sign is not known.
        written: Signs that are known from what was written, by the keys of the values.
    """

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self.sorts: dict[int, tuple[Value, ...]] = {}
        self.places: dict[str, tuple[Poly, ...]] = {}  # of bound components, by their texts
        self.table: dict[str, tuple[tuple[int, ...], Poly]] = {}
        self.kinds: set[str] = set()
        self.quiet = 0
        self.nonzero: frozenset[str] = frozenset()
        self.written: dict[str, tuple[int, bool]] = {}
        self.needed: set[str] = set()
        self.assumed = ""
        self.last = FIRST_FRESH
        self.orders: list[tuple[str, Poly]] = []
        for fact in declarations.facts:
            relation, sides = fact.statement.relation, (fact.statement.left, fact.statement.right)
            if relation in {"<", "<=", ">", ">="} and not fact.forall:
                left, right = (self.value(side, {}) for side in sides)
                gap = (right - left) * (1 if relation in {"<", "<="} else -1)
                if all(self.is_integer(atom) for mono in gap.terms for atom, _ in mono):
                    gap = gap - ONE if relation in {"<", ">"} else gap
                    self.orders.append((fact.name, gap))

    # ---------------------------------------------------------------- variables and equations

    def open(self, *sort: Value) -> Atom:
        """A new variable of a sort, numbered below all that are open, as a closed one is."""
        self.last -= 1
        self.sorts[self.last] = sort
        return Atom("var", self.last)

    def keyed(
        self, kind: str, args: tuple[Value, ...], bound: int = 0, *, wide: bool = False
    ) -> tuple[str, list[int]]:
        """The text of a left side that does not depend on the numbers of its open variables."""
        waiting, opened = sorted(free(args) - {bound}), set[int]()
        while waiting:
            number = waiting.pop()
            if number not in opened:
                opened.add(number)
                waiting += free(self.sorts[number]) - {bound}
        candidates = []
        for order in permutations(sorted(opened)[:5]):
            marks = {number: f"<{place}>" for place, number in enumerate(order)} | {bound: "<>"}
            spans = [self.sorts[number][: 1 if wide else None] for number in order]
            sorts = "|".join(text(span, marks) for span in spans)
            candidates.append((f"{kind}{text(args, marks)}|{sorts}", list(order)))
        return min(candidates)

    def find(self, kind: str, *args: Value, bound: int = 0) -> Poly | None:
        """What a verified equation says that this equals."""
        if kind not in self.kinds or self.quiet:
            return None
        key, order = self.keyed(kind, args, bound)
        if key not in self.table:  # some equations hold whatever the ranges are
            key, order = self.keyed(kind, args, bound, wide=True)
        if key not in self.table:
            return None
        variables, after = self.table[key]
        values = {old: of(Atom("var", new)) for old, new in zip(variables, order, strict=True)}
        return self.rename(after, values)

    @abstractmethod
    def value(self, term: Term, scope: Scope) -> Poly:
        """The value of a term."""

    @abstractmethod
    def rename(
        self,
        poly: Poly,
        mapping: dict[int, Poly],
        leaf: Callable[[Atom], Poly | None] | None = None,
    ) -> Poly:
        """The polynomial with values for bound variables."""

    @abstractmethod
    def opened(self, atom: Atom) -> tuple[list[int], Poly]:
        """A telescope with new variables, and its body."""

    # ---------------------------------------------------------------- ring

    def mul(self, left: Poly, right: Poly) -> Poly:
        """The product; powers of numbers, sums and brackets are settled."""
        burn(4 * len(left.terms) * len(right.terms))
        plain: dict[Mono, Fraction] = {}
        settled = ZERO
        for mono, number in left.terms.items():
            for other, factor in right.terms.items():
                powers = dict(mono)
                for atom, power in other:
                    powers[atom] = powers.get(atom, Fraction(0)) + power
                if any(a.kind in {"prime", "sum", "ge0", "eq0", "abs", "root"} for a in powers):
                    settled = settled + self.settle(powers) * (number * factor)
                else:
                    key = as_mono(powers)
                    plain[key] = plain.get(key, Fraction(0)) + number * factor
        return Poly(plain) + settled

    def settle(self, powers: dict[Atom, Fraction]) -> Poly:
        """2^(3/2) = 2 2^(1/2), whole powers of sums are multiplied out, brackets are 0 or 1."""
        number, sums, kept = Fraction(1), ONE, dict[Atom, Fraction]()
        for atom, power in powers.items():
            whole = floor(power)
            if atom.kind in {"ge0", "eq0"}:
                kept[atom] = Fraction(1)
                continue
            if atom.kind == "prime":
                number *= raised(Fraction(int(str(atom.args[0]))), whole)
            elif atom.kind in {"sum", "abs"} and whole > 0:
                whole -= whole % 2 if atom.kind == "abs" else 0  # |a|^3 = |a| a^2
                sums = self.mul(sums, self.repeated(poly_of(atom.args[0]), whole))
            elif atom.kind == "root" and abs(power) > 1:  # what has a root is not negative
                base, share = poly_of(atom.args[0]), poly_of(atom.args[1]).number() or Fraction(0)
                low = self.low(base)[0]
                whole = max(floor(power * share), 0) if low is not None and low >= 0 else 0
                sums = self.mul(sums, self.repeated(base, whole))
                kept[atom] = power - (whole / share if whole else 0)
                continue
            else:
                whole = 0
            kept[atom] = power - whole
        for fixed in [atom for atom in kept if atom.kind == "eq0"]:
            for atom in [a for a in kept if a.kind in {"ge0", "eq0"} and a != fixed]:
                gap, zero = poly_of(atom.args[0]), poly_of(fixed.args[0])
                for value in ((gap - zero).number(), (gap + zero).number()):
                    if value is not None and (value < 0 or (value and atom.kind == "eq0")):
                        return ZERO
                    if value is not None:
                        kept.pop(atom, None)
        mono = as_mono(kept)
        return Poly({mono: number}) if sums == ONE else self.mul(sums, Poly({mono: number}))

    def product(self, factors: Iterable[Poly]) -> Poly:
        """The product of several."""
        result = ONE
        for factor in factors:
            result = self.mul(result, factor)
        return result

    def repeated(self, factor: Poly, times: int) -> Poly:
        """A factor as often as is said."""
        if times > LARGEST_POWER:
            raise RefusalError("a power too large to multiply out")
        return self.product([factor] * times)

    def inverse(self, poly: Poly) -> Poly:
        """One over a polynomial that is not zero by the declarations."""
        top, bottom = self.together(poly)
        if not top.terms:
            raise RefusalError("division by zero")
        size, shared, rest = content(top)
        for part in (*(of(atom) for atom in shared), rest):
            if self.sign(part) is None and part.key not in self.nonzero:
                raise RefusalError(f"division by what may be zero: {part.key}")
        below = Poly({as_mono({atom: -power for atom, power in shared.items()}): 1 / size})
        result = self.mul(below, Poly({as_mono(bottom): Fraction(1)}))
        number = rest.number()
        return result * (1 / number) if number else self.mul(result, sum_power(rest, -1))

    def together(self, poly: Poly) -> tuple[Poly, dict[Atom, Fraction]]:
        """A numerator, and the powers of sums to multiply it by to have the polynomial back."""
        worst: dict[Atom, Fraction] = {}
        for mono in poly.terms:
            for atom, power in mono:
                if atom.kind == "sum" and power < 0:
                    whole = Fraction(floor(power))
                    worst[atom] = min(worst.get(atom, whole), whole)
        up = Poly({as_mono({atom: -power for atom, power in worst.items()}): Fraction(1)})
        return (self.mul(poly, up) if worst else poly), {a: -e for a, e in worst.items()}

    def vanishes(self, poly: Poly) -> bool:
        """Whether a polynomial is zero, over a common denominator."""
        return not self.together(poly)[0].terms

    def reduced(self, poly: Poly) -> Poly:
        """A polynomial with the quotients that a verified step reduces."""
        found = self.find("quotient", poly)
        return poly if found is None else found

    def argument(self, poly: Poly) -> Poly:
        """The argument of a logarithm: a single quotient stays as it is."""
        return self.reduced(poly) if len(poly.terms) > 1 else poly

    def power(self, base: Poly, exponent: Poly) -> Poly:
        """A power; whole ones are multiplied out."""
        value = exponent.number()
        if value is not None and value.denominator == 1:
            if abs(value) > LARGEST_POWER:
                raise RefusalError("a power too large to multiply out")
            single = base.single()
            if single and all(a.kind not in {"sum", "ge0", "eq0"} for a, _ in single[0]):
                if value < 0:
                    self.inverse(base)
                powers = {atom: power * value for atom, power in single[0]}
                return self.settle(powers) * raised(single[1], int(value))
            base = self.inverse(base) if value < 0 else base
            return self.repeated(base, abs(int(value)))
        found = self.find("pow", base, exponent)
        return self.fixed_power(base, exponent) if found is None else found

    def fixed_power(self, base: Poly, exponent: Poly) -> Poly:
        """A power as an atom."""
        value, number, atom = exponent.number(), base.number(), base.atom()
        if value is None:
            single = exponent.single()
            whole = single and single[1].denominator == 1
            if single and (whole or self.sign(base) == 1):
                return of(Atom("pow", base, Poly({single[0]: Fraction(1)})), single[1])
            return of(Atom("pow", base, exponent))
        if not base.terms and value > 0:
            return ZERO
        if number is not None and number > 1 and number.denominator == 1:
            return self.settle({Atom("prime", int(number)): value})
        if atom is not None and self.sign(base) == 1:
            return of(atom, value)
        if self.sign(base) == 1 and len(base.terms) > 1:
            return self.mul(sum_power(base, value), ONE)
        return of(Atom("root", base, exponent))

    def exp(self, poly: Poly) -> Poly:
        """The exp of a sum is the product of powers of exp of its terms."""
        result = ONE
        for mono, number in poly.terms.items():
            found = self.find("exp", Poly({mono: number}))
            unit = of(Atom("exp", Poly({mono: Fraction(1)})), number)
            result = self.mul(result, unit if found is None else found)
        return result

    # ---------------------------------------------------------------- signs and ranges

    def sign(self, poly: Poly) -> int | None:
        """1 or -1 where the declarations force it."""
        for sign in (1, -1):
            low, strict = self.low(poly * sign)
            if low is not None and (low > 0 or (low == 0 and strict)):
                return sign
        return None

    def low(self, poly: Poly) -> tuple[Fraction | None, bool]:
        """A lower bound and whether it is never reached."""
        for way, key in ((1, poly.key), (-1, (poly * -1).key)) if self.written else ():
            if key in self.written and self.written[key][0] == way:
                return Fraction(0), self.written[key][1]
        result, strict = Fraction(0), False
        for mono, number in poly.terms.items():
            span = self.span(mono)
            end = span.lower if number > 0 else span.upper
            if end is None:
                return None, False
            result, strict = result + number * end, strict or not span.closed
        return result, strict

    def span(self, mono: Mono) -> Interval:
        """Where a monomial lies."""
        spans = [self.interval(atom) for atom, _ in mono]
        if len(mono) == 1 and mono[0][1] == 1:
            return spans[0]
        if not mono:
            return Interval(Fraction(1), Fraction(1), closed=True)
        raised = list(zip(spans, mono, strict=True))
        if all(s.positive or (s.lower == 0 and e > 0) for s, (_, e) in raised):
            low = all(e == 1 and s.upper is not None for s, (_, e) in raised)
            upper = Fraction(1)
            for span in spans:
                upper *= span.upper if span.upper is not None else 1
            closed = not all(span.positive for span in spans)
            low = low and (closed or not any(span.closed for span in spans))
            return Interval(Fraction(0), upper if low else None, closed=closed)
        even = all(
            e > 0 and e % 2 == 0 for (_, e), s in zip(mono, spans, strict=True) if not s.positive
        )
        return Interval(Fraction(0), closed=True) if even else Interval()

    def interval(self, atom: Atom) -> Interval:
        """Where an atom lies."""
        inner: Value = None
        match atom.kind:
            case "dens" | "density" | "exp" | "prime":
                return Interval(Fraction(0))
            case "pi":
                return Interval(*PI)
            case "ge0" | "eq0":
                return Interval(Fraction(0), Fraction(1), closed=True)
            case "abs":
                return Interval(Fraction(0), closed=True)
            case "log" if (least := poly_of(atom.args[0]).number() or 0) >= 1:
                return Interval(Fraction(0), closed=least == 1)
            case "sym" | "app":
                declared = self.declarations.find(str(atom.args[0]))
                if not isinstance(declared, Size | Index):
                    return getattr(declared, "interval", Interval())
            case "sum" | "pow":
                inner = atom.args[0]
            case "prod" | "bind":  # opened, so that its variables have their own ranges
                numbers, body = self.opened(atom)
                spans = [self.limits(Atom("var", number)) for number in numbers]
                # Asked only where it matters: the answer may rest on a given order.
                gaps = [poly_of(s[1]) - s[0] for s in spans if s]
                low, strict = self.low(body)
                whole = atom.kind == "prod" and len(sorts_of(atom)[0]) == 3
                inside = whole and self.sign(body) == self.sign(ONE - body) == 1
                if inside and all(map(self.at_least, gaps)):
                    return UNIT
                if low is not None and low >= 0:
                    possible = low == 0 and not strict
                    if atom.kind == "bind" and not possible:
                        possible = not all(map(self.at_least, gaps))
                    return Interval(Fraction(0), closed=possible)
                return Interval()
        if isinstance(inner, Poly):
            return Interval(Fraction(0)) if self.sign(inner) == 1 else Interval()
        ends = self.limits(atom)
        low = None if ends is None else ends[0].number()
        return Interval(low, closed=True) if low is not None else Interval()

    def limits(self, atom: Atom) -> tuple[Poly, Poly | None] | None:
        """The range of a size, an index or a bound index."""
        if atom.kind == "var":
            sort = self.sorts.get(int(str(atom.args[0])), ("",))
            known = sort[0] == "range" and len(sort) > 1
            return (poly_of(sort[1]), poly_of(sort[2])) if known else None
        declared = self.declarations.find(str(atom.args[0])) if atom.kind == "sym" else None
        if isinstance(declared, Size):
            return constant(declared.least), None
        if isinstance(declared, Index):
            return self.value(declared.range.lower, {}), self.value(declared.range.upper, {})
        return None

    def is_integer(self, atom: Atom) -> bool:
        """Whether an atom is a size or an index."""
        if atom.kind == "var":
            return self.sorts.get(int(str(atom.args[0])), ("",))[0] == "range"
        return self.limits(atom) is not None

    def at_least(self, gap: Poly, depth: int = 2) -> bool:
        """Whether an affine expression of sizes and indices is at least zero by their ranges."""
        rest = gap
        for _ in range(12):
            ends = [(mono, self.limits(mono[0][0])) for mono in rest.terms if len(mono) == 1]
            inner = [(m, e) for m, e in ends if e and m[0][1] == 1 and (e[1] or rest.terms[m] > 0)]
            inner.sort(key=lambda pair: pair[1][1] is None)  # indices first: their ends hold sizes
            if not inner:
                break
            mono, end = inner[0]
            number = rest.terms[mono]
            chosen = end[0] if number > 0 else poly_of(end[1])
            rest = rest - Poly({mono: number}) + chosen * number
        low = rest.number()
        if low is not None and low >= 0:
            return True
        for name, order in self.orders if depth else ():
            if self.at_least(gap - order, depth - 1):
                self.needed.add(f"given: {name}")
                return True
        return False

    def bracket(self, relation: str, gap: Poly) -> Poly:
        """1 where an integer comparison with 0 holds, else 0; decided where the ranges do."""
        match relation:
            case "!=":
                return ONE - self.bracket("=", gap)
            case "<=" | "<":
                return self.bracket(">=" if relation == "<=" else ">", gap * -1)
            case ">":
                return self.bracket(">=", gap - ONE)
        exact = all(number.denominator == 1 for number in gap.terms.values())
        if not (exact and all(self.is_integer(a) and e == 1 for m in gap.terms for a, e in m)):
            raise RefusalError(f"a comparison of what are not integers: {gap.key}")
        below = self.at_least(gap * -1 - ONE)
        if below or (relation == "=" and self.at_least(gap - ONE)):
            return ZERO
        if relation == ">=" and self.at_least(gap):
            return ONE
        pure = Poly({mono: number for mono, number in gap.terms.items() if mono})
        if not pure.terms:
            return ONE  # of zero itself; any other number is decided above
        divisor = gcd(*(int(number) for number in pure.terms.values()))
        shift = gap.terms.get((), Fraction(0)) / divisor
        pure = pure * Fraction(1, divisor)
        lead = pure.terms[min(pure.terms, key=lambda mono: mono[0][0].key)] > 0
        if relation == "=":
            zero = (pure + constant(shift)) * (1 if lead else -1)
            return of(Atom("eq0", zero)) if shift.denominator == 1 else ZERO
        if not lead:
            return ONE - self.bracket(">=", gap * -1 - ONE)
        whole, result = -ceil(-shift), ZERO
        if abs(whole) > 8:
            return of(Atom("ge0", pure + constant(whole)))
        for k in range(1, whole + 1) if whole > 0 else range(0, whole, -1):
            edge = self.bracket("=", pure + constant(k))
            result = result + (edge if whole > 0 else edge * -1)
        if self.at_least(pure) or self.at_least(pure * -1 - ONE):
            return result + constant(int(self.at_least(pure)))
        return result + of(Atom("eq0" if self.at_least(pure * -1) else "ge0", pure))
