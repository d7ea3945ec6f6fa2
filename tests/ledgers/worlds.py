"""The parts of the models by themselves: how worlds are laid out, drawn, climbed and shrunk.

A statement that holds is evaluated in the first worlds and asks no more; a false one is refuted in
the first. So the parts that choose and change worlds are called here with every statement, and
terms that fit no world stand beside those that do. Of many results of one part the first are
written down, and of all a sum over their text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any
from zlib import crc32

from flint import acb, arb, fmpq

from lemmata.kernel.declarations import REAL, Declarations, Interval
from lemmata.kernel.terms import Relation, Statement, Term, children, rebuild, walk
from lemmata.semantics import Undefined, Unevaluable, climb, shrink
from lemmata.semantics.build import NoModel, Worlds, difference_sign, refutes, satisfied
from lemmata.semantics.changes import Changed, SmallChanges
from lemmata.semantics.errors import OverBudget
from lemmata.semantics.model import Model, Shape, inside
from lemmata.semantics.mutants import mutants_of
from lemmata.semantics.search import Trial, _has_value

RELATIONS: tuple[Relation, ...] = ("=", "!=", ">=", "<=", ">", "<")
OPERATIONS = 60_000
"""What all of one statement may take."""
SHOWN = 70
DIGITS = 10
NOTHING = 1e-20
"""A number this close to 0 may be 0: its digits are noise."""

INTERVALS = (
    REAL,
    Interval(Fraction(0)),
    Interval(Fraction(0), closed=True),
    Interval(Fraction(0), Fraction(1)),
    Interval(Fraction(-1), Fraction(2), closed=True),
    Interval(None, Fraction(3)),
    Interval(None, Fraction(3), closed=True),
)
NUMBERS = (fmpq(-1), fmpq(0), fmpq(1, 2), fmpq(1), fmpq(2), fmpq(3), arb(2).sqrt())
FOUND = (Undefined, Unevaluable, NoModel, OverBudget, ValueError, RecursionError)

Call = Callable[[], object]


def digits(value: Any) -> str:
    """A value as far as it is the same on every machine."""
    if isinstance(value, fmpq):
        return str(value)
    if isinstance(value, acb):
        return (
            f"{digits(value.real)} + {digits(value.imag)} i"
            if value.imag != 0
            else digits(value.real)
        )
    if isinstance(value, arb):
        if not value.is_finite():
            return "infinity" if value > 0 else "minus infinity" if value < 0 else "no number"
        if abs(value.mid()) < NOTHING:
            return "about 0"
        return str(value.mid().str(DIGITS, radius=False))
    flat = getattr(value, "flat", None)
    return "[" + ", ".join(map(digits, flat())) + "]" if flat else str(value)


def of_worlds(statement: Statement, declarations: Declarations) -> Iterator[str]:
    """What the parts of the models say of a statement whose named quantities are unfolded."""
    dice = Random(repr(statement))
    sides = (statement.left, statement.right)
    worlds = Worlds(declarations, sides, OPERATIONS)
    try:
        left, right = map(worlds.evaluator.compile, sides)
        trial = Trial(worlds, statement, left, right)
    except FOUND as error:
        yield f"no values: {error}"
        return
    yield from _told("layout", _layout(worlds, declarations))
    yield from _told("shapes", _shapes(worlds))
    models: list[Model] = []
    for number, positive in ((0, False), (1, True), (2, False), (3, True)):
        try:
            models.append(worlds.model(number, number, positive=positive))
        except FOUND as error:
            yield f"no model {number}: {error}"
    yield from _told("models", [lambda m=m: _described(trial, m) for m in models])  # type: ignore[misc]
    yield from _told("draws", [lambda m=m: _drawn(m) for m in models])  # type: ignore[misc]
    raw = [worlds.at(model.shape, seed, {}) for model in models[:2] for seed in range(4)]
    yield from _told("facts", [lambda m=m: worlds.violated(m) for m in raw])  # type: ignore[misc]
    yield from _told("in each world", [lambda m=m: _judged(trial, m) for m in [*models, *raw]])  # type: ignore[misc]
    yield from _told("neighbours", _neighbours(worlds, models, sides, dice))
    found = [slip.term for slip in islice(mutants_of(statement.right, declarations), 40)]
    found = dice.sample(found, min(6, len(found)))
    slips = [replace(statement, right=term) for term in found]
    yield from _told("possible", [lambda: _possible(statement, slips, declarations)])
    yield from _told("climbing", _climbing(trial, models))
    for slip in slips[:3]:
        yield from _told("shrinking", _shrinking(worlds, slip, models))


def _possible(
    statement: Statement, slips: Sequence[Statement], declarations: Declarations
) -> list[int]:
    """The places of the slips that a few worlds do not prove wrong."""
    try:
        changes = SmallChanges(statement, declarations)
    except FOUND:
        return [*range(len(slips))]
    return [place for place, _ in changes.possible(map(Changed, slips))]


def _told(name: str, calls: list[Call]) -> Iterator[str]:
    """The results of one part: the first of them, and a sum over all."""
    said = [_tried(call) for call in calls]
    if said:
        first = "; ".join(dict.fromkeys(each[:SHOWN] for each in said))[:SHOWN]
        yield f"{name}: {crc32('|'.join(said).encode()):08x} of {len(said)}, {first}"


def _tried(call: Call) -> str:
    try:
        return _said(call())
    except FOUND as error:
        beyond = " for certain" if getattr(error, "beyond", False) else ""
        return f"{type(error).__name__}{beyond}: {error}"
    except Exception as error:  # noqa: BLE001 - what does not fit may raise anything
        return type(error).__name__


def _said(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_said(k)}: {_said(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_said, value)) + "]"
        case frozenset() | set():
            return "{" + ", ".join(sorted(map(_said, value))) + "}"
        case Shape():
            return f"{value.describe()}, {value.chances} chances"
    return digits(value)


def _layout(worlds: Worlds, declarations: Declarations) -> list[Call]:
    layout = worlds.layout
    names = [item.name for item in declarations.named()]
    return [
        lambda: [layout.real, layout.formulas],
        lambda: {name: [repr(rule) for rule in rules] for name, rules in layout.rules.items()},
        lambda: [[name, layout.computed_from(name)] for name in names],
        lambda: [[name, repr(layout.variable(name + "'"))] for name in names],
        lambda: [fact.name for fact in worlds._known.discrete],
        lambda: [[each.fact.name, each.cost, each.outcomes] for each in worlds._checked],
        lambda: worlds._needed,
    ]


def _shapes(worlds: Worlds) -> list[Call]:
    return [
        lambda n=n, seed=seed: [shape := worlds.shape(n, seed), worlds.smaller(shape)]  # type: ignore[misc]
        for n in range(4)
        for seed in (0, 1)
    ]


def _drawn(model: Model) -> object:
    """Numbers of all kinds of intervals, weights and points, as a world draws them."""
    keys = [("scalar", f"number {k}", (k,)) for k in range(9)]
    roles = [*model.outcomes]
    return [
        [[model.number((*key, span), span) for key in keys] for span in INTERVALS],
        [model.weight(("weight", f"law {k}", (k,))) for k in range(9)],
        [model.tangent(("tangent", f"law {k}", (k,))) for k in range(9)],
        [[model.base(role, k) for k in range(3)] for role in roles],
        [[model.labels(role), model.free_point(role, "a point", (2,))] for role in roles],
        [[inside(number, span) for number in NUMBERS] for span in INTERVALS],
    ]


def _described(trial: Trial, model: Model) -> object:
    left, right = trial.sides(model)
    return [model.shape, model.seed, left, right, {repr(k): v for k, v in model.drawn.items()}]


def _judged(trial: Trial, model: Model) -> object:
    """What a world says of every relation between the sides, and with principal values."""
    said: list[object] = [trial._apart(model), model.within_intervals()]
    try:
        left, right = trial.values(model)
    except Undefined as error:
        return [*said, error.reason, error.beyond, trial.refuting(model)]
    signs = difference_sign(left, right), difference_sign(right, left)
    pairs = [[refutes(left, by, right), satisfied(left, by, right)] for by in RELATIONS]
    return [*said, signs, pairs, trial.refuting(model)]


def _neighbours(
    worlds: Worlds, models: list[Model], sides: tuple[Term, Term], dice: Random
) -> list[Call]:
    """Terms in which one part stands in the place of another one, whether they fit or not."""
    parts = [part for side in sides for part in walk(side)]
    found: list[Call] = []
    for _ in range(24):
        term = dice.choice(parts)
        inner = list(children(term))
        if inner:
            inner[dice.randrange(len(inner))] = dice.choice(parts)
        found.append(lambda term=term, inner=tuple(inner): _value(worlds, models, term, inner))  # type: ignore[misc]
    return found


def _value(worlds: Worlds, models: list[Model], term: Term, inner: tuple[Term, ...]) -> object:
    code = worlds.evaluator.compile(rebuild(term, inner) if inner else term)
    return [_tried(lambda m=m: worlds.evaluator.run(code, m)) for m in models[:2]]  # type: ignore[misc]


def _climbing(trial: Trial, models: list[Model]) -> list[Call]:
    """The first changes that a climb makes, and where it leads, for both orders of the sides."""
    found: list[Call] = []
    for model in models[:2]:
        found.append(lambda m=model: [_keyed(c) for c in climb._scaled(m)])  # type: ignore[misc]
        found.append(lambda m=model: [_keyed(c) for c in climb._matched(trial, m)])  # type: ignore[misc]
        found.append(lambda m=model: _changes(trial, m))  # type: ignore[misc]
        found.append(lambda m=model: _has_value(trial, m))  # type: ignore[misc]
    for relation in (">=", "<="):
        turned = replace(trial, statement=replace(trial.statement, relation=relation))
        found.append(lambda t=turned: _climbed(t, models))  # type: ignore[misc]
    return found


def _keyed(changes: dict[Any, fmpq]) -> object:
    return {repr(key): value for key, value in changes.items()}


def _changes(trial: Trial, model: Model) -> object:
    ranked = climb._ranked(trial, model)
    if ranked is None:
        return None
    margin, fixed = ranked
    keys = [*fixed.drawn][:8]
    changed = [[climb._changed(fixed, key, turn) for turn in range(4)] for key in keys]
    return [arb(margin), climb._admissible(trial, fixed), changed]


def _climbed(trial: Trial, models: list[Model]) -> object:
    found = climb.climb(trial, [m.varied(m.overrides) for m in models], 12)
    return None if found is None else _keyed(found.overrides)


def _shrinking(worlds: Worlds, slip: Statement, models: list[Model]) -> list[Call]:
    """A refuting world of a slip made smaller, with few tries and with more."""

    def shrunk(tries: int) -> object:
        left, right = map(worlds.evaluator.compile, (slip.left, slip.right))
        trial = Trial(worlds, slip, left, right)
        for model in models:
            if trial.refuting(fresh := model.varied(model.overrides)):
                best = shrink.shrink(trial, fresh, tries)
                return [best.shape, _keyed(best.overrides)]
        return "not refuted"

    return [lambda: shrunk(3), lambda: shrunk(40)]
