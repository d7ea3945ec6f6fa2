"""What the sentences of a document claim that is not so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lemmata.judge.chains import judge_chain
from lemmata.judge.conditions import is_of_indices, statements_of
from lemmata.judge.remarks import as_written
from lemmata.notation import Chain, Document, NotationError, read_chains
from lemmata.notation.blanks import blank_comments, declaration_block
from lemmata.notation.claimed import HalfSaid, half_said, is_claimed


def false_claims(document: Document, told: Sequence[tuple[Chain, bool | None]]) -> Iterator[str]:
    """What is said against a document with its own declarations whose sentences claim a falsehood.

    Args:
        document: The document.
        told: What its sentences state, with whether it holds where that is known.
    """
    text = document.source.text
    if declaration_block(text) is None:
        return
    shown = blank_comments(text)
    known = document.declarations
    for chain, holds in told:
        picks = [is_of_indices(stated, known) for stated in statements_of(chain)]
        start, end = chain.lines[0].span.start, chain.lines[-1].span.end
        if holds is False and not (picks and all(picks)) and is_claimed(shown, start, end):
            yield f"the text claims {as_written(chain)}, which is not so"
    for said in half_said(shown):
        stated = _in_signs(said, document)
        if stated and _is_refuted(stated, document):
            yield f"the text claims {stated}, which is not so"


def _in_signs(said: HalfSaid, document: Document) -> str:
    """What is told in words as a formula; nothing where no display stands before it."""
    left = said.left
    if left is None:
        before = [c for c in document.chains if not c.aside and c.lines[-1].span.end <= said.place]
        lines = before[-1].lines if before else ()
        left = lines[0 if said.first else -1].source if lines else None
    return "" if left is None else f"{left.strip()} {said.right.strip()}"


def _is_refuted(stated: str, document: Document) -> bool:
    """Whether a formula is not so; what cannot be read is not known to be so."""
    try:
        chains = read_chains(f"$${stated}$$", document.declarations).chains
    except NotationError:
        return False
    steps = [step for chain in chains for step in judge_chain(chain, document.declarations)]
    return any(step.verdict.outcome == "refuted" for step in steps)
