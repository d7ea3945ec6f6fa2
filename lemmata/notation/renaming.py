r"""Names that an answer may choose for itself: the letter of a dimension, and bound variables.

A sum to J where the arrays have the size m, and an integral over u where the declared variable is
z, say the same as the declared names do. The undeclared name is replaced by the declared one where
only one fits; nothing else is renamed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from lemmata.kernel.declarations import Scalar, Variable
from lemmata.kernel.terms import (
    App,
    Derivative,
    Entries,
    Entry,
    Iverson,
    OneHot,
    Prod,
    Sum,
    Sym,
    Term,
    children,
)
from lemmata.notation.commands import GREEK
from lemmata.notation.lexer import Token
from lemmata.notation.symbols import Symbols

_SIGNS: Final = frozenset(("\\sum", "\\prod"))
_DOTS: Final = frozenset(("\\ldots", "\\vdots", "\\ddots", "."))
_ENDS: Final = (["}"], ["+"], ["-"])
"""What stands behind the letter of an upper limit: `n`, `n-1`."""


def renamings(
    tokens: list[Token], name: str, symbols: Symbols
) -> Iterator[tuple[list[Token], str]]:
    """The ways to replace an undeclared name by a declared one, each with the declared name."""
    places = [at for at, token in enumerate(tokens) if token.kind == "name" and token.text == name]
    dots = next((at for at, token in enumerate(tokens) if token.text in _DOTS), len(tokens))
    sized = any(
        _is_upper_limit(tokens, at) or (at > dots and _is_last(tokens, at)) for at in places
    )
    if sized and _may_be_size(tokens, places, name, symbols):
        for size in _array_sizes(symbols):
            if all(token.text != size for token in tokens):
                yield _replaced(tokens, places, size, primes=0), size
    unknown = symbols.conventions.unknown
    if unknown is not None and _may_be_unknown(tokens, places, unknown.name):
        yield _replaced(tokens, places, unknown.name, primes=0), unknown.name
    if re.fullmatch("[a-z]", name) and all(_is_index(tokens, at) for at in places):
        written = {token.text for token in tokens}
        letters = (index.name for index in symbols.declarations.indices)
        new = next((letter for letter in letters if letter not in written), None)
        if new is not None:
            yield _replaced(tokens, places, new, primes=0), new
    if len(places) > 1 and any(_is_bound_variable(tokens, at) for at in places):
        for variable in symbols.declarations.variables:
            if variable.role:
                continue
            primes = _free_primes(tokens, (variable.name, *variable.other_names))
            yield (
                _replaced(tokens, places, variable.name, primes=primes),
                variable.name + "'" * primes,
            )


def _may_be_size(tokens: list[Token], places: list[int], name: str, symbols: Symbols) -> bool:
    r"""Whether a letter may be that of a size: it is bound nowhere, and the question has it not.

    A question about the loss L speaks of it in its spellings, `\\nabla_x L`; it is no number then.
    """
    bound = any(tokens[at + 1].text == "=" for at in places if at + 1 < len(tokens))
    given = symbols.conventions
    ways = (*given.labels, *(way for thing, ways in given.spellings for way in (thing, *ways)))
    return not bound and name not in GREEK and name not in _quantities(ways)


@lru_cache(maxsize=256)
def _quantities(ways: tuple[str, ...]) -> frozenset[str]:
    """The capitals that stand in some formulas as quantities: without a script and an argument."""
    return frozenset(letter for way in ways for letter in _QUANTITY.findall(_SCRIPTS.sub("_", way)))


_SCRIPTS: Final = re.compile(r"[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w+)")
_QUANTITY: Final = re.compile(r"(?<![A-Za-z\\])(?:d\s*)?([A-Z])(?![A-Za-z'(_^])")
"""A capital letter alone, or the loss of a slope, `dL/dx`; small ones may be indices."""


def _may_be_unknown(tokens: list[Token], places: list[int], unknown: str) -> bool:
    """Whether a letter may be the value that equations are solved for, named so nowhere else."""
    if not places or any(token.text == unknown for token in tokens):
        return False
    behind = {tokens[at + 1].text for at in places if at + 1 < len(tokens)}
    return tokens[places[0]].text in _UNKNOWNS and behind.isdisjoint(("(", "_", "'"))


_UNKNOWNS: Final = frozenset("dstuvwyz")
"""Letters that commonly stand for an unknown number."""


def with_transposes(tokens: list[Token], symbols: Symbols) -> list[Token]:
    """Tokens in which a prime behind a declared column or matrix is its transpose: `X'X`.

    A name alone with its prime is another name, and so is what a defined name or a function has.
    """
    out: list[Token] = []
    for at, token in enumerate(tokens):
        out.append(token)
        if token.text != "'" or not at:
            continue
        name = at - 1
        while name > 1 and tokens[name - 1].text == "_":
            name -= 2
        entry = symbols.find(tokens[name].text) if tokens[name].kind == "name" else None
        spelling = "".join(part.text for part in tokens[name:at])
        entry = symbols.find(spelling) or entry
        alone = name == 0 and at == len(tokens) - 1
        if entry is not None and entry.kind == "number" and entry.whole and not alone:
            where = (token.start, token.end)
            out[-1:] = [Token("sym", "^", *where), Token("sym", "\\top", *where)]
    return out


def _free_primes(tokens: list[Token], names: tuple[str, ...]) -> int:
    """How many primes make a name that is written nowhere out of one of these names."""
    ends = [*tokens[1:], Token("end", "", 0, 0)]
    primes = {
        len(behind.text) if behind.text.strip("'") == "" else 0
        for token, behind in zip(tokens, ends, strict=True)
        if token.kind == "name" and token.text in names
    }
    return next(count for count in range(len(primes) + 1) if count not in primes)


def size_letters(
    chosen: Iterable[str], segments: Sequence[list[Token]], symbols: Symbols
) -> dict[str, str]:
    """The letters that some member of a chain chose for a size, each with the declared one.

    None that is the letter of two sizes, or stands beside the declared letter in the chain.
    """
    sizes = {size.name for size in symbols.declarations.sizes}
    pairs = {tuple(choice.split(STANDS)) for choice in chosen if STANDS in choice}
    found = {old: new for old, new in pairs if new in sizes}
    written = {token.text for tokens in segments for token in tokens}
    olds = [old for old, new in pairs if new in sizes]
    return {old: new for old, new in found.items() if olds.count(old) == 1 and new not in written}


def with_sizes(tokens: list[Token], letters: dict[str, str]) -> list[Token]:
    """Tokens in which the letters chosen for sizes are the declared ones."""
    return [
        token._replace(text=letters[token.text], font="")
        if token.kind == "name" and token.text in letters
        else token
        for token in tokens
    ]


STANDS: Final = " stands for: "
"""What joins an undeclared name and the declared one in the choices of a reading."""


def _replaced(tokens: list[Token], places: list[int], new: str, *, primes: int) -> list[Token]:
    wanted = set(places)
    out: list[Token] = []
    for at, token in enumerate(tokens):
        if at not in wanted:
            out.append(token)
            continue
        where = (token.start, token.end)
        renamed = [token._replace(text=new, font="")]
        renamed += [Token("sym", "'", *where)] * primes
        if primes and at and tokens[at - 1].text in ("_", "^"):  # a script of several tokens
            renamed = [Token("sym", "{", *where), *renamed, Token("sym", "}", *where)]
        out.extend(renamed)
    return out


def _is_upper_limit(tokens: list[Token], at: int) -> bool:
    """Whether a name alone is the upper limit of a sum or product."""
    before, after = tokens[max(0, at - 2) : at], tokens[at + 1 : at + 2]
    called = [t.text for t in (*before[-1:], *after)] == [",", ")"]
    if called and any(token.text in ("\\Sum", "\\Product") for token in tokens[:at]):
        return True
    braced = [t.text for t in before] == ["^", "{"] and [t.text for t in after] in _ENDS
    if [t.text for t in (*before[-1:], *after)] == [".", ")"]:
        return any(token.text in _SIGNS for token in tokens[:at])  # sum(f, j=1..n)
    if not braced and (not before or before[-1].text != "^"):
        return False
    return any(token.text in _SIGNS for token in tokens[max(0, at - 12) : at])


def _is_last(tokens: list[Token], at: int) -> bool:
    """Whether a name behind dots is the index of the last member of a list: `(x_1, ..., x_n)`."""
    return any(token.text == "_" for token in tokens[max(0, at - 3) : at])


def _is_index(tokens: list[Token], at: int) -> bool:
    """Whether a name stands in a subscript, alone or beside other letters."""
    while (at and tokens[at - 1].kind in ("name", "num")) or (at and tokens[at - 1].text == ","):
        at -= 1
    before = [token.text for token in tokens[max(0, at - 2) : at]]
    return before[-1:] == ["_"] or before == ["_", "{"]


def _array_sizes(symbols: Symbols) -> list[str]:
    """The sizes of the declared arrays and vectors."""
    uppers = {
        axis.upper
        for item in symbols.declarations.named()
        if isinstance(item, Scalar | Variable)
        for axis in (item.axes if isinstance(item, Scalar) else (item.components,))
        if axis is not None
    }
    return sorted(upper.name for upper in uppers if isinstance(upper, Sym))


def _is_bound_variable(tokens: list[Token], at: int) -> bool:
    r"""Whether a name is bound: by a differential, below an integral or sum, before `\\sim`."""
    before = [token.text for token in tokens[max(0, at - 3) : at]]
    after = at + 1
    if after < len(tokens) and tokens[after].text == "_":
        after += 2
    if before[-1:] == ["d"] or (after < len(tokens) and tokens[after].text == "\\sim"):
        return True
    over = (["\\int", "_"], ["\\sum", "_"], ["\\max", "_"], ["\\min", "_"])
    return before[-2:] in over or before[-3:] in [[*signs, "{"] for signs in over]


def stands_as_index(term: Term, letter: str) -> bool:
    """Whether a letter stands as an index only, and in no place of a number."""
    match term:
        case Sym(name, _):
            return name != letter
        case Iverson():
            return True
        case App(_, arguments, _):
            return all(stands_as_index(part, letter) for part in arguments)
        case Entry(matrix, _):
            return stands_as_index(matrix, letter)
        case OneHot():
            return True
        case Sum(_, span, body, _) | Prod(_, span, body, _):
            limits = (span.lower, span.upper)
            return Sym(letter) not in limits and stands_as_index(body, letter)
        case Entries(_, rows, _, columns, entry):
            return Sym(letter) not in (rows, columns) and stands_as_index(entry, letter)
        case Derivative(_, body):
            return stands_as_index(body, letter)
    return all(stands_as_index(part, letter) for part in children(term))
