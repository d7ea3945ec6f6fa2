"""What the text around a derivation does to the meaning of its signs."""

import pytest

from lemmata.checkers.answers import check

KL = (
    r"$$KL(q\|p)=\log\frac{\sigma_p}{\sigma_q}"
    r"+\frac{\sigma_q^2+(\mu_q-\mu_p)^2}{2\sigma_p^2}-\frac12$$"
)
SLOPE = r"$$\sigma'(x)=\sigma(x)(1-\sigma(x))$$"
PRODUCT = r"$$\operatorname{Var}(q^\top k)=2\sigma^2\|\mu\|^2+d\sigma^4$$"


@pytest.mark.parametrize(
    ("claim", "text", "outcome"),
    [
        ("gaussian-kl-general", rf"Let $q=N(\mu_q,\sigma_q^2)$, $p=N(\mu_p,\sigma_p^2)$. {KL}", 1),
        ("gaussian-kl-general", rf"Let $q=N(\mu_p,\sigma_p^2)$, $p=N(\mu_q,\sigma_q^2)$. {KL}", 0),
        ("gaussian-kl-general", rf"Here $D_{{KL}}(a\|b)=\mathbb E_b[\log\frac ba]$. {KL}", 0),
        ("gaussian-kl-general", rf"Here $\sigma_q$ denotes the deviation. {KL}", 1),
        ("gaussian-kl-general", rf"Here $\sigma_q$ denotes the variance. {KL}", 0),
        ("gaussian-kl-general", rf"In nats, {KL}", 1),
        ("gaussian-kl-general", rf"In bits, {KL}", 0),
        ("gaussian-kl-general", rf"With logarithms to base $2$, {KL}", 0),
        ("attention-variance", rf"Suppose $q$ and $k$ are independent. {PRODUCT}", 1),
        ("attention-variance", rf"Suppose $q$ and $k$ are not independent. {PRODUCT}", 0),
        ("attention-variance", rf"Assume $q=k$. {PRODUCT}", 0),
    ],
)
def test_another_meaning_of_a_sign_is_heard(claim: str, text: str, outcome: int) -> None:
    """A right formula of other signs is not proved, and nothing is refuted."""
    expected = ("undecided", "proved")[outcome]
    assert check(text, claim=claim, kind="derivation").outcome == expected


def test_a_comment_that_sets_a_known_function_to_another_is_heard() -> None:
    """Beside a step as well."""
    step = r"\begin{align*}\sigma'(x)&=\sigma(x)(1-\sigma(x))&&\text{with } %s\end{align*}"
    right = check(
        step % r"\sigma(x)=\frac1{1+e^{-x}}", claim="sigmoid-derivative", kind="derivation"
    )
    wrong = check(step % r"\sigma(x)=\frac1{1+e^x}", claim="sigmoid-derivative", kind="derivation")
    assert (right.outcome, wrong.outcome) == ("proved", "undecided")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (r"\iffalse $$\sigma'(x)=\sigma(x)$$ \fi " + SLOPE, "proved"),
        (r"\begin{comment}$$\sigma'(x)=\sigma(x)$$\end{comment} " + SLOPE, "proved"),
        (r"$$\sigma'(x)=\sigma(x)$$ " + SLOPE, "refuted"),
    ],
)
def test_what_is_not_printed_is_not_judged(text: str, outcome: str) -> None:
    """Comments of LaTeX are no part of an answer."""
    assert check(text, claim="sigmoid-derivative", kind="derivation").outcome == outcome


@pytest.mark.parametrize(
    "text",
    [
        r"$$\sigma'(0)=\sigma(0)(1-\sigma(0))=\frac14$$",
        r"$$\sigma'(-x)=\sigma(-x)(1-\sigma(-x))=\sigma(x)(1-\sigma(x))$$",
    ],
)
def test_a_prime_before_an_argument_is_a_slope_at_it(text: str) -> None:
    """It is not the slope of the value at that argument."""
    assert check(text, claim="sigmoid-derivative", kind="derivation").outcome != "refuted"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (r"$$H(y)\ge0$$", "undecided"),
        (r"$$I(y,z)\le H(z)$$", "undecided"),
        (r"$$H(y)\ge\mathbb E[-\ln P_\Phi(z)+\ln P_\Psi(z|y)-\ln P_\Theta(y|z)]$$", "refuted"),
    ],
)
def test_entropies_of_discrete_outcomes_are_not_negative(text: str, outcome: str) -> None:
    """What holds of them is not refuted by continuous ones; what is wrong of them is refuted."""
    assert check(text, claim="entropy-upper-bound", kind="derivation").outcome == outcome


def test_the_value_of_the_solution_is_no_equation_to_be_solved() -> None:
    """`D^* = 1/2` where both densities agree says nothing false."""
    text = r"$$D^*(x)=\frac12\iff p(x)=p_G(x)$$"
    assert check(text, claim="optimal-discriminator", kind="derivation").outcome != "refuted"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (r"$$V_t(s)=\mathbb E_{a\sim\pi_\theta}[Q_t(s,a)]$$", "proved"),
        (r"$$V_t(s)=\mathbb E_{a\sim\pi_\theta}[Q_t(s,a)]+1$$", "refuted"),
        (r"$$J=\mathbb E_{\tau\sim\pi_\theta}[R(\tau)]$$", "proved"),
    ],
)
def test_an_action_alone_has_the_law_of_the_policy(text: str, outcome: str) -> None:
    """Trajectories are drawn where a trajectory stands."""
    assert check(text, claim="policy-gradient", kind="derivation").outcome == outcome
