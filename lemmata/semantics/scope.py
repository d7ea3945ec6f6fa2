"""Compiled terms, and what surrounds a term while it is compiled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from lemmata.kernel.terms import (
    Entries,
    Integral,
    Max,
    Prod,
    Relation,
    Sum,
    Sym,
    Term,
    children,
    walk,
)
from lemmata.semantics.matrices import Matrix
from lemmata.semantics.model import Env
from lemmata.semantics.tables import Active
from lemmata.semantics.values import ZERO, Dual, Value, written_down

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
        kept = [pair for pair in self.bound if pair[0] not in names]
        bound = (*kept, *((name, outcome) for name in names))
        return Scope(bound, self.active, self.lifted, self.depth, self.process)

    def binds(self, name: str) -> bool | None:
        """Whether a name is bound as an outcome (True), as an index (False) or not (None)."""
        for other, outcome in self.bound:
            if other == name:
                return outcome
        return None


OUTSIDE = Scope()


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of a finite role, as an argument of a function."""

    role: str
    point: int


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
            total = written_down(total + code(env))
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
            total = written_down(total * code(env))
        return total

    return run


def tangent_of(value: Value, level: int) -> Value:
    """How fast a value changes with what a derivative of this level is taken by.

    A column and a matrix change entry by entry.
    """
    if isinstance(value, Matrix):
        return value.map(lambda entry: tangent_of(entry, level))
    return value.tangent if isinstance(value, Dual) and value.level == level else ZERO


def weight_of(term: Term) -> int:
    """How many operations one evaluation of a term counts as, whatever is remembered of it."""
    return sum(1 for _ in islice(walk(term), 60))


def loop_inputs(
    term: Term, bound: frozenset[str], plain: Callable[[str], bool]
) -> frozenset[Sym] | None:
    """The bound names that a term's value depends on, outcomes with their indices.

    The indices of a plain outcome (one without components) count through the outcome's own value
    only. None if the term looks at an outcome for every value of an index of its own, as
    `sum_t r_t` does, so that no few names settle its value.
    """
    match term:
        case Sym(name, indices):
            if name in bound and plain(name):
                return frozenset({term})
            own = frozenset({term}) if name in bound else frozenset()
            return _united(own, [loop_inputs(index, bound, plain) for index in indices])
        case Integral(variables, body):
            whole = {variable.name for variable in variables if not variable.indices}
            inner = loop_inputs(body, bound - whole, plain)
            if inner is None:
                return None
            places = [loop_inputs(i, bound, plain) for v in variables for i in v.indices]
            return _united(inner - set(variables), places)
        case Max(variable, body):
            inner = loop_inputs(body, bound - {variable.name}, plain)
            return None if inner is None else inner - {variable}
        case Sum(index, span, body, excluding) | Prod(index, span, body, excluding):
            outer = [span.lower, span.upper, *(() if excluding is None else (excluding,))]
            inner = loop_inputs(body, bound - {index.name}, plain)
            return _leaving(inner, (index,), [loop_inputs(part, bound, plain) for part in outer])
        case Entries(row, rows, column, columns, entry):
            inner = loop_inputs(entry, bound - {row.name, column.name}, plain)
            outside = [loop_inputs(part, bound, plain) for part in (rows, columns)]
            return _leaving(inner, (row, column), outside)
    return _united(frozenset(), [loop_inputs(part, bound, plain) for part in children(term)])


def _united(own: frozenset[Sym], parts: list[frozenset[Sym] | None]) -> frozenset[Sym] | None:
    for part in parts:
        if part is None:
            return None
        own |= part
    return own


def _leaving(
    inner: frozenset[Sym] | None, indices: tuple[Sym, ...], outside: list[frozenset[Sym] | None]
) -> frozenset[Sym] | None:
    """What a body depends on, seen from outside the indices that it is repeated for."""
    if inner is None or any(index in set(walk(symbol)) for symbol in inner for index in indices):
        return None
    return _united(inner, outside)


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
