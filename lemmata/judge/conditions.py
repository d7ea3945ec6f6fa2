r"""Conditions beside a derivation: which hold anyway, and what is judged under the others.

`t = T`, `i \ne k` or `\gamma = 0` beside a display says where it holds. A step that is wrong in
general is wrong only if it is wrong there too; one that holds there is proved if the condition is
about indices alone, because whoever sets a parameter to a value shows less than what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from lemmata.judge.lines import SIGNS
from lemmata.judge.remarks import DOTS
from lemmata.kernel.declarations import Declarations, Fact, Index, Size, free_names
from lemmata.kernel.terms import (
    Add,
    App,
    Density,
    Derivative,
    Entropy,
    Mul,
    MutualInformation,
    Neg,
    Num,
    Relation,
    Statement,
    Sym,
    Term,
    as_term,
    walk,
)
from lemmata.kernel.verdict import Verdict
from lemmata.notation import Chain, Document, equal_letters, write_text

RANGE_BEGINS = re.compile(r"(\d+)\s*(,\s*)?(\\[lc]?dots|\.\.\.).*", re.DOTALL)
"""The right side of `j = 1, \\dots, m` where it is one formula."""
SIGNS_OF_CONDITIONS: dict[str, Relation] = {**SIGNS, "!=": "!="}


def statements_of(chain: Chain) -> tuple[Statement, ...]:
    """What a condition states, one for each of its relations; none where that is not clear."""
    found: list[Statement] = []
    for before, line in zip(chain.lines, chain.lines[1:], strict=False):
        relation = SIGNS_OF_CONDITIONS.get(line.relation or "")
        if relation is None or len(before.readings) != 1 or len(line.readings) != 1:
            return ()
        left, right = before.readings[0], line.readings[0]
        if left.flags or right.flags:
            return ()
        found.append(Statement(left.term, relation, right.term))
    return tuple(found)


def is_whole_range(chain: Chain, flags: Sequence[str], declarations: Declarations) -> bool:
    """Whether a letter runs over all its values: `j = 1, ..., m`.

    Args:
        chain: What says so; the dots may be cut off.
        flags: What was cut off behind it.
        declarations: The declared letters.
    """
    letter = declarations.find(chain.lines[0].source.strip())
    if not isinstance(letter, Index) or len(chain.lines) != 2 or chain.lines[1].relation != "=":
        return False
    value = chain.lines[1].source.strip()
    whole = RANGE_BEGINS.fullmatch(value)
    dots = whole is not None or any(DOTS.fullmatch(flag) for flag in (*flags, *chain.flags))
    begin = whole[1] if whole else value
    lowest = letter.range.lower
    return dots and begin.isdecimal() and isinstance(lowest, Num) and int(begin) <= lowest.value


def is_declared(chain: Chain, declarations: Declarations) -> bool:
    """Whether a condition is a fact of the question: the order of two times."""
    turned: dict[Relation, Relation] = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
    known = {fact.statement for fact in declarations.facts if not fact.forall}
    known |= {Statement(s.right, turned.get(s.relation, s.relation), s.left) for s in tuple(known)}
    stated = statements_of(chain)
    return bool(stated) and known.issuperset(stated)


def is_contingent(chain: Chain, declarations: Declarations) -> bool:
    """Whether a statement may hold for some values and not for others: a side is a bare name.

    A bound of a name by what holds it, `a [f >= a] <= f`, sets nothing.
    """
    defined = {definition.name for definition in declarations.definitions}
    return any(
        isinstance(side, Sym | App | Density)
        and getattr(side, "name", "") not in defined
        and (stated.relation == "=" or side not in set(walk(other)))
        for stated in statements_of(chain)
        for side, other in ((stated.left, stated.right), (stated.right, stated.left))
    )


def is_assertion(chain: Chain, declarations: Declarations) -> bool:
    r"""Whether a statement beside another one can be no condition: `f'(x) = 2x`.

    A condition sets a name, or two things equal; it says no derivative, and nothing in two steps.
    """
    stated = statements_of(chain)
    if not stated or is_contingent(chain, declarations) or isinstance(stated[-1].right, Num):
        return False
    defined = {definition.name for definition in declarations.definitions}
    first = stated[0].left
    named = isinstance(first, Sym | App) and first.name in defined
    return len(stated) > 1 or named or isinstance(first, Derivative)


def assuming(declarations: Declarations, given: Sequence[Statement]) -> Declarations:
    """The declarations of a world in which conditions hold.

    Raises:
        ValueError: A condition speaks of what is not declared.
    """
    if not given:
        return declarations
    for stated in given:
        for name in sorted(free_names(stated.left) | free_names(stated.right)):
            if declarations.find(name) is None:
                raise ValueError(f"what {name} is in a condition beside this is not clear")
    facts = tuple(Fact(named(stated, declarations), stated) for stated in given)
    return replace(declarations, facts=(*declarations.facts, *facts))


def of_discrete_outcomes(statement: Statement, declarations: Declarations) -> tuple[Statement, ...]:
    """What holds of the entropies in an inequality where the outcomes are discrete.

    They are not negative then; of continuous outcomes they may be.
    """
    normal = {f.name for f in declarations.families if f.normal or f.multivariate}
    if statement.relation in ("=", "!="):
        return ()
    parts = [part for side in (statement.left, statement.right) for part in walk(side)]
    found = [p for p in parts if isinstance(p, Entropy) and p.family not in normal]
    for p in parts:
        if isinstance(p, MutualInformation) and p.family not in normal:
            pairs = ((p.first, p.second), (p.second, p.first))
            found += [Entropy(p.family, of, given) for of, given in pairs]
    return tuple(Statement(part, ">=", as_term(0)) for part in dict.fromkeys(found))


def named(stated: Statement, declarations: Declarations) -> str:
    """A condition in words."""
    sides = (write_text(side, declarations) for side in (stated.left, stated.right))
    return f" {stated.relation} ".join(sides)


def is_of_indices(stated: Statement, declarations: Declarations) -> bool:
    """Whether a condition picks some of the values of a letter for integers, and nothing else."""
    parts = [part for side in (stated.left, stated.right) for part in walk(side)]
    kinds = [declarations.find(part.name) for part in parts if isinstance(part, Sym)]
    plain = all(isinstance(part, Sym | Num | Add | Neg) for part in parts)
    letters = [kind for kind in kinds if isinstance(kind, Index)]
    return plain and bool(letters) and all(isinstance(kind, Index | Size) for kind in kinds)


def where_it_holds(statement: Statement, given: Sequence[Statement]) -> Statement | None:
    """A statement times 1 where two letters are equal, or are not, and 0 elsewhere."""
    cases = [
        indicator(s)
        for s in given
        if s.relation in ("=", "!=") and isinstance(s.left, Sym) and isinstance(s.right, Sym)
    ]
    if not cases:
        return None
    left, right = (Mul((*cases, side)) for side in (statement.left, statement.right))
    return replace(statement, left=left, right=right)


def in_its_case(chain: Chain, document: Document) -> Chain | None:
    """A chain that holds only where a condition beside it does, as one of several cases.

    None where the condition is not that two letters are equal, or are not.
    """
    place = document.chains.index(chain)
    behind = takewhile(lambda each: each.aside, document.chains[place + 1 :])
    beside = [*chain.provisos, *behind]
    stated = [s for each in beside for s in statements_of(each)]
    letters = [s for s in stated if where_it_holds(s, [s]) is not None]
    if chain.case is not None or len(letters) != 1 or len(stated) != 1:
        return None
    here = indicator(letters[0])
    lines = tuple(
        replace(line, readings=tuple(replace(r, term=Mul((here, r.term))) for r in line.readings))
        for line in chain.lines
    )
    return replace(chain, lines=lines, case=here)


def indicator(stated: Statement) -> Term:
    """1 where two letters are equal, or are not, and 0 elsewhere."""
    here = equal_letters(stated.left, stated.right)
    return here if stated.relation == "=" else Add((as_term(1), Neg(here)))


def under(verdict: Verdict, given: Sequence[Statement], declarations: Declarations) -> Verdict:
    """A verdict with the conditions that it was found under."""
    if verdict.outcome != "proved":
        return verdict
    names = (f"given: {named(stated, declarations)}" for stated in given)
    return replace(verdict, assumptions=tuple(dict.fromkeys((*verdict.assumptions, *names))))
