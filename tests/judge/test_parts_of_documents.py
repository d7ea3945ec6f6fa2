"""How far words reach in a document: over their paragraph, their theorem, their section, all."""

import pytest

from lemmata.judge import check
from lemmata.notation.reach import Parts

BLOCK = r"""% lemmata:
% sizes = ["n"]
% [variables]
% x = {}
% z = {}
% [densities]
% p = {of = "x, z"}
% q = {of = "z", given = "x"}
% [scalars]
% a = {}
% b = {}
% c = {}
% w = {index = "1..n"}
"""
R, W = r"\[ (a + b)^2 = a^2 + 2ab + b^2. \]", r"\[ (a + b)^2 = a^2 + b^2. \]"
TEXTS = [
    # a denial says something of what is stated around it, and of what it points at
    ("p", rf"The posterior is not tractable. {R}"),
    ("p", rf"PPO does not constrain the divergence. {R} The network never sees the labels."),
    ("p", rf"We need the reverse process. {R}"),
    ("u", rf"The reverse inequality holds. {R}"),
    ("u", rf"{R} This is not so."),
    ("u", rf"{R} It doesn't hold."),
    ("u", rf"It is not {R}"),
    ("u", rf"Is it true that {R} ?"),
    ("p", rf"Why does that help? {R}"),
    ("u", rf"Why is this step wrong? {R}"),
    ("uup", rf"This is wrong: {R}" + "\n\n" + rf"Next, {R}" + "\n\n" + rf"Next, {R}"),
    ("uuu", rf"The following proof is wrong: {R}" + "\n\n" + rf"Next, {R}" + "\n\n" + rf"So {R}"),
    ("uup", rf"\section{{A wrong proof}} {R} \subsection{{More}} {R} \section{{Other}} {R}"),
    ("uu", rf"{R} \section{{Remarks}} {R} Equation \eqref{{x}} is wrong."),
    # what a theorem supposes ends with its proof
    (
        "uur",
        (
            r"\begin{lemma} Let $a=0$. Then "
            rf"{W} \end{{lemma}} \begin{{proof}} So {W} \end{{proof}} {W}"
        ),
    ),
    ("uu", rf"\begin{{definition}} Let $a=0$. \end{{definition}} {W} \section{{Two}} {W}"),
    # an "if" says nothing of other sections, what is supposed for all does
    ("ur", rf"\section{{One}} If $a=0$, the square is {W} \section{{Two}} {W}"),
    ("uu", rf"\section{{One}} If $a=0$, the square is {W} The root is {W}"),
    ("uu", rf"\section{{One}} For simplicity, $a=0$. {W} \section{{Two}} {W}"),
    ("uu", rf"\section{{One}} Unless said otherwise, $a=0$. {W} \section{{Two}} {W}"),
    ("uu", rf"\section{{One}} We always have $ab=0$. {W} \section{{Two}} {W}"),
    ("uu", rf"If $c=0$, then \[ a + c = a. \] Hence {W}"),
    ("ur", rf"If $c=0$, then \[ a + c = a. \] {W}"),
    ("u", rf"{W} \section{{Remarks}} Equation (1) is valid when $a$ vanishes."),
    ("u", rf"{W} \section{{Remarks}} The results hold for $a=0$ only."),
    ("u", rf"{W}\footnote{{Only for $ab=0$.}}"),
    ("u", rf"We have\footnote{{For orthogonal weights.}} {W}"),
    ("r", rf"We have\footnote{{We write $\log$ for the natural logarithm throughout.}} {W}"),
    ("u", rf"As $a\to 0$, {W}"),
    ("u", rf"{W} The cross term is neglected."),
    ("r", rf"We omit the index of the step. {W}"),
    ("u", rf"{W[:-4]} \] as long as one of them vanishes."),
    ("u", rf"\begin{{theorem}} For orthogonal $a,b$: {W} \end{{theorem}}"),
    # what is said again, and what says nothing of values
    ("r", rf"Let $x$ and $z$ be drawn from $p(x,z)$. {W}"),
    ("u", rf"Let $z$ be drawn from another law than $p(z)$. {W}"),
    ("r", rf"\section{{A}} Let $w_1,\dots,w_n$ be the logits. {W}"),
    ("u", rf"Let $w_1,\dots,w_n$ be equal weights. {W}"),
    ("r", rf"We call $a$ the temperature. {W}"),
    ("u", rf"We call $a$ the zero element. {W}"),
    ("r", rf"With $f(c) = c^2$ as an example, {W}"),
    ("u", rf"With $ab = 0$ as an example, {W}"),
]


