r"""Values by cases: `\begin{cases} a & i = k \\\\ b & \text{otherwise} \end{cases}`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias

from lemmata.kernel.terms import Add, Hadamard, Iverson, Mul, Neg, Num, Relation, Term
from lemmata.notation import indicators, linear
from lemmata.notation.lexer import Token

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

Row: TypeAlias = "tuple[Term, Iverson | None]"
"""A value and its condition; none for what holds otherwise."""
_OPPOSITE: Final[dict[Relation, Relation]] = {
    "=": "!=",
    "!=": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
_OTHERWISE: Final = frozenset(("otherwise", "else"))
ZERO: Final = Num(Fraction(0))
_INTRODUCED: Final = frozenset(("if", "for", "when", "where", ""))


def cases(parser: Parser) -> Term:
    """Values by comparisons of which one holds: `a [i = k] + b (1 - [i = k])`."""
    begin = parser.take()
    rows = [_row(parser)]
    parser.expect_row()
    while True:
        rows.append(_row(parser))
        if parser.peek().kind != "row":
            break
        parser.take()
        if parser.peek().kind == "end":
            break
    end = parser.take()
    if end.kind != "end" or end.text != "cases":
        raise parser.unsupported("more than two cases", end if end.kind != "end" else begin)
    if len(rows) > 2:
        rows = _of_an_order(parser, rows, begin)
    (first, condition), (second, other) = rows
    if condition is None:
        raise parser.unreadable("the first case has no condition", begin)
    here = indicators.compared(parser, condition.left, condition.relation, condition.right)
    numbers = not isinstance(here, Iverson)  # of which nothing is said at the border
    if other is not None and not _is_opposite(condition, other, strictly=numbers):
        raise parser.unsupported("cases that are not the opposite of each other", begin)
    apart = Add((Num(Fraction(1)), Neg(here)))
    return Add((_weighted(parser, first, here), _weighted(parser, second, apart)))


def _weighted(parser: Parser, value: Term, weight: Term) -> Term:
    """A value where a weight is 1; of a column or matrix, entry by entry."""
    sizes = [linear.shape(parser, term) for term in (value, weight)]
    if any(size.is_number for size in sizes):
        return Mul((value, weight))
    return Hadamard((value, weight))


def _of_an_order(parser: Parser, rows: list[Row], begin: Token) -> list[Row]:
    """Two of three cases, of numbers that are less, equal or more.

    The value at the border, where nothing is said, must be 0 or one of the others.
    """
    told = [condition for _, condition in rows if condition is not None]
    left, right = (told[0].left, told[0].right) if told else (ZERO, ZERO)
    signs = {"<", "=", ">"}
    mine = {condition.relation for condition in told}
    alike = all((condition.left, condition.right) == (left, right) for condition in told)
    whole = len(rows) == len(signs) and len(mine) == len(told) and mine <= signs and alike
    if not whole or len(told) < 2 or any(c is None for _, c in rows[:-1]):
        raise parser.unsupported("more than two cases", begin)
    if isinstance(indicators.compared(parser, left, ">", right), Iverson):
        raise parser.unsupported("more than two cases of integers", begin)
    (rest,) = signs - mine if len(told) == 2 else {"="}
    found = [row for row in rows if (row[1].relation if row[1] else rest) != "="]
    (border,) = [value for value, _ in rows if (value, _) not in found]
    if border not in (ZERO, *(value for value, _ in found)):
        raise parser.unsupported("another value at the border of two cases", begin)
    return found


def _row(parser: Parser) -> Row:
    """A value and its condition; none for what holds otherwise."""
    value = parser.inner()
    while parser.next_is(",", ";") or parser.peek().kind == "amp":
        parser.take()
    words = _words(parser)
    if words in _OTHERWISE:
        return value, None
    if words not in _INTRODUCED:
        raise parser.unexpected()
    left, relation, right = indicators.relation(parser)
    while parser.next_is(".", ",", ";") or parser.peek().kind == "text":
        parser.take()
    return value, Iverson(left, relation, right)


def _words(parser: Parser) -> str:
    found: list[Token] = []
    while parser.peek().kind == "text":
        found.append(parser.take())
    return " ".join(token.text for token in found).strip(" .,:;").lower()


def _is_opposite(condition: Iverson, other: Iverson, *, strictly: bool) -> bool:
    signs = {condition.relation, other.relation}
    sides = (condition.left, condition.right)
    if condition.relation in ("=", "!="):
        same = (other.left, other.right) in (sides, sides[::-1])
    else:
        same = (other.left, other.right) == sides
    return same and (
        _OPPOSITE[condition.relation] == other.relation or (strictly and signs == {"<", ">"})
    )
