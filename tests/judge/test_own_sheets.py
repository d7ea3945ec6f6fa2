"""Questions as their teachers write them, each with answers that students would give."""

import pytest

from lemmata.judge import check
from lemmata.kernel.verdict import Outcome
from lemmata.notation import Sheet, read_sheet

# Written for this test; each is a common exercise.
LOGISTIC = read_sheet(
    r"""
    title = "The gradient of the logistic loss"
    sizes = ["d", "N"]
    [indices]
    n = "1..N"
    [scalars]
    X = {shape = "N, d"}
    w = {shape = "d"}
    y = {shape = "N"}
    u = {}
    [definitions]
    "sigma(u)" = '\frac{1}{1 + e^{-u}}'
    "L(w)" = '-\sum_{n=1}^N (y_n \log \sigma(X_n^\top w) + (1 - y_n) \log(1 - \sigma(X_n^\top w)))'
    [question]
    reference = '\sum_{n=1}^N (\sigma(X_n^\top w) - y_n) X_n'
    """
)
MIXTURE = read_sheet(
    r"""
    title = "The responsibilities of a mixture of Gaussians"
    sizes = ["K"]
    [indices]
    k = "1..K"
    [scalars]
    pi = {index = "1..K", domain = "positive"}
    mu = {index = "1..K"}
    sigma = {index = "1..K", domain = "positive"}
    x = {}
    u = {}
    s = {domain = "positive"}
    [definitions]
    "N(x | u, s)" = '\frac{1}{\sqrt{2\pi s}} e^{-\frac{(x - u)^2}{2 s}}'
    [question]
    reference = '\frac{\pi_k N(x | \mu_k, \sigma_k^2)}{\sum_{j=1}^K \pi_j N(x | \mu_j, \sigma_j^2)}'
    """
)
ANSWERS: list[tuple[Sheet, str, Outcome]] = [
    (LOGISTIC, r"X^\top (\sigma(X w) - y)", "proved"),
    (LOGISTIC, r"X^\top \sigma(X w) - X^\top y", "proved"),
    (LOGISTIC, r"X^\top (p - y) \text{ with } p = \sigma(X w)", "proved"),
    (LOGISTIC, r"X^\top (\frac{1}{1 + e^{-X w}} - y)", "undecided"),
    (LOGISTIC, r"X^\top (y - \sigma(X w))", "refuted"),
    (LOGISTIC, r"\frac{1}{N} X^\top (\sigma(X w) - y)", "refuted"),
    (LOGISTIC, r"(\sigma(X w) - y) X^\top", "refuted"),
    (LOGISTIC, r"X^\top \sigma(X w) - y", "refuted"),
    (
        MIXTURE,
        r"\frac{\pi_k \mathcal{N}(x; \mu_k, \sigma_k^2)}{\sum_l \pi_l N(x; \mu_l, \sigma_l^2)}",
        "proved",
    ),
    (
        MIXTURE,
        (
            r"\frac{\pi_k \frac{1}{\sqrt{2\pi} \sigma_k} e^{-(x - \mu_k)^2 / (2 \sigma_k^2)}}{Z}, "
            r"Z = \sum_j \pi_j \frac{1}{\sqrt{2\pi} \sigma_j} e^{-(x - \mu_j)^2 / (2 \sigma_j^2)}"
        ),
        "proved",
    ),
    (
        MIXTURE,
        r"\frac{\pi_k N(x \mid \mu_k, \sigma_k)}{\sum_j \pi_j N(x \mid \mu_j, \sigma_j)}",
        "refuted",
    ),
    # without its index, a weight is no circle number
    (
        MIXTURE,
        r"\frac{\pi N(x | \mu_k, \sigma_k^2)}{\sum_j \pi_j N(x | \mu_j, \sigma_j^2)}",
        "undecided",
    ),
]


@pytest.mark.parametrize(("sheet", "answer", "outcome"), ANSWERS)
def test_answers_to_own_questions(sheet: Sheet, answer: str, outcome: Outcome) -> None:
    """A function of a number is taken of each entry, and a law is written with a bar."""
    found = check(answer, sheet=sheet, kind="expression")
    assert found.outcome == outcome, found.message
