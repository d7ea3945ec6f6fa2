"""Tokens to terms: precedence climbing, driven by the declarations.

Whether `f(x)` is a value or a product, `s^i` an index or a power, `p` a density or a number is decided by what is declared,
never guessed. Where people themselves disagree (how far a sum without brackets reaches) the parser asks `choose`, and every
option becomes a reading.

    expression   signed terms joined by + and -
    product      factors side by side, or joined by a dot, a star or a slash
    factor       a number, a name with its scripts and arguments, a group, an operator; then powers
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from lemmata.kernel.declarations import Definition, Function, Process
from lemmata.kernel.terms import (
    Add,
    App,
    Derivative,
    Div,
    Fn,
    Iverson,
    Mul,
    Neg,
    Num,
    Pi,
    Pow,
    Relation,
    Sym,
    Term,
    walk,
)
from lemmata.notation import binders, matrices, probability
from lemmata.notation.cursor import Cursor
from lemmata.notation.errors import NotationError, Source
from lemmata.notation.lexer import Token
from lemmata.notation.names import Bound, Name, check_integer, read_name, resolve_indices
from lemmata.notation.symbols import Symbols

MAX_EXPONENT: Final = 1_000
"""The largest integer that may stand as an exponent."""

STARTERS: Final = frozenset(
    (
        "(", "[", "{", "\\{", "\\lvert", "\\frac", "\\sqrt", "\\log", "\\exp", "\\abs", "\\lg", "\\sum", "\\prod",
        "\\int", "\\nabla", "\\partial", "\\det", "\\indicator", "\\Sum", "\\Product", "\\Integral", "\\Matrix",
    )
)  # fmt: skip
"""Signs that a factor can begin with."""

FUNCTIONS: Final = frozenset(("\\log", "\\exp", "\\abs", "\\lg"))


class Parser(Cursor):
    """One reading of one formula."""

    def __init__(
        self,
        tokens: Sequence[Token],
        source: Source,
        symbols: Symbols,
        plan: Sequence[int] = (),
        latex: bool = True,
    ) -> None:
        super().__init__(tokens, source, symbols, plan)
        # Whether scripts follow the rules of LaTeX (one token without braces) or of keyboards.
        self.latex = latex
        # The letters bound here.
        self.scope: dict[str, Bound] = {}
        # How many integrals wait for their differential.
        self.integrals = 0
        # What a single bar means: "given" in arguments, "abs" inside a modulus.
        self.bars = ""
        # Whether an array may stand without an index, as in the arguments of a density.
        self.whole = False
        # How many gradients wait for their operand, and an exponent behind it that belongs to the gradient.
        self.gradients = 0
        self.squared: Term | None = None

    # Sums and products

    def whole_expression(self) -> Term:
        """Everything there is, as one expression.

        Raises:
            NotationError: The tokens are no expression, or more than one.
        """
        term = self.expression()
        if self.peek().kind != "end":
            raise self.unexpected()
        return term

    def expression(self) -> Term:
        """Terms joined by signs."""
        terms = [self.signed()]
        while self.next_is("+", "-"):
            minus = self.take().text == "-"
            term = self.signed()
            terms.append(Neg(term) if minus else term)
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def signed(self) -> Term:
        """A product with any signs before it. A minus belongs to the whole product."""
        minus = 0
        while self.next_is("+", "-"):
            minus += self.take().text == "-"
            if minus > 50:
                raise self.unreadable("too many signs in a row")
        term = self.product()
        for _ in range(minus):
            term = Neg(term)
        return term

    def product(self) -> Term:
        """Factors side by side, or joined by signs of multiplication and division."""
        factors = self.factors()
        while True:
            token = self.peek()
            if self.starts_factor(token):
                factors.extend(self.factors())
            elif token.kind != "sym":
                break
            elif token.text == "\\cdot":
                self.take()
                factors.extend(self._after_operator())
            elif token.text == "/":
                self.take()
                below = self._denominator()
                above = factors[0] if len(factors) == 1 else Mul(tuple(factors))
                factors = [Div(above, below[0]), *below[1:]]
            elif token.text in ("\\odot", "\\otimes", "\\oplus", "\\circ", "\\pm", "\\mp"):
                raise self.unsupported(f"the operation {token.text}", token)
            else:
                break
        return factors[0] if len(factors) == 1 else Mul(tuple(factors))

    def _after_operator(self) -> list[Term]:
        """The factors after a sign of multiplication; a minus may stand before the first."""
        if self.next_is("-"):
            self.take()
            first, *rest = self.factors()
            return [Neg(first), *rest]
        return self.factors()

    def _denominator(self) -> list[Term]:
        """What a slash divides by: one factor, or (as another reading) all names that stand side by side."""
        first, *rest = self._after_operator()
        token = self.peek()
        plain = token.kind == "num" or (token.kind == "name" and not self._is_operator_name(token))
        if (
            rest
            or not plain
            or not self.starts_factor(token)
            or not isinstance(first, Num | Sym | Pow | Pi)
        ):
            return [first, *rest]
        if self.choose("slash", ("one factor", "all that follow")) == "one factor":
            return [first]
        gathered = [first]
        while self.starts_factor(self.peek()) and not rest:
            more, *rest = self.factors()
            gathered.append(more)
        return [Mul(tuple(gathered)), *rest]

    def starts_factor(self, token: Token) -> bool:
        """Whether a factor can begin with this token."""
        if token.kind == "name":
            return not (self.integrals and self.at_differential())
        if token.kind == "num":
            return True
        if token.kind == "sym":
            if token.text == "|":
                return self.bars == ""
            return token.text in STARTERS
        return token.kind == "begin" and token.text in matrices.ENVIRONMENTS

    def at_differential(self) -> bool:
        """Whether `d` and the name of a variable stand here."""
        token, after = self.peek(), self.peek(1)
        if token.text != "d" or token.kind != "name" or after.kind != "name":
            return False
        if self.symbols.find("d") is None:
            return True
        entry = self.symbols.find(after.text)
        return entry is not None and entry.kind == "outcome"

    def _is_operator_name(self, token: Token) -> bool:
        after = self.peek(1)
        return self.symbols.find(token.text) is None and after.text in ("_", "[", "(")

    # Factors

    def factors(self) -> list[Term]:
        """The next factor. A product sign gives also the factors behind it that it does not reach."""
        self.spend()
        if self.next_is("\\prod"):
            return binders.product(self)
        if self.next_is("\\nabla", "\\partial") or self._is_derivative():
            return self._derivative()
        if self.next_is("\\log", "\\exp", "\\lg", "\\abs"):
            return self._function()
        return [self._powers(self.primary())]

    def factor(self) -> Term:
        """The next factor, where a product sign may not stand without brackets."""
        first, *rest = self.factors()
        if rest:
            raise self.unreadable("a product sign here needs brackets around it")
        return first

    def primary(self) -> Term:
        """A factor without powers behind it, except that a name takes its own."""
        token = self.peek()
        match token.kind:
            case "num":
                self.take()
                return Num(Fraction(token.text))
            case "name":
                return self._name()
            case "begin":
                return matrices.environment(self)
            case "sym":
                pass
            case _:
                raise self.unexpected()
        match token.text:
            case "(" | "[" | "{" | "\\{":
                return self._group(token)
            case "\\frac":
                return self._fraction()
            case "\\sqrt":
                return self._root()
            case "\\sum":
                return binders.total(self)
            case "\\int":
                return binders.integral(self)
            case "\\Sum" | "\\Product" | "\\Integral":
                return binders.keyword(self)
            case "\\lvert" | "|":
                return self._modulus(token)
            case "\\det":
                return matrices.determinant(self)
            case "\\Matrix":
                return matrices.keyword(self)
            case "\\indicator":
                return self._indicator()
            case "\\prod" | "\\nabla" | "\\partial" | "\\log" | "\\exp" | "\\lg" | "\\abs":
                return self.factor()
        raise self.unexpected()

    def bracketed(self) -> Term:
        """A bracket group, with its brackets."""
        closing = self.tokens[self.partner[self.at]].text
        self.take()
        kept = self.integrals, self.bars, self.whole, self.gradients
        self.integrals, self.bars, self.whole, self.gradients = 0, "", False, 0
        term = self.expression()
        self.integrals, self.bars, self.whole, self.gradients = kept
        if self.next_is("|") and kept[1] != "abs":
            raise self.unsupported(
                "a condition inside brackets",
                hint="Write the conditional law below the expectation sign.",
            )
        if not self.next_is(closing):
            if self.peek().text == ",":
                raise self.unsupported("a list of values in brackets")
            raise self.unexpected()
        self.take()
        return term

    def _group(self, token: Token) -> Term:
        if (
            token.text == "["
            and self.tokens[min(self.group_end(self.at), len(self.tokens) - 1)].text == "_"
        ):
            entries = matrices.entries(self)
            if entries is not None:
                return entries
        return self.bracketed()

    def _powers(self, term: Term) -> Term:
        """A factor with the powers and marks behind it."""
        while True:
            token = self.peek()
            if token.kind != "sym":
                return term
            if token.text == "^":
                self.take()
                term = self.power(term, *self.script())
            elif token.text == "_":
                raise self.unsupported("an index on a formula", token)
            elif token.text == "!":
                raise self.unsupported("a factorial", token)
            elif token.text == "'":
                raise self.unsupported(
                    "a prime on a formula", token, "Write the derivative with \\frac{d}{dx}."
                )
            else:
                return term

    def power(self, base: Term, first: int, last: int) -> Term:
        """A power whose exponent stands in the tokens from `first` to `last`."""
        text = self.flat(first, last)
        if text in ("\\top", "*", "\\dagger", "+") or (
            text == "T" and self.symbols.find("T") is None
        ):
            raise self.unsupported(f"the superscript {text}", self.tokens[first])
        exponent = self.within(first, last, self._exponent)
        for part in walk(exponent):
            if isinstance(part, Num) and part.value > MAX_EXPONENT:
                raise self.unreadable(f"an exponent above {MAX_EXPONENT:,}", self.tokens[first])
            if isinstance(part, Pow) and isinstance(part.base, Num) and part.base.value > 1:
                raise self.unreadable("a tower of powers of numbers", self.tokens[first])
        return Pow(base, exponent)

    def index(self) -> Term:
        """An integer expression."""
        start = self.at
        term = self._exponent()
        check_integer(self, term, start)
        return term

    def _exponent(self) -> Term:
        kept = self.integrals, self.bars, self.whole
        self.integrals, self.bars, self.whole = 0, "", False
        result = self.expression()
        self.integrals, self.bars, self.whole = kept
        return result

    def script(self) -> tuple[int, int]:
        """The tokens of a sub- or superscript behind its sign: first and past-the-last index. Moves on."""
        token = self.peek()
        first = self.at
        if token.text == "{":
            self.at = self.group_end(first)
            return first + 1, self.at - 1
        if (
            token.kind == "end"
            or token.text in (")", "}", "]", "^", "_")
            or token.kind in ("rel", "row", "amp")
        ):
            raise self.unreadable("expected a sub- or superscript", token)
        if token.text == "-" or token.text == "(":
            return self._keyboard_script(first)
        if token.kind == "num" and self._is_latex(token) and len(token.text) > 1:
            raise self.unreadable(
                "a number of several digits in a script without braces",
                token,
                f"Write {{{token.text}}}.",
            )
        if token.text == "\\frac":
            raise self.unreadable(
                "a fraction in a script without braces", token, "Write ^{\\frac{..}{..}}."
            )
        self.take()
        if not self.latex and self.tokens[first - 1].text == "^" and self._goes_on(token):
            return self._keyboard_script(first)
        if (
            self.peek().text == "^"
            and token.kind in ("num", "name")
            and self.tokens[first - 1].text == "^"
        ):
            raise self.unreadable(
                "two superscripts in a row",
                self.peek(),
                "Say with braces or brackets which power comes first.",
            )
        return first, self.at

    def _is_latex(self, token: Token) -> bool:
        return self.latex and token.kind != "end"

    def _goes_on(self, token: Token) -> bool:
        """Whether an exponent of keyboard text goes on behind its first token."""
        return self.next_is("^") or self._called(token)

    def _called(self, token: Token) -> bool:
        entry = (
            self.symbols.find(token.text) if token.kind == "name" and self.next_is("(") else None
        )
        return entry is not None and entry.kind in ("function", "family", "definition")

    def _keyboard_script(self, first: int) -> tuple[int, int]:
        """A script of keyboard text: a signed number, name, call or bracket, with the powers behind it."""
        self.at = first
        if self.latex:
            raise self.unreadable(
                "a script of several signs without braces", hint="Write it in braces."
            )
        if self.next_is("-"):
            self.take()
        if self.peek().text in ("(", "{"):
            self.at = self.group_end(self.at)
        else:
            token = self.take()
            if self._called(token):
                self.at = self.group_end(self.at)
        if self.next_is("^"):
            self.take()
            self._keyboard_script(self.at)
        return first, self.at

    # Names

    def _name(self) -> Term:
        """A name with everything that belongs to it: scripts, arguments, powers."""
        start = self.at
        head = probability.head(self)
        if head is not None:
            return self._powers(head)
        name = read_name(self)
        term = self._named(name, start)
        if name.power is not None:
            term = self.power(term, *name.power)
        return self._powers(term) if self.next_is("^", "_", "!", "'") else term

    def _named(self, name: Name, start: int) -> Term:
        entry, token = name.entry, self.tokens[start]
        if entry is None:
            return self._builtin(name, token)
        match entry.kind:
            case "family":
                return probability.density(self, name, token)
            case "function":
                return self._application(name, token)
            case "definition":
                return self._definition(name, token)
            case "process":
                raise self.unreadable(
                    f"{entry.name!r} is a process: it stands below an expectation sign", token
                )
            case "reward" if self.next_is("("):
                return App(entry.name, self.arguments())
        if entry.axes and not name.indices and entry.kind != "outcome" and not self.whole:
            raise self.unreadable(
                f"{entry.name!r} is an array of {len(entry.axes)} {'index' if len(entry.axes) == 1 else 'indices'} "
                "and stands here without any",
                token,
            )
        self._no_call(name, token)
        return Sym(name.canonical, name.indices)

    def _no_call(self, name: Name, token: Token) -> None:
        """A number before a bracket is a factor; a list or a bar in the bracket shows that something else is meant."""
        if not self.next_is("(") or self.peek().start != self.tokens[self.at - 1].end:
            return
        inside = self.tokens[self.at + 1 : self.partner[self.at]]
        depth = 0
        for part in inside:
            depth += (part.text in ("(", "[", "{")) - (part.text in (")", "]", "}"))
            if depth == 0 and part.kind == "sym" and part.text in (",", "|", ";"):
                raise self.unreadable(
                    f"{name.canonical!r} is declared as a {_WORDS[name.kind]} and used as a function",
                    token,
                )
        if len(inside) == 1 and inside[0].kind == "name":
            entry = self.symbols.find(inside[0].text)
            if entry is not None and entry.kind in ("outcome", "parameter"):
                self.flag(f"{name.canonical}({inside[0].text}) read as a product")

    def _builtin(self, name: Name, token: Token) -> Term:
        """A name that needs no declaration: a bound letter, pi, Euler's number, Kronecker's delta."""
        spelling = name.canonical
        if name.bound:
            return Sym(spelling)
        if spelling in ("pi", "uppi"):
            return Pi()
        if spelling == "e":
            if name.power is not None:
                exponent, name.power = name.power, None
                return Fn("exp", self.within(*exponent, self._exponent))
            return Fn("exp", Num(Fraction(1)))
        if spelling == "delta" and name.subscript is not None:
            indices = resolve_indices(self, *name.subscript, 2)
            if len(indices) == 2:
                return Iverson(indices[0], "=", indices[1])
        shown = name.spelling
        if self.next_is("(") and spelling not in self.symbols.parameters:
            raise self.undeclared(
                shown, token, f"{shown!r} stands before a bracket and has no declaration",
                f"Declare {shown} as a density, a function or a number. " + self.symbols.suggestion(shown),
            )  # fmt: skip
        raise self.undeclared(shown, token)

    def arguments(self) -> tuple[Term, ...]:
        """The arguments in round brackets behind a function; what follows a semicolon counts as further arguments."""
        self.expect("(")
        kept = self.integrals, self.bars, self.whole
        self.integrals, self.bars, self.whole = 0, "given", True
        found = [self._argument()]
        while self.next_is(",", ";"):
            self.take()
            found.append(self._argument())
        self.integrals, self.bars, self.whole = kept
        if self.next_is("|"):
            raise self.unreadable(
                "a bar in the arguments of a function", hint="Only densities have conditions."
            )
        if not self.next_is(")"):
            raise self.unexpected()
        self.take()
        return tuple(found)

    def _argument(self) -> Term:
        """An argument; an array may stand there as a whole, but not in a calculation."""
        place = self.at
        term = self.expression()
        if not isinstance(term, Sym):
            for part in walk(term):
                if isinstance(part, Sym) and not part.indices and not isinstance(term, App):
                    entry = self.symbols.find(part.name)
                    if entry is not None and entry.kind == "number" and entry.axes:
                        raise self.unreadable(
                            f"the array {part.name!r} stands in a calculation without an index",
                            self.tokens[place],
                        )
        return term

    def _application(self, name: Name, token: Token) -> Term:
        item = name.item
        assert isinstance(item, Function)
        if not self.next_is("("):
            if item.arity == 0:
                return App(item.name, (), name.indices)
            raise self.unreadable(
                f"the function {item.name!r} stands here without its arguments",
                token,
                f"Write {item.name}(...).",
            )
        arguments = self._drop_parameters(self.arguments(), item.arity)
        if len(arguments) != item.arity:
            raise self.unreadable(
                f"the function {item.name!r} takes {item.arity} argument{'s' * (item.arity != 1)}, not {len(arguments)}",
                token,
            )
        if len(name.indices) != len(item.axes):
            raise self.unreadable(
                f"the function {item.name!r} carries {len(item.axes)} indices, not {len(name.indices)}",
                token,
            )
        return App(item.name, arguments, name.indices)

    def _definition(self, name: Name, token: Token) -> Term:
        item = name.item
        assert isinstance(item, Definition)
        if not item.arguments:
            if self.next_is("(") and self._only_parameters():
                self.at = self.group_end(self.at)
            return Sym(item.name)
        if not self.next_is("("):
            shown = ", ".join(argument.name for argument in item.arguments)
            raise self.unreadable(
                f"{item.name!r} stands here without its arguments",
                token,
                f"Write {item.name}({shown}).",
            )
        arguments = self._drop_parameters(self.arguments(), len(item.arguments))
        if len(arguments) != len(item.arguments):
            raise self.unreadable(
                f"{item.name!r} is defined with {len(item.arguments)} arguments and stands here with {len(arguments)}",
                token,
            )
        return App(item.name, arguments)

    def _drop_parameters(self, arguments: tuple[Term, ...], wanted: int) -> tuple[Term, ...]:
        """Arguments without the parameters among them, where there are more than are wanted: f(x; theta) for f(x)."""
        if len(arguments) <= wanted:
            return arguments
        return tuple(
            a for a in arguments if not (isinstance(a, Sym) and a.name in self.symbols.parameters)
        )

    def _only_parameters(self) -> bool:
        inside = self.tokens[self.at + 1 : self.partner[self.at]]
        return bool(inside) and all(
            t.text in self.symbols.parameters or t.text in (",", ";") for t in inside
        )

    # Fractions, roots, moduli, indicators

    def brace_argument(self, command: Token) -> tuple[int, int]:
        """The tokens of a command's argument. A number without braces gives one digit, as in `\\frac12`."""
        token = self.peek()
        if (
            token.kind == "end"
            or token.text in (")", "]", "}")
            or token.kind in ("rel", "row", "amp")
        ):
            raise self.unreadable(
                f"{command.text} lacks an argument", token if token.kind != "end" else command
            )
        if token.text == "{":
            first = self.at
            self.at = self.group_end(first)
            if self.at - first == 2:
                raise self.unreadable(f"{command.text} has an empty argument", token)
            return first + 1, self.at - 1
        if token.kind == "num" and len(token.text) > 1:
            raise self.unreadable(
                "a number of several digits without braces", token, f"Write {{{token.text}}}."
            )
        self.take()
        return self.at - 1, self.at

    def _fraction(self) -> Term:
        command = self.take()
        above = self.brace_argument(command)
        numerator = self.within(*above, self._exponent)
        below = self.brace_argument(command)
        return Div(numerator, self.within(*below, self._exponent))

    def _root(self) -> Term:
        command = self.take()
        if self.next_is("["):
            raise self.unsupported(
                "a root other than the square root", hint="Write a power: x^{1/3}."
            )
        if self.next_is("("):
            return Fn("sqrt", self.bracketed())
        return Fn("sqrt", self.within(*self.brace_argument(command), self._exponent))

    def _modulus(self, token: Token) -> Term:
        if self.bars == "given" and token.text == "|":
            raise self.unexpected()
        self.take()
        kept = self.integrals, self.bars, self.whole
        self.integrals, self.bars, self.whole = 0, "abs" if token.text == "|" else "", False
        body = self.expression()
        self.integrals, self.bars, self.whole = kept
        if not self.next_is("\\rvert", "|"):
            raise self.unreadable("this | has no second |", token)
        self.take()
        return Fn("abs", body)

    def _indicator(self) -> Term:
        """`\\mathbf 1[i = j]`."""
        sign = self.take()
        if self.next_is("_"):
            self.take()
            first, last = self.script()
        elif self.next_is("[", "(", "\\{"):
            first, last = self.at + 1, self.partner[self.at]
            self.at = self.group_end(self.at)
        else:
            raise self.unsupported("the vector of ones", sign)
        if self.tokens[first].text == "\\{":
            first, last = first + 1, last - 1
        left, relation, right = self.within(first, last, self.relation)
        return Iverson(left, relation, right)

    def relation(self) -> tuple[Term, Relation, Term]:
        """Two integers with a relation between them."""
        left = self.expression()
        sign = self.take()
        relations: dict[str, Relation] = {
            "=": "=",
            ">=": ">=",
            "<=": "<=",
            "<": "<",
            ">": ">",
            "!=": "!=",
        }
        if sign.text not in relations or sign.kind != "rel":
            raise self.unreadable("expected a relation such as = or <", sign)
        return left, relations[sign.text], self.expression()

    # Functions of one argument

    def _function(self) -> list[Term]:
        """log, exp or a modulus with its argument. The logarithm takes what stands close to it; see `_log_argument`."""
        sign = self.take()
        power: tuple[int, int] | None = None
        base = Num(Fraction(10)) if sign.text == "\\lg" else None
        while self.next_is("^", "_"):
            if self.take().text == "^":
                power = self.script()
                continue
            if sign.text not in ("\\log", "\\lg"):
                raise self.unsupported(f"a subscript on {sign.text}", sign)
            first, last = self.script()
            base = self.within(first, last, self._exponent)
        name = "log" if sign.text == "\\lg" else sign.text[1:]
        rest: list[Term] = []
        if self.next_is("(", "[", "\\{"):
            argument = self.bracketed()
            called = True
        elif name == "log":
            argument, rest, called = self._log_argument()
        else:
            if not self.starts_factor(self.peek()):
                raise self._missing_argument(name)
            argument, *rest = self.factors()
            called = False
        exponent: Term | None = None
        where = ""
        if self.next_is("^") and called and not rest:
            options = (
                "the argument",
                "the function",
                *(("the gradient",) if self.gradients else ()),
            )
            where = (
                self.choose("the power belongs to", options) if name == "log" else "the function"
            )
            self.take()
            powered = self.power(argument, *self.script())
            assert isinstance(powered, Pow)
            argument, exponent = (
                (powered, None) if where == "the argument" else (argument, powered.exponent)
            )
        term: Term = self._elementary(name, argument)
        if base is not None:
            term = Div(term, Fn("log", base))
        if where == "the function" and exponent is not None:
            term = Pow(term, exponent)
        elif where == "the gradient":
            self.squared = exponent
        if power is not None:
            term = self.power(term, *power)
        return [term, *rest]

    def _elementary(self, name: str, argument: Term) -> Term:
        if name == "log":
            return Fn("log", argument)
        return Fn("exp", argument) if name == "exp" else Fn("abs", argument)

    def _missing_argument(self, name: str) -> NotationError:
        token = self.peek()
        shown = f"\\{name}" if self.latex else name
        if token.text == "-":
            return self.unreadable(
                f"{shown} of a signed number needs brackets", token, f"Write {shown}(-...)."
            )
        return self.unreadable(f"expected the argument of {shown}", token)

    def _log_argument(self) -> tuple[Term, list[Term], bool]:
        """What a logarithm without brackets takes: numbers and symbols, up to and including the first call or fraction."""
        taken: list[Term] = []
        rest: list[Term] = []
        start = self.at
        called = False
        while self.starts_factor(self.peek()) and not self.next_is(
            "(", "[", "\\{", "{" if taken else "("
        ):
            name_like = self.peek().kind in ("name", "num") or self.next_is("\\sqrt")
            if taken and not name_like and not self.next_is("\\frac"):
                break
            if taken and isinstance(taken[-1], Sym | Pow | Fn) and not self._log_goes_on(start):
                break
            first, *rest = self._log_factor()
            taken.append(first)
            called = self.tokens[self.at - 1].text == ")"
            if rest or not isinstance(first, Num | Sym | Pi | Pow | Fn) or called:
                break
            if isinstance(first, Fn) and first.name != "sqrt":
                break
        if not taken:
            raise self._missing_argument("log")
        if self.next_is("/") and not rest and self._slash_in_log():
            self.take()
            above = taken[0] if len(taken) == 1 else Mul(tuple(taken))
            below, *rest = self._log_factor()
            return Div(above, below), rest, False
        return taken[0] if len(taken) == 1 else Mul(tuple(taken)), rest, called

    def _log_factor(self) -> list[Term]:
        """A factor of the argument of a logarithm; a power behind a call is left for the logarithm to decide."""
        if self.peek().kind == "name" and probability.head_kind(self) is None:
            start = self.at
            name = read_name(self)
            term = self._named(name, start)
            if name.power is not None:
                term = self.power(term, *name.power)
            return [term]
        return self.factors()

    def _log_goes_on(self, start: int) -> bool:
        """Whether a logarithm takes one more symbol: surely behind a number, as one of two readings behind a symbol."""
        if self.tokens[start].kind == "num" or self.tokens[start].text == "\\sqrt":
            return True
        at, self.at = self.at, start
        answer = self.choose("the logarithm takes", ("all symbols", "one symbol"))
        self.at = at
        return answer == "all symbols"

    def _slash_in_log(self) -> bool:
        return (
            self.choose("the slash belongs to", ("the argument of the logarithm", "the logarithm"))
            == "the argument of the logarithm"
        )

    # Derivatives

    def _fraction_parts(self) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """The tokens above and below the line of the fraction here, if there are any."""
        parts: list[tuple[int, int]] = []
        at = self.at + 1
        for _ in range(2):
            if at >= self.stop:
                return None
            if self.tokens[at].text == "{":
                parts.append((at + 1, self.partner[at]))
                at = self.group_end(at)
            else:
                parts.append((at, at + 1))
                at += 1
        return parts[0], parts[1]

    def _is_derivative(self) -> bool:
        """Whether a fraction here is a derivative sign: \\frac{\\partial f}{\\partial x} or \\frac{d}{dx}."""
        parts = self._fraction_parts() if self.next_is("\\frac") else None
        if parts is None:
            return False
        (above, _), (below, end) = parts
        signs = self.tokens[above].text, self.tokens[below].text
        if signs == ("\\partial", "\\partial"):
            return True
        named = below + 1 < end and self.tokens[below + 1].kind == "name"
        return signs == ("d", "d") and named and self.symbols.find("d") is None

    def _derivative(self) -> list[Term]:
        """A gradient or partial derivative, which takes the next factor that is not constant."""
        sign = self.take()
        if sign.text == "\\frac":
            return self._derivative_fraction()
        variables: list[Sym] = []
        if sign.text == "\\partial" and not self.next_is("_"):
            return [self._slash_derivative(sign)]
        if self.next_is("^"):
            raise self.unsupported("a second derivative written as a power of its sign", sign)
        if self.next_is("_"):
            self.take()
            first, last = self.script()
            variables.append(self.within(first, last, self._derivative_variable))
        else:
            variables.append(self._only_parameter(sign))
        if self.next_is("^"):
            raise self.unsupported("a second derivative written as a power of its sign", sign)
        return self._operand(variables)

    def _only_parameter(self, sign: Token) -> Sym:
        parameters = self.symbols.declarations.parameters
        if len(parameters) != 1:
            raise self.undeclared(
                "parameter", sign, "a gradient without a subscript, and not exactly one declared parameter",
                "Write the parameter below the sign: \\nabla_\\theta.",
            )  # fmt: skip
        return Sym(parameters[0].name)

    def _derivative_variable(self) -> Sym:
        start = self.at
        kept, self.whole = self.whole, True
        term = self.primary()
        self.whole = kept
        if not isinstance(term, Sym) or self.symbols.find(term.name.rstrip("'")) is None:
            raise self.unreadable(
                "expected the name of a parameter or variable", self.tokens[start]
            )
        return term

    def _derivative_fraction(self) -> list[Term]:
        self.at -= 1
        parts = self._fraction_parts()
        assert parts is not None
        (sign, end_above), (below, end_below) = parts
        self.at = end_below + (end_below in self.partner.values())
        above = sign + 1
        order, body_at = 1, above
        if self.tokens[above].text == "^":
            body_at = above + 2
            order = self._order(self.tokens[above + 1])
        variables: list[Sym] = []

        def denominators() -> None:
            while self.at < self.stop:
                self.take()
                start = self.at
                name = read_name(self)
                if name.entry is None and not name.bound:
                    raise self.undeclared(name.spelling, self.tokens[start])
                times = 1 if name.power is None else self._order(self.tokens[name.power[0]])
                variables.extend([Sym(name.canonical, name.indices)] * times)
                if self.at < self.stop and self.peek().text not in ("\\partial", "d"):
                    raise self.unexpected()

        self.within(below, end_below, denominators)
        if len(variables) != order:
            raise self.unreadable(
                f"a derivative of order {order} by {len(variables)} variables",
                self.tokens[above - 1],
            )
        if body_at < end_above:
            body = self.within(body_at, end_above, self._exponent)
            for variable in reversed(variables):
                body = Derivative(variable, body)
            return [self._powers(body)]
        return self._operand(variables)

    def _order(self, token: Token) -> int:
        if token.text not in ("2", "3", "4"):
            raise self.unsupported("a derivative of this order", token)
        return int(token.text)

    def _slash_derivative(self, sign: Token) -> Term:
        """`\\partial f / \\partial x`."""
        first = at = self.at
        while at < self.stop and self.tokens[at].text != "/":
            at = self.group_end(at) if at in self.partner else at + 1
        if at + 1 >= self.stop or self.tokens[at + 1].text != "\\partial":
            raise self.unreadable(
                "expected / and \\partial with a variable after this \\partial", sign
            )
        body = self.within(first, at, self._exponent)
        self.at = at + 2
        start = self.at
        name = read_name(self)
        if name.entry is None:
            raise self.undeclared(name.spelling, self.tokens[start])
        return Derivative(Sym(name.canonical, name.indices), body)

    def _operand(self, variables: list[Sym]) -> list[Term]:
        self.gradients += 1
        if not self.starts_factor(self.peek()):
            raise self.unreadable("expected what the derivative is taken of")
        taken: list[Term] = []
        rest: list[Term] = []
        while True:
            first, *rest = self.factors()
            taken.append(first)
            if rest or not self._constant(first) or not self.starts_factor(self.peek()):
                break
        self.gradients -= 1
        term = taken[0] if len(taken) == 1 else Mul(tuple(taken))
        for variable in reversed(variables):
            term = Derivative(variable, term)
        if self.squared is not None and not self.gradients:
            term, self.squared = Pow(term, self.squared), None
        return [term, *rest]

    def _constant(self, term: Term) -> bool:
        """Whether a factor is a number, a size, or made of these."""
        for part in walk(term):
            if isinstance(part, Sym):
                entry = self.symbols.find(part.name)
                if entry is None or entry.kind not in ("size", "index"):
                    return False
            elif not isinstance(part, Num | Pi | Div | Mul | Add | Neg | Pow | Fn):
                return False
        return True

    def process_symbol(self, term: Term) -> Process | None:
        """The process that a symbol such as r_t or s_1 belongs to."""
        if not isinstance(term, Sym) or not term.indices:
            return None
        for process in self.symbols.declarations.processes:
            if term.name in (process.state, process.action, process.reward):
                return process
        return None


_WORDS: Final = {
    "size": "size", "index": "letter for integers", "number": "number", "outcome": "variable", "parameter": "parameter",
    "reward": "reward",
}  # fmt: skip
