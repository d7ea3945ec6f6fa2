"""Determinants and traces of diagonal matrices where a sheet declares arrays and no matrices."""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check as check_answer
from lemmata.judge import check
from lemmata.notation import read_sheet

SHEET = read_sheet(r"""
sizes = ["n", "d"]
[indices]
i = "1..n-d"
k = "1..n-d"
[scalars]
a = {index = "1..n-d"}
c = {index = "1..n-d"}
[facts]
"the split" = 'd < n'
[question]
goal = '\log \prod_{i=1}^{n-d} \exp(a_i) = \sum_{i=1}^{n-d} a_i'
""")


@pytest.mark.parametrize(
    ("claimed", "outcome"),
    [
        (r"\det\operatorname{diag}(e^{a}) = \prod_{i=1}^{n-d} e^{a_i}", "proved"),
        (r"\det(\mathrm{diag}(2\exp(a))) = 2^{n-d}\prod_{i=1}^{n-d} e^{a_i}", "proved"),
        (r"|\operatorname{diag}(\exp a)| = e^{\sum_{i=1}^{n-d} a_i}", "proved"),
        (r"\operatorname{tr}(\operatorname{diag}(e^a)) = \sum_{i=1}^{n-d} e^{a_i}", "proved"),
        (r"\det\operatorname{diag}(a_1, \dots, a_{n-d}) = \prod_{i=1}^{n-d} a_i", "proved"),
        (r"\det\operatorname{diag}(a_1, a_2, \ldots, a_{n-d}) = \prod_k a_k", "proved"),
        (
            r"\det\operatorname{diag}(1,\dots,1,e^{a_1},\dots,e^{a_{n-d}}) = \prod_i e^{a_i}",
            "proved",
        ),
        (r"\det\operatorname{diag}(1,\dots,1,e^{a}) = \prod_i e^{a_i}", "proved"),
        (r"\det\operatorname{diag}(e^{a}) = \prod_{i=1}^{n-d} a_i", "refuted"),
        (r"\det\operatorname{diag}(e^{a}) = \sum_{i=1}^{n-d} e^{a_i}", "refuted"),
        (r"\operatorname{tr}\operatorname{diag}(e^a) = \prod_{i=1}^{n-d} e^{a_i}", "refuted"),
        (r"\det\operatorname{diag}(1,\dots,1) = \prod_i e^{a_i}", "refuted"),
        (r"\det\operatorname{diag}(2,\dots,2,e^{a}) = \prod_i e^{a_i}", "undecided"),
        (r"\det\operatorname{diag}(a_1, a_3, \ldots, a_{n-d}) = \prod_k a_k", "undecided"),
        (r"\det\operatorname{diag}(a_1, \ldots, c_{n-d}) = \prod_k a_k", "undecided"),
        (r"\det\operatorname{diag}(a c) = \prod_k a_k c_k", "undecided"),
    ],
)
def test_determinants_of_diagonals(claimed: str, outcome: str) -> None:
    """A determinant multiplies the diagonal, a trace adds it; lists go on as their ends tell."""
    assert check(f"${claimed}$", sheet=SHEET, kind="derivation").outcome == outcome


BLOCKS = (
    r"\frac{\partial x_{1:d}}{\partial z_{1:d}} & \frac{\partial x_{1:d}}{\partial z_{d+1:n}} \\ "
    r"\frac{\partial x_{d+1:n}}{\partial z_{1:d}} & \frac{\partial x_{d+1:n}}{\partial z_{d+1:n}}"
)
WHOLE = rf"\log\left|\det\begin{{pmatrix}} {BLOCKS} \end{{pmatrix}}\right|"
TOLD = (
    r"With $s = h_\theta(z_{1:d})$, $$\log\left|\det\begin{pmatrix} I & 0 \\ A & \mathrm{diag}(D) "
    r"\end{pmatrix}\right| = \log\prod_i\exp(s_i) = \sum_i s_i.$$"
)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (rf"${WHOLE} = \log\prod_i e^{{h_\theta(z_{{1:d}})_i}} = \sum_i h_i$", "proved"),
        (rf"${WHOLE} = \log\prod_i h_\theta(z_{{1:d}})_i = \sum_i h_i$", "refuted"),
        (TOLD.replace("D", r"\exp(s)"), "proved"),
        (TOLD.replace("D", "s"), "refuted"),
    ],
)
def test_a_jacobian_in_blocks(text: str, outcome: str) -> None:
    """Blocks of derivatives are what they are in the coupling layer; a name told in words too."""
    found = check_answer(text, claim="realnvp-logdet", kind="derivation")
    assert found.outcome == outcome, found.message


@pytest.mark.parametrize(
    ("told", "factor", "outcome"),
    [
        (r"h_\theta(z_{1:d})", r"\exp(s)", "proved"),
        (r"h_\theta(z_{1:d})", r"\exp(2s)", "undecided"),
        (r"h_\theta(z_{1:d})", "s", "undecided"),
        (r"2h_\theta(z_{1:d})", r"\exp(s)", "undecided"),
    ],
)
def test_a_condition_in_a_name_that_is_told(told: str, factor: str, outcome: str) -> None:
    """What the question says anyway may be said in a name that the same sentence gives."""
    text = (
        rf"With $s = {told}$ we have $x_{{d+1:n}} = {factor}\odot z_{{d+1:n}} + s$, so "
        r"$$\log\left|\det\frac{\partial x}{\partial z}\right| = \log\prod_i\exp(s_i) "
        r"= \sum_i s_i$$"
    )
    found = check_answer(text, claim="realnvp-logdet", kind="derivation")
    assert found.outcome == outcome, found.message
