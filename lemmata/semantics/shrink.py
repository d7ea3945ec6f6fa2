"""Make a refuting world small enough to check by hand.

Fewer sizes first, then base weights of 1, even tables, small weights, and small numbers. Each step
is kept only if the facts still hold and the balls are still disjoint, visibly so. Deterministic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from flint import arb, fmpq

from lemmata.semantics.build import refutes
from lemmata.semantics.errors import OverBudget, Undefined, Unevaluable
from lemmata.semantics.model import Key, Model, Shape

if TYPE_CHECKING:
    from lemmata.semantics.search import Trial

_WEIGHTS = (fmpq(1), fmpq(2), fmpq(3), fmpq(8))
_SPACES = (fmpq(1), fmpq(2), fmpq(1, 2), fmpq(8), fmpq(1, 8), fmpq(1, 64))
_NUMBERS = (
    *(fmpq(n) for n in (0, 1, -1, 2, -2, 3)),
    *(fmpq(n, d) for n, d in ((1, 2), (-1, 2), (1, 3), (2, 3), (1, 4), (3, 4))),
)
_TABLES = ("weight", "start", "move", "chance")
Values: TypeAlias = tuple[fmpq | arb, fmpq | arb]
VISIBLE = 1e-2
"""The relative gap that a shrunk counterexample keeps if it had it before."""


class _Shrinker:
    """Tries simpler worlds while the budget lasts."""

    def __init__(
        self, trial: Trial, model: Model, tries: int, values: Values | None = None
    ) -> None:
        self.trial = trial
        self.tries = tries
        self.best = model
        self.gap = VISIBLE
        try:
            self.gap = min(VISIBLE, self._gap(model, values) or 0.0)
        except OverBudget:
            self.tries = 0

    def try_world(self, model: Model) -> bool:
        """Take a world if it is admissible and refutes visibly."""
        if self.tries <= 0:
            return False
        self.tries -= 1
        try:
            if not model.within_intervals() or self.trial.worlds.violated(model) is not None:
                return False
            gap = self._gap(model)
            if gap is None or gap < self.gap:
                return False
        except OverBudget:
            self.tries = 0
            return False
        except Unevaluable:
            return False
        self.best = model
        return True

    def try_overrides(self, changes: dict[Key, fmpq]) -> bool:
        """Take the best world with some draws changed, if that still refutes."""
        known = {**self.best.drawn, **self.best.overrides}
        changes = {key: value for key, value in changes.items() if known.get(key) != value}
        if not changes:
            return False
        return self.try_world(self.best.varied({**known, **changes}))

    def _gap(self, model: Model, values: Values | None = None) -> float | None:
        """The gap of the sides relative to their size, 1 where one has no value; None if none."""
        try:
            left, right = values or self.trial.values(model)
        except Undefined as error:
            return 1.0 if error.beyond else None
        if not refutes(left, self.trial.statement.relation, right):
            return None
        scale = max(1.0, abs(float(arb(left).mid())), abs(float(arb(right).mid())))
        return abs(float((arb(left) - right).mid())) / scale


def shrink(trial: Trial, model: Model, tries: int, values: Values | None = None) -> Model:
    """The simplest refuting world found within a number of tries.

    Args:
        trial: What is refuted.
        model: A world that refutes it, in which it was evaluated.
        tries: How many worlds are tried.
        values: Both sides in that world, where they are known.
    """
    shrinker = _Shrinker(trial, model, tries, values)
    _sizes(shrinker)
    _fix_draws(shrinker)
    _spaces(shrinker)
    _outcomes(shrinker)
    _tables(shrinker)
    _numbers(shrinker)
    _outcomes(shrinker)
    _spaces(shrinker)
    return shrinker.best


def _fix_draws(shrinker: _Shrinker) -> None:
    """Fix every draw that the statement uses in the best world."""
    best = shrinker.best
    if not shrinker.trial.worlds.checks_facts and shrinker.tries > 0:  # nothing else has drawn
        shrinker.best = best.varied({**best.overrides, **best.drawn})
        shrinker.best.drawn.update(best.drawn)
        shrinker.tries -= 1
        return
    shrinker.try_world(best.varied(_drawn(shrinker.trial, best)))


def _drawn(trial: Trial, model: Model) -> dict[Key, fmpq]:
    """Every draw that the statement uses in a model, fixed."""
    used = model.varied(model.overrides)
    try:
        trial.values(used)
    except (Undefined, OverBudget):
        return {**model.overrides, **used.drawn}
    return dict(used.drawn)


def _sizes(shrinker: _Shrinker) -> None:
    best = shrinker.best
    for shape in shrinker.trial.worlds.smaller(best.shape)[:6]:
        for seed in (best.seed, best.seed + 1):
            world = shrinker.trial.worlds.at(shape, seed, {})
            if shrinker.try_world(world):
                return


def _outcomes(shrinker: _Shrinker) -> None:
    """Leave one point of every role that does not matter, and no chance in rewards."""
    shape = shrinker.best.shape
    for role, count in shape.outcomes:
        for fewer in range(1, count):
            smaller = tuple((r, fewer if r == role else k) for r, k in shape.outcomes)
            if _reshaped(shrinker, replace(shape, outcomes=smaller)):
                shape = shrinker.best.shape
                break
    if shape.chances > 1 and not _reshaped(shrinker, replace(shape, chances=1)):
        drawn = shrinker.best.drawn  # perhaps the rewards of the other chance are those that matter
        moved = {(*key[:-1], 0): drawn[key] for key in drawn if key[0] == "reward" and key[-1]}
        _reshaped(shrinker, replace(shape, chances=1), moved)


def _reshaped(
    shrinker: _Shrinker, shape: Shape, changes: Mapping[Key, fmpq] = MappingProxyType({})
) -> bool:
    best = shrinker.best
    known = {**best.overrides, **best.drawn, **changes}
    for key in [key for key in known if key[0] == "point"]:
        del known[key]  # a free point may have gone
    return shrinker.try_world(shrinker.trial.worlds.at(shape, best.seed, known))


def _spaces(shrinker: _Shrinker) -> None:
    keys = [key for key in shrinker.best.drawn if key[0] == "base"]
    for weight in _SPACES:
        even = dict.fromkeys(keys, weight)
        if even.items() <= shrinker.best.drawn.items() or shrinker.try_overrides(even):
            break
    for key in keys:
        for weight in _SPACES:
            if _settled(shrinker, key, weight):
                break
    labels = [key for key in shrinker.best.drawn if key[0] == "label"]
    for first in (0, 1):
        if labels and shrinker.try_overrides({key: fmpq(key[2] + first) for key in labels}):
            break


def _tables(shrinker: _Shrinker) -> None:
    keys = [key for key in shrinker.best.drawn if key[0] in _TABLES]
    if not keys:
        return
    if shrinker.try_overrides(dict.fromkeys(keys, fmpq(1))):
        return
    ragged = []
    for group in dict.fromkeys(key[:2] for key in keys):
        members = [key for key in keys if key[:2] == group]
        if not shrinker.try_overrides(dict.fromkeys(members, fmpq(1))):
            ragged.extend(members)
    for key in ragged:
        for weight in _WEIGHTS:
            if _settled(shrinker, key, weight):
                break


def _numbers(shrinker: _Shrinker) -> None:
    kinds = ("tangent", "reward", "function", "formula", "scalar", "unit", "share", "real", "free",
             "parameter", "point", "gaussian")  # fmt: skip
    keys = [key for key in shrinker.best.drawn if key[0] in kinds]
    for kind in ("tangent", "function"):
        group = [key for key in keys if key[0] == kind]
        if len(group) > 4 and shrinker.try_overrides(dict.fromkeys(group[2:], fmpq(0))):
            keys = [key for key in keys if key not in group[2:]]
    for key in keys:
        for number in _NUMBERS:
            if _settled(shrinker, key, number):
                break


def _settled(shrinker: _Shrinker, key: Key, value: fmpq) -> bool:
    """Whether a draw has a value now, because it had it or because it was changed to it."""
    return shrinker.best.drawn.get(key) == value or shrinker.try_overrides({key: value})
