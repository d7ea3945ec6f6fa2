r"""Text to tokens, each with its place in the source.

Two dialects give the same kinds of token, so that one parser reads both: LaTeX (`scan_latex`) and
keyboard text (`keyboard.scan_text`).

    name    a name as it is declared: `mu`, `x`, `KL`, `xhat`
    num     a number
    sym     a sign or a command that means something: `+`, `(`, `\frac`, `\sum`; `{` and `}` group
            and print nothing
    rel     a relation sign in canonical spelling: `=`, `>=`, `<-`, `approx`
    text    words set as text
    row, amp, begin, end    the layout of a display

Decoration (sizes, spacing, colours, labels, notes under braces) is dropped here; the macros of a
document are expanded, and their tokens point to where the macro was used.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import accumulate, compress, count, islice, pairwise
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias

from lemmata.notation import commands
from lemmata.notation.errors import NotationError, Source, Unreadable
from lemmata.notation.macros import MAX_EXPANSION, Macro
from lemmata.notation.stacked import is_label, restricts
from lemmata.notation.words import BRACKET_SIZES, CROSS, MAX_DIGITS, WORD, introduces, meaning, sign

MAX_TOKENS: Final = 6_000
MAX_DEPTH: Final = 100


class Token(NamedTuple):
    """A piece of a formula: what it is and where it stands (offsets into the source)."""

    kind: str
    text: str
    start: int
    end: int
    font: str = ""


_token: Final = partial(tuple.__new__, Token)
"""A token of its five parts, made faster than by its name."""
_WHOLE: Final = itemgetter(0)
"""The whole of a match."""
_AT_ONCE: Final = 64
"""How many words are cut before it is seen whether one of them takes what is behind it."""
_KIND: Final = itemgetter(0)
_TEXT: Final = itemgetter(1)


def texts_and_kinds(tokens: Sequence[Token]) -> set[str]:
    """The texts and the kinds of tokens: one look tells which passes find nothing of theirs."""
    return {*map(_TEXT, tokens), *map(_KIND, tokens)}


def places_of(tokens: Iterable[Token], texts: AbstractSet[str]) -> list[int]:
    """Where tokens with one of these texts stand."""
    return [*compress(count(), map(texts.__contains__, map(_TEXT, tokens)))]


def places_of_kind(tokens: Iterable[Token], kinds: AbstractSet[str]) -> list[int]:
    """Where tokens of one of these kinds stand."""
    return [*compress(count(), map(kinds.__contains__, map(_KIND, tokens)))]


def has_kind(tokens: Iterable[Token], kinds: AbstractSet[str]) -> bool:
    """Whether some token is of one of these kinds."""
    return not kinds.isdisjoint(map(_KIND, tokens))


def has_text(tokens: Iterable[Token], texts: AbstractSet[str]) -> bool:
    """Whether some token has one of these texts."""
    return not texts.isdisjoint(map(_TEXT, tokens))


def _is_decimal(whole: str, part: str) -> bool:
    """Whether a comma between digits can be no mark of thousands: `0{,}25`, `1{,}5`."""
    return len(part) != len("000") or whole.startswith("0")


_OPEN_END: Final = re.compile(r"\s*\.")
_ENTITIES: Final = {"&lt;": "<", "&gt;": ">", "&le;": "<=", "&ge;": ">=", "&amp;": "&"}
PLAIN_WORDS: Final = ("DKL", "KL", "JSD", "Var", "Cov", "log", "ln", "exp", "det")
"""Words that many type without a backslash, and that nobody means as a product of their letters."""
PLAIN: Final = "plain"
"""The font of words of keyboard text, which are never names."""
OPEN: Final = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "\\lvert": "\\rvert"}
CLOSE: Final = frozenset(OPEN.values())


def scan_latex(
    source: Source,
    start: int,
    end: int,
    macros: Mapping[str, Macro] | None = None,
    known: frozenset[str] = frozenset(),
) -> list[Token]:
    """The tokens of the LaTeX formula between two offsets.

    Letters that stand together and spell a declared (`known`) name or an operator are that name;
    others are names of their own.

    Raises:
        NotationError: A character, a bracket, the size or the nesting of the formula.
    """
    raw = Raw(source, macros or {}, known)
    raw.scan(start, end)
    return _Cleaner(source, raw.tokens).clean()


class Raw:
    """The first pass over LaTeX: cut the text into commands, letters, numbers and marks.

    Expand macros.
    """

    def __init__(self, source: Source, macros: Mapping[str, Macro], known: frozenset[str]) -> None:
        self.source, self.macros, self.known = source, macros, known
        self.tokens: list[Token] = []

    def scan(
        self, start: int, end: int, place: tuple[int, int] | None = None, depth: int = 0
    ) -> None:
        """Append the tokens between two offsets; `place` is where an expanded macro was used."""
        self._scan_in(self.source.text, start, end, place, depth)

    def _scan_in(
        self, text: str, start: int, end: int, place: tuple[int, int] | None, depth: int
    ) -> None:
        at, append, macros = start, self.tokens.append, self.macros
        while at < end:
            words = [*map(_WHOLE, islice(WORD.finditer(text, at, end), _AT_ONCE))]
            crowded = len(self.tokens) + len(words) > MAX_TOKENS
            ends = [*accumulate(map(len, words), initial=at)]
            for word, (kind, plain, font), (begin, after) in zip(
                words, map(meaning, words), pairwise(ends), strict=True
            ):
                if kind == "space":
                    continue
                first, last = place or (begin, after)
                if crowded and len(self.tokens) >= MAX_TOKENS:
                    message = f"the formula has more than {MAX_TOKENS:,} signs"
                    raise self._error(message, (first, last))
                if plain and word not in macros:
                    append(_token((kind, plain, first, last, font)))
                    continue
                at = self._word(kind, text, word, after, end, (first, last), place, depth)
                if at != after:
                    break  # it takes more than itself
                crowded = len(self.tokens) + len(words) > MAX_TOKENS
            else:
                at = ends[-1]

    def _word(
        self,
        kind: str,
        text: str,
        word: str,
        at: int,
        end: int,
        where: tuple[int, int],
        place: tuple[int, int] | None,
        depth: int,
    ) -> int:
        """Append what a word stands for that is no single sign; where scanning goes on."""
        begin, append = at - len(word), self.tokens.append
        if kind == "letter":
            self._letters(word, begin, where, place)
        elif kind == "num":
            raise self._error(f"a number with more than {MAX_DIGITS} digits", where)
        elif kind == "scientific":
            if "e" not in self.known:
                hint = f"Write a power of ten, or {word[0]} e with a space for Euler's number."
                raise self._error("a number with an exponent written with e", where, hint)
            number = word.partition("e")[0]
            at = begin + len(number)
            append(Token("num", number, *(place or (begin, at))))
        elif kind == "grouped" and _is_decimal(*word.split("{,}")):
            append(Token("num", word.replace("{,}", "."), *where))
        elif kind == "grouped":
            raise self._error(
                "a comma inside a number", where, "Write 1000 or 1\\,000, and 1.5 with a point."
            )
        elif kind == "entity":
            word = _ENTITIES.get(word, "")
            append(self.mark(word, where) if word else Token("sym", "\\,", *where))
        elif kind == "other":
            self.other(word, where)
        else:
            return self._command(text, word, at, end, where, place, depth)
        return at

    def _letters(
        self, word: str, begin: int, where: tuple[int, int], place: tuple[int, int] | None
    ) -> None:
        r"""Letters that stand together: one name if they spell one, else a name each.

        A script without braces takes the first of them: `\sum_idout_i`.
        """
        if len(word) == 1:
            self.tokens.append(Token("name", word, *where))
        elif word in self.known or word in PLAIN_WORDS:
            self.tokens.append(named(word, *where))
        elif place is None and introduces(word, self.source.text, begin):
            before = self.tokens[-1] if self.tokens else Token("end", "", *where)
            words = before.font == PLAIN and begin - before.end == 1  # "for all"
            word = f"{self.tokens.pop().text} {word}" if words else word
            self.tokens.append(
                Token("text", word, before.start if words else begin, where[1], PLAIN)
            )
        elif word[1:] in self.known and self.tokens and self.tokens[-1].text in ("_", "^"):
            second = begin + 1
            self._letters(word[0], begin, place or (begin, second), place)
            self._letters(word[1:], second, place or (second, begin + len(word)), place)
        else:
            operator = next((end for end in PLAIN_WORDS if word.endswith(end)), "")
            if all(letter in self.known for letter in operator):
                operator = ""
            for number, letter in enumerate(word.removesuffix(operator)):
                at = place or (begin + number, begin + number + 1)
                self.tokens.append(Token("name", letter, *at))
            if operator:  # `_jKL(` and `bKL(`: the operator begins where no name does
                end = begin + len(word)
                self.tokens.append(named(operator, *(place or (end - len(operator), end))))

    def mark(self, word: str, where: tuple[int, int]) -> Token:
        """A sign, in the spelling that the parser knows."""
        kind, text, font = sign(word)
        return Token(kind, text, *where, font)

    def _command(
        self,
        text: str,
        word: str,
        at: int,
        end: int,
        where: tuple[int, int],
        place: tuple[int, int] | None,
        depth: int,
    ) -> int:
        """Append what a macro or a special word stands for; the offset where scanning goes on."""
        name, append = word[1:], self.tokens.append
        macro = self.macros.get(word)
        if macro is not None:
            return self._expand(macro, text, at, end, where, place, depth)
        if word in commands.TEXT:
            found = re.compile(r"\s*\{").match(text, at, end)
            if found is None:
                raise self._error("expected { after " + word, (where[0], where[1]))
            close = _closing_brace(text, found.end(), end)
            if close < 0:
                raise self._error("this { has no }", place or (found.end() - 1, found.end()))
            append(
                Token("text", text[found.end() : close], where[0], place[1] if place else close + 1)
            )
            return close + 1
        if word == "\\because":
            append(Token("text", "because", *where))
            return at
        if name in ("begin", "end"):
            found = re.compile(r"\s*\{([A-Za-z]+\*?)\}").match(text, at, end)
            if found is None:
                raise self._error(f"expected the name of an environment after {word}", where)
            at = found.end()
            columned = ("array", "tabular", "alignat", "alignedat")
            if name == "begin" and found.group(1).rstrip("*") in columned:
                columns = re.compile(r"\s*(?:\[[a-z]\])?\s*\{[^{}]*\}").match(text, at, end)
                at = columns.end() if columns else at
            elif name == "begin":
                side = re.compile(r"\[[tbc]\]").match(text, at, end)
                at = side.end() if side else at
            environment = found.group(1).rstrip("*")
            environment = "cases" if environment == "dcases" else environment
            append(Token(name, environment, where[0], place[1] if place else at))
        elif word in BRACKET_SIZES:
            append(self.mark(word, where))
            open_end = _OPEN_END.match(text, at, end)
            if open_end:  # a point that is no bracket, and no part of a number
                append(Token("sym", ".", *(place or (open_end.end() - 1, open_end.end()))))
                return open_end.end()
        else:  # one word for two signs
            second = "\\int" if word == "\\iint" else f"\\{word[-3:]}"
            append(self.mark(word, where))
            append(Token("sym", second, *where))
        return at

    def _expand(
        self,
        macro: Macro,
        text: str,
        at: int,
        end: int,
        where: tuple[int, int],
        place: tuple[int, int] | None,
        depth: int,
    ) -> int:
        if depth >= MAX_EXPANSION:
            raise self._error(f"the macro {macro.name} expands into itself", where)
        arguments: list[tuple[int, int]] = []
        if macro.starred and text.startswith("*", at, end):
            at += 1
        if macro.default is not None:
            found = re.compile(r"\s*\[([^\]]*)\]").match(text, at, end)
            if found:
                at = found.end()
            arguments.append(found.span(1) if found else (-1, -1))
        while len(arguments) < macro.arguments:
            found = re.compile(r"\s*(\{|\\[A-Za-z]+|\S)").match(text, at, end)
            if found is None:
                raise self._error(f"the macro {macro.name} lacks an argument", where)
            if found.group(1) == "{":
                close = _closing_brace(text, found.end(), end)
                if close < 0:
                    raise self._error("this { has no }", place or (found.end() - 1, found.end()))
                arguments.append((found.end(), close))
                at = close + 1
            else:
                arguments.append(found.span(1))
                at = found.end()
        for number, piece in enumerate(re.split(r"#([1-9])", macro.body)):
            if number % 2 == 0:
                self._scan_in(piece, 0, len(piece), where, depth + 1)
                continue
            if int(piece) > len(arguments):
                raise self._error(f"the macro {macro.name} has no argument #{piece}", where)
            first, last = arguments[int(piece) - 1]
            if first < 0:
                default = macro.default or ""
                self._scan_in(default, 0, len(default), where, depth + 1)
            else:
                self._scan_in(text, first, last, place, depth + 1)
        return at

    def other(self, character: str, where: tuple[int, int]) -> None:
        """A character outside ASCII, or one without a meaning."""
        script = commands.script(character)
        if script is not None:
            self._script(*script, where)
            return
        if character in commands.ABOVE:
            self._accent(commands.ABOVE[character], where)
            return
        parts = tuple(unicodedata.normalize("NFD", character))
        if len(parts) > 1 and all(sign in commands.ABOVE for sign in parts[1:]):
            for sign in parts:  # one character for a letter and what stands above it
                self._scan_in(sign, 0, len(sign), where, MAX_EXPANSION)
            return
        spelled = commands.spelled(character)
        if character in "\xa0\u2002\u2003\u2009\u3000\ufeff":
            return
        if spelled is None:
            raise self._error(
                f"{character!r} has no meaning in a formula", where, "Words stand in \\text{...}."
            )
        self._scan_in(spelled, 0, len(spelled), where, MAX_EXPANSION)

    def _accent(self, accent: str, where: tuple[int, int]) -> None:
        """A sign that stands above the letter before it, and belongs to its name."""
        before = self.tokens[-1] if self.tokens else Token("end", "", *where)
        if before.kind != "name" or where[0] not in (before.start, before.end):
            raise self._error("an accent that stands above no letter", where)
        self.tokens[-1] = before._replace(text=before.text + accent, end=where[1])

    def _script(self, sign: str, plain: str, where: tuple[int, int]) -> None:
        """A small character above or below the line; those side by side are one script."""
        before = self.tokens[-1:]
        if before and before[0].text == "}" and before[0].end == where[0]:
            text = self.source.text[before[0].start : before[0].end]
            last = commands.script(text) if len(text) == 1 else None
            if last is not None and last[0] == sign:
                self.tokens.pop()
                sign = ""
        if sign:
            self.tokens += [Token("sym", sign, *where), Token("sym", "{", *where)]
        digits = self.tokens[-1]
        if plain.isdigit() and digits.kind == "num":
            self.tokens[-1] = digits._replace(text=digits.text + plain, end=where[1])
        else:
            self._scan_in(plain, 0, len(plain), where, MAX_EXPANSION)
        self.tokens.append(Token("sym", "}", *where))

    def _error(self, message: str, where: tuple[int, int], hint: str = "") -> Unreadable:
        return Unreadable(message, self.source.span(*where), self.source, hint)


_MERGED: Final = frozenset(("=", "|", "'"))
_MERGED_BEHIND: Final = frozenset(("+", "-", "|", "^", "{", "'"))
"""What stands before a sign that is joined to others."""


def _closing_brace(text: str, at: int, end: int) -> int:
    """The offset of the brace that closes the group whose content begins at `at`.

    -1 if there is none.
    """
    depth = 1
    for found in re.compile(r"\\.|[{}]").finditer(text, at, end):
        if found.group() == "{":
            depth += 1
        elif found.group() == "}":
            depth -= 1
            if depth == 0:
                return found.start()
    return -1


class _Cleaner:
    """The second pass over LaTeX.

    Drop decoration, make names of fonts, accents and words, match the brackets.
    """

    def __init__(self, source: Source, raw: list[Token]) -> None:
        texts = set(map(_TEXT, raw))  # one look tells that most passes find nothing of theirs
        raw = raw if texts.isdisjoint(_ARGUMENTS) else _fraction_digits(raw)
        self.source, self.raw = source, _left_cases(raw) if texts >= _SET_CASE else raw
        self.out: list[Token] = []
        self.partner: dict[int, int] = {}
        self.places: list[int] = []
        self._look()
        self.evaluated = self._evaluated() if texts >= _VALUE else frozenset[int]()

    def clean(self) -> list[Token]:
        """All tokens of the formula."""
        self._copy(0, len(self.raw))
        return merged(self.out)

    def _evaluated(self) -> frozenset[int]:
        r"""The places of the delimiters around what is evaluated, `\left. x^2 \right|_{x = 1}`."""
        found: list[int] = []
        opened: list[int] = []
        for place, token in enumerate(self.raw[:-1]):
            if token.text == "\\left":
                opened.append(place + 1)
            elif token.text == "\\right" and opened:
                ends = opened.pop(), place + 1
                if [self.raw[end].text for end in ends] == [".", "|"]:
                    found += ends
        return frozenset(found)

    def _look(self) -> None:
        """Find what is not copied as it stands, and the closing brace of each opening one.

        Every other bracket must nest with them.
        """
        raw, stack = self.raw, list[int]()
        for index in places_of(raw, _MARKED):
            token = raw[index]
            text = token.text
            if token.kind != "sym":
                continue
            if text in _CLEANED and (
                text != "{" or not index or raw[index - 1].text not in _SCRIPTS
            ):
                self.places.append(index)  # a script keeps its braces
            if text not in _BRACKETS:
                continue
            if text in ("{", "(", "[", "\\{"):
                stack.append(index)
                if len(stack) > MAX_DEPTH:
                    raise self._error(f"brackets are nested deeper than {MAX_DEPTH}", token)
            elif text == "}":
                if not stack or raw[stack[-1]].text != "{":
                    opened = raw[stack[-1]] if stack else None
                    expected = (
                        f"expected {OPEN[opened.text]} before this"
                        if opened
                        else "this } closes nothing"
                    )
                    raise self._error(expected, token)
                self.partner[stack.pop()] = index
            elif stack:
                if raw[stack[-1]].text == "{":
                    before = "\\right" if index and raw[index - 1].text == "\\right" else ""
                    place = raw[index - 1] if before else token
                    raise self._error("expected } before " + before + text, place)
                stack.pop()
        for index in reversed(stack):
            if raw[index].text == "{":
                raise self._error("this { has no }", raw[index])

    def _argument(self, at: int, command: Token, *, empty: bool = False) -> tuple[int, int, int]:
        """First and past-the-last index of a command's argument, and the index after it.

        Where it may not be `empty` and is, nothing says what the command is about.
        """
        if (
            at >= len(self.raw)
            or self.raw[at].text in ("}", ")", "]")
            or self.raw[at].kind in ("row", "amp")
        ):
            raise self._error(f"{command.text} lacks its argument", command)
        if at in self.partner and not empty and self.partner[at] == at + 1:
            raise self._error(f"the argument of {command.text} is empty", self.raw[at])
        if at in self.partner:
            return at + 1, self.partner[at], self.partner[at] + 1
        return at, at + 1, at + 1

    def _inside(self, first: int, last: int) -> list[Token]:
        """The cleaned tokens of a stretch, apart from the output."""
        kept, self.out = self.out, []
        self._copy(first, last)
        inner, self.out = self.out, kept
        return inner

    def _copy(self, first: int, last: int) -> None:
        at = first
        while at < last:
            following = bisect_left(self.places, at)
            place = min(self.places[following], last) if following < len(self.places) else last
            self.out += self.raw[at:place]
            at = place
            if place < last:
                at = _CLEANED[self.raw[place].text](self, self.raw[place], place + 1)

    def copy_group(self, token: Token, after: int) -> int:
        """Copy a group; one of one token without its braces, so that `{x}_j` is `x_j`.

        A script keeps its braces.
        """
        if self.out and self.out[-1].text in ("^", "_"):
            self.out.append(token)
            return after
        closing = self.partner[after - 1]
        if after == closing:
            self._refuse_empty(after - 1)
        inner = self._inside(after, closing)
        self.out += [token, *inner, self.raw[closing]] if len(inner) > 1 else inner
        return closing + 1

    def _refuse_empty(self, at: int) -> None:
        r"""Refuse an empty group that is the argument of a fraction or a root: `\frac{2}{} x`."""
        opening = next((begin for begin, end in self.partner.items() if end == at - 1), at - 1)
        for place, least in ((at - 1, 1), (opening - 1, 2)):
            if place >= 0 and _ARGUMENTS.get(self.raw[place].text, 0) >= least:
                raise self._error(f"an argument of {self.raw[place].text} is empty", self.raw[at])

    def drop(self, _: Token, after: int) -> int:
        return after

    def drop_argument(self, token: Token, after: int) -> int:
        if after < len(self.raw) and self.raw[after].text in ("*", "\\cdot"):
            after += 1
        return self._argument(after, token, empty=True)[2]

    def argument_alone(self, token: Token, after: int) -> int:
        """A command that only tells how its argument looks."""
        first, last, after = self._argument(after, token, empty=token.text in commands.SPACING)
        self._group(token, self._inside(first, last))
        return after

    def coloured(self, token: Token, after: int) -> int:
        return self.argument_alone(token, self._argument(after, token)[2])

    def prime(self, token: Token, after: int) -> int:
        self.out.append(Token("sym", "'", token.start, token.end))
        return after

    def not_equal(self, token: Token, after: int) -> int:
        if after < len(self.raw) and self.raw[after].text == "=":
            self.out.append(Token("rel", "!=", token.start, self.raw[after].end))
            return after + 1
        self.out.append(token)
        return after

    def substack(self, token: Token, after: int) -> int:
        first, last, after = self._argument(after, token)
        for inner in self._inside(first, last):
            row = inner.kind == "row"
            self.out.append(Token("sym", ",", inner.start, inner.end) if row else inner)
        return after

    def delimiter(self, size: Token, at: int) -> int:
        """A sized delimiter: the size is dropped, and so is an empty delimiter.

        Bars are told apart.
        """
        if at >= len(self.raw):
            return at
        text, token = size.text, self.raw[at]
        if token.kind in ("name", "num") or token.text in _NO_DELIMITERS:
            raise self._error(f"{text} stands before no bracket", size)
        if at in self.evaluated:
            where = (token.start, token.end)
            ends = text == "\\right"
            self.out.append(Token("sym", "}" if ends else "{", *where))
            self.out += [Token("sym", "|", *where)] * ends
            return at + 1
        if token.text == "." and text in ("\\left", "\\right", "\\middle"):
            return at + 1
        if token.text == "|" and text in ("\\left", "\\right"):
            self.out.append(
                Token("sym", "\\lvert" if text == "\\left" else "\\rvert", token.start, token.end)
            )
            return at + 1
        return at

    def _group(self, token: Token, inner: list[Token]) -> None:
        """Append a transparent group, in braces unless it is one token or states something."""
        if len(inner) < 2 or any(token.kind in ("rel", "row", "amp") for token in inner):
            self.out.extend(inner)
            return
        where = (token.start, token.end)
        self.out.extend((Token("sym", "{", *where), *inner, Token("sym", "}", *where)))

    def brace(self, token: Token, at: int) -> int:
        r"""`\underbrace{x}_{note}`: x, without the note."""
        first, last, at = self._argument(at, token)
        self._group(token, self._inside(first, last))
        if at < len(self.raw) and self.raw[at].text in ("_", "^"):
            at = self._argument(at + 1, self.raw[at], empty=True)[2]
        return at

    def stacked(self, token: Token, at: int) -> int:
        first, last, at = self._argument(at, token, empty=True)
        note = self._inside(first, last)
        first, last, at = self._argument(at, token)
        base = self._inside(first, last)
        if len(base) == 1 and base[0].kind == "rel":
            relation = base[0].text
            if restricts(note) or not (token.text == "\\underset" or is_label(note)):
                relation = "stacked"
            if [part.text for part in note] in (["d", "e", "f"], ["def"], ["\\triangle"]):
                relation = ":="
            self.out.append(Token("rel", relation, token.start, base[0].end))
            return at
        if any(part.font == CROSS for part in note):  # the shape of what stands above it
            self._group(token, base)
            return at
        if [part.text for part in base] == ["\\arg", "\\max"]:
            self.out.extend(base)
        else:
            self._group(token, base)
        if token.text == "\\underset":
            where = (token.start, token.end)
            self.out.append(Token("sym", "_", *where))
            self.out.extend((Token("sym", "{", *where), *note, Token("sym", "}", *where)))
        return at

    def font(self, token: Token, at: int) -> int:
        if at >= len(self.raw):
            raise self._error(f"{token.text} lacks its argument", token)
        first, last, after = self._argument(at, token)
        font = commands.FONTS[token.text]
        inner = [
            part._replace(font=font) if part.kind in ("name", "num") else part
            for part in self._inside(first, last)
        ]
        if len(inner) == 1 and inner[0].text == "1" and font in ("bb", "bf"):
            self.out.append(Token("sym", "\\indicator", token.start, inner[0].end))
            return after
        if len(inner) == 1 and inner[0].text == "V" and font == "bb":  # the variance
            inner = [inner[0]._replace(text="Var", font="")]
        self._group(token, inner)
        return after

    def word(self, token: Token, at: int) -> int:
        r"""A font that makes one name of the letters in its argument: `\mathrm{KL}`."""
        if (
            token.text == "\\operatorname"
            and at < len(self.raw)
            and self.raw[at].text in ("*", "\\cdot")
        ):
            at += 1
        if token.text == "\\rm":  # a switch: the letters that follow make one name
            first = last = at
            while last < len(self.raw) and self.raw[last].kind == "name":
                last += 1
            if first == last:
                return at
            after = last
        else:
            first, last, after = self._argument(at, token)
        inner = self._inside(first, last)
        if inner and all(part.kind in ("name", "num") and len(part.text) == 1 for part in inner):
            word = "".join(part.text for part in inner)
            self.out.append(named(word, inner[0].start, inner[-1].end, "rm"))
        else:
            self._group(token, inner)
        return after

    def accent(self, token: Token, at: int) -> int:
        first, last, after = self._argument(at, token)
        inner = self._inside(first, last)
        if [part.kind for part in inner] == ["num"] and inner[0].text.isdigit():
            return self._repeating(token, inner[0], after)
        if (
            not inner
            or inner[0].kind != "name"
            or any(part.text not in ("_", "^") for part in inner[1:2])
        ):
            if token.text == "\\overline" and len(inner) > 1:  # a mean that a question may know
                self.out.append(token)
                self.out += [self.raw[first - 1], *inner, self.raw[last]]
                return after
            raise self._error(f"{token.text} stands over more than one letter", token)
        name = inner[0]._replace(
            text=inner[0].text + commands.ACCENTS[token.text], start=token.start
        )
        self.out.extend((name, *inner[1:]))
        return after

    def _repeating(self, token: Token, digits: Token, after: int) -> int:
        r"""Digits that repeat for ever behind a decimal, `0.1\overline{6}`: the fraction it is."""
        parts = self.out[-1:] if self.out and "." in self.out[-1].text[1:] else self.out[-2:]
        written = "".join(each.text for each in parts)
        joined = parts and self.source.text[parts[0].start : token.start] == written
        ends = after >= len(self.raw) or self.raw[after].kind != "num"
        if not joined or not ends or not commands.DECIMAL.fullmatch(written):
            raise self._error(f"{token.text} stands over more than one letter", token)
        del self.out[-len(parts) :]
        where = (parts[0].start, digits.end)
        self.out.append(Token("sym", "\\frac", *where))
        for side in commands.repeating(written, digits.text):
            mid = Token("num", str(side), *where)
            self.out += [Token("sym", "{", *where), mid, Token("sym", "}", *where)]
        return after

    def _error(self, message: str, token: Token) -> NotationError:
        return Unreadable(message, self.source.span(token.start, token.end), self.source)


_BRACKETS: Final = frozenset(("{", "(", "[", "\\{", "}", ")", "]", "\\}"))
_Handler: TypeAlias = "Callable[[_Cleaner, Token, int], int]"
_HANDLERS: Final[tuple[tuple[Iterable[str], _Handler], ...]] = (
    (("{",), _Cleaner.copy_group),
    (commands.DROPPED, _Cleaner.drop),
    (BRACKET_SIZES, _Cleaner.delimiter),
    (commands.DROPPED_WITH_ARGUMENT, _Cleaner.drop_argument),
    (commands.TRANSPARENT, _Cleaner.argument_alone),
    (("\\textcolor",), _Cleaner.coloured),
    (("\\underbrace", "\\overbrace"), _Cleaner.brace),
    (("\\overset", "\\stackrel", "\\underset"), _Cleaner.stacked),
    (commands.FONTS, _Cleaner.font),
    (commands.WORD_FONTS, _Cleaner.word),
    (commands.ACCENTS, _Cleaner.accent),
    (("\\prime", "\\dprime"), _Cleaner.prime),
    (("\\not",), _Cleaner.not_equal),
    (("\\substack",), _Cleaner.substack),
)
_CLEANED: Final = {text: handler for texts, handler in reversed(_HANDLERS) for text in texts}
"""What the second pass does about a command or a brace; the index after what that consumes."""
_MARKED: Final = _BRACKETS | _CLEANED.keys()
_SCRIPTS: Final = frozenset(("_", "^"))
_NO_DELIMITERS: Final = frozenset(("_", "^", "{", "}", "=", "+", "-", *BRACKET_SIZES))
"""Signs that no size of a bracket stands before."""
_SET_CASE: Final = frozenset(("\\left", "\\{"))
_VALUE: Final = frozenset(("\\left", ".", "\\right", "|"))


def _fraction_digits(raw: list[Token]) -> list[Token]:
    r"""Cut numbers that are arguments without braces into digits, so that `\frac12` is one half."""
    if all(len(raw[at].text) == 1 for at in places_of_kind(raw, _NUMBERS)):
        return raw
    out: list[Token] = []
    wanted = 0
    outside: list[int] = []  # how many arguments are wanted behind each open brace
    for token in raw:
        if token.text == "{":
            outside.append(max(0, wanted - 1))
            wanted = 0
        elif token.text == "}":
            wanted = outside.pop() if outside else 0
        elif wanted and token.kind == "num" and len(token.text) > 1:
            cut = min(wanted, len(token.text))
            at = token.start
            for piece in (*token.text[:cut], *filter(None, [token.text[cut:]])):
                kind = "num" if piece.strip(".") else "sym"
                out.append(Token(kind, piece, at, at + len(piece)))
                at += len(piece)
            wanted -= cut
            continue
        else:
            wanted = _ARGUMENTS.get(token.text, max(0, wanted - 1))
        out.append(token)
    return out


def _left_cases(raw: list[Token]) -> list[Token]:
    r"""Cases set by hand, `\left\{ \begin{array}{ll} .. \end{array} \right.`, as cases."""
    out: list[Token] = []
    opened: list[str | None] = []
    for place, token in enumerate(raw):
        before = [t.text for t in raw[max(0, place - 2) : place]]
        if token.kind == "begin":
            by_hand = before == ["\\left", "\\{"] and token.text in _SET_BY_HAND
            opened.append(token.text if by_hand else None)
            if by_hand:
                del out[-2:]
                out.append(token._replace(text="cases"))
                continue
        elif token.kind == "end" and opened and opened.pop() == token.text:
            out.append(token._replace(text="cases"))
            continue
        out.append(token)
    return out


_SET_BY_HAND: Final = frozenset(("array", "aligned", "matrix", "split", "gathered"))
_NUMBERS: Final = frozenset(("num",))
_ARGUMENTS: Final = {"\\frac": 2, "\\sqrt": 1}


def named(word: str, start: int, end: int, font: str = "") -> Token:
    """A word as a name, or as the function that it names."""
    if word in commands.FUNCTION_WORDS or word == "det":
        return Token("sym", commands.FUNCTION_WORDS.get(word, "\\det"), start, end)
    return Token("name", word, start, end, font)


def merged(tokens: list[Token]) -> list[Token]:
    """Join two bars into a double bar, and write primes in superscripts as primes."""
    places = places_of(tokens, _MERGED)
    if all(tokens[place - 1].text not in _MERGED_BEHIND for place in places):
        return tokens
    out: list[Token] = []
    for token in tokens:
        if token.text == "=" and out and out[-1].text in ("+", "-") and out[-1].kind == "sym":
            last = out[-1]  # an update whose sign is set in two pieces: `\\mathrel{+}=`
            out[-1] = Token("rel", f"{last.text}=", last.start, token.end)
            continue
        if token.kind == "sym" and out:
            last = out[-1]
            if token.text == "|" and last.text == "|":
                out[-1] = Token("sym", "||", last.start, token.end)
                continue
            if token.text == "'" and last.text == "^":
                out[-1] = token
                continue
            if token.text == "}" and len(out) > 2 and last.text == "'":
                first = len(out) - 1
                while first and out[first].text == "'":
                    first -= 1
                if out[first].text == "{" and out[first - 1].text == "^":
                    out[first - 1 :] = out[first + 1 :]
                    continue
        out.append(token)
    return out
