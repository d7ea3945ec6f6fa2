# ruff: noqa: E501 - formulas stand as they are printed
r"""Discounted returns in conditional means, and what is wrong or unknown beside them."""

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Outcome

STATE = r"\,\middle|\,s_0=s\right]"
MEAN = r"\mathbb E_\pi\left["

STEPS: list[tuple[Outcome, str]] = [
    ("proved", rf"V^\pi(s)={MEAN}\sum_{{k=0}}^\infty\gamma^kr(s_k,a_k){STATE}"),
    ("refuted", rf"V^\pi(s)={MEAN}\sum_{{k=0}}^\infty\gamma^{{k+1}}r(s_k,a_k){STATE}"),
    ("undecided", rf"V^\pi(s)={MEAN}\sum_{{k=0}}^\infty r(s_k,a_k){STATE}"),
    (
        "proved",
        rf"V^\pi(s)={MEAN}r(s_0,a_0)+\gamma\sum_{{k=0}}^\infty\gamma^kr(s_{{k+1}},a_{{k+1}}){STATE}",
    ),
    (
        "refuted",
        rf"V^\pi(s)={MEAN}r(s_0,a_0)+\sum_{{k=0}}^\infty\gamma^kr(s_{{k+1}},a_{{k+1}}){STATE}",
    ),
    ("proved", rf"V^\pi(s)={MEAN}r_0+\sum_{{t=1}}^\infty\gamma^tr_t{STATE}"),
    ("refuted", rf"V^\pi(s)={MEAN}r_0+\sum_{{t=1}}^\infty\gamma^{{t-1}}r_t{STATE}"),
    (
        "proved",
        r"V^\pi(s)=\mathbb E_\pi\left[r(s_t,a_t)+\sum_{k=t+1}^\infty\gamma^{k-t}r(s_k,a_k)\mid s_t=s\right]",
    ),
    (
        "refuted",
        r"V^\pi(s)=\mathbb E_\pi\left[r(s_t,a_t)+\sum_{k=t+1}^\infty\gamma^{k-t-1}r(s_k,a_k)\mid s_t=s\right]",
    ),
    ("proved", r"V^\pi(s)=\mathbb E_\pi[R_{t+1}+\gamma G_{t+1}\mid S_t=s]"),
    ("refuted", r"V^\pi(s)=\mathbb E_\pi[R_{t+1}+G_{t+1}\mid S_t=s]"),
    ("refuted", r"V^\pi(s)=\mathbb E_\pi[G_{t+1}\mid S_t=s]"),
    ("undecided", r"V^\pi(s)=\mathbb E_\pi[G_t\mid S_t=s,\gamma=1]"),
    ("undecided", r"V^\pi(s)=\mathbb E_\pi[R_{t+1}+\gamma^2G_{t+2}\mid S_t=s]"),
    ("proved", r"Q^\pi(s,a)=\mathbb E_\pi[\sum_{k=0}^\infty\gamma^kR_{t+k+1}\mid S_t=s,A_t=a]"),
    ("proved", r"V^\pi(s)=\sum_a\pi(a|s)\,\mathbb E_\pi[G_t\mid S_t=s,A_t=a]"),
    ("refuted", r"V^\pi(s)=\sum_aP(s'|s,a)\,\mathbb E_\pi[G_t\mid S_t=s,A_t=a]"),
    ("proved", r"Q^\pi(s,a)=r(s,a)+\gamma\sum_{s'}P(s'|s,a)\mathbb E_\pi[G_{t+1}\mid S_{t+1}=s']"),
    ("refuted", r"Q^\pi(s,a)=r(s,a)+\gamma\sum_{s'}P(s'|s,a)\mathbb E_\pi[G_{t+1}\mid S_{t+1}=s]"),
]


@pytest.mark.parametrize(("outcome", "step"), STEPS)
def test_returns_in_conditional_means(outcome: Outcome, step: str) -> None:
    """The return from a time on has the value of the state then as its mean, given that state."""
    found = check(f"$${step}$$", claim="bellman", kind="derivation")
    assert found.outcome == outcome, found.message


