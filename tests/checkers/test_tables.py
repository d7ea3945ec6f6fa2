"""Tables and choices: right ones are proved in every spelling, wrong ones refuted at their cell."""

import json
from fractions import Fraction
from typing import Any

import pytest

from lemmata.checkers.answers import check
from lemmata.checkers.table_questions import TABLES
from lemmata.kernel.verdict import Verdict

ACTIONS = ("N", "S", "W", "E")
# As the course documents print them, and as torch computes the rest.
PRINTED: dict[str, Any] = {
    "table-gridworld-q2": {
        state: dict(zip(ACTIONS, row, strict=True))
        for state, row in {
            "(1, 1)": (0, 0, 0, 0),
            "(1, 2)": (0.36, 0.36, 0, 2.88),
            "(2, 1)": (2.38, -0.5, 0.36, -3.64),
            "(2, 2)": (3.38, 0.5, 0.36, 4.36),
            "(3, 1)": (0, 0, 0, 0),
            "(3, 2)": (0, 0, 0, 0),
        }.items()
    },
    "choice-gridworld-policy": {
        "(1, 1)": ["E", "W", "S", "N"],
        "(1, 2)": ["E"],
        "(2, 1)": ["N"],
        "(2, 2)": ["E"],
    },
    "table-transposed-conv": [[0, 0, 1], [0, 4, 6], [4, 12, 9]],
    "table-relu": {
        "y": [[1.5, 2.2, 1.3, 6.7], [4.3, 0, 0, 4.9], [0, 1.4, 5.5, 1.8], [0.1, 0, 0, 2.2]],
        "dx": [
            [4.5, 1.2, 2.3, 1.3],
            [-1.3, -0.0, 0.0, -2.9],
            [0, 1.2, 3.5, 1.2],
            [-6.1, 0, 0, -3.2],
        ],
    },
    "table-flu": {"P(F)": "1/2", "P(H)": 0.5, "P(H | F)": "2/3", "P(F | H)": 0.667},
}


def learned() -> list[dict[str, dict[str, Any]]]:
    """The four tables that the document prints, one after each update."""
    table: dict[str, dict[str, Any]] = {
        f"({x},{y})": dict.fromkeys(ACTIONS, 0) for x in (1, 2, 3) for y in (1, 2)
    }
    found = []
    updates = (("(2,2)", "E", 0.5), ("(2,1)", "N", 0.045), ("(1,2)", "E", 0.045))
    for state, action, value in (*updates, ("(1,1)", "N", 0.00405)):
        table[state][action] = value
        found.append(json.loads(json.dumps(table)))
    return found


PRINTED["table-gridworld-q-learning"] = learned()


def judged(claim: str, answer: Any) -> Verdict:
    """The verdict on a table."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return check(text, claim=claim, format="table")


def every_cell(table: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of the numbers of a table."""
    if isinstance(table, dict):
        return [place for key in table for place in every_cell(table[key], (*path, key))]
    if isinstance(table, list):
        return [place for n, part in enumerate(table) for place in every_cell(part, (*path, n))]
    return [path]


def changed(table: Any, place: tuple[Any, ...], value: Any) -> Any:
    """A copy of a table with one cell replaced; an ellipsis removes it."""
    copy = json.loads(json.dumps(table))
    part = copy
    for key in place[:-1]:
        part = part[key]
    if value is ...:
        del part[place[-1]]
    else:
        part[place[-1]] = value
    return copy


@pytest.mark.parametrize("claim", TABLES)
def test_the_printed_table_is_right(claim: str) -> None:
    """The tables that the documents print are those that the data give."""
    verdict = judged(claim, PRINTED[claim])
    assert verdict.outcome == "proved", verdict.message


@pytest.mark.parametrize("claim", [claim for claim in TABLES if claim.startswith("table")])
def test_a_wrong_cell_is_named(claim: str) -> None:
    """A table with one number moved is refuted, and that cell is named with both values."""
    for place in every_cell(PRINTED[claim]):
        verdict = judged(claim, changed(PRINTED[claim], place, 7.25))
        assert verdict.outcome == "refuted"
        assert verdict.counterexample is not None
        last = place[-1] + 1 if isinstance(place[-1], int) else "".join(place[-1].split())
        assert verdict.counterexample.world["cell"].endswith(str(last))
        assert verdict.counterexample.left == "7.25"


