r"""What sentences say of the displays around them, and what a message says of them."""

import pytest

from lemmata.judge import check
from lemmata.kernel.verdict import Outcome

BLOCK = r"""
% lemmata:
% sizes = ["n"]
% [variables]
% x = {}
% epsilon = {}
% [densities]
% p = {of = "x", normal = {mean = '\mu', deviation = '\sigma'}}
% n_0 = {of = "epsilon", normal = {mean = '0', deviation = '1'}}
% [scalars]
% mu = {}
% sigma = {domain = "positive"}
% a = {}
% b = {}
% c = {}
% w = {index = "1..n"}
% [definitions]
% "v" = 'a + b'
"""
RIGHT, WRONG = r"\[ (a + b)^2 = a^2 + 2ab + b^2. \]", r"\[ (a + b)^2 = a^2 + b^2. \]"
TEXTS: list[tuple[Outcome, str]] = [
    ("refuted", WRONG),
    # a sentence that leads on says nothing of what stands before it
    ("refuted", rf"{WRONG} Let $a = 0$. Then \[ a + b = b. \]"),
    ("undecided", rf"\[ (a + b)^2 = a^2 + b^2 \] if $ab = 0$. {RIGHT}"),
    ("undecided", rf"Assume the terms are small. {WRONG}"),
    ("undecided", rf"Suppose we neglect products. {WRONG}"),
    # with its sentence ends what an if says
    ("refuted", rf"If all weights agree, then \[ a = a. \] The square is {WRONG}"),
    ("undecided", rf"If all weights agree, then {WRONG}"),
    ("refuted", rf"If a new sample $a$ arrives, then {WRONG}"),
    ("refuted", rf"{WRONG} For $c = 0$ nothing remains: $c^2 = 0$."),
    # a sentence that only says what a name is, and one that may say how it is made
    ("refuted", rf"Let $a$ and $b$ be two numbers. {WRONG}".replace("two ", "")),
    ("refuted", rf"Let $w_i$ denote the weights of a layer. {WRONG}"),
    ("undecided", rf"Let $a$ be the mean of the outputs. {WRONG}"),
    ("refuted", rf"Let $v$ be the mean of the outputs. {WRONG}"),
    ("undecided", rf"Let $a$ be $b$. {WRONG}"),
    # what the declarations say anyway
    (
        "refuted",
        rf"Assume the noise is normally distributed, $\epsilon\sim\mathcal N(0, 1)$. {WRONG}",
    ),
    ("refuted", rf"Write $x = \mu + \sigma\epsilon$ with $\epsilon\sim\mathcal N(0, 1)$. {WRONG}"),
    (
        "undecided",
        rf"Write $x = \mu - 2\sigma\epsilon$ with $\epsilon\sim\mathcal N(0, 1)$. {RIGHT}",
    ),
    # a condition on other names
    ("refuted", rf"We consider numbers with $c = 0$. {WRONG}"),
    ("undecided", rf"We consider numbers with $a = 0$. {WRONG}"),
    # errors are quantities, and are made
    ("proved", rf"The squared error is the error plus a penalty. {RIGHT}"),
    ("undecided", rf"There is an error in the next line. {RIGHT}"),
    # what stands behind a gap may be a condition, if it can be one
    ("undecided", r"\[ a + b = b + a, \quad a = 0 \]"),
    ("refuted", r"\[ a + b = b + a, \qquad v = a + 2b \]"),
    ("refuted", rf"{WRONG} \[ a + b = b + a, \quad a \approx 0 \]"),
]


@pytest.mark.parametrize(("outcome", "text"), TEXTS)
def test_what_a_sentence_is_about(outcome: Outcome, text: str) -> None:
    """A wrong step is refuted unless the words may say where it holds."""
    found = check(BLOCK + text)
    assert found.outcome == outcome, found.message


def test_a_message_names_the_sentence_and_the_name_as_written() -> None:
    """Where, what, and what to do."""
    found = check(rf"{BLOCK}Let $a$ be the mean of the outputs. {WRONG}")
    assert "'Let $a$ be the mean of the outputs'. Declare it, or leave it out" in found.message
    found = check(rf"{BLOCK}\[ \hat u = a \]" + r" \[ 2 \hat w = 2 a \]")
    assert r"\hat w (declared as what) has no declaration" in found.message
    found = check(rf"{BLOCK}\begin{{align}} L(a) &= a + \lambda \\ \end{{align}}")
    assert "'lambda' has no declaration" in found.message


def test_an_expectation_under_the_only_law() -> None:
    """Where one law is declared, E without a law is under it."""
    names = "% [variables]\n% x = {}\n% [functions]\n% f = {}\n"
    one = f"% lemmata:\n{names}% [densities]\n% p = {{of = 'x'}}"
    line = r"\[ \mathbb{E}[f(x) + 1] = \int p(x) f(x) dx + 1 \]"
    assert check(f"{one}\n{line}").outcome == "proved"
    assert check(f"{one}\n{line.replace('= ', '= 2')}").outcome == "refuted"
    two = one.replace("'x'}", "'x'}\n% q = {of = 'x'}")
    assert check(f"{two}\n{line}").outcome == "undecided"
