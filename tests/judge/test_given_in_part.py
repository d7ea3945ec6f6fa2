r"""Definitions that a text gives: taken as they stand, or held against what uses their names."""

import pytest

from lemmata.checkers.answers import check

NAMES = r"""% lemmata:
% sizes = ["n"]
% [indices]
% i = "1..n"
% [variables]
% z = {}
% [scalars]
% a = {}
% b = {}
% r = {domain = "positive"}
% x = {index = "i = 1..n"}
% [densities]
% q = {of = "z"}
% [functions]
% f = {}
"""
SQUARE = "$$ u^2 = a^2 + 2ab + b^2 $$"
TOTAL = r"$$ \sum_{i=1}^n u_i = 2 \sum_{i=1}^n x_i $$"


def outcome(text: str) -> str:
    """The outcome of a text with declarations."""
    return str(check(f"{NAMES}\n{text}\n").outcome)


@pytest.mark.parametrize(
    ("right", "doubtful"),
    [
        # what a sentence says behind a definition
        (f"Let $u = a + b$. {SQUARE}", f"Let $u = a + b$ if $b > 0$. {SQUARE}"),
        (f"Let $u = a + b$ for short. {SQUARE}", f"Let $u = a + b$ for $b > 0$. {SQUARE}"),
        (f"Let $u = a + b$ be the score. {SQUARE}", f"Let $u = a + b$ be near $0$. {SQUARE}"),
        (f"Let $u = a + b$, the sum. {SQUARE}", f"Let $u = a + b$ plus noise. {SQUARE}"),
        (f"Let $u = a + b$ (the sum). {SQUARE}", f"Let $u = a + b$ (or $2a$). {SQUARE}"),
        (f"Let $u = a + b$, $v = b$. {SQUARE}", f"Let $u = a + b$ $b$. {SQUARE}"),
        (f"Let $u = a + b$ and $v = b$. {SQUARE}", f"Let $u = a + b$ + $b$. {SQUARE}"),
        (f"Let $u = a + b$. Let $v = b$. {SQUARE}", f"Let $u = a + b$. Otherwise $0$. {SQUARE}"),
        (f"We write $u = a + b$ for the sum. {SQUARE}", f"Let $u = a + b$ for odd $n$. {SQUARE}"),
        (f"Let $u = a + b$, where $v = b$. {SQUARE}", f"Let $u = a + b$, where $b > 0$. {SQUARE}"),
        (f"Let $u = a + b$, so that {SQUARE}", f"Let $u = a + b$, then add $1$. {SQUARE}"),
        # what it says before one
        (f"For brevity, let $u = a + b$. {SQUARE}", f"Up to a constant, let $u = a + b$. {SQUARE}"),
        (f"Given $a$ and $b$, let $u = a + b$. {SQUARE}", f"If $b > 0$, let $u = a + b$. {SQUARE}"),
        (f"Let the sum be $u = a + b$. {SQUARE}", f"Let the square of $u = a + b$. {SQUARE}"),
        (f"With $u = a + b$ we have {SQUARE}", f"With noise, $u = a + b$, and {SQUARE}"),
        (f"Let $b > 0$ and $u = a + b$. {SQUARE}", "Let $t > 0$ and $u(t) = t$. $$ u(a) = a $$"),
        (f"With $u = a + b$, its half is $u/2$. {SQUARE}", f"Let $u = a + b$, $u > 0$. {SQUARE}"),
        (f"{SQUARE} where $v = a$ and $u = v + b$.", f"{SQUARE} where $u = a + b$, $b = 0$."),
        # displays, their rows, and what stands behind them
        (f"Define $$ u = a + b. $$ Then {SQUARE}", f"Define $$ u = a + b $$ rounded. {SQUARE}"),
        (
            f"Define $$ u = a + b $$ for brevity. {SQUARE}",
            f"Define $$ u = a + b $$ up to a constant. Then {SQUARE}",
        ),
        (
            f"Define $$ u = a + b, \\quad v = b. $$ Then {SQUARE}",
            f"Define $$ u = a + b, \\quad b > 0. $$ Then {SQUARE}",
        ),
        (
            rf"\begin{{align}} u &= a + b, \\ v &= b. \end{{align}} Then {SQUARE}",
            rf"\begin{{align}} u &= a + b && (b > 0), \\ v &= b. \end{{align}} Then {SQUARE}",
        ),
        (
            rf"\begin{{align}} u &= a + b, & v &= b. \end{{align}} Then {SQUARE}",
            rf"\begin{{align}} u &= a + b \\ & \text{{up to sign}} \end{{align}} Then {SQUARE}",
        ),
        (f"{SQUARE} where $u = a + b$.", f"{SQUARE} where $u = a + b$ if $b > 0$."),
        (
            r"$$ u^2 = a^2 + 2ab + b^2, \quad \text{where } u = a + b $$",
            r"$$ u^2 = a^2 + 2ab + b^2, \quad \text{where } u = a + b \text{ if } b > 0 $$",
        ),
        # letters: whole ranges, types, arguments
        (f"Let $u_i = 2x_i$ for all $i$. {TOTAL}", f"Let $u_i = 2x_i$ for some $i$. {TOTAL}"),
        (
            rf"Let $u_i = 2x_i$ for $i = 1, \dots, n$. {TOTAL}",
            rf"Let $u_i = 2x_i$ for $i = 2, \dots, n$. {TOTAL}",
        ),
        (
            rf"Let $u_i = 2x_i$ for $1 \le i \le n$. {TOTAL}",
            rf"Let $u_i = 2x_i$ for $1 \le i \le n - 1$. {TOTAL}",
        ),
        (
            rf"$$ u_i = 2x_i, \quad i = 1, 2, \dots, n. $$ Then {TOTAL}",
            rf"$$ u_i = 2x_i, \quad i = 1, 3, \dots, n. $$ Then {TOTAL}",
        ),
        (f"Let $u_i = 2x_i$ for every integer $i$. {TOTAL}", f"Let $u_i = 2x_i$, $i = 2$. {TOTAL}"),
        (
            "Let $g(t) = t^2$ for all $t$. $$ g(b) = b^2 $$",
            "Let $g(t) = t^2$ for all integers $t$. $$ g(b) = b^2 $$",
        ),
        (
            r"Let $g(t) = t^2$ for $t \in \mathbb{R}$. $$ g(b) = b^2 $$",
            r"Let $g(t) = t^2$ for $t \in [0, 1]$. $$ g(b) = b^2 $$",
        ),
        (
            r"Let $g : \mathbb{R} \to \mathbb{R}$, $g(t) = t^2$. $$ g(b) = b^2 $$",
            r"Let $g : [0, 1] \to \mathbb{R}$, $g(t) = t^2$. $$ g(b) = b^2 $$",
        ),
        (
            "Let $g(t) = t^2$ for every real number $t$. $$ g(b) = b^2 $$",
            "Let $t > 0$. Let $g(t) = t^2$. $$ g(b) = b^2 $$",
        ),
        ("Let $w = r$ for $r > 0$. $$ w^2 = r^2 $$", "Let $w = b$ for $b > 0$. $$ w^2 = b^2 $$"),
        # densities, and names that are made of other names
        (
            r"Let $u(z) = 2q(z)$. $$ \int u(z) dz = 2 $$",
            r"Let $u(z) = 2q(z)$ on the support of $f$. $$ \int u(z) dz = 2 $$",
        ),
        (
            r"$$ 2m = \mathbb{E}_q[f(z)], $$ where $m = \mathbb{E}_q[w(z)]$ and $w(z) = f(z)/2$.",
            r"$$ 2m = \mathbb{E}_q[f(z)], $$ where $m = \mathbb{E}_q[w(z)]$, $w(z) = f(z)/2$?",
        ),
        (
            f"Let $v = b$. Let $u = a + v$. {SQUARE}",
            f"Let $v = b$ for $a > 0$. Let $u = a + v$. {SQUARE}",
        ),
        # a name that stands at a brace, and elsewhere for another thing
        (
            r"$$ \underbrace{a + b}_{:= u} = b + a $$ where $u = a + b$.",
            r"$$ \underbrace{a + b}_{:= u} = b + a $$ $$ u = a $$",
        ),
    ],
)
def test_a_definition_is_taken_if_its_sentence_leaves_it_whole(right: str, doubtful: str) -> None:
    """Harmless words and whole ranges change nothing; any others leave it undecided."""
    assert (outcome(right), outcome(doubtful)) == ("proved", "undecided")


def test_the_words_that_may_change_a_definition_are_quoted() -> None:
    """The message says which name it is, and what is said of it."""
    found = check(f"{NAMES}\nLet $u = a + b$ up to a factor. {SQUARE}\n")
    assert "what u is may hold in part: up to a factor" in found.message


def test_other_statements_are_judged_beside_a_definition_in_part() -> None:
    """Only what uses the name is undecided."""
    found = check(f"{NAMES}\nLet $u = a + b$ if $b > 0$. $$ a + b = b + a $$ {SQUARE}\n")
    assert [step.verdict.outcome for step in found.steps] == ["proved", "undecided"]
