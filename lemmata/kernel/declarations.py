"""Declarations: the names of a statement, what they are, and the world in which it is meant.

One set of declarations feeds everything: the reader (which names exist and what sort they have),
the kernel (which side conditions hold), the model judge (which random worlds to build) and the
report ("for all ..."). They are data; the text form is read in `lemmata.notation` and a claim's
signature exports to them in `lemmata.derivations`.

Sizes        Size      an integer such as m, n, T, N, with its smallest value
Indices      Index     a letter that runs over a range, such as j = 1..m
Scalars      Scalar    a number or an indexed array of numbers, with its interval: mu, sigma_j, x_t
Outcomes     Variable  what densities are over and integrals run over: x, y, z with components z_j,
s_t, a_t
Densities    Family    one joint law with all its marginals and conditionals
Functions    Function  an unknown function, real, positive or between 0 and 1
Parameters   Parameter what gradients are taken with respect to
Processes    Process   trajectories of a Markov decision process under a policy
Values       Values    the value functions of a policy, discounted, without a horizon
Meaning      Definition, Fact
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias, TypeVar

from lemmata.kernel.terms import (
    JSD,
    KL,
    App,
    Density,
    Entries,
    Prod,
    Range,
    Statement,
    Sum,
    Sym,
    Term,
    Variance,
    children,
    free,
    walk,
)

T = TypeVar("T")
LONGEST_DEFINITION = 5_000
"""Parts of a definition, with the others written out in it."""

World: TypeAlias = Literal["any", "finite", "gaussian"]
"""Where a statement is meant to hold.

Over any base measure, over finite spaces, or with Gaussian densities on the reals.
"""


MatrixKind: TypeAlias = Literal["general", "symmetric", "definite", "invertible", "full-rank"]
"""What is known of a matrix.

