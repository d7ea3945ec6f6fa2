"""Products of matrices as words: what is not decided entry by entry, because of inverses.

An atom `entry(word, left, right)` is the entry in row `left` and column `right` of a product of
letters; an end that is closed by a column has no index. A letter is a declared array, turned or
not, the inverse of a matrix, or an ordered product of matrices. A sum over an index that joins two
entries joins their words, so that sums over entries and products of matrices become the same words.

    sum_k A_ik B_kj = (A B)_ij     sum_k A_kk = tr A     (A^-1 A)_ij = [i = j]

A matrix is known by its entry at two places that no formula can name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from lemmata.kernel.declarations import NONNEGATIVE, POSITIVE, Function, Interval, Scalar
from lemmata.kernel.poly import (
    ONE,
    ZERO,
    Argument,
    Atom,
    Exponent,
    Mono,
    Poly,
    as_poly,
    as_tuple,
    of_atom,
    of_mono,
    total,
)
from lemmata.kernel.rules import ranges, rule

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser

ROW, COLUMN, STEP = -1, -2, -3
"""The numbers of the two places at which a matrix is known by its entry, and of the factor of an
ordered product."""

LARGEST_CLEARING = 6
"""How many inverses are cleared from the ends of the words of one matrix."""

Letter: TypeAlias = tuple[Atom, int]
"""An atom, and 1 if it is turned, else 0."""
Word: TypeAlias = tuple[Letter, ...]
Forms: TypeAlias = dict[Word, Poly]
"""A matrix as a sum of words with coefficients."""
Sort: TypeAlias = tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Ends:
    """An entry of a word: its row and its column, None where a column closes the word."""

    word: Word
    left: Poly | None
    right: Poly | None

    @property
    def parts(self) -> tuple[Word, Poly | None, Poly | None]:
        """The word, the row and the column."""
        return self.word, self.left, self.right


# Letters


def sides(n: Normaliser, letter: Letter) -> tuple[Sort | None, Sort | None]:
    """The ranges of the rows and columns of a letter; None for the closed side of a column."""
    atom, turned = letter
    if atom.kind == "array":
        axes = _item(n, atom).axes[len(as_tuple(atom.arguments[1])) :]
        found: list[Sort | None] = [("range", n.poly(a.lower), n.poly(a.upper)) for a in axes]
        rows, columns = (found[0], found[1] if len(found) == 2 else None)
    else:
        rows = columns = ("range", *atom.arguments[-2:])
    return (columns, rows) if turned else (rows, columns)


def _item(n: Normaliser, atom: Atom) -> Scalar | Function:
    item = n.declarations.find(str(atom.arguments[0]))
    assert isinstance(item, Scalar | Function)
    return item


def _is_column(n: Normaliser, atom: Atom) -> bool:
    return atom.kind == "array" and (
        len(_item(n, atom).axes) - len(as_tuple(atom.arguments[1])) == 1
    )


def _turned(n: Normaliser, letter: Letter) -> Letter:
    """The transpose of a letter."""
    atom, turned = letter
    if atom.kind == "array" and _item(n, atom).kind in ("symmetric", "definite"):
        return letter if not _is_column(n, atom) else (atom, 1 - turned)
    if atom.kind == "inv":
        return inverse_letter(_transposed(n, as_poly(atom.arguments[0])), atom.arguments[1:])
    return (atom, 1 - turned)


def turn(n: Normaliser, word: Word) -> Word:
    """The transpose of a word."""
    return tuple(_turned(n, letter) for letter in reversed(word))


def _place(number: int) -> Poly:
    return of_atom(Atom("bound", number))


def _transposed(n: Normaliser, matrix: Poly) -> Poly:
    return n.substitute(matrix, {ROW: _place(COLUMN), COLUMN: _place(ROW)})


def inverse_letter(matrix: Poly, size: Sort) -> Letter:
    """The inverse of a matrix as a letter."""
    return (Atom("inv", matrix, *size, hides=frozenset({ROW, COLUMN})), 0)


def open_places(n: Normaliser, size: Sort) -> None:
    """Give the two places the range of the rows of a square matrix."""
    for number in (ROW, COLUMN):
        n.note_limits(number, size)


# Entries


def ends_of(n: Normaliser, atom: Atom) -> Ends | None:
    """An atom as an entry of a word; None if it is none."""
    if atom.kind == "entry":
        word, left, right = atom.arguments
        return Ends(_word(word), _end(left), _end(right))
    item = n.declarations.find(str(atom.arguments[0])) if atom.kind in {"sym", "app"} else None
    if not isinstance(item, Scalar | Function) or not item.rank:
        return None
    indices = tuple(map(as_poly, as_tuple(atom.arguments[-1])))
    if len(indices) != len(item.axes):
        return None
    applied = atom.arguments[1:2] if atom.kind == "app" else ()
    letter: Letter = (Atom("array", item.name, indices[: -item.rank], *applied), 0)
    return Ends((letter,), indices[-item.rank], indices[-1] if item.rank == 2 else None)


def _word(value: Argument) -> Word:
    found: list[Letter] = []
    for letter in as_tuple(value):
        atom, turned = as_tuple(letter)
        assert isinstance(atom, Atom)
        found.append((atom, int(str(turned))))
    return tuple(found)


def _end(value: Argument) -> Poly | None:
    return value if isinstance(value, Poly) else None


def entry(n: Normaliser, word: Word, left: Poly | None, right: Poly | None) -> Poly:
    """The entry of a word, its inverses cleared where they meet their matrix."""
    return total(n.mul(c, _atom(n, w, left, right)) for w, c in reduced(n, word).items())


def _atom(n: Normaliser, word: Word, left: Poly | None, right: Poly | None) -> Poly:
    if not word:
        assert left is not None
        assert right is not None
        return ranges.bracket(n, "=", left - right)
    for cut, (letter, flat) in enumerate(word[:-1], 1):
        if not flat and _is_column(n, letter):  # a column before a row: two entries
            return n.mul(_atom(n, word[:cut], left, None), _atom(n, word[cut:], None, right))
    ways = [(word, left, right)]
    for turned, coefficient in reduced(n, turn(n, word)).items():
        if coefficient == ONE:  # a reduced word turned is one word
            ways.append((turned, right, left))
    best = min((Atom("entry", *way) for way in ways), key=lambda atom: atom.key)
    ends = ends_of(n, best)
    assert ends is not None
    ((head, flipped), *others) = ends.word
    plain = head.kind == "array" and _item(n, head).kind not in ("symmetric", "definite")
    if not others and plain:
        indices = [end for end in (ends.left, ends.right) if end is not None]
        order = reversed(indices) if flipped else indices
        name, before, *applied = head.arguments
        kind = "app" if applied else "sym"
        return n.known(Atom(kind, name, *applied, (*as_tuple(before), *order)))
    return of_atom(best)


@rule("matrix_product")
def contract(n: Normaliser, number: int, sort: Argument, touching: Mono) -> Poly | None:
    """A sum over an index that joins two entries is an entry of the product of the matrices.

    Statement: sum_k A_ik B_kj = (A B)_ij, sum_k A_ik B_jk = (A B^T)_ij, sum_k A_kk = tr A.
    Assumes: nothing.
    Refuses: an index that stands in a third factor, a sum over a part of the rows or columns.
    Example: sum_i sum_j x_i S_ij x_j = x^T S x.
    """
    parts: list[tuple[Ends, Exponent]] = []
    variable = _place(number)
    for atom, exponent in touching:
        ends = ends_of(n, atom)
        if ends is None or any(number in letter.free for letter, _ in ends.word):
            return None
        parts.append((ends, exponent))
    if len(parts) == 1 and parts[0][1] == 2:
        parts = [(parts[0][0], Fraction(1))] * 2
    if any(exponent != 1 for _, exponent in parts) or len(parts) > 2:
        return None
    found = [ends for ends, _ in parts]
    joined = [(ends.left == variable) + (ends.right == variable) for ends in found]
    loose = [
        end
        for ends in found
        for end in (ends.left, ends.right)
        if end is not None and end != variable and number in end.free
    ]
    result: Poly | None = None
    if not loose and joined == [2] and _spans(n, found[0].word, sort):
        result = trace(n, found[0].word)
    elif not loose and joined == [1, 1]:
        first, second = found
        if first.right != variable:
            first = Ends(turn(n, first.word), first.right, first.left)
        if second.left != variable:
            second = Ends(turn(n, second.word), second.right, second.left)
        word = first.word + second.word
        if _spans(n, first.word, sort) and sides(n, second.word[0])[0] == sort:
            result = entry(n, word, first.left, second.right)
    if result is not None:
        n.note_binder("matrix_product", result, number, touching)
    return result


def _spans(n: Normaliser, word: Word, sort: Argument) -> bool:
    """Whether a range is that of all columns of a word."""
    return sides(n, word[-1])[1] == sort


def trace(n: Normaliser, word: Word) -> Poly:
    """The trace of a word: letters may go round, and the whole may be turned."""
    for cut in range(len(word)):
        rotated = word[cut:] + word[:cut]
        forms = reduced(n, rotated)
        if forms != {rotated: ONE}:
            size = sides(n, rotated[-1])[1]
            return total(n.mul(c, _trace(n, w, size)) for w, c in forms.items())
    return _trace(n, word, sides(n, word[-1])[1])


def _trace(n: Normaliser, word: Word, size: Sort | None) -> Poly:
    if not word:
        assert size is not None
        return as_poly(size[2]) - as_poly(size[1]) + ONE
    for cut, (letter, turned) in enumerate(word, 1):
        if not turned and _is_column(n, letter):
            return entry(n, word[cut:] + word[:cut], None, None)
    turns = [w[cut:] + w[:cut] for w in (word, turn(n, word)) for cut in range(len(word))]
    return of_atom(min((Atom("trace", w) for w in turns), key=lambda atom: atom.key))


def settled(n: Normaliser, atom: Atom) -> Poly:
    """A symbol or a function: an entry where it is one and products are words."""
    ends = ends_of(n, atom) if n.words else None
    return n.known(atom) if ends is None else entry(n, *ends.parts)


def rebuilt(n: Normaliser, kind: str, arguments: tuple[Argument, ...]) -> Poly:
    """An entry or a trace whose letters or indices were replaced."""
    word = _word(arguments[0])
    if kind == "trace":
        return trace(n, word)
    return entry(n, word, _end(arguments[1]), _end(arguments[2]))


# Ordered products


def ordered(n: Normaliser, body: Poly, span: tuple[Poly, Poly], size: Sort) -> Letter:
    """The product of matrices in the order of an index, known by the entry of one factor.

    The index counts from 1; where the factors run backwards, the product is turned.
    """
    lower, upper = span
    length = upper - lower + ONE
    factor = n.substitute(body, {STEP: _place(STEP) + lower - ONE})
    turned = 0
    if _slope(factor) < 0:
        factor = n.substitute(_transposed(n, factor), {STEP: length + ONE - _place(STEP)})
        turned = 1
    hidden = frozenset({ROW, COLUMN, STEP})
    return (Atom("chain", factor, ONE, length, *size[1:], hides=hidden), turned)


def _slope(value: Argument) -> int:
    """Whether the index of an ordered product rises or falls where it first stands as an index."""
    if isinstance(value, tuple):
        return next((found for part in value if (found := _slope(part))), 0)
    if isinstance(value, Atom):
        return _slope(value.arguments) if STEP in value.free else 0
    if not isinstance(value, Poly) or STEP not in value.free:
        return 0
    alone = value.terms.get(((Atom("bound", STEP), Fraction(1)),))
    if alone is not None:
        return 1 if alone > 0 else -1
    return next((found for mono, _ in value.items() for a, _ in mono if (found := _slope(a))), 0)


# Inverses


def forms_of(n: Normaliser, matrix: Poly) -> Forms | None:
    """A matrix, known by its entry at the two places, as a sum of words; None if it is none."""
    found: Forms = {}
    places = {ROW, COLUMN}
    for mono, coefficient in matrix.items():
        inside = [(a, e) for a, e in mono if a.free & places]
        rest = of_mono(tuple((a, e) for a, e in mono if not a.free & places), coefficient)
        word: Word | None = None
        if any(e != 1 for _, e in inside) or len(inside) > 2:
            return None
        if len(inside) == 1 and inside[0][0].kind == "eq0":
            gap = as_poly(inside[0][0].arguments[0])
            apart = _place(ROW) - _place(COLUMN)
            word = () if gap in (apart, -apart) else None
        else:
            word = _between(n, [ends_of(n, atom) for atom, _ in inside])
        if word is None:
            return None
        found[word] = found.get(word, ZERO) + rest
    return found


def _between(n: Normaliser, parts: list[Ends | None]) -> Word | None:
    """The word of one entry from row to column, or of two that a column and a row close."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    row, column = _place(ROW), _place(COLUMN)
    turned = [Ends(turn(n, e.word), e.right, e.left) for e in known]
    every = [*known, *turned]
    if len(parts) == 1:
        return next((e.word for e in every if (e.left, e.right) == (row, column)), None)
    first = next((e.word for e in every if (e.left, e.right) == (row, None)), None)
    second = next((e.word for e in every if (e.left, e.right) == (None, column)), None)
    return None if first is None or second is None else first + second


