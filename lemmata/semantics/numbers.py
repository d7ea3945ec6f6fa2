"""Declared numbers and functions: drawn, or computed by a fact such as a recursion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import TYPE_CHECKING

from flint import fmpq

from lemmata.kernel.declarations import POSITIVE, REAL, Function, Scalar
from lemmata.kernel.terms import App, Density, Sym, Term, children, walk
from lemmata.semantics.errors import Undefined, Unevaluable
from lemmata.semantics.layout import Rule
from lemmata.semantics.matrices import Matrix
from lemmata.semantics.model import Env, Place, inside
from lemmata.semantics.scope import OUTSIDE, Code, Scope, Spot
from lemmata.semantics.tables import Active
from lemmata.semantics.value_tables import ValueTables
from lemmata.semantics.values import ONE, ZERO, Value, exp, lift, primal, rational

if TYPE_CHECKING:
    from lemmata.kernel.declarations import Variable
    from lemmata.semantics.evaluate import Evaluator


def on_sphere(first: fmpq, others: Sequence[fmpq]) -> list[fmpq]:
    """The point of length one that numbers stand for, the first of them by its sign alone."""
    square = sum((other * other for other in others), fmpq(0))
    top = (1 - square) / (1 + square)
    return [-top if first < 0 else top, *(2 * other / (1 + square) for other in others)]


APPLIED = 8
"""What a function at some points counts as, in operations, beside the terms that it is made of."""


class Numbers:
    """Compiles declared numbers and functions for an evaluator."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._rules: dict[tuple[str, int, Active], Code] = {}
        self._computing: set[tuple[str, tuple[int, ...]]] = set()
        self._solved = ValueTables(evaluator)

    def forget(self) -> None:
        """Forget the compiled sides of facts."""
        self._rules.clear()

    def scalar_code(self, term: Sym, item: Scalar, scope: Scope) -> Code:
        """A declared number, with its indices."""
        if len(term.indices) != len(item.axes):
            raise Unevaluable(
                f"{item.name!r} has {len(item.axes)} indices, not {len(term.indices)}"
            )
        self._evaluator.keep_partial(item.name, scope)
        numbers_of = self._evaluator.integers(term.indices, scope)
        levels = tuple(
            pair for pair in scope.active if self._evaluator.declarations.depends(item, pair[1])
        )
        name = item.name
        lifted = name in scope.lifted

        def run(env: Env) -> Value:
            numbers = numbers_of(env)
            if lifted:
                found = env.get((name, numbers))
                if found is not None:
                    return found
            return self.scalar(item, numbers, levels)

        return run

    def scalar(self, item: Scalar, numbers: tuple[int, ...], active: Active) -> Value:
        """The value of a declared number: computed by a fact, or drawn.

        Raises:
            Undefined: The indices lie outside the declared ranges, or facts compute it from itself.
        """
        cache = self._evaluator.model.cache("scalars")
        if item.kind in ("symmetric", "definite") and numbers[-2] > numbers[-1]:
            numbers = (*numbers[:-2], numbers[-1], numbers[-2])
        key = (item.name, numbers, active)
        found = cache.get(key)
        if found is not None:
            return found
        if key[:2] in self._computing:
            raise Undefined(f"the facts compute {item.name} from itself")
        self._computing.add(key[:2])
        try:
            value = self._computed_scalar(item, numbers, active)
        finally:
            self._computing.discard(key[:2])
        if value is None:
            self._check_indices(item, numbers)
            drawn = self._drawn(item, numbers)
            tangents = tuple(
                (level, self._evaluator.model.tangent(("tangent", item.name, numbers, parameter)))
                for level, parameter in active
            )
            value = lift(drawn, tangents)
        elif not inside(primal(value), item.interval):
            raise Undefined(f"the facts put {item.name} outside its interval")
        cache[key] = value
        return value

    def _drawn(self, item: Scalar, numbers: tuple[int, ...]) -> Value:
        """A drawn number; an entry of a positive definite matrix is one of R R^T + I."""
        model = self._evaluator.model
        if item.name in self._evaluator.layout.units:
            return self._of_length_one(item, numbers)
        if item.name in self._evaluator.layout.shares:
            return self._share(item, numbers)
        if item.kind != "definite":
            return model.number(("scalar", item.name, numbers), item.interval)
        *before, row, column = numbers
        total: Value = ONE if row == column else ZERO
        env: Env = {(name, ()): size for name, size in model.sizes.items()}
        for k in self._evaluator.span(item.axes[-1], OUTSIDE)(env):
            roots = [model.number(("root", item.name, (*before, at, k)), REAL)
                     for at in (row, column)]  # fmt: skip
            total = total + roots[0] * roots[1]
        return total

    def _of_length_one(self, item: Scalar, numbers: tuple[int, ...]) -> Value:
        """An entry of a column of length one, which drawn numbers give on the sphere."""
        model = self._evaluator.model
        *before, place = numbers
        env: Env = {(name, ()): size for name, size in model.sizes.items()}
        first, *others = (
            model.number(("unit", item.name, (*before, k)), REAL)
            for k in self._evaluator.span(item.axes[-1], OUTSIDE)(env)
        )
        return on_sphere(first, others)[place - 1]

    def _share(self, item: Scalar, numbers: tuple[int, ...]) -> Value:
        """An entry of a row of positive numbers, which drawn weights share the total of."""
        model = self._evaluator.model
        place, total = self._evaluator.layout.shares[item.name]
        env: Env = {(name, ()): size for name, size in model.sizes.items()}
        row = [(*numbers[:place], k, *numbers[place + 1 :])
               for k in self._evaluator.span(item.axes[place], OUTSIDE)(env)]  # fmt: skip
        weights = [model.number(("share", item.name, key), POSITIVE) for key in row]
        return rational(total) * weights[row.index(numbers)] / sum(weights, fmpq(0))

    def _check_indices(self, item: Scalar | Function, numbers: tuple[int, ...]) -> None:
        if not numbers:
            return
        model = self._evaluator.model
        cache = model.cache("axes")
        spans: list[range] | None = cache.get(item.name)
        if spans is None:
            env: Env = {(name, ()): size for name, size in model.sizes.items()}
            number_of = self._evaluator.integer
            spans = cache[item.name] = [
                range(*(number_of(end, OUTSIDE)(env) for end in (axis.lower, axis.upper + 1)))
                for axis in item.axes
            ]
        for span, number in zip(spans, numbers, strict=True):
            model.meter.spend(len(span))
            if number not in span:
                raise Undefined(f"{item.name} has no index {number}")

    def _computed_scalar(
        self, item: Scalar, numbers: tuple[int, ...], active: Active
    ) -> Value | None:
        for k, rule in enumerate(self._evaluator.layout.rules.get(item.name, ())):
            env = self.matching(rule, numbers)
            if env is None:
                continue
            return self.rule_code(item.name, k, rule, active, ())(env)
        return None

    def matching(self, rule: Rule, numbers: tuple[int, ...]) -> Env | None:
        """The values of a rule's index names under which its left side has these indices."""
        assert isinstance(rule.left, Sym | App)  # noqa: S101 - how rules are made
        env: Env = {(name, ()): size for name, size in self._evaluator.model.sizes.items()}
        ranges = {index.name: index.range for index in self._evaluator.declarations.indices}
        scope = OUTSIDE.bind(rule.forall, outcome=False)
        for term, number in zip(rule.left.indices, numbers, strict=True):
            letter = next((n for n in rule.forall if Sym(n) in set(walk(term))), None)
            if letter is None:
                if self._evaluator.integer(term, scope)(env) != number:
                    return None
                continue
            place: Place = (letter, ())
            env[place] = 0  # index terms of rules are `letter + constant`
            env[place] = number - self._evaluator.integer(term, scope)(env)
            if self._evaluator.integer(term, scope)(env) != number:
                return None
            if letter in ranges and env[place] not in self._evaluator.span(ranges[letter], OUTSIDE)(
                env
            ):
                return None
        return env

    def rule_code(
        self, name: str, number: int, rule: Rule, active: Active, outcomes: tuple[str, ...]
    ) -> Code:
        """The right side of a fact that computes a name, compiled once."""
        key = (name, number, active)
        if key not in self._rules:
            scope = Scope(active=active, depth=max((level for level, _ in active), default=0))
            scope = scope.bind(rule.forall, outcome=False).bind(outcomes, outcome=True)
            self._rules[key] = self._evaluator.compile(rule.right, scope)
        return self._rules[key]

    def application(self, term: App, scope: Scope) -> Code:
        """A function with its arguments."""
        name = term.name
        item = self._evaluator.declarations.find(name)
        process = next(
            (p for p in self._evaluator.declarations.processes if p.reward_function == name), None
        )
        if not isinstance(item, Function):
            if process is None:
                raise Unevaluable(f"{name!r} is not declared as a function")
            item = Function(name, len(term.arguments))
        if not item.takes(len(term.arguments)) or len(term.indices) != len(item.axes):
            raise Unevaluable(f"{name!r} is applied to another number of arguments than declared")
        self._evaluator.keep_partial(name, scope)
        for argument in term.arguments:
            self._check_shift(argument)
        function = item
        numbers_of = self._evaluator.integers(term.indices, scope)
        arguments = [self._argument(argument, scope) for argument in term.arguments]
        levels = tuple(
            p for p in scope.active if self._evaluator.declarations.depends(function, p[1])
        )
        tabular = name not in self._evaluator.layout.formulas

        last = self._last_time(name, scope)

        def run(env: Env) -> Value:
            self._evaluator.model.meter.spend(APPLIED)
            numbers = numbers_of(env)
            if function.kind == "symmetric":
                numbers = (*numbers[:-2], *sorted(numbers[-2:]))
            if last is not None and numbers[0] == last(env) + 1:
                return ZERO  # nothing is earned behind the last time, whatever the state is
            points = tuple([argument(env) for argument in arguments])
            if tabular:
                return self.table_value(function, numbers, points, levels)
            return self._formula_value(function, numbers, flat(points), levels)

        return run

    def _last_time(self, name: str, scope: Scope) -> Callable[[Env], int] | None:
        """The last time of a process, if a function is one of its values."""
        for process in self._evaluator.declarations.processes:
            if name and name in (process.value, process.action_value):
                return self._evaluator.integer(process.times.upper, scope)
        return None

    def _check_shift(self, argument: Term) -> None:
        """Refuse arithmetic on points: `f(x + c)` means something on the real line only.

        Raises:
            Unevaluable: The argument computes with an outcome of a finite space.
        """
        if isinstance(argument, Sym):
            return
        left = [argument]
        while left:
            part = left.pop()
            if isinstance(part, Sym):
                variable = self._evaluator.layout.variable(part.name)
                if variable is not None and not self._evaluator.layout.is_real(variable):
                    raise Unevaluable(
                        f"a function is shifted in {part.name!r}, whose values are points here"
                    )
            elif not isinstance(part, App | Density):
                left.extend(children(part))

    def _argument(self, term: Term, scope: Scope) -> Code:
        """What a function is given: points, whole vectors, or numbers."""
        if isinstance(term, Sym):
            variable = self._evaluator.layout.variable(term.name)
            if variable is not None:
                whole = variable.components is not None and not term.indices
                if whole:
                    if self._evaluator.layout.is_real(variable):
                        return self._evaluator.whole(term.name, variable)
                    return self._whole_labels(term.name, variable)
                if not self._evaluator.layout.is_real(variable):
                    place_of = self._evaluator.place(term, variable, scope)
                    role = variable.place

                    def run(env: Env) -> Value:
                        return Spot(role, self._evaluator.fetch(env, place_of(env), variable))

                    return run
            item = self._evaluator.declarations.find(term.name)
            if isinstance(item, Scalar) and item.axes and not term.indices:
                return self._whole_array(item, scope)
        return self._evaluator.compile(term, scope)

    def _whole_array(self, item: Scalar, scope: Scope) -> Code:
        """All entries of an array of numbers."""
        letters = tuple(Sym(f"axis {k}") for k in range(len(item.axes)))
        within = scope.bind(tuple(letter.name for letter in letters), outcome=False)
        entry = self.scalar_code(Sym(item.name, letters), item, within)
        spans = [self._evaluator.span(axis, OUTSIDE) for axis in item.axes]

        def run(env: Env) -> Value:
            inner = env.copy()
            values = []
            for numbers in product(*(span(env) for span in spans)):
                for letter, number in zip(letters, numbers, strict=True):
                    inner[(letter.name, ())] = number
                values.append(entry(inner))
            return tuple(values)

        return run

    def _whole_labels(self, name: str, variable: Variable) -> Code:
        points = self._evaluator.whole(name, variable)
        role = variable.place
        return lambda env: tuple([Spot(role, point) for point in points(env)])

    def table_value(
        self, item: Function, numbers: tuple[int, ...], points: Value, active: Active
    ) -> Value:
        """The value of a function at points of finite spaces: computed by a fact, or drawn."""
        key = (item.name, numbers, points, active)
        cache = self._evaluator.model.cache("functions")
        found = cache.get(key)
        if found is None:
            found = self._computed_function(item, numbers, points, active)
            if found is None:
                self._check_indices(item, numbers)
                at = plain(points)
                drawn = self._evaluator.model.number(
                    ("function", item.name, numbers, at), item.interval
                )
                tangents = tuple(
                    (
                        level,
                        self._evaluator.model.tangent(
                            ("tangent", item.name, numbers, at, parameter)
                        ),
                    )
                    for level, parameter in active
                )
                found = lift(drawn, tangents)
            cache[key] = found
        return found

    def _computed_function(
        self, item: Function, numbers: tuple[int, ...], points: Value, active: Active
    ) -> Value | None:
        values = self._evaluator.declarations.values_of(item.name)
        if values is not None:
            return self._solved.value(values, item.name, points, active)
        for process in self._evaluator.declarations.processes:
            if item.name in (process.value, process.action_value, process.visits):
                return self._solved.of_process(process, item.name, numbers[0], points, active)
        rules = self._evaluator.layout.rules.get(item.name, ())
        if not rules:
            return None
        mark = (item.name, (*numbers, *(p.point for p in flat(points))))
        if mark in self._computing:
            raise Undefined(f"the facts compute {item.name} from itself")
        for k, rule in enumerate(rules):
            env = self.matching(rule, numbers)
            if env is None:
                continue
            assert isinstance(rule.left, App)  # noqa: S101 - how rules are made
            symbols = tuple(symbol for symbol in rule.left.arguments if isinstance(symbol, Sym))
            for symbol, point in zip(symbols, points, strict=True):
                variable = self._evaluator.layout.variable(symbol.name)
                if variable is None:
                    return None
                spots = flat((point,))
                for place, one in zip(self._rule_places(symbol, variable, env), spots, strict=True):
                    env[place] = one.point
            self._computing.add(mark)
            try:
                names = tuple(symbol.name for symbol in symbols)
                value = self.rule_code(item.name, k, rule, active, names)(env)
            finally:
                self._computing.discard(mark)
            if not inside(primal(value), item.interval):
                raise Undefined(f"the facts put {item.name} outside its interval")
            return value
        return None

    def _rule_places(self, symbol: Sym, variable: Variable, env: Env) -> list[Place]:
        if not symbol.indices:
            return self._evaluator.places(symbol.name, variable)
        scope = OUTSIDE
        numbers = tuple(self._evaluator.integer(index, scope)(env) for index in symbol.indices)
        return [(symbol.name, numbers)]

    def _formula_value(
        self,
        item: Function,
        numbers: tuple[int, ...],
        arguments: tuple[Value, ...],
        active: Active,
    ) -> Value:
        """The value of a function of numbers: a random quadratic.

        Where its values are bounded it is an exponential or a logistic function of a linear one.
        """
        if self._evaluator.layout.rules.get(item.name):
            raise Unevaluable(f"{item.name!r} is given by a fact and applied to numbers")
        self._check_indices(item, numbers)
        self._evaluator.model.meter.spend(2 * (1 + len(arguments)) ** 2)
        values = [
            self._evaluator.model.labels(one.role)[one.point] if isinstance(one, Spot) else one
            for one in arguments
        ]

        def coefficient(*which: int) -> Value:
            key = ("formula", item.name, numbers, which)
            tangents = tuple(
                (level, self._evaluator.model.tangent(("tangent", *key[1:], parameter)))
                for level, parameter in active
            )
            return lift(self._evaluator.model.number(key, REAL), tangents)

        lower, upper = item.interval.lower, item.interval.upper
        bounded = lower is not None or upper is not None
        total = coefficient()
        for k, value in enumerate(values):
            total = total + coefficient(k) * value
            if not bounded:
                for other in range(k + 1):
                    total = total + coefficient(other, k) * (values[other] * value)
        if lower is not None and upper is not None:
            width = rational(upper) - rational(lower)
            return width / (ONE + exp(total)) + rational(lower)
        if lower is not None:
            return exp(total) + rational(lower)
        if upper is not None:
            return -exp(total) + rational(upper)
        return total


def flat(points: Value) -> tuple[Value, ...]:
    """The arguments of a function with vectors opened."""
    opened = (one.flat() if isinstance(one, Matrix) else one for one in points)
    return tuple(p for one in opened for p in (flat(one) if isinstance(one, _LISTS) else (one,)))


_LISTS = (tuple, list)


def plain(points: Value) -> Value:
    """Points as integers, for the key of a draw."""
    return tuple([plain(p) if isinstance(p, tuple) else p.point for p in points])
