# ruff: noqa: E501 - formulas stand as they are printed
r"""The law of a trajectory as a product over the times, and where it may be meant to end."""

import pytest

from lemmata.checkers.answers import check
from lemmata.judge import check as judge
from lemmata.kernel.verdict import Outcome
from lemmata.notation import read_sheet

PRODUCTS: list[tuple[Outcome, str]] = [
    ("proved", r"p(s_0)\prod_{t=0}^T\pi_\theta(a_t|s_t)\prod_{t=1}^TP(s_t|s_{t-1},a_{t-1})"),
    ("proved", r"p(s_0)\,\pi_\theta(a_0|s_0)\prod_{t=1}^TP(s_t|s_{t-1},a_{t-1})\,\pi_\theta(a_t|s_t)"),
    ("proved", r"p(s_0)\left(\prod_{t=0}^{T-1}\pi_\theta(a_t|s_t)P(s_{t+1}|s_t,a_t)\right)\pi_\theta(a_T|s_T)"),
    ("refuted", r"p(s_0)\prod_{t=1}^T\pi_\theta(a_t|s_t)\prod_{t=1}^TP(s_t|s_{t-1},a_{t-1})"),
    ("refuted", r"p(s_0)\prod_{t=0}^T\pi_\theta(a_t|s_t)\prod_{t=1}^TP(s_t|s_t,a_{t-1})"),
    ("refuted", r"\prod_{t=0}^T\pi_\theta(a_t|s_t)\prod_{t=1}^TP(s_t|s_{t-1},a_{t-1})"),
    # a trajectory that ends in s_{T+1}
    ("undecided", r"p(s_0)\prod_{t=0}^T\pi_\theta(a_t|s_t)P(s_{t+1}|s_t,a_t)"),
    ("undecided", r"p(s_0)\prod_{t=0}^T\pi_\theta(a_t|s_t)\prod_{t=0}^TP(s_{t+1}|s_t,a_t)"),
    ("refuted", r"p(s_0)\prod_{t=0}^T\pi_\theta(a_t|s_t)^2P(s_{t+1}|s_t,a_t)"),
    ("refuted", r"p(s_0)\prod_{t=0}^{T-1}\pi_\theta(a_t|s_t)P(s_{t+1}|s_t,a_t)"),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "law"), PRODUCTS)
def test_products_over_the_times(outcome: Outcome, law: str) -> None:
    """The factors may stand in any order and be told apart; none is missing or taken twice."""
    found = check(rf"$$\pi_\theta(\tau)={law}$$", claim="behaviour-cloning", kind="derivation")
    assert found.outcome == outcome, found.message


SUMS: list[tuple[Outcome, str]] = [
    ("undecided", r"\log p(s_1)+\sum_{t=1}^T\log\pi_\theta(a_t|s_t)+\sum_{t=1}^T\log P(s_{t+1}|s_t,a_t)"),
    ("refuted", r"\log p(s_1)+\sum_{t=1}^T\log\pi_\theta(a_t|s_t)-\sum_{t=1}^T\log P(s_{t+1}|s_t,a_t)"),
    ("refuted", r"\sum_{t=1}^T\log\pi_\theta(a_t|s_t)+\sum_{t=1}^T\log P(s_{t+1}|s_t,a_t)"),
    ("refuted", r"\log p(s_1)+\sum_{t=1}^T\log\pi_\theta(a_t|s_t)+\sum_{t=1}^{T-2}\log P(s_{t+1}|s_t,a_t)"),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "logarithm"), SUMS)
def test_sums_over_the_times(outcome: Outcome, logarithm: str) -> None:
    """The last state may be meant to be one more, and nothing else may be."""
    step = rf"$$\log p_\theta(\tau)={logarithm}$$"
    found = check(step, claim="policy-gradient", kind="derivation")
    assert found.outcome == outcome, found.message


@pytest.mark.parametrize(("outcome", "power"), [("proved", ""), ("undecided", "^2")])
def test_a_law_that_a_sentence_tells(outcome: Outcome, power: str) -> None:
    """One that ends in the next state changes no gradient; one with other factors is heard."""
    told = rf"p_\theta(\tau)=p(s_1)\prod_{{t=1}}^T\pi_\theta(a_t|s_t){power}P(s_{{t+1}}|s_t,a_t)"
    step = r"\nabla_\theta\log p_\theta(\tau)=\sum_{t=1}^T\nabla_\theta\log\pi_\theta(a_t|s_t)"
    found = check(
        rf"Since ${told}$, we get $${step}.$$", claim="policy-gradient", kind="derivation"
    )
    assert found.outcome == outcome, found.message


