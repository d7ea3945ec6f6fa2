"""The meaning of terms in a model.

Terms are compiled once to closures that look up tables and draws of whatever model is current, so
that hill-climbing and shrinking, which evaluate one statement in hundreds of models, compile it
once. Names of outcomes stand for points (integers) on finite roles and for numbers on real ones.

This is written from the definitions alone and shares no line with the kernel's rules:

    density       a cell of a table, computed from the joint table by summation and division
    integral      a sum with base weights, or an exact Gaussian integral (`waves`)
    derivative    the tangent of a dual number
    trajectory    a sum over all paths; sums and factors that are not random are taken out first,
                  and a term that looks at some trajectories only is summed over these
    determinant   expansion along rows
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

from flint import arb, fmpq

from lemmata.kernel.declarations import (
    REAL,
    Family,
    Function,
    Parameter,
    Process,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.terms import (
    Add,
    App,
    Blocks,
    Density,
    Derivative,
    Det,
    Div,
    Entries,
    Fn,
    Integral,
    Iverson,
    Mul,
    Neg,
    Num,
    Pi,
    Pow,
    Prod,
    Range,
    Relation,
    Sum,
    Sym,
    Term,
    Trajectory,
    children,
    walk,
)
from lemmata.semantics import gaussians, tables, waves
from lemmata.semantics.errors import Undefined, Unevaluable
from lemmata.semantics.layout import Layout, Rule
from lemmata.semantics.matrices import Matrix, determinant, from_blocks
from lemmata.semantics.model import Env, Model, Place, inside
from lemmata.semantics.tables import Active, Axis, Joint, Point
from lemmata.semantics.values import (
    ONE,
    ZERO,
    Dual,
    Value,
    exp,
    lift,
    log,
    magnitude,
    power,
    primal,
    rational,
    sqrt,
)

Code: TypeAlias = Callable[[Env], Value]
"""A compiled term: its value under bindings, in the current model."""

ELEMENTARY: dict[str, Callable[[Value], Value]] = {
    "log": log,
    "exp": exp,
    "sqrt": sqrt,
    "abs": magnitude,
}

_WORTH_REMEMBERING = (Fn, Div, Pow, Integral, Sum, Prod, Derivative, Det, Trajectory)


@dataclass(frozen=True, slots=True)
class Scope:
    """What surrounds a term.

    Attributes:
        bound: The names bound around it: `True` for an outcome, `False` for an index.
        active: The parameters differentiated by, with their levels.
        lifted: The real names differentiated by.
        depth: How many derivatives surround it.
        process: The process whose trajectories are summed over, if any.
    """

    bound: tuple[tuple[str, bool], ...] = ()
    active: Active = ()
    lifted: frozenset[str] = frozenset()
    depth: int = 0
    process: str = ""

    def bind(self, names: tuple[str, ...], *, outcome: bool) -> Scope:
        """The scope inside a binder."""
        kept = tuple(pair for pair in self.bound if pair[0] not in names)
        return replace(self, bound=(*kept, *((name, outcome) for name in names)))

    def binds(self, name: str) -> bool | None:
        """Whether a name is bound as an outcome (True), as an index (False) or not at all (None)."""
        for other, outcome in self.bound:
            if other == name:
                return outcome
        return None


OUTSIDE = Scope()


class Evaluator:
    """Compiles terms of one layout and evaluates them in its models."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.declarations = layout.declarations
        self.model: Model
        self._slots = 0
        self._free: dict[Place, Variable] = {}
        self._rules: dict[tuple[str, int, Active], Code] = {}
        self._building: dict[str, tuple[Joint, int]] = {}
        self._computing: set[tuple[str, tuple[int, ...]]] = set()
        self._waves = 0
        self.used_names: set[str] = set()
        self._parameters = {item.name for item in self.declarations.parameters}
        self._gaussian = gaussians.Gaussians(self)

    # ------------------------------------------------------------------ running

    def enter(self, model: Model) -> Env:
        """Make a model current and give the free names their values."""
        self.model = model
        env: Env = {(name, ()): size for name, size in model.sizes.items()}
        for place, variable in self._free.items():
            env[place] = self.free_place(place, variable)
        return env

    def run(self, code: Code, model: Model) -> fmpq | arb:
        """The value of a compiled term in a model.

        Raises:
            Undefined: It has no value there.
            Unevaluable: No model of this kind can evaluate it.
        """
        return self.run_in(code, self.enter(model))

    def run_in(self, code: Code, env: Env) -> fmpq | arb:
        """The value of a compiled term under bindings, in the current model.

        Raises:
            Undefined: It has no value there.
            Unevaluable: No model of this kind can evaluate it.
        """
        try:
            value = code(env)
        except ZeroDivisionError:
            raise Undefined("a division by zero") from None
        except waves.NotWave:
            raise Unevaluable("an integral over the reals is not of a form that is known") from None
        except RecursionError:
            raise Unevaluable("the term is nested too deeply") from None
        if isinstance(value, arb) and not value.is_finite():
            raise Undefined("a division by a number that cannot be told from zero")
        if not isinstance(value, fmpq | arb):
            raise Unevaluable("the term is not a number")
        return value

    def free_place(self, place: Place, variable: Variable) -> Value:
        """Where a free outcome stands in the current model."""
        name, indices = place
        if self.layout.is_real(variable):
            return self.model.real_point(name, indices)
        return self.model.free_point(variable.place, name, indices)

    def fetch(self, env: Env, place: Place, variable: Variable) -> Value:
        """Where an outcome stands, bound or free."""
        found = env.get(place)
        if found is None:
            found = env[place] = self.free_place(place, variable)
        return found

    # ---------------------------------------------------------------- compiling

    def compile(self, term: Term, scope: Scope = OUTSIDE) -> Code:
        """The closure that evaluates a term.

        Raises:
            Unevaluable: The term holds something that no model of this kind can evaluate.
        """
        code = self._compile(term, scope)
        if isinstance(term, _WORTH_REMEMBERING) and scope.bound and not scope.lifted:
            return self._remember(code, term, scope)
        return code

    def _compile(self, term: Term, scope: Scope) -> Code:  # noqa: C901, PLR0912
        match term:
            case Num(value):
                number = rational(value)
                return lambda _env: number
            case Pi():
                return lambda _env: arb.pi()
            case Sym():
                return self._symbol(term, scope)
            case Add(terms):
                return _added([self.compile(part, scope) for part in terms])
            case Neg(body):
                inner = self.compile(body, scope)
                return lambda env: -inner(env)
            case Mul(factors):
                return _multiplied([self.compile(part, scope) for part in factors])
            case Div(numerator, denominator):
                top, bottom = self.compile(numerator, scope), self.compile(denominator, scope)
                return lambda env: top(env) / bottom(env)
            case Pow(base, exponent):
                ground, height = self.compile(base, scope), self.compile(exponent, scope)
                return lambda env: power(ground(env), height(env))
            case Fn(name, argument):
                return _applied(ELEMENTARY[name], self.compile(argument, scope))
            case App():
                return self._application(term, scope)
            case Density():
                return self._density(term, scope)
            case Integral():
                return self._integral(term, scope)
            case Trajectory(process, body):
                return self._trajectory(process, body, scope)
            case Sum(index, span, body, excluding) | Prod(index, span, body, excluding):
                return self._indexed(
                    isinstance(term, Sum), index, span, self._body(index, body, scope),
                    None if excluding is None else self.integer(excluding, scope), scope,
                )  # fmt: skip
            case Iverson(left, relation, right):
                return self._iverson(left, relation, right, scope)
            case Derivative(variable, body):
                return self._derivative(variable, body, scope)
            case Det(matrix):
                entries = self.matrix(matrix, scope)
                return lambda env: determinant(entries(env), self.model.meter)
            case Entries() | Blocks():
                raise Unevaluable("a matrix stands where a number is needed")
        raise Unevaluable(f"{type(term).__name__} is not unfolded")

    def _remember(self, code: Code, term: Term, scope: Scope) -> Code:
        """Keep the values of a term that does not change with every turn of the loops around it."""
        inputs = self._inputs(term, scope)
        if inputs is None:
            return code
        slot, keys = self._slot(), tuple(inputs)

        def run(env: Env) -> Value:
            known = self.model.cache("memo").get(slot)
            if known is None:
                known = self.model.cache("memo")[slot] = {}
            key = tuple([one(env) for one in keys])
            found = known.get(key)
            if found is None:
                found = known[key] = code(env)
            return found

        return run

    def _inputs(self, term: Term, scope: Scope) -> list[Code] | None:
        """What a term's value depends on, if it is discrete and less than what the loops turn over."""
        used = loop_inputs(term, frozenset(name for name, _ in scope.bound), self._is_plain)
        names = {symbol.name for symbol in used}
        if names >= {name for name, _ in scope.bound}:
            return None
        if any(self._reward_process(name) for name in names):
            return None
        codes: list[Code] = []
        for symbol in sorted(used, key=repr):
            outcome = scope.binds(symbol.name)
            variable = self.layout.variable(symbol.name) if outcome else None
            if variable is not None and self.layout.is_real(variable):
                return None
            if variable is not None and variable.components is not None:
                if symbol.indices:
                    return None
                codes.append(self._whole(symbol.name, variable))
            else:
                codes.append(self._raw(symbol, scope))
        return codes

    def _is_plain(self, name: str) -> bool:
        variable = self.layout.variable(name)
        return variable is not None and variable.components is None

    def _raw(self, symbol: Sym, scope: Scope) -> Code:
        """What stands in the environment for a symbol."""
        name = symbol.name
        indices = [self.integer(index, scope) for index in symbol.indices]
        return lambda env: env[(name, tuple([index(env) for index in indices]))]

    def _slot(self) -> int:
        self._slots += 1
        return self._slots

    # ------------------------------------------------------------------ indices

    def integer(self, term: Term, scope: Scope) -> Callable[[Env], int]:
        """An index expression."""
        match term:
            case Num(value) if value.denominator == 1:
                number = int(value)
                return lambda _env: number
            case Sym(name, ()) if self._is_integer(name, scope):
                self.used_names.add(name)
                place: Place = (name, ())
                return lambda env: env[place]
            case Add(terms):
                parts = [self.integer(part, scope) for part in terms]
                return lambda env: sum([part(env) for part in parts])
            case Neg(body):
                inner = self.integer(body, scope)
                return lambda env: -inner(env)
            case Mul((left, right)):
                one, other = self.integer(left, scope), self.integer(right, scope)
                return lambda env: one(env) * other(env)
        raise Unevaluable(f"an index is not an integer expression: {term!r}")

    def _is_integer(self, name: str, scope: Scope) -> bool:
        bound = scope.binds(name)
        if bound is not None:
            return not bound
        # free indices and sizes are put into the environment by name
        return isinstance(self.declarations.find(name), Size) or any(
            index.name == name for index in self.declarations.indices
        )

    def span(self, span: Range, scope: Scope) -> Callable[[Env], range]:
        """The integers of a range."""
        lower, upper = self.integer(span.lower, scope), self.integer(span.upper, scope)

        def run(env: Env) -> range:
            found = range(lower(env), upper(env) + 1)
            self.model.meter.spend(len(found))
            return found

        return run

    def _body(self, index: Sym, body: Term, scope: Scope) -> Code:
        return self.compile(body, scope.bind((index.name,), outcome=False))

    def _indexed(
        self,
        summed: bool,
        index: Sym,
        span: Range,
        body: Code,
        excluding: Callable[[Env], int] | None,
        scope: Scope,
    ) -> Code:
        numbers = self.span(span, scope)
        place: Place = (index.name, ())

        def run(env: Env) -> Value:
            left_out = None if excluding is None else excluding(env)
            inner = env.copy()
            total: Value = ZERO if summed else ONE
            for k in numbers(env):
                if k != left_out:
                    inner[place] = k
                    value = body(inner)
                    total = total + value if summed else total * value
            return total

        return run

    def _iverson(self, left: Term, relation: Relation, right: Term, scope: Scope) -> Code:
        one, other = self.integer(left, scope), self.integer(right, scope)
        return lambda env: ONE if holds(one(env), relation, other(env)) else ZERO

    # -------------------------------------------------------------------- names

    def _symbol(self, term: Sym, scope: Scope) -> Code:
        name = term.name
        if not term.indices and self._is_integer(name, scope):
            self.used_names.add(name)
            place: Place = (name, ())
            return lambda env: fmpq(env[place])
        reward = self._reward_process(name)
        if reward is not None:
            return self._reward(term, scope)
        variable = self.layout.variable(name)
        if variable is not None:
            return self._outcome_number(term, variable, scope)
        item = self.declarations.find(name)
        if isinstance(item, Scalar):
            return self._scalar(term, item, scope)
        if isinstance(item, Parameter):
            levels = tuple(level for level, parameter in scope.active if parameter == name)
            key = ("parameter", name)
            return lambda _env: lift(
                self.model.number(key, REAL), tuple((level, ONE) for level in levels)
            )
        raise Unevaluable(f"{name!r} is not declared as a number")

    def _reward_process(self, name: str) -> Process | None:
        return next((p for p in self.declarations.processes if p.reward == name), None)

    def _reward(self, term: Sym, scope: Scope) -> Code:
        indices = [self.integer(index, scope) for index in term.indices]
        name = term.name

        def run(env: Env) -> Value:
            place = (name, tuple([index(env) for index in indices]))
            found = env.get(place)
            if found is None:
                if scope.process:
                    raise Undefined(f"{place[0]} at {place[1]} lies outside the trajectory")
                found = self.model.number(("free", *place), REAL)
            return found

        return run

    def _outcome_number(self, term: Sym, variable: Variable, scope: Scope) -> Code:
        if variable.components is not None and not term.indices:
            raise Unevaluable(f"the vector {term.name!r} stands where a number is needed")
        place_of = self.place(term, variable, scope)
        if self.layout.is_real(variable):
            return lambda env: self.fetch(env, place_of(env), variable)
        role = variable.place

        def run(env: Env) -> Value:
            point: int = self.fetch(env, place_of(env), variable)
            return self.model.labels(role)[point]

        return run

    def place(self, term: Sym, variable: Variable, scope: Scope) -> Callable[[Env], Place]:
        """The place of a variable, or of a component within its declared range."""
        name = term.name
        if not term.indices:
            place: Place = (name, ())
            if scope.binds(name) is None:
                self._free[place] = variable
            return lambda _env: place
        indices = [self.integer(index, scope) for index in term.indices]
        process = scope.process if self._in_process(variable, scope.process) else ""

        def run(env: Env) -> Place:
            numbers = tuple([index(env) for index in indices])
            if variable.components is not None and (
                len(numbers) != 1 or numbers[0] not in self.component_range(variable)
            ):
                raise Undefined(f"{name} has no component {numbers}")
            if process and (name, numbers) not in env:
                raise Undefined(f"{name} at {numbers} lies outside the trajectory")
            return (name, numbers)

        return run

    def _in_process(self, variable: Variable, process: str) -> bool:
        if not process:
            return False
        found = self.declarations.process(process)
        return variable.name in (found.state, found.action)

    def component_range(self, variable: Variable) -> range:
        """The component numbers of a vector variable in the current model."""
        cache = self.model.cache("components")
        if variable.name not in cache:
            if variable.components is None:
                raise Unevaluable(f"{variable.name!r} has no components")
            env = {(name, ()): size for name, size in self.model.sizes.items()}
            cache[variable.name] = self.span(variable.components, OUTSIDE)(env)
        found: range = cache[variable.name]
        return found

    def _whole(self, name: str, variable: Variable) -> Code:
        """The points of a variable with all its components."""

        def run(env: Env) -> Value:
            return tuple([self.fetch(env, place, variable) for place in self.places(name, variable)])

        return run

    def places(self, name: str, variable: Variable) -> list[Place]:
        """The places of a variable: one, or one for each component."""
        cache = self.model.cache("places")
        if name not in cache:
            if variable.components is None:
                cache[name] = [(name, ())]
            else:
                cache[name] = [(name, (k,)) for k in self.component_range(variable)]
        found: list[Place] = cache[name]
        return found

    def axes(self, role: str) -> tuple[Axis, ...]:
        """The axes of a role in the current model."""
        variable = tables.components(self.declarations, role)
        if variable.components is None:
            return ((role, 0),)
        return tuple((role, k) for k in self.component_range(variable))

    def _scalar(self, term: Sym, item: Scalar, scope: Scope) -> Code:
        if len(term.indices) != len(item.axes):
            raise Unevaluable(f"{item.name!r} has {len(item.axes)} indices, not {len(term.indices)}")
        indices = [self.integer(index, scope) for index in term.indices]
        levels = tuple(pair for pair in scope.active if self.declarations.depends(item, pair[1]))
        name = item.name
        lifted = name in scope.lifted

        def run(env: Env) -> Value:
            numbers = tuple([index(env) for index in indices])
            if lifted:
                found = env.get((name, numbers))
                if found is not None:
                    return found
            return self.scalar(item, numbers, levels, scope.lifted)

        return run

    def scalar(
        self, item: Scalar, numbers: tuple[int, ...], active: Active, lifted: frozenset[str]
    ) -> Value:
        """The value of a declared number: computed by a fact, or drawn.

        Raises:
            Undefined: The indices lie outside the declared ranges, or facts compute it from itself.
            Unevaluable: It is computed from a name that is being differentiated by.
        """
        cache = self.model.cache("scalars")
        key = (item.name, numbers, active)
        if key in cache:
            return cache[key]
        if key[:2] in self._computing:
            raise Undefined(f"the facts compute {item.name} from itself")
        self._computing.add(key[:2])
        try:
            value = self._computed_scalar(item, numbers, active, lifted)
        finally:
            self._computing.discard(key[:2])
        if value is None:
            self._check_indices(item, numbers)
            drawn = self.model.number(("scalar", item.name, numbers), item.interval)
            tangents = tuple(
                (level, self.model.tangent(("tangent", item.name, numbers, parameter)))
                for level, parameter in active
            )
            value = lift(drawn, tangents)
        elif not inside(primal(value), item.interval):
            raise Undefined(f"the facts put {item.name} outside its interval")
        cache[key] = value
        return value

    def _check_indices(self, item: Scalar | Function, numbers: tuple[int, ...]) -> None:
        env = {(name, ()): size for name, size in self.model.sizes.items()}
        for axis, number in zip(item.axes, numbers, strict=True):
            if number not in self.span(axis, OUTSIDE)(env):
                raise Undefined(f"{item.name} has no index {number}")

    def _computed_scalar(
        self, item: Scalar, numbers: tuple[int, ...], active: Active, lifted: frozenset[str]
    ) -> Value | None:
        for k, rule in enumerate(self.layout.rules.get(item.name, ())):
            env = self.matching(rule, numbers)
            if env is None:
                continue
            if lifted and mentions(rule.right, lifted):
                raise Unevaluable(
                    f"{item.name!r} is computed from a name that is differentiated by"
                )
            return self._rule_code(item.name, k, rule, active, ())(env)
        return None

    def matching(self, rule: Rule, numbers: tuple[int, ...]) -> Env | None:
        """The values of a rule's index names under which its left side has these indices."""
        assert isinstance(rule.left, Sym | App)  # noqa: S101 - how rules are made
        env: Env = {(name, ()): size for name, size in self.model.sizes.items()}
        ranges = {index.name: index.range for index in self.declarations.indices}
        for term, number in zip(rule.left.indices, numbers, strict=True):
            letter = next((n for n in rule.forall if Sym(n) in set(walk(term))), None)
            if letter is None:
                if self.integer(term, OUTSIDE)(env) != number:
                    return None
                continue
            place: Place = (letter, ())
            env[place] = 0  # index terms of rules are `letter + constant`
            env[place] = number - self.integer(term, OUTSIDE)(env)
            if self.integer(term, OUTSIDE)(env) != number:
                return None
            if letter in ranges and env[place] not in self.span(ranges[letter], OUTSIDE)(env):
                return None
        return env

    def _rule_code(
        self, name: str, number: int, rule: Rule, active: Active, outcomes: tuple[str, ...]
    ) -> Code:
        key = (name, number, active)
        if key not in self._rules:
            scope = Scope(active=active, depth=max((level for level, _ in active), default=0))
            scope = scope.bind(rule.forall, outcome=False).bind(outcomes, outcome=True)
            self._rules[key] = self.compile(rule.right, scope)
        return self._rules[key]

    # ---------------------------------------------------------------- functions

    def _application(self, term: App, scope: Scope) -> Code:
        name = term.name
        item = self.declarations.find(name)
        process = next((p for p in self.declarations.processes if p.reward_function == name), None)
        if not isinstance(item, Function):
            if process is None:
                raise Unevaluable(f"{name!r} is not declared as a function")
            item = Function(name, len(term.arguments))
        if len(term.arguments) != item.arity or len(term.indices) != len(item.axes):
            raise Unevaluable(f"{name!r} is applied to another number of arguments than declared")
        function = item
        indices = [self.integer(index, scope) for index in term.indices]
        arguments = [self._argument(argument, scope) for argument in term.arguments]
        levels = tuple(p for p in scope.active if self.declarations.depends(function, p[1]))
        tabular = name not in self.layout.formulas

        def run(env: Env) -> Value:
            numbers = tuple([index(env) for index in indices])
            points = tuple([argument(env) for argument in arguments])
            if tabular:
                return self.table_value(function, numbers, points, levels)
            return self._formula_value(function, numbers, _flat(points), levels)

        return run

    def _argument(self, term: Term, scope: Scope) -> Code:
        """What a function is given: points, whole vectors, or numbers."""
        if isinstance(term, Sym):
            variable = self.layout.variable(term.name)
            if variable is not None:
                whole = variable.components is not None and not term.indices
                if whole:
                    if self.layout.is_real(variable):
                        return self._whole(term.name, variable)
                    return self._whole_labels(term.name, variable)
                if not self.layout.is_real(variable):
                    place_of = self.place(term, variable, scope)
                    role = variable.place

                    def run(env: Env) -> Value:
                        return _Point(role, self.fetch(env, place_of(env), variable))

                    return run
        return self.compile(term, scope)

    def _whole_labels(self, name: str, variable: Variable) -> Code:
        points = self._whole(name, variable)
        role = variable.place
        return lambda env: tuple([_Point(role, point) for point in points(env)])

    def table_value(
        self, item: Function, numbers: tuple[int, ...], points: Value, active: Active
    ) -> Value:
        """The value of a function at points of finite spaces: computed by a fact, or drawn."""
        key = (item.name, numbers, points, active)
        cache = self.model.cache("functions")
        found = cache.get(key)
        if found is None:
            found = self._computed_function(item, numbers, points, active)
            if found is None:
                self._check_indices(item, numbers)
                at = _plain(points)
                drawn = self.model.number(("function", item.name, numbers, at), item.interval)
                tangents = tuple(
                    (level, self.model.tangent(("tangent", item.name, numbers, at, parameter)))
                    for level, parameter in active
                )
                found = lift(drawn, tangents)
            cache[key] = found
        return found

    def _computed_function(
        self, item: Function, numbers: tuple[int, ...], points: Value, active: Active
    ) -> Value | None:
        rules = self.layout.rules.get(item.name, ())
        if not rules:
            return None
        mark = (item.name, (*numbers, *(p.point for p in _flat(points))))
        if mark in self._computing:
            raise Undefined(f"the facts compute {item.name} from itself")
        for k, rule in enumerate(rules):
            env = self.matching(rule, numbers)
            if env is None:
                continue
            assert isinstance(rule.left, App)  # noqa: S101 - how rules are made
            symbols = tuple(symbol for symbol in rule.left.arguments if isinstance(symbol, Sym))
            for symbol, point in zip(symbols, points, strict=True):
                variable = self.layout.variable(symbol.name)
                if variable is None:
                    return None
                flat = _flat((point,))
                for place, one in zip(self._rule_places(symbol, variable, env), flat, strict=True):
                    env[place] = one.point
            self._computing.add(mark)
            try:
                names = tuple(symbol.name for symbol in symbols)
                value = self._rule_code(item.name, k, rule, active, names)(env)
            finally:
                self._computing.discard(mark)
            if not inside(primal(value), item.interval):
                raise Undefined(f"the facts put {item.name} outside its interval")
            return value
        return None

    def _rule_places(self, symbol: Sym, variable: Variable, env: Env) -> list[Place]:
        if not symbol.indices:
            return self.places(symbol.name, variable)
        scope = OUTSIDE
        numbers = tuple(self.integer(index, scope)(env) for index in symbol.indices)
        return [(symbol.name, numbers)]

    def _formula_value(
        self,
        item: Function,
        numbers: tuple[int, ...],
        arguments: tuple[Value, ...],
        active: Active,
    ) -> Value:
        """The value of a function of numbers: a random quadratic, bent into its interval."""
        if self.layout.rules.get(item.name):
            raise Unevaluable(f"{item.name!r} is given by a fact and applied to numbers")
        self._check_indices(item, numbers)
        values = [
            self.model.labels(one.role)[one.point] if isinstance(one, _Point) else one
            for one in arguments
        ]

        def coefficient(*which: int) -> Value:
            key = ("formula", item.name, numbers, which)
            tangents = tuple(
                (level, self.model.tangent(("tangent", *key[1:], parameter)))
                for level, parameter in active
            )
            return lift(self.model.number(key, REAL), tangents)

        total = coefficient()
        for k, value in enumerate(values):
            total = total + coefficient(k) * value + coefficient(k, k) * (value * value)
            for other in range(k):
                total = total + coefficient(other, k) * (values[other] * value)
        lower, upper = item.interval.lower, item.interval.upper
        if lower is None and upper is None:
            return total
        above = ONE + total * total
        if upper is None and lower is not None:
            return above + rational(lower)
        if lower is None and upper is not None:
            return -above + rational(upper)
        assert lower is not None  # noqa: S101 - for mypy: both bounds are left
        assert upper is not None  # noqa: S101
        width = rational(upper) - rational(lower)
        return ONE / (above + ONE) * width + rational(lower)

    # ---------------------------------------------------------------- densities

    def _density(self, term: Density, scope: Scope) -> Code:
        family = self.declarations.find(term.family)
        if not isinstance(family, Family):
            raise Unevaluable(f"{term.family!r} is not declared as a family of densities")
        places = [self._density_place(part, family, scope) for part in (*term.of, *term.given)]
        self._check_roles(family, places, len(term.of))
        if any(role in self.layout.real for role in family.of):
            return self._gaussian.density(family, term, scope)
        for part, variable in zip((*term.of, *term.given), places, strict=True):
            if not isinstance(part, Sym):
                raise Unevaluable(
                    f"{family.name} is a table here, and {variable.place!r} is no point of its own"
                )
            if self.layout.is_real(variable):
                raise Unevaluable(f"{family.name} is a table, but {variable.place!r} is a real line")
        symbols = [part for part in (*term.of, *term.given) if isinstance(part, Sym)]
        pairs = list(zip(symbols, places, strict=True))
        if any(symbol.indices and v.components is not None for symbol, v in pairs):
            return self._moving_density(family, pairs, len(term.of), scope)
        return self._fixed_density(family, pairs, len(term.of), scope)

    def _density_place(self, part: Term, family: Family, scope: Scope) -> Variable:
        """The variable whose role an argument takes; a term that is no name takes the only role."""
        if isinstance(part, Sym):
            variable = self.layout.variable(part.name)
            if variable is not None:
                return variable
        if len(family.of) == 1 and not family.given:
            return tables.components(self.declarations, family.of[0])
        raise Unevaluable(f"an argument of {family.name} is not an outcome: {part!r}")

    def _check_roles(self, family: Family, places: list[Variable], width: int) -> None:
        roles = {*family.of, *family.given}
        for variable in places:
            if variable.place not in roles:
                raise Unevaluable(f"{family.name} has no role {variable.place!r}")
            if variable.components is None and [v.place for v in places].count(variable.place) > 1:
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
        slot, active = self._slot(), scope.active
        moving = any(symbol.indices for symbol, _ in pairs)
        places_of = [
            self.place(symbol, variable, scope) if variable.components is None else None
            for symbol, variable in pairs
        ]
        def prepare() -> tuple[dict[Point, Value], list[Place]]:
            axes = [self.axes(variable.place) for _, variable in pairs]
            of = tuple(axis for group in axes[:width] for axis in group)
            given = tuple(axis for group in axes[width:] for axis in group)
            cells = self.cells(family, of, given, active)
            if moving:
                return cells, []
            return cells, [place for s, v in pairs for place in self.places(s.name, v)]

        def run(env: Env) -> Value:
            # a table that is being built by facts changes under its own rules
            prepared = self.model.cache("slots").get(slot)
            if prepared is None:
                prepared = prepare()
                if not self._building:
                    self.model.cache("slots")[slot] = prepared
            cells, places = prepared
            if not moving:
                try:
                    return cells[tuple([env[place] for place in places])]
                except KeyError:
                    pass  # a free vector or an index bound elsewhere: look it up below
            point: list[int] = []
            for (symbol, variable), place_of in zip(pairs, places_of, strict=True):
                if place_of is not None:
                    point.append(self.fetch(env, place_of(env), variable))
                else:
                    point.extend(self._whole(symbol.name, variable)(env))
            return cells[tuple(point)]

        return run

    def _moving_density(
        self, family: Family, pairs: list[tuple[Sym, Variable]], width: int, scope: Scope
    ) -> Code:
        """A density with a component such as z_j, whose axis depends on the index."""
        places_of = [
            None
            if variable.components is not None and not symbol.indices
            else self.place(symbol, variable, scope)
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
                    side.extend(self.axes(variable.place))
                    point.extend(self._whole(symbol.name, variable)(env))
                else:
                    place = place_of(env)
                    number = place[1][0] if variable.components is not None else 0
                    side.append((variable.place, number))
                    point.append(self.fetch(env, place, variable))
            if len({*of, *given}) < len(of) + len(given):
                raise Undefined(f"{family.name} takes one component twice")
            return self.cells(family, tuple(of), tuple(given), active)[tuple(point)]

        return run

    def cells(
        self, family: Family, of: tuple[Axis, ...], given: tuple[Axis, ...], active: Active
    ) -> dict[Point, Value]:
        """The table of a conditional density of a family in the current model."""
        joint, stage = self._staged(family, active)
        cache = self.model.cache("cells")
        key = (family.name, of, given, active, stage)
        found: dict[Point, Value] | None = cache.get(key)
        if found is None:
            self.model.meter.spend(2 * len(joint.cells))
            found = cache[key] = tables.condition(self.model, joint, of, given)
        return found

    def joint(self, family: Family, active: Active) -> Joint:
        """The joint table of a family in the current model."""
        return self._staged(family, active)[0]

    def _staged(self, family: Family, active: Active) -> tuple[Joint, int]:
        """The joint table of a family, and how many facts it was bent to already."""
        rules = self.layout.rules.get(family.name, ())
        cache = self.model.cache("joints")
        key = (family.name, active)
        if key in cache:
            return cache[key], len(rules)
        if family.name in self._building:
            return self._building[family.name]
        size = 1
        for role in (*family.of, *family.given):
            size *= self.model.outcomes[role] ** len(self.axes(role))
        self.model.meter.spend(4 * size)
        joint = tables.random_joint(self.model, family, self.axes, active)
        for k, rule in enumerate(rules):
            self._building[family.name] = (joint, k)
            try:
                joint = self._bent(family, joint, k, rule, active)
            finally:
                del self._building[family.name]
        if rules:
            plain = Joint(joint.of, joint.given, {p: primal(v) for p, v in joint.cells.items()})
            tables.check_law(self.model, plain, family.name)
        cache[key] = joint
        return joint, len(rules)

    def _bent(
        self, family: Family, joint: Joint, number: int, rule: Rule, active: Active
    ) -> Joint:
        """The joint law whose conditional on the left of a fact is what stands on its right."""
        left = rule.left
        assert isinstance(left, Density)  # noqa: S101 - how rules are made
        symbols = [part for part in (*left.of, *left.given) if isinstance(part, Sym)]
        variables = [self._density_place(symbol, family, OUTSIDE) for symbol in symbols]
        if any(symbol.indices for symbol in symbols):
            return joint  # a fact about components: it is checked, not imposed
        self._check_roles(family, variables, len(left.of))
        axes = [self.axes(variable.place) for variable in variables]
        of = tuple(axis for group in axes[: len(left.of)] for axis in group)
        given = tuple(axis for group in axes[len(left.of) :] for axis in group)
        names = tuple(symbol.name for symbol in symbols)
        code = self._rule_code(family.name, number, rule, active, names)
        env: Env = {(name, ()): size for name, size in self.model.sizes.items()}
        places = [
            place
            for symbol, variable in zip(symbols, variables, strict=True)
            for place in self.places(symbol.name, variable)
        ]
        current = tables.condition(self.model, joint, of, given)
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

    # ---------------------------------------------------------------- integrals

    def _integral(self, term: Integral, scope: Scope) -> Code:
        names = tuple(symbol.name for symbol in term.variables)
        inside_scope = scope.bind(names, outcome=True)
        body = self.compile(term.body, inside_scope)
        binders = []
        for symbol in term.variables:
            variable = self.layout.variable(symbol.name)
            if variable is None:
                raise Unevaluable(f"an integral runs over {symbol.name!r}, which is no outcome")
            whole = variable.components is not None and not symbol.indices
            place_of = None if whole else self.place(symbol, variable, inside_scope)
            binders.append((symbol, variable, place_of))
        real = [self.layout.is_real(variable) for _, variable, _ in binders]
        if any(real):
            if not all(real):
                raise Unevaluable("one integral runs over points and real numbers; write two")
            return self._real_integral(binders, body)
        if self.declarations.world == "gaussian":
            raise Unevaluable("an integral over a variable that has no Gaussian law")
        slot = self._slot()

        def run(env: Env) -> Value:
            places: list[Place] = []
            for symbol, variable, place_of in binders:
                if place_of is None:
                    places.extend(self.places(symbol.name, variable))
                else:
                    places.append(place_of(env))
            cache = self.model.cache("spaces")
            space = cache.get((slot, len(places)))
            if space is None:
                space = cache[(slot, len(places))] = self._space(
                    tuple(axis for _, v, place_of in binders
                          for axis in (self.axes(v.place) if place_of is None else ((v.place, 0),)))
                )  # fmt: skip
            self.model.meter.spend(len(space))
            inner = env.copy()
            total: Value = ZERO
            for point, weight in space:
                inner.update(zip(places, point, strict=True))
                value = body(inner)
                total = total + (value if weight is None else value * weight)
            return total

        return run

    def _space(self, axes: tuple[Axis, ...]) -> list[tuple[Point, fmpq | None]]:
        size = 1
        for role, _ in axes:
            size *= self.model.outcomes[role]
        self.model.meter.spend(size)
        found: list[tuple[Point, fmpq | None]] = []
        for point in tables.points(self.model, axes):
            weight = tables.mass(self.model, axes, point)
            found.append((point, None if weight == 1 else weight))
        return found

    def _real_integral(
        self,
        binders: list[tuple[Sym, Variable, Callable[[Env], Place] | None]],
        body: Code,
    ) -> Code:
        def run(env: Env) -> Value:
            places: list[Place] = []
            for symbol, variable, place_of in binders:
                if place_of is None:
                    places.extend(self.places(symbol.name, variable))
                else:
                    places.append(place_of(env))
            inner = env.copy()
            numbers = []
            for place in places:
                self._waves += 1
                inner[place] = waves.Wave.variable(self._waves)
                numbers.append(self._waves)
            self.model.meter.spend(10 * len(places))
            value = body(inner)
            for number in numbers:
                value = waves.integrate(value, number)
            return value

        return run

    # -------------------------------------------------------------- derivatives

    def _derivative(self, variable: Sym, body: Term, scope: Scope) -> Code:
        level = scope.depth + 1
        deeper = replace(scope, depth=level)
        if variable.name in self._parameters:
            inner = self.compile(body, replace(deeper, active=(*scope.active, (level, variable.name))))
            return lambda env: _tangent(inner(env), level)
        outcome = self.layout.variable(variable.name)
        if outcome is not None:
            if not self.layout.is_real(outcome):
                raise Unevaluable(
                    f"a derivative by {variable.name!r}, whose values are points of a finite space"
                )
            if outcome.components is not None and not variable.indices:
                raise Unevaluable(f"a derivative by the vector {variable.name!r} as a whole")
            place_of = self.place(variable, outcome, scope)
            current = self._outcome_number(variable, outcome, scope)
        else:
            item = self.declarations.find(variable.name)
            if not isinstance(item, Scalar):
                raise Unevaluable(f"a derivative by {variable.name!r}, which is no real number")
            current = self._scalar(variable, item, scope)
            indices = [self.integer(index, scope) for index in variable.indices]
            name = item.name
            place_of = lambda env: (name, tuple([index(env) for index in indices]))  # noqa: E731
        inner = self.compile(body, replace(deeper, lifted=scope.lifted | {variable.name}))

        def run(env: Env) -> Value:
            changed = env.copy()
            changed[place_of(env)] = Dual(level, current(env), ONE)
            return _tangent(inner(changed), level)

        return run

    # ------------------------------------------------------------- trajectories

    def _trajectory(self, name: str, body: Term, scope: Scope) -> Code:
        try:
            process = self.declarations.process(name)
        except KeyError:
            raise Unevaluable(f"{name!r} is not declared as a process") from None
        names = (process.state, process.action, process.reward)
        return self._expected(process, body, replace(scope.bind(names, outcome=True), process=name))

    def _expected(self, process: Process, body: Term, scope: Scope) -> Code:
        """The expectation of a body, by linearity as far down as it goes."""
        if not _random(body, process):
            return self.compile(body, scope)
        match body:
            case Add(terms):
                return _added([self._expected(process, part, scope) for part in terms])
            case Neg(inside_):
                inner = self._expected(process, inside_, scope)
                return lambda env: -inner(env)
            case Div(top, bottom) if not _random(bottom, process):
                above, below = self._expected(process, top, scope), self.compile(bottom, scope)
                return lambda env: above(env) / below(env)
            case Mul(factors):
                random = [part for part in factors if _random(part, process)]
                if len(random) == 1:
                    return _multiplied(
                        [
                            self._expected(process, part, scope)
                            if part is random[0]
                            else self.compile(part, scope)
                            for part in factors
                        ]
                    )
            case Sum(index, span, inside_, excluding) if not any(
                _random(part, process) for part in (span.lower, span.upper)
            ):
                within = scope.bind((index.name,), outcome=False)
                return self._indexed(
                    True, index, span, self._expected(process, inside_, within),
                    None if excluding is None else self.integer(excluding, scope), scope,
                )  # fmt: skip
        return self._enumerated(process, body, scope)

    def _enumerated(self, process: Process, body: Term, scope: Scope) -> Code:
        """The expectation of a body as a sum over the trajectories that it looks at."""
        inner = self.compile(body, scope)
        looked_at = self._trajectories_of(process, body, scope)
        slot, active = self._slot(), scope.active

        def run(env: Env) -> Value:
            found: list[tables.Path] | None = self.model.cache("paths").get((process.name, active))
            if found is None:
                found = self.model.cache("paths")[(process.name, active)] = self._paths(process, active)
            numbers = sorted(looked_at(env))
            self.model.meter.spend(4 * len(found) ** len(numbers))
            cache = self.model.cache("bindings")
            total: Value = ZERO
            for choice in product(range(len(found)), repeat=len(numbers)):
                key = (process.name, slot, tuple(numbers), choice)
                bindings = cache.get(key)
                if bindings is None:
                    bindings = cache[key] = {}
                    for number, which in zip(numbers, choice, strict=True):
                        found[which].bind(bindings, process, number)
                changed = env.copy()
                changed.update(bindings)
                probability: Value = ONE
                for which in choice:
                    probability = found[which].probability * probability
                total = total + inner(changed) * probability
            return total

        return run

    def _trajectories_of(
        self, process: Process, body: Term, scope: Scope
    ) -> Callable[[Env], set[tuple[int, ...]]]:
        """Which trajectories a body looks at: their numbers, `()` for the one without a number."""
        names = (process.state, process.action, process.reward)
        always: set[tuple[int, ...]] = set()
        moving: list[Callable[[Env], int]] = []
        every = False
        inner_indices = {
            part.index.name for part in walk(body) if isinstance(part, Sum | Prod)
        } | {name.name for part in walk(body) if isinstance(part, Entries) for name in (part.row, part.column)}
        for part in walk(body):
            if isinstance(part, Sym) and part.name in names:
                if len(part.indices) == 1:
                    always.add(())
                elif len(part.indices) == 2 and process.samples is not None:
                    number = part.indices[1]
                    if any(isinstance(p, Sym) and p.name in inner_indices for p in walk(number)):
                        every = True
                    else:
                        moving.append(self.integer(number, scope))
                else:
                    raise Unevaluable(f"{part.name!r} is written with unusual indices")
        samples = None if process.samples is None else self.span(process.samples, OUTSIDE)

        def run(env: Env) -> set[tuple[int, ...]]:
            found = always | {(number(env),) for number in moving}
            if every and samples is not None:
                found |= {(number,) for number in samples(env)}
            return found

        return run

    def _paths(self, process: Process, active: Active) -> list[tables.Path]:
        policy = self.declarations.family(process.policy)
        state = self.layout.variable(process.state)
        action = self.layout.variable(process.action)
        if state is None or action is None:
            raise Unevaluable(f"the states or actions of {process.name!r} are no outcomes")
        env: Env = {(name, ()): size for name, size in self.model.sizes.items()}
        times = self.span(process.times, OUTSIDE)(env)
        if times.start != 1:
            raise Unevaluable(f"the times of {process.name!r} do not begin at 1")
        cells = self.cells(policy, self.axes(action.place), self.axes(state.place), active)
        settled = None
        if process.reward_function:
            item = self.declarations.find(process.reward_function)
            function = item if isinstance(item, Function) else Function(process.reward_function, 2)
            roles = (state.place, action.place)

            def settled(s: int, a: int) -> fmpq:
                points = (_Point(roles[0], s), _Point(roles[1], a))
                return primal(self.table_value(function, (), points, ()))

        return tables.paths(
            self.model, process, (state.place, action.place), len(times), cells, settled
        )

    # ----------------------------------------------------------------- matrices

    def matrix(self, term: Term, scope: Scope) -> Callable[[Env], Matrix]:
        """A matrix as its rows of values."""
        match term:
            case Entries(row, rows, column, columns, entry):
                height, width = self.integer(rows, scope), self.integer(columns, scope)
                code = self.compile(entry, scope.bind((row.name, column.name), outcome=False))

                def run(env: Env) -> Matrix:
                    inner = env.copy()
                    lines = []
                    self.model.meter.spend(max(0, height(env)) * max(0, width(env)))
                    for i in range(1, height(env) + 1):
                        inner[(row.name, ())] = i
                        line = []
                        for j in range(1, width(env) + 1):
                            inner[(column.name, ())] = j
                            line.append(code(inner))
                        lines.append(line)
                    return Matrix(height(env), width(env), lines)

                return run
            case Blocks(rows_of_blocks):
                grid = [[self.matrix(block, scope) for block in line] for line in rows_of_blocks]
                return lambda env: from_blocks([[block(env) for block in line] for line in grid])
        raise Unevaluable("a determinant is taken of something that is no matrix")


@dataclass(frozen=True, slots=True)
class _Point:
    """A point of a finite role, as an argument of a function."""

    role: str
    point: int


def _flat(points: Value) -> tuple[Value, ...]:
    return tuple(p for one in points for p in (_flat(one) if isinstance(one, tuple) else (one,)))


def _plain(points: Value) -> Value:
    """Points as integers, for the key of a draw."""
    return tuple([_plain(p) if isinstance(p, tuple) else p.point for p in points])


def _tangent(value: Value, level: int) -> Value:
    return value.tangent if isinstance(value, Dual) and value.level == level else ZERO


def _applied(function: Callable[[Value], Value], argument: Code) -> Code:
    return lambda env: function(argument(env))


def _added(codes: list[Code]) -> Code:
    first, *rest = codes
    if len(rest) == 1:
        second = rest[0]
        return lambda env: first(env) + second(env)

    def run(env: Env) -> Value:
        total = first(env)
        for code in rest:
            total = total + code(env)
        return total

    return run


def _multiplied(codes: list[Code]) -> Code:
    first, *rest = codes
    if len(rest) == 1:
        second = rest[0]
        return lambda env: first(env) * second(env)

    def run(env: Env) -> Value:
        total = first(env)
        for code in rest:
            total = total * code(env)
        return total

    return run


def _random(term: Term, process: Process) -> bool:
    names = (process.state, process.action, process.reward)
    return any(isinstance(part, Sym) and part.name in names for part in walk(term))


def loop_inputs(
    term: Term, bound: frozenset[str], plain: Callable[[str], bool]
) -> frozenset[Sym]:
    """The bound names that a term's value depends on, outcomes with their indices.

    The indices of a plain outcome (one without components) count through the outcome's value only.
    """
    match term:
        case Sym(name, indices):
            if name in bound and plain(name):
                return frozenset({term})
            own = frozenset({term}) if name in bound else frozenset()
            return own.union(*(loop_inputs(index, bound, plain) for index in indices))
        case Integral(variables, body):
            gone = {variable.name for variable in variables if not variable.indices}
            places = (i for v in variables for i in v.indices)
            inner = loop_inputs(body, bound - gone, plain)
            return inner.union(*(loop_inputs(index, bound, plain) for index in places))
        case Sum(index, span, body, excluding) | Prod(index, span, body, excluding):
            outer = loop_inputs(span.lower, bound, plain) | loop_inputs(span.upper, bound, plain)
            if excluding is not None:
                outer |= loop_inputs(excluding, bound, plain)
            return outer | loop_inputs(body, bound - {index.name}, plain)
        case Entries(row, rows, column, columns, entry):
            outer = loop_inputs(rows, bound, plain) | loop_inputs(columns, bound, plain)
            return outer | loop_inputs(entry, bound - {row.name, column.name}, plain)
    found: frozenset[Sym] = frozenset()
    return found.union(*(loop_inputs(part, bound, plain) for part in children(term)))


def mentions(term: Term, names: frozenset[str]) -> bool:
    """Whether a term contains one of the names."""
    return any(isinstance(part, Sym | App) and part.name in names for part in walk(term))


def holds(left: int, relation: Relation, right: int) -> bool:
    """Whether a relation holds between two integers."""
    match relation:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
