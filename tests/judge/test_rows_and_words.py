# ruff: noqa: E501 - formulas stand as they are printed
r"""Rows of derivations that state nothing that is judged, and words that take a derivation back."""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Outcome

ROWS = r"\begin{align*}\sigma'(x)&=\frac{e^{-x}}{(1+e^{-x})^2}\\&=\sigma(x)\sigma(-x)%s\end{align*}"
STEP = r"\sigma'(x)=\sigma(x)(1-\sigma(x))"

LAST_ROWS: list[tuple[Outcome, str]] = [
    ("undecided", r"\\&\sigma(x)^2"),
    ("undecided", r"\\&\foo\sigma(x)^2"),
    ("undecided", r"\\&\sim\sigma(x)^2"),
    ("undecided", r"\\\leadsto&\sigma(x)^2"),
    ("undecided", r"\\&\phantom{=}\sigma(x)^2"),
    ("undecided", r"\\&\text{which is equal to}\ \sigma(x)^2"),
    ("undecided", r"\\&\text{i.e. }\sigma(x)^2"),
    ("undecided", r"\\&\text{or in other words }\sigma(x)^2"),
    ("undecided", r"\\&\text{so that we have }\sigma(x)^2"),
    ("proved", r"\\&\text{by the definition of }\sigma(x)"),
    ("proved", r"\\&\text{(note that } 1+e^{-x}>0 \text{)}"),
    ("refuted", r"\\&\text{hence }\sigma'(x)=\sigma(x)^2"),
    ("refuted", r"\\&\text{and we see that }\sigma'(x)=\sigma(x)^2"),
    ("proved", r"\\\text{hence }&\sigma'(x)=\sigma(x)(1-\sigma(x))"),
    ("proved", r"\\&\text{by the chain rule}"),
    ("proved", r"\\&\text{since }1+e^{-x}>0"),
    ("proved", r"\\&\cdot1"),
    ("undecided", r"\\&\sigma(x)\sigma(-x)"),
]


@pytest.mark.parametrize(("outcome", "row"), LAST_ROWS)
def test_a_row_without_a_relation_is_not_lost(outcome: Outcome, row: str) -> None:
    """What stands in no relation leaves a derivation open; a statement behind words is judged."""
    assert check(ROWS % row, claim="sigmoid-derivative", kind="derivation").outcome == outcome


DISPLAYS: list[tuple[Outcome, str]] = [
    ("undecided", f"${STEP}$ and therefore equals $\\sigma(x)^2$."),
    ("undecided", f"$${STEP}$$ in other words $$\\sigma(x)^2$$"),
    ("proved", f"We want $$\\sigma'(x).$$ By the chain rule $${STEP}$$"),
    ("proved", f"$${STEP}$$ so that the slope is $$\\sigma(x)(1-\\sigma(x)).$$"),
]


@pytest.mark.parametrize(("outcome", "text"), DISPLAYS)
def test_a_display_without_a_relation(outcome: Outcome, text: str) -> None:
    """It may say what the text is about, or repeat what is said."""
    found = check(text, claim="sigmoid-derivative", kind="derivation")
    assert found.outcome == outcome
    if outcome == "undecided":
        assert "stands in no relation" in found.message


TAKEN_BACK = [
    "It would be silly to argue as follows: %s",
    "Nobody should write: %s",
    "The following fails: %s",
    "Falsch: %s",
    "%s Unfortunately this is all nonsense.",
    "%s (I do not believe this.)",
    "%s But the second line does not follow.",
    "Which step of the following is mistaken? %s",
    "\N{CROSS MARK} %s",
    "A friend's attempt, which has an error: %s",
]
ARGUED = [
    "Since the input does not depend on the output, %s",
    "Note that the slope cannot be negative. %s",
    "The slope is not a function of anything else: %s",
    "This is not necessarily the shortest way. %s",
    "The squared error is not needed here. %s",
]


