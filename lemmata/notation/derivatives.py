"""Gradients and partial derivatives: their signs, their variable, and what they are taken of."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import Fact, Function, Scalar, Variable, free_names
from lemmata.kernel.shapes import shape_of
from lemmata.kernel.terms import (
    Add,
    App,
    Density,
    Derivative,
    Det,
    Diag,
    Div,
    Entry,
    Fn,
    Hadamard,
    Identity,
    Mul,
    Neg,
    Norm,
    Num,
    OneHot,
    Ones,
    Pi,
    Pow,
    Sum,
    Sym,
    Term,
    Trace,
    Transpose,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.notation.binders import later_terms, mentions, term_end
from lemmata.notation.lexer import OPEN, Token, has_text
from lemmata.notation.names import Name, read_name, read_unraised

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
        return _operand(parser, variables, leads=leads, operator=True)
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
        return _bare_gradient(parser, sign, leads=leads)
    if parser.next_is("^"):
        raise parser.unsupported("a second derivative written as a power of its sign", sign)
    return _operand(parser, variables, leads=leads)


def _bare_gradient(parser: Parser, sign: Token, *, leads: bool) -> list[Term]:
    r"""A gradient without a subscript: by the declared parameter, or by the one argument.

    With a parameter that `f(w)` does not depend on, `\nabla f(w)` is not meant to be zero. Where
    more factors follow it may be the gradient of all of them, which is another reading.
    """
    if parser.next_is("^"):
        raise parser.unsupported("a second derivative written as a power of its sign", sign)
    start = parser.at
    if parser.symbols.declarations.parameters:
        parameter = _only_parameter(parser, sign)
        term, *rest = _operand(parser, [parameter], leads=leads)
        still = any(
            isinstance(part, Derivative) and _stands_still(parser, part, parameter)
            for part in walk(term)
        )
        if not still:
            return [term, *rest]
        end, parser.at = parser.at, start
        found = _by_its_argument(parser)
        if found:
            return found
        parser.at = end
        if rest or parser.starts_factor(parser.peek()):
            return [term, *rest]
    else:
        found = _by_its_argument(parser)
        if found:
            return found
    raise parser.undeclared(
        "parameter",
        sign,
        "a gradient without a subscript, and no declared parameter in what it is taken of",
        _BELOW,
    )


def _by_its_argument(parser: Parser) -> list[Term]:
    r"""The gradient of a function of one declared number by that number: `\nabla L(w)`."""
    if not parser.starts_factor(parser.peek()):
        return []
    whole, *rest = parser.factors()
    body = whole.body if isinstance(whole, Transpose) else whole
    argument = body.arguments[0] if isinstance(body, App) and len(body.arguments) == 1 else None
    entry = parser.symbols.find(argument.name) if isinstance(argument, Sym) else None
    if not isinstance(argument, Sym) or entry is None or entry.kind != "number":
        return []
    slope = _laid_out(parser, Derivative(argument, body))
    return [slope if body is whole else Transpose(slope), *rest]


_BELOW: Final = "Write the parameter below the sign: \\nabla_\\theta."


def _stands_still(parser: Parser, slope: Derivative, parameter: Sym) -> bool:
    """Whether a derivative by a parameter is of numbers that certainly do not depend on it."""
    if slope.variable != parameter:
        return False
    known = parser.symbols.declarations
    told = {part.name for fact in known.facts for part in _names(fact)}
    parts = list(walk(unfold(slope.body, known)))
    if not any(isinstance(part, Sym | App) for part in parts):
        return False  # the gradient of one is zero by whatever it is taken
    for part in parts:
        if not isinstance(part, (*OF_NUMBERS, App, Sum)):
            return False
        if not isinstance(part, Sym | App):
            continue
        item = known.find(part.name)
        if part.name in (parameter.name, *told) or isinstance(item, Variable | None):
            return False
        if isinstance(item, Function | Scalar) and known.depends(item, parameter.name):
            return False
    return True


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
            _BELOW,
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
    return _operand(parser, variables, leads=leads, operator=True)


def only_variable(parser: Parser) -> Sym:
    """The one number that a prime on a formula can derive by."""
    declared = parser.symbols.declarations.scalars
    if len(declared) != 1 or declared[0].axes:
        raise parser.unsupported(
            "a prime on a formula", hint="Write the derivative with \\frac{d}{dx}."
        )
    return Sym(declared[0].name)


def primed(parser: Parser, name: Name, term: Term, token: Token) -> Term:
    """The value of a defined function, or its derivative if its name has primes."""
    if not name.primes:
        return term
    match term:
        case App(_, (Sym(number, ()) as variable,), ()) if isinstance(
            parser.symbols.declarations.find(number), Scalar
        ):
            slope: Term = term
            for _ in range(name.primes):
                slope = Derivative(variable, slope)
            return slope
    raise parser.unsupported(
        f"the derivative of {token.text!r} written with a prime",
        token,
        hint="Write it with \\frac{d}{dx}, or declare the primed name.",
    )


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
    name = read_unraised(parser)
    if name.entry is None:
        raise parser.undeclared(name.spelling, parser.tokens[start])
    variable = Sym(name.canonical, name.indices)
    _one_array(parser, body, variable)
    return _laid_out(parser, Derivative(variable, body))


def _takes_all(parser: Parser, variables: list[Sym], *, operator: bool) -> bool:
    r"""Whether a derivative is one of the whole sum behind it: `\frac{d}{dx} x^2 + 3x`.

    It may be where more than its first term holds a variable of it, and none is derived itself. A
    gradient that is meant so is written carelessly, and proves nothing that is wrong else.
    """
    called, cuts = _names_of(parser, variables), later_terms(parser)
    signs = {token.text for token in parser.tokens[cuts[0] : cuts[-1]]}
    if signs & {"\\nabla", "\\partial"} or ("d" in signs and parser.symbols.find("d") is None):
        return False
    if not any(mentions(parser, a, b, called) for a, b in pairwise(cuts)):
        return False
    options = ("its first term", _SUM)
    return parser.choose("the derivative is taken of" if operator else _SLOPE, options) == _SUM


def _names_of(parser: Parser, variables: list[Sym]) -> frozenset[str]:
    """The names of variables, and of the function whose value is one of them."""
    conventions = parser.symbols.conventions
    solved = conventions.unknown is not None and conventions.unknown_name in variables
    names = frozenset(variable.name for variable in variables)
    return names | {conventions.unknown.name} if solved and conventions.unknown else names


def _operand(
    parser: Parser, variables: list[Sym], *, leads: bool, operator: bool = False
) -> list[Term]:
    """What follows the sign: constant factors and the next one that is not, or more."""
    if leads and _takes_all(parser, variables, operator=operator):
        term = parser.expression()
        for variable in reversed(variables):
            term = _laid_out(parser, Derivative(variable, term))
        return [term]
    parser.gradients += 1
    start = parser.at
    if not parser.starts_factor(parser.peek()):
        raise parser.unreadable("expected what the derivative is taken of")
    taken: list[Term] = []
    rest: list[Term] = []
    while True:
        first, *rest = parser.factors()
        taken.append(first)
        if rest or not parser.starts_factor(parser.peek()):
            break
        # the rows of a matrix are derived with what they are multiplied by
        if not (_is_free_of(parser, first, variables) or _is_no_number(parser, taken)):
            break
    term = taken[0] if len(taken) == 1 else Mul(tuple(taken))
    if not rest and _reaches_on(parser, start, variables, operator=operator):
        parser.at = start
        term = parser.product()
    parser.gradients -= 1
    for variable in reversed(variables):
        term = _laid_out(parser, Derivative(variable, term))
    if parser.squared is not None and not parser.gradients:
        term, parser.squared = Pow(term, parser.squared), None
    return [term, *rest]


def _reaches_on(parser: Parser, start: int, variables: list[Sym], *, operator: bool) -> bool:
    r"""Whether a derivative is of more than the factor that has been read behind its sign.

    `d/dx 1/(1 + e^{-x})` is of the quotient, and `\frac{d}{dx} e^x (1 - x)` may be of the product.
    A gradient, `\nabla_\theta p_\theta / p_\theta`, is of its factor, as what has a bracket is, and
    does not reach over a sign of multiplication.
    """
    at, end = parser.at, term_end(parser, parser.at)
    names = _moving_with(parser, {*_names_of(parser, variables)})
    if not mentions(parser, at, end, names) or has_text(parser.tokens[at:end], _DERIVATIVES):
        return False
    moves = mentions(parser, start, at, names)
    if moves and start in parser.partner and parser.group_end(start) == at:
        return False
    if parser.next_is("/"):
        whole = ("the quotient", "what stands before the slash")
        of_all = not moves or parser.choose(f"{_BEFORE} slash is of", whole) == whole[0]
        return operator and of_all
    if not operator and (moves or parser.next_is("\\cdot")):
        return False
    factor = ("the next factor", _PRODUCT)
    question = f"{_BEFORE} factor is of" if operator else _GRADIENT
    return parser.choose(question, factor) == _PRODUCT


_SLOPE: Final = "a gradient is taken of"
_SUM: Final = "the whole sum"
GRADIENT_OF_SUM: Final = f"{_SLOPE}: {_SUM}"
r"""How a reading is chosen in which `\nabla f(x) + g(x)` is the gradient of both."""
_DERIVATIVES: Final = frozenset(("d", "\\partial", "\\nabla", "grad"))
_BEFORE: Final = "a derivative of what stands before a"
_GRADIENT: Final = "a gradient before a constant factor is of"
_PRODUCT: Final = "the product"
GRADIENT_OF_PRODUCT: Final = f"{_GRADIENT}: {_PRODUCT}"
r"""How a reading is chosen in which `\nabla f(x) \log p(x)` is the gradient of both."""


def _moving_with(parser: Parser, names: set[str]) -> frozenset[str]:
    """Names, and those of the laws and definitions that speak of them."""
    known = parser.symbols.declarations
    moving = {*names}
    for family in known.families:
        about = parser.symbols.parameters if family.parameters is None else family.parameters
        if not names.isdisjoint(about):
            moving.add(family.name)
    for definition in known.definitions:
        if moving & free_names(definition.body):
            moving.add(definition.name)
    return frozenset(moving)


OF_NUMBERS: Final = (
    *(Num, Pi, Sym, Div, Mul, Add, Neg, Pow, Fn, Transpose, Hadamard, Entry, Identity, Ones),
    *(OneHot, Norm, Trace, Diag, Det),
)
"""What is constant if the names in it are."""
_COUNTED: Final = ("size", "index")


def _is_free_of(parser: Parser, term: Term, variables: list[Sym]) -> bool:
    """Whether a factor certainly does not depend on what a derivative is taken by.

    It is made of numbers of which no fact says what they depend on; where no parameter is derived
    by, also of values of functions, outcomes, and densities of laws that are not written out.
    """
    declarations, called = parser.symbols.declarations, _names_of(parser, variables)
    told = {part.name for fact in declarations.facts for part in _names(fact)}
    plain = called.isdisjoint(parser.symbols.parameters)
    for part in walk(unfold(term, declarations)):
        if plain and isinstance(part, Density):
            family = declarations.family(part.family)
            if family.normal or family.multivariate:
                return False
        elif isinstance(part, Sym):
            entry = parser.symbols.find(part.name)
            kinds = (*_COUNTED, "number", "outcome") if plain else (*_COUNTED, "number")
            if entry is None or entry.kind not in kinds or part.name in told:
                return False
            if entry.kind == "number" and getattr(entry.item, "parameters", None):
                return False
            if part.name in called and not all(_are_apart(part, v) for v in variables):
                return False
        elif isinstance(part, App):
            if not plain or part.name in called:
                return False
        elif not isinstance(part, OF_NUMBERS):
            return False
    return True


def _is_no_number(parser: Parser, factors: list[Term]) -> bool:
    """Whether a product so far is a column, a row or a matrix."""
    if not parser.symbols.linear:
        return False
    shape = shape_of(
        factors[0] if len(factors) == 1 else Mul(tuple(factors)), parser.symbols.declarations
    )
    return shape is not None and not shape.is_number


def _names(fact: Fact) -> Iterator[Sym]:
    sides = (fact.statement.left, fact.statement.right)
    return (part for side in sides for part in walk(side) if isinstance(part, Sym))


def _are_apart(one: Sym, other: Sym) -> bool:
    """Whether two entries of an array are different ones: `x_1` and `x_2`."""
    numbers = all(isinstance(index, Num) for index in (*one.indices, *other.indices))
    return numbers and len(one.indices) == len(other.indices) and one.indices != other.indices
