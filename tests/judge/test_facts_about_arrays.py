r"""Facts that say what a whole column or matrix is, as sheets of linear algebra give them."""

import pytest

from lemmata.judge import check

DECLARATIONS = r"""
% lemmata:
% sizes = ["n", "d"]
% [scalars]
% u = {shape = "d"}
% v = {shape = "d"}
% A = {shape = "d, d"}
% B = {shape = "d, d", kind = "definite"}
% C = {shape = "d, d", kind = "invertible"}
% S = {shape = "d, d", kind = "symmetric"}
% X = {shape = "n, d"}
% w = {domain = "positive"}
% [facts]
% unit = 'u^\top u = 1'
% gram = 'B = X^\top X + w I'
% square = 'C = A^\top A'
"""


@pytest.mark.parametrize(
    ("outcome", "statement"),
    [
        ("proved", r"u^\top (v - u u^\top v) = 0"),
        ("refuted", r"u^\top (v - 2 u u^\top v) = 0"),
        ("proved", r"\nabla_u (u^\top u) = 2u"),
        ("refuted", r"\nabla_u (u^\top u) = 0"),  # it is a slope off the sphere
        ("refuted", r"u^\top v = v^\top v"),
        ("proved", r"B^{-1} B = I"),
        ("proved", r"\operatorname{tr}(B) = \operatorname{tr}(X X^\top) + w d"),
        ("refuted", r"\operatorname{tr}(B) = \operatorname{tr}(X X^\top) + w n"),
        ("refuted", r"C = A"),
        ("refuted", r"\det(C) = \det(A)"),
        ("proved", r"v^\top S u = u^\top S v"),
        ("refuted", r"v^\top A u = u^\top A v"),
    ],
)
def test_what_a_fact_says_of_an_array_is_used(outcome: str, statement: str) -> None:
    """In proofs and in models, entry by entry where the fact is of the whole."""
    assert check(f"{DECLARATIONS}\\[ {statement} \\]").outcome == outcome


def test_a_sum_that_may_be_empty_is_not_above_its_first_term() -> None:
    """For T = 5 there is a fifth entry, and nothing to add."""
    sheet = "% lemmata:\n% sizes = ['T']\n% [scalars]\n% y = {index = '1..T'}\n"
    verdict = check(sheet + r"\[ \sum_{t=5}^{T-1} e^{y_t} \ge e^{y_5} \]")
    assert verdict.outcome != "proved"
    assert check(sheet + r"\[ \sum_{t=1}^{T} e^{y_t} \ge e^{y_1} \]").outcome == "proved"
