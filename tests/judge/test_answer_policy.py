"""What an answer calls itself, what it leaves unsaid, and where it divides by what may be zero."""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check
from lemmata.judge import check as judge
from lemmata.notation import read_sheet

SHEET = read_sheet(r"""
[scalars]
x = {}
y = {}
a = {domain = "unit"}
[definitions]
"v" = '\frac{2}{3}'
"s(x)" = '\frac{1}{1 + e^{-x}}'
[spellings]
'a' = [['\bar\alpha', 'abar'], ['\alpha']]
[question]
reference = 'x y + a'
labels = ['\frac{\partial L}{\partial y}', 'g']
""")


@pytest.mark.parametrize(
    ("answer", "outcome", "cause"),
    [
        (r"x y + a = \frac{\partial L}{\partial y}", "proved", None),
        (r"x y - a = \frac{\partial L}{\partial y}", "refuted", None),
        (r"\boxed{g = x y + a}", "proved", None),
        (r"g", "undecided", "unanswered"),
        (r"x y + g - x y", "undecided", "unanswered"),
        (r"x = x y + a", "refuted", None),
        (r"y \leftarrow x y + a", "undecided", "ambiguous"),
        (r"g \leftarrow x y + a", "proved", None),
        (r"x y + \bar\alpha", "proved", None),
        (r"x y + \bar\alpha + \alpha - \alpha", "undecided", "ambiguous"),
        (r"\frac{x^2 y + a x}{x}", "proved", None),
        (r"\frac{x^2 y + a}{x}", "refuted", None),
        (r"\frac{x y + a}{x - x}", "undecided", "unsupported"),
        (r"(x y + a) \frac{\max(x, 0)}{\max(x, 0)}", "undecided", "supported"),
        (r"(x y + a) \frac{|x| - x}{|x| - x}", "undecided", "supported"),
        (r"(x y + a) \frac{\log(x^2 + 1)}{\log(x^2 + 1)}", "proved", None),
        (r"x y + a,\ \text{where } x > 0, \text{ else } 0", "undecided", "ambiguous"),
        (r"So the answer is x y + a.", "proved", None),
        (r"Therefore g = x y + a", "proved", None),
    ],
)
def test_answers(answer: str, outcome: str, cause: str | None) -> None:
    """A label states nothing, another name does; a division by what may be zero is named."""
    verdict = judge(answer, sheet=SHEET, kind="expression")
    assert (verdict.outcome, verdict.cause) == (outcome, cause), verdict.message


def test_what_must_not_be_zero_is_an_assumption() -> None:
    """It is printed with the verdict; in a derivation it keeps the step open."""
    text = r"x y + a = \frac{x^2 y + a x}{x}"
    assert "x != 0" in judge(text, sheet=SHEET, kind="expression").assumptions
    assert judge(text, sheet=SHEET, kind="derivation").outcome == "undecided"


@pytest.mark.parametrize(
    ("answer", "claim", "outcome"),
    [
        ("P(H)=\\frac23", "bayes-flu", "refuted"),
        ("P(H|F)", "bayes-flu", "undecided"),
        ("\\frac{P(H|F)P(F)}{P(H)} = \\frac23", "bayes-flu", "proved"),
        ("Q^\\pi(s,a_2)-V^\\pi(s)", "a2c-toy-a2", "undecided"),
        (
            "p_i\\left(\\frac{\\delta_{ik}^2}{\\delta_{ik}} - p_k\\right)",
            "softmax-derivative",
            "undecided",
        ),
        ("\\sigma(1-\\sigma(x))", "sigmoid-derivative", "refuted"),
        ("\\sigma(1-\\sigma)", "sigmoid-derivative", "proved"),
        ("\\frac{d}{dx}\\frac{1}{1+e^{-x}}", "sigmoid-derivative", "undecided"),
        (
            "\\nabla_\\theta\\mathbb{E}_{x\\sim N(\\theta,1)}[x^2]",
            "reparametrization-gradient",
            "undecided",
        ),
    ],
)
def test_answers_of_the_library(answer: str, claim: str, outcome: str) -> None:
    """Numbers of a table are numbers, and what is asked for is no answer."""
    assert check(answer, claim=claim, kind="expression").outcome == outcome


