"""Verdicts: the only answers there are.

`proved` is for mathematics alone, `confirmed` for evidence with stated error rates, `refuted` comes
with a counterexample and `undecided` with a cause. A verdict has no truth value, because "not
proved" is not "wrong".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NoReturn, TypeAlias

Outcome: TypeAlias = Literal["proved", "confirmed", "refuted", "undecided"]

Cause: TypeAlias = Literal[
    "supported",  # models agree, and no proof was found
    "under-declared",  # a name has no declaration
    "unreadable",  # the text cannot be read
    "ambiguous",  # two readings lead to different verdicts
    "unsupported",  # read, but outside what the judges can decide
    "unanswered",  # the answer still contains what was asked for
    "budget",  # a deterministic limit was reached
    "killed",  # a worker was stopped from outside
    "conflict",  # the two judges disagree: a bug
    "sandbox",  # code could not be run safely
    "unknown-claim",  # no such claim or answer id
]


@dataclass(frozen=True, slots=True)
class Span:
    """Where in the source.

    Line and column from 1, and the offsets of the first and past-the-last character.
    """

    line: int
    column: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A model of the declared world in which the two sides differ.

    Attributes:
        world: The model: names and their values, as text in small exact numbers.
        left: The value of the left side there.
        right: The value of the right side there.
        text: The whole counterexample in words, ready to print.
    """

    world: dict[str, str]
    left: str
    right: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with its evidence.

    Attributes:
        outcome: proved, confirmed, refuted or undecided.
        cause: Why it is undecided; None otherwise.
        message: Where, what, evidence, what next; ready to print.
        read_as: The canonical read-back of what was judged.
        rules: The rules that the proof uses, in order of first use.
        assumptions: What the proof assumes, in words.
        counterexample: Present when refuted.
        span: The place in the source that the verdict is about.
        steps: The verdicts of a derivation's steps.
        first_wrong_step: The number of the first step of a derivation that is refuted, from 1; the
            message says where a step before it is undecided.
        reaches_goal: Whether a derivation starts and ends where it should; None when not asked
            or not known.
        starts_as_asked: Whether a derivation starts where it should, wherever it ends; None when
            not asked or not known.
    """

    outcome: Outcome
    cause: Cause | None = None
    message: str = ""
    read_as: str = ""
    rules: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    span: Span | None = None
    steps: tuple[StepVerdict, ...] = field(default=())
    first_wrong_step: int | None = None
    reaches_goal: bool | None = None
    starts_as_asked: bool | None = None

    def __bool__(self) -> NoReturn:
        message = "a verdict has no truth value: look at its outcome"
        raise TypeError(message)


@dataclass(frozen=True, slots=True)
class StepVerdict:
    """The verdict of one step.

    Attributes:
        step: Its number, from 1.
        relation: Its sign.
        verdict: What was found.
        line: Where the line stands that it leads to.
    """

    step: int
    relation: str
    verdict: Verdict
    line: Span | None = None
