r"""One component of an update: `\theta_i^{t+1} = \theta_i^t - \alpha (m v_i^{t-1} + \partial_i L)`.

Where all components follow the same formula, an answer may tell that of any one of them: every
array in it and every gradient then carries the same letter, which says nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lemmata.notation.lexer import Token
from lemmata.notation.symbols import Symbols

LETTERS: Final = ("i", "j", "k", "l")
_OPENS: Final = {"{": "}", "(": ")", "[": "]"}
_SCRIPTS: Final = frozenset(("_", "^"))
_SLOPES: Final = frozenset(("\\nabla", "\\partial"))


def of_any_component(tokens: list[Token], symbols: Symbols) -> list[Token]:
    r"""Tokens without the letter of a component, if all that has components carries it.

    Something must carry a time as well: in `\theta_i - \alpha g_i` the letter may count steps.
    """
    names = symbols.conventions.componentwise
    for letter in LETTERS if names and len(tokens) < _MANY else ():
        if symbols.find(letter) is None and any(token.text == letter for token in tokens):
            found = _Formula(tokens, letter, frozenset(names), symbols)
            if found.is_of_one_component():
                return found.without_letter()
    return tokens


@dataclass
class _Formula:
    """The tokens of a formula in which a letter may say which component is meant.

    Attributes:
        tokens: The tokens.
        letter: The letter.
        names: The arrays.
        symbols: The declared names.
        marked: Where arrays and signs of gradients stand that carry the letter.
        dropped: Where the letter stands, with its script.
        timed: Whether one of them carries a time as well.
    """

    tokens: list[Token]
    letter: str
    names: frozenset[str]
    symbols: Symbols
    marked: set[int] = field(default_factory=set)
    dropped: set[int] = field(default_factory=set)
    timed: bool = False

    def is_of_one_component(self) -> bool:
        """Whether everything with components carries the letter, which stands nowhere else."""
        places = [k for k, token in enumerate(self.tokens) if token.text == self.letter]
        if not all(map(self._mark, places)):
            return False
        self._mark_fractions()
        inside = {place for group in self._arguments() for place in group}
        open_ones = {
            place
            for place, token in enumerate(self.tokens)
            if (token.text in self.names or token.text in _SLOPES) and place not in inside
        }
        return self.timed and open_ones == self.marked

    def without_letter(self) -> list[Token]:
        r"""The tokens without the letter; `\partial_i L` is a component of `\nabla L`."""
        kept: list[Token] = []
        for place, token in enumerate(self.tokens):
            slope = token.text == "\\partial" and place + 1 in self.dropped
            if place not in self.dropped:
                kept.append(token._replace(text="\\nabla") if slope else token)
        return kept

    def _mark(self, place: int) -> bool:
        """Note what a letter stands at; whether that is something with components."""
        script = self._script(place)
        if script is None:
            return False
        sign, dropped, more = script
        base = self._base(sign)
        if base is None:
            return False
        self.dropped.update(dropped)
        text = self.tokens[base].text
        if text in self.names:
            self.timed |= more or any(map(self._is_time, (base + 1, self._end(sign + 1))))
            self.marked.add(base)
            outer = self._script(base)  # `\nabla_{\theta_i}`
            slope = self._base(outer[0]) if outer is not None else None
            self.marked.update({slope} - {None})  # type: ignore[arg-type]
            if base and self.tokens[base - 1].text in _SLOPES:
                self.marked.add(base - 1)
        elif text in _SLOPES:
            self.marked.add(base)
        elif text in (")", "]"):
            return self._mark_group(base)
        else:
            return False
        return True

    def _is_time(self, at: int) -> bool:
        """Whether a superscript stands at a place that is no power."""
        sign, first, inner = [*(token.text for token in self.tokens[at : at + 3]), "", "", ""][:3]
        return sign == "^" and not (inner if first == "{" else first).isdigit()

    def _mark_group(self, close: int) -> bool:
        r"""Note the gradient in the brackets before a letter, `[\nabla L(\theta)]_i`, or before."""
        first = self._opening(close)
        slopes = [k for k in range(first, close) if self.tokens[k].text == "\\nabla"]
        if not slopes:  # `\nabla L(\theta)_i`
            before = first - 1
            while before > 0 and self.tokens[before].text != "\\nabla":
                if self.tokens[before].kind not in ("name", "sym") or first - before > _NEAR:
                    return False
                before -= 1
            slopes = [before] if self.tokens[before].text == "\\nabla" else []
        self.marked.update(slopes)
        return len(slopes) == 1

    def _mark_fractions(self) -> None:
        r"""Note the upper signs of the derivatives whose lower ones are noted."""
        for at, token in enumerate(self.tokens):
            if token.text != "\\frac":
                continue
            middle = self._end(at + 1)
            end = self._end(middle)
            if any(k in self.marked and self.tokens[k].text in _SLOPES for k in range(middle, end)):
                upper = (k for k in range(at, middle) if self.tokens[k].text in _SLOPES)
                self.marked.update(upper)

    def _arguments(self) -> Iterator[range]:
        r"""The brackets in which a gradient is taken: `(\theta^t)` of `L(\theta^t)`.

        And the name below a gradient: `\theta` of `\nabla_\theta L`, where another letter is noted.
        """
        for at, token in enumerate(self.tokens):
            if token.text == "(" and at:
                before = self.tokens[at - 1]
                loss = before.kind == "name" and self.symbols.find(before.text) is None
                if loss or (before.text == "}" and self._is_slope(at - 1)):
                    yield range(at, self._end(at))
            if token.text == "\\nabla" and self.tokens[at + 1 : at + 2]:
                script = self.tokens[at + 1].text == "_"
                inside = range(at + 2, self._end(at + 2)) if script else range(0)
                if not self.dropped.intersection(inside):
                    yield inside

    def _is_slope(self, close: int) -> bool:
        """Whether a brace closes a derivative that is written as a fraction."""
        first = self._opening(close)
        return first + 1 < close and self.tokens[first + 1].text in _SLOPES

    def _script(self, place: int) -> tuple[int, range, bool] | None:
        """The sign of the subscript that a letter is in, what to drop, and whether it is in a list.

        None where it is in no subscript, or in one with more than a list of letters.
        """
        texts = [token.text for token in self.tokens]
        if place and texts[place - 1] == "_":
            return place - 1, range(place - 1, place + 1), False
        first = place
        while first and texts[first] != "{":
            if texts[first] in ("}", "_", "^"):
                return None
            first -= 1
        if first < 1 or texts[first - 1] != "_":
            return None
        last = self._end(first)
        if last == place + 2 and first == place - 1:
            return first - 1, range(first - 1, last), False
        if texts[place - 1] == "," and last == place + 2:
            return first - 1, range(place - 1, place + 1), True
        if texts[place + 1 : place + 2] == [","] and first == place - 1:
            return first - 1, range(place, place + 2), True
        return None

    def _base(self, sign: int) -> int | None:
        """Where the name or bracket stands that a script belongs to."""
        at = sign - 1
        while at > 0:
            if self.tokens[at].text == "}":
                first = self._opening(at)
                if self.tokens[first - 1].text not in _SCRIPTS:
                    return None
                at = first - 2
            elif self.tokens[at - 1].text in _SCRIPTS:
                at -= 2
            else:
                break
        return at if at >= 0 else None

    def _end(self, at: int) -> int:
        """Past the end of the token or group at a place."""
        depth = 0
        for place in range(at, len(self.tokens)):
            text = self.tokens[place].text
            depth += (text in _OPENS) - (text in _OPENS.values())
            if depth <= 0:
                return place + 1
        return len(self.tokens)

    def _opening(self, close: int) -> int:
        """Where the group opens that closes at a place."""
        depth = 0
        for place in range(close, -1, -1):
            text = self.tokens[place].text
            depth += (text in _OPENS.values()) - (text in _OPENS)
            if depth == 0:
                return place
        return 0


_MANY: Final = 500
"""Of so many tokens nothing is looked for."""
_NEAR: Final = 4
"""So many tokens may stand between a gradient sign and the brackets of its function."""
