"""A name with its scripts.

What belongs to the name, what is an index, what is a power, what is decoration.

In this order: a letter bound by a sum; the longest declared spelling (`sigma_p`, `P_Pop,Psi`, `x'`,
`V^pi`); an array with its indices (`mu_j`, `s_t^i`, `mu_{q,j}`); a family or function that carries
a declared parameter as decoration (`q_phi`). What is none of these has no declaration.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from lemmata.kernel.declarations import Declared, Family, Function, Index
from lemmata.kernel.terms import Range, Sym, Term, walk
from lemmata.notation.symbols import OPERATORS, Entry, Kind

if TYPE_CHECKING:
    from lemmata.notation.lexer import Token
    from lemmata.notation.parser import Parser

_INDICES_OF_A_MATRIX: Final = 2
Stretch: TypeAlias = tuple[int, int]
"""First and past-the-last index of tokens."""


@dataclass(slots=True)
class Bound:
    """A letter bound by a sum or product.

    Attributes:
        uses: The ranges of the arrays that it is an index of.
        upper: Where it ends, if that is written.
    """

    uses: list[Range] = field(default_factory=list)
    upper: Term | None = None


@dataclass(slots=True)
class Name:
    """A name as it was read.

    Attributes:
        entry: What it is declared as; None for a bound letter, a built-in, or an undeclared name.
        canonical: The name in the term.
        power: The tokens of a superscript that is no index.
        spelling: The name as it would be declared.
        subscript: The tokens of its subscript.
        primes: How many primes a defined function has, which mean its derivative.
    """

    entry: Entry | None
    canonical: str
    spelling: str
    indices: tuple[Term, ...] = ()
    power: Stretch | None = None
    bound: bool = False
    subscript: Stretch | None = None
    primes: int = 0

    @property
    def item(self) -> Declared | None:
        """The declaration."""
        return self.entry.item if self.entry else None

    @property
    def kind(self) -> Kind:
        """What it is declared as; a bound letter counts as an index."""
        return self.entry.kind if self.entry else "index"


def leaf(parser: Parser) -> Sym | None:
    """The declared name or bound letter here, if it is a whole term and carries nothing; moves on.

    Most arguments and many terms are one, and need none of the questions that others raise.
    """
    at = parser.at
    if at >= parser.stop:
        return None
    token = parser.tokens[at]
    if token.kind != "name" or token.text in _AMBIGUOUS:
        return None
    if at + 1 < parser.stop:
        behind = parser.tokens[at + 1]
        ends = behind.text in _ENDS if behind.kind == "sym" else behind.kind == "end"
        if not ends or (behind.text == "|" and parser.bars != "given"):
            return None
    name = token.text
    if name not in parser.scope:
        entry = parser.symbols.find(name, token.font)
        plain = entry is not None and entry.kind in _PLAIN
        if entry is None or not plain or not (parser.whole or not entry.axes or entry.whole):
            return None
        name = entry.name
    parser.spend(2)
    parser.at = at + 1
    return Sym(name)


_AMBIGUOUS: Final = OPERATORS | {"d", "e", "pi", "uppi"}
"""Names that may mean something else than what is declared."""
_ENDS: Final = frozenset((")", "]", "}", "+", "-", ",", ";", "|"))
"""Signs behind a term that is a name."""
_PLAIN: Final = frozenset(("size", "index", "number", "outcome", "parameter"))
"""What a name may be declared as that is a term by itself."""


def read_name(parser: Parser) -> Name:
    """Read the name here with its scripts; moves on.

    Raises:
        NotationError: No name stands here, its scripts are malformed, or an index is none.
    """
    token = parser.peek()
    if token.kind != "name":
        raise (
            parser.unexpected()
            if token.kind in ("text", "end")
            else parser.unreadable("expected a name", token)
        )
    parser.take()
    primes, sub, sup = _scripts(parser)
    base = token.text + "'" * primes
    if sub is None and base in parser.scope:
        return Name(None, base, base, power=sup, bound=True)
    name = _bare(parser, token) if (primes, sub, sup) == (0, None, None) else None
    name = name or _lookup(parser, base, token.text, token.font, primes, sub, sup)
    for index, axis in zip(name.indices, name.entry.axes if name.entry else (), strict=False):
        if isinstance(index, Sym) and index.name in parser.scope:
            parser.scope[index.name].uses.append(axis)
    return name


def read_unraised(parser: Parser) -> Name:
    r"""Read a name that stands in no formula: below a sign, behind a `d`, as a law.

    Raises:
        NotationError: It cannot be read, or a power stands above it, `dx^2`, `x \sim p^n`.
    """
    token = parser.peek()
    name = read_name(parser)
    if name.power is not None:
        raise parser.unsupported(f"a power of {name.spelling!r} in this place", token)
    return name


def _bare(parser: Parser, token: Token) -> Name | None:
    """A name that carries nothing, unless the indices of keyboard text may stand behind it."""
    entry = parser.symbols.find(token.text, token.font)
    if entry is not None and entry.axes and not parser.latex:
        return None
    return Name(entry, entry.name if entry else token.text, token.text)


def _scripts(parser: Parser) -> tuple[int, Stretch | None, Stretch | None]:
    primes = 0
    sub: Stretch | None = None
    sup: Stretch | None = None
    while (token := parser.peek()).kind == "sym":
        if token.text[0] == "'":
            parser.take()
            primes += len(token.text)
        elif token.text == "_":
            if sub is not None:
                raise parser.unreadable(
                    "two subscripts", token, "Put both into one pair of braces."
                )
            parser.take()
            sub = parser.script()
        elif token.text == "^":
            if sup is not None:
                raise parser.unreadable(
                    "two superscripts", token, "Put brackets around what is raised to a power."
                )
            parser.take()
            sup = parser.script()
        else:
            break
    return primes, sub, sup


def _lookup(
    parser: Parser,
    base: str,
    plain: str,
    font: str,
    primes: int,
    sub: Stretch | None,
    sup: Stretch | None,
) -> Name:
    find = parser.symbols.find
    flat_sub = parser.flat(*sub) if sub else ""
    flat_sup = parser.flat(*sup) if sup else ""
    spelling = f"{base}_{flat_sub}" if sub else base
    if sup:
        entry = find(f"{spelling}^{flat_sup}", font)
        if entry is not None:
            return Name(entry, entry.name, f"{spelling}^{flat_sup}", subscript=sub)
    if sub:
        entry = find(spelling, font)
        if entry is not None:
            return _finish(parser, entry, entry.name, spelling, None, sup)
    if sup and sub and not flat_sup.isdigit():
        entry = find(f"{base}^{flat_sup}", font)
        if entry is not None:
            return _finish(parser, entry, entry.name, f"{base}^{flat_sup}", sub, None)
    if sub and plain in parser.symbols.prefixes:
        name = _split_subscript(parser, base, font, sub, sup)
        if name is not None:
            return name
    entry = find(base, font)
    if entry is None and primes and (known := find(plain, font)) is not None:
        name = _primed(parser, known, primes, spelling, sub, sup)
        if name is not None:
            return name
    canonical = entry.name if entry else base
    if entry is None and sub and len(base) == 1 and base.islower():
        matrix = find(base.upper(), font)
        if matrix is not None and (
            _has_entries(parser, matrix, sub) or _has_rows(parser, matrix, sub)
        ):
            entry, canonical = matrix, matrix.name
    if entry is not None:
        return _finish(parser, entry, canonical, spelling, sub, sup)
    if flat_sup == "*":
        spelling = f"{spelling}^*"
        raise parser.undeclared(spelling, parser.tokens[sup[0] if sup else 0])
    return Name(None, base, spelling, power=sup, subscript=sub)


def _primed(
    parser: Parser,
    entry: Entry,
    primes: int,
    spelling: str,
    sub: Stretch | None,
    sup: Stretch | None,
) -> Name | None:
    """A declared name with primes that are not declared: a copy of an outcome, a derivative."""
    if entry.kind == "outcome":
        return _finish(parser, entry, entry.name + "'" * primes, spelling, sub, sup)
    if entry.kind == "definition" and primes <= _MOST_PRIMES:
        return replace(_finish(parser, entry, entry.name, spelling, sub, sup), primes=primes)
    if entry.kind in ("function", "definition"):
        raise parser.unsupported(
            f"the derivative of {entry.name!r} written with a prime",
            hint="Write it with \\frac{d}{dx}, or declare the primed name.",
        )
    return None


_MOST_PRIMES: Final = 3


def _has_entries(parser: Parser, entry: Entry, sub: Stretch) -> bool:
    """Whether a subscript is that of an entry of a matrix: `a_{ij}` is an entry of A."""
    written = [token.text for token in parser.tokens[slice(*sub)]]
    indices = [text for text in written if text not in (",", "{", "}")]
    return entry.kind == "number" and len(entry.axes) == len(indices) == _INDICES_OF_A_MATRIX


def _has_rows(parser: Parser, entry: Entry, sub: Stretch) -> bool:
    """Whether a subscript runs over the rows of a matrix alone: `x_i` is a row of X."""
    spans = entry.axes
    letter = parser.flat(*sub)
    if entry.kind != "number" or len(spans) != _INDICES_OF_A_MATRIX or spans[0] == spans[1]:
        return False
    bound, declared = parser.scope.get(letter), parser.symbols.declarations.find(letter)
    if bound is not None and bound.upper is not None:
        return bound.upper == spans[0].upper
    if declared is None:
        return bound is not None
    return isinstance(declared, Index) and declared.range == spans[0]


def _split_subscript(
    parser: Parser, base: str, font: str, sub: Stretch, sup: Stretch | None
) -> Name | None:
    """A subscript of which a part belongs to the name: `mu_{q,j}`, `mu_{q_j}`, `mu_{qj}`."""
    first, last = sub
    for cut in range(first + 1, last):
        entry = parser.symbols.find(f"{base}_{parser.flat(first, cut)}", font)
        if entry is None or not entry.axes:
            continue
        rest = cut + 1 if parser.tokens[cut].text in (",", "_") else cut
        if rest < last and parser.tokens[rest].text == "{" and parser.group_end(rest) == last:
            rest, last = rest + 1, last - 1
        if rest < last:
            return _finish(parser, entry, entry.name, entry.name, (rest, last), sup)
    return None


def _finish(
    parser: Parser,
    entry: Entry,
    canonical: str,
    spelling: str,
    sub: Stretch | None,
    sup: Stretch | None,
) -> Name:
    """Use the scripts that do not belong to the spelling: as indices, decoration or power."""
    indices: tuple[Term, ...] = ()
    if sub is not None:
        if entry.axes:
            indices = resolve_indices(parser, *sub, len(entry.axes))
            if len(indices) == 2 and entry.kind in ("outcome", "reward"):
                indices = _time_first(parser, entry, indices)
        elif entry.kind == "outcome" and _integer_letters(parser, sub):
            # One of several copies of a variable, such as the data point x_i.
            indices = resolve_indices(parser, *sub, 1)
        elif not _decorates(parser, entry, sub):
            token = parser.tokens[sub[0]]
            raise parser.undeclared(
                f"{canonical}_{parser.flat(*sub)}",
                token,
                f"{canonical!r} is declared, but not with the subscript {parser.flat(*sub)!r}",
            )
    elif not parser.latex and entry.axes and parser.next_is("["):
        close = parser.partner[parser.at]
        indices = resolve_indices(parser, parser.at + 1, close, len(entry.axes))
        parser.at = close + 1
    if sup is not None and parser.flat(*sup) == "*" and not entry.whole:
        raise parser.undeclared(f"{spelling}^*", parser.tokens[sup[0]])
    missing = (entry.least if entry.whole else len(entry.axes)) - len(indices)
    if sup is not None and missing > 0 and _is_index(parser, entry, sup):
        indices = (*indices, *resolve_indices(parser, *sup, 1))
        sup = None
    if entry.kind == "definition" and sub is not None:
        _check_numbers(parser, entry, indices, canonical, sub)
    if len(indices) > max(len(entry.axes), entry.kind == "outcome") or (
        indices and len(indices) < entry.least
    ):
        raise parser.unreadable(
            f"{entry.name!r} with {len(indices)} indices; it is declared with {len(entry.axes)}",
            parser.tokens[parser.at - 1],
        )
    return Name(entry, canonical, spelling, indices, sup, subscript=sub)


def _check_numbers(
    parser: Parser, entry: Entry, indices: tuple[Term, ...], canonical: str, sub: Stretch
) -> None:
    """Check that no time stands where a defined name carries the number of a trajectory.

    Where `R^i` is the return of trajectory i, `R_t^i` is another name, and no power of a return.

    Raises:
        NotationError: One does.
    """
    for process in parser.symbols.declarations.processes:
        numbered = [
            index
            for index, axis in zip(indices, entry.axes, strict=False)
            if axis == process.samples
        ]
        letters = {part.name for index in numbered for part in walk(index) if isinstance(part, Sym)}
        times = [name for name in letters if _upper(parser, name) == process.times.upper]
        if times and process.samples != process.times:
            hint = f"its index is the number of a trajectory, and {times[0]} is a time"
            raise parser.undeclared(f"{canonical}_{parser.flat(*sub)}", parser.tokens[sub[0]], hint)


def _upper(parser: Parser, letter: str) -> Term | None:
    """Where the range of a letter ends: of the sum that binds it, or as it is declared."""
    bound = parser.scope.get(letter)
    if bound is not None and bound.upper is not None:
        return bound.upper
    declared = parser.symbols.declarations.find(letter)
    return declared.range.upper if isinstance(declared, Index) else None


def _time_first(parser: Parser, entry: Entry, indices: tuple[Term, ...]) -> tuple[Term, ...]:
    """The time and the number of a trajectory, `s_{t,i}` or `s_{i,t}`, with the time first.

    The declared ranges of the letters tell which is which; where they do not, both are readings.
    """
    spans = [_declared_spans(parser, index) for index in indices]
    times, numbers = entry.axes
    as_written = times in spans[0] or numbers in spans[1]
    turned = numbers in spans[0] or times in spans[1]
    if as_written == turned and times != numbers:
        options = ("the time", "the number of a trajectory")
        turned = (
            parser.choose("the first of two indices is", options, throughout=True) != options[0]
        )
    return indices[::-1] if turned and times != numbers else indices


def _declared_spans(parser: Parser, index: Term) -> set[Range]:
    """The declared ranges of the letters in an index."""
    letters = {part.name.rstrip("'") for part in walk(index) if isinstance(part, Sym)}
    indices = parser.symbols.declarations.indices
    return {item.range for item in indices if item.name.rstrip("'") in letters}


def _integer_letters(parser: Parser, sub: Stretch) -> bool:
    """Whether a subscript has names in it, and all are letters for integers."""
    if all(token.kind != "name" for token in parser.tokens[slice(*sub)]):
        return False
    for token in parser.tokens[slice(*sub)]:
        entry = parser.symbols.find(token.text) if token.kind == "name" else None
        if (
            token.kind == "name"
            and token.text not in parser.scope
            and (entry is None or entry.kind not in ("size", "index"))
        ):
            return False
    return True


def defined_letters(parser: Parser, name: Name) -> tuple[str, ...]:
    """The integer letters in the scripts of a fresh name, if there is nothing else: `R_t^i`."""
    found: list[str] = []
    for stretch in (name.subscript, name.power):
        for token in parser.tokens[slice(*stretch)] if stretch else ():
            entry = parser.symbols.find(token.text) if token.kind == "name" else None
            if token.text in ("{", "}", ","):
                continue
            if entry is None or entry.kind != "index" or token.text in found:
                return ()
            found.append(token.text)
    return tuple(found)


def _is_index(parser: Parser, entry: Entry, sup: Stretch) -> bool:
    """Whether a superscript on an array that still lacks an index is that index, not a power."""
    text = parser.flat(*sup)
    if text.isdigit() and entry.kind == "reward" and text != "1":
        options = ("a power", "the number of a trajectory")
        return parser.choose("a number above a reward is", options) != options[0]
    if text.isdigit():
        return entry.kind in ("outcome", "reward") and len(entry.axes) == 2
    return all(
        token.kind in ("name", "num") or token.text in ("+", "-", "(", ")", "'")
        for token in parser.tokens[slice(*sup)]
    ) and text not in ("T", "\\top")


def _decorates(parser: Parser, entry: Entry, sub: Stretch) -> bool:
    """Whether a subscript names only parameters that the family or function may depend on."""
    declarations = parser.symbols.declarations
    for token in parser.tokens[slice(*sub)]:
        if token.text == ",":
            continue
        found = parser.symbols.find(token.text) if token.kind == "name" else None
        if found is None or found.kind != "parameter":
            return False
        if isinstance(entry.item, Family | Function) and not declarations.depends(
            entry.item, found.name
        ):
            return False
    return entry.kind in ("family", "function", "definition", "process")


def resolve_indices(parser: Parser, first: int, last: int, wanted: int) -> tuple[Term, ...]:
    """The index expressions in a stretch of tokens.

    Separated by commas, or two letters side by side where two are wanted.

    Raises:
        NotationError: An index is no integer expression in declared or bound letters.
    """
    if last == first + 1 and wanted == 1:
        return (parser.within(first, last, parser.index),)
    cuts, depth = [first - 1], 0
    for place in range(first, last):
        text = parser.tokens[place].text
        depth += (text in ("(", "{", "[")) - (text in (")", "}", "]"))
        if text == "," and depth == 0:
            cuts.append(place)
    cuts.append(last)
    parts = [(a + 1, b) for a, b in pairwise(cuts)]
    if len(parts) == 2 and parser.flat(*parts[1]) == ":":  # a row: `W_{c,:}`
        parser.flag("a row of a matrix, which may stand as a column")
        parts = parts[:1]
    if wanted == 2 and len(parts) == 1:
        parts = _two_letters(parser, first, last) or parts
    side_by_side = all(token.kind in ("name", "num") for token in parser.tokens[first:last])
    if wanted == 2 and len(parts) == 1 and last - first == 2 and side_by_side:
        parts = [(first, first + 1), (first + 1, last)]
    token = parser.tokens[first]
    if wanted == 2 and last - first == 1 and token.kind == "num" and len(token.text) == 2:
        return _digits_apart(parser, token)
    return tuple(parser.within(a, b, parser.index) for a, b in parts)


def _two_letters(parser: Parser, first: int, last: int) -> list[Stretch] | None:
    """Two letters side by side, of which one has primes: `{c'j}`."""
    starts = [k for k in range(first, last) if parser.tokens[k].kind in ("name", "num")]
    others = [parser.tokens[k].text for k in range(first, last) if k not in starts]
    if len(starts) != 2 or starts[0] != first or not others:
        return None
    if any(text.strip("'") for text in others):
        return None
    return [(first, starts[1]), (starts[1], last)]


def _digits_apart(parser: Parser, token: Token) -> tuple[Term, ...]:
    """Two indices that were read as one number: `A_{12}`."""
    indices = []
    for sign in token.text:
        inner = type(parser)(
            [token._replace(text=sign)], parser.source, parser.symbols, latex=parser.latex
        )
        inner.scope = parser.scope
        indices.append(inner.index())
    return tuple(indices)


def check_integer(parser: Parser, term: Term, place: int) -> None:
    """Check that a term is an integer expression: numbers, sizes and letters for integers."""
    for part in walk(term):
        if isinstance(part, Sym) and part.name not in parser.scope:
            entry = parser.symbols.find(part.name)
            counted = parser.counting and entry is not None and entry.kind == "number"
            if counted and entry is not None and not entry.axes:
                continue
            if entry is None or entry.kind not in ("size", "index"):
                raise parser.unreadable(
                    f"{part.name!r} stands as an index and is no letter for integers",
                    parser.tokens[place],
                )
