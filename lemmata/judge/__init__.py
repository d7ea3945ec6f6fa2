"""The policy that joins the kernel, the models and the readings into a verdict.

A statement is *proved* when its normal form closes and at least three random models of its world
agree with it; *refuted* when a model of its world separates the two sides by disjoint balls;
otherwise *undecided*, with the cause. Agreement of models alone is never a proof. A formula that
can be read in several ways is proved if one reading, the same along the chain, is proved, and
refuted only if every reading is refuted and nothing about the reading was doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from lemmata.judge.beside import (
    NAMING,
    as_it_stands,
    condition_told,
    differs_by_noise,
    leaves_out,
    right_one_told,
    says_nothing,
    takes_asked_slope,
    tells_more,
    told_answers,
    unsettled_names,
)
from lemmata.judge.braces import false_braces
from lemmata.judge.called import doubts_of_its_words, doubts_of_laws
from lemmata.judge.chain_rule import is_chain_rule
from lemmata.judge.chains import Explaining, judge_chain, judge_readings, judge_rounded
from lemmata.judge.conditions import in_its_case
from lemmata.judge.doubts import in_layout_of, with_short_gradients
from lemmata.judge.goals import is_asked_bound, reaches_goal
from lemmata.judge.jumps import away_from_jumps
from lemmata.judge.lines import agree, unread, without_relation
from lemmata.judge.meanings import meanings_told, objects_told
from lemmata.judge.mends import explain_slip, explained
from lemmata.judge.objectives import doubtful, judge_objectives
from lemmata.judge.objects import doubts_of_objects
from lemmata.judge.ranges_told import doubts_of_ranges
from lemmata.judge.redefined import with_new_meanings
from lemmata.judge.remarks import (
    BARE_NAME,
    RESTRICTING,
    UPDATES,
    as_written,
    doubt_of_a_right_answer,
    doubts_of_a_name,
    doubts_of_all,
    doubts_of_arrows,
    doubts_of_comparison,
    doubts_of_entries,
    doubts_of_idle_names,
    doubts_of_undefined,
    doubts_of_words,
    flags_of_answer,
    for_all_entries,
    is_condition,
    is_proviso,
    measures_told,
    names_answer,
    stands_beside,
    told_definitions,
    unread_remarks,
)
from lemmata.judge.second_values import second_value, solved_for, told_otherwise, value_before
from lemmata.judge.statements import compared, refuted, too_much
from lemmata.judge.steps import BOXED, laws_told, steps_of
from lemmata.judge.subjects import doubts_of_subjects
from lemmata.judge.wording import is_spoken_of, only_leads
from lemmata.kernel.declarations import Declarations, Parameter, Scalar, free_names
from lemmata.kernel.fuel import WORK, account, accounted
from lemmata.kernel.terms import (
    JSD,
    KL,
    Add,
    App,
    Density,
    Derivative,
    Det,
    Div,
    Entropy,
    Expect,
    Fn,
    Mul,
    MutualInformation,
    Neg,
    Num,
    Pi,
    Pow,
    Statement,
    Sym,
    Term,
    Trajectory,
    Variance,
    as_term,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Counterexample, StepVerdict, Verdict
from lemmata.notation import (
    Chain,
    Document,
    Format,
    Line,
    NotationError,
    Reading,
    RolesExchanged,
    Sheet,
    SheetError,
    declarations_from_document,
    read_chains,
)
from lemmata.notation.answers import (
    counted_from_zero,
    half_unit,
    in_asked_letters,
    new_values,
    within_arrays,
)

Kind: TypeAlias = Literal["expression", "derivation", "document"]

CHAIN_OF_A_DERIVATION = 3
WORK_ON_A_FORMULA = 600_000
"""What reading and judging a final answer may take, which is one formula."""
WORK_ON_A_DOCUMENT = 2 * WORK
"""What a document of one's own may take, which has many steps and its own declarations."""
WORK_BEHIND_A_MISTAKE = 400_000
"""What judging the rest of a derivation may take, whose first wrong step has been found."""
MANY_BOUNDS = 6  # an answer may stand before any of them, and is judged there
NUMERIC = (Num, Pi, Add, Neg, Mul, Div, Pow, Fn)
QUANTITIES = (KL, JSD, Density, Derivative, Det, Entropy, MutualInformation, Trajectory)
TURNED = {"=": "=", "<=": ">=", ">=": "<=", "<": ">", ">": "<", "arrow": "arrow"}
UNBOUNDED = re.compile(r"sum(?:\\limits)?_(?:\w|\{\w'?\})(?!\s*\^)")
OUTSIDE = re.compile(r"the right side has no value: (?P<name>\S+) has no index (?P<index>-?\d+)")


