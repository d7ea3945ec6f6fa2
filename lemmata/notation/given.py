r"""Arrays that a fact gives: `A = X^\top X + \lambda I` says what A is, as a definition does."""

from __future__ import annotations

from dataclasses import replace

from lemmata.kernel.declarations import REAL, Declarations, Definition, Fact, Scalar, free_names
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.shapes import ShapeError, Shapes
from lemmata.kernel.terms import Identity, Mul, Pow, Statement, Sym, Term, Transpose, as_term


def with_given_arrays(declarations: Declarations) -> Declarations:
    """Declarations in which what a fact gives by other arrays is a name for that.

    A declared kind or interval of it may say more than the fact, unless the kind follows from it.
    """
    for fact in declarations.facts if declarations.linear else ():
        made = _made(fact, declarations)
        if made is None:
            continue
        item, definition = made
        found = replace(
            declarations,
            scalars=tuple(scalar for scalar in declarations.scalars if scalar is not item),
            definitions=(*declarations.definitions, definition),
            facts=tuple(other for other in declarations.facts if other is not fact),
        )
        if _keeps_kind(item, found):
            declarations = found
    return declarations


def _made(fact: Fact, declarations: Declarations) -> tuple[Scalar, Definition] | None:
    """The number or whole array that a fact gives by other arrays, and what it says that it is."""
    if fact.statement.relation != "=" or fact.forall:
        return None
    sides = (fact.statement.left, fact.statement.right)
    for name, body in (sides, sides[::-1]):
        item = declarations.find(name.name) if isinstance(name, Sym) else None
        if not isinstance(item, Scalar) or (name != Sym(item.name)):
            continue
        if item.interval != REAL or item.other_names or len(item.axes) != item.rank:
            continue
        uses = _names_below(body, declarations)
        arrays = [declarations.find(other) for other in uses]
        if item.name in uses or not any(isinstance(a, Scalar) and a.rank for a in arrays):
            continue
        try:
            shapes = Shapes(declarations)
            filled = shapes.fill(body, shapes.of(name))
        except ShapeError:
            return None
        return item, Definition(item.name, (), filled)
    return None


def _names_below(body: Term, declarations: Declarations) -> set[str]:
    """The names in a term, and in the definitions that it uses."""
    found = set(free_names(body))
    bodies = {d.name: free_names(d.body) for d in declarations.definitions}
    while more := {n for name in found & bodies.keys() for n in bodies[name]} - found:
        found |= more
    return found


def _keeps_kind(item: Scalar, declarations: Declarations) -> bool:
    """Whether the kind that was declared of a matrix follows from what it is made of."""
    name = Sym(item.name)
    asked: list[Statement] = []
    if item.kind in ("symmetric", "definite"):
        asked.append(Statement(Transpose(name), "=", name))
    if item.kind in ("definite", "invertible"):
        # only a matrix that is positive definite as it is written is known to be invertible
        undone = Mul((Pow(name, as_term(-1)), name))
        asked.append(Statement(undone, "=", Identity(item.axes[-1].upper)))
    if item.kind == "full-rank":
        return False
    return all(isinstance(prove(statement, declarations), Proof) for statement in asked)
