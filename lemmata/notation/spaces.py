r"""Sets below a sign that a variable runs through: only those that are all its values.

`\sum_{s' \in \mathcal{S}}` and `\int_{\mathbb{R}^d}` say no more than the variable does. A part of
the values, `\sum_{s' \ne s}`, `\max_{a \in \mathcal{A} \setminus \{b\}}`, `\int_{\mathbb{R}_+}`,
has no term: it is refused, and never read as all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import Num, Term
from lemmata.notation.lexer import Token

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser
    from lemmata.notation.symbols import Symbols

_ONE: Final = Num(Fraction(1))
_CAPITALS: Final = {"tau": "T", "epsilon": "E", "zeta": "Z", "chi": "X"}
"""The capitals of Greek letters that look like Latin ones, and have no command."""
_EVERYWHERE: Final = frozenset(("R", "N", "Z"))
"""Blackboard letters for all numbers, with a dimension above them or none."""


def all_values(parser: Parser, variable: str) -> None:
    r"""Read what stands behind a variable, named without primes: nothing, or `\in \mathcal{S}`."""
    sign = parser.peek()
    if sign.kind == "end":
        return
    named = parser.tokens[parser.at + 1 : parser.stop]
    if sign.text not in ("\\in", "in") or not is_all(named, variable):
        raise parser.unsupported(
            f"a part of the values of {variable!r}, or a set that no declaration names,",
            sign,
            f"Write {variable} alone for all its values.",
        )
    parser.at = parser.stop


def is_all(tokens: Sequence[Token], variable: str) -> bool:
    r"""Whether some tokens name the set of all values of a variable.

    A capital of its letter, `\mathcal{S}` for `s`, perhaps of arguments, `\mathcal{A}(s)`; all
    numbers, `\mathbb{R}^d`; or `\Omega`.
    """
    if not tokens or tokens[0].kind != "name":
        return False
    name, rest = tokens[0], tokens[1:]
    own = name.text in (variable[:1].upper() + variable[1:], _CAPITALS.get(variable))
    numbers = name.font == "bb" and name.text in _EVERYWHERE
    if not rest:
        return own or numbers or name.text == "Omega"
    if rest[0].text in ("^", "_"):
        plain = {t.kind for t in rest[1:] if t.text not in ("{", "}")}
        part = rest[0].text == "_" and "num" in plain  # one of several sets, `\Theta_0`
        return plain <= {"name", "num"} and not part and (own or numbers)
    called = rest[0].text == "(" and rest[-1].text == ")"
    return own and called and all(t.kind == "name" or t.text in (",", "'") for t in rest[1:-1])


def is_number_of_values(parser: Parser, first: int, last: int, variable: str) -> bool:
    r"""Whether a stretch may be how many values a variable has: `K`, `|\mathcal{S}|`."""
    token = parser.tokens[first]
    if token.text in ("|", "\\lvert"):
        return is_all(parser.tokens[first + 1 : last - 1], variable)
    entry = parser.symbols.find(token.text, token.font) if token.kind == "name" else None
    return token.kind == "name" and last == first + 1 and (entry is None or entry.kind == "size")


def integers_in_a_row(parser: Parser) -> tuple[Term, Term] | None:
    r"""The ends of a set of integers in a row, `[m]`, `\{1, \dots, m\}`; None of another set."""
    opening, first, last = parser.peek().text, parser.at + 1, parser.stop - 1
    if opening not in ("[", "\\{", "{") or parser.partner.get(parser.at) != last:
        return None
    parts = list(parser.items(first, last))
    if opening == "[" and len(parts) == 1:
        parser.at = parser.stop
        return _ONE, parser.within(first, last, parser.index)
    between = [parser.flat(*stretch) for stretch in parts[1:-1]]
    if opening == "[" or between not in (["\\ldots"], ["2", "\\ldots"]):
        return None
    lower, upper = (parser.within(*parts[k], parser.index) for k in (0, -1))
    if len(between) > 1 and lower != _ONE:
        return None
    parser.at = parser.stop
    return lower, upper


def counted(
    declared: Declarations, formulas: Iterable[Sequence[Token]], symbols: Symbols
) -> Declarations:
    r"""The declarations of a text, in a finite world if it sums over the values of a variable.

    `\sum_a` counts them, so a world that gives them other weights refutes nothing that is meant.
    """
    sums = declared.world == "any" and any(_sums(tokens, symbols) for tokens in formulas)
    return replace(declared, world="finite") if sums else declared


def _sums(tokens: Sequence[Token], symbols: Symbols) -> bool:
    r"""Whether a formula has a sum over the values of a variable; `\sum_{(s, a) \in D}` is none."""
    for at, sign in enumerate(tokens):
        if sign.text != "\\sum" or [token.text for token in tokens[at + 1 : at + 2]] != ["_"]:
            continue
        below = tokens[at + 2 : at + 4]
        first = below[-1] if below and below[0].text == "{" else below[0] if below else sign
        entry = symbols.find(first.text, first.font) if first.kind == "name" else None
        if entry is not None and entry.kind == "outcome":
            return True
    return False
