r"""Displays that a text supposes, sets or asks for are no statements of it, and are told."""

import pytest

from lemmata.checkers.answers import check

NAMES = r"""% lemmata:
% sizes = ["n"]
% [scalars]
% a = {}
% b = {}
% c = {}
% r = {domain = "positive"}
"""
WRONG = r"\[ (a + b)^2 = a^2 + b^2. \]"
SUPPOSED = [
    r"Suppose that \[ a = b. \] Then \[ a^2 = b^2. \]",
    r"Let \[ a = b. \] Then \[ a^2 = b^2. \]",
    r"Given \[ a = b, \] we get \[ a^2 = b^2. \]",
    r"\[ a = b \] implies \[ a^2 = b^2. \]",
    r"Assumption 1: \[ a = b. \] Hence \[ a^2 = b^2. \]",
    r"\begin{assumption} \[ a = b. \] \end{assumption} \[ a^2 = b^2. \]",
    r"Consider the equation \[ a + b = c. \] Subtracting $b$ gives \[ a = c - b. \]",
    r"Define \[ c = a + b. \] Then \[ c^2 = a^2 + 2ab + b^2. \]",
    r"With \[ c = a + b \] we get \[ c^2 = a^2 + 2ab + b^2. \]",
    r"Choose $c$ such that \[ a + c = b. \] Then \[ c = b - a. \]",
    r"For some $c$, \[ a + c = b. \]",
    r"Pick $n$ so large that \[ 1/n < r. \]",
    r"Setting the derivative to zero gives \[ 2a - 2b = 0, \] so \[ a = b. \]",
    r"The minimiser of $(a - b)^2$ is \[ a = b. \]",
    r"The initial condition is \[ b = 0. \] Then \[ a + b = a. \]",
    r"We update \[ a := a + 1. \]",
    rf"{WRONG[:-4]} \] if and only if \[ ab = 0. \]",
    r"Either \[ a \le b \] or \[ a > b. \]",
    rf"Students often write {WRONG}",
]
STATED = [
    rf"We have {WRONG}",
    rf"We find {WRONG}",
    rf"Let us compute the square: {WRONG}",
    rf"We want to show that {WRONG}",
    rf"The square is given by {WRONG}",
    rf"It follows that {WRONG}",
    r"Consider \[ (a + b)^2 = a^2 + b^2 = b^2 + a^2. \]",
    r"Define \[ u = a + b. \] Then \[ u^2 = a^2 + b^2. \]",
]


@pytest.mark.parametrize("text", SUPPOSED)
def test_what_is_supposed_is_not_refuted(text: str) -> None:
    """Neither what a sentence supposes, nor what follows from it, fails by itself."""
    assert check(f"{NAMES}\n{text}\n").outcome == "undecided"


@pytest.mark.parametrize("text", STATED)
def test_what_is_stated_is_refuted(text: str) -> None:
    """Words that only lead to a display suppose nothing."""
    assert check(f"{NAMES}\n{text}\n").outcome == "refuted"


def test_a_supposition_that_defines_a_name_is_a_definition() -> None:
    """What a display says of a name of its own is what that name is."""
    text = r"Define \[ u = a + b. \] Then \[ u^2 = a^2 + 2ab + b^2. \]"
    assert check(f"{NAMES}\n{text}\n").outcome == "proved"


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        ("proved", r"Suppose that \[ a + b = b + a. \] Then \[ a + c = c + a. \]"),
        ("undecided", r"Suppose that \[ a = b. \] Then \[ a + c = c + a. \]"),
        ("undecided", rf"The layer computes {WRONG} Also \[ a + c = c + a. \]"),
        ("undecided", rf"\[ a + c = c + a. \] We have, with some algebra, {WRONG}"),
        ("undecided", r"Suppose that \[ a = \foo{b}. \] Then \[ a + c = c + a. \]"),
    ],
)
def test_what_a_display_tells_has_to_be_so(outcome: str, text: str) -> None:
    """What reads as a supposition may be a claim: beside one that fails nothing is proved."""
    assert check(f"{NAMES}\n{text}\n").outcome == outcome


