"""Small changes of a false statement, tried in a few random worlds that it shares with them.

The worlds are made for the statement, so that most of what its changes are made of is compiled and
evaluated once. What they do not prove wrong is worth a proof; nothing is refuted or proved by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.shapes import ShapeError, Shapes, typed
from lemmata.kernel.terms import Statement, Term
from lemmata.kernel.unfold import unfold
from lemmata.semantics.build import Worlds, difference_sign, refutes
from lemmata.semantics.errors import Undefined, Unevaluable
from lemmata.semantics.scope import Code
from lemmata.semantics.search import PRECISION, Trial, precision
from lemmata.semantics.values import Value, rational

CHANGING = 300_000
"""Operations that all changes of a statement may take together."""

WORLDS = (0, 1, 2)
"""The numbers of the worlds."""


class Changed(NamedTuple):
    """A statement after a small change that keeps the shape of the side it is made in.

    Attributes:
        statement: The whole.
        scaled: Where the change multiplies a summand that the side is linear in: the side without
            that summand, and the factor.
    """

    statement: Statement
    scaled: tuple[Term, Fraction] | None = None


class SmallChanges:
    """A statement in its worlds; to be closed when its changes are tried.

    Raises:
        Unevaluable: No model of this kind can evaluate it, or a fact.
        NoModel: No world satisfies the facts.
        ValueError: A definition in it is used wrongly.
        RecursionError: It is nested too deeply.
    """

    def __init__(self, statement: Statement, declarations: Declarations) -> None:
        self._statement = statement
        self._declarations = declarations
        self._unfolded: dict[int, tuple[Term, Term]] = {}
        self._shapes = Shapes(declarations)
        self._filled = self._linear = _has_all_sizes(statement, declarations)
        self._first: tuple[Value, Value] | None = None
        self._rests: dict[int, tuple[Term, Value]] = {}
        sides = tuple(map(self._plain, (statement.left, statement.right)))
        with precision(PRECISION):
            self._worlds = Worlds(declarations, sides, CHANGING)
            self._worlds.evaluator.shared = {}
            self._models = [self._worlds.model(number, 0) for number in WORLDS]

    def close(self) -> None:
        """Let go of the worlds."""
        self._worlds.close()

    def signs(self) -> frozenset[int]:
        """The signs that left minus right certainly has in some of the worlds."""
        found: set[int | None] = set()
        for model in self._models:
            with precision(PRECISION), suppress(Exception):  # what does not fit tells nothing
                found.add(difference_sign(*self._before.values(model)))
        return frozenset(sign for sign in found if sign)

    def possible(self, changes: Iterable[Changed]) -> Iterator[tuple[int, bool]]:
        """The places of the changes that the worlds do not prove wrong.

        With each, whether they support it: they are as many as an equation must survive, and it
        has values in all. What has no value in any is not possible; what they do not fit is.
        """
        for place, change in enumerate(changes):
            try:
                with precision(PRECISION):
                    having = 0 if self._is_scaled_wrongly(change) else self._values(change)
            except ShapeError:
                continue
            except Exception:  # noqa: BLE001 - the world may not fit a change; it is searched then
                yield place, False
                continue
            if having:
                equation = change.statement.relation == "="
                yield place, equation and having == len(self._models)

    def _values(self, change: Changed) -> int:
        """In how many worlds a change has values; in none if one proves it wrong."""
        other, having = change.statement, 0
        if not self._filled:
            other = typed(other, self._declarations, self._shapes)
        trial = self._trial(other)
        for model in self._models:
            try:
                left, right = trial.values(model)
            except Undefined:
                continue
            if refutes(left, other.relation, right):
                return 0
            having += 1
        return having

    def _is_scaled_wrongly(self, change: Changed) -> bool:
        """Whether the first world proves a scaled summand wrong.

        The side is what is left without the summand, and a multiple of what that makes of it; the
        summand is evaluated once for all its factors.
        """
        if change.scaled is None or not self._linear:
            return False
        try:
            self._first = self._first or self._before.sides(self._models[0])
        except (Undefined, Unevaluable):
            self._linear = False
            return False
        left, right = self._first
        try:
            rest = self._rest(change.scaled[0])
            factor = rational(change.scaled[1])
            if change.statement.left is self._statement.left:
                right = rest + (right - rest) * factor
            else:
                left = rest + (left - rest) * factor
            pair = self._before.entries(left, right)
        except (ArithmeticError, TypeError, Undefined, Unevaluable):
            return False
        return refutes(pair[0], change.statement.relation, pair[1])

    @cached_property
    def _before(self) -> Trial:
        """The statement itself, which may not fit the worlds though its changes do."""
        return self._trial(self._statement)

    def _rest(self, side: Term) -> Value:
        """The value of a side without a summand in the first world, worked out once."""
        if id(side) not in self._rests:  # it is held, so that no other term takes its place
            value = self._worlds.evaluator.run(self._code(side), self._models[0])
            self._rests[id(side)] = side, value
        return self._rests[id(side)][1]

    def _trial(self, statement: Statement) -> Trial:
        codes = self._code(statement.left), self._code(statement.right)
        return Trial(self._worlds, statement, *codes, parts=len(self._worlds.layout.parts))

    def _code(self, term: Term) -> Code:
        return self._worlds.evaluator.compile(self._plain(term))

    def _plain(self, term: Term) -> Term:
        return unfold(term, self._declarations, self._unfolded)


def _has_all_sizes(statement: Statement, declarations: Declarations) -> bool:
    """Whether the shapes of a statement fit, and every size in it is written."""
    try:
        return typed(statement, declarations) == statement
    except ShapeError:
        return False
