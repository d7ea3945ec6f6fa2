"""Gradients and partial derivatives: their signs, their variable, and what they are taken of."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import Function, Scalar
from lemmata.kernel.shapes import shape_of
from lemmata.kernel.terms import (
    Add,
    App,
    Derivative,
    Div,
    Fn,
    Mul,
    Neg,
    Num,
    Pi,
    Pow,
    Sym,
    Term,
    Transpose,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.notation.binders import later_terms, mentions
from lemmata.notation.lexer import OPEN, Token
from lemmata.notation.names import Name, read_name

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser


def _fraction_parts(parser: Parser) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The tokens above and below the line of the fraction here, if there are any."""
    parts: list[tuple[int, int]] = []
    at = parser.at + 1
    for _ in range(2):
        if at >= parser.stop:
            return None
        if parser.tokens[at].text == "{":
            parts.append((at + 1, parser.partner[at]))
            at = parser.group_end(at)
        else:
            parts.append((at, at + 1))
            at += 1
    return parts[0], parts[1]


def is_derivative(parser: Parser) -> bool:
    r"""Whether a fraction here is a derivative sign.

    \frac{\partial f}{\partial x} or \frac{d}{dx}.
    """
    parts = _fraction_parts(parser) if parser.next_is("\\frac") else None
    if parts is None:
        return _slash_at(parser) is not None
    (above, _), (below, end) = parts
    signs = parser.tokens[above].text, parser.tokens[below].text
    if signs == ("\\partial", "\\partial"):
        return True
    named = below + 1 < end and parser.tokens[below + 1].kind == "name"
    if signs != ("d", "d") or not named:
        return False
    return _is_differential(parser)


def _is_differential(parser: Parser) -> bool:
    """Whether the d above and below are signs; what is called d may stand there itself."""
    if parser.symbols.find("d") is None:
        return True
    return parser.choose("d over d is", ("a derivative", "a quotient")) == "a derivative"


def derivative(parser: Parser) -> list[Term]:
    """A gradient or partial derivative, which takes the next factor that is not constant.

    Where it begins a sum it may be one of all of it.
    """
    slash = _slash_at(parser)
    sign = parser.take()
    before = parser.tokens[parser.at - 2] if parser.at > 1 else None
    leads = before is None or before.text in OPEN
    if sign.text == "\\frac":
        return _derivative_fraction(parser, leads=leads)
    variables: list[Sym] = []
    if slash == parser.at:  # d/dx
        parser.at += 2
        variables.append(_derivative_variable(parser))
        return _operand(parser, variables, leads=leads)
    if slash is not None:
        return [_slash_derivative(parser, sign)]
    if sign.text == "\\partial" and not parser.next_is("_"):
        return [_slash_derivative(parser, sign)]
    if parser.next_is("^"):
        raise parser.unsupported("a second derivative written as a power of its sign", sign)
    if parser.next_is("_"):
        parser.take()
        first, last = parser.script()
        variables.append(parser.within(first, last, lambda: _derivative_variable(parser)))
    else:
        variables.append(_only_parameter(parser, sign))
    if parser.next_is("^"):
        raise parser.unsupported("a second derivative written as a power of its sign", sign)
    return _operand(parser, variables, leads=leads)


def _slash_at(parser: Parser) -> int | None:
    """Where the slash of `d/dx` or `df/dx` stands, if such a derivative stands here."""
    token = parser.peek()
    if token.text != "d" or token.kind != "name" or parser.integrals:
        return None
    at = parser.at + 1
    if at < parser.stop and parser.tokens[at].kind == "name":
        at += 1
        while at < parser.stop and parser.tokens[at].text in ("_", "(", "{"):
            at = parser.group_end(at) if at in parser.partner else at + 1
            if parser.tokens[at - 1].text == "_" and at not in parser.partner:
                at += 1
    if at + 2 >= parser.stop or parser.tokens[at].text != "/":
        return None
    behind, variable = parser.tokens[at + 1], parser.tokens[at + 2]
    written = behind.text == "d" and variable.kind == "name"
    return at if written and _is_differential(parser) else None


def _only_parameter(parser: Parser, sign: Token) -> Sym:
    parameters = parser.symbols.declarations.parameters
    if len(parameters) != 1:
        raise parser.undeclared(
            "parameter",
            sign,
            "a gradient without a subscript, and not exactly one declared parameter",
            "Write the parameter below the sign: \\nabla_\\theta.",
        )
    return Sym(parameters[0].name)


