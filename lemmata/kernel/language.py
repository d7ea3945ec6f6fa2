"""The language in which claims are written: a proof reads as on paper and is data.

    z = Array("z"); q = DensityHead("q"); p = DensityHead("p"); x, y = Sym("x"), Sym("y")

    derive(log(p(x | y)))
    .equals(E[q(z | x, y)](log(p(x | y))), by="total_probability")
    .at_least(E[q(z | x, y)](log(p(x | z, y))) - KL(q(z | x, y), p(z | y)), by="jensen")

Heads are called (`p(x, z | y)`, `f(x)`), arrays are indexed (`mu[j]`, `z[j]`), component functions
are both (`s[i](u)`). Nothing is computed: every builder returns the term that it names, and
`derive` collects terms, relations and reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from lemmata.kernel import terms
from lemmata.kernel.declarations import Definition, Fact
from lemmata.kernel.terms import (
    App,
    Blocks,
    CrossEntropy,
    Density,
    Derivation,
    Derivative,
    Det,
    Entries,
    Entropy,
    Expect,
    Fn,
    Given,
    Integral,
    Iverson,
    Law,
    MutualInformation,
    Pi,
    Prod,
    Range,
    Relation,
    Statement,
    Step,
    Sum,
    Sym,
    Term,
    Trajectory,
    Variance,
    as_term,
)

pi: Final = Pi()
half: Final = as_term(1) / 2


@dataclass(frozen=True, slots=True)
class Array:
    """A name whose entries are written with indices: `mu[j]`, `z[j]`, `r[t, i]`.

    The array as a whole is no number and has no arithmetic; it stands where a variable or an
    argument may stand, as in `q(z | x)`, `integral(z, ...)` or `s[i](u)`.
    """

    name: str

    def __getitem__(self, indices: Term | int | tuple[Term | int, ...]) -> Sym:
        """The entry at the indices."""
        group = indices if isinstance(indices, tuple) else (indices,)
        return Sym(self.name, tuple(as_term(index) for index in group))

    def __or__(self, given: Argument) -> Given:
        """Write `z | x` in a density."""
        return Given((self.whole,), (argument(given),))

    def __ror__(self, of: Sym) -> Given:
        """Write `x | z` in a density."""
        return Given((of,), (self.whole,))

    @property
    def whole(self) -> Sym:
        """The name without indices."""
        return Sym(self.name)


Argument: TypeAlias = Term | Array
"""What may stand as a variable or an argument."""


def argument(value: Argument) -> Term:
    """The term that stands for a variable or an argument."""
    return value.whole if isinstance(value, Array) else value


@dataclass(frozen=True, slots=True)
class DensityHead:
    """A density that can be called: `p(x)`, `p(x, z)`, `p(x, z | y, w)`."""

    family: str

    def __call__(self, *places: Argument | Given) -> Density:
        """The density of what stands before the bar given what stands after it.

        Raises:
            ValueError: There are two bars.
        """
        of: list[Term] = []
        given: list[Term] = []
        for place in places:
            if not isinstance(place, Given):
                (given or of).append(argument(place))
                continue
            if given:
                raise ValueError(
                    f"{self.family}(...) has two bars; put every condition after the first"
                )
            of.extend(argument(part) for part in place.of)
            given.extend(argument(part) for part in place.given)
        return Density(self.family, tuple(of), tuple(given))


@dataclass(frozen=True, slots=True)
class FunctionHead:
    """A function that can be called, `f(x)`; one with components is indexed first, `s[i](u)`."""

    name: str
    indices: tuple[Term, ...] = ()

    def __call__(self, *arguments: Argument) -> App:
        """The value at the arguments."""
        return App(self.name, tuple(argument(value) for value in arguments), self.indices)

    def __getitem__(self, indices: Term | tuple[Term, ...]) -> FunctionHead:
        """The component at the indices."""
        return FunctionHead(self.name, indices if isinstance(indices, tuple) else (indices,))


@dataclass(frozen=True, slots=True)
class ProcessHead:
    """A process below an expectation sign: `E[process](sum_over(t, 1, T, r[t]))`."""

    name: str


def log(body: Term | int) -> Term:
    """The natural logarithm."""
    return Fn("log", as_term(body))


def exp(body: Term | int) -> Term:
    """The exponential function."""
    return Fn("exp", as_term(body))


def sqrt(body: Term | int) -> Term:
    """The square root."""
    return Fn("sqrt", as_term(body))


def absolute(body: Term | int) -> Term:
    """The absolute value."""
    return Fn("abs", as_term(body))


Lawful: TypeAlias = Density | Law
"""What may stand below an expectation sign: `q(z | x)` draws z, a `Law` names what it draws."""


@dataclass(frozen=True, slots=True)
class Operator:
    """An expectation or variance sign with its laws in brackets: `E[q(z | x)](body)`."""

    kind: type[Expect | Variance]

    def __getitem__(
        self, laws: Lawful | ProcessHead | tuple[Lawful, ...]
    ) -> Callable[[Term | int], Term]:
        """The operator under these laws, drawn in order, or over the trajectories of a process.

        Raises:
            TypeError: The variance over the trajectories of a process is asked for.
        """
        if isinstance(laws, ProcessHead):
            if self.kind is Variance:
                raise TypeError("a variance is taken under densities, not under a process")
            process = laws.name
            return lambda body: Trajectory(process, as_term(body))
        drawn = tuple(law(each) for each in (laws if isinstance(laws, tuple) else (laws,)))
        return lambda body: self.kind(drawn, as_term(body))


E: Final = Operator(Expect)
Var: Final = Operator(Variance)


def law(density: Lawful) -> Law:
    """The law that draws the variables of a density."""
    return density if isinstance(density, Law) else Law(drawn_by(density), density)


def drawn_by(density: Term) -> tuple[Sym, ...]:
    """The variables that a density is a law of.

    Raises:
        TypeError: The term is no density of names, so that the variables must be given.
    """
    if isinstance(density, Density):
        names = tuple(place for place in density.of if isinstance(place, Sym))
        if len(names) == len(density.of):
            return names
    raise TypeError(f"{density!r} is not written as a law of names, such as q(z | x)")


def variables(names: Argument | tuple[Argument, ...]) -> tuple[Sym, ...]:
    """The names that a binder binds.

    Raises:
        TypeError: One of them is no name.
    """
    group = names if isinstance(names, tuple) else (names,)
    symbols = tuple(symbol for symbol in map(argument, group) if isinstance(symbol, Sym))
    if len(symbols) < len(group):
        raise TypeError(f"only names can be bound, not {group!r}")
    return symbols


def KL(left: Density, right: Term) -> Term:
    """The Kullback-Leibler divergence from `left` to `right`, over the variables of `left`."""
    return terms.KL(drawn_by(left), left, right)


def JSD(left: Density, right: Term) -> Term:
    """The Jensen-Shannon divergence of two densities, over the variables of `left`."""
    return terms.JSD(drawn_by(left), left, right)


def H(density: Density, other: Density | None = None) -> Term:
    """The entropy `H(p(y | z))`, averaged over z, or the cross-entropy `H(p(z), q(z))`.

    Raises:
        TypeError: An entropy is asked for something that is not drawn or conditioned on by name.
    """
    if other is not None:
        return CrossEntropy(drawn_by(density), density, other)
    return Entropy(density.family, drawn_by(density), variables(density.given))


def I(family: DensityHead, first: Argument, second: Argument) -> Term:  # noqa: E743 - its letter
    """The mutual information of two variables under a family's joint law."""
    return MutualInformation(family.family, variables(first), variables(second))


