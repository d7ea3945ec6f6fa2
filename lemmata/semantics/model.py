"""Random worlds in which every declared thing has a value, so that terms can be evaluated exactly.

A `Model` is its sizes and its draws. A draw is a rational number that belongs to a key such as
`("weight", "p", (0, 1))`, `("scalar", "mu", (2,))` or `("base", "x", 0)`; it is a pure function of
the seed and the key, whatever was drawn before, unless the model overrides it. Hill-climbing and
shrinking only override draws. Everything else (tables, trajectories, facts) is computed from draws.

Outcomes. A role (the place of a variable in a density) is either a finite space of K points, each
with a base weight, or the real line. Base weights stand for the base measure: with them a density
can exceed 1, as a Lebesgue density can. In the world "finite" the base measure counts, so all
weights are 1. The components of a vector variable share one space.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeAlias

from flint import fmpq

from lemmata.kernel.declarations import Declarations, Function, Interval, Scalar
from lemmata.semantics.errors import Meter
from lemmata.semantics.values import ONE, Value, rational

Key: TypeAlias = tuple[Any, ...]
"""What a draw belongs to: a kind, a name, and indices or points."""

Place: TypeAlias = tuple[str, tuple[int, ...]]
"""A name with the values of its indices, as in `("z", (2,))`."""

Env: TypeAlias = dict[Place, Any]
"""What stands for bound and free names: integers for indices and points, values for real names."""

OPERATIONS = 1_000_000
"""The default limit of operations for one statement in all its models."""

_POSITIVE = tuple(
    fmpq(*pair)
    for pair in (
        *((2, 1), (3, 1), (1, 2), (3, 2), (1, 3), (2, 3), (5, 2)),
        *((4, 1), (5, 3), (1, 4), (7, 2), (3, 4), (5, 1), (4, 3)),
    )
)
_BETWEEN = tuple(
    fmpq(*pair)
    for pair in (
        *((1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 5)),
        *((2, 5), (3, 5), (4, 5), (1, 8), (7, 9)),
    )
)
_BASE = (fmpq(1, 2), fmpq(2), fmpq(1, 3), fmpq(3, 2), fmpq(1, 4), fmpq(3))
_PEAKY = (1, 1, 2, 3, 40, 400, 2000)


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a model.

    Attributes:
        sizes: The value of every declared size and of every free index.
        outcomes: The number of points of each finite role.
        chances: The number of outcomes of the chance that settles a reward.
    """

    sizes: tuple[tuple[str, int], ...]
    outcomes: tuple[tuple[str, int], ...]
    chances: int = 2

    def describe(self) -> str:
        """The sizes in words: `m = 2, 3 values of x`."""
        parts = [f"{name} = {value}" for name, value in self.sizes]
        parts += [f"{count} values of {role}" for role, count in self.outcomes]
        return ", ".join(parts)


