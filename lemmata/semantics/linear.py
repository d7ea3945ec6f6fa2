"""Columns and matrices in a model: every whole array is a matrix of exact numbers of small size.

Products, inverses, traces and norms are computed as linear algebra defines them, from the matrices
themselves; the kernel, which works with sums over entries, is not asked.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from lemmata.kernel.declarations import Function, Scalar
from lemmata.kernel.shapes import LINEAR, shape_of
from lemmata.kernel.terms import (
    App,
    Diag,
    Entry,
    Hadamard,
    Identity,
    Norm,
    OneHot,
    Ones,
    Prod,
    Range,
    Sum,
    Sym,
    Term,
    Trace,
    Transpose,
    walk,
)
from lemmata.semantics import matrices
from lemmata.semantics.errors import Undefined, Unevaluable
from lemmata.semantics.matrices import Matrix
from lemmata.semantics.model import Env
from lemmata.semantics.scope import Code, Scope, tangent_of
from lemmata.semantics.values import ONE, ZERO, Dual, Value

if TYPE_CHECKING:
    from lemmata.semantics.evaluate import Evaluator

KINDS = (Transpose, Trace, Diag, Hadamard, Norm, Entry, Identity, Ones, OneHot)


class Linear:
    """Compiles terms of matrices for an evaluator."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._letters = 0

    def compile(self, term: Term, scope: Scope) -> Code:
        """The closure that evaluates a term of one of the `KINDS`.

        Raises:
            Unevaluable: A size in it is not known.
        """
        code = self._evaluator.compile
        match term:
            case Transpose(body):
                inner = code(body, scope)
                return lambda env: _turned(inner(env))
            case Trace(body):
                inner = code(body, scope)
                return lambda env: _trace(inner(env))
            case Diag(body):
                inner = code(body, scope)
                return lambda env: single(matrices.diagonal(as_matrix(inner(env))))
            case Norm(body, order):
                inner = code(body, scope)
                return lambda env: matrices.norm(inner(env), order)
            case Hadamard(factors):
                return self._hadamard([code(factor, scope) for factor in factors])
            case Entry(body, indices):
                return self._entry(code(body, scope), indices, scope)
            case Identity(size) if size is not None:
                length = self._evaluator.integer(size, scope)
                return lambda env: single(matrices.identity(length(env)))
            case Ones(size) if size is not None:
                length = self._evaluator.integer(size, scope)
                return lambda env: column([ONE] * length(env))
            case OneHot(index, size) if size is not None:
                length = self._evaluator.integer(size, scope)
                place = self._evaluator.integer(index, scope)
                return lambda env: _one_hot(place(env), length(env))
        raise Unevaluable("the size of a matrix does not follow from the formula")

    def empty(self, term: Sum | Prod, scope: Scope) -> Code | None:
        """What an empty sum or product of matrices is; None if numbers are joined."""
        declarations = self._evaluator.declarations
        if not (declarations.linear or any(isinstance(part, LINEAR) for part in walk(term.body))):
            return None
        shape = shape_of(term.body, declarations)
        if shape is None or shape.is_number or shape.rows is None or shape.columns is None:
            return None
        spans = [self._evaluator.span(axis, scope) for axis in (shape.rows, shape.columns)]

        def run(env: Env) -> Value:
            rows, columns = (len(span(env)) for span in spans)
            if isinstance(term, Prod) and rows == columns:
                return single(matrices.identity(rows))
            return single(Matrix(rows, columns, [[ZERO] * columns for _ in range(rows)]))

        return run

    def _hadamard(self, codes: list[Code]) -> Code:
        def run(env: Env) -> Value:
            first, *rest = [code(env) for code in codes]
            for other in rest:
                both = isinstance(first, Matrix) and isinstance(other, Matrix)
                first = first.joined(other, lambda a, b: a * b) if both else first * other
            return first

        return run

    def _entry(self, body: Code, indices: tuple[Term, ...], scope: Scope) -> Code:
        places = [self._evaluator.integer(index, scope) for index in indices]

        def run(env: Env) -> Value:
            matrix = as_matrix(body(env))
            row, *rest = [place(env) for place in places]
            column = rest[0] if rest else 1
            if not (1 <= row <= matrix.rows and 1 <= column <= matrix.columns):
                raise Undefined(f"an entry outside {matrix.shape()}")
            return matrix.entries[row - 1][column - 1]

        return run

    def whole(self, term: Sym | App, item: Scalar | Function, scope: Scope) -> Code | None:
        """A declared array that stands without its last indices; None if it has all of them."""
        missing = item.axes[len(term.indices) :]
        if not missing or len(missing) > item.rank:
            return None
        letters = []
        for _ in missing:
            self._letters += 1
            letters.append(Sym(f"place {self._letters}"))
        inner = scope.bind(tuple(letter.name for letter in letters), outcome=False)
        full = (*term.indices, *letters)
        entry = (
            self._evaluator.numbers.scalar_code(Sym(term.name, full), item, inner)
            if isinstance(item, Scalar)
            else self._evaluator.numbers.application(
                App(term.name, getattr(term, "arguments", ()), full), inner
            )
        )
        moved = term.name in scope.lifted or term.indices or not isinstance(item, Scalar)
        known = None if moved else (term.name, scope.active)
        return self._grid(entry, letters, missing, scope, known)

    def _grid(
        self,
        entry: Code,
        letters: list[Sym],
        axes: tuple[Range, ...],
        scope: Scope,
        known: object = None,
    ) -> Code:
        """An array by its entries; one that is the same wherever it stands is known by a key."""
        spans = [self._evaluator.span(axis, scope) for axis in axes]

        def run(env: Env) -> Value:
            columns: range | list[int] = spans[1](env) if len(spans) == 2 else [1]
            rows = spans[0](env)
            if known is None:
                return made(env, rows, columns)
            arrays = self._evaluator.model.cache("arrays")
            if known not in arrays:
                arrays[known] = made(env, rows, columns)
            return arrays[known]

        def made(env: Env, rows: range, columns: range | list[int]) -> Value:
            inner = env.copy()
            lines = []
            for i in rows:
                inner[(letters[0].name, ())] = i
                line = []
                for j in columns:
                    if len(letters) == 2:
                        inner[(letters[1].name, ())] = j
                    line.append(entry(inner))
                lines.append(line)
            matrix = Matrix(len(lines), len(columns), lines)
            return lines[0][0] if matrix.rows == matrix.columns == 1 else matrix

        return run

    def gradient(
        self, variable: Sym, item: Scalar, body: Code, level: int, scope: Scope
    ) -> Code | None:
        """A derivative by a whole array; None if the variable is one number.

        Raises:
            Unevaluable: The array is a matrix whose entries do not move freely.
        """
        axes = item.axes[len(variable.indices) :]
        if not axes or len(axes) > item.rank:
            return None
        if item.kind in ("symmetric", "definite"):
            raise Unevaluable(f"a derivative by {variable.name!r}, whose entries are tied")
        spans = [self._evaluator.span(axis, scope) for axis in axes]
        prefix = [self._evaluator.integer(index, scope) for index in variable.indices]

        def run(env: Env) -> Value:
            before = tuple([index(env) for index in prefix])
            ranges = [span(env) for span in spans]
            columns = len(ranges[1]) if len(ranges) == 2 else 1
            found: list[Value] = []
            for numbers in product(*ranges):
                place = (item.name, (*before, *numbers))
                changed = env.copy()
                current = self._evaluator.numbers.scalar(item, place[1], scope.active)
                changed[place] = Dual(level, env.get(place, current), ONE)
                value = body(changed)
                if isinstance(value, Matrix):
                    if columns != 1 or value.columns != 1:
                        raise Undefined("the derivative of a matrix by a matrix")
                    found.append([tangent_of(entry, level) for entry in value.flat()])
                else:
                    found.append(tangent_of(value, level))
            if found and isinstance(found[0], list):
                return single(Matrix(len(found), len(found[0]), found))
            lines = [found[k : k + columns] for k in range(0, len(found), columns)]
            return single(Matrix(len(lines), columns, lines))

        return run


def single(matrix: Matrix) -> Value:
    """A matrix of one entry is a number."""
    return matrix.entries[0][0] if matrix.rows == matrix.columns == 1 else matrix


def column(values: list[Value]) -> Value:
    """A column; of one entry, a number."""
    return single(Matrix(len(values), 1, [[value] for value in values]))


def _one_hot(place: int, length: int) -> Value:
    if not 1 <= place <= length:
        raise Undefined("a one-hot column whose 1 lies outside it")
    return column([ONE if k == place else ZERO for k in range(1, length + 1)])


def _turned(value: Value) -> Value:
    return value.transposed() if isinstance(value, Matrix) else value


def _trace(value: Value) -> Value:
    return matrices.trace(value) if isinstance(value, Matrix) else value


def as_matrix(value: Value) -> Matrix:
    """A matrix; a number is one of one entry."""
    return value if isinstance(value, Matrix) else Matrix(1, 1, [[value]])
