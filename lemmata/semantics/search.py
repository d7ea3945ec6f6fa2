"""The search for a world in which a statement is false.

Refuted means: a model of the declared world, in which every declared fact holds, where the balls
around both sides are disjoint in the wrong direction. Agreement of models is only ever `supported`.
An equality needs few models, because a false one nearly always fails in the first. A false
inequality may hold in most worlds, so the search then climbs: it changes one draw at a time and
keeps what brings the sides closer to the wrong order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from flint import acb, arb, ctx, fmpq

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.shapes import typed
from lemmata.kernel.terms import Statement, Term, walk
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Counterexample
from lemmata.semantics.build import NoModel, Worlds, difference_sign, refutes
from lemmata.semantics.climb import climb
from lemmata.semantics.describe import describe_refutation
from lemmata.semantics.errors import OverBudget, Undefined, Unevaluable
from lemmata.semantics.matrices import Matrix
from lemmata.semantics.model import OPERATIONS, Model
from lemmata.semantics.remembered import Memory
from lemmata.semantics.scope import Code
from lemmata.semantics.shrink import Values, shrink
from lemmata.semantics.values import Value, is_infinite, principal_values

PRECISION = 128
ESCALATED = 512
"""Bits of the balls: the second where the first leave balls too wide to tell."""

VAGUE = 1e-9
"""A ball with a larger radius is computed again with more bits."""

CLIMBING = 400_000
SHRINKING = 150_000
"""Operations that climbing and shrinking may take beyond those of the models."""

MODEL_WORK, COMPILING_WORK = 500, 20
"""What a model, and what each part of a statement takes of the work that one answer may be."""

EVEN = tuple(
    fmpq(*pair) for pair in ((1, 8), (1, 1000), (1, 2), (7, 8), (999, 1000), (1, 1), (9, 1))
)
"""Numbers tried where an inequality has a value in no random world."""

LEAST_MODELS = 3
"""Fewer models than this do not support a statement."""

Finding: TypeAlias = Literal["refuted", "supported", "unevaluable"]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What the models say about a statement.

    Attributes:
        outcome: `refuted` with a counterexample, `supported` by models, or `unevaluable`.
        counterexample: The world that refutes, shrunk.
        models: How many models were evaluated.
        sizes: The sizes of these models, in words.
        undefined: In how many more models a side had no value.
        reason: Why it is unevaluable.
        budget: Whether the reason is that the operations ran out.
    """

    outcome: Finding
    counterexample: Counterexample | None = None
    models: int = 0
    sizes: tuple[str, ...] = ()
    undefined: int = 0
    reason: str = ""
    budget: bool = False


