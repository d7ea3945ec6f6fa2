# ruff: noqa: E501, ISC004 - formulas stand as they are printed
r"""Names that a text gives to what it is about: `V(D) = ..`, `.. =: L`, "Let $Z = ..$"."""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Outcome

BOUND = r"\mathbb{E}_{q_\phi(z|x)}[\log p_\theta(x|z)]-D_{KL}(q_\phi(z|x)\|p(z))"
VALUE = r"\int\left[p(x)\log D(x)+p_G(x)\log(1-D(x))\right]dx"
MEANS = r"\mathbb E_p[\log D(x)]+\mathbb E_{p_G}[\log(1-D(x))]"
PLACES = r"\arg\max_\theta\mathbb E_{\tau\sim\beta}[\log\pi_\theta(\tau)]=\arg\max_\theta\mathbb E_{\tau\sim\beta}[\sum_{t=0}^T\log\pi_\theta(a_t|s_t)]"
ERROR = r"\mathbb E[(Y-f)^2]=\sigma^2+\operatorname{Var}(f)"

NAMED: list[tuple[Outcome, int | None, str, str]] = [
    ("proved", None, "vae-elbo", rf"\mathcal{{L}}(\theta,\phi;x)={BOUND}\le\log p_\theta(x)"),
    ("proved", None, "vae-elbo", rf"\log p_\theta(x)\ge{BOUND}=:\mathcal{{L}}(\theta,\phi)"),
    ("proved", None, "vae-elbo", rf"\log p_\theta(x)\ge{BOUND}\equiv\mathrm{{ELBO}}"),
    ("refuted", 1, "vae-elbo", rf"\log p_\theta(x)\le{BOUND}=:\mathcal{{L}}(\theta,\phi)"),
    (
        "undecided",
        None,
        "vae-elbo",
        r"\mathbb{E}_{q_\phi(z|x)}[1-1]=D_{KL}(p(z)\|p(z))=:\mathcal{L}",
    ),
    ("proved", None, "optimal-discriminator", f"V(D)={MEANS}={VALUE}"),
    ("proved", None, "optimal-discriminator", f"V(G,D)={VALUE}={MEANS}"),
    ("refuted", 2, "optimal-discriminator", f"V={MEANS.replace('+', '-')}={VALUE}"),
    (
        "undecided",
        None,
        "optimal-discriminator",
        f"V(D)={VALUE.replace('+', '-')}={MEANS.replace('+', '-')}",
    ),
    ("proved", None, "bias-variance", rf"\mathrm{{MSE}}={ERROR}+\operatorname{{Bias}}(f)^2"),
    ("refuted", 2, "bias-variance", rf"\mathrm{{MSE}}={ERROR}-\operatorname{{Bias}}(f)^2"),
    ("undecided", None, "bias-variance", r"H=\mathbb E[(Y-f)^2]=\mathbb E[(f-Y)^2]"),
    # A name alone is no derivation of what it is given to.
    ("undecided", None, "gan-jsd", r"V(D)=2\mathrm{JSD}(p\|p_G)-\log 4"),
    ("undecided", None, "behaviour-cloning", r"\mathbb E_{\tau\sim\beta}[\log p_\theta(\tau)]=C"),
    ("proved", None, "behaviour-cloning", rf"\theta^*={PLACES}"),
    ("proved", None, "behaviour-cloning", rf"\hat{{\theta}}_{{BC}}={PLACES}"),
    ("proved", None, "behaviour-cloning", rf"\hat\theta={PLACES}"),
    ("refuted", 2, "behaviour-cloning", rf"\theta^*={PLACES.replace('max', 'min', 1)}"),
    ("undecided", None, "behaviour-cloning", rf"\hat E={PLACES}"),
]


@pytest.mark.parametrize(("outcome", "wrong", "claim", "chain"), NAMED)
def test_a_fresh_name_of_what_the_question_is_about(
    outcome: Outcome, wrong: int | None, claim: str, chain: str
) -> None:
    """It holds where that is known; of the name alone nothing else is, and nothing is refuted."""
    found = check(f"$${chain}$$", claim=claim, kind="derivation")
    assert (found.outcome, found.first_wrong_step) == (outcome, wrong), found.message


QUOTIENT = (
    r"\frac{\partial p_i}{\partial f_k} &= \frac{\delta_{ik}e^{f_i}}{Z}-\frac{e^{f_i}}{Z^2}"
    r"\frac{\partial Z}{\partial f_k} \\ &= p_i(\delta_{ik}-p_k)"
)
LAYER = r"$$\left|\det\frac{\partial x}{\partial z}\right|=\prod_{i=1}^{n-d}e^{s_i}=e^{\sum_is_i}$$"

TEXTS: list[tuple[str, str, str, str, int]] = [
    (
        "softmax-derivative",
        "Let $Z=\\sum_{j=1}^n e^{f_j}$ so that $p_i=e^{f_i}/Z$.\n"
        rf"\begin{{align*}}{QUOTIENT}\end{{align*}}",
        r"(\delta_{ik}-p_k)",
        r"(\delta_{ik}+p_k)",
        2,
    ),
    (
        "softmax-derivative",
        f"Write $Z=\\sum_j e^{{f_j}}$.\n\\begin{{aligned}}\n{QUOTIENT}\n\\end{{aligned}}",
        r"{Z^2}",
        r"{Z}",
        1,
    ),
    ("realnvp-logdet", f"Put $s=h_\\theta(z_{{1:d}})$.\n{LAYER}", r"\sum_is_i", r"2\sum_is_i", 2),
    (
        "bellman",
        r"Define the advantage $A^\pi(s,a) = Q^\pi(s,a)-V^\pi(s)$. Its mean under the policy is zero:"
        r"\begin{align*}\sum_a\pi(a|s)A^\pi(s,a) &= \sum_a\pi(a|s)Q^\pi(s,a) - V^\pi(s)\sum_a\pi(a|s)"
        r"\\ &= V^\pi(s) - V^\pi(s) \\ &= 0.\end{align*}",
        r"&= V^\pi(s) - V",
        r"&= V^\pi(s) - \gamma V",
        2,
    ),
    (
        "baseline-unbiased",
        r"The baseline can be any function, as long as it does not vary with $a$:"
        r"$$\sum_a b(s)\nabla_\theta\pi_\theta(a|s) = b(s)\nabla_\theta\sum_a\pi_\theta(a|s) = 0 .$$",
        r"= 0 .",
        r"= b(s).",
        2,
    ),
    (
        "gaussian-kl",
        r"Let $J$ be the dimensionality of $z$. Then"
        r"$$\int q(z)\log p(z)\,dz = -\frac{J}{2}\log(2\pi)-\frac12\sum_{j=1}^J(\mu_j^2+\sigma_j^2).$$",
        r"(\mu_j^2+\sigma_j^2)",
        r"(\mu_j^2-\sigma_j^2)",
        1,
    ),
]


@pytest.mark.parametrize(("claim", "text", "part", "slip", "wrong"), TEXTS)
def test_names_and_sentences_before_displays(
    claim: str, text: str, part: str, slip: str, wrong: int
) -> None:
    """What a sentence names is used, what it describes restricts nothing; a slip is still seen."""
    found = check(text, claim=claim, kind="derivation")
    assert found.outcome == "proved", found.message
    found = check(text.replace(part, slip), claim=claim, kind="derivation")
    assert (found.outcome, found.first_wrong_step) == ("refuted", wrong), found.message
