"""What holds for all values, beside a sentence that picks some of them: "with $c = 2a$".

It holds for those too. Only what looks into a name could find another thing there: a derivative by
what the name is made of, a mean or a sum over it.
"""

from __future__ import annotations

from collections.abc import Iterable

from lemmata.judge.conditions import statements_of
from lemmata.kernel.declarations import Declarations, Function, Scalar, Size, free_names
from lemmata.kernel.terms import App, Density, Derivative, Statement, Sym, Term, walk
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
        for f in declarations.facts
        for side in (f.statement.left, f.statement.right)
        for part in walk(side)
        if (name := getattr(part, "name", ""))
    }
    if not all(_is_choice(each, declarations, facts) for each in stated):
        return False
    try:
        parts = [part for side in sides for part in walk(unfold(side, declarations))]
    except ValueError:  # a derivative by what is defined
        return False
    return not any(isinstance(part, Derivative) for part in parts)


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
