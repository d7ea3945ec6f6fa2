"""Counterexamples in words: the tables and numbers that a statement uses, and both its values."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from lemmata.kernel.declarations import REAL, Family, Function
from lemmata.kernel.verdict import Counterexample
from lemmata.semantics.errors import Undefined
from lemmata.semantics.layout import find_variable
from lemmata.semantics.matrices import Matrix
from lemmata.semantics.model import Key, Model
from lemmata.semantics.numbers import on_sphere
from lemmata.semantics.tables import Axis, Joint, Point
from lemmata.semantics.values import Dual, Value, brief, near_fraction, primal, rational

if TYPE_CHECKING:
    from lemmata.semantics.evaluate import Evaluator
    from lemmata.semantics.search import Trial

MAX_SHOWN = 16
"""Longer tables are cut."""

LARGEST_LOGARITHM = 4
"""Larger values are not the logarithm of a simple fraction."""


def describe_refutation(trial: Trial, model: Model) -> Counterexample:
    """The counterexample that a model is, ready to print."""
    fresh = model.varied(model.overrides)
    left, right = _both_sides(trial, fresh)
    world = used_world(trial.worlds.evaluator, fresh)
    lines = [f"left side = {left[0]}{left[1]}", f"right side = {right[0]}{right[1]}"]
    if world:
        lines.append("where")
        lines.extend(f"  {_line(name, value)}" for name, value in world.items())
    return Counterexample(world, left[1], right[1], "\n".join(lines))


def _line(name: str, value: str) -> str:
    if value.startswith(name):  # the values of a function name it themselves
        return value
    return f"{name}: {value}" if " " in value else f"{name} = {value}"


def _both_sides(trial: Trial, model: Model) -> tuple[tuple[str, str], tuple[str, str]]:
    """The exact form of each side, if it has a short one, and its value."""
    try:
        whole = trial.sides(model)
        if any(isinstance(side, Matrix) for side in whole):
            return _grid(whole[0]), _grid(whole[1])
        left, right = trial.values(model, whole)
    except Undefined:
        found = []
        for code in (trial.left, trial.right):
            try:
                found.append(_shown(trial.worlds.evaluator.run(code, model)))
            except Undefined as error:
                found.append(("", f"no value ({error.reason})"))
        return found[0], found[1]
    for digits in (6, 12, 24, 36):
        shown = _shown(left, digits), _shown(right, digits)
        if shown[0] != shown[1]:
            return shown
    return ("", str(left)), ("", str(right))


def _grid(value: Value) -> tuple[str, str]:
    """A matrix by its rows; a column as one list."""
    if not isinstance(value, Matrix):
        return "", brief(value)
    lines = [[brief(primal(entry)) for entry in line] for line in value.entries]
    if value.columns == 1:
        return "", f"({', '.join(line[0] for line in lines)})"
    return "", "[" + ", ".join(f"[{', '.join(line)}]" for line in lines) + "]"


def _shown(value: fmpq | arb, digits: int = 6) -> tuple[str, str]:
    """A number in digits, after its form as the logarithm of a simple fraction."""
    text = brief(value, digits)
    if isinstance(value, arb) and "." in text and abs(value) < LARGEST_LOGARITHM:
        power = near_fraction(abs(value).exp())
        if power is not None:
            argument = f"{power}" if power.q == 1 else f"({power})"
            return f"{'-' if value < 0 else ''}log {argument} = ", text
    return "", text


def used_world(evaluator: Evaluator, model: Model) -> dict[str, str]:
    """The names that were used in a model and their values, as text in exact numbers."""
    drawn = dict(model.drawn)
    evaluator.enter(model)
    world: dict[str, str] = {}
    _describe_sizes(evaluator, model, world)
    _describe_spaces(model, drawn, world)
    _describe_families(evaluator, model, drawn, world)
    _describe_processes(model, drawn, world)
    _describe_numbers(model, drawn, world, evaluator.layout.shares)
    return world


def _describe_sizes(evaluator: Evaluator, model: Model, world: dict[str, str]) -> None:
    for name, value in model.sizes.items():
        if name in evaluator.used_names:
            world[name] = str(value)


def _describe_spaces(model: Model, drawn: dict[Key, fmpq], world: dict[str, str]) -> None:
    """Spaces that are more than numbered points with equal weights."""
    roles = dict.fromkeys(key[1] for key in drawn if key[0] in ("base", "label"))
    for role in roles:
        weights = [drawn.get(("base", role, k)) for k in range(model.outcomes[role])]
        weighted = any(weight is not None and weight != 1 for weight in weights)
        if not weighted and ("label", role, 0) not in drawn:
            continue
        names = [_point_name(model, role, k) for k in range(model.outcomes[role])]
        text = "{" + ", ".join(names) + "}"
        if weighted:
            text += " with base weights " + ", ".join(str(weight) for weight in weights)
        world[f"values of {role}"] = text


def _describe_families(
    evaluator: Evaluator, model: Model, drawn: dict[Key, fmpq], world: dict[str, str]
) -> None:
    for family in model.declarations.families:
        kinds = {key[0] for key in drawn if len(key) > 1 and key[1] == family.name}
        if "gaussian" in kinds:
            _describe_gaussian(family, drawn, world)
        elif "weight" in kinds:
            joint = evaluator.laws.joint(family, ())
            world[_heading(family, joint)] = _cells(model, joint, joint.cells)
            for parameter in model.declarations.parameters:
                if any(
                    key[0] == "tangent" and key[1] == family.name and key[-1] == parameter.name
                    for key in drawn
                ):
                    moved = evaluator.laws.joint(family, ((1, parameter.name),))
                    slopes = {point: _slope(value) for point, value in moved.cells.items()}
                    heading = f"d {_heading(family, joint)} / d {parameter.name}"
                    world[heading] = _cells(model, moved, slopes)


def _slope(value: Value) -> Value:
    return value.tangent if isinstance(value, Dual) else fmpq(0)


def _describe_gaussian(family: Family, drawn: dict[Key, fmpq], world: dict[str, str]) -> None:
    parts = [
        f"{' '.join(str(part) for part in key[2:])} {value}"
        for key, value in drawn.items()
        if key[0] == "gaussian" and key[1] == family.name
    ]
    world[family.name] = "a Gaussian law with (root of the covariance, mean, slopes) " + ", ".join(
        parts
    )


def _heading(family: Family, joint: Joint) -> str:
    of = ", ".join(_axis_name(axis) for axis in joint.of)
    given = ", ".join(_axis_name(axis) for axis in joint.given)
    return f"{family.name}({of} | {given})" if given else f"{family.name}({of})"


def _axis_name(axis: Axis) -> str:
    role, number = axis
    return f"{role}_{number}" if number else role


def _cells(model: Model, joint: Joint, cells: dict[Point, Value]) -> str:
    axes = (*joint.of, *joint.given)
    width = len(joint.of)
    texts = []
    for point, value in cells.items():
        names = [_point_name(model, role, k) for (role, _), k in zip(axes, point, strict=True)]
        place = ", ".join(names[:width])
        if joint.given:
            place += " | " + ", ".join(names[width:])
        texts.append(f"({place}) {brief(primal(value))}")
    return _listed(texts)


def _point_name(model: Model, role: str, point: int) -> str:
    label = model.drawn.get(("label", role, point))
    return str(point + 1) if label is None else str(label)


def _describe_processes(model: Model, drawn: dict[Key, fmpq], world: dict[str, str]) -> None:
    for process in model.declarations.processes:
        state, action = process.state, process.action
        texts: dict[str, list[str]] = {}
        for kind, title in (
            ("start", f"law of {state}_1"),
            ("move", f"law of the next {state} given {state}, {action}"),
            ("chance", "law of the chance in rewards"),
        ):
            rows: dict[Any, list[fmpq]] = {}  # one of them says nothing if it has one entry
            for key, value in drawn.items():
                if key[0] == kind and key[1] == process.name:
                    rows.setdefault(key[2:-1], []).append(value)
            for given, weights in rows.items():
                if len(weights) == 1:
                    continue
                shares = ", ".join(str(w / sum(weights, fmpq(0))) for w in weights)
                at = f"({', '.join(str(k + 1) for k in given)}) " if given else ""
                texts.setdefault(title, []).append(at + shares)
        world.update({title: "; ".join(parts) for title, parts in texts.items()})
        rewards = [
            f"({', '.join(str(k if n == 0 else k + 1) for n, k in enumerate(key[2:]))}) {value}"
            for key, value in drawn.items()
            if key[0] == "reward" and key[1] == process.name and value != 0
        ]
        if any(key[0] == "reward" for key in drawn):
            title = f"{process.reward} at (time, {action} before, {state}, {action}, chance)"
            world[title] = _listed(rewards) + "; else 0" if rewards else "always 0"


def _describe_rows(
    drawn: dict[Key, fmpq], world: dict[str, str], shares: dict[str, tuple[int, Fraction]]
) -> None:
    """The entries of columns of length one, and of rows with a given total, by what is drawn."""
    rows: dict[tuple[Any, ...], list[tuple[Key, fmpq]]] = {}
    for key, value in drawn.items():
        match key:
            case ("unit", name, (*before, _)):
                rows.setdefault(("unit", name, *before), []).append((key, value))
            case ("share", name, indices):
                place = shares[name][0]
                row = ("share", name, *indices[:place], *indices[place + 1 :])
                rows.setdefault(row, []).append((key, value))
    for (kind, name, *_), found in rows.items():
        weights = [value for _, value in found]
        if kind == "unit":
            entries = on_sphere(weights[0], weights[1:])
        else:
            scale = rational(shares[name][1]) / sum(weights, fmpq(0))
            entries = [weight * scale for weight in weights]
        for (key, _), entry in zip(found, entries, strict=True):
            world[_indexed(name, key[2])] = str(entry)


def _describe_numbers(
    model: Model,
    drawn: dict[Key, fmpq],
    world: dict[str, str],
    shares: dict[str, tuple[int, Fraction]],
) -> None:
    families = {family.name for family in model.declarations.families}
    tables: dict[str, list[str]] = {}
    formulas: dict[str, list[tuple[Point, fmpq]]] = {}
    for key, value in drawn.items():
        match key:
            case ("scalar" | "real" | "free", name, indices):
                world[_indexed(name, indices)] = str(value)
            case ("root", name, indices):
                world[_indexed(f"R with {name} = R R^T + I, R", indices)] = str(value)
            case ("parameter", name):
                world[name] = str(value)
            case ("point", name, indices):
                variable = find_variable(model.declarations, name)
                role = name if variable is None else variable.place
                world[_indexed(name, indices)] = _point_name(model, role, int(value.p))
            case ("function", name, indices, places):
                at = f"{_indexed(name, indices)}({_places(places)})"
                tables.setdefault(name, []).append(f"{at} = {value}")
            case ("formula", name, indices, which):
                formulas.setdefault(_indexed(name, indices), []).append((which, value))
            case ("tangent", name, indices, parameter) if name not in families:
                world[f"d {_indexed(name, indices)} / d {parameter}"] = str(value)
            case ("tangent", name, indices, places, parameter) if name not in families:
                at = f"{_indexed(name, indices)}({_places(places)})"
                tables.setdefault(f"d {name} / d {parameter}", []).append(f"{at} {value}")
    world.update({name: _listed(texts) for name, texts in tables.items()})
    _describe_rows(drawn, world, shares)
    for name, terms in formulas.items():
        world[f"{name}(v)"] = _polynomial(model, name, terms)


def _polynomial(model: Model, name: str, terms: list[tuple[Point, fmpq]]) -> str:
    """A function of numbers, as the evaluator computes it."""
    many = any(k > 0 for which, _ in terms for k in which)
    texts = []
    for which, coefficient in terms:
        if coefficient != 0:
            factors = [f"v_{k + 1}" if many else "v" for k in which]
            texts.append(" ".join([str(coefficient), *factors]))
    text = " + ".join(texts) or "0"
    item = model.declarations.find(name.split("_", maxsplit=1)[0])
    if isinstance(item, Function) and item.interval != REAL:
        text = f"of the linear {text}, an exponential or logistic function"
    return text


def _places(places: Any) -> str:
    return ", ".join(
        f"({_places(place)})" if isinstance(place, tuple) else str(place + 1) for place in places
    )


def _indexed(name: str, indices: tuple[int, ...]) -> str:
    if not indices:
        return name
    inner = ",".join(str(index) for index in indices)
    return f"{name}_{inner}" if len(inner) == 1 else f"{name}_{{{inner}}}"


def _listed(texts: Iterable[str]) -> str:
    shown = list(texts)
    if len(shown) > MAX_SHOWN:
        return ", ".join(shown[:MAX_SHOWN]) + f", ... ({len(shown)} in all)"
    return ", ".join(shown)