def _derivative_variable(parser: Parser) -> Sym:
    start = parser.at
    kept, parser.whole = parser.whole, True
    term = parser.primary()
    parser.whole = kept
    if not isinstance(term, Sym) or parser.symbols.find(term.name.rstrip("'")) is None:
        raise parser.unreadable(
            "expected the name of a parameter or variable", parser.tokens[start]
        )
    return term


def _derivative_fraction(parser: Parser, *, leads: bool) -> list[Term]:
    parser.at -= 1
    parts = _fraction_parts(parser)
    assert parts is not None  # noqa: S101 - `is_derivative` has seen them
    (sign, end_above), (below, end_below) = parts
    parser.at = end_below + (end_below in parser.partner.values())
    above = sign + 1
    order, body_at = 1, above
    if parser.tokens[above].text == "^":
        body_at = above + 2
        order = _order(parser, parser.tokens[above + 1])
    variables: list[Sym] = []

    def denominators() -> None:
        while parser.at < parser.stop:
            parser.take()
            start = parser.at
            name = read_name(parser)
            if name.entry is None and not name.bound:
                raise parser.undeclared(name.spelling, parser.tokens[start])
            if name.entry is not None and name.entry.kind == "function":
                unknown = _unknown(parser, name, parser.tokens[start])
                raised = None if name.power is None else parser.tokens[name.power[0]]
                if parser.at < parser.stop and parser.next_is("^"):
                    parser.take()
                    raised = parser.take()
                variables.extend([unknown] * (1 if raised is None else _order(parser, raised)))
                continue
            times = 1 if name.power is None else _order(parser, parser.tokens[name.power[0]])
            variables.extend([Sym(name.canonical, name.indices)] * times)
            if parser.at < parser.stop and parser.peek().text not in ("\\partial", "d"):
                raise parser.unexpected()

    parser.within(below, end_below, denominators)
    if len(variables) != order:
        raise parser.unreadable(
            f"a derivative of order {order} by {len(variables)} variables",
            parser.tokens[above - 1],
        )
    if body_at < end_above:
        body = parser.within(body_at, end_above, parser.inner)
        for variable in reversed(variables):
            _one_array(parser, body, variable)
            body = _laid_out(parser, Derivative(variable, body))
        _at_its_variable(parser, variables)
        return [parser.powers(body)]
    return _operand(parser, variables, leads=leads)


def only_variable(parser: Parser) -> Sym:
    """The one number that a prime on a formula can derive by."""
    declared = parser.symbols.declarations.scalars
    if len(declared) != 1 or declared[0].axes:
        raise parser.unsupported(
            "a prime on a formula", hint="Write the derivative with \\frac{d}{dx}."
        )
    return Sym(declared[0].name)


def _at_its_variable(parser: Parser, variables: list[Sym]) -> None:
    r"""Skip the place of a derivative where that is its variable: `\frac{df}{dx}(x)`."""
    if not parser.next_is("(") or len(variables) != 1:
        return
    end = parser.group_end(parser.at)
    if [token.text for token in parser.tokens[parser.at + 1 : end - 1]] == [variables[0].name]:
        parser.at = end


def _laid_out(parser: Parser, term: Derivative) -> Term:
    """A derivative; that of a column by a column has its rows in one of two ways."""
    if not parser.symbols.linear:
        return term
    shapes = [shape_of(part, parser.symbols.declarations) for part in (term.variable, term.body)]
    if not all(shape is not None and shape.is_column for shape in shapes):
        return term
    options = (_BY, _OF)
    turned = parser.choose(_ROWS, options, throughout=True) == _OF
    return Transpose(term) if turned else term


_ROWS: Final = "the rows of a Jacobian are"
_BY: Final = "the entries that it is taken by"
_OF: Final = "the entries of what it is taken of"
TURNED_LAYOUT: Final = f"{_ROWS}: {_OF}"
"""How a reading is chosen in which a Jacobian is not laid out as a gradient is."""


def _one_array(parser: Parser, body: Term, variable: Sym) -> None:
    """Note that one entry of an array is derived by another, which it may well depend on."""
    if isinstance(body, Sym) and body.name == variable.name and body.indices != variable.indices:
        parser.flag("one entry of an array derived by another")


def _unknown(parser: Parser, name: Name, token: Token) -> Sym:
    """The number that stands for a value of a function by which a derivative is taken."""
    conventions = parser.symbols.conventions
    unknown = conventions.unknown_name
    if unknown is None or conventions.unknown is None or conventions.unknown.name != name.canonical:
        raise parser.unsupported(f"a derivative by the function {name.canonical!r}", token)
    if parser.at < parser.stop and parser.next_is("("):
        parser.at = parser.group_end(parser.at)
    return unknown


