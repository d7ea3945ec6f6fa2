"""Values of the sides of statements in worlds as they are drawn, remembered.

The answers to one question share the side that they are compared with, and each line of a
derivation but the first and the last stands in two statements. Each side is evaluated in a world of
its own, so that its value, what is drawn for it and what it takes are the same whatever is
remembered; all three are given again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from flint import fmpq

from lemmata.kernel.declarations import Declarations, Variable
from lemmata.kernel.terms import Derivative, Integral, Prod, Sum, Term, Trajectory
from lemmata.semantics.errors import Undefined
from lemmata.semantics.model import Env, Key, Model, Place
from lemmata.semantics.scope import Code
from lemmata.semantics.values import Value

if TYPE_CHECKING:
    from lemmata.semantics.build import Worlds

WORTH = (Derivative, Integral, Prod, Sum, Trajectory)
"""What takes longer to evaluate than to look up."""

MOST = 48
"""How many terms are remembered for one question."""

MOST_WORLDS = 16
"""In how many worlds the value of one of them is."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The value of a term in a world, with what was drawn for it and the operations it took."""

    value: Value
    drawn: dict[Key, fmpq]
    spent: int


@dataclass(frozen=True, slots=True)
class _Term:
    """A term that was compiled before.

    Attributes:
        joint: Whether a body in it looks at several trajectories at once.
        values: Its values, by world.
    """

    joint: bool
    values: dict[object, _Known]


@lru_cache(maxsize=48)
def _memory(declarations: Declarations) -> dict[object, _Term]:  # noqa: ARG001 - the key
    """What is remembered under these declarations, by term and layout."""
    return {}


class Side:
    """One side of a statement in the worlds that it is searched in.

    Raises:
        Unevaluable: It holds something that no model of this kind can evaluate.
    """

    def __init__(self, worlds: Worlds, term: Term) -> None:
        self._evaluator = worlds.evaluator
        self._term = term
        self._known: _Term | None = None
        self._compiled: Code | None = None
        self._free: dict[Place, Variable] = {}
        trajectories = worlds.evaluator.trajectories
        if not any(isinstance(part, WORTH) for part in worlds.layout.parts):
            self._compile()
            return
        memory = _memory(worlds.declarations)
        key = term, worlds.layout.real, worlds.layout.formulas
        if key not in memory:
            joint, trajectories.joint = trajectories.joint, False
            self._compile()
            if len(memory) >= MOST:
                memory.clear()
            memory[key] = _Term(trajectories.joint, {})
            trajectories.joint |= joint
        self._known = memory[key]
        trajectories.joint |= self._known.joint

    def run(self, env: Env) -> Value:
        """The value under bindings; what is remembered of a term is not compiled until then."""
        return self._compile()(env)

    def value(self, model: Model) -> Value | None:
        """The value in a world whose draws are not fixed; None where it is not worth remembering.

        What is drawn for it is added to the draws of the world.

        Raises:
            Undefined: It has no value there.
            Unevaluable: No model of this kind can evaluate it.
        """
        if self._known is None:
            return None
        key = model.shape, model.seed, model.positive
        known = self._known.values.get(key)
        if known is None:
            own, before = model.varied({}), model.meter.spent
            value = self._alone(own)
            known = _Known(value, own.drawn, model.meter.spent - before)
            if len(self._known.values) < MOST_WORLDS:
                self._known.values[key] = known
        else:
            model.meter.spend(known.spent)
        model.drawn.update(known.drawn)
        return known.value

    def _alone(self, model: Model) -> Value:
        """The value in a model in which nothing is drawn that other terms name."""
        code, free = self._compile(), self._evaluator.free
        self._evaluator.free = self._free
        try:
            return self._evaluator.run(code, model)
        finally:
            self._evaluator.free = free

    def _compile(self) -> Code:
        if self._compiled is None:
            free, self._evaluator.free = self._evaluator.free, self._free
            try:
                self._compiled = self._evaluator.compile(self._term)
            finally:
                self._evaluator.free = {**free, **self._free}
        return self._compiled


def first_values(sides: tuple[Side, Side], model: Model) -> tuple[Value, Value] | None:
    """The values of both sides in a world as it is drawn.

    None where a side has none, or where both are looked up as fast as they are evaluated.
    """
    try:
        left, right = (side.value(model) for side in sides)
    except Undefined:
        return None
    return None if left is None or right is None else (left, right)
