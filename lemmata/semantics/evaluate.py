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
from dataclasses import replace

from flint import acb, arb, fmpq

from lemmata.kernel.declarations import (
    REAL,
    Function,
    Parameter,
    Process,
    Scalar,
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
    Max,
    Mul,
    Neg,
    Norm,
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
    walk,
)
from lemmata.semantics import linear, matrices, tables, waves
from lemmata.semantics.errors import Undefined, Unevaluable
from lemmata.semantics.laws import Laws
from lemmata.semantics.layout import Layout
from lemmata.semantics.matrices import Matrix, determinant, from_blocks
from lemmata.semantics.model import Env, Model, Place
from lemmata.semantics.numbers import Numbers
from lemmata.semantics.remembered import WORTH
from lemmata.semantics.scope import (
    OUTSIDE,
    Code,
    Scope,
    added,
    holds,
    loop_inputs,
    multiplied,
    tangent_of,
    weight_of,
)
from lemmata.semantics.tables import Axis, Point
from lemmata.semantics.trajectories import Trajectories
from lemmata.semantics.values import (
    ONE,
    ZERO,
    Continuous,
    Dual,
    Value,
    exp,
    is_infinite,
    largest,
    lift,
    log,
    magnitude,
    power,
    primal,
    principal_values,
    rational,
    sqrt,
    written_down,
)

ELEMENTARY: dict[str, Callable[[Value], Value]] = {
    "log": log,
    "exp": exp,
    "sqrt": sqrt,
    "abs": magnitude,
    "sign": matrices.sign,
    "step": matrices.step,
}

DEEPEST_DERIVATIVE = 6
"""Derivatives of each other; the work doubles with each."""

ENTRY = 4
"""What an entry of a matrix in a sum or product over a range counts as, in operations."""

ENCLOSED = 20_000
"""What an enclosed integral counts as, in operations."""

MOVED: Place = ("states and actions that are integrated over", ())
"""Where bindings keep the places of a process that an integral moves about."""

_WORTH_REMEMBERING = (Fn, Div, Pow, Integral, Sum, Prod, Max, Derivative, Det, Trajectory)


