"""Unfold named quantities into integrals, so that both judges see the same few kinds of term.

Definition of each, with the source it follows (Cover and Thomas, Elements of Information Theory,
chapter 2 and 8):

    E_{x ~ p}[f]   = int p f dx                   Var_{x ~ p}[f] = E[f^2] - E[f]^2, E[f f^T] -
    E[f] E[f]^T for a column f
    KL(p || q)     = int p log(p/q) dx            JSD(p, q)      = KL(p || m)/2 + KL(q || m)/2, m =
    (p + q)/2
    H(A | B)       = - int p(A,B) log p(A | B)    H(p, q)        = - int p log q dx
    I(A, B)        = int p(A,B) log(p(A,B) / (p(A) p(B)))
"""

from __future__ import annotations

from operator import is_

from lemmata.kernel.declarations import Declarations, Definition, Family, Function, Scalar
from lemmata.kernel.shapes import shape_of
from lemmata.kernel.terms import (
    JSD,
    KL,
    App,
    CrossEntropy,
    Density,
    Derivative,
    Div,
    Entropy,
    Entry,
    Expect,
    Fn,
    Integral,
    Law,
    MutualInformation,
    Neg,
    Prod,
    Sum,
    Sym,
    Term,
    Trajectory,
    Transpose,
    Variance,
    children,
    free,
    rebuild,
    substitute,
    walk,
)


def unfold(
    term: Term, declarations: Declarations, known: dict[int, tuple[Term, Term]] | None = None
) -> Term:
    """Replace declared definitions and named quantities by what they stand for.

    Everywhere in a term.

    Args:
        term: The term.
        declarations: The names in it.
        known: Terms that are unfolded already, by identity, for terms that share parts.

    Raises:
        ValueError: A definition is applied to another number of arguments than it was declared
            with.
    """
    known = {} if known is None else known
    if id(term) not in known:
        _check_slots(term, declarations)
        before = children(term)
        parts = tuple([unfold(part, declarations, known) for part in before])
        rebuilt = term if all(map(is_, parts, before)) else rebuild(term, parts)
        known[id(term)] = term, _unfold_named(rebuilt, declarations)
    return known[id(term)][1]


def _check_slots(term: Term, declarations: Declarations) -> None:
    """Check that what a term differentiates by, or binds, is no definition.

    Raises:
        ValueError: It is one: nothing may be put in that place.
    """
    match term:
        case Derivative(slot, _):
            what = "a derivative by"
        case Sum(slot, _, _, _) | Prod(slot, _, _, _):
            what = "a sum or product over"
        case _:
            return
    if declarations.definition(slot.name) is not None:
        raise ValueError(f"{what} {slot.name!r}, which is defined by other names")


def _unfold_named(term: Term, declarations: Declarations) -> Term:
    """What a term whose parts are unfolded stands for."""
    match term:
        case Expect(laws, body):
            return _expectation(laws, body)
        case Variance(laws, body):
            shape = shape_of(body, declarations) if declarations.linear else None
            if shape is not None and shape.is_column:
                mean = _expectation(laws, body)
                return _expectation(laws, body * Transpose(body)) - mean * Transpose(mean)
            return _expectation(laws, body * body) - _expectation(laws, body) ** 2
        case KL(variables, left, right):
            return _divergence(variables, left, right)
        case JSD(variables, left, right):
            mixture = (left + right) / 2
            halves = (_divergence(variables, side, mixture) / 2 for side in (left, right))
            return next(halves) + next(halves)
        case CrossEntropy(variables, left, right):
            return Neg(Integral(variables, left * Fn("log", right)))
        case Entropy(family, of, given):
            joint, conditional = Density(family, (*of, *given)), Density(family, of, given)
            return Neg(Integral((*of, *given), joint * Fn("log", conditional)))
        case MutualInformation(family, first, second):
            joint = Density(family, (*first, *second))
            apart = Density(family, first) * Density(family, second)
            return Integral((*first, *second), joint * Fn("log", Div(joint, apart)))
        case App(name, arguments, indices):
            return _apply(term, name, arguments, indices, declarations)
        case Sym(name, indices):
            definition = declarations.definition(name)
            if indices and definition is not None and not definition.letters:
                return Entry(_apply(Sym(name), name, (), (), declarations), indices)
            return _apply(term, name, (), indices, declarations)
    return term


def _expectation(laws: tuple[Law, ...], body: Term) -> Term:
    for law in reversed(laws):
        body = Integral(law.variables, law.density * body)
    return body


def _divergence(variables: tuple[Sym, ...], left: Term, right: Term) -> Term:
    return Integral(variables, left * Fn("log", Div(left, right)))


def _apply(
    term: Term,
    name: str,
    arguments: tuple[Term, ...],
    indices: tuple[Term, ...],
    declarations: Declarations,
) -> Term:
    definition = declarations.definition(name)
    if definition is None:
        return term
    pairs = ("arguments", definition.arguments, arguments), ("indices", definition.letters, indices)
    for what, declared, used in pairs:
        if len(used) != len(declared):
            message = f"{name!r} is defined with {len(declared)} {what} and used with {len(used)}"
            raise ValueError(message)
    body = unfold(definition.body, declarations)
    _refuse_hidden_dependence(definition, body, arguments, declarations)
    places = (*definition.arguments, *map(Sym, definition.letters))
    return substitute(body, dict(zip(places, (*arguments, *indices), strict=True)))


def _refuse_hidden_dependence(
    definition: Definition, body: Term, arguments: tuple[Term, ...], declarations: Declarations
) -> None:
    """Refuse an argument that depends on a parameter by which the definition takes a gradient.

    Whether the gradient then acts on the argument too is not written.
    """
    for part in walk(body):
        if not isinstance(part, Derivative):
            continue
        inside = free(part.body)
        for place, value in zip(definition.arguments, arguments, strict=True):
            if place in inside and _may_depend(value, part.variable.name, declarations):
                name = part.variable.name
                message = (
                    f"an argument of {definition.name!r} depends on {name}, and its definition "
                    f"takes a gradient by {name}; write it out"
                )
                raise ValueError(message)


def _may_depend(term: Term, parameter: str, declarations: Declarations) -> bool:
    names = [p.name for p in walk(term) if isinstance(p, Sym | App)]
    names += [p.family for p in walk(term) if isinstance(p, Density)]
    names += [
        declarations.process(p.process).policy for p in walk(term) if isinstance(p, Trajectory)
    ]
    found = (declarations.find(name) for name in names)
    return any(
        isinstance(item, Family | Function | Scalar) and declarations.depends(item, parameter)
        for item in found
    )
