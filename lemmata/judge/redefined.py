r"""Declared names that an answer sets anew beside it: `s_k \leftarrow \beta s_k + ..`.

The name means in the answer what the answer says. If the answer is right as the question means the
name, but not as it is set, it is wrong where the question leaves it to the answer to set the name;
of a name that stands in the right answer, a remark may be mistaken, and nothing is decided.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from lemmata.judge.chains import judge_chain, judge_readings
from lemmata.judge.lines import agree
from lemmata.kernel.declarations import Declarations, Index, Variable, free_names
from lemmata.kernel.terms import (
    App,
    Identity,
    Num,
    OneHot,
    Ones,
    Prod,
    Sum,
    Sym,
    Term,
    bound,
    children,
    rebuild,
    substitute,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.notation import Chain, Document, Line, Reading

SETTING = frozenset(("=", ":=", "<-"))


def with_new_meanings(
    answer: Chain,
    wanted: Sequence[Reading],
    document: Document,
    others: Sequence[Chain],
    called: Collection[Term],
) -> tuple[Chain, tuple[Chain, ...]]:
    """An answer with what the names stand for that it sets anew, and the chains that set them.

    Args:
        answer: The answer.
        wanted: The readings of what is asked for.
        document: The whole text.
        others: The statements beside the answer.
        called: What the answer may call itself, which it does not set anew.
    """
    known = document.declarations
    given = {p.name for r in wanted for p in walk(r.term) if isinstance(p, Sym | App)}
    found, setting, false = answer, list[Chain](), False
    for chain in others:
        meaning = _meaning(chain, answer.lines[-1], known, called)
        if meaning is None:
            continue
        steps = [step.verdict.outcome for step in judge_chain(chain, known, document.flags)]
        if steps and set(steps) == {"proved"}:
            continue
        put = _put_in(found, *meaning, known)
        if put is None or put == found:
            continue
        found = put
        setting.append(chain)
        false |= "refuted" in steps and meaning[0].name not in given
    if not setting:
        return answer, ()
    before, now = (chain.lines[-1].readings for chain in (answer, found))
    if before == now:  # it is used on the way only
        steps = [step.verdict.outcome for step in judge_chain(found, known, document.flags)]
        return (found, tuple(setting)) if set(steps) == {"proved"} else (answer, ())
    outcome = _outcome(now, wanted, known)
    if outcome == "refuted" and not false and _outcome(before, wanted, known) != "refuted":
        return answer, ()
    return (found, tuple(setting)) if outcome != "undecided" else (answer, ())


def _put_in(answer: Chain, name: Sym | App, body: Term, declarations: Declarations) -> Chain | None:
    """A chain with a new meaning of a name; None where it cannot be put into all its members."""
    lines: list[Line] = []
    for line in answer.lines:
        put = [_with_meaning(reading, name, body, declarations) for reading in line.readings]
        if any(reading is None for reading in put):
            return None
        lines.append(replace(line, readings=tuple(r for r in put if r is not None)))
    return replace(answer, lines=tuple(lines))


def _outcome(
    values: Sequence[Reading], wanted: Sequence[Reading], declarations: Declarations
) -> str:
    pairs = [(target, value) for value in values for target in wanted if agree(target, value)]
    return judge_readings(pairs, "=", declarations)[0].verdict.outcome


def _meaning(
    chain: Chain, answer: Line, declarations: Declarations, called: Collection[Term]
) -> tuple[Sym | App, Term] | None:
    """What a chain sets and to what, if it sets one declared name for all its indices."""
    if len(chain.lines) != 2 or chain.lines[0].label or chain.lines[1].relation not in SETTING:
        return None
    left, right = ([r for r in line.readings if not r.flags] for line in chain.lines)
    if len(left) != 1 or len(right) != 1 or left[0].term in called:
        return None
    name, body = left[0].term, right[0].term
    if not isinstance(name, Sym | App) or isinstance(declarations.find(name.name), Index):
        return None
    places = children(name)
    letters = [place.name for place in places if isinstance(place, Sym) and not place.indices]
    if len(letters) < len(places) or len(set(letters)) < len(letters):
        return None
    if isinstance(body, Sym | Num | OneHot | Identity | Ones):  # a value is a condition
        return None
    again = any(isinstance(p, Sym | App) and p.name == name.name for p in walk(body))
    if again and chain.lines[1].relation != "<-" and not _is_other_spelling(chain, name, answer):
        return None
    return name, body


def _is_other_spelling(chain: Chain, name: Sym | App, answer: Line) -> bool:
    r"""Whether an answer writes a name as the left side of a chain does, and the right side never.

    Beside `g_j = \gamma\,dout_j`, where g and dout are spellings of one name.
    """
    head = re.match(r"\W*([A-Za-z]+)", chain.lines[0].source)
    if head is None or not answer.readings:
        return False
    parts = [p for p in walk(answer.readings[0].term) if isinstance(p, Sym | App)]
    written, again = (
        re.sub(r"\\[A-Za-z]+", " ", line.source).count(head[1]) for line in (answer, chain.lines[1])
    )
    return not again and written == sum(part.name == name.name for part in parts)


def _with_meaning(
    value: Reading, name: Sym | App, body: Term, declarations: Declarations
) -> Reading | None:
    """A reading with a new meaning of a name; None where a letter would get another sense."""
    places = children(name)
    loose = {n for n in free_names(body) if isinstance(declarations.find(n), Index)}
    loose -= {place.name for place in places if isinstance(place, Sym)}
    if loose & {p.index.name for p in walk(value.term) if isinstance(p, Sum | Prod)}:
        return None

    parts = list(walk(value.term))
    outcome = isinstance(declarations.find(name.name), Variable)
    if outcome and any(name in bound(part) for part in parts):
        return None
    hidden = [d for d in declarations.definitions if d.name != name.name]
    used = {part.name for part in parts if isinstance(part, Sym | App)}
    if any(
        d.name in used and name.name in free_names(unfold(d.body, declarations)) for d in hidden
    ):
        return None

    def put(term: Term) -> Term:
        if isinstance(term, Sym | App) and term.name == name.name and type(term) is type(name):
            mine = children(term)
            if len(mine) == len(places):
                told = {p: v for p, v in zip(places, mine, strict=True) if isinstance(p, Sym)}
                return substitute(body, told)
        inside = tuple(put(part) for part in children(term))
        return rebuild(term, inside) if inside else term

    try:
        return replace(value, term=put(value.term))
    except ValueError:  # a derivative by what is put in
        return None
