r"""Noise that a text brings along: `\epsilon \sim \mathcal{N}(0, I)`, where nothing declares it.

In a world of Gaussian laws a name that is new and of which the text says so is an outcome with the
standard normal law, and an expectation over it is one under this law.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from lemmata.kernel.declarations import Declarations, Family, Normal, Variable
from lemmata.kernel.terms import as_term
from lemmata.notation.commands import GREEK
from lemmata.notation.keyboard import TEXT_NAMES
from lemmata.notation.symbols import Conventions

_TOLD: Final = re.compile(
    r"(?<![A-Za-z\\])(?P<name>\\?[A-Za-z]+)(?P<entry>_(?:\{[a-z]\}|[a-z]))?\s*(?:\\sim|~)\s*(?P<law>[^$\n]*)"
)
_STYLES: Final = re.compile(
    r"\\(?:mathcal|mathbf|mathrm|boldsymbol|operatorname|bm|left|right|[,;:! ])|[{}\s]"
)
_STANDARD: Final = re.compile(r"N\(0,(?:1|(?P<matrix>I(?:_\w+)?))\)")
MOST: Final = 3
"""How many noises a text may bring along."""


def noises(declarations: Declarations) -> frozenset[str]:
    """The outcomes that have a standard normal law only because a text says so."""
    return frozenset(f.of[0] for f in declarations.families if f.name == _law(f.of[0]))


def standard_normal(declarations: Declarations) -> frozenset[str]:
    """The outcomes that have a standard normal law, whoever says so."""
    return frozenset(
        f.of[0]
        for f in declarations.families
        if len(f.of) == 1 and not f.given and f.normal is not None
        if f.normal.mean == as_term(0) and f.normal.deviation == as_term(1)
    )


def _law(name: str) -> str:
    return f"N_{name}"


def told_at(text: str, declarations: Declarations) -> list[tuple[int, int]]:
    """Where a text tells of noise, and of nothing else in the same formula."""
    standard = standard_normal(declarations)
    if not standard:
        return []
    return [
        told.span()
        for told in _TOLD.finditer(text)
        if _name(told) in standard
        and _STANDARD.fullmatch(_STYLES.sub("", told["law"]))
        and text[: told.start()].endswith(("$", "\\("))
    ]


def _name(told: re.Match[str]) -> str:
    """The name that has the law, as it is declared."""
    name = told["name"].removeprefix("\\")
    return "epsilon" if name == "varepsilon" else TEXT_NAMES.get(name, name)


def _is_made(name: str, text: str, declarations: Declarations) -> bool:
    r"""Whether a text says only what a declared outcome makes of a name: `q = \mu + \sigma u`.

    Where an expectation is over it, it is drawn.
    """
    sign = rf"\\?(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])"
    if re.search(rf"_\s*\{{?\s*{sign}", text):
        return False
    outcomes = "|".join(re.escape(variable.name) for variable in declarations.variables)
    return re.search(rf"(?<![A-Za-z])(?:{outcomes})\s*=[^$=]*{sign}", text) is not None


def with_noise(
    text: str, declarations: Declarations, conventions: Conventions
) -> tuple[Declarations, Conventions]:
    """The declarations and conventions with the noises that a text tells of."""
    if declarations.world != "gaussian":
        return declarations, conventions
    vectors = [v.components for v in declarations.variables if v.components is not None]
    found: dict[str, set[bool]] = {}
    for told in _TOLD.finditer(text):
        name = _name(told)
        letter = name in GREEK or len(name) == 1
        standard = _STANDARD.match(_STYLES.sub("", told["law"]))
        if not letter or declarations.find(name) is not None or _is_made(name, text, declarations):
            continue
        by_entries = bool(told["entry"] or (standard and standard["matrix"]))
        found.setdefault(name, set()).add(by_entries and bool(vectors))
        if standard is None:  # it has another law
            found[name] |= {True, False}
    told_once = {name: wholes for name, wholes in found.items() if len(wholes) == 1}
    for name, (whole,) in list(told_once.items())[:MOST]:
        if whole and len(set(vectors)) > 1:
            continue
        span = vectors[0] if whole else None
        normal = Normal(as_term(0), as_term(1), "j" if whole else "")
        family = Family(_law(name), (name,), independent=whole, normal=normal, parameters=())
        declarations = replace(
            declarations,
            variables=(*declarations.variables, Variable(name, components=span)),
            families=(*declarations.families, family),
        )
        shown = f"\\{name}" if name in GREEK else name
        ways = (*conventions.shorthand, (f"E_{name}", rf"{shown} \sim N_{shown}"))
        conventions = replace(conventions, shorthand=ways)
    return declarations, conventions
