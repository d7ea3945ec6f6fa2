"""Moving through the tokens of one formula.

Looking ahead, matching brackets, choosing between readings, and saying what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Final, TypeVar

from lemmata.kernel.fuel import account
from lemmata.kernel.shapes import Shapes
from lemmata.kernel.terms import Term, walk
from lemmata.notation.errors import NotationError, Source, UnderDeclared, Unreadable, Unsupported
from lemmata.notation.lexer import Token, places_of
from lemmata.notation.symbols import Symbols

T = TypeVar("T")

FUEL: Final = 200_000
"""How many steps one reading of a formula may take."""

STEP_WORK: Final = 40
"""What a step takes of the work that one answer may be."""

MAX_REPEATED: Final = 1_000
"""How many parts may stand in a function that holds its arguments several times, written out."""

_CLOSER: Final = {
    "(": ")",
    "[": "]",
    "{": "}",
    "\\{": "\\}",
    "\\lvert": "\\rvert",
    "\\langle": "\\rangle",
}
_ACCENT: Final = re.compile(
    r"\\(?:wide)?(?:hat|tilde|check|bar|dot|ddot|vec|breve|overline|underline|acute)\b"
)
"""How a name begins that is spelled in another way where it is declared."""
_BRACKETS: Final = frozenset((*_CLOSER, *_CLOSER.values()))
_STARS: Final = {"\\star": "*", "\\cdot": "*"}
_SHOWN: Final = {"\\lvert": "|", "\\rvert": "|"}


class Cursor:
    """A place in a sequence of tokens, and the choices between readings made so far.

    The parser runs to the end under one plan of choices. Where notation is ambiguous it asks
    `choose`; the options it did not take are other plans, which `lemmata.notation.read` runs in
    turn.
    """

    def __init__(
        self, tokens: Sequence[Token], source: Source, symbols: Symbols, plan: Sequence[int] = ()
    ) -> None:
        self.tokens, self.source, self.symbols = tokens, source, symbols
        self.at, self.stop = 0, len(tokens)
        self.fuel = FUEL
        self.account = account()
        self.shapes = Shapes(symbols.declarations)
        self.plan = plan
        self.made: dict[tuple[int, str], int] = {}
        self.widths: list[int] = []
        self.chosen: list[str] = []
        self.flags: dict[str, None] = {}
        # Names that this reading binds though they stand free in the text.
        self.closed: set[str] = set()
        end = tokens[-1].end if tokens else 0
        self._end = Token("end", "", end, end)
        self.partner = self._match_brackets()

    def choose(self, question: str, options: tuple[str, ...], *, throughout: bool = False) -> str:
        """One of several readings of what stands here, according to the plan.

        The first one where the plan is silent. A question that is settled `throughout` has one
        answer in the whole formula.
        """
        key = (-1 if throughout else self.at, question)
        if key not in self.made:
            number = len(self.widths)
            self.made[key] = self.plan[number] if number < len(self.plan) else 0
            self.widths.append(len(options))
            self.chosen.append(f"{question}: {options[self.made[key]]}")
        return options[self.made[key]]

    def settle(self, question: str, answer: str) -> None:
        """Note how notation is read that is ambiguous elsewhere, but not here."""
        self.chosen.append(f"{question}: {answer}")

    def flag(self, risk: str) -> None:
        """Note a risk.

        Something was repaired or assumed, so that a refutation would not be fair.
        """
        self.flags[risk] = None

    # Looking

    def peek(self, ahead: int = 0) -> Token:
        """The token here, or some places ahead; an `end` token behind the last one."""
        place = self.at + ahead
        return self.tokens[place] if place < self.stop else self._end

    def next_is(self, *texts: str) -> bool:
        """Whether a sign or relation with one of these spellings stands here."""
        token = self.tokens[self.at] if self.at < self.stop else self._end
        return token.text in texts and token.kind in ("sym", "rel")

    def take(self) -> Token:
        """The token here; moves on."""
        at = self.at
        self.fuel -= 1
        if self.fuel < 0:
            self.spend(0)
        self.at = at + 1
        return self.tokens[at] if at < self.stop else self._end

    def spend(self, steps: int = 1) -> None:
        """Count steps, so that no formula takes long.

        Raises:
            Unreadable: The formula took more than `FUEL` steps.
        """
        self.fuel -= steps
        if not self.account.take(steps * STEP_WORK) or self.fuel < 0:
            raise self.unreadable(
                "the formula is too tangled to be read",
                hint="Write it with more brackets, or in parts.",
            )

    def repeats(self, *terms: Term) -> None:
        """Note terms that the meaning of a sign holds several times, as that of max(a, b) does.

        Raises:
            Unreadable: They are long. One such sign in the other would double them again and again.
        """
        parts = chain.from_iterable(map(walk, terms))
        count = sum(1 for _ in islice(parts, MAX_REPEATED + 1))
        self.spend(count)
        if count > MAX_REPEATED:
            raise self.unreadable(
                f"more than {MAX_REPEATED:,} parts in a function that is written out",
                hint="Write it in smaller steps.",
            )

    def expect(self, text: str) -> Token:
        """The token here, which must be this sign; moves on."""
        if not self.next_is(text):
            raise self.unreadable(f"expected {shown(text)}{self._found()}")
        return self.take()

    def expect_row(self) -> None:
        """The end of a row; moves on."""
        token = self.peek()
        if token.kind != "row":
            raise self.unreadable("expected the end of a row", token)
        self.take()

    def _found(self) -> str:
        token = self.peek()
        return (
            " but the formula ends" if token.kind == "end" and self.stop == len(self.tokens) else ""
        )

    def within(self, first: int, last: int, read: Callable[[], T]) -> T:
        """Read a stretch of tokens to its end, then return to where we were."""
        at, stop = self.at, self.stop
        self.at, self.stop = first, last
        try:
            result = read()
            if self.at < last:
                raise self.unexpected()
        finally:
            self.at, self.stop = at, stop
        return result

    def group_end(self, place: int) -> int:
        """The index after the bracket group that opens at `place`."""
        return self.partner[place] + 1

    def items(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """The parts of a stretch between its outer commas."""
        start = at = first
        while at < last:
            if at in self.partner:
                at = self.group_end(at)
                continue
            if self.tokens[at].text == ",":
                yield start, at
                start = at + 1
            at += 1
        yield start, last

    def flat(self, first: int, last: int) -> str:
        r"""A stretch of tokens as part of a name.

        `{\text{Pop},\Psi}` is `Pop,Psi`, a star is `*`.
        """
        if last == first + 1:
            text = self.tokens[first].text
            return _STARS.get(text, text.strip()) if text not in ("{", "}") else ""
        return "".join(
            _STARS.get(token.text, token.text.strip())
            for token in self.tokens[first:last]
            if token.text not in ("{", "}")
        )

    # Errors

    def unreadable(self, message: str, token: Token | None = None, hint: str = "") -> Unreadable:
        """The error that the text cannot be read here."""
        place = token or self.peek()
        return Unreadable(message, self.source.span(place.start, place.end), self.source, hint)

    def unsupported(self, message: str, token: Token | None = None, hint: str = "") -> Unsupported:
        """The error that what stands here means something that cannot be judged."""
        place = token or self.peek()
        return Unsupported(message, self.source.span(place.start, place.end), self.source, hint)

    def undeclared(
        self, name: str, token: Token, message: str = "", hint: str = ""
    ) -> UnderDeclared:
        """The error that a name has no declaration."""
        written = self.source.text[token.start : token.end]
        accent = _ACCENT.match(written) is not None and name.startswith(token.text)
        shown = f"{written}{name[len(token.text) :]} (declared as {name})" if accent else repr(name)
        return UnderDeclared(
            message or f"{shown} has no declaration",
            self.source.span(token.start, token.end),
            self.source,
            hint or partial(self.symbols.suggestion, name),
            names=(name,),
        )

    def unexpected(self) -> NotationError:
        """The error that nothing can be made of the token here."""
        token = self.peek()
        if token.kind == "text":
            return self.unreadable(
                "words inside the formula",
                token,
                "Leave words out of the formula, or set them in a column of their own.",
            )
        if token.kind == "rel":
            return self.unreadable(f"the relation {token.text!r} inside an expression", token)
        if token.kind == "end":
            return self.unreadable(
                "the formula breaks off here: expected a number, a name or an opening bracket",
                token,
            )
        if token.kind in ("row", "amp", "begin", "end"):
            return self.unsupported("a layout inside a formula", token)
        if token.text.startswith("\\") and token.text[1:].isalpha():
            return self.unsupported(f"the command {token.text}", token)
        return self.unreadable(f"{shown(token.text)!r} does not belong here", token)

    def _match_brackets(self) -> dict[int, int]:
        partner: dict[int, int] = {}
        stack: list[tuple[int, str]] = []  # where a bracket opens, and what closes it
        for place in places_of(self.tokens, _BRACKETS):
            token = self.tokens[place]
            closer = _CLOSER.get(token.text)
            if token.kind != "sym":
                continue
            if closer is not None:
                stack.append((place, closer))
            elif stack and stack[-1][1] == token.text:
                partner[stack.pop()[0]] = place
            elif stack:
                expected = f"expected {shown(stack[-1][1])} before {shown(token.text)}"
                raise self.unreadable(expected, token)
            else:
                raise self.unreadable(f"this {shown(token.text)} closes nothing", token)
        if stack:
            at, closer = stack[-1]
            opened = self.tokens[at]
            raise self.unreadable(f"this {shown(opened.text)} has no {shown(closer)}", opened)
        return partner


def shown(text: str) -> str:
    """A sign as a reader knows it."""
    return _SHOWN.get(text, text)
