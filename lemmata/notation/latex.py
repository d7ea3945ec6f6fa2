"""LaTeX to tokens: the second pass, over the commands and letters of the first.

Decoration is dropped; fonts, accents and words become names; brackets are matched.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from typing import Final, TypeAlias

from lemmata.notation import commands
from lemmata.notation.errors import NotationError, Source, Unreadable
from lemmata.notation.lexer import (
    MAX_DEPTH,
    OPEN,
    Raw,
    Token,
    has_kind,
    merged,
    named,
    places_of,
    places_of_kind,
)
from lemmata.notation.macros import Macro
from lemmata.notation.stacked import is_label, restricts
from lemmata.notation.words import BRACKET_SIZES, CROSS


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


class _Cleaner:
    """The second pass over LaTeX.

    Drop decoration, make names of fonts, accents and words, match the brackets.
    """

    def __init__(self, source: Source, raw: list[Token]) -> None:
        texts = {
            token.text for token in raw
        }  # one look tells that most passes find nothing of theirs
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
        if not self._is_argument(after - 1):
            self._refuse_to_bracket(token, inner, closing + 1)
        self.out += [token, *inner, self.raw[closing]] if len(inner) > 1 else inner
        return closing + 1

    def _is_argument(self, at: int) -> bool:
        """Whether the group that opens at a place is an argument of a fraction or a root."""
        opening = next((begin for begin, end in self.partner.items() if end == at - 1), at - 1)
        places = ((at - 1, 1), (opening - 1, 2))
        return any(_ARGUMENTS.get(self.raw[k].text, 0) >= least for k, least in places if k >= 0)

    def _refuse_to_bracket(self, token: Token, inner: list[Token], after: int) -> None:
        r"""Refuse a group that would be taken for brackets, which it does not print: `2{a + b}`."""
        depths = accumulate((t.text in _OPENS) - (t.text in _CLOSES) for t in inner)
        outside = [t for t, depth in zip(inner, depths, strict=True) if not depth]
        is_sum = any(t.text in ("+", "-") and t.kind == "sym" for t in outside[1:])
        several = sum(t.kind in ("name", "num") for t in outside) > 1 and len(outside) == len(inner)
        several = several and all(t.kind in ("name", "num") for t in inner)
        behind = next((t for t in self.raw[after:] if t.text not in commands.DROPPED), None)
        before = self.out[-1] if self.out else None
        binds = (
            before is not None
            and before.font not in ("bb", "rm")
            and (before.kind in ("name", "num") or before.text in _BIND_BEHIND)
        )
        bound = behind is not None and (behind.kind in ("name", "num") or behind.text in _BIND)
        raised = behind is not None and behind.text == "^"
        if (is_sum and (binds or bound or raised)) or (several and raised):
            raise Unreadable(
                "braces, which print no brackets, around more than one factor",
                self.source.span(token.start, token.end),
                self.source,
                "Write ( ) if brackets are meant, and no braces if not.",
            )

    def _refuse_empty(self, at: int) -> None:
        r"""Refuse an empty group that is the argument of a fraction or a root: `\frac{2}{} x`."""
        if self._is_argument(at):
            raise self._error("an argument of a fraction or root is empty", self.raw[at])

    def drop(self, _: Token, after: int) -> int:
        return after

    def ending(self, token: Token, after: int) -> int:
        following = next((t for t in self.raw[after:] if t.text not in _PASSED_AT_AN_END), None)
        if following is None or following.kind in ("row", "amp", "end", "text"):
            return after
        raise self._error(f"{token.text} ends a proof, and the formula goes on behind it", token)

    def drop_argument(self, token: Token, after: int) -> int:
        if after < len(self.raw) and self.raw[after].text in ("*", "\\cdot"):
            after += 1
        if after not in self.partner and not token.text.endswith("phantom"):
            raise self._error(f"expected {{ after {token.text}", token)
        return self._argument(after, token, empty=True)[2]

    def gap(self, token: Token, after: int) -> int:
        r"""`\hspace{1cm}`, `\kern 2pt`: a gap that sets apart what is behind it, if it is wide."""
        if after < len(self.raw) and self.raw[after].text in ("*", "\\cdot"):
            after += 1
        behind = self.raw[after : after + _LONGEST_WIDTH]
        found = _WIDTH.match("".join(part.text for part in behind))
        if found is None:
            raise self._error(f"expected a width behind {token.text}, such as {{1em}}", token)
        if float(found[1]) * commands.POINTS[found[2]] >= _WIDE:
            self.out.append(token._replace(text="\\quad"))
        lengths = accumulate(len(part.text) for part in behind)
        return after + 1 + sum(length < found.end() for length in lengths)

    def filled(self, token: Token, after: int) -> int:
        r"""`\\hfill`: the widest gap."""
        self.out.append(token._replace(text="\\quad"))
        return after

    def argument_alone(self, token: Token, after: int) -> int:
        """A command that only tells how its argument looks."""
        first, last, after = self._argument(after, token, empty=token.text in commands.SPACING)
        self._group(token, self._inside(first, last), after)
        return after

    def underlined(self, token: Token, after: int) -> int:
        """A line under a side of a relation stresses it; one under a name makes it another."""
        first, last, behind = self._argument(after, token)
        beside = self.raw[max(after - 2, 0) : after - 1] + self.raw[behind : behind + 1]
        inner = self._inside(first, last)
        is_name = inner[0].kind == "name" and {t.text for t in inner[1:2]} <= {"_", "^", "'"}
        if is_name or any(t.kind not in ("rel", "row", "amp") and t.text != "." for t in beside):
            raise self._error("a line under a part of a formula", token)
        self._group(token, inner, behind)
        return behind

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
        behind = self.raw[at + 1 : at + 2]
        decimal = has_kind(behind, {"num"}) and behind[0].start == token.end  # `\bigl.5`
        if token.text == "." and (text in ("\\left", "\\right", "\\middle") or not decimal):
            return at + 1
        if token.text == "|" and text in ("\\left", "\\right"):
            self.out.append(
                Token("sym", "\\lvert" if text == "\\left" else "\\rvert", token.start, token.end)
            )
            return at + 1
        return at

    def _group(self, token: Token, inner: list[Token], after: int) -> None:
        """Append a transparent group, in braces unless it is one token or states something."""
        self._refuse_to_bracket(token, inner, after)
        if len(inner) < 2 or any(token.kind in ("rel", "row", "amp") for token in inner):
            self.out.extend(inner)
            return
        where = (token.start, token.end)
        self.out.extend((Token("sym", "{", *where), *inner, Token("sym", "}", *where)))

    def brace(self, token: Token, at: int) -> int:
        r"""`\underbrace{x}_{note}`: x, without the note."""
        first, last, at = self._argument(at, token)
        held, note = self._inside(first, last), list[Token]()
        if at < len(self.raw) and self.raw[at].text in ("_", "^"):
            first, last, at = self._argument(at + 1, self.raw[at], empty=True)
            note = self._inside(first, last) if [part.kind for part in held] == ["rel"] else note
        if note:
            self._relation(token, note, held[0])
        else:
            self._group(token, held, at)
        return at

    def stacked(self, token: Token, at: int) -> int:
        first, last, at = self._argument(at, token, empty=True)
        note = self._inside(first, last)
        first, last, at = self._argument(at, token)
        base = self._inside(first, last)
        if len(base) == 1 and base[0].kind == "rel":
            self._relation(token, note, base[0])
            return at
        if any(part.font == CROSS for part in note):  # the shape of what stands above it
            self._group(token, base, at)
            return at
        limit = base and base[0].text in _BIG
        if note and token.text != "\\underset" and not limit:
            raise self._error(f"{token.text} over what is no relation", token)
        if limit or [part.text for part in base] == ["\\arg", "\\max"]:
            self.out.extend(base)
        else:
            self._group(token, base, at)
        if note:
            where = (token.start, token.end)
            self.out.append(Token("sym", "_" if token.text == "\\underset" else "^", *where))
            self.out.extend((Token("sym", "{", *where), *note, Token("sym", "}", *where)))
        return at

    def _relation(self, token: Token, note: list[Token], base: Token) -> None:
        """A relation with a note above or below it."""
        relation = base.text
        if restricts(note) or not (token.text == "\\underset" or is_label(note)):
            relation = "stacked"
        defines = [part.text for part in note] in (["d", "e", "f"], ["def"], ["\\triangle"])
        if defines and base.text == "=":
            relation = ":="
        self.out.append(Token("rel", relation, token.start, base.end))

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
        self._group(token, inner, after)
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
            if word in ("e", "E") and self._is_power_of_ten(token, after):
                raise self._error("a number with an exponent written with e", token)
            self.out.append(named(word, inner[0].start, inner[-1].end, "rm"))
        else:
            self._group(token, inner, after)
        return after

    def _is_power_of_ten(self, token: Token, after: int) -> bool:
        r"""Whether a letter between two numbers stands in one number: `1\mathrm{e}3`."""
        behind = [part for part in self.raw[after : after + 3] if part.text not in ("{", "-", "+")]
        touches = self.out and self.out[-1].kind == "num" and self.out[-1].end == token.start
        return bool(touches and behind and behind[0].kind == "num")

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


_BIG: Final = frozenset(("\\sum", "\\prod", "\\int", "\\max", "\\min"))
_PASSED_AT_AN_END: Final = commands.DROPPED | {".", ",", "}", "\\quad"}
_OPENS: Final = frozenset(("{", "(", "[", "\\{", "\\lvert"))
_CLOSES: Final = frozenset(("}", ")", "]", "\\}", "\\rvert"))
_BIND_BEHIND: Final = frozenset((")", "]", "-", "/", "\\cdot", "\\odot"))
"""Signs that belong to what is behind them as factors do."""
_BIND: Final = frozenset(
    ("(", "[", "/", "\\cdot", "\\times", "\\odot", "\\frac", "\\left", "\\sqrt")
)
"""Signs that belong to what is before them."""
_BRACKETS: Final = frozenset(("{", "(", "[", "\\{", "}", ")", "]", "\\}"))
_Handler: TypeAlias = "Callable[[_Cleaner, Token, int], int]"
_HANDLERS: Final[tuple[tuple[Iterable[str], _Handler], ...]] = (
    (("{",), _Cleaner.copy_group),
    (commands.DROPPED, _Cleaner.drop),
    (BRACKET_SIZES, _Cleaner.delimiter),
    (commands.DROPPED_WITH_ARGUMENT, _Cleaner.drop_argument),
    (commands.GAPS, _Cleaner.gap),
    (("\\hfill",), _Cleaner.filled),
    (commands.TRANSPARENT, _Cleaner.argument_alone),
    (commands.ENDINGS, _Cleaner.ending),
    (("\\underline",), _Cleaner.underlined),
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
_WIDTH: Final = re.compile(rf"\{{?([-+]?\d*\.?\d+)({'|'.join(commands.POINTS)})\}}?")
_LONGEST_WIDTH: Final = 8
"""Signs of a width: `{-0.5em}`."""
_WIDE: Final = 9
r"""Points of a gap that sets apart, as `\quad` does; `\enspace` has half as many."""
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
