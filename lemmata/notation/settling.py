"""The tokens of a formula in the declared spelling, with the words among them settled.

Each pass rewrites what one kind of notation means, and most formulas hold the signs of few.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from lemmata.notation.bars import DOUBLE, moduli_apart
from lemmata.notation.big_signs import BIG_SIGNS, with_big_signs
from lemmata.notation.blocks import DETERMINANTS, with_determinants_of_blocks
from lemmata.notation.components import LETTERS, of_any_component
from lemmata.notation.diagonals import DIAGONALS, with_diagonals
from lemmata.notation.errors import Source, Unreadable
from lemmata.notation.helpers import PUTTING_IN, with_remarks
from lemmata.notation.layout import settle_words
from lemmata.notation.lexer import MAX_TOKENS, Token, texts_and_kinds
from lemmata.notation.matrices import ROWS, set_in_rows
from lemmata.notation.other_signs import OTHER_SIGNS, with_known_signs
from lemmata.notation.returns import IN_RETURNS, with_values_of_returns
from lemmata.notation.symbols import Symbols
from lemmata.notation.value_times import with_times_of_values

_Pass: TypeAlias = Callable[[list[Token], str, Symbols], list[Token]]
"""Tokens of a formula to others; it may look at the whole text."""

PASSES: Final[tuple[tuple[AbstractSet[str], _Pass], ...]] = (
    (ROWS, lambda tokens, _, symbols: set_in_rows(tokens) if symbols.linear else tokens),
    (DOUBLE, lambda tokens, *_: moduli_apart(tokens)),
    (BIG_SIGNS.keys(), with_big_signs),
    (frozenset(("text",)), lambda tokens, _, symbols: settle_words(tokens, symbols)),
    (PUTTING_IN, lambda tokens, _, symbols: with_remarks(tokens, symbols)),
    (OTHER_SIGNS, lambda tokens, _, symbols: with_known_signs(tokens, symbols)),
    (IN_RETURNS, with_values_of_returns),
    (frozenset(("name",)), with_times_of_values),
    (frozenset(LETTERS), lambda tokens, _, symbols: of_any_component(tokens, symbols)),
    (DETERMINANTS, lambda tokens, _, symbols: _without_blocks(tokens, symbols)),
)
"""The texts and kinds of which a formula has one for a pass to find anything, and the pass."""


def settled(tokens: list[Token], source: Source, symbols: Symbols, used: set[int]) -> list[Token]:
    """Tokens with the words among them settled, in the declared spelling.

    The numbers of the spellings that they use are put into `used`.

    Raises:
        Unreadable: The declared spelling is too long.
    """
    signs = texts_and_kinds(tokens)
    for wanted, change in PASSES:
        if not signs.isdisjoint(wanted):
            before, tokens = tokens, change(tokens, source.text, symbols)
            signs = signs if tokens is before else texts_and_kinds(tokens)
    before, tokens = tokens, symbols.spellings.respelled(tokens, used)
    signs = signs if tokens is before else texts_and_kinds(tokens)
    tokens = tokens if signs.isdisjoint(DIAGONALS) else with_diagonals(tokens, symbols)
    if len(tokens) > MAX_TOKENS:
        span = source.span(before[0].start, before[-1].end)
        message = f"in the declared spelling this has more than {MAX_TOKENS:,} signs"
        raise Unreadable(message, span, source)
    return tokens


def _without_blocks(tokens: list[Token], symbols: Symbols) -> list[Token]:
    """Tokens without determinants of blocks, which a sheet with matrices reads as they are.

    The blocks may be spelled in another way, so that `with_diagonals` looks for them again.
    """
    return tokens if symbols.linear else with_determinants_of_blocks(tokens)