Symmetric, symmetric and positive definite, invertible, or that its columns are independent.
"""


@dataclass(frozen=True, slots=True)
class Interval:
    """The real numbers between two bounds; an absent bound is infinite.

    Bounds are excluded unless `closed`.
    """

    lower: Fraction | None = None
    upper: Fraction | None = None
    closed: bool = False

    @property
    def positive(self) -> bool:
        """Whether every number in the interval is above zero."""
        low = self.lower
        return low is not None and (low.numerator > 0 or not (low or self.closed))


REAL = Interval()
POSITIVE = Interval(Fraction(0))
NONNEGATIVE = Interval(Fraction(0), closed=True)
UNIT = Interval(Fraction(0), Fraction(1))


@dataclass(frozen=True, slots=True)
class Size:
    """An integer parameter of the statement, at least `least`."""

    name: str
    least: int = 1

    @property
    def interval(self) -> Interval:
        """The real numbers that are not below its least value."""
        return Interval(Fraction(self.least), closed=True)


@dataclass(frozen=True, slots=True)
class Index:
    """A letter for integers; where a sum gives no limits, it runs over `range`."""

    name: str
    range: Range


@dataclass(frozen=True, slots=True)
class Scalar:
    """A real number, or an array of them with one range per index.

    Attributes:
        parameters: The parameters it depends on; none unless declared.
        other_names: Further spellings.
        rank: How many of its last indices it may stand without: 1 for a column, 2 for a matrix.
        kind: What is known of a square matrix.
    """

    name: str
    interval: Interval = REAL
    axes: tuple[Range, ...] = ()
    parameters: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    rank: int = 0
    kind: MatrixKind = "general"


@dataclass(frozen=True, slots=True)
class Variable:
    """An outcome: what a density is over and an integral runs over.

    Attributes:
        role: The place it takes in a family; its own name unless it is a second copy of another
            (x' for x).
        components: The range of its components when it is a vector (`z` has components `z_j`),
            else None.
        other_names: Further spellings of the same variable (capital letters, tildes).
    """

    name: str
    role: str = ""
    components: Range | None = None
    other_names: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The role, or the name where no other role was declared."""
        return self.role or self.name


@dataclass(frozen=True, slots=True)
class Normal:
    """A Gaussian law of a family's one variable: mean and standard deviation.

    For a vector the components are independent and `index` names the component in `mean` and
    `deviation`.
    """

    mean: Term
    deviation: Term
    index: str = ""


@dataclass(frozen=True, slots=True)
class Multivariate:
    """A Gaussian law of a family's one vector: its mean and its positive definite covariance."""

    mean: Term
    covariance: Term


@dataclass(frozen=True, slots=True)
class Family:
    """A family of densities with full support.

    One joint law of `of` given `given`, and all it entails.

    Attributes:
        of: The roles it is a law of. Any marginal and conditional of these may be written. A role
            with a prime is the next one of its kind, as in P(s' | s, a): before the bar, variables
            of the role s take it.
        given: The roles it is always conditioned on; with none, any role may also be a condition.
        independent: Whether the components of its one vector variable are independent given the
            rest.
        normal: Its Gaussian law, if declared by a standard deviation.
        multivariate: Its Gaussian law, if declared by a covariance matrix.
        parameters: The parameters it may depend on; None means every declared one.
        other_names: Further spellings.
        bare: The variables that it is a density of where it stands without arguments.
        data: The size of the data set whose empirical law it is, if it is one.
    """

    name: str
    of: tuple[str, ...]
    given: tuple[str, ...] = ()
    independent: bool = False
    normal: Normal | None = None
    parameters: tuple[str, ...] | None = None
    other_names: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    data: str = ""
    multivariate: Multivariate | None = None

    def place(self, role: str, *, drawn: bool) -> str:
        """The role of this family that a variable of a role takes, before the bar or behind it."""
        return f"{role}'" if drawn and f"{role}'" in self.of else role


@dataclass(frozen=True, slots=True)
class Function:
    """An unknown function.

    Attributes:
        arity: How many arguments it takes.
        optional: How many of them, from the last, may be left out. With fewer arguments it is
            another function: `b`, `b(s)` and `b(s, a)` have nothing in common.
        interval: Where its values lie.
        axes: One range per component index of its value.
        parameters: The parameters it may depend on; None means every declared one.
        other_names: Further spellings.
        bare: The variables that it is applied to where it stands without arguments.
        rank: How many of the last indices of its value it may stand without.
        kind: What is known of its value, if that is a square matrix.
    """

    name: str
    arity: int
    interval: Interval = REAL
    axes: tuple[Range, ...] = ()
    parameters: tuple[str, ...] | None = ()
    other_names: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    rank: int = 0
    kind: MatrixKind = "general"
    optional: int = 0

    def takes(self, arguments: int) -> bool:
        """Whether it may be written with this many arguments."""
        return self.arity - self.optional <= arguments <= self.arity


@dataclass(frozen=True, slots=True)
class Parameter:
    """What gradients are taken with respect to; gradients act on each of its coordinates alike."""

    name: str


@dataclass(frozen=True, slots=True)
class Process:
    """Trajectories (s_1, a_1, r_1, ..., s_T, a_T, r_T) of a Markov decision process under a policy.

    Symbols carry the time first and, where trajectories are numbered, the trajectory second: `s_t`,
    `r_{t'}^i`. The reward r_t is settled by the past, (s_t, a_t) and chance; the initial law and
    the dynamics do not depend on any parameter; numbered trajectories are independent and alike.

    Attributes:
        name: As it stands below the expectation sign.
        state: The variable of states; likewise `action`. `reward` names the symbol r_t.
        policy: The family pi(a | s).
        reward_function: A function r(s, a), if rewards are written so; r_t is then r(s_t, a_t).
        value: A function V_t(s), the mean of the rewards from t on given s_t = s.
        action_value: A function Q_t(s, a), the mean of the rewards from t on given s_t = s and
            a_t = a. These two need a reward function.
        visits: A function d_t(s), the density of s_t.
        times: The range of time, 1 to T or 0 to T.
        samples: The range of trajectory numbers, if trajectories are numbered.
    """

    name: str
    state: str
    action: str
    reward: str
    policy: str
    times: Range
    samples: Range | None = None
    reward_function: str = ""
    value: str = ""
    action_value: str = ""
    visits: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """The value functions of a policy in a Markov decision process, discounted, without a horizon.

    V(s) = sum_a pi(a | s) Q(s, a) and Q(s, a) = r(s, a) + gamma sum_{s'} P(s' | s, a) V(s').

    Attributes:
        name: The function V(s).
        action_value: The function Q(s, a).
        policy: The family pi(a | s).
        reward: The function r(s, a).
        dynamics: The family P(s' | s, a).
        discount: The name of the discount factor, a number between 0 and 1.
    """

    name: str
    action_value: str
    policy: str
    reward: str
    dynamics: str
    discount: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A name that stands for a term in its arguments.

    Q(x) := (p(x) + p_G(x))/2, J := E_pi[sum_t r_t], R_t^i := sum_{t' >= t} r_{t'}^i.

    Attributes:
        letters: The integer letters of its indices, which its body speaks of.
    """

    name: str
    arguments: tuple[Sym, ...]
    body: Term
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement that holds in the declared world.

    A recursion, an equation given by the problem, an order of times.

    Attributes:
        forall: The index names that it holds for, within their declared ranges.
    """

    name: str
    statement: Statement
    forall: tuple[str, ...] = ()


Declared: TypeAlias = (
    Size | Index | Scalar | Variable | Family | Function | Parameter | Process | Definition
)


@dataclass(frozen=True)
class Declarations:
    """All names of a statement. Immutable; validated when made.

    Raises:
        ValueError: Two declarations share a name, a declaration refers to a name that is not
            declared, or a definition is circular. The message names the declaration.
    """

    sizes: tuple[Size, ...] = ()
    indices: tuple[Index, ...] = ()
    scalars: tuple[Scalar, ...] = ()
    variables: tuple[Variable, ...] = ()
    families: tuple[Family, ...] = ()
    functions: tuple[Function, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    processes: tuple[Process, ...] = ()
    definitions: tuple[Definition, ...] = ()
    facts: tuple[Fact, ...] = ()
    world: World = "any"
    values: tuple[Values, ...] = ()

    def __post_init__(self) -> None:
        names: set[str] = set()
        for item in self.named():
            spellings = (item.name, *getattr(item, "other_names", ()))
            for name in dict.fromkeys(spellings):
                if name in names:
                    message = f"{name!r} is declared twice; give one of the two another name"
                    raise ValueError(message)
                names.add(name)
        self._check_references()

    def named(self) -> tuple[Declared, ...]:
        """Every declaration that has a name of its own, in the order of the fields."""
        return (
            *self.sizes,
            *self.indices,
            *self.scalars,
            *self.variables,
            *self.families,
            *self.functions,
            *self.parameters,
            *self.processes,
            *self.definitions,
        )

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, field.name) for field in fields(self)))

    def __hash__(self) -> int:
        return self._hash

    def __getstate__(self) -> dict[str, object]:
        """The fields alone: a hash of texts is another one in another process."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def _by_spelling(self) -> dict[str, Declared]:
        """Every declaration by its name and by its other spellings."""
        named = self.named()
        others = ((name, item) for item in named for name in getattr(item, "other_names", ()))
        return dict(others) | {item.name: item for item in named}

    @cached_property
    def linear(self) -> bool:
        """Whether some names stand for whole columns or matrices."""
        return any(s.rank for s in self.scalars) or any(f.rank for f in self.functions)

    def find(self, name: str) -> Declared | None:
        """The declaration of a name or of one of its other spellings."""
        return self._by_spelling.get(name)

    def variable(self, name: str) -> Variable | None:
        """The variable of this name, if there is one.

        A primed copy of a variable (x') stands for that variable.
        """
        found = self._variables.get(name)
        return self._variables.get(name.rstrip("'")) if found is None else found

    @cached_property
    def _variables(self) -> dict[str, Variable]:
        return {item.name: item for item in self.variables}

    def family(self, name: str) -> Family:
        """The family of this name.

        Raises:
            KeyError: No family has this name.
        """
        for item in self.families:
            if item.name == name:
                return item
        raise KeyError(name)

    def vector_of(self, family: Family) -> Variable | None:
        """The variable with components that a family is a law of, if it is one of just that."""
        found = (v for v in self.variables if v.place == family.of[0] and v.components is not None)
        return next(found, None)

    def definition(self, name: str) -> Definition | None:
        """The definition of this name, if there is one."""
        return self._definitions.get(name)

    @cached_property
    def _definitions(self) -> dict[str, Definition]:
        return {item.name: item for item in self.definitions}

    def process(self, name: str) -> Process:
        """The process of this name.

        Raises:
            KeyError: No process has this name.
        """
        for item in self.processes:
            if item.name == name:
                return item
        raise KeyError(name)

    def depends(self, item: Family | Function | Scalar, parameter: str) -> bool:
        """Whether a declared thing may depend on a parameter. Silence means that a family may."""
        return item.parameters is None or parameter in item.parameters

    def _check_references(self) -> None:
        roles = {variable.place for variable in self.variables}
        known = {item.name for item in self.named()}
        for family in self.families:
            for role in (*family.of, *family.given):
                if role not in roles and not (role in family.of and role[:-1] in roles):
                    message = (
                        f"family {family.name!r} is over {role!r}, which no variable stands for"
                    )
                    raise ValueError(message)
            if family.data and all(size.name != family.data for size in self.sizes):
                message = f"the size {family.data!r} of the data {family.name!r} is not declared"
                raise ValueError(message)
            if set(family.of) & set(family.given) or len(set(family.of)) < len(family.of):
                message = f"family {family.name!r} names a role twice"
                raise ValueError(message)
            special = family.normal or family.independent or family.multivariate
            if special and len(family.of) != 1:
                message = f"family {family.name!r}: such a law is declared for one variable"
                raise ValueError(message)
            if family.multivariate and not self.vector_of(family):
                message = f"family {family.name!r}: a covariance needs a variable with components"
                raise ValueError(message)
        for process in self.processes:
            for name in (process.state, process.action, process.policy):
                if name not in known:
                    message = f"process {process.name!r} refers to {name!r}, which is not declared"
                    raise ValueError(message)
            self._check_functions_of(process)
        for values in self.values:
            self._check_values(values)
        written_out(self.definitions)

    def _check_functions_of(self, process: Process) -> None:
        """Check that the values and visits of a process may depend on what its policy does."""
        policy, reward = self.find(process.policy), self.find(process.reward_function)
        moving = [p.name for p in self.parameters
                  if isinstance(policy, Family) and self.depends(policy, p.name)]  # fmt: skip
        for name, arity in ((process.value, 1), (process.action_value, 2), (process.visits, 1)):
            item = self.find(name) if name else None
            if not name:
                continue
            fits = isinstance(item, Function) and item.arity == arity and len(item.axes) == 1
            if not isinstance(item, Function) or not fits:
                message = f"{name!r} of process {process.name!r} needs {arity} arguments and a time"
                raise ValueError(message)
            if any(not self.depends(item, parameter) for parameter in moving):
                message = f"{name!r} depends on {', '.join(moving)}, as the policy does; declare it"
                raise ValueError(message)
        owned = [p.name for p in self.parameters
                 if isinstance(reward, Function) and self.depends(reward, p.name)]  # fmt: skip
        if owned:
            message = f"{process.reward_function!r} depends on {', '.join(owned)}, but r_t does not"
            raise ValueError(message)
        if (process.value or process.action_value) and not process.reward_function:
            message = f"the values of process {process.name!r} need a reward function"
            raise ValueError(message)

    def _check_values(self, values: Values) -> None:
        """Check that value functions are declared, and depend on what they are made of."""
        parts = (values.policy, values.dynamics, values.reward)
        made = [item for item in map(self.find, parts) if isinstance(item, Family | Function)]
        owned = [f for f in self.functions if f.name in (values.name, values.action_value)]
        discount = self.find(values.discount)
        if len(made) < len(parts) or len(owned) < 2 or not isinstance(discount, Scalar):
            message = f"the values of {values.name!r} refer to a name that is not declared"
            raise ValueError(message)
        if discount.interval != UNIT or [f.arity for f in owned] not in ([1, 2], [2, 1]):
            message = f"the values of {values.name!r} need V(s), Q(s, a) and a discount in (0, 1)"
            raise ValueError(message)
        moving = {p.name for p in self.parameters for m in made if self.depends(m, p.name)}
        if any(not self.depends(function, name) for function in owned for name in moving):
            message = f"the value functions depend on {', '.join(sorted(moving))}; declare it"
            raise ValueError(message)

    def values_of(self, name: str) -> Values | None:
        """The value functions that a function is one of."""
        return next((v for v in self.values if name in (v.name, v.action_value)), None)

    def undeclared(self, term: Term) -> tuple[str, ...]:
        """The names in a term that have no declaration, in order of appearance.

        Bound index letters need none.
        """
        bound_names = {name.name for part in walk(term) for name in _bound_names(part)}
        seen: dict[str, None] = {}
        for part in walk(term):
            match part:
                case Sym(name, _) | App(name, _, _) | Density(name, _, _):
                    if (
                        self.find(name) is None
                        and name not in bound_names
                        and not self._is_process_name(name)
                    ):
                        seen[name] = None
        return tuple(seen)

    def _is_process_name(self, name: str) -> bool:
        return any(name in (p.reward, p.reward_function) for p in self.processes)


@lru_cache(maxsize=64)
def written_out(definitions: tuple[Definition, ...]) -> dict[str, int]:
    """How many terms each definition is made of, with the others written out in it.

    Raises:
        ValueError: A definition is circular, or longer than anybody would write out.
    """
    lengths: dict[str, int] = {}
    bodies = {definition.name: definition.body for definition in definitions}

    def measure(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = " -> ".join((*path, name))
            raise ValueError(f"definition {name!r} is circular: {circle}")
        for part in walk(bodies[name]):
            if isinstance(part, Sym | App) and part.name in bodies and part.name not in lengths:
                measure(part.name, (*path, name))
        lengths[name] = length_of(bodies[name], lengths)
        if lengths[name] > LONGEST_DEFINITION:
            message = f"definition {name!r} has more than {LONGEST_DEFINITION} parts, written out"
            raise ValueError(message)

    for name in bodies:
        measure(name, ())
    return lengths


def length_of(term: Term, lengths: dict[str, int]) -> int:
    """How many terms a term is made of at most, with definitions of these lengths written out.

    So are variances and divergences, which hold what they are of several times.
    """
    copies = 3 if isinstance(term, Variance | KL | JSD) else 1
    inside = copies * sum(length_of(part, lengths) for part in children(term))
    known = lengths.get(term.name, 0) if isinstance(term, Sym | App) else 0
    return 1 + inside + known * max(1, inside)  # each part of a definition may be an argument


def with_second_parameter(declarations: Declarations, name: str) -> Declarations:
    """The declarations with a second coordinate of a parameter, on which the same things depend."""

    def moved(item: T) -> T:
        known = getattr(item, "parameters", None) or ()
        more = (*known, f"{name}'")
        return replace(item, parameters=more) if name in known else item  # type: ignore[type-var]

    return replace(
        declarations,
        parameters=(*declarations.parameters, Parameter(f"{name}'")),
        scalars=tuple(map(moved, declarations.scalars)),
        families=tuple(map(moved, declarations.families)),
        functions=tuple(map(moved, declarations.functions)),
    )


def _bound_names(term: Term) -> tuple[Sym, ...]:
    match term:
        case Sum(index, _, _, _) | Prod(index, _, _, _):
            return (index,)
        case Entries(row, _, column, _, _):
            return (row, column)
    return ()


def free_names(term: Term) -> frozenset[str]:
    """The names (without indices) that occur free in a term."""
    return frozenset(symbol.name for symbol in free(term))
