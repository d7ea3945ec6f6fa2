r"""Members of a chain that are no more than a name which the text gives: `V(D) = ..`, `.. =: L`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lemmata.judge.remarks import BARE_NAME, names_another
from lemmata.judge.statements import compared
from lemmata.kernel.terms import Neg, Term
from lemmata.kernel.verdict import StepVerdict, Verdict
from lemmata.notation import Chain, Document, Line, Sheet
from lemmata.notation.errors import UnderDeclared

NAMES = frozenset({"=", ":="})


def if_it_names(step: StepVerdict, chain: Chain, document: Document, sheet: Sheet) -> StepVerdict:
    """A step to or from a fresh name: it holds where that names what the question is about.

    Of a name that nobody declared nothing else is known, so such a step is never refuted, and it
    says nothing: what is to be derived is not derived by giving it a name, so another step of its
    chain has to. A loss is a quantity that is maximised with its sign turned.
    """
    if step.verdict.outcome != "undecided" or any(line.omitted for line in chain.lines):
        return step
    lines = chain.lines[step.step - 1 : step.step + 1]
    if len(chain.lines) < 3 or lines[1].relation not in NAMES:
        return step
    first, last = chain.lines[0], chain.lines[-1]
    if lines[0] is first and _is_fresh(first):
        other = lines[1]
    elif lines[1] is last and _is_fresh(last):
        other = lines[0]
    else:
        return step
    for value in (reading.term for reading in other.readings):
        for known in _quantities(sheet):
            signed = (known, Neg(known))
            if any(compared(value, one, document.declarations) == "proved" for one in signed):
                told = Verdict("proved", rules=("name",), span=step.verdict.span)
                return replace(step, verdict=told)
    return step


def _is_fresh(line: Line) -> bool:
    """Whether a member is a name that is declared nowhere, and not that of another quantity."""
    plain = _ACCENT.sub(r"\g<name>", line.source.strip().strip(".,;"))
    plain = _STAR.sub("^{*}", plain)
    bare = BARE_NAME.fullmatch(plain)
    another = names_another(replace(line, source=plain))
    return bare is not None and isinstance(line.error, UnderDeclared) and not another


_ACCENT: Final = re.compile(
    r"\\(?:(?:wide)?(?:hat|tilde)|bar|overline)\s*"
    r"(?P<open>\{)?\s*(?P<name>\\?[A-Za-z]+)\s*(?(open)\}|)"
)
"""A mark above a name, as an estimate or a best value has: `\\hat\\theta`."""
_STAR: Final = re.compile(r"\^\s*\*")


def _quantities(sheet: Sheet) -> Iterator[Term]:
    """What the question is about: the sides of its goals, and what its sheet says is named."""
    yield from sheet.named
    yield from () if sheet.start is None else (sheet.start,)
    goals = [goal for goal in (sheet.goal, *sheet.goals) if goal is not None]
    for goal in goals:
        yield goal.left
        yield goal.right
