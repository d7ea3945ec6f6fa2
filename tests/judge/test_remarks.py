r"""What stands beside an answer: its own name, conditions, ranges, and words."""

from __future__ import annotations

import pytest

from lemmata.judge.remarks import (
    doubts_of_all,
    doubts_of_comparison,
    doubts_of_entries,
    doubts_of_idle_names,
    doubts_of_undefined,
    doubts_of_words,
    is_condition,
    is_known_name,
    is_proviso,
    measures_told,
    names_answer,
    picks_entries,
    speaks_of,
    unread_remarks,
)
from lemmata.notation import Document, Format, read_chains, read_sheet

SHEET = read_sheet(r"""
title = "The gradient of a function f"
sizes = ["d"]
[indices]
i = "1..d"
k = "1..d"
[scalars]
a = {index = "1..d"}
b = {index = "1..d", domain = "positive"}
v = {}
[spellings]
v = ['\nu', 'v(s)']
[question]
reference = 'a_i b_k'
labels = ['\frac{\partial f_i}{\partial x_k}', 'J_{ik}']
chosen = ["s"]
undefined = ["v"]
""")


def read(text: str, form: Format = "latex") -> Document:
    """A text in the setting of the question."""
    return read_chains(text, SHEET.declarations, form, SHEET.conventions)


def test_remarks_that_are_no_range() -> None:
    """Parts of a range and the words for one are harmless; a letter for a value is none."""
    before = "a remark that is not read: "
    assert unread_remarks([f"{before}\\dots", f"{before}3", f"{before}m"]) == []
    assert unread_remarks([f"{before}3"]) == [f"{before}3"]
    assert unread_remarks([f"{before}i"], SHEET.declarations) == []
    assert unread_remarks([f"{before}v"], SHEET.declarations) == [f"{before}v"]


@pytest.mark.parametrize(
    ("left", "named"),
    [
        (r"J_{ik}", True),
        (r"\frac{\partial f_i}{\partial x_k}", True),
        (r"\operatorname{Cov}(a)", False),
        (r"\sigma_a", False),
        ("g + 1", False),
    ],
)
def test_what_an_answer_may_call_itself(left: str, named: bool) -> None:
    """A label, or a bare name that is commonly that of no other quantity."""
    line = read(f"{left} = a_i b_k").chains[0].lines[0]
    assert names_answer(line) is named


@pytest.mark.parametrize(
    ("left", "known"),
    [("b", True), (r"\hat b", True), (r"\tilde{b}", True), ("J_{ki}'", True), ("g", False)],
)
def test_names_of_the_question_under_a_hat(left: str, known: bool) -> None:
    """A hat, a tilde or a bar makes no name of the answer's own of one that the question knows."""
    (chain, *_) = read(f"{left} = a_i b_k").chains
    assert is_known_name(chain, SHEET) is known


@pytest.mark.parametrize(
    ("left", "some"),
    [
        (r"\frac{\partial f_i}{\partial x_k}", False),
        (r"\frac{\partial f_k}{\partial x_i}", False),
        (r"\frac{\partial f_{i'}}{\partial x_k}", False),
        (r"\frac{\partial f_1}{\partial x_k}", True),
        (r"\frac{\partial f_{i+1}}{\partial x_k}", True),
        (r"\frac{\partial f_i}{\partial x_i}", True),
    ],
)
def test_left_sides_that_name_some_entries(left: str, some: bool) -> None:
    """Other letters number all entries; a number, a sum or one letter twice picks some."""
    (chain,) = read(f"{left} = a_i b_k").chains
    assert bool(doubts_of_entries(chain)) is some


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"a_i b_k \text{ for all } s", True),
        (r"a_i b_k \quad \forall s", True),
        ("For every state $s$: $a_i b_k$", True),
        (r"a_i b_k, \quad s = 1, \dots, S", True),
        (r"a_i b_k, \quad s \in S", True),
        (r"a_i b_k \text{ for all } i", False),
        (r"v(s) a_i b_k", False),
        ("a_i b_k for all sets", False),
    ],
)
def test_an_answer_for_all_of_what_is_chosen(text: str, said: bool) -> None:
    """The letter of the question, as a whole word behind 'all' or with a range."""
    assert bool(doubts_of_all(read(text), SHEET)) is said


