r"""Formulas in sentences behind the displays: what a text comes to is judged, and never skipped."""

import pytest

from lemmata.checkers.answers import check

SHOWN = r"Using the quotient rule,$$\sigma'(x) = \frac{e^{-x}}{(1+e^{-x})^2}$$"
RIGHT = (r"\sigma(x)\sigma(-x)", r"\sigma(x)(1-\sigma(x))", r"\boxed{\sigma(x)-\sigma(x)^2}")
WRONG = (
    r"-\sigma(x)\sigma(-x)",
    r"\sigma(x)(1+\sigma(x))",
    r"\boxed{\sigma(x)-\sigma(x)^3}",
    r"\boxed{2}",
    r"\sigma(x)",
    "x",
    r"= -\sigma(x)\sigma(-x)",
)
LEADS = (
    "and therefore ${}$.",
    "which is ${}$.",
    "Hence we get ${}$.",
    "So the answer is ${}$, as claimed.",
    "The gradient is thus ${}$.",
    "This simplifies to\\({}\\).",
)


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("kind", ["expression", "derivation"])
def test_what_a_text_comes_to_is_judged(lead: str, kind: str) -> None:
    """The same value in another form is right; another value behind a right display never is."""
    for formula in RIGHT:
        text = f"{SHOWN} {lead.replace('{}', formula)}"
        assert check(text, claim="sigmoid-derivative", kind=kind).outcome == "proved", text  # type: ignore[arg-type]
    for formula in WRONG:
        text = f"{SHOWN} {lead.replace('{}', formula)}"
        assert check(text, claim="sigmoid-derivative", kind=kind).outcome != "proved", text  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["expression", "derivation"])
def test_an_equation_that_a_text_comes_to_is_not_skipped(kind: str) -> None:
    """In a box or behind "therefore", an equation that is false is not passed over."""
    for end in (r"\boxed{\sigma'(x)=-\sigma(x)\sigma(-x)}", r"\sigma'(x)=\sigma(x)^2"):
        text = f"{SHOWN} and therefore ${end}$."
        assert check(text, claim="sigmoid-derivative", kind=kind).outcome != "proved", text  # type: ignore[arg-type]
    text = rf"{SHOWN} and therefore $\boxed{{\sigma'(x)=\sigma(x)\sigma(-x)}}$."
    assert check(text, claim="sigmoid-derivative", kind="derivation").outcome == "proved"


BEFORE = r"\mathbb E\bigl[(R(\tau)-b)\,\nabla_\theta\log p_\theta(\tau)\bigr]="


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (r"\nabla_\theta J(\theta)-b\,\nabla_\theta\sum_\tau p_\theta(\tau)", "proved"),
        (r"\nabla_\theta\Bigl(J(\theta)-b\sum_\tau p_\theta(\tau)\Bigr)", "proved"),
        (r"\nabla_\theta J(\theta)-b\sum_\tau p_\theta(\tau)", "undecided"),
        (r"\nabla_\theta J(\theta)+2\sum_\tau p_\theta(\tau)", "undecided"),
        (r"\nabla_\theta J(\theta)-b\sum_\tau p_\theta(\tau)=\nabla_\theta J(\theta)", "undecided"),
        (r"\nabla_\theta J(\theta)-b", "refuted"),
    ],
)
def test_a_gradient_before_a_sum_proves_nothing_careless(end: str, outcome: str) -> None:
    """What is only so where the gradient is one of all that follows is not proved."""
    found = check(BEFORE + end, claim="baseline-unbiased", kind="derivation")
    assert found.outcome == outcome, found.message


MEAN = r"Because $q$ and $k$ are independent, {} ${}$."


@pytest.mark.parametrize(
    ("lead", "formula", "outcome"),
    [
        ("the mean is", r"\mu^\top\mu", "proved"),
        ("the mean is", r"d\,\mu^\top\mu", "refuted"),
        ("the mean is thus", r"\sigma^2\mu^\top\mu", "refuted"),
        ("the variance is", r"\mu^\top\mu", "undecided"),
        ("half of the mean is", r"\mu^\top\mu", "undecided"),
        ("the mean is not", r"\mu^\top\mu", "undecided"),
        ("the mean of the other is", r"\mu^\top\mu", "undecided"),
        ("the mean of $k$ is", r"\mu^\top\mu", "undecided"),
        ("that of $k$ is", r"\mu^\top\mu", "undecided"),
        ("its mean is", r"\mu^\top\mu", "undecided"),
        (r"the mean is $0$ or", r"\mu^\top\mu", "undecided"),
    ],
)
def test_a_sentence_concludes_an_answer_from_what_it_mentions(
    lead: str, formula: str, outcome: str
) -> None:
    """Names that a reason speaks of are no answers; what the conclusion is said to be counts."""
    text = MEAN.replace("{}", lead, 1).replace("{}", formula, 1)
    found = check(text, claim="attention-dot-product-mean", kind="expression")
    assert found.outcome == outcome, (text, found.message)


