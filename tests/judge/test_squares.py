r"""The inequality of Cauchy and Schwarz, that of the triangle, and what looks like them."""

import pytest

from lemmata.judge import check

DECLARATIONS = r"""
% lemmata:
% sizes = ["n", "d"]
% [scalars]
% u = {shape = "d"}
% v = {shape = "d"}
% t = {shape = "n"}
% A = {shape = "d, d"}
% c = {}
"""
OUTCOMES = {"+": "proved", "-": "refuted"}


@pytest.mark.parametrize(
    "line",
    [
        r"+ (u^\top v)^2 \le \|u\|^2 \|v\|^2",
        r"- (u^\top v)^2 \le \|u\|^2",
        r"+ |u^\top v| \le \|u\|\|v\|",
        r"- |u^\top v| \ge \|u\|\|v\|",
        r"+ -\|u\|\|v\| \le u^\top v",
        r"- u^\top v \le -\|u\|\|v\|",
        r"+ \|u + v\| \le \|u\| + \|v\|",
        r"- \|u + v\| \le \|u\|",
        r"+ \|u\| - \|v\| \le \|u - v\|",
        r"- \|u\| - \|v\| \ge \|u - v\|",
        r"+ \|u + v\|^2 \le (\|u\| + \|v\|)^2",
        r"- \|u + v\|^2 \le \|u\|^2 + \|v\|^2",
        r"+ (u^\top A v)^2 \le \|u\|^2 \|A v\|^2",
        r"- (u^\top A v)^2 \le \|u\|^2 \|v\|^2",
        r"+ \left(\sum_{i=1}^n t_i e^{t_i}\right)^2 \le \sum_{i=1}^n t_i^2 \sum_{i=1}^n e^{2t_i}",
        r"- \left(\sum_{i=1}^n t_i e^{t_i}\right)^2 \le \sum_{i=1}^n t_i^2",
        r"- c \le |c| - 1",
        r"- c^3 \le c^2",  # the larger square is no larger side
    ],
)
def test_bounds_of_inner_products_and_lengths(line: str) -> None:
    """Each bound is proved, and one edit away from it there is a model against it."""
    sign, statement = line.split(" ", 1)
    assert check(f"{DECLARATIONS}\\[ {statement} \\]").outcome == OUTCOMES[sign]
