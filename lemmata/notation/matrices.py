"""Matrices: by their entries, by blocks, and their determinant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lemmata.kernel.terms import Blocks, Det, Entries, Sym, Term
from lemmata.notation import linear, lists
from lemmata.notation.lexer import Token
from lemmata.notation.names import Bound

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

ENVIRONMENTS: Final = frozenset(
    ("pmatrix", "bmatrix", "matrix", "vmatrix", "smallmatrix", "Bmatrix", "array")
)


def environment(parser: Parser) -> Term:
    """A matrix environment: a matrix of the blocks in it; in `vmatrix`, its determinant."""
    begin = parser.take()
    if begin.text not in ENVIRONMENTS:
        raise parser.unsupported(f"the environment {begin.text}", begin)
    if begin.text == "array" and parser.next_is("{"):
        parser.at = parser.group_end(parser.at)
    rows: list[list[Term | None]] = []
    cells: list[Term | None] = []
    while True:
        kept = parser.integrals, parser.bars, parser.whole
        parser.integrals, parser.bars, parser.whole = 0, "", False
        blank = cells[:1] == [None] and parser.peek().kind in ("amp", "row", "end")
        if not blank:  # in a row that begins with dots
            cells.append(lists.cell(parser) if parser.symbols.linear else parser.expression())
        else:
            cells.append(None)
        parser.integrals, parser.bars, parser.whole = kept
        sign = parser.take()
        if sign.kind == "amp":
            continue
        rows.append(cells)
        cells = []
        if sign.kind == "row" and parser.peek().kind != "end":
            continue
        if sign.kind != "end" and parser.peek().kind == "end":
            sign = parser.take()
        if sign.kind != "end" or sign.text != begin.text:
            raise parser.unreadable(f"expected \\end{{{begin.text}}}", sign)
        break
    matrix = lists.grid(parser, rows, begin)
    if begin.text == "vmatrix":
        return Det(matrix)
    return lists.row_or_column(parser, matrix) if parser.symbols.linear else matrix


ROWS: Final = frozenset(("array", ";", "[", "row"))
"""What stands in a matrix that is laid out in rows."""


def set_in_rows(tokens: list[Token]) -> list[Token]:
    """Tokens of a whole formula that is a matrix by its layout alone, as a matrix.

    An `array` of cells without a relation, which else lays out statements, or numbers in rows of
    one length, `0 0 1; 0 4 6`, with lines, semicolons or brackets between the rows.
    """
    signs = [k for k, token in enumerate(tokens) if token.kind == "rel" and token.text == "="]
    start = signs[0] + 1 if len(signs) == 1 else 0
    body = tokens[start:]
    if not body or any(token.kind in ("rel", "text") for token in body):
        return tokens
    if [(t.kind, t.text) for t in (body[0], body[-1])] == [("begin", "array"), ("end", "array")]:
        widths = [sum(t.kind == "amp" for t in row) for row in _cut_at_rows(body[1:-1])]
        if len(widths) > 1 and {*widths} == {widths[0]} != {0}:
            ends = (token._replace(text="matrix") for token in (body[0], body[-1]))
            return [*tokens[:start], next(ends), *body[1:-1], next(ends)]
        return tokens
    rows = _rows_of_numbers(body)
    return tokens if rows is None else [*tokens[:start], *_as_listing(rows)]


def _cut_at_rows(tokens: list[Token]) -> list[list[Token]]:
    """Tokens cut where their rows end."""
    rows: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "row":
            rows.append([])
        else:
            rows[-1].append(token)
    return [row for row in rows if row]


def _rows_of_numbers(tokens: list[Token]) -> list[list[Token]] | None:
    """The rows of numbers that stand side by side; None where there is anything else."""
    rows: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind not in ("num", "row") and token.text not in (";", "[", "]"):
            return None
        if token.kind == "num":
            rows[-1].append(token)
        else:
            rows.append([])
    rows = [row for row in rows if row]
    widths = {len(row) for row in rows}
    return rows if len(rows) > 1 and len(widths) == 1 and widths != {1} else None


def _as_listing(rows: list[list[Token]]) -> list[Token]:
    """Rows of numbers as a list of lists."""
    where = (rows[0][0].start, rows[-1][-1].end)
    opening, closing, comma = (Token("sym", text, *where) for text in ("[", "]", ","))
    found = [opening]
    for row in rows:
        cells = [token for number in row for token in (number, comma)]
        found += [opening, *cells[:-1], closing, comma]
    return [*found[:-1], closing]


def determinant(parser: Parser) -> Term:
    r"""`\det` with the matrix behind it."""
    parser.take()
    bracketed = parser.next_is("(")
    return Det(parser.bracketed() if bracketed else linear.whole(parser, parser.primary()))


def entries(parser: Parser) -> Term | None:
    r"""`[e]_{1 \le i \le n, 1 \le j \le d}`: the matrix with these entries.

    None if the subscript is none of this kind.
    """
    close = parser.partner[parser.at]
    opening = close + 2
    if opening not in parser.partner:
        return None
    end = parser.partner[opening]
    inside = parser.tokens[opening + 1 : end]
    if [token.text for token in inside if token.kind == "rel"] != ["<="] * 4:
        return None
    at = parser.at
    letters: list[str] = []
    sizes: list[Term] = []

    def limits() -> None:
        while True:
            if parser.take().text != "1" or parser.take().text != "<=":
                raise parser.unreadable("expected 1 \\le and an index", parser.tokens[opening])
            letters.append(parser.take().text)
            parser.expect("<=")
            sizes.append(parser.index())
            if not parser.next_is(","):
                return
            parser.take()

    parser.within(opening + 1, end, limits)
    kept, parser.scope = parser.scope, parser.scope | {letter: Bound() for letter in letters}
    entry = parser.within(at + 1, close, parser.expression)
    parser.scope = kept
    parser.at = end + 1
    return Entries(Sym(letters[0]), sizes[0], Sym(letters[1]), sizes[1], entry)


def keyword(parser: Parser) -> Term:
    """Keyboard text: `Matrix([[a, b], [c, d]])`."""
    sign = parser.take()
    if parser.symbols.linear and not (parser.next_is("(") and parser.peek(2).text == "["):
        parser.expect("(")
        found = lists.listing(parser)
        parser.expect(")")
        return found
    for text in ("(", "["):
        parser.expect(text)
    rows: list[tuple[Term, ...]] = []
    while True:
        parser.expect("[")
        cells = [parser.expression()]
        while parser.next_is(","):
            parser.take()
            cells.append(parser.expression())
        parser.expect("]")
        rows.append(tuple(cells))
        if not parser.next_is(","):
            break
        parser.take()
    for text in ("]", ")"):
        parser.expect(text)
    if len({len(row) for row in rows}) != 1:
        raise parser.unreadable("the rows of this matrix have different lengths", sign)
    return Blocks(tuple(rows))
