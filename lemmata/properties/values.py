"""What a term is worth in fixed models of its world, for the comparison of thousands of terms.

    judge = Judge(declarations, seed)
    judge.values(term)  # one value for each of three models: exact, a ball, or why there is none

The models are those of `lemmata.semantics`, which shares no reasoning with the kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TypeAlias

from flint import arb, fmpq

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import Relation, Sym, Term
from lemmata.kernel.unfold import unfold
from lemmata.properties.terms import SAMPLES
from lemmata.semantics import Model, OverBudget, Undefined
from lemmata.semantics.build import Worlds, refutes
from lemmata.semantics.scope import Code
from lemmata.semantics.search import PRECISION, precision

MODELS = 3
CANDIDATES = 80
NARROW = 1e-20
OPERATIONS = 30_000  # for one term; what takes more has no value here


class Missing(Enum):
    """Why a term has no value in a model."""

    BEYOND = "undefined"  # for certain: a division by zero, the logarithm of a negative number
    UNKNOWN = "no value"  # not known, or an integral that diverges


Value: TypeAlias = "fmpq | arb | Missing"


class Judge:
    """Fixed models of one world, and what terms are worth in them."""

    def __init__(self, declarations: Declarations, seed: int) -> None:
        self.declarations = declarations
        self.worlds = Worlds(
            declarations, tuple(unfold(t, declarations) for t in SAMPLES), OPERATIONS
        )
        drawn = [self.worlds.model(number, seed) for number in range(CANDIDATES)]
        self.models = _various(drawn, declarations)

    def values(self, term: Term) -> tuple[Value, ...]:
        """The value of a term in each model.

        Raises:
            Unevaluable: No model of this kind can evaluate it.
        """
        with precision(PRECISION):
            code = self.worlds.evaluator.compile(unfold(term, self.declarations))
            return tuple(self._value(code, model) for model in self.models)

    def forget(self) -> None:
        """Free what the models have computed; they compute the same again."""
        for model in self.models:
            model.caches.clear()

    def _value(self, code: Code, model: Model) -> Value:
        model.meter.spent = 0
        try:
            value: fmpq | arb = self.worlds.evaluator.run(code, model)
            return value
        except Undefined as error:
            domain = error.beyond and "integral" not in error.reason
            certain = domain or error.reason == "a division by zero"
            return Missing.BEYOND if certain else Missing.UNKNOWN
        except OverBudget:
            return Missing.UNKNOWN


def _various(candidates: list[Model], declarations: Declarations) -> list[Model]:
    """Models of which one has no size below 2, and the others have sizes as different as can be.

    Size 1 hides factors such as 1/N, as many rows as columns hide a transpose, and size 0 and size
    2 hide different mistakes.
    """
    sizes = [size.name for size in declarations.sizes]
    axes = {end.name for scalar in declarations.scalars if scalar.rank for axis in scalar.axes
            if isinstance(end := axis.upper, Sym)}  # fmt: skip

    def telling(model: Model) -> tuple[int, int, int]:
        values = [model.sizes[name] for name in sizes]
        return min(values), len({model.sizes[name] for name in axes}), -sum(values)

    chosen = [max(candidates, key=telling)]
    while len(chosen) < MODELS:
        chosen.append(max(candidates, key=lambda m: min(_distance(m, other) for other in chosen)))
    return chosen


def _distance(one: Model, other: Model) -> int:
    return sum(size != other.sizes[name] for name, size in one.sizes.items())


def words(value: Value) -> str:
    """A value, or why there is none."""
    return value.value if isinstance(value, Missing) else str(value)


def differ(left: Sequence[Value], right: Sequence[Value]) -> bool:
    """Whether values differ for certain; being undefined differs from having a value."""
    return any(_apart(one, two) for one, two in zip(left, right, strict=True))


def denied(left: Sequence[Value], relation: Relation, right: Sequence[Value]) -> bool:
    """Whether a relation fails for certain in a model in which both sides have a value."""
    return any(
        not isinstance(one, Missing)
        and not isinstance(two, Missing)
        and refutes(one, relation, two)
        for one, two in zip(left, right, strict=True)
    )


def same(one: Value, two: Value) -> bool:
    """Whether two values are equal: exactly, or as far as narrow balls can tell."""
    if isinstance(one, Missing) or isinstance(two, Missing):
        return False
    if isinstance(one, fmpq) and isinstance(two, fmpq):
        return bool(one == two)
    balls = arb(one), arb(two)
    return balls[0].overlaps(balls[1]) and all(ball.rad() < NARROW for ball in balls)


def _apart(one: Value, two: Value) -> bool:
    if isinstance(one, Missing) or isinstance(two, Missing):
        return Missing.UNKNOWN not in (one, two) and one is not two
    if isinstance(one, fmpq) and isinstance(two, fmpq):
        return bool(one != two)
    return not arb(one).overlaps(arb(two))
