"""Tokens to terms: precedence climbing, driven by the declarations.

Whether `f(x)` is a value or a product, `s^i` an index or a power, `p` a density or a number is
decided by what is declared, never guessed. Where people themselves disagree (how far a sum without
brackets reaches) the parser asks `choose`, and every option becomes a reading.

    expression   signed terms joined by + and -
    product      factors side by side, or joined by a dot, a star or a slash
    factor       a number, a name with its scripts and arguments, a group, an operator; then powers
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Final

from lemmata.kernel.declarations import Definition, Function, Process
from lemmata.kernel.terms import (
    Add,
    App,
    Derivative,
    Div,
    Fn,
    Law,
    Mul,
    Neg,
    Num,
    Pi,
    Pow,
    Sym,
    Term,
    as_term,
    walk,
)
from lemmata.notation import (
    binders,
    cases,
    derivatives,
    functions,
    indicators,
    information,
    lawless,
    linear,
    lists,
    matrices,
    omission,
    probability,
    trajectories,
    vectors,
)
from lemmata.notation.errors import Source
from lemmata.notation.lexer import Token
from lemmata.notation.names import Bound, Name, check_integer, leaf, read_name
from lemmata.notation.roles import check_places
from lemmata.notation.scripts import Scripts
from lemmata.notation.symbols import Symbols
from lemmata.notation.written_laws import written_law

MAX_NESTED: Final = 110
"""How many factors may stand within each other."""
MAX_IN_A_ROW: Final = 50
"""How many signs, divisions or powers may follow each other."""
MAX_EXPONENT: Final = 1_000
"""The largest integer that may stand as an exponent."""

STARTERS: Final = frozenset((
    "(", "[", "{", "\\{", "\\lvert", "\\frac", "\\sqrt", "\\log", "\\exp", "\\abs", "\\lg", "\\sum",
    "\\prod", "\\max", "\\min", "\\int", "\\nabla", "\\partial", "\\det", "\\indicator", "\\Sum",
    "\\Product", "\\Integral", "\\Matrix", "\\tanh", "\\sinh", "\\cosh", "\\sech", "\\langle",
))  # fmt: skip
"""Signs that a factor can begin with."""

FUNCTIONS: Final = (
    "\\log", "\\exp", "\\lg", "\\abs", "\\tanh", "\\sinh", "\\cosh", "\\sech",
)  # fmt: skip


class Parser(Scripts):
    """One reading of one formula."""

    def __init__(
        self,
        tokens: Sequence[Token],
        source: Source,
        symbols: Symbols,
        plan: Sequence[int] = (),
        latex: bool = True,
    ) -> None:
        super().__init__(tokens, source, symbols, plan, latex)
        # The size that an undeclared letter is taken for, if any.
        self.assumed: Sym | None = None
        # The letters bound here.
        self.scope: dict[str, Bound] = {}
        # How many integrals wait for their differential.
        self.integrals = 0
        self.variances = 0
        # How many factors are open, each within the one before.
        self.depth = 0
        # How many expectations and integrals are open.
        self.averages = 0
        # Whether the limits of a sum are read, which may be declared numbers.
        self.counting = False
        # What a dot in the place of a variable stands for.
        self.dotted: tuple[Sym, ...] = ()
        # Whether laws of one variable may stand without it, as in the sides of a divergence.
        self.bare = False
        # What a bar means: "given" in arguments, "abs" inside a modulus, "norm" inside a norm.
        self.bars = ""
        # Whether an array may stand without an index, as in the arguments of a density.
        self.whole = False
        # How many gradients wait for their operand, and an exponent behind it that is theirs.
        self.gradients = 0
        self.squared: Term | None = None
        # What was found by looking ahead: the terms up to an end, and which speak of which names.
        self.terms: dict[tuple[int, str], tuple[frozenset[int], list[int]]] = {}
        self.mentioned: dict[tuple[int, int, frozenset[str]], bool] = {}
        # Columns that were written as lists.
        self.listed: set[Term] = set()
        # The laws of signs that name none, and of signs that name variables alone.
        self.lawless: set[Law] = set()
        self.marginal: set[Law] = set()

    # Sums and products

    def whole_expression(self) -> Term:
        """Everything there is, as one expression.

        Raises:
            NotationError: The tokens are no expression, or more than one.
        """
        term = self.expression()
        if self.peek().kind != "end":
            raise self.unexpected()
        lawless.check_drawn(self, term)
        return term

    def expression(self) -> Term:
        """Terms joined by signs."""
        terms = [self.signed()]
        while self.next_is("+", "-"):
            minus = self.take().text == "-"
            if self.next_is("\\ldots"):
                terms = (
                    linear.dotted_sum(self, terms)
                    if self.symbols.linear and not minus
                    else omission.with_dots(self, terms, minus=minus)
                )
                continue
            term = self.signed()
            terms.append(Neg(term) if minus else term)
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def signed(self) -> Term:
        """A product with any signs before it. A minus belongs to the whole product."""
        term: Term | None = leaf(self)
        if term is None and not self.next_is("+", "-"):
            term = self.product()
        if term is not None:
            return term
        minus = 0
        while self.next_is("+", "-"):
            minus += self.take().text == "-"
            if minus > MAX_IN_A_ROW:
                raise self.unreadable("too many signs in a row")
        term = leaf(self) or self.product()
        for _ in range(minus):
            term = Neg(term)
        return term

    def product(self) -> Term:
        """Factors side by side, or joined by signs of multiplication and division."""
        factors = self.factors()
        divisions = 0
        while True:
            token = self.peek()
            if token.kind == "end" or (token.kind == "sym" and token.text in _ENDS_PRODUCT):
                break
            if self.starts_factor(token) and (token.text != "|" or self._second_bar()):
                if token.text == "(":
                    if functions.is_value(self, factors[-1]):
                        self.at = self.partner[self.at] + 1
                        continue
                    functions.no_value_elsewhere(self, factors[-1])
                functions.no_two_numbers(self, factors[-1])
                if token.text == "{" and self.peek(1).text in ("+", "-"):
                    raise self.unreadable("a group that begins with a sign, behind a factor")
                factors.extend(self.factors())
            elif token.kind != "sym":
                break
            elif token.text == "\\cdot":
                self.take()
                factors = linear.joined(self, factors, self._after_operator(), token)
            elif token.text == "@" and self.take():
                more = self._after_operator()
                linear.one_axis(self, factors[-1])
                factors.extend(more)
            elif token.text in ("\\odot", "\\circ") and self.symbols.linear:
                factors = linear.entrywise(self, factors)
            elif token.text in ("\\otimes", "\\ldots") and self.symbols.linear:
                join = linear.outer if token.text == "\\otimes" else linear.dotted
                factors = join(self, factors)
            elif token.text == "/":
                divisions += 1
                if divisions > MAX_IN_A_ROW:
                    raise self.unreadable("too many divisions in a row")
                self.take()
                below = self._denominator()
                above = factors[0] if len(factors) == 1 else Mul(tuple(factors))
                linear.no_entrywise_division(self, below[0], token)
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
        """What a slash divides by.

        One factor, or (as another reading) all names that stand side by side.
        """
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
        gathered: list[Term] = [first]
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
            if token.text == "||":
                return self.bars not in ("norm", "given")
            return token.text in STARTERS
        return token.kind == "begin" and token.text in (*matrices.ENVIRONMENTS, "cases")

    def _second_bar(self) -> bool:
        """Whether the bar here, behind a factor, opens a modulus: a second bar closes it."""
        at = self.at + 1
        while at < self.stop:
            token = self.tokens[at]
            if token.kind == "rel" or token.text in (")", "]", "}", "\\}", ",", ";"):
                return False
            if token.text == "|":
                return True
            at = self.group_end(at) if at in self.partner else at + 1
        return False

    def at_differential(self) -> bool:
        """Whether `d` and the name of a variable stand here."""
        token, after = self.peek(), self.peek(1)
        if token.text != "d" or token.kind != "name" or after.kind != "name":
            return False
        if self.symbols.find("d") is None:
            return True
        entry = self.symbols.find(after.text)
        if entry is None:
            return after.text not in self.scope
        return entry.kind == "outcome"

    def _is_operator_name(self, token: Token) -> bool:
        after = self.peek(1)
        if after.text == "_" and token.text in self.symbols.prefixes:  # sigma_q
            return False
        return self.symbols.find(token.text) is None and after.text in ("_", "[", "(")

    # Factors

    def factors(self) -> list[Term]:
        """The next factor.

        A product sign gives also the factors behind it that it does not reach.
        """
        self.spend()
        self.depth += 1
        if self.depth > MAX_NESTED:
            raise self.unreadable(f"signs are nested deeper than {MAX_NESTED}")
        token = self.peek()
        if token.kind == "name" and token.text != "d":
            found = [self._name()]
        elif token.kind == "sym" and token.text in _HEADS:
            found = _HEADS[token.text](self)
        elif token.kind == "sym" and token.text in ("\\max", "\\min") and self.peek(1).text == "_":
            found = binders.extremum(self)
        elif token.text in ("\\frac", "d") and derivatives.is_derivative(self):
            found = derivatives.derivative(self)
        else:
            found = [self.powers(self.primary())]
        self.depth -= 1
        return found

    def factor(self) -> Term:
        """The next factor, where a product sign may not stand without brackets."""
        first, *rest = self.factors()
        if rest:
            raise self.unreadable("a product sign here needs brackets around it")
        return first

    def primary(self) -> Term:  # noqa: C901 - one case for each sign that a factor begins with
        """A factor without powers behind it, except that a name takes its own."""
        token = self.peek()
        match token.kind:
            case "num":
                self.take()
                stated = indicators.stated(self) if token.text == "1" else None
                if stated is not None:  # 1_{i = y}, 1[i = y]
                    return stated
                return Num(_number(token.text))
            case "name":
                return self._name()
            case "begin":
                found = cases.cases if token.text == "cases" else matrices.environment
                return found(self)
            case "sym":
                pass
            case _:
                raise self.unexpected()
        match token.text:
            case "(" | "[" | "{" | "\\{":
                return self._group(token)
            case "\\frac":
                return functions.fraction(self)
            case "\\sqrt":
                return functions.root(self)
            case "\\sum":
                return probability.data_sum(self) or binders.total(self)
            case "\\int":
                return binders.integral(self)
            case "\\Sum" | "\\Product" | "\\Integral":
                return binders.keyword(self)
            case "\\lvert" | "|" | "||":
                return vectors.norm(self) if token.text == "||" else functions.modulus(self, token)
            case "\\det" | "\\Matrix":
                return (matrices.determinant if token.text == "\\det" else matrices.keyword)(self)
            case "\\indicator":
                return indicators.indicator(self)
            case "\\langle":
                return linear.inner_product(self)
            case "\\max" | "\\min" if self.peek(1).text != "_":
                return functions.extremum(self)
        if self.next_is("\\prod", "\\max", "\\min", "\\nabla", "\\partial", *FUNCTIONS):
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
        if self.symbols.linear and token.text != "{":
            if indicators.has_relation(self, self.at):
                if token.text == "(" and self.latex:
                    self.flag("a relation in round brackets, which may be a condition")
                first, self.at = self.at, self.group_end(self.at)
                return indicators.bracket(self, first, self.at)
            if lists.is_list(self, self.at):
                return lists.listing(self)
        return self.bracketed()

    def powers(self, term: Term) -> Term:
        """A factor with the powers and marks behind it."""
        for _ in range(MAX_IN_A_ROW):
            token = self.peek()
            if token.kind != "sym":
                return term
            if token.text == "^":
                self.take()
                term = self.power(term, *self.script())
            elif token.text == "_" and self.symbols.linear:
                self.take()
                term = linear.entry(self, term, *self.script())
            elif token.text == "." and self.peek(1).text == "T" and self.symbols.linear:
                self.at += 2
                term = linear.transposed(self, term)
            elif token.text == "_":
                raise self.unsupported("an index on a formula", token)
            elif token.text == "!":
                raise self.unsupported("a factorial", token)
            elif token.text in ("\\%", "%"):
                self.take()
                term = Div(term, Num(Fraction(100)))
            elif token.text == "'":
                if self.peek(1).text == "(":
                    raise self.unsupported("the derivative at a point, written with a prime", token)
                term = Derivative(derivatives.only_variable(self), term)
                self.take()
            else:
                return term
        raise self.unreadable("too many powers in a row")

    def power(self, base: Term, first: int, last: int) -> Term:
        """A power whose exponent stands in the tokens from `first` to `last`."""
        text = self.flat(first, last)
        turned = linear.marked(self, base, first, last) if self.symbols.linear else None
        if turned is not None:
            return turned
        turns = text == "T" and vectors.may_be_turned(self, base)
        if turns or text in ("\\top", "*", "\\dagger", "+"):
            raise self.unsupported(f"the superscript {text}", self.tokens[first])
        if self.tokens[first].text == "[":
            raise self.unsupported("a superscript in brackets", self.tokens[first])
        exponent = self.within(first, last, self.inner)
        for part in walk(exponent):
            if isinstance(part, Num) and part.value > MAX_EXPONENT:
                raise self.unreadable(f"an exponent above {MAX_EXPONENT:,}", self.tokens[first])
            tower = isinstance(part, Pow) and isinstance(part.base, Num) and part.base.value > 1
            if tower and not any(isinstance(inner, Sym) for inner in walk(part)):
                raise self.unreadable("a tower of powers of numbers", self.tokens[first])
        vectors.check_number_above(self, base, exponent)
        vectors.check_mark_above(self, base, first, last)
        whole = self.symbols.linear and not linear.shape(self, base).is_number
        if whole and exponent == as_term(1):
            return base
        return Pow(base, exponent)

    def index(self) -> Term:
        """An integer expression."""
        start = self.at
        letter = self._letter()
        if letter is not None:
            return letter
        if self.next_is("(", "[", "\\{") and self.partner[start] == self.stop - 1:
            raise self.unsupported("an index in brackets, which may be another one", self.peek())
        term = self.inner()
        check_integer(self, term, start)
        return term

    def _letter(self) -> Sym | None:
        """The letter for integers that stands here alone, as most indices do."""
        token = self.peek()
        if token.kind != "name" or self.at + 1 != self.stop:
            return None
        name = token.text
        if name not in self.scope:
            entry = self.symbols.find(name, token.font)
            if entry is None or entry.kind not in ("index", "size"):
                return None
            name = entry.name
        self.spend(2)
        self.at += 1
        return Sym(name)

    def inner(self) -> Term:
        """An expression in a place of its own, such as an exponent or a numerator."""
        kept = self.integrals, self.bars, self.whole
        self.integrals, self.bars, self.whole = 0, "", False
        result = self.expression()
        self.integrals, self.bars, self.whole = kept
        return result

    # Names

    def _name(self) -> Term:
        """A name with everything that belongs to it: scripts, arguments, powers."""
        start = self.at
        head = linear.operator(self) if self.symbols.linear else trajectories.law(self)
        if head is None and self.symbols.linear and self.peek().text == "E":
            head = linear.class_mean(self)
        if head is None and self.tokens[start].text in probability.HEADS:
            head = information.head(self)
        if head is not None:
            return self.powers(head)
        name = read_name(self)
        if vectors.is_transposed(self, name):
            return vectors.inner_product(self, name, self.tokens[start])
        term = self.named(name, start)
        if name.power is not None:
            term = linear.powered(self, name, term)
        return self.powers(term) if self.next_is("^", "_", "!", "'", ".") else term

    def named(self, name: Name, start: int) -> Term:
        """What a name stands for, with the arguments behind it; `start` is where it began."""
        entry, token = name.entry, self.tokens[start]
        if entry is None or functions.is_eulers_number(self, name, start):
            return self._builtin(name, token)
        match entry.kind:
            case "family":
                return probability.density(self, name, token)
            case "function":
                return self._application(name, token)
            case "definition":
                return derivatives.primed(self, name, self._definition(name, token), token)
            case "process" if self.next_is(
                "("
            ):  # the policy is often called as its trajectories are
                assert isinstance(entry.item, Process)  # noqa: S101 - so says the entry's kind
                policy = self.symbols.table[entry.item.policy]
                return probability.density(self, replace(name, entry=policy), token)
            case "process":
                raise self.unreadable(
                    f"{entry.name!r} is a process: it stands below an expectation sign", token
                )
            case "reward" if not name.indices and self.next_is("("):
                if isinstance(entry.item, Process) and entry.item.reward_function == entry.name:
                    return App(entry.name, self.arguments())
                message = f"the reward function {entry.name!r} is not declared"
                raise self.undeclared(entry.name, token, message)
        bare = entry.least > len(name.indices) or (entry.axes and not name.indices)
        if bare and entry.kind != "outcome" and not self.whole and not entry.whole:
            if name.spelling == "pi" and self.tokens[start - 1].kind == "num":
                return Pi()  # weights carry an index; the circle number stands behind a 2
            raise self.unreadable(
                f"{entry.name!r} is an array and stands here without an index",
                token,
            )
        if linear.is_called_as_law(self, name):
            return Sym(name.canonical, (linear.class_index(self),))
        self._no_call(name, token)
        return linear.row(self, name, entry)

    def _no_call(self, name: Name, token: Token) -> None:
        """A number before a bracket is a factor.

        A list or a bar in the bracket shows that something else is meant.
        """
        if not self.next_is("(") or self.peek().start != self.tokens[self.at - 1].end:
            return
        if self.symbols.linear and name.kind == "number":  # times a column that is listed
            return
        inside = self.tokens[self.at + 1 : self.partner[self.at]]
        depth = 0
        for part in inside:
            depth += (part.text in ("(", "[", "{")) - (part.text in (")", "]", "}"))
            if depth == 0 and part.kind == "sym" and part.text in (",", "|", ";"):
                raise self.unreadable(
                    f"{name.canonical!r} is a {_WORDS[name.kind]}, not a function",
                    token,
                )
        if len(inside) == 1 and inside[0].kind == "name":
            entry = self.symbols.find(inside[0].text)
            if entry is not None and entry.kind in ("outcome", "parameter"):
                self.flag(f"{name.canonical}({inside[0].text}) read as a product")

    def _builtin(self, name: Name, token: Token) -> Term:
        """A name that needs no declaration.

        A bound letter, pi, Euler's number, Kronecker's delta.
        """
        spelling = name.canonical
        if name.bound:
            return Sym(spelling)
        if spelling in ("pi", "uppi"):
            return Pi()
        if spelling == "e":
            if name.power is not None:
                exponent, name.power = name.power, None
                return Fn("exp", self.within(*exponent, self.inner))
            return Fn("exp", Num(Fraction(1)))
        delta = indicators.kronecker(self, name)
        if delta is not None:
            return delta
        law = written_law(self, token) if spelling == "N" and self.next_is("(") else None
        if law is not None:
            return law
        shown = name.spelling
        if self.next_is("(") and spelling not in self.symbols.parameters:
            raise self.undeclared(
                shown,
                token,
                f"{shown!r} stands before a bracket and has no declaration",
                self.symbols.suggestion(shown, " as a density, a function or a number"),
            )
        raise self.undeclared(shown, token)

    def arguments(self, *separators: str) -> tuple[Term, ...]:
        """The arguments in round brackets behind a function.

        What follows a semicolon, or another separator, counts as further arguments.
        """
        self.expect("(")
        kept = self.integrals, self.bars, self.whole
        self.integrals, self.bars, self.whole = 0, "given", True
        found = [self._argument()]
        while self.next_is(",", ";", *separators):
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
                    whole = entry is not None and entry.whole
                    if entry is not None and entry.kind == "number" and entry.axes and not whole:
                        raise self.unreadable(
                            f"the array {part.name!r} stands in a calculation without an index",
                            self.tokens[place],
                        )
        return term

    def _application(self, name: Name, token: Token) -> Term:
        item = name.item
        assert isinstance(item, Function)  # noqa: S101 - so says the entry's kind
        if not probability.is_called(self, item.bare):
            if item.takes(0) or item.bare:
                return App(item.name, tuple(map(Sym, item.bare)), name.indices)
            raise self.unreadable(
                f"the function {item.name!r} stands here without its arguments",
                token,
                f"Write {item.name}(...).",
            )
        arguments = self._drop_parameters(self.arguments(), item.arity)
        if not item.takes(len(arguments)):
            raise self.unreadable(
                f"{item.name!r} takes {_count(item.arity)}, not {len(arguments)}",
                token,
            )
        if len(name.indices) not in (len(item.axes), len(item.axes) - item.rank):
            raise self.unreadable(
                f"{item.name!r} carries {len(item.axes)} indices, not {len(name.indices)}",
                token,
            )
        return App(item.name, arguments, name.indices)

    def _definition(self, name: Name, token: Token) -> Term:
        item = name.item
        assert isinstance(item, Definition)  # noqa: S101 - so says the entry's kind
        if len(name.indices) < len(item.letters):
            message = f"{item.name!r} stands here without its index"
            raise self.unreadable(message, token)
        if not item.arguments:
            if self.next_is("(") and self.only_parameters():
                self.at = self.group_end(self.at)
            if linear.is_called_as_law(self, name):
                return Sym(item.name, (linear.class_index(self),))
            return Sym(item.name, name.indices)
        bare = probability.may_stand_bare(self, item.arguments)
        called = probability.is_called(self, item.arguments if bare else ())
        if (bare and not called) or functions.stands_bare(self, item):
            return App(item.name, item.arguments, name.indices)
        if not called:
            if len(item.arguments) == 1 and self.bare:
                return probability.dotted(self, item, token)
            shown = ", ".join(argument.name for argument in item.arguments)
            raise self.unreadable(
                f"{item.name!r} stands here without its arguments",
                token,
                f"Write {item.name}({shown}).",
            )
        arguments = self._drop_parameters(self.arguments("|"), len(item.arguments))
        if len(arguments) != len(item.arguments):
            raise self.unreadable(
                f"{item.name!r} takes {_count(len(item.arguments))}, not {len(arguments)}",
                token,
            )
        check_places(self, item, arguments, token)
        return linear.applied(self, App(item.name, arguments, name.indices), item)

    def _drop_parameters(self, arguments: tuple[Term, ...], wanted: int) -> tuple[Term, ...]:
        """Arguments without the parameters among them, where there are more than are wanted.

        F(x; theta) for f(x).
        """
        if len(arguments) <= wanted:
            return arguments
        return tuple(
            a for a in arguments if not (isinstance(a, Sym) and a.name in self.symbols.parameters)
        )

    def only_parameters(self) -> bool:
        """Whether the bracket here holds parameters and nothing else."""
        inside = self.tokens[self.at + 1 : self.partner[self.at]]
        return bool(inside) and all(
            t.text in self.symbols.parameters or t.text in (",", ";") for t in inside
        )

    # Indicators


_HEADS: Final[dict[str, Callable[[Parser], list[Term]]]] = {
    "\\prod": binders.product,
    "\\nabla": derivatives.derivative,
    "\\partial": derivatives.derivative,
    **dict.fromkeys(FUNCTIONS, functions.function),
}
"""What reads the factors that begin with a sign, where these may be several."""
_ENDS_PRODUCT: Final = frozenset((")", "]", "}", "+", "-", ",", ";"))
"""Signs of which none goes on with a product."""
_WORDS: Final = {
    "size": "size",
    "index": "letter for integers",
    "number": "number",
    "outcome": "variable",
    "parameter": "parameter",
    "reward": "reward",
}


@lru_cache(maxsize=256)
def _number(text: str) -> Fraction:
    """A number as it is written."""
    return Fraction(text)


def _count(number: int) -> str:
    return f"{number} argument{'' if number == 1 else 's'}"