WORDS: list[tuple[Outcome, str]] = [
    ("proved", r"Since neither $p(s_0)$ nor $P$ depends on $\theta$,"),
    ("proved", r"None of the other terms depends on $\theta$, so"),
    ("undecided", "Neither of these is right:"),
    ("undecided", r"Neither $p(s_0)$ nor $P$ depends on $\theta$, but this is false:"),
]


@pytest.mark.parametrize(("outcome", "words"), WORDS)
def test_what_neither_depends_on(outcome: Outcome, words: str) -> None:
    """That two things do not depend on a parameter denies nothing."""
    step = r"\arg\max_\theta\mathbb E_{\tau\sim\beta}[\log\pi_\theta(\tau)]=\arg\max_\theta\mathbb E_{\tau\sim\beta}[\sum_{t=0}^T\log\pi_\theta(a_t|s_t)]"
    found = check(f"{words} $${step}$$", claim="behaviour-cloning", kind="derivation")
    assert found.outcome == outcome, found.message


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("refuted", "Let the baseline depend on the action. Then"),
        ("refuted", "Suppose that the baseline also depends on the action. Then"),
        ("undecided", "Let the baseline be zero. Then"),
        ("undecided", "Let the reward depend on the action. Then"),
    ],
)
def test_what_a_baseline_depends_on(outcome: Outcome, words: str) -> None:
    """Its arguments tell that already, so it restricts nothing; other words may."""
    step = r"E\left[\sum_a\pi_\theta(a|s_t)\nabla_\theta\log\pi_\theta(a|s_t)b(s_t,a)\right]=E\left[b(s_t,a_t)\sum_a\nabla_\theta\pi_\theta(a|s_t)\right]"
    found = check(f"{words} $${step}.$$", claim="baseline-unbiased", kind="derivation")
    assert found.outcome == outcome, found.message


REWARDS: list[tuple[Outcome, str]] = [
    ("refuted", r"\mathbb E[r_t|s_t]=r_t"),  # the action then is random
    ("proved", r"\mathbb E[r_t|s_t,a_t]=r_t"),
    ("proved", r"\mathbb E[r_t|s_t]=\mathbb E_{a_t\sim\pi_\theta(\cdot|s_t)}[r(s_t,a_t)]"),
    ("refuted", r"\mathbb E[r_t|s_1,a_1,\dots,s_t]=r_t"),
    ("proved", r"\mathbb E[r_{t'}|s_1,a_1,\dots,s_t]=r_{t'}"),  # t' < t
    ("undecided", r"\mathbb E[r_{t'}|s_t]=r_{t'}"),
    ("refuted", r"\mathbb E[\sum_{k=t}^Tr_k|s_t]=\sum_{k=t}^Tr_k"),
    ("undecided", r"\mathbb E[s_{t+1}|s_t,a_t]=s_{t+1}"),
]


@pytest.mark.parametrize(("outcome", "step"), REWARDS)
def test_what_is_random_given_a_state(outcome: Outcome, step: str) -> None:
    """A reward is settled by its state and action, and by neither of them alone."""
    found = check(f"$${step}$$", claim="reward-to-go", kind="derivation")
    assert found.outcome == outcome, found.message


def test_where_a_reward_may_be_random_it_is() -> None:
    """Without a reward function it is not known given the state and the action."""
    sheet = read_sheet(
        """
        sizes = ["T"]
        parameters = ["theta"]
        [indices]
        t = "1..T"
        [variables]
        s = {}
        a = {}
        [densities]
        pi = {of = "a", given = "s"}
        [processes]
        rho = {state = "s", action = "a", reward = "r", policy = "pi", times = "1..T"}
        """
    )
    for given in ("s_t", "s_t,a_t"):
        found = judge(rf"$$\mathbb E[r_t|{given}]=r_t$$", sheet=sheet, kind="derivation")
        assert (found.outcome, found.cause) == ("undecided", "unsupported")
