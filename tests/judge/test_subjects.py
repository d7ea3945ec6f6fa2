r"""What the clause before an answer says that it is, and arguments in plain words beside it."""

import pytest

from lemmata.checkers.answers import check

SIGMOID = r"\sigma(x)(1-\sigma(x))"
RIDGE = r"-\lambda(X^\top X+\lambda I)^{-1}\theta"
KL = r"\frac12(\mu^2+\sigma^2-1)-\ln\sigma"
LOGDET = r"\sum_i h_\theta(z_{1:d})_i"
BRANCH = r"W_1^\top((W_2^\top\delta_y)\odot\mathbf 1[W_1x>0])"
ELBO = r"\mathbb E_{q(z|x)}[\log p(x|z)]-KL(q(z|x)\|p(z))"

# A claim, its answer, what is said before it of it, and what would be said of another quantity.
SUBJECTS = [
    (
        "squared-norm-gradient",
        "2x",
        "The gradient of the squared norm is",
        "The gradient of the norm is",
    ),
    ("squared-norm-gradient", "2x", "The required gradient is", "The update is"),
    ("squared-norm-gradient", "2x", "Differentiating gives", "Minimising gives"),
    (
        "squared-norm-gradient",
        "2x",
        "Differentiating the squared norm gives",
        "Differentiating the norm gives",
    ),
    ("squared-norm-gradient", "2x", "Computing the gradient gives", "Computing the Hessian gives"),
    ("squared-norm-gradient", "2x", "Collecting the terms gives", "Squaring the gradient gives"),
    ("squared-norm-gradient", "2x", "By the product rule:", "By the log of it:"),
    ("squared-norm-gradient", "2x", "Expanding it, we get", "Dividing it by two, we get"),
    (
        "sigmoid-derivative",
        SIGMOID,
        "The derivative of the logistic function is",
        "The derivative of the loss is",
    ),
    (
        "sigmoid-derivative",
        SIGMOID,
        "In closed form the derivative is",
        "For positive inputs the derivative is",
    ),
    ("a2c-toy-a1", "-1", "The advantage of staying is", "The advantage of advancing is"),
    ("a2c-toy-a1", "-1", "The advantage of $a_1$ is", "The value of $a_1$ is"),
    (
        "bayes-flu",
        "2/3",
        "The probability of flu given headache is",
        "The probability of headache is",
    ),
    (
        "bayes-flu",
        "2/3",
        "Bayes' theorem yields a posterior probability of",
        "Bayes' theorem yields a prior of",
    ),
    ("xavier-variance", "1/D_a", "The variance of the weights is", "The variance of the layer is"),
    ("xavier-variance", "1/D_a", "The weights have a variance of", "The output has a variance of"),
    (
        "ols-covariance",
        r"(X^\top X)^{-1}",
        "The covariance of the estimator is",
        "The covariance of the noise is",
    ),
    ("ridge-bias", RIDGE, "The bias of the ridge estimator is", "The bias for least squares is"),
    (
        "cross-entropy-grad-b",
        "p-e_y",
        "The gradient by the bias is",
        "The gradient for the weights is",
    ),
    (
        "cross-entropy-grad-w",
        r"(p-e_y)x^\top",
        "The gradient is the outer product",
        "The update is the outer product",
    ),
    (
        "gaussian-kl-1d",
        KL,
        "The KL divergence has the closed form",
        "The entropy has the closed form",
    ),
    ("realnvp-logdet", LOGDET, "Taking the logarithm gives", "Taking the exponential gives"),
    (
        "lipschitz-composition",
        "L_1L_2",
        "The composition is Lipschitz with constant",
        "The outer map is Lipschitz with constant",
    ),
    (
        "optimal-discriminator",
        r"\frac{p(x)}{p(x)+p_G(x)}",
        "Maximising pointwise gives",
        "Minimising pointwise gives",
    ),
    (
        "vae-elbo",
        ELBO,
        "The lower bound decomposes into two terms:",
        "The evidence decomposes into two terms:",
    ),
    ("ols-bias", "0", "The estimator is unbiased:", "The noise is unbiased:"),
    (
        "fgsm-linf",
        r"\epsilon\operatorname{sign}(g)",
        "The best attack moves every coordinate:",
        "The gain moves every coordinate:",
    ),
    ("nice-det", "1", "The determinant is cheap to compute:", "The trace is cheap to compute:"),
    (
        "batchnorm-backward-beta",
        r"\sum_{i=1}^m dout_i",
        "The gradients accumulate:",
        "The losses accumulate:",
    ),
    (
        "squared-norm-gradient",
        "2x",
        "Summing the two gradients gives",
        "Summing the gradients gives",
    ),
    ("a2c-toy-a1", "-1", "The formula for the advantage gives", "The formula for the value gives"),
    (
        "bayes-flu",
        "2/3",
        "Counting the rows with flu among those with headache gives",
        "Counting the rows with headache gives",
    ),
    ("softmax-derivative", r"\operatorname{diag}(p)-pp^T", "The Jacobian is", "Its inverse is"),
]


