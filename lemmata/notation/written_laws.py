r"""Gaussian laws that are written by their mean and variance: `\mathcal{N}(z; \mu, \sigma^2)`.

Such a law stands for the declared one that has this mean and this variance, at the variable before
the semicolon, or at the one that the sign around it speaks of. A law that nothing declared has is
not read, nor is one whose second number is a deviation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import Family, Normal
from lemmata.kernel.terms import Density, Num, Pow, Sym, Term, as_term, substitute
from lemmata.notation.errors import NotationError
from lemmata.notation.lexer import Token
from lemmata.notation.names import Stretch
from lemmata.notation.probability import variable_of
from lemmata.notation.roles import check_roles, place_of

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

_ENTRY: Final = re.compile(r"([A-Za-z]+)_\w+\^2")
ONE: Final = as_term(1)
TWO: Final = as_term(2)


def written_law(parser: Parser, token: Token) -> Density | None:
    """The declared density that the bracket here tells; None if it tells none, and nothing moves.

    `token` is the N before it.
    """
    start, end = parser.at, parser.group_end(parser.at)
    cells, signs = _cells(parser, start, end - 1)
    if signs not in ([","], [";", ","], ["|", ","], [":", ","]):
        return None
    at = _outcome(parser, cells[0]) if len(cells) == 3 else None
    if len(cells) == 3 and at is None:
        return None
    for family in parser.symbols.declarations.families:
        if len(family.of) != 1 or family.given or family.normal is None:
            continue
        found = _variable(parser, family, family.normal, cells[-2:], at)
        if found is not None:
            parser.at = end
            return check_roles(parser, family, [found], [], token)
    return None


def _cells(parser: Parser, start: int, close: int) -> tuple[list[Stretch], list[str]]:
    """What stands in a bracket between commas, semicolons, colons and bars, and these signs."""
    cells: list[Stretch] = []
    signs: list[str] = []
    first = at = start + 1
    while at < close:
        token = parser.tokens[at]
        if token.kind == "sym" and token.text in (",", ";", "|", ":"):
            cells.append((first, at))
            signs.append(token.text)
            first = at + 1
        at = parser.group_end(at) if at in parser.partner else at + 1
    return [*cells, (first, close)], signs


def _read(parser: Parser, stretch: Stretch) -> Term | None:
    """A stretch as a number; None if it is none."""
    try:
        return parser.within(*stretch, parser.inner)
    except NotationError:
        return None


def _outcome(parser: Parser, stretch: Stretch) -> Sym | None:
    """The variable that a stretch consists of; None if it is something else."""
    kept, parser.whole = parser.whole, True
    term = _read(parser, stretch)
    parser.whole = kept
    named = isinstance(term, Sym) and place_of(parser, term.name) is not None
    return term if named and isinstance(term, Sym) else None


def _variable(
    parser: Parser, family: Family, normal: Normal, told: list[Stretch], at: Sym | None
) -> Sym | None:
    """What a declared law is a density of here, if it has the mean and the variance told."""
    whole = variable_of(parser, family.of[0])
    meant = at or (parser.dotted[0] if len(parser.dotted) == 1 else None)
    if meant is not None and place_of(parser, meant.name) != family.of[0]:
        return None
    mean, variance = (_read(parser, stretch) for stretch in told)
    if not normal.index:
        return (meant or whole) if _has(normal, mean, variance) else None
    number = next((t.indices[-1] for t in _entries(mean, variance)), None)
    if number is None and meant is not None and meant.indices:
        number = meant.indices[-1]
    if number is not None:
        here = {Sym(normal.index): number}
        entry = Normal(substitute(normal.mean, here), substitute(normal.deviation, here))
        component = Sym(whole.name if meant is None else meant.name, (number,))
        fits = _has(entry, mean, variance) and meant in (None, component)
        return component if fits else None
    fits = [parser.flat(*told[0])] == _names(normal.mean) and (
        _spread(parser, told[1]) in _spreads(normal.deviation)
    )
    return (meant or whole) if fits else None


def _has(normal: Normal, mean: Term | None, variance: Term | None) -> bool:
    """Whether a law has this mean and this variance, as they are written."""
    squared = ONE if normal.deviation == ONE else Pow(normal.deviation, TWO)
    return (mean, variance) == (normal.mean, squared)


def _entries(*terms: Term | None) -> list[Sym]:
    r"""The entries of arrays that a mean and a variance are: `\mu_j`, `\sigma_j^2`."""
    bases = [term.base if isinstance(term, Pow) else term for term in terms]
    return [base for base in bases if isinstance(base, Sym) and base.indices]


def _names(mean: Term) -> list[str]:
    """How the mean of a vector is written as a whole."""
    return ["0"] if isinstance(mean, Num) and not mean.value else _name(mean)


def _name(entry: Term) -> list[str]:
    return [entry.name] if isinstance(entry, Sym) else []


def _spreads(deviation: Term) -> list[str]:
    """How the variances of a vector are written as a whole, without what makes a matrix of them."""
    return ["1"] if deviation == ONE else [f"{name}^2" for name in _name(deviation)]


def _spread(parser: Parser, stretch: Stretch) -> str:
    r"""Variances without what makes a matrix of them: `\operatorname{diag}(\sigma^2)`.

    `I` is that of ones, and `\sigma^2 I` the matrix of the variances that sigma is the roots of.
    """
    text = parser.flat(*stretch)
    if text.startswith("diag(") and text.endswith(")"):
        inside = text.removeprefix("diag(").removesuffix(")")
        listed = {_ENTRY.sub(r"\1^2", part) for part in inside.split(",")} - {"\\ldots"}
        return listed.pop() if len(listed) == 1 else ""
    for identity in ("_m", ""):
        text = text.removesuffix(f"I{identity}")
    return text.removesuffix("\\cdot") or "1"