OnStep: TypeAlias = Callable[[StepVerdict], object]


def unwatched(_: StepVerdict) -> None:
    """Nobody waits for the steps."""


def check(
    text: str,
    *,
    sheet: Sheet | None = None,
    kind: Kind | None = None,
    format: Format = "latex",  # noqa: A002 - the public name of the option
    explain: bool = True,
    on_step: OnStep = unwatched,
) -> Verdict:
    """Judge an answer, a derivation or a document.

    Args:
        text: What was written.
        sheet: The declarations and what is asked; without one, the text must carry its own.
        kind: What the text holds; None decides by its layout.
        format: How it is written.
        explain: Whether the message says what is wrong with what is refuted.
        on_step: Is told each step of a derivation when it is judged; no step is taken back.
    """
    most = WORK if sheet is not None else WORK_ON_A_DOCUMENT
    try:
        sheet = sheet or declarations_from_document(text) or Sheet(Declarations())
    except SheetError as problem:
        message = f"the declarations in this text cannot be used: {problem}"
        return Verdict("undecided", cause="unreadable", message=message)
    try:
        with accounted(most) as work, explained(explain):
            verdict = _check(text, sheet, kind, format, on_step)
        return too_much() if work.is_out and not verdict.steps else verdict
    except RecursionError:
        message = "this is nested too deeply to be judged; write it in smaller steps"
        return Verdict("undecided", cause="budget", message=message)


def _check(text: str, sheet: Sheet, kind: Kind | None, dialect: Format, on_step: OnStep) -> Verdict:
    others = account().left - WORK_ON_A_FORMULA  # what a final answer leaves
    try:
        document = read_chains(text, sheet.declarations, dialect, sheet.conventions)
    except NotationError as problem:
        return unread(problem, problem.span)
    if account().is_out:
        return too_much()
    document = in_layout_of(document, sheet)
    named = any(chain.aside == "name" for chain in document.chains)
    if named and sheet.reference:
        account().keep(account().left - others)
        return _check_answer(document, sheet)
    if named or not document.chains:
        only = (
            f"this text only says what {document.defined[-1].name} is" if document.defined else ""
        )
        message = only or "there is no formula in this text"
        return Verdict(
            "undecided", cause="unreadable", message=message, read_as=told_definitions(document)
        )
    if kind is None:
        kind = _kind_of(document)
    if kind == "expression" and sheet.goal is not None and not sheet.reference:
        message = "final expressions are not graded for this question; write the derivation"
        return Verdict("undecided", cause="unsupported", message=message)
    if kind == "expression" and sheet.reference:
        account().keep(account().left - others)
        return _check_answer(with_short_gradients(document), sheet)
    return _check_derivation(document, sheet, on_step)


def kind_of(
    text: str,
    sheet: Sheet,
    format: Format = "latex",  # noqa: A002 - the public name of the option
) -> Kind:
    """What a text holds, by its layout; an expression where it cannot be cut into formulas."""
    try:
        document = read_chains(text, sheet.declarations, format, sheet.conventions)
    except (NotationError, RecursionError):
        return "expression"
    return _kind_of(document) if document.chains else "expression"


def _kind_of(document: Document) -> Kind:
    longest = max(len(chain.lines) for chain in document.chains)
    if sum(not chain.aside for chain in document.chains) > 1:
        return "document"
    return "derivation" if longest > CHAIN_OF_A_DERIVATION else "expression"


