"""The verdict on two lines over all their readings, and on the steps of a chain of lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Final

from lemmata.judge.bridges import by_bridges
from lemmata.judge.conditions import assuming, of_discrete_outcomes, under, where_it_holds
from lemmata.judge.doubts import (
    BY_ENTRIES,
    LAYOUT,
    by_entries,
    doubts_of,
    laid_out_otherwise,
    named_like_a_row,
)
from lemmata.judge.labels import judge_labels
from lemmata.judge.lines import LARGEST_PAIRS, SIGNS, agree, unread
from lemmata.judge.mends import explain_slip
from lemmata.judge.objectives import doubtful, judge_aims
from lemmata.judge.remarks import BARE_NAME, UPDATES
from lemmata.judge.statements import (
    FUEL_OF_REFUTED,
    judge_statement,
    parts_of,
    refuted,
    refuted_at_once,
)
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.fuel import Fuel
from lemmata.kernel.shapes import ShapeError, components
from lemmata.kernel.terms import (
    JSD,
    KL,
    CrossEntropy,
    Density,
    Relation,
    Statement,
    as_term,
    walk,
)
from lemmata.kernel.verdict import Counterexample, StepVerdict, Verdict
from lemmata.notation import Chain, Line, Reading, write_text
from lemmata.notation.answers import half_unit, one_earlier
from lemmata.notation.derivatives import GRADIENT_OF_SUM

PAIR_PARTS: Final = 2_000
"""Parts of all pairs of readings that are judged: of a long statement these are fewer."""
FUEL_OF_OTHERS: Final = FUEL_OF_REFUTED // 2
"""For seeing that none of the pairs of readings behind the first one is proved."""
EQUAL: Final = frozenset({"=", ":="})
LARGEST_RETURN: Final = 4
MOST_EXPLAINED: Final = 10
ROUNDING: Final = frozenset({"=", "approx"})
BOUNDS: Final[tuple[tuple[int, Relation], ...]] = ((1, "<="), (-1, ">="))


@dataclass(slots=True)
class Explaining:
    """Of how many more wrong steps of a text it is said what is wrong with them."""

    left: int = MOST_EXPLAINED


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict of one pair of readings, with what a message may add."""

    verdict: Verdict
    statement: Statement | None = None
    declarations: Declarations | None = None


