"""A normaliser that remembers: the answers to one question share their reference and most parts.

What a term becomes depends on the term, the declarations, the facts in force, and on what the run
has noted so far: signs that were written, conditions, and what may not be zero. All of this is the
key. What the work noted is noted again, and what it took is spent again, so that a proof is the
same whatever is remembered. Nothing is remembered or looked up below a binder, nor while the uses
of rules are kept for a certificate.

Which affine expressions are not negative depends on the ranges of the bound indices in them alone,
as long as no equation is given, and no range or order holds more than sums and products, whose
normal form rests on nothing. So this is remembered by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.fuel import Fuel
from lemmata.kernel.normal import Normaliser, Scope
from lemmata.kernel.poly import Poly
from lemmata.kernel.terms import Add, Mul, Neg, Num, Pi, Sym, Term, walk

LEAVES = (Num, Pi, Sym)
PLAIN = (Num, Sym, Add, Neg, Mul)
LARGEST, MOST = 100, 256
"""Terms of a normal form that is remembered, and how many are for one question."""

MOST_GAPS = 4096
"""Of how many affine expressions it is remembered for one question whether they are negative."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A normal form, and what was noted on the way to it."""

    poly: Poly
    rules: dict[str, None]
    assumptions: dict[str, None]
    conditions: dict[str, bool]
    written: dict[str, tuple[int, bool]]
    orders: list[tuple[str, Poly]] | None
    spent: int


Known: TypeAlias = dict[object, _Known]
Gaps: TypeAlias = dict[object, tuple[bool, dict[str, None], int]]
"""Whether an expression is at least zero, the orders that this rests on, and what it took."""


@lru_cache(maxsize=96)
def memory(
    declarations: Declarations,  # noqa: ARG001 - the key
    facts: frozenset[str],  # noqa: ARG001
    words: bool,  # noqa: ARG001
    along_paths: bool,  # noqa: ARG001
) -> Known:
    """What is remembered of all runs under these declarations, with these facts in force."""
    return {}


@lru_cache(maxsize=96)
def gaps(declarations: Declarations, words: bool) -> Gaps:  # noqa: ARG001 - the key
    """What is remembered of affine expressions under these declarations."""
    return {}


@lru_cache(maxsize=96)
def has_plain_ranges(declarations: Declarations) -> bool:
    """Whether the declared ranges of indices, and all orders, are made of sums and products."""
    ends = [end for i in declarations.indices for end in (i.range.lower, i.range.upper)]
    stated = [f.statement for f in declarations.facts if not f.forall]
    orders = [side for s in stated if s.relation != "=" for side in (s.left, s.right)]
    return all(isinstance(part, PLAIN) for term in (*ends, *orders) for part in walk(term))


class Remembering(Normaliser):
    """A normaliser that looks up what it, or another one of its kind, has worked out before."""

    def __init__(self, declarations: Declarations, facts: frozenset[str], fuel: Fuel) -> None:
        super().__init__(declarations, facts, fuel)
        self.fuel = fuel
        self.remembered: Known | None = None
        self._equations = bool(facts & {"given", "recursions"})

    def poly(self, term: Term, scope: Scope | None = None) -> Poly:
        """The normal form of a term, as in `Normaliser.poly`."""
        bound = scope is not None and (scope.values or scope.components)
        if self.remembered is None or self.trace is not None or bound or isinstance(term, LEAVES):
            return super().poly(term, scope)
        signs = tuple(self.written.items()), self.nonzero, self._orders is None
        state = *signs, tuple(self.conditions), bool(self.given)
        found = self.remembered.get((term, state))
        if found is None:
            return self._work_out(term, (term, state))
        self.burn(found.spent)
        self.rules |= found.rules
        self.assumptions |= found.assumptions
        self.conditions |= found.conditions
        self.written |= found.written
        self._orders = found.orders
        return found.poly

    def _work_out(self, term: Term, key: object) -> Poly:
        """The normal form of a term that is not known, and is then."""
        before, left = (self.rules, self.assumptions), self.fuel.left
        self.rules, self.assumptions = {}, {}
        try:
            poly = super().poly(term)
        finally:
            used = self.rules, self.assumptions
            self.rules, self.assumptions = before[0] | used[0], before[1] | used[1]
        if self.remembered is not None and len(poly.terms) <= LARGEST:
            if len(self.remembered) >= MOST:
                self.remembered.clear()
            conditions, written = dict(self.conditions), dict(self.written)
            spent = left - self.fuel.left
            found = _Known(poly, *used, conditions, written, self._orders, spent)
            self.remembered[key] = found
        return poly

    def at_least(self, gap: Poly, depth: int = 2) -> bool:
        """Whether an affine expression is not negative, as in `Signs.at_least`."""
        if self._equations or self.trace is not None or not has_plain_ranges(self.declarations):
            return super().at_least(gap, depth)
        known, orders = gaps(self.declarations, self.words), self._orders
        key = gap, depth, *self._ranges(gap)
        found = known.get(key)
        # whoever asks for the orders first takes more
        if found is not None and (orders is not None or (found[0] and not found[1])):
            self.burn(found[2])
            self.assumptions |= found[1]
            return found[0]
        before, left, self.assumptions = self.assumptions, self.fuel.left, {}
        try:
            holds = super().at_least(gap, depth)
        finally:
            used, self.assumptions = self.assumptions, before | self.assumptions
        if self._orders is orders:
            if len(known) >= MOST_GAPS:
                known.clear()
            known[key] = holds, used, left - self.fuel.left
        return holds

    def _ranges(self, gap: Poly) -> Iterator[tuple[int, tuple[Poly, Poly] | None]]:
        """The ranges of the bound variables in an expression, and of those in these ranges."""
        waiting, seen = sorted(n for n in gap.free if isinstance(n, int)), set[int]()
        while waiting:
            number = waiting.pop()
            if number not in seen:
                seen.add(number)
                ends = self.limits.get(number)
                yield number, ends
                names = ends[0].free | ends[1].free if ends else frozenset()
                waiting += sorted(n for n in names if isinstance(n, int))
