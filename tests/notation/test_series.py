"""Geometric series, where the declared domains show that they converge."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lemmata.judge.statements import judge_statement
from lemmata.kernel.declarations import UNIT, Declarations, Function, Interval, Scalar
from lemmata.kernel.terms import Statement
from lemmata.kernel.verdict import Outcome
from lemmata.notation import NotationError, read_expression

DECLARED = Declarations(
    scalars=(
        Scalar("gamma", UNIT),
        Scalar("eta", UNIT),
        Scalar("w", Interval(Fraction(0), Fraction(1), closed=True)),
        Scalar("c"),
    ),
    functions=(Function("r", 1),),
)


@pytest.mark.parametrize(
    ("series", "value", "outcome"),
    [
        (r"\sum_{k=0}^\infty \gamma^k", r"\frac{1}{1-\gamma}", "proved"),
        (r"\sum_{k=1}^\infty \gamma^k", r"\frac{\gamma}{1-\gamma}", "proved"),
        (r"\sum_{k=1}^\infty \gamma^k", r"\frac{1}{1-\gamma}", "refuted"),
        (r"\sum_{k=1}^\infty \gamma^{k-1} c", r"\frac{c}{1-\gamma}", "proved"),
        (r"c\sum_{k=2}^{\infty} \gamma^{k+1}", r"\frac{c\gamma^3}{1-\gamma}", "proved"),
        (r"\sum_{k=0}^\infty (1-\eta)^k", r"\frac{1}{\eta}", "proved"),
        (r"\sum_{k=0}^\infty (1-2\eta)^k", r"\frac{1}{2\eta}", "proved"),
        (r"\sum_{k=1}^\infty k\eta(1-\eta)^{k-1}", r"\frac{1}{\eta}", "proved"),
        (r"\sum_{k=0}^\infty k\eta(1-\eta)^{k-1}", r"\frac{1}{\eta}", "proved"),
        (r"\sum_{k=1}^\infty k\eta(1-\eta)^k", r"\frac{1}{\eta}", "refuted"),
        (r"\sum_{k=0}^\infty k\gamma^k", r"\frac{\gamma}{(1-\gamma)^2}", "proved"),
        (r"\sum_{k=2}^\infty k\gamma^k", r"\frac{\gamma}{(1-\gamma)^2}-\gamma", "proved"),
        (r"\sum_{k=0}^\infty \frac{\gamma^k}{2}", r"\frac{1}{2(1-\gamma)}", "proved"),
        (r"\sum_{k=0}^\infty -\gamma^k", r"\frac{1}{\gamma-1}", "proved"),
    ],
)
def test_a_series_has_its_value(series: str, value: str, outcome: Outcome) -> None:
    """It is read as what it comes to, wherever it begins."""
    left, right = (read_expression(text, DECLARED)[0].term for text in (series, value))
    assert judge_statement(Statement(left, "=", right), DECLARED).outcome == outcome


@pytest.mark.parametrize(
    "series",
    [
        r"\sum_{k=0}^\infty (1+\gamma)^k",  # it grows
        r"\sum_{k=0}^\infty (3\eta)^k",
        r"\sum_{k=0}^\infty c^k",  # nothing is known of c
        r"\sum_{k=0}^\infty w^k",  # w may be 1
        r"\sum_{k=0}^\infty k^2\gamma^k",
        r"\sum_{k=0}^\infty \gamma^{2k}",
        r"\sum_{k=0}^\infty \gamma^k\eta^k",
        r"\sum_{k=0}^\infty \gamma^{k-1}",  # begins with a quotient
        r"\sum_{k=0}^\infty c",
        r"\sum_{k=0}^\infty \gamma^k r(c)",  # it may be another one at each time
        r"\prod_{k=0}^\infty \gamma^k",
    ],
)
def test_other_infinite_sums_are_not_read(series: str) -> None:
    """What does not converge for certain, or is no geometric series, has no value here."""
    with pytest.raises(NotationError, match="infinite sum"):
        read_expression(series, DECLARED)