def integral(names: Argument | tuple[Argument, ...], body: Term | int) -> Term:
    """The integral of the body over the whole space of each variable."""
    return Integral(variables(names), as_term(body))


def sum_over(
    index: Sym,
    lower: Term | int,
    upper: Term | int,
    body: Term | int,
    excluding: Term | None = None,
) -> Term:
    """The sum of the body over the index from `lower` to `upper`, without `excluding`."""
    return Sum(index, Range(as_term(lower), as_term(upper)), as_term(body), excluding)


def product_over(
    index: Sym,
    lower: Term | int,
    upper: Term | int,
    body: Term | int,
    excluding: Term | None = None,
) -> Term:
    """The product of the body over the index from `lower` to `upper`, without `excluding`."""
    return Prod(index, Range(as_term(lower), as_term(upper)), as_term(body), excluding)


def maximum(variable: Argument, body: Term | int) -> Term:
    """The largest value of the body over the outcomes of a variable."""
    (bound,) = variables(variable)
    return terms.Max(bound, as_term(body))


def gradient(parameter: Sym, body: Term | int) -> Term:
    """The gradient with respect to a parameter."""
    return Derivative(parameter, as_term(body))


def partial(variable: Sym, body: Term | int) -> Term:
    """The partial derivative with respect to a real symbol."""
    return Derivative(variable, as_term(body))


