r"""What a text states beside its displays: claims, what follows in margins, what braces say."""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check
from lemmata.kernel.verdict import Outcome

DECLARED = "% lemmata:\n% [scalars]\n% a = {}\n% b = {}\n\n"
SQUARE = "(a+b)^2 = a^2+2ab+b^2"

CASES: list[tuple[Outcome, str]] = [
    # what is said to be shown
    ("proved", rf"We show that ${SQUARE}$. $$(a+b)^2 = b^2+2ab+a^2$$"),
    ("undecided", rf"We show that $(a+b)^2 = a^2+b^2$. $${SQUARE}$$"),
    ("proved", rf"Claim: $(a-b)^2 = a^2-2ab+b^2$. Proof: $${SQUARE}$$"),
    ("undecided", rf"Claim: $(a-b)^2 = a^2-b^2$. Proof: $${SQUARE}$$"),
    # what follows, in a comment beside a row
    ("proved", rf"\begin{{align*}}{SQUARE} && \text{{hence }} (a+b)^2 = b^2+2ab+a^2\end{{align*}}"),
    ("undecided", rf"\begin{{align*}}{SQUARE} && \text{{hence }} (a+b)^2 = a^2\end{{align*}}"),
    ("undecided", rf"\begin{{align*}}{SQUARE} && \text{{i.e. }} (a+b)^2 = a^2\end{{align*}}"),
    # words before a bracket that lead on are no names of functions
    ("proved", rf"\begin{{align*}}{SQUARE} && \text{{since }} (a+b)b = ab+b^2\end{{align*}}"),
    ("undecided", rf"\begin{{align*}}{SQUARE} && \text{{since }} (a+b)b = ab\end{{align*}}"),
    ("undecided", rf"\begin{{align*}}{SQUARE} && \text{{thus}} (a+b)^2 = a^2\end{{align*}}"),
    # what braces state
    ("proved", r"$$\underbrace{(a+b)^2}_{= (b+a)^2} = a^2+2ab+b^2$$"),
    ("undecided", r"$$\underbrace{(a+b)^2}_{= a^2+b^2} = a^2+2ab+b^2$$"),
    ("undecided", r"$$\underbrace{(a+b)^2}_{\le 0} = a^2+2ab+b^2$$"),
    ("refuted", r"$$\underbrace{(a+b)^2}_{= (b+a)^2} = a^2+b^2$$"),
]


@pytest.mark.parametrize(("outcome", "text"), CASES)
def test_what_stands_beside_has_to_be_so(outcome: Outcome, text: str) -> None:
    """A right display does not save a text that states something false beside it."""
    verdict = check(DECLARED + text + "\n")
    assert verdict.outcome == outcome, verdict.message
