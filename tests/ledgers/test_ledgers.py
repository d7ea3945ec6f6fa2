"""Ledgers: everything that the judges say of a varied set of questions, compared word for word.

A page holds a few questions with the whole observable outcome of one judge: the kernel's verdict
with its rules, its reason and its difference, the re-checker's verdicts on the certificate and on
broken copies of it, the values of both sides in models with the counterexample, or the verdict on
an answer. Other tests say what must hold; a ledger says that nothing else has changed, so that no
proof gets lost and no reason gets vague unseen. The questions were chosen so that together they
reach nearly every statement of the judges. What an answer costs is told with it, in the counts that
limits of work are set in: where it changes, so does what is undecided for lack of it.

Where a change is meant, renew the pages and read the difference before it is committed:

    python tests/ledgers/test_ledgers.py
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from fractions import Fraction
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from textwrap import indent
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
from flint import acb, arb, fmpq

from lemmata.checkers.answers import check
from lemmata.judge.equations import judge_equations
from lemmata.kernel import language
from lemmata.kernel.certificates import certificate, equivalence
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.encode import CLASSES, decode, digest, seal
from lemmata.kernel.equations import solution
from lemmata.kernel.fuel import FUEL, Fuel
from lemmata.kernel.normal import Normaliser
from lemmata.kernel.prove import Open, explain, prove
from lemmata.kernel.recheck import recheck
from lemmata.kernel.render import text, to_term
from lemmata.kernel.rules import inequalities_constants as constants
from lemmata.kernel.rules.logarithms import factorise
from lemmata.kernel.shapes import typed
from lemmata.kernel.terms import (
    Det,
    Norm,
    Num,
    Relation,
    Statement,
    Sym,
    Term,
    Trace,
    Transpose,
    as_term,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Verdict
from lemmata.notation import read_sheet, write_text
from lemmata.semantics import Undefined, Unevaluable
from lemmata.semantics.build import NoModel, Worlds
from lemmata.semantics.curves import Curve, Ratio, _wave_at
from lemmata.semantics.errors import OverBudget
from lemmata.semantics.matrices import Matrix
from lemmata.semantics.model import Model
from lemmata.semantics.mutants import mutants_of
from lemmata.semantics.scope import Code
from lemmata.semantics.search import PRECISION, precision, search
from lemmata.semantics.singular import Exponential, Singular
from lemmata.semantics.values import (
    ONE,
    ZERO,
    Dual,
    Value,
    brief,
    exp,
    largest,
    log,
    magnitude,
    power,
    primal,
    principal_values,
    sqrt,
)
from lemmata.semantics.waves import NotWave, Wave, constant_root, integrate, numeric
from tests.ledgers.parts import of_parts
from tests.ledgers.worlds import digits, of_worlds

FOLDER = Path(__file__).parent
SEARCH = sys.modules["lemmata.semantics.search"]  # the package has a function of this name
SLIPS = 2
"""How many slips of a statement are judged beside it."""

BROKEN = 8
"""How many broken copies of a certificate are re-checked."""

COMBINATIONS = 5
"""How many terms are made of the parts of a statement."""

MIXED = 12
"""How many statements are made of the parts of one, to see what fits."""

MODELS = 2
"""In how many models the sides of a statement are evaluated."""

INNER = re.compile(r"_\d{5,}")
LONGEST = 300
"""The signs of a message that are kept."""


# ----------------------------------------------------------------------- what is asked


@cache
def rows(name: str) -> list[dict[str, Any]]:
    """The lines of a file of questions."""
    lines = (FOLDER / "asked" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@cache
def world(number: int) -> Declarations:
    """One of the worlds that the statements are about."""
    return decode(rows("worlds")[number]["declarations"], Declarations)


def statement_of(row: dict[str, Any]) -> tuple[Statement, Declarations]:
    """A statement with its world."""
    return decode(row["statement"], Statement), world(row["world"])


def written(statement: Statement, declarations: Declarations) -> str:
    """A statement in plain text."""
    left, right = (_text(side, declarations) for side in (statement.left, statement.right))
    return f"{left} {statement.relation} {right}"


def _text(term: Term, declarations: Declarations) -> str:
    try:
        return write_text(term, declarations)
    except (ValueError, TypeError, LookupError):  # no notation
        return repr(term)


@contextmanager
def kept(module: ModuleType, name: str) -> Iterator[list[Any]]:
    """What is made of a class by a module meanwhile: it has counted the work that was done."""
    made: list[Any] = []
    kind = getattr(module, name)

    class Kept(kind):  # type: ignore[misc,valid-type]
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            made.append(self)

    with patch.object(module, name, Kept):
        yield made


def _short(words: str) -> str:
    """A message without the numbers of inner variables, which depend on what was asked before."""
    words = INNER.sub("_", words)
    return words if len(words) <= LONGEST else words[:LONGEST] + " ..."


# ------------------------------------------------------------------------- the kernel


def of_the_kernel(row: dict[str, Any]) -> Iterator[str]:
    """The verdict of the kernel on a statement, turned round, and on slips of it."""
    statement, declarations = statement_of(row)
    yield written(statement, declarations)
    yield from _proved(statement, declarations)
    if statement.relation != "=":
        turned = Statement(statement.right, statement.relation, statement.left)
        yield "turned round: " + next(_proved(turned, declarations))
    for slip in _slips(statement, declarations):
        yield written(slip, declarations)
        yield from islice(_proved(slip, declarations), 2)


def _proved(statement: Statement, declarations: Declarations) -> Iterator[str]:
    fuel = Fuel()
    found = prove(statement, declarations, fuel)
    spent = f"({FUEL - fuel.left} of fuel)"
    if isinstance(found, Open):
        yield f"{found.reason}: {_short(found.message)} {spent}"
        if found.difference is not None:
            yield f"difference: {_short(text(found.difference, declarations))}"
        for name in ("nonzero", "rules", "assumptions"):
            if getattr(found, name):
                yield f"{name}: {'; '.join(getattr(found, name))}"
        yield f"explained: {explain(statement, declarations)}"
        return
    yield f"proved by {', '.join(found.rules) or 'the normal form alone'} {spent}"
    if found.assumptions or found.facts:
        yield f"assuming {'; '.join(found.assumptions)} (facts: {', '.join(found.facts)})"


def _slips(statement: Statement, declarations: Declarations) -> list[Statement]:
    found = list(islice(mutants_of(statement.right, declarations), 40))
    chosen = Random(repr(statement)).sample(found, min(SLIPS, len(found)))
    return [Statement(statement.left, statement.relation, slip.term) for slip in chosen]


# ------------------------------------------------------------------------- the shapes

JOINED: tuple[Callable[[Term, Term], Term], ...] = (
    lambda one, _: one,
    lambda one, other: one + other,
    lambda one, other: one * other,
    lambda one, other: Transpose(one) * other,
    lambda one, other: one * Transpose(other),
    lambda one, _: Transpose(one),
    lambda one, _: Trace(one),
    lambda one, _: Det(one),
    lambda one, _: one**2,
    lambda one, other: one / other,
    lambda one, _: language.exp(one),
    lambda one, _: Norm(one),
)


def of_shapes(row: dict[str, Any]) -> Iterator[str]:
    """Whether the shapes of parts that are put together at random fit, and what then is meant."""
    statement, declarations = statement_of(row)
    yield written(statement, declarations)
    dice = Random(repr(statement))
    parts = _parts(statement)
    for _ in range(MIXED):
        one, other = dice.choice(parts), dice.choice(parts)
        mixed = Statement(dice.choice(JOINED)(one, other), "=", dice.choice((one, other)))
        try:
            found = written(typed(mixed, declarations), declarations)
        except ValueError as error:
            found = _short(str(error))
        yield f"{written(mixed, declarations)}: {found}"


# ------------------------------------------------------------------- terms put together

COMBINED: tuple[Callable[[Term, Term], Term], ...] = (
    lambda one, other: one * other,
    lambda one, other: one + other * 3,
    lambda one, other: one / other,
    lambda one, other: (one - other) ** 2,
    lambda one, _: 1 / one,
    lambda one, other: language.log(one * other),
    lambda one, other: language.exp(one - other),
    lambda one, _: language.sqrt(one),
    lambda one, other: language.absolute(one * other),
    lambda one, _: language.partial(_name(one), one),
    lambda one, other: language.partial(_name(other), one * other),
)


def _name(term: Term) -> Sym:
    """The first name in a term; one that is declared nowhere if there is none."""
    return next((part for part in walk(term) if isinstance(part, Sym)), Sym("nowhere"))


def of_combinations(row: dict[str, Any]) -> Iterator[str]:
    """The normal form and the values of terms that are put together from parts of a statement."""
    statement, declarations = statement_of(row)
    yield written(statement, declarations)
    dice = Random(repr(statement))
    for _ in range(COMBINATIONS):
        one, other = dice.choice(_parts(statement)), dice.choice(_parts(statement))
        relation: Relation = dice.choice(("=", "=", "=", ">=", "<="))
        combined = Statement(dice.choice(COMBINED)(one, other), relation, as_term(0))
        yield written(combined, declarations)
        yield from islice(_proved(combined, declarations), 2)
        yield from _values(combined, declarations)


def _parts(statement: Statement) -> list[Term]:
    """The parts of a statement that are no numbers."""
    found = [part for side in (statement.left, statement.right) for part in walk(side)]
    return [part for part in found if not isinstance(part, Num)] or [statement.left]


# ---------------------------------------------------------------------- the constants

BITS = 16
"""How finely constants are enclosed."""
EXPONENTS = tuple(map(Fraction, ("2", "3", "-1", "-2", "1/2", "3/2", "-1/2", "1/3", "-2/3")))


def of_constants(row: dict[str, Any]) -> Iterator[str]:
    """The enclosures of elementary functions of a number, to the last bit."""
    number = Fraction(row["number"])
    yield str(number)
    yield f"exp {_span(constants._exp(number, BITS))}"
    yield f"rounded {_span(constants._outwards((number / 7, number / 3), 2 - 64))}"
    if number > 0:
        yield f"log {_span(constants._log(number, BITS))}"
    if abs(number) <= Fraction(1, 3):
        yield f"twice atanh {_span(constants._twice_atanh(number, BITS))}"
    if number.denominator == 1 and number > 1:
        yield f"arctangent {_span(constants._arctangent(int(number), BITS))}"
        yield f"factors {factorise(Normaliser(Declarations()), int(number))}"
    for span in ((number, number), (number, number + 1), (number - Fraction(1, 3), number)):
        powers = (_span(constants._power(span, exponent, BITS)) for exponent in EXPONENTS)
        yield f"powers of {_span(span)}: {', '.join(powers)}"
        yield f"times {_span(constants._times(span, (Fraction(-1), Fraction(2))))}"


def _span(span: tuple[Fraction, Fraction] | None) -> str:
    return "unknown" if span is None else f"[{span[0]}, {span[1]}]"


# ---------------------------------------------------------------------- the equations


def of_equations(row: dict[str, Any]) -> Iterator[str]:
    """Whether two equations have the same solutions, in both orders, with the certificate."""
    declarations = world(row["world"])
    first, second = (decode(row[name], Statement) for name in ("first", "second"))
    unknown = Sym(row["unknown"])
    yield f"{written(first, declarations)}, {written(second, declarations)}"
    for one, other in ((first, second), (second, first)):
        yield _judged(judge_equations(one, other, declarations, unknown))
        found = judge_equations(one, other, declarations, None)
        yield f"of no unknown: {found.outcome} {found.cause or ''}"
    held = equivalence(first, second, declarations)
    yield _rechecked(held) if held is not None else "no certificate"
    for equation in (first, second):
        value = solution(equation, unknown, declarations)
        yield f"solved by {_text(value, declarations) if value is not None else 'nothing known'}"


# --------------------------------------------------------------------- the re-checker


def of_the_rechecker(row: dict[str, Any]) -> Iterator[str]:
    """What the re-checker says of a certificate, and of broken copies of it."""
    statement, declarations = statement_of(row)
    yield written(statement, declarations)
    proof = prove(statement, declarations)
    if isinstance(proof, Open):
        yield "not proved"
        return
    issued = certificate(proof, declarations)
    content = {key: value for key, value in issued.items() if key != "lemmata"}
    yield f"certificate {digest(content)[:12]} of {len(issued['steps'])} steps"
    yield _rechecked(issued)
    dice = Random(repr(statement))
    for number in range(BROKEN):
        yield f"{number}: {_rechecked(_broken(issued, dice))}"


def _rechecked(held: dict[str, Any]) -> str:
    found = recheck(held)
    said = "; ".join(found.problems[:2]) or "holds"
    return f"{_short(said)} ({found.checked} steps, {len(found.problems)} problems)"


def _broken(issued: dict[str, Any], dice: Random) -> dict[str, Any]:
    """A copy in which one part stands in the place of another one of its kind, or is gone."""
    changed = deepcopy(issued)
    if dice.random() < 0.2:
        name = dice.choice(("assumptions", "facts", "rules", "steps", "bounds"))
        if changed[name]:
            del changed[name][dice.randrange(len(changed[name]))]
        return seal(changed)
    parts = ("statement", "steps", "steps", "bounds", "declarations")
    places = [place for name in parts for place in _places(changed[name])]
    for _ in range(60):
        kept, key = dice.choice(places)
        old = kept[key]
        if isinstance(old, list) and not (old and isinstance(old[0], str)):
            continue  # lists of parts are seldom of one kind
        alike = [c[k] for c, k in places if c[k] != old and _kind(c[k]) == _kind(old)]
        if _kind(old) == "number":
            kept[key] = str(Fraction(old) + 1)
            break
        if alike:
            kept[key] = deepcopy(dice.choice(alike))
            break
    return seal(changed)


def _kind(part: Any) -> str:
    """What may stand in the place of a part, so that the certificate can still be read."""
    if isinstance(part, str):
        return "number" if part.lstrip("-").isdigit() else "relation" if part in "<=>=" else "name"
    if not isinstance(part, list) or not part or not isinstance(part[0], str):
        return type(part).__name__
    found = CLASSES.get(part[0])
    return "term" if found is not None and issubclass(found, Term) else part[0]


def _places(part: Any) -> list[tuple[Any, Any]]:
    keys = list(part) if isinstance(part, dict) else range(len(part))
    if isinstance(part, str):
        return []
    inner = [(key, part[key]) for key in keys]
    return [
        place
        for key, value in inner
        for place in [(part, key), *(_places(value) if isinstance(value, dict | list) else [])]
    ]


def of_written_back(row: dict[str, Any]) -> Iterator[str]:
    """Terms that are put together are what their normal forms say, and the re-checker agrees."""
    statement, declarations = statement_of(row)
    yield written(statement, declarations)
    dice = Random(repr(statement))
    for _ in range(2):
        one, other = dice.choice(_parts(statement)), dice.choice(_parts(statement))
        combined = dice.choice(COMBINED)(one, other)
        found = prove(Statement(combined, "=", as_term(0)), declarations)
        if isinstance(found, Open) and found.difference is not None:
            plain = Statement(combined, "=", to_term(found.difference, declarations))
            yield written(plain, declarations)
            proof = prove(plain, declarations)
            if isinstance(proof, Open):
                yield f"{proof.reason}: {_short(proof.message)}"
                continue
            yield f"proved by {', '.join(proof.rules) or 'the normal form alone'}"
            issued = certificate(proof, declarations)
            yield _rechecked(issued)
            yield _rechecked(_broken(issued, dice))


def of_the_parts(row: dict[str, Any]) -> Iterator[str]:
    """What the parts of the re-checker say of what stands in a certificate."""
    statement, declarations = statement_of(row)
    yield written(statement, declarations)
    proof = prove(statement, declarations)
    assert not isinstance(proof, Open)
    yield from of_parts(certificate(proof, declarations))


# ------------------------------------------------------------------------- the models


def of_the_models(row: dict[str, Any]) -> Iterator[str]:
    """The values of both sides in models, and what the search says, also of slips."""
    statement, declarations = statement_of(row)
    yield written(statement, declarations)
    yield from _values(statement, declarations)
    yield from _searched(statement, declarations)
    for slip in _slips(statement, declarations)[:1]:
        yield written(slip, declarations)
        yield from _searched(slip, declarations)


def _values(statement: Statement, declarations: Declarations) -> Iterator[str]:
    try:
        sides = tuple(unfold(s, declarations) for s in (statement.left, statement.right))
        with precision(PRECISION):
            worlds = Worlds(declarations, sides)
            codes = [worlds.evaluator.compile(side) for side in sides]
            for number in range(MODELS):
                model = worlds.model(number, number)
                found = " | ".join(_value(worlds, code, model) for code in codes)
                spent = f"({worlds.meter.spent} operations)"
                yield f"at {model.shape.describe() or 'no sizes'}: {found} {spent}"
    except (Unevaluable, NoModel, OverBudget, ValueError) as error:
        yield f"no values: {error}"


def _value(worlds: Worlds, code: Code, model: Model) -> str:
    try:
        return digits(worlds.evaluator.run(code, model))
    except Undefined as error:
        return f"undefined ({error.reason})"


def _searched(statement: Statement, declarations: Declarations) -> Iterator[str]:
    with kept(SEARCH, "Worlds") as worlds:
        found = search(statement, declarations, effort=40, shrinking=60)
    spent = sum(each.meter.spent for each in worlds)
    yield (
        f"{found.outcome} in {found.models} models ({'; '.join(found.sizes)}), {spent} operations, "
        f"{found.undefined} undefined{': ' + found.reason if found.reason else ''}"
    )
    if found.counterexample is not None:
        yield from found.counterexample.text.splitlines()


def of_the_worlds(row: dict[str, Any]) -> Iterator[str]:
    """What the parts of the models say of a statement."""
    statement, declarations = statement_of(row)
    yield written(statement, declarations)
    try:
        said = typed(statement, declarations)
        left, right = (unfold(side, declarations) for side in (said.left, said.right))
    except ValueError as error:  # shapes that do not fit, or what is not unfolded
        yield str(error)
        return
    with precision(PRECISION):
        yield from of_worlds(Statement(left, said.relation, right), declarations)


# ------------------------------------------------------------------- their arithmetic

V = Wave.variable(1)
BELL = exp(-(V * V) / 2)
WIDE = exp(-(V * V) / 8 + V)
POINT = acb("0.75")
"""Where a function of a variable of integration is evaluated."""

VALUES: dict[str, Callable[[], Value]] = {
    "zero": lambda: ZERO,
    "fraction": lambda: fmpq(-2, 3),
    "square": lambda: fmpq(9, 4),
    "ball": lambda: arb(2).sqrt(),
    "negative ball": lambda: -arb(3).log(),
    "dual": lambda: Dual(0, fmpq(3, 2), fmpq(5)),
    "dual of a ball": lambda: Dual(0, arb(5).log(), fmpq(-1, 2)),
    "dual above": lambda: Dual(1, fmpq(7, 3), fmpq(2)),
    "dual of duals": lambda: Dual(1, Dual(0, fmpq(3), ONE), Dual(0, fmpq(2), fmpq(5))),
    "dual at zero": lambda: Dual(0, ZERO, ONE),
    "dual of a wave": lambda: Dual(0, BELL, V * BELL),
    "no wave": lambda: Wave([]),
    "constant wave": lambda: Wave.constant(fmpq(3)),
    "variable": lambda: V,
    "polynomial": lambda: V * V * 2 - V + 1,
    "other variable": lambda: Wave.variable(2) + 1,
    "exponential": lambda: BELL,
    "negative exponential": lambda: BELL * fmpq(-3),
    "density": lambda: BELL * constant_root(),
    "mixture": lambda: BELL + WIDE * 2,
    "ratio": lambda: BELL / (BELL + WIDE),
    "posterior": lambda: V * BELL / (BELL * 3 + WIDE),
    "curve": lambda: log(BELL + WIDE),
    "weighed curve": lambda: BELL * log(BELL + WIDE),
    "pole": lambda: BELL / ((V - 1) * (V - 1)),
    "another pole": lambda: ONE / (V * V * 3),
    "logarithm of negatives": lambda: BELL * log(-(V * V) - 1),
    "bare logarithm of negatives": lambda: log(fmpq(1, 2) - V * V),
    "exponential of a logarithm": lambda: exp(log(-(V * V) - 1)),
    "matrix": lambda: Matrix(1, 2, [[fmpq(2), fmpq(-1, 2)]]),
}
PAIRS: dict[str, Callable[[Value, Value], Value]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": power,
    "largest": lambda a, b: largest([a, b]),
}
ALONE: dict[str, Callable[[Value], Value]] = {
    "minus": lambda a: -a,
    "log": log,
    "exp": exp,
    "sqrt": sqrt,
    "magnitude": magnitude,
    "cube": lambda a: power(a, fmpq(3)),
    "inverse square": lambda a: power(a, fmpq(-2)),
    "three halves": lambda a: power(a, fmpq(3, 2)),
    "two thirds": lambda a: power(a, fmpq(2, 3)),
    "integral": lambda a: integrate(a, 1),
    "integral over another": lambda a: integrate(a, 2),
    "weighed": lambda a: integrate(a * BELL, 1),
    "squared and weighed": lambda a: integrate(a * a * V * V * BELL, 1),
    "brief": lambda a: Matrix(1, 1, [[a]]) if isinstance(a, Matrix) else brief(primal(a)),
}


def of_arithmetic(row: dict[str, Any]) -> Iterator[str]:
    """What a value gives with every other one, and under every function."""
    name, by = row["value"], row["by"]
    made = VALUES[name]
    yield f"{name}: {_tried(made)}"
    if by in PAIRS:
        for other, right in VALUES.items():
            yield f"{by} {other}: {_tried(lambda: PAIRS[by](made(), right()))}"  # noqa: B023
        return
    token = principal_values.set(by == "principal values")
    for call, function in ALONE.items():
        yield f"{call}: {_tried(lambda: function(made()))}"  # noqa: B023
    principal_values.reset(token)


def _tried(function: Callable[[], Value]) -> str:
    try:
        with precision(PRECISION):
            return _shown(function())
    except Exception as error:  # noqa: BLE001 - whatever is raised is noted
        words = "" if isinstance(error, TypeError | AttributeError) else str(error)
        beyond = " for certain" if getattr(error, "beyond", False) else ""
        return f"{type(error).__name__}{beyond} {words}".strip()


def _shown(value: Value) -> str:
    """A value, and a function by its value at a point and what else it carries."""
    match value:
        case Dual():
            return f"({_shown(value.value)}) + ({_shown(value.tangent)}) e{value.level}"
        case Wave():
            try:
                at = digits(_wave_at(numeric(value), 1)(POINT, False))
            except NotWave:
                at = "of several variables"
            return f"wave of {len(value.parts)}: {at}"
        case Curve():
            # what bounds it in the tails, at 2
            bounds = [
                t.size * arb(2) ** t.degree * (2 * t.slope - 4 * t.decay).exp()
                for t in value.envelope
            ]
            at, bound = digits(value.at(POINT, False)), digits(sum(bounds, arb(0)))
            return f"curve: {at}, {len(bounds)} bounds of {bound}"
        case Ratio():
            return f"ratio: {_shown(value.top)} over {_shown(value.bottom)}"
        case Singular():
            parts = f"{_shown(value.wave)} and {_shown(value.factor)}"
            return f"{value.kind} at {digits(value.centre)}: {parts}"
        case Exponential():
            return f"{_shown(value.factor)} times exp of {_shown(value.exponent)}"
        case Matrix():
            rows = ["[" + ", ".join(map(_shown, row)) + "]" for row in value.entries]
            return f"{value.rows} by {value.columns} " + ", ".join(rows)
    return digits(value)


# -------------------------------------------------------------------------- the judge


def of_the_judge(row: dict[str, Any]) -> Iterator[str]:
    """The verdict on an answer, with everything that it says."""
    yield row["answer"]
    sheet = read_sheet(row["sheet"]) if "sheet" in row else None
    found = check(
        row["answer"], claim=row["claim"], sheet=sheet, kind=row["kind"], format=row["format"]
    )
    yield f"{row['claim']}: {_judged(found)}"
    yield f"read as {found.read_as}; at {found.span and (found.span.start, found.span.end)}"
    if found.first_wrong_step or found.steps:
        asked = found.reaches_goal, found.starts_as_asked
        yield f"first wrong step {found.first_wrong_step}; goal, start {asked}"
    for step in found.steps:
        yield f"step {step.step} {step.relation}: {_judged(step.verdict)}"


def _judged(found: Verdict) -> str:
    said = f"{found.outcome} {found.cause or ''}\n{_short(found.message)}"
    if found.rules or found.assumptions:
        said += f"\nrules {', '.join(found.rules)}; assuming {'; '.join(found.assumptions)}"
    return said


# -------------------------------------------------------------------------- the pages

BOOKS: dict[str, tuple[str, int, Callable[[dict[str, Any]], Iterator[str]]]] = {
    "kernel": ("kernel", 6, of_the_kernel),
    "shapes": ("shapes", 6, of_shapes),
    "combinations": ("combinations", 5, of_combinations),
    "constants": ("constants", 3, of_constants),
    "equations": ("equations", 3, of_equations),
    "recheck": ("recheck", 4, of_the_rechecker),
    "parts": ("parts", 1, of_the_parts),
    "written_back": ("written_back", 4, of_written_back),
    "models": ("models", 4, of_the_models),
    "worlds": ("models", 8, of_the_worlds),
    "arithmetic": ("arithmetic", 4, of_arithmetic),
    "judge": ("judge", 6, of_the_judge),
}
"""The questions of each book, how many stand on a page, and what is written about one."""


def pages() -> Iterator[tuple[str, int]]:
    """Every page: its book and its number."""
    for book, (asked, size, _) in BOOKS.items():
        yield from ((book, page) for page in range(-(-len(rows(asked)) // size)))


def page_of(book: str, page: int) -> str:
    """A page as it is today."""
    asked, size, say = BOOKS[book]
    entries = []
    for row in rows(asked)[page * size : (page + 1) * size]:
        first, *rest = say(row)
        entries.append(first.strip() + "\n" + indent("\n".join(rest), "  "))
    return "\n\n".join(entries) + "\n"


def path_of(book: str, page: int) -> Path:
    """Where a page is kept."""
    return FOLDER / book / f"{page:03}.txt"


@pytest.mark.parametrize(("book", "page"), list(pages()))
def test_a_page_is_as_it_was(book: str, page: int) -> None:
    """Nothing that the judges say of the questions of a page has changed."""
    kept = path_of(book, page).read_text("utf-8")
    assert page_of(book, page).splitlines() == kept.splitlines()


def test_no_page_is_left_over() -> None:
    """Every kept page is one that is asked for."""
    kept = {path for book in BOOKS for path in (FOLDER / book).iterdir()}
    assert kept == {path_of(*page) for page in pages()}


def renew() -> None:
    """Write all pages as they are today, and say which changed."""
    for book, page in pages():
        path, now = path_of(book, page), page_of(book, page)
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != now:
            path.write_text(now, "utf-8")
            sys.stdout.write(f"renewed {path.relative_to(FOLDER)}\n")


if __name__ == "__main__":
    renew()
