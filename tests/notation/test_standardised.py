# ruff: noqa: E501 - formulas stand as they are printed
r"""What a normal variable is said to be made of: `q = \mu + \sigma u`, and what it is not."""

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Outcome

STEPS = (
    r"\operatorname{Var}(q^\top k)=\operatorname{Var}(\sigma\mu^\top u+\sigma\mu^\top v+\sigma^2u^\top v)"
    r"=\sigma^2\operatorname{Var}(\mu^\top u)+\sigma^2\operatorname{Var}(\mu^\top v)+\sigma^4\operatorname{Var}(u^\top v)"
)
RIGHT = r"2\sigma^2\|\mu\|^2+d\sigma^4"
Q, K, LAW = r"\mu+\sigma u", r"\mu+\sigma v", "N(0,I)"

MADE: list[tuple[Outcome, int | None, str, str, str, str]] = [
    ("proved", None, Q, K, LAW, RIGHT),
    ("proved", None, r"\sigma u+\mu", r"\sigma\cdot v+\mu", r"\mathcal N(0,I_d)", RIGHT),
    ("refuted", 3, Q, K, LAW, r"2\sigma^2\|\mu\|^2+\sigma^4"),
    # another law than the one that the question gives
    ("undecided", None, Q, K, "N(0,2I)", RIGHT),
    ("undecided", None, Q, K, "N(1,I)", RIGHT),
    ("undecided", None, Q, K, r"N(0,\sigma^2I)", RIGHT),
    ("undecided", None, r"\mu+u", K, LAW, RIGHT),
    # what is made of both is not read
    ("undecided", None, Q, r"\mu+\sigma u+\sigma v", LAW, RIGHT),
    ("undecided", None, r"\mu-\sigma u", K, LAW, RIGHT),
    ("undecided", None, r"\mu+\sigma^2u", K, LAW, RIGHT),
]


@pytest.mark.parametrize(("outcome", "wrong", "q", "k", "law", "end"), MADE)
def test_a_shift_of_a_multiple_of_a_fresh_name(
    outcome: Outcome, wrong: int | None, q: str, k: str, law: str, end: str
) -> None:
    """The fresh name is the standardised variable, whatever law the text gives it."""
    text = rf"Write $q={q}$ and $k={k}$ with $u,v\sim {law}$ independent. Then $${STEPS}={end}.$$"
    found = check(text, claim="attention-variance", kind="derivation")
    assert (found.outcome, found.first_wrong_step) == (outcome, wrong), found.message
