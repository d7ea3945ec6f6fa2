"""What is read: ways to read a formula, lines, chains of them, and documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from lemmata.kernel.declarations import Declarations, Definition
from lemmata.kernel.terms import Iverson, Range, Term
from lemmata.kernel.verdict import Span
from lemmata.notation.errors import NotationError, Source

Case: TypeAlias = "tuple[str, str, str]"
"""Two letters and how they relate in one of several cases: (`i`, `=`, `k`) or (`i`, `!=`, `k`)."""
Aim: TypeAlias = Literal["", "place", "value"]
"""What is asked of an objective: where it is extreme, or its extreme value."""

Aside: TypeAlias = Literal["", "condition", "statement", "name", "reason", "mention"]
"""What a statement beside others is: see `Chain`."""


def equal_letters(left: Term, right: Term) -> Iverson:
    """1 where two letters are equal and 0 elsewhere, in one order of the letters."""
    first, second = sorted((left, right), key=str)
    return Iverson(first, "=", second)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a formula.

    Attributes:
        flags: Risks taken: what was repaired or assumed. Any of them forbids a refutation.
        choices: How ambiguous notation was read here, in words; chains are read with the same
            choices throughout.
        span: Where the formula stands.
        closed: Names that stand free in the text and are bound in this reading, such as the
            condition that a conditional entropy is averaged over. Where they stand free elsewhere
            in a statement, this reading is not meant.
        letters: Letters that stand as indices only and are declared nowhere, each with the range
            of the arrays that it is an index of, or None: a component for each of their values.
    """

    term: Term
    flags: tuple[str, ...]
    span: Span
    choices: tuple[str, ...] = ()
    closed: frozenset[str] = frozenset()
    letters: tuple[tuple[str, Range | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One member of a chain.

    Attributes:
        relation: How it relates to the member before it; None for the first. `=`, `>=`, `<=`,
            `<`, `>`, `!=`, `:=`, `<-`, `+=`, `-=` or the name of a sign that has no meaning here
            (`approx`, `propto`, `arrow`, ...).
        readings: The readings; empty if it cannot be read.
        error: Why it cannot be read.
        relation_error: Why its relation cannot be judged, though the expression may be.
        span: Where it stands.
        source: Its text.
        label: Whether it is only what the answer calls the thing that is asked for.
        places: The letters of that label, which number what is asked for.
        called: What the answer calls each of them: another letter, or one entry, `1`.
        space: The sizes of the space that it is said to lie in: `dxn`; None if it says nothing.
        within: Whether it holds such a label and more.
        asks: Whether it speaks of the thing that is asked for by a label of the sheet.
        unwritten: Whether it holds what an answer has to write out.
        omitted: Whether it is dots alone, so that nothing is stated.
        aim: Whether it asks where its readings are largest, or how large they are there.
        least: Whether that is written as a minimum of their negatives.
        constant: A constant of no name that stands behind it: `C`, `const`.
        over: The parameter that the question maximises over, on which a constant does not depend.
    """

    relation: str | None
    readings: tuple[Reading, ...]
    error: NotationError | None
    relation_error: NotationError | None
    span: Span
    source: str
    label: bool = False
    places: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    space: str | None = None
    within: bool = False
    asks: bool = False
    unwritten: bool = False
    omitted: bool = False
    aim: Aim = ""
    least: bool = False
    constant: str = ""
    over: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """A statement: expressions joined by relations, in reading order.

    Attributes:
        link: `implies` or `iff` where the text says that it follows from the statement before.
        definitions: Names that it defines in a remark, in the order written.
        flags: Risks: words that were dropped from it.
        conditions: Comments that may say under which condition a row holds.
        aside: Empty if it stands on its own; `condition` behind a word such as "where" in the row
            of the statement before it; `statement` behind a comma or gap there, where it may be
            a condition of that statement too; `name` if it only gives a formula a fresh name, and
            is the last to do so in a text that states nothing else, or may give one in a sentence;
            `reason` behind "since" in one; `mention` elsewhere in one.
        case: What its members are multiplied by, where a sentence says that it holds in one case.
        reasons: Statements that its comments give as the reasons of its rows.
        provisos: Statements in its comments that may say where it holds.
        nouns: What the words before it say that it is: "the mean is".
        said: Words beside it that hold no formula, and may change what it says.
        premises: Reasons beside its rows that may suppose something, each with its place.
    """

    lines: tuple[Line, ...]
    link: str = ""
    definitions: tuple[Definition, ...] = ()
    flags: tuple[str, ...] = ()
    aside: Aside = ""
    conditions: tuple[str, ...] = ()
    case: Term | None = None
    reasons: tuple[Chain, ...] = ()
    provisos: tuple[Chain, ...] = ()
    said: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    premises: tuple[tuple[int, str], ...] = ()


class Reach(NamedTuple):
    """The part of a text that something is said of; to its end where `until` is None."""

    since: int
    until: int | None

    def leaves_out(self, start: int, end: int) -> bool:
        """Whether what stands at a place is no part of it."""
        return self.since >= end or (self.until is not None and start >= self.until)


class Leading(NamedTuple):
    """Where a sentence stands that speaks of some displays only, and of which."""

    start: int
    end: int
    reach: Reach

    def is_not_about(self, start: int, end: int) -> bool:
        """Whether it does not speak of what stands at a place."""
        return self.reach.leaves_out(start, end)


@dataclass(frozen=True, slots=True)
class Document:
    """All statements of a text.

    Attributes:
        declarations: The declarations, with the names that the text itself defines.
        flags: Risks of the whole text: words beside its formulas.
        conditions: The risks that remain where the words lead from one display to the next.
        defined: The names that the text itself defines.
        orders: How its words order two letters: "for $u < t$" is (u, <, t).
        told: Equations that its sentences set up and that give no fresh name.
        alterations: Words in its sentences that give its signs another meaning, and how far.
        clashes: Spellings that exclude each other.
        unled: Words beside a final answer, but for those of the sentence that leads to it.
        turning: Words of that sentence that turn what it says, unless the question holds them.
        subjects: Nouns of what it says that the answer is.
        leading: The sentences that speak of some displays only, as of those behind them.
        before: Of the chain that ends at a place, the conditions that no later sentence tells.
    """

    chains: tuple[Chain, ...]
    declarations: Declarations
    source: Source
    flags: tuple[str, ...] = ()
    defined: tuple[Definition, ...] = ()
    conditions: tuple[str, ...] = ()
    orders: tuple[tuple[str, str, str], ...] = ()
    told: tuple[Chain, ...] = ()
    alterations: tuple[tuple[str, Reach], ...] = ()
    clashes: tuple[str, ...] = ()
    unled: tuple[str, ...] = ()
    turning: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    leading: tuple[Leading, ...] = ()
    before: tuple[tuple[int, tuple[str, ...]], ...] = ()

    def conditions_of(self, chain: Chain) -> tuple[str, ...]:
        """The conditions that may be meant of a chain: not those of a sentence that leads on."""
        return dict(self.before).get(chain.lines[-1].span.end, self.conditions)

    def alterations_of(self, chain: Chain) -> list[str]:
        """The words that may give the signs of a chain another meaning."""
        start, end = chain.lines[0].span.start, chain.lines[-1].span.end
        return [said for said, reach in self.alterations if not reach.leaves_out(start, end)]

    def speaks_of_others(self, place: int, chain: Chain) -> bool:
        """Whether the sentence at a place is not about a chain, but about others."""
        start, end = chain.lines[0].span.start, chain.lines[-1].span.end
        about = (each for each in self.leading if each.start <= place < each.end)
        return any(each.is_not_about(start, end) for each in about)
