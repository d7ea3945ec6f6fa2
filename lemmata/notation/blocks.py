r"""Determinants of matrices that are written in blocks, in sheets without matrices.

A block-triangular matrix has the product of the determinants of its diagonal blocks as its own,
whatever its other blocks are: `\det\begin{pmatrix} I & 0 \\ * & D \end{pmatrix}` is `\det(D)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lemmata.notation.lexer import Token

_ENVIRONMENTS: Final = frozenset(("pmatrix", "bmatrix", "matrix", "smallmatrix", "array"))
_CLOSING: Final = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "\\lvert": "\\rvert", "|": "|"}
_HEADS: Final = frozenset(("vmatrix", "|", "\\lvert", "\\det"))
"""What a determinant begins with."""
DETERMINANTS: Final = frozenset(("\\det", "begin"))
"""One of these is in it; between bars stands a matrix in an environment."""
_IDENTITIES: Final = frozenset(("I", "\\indicator", "Id"))


def with_determinants_of_blocks(tokens: list[Token]) -> list[Token]:
    """Tokens in which the determinant of a block-triangular matrix is that of its blocks."""
    out, at = list(tokens), 0
    while at < len(out):
        found = _determinant(out, at) if out[at].text in _HEADS else None
        if found is None:
            at += 1
            continue
        end, rows = found
        blocks = _diagonal(rows)
        if blocks is not None:
            where = (out[at].start, out[end - 1].end)
            out[at:end] = _product([block for block in blocks if not _is_identity(block)], where)
        at += 1
    return out


def _determinant(tokens: list[Token], at: int) -> tuple[int, list[list[list[Token]]]] | None:
    """Where a determinant that begins at a place ends, and the cells of its matrix."""
    token = tokens[at]
    if token.kind == "begin" and token.text == "vmatrix":
        return _environment(tokens, at)
    bars = token.text in ("|", "\\lvert")
    if token.text != "\\det" and not bars:
        return None
    opening = at if bars else at + 1
    if opening >= len(tokens):
        return None
    found = None if bars else _matrix(tokens, opening)
    if found is not None:
        return found
    closing = _CLOSING.get(tokens[opening].text)
    find = _environment if bars else _matrix
    found = find(tokens, opening + 1) if closing else None
    if found is None or found[0] >= len(tokens) or tokens[found[0]].text != closing:
        return None
    return found[0] + 1, found[1]


def _matrix(tokens: list[Token], at: int) -> tuple[int, list[list[list[Token]]]] | None:
    """The cells of a matrix that begins at a place, and where it ends; an identity is one cell."""
    found = _environment(tokens, at) or _listed(tokens, at)
    if found is not None or at >= len(tokens) or tokens[at].text not in _IDENTITIES:
        return found
    end = at + 1
    if end < len(tokens) and tokens[end].text == "_":
        end = _behind(tokens, end + 1)
    return end, [[tokens[at:end]]]


def _environment(tokens: list[Token], at: int) -> tuple[int, list[list[list[Token]]]] | None:
    """The cells of a matrix environment, and where it ends."""
    if at >= len(tokens) or tokens[at].kind != "begin":
        return None
    if tokens[at].text not in _ENVIRONMENTS | {"vmatrix"}:
        return None
    rows: list[list[list[Token]]] = [[[]]]
    depth = 0
    for place in range(at + 1, len(tokens)):
        token = tokens[place]
        depth += (token.kind == "begin") - (token.kind == "end")
        if depth < 0:
            return place + 1, [row for row in rows if any(row)]
        if depth == 0 and token.kind == "row":
            rows.append([[]])
        elif depth == 0 and token.kind == "amp":
            rows[-1].append([])
        else:
            rows[-1][-1].append(token)
    return None


def _listed(tokens: list[Token], at: int) -> tuple[int, list[list[list[Token]]]] | None:
    """The cells of a matrix in keyboard text, `[[I, 0], [A, D]]`, and where it ends."""
    texts = [token.text for token in tokens[at : at + 4]]
    if texts == ["\\Matrix", "(", "[", "["]:
        found = _listed(tokens, at + 2)
        return None if found is None else (found[0] + 1, found[1])
    if texts[:2] != ["[", "["]:
        return None
    rows: list[list[list[Token]]] = []
    depth = 0
    for place in range(at, len(tokens)):
        text = tokens[place].text
        depth += text in ("(", "[", "{")
        if depth == 2 and text == "[":
            rows.append([[]])
        elif depth == 2 and text == ",":
            rows[-1].append([])
        elif depth > 2 or (depth == 2 and text != "]"):
            rows[-1][-1].append(tokens[place])
        depth -= text in (")", "]", "}")
        if depth == 0:
            return place + 1, rows
    return None


def _behind(tokens: Sequence[Token], at: int) -> int:
    """Where a script ends that begins at a place."""
    if at >= len(tokens) or tokens[at].text != "{":
        return min(at + 1, len(tokens))
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].text == "{") - (tokens[place].text == "}")
        if depth == 0:
            return place + 1
    return len(tokens)


def _diagonal(rows: list[list[list[Token]]]) -> list[list[Token]] | None:
    """The diagonal of a matrix of blocks with zeros on one side of it; None if it is none."""
    size = len(rows)
    if any(len(row) != size for row in rows):
        return None
    places = [(i, j) for i in range(size) for j in range(size)]
    below = all(_is_zero(rows[i][j]) for i, j in places if i > j)
    above = all(_is_zero(rows[i][j]) for i, j in places if i < j)
    blocks = [rows[i][i] for i in range(size)]
    known = all(_is_identity(block) or _is_diagonal(block) for block in blocks)
    return blocks if known and (below or above) else None


def _is_zero(cell: list[Token]) -> bool:
    """Whether a cell is zero, with or without its size."""
    return bool(cell) and cell[0].text in ("0", "O") and _is_marked(cell)


def _is_identity(cell: list[Token]) -> bool:
    return bool(cell) and cell[0].text in _IDENTITIES and _is_marked(cell)


def _is_diagonal(cell: list[Token]) -> bool:
    """Whether a cell is a diagonal matrix of something: `diag(..)`."""
    if len(cell) < 2 or cell[0].text.lower() != "diag":
        return False
    depth = 0
    for place, token in enumerate(cell[1:], 1):
        depth += (token.text in ("(", "[", "{", "\\{")) - (token.text in (")", "]", "}", "\\}"))
        if depth == 0:
            return place == len(cell) - 1
    return False


def _is_marked(cell: list[Token]) -> bool:
    """Whether a cell is one sign with at most a subscript."""
    return len(cell) == 1 or (cell[1].text == "_" and _behind(cell, 2) == len(cell))


def _product(blocks: list[list[Token]], where: tuple[int, int]) -> list[Token]:
    """The product of the determinants of blocks, in brackets; 1 where there is none."""
    if not blocks:
        return [Token("sym", "{", *where), Token("num", "1", *where), Token("sym", "}", *where)]
    out: list[Token] = []
    for block in blocks:
        out += [Token("sym", "\\det", *where), Token("sym", "(", *where)]
        out += [*block, Token("sym", ")", *where)]
    return out