@pytest.mark.parametrize(
    ("claim", "text", "outcome"),
    [
        # what every outcome of the question is anyway
        ("attention-variance", r"The coordinates are independent, so {}", "refuted"),
        ("attention-variance", r"Since $q$ and $k$ are independent, {}", "refuted"),
        ("attention-variance", r"Since $q$ and $q$ are independent, {}", "undecided"),
        ("attention-variance", r"The features are independent, so {}", "undecided"),
        ("attention-variance", r"The coordinates are equal, so {}", "undecided"),
        ("bias-variance", r"{} where $f$ and $Y$ are independent.", "refuted"),
        ("bias-variance", r"{} where $Y$ and $f$ are uncorrelated.", "refuted"),
        ("bias-variance", r"{} where $f$ and $f$ are uncorrelated.", "undecided"),
        ("bias-variance", r"{} where $f$ and $Y$ are identical.", "undecided"),
        # a formula in words says what the display is, a word alone may change it
        ("gaussian-kl", r"The divergence is the cross entropy minus the entropy: {}", "refuted"),
        ("gaussian-kl", r"The divergence is the cross entropy minus: {}", "undecided"),
        ("gaussian-kl", r"The divergence is the entropy times two: {}", "undecided"),
        ("gaussian-kl", r"The divergence is minus: {}", "undecided"),
        ("gaussian-kl", r"The divergence is half the entropy: {}", "undecided"),
    ],
)
def test_what_is_so_anyway_keeps_no_step_from_being_refuted(
    claim: str, text: str, outcome: str
) -> None:
    """A sentence that says again what the question does is no condition; another one may be."""
    steps = {
        "attention-variance": r"\[\operatorname{Var}(q^\top k)=\sum_i(\sigma^4+\sigma^2\mu_i^2)\]",
        "bias-variance": r"\[\mathbb E[(f-Y)^2]=\operatorname{Var}(f)-\operatorname{Var}(Y)\]",
        "gaussian-kl": r"\[D_{KL}(q\|p)=H(q)-\mathbb E_q[\log p(z)]\]",
    }
    found = check(text.replace("{}", steps[claim]), claim=claim, kind="derivation")
    assert found.outcome == outcome, (text, found.message)


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("This completes the solution.", "proved"),
        ("which concludes the proof.", "proved"),
        ("This completes half of the solution.", "undecided"),
        ("This does not complete the solution.", "undecided"),
        ("This concludes that it is wrong.", "undecided"),
    ],
)
def test_words_that_end_a_solution_mean_nothing(words: str, outcome: str) -> None:
    """Beside an answer they change nothing, unless they say of how much of it."""
    text = rf"**Final answer:** $$\boxed{{\sigma(x)\sigma(-x)}}$$ {words}"
    found = check(text, claim="sigmoid-derivative", kind="expression")
    assert found.outcome == outcome, (text, found.message)


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        (r"\sigma'(x)\,(1+e^{-x})=\sigma(x)e^{-x}", "proved"),
        (r"\sigma'(x)\bigl(1+e^{-x}\bigr)=\sigma(x)e^{-x}", "proved"),
        (r"\sigma'(x)\,(1+e^{-x})=-\sigma(x)e^{-x}", "refuted"),
        (r"\sigma'(x)\;\left(1+e^{-x}\right)=\sigma(x)e^{x}", "refuted"),
        (r"\frac{d\sigma}{dx}(x)=\sigma(x)\sigma(-x)", "proved"),
        # what has its argument is not taken at another place, nor at the same one again
        (r"\sigma'(x)(x)=x\sigma'(x)", "undecided"),
        (r"\frac{d\sigma}{dx}\,(0)=1/4", "undecided"),
    ],
)
def test_a_bracket_behind_the_argument_of_a_derivative_is_a_factor(step: str, outcome: str) -> None:
    """However it is spaced."""
    found = check(step, claim="sigmoid-derivative", kind="derivation")
    assert found.outcome == outcome, found.message


