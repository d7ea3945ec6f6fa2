"""Terms: mathematics exactly as it was written.

A term is inert: nothing is simplified when it is built, so `p*q/q` stays `p*q/q` and can be judged.
Terms are immutable, hashable and compared by structure.

Numbers and names     Num  Pi  Sym
Arithmetic            Add  Neg  Mul  Div  Pow
Functions             Fn (elementary)  App (declared)
Probability           Density  Integral  Expect  Trajectory
Named quantities      KL  JSD  Entropy  CrossEntropy  MutualInformation  Variance  (are unfolded)
Indexed               Sum  Prod  Iverson
Extrema               Max
Calculus              Derivative
Matrices      Entries Blocks Det Transpose Trace Diag Hadamard Norm Entry Identity OneHot Ones
Statements            Statement  Step  Derivation

Everything else in the package speaks in these words. The traversal (`children`, `rebuild`) is the
only place that knows every class, so that a new one is added in one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter
from typing import Any, Final, Literal, TypeAlias, TypeVar, dataclass_transform

Relation: TypeAlias = Literal["=", ">=", "<=", "<", ">", "!="]
"""How two sides of a statement are joined. `<`, `>`, `!=` occur in facts and ranges only."""

T = TypeVar("T", bound="Term")


class _Kept:
    """What is worked out once for a term; copies and pickles do not carry it."""

    __slots__ = ("kept_free", "kept_hash")
    kept_free: frozenset[Sym]
    kept_hash: int


@dataclass(frozen=True, slots=True)
class Term(_Kept):
    """A piece of mathematics, as written."""

    def __add__(self, other: Term | int) -> Term:
        left = self.terms if isinstance(self, Add) else (self,)
        return Add((*left, as_term(other)))

    def __radd__(self, other: int) -> Term:
        return as_term(other) + self

    def __sub__(self, other: Term | int) -> Term:
        return self + Neg(as_term(other))

    def __rsub__(self, other: int) -> Term:
        return as_term(other) - self

    def __mul__(self, other: Term | int) -> Term:
        if isinstance(self, Neg):  # -a b is read as -(a b), so it is built as -(a b)
            return Neg(self.body * other)
        left = self.factors if isinstance(self, Mul) else (self,)
        return Mul((*left, as_term(other)))

    def __rmul__(self, other: int) -> Term:
        return as_term(other) * self

    def __truediv__(self, other: Term | int) -> Term:
        return Div(self, as_term(other))

    def __rtruediv__(self, other: int) -> Term:
        return Div(as_term(other), self)

    def __pow__(self, other: Term | int) -> Term:
        return Pow(self, as_term(other))

    def __neg__(self) -> Term:
        return Neg(self)

    def __or__(self, given: Term | tuple[Term, ...]) -> Given:
        """Write `x | y` and `x | (y, z)` as in a conditional density."""
        return Given((self,), given if isinstance(given, tuple) else (given,))


@dataclass_transform(frozen_default=True)
def _term(cls: type[T]) -> type[T]:
    """A kind of term: a frozen dataclass whose hash is worked out once, as dear as it is large."""
    made = dataclass(frozen=True, slots=True)(cls)
    plain = made.__hash__

    def worked_out_once(self: T) -> int:
        try:
            return self.kept_hash
        except AttributeError:
            object.__setattr__(self, "kept_hash", plain(self))
            return self.kept_hash

    made.__hash__ = worked_out_once  # type: ignore[assignment]
    return made


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of a conditional density: `of | given`. Not a term."""

    of: tuple[Term, ...]
    given: tuple[Term, ...]


@_term
class Num(Term):
    """A non-negative number as written: an integer or a finite decimal.

    Fractions are `Div`, signs are `Neg`.
    """

    value: Fraction


@_term
class Pi(Term):
    """The circle number."""


@_term
class Sym(Term):
    """A declared name with its indices: `eta`, `mu_j`, `z_j`, `r_{t'}^i`.

    Indices stand in declared order.
    """

    name: str
    indices: tuple[Term, ...] = ()