@pytest.mark.parametrize(("claim", "answer", "said", "other"), SUBJECTS)
def test_the_clause_before_an_answer(claim: str, answer: str, said: str, other: str) -> None:
    """Of what is asked for it is proved, in plain words; of another quantity it is not."""
    right = check(f"{said} ${answer}$.", claim=claim, kind="expression")
    assert right.outcome == "proved", right.message
    doubtful = check(f"{other} ${answer}$.", claim=claim, kind="expression")
    assert doubtful.outcome == "undecided", other


REMARKS = [
    (", which is always positive.", ", which is the second derivative."),
    (", which peaks at the origin.", ", which peaks at half of it."),
    (", as required.", ", as the naive computation suggests."),
    (", which has the same shape as $x$.", ", which has the opposite sign."),
    (". This completes the derivation.", ". This is the derivative of the loss."),
    (", in line with the chain rule.", ", in line with a missing factor."),
    (" everywhere.", " everywhere but at the origin."),
    (", and this is the derivative.", ", and this is the loss."),
]


@pytest.mark.parametrize(("said", "other"), REMARKS)
def test_remarks_behind_an_answer(said: str, other: str) -> None:
    """How an answer is changes nothing; what makes another of it is heard."""
    right = check(f"${SIGMOID}${said}", claim="sigmoid-derivative", kind="expression")
    assert right.outcome == "proved", right.message
    doubtful = check(f"${SIGMOID}${other}", claim="sigmoid-derivative", kind="expression")
    assert doubtful.outcome == "undecided", other


@pytest.mark.parametrize(
    ("behind", "outcome"),
    [
        (", which the gradient follows", "undecided"),
        (", which is linear", "proved"),
    ],
)
def test_what_is_done_with_an_answer(behind: str, outcome: str) -> None:
    """What something does with a formula does not say that it is what is asked for."""
    found = check(f"$2x${behind}.", claim="squared-norm-gradient", kind="expression")
    assert found.outcome == outcome, found.message


@pytest.mark.parametrize(
    ("claim", "answer", "outcome"),
    [
        (
            "sigmoid-derivative",
            rf"The sigmoid saturates, and its slope dies out: $\sigma'(x)={SIGMOID}$",
            "undecided",
        ),
        (
            "sigmoid-derivative",
            rf"The derivative can be expressed by the function itself: $\sigma'(x)={SIGMOID}$",
            "proved",
        ),
        ("bayes-flu-f", r"Three of six people have the flu: $P(F)=\frac{3}{6}$", "proved"),
        ("bayes-flu-f", r"Half of: $P(F)=\frac{3}{6}$", "undecided"),
        (
            "residual-gradient",
            rf"The gradient flows through both branches: $$\nabla_x L={BRANCH}+\delta_y$$",
            "proved",
        ),
        (
            "residual-gradient",
            rf"The gradient flows through both branches: $$\nabla_x L={BRANCH}-\delta_y$$",
            "refuted",
        ),
    ],
)
def test_arguments_before_an_equation(claim: str, answer: str, outcome: str) -> None:
    """What names what is asked for says itself what it is, and no plain word turns it."""
    found = check(answer, claim=claim, kind="expression")
    assert found.outcome == outcome, found.message
