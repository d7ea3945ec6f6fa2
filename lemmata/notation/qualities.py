# ruff: noqa: SIM905 - a list of words is written as words
r"""Qualities that a sentence gives to names: "where $A$ is symmetric", "for unit vectors $u$".

What stands beside such a sentence may hold only of what has the quality. Where a declaration gives
it already, the sentence says nothing new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lemmata.kernel.declarations import (
    Declarations,
    Family,
    Function,
    Interval,
    Scalar,
    Variable,
    free_names,
)

Qualities = Mapping[str, frozenset[str]]
"""What declarations say of each name that may have more qualities."""

_OF_FUNCTIONS: Final = (
    "linear affine convex concave monotone monotonic increasing decreasing even odd".split()
)
_OF_NUMBERS: Final = (
    "symmetric skew-symmetric antisymmetric orthogonal orthonormal perpendicular parallel diagonal "
    "nonnegative positive nonpositive negative zero binary boolean idempotent isotropic uniform "
    "centred centered normalised normalized standardised standardized small unit".split()
)
_OF_SEVERAL: Final = ("equal", "identical", "independent", "uncorrelated", "proportional")
_EVERY: Final = frozenset((*_OF_FUNCTIONS, *_OF_NUMBERS, *_OF_SEVERAL))
_OF_LAWS: Final = frozenset(("positive", "nonnegative", "normalised", "normalized"))
_QUALITY: Final = "|".join((*_OF_FUNCTIONS, *_OF_NUMBERS))
_NAMES: Final = r"<\w+>(?:(?: ?, ?| and | or | ?, and )<\w+>)*"
_IS: Final = (
    r" (?:is|are|be|being|has|have|was|were)"
    r"(?: (?:both|all|also|an?|the|of|always|strictly|mutually|pairwise|assumed|taken|chosen|to"
    r"|be))*"
)
_PLURAL: Final = (
    r"matrices|vectors|columns|features|weights|numbers|labels|inputs|variables|functions|densities"
    r"|distributions|laws|coordinates|operators"
)
_APART: Final = "with|at|by|from|to|if|when|that|and|or"
"""Words between a quality and a name that has another one: "a unit with probability p"."""
_TELLS: Final = (
    re.compile(rf"(?P<names>{_NAMES}){_IS} (?P<quality>{_QUALITY})\b(?! (?:in|of|at) )"),
    re.compile(
        rf"(?P<names>{_NAMES}){_IS} (?P<quality>{'|'.join(_OF_SEVERAL)})\b(?! of )"
        rf"|(?P<both>{_NAMES}) (?P<commute>commutes?)\b"
    ),
    re.compile(
        rf"\b(?P<quality>{_QUALITY})(?: (?!(?:{_APART})\b)[a-z]+){{0,2}} (?P<names>{_NAMES})"
    ),
    re.compile(
        rf"\b(?:the|both|all|these|two|our) (?:{_PLURAL})"
        rf"(?:{_IS} (?P<quality>{_QUALITY}|{'|'.join(_OF_SEVERAL)})\b(?! of )"
        r"| (?P<commute>commute)\b)"
    ),
)
_NAME: Final = re.compile(r"<(\w+)>")
_WHEN: Final = re.compile(
    r"\b(?:iff|if and only if|attained|achieved|equality|precisely|exactly|minimi\w*|maximi\w*)\b"
)
"""Words of a sentence that tells where something is so, and restricts nothing."""
_IN: Final = re.compile(
    r"\s*\\?(?P<first>[A-Za-z]+)[^=<>]*?\\in\s*(?:\\left\s*)?"
    r"(?:(?P<apart>\\\{(?!.*\\[lc]?dots).*|\\mathbb\s*\{?[NZQ].*)|[\[(]\s*-?\d.*"
    r"|\\mathbb\s*\{?R\}?\s*[_^]\s*\{?[+><].*)",
    re.DOTALL,
)


def granted(declarations: Declarations) -> Qualities:
    """The qualities that declarations give to their names; all, where a fact speaks of a name."""
    facts = declarations.facts
    known = {n for f in facts for n in free_names(f.statement.left) | free_names(f.statement.right)}
    found: dict[str, frozenset[str]] = {}
    for item in declarations.named():
        if not isinstance(item, Scalar | Function | Family | Variable):
            continue
        found[item.name] = _EVERY if item.name in known else frozenset(_said_of(item))
    return found


def _said_of(item: Scalar | Function | Family | Variable) -> Iterator[str]:
    if isinstance(item, Family):
        yield from _OF_LAWS
    if isinstance(item, Scalar) and item.kind in ("symmetric", "definite"):
        yield "symmetric"
    if isinstance(item, Scalar) and item.kind == "definite":
        yield "positive"
    if isinstance(item, Scalar | Function):
        yield from _signs_of(item.interval)
    if not isinstance(item, Function):
        yield from _OF_FUNCTIONS


def _signs_of(interval: Interval) -> Iterator[str]:
    """The signs that all numbers of an interval have."""
    if interval.lower is not None and interval.lower >= 0:
        yield "nonnegative"
    if interval.positive:
        yield "positive"
    if interval.upper is not None and interval.upper <= 0:
        yield "nonpositive"
        if interval.upper < 0 or not interval.closed:
            yield "negative"


def qualities(said: str, known: Qualities, apart: Qualities) -> list[str]:
    """What sentences say of declared names that their declarations do not.

    Args:
        said: The words of a text, in small letters, with `<x>` for a name in a formula.
        known: What the declarations say.
        apart: The outcomes that each name is made of, if all of these are independent.
    """
    words = said.replace("non-", "non").replace("skew ", "skew-").replace("anti-", "anti")
    return [found for pattern in _TELLS for found in _new(pattern, words, known, apart)]


def _new(pattern: re.Pattern[str], words: str, known: Qualities, apart: Qualities) -> Iterator[str]:
    for found in pattern.finditer(words):
        groups = found.groupdict()
        quality = groups.get("quality") or ""
        start = words.rfind(".", 0, found.start()) + 1
        if _WHEN.search(words[start:].split(".", maxsplit=1)[0]):
            continue
        told = groups.get("names") or groups.get("both")
        names = [name for name in _NAME.findall(told or "") if name in known]
        several = not quality or quality in _OF_SEVERAL
        if quality in _OF_INDEPENDENT and _are_apart(told, found[0], apart):
            new = False
        elif told is None:
            new = bool(known) and all(quality not in given for given in known.values())
        else:
            new = len(names) > several and any(quality not in known[name] for name in names)
        if new:
            yield re.sub(r"[<>]", "", found[0])


def _are_apart(told: str | None, phrase: str, apart: Qualities) -> bool:
    """Whether what a sentence calls independent is so: names of no common outcome, coordinates."""
    if told is None:
        return bool(apart) and _OUTCOMES.search(phrase) is not None
    names = _NAME.findall(told)
    made = [apart.get(name.lower(), frozenset[str]()) for name in names]
    return len(names) > 1 and all(made) and len(frozenset().union(*made)) == sum(map(len, made))


_OF_INDEPENDENT: Final = ("independent", "uncorrelated")
_OUTCOMES: Final = re.compile(r"\b(?:coordinates|variables|vectors)\b")


def restricts_values(formula: str, known: Qualities) -> bool:
    r"""Whether a formula in a sentence says which values a name takes: `x \in \{0, 1\}`."""
    found = _IN.fullmatch(formula)
    given = known.get(found["first"], _EVERY) if found is not None else _EVERY
    apart = found is not None and found["apart"] is not None  # no interval is declared so
    return given != _EVERY and (apart or given.isdisjoint(_OF_LAWS))
