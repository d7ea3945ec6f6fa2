r"""Facts about arrays, and bounds that are given: what follows from them, and what does not."""

import pytest

from lemmata.judge import check
from lemmata.kernel.verdict import Outcome
from lemmata.notation import read_sheet

WORLD = r"""
% lemmata:
% sizes = ["n", "d", "T"]
% [indices]
% i = "1..n"
% j = "1..n"
% t = "1..T"
% [variables]
% s = {}
% a = {}
% [densities]
% pi = {of = "a", given = "s"}
% q = {of = "s"}
% [functions]
% V = {}
% U = {}
% f = {arguments = 2}
% [scalars]
% X = {shape = "n, d"}
% A = {shape = "d, d", kind = "definite"}
% S = {shape = "d, d", kind = "symmetric"}
% y = {shape = "n"}
% u = {shape = "d"}
% v = {shape = "d"}
% b = {index = "1..n"}
% z = {index = "1..n"}
% w = {index = "1..n", domain = "positive"}
% m = {index = "0..T"}
% g = {index = "1..T"}
% l = {domain = "positive"}
% c = {domain = "nonnegative"}
% k = {}
% h = {domain = "unit"}
% [facts]
"""
LINEAR = [
    ("proved", r"A X^\top = X^\top X X^\top + l X^\top"),
    ("proved", r"A^{-1} A v = v"),
    ("proved", r"(A v)^\top v = \|X v\|^2 + l \|v\|^2"),
    ("refuted", r"A = X^\top X"),
    ("refuted", r"A X^\top = X^\top X X^\top"),
]
UNIT = [
    ("proved", r"u u^\top u = u"),
    ("proved", r"\|v - u u^\top v\|^2 = v^\top v - (u^\top v)^2"),
    ("proved", r"\operatorname{tr}(u u^\top) = 1"),
    ("proved", r"v^\top v - (u^\top v)^2 \le v^\top v"),
    ("proved", r"\nabla_u (u^\top S u - k (u^\top u - 1)) = 2 S u - 2 k u"),
    ("refuted", r"u u^\top u = 2 u"),
    ("refuted", r"v v^\top v = v"),
    ("refuted", r"\nabla_u u^\top S u = S u"),
    ("refuted", r"u^\top v = 0"),
]
TIED = [
    ("proved", r"\nabla_v v^\top S v = 2 S v"),
    ("refuted", r"\nabla_v v^\top S v = S v"),
    ("undecided", r"\nabla_S v^\top S v = v v^\top"),  # by a symmetric matrix
]
GIVEN = [
    ("proved", r"\sum_s q(s) |V(s) - U(s)| \le c"),
    ("proved", r"\left|\sum_s q(s) (V(s) - U(s))\right| \le c"),
    ("proved", r"\mathbb{E}_{q(s)}[|V(s) - U(s)|] \le c"),
    ("proved", r"\left|\sum_a \pi(a|s) f(s,a)\right| \le \sum_a \pi(a|s) |f(s,a)|"),
    ("proved", r"|k + l| \le |k| + |l|"),
    ("refuted", r"\left|\sum_a \pi(a|s) f(s,a)\right| \ge \sum_a \pi(a|s) |f(s,a)|"),
    ("refuted", r"|V(s)| \le c"),
    ("refuted", r"\sum_s q(s) |V(s) - U(s)| \ge c"),
]
TERMS = [
    ("proved", r"\log \sum_{i=1}^n e^{b_i} \ge b_j"),
    ("proved", r"\sum_{i=1}^n w_i \ge w_1"),
    ("proved", r"b_j - \log \sum_{i=1}^n e^{b_i} \le 0"),
    ("proved", r"\frac{k^2}{k^2 + l} < 1"),
    ("refuted", r"\sum_{i=1}^n b_i \ge b_j"),
    ("refuted", r"\log \sum_{i=1}^n e^{b_i} \le b_j"),
    ("refuted", r"\frac{k^2}{k^2 + l} < \frac12"),
]
POWERS = [
    ("proved", r"1 - h^T > 0"),
    ("proved", r"h^t < 1"),
    ("proved", r"\frac{k (1 - h^T)}{1 - h^T} = k"),
    ("proved", r"h < 1"),
    ("refuted", r"h^{T-1} < 1"),
    ("refuted", r"h^T < h"),
    ("refuted", r"\sum_{t=0}^T h^t < T"),
    ("undecided", r"\sum_{t=1}^T h^t < T"),  # not one number in the place of all powers
    ("refuted", r"\sum_{i=1}^{n-1} w_i \ge w_1"),  # the sum may be empty
]
HORIZON = [
    ("proved", r"m_t = \sum_{r=1}^t l^{t-r} g_r"),
    ("proved", r"m_T = \sum_{r=1}^T l^{T-r} g_r"),
    ("refuted", r"m_t = \sum_{r=1}^t l^{t-r+1} g_r"),
    ("refuted", r"m_t = \sum_{r=1}^T l^{T-r} g_r"),
]
FACTS = [
    (r"""% "made" = 'A = X^\top X + l I'""", LINEAR),
    (r"""% "unit" = 'u^\top u = 1'""", UNIT),
    (r"""% "unit" = '\|u\| = 1'""", UNIT),
    ("", TIED),
    (r"""% "close" = {statement = '|V(s) - U(s)| \le c', forall = ["s"]}""", GIVEN),
    ("", TERMS),
    ("", POWERS),
    (
        r"""% "start" = 'm_0 = 0'
% "step" = {statement = 'm_t = l m_{t-1} + g_t', forall = ["t"]}""",
        HORIZON,
    ),
]


