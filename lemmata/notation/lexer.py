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
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import accumulate, compress, count, islice, pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from lemmata.notation import commands
from lemmata.notation.errors import Source, Unreadable
from lemmata.notation.macros import MAX_EXPANSION, Macro
from lemmata.notation.words import BRACKET_SIZES, MAX_DIGITS, WORD, introduces, meaning, sign

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
        if word in commands.REFERENCES:
            found = re.compile(r"\s*(?:\[[^\]]*\]\s*)?\{[^{}]*\}").match(text, at, end)
            if found is None:
                raise self._error("expected { after " + word, where)
            append(Token("text", "(1)", where[0], place[1] if place else found.end()))
            return found.end()
        if word == "\\because":
            append(Token("text", "because", *where))
            return at
        if name in ("begin", "end"):
            found = re.compile(r"\s*\{([A-Za-z]+\*?)\}").match(text, at, end)
            if found is None:
                raise self._error(f"expected the name of an environment after {word}", where)
            at = found.end()
            columned = ("array", "tabular", "alignat", "alignedat", "IEEEeqnarray")
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