@pytest.mark.parametrize("words", TAKEN_BACK)
def test_words_that_take_a_derivation_back(words: str) -> None:
    """What is denied, doubted or another's is neither proved nor refuted."""
    for step in (STEP, STEP.replace("1-", "1+")):
        found = check(words % f"$${step}$$", claim="sigmoid-derivative", kind="derivation")
        assert found.outcome == "undecided", found.message


@pytest.mark.parametrize("words", ARGUED)
def test_words_of_an_argument(words: str) -> None:
    """What an argument says that is not, takes nothing back."""
    found = check(words % f"$${STEP}$$", claim="sigmoid-derivative", kind="derivation")
    assert found.outcome == "proved", found.message


SLOPES: list[tuple[Outcome, str]] = [
    ("proved", r"e_t=e_{t-1}-\eta\nabla_e\|x_t-e_{t-1}\|^2=e_{t-1}+2\eta(x_t-e_{t-1})"),
    ("refuted", r"e_t=e_{t-1}+\eta\nabla_e\|x_t-e_{t-1}\|^2"),
    ("undecided", r"e_t=e_{t-1}-\eta\nabla_e\frac12\|x_t-e_{t-1}\|^2"),
    ("proved", r"\frac{\partial}{\partial e_{t-1}}(x_t-e_{t-1})^2=-2(x_t-e_{t-1})"),
    ("refuted", r"\frac{\partial}{\partial e_{t-1}}(x_t-e_{t-1})^2=2(x_t-e_{t-1})"),
    ("refuted", r"\nabla_e\|x-e\|^2=0"),
]


@pytest.mark.parametrize(("outcome", "step"), SLOPES)
def test_slopes_by_entries(outcome: Outcome, step: str) -> None:
    """A slope by an entry is worked out; one by a letter whose entries stand in it is not zero."""
    found = check(f"$${step}$$", claim="vq-rolling-average", kind="derivation")
    assert found.outcome == outcome, found.message


PRODUCTS: list[tuple[Outcome, str]] = [
    ("proved", r"\sigma'(x)(1+e^{-x})=\sigma(x)e^{-x}"),
    ("refuted", r"\sigma'(x)(1+e^{-x})=\sigma(x)"),
    ("undecided", r"\frac{d\sigma}{dx}(0)=\frac14"),
    ("undecided", r"\sigma'(x)(2)=2"),
    ("proved", r"\frac{d}{dx}\sigma(x)(1-\sigma(x))=\sigma'(x)(1-2\sigma(x))"),
    ("refuted", r"\frac{d}{dx}\sigma(x)(1-\sigma(x))=\sigma'(x)(1-3\sigma(x))"),
]


@pytest.mark.parametrize(("outcome", "step"), PRODUCTS)
def test_a_slope_with_its_argument_is_a_factor(outcome: Outcome, step: str) -> None:
    """Behind `f'(x)` a bracket is a factor; behind `df/dx` it may tell where the slope is."""
    found = check(f"$${step}$$", claim="sigmoid-derivative", kind="derivation")
    assert found.outcome == outcome, found.message


INDUCTION = r"""\textbf{Base case.} For $T=1$, $e_1=(1-2\eta)e_0+2\eta x_1$. Inductive step:
\begin{align*}e_T&=(1-2\eta)e_{T-1}+2\eta x_T\\&=(1-2\eta)^Te_0+2\eta\sum_{t=1}^T(1-2\eta)^{T-t}x_t\end{align*}"""


def test_the_base_case_of_an_induction_restricts_nothing() -> None:
    """A slip in the step of an induction is seen, whatever its first sentence sets."""
    right = check(INDUCTION, claim="vq-rolling-average", kind="derivation")
    assert right.outcome == "proved", right.message
    slip = INDUCTION.replace(r"2\eta\sum", r"\eta\sum")
    wrong = check(slip, claim="vq-rolling-average", kind="derivation")
    assert (wrong.outcome, wrong.first_wrong_step) == ("refuted", 2)
    plain = slip.replace("Base case", "Let").replace("Inductive", "One")
    other = check(plain, claim="vq-rolling-average", kind="derivation")
    assert other.outcome == "undecided"
