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