def matrix_of(n: Normaliser, forms: Forms) -> Poly:
    """A sum of words by its entry at the two places."""
    row, column = _place(ROW), _place(COLUMN)
    return total(n.mul(c, _atom(n, w, row, column)) for w, c in forms.items())


def lead(forms: Forms) -> Word:
    """The word that an inverse clears: the longest one, and the last of these in order."""
    return max(forms, key=lambda word: (len(word), str(word)))


def inverse(n: Normaliser, matrix: Poly, size: Sort, left: Poly, right: Poly) -> Poly:
    """An entry of the inverse of a matrix that is known by its entry at the two places."""
    forms = forms_of(n, matrix)
    if forms is None:
        return _inverse_diagonal(n, matrix, left, right) or _opaque(n, matrix, size, left, right)
    if not forms:
        n.unsupported("the inverse of a zero matrix")
    if not invertible(n, monic(n, forms)[1]):
        n.require("a matrix is invertible")
    found = inverse_of(n, forms, size)
    return total(n.mul(c, entry(n, word, left, right)) for word, c in found.items())


def inverse_of(n: Normaliser, forms: Forms, size: Sort) -> Forms:
    """The inverse of a matrix that is invertible."""
    scale, forms = monic(n, forms)
    if len(forms) == 1:
        words = _inverse_of_word(n, next(iter(forms)))
        if words is not None:
            return {word: n.mul(scale, c) for word, c in words.items()}
    known = _with_one_column(n, forms, size)
    if known is not None:
        return {word: n.mul(scale, c) for word, c in known.items()}
    before, inner, after = cleared_of_inverses(n, forms)
    rest, inner = monic(n, inner)
    open_places(n, size)
    letter: Forms = {(inverse_letter(matrix_of(n, inner), size[1:]),): n.mul(scale, rest)}
    return product_of(n, product_of(n, after, letter), before)