def indicator(left: Term, relation: Relation, right: Term | int) -> Term:
    """1 where the relation between two integers holds, else 0."""
    return Iverson(left, relation, as_term(right))


def delta(left: Term, right: Term | int) -> Term:
    """The Kronecker delta."""
    return indicator(left, "=", right)


def matrix(row: Sym, rows: Term | int, column: Sym, columns: Term | int, entry: Term | int) -> Term:
    """The matrix with this entry in each row 1..rows and column 1..columns."""
    return Entries(row, as_term(rows), column, as_term(columns), as_term(entry))


def blocks(*rows: tuple[Term, ...]) -> Term:
    """A matrix of matrices, row by row.

    Raises:
        ValueError: The rows have different lengths.
    """
    if len({len(row) for row in rows}) != 1:
        raise ValueError("every row of a block matrix has the same number of blocks")
    return Blocks(rows)


def det(body: Term) -> Term:
    """The determinant of a square matrix."""
    return Det(body)


def transpose(body: Term) -> Term:
    """The transpose of a matrix; of a column, a row."""
    return terms.Transpose(body)


def trace(body: Term) -> Term:
    """The sum of the diagonal of a square matrix."""
    return terms.Trace(body)


def inverse(body: Term) -> Term:
    """The inverse of a square matrix."""
    return terms.Pow(body, -as_term(1))


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong version of a statement that people really write, and why it is wrong."""

    statement: Statement
    because: str


Reason: TypeAlias = str | tuple[str, ...]
"""The name of a rule, or of several."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A derivation with what it defines, takes as given, and warns of.

    Every method returns a new proof with one thing more.

    Attributes:
        derivation: The chain so far.
        definitions: Abbreviations used in the chain.
        facts: Statements that are given.
        mistakes: Wrong versions of the conclusion.
        induction_on: The size that the proof runs an induction on; empty if it is a plain chain.
    """

    derivation: Derivation
    definitions: tuple[Definition, ...] = ()
    facts: tuple[Fact, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    induction_on: str = ""

    def equals(self, term: Term | int, *, by: Reason) -> Chain:
        """The next line equals the last one."""
        return self._step("=", term, by)

    def at_least(self, term: Term | int, *, by: Reason) -> Chain:
        """The last line is at least the next one."""
        return self._step(">=", term, by)

    def at_most(self, term: Term | int, *, by: Reason) -> Chain:
        """The last line is at most the next one."""
        return self._step("<=", term, by)

    def _step(self, relation: Relation, term: Term | int, by: Reason) -> Chain:
        reasons = by if isinstance(by, tuple) else (by,)
        step = Step(relation, as_term(term), reasons)
        return replace(
            self, derivation=Derivation(self.derivation.start, (*self.derivation.steps, step))
        )

    def where(self, name: Sym | App, body: Term) -> Chain:
        """Say what an abbreviation of the chain stands for: `.where(J, ...)`, `.where(q(x), ...)`.

        Raises:
            TypeError: An argument of the abbreviation is no name.
        """
        arguments = variables(name.arguments) if isinstance(name, App) else ()
        return replace(
            self, definitions=(*self.definitions, Definition(name.name, arguments, body))
        )

    def given(
        self,
        name: str,
        left: Term,
        relation: Relation,
        right: Term | int,
        forall: tuple[Sym, ...] = (),
    ) -> Chain:
        """Take a statement as given, for all values of the letters in `forall`."""
        statement = Statement(left, relation, as_term(right))
        fact = Fact(name, statement, tuple(letter.name for letter in forall))
        return replace(self, facts=(*self.facts, fact))

    def by_induction_on(self, size: Sym) -> Chain:
        """Mark that the conclusion is proved by induction on a size."""
        return replace(self, induction_on=size.name)

    def but_not(
        self,
        term: Term | int,
        *,
        because: str,
        relation: Literal["=", ">=", "<="] | None = None,
    ) -> Chain:
        """Name a wrong conclusion.

        Without a relation the wrong term is said to equal the last line, which it does not: that
        is wrong even of a bound, where another term may be a bound too. With a relation, it is
        related to the first line.
        """
        last = self.derivation.steps[-1].term
        left = last if relation is None else self.derivation.start
        mistake = Mistake(Statement(left, relation or "=", as_term(term)), because)
        return replace(self, mistakes=(*self.mistakes, mistake))


def derive(start: Term) -> Chain:
    """Begin a derivation."""
    return Chain(Derivation(start))
