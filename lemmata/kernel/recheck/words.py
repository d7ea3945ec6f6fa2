"""Products of matrices, their inverses, traces and determinants, worked out for the re-checker.

A letter is a declared array, turned or not, or the inverse of a matrix; a word is a product of
letters, and a matrix is a sum of words with coefficients. `entry(word, row, column)` is an entry
of a word; an end that a column closes has none. Every identity that is used is about words alone:

    A^-1 A = I        N (M N + K)^-1 = (N K^-1 M + I)^-1 N K^-1       tr A B = tr B A
    A^-1 B^-1 = (B^-1 - A^-1) / c for A = B + c I                     det A B = det A det B
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from lemmata.kernel import terms as t
from lemmata.kernel.declarations import (
    NONNEGATIVE,
    POSITIVE,
    Declarations,
    Function,
    Interval,
    Scalar,
)
from lemmata.kernel.entries import Lowering
from lemmata.kernel.fuel import burn
from lemmata.kernel.recheck.arithmetic import Arithmetic
from lemmata.kernel.recheck.polynomials import (
    ONE,
    ZERO,
    Atom,
    Mono,
    Poly,
    RefusalError,
    Scope,
    Value,
    free,
    inner_scope,
    of,
    poly_of,
    text,
    total,
)
from lemmata.kernel.terms import Sym, Term

Word: TypeAlias = "tuple[tuple[Atom, int], ...]"
"""Letters, each with 1 if it is turned, else 0."""
Matrix: TypeAlias = "dict[Word, Poly]"
Size: TypeAlias = "tuple[Value, ...]"
Column: TypeAlias = "tuple[Matrix, Matrix, Matrix, Poly]"

ROW, COLUMN = Sym("the row"), Sym("the column")
TIED = ("symmetric", "definite")
LARGEST_CLEARING = 6


class Words(Arithmetic):
    """Values in which sums over entries are products of matrices, where `words` is set."""

    words = False

    def __init__(self, declarations: Declarations) -> None:
        self.lowering = Lowering(declarations)
        super().__init__(declarations)

    def are_wanted(self, *sides: Term) -> bool:
        """Whether a statement is about products of matrices that entries alone do not decide."""
        parts = [part for side in sides for part in t.walk(side)]
        declared = self.declarations
        known = {item.name for item in declared.scalars if item.kind in TIED}
        known |= {item.name for item in declared.functions if item.kind in TIED}
        known |= {family.name for family in declared.families if family.multivariate}
        names = {str(getattr(part, kind, "")) for part in parts for kind in ("name", "family")}
        plain = any(isinstance(part, t.Det | t.Entry) for part in parts)
        slopes = any(isinstance(part, t.Derivative) for part in parts)
        return declared.linear and not slopes and (plain or bool(known & names))

    # ---------------------------------------------------------------- values

    def value(self, term: Term, scope: Scope) -> Poly:
        """The value of a term whose named quantities are unfolded."""
        if self.words and isinstance(term, t.Entry) and len(term.indices) == 2:
            row, column = self.values(term.indices, scope)
            return self.entry_of(term.matrix, row, column, scope)
        if self.words and isinstance(term, t.Det) and isinstance(term.matrix, t.Entries):
            found = self.find("det", *self.node(term, scope)[1])
            return self.volume_of(term, term.matrix, scope) if found is None else found
        return super().value(term, scope)

    def make(self, kind: str, args: tuple[Value, ...], bound: int = 0) -> Poly:
        """The value of a node: of an entry, a trace or a determinant by its letters."""
        if not self.words:
            return super().make(kind, args, bound)
        match kind:
            case "entry":
                return self.entry(word_of(args[0]), *map(end_of, args[1:]))
            case "trace":
                return self.trace(word_of(args[0]), (args[1], args[2], args[3]))
            case "volume":
                return self.volume(matrix_of(args[0]), ("range", *args[1:]))
            case "inverse":
                return of(inverse_letter(matrix_of(args[0]), ("range", *args[1:])))
            case "sym" | "app":
                ends = self.ends(Atom(kind, *args))
                if ends is not None:
                    return self.entry(*ends)
        return super().make(kind, args, bound)

    def contracted(self, number: int, touching: Mono) -> Poly | None:
        """The sum over an index that joins two entries, or the ends of one."""
        if not self.words or self.sorts[number][0] != "range":
            return None
        variable, size = of(Atom("var", number)), self.sorts[number]
        if any(power not in {1, 2} for _, power in touching):
            return None
        found = [self.ends(atom) for atom, power in touching for _ in range(int(power))]
        parts = [ends for ends in found if ends is not None and number not in free(ends[0])]
        if len(parts) != len(found) or not 1 <= len(parts) <= 2:
            return None
        ends = [end for part in parts for end in part[1:] if end is not None and number in end.free]
        if ends != [variable, variable]:
            return None
        word, left, right = parts[0]
        if len(parts) == 1:
            return self.trace(word, size) if self.sides(word) == (size, size) else None
        if right != variable:
            word, left = self.turn(word), right
        other, start, end = parts[1]
        if start != variable:
            other, end = self.turn(other), start
        if self.sides(word)[1] != size or self.sides(other)[0] != size:
            return None
        return self.entry(word + other, left, end)

    def opened_matrix(
        self, entry: Callable[[], Term], names: tuple[Sym, Sym], size: Size, scope: Scope
    ) -> tuple[Poly, Matrix | None, tuple[Poly, Poly]]:
        """The value of an entry at any row and column, and the matrix that it is the entry of."""
        places = of(self.open(*size)), of(self.open(*size))
        for name, place in zip(names, places, strict=True):
            scope = inner_scope(scope, name.name, place)
        value = self.value(entry(), scope)
        return value, self.read(value, *places), places

    def read(self, value: Poly, row: Poly, column: Poly) -> Matrix | None:
        """The matrix whose entry at a row and a column is known."""
        found: Matrix = {}
        for mono, number in value.terms.items():
            own = [(atom, power) for atom, power in mono if atom.free & (row.free | column.free)]
            rest = tuple(pair for pair in mono if pair not in own)
            word = self.between([atom for atom, _ in own], row, column)
            if word is None or any(power != 1 for _, power in own):
                return None
            found[word] = found.get(word, ZERO) + Poly({rest: number})
        return found

    def between(self, atoms: list[Atom], row: Poly, column: Poly) -> Word | None:
        """The word of one entry from a row to a column, or of two that a column and a row close."""
        if len(atoms) == 1 and atoms[0].kind == "eq0":
            gap = poly_of(atoms[0].args[0])
            return () if gap in (row - column, column - row) else None
        found = [ends for ends in map(self.ends, atoms) if ends is not None]
        if len(found) < len(atoms) or not 1 <= len(found) <= 2:
            return None
        every = [*found, *((self.turn(word), right, left) for word, left, right in found)]
        if len(found) == 1:
            return next((word for word, *ends in every if ends == [row, column]), None)
        first = [word for word, *ends in every if ends == [row, None]]
        second = [word for word, *ends in every if ends == [None, column]]
        return first[0] + second[0] if first and second else None

    def entry_of(self, matrix: Term, row: Poly, column: Poly, scope: Scope) -> Poly:
        """An entry of an inverse."""
        if not isinstance(matrix, t.Pow) or not isinstance(matrix.exponent, t.Neg):
            raise RefusalError(f"the entries of {type(matrix).__name__} are not worked out")
        axis = self.lowering.shapes.of(matrix).rows
        if axis is None:
            raise RefusalError("the size of a matrix does not follow from the formula")
        size: Size = ("range", *self.values((axis.lower, axis.upper), scope))
        base = matrix.base
        value, inner, places = self.opened_matrix(
            lambda: self.lowering.entry(base, ROW, COLUMN), (ROW, COLUMN), size, scope
        )
        if inner is None:
            return self.inverse_of_diagonal(value, places, row, column)
        if not self.is_invertible(self.monic(inner)[1]):
            raise RefusalError("a matrix is not known to be invertible")
        return self.entries(self.inverse_of(inner, size), row, column)

    def inverse_of_diagonal(
        self, value: Poly, places: tuple[Poly, Poly], row: Poly, column: Poly
    ) -> Poly:
        """An entry of the inverse of a matrix with zeros off its diagonal."""
        delta = self.bracket("=", places[0] - places[1])
        if (value - self.mul(delta, value)).terms or not value.terms:
            raise RefusalError("the inverse of this matrix is not worked out")
        (first,), (second,) = places[0].free, places[1].free
        diagonal = self.rename(value, {first: row, second: row})
        return self.mul(self.bracket("=", row - column), self.inverse(diagonal))

    def entries(self, matrix: Matrix, row: Poly | None, column: Poly | None) -> Poly:
        """An entry of a sum of words."""
        return total(self.mul(c, self.entry(word, row, column)) for word, c in matrix.items())

    # ---------------------------------------------------------------- letters

    def array(self, atom: Atom) -> Scalar | Function:
        """The declaration of a letter that is an array."""
        item = self.declarations.find(str(atom.args[0]))
        if not isinstance(item, Scalar | Function):
            raise RefusalError(f"{atom.args[0]} is no array")
        return item

    def is_column(self, atom: Atom) -> bool:
        """Whether a letter is a column."""
        return atom.kind == "array" and self.array(atom).rank == 1

    def sides(self, word: Word) -> tuple[Size | None, Size | None]:
        """The ranges of the rows and of the columns of a word; None of a closed side."""
        return self.sizes(*word[0])[0], self.sizes(*word[-1])[1]

    def sizes(self, atom: Atom, turned: int) -> tuple[Size | None, Size | None]:
        """The ranges of the rows and columns of a letter."""
        if atom.kind == "inverse":
            size: Size = ("range", *atom.args[1:])
            return size, size
        item = self.array(atom)
        own = item.axes[len(item.axes) - item.rank :]
        found: list[Size | None] = [("range", *self.values((a.lower, a.upper), {})) for a in own]
        rows, columns = (*found, None)[:2]
        return (columns, rows) if turned else (rows, columns)

    def turn(self, word: Word) -> Word:
        """The transpose of a word."""
        return tuple(self.turned(*letter) for letter in reversed(word))

    def turned(self, atom: Atom, turned: int) -> tuple[Atom, int]:
        """The transpose of a letter."""
        if atom.kind == "inverse":
            matrix = {self.turn(word): c for word, c in matrix_of(atom.args[0]).items()}
            return inverse_letter(matrix, ("range", *atom.args[1:])), 0
        item = self.array(atom)
        return (atom, 0 if item.rank == 2 and item.kind in TIED else 1 - turned)

    def ends(self, atom: Atom) -> tuple[Word, Poly | None, Poly | None] | None:
        """An atom as a word with its row and its column; None if it is no entry."""
        if atom.kind == "entry":
            return word_of(atom.args[0]), end_of(atom.args[1]), end_of(atom.args[2])
        item = self.declarations.find(str(atom.args[0])) if atom.kind in {"sym", "app"} else None
        if not isinstance(item, Scalar | Function) or not item.rank:
            return None
        indices = atom.args[-1]
        assert isinstance(indices, tuple)
        if len(indices) != len(item.axes):
            return None
        before, own = indices[: -item.rank], [poly_of(index) for index in indices[-item.rank :]]
        applied = atom.args[1:2] if atom.kind == "app" else ()
        letter = (Atom("array", item.name, before, *applied), 0)
        return (letter,), own[0], own[1] if item.rank == 2 else None

    # ---------------------------------------------------------------- entries and traces

    def entry(self, word: Word, row: Poly | None, column: Poly | None) -> Poly:
        """An entry of a word."""
        found = self.rewritten(word)
        return total(self.mul(c, self.single(each, row, column)) for each, c in found.items())

    def single(self, word: Word, row: Poly | None, column: Poly | None) -> Poly:
        """An entry of a word that no identity rewrites."""
        if not word:
            return self.bracket("=", poly_of(row) - poly_of(column))
        for cut, (atom, turned) in enumerate(word[:-1], 1):
            if not turned and self.is_column(atom):
                return self.mul(
                    self.single(word[:cut], row, None), self.single(word[cut:], None, column)
                )
        ways = [(word, row, column)]
        back = self.rewritten(self.turn(word))
        if list(back.values()) == [ONE]:
            ways.append((next(iter(back)), column, row))
        return of(min((self.named(*way) for way in ways), key=lambda a: (a.kind == "entry", a.key)))

    def named(self, word: Word, row: Poly | None, column: Poly | None) -> Atom:
        """The atom of an entry: of one array as it stands, the array with its indices."""
        ((atom, turned), *others) = word
        if others or atom.kind != "array" or turned:
            return Atom("entry", word, row, column)
        name, before, *applied = atom.args
        assert isinstance(before, tuple)
        indices = (*before, *(end for end in (row, column) if end is not None))
        return Atom("app" if applied else "sym", name, *applied, indices)

    def trace(self, word: Word, size: Size) -> Poly:
        """The trace of a word: letters may go round, and the whole may be turned."""
        if not word:
            return poly_of(size[2]) - poly_of(size[1]) + ONE
        rounds = [word[cut:] + word[:cut] for cut in range(len(word))]
        for each in rounds:
            if not each[-1][1] and self.is_column(each[-1][0]):
                return self.entry(each, None, None)
            found = self.rewritten(each)
            if found != {each: ONE}:
                inner = self.sides(each)[0]
                assert inner is not None
                return total(self.mul(c, self.trace(w, inner)) for w, c in found.items())
        best = min((*rounds, *map(self.turn, rounds)), key=lambda way: text(way, {}))
        return of(Atom("trace", best, *(self.sides(best)[0] or size)))

    # ---------------------------------------------------------------- inverses

    def times(self, *factors: Matrix) -> Matrix:
        """The product of matrices."""
        result: Matrix = {(): ONE}
        for factor in factors:
            found: Matrix = {}
            for (left, c), (right, d) in product(result.items(), factor.items()):
                for word, number in self.rewritten(left + right).items():
                    whole = self.mul(self.mul(c, d), number)
                    found[word] = found.get(word, ZERO) + whole
            result = {word: c for word, c in found.items() if c.terms}
        return result

    def scaled(self, matrix: Matrix, number: Poly) -> Matrix:
        """A multiple of a matrix."""
        return {word: self.mul(number, c) for word, c in matrix.items()}

    def monic(self, matrix: Matrix) -> tuple[Poly, Matrix]:
        """A number c and c times a matrix, with the coefficient 1 at its leading word."""
        if not matrix:
            raise RefusalError("the inverse or the determinant of a zero matrix")
        lead = leading(matrix)
        scale = self.inverse(matrix[lead])
        return scale, {**self.scaled(matrix, scale), lead: ONE}  # (1 + q) / (1 + q) stays a sum

    def inverse_of(self, matrix: Matrix, size: Size) -> Matrix:
        """The inverse of a matrix that is invertible."""
        scale, unit = self.monic(matrix)
        found = self.inverse_of_word(next(iter(unit))) if len(unit) == 1 else None
        if found is None:
            found = self.with_one_column(unit, size)
        if found is not None:
            return self.scaled(found, scale)
        before, inner, after = self.cleared(unit)
        rest, inner = self.monic(inner)
        letter: Matrix = {((inverse_letter(inner, size), 0),): self.mul(scale, rest)}
        return self.times(after, letter, before)

    def inverse_of_word(self, word: Word) -> Matrix | None:
        """The inverse of a product, factor by factor; None if a factor may have none."""
        found: list[Matrix] = []
        for atom, turned in reversed(word):
            size = self.sizes(atom, turned)[0]
            if atom.kind == "inverse":
                found.append(matrix_of(atom.args[0]))
            elif size is not None and self.has_inverse(atom):
                letter = inverse_letter({((atom, turned),): ONE}, size)
                found.append({((letter, 0),): ONE})
            else:
                return None
        result: Matrix = {(): ONE}
        for each in found:
            result = {
                left + right: self.mul(c, d)
                for (left, c), (right, d) in product(result.items(), each.items())
            }
        return result

    def with_one_column(self, matrix: Matrix, size: Size) -> Matrix | None:
        """(B + u v^T)^-1 = B^-1 - B^-1 u v^T B^-1 / (1 + v^T B^-1 u)."""
        parts = self.column_apart(matrix, size)
        if parts is None or self.sign(parts[3]) is None:
            return None
        back, column, row, below = parts
        taken = self.scaled(self.times(column, row, back), self.inverse(below) * -1)
        return {w: back.get(w, ZERO) + taken.get(w, ZERO) for w in {**back, **taken}}

    def column_apart(self, matrix: Matrix, size: Size) -> Column | None:
        """Of B + u v^T with an invertible B: B^-1, B^-1 u, v^T, and 1 + v^T B^-1 u."""
        cut_off = [
            (word, cut, *word[cut - 1]) for word in matrix for cut in range(1, len(word) + 1)
        ]
        cuts = [(w, cut) for w, cut, atom, turned in cut_off if not turned and self.is_column(atom)]
        base = {word: c for word, c in matrix.items() if word not in dict(cuts)}
        if len(dict(cuts)) != 1 or not base or not self.is_invertible(base):
            return None
        word, cut = cuts[-1]
        back = self.inverse_of(base, size)
        column = self.times(back, {word[:cut]: matrix[word]})
        row: Matrix = {word[cut:]: ONE}
        return back, column, row, ONE + self.entries(self.times(row, column), None, None)

    def cleared(self, matrix: Matrix) -> tuple[Matrix, Matrix, Matrix]:
        """L, L M R and R, so that no word of the second begins or ends with an inverse."""
        before: Matrix = {(): ONE}
        after: Matrix = {(): ONE}
        for _ in range(LARGEST_CLEARING):
            heads = [word[0][0] for word in matrix if word and word[0][0].kind == "inverse"]
            tails = [word[-1][0] for word in matrix if word and word[-1][0].kind == "inverse"]
            if len(matrix) == 1 or not (heads or tails):
                break
            factor = matrix_of(min(heads or tails, key=lambda atom: atom.key).args[0])
            if heads:
                before, matrix = self.times(factor, before), self.times(factor, matrix)
            else:
                after, matrix = self.times(after, factor), self.times(matrix, factor)
        return before, matrix, after

    def rewritten(self, word: Word) -> Matrix:
        """A word as a sum of words to which no identity of inverses applies."""
        done: Matrix = {}
        waiting: Matrix = {word: ONE}
        while waiting:
            here, number = waiting.popitem()
            burn()
            step = self.step(here)
            target, found = (done, {here: ONE}) if step is None else (waiting, step)
            for other, c in found.items():
                target[other] = target.get(other, ZERO) + self.mul(number, c)
        return {word: c for word, c in done.items() if c.terms}

    def step(self, word: Word) -> Matrix | None:
        """One use of an identity on the first inverse of a word to which one applies."""
        for at, (atom, _) in enumerate(word):
            if atom.kind == "inverse":
                matrix = matrix_of(atom.args[0])
                found = self.met(word, at, matrix) or self.pushed(word, at, matrix)
                found = found or self.resolved(word, at, matrix)
                if found is not None:
                    return found
        return None

    def met(self, word: Word, at: int, matrix: Matrix) -> Matrix | None:
        """P^-1 L = I - P^-1 R and L P^-1 = I - R P^-1 for P = L + R."""
        lead = leading(matrix)
        length, rest = len(lead), {w: c * -1 for w, c in matrix.items() if w != lead}
        before, letter, after = word[:at], word[at : at + 1], word[at + 1 :]
        if not lead or matrix[lead] != ONE:
            return None
        if after[:length] == lead:
            found = {before + letter + w + after[length:]: c for w, c in rest.items()}
            gone = before + after[length:]
        elif before[len(before) - length :] == lead and length <= len(before):
            found = {before[:-length] + w + letter + after: c for w, c in rest.items()}
            gone = before[:-length] + after
        else:
            return None
        return {**found, gone: found.get(gone, ZERO) + ONE}

    def pushed(self, word: Word, at: int, matrix: Matrix) -> Matrix | None:
        """N (M N + K)^-1 = (N K^-1 M + I)^-1 N K^-1."""
        apart = [w for w in matrix if not at or w[-1:] != word[at - 1 : at]]
        if not at or len(apart) != 1 or len(matrix) == 1:
            return None
        kept, size = apart[0], self.sizes(*word[at - 1])[0]
        if kept and min(len(w) for w in matrix if w != kept) < 2:
            return None
        back = self.inverse_of_word(kept)
        if back is None or size is None or self.sign(matrix[kept]) is None:
            return None
        factor: Matrix = {word[at - 1 : at]: ONE}
        back = self.scaled(back, self.inverse(matrix[kept]))
        rest = {w[:-1]: c for w, c in matrix.items() if w != kept}
        inner = self.times(factor, back, rest)
        inner[()] = inner.get((), ZERO) + ONE
        found = self.times(self.inverse_of(inner, size), factor, back)
        return {word[: at - 1] + w + word[at + 1 :]: c for w, c in found.items()}

    def resolved(self, word: Word, at: int, matrix: Matrix) -> Matrix | None:
        """A^-1 B^-1 = (B^-1 - A^-1) / c for A = B + c I."""
        follows = word[at + 1][0] if at + 1 < len(word) else None
        if follows is None or follows.kind != "inverse":
            return None
        other = matrix_of(follows.args[0])
        gap = {w: matrix.get(w, ZERO) - other.get(w, ZERO) for w in {**matrix, **other}}
        if {w for w, c in gap.items() if c.terms} != {()} or self.sign(gap[()]) is None:
            return None
        scale = self.inverse(gap[()])
        return {word[:at] + word[at + 1 :]: scale, word[: at + 1] + word[at + 2 :]: scale * -1}

    # ---------------------------------------------------------------- what is known of a matrix

    def has_inverse(self, atom: Atom) -> bool:
        """Whether a letter is invertible."""
        if atom.kind == "inverse":
            return True
        return self.array(atom).kind in ("definite", "invertible")

    def is_invertible(self, matrix: Matrix) -> bool:
        """Whether a matrix is known to be invertible."""
        if len(matrix) == 1:
            ((word, number),) = matrix.items()
            if self.sign(number) is not None and all(self.has_inverse(a) for a, _ in word):
                return True
        if self.is_definite(matrix):
            return True
        ends = [(word[:1], True) for word in matrix] + [(word[-1:], False) for word in matrix]
        for letter, first in ends:
            back = self.inverse_of_word(letter) if letter else None
            if back is not None and self.is_definite(
                self.times(back, matrix) if first else self.times(matrix, back)
            ):
                return True
        return False

    def is_definite(self, matrix: Matrix) -> bool:
        """Whether a matrix is a sum of squares S^T M S, of which one is positive definite."""
        whole = False
        for word, number in matrix.items():
            low, _ = self.low(number)
            if low is None or low < 0 or not self.is_square(word):
                return False
            half = word[(len(word) + 1) // 2 :]
            injective = all(
                self.has_inverse(a) or (not turned and self.array(a).kind == "full-rank")
                for a, turned in half
            )
            whole = whole or (injective and self.sign(number) == 1)
        return whole

    def is_square(self, word: Word) -> bool:
        """Whether a word is S^T S, or S^T M S with a positive definite letter M."""
        if self.turn(word) != word:
            return False
        if len(word) % 2 == 0:
            return True
        atom, _ = word[len(word) // 2]
        if atom.kind == "inverse":
            return self.is_definite(matrix_of(atom.args[0]))
        return self.array(atom).kind == "definite"

    def interval(self, atom: Atom) -> Interval:
        """Where an atom lies: x^T S x, S_ii and traces of squares are not negative."""
        if self.words and atom.kind == "volume":
            known = self.written.get(of(atom).key) == (1, True)
            definite = known or self.is_definite(matrix_of(atom.args[0]))
            return POSITIVE if definite else super().interval(atom)
        if self.words and atom.kind == "abs":
            inner = poly_of(atom.args[0])
            single = inner.atom()
            if single is not None and single.kind == "volume" and inner.key in self.nonzero:
                return POSITIVE
        ends = self.ends(atom) if self.words else None
        if ends is not None and ends[1] == ends[2] and self.is_square(ends[0]):
            return POSITIVE if len(ends[0]) == 1 and ends[1] is not None else NONNEGATIVE
        if self.words and atom.kind == "trace" and self.is_square(word_of(atom.args[0])):
            return NONNEGATIVE
        return super().interval(atom)

    # ---------------------------------------------------------------- determinants

    def volume_of(self, term: t.Det, matrix: t.Entries, scope: Scope) -> Poly:
        """The determinant of a matrix by its words; an atom where it has none."""
        size: Size = ("range", ONE, self.value(matrix.rows, scope))
        names = matrix.row, matrix.column
        _, inner, _ = self.opened_matrix(lambda: matrix.entry, names, size, scope)
        return super().value(term, scope) if inner is None else self.volume(inner, size)

    def volume(self, matrix: Matrix, size: Size) -> Poly:
        """The determinant of a matrix."""
        length = poly_of(size[2]) - poly_of(size[1]) + ONE
        if len(matrix) == 1:
            ((word, number),) = matrix.items()
            result = ONE if number == ONE else self.power(number, length)
            if any(self.sizes(*letter) != (size, size) for letter in word):
                return self.mul(result, of(self.volume_atom({word: ONE}, size)))
            return self.product([result, *(self.volume_of_letter(a, size) for a, _ in word)])
        number = matrix[leading(matrix)]
        if number != ONE and self.sign(number) is not None:
            unit = self.monic(matrix)[1]
            return self.mul(self.power(number, length), self.volume(unit, size))
        return self.volume_of_sum(matrix, size, length)

    def volume_atom(self, matrix: Matrix, size: Size) -> Atom:
        """The determinant of a matrix that no identity takes apart."""
        atom = Atom("volume", as_value(matrix), *size[1:])
        if self.is_invertible(matrix):
            self.nonzero |= {of(atom).key}
        return atom

    def volume_of_letter(self, atom: Atom, size: Size) -> Poly:
        """The determinant of a letter, turned or not."""
        if atom.kind == "inverse":
            return self.one_over(self.volume(matrix_of(atom.args[0]), size))
        return of(self.volume_atom({((atom, 0),): ONE}, size))

    def one_over(self, volume: Poly) -> Poly:
        """One over the determinant of an invertible matrix."""
        single = volume.single()
        if single is None:
            return self.inverse(volume)
        return Poly({tuple((a, -e) for a, e in single[0]): Fraction(1) / single[1]})

    def volume_of_sum(self, matrix: Matrix, size: Size, length: Poly) -> Poly:
        """det(B + u v^T), det(A^-1 B + C), det(c I + M N)."""
        parts = self.column_apart(matrix, size)
        if parts is not None:
            return self.mul(parts[3], self.one_over(self.volume(parts[0], size)))
        before, inner, after = self.cleared(matrix)
        if inner != matrix:
            outer = self.mul(self.volume(before, size), self.volume(after, size))
            whole = self.volume(inner, size)
            if self.is_definite(matrix) and self.sign(outer) == 1:
                self.written[whole.key] = (1, True)
            return self.mul(whole, self.one_over(outer))
        ways: list[tuple[Matrix, Size]] = [(matrix, size)]
        while () in matrix and self.sign(matrix[()]) is not None:
            lasts = {word[-1] for word in matrix if word}
            rows = self.sizes(*next(iter(lasts)))[0] if len(lasts) == 1 else None
            matrix = {word[-1:] + word[:-1]: c for word, c in matrix.items()}
            if rows is None or any(matrix == other for other, _ in ways):
                break
            ways.append((matrix, rows))
        best, rows = min(ways, key=lambda way: text(as_value(dict.fromkeys(way[0], ONE)), {}))
        if best == ways[0][0]:
            return of(self.volume_atom(best, rows))
        gap = length - (poly_of(rows[2]) - poly_of(rows[1]) + ONE)
        scale = best[()] if gap.terms else ONE
        factor = ONE if scale == ONE else self.power(scale, gap)
        return self.mul(factor, self.volume(best, rows))


def as_value(matrix: Matrix) -> Value:
    """A matrix as a part of an atom."""
    pairs: list[tuple[Value, ...]] = [(word, number) for word, number in matrix.items()]
    return tuple(sorted(pairs, key=lambda pair: text(pair, {})))


def matrix_of(value: Value) -> Matrix:
    """The matrix that a part of an atom is."""
    assert isinstance(value, tuple)
    found: Matrix = {}
    for pair in value:
        assert isinstance(pair, tuple)
        word = word_of(pair[0])
        found[word] = found.get(word, ZERO) + poly_of(pair[1])
    return found


def word_of(value: Value) -> Word:
    """The word that a part of an atom is."""
    assert isinstance(value, tuple)
    return value  # type: ignore[return-value]


def end_of(value: Value) -> Poly | None:
    """A row or a column; None of a closed side."""
    return None if value is None else poly_of(value)


def inverse_letter(matrix: Matrix, size: Size) -> Atom:
    """The inverse of a matrix as a letter."""
    return Atom("inverse", as_value(matrix), *size[1:])


def leading(matrix: Matrix) -> Word:
    """The word that an inverse clears: the longest one, and the last of these in order."""
    return max(matrix, key=lambda word: (len(word), text(word, {})))
