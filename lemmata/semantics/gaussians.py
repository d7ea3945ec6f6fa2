"""Densities on the real line: declared Gaussians, and random joint Gaussians for other families.

A family that is declared Gaussian is exactly that Gaussian in every model. A family that merely
lives on real roles is given a random joint Gaussian law (linear in its conditions), with all the
marginals and conditionals that follow: one admissible world among many, so a refutation counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flint import arb, fmpq

from lemmata.kernel.declarations import REAL, Family, Multivariate, Normal, Variable
from lemmata.kernel.shapes import SINGLE, Shape, Shapes
from lemmata.kernel.terms import Density, Sym, Term, walk
from lemmata.kernel.unfold import unfold
from lemmata.semantics import tables
from lemmata.semantics.errors import Undefined, Unevaluable
from lemmata.semantics.linear import as_matrix
from lemmata.semantics.matrices import Matrix, determinant
from lemmata.semantics.model import Env
from lemmata.semantics.tables import Active, Axis
from lemmata.semantics.values import ONE, ZERO, Continuous, Value, exp, lift, primal, sqrt
from lemmata.semantics.waves import constant_root, root_of_two_pi

if TYPE_CHECKING:
    from lemmata.semantics.evaluate import Evaluator
    from lemmata.semantics.scope import Code, Scope

DENSITY = 8
"""What one number of a normal law counts as, in operations."""


class Gaussians:
    """Compiles densities on the real line for an evaluator."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    def density(self, family: Family, term: Density, scope: Scope) -> Code:
        """The density of a family whose outcomes are real numbers."""
        if self._evaluator.layout.rules.get(family.name):
            raise Unevaluable(f"facts about the density {family.name} on the reals")
        places = [self._arguments(part, family, scope) for part in (*term.of, *term.given)]
        of, given = places[: len(term.of)], places[len(term.of) :]
        if family.normal is not None:
            return self._declared(family, family.normal, (of, given), scope)
        if family.multivariate is not None:
            return self._multivariate(family, family.multivariate, (of, given), scope)
        return self._random(family, of, given, scope)

    def _arguments(
        self, part: Term, family: Family, scope: Scope
    ) -> tuple[Variable, Callable[[Env], list[tuple[int, Value]]]]:
        """The variable of an argument and its components: their numbers (0 for none) and values."""
        evaluator = self._evaluator
        variable = evaluator.layout.variable(part.name) if isinstance(part, Sym) else None
        if variable is None:
            shifted = tables.components(evaluator.declarations, family.of[0])
            if shifted.components is not None:
                raise Unevaluable(f"{family.name} takes a whole vector, not a term in its place")
            code = evaluator.compile(part, scope)
            return shifted, lambda env: [(0, code(env))]
        assert isinstance(part, Sym)  # noqa: S101 - only names have variables
        symbol, found = part, variable
        if found.components is not None and not symbol.indices:

            def whole(env: Env) -> list[tuple[int, Value]]:
                return [
                    (place[1][0], evaluator.fetch(env, place, found))
                    for place in evaluator.places(symbol.name, found)
                ]

            return found, whole
        place_of = evaluator.place(symbol, found, scope)

        def single(env: Env) -> list[tuple[int, Value]]:
            place = place_of(env)
            number = place[1][0] if found.components is not None else 0
            return [(number, evaluator.fetch(env, place, found))]

        return found, single

    def _declared(
        self,
        family: Family,
        normal: Normal,
        arguments: tuple[
            list[tuple[Variable, Callable[[Env], list[tuple[int, Value]]]]],
            list[tuple[Variable, Callable[[Env], list[tuple[int, Value]]]]],
        ],
        scope: Scope,
    ) -> Code:
        evaluator = self._evaluator
        of, given = arguments
        law = normal.mean, normal.deviation
        within, entered = self._given(family, law, given, scope, normal.index)
        mean, deviation = (evaluator.compile(part, within) for part in law)

        def run(env: Env) -> Value:
            inner = entered(env)
            result: Value = ONE
            for _, values in of:
                for number, value in values(env):
                    evaluator.model.meter.spend(DENSITY)
                    if normal.index:
                        inner[(normal.index, ())] = number
                    result = _normal_density(value, mean(inner), deviation(inner)) * result
            return result

        return run

    def _given(
        self,
        family: Family,
        law: tuple[Term, ...],
        given: list[tuple[Variable, Callable[[Env], list[tuple[int, Value]]]]],
        scope: Scope,
        letter: str = "",
    ) -> tuple[Scope, Callable[[Env], Env]]:
        """The scope of a declared law, and the bindings in it that the conditions give."""
        evaluator = self._evaluator
        if any(variable.place in family.of for variable, _ in given):
            raise Unevaluable(f"{family.name} is conditioned on a component of its own outcome")
        stands_for = [
            (variable, values, [v for v in evaluator.declarations.variables
                                if v.place == variable.place])
            for variable, values in given
        ]  # fmt: skip
        names = tuple(v.name for _, _, others in stands_for for v in others)
        for part in (symbol for term in law for symbol in walk(term)):
            own = isinstance(part, Sym) and part.name in (*names, letter)
            if isinstance(part, Sym) and not own and scope.binds(part.name) is not None:
                raise Unevaluable(f"{family.name} depends on {part.name!r}, which is not given")
        within = scope.bind(names, outcome=True)
        if letter:
            within = within.bind((letter,), outcome=False)

        def entered(env: Env) -> Env:
            inner = env.copy()
            for variable, values, others in stands_for:
                for number, value in values(env):
                    indices = () if variable.components is None else (number,)
                    for other in others:
                        inner[(other.name, indices)] = value
            return inner

        return within, entered

    def _multivariate(
        self,
        family: Family,
        law: Multivariate,
        arguments: tuple[
            list[tuple[Variable, Callable[[Env], list[tuple[int, Value]]]]],
            list[tuple[Variable, Callable[[Env], list[tuple[int, Value]]]]],
        ],
        scope: Scope,
    ) -> Code:
        """The density of some components of a vector with a mean and a covariance matrix."""
        evaluator = self._evaluator
        of, given = arguments
        vector = evaluator.declarations.vector_of(family)
        assert vector is not None  # noqa: S101 - declarations are checked when they are made
        span = vector.components
        assert span is not None  # noqa: S101
        shapes = Shapes(evaluator.declarations)
        mean, covariance = (
            shapes.fill(unfold(part, evaluator.declarations), shape)
            for part, shape in (
                (law.mean, Shape(span, SINGLE)),
                (law.covariance, Shape(span, span)),
            )
        )
        within, entered = self._given(family, (mean, covariance), given, scope)
        centre, spread = evaluator.compile(mean, within), evaluator.compile(covariance, within)

        def run(env: Env) -> Value:
            inner = entered(env)
            points = [pair for _, values in of for pair in values(env)]
            numbers = [number for number, _ in points]
            if len(set(numbers)) < len(numbers):
                raise Undefined(f"{family.name} takes one component twice")
            first = evaluator.component_range(vector)[0]
            middle, whole = as_matrix(centre(inner)), as_matrix(spread(inner))
            chosen = [[whole.entries[i - first][j - first] for j in numbers] for i in numbers]
            zero = middle.rows == 1 != whole.rows  # a bare 0 stands for the column of zeros
            off = [
                value - (ZERO if zero else middle.entries[number - first][0])
                for number, value in points
            ]
            size = Matrix(len(numbers), len(numbers), chosen)
            volume = determinant(size, evaluator.model.meter)
            if not primal(volume) > 0:
                raise Undefined("a covariance that is not positive definite")
            return _density(off, self._inverse(chosen, volume), volume)

        return run

    def _random(
        self,
        family: Family,
        of: list[tuple[Variable, Callable[[Env], list[tuple[int, Value]]]]],
        given: list[tuple[Variable, Callable[[Env], list[tuple[int, Value]]]]],
        scope: Scope,
    ) -> Code:
        active = scope.active

        def read(
            group: list[tuple[Variable, Callable[[Env], list[tuple[int, Value]]]]], env: Env
        ) -> dict[Axis, Value]:
            found: dict[Axis, Value] = {}
            for variable, values in group:
                for number, value in values(env):
                    if (variable.place, number) in found:
                        raise Undefined(f"{family.name} takes one component twice")
                    found[(variable.place, number)] = value
            return found

        def run(env: Env) -> Value:
            top, bottom = read(of, env), read(given, env)
            if set(top) & set(bottom):
                raise Undefined(f"{family.name} takes one component twice")
            conditions = {axis: v for axis, v in bottom.items() if axis[0] in family.given}
            inner = {axis: v for axis, v in bottom.items() if axis[0] in family.of}
            above = self._log_free_density(family, {**top, **inner}, conditions, active)
            if not inner:
                return above
            return above / self._log_free_density(family, inner, conditions, active)

        return run

    def _log_free_density(
        self,
        family: Family,
        point: dict[Axis, Value],
        conditions: dict[Axis, Value],
        active: Active,
    ) -> Value:
        """The density of some of the family's outcomes given its own conditions."""
        means, precision, spread = self._law(family, tuple(point), tuple(conditions), active)
        off = []
        for value, (shift, slopes) in zip(point.values(), means, strict=True):
            centre = shift
            for slope, condition in zip(slopes, conditions.values(), strict=True):
                centre = centre + slope * condition
            off.append(value - centre)
        return _density(off, precision, spread)

    def _law(
        self, family: Family, axes: tuple[Axis, ...], conditions: tuple[Axis, ...], active: Active
    ) -> tuple[list[tuple[Value, list[Value]]], list[list[Value]], Value]:
        """Means (constants and slopes), precision matrix and determinant of the covariance."""
        evaluator = self._evaluator
        model = evaluator.model
        cache = model.cache("gaussians")
        key = (family.name, axes, conditions, active)
        if key in cache:
            found: tuple[list[tuple[Value, list[Value]]], list[list[Value]], Value] = cache[key]
            return found
        levels = tuple(p for p in active if evaluator.declarations.depends(family, p[1]))
        order = [axis for role in family.of for axis in evaluator.axes(role)]

        def draw(*what: object) -> Value:
            place = ("gaussian", family.name, *what)
            tangents = tuple(
                (level, model.tangent(("tangent", *place[1:], parameter)))
                for level, parameter in levels
            )
            return lift(model.number(place, REAL), tangents)

        factor: list[list[Value]] = [
            [
                draw("root", i, j) if i == j or (i > j and not family.independent) else ZERO
                for j in range(len(order))
            ]
            for i in range(len(order))
        ]
        rows = [order.index(axis) for axis in axes]
        covariance = [
            [sum((factor[i][k] * factor[j][k] for k in range(len(order))), ZERO) for j in rows]
            for i in rows
        ]
        means = [
            (draw("mean", i), [draw("slope", i, condition) for condition in conditions])
            for i in rows
        ]
        spread = determinant(Matrix(len(rows), len(rows), covariance), model.meter)
        if not primal(spread) > 0:
            raise Undefined("a random Gaussian law is degenerate")
        cache[key] = (means, self._inverse(covariance, spread), spread)
        return means, cache[key][1], spread

    def _inverse(self, matrix: list[list[Value]], spread: Value) -> list[list[Value]]:
        """The inverse of a symmetric matrix, by cofactors."""
        size = len(matrix)
        inverse: list[list[Value]] = []
        for i in range(size):
            line = []
            for j in range(size):
                minor = [
                    [matrix[a][b] for b in range(size) if b != j] for a in range(size) if a != i
                ]
                found = determinant(Matrix(size - 1, size - 1, minor), self._evaluator.model.meter)
                line.append((found if (i + j) % 2 == 0 else -found) / spread)
            inverse.append(line)
        return inverse


def _density(off: list[Value], precision: list[list[Value]], spread: Value) -> Value:
    """A Gaussian density at a distance from its mean, for the determinant of its covariance."""
    total: Value = ZERO
    for i, left in enumerate(off):
        for j, right in enumerate(off):
            total = total + (left * right) * precision[i][j]
    root = _root(total)
    for _ in off[1:]:
        root = root * _root(total)
    return exp(total * fmpq(-1, 2)) * root / sqrt(spread)


def _normal_density(value: Value, mean: Value, deviation: Value) -> Value:
    core = primal(deviation)
    if isinstance(core, fmpq | arb) and not core > 0:
        raise Undefined("a Gaussian with a standard deviation that is not positive")
    off = value - mean
    variance = deviation * deviation
    return exp(-(off * off / (variance * 2))) * _root(off) / deviation


def _root(near: Value) -> Value:
    """The constant 1/sqrt(2 pi), exactly where it stands beside a variable of integration."""
    return constant_root() if isinstance(primal(near), Continuous) else root_of_two_pi()