# What stands in a mean of which the state is given, by the numbering of the rewards that it shows.
MEANS: list[tuple[Outcome, str]] = [
    (
        "proved",
        r"V^\pi(s)=\mathbb E_{\pi}\left[\sum_{k\ge0}\gamma^kr_{t+k}\,\middle|\,s_t=s\right]",
    ),
    ("proved", r"V^\pi(s)=\mathbb E_{\tau\sim\pi}[\sum_{t\geq 0}\gamma^tr(s_t,a_t)\mid s_0=s]"),
    ("proved", r"V^\pi(s)=\mathbb E^\pi[\sum_t\gamma^tr(s_t,a_t)\mid s_0=s]"),
    ("undecided", r"V^\pi(s)=\mathbb E_\beta[\sum_t\gamma^tr(s_t,a_t)\mid s_0=s]"),
    ("undecided", r"V^\pi(s)=\mathbb E_\pi[\sum_{t=0}^T\gamma^tr(s_t,a_t)\mid s_0=s]"),
    (
        "proved",
        r"\mathbb E[\sum_{k\ge1}\gamma^kr_{t+k}|s_t=s]=\gamma\,\mathbb E[\sum_{k\ge0}\gamma^kr_{t+1+k}|s_t=s]=\gamma\,\mathbb E[V(s_{t+1})-r_t+r_t|s_t=s]",
    ),
    (
        "refuted",
        r"V^\pi(s)=\mathbb E[\sum_{k\ge1}\gamma^kr_{t+k}|s_t=s]=\mathbb E[\sum_{k\ge0}\gamma^kr_{t+1+k}+0r_t|s_t=s]",
    ),
    ("proved", r"V^\pi(s)=\mathbb E_\pi[r_0+\gamma r_1+\gamma^2r_2+\cdots\mid s_0=s]"),
    ("proved", r"V^\pi(s)=\mathbb E_\pi[R_{t+1}+\gamma(R_{t+2}+\gamma R_{t+3}+\cdots)\mid S_t=s]"),
    ("refuted", r"V^\pi(s)=\mathbb E_\pi[r_0+r_1+\gamma r_2+\cdots\mid s_0=s]"),
    ("undecided", r"V^\pi(s)=\mathbb E_\pi[r_0+\gamma r_1+\gamma r_2+\cdots\mid s_0=s]"),
    ("undecided", r"V^\pi(s)=\mathbb E_\pi[r_0+\gamma r_1+\gamma^3r_3+\cdots\mid s_0=s]"),
    (
        "proved",
        r"V^\pi(s)=\mathbb E_\pi[\mathbb E_\pi[G_t\mid s_t,a_t,s_{t+1}]\mid s_t=s]=\mathbb E_\pi[r_t+\gamma V^\pi(s_{t+1})\mid s_t=s]",
    ),
    ("proved", r"V^\pi(s)=\mathbb E_\pi[r_t+\gamma\mathbb E_\pi[G_{t+1}\mid s_{t+1}]\mid s_t=s]"),
    ("refuted", r"V^\pi(s)=\mathbb E_\pi[r_t+\gamma\mathbb E_\pi[G_t\mid s_t]\mid s_t=s]"),
    (
        "proved",
        r"\mathbb E_\pi[r_t+\gamma r_{t+1}|s_t=s]=\sum_a\pi(a|s)(r(s,a)+\gamma\sum_{s'}P(s'|s,a)\sum_{a'}\pi(a'|s')r(s',a'))",
    ),
    ("refuted", r"\mathbb E_\pi[r_t+\gamma r_{t+1}|s_t=s]=(1+\gamma)\,\mathbb E_\pi[r_t|s_t=s]"),
    # of these the mean is not that of a value
    ("undecided", r"V^\pi(s)^2=\mathbb E_\pi[G_t^2\mid s_t=s]"),
    ("undecided", r"V^\pi(s)^2=\mathbb E_\pi[(G_t)^2\mid s_t=s]"),
    ("undecided", r"V^\pi(s)^2=\mathbb E_\pi[G_t\cdot G_t\mid s_t=s]"),
    ("undecided", r"\log V^\pi(s)=\mathbb E_\pi[\log(G_t)\mid s_t=s]"),
    ("undecided", r"0=\mathbb E_\pi[r_t(G_t-V^\pi(s_t))\mid s_t=s]"),
    ("undecided", r"0=\mathbb E_\pi[\frac{G_t}{r_t}-\frac{V^\pi(s)}{r_t}\mid s_t=s]"),
    # one text has one numbering of rewards
    (
        "refuted",
        r"V^\pi(s)=\mathbb E_\pi[\sum_{k=0}^\infty\gamma^kr_k|s_0=s]=\mathbb E_\pi[\sum_{k=0}^\infty\gamma^kr_{k+1}|s_0=s]",
    ),
    (
        "undecided",
        r"V^\pi(s)=\mathbb E_\pi[r(s_0,a_0)+\sum_{k=0}^\infty\gamma^kr_{k+1}|s_0=s]",
    ),
    # on every path
    ("proved", r"G_t=\sum_{k=0}^\infty\gamma^kr_{t+k}=r_t+\gamma G_{t+1}"),
    ("proved", r"G_t=R_{t+1}+\gamma R_{t+2}+\cdots=R_{t+1}+\gamma(R_{t+2}+\gamma R_{t+3}+\cdots)"),
    ("refuted", r"G_t=\sum_{k=0}^\infty\gamma^kr_{t+k}=r_t+G_{t+1}"),
    ("refuted", r"V^\pi(s)=G_t"),
    ("undecided", r"G_t=r_t+\gamma r_{t+1}+\gamma^2G_{t+2}"),
]


