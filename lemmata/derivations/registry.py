"""The claims of the library, found by looking: one file each in the folders beside this module.

A new claim is found because it is there; nothing is registered by hand. Finding imports every
claim's file, which builds its proof (about a millisecond each) and loads no computer algebra.
"""

import pkgutil
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from types import MappingProxyType

from lemmata import derivations
from lemmata.derivations.claim import Claim


@cache
def claims() -> MappingProxyType[str, Claim]:
    """Every claim by its id, in the order of families and names.

    Raises:
        ValueError: A file of a family defines no claim, or one of another name.
    """
    found: dict[str, Claim] = {}
    for family in pkgutil.iter_modules(derivations.__path__, derivations.__name__ + "."):
        if not family.ispkg:
            continue
        for file in pkgutil.iter_modules(import_module(family.name).__path__, family.name + "."):
            name = file.name.rpartition(".")[2]
            claim = getattr(import_module(file.name), name, None)
            if not isinstance(claim, Claim) or claim.module != file.name:
                raise ValueError(f"{file.name} must define the claim {name!r} with @claim(...)")
            found[claim.id] = claim
    return MappingProxyType(found)


def find(name: str) -> Claim:
    """The claim of this id, or that answers the question of this answer id.

    Raises:
        KeyError: There is none; the message suggests the nearest names.
    """
    known = claims()
    if name in known:
        return known[name]
    by_answer = {answer: claim for claim in known.values() for answer in claim.answer_ids}
    if name in by_answer:
        return by_answer[name]
    near = get_close_matches(name, [*known, *by_answer])
    hint = f"did you mean {' or '.join(near)}?" if near else "`lemmata list` shows all claims"
    raise KeyError(f"no claim is called {name!r}; {hint}")