def _order(parser: Parser, token: Token) -> int:
    if token.text not in ("2", "3", "4"):
        raise parser.unsupported("a derivative of this order", token)
    return int(token.text)


def _slash_derivative(parser: Parser, sign: Token) -> Term:
    r"""`\partial f / \partial x`."""
    first = at = parser.at
    while at < parser.stop and parser.tokens[at].text != "/":
        at = parser.group_end(at) if at in parser.partner else at + 1
    if at + 1 >= parser.stop or parser.tokens[at + 1].text not in ("\\partial", "d"):
        raise parser.unreadable(
            "expected / and \\partial with a variable after this \\partial", sign
        )
    body = parser.within(first, at, parser.inner)
    parser.at = at + 2
    start = parser.at
    name = read_name(parser)
    if name.entry is None:
        raise parser.undeclared(name.spelling, parser.tokens[start])
    variable = Sym(name.canonical, name.indices)
    _one_array(parser, body, variable)
    return _laid_out(parser, Derivative(variable, body))


def _takes_all(parser: Parser, variables: list[Sym]) -> bool:
    r"""Whether a derivative is one of the whole sum behind it: `\frac{d}{dx} x^2 + 3x`.

    It may be where more than its first term holds a variable of it, and none is derived itself.
    """
    called, cuts = _names_of(parser, variables), later_terms(parser)
    signs = {token.text for token in parser.tokens[cuts[0] : cuts[-1]]}
    if signs & {"\\nabla", "\\partial"} or ("d" in signs and parser.symbols.find("d") is None):
        return False
    if not any(mentions(parser, a, b, called) for a, b in pairwise(cuts)):
        return False
    options = ("its first term", "the whole sum")
    return parser.choose("the derivative is taken of", options) == options[1]


def _names_of(parser: Parser, variables: list[Sym]) -> frozenset[str]:
    """The names of variables, and of the function whose value is one of them."""
    conventions = parser.symbols.conventions
    solved = conventions.unknown is not None and conventions.unknown_name in variables
    names = frozenset(variable.name for variable in variables)
    return names | {conventions.unknown.name} if solved and conventions.unknown else names


def _operand(parser: Parser, variables: list[Sym], *, leads: bool) -> list[Term]:
    if leads and _takes_all(parser, variables):
        term = parser.expression()
        for variable in reversed(variables):
            term = _laid_out(parser, Derivative(variable, term))
        return [term]
    parser.gradients += 1
    if not parser.starts_factor(parser.peek()):
        raise parser.unreadable("expected what the derivative is taken of")
    taken: list[Term] = []
    rest: list[Term] = []
    while True:
        first, *rest = parser.factors()
        taken.append(first)
        goes_on = _constant(parser, first) or _is_row(parser, first, taken)
        goes_on = goes_on or _does_not_depend(parser, first, variables)
        if rest or not goes_on or not parser.starts_factor(parser.peek()):
            break
    if len(taken) > 1 and isinstance(taken[-2], Transpose) and taken[-2].body != taken[-1]:
        parser.flag("a derivative of a row before a column, which may be of their product")
    parser.gradients -= 1
    term = taken[0] if len(taken) == 1 else Mul(tuple(taken))
    for variable in reversed(variables):
        term = _laid_out(parser, Derivative(variable, term))
    if parser.squared is not None and not parser.gradients:
        term, parser.squared = Pow(term, parser.squared), None
    return [term, *rest]


def _does_not_depend(parser: Parser, term: Term, variables: list[Sym]) -> bool:
    """Whether a factor is free of the numbers that it is derived by, so that it is not derived.

    What holds a parameter need not name it.
    """
    called, known = _names_of(parser, variables), parser.symbols.declarations
    items = [known.find(name) for name in called]
    if not all(isinstance(item, Scalar | Function) for item in items if item is not None):
        return False
    return not called & {p.name for p in walk(unfold(term, known)) if isinstance(p, Sym | App)}


def _is_row(parser: Parser, term: Term, before: list[Term]) -> bool:
    r"""Whether a factor is a row, which is derived with the column behind: `\nabla_e u^T u`."""
    if not isinstance(term, Transpose) or any(isinstance(b, Transpose) for b in before[:-1]):
        return False
    shape = shape_of(term.body, parser.symbols.declarations)
    return shape is not None and shape.is_column


def _constant(parser: Parser, term: Term) -> bool:
    """Whether a factor is a number, a size, or made of these."""
    for part in walk(term):
        if isinstance(part, Sym):
            entry = parser.symbols.find(part.name)
            if entry is None or entry.kind not in ("size", "index"):
                return False
        elif not isinstance(part, Num | Pi | Div | Mul | Add | Neg | Pow | Fn):
            return False
    return True