@pytest.mark.parametrize(
    ("text", "open_names"),
    [
        (r"v_i b_k", ["v_i is not said to be anything"]),
        (r"v_{i} b_k", ["v_{i} is not said to be anything"]),
        (r"v_i b_k, \quad v_i = a_i", []),
        (r"$v_i b_k$ where $v_i$ is the slope", []),
        (r"v b_k", []),
        (r"v_i(s) b_k", []),
    ],
)
def test_names_that_mean_nothing_until_they_are_defined(text: str, open_names: list[str]) -> None:
    """Only with an index, and unless the text says what they are."""
    assert doubts_of_undefined(read(text), SHEET) == open_names


def test_a_comparison_is_no_update() -> None:
    """`==` gives no new value to a name that stands on both sides; elsewhere it is an equation."""
    for text, compares in (("v == v + 1", True), ("v = v + 1", False), ("J == v + 1", False)):
        document = read(text, "text")
        assert bool(doubts_of_comparison(document.chains[0], document)) is compares


@pytest.mark.parametrize(
    ("text", "idle"),
    [
        (r"a_i b_k, \quad \nu = 2", False),  # a declared name is an equation that is judged
        (r"a_i b_k, \quad J = 2", True),
        (r"a_i b_k, \quad u = 2", True),
        (r"a_i b_k, \quad u = v", False),
        (r"u b_k, \quad u = a_i", False),
        (r"J = a_i b_k", False),
    ],
)
def test_names_that_are_set_and_not_used(text: str, idle: bool) -> None:
    """A name of the question, or a number under any name; never the answer's own name."""
    document = read(text)
    assert bool(doubts_of_idle_names(document.chains[0], document, SHEET)) is idle


def test_names_in_the_spellings_of_a_question() -> None:
    """They stand alone there: the letter nu is there, and n is not."""
    assert speaks_of("nu", SHEET)
    assert speaks_of("J", SHEET)
    assert not speaks_of("n", SHEET)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("$b_i$ is the variance", True),
        ("$b$ denotes the posterior variance", True),
        ("$b_i^2$ is the standard deviation", True),
        ("$b$ is the precision", True),
        ("$b_i^2$ is the variance", False),
        ("$b$ is the standard deviation", False),
        ("$u$ is the variance", False),  # a name of the text's own
    ],
)
def test_what_a_declared_number_is_said_to_measure(text: str, told: bool) -> None:
    """A deviation is no variance, its square no deviation, and neither is a precision."""
    assert bool(measures_told(read(f"$$a_i b_k$$ where {text}."))) is told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The gradient is $a_i b_k$", []),
        ("The derivative: $a_i b_k$", []),
        ("The variance is $a_i b_k$", ["words beside the formula: variance"]),
        (r"\text{The mean is } a_i b_k", ["words beside the formula: mean"]),
        ("The gradient of the variance is $a_i b_k$", []),
    ],
)
def test_the_noun_before_an_answer_is_that_of_the_question(text: str, words: list[str]) -> None:
    """The first noun right before the first formula says what it is."""
    document = read(text)
    assert doubts_of_words(document.chains[0], text, SHEET) == words


def test_conditions_and_provisos() -> None:
    """A bare name beside a sign restricts; an equation of it tells its value."""
    (positive,) = read("b_i > 0").chains
    assert is_condition(positive, SHEET.declarations)
    assert not is_proviso(positive)
    (small,) = read(r"b_i \le 3").chains
    assert is_proviso(small)
    (letters,) = read("i = k").chains
    assert picks_entries(letters, SHEET.reference, SHEET.declarations)
    assert is_condition(letters, SHEET.declarations)
    (number,) = read("b_i = 3").chains
    assert not picks_entries(number, SHEET.reference, SHEET.declarations)