HIDDEN = [
    ("2x \\text{ or } x", "squared-norm-gradient", "undecided"),
    ("2x, x", "squared-norm-gradient", "undecided"),
    ("2x_i, i = 1, \\dots, d", "squared-norm-gradient", "proved"),
    ("\\cancel{2}x", "squared-norm-gradient", "undecided"),
    ("2x{+1}", "squared-norm-gradient", "undecided"),
    ("\\frac12(\\mu^2+\\sigma^2-1){-\\ln\\sigma}", "gaussian-kl-1d", "undecided"),
    ("D_aVar(W_{ij}) = 1", "xavier-variance", "undecided"),
    ("D_aVar(W_{ij}) = \\frac{1}{D_a}", "xavier-variance", "undecided"),
    ("V^\\pi(i+1,t) = -t-\\frac{N-i}{\\lambda}", "a2c-toy-v", "undecided"),
    ("p_i(\\delta_{ik}-p_k)\\text{ for }i=k", "softmax-derivative", "undecided"),
    ("p_i(\\delta_{ik}-p_k)\\text{ for all }i,k", "softmax-derivative", "proved"),
    ("1\\text{ if }g_\\theta=0", "nice-det", "undecided"),
    ("-\\log4+2JSD(p\\|p_G)\\text{ where }JSD=KL(p\\|q)+KL(p_G\\|q)", "gan-jsd", "undecided"),
    ("E_q[\\log p_\\theta(x|z)]-KL(q_\\phi(z|x)\\|p(z)), q=p(z)", "vae-elbo", "undecided"),
    ("V(G,D^*)=2JSD(p\\|p_G)-2\\ln2", "gan-jsd", "proved"),
    (
        "\\|f(g(x))-f(g(y))\\|\\le L_1\\|g(x)-g(y)\\|\\le L_1L_2\\|x-y\\|",
        "lipschitz-composition",
        "proved",
    ),
    ("A_{ij}", "jacobian-linear-map", "proved"),
    ("A_{ji}", "jacobian-linear-map", "undecided"),
    ("(A^\\top)_{ij}", "jacobian-linear-map", "undecided"),
    (
        "\\frac{\\partial L}{\\partial W_{kj}} = (p_k-\\delta_{ky})x_j",
        "cross-entropy-grad-w",
        "proved",
    ),
    (
        r"E_{\tau\sim\beta}[\sum_{t=0}^T\log\pi_\theta(a_t|s_t)]\text{ where }\beta=\pi_\theta",
        "behaviour-cloning",
        "undecided",
    ),
]


@pytest.mark.parametrize(("answer", "claim", "outcome"), HIDDEN)
def test_what_hides_in_an_answer(answer: str, claim: str, outcome: str) -> None:
    """A second answer, what is struck out, another left side, a part of the entries, a new law."""
    assert check(answer, claim=claim, kind="expression").outcome == outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"-\log p(x) \le KL(q_\phi(z|x)\|p(z)) - E_q[\log p_\theta(x|z)]", "proved"),
        (r"-\log p(x) \ge KL(q_\phi(z|x)\|p(z)) - E_q[\log p_\theta(x|z)]", "refuted"),
        (r"E_q[\log p_\theta(x|z)] - KL(q_\phi(z|x)\|p(z)) - \log p(x) \le 0", "proved"),
        (r"E_q[\log p_\theta(x|z)] - \log p(x) \le 2 KL(q_\phi(z|x)\|p(z))", "refuted"),
    ],
)
def test_a_bound_may_have_its_members_on_other_sides(answer: str, outcome: str) -> None:
    """An inequality says the same however its members are moved, and nothing else will do."""
    assert check(answer, claim="vae-elbo", kind="expression").outcome == outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("Hence g = x*y + a", "proved"),
        ("So the answer is: x*y + a.", "proved"),
        ("u + a, where u = x*y", "proved"),
        ("u + a, with u = x*y + 1", "refuted"),
        ("x*y + a or 0", "undecided"),
        ("½*(2*x*y + 2a)", "proved"),
        ("np.log(np.exp(x*y)) + a", "proved"),
        ("math.log(torch.exp(x*y)) - a", "refuted"),
    ],
)
def test_keyboard_text(answer: str, outcome: str) -> None:
    """Words of keyboard text are words."""
    assert judge(answer, sheet=SHEET, kind="expression", format="text").outcome == outcome


