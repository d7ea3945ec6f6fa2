"""The climb towards a world in which an inequality is false.

A false inequality may hold in most worlds. The climb starts where such inequalities tend to break:
spaces that are small or large as a whole (some quantities are bounded only while densities stay
below 1), and laws that are equal to others (a bound is tight there). Then it changes one draw at a
time and keeps what brings the sides closer to the wrong order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flint import arb, fmpq

from lemmata.kernel.declarations import Family
from lemmata.semantics.errors import Undefined, Unevaluable
from lemmata.semantics.model import Key, Model

if TYPE_CHECKING:
    from lemmata.semantics.search import Trial

CELLS = ("weight", "base", "start", "move", "chance")
"""Draws that are positive weights, which are changed by factors."""

SPACES = (fmpq(1, 64), fmpq(64))
"""How much smaller or larger a space is made."""


def climb(trial: Trial, survived: list[Model], effort: int) -> Model | None:
    """A world that refutes an inequality, found from worlds in which it holds.

    Args:
        trial: The inequality.
        survived: Worlds in which it holds.
        effort: How many worlds are tried, about.
    """
    ranked = [pair for model in survived if (pair := _ranked(trial, model)) is not None]
    ranked.sort(key=_by_margin)
    if not ranked:
        return None
    start = ranked[0][1]
    scaled, matched = list(_scaled(start)), list(_matched(trial, start))
    both = [{**changes, **matched[0]} for changes in scaled if matched]
    for changes in (*scaled, *matched, *both):
        changed = start.varied({**start.overrides, **changes})
        found = _ranked(trial, changed) if _admissible(trial, changed) else None
        if found is not None:
            ranked.append(found)
            if _refutes(trial, *found):
                return found[1]
    for number, (margin, model) in enumerate(sorted(ranked, key=_by_margin)[:2]):
        turns = range(1 + number * effort // 2, 1 + (number + 1) * effort // 2)
        refuting = _ascend(trial, margin, model, turns)
        if refuting is not None:
            return refuting
    return None


def _ascend(trial: Trial, margin: float, best: Model, turns: range) -> Model | None:
    """Change one draw after the other."""
    keys = [key for key in best.drawn if key[0] != "point"]
    for turn in turns if keys else ():
        key = keys[best.random("climb", turn) % len(keys)]
        changed = best.varied({**best.overrides, key: _changed(best, key, turn)})
        new = _margin(trial, changed) if _admissible(trial, changed) else None
        if new is None:
            continue
        if _refutes(trial, new, changed):
            return changed
        if new < margin:
            best, margin = changed, new
    return None


def _refutes(trial: Trial, margin: float, model: Model) -> bool:
    return margin < 0 and trial.refuting(model.varied(model.overrides))


def _ranked(trial: Trial, model: Model) -> tuple[float, Model] | None:
    """The margin of a model, and the model with all its draws fixed."""
    margin = _margin(trial, model)
    if margin is None:
        return None
    fixed = model.varied({**model.overrides, **model.drawn})
    fixed.drawn.update(model.drawn)
    return margin, fixed


def _by_margin(ranked: tuple[float, Model]) -> float:
    return ranked[0]


def _margin(trial: Trial, model: Model) -> float | None:
    """How far the sides are from the wrong order; negative means past it."""
    try:
        left, right = trial.values(model)
    except Undefined:
        return None
    gap = arb(left) - right
    if trial.statement.relation in ("<=", "<"):
        gap = -gap
    return float(gap.mid())


def _admissible(trial: Trial, model: Model) -> bool:
    return model.within_intervals() and trial.worlds.violated(model) is None


def _scaled(model: Model) -> Iterator[dict[Key, fmpq]]:
    """The base weights of all spaces, or of one, made small or large together."""
    weights = {key: value for key, value in model.drawn.items() if key[0] == "base"}
    roles = list(dict.fromkeys(key[1] for key in weights))
    groups = [roles, *([role] for role in roles if len(roles) > 1)]
    for group in groups if roles else ():
        for factor in SPACES:
            yield {key: value * factor for key, value in weights.items() if key[1] in group}


def _matched(trial: Trial, model: Model) -> Iterator[dict[Key, fmpq]]:
    """Laws made equal to what other laws say about the same outcomes: all that can be, or one."""
    drawn = {key[1] for key in model.drawn if key[0] == "weight"}
    laws = [family for family in model.declarations.families if family.name in drawn]
    together: dict[Key, fmpq] = {}
    alone = []
    copied: set[str] = set()
    for law in laws:
        for other in laws:
            if law is other or other.name in copied:
                continue
            weights = _weights_of(trial, model, law, other)
            if weights:
                alone.append(weights)
                together.update(weights)
                copied.add(law.name)
                break
    if len(alone) > 1:
        yield together
    yield from alone


def _weights_of(trial: Trial, model: Model, law: Family, other: Family) -> dict[Key, fmpq]:
    """The weights that make a law what another law says; none where they do not fit."""
    evaluator = trial.worlds.evaluator
    fits = set(law.of) <= set(other.of) and set(other.given) <= set(law.given)
    if not fits or not set(law.given) <= {*other.of, *other.given}:
        return {}
    of, given = (
        tuple(axis for role in roles for axis in evaluator.axes(role))
        for roles in (law.of, law.given)
    )
    if law.independent and len(of) > 1:
        return {}
    evaluator.enter(model)
    try:
        cells = evaluator.laws.cells(other, of, given, ())
    except (Undefined, Unevaluable):
        return {}
    return {
        ("weight", law.name, point[: len(of)], point[len(of) :]): value
        for point, value in cells.items()
        if isinstance(value, fmpq)
    }


def _changed(model: Model, key: Key, turn: int) -> fmpq:
    old = model.overrides[key]
    dice = model.random("change", turn, key)
    if key[0] in CELLS:
        factor = (fmpq(8), fmpq(1, 8), fmpq(64), fmpq(1, 64), fmpq(2), fmpq(1, 2))[dice % 6]
        return old * factor
    fresh = model.varied({}).random("fresh", turn, key) % 9
    return (old * 2, old / 2, -old, old + 1, old - 1, old * 3, old / 4, fmpq(1), fmpq(1, 2))[fresh]