@pytest.mark.parametrize(
    ("sign", "behind", "outcome"),
    [
        ("+", "Since the left-hand side is at least zero, the claim follows.", "proved"),
        ("-", "Since the left-hand side is at least zero, the claim follows.", "refuted"),
        ("+", "This is wrong.", "undecided"),
        ("-", "If $q = p$, this holds.", "undecided"),
        ("+", "where $p(z) = 1$.", "undecided"),
    ],
)
def test_words_below_bare_rows_are_words(sign: str, behind: str, outcome: str) -> None:
    """Rows at the beginning of a text need no signs around them."""
    rows = (
        r"\ln q_\phi(z|x)-\ln p_\theta(z|x) &= \ln q_\phi(z|x)-\ln p_\theta(x,z)+\ln p_\theta(x)\\"
        rf"&= \ln q_\phi(z|x)-\ln p_\theta(x|z)-\ln p(z){sign}\ln p_\theta(x)"
    )
    text = f"\\begin{{aligned}}\n{rows}\n\\end{{aligned}}\n{behind}"
    found = check(text, claim="vae-elbo", kind="derivation")
    assert found.outcome == outcome, found.message


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (r"\nabla_\theta p_\theta=p_\theta\nabla_\theta\log p_\theta", "proved"),
        (r"\nabla p = p\,\nabla\ln p", "proved"),
        (r"\nabla_\theta\log p_\theta=\frac{\nabla_\theta p_\theta}{p_\theta}", "proved"),
        (r"\nabla_\theta p_\theta=\nabla_\theta\log p_\theta", "undecided"),
        (r"\nabla_\theta p_\theta=p_\theta\nabla_\theta p_\theta", "undecided"),
        (r"\nabla_\theta p_\theta=\pi_\theta\nabla_\theta\log p_\theta", "undecided"),
        (r"\nabla_\theta p_\theta=p_\theta\nabla_\phi\log p_\theta", "undecided"),
        (r"\nabla_\theta p_\theta=-p_\theta\nabla_\theta\log p_\theta", "undecided"),
        (r"\nabla_\theta p_\theta=p_\theta\nabla_\theta\log p_\theta+1", "undecided"),
        (r"\nabla_\theta\log p_\theta=\frac{p_\theta}{\nabla_\theta p_\theta}", "undecided"),
    ],
)
def test_the_slope_of_a_logarithm_is_told_of_anything(told: str, outcome: str) -> None:
    """In short, without arguments, it is so of every law; what is near to it is not."""
    step = (
        r"\[\nabla_\theta J(\theta)=\sum_\tau R(\tau)p_\theta(\tau)\nabla_\theta\log p_\theta(\tau)"
    )
    for end, decided in (
        (r"=\sum_\tau R(\tau)\,\nabla_\theta p_\theta(\tau)\]", outcome),
        (
            r"=\sum_\tau p_\theta(\tau)\,\nabla_\theta R(\tau)\]",
            "refuted" if outcome == "proved" else "undecided",
        ),
    ):
        found = check(
            f"Using ${told}$ we have {step}{end}", claim="policy-gradient", kind="derivation"
        )
        if outcome == "proved":
            assert found.outcome == decided, found.message
        else:
            assert found.outcome != "proved", found.message


OUTPUT = r"$\begin{bmatrix}0&0&1\\0&4&6\\4&12&9\end{bmatrix}$"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (rf"The output is the $3\times3$ matrix {OUTPUT}.", "proved"),
        (rf"The output is the $3\times3$ matrix {OUTPUT.replace('12', '6')}.", "refuted"),
        (r"The output is the $2\times2$ matrix $\begin{bmatrix}0&1\\4&9\end{bmatrix}$.", "refuted"),
        (rf"The output is $3\times3$: {OUTPUT}", "undecided"),
        (rf"The output is $3\times3$ times the matrix {OUTPUT}", "undecided"),
        (rf"The output is $3\times$ the matrix {OUTPUT}", "undecided"),
    ],
)
def test_a_shape_in_a_sentence_is_no_answer(text: str, outcome: str) -> None:
    """Where it says of which shape a matrix is; a product before a matrix is one."""
    found = check(text, claim="transposed-conv", kind="expression")
    assert found.outcome == outcome, found.message


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("where the dynamics and the initial distribution drop out.", "refuted"),
        ("with equality of the Shannon divergence.", "refuted"),
        ("since the Jensen-Shannon divergence is non-negative.", "refuted"),
        ("for linear dynamics.", "undecided"),
        ("with uniform initial distribution.", "undecided"),
        ("since the reward is non-negative.", "undecided"),
        ("for deterministic dynamics.", "undecided"),
    ],
)
def test_nouns_of_derivations_are_plain(words: str, outcome: str) -> None:
    """Which a text may name behind a step without saying where it holds; what they are like may."""
    step = r"\[Q^\pi(s,a)=r(s,a)+\gamma^2\sum_{s'}P(s'|s,a)V^\pi(s')\]"
    found = check(f"{step} {words}", claim="bellman", kind="derivation")
    assert found.outcome == outcome, (words, found.message)


