# ruff: noqa: SIM905 - a table of words is written as words
r"""What sentences say of the names of a question: "where $D_a$ is the output dimension".

They may speak of something else than the question does. Where it says what it means by its names,
the words that tell one thing from another are compared, with that and with its title; what is said
of a name that the question does not know gives it a meaning, and is judged elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lemmata.judge.remarks import speaks_of
from lemmata.kernel.declarations import Function, Parameter, Scalar, Variable
from lemmata.notation import Document, Sheet
from lemmata.notation.described import IS, NAME, POWER, declared_ways, parts_of, plain_name

TELLING: Final = frozenset(
    (
        "input inputs output outputs fan-in fan-out hidden optimal optimum greedy uniform "
        "deterministic fake real generated prior posterior likelihood evidence encoder decoder "
        "generator discriminator expert learner behaviour behavior future past previous next old "
        "new final initial terminal variance variances covariance precision precisions inverse "
        "reciprocal mean means average median mode gradient gradients derivative hessian "
        "jacobian loss reward return advantage cost error errors transpose transposed square "
        "squared squares root log logarithm exponential negative momentum velocity discount "
        "decay learning label labels logit logits prediction predictions target targets noise "
        "true symmetric antisymmetric orthogonal diagonal unnormalised unnormalized softmax "
        "sigmoid bias"
    ).split()
)
"""Words that tell one thing from another of its kind."""
_TOLD: Final = re.compile(
    rf"\$\s*(?P<name>{NAME})\s*\$\s*,?\s*{IS}\s+(?P<what>[^.,;:$\n]*)", re.IGNORECASE
)
_BARE: Final = re.compile(
    rf"\b(?:where|with|here|let|and)\s+(?P<name>[A-Za-z](?:_\w+)?|[A-Za-z]+_\w+|[a-z]{{2,7}})\s+{IS}\s+"
    r"(?P<what>[^.,;:$\n]*)",
    re.IGNORECASE,
)
_CALLED: Final = re.compile(
    rf"\b(?:the|our)\s+(?P<what>(?:[a-z-]+\s+){{1,4}}){IS}\s+\$\s*(?P<name>{NAME})\s*\$",
    re.IGNORECASE,
)
_DEPENDS: Final = re.compile(
    rf"(?:\$\s*(?P<name>{NAME})\s*\$|\b(?P<bare>[A-Za-z])\b)(?:\s*,?\s*which)?"
    r"\s+(?:may\s+|can\s+|also\s+)*"
    r"(?:depends?\s+on|is\s+dependent\s+on|is\s+a\s+function\s+of|depending\s+on)\s*"
    rf"(?:\$\s*(?P<on>{NAME})\s*\$|\\?(?P<barely>[a-z]+)\b)",
    re.IGNORECASE,
)
_TEXT: Final = re.compile(r"\\(?:text\w*|mbox|intertext)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_OBJECTS: Final = re.compile(
    rf"\$\s*(?P<name>{NAME})\s*\$\s*,?\s*(?:{IS}\s+)?(?P<what>(?:the|an?|its)\b"
    r"[^.,;:$\n]*\b(?:of|for|to|over|at|by|under|from|on)\s+(?:(?:the|an?)\s+)?(?:[a-z-]+\s+)?)"
    r"(?P<objects>\$[^$\n]*\$"
    r"(?:(?:(?!\b(?:and|is|are|so|then|but|where|with(?!\s+respect))\b)[^.,;:$\n])*\$[^$\n]*\$)*)",
    re.IGNORECASE,
)
_UNIT: Final = re.compile(r"e_(\w+)")
"""A one-hot column, which is that of its index."""
_LATER: Final = re.compile(
    r"\b(?:for|of|at)\s+(?:all\s+|any\s+|the\s+)?(?:future|later|subsequent)\b", re.IGNORECASE
)


def meanings_told(document: Document, sheet: Sheet) -> tuple[str, ...]:
    """What sentences say of names of the question that is not what the question says."""
    text = _TEXT.sub(r"$ \1 $", document.source.text)
    told = _told(text, sheet) if sheet.conventions.meanings else ()
    return (*told, *_dependent(text, sheet), *_later(document, sheet))


def _told(text: str, sheet: Sheet) -> Iterator[str]:
    title = {*re.findall(r"[a-z]+(?:-[a-z]+)*", sheet.title.lower())}
    known = dict(sheet.conventions.meanings)
    for found in (m for way in (_TOLD, _BARE, _CALLED) for m in way.finditer(text)):
        words = re.findall(r"[a-z]+(?:-[a-z]+)*", found["what"].lower())
        if POWER.search(found["name"]) or {"not", "no", "never"} & {*words}:
            continue
        names = [*declared_ways(found["name"])]
        meant, *_ = parts_of(next((known[name] for name in names if name in known), ""))
        mine = any(is_of_question(name, sheet) for name in names)
        told = [w for w in words if w in TELLING and w not in (meant or title)]
        if told and (meant or mine):
            yield f"the text says that {' '.join(found[0].split())}"


def objects_told(document: Document, sheet: Sheet) -> Iterator[str]:
    """What a sentence says that a name of the question is of, and the question does not say.

    "where p is the softmax of x": behind a bar, a meaning lists what its name is of.
    """
    known = dict(sheet.conventions.meanings)
    text = _TEXT.sub(r"$ \1 $", document.source.text)
    for found in _OBJECTS.finditer(text) if known else ():
        names = [*declared_ways(found["name"])]
        unit = _UNIT.fullmatch(names[0]) if "e" not in known else None
        if unit is None and not any(n in known or is_of_question(n, sheet) for n in names):
            continue
        meant = parts_of(next((known[name] for name in names if name in known), ""))[1]
        objects = map(plain_name, re.findall(r"\$([^$]*)\$", found["objects"]))
        if not {*objects} <= ({unit[1]} if unit else {*meant}):
            yield f"the text says that {' '.join(found[0].split())}"


def is_of_question(name: str, sheet: Sheet) -> bool:
    """Whether a question knows a name."""
    return sheet.declarations.find(name) is not None or (name.isalpha() and speaks_of(name, sheet))


def _dependent(text: str, sheet: Sheet) -> Iterator[str]:
    """What depends on a parameter in the words of a text, and not in the question.

    Nor does a number of the question depend on an outcome: "where b depends on x".
    """
    for found in _DEPENDS.finditer(text):
        item, on = (
            next(filter(None, map(sheet.declarations.find, declared_ways(name))), None)
            for name in (found["name"] or found["bare"], found["on"] or found["barely"])
        )
        if not isinstance(item, Function | Scalar) or not isinstance(on, Parameter | Variable):
            continue
        if isinstance(on, Variable):
            denied = isinstance(item, Scalar)
        else:
            denied = item.parameters is not None and on.name not in item.parameters
        if denied:
            yield f"the text says that {' '.join(found[0].split())}"


def _later(document: Document, sheet: Sheet) -> Iterator[str]:
    """Words that turn an order of times which the question gives: "for future rewards"."""
    orders = [fact for fact in sheet.declarations.facts if fact.statement.relation == "<"]
    found = _LATER.search(_TEXT.sub(r" \1 ", document.source.text)) if orders else None
    if found is not None and len(document.chains) == 1:
        yield f"the text says {found[0]!r}"
