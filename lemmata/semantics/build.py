"""Worlds that satisfy the declarations: sizes, free indices, draws, and every declared fact.

A fact is used in one of three ways: it restricts the sizes and free indices (`d < n`, `t' < t`); it
says how a name is computed (a recursion, a factorisation), and the evaluator computes it so; or it
is only checked. All facts are checked in every model, whatever they were used for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import inf

from flint import arb, fmpq

from lemmata.kernel.declarations import Declarations, Fact
from lemmata.kernel.fuel import accounted
from lemmata.kernel.terms import Add, Mul, Neg, Num, Range, Relation, Sym, Term, bound, free, walk
from lemmata.semantics.errors import Meter, Undefined, Unevaluable
from lemmata.semantics.evaluate import Evaluator
from lemmata.semantics.layout import Layout, ground, lay_out
from lemmata.semantics.matrices import Matrix
from lemmata.semantics.model import OPERATIONS, Env, Key, Model, Place, Shape
from lemmata.semantics.scope import OUTSIDE, Code, Scope, holds
from lemmata.semantics.values import Value

TRIES = 24
"""How many worlds are drawn before the facts are said to have no model."""

MANY_SIZES = 10
"""Where more sizes are declared, each has one value."""

MAX_CELLS = 700
"""A joint table has at most this many cells; its spaces shrink to two points beyond."""

MAX_PATHS = 100
"""A process has at most this many trajectories where its horizon allows."""

MAX_STEPS = 4
"""More steps of all trajectories together are avoided where a statement looks at them jointly."""

MAX_CASES = 64
"""How many instances of one fact are checked in a model."""

MOST_SHAPES = 512
"""How many shapes are remembered for one question."""


class NoModel(Exception):  # noqa: N818 - a finding
    """No world was found that satisfies the declarations; `reason` says what failed last."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _CompiledFact:
    fact: Fact
    left: Code
    right: Code
    outcomes: tuple[str, ...]
    cost: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the worlds of some declarations, whatever terms they are for.

    Attributes:
        discrete: The facts about sizes and indices.
        checked: The other facts.
        ranges: The ranges of components and of indices of numbers and functions.
        shapes: The shapes that were found, with the sizes that are used up and the names that
            were looked at, by all that they depend on.
    """

    discrete: tuple[Fact, ...]
    checked: tuple[Fact, ...]
    ranges: tuple[Range, ...]
    shapes: dict[object, tuple[Shape, tuple[int, ...], frozenset[str]]]


@lru_cache(maxsize=96)
def _known(declarations: Declarations) -> _Known:
    facts = ground(declarations).facts
    discrete = tuple(fact for fact in facts if _is_discrete(fact, declarations))
    rest = tuple(fact for fact in facts if fact not in discrete)
    ranges = dict.fromkeys(
        span
        for item in declarations.named()
        for span in (*getattr(item, "axes", ()), getattr(item, "components", None))
        if span is not None
    )
    return _Known(discrete, rest, tuple(ranges), {})


def _is_discrete(fact: Fact, declarations: Declarations) -> bool:
    known = {size.name for size in declarations.sizes}
    known |= {index.name for index in declarations.indices}
    sides = (fact.statement.left, fact.statement.right)
    return all(
        (isinstance(part, Sym) and part.name in known and not part.indices)
        or isinstance(part, Add | Neg | Mul | Num)
        for side in sides
        for part in walk(side)
    )


class Worlds:
    """Draws models for the terms of one statement, and evaluates in them."""

    def __init__(
        self, declarations: Declarations, terms: tuple[Term, ...], limit: int = OPERATIONS
    ) -> None:
        self.layout: Layout = lay_out(declarations, terms)
        self.evaluator = Evaluator(self.layout)
        self.declarations = declarations
        self.meter = Meter(limit)
        self._known = _known(declarations)
        checked = [self._compile_fact(fact) for fact in self._known.checked]
        self._checked = sorted(checked, key=lambda fact: fact.cost)
        self._needed = self._free_indices(terms)
        self._used: set[tuple[int, ...]] = set()
        self._nearest: list[dict[str, int]] = []

    def close(self) -> None:
        """Let go of the last model and of compiled terms.

        The parts of an evaluator hold one another, so that all of it waits for the collector of
        garbage, whose work is what it finds.
        """
        self.evaluator.leave()

    @property
    def checks_facts(self) -> bool:
        """Whether facts are checked in a model, which may draw what no term uses."""
        return bool(self._checked)

    # ------------------------------------------------------------------- shapes

    def shape(self, number: int, seed: int) -> Shape:
        """The sizes of the model of this number; the first is small, the others vary.

        Raises:
            NoModel: No sizes satisfy the facts about sizes and indices.
        """
        joint, used = self.evaluator.trajectories.joint, frozenset(self._used)
        key = (number, seed, self._needed, self.layout.real, joint, used)
        names, self.evaluator.used_names = self.evaluator.used_names, set()
        if key not in self._known.shapes:
            if len(self._known.shapes) >= MOST_SHAPES:
                self._known.shapes.clear()
            with accounted(inf, anew=True):  # what is asked takes it, and no answer
                found = self._new_shape(number, Model(self.declarations, Shape((), ()), seed))
            self._known.shapes[key] = (*found, frozenset(self.evaluator.used_names))
        shape, taken, named = self._known.shapes[key]
        self._used.add(taken)
        self.evaluator.used_names = names | named
        return shape

    def _new_shape(self, number: int, dice: Model) -> tuple[Shape, tuple[int, ...]]:
        """The sizes of the model of this number, and those that the declarations name."""
        for sizes in self._sizes(number, dice):
            indices = self._indices(sizes, number, dice)
            if indices is not None:
                shape = self._with_outcomes({**sizes, **indices}, number, dice)
                return shape, tuple(sizes.values())
        raise NoModel("no small sizes satisfy the facts about sizes and indices")

    def smaller(self, shape: Shape) -> list[Shape]:
        """Simpler shapes, the simplest first."""
        dice = Model(self.declarations, Shape((), ()), 0)
        known = {size.name for size in self.declarations.sizes}
        current = {name: value for name, value in shape.sizes if name in known}
        found = []
        for sizes in sorted(self._all_sizes(), key=lambda s: (sum(s.values()), sorted(s.items()))):
            if all(sizes[name] <= current[name] for name in sizes):
                indices = self._indices(sizes, 0, dice)
                if indices is not None:
                    found.append(self._with_outcomes({**sizes, **indices}, 0, dice))
        before = found.index(shape) if shape in found else len(found)
        return found[:before]

    def _all_sizes(self) -> list[dict[str, int]]:
        sizes = self.declarations.sizes
        width = 3 if len(sizes) <= 6 else 2 if len(sizes) <= MANY_SIZES else 1
        if self._known.discrete and len(sizes) <= 3:
            width = 4  # an order such as d < n leaves few small sizes
        names = [size.name for size in sizes]
        least = [size.least + (width == 1) for size in sizes]  # a size of 1 hides factors
        choices = [range(start, start + width) for start in least]
        return [dict(zip(names, values, strict=True)) for values in product(*choices)]

    def _sizes(self, number: int, dice: Model) -> Iterator[dict[str, int]]:
        """Sizes in the order in which the model of this number should try them."""
        if not self._nearest:
            self._nearest = sorted(self._all_sizes(), key=lambda s: self._far_from_two(s, dice))
        self.evaluator.model = dice
        everything = self._nearest
        if number == 0:
            return iter(everything)
        unused = [s for s in everything if tuple(s.values()) not in self._used]
        unused.sort(key=lambda s: dice.random("sizes", number, tuple(s.items())))
        taken = [Counter(values) for values in zip(*self._used, strict=True)]
        unused.sort(  # so that no size is the same in all models
            key=lambda s: sum(c[value] for c, value in zip(taken, s.values(), strict=False))
        )
        if self.evaluator.trajectories.joint:  # they multiply, so the few short ones come first
            unused.sort(key=lambda s: max(0, self._steps(s) - MAX_STEPS))
        return iter([*unused, *everything])

    def _far_from_two(self, sizes: dict[str, int], dice: Model) -> int:
        """How far sizes and the lengths of ranges are from 2.

        Size 1 hides factors such as 1/N and makes a sum equal a product, so the first model has two
        of everything where it can.
        """
        dice.sizes = sizes
        dice.caches.clear()
        self.evaluator.model = dice
        env: Env = {(name, ()): value for name, value in sizes.items()}
        lengths = []
        for span in self._known.ranges:
            try:
                lengths.append(len(self.evaluator.span(span, OUTSIDE)(env)))
            except (KeyError, Unevaluable):
                continue  # the range depends on another index
        return sum(abs(value - 2) for value in (*sizes.values(), *lengths))

    def _steps(self, sizes: dict[str, int]) -> int:
        """How many steps all trajectories of a process have together, at most."""
        env: Env = {(name, ()): value for name, value in sizes.items()}
        longest = 0
        for process in self.declarations.processes:
            steps = len(self.evaluator.span(process.times, OUTSIDE)(env))
            if process.samples is not None:
                steps *= len(self.evaluator.span(process.samples, OUTSIDE)(env))
            longest = max(longest, steps)
        return longest

    def _free_indices(self, terms: tuple[Term, ...]) -> frozenset[str]:
        """The indices that stand free in the terms or the facts."""
        indices = {index.name for index in self.declarations.indices}
        named = {part.name for part in self.layout.parts if isinstance(part, Sym)}
        names = ground(self.declarations).free & indices
        if not named & indices <= names:  # what is free is only looked for where it may tell
            names |= indices & {symbol.name for term in terms for symbol in free(term)}
        return names

    def _indices(self, sizes: dict[str, int], number: int, dice: Model) -> dict[str, int] | None:
        """Values of the free indices within their ranges that satisfy the facts about them."""
        dice.sizes = sizes
        chosen: list[dict[str, int]] = [{}]
        for index in self.declarations.indices:
            if index.name not in self._needed:
                continue
            longer: list[dict[str, int]] = []
            for values in chosen:
                env: Env = {(n, ()): v for n, v in {**sizes, **values}.items()}
                self.evaluator.model = dice
                try:
                    span = self.evaluator.span(index.range, OUTSIDE)(env)
                except KeyError:
                    return None
                longer.extend({**values, index.name: value} for value in span)
            chosen = longer[:400]
        chosen.sort(key=lambda v: dice.random("indices", number, tuple(v.items())))
        if number == 1:  # two letters that agree by chance make x_i equal x_l
            chosen.sort(key=lambda values: -len(set(values.values())))
        for values in chosen:
            if all(
                self._discrete_holds(fact, {**sizes, **values}) for fact in self._known.discrete
            ):
                return values
        return None

    def _discrete_holds(self, fact: Fact, values: dict[str, int]) -> bool:
        statement = fact.statement
        left = self.evaluator.integer(statement.left, OUTSIDE)
        right = self.evaluator.integer(statement.right, OUTSIDE)
        base: Env = {(name, ()): value for name, value in values.items()}
        return all(
            holds(left(env), statement.relation, right(env)) for env in self._instances(fact, base)
        )

    def _instances(self, fact: Fact, base: Env) -> Iterator[Env]:
        """The environments of a fact, one for each value of the names it holds for."""
        ranges = {index.name: index.range for index in self.declarations.indices}
        names = [name for name in fact.forall if name in ranges]

        def extend(env: Env, left: list[str]) -> Iterator[Env]:
            if not left:
                yield env
                return
            for value in self.evaluator.span(ranges[left[0]], OUTSIDE)(env):
                yield from extend({**env, (left[0], ()): value}, left[1:])

        return extend(base, names)

    def _with_outcomes(self, sizes: dict[str, int], number: int, dice: Model) -> Shape:
        dice.sizes = sizes
        dice.caches.clear()
        self.evaluator.model = dice
        roles = dict.fromkeys(v.place for v in self.declarations.variables)
        outcomes: dict[str, int] = {}
        timed = {name for p in self.declarations.processes for name in (p.state, p.action)}
        for role in roles:
            if role in self.layout.real:
                continue
            kinds = [v for v in self.declarations.variables if v.place == role]
            narrow = any(v.name in timed for v in kinds) or len(self.evaluator.axes(role)) > 1
            wide = number == 1 or (number > 1 and dice.random("outcomes", number, role) % 2)
            outcomes[role] = 3 if wide and not narrow else 2
        for family in self.declarations.families:
            members = [r for r in (*family.of, *family.given) if r in outcomes]
            cells = 1
            for role in members:
                cells *= outcomes[role] ** len(self.evaluator.axes(role))
            if cells > MAX_CELLS:
                outcomes.update(dict.fromkeys(members, 2))
        chances = 2
        env: Env = {(name, ()): value for name, value in sizes.items()}
        for process in self.declarations.processes:
            horizon = len(self.evaluator.span(process.times, OUTSIDE)(env))
            if self.evaluator.trajectories.joint or 8**horizon > MAX_PATHS:
                chances = 1
        return Shape(tuple(sizes.items()), tuple(outcomes.items()), chances)

    # ------------------------------------------------------------------- models

    def model(self, number: int, seed: int, *, positive: bool = False) -> Model:
        """A random world of this number that satisfies every fact.

        Args:
            number: Which world of the seed; the sizes depend on it.
            seed: Where its draws come from.
            positive: Whether numbers are drawn positive where their declarations leave it open.

        Raises:
            NoModel: None was found.
            Unevaluable: A fact cannot be evaluated.
        """
        reason = "no world was drawn"
        for attempt in range(TRIES):
            # a fact may need other sizes, so later tries change them too
            shape = self.shape(number + 7 * (attempt // 8), seed)
            model = self.at(shape, seed + 1_000_003 * (attempt + 1) + 7919 * number, {})
            model.positive = positive
            failed = self.violated(model)
            if failed is None:
                return model
            reason = failed
        raise NoModel(reason)

    def at(self, shape: Shape, seed: int, overrides: dict[Key, fmpq]) -> Model:
        """The world of these sizes and draws, whether it satisfies the facts or not."""
        return Model(self.declarations, shape, seed, overrides, self.meter)

    def violated(self, model: Model) -> str | None:
        """What is wrong with a world: a fact that fails or cannot be evaluated; None if nothing."""
        if not self._checked:
            return None
        base = self.evaluator.enter(model)
        for compiled in self._checked:
            name = compiled.fact.name or "without a name"
            relation = compiled.fact.statement.relation
            try:
                for env in self._cases(compiled, base):
                    left = self.evaluator.run_in(compiled.left, env)
                    right = self.evaluator.run_in(compiled.right, env)
                    if not _held(left, relation, right):
                        return f"the fact {name} does not hold"
            except Undefined as error:
                return f"the fact {name} has no value: {error.reason}"
        return None

    def _cases(self, compiled: _CompiledFact, base: Env) -> Iterator[Env]:
        """The instances of a fact: every value of its indices and of the outcomes in it."""
        count = 0
        for env in self._instances(compiled.fact, base):
            places: list[Place] = []
            spaces: list[range] = []
            for name in compiled.outcomes:
                variable = self.layout.variable(name)
                if variable is None:
                    continue
                for place in self.evaluator.places(name, variable):
                    places.append(place)
                    spaces.append(range(self.evaluator.model.outcomes[variable.place]))
            for point in product(*spaces):
                count += 1
                if count > MAX_CASES:
                    return
                yield {**env, **dict(zip(places, point, strict=True))}

    def _compile_fact(self, fact: Fact) -> _CompiledFact:
        left, right = fact.statement.left, fact.statement.right
        names = dict.fromkeys(
            s.name for side in (left, right) for s in sorted(free(side), key=repr) if not s.indices
        )
        outcomes = []
        for name in names:
            variable = self.layout.variable(name)
            if variable is not None and not self.layout.is_real(variable):
                outcomes.append(name)
        scope = Scope().bind(fact.forall, outcome=False).bind(tuple(outcomes), outcome=True)
        cost = sum(1 + 50 * len(bound(part)) for side in (left, right) for part in walk(side))
        return _CompiledFact(
            fact,
            self.evaluator.compile(left, scope),
            self.evaluator.compile(right, scope),
            tuple(outcomes),
            cost,
        )


def difference_sign(left: fmpq | arb, right: fmpq | arb) -> int | None:
    """The sign of `left - right`; None where the balls overlap, so that it is not known."""
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return (left > right) - (left < right)
    gap = arb(left) - right
    if gap > 0:
        return 1
    if gap < 0:
        return -1
    return 0 if gap.is_zero() else None


def _held(left: Value, relation: Relation, right: Value) -> bool:
    """Whether a relation may hold between two numbers, or between all entries of two arrays."""
    ones, others = (side.flat() if isinstance(side, Matrix) else [side] for side in (left, right))
    most = max(len(ones), len(others))
    pairs = [side * most if len(side) == 1 else side for side in (ones, others)]
    return all(satisfied(one, relation, other) for one, other in zip(*pairs, strict=True))


def satisfied(left: fmpq | arb, relation: Relation, right: fmpq | arb) -> bool:
    """Whether a relation may hold; a strict one must hold for certain."""
    sign = difference_sign(left, right)
    match relation:
        case "=":
            return sign in (0, None)
        case ">=":
            return sign != -1
        case "<=":
            return sign != 1
        case ">":
            return sign == 1
        case "<":
            return sign == -1
        case "!=":
            return sign in (1, -1)


def refutes(left: fmpq | arb, relation: Relation, right: fmpq | arb) -> bool:
    """Whether the values rule a relation out for certain."""
    sign = difference_sign(left, right)
    if sign is None:
        return False
    match relation:
        case "=":
            return sign != 0
        case ">=":
            return sign < 0
        case "<=":
            return sign > 0
        case ">":
            return sign <= 0
        case "<":
            return sign >= 0
        case "!=":
            return sign == 0


@dataclass(frozen=True, slots=True)
class Witness:
    """Whether declarations have a model.

    Attributes:
        model: A world that satisfies every fact, or None.
        reason: Why none was found.
    """

    model: Model | None
    reason: str = ""


def witness(declarations: Declarations, *, seed: int = 0) -> Witness:
    """Look for a world that satisfies the declarations; contradictory ones have none."""
    try:
        return Witness(Worlds(declarations, ()).model(0, seed))
    except (NoModel, Unevaluable) as error:
        return Witness(None, error.reason)


def build_model(
    declarations: Declarations,
    terms: tuple[Term, ...] = (),
    seed: int = 0,
    shape: int = 0,
) -> Model:
    """A random world for the evaluation of terms.

    Args:
        declarations: What it must be a model of.
        terms: The terms (unfolded) that will be evaluated; they settle what functions must be like.
        seed: Where its draws come from.
        shape: The number of its sizes; 0 has two of everything, the others vary.

    Raises:
        NoModel: No world satisfies the facts.
        Unevaluable: A fact cannot be evaluated.
    """
    return Worlds(declarations, terms).model(shape, seed)