def _check_derivation(document: Document, sheet: Sheet, on_step: OnStep) -> Verdict:
    """The verdict on all steps of all chains, and whether the first chain reaches the goal."""
    known, defined = document.declarations, document.defined
    chains = tuple(within_arrays(chain, known, defined) for chain in document.chains)
    document = replace(document, chains=chains)
    steps: list[StepVerdict] = []
    narrowed: set[int] = set()
    wrong = False
    for found in steps_of(document, sheet, narrowed):
        step = replace(found, verdict=too_much()) if account().is_out else found
        steps.append(step)
        if step.verdict.outcome == "refuted" and not wrong:
            account().keep(WORK_BEHIND_A_MISTAKE)
            wrong = True
        on_step(step)
    if not steps:
        return _no_step(document)
    shown_chains = (in_its_case(c, document) if n in narrowed else c for n, c in enumerate(chains))
    document = replace(document, chains=tuple(c for c in shown_chains if c is not None))
    loose = without_relation(document)
    outcomes = [step.verdict.outcome for step in steps]
    refuted = next((step for step in steps if step.verdict.outcome == "refuted"), None)
    open_step = next((step for step in steps if step.verdict.outcome == "undecided"), None)
    rules = tuple(dict.fromkeys(rule for step in steps for rule in step.verdict.rules))
    assumptions = tuple(dict.fromkeys(a for step in steps for a in step.verdict.assumptions))
    shown = refuted or open_step
    sure = open_step is None or (refuted is not None and refuted.step < open_step.step)
    note = "" if sure or not refuted else "; an earlier step is undecided and may be wrong as well"
    reaches = reaches_goal(document, sheet, ends_wrong=outcomes[-1] == "refuted")
    if loose is not None and shown is None:
        return replace(_alone(loose), steps=tuple(steps))
    return Verdict(
        "refuted" if refuted else "undecided" if open_step else "proved",
        cause=None if refuted or not open_step else open_step.verdict.cause,
        message=f"step {shown.step}: {shown.verdict.message}{note}" if shown else "",
        read_as=told_definitions(document),
        rules=rules if outcomes.count("proved") else (),
        assumptions=assumptions,
        counterexample=refuted.verdict.counterexample if refuted else None,
        span=shown.verdict.span if shown else None,
        steps=tuple(steps),
        first_wrong_step=refuted.step if refuted else None,
        reaches_goal=reaches if reaches or not account().is_out else None,
    )


def _alone(line: Line) -> Verdict:
    """The verdict on a derivation with an expression in it that is related to nothing."""
    if line.error is not None:
        return unread(line.error, line.span)
    message = f"{line.source.strip()} stands in no relation to what is before it; write = or <="
    return Verdict("undecided", cause="ambiguous", message=message, span=line.span)


def _no_step(document: Document) -> Verdict:
    line = document.chains[0].lines[0]
    if line.error is not None:
        return unread(line.error, line.span)
    message = "this is a single expression; give a relation to judge, or a sheet that asks for it"
    return Verdict("undecided", cause="unsupported", message=message, span=line.span)


def _check_answer(document: Document, sheet: Sheet) -> Verdict:
    """The verdict on a final answer, which may stand in a sentence behind other formulas."""
    verdict = _check_expression(document, sheet)
    labelled = any(chain.lines[0].label for chain in document.chains)
    refuted = verdict.outcome == "refuted" and not labelled
    if not refuted and verdict.cause != "unanswered":
        return verdict
    end = max(chain.lines[-1].span.end for chain in document.chains)
    told = [each for each in told_answers(document) if each.lines[0].span.start > end]
    if told:
        chains = (*document.chains, *told)
        return _check_expression(replace(document, chains=chains, told=()), sheet)
    beside = right_one_told(verdict.span, document, sheet) if refuted else ""
    return _ambiguous(verdict, f"the answer may be {beside}, beside it") if beside else verdict


def _check_expression(document: Document, sheet: Sheet) -> Verdict:
    """The verdict on a final answer.

    Its last member against the reference, and every relation that it states.
    """
    known = document.declarations
    stated = [c for c in document.chains if is_proviso(c) or not is_condition(c, known)]
    meant = _meant(stated, document) or document.chains[-1]
    chain = _without_its_name(_turned(meant, sheet), sheet)
    last = chain.lines[-1]
    if last.label:  # it is all that is said
        return _unanswered(last)
    flags = _doubts(meant, chain, document, sheet)
    unread_one = _not_read(chain, meant, document, sheet, doubtful=bool(flags))
    if unread_one is not None:
        return unread_one
    if last.unwritten or _is_its_name(last, sheet):
        return _unanswered(last)
    if flags:  # what stands beside a final formula may change it: "... times two"
        message = f"{'; '.join(flags)}: write the answer as a formula alone"
        doubtful = Verdict("undecided", cause="ambiguous", message=message, span=last.span)
        if not only_leads(flags, meant, document, sheet):
            return doubtful
        alone = _check_value(meant, chain, document, sheet)
        return alone if alone.outcome == "refuted" else doubtful
    return _check_value(meant, chain, document, sheet)


