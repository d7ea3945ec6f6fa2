r"""A formula that stands in no dollar signs is not read past: `$$ a = b $$ Hence b = c`."""

import pytest

from lemmata import judge
from lemmata.checkers.answers import check

GOOD = r"KL(q\|p)=\mathbb E_q[\log q(z)-\log p(z)]"
BAD = r"KL(q\|p)=\mathbb E_q[\log q(z)+\log p(z)]"


@pytest.mark.parametrize(
    "text",
    [
        f"$${GOOD}$$ \\begin{{aligned}}{BAD}\\end{{aligned}}",
        f"\\begin{{aligned}}{GOOD}\\end{{aligned}}\n\n{BAD}",
        f"$${GOOD}$$\n{BAD}",
        f"{BAD}\n\n$${GOOD}$$",
        f"$${GOOD}$$\n\nHence {BAD}.",
        f"$${GOOD}$$\n\nSo KL(q||p) = E_q[log q(z) + log p(z)].",
        f"$${GOOD}$$\n\n\\begin{{array}}{{l}}{BAD}\\end{{array}}",
        f"$${GOOD}$$\n\n\\begin{{cases}}{BAD}\\end{{cases}}",
        f"$${GOOD}$$\n\nStep 2: \\begin{{aligned}}{BAD}\\end{{aligned}}",
    ],
)
def test_a_formula_without_signs_is_not_read_past(text: str) -> None:
    """Nothing is proved beside it."""
    found = check(text, claim="gaussian-kl", kind="derivation")
    assert found.outcome == "undecided"
    assert "a formula stands outside of dollar signs" in found.message


@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_rows_behind_rows_are_read(between: str) -> None:
    """Bare rows at the beginning of a text, and those behind them."""
    rows = [rf"\begin{{aligned}}{side}\end{{aligned}}" for side in (GOOD, BAD)]
    found = check(between.join(rows), claim="gaussian-kl", kind="derivation")
    assert (found.outcome, found.first_wrong_step) == ("refuted", 2)


@pytest.mark.parametrize(
    "words",
    [
        "By definition, the divergence is an expectation under q.",
        r"\textbf{Step 1.} See equation \eqref{eq:1}.",
        "Here q = encoder and p = prior.",
        "Now consider the divergence.",
    ],
)
def test_words_are_no_formulas(words: str) -> None:
    """Nor are references, and names in words."""
    found = check(f"{words}\n$${GOOD}$$", claim="gaussian-kl", kind="derivation")
    assert found.outcome == "proved", found.message


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (r"$$2\theta$$", "proved"),
        (r"The answer is $2\theta$.", "proved"),
        (r"$$\boxed{2\theta}$$ = 3\theta", "undecided"),
        (r"$2\theta$ = 3\theta", "undecided"),
        (r"The answer is $2\theta$. Note \frac{1}{2} = \theta.", "undecided"),
    ],
)
def test_a_final_answer_beside_a_formula_without_signs(text: str, outcome: str) -> None:
    """Which of the two is meant is not known."""
    found = check(text, claim="reparametrization-gradient", kind="expression")
    assert found.outcome == outcome


@pytest.mark.parametrize(
    "text", [r"We have $c=c$ and \log c = b.", r"$c=c$ so \sqrt{c} = b", r"\( c=c \) so \exp(c)=b"]
)
def test_formulas_in_sentences(text: str) -> None:
    """A document without displays."""
    names = "% lemmata:\n% [scalars]\n% c = {}\n% b = {}\n\n"
    assert judge.check(names + text).outcome == "undecided"


DOCUMENT = "% lemmata:\n% [scalars]\n% x = {}\n"


@pytest.mark.parametrize(
    "text",
    [
        "2$x = x + x$",
        "-$x + x = 2x$",
        "We have -$x = -x$.",
        "$x + x = 2x$^2",
        "$x = x$+1",
        "$x = x$ + 1",
        "1 - $x = 1 - x$",
        r"\(x + x = 2x\)2",
        r"$$x + x = 2x$$ \boxed{x + x = 3x}",
        r"$$x + x = 2x$$ $\boxed{x + x = 3x}$",
    ],
)
def test_signs_that_touch_a_formula_and_boxes_behind_it_are_not_passed_over(text: str) -> None:
    """They may belong to it, and nothing is decided."""
    assert check(f"{DOCUMENT}{text}\n").outcome == "undecided"


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("proved", "- $x + x = 2x$"),
        ("proved", "1. $x + x = 2x$"),
        ("proved", "Step 1 - $x + x = 2x$"),
        ("proved", "In the $2$-norm, $x + x = 2x$ - that is all"),
        ("proved", r"So \boxed{x + x = 2x}, as $x = x$."),
        ("refuted", r"So \boxed{x + x = 3x}, as $x = x$."),
        ("proved", r"$$x + x = 2x$$ \boxed{2x = x + x}"),
        ("refuted", "(1) $x + x = 3x$"),
    ],
)
def test_items_dashes_and_boxes_are_read(expected: str, text: str) -> None:
    """What lays out a text touches no formula, and a box in a sentence holds one."""
    assert check(f"{DOCUMENT}{text}\n").outcome == expected
