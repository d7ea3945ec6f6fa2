"""The steps of a derivation, beside what the text says about where they hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache, partial
from typing import Final, NamedTuple

from lemmata.judge.braces import false_braces
from lemmata.judge.chains import Explaining, judge_chain
from lemmata.judge.claimed import false_claims
from lemmata.judge.conditions import (
    is_assertion,
    is_contingent,
    is_declared,
    is_of_indices,
    is_whole_range,
    statements_of,
)
from lemmata.judge.doubts import NOT_READ, denied, doubted
from lemmata.judge.meanings import meanings_told
from lemmata.judge.naming import if_it_names
from lemmata.judge.picked import (
    chooses_a_law,
    looks_into_names,
    picks_values,
    sets_what_is_bound,
)
from lemmata.judge.remarks import (
    BARE_NAME,
    as_written,
    is_condition,
    measures_told,
    speaks_of,
    unread_remarks,
)
from lemmata.judge.solving import judge_link, unless_solved, without_last
from lemmata.judge.statements import judge_statement
from lemmata.kernel.declarations import (
    Declarations,
    Definition,
    Family,
    Function,
    Index,
    Parameter,
    Process,
    Scalar,
    Size,
    Variable,
    free_names,
)
from lemmata.kernel.shapes import ShapeError, Shapes
from lemmata.kernel.terms import (
    Add,
    App,
    Div,
    Mul,
    Num,
    Statement,
    Sym,
    Term,
    as_term,
    substitute,
    walk,
)
from lemmata.kernel.verdict import StepVerdict
from lemmata.notation import Chain, Document, Sheet, write_text
from lemmata.notation.blanks import declaration_block
from lemmata.notation.plain_words import supposes
from lemmata.notation.prose import comes_to
from lemmata.notation.restrictions import RESTRICTS
from lemmata.notation.told_noise import noises, standard_normal


class _Limit(NamedTuple):
    """What may say where a step holds: in words, and what it states if that is clear."""

    note: str
    stated: tuple[Statement, ...] = ()
    names: frozenset[str] = frozenset()  # what it speaks of, if that is known


def steps_of(document: Document, sheet: Sheet, narrowed: set[int]) -> Iterator[StepVerdict]:
    """The steps of all chains, one at a time as they are judged.

    What may change the meaning of a step is judged before it, so that no step is taken back. The
    places of chains that hold only where a condition beside them does are put into `narrowed`.
    """
    known, explaining = document.declarations, Explaining()
    asides = {
        place: _judge_aside(chain, document.chains[:place], document, explaining)
        for place, chain in enumerate(document.chains)
        if chain.aside
    }
    told = [
        (chain, _holds(chain, known, sheet))
        for chain in document.told
        if not (_describes_a_definition(chain, document) or _is_slope_of_a_logarithm(chain))
    ]
    unsaid = {
        given: f"it uses what is {given}, and the text says {said}"
        for given, said in denied(document).items()
    }
    laws = laws_told(document, sheet)
    everywhere = (
        *_set_in_comments(document, sheet),
        *measures_told(document),
        *meanings_told(document, sheet),
    )
    braces = false_braces(document, sheet)
    with_its_own = declaration_block(document.source.text) is not None
    silent = [document.chains[place] for place, each in asides.items() if not each.steps]
    claims = [*false_claims(document, told, silent)]
    links = [*(chain.link for chain in document.chains[1:]), ""]
    before: Chain | None = None
    number = 0
    for place, (chain, following) in enumerate(zip(document.chains, links, strict=True)):
        under_limits: Callable[[tuple[Statement, ...]], dict[int, StepVerdict]] | None = None
        own: Callable[[], list[_Limit]] = list  # only a wrong step asks for them
        limits = _limits_of_asides(place, asides, document)
        limits += [
            limit._replace(names=_spoken_of(given, known))
            for given, holds in told
            if not document.speaks_of_others(given.lines[0].span.start, chain)
            if not (_is_base_case(given, document) or _is_idle(given, document))
            if (limit := _limit_told(given, holds, document))
        ]
        if chain.aside:
            found: Iterable[StepVerdict] = asides[place].steps
        elif chain.link or (following and len(chain.lines) == 2):
            found = _judge_solving(chain, before, document, sheet, explaining)
        else:
            asserted = _asserted(chain, following, sheet)
            found = _judge_asserted(chain, asserted, document, sheet, explaining)
            under_limits = cache(partial(_steps_under, asserted, document, explaining))
            own = cache(partial(_limits_beside, chain, document))
        before = before if chain.aside else chain
        here = [law for law in laws if not document.speaks_of_others(law.place, chain)]
        of_all = (*document.alterations_of(chain), *everywhere)
        for judged in found:
            number += 1
            step = judged
            sides = [
                r.term for line in chain.lines[step.step - 1 : step.step + 1] for r in line.readings
            ]
            averaged = len(sides) < 2 or looks_into_names(sides, known)
            altered = (*of_all, *(law.note for law in here if averaged or not law.number))
            denials = [note for given, note in unsaid.items() if given in step.verdict.assumptions]
            beside = [
                note
                for given, holds in told
                if not document.speaks_of_others(given.lines[0].span.start, chain)
                if (note := _wrongly_told(given, holds, document, sheet))
                or (sets_what_is_bound(given, sides, known) and _unread(given))
                if not _is_so_of_those(given, chain, step, under_limits, known)
            ]
            if step.verdict.outcome != "refuted":
                mixed = _mixes(chain, judged.step, known)
                notes = [*beside, *denials, *altered, *mixed, *claims]
                notes += _within(braces, chain, judged.step)
                step = doubted(step, notes[0]) if notes else step
            elif altered:
                step = doubted(step, altered[0])
            elif note := _is_demanded(chain, judged.step, following, document):
                step = doubted(step, note)
            elif all_limits := [
                *own(),
                *map(_Limit, _premises_of(chain, judged.step, document) if with_its_own else ()),
                *(limit for limit in limits if _bears_on(limit, chain, judged.step, known)),
            ]:
                step = _where_it_is_said(step, all_limits, under_limits, known)
                if step.verdict.outcome == "proved":
                    narrowed.add(place)
            yield replace(step, step=number)


def _is_demanded(chain: Chain, step: int, following: str, document: Document) -> str:
    r"""What is said of a step that is set, or supposed, to be so: `a \overset{!}{=} 0`."""
    sides = chain.lines[step - 1 : step + 1]
    between = document.source.text[sides[0].span.end : sides[-1].span.start]
    if "{!}" in between:
        return "an exclamation mark over a sign says that it is to be so"
    supposed = following and not chain.link and declaration_block(document.source.text) is not None
    return "it may only be supposed by what follows from it" if supposed else ""


def _premises_of(chain: Chain, step: int, document: Document) -> list[str]:
    """What a reason beside, above or behind a row may suppose: "independence"."""
    text, lines = document.source.text, chain.lines[step - 1 : step + 2]
    start = lines[0].span.end
    until = lines[2].span.start if lines[2:] else None
    told = [
        said
        for place, said in chain.premises
        if place >= lines[:2][-1].span.end and (until is None or place < until)
    ]
    behind = chain.lines[-1].span.end
    notes = [note[1] for note in _ABOVE.finditer(text, start, lines[:2][-1].span.start)]
    notes += [use["words"] for use in _USES.finditer(text, behind, behind + _BEHIND)]
    told += filter(supposes, notes)
    return [f"{RESTRICTS}{' '.join(said.split())}" for said in told]


_ABOVE: Final = re.compile(
    r"\\(?:overset|underset|stackrel|(?:short)?intertext)\s*\{((?:[^{}]|\{[^{}]*\})*)\}"
)
_USES: Final = re.compile(
    r"(?:\b(?:step|line|(?:in)?equality|identity)|\))\$?\s+(?:uses?|holds?\s+by|follows?\s+(?:from|by)|needs?"
    r"|requires?)\s+(?P<words>[^.;]*)"
)
"""What a sentence behind a display says that a step of it rests on."""
_BEHIND: Final = 300
"""Signs behind a display in which that is told."""


def _within(places: Sequence[tuple[int, str]], chain: Chain, step: int) -> list[str]:
    """What is said at places within the two members of a step."""
    sides = chain.lines[step - 1 : step + 1]
    return [
        note
        for place, note in places
        if sides and sides[0].span.start <= place < sides[-1].span.end
    ]


def _limits_of_asides(place: int, asides: Mapping[int, _Aside], document: Document) -> list[_Limit]:
    """What statements behind a chain say of where it holds.

    A condition behind a word may be one of all that stands before it; what only stands behind a
    gap is one of what it stands beside.
    """
    following = [k for k, c in enumerate(document.chains) if k > place and not c.aside]
    beside = min(following, default=len(document.chains))
    return [
        each.limit
        for later, each in asides.items()
        if later > place and each.limit is not None
        if later < beside or document.chains[later].aside == "condition"
    ]


def _spoken_of(chain: Chain, declarations: Declarations) -> frozenset[str]:
    """The declared names in what a sentence tells; none where it may bear on everything."""
    if declarations.processes or declarations.values:
        return frozenset()
    terms = [reading.term for line in chain.lines for reading in line.readings]
    if all(line.readings for line in chain.lines):
        found = {name for term in terms for name in _names_in(term)}
    else:
        found = {*re.findall(r"[A-Za-z]+", " ".join(line.source for line in chain.lines))}
    items = [declarations.find(name) for name in found]
    everywhere = any(isinstance(item, Size) for item in items)
    if everywhere or found & {*declarations.parameters}:
        return frozenset()
    return frozenset(item.name for item in items if item is not None)


def _bears_on(limit: _Limit, chain: Chain, step: int, declarations: Declarations) -> bool:
    """Whether what a sentence tells shares a name with a step; else it cannot change it.

    A step also speaks of what its names are made of, in definitions, facts and laws.
    """
    if not limit.names or len(chain.lines) <= step:
        return True
    sides = chain.lines[step - 1 : step + 1]
    found = {n for line in sides for r in line.readings for n in _names_in(r.term)}
    made = [{d.name, *_names_in(d.body)} for d in declarations.definitions]
    made += [_names_in(f.statement.left) | _names_in(f.statement.right) for f in declarations.facts]
    for family in declarations.families:
        moments = family.normal or family.multivariate
        parts = [getattr(moments, field.name) for field in fields(moments)] if moments else []
        made.append({family.name, *(n for p in parts if isinstance(p, Term) for n in _names_in(p))})
    while more := {name for names in made if names & found for name in names} - found:
        found |= more
    return not found or bool(found & limit.names)


def _names_in(term: Term) -> set[str]:
    """All names in a term: of values, functions and laws."""
    parts = list(walk(term))
    found = {part.name for part in parts if isinstance(part, Sym | App)}
    return found | {family for part in parts if (family := getattr(part, "family", ""))}


def _where_it_is_said(
    step: StepVerdict,
    limits: Sequence[_Limit],
    under_limits: Callable[[tuple[Statement, ...]], dict[int, StepVerdict]] | None,
    declarations: Declarations,
) -> StepVerdict:
    """A refuted step, as it is where the conditions beside it hold.

    It is proved there only if they are conditions on indices. What holds of values at a letter,
    `x_t = x`, may be said of all of them, and nothing is refuted by one.
    """
    if under_limits is not None and all(limit.stated for limit in limits):
        given = tuple(dict.fromkeys(stated for limit in limits for stated in limit.stated))
        again = under_limits(given)[step.step]
        outcome = again.verdict.outcome
        narrow = all(is_of_indices(stated, declarations) for stated in given)
        letters = {index.name for index in declarations.indices}
        of_one = all(letters.isdisjoint(free_names(s.left) | free_names(s.right)) for s in given)
        if (outcome == "refuted" and (narrow or of_one)) or (outcome == "proved" and narrow):
            return again
    return doubted(step, limits[0].note)


def _is_so_of_those(
    given: Chain,
    chain: Chain,
    step: StepVerdict,
    under_limits: Callable[[tuple[Statement, ...]], dict[int, StepVerdict]] | None,
    declarations: Declarations,
) -> bool:
    """Whether a proved step stands beside an equation that only picks some of its values."""
    if step.verdict.outcome != "proved" or under_limits is None or len(chain.lines) <= step.step:
        return False
    lines = chain.lines[step.step - 1 : step.step + 1]
    sides = [reading.term for line in lines for reading in line.readings]
    if not picks_values(given, sides, declarations):
        return False
    if chooses_a_law(given, declarations):
        return True
    return under_limits(tuple(statements_of(given)))[step.step].verdict.outcome == "proved"


def _steps_under(
    chain: Chain, document: Document, explaining: Explaining, given: tuple[Statement, ...]
) -> dict[int, StepVerdict]:
    """The steps of a chain where conditions hold, by their numbers."""
    steps = judge_chain(chain, document.declarations, document.flags, given, explaining)
    return {step.step: step for step in steps}


def _limits_beside(chain: Chain, document: Document) -> list[_Limit]:
    """What the text and the comments beside a chain say about where it holds."""
    found = [*map(_Limit, document.conditions_of(chain)), *map(_Limit, chain.conditions)]
    for given in (*chain.provisos, *chain.reasons):
        if is_contingent(given, document.declarations):
            holds = _holds(given, document.declarations)
            note = f"a condition may stand beside it: {as_written(given)}"
            if not holds:
                found.append(_Limit(note, statements_of(given)))
    return found


def _holds(chain: Chain, declarations: Declarations, sheet: Sheet | None = None) -> bool | None:
    """Whether an equation that a sentence tells is so; None where it is not known.

    An equation of the unknown is solved.
    """
    if is_whole_range(chain, (), declarations) or is_declared(chain, declarations):
        return True
    outcomes = {step.verdict.outcome for step in judge_chain(chain, declarations)}
    names = {name for line in chain.lines for r in line.readings for name in free_names(r.term)}
    unknown = sheet.conventions.unknown_name if sheet else None
    if unknown is not None and unknown.name in names:
        return None
    first = chain.lines[0].readings[0].term if chain.lines[0].readings else None
    drawn = isinstance(first, Sym) and isinstance(declarations.find(first.name), Variable)
    if names & noises(declarations) or (drawn and names & standard_normal(declarations)):
        return _is_drawn_so(chain, declarations)
    return False if "refuted" in outcomes else True if outcomes == {"proved"} else None


def _is_drawn_so(chain: Chain, declarations: Declarations) -> bool | None:
    r"""Whether an equation draws an outcome as the question does: `z = \mu + \sigma \epsilon`.

    None where a side of it cannot be read.
    """
    if not all(line.readings for line in chain.lines):
        return None
    outcome, *made = (reading.term for line in chain.lines for reading in line.readings)
    if len(made) != 1 or chain.lines[-1].relation != "=" or not isinstance(outcome, Sym):
        return False
    return any(
        judge_statement(Statement(drawn, "=", made[0]), declarations).outcome == "proved"
        for noise in standard_normal(declarations) & free_names(made[0])
        for drawn in _draws(outcome, noise, declarations)
    )


def _draws(outcome: Sym, noise: str, declarations: Declarations) -> Iterator[Term]:
    """What an outcome is by a standard normal noise, under each of the normal laws that it has."""
    variable = declarations.variable(outcome.name)
    for family in declarations.families:
        if variable is None or family.of != (variable.place,) or family.normal is None:
            continue
        index, moments = outcome.indices, family.normal
        scaled = Mul((moments.deviation, Sym(noise, index)))
        here: dict[Sym, Term] = {Sym(moments.index): index[-1]} if index else {}
        yield substitute(Add((moments.mean, scaled)), here)


def _wrongly_told(chain: Chain, holds: bool | None, document: Document, sheet: Sheet) -> str:
    """What is said against a step that does not fail, beside an equation that a sentence tells.

    It may rest on it; not on a letter for integers, which says where the step holds.
    """
    declarations = document.declarations
    unread = chain.aside == "name" and chain.lines[-1].error is not None
    if unread and declarations.values and RETURN.match(chain.lines[0].source.strip()):
        return _unread(chain)  # else the question says it
    concludes = chain.aside == "mention" and _is_behind(chain, document)
    if concludes and holds is False:
        start = chain.lines[0].span.start
        before = document.source.text[:start]
        if comes_to(before) or BOXED.search(before):
            return f"the text comes to {as_written(chain)}, which is not so"
    if chain.aside == "mention" and holds is False and _is_announced(chain, document):
        return f"the text claims {as_written(chain)}, which is not so"
    if not concludes and _resets(chain, declarations, sheet):
        return _unread(chain)
    picks = [is_of_indices(stated, declarations) for stated in statements_of(chain)]
    names = chain.aside == "name" and holds is None and _is_of_names(chain, declarations)
    if (holds is not False and not names) or chain.aside == "mention" or (picks and all(picks)):
        return ""
    return f"the text sets {as_written(chain)}, which is not so in this question"


def _unread(chain: Chain) -> str:
    return f"the text sets {as_written(chain)}, {NOT_READ}"


def _is_announced(chain: Chain, document: Document) -> bool:
    """Whether a sentence says that an equation is to be shown, or was: "We prove that"."""
    start = chain.lines[0].span.start
    return _CLAIMS.search(document.source.text[max(0, start - 2 * _NEAR) : start]) is not None


_CLAIMS = re.compile(
    r"\b(?:(?:show|shows|shown|prove|proves|proved|proven|verify|verified|establish|established|derive"
    r"|derived|claim|assert|conclude|see|find|deduce)(?:\s+(?:here|now|below|the\s+\w+))?(?:\s+that)?"
    r"|(?:claim|theorem|lemma|proposition|goal|to\s+show|to\s+prove)(?:\s+(?:is|says|states)(?:\s+that)?)?)"
    r"[\s:.}*]*\$?\s*\Z",
    re.IGNORECASE,
)
"""Words behind which a formula in a sentence is what a text claims."""


def _is_slope_of_a_logarithm(chain: Chain) -> bool:
    r"""Whether a sentence tells, of whatever it may be, `\nabla p = p \nabla\log p`."""
    told = "".join(f"{line.relation or ''}{line.source}" for line in chain.lines)
    plain = _GAPS.sub("", told.replace(r"\ln", r"\log"))
    return any(pattern.fullmatch(plain) for pattern in _SLOPES)


_GAPS = re.compile(r"\s+|\\[,;:!]|\\cdot")
_BY = r"\\nabla(?P<by>(?:_(?:\{[^{}]*\}|\\[a-z]+|\w))?)"
_OF = r"(?P<of>\\?[A-Za-z]+?(?:_(?:\{[^{}]*\}|\\[a-z]+?|\w))?(?:\([^()]*\))?)"
_SLOPES = (
    re.compile(rf"{_BY}{_OF}=(?P=of)\\nabla(?P=by)\\log(?P=of)"),
    re.compile(rf"{_BY}\\log{_OF}=\\frac\{{\\nabla(?P=by)(?P=of)\}}\{{(?P=of)\}}"),
    re.compile(rf"{_BY}\\log{_OF}=\\nabla(?P=by)(?P=of)/(?P=of)"),
)


def _describes_a_definition(chain: Chain, document: Document) -> bool:
    r"""Whether a sentence says in signs of its own what the text defines in its declarations.

    `F = \mathcal{T}^\pi V` beside a block that says what F(s) is: the block is what is meant.
    """
    first = HEAD.match(chain.lines[0].source.strip())
    if first is None or all(line.error is None for line in chain.lines):
        return False
    known = document.declarations.find(first[1])
    declared = isinstance(known, Definition) and known not in document.defined
    return declared and declaration_block(document.source.text) is not None


BOXED: Final = re.compile(r"\\(?:boxed|fbox)\s*\{\s*\Z")
"""What an equation begins with that stands in a box."""


def _is_behind(chain: Chain, document: Document) -> bool:
    """Whether an equation stands behind all that is derived, so that nothing rests on it."""
    start = chain.lines[0].span.start
    return all(line.span.start < start for each in document.chains for line in each.lines)


def _set_in_comments(document: Document, sheet: Sheet) -> Iterator[str]:
    """What stands beside rows of names that the question knows, and that cannot be read."""
    for chain in document.chains:
        if chain.aside == "condition" and _resets(chain, document.declarations, sheet):
            yield f"it says {as_written(chain)}, {NOT_READ}"
        for comment in chain.conditions:
            found = SETS.search(comment)
            if found is None or document.declarations.find(found[1]) is not None:
                continue
            if speaks_of(found[1], sheet) and not _is_called(found[1], found[2], sheet):
                yield comment


SETS: Final = re.compile(
    r"[\s{}(:$]\\?([A-Za-z]+)(?:_\{?[\w:+-]*\}?)?\s*:?=\s*(?:\\?([A-Za-z]+)(?:_\\?\w+)?[\s$}.,]*\Z)?"
)
"""What an unread comment sets: `with \\Sigma = ...`."""


def _is_called(name: str, thing: str | None, sheet: Sheet) -> bool:
    """Whether a spelling of a thing begins with a name that is said to be that thing: `s = h`."""
    word = re.compile(rf"\\?{name}(?![A-Za-z])")
    return any(
        target.strip("\\") == thing and any(word.match(way) for way in ways)
        for target, ways in sheet.conventions.spellings
    )


def _resets(chain: Chain, declarations: Declarations, sheet: Sheet) -> bool:
    """Whether a sentence sets a name of the question to something else that cannot be read.

    A normal law with the parameters that the question gives it is what the question says, and one
    where the question gives none is a special case.
    """
    if all(line.error is None for line in chain.lines):
        return False
    first, last = (chain.lines[place].source.strip() for place in (0, -1))
    head, other = HEAD.match(first), HEAD.match(last)
    known = declarations.find(head[1]) if head is not None else None
    if head is not None and known is None and speaks_of(head[1], sheet):
        alone = NAME_ALONE.fullmatch(last)
        return alone is None or not _is_called(head[1], alone[1], sheet)
    if chain.aside == "reason":  # as another setting of the question declares it
        return isinstance(known, Definition) and NAME_ALONE.fullmatch(first) is not None
    if chain.aside != "name":
        return False
    if isinstance(known, Function) and other is not None and other[1] == known.name:
        return True  # `f = f_\theta`, of an f that the parameter does not stand below
    if isinstance(known, Definition) and _is_its_definition(known, last, declarations):
        return False
    if not isinstance(known, Family):
        return isinstance(known, Definition | Process) or DIVERGENCE.match(first) is not None
    if NORMAL.search(last) is not None:
        return _is_another_law(known, last, declarations)
    return other is not None and isinstance(declarations.find(other[1]), Family)


def _is_its_definition(known: Definition, said: str, declarations: Declarations) -> bool:
    """Whether a text says of functions without arguments what the question does: `A = Q - V`."""
    told, meant = (ARGUMENTS.sub("", t) for t in (said, write_text(known.body, declarations)))
    return told == meant


def _is_another_law(law: Family, said: str, declarations: Declarations) -> bool:
    """Whether a normal law has other parameters than the question gives it."""
    moments = law.normal or law.multivariate
    told = NORMAL.search(said)
    if moments is None or told is None:
        return False
    names = set[str]()
    for word, below in PARAMETER.findall(told[1]):
        if word in LAID_OUT:
            continue
        found = declarations.find(f"{word}_{below}") is not None
        names.add(f"{word}_{below}" if below and found else word)
    sides = [getattr(moments, field.name) for field in fields(moments)]
    parts = [part for side in sides if isinstance(side, Term) for part in walk(side)]
    asked = {
        part.name
        for part in parts
        if isinstance(part, Sym) and not isinstance(declarations.find(part.name), Index)
    }
    numbers = {part.value for part in parts if isinstance(part, Num)} | {0, 1}
    mean, _, second = told[1].rpartition(",")
    digits = re.findall(r"\d+", mean)
    if re.fullmatch(r"\W*0\W*", mean) and moments.mean != as_term(0):
        return True
    if moments.mean == as_term(0) and digits and "0" not in digits:
        return True
    squared = SQUARE.search(second) is not None or "Sigma" in second
    deviation = bool(asked) and "sigma" in second and not squared
    other = {int(digits) for digits in re.findall(r"\d+", SQUARE.sub("", told[1]))} - numbers
    return bool(names - {"Sigma"} - asked or other) or deviation


class _Told(NamedTuple):
    """What a sentence says of a law, where, and whether it is that of what is a number here."""

    note: str
    place: int
    number: bool


def laws_told(document: Document, sheet: Sheet) -> tuple[_Told, ...]:
    """What sentences say of laws, "q drawn from N(..)", that is not what the question says.

    A number that the question declares without a law has only those that it grants.
    """
    known = document.declarations
    granted = {_plain_law(c.partition("\\sim")[2]) for c in sheet.conventions.conditions}
    made = {definition.name: definition.body for definition in document.defined}
    found: list[_Told] = []
    for told in DRAWN.finditer(document.source.text):
        drawn, said = _within_scripts(told[1], told[2])
        for name in re.findall(r"[A-Za-z]+", drawn):
            laws = [f for f in known.families if f.name == name or f.of == (name,)]
            another = any(_is_another_law(law, said, known) for law in laws)
            number = isinstance(known.find(name), Scalar | Parameter) and "N" in said
            another = another or (name in made and _is_not_made_so(made[name], said, known))
            number = number and _plain_law(said) not in granted
            if another or number:
                note = f"the text says {told[0]}, and the question another law"
                found.append(_Told(note, told.start(1), not another))
    return tuple(found)


def _within_scripts(drawn: str, law: str) -> tuple[str, str]:
    r"""What is drawn and its law, where both stand in the script of a sign: `E_{x \sim p}[..]`."""
    opened = re.search(r"\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\Z", drawn)
    if opened is None:
        return drawn, law
    closed = re.match(r"[^{}]*(?:\{[^{}]*\}[^{}]*)*(?=\})", law)
    return opened[1], closed[0] if closed else law


def _is_not_made_so(body: Term, law: str, known: Declarations) -> bool:
    """Whether a name for a normal outcome, shifted and perhaps scaled, is said to have another law.

    Without its mean it is normal about 0, and divided by its deviation it is standard.
    """
    random = any(isinstance(known.find(name), Variable) for name in free_names(body))
    told = NORMAL.search(law)
    if not random or told is None:
        return False
    mean, _, spread = _plain_law(told[1]).rpartition(",")
    standard = re.fullmatch(r"(?:I|1)(?:_\w+)?", spread) is not None
    return mean != "0" or standard != isinstance(body, Div)


def _plain_law(text: str) -> str:
    """A law without what only sets its signs."""
    return STYLES.sub("", text).rstrip(".,;")


STYLES: Final = re.compile(
    r"\\(?:mathcal|mathbf|mathrm|boldsymbol|operatorname|bm|left|right|[,;:! ])|[{}\s~]"
)
DRAWN: Final = re.compile(r"\$([^$=]*?)\\sim\s*([^$]*)\$")
SQUARE: Final = re.compile(r"\^\s*\{?\s*2\s*\}?")
HEAD: Final = re.compile(r"\\?([A-Za-z]+)")
NAME_ALONE: Final = re.compile(r"\\?([A-Za-z]+)(?:_\{?\\?\w+\}?)?")
ARGUMENTS: Final = re.compile(r"\([^()]*\)|\^(?:\{[^{}]*\}|\\?\w+)|[\s{}\\]")
"""What a name may be written without: its arguments, what stands above it, and signs of layout."""
DIVERGENCE: Final = re.compile(
    r"(D_|(\\(mathrm|operatorname|text|mathbb)\s*\{)?(D_|KL|JSD|D)\b)", re.IGNORECASE
)
NORMAL: Final = re.compile(r"N\}?\s*\\?(?:left|big|Big)?\((.*)\)", re.DOTALL)
PARAMETER: Final = re.compile(r"\\?([A-Za-z]+)(?:_\{?(\w+)\}?)?")
LAID_OUT: Final = frozenset((
    "left", "right", "operatorname", "mathrm", "mathbf", "mathbb", "boldsymbol", "text", "top",
    "diag", "I",
))  # fmt: skip
"""Words in the parameters of a law that name none of them."""


def _is_idle(chain: Chain, document: Document) -> bool:
    """Whether a sentence only says what a name is that no statement of the text uses."""
    first, *others = chain.lines
    head = HEAD.match(first.source.strip())
    if head is None or first.readings or len(others) != 1 or others[0].relation not in ("=", ":="):
        return False
    if document.declarations.find(head[1]) is not None or not BARE_NAME.fullmatch(
        first.source.strip()
    ):
        return False
    if head[1] in {process.reward for process in document.declarations.processes}:
        return False  # it stands in the values that a statement is about
    name = re.compile(rf"(?<![A-Za-z]){head[1]}(?![A-Za-z])")
    return not any(name.search(line.source) for each in document.chains for line in each.lines)


def _is_of_names(chain: Chain, declarations: Declarations) -> bool:
    """Whether two declared names are set equal: `q = k`."""
    stated = statements_of(chain)
    sides = [side for s in stated for side in (s.left, s.right)]
    return bool(sides) and all(
        isinstance(side, Sym) and declarations.find(side.name) is not None for side in sides
    )


def _mixes(chain: Chain, step: int, declarations: Declarations) -> list[str]:
    """What is said against a step from a whole to one component, or from that to the whole."""
    if not declarations.linear or len(chain.lines) <= step:
        return []
    shapes = Shapes(declarations)
    letters = {index.name for index in declarations.indices}
    found: list[bool] = []
    for line in chain.lines[step - 1 : step + 1]:
        for reading in line.readings[:1]:
            loose = {name for name, _ in reading.letters} | (free_names(reading.term) & letters)
            try:
                scalar = shapes.is_scalar(reading.term)
            except ShapeError:
                continue
            found.append(scalar and bool(loose))
            if scalar and not loose:
                return []
    mixed = len(found) == 2 and found[0] != found[1]
    return ["one side is a whole and the other a component of it"] if mixed else []


def _is_base_case(chain: Chain, document: Document) -> bool:
    """Whether a sentence of an induction tells the size that it begins with: "For $T = 1$"."""
    stated = statements_of(chain)
    of_sizes = all(
        isinstance(s.left, Sym)
        and isinstance(document.declarations.find(s.left.name), Size)
        and isinstance(s.right, Num)
        and s.relation == "="
        for s in stated or [Statement(as_term(0), "=", as_term(0))]
    )
    return of_sizes and INDUCTION.search(document.source.text) is not None


RETURN: Final = re.compile(r"G\s*_")
INDUCTION: Final = re.compile(r"\binducti(on|ve)\b|\bbase case\b", re.IGNORECASE)


def _limit_told(chain: Chain, holds: bool | None, document: Document) -> _Limit | None:
    """What an equation that a sentence tells says about where the steps hold.

    Who tells a reason, or mentions something, says that it is so: only an equation that may hold
    or not, of a bare name or a number, is a condition. The name of a whole array may be one that is
    not read.
    """
    first, last = chain.lines[0], chain.lines[-1]
    whole = first.error is not None and BARE_NAME.fullmatch(first.source.strip()) is not None
    contingent = is_contingent(chain, document.declarations) or (whole and last.relation == "=")
    before = document.source.text[: first.span.start]
    contingent = contingent or _SUPPOSES.search(before[-_NEAR:]) is not None
    contingent = contingent or _is_of_a_number(chain)
    if holds or (chain.aside == "mention" and not contingent):
        return None
    read = all(line.readings for line in chain.lines)
    if (holds is False or read) and chain.aside == "reason" and not contingent:
        return None
    words = "the text sets" if holds is False else "the text tells"
    behind = ", which is not so in this question" if holds is False else ""
    return _Limit(f"{words} {as_written(chain)}{behind}", statements_of(chain))


def _is_of_a_number(chain: Chain) -> bool:
    """Whether an equation gives a number as the value of something, as conditions do: `ab = 0`."""
    stated = statements_of(chain)
    return len(stated) == 1 and isinstance(stated[0].right, Num) and stated[0].relation == "="


_NEAR: Final = 40
"""Signs before a formula in which words stand that suppose it."""
_SUPPOSES: Final = re.compile(
    r"\b(?:(?:let|assum\w*|suppos\w*|if|when\w*|given|provided)\b[^.;:]*|(?:for|with)\s*)\$\Z",
    re.IGNORECASE,
)


def _wrong_reasons(chain: Chain, declarations: Declarations) -> dict[int, str]:
    """What is said against the steps whose reason, in a comment beside them, is wrong."""
    found: dict[int, str] = {}
    defined = {definition.name for definition in declarations.definitions}
    sets = [
        given
        for given in chain.provisos
        for stated in statements_of(given)
        if isinstance(stated.left, App | Sym) and stated.left.name in defined
    ]
    for given in (*chain.reasons, *sets):
        step = sum(line.span.start < given.lines[0].span.start for line in chain.lines) - 1
        if any(s.verdict.outcome == "refuted" for s in judge_chain(given, declarations)):
            found[step] = f"the reason that is given for it is not so: {as_written(given)}"
    return found


def _asserted(chain: Chain, following: str, sheet: Sheet) -> Chain:
    """What stands for itself of a chain, whatever equation may follow from it."""
    return chain if not following or len(chain.lines) < 3 else without_last(chain, sheet)


def _judge_asserted(
    chain: Chain, asserted: Chain, document: Document, sheet: Sheet, explaining: Explaining
) -> Iterator[StepVerdict]:
    """The steps of a chain that stands for itself."""
    notes = "; ".join(unread_remarks(chain.flags))
    reasons = _wrong_reasons(chain, document.declarations)
    steps = judge_chain(asserted, document.declarations, document.flags, explaining=explaining)
    for judged in steps:
        step = unless_solved(judged, chain, document, sheet)
        step = if_it_names(step, chain, document, sheet)
        if judged.step in reasons and step.verdict.outcome == "proved":
            step = doubted(step, reasons[judged.step])
        yield doubted(step, notes) if notes else step


def _judge_solving(
    equation: Chain, before: Chain | None, document: Document, sheet: Sheet, explaining: Explaining
) -> Iterator[StepVerdict]:
    """The steps of an equation that is solved: from the one before it, and on from its right side.

    The equation's own sign is no step.
    """
    rest = replace(equation, lines=equation.lines[1:])
    steps = judge_chain(rest, document.declarations, explaining=explaining)
    if equation.link:
        yield judge_link(equation, before, document, sheet)
    yield from steps


class _Aside(NamedTuple):
    """The steps of a statement beside others, and where it says that those hold."""

    steps: list[StepVerdict]
    limit: _Limit | None = None


def _judge_aside(
    chain: Chain, before: Sequence[Chain], document: Document, explaining: Explaining
) -> _Aside:
    """A statement that may be a condition of what stands before it.

    A condition is no step. Whatever is not proved may be one, so it refutes nothing, and what
    stands before it may hold under it.
    """
    known = document.declarations
    flags = before[-1].flags if before else ()
    if is_whole_range(chain, flags, known) or is_declared(chain, known):
        return _Aside([])
    found = list(judge_chain(chain, known, document.flags, explaining=explaining))
    holds = all(step.verdict.outcome == "proved" for step in found)
    if chain.aside == "condition" or is_condition(chain, known):
        found = []
    elif is_assertion(chain, known):
        return _Aside(found)
    if holds:
        return _Aside(found)
    note = "this may be a condition of what stands before it"
    found = [doubted(step, note) if step.verdict.outcome == "refuted" else step for step in found]
    note = f"a condition may stand beside it: {as_written(chain)}"
    return _Aside(found, _Limit(note, statements_of(chain)))
