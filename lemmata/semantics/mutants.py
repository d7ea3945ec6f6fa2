"""Mutants: one-site edits of a term, the slips that people make.

A flipped sign, a factor too much or too little, swapped arguments of a divergence, a quotient
upside down, a dropped term, a wrong condition, a wrong family, a range off by one, a lost square,
a reversed inequality, and the slips of `mutants_linear`. Most of these mutants of a proved
statement are false, and every check must say so. Read backwards, an edit explains a slip: the wrong
line of a student whose edited version is proved is right but for that edit.

The order is fixed: outer before inner, left before right, and the edits of one place in the order
in which they stand below. A mutant is well formed where the original is, names nothing new, and
differs from the original as a term; whether it differs in value is for the judges to say.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from lemmata.kernel.declarations import REAL, Declarations, Family, Scalar
from lemmata.kernel.shapes import Shape, Shapes
from lemmata.kernel.terms import (
    JSD,
    KL,
    Add,
    App,
    CrossEntropy,
    Density,
    Derivation,
    Derivative,
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
    Max,
    Mul,
    MutualInformation,
    Neg,
    Num,
    OneHot,
    Ones,
    Pow,
    Prod,
    Range,
    Relation,
    Statement,
    Step,
    Sum,
    Sym,
    Term,
    Trace,
    Trajectory,
    Transpose,
    Variance,
    as_term,
    bound,
    children,
    free,
    rebuild,
)
from lemmata.semantics.mutants_linear import slips

_ZERO, _ONE, _TWO = as_term(0), as_term(1), as_term(2)
_REVERSED: dict[Relation, Relation] = {">=": "<=", "<=": ">=", "<": ">", ">": "<"}
_NEAR: dict[Relation, Relation] = {">=": ">", "<=": "<", "<": "<=", ">": ">=", "=": "!=", "!=": "="}


@dataclass(frozen=True, slots=True)
class Edit:
    """What is changed, as an order: `flip the sign of {}`, with the terms it speaks of.

    Attributes:
        text: The order, with a place for each term.
        about: The terms.
        factor: By what a summand is multiplied, where that is all that is changed.
        at: Which of the terms of a sum this summand is.
    """

    text: str
    about: tuple[Term, ...] = ()
    factor: Fraction | None = None
    at: int = 0

    def describe(self, write: Callable[[Term], str]) -> str:
        """The edit in words, its terms written by `write`."""
        return self.text.format(*(write(term) for term in self.about))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A term with one edit made.

    Attributes:
        term: The whole term after the edit.
        edit: The edit.
        path: Where: the position among the children (see `kernel.terms.children`), from the root.
        scaled: Where the edit multiplies a summand that the whole is linear in: the whole without
            that summand, and the factor.
    """

    term: Term
    edit: Edit
    path: tuple[int, ...]
    scaled: tuple[Term, Fraction] | None = None


@dataclass(frozen=True, slots=True)
class DerivationMutant:
    """A derivation with one edit made in one step.

    Attributes:
        step: The number of the edited step, from 1.
        derivation: The whole derivation after the edit.
        edit: The edit.
    """

    step: int
    derivation: Derivation
    edit: Edit


Change: TypeAlias = tuple[Term, Edit]
"""What stands in a place after an edit, and the edit."""

_LINEAR = (
    *(Add, Neg, Mul, Hadamard, Sum, Integral, Expect, Derivative, Trajectory),
    *(Transpose, Trace, Entry, Entries),
)
"""Terms that are linear in each of the parts that are edited, bodies of binders among them."""


def mutants_of(
    term: Term, declarations: Declarations, shape: Shape | None = None
) -> Iterator[Mutant]:
    """Every one-site mutant of a term, without repetitions.

    The whole keeps its shape, or takes the one that is given.
    """
    seen = {term}
    shapes = Shapes(declarations)
    shape = shape or (shapes.find(term) if declarations.linear else None)
    without: dict[tuple[int, ...], Term] = {}
    for path, change in _walk(term, _Place(declarations, free(term)), ()):
        replaced, edit = change
        mutant = _replace(term, path, replaced)
        fits = not declarations.linear or shapes.find(mutant) == shape
        known = len(seen)
        if fits:
            seen.add(mutant)  # which is asked for its hash once, as terms are hashed in depth
        if len(seen) > known:
            yield Mutant(mutant, edit, path, _scaled(term, path, edit, without))


