"""What to write instead, where declarations cannot be used, and remarks behind their block."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Final

from lemmata.kernel.declarations import Declarations, free_names
from lemmata.kernel.terms import Term

_AT: Final = re.compile(r"at line (\d+)")
_ENTRY: Final = re.compile(r"""\s*(\[|#|$|\]|\}|['"]|[\w.-]+\s*=)""")
"""How a line of a sheet begins; a line of another kind is a remark."""


def without_remarks(toml: str) -> str:
    """A comment block without the lines behind its last entry, which are remarks of the document.

    A block ends where the comments do, and the next comment may be about the text.
    """
    try:
        tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        lines = toml.splitlines()
        first = int(found[1]) - 1 if found else len(lines)
        if any(_ENTRY.match(line) and line.strip() for line in lines[first:]):
            return toml
        return "\n".join(lines[:first])
    except (ValueError, RecursionError):
        return toml
    return toml


def hint_of_syntax(toml: str, error: tomllib.TOMLDecodeError) -> str:
    """What to write instead, where text is no TOML; empty where that is not known."""
    if "scape" in str(error) or "backslash" in str(error).lower():
        return "Write LaTeX between single quotes, where a backslash is a backslash: '\\mu_j'."
    found = _AT.search(str(error))
    lines = toml.splitlines()
    line = lines[int(found[1]) - 1].strip() if found and int(found[1]) <= len(lines) else ""
    if re.search(r"'[^']*'(?:\w|[^\s,\]}#'][^']*')", line):
        return f"A formula with a prime stands between three single quotes, '''s'''': {line}"
    if "=" in line and re.search(r"=\s*[\\a-zA-Z(]", line):
        return f"Write formulas and names between quotes: {line}"
    if line and _ENTRY.match(line) is None:
        return f"Each line is a table, [scalars], or an entry, x = {{}}. This is neither: {line}"
    return ""


def hint_of_names(message: str, path: str, data: Mapping[str, object]) -> str:
    """What to do about a name that is declared twice; empty where that is not known."""
    found = re.match(r"'(.*)' is declared twice", message)
    if found is None:
        return ""
    name, key = found[1], path.partition(".")[2]
    parameters = data.get("parameters")
    if isinstance(parameters, list) and name in parameters:
        return f"{name} is a parameter already, and derivatives are taken by it: leave it out here."
    if key.startswith(f"{name}_"):
        return f"{key} is {name} with an index, and {name} is declared: call it otherwise."
    return ""


def misnumbered(
    terms: Sequence[Term], letter: str, of: Sequence[str], base: Declarations
) -> tuple[str, ...]:
    """What is wrong with the law of a vector that numbers its components with another letter.

    It would be the law of a vector all of whose components are alike. Empty where nothing is wrong.
    """
    named = {name for term in terms for name in free_names(term)}
    drawn = base.variable(of[0]) if of else None
    if drawn is None or drawn.components is None or letter in named:
        return ()
    for index in base.indices:
        if index.name in named and index.range == drawn.components:
            message = f"the components of {of[0]} are numbered with {letter!r}, not {index.name!r}"
            return message, f'Write {letter} here, or components = "{index.name} = .." for {of[0]}.'
    return ()