@dataclass(slots=True)
class Model:
    """One world: sizes and draws, with what was computed from them.

    Attributes:
        declarations: What the world is a model of.
        shape: Its sizes.
        seed: Where its draws come from.
        overrides: Draws that were fixed.
        meter: Counts the operations of everything evaluated in this model.
        positive: Whether numbers are drawn positive where their declarations leave it open.
        drawn: Every draw that was made, in order; what a statement does not use is never drawn.
        caches: Tables and values computed from draws, by kind.
    """

    declarations: Declarations
    shape: Shape
    seed: int
    overrides: dict[Key, fmpq] = field(default_factory=dict)
    meter: Meter = field(default_factory=lambda: Meter(OPERATIONS))
    positive: bool = False
    drawn: dict[Key, fmpq] = field(default_factory=dict)
    caches: dict[str | int, dict[Any, Any]] = field(default_factory=lambda: defaultdict(dict))
    sizes: dict[str, int] = field(init=False)
    outcomes: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.sizes = dict(self.shape.sizes)
        self.outcomes = dict(self.shape.outcomes)

    def cache(self, kind: str | int) -> dict[Any, Any]:
        """The cache of one kind, or of one place in a term, made on first use."""
        return self.caches[kind]

    def varied(self, overrides: dict[Key, fmpq]) -> Model:
        """The same world with other draws fixed, counting on the same meter."""
        return Model(self.declarations, self.shape, self.seed, overrides, self.meter, self.positive)

    def within_intervals(self) -> bool:
        """Whether every fixed draw lies where its declaration says."""
        for key, value in self.overrides.items():
            if key[0] in ("scalar", "function"):
                item = self.declarations.find(key[1])
                if isinstance(item, Scalar | Function) and not inside(value, item.interval):
                    return False
            elif key[0] in ("weight", "base", "start", "move", "chance", "share") and value <= 0:
                return False
        return True

    def random(self, *key: Any) -> int:
        """An integer from 0 to 2**64 that depends on the seed and the key only."""
        digest = blake2b(repr((self.seed, key)).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big")

    def weight(self, key: Key) -> fmpq:
        """A positive weight of a cell of a table; tables are smooth, ragged or peaky."""
        found = self.drawn.get(key)
        if found is None:
            found = self.overrides.get(key)
            if found is None:
                found = self._random_weight(key)
            self.drawn[key] = found
        return found

    def _random_weight(self, key: Key) -> fmpq:
        temper = self.random("temper", key[1]) % 4
        dice = self.random(key)
        if temper == 0:
            return fmpq(_PEAKY[dice % len(_PEAKY)])
        return fmpq(1 + dice % (9 if temper == 1 else 30))

    def base(self, role: str, point: int) -> fmpq:
        """The base weight of a point: what its density is multiplied by to give its probability."""
        if self.declarations.world == "finite":
            return ONE
        key = ("base", role, point)
        found = self.drawn.get(key)
        if found is None:
            found = self.overrides.get(key)
            if found is None:
                found = _BASE[self.random(key) % len(_BASE)]
            self.drawn[key] = found
        return found

    def tangent(self, key: Key) -> fmpq:
        """How fast a draw changes with a parameter; `key` ends with the parameter."""
        found = self.drawn.get(key)
        if found is None:
            found = self.overrides.get(key)
            if found is None:
                dice = self.random(key)
                size = _POSITIVE[dice % len(_POSITIVE)]
                found = size if dice & 1024 else -size
            self.drawn[key] = found
        return found

    def number(self, key: Key, interval: Interval) -> fmpq:
        """A number of an interval, of either sign where both are allowed."""
        found = self.drawn.get(key)
        if found is None:
            found = self.overrides.get(key)
            if found is None:
                found = self._random_number(key, interval)
            self.drawn[key] = found
        return found

    def _random_number(self, key: Key, interval: Interval) -> fmpq:
        dice = self.random(key)
        size = _POSITIVE[dice % len(_POSITIVE)]
        lower, upper = interval.lower, interval.upper
        if interval.closed and (dice >> 20) % 8 == 0:
            end = lower if lower is not None and (upper is None or dice & 1024) else upper
            if end is not None:
                return rational(end)
        if lower is None and upper is None:
            return size if self.positive or dice & 1024 else -size
        if upper is None and lower is not None:
            return rational(lower) + size
        if lower is None and upper is not None:
            return rational(upper) - size
        assert lower is not None  # noqa: S101 - for mypy: the cases above leave both bounds given
        assert upper is not None  # noqa: S101
        return (
            rational(lower) + (rational(upper) - rational(lower)) * _BETWEEN[dice % len(_BETWEEN)]
        )

    def labels(self, role: str) -> list[fmpq]:
        """What the points of a finite role are as numbers: distinct, of both signs."""
        cache = self.cache("labels")
        if role not in cache:
            values: list[fmpq] = []
            for point in range(self.outcomes[role]):
                key = ("label", role, point)
                value = self.overrides.get(key)
                if value is None:
                    value = self._random_number(key, Interval())
                    while value in values:
                        value += ONE
                self.drawn[key] = value
                values.append(value)
            cache[role] = values
        found: list[fmpq] = cache[role]
        return found

    def real_point(self, name: str, indices: tuple[int, ...]) -> Value:
        """Where a free variable on the real line stands."""
        return self.number(("real", name, indices), Interval())

    def free_point(self, role: str, name: str, indices: tuple[int, ...]) -> int:
        """Where a free variable stands in its finite space."""
        key = ("point", name, indices)
        found = self.drawn.get(key)
        if found is None:
            found = self.overrides.get(key)
            if found is None:
                found = fmpq(self.random(key) % self.outcomes[role])
            self.drawn[key] = found
        return int(found.p) % self.outcomes[role]


def inside(value: Value, interval: Interval) -> bool:
    """Whether a value may lie in an interval: false only if it certainly does not."""
    lower, upper = interval.lower, interval.upper
    if lower is not None:
        low = rational(lower)
        if value < low or (value == low and not interval.closed):
            return False
    if upper is not None:
        high = rational(upper)
        if value > high or (value == high and not interval.closed):
            return False
    return True
