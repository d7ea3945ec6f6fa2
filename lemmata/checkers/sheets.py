"""The sheet of a claim or of an answer id: what is declared, and what is asked.

A claim's signature is its sheet. An answer id asks for the right side of one statement of its
claim; a few ask for something that no statement of the library has as its right side (an estimator
path by path, an optimal function). Their sheets have no reference, so that derivations are judged
and final expressions stay undecided.
"""

from dataclasses import replace

from lemmata.derivations.claim import Part
from lemmata.derivations.registry import claims
from lemmata.kernel.declarations import Declarations
from lemmata.notation import Conventions, Sheet


def sheet_of(name: str) -> Sheet:
    """The sheet of a claim id or an answer id.

    Raises:
        KeyError: No claim and no question has this id.
    """
    known = claims()
    for claim in known.values():
        for part in claim.parts:
            if name in part.answers:
                return with_reference(_sheet(part))
    if name in known and name not in known[name].answer_ids:
        return with_reference(_sheet(known[name].parts[0]))
    for claim in known.values():
        if name in claim.answer_ids:
            return _sheet(claim.parts[0])
    raise KeyError(name)


def with_reference(sheet: Sheet) -> Sheet:
    """A sheet whose answer, if it names none, is the right side of its goal."""
    if sheet.reference or sheet.goal is None:
        return sheet
    return replace(sheet, reference=(sheet.goal.right,))


def _sheet(part: Part) -> Sheet:
    statement = part.statement
    conventions = Conventions(shorthand=_shorthand(part.declarations))
    return Sheet(
        part.declarations, conventions, title=part.title, goal=statement, start=statement.left
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