LAWS = """% lemmata:
% [variables]
% x = {}
% y = {}
% [scalars]
% a = {}
% b = {}
% c = {}
% [densities]
% p = {of = "x, y"}
"""
PRODUCT = r"p(x, y) &= p(x | y) p(y) \\ &= p(x) p(y)"


@pytest.mark.parametrize(
    ("outcome", "rows"),
    [
        ("refuted", PRODUCT),
        ("refuted", rf"{PRODUCT} && \text{{by Bayes' rule}}"),
        ("undecided", rf"{PRODUCT} && \text{{(independence)}}"),
        ("undecided", rf"{PRODUCT} && \text{{since }} x \perp y"),
        ("undecided", PRODUCT.replace("&= p(x) p", r"&\overset{\text{ind.}}{=} p(x) p")),
        ("refuted", PRODUCT.replace("&= p(x) p", r"&\overset{\text{Bayes}}{=} p(x) p")),
        ("undecided", PRODUCT.replace(r"\\", r"\\ \intertext{and by independence}")),
        ("undecided", r"|a| &= a && \text{($a$ positive)}"),
        ("undecided", r"|a| &= a && \text{by (A1)}"),
        ("undecided", r"|a| &= a && \text{(hypothesis)}"),
        ("refuted", r"p(x, y) &= p(x) p(y) \\ &= p(y) p(x) && \text{(independence)}"),
    ],
)
def test_reasons_that_suppose_something(outcome: str, rows: str) -> None:
    """What a reason beside a row may suppose is said of that row alone."""
    text = rf"\begin{{align*}} {rows} \end{{align*}}"
    assert check(f"{LAWS}\n{text}\n").outcome == outcome


@pytest.mark.parametrize(
    ("outcome", "formula"),
    [
        ("undecided", r"a \le b \le c \implies a \le c"),
        ("undecided", r"\frac{d}{da} a^2 = 2a \overset{!}{=} 0"),
        ("refuted", r"\frac{d}{da} a^2 = a \overset{!}{=} 0"),
        ("refuted", r"\frac{d}{da} a^2 = 2a = 0"),
    ],
)
def test_what_is_demanded_or_only_a_premise(outcome: str, formula: str) -> None:
    """What is set to be so is not refuted, what stands before it is."""
    assert check(f"{LAWS}\n$${formula}$$\n").outcome == outcome


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        ("undecided", r"The sum has mean zero and small variance: $$ a + b = a. $$"),
        ("undecided", r"The operator is symmetric, $$ ab = a. $$"),
        ("undecided", r"$$ (a + b)^2 = a^2 + b^2 $$ since $b$ vanishes."),
        ("undecided", r"$$ (a + b)^2 = a^2 + b^2 $$ where $b$ is negligible."),
        ("refuted", r"The square of a sum is a sum of squares: $$ (a + b)^2 = a^2 + b^2. $$"),
        ("refuted", r"The square is then $$ (a + b)^2 = a^2 + b^2. $$"),
        ("refuted", r"The result is given by $$ (a + b)^2 = a^2 + b^2 $$ as claimed."),
    ],
)
def test_qualities_that_a_sentence_gives(outcome: str, text: str) -> None:
    """What a display states may lie in a quality that its sentence gives, and nowhere else."""
    assert check(f"{LAWS}\n{text}\n").outcome == outcome


@pytest.mark.parametrize(
    ("outcome", "behind"),
    [
        ("undecided", "The last step uses the independence of $x$ and $y$."),
        ("undecided", "where the second equality holds by independence."),
        ("refuted", "The last step uses the definition of the joint density."),
        ("refuted", "The next section uses independence."),
    ],
)
def test_what_a_sentence_behind_says_that_a_step_rests_on(outcome: str, behind: str) -> None:
    """What supposes something may stand behind the display."""
    text = rf"\begin{{align*}} {PRODUCT} \end{{align*}} {behind}"
    assert check(f"{LAWS}\n{text}\n").outcome == outcome
