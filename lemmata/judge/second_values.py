"""What else an answer gives for what is asked: beside it, before it, and in its sentences."""

from __future__ import annotations

from collections.abc import Sequence

from lemmata.judge.beside import NAMING, told_answers
from lemmata.judge.chain_rule import is_chain_rule
from lemmata.judge.chains import judge_readings
from lemmata.judge.lines import agree, unread
from lemmata.judge.remarks import UPDATES, as_written
from lemmata.judge.statements import compared
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import Sym
from lemmata.kernel.verdict import Verdict
from lemmata.notation import Chain, Document, Reading, Sheet, write_text
from lemmata.notation.answers import in_asked_letters, new_values
from lemmata.notation.defined_names import plain

UNREAD = ("unreadable", "under-declared", "unsupported")  # causes


def solved_for(chain: Chain, answer: Chain) -> bool:
    """Whether a statement is about what is asked for, and the answer follows from it."""
    about = any(line.asks or line.label for line in chain.lines)
    about |= chain.lines[-1].relation in UPDATES and (
        chain.lines[0].source.strip() == answer.lines[0].source.strip()
    )
    return about and bool(answer.link) and not chain.aside


def second_value(
    stated: Sequence[Chain],
    before: Sequence[Chain],
    meant: Chain,
    wanted: Sequence[Reading],
    document: Document,
    sheet: Sheet,
) -> str:
    """A statement beside a right answer that gives what is asked for another value, as written."""
    known, name = document.declarations, meant.lines[0].source.strip()
    for chain in stated:
        first = chain.lines[0]
        about = first.label or (first.source.strip() == name and len(meant.lines) > 1)
        if chain is meant or chain in before or chain.aside or not about:
            continue
        if is_chain_rule(chain, sheet):
            continue
        claimed = value_before(chain, wanted, known)
        if claimed is not None and claimed.cause not in UNREAD and claimed.outcome != "proved":
            return as_written(chain)
    called = {reading.term for reading in meant.lines[0].readings}
    for definition in document.defined:
        own = definition.name == plain(name) or Sym(definition.name) in called
        own = own and len(meant.lines) > 1 and meant.aside != "name"
        values = (compared(target.term, definition.body, known) for target in wanted if own)
        if own and "proved" not in values:
            return f"{definition.name} = {write_text(definition.body, known)}"
    return ""


def told_otherwise(wanted: Sequence[Reading], document: Document) -> str:
    """What a sentence beside a right answer says of what is asked for, if it is not so."""
    for chain in told_answers(document):
        claimed = value_before(chain, wanted, document.declarations)
        if claimed is not None and claimed.outcome == "refuted":
            return as_written(chain)
    return ""


def value_before(
    chain: Chain, wanted: Sequence[Reading], declarations: Declarations
) -> Verdict | None:
    """The verdict on a value of what is asked for that stands before an implication, if one does.

    An equation that is solved for it gives none; an update is no equation.
    """
    first, last = chain.lines[0], chain.lines[-1]
    if last.relation in UPDATES and not last.readings:
        return unread(last.error, last.span)
    named = (first.label and last.relation in NAMING) or last.relation in UPDATES
    if last is first or not named or not last.readings:
        return None
    values = new_values(chain) if last.relation in ("+=", "-=") else last.readings
    values = in_asked_letters(values, [target.term for target in wanted], declarations)
    pairs = [(target, value) for value in values for target in wanted if agree(target, value)]
    return judge_readings(pairs, "=", declarations)[0].verdict
