"""A statement whose sentence may say where it holds is not refuted, in words no list has either."""

import pytest

from lemmata.checkers.answers import check as check_answer
from lemmata.judge import check
from lemmata.notation.plain_words import told_beside

NAMES = r"""% lemmata:
% sizes = ["n"]
% [indices]
% i = "1..n"
% [variables]
% x = {}
% y = {}
% [densities]
% p = {of = ["x", "y"]}
% [scalars]
% a = {index = "1..n"}
% c = {}
% b = {}
% A = {shape = ["n", "n"]}
% B = {shape = ["n", "n"]}
% u = {shape = ["n"]}
% v = {shape = ["n"]}
"""


@pytest.mark.parametrize(
    "text",
    [
        r"$A$ is a projection, hence $$A^2 = A.$$",
        r"Under independence $$p(x,y) = p(x)p(y).$$",
        r"By independence: $$p(x,y) = p(x)p(y).$$",
        r"After centring, $$\sum_i a_i = 0.$$",
        r"At convergence $$c = b.$$",
        r"In the limit, $$c = 0.$$",
        r"By symmetry of $A$: $$A^\top = A.$$",
        r"When there is only one term, $$\sum_i a_i = a_1.$$",
        r"To first order, $$e^c = 1 + c.$$",
        r"Up to a constant, $$c + 1 = c.$$",
        r"Asymptotically, $$n + 1 = n.$$",
        r"Almost surely $$c = b.$$",
        r"With uniform weights we have $$a_i = \frac1n.$$",
        r"For a doubly stochastic matrix $$\sum_j A_{ij} = 1.$$",
        r"The Hessian $A$ satisfies $$A^\top = A.$$",
        r"A permutation matrix $A$ satisfies $$A^\top A = I.$$",
        r"Since $A$ is nilpotent, $$A^n = 0.$$",
        r"For a deterministic policy, $$c = b.$$",
    ],
)
def test_a_condition_in_unlisted_words_is_not_read_past(text: str) -> None:
    """No list of qualities is complete; the words of derivations are listed instead."""
    assert check(f"{NAMES}\n{text}\n").outcome == "undecided"


@pytest.mark.parametrize(
    "text",
    [
        r"Hence $$c = b.$$",
        r"Expanding the square, we get $$(c+b)^2 = c^2 + b^2.$$",
        r"By the chain rule $$\frac{d}{dc} e^{2c} = e^{2c}.$$",
        r"Using the definition of the trace, $$\operatorname{tr}(AB) = \operatorname{tr}(A).$$",
        r"For the second term, collecting the factors gives $$c\cdot c = 2c.$$",
        r"The Fisher information is $$c^2 = c.$$",
        r"By linearity of the mean, adding up both sides leads to $$\sum_i a_i = a_1.$$",
        r"One step of gradient descent, $c$, satisfies $$c = b.$$",
        r"It follows from Jensen's inequality that $$c \ge c^2.$$",
    ],
)
def test_the_plain_words_of_a_derivation_restrict_nothing(text: str) -> None:
    """They tell what is done, and what the sides of the statement are."""
    assert check(f"{NAMES}\n{text}\n").outcome == "refuted"


def test_words_that_declarations_give_are_plain() -> None:
    """What holds in every world, or of the name of which it is said, says nothing new."""
    text = r"Under independence $$p(x,y) = p(x)p(y).$$"
    place = (text.index("p(x,y)"), len(text) - 3)
    assert told_beside(text, [place], [], {}) == {place: ("independence", 0, place[0] - 2)}
    assert told_beside(text, [place], ["independence"], {}) == {}
    text = r"Since $c$ is positive $$c = b.$$"
    place = (text.index("c = b"), len(text) - 3)
    assert told_beside(text, [place], [], {}) == {place: ("positive", 0, place[0] - 2)}
    assert told_beside(text, [place], [], {"c": frozenset({"positive"})}) == {}
    assert told_beside(text, [place], [], {"b": frozenset({"positive"})}) == {
        place: ("positive", 0, place[0] - 2)
    }


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Using the quotient rule on the equivalent form of the sigmoid,", "refuted"),
        ("By the formula of the logistic function,", "refuted"),
        ("Using the quotient rule on a hard sigmoid,", "undecided"),
        ("By the linear sigmoid,", "undecided"),
        ("For the sigmoid at the origin,", "undecided"),
    ],
)
def test_what_the_question_calls_its_definitions(words: str, outcome: str) -> None:
    """What the question calls a name that it defines says no further condition."""
    rows = r"\[ \sigma'(x) = \frac{d}{dx}\frac{e^x}{1+e^x} = \frac{e^x(1+e^x)+e^{2x}}{(1+e^x)^2} \]"
    found = check_answer(f"{words}\n{rows}", claim="sigmoid-derivative", kind="derivation")
    assert found.outcome == outcome, found.message
