r"""What an answer is said to be of: "the derivative of $\sigma(2x)$ is", before a formula.

What is asked for may be of something else. The words are written as a formula, in the ways that
there are for it, and one of these must be what the question asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lemmata.judge.statements import compared
from lemmata.kernel.terms import Derivative
from lemmata.notation import Chain, Document, NotationError, Sheet, read_chains
from lemmata.notation.described import NAME, POWER, declared_ways
from lemmata.notation.tails import OBJECT

_WAYS: Final = {
    "derivative": (r"\frac{d}{d%z}(%o)", r"\frac{d %o}{d %z}", r"\nabla_{%z} %o", r"\nabla %o"),
    "jacobian": (r"\frac{\partial %o}{\partial %z}", r"\nabla_{%z} %o"),
    "covariance": (r"\operatorname{Cov}(%o)", r"\operatorname{Var}(%o)"),
    "variance": (r"\operatorname{Var}(%o)", r"\operatorname{Cov}(%o)"),
    "mean": (r"\mathbb{E}[%o]",),
    "bias": (r"\operatorname{Bias}(%o)",),
    "determinant": (r"\det %o", r"|\det %o|"),
}
_SAME: Final = {
    "gradient": "derivative",
    "slope": "derivative",
    "expectation": "mean",
    "expected": "mean",
}
_CALLED: Final = re.compile(
    rf"{OBJECT}\$(?P<object>[^$=]+)\$"
    r"(?:\s*,?\s*(?:with\s+respect\s+to|w\.?r\.?t\.?)\s*\$(?P<by>[^$]+)\$)?"
    r"[\s,:]*(?:(?:is|are|equals?|becomes?|gives?|yields?|reads?|we|get|obtain|have|then|therefore|thus|just"
    r"|simply|given|by|to|equal)[\s,:]*)*(?:\$+|\\[(\[]|\\begin\{\w+\*?\}|\\boxed\{|\s)*\Z",
    re.IGNORECASE,
)
_NAME: Final = re.compile(NAME)
_LETTERS: Final = re.compile(r"[^(]*(?:\((?:\\?[A-Za-z]+(?:_\w+)?[,\s]*)+\)\s*)?")


def doubts_of_objects(meant: Chain, document: Document, sheet: Sheet) -> list[str]:
    """What is said against an answer that is said to be of another object than is asked for."""
    found = _CALLED.search(document.source.text[: meant.lines[0].span.start])
    if found is None or _is_its_object(found, sheet):
        return []
    return [f"the text speaks of the {_noun(found)} of {found['object'].strip()}"]


def _noun(found: re.Match[str]) -> str:
    """What an answer is said to be."""
    return (found["noun"] or "derivative").lower()


def _is_its_object(found: re.Match[str], sheet: Sheet) -> bool:
    """Whether what an answer is said to be of may be what the question asks about."""
    asked = [*([sheet.goal.left] if sheet.goal else ()), *sheet.called]
    written = found["object"].strip()
    name = _NAME.fullmatch(written) is not None and POWER.search(written) is None
    if name and _LETTERS.fullmatch(written):
        of_it = [part.body for part in asked if isinstance(part, Derivative)]
        known = [item for item in map(sheet.declarations.find, declared_ways(written)) if item]
        if not known or not of_it:
            return True
        if any(getattr(body, "name", known[0].name) == known[0].name for body in of_it):
            return True
    for way in _formulas(found, asked):
        try:
            read = read_chains(f"{way} = 0", sheet.declarations, "latex", sheet.conventions)
        except NotationError:
            continue
        first = read.chains[0].lines[0] if read.chains else None
        if first is not None and first.label:
            return True
        terms = [reading.term for reading in first.readings] if first is not None else []
        if any(compared(a, t, sheet.declarations) == "proved" for a in asked for t in terms):
            return True
    return False


def _formulas(found: re.Match[str], asked: list[object]) -> Iterator[str]:
    """The ways to write what an answer is said to be."""
    noun = _noun(found)
    variables = [part.variable.name for part in asked if isinstance(part, Derivative)]
    by = found["by"] or next(iter(variables), "x")
    by = f"\\{by}" if len(by) > 1 and by.isalpha() else by
    for way in _WAYS[_SAME.get(noun, noun)]:
        yield way.replace("%z", by).replace("%o", found["object"].strip())
