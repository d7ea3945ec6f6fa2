"""The sheet of a claim or of an answer id: what is declared, and what is asked.

An answer id with a sheet of its own (`lemmata.derivations.questions`) is asked as it says. A
claim's signature is its sheet; an answer id of a claim asks for the right side of one statement.
"""

from dataclasses import replace
from functools import cache, lru_cache
from typing import Final

from lemmata.derivations.claim import Part
from lemmata.derivations.questions import DERIVATION, question, questions, with_meanings
from lemmata.derivations.registry import claims
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import Relation
from lemmata.notation import Conventions, Sheet, read_sheet


def derivation_sheet(name: str) -> Sheet | None:
    """The sheet of a whole derivation, where it is another than that of a final expression."""
    own = f"{name}{DERIVATION}"
    return question(own) if own in questions() else None


@cache
def sheet_of(name: str) -> Sheet:
    """The sheet of a claim id or an answer id.

    Raises:
        KeyError: No claim and no question has this id.
    """
    if name in questions():
        return with_reference(question(name))
    known = claims()
    for claim in known.values():
        for part in claim.parts:
            if name in part.answers:
                return with_meanings(with_reference(_sheet(part)), claim.family)
    if name in known and name not in known[name].answer_ids:
        return with_meanings(with_reference(_sheet(known[name].parts[0])), known[name].family)
    for claim in known.values():
        if name in claim.answer_ids:
            return with_meanings(_sheet(claim.parts[0]), claim.family)
    only = derivation_sheet(name)
    if only is not None:
        return only
    raise KeyError(name)


@lru_cache(maxsize=64)
def own_sheet(text: str) -> Sheet:
    """The sheet of a question that is none of Lemmata's, by its text, ready to grade with."""
    return with_reference(read_sheet(text))


def answer_ids() -> frozenset[str]:
    """Every id that `sheet_of` knows and that is not a claim's own."""
    of_claims = (name for claim in claims().values() for name in claim.answer_ids)
    return frozenset((*(name.removesuffix(DERIVATION) for name in questions()), *of_claims))


def with_reference(sheet: Sheet) -> Sheet:
    """A sheet whose answer, if it names none, is the right side of its goal.

    What a bound is called in words is no surprise, where the question asks for such a bound.
    """
    if sheet.goal is None:
        return sheet
    words = (*sheet.conventions.words, *BOUNDS.get(sheet.goal.relation, ()))
    conventions = replace(sheet.conventions, words=words)
    return replace(sheet, reference=sheet.reference or (sheet.goal.right,), conventions=conventions)


BOUNDS: Final[dict[Relation, tuple[str, ...]]] = {
    "<=": ("upper",),
    "<": ("upper",),
    ">=": ("lower", "evidence", "variational"),
    ">": ("lower", "evidence", "variational"),
}
"""The words for a bound of what stands left of each relation."""


def _sheet(part: Part) -> Sheet:
    statement = part.statement
    conventions = Conventions(shorthand=_shorthand(part.declarations))
    mistakes = tuple(
        (mistake.statement.right, mistake.because)
        for mistake in part.mistakes
        if mistake.statement.right != statement.right  # else only its relation is wrong
    )
    return Sheet(
        part.declarations,
        conventions,
        title=part.title,
        goal=statement,
        start=statement.left,
        mistakes=mistakes,
    )


def _shorthand(declarations: Declarations) -> tuple[tuple[str, str], ...]:
    r"""What `\mathbb{E}_z` means beside an encoder `q(z | x)`: the expectation under it."""
    return tuple(
        (
            f"E_{family.of[0]}",
            rf"{family.of[0]} \sim q({family.of[0]} \mid {', '.join(family.given)})",
        )
        for family in declarations.families
        if family.name == "q" and len(family.of) == 1 and family.given
    )
