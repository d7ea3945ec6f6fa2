r"""Values by cases: `\begin{cases} a & i = k \\\\ b & \text{otherwise} \end{cases}`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from lemmata.kernel.terms import Add, Iverson, Mul, Neg, Num, Relation, Term
from lemmata.notation import indicators
from lemmata.notation.lexer import Token

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

_OPPOSITE: Final[dict[Relation, Relation]] = {
    "=": "!=",
    "!=": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
_OTHERWISE: Final = frozenset(("otherwise", "else"))
_INTRODUCED: Final = frozenset(("if", "for", "when", "where", ""))


def cases(parser: Parser) -> Term:
    """Two values, by a comparison and its opposite: `a [i = k] + b (1 - [i = k])`."""
    begin = parser.take()
    first, condition = _row(parser)
    parser.expect_row()
    second, other = _row(parser)
    if parser.peek().kind == "row":
        parser.take()
    end = parser.take()
    if end.kind != "end" or end.text != "cases":
        raise parser.unsupported("more than two cases", end if end.kind != "end" else begin)
    if condition is None:
        raise parser.unreadable("the first case has no condition", begin)
    here = indicators.compared(parser, condition.left, condition.relation, condition.right)
    numbers = not isinstance(here, Iverson)  # of which nothing is said at the border
    if other is not None and not _is_opposite(condition, other, strictly=numbers):
        raise parser.unsupported("cases that are not the opposite of each other", begin)
    apart = Add((Num(Fraction(1)), Neg(here)))
    return Add((Mul((first, here)), Mul((second, apart))))


def _row(parser: Parser) -> tuple[Term, Iverson | None]:
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