def _opaque(n: Normaliser, matrix: Poly, size: Sort, left: Poly, right: Poly) -> Poly:
    n.require("a matrix is invertible")
    return entry(n, (inverse_letter(matrix, size[1:]),), left, right)


def monic(n: Normaliser, forms: Forms) -> tuple[Poly, Forms]:
    """A number, and a matrix with the leading coefficient 1, whose inverses have this product."""
    scale = n.inverse(forms[lead(forms)])
    return scale, {word: n.mul(scale, c) for word, c in forms.items()}


@rule("inverse_of_a_diagonal_matrix")
def _inverse_diagonal(n: Normaliser, matrix: Poly, left: Poly, right: Poly) -> Poly | None:
    """The inverse of a diagonal matrix has the inverses of its diagonal.

    Statement: (diag(v)^-1)_ij = [i = j] / v_i.
    Assumes: nothing.
    Refuses: a matrix that is not diagonal, an entry of the diagonal that may be zero.
    Example: diag(s)^-1 diag(s) = I for s > 0.
    """
    row = _place(ROW)
    delta = ranges.bracket(n, "=", row - _place(COLUMN)).atom()
    if any((delta, Fraction(1)) not in mono for mono in matrix.terms) or not matrix:
        return None
    rest = total(
        of_mono(tuple(pair for pair in mono if pair[0] != delta), c) for mono, c in matrix.items()
    )
    value = n.inverse(n.substitute(rest, {COLUMN: row}))
    n.use("inverse_of_a_diagonal_matrix")
    return n.mul(ranges.bracket(n, "=", left - right), n.substitute(value, {ROW: left}))


