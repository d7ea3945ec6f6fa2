r"""Rows in dollar signs of their own, and the formulas in the sentences behind and between them.

`$A = B$ by the rule for $C$` and `$= D$` on the next line say that B is D. Whoever takes D for what
C is proves `C = C`, and refutes what is right.
"""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Outcome

ROW = r"$\sigma'(x) = \frac{e^{-x}}{(1+e^{-x})^2}$"
RIGHT = r"$= \sigma(x)(1-\sigma(x))$"
WRONG = r"$= \sigma(x)^2$"


def judged(*rows: str) -> Outcome:
    """The outcome of a derivation of the sigmoid's derivative."""
    return check("\n".join(rows), claim="sigmoid-derivative", kind="derivation").outcome


REASONS = [
    r" by the chain rule for $e^{-x}$",
    r" using $\sigma(x)^2$",
    r", because of $\sigma(x)^2$ and $\sigma(x)(1-\sigma(x))$",
    r" with respect to $x$",
    r" (recall $1-\sigma(x)$)",
    r" since \(\sigma(x)^2\) is in the denominator",
    r" because $e^{-x}$ has the derivative $-e^{-x}$",
]


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("gap", ["", "\n"])
def test_a_formula_in_a_reason_is_no_member(reason: str, gap: str) -> None:
    """The next row goes on from the row that the reason stands behind."""
    assert judged(ROW + reason + gap, RIGHT) == "proved"
    assert judged(ROW + reason + gap, WRONG) == "refuted"


SENTENCES = [
    r" (we multiply by $\sigma(x)^2$)",
    r". Here $\sigma(x)^2$ is the square of the first factor.",
    "\n\nNow we factor out $\\sigma(x)^2$:\n",
    "\n\nWe see $\\sigma(x)(1-\\sigma(x))$ in it\n",
    "\n\nThe factor $\\sigma(x)^2=\\sigma(x)^2$ is positive.\n",
    r", where we used $\sigma(x)^2=\sigma(x)^2$",
    "\n\nUsing $1$ and \\(\\sigma(x)^2\\)\n",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_row_behind_a_sentence_of_its_own_is_open(sentence: str) -> None:
    """It may go on from the formula in the sentence, or from the row before."""
    for end in (RIGHT, WRONG):
        assert judged(ROW + sentence, end) == "undecided"


@pytest.mark.parametrize(
    ("before", "between"),
    [
        ("We have $\\sigma'(x)$\n$= \\frac{e^{-x}}{(1+e^{-x})^2}$", ""),
        (f"Step 1: {ROW}", "Step 2: "),
        (f"- First, {ROW}\n- So $\\sigma'(x) = \\frac{{1}}{{e^x(1+e^{{-x}})^2}}$", "- "),
        (f"Therefore {ROW} by the chain rule", ""),
        (ROW, "and this is "),
        (f"{ROW} by the chain rule", ""),
        (f"By the chain rule {ROW} for all $x$", ""),
    ],
)
def test_a_row_goes_on_from_a_row(before: str, between: str) -> None:
    """Labels and words that lead to a row are no sentence of their own."""
    assert judged(before, between + RIGHT) == "proved"
    assert judged(before, between + WRONG) == "refuted"


LABELS = [("- Start: ", "- Factor: "), ("**Start:** ", "**Factor out:** "), ("1. ", "2. Expand: ")]


@pytest.mark.parametrize(("first", "second"), LABELS)
def test_what_is_done_in_a_row_may_label_it(first: str, second: str) -> None:
    """Such a label changes nothing; other words before a row may."""
    assert judged(first + ROW, second + RIGHT) == "proved"
    assert judged(first + ROW, second + WRONG) == "refuted"
    assert judged(first + ROW, "Never " + second.lower() + WRONG) == "undecided"
    assert judged(first + ROW, "Ignore: " + WRONG) == "undecided"


def test_a_name_that_something_contains_is_mentioned() -> None:
    """The sentence states nothing of it."""
    said = "The sigmoid $\\sigma(x)$ contains $x$ only in the exponent:\n\n"
    assert judged(said + ROW, RIGHT) == "proved"
    assert judged(said + ROW, WRONG) != "proved"
    assert judged(said.replace("contains", "equals") + ROW, RIGHT) == "undecided"


ALIGNED = r"\begin{align*}\sigma'(x) &= \frac{e^{-x}}{(1+e^{-x})^2}\\ %s \\ &= %s\end{align*}"
SQUARE = r"\sigma(x)^2"
PRODUCT = r"\sigma(x)(1-\sigma(x))"


@pytest.mark.parametrize("words", [r"\text{now }", r"& \text{factor }", r"\text{and with }"])
def test_a_row_of_words_and_an_expression_is_open(words: str) -> None:
    """The next row may go on from its expression, or from the row before."""
    for end in (PRODUCT, SQUARE):
        found = check(
            ALIGNED % (words + SQUARE, end), claim="sigmoid-derivative", kind="derivation"
        )
        assert found.outcome == "undecided"


@pytest.mark.parametrize(("end", "outcome"), [(PRODUCT, "proved"), (SQUARE, "refuted")])
def test_a_row_of_words_alone_is_none(end: str, outcome: Outcome) -> None:
    """Nor is one whose words lead to a statement of its own."""
    for row in (r"\text{by the chain rule}", r"\text{Second: } " + PRODUCT):
        assert judged(ALIGNED % (row, end)) == outcome


def test_an_update_behind_another_relation_is_open() -> None:
    """It is no step that holds: nobody says what it sets."""
    chain = r"$$\sigma'(x) = \frac{e^{-x}}{(1+e^{-x})^2} \leftarrow %s$$"
    for end in (SQUARE, f"{SQUARE} = {SQUARE}", PRODUCT):
        assert judged(chain % end) == "undecided"
    update = r"$$e \leftarrow e+2\eta(x-e) = (1-2\eta)e+2\eta x$$"
    assert check(update, claim="vq-rolling-average", kind="derivation").outcome == "proved"
