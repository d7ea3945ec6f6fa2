r"""Derivations beside which a text gives a name of the question another meaning, or an order.

A name of the question that stands in its spellings only, as `\Sigma` and `x_{d+1:n}` do, is known
all the same.
"""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check

KL = (
    r"\begin{align*}D_{KL}(q\|p)&=\frac12(\operatorname{tr}\Sigma+\mu^\top\mu-m-\log\det\Sigma)"
    r"\\&=\frac12\sum_j(\sigma_j^2+\mu_j^2-1-\log\sigma_j^2)\end{align*}"
)
KL_NOTED = KL.replace(r"\\&=", r"&&\text{with }\Sigma=\operatorname{diag}(%s)\\&=")
FLOW = (
    r"\begin{align*}\log\left|\det\frac{\partial x}{\partial z}\right|"
    r"&=\log\prod_{i=1}^{n-d}\exp(h_\theta(z_{1:d})_i)"
    r"\\&=\sum_{i=1}^{n-d}h_\theta(z_{1:d})_i\end{align*}"
)
LAYER = r"\exp(h_\theta(z_{1:d}))\odot z_{d+1:n}+h_\theta(z_{1:d})"
ERROR = r"$$\mathbb E[(Y-f)^2]=\operatorname{Var}(f)+\operatorname{Bias}(f)^2+\sigma^2$$"
CLONING = (
    r"$$\mathbb E_{\tau\sim\beta}[\log p_\theta(\tau)]=\mathbb E_{\tau\sim\beta}[\log p(s_0)"
    r"+\sum_{t=0}^T\log\pi_\theta(a_t|s_t)+\sum_{t=0}^{T-1}\log P(s_{t+1}|s_t,a_t)]$$"
)
SIGMAS = r"\sigma_1,\dots,\sigma_m"
SQUARES = r"\sigma_1^2,\dots,\sigma_m^2"


@pytest.mark.parametrize(
    ("claim", "answer", "outcome"),
    [
        ("gaussian-kl", KL, "proved"),
        ("gaussian-kl", rf"Let $\Sigma=\operatorname{{diag}}({SQUARES})$. {KL}", "proved"),
        ("gaussian-kl", rf"Let $\Sigma=\operatorname{{diag}}({SIGMAS})$. {KL}", "undecided"),
        ("gaussian-kl", rf"Since $\Sigma=\operatorname{{diag}}({SIGMAS})$, {KL}", "undecided"),
        ("gaussian-kl", rf"{KL} where $\Sigma=\operatorname{{diag}}({SIGMAS})$.", "undecided"),
        ("gaussian-kl", KL_NOTED % SQUARES, "proved"),
        ("gaussian-kl", KL_NOTED % SIGMAS, "undecided"),
        ("gaussian-kl", rf"{KL} where $\sigma_j$ is the standard deviation.", "proved"),
        ("gaussian-kl", rf"{KL} where $\sigma_j^2$ is the variance.", "proved"),
        ("gaussian-kl", rf"{KL} where $\sigma_j$ is the variance.", "undecided"),
        ("gaussian-kl", rf"{KL} where $\sigma_j^2$ is the standard deviation.", "undecided"),
        ("gaussian-kl", rf"{KL} where $\sigma_j$ is the precision.", "undecided"),
        ("bias-variance", rf"Let $\sigma$ be the variance of $Y$. {ERROR}", "undecided"),
        ("bias-variance", rf"Let $\sigma^2$ be the variance of $Y$. {ERROR}", "proved"),
        ("behaviour-cloning", rf"Let $\beta=\pi_\theta$. {CLONING}", "undecided"),
        ("behaviour-cloning", CLONING, "proved"),
        ("realnvp-logdet", rf"Let $x_{{d+1:n}}={LAYER}$. {FLOW}", "proved"),
        ("realnvp-logdet", rf"Let $x_{{d+1:n}}=z + h$. {FLOW}", "undecided"),
        ("realnvp-logdet", rf"Consider the layer $x_{{d+1:n}}=2{LAYER}$. {FLOW}", "undecided"),
        ("realnvp-logdet", rf"Let $J=\frac{{\partial x}}{{\partial z}}$. {FLOW}", "proved"),
    ],
)
def test_what_a_text_sets_is_heard(claim: str, answer: str, outcome: str) -> None:
    """What is not what the question says leaves the steps undecided, and nothing is refuted."""
    verdict = check(answer, claim=claim, kind="derivation")
    assert verdict.outcome == outcome, verdict.message


ZERO = r"$$\mathbb{E}_{\pi_\theta}[\nabla_\theta\log\pi_\theta(a_t|s_t)r_{t'}]=0%s$$"


@pytest.mark.parametrize(
    ("before", "behind", "outcome"),
    [
        ("", "", "proved"),  # the question is about t' < t
        ("For all $t'<t$: ", "", "proved"),
        ("Let $t' < t$ be arbitrary. ", "", "proved"),
        ("", r"\quad\text{for all }t'<t", "proved"),
        ("For any two times $t$ and $t'$: ", "", "undecided"),
        ("For arbitrary times $t, t'$: ", "", "undecided"),
        ("Let $t'$ be arbitrary. ", "", "undecided"),
        ("Whatever $t'$ is: ", "", "undecided"),
        ("For $t'>t$: ", "", "undecided"),
        ("", r",\quad\forall t'", "undecided"),
    ],
)
def test_an_order_of_times_that_a_text_gives_up(before: str, behind: str, outcome: str) -> None:
    """Who writes nothing speaks of the past, as the question does; who says "any" does not."""
    verdict = check(before + ZERO % behind, claim="reward-to-go", kind="derivation")
    assert verdict.outcome == outcome, verdict.message


TRAJECTORY = (
    r"\log %s\\&=\log p(s_1)+\sum_{t=1}^T\log\pi_\theta(a_t|s_t)"
    r"+\sum_{t=1}^{T-1}\log P(s_{t+1}|s_t,a_t)"
)
FACTORS = r"p(s_1)\prod_{t=1}^T\pi_\theta(a_t|s_t)\prod_{t=1}^{T-1}P(s_{t+1}|s_t,a_t)"
TURNED = r"\prod_{t=1}^T\pi_\theta(a_t|s_t)\prod_{t=1}^{T-1}P(s_{t+1}|s_t,a_t)p(s_1)"


@pytest.mark.parametrize("factors", [FACTORS, TURNED])
def test_a_logarithm_of_all_factors(factors: str) -> None:
    """A logarithm before several products takes all of them along a chain, or the first alone."""
    text = rf"\begin{{align*}}\log p_\theta(\tau)&={TRAJECTORY % factors}\end{{align*}}"
    assert check(text, claim="policy-gradient", kind="derivation").outcome == "proved"
    times = text.replace(r"+\sum_{t=1}^T\log", r"\sum_{t=1}^T\log")
    wrong = check(times, claim="policy-gradient", kind="derivation")
    assert wrong.first_wrong_step == 2
