"""Inequalities: is a normal form non-negative?"""

from __future__ import annotations

from lemmata.kernel.normal import Normaliser
from lemmata.kernel.poly import Poly


def nonnegative(n: Normaliser, gap: Poly) -> bool:
    """Whether a normal form is proved to be non-negative."""
    lower, _ = n.bounds(gap)
    return lower is not None and lower[0] >= 0
