"""A normaliser that remembers: the answers to one question share their reference and most parts.

What a term becomes depends on the term, the declarations, the facts in force, and on what the run
has noted so far: signs that were written, conditions, and what may not be zero. All of this is the
key. What the work noted is noted again, and what it took is spent again, so that a proof is the
same whatever is remembered. Nothing is remembered or looked up below a binder, nor while the uses
of rules are kept for a certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.fuel import Fuel
from lemmata.kernel.normal import Normaliser, Scope
from lemmata.kernel.poly import Poly
from lemmata.kernel.terms import Num, Pi, Sym, Term

LEAVES = (Num, Pi, Sym)
LARGEST, MOST = 100, 64
"""Terms of a normal form that is remembered, and how many are for one question."""


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


@lru_cache(maxsize=96)
def memory(
    declarations: Declarations,  # noqa: ARG001 - the key
    facts: frozenset[str],  # noqa: ARG001
    words: bool,  # noqa: ARG001
    along_paths: bool,  # noqa: ARG001
) -> Known:
    """What is remembered of all runs under these declarations, with these facts in force."""
    return {}


class Remembering(Normaliser):
    """A normaliser that looks up what it, or another one of its kind, has worked out before."""

    def __init__(self, declarations: Declarations, facts: frozenset[str], fuel: Fuel) -> None:
        super().__init__(declarations, facts, fuel)
        self.fuel = fuel
        self.remembered: Known | None = None

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
