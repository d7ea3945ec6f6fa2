# ruff: noqa: E501 - formulas stand as they are printed
r"""Means over trajectories given the past, and what is not known from it."""

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Outcome

SCORE = r"\nabla_\theta\log\pi_\theta(a_t|s_t)"
PAST = rf"\mathbb E[{SCORE}r_{{t'}}]=\mathbb E[\mathbb E[{SCORE}r_{{t'}}\mid "

HISTORIES: list[tuple[Outcome, str]] = [
    ("proved", r"s_1,a_1,\dots,s_t"),
    ("proved", r"s_1,a_1,\ldots,s_{t-1},a_{t-1},s_t"),
    ("proved", r"(s_1,\dots,s_t)"),
    ("proved", r"s_1,a_1,\dots,s_t,a_t"),
    ("proved", r"s_{1:t},a_{1:t-1}"),
    ("proved", r"s_{\le t},a_{<t}"),
    ("undecided", r"s_{1:t}"),
    ("undecided", r"s_{2:t},a_{2:t-1}"),
    ("undecided", r"s_2,a_2,\dots,s_t"),
    ("undecided", r"s_1,a_1,\dots,s_{t+1}"),
    ("undecided", r"s_1,a_1,\dots,a_t"),
    ("undecided", r"\dots,s_t"),
]


@pytest.mark.parametrize(("outcome", "past"), HISTORIES)
def test_histories_as_conditions(outcome: Outcome, past: str) -> None:
    """The whole past up to a state settles the rewards before it; a part of it may not."""
    found = check(f"$${PAST}{past}]]$$", claim="reward-to-go", kind="derivation")
    assert found.outcome == outcome, found.message


@pytest.mark.parametrize("name", ["h_t", "H_t"])
@pytest.mark.parametrize(
    ("outcome", "end"), [("proved", "0"), ("refuted", r"\mathbb E[r_{t'}]"), ("refuted", "1")]
)
def test_a_history_with_a_name(outcome: Outcome, end: str, name: str) -> None:
    """A text may name its history; what it is equal to still counts."""
    steps = rf"{PAST}{name}]]=\mathbb E[r_{{t'}}\mathbb E[{SCORE}\mid {name}]]={end}"
    text = rf"Let ${name}=(s_1,a_1,\dots,s_t)$. Then $${steps}.$$"
    found = check(text, claim="reward-to-go", kind="derivation")
    assert found.outcome == outcome, found.message


MEANS: list[tuple[Outcome, str]] = [
    ("proved", r"\mathbb E[\sum_{k=t}^Tr_k\mid s_t]=V_t(s_t)"),
    ("proved", r"\mathbb E[\sum_{k=t}^Tr(s_k,a_k)\mid s_t=s,a_t=a]=Q_t(s,a)"),
    (
        "proved",
        r"\mathbb E_{\pi_\theta}[\sum_{k=t}^Tr_k\mid s_t=s]=\sum_a\pi_\theta(a|s)Q_t^\pi(s,a)",
    ),
    ("refuted", r"\mathbb E[\sum_{k=t}^Tr_k\mid s_t=s]=Q_t(s,a)"),
    ("undecided", r"\mathbb E[\sum_{k=1}^Tr_k\mid s_t]=V_t(s_t)"),
    ("undecided", r"\mathbb E[\sum_{k=t}^{T-1}r_k\mid s_t]=V_t(s_t)"),
    ("undecided", r"\mathbb E[(\sum_{k=t}^Tr_k)^2\mid s_t]=V_t(s_t)^2"),
    (
        "proved",
        rf"\mathbb E[{SCORE}\sum_{{k=t}}^Tr_k\mid s_t,a_t]={SCORE}\,\mathbb E[\sum_{{k=t}}^Tr_k\mid s_t,a_t]={SCORE}Q_t(s_t,a_t)",
    ),
    (
        "refuted",
        rf"\mathbb E[{SCORE}\sum_{{k=t}}^Tr_k\mid s_t]={SCORE}\,\mathbb E[\sum_{{k=t}}^Tr_k\mid s_t]",
    ),
    (
        "proved",
        rf"\mathbb E[{SCORE}\sum_{{k=t}}^Tr_k]=\mathbb E[\mathbb E[{SCORE}\sum_{{k=t}}^Tr_k\mid s_t]]",
    ),
    (
        "proved",
        rf"\mathbb E[{SCORE}r_t\mid s_1,a_1,\dots,s_t]=\sum_a\nabla_\theta\pi_\theta(a|s_t)r(s_t,a)",
    ),
    ("refuted", rf"\mathbb E[{SCORE}r_t\mid s_1,a_1,\dots,s_t]=0"),
    (
        "proved",
        rf"\mathbb E[{SCORE}\sum_{{k<t}}r_k\mid s_1,a_1,\dots,s_t]=\sum_{{k<t}}r_k\,\mathbb E[{SCORE}\mid s_t]=0",
    ),
    ("undecided", rf"\mathbb E[{SCORE}\sum_{{t'=1}}^tr_{{t'}}\mid s_1,a_1,\dots,s_t]=0"),
    # the order of two times is that of the question where no sum binds them
    ("proved", rf"\sum_{{t=1}}^T\sum_{{t'<t}}\mathbb E[\mathbb E[{SCORE}r_{{t'}}\mid s_1,a_1,\dots,s_t]]=0"),
    ("undecided", rf"\sum_{{t=1}}^T\sum_{{t'=1}}^T\mathbb E[\mathbb E[{SCORE}r_{{t'}}\mid s_1,a_1,\dots,s_t]]=0"),
    ("undecided", rf"\sum_{{t'=1}}^T\mathbb E[{SCORE}r_{{t'}}\mid s_1,a_1,\dots,s_t]=0"),
    ("undecided", rf"\sum_{{t=1}}^T\sum_{{t'=1}}^T\mathbb E[\mathbb E[{SCORE}r_{{t'}}\mid s_{{t'}},a_{{t'}},s_t]]=0"),
    ("undecided", rf"\sum_{{t'=1}}^{{t-1}}\sum_{{t=1}}^T\mathbb E[\mathbb E[{SCORE}r_{{t'}}\mid s_1,a_1,\dots,s_t]]=0"),
    ("undecided", r"\mathbb E[\sum_{t'=1}^Tr_{t'}\mid s_1,a_1,\dots,s_t]=\sum_{t'=1}^Tr_{t'}"),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "step"), MEANS)
