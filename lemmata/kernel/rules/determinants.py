"""Rules of determinants of matrices given by entries and blocks, for symbolic sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemmata.kernel.matrices import volumes, words
from lemmata.kernel.poly import ONE, ZERO, Argument, Atom, Poly, of_atom
from lemmata.kernel.rules import ranges, rule
from lemmata.kernel.terms import Blocks, Entries, Term

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser, Scope


def determinant(n: Normaliser, matrix: Term, scope: Scope) -> Poly:
    """The determinant of a matrix that one of the rules below applies to, or of words."""
    match matrix:
        case Entries():
            found = diagonal(n, matrix, scope)
            if found is None and not n.words:
                n.unsupported("a determinant that is neither diagonal nor block triangular")
            return of_words(n, matrix, scope) if found is None else found
        case Blocks(rows) if len(rows) == len(rows[0]) == 1:
            return determinant(n, rows[0][0], scope)
        case Blocks():
            return block_triangular(n, matrix, scope)
    return n.unsupported("the determinant of something that is not a matrix of entries or blocks")


def of_words(n: Normaliser, matrix: Entries, scope: Scope) -> Poly:
    """The determinant of a matrix as a sum of words."""
    size: words.Sort = ("range", ONE, n.poly(matrix.rows, scope))
    words.open_places(n, size)
    for letter, number in ((matrix.row, words.ROW), (matrix.column, words.COLUMN)):
        scope = scope.with_value(letter.name, of_atom(Atom("bound", number)))
    return volumes.determinant(n, n.poly(matrix.entry, scope), size)


@rule("diagonal_determinant")
def diagonal(n: Normaliser, matrix: Entries, scope: Scope) -> Poly | None:
    """The determinant of a diagonal matrix is the product of its diagonal.

    Statement: det(diag(f_1, ..., f_n)) = prod_i f_i, when entry (i, j) is [i = j] f_i for all i, j.
    Assumes: nothing; the off-diagonal entries are proved to be zero.
    Refuses: a matrix that is not square, an entry off the diagonal that is not proved to be zero.
    Example: det(diag(exp(s_i))) = prod_i exp(s_i), and det(I) = 1.
    """
    size = n.poly(matrix.rows, scope)
    if size != n.poly(matrix.columns, scope):
        n.unsupported("the determinant of a matrix that is not square")
    one: Poly = of_atom(Atom("bound", n.fresh()))
    two: Poly = of_atom(Atom("bound", n.fresh()))
    sort: Argument = ("range", ONE, size)
    for variable in (one, two):
        atom = variable.atom()
        assert atom is not None
        n.note_limits(int(str(atom.arguments[0])), sort)
    entry = n.poly(
        matrix.entry, scope.with_value(matrix.row.name, one).with_value(matrix.column.name, two)
    )
    off = n.mul(entry, ONE - ranges.bracket(n, "=", one - two))
    if off != ZERO:
        return None
    first = one.atom()
    assert first is not None
    number = int(str(first.arguments[0]))
    second = two.atom()
    assert second is not None
    n.use("diagonal_determinant")
    result = ranges.product_of(
        n, number, sort, n.substitute(entry, {int(str(second.arguments[0])): one})
    )
    if n.trace is not None:
        n.note("diagonal_determinant", result, "det", _block(n, matrix, scope))
    return result


@rule("block_triangular_determinant")
def block_triangular(n: Normaliser, matrix: Blocks, scope: Scope) -> Poly:
    """A block triangular matrix has the product of its diagonal blocks' determinants.

    Statement: det [[A, 0], [C, D]] = det A det D, for square A and D; likewise for an upper
        triangle and more blocks.
    Assumes: nothing; the blocks on one side of the diagonal are proved to be zero.
    Refuses: a block on each side of the diagonal that is not proved to be zero, blocks whose
        sizes do not fit.
    Example: det [[I, 0], [C, diag(exp(s_i))]] = prod_i exp(s_i).
    """
    count = len(matrix.rows)
    if any(len(line) != count for line in matrix.rows):
        n.unsupported("a block matrix with as many block rows as block columns is needed")
    sizes = _check_sizes(n, matrix, scope)
    below = all(_is_zero(n, matrix.rows[i][j], scope) for i in range(count) for j in range(i))
    above = all(
        _is_zero(n, matrix.rows[i][j], scope) for i in range(count) for j in range(i + 1, count)
    )
    if not (below or above) or not sizes:
        n.unsupported("a block matrix that is not proved to be zero on one side of its diagonal")
    n.use("block_triangular_determinant")
    result = ONE
    for place in range(count):
        result = n.mul(result, determinant(n, matrix.rows[place][place], scope))
    if n.trace is not None:
        lines = (tuple(_block(n, block, scope) for block in line) for line in matrix.rows)
        n.note("block_triangular_determinant", result, "det", Atom("blocks", *lines))
    return result


def _check_sizes(n: Normaliser, matrix: Blocks, scope: Scope) -> bool:
    """Whether every block has the height of its row's and the width of its column's diagonal block.

    And these are square.
    """
    heights, widths = [], []
    for place, line in enumerate(matrix.rows):
        block = line[place]
        if not isinstance(block, Entries):
            return n.unsupported("a block that is not given by its entries")
        heights.append(n.poly(block.rows, scope))
        widths.append(n.poly(block.columns, scope))
    if heights != widths:
        return False
    return all(
        isinstance(block, Entries)
        and n.poly(block.rows, scope) == heights[i]
        and n.poly(block.columns, scope) == widths[j]
        for i, line in enumerate(matrix.rows)
        for j, block in enumerate(line)
    )


def _is_zero(n: Normaliser, block: Term, scope: Scope) -> bool:
    return _block(n, block, scope).arguments[-1] == ZERO


def _block(n: Normaliser, block: Term, scope: Scope) -> Atom:
    """A matrix of entries in normal form: its sizes, the numbers of its letters, its entry."""
    assert isinstance(block, Entries)
    inner, sizes, numbers = scope, [], []
    for letter, size in ((block.row, block.rows), (block.column, block.columns)):
        number = n.fresh()
        sizes.append(n.poly(size, scope))
        numbers.append(number)
        n.note_limits(number, ("range", ONE, sizes[-1]))
        inner = inner.with_value(letter.name, of_atom(Atom("bound", number)))
    entry = n.poly(block.entry, inner)
    return Atom("entries", *sizes, *numbers, entry, hides=frozenset(numbers))