class Evaluator:
    """Compiles terms of one layout and evaluates them in its models."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.declarations = layout.declarations
        self.model: Model
        self._slots = 0
        self.free: dict[Place, Variable] = {}
        self._waves = 0
        # compiled parts by identity, where many terms that share parts are evaluated in one model
        self.shared: dict[Scope, dict[int, tuple[Term, Code]]] | None = None
        self._here: tuple[Scope, dict[int, tuple[Term, Code]]] | None = None
        # how terms worth it are compiled that stand below arithmetic alone, if not as others are
        self.part: Callable[[Term], Code] | None = None
        self.used_names: set[str] = set()
        self._parameters = {item.name for item in self.declarations.parameters}
        # sizes and free indices are put into the environment by name
        self._integers = {size.name for size in self.declarations.sizes}
        self._integers |= {index.name for index in self.declarations.indices}
        self.numbers = Numbers(self)
        self.linear = linear.Linear(self)
        self.laws = Laws(self)
        self.trajectories = Trajectories(self)

    def enter(self, model: Model) -> Env:
        """Make a model current and give the free names their values."""
        self.model = model
        env: Env = {(name, ()): size for name, size in model.sizes.items()}
        for place, variable in self.free.items():
            env[place] = self.free_place(place, variable)
        return env

    def leave(self) -> None:
        """Forget the current model, and the compiled terms that others are compiled from."""
        if hasattr(self, "model"):
            del self.model
        self.shared = self._here = None
        self.numbers.forget()

    def run(self, code: Code, model: Model) -> Value:
        """The value of a compiled term in a model: an `fmpq` or an `arb`.

        Raises:
            Undefined: It has no value there.
            Unevaluable: No model of this kind can evaluate it.
        """
        return self.run_in(code, self.enter(model))

    def run_in(self, code: Code, env: Env) -> Value:
        """The value of a compiled term under bindings, in the current model, as in `run`.

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
        except KeyError as error:
            raise Unevaluable(f"{error.args[0]} has no value in this model") from None
        except RecursionError:
            raise Unevaluable("the term is nested too deeply") from None
        standing_in = principal_values.get() and is_infinite(value)
        parts = value.flat() if isinstance(value, Matrix) else [value]
        if not standing_in and any(isinstance(p, arb) and not p.is_finite() for p in parts):
            raise Undefined("a division by a number that cannot be told from zero")
        if isinstance(value, Matrix) and all(isinstance(part, fmpq | arb) for part in parts):
            return value
        if isinstance(value, fmpq | arb) or (isinstance(value, acb) and principal_values.get()):
            return value
        raise Unevaluable("the term is not a number")

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

    def compile(self, term: Term, scope: Scope = OUTSIDE) -> Code:
        """The closure that evaluates a term.

        Raises:
            Unevaluable: The term holds something that no model of this kind can evaluate.
        """
        if self.part is not None and scope is OUTSIDE and isinstance(term, WORTH):
            return self.part(term)
        shared = self._shared_in(scope)
        if shared is not None and id(term) in shared:
            return shared[id(term)][1]
        code = self._compile(term, scope)
        if isinstance(term, _WORTH_REMEMBERING) and scope.bound and not scope.lifted:
            code = self._remember(code, term, scope)
        if shared is not None:
            if scope == OUTSIDE and not isinstance(term, Num | Pi | Sym):
                code = self._keep(code)
            shared[id(term)] = term, code
        return code

    def _shared_in(self, scope: Scope) -> dict[int, tuple[Term, Code]] | None:
        """What is compiled in a scope, where terms share parts."""
        if self.shared is None:
            return None
        if self._here is None or self._here[0] is not scope:  # which is dear to look up
            self._here = scope, self.shared.setdefault(scope, {})
        return self._here[1]

    def _keep(self, code: Code) -> Code:
        """Keep the value of a term that stands in no loop, for each model."""
        slot = self.slot()

        def run(env: Env) -> Value:
            kept = self.model.cache("kept")
            if slot not in kept:
                kept[slot] = code(env)
            found: Value = kept[slot]
            return found

        return run

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
                return added([self.compile(part, scope) for part in terms])
            case Neg(body):
                inner = self.compile(body, scope)
                return lambda env: -inner(env)
            case Mul(factors):
                return multiplied([self.compile(part, scope) for part in factors])
            case Div(numerator, denominator):
                top, bottom = self.compile(numerator, scope), self.compile(denominator, scope)
                return lambda env: top(env) / bottom(env)
            case Pow(Norm(body, "2"), Num(value)) if value in (2, 4):
                inner = self.compile(body, scope)
                if value == 4:
                    return multiplied([lambda env: matrices.square(inner(env))] * 2)
                return lambda env: matrices.square(inner(env))
            case Pow(base, exponent):
                ground, height = self.compile(base, scope), self.compile(exponent, scope)
                return self._power(ground, height)
            case Fn(name, argument):
                return self._elementary(ELEMENTARY[name], self.compile(argument, scope))
            case App(name):
                item = self.declarations.find(name)
                whole = self.linear.whole(term, item, scope) if isinstance(item, Function) else None
                return whole or self.numbers.application(term, scope)
            case Density():
                return self.laws.density(term, scope)
            case Integral():
                return self._integral(term, scope)
            case Trajectory(process, body):
                return self.trajectories.expectation(process, body, scope)
            case Sum(index, span, body, excluding) | Prod(index, span, body, excluding):
                left_out = None if excluding is None else self.integer(excluding, scope)
                inner = self.compile(body, scope.bind((index.name,), outcome=False))
                numbers = self.span(span, scope, weight_of(body))
                empty = self.linear.empty(term, scope)
                return self.indexed(isinstance(term, Sum), index, numbers, inner, left_out, empty)
            case Iverson(left, relation, right):
                return self._iverson(left, relation, right, scope)
            case Derivative(variable, body):
                return self._derivative(variable, body, scope)
            case Max(variable, body):
                return self._maximum(variable, body, scope)
            case Det(matrix):
                entries = self.matrix(matrix, scope)
                return lambda env: determinant(entries(env), self.model.meter)
            case Entries() | Blocks():
                grid = self.matrix(term, scope)
                return lambda env: linear.single(grid(env))
            case _ if isinstance(term, linear.KINDS):
                return self.linear.compile(term, scope)
        raise Unevaluable(f"{type(term).__name__} is not unfolded")

    def _power(self, ground: Code, height: Code) -> Code:
        def run(env: Env) -> Value:
            base, exponent = ground(env), height(env)
            if isinstance(base, Matrix):
                return matrices.raised(base, exponent, self.model.meter)
            return power(base, exponent)

        return run

    def _elementary(self, function: Callable[[Value], Value], argument: Code) -> Code:
        def run(env: Env) -> Value:
            value = argument(env)
            return value.map(function) if isinstance(value, Matrix) else function(value)

        return run

    def _remember(self, code: Code, term: Term, scope: Scope) -> Code:
        """Keep the values of a term that does not change with every turn of the loops around it."""
        inputs = self._inputs(term, scope)
        if inputs is None:
            return code
        slot, keys = self.slot(), tuple(inputs)

        only = keys[0] if len(keys) == 1 else None

        def run(env: Env) -> Value:
            known = self.model.cache(slot)
            key = tuple([one(env) for one in keys]) if only is None else only(env)
            found = known.get(key)
            if found is None:
                found = known[key] = code(env)
            return found

        return run

    def _inputs(self, term: Term, scope: Scope) -> list[Code] | None:
        """What a term depends on, if that is discrete and less than what the loops turn over."""
        used = loop_inputs(term, frozenset(name for name, _ in scope.bound), self._is_plain)
        if used is None:
            return None
        names = {symbol.name for symbol in used}
        if names >= {name for name, _ in scope.bound}:
            return None
        if any(isinstance(part, Sym) and self.reward_process(part.name) for part in walk(term)):
            return None  # bound by its trajectory, or fixed only while its causes are
        codes: list[Code] = []
        for symbol in sorted(used, key=repr):
            outcome = scope.binds(symbol.name)
            variable = self.layout.variable(symbol.name) if outcome else None
            if variable is not None and self.layout.is_real(variable):
                return None
            if variable is not None and variable.components is not None:
                if symbol.indices:
                    return None
                codes.append(self.whole(symbol.name, variable))
            else:
                codes.append(self._raw(symbol, scope))
        return codes

    def _is_plain(self, name: str) -> bool:
        variable = self.layout.variable(name)
        return variable is not None and variable.components is None

    def _raw(self, symbol: Sym, scope: Scope) -> Code:
        """What stands in the environment for a symbol."""
        name, numbers = symbol.name, self.integers(symbol.indices, scope)
        return lambda env: env[(name, numbers(env))]

    def slot(self) -> int:
        """A fresh number for a cache of one place in a term."""
        self._slots += 1
        return self._slots

    def keep_partial(self, name: str, scope: Scope) -> None:
        """Refuse a partial derivative by a name that another name is computed from.

        Raises:
            Unevaluable: Whether the other name moves along or is kept fixed is not settled.
        """
        for moved in scope.lifted & self.layout.computed_from(name):
            raise Unevaluable(f"{name!r} is computed from {moved!r}, which is differentiated by")

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
        raise Unevaluable("what an index or a comparison is of is no integer")

    def integers(self, terms: tuple[Term, ...], scope: Scope) -> Callable[[Env], tuple[int, ...]]:
        """Several index expressions."""
        codes = [self.integer(term, scope) for term in terms]
        match codes:
            case []:
                return lambda _env: ()
            case [only]:
                return lambda env: (only(env),)
            case [first, second]:
                return lambda env: (first(env), second(env))
        return lambda env: tuple([code(env) for code in codes])

    def _is_integer(self, name: str, scope: Scope) -> bool:
        bound = scope.binds(name)
        if bound is not None:
            return not bound
        return name in self._integers

    def span(self, span: Range, scope: Scope, weight: int = 1) -> Callable[[Env], range]:
        """The integers of a range, each of which counts as some operations."""
        lower, upper = self.integer(span.lower, scope), self.integer(span.upper, scope)

        def run(env: Env) -> range:
            found = range(lower(env), upper(env) + 1)
            self.model.meter.spend(len(found) * weight)
            return found

        return run

    def indexed(
        self,
        summed: bool,
        index: Sym,
        numbers: Callable[[Env], range],
        body: Code,
        excluding: Callable[[Env], int] | None,
        empty: Code | None = None,
    ) -> Code:
        """A sum or a product over an index; it begins with `empty`, or 0, or 1."""
        place: Place = (index.name, ())

        def run(env: Env) -> Value:
            left_out = None if excluding is None else excluding(env)
            inner = env.copy()
            total: Value = ZERO if summed else ONE
            if empty is not None:
                total = empty(env)
            for k in numbers(env):
                if k != left_out:
                    inner[place] = k
                    value = body(inner)
                    if isinstance(value, Matrix):
                        self.model.meter.spend(ENTRY * value.rows * value.columns)
                    total = written_down(total + value if summed else total * value)
            return total

        return run

    def _iverson(self, left: Term, relation: Relation, right: Term, scope: Scope) -> Code:
        one, other = self.integer(left, scope), self.integer(right, scope)
        return lambda env: ONE if holds(one(env), relation, other(env)) else ZERO

    def _symbol(self, term: Sym, scope: Scope) -> Code:
        name = term.name
        if not term.indices and self._is_integer(name, scope):
            self.used_names.add(name)
            place: Place = (name, ())
            return lambda env: fmpq(env[place])
        reward = self.reward_process(name)
        if reward is not None:
            return self._reward(term, scope)
        variable = self.layout.variable(name)
        if variable is not None:
            return self._outcome_number(term, variable, scope)
        item = self.declarations.find(name)
        if isinstance(item, Scalar):
            whole = self.linear.whole(term, item, scope)
            return whole or self.numbers.scalar_code(term, item, scope)
        if isinstance(item, Parameter):
            levels = tuple(level for level, parameter in scope.active if parameter == name)
            key = ("parameter", name)
            return lambda _env: lift(
                self.model.number(key, REAL), tuple((level, ONE) for level in levels)
            )
        raise Unevaluable(f"{name!r} is not declared as a number")

    def reward_process(self, name: str) -> Process | None:
        """The process whose rewards have this name."""
        return next((p for p in self.declarations.processes if p.reward == name), None)

    def _reward(self, term: Sym, scope: Scope) -> Code:
        numbers_of = self.integers(term.indices, scope)
        name = term.name
        process = self.reward_process(name)
        item = self.declarations.find(process.reward_function) if process else None
        settled: Code | None = None
        if process is not None and process.reward_function:
            at = tuple(Sym(part, term.indices) for part in (process.state, process.action))
            function = item.name if isinstance(item, Function) else process.reward_function
            settled = self.numbers.application(App(function, at), scope)

        def run(env: Env) -> Value:
            place = (name, numbers_of(env))
            self._keep_past(place, env)
            found = env.get(place)
            if found is None:
                if scope.process:
                    raise Undefined(f"{place[0]} at {place[1]} lies outside the trajectory")
                if settled is not None:
                    return settled(env)
                found = self.model.number(("free", *place), REAL)
            return found

        return run

    def _keep_past(self, reward: Place, env: Env) -> None:
        """Refuse a reward inside an integral over a state or action that it may depend on.

        Raises:
            Unevaluable: What the reward is where that state or action is another is not said.
        """
        for name, indices in env.get(MOVED, ()):
            times = (reward[1][:1], indices[:1])
            together = len(indices) < 2 or len(reward[1]) < 2 or indices[1:] == reward[1][1:]
            if together and times[0] >= times[1]:
                raise Unevaluable(
                    f"{reward[0]} stands inside an integral over {name} and may depend on it"
                )

    def _outcome_number(self, term: Sym, variable: Variable, scope: Scope) -> Code:
        if variable.components is not None and not term.indices:
            if not self.declarations.linear or not self.layout.is_real(variable):
                raise Unevaluable(f"the vector {term.name!r} stands where a number is needed")
            return lambda env: linear.column(
                [self.fetch(env, place, variable) for place in self.places(term.name, variable)]
            )
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
                self.free[place] = variable
            return lambda _env: place
        numbers_of = self.integers(term.indices, scope)
        process = scope.process if self._in_process(variable, scope.process) else ""

        def run(env: Env) -> Place:
            numbers = numbers_of(env)
            if components and (
                len(numbers) != 1 or numbers[0] not in self.component_range(variable)
            ):
                raise Undefined(f"{name} has no component {numbers}")
            found = (name, numbers)
            if process and found not in env:
                raise Undefined(f"{name} at {numbers} lies outside the trajectory")
            return found

        components = variable.components is not None
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
            env: Env = {(name, ()): size for name, size in self.model.sizes.items()}
            cache[variable.name] = self.span(variable.components, OUTSIDE)(env)
        found: range = cache[variable.name]
        return found

    def whole(self, name: str, variable: Variable) -> Code:
        """The points of a variable with all its components."""

        def run(env: Env) -> Value:
            return tuple(
                [self.fetch(env, place, variable) for place in self.places(name, variable)]
            )

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
        """The axes of a role in the current model; the next one of a kind lies beside it."""
        if all(variable.place != role for variable in self.declarations.variables):
            return tuple((name, number + 1) for name, number in self.axes(role.removesuffix("'")))
        variable = tables.components(self.declarations, role)
        if variable.components is None:
            return ((role, 0),)
        return tuple((role, k) for k in self.component_range(variable))

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
            # what the integral binds may be a variable of the trajectory around it
            outside = replace(inside_scope, process="")
            place_of = None if whole else self.place(symbol, variable, outside)
            binders.append((symbol, variable, place_of))
        real = [self.layout.is_real(variable) for _, variable, _ in binders]
        if any(real):
            if not all(real):
                raise Unevaluable("one integral runs over points and real numbers; write two")
            return self._real_integral(binders, body)
        if self.declarations.world == "gaussian":
            raise Unevaluable("an integral over a variable that has no Gaussian law")
        slot, cost = self.slot(), weight_of(term.body)
        timed = any(name in (p.state, p.action) for p in self.declarations.processes
                    for name in names)  # fmt: skip

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
            self.model.meter.spend(len(space) * cost)
            inner = env.copy()
            if timed:
                inner[MOVED] = (*env.get(MOVED, ()), *(place for place in places if place[1]))
            total: Value = ZERO
            for point, weight in space:
                inner.update(zip(places, point, strict=True))
                value = body(inner)
                total = total + (value if weight is None else value * weight)
            return total

        return run

    def _maximum(self, symbol: Sym, term: Term, scope: Scope) -> Code:
        variable = self.layout.variable(symbol.name)
        if variable is None or self.layout.is_real(variable) or variable.components is not None:
            raise Unevaluable(f"a maximum over {symbol.name!r}, which has no finite space")
        inside_scope = scope.bind((symbol.name,), outcome=True)
        body, role = self.compile(term, inside_scope), variable.place
        place_of, cost = self.place(symbol, variable, inside_scope), weight_of(term)

        def run(env: Env) -> Value:
            count = self.model.outcomes[role]
            self.model.meter.spend(count * cost)
            inner, place = env.copy(), place_of(env)
            values: list[Value] = []
            for point in range(count):
                inner[place] = point
                values.append(body(inner))
            return largest(values)

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
            self.model.meter.spend(50 * len(places))
            value = body(inner)
            return value.map(over(numbers)) if isinstance(value, Matrix) else over(numbers)(value)

        def over(numbers: list[int]) -> Callable[[Value], Value]:
            def integrated(value: Value) -> Value:
                core = primal(value)
                if isinstance(core, Continuous) and not isinstance(core, waves.Wave):
                    self.model.meter.spend(ENCLOSED)
                for number in numbers:
                    value = waves.integrate(value, number)
                return value

            return integrated

        return run

    def _derivative(self, variable: Sym, body: Term, scope: Scope) -> Code:
        level = scope.depth + 1
        if level > DEEPEST_DERIVATIVE:
            raise Unevaluable(f"more than {DEEPEST_DERIVATIVE} derivatives of each other")
        deeper = replace(scope, depth=level)
        if variable.name in self._parameters:
            inner = self.compile(
                body, replace(deeper, active=(*scope.active, (level, variable.name)))
            )
            return lambda env: tangent_of(inner(env), level)
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
            inner = self.compile(body, replace(deeper, lifted=scope.lifted | {variable.name}))
        else:
            item = self.declarations.find(variable.name)
            if not isinstance(item, Scalar):
                raise Unevaluable(f"a derivative by {variable.name!r}, which is no real number")
            inner = self.compile(body, replace(deeper, lifted=scope.lifted | {variable.name}))
            whole = self.linear.gradient(variable, item, inner, level, scope)
            if whole is not None:
                return whole
            current = self.numbers.scalar_code(variable, item, scope)
            numbers_of, name = self.integers(variable.indices, scope), item.name
            place_of = lambda env: (name, numbers_of(env))  # noqa: E731

        def run(env: Env) -> Value:
            changed = env.copy()
            changed[place_of(env)] = Dual(level, current(env), ONE)
            return tangent_of(inner(changed), level)

        return run

    def matrix(self, term: Term, scope: Scope) -> Callable[[Env], Matrix]:
        """A matrix as its rows of values."""
        match term:
            case Entries(row, rows, column, columns, entry):
                height, width = self.integer(rows, scope), self.integer(columns, scope)
                weight = weight_of(entry)
                code = self.compile(entry, scope.bind((row.name, column.name), outcome=False))

                def run(env: Env) -> Matrix:
                    inner = env.copy()
                    lines = []
                    self.model.meter.spend(max(0, height(env)) * max(0, width(env)) * weight)
                    for i in range(1, height(env) + 1):
                        inner[(row.name, ())] = i
                        line = []
                        for j in range(1, width(env) + 1):
                            inner[(column.name, ())] = j
                            line.append(code(inner))
                        lines.append(line)
                    return Matrix(height(env), width(env), lines)

                return run
            case Blocks(rows_of_blocks) if not any(
                isinstance(block, Entries | Blocks) for line in rows_of_blocks for block in line
            ):
                numbers = [
                    [self.compile(entry, scope) for entry in line] for line in rows_of_blocks
                ]
                if len({len(line) for line in numbers}) > 1:
                    raise Unevaluable("the rows of a matrix have different lengths")
                return lambda env: Matrix(
                    len(numbers),
                    len(numbers[0]),
                    [[entry(env) for entry in line] for line in numbers],
                )
            case Blocks(rows_of_blocks):
                grid = [[self.matrix(block, scope) for block in line] for line in rows_of_blocks]
                return lambda env: from_blocks([[block(env) for block in line] for line in grid])
        code = self.compile(term, scope)
        return lambda env: linear.as_matrix(code(env))
