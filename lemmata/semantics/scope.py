"""Compiled terms, and what surrounds a term while it is compiled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from lemmata.kernel.terms import (
    Entries,
    Integral,
    Prod,
    Relation,
    Sum,
    Sym,
    Term,
    children,
)
from lemmata.semantics.model import Env
from lemmata.semantics.tables import Active
from lemmata.semantics.values import ZERO, Dual, Value

Code: TypeAlias = Callable[[Env], Value]
"""A compiled term: its value under bindings, in the current model."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What surrounds a term.

    Attributes:
        bound: The names bound around it: `True` for an outcome, `False` for an index.
        active: The parameters differentiated by, with their levels.
        lifted: The real names differentiated by.
        depth: How many derivatives surround it.
        process: The process whose trajectories are summed over, if any.
    """

    bound: tuple[tuple[str, bool], ...] = ()
    active: Active = ()
    lifted: frozenset[str] = frozenset()
    depth: int = 0
    process: str = ""

    def bind(self, names: tuple[str, ...], *, outcome: bool) -> Scope:
        """The scope inside a binder."""
        kept = tuple(pair for pair in self.bound if pair[0] not in names)
        return replace(self, bound=(*kept, *((name, outcome) for name in names)))

    def binds(self, name: str) -> bool | None:
        """Whether a name is bound as an outcome (True), as an index (False) or not (None)."""
        for other, outcome in self.bound:
            if other == name:
                return outcome
        return None


OUTSIDE = Scope()


def applied(function: Callable[[Value], Value], argument: Code) -> Code:
    """A function of a compiled term."""
    return lambda env: function(argument(env))


def added(codes: list[Code]) -> Code:
    """The sum of compiled terms."""
    first, *rest = codes
    if len(rest) == 1:
        second = rest[0]
        return lambda env: first(env) + second(env)

    def run(env: Env) -> Value:
        total = first(env)
        for code in rest:
            total = total + code(env)
        return total

    return run


def multiplied(codes: list[Code]) -> Code:
    """The product of compiled terms."""
    first, *rest = codes
    if len(rest) == 1:
        second = rest[0]
        return lambda env: first(env) * second(env)

    def run(env: Env) -> Value:
        total = first(env)
        for code in rest:
            total = total * code(env)
        return total

    return run


def tangent_of(value: Value, level: int) -> Value:
    """How fast a value changes with what a derivative of this level is taken by."""
    return value.tangent if isinstance(value, Dual) and value.level == level else ZERO


def loop_inputs(term: Term, bound: frozenset[str], plain: Callable[[str], bool]) -> frozenset[Sym]:
    """The bound names that a term's value depends on, outcomes with their indices.

    The indices of a plain outcome (one without components) count through the outcome's value only.
    """
    match term:
        case Sym(name, indices):
            if name in bound and plain(name):
                return frozenset({term})
            own = frozenset({term}) if name in bound else frozenset()
            return own.union(*(loop_inputs(index, bound, plain) for index in indices))
        case Integral(variables, body):
            gone = {variable.name for variable in variables if not variable.indices}
            places = (i for v in variables for i in v.indices)
            inner = loop_inputs(body, bound - gone, plain)
            return inner.union(*(loop_inputs(index, bound, plain) for index in places))
        case Sum(index, span, body, excluding) | Prod(index, span, body, excluding):
            outer = loop_inputs(span.lower, bound, plain) | loop_inputs(span.upper, bound, plain)
            if excluding is not None:
                outer |= loop_inputs(excluding, bound, plain)
            return outer | loop_inputs(body, bound - {index.name}, plain)
        case Entries(row, rows, column, columns, entry):
            outer = loop_inputs(rows, bound, plain) | loop_inputs(columns, bound, plain)
            return outer | loop_inputs(entry, bound - {row.name, column.name}, plain)
    found: frozenset[Sym] = frozenset()
    return found.union(*(loop_inputs(part, bound, plain) for part in children(term)))


def holds(left: int, relation: Relation, right: int) -> bool:
    """Whether a relation holds between two integers."""
    match relation:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