def test_means_given_the_past(outcome: Outcome, step: str) -> None:
    """The rewards from a state on have its value as their mean, and what came before is known."""
    found = check(f"$${step}$$", claim="reward-to-go", kind="derivation")
    assert found.outcome == outcome, found.message


INNER = rf"\left[r_{{t'}}\,\mathbb E_{{a_t|s_t}}[{SCORE}]\right]"
BELOW: list[tuple[Outcome, str]] = [
    ("proved", rf"\mathbb E_{{s_1,a_1,\dots,s_t}}{INNER}=0"),
    ("proved", rf"\mathbb E_{{s_{{1:t}},a_{{1:t-1}}}}{INNER}=0"),
    ("proved", rf"\mathbb E_{{(s_1,\dots,s_t)}}{INNER}=0"),
    ("refuted", rf"\mathbb E_{{s_1,a_1,\dots,s_t}}{INNER}=\mathbb E[r_{{t'}}]"),
    ("undecided", rf"\mathbb E_{{\dots,s_t}}{INNER}=0"),
    ("undecided", rf"\mathbb E_{{s_t|s_1}}{INNER}=0"),
]


@pytest.mark.parametrize(("outcome", "step"), BELOW)
def test_histories_below_the_sign(outcome: Outcome, step: str) -> None:
    """A list with dots is the trajectory up to there; a bar tells the law of an action."""
    found = check(f"$${step}$$", claim="reward-to-go", kind="derivation")
    assert found.outcome == outcome, found.message


def test_a_named_history_below_the_sign() -> None:
    """What a text calls its history may stand below the sign too."""
    step = rf"\mathbb E[{SCORE}r_{{t'}}]=\mathbb E_{{h_t}}[r_{{t'}}\mathbb E_{{a_t}}[{SCORE}\mid h_t]]=0"
    text = rf"Define the history $h_t=(s_1,a_1,\ldots,s_{{t-1}},a_{{t-1}},s_t)$. Then $${step}.$$"
    found = check(text, claim="reward-to-go", kind="derivation")
    assert found.outcome == "proved", found.message


ACTIONS: list[tuple[Outcome, str]] = [
    ("proved", r"\mathbb E_a[\nabla_\theta\log\pi_\theta(a|s_t)b(s_t)]=0"),
    ("proved", r"\mathbb E_{a}[\nabla_\theta\log\pi_\theta(a|s)b(s,a)]=\sum_a\nabla_\theta\pi_\theta(a|s)b(s,a)"),
    ("refuted", r"\mathbb E_a[\nabla_\theta\log\pi_\theta(a|s)b(s,a)]=b(s,a)\,\mathbb E_a[\nabla_\theta\log\pi_\theta(a|s)]"),
    ("undecided", r"\mathbb E_a[\nabla_\theta\log\pi_\theta(a|s)\pi_\theta(a|s')]=0"),
    ("undecided", r"\mathbb E_a[b(s)]=b(s)"),
    ("undecided", r"\mathbb E_a[\pi_\theta b(s)]=0"),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "step"), ACTIONS)
def test_an_action_below_the_sign(outcome: Outcome, step: str) -> None:
    """Its law is the policy in the state that its bracket speaks of, if that is one."""
    found = check(f"$${step}$$", claim="baseline-unbiased", kind="derivation")
    assert found.outcome == outcome, found.message


def test_a_return_that_a_text_defines() -> None:
    """Given the state and the action, the return from then on has the value of both."""
    steps = rf"\mathbb E[{SCORE}G_t]=\mathbb E[\mathbb E[G_t\mid s_t,a_t]{SCORE}]=\mathbb E[Q_t(s_t,a_t){SCORE}]"
    for begin, outcome in (("t", "proved"), ("1", "undecided")):
        text = rf"Let $G_t=\sum_{{t'={begin}}}^Tr(s_{{t'}},a_{{t'}})$. Then $${steps}.$$"
        found = check(text, claim="policy-gradient", kind="derivation")
        assert found.outcome == outcome, found.message