def _check_value(meant: Chain, chain: Chain, document: Document, sheet: Sheet) -> Verdict:
    """The verdict on what an answer says, as a formula alone, beside the others of its text."""
    last, asked = chain.lines[-1], _asked(sheet)
    known = document.declarations
    stated = [c for c in document.chains if is_proviso(c) or not is_condition(c, known)]
    if _assigns_elsewhere(chain, sheet, document.declarations):
        message = f"this gives a new value to {chain.lines[0].source.strip()}, which is not asked"
        return Verdict("undecided", cause="ambiguous", message=message, span=chain.lines[0].span)
    wanted = [Reading(reference, (), last.span) for reference in sheet.reference]
    beside = [other for other in document.chains if other is not meant and not other.link]
    chain, setting = with_new_meanings(chain, wanted, document, beside, sheet.called)
    document = replace(document, chains=tuple(c for c in document.chains if c not in setting))
    last = chain.lines[-1]
    values = new_values(chain) if last.relation in ("+=", "-=") else last.readings
    numbered, values = values, in_asked_letters(values, sheet.reference, document.declarations)
    pairs = [(target, value) for value in values for target in wanted if agree(target, value)]
    rounded = half_unit(last)
    if sheet.conventions.maximised:
        return _check_objective(pairs, meant, chain, document, sheet)
    if rounded is not None and pairs and not any(map(free_names, sheet.reference)):
        judged = judge_rounded(pairs, rounded, document.declarations)
    else:
        judged, _ = judge_readings(pairs, "=", document.declarations)
        smooth = away_from_jumps(judged.verdict, judged.statement, document.declarations)
        judged = replace(judged, verdict=smooth)
    found = _outside_its_arrays(generic(judged.verdict), pairs, document.declarations, last.source)
    verdict = replace(found, span=last.span)
    asks = asked is not None and _still_asks(asked, last, document, sheet)
    if (asks and verdict.outcome != "refuted") or (
        verdict.outcome == "proved" and _is_unevaluated(judged.statement, sheet)
    ):
        return _unanswered(last)
    proved = verdict.outcome == "proved"
    if proved and takes_asked_slope(asked, judged.statement, document.declarations):
        return _unanswered(last)
    if verdict.outcome == "refuted":
        verdict = _but_for_what_is_beside(verdict, judged.statement, meant, document, sheet)
        if verdict.outcome != "refuted":
            return verdict
    if verdict.outcome == "refuted" and judged.statement is not None:
        slip = explain_slip(judged.statement, judged.declarations or document.declarations)
        verdict = replace(
            verdict, message=f"{verdict.message}\n{slip}" if slip else verdict.message
        )
    before = [other for other in stated if other is not meant and solved_for(other, meant)]
    for other in before if verdict.outcome == "proved" else ():
        claimed = value_before(other, wanted, document.declarations)
        if claimed is not None and claimed.outcome != "proved":
            return replace(claimed, message=f"before the last implication: {claimed.message}")
    second = second_value(stated, before, meant, wanted, document, sheet) if proved else ""
    second = second or (told_otherwise(wanted, document) if proved else "")
    if second and verdict.outcome == "proved":
        return _ambiguous(verdict, f"it gives two answers: {second} as well")
    others = [other for other in document.chains if other is not meant and other not in before]
    verdict = _beside_others(_with_relations(verdict, chain, document), others, document, sheet)
    verdict = for_all_entries(verdict, judged.statement, meant, document, sheet)
    doubt = doubt_of_a_right_answer(meant, chain, numbered, sheet)
    free = {name for reference in sheet.reference for name in free_names(reference)}
    doubt = doubt or unsettled_names(document, sheet) or condition_told(document, free)
    return _ambiguous(verdict, doubt) if verdict.outcome == "proved" and doubt else verdict