@rule("sherman_morrison")
def _with_one_column(n: Normaliser, forms: Forms, size: Sort) -> Forms | None:
    """The inverse of an invertible matrix and a column times a row.

    Statement: (B + u v^T)^-1 = B^-1 - B^-1 u v^T B^-1 / (1 + v^T B^-1 u).
    Assumes: that B + u v^T and B are invertible: declared or proved.
    Refuses: two products with a column, a B not proved to be invertible, a number 1 + v^T B^-1 u of
        unknown sign.
    Example: (S + x x^T)^-1 x = S^-1 x / (1 + x^T S^-1 x).
    """
    parts = column_apart(n, forms, size)
    if parts is None or n.sign(parts[3]) is None:
        return None
    back, column, row, below = parts
    n.use("sherman_morrison")
    scale = -n.inverse(below)
    for (first, c), (last, d) in product(column.items(), product_of(n, row, back).items()):
        whole = first + last
        back = {**back, whole: back.get(whole, ZERO) + n.mul(scale, n.mul(c, d))}
    return back


def column_apart(
    n: Normaliser, forms: Forms, size: Sort
) -> tuple[Forms, Forms, Forms, Poly] | None:
    """A matrix B + u v^T with B proved to be invertible: B^-1, B^-1 u, v^T, and 1 + v^T B^-1 u."""
    cuts = {
        word: cut
        for word in forms
        for cut, (atom, turned) in enumerate(word, 1)
        if not turned and _is_column(n, atom)
    }
    base = {word: c for word, c in forms.items() if word not in cuts}
    if len(cuts) != 1 or not base or not invertible(n, base):
        return None
    ((word, cut),) = cuts.items()
    back = inverse_of(n, base, size)
    column, row = product_of(n, back, {word[:cut]: forms[word]}), {word[cut:]: ONE}
    between = product_of(n, row, column)
    return (
        back,
        column,
        row,
        ONE + total(n.mul(c, entry(n, w, None, None)) for w, c in between.items()),
    )


