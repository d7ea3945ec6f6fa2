r"""Indicators: `\mathbf 1[i = j]`, `[i = j]`, `1_{i = j}`, of numbers too, and columns of ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lemmata.kernel.terms import Fn, Iverson, Neg, Num, OneHot, Ones, Relation, Sym, Term, walk
from lemmata.notation.names import Name, Stretch, resolve_indices

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

RELATIONS: Final[dict[str, Relation]] = {
    "=": "=", ">=": ">=", "<=": "<=", "<": "<", ">": ">", "!=": "!=",
}  # fmt: skip


KRONECKER: Final = frozenset(("delta", "KroneckerDelta", "Kronecker", "kronecker"))
"""Names of Kronecker's delta, where no declaration takes them."""


def indicator(parser: Parser) -> Term:
    r"""`\mathbf 1[i = j]`; in sheets with columns, also `\mathbf 1` and `\mathbf 1_y`."""
    sign = parser.take()
    linear = parser.symbols.linear
    if parser.next_is("_"):
        parser.take()
        first, last = parser.script()
        if linear and all(token.kind != "rel" for token in parser.tokens[first:last]):
            return ones_or_one_hot(parser, (first, last))
    elif parser.next_is("[", "(", "\\{") and (not linear or has_relation(parser, parser.at)):
        first, last = parser.at + 1, parser.partner[parser.at]
        parser.at = parser.group_end(parser.at)
    elif linear:
        return ones_or_one_hot(parser, None)
    else:
        raise parser.unsupported("the vector of ones", sign)
    return bracket(parser, first, last)


def stated(parser: Parser) -> Term | None:
    """What a plain one means with a relation behind it, `1_{i = y}` or `1[i = y]`; else None."""
    if parser.symbols.linear and parser.next_is("_"):
        parser.take()
        return bracket(parser, *parser.script())
    braced = not parser.latex and parser.next_is("{")  # which prints nothing in LaTeX
    if not (braced or parser.next_is("[", "\\{")) or not has_relation(parser, parser.at):
        return None
    first, last = parser.at + 1, parser.partner[parser.at]
    parser.at = last + 1
    return bracket(parser, first, last)


def kronecker(parser: Parser, name: Name) -> Term | None:
    r"""Kronecker's delta of two indices, `\delta_{ik}`, `\delta_i^k`, `KroneckerDelta(i, k)`.

    None if the name is none.
    """
    if name.canonical not in KRONECKER:
        return None
    indices: tuple[Term, ...] = ()
    if name.subscript is not None:
        indices = resolve_indices(parser, *name.subscript, 2)
        above = name.power
        if len(indices) == 1 and above and parser.tokens[above[0]].kind == "name":
            indices, name.power = (*indices, *resolve_indices(parser, *above, 1)), None
    elif parser.next_is("[", "("):
        close = parser.partner[parser.at]
        indices = resolve_indices(parser, parser.at + 1, close, 2)
        parser.at = close + 1 if len(indices) == 2 else parser.at
    return Iverson(indices[0], "=", indices[1]) if len(indices) == 2 else None


def relation(parser: Parser) -> tuple[Term, Relation, Term]:
    """Two terms with a relation between them."""
    left = parser.expression()
    sign = parser.take()
    if sign.text not in RELATIONS or sign.kind != "rel":
        raise parser.unreadable("expected a relation such as = or <", sign)
    return left, RELATIONS[sign.text], parser.expression()


def has_relation(parser: Parser, opening: int) -> bool:
    """Whether a relation stands in a bracket group, outside any inner group or environment."""
    at, close, inside = opening + 1, parser.partner[opening], 0
    while at < close:
        inside += (parser.tokens[at].kind == "begin") - (parser.tokens[at].kind == "end")
        if parser.tokens[at].kind == "rel" and not inside:
            return True
        at = parser.group_end(at) if at in parser.partner else at + 1
    return False


def bracket(parser: Parser, first: int, last: int) -> Term:
    """1 where a relation holds, else 0: between integers, or entry by entry between numbers."""
    opening = parser.tokens[first].text in ("\\{", "[", "(")
    if opening and parser.partner[first] == last - 1:
        first, last = first + 1, last - 1
    return compared(parser, *parser.within(first, last, lambda: relation(parser)))


def compared(parser: Parser, left: Term, sign: Relation, right: Term) -> Term:
    """1 where two terms are so related, else 0."""
    integers = _is_integer(parser, left) and _is_integer(parser, right)
    if integers or not parser.symbols.linear:
        return Iverson(left, sign, right)
    return _stepped(parser, left, sign, right)


def _stepped(parser: Parser, left: Term, sign: Relation, right: Term) -> Term:
    """An indicator of numbers; at the border, where it jumps, nothing is said."""
    if sign in ("<", "<="):
        left, right = right, left
    elif sign not in (">", ">="):
        raise parser.unsupported(f"an indicator of numbers with {sign}")
    if isinstance(left, Num) and left.value == 0:
        return Fn("step", Neg(right))
    zero = isinstance(right, Num) and right.value == 0
    return Fn("step", left if zero else left - right)


def _is_integer(parser: Parser, term: Term) -> bool:
    for part in walk(term):
        if isinstance(part, Sym):
            entry = parser.symbols.find(part.name)
            if part.name not in parser.scope and (
                entry is None or entry.kind not in ("size", "index")
            ):
                return False
    return True


def ones_or_one_hot(parser: Parser, script: Stretch | None) -> Term:
    r"""`\mathbf 1`, `\mathbf 1_d` and `\mathbf 1_y`: by what is declared below."""
    if script is None:
        return Ones()
    below = parser.within(*script, parser.index)
    entry = parser.symbols.find(below.name) if isinstance(below, Sym) else None
    if entry is not None and entry.kind == "size":
        return Ones(below)
    return OneHot(below)
