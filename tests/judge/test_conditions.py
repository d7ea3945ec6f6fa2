"""Conditions beside a derivation: what holds where they hold is not refuted, nor proved for all."""

import pytest

from lemmata.checkers.answers import check
from lemmata.judge import check as judge
from lemmata.judge.conditions import assuming, is_of_indices, statements_of
from lemmata.kernel.declarations import Declarations, Scalar
from lemmata.kernel.terms import Statement, Sym
from lemmata.notation import read_chains, read_sheet

SHEET = read_sheet(r"""
sizes = ["n"]
[indices]
i = "1..n"
j = "1..n"
[scalars]
a = {}
b = {}
u = {index = "i = 1..n"}
[question]
goal = ['u_i = u_i']
""")

BESIDE = [
    r"$$%s,\quad %s$$",
    r"$$%s\qquad %s$$",
    r"$$%s\quad(%s)$$",
    r"$$%s\quad\text{for } %s$$",
    r"\begin{align*} %s && (%s) \end{align*}",
    r"\begin{align*} %s & (%s) \end{align*}",
    r"\begin{align*} %s && \text{if } %s \end{align*}",
    r"$$%s$$ where $%s$.",
    r"$$%s$$ as $%s$ here.",
]


@pytest.mark.parametrize("layout", BESIDE)
@pytest.mark.parametrize(
    ("step", "condition", "outcome"),
    [
        ("u_i = u_j", "i = j", "proved"),
        ("u_i = u_j", "j = i", "proved"),
        ("u_i = u_j", r"i \ne j", "refuted"),
        ("u_i = u_j", "i < j", "refuted"),
        ("u_i = u_1", "i = 1", "proved"),
        ("u_i = u_n", "i = n", "proved"),
        ("u_i = u_n", "i = 1", "refuted"),
        ("a = b", "a = b", "undecided"),  # a value of a parameter is less than what is asked
        ("a u_i = 0", "a = 0", "undecided"),
        ("a b = 1", "a > 0", "refuted"),
        (r"a = \sqrt{a^2}", "a > 0", "undecided"),
        (r"a = -\sqrt{a^2}", "a > 0", "refuted"),
    ],
)
def test_a_step_is_judged_where_it_is_said_to_hold(
    layout: str, step: str, condition: str, outcome: str
) -> None:
    """However the condition stands beside it."""
    verdict = judge(layout % (step, condition), sheet=SHEET, kind="derivation")
    assert verdict.outcome == outcome, verdict.message
    named = any("given: " in assumed for assumed in verdict.assumptions)
    assert named == (outcome == "proved")


@pytest.mark.parametrize(
    "text",
    [
        r"$$u_i = u_j,\quad i = 1, \dots, n$$",
        r"$$u_i = u_j,\quad i, j = 1, \dots, n$$",
        r"$$u_i = u_j$$ for $i = 1, \dots, n$.",
        r"$$u_i = u_j,\quad i = 1, \dots, n, \quad i \ne j$$",
    ],
)
def test_a_letter_that_runs_over_all_its_values_restricts_nothing(text: str) -> None:
    """A range is no condition, and a condition beside it is one."""
    assert judge(text, sheet=SHEET, kind="derivation").outcome == "refuted"


@pytest.mark.parametrize(
    "text",
    [
        r"$$u_i = u_1,\quad i = 1$$",
        r"$$u_i = u_2, \quad i = 2, \dots, n$$",
        r"For distinct $i, j$ we have $$u_i = u_j$$",
        r"Take $i = j$. $$u_i = u_j$$",
        r"Since $i = j$, $$u_i = u_j$$",
        r"Let $i = j$. Then $$u_i = u_j$$",
        r"In one dimension, $$u_i = u_1$$",
        r"$$u_i = u_n$$ for the last component.",
        r"$$u_i = u_j\quad(i = j,\ \text{my dear})$$",
    ],
)
def test_what_may_hold_there_is_not_refuted(text: str) -> None:
    """However the text says where it holds."""
    assert judge(text, sheet=SHEET, kind="derivation").outcome != "refuted"


def test_what_holds_in_one_case_does_not_reach_a_goal_for_all() -> None:
    """But the cases together do, where each tells its own."""
    first = r"\frac{\partial p_i}{\partial f_k} &= p_i(1-p_i) && \text{if } i = k"
    second = r"\frac{\partial p_i}{\partial f_k} &= -p_i p_k && \text{if } i \ne k"
    text = r"\begin{align*}%s\end{align*}"
    one = check(text % first, claim="softmax-derivative", kind="derivation")
    assert (one.outcome, one.reaches_goal) == ("proved", False)
    both = check(text % rf"{first}\\ {second}", claim="softmax-derivative", kind="derivation")
    assert (both.outcome, both.reaches_goal) == ("proved", True)
    swapped = check(
        text % rf"{first}\\ {second.replace('-p_i', 'p_i')}",
        claim="softmax-derivative",
        kind="derivation",
    )
    assert (swapped.outcome, swapped.first_wrong_step) == ("refuted", 2)


def test_a_condition_of_another_display_is_not_taken_for_granted() -> None:
    """Two conditions that exclude each other leave no world to refute in."""
    text = r"$$u_i = u_j\quad(i=j)$$ $$u_i = u_j + 1,\quad i \ne j$$"
    verdict = judge(text, sheet=SHEET, kind="derivation")
    assert verdict.first_wrong_step in (None, 2)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (r"(\sigma(-x) = 1 - \sigma(x))", "proved"),
        (r"(\sigma(-x) = 2 - \sigma(x))", "undecided"),
        (r"(\text{since } \sigma(-x) = 2 - \sigma(x))", "undecided"),
    ],
)
@pytest.mark.parametrize("gap", [r"\quad", r"&&", r"&"])
def test_a_reason_in_brackets_is_judged(reason: str, outcome: str, gap: str) -> None:
    """A right step with a wrong reason in round brackets is not proved."""
    text = rf"\begin{{align*}}\sigma'(x) &= \sigma(x)(1-\sigma(x)) {gap} {reason}\end{{align*}}"
    assert check(text, claim="sigmoid-derivative", kind="derivation").outcome == outcome


@pytest.mark.parametrize(
    ("text", "narrow"),
    [("i = j", True), (r"i \ne 1", True), ("i = n", True), ("n = 3", False), ("a = 0", False)],
)
def test_only_conditions_on_indices_let_a_step_be_proved(text: str, narrow: bool) -> None:
    """A size or a parameter that is set to a value makes another question."""
    chain = read_chains(text, SHEET.declarations).chains[0]
    stated = statements_of(chain)
    assert [is_of_indices(each, SHEET.declarations) for each in stated] == [narrow]


@pytest.mark.parametrize("turned", [False, True])
def test_a_condition_about_what_is_not_declared_is_not_assumed(turned: bool) -> None:
    """On neither side of it; one about declared names becomes a fact."""
    known = Declarations(scalars=(Scalar("a"), Scalar("b")))
    declared, unknown = (Sym("a"), Sym("b")), (Sym("a"), Sym("q"))
    sides = declared[::-1] if turned else declared
    assert [fact.statement for fact in assuming(known, [Statement(sides[0], "<", sides[1])]).facts]
    sides = unknown[::-1] if turned else unknown
    with pytest.raises(ValueError, match="what q is in a condition"):
        assuming(known, [Statement(sides[0], "<", sides[1])])