@_term
class Add(Term):
    """A sum of written terms; `a - b` is `Add((a, Neg(b)))`."""

    terms: tuple[Term, ...]


@_term
class Neg(Term):
    """The negative of a term."""

    body: Term


@_term
class Mul(Term):
    """A product of written factors."""

    factors: tuple[Term, ...]


@_term
class Div(Term):
    """A quotient."""

    numerator: Term
    denominator: Term


@_term
class Pow(Term):
    """A power."""

    base: Term
    exponent: Term


@_term
class Fn(Term):
    """An elementary function, entry by entry of a vector; `step` is 1 above zero, else 0."""

    name: Literal["log", "exp", "sqrt", "abs", "sign", "step"]
    argument: Term


@_term
class App(Term):
    """A declared function or definition applied.

    `f(x)`, `b(s_t)`, and with a component index `h_i(u)`.
    """

    name: str
    arguments: tuple[Term, ...]
    indices: tuple[Term, ...] = ()


@_term
class Density(Term):
    """A density (or probability mass function) of a declared family: `p(of | given)`.

    The order of arguments means nothing.
    """

    family: str
    of: tuple[Term, ...]
    given: tuple[Term, ...] = ()


@_term
class Integral(Term):
    """The integral of `body` over the whole space of each variable; a sum over a finite space."""

    variables: tuple[Sym, ...]
    body: Term


@dataclass(frozen=True, slots=True)
class Law:
    """`variables ~ density`, as below an expectation sign.

    Not a term; the density may be any term in the variables.
    """

    variables: tuple[Sym, ...]
    density: Term


@_term
class Expect(Term):
    """The expectation of `body` when the variables are drawn from their laws, in order."""

    laws: tuple[Law, ...]
    body: Term


@_term
class Trajectory(Term):
    """The expectation of `body` over the trajectories of a declared process."""

    process: str
    body: Term


@_term
class KL(Term):
    """The Kullback-Leibler divergence `D(left || right)` over the variables, in nats."""

    variables: tuple[Sym, ...]
    left: Term
    right: Term


@_term
class JSD(Term):
    """The Jensen-Shannon divergence (the mean of two KL divergences to the mixture), in nats."""

    variables: tuple[Sym, ...]
    left: Term
    right: Term


@_term
class Entropy(Term):
    """The (differential) entropy `H(of | given)` of a family's joint law, in nats.

    Averaged over `given`.
    """

    family: str
    of: tuple[Sym, ...]
    given: tuple[Sym, ...] = ()


@_term
class CrossEntropy(Term):
    """The cross-entropy `H(left, right)`.

    Minus the expectation of log right under left, in nats.
    """

    variables: tuple[Sym, ...]
    left: Term
    right: Term


@_term
class MutualInformation(Term):
    """The mutual information of two groups of variables under a family's joint law, in nats."""

    family: str
    first: tuple[Sym, ...]
    second: tuple[Sym, ...]


@_term
class Variance(Term):
    """The variance of `body` when the variables are drawn from their laws."""

    laws: tuple[Law, ...]
    body: Term


@dataclass(frozen=True, slots=True)
class Range:
    """The integers from `lower` to `upper`; empty when `upper < lower`. Not a term."""

    lower: Term
    upper: Term


@_term
class Sum(Term):
    """The sum of `body` over the index's range, without the value `excluding` if one is given.

    An empty sum is 0.
    """

    index: Sym
    range: Range
    body: Term
    excluding: Term | None = None


@_term
class Prod(Term):
    """The product of `body` over the index's range, without the value `excluding` if one is given.

    An empty product is 1.
    """

    index: Sym
    range: Range
    body: Term
    excluding: Term | None = None


@_term
class Iverson(Term):
    """1 where the relation between two integers holds, else 0; `[i = j]` is the Kronecker delta."""

    left: Term
    relation: Relation
    right: Term


@_term
class Max(Term):
    """The largest value of `body` over the outcomes of a variable; a minimum is `-max(-body)`."""

    variable: Sym
    body: Term