@dataclass(slots=True)
class Trial:
    """One statement, compiled, with what happened in the models so far.

    Attributes:
        worlds: Where it is evaluated.
        statement: The statement, unfolded.
        left: Its left side.
        right: Its right side.
        undefined: Why it had no value.
        parts: How many parts its sides have; counted where it is not told.
    """

    worlds: Worlds
    statement: Statement
    left: Code
    right: Code
    undefined: list[str] = field(default_factory=list)
    parts: int = 0

    def __post_init__(self) -> None:
        if not self.parts:
            sides = (self.statement.left, self.statement.right)
            self.parts = sum(1 for side in sides for _ in walk(side))

    def values(
        self, model: Model, known: tuple[Value, Value] | None = None
    ) -> tuple[fmpq | arb, fmpq | arb]:
        """Both sides in a model, with more bits if the balls are too wide to tell.

        Args:
            model: The model.
            known: What `sides` found in it, if it was asked.

        Raises:
            Undefined: A side has no value; `beyond` only if it is one side that lies outside the
                domain of a function for certain while the other has a value.
        """
        left, right = self.entries(*(known or self.sides(model)))
        if _vague(left, right):
            with precision(ESCALATED):
                left, right = self.entries(*self.sides(model.varied(model.overrides)))
        return left, right

    def entries(self, left: Value, right: Value) -> tuple[fmpq | arb, fmpq | arb]:
        """The first entries of two matrices that tell them apart, or that may; two numbers as such.

        Raises:
            Unevaluable: Their shapes differ.
        """
        if not (isinstance(left, Matrix) or isinstance(right, Matrix)):
            return left, right
        matrix = left if isinstance(left, Matrix) else right
        sides = [
            side if isinstance(side, Matrix) else matrix.map(lambda _, value=side: value)  # type: ignore[misc]
            for side in (left, right)
            if isinstance(side, Matrix) or side == 0
        ]
        if len(sides) < 2 or len({(side.rows, side.columns) for side in sides}) > 1:
            raise Unevaluable("the two sides have different shapes")
        pairs = list(zip(sides[0].flat(), sides[1].flat(), strict=True))
        apart = [pair for pair in pairs if difference_sign(*pair) in (1, -1)]
        open_pairs = [pair for pair in pairs if difference_sign(*pair) is None]
        found: tuple[fmpq | arb, fmpq | arb] = (*apart, *open_pairs, *pairs)[0]
        return found

    def sides(self, model: Model) -> tuple[Value, Value]:
        """Both sides in a model, numbers or matrices.

        Raises:
            Undefined: As in `values`.
        """
        found: list[Value] = []
        failed: list[Undefined] = []
        self.look(new=not model.drawn)
        for name, code in (("left", self.left), ("right", self.right)):
            try:
                found.append(self.worlds.evaluator.run(code, model))
            except Undefined as error:
                failed.append(
                    Undefined(f"the {name} side has no value: {error.reason}", beyond=error.beyond)
                )
        if failed:
            one_sided = len(failed) == 1 and failed[0].beyond
            raise Undefined(failed[0].reason, beyond=one_sided and self._apart(model))
        return found[0], found[1]

    def look(self, *, new: bool = True) -> None:
        """Take what looking at one more model is of the work, and making it where it is new.

        Raises:
            OverBudget: There is not so much left.
        """
        if new:
            self.worlds.meter.look(MODEL_WORK)
        self.worlds.meter.spend(self.parts)

    def _apart(self, model: Model) -> bool:
        """Whether the sides differ even with principal values where one has no real value.

        So `log(x^2) = 2 log x` is wrong at -1, while `log x - log x = 0`, which is as undefined
        there, is let pass: it fails by a convention only.
        """
        token = principal_values.set(True)
        try:
            fresh = model.varied(model.overrides)
            left, right = (
                self.worlds.evaluator.run(code, fresh) for code in (self.left, self.right)
            )
        except Undefined:
            return False
        finally:
            principal_values.reset(token)
        if isinstance(left, Matrix) or isinstance(right, Matrix):
            return False
        gap = acb(left) - right
        if gap.is_finite():
            return not gap.contains(0)
        imaginary = gap.imag
        if imaginary > 0 or imaginary < 0:
            return True
        # an integral that diverges, beside a number
        return any(
            is_infinite(one) and not isinstance(other, acb) and not is_infinite(other)
            for one, other in ((left, right), (right, left))
        )

    def refuting(self, model: Model) -> bool:
        """Whether a model, whose facts hold, rules the statement out."""
        try:
            left, right = self.values(model)
        except Undefined as error:
            return error.beyond
        return refutes(left, self.statement.relation, right)


def search(
    statement: Statement,
    declarations: Declarations,
    *,
    seed: int = 0,
    models: int = LEAST_MODELS,
    effort: int = 120,
    shrinking: int = 160,
    limit: int = OPERATIONS,
) -> SearchResult:
    """Look for a world in which a statement is false.

    Args:
        statement: What is claimed, with named quantities folded or not.
        declarations: The world it is claimed in.
        seed: Where all randomness comes from; the same seed gives the same result.
        models: How many models an equality must survive (at least three).
        effort: How many more models a false inequality is looked for in, by hill-climbing.
        shrinking: How many models the shrinking of a counterexample may try; with none, it is not
            described either.
        limit: The limit of operations over all models.
    """
    try:
        statement = typed(statement, declarations)
        left, right = (_plain(side, declarations) for side in (statement.left, statement.right))
        with precision(PRECISION), closing(Worlds(declarations, (left, right), limit)) as worlds:
            memory = Memory(worlds.evaluator)
            sides = memory.side(left), memory.side(right)
            unfolded = Statement(left, statement.relation, right)
            trial = Trial(worlds, unfolded, *sides, parts=len(worlds.layout.parts))
            worlds.meter.look(COMPILING_WORK * trial.parts)
            return _search(trial, seed, max(models, LEAST_MODELS), effort, shrinking)
    except OverBudget as error:
        return SearchResult("unevaluable", reason=error.reason, budget=True)
    except (Unevaluable, NoModel) as error:
        return SearchResult("unevaluable", reason=error.reason)
    except ValueError as error:
        return SearchResult("unevaluable", reason=str(error))
    except RecursionError:
        return SearchResult("unevaluable", reason="the statement is nested too deeply")
    except Exception as error:  # noqa: BLE001 - one bad answer must not stop a batch of thousands
        reason = f"a bug of the model judge, please report it: {type(error).__name__}: {error}"
        return SearchResult("unevaluable", reason=reason)


@lru_cache(maxsize=128)
def _plain(term: Term, declarations: Declarations) -> Term:
    """A term with its named quantities unfolded; many statements share a side."""
    return unfold(term, declarations)