@pytest.mark.parametrize("claim", [claim for claim in TABLES if claim.startswith("table")])
def test_a_missing_cell_is_named(claim: str) -> None:
    """A table without one of its numbers has another shape."""
    for place in every_cell(PRINTED[claim])[:6]:
        verdict = judged(claim, changed(PRINTED[claim], place, ...))
        assert verdict.outcome == "refuted", verdict.message


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("0.36", "proved"),
        ("0.360", "proved"),
        ('"9/25"', "proved"),
        ('" 9 / 25 "', "proved"),
        ("3.6e-1", "proved"),
        ("0.4", "proved"),  # rounded to one digit
        ("0.35999999999999999", "proved"),  # binary noise
        ("0.3600000000000001", "proved"),
        ("0.361", "refuted"),
        ("0.35", "refuted"),
        ("0.3", "refuted"),
        ("0", "refuted"),
        ("0.0", "refuted"),
        ("-0.36", "refuted"),
        ("36", "refuted"),
        ('"-9/25"', "refuted"),
        ('"\N{MINUS SIGN}9/25"', "refuted"),
        ('{"a": 1}', "refuted"),
        ("[0.36]", "refuted"),
        ("null", "undecided"),
        ("true", "undecided"),
        ("NaN", "undecided"),
        ("Infinity", "undecided"),
        ("1e999", "undecided"),
        ('"a lot"', "undecided"),
        ('"9/0"', "undecided"),
        ('"1_0"', "undecided"),
        ('"0.36 "', "proved"),
        ("9" * 5000, "undecided"),
    ],
)
def test_how_a_number_may_be_written(written: str, outcome: str) -> None:
    """Fractions, decimals and rounded decimals are read exactly; what is no number is located."""
    mark = "a place for it"
    table = json.dumps(changed(PRINTED["table-gridworld-q2"], ("(1, 2)", "N"), mark))
    verdict = judged("table-gridworld-q2", table.replace(f'"{mark}"', written))
    assert verdict.outcome == outcome, verdict.message
    if outcome == "undecided" and written not in ("NaN", "Infinity"):
        assert "(1,2), N" in verdict.message
    if outcome == "undecided":
        assert verdict.cause == "unreadable"


@pytest.mark.parametrize(
    ("actions", "outcome"),
    [
        (["N", "S", "W", "E"], "proved"),
        (["E", "E", "N", "W", "S"], "proved"),
        (["N", "S", "W"], "refuted"),
        (["N", "S", "W", "E", "X"], "refuted"),
        ([], "refuted"),
        ("N", "refuted"),
        ([1, 2], "undecided"),
        ([["N"]], "undecided"),
        (None, "undecided"),
    ],
)
def test_ties_are_all_of_a_choice(actions: Any, outcome: str) -> None:
    """A choice is right when it holds every best action, in any order, and no other."""
    table = changed(PRINTED["choice-gridworld-policy"], ("(1, 1)",), actions)
    verdict = judged("choice-gridworld-policy", table)
    assert verdict.outcome == outcome, verdict.message
    if outcome == "refuted":
        assert verdict.counterexample is not None
        assert verdict.counterexample.right == "{E, N, S, W}"


def test_one_best_action_needs_no_list() -> None:
    """A single label stands for the list of it."""
    table = changed(PRINTED["choice-gridworld-policy"], ("(1, 2)",), "E")
    assert judged("choice-gridworld-policy", table).outcome == "proved"


def test_a_policy_has_no_terminal_states() -> None:
    """A policy says nothing of the goals, and a table of values says that they are nothing."""
    policy = {**PRINTED["choice-gridworld-policy"], "(3, 1)": ["N"]}
    assert judged("choice-gridworld-policy", policy).outcome == "refuted"
    values = changed(PRINTED["table-gridworld-q2"], ("(3, 1)",), ...)
    verdict = judged("table-gridworld-q2", values)
    assert (verdict.outcome, verdict.message) == (
        "refuted",
        "(3,1): found nothing, expected an entry",
    )


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1, 2", "'a'", "\0", "[" * 100_000, '{"P(F)": 1, "P( F )": 1}', "nul", "\ud800"],
)
def test_what_is_no_table_is_located(text: str) -> None:
    """A text that is no JSON is unreadable, with the place."""
    verdict = judged("table-flu", text)
    assert (verdict.outcome, verdict.cause) == ("undecided", "unreadable")


@pytest.mark.parametrize("claim", TABLES)
def test_the_mistakes_that_people_make_are_refuted(claim: str) -> None:
    """A table of another question, and typical slips, are refuted."""
    for other in TABLES:
        if other != claim:
            assert judged(claim, PRINTED[other]).outcome == "refuted"


def test_learning_without_the_newest_values() -> None:
    """Updates that all start from nothing, and one without the discount, are refuted."""
    tables = PRINTED["table-gridworld-q-learning"]
    for value in (0.0, 0, 0.05, 0.4):
        wrong = tables
        for number in (1, 2, 3):
            wrong = changed(wrong, (number, "(2,1)", "N"), value)
        expected = "proved" if value == 0.05 else "refuted"  # 0.05 rounds 0.045 to two digits
        assert judged("table-gridworld-q-learning", wrong).outcome == expected


def test_tables_are_exact() -> None:
    """The right tables hold fractions, so that nothing is rounded before it is compared."""

    def numbers(table: Any) -> list[Any]:
        parts = table.values() if isinstance(table, dict) else table
        if isinstance(table, dict | list):
            return [number for part in parts for number in numbers(part)]
        return [table]

    found = {type(number) for make in TABLES.values() for number in numbers(make())}
    assert found == {Fraction, frozenset}


def test_a_table_needs_a_question_for_tables() -> None:
    """A table for a question that asks for a formula, or for none, is not judged."""
    assert check("[]", claim="gaussian-kl", format="table").cause == "unsupported"
    assert check("[]", claim="table-fly", format="table").cause == "unknown-claim"
    assert check("[]", format="table").cause == "unsupported"
