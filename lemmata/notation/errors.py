"""What is said when a text cannot be read: where, what was expected, and what to write instead."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Final, Literal

from lemmata.kernel.verdict import Span

WIDTH = 100
"""How many characters of a long source line are shown."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text with the starts of its lines, so that an offset becomes a line and a column."""

    text: str
    starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ends = accumulate(len(line) + 1 for line in self.text.split("\n")[:-1])
        object.__setattr__(self, "starts", (0, *ends))

    def span(self, start: int, end: int) -> Span:
        """The place between two offsets."""
        line = bisect_right(self.starts, start)
        return Span(line, start - self.starts[line - 1] + 1, start, max(start, end))

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line break."""
        start = self.starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end]

    def excerpt(self, span: Span) -> tuple[str, int]:
        """The line of a span, cut to `WIDTH` around it, and the column of the span in it from 0."""
        line, column = self.line(span.line).replace("\t", " "), span.column - 1
        start = max(0, min(column - WIDTH // 2, len(line) - WIDTH))
        shown = line[start : start + WIDTH]
        before, after = "..." if start else "", "..." if start + WIDTH < len(line) else ""
        return f"{before}{shown}{after}", column - start + len(before)


def with_braces(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch widened so that it holds whole groups.

    Tokens do not include the braces that were dropped around them.
    """
    depths = [0, *accumulate(map(_STEPS.__getitem__, _BRACES.findall(text, start, end)))]
    lowest, depth = min(depths), depths[-1]
    for _ in range(-lowest):
        start = text.rfind("{", 0, start)
    command = _COMMAND_BEFORE.search(text, 0, start) if lowest else None
    if command is not None:
        start = command.start()
    for _ in range(depth - lowest):
        end = max(end, text.find("}", end) + 1)
    return max(start, 0), end


_BRACES: Final = re.compile(r"\\[\\{}]|[{}]")
_STEPS: Final = {"{": 1, "}": -1, "\\{": 0, "\\}": 0, "\\\\": 0}
_COMMAND_BEFORE: Final = re.compile(r"\\[a-zA-Z]+\s*\Z")


Code = Literal["unreadable", "under-declared", "unsupported", "ambiguous"]
"""The cause that an undecided verdict gets from a reading error."""


class NotationError(Exception):
    """A text that is not read.

    Attributes:
        message: What was found or expected, in one line.
        span: Where.
        code: The cause of the verdict.

    `str(error)` is its `text`.
    """

    title = "cannot be read"
    code: Code = "unreadable"

    def __init__(
        self, message: str, span: Span, source: Source, hint: str | Callable[[], str] = ""
    ) -> None:
        super().__init__(message)
        self.message, self.span = message, span
        # Most errors end one of several ways to read a formula, and nobody sees what they say.
        self._source, self._hint = source, hint

    @cached_property
    def hint(self) -> str:
        """What to write instead; may be empty."""
        return self._hint if isinstance(self._hint, str) else self._hint()

    @cached_property
    def text(self) -> str:
        """Place, source line, caret, message and hint, ready to print."""
        span = self.span
        shown, column = self._source.excerpt(span)
        return (
            f"line {span.line}, column {span.column}: {self.title}\n"
            f"    {shown}\n"
            f"    {' ' * column}^ {self.message}"
        ) + (f"\n{self.hint}" if self.hint else "")

    def __str__(self) -> str:
        return self.text


class Unreadable(NotationError):  # noqa: N818 - said of a text
    """The text is no formula of this language.

    A bracket is missing, a word stands in it, it breaks off.
    """


class Ambiguous(NotationError):  # noqa: N818 - said of a text
    """The text can be read in several ways, and none of them is the likelier one."""

    title = "can be read in two ways"
    code: Code = "ambiguous"


class RolesExchanged(Unreadable):
    """A law whose variable and condition have changed places: `pi(s|a)` of a policy `pi(a|s)`."""


class UnderDeclared(NotationError):  # noqa: N818 - said of a text
    """A name has no declaration.

    Attributes:
        names: The names, as they would be declared.
    """

    title = "a name is not declared"
    code: Code = "under-declared"

    def __init__(
        self,
        message: str,
        span: Span,
        source: Source,
        hint: str | Callable[[], str] = "",
        *,
        names: tuple[str, ...],
    ) -> None:
        super().__init__(message, span, source, hint)
        self.names = names


class Unsupported(NotationError):  # noqa: N818 - said of a text
    """The text is understood, and means something that the judges have no word for."""

    title = "is not supported"
    code: Code = "unsupported"