@pytest.mark.parametrize(("outcome", "step"), MEANS)
def test_means_of_returns(outcome: Outcome, step: str) -> None:
    """Sums without an end, rewards in a row, given letters; what is no sum of returns is left."""
    found = check(f"$${step}$$", claim="bellman", kind="derivation")
    assert found.outcome == outcome, found.message


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("proved", r"G_t=\sum_{k=0}^\infty\gamma^kr_{t+k}"),
        ("proved", r"G_t=r_t+\gamma G_{t+1}"),
        ("undecided", r"G_t=\sum_{k=0}^\infty\gamma^{k+1}r_{t+k}"),
        ("undecided", r"G_t=r_t+G_{t+1}"),
    ],
)
def test_returns_that_a_text_defines(outcome: Outcome, told: str) -> None:
    """What a text says that the return is counts beside the steps that use it."""
    steps = r"V^\pi(s)=\mathbb E_\pi[G_t|s_t=s]=\mathbb E_\pi[r_t+\gamma G_{t+1}|s_t=s]"
    found = check(f"Let ${told}$. Then $${steps}.$$", claim="bellman", kind="derivation")
    assert found.outcome == outcome, found.message


SET: list[tuple[Outcome, str]] = [
    ("proved", r"\sum_{k\ge0}\gamma^kr_{t+k}"),
    ("proved", r"\sum_{k=0}^\infty\gamma^kr_{t+k+1}"),
    ("proved", r"r_t+\gamma G_{t+1}"),
    # what the text says they are is not what the question says
    ("undecided", r"\sum_{k\ge0}r_{t+k}"),
    ("undecided", r"\sum_{k\ge0}\gamma^{2k}r_{t+k}"),
    ("undecided", r"2\sum_{k\ge0}\gamma^kr_{t+k}"),
    ("undecided", r"\sum_{k=0}^\infty\gamma^kr_{t+k}^2"),
    ("undecided", r"\max_k\gamma^kr_{t+k}"),
    ("undecided", r"r_t+G_{t+1}"),
    ("undecided", r"r_t+2\gamma G_{t+1}"),
]


@pytest.mark.parametrize(("outcome", "said"), SET)
def test_returns_are_what_the_text_says(outcome: Outcome, said: str) -> None:
    """A text that sets them to something else speaks of something else."""
    text = rf"Let $G_t={said}$. $$V^\pi(s)=\mathbb E_\pi[G_t|s_t=s]$$"
    assert check(text, claim="bellman", kind="derivation").outcome == outcome
