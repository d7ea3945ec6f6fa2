"""Values of the sides of statements in worlds as they are drawn, remembered.

The answers to one question share the side that they are compared with, and each line of a
derivation but the first and the last stands in two statements. Each side is evaluated in a world of
its own, so that its value, what is drawn for it and what it takes are the same whatever is
remembered; all three are given again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from flint import fmpq

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import Derivative, Integral, Prod, Sum, Trajectory
from lemmata.semantics.errors import Undefined
from lemmata.semantics.model import Key, Model
from lemmata.semantics.scope import Code
from lemmata.semantics.values import Value

if TYPE_CHECKING:
    from lemmata.semantics.build import Worlds
    from lemmata.semantics.search import Trial

WORTH = (Derivative, Integral, Prod, Sum, Trajectory)
"""What takes longer to evaluate than to look up."""

MOST = 48
"""How many terms are remembered for one question."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The value of a term in a world, with what was drawn for it and the operations it took."""

    value: Value
    drawn: dict[Key, fmpq]
    spent: int


_Memory: TypeAlias = "dict[object, dict[object, _Known]]"


@lru_cache(maxsize=48)
def _memory(declarations: Declarations) -> _Memory:  # noqa: ARG001 - the key
    """What is remembered under these declarations: by term and layout, then by world."""
    return {}


def remembered(trial: Trial) -> Callable[[Model], tuple[Value, Value] | None]:
    """What tells both sides of a trial in worlds whose draws are not fixed.

    None where a side has no value, or where both are looked up as fast as they are evaluated. What
    is drawn is added to the draws of the world.
    """
    codes = {trial.statement.left: trial.left, trial.statement.right: trial.right}
    if not any(isinstance(part, WORTH) for part in trial.worlds.layout.parts):
        return lambda _model: None
    memory, layout = _memory(trial.worlds.declarations), trial.worlds.layout
    sides: list[tuple[Code, dict[object, _Known]]] = []
    for term, code in codes.items():
        key = term, layout.real, layout.formulas
        if key not in memory and len(memory) >= MOST:
            memory.clear()
        sides.append((code, memory.setdefault(key, {})))

    def values(model: Model) -> tuple[Value, Value] | None:
        try:
            found = [_value(trial.worlds, code, known, model) for code, known in sides]
        except Undefined:
            return None
        return found[0], found[-1]

    return values


def _value(worlds: Worlds, code: Code, remembered: dict[object, _Known], model: Model) -> Value:
    key = model.shape, model.seed, model.positive
    known = remembered.get(key)
    if known is None:
        own, before = model.varied({}), model.meter.spent
        value = worlds.evaluator.run(code, own)
        known = remembered[key] = _Known(value, own.drawn, model.meter.spent - before)
    else:
        model.meter.spend(known.spent)
    model.drawn.update(known.drawn)
    return known.value