@pytest.mark.parametrize(
    ("facts", "outcome", "statement"),
    [(facts, outcome, text) for facts, cases in FACTS for outcome, text in cases],
)
def test_what_follows_from_facts(facts: str, outcome: Outcome, statement: str) -> None:
    """A fact is used where it helps, and refutes what contradicts it."""
    found = check(f"{WORLD}{facts}\n\\[ {statement} \\]")
    assert found.outcome == outcome, found.message


def test_a_bound_of_one_outcome_is_none_of_all() -> None:
    """Without `forall` a fact is about the point that stands there."""
    fact = r"""% "close" = '|V(s) - U(s)| \le c'"""
    assert check(f"{WORLD}{fact}\n\\[ \\sum_s q(s) |V(s) - U(s)| \\le c \\]").outcome != "proved"


def test_a_total_is_shared_by_numbers_that_are_positive() -> None:
    """Rows that sum to one are drawn so, with the sizes of both ranges apart."""
    rows = r"""
    % lemmata:
    % sizes = ["N", "K"]
    % [indices]
    % n = "1..N"
    % k = "1..K"
    % [scalars]
    % r = {index = ["1..N", "1..K"], domain = "positive"}
    % p = {index = "1..K", domain = "simplex"}
    % [facts]
    % "rows" = {statement = '\sum_{k=1}^K r_{nk} = 1', forall = ["n"]}
    """
    found = check(rows + r"\[ \sum_{n=1}^N \sum_{k=1}^K r_{nk} = K \]")
    assert found.outcome == "refuted"
    assert check(rows + r"\[ \sum_{n=1}^N \sum_{k=1}^K r_{nk} = N \]").outcome == "proved"
    found = check(rows + r"\[ \sum_{k=1}^K p_k^2 = 1 \]")
    assert found.steps[0].verdict.counterexample is not None
    world = found.steps[0].verdict.counterexample.world
    assert (world["p_1"], world["p_2"]) == ("1/2", "1/2")


@pytest.mark.parametrize(
    ("block", "hint"),
    [
        ("parameters = ['theta']\n[scalars]\ntheta = {}", "theta is a parameter already"),
        (
            "sizes = ['N']\n[indices]\nk = '1..N'\n[definitions]\n'N_k' = '2'",
            "N_k is N with an index",
        ),
        ("[definitions]\n\"s(x)\" = 's'(x)'", "three single quotes"),
        ("[scalars]\nx = {domain = \\positive}", "between quotes"),
    ],
)
def test_declarations_that_cannot_be_used_are_told_how(block: str, hint: str) -> None:
    """The message says what to write instead, and the line counts from the top of the text."""
    text = "An introduction.\n\n% lemmata:\n" + "\n".join(f"% {x}" for x in block.splitlines())
    message = check(text + "\n\\[ 1 = 1 \\]").message
    assert hint in message
    assert "line " in message


def test_a_comment_behind_the_block_is_none_of_it() -> None:
    """What stands behind the last entry is a remark of the author."""
    text = (
        "% lemmata:\n% [scalars]\n% x = {}\n% the square of a sum\n\\[ (x + 1)^2 = x^2 + 2x + 1 \\]"
    )
    assert check(text).outcome == "proved"


def test_an_answer_may_call_itself_the_unknown() -> None:
    """The solution is what the unknown is said to be."""
    sheet = read_sheet(
        r"""
        [variables]
        x = {}
        [densities]
        p = {of = "x"}
        q = {of = "x"}
        [functions]
        D = {domain = "(0, 1)"}
        [question]
        goal = 'D(x) = \frac{p(x)}{p(x) + q(x)}'
        reference = '\frac{p(x)}{p(x) + q(x)}'
        unknown = "D(x)"
        """
    )
    assert check(r"D(x) = \frac{p(x)}{p(x) + q(x)}", sheet=sheet).outcome == "proved"
    assert check(r"D(x) = \frac{q(x)}{p(x) + q(x)}", sheet=sheet).outcome == "refuted"
