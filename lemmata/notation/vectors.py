r"""Norms and inner products of declared arrays, as sums over their components.

`\|z - \mu\|^2` is `\sum_k (z_k - \mu_k)^2`, and `\mu^\top \nu` is `\sum_k \mu_k \nu_k`: the kernel
knows components only. What is no linear combination of arrays of one size is refused.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import REAL, Scalar, Variable, free_names
from lemmata.kernel.terms import (
    Add,
    App,
    Density,
    Div,
    Fn,
    Mul,
    Neg,
    Num,
    Pow,
    Range,
    Sum,
    Sym,
    Term,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.notation import linear
from lemmata.notation.lexer import OPEN, Token
from lemmata.notation.names import Name, read_name
from lemmata.notation.symbols import Entry, Symbols

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

TWO: Final = Num(Fraction(2))
_LETTERS: Final = ("k", "l", "i", "j", "h", "n", "m")


def norm(parser: Parser) -> Term:
    r"""`\|v\|`, `\|v\|_2`, `\|v\|_1`, and their squares; of a number, its modulus."""
    sign = parser.take()
    kept = parser.integrals, parser.bars, parser.whole
    parser.integrals, parser.bars, parser.whole = 0, "norm", True
    body = parser.expression()
    parser.integrals, parser.bars, parser.whole = kept
    if not parser.next_is("||"):
        raise parser.unreadable("this \\| has no second \\|", sign)
    parser.take()
    order = ""
    if parser.next_is("_"):
        parser.take()
        order = parser.flat(*parser.script())
    if parser.symbols.linear:
        return linear.norm(parser, body, order, sign)
    if order not in ("", "1", "2"):
        raise parser.unsupported(f"the norm of order {order}", sign)
    index = _fresh(parser, body)
    component, span = _component(parser, body, index, sign)
    if span is None:
        return Fn("abs", component)
    if order == "1":
        return Sum(index, span, Fn("abs", component))
    squared = Sum(index, span, Pow(component, TWO))
    two = [parser.peek(ahead).text for ahead in (1, 2, 3)]
    if parser.next_is("^") and (two[0] == "2" or two == ["{", "2", "}"]):
        parser.take()
        parser.script()
        return squared
    return Fn("sqrt", squared)


def is_transposed(parser: Parser, name: Name) -> bool:
    r"""Whether a name is an array with a mark that transposes it: `\mu^\top`."""
    if parser.symbols.linear or name.power is None or name.indices or _axis(name.entry) is None:
        return False
    return parser.flat(*name.power) in ("\\top", "T")


def may_be_turned(parser: Parser, base: Term) -> bool:
    r"""Whether `T` above what has just been read may transpose it, so that it is no power of it.

    Where the letter counts something, a product of a power goes on as an inner product does:
    `x^T e`. Only what holds a number that may be any, as the components of columns may, is turned;
    `(1 - 2 \eta)^T e` is a power.
    """
    counted = parser.symbols.find("T")
    if counted is None:
        return True
    behind = parser.peek()
    factor = behind.kind == "name" or behind.text in (*OPEN, "\\cdot")
    if counted.kind != "size" or not factor:
        return False
    return holds_any_number(base, parser.symbols)


def holds_any_number(base: Term, symbols: Symbols) -> bool:
    """Whether a number stands in a term that may be any, as the components of columns may."""
    whole = unfold(base, symbols.declarations)
    found = (symbols.find(part.name) for part in walk(whole) if isinstance(part, Sym))
    items = [entry.item for entry in found if entry is not None]
    return any(isinstance(item, Scalar) and item.interval == REAL for item in items)


def check_number_above(parser: Parser, base: Term, exponent: Term) -> None:
    """Note that a declared letter for integers above a name may be its number: `e^{t+1}`.

    A number that stands in a fact has none.
    """
    letters = {part.name for part in walk(exponent) if isinstance(part, Sym)} - set(parser.scope)
    entries = [parser.symbols.find(name) for name in letters]
    entry = parser.symbols.find(base.name) if isinstance(base, Sym) else None
    item = entry.item if entry is not None else None
    counts = any(found is not None and found.kind in ("index", "size") for found in entries)
    if not counts or not isinstance(item, Scalar) or item.interval != REAL or item.axes:
        return
    facts = (fact.statement for fact in parser.symbols.declarations.facts)
    if all(item.name not in free_names(side) for f in facts for side in (f.left, f.right)):
        parser.flag("a letter for integers above a name may be its number, and no power")


def check_mark_above(parser: Parser, base: Term, first: int, last: int) -> None:
    r"""Note that a name of the question above a call may be its mark: `r^\pi(s, a)`.

    Raises:
        Unsupported: What stands above is no power: the number of something or of derivatives in
            `f^{(2)}(x)`, the inverse function in `f^{-1}(x)`.
    """
    if isinstance(base, App | Density | Sym):
        _refuse_number_in_brackets(parser, base, first, last)
    if not isinstance(base, App | Density):
        return
    before_arguments = parser.at > last + 1
    if before_arguments and isinstance(base, App) and is_inverse(parser, first, last):
        raise parser.unsupported("an inverse function", parser.tokens[first], RECIPROCAL)
    names = [token for token in parser.tokens[first:last] if token.kind == "name"]
    entries = [parser.symbols.find(name.text, name.font) for name in names]
    if any(entry is not None and entry.kind in ("family", "outcome") for entry in entries):
        parser.flag("a name above a function or a law may be its mark, and no power")


RECIPROCAL: Final = "Write the reciprocal as a fraction, or with the power behind the argument."


def is_inverse(parser: Parser, first: int, last: int) -> bool:
    """Whether a superscript on a function has a minus, which is that of its inverse."""
    return parser.flat(first, last).lstrip("([ ").startswith("-")


def _refuse_number_in_brackets(parser: Parser, base: Term, first: int, last: int) -> None:
    r"""Refuse `x^{(2)}` and `W^{(l+1)}`; of a number, `\gamma^{(t+1)}` is a power."""
    opens = parser.tokens[first].text in ("(", "[") and parser.latex
    if not opens or parser.group_end(first) != last:
        return
    number = isinstance(base, Sym)
    if number and parser.symbols.linear:
        number = linear.shape(parser, base).is_number
    if not number or last - first == _ONE_IN_BRACKETS:
        raise parser.unsupported(
            "a superscript in brackets, which may be no power",
            parser.tokens[first],
            "Write a power without the brackets.",
        )


_ONE_IN_BRACKETS: Final = 3
"""The tokens of one letter or number in brackets."""


def _axis(entry: Entry | None) -> Range | None:
    """The range of the components of a declared array or vector; None of anything else."""
    match entry:
        case Entry("number", _, _, (axis,)):
            return axis
        case Entry("outcome", _, Variable() as item, (axis,)) if item.components is not None:
            return axis
    return None


def inner_product(parser: Parser, name: Name, sign: Token) -> Term:
    r"""`\mu^\top \nu` of two declared arrays of one size."""
    token = parser.peek()
    if token.kind != "name":
        raise parser.unsupported("a transposed array that no array follows", sign)
    other = read_name(parser)
    if other.indices or other.power is not None:
        raise parser.unsupported("a transposed array before something else than an array", token)
    body = Mul((Sym(name.canonical), Sym(other.canonical)))
    index = _fresh(parser, body)
    (left, span), (right, second) = (
        _component(parser, factor, index, sign) for factor in body.factors
    )
    if span is None or span != second:
        raise parser.unreadable("an inner product of arrays of different sizes", sign)
    return Sum(index, span, Mul((left, right)))


def _fresh(parser: Parser, term: Term) -> Sym:
    """A letter for the component that nothing else here is called."""
    taken = free_names(term) | set(parser.scope)
    for letter in _LETTERS:
        entry = parser.symbols.find(letter)
        if letter not in taken and (entry is None or entry.kind == "index"):
            return Sym(letter)
    number = 1
    while f"k_{number}" in taken or parser.symbols.find(f"k_{number}") is not None:
        number += 1
    return Sym(f"k_{number}")


def _component(parser: Parser, term: Term, index: Sym, sign: Token) -> tuple[Term, Range | None]:
    """A component of a linear combination of arrays, and its range; a number has no range.

    Raises:
        NotationError: It is no such combination.
    """
    match term:
        case Sym(name, ()):
            entry = parser.symbols.find(name)
            axis = _axis(entry)
            if axis is not None:
                return Sym(name, (index,)), axis
            if entry is not None and (entry.kind == "outcome" or entry.axes):
                message = f"the norm of {name!r}, which has no declared components"
                raise parser.unsupported(message, sign, "Declare its components.")
        case Add(terms):
            parts = [_component(parser, part, index, sign) for part in terms]
            if len({span for _, span in parts}) > 1:
                raise parser.unreadable("a sum of arrays of different sizes", sign)
            return Add(tuple(part for part, _ in parts)), parts[0][1]
        case Neg(body):
            part, span = _component(parser, body, index, sign)
            return Neg(part), span
        case Mul(factors):
            parts = [_component(parser, part, index, sign) for part in factors]
            spans = [span for _, span in parts if span is not None]
            if len(spans) > 1:
                raise parser.unsupported("a product of arrays", sign, "Write its components.")
            return Mul(tuple(part for part, _ in parts)), spans[0] if spans else None
        case Div(above, below):
            part, span = _component(parser, above, index, sign)
            under, second = _component(parser, below, index, sign)
            if second is not None:
                raise parser.unsupported("a division by an array", sign)
            return Div(part, under), span
    for part in walk(term):
        entry = parser.symbols.find(part.name) if isinstance(part, Sym) else None
        if entry is not None and isinstance(part, Sym):
            whole = entry.axes and not part.indices
            if whole or (entry.kind == "outcome" and not part.indices):
                raise parser.unsupported(
                    "a formula of arrays other than a sum or a multiple, in a norm", sign
                )
    return term, None