def _scaled(
    term: Term, path: tuple[int, ...], edit: Edit, without: dict[tuple[int, ...], Term]
) -> tuple[Term, Fraction] | None:
    """A term without the summand that an edit multiplies, and the factor.

    None where the edit does something else, or the term is not linear in that summand.

    Args:
        term: The term.
        path: The place of the edit.
        edit: The edit.
        without: Terms without a summand, by its place: the same one for all its edits.
    """
    if edit.factor is None:
        return None
    within = term
    for position in path:
        linear = isinstance(within, _LINEAR) or (isinstance(within, Div) and not position)
        if not linear or (isinstance(within, Expect) and position < len(children(within)) - 1):
            return None
        within = children(within)[position]
    rest = _ZERO
    if isinstance(within, Add):
        path, parts = (*path, edit.at), (*within.terms[: edit.at], *within.terms[edit.at + 1 :])
        rest = parts[0] if len(parts) == 1 else Add(parts)
    if path not in without:
        without[path] = _replace(term, path[: len(path) - isinstance(within, Add)], rest)
    return without[path], edit.factor


def mutants_of_statement(
    statement: Statement, declarations: Declarations
) -> Iterator[tuple[Statement, Edit]]:
    """Every one-site mutant of a statement's right side, and the reversed inequality."""
    left, relation, right = statement.left, statement.relation, statement.right
    if relation in _REVERSED:
        yield Statement(left, _REVERSED[relation], right), Edit("reverse the inequality")
    for mutant in mutants_of(right, declarations):
        yield Statement(left, relation, mutant.term), mutant.edit


def mutants_of_derivation(
    derivation: Derivation, declarations: Declarations
) -> Iterator[DerivationMutant]:
    """Every derivation in which one step has a mutant for its term, or its inequality reversed."""
    for at, step in enumerate(derivation.steps):
        lines = list(derivation.steps)
        if step.relation in _REVERSED:
            lines[at] = Step(_REVERSED[step.relation], step.term, step.by)
            edit = Edit("reverse the inequality")
            yield DerivationMutant(at + 1, Derivation(derivation.start, tuple(lines)), edit)
        for mutant in mutants_of(step.term, declarations):
            lines[at] = Step(step.relation, mutant.term, step.by)
            yield DerivationMutant(at + 1, Derivation(derivation.start, tuple(lines)), mutant.edit)


@dataclass(frozen=True, slots=True)
class _Place:
    """What the edits of a place may use.

    Attributes:
        declarations: All names.
        scope: The names that are free in the whole term, or bound around the place.
        root: Whether it is the whole term.
        drawing: Whether it belongs to the density of a law, whose variables must stay.
        raised: Whether it is the base of a power.
    """

    declarations: Declarations
    scope: frozenset[Sym]
    root: bool = True
    drawing: bool = False
    raised: bool = False


def _walk(
    term: Term, place: _Place, path: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], Change]]:
    for change in _edits(term, place):
        yield path, change
    scope = place.scope | frozenset(bound(term))
    for position, child in _inside(term):
        match term:
            case Expect() | Variance():
                drawing = position < len(children(term)) - 1
            case KL() | JSD() | CrossEntropy():
                drawing = True
            case _:
                drawing = place.drawing
        raised = isinstance(term, Pow)
        inner = _Place(place.declarations, scope, root=False, drawing=drawing, raised=raised)
        yield from _walk(child, inner, (*path, position))


def _inside(term: Term) -> Iterator[tuple[int, Term]]:
    """The children to edit, with their positions: no bound names, indices, ranges, exponents."""
    parts = children(term)
    match term:
        case Sym() | Density() | Entropy() | MutualInformation() | Iverson():
            return
        case Pow():
            yield 0, parts[0]
        case App(_, arguments, _):
            yield from enumerate(arguments)
        case Integral() | Derivative() | Max():
            yield len(parts) - 1, parts[-1]
        case Entry() | OneHot() | Identity() | Ones():
            yield from enumerate(parts[:1] if isinstance(term, Entry) else ())
        case KL() | JSD() | CrossEntropy():
            yield len(parts) - 2, parts[-2]
            yield len(parts) - 1, parts[-1]
        case Sum() | Prod():
            yield 3, parts[3]
        case Entries():
            yield 4, parts[4]
        case Expect(laws, _) | Variance(laws, _):
            at = -1
            for law in laws:
                at += len(law.variables) + 1
                yield at, parts[at]
            yield at + 1, parts[at + 1]
        case _:
            yield from enumerate(parts)


