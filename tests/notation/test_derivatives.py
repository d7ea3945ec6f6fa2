# ruff: noqa: E501 - formulas stand as they are printed
r"""How far a derivative without brackets reaches: `d/dx 1/(1 + e^{-x})`, `\nabla_\theta f(x) p_\theta(x)`."""

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Outcome
from lemmata.notation import Format

SLOPES: list[tuple[Outcome, Format, str]] = [
    ("proved", "text", "sigma'(x) = d/dx 1/(1+e^(-x)) = e^(-x)/(1+e^(-x))^2"),
    ("proved", "text", "sigma'(x) = d/dx (1)/(1+e^(-x)) = e^(-x)/(1+e^(-x))^2"),
    ("proved", "text", "sigma'(x) = d/dx e^x/(1+e^x) = e^x/(1+e^x)^2"),
    ("refuted", "text", "sigma'(x) = d/dx e^x/(1+e^x) = e^x/(1+e^x)"),
    ("refuted", "text", "sigma'(x) = d/dx 1/(1+e^(-x)) = -e^(-x)/(1+e^(-x))^2"),
    ("proved", "text", "d/dx (1+e^(-x))/x = -e^(-x)/x"),
    ("proved", "latex", r"\sigma'(x)=\frac{d}{dx}e^x(1+e^x)^{-1}=e^{-x}/(1+e^{-x})^2"),
    (
        "proved",
        "latex",
        r"\sigma'(x)=\frac{d}{dx}e^x\cdot\frac{1}{1+e^x}+e^x\cdot\frac{d}{dx}\frac{1}{1+e^x}",
    ),
    (
        "refuted",
        "latex",
        r"\sigma'(x)=\frac{d}{dx}e^x\cdot\frac{1}{1+e^x}-e^x\cdot\frac{d}{dx}\frac{1}{1+e^x}",
    ),
    ("refuted", "latex", r"\sigma'(x)=\frac{d}{dx}(e^x)\cdot(1+e^x)^{-1}"),
]


@pytest.mark.parametrize(("outcome", "form", "step"), SLOPES)
def test_a_derivative_before_a_slash_or_another_factor(
    outcome: Outcome, form: Format, step: str
) -> None:
    """It may be that of the quotient or the product; a bracket holds what it is taken of."""
    text = step if form == "text" else f"$${step}$$"
    found = check(text, claim="sigmoid-derivative", kind="derivation", format=form)
    assert found.outcome == outcome, found.message


GRADIENTS: list[tuple[Outcome, str]] = [
    ("proved", r"\nabla_\theta\mathbb E_{p_\theta}[f(x)]=\int\nabla_\theta f(x)p_\theta(x)dx"),
    (
        "proved",
        r"\int\nabla_\theta(f(x)p_\theta(x))dx=\int\nabla_\theta f(x)p_\theta(x)+f(x)\nabla_\theta p_\theta(x)dx",
    ),
    (
        "proved",
        r"\nabla_\theta\mathbb E_{p_\theta}[f(x)]=\int\frac{\partial}{\partial\theta}f(x)p_\theta(x)dx",
    ),
    ("refuted", r"\nabla_\theta\mathbb E_{p_\theta}[f(x)]=\int p_\theta(x)\nabla_\theta f(x)dx"),
    (
        "proved",
        r"\nabla_\theta\mathbb E_{p_\theta}[f(x)]=\int f(x)p_\theta(x)\nabla_\theta p_\theta(x)/p_\theta(x)dx",
    ),
    ("refuted", r"\int\nabla_\theta p_\theta(x)/p_\theta(x)dx=0"),
]


@pytest.mark.parametrize(("outcome", "step"), GRADIENTS)
def test_a_gradient_of_what_does_not_move(outcome: Outcome, step: str) -> None:
    """Behind a factor that does not depend on the parameter it may be that of the product."""
    found = check(f"$${step}$$", claim="score-function-gradient", kind="derivation")
    assert found.outcome == outcome, found.message


@pytest.mark.parametrize(
    ("outcome", "step"),
    [
        ("proved", r"e^{f_i}/Z=p_i(\delta_{ik}-p_k),\quad Z=\sum_je^{f_j}"),
        ("proved", r"e^{f_i}Z^{-1}=p_i(\delta_{ik}-p_k),\quad Z=\sum_je^{f_j}"),
        ("refuted", r"e^{f_i}/Z=p_i\delta_{ik},\quad Z=\sum_je^{f_j}"),
    ],
)
def test_a_definition_moves_with_what_it_speaks_of(outcome: Outcome, step: str) -> None:
    """A name that stands for a sum of the variables depends on each of them."""
    answer = rf"$$\frac{{\partial p_i}}{{\partial f_k}}=\frac{{\partial}}{{\partial f_k}}{step}$$"
    found = check(answer, claim="softmax-derivative", kind="derivation")
    assert found.outcome == outcome, found.message