def _search(trial: Trial, seed: int, models: int, effort: int, shrinking: int) -> SearchResult:
    equality = trial.statement.relation == "="
    wanted = models if equality else 2 * models
    survived: list[Model] = []
    beyond: Model | None = None
    undefined, reason = 0, ""
    for number in range(4 * wanted):
        # numbers of both signs refute more, but a product of logarithms may never have a value
        model = trial.worlds.model(number, seed, positive=undefined >= wanted)
        try:
            left, right = trial.values(model)
        except Undefined as error:
            undefined, reason = undefined + 1, reason or error.reason
            if error.beyond and beyond is None:
                beyond = model
            continue
        if refutes(left, trial.statement.relation, right):
            return _refuted(trial, model, shrinking, undefined, (left, right))
        survived.append(model)
        if len(survived) == wanted:
            break
    if beyond is not None and (equality or not (survived or _has_value(trial, beyond))):
        return _refuted(trial, beyond, shrinking, undefined)
    if not equality and survived and effort:
        meter = trial.worlds.meter
        meter.limit = meter.spent + CLIMBING
        try:
            climbed = climb(trial, survived, effort)
        except OverBudget:
            climbed = None  # the models agree; they were searched for as long as allowed
        if climbed is not None:
            return _refuted(trial, climbed, shrinking, undefined)
    sizes = tuple(dict.fromkeys(model.shape.describe() for model in survived))
    if len(survived) < models:
        message = (
            f"a side has no value in {undefined} of {undefined + len(survived)} models: {reason}"
        )
        return SearchResult("unevaluable", None, len(survived), sizes, undefined, message)
    return SearchResult("supported", None, len(survived), sizes, undefined)


def _has_value(trial: Trial, model: Model) -> bool:
    """Whether both sides have values after all where the numbers of a world are more even.

    An inequality that has no value in some worlds may well be meant for the others.
    """
    keys = [key for key in model.drawn if key[0] in ("scalar", "function", "real", "free")]
    for value in EVEN:
        even = model.varied({**model.overrides, **dict.fromkeys(keys, value)})
        if even.within_intervals() and trial.worlds.violated(even) is None:
            try:
                trial.values(even)
            except Undefined:
                continue
            return True
    return False


def _refuted(
    trial: Trial, model: Model, shrinking: int, undefined: int, values: Values | None = None
) -> SearchResult:
    if not shrinking:
        return SearchResult("refuted", None, 1, (model.shape.describe(),), undefined)
    meter = trial.worlds.meter
    meter.limit = meter.spent + SHRINKING
    best = shrink(trial, model, shrinking, values)
    meter.limit = meter.spent + OPERATIONS  # the values of one model, which were computed before
    found = describe_refutation(trial, best)
    return SearchResult("refuted", found, 1, (best.shape.describe(),), undefined)


def _vague(left: fmpq | arb, right: fmpq | arb) -> bool:
    """Whether a ball is so wide that more bits may tell the sides apart."""
    gap = arb(left) - right
    return bool(gap.contains(0)) and bool(gap.rad() > VAGUE)


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute with balls of this many bits."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def describe(model: Model, statement: Statement) -> Counterexample:
    """What a statement uses of a model, and the values of both its sides there, in words.

    Raises:
        Unevaluable: No model of this kind can evaluate it.
    """
    left = unfold(statement.left, model.declarations)
    right = unfold(statement.right, model.declarations)
    with precision(PRECISION):
        worlds = Worlds(model.declarations, (left, right))
        compiled = worlds.evaluator.compile(left), worlds.evaluator.compile(right)
        trial = Trial(worlds, Statement(left, statement.relation, right), *compiled)
        return describe_refutation(trial, model)


def evaluate_in(model: Model, term: Term) -> fmpq | arb:
    """The value of a term in a model: exact, or a ball that encloses it.

    Raises:
        Undefined: It has no value there.
        Unevaluable: No model of this kind can evaluate it.
    """
    unfolded = unfold(term, model.declarations)
    with precision(PRECISION):
        worlds = Worlds(model.declarations, (unfolded,))
        value: fmpq | arb = worlds.evaluator.run(worlds.evaluator.compile(unfolded), model)
        return value


def fingerprint(
    term: Term, declarations: Declarations, seeds: tuple[int, ...] = (0, 1, 2)
) -> tuple[fmpq | arb | None, ...]:
    """The values of a term in fixed models, None where it has none.

    Equal terms have overlapping values in the same models.

    Raises:
        Unevaluable: No model of this kind can evaluate it.
        NoModel: No world satisfies the facts.
    """
    unfolded = unfold(term, declarations)
    found: list[fmpq | arb | None] = []
    with precision(PRECISION):
        worlds = Worlds(declarations, (unfolded,))
        code = worlds.evaluator.compile(unfolded)
        for seed in seeds:
            model = worlds.model(seed, seed)
            try:
                found.append(worlds.evaluator.run(code, model))
            except Undefined:
                found.append(None)
    return tuple(found)
