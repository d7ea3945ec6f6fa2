r"""Discounted returns in conditional means: `\mathbb{E}_\pi[r(s_0, a_0) + \gamma G_1 | s_0 = s]`.

Given the state at a time, the mean of the return from that time on is the value of the state, and
given the action too that of both. So is, by the mean over the next state, the return from the next
time on: `\gamma \sum_{k=0}^\infty \gamma^k r(s_{k+1}, a_{k+1})` stands for `\gamma V(s')`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from lemmata.kernel.declarations import Values
from lemmata.notation.lexer import Token, has_text
from lemmata.notation.symbols import Symbols

Time: TypeAlias = "dict[str, int]"
"""How often each letter is taken in a time; the number stands under the empty name."""

_OPEN: Final = frozenset("([{")
_CLOSE: Final = frozenset(")]}")
_ENDS: Final = frozenset(("+", "-", "|", ")", "]", "}"))
_RETURNS: Final = frozenset(("G", "\\sum"))


def with_values_of_returns(tokens: list[Token], symbols: Symbols) -> list[Token]:
    """Tokens with values in the place of returns, in means given the state at a time."""
    values = symbols.declarations.values
    if not values or not has_text(tokens, _RETURNS | {"r"}):
        return tokens
    out = list(tokens)
    for opening in range(len(out) - 1, -1, -1):  # inner means first
        if out[opening].text != "[" or not _is_mean(out, opening):
            continue
        closing = _closing(out, opening)
        bar = next((k for k in _flat(out, opening + 1, closing) if out[k].text == "|"), None)
        if bar is not None:
            told = out[bar + 1 : closing]
            found = _Body(out[opening + 1 : bar], values[0], told)
            body = found.rewritten()
            if body is not None and [token.text for token in body] == found.known:
                out[_mean_begins(out, opening) : closing + 1] = body
            elif body is not None:
                out[opening + 1 : bar] = body
    return out


def _is_mean(tokens: Sequence[Token], opening: int) -> bool:
    """Whether a bracket is that of a mean, `E[` or `E_pi[`."""
    before = _mean_begins(tokens, opening)
    return before >= 0 and tokens[before].text == "E"


def _mean_begins(tokens: Sequence[Token], opening: int) -> int:
    before = opening - 1
    return before - 2 if before >= 2 and tokens[before - 1].text == "_" else before


def _closing(tokens: Sequence[Token], opening: int) -> int:
    depth = 0
    for place in range(opening, len(tokens)):
        depth += (tokens[place].text in _OPEN) - (tokens[place].text in _CLOSE)
        if depth == 0:
            return place
    return len(tokens)


def _flat(tokens: Sequence[Token], start: int, end: int) -> list[int]:
    """The places of a stretch that stand in no bracket of it."""
    depth, found = 0, list[int]()
    for place in range(start, end):
        depth -= tokens[place].text in _CLOSE
        if depth == 0:
            found.append(place)
        depth += tokens[place].text in _OPEN
    return found


class _Body:
    """What stands in a mean before its bar, read from the left."""

    def __init__(self, tokens: list[Token], values: Values, told: list[Token]) -> None:
        self.tokens = tokens
        self.values = values
        self.base: Time | None = None
        self.state: list[str] = []
        self.action: list[str] = []
        self._take_given(told)
        self.first: int | None = None  # how much later than the action its reward is numbered
        acts = [",", *self.action] if self.action else []
        head = values.action_value if self.action else values.name
        self.known = [head, "(", *self.state, *acts, ")"]

    def _take_given(self, told: list[Token]) -> None:
        """Take the time that the condition names, and the letters of the state and action then."""
        at = 0
        while at + 1 < len(told):
            name = told[at].text.lower()
            end, time = _index(told, at + 1)
            letter = [token.text for token in told[end + 1 : end + 3] if token.text != ","]
            if name not in ("s", "a") or time is None or letter[:1] != [name]:
                break
            letter = letter if letter[1:] == ["'"] else letter[:1]
            if name == "s" and not self.state:
                self.base, self.state = time, letter
            elif name == "a" and time == self.base:
                self.action = letter
            at = end + len(letter) + 2  # behind the comma
        if at < len(told):  # more is told
            self.base = None

    def rewritten(self) -> list[Token] | None:
        """The body with values for its returns; None if it has none, or not all can be read."""
        if self.base is None:
            return None
        out: list[Token] = []
        at, found = 0, False
        while at < len(self.tokens):
            token = self.tokens[at]
            read = None
            if token.text == "\\sum":
                read = self._sum(at)
            elif token.text == "G" and at + 1 < len(self.tokens):
                end, time = _index(self.tokens, at + 1)
                read = None if time is None else (end, self._value(time, 0))
            if token.text in _RETURNS:
                if read is None or read[1] is None:
                    return None
                at, found = read[0], True
                out += read[1]
                continue
            plain = self._reward(at, out)
            if plain is not None:
                found = found or not any(self.base or ())  # `r_0` has no other meaning
                at = plain
                continue
            out.append(token)
            at += 1
        return out if found else None

    def _reward(self, at: int, out: list[Token]) -> int | None:
        """Put `r(s, a)` for a reward `r_t` at the time of the condition, or `R_{t+1}`."""
        if self.tokens[at].text not in ("r", "R") or self.tokens[at + 1 : at + 2] == []:
            return None
        end, time = _index(self.tokens, at + 1)
        late = None if time is None or self.base is None else _number(_less(time, self.base))
        if late not in (0, 1) or (end < len(self.tokens) and self.tokens[end].text == "("):
            return None
        self.first = late if self.first is None else self.first
        out += self._written(at, self.values.reward, "(", *self.state, ",", *self.action_then, ")")
        return end

    @property
    def action_then(self) -> list[str]:
        """The letter of the action at the time of the condition."""
        return self.action or ["a", *self.state[1:]]

    def _sum(self, at: int) -> tuple[int, list[Token] | None] | None:
        r"""The value that `\sum_{k=..}^\infty \gamma^{..} r(..)` stands for, and where it ends."""
        t = self.tokens
        if [x.text for x in t[at + 1 : at + 3]] != ["_", "{"]:
            return None
        close = _closing(t, at + 2)
        inside = t[at + 3 : close]
        start = _time(inside[2:])
        at, top = _script(t, close + 1, "^")
        if start is None or inside[1].text != "=":
            return None
        letter = inside[0]
        if [x.text for x in top] != ["\\infty"] or t[at : at + 1] == []:
            return None
        if t[at].text != self.values.discount:
            return None
        at, power = _script(t, at + 1, "^")
        exponent = _time(power)
        if exponent is None or at >= len(t) or t[at].text not in ("r", "R"):
            return None
        end, time, late = self._reward_of_sum(at)
        counts = [None if x is None else x.get(letter.text, 0) for x in (exponent, time)]
        if time is None or counts != [1, 1] or (end < len(t) and t[end].text not in _ENDS):
            return None
        power_then, time_then = (_at(x, letter.text, start) for x in (exponent, time))
        steps = _number(power_then)
        if steps is None or steps < 0:
            return None
        value = self._value(time_then, late)
        if value is None:
            return None
        gained = self._written(at, self.values.discount, "^", str(steps)) if steps else []
        return end, [*gained, *value]

    def _reward_of_sum(self, at: int) -> tuple[int, Time | None, int]:
        """Where a reward ends, its time, and how much later than the action it is numbered."""
        t = self.tokens
        if t[at + 1 : at + 2] and t[at + 1].text == "(":
            close = _closing(t, at + 1)
            inside = t[at + 2 : close]
            comma = next((k for k, x in enumerate(inside) if x.text == ","), len(inside))
            times = [
                _index(part, 1)[1] if part and part[0].text.lower() == name else None
                for name, part in (("s", inside[:comma]), ("a", inside[comma + 1 :]))
            ]
            return close + 1, times[0] if times[0] == times[1] else None, 0
        end, time = _index(t, at + 1)
        if self.first is None and t[0].text == "\\sum" and t[at].text == "R" and self.base:
            return end, time, 1  # `\sum_k \gamma^k R_{t+k+1}`, whose first reward is R_{t+1}
        return end, time if self.first is not None else None, self.first or 0

    def _value(self, time: Time, late: int) -> list[Token] | None:
        """The value of what is known at a time: the state, or the next one."""
        step = None if self.base is None else _number(_less(time, self.base))
        step = None if step is None else step - late
        if step == 0:
            return self._written(0, *self.known)
        if step == 1 and self.state == ["s"]:
            return self._written(0, self.values.name, "(", "s", "'", ")")
        return None

    def _written(self, at: int, *texts: str) -> list[Token]:
        start, end = self.tokens[at].start, self.tokens[-1].end
        kinds = dict.fromkeys("(),^'", "sym")
        return [
            Token("num" if text.isdigit() else kinds.get(text, "name"), text, start, end)
            for text in texts
        ]


def _script(tokens: Sequence[Token], at: int, sign: str) -> tuple[int, list[Token]]:
    """Where a script ends that begins at a place, and what stands in it."""
    if at + 1 >= len(tokens) or tokens[at].text != sign:
        return at, []
    if tokens[at + 1].text != "{":
        return at + 2, [tokens[at + 1]]
    close = _closing(tokens, at + 1)
    return close + 1, list(tokens[at + 2 : close])


def _index(tokens: Sequence[Token], at: int) -> tuple[int, Time | None]:
    """Where an index ends that begins at a place, and the time that it is."""
    end, inside = _script(tokens, at, "_")
    return end, _time(inside)


def _time(tokens: Sequence[Token]) -> Time | None:
    """A sum of letters and numbers."""
    found: Time = {}
    sign = 1
    operand = True
    for token in tokens:
        if token.text in ("+", "-"):
            sign, operand = (1 if token.text == "+" else -1), True
            continue
        if not operand or token.kind not in ("name", "num") or "." in token.text:
            return None
        name, count = ("", int(token.text)) if token.kind == "num" else (token.text, 1)
        found[name] = found.get(name, 0) + sign * count
        operand = False
    return None if operand or not tokens else {k: v for k, v in found.items() if v}


def _less(time: Time, other: Time) -> Time:
    names = {*time, *other}
    found = {name: time.get(name, 0) - other.get(name, 0) for name in names}
    return {name: count for name, count in found.items() if count}


def _at(time: Time, letter: str, value: Time) -> Time:
    """A time with another one in the place of a letter."""
    rest = {name: -count for name, count in value.items()}
    return _less({name: count for name, count in time.items() if name != letter}, rest)


def _number(time: Time) -> int | None:
    return time.get("", 0) if not time.keys() - {""} else None
