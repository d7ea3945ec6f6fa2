"""Determinants of matrices of any size, by the words that they are sums of.

An atom `volume(matrix, lower, upper)` is the determinant of a matrix that is known by its entry at
the two places, and that no rule takes apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemmata.kernel.declarations import POSITIVE, Interval
from lemmata.kernel.matrices import words
from lemmata.kernel.matrices.words import COLUMN, ROW, Forms, Letter, Sort
from lemmata.kernel.poly import ONE, Atom, Poly, as_poly, of_atom, of_mono
from lemmata.kernel.rules import rule

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser


def determinant(n: Normaliser, matrix: Poly, size: Sort) -> Poly:
    """The determinant of a square matrix that is known by its entry at the two places."""
    forms = words.forms_of(n, matrix)
    if not forms:
        return _volume(matrix, size) if matrix else n.unsupported("the determinant of zero")
    if len(forms) == 1:
        return _of_product(n, forms, size)
    lead = words.lead(forms)
    if forms[lead] != ONE and n.sign(forms[lead]) is not None:
        _, unit = words.monic(n, forms)
        return n.mul(
            _power(n, forms[lead], _length(size)),
            determinant(n, words.matrix_of(n, unit), size),
        )
    return _without_inverses(n, forms, size)


def _volume(matrix: Poly, size: Sort) -> Poly:
    return of_atom(Atom("volume", matrix, *size[1:], hides=frozenset({ROW, COLUMN})))


def _length(size: Sort) -> Poly:
    return as_poly(size[2]) - as_poly(size[1]) + ONE


def _power(n: Normaliser, base: Poly, exponent: Poly) -> Poly:
    return ONE if base == ONE else n.power(base, exponent)


@rule("determinant_of_a_product")
def _of_product(n: Normaliser, forms: Forms, size: Sort) -> Poly:
    """The determinant of a product is the product of the determinants.

    Statement: det(A B) = det A det B, det A^T = det A, det A^-1 = 1 / det A, and
        det(c A) = c^n det A for square matrices of n rows.
    Assumes: that what is inverted is invertible, as it is written.
    Refuses: factors that are not square, a number c of unknown sign.
    Example: log det(2 S^-1) = n log 2 - log det S.
    """
    ((word, coefficient),) = forms.items()
    result = _power(n, coefficient, _length(size))
    if any(words.sides(n, letter) != (size, size) for letter in word):
        words.open_places(n, size)
        return n.mul(result, _volume(words.matrix_of(n, {word: ONE}), size))
    for letter in word:
        result = n.mul(result, _of_letter(n, letter, size))
    if coefficient != ONE or len(word) != 1 or word[0][0].kind == "inv":
        n.use("determinant_of_a_product")
    return result


def _of_letter(n: Normaliser, letter: Letter, size: Sort) -> Poly:
    """The determinant of one letter, turned or not; of an inverse, one over that of its matrix."""
    atom, _ = letter
    words.open_places(n, size)
    if atom.kind == "inv":
        return _one_over(n, determinant(n, as_poly(atom.arguments[0]), size))
    return _volume(words.matrix_of(n, {((atom, 0),): ONE}), size)


def _one_over(n: Normaliser, volume: Poly) -> Poly:
    """One over the determinant of a matrix that is invertible, so that it is not zero."""
    if len(volume.terms) != 1:
        return n.inverse(volume)
    ((mono, coefficient),) = volume.terms.items()
    return of_mono(tuple((atom, -exponent) for atom, exponent in mono), 1 / coefficient)


@rule("determinant_of_a_sum")
def _without_inverses(n: Normaliser, forms: Forms, size: Sort) -> Poly:
    """The determinant of a sum, when an inverse that begins or ends its products is taken out.

    Statement: det(A^-1 B + C) = det(B + A C) / det A, det(A + u v^T) = det A (1 + v^T A^-1 u), and
        det(c I + M N) = c^(n - m) det(c I + N M) for M with n rows and m columns.
    Assumes: that A is invertible: as it is written, in the second declared or proved.
    Refuses: a number c of unknown sign.
    Example: det(A^-1 + B^-1) = det(A + B) / (det A det B).
    """
    parts = words.column_apart(n, forms, size)
    if parts is not None:
        n.use("determinant_of_a_sum")
        inverse = determinant(n, words.matrix_of(n, parts[0]), size)
        return n.mul(parts[3], _one_over(n, inverse))
    before, inner, after = words.cleared_of_inverses(n, forms)
    if inner != forms:
        n.use("determinant_of_a_sum")
        outer = ONE
        for factor in (before, after):
            outer = n.mul(outer, determinant(n, words.matrix_of(n, factor), size))
        whole = determinant(n, words.matrix_of(n, inner), size)
        if words.definite(n, forms) and n.sign(outer) == 1:
            n.written[whole.key] = (1, True)
        return n.mul(whole, _one_over(n, outer))
    best, sort = _turned_round(n, forms, size)
    if best != forms:
        n.use("determinant_of_a_sum")
        words.open_places(n, sort)
        whole = determinant(n, words.matrix_of(n, best), sort)
        return n.mul(_power(n, forms[()], _length(size) - _length(sort)), whole)
    words.open_places(n, size)
    return _volume(words.matrix_of(n, forms), size)


def _turned_round(n: Normaliser, forms: Forms, size: Sort) -> tuple[Forms, Sort]:
    """Of the matrices c I + N M with the determinant of c I + M N, the first in order."""
    found = [(forms, size)]
    while () in forms and n.sign(forms[()]) is not None:
        lasts = {word[-1] for word in forms if word}
        if len(lasts) != 1:
            break
        (last,) = lasts
        rows = words.sides(n, last)[0]
        forms = {(last, *word[:-1]) if word else word: c for word, c in forms.items()}
        if rows is None or any(forms == other for other, _ in found):
            break
        found.append((forms, rows))
    return min(found, key=lambda pair: str(sorted(map(str, pair[0]))))


def interval(n: Normaliser, atom: Atom) -> Interval | None:
    """Where a determinant lies: above zero if its matrix is positive definite."""
    if atom.kind == "abs":
        inner = as_poly(atom.arguments[0]).atom()
        return POSITIVE if inner is not None and is_not_zero(n, inner) else None
    if atom.kind != "volume":
        return None
    if n.written.get(of_atom(atom).key, (0, False)) == (1, True):
        return POSITIVE
    forms = _forms(n, atom)
    return POSITIVE if forms is not None and words.definite(n, forms) else None


def is_not_zero(n: Normaliser, atom: Atom) -> bool:
    """Whether an atom is the determinant of an invertible matrix."""
    forms = _forms(n, atom) if atom.kind == "volume" else None
    return forms is not None and words.invertible(n, forms)


def _forms(n: Normaliser, atom: Atom) -> Forms | None:
    """The matrix that an atom is the determinant of; the two places keep their range."""
    before = n.sorts.get(ROW)
    words.open_places(n, ("range", *atom.arguments[1:]))
    forms = words.forms_of(n, as_poly(atom.arguments[0]))
    if isinstance(before, tuple):
        words.open_places(n, before)
    return forms
