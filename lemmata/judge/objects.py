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
from lemmata.notation.described import NAME, POWER, declared_ways, plain_name
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
    r"|simply|given|by|to|equal)[\s,:]*)*(?:\$+|\\[(\[]|\\begin\{\w+\*?\}|\\(?:boxed|math[a-z]+|displaystyle)\b|[\s{])*\Z",
    re.IGNORECASE,
)
_OTHER_KINDS: Final = (
    r"\b(?:second|third|worst|upper|higher)\b(?! (?:term|factor|part|line|step|case))"
)
_OTHER_THINGS: Final = frozenset(
    ("loss", "entropy", "variance", "covariance", "bias", "divergence", "gradient", "derivative")
)
_SAID: Final = re.compile(
    r"\b((?:the|an?|our|its)\s+(?:[A-Za-z-]+\s+){1,3}?(?:bound\s+)?"
    r"(?:of\s+(?:(?:the|an?|our|taking)\s+)*(?:(?P<of>[A-Za-z-]+)|\$(?P<name>[^$=]+)\$)\s+)?)"
    r"(?:therefore\s+|thus\s+|then\s+|simply\s+|just\s+)?(?:is|equals?|becomes?|reads?|comes\s+to)[\s:]*"
    r"(?:\$+|\\[(\[]|\\(?:boxed|math[a-z]+|displaystyle)\b|[\s{])*\Z",
    re.IGNORECASE,
)
"""What a sentence says that the formula behind it is: "the slope of the loss is"."""
_NAME: Final = re.compile(NAME)
_LETTERS: Final = re.compile(r"[^(]*(?:\((?:\\?[A-Za-z]+(?:_\w+)?[,\s]*)+\)\s*)?")


def doubts_of_objects(meant: Chain, document: Document, sheet: Sheet) -> list[str]:
    """What is said against an answer that is said to be of another object than is asked for."""
    before = document.source.text[: meant.lines[0].span.start]
    found = _CALLED.search(before)
    if found is not None and not _is_its_object(found, sheet):
        return [f"the text speaks of the {_noun(found)} of {found['object'].strip()}"]
    said = _SAID.search(before)
    if said is None or not _of_others(said, sheet):
        return []
    return [f"the text speaks of {' '.join(said[1].split())}"]


def _of_others(said: re.Match[str], sheet: Sheet) -> bool:
    """Whether what words call an answer is of another kind, or of another thing, than is asked."""
    title = sheet.title.lower()
    if any(word not in title for word in re.findall(_OTHER_KINDS, said[1].lower())):
        return True
    of_it = said["of"]
    ways = " ".join([title, *sheet.conventions.labels, *sheet.conventions.words])
    if said["name"]:
        letter, _, index = plain_name(said["name"]).partition("_")
        others = set(re.findall(rf"(?<![A-Za-z]){letter}_\{{?(\w+)", ways))
        return bool(index) and bool(others) and index not in others
    meanings = " ".join(word for pair in sheet.conventions.meanings for word in pair).lower()
    return (
        of_it is not None
        and of_it.lower() in _OTHER_THINGS
        and of_it.lower() not in ways + meanings
    )


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
