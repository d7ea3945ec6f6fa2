"""Densities over finite spaces: cells of tables, which facts may bend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemmata.kernel.declarations import Family, Variable
from lemmata.kernel.terms import Density, Sym, Term
from lemmata.semantics import tables
from lemmata.semantics.errors import Undefined, Unevaluable
from lemmata.semantics.gaussians import Gaussians
from lemmata.semantics.layout import Rule
from lemmata.semantics.model import Env, Place
from lemmata.semantics.scope import Code, Scope
from lemmata.semantics.tables import Active, Axis, Joint, Point
from lemmata.semantics.values import Value, primal

if TYPE_CHECKING:
    from lemmata.semantics.evaluate import Evaluator


class Laws:
    """Compiles densities for an evaluator."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._building: dict[str, tuple[Joint, int]] = {}
        self._gaussian = Gaussians(evaluator)

    def density(self, term: Density, scope: Scope) -> Code:
        """A density of declared outcomes."""
        family = self._evaluator.declarations.find(term.family)
        if not isinstance(family, Family):
            raise Unevaluable(f"{term.family!r} is not declared as a family of densities")
        self._evaluator.keep_partial(family.name, scope)
        places = [self._density_place(part, family) for part in (*term.of, *term.given)]
        self._check_roles(family, places, len(term.of))
        if any(role in self._evaluator.layout.real for role in family.of):
            return self._gaussian.density(family, term, scope)
        for part, variable in zip((*term.of, *term.given), places, strict=True):
            if not isinstance(part, Sym):
                raise Unevaluable(
                    f"{family.name} is a table here, and {variable.place!r} is no point of its own"
                )
            if self._evaluator.layout.is_real(variable):
                raise Unevaluable(
                    f"{family.name} is a table, but {variable.place!r} is a real line"
                )
        symbols = [part for part in (*term.of, *term.given) if isinstance(part, Sym)]
        pairs = list(zip(symbols, places, strict=True))
        if any(symbol.indices and v.components is not None for symbol, v in pairs):
            return self._moving_density(family, pairs, len(term.of), scope)
        return self._fixed_density(family, pairs, len(term.of), scope)

    def _density_place(self, part: Term, family: Family) -> Variable:
        """The variable whose role an argument takes; a term that is no name takes the only role."""
        if isinstance(part, Sym):
            variable = self._evaluator.layout.variable(part.name)
            if variable is not None:
                return variable
        if len(family.of) == 1 and not family.given:
            return tables.components(self._evaluator.declarations, family.of[0])
        raise Unevaluable(f"an argument of {family.name} is not an outcome: {part!r}")

    def _check_roles(self, family: Family, places: list[Variable], width: int) -> None:
        roles = {*family.of, *family.given}
        taken = [family.place(v.place, drawn=k < width) for k, v in enumerate(places)]
        for variable, role in zip(places, taken, strict=True):
            if role not in roles:
                raise Unevaluable(f"{family.name} has no role {variable.place!r}")
            if variable.components is None and taken.count(role) > 1:
                raise Unevaluable(f"{family.name} takes {variable.place!r} twice")
        given = {variable.place for variable in places[width:]}
        for role in family.given:
            if role not in given:
                raise Unevaluable(
                    f"{family.name} is always given {role!r}, and is written without it"
                )

    def _fixed_density(
        self, family: Family, pairs: list[tuple[Sym, Variable]], width: int, scope: Scope
    ) -> Code:
        """A density whose axes are the same wherever it is evaluated."""
        slot, active = self._evaluator.slot(), scope.active
        moving = any(symbol.indices for symbol, _ in pairs)
        places_of = [
            self._evaluator.place(symbol, variable, scope) if variable.components is None else None
            for symbol, variable in pairs
        ]

        def prepare() -> tuple[dict[Point, Value], list[Place]]:
            roles = [
                family.place(variable.place, drawn=k < width)
                for k, (_, variable) in enumerate(pairs)
            ]
            axes = [self._evaluator.axes(role) for role in roles]
            of = tuple(axis for group in axes[:width] for axis in group)
            given = tuple(axis for group in axes[width:] for axis in group)
            cells = self.cells(family, of, given, active)
            if moving:
                return cells, []
            return cells, [place for s, v in pairs for place in self._evaluator.places(s.name, v)]

        def run(env: Env) -> Value:
            # a table that is being built by facts changes under its own rules
            slots = self._evaluator.model.cache("slots")
            prepared = slots.get(slot)
            if prepared is None:
                prepared = prepare()
                if not self._building:
                    slots[slot] = prepared
            cells, places = prepared
            if not moving:
                try:
                    return cells[tuple([env[place] for place in places])]
                except KeyError:
                    pass  # a free vector or an index bound elsewhere: look it up below
            point: list[int] = []
            for (symbol, variable), place_of in zip(pairs, places_of, strict=True):
                if place_of is not None:
                    point.append(self._evaluator.fetch(env, place_of(env), variable))
                else:
                    point.extend(self._evaluator.whole(symbol.name, variable)(env))
            return cells[tuple(point)]

        return run

    def _moving_density(
        self, family: Family, pairs: list[tuple[Sym, Variable]], width: int, scope: Scope
    ) -> Code:
        """A density with a component such as z_j, whose axis depends on the index."""
        places_of = [
            None
            if variable.components is not None and not symbol.indices
            else self._evaluator.place(symbol, variable, scope)
            for symbol, variable in pairs
        ]
        active = scope.active

        def run(env: Env) -> Value:
            of: list[Axis] = []
            given: list[Axis] = []
            point: list[int] = []
            for k, ((symbol, variable), place_of) in enumerate(zip(pairs, places_of, strict=True)):
                side = of if k < width else given
                if place_of is None:
                    side.extend(self._evaluator.axes(variable.place))
                    point.extend(self._evaluator.whole(symbol.name, variable)(env))
                else:
                    place = place_of(env)
                    number = place[1][0] if variable.components is not None else 0
                    side.append((variable.place, number))
                    point.append(self._evaluator.fetch(env, place, variable))
            if len({*of, *given}) < len(of) + len(given):
                raise Undefined(f"{family.name} takes one component twice")
            return self.cells(family, tuple(of), tuple(given), active)[tuple(point)]

        return run

    def cells(
        self, family: Family, of: tuple[Axis, ...], given: tuple[Axis, ...], active: Active
    ) -> dict[Point, Value]:
        """The table of a conditional density of a family in the current model."""
        joint, stage = self._staged(family, active)
        cache = self._evaluator.model.cache("cells")
        key = (family.name, of, given, active, stage)
        found: dict[Point, Value] | None = cache.get(key)
        if found is None:
            self._evaluator.model.meter.spend(2 * len(joint.cells))
            found = cache[key] = tables.condition(self._evaluator.model, joint, of, given)
        return found

    def joint(self, family: Family, active: Active) -> Joint:
        """The joint table of a family in the current model."""
        return self._staged(family, active)[0]

    def _staged(self, family: Family, active: Active) -> tuple[Joint, int]:
        """The joint table of a family, and how many facts it was bent to already."""
        rules = self._evaluator.layout.rules.get(family.name, ())
        cache = self._evaluator.model.cache("joints")
        key = (family.name, active)
        if key in cache:
            return cache[key], len(rules)
        if family.name in self._building:
            return self._building[family.name]
        size = 1
        for role in (*family.of, *family.given):
            for name, _ in self._evaluator.axes(role):
                size *= self._evaluator.model.outcomes[name]
        self._evaluator.model.meter.spend(4 * size)
        joint = tables.random_joint(self._evaluator.model, family, self._evaluator.axes, active)
        for k, rule in enumerate(rules):
            self._building[family.name] = (joint, k)
            try:
                joint = self._bent(family, joint, k, rule, active)
            finally:
                del self._building[family.name]
        if rules:
            plain = Joint(joint.of, joint.given, {p: primal(v) for p, v in joint.cells.items()})
            tables.check_law(self._evaluator.model, plain, family.name)
        cache[key] = joint
        return joint, len(rules)

    def _bent(self, family: Family, joint: Joint, number: int, rule: Rule, active: Active) -> Joint:
        """The joint law whose conditional on the left of a fact is what stands on its right."""
        left = rule.left
        assert isinstance(left, Density)  # noqa: S101 - how rules are made
        symbols = [part for part in (*left.of, *left.given) if isinstance(part, Sym)]
        variables = [self._density_place(symbol, family) for symbol in symbols]
        if any(symbol.indices for symbol in symbols):
            return joint  # a fact about components: it is checked, not imposed
        self._check_roles(family, variables, len(left.of))
        roles = [
            family.place(variable.place, drawn=k < len(left.of))
            for k, variable in enumerate(variables)
        ]
        axes = [self._evaluator.axes(role) for role in roles]
        of = tuple(axis for group in axes[: len(left.of)] for axis in group)
        given = tuple(axis for group in axes[len(left.of) :] for axis in group)
        names = tuple(symbol.name for symbol in symbols)
        code = self._evaluator.numbers.rule_code(family.name, number, rule, active, names)
        env: Env = {(name, ()): size for name, size in self._evaluator.model.sizes.items()}
        places = [
            place
            for symbol, variable in zip(symbols, variables, strict=True)
            for place in self._evaluator.places(symbol.name, variable)
        ]
        current = tables.condition(self._evaluator.model, joint, of, given)
        ratios: dict[Point, Value] = {}
        for point, value in current.items():
            env.update(zip(places, point, strict=True))
            ratios[point] = code(env.copy()) / value
        order = (*joint.of, *joint.given)
        kept = [order.index(axis) for axis in (*of, *given)]
        cells = {
            point: value * ratios[tuple(point[k] for k in kept)]
            for point, value in joint.cells.items()
        }
        return Joint(joint.of, joint.given, cells)