@pytest.mark.parametrize(("outcomes", "text"), TEXTS)
def test_how_far_words_reach(outcomes: str, text: str) -> None:
    """They leave undecided what they may speak of, and no more."""
    found = check(BLOCK + text)
    assert "".join(step.verdict.outcome[0] for step in found.steps) == outcomes, found.message


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        ("proved", r"With $c = 2a$ we get \[ c + a = a + c. \]"),
        ("undecided", r"With $c = 2a$ we get \[ c + a = 3a. \]"),
        ("undecided", r"With $c = 2a$ we get \[ \frac{\partial}{\partial a} (c + b) = 0. \]"),
        ("undecided", r"Let $c = x$. \[ \mathbb{E}_{p(x)}[c] = c. \]"),
        ("undecided", r"Let $c = w_i$. \[ \sum_{i=1}^n c = n c. \]"),
        ("undecided", r"Let $c \sim \mathcal N(0, 1)$. \[ \mathbb{E}_{p(x)}[c^2] = c^2. \]"),
        ("proved", r"Let $c \sim \mathcal N(0, 1)$. \[ (c+1)^2 = c^2 + 2c + 1. \]"),
        (
            "proved",
            (
                r"It is tight for $q(z|x) = p(z|x)$. "
                r"\[ \log p(x) \ge \mathbb{E}_{q(z|x)}[\log p(x,z) - \log q(z|x)] \]"
            ),
        ),
        (
            "undecided",
            (
                r"Suppose $q(z|x) = p(z|x)$. "
                r"\[ \mathbb{E}_{q(z|x)}[\log p(z|x)] = \mathbb{E}_{q(z|x)}[\log q(z|x)] \]"
            ),
        ),
    ],
)
def test_what_holds_for_all_values_holds_for_those_that_are_picked(outcome: str, text: str) -> None:
    """Unless a derivative, a sum or a mean looks into the name."""
    assert check(BLOCK + text).outcome == outcome


@pytest.mark.parametrize(
    ("outcomes", "rest"),
    [
        ("pp", r"(a + b)^2 = a^2 + 2ab + b^2"),
        ("pu", r"(a + b)^2 = a^2 + b^2"),
    ],
)
@pytest.mark.parametrize("word", ["and", "and hence", "so that"])
def test_what_stands_behind_and_is_another_statement(outcomes: str, rest: str, word: str) -> None:
    """Also where what stands before it only gives a name."""
    for first in ("a + c = c + a", r"c^2 \ge 0 \] \[ u = a + c"):
        found = check(BLOCK + rf"\[ {first} \quad\text{{{word}}}\quad {rest}. \]")
        assert "".join(step.verdict.outcome[0] for step in found.steps) == outcomes


def test_a_message_quotes_the_sentence_that_is_meant() -> None:
    """Not the first one with the same word."""
    text = rf"If and only if is long for iff. {R} Suppose that if $a=0$. {W}"
    found = check(BLOCK + text)
    assert "'Suppose that if $a=0$'" in found.message
    found = check(BLOCK + rf"The orthogonal ones are left out. {R} For orthogonal weights, {W}")
    assert "'For orthogonal weights" in found.message


def test_the_parts_of_a_text() -> None:
    """Sections, theorems with what belongs to them, and the displays around a paragraph."""
    text = "\\section{A} One. \\begin{lemma} x \\end{lemma}\n\\begin{proof} y \\end{proof} z"
    parts = Parts(text)
    within = parts.within(text.index("x"))
    assert within is not None
    assert text[: within.until].endswith("\\end{proof}")
    assert parts.within(text.index("z")) is None
    assert parts.passage(text.index("One")).since == 0
