r"""The macros that a document defines.

`\newcommand`, `\renewcommand`, `\def`, `\DeclareMathOperator`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAX_EXPANSION: Final = 20
"""How deep macros may expand into macros."""


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro.

    Its name with the backslash, how many arguments it takes, its body with `#1`, `#2`, ...

    Attributes:
        default: What stands for a first argument that is left out; None if the first argument
            is not optional.
    """

    name: str
    arguments: int
    body: str
    default: str | None = None


_BEGIN: Final = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand)\*?\s*(?:\{\s*(\\[A-Za-z]+)\s*\}|(\\[A-Za-z]+))\s*"
    r"(?:\[(\d)\])?\s*(?:\[([^\]]*)\])?\s*\{"
    r"|\\def\s*(\\[A-Za-z]+)\s*((?:#\d)*)\s*\{"
    r"|\\DeclareMathOperator(\*?)\s*(?:\{\s*(\\[A-Za-z]+)\s*\}|(\\[A-Za-z]+))\s*\{"
)


def find_macros(text: str) -> tuple[dict[str, Macro], tuple[tuple[int, int], ...]]:
    """The macros that a text defines, by name, and where their definitions stand."""
    macros: dict[str, Macro] = {}
    places: list[tuple[int, int]] = []
    if (
        "\\newcommand" not in text
        and "\\def" not in text
        and "command" not in text
        and "\\Declare" not in text
    ):
        return macros, ()
    for found in _BEGIN.finditer(text):
        close = _close(text, found.end())
        if close < 0:
            continue
        body = text[found.end() : close]
        braced, bare, count, default, defined, parameters, _, operator, bare_operator = (
            found.groups()
        )
        if operator or bare_operator:
            macro = Macro(operator or bare_operator, 0, "\\operatorname{" + body + "}")
        elif defined:
            macro = Macro(defined, parameters.count("#"), body)
        else:
            macro = Macro(braced or bare, int(count or 0), body, default)
        macros[macro.name] = macro
        places.append((found.start(), close + 1))
    return macros, tuple(places)


def _close(text: str, at: int) -> int:
    depth = 1
    for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, at):
        depth += (found.group() == "{") - (found.group() == "}")
        if depth == 0:
            return found.start()
    return -1