def judge_readings(
    pairs: Sequence[tuple[Reading, Reading]],
    relation: Relation,
    declarations: Declarations,
    harmless: Sequence[str] = (),
    given: Sequence[Statement] = (),
) -> tuple[Judged, tuple[Reading, ...]]:
    """The verdict over all pairs of readings of two lines, where conditions hold.

    And the readings of the second that it leaves.

    One proved pair proves, unless it is read carelessly and another one is not proved; only the
    refutation of every pair, none of them doubtful, refutes. What refutes is told of the first of
    them, and is not worked out for the others.
    """
    if not pairs:
        message = "the two sides use notation in two senses; write it out"
        return Judged(Verdict("undecided", cause="ambiguous", message=message)), ()
    judged: list[tuple[Reading, Reading, Judged]] = []
    fuel = Fuel(FUEL_OF_OTHERS)
    parts = parts_of(Statement(pairs[0][0].term, relation, pairs[0][1].term))
    most = max(2, min(LARGEST_PAIRS, PAIR_PARTS // parts))
    for left, right in pairs[:most]:
        statement = Statement(left.term, relation, right.term)
        spare = fuel if judged else None
        found = _judge_pair(statement, left, right, declarations, given, spare)
        judged.append((left, right, found))
    proved = [entry for entry in judged if entry[2].verdict.outcome == "proved"]
    if proved:
        kept = tuple(dict.fromkeys(right for _, right, _ in proved))
        sure = [entry for entry in proved if not _is_careless(*entry[:2])]
        if not sure and len(proved) < len(judged):
            message = "this holds only if a gradient is one of a sum without brackets; write them"
            verdict = replace(proved[0][2].verdict, outcome="undecided", cause="ambiguous")
            return replace(proved[0][2], verdict=replace(verdict, message=message)), kept
        return (sure or proved)[0][2], kept
    after = tuple(dict.fromkeys(right for _, right in pairs))
    left_open = [entry[2] for entry in judged if entry[2].verdict.outcome != "refuted"]
    refuted = [entry for entry in judged if entry[2].verdict.outcome == "refuted"]
    if left_open:
        open_one = left_open[0]
        if refuted:
            note = (
                "; another reading is refuted, so the notation decides: write it without ambiguity"
            )
            message = open_one.verdict.message + note
            verdict = replace(open_one.verdict, cause="ambiguous", message=message)
            open_one = replace(open_one, verdict=verdict)
        return open_one, after
    doubts = [flag for a, b, _ in judged for flag in (*a.flags, *b.flags) if flag not in harmless]
    doubts += [
        doubt
        for _, _, found in judged
        for doubt in doubts_of(found.statement, found.declarations or declarations)
    ]
    for _, _, found in judged:
        told = found.verdict.counterexample
        doubts += named_like_a_row(told.text if told else "", declarations)
        doubts += _strict_between_laws(found, declarations)
    for doubt, other in ((BY_ENTRIES, by_entries), (LAYOUT, laid_out_otherwise)):
        if doubt in doubts and _wrong_too(other, [found for _, _, found in judged], declarations):
            doubts = [each for each in doubts if each != doubt]
    if len(pairs) > most:
        doubts.append("more readings than are tried")
    if doubts:
        return _doubtful(refuted[0][2], tuple(dict.fromkeys(doubts))), after
    return refuted[0][2], after


def _is_careless(left: Reading, right: Reading) -> bool:
    """Whether a gradient on a side is read as one of a sum without brackets."""
    return GRADIENT_OF_SUM in (*left.choices, *right.choices)


_OR_EQUAL: Final[dict[Relation, Relation]] = {"<": "<=", ">": ">="}


def _strict_between_laws(found: Judged, declarations: Declarations) -> list[str]:
    """What is said of a strict bound of laws that holds with equality: where they are the same."""
    statement = found.statement
    if statement is None or statement.relation not in _OR_EQUAL:
        return []
    parts = [part for side in (statement.left, statement.right) for part in walk(side)]
    if not any(isinstance(part, Density | KL | JSD | CrossEntropy) for part in parts):
        return []
    weak = replace(statement, relation=_OR_EQUAL[statement.relation])
    holds = judge_statement(weak, found.declarations or declarations).outcome == "proved"
    return ["a bound of two laws, which may be meant to differ"] if holds else []


def _wrong_too(
    otherwise: Callable[[Statement | None, Declarations], Statement | None],
    judged: Sequence[Judged],
    declarations: Declarations,
) -> bool:
    """Whether statements are wrong too as they may be meant otherwise."""
    for found in judged:
        declared = found.declarations or declarations
        other = otherwise(found.statement, declared)
        if other is None or judge_statement(other, declared).outcome != "refuted":
            return False
    return True


def _judge_pair(
    statement: Statement,
    left: Reading,
    right: Reading,
    declarations: Declarations,
    given: Sequence[Statement],
    spare: Fuel | None,
) -> Judged:
    """The verdict on one pair of readings, for all components that their letters number.

    With fuel to spare, nobody asks what refutes an equation.
    """
    letters = dict(left.letters)
    letters |= {name: axis or letters.get(name) for name, axis in right.letters}
    try:
        statement, declared = components(statement, letters, declarations)
        declared = assuming(declared, given)
    except ShapeError as problem:
        message = f"the shapes do not fit: {problem}"
        return Judged(refuted("", Counterexample({}, "", "", message)), statement, declarations)
    except ValueError as problem:
        return Judged(Verdict("undecided", cause="under-declared", message=str(problem)))
    equation = statement.relation == "="
    if spare is not None and equation and refuted_at_once(statement, declared, spare):
        return Judged(Verdict("refuted"), statement, declared)
    found = judge_labels(judge_statement(statement, declared), statement, declared)
    earlier = one_earlier(statement, declared) if found.outcome == "undecided" else None
    if earlier is not None:
        again = judge_statement(earlier, declared)
        found = again if again.outcome == "proved" else found
    found = by_bridges(found, statement, declared)
    here = where_it_holds(statement, given) if found.outcome == "undecided" else None
    if here is not None:
        again = judge_statement(here, declared)
        found = again if again.outcome == "proved" else found
    discrete = of_discrete_outcomes(statement, declared) if found.outcome == "refuted" else ()
    if discrete and judge_statement(statement, assuming(declared, discrete)).outcome != "refuted":
        message = (
            "this would be refuted, but it may hold of discrete outcomes, as entropies >= 0 do"
        )
        found = Verdict("undecided", cause="ambiguous", message=message, read_as=found.read_as)
    return Judged(under(found, given, declared), statement, declared)


def _doubtful(found: Judged, doubts: tuple[str, ...]) -> Judged:
    message = (
        f"as read here this would be refuted, but the reading is doubtful: {'; '.join(doubts)}"
    )
    verdict = replace(found.verdict, outcome="undecided", cause="ambiguous", counterexample=None)
    return Judged(replace(verdict, message=f"{message}. Declare it, or write it out"))


def judge_chain(
    chain: Chain,
    declarations: Declarations,
    harmless: Sequence[str] = (),
    given: Sequence[Statement] = (),
    explaining: Explaining | None = None,
) -> Iterator[StepVerdict]:
    """The steps of a chain, one at a time as they are judged: each line against the one before it.

    After a wrong step the later lines are judged from the line as it stands, so an error that is
    only carried forward is not counted twice. An update (`new <- old + ...`) is no step where it
    begins the chain. Who asks for the outcomes alone wants nothing explained.
    """
    number = 0
    live: tuple[Reading, ...] = ()
    before: Line | None = None
    equal: list[Line] = []  # lines of one reading, each proved equal to the next, up to `before`
    for line in chain.lines:
        if line.omitted and before is not None and line.relation in SIGNS:
            number += 1
            ends = line is chain.lines[-1]
            yield StepVerdict(number, line.relation, _omitted(line, ends=ends), line.span)
            continue  # the next line is judged against the last one that is written
        updates = line.relation in UPDATES
        if updates and before is not None and before.relation is not None:
            number += 1
            yield StepVerdict(number, line.relation or "", _updated_again(line), line.span)
        if before is None or line.relation is None or updates:
            live = line.readings
        else:
            flags = (*harmless, *chain.flags)
            verdict, left, refuted = _judge_step(before, line, live, declarations, flags, given)
            if refuted is not None and explaining is not None and explaining.left:
                explaining.left -= 1
                verdict = _explained(verdict, refuted, declarations)
            if verdict.outcome == "undecided" and verdict.cause == "supported":
                verdict = _from_earlier(verdict, equal, line, declarations, given)
            joined = verdict.outcome == "proved" and line.relation in EQUAL and len(live) == 1
            equal = [*equal, before] if joined else []
            live = left
            number += 1
            yield StepVerdict(number, line.relation, verdict, line.span)
        before = line


def _updated_again(line: Line) -> Verdict:
    """The verdict on an update of what a chain has already set to something."""
    message = "an update stands behind another relation; write = where the two are equal"
    return Verdict("undecided", cause="ambiguous", message=message, span=line.span)


def _from_earlier(
    verdict: Verdict,
    equal: Sequence[Line],
    line: Line,
    declarations: Declarations,
    given: Sequence[Statement],
) -> Verdict:
    """The verdict on a line after a chain of equations, of which an earlier member may prove it."""
    for earlier in equal[:LARGEST_RETURN]:
        pairs = [pair for pair in product(earlier.readings, line.readings) if agree(*pair)]
        relation = SIGNS.get(line.relation or "")
        if relation is None or len(line.readings) != 1 or not pairs:
            break
        found, _ = judge_readings(pairs, relation, declarations, (), given)
        if found.verdict.outcome == "proved":
            return replace(found.verdict, span=line.span, read_as=verdict.read_as)
    return verdict


def _judge_step(
    before: Line,
    line: Line,
    live: tuple[Reading, ...],
    declarations: Declarations,
    flags: Sequence[str],
    given: Sequence[Statement],
) -> tuple[Verdict, tuple[Reading, ...], Judged | None]:
    """The verdict on a step, the readings that are left, and what of it may be explained."""
    problem = before.error or line.error or line.relation_error
    if before.error and line.error and BARE_NAME.fullmatch(before.source.strip()):
        problem = line.error  # what the text says that a name of its own is
    relation = SIGNS.get(line.relation or "")
    rounded = half_unit(line) if line.relation in ROUNDING else None
    if rounded is not None and not (before.error or line.error):
        pairs = list(product(live or before.readings, line.readings))
        verdict = judge_rounded(pairs, rounded, declarations).verdict
        if line.relation == "=" and verdict.outcome == "proved":  # a sign for what is exact
            exact = judge_readings(pairs, "=", declarations)[0].verdict
            rounds = (f"{line.source.strip()} is rounded: write \\approx before it",)
            verdict = doubtful(exact, rounds) if exact.outcome == "refuted" else exact
        if verdict.outcome == "refuted" and given:
            verdict = doubtful(verdict, ("a condition stands beside it",))
        return replace(verdict, span=line.span), line.readings, None
    if problem is not None or relation is None:
        return unread(problem, line.span), line.readings, None
    pairs = [pair for pair in product(live or before.readings, line.readings) if agree(*pair)]
    if before.aim or line.aim or before.constant or line.constant:
        verdict = judge_aims(before, line, pairs, declarations)
        if verdict.outcome == "refuted" and (flags or given):
            verdict = doubtful(verdict, flags or ("a condition stands beside it",))
        return replace(verdict, span=line.span), line.readings, None
    judged, left = judge_readings(pairs, relation, declarations, flags, given)
    verdict = replace(judged.verdict, span=line.span)
    return verdict, left, judged if verdict.outcome == "refuted" else None


def _explained(verdict: Verdict, judged: Judged, declarations: Declarations) -> Verdict:
    """The verdict on a wrong step, with what is wrong with it."""
    statement = judged.statement
    slip = "" if statement is None else explain_slip(statement, judged.declarations or declarations)
    return replace(verdict, message=f"{verdict.message}\n{slip}" if slip else verdict.message)


def _omitted(line: Line, *, ends: bool) -> Verdict:
    """The verdict on a step to dots, which state nothing; a chain that ends with them is open."""
    if ends:
        message = "the chain ends with dots: write what they stand for, or leave them out"
        return Verdict("undecided", cause="ambiguous", message=message, span=line.span)
    return Verdict("proved", message="nothing is stated here", rules=("omission",), span=line.span)


def judge_rounded(
    pairs: Sequence[tuple[Reading, Reading]], unit: Fraction, declarations: Declarations
) -> Judged:
    """The verdict on a decimal: it lies within half a unit of its last digit of what is meant."""
    margin = as_term(unit)
    wide = [
        (target, replace(answer, term=answer.term + sign * margin), relation)
        for target, answer in pairs
        for sign, relation in BOUNDS
    ]
    found = [judge_readings([(a, b)], relation, declarations)[0] for a, b, relation in wide]
    order = ("refuted", "undecided", "proved")
    worst = min(found, key=lambda each: order.index(each.verdict.outcome))
    sides = (write_text(reading.term, declarations) for reading in pairs[0])
    shown = f"{' = '.join(sides)}, within {write_text(margin, declarations)}"
    return replace(worst, verdict=replace(worst.verdict, read_as=shown))