def cleared_of_inverses(n: Normaliser, forms: Forms) -> tuple[Forms, Forms, Forms]:
    """A matrix M as `L, N, R` with N = L M R, without an inverse at the ends of the words of N.

    L and R are products of matrices that M is made of the inverses of, so that M is invertible
    exactly if N is.
    """
    before: Forms = {(): ONE}
    after: Forms = {(): ONE}
    for _ in range(LARGEST_CLEARING):
        heads = [word[0][0] for word in forms if word and word[0][0].kind == "inv"]
        tails = [word[-1][0] for word in forms if word and word[-1][0].kind == "inv"]
        ends = sorted(heads or tails, key=lambda atom: atom.key)
        factor = _inverted(n, ends[0]) if ends and len(forms) > 1 else None
        if factor is None:
            break
        if heads:
            before, forms = product_of(n, factor, before), product_of(n, factor, forms)
        else:
            after, forms = product_of(n, after, factor), product_of(n, forms, factor)
        n.use("inverse_matrix")
    return before, forms, after


def _inverted(n: Normaliser, atom: Atom) -> Forms | None:
    """The matrix that a letter is the inverse of."""
    open_places(n, ("range", *atom.arguments[1:]))
    return forms_of(n, as_poly(atom.arguments[0]))


def product_of(n: Normaliser, first: Forms, second: Forms) -> Forms:
    """The product of two matrices."""
    result: Forms = {}
    for (left, c), (right, d) in product(first.items(), second.items()):
        for word, factor in reduced(n, left + right).items():
            result[word] = result.get(word, ZERO) + n.mul(n.mul(c, d), factor)
    return {word: c for word, c in result.items() if c}


def _inverse_of_word(n: Normaliser, word: Word) -> Forms | None:
    """The inverse of a product, factor by factor, if each factor is known to have one."""
    result: Forms = {(): ONE}
    for letter in reversed(word):
        atom, _ = letter
        if atom.kind == "inv":
            parts = _inverted(n, atom)
            if parts is None:
                return None
        elif _has_inverse(n, letter):
            size = sides(n, letter)[0]
            assert size is not None
            open_places(n, size)
            parts = {(inverse_letter(matrix_of(n, {(letter,): ONE}), size[1:]),): ONE}
        else:
            return None
        result = {w + v: n.mul(c, d) for w, c in result.items() for v, d in parts.items()}
    return result


