r"""Lists and explicit matrices, with or without dots. A list in brackets is a column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from lemmata.kernel.shapes import NUMBER, ONE, UNKNOWN
from lemmata.kernel.terms import (
    Add,
    Blocks,
    Entries,
    Entry,
    Iverson,
    Mul,
    Neg,
    Ones,
    Sym,
    Term,
    Transpose,
    as_term,
    children,
    rebuild,
    substitute,
    walk,
)
from lemmata.notation.lexer import Token
from lemmata.notation.linear import fresh_letter, shape

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

DOTS: Final = frozenset(("\\ldots", "\\vdots", "\\ddots"))


def is_list(parser: Parser, opening: int) -> bool:
    """Whether commas stand in a bracket group, outside any inner group."""
    at, close = opening + 1, parser.partner[opening]
    while at < close:
        if parser.tokens[at].kind == "sym" and parser.tokens[at].text in (",", ";"):
            return True
        at = parser.group_end(at) if at in parser.partner else at + 1
    return False


def listing(parser: Parser) -> Term:
    """A list in round or square brackets: a column, or a matrix if its members are lists.

    Raises:
        NotationError: It is a set, whose members have no order.
    """
    opening = parser.at
    close = parser.partner[opening]
    if parser.peek().text == "\\{":
        hint = "Write a list of entries in round or square brackets."
        raise parser.unsupported("a set in braces, which has no order", hint=hint)
    kinds = [token.kind for token in parser.tokens[opening:close]]
    if ("num", "num") in pairwise(kinds):
        message = "numbers side by side in a list"
        raise parser.unreadable(message, hint="Write commas between them.")
    cells: list[Term | None] = []

    def members() -> None:
        cells.append(cell(parser))
        while parser.next_is(",", ";"):
            parser.take()
            cells.append(cell(parser))

    parser.within(opening + 1, close, members)
    parser.at = close + 1
    lists = [one for one in cells if isinstance(one, Blocks)]
    if lists and len(lists) == len(cells):
        return grid(parser, [[line[0] for line in one.rows] for one in lists], parser.tokens[close])
    column = grid(parser, [[one] for one in cells], parser.tokens[close])
    parser.listed.add(column)
    return column


def cell(parser: Parser) -> Term | None:
    """A member of a list or matrix; None for dots."""
    if parser.peek().text in DOTS:
        parser.take()
        return None
    if [parser.peek(k).text for k in range(3)] == [".", ".", "."]:
        for _ in range(3):
            parser.take()
        return None
    return parser.inner()


def grid(parser: Parser, rows: Sequence[Sequence[Term | None]], at: Token) -> Term:
    """A matrix by its cells; dots stand for all cells between those of the corners."""
    if len({len(row) for row in rows}) != 1:
        raise parser.unreadable("the rows of this matrix have different lengths", at)
    known = [[one for one in row if one is not None] for row in rows]
    if all(len(full) == len(row) for full, row in zip(known, rows, strict=True)):
        return Blocks(tuple(map(tuple, known)))
    found = _Dotted(parser, rows).matrix()
    if found is None:
        raise parser.unreadable("what the dots in this list stand for is not clear", at)
    return found


class _Dotted:
    """A matrix with dots, whose corners tell how its cells go on.

    Attributes:
        parser: The parser.
        cells: The cells, None for dots.
        letters: Those of a row and of a column.
        sizes: What they run to, where that is found.
        diagonal: The cell on the diagonal, where it is another one.
    """

    def __init__(self, parser: Parser, cells: Sequence[Sequence[Term | None]]) -> None:
        self.parser = parser
        self.cells = cells
        written = [one for row in cells for one in row if one is not None]
        row = fresh_letter(parser, *written)
        self.letters = row, fresh_letter(parser, row, *written)
        self.sizes: dict[Sym, Term] = {}
        self.diagonal: Term | None = None

    def matrix(self) -> Term | None:
        """The matrix; None if its cells do not tell it."""
        top, bottom = self.cells[0], self.cells[-1]
        corners = top[0], top[-1], bottom[0], bottom[-1]
        general = self.pattern(corners) or self.but_for_the_diagonal(corners)
        general = None if general is None else self.with_cells(general)
        if general is None:
            return None
        single = shape(self.parser, general) in (NUMBER, UNKNOWN)
        if not self.sizes and not single:
            return None
        if not self.sizes:  # equal cells, as many as follow from around
            return Mul((general, Ones()))
        for letter, count in zip(self.letters, (len(self.cells), len(top)), strict=True):
            if count > 1 and letter not in self.sizes:
                return None
        return self.of_entries(general)

    def of_entries(self, general: Term) -> Term | None:
        """The matrix by its entries, where its cells may be rows below each other, or columns."""
        row, column = self.letters
        rows, columns = (self.sizes.get(letter, ONE) for letter in self.letters)
        if self.diagonal is not None:
            on, off = (Iverson(row, sign, column) for sign in ("=", "!="))
            general = Add((Mul((on, self.diagonal)), Mul((off, general))))
        inside = shape(self.parser, general)
        if inside.is_number:
            return Entries(row, rows, column, columns, general)
        turned = inside.turned
        if columns == ONE and turned.is_column and turned.rows is not None:
            entry = Entry(Transpose(general), (column,))
            return Entries(row, rows, column, turned.rows.upper, entry)
        if rows == ONE and inside.is_column and inside.rows is not None:
            return Entries(row, inside.rows.upper, column, columns, Entry(general, (row,)))
        return None

    def pattern(self, corners: tuple[Term | None, ...]) -> Term | None:
        """The cell at any place, from those of the four corners (top first, left first)."""
        first, right, below, last = corners
        if first is None or right is None or below is None or last is None:
            return None
        if first == right == below == last:
            return first
        row, column = self.letters
        for letter, same in ((row, (right, below)), (column, (below, right))):
            runs = first == ONE == same[0] and same[1] == last
            if runs and self.sizes.setdefault(letter, last) == last:
                return letter
        groups = [children(corner) for corner in (first, right, below, last)]
        if len({len(group) for group in groups}) > 1 or not groups[0]:
            return None
        if any(
            rebuild(first, group) != corner
            for corner, group in zip((first, right, below, last), groups, strict=True)
        ):
            return None
        parts = [self.pattern(tuple(parts)) for parts in zip(*groups, strict=True)]
        found = [part for part in parts if part is not None]
        return rebuild(first, tuple(found)) if len(found) == len(parts) else None

    def but_for_the_diagonal(self, corners: tuple[Term | None, ...]) -> Term | None:
        """The cell off the diagonal, where those on it are of another kind."""
        first, right, below, last = corners
        if first is None or right is None or below is None or last is None:
            return None
        self.sizes = {}
        self.diagonal = self.pattern((first, first, last, last))
        off = self.across(right, below)
        square = len({*self.sizes.values()}) == 1 and len(self.sizes) == len(self.letters)
        return off if square and self.diagonal is not None else None

    def across(self, right: Term, below: Term) -> Term | None:
        """The cell at any place, from those of the two corners that are on no diagonal."""
        if right == below:
            return right
        for letter, one, size in zip(self.letters, (right, below), (below, right), strict=True):
            if one == ONE and not children(size) and self.sizes.setdefault(letter, size) == size:
                return letter
        groups = children(right), children(below)
        if len(groups[0]) != len(groups[1]) or rebuild(right, groups[1]) != below:
            return None
        found = [self.across(one, other) for one, other in zip(*groups, strict=True)]
        parts = [part for part in found if part is not None]
        return rebuild(right, tuple(parts)) if len(parts) == len(found) else None

    def with_cells(self, general: Term) -> Term | None:
        r"""The cell at any place, with what the cells that are no corners say; None if they differ.

        One with dots on both sides stands at the place of its letter: `(p_1, \\dots, p_y - 1,
        \\dots, p_K)` is p, and less by 1 at y.
        """
        differing: list[Term] = []
        for down, line in enumerate(self.cells):
            for across, one in enumerate(line):
                if one is None:
                    continue
                places = [
                    self.place(letter, [each[0] for each in self.cells], down)
                    if letter == self.letters[0]
                    else self.place(letter, self.cells[0], across)
                    for letter in self.letters
                ]
                if self.at(general, places) == one:
                    continue
                if None not in places or len(self.cells) > 1 < len(line):
                    return None
                differing.append(one)
        if len(differing) > 1:
            return None
        return self.but_for(general, differing[0]) if differing else general

    def place(self, letter: Sym, cells: Sequence[Term | None], at: int) -> Term | None:
        """Which row or column a cell stands in; None where dots are on both sides of it."""
        if None not in cells[:at]:
            return as_term(at + 1)
        behind = len(cells) - 1 - at
        if None in cells[at:]:
            return None
        size = self.sizes.get(letter, ONE)
        return size if not behind else Add((size, Neg(as_term(behind))))

    def at(self, general: Term, places: Sequence[Term | None]) -> Term:
        """The cell at a place."""
        known = {k: p for k, p in zip(self.letters, places, strict=True) if p is not None}
        on = len({*known.values()}) == 1 and len(known) == len(self.letters)
        return substitute(self.diagonal if on and self.diagonal else general, known)

    def but_for(self, general: Term, cell: Term) -> Term | None:
        """The cell at any place, if it is another one at the place of the letter in it."""
        if len(self.sizes) != 1:
            return None
        (letter,) = self.sizes
        names = {
            part.name
            for part in walk(general)
            if isinstance(part, Sym) and part.indices == (letter,)
        }
        stands = {
            index
            for part in walk(cell)
            if isinstance(part, Sym) and part.name in names
            for index in part.indices[:1]
        }
        if len(stands) != 1:
            return None
        (place,) = stands
        usual = substitute(general, {letter: place})
        if cell == usual:
            return general
        return Add((general, Mul((Iverson(letter, "=", place), Add((cell, Neg(usual)))))))


def row_or_column(parser: Parser, matrix: Term) -> Term:
    """An explicit matrix of one row: as it stands, or as a list."""
    if isinstance(matrix, Blocks) and len(matrix.rows) == 1 and len(matrix.rows[0]) > 1:
        options = ("a row", "a list")
        if parser.choose("a matrix of one row is", options) == options[1]:
            column = Blocks(tuple((one,) for one in matrix.rows[0]))
            parser.listed.add(column)
            return column
    return matrix