@_term
class Derivative(Term):
    """The gradient with respect to a declared parameter.

    Or the partial derivative with respect to a real symbol.
    """

    variable: Sym
    body: Term


@_term
class Entries(Term):
    """The matrix whose entry in row `row` and column `column` is `entry`.

    Each index runs from 1 to its size.
    """

    row: Sym
    rows: Term
    column: Sym
    columns: Term
    entry: Term


@_term
class Blocks(Term):
    """A matrix of matrices, given by its rows of blocks."""

    rows: tuple[tuple[Term, ...], ...]


@_term
class Det(Term):
    """The determinant of a square matrix."""

    matrix: Term


@_term
class Transpose(Term):
    """The transpose of a matrix; a vector is a column, and its transpose a row."""

    body: Term


@_term
class Trace(Term):
    """The sum of the diagonal of a square matrix."""

    body: Term


@_term
class Diag(Term):
    """The diagonal matrix with the entries of a vector on its diagonal."""

    body: Term


@_term
class Hadamard(Term):
    """The product entry by entry of matrices of one shape."""

    factors: tuple[Term, ...]


@_term
class Norm(Term):
    """The norm of a vector of order 1, 2 or inf; of a matrix, 2 is the Frobenius norm."""

    body: Term
    order: Literal["1", "2", "inf"] = "2"


@_term
class Entry(Term):
    """The entry of a matrix at a row and a column, or of a column at a row."""

    matrix: Term
    indices: tuple[Term, ...]


@_term
class Identity(Term):
    """The identity matrix; its size may follow from around it."""

    size: Term | None = None


@_term
class Ones(Term):
    """The column of ones; its size may follow from what stands around it."""

    size: Term | None = None


