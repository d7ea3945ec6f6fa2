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


@pytest.mark.parametrize(
    ("claim", "step"),
    [
        ("optimal-discriminator", "D(2)=2D(x)"),
        ("optimal-discriminator", "D^*(x+1)=(x+1)D^*"),
        ("optimal-discriminator", r"D^*(p)=p\,\frac{p(x)}{p(x)+p_G(x)}"),
        ("gan-jsd", "q(0)=0"),
        ("score-function-gradient", "f(2)=2f"),
        ("policy-gradient", r"\nabla_\theta J(0)=0"),
        ("vq-rolling-average", "e(2)=2e"),
        ("attention-variance", "q(0)=0"),
        ("softmax-derivative", "p_i(0)=0"),
        ("softmax-derivative", r"\frac{\partial p_i}{\partial f_k}(2)=2p_i(\delta_{ik}-p_k)"),
        ("sigmoid-derivative", r"\sigma'(-x)=-x\sigma(x)(1-\sigma(x))"),
        ("sigmoid-derivative", r"\frac{d\sigma}{dx}(-x)=-x\,\sigma(x)(1-\sigma(x))"),
        ("sigmoid-derivative", r"(\sigma)'(0)=0"),
        ("bias-variance", r"\mathbb E(f)^2=\mathbb E[f^2]"),
        ("gaussian-kl-general", r"\mathbb E_q(z)^2=\sigma_q^2+\mu_q^2"),
        ("attention-variance", r"\mu_i=\mu=\mu_j"),
        ("attention-variance", r"\mathbb E[q_i]=\mathbb E[q]=\mathbb E[q_j]"),
        ("gaussian-kl", "z=z_j"),
    ],
)
def test_what_is_false_in_the_usual_reading_is_not_proved(claim: str, step: str) -> None:
    """A value at another argument is no product, the square of a mean no mean of a square.

    And a whole is none of its components.
    """
    assert check(f"$${step}$$", claim=claim, kind="derivation").outcome != "proved"


@pytest.mark.parametrize(
    ("claim", "step"),
    [
        ("optimal-discriminator", r"p(1-D)-p_GD=p-(p+p_G)D"),
        ("softmax-derivative", "p_i(1-p_i)=p_i-p_i^2"),
        ("sigmoid-derivative", r"\frac{d\sigma}{dx}(x)=\sigma(1-\sigma)"),
        ("policy-gradient", r"J(\theta)=J"),
        ("bias-variance", r"\mathbb E(f)^2=\mathbb E[f]^2"),
        ("attention-variance", r"\mathbb E[q]=\mu"),
        ("attention-variance", r"\mathbb E[q_i]=\mu_i"),
    ],
)
def test_what_is_true_in_the_usual_reading_is_proved(claim: str, step: str) -> None:
    """One edit from what is not."""
    assert check(f"$${step}$$", claim=claim, kind="derivation").outcome == "proved"


@pytest.mark.parametrize(
    ("claim", "words", "outcome"),
    [
        ("sigmoid-derivative", f"It holds that {SLOPE}", "proved"),
        ("sigmoid-derivative", f"It is false that {SLOPE}", "undecided"),
        ("sigmoid-derivative", f"We do not have {SLOPE}", "undecided"),
        ("sigmoid-derivative", f"{SLOPE} which is wrong.", "undecided"),
        ("sigmoid-derivative", rf"With $\sigma=\tanh$ we get {SLOPE}", "undecided"),
        ("attention-variance", rf"Let $q,k\sim N(\mu,\sigma^2I)$. {PRODUCT}", "proved"),
        ("attention-variance", rf"Let $q,k\sim N(\mu,\sigma I)$. {PRODUCT}", "undecided"),
        ("attention-variance", rf"Let $q\sim N(0,I)$. {PRODUCT}", "undecided"),
    ],
)
def test_words_that_deny_a_right_step_are_heard(claim: str, words: str, outcome: str) -> None:
    """Also what they say of a law."""
    assert check(words, claim=claim, kind="derivation").outcome == outcome


DIAGONAL = r"$$KL(q\|p)=\frac12\sum_{j=1}^m(\mu_j^2+\sigma_j^2-1-\log\sigma_j^2)$$"


@pytest.mark.parametrize(
    ("law", "outcome"),
    [
        (r"p=N(0,I)", "proved"),
        (r"q=\mathcal N(\mu,\operatorname{diag}(\sigma^2))", "proved"),
        (r"p=N(0,2I)", "undecided"),
        (r"p=\mathcal N(0,\sigma_p^2I)", "undecided"),
        (r"q=\mathcal N(\mu,\operatorname{diag}(\sigma))", "undecided"),
    ],
)
def test_a_law_that_a_sentence_sets_is_that_of_the_question(law: str, outcome: str) -> None:
    """Its mean, its deviation, and the square of that."""
    text = f"Let ${law}$. {DIAGONAL}"
    assert check(text, claim="gaussian-kl", kind="derivation").outcome == outcome


def test_the_columns_of_a_display_are_no_factor() -> None:
    """With and without a star."""
    rows = r"\sigma'(x)&=\sigma(x)-\sigma(x)^2\\&=\sigma(x)(1-\sigma(x))"
    for name in ("alignat", "alignat*"):
        text = rf"\begin{{{name}}}{{2}}{rows}\end{{{name}}}"
        assert check(text, claim="sigmoid-derivative", kind="derivation").outcome == "proved"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (r"$$\sigma'(x)\overset{(1)}{=}\sigma(x)(1-\sigma(x))$$", "proved"),
        (r"$$\sigma'(x)\overset{?}{=}\sigma(x)(1-\sigma(x))$$", "undecided"),
        (r"$$\sigma'(x)=\sigma(x)-\sigma(x)^2\text{ with the opposite sign}$$", "undecided"),
        (r"$$\sigma'(x)=\sigma(x)-\sigma(x)^2$$\footnote{up to sign}", "undecided"),
    ],
)
def test_a_question_and_a_note_in_a_formula_are_heard(text: str, outcome: str) -> None:
    """Whoever asks states nothing."""
    assert check(text, claim="sigmoid-derivative", kind="derivation").outcome == outcome


@pytest.mark.parametrize("words", ["For", "When", "Take", "Let"])
def test_a_condition_that_cannot_be_read_refutes_nothing(words: str) -> None:
    r"""`\mu` without an index is no number, and still `$\mu=0$` may be where the step holds."""
    step = (
        r"$$\operatorname{Var}(q^\top k)"
        r"=\sum_{i=1}^d\operatorname{Var}(q_i)\operatorname{Var}(k_i)=d\sigma^4$$"
    )
    plain = check(step, claim="attention-variance", kind="derivation")
    said = check(rf"{words} $\mu=0$: {step}", claim="attention-variance", kind="derivation")
    assert (plain.outcome, said.outcome) == ("refuted", "undecided")


@pytest.mark.parametrize(
    ("before", "outcome"),
    [
        (r"V(s)\leftarrow V(s)+\alpha r+\alpha\gamma V(s')-\alpha V(s)", "proved"),
        (r"V(s)\leftarrow V(s)-\alpha(r+\gamma V(s')-V(s))", "refuted"),
        (r"V(s)\leftarrow V(s)-\alpha\delta", "undecided"),
    ],
)
def test_an_update_before_an_implication_is_judged(before: str, outcome: str) -> None:
    """It is the answer as much as what follows from it."""
    answer = rf"{before}\implies V(s)\leftarrow V(s)+\alpha(r+\gamma V(s')-V(s))"
    assert check(answer, claim="td-update", kind="expression").outcome == outcome