def _check_objective(
    pairs: Sequence[tuple[Reading, Reading]],
    meant: Chain,
    chain: Chain,
    document: Document,
    sheet: Sheet,
) -> Verdict:
    """The verdict on an objective, of which its place counts and not its value."""
    last, named = chain.lines[-1], _names_before(chain)
    held = judge_objectives(pairs, sheet.conventions.maximised, document.declarations)
    its_own = named or chain.aside == "name"
    if its_own and not chain.lines[0].label and held.outcome == "refuted":
        held = doubtful(held, ("a name of its own may be that of a loss",))
    held = replace(held, span=last.span)
    members = [reading.term for line in chain.lines[named:-1] for reading in line.readings]
    if not all(map(free_names, members)):
        return _ambiguous(held, "a number is said to be the objective")
    if any(line.relation not in (*NAMING, "propto") for line in chain.lines[1:]):
        return _ambiguous(held, "an objective is named by =")
    if beside := unsettled_names(document, sheet):
        return _ambiguous(held, beside)
    others = [other for other in document.chains if other is not meant]
    return _beside_others(held, others, document, sheet)


def _asked(sheet: Sheet) -> Term | None:
    """What is asked for; the quantity that a bound is of is not: the bound is."""
    return sheet.goal.left if sheet.goal and sheet.goal.relation == "=" else None


def _doubts(meant: Chain, chain: Chain, document: Document, sheet: Sheet) -> list[str]:
    """What is said against an answer, whatever its value: words beside it, its name, its letters.

    Args:
        meant: The statement that is the answer.
        chain: The same, turned so that the answer is its last member, and without its name.
        document: The whole text.
        sheet: The question.
    """
    found = [
        *unread_remarks(
            (*flags_of_answer(document, meant, sheet), *chain.flags), document.declarations
        ),
        *doubts_of_words(chain, document.source.text, sheet),
        *doubts_of_a_name(meant, sheet),
        *doubts_of_its_words(meant, document, sheet),
        *doubts_of_laws(meant, document),
        *doubts_of_ranges(meant, document),
        *doubts_of_all(document, sheet),
        *doubts_of_undefined(document, sheet),
        *(note for _, note in false_braces(document, sheet)),
        *doubts_of_comparison(meant, document),
        *doubts_of_arrows(meant),
        *doubts_of_idle_names(meant, document, sheet),
        *doubts_of_entries(meant),
        *measures_told(document),
        *(law.note for law in laws_told(document, sheet)),
        *meanings_told(document, sheet),
        *objects_told(document, sheet),
        *doubts_of_objects(meant, document, sheet),
        *doubts_of_subjects(meant, document, sheet),
    ]
    return [*dict.fromkeys(found)]


def _before_approximation(document: Document, meant: Chain, sheet: Sheet) -> Verdict:
    """The verdict on an answer that ends in an approximation: what stands before it is the value.

    How close the last member is to it is not judged. Of many that follow on each other, all but
    the first few are dropped at once.
    """
    end = len(meant.lines)
    while end > MANY_BOUNDS and _is_loose(meant.lines[end - 2]):
        end -= 1
    shorter = replace(meant, lines=meant.lines[: end - 1])
    chains = tuple(shorter if chain is meant else chain for chain in document.chains)
    verdict = _check_expression(replace(document, chains=chains), sheet)
    if verdict.outcome != "proved":
        return verdict
    shown = replace(meant, lines=meant.lines[:end])
    return _ambiguous(verdict, f"this is right before its last sign: {as_written(shown)}")


def _is_loose(line: Line) -> bool:
    """Whether a member is an approximation of what stands before it, without a last digit."""
    return line.relation == "approx" and half_unit(line) is None


def _meant(stated: Sequence[Chain], document: Document) -> Chain | None:
    """The last statement that says what is asked for, or the last that stands on its own.

    What stands behind "where" says what a name in the formula before it is, if it can.
    """
    standing = [chain for chain in stated if not stands_beside(chain, document)]
    alone = [chain for chain in standing if chain.aside in ("", "name")]
    for told in (standing, stated):
        several = [chain for chain in told if len(chain.lines) > 1]
        labelled = [chain for chain in several if chain.lines[0].label or chain.lines[-1].label]
        if labelled:
            return labelled[-1]
    return alone[-1] if alone else None


