"""Every way in which one expression can fairly be read.

A formula has one reading unless people write it in two senses. Then each is kept, with the choices
that lead to it. An undeclared name may be bound, or stand for a declared one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from lemmata.kernel.declarations import free_names
from lemmata.kernel.shapes import shape_of
from lemmata.kernel.terms import Mul, Sym, Term, bound, children, free, rebuild, walk
from lemmata.notation import linear
from lemmata.notation.chains import Reading
from lemmata.notation.errors import (
    NotationError,
    RolesExchanged,
    Source,
    UnderDeclared,
    Unreadable,
    Unsupported,
)
from lemmata.notation.information import CONDITIONAL
from lemmata.notation.lexer import Token, has_text
from lemmata.notation.names import Bound
from lemmata.notation.parser import Parser
from lemmata.notation.renaming import STANDS, renamings, stands_as_index, with_transposes
from lemmata.notation.shifted import counted_from_outside
from lemmata.notation.sizes import sized
from lemmata.notation.symbols import Conventions, Symbols
from lemmata.notation.told_noise import noises
from lemmata.notation.trajectories import written_out as without_trajectory_laws

MAX_RUNS: Final = 32
"""How many ways of reading one formula are tried."""
MAX_TRIED: Final = 20_000
"""How many tokens are read in all of them; a long formula is read in fewer ways."""
MAX_LETTERS: Final = 3
"""How many letters of one formula may number its components."""
MAX_RENAMED: Final = 3
"""How many names of one formula may stand for declared ones."""


def readings(
    tokens: list[Token],
    source: Source,
    symbols: Symbols,
    *,
    latex: bool = True,
    letters: tuple[str, ...] = (),
) -> tuple[Reading, ...]:
    """All readings of a sequence of tokens as one expression, the most common one first.

    Args:
        tokens: The expression.
        source: The text that it stands in.
        symbols: The names that it may use. An undeclared name that is bound in the expression, or
            is the letter of a dimension, is read as the declared one.
        latex: Whether the dialect is LaTeX.
        letters: Letters for integers that are bound outside.

    Raises:
        NotationError: It has none; the error is that of the most common way to read it.
    """
    try:
        found = _readings(tokens, source, symbols, latex=latex, letters=letters)
        found = tuple(_of_noise(reading, symbols) for reading in found)
        return tuple(r for reading in found for r in _drawn(reading, symbols.conventions))
    except UnderDeclared as error:
        if symbols.linear and error.names[0].split("_")[0].endswith("'"):
            turned = with_transposes(tokens, symbols)
            if turned != tokens:
                return readings(turned, source, symbols, latex=latex, letters=letters)
        renamed = _components(tokens, error, source, symbols, latex=latex, letters=letters)
        renamed = renamed or _renamed(
            tokens, error, source, symbols, MAX_RENAMED, latex=latex, letters=letters
        )
        if not renamed:
            raise
        return renamed


def _components(
    tokens: list[Token],
    error: UnderDeclared,
    source: Source,
    symbols: Symbols,
    *,
    latex: bool,
    letters: tuple[str, ...],
    assumed: Sym | None = None,
) -> tuple[Reading, ...]:
    """The readings as a component, in which undeclared letters stand as indices only."""
    loose: tuple[str, ...] = ()
    while symbols.linear and len(loose) < MAX_LETTERS:
        name = error.names[0]
        if re.fullmatch(r"[a-z]'*", name) is None or name in loose:
            return ()
        loose = (*loose, name)
        try:
            found = _readings(
                tokens,
                source,
                symbols,
                latex=latex,
                letters=letters,
                assumed=assumed,
                loose=loose,
            )
        except UnderDeclared as other:
            error = other
        except NotationError:
            return ()
        else:
            return tuple(r for r in found if all(stands_as_index(r.term, name) for name in loose))
    return ()


def _renamed(
    tokens: list[Token],
    error: UnderDeclared,
    source: Source,
    symbols: Symbols,
    depth: int,
    *,
    latex: bool,
    letters: tuple[str, ...],
) -> tuple[Reading, ...]:
    """The readings in which an undeclared name stands for a declared one."""
    found: dict[Term, Reading] = {}
    name = error.names[0].split("_")[0].rstrip("'")
    for others, new in renamings(tokens, name, symbols):
        try:
            inner = _readings(
                others, source, symbols, latex=latex, letters=letters, assumed=Sym(new)
            )
        except UnderDeclared as next_error:
            if depth == 1 or next_error.names == error.names:
                continue
            inner = _components(
                others,
                next_error,
                source,
                symbols,
                latex=latex,
                letters=letters,
                assumed=Sym(new),
            ) or _renamed(
                others, next_error, source, symbols, depth - 1, latex=latex, letters=letters
            )
        except NotationError:
            continue
        for reading in inner:
            choices = (f"{name}{STANDS}{new}", *reading.choices)
            found.setdefault(reading.term, replace(reading, choices=choices))
    return tuple(found.values())


def _readings(
    tokens: list[Token],
    source: Source,
    symbols: Symbols,
    *,
    latex: bool,
    letters: tuple[str, ...],
    assumed: Sym | None = None,
    loose: tuple[str, ...] = (),
) -> tuple[Reading, ...]:
    """The readings with the names as they are; `assumed` is a size taken for another letter."""
    found: list[Reading] = []
    failure: NotationError | None = None
    span = source.span(tokens[0].start, tokens[-1].end) if tokens else source.span(0, 0)
    plans: list[tuple[int, ...]] = [()]
    counts = has_text(tokens, _COUNTS) or symbols.declarations.processes
    runs, most = 0, max(2, min(MAX_RUNS, MAX_TRIED // max(1, len(tokens))))
    while plans:
        if runs == most and not found:
            break
        if runs == most:
            incomplete = "more readings than are tried"
            return tuple(Reading(r.term, (*r.flags, incomplete), r.span, r.choices) for r in found)
        plan = plans.pop(0)
        runs += 1
        parser = Parser(tokens, source, symbols, plan, latex)
        outside = {letter: Bound() for letter in (*letters, *loose)}
        parser.scope = dict(outside)
        parser.assumed = assumed
        try:
            term = _with_unknown(parser.whole_expression(), symbols.conventions)
            if symbols.linear:
                term = sized(parser, linear.classes(parser, term))
            term = without_trajectory_laws(term, symbols.declarations)
            if counts:
                term = counted_from_outside(term)
        except NotationError as error:
            if failure is None or isinstance(failure, RolesExchanged):  # unless it is in all ways
                failure = error
        except ValueError as error:  # of a law of trajectories
            failure = failure or Unsupported(str(error), span, source)
        except RecursionError:
            raise Unreadable("the formula is nested too deeply", span, source) from None
        else:
            closed = frozenset(parser.closed)
            if _is_consistent(parser.chosen, closed, term):
                ranges = [(name, next(iter(outside[name].uses), None)) for name in loose]
                twice = [name for name in loose if _twice(term, name)]
                doubts = [f"{name} stands twice, and may be summed over" for name in twice]
                flags, chosen = (*parser.flags, *doubts), tuple(parser.chosen)
                reading = Reading(term, flags, span, chosen, closed, tuple(ranges))
                found += [] if any(term == other.term for other in found) else [reading]
        for place in range(len(plan), len(parser.widths)):
            base = (*plan, *(0,) * (place - len(plan)))
            plans.extend((*base, other) for other in range(1, parser.widths[place]))
    if not found:
        mixed = "every way to read this means one name in two senses"
        raise failure or Unreadable(mixed, span, source, "Write the conditions out.")
    if len(found) > 1 and symbols.linear:  # a reading whose shapes do not fit is not meant
        fitting = [r for r in found if shape_of(r.term, symbols.declarations)]
        left_out = [choice for r in found if r not in fitting for choice in r.choices]
        if any(choice.startswith(linear.BARS) for choice in left_out):  # entry by entry, it may fit
            fitting = [replace(r, flags=(*r.flags, linear.BARS)) for r in fitting]
        return tuple(fitting or found)
    return tuple(found)


_COUNTS: Final = frozenset(("\\sum", "\\prod", "\\Sum", "\\Product", "\\ldots"))
"""Signs of sums and products; the laws of trajectories have some as well."""


def _of_noise(reading: Reading, symbols: Symbols) -> Reading:
    """A reading; a noise that stands outside of an expectation may be drawn all the same."""
    brought = noises(symbols.declarations)
    loose = sorted(brought & free_names(reading.term)) if brought else []
    told = tuple(f"{name} stands outside of an expectation over it" for name in loose)
    return replace(reading, flags=(*reading.flags, *told)) if told else reading


MADE: Final = "what it is made of"


def _drawn(reading: Reading, conventions: Conventions) -> tuple[Reading, ...]:
    r"""A reading, and that in which the outcomes that stand free are what they are made of.

    In `\mathbb{E}_\epsilon[2x]` the x is \theta + \epsilon, if the question says so.
    """
    found = [reading]
    for name, made in conventions.drawn:
        if Sym(name) not in free(reading.term):
            continue
        itself, other = (f"what {name} is where it is free: {way}" for way in ("itself", MADE))
        found[0] = replace(found[0], choices=(*found[0].choices, itself))
        try:
            term = _made_of(reading.term, Sym(name), made)
        except ValueError:  # a derivative by it
            continue
        found.append(replace(reading, term=term, choices=(*reading.choices, other)))
    return tuple(found)


def is_made(choice: str) -> bool:
    """Whether a choice of a reading is that an outcome is what it is made of."""
    return choice.endswith(f": {MADE}")


def _made_of(term: Term, name: Sym, made: Term) -> Term:
    """A term with a formula for a free name; what binds a name of the formula binds it there."""
    if term == name:
        return made
    if name in bound(term):
        return term
    return rebuild(term, tuple(_made_of(part, name, made) for part in children(term)))


def _twice(term: Term, letter: str) -> bool:
    """Whether a letter is an index of two factors of a product, over which Einstein sums."""
    return any(
        sum(Sym(letter) in free(factor) for factor in part.factors) > 1
        for part in walk(term)
        if isinstance(part, Mul)
    )


def _with_unknown(term: Term, conventions: Conventions) -> Term:
    """A term with the number that stands for the value that equations are solved for."""
    unknown, name = conventions.unknown, conventions.unknown_name
    if unknown is None or name is None or not free(unknown) <= free(term):
        return term  # what binds the variable of the unknown speaks of all its values
    if term == unknown:
        return name
    parts = (_with_unknown(part, conventions) for part in children(term))
    return rebuild(term, tuple(parts))


def _is_consistent(choices: list[str], closed: frozenset[str], term: Term) -> bool:
    """Whether a reading does not mix two senses: what it binds stands free nowhere else in it."""
    if not closed:
        return True
    if closed & free_names(term):
        return False
    answers: dict[str, str] = {}
    return all(
        answers.setdefault(question, answer) == answer
        for question, answer in (choice.split(": ", 1) for choice in choices)
        if question.startswith(CONDITIONAL)
    )