RETURN = (
    r"r(s,a)+\gamma\,\mathbb E[\sum_{t=0}^\infty\gamma^t"
    r"r(s_{t+1},a_{t+1})\mid s_0=s,a_0=a]"
)


@pytest.mark.parametrize(
    ("side", "outcome"),
    [
        (r"\mathbb E_\pi[r(s,a)+\gamma V^\pi(s')\mid s,a]", "proved"),
        (r"r(s,a)+\gamma\,\mathbb E[V^\pi(s')\mid s,a]", "proved"),
        (r"\mathbb E[r(s,a)+\gamma Q^\pi(s',a')\mid s,a]", "proved"),
        (
            RETURN,
            "proved",
        ),
        (r"\mathbb E_\pi[r(s,a)+V^\pi(s')\mid s,a]", "refuted"),
        (r"r(s,a)+\gamma\,\mathbb E[V^\pi(s)\mid s,a]", "refuted"),
        (r"\mathbb E[r(s,a)+\gamma Q^\pi(s',a)\mid s,a]", "refuted"),
        (r"\mathbb E[r(s,a)+\gamma Q^\pi(s',a')\mid s]", "refuted"),
    ],
)
def test_what_is_given_is_no_condition_of_another_draw(side: str, outcome: str) -> None:
    """The next action is drawn in the next state, whatever the first one was."""
    found = check(rf"Q^\pi(s,a)={side}", claim="bellman", kind="derivation")
    assert found.outcome == outcome, found.message


BEHIND = (
    "By the chain rule, ",
    "From this we get ",
    "We note that ",
    "Applying the product rule we get ",
    "So ",
)


@pytest.mark.parametrize("signs", ["$", "$$"])
@pytest.mark.parametrize("words", BEHIND)
def test_what_a_sentence_says_the_asked_thing_is(signs: str, words: str) -> None:
    """It is the answer where nothing else is, and never a mere reason for what is said before."""
    for first, last, right in (
        (r"\nabla_z L = p-e_y", r"\nabla_W L = (p-e_y)x^\top", True),
        (r"\nabla_z L = p-e_y", r"\nabla_W L = (e_y-p)x^\top", False),
        (r"\nabla_z L = e_y-p", r"\nabla_W L = (p-e_y)x^\top", False),
        (r"\nabla_W L = (p-e_y)x^\top", r"\nabla_W L = (e_y-p)x^\top", False),
        (r"(p-e_y)x^\top", r"\nabla_W L = (e_y-p)x^\top", False),
        (r"\nabla_W L = (p-e_y)x^\top", r"\nabla_W L = p x^\top - e_y x^\top", True),
    ):
        text = f"We have {signs}{first}{signs}. {words}${last}$."
        verdict = check(text, claim="cross-entropy-grad-w", kind="expression")
        assert (verdict.outcome == "proved") == right, (text, verdict.message)


@pytest.mark.parametrize("signs", ["$", "$$"])
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (r"P(H)=\frac12", r"\frac{P(F,H)}{P(H)}=\frac23"),
        (r"P(F,H)=\frac13", r"\frac{1/3}{1/2}=\frac23"),
    ],
)
def test_a_statement_before_the_answer_is_not_taken_for_it(
    signs: str, first: str, last: str
) -> None:
    """What is said of something else refutes nothing where a sentence behind has the value."""
    for words in BEHIND:
        right = f"We have {signs}{first}{signs}. {words}${last}$."
        wrong = right.replace(r"\frac23", r"\frac34")
        assert check(right, claim="bayes-flu", kind="expression").outcome != "refuted", right
        assert check(wrong, claim="bayes-flu", kind="expression").outcome != "proved", wrong
    assert check(f"${first}$", claim="bayes-flu", kind="expression").outcome == "refuted"