def _not_read(
    chain: Chain, meant: Chain, document: Document, sheet: Sheet, *, doubtful: bool
) -> Verdict | None:
    """The verdict on an answer with a member that is not read; None where all are.

    A law without a value refutes, and an approximation without a last digit is no equation.
    """
    last, named = chain.lines[-1], _names_before(chain)
    if _is_loose(last) and len(chain.lines) - 1 > named:
        return _before_approximation(document, meant, sheet)
    broken = next((line for line in chain.lines[named:] if line.error), None)
    if broken is None:
        return None
    if isinstance(last.error, RolesExchanged) and not doubtful:
        told = Counterexample({}, "", "", f"{last.error.message}. {last.error.hint}")
        return replace(refuted("", told), span=last.span)
    asks = broken.asks and broken is last
    return _unanswered(last) if asks else unread(broken.error, broken.span)


def _ambiguous(verdict: Verdict, message: str) -> Verdict:
    """A verdict that says why nothing is decided."""
    return Verdict("undecided", cause="ambiguous", message=message, span=verdict.span)


def _but_for_what_is_beside(
    verdict: Verdict,
    statement: Statement | None,
    meant: Chain,
    document: Document,
    sheet: Sheet,
) -> Verdict:
    """A refuted verdict, unless the answer is what stands before a bound, or is defined beside.

    `X = right > 0` tells what is asked and more; `x' = x + d, i.e. d = right` tells it last.
    A bound that is asked for may have its members on other sides: `X - bound >= 0`.
    """
    asked = _asked(sheet)
    if is_spoken_of(meant, document):
        return _ambiguous(verdict, "words tell the answer: write it as a formula alone")
    if told := tells_more(meant, asked, sheet.called, document):
        return _ambiguous(verdict, f"{told}: write what is asked alone")
    beside = differs_by_noise(statement, document, sheet)
    if beside := beside or unsettled_names(document, sheet, mentions=False):
        return _ambiguous(verdict, beside)
    if is_asked_bound(meant, document, sheet):
        return replace(verdict, outcome="proved", message="", counterexample=None)
    bounds = [k for k, line in enumerate(meant.lines) if k and line.relation in RESTRICTING]
    if len(bounds) > MANY_BOUNDS:
        message = f"more than {MANY_BOUNDS} inequalities follow on each other: write what is asked"
        return _ambiguous(verdict, f"{message} alone")
    if bounds:
        shorter = replace(meant, lines=meant.lines[: bounds[-1]])
        chains = tuple(shorter if chain is meant else chain for chain in document.chains)
        before = _check_expression(replace(document, chains=chains), sheet)
        bound = replace(meant, lines=meant.lines[bounds[-1] - 1 :])
        steps = judge_chain(bound, document.declarations)
        if before.outcome == "proved" and all(s.verdict.outcome == "proved" for s in steps):
            return before
        if before.outcome == "proved":
            message = f"the answer is right, but this is not settled: {as_written(bound)}"
            return Verdict("undecided", cause="ambiguous", message=message, span=verdict.span)
    for definition in document.defined:
        for reference in sheet.reference:
            if compared(reference, definition.body, document.declarations) == "proved":
                message = f"the answer may be {definition.name}, which is defined beside it"
                return Verdict("undecided", cause="ambiguous", message=message, span=verdict.span)
    return verdict


def _unanswered(line: Line) -> Verdict:
    """The verdict on an answer that says what is asked for, and not what it is."""
    message = "the answer still contains what is asked for; write it out"
    return Verdict("undecided", cause="unanswered", message=message, span=line.span)


def generic(verdict: Verdict) -> Verdict:
    """The verdict on an answer that is right wherever nothing in it divides by zero.

    A single form of the answer need not have a value where the expected one has none missing.
    """
    if verdict.outcome != "undecided" or verdict.cause != "supported" or not verdict.assumptions:
        return verdict
    return replace(verdict, outcome="proved", cause=None, message="")


