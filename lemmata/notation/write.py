"""Terms to text: LaTeX, keyboard text and MathML.

What is written in LaTeX or keyboard text is read back, under the same declarations, as the same
term and in one way only: brackets stand wherever a reader could see another term. `Writer` decides
about brackets and order; a `Style` knows the signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import (
    JSD,
    KL,
    Add,
    App,
    Blocks,
    CrossEntropy,
    Density,
    Derivative,
    Det,
    Diag,
    Div,
    Entries,
    Entropy,
    Entry,
    Expect,
    Fn,
    Hadamard,
    Identity,
    Integral,
    Iverson,
    Law,
    Max,
    Mul,
    MutualInformation,
    Neg,
    Norm,
    Num,
    OneHot,
    Ones,
    Pi,
    Pow,
    Prod,
    Sum,
    Sym,
    Term,
    Trace,
    Trajectory,
    Transpose,
    Variance,
    free,
    walk,
)
from lemmata.notation.derivatives import OF_NUMBERS
from lemmata.notation.information import drawn_by, joint_family
from lemmata.notation.styles import LATEX, MATHML, TEXT, Style
from lemmata.notation.symbols import Conventions, Symbols, symbols_of
from lemmata.notation.vectors import holds_any_number

Place: TypeAlias = Literal["sum", "term", "factor", "last", "base"]
"""Where a term stands: alone, between signs, in a product, last in a product, or under a power."""

_NO_CONVENTIONS: Final = Conventions()


def write_latex(term: Term, declarations: Declarations) -> str:
    """LaTeX that is read back as this term.

    Raises:
        ValueError: The term cannot be written, because no text is read as it (a sum of one
            term, a number without end).
    """
    return Writer(symbols_of(declarations, _NO_CONVENTIONS), LATEX).write(term)


def write_text(term: Term, declarations: Declarations) -> str:
    """Keyboard text that is read back as this term.

    Raises:
        ValueError: The term cannot be written.
    """
    return Writer(symbols_of(declarations, _NO_CONVENTIONS), TEXT).write(term)


def write_mathml(term: Term, declarations: Declarations) -> str:
    """Presentation MathML, as one `math` element.

    Raises:
        ValueError: The term cannot be written.
    """
    inner = Writer(symbols_of(declarations, _NO_CONVENTIONS), MATHML).write(term)
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inner}</math>'


class Writer:
    """Writes terms in one style under one set of names."""

    def __init__(self, symbols: Symbols, style: Style) -> None:
        self.symbols, self.style = symbols, style

    def write(self, term: Term, place: Place = "sum") -> str:
        """A term, in brackets if its place needs them."""
        text = self._bare(term)
        return self.style.brackets(text) if self._needs_brackets(term, place) else text

    def _needs_brackets(self, term: Term, place: Place) -> bool:
        match term:
            case Add():
                return place != "sum"
            case Neg():
                return place != "sum"
            case Mul():
                return place not in ("sum", "term")
            case Sum() | Prod() | Max():
                return place not in ("sum", "term", "last")
            case Derivative(variable, body):
                reaches = place == "factor" and self._goes_on(variable, body)
                empty = not any(isinstance(part, Sym | App | Density) for part in walk(body))
                return place == "base" or reaches or empty
            case Hadamard():
                return place not in ("sum", "term") and not self.style.calls
            case Transpose() | Norm() | Entry() | Trace() | Diag() | Identity() | Ones() | OneHot():
                return isinstance(term, Transpose) and place == "base"
            case Div():
                return place == "base" or (place in ("factor", "last") and self.style.slash)
            case Pow():
                return place == "base"
            case Fn(name, _):
                return place == "base" and name in ("log", "exp", "sqrt")
            case Integral():
                return place == "base" or (place == "factor" and self.style.slash)
            case Sym(name, indices):
                return place == "base" and ("^" in name or self._takes_superscript(name, indices))
            case Density() | App() | Num() | Pi() | Iverson():
                return False
        return place == "base"

    def _takes_superscript(self, name: str, indices: tuple[Term, ...]) -> bool:
        """Whether a superscript on this name could be read as an index, or stands there already."""
        entry = self.symbols.find(name.rstrip("'"))
        axes = len(entry.axes) if entry else 0
        return axes > len(indices) or (self._second_above(name) and len(indices) == 2)

    def _second_above(self, name: str) -> bool:
        """Whether the second index of a symbol stands above: the number of a trajectory."""
        entry = self.symbols.find(name.rstrip("'"))
        return entry is not None and entry.kind in ("outcome", "reward") and len(entry.axes) == 2

    def _goes_on(self, variable: Sym, body: Term) -> bool:
        """Whether a derivative of the body would be read as taking a further factor too.

        By a parameter it ends with what may depend on it without naming it.
        """
        hidden = any(not isinstance(part, OF_NUMBERS) for part in walk(body))
        return variable.name not in self.symbols.parameters or not hidden

    # Kinds of terms

    def _bare(self, term: Term) -> str:
        style = self.style
        match term:
            case Num(value):
                return style.number(_decimal(value))
            case Pi():
                return style.name("pi" if self.symbols.find("pi") is None else "uppi")
            case Sym(name, indices):
                return self._name(name, indices)
            case Add(terms):
                return self._sum(terms)
            case Neg(body):
                return style.row(style.sign("-"), self.write(body, "term"))
            case Mul(factors):
                return self._product(factors)
            case Div(above, below):
                if style.slash:
                    return style.row(
                        self.write(above, "factor"), style.sign("/"), self.write(below, "factor")
                    )
                return style.fraction(self.write(above), self.write(below))
            case Pow(base, exponent):
                return style.power(self.write(base, "base"), self.write(exponent))
            case Fn(name, argument):
                return self._function(name, argument)
            case App(name, arguments, indices):
                head = self._name(name, indices)
                return (
                    style.call(head, style.list(map(self.write, arguments))) if arguments else head
                )
            case Density(family, of, given):
                return style.call(style.name(family), self._given(of, given))
            case Integral(variables, body):
                return style.integral(tuple(map(self.write, variables)), self._body(body))
            case Sum() | Prod():
                return self._big(term)
            case Derivative(variable, body):
                return self._derivative(variable, body)
        return self._matrix(term)

    def _matrix(self, term: Term) -> str:
        style = self.style
        match term:
            case Iverson(left, relation, right):
                return style.indicator(
                    style.row(self.write(left), style.sign(relation), self.write(right))
                )
            case Entries(row, rows, column, columns, entry):
                limits = (self._limits(row, rows), self._limits(column, columns))
                return style.entries(self.write(entry), style.list(limits))
            case Blocks(rows_of_blocks):
                return style.matrix(
                    [[self.write(block) for block in line] for line in rows_of_blocks]
                )
            case Det(matrix):
                return style.call(style.word("det"), self.write(matrix))
            case Max(variable, body):
                return style.big("max", self.write(variable), "", self.write(body, "factor"))
        return self._linear(term)

    def _linear(self, term: Term) -> str:
        style = self.style
        match term:
            case Transpose(body) if self.symbols.find(style.sign("top")) is not None:
                return style.call(style.word("transpose"), self.write(body))  # T is a name here
            case Transpose(body):
                return style.power(self.write(body, "base"), style.sign("top"))
            case Trace(body):
                return style.call(style.word("tr"), self.write(body))
            case Diag(body):
                return style.call(style.word("diag"), self.write(body))
            case Hadamard(factors):
                return style.entrywise(tuple(self.write(factor, "factor") for factor in factors))
            case Norm(body, order):
                return style.norm(self.write(body), "" if order == "2" else order)
            case Entry(matrix, indices):
                head = style.brackets(self.write(matrix))
                return style.below(head, style.list(map(self.write, indices)))
            case Identity(size):
                return style.below(style.word("I"), "" if size is None else self.write(size))
            case Ones(size):
                return style.ones("" if size is None else self.write(size))
            case OneHot(index, _) if self.symbols.find("e") is not None:
                return style.call(style.word("onehot"), self.write(index))  # e is a name here
            case OneHot(index, _):
                return style.below(style.word("e"), self.write(index))
        return self._probability(term)

    def _probability(self, term: Term) -> str:
        style = self.style
        match term:
            case Expect(laws, body):
                return style.operator("E", self._laws(laws), self.write(body))
            case Variance(laws, body):
                return style.operator("Var", self._laws(laws), self.write(body))
            case Trajectory(process, body):
                return style.operator("E", style.name(process), self.write(body))
            case KL(variables, left, right):
                return self._divergence("KL", variables, left, right)
            case JSD(variables, left, right):
                return self._divergence("JSD", variables, left, right)
            case CrossEntropy(variables, left, right):
                plain = (
                    isinstance(left, Density) and not left.given and self._drawn(left) == variables
                )
                below = "" if plain else style.list(map(self.write, variables))
                return style.call(
                    style.below(style.word("H"), below),
                    style.list((self.write(left), self.write(right))),
                )
            case Entropy(family, of, given):
                head = style.below(style.word("H"), self._joint(family, (*of, *given)))
                return style.call(head, self._given(of, given))
            case MutualInformation(family, first, second):
                head = style.below(style.word("I"), self._joint(family, (*first, *second)))
                groups = (style.list(map(self.write, group)) for group in (first, second))
                return style.call(head, style.sign(";").join(groups))
        raise ValueError(f"this term has no notation: {term!r}")

    def _name(self, name: str, indices: tuple[Term, ...]) -> str:
        written = tuple(map(self.write, indices))
        if len(written) == 2 and self._second_above(name) and not isinstance(indices[1], Num):
            return self.style.name(name, written[:1], written[1])
        return self.style.name(name, written)

    def _sum(self, terms: tuple[Term, ...]) -> str:
        if len(terms) < 2:
            raise ValueError("a sum of one term has no notation")
        style = self.style
        bodies = [
            term.body if number and isinstance(term, Neg) else term
            for number, term in enumerate(terms)
        ]
        written = [self.write(bodies[0], "sum" if isinstance(bodies[0], Neg) else "term")]
        written += [self.write(body, "term") for body in bodies[1:]]
        parts: list[str] = []
        for number, text in enumerate(written):
            if number:
                parts.append(style.sign("-" if isinstance(terms[number], Neg) else "+"))
            later = " ".join(written[number + 1 :])
            reaches = any(
                _mentions(later, self._name(index, ())) for index in self._open(bodies[number])
            )
            parts.append(style.brackets(text) if reaches else text)
        return style.row(*parts)

    def _open(self, term: Term) -> set[str]:
        """The letters of what stands at the right end of a term and could seem to reach further."""
        match term:
            case Neg(body):
                return set() if isinstance(body, Add | Neg) else self._open(body)
            case Mul(factors):
                ends = isinstance(factors[-1], Sum | Prod | Max | Derivative)
                return self._open(factors[-1]) if ends else set()
            case Max(variable, _):
                return {variable.name}
            case Derivative(variable, body) if variable in free(body):
                return set() if variable.name in self.symbols.parameters else {variable.name}
            case Sum(index, _, body, _):
                return {index.name} | (set() if isinstance(body, Add | Neg) else self._open(body))
            case Prod(_, _, body, _):
                return self._open(body) if isinstance(body, Sum | Prod) else set()
        return set()

    def _product(self, factors: tuple[Term, ...]) -> str:
        if len(factors) < 2:
            raise ValueError("a product of one factor has no notation")
        parts: list[str] = []
        for number, factor in enumerate(factors):
            if number:
                before = factors[number - 1]
                explicit = isinstance(factor, Num | Pow | Div) and isinstance(before, Num | Pow)
                explicit = explicit or (isinstance(factor, Neg) and isinstance(before, Sym))
                explicit = explicit or (
                    isinstance(factor, Add | Neg) and isinstance(before, Derivative)
                )
                word = isinstance(factor, Fn | KL | JSD) and explicit is False
                parts.append(self.style.times(explicit=explicit or before == Sym("d"), word=word))
            last = number + 1 == len(factors)
            written = self.write(factor, "last" if last else "factor")
            apart = not last and self._seems_to_go_on(factor)
            parts.append(self.style.brackets(written) if apart else written)
        return self.style.row(*parts)

    def _seems_to_go_on(self, factor: Term) -> bool:
        """Whether a factor without brackets would be read with what follows: `x^T y`."""
        match factor:
            case Pow(base, Sym("T", ())):
                return holds_any_number(base, self.symbols)
            case Derivative():
                return not (_ends_surely(factor) or self._needs_brackets(factor, "factor"))
        return False

    def _function(self, name: str, argument: Term) -> str:
        style = self.style
        if name == "sqrt":
            return style.root(self.write(argument))
        if name == "abs":
            return style.modulus(self.write(argument))
        close = (
            isinstance(argument, Density)
            or (isinstance(argument, App) and argument.arguments)
            or isinstance(argument, Div)
        )
        if name == "log" and close and not style.slash:
            return style.applied("log", self.write(argument))
        return style.call(style.word(name), self.write(argument))

    def _body(self, body: Term) -> str:
        """What stands behind an integral sign: a product or a bracket."""
        return self.write(body, "term")

    def _big(self, term: Sum | Prod) -> str:
        style = self.style
        index = self.write(term.index)
        below = style.row(index, style.sign("="), self.write(term.range.lower))
        if term.excluding is not None:
            below = style.list(
                (below, style.row(index, style.sign("!="), self.write(term.excluding)))
            )
        body = self.write(term.body, "term" if isinstance(term, Sum) else "last")
        return style.big(
            "sum" if isinstance(term, Sum) else "prod", below, self.write(term.range.upper), body
        )

    def _derivative(self, variable: Sym, body: Term) -> str:
        style = self.style
        plain = _is_score(body)
        plain = plain or isinstance(body, Density | Expect | Trajectory | KL | JSD | Variance)
        plain = plain or (isinstance(body, App) and bool(body.arguments))
        if isinstance(body, Sym):
            entry = self.symbols.find(body.name)
            plain = entry is not None and entry.kind not in ("size", "index")
        operand = self.write(body) if plain else style.brackets(self.write(body))
        parameter = variable.name in self.symbols.parameters and not variable.indices
        return style.derivative(self.write(variable), operand, gradient=parameter)

    def _given(self, of: Iterable[Term], given: Iterable[Term]) -> str:
        before, after = (
            self.style.list(map(self.write, of)),
            self.style.list(map(self.write, given)),
        )
        return self.style.row(before, self.style.sign("|"), after) if after else before

    def _laws(self, laws: tuple[Law, ...]) -> str:
        style = self.style
        return style.list(
            style.row(
                style.list(map(self.write, law.variables)), style.sign("~"), self.write(law.density)
            )
            for law in laws
        )

    def _limits(self, letter: Sym, size: Term) -> str:
        style = self.style
        return style.row(
            style.number("1"),
            style.sign("<="),
            self.write(letter),
            style.sign("<="),
            self.write(size),
        )

    def _drawn(self, left: Term) -> tuple[Sym, ...]:
        declarations = self.symbols.declarations
        return drawn_by(left, lambda name: declarations.variable(name) is not None)

    def _divergence(self, word: str, variables: tuple[Sym, ...], left: Term, right: Term) -> str:
        style = self.style
        plain = self._drawn(left) == variables
        below = "" if plain else style.list(map(self.write, variables))
        sides = style.row(self.write(left), style.sign("||"), self.write(right))
        return style.call(style.divergence(word, below), sides)

    def _joint(self, family: str, variables: tuple[Sym, ...]) -> str:
        """The family below an entropy, unless it is the one that would be understood."""
        understood = joint_family(self.symbols, variables)
        return (
            "" if understood is not None and understood.name == family else self.style.name(family)
        )


def _decimal(value: Fraction) -> str:
    """A number as digits.

    Raises:
        ValueError: It is negative or has no finite decimal; a term has a sign or a fraction for
            these.
    """
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if value < 0 or denominator != 1:
        raise ValueError(f"{value} is no number that is written with digits alone")
    if value.denominator == 1:
        return str(value.numerator)
    places = 1
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str((value * 10**places).numerator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def _mentions(text: str, letter: str) -> bool:
    """Whether a letter stands in a written formula by itself."""
    return re.search(rf"(?<![A-Za-z\\]){re.escape(letter)}(?![A-Za-z])", text) is not None


def _ends_surely(term: Derivative) -> bool:
    """Whether a derivative is that of a density or of its logarithm, which reaches no further."""
    return isinstance(term.body, Density) or _is_score(term.body)


def _is_score(body: Term) -> bool:
    """Whether this is the logarithm of a density."""
    return isinstance(body, Fn) and body.name == "log" and isinstance(body.argument, Density)
