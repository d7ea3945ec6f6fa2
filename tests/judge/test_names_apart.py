r"""Names that a sentence gives in a chain: "Let $s = \sigma(x) = \frac{1}{1+e^{-x}}$".

The name stands for what is next to it, and what that is said to be is judged as it would be without
the name.
"""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Outcome

SIGMOID = r"$$%s=\frac{e^{-x}}{(1+e^{-x})^2}=\sigma'(x)$$"
SOFTMAX = r"$$\frac{\partial p_i}{\partial f_k}=\frac{\delta_{ik}e^{f_i}Z-e^{f_i}e^{f_k}}{%s}$$"
MIXTURE = r"$$\mathrm{JSD}(p\|p_G)=\frac12D_{KL}(p\|w)+\frac12D_{KL}(p_G\|%s)$$"

NAMED = [
    ("sigmoid-derivative", r"Let $s=\sigma(x)=\frac{1}{1+e^{-x}}$.", SIGMOID, "s(1-s)", "s(1+s)"),
    ("softmax-derivative", r"Let $Z=\sum_je^{f_j}=\sum_{l=1}^Ke^{f_l}$.", SOFTMAX, "Z^2", "Z"),
    ("gan-jsd", r"With $w(x)=\frac{p(x)+p_G(x)}{2}=m(x)$,", MIXTURE, "w", "p"),
]


@pytest.mark.parametrize(("claim", "told", "display", "right", "wrong"), NAMED)
def test_a_name_is_given_in_a_chain(
    claim: str, told: str, display: str, right: str, wrong: str
) -> None:
    """The displays behind it use the name."""
    for part, outcome in ((right, "proved"), (wrong, "refuted")):
        found = check(f"{told}\n{display % part}", claim=claim, kind="derivation")
        assert found.outcome == outcome


WRONGLY: list[tuple[str, str, Outcome]] = [
    (r"Let $s=\sigma(x)=\frac{1}{1+e^{x}}$.", "s(1-s)", "undecided"),
    (r"Let $s=\sigma(x)=\frac12$.", "s(1-s)", "undecided"),
    (r"Let $s=\sigma(x)\ge\frac{1}{1+e^{-x}}$.", "s(1-s)", "undecided"),
    (r"Let $s=\frac12=\sigma(x)$.", "s^2", "undecided"),
]


@pytest.mark.parametrize(("told", "left", "outcome"), WRONGLY)
def test_what_the_chain_says_besides_is_judged(told: str, left: str, outcome: Outcome) -> None:
    """What is not so in the question proves nothing, and refutes nothing."""
    found = check(f"{told}\n{SIGMOID % left}", claim="sigmoid-derivative", kind="derivation")
    assert found.outcome == outcome