def _outside_its_arrays(
    verdict: Verdict,
    pairs: Sequence[tuple[Reading, Reading]],
    declarations: Declarations,
    source: str,
) -> Verdict:
    """The verdict on an answer with an entry that its array has not, counted from 1 or from 0.

    Whoever counts all arrays from 0 may mean the right thing, and a sum without bounds runs over
    the entries that there are.
    """
    missing = OUTSIDE.search(verdict.message) if verdict.outcome == "undecided" else None
    if missing is None or UNBOUNDED.search(source):
        return verdict
    arrays = {s.name for s in declarations.scalars if s.axes and s.axes[0].lower == as_term(1)}
    shifted = [
        (target, replace(value, term=counted_from_zero(value.term, arrays)))
        for target, value in pairs
    ]
    again = judge_readings(shifted, "=", declarations)[0].verdict
    if again.outcome != "refuted" and OUTSIDE.search(again.message) is None:
        return verdict
    where = f"{missing['name']} has no entry {missing['index']}"
    text = f"{where}, and with entries that are counted from 0 it is not right either"
    return refuted(verdict.read_as, Counterexample({}, "a number", "no value", text))


def _is_unevaluated(statement: Statement | None, sheet: Sheet) -> bool:
    """Whether an answer that should be a number is left in the names of the question."""
    if statement is None or not all(
        isinstance(p, NUMERIC) for r in sheet.reference for p in walk(r)
    ):
        return False
    known = {definition.name for definition in sheet.declarations.definitions}
    return any(isinstance(p, Sym | App) and p.name in known for p in walk(statement.right))


def _beside_others(
    verdict: Verdict, others: Sequence[Chain], document: Document, sheet: Sheet
) -> Verdict:
    """What is told beside an answer must hold, unless it says where the answer holds.

    It may change what the answer means, so that nothing else is decided.
    """
    asked: set[str] = set()
    if others:
        asked = {name for reference in sheet.reference for name in free_names(reference)}
    for chain in others:
        first = chain.lines[0]
        behind = verdict.span is not None and first.span.start > verdict.span.start
        if is_chain_rule(chain, sheet):
            continue
        if len(chain.lines) == 1 and first.label and not behind:  # "$V(s)$ is $..$" names it
            continue
        if is_condition(chain, document.declarations) and not is_proviso(chain):
            if verdict.outcome == "proved" and leaves_out(chain, asked, document):
                return _ambiguous(
                    verdict, f"it says that this holds only where {as_written(chain)}"
                )
            continue
        name = BARE_NAME.fullmatch(first.source.strip())
        again = any(reading.term in sheet.reference for reading in first.readings)
        boxed = BOXED.search(document.source.text[: first.span.start]) is not None
        other = name is None or behind or boxed or (_is_a_number(first, document) and not again)
        if len(chain.lines) == 1 and other:
            if verdict.outcome == "proved" and _says_it_again(first, document, sheet):
                continue
            message = f"it gives two answers: {as_written(chain)} as well"
            return Verdict("undecided", cause="ambiguous", message=message, span=verdict.span)
        steps = list(judge_chain(as_it_stands(chain), document.declarations, document.flags))
        held = bool(steps) and all(step.verdict.outcome == "proved" for step in steps)
        held = held or says_nothing(chain)
        whole = len(chain.lines) == 1 or not leaves_out(chain, asked, document)
        if not held and not (whole and verdict.outcome == "proved"):
            message = f"what it says under this is not settled: {as_written(chain)}"
            found = replace(verdict, outcome="undecided", cause="ambiguous", counterexample=None)
            return replace(found, message=message)
    return verdict


def _says_it_again(line: Line, document: Document, sheet: Sheet) -> bool:
    """Whether an expression beside a right answer is one too: it says the same in another form."""
    values = in_asked_letters(line.readings, sheet.reference, document.declarations)
    pairs = ((target, value.term) for target in sheet.reference for value in values)
    return any(compared(*pair, document.declarations) == "proved" for pair in pairs)


def _is_a_number(line: Line, document: Document) -> bool:
    """Whether a name alone is that of a declared number or column, and may be an answer too."""
    names = [reading.term.name for reading in line.readings if isinstance(reading.term, Sym)]
    kinds = map(document.declarations.find, names)
    return any(isinstance(kind, Scalar | Parameter) for kind in kinds)


