"""Values of parts of a statement in worlds as they are drawn, remembered.

The answers to one question share the side that they are compared with, each line of a derivation
but the first and the last stands in two statements, and most of a line stands in the next one too.
What takes longer to evaluate than to look up, and stands below arithmetic alone, is evaluated in a
world of its own, so that its value, what is drawn for it and what it takes are the same whatever is
remembered; all three are given again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from flint import ctx, fmpq

from lemmata.kernel.declarations import Declarations, Variable
from lemmata.kernel.terms import Derivative, Integral, Prod, Sum, Term, Trajectory
from lemmata.semantics.model import Env, Key, Model, Place
from lemmata.semantics.scope import Code
from lemmata.semantics.values import Value, principal_values

if TYPE_CHECKING:
    from lemmata.semantics.evaluate import Evaluator

WORTH = (Derivative, Integral, Prod, Sum, Trajectory)
"""What takes longer to evaluate than to look up."""

MOST = 192
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
        free: The outcomes that stand free in it.
        names: The sizes and letters that are looked at in it.
        values: Its values, by world.
    """

    joint: bool
    free: dict[Place, Variable]
    names: frozenset[str]
    values: dict[object, _Known]


@lru_cache(maxsize=48)
def _memory(declarations: Declarations) -> dict[object, _Term]:  # noqa: ARG001 - the key
    """What is remembered under these declarations, by term and layout."""
    return {}


class Memory:
    """Compiles the sides of statements for an evaluator, with their parts remembered."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._bits = ctx.prec

    def side(self, term: Term) -> Code:
        """The closure that evaluates a term.

        Raises:
            Unevaluable: It holds something that no model of this kind can evaluate.
        """
        evaluator = self._evaluator
        evaluator.part = self._part
        try:
            return evaluator.compile(term)
        finally:
            evaluator.part = None

    def _part(self, term: Term) -> Code:
        """A part whose value is looked up; what is remembered is not compiled until it is asked."""
        evaluator = self._evaluator
        memory = _memory(evaluator.declarations)
        key = term, evaluator.layout.real, evaluator.layout.formulas
        compiled: Code | None = None
        known = memory.get(key)
        if known is None:
            joint, evaluator.trajectories.joint = evaluator.trajectories.joint, False
            names, evaluator.used_names = evaluator.used_names, set()
            free: dict[Place, Variable] = {}
            compiled = self._compile(term, free)
            if len(memory) >= MOST:
                memory.clear()
            used = frozenset(evaluator.used_names)
            known = memory[key] = _Term(evaluator.trajectories.joint, free, used, {})
            evaluator.trajectories.joint, evaluator.used_names = joint, names
        evaluator.trajectories.joint |= known.joint
        evaluator.used_names |= known.names
        evaluator.free |= known.free

        def run(env: Env) -> Value:
            nonlocal compiled
            model = evaluator.model
            drawn = not model.overrides and ctx.prec == self._bits and not principal_values.get()
            found = known.values.get(world := (model.shape, model.seed, model.positive))
            if drawn and found is not None:
                model.meter.spend(found.spent)
                model.drawn.update(found.drawn)
                return found.value
            compiled = compiled or self._compile(term, {})
            if not drawn:
                return compiled(env)
            before = model.meter.spent
            own = model.varied({})
            value = self._alone(compiled, known.free, own)
            if len(known.values) < MOST_WORLDS:
                known.values[world] = _Known(value, own.drawn, model.meter.spent - before)
            model.drawn.update(own.drawn)
            return value

        return run

    def _compile(self, term: Term, free: dict[Place, Variable]) -> Code:
        """The closure of a part as a whole; what stands free in it is added."""
        evaluator = self._evaluator
        others, evaluator.free = evaluator.free, free
        part, evaluator.part = evaluator.part, None
        try:
            return evaluator.compile(term)
        finally:
            evaluator.free, evaluator.part = others, part

    def _alone(self, code: Code, free: dict[Place, Variable], own: Model) -> Value:
        """The value in a world in which nothing is drawn that other terms name."""
        evaluator = self._evaluator
        (model, others), evaluator.free = (evaluator.model, evaluator.free), free
        try:
            return evaluator.run(code, own)
        finally:
            evaluator.model, evaluator.free = model, others
