"""Worlds of declarations as Hypothesis draws them: derived from a signature, and shrinking.

    @given(drawn_worlds(claim.declarations, claim.statement))
    def test_claim(world): assert world.holds()

No claim writes a strategy of its own: sizes, tables, numbers, functions and trajectories are those
of `lemmata.semantics`, with Hypothesis in the place of its dice. So a failure shrinks draw by draw,
towards few sizes, even tables and small numbers, and is described as every counterexample is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import fmpq
from hypothesis import assume, reject
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn, SearchStrategy

from lemmata.kernel.declarations import Declarations, Interval
from lemmata.kernel.terms import Statement
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Counterexample
from lemmata.properties.strategies import numbers
from lemmata.semantics import Undefined, Unevaluable
from lemmata.semantics.build import NoModel, Worlds, refutes
from lemmata.semantics.describe import describe_refutation
from lemmata.semantics.model import Key, Model, Shape
from lemmata.semantics.search import PRECISION, Trial, precision
from lemmata.semantics.values import rational

SHAPES = 6
"""How many sizes of worlds are drawn from; the smallest come first."""
LARGEST_WEIGHT = 9
DICE = 1 << 16
BASES = st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3), Fraction(1, 4)])


@dataclass(slots=True)
class Drawn(Model):
    """A world whose draws are Hypothesis's instead of a seed's."""

    data: DataObject | None = field(default=None, repr=False)

    def random(self, *key: Any) -> int:
        """An integer that shrinks to 0."""
        memory = self.cache("dice")
        if key not in memory:
            memory[key] = self._ask(st.integers(0, DICE))
        found: int = memory[key]
        return found

    def base(self, role: str, point: int) -> fmpq:
        """The base weight of a point; it shrinks to 1, where a density is a probability."""
        key = ("base", role, point)
        if self.declarations.world == "finite":
            return fmpq(1)
        if key not in self.drawn:
            self.drawn[key] = rational(self._ask(BASES))
        return self.drawn[key]

    def _random_weight(self, key: Key) -> fmpq:  # noqa: ARG002 - every cell is drawn alike
        return fmpq(self._ask(st.integers(1, LARGEST_WEIGHT)))

    def _random_number(self, key: Key, interval: Interval) -> fmpq:  # noqa: ARG002
        value: Fraction = self._ask(numbers(interval))
        return rational(value)

    def varied(self, overrides: dict[Key, fmpq]) -> Model:
        """The same world with every draw fixed that was made, and some changed."""
        fixed = {**self.drawn, **overrides}
        return Model(self.declarations, self.shape, self.seed, fixed, self.meter, self.positive)

    def _ask(self, strategy: SearchStrategy[Any]) -> Any:
        if self.data is None:
            raise RuntimeError("a drawn world is used outside the test that drew it")
        return self.data.draw(strategy)


@dataclass(frozen=True, slots=True)
class World:
    """A drawn world, and a statement to be evaluated in it."""

    trial: Trial
    model: Drawn

    def holds(self) -> bool:
        """Whether the statement is not refuted here; a world without values is rejected."""
        with precision(PRECISION):
            try:
                left, right = self.trial.values(self.model)
            except (Undefined, Unevaluable):
                reject()
            return not refutes(left, self.trial.statement.relation, right)

    def text(self) -> str:
        """The world in words, with the values of both sides."""
        with precision(PRECISION):
            found: Counterexample = describe_refutation(self.trial, self.model.varied({}))
        return found.text

    def __repr__(self) -> str:
        """What Hypothesis prints of a falsifying example."""
        try:
            return f"World:\n{self.text()}"
        except (Undefined, Unevaluable) as error:
            return f"World without values: {error}"


@st.composite
def drawn_worlds(draw: DrawFn, declarations: Declarations, statement: Statement) -> World:
    """Worlds that satisfy the declarations, for the evaluation of a statement.

    Raises:
        Unevaluable: No finite model evaluates the statement.
        NoModel: No sizes satisfy the declarations.
    """
    trial, shapes = _compiled(declarations, statement)
    shape = draw(st.sampled_from(shapes))
    model = Drawn(declarations, shape, 0, {}, trial.worlds.meter, data=draw(st.data()))
    with precision(PRECISION):
        try:
            assume(trial.worlds.violated(model) is None)
        except Unevaluable:
            reject()
    return World(trial, model)


def _compiled(declarations: Declarations, statement: Statement) -> tuple[Trial, list[Shape]]:
    """The statement ready for evaluation, with a fresh meter, and sizes of its worlds."""
    left, right = (unfold(side, declarations) for side in (statement.left, statement.right))
    worlds = Worlds(declarations, (left, right))
    codes = worlds.evaluator.compile(left), worlds.evaluator.compile(right)
    trial = Trial(worlds, Statement(left, statement.relation, right), *codes)
    shapes: dict[Shape, None] = {}
    for number in range(SHAPES):
        try:
            shapes[worlds.shape(number, 0)] = None
        except NoModel:
            if not shapes:
                raise
    return trial, sorted(shapes, key=lambda shape: sum(n for _, n in shape.sizes + shape.outcomes))
