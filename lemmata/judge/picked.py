"""What holds for all values, beside a sentence that picks some of them: "with $c = 2a$".

It holds for those too. Only what looks into a name could find another thing there: a derivative by
what the name is made of, a mean or a sum over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from lemmata.judge.conditions import statements_of
from lemmata.kernel.declarations import Declarations, Function, Scalar, Size, free_names
from lemmata.kernel.terms import (
    KL,
    App,
    Density,
    Derivative,
    Expect,
    Integral,
    Max,
    Prod,
    Statement,
    Sum,
    Sym,
    Term,
    Trajectory,
    Variance,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.notation import Chain


def picks_values(given: Chain, sides: Iterable[Term], declarations: Declarations) -> bool:
    """Whether an equation only picks values of a free name, and the sides of a step hide nothing.

    A number made of numbers, a function of its arguments, or one law that is another.
    """
    stated = statements_of(given)
    if not stated or declarations.processes or declarations.values:
        return False
    facts = {
        name
        for fact in declarations.facts
        for side in (fact.statement.left, fact.statement.right)
        for part in walk(side)
        if (name := getattr(part, "name", ""))
    }
    if not all(_is_choice(each, declarations, facts) for each in stated):
        return False
    laws = all(isinstance(each.left, Density) for each in stated)
    return laws or not looks_into_names(sides, declarations, (Derivative,))


def looks_into_names(
    sides: Iterable[Term],
    declarations: Declarations,
    kinds: tuple[type[Term], ...] = (Derivative, Expect, Integral, Trajectory, Variance),
) -> bool:
    """Whether a derivative or a mean in some terms may see what a name is made of."""
    try:
        return any(
            isinstance(part, kinds) for side in sides for part in walk(unfold(side, declarations))
        )
    except ValueError:  # a derivative by what is defined
        return True


def sets_what_is_bound(given: Chain, sides: Iterable[Term], declarations: Declarations) -> bool:
    """Whether a number is set to what cannot be read, by a name that a step sums or averages over.

    With `c = w_i`, a sum over i of c is not a number of times c.
    """
    first, *others = given.lines
    if given.aside != "name" or len(others) != 1 or others[0].readings or not first.readings:
        return False
    set_name = first.readings[0].term
    if not (isinstance(set_name, Sym) and isinstance(declarations.find(set_name.name), Scalar)):
        return False
    bound = {name for side in sides for part in walk(side) for name in _bound(part)}
    return not bound.isdisjoint(re.findall(r"[A-Za-z]+", others[0].source))


def _bound(part: Term) -> list[str]:
    match part:
        case Sum(index=index) | Prod(index=index):
            return [index.name]
        case Expect(laws=laws) | Variance(laws=laws):
            return [variable.name for law in laws for variable in law.variables]
        case Integral(variables=variables) | KL(variables=variables):
            return [variable.name for variable in variables]
        case Derivative(variable=variable) | Max(variable=variable):
            return [variable.name]
    return []


def chooses_a_law(given: Chain, declarations: Declarations) -> bool:
    """Whether an equation only says that a law is another one, of which one may be any law."""
    stated = statements_of(given)
    return bool(stated) and all(map(partial(_may_be_so, declarations), stated))


def _may_be_so(declarations: Declarations, stated: Statement) -> bool:
    if not (isinstance(stated.left, Density) and isinstance(stated.right, Density)):
        return False
    families = map(declarations.family, (stated.left.family, stated.right.family))
    return any(each.normal is None and each.multivariate is None for each in families)


def _is_choice(stated: Statement, declarations: Declarations, facts: set[str]) -> bool:
    """Whether an equation says which number, function or law a free name is."""
    if stated.relation != "=":
        return False
    numbers = {s.name for s in declarations.scalars if not s.parameters}
    numbers |= {s.name for s in declarations.sizes}
    for side, other in ((stated.left, stated.right), (stated.right, stated.left)):
        made = free_names(other)
        match side:
            case Density():
                if isinstance(other, Density) and made == free_names(side):
                    return True
            case Sym(name, indices):
                letters = {n for index in indices for n in free_names(index)}
                free = isinstance(declarations.find(name), Scalar | Size) and name not in facts
                if free and name not in made and made <= numbers | letters:
                    return True
            case App(name, arguments):
                known = declarations.find(name)
                letters = {n for argument in arguments for n in free_names(argument)}
                plain = all(isinstance(argument, Sym) for argument in arguments)
                free = isinstance(known, Function) and name not in facts and plain
                if (
                    free
                    and name not in {getattr(p, "name", "") for p in walk(other)}
                    and made <= numbers | letters
                ):
                    return True
            case _:
                pass
    return False