def _replace(term: Term, path: tuple[int, ...], new: Term) -> Term:
    if not path:
        return new
    parts = list(children(term))
    parts[path[0]] = _replace(parts[path[0]], path[1:], new)
    return rebuild(term, tuple(parts))


def _edits(term: Term, place: _Place) -> Iterator[Change]:
    """Every edit of one place."""
    if place.root and not isinstance(term, Add):
        yield from _of_a_summand(term)
    match term:
        case Density():
            yield from _of_a_density(term, place)
        case Sum() | Prod():
            yield from _of_a_range(term, place.declarations)
        case Sym():
            yield from _of_a_name(term, place)
        case App(name, arguments, indices):
            for other in _like(name, place.declarations):
                edit = Edit(f"write {other} for {name} in {{}}", (term,))
                yield App(other, arguments, indices), edit
        case Add() | Mul() | Div() | Num() | Pow():
            yield from _of_arithmetic(term)
        case _:
            yield from _of_an_operator(term)
    if place.declarations.linear or isinstance(term, Max):
        for new, text, about in slips(term):
            yield new, Edit(text, about)


def _of_arithmetic(term: Term) -> Iterator[Change]:
    match term:
        case Add(terms):
            for at, part in enumerate(terms):
                before, after = terms[:at], terms[at + 1 :]
                for new, edit in _of_a_summand(part):
                    yield Add((*before, new, *after)), replace(edit, at=at)
                rest = (*before, *after)
                left = Edit("leave out {}", (part,), Fraction(0), at)
                yield rest[0] if len(rest) == 1 else Add(rest), left
        case Mul(factors):
            for at, part in enumerate(factors):
                rest = (*factors[:at], *factors[at + 1 :])
                new = rest[0] if len(rest) == 1 else Mul(rest)
                yield new, Edit("leave out the factor {}", (part,))
        case Div(numerator, denominator):
            yield Div(denominator, numerator), Edit("turn {} upside down", (term,))
            yield numerator, Edit("leave out the denominator of {}", (term,))
        case Num(value) if value.denominator == 1:
            other = as_term(value - 1 if value > 1 else value + 1)
            yield other, Edit("write {} for {}", (other, term))
        case Pow(base, exponent):
            if exponent == _TWO:
                yield base, Edit("leave out the square of {}", (base,))
            elif not isinstance(exponent, Num):
                yield Pow(base, exponent + 1), Edit("raise the exponent of {} by one", (term,))
                yield Pow(base, exponent - 1), Edit("lower the exponent of {} by one", (term,))


def _of_an_operator(term: Term) -> Iterator[Change]:
    match term:
        case Fn("log" | "exp" | "sqrt" as name, argument):
            yield argument, Edit(f"leave out the {name} of {{}}", (argument,))
        case Derivative(_, body):
            yield body, Edit("leave out the derivative in {}", (term,))
        case KL(variables, left, right):
            yield KL(variables, right, left), Edit("swap the arguments of {}", (term,))
        case CrossEntropy(variables, left, right):
            yield CrossEntropy(variables, right, left), Edit("swap the arguments of {}", (term,))
        case Entropy(family, of, given) if given:
            yield Entropy(family, given, of), Edit("reverse the conditioning of {}", (term,))
            yield Entropy(family, of), Edit("leave out the condition of {}", (term,))
        case Iverson(left, relation, right):
            yield Iverson(left, _NEAR[relation], right), Edit("change the relation in {}", (term,))


def _of_a_summand(part: Term) -> Iterator[Change]:
    inner = part.body if isinstance(part, Neg) else part
    if inner == _ZERO:
        return
    turned = Edit("flip the sign of {}", (part,), Fraction(-1))
    yield inner if isinstance(part, Neg) else Neg(part), turned
    factors = inner.factors if isinstance(inner, Mul) else (inner,)
    doubled = Mul((_TWO, *factors)), Edit("double {}", (part,), Fraction(2))
    halved = Div(inner, _TWO), Edit("halve {}", (part,), Fraction(1, 2))
    for new, edit in (doubled, halved):
        yield Neg(new) if isinstance(part, Neg) else new, edit


