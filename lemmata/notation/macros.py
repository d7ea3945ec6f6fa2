r"""The macros that a document defines.

`\newcommand`, `\renewcommand`, `\def`, `\let`, `\DeclareMathOperator`, `\DeclarePairedDelimiter`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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
        starred: Whether a star behind the name is a part of it, which only tells a size.
    """

    name: str
    arguments: int
    body: str
    default: str | None = None
    starred: bool = False


_BEGIN: Final = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand)\*?\s*(?:\{\s*(\\[A-Za-z]+)\s*\}|(\\[A-Za-z]+))\s*"
    r"(?:\[(\d)\])?\s*(?:\[([^\]]*)\])?\s*\{"
    r"|\\def\s*(\\[A-Za-z]+)\s*((?:#\d)*)\s*\{"
    r"|\\DeclareMathOperator(\*?)\s*(?:\{\s*(\\[A-Za-z]+)\s*\}|(\\[A-Za-z]+))\s*\{"
)


_PAIRED: Final = re.compile(
    r"\\DeclarePairedDelimiter(X?)\s*(?:\{\s*(\\[A-Za-z]+)\s*\}|(\\[A-Za-z]+))\s*(?:\[(\d)\])?\s*"
    r"\{([^{}]*)\}\s*\{([^{}]*)\}"
)
_LET: Final = re.compile(r"\\let\s*(\\(?:[A-Za-z]+|[^A-Za-z\s]))\s*=?\s*(\\[A-Za-z]+|[^\s\\])")


def find_macros(text: str) -> tuple[dict[str, Macro], tuple[tuple[int, int], ...]]:
    """The macros that a text defines, by name, and where their definitions stand.

    One that is defined in two ways, or within braces alone, is none: what it is depends on where.
    """
    macros: dict[str, Macro] = {}
    places: list[tuple[int, int]] = []
    varying: set[str] = set()
    if not any(word in text for word in ("command", "\\def", "\\let", "\\Declare")):
        return macros, ()
    for found in _PAIRED.finditer(text):
        more, braced, bare, count, left, right = found.groups()
        opened = text.find("{", found.end()) if more else 0
        close = _close(text, opened + 1) if more else found.end() - 1
        if opened < 0 or close < 0:
            continue
        # the first argument is the optional size, which says nothing
        body = text[opened + 1 : close].replace("\\delimsize", "") if more else "#1"
        body = re.sub(r"#(\d)", lambda sign: f"#{int(sign[1]) + 1}", body)
        name = braced or bare
        macros[name] = Macro(name, int(count or 1) + 1, f"{left}{body}{right}", "", starred=True)
        places.append((found.start(), close + 1))
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
        held = text.count("{", 0, found.start()) != text.count("}", 0, found.start())
        if held or macros.setdefault(macro.name, macro) != macro:
            varying.add(macro.name)
        places.append((found.start(), close + 1))
    for found in _LET.finditer(text):
        name, meaning = found.groups()
        macros[name] = replace(macros.get(meaning) or Macro(name, 0, meaning), name=name)
        places.append(found.span())
    for macro in tuple(macros.values()):
        behind = macros.get(macro.body[macro.body.rfind("\\") :].strip())
        if macro.arguments == 0 and behind is not None and behind.arguments:
            # `\newcommand{\kl}{D\infdivx}`: what stands behind it are arguments of its last word
            body = macro.body[: macro.body.rfind("\\")] + behind.body
            macros[macro.name] = replace(behind, name=macro.name, body=body)
    return {name: m for name, m in macros.items() if name not in varying}, tuple(places)


def _close(text: str, at: int) -> int:
    depth = 1
    for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, at):
        depth += (found.group() == "{") - (found.group() == "}")
        if depth == 0:
            return found.start()
    return -1