def invertible(n: Normaliser, forms: Forms) -> bool:
    """Whether a matrix is proved to be invertible from what is declared.

    Or becomes positive definite beside the inverse of a letter that its products begin or end with.
    """
    if len(forms) == 1:
        ((word, coefficient),) = forms.items()
        if n.sign(coefficient) is not None and all(_has_inverse(n, letter) for letter in word):
            return True
    return definite(n, forms) or any(definite(n, other) for other in _beside_inverses(n, forms))


def _beside_inverses(n: Normaliser, forms: Forms) -> Iterator[Forms]:
    """A matrix times the inverse of a letter at the ends of its products, for each such letter."""
    for first in sorted({word[:1] for word in forms if word}, key=str):
        back = _inverse_of_word(n, first)
        if back is not None:
            yield product_of(n, back, forms)
    for last in sorted({word[-1:] for word in forms if word}, key=str):
        back = _inverse_of_word(n, last)
        if back is not None:
            yield product_of(n, forms, back)


def _has_inverse(n: Normaliser, letter: Letter) -> bool:
    atom, _ = letter
    if atom.kind == "inv":
        return True
    return atom.kind == "array" and _item(n, atom).kind in ("definite", "invertible")


def definite(n: Normaliser, forms: Forms) -> bool:
    """Whether a matrix is proved to be positive definite.

    As a sum of terms S^T S, S^T M S with M positive definite, and multiples of the identity, none
    negative and one of them positive definite by itself.
    """
    strict = False
    for word, coefficient in forms.items():
        lower, _ = n.bounds(coefficient)
        if lower is None or lower[0] < 0 or not _is_square(n, word):
            return False
        half = word[(len(word) + 1) // 2 :]
        full = all(_is_injective(n, letter) for letter in half)
        strict = strict or (full and n.sign(coefficient) == 1)
    return strict


def _is_square(n: Normaliser, word: Word) -> bool:
    """Whether a word is S^T S, or S^T M S with a positive definite letter M."""
    middle = len(word) // 2
    core = word[middle : middle + len(word) % 2]
    return turn(n, word) == word and all(_is_definite_letter(n, letter) for letter in core)


def interval(n: Normaliser, atom: Atom) -> Interval | None:
    """Where an entry or a trace lies: x^T S x, tr S and S_ii are not negative; else None."""
    if atom.kind == "trace":
        return NONNEGATIVE if _is_square(n, _word(atom.arguments[0])) else None
    ends = ends_of(n, atom)
    if ends is None or ends.left != ends.right or not _is_square(n, ends.word):
        return None
    return POSITIVE if len(ends.word) == 1 and ends.left is not None else NONNEGATIVE


def _is_definite_letter(n: Normaliser, letter: Letter) -> bool:
    atom, _ = letter
    if atom.kind == "inv":
        forms = _inverted(n, atom)
        return forms is not None and definite(n, forms)
    return atom.kind == "array" and _item(n, atom).kind == "definite"


def _is_injective(n: Normaliser, letter: Letter) -> bool:
    """Whether a matrix takes no other column than zero to zero."""
    atom, turned = letter
    if _has_inverse(n, letter):
        return True
    return atom.kind == "array" and not turned and _item(n, atom).kind == "full-rank"


# Rewriting


def reduced(n: Normaliser, word: Word) -> Forms:
    """A word as a sum of words in which no inverse stands beside its matrix."""
    done: Forms = {}
    waiting: Forms = {word: ONE}
    while waiting:
        here, coefficient = waiting.popitem()
        n.burn(len(here) + 1)
        step = _step(n, here)
        target = done if step is None else waiting
        for other, factor in ({here: ONE} if step is None else step).items():
            target[other] = target.get(other, ZERO) + n.mul(coefficient, factor)
    return {w: c for w, c in done.items() if c}


def _step(n: Normaliser, word: Word) -> Forms | None:
    """One use of a rule on the first inverse of a word to which one applies."""
    for at, (atom, _) in enumerate(word):
        if atom.kind != "inv":
            continue
        forms = _inverted(n, atom)
        if forms is None:
            continue
        step = (
            _cleared(n, word, at, forms)
            or _pushed(n, word, at, forms)
            or _resolved(n, word, at, forms)
        )
        if step is not None:
            return step
    return None


@rule("inverse_matrix")
def _cleared(n: Normaliser, word: Word, at: int, forms: Forms) -> Forms | None:
    """An inverse beside the leading product of its matrix is cleared.

    Statement: P^-1 L = I - P^-1 R and L P^-1 = I - R P^-1, for P = L + R.
    Assumes: that P is invertible: declared, or proved as a sum of terms S^T S and a positive
        multiple of the identity, or a condition.
    Refuses: an inverse that does not stand beside the leading product.
    Example: (X^T X + lambda I)^-1 X^T X = I - lambda (X^T X + lambda I)^-1.
    """
    leading = lead(forms)
    length = len(leading)
    minus = {w: -c for w, c in forms.items() if w != leading}
    if not length or forms[leading] != ONE:
        return None
    before, after = word[:at], word[at + 1 :]
    if after[:length] == leading:
        n.use("inverse_matrix")
        rest = {(*before, word[at], *w, *after[length:]): c for w, c in minus.items()}
        return _plus(rest, before + after[length:])
    if length <= at and before[at - length :] == leading:
        n.use("inverse_matrix")
        rest = {(*before[: at - length], *w, *word[at:]): c for w, c in minus.items()}
        return _plus(rest, before[: at - length] + after)
    return None


def _plus(forms: Forms, word: Word) -> Forms:
    return {**forms, word: forms.get(word, ZERO) + ONE}


@rule("push_through")
def _pushed(n: Normaliser, word: Word, at: int, forms: Forms) -> Forms | None:
    """A factor passes through the inverse of a matrix that ends with it; the inverse goes left.

    Statement: N (M N + K)^-1 = (N K^-1 M + I)^-1 N K^-1.
    Assumes: that M N + K is invertible: declared or proved, as above. Then N K^-1 M + I is, because
        its inverse is I - N (M N + K)^-1 M.
    Refuses: a matrix with two products that end otherwise, a K that is not known to be invertible.
    Example: X^T (X X^T + lambda I)^-1 = (X^T X + lambda I)^-1 X^T.
    """
    others = [w for w in forms if w[-1:] != word[at - 1 : at]]
    kept = others[0] if len(others) == 1 and len(forms) > 1 else None
    if not at or kept is None or (kept and any(len(w) < 2 for w in forms if w != kept)):
        return None  # the last would go round for ever
    factor, size = word[at - 1], sides(n, word[at - 1])[0]
    back = _inverse_of_word(n, kept)
    if size is None or back is None or n.sign(forms[kept]) is None:
        return None
    scale = n.inverse(forms[kept])
    back = {w: n.mul(scale, c) for w, c in back.items()}
    rests = {w[:-1]: c for w, c in forms.items() if w != kept}
    moved = product_of(n, product_of(n, {(factor,): ONE}, back), rests)
    n.use("push_through")
    found = inverse_of(n, {**moved, (): moved.get((), ZERO) + ONE}, size)
    found = product_of(n, product_of(n, found, {(factor,): ONE}), back)
    return {(*word[: at - 1], *w, *word[at + 1 :]): c for w, c in found.items()}


@rule("resolvent_identity")
def _resolved(n: Normaliser, word: Word, at: int, forms: Forms) -> Forms | None:
    """Two inverses side by side whose matrices differ by a multiple of the identity.

    Statement: A^-1 B^-1 = (B^-1 - A^-1) / c for A = B + c I and c != 0.
    Assumes: that both matrices are invertible: declared or proved, as above.
    Refuses: matrices that differ by something else, a number c that may be zero.
    Example: (P + I)^-1 P^-1 = P^-1 - (P + I)^-1.
    """
    follows = word[at + 1][0] if at + 1 < len(word) else word[at][0]
    other = _inverted(n, follows) if follows.kind == "inv" else None
    if other is None:
        return None
    every = {*forms, *other}
    gap = {w: forms.get(w, ZERO) - other.get(w, ZERO) for w in every}
    gap = {w: c for w, c in gap.items() if c}
    if set(gap) != {()} or n.sign(gap[()]) is None:
        return None
    n.use("resolvent_identity")
    scale = n.inverse(gap[()])
    second, first = (*word[:at], *word[at + 1 :]), (*word[: at + 1], *word[at + 2 :])
    return {second: scale, first: -scale}