def _of_a_density(term: Density, place: _Place) -> Iterator[Change]:
    """Another family, another condition; where the density is a law, its variables stay."""
    known = place.declarations
    for family in known.families:
        if family.name != term.family and _allows(family, term, known):
            other = Density(family.name, term.of, term.given)
            yield other, Edit("write {} for {}", (other, term))
    options: list[tuple[Density, str]] = []
    for part in term.given:
        rest = tuple(other for other in term.given if other != part)
        options.append((Density(term.family, term.of, rest), "leave out a condition of {}"))
    for name in sorted(place.scope, key=repr):
        if known.variable(name.name) and name not in (*term.of, *term.given):
            wider = Density(term.family, term.of, (*term.given, name))
            options.append((wider, "add a condition to {}"))
    if term.given and not place.drawing:
        turned = Density(term.family, term.given, term.of)
        options.append((turned, "reverse the conditioning of {}"))
        joint = Density(term.family, (*term.of, *term.given))
        options.append((joint, "write the joint density for {}"))
    family = known.family(term.family)
    for density, text in options:
        if _allows(family, density, known):
            yield density, Edit(text + ": {}", (term, density))


def _allows(family: Family, density: Density, declarations: Declarations) -> bool:
    """Whether a family has this density: its roles are known, apart, and not too few."""
    of, given = (_roles(part, declarations) for part in (density.of, density.given))
    if of is None or given is None or len({*of, *given}) < len(of) + len(given):
        return False
    return (
        set(of) <= set(family.of)
        and set(given) <= {*family.of, *family.given}
        and set(family.given) <= set(given)
    )


def _roles(terms: tuple[Term, ...], declarations: Declarations) -> list[str] | None:
    found = []
    for term in terms:
        variable = declarations.variable(term.name) if isinstance(term, Sym) else None
        if variable is None:
            return None
        found.append(variable.place)
    return found


def _of_a_range(term: Sum | Prod, declarations: Declarations) -> Iterator[Change]:
    """Ends off by one, or at the end of the declared range; only inside that range."""
    lower, upper = term.range.lower, term.range.upper
    start = as_term(lower.value + 1) if isinstance(lower, Num) else lower + 1
    declared = next((i.range for i in declarations.indices if i.name == term.index.name), None)
    ranges = [
        (Range(start, upper), "start {} one later"),
        (Range(lower, upper - 1), "end {} one earlier"),
    ]
    match upper:
        case Add((*rest, Neg(one))) if one == _ONE:
            later = rest[0] if len(rest) == 1 else Add(tuple(rest))
            ranges.append((Range(lower, later), "end {} one later"))
    if declared and lower != declared.lower:
        ranges.append((Range(declared.lower, upper), "start {} at the beginning"))
    if declared and upper != declared.upper:
        ranges.append((Range(lower, declared.upper), "end {} at the end"))
    kind = type(term)
    for span, text in ranges:
        yield kind(term.index, span, term.body, term.excluding), Edit(text, (term,))
    if term.excluding is not None:
        edit = Edit("include the excluded value in {}", (term,))
        yield kind(term.index, term.range, term.body), edit


def _of_a_name(term: Sym, place: _Place) -> Iterator[Change]:
    """Another number of the same shape, another index, or the square."""
    declared = place.declarations.find(term.name)
    timed = any(term.name == process.reward for process in place.declarations.processes)
    whole = isinstance(declared, Scalar) and len(term.indices) < len(declared.axes)
    if whole or not (timed or isinstance(declared, Scalar)):
        return
    if isinstance(declared, Scalar):
        for scalar in place.declarations.scalars:
            # A positive number may stand for a real one, and not the other way round.
            fits = declared.interval in {REAL, scalar.interval} and scalar.axes == declared.axes
            if fits and scalar.name != term.name:
                new = Sym(scalar.name, term.indices)
                yield new, Edit("write {} for {}", (new, term))
        if not place.raised:
            yield Pow(term, _TWO), Edit("square {}", (term,))
    ranges = {index.name: index.range for index in place.declarations.indices}
    letters = [name for name in sorted(place.scope, key=repr) if name.name in ranges]
    for at, index in enumerate(term.indices):
        for letter in letters:
            alike = isinstance(index, Sym) and ranges[letter.name] == ranges.get(index.name)
            if alike and letter != index:
                new = Sym(term.name, (*term.indices[:at], letter, *term.indices[at + 1 :]))
                yield new, Edit("write {} for {}", (new, term))


def _like(name: str, declarations: Declarations) -> Iterator[str]:
    """The other functions of the same shape."""
    shapes = {function.name: (function.arity, function.axes) for function in declarations.functions}
    for other, shape in shapes.items():
        if other != name and shape == shapes.get(name):
            yield other
