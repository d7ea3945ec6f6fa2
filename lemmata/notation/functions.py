"""Elementary functions and their arguments: how far a logarithm without brackets reaches."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from lemmata.kernel.terms import Div, Fn, Mul, Num, Pi, Pow, Sym, Term
from lemmata.notation import probability
from lemmata.notation.errors import NotationError
from lemmata.notation.names import read_name

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser


def function(parser: Parser) -> list[Term]:
    """log, exp or a modulus with its argument.

    The logarithm takes what stands close to it; see `_log_argument`.
    """
    sign = parser.take()
    power: tuple[int, int] | None = None
    base: Term | None = Num(Fraction(10)) if sign.text == "\\lg" else None
    while parser.next_is("^", "_"):
        if parser.take().text == "^":
            power = parser.script()
            continue
        if sign.text not in ("\\log", "\\lg"):
            raise parser.unsupported(f"a subscript on {sign.text}", sign)
        first, last = parser.script()
        base = parser.within(first, last, parser.inner)
    name = _NAMES[sign.text]
    rest: list[Term] = []
    if parser.next_is("(", "[", "\\{"):
        argument = parser.bracketed()
        called = True
    elif name == "log":
        argument, rest, called = _log_argument(parser)
    else:
        if not parser.starts_factor(parser.peek()):
            raise _missing_argument(parser, name)
        argument, *rest = parser.factors()
        if rest or (parser.peek().kind in ("name", "num") and parser.starts_factor(parser.peek())):
            raise parser.unreadable(
                f"how far does {name} reach?", hint=f"Write brackets behind {name}."
            )
        called = False
    exponent: Term | None = None
    where = ""
    if parser.next_is("^") and called and not rest:
        options = (
            "the argument",
            "the function",
            *(("the gradient",) if parser.gradients else ()),
        )
        where = parser.choose("the power belongs to", options) if name == "log" else "the function"
        parser.take()
        powered = parser.power(argument, *parser.script())
        assert isinstance(powered, Pow)  # noqa: S101 - `power` makes one
        argument, exponent = (
            (powered, None) if where == "the argument" else (argument, powered.exponent)
        )
    term: Term = Fn(name, argument)
    if base is not None:
        term = Div(term, Fn("log", base))
    if where == "the function" and exponent is not None:
        term = Pow(term, exponent)
    elif where == "the gradient":
        parser.squared = exponent
    if power is not None:
        term = parser.power(term, *power)
    return [term, *rest]


_NAMES: Final[dict[str, Literal["log", "exp", "abs"]]] = {
    "\\log": "log",
    "\\lg": "log",
    "\\exp": "exp",
    "\\abs": "abs",
}


def _missing_argument(parser: Parser, name: str) -> NotationError:
    token = parser.peek()
    shown = f"\\{name}" if parser.latex else name
    if token.text == "-":
        return parser.unreadable(
            f"{shown} of a signed number needs brackets", token, f"Write {shown}(-...)."
        )
    return parser.unreadable(f"expected the argument of {shown}", token)


def _log_argument(parser: Parser) -> tuple[Term, list[Term], bool]:
    """What a logarithm without brackets takes.

    Numbers and symbols, up to and including the first call or fraction.
    """
    taken: list[Term] = []
    rest: list[Term] = []
    start = parser.at
    called = False
    while parser.starts_factor(parser.peek()) and not parser.next_is(
        "(", "[", "\\{", "{" if taken else "("
    ):
        name_like = parser.peek().kind in ("name", "num") or parser.next_is("\\sqrt")
        if taken and not name_like and not parser.next_is("\\frac"):
            break
        if taken and isinstance(taken[-1], Sym | Pow | Fn) and not _log_goes_on(parser, start):
            break
        first, *rest = _log_factor(parser)
        taken.append(first)
        called = parser.tokens[parser.at - 1].text == ")"
        if rest or not isinstance(first, Num | Sym | Pi | Pow | Fn) or called:
            break
        if isinstance(first, Fn) and first.name != "sqrt":
            break
    if not taken:
        raise _missing_argument(parser, "log")
    if parser.next_is("/") and not rest and _slash_in_log(parser):
        parser.take()
        above = taken[0] if len(taken) == 1 else Mul(tuple(taken))
        below, *rest = _log_factor(parser)
        return Div(above, below), rest, False
    return taken[0] if len(taken) == 1 else Mul(tuple(taken)), rest, called


def _log_factor(parser: Parser) -> list[Term]:
    """A factor of the argument of a logarithm.

    A power behind a call is left for the logarithm to decide.
    """
    if parser.peek().kind == "name" and probability.head_kind(parser) is None:
        start = parser.at
        name = read_name(parser)
        term = parser.named(name, start)
        if name.power is not None:
            term = parser.power(term, *name.power)
        return [term]
    return parser.factors()


def _log_goes_on(parser: Parser, start: int) -> bool:
    """Whether a logarithm takes one more symbol.

    Surely behind a number, as one of two readings behind a symbol.
    """
    if parser.tokens[start].kind == "num" or parser.tokens[start].text == "\\sqrt":
        return True
    at, parser.at = parser.at, start
    answer = parser.choose("the logarithm takes", ("all symbols", "one symbol"))
    parser.at = at
    return answer == "all symbols"


def _slash_in_log(parser: Parser) -> bool:
    return (
        parser.choose("the slash belongs to", ("the argument of the logarithm", "the logarithm"))
        == "the argument of the logarithm"
    )
