"""Random terms about columns and matrices, small enough to collide.

`number(maker, at, depth)` draws a number that is made of matrices: a trace, a norm, a quadratic
form, an entry, a determinant. Every matrix is drawn for its shape, so that all products fit; a
shape is a pair of the sizes `m`, `N`, 2 and 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lemmata.kernel import language
from lemmata.kernel.terms import (
    Derivative,
    Det,
    Diag,
    Entries,
    Entry,
    Fn,
    Hadamard,
    Identity,
    Iverson,
    Mul,
    Norm,
    OneHot,
    Ones,
    Pow,
    Prod,
    Range,
    Sum,
    Sym,
    Term,
    Trace,
    Transpose,
    as_term,
)
from lemmata.properties import worlds as on

if TYPE_CHECKING:
    from lemmata.properties.terms import Context, Maker

ONE, TWO = as_term(1), as_term(2)
LETTERS: dict[Term, Sym] = {on.m: on.j, on.N: on.i}
"""The declared letter that counts to a size."""
NAMED: dict[tuple[Term, Term], tuple[str, ...]] = {
    (on.m, on.N): ("A", "A", "X"),
    (on.m, on.m): ("C", "C", "S", "P", "W"),
    (on.N, on.N): ("Q",),
    (TWO, TWO): ("U",),
    (on.m, ONE): ("b", "b", "eta", "xi"),
    (on.N, ONE): ("zeta",),
}
"""The declared arrays of each shape."""
DEEPEST = 3
"""Products of products become long sums over entries, so matrices stay flatter than numbers."""


def number(maker: Maker, at: Context, depth: int) -> Term:
    """A number made of columns and matrices."""
    depth = min(depth, DEEPEST - 1)
    size = maker.pick(on.m, on.m, on.N, TWO)
    other = maker.pick(on.m, on.N)
    choices: list[Callable[[], Term]] = [
        lambda: Trace(matrix(maker, at, size, size, depth)),
        lambda: _form(maker, at, size, other, depth),
        lambda: _form(maker, at, size, other, depth),
        lambda: Norm(matrix(maker, at, size, ONE, depth)) ** 2,
        lambda: Norm(matrix(maker, at, size, other, depth)) ** 2,
        lambda: Norm(matrix(maker, at, size, ONE, depth), maker.pick("1", "2", "inf")),
        lambda: _entry(maker, at, matrix(maker, at, size, other, depth), size, other),
        lambda: _entry(maker, at, matrix(maker, at, size, other, depth), size, other),
        lambda: _entry(maker, at, matrix(maker, at, size, ONE, depth), size, ONE),
        lambda: Det(matrix(maker, at, size, size, 0)),
    ]
    return maker.pick(*choices)()


def entry(maker: Maker, at: Context) -> Term:
    """An entry of a declared array."""
    shape = maker.pick(*NAMED)
    name = maker.pick(*NAMED[shape])
    sizes = [size for size in shape if size != ONE]
    return Sym(name, tuple(_place(maker, at, size) for size in sizes))


def matrix(maker: Maker, at: Context, rows: Term, columns: Term, depth: int) -> Term:
    """A matrix of a shape; a column where it has one column, a row where it has one row."""
    if rows == ONE:
        column = matrix(maker, at, columns, ONE, depth)
        return (
            Transpose(column)
            if depth <= 0 or maker.dice.random() < 0.6
            else _row(maker, at, columns, depth)
        )
    if depth <= 0:
        return _leaf(maker, at, rows, columns)
    depth -= 1
    middle = maker.pick(on.m, on.m, on.N)

    def of(rows: Term, columns: Term) -> Term:
        return matrix(maker, at, rows, columns, maker.dice.randrange(depth + 1))

    choices: list[Callable[[], Term]] = [
        lambda: of(rows, columns) + of(rows, columns),
        lambda: of(rows, columns) - of(rows, columns),
        lambda: _scalar(maker) * matrix(maker, at, rows, columns, depth),
        lambda: matrix(maker, at, rows, columns, depth) / maker.pick(on.c, TWO),
        lambda: Transpose(matrix(maker, at, columns, rows, depth)),
        lambda: Transpose(of(rows, columns) if rows == columns else of(columns, rows)),
        lambda: of(rows, middle) * of(middle, columns),
        lambda: of(rows, middle) * of(middle, columns),
        lambda: of(rows, rows) * of(rows, columns),
        lambda: Hadamard((of(rows, columns), of(rows, columns))),
        lambda: _summed(maker, at, rows, columns, depth),
    ]
    if columns == ONE:
        choices += [lambda: _entrywise(maker, at, rows, depth), lambda: _gradient(maker, at, rows)]
    elif rows == columns:
        choices += [lambda: _inverse(maker, at, rows)] * 3
        choices += [lambda: Diag(of(rows, ONE)), lambda: matrix(maker, at, rows, rows, 0) ** 2]
        choices += [lambda: _ordered(maker, at, rows)]
    elif (rows, columns) == (on.m, on.N):
        choices += [lambda: Derivative(Sym("A"), number(maker, at, 0))]
    if ONE not in (rows, columns):
        # A row beside a column is a number, so an outer product keeps its two factors together.
        choices += [lambda: of(rows, ONE) * Transpose(of(columns, ONE))]
    return maker.pick(*choices)()


def _row(maker: Maker, at: Context, columns: Term, depth: int) -> Term:
    middle = maker.pick(on.m, on.N)
    left = Transpose(matrix(maker, at, middle, ONE, 0))
    return left * matrix(maker, at, middle, columns, depth - 1)


def _leaf(maker: Maker, at: Context, rows: Term, columns: Term) -> Term:
    named: list[Term] = [Sym(name) for name in NAMED.get((rows, columns), ())]
    if columns != ONE:
        named += [Transpose(Sym(name)) for name in NAMED.get((columns, rows), ())]
    made: list[Term] = []
    if columns == ONE:
        made = [Ones(rows), OneHot(_place(maker, at, rows), rows)]
    elif rows == columns:
        made = [Identity(rows), Identity(rows)]
    if not named or maker.dice.random() < 0.1:
        made.append(_by_entries(maker, rows, columns))
    return maker.pick(*named, *named, *made)


def _by_entries(maker: Maker, rows: Term, columns: Term) -> Term:
    """A matrix that is written by its entries."""
    row, column = Sym("row"), Sym("column")
    cells = [
        on.xs[row] * on.ys[column],
        on.xs[row + column],
        on.ys[row],
        Iverson(row, maker.pick("=", "<=", ">"), column) * on.xs[column],
    ]
    if rows == columns == TWO and maker.dice.random() < 0.5:
        numbers = [maker.pick(on.alpha, on.beta, ONE, as_term(0), on.c) for _ in range(4)]
        return language.blocks((numbers[0], numbers[1]), (numbers[2], numbers[3]))
    return Entries(row, rows, column, columns, maker.pick(*cells))


def _scalar(maker: Maker) -> Term:
    return maker.pick(on.alpha, on.c, TWO, -on.beta, as_term(3))


def _place(maker: Maker, at: Context, size: Term) -> Term:
    """A row or column: a letter that counts to the size, or an end of it."""
    if size == TWO:
        return maker.pick(ONE, TWO)
    letter = LETTERS[size]
    bound = [name for name in at.letters if name == letter]
    return maker.pick(letter, letter, letter, *bound, size, ONE)


def _entry(maker: Maker, at: Context, body: Term, rows: Term, columns: Term) -> Term:
    """An entry of a matrix, or the sum of all entries of a row."""
    if columns == ONE:
        return Entry(body, (_place(maker, at, rows),))
    if maker.dice.random() < 0.3 and columns != TWO:
        letter = LETTERS[columns]
        cell = Entry(body, (_place(maker, at, rows), letter))
        return Sum(letter, Range(ONE, columns), cell * maker.pick(ONE, on.xs[letter]))
    return Entry(body, (_place(maker, at, rows), _place(maker, at, columns)))


def _form(maker: Maker, at: Context, rows: Term, columns: Term, depth: int) -> Term:
    """An inner product or a bilinear form."""
    left = Transpose(matrix(maker, at, rows, ONE, 0))
    if maker.dice.random() < 0.4:
        return Mul((left, matrix(maker, at, rows, ONE, depth)))
    middle = matrix(maker, at, rows, columns, depth)
    return Mul((left, middle, matrix(maker, at, columns, ONE, 0)))


def _summed(maker: Maker, at: Context, rows: Term, columns: Term, depth: int) -> Term:
    body = on.xs[on.l] * matrix(maker, at, rows, columns, min(depth, 1))
    return Sum(on.l, Range(ONE, maker.pick(on.n, on.m)), body)


def _entrywise(maker: Maker, at: Context, rows: Term, depth: int) -> Term:
    """A function of every entry of a column."""
    if rows == on.m and maker.dice.random() < 0.3:
        return Fn("log", Sym("xi"))
    body = matrix(maker, at, rows, ONE, min(depth, 1))
    return maker.pick(Fn("exp", body), Fn("abs", body), Fn("sign", body), Fn("step", body))


def _gradient(maker: Maker, at: Context, rows: Term) -> Term:
    """A column of derivatives, or a column that is differentiated by a number."""
    named = NAMED.get((rows, ONE), ())
    if named and maker.dice.random() < 0.7:
        return Derivative(Sym(maker.pick(*named)), number(maker, at, maker.dice.randrange(2)))
    body = maker.pick(on.alpha, on.c, on.c**2) * matrix(maker, at, rows, ONE, 1)
    return Derivative(maker.pick(on.alpha, on.c), body)


def _inverse(maker: Maker, at: Context, size: Term) -> Term:
    """The inverse of a matrix that mostly has one, alone or beside what cancels it."""
    other = on.N if size == on.m else on.m
    flat = matrix(maker, at, size, other, 0)
    regular: list[Term] = [Sym(n) for n in NAMED[size, size] if n in ("P", "Q", "W")]
    regular += [name + on.c * Identity(size) for name in regular if name != Sym("W")]
    regular += [on.c * Identity(size) + flat * Transpose(flat)] * 2
    regular += [flat * Transpose(flat) + on.d * Identity(size)]
    if size == on.N:
        regular += [Transpose(Sym("X")) * Sym("X")] * 2
    if maker.dice.random() < 0.1:
        regular = [matrix(maker, at, size, size, 0)]
    base = maker.pick(*regular)
    inverse = Pow(base, -ONE)
    return maker.pick(
        inverse,
        inverse,
        inverse * base,
        base * inverse,
        inverse * flat * Transpose(flat),
        flat * Transpose(flat) * inverse,
        Transpose(inverse),
        Pow(inverse, -ONE),
        Pow(2 * base, -ONE),
        Pow(base, -TWO),
    )


def _ordered(maker: Maker, at: Context, size: Term) -> Term:
    """A product of matrices in the order of an index."""
    scaled = on.xs[on.l] * matrix(maker, at, size, size, 0)
    body = maker.pick(Identity(size) - scaled, scaled, matrix(maker, at, size, size, 0))
    return Prod(on.l, Range(ONE, maker.pick(on.n, TWO, on.m)), body)
