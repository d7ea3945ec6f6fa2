"""Times of states, actions and rewards: sums of letters and numbers, `t`, `t + k + 1`, `0`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from lemmata.notation.lexer import Token

Time: TypeAlias = "dict[str, int]"
"""How often each letter is taken in a time; the number stands under the empty name."""

OPEN: Final = frozenset("([{")
CLOSE: Final = frozenset(")]}")


def closing(tokens: Sequence[Token], opening: int) -> int:
    """Where the bracket ends that opens at a place."""
    depth = 0
    for place in range(opening, len(tokens)):
        depth += (tokens[place].text in OPEN) - (tokens[place].text in CLOSE)
        if depth == 0:
            return place
    return len(tokens)


def script_at(tokens: Sequence[Token], at: int, sign: str) -> tuple[int, list[Token]]:
    """Where a script ends that begins at a place, and what stands in it."""
    if at + 1 >= len(tokens) or tokens[at].text != sign:
        return at, []
    if tokens[at + 1].text != "{":
        return at + 2, [tokens[at + 1]]
    close = closing(tokens, at + 1)
    return close + 1, list(tokens[at + 2 : close])


def index_at(tokens: Sequence[Token], at: int) -> tuple[int, Time | None]:
    """Where an index ends that begins at a place, and the time that it is."""
    end, inside = script_at(tokens, at, "_")
    return end, time_of(inside)


def time_of(tokens: Sequence[Token]) -> Time | None:
    """A sum of letters and numbers; None for anything else."""
    if any(token.kind not in ("name", "num", "sym") for token in tokens):
        return None
    return _time([token.text for token in tokens])


def _time(texts: Sequence[str]) -> Time | None:
    found: Time = {}
    sign = 1
    operand = True
    for text in texts:
        if text in ("+", "-"):
            sign, operand = (1 if text == "+" else -1), True
            continue
        if not operand or not text.isalnum():
            return None
        name, count = ("", int(text)) if text.isdigit() else (text, 1)
        found[name] = found.get(name, 0) + sign * count
        operand = False
    return None if operand or not texts else {k: v for k, v in found.items() if v}


def less(time: Time, other: Time) -> Time:
    """The difference of two times."""
    names = {*time, *other}
    found = {name: time.get(name, 0) - other.get(name, 0) for name in names}
    return {name: count for name, count in found.items() if count}


def at_time(time: Time, letter: str, value: Time) -> Time:
    """A time with another one in the place of a letter."""
    rest = {name: -count for name, count in value.items()}
    return less({name: count for name, count in time.items() if name != letter}, rest)


def constant(time: Time | None) -> int | None:
    """The number that a time is, if no letter stands in it."""
    return time.get("", 0) if time is not None and not time.keys() - {""} else None


@lru_cache(maxsize=64)
def first_reward(text: str) -> int | None:
    """How much later than its action a text numbers a reward: 0 for r_t, 1 for r_{t+1}.

    The first reward that a text speaks of, from the state on that a condition gives or a return
    begins at, is that of the action there. None where that does not tell: none of them is so
    early, or a reward is written as a function of the states and actions too.
    """
    bases: list[Time] = []
    found: dict[str, list[Time]] = {}
    limits: dict[str, Time] = {}
    given = calls = False
    for sign in _SIGNS.finditer(text):
        if sign["bar"] or sign["end"]:
            given = bool(sign["bar"])
            limits = {} if given else limits
        elif sign["letter"]:
            lower = _time(_WORDS.findall(sign["low"]))
            if lower is not None:
                limits[sign["letter"]] = lower
        elif sign["call"]:
            calls = True
        elif sign["name"]:
            time = _time(_WORDS.findall(sign["group"] or sign["single"]))
            name = sign["name"]
            if time is not None and (name == "G" or (given and name in "sS")):
                bases.append(time)
            elif time is not None and name in "rR":
                for letter, lower in limits.items():
                    time = at_time(time, letter, lower) if time.get(letter) == 1 else time
                found.setdefault(name, []).append(time)
    firsts = set[int | None]()
    for times in found.values():
        steps = [constant(less(time, base)) for time in times for base in _earliest(bases)]
        firsts.add(min((step for step in steps if step is not None), default=None))
    if not firsts:
        return 0
    first = firsts.pop()
    return first if not firsts and (first == 0 or (first == 1 and not calls)) else None


def _earliest(bases: Sequence[Time]) -> list[Time]:
    """The times before which no other one is known to be."""
    apart = [[constant(less(one, other)) for other in bases] for one in bases]
    return [
        one
        for one, steps in zip(bases, apart, strict=True)
        if all(step is None or step <= 0 for step in steps)
    ]


_INDEX: Final = r"\s*_\s*(?:\{(?P<group>[^{}]*)\}|(?P<single>\w))"
_SIGNS: Final = re.compile(
    r"(?P<bar>\\mid\b|\\(?:middle|[bB]ig+m?)?\s*\\?[|]|\|)|(?P<end>[\])])"
    r"|\\?sum\s*(?:\\(?:no)?limits)?\s*_\s*\{\s*(?P<letter>[a-z])\s*(?:=|\\geq?(?:slant)?(?![A-Za-z])|>=|≥)(?P<low>[^{}]*)\}"
    r"|(?P<call>[rR]\s*(?:\\left|\\[bB]ig+l?)?\(\s*[sS]\s*_)"
    rf"|(?P<name>[rRGsS]){_INDEX}"
    r"|\\[A-Za-z]+"
)
_WORDS: Final = re.compile(r"[A-Za-z]|\d+|[^\sA-Za-z\d]")
