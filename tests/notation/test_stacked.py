r"""What stands at a relation may say where it holds: `\overset{\text{if } c > 0}{=}`."""

import pytest

from lemmata.judge import check

NAMES = "% lemmata:\n% [scalars]\n% c = {}\n"


@pytest.mark.parametrize(
    "sign",
    [
        r"\overset{\text{if }c>0}{=}",
        r"\overset{\text{for positive }c}{=}",
        r"\overset{\text{assuming (2)}}{=}",
        r"\overset{\text{since }c>0}{=}",
        r"\underset{c>0}{=}",
        r"\underset{c\to\infty}{=}",
        r"\stackrel{c\ge 0}{=}",
        r"\overset{\text{mod }2}{=}",
    ],
)
def test_a_condition_at_a_relation_is_not_read_past(sign: str) -> None:
    """The step may hold under it."""
    assert check(f"{NAMES}\n$$ |c| {sign} c $$\n").outcome == "undecided"


@pytest.mark.parametrize(
    "sign",
    [
        r"\overset{(a)}{=}",
        r"\overset{\text{by (2)}}{=}",
        r"\stackrel{\text{Bayes}}{=}",
        r"\underset{(3)}{=}",
        r"\overset{\text{since }c^2=c\cdot c}{=}",
        r"\overset{\text{for all }c}{=}",
    ],
)
def test_a_label_or_a_reason_says_nothing_more(sign: str) -> None:
    """The step is judged without it."""
    assert check(f"{NAMES}\n$$ |c| {sign} c $$\n").outcome == "refuted"
    assert check(f"{NAMES}\n$$ |c|^2 {sign} c^2 $$\n").outcome == "proved"
