r"""Discounted returns in conditional means: `\mathbb{E}_\pi[r(s_0, a_0) + \gamma G_1 | s_0 = s]`.

Given the state at a time, the mean of the return from that time on is the value of the state, and
given the action too that of both. So is, by the mean over the next state, the return from the next
time on: `\gamma \sum_{k=0}^\infty \gamma^k r(s_{k+1}, a_{k+1})` stands for `\gamma V(s')`. That is
so where a return stands alone or beside numbers, and not in a square or before what else is random.

Outside of means a return is a number: `G_t = r_t + \gamma G_{t+1}` holds on every path.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from lemmata.kernel.declarations import Values
from lemmata.notation.lexer import Token, has_text
from lemmata.notation.symbols import Symbols
from lemmata.notation.times import (
    CLOSE,
    OPEN,
    Time,
    at_time,
    closing,
    constant,
    first_reward,
    index_at,
    less,
    script_at,
    time_of,
)

_ENDS: Final = frozenset(("+", "-", "|", ")", "]", "}"))
_RETURNS: Final = frozenset(("G", "\\sum", "\\ldots"))
IN_RETURNS: Final = _RETURNS | {"r", "R"}
_TIMES: Final = frozenset(("\\cdot", "\\times", "*"))
_RANDOM: Final = frozenset(("E", "Var", "var", "V", "Q"))
MAX_LAW: Final = 5
"""How many signs name the law of a mean over trajectories: `{\\tau \\sim \\pi}`."""
_SET: Final = re.compile(r"(?<![A-Za-z\\])G\s*_\s*(?:\{[^{}]*\}|\w)\s*:?=([^$\n]*)")
"""What a text says that returns are."""
_PATH: Final = "gain"
"""The name that a sheet declares for the return on a path, and with a prime from the next time."""


def with_values_of_returns(tokens: list[Token], text: str, symbols: Symbols) -> list[Token]:
    """Tokens with values in the place of returns, in means given the state at a time."""
    values = symbols.declarations.values
    if not values:
        return tokens
    if any(values[0].discount not in said for said in _SET.findall(text.replace("γ", "gamma"))):
        return tokens  # the text means another return than the question does
    late = first_reward(text)
    out = list(tokens)
    for opening in range(len(out) - 1, -1, -1):  # inner means first
        if opening >= len(out) or out[opening].text != "[":
            continue
        begin = _mean_begins(out, opening, values[0])
        if begin is None:
            continue
        close = closing(out, opening)
        bar = next((k for k in _flat(out, opening + 1, close) if out[k].text == "|"), None)
        if bar is None:
            continue
        given = _Given.read(out[bar + 1 : close])
        if given is None:
            continue
        body = _Body(out[opening + 1 : bar], values[0], given, late).rewritten()
        if body is not None and [token.text for token in body] == given.known(values[0]):
            out[begin : close + 1] = body
        elif body is not None:
            out[opening + 1 : bar] = body
    return _on_paths(out, values[0], late, symbols)


def _mean_begins(tokens: Sequence[Token], opening: int, values: Values) -> int | None:
    """Where the mean begins whose bracket opens at a place: `E[`, `E_pi[`; None if it is none."""
    begin = opening - 1
    law: list[str] = []
    while begin >= 0 and tokens[begin].text not in ("_", "^", "E") and len(law) < MAX_LAW:
        law.insert(0, tokens[begin].text)
        begin -= 1
    law = law[1:-1] if law[:1] == ["{"] else law
    begin -= bool(law)
    known = law in ([], [values.policy], ["tau", "\\sim", values.policy])
    return begin if known and begin >= 0 and tokens[begin].text == "E" else None


def _flat(tokens: Sequence[Token], start: int, end: int) -> list[int]:
    """The places of a stretch that stand in no bracket of it."""
    depth, found = 0, list[int]()
    for place in range(start, end):
        depth -= tokens[place].text in CLOSE
        if depth == 0:
            found.append(place)
        depth += tokens[place].text in OPEN
    return found


@dataclass
class _Given:
    """What a condition tells: the state at a time, by its letter, and perhaps the action then."""

    base: Time
    state: list[str]
    action: list[str] = field(default_factory=list[str])
    on_path: bool = False

    @classmethod
    def read(cls, told: list[Token]) -> _Given | None:
        """What a condition tells; None unless it is the state then, the action and the next one."""
        found: _Given | None = None
        at = 0
        while at + 1 < len(told):
            name = told[at].text.lower()
            at, time = index_at(told, at + 1)
            if name not in ("s", "a") or time is None:
                return None
            letter: list[str] | None = None
            if told[at : at + 1] and told[at].text == "=":
                letter = [token.text for token in told[at + 1 : at + 3] if token.text != ","]
                letter = letter if letter[1:] == ["'"] else letter[:1]
                at += len(letter) + 1
            if told[at : at + 1] and told[at].text != ",":
                return None
            at += 1
            if found is None:
                state = letter or _usual(name, time)
                if name != "s" or state is None or state[0] != "s":
                    return None
                found = cls(time, state)
                continue
            step = constant(less(time, found.base))
            primes = found.state[1:] if step == 0 else ["'"]
            if step not in (0, 1) or (step == 1 and found.state != ["s"]):
                return None
            if (letter or [name, *primes]) != [name, *primes] or (name, step) in (
                ("s", 0),
                ("a", 1),
            ):
                return None
            if name == "a":
                found.action = ["a", *primes]
        return found if at >= len(told) else None

    def known(self, values: Values) -> list[str]:
        """The value of what is given."""
        acts = [",", *self.action] if self.action else []
        return [values.action_value if self.action else values.name, "(", *self.state, *acts, ")"]

    def value(self, step: int, values: Values) -> list[str] | None:
        """What the return from a time on stands for, so many steps later than what is given."""
        if self.on_path:
            later = [_PATH, "'"]
            first = ["(", values.reward, "(", "s", ",", "a", ")", "+", values.discount, *later, ")"]
            return first if step == 0 else later if step == 1 else None
        if step == 0:
            return self.known(values)
        return [values.name, "(", "s", "'", ")"] if step == 1 and self.state == ["s"] else None

    def reward(self, step: int, values: Values) -> list[str] | None:
        """What the reward of a time stands for."""
        if step == 0:
            action = self.action or ["a", *self.state[1:]]
            return [values.reward, "(", *self.state, ",", *action, ")"]
        if step == 1 and self.state == ["s"] and not self.on_path:
            return [values.reward, "(", "s", "'", ",", "a", "'", ")"]
        return None


def _usual(name: str, time: Time) -> list[str] | None:
    """The letter of a state whose condition gives none: that of its time, `s_t` or `s_1`."""
    number = time.get("", 0)
    letters = {letter: count for letter, count in time.items() if letter}
    if letters not in ({}, {"t": 1}) or number not in (0, 1):
        return None
    return [name, *["'"] * number]


def _on_paths(
    tokens: list[Token], values: Values, late: int | None, symbols: Symbols
) -> list[Token]:
    """Tokens with numbers in the place of returns that stand in no mean."""
    if symbols.find(_PATH) is None or not has_text(tokens, {"G"}):
        return tokens
    members: list[list[Token]] = [[]]
    for token in tokens:
        apart = token.kind in ("rel", "row", "amp", "begin", "end", "text") and not (
            len(members[-1]) > 1 and _depth(members[-1])
        )
        members += [[token], []] if apart else []
        if not apart:
            members[-1].append(token)
    plain = [part for part in members if not has_text(part, _RANDOM)]
    times = [
        time
        for part in plain
        for place, token in enumerate(part)
        if token.text == "G" and (time := index_at(part, place + 1)[1]) is not None
    ]
    base = min(times, key=lambda time: time.get("", 0), default=None)
    if base is None or any(constant(less(time, base)) is None for time in times):
        return tokens
    given = _Given(base, ["s"], ["a"], on_path=True)
    out: list[Token] = []
    for part in members:
        random = has_text(part, _RANDOM) or not part
        body = None if random else _Body(part, values, given, late).rewritten()
        out += part if body is None else body
    return out


def _depth(tokens: Sequence[Token]) -> int:
    return sum((token.text in OPEN) - (token.text in CLOSE) for token in tokens)


class _Body:
    """What stands in a mean before its bar, read from the left."""

    def __init__(
        self, tokens: list[Token], values: Values, given: _Given, late: int | None
    ) -> None:
        self.tokens = tokens
        self.values = values
        self.given = given
        self.late = late  # how much later than its action a reward is numbered

    def rewritten(self) -> list[Token] | None:
        """The body with values for its returns; None if it has none, or not all can be read."""
        out: list[Token] = []
        at, found = 0, False
        while at < len(self.tokens):
            text = self.tokens[at].text
            read = self._series(at)
            if read is None and text == "\\sum":
                read = self._sum(at)
            elif read is None and text == "G":
                read = self._return(at)
            if read is not None:
                end, new = read
                if not self._is_alone(at, end):
                    return None
            elif text in _RETURNS:
                return None
            elif text in ("r", "R") and self._is_numbered(at):
                read = self._reward(at)
                if read is None:
                    return None
                end, new = read
            else:
                out.append(self.tokens[at])
                at += 1
                continue
            found = True
            out += self._written(at, new)
            at = end
        return out if found else None

    def _is_alone(self, at: int, end: int) -> bool:
        """Whether what stands here is added up: at most numbers stand before it and its brackets.

        The mean of a product with something else that is random is no product of means.
        """
        if self.given.on_path:
            return True
        t = self.tokens
        while True:
            if end < len(t) and t[end].text not in _ENDS:
                return False
            at = self._behind_numbers(at)
            if at < 0 or t[at].text in ("+", "-"):
                opening = self._enclosing(at)
            elif t[at].text in ("(", "["):
                opening = at
            else:
                return False
            if opening is None:
                return True
            if t[opening].text not in ("(", "["):
                return False
            at, end = opening, closing(t, opening) + 1

    def _behind_numbers(self, at: int) -> int:
        """The last place before a stretch of discounts and numbers that ends before a place."""
        t = self.tokens
        at -= 1
        while at >= 0:
            begin = at
            if t[at].text == "}":
                begin = next(
                    k for k in range(at, -1, -1) if closing(t, k) == at and t[k].text == "{"
                )
            power = begin >= 2 and t[begin - 1].text == "^"
            base = begin - 2 if power else at
            if t[base].text != self.values.discount and (power or t[at].kind != "num"):
                if t[at].text not in _TIMES:
                    return at
                base = at
            at = base - 1
        return at

    def _enclosing(self, at: int) -> int | None:
        """The bracket that a place stands in."""
        depth = 0
        for place in range(at, -1, -1):
            depth += (self.tokens[place].text in CLOSE) - (self.tokens[place].text in OPEN)
            if depth < 0:
                return place
        return None

    def _step(self, time: Time | None, late: int | None) -> int | None:
        """How many steps later than what is given a time is."""
        if time is None or late is None:
            return None
        step = constant(less(time, self.given.base))
        return None if step is None else step - late

    def _return(self, at: int) -> tuple[int, list[str]] | None:
        """The value that `G_t` stands for."""
        end, time = index_at(self.tokens, at + 1)
        step = self._step(time, 0)
        value = None if step is None else self.given.value(step, self.values)
        return None if value is None else (end, value)

    def _is_numbered(self, at: int) -> bool:
        """Whether a reward stands here by its time alone, `r_t`."""
        end, time = index_at(self.tokens, at + 1)
        called = end < len(self.tokens) and self.tokens[end].text == "("
        return time is not None and not called

    def _reward(self, at: int) -> tuple[int, list[str]] | None:
        """The reward of a state and an action that `r_t` stands for."""
        end, time = index_at(self.tokens, at + 1)
        step = self._step(time, self.late)
        reward = None if step is None else self.given.reward(step, self.values)
        return None if reward is None else (end, reward)

    def _series(self, at: int) -> tuple[int, list[str]] | None:
        r"""What `r_t + \gamma r_{t+1} + \dots` stands for, from a place on."""
        if at and self.tokens[at - 1].text not in ("+", "(", "["):
            return None  # what stands before it would multiply its first term alone
        end, powers, steps = at, list[int](), list[int]()
        while True:
            term = self._discounted(end)
            if term is None:
                return None
            end, power, step = term
            powers.append(power)
            steps.append(step)
            rest = [token.text for token in self.tokens[end : end + 2]]
            if rest[:1] != ["+"]:
                return None
            end += 1
            if rest == ["+", "\\ldots"]:
                break
        apart = [power - powers[0] for power in powers]
        if len(powers) < 2 or apart != [step - steps[0] for step in steps]:
            return None
        value = self.given.value(steps[0], self.values)
        if apart != [*range(len(apart))] or value is None:
            return None
        return end + 1, [*self._gained(powers[0]), *value]

    def _discounted(self, at: int) -> tuple[int, int, int] | None:
        r"""Where a term `\gamma^2 r_{t+2}` ends, its power, and its step."""
        t, power = self.tokens, 0
        if t[at : at + 1] and t[at].text == self.values.discount:
            at, inside = script_at(t, at + 1, "^")
            number = constant(time_of(inside)) if inside else 1
            if number is None:
                return None
            power = number
            at += t[at : at + 1] != [] and t[at].text in _TIMES
        if not t[at : at + 1] or t[at].text not in ("r", "R"):
            return None
        end, time, late = self._timed_reward(at)
        step = self._step(time, late)
        return None if step is None else (end, power, step)

    def _gained(self, power: int) -> list[str]:
        return [self.values.discount, "^", str(power)] if power else []

    def _sum(self, at: int) -> tuple[int, list[str]] | None:
        r"""The value that `\sum_{k=..}^\infty \gamma^{..} r(..)` stands for, and where it ends."""
        t = self.tokens
        at, below = script_at(t, at + 1, "_")
        at, top = script_at(t, at, "^")
        upper = [token.text for token in top]
        start = time_of(below[2:])
        sign = below[1].text if len(below) > 2 else ""
        if len(below) == 1 and not upper and not self.given.base:  # over all times, from 0 on
            start, sign = {}, ">="
        if start is None or (sign, upper) not in (("=", ["\\infty"]), (">=", [])):
            return None
        letter = below[0].text
        if not t[at : at + 1] or t[at].text != self.values.discount:
            return None
        at, power = script_at(t, at + 1, "^")
        exponent = time_of(power)
        if exponent is None or at >= len(t) or t[at].text not in ("r", "R"):
            return None
        end, time, late = self._timed_reward(at)
        counts = [None if x is None else x.get(letter, 0) for x in (exponent, time)]
        if time is None or counts != [1, 1]:
            return None
        power_then, time_then = (at_time(x, letter, start) for x in (exponent, time))
        gained, step = constant(power_then), self._step(time_then, late)
        if gained is None or gained < 0 or step is None:
            return None
        value = self.given.value(step, self.values)
        return None if value is None else (end, [*self._gained(gained), *value])

    def _timed_reward(self, at: int) -> tuple[int, Time | None, int | None]:
        """Where a reward ends, its time, and how much later than the action it is numbered."""
        t = self.tokens
        if t[at + 1 : at + 2] and t[at + 1].text == "(":
            close = closing(t, at + 1)
            inside = t[at + 2 : close]
            comma = next((k for k, x in enumerate(inside) if x.text == ","), len(inside))
            times = [
                index_at(part, 1)[1] if part and part[0].text.lower() == name else None
                for name, part in (("s", inside[:comma]), ("a", inside[comma + 1 :]))
            ]
            return close + 1, times[0] if times[0] == times[1] else None, 0
        end, time = index_at(t, at + 1)
        return end, time, self.late

    def _written(self, at: int, texts: Sequence[str]) -> list[Token]:
        start, end = self.tokens[at].start, self.tokens[-1].end
        kinds = dict.fromkeys("(),^'_+", "sym")
        return [
            Token("num" if text.isdigit() else kinds.get(text, "name"), text, start, end)
            for text in texts
        ]
