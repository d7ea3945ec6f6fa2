r"""Columns and matrices: products, transposes, operators with names, lists, one-hot columns.

Whether a sign means a product of matrices, an inner product or a product entry by entry follows
from the declared shapes; where two meanings fit, both are readings. A list in brackets is a column.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from lemmata.kernel.declarations import Definition
from lemmata.kernel.shapes import NUMBER, ONE, SINGLE, UNKNOWN, Shape, explicit
from lemmata.kernel.terms import (
    Add,
    App,
    Blocks,
    Det,
    Diag,
    Div,
    Entries,
    Entry,
    Fn,
    Hadamard,
    Identity,
    Iverson,
    Mul,
    Neg,
    Norm,
    Num,
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
    children,
    rebuild,
    substitute,
    walk,
)
from lemmata.notation.errors import UnderDeclared
from lemmata.notation.indicators import bracket, has_relation
from lemmata.notation.lexer import Token
from lemmata.notation.names import Bound, Name, resolve_indices
from lemmata.notation.symbols import Entry as Declared
from lemmata.notation.words import DOT

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

FULL_RANK: Final = frozenset(("full-rank", "definite", "invertible"))
TRANSPOSED: Final = frozenset(("\\top", "T", "\\intercal", "\\mathsf{T}"))
OPERATORS: Final = {
    "tr": "trace", "Tr": "trace", "trace": "trace", "diag": "diag", "Diag": "diag",
    "sign": "sign", "sgn": "sign", "inv": "inverse", "softmax": "softmax", "norm": "norm",
    "onehot": "one-hot", "transpose": "transpose", "eye": "identity", "outer": "outer",
    "dot": "inner", "inner": "inner", "ones": "ones", "zeros": "zero", "step": "step",
    "heaviside": "step",
    "matmul": "matmul", "hadamard": "entrywise", "array": "same", "vector": "same",
    "relu'": "step", "multiply": "entrywise", "solve": "solve", "pinv": "pseudo-inverse",
}  # fmt: skip
"""Words that stand before brackets, where no declaration takes them."""


def shape(parser: Parser, term: Term) -> Shape:
    """The shape of a term; that of a number where it has none."""
    return parser.shapes.find(term) or NUMBER


def applied(parser: Parser, call: App, function: Definition) -> Term:
    """A defined function of one number, or of a column or matrix: of each of its entries."""
    number = parser.symbols.find(function.arguments[0].name) if len(call.arguments) == 1 else None
    if number is None or number.kind != "number" or number.axes:
        return call
    (argument,) = call.arguments
    found = shape(parser, argument)
    if found.is_number or found.rows is None or found.columns is None:
        return call
    row = fresh_letter(parser, argument)
    column = fresh_letter(parser, argument, row)
    places = (row,) if found.is_column else (row, column)
    entry = App(call.name, (Entry(argument, places),), call.indices)
    return Entries(row, found.rows.upper, column, found.columns.upper, entry)


def fresh_letter(parser: Parser, *terms: Term) -> Sym:
    """A letter that nothing here is called."""
    taken = {part.name for term in terms for part in walk(term) if isinstance(part, Sym)}
    taken |= set(parser.scope)
    for letter in ("i", "j", "k", "l", "h", "u"):
        if letter not in taken and parser.symbols.find(letter) is None:
            return Sym(letter)
    number = 1
    while f"i_{number}" in taken:
        number += 1
    return Sym(f"i_{number}")


def is_called_as_law(parser: Parser, name: Name) -> bool:
    """Whether a column of probabilities stands here as a law: `P(y = c | x)`."""
    whole = name.entry is not None and name.entry.whole and not name.indices
    return whole and parser.next_is("(") and has_relation(parser, parser.at)


def class_index(parser: Parser) -> Term:
    """The class of a column of probabilities that is written as a law: c of `P(y = c | x)`."""
    opening = parser.at
    close = parser.partner[opening]
    equals = next((k for k in range(opening, close) if parser.tokens[k].text == "="), None)
    if equals != opening + 2 or parser.tokens[opening + 1].kind != "name":
        raise parser.unreadable("expected a variable and its class, as in P(y = c | x)")
    bar = next((k for k in range(equals, close) if parser.tokens[k].text in ("|", ";")), close)
    found = parser.within(equals + 1, bar, parser.index)
    parser.at = close + 1
    return found


def class_mean(parser: Parser) -> Term | None:
    r"""The mean over classes drawn from a column of probabilities, `\mathbb{E}_{c \sim p}[w_c]`.

    None where the sign here is no such mean.
    """
    start = parser.at
    parser.take()
    found = _drawn_class(parser) if parser.next_is("_") else None
    if found is None or not parser.next_is("[", "(", "\\{"):
        parser.at = start
        return None
    letter, column, rows = found
    kept = parser.scope
    parser.scope = kept | {letter: Bound()}
    body = parser.bracketed()
    parser.scope = kept
    weight = Sym(column, (Sym(letter),))
    return Sum(Sym(letter), rows, Mul((weight, body)))


def _drawn_class(parser: Parser) -> tuple[str, str, Range] | None:
    """The letter of a class below an expectation sign, and the column that it is drawn from."""
    parser.take()
    first, last = parser.script()
    tilde = next((k for k in range(first, last) if parser.tokens[k].text == "\\sim"), None)
    if tilde is None or tilde + 1 >= last or parser.tokens[first].kind != "name":
        return None
    letter = "".join(token.text for token in parser.tokens[first:tilde])
    known = parser.symbols.find(letter)
    if re.fullmatch(r"[a-z]'*", letter) is None or (known is not None and known.kind != "index"):
        return None
    law = parser.tokens[tilde + 1]
    entry = parser.symbols.find(law.text, law.font) if law.kind == "name" else None
    called = tilde + 2 in parser.partner and parser.group_end(tilde + 2) == last
    if entry is None or entry.kind != "definition" or not (called or tilde + 2 == last):
        return None
    whole = shape(parser, Sym(entry.name))
    return (letter, entry.name, whole.rows) if whole.is_column and whole.rows else None


# Products


def joined(parser: Parser, factors: list[Term], more: list[Term], sign: Token) -> list[Term]:
    r"""The factors on both sides of a dot or star.

    Of two columns, `a \cdot b` is their inner product, and a star in keyboard text the product
    entry by entry; a dot in keyboard text may be either.
    """
    if not parser.symbols.linear:
        return [*factors, *more]
    before = _product(factors)
    _refuse_cross_product(parser, before, more[0], sign)
    latex = parser.latex or (sign.font == DOT and _is_inner(parser, before, more[0]))
    if latex and shape(parser, before).is_column and not _fits(parser, before, more[0]):
        while parser.starts_factor(parser.peek()):  # a \\cdot A b
            more = [*more, *parser.factors()]
        if shape(parser, _product(more)) == shape(parser, before):
            return [Transpose(before), *more]
    if not latex and shape(parser, before).is_column and not _fits(parser, before, more[0]):
        at = parser.at
        behind = list(more)
        while parser.starts_factor(parser.peek()) or parser.next_is("@"):  # a * A b
            if parser.next_is("@"):
                parser.take()
            behind.extend(parser.factors())
        if len(behind) > len(more) and shape(parser, _product(behind)) == shape(parser, before):
            return [Hadamard((before, _product(behind)))]
        parser.at = at
    one, other = shape(parser, before), shape(parser, more[0])
    if one.is_column and other.is_column and one != other:
        found = convolved(parser, before, more[0])
        if found is not None:
            return [found, *more[1:]]
    if one.is_number or other.is_number or one != other:
        return [*factors, *more]
    if latex and one.is_column:
        return [Transpose(before), *more]
    if not latex and one.columns != one.rows:
        return [Hadamard((before, more[0])), *more[1:]]
    if not latex:
        options = ("the product of matrices", "entry by entry")
        if parser.choose("* is", options, throughout=True) == options[1]:
            return [Hadamard((before, more[0])), *more[1:]]
    return [*factors, *more]


def _refuse_cross_product(parser: Parser, before: Term, behind: Term, sign: Token) -> None:
    r"""Refuse `u \times v` of two columns, which is no product of matrices."""
    crossed = parser.source.text.startswith(("\\times", "×"), sign.start)
    if crossed and shape(parser, before).is_column and not _fits(parser, before, behind):
        raise parser.unsupported("the cross product of two columns", sign)


def _is_inner(parser: Parser, before: Term, behind: Term) -> bool:
    """Whether a dot between columns in keyboard text is read as their inner product."""
    if not shape(parser, before).is_column or _fits(parser, before, behind):
        return False
    options = ("the inner product", "the product entry by entry")
    return parser.choose("a dot is", options, throughout=True) == options[0]


def no_entrywise_division(parser: Parser, below: Term, sign: Token) -> None:
    """Refuse a division by a column in keyboard text, where Python divides entry by entry."""
    if parser.symbols.linear and not parser.latex and shape(parser, below).is_column:
        raise parser.unsupported("a division entry by entry", sign)


def one_axis(parser: Parser, one: Term) -> None:
    """Note that a column before an `@` may be a list of Python, which is a row there."""
    if parser.symbols.linear and not parser.latex and shape(parser, one).is_column:
        parser.flag("a column before @ may have one axis, and is a row there")


def _fits(parser: Parser, one: Term, other: Term) -> bool:
    """Whether two factors have a product."""
    return parser.shapes.find(Mul((one, other))) is not None


def entrywise(parser: Parser, factors: list[Term]) -> list[Term]:
    r"""The product entry by entry whose sign stands here, with the factors before it."""
    parser.take()
    more = list(parser.factors())
    while parser.starts_factor(parser.peek()) or parser.next_is("\\cdot", "@"):
        if parser.next_is("\\cdot", "@"):
            parser.take()
        more.extend(parser.factors())
    options = ["all factors on both sides"]
    if len(factors) > 1:
        options.append("one factor before it and all behind it")
    if len(more) > 1:
        options.append("one factor on both sides")
    chosen = options[0]
    if len(options) > 1:
        chosen = parser.choose("the product entry by entry takes", tuple(options))
    if chosen == options[0]:
        return [Hadamard((_product(factors), _product(more)))]
    if chosen == "one factor before it and all behind it":
        return [*factors[:-1], Hadamard((factors[-1], _product(more)))]
    return [*factors[:-1], Hadamard((factors[-1], more[0])), *more[1:]]


def outer(parser: Parser, factors: list[Term]) -> list[Term]:
    r"""`a \\otimes b` of two columns: `a b^T`."""
    sign = parser.take()
    first, *more = parser.factors()
    columns = [shape(parser, term).is_column for term in (factors[-1], first)]
    if not all(columns):
        raise parser.unsupported("the operation \\otimes of something else than columns", sign)
    return [*factors, Transpose(first), *more]


def dotted(parser: Parser, factors: list[Term]) -> list[Term]:
    r"""A product written with dots, `A_0 A_1 \\cdots A_{k-1}`: by its first and its last factor."""
    sign = parser.take()
    if parser.next_is("\\cdot"):
        parser.take()
    last, *more = parser.factors()
    letter = fresh_letter(parser, last, *factors)
    found: tuple[int, Term, Term, Term] | None = None
    for at in range(len(factors) - 1, -1, -1):
        ends: list[tuple[Term, Term]] = []
        body = _between(factors[at], last, letter, ends)
        if body is None or len(set(ends)) != 1:
            break
        found = (at, body, *ends[0])
    if found is None:
        raise parser.unreadable("what the dots stand for is not clear", sign)
    at, body, start, stop = found
    up = isinstance(start, Num)
    if not up and not isinstance(stop, Num):
        raise parser.unreadable("what the dots stand for is not clear", sign)
    for step, factor in enumerate(
        factors[at + 1 :], 1
    ):  # the factors between must go on one by one
        parts: list[tuple[Term, Term]] = []
        _between(factor, last, letter, parts)
        here = parts[0][0] if parts else stop
        wanted = Num(start.value + step) if isinstance(start, Num) else None
        if up and here != wanted:
            raise parser.unreadable("the factors before the dots do not go on one by one", sign)
    lower, upper = (start, stop) if up else (stop, start)
    if not up:
        body = substitute(body, {letter: upper + lower - letter})
    return [*factors[:at], Prod(letter, Range(lower, upper), body), *more]


def dotted_sum(parser: Parser, terms: list[Term]) -> list[Term]:
    r"""A sum written with dots, `a_1 + a_2 + \cdots + a_n`: by its first and its last term."""
    sign = parser.take()
    parser.expect("+")
    last = parser.signed()
    letter = fresh_letter(parser, last, *terms)
    found: tuple[int, Term, Term, Term] | None = None
    for at in range(len(terms) - 1, -1, -1):
        ends: list[tuple[Term, Term]] = []
        body = _between(terms[at], last, letter, ends)
        if body is None or len(set(ends)) != 1 or not isinstance(ends[0][0], Num):
            break
        found = (at, body, *ends[0])
    if found is None:
        raise parser.unreadable("what the dots stand for is not clear", sign)
    at, body, start, stop = found
    assert isinstance(start, Num)  # noqa: S101 - so says the loop
    for step, term in enumerate(terms[at + 1 :], 1):
        parts: list[tuple[Term, Term]] = []
        _between(term, last, letter, parts)
        if not parts or parts[0][0] != Num(start.value + step):
            raise parser.unreadable("the terms before the dots do not go on one by one", sign)
    return [*terms[:at], Sum(letter, Range(start, stop), body)]


def row(parser: Parser, name: Name, item: Declared) -> Term:
    """A name with its indices; a matrix with one index is its row, as a column or as a row."""
    term = Sym(name.canonical, name.indices)
    missing = len(item.axes) - len(name.indices)
    if not item.whole or missing != 1 or item.least == len(name.indices):
        return term
    options = ("a column", "a row")
    turned = parser.choose("a row of a matrix is", options, throughout=True) == options[1]
    return Transpose(term) if turned else term


def _between(first: Term, last: Term, letter: Sym, ends: list[tuple[Term, Term]]) -> Term | None:
    """The factor at a letter, from the first and the last one; `ends` gets where they differ."""
    if first == last:
        return first
    if isinstance(first, Num) != isinstance(last, Num) and not isinstance(first, Neg | Mul):
        ends.append((first, last))
        return letter
    parts = [children(term) for term in (first, last)]
    if type(first) is not type(last) or len(parts[0]) != len(parts[1]) or not parts[0]:
        return None
    inner = [_between(one, other, letter, ends) for one, other in zip(*parts, strict=True)]
    kept = [part for part in inner if part is not None]
    return rebuild(first, tuple(kept)) if len(kept) == len(inner) else None


def _product(factors: list[Term]) -> Term:
    return factors[0] if len(factors) == 1 else Mul(tuple(factors))


# Scripts


def entry(parser: Parser, term: Term, first: int, last: int) -> Term:
    """An entry of a column or matrix that is written as a formula."""
    whole = shape(parser, term)
    if term == Num(Fraction(0)):  # 0_d
        return term
    if whole.is_number:
        raise parser.unsupported("an index on a formula", parser.tokens[first])
    indices = resolve_indices(parser, first, last, 1 if whole.is_column else 2)
    if len(indices) == 1 and not whole.is_column and whole.rows is not None:
        return _row_of(parser, term, indices[0], whole.rows)
    for index, axis in zip(indices, (whole.rows, whole.columns), strict=False):
        if isinstance(index, Sym) and index.name in parser.scope and axis is not None:
            parser.scope[index.name].uses.append(axis)
    return Entry(term, indices)


def powered(parser: Parser, name: Name, term: Term) -> Term:
    r"""An entry of a square matrix with a power, which may be that of the matrix: `A^{-1}_{ij}`."""
    assert name.power is not None  # noqa: S101 - so the caller asks
    known, power = name.entry, name.power
    square = known is not None and known.whole and len(name.indices) == 2
    square = square and known is not None and known.axes[0] == known.axes[1]
    inverse = parser.tokens[power[0]].text == "-"
    first = name.subscript is not None and power[0] < name.subscript[0]
    if square and (inverse or first):
        parser.flag(f"a power beside the indices of {name.spelling} may be that of the matrix")
    if square and inverse:
        return Entry(parser.power(Sym(name.canonical), *power), name.indices)
    return parser.power(term, *power)


def _row_of(parser: Parser, matrix: Term, index: Term, rows: Range) -> Term:
    r"""The row of a matrix that is written as a formula, `(A^\top)_j`: as a column or as a row."""
    if isinstance(index, Sym) and index.name in parser.scope:
        parser.scope[index.name].uses.append(rows)
    column = Mul((Transpose(matrix), OneHot(index, rows.upper)))
    options = ("a column", "a row")
    turned = parser.choose("a row of a matrix is", options, throughout=True) == options[1]
    return Transpose(column) if turned else column


def marked(parser: Parser, base: Term, first: int, last: int) -> Term | None:
    r"""A transpose, or the inverse of one: `A^\top`, `A^{-T}`; None if the superscript is none."""
    text = parser.flat(first, last).replace(" ", "")
    if text == "\\dagger":
        options = ("the pseudo-inverse", "the transpose")
        turned = parser.choose("a dagger is", options, throughout=True) == options[1]
        return transposed(parser, base) if turned else pseudo_inverse(parser, base)
    if text == "+":
        return pseudo_inverse(parser, base)
    inverse = text.startswith("-")
    text = text.removeprefix("-")
    if text not in TRANSPOSED or (text == "T" and parser.symbols.find("T") is not None):
        return None
    if inverse:
        return Transpose(Pow(base, Neg(ONE)))
    return transposed(parser, base)


def pseudo_inverse(parser: Parser, base: Term) -> Term:
    r"""`X^+` of a matrix with independent columns: `(X^T X)^{-1} X^T`.

    Raises:
        NotationError: Nothing declared says that its columns are independent.
    """
    entry = parser.symbols.find(base.name) if isinstance(base, Sym) else None
    if entry is None or getattr(entry.item, "kind", "") not in FULL_RANK:
        raise parser.unsupported("the pseudo-inverse of a matrix that may have dependent columns")
    return Mul((Pow(Mul((Transpose(base), base)), Neg(ONE)), Transpose(base)))


def transposed(parser: Parser, base: Term) -> Term:
    r"""The transpose of a term; of `A_{ij}`, the entry of the transpose."""
    if isinstance(base, Sym):
        entry = parser.symbols.find(base.name)
        rank = getattr(entry.item, "rank", 0) if entry is not None else 0
        if rank == 2 and entry is not None and len(base.indices) == len(entry.axes):
            whole = Sym(base.name, base.indices[:-2])
            return Entry(Transpose(whole), base.indices[-2:])
        if entry is not None and rank == 1 and len(base.indices) == len(entry.axes):
            parser.flag(f"the transpose of an entry of {base.name}, which may be a column")
    if isinstance(base, Entry) and len(base.indices) == 2:
        return Entry(Transpose(base.matrix), base.indices)
    if base in parser.listed:  # a list is a column, however it is turned
        return base
    return Transpose(base)


# Operators


def operator(parser: Parser) -> Term | None:
    """An operator with a name, an identity or a one-hot column; None if the name here is none."""
    token, after = parser.peek(), parser.peek(1)
    if token.kind != "name" or parser.symbols.find(token.text, token.font) is not None:
        return None
    if token.text in parser.scope:
        return None
    known = OPERATORS.get(token.text)
    if (
        known is not None
        and after.text in ("(", "[", "\\{", "{")
        and not _is_of_power(parser, known)
    ):
        return _called(parser, known)
    if known in ("trace", "sign", "diag", "softmax") and parser.starts_factor(after):
        parser.take()
        argument = parser.factor()
        return _applied(
            parser,
            known or "",
            [whole(parser, argument, trace=True) if known == "trace" else argument],
        )
    if known == "ones":
        parser.take()
        return Ones()
    if token.text in ("I", "Id") and not _is_information(parser):
        return _identity(parser)
    if token.text == "I" and has_relation(parser, parser.at + 1):
        parser.take()
        first, parser.at = parser.at, parser.group_end(parser.at)
        return bracket(parser, first, parser.at)
    if token.text == "e" and after.text == "_":
        parser.take()
        parser.take()
        return OneHot(*resolve_indices(parser, *parser.script(), 1))
    return None


def _is_of_power(parser: Parser, known: str) -> bool:
    r"""Whether a trace takes the inverse of its brackets: `\operatorname{tr}(A)^{-1}B`."""
    behind = parser.tokens[parser.partner[parser.at + 1] + 1 :][:3]
    if known != "trace" or not behind or behind[0].text != "^":
        return False
    if all(token.text != "-" for token in behind):
        return False
    options = ("its brackets", "their power")
    return parser.choose("behind its name a trace takes", options) == options[1]


def whole(parser: Parser, first: Term, *, trace: bool = False) -> Term:
    r"""What a trace or a determinant without brackets takes that begins with a factor.

    The whole product, `\operatorname{tr}\mu\mu^\top`, or a square matrix alone; up to another
    one of them, as in `\det A \det B`. A trace, `\operatorname{tr} A B`, takes all matrices.
    """
    if not parser.symbols.linear or not _goes_on(parser):
        return first
    found = shape(parser, first)
    options = ("one matrix", "the whole product")
    square = not found.is_number and not found.is_column
    if (
        square
        and not (trace and _matrix_follows(parser))
        and parser.choose("behind its name it takes", options) == options[0]
    ):
        return first
    factors = [first]
    while _goes_on(parser) and not parser.next_is("|"):
        factors += parser.factors()
    return factors[0] if len(factors) == 1 else Mul(tuple(factors))


def _matrix_follows(parser: Parser) -> bool:
    """Whether the factor that stands here is no number."""
    at = parser.at
    found = shape(parser, parser.factors()[0])
    parser.at = at
    return not found.is_number


def _goes_on(parser: Parser) -> bool:
    """Whether another factor stands here that is no trace or determinant of its own."""
    token = parser.peek()
    own = token.text == "\\det" or OPERATORS.get(token.text) == "trace"
    return parser.starts_factor(token) and not own


def _is_information(parser: Parser) -> bool:
    """Whether the I here has arguments, as mutual information and indicators have."""
    if parser.peek(1).text not in ("(", "[", "\\{"):
        return False
    close = parser.partner[parser.at + 1]
    inside = parser.tokens[parser.at + 2 : close]
    return any(t.kind == "rel" or t.text in (";", ",", "||") for t in inside)


def _identity(parser: Parser) -> Term:
    parser.take()
    if not parser.next_is("_"):
        sizes = parser.symbols.declarations.sizes
        return Identity(Sym(sizes[0].name) if len(sizes) == 1 else None)
    parser.take()
    first, last = parser.script()
    texts = [token.text for token in parser.tokens[first:last] if token.text not in ("{", "}")]
    for sign in {"\\cdot", ",", "\\times"} & {*texts}:
        if texts[: texts.index(sign)] != texts[texts.index(sign) + 1 :]:
            raise parser.unreadable("an identity has as many rows as columns", parser.tokens[first])
        return Identity()
    try:
        if last - first == 2:  # an entry of it: `I_{ik}`
            pair = resolve_indices(parser, first, last, 2)
            named = {size.name for size in parser.symbols.declarations.sizes}
            if len(pair) == 2 and all(isinstance(p, Sym) and p.name not in named for p in pair):
                return Iverson(pair[0], "=", pair[1])
        return Identity(parser.within(first, last, parser.index))
    except UnderDeclared:  # another letter for the dimension
        return Identity()


def _called(parser: Parser, known: str) -> Term:
    """An operator with its arguments in brackets."""
    parser.take()
    opening = parser.at
    close = parser.partner[opening]
    found: list[Term] = []

    def arguments() -> None:
        found.append(parser.inner())
        while parser.next_is(","):
            parser.take()
            found.append(parser.inner())

    parser.within(opening + 1, close, arguments)
    parser.at = close + 1
    return _indexed(parser, _applied(parser, known, found))


def _indexed(parser: Parser, term: Term) -> Term:
    """An entry of an array that keyboard text calls for, `eye(K)[y]`; else the array."""
    if parser.latex or not parser.next_is("[") or shape(parser, term).is_number:
        return term
    first, close = parser.at + 1, parser.partner[parser.at]
    parser.at = close + 1
    return entry(parser, term, first, close)


def _applied(parser: Parser, known: str, found: list[Term]) -> Term:
    first, *rest = found
    if known == "entrywise" and rest:
        numbers = any(shape(parser, factor).is_number for factor in found)
        return Mul(tuple(found)) if numbers else Hadamard(tuple(found))
    two = known in ("outer", "inner", "matmul", "solve")
    if len(rest) != (1 if two else 0):
        raise parser.unreadable(f"{known} with {len(found)} arguments")
    match known:
        case "trace":
            return Trace(first)
        case "same":
            return first
        case "diag":  # of a matrix, the column of its diagonal
            matrix = _is_matrix(parser, first)
            return Mul((Hadamard((first, Identity())), Ones())) if matrix else Diag(first)
        case "sign" | "step":
            return Fn("sign" if known == "sign" else "step", first)
        case "inverse":
            return Pow(first, Neg(ONE))
        case "pseudo-inverse":
            return pseudo_inverse(parser, first)
        case "transpose":
            return Transpose(first)
        case "norm":
            return Norm(first)
        case "one-hot":
            return OneHot(first)
        case "identity":
            return Identity(first)
        case "ones":
            return Ones(first)
        case "zero":
            return Num(Fraction(0))
        case "softmax":
            return softmax(parser, first)
    return _of_two(parser, known, first, rest[0])


def _of_two(parser: Parser, known: str, first: Term, second: Term) -> Term:
    """An operator with two arguments."""
    match known:
        case "outer":
            return Mul((first, Transpose(second)))
        case "inner" if shape(parser, first).is_column and shape(parser, second).is_column:
            return Mul((Transpose(first), second))
        case "solve":
            return Mul((Pow(first, Neg(ONE)), second))
    return Mul((first, second))


def classes(parser: Parser, term: Term) -> Term:
    """A term in which a class that is added to a column is its one-hot column: `p - y`.

    The text must say so somewhere; else which of the two is meant is not known.
    """
    before = children(term)
    parts = tuple(classes(parser, part) for part in before)
    term = term if parts == before else rebuild(term, parts)
    if not isinstance(term, Add):
        return term
    bodies = [part.body if isinstance(part, Neg) else part for part in term.terms]
    entries = [parser.symbols.find(b.name) if isinstance(b, Sym) else None for b in bodies]
    named = any(entry is not None and entry.kind == "index" for entry in entries)
    if not named or not any(shape(parser, part).is_column for part in term.terms):
        return term
    found: list[Term] = []
    for part, body, entry in zip(term.terms, bodies, entries, strict=True):
        if entry is None or entry.kind != "index":
            found.append(part)
            continue
        if _ONE_HOT.search(parser.source.text) is None:
            parser.flag(f"{entry.name}, which is a class, beside a column")
            return term
        column = OneHot(body)
        found.append(Neg(column) if isinstance(part, Neg) else column)
    return Add(tuple(found))


_ONE_HOT: Final = re.compile(r"one[- ]?hot|\be_\{?y\b", re.IGNORECASE)


def total(parser: Parser, sign: Token) -> Term:
    """Keyboard text: `sum(v)`, over all entries of a column."""
    body = _powers_of_entries(parser, parser.bracketed())
    rows = shape(parser, body).rows
    if rows is None or not shape(parser, body).is_column:
        raise parser.unsupported("a sum of something that is no column, without an index", sign)
    letter = fresh_letter(parser, body)
    return Sum(letter, rows, Entry(body, (letter,)))


def _powers_of_entries(parser: Parser, term: Term) -> Term:
    """A term in which the square of a column is that of its entries, as Python means it."""
    parts = [_powers_of_entries(parser, part) for part in children(term)]
    term = rebuild(term, tuple(parts)) if parts else term
    if (
        isinstance(term, Pow)
        and shape(parser, term.base).is_column
        and term.exponent == Num(Fraction(2))
    ):
        return Hadamard((term.base, term.base))
    return term


def softmax(parser: Parser, scores: Term) -> Term:
    """The softmax of a column: exponentials divided by their sum."""
    parser.repeats(scores)
    rows = shape(parser, scores).rows
    if rows is None or not shape(parser, scores).is_column:
        raise parser.unreadable("softmax of something that is no column")
    letter, powers = fresh_letter(parser, scores), Fn("exp", scores)
    return Div(powers, Sum(letter, rows, Entry(powers, (letter,))))


BARS: Final = "bars around a column"


def modulus(parser: Parser, body: Term) -> Term:
    """What stands between two bars: the determinant of a matrix, else the modulus.

    Of a column, its norm or the modulus of each entry may be meant; `|v|_1` is a norm.
    """
    found = shape(parser, body)
    if found.is_number:
        return Fn("abs", body)
    if found.is_column and parser.next_is("_"):
        sign = parser.take()
        parser.flag("an index behind bars around a column is read as the order of its norm")
        return norm(parser, body, parser.flat(*parser.script()), sign)
    if found.is_column:
        if parser.choose(f"{BARS} are", ("its norm", "moduli")) == "its norm":
            return Norm(body)
        return Fn("abs", body)
    return Det(body)


def convolved(parser: Parser, long: Term, short: Term) -> Term | None:
    """The cross-correlation of two columns of explicit lengths, which a star may mean.

    Raises:
        NotationError: The second column is the longer one.
    """
    most, least = (len(explicit(shape(parser, term).rows) or ()) for term in (long, short))
    if 0 in (most, least) or most == least:
        return None
    if most < least:
        raise parser.unsupported("the cross-correlation of a column with a longer one")
    parser.repeats(long, short)
    parser.flag("a star between columns of different lengths is read as their cross-correlation")

    def term(at: int, by: int) -> Term:
        return Mul((Entry(short, (as_term(by),)), Entry(long, (as_term(at + by - 1),))))

    rows = [
        Add(tuple(term(at, by) for by in range(1, least + 1))) for at in range(1, most - least + 2)
    ]
    return Blocks(tuple((row,) for row in rows))


def inner_product(parser: Parser) -> Term:
    r"""`\langle a, b \rangle`."""
    opening = parser.at
    close = parser.partner[opening]
    sides: list[Term] = []

    def both() -> None:
        sides.append(parser.inner())
        if not parser.next_is(",", "|"):
            raise parser.unexpected()
        parser.take()
        sides.append(parser.inner())

    parser.within(opening + 1, close, both)
    parser.at = close + 1
    product = Mul((Transpose(sides[0]), sides[1]))
    unknown = [side for side in sides if not _is_matrix(parser, side)]
    identities = all(shape(parser, side) == UNKNOWN for side in unknown)
    if len(unknown) == len(sides) or not identities:
        return product
    if parser.next_is("_") and parser.peek(1).text == "F":
        parser.at += 2
    return Trace(product)


def _is_matrix(parser: Parser, term: Term) -> bool:
    """Whether a term is a matrix that is known to have several rows and columns."""
    found = shape(parser, term)
    sides = (found.rows, found.columns)
    return None not in sides and SINGLE not in sides


def norm(parser: Parser, body: Term, order: str, sign: Token) -> Term:
    """The norm of a column or matrix."""
    orders: dict[str, Literal["1", "2", "inf"]] = {
        "": "2", "1": "1", "2": "2", "F": "2", "\\infty": "inf", "inf": "inf",
    }  # fmt: skip
    if order not in orders:
        raise parser.unsupported(f"the norm of order {order}", sign)
    if _is_matrix(parser, body):
        if order not in ("", "F"):
            message = f"the norm of order {order} of a matrix, which is not that of its entries"
            raise parser.unsupported(message, sign, r"Write \|A\|_F, or what is meant.")
        if not order:
            parser.flag(r"the norm of a matrix, which may be another one than \|A\|_F")
    return Norm(body, orders[order])