@_term
class OneHot(Term):
    """The column with 1 in the row `index` and 0 elsewhere; its size may follow from around it."""

    index: Term
    size: Term | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """`left relation right`."""

    left: Term
    relation: Relation
    right: Term


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation: how it relates to the line before, and why (`by`, names of rules.

    Empty for a student's).
    """

    relation: Relation
    term: Term
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """A start and its steps. Each step relates its term to the term before it."""

    start: Term
    steps: tuple[Step, ...] = ()

    def statement(self) -> Statement:
        """What the chain as a whole says: first term, composed relation, last term.

        Raises:
            ValueError: The chain mixes `>=` and `<=`, so its ends are not compared.
        """
        relations = {step.relation for step in self.steps} - {"="}
        if len(relations) > 1:
            message = (
                f"a chain cannot mix {' and '.join(sorted(relations))}: its ends are not compared"
            )
            raise ValueError(message)
        return Statement(self.start, next(iter(relations), "="), self.steps[-1].term)


def as_term(value: Term | int | Fraction) -> Term:
    """Read a Python number as a term; a float is refused, because a proof has none.

    Raises:
        TypeError: The value is neither a term, an integer nor a Fraction.
    """
    match value:
        case Term():
            return value
        case bool():
            raise TypeError("a truth value is not a term")
        case int():
            return Num(Fraction(value)) if value >= 0 else Neg(Num(Fraction(-value)))
        case Fraction():
            top, bottom = as_term(value.numerator), as_term(value.denominator)
            return top if value.denominator == 1 else top / bottom
    message = f"{value!r} is not a term: write integers or Fractions, never floats"
    raise TypeError(message)


def _under_laws(term: Expect | Variance) -> tuple[Term, ...]:
    """The variables and density of each law of an average, and what is averaged."""
    laws = (part for law in term.laws for part in (*law.variables, law.density))
    return (*laws, term.body)


def _counted(term: Sum | Prod) -> tuple[Term, ...]:
    """What a sum or product consists of."""
    tail = () if term.excluding is None else (term.excluding,)
    return (term.index, term.range.lower, term.range.upper, term.body, *tail)


def _sized(term: Identity | Ones) -> tuple[Term, ...]:
    """The size that is written."""
    return () if term.size is None else (term.size,)


_CHILDREN: Final[dict[type[Term], Callable[[Any], tuple[Term, ...]]]] = {
    Num: lambda _: (),
    Pi: lambda _: (),
    Sym: attrgetter("indices"),
    Add: attrgetter("terms"),
    Neg: lambda term: (term.body,),
    Mul: attrgetter("factors"),
    Div: attrgetter("numerator", "denominator"),
    Pow: attrgetter("base", "exponent"),
    Fn: lambda term: (term.argument,),
    App: lambda term: (*term.arguments, *term.indices),
    Density: lambda term: (*term.of, *term.given),
    Integral: lambda term: (*term.variables, term.body),
    Expect: _under_laws,
    Trajectory: lambda term: (term.body,),
    KL: lambda term: (*term.variables, term.left, term.right),
    JSD: lambda term: (*term.variables, term.left, term.right),
    Entropy: lambda term: (*term.of, *term.given),
    CrossEntropy: lambda term: (*term.variables, term.left, term.right),
    MutualInformation: lambda term: (*term.first, *term.second),
    Variance: _under_laws,
    Sum: _counted,
    Prod: _counted,
    Iverson: attrgetter("left", "right"),
    Max: attrgetter("variable", "body"),
    Derivative: attrgetter("variable", "body"),
    Entries: attrgetter("row", "rows", "column", "columns", "entry"),
    Blocks: lambda term: tuple(block for line in term.rows for block in line),
    Det: lambda term: (term.matrix,),
    Transpose: lambda term: (term.body,),
    Trace: lambda term: (term.body,),
    Diag: lambda term: (term.body,),
    Hadamard: attrgetter("factors"),
    Norm: lambda term: (term.body,),
    Entry: lambda term: (term.matrix, *term.indices),
    Identity: _sized,
    Ones: _sized,
    OneHot: lambda term: (term.index,) if term.size is None else (term.index, term.size),
}
"""What stands directly inside a term of each class."""


def children(term: Term) -> tuple[Term, ...]:
    """The terms directly inside a term, in a fixed order that `rebuild` undoes."""
    inside = _CHILDREN.get(type(term))
    if inside is None:
        message = f"not a term: {term!r}"
        raise TypeError(message)
    return inside(term)


def rebuild(term: Term, parts: tuple[Term, ...]) -> Term:
    """The same kind of term with other children, given in the order of `children`."""
    match term:
        case Num() | Pi():
            return term
        case Identity() | Ones() | OneHot() | Transpose() | Trace() | Diag():
            return type(term)(*parts)
        case Hadamard():
            return Hadamard(parts)
        case Norm(_, order):
            return Norm(parts[0], order)
        case Entry():
            return Entry(parts[0], parts[1:])
        case Sym(name, _):
            return Sym(name, parts)
        case Add():
            return Add(parts)
        case Mul():
            return Mul(parts)
        case Neg():
            return Neg(parts[0])
        case Fn(name, _):
            return Fn(name, parts[0])
        case Trajectory(process, _):
            return Trajectory(process, parts[0])
        case Det():
            return Det(parts[0])
        case Div():
            return Div(*parts)
        case Pow():
            return Pow(*parts)
        case Iverson(_, relation, _):
            return Iverson(parts[0], relation, parts[1])
        case App(name, arguments, _):
            return App(name, parts[: len(arguments)], parts[len(arguments) :])
        case Density(family, of, _):
            return Density(family, parts[: len(of)], parts[len(of) :])
        case Integral():
            return Integral(_symbols(parts[:-1]), parts[-1])
        case Expect(laws, _):
            return Expect(_laws(laws, parts), parts[-1])
        case Variance(laws, _):
            return Variance(_laws(laws, parts), parts[-1])
        case KL():
            return KL(_symbols(parts[:-2]), *parts[-2:])
        case JSD():
            return JSD(_symbols(parts[:-2]), *parts[-2:])
        case CrossEntropy():
            return CrossEntropy(_symbols(parts[:-2]), *parts[-2:])
        case Entropy(family, of, _):
            return Entropy(family, _symbols(parts[: len(of)]), _symbols(parts[len(of) :]))
        case MutualInformation(family, of, _):
            return MutualInformation(family, _symbols(parts[: len(of)]), _symbols(parts[len(of) :]))
        case Sum():
            return Sum(_symbol(parts[0]), Range(parts[1], parts[2]), parts[3], *parts[4:])
        case Prod():
            return Prod(_symbol(parts[0]), Range(parts[1], parts[2]), parts[3], *parts[4:])
        case Derivative():
            return Derivative(_symbol(parts[0]), parts[1])
        case Max():
            return Max(_symbol(parts[0]), parts[1])
        case Entries():
            row, rows, column, columns, entry = parts
            return Entries(_symbol(row), rows, _symbol(column), columns, entry)
        case Blocks(rows_of_blocks):
            width = len(rows_of_blocks[0])
            return Blocks(tuple(parts[k : k + width] for k in range(0, len(parts), width)))
    message = f"not a term: {term!r}"
    raise TypeError(message)


def _symbol(term: Term) -> Sym:
    if not isinstance(term, Sym):
        message = f"a bound name must stay a name, not {term!r}"
        raise TypeError(message)
    return term


def _symbols(terms: tuple[Term, ...]) -> tuple[Sym, ...]:
    return tuple(_symbol(term) for term in terms)


def _laws(laws: tuple[Law, ...], parts: tuple[Term, ...]) -> tuple[Law, ...]:
    result, at = [], 0
    for law in laws:
        width = len(law.variables)
        result.append(Law(_symbols(parts[at : at + width]), parts[at + width]))
        at += width + 1
    return tuple(result)


def walk(term: Term) -> Iterator[Term]:
    """Every term inside a term, itself first, without recursion."""
    stack = [term]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(children(top)))


def transform(term: Term, change: Callable[[Term], Term]) -> Term:
    """Apply `change` to every term inside a term, from the leaves up.

    Bound names are visited like any other.
    """
    return change(rebuild(term, tuple(transform(part, change) for part in children(term))))


def bound(term: Term) -> tuple[Sym, ...]:
    """The names that a term itself binds in its body, not in the ranges that come before."""
    match term:
        case Integral(variables) | KL(variables) | JSD(variables) | CrossEntropy(variables):
            return variables
        case Expect(laws, _) | Variance(laws, _):
            return tuple(variable for law in laws for variable in law.variables)
        case Entropy(_, of, given) | MutualInformation(_, of, given):
            return (*of, *given)
        case Sum(index) | Prod(index) | Max(index):
            return (index,)
        case Entries(row, _, column, _, _):
            return (row, column)
    return ()


def free(term: Term) -> frozenset[Sym]:
    """The names that occur free in a term.

    An indexed name counts whole (`z_j`), and its indices' names count too.

    A variable `z` that is integrated as a whole also binds its components `z_j`; a bound component
    binds just itself.
    """
    try:
        return term.kept_free
    except AttributeError:
        object.__setattr__(term, "kept_free", _free(term))
        return term.kept_free


def _free(term: Term) -> frozenset[Sym]:
    match term:
        case Sym(_, indices):
            return frozenset({term}).union(*(free(index) for index in indices))
        case Sum(index) | Prod(index):
            _, lower, upper, body, *left_out = children(term)
            outside = (free(part) for part in (lower, upper, *left_out))
            return _without(free(body), (index,)).union(*outside)
        case Entries(row, rows, column, columns, entry):
            return free(rows) | free(columns) | _without(free(entry), (row, column))
        case Expect(laws, _) | Variance(laws, _):
            inner: frozenset[Sym] = free(term.body)
            for law in reversed(laws):
                inner = _without(inner | free(law.density), law.variables)
                inner |= frozenset().union(*(free(i) for v in law.variables for i in v.indices))
            return inner
    names = bound(term)
    held = frozenset(names)
    inside = frozenset().union(*(free(part) for part in children(term) if part not in held))
    places = frozenset().union(*(free(index) for name in names for index in name.indices))
    return _without(inside, names) | places


def _without(names: frozenset[Sym], removed: tuple[Sym, ...]) -> frozenset[Sym]:
    whole = {name.name for name in removed if not name.indices}
    return frozenset(n for n in names.difference(removed) if n.name not in whole)


def substitute(term: Term, values: dict[Sym, Term]) -> Term:
    """Put terms for free names.

    Bound names that would capture a name of a value are renamed with a prime.

    A name is replaced where it occurs whole; replacing `z` by another variable also replaces the
    head of `z_j`.

    Raises:
        ValueError: A derivative would be taken by an expression, or by a name that a value brings
            into its body; an entry `z_j` would be taken of an expression.
    """
    values = {name: value for name, value in values.items() if name != value}
    if not values:
        return term
    if isinstance(term, Sym):
        return _substitute_name(term, values)
    if isinstance(term, Derivative):
        _refuse_capture(term, values)
    names = bound(term)
    incoming = {name.name for value in values.values() for name in free(value)}
    taken = incoming | {name.name for name in free(term) | frozenset(names)}
    renamed: dict[Sym, Term] = {}
    for name in names:
        if name.name in incoming or (name.indices and Sym(name.name) in values):
            fresh = name.name + "'"
            while fresh in taken:
                fresh += "'"
            taken.add(fresh)
            renamed[name] = Sym(fresh, name.indices)
    hidden = {name.name for name in names if not name.indices}
    inner = {n: v for n, v in values.items() if n not in names and n.name not in hidden}
    indices = {n: v for n, v in values.items() if n not in names}

    def change(part: Term, place: Place) -> Term:
        if place == "bound" and isinstance(part, Sym):
            head = renamed.get(part, part)
            assert isinstance(head, Sym)
            return Sym(head.name, tuple(substitute(index, indices) for index in head.indices))
        if place == "inside":
            return substitute(substitute(part, renamed), inner)
        return substitute(part, values)

    pairs = zip(children(term), _places(term), strict=True)
    return rebuild(term, tuple(change(part, place) for part, place in pairs))


Place: TypeAlias = Literal["bound", "inside", "outside"]
"""How a child stands to the names that its parent binds: it is one, sees them, or does not."""


def _places(term: Term) -> tuple[Place, ...]:
    """How each child, in the order of `children`, stands to the names that the term binds."""
    match term:
        case Sum(_, _, _, excluding) | Prod(_, _, _, excluding):
            tail: tuple[Place, ...] = () if excluding is None else ("outside",)
            return ("bound", "outside", "outside", "inside", *tail)
        case Entries():
            return ("bound", "outside", "bound", "outside", "inside")
        case Expect(laws, _) | Variance(laws, _):
            result: list[Place] = []
            for law in laws:
                result += ["bound"] * len(law.variables)
                result.append("inside")
            return (*result, "inside")
    count = len(bound(term))
    places: list[Place] = ["bound"] * count
    places += ["inside"] * (len(children(term)) - count)
    return tuple(places)


def _refuse_capture(term: Derivative, values: dict[Sym, Term]) -> None:
    """Refuse values that would change what a derivative is taken by."""
    variable = values.get(term.variable, term.variable)
    others = free(term.body) - {term.variable}
    names = {name.name for name in others}
    brought = {n.name for name, value in values.items() if name.name in names for n in free(value)}
    if term.variable in values:
        brought |= {name.name for name in others - values.keys()}
    if not isinstance(variable, Sym) or variable.name in brought:
        name = term.variable.name
        message = f"a value put under the derivative by {name} mentions it; write the term out"
        raise ValueError(message)


def _substitute_name(term: Sym, values: dict[Sym, Term]) -> Term:
    if term in values:
        return values[term]
    indices = tuple(substitute(index, values) for index in term.indices)
    head = values.get(Sym(term.name)) if indices else None
    if head is None:
        return Sym(term.name, indices)
    if not isinstance(head, Sym):
        message = f"{term.name} is written with an index and cannot become an expression"
        raise ValueError(message)  # noqa: TRY004 - the term is well typed, its meaning is not
    return Sym(head.name, (*head.indices, *indices))
