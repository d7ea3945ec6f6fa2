r"""How the key of a definition is read: its name, its index letters and its arguments.

"Z(x)"          an argument
"R_t^i"         two letters
"F(q, theta)"   a law: no argument, because the body speaks of this one and of no other. With it
                the name is only spelled, so that `F(q, \theta)` is F, and `F(p, \theta)` nothing
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Final

from lemmata.kernel.declarations import Declarations, Family, Function

WITH_ARGUMENTS: Final = re.compile(r"\s*([^()]+?)\s*(?:\((.*)\))?\s*")
"""A name, and what stands in brackets behind it."""
MANY_WAYS: Final = 64
"""How many spellings a definition of several laws may have, each of which has some."""


def functionals(
    definitions: Iterable[str], declarations: Declarations
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The definitions of laws and functions, each with its spellings: with these, in their order.

    Args:
        definitions: The keys.
        declarations: What they speak of.
    """
    known: list[Family | Function] = [*declarations.families, *declarations.functions]
    spelled = {item.name: (item.name, *item.other_names) for item in known}
    for match in filter(None, map(WITH_ARGUMENTS.fullmatch, definitions)):
        parts = [plain(part) for part in re.split(r"([,;|])", match.group(2) or "")]
        if spelled.keys().isdisjoint(parts):
            continue
        kept = ", ".join(part for part in parts[::2] if part not in spelled)
        ways = product(*(spelled.get(part, (part,)) for part in parts))
        yield (
            f"{match.group(1)}({kept})" if kept else match.group(1),
            tuple(f"{match.group(1)}({''.join(way)})" for way in islice(ways, MANY_WAYS)),
        )


def split_letters(name: str, declarations: Declarations) -> tuple[str, tuple[str, ...]]:
    """A defined name without the scripts at its end that are declared letters: `R_t^i`."""
    known, letters = {index.name for index in declarations.indices}, tuple[str, ...]()
    while (match := re.fullmatch(r"(.+)[_^]([^_^]+)", name)) is not None:
        found = tuple(match.group(2).split(","))
        if not known.issuperset(found) or len({*found, *letters}) < len(found) + len(letters):
            break
        name, letters = match.group(1), (*found, *letters)
    return name, letters


def plain(name: str) -> str:
    r"""A name as it is declared: `\sigma_{p}` is `sigma_p`."""
    return re.sub(r"\s+", "", name.replace("\\", "").replace("{", "").replace("}", ""))
