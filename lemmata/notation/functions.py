"""Elementary functions and their arguments: how far a logarithm without brackets reaches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import Definition, Family
from lemmata.kernel.terms import (
    Add,
    App,
    Blocks,
    Density,
    Derivative,
    Det,
    Div,
    Fn,
    Mul,
    Neg,
    Num,
    Pi,
    Pow,
    Prod,
    Sym,
    Term,
    children,
    free,
    walk,
)
from lemmata.notation import binders, linear, probability, trajectories, vectors
from lemmata.notation.errors import NotationError
from lemmata.notation.lexer import Token
from lemmata.notation.names import Name, read_name

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser


def function(parser: Parser) -> list[Term]:
    """log, exp or a modulus with its argument.

    The logarithm takes what stands close to it; see `_log_argument`.
    """
    sign = parser.take()
    power, base = _scripts(parser, sign)
    name = _NAMES[sign.text]
    rest: list[Term] = []
    start = parser.at
    enclosed = parser.next_is("(", "[", "\\{")
    if enclosed:
        argument = _enclosed(parser, name)
        called = True
    elif name == "log":
        argument, rest, called = _log_argument(parser)
        if (rest and _takes_all(parser, start)) or (not rest and _product_goes_on(parser, start)):
            argument, rest = _all_behind(parser, (argument, *rest)), []
        elif not rest and _mean_goes_on(parser, start, argument):
            behind, *rest = parser.factors()
            argument = Mul((argument, behind))
    else:
        if not parser.starts_factor(parser.peek()):
            raise _missing_argument(parser, name)
        argument, *rest = parser.factors()
        if rest or _goes_on_behind(parser, argument):
            raise parser.unreadable(
                f"how far does {name} reach?", hint=f"Write brackets behind {name}."
            )
        argument, called = _with_divisor(parser, name, argument), False
    exponent: Term | None = None
    where = ""
    if parser.next_is("^") and called and not rest:
        options = (
            *(() if enclosed else ("the argument",)),
            "the function",
            *(("the gradient",) if parser.gradients else ()),
        )
        several = name == "log" and len(options) > 1
        where = parser.choose("the power belongs to", options) if several else "the function"
        if enclosed and name == "log" and parser.source.text[parser.peek().start] != "*":
            parser.flag("a power behind the brackets of a logarithm")
        parser.take()
        powered = parser.power(argument, *parser.script())
        assert isinstance(powered, Pow)  # noqa: S101 - `power` makes one
        argument, exponent = (
            (powered, None) if where == "the argument" else (argument, powered.exponent)
        )
    if name not in ("log", "exp", "abs"):
        parser.repeats(argument)
    term = _applied(name, argument)
    if enclosed and parser.symbols.linear and parser.next_is("_"):
        parser.take()  # an entry of the column, `\log(v)_k`
        term = linear.entry(parser, term, *parser.script())
    if base is not None:
        term = Div(term, Fn("log", base))
    if where == "the function" and exponent is not None:
        term = Pow(term, exponent)
    elif where == "the gradient":
        parser.squared = exponent
    if power is not None:
        term = parser.power(term, *power)
    return [term, *rest]


def _scripts(parser: Parser, sign: Token) -> tuple[tuple[int, int] | None, Term | None]:
    """The power between a function and its argument, and the base of a logarithm.

    Raises:
        Unsupported: The power is negative, which is an inverse function.
    """
    power: tuple[int, int] | None = None
    base: Term | None = Num(Fraction(10)) if sign.text == "\\lg" else None
    while parser.next_is("^", "_"):
        if parser.take().text == "^":
            power = parser.script()
            if vectors.is_inverse(parser, *power):
                raise parser.unsupported("an inverse function", sign, vectors.RECIPROCAL)
            continue
        if sign.text not in ("\\log", "\\lg"):
            raise parser.unsupported(f"a subscript on {sign.text}", sign)
        first, last = parser.script()
        base = parser.within(first, last, parser.inner)
    return power, base


def _with_divisor(parser: Parser, name: str, argument: Term) -> Term:
    r"""An argument without brackets, with what divides it in one of two readings: `\tanh x/2`."""
    if not parser.next_is("/"):
        return argument
    options = (f"the {name}", "its argument")
    if parser.choose("the quotient is taken of", options) == options[0]:
        return argument
    parser.take()
    below, *rest = parser.factors()
    if rest:
        raise parser.unreadable("how far does the quotient reach?")
    return Div(argument, below)


def _goes_on_behind(parser: Parser, argument: Term) -> bool:
    r"""Whether a factor may belong to the argument before it, as in `\tanh\frac12\log x`."""
    number = all(isinstance(part, Num | Div) for part in walk(argument))
    return (number or parser.peek().kind in ("name", "num")) and parser.starts_factor(parser.peek())


def _enclosed(parser: Parser, name: str) -> Term:
    """An argument in brackets; the power behind those that nobody wrote is its own."""
    one_thing = parser.peek().start == parser.peek(1).start
    argument = parser.bracketed()
    if one_thing and name == "log" and parser.next_is("^"):
        parser.take()
        argument = parser.power(argument, *parser.script())
    return argument


_NAMES: Final = {
    "\\log": "log",
    "\\lg": "log",
    "\\exp": "exp",
    "\\abs": "abs",
    "\\tanh": "tanh",
    "\\sinh": "sinh",
    "\\cosh": "cosh",
    "\\sech": "sech",
}


def _applied(name: str, argument: Term) -> Term:
    """A function of an argument; hyperbolic functions are written with exponentials."""
    match name:
        case "log" | "exp" | "abs":
            return Fn(name, argument)
    grows, falls = Fn("exp", argument), Fn("exp", Neg(argument))
    total, gap = Add((grows, falls)), Add((grows, Neg(falls)))
    match name:
        case "tanh":
            return Div(gap, total)
        case "sech":
            return Div(_TWO, total)
    return Div(total if name == "cosh" else gap, _TWO)


_TWO: Final = Num(Fraction(2))
_E: Final = Fn("exp", Num(Fraction(1)))
"""A letter in a product like any other, as in the entropy of a Gaussian, `log 2 pi e sigma^2`."""


def extremum(parser: Parser) -> Term:
    """The larger or the smaller of two numbers: `max(a, b)` is (a + b + |a - b|) / 2."""
    sign = parser.take()
    if not parser.next_is("(", "[", "\\{"):
        raise parser.unsupported(f"the command {sign.text}", sign)
    closing = parser.tokens[parser.partner[parser.at]].text
    parser.take()
    left = parser.expression()
    parser.expect(",")
    right = parser.expression()
    parser.expect(closing)
    parser.repeats(left, right)
    apart: Term = Fn("abs", Add((left, Neg(right))))
    if sign.text == "\\min":
        apart = Neg(apart)
    return Div(Add((left, right, apart)), _TWO)


def is_value(parser: Parser, before: Term) -> bool:
    r"""Whether the bracket here tells at what a formula is taken: `\frac{d\sigma}{dx}(x)`.

    That of a derivative does; behind another formula in brackets it may.
    """
    if not parser.next_is("(") or parser.partner[parser.at] != parser.at + 2:
        return False
    token = parser.peek(1)
    if isinstance(before, Derivative):
        name = before.variable.name
        return token.text == name and not _has_argument(parser, name)
    entry = parser.symbols.find(token.text, token.font) if token.kind == "name" else None
    if entry is None or entry.kind not in ("outcome", "number"):
        return False
    closed = parser.tokens[parser.at - 1].text in (")", "}")
    if closed and entry.kind == "outcome" and Sym(entry.name) not in free(before):
        message = f"{token.text} stands in brackets behind a formula that does not depend on it"
        raise parser.unreadable(message, parser.peek())
    if isinstance(before, App | Density) and _ends_in_its_bracket(parser):
        return False
    if not (closed and entry.kind == "outcome") and not _stands_bare(parser, before, entry.name):
        return False
    options = ("where a formula is taken", "a factor")
    return parser.choose("a variable in brackets tells", options) == options[0]


def _ends_in_its_bracket(parser: Parser) -> bool:
    """Whether the bracket that ends here holds arguments, `f(x)`, and no formula, `(f)`."""
    opening = next((a for a, b in parser.partner.items() if b == parser.at - 1), 0)
    before = parser.tokens[opening - 1] if opening else None
    return before is not None and (before.kind == "name" or before.text == "}")


def _stands_bare(parser: Parser, before: Term, name: str) -> bool:
    r"""Whether functions of a variable stand without it in a formula: `(\sigma - \sigma^2)(x)`."""
    if isinstance(before, App | Density) and parser.tokens[parser.at - 1].text not in (")", "]"):
        return False
    of_it = any(Sym(name) in children(part) for part in walk(before) if _is_called(part))
    closed = {end: start for start, end in parser.partner.items()}
    start = closed.get(parser.at - 1)
    if start is None:  # behind the two groups of a fraction
        fractions = [k for k in range(parser.at) if parser.tokens[k].text == "\\frac"]
        start = fractions[-1] if fractions else parser.at
    written = [token.text for token in parser.tokens[start : parser.at]]
    told = any(pair == ("(", parser.peek(1).text) for pair in pairwise(written))
    return of_it and not told


def _is_called(term: Term) -> bool:
    return isinstance(term, App | Density)


def no_value_elsewhere(parser: Parser, before: Term) -> None:
    r"""Refuse `D(2)` and `\frac{df}{dx}(0)`: it is the value there, and no product.

    A function may stand without its argument, so that `D(1 - D)` is a product. One number or name
    in the bracket is none, nor is what holds the argument itself: `D(x + 1)`.

    Raises:
        Unsupported: It is the value at another argument.
    """
    if not parser.next_is("(") or not isinstance(before, Sym | App | Density | Derivative):
        return
    if parser.tokens[parser.at - 1].text in (")", "]") and not isinstance(before, Derivative):
        return  # it has its argument
    behind = parser.tokens[parser.partner[parser.at] + 1 :][:1]
    if isinstance(before, Sym) and behind and behind[0].text == "^":
        return  # `A (B)^\top` is a product
    inside = [t for t in parser.tokens[parser.at + 1 : parser.partner[parser.at]] if t.text != "{"]
    inside = [token for token in inside if token.text != "}"]
    plain = inside[1:] if inside and inside[0].text in ("-", "+") else inside
    own = set[str]()
    if isinstance(before, Derivative):
        name = before.variable.name
        own = set() if _has_argument(parser, name) else {name}
    elif not isinstance(before, Sym):
        own = {part.name for part in children(before) if isinstance(part, Sym)}
    bare = {
        token.text
        for token, behind in pairwise([*inside, *parser.tokens[parser.partner[parser.at] :][:1]])
        if token.kind == "name" and behind.text not in ("(", "_")
    }
    if (len(plain) == 1 and plain[0].kind in ("num", "name")) or own & bare:
        alone = plain[0]
        if plain is inside and alone.kind == "name" and parser.symbols.find(alone.text) is None:
            raise parser.undeclared(alone.text, alone)  # it may be bound: `\int f(u) du`
        raise parser.unsupported(
            "the value of this at another argument",
            parser.peek(),
            hint="Write a product with \\cdot.",
        )


def _has_argument(parser: Parser, name: str) -> bool:
    r"""Whether the argument of a derivative stands before this bracket: `f'(x)\,(1 + x)`."""
    told = _GAPS.sub("", parser.source.text[: parser.peek().start])
    return re.search(rf"['}}]\(\\?{name}\)\Z", told) is not None


_GAPS: Final = re.compile(r"\s+|\\[,;:! ]|~|\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])")


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
        if isinstance(first, Fn) and first.name != "sqrt" and first != _E:
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
    if parser.symbols.linear and parser.peek().text == "softmax":
        return parser.factors()
    if parser.peek().kind == "name" and probability.head_kind(parser) is None:
        start = parser.at
        whole = trajectories.law(parser)
        if whole is not None:
            return [whole]
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


def _product_goes_on(parser: Parser, start: int) -> bool:
    r"""Whether a logarithm takes the whole product that it begins.

    `\log\frac{p(x, z)}{q(z|x)}\cdot\frac{q(z|x)}{p(z|x)}` is written for the logarithm of the
    product, and for the logarithm of the first factor, times the others.
    """
    at, dot = parser.at, parser.next_is("\\cdot")
    parser.at += dot
    if dot and not (parser.latex or parser.next_is("\\prod")):
        parser.at = at
        return False
    token, behind = parser.peek(), parser.peek(1)
    plain = parser.next_is("\\frac", "\\prod", "\\lvert", "|", "\\exp")
    follows = parser.starts_factor(token)
    opens = plain and (follows or dot)
    # in another spelling; the bracket that closes one has its text as well
    volume = follows and "\\det" in parser.source.text[token.start : token.end]
    power = token.text == "e" and behind.text == "^"
    found = opens or volume or power or _is_density(parser)
    parser.at = at
    return found and _takes_all(parser, start)


def _mean_goes_on(parser: Parser, start: int, taken: Term) -> bool:
    r"""Whether a logarithm takes the mean that it begins: `\log\frac{1}{n}\sum_i w_i`.

    Before a sum, an integral or an expectation a fraction of numbers is a factor of it, or all
    that the logarithm is of; both are readings.
    """
    if parser.tokens[start].text != "\\frac" or not isinstance(taken, Div):
        return False
    big = parser.next_is("\\sum", "\\int") or probability.head_kind(parser) == "E"
    entries = (parser.symbols.find(part.name) for part in walk(taken) if isinstance(part, Sym))
    counts = all(entry is not None and entry.kind in ("size", "index") for entry in entries)
    return big and counts and _takes_all(parser, start)


def _takes_all(parser: Parser, start: int) -> bool:
    """Whether a logarithm takes all factors behind it, or only the first of them."""
    options = ("its own argument", "the whole product")
    shown = probability.written(parser, start, binders.term_end(parser, parser.at))
    question = f"the logarithm takes of {shown}"
    return parser.choose(question, options, throughout=True) == options[1]


def _is_density(parser: Parser) -> bool:
    """Whether a density stands here."""
    if parser.peek().kind != "name" or probability.head_kind(parser) is not None:
        return False
    at = parser.at
    try:
        return isinstance(_log_factor(parser)[0], Density)
    except NotationError:
        return False  # whoever reads it next says what is wrong
    finally:
        parser.at = at


def _all_behind(parser: Parser, taken: Sequence[Term]) -> Term:
    """The product of factors and all that stand behind them, which are as positive as densities.

    Raises:
        NotationError: One of them is none that a logarithm is taken of, so that this is not meant.
    """
    factors = [*taken]
    if not all(map(_is_likelihood, taken[1:])):
        raise parser.unreadable("a factor that no logarithm is taken of")
    while parser.next_is("\\cdot") or parser.starts_factor(parser.peek()):
        if parser.next_is("\\cdot"):
            parser.take()
        found = parser.factors()
        if not all(map(_is_likelihood, found)):
            raise parser.unreadable("a factor that no logarithm is taken of")
        factors.extend(found)
    whole = factors[0] if len(factors) == 1 else Mul(tuple(factors))
    if not parser.next_is("/"):
        return whole
    parser.take()
    below, *rest = parser.factors()
    if rest:
        raise parser.unreadable("how far does the quotient reach?")
    return Div(whole, below)


def _is_likelihood(term: Term) -> bool:
    """Whether a term is a density, a quotient or product of such things, or a volume."""
    match term:
        case Density() | Sym() | Fn(name="exp" | "abs"):
            return True
        case Div():
            return any(isinstance(part, Sym | App | Density) for part in walk(term))
        case Prod(body=body) | Pow(base=body):
            return _is_likelihood(body)
        case Mul(factors):
            return all(map(_is_likelihood, factors))
    return False


def _slash_in_log(parser: Parser) -> bool:
    return (
        parser.choose("the slash belongs to", ("the argument of the logarithm", "the logarithm"))
        == "the argument of the logarithm"
    )


# Fractions, roots, moduli


def brace_argument(parser: Parser, command: Token) -> tuple[int, int]:
    r"""The tokens of a command's argument.

    A number without braces gives one digit, as in `\frac12`.
    """
    token = parser.peek()
    if token.kind == "end" or token.text in (")", "]", "}") or token.kind in ("rel", "row", "amp"):
        raise parser.unreadable(
            f"{command.text} lacks an argument", token if token.kind != "end" else command
        )
    if token.text == "{":
        first = parser.at
        parser.at = parser.group_end(first)
        if parser.at - first == 2:
            raise parser.unreadable(f"{command.text} has an empty argument", token)
        return first + 1, parser.at - 1
    parser.take()
    return parser.at - 1, parser.at


def fraction(parser: Parser) -> Term:
    r"""`\frac` with what stands above and below its line."""
    command = parser.take()
    above = brace_argument(parser, command)
    numerator = parser.within(*above, parser.inner)
    below = brace_argument(parser, command)
    return Div(numerator, parser.within(*below, parser.inner))


def root(parser: Parser) -> Term:
    r"""`\sqrt` with what stands under it."""
    command = parser.take()
    if parser.next_is("["):
        raise parser.unsupported(
            "a root other than the square root", hint="Write a power: x^{1/3}."
        )
    if parser.next_is("("):
        return Fn("sqrt", parser.bracketed())
    return Fn("sqrt", parser.within(*brace_argument(parser, command), parser.inner))


def modulus(parser: Parser, token: Token) -> Term:
    """What stands between two bars."""
    if parser.bars == "given" and token.text == "|":
        raise parser.unexpected()
    parser.take()
    entry = parser.symbols.find(parser.peek().text)
    if entry is not None and isinstance(entry.item, Family) and entry.item.data:
        parser.take()  # the size of a data set
        parser.expect("|" if token.text == "|" else "\\rvert")
        return Sym(entry.item.data)
    kept = parser.integrals, parser.bars, parser.whole
    parser.integrals, parser.bars, parser.whole = 0, "abs" if token.text == "|" else "", False
    body = parser.expression()
    parser.integrals, parser.bars, parser.whole = kept
    if not parser.next_is("\\rvert", "|"):
        raise parser.unreadable("this | has no second |", token)
    parser.take()
    if isinstance(body, Blocks):
        return Det(body)
    if parser.symbols.linear:
        return linear.modulus(parser, body)
    return Fn("abs", body)


_END: Final = Token("end", "", 0, 0)


def stands_bare(parser: Parser, item: Definition) -> bool:
    """Whether a defined function stands without its arguments, which are declared numbers.

    With `sigma(x)` defined, `sigma (1 - sigma)` may be a product.
    """
    entries = [parser.symbols.find(argument.name) for argument in item.arguments]
    if any(entry is None or entry.kind != "number" for entry in entries):
        return False
    if not parser.next_is("("):
        return True
    inside = parser.tokens[parser.at + 1 : parser.partner[parser.at]]
    if all(token.text != item.name for token in inside):
        return False
    # one formula writes it with its argument or without
    options = ("its argument", "a factor")
    question = f"the bracket behind {item.name} holds"
    mixed = any(
        token.text == item.name and behind.text != "("
        for token, behind in pairwise([*inside, _END])
    )
    if not mixed and any(_is_applied(parser, item, at) for at in range(len(parser.tokens))):
        parser.settle(question, options[0])
        return False
    return parser.choose(question, options, throughout=True) == options[1]


def _is_applied(parser: Parser, item: Definition, place: int) -> bool:
    r"""Whether a defined function stands at a place before a bracket without it: `sigma(x)`."""
    token = parser.tokens[place]
    if token.text != item.name or place + 1 not in parser.partner:
        return False
    if token.start == parser.tokens[place + 1].start:
        return False  # nobody wrote these brackets: `\sigma'` is read as a derivative at x
    first, last = place + 2, parser.partner[place + 1]
    inside = [token.text for token in parser.tokens[first:last]]
    return parser.tokens[place + 1].text == "(" and item.name not in inside


def is_eulers_number(parser: Parser, name: Name, start: int) -> bool:
    r"""Whether a declared `e` is the base of exponentials, where it may be: `e^x`, `2\pi e`."""
    entry = name.entry
    if name.spelling != "e" or name.indices or entry is None or entry.axes:
        return False
    if name.power is None and (not start or parser.tokens[start - 1].text != "pi"):
        return False
    options = ("what is declared", "the base of exponentials")
    return parser.choose("e is", options, throughout=True) == options[1]


_MIXED: Final = frozenset((("\\frac", "num", "num"), ("\\frac", "{", "num", "}", "{", "num", "}")))
"""A fraction of two numbers, which may be the second part of a mixed number."""


def no_two_numbers(parser: Parser, before: Term) -> None:
    r"""Refuse `0 1`, which may be a row of numbers, and `1\frac{1}{2}`, a mixed number."""
    if not isinstance(before, Num) or parser.tokens[parser.at - 1].kind != "num":
        return
    here = parser.tokens[parser.at : parser.at + 7]
    kinds = [token.kind if token.kind == "num" else token.text for token in here]
    if kinds[:1] == ["num"] or tuple(kinds) in _MIXED or tuple(kinds[:3]) in _MIXED:
        raise parser.unreadable("two numbers side by side, without a sign between them")
