r"""What the sentences of a document claim beside its displays, and what they do not."""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Outcome

DECLARED = """% lemmata:
% sizes = ["n"]
% [scalars]
% a = {}
% b = {}
% r = {domain = "positive"}
% x = {index = "i = 1..n"}

"""
RIGHT = r"\[ (a + b)^2 = a^2 + 2ab + b^2. \] "
TRUE = r"$a^2 + b^2 \ge 2ab$"
FALSE = r"$a^2 + b^2 \ge 3$"

SENTENCES = [
    "We obtain @.",
    "We have @.",
    "It follows that @.",
    "This implies that @.",
    "which implies @.",
    "and @.",
    "Note that @.",
    "In particular, @.",
    "Moreover, @.",
    "Obviously @.",
    "Of course @.",
    "By linearity @.",
    "By symmetry, @.",
    "Using the square, @.",
    "Let $u = a$. Then @.",
    "For all $a$ and $b$, @.",
    "Since $a = a$, we have @.",
    ", from which @ follows.",
    "The inequality @ holds.",
    "@.",
    "(@.)",
    r"\footnote{@}",
    r"\textbf{@}",
    r"\emph{We have @.}",
    r"\begin{itemize} \item @ \end{itemize}",
    r"\begin{corollary} @ \end{corollary}",
    r"\section{Why @}",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_claim_in_a_sentence_has_to_be_so(sentence: str) -> None:
    """A false one beside a right display leaves the document undecided, and a true one does not."""
    assert check(DECLARED + RIGHT + sentence.replace("@", TRUE)).outcome == "proved"
    verdict = check(DECLARED + RIGHT + sentence.replace("@", FALSE))
    assert verdict.outcome == "undecided"
    assert r"a^2 + b^2 \ge 3" in verdict.message or "a^2 + b^2 >= 3" in verdict.message


NOT_CLAIMED = [
    r"Let $a > 1$.",
    r"Suppose $a \ge b$.",
    r"where $a > b$.",
    r"If $a > 0$, then $b > 0$.",
    r"$a > b$ implies $2a > 2b$.",
    r"We have $a \ge b$ if and only if $a - b \ge 0$.",
    r"Consider the case $a > b$.",
    r"The constraint is $a \ge b$.",
    r"We minimise over $a$ subject to $a \ge b$.",
    r"For $a > b$ this is well known.",
    r"One might think that $a > b$.",
    r"For example, $n = 3$.",
    r"A typical value is $r = 2$.",
    r"Our loss uses $r = 0.1$ and $a = 2$.",
    r"The network has $n = 3$ layers.",
    r"The data are centred ($a = 0$).",
    r"We use $i = 1, \dots, n$.",
    r"We update $a := a + 1$.",
    r"It is minimised at $a = 0$.",
    r"At the optimum, $a^2 = 1$.",
    r"Fix $r > 2$.",
    r"\begin{assumption} $a \ge b$ \end{assumption}",
    r"\begin{itemize} \item $a = 0$: nothing changes. \end{itemize}",
]


@pytest.mark.parametrize("sentence", NOT_CLAIMED)
def test_what_a_sentence_supposes_or_gives_is_no_claim(sentence: str) -> None:
    """Premises, cases, values, domains and what is only thought leave a document as it is."""
    assert check(DECLARED + RIGHT + sentence).outcome == "proved"


IN_WORDS: list[tuple[Outcome, str]] = [
    ("proved", r"which is at least $4ab$."),
    ("undecided", r"which is at least $5ab$."),
    ("proved", r"The right side equals $(b + a)^2$."),
    ("undecided", r"The right side equals $a^2 + b^2$."),
    ("proved", r"i.e. $(b + a)^2$."),
    ("undecided", r"i.e. $(b - a)^2$."),
    ("undecided", r"$\ge 5ab$."),
    ("proved", r"Clearly, $2a$ equals $a + a$."),
    ("undecided", r"Clearly, $2a$ equals $a$."),
    ("undecided", r"Clearly, $2a$ equals $a$ for all $a$."),
    ("proved", r"Clearly, $2a$ equals $a$ if $a = 0$."),
    ("proved", r"The square of $a + 1$ is $a^2 + 2a + 1$."),
    ("undecided", r"The square of $a + 1$ is $a^2 + 1$."),
    ("proved", r"The derivative of $a^2 b$ with respect to $a$ is \[ 2ab = ab + ab. \]"),
    ("undecided", r"The derivative of $a^2 b$ with respect to $a$ is \[ ab = ba. \]"),
    ("proved", r"We conclude that $r$ is positive."),
    ("undecided", r"We conclude that $a$ is positive."),
    ("proved", r"We have $a = a, b = b$."),
    ("undecided", r"We have $a = a, b = 2b$."),
    ("proved", r"We have $r \geqslant 0$."),
    ("undecided", r"We have $a \geqslant 0$."),
    ("proved", r"We have $a \ne a + 1$."),
    ("undecided", r"We have $a \ne a$."),
]


@pytest.mark.parametrize(("outcome", "sentence"), IN_WORDS)
def test_what_is_told_in_words_and_signs_has_to_be_so(outcome: Outcome, sentence: str) -> None:
    """Of a formula in the sentence, or of the display before it."""
    verdict = check(DECLARED + RIGHT + sentence)
    assert verdict.outcome == outcome, verdict.message


BESIDE: list[tuple[Outcome, str]] = [
    ("proved", r"\begin{align} a &= a & b &= b \end{align}"),
    ("undecided", r"\begin{align} a &= a & b &\ne b \end{align}"),
    ("proved", r"\begin{align} a &= a && 2b = b + b \end{align}"),
    ("undecided", r"\begin{align} a &= a && b = 2b \end{align}"),
    ("undecided", r"\begin{align} a &= a && b < b \end{align}"),
    ("proved", r"\begin{align} a &= a && a > b \end{align}"),
    ("proved", r"\begin{align} a &= a && \text{if } b = 2b \end{align}"),
    ("proved", r"\begin{align} a &= a && \text{by symmetry} \end{align}"),
    ("undecided", r"\begin{align} a &= a && \text{and} + b \end{align}"),
    ("proved", r"\[ a = a \quad (2b = b + b) \]"),
    ("undecided", r"\[ a = a \quad (b = 2b) \]"),
    ("undecided", r"\[ a = a \quad [b = 2b] \]"),
    ("undecided", r"\[ a = a, \text{ where } b = 2b \]"),
    ("proved", r"\[ a = a, \text{ where } b = 2 \]"),
    # an arrow behind which nothing stands
    ("proved", r"\[ a = a \implies 2a = 2a \]"),
    ("undecided", r"\[ a = a \implies \]"),
    ("undecided", r"\[ a = a \iff . \]"),
    # equality in a bound
    ("undecided", r"\[ a^2 + b^2 \ge 2ab, \text{ with equality} \]"),
    ("undecided", r"\[ a^2 + b^2 \ge 2ab. \] Equality holds."),
    ("proved", r"\[ a^2 + b^2 \ge 2ab. \] Equality holds when $a = b$."),
    ("proved", r"\[ a^2 + b^2 \ge 2ab, \] with equality if and only if $a = b$."),
    ("proved", r"\[ a^2 + b^2 \ge b^2 + a^2, \] with equality."),
]


@pytest.mark.parametrize(("outcome", "text"), BESIDE)
def test_what_stands_beside_a_row_has_to_be_so(outcome: Outcome, text: str) -> None:
    """In a column of its own, behind a gap, or in words that say more of a bound."""
    verdict = check(DECLARED + text)
    assert verdict.outcome == outcome, verdict.message


def test_a_broken_row_before_a_relation_is_unreadable() -> None:
    """It has no signs that could be read, and still a place."""
    for text in (r"\[ \}  \\ = a \]", r"\[ \to \iff b \} \begin{aligned} \\ = $ i \bar \]"):
        verdict = check(DECLARED + text)
        assert (verdict.outcome, verdict.cause) == ("undecided", "unreadable")