@pytest.mark.parametrize(
    ("answer", "claim", "outcome"),
    [
        (r"\frac12\sum_{j=0}^{m}(\mu_j^2+\sigma_j^2-1-\ln\sigma_j^2)", "gaussian-kl", "refuted"),
        (
            r"\frac12\sum_{j=0}^{m-1}(\mu_j^2+\sigma_j^2-1-\ln\sigma_j^2)",
            "gaussian-kl",
            "undecided",
        ),
        (r"\frac12\sum_{j=0}^{m-1}(\mu_j^2+\sigma_j^2-1-\ln\sigma_j)", "gaussian-kl", "refuted"),
        (
            r"(1-2\eta)^Te_0+2\eta\sum_{t=0}^{T-1}(1-2\eta)^{T-1-t}x_t",
            "vq-rolling-average-closed",
            "undecided",
        ),
        (
            r"(1-2\eta)^Te_0+2\eta\sum_{t=0}^{T}(1-2\eta)^{T-t}x_t",
            "vq-rolling-average-closed",
            "refuted",
        ),
    ],
)
def test_entries_outside_their_arrays(answer: str, claim: str, outcome: str) -> None:
    """An entry that is missing however one counts is wrong; counting from 0 may be meant."""
    assert check(answer, claim=claim, kind="expression").outcome == outcome


@pytest.mark.parametrize(
    ("answer", "claim", "slip"),
    [
        (r"(X^\top X)^{-1}X^\top", "ols-covariance", "leave out the factor (X)^T"),
        (r"\frac12\sum_j(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2)", "gaussian-kl", "flip the sign of"),
    ],
)
def test_a_slip_is_named(answer: str, claim: str, slip: str) -> None:
    """The one edit that mends a wrong answer is named, also where its shape is wrong."""
    verdict = check(answer, claim=claim)
    assert verdict.outcome == "refuted"
    assert f"it would hold with one change: {slip}" in verdict.message


SLOPE = read_sheet(r"""
sizes = ["d"]
[scalars]
x = {shape = "d"}
[question]
goal = '\nabla_x \|x\|^2 = 2 x'
reference = '2 x'
""")


@pytest.mark.parametrize(
    ("answer", "outcome", "cause"),
    [
        (r"2 x", "proved", None),
        (r"\nabla_x (x^\top x)", "undecided", "unanswered"),
        (r"2 \nabla_x \sum_{i=1}^d \frac{x_i^2}{2}", "undecided", "unanswered"),
        (
            r"x + \nabla_x \sum_{i=1}^d (x_i^2 - x_i) / 2 + \frac12 \nabla_x \sum_{i=1}^d x_i",
            "undecided",
            "unanswered",
        ),
        (r"3 x", "refuted", None),
    ],
)
def test_the_asked_slope_in_other_words_is_no_answer(
    answer: str, outcome: str, cause: str | None
) -> None:
    """Who leaves a slope in an answer has not worked it out, though it is equal."""
    verdict = judge(answer, sheet=SLOPE, kind="expression")
    assert (verdict.outcome, verdict.cause) == (outcome, cause), verdict.message


def test_an_answer_in_a_chain_of_many_bounds_is_not_looked_for() -> None:
    """It may stand before any of them, and would be judged before each."""
    few, many = (
        check(r" \le ".join(map(str, range(count))), claim="gaussian-kl", kind="expression")
        for count in (4, 40)
    )
    assert few.outcome == "refuted"
    assert (many.outcome, many.cause) == ("undecided", "ambiguous")
    assert "more than 6 inequalities follow on each other" in many.message
