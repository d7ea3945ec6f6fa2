"""What stands beside a final answer: what it leaves out, and what it tells beside."""

from __future__ import annotations

import re
from collections.abc import Collection
from fractions import Fraction

from lemmata.judge.chains import judge_chain
from lemmata.judge.remarks import BARE_NAME, RESTRICTING, UPDATES, as_written
from lemmata.kernel.declarations import Declarations, Index, Size, free_names
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.terms import App, Derivative, Mul, Num, Statement, Sym, Term, as_term, walk
from lemmata.kernel.unfold import unfold
from lemmata.notation import Chain, Document
from lemmata.notation.errors import UnderDeclared

# Behind what an answer calls itself: it is named, assigned or estimated.
NAMING = frozenset({"=", ":=", "<-", "approx", "arrow"})
DIFFERENTIAL = re.compile(r"(?:\\mathrm\s*\{?\s*)?\bd\s*\}?\s*[a-zA-Z](?![a-zA-Z])")


def leaves_out(chain: Chain, asked: set[str], document: Document) -> bool:
    """Whether a condition beside an answer leaves out something that is asked for.

    What the question declares leaves out nothing, nor does that nothing divides by zero. A letter
    that only the answer binds may begin anywhere.
    """
    known = document.declarations
    first, *others = chain.lines
    signs = {line.relation for line in others}
    if signs <= {"=", ":="} and isinstance(known.find(first.source.strip()), Index):
        values = [reading.term for reading in others[-1].readings]
        return first.source.strip() in asked and any(isinstance(v, Num | Sym) for v in values)
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
    source = first.source.strip()
    if DIFFERENTIAL.fullmatch(source) and DIFFERENTIAL.search(others[-1].source):
        return f"{source} may be a differential"
    if first.within or others[-1].within:
        return f"{source} holds more than what is asked"
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


def takes_asked_slope(
    asked: Term | None, statement: Statement | None, declarations: Declarations
) -> bool:
    """Whether an answer is the slope that is asked for, of the same thing in other words."""
    meant = None if asked is None else unfold(asked, declarations)
    if statement is None or not isinstance(meant, Derivative):
        return False
    slopes = [
        part
        for part in walk(unfold(statement.right, declarations))
        if isinstance(part, Derivative) and part.variable == meant.variable
    ]
    times = [Mul((as_term(count), meant)) for count in (1, -1, 2, Fraction(1, 2))]
    return any(
        isinstance(prove(Statement(part, "=", one), declarations), Proof)
        for part in slopes
        for one in times
    )


def unsettled_names(document: Document) -> str:
    """What is said against an answer beside which a sentence sets a name in another way.

    A reason that it tells is none of those.
    """
    for chain in document.told:
        if chain.aside == "reason" or len(chain.lines) < 2 or chain.lines[1].relation != "=":
            continue
        steps = judge_chain(chain, document.declarations, document.flags)
        if any(step.verdict.outcome != "proved" for step in steps):
            return f"the text sets {as_written(chain)}, and whether that is so is not known"
    return ""
