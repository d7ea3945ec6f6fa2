"""Text to readings: every way in which a formula can fairly be read.

A formula has one reading unless people write it in two senses; then each is kept, with the choices that lead to it, and the
judge proves one that is consistent or refutes them all. A text is read whole or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import Term
from lemmata.kernel.verdict import Span
from lemmata.notation.errors import NotationError, Source
from lemmata.notation.lexer import Token, check_characters, scan_latex, scan_text
from lemmata.notation.macros import find_macros
from lemmata.notation.parser import Parser
from lemmata.notation.symbols import Conventions, Symbols, symbols_of

Format: TypeAlias = Literal["latex", "text"]

MAX_RUNS: Final = 32
"""How many ways of reading one formula are tried."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a formula.

    Attributes:
        flags: Risks taken: what was repaired or assumed. Any of them forbids a refutation.
        choices: How ambiguous notation was read here, in words; chains are read with the same choices throughout.
        span: Where the formula stands.
    """

    term: Term
    flags: tuple[str, ...]
    span: Span
    choices: tuple[str, ...] = ()


def readings(tokens: list[Token], source: Source, symbols: Symbols, *, latex: bool = True) -> tuple[Reading, ...]:
    """All readings of a sequence of tokens as one expression, the most common one first.

    Raises:
        NotationError: It has none; the error is that of the most common way to read it.
    """
    found: dict[Term, Reading] = {}
    failure: NotationError | None = None
    span = source.span(tokens[0].start, tokens[-1].end) if tokens else source.span(0, 0)
    plans: list[tuple[int, ...]] = [()]
    runs = 0
    while plans:
        if runs == MAX_RUNS:
            incomplete = "more readings than are tried"
            return tuple(Reading(r.term, (*r.flags, incomplete), r.span, r.choices) for r in found.values())
        plan = plans.pop(0)
        runs += 1
        parser = Parser(tokens, source, symbols, plan, latex)
        try:
            term = parser.whole_expression()
        except NotationError as error:
            failure = failure or error
        else:
            if term not in found:
                found[term] = Reading(term, tuple(parser.flags), span, tuple(parser.chosen))
        for place in range(len(plan), len(parser.widths)):
            base = (*plan, *(0,) * (place - len(plan)))
            plans.extend((*base, other) for other in range(1, parser.widths[place]))
    if not found:
        assert failure is not None
        raise failure
    return tuple(found.values())


def read_expression(
    text: str, declarations: Declarations, format: Format = "latex", conventions: Conventions = Conventions()
) -> tuple[Reading, ...]:
    """Every reading of a text that is one expression.

    Args:
        text: LaTeX or keyboard text, without delimiters around it or with.
        declarations: The names that it may use.
        format: The dialect.
        conventions: What the question agrees on beside its declarations.

    Raises:
        NotationError: The text cannot be read; the error says where and why.
    """
    source = Source(text)
    check_characters(source)
    symbols = symbols_of(declarations, conventions)
    if format == "latex":
        macros, _ = find_macros(text)
        tokens = scan_latex(source, 0, len(text), macros)
    else:
        tokens = scan_text(source, 0, len(text), symbols.known)
    return readings(tokens, source, symbols, latex=format == "latex")
