"""What stands beside a final answer: what it leaves out, and what it tells beside."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from typing import Final

from lemmata.judge.chain_rule import is_chain_rule
from lemmata.judge.chains import judge_chain
from lemmata.judge.remarks import BARE_NAME, RESTRICTING, UPDATES, as_written, is_condition
from lemmata.judge.statements import compared
from lemmata.kernel.declarations import Declarations, Index, Size, free_names
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.terms import (
    App,
    Derivative,
    Mul,
    Neg,
    OneHot,
    Statement,
    Sym,
    Term,
    as_term,
    substitute,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Span
from lemmata.notation import Chain, Document, Line, NotationError, Sheet, read_chains
from lemmata.notation.answers import in_asked_letters
from lemmata.notation.blanks import blank_comments
from lemmata.notation.errors import UnderDeclared
from lemmata.notation.set_apart import set_apart
from lemmata.notation.ways import is_made

# Behind what an answer calls itself: it is named, assigned or estimated.
NAMING = frozenset({"=", ":=", "<-", "approx", "arrow"})
DIFFERENTIAL = re.compile(
    r"(?:\\(?:mathrm|operatorname|text)\s*\{?\s*)?(?<![A-Za-z\\])d\s*\}?\s*(?:\\[a-zA-Z]+|[a-zA-Z](?![a-zA-Z]))"
)


def as_it_stands(chain: Chain) -> Chain:
    r"""A chain in which free outcomes are themselves: `\theta = x - \epsilon` sets a name anew.

    `x = \theta + \epsilon` says what the outcome is made of.
    """
    if isinstance(chain.lines[0].readings[0].term if chain.lines[0].readings else None, Sym):
        names = [r for r in chain.lines[0].readings if any(map(is_made, r.choices))]
        if names:
            return chain
    lines: list[Line] = []
    for line in chain.lines:
        kept = tuple(r for r in line.readings if not any(map(is_made, r.choices)))
        lines.append(replace(line, readings=kept))
    return replace(chain, lines=tuple(lines))


def leaves_out(chain: Chain, asked: set[str], document: Document) -> bool:
    """Whether a condition beside an answer leaves out something that is asked for.

    What the question declares leaves out nothing, nor does that nothing divides by zero. A letter
    that only the answer binds may begin anywhere.
    """
    known = document.declarations
    first, *others = chain.lines
    signs = {line.relation for line in others}
    if signs <= {"=", ":="} and isinstance(known.find(first.source.strip()), Index):
        values = [r.term for r in others[-1].readings if not isinstance(r.term, OneHot)]
        return first.source.strip() in asked and bool(values)
    if not signs <= RESTRICTING:
        return not signs <= UPDATES
    names = {name for line in chain.lines for r in line.readings for name in free_names(r.term)}
    if any(line.error for line in chain.lines):
        if isinstance(known.find(first.source.strip()), Index):  # the size by another letter
            return not all(isinstance(ln.error, UnderDeclared) for ln in others)
        plain = BARE_NAME.fullmatch(first.source.strip()) and isinstance(first.error, UnderDeclared)
        return not (plain and all(not free_names(r.term) for ln in others for r in ln.readings))
    integers = any(isinstance(known.find(name), Index | Size) for name in names)
    if signs == {"!="} and not integers:
        return False
    if names and names <= {index.name for index in known.indices} - asked:
        return False
    steps = judge_chain(chain, known, document.flags)
    return any(step.verdict.outcome == "refuted" for step in steps)


def says_nothing(chain: Chain) -> bool:
    """Whether all members of a statement are the same: `Cov(Y) = I`, where I stands for both."""
    terms = [{reading.term for reading in line.readings} for line in chain.lines]
    return bool(set.intersection(*terms))


def condition_told(document: Document, asked: set[str]) -> str:
    """What is said against a right answer that a sentence beside it restricts: "where $r < 0$"."""
    for chain in document.told:
        if chain.aside != "mention" or not is_condition(chain, document.declarations):
            continue
        before = document.source.text[: chain.lines[0].span.start]
        restricts = chain.lines[-1].relation in RESTRICTING and _WHERE.search(before)
        if restricts and leaves_out(chain, asked, document):
            return f"it says that this holds only where {as_written(chain)}"
    return ""


_WHERE: Final = re.compile(
    r"\b(?:where|and|with|for|if|when|provided|given|assuming)[\s$(\\]*\Z", re.IGNORECASE
)


def tells_more(
    chain: Chain, asked: Term | None, called: Collection[Term], document: Document
) -> str:
    """What is said against a refuted answer that is an equation, and not what is asked alone.

    `1 - D(x) = ..` tells what D(x) is, `df = 2x dx` what the derivative is, and of what stands
    behind a sign that is not judged nothing is known.
    """
    first, *others = chain.lines
    unjudged = next((line for line in others if line.relation_error is not None), None)
    if unjudged is not None and unjudged.relation not in NAMING:
        return f"{unjudged.relation} is not judged"
    if not others or first.label or others[0].relation not in ("=", ":="):
        return ""
    source, last = first.source.strip(), others[-1].source.strip()
    for one, other in ((source, last), (last, source)):
        if DIFFERENTIAL.fullmatch(one) and DIFFERENTIAL.search(other):
            return f"{one} may be a differential"
    if first.within or others[-1].within:
        return f"{source} holds more than what is asked"
    if isinstance(asked, Sym) and asked.indices and _is_another_value(first, asked):
        steps = list(judge_chain(chain, document.declarations, document.flags))
        if all(step.verdict.outcome != "refuted" for step in steps):
            return f"{source} is another value of the recursion"
    defined = {definition.name for definition in document.declarations.definitions}
    ends = (*first.readings, *others[-1].readings)
    within = [p for r in ends for p in walk(r.term) if p != r.term]
    known = any(
        p == asked or p in called or (isinstance(p, App) and p.name in defined) for p in within
    )
    steps = list(judge_chain(chain, document.declarations, document.flags)) if known else []
    if steps and all(step.verdict.outcome == "proved" for step in steps):
        return f"{source} holds more than what is asked"
    return ""


def _is_another_value(line: Line, asked: Sym) -> bool:
    """Whether a member is a value of the recursion that is asked for, at another place: `e_t`."""
    values = [reading.term for reading in line.readings]
    return any(isinstance(v, Sym) and v.name == asked.name and v != asked for v in values)


def differs_by_noise(statement: Statement | None, document: Document, sheet: Sheet) -> str:
    """What is said against a refuted answer beside which the law of a noise stands.

    A normal noise about 0 has the law of its negative: `a - b epsilon` is drawn as `a + b epsilon`.
    """
    if statement is None or STANDARD.search(document.source.text) is None:
        return ""
    for condition in sheet.conventions.conditions:
        drawn = DRAWN.match(condition)
        name = Sym(drawn[1]) if drawn is not None else None
        if name is None:
            continue
        turned = replace(statement, right=substitute(statement.right, {name: Neg(name)}))
        if isinstance(prove(turned, document.declarations), Proof):
            return f"{name.name} and its negative have the same law"
    return ""


DRAWN = re.compile(r"\\?(\w+)\s*\\sim\s*N\(0\b")
STANDARD = re.compile(
    r"(?:\\sim|~)\s*(?:\\\w+\s*\{?\s*)?N(?:ormal)?\s*\}?\s*(?:\\left|\\[bB]ig+l?)?\(\s*(?:\\\w+\s*\{?\s*)?0"
)


def takes_asked_slope(
    asked: Term | None, statement: Statement | None, declarations: Declarations
) -> bool:
    """Whether an answer still takes the slope that is asked for, of the same thing or of another.

    Where the right answer has no slope in it, whoever leaves one has not worked it out.
    """
    if statement is None:
        return False
    answer = _slopes(statement.right, declarations)
    if answer and not _slopes(statement.left, declarations):
        return True
    if not answer:
        return False
    meant = None if asked is None else unfold(asked, declarations)
    if not isinstance(meant, Derivative):
        return False
    slopes = [part for part in answer if part.variable == meant.variable]
    times = [Mul((as_term(count), meant)) for count in (1, -1, 2, Fraction(1, 2))]
    return any(
        isinstance(prove(Statement(part, "=", one), declarations), Proof)
        for part in slopes
        for one in times
    )


def _slopes(term: Term, declarations: Declarations) -> list[Derivative]:
    """The derivatives in a term and its definitions."""
    written = _unfolded(term, declarations) if declarations.definitions else term
    return [part for part in walk(written) if isinstance(part, Derivative)]


def told_answers(document: Document) -> tuple[Chain, ...]:
    """What sentences say that the thing is which is asked for: "By the chain rule $f' = 2x$".

    Behind a display, or as a reason behind a formula, they stand aside, and may be the answer.
    """
    return tuple(
        replace(chain, aside="")
        for chain in document.told
        if chain.lines[0].label and len(chain.lines) > 1 and chain.lines[1].relation in NAMING
    )


def right_one_told(judged: Span | None, document: Document, sheet: Sheet) -> str:
    """A formula of a sentence that has the value which is asked for, as it is written.

    Where the statement that was judged is wrong and says nothing of what is asked, this may be the
    answer; beside a formula alone, only what stands behind it.

    Args:
        judged: Where the last member of what was judged stands.
        document: The text.
        sheet: The question.
    """
    found = [chain for chain in document.chains if chain.lines[-1].span == judged]
    if not found:
        return ""
    first, last = found[0].lines[0].span.start, found[0].lines[-1].span.end
    behind = last if len(found[0].lines) == 1 else 0
    text, known = blank_comments(document.source.text), document.declarations
    inline = [one for one in set_apart(text) if not one.display and one.start >= behind]
    for one in inline[-MOST_TOLD:]:
        if one.start < last and first < one.end:
            continue
        try:
            told = read_chains(text[one.start : one.end], known, "latex", sheet.conventions)
        except NotationError:
            continue
        lasts = [chain.lines[-1].readings for chain in told.chains]
        values = (v for end in lasts for v in in_asked_letters(end, sheet.reference, known))
        pairs = ((target, value.term) for value in values for target in sheet.reference)
        if any(compared(*pair, known) == "proved" for pair in pairs):
            return text[one.start : one.end].strip()
    return ""


MOST_TOLD = 12
"""So many of the last formulas in sentences are looked at."""


def _unfolded(term: Term, declarations: Declarations) -> Term:
    """A term without its definitions, unless it has a slope by a name that one of them gives."""
    try:
        return unfold(term, declarations)
    except ValueError:
        return term


def unsettled_names(document: Document, sheet: Sheet, *, mentions: bool = True) -> str:
    """What is said against an answer beside which a sentence sets a name in another way.

    A reason that it tells is none of those; what it mentions without a word such as "let" may be.
    """
    asides = ("name", "mention") if mentions else ("name",)
    for chain in document.told:
        if chain.aside not in asides or len(chain.lines) < 2 or chain.lines[1].relation != "=":
            continue
        if is_chain_rule(chain, sheet) or says_nothing(chain):
            continue
        steps = judge_chain(chain, document.declarations, document.flags)
        if any(step.verdict.outcome != "proved" for step in steps):
            return f"the text sets {as_written(chain)}, and whether that is so is not known"
    return ""
