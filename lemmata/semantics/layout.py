"""What the terms of a statement need from a world, found by looking at them and the declarations.

Which roles are finite and which are the real line, which functions are tables and which must be
given by a formula, and which facts say how a name is computed (recursions, factorisations).
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from lemmata.kernel.declarations import (
    REAL,
    Declarations,
    Fact,
    Family,
    Function,
    Scalar,
    Variable,
)
from lemmata.kernel.terms import (
    Add,
    App,
    Density,
    Derivative,
    Entry,
    Mul,
    Neg,
    Norm,
    Num,
    Pow,
    Range,
    Sum,
    Sym,
    Term,
    Transpose,
    as_term,
    children,
    free,
    walk,
)
from lemmata.kernel.unfold import unfold


@dataclass(frozen=True, slots=True)
class Rule:
    """A fact that says how a name is computed: `left = right` for the names `forall`."""

    left: Term
    right: Term
    forall: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """What the world must offer.

    Attributes:
        declarations: The declarations.
        real: The roles that are the real line.
        formulas: The functions that are applied to numbers; the others are tables over points.
        rules: Facts that compute scalars, functions and densities, by name.
        facts: Every fact, unfolded.
        units: The columns of numbers of which a fact says that their length is one.
        summed: Those of them whose entries the fact says so of, one with the others.
        shares: The arrays of positive numbers of which a fact gives the total, each with the place
            of the index that is summed over, and the total.
        parts: What the terms are made of.
        known: The variables that were asked for.
    """

    declarations: Declarations
    real: frozenset[str]
    formulas: frozenset[str]
    rules: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    units: frozenset[str] = frozenset()
    summed: frozenset[str] = frozenset()
    shares: dict[str, tuple[int, Fraction]] = field(default_factory=dict)
    parts: tuple[Term, ...] = ()
    known: dict[str, Variable | None] = field(default_factory=dict)

    def computed_from(self, name: str) -> frozenset[str]:
        """The names that a name is computed from, by facts or as a value, at any remove."""
        found: set[str] = set()
        left = [name]
        while left:
            here = left.pop()
            others = self._valued_by(here)
            if here in self.shares or here in self.summed:
                others.add(here)
            for rule in self.rules.get(here, ()):
                for part in walk(rule.right):
                    if isinstance(part, Sym | App | Density):
                        others.add(part.family if isinstance(part, Density) else part.name)
            left += others - found
            found |= others
        return frozenset(found)

    def _valued_by(self, name: str) -> set[str]:
        """What a name is the value of, if it is a declared value function."""
        found: set[str] = set()
        for values in self.declarations.values:
            if name in (values.name, values.action_value):
                found |= {values.policy, values.dynamics, values.reward, values.discount}
        for process in self.declarations.processes:
            if name in (process.value, process.action_value, process.visits):
                found |= {process.policy, process.reward_function}
        return found

    def variable(self, name: str) -> Variable | None:
        """The variable of a name, of one of its other spellings, or of its primed copy."""
        if name not in self.known:
            self.known[name] = find_variable(self.declarations, name)
        return self.known[name]

    def is_real(self, variable: Variable) -> bool:
        """Whether a variable ranges over the real line."""
        return variable.place in self.real


def find_variable(declarations: Declarations, name: str) -> Variable | None:
    """The variable of a name, of one of its other spellings, or of its primed copy."""
    found = declarations.variable(name)
    if found is None:
        for spelling in (name, name.rstrip("'")):
            other = declarations.find(spelling)
            if isinstance(other, Variable):
                return other
    return found


@dataclass(frozen=True, slots=True)
class Ground:
    """What the declarations alone say of a world, whatever terms it is for.

    Attributes:
        facts: Every fact, unfolded.
        rules: Facts that compute scalars, functions and densities, by name.
        real: The roles that laws or derivatives in facts put on the real line.
        applied: The functions in facts, with their arguments.
        free: The names that are free in facts, but for those that a fact holds for.
        units: The columns of numbers of which a fact says that their length is one.
        summed: Those of them whose entries the fact says so of, one with the others.
        shares: The arrays of positive numbers of which a fact gives the total, each with the place
            of the index that is summed over, and the total.
    """

    facts: tuple[Fact, ...]
    rules: dict[str, tuple[Rule, ...]]
    real: frozenset[str]
    applied: tuple[App, ...]
    free: frozenset[str]
    units: frozenset[str]
    summed: frozenset[str]
    shares: dict[str, tuple[int, Fraction]]


@lru_cache(maxsize=96)
def ground(declarations: Declarations) -> Ground:
    """What declarations say of their worlds; remembered, as all answers to a question share it."""
    facts = tuple(_unfolded(fact, declarations) for fact in declarations.facts)
    parts = [part for fact in facts for side in _sides(fact) for part in walk(side)]
    names = (
        {symbol.name for side in _sides(fact) for symbol in free(side)} - set(fact.forall)
        for fact in facts
    )
    rules: dict[str, tuple[Rule, ...]] = {}
    shares: dict[str, tuple[int, Fraction]] = {}
    for fact in facts:
        share = _share(fact, declarations)
        if share is not None and share[0] not in shares:
            shares[share[0]] = share[1:]
            continue
        found = _rule(fact, declarations)
        if found is not None:
            name, rule = found
            rules[name] = (*rules.get(name, ()), rule)
    declared = [family for family in declarations.families if _is_gaussian(family)]
    real = {role for family in declared for role in family.of}
    if declarations.world == "gaussian":
        real |= {role for family in declarations.families for role in family.of}
    real |= _differentiated(parts, declarations)
    applied = tuple(part for part in parts if isinstance(part, App))
    columns = [(column_of_length_one(fact, declarations), fact) for fact in facts]
    units = frozenset(name for name, _ in columns if name)
    summed = frozenset(name for name, fact in columns if name and is_of_entries(fact))
    return Ground(
        facts, rules, frozenset(real), applied, frozenset().union(*names), units, summed, shares
    )


def lay_out(declarations: Declarations, terms: tuple[Term, ...]) -> Layout:
    """Decide what a world for these (unfolded) terms must offer."""
    below = ground(declarations)
    parts = tuple([part for term in terms for part in walk(term)])
    real = _with_company(below.real | _differentiated(parts, declarations), declarations)
    applied = (*below.applied, *(part for part in parts if isinstance(part, App)))
    formulas = frozenset(p.name for p in applied if not _tabular(p, declarations, real))
    return Layout(
        declarations,
        real,
        formulas,
        below.rules,
        below.facts,
        below.units,
        below.summed,
        below.shares,
        parts,
    )


def is_of_entries(fact: Fact) -> bool:
    """Whether a fact about an array speaks of its entries in a sum."""
    return any(isinstance(side, Sum) for side in _sides(fact))


def column_of_length_one(fact: Fact, declarations: Declarations) -> str:
    """The column of numbers that a fact gives the length one: `u^T u = 1`; empty if none."""
    if fact.statement.relation != "=" or as_term(1) not in _sides(fact):
        return ""
    one, other = _sides(fact)
    match other if one == as_term(1) else one:
        case Norm(Sym() as column, "2") | Pow(Norm(Sym() as column, "2"), _):
            pass
        case Mul((Transpose(Sym() as column), Sym() as same)) if same == column:
            pass
        case Sum(letter, span, Pow(Sym(name, (*before, last)), Num(two)), None) if two == 2:
            item = declarations.find(name)
            if last != letter or not isinstance(item, Scalar) or item.axes[-1:] != (span,):
                return ""
            column = Sym(name, tuple(before))
        case _:
            return ""
    item = declarations.find(column.name)
    if not isinstance(item, Scalar) or item.interval != REAL:
        return ""
    letters = [Sym(letter) for letter in fact.forall]
    whole = len(column.indices) == len(item.axes) - 1
    runs = sorted(map(repr, column.indices)) == sorted(map(repr, letters))
    return column.name if whole and runs else ""


def _unfolded(fact: Fact, declarations: Declarations) -> Fact:
    statement = fact.statement
    left, right = unfold(statement.left, declarations), unfold(statement.right, declarations)
    return Fact(fact.name, type(statement)(left, statement.relation, right), fact.forall)


def _sides(fact: Fact) -> tuple[Term, Term]:
    return fact.statement.left, fact.statement.right


def _is_gaussian(family: Family) -> bool:
    return bool(family.normal or family.multivariate)


def _differentiated(parts: Iterable[Term], declarations: Declarations) -> set[str]:
    """The roles of variables that are differentiated by and have no law."""
    slots = {part.variable.name for part in parts if isinstance(part, Derivative)}
    variables = (find_variable(declarations, name) for name in slots)
    return {v.place for v in variables if v is not None and not _has_law(declarations, v.place)}


def _with_company(real: AbstractSet[str], declarations: Declarations) -> frozenset[str]:
    """Roles on the real line, and those that they drag along.

    A family that is not declared Gaussian but lives on a real role is made jointly Gaussian, so all
    its roles become real too.
    """
    grown = True
    while grown:
        before = len(real)
        for family in declarations.families:
            roles = {*family.of, *family.given}
            if not _is_gaussian(family) and real & roles:
                real = real | roles
        grown = len(real) > before
    return frozenset(real)


def _has_law(declarations: Declarations, role: str) -> bool:
    in_family = any(role in (*family.of, *family.given) for family in declarations.families)
    names = {variable.name for variable in declarations.variables if variable.place == role}
    return in_family or any(names & {p.state, p.action} for p in declarations.processes)


def _tabular(term: App, declarations: Declarations, real: frozenset[str]) -> bool:
    """Whether a function is applied to points of finite spaces only."""
    for argument in term.arguments:
        if not isinstance(argument, Sym):
            return False
        variable = find_variable(declarations, argument.name)
        if variable is None or variable.place in real:
            return False
    return bool(term.arguments)


def _rule(fact: Fact, declarations: Declarations) -> tuple[str, Rule] | None:
    if fact.statement.relation != "=":
        return None
    left, right = _sides(fact)
    for one, other in ((left, right), (right, left)):
        name = _computed_name(one, declarations)
        if name is not None and not _occurs(one, other):
            return name, _by_entries(Rule(one, other, fact.forall), declarations)
        total = _last_of_total(one, other, fact.forall, declarations)
        if total is not None:
            return total
    return None


def _by_entries(rule: Rule, declarations: Declarations) -> Rule:
    """A rule that computes a column or matrix, as one that computes its entries."""
    array = rule.left
    item = declarations.find(array.name) if isinstance(array, Sym) else None
    if not isinstance(array, Sym) or not isinstance(item, Scalar):
        return rule
    missing = len(item.axes) - len(array.indices)
    letters = tuple(f"place {number} in {array.name}" for number in range(missing))
    if not letters:
        return rule
    places = tuple(map(Sym, letters))
    left = Sym(array.name, (*array.indices, *places))
    return Rule(left, Entry(rule.right, places), (*rule.forall, *letters))


def _share(fact: Fact, declarations: Declarations) -> tuple[str, int, Fraction] | None:
    """The array of positive numbers of which a fact gives the total of each row, and that."""
    one, other = _sides(fact)
    match (one, other) if isinstance(other, Num) else (other, one):
        case Sum(letter, span, Sym(name, indices), None), Num(total) if letter in indices:
            item = declarations.find(name)
            place = indices.index(letter)
            letters = {Sym(index) for index in fact.forall}
            rest = [*indices[:place], *indices[place + 1 :]]
            if not isinstance(item, Scalar) or len(indices) != len(item.axes):
                return None
            above = item.interval.upper is None or item.interval.upper >= total
            fits = item.interval.lower == 0 and above and item.axes[place] == span
            every = set(rest) == letters and len(set(rest)) == len(rest)
            if fact.statement.relation == "=" and fits and every and total > 0:
                return name, place, total
    return None


def _last_of_total(
    one: Term, other: Term, forall: tuple[str, ...], declarations: Declarations
) -> tuple[str, Rule] | None:
    """The last entry of an array of which a fact gives the total: what the others leave."""
    match one:
        case Sum(letter, Range(lower, upper) as span, Sym(name, indices), None):
            item = declarations.find(name)
            others = [index for index in indices if index != letter]
            if (
                not isinstance(item, Scalar)
                or len(others) != len(indices) - 1
                or item.axes[indices.index(letter)] != span
                or not set(others).issubset(map(Sym, forall))
                or any(isinstance(part, Sym) and part.name == name for part in walk(other))
            ):
                return None
            last = tuple(upper if index == letter else index for index in indices)
            before = Sum(letter, Range(lower, Add((upper, Neg(as_term(1))))), one.body)
            return name, Rule(Sym(name, last), Add((other, Neg(before))), forall)
    return None


def _computed_name(term: Term, declarations: Declarations) -> str | None:
    match term:
        case Sym(name, _) if isinstance(declarations.find(name), Scalar):
            return name
        case App(name, arguments, _) if isinstance(declarations.find(name), Function):
            return name if all(isinstance(argument, Sym) for argument in arguments) else None
        case Density(name, of, given) if isinstance(declarations.find(name), Family):
            return name if all(isinstance(part, Sym) for part in (*of, *given)) else None
    return None


def _occurs(one: Term, other: Term) -> bool:
    return one == other or any(_occurs(one, part) for part in children(other))
