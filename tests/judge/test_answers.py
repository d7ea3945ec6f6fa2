"""Final answers: what stands beside a formula is neither overlooked nor held against it."""

import pytest

from lemmata import check

KL = r"-\frac12\sum_{j=1}^m(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2)"
BOUND = r"E_{q(z|x,y)}[\log p(x|z,y)] - KL(q(z|x,y)\|p(z|y))"

PROVED = [
    ("gaussian-kl", KL),
    ("gaussian-kl", f"Therefore, the answer is ${KL}$."),
    ("gaussian-kl", rf"\mathcal{{L}}_{{KL}} = {KL}"),
    ("gaussian-kl", KL + r", \quad j=1,\dots,m"),
    ("gaussian-kl", KL + r", \quad \sigma_j>0"),
    ("gaussian-kl", KL + r" \text{ where } \sigma_j>0"),
    ("cvae-elbo", BOUND),
    ("cvae-elbo", r"\log p(x|y) \ge " + BOUND),
    ("vq-rolling-average-update", r"e += 2\eta(x-e)"),
    ("vq-rolling-average-update", r"e \leftarrow e + 2\eta(x-e)"),
    ("vq-rolling-average-update", r"e \leftarrow (1-2\eta)e + 2\eta x"),
]
REFUTED = [
    ("gaussian-kl", KL.removeprefix("-")),
    ("cvae-elbo", BOUND.replace(" - ", " + ")),
    ("cvae-elbo", r"\log p(x|y) \le " + BOUND),
    ("cvae-elbo", r"\log p(x) \ge " + BOUND),
    ("vq-rolling-average-update", r"e += (1-2\eta)e + 2\eta x"),
    ("vq-rolling-average-update", r"e \leftarrow 2\eta(x-e)"),
]
UNDECIDED = [
    # A relation whose left side cannot be read is not a name that the answer gives itself.
    ("gaussian-kl", rf"2 D_{{KL}} = {KL}", "unreadable"),
    ("gaussian-kl", f"-L = {KL}", "under-declared"),
    ("cvae-elbo", rf"2\log p(x) w \ge {BOUND}", "under-declared"),
    # Words may change what a formula says.
    ("gaussian-kl", KL + r" \text{ times two}", "ambiguous"),
    # The asked quantity under another name is still asked for.
    ("gaussian-kl", r"K, \quad K = D_{KL}(q(z)\|p(z))", "unanswered"),
    # What is told beside an answer, and neither holds nor is a range, may change it.
    ("optimal-discriminator", r"\frac{p(x)}{p(x)+p_G(x)}, \quad p_G(x) = 2", "ambiguous"),
    ("no-such-claim", "1", "unknown-claim"),
]


@pytest.mark.parametrize(("claim", "answer"), PROVED)
def test_right_answers_are_proved(claim: str, answer: str) -> None:
    """A right answer is proved in whatever words and form it comes."""
    verdict = check(answer, claim=claim, kind="expression")

    assert verdict.outcome == "proved", verdict.message


@pytest.mark.parametrize(("claim", "answer"), REFUTED)
def test_wrong_answers_are_refuted(claim: str, answer: str) -> None:
    """A wrong answer is refuted with values that differ."""
    verdict = check(answer, claim=claim, kind="expression")

    assert verdict.outcome == "refuted", verdict.message
    assert verdict.counterexample is not None
    assert verdict.counterexample.left != verdict.counterexample.right


@pytest.mark.parametrize(("claim", "answer", "cause"), UNDECIDED)
def test_doubtful_answers_are_undecided(claim: str, answer: str, cause: str) -> None:
    """What is not understood is neither proved nor refuted, and the cause is named."""
    verdict = check(answer, claim=claim, kind="expression")

    assert (verdict.outcome, verdict.cause) == ("undecided", cause)
    assert verdict.message


def test_equations_that_are_solved_are_not_asserted() -> None:
    """The sign of an equation on the way to its solution is no step."""
    text = r"""% lemmata:
% [variables]
% x = {}
% [densities]
% p = {of = "x"}
% g = {of = "x"}
% [functions]
% D = {arguments = 1, domain = "unit"}
\begin{align*}
p(x)(1 - D(x)) &= g(x) D(x) \\
\iff D(x) &= \frac{p(x)}{p(x) + g(x)}
\end{align*}"""
    verdict = check(text, kind="derivation")

    assert [(step.relation, step.verdict.outcome) for step in verdict.steps] == [("iff", "proved")]


SHEET = """% lemmata:
% [variables]
% x = {}
% y = {}
% [densities]
% p = {of = "x, y"}
% q = {of = "x, y"}
"""


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        (r"KL(p(x,y)\|q(x,y)) = KL(p(x)\|q(x)) + E_{p(x)}[KL(p(y|x)\|q(y|x))]", "proved"),
        (r"KL(p(x,y)\|q(x,y)) = KL(p(x)\|q(x)) + E_{q(x)}[KL(p(y|x)\|q(y|x))]", "refuted"),
        (r"E_{q(x)}[D_{KL}(p(y|x)\|q(y|x))] = E_{p(x)}[D_{KL}(p(y|x)\|q(y|x))]", "refuted"),
        # Books write the left divergence for its average too, so this is not refuted.
        (r"D_{KL}(p(x,y)\|q(x,y)) = D_{KL}(p(x)\|q(x)) + D_{KL}(p(y|x)\|q(y|x))", "undecided"),
        (r"D_{KL}(\int p(x,y)dx \| \int q(x,y)dx) = D_{KL}(p(y)\|q(y))", "proved"),
    ],
)  # fmt: skip
def test_conditional_divergences(line: str, outcome: str) -> None:
    """A divergence is of the variables that its laws are of, at each value of their condition."""
    assert check(SHEET + line, kind="derivation").outcome == outcome
