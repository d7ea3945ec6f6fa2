"""Why a refuted statement is wrong: the one edit that mends it, or what is missing."""

from __future__ import annotations

import pytest

from lemmata.judge import check, statements
from lemmata.judge.chains import MOST_EXPLAINED
from lemmata.judge.mends import LARGEST_MENDED, LONGEST_GAP, explain_difference, explain_slip
from lemmata.judge.statements import LARGEST_STATEMENT, judge_statement, refuted_at_once
from lemmata.kernel.fuel import Fuel
from lemmata.kernel.language import exp, log
from lemmata.kernel.prove import Proof
from lemmata.kernel.terms import Add, Statement, Sym, Term
from lemmata.notation import Sheet, read_sheet, read_statement

a, b, c = Sym("a"), Sym("b"), Sym("c")
POSITIVES = read_sheet("""
[scalars]
a = {domain = "positive"}
b = {domain = "positive"}
c = {domain = "positive"}
""").declarations
COLUMNS = read_sheet("""
sizes = ["d", "n"]
[scalars]
x = {shape = "d"}
y = {shape = "n"}
A = {shape = "d, n"}
""").declarations


@pytest.mark.parametrize(
    ("right", "edit"),
    [
        (a - b, "flip the sign"),
        (2 * a + b, "halve 2 * a"),
        (a + b + c, "leave out"),
    ],
)
def test_one_edit_that_mends_a_statement(right: Term, edit: str) -> None:
    """It is named where the statement with it is proved."""
    told = explain_slip(Statement(a + b, "=", right), POSITIVES)
    assert told.startswith("it would hold with one change: ")
    assert edit in told


def test_an_edit_that_gives_the_shape_that_is_asked_for() -> None:
    """Where the shapes do not fit, the side that is mended takes the shape of the other."""
    (reading,) = read_statement("A^T x = A x", COLUMNS)
    assert judge_statement(reading.statement, COLUMNS).outcome == "refuted"
    assert "transpose" in explain_slip(reading.statement, COLUMNS)


def test_what_no_edit_mends_is_told_as_a_difference() -> None:
    """In its normal form, if that is short."""
    told = explain_slip(Statement(a * a, "=", a * b + 3 * c + b * b * c), POSITIVES)
    assert told.startswith("left minus right is ")


def test_what_is_wrong_is_told_of_the_first_steps_of_a_text() -> None:
    """However many chains they stand in; the others are wrong as well."""
    text = "".join(rf"\[ a + b = a + {k} b \]" for k in range(2, MOST_EXPLAINED + 5))
    sheet = Sheet(POSITIVES)
    steps = check(text, sheet=sheet, kind="derivation").steps
    assert {step.verdict.outcome for step in steps} == {"refuted"}
    told = ["it would hold with" in step.verdict.message for step in steps]
    assert told == [True] * MOST_EXPLAINED + [False] * 3


@pytest.mark.parametrize(
    ("right", "fuel", "wrong"),
    [
        (a - b, 1_000, True),
        (a - b, 0, True),  # no proof is found without fuel, and a model has told
        (b + a, 1_000, False),
        (Add(tuple([a] * LARGEST_STATEMENT)), 1_000, False),
    ],
)
def test_what_a_model_refutes_at_once(right: Term, fuel: int, wrong: bool) -> None:
    """What is true or too long is left to whoever judges it in full."""
    assert refuted_at_once(Statement(a + b, "=", right), POSITIVES, Fuel(fuel)) is wrong


def test_what_models_and_a_proof_disagree_on_is_not_refuted_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A conflict of the two is told by whoever judges it in full."""
    statement = Statement(a + b, "=", a - 17 * b)  # which nothing else asks for
    found = Proof(statement, (), (), ())
    monkeypatch.setattr(statements, "prove", lambda *_: found)
    assert not refuted_at_once(statement, POSITIVES, Fuel())
    assert judge_statement(statement, POSITIVES).cause == "conflict"


def test_a_bound_in_the_wrong_direction_is_no_slip_of_a_term() -> None:
    """A true statement has nothing to mend, and a difference that is nothing is not told."""
    assert explain_difference(Statement(a + b, "=", b + a), POSITIVES) == ""


def test_long_statements_are_not_mended() -> None:
    """Neither edited, nor told in a line that nobody reads."""
    many = tuple(log(a + k) * exp(b + k) for k in range(LARGEST_MENDED // 8))
    assert explain_slip(Statement(Add(many), "=", c), POSITIVES) == ""
    some = tuple(log(a + k) * exp(b + k) for k in range(8))
    told = explain_difference(Statement(Add(some), "=", c), POSITIVES)
    assert len(told) <= LONGEST_GAP + len("left minus right is ")
