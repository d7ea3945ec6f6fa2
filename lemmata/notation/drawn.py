"""Variables below a sign or behind a bar: alone, in lists, or whole stretches of times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemmata.kernel.terms import Add, Neg, Num, Sym, as_term
from lemmata.notation.errors import NotationError
from lemmata.notation.histories import Conditions
from lemmata.notation.names import read_name
from lemmata.notation.roles import place_of

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser


def drawn_names(parser: Parser, first: int, last: int) -> tuple[Sym, ...]:
    """The variables in a stretch, which may stand in brackets: `(s, a)`."""
    if parser.tokens[first].text == "(" and parser.group_end(first) == last:
        first, last = first + 1, last - 1
    return tuple(
        parser.within(a, b, lambda: drawn_name(parser)) for a, b in parser.items(first, last)
    )


def drawn_name(parser: Parser) -> Sym:
    """The variable that is named here as drawn from a law."""
    token = parser.peek()
    name = read_name(parser)
    if name.entry is None:
        raise parser.undeclared(name.spelling, token)
    if name.entry.kind != "outcome" or name.power is not None:
        raise parser.unreadable(f"{name.spelling!r} is no variable that can be drawn", token)
    return Sym(name.canonical, name.indices)


def unbracketed(parser: Parser, first: int, last: int) -> tuple[int, int]:
    """A stretch without the brackets around all of it."""
    while parser.tokens[first].text in ("(", "\\{") and parser.group_end(first) == last:
        first, last = first + 1, last - 1
    return first, last


def condition_bar(parser: Parser) -> int | None:
    """Where the bar stands behind which a bracket tells conditions: `[f(a) | s_t = s]`."""
    if not parser.next_is("[", "(", "\\{"):
        return None
    at, close = parser.at + 1, parser.partner[parser.at]
    found: int | None = None
    while at < close:
        found = at if parser.tokens[at].text == "|" else found
        at = parser.group_end(at) if at in parser.partner else at + 1
    if found is None:
        return None
    start = parser.at
    try:
        read_conditions(parser, found, close)
    except NotationError:
        return None
    finally:
        parser.at = start
    return found


def read_conditions(parser: Parser, bar: int, close: int) -> Conditions:
    """What stands behind a bar; in brackets, it is what stands in them."""
    first, last = unbracketed(parser, bar + 1, close)
    found = Conditions()
    for a, b in parser.items(first, last):
        if b == a + 1 and parser.tokens[a].text == "\\ldots" and found.dots < 0:
            found.dots = len(found.values)
            continue
        whole = span(parser, a, b)
        if whole is not None:
            found.spans.add(whole.name)
            found.values[whole] = whole
        else:
            name, value = parser.within(a, b, lambda: _condition_read(parser))
            found.values[name] = value
    return found


def span(parser: Parser, first: int, last: int) -> Sym | None:
    r"""The last of a stretch of states or actions from the beginning on: `s_{1:t}`, `a_{<t}`."""
    texts = [token.text for token in parser.tokens[first:last]]
    if len(texts) < 6 or texts[1:3] != ["_", "{"] or texts[-1] != "}":
        return None
    entry = parser.symbols.find(texts[0])
    begins = [process.times.lower for process in parser.symbols.declarations.processes]
    lowest = {str(begin.value) for begin in begins if isinstance(begin, Num)}
    if entry is None:
        return None
    if texts[4] == ":" and texts[3] in lowest:
        begin = first + 5
    elif texts[3] in ("<", "<="):
        begin = first + 4
    else:
        return None
    end = parser.within(begin, last - 1, parser.inner)
    return Sym(entry.name, (Add((end, Neg(as_term(1)))) if texts[3] == "<" else end,))


def _condition_read(parser: Parser) -> tuple[Sym, Sym]:
    """A variable behind a bar, with what it is equal to there: itself, if nothing is."""
    name = drawn_name(parser)
    if not parser.next_is("="):
        return name, name
    parser.take()
    value = drawn_name(parser)
    if place_of(parser, name.name) != place_of(parser, value.name):
        raise parser.unsupported(f"a value of {value.name!r} in the place of {name.name!r}")
    return name, value
