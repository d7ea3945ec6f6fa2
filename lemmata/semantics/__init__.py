"""The independent judge: random worlds in which statements are evaluated exactly and refuted.

It shares the terms, the declarations and the unfolding of named quantities with the kernel, and not
one line of reasoning.
"""

from __future__ import annotations

from lemmata.semantics.build import NoModel, Witness, build_model, witness
from lemmata.semantics.changes import Changed, SmallChanges
from lemmata.semantics.errors import OverBudget, Undefined, Unevaluable
from lemmata.semantics.model import Model, Shape
from lemmata.semantics.search import (
    SearchResult,
    describe,
    evaluate_in,
    fingerprint,
    search,
)

__all__ = [
    "Changed",
    "Model",
    "NoModel",
    "OverBudget",
    "SearchResult",
    "Shape",
    "SmallChanges",
    "Undefined",
    "Unevaluable",
    "Witness",
    "build_model",
    "describe",
    "evaluate_in",
    "fingerprint",
    "search",
    "witness",
]
