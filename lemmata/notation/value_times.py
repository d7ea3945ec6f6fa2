r"""Value functions of a finite horizon without their time, or without what they are a value of.

`Q^\pi(s_t, a_t)` is the value at the time of its state, `Q_t(s_t, a_t)`; so is `Q_t` alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lemmata.notation.lexer import Token, has_text
from lemmata.notation.symbols import Symbols

_OPENS: Final = {"(": ")", "{": "}", "[": "]"}


def with_times_of_values(tokens: list[Token], text: str, symbols: Symbols) -> list[Token]:
    """Tokens in which values have the time and the arguments that they leave out.

    Args:
        tokens: Those of a formula.
        text: The whole text, which may set an advantage.
        symbols: The names of the question.
    """
    values, given = _values(symbols)
    if not values or not has_text(tokens, values.keys()):
        return tokens
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.text not in values or token.kind != "name":
            out.append(token)
            at += 1
            continue
        end, time = _scripts(tokens, at + 1)
        head = tokens[at:end]
        group = tokens[end : _close(tokens, end)] if tokens[end : end + 1] else []
        called = bool(group) and group[0].text == "("
        told = _time_of(group, values[token.text]) if called else None
        if not time and told is not None:
            head += _subscript(told, token)
        another = tokens[end : end + 1] != [] and tokens[end].text == "'"
        bare = bool(time) and not called and not another
        if bare and (token.text in given or _is_set(token.text, text)):
            head += _arguments(values[token.text], time, token)
        out += head
        at = end
    return out


def _values(symbols: Symbols) -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """The names of values that carry a time, each with the variables that it is a value of.

    And those that a question gives. What is defined by them, an advantage, is without its
    arguments what the text says, if it says it.
    """
    given: set[str] = set()
    found: dict[str, tuple[str, ...]] = {}
    for process in symbols.declarations.processes:
        both = (process.state, process.action)
        named = {process.value: both[:1], process.action_value: both}
        found |= {name: of for name, of in named.items() if name}
        given |= found.keys()
        for definition in symbols.declarations.definitions:
            of = tuple(argument.name for argument in definition.arguments)
            if len(definition.letters) == 1 and of in named.values():
                found[definition.name.partition("^")[0]] = of
    return found, frozenset(given)


def _is_set(name: str, text: str) -> bool:
    """Whether a text says what a name with a time is: `A_t = Q_t(s_t, a_t) - V_t(s_t)`."""
    scripts = r"(?:\s*[_^]\s*(?:\{[^{}]*\}|\\?\w+))+"
    return re.search(rf"(?<![\w\\]){re.escape(name)}{scripts}\s*:?=", text) is not None


def _scripts(tokens: list[Token], at: int) -> tuple[int, list[Token]]:
    """Where the scripts end that begin at a place, and what stands below."""
    time: list[Token] = []
    while tokens[at : at + 1] and tokens[at].text in ("_", "^"):
        end = _close(tokens, at + 1)
        while tokens[end : end + 1] and tokens[end].text == "'" and tokens[at].text == "_":
            end += 1
        if tokens[at].text == "_":
            time = tokens[at + 1 : end]
        at = end
    return at, time


def _close(tokens: list[Token], at: int) -> int:
    """Past the end of the token or group at a place."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].text in _OPENS) - (tokens[place].text in _OPENS.values())
        if depth <= 0:
            return place + 1
    return len(tokens)


def _time_of(group: list[Token], of: tuple[str, ...]) -> list[Token] | None:
    """The one time at which all arguments in brackets are told: t of `(s_t, a_t)`."""
    times: list[list[Token]] = []
    at = 1
    for name in of:
        if [token.text for token in group[at : at + 2]] != [name, "_"]:
            return None
        at, time = _scripts(group, at + 1)
        times.append(time)
        at += 1
    texts = [[token.text for token in time] for time in times]
    return times[0] if at == len(group) and texts[1:] == texts[:-1] else None


def _subscript(time: list[Token], near: Token) -> list[Token]:
    """A time below a name."""
    where = (near.start, near.end)
    inside = time[1:-1] if time[0].text == "{" else time
    marks = [Token("sym", text, *where) for text in ("_", "{", "}")]
    return [*marks[:2], *(t._replace(start=near.start, end=near.end) for t in inside), marks[2]]


def _arguments(of: tuple[str, ...], time: list[Token], near: Token) -> list[Token]:
    """The arguments of a value at a time: `(s_t, a_t)`."""
    found: list[Token] = []
    for name in of:
        found.append(Token("sym", "," if found else "(", near.start, near.end))
        found += [Token("name", name, near.start, near.end), *_subscript(time, near)]
    return [*found, Token("sym", ")", near.start, near.end)]