def _turned(chain: Chain, sheet: Sheet) -> Chain:
    """A chain that ends in what the question is about, `bound <= log p(x)`, from right to left."""
    about = {sheet.goal.left, *sheet.called} if sheet.goal else set(sheet.called)
    begins, ends = ({r.term for r in chain.lines[place].readings} for place in (0, -1))
    signs = [line.relation or "" for line in chain.lines[1:]]
    named = chain.lines[-1].label and not chain.lines[0].label
    meant = named or (about & ends and not about & begins and not chain.lines[0].label)
    if not meant or any(sign not in TURNED for sign in signs):
        return chain
    turned = zip(
        (None, *(TURNED[sign] for sign in reversed(signs))), reversed(chain.lines), strict=True
    )
    return replace(chain, lines=tuple(replace(line, relation=sign) for sign, line in turned))


def _without_its_name(chain: Chain, sheet: Sheet) -> Chain:
    """An answer without what it calls itself or assigns to: `V(s) := ...`, `g = ...`."""
    first, *others = chain.lines
    names = {reading.term for reading in first.readings} & set(sheet.called)
    if not names or not others or others[0].relation not in NAMING:
        return chain
    return replace(chain, lines=(replace(others[0], relation_error=None), *others[1:]))


def _assigns_elsewhere(chain: Chain, sheet: Sheet, declarations: Declarations) -> bool:
    """Whether an update has a declared target, and none that the question asks for."""
    first, *others = chain.lines
    told = sheet.called or sheet.conventions.labels
    if not told or first.label or not first.readings:
        return False
    if not others or others[0].relation not in UPDATES:
        return False
    asked = {unfold(term, declarations) for term in sheet.called}
    return not any(unfold(reading.term, declarations) in asked for reading in first.readings)


def _names_before(chain: Chain) -> int:
    """How many members stand before the first that is more than a name of the answer."""
    named = int(len(chain.lines) > 1 and names_answer(chain.lines[0]))
    while 0 < named < len(chain.lines) - 1 and chain.lines[named].label:
        named += 1
    return named


def _with_relations(verdict: Verdict, chain: Chain, document: Document) -> Verdict:
    """A right last member does not save an answer that states a false relation on the way."""
    lines = chain.lines
    if verdict.outcome != "proved" or len(lines) == 1:
        return verdict
    named = _names_before(chain) if lines[1].relation in NAMING else 0
    shown = replace(chain, lines=lines[named:])
    steps = judge_chain(shown, document.declarations, document.flags, explaining=Explaining())
    found = (generic(step.verdict) for step in steps)
    wrong = next((each for each in found if each.outcome != "proved"), None)
    if wrong is None:
        return verdict
    return replace(wrong, message=f"the last member is right, but: {wrong.message}")


def _is_its_name(line: Line, sheet: Sheet) -> bool:
    """Whether an answer holds what is asked for, unless that is a part of the right answer too.

    Another moment of what the moment of is asked for is no answer either: `E[X^2] - E[X]^2`.
    """
    parts = {part for reference in sheet.reference for part in walk(reference)}
    asked = set(sheet.called) - parts
    moments = [term.body for term in asked if isinstance(term, Expect | Variance)]
    held = (part for reading in line.readings for part in walk(reading.term)) if asked else ()
    return any(
        any(part == term for term in asked)  # which are few, while a set asks for a hash of each
        or (isinstance(part, Expect | Variance) and any(m in walk(part.body) for m in moments))
        for part in held
    )


def _still_asks(asked: Term, line: Line, document: Document, sheet: Sheet) -> bool:
    """Whether an answer contains the asked quantity, itself or by a name of its own.

    Another value of a recursion asks for the same, unless the right answer begins with it.
    """
    if not _is_quantity(asked):
        return False
    terms = [definition.body for definition in document.defined]
    terms += [reading.term for reading in line.readings]
    if isinstance(asked, Sym):
        known = {part for reference in sheet.reference for part in walk(reference)}
        values = {part for term in terms for part in walk(term)} - known
        return any(isinstance(value, Sym) and value.name == asked.name for value in values)
    try:  # a definition written out asks for the same
        meant = unfold(asked, document.declarations)
        terms += [unfold(term, document.declarations) for term in terms]
    except ValueError:
        meant = asked
    return any(asked in walk(term) or meant in walk(term) for term in terms)


def _is_quantity(asked: Term) -> bool:
    """Whether a term is something to be worked out; plain arithmetic is none."""
    entry = isinstance(asked, Sym) and bool(asked.indices)  # the last of a recursion
    return (
        entry or isinstance(asked, App) or any(isinstance(part, QUANTITIES) for part in walk(asked))
    )
