"""What the sentences of a document claim that is not so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lemmata.judge.chains import judge_chain
from lemmata.judge.conditions import is_declared, is_of_indices, is_whole_range, statements_of
from lemmata.judge.remarks import as_written
from lemmata.judge.statements import judge_statement
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import App, Density, Num, Statement, Sym, walk
from lemmata.notation import Chain, Document, NotationError, read_chains
from lemmata.notation.blanks import blank_comments, declaration_block
from lemmata.notation.claimed import HalfSaid, Sentences, equalities_told, half_said
from lemmata.notation.set_apart import set_apart


def false_claims(
    document: Document, told: Sequence[tuple[Chain, bool | None]], silent: Sequence[Chain]
) -> Iterator[str]:
    """What is said against a document with its own declarations whose sentences claim a falsehood.

    Args:
        document: The document.
        told: What its sentences state, with whether it holds where that is known. What a display
            tells and no proof shows is a falsehood too: it may be a claim.
        silent: Statements beside rows of which no step is judged, as they may be conditions.
    """
    text = document.source.text
    if declaration_block(text) is None:
        return
    shown = blank_comments(text)
    sentences = Sentences(shown)
    known = document.declarations
    displays = [(one.start, one.end) for one in set_apart(shown) if one.display]
    for chain, holds in told:
        place = chain.lines[0].span.start
        if holds is not True and any(start <= place < end for start, end in displays):
            yield f"the text tells {as_written(chain)}, which is not proved"
        one = sentences.holding(place)
        false = holds is False or (holds is None and _says_unequal(chain, known))
        if one and false and not _picks(chain, known) and sentences.claims(one):
            yield f"the text claims {as_written(chain)}, which is not so"
    provisos = (given for chain in document.chains for given in chain.provisos)
    for chain in (*silent, *provisos):
        conditional = _ON.search(shown[: chain.lines[0].span.start])
        if not (conditional or _may_be_chosen(chain)) and _is_wrong(chain, known):
            yield f"it says {as_written(chain)} beside a row, which is not so"
    judged = [
        (chain.lines[0].span.start, chain.lines[-1].span.end)
        for chain in (*document.told, *document.chains)
        if len(chain.lines) > 1 and all(line.readings for line in chain.lines)
    ]
    for said in half_said(sentences):
        stated = _in_signs(said, document)
        end = said.place + len(stated.rstrip(" .,;"))
        again = not said.right and any(said.place <= a and b >= end for a, b in judged)
        if stated and not again and "refuted" in _outcomes(stated, document):
            yield f"the text claims {stated}, which is not so"
    for place in equalities_told(shown):
        equal = _equality_of_a_bound(place, document)
        if equal and _outcomes(equal, document) != {"proved"}:
            yield f"the text claims equality in a bound, and {equal} is not proved"


_ON: Final = re.compile(
    r"\b(?:if|iff|for|when|whenever|unless|provided|given|assum\w+|suppos\w+|case|at|as|on|only|except)\b"
    r"[^$&]{0,40}\Z",
    re.IGNORECASE,
)
"""Words in a row behind which a formula is a condition or a case."""


def _may_be_chosen(chain: Chain) -> bool:
    """Whether a statement gives a value or a bound to something, as conditions do: `ab = 0`.

    What holds itself, `b = 2b`, and what stands between two compounds do not.
    """
    stated = statements_of(chain)
    return any(
        (isinstance(one, Sym | App | Density) and one not in {*walk(other)})
        or (isinstance(other, Num) and not isinstance(one, Num))
        for s in stated
        for one, other in ((s.left, s.right), (s.right, s.left))
    )


def _picks(chain: Chain, known: Declarations) -> bool:
    """Whether a statement picks some values of letters for integers, and nothing else."""
    stated = statements_of(chain)
    return bool(stated) and all(is_of_indices(each, known) for each in stated)


def _says_unequal(chain: Chain, known: Declarations) -> bool:
    """Whether a statement says of two equal things that they differ."""
    equal = (Statement(s.left, "=", s.right) for s in statements_of(chain) if s.relation == "!=")
    return any(judge_statement(each, known).outcome == "proved" for each in equal)


def _is_wrong(chain: Chain, known: Declarations) -> bool:
    """Whether a statement beside a row is refuted, and tells no range."""
    if _picks(chain, known) or is_whole_range(chain, (), known) or is_declared(chain, known):
        return False
    steps = judge_chain(chain, known)
    return _says_unequal(chain, known) or any(s.verdict.outcome == "refuted" for s in steps)


_BRACKETS: Final = re.compile(r"\s*\(([^()]*)\)[\s.,;]*")


def _in_signs(said: HalfSaid, document: Document) -> str:
    """What is told in words as a formula; nothing where no display stands before it."""
    left = said.left
    if left is None:
        before = [c for c in document.chains if not c.aside and c.lines[-1].span.end <= said.place]
        lines = before[-1].lines if before else ()
        left = lines[0 if said.first else -1].source if lines else None
    if left is None:
        return ""
    whole = _BRACKETS.fullmatch(left) if not said.right else None
    return whole[1] if whole else f"{left.strip()} {said.right}".strip()


def _outcomes(stated: str, document: Document) -> set[str]:
    """The outcomes of the steps of a formula; none where it cannot be read."""
    try:
        chains = read_chains(f"$${stated}$$", document.declarations).chains
    except NotationError:
        return set()
    known = document.declarations
    chains = tuple(chain for chain in chains if not (chain.aside and _may_be_chosen(chain)))
    unequal = any(_says_unequal(chain, known) for chain in chains)
    steps = [step for chain in chains for step in judge_chain(chain, known)]
    return {step.verdict.outcome for step in steps} | ({"refuted"} if unequal else set())


def _equality_of_a_bound(place: int, document: Document) -> str:
    """The two ends of the bound before a place, said to be equal; nothing where none is."""
    before = [c for c in document.chains if not c.aside and c.lines[0].span.start < place]
    lines = before[-1].lines if before else ()
    if not any(line.relation in ("<", ">", "<=", ">=") for line in lines):
        return ""
    return f"{lines[0].source.strip()} = {lines[-1].source.strip()}"
