"""What a run of the normal form notes: rules, assumptions, conditions, fuel, and uses of rules.

A proof reports exactly what stands here. Nothing of mathematics is decided in this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.fuel import Fuel
from lemmata.kernel.poly import Argument, Atom, Mono, Name, Poly, of_mono
from lemmata.kernel.terms import Term

FIRST_FRESH = 9_999_999
NONE: frozenset[str] = frozenset()
EXCHANGE = "sums and integrals are finite and may be exchanged"


class UnsupportedError(Exception):
    """The term is outside what the kernel can decide.

    The message says what and what to write instead.
    """


@dataclass(frozen=True, slots=True)
class Instance:
    """One use of a rule, as an equation between normal forms.

    Attributes:
        rule: The name of the rule.
        before: What it was applied to: an atom that is not reduced.
        after: What it gave.
        sorts: The sorts of the bound variables that are open in the equation.
        assumes: What this use assumes, in words.
    """

    rule: str
    before: Atom
    after: Poly
    sorts: dict[int, Argument]
    assumes: str


@dataclass(frozen=True, slots=True)
class Bound:
    """One use of a rule of inequalities: what it says is never negative.

    Attributes:
        rule: The name of the rule.
        binders: The variables of its integral, each with its sort.
        number: The scale of a bound, or the multiplier of a term.
        logarithms: The coefficient of each weighted logarithm.
        parts: Its other parts by name, such as the weight.
        sorts: The sorts of the other bound variables that are open.
    """

    rule: str
    binders: tuple[tuple[int, Argument], ...]
    number: Fraction
    logarithms: dict[Poly, Fraction]
    parts: dict[str, Poly]
    sorts: dict[int, Argument]


class Notes:
    """What one run of the normal form keeps: the rules used, the assumptions made, the fuel left.

    Attributes:
        declarations: The names and their sorts.
        facts: The optional facts in force: `independent`, `normal`, `given`, `recursions`.
        rules: Names of the rules used, in order of first use.
        assumptions: What the rules assumed, in words, in order of first use.
        conditions: Assumptions outside the closed list of regularity conditions (`x != 0`); a
            proof must not keep any. Each with whether it fails on a null set at most, unless it
            fails everywhere.
        nonzero: Keys of what both sides of the statement divide by as they are written, so that
            the statement says nothing where one of them is zero.
        words: Whether sums over entries are products of matrices, because some have inverses.
        limits: The range of each bound index, by its number.
        sorts: The sort of each bound variable, by its number.
        written: Signs of normal forms that are known from what was written, by their keys: 1 or
            -1, and whether it is never zero.
        along_paths: Whether a process may be averaged over, whose entries end with its times.
        unfolded: Terms with their named quantities unfolded, by the identity of the term.
        trace: The uses of rules in order, if they are kept for a certificate; else None.
    """

    def __init__(
        self, declarations: Declarations, facts: frozenset[str] = NONE, fuel: Fuel | None = None
    ) -> None:
        self.declarations = declarations
        self.facts = facts
        self.burn = (fuel or Fuel()).burn
        self.rules: dict[str, None] = {}
        self.assumptions: dict[str, None] = {}
        self.conditions: dict[str, bool] = {}
        self.limits: dict[int, tuple[Poly, Poly]] = {}
        self.sorts: dict[int, Argument] = {}
        self.written: dict[str, tuple[int, bool]] = {}
        self.unfolded: dict[int, tuple[Term, Term]] = {}
        self.trace: list[Instance | Bound] | None = None
        self.given: dict[str, tuple[str, Poly]] = {}
        self.nonzero: frozenset[str] = frozenset()
        self.words = False
        self.along_paths = bool(declarations.processes)
        self._said: dict[str, str] = {}
        self._next = FIRST_FRESH
        self._orders: list[tuple[str, Poly]] | None = None

    def use(self, rule: str, assumption: str = "") -> None:
        """Note that a rule was used, and what it assumes."""
        self.rules[rule] = None
        self._said[rule] = assumption
        if assumption:
            self.assumptions[assumption] = None

    def note(self, rule: str, after: Poly, kind: str, *arguments: Argument) -> None:
        """Note that a rule was used.

        For a certificate, keep that `kind(arguments)` became `after`.
        """
        self.rules[rule] = None
        if self.trace is None:
            return
        closed = {"bind": 2, "prod": 2, "max": 2}.get(kind)
        hides = arguments[closed] if closed else ()
        assert isinstance(hides, tuple)
        before = Atom(kind, *arguments, hides=frozenset(int(str(number)) for number in hides))
        sorts = self._open_sorts(before.free | after.free)
        self.trace.append(Instance(rule, before, after, sorts, self._said.get(rule, "")))

    def note_bound(
        self,
        rule: str,
        binders: tuple[tuple[int, Argument], ...],
        number: Fraction,
        logarithms: dict[Poly, Fraction] | None = None,
        **parts: Poly,
    ) -> None:
        """Keep one use of a rule of inequalities for the certificate."""
        if self.trace is None:
            return
        logarithms = dict(logarithms or {})
        names = frozenset[Name]().union(*(p.free for p in (*logarithms, *parts.values())))
        sorts = self._open_sorts(names - {number for number, _ in binders})
        self.trace.append(Bound(rule, binders, number, logarithms, parts, sorts))

    def _open_sorts(self, names: frozenset[Name]) -> dict[int, Argument]:
        """The sorts of the bound variables among some names, and of those in their ranges."""
        waiting = [name for name in names if isinstance(name, int)]
        sorts: dict[int, Argument] = {}
        while waiting:
            number = waiting.pop()
            if number not in sorts:
                sorts[number] = self.sorts[number]
                waiting += [name for name in sort_names(sorts[number]) if isinstance(name, int)]
        return sorts

    def note_binder(self, rule: str, after: Poly, number: int, body: Mono | Poly) -> None:
        """Keep one use of a rule that removes the binder of a variable."""
        whole = body if isinstance(body, Poly) else of_mono(body)
        self.note(rule, after, "bind", (self.sorts[number],), whole, (number,))

    def unsupported(self, message: str) -> NoReturn:
        """Say that a term is outside the calculus.

        Raises:
            UnsupportedError: Always.
        """
        raise UnsupportedError(message)

    def fresh(self) -> int:
        """A number for a bound variable that is not in use.

        Numbers fall, and closed binders have small ones, so that an inner variable always comes
        before an outer one. Brackets are oriented by that order and keep their sides when a binder
        closes.
        """
        self._next -= 1
        return self._next


def sort_names(sort: Argument) -> frozenset[Name]:
    """The names that the range of a binder mentions."""
    if isinstance(sort, (Poly, Atom)):
        return sort.free
    return frozenset().union(*map(sort_names, sort)) if isinstance(sort, tuple) else frozenset()
