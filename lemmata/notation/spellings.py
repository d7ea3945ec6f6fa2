r"""Other ways to write a declared thing: a table of patterns in the sheet.

    [spellings]
    'dout_i' = ['\frac{\partial L}{\partial y_i}', 'dL/dy_i']

The name of a declared index stands for any index in a pattern (`i` above). Patterns are
matched against tokens, so that fonts, spaces and needless braces mean nothing; of one thing, the
longest is taken first, and the things are looked for in the order of the table. A derivative is
matched in all its layouts: with `\partial` or `d`, as a fraction, with a slash, or as a gradient
with a subscript.

Labels are patterns too: what an answer may call the thing that is asked for. The letters of a label
say how an answer has named the free indices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, compress, count
from string import ascii_lowercase
from typing import Final, NamedTuple, TypeAlias

from lemmata.notation.errors import NotationError, Source
from lemmata.notation.keyboard import TEXT_NAMES, scan_text
from lemmata.notation.latex import scan_latex
from lemmata.notation.lexer import MAX_TOKENS, Token, texts_and_kinds

Letters: TypeAlias = "dict[str, list[Token]]"
"""What stands for the letters of a pattern."""

_WORD: Final = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_BEFORE: Final = frozenset(("_", "^"))
_BEHIND: Final = frozenset(("'", "''", "'''", "_"))
_REACHING: Final = frozenset(("\\log", "\\sum", "\\prod"))
"""What a spelling begins with whose last part alone takes a power behind it."""
_OPENING: Final = {"{": "}", "(": ")", "[": "]", "\\{": "\\}"}
_DEPTHS: Final = dict.fromkeys(_OPENING, 1) | dict.fromkeys(_OPENING.values(), -1)


class _Item(NamedTuple):
    """A token without needless braces, and the stretch of tokens that it stands for."""

    token: Token
    first: int
    last: int


_item: Final = partial(tuple.__new__, _Item)
"""An item of its three parts, made faster than by its name."""
Pattern: TypeAlias = "tuple[str, ...]"
"""A way to write something: the texts of its tokens, without needless braces."""


def _match(
    pattern: Pattern, letters: frozenset[str], items: list[_Item], at: int
) -> tuple[int, Letters] | None:
    """Where a pattern ends if it stands at a place, and what stands for letters in it."""
    found: Letters = {}
    for text in pattern:
        if at >= len(items):
            return None
        token = items[at].token
        if text in letters:
            end = _index_end(items, at)
            if end is None:
                return None
            stretch = [item.token for item in items[at:end]]
            same = found.setdefault(text, stretch)
            if _bare(same) != _bare(stretch):
                return None
            found[text] = max(same, stretch, key=len)  # with its braces, if it has any
            at = end
        elif _text(token) == text or (text == "\\partial" and token.text == "d"):
            at += 1
        else:
            return None
    return at, found


def _bare(stretch: Sequence[Token]) -> list[str]:
    """The texts of an index without its braces."""
    return [token.text for token in stretch if token.text not in ("{", "}")]


def _place(pattern: Pattern, letters: frozenset[str]) -> str:
    """The letter in the subscript of a single name: `k` in `e_k`."""
    single = len(pattern) == 3 and pattern[1] == "_"
    return pattern[2] if single and pattern[2] not in letters else ""


@dataclass(frozen=True, slots=True)
class _Group:
    """A declared thing, the letters for any index, and its patterns.

    These by the text that they begin with, the longest first.
    """

    meant: tuple[Token, ...]
    letters: frozenset[str]
    patterns: dict[str, list[Pattern]]

    def called(self, pattern: Pattern) -> bool:
        """Whether a longer spelling of the thing calls this one with an argument."""
        size = len(pattern)
        return any(
            other[:size] == pattern and other[size : size + 1] == ("(",)
            for other in self.patterns[pattern[0]]
        )


def _index_end(items: list[_Item], at: int) -> int | None:
    """Where an index ends that begins at a place: a letter with primes, a number or a group."""
    token = items[at].token
    if token.kind == "num":
        return at + 1
    if token.kind == "name":
        at += 1
        while at < len(items) and items[at].token.text in ("'", "''", "'''"):
            at += 1
        return at
    if token.text != "{":
        return None
    depth = 0
    before = token
    for place in range(at, len(items)):
        here = items[place].token
        depth += (here.text == "{") - (here.text == "}")
        if depth == 0:
            return place + 1
        if here.text == "," or (before.kind == here.kind == "name"):
            return None  # two indices side by side
        before = here
    return None


def _text(token: Token) -> str:
    """The text of a token; a bar is a bar on either side."""
    return _BARS.get(token.text, token.text)


_BARS: Final = {"\\lvert": "|", "\\rvert": "|"}


def _texts(tokens: Sequence[Token]) -> set[str]:
    """The texts of tokens, and perhaps their kinds; a bar is one on either side."""
    found = texts_and_kinds(tokens)
    return found if found.isdisjoint(_BARS) else found | {"|"}


def _items(tokens: Sequence[Token]) -> list[_Item]:
    """Tokens without the braces around single ones."""
    found: list[_Item] = []
    at, size = 0, len(tokens)
    while at < size:
        token = tokens[at]
        single = token.text == "{" and at + 2 < size and tokens[at + 2].text == "}"
        if single and tokens[at + 1].text not in ("{", "}"):
            found.append(_item((tokens[at + 1], at, at + 3)))
            at += 3
        else:
            found.append(_item((token, at, at + 1)))
            at += 1
    return found


_COMMAND: Final = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
_SHORTENED: Final = frozenset(TEXT_NAMES.values())
_Way: TypeAlias = "tuple[tuple[tuple[str, str], ...], tuple[tuple[str, ...], ...]]"
"""The tokens of a spelling, each as its text and kind, and the texts of all its layouts."""


@lru_cache(maxsize=4_096)
def _ways(written: str, names: tuple[str, ...]) -> tuple[_Way, ...]:
    """The ways to read a spelling; what has no backslash may be read in two.

    All in tuples and strings, which the collector of garbage leaves alone: there are thousands.

    Raises:
        ValueError: It cannot be cut into tokens.
    """
    known = frozenset(names)
    readings = [_cut(written, known, latex=True)]
    if "\\" not in written:
        readings.append(_cut(written, known, latex=False))
    return tuple(
        (
            tuple((token.text, token.kind) for token in tokens),
            tuple(_layouts([_text(item.token) for item in _items(tokens)])),
        )
        for tokens in readings
    )


def _cut(text: str, known: frozenset[str], *, latex: bool) -> tuple[Token, ...]:
    try:
        if latex:
            return tuple(scan_latex(Source(text), 0, len(text), {}, known))
        return tuple(scan_text(Source(text), 0, len(text), known))
    except NotationError as error:
        raise ValueError(error.text) from error


class Spellings:
    """The patterns of a sheet, ready to be matched.

    Args:
        table: Each declared thing with the other ways to write it.
        labels: What an answer may call the thing that is asked for.
        conditions: What may be said beside an answer, because the question says it anyway.
        letters: The declared indices.
        known: The declared names.

    Raises:
        ValueError: A pattern cannot be cut into tokens, or begins with a letter for any index.
    """

    def __init__(
        self,
        table: Iterable[tuple[str, tuple[str, ...]]],
        labels: Sequence[str],
        conditions: Iterable[str],
        letters: frozenset[str],
        known: frozenset[str],
    ) -> None:
        table = tuple(table)
        # A thing may be a mere name of the table, which later spellings mention.
        words = {word for target, _ in table for word in _WORD.findall(target)}
        self._letters, self._known = letters, known | words
        # what stands of a name in one piece in any text that writes it
        self._stems = [
            (n, n.partition("_")[0].partition("^")[0].rstrip("'")) for n in sorted(self._known)
        ]
        self._groups: list[_Group] = []
        self._targets = [target for target, _ in table]
        for target, patterns in table:
            meant = _cut(target, self._known, latex="\\" in target)
            group = _Group(meant, letters, {})
            for pattern in (p for written in patterns for p in self._patterns(written)):
                if not pattern or pattern[0] in letters:
                    raise ValueError(f"a spelling of {target!r} begins with an index")
                for first in _first_texts(pattern):
                    group.patterns.setdefault(first, []).append(pattern)
            for found in group.patterns.values():
                found.sort(key=len, reverse=True)
            self._groups.append(group)
        spelled = [p for group in self._groups for many in group.patterns.values() for p in many]
        spelled += [p for written in labels for p in self._patterns(written)]
        self._times = frozenset(time for pattern in spelled for time in _times_in(pattern))
        self.labels, self.conditions = (
            tuple(p for written in group for p in self._patterns(written, respelled=True))
            for group in (labels, conditions)
        )
        self._telling: dict[str, list[Pattern]] = {}  # by what they begin with, if no letter
        for pattern in self.labels:
            if len(pattern) > 1 or pattern[0] not in self._known:
                head = "" if pattern[0] in letters else pattern[0]
                head = "d" if head == "\\partial" else head
                self._telling.setdefault(head, []).append(pattern)

    def _mentioned(self, text: str) -> tuple[str, ...]:
        """The declared names on which it may depend how a text is cut into tokens.

        Answers define names of their own, and most spellings have nothing to do with them.
        """
        if not text.isascii():
            return tuple(name for name, _ in self._stems)
        letters = _COMMAND.sub(" ", text)
        return tuple(n for n, stem in self._stems if stem in letters or stem in _SHORTENED)

    def _patterns(self, written: str, *, respelled: bool = False) -> Iterator[Pattern]:
        """The patterns of a spelling."""
        seen: set[tuple[str, ...]] = set()
        for tokens, layouts in _ways(written, self._mentioned(written)):
            kinds = dict(reversed(tokens))
            for layout in layouts:
                found = layout
                if respelled:
                    places = [Token(kinds.get(t, "sym"), t, 0, 0) for t in layout]
                    found = tuple(item.token.text for item in _items(self.respelled(places)))
                for texts in (layout, found):
                    if texts not in seen:
                        seen.add(texts)
                        yield texts

    def respelled(self, tokens: list[Token], used: set[int] | None = None) -> list[Token]:
        """Tokens in the declared spelling; what one spelling gives may be part of a later one.

        The numbers of the entries that were found are put into `used`.
        """
        counting: frozenset[str] | None = None
        items: list[_Item] = []
        written: list[str] = []
        texts = _texts(tokens) if self._groups else set[str]()
        for number, group in enumerate(self._groups):
            if len(tokens) > MAX_TOKENS:
                break  # whoever reads them says so
            if texts.isdisjoint(group.patterns):
                continue
            if counting is None:
                counting = _counting(tokens, self._times) - self._known
            if not items:
                items = _items(tokens)
                written = [_text(item.token) for item in items]
            found = _respelled(tokens, items, written, group, counting)
            if found is not None:
                tokens, items, texts = found, [], _texts(found)
                if used is not None:
                    used.add(number)
        return tokens

    def respells(self, tokens: Sequence[Token], things: Sequence[str]) -> bool:
        """Whether some of these things stand among respelled tokens, written in another way."""
        if not things:
            return False
        places = [(token.start, token.end) for token in tokens]
        for group, target in zip(self._groups, self._targets, strict=True):
            meant = [token.text for token in group.meant] if target in things else []
            for at in range(len(tokens) - len(meant) + 1 if meant else 0):
                stretch = tokens[at : at + len(meant)]
                if [token.text for token in stretch] == meant and len(
                    {*places[at : at + len(meant)]}
                ) == 1:
                    return True
        return False

    def clashes(self, used: set[int]) -> tuple[str, ...]:
        """What is said against spellings of one thing that exclude each other, if both are used."""
        targets = [self._targets[number] for number in sorted(used)]
        twice = dict.fromkeys(target for target in targets if targets.count(target) > 1)
        return tuple(f"two spellings of {target} that exclude each other" for target in twice)

    def label(self, tokens: list[Token]) -> Mapping[str, str] | None:
        """The letters of the label that some tokens are, each with what the answer calls it.

        That is another letter, `k` or `k'`, or it names one entry: `1`, `i+1`.
        """
        if not self.labels:
            return None
        first = next((token for token in tokens if token.text != "{"), None)
        heads = {"{", _text(first), "\\partial" if first.text == "d" else ""} if first else {"{"}
        known = [p for p in self.labels if p[0] in heads or p[0] in self._letters]
        items = _items(tokens) if known else []
        while len(items) > 2 and items[0].token.text == "{" and items[-1].token.text == "}":
            items = items[1:-1]
        for pattern in known:
            found = _match(pattern, self._letters, items, 0)
            if found is not None and found[0] == len(items):
                return {
                    letter: "".join(token.text for token in stretch).strip("{}")
                    for letter, stretch in found[1].items()
                }
        return None

    def is_condition(self, tokens: list[Token]) -> bool:
        """Whether some tokens say no more than the question does."""
        same = [t._replace(text="=") if t.text == ":=" else t for t in tokens]
        items = _items(same) if self.conditions else []
        found = (_match(pattern, self._letters, items, 0) for pattern in self.conditions)
        return any(match is not None and match[0] == len(items) for match in found)

    def has_label(self, tokens: list[Token]) -> bool:
        """Whether a label stands somewhere among some tokens."""
        texts = _texts(tokens) if self._telling else set[str]()
        texts |= {"d"} if "\\partial" in texts else set[str]()
        if "" not in self._telling and texts.isdisjoint(self._telling):
            return False
        items = _items(tokens)
        return any(
            _match(pattern, self._letters, items, at) is not None
            for at, item in enumerate(items)
            for text in ("", "d" if item.token.text == "\\partial" else _text(item.token))
            for pattern in self._telling.get(text, ())
        )


def _times_in(pattern: Pattern) -> Iterator[Pattern]:
    """A letter that stands in a pattern for a time: `v`, `_`, `t` of `v_{t-1}`."""
    base, sign, opening, letter, step = (*pattern, "", "", "", "", "")[:5]
    if sign in _BEFORE and opening == "{" and step in ("+", "-"):
        yield base, sign, letter


_SMALL: Final = frozenset(ascii_lowercase)


def _counting(tokens: list[Token], times: frozenset[Pattern]) -> frozenset[str]:
    """The letters that count something: `k` beside `e_{k-1}`, `T-k` or `k = 1, ..., T`.

    A script of such a letter is a place in an array, and no part of a name; what the sheet itself
    spells so, `v_{t-1}`, counts nothing.
    """
    found: set[str] = set()
    for at, (before, token, after) in enumerate(
        zip(tokens, tokens[1:], tokens[2:], strict=False), 1
    ):
        if token.text not in _SMALL:
            continue
        scripted = (*(t.text for t in tokens[max(0, at - 3) : at - 1]), token.text)
        if before.text == "{" and scripted in times:
            continue
        adds = before.text in ("+", "-", "{") and after.text in ("+", "-", "}")
        inside = (before.text, after.text) != ("{", "}")
        runs = before.text != "_" and after.text in ("=", "\\in")
        if (adds and inside) or runs or before.text == "^":
            found.add(token.text)
    return frozenset(found)


def _respelled(
    tokens: list[Token],
    items: list[_Item],
    written: list[str],
    group: _Group,
    counting: frozenset[str],
) -> list[Token] | None:
    """Tokens with one declared thing in its declared spelling; None if it is not there.

    Args:
        tokens: The tokens.
        items: The same without needless braces.
        written: The texts of these.
        group: The thing.
        counting: The letters that count something.
    """
    out = list[Token]()
    end = done = 0
    for at in compress(count(), map(group.patterns.__contains__, written)):
        found = _longest(items, at, group, counting) if at >= end else None
        if found is None:
            continue
        end, letters = found
        out += tokens[done : items[at].first]
        done = items[end - 1].last
        start, stop = items[at].token.start, items[end - 1].token.end
        for token in group.meant:
            stretch = letters.get(token.text, [token])
            out.extend(part._replace(start=start, end=stop) for part in stretch)
    return [*out, *tokens[done:]] if end else None


def _longest(
    items: list[_Item], at: int, group: _Group, counting: frozenset[str]
) -> tuple[int, Letters] | None:
    if at and items[at - 1].token.text in _BEFORE:
        return None
    for pattern in group.patterns.get(_text(items[at].token), ()):
        found = _match(pattern, group.letters, items, at)
        if found is None or _place(pattern, group.letters) in counting:
            continue
        last, behind = items[found[0] - 1].token, items[found[0] : found[0] + 1]
        if pattern[0] in _REACHING and behind and behind[0].token.text == "^":
            continue
        cut = last.kind in ("name", "num") or last.text == "\\nabla"
        # a primed function, as in `\sigma'(W x)`, has another name; else it is a slope at a point
        slope = last.text.startswith("'") and len(group.meant) > 1
        at_point = slope and behind and behind[0].token.text == "("
        if _argument(items, found[0]) and group.called(pattern):
            continue  # of another argument it is another value, and no product
        if not at_point and not (cut and behind and behind[0].token.text in _BEHIND):
            return found
    return None


def _argument(items: list[_Item], at: int) -> bool:
    """Whether brackets open at a place around what is no sum, as an argument of a function."""
    if items[at : at + 1] and items[at].token.text == "(":
        depth = 0
        for item in items[at:]:
            depth += _DEPTHS.get(item.token.text, 0)
            if depth == 0:
                return True
            if depth == 1 and item.token.text in ("+", "-"):
                return False
    return False


def _first_texts(pattern: Pattern) -> tuple[str, ...]:
    first = pattern[0]
    return ("\\partial", "d") if first == "\\partial" else (first,)


def _layouts(texts: list[str]) -> list[tuple[str, ...]]:
    r"""A pattern in all layouts of the derivative that it may be, or that its one derivative has.

    `\frac{\partial f}{\partial x}` is also `\partial f / \partial x`, `\nabla_x f`, `\partial_x f`.
    """
    signs = ["\\frac", "{", "\\partial"]
    places = [at for at in range(len(texts)) if texts[at : at + 3] == signs]
    parts = _derivative(texts[places[0] :]) if len(places) == 1 else None
    if parts is None:
        return [tuple(texts)]
    above, below = parts
    before, behind = texts[: places[0]], texts[places[0] + len(above) + len(below) + 7 :]
    script = below if len(below) == 1 else ["{", *below, "}"]
    fraction = ["\\frac", "{", "\\partial", *above, "}", "{", "\\partial", *below, "}"]
    operator = ["\\frac", "\\partial", "{", "\\partial", *below, "}", *above]
    slash = ["\\partial", *above, "/", "\\partial", *below]
    gradient = ["\\nabla", "_", *script, *above]
    partial = ["\\partial", "_", *script, *above]
    layouts = (fraction, operator, slash, gradient, partial)
    return [(*before, *layout, *behind) for layout in layouts]


def _derivative(texts: list[str]) -> tuple[list[str], list[str]] | None:
    r"""What a pattern differentiates first, and by what, if it begins with a fraction for it."""
    if len(texts) < 8 or texts[:3] != ["\\frac", "{", "\\partial"]:
        return None
    depths = list(accumulate((text == "{") - (text == "}") for text in texts[1:]))
    ends = [at for at, depth in enumerate(depths, 1) if depth == 0 and texts[at] == "}"][:2]
    if len(ends) < 2 or texts[ends[0] + 1 : ends[0] + 3] != ["{", "\\partial"]:
        return None
    return texts[3 : ends[0]], texts[ends[0] + 3 : ends[1]]
