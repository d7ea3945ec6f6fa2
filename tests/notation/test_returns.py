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
