r"""Names that an answer makes up, and where it says what they stand for.

A value put in behind a bar, `s(1 - s)|_{s = \sigma(x)}`, is a name that the answer defines. So is
`r^\pi(s)` where r is a declared function of more, and the argument of `g(t) = ..` is any number.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lemmata.notation.layout import Layout, told
from lemmata.notation.lexer import Token, has_kind, places_of
from lemmata.notation.symbols import Symbols

_BELOW: Final = frozenset(("_",))
PUTTING_IN: Final = frozenset(("|", "\\rvert", "]"))
"""Behind these a value is put in."""


def with_remarks(tokens: list[Token], symbols: Symbols) -> list[Token]:
    r"""Tokens in which a value that is put in behind a bar stands as a remark: "where s = 1".

    The remark stands at the end of its row. One name with two values is left as it is, and so is a
    declared one that stands elsewhere without the value: it is put in on one side alone. Behind
    square brackets, `[1/u]_{u = g}`, it is put in as well, unless a second value stands above.
    """
    if not has_kind(tokens, {"rel"}):
        return tokens
    scripts = [at for at in places_of(tokens, _BELOW) if at and tokens[at - 1].text in PUTTING_IN]
    if not any(_value(tokens, at) for at in scripts):
        return tokens
    out: list[Token] = []
    told: dict[str, list[Token]] = {}
    at, open_bars, rounds = 0, 0, 0
    while at < len(tokens):
        token = tokens[at]
        ends = token.kind == "row" or (token.kind == "end" and not rounds)
        if ends and told:
            out += _remarks(told)
            told = {}
        rounds += token.text == "\\lvert"
        value = _value(tokens, at + 1) if token.text in PUTTING_IN else None
        if value is not None and token.text == "]" and _goes_on(tokens, value[0]):
            value = None  # the limits of an integral
        open_bars += token.text == "|"
        if value is None:
            rounds -= token.text == "\\rvert"
            out.append(token)
            at += 1
            continue
        end, stated = value
        name = stated[0].text
        if symbols.find(name) is not None and _stands_elsewhere(tokens, at, name):
            return tokens
        if [t.text for t in told.setdefault(name, stated)] != [t.text for t in stated]:
            return tokens
        if token.text == "]":
            out.append(token)
        elif (token.text == "\\rvert" and rounds) or (token.text == "|" and open_bars % 2 == 0):
            out.append(token)  # it also closes a modulus
            rounds -= token.text == "\\rvert"
        else:
            open_bars -= token.text == "|"
        at = end
    return [*out, *_remarks(told)]


def _value(tokens: list[Token], at: int) -> tuple[int, list[Token]] | None:
    """The equation in the subscript at a place, `_{s = 1}`, and where the subscript ends."""
    if [token.text for token in tokens[at : at + 2]] != ["_", "{"]:
        return None
    depth = 0
    for place in range(at + 1, len(tokens)):
        depth += (tokens[place].text == "{") - (tokens[place].text == "}")
        if depth == 0:
            stated = tokens[at + 2 : place]
            signs = [k for k, token in enumerate(stated) if token.kind == "rel"]
            plain = len(signs) == 1 and stated[signs[0]].text == "=" and signs[0] > 0
            named = plain and stated[0].kind == "name" and signs[0] + 1 < len(stated)
            return (place + 1, stated) if named else None
    return None


def _stands_elsewhere(tokens: list[Token], at: int, name: str) -> bool:
    """Whether a name stands on another side of a relation than the place of a value for it."""
    signs = [k for k, token in enumerate(tokens) if token.kind == "rel" and _is_outer(tokens, k)]
    first = max((k for k in signs if k < at), default=-1)
    last = min((k for k in signs if k > at), default=len(tokens))
    outside = [*tokens[: first + 1], *tokens[last:]]
    bare = (k for k, token in enumerate(outside) if token.text == name)
    return any(all(after.text != "_" for after in outside[k + 1 : k + 2]) for k in bare)


def _is_outer(tokens: list[Token], at: int) -> bool:
    """Whether a place is in no braces."""
    opened = (token.text for token in tokens[:at])
    return sum((text == "{") - (text == "}") for text in opened) == 0


def _goes_on(tokens: list[Token], at: int) -> bool:
    """Whether a second script stands behind a subscript."""
    return at < len(tokens) and tokens[at].text == "^"


def _remarks(told: dict[str, list[Token]]) -> list[Token]:
    out: list[Token] = []
    for stated in told.values():
        where = (stated[0].start, stated[0].start)
        out += [Token("sym", ",", *where), Token("text", "where", *where), *stated]
    return out


def with_declared_arguments(layout: Layout, symbols: Symbols) -> None:
    """Name the arguments of a function that an answer writes down as declared numbers are.

    `g(t) = 1/(1 + e^{-t})` is g(x), where a number x is declared.
    """
    for remark in layout.remarks:
        remark[:] = _with_declared_arguments(remark, symbols)
    segments = layout.segments
    if len(segments) == 2 and segments[1].sign is not None and segments[1].sign.text in ("=", ":="):
        sides = segments[0].tokens, segments[1].tokens
        renamed = _with_declared_arguments([*sides[0], segments[1].sign, *sides[1]], symbols)
        segments[0].tokens = renamed[: len(sides[0])]
        segments[1].tokens = renamed[len(sides[0]) + 1 :]


def _with_declared_arguments(stated: list[Token], symbols: Symbols) -> list[Token]:
    equals = next((k for k, token in enumerate(stated) if token.kind == "rel"), 0)
    opening = next((k for k in range(equals) if stated[k].text == "("), 0)
    inside = stated[opening + 1 : equals - 1]
    if not opening or stated[equals].text not in ("=", ":=") or stated[equals - 1].text != ")":
        return stated
    if any(token.kind != "name" for token in inside[::2]) or len(inside) % 2 == 0:
        return stated
    if any(token.text != "," for token in inside[1::2]):
        return stated
    used = {token.text for token in stated[equals + 1 :]}
    if symbols.spellings.label(stated[:equals]) is not None:
        return stated
    written = {token.text for token in stated}
    declared = symbols.declarations
    fresh = [item.name for item in declared.scalars if not item.axes and item.name not in written]
    names: dict[str, str] = {}
    for token in inside[::2]:
        if symbols.find(token.text) is None and token.text in used and fresh:
            names.setdefault(token.text, fresh.pop(0))
    return [
        token._replace(text=names[token.text])
        if token.kind == "name" and token.text in names
        else token
        for token in stated
    ]


def with_named_means(layouts: list[Layout], symbols: Symbols) -> None:
    r"""Make a name of the mean of something undeclared that an answer sets, `\mathbb{E}[T] = N`.

    Only where the answer uses it: else it says what the answer is, and is not what is asked for.
    """
    stated = [told(remark) for layout in layouts for remark in layout.remarks]
    stated += [
        [*layout.segments[0].tokens, layout.segments[1].sign]
        for layout in layouts
        if len(layout.segments) > 1 and layout.segments[1].sign is not None
    ]
    for tokens in stated:
        equals = next((k for k, token in enumerate(tokens) if token.kind == "rel"), 0)
        mean = tokens[:equals]
        ends = [token.text for token in (*mean[:2], *mean[-1:])]
        if ends not in (["E", "[", "]"], ["E", "(", ")"]) or tokens[equals].text not in ("=", ":="):
            continue
        inside = [token for token in mean[2:-1] if token.text not in ("{", "}", "_")]
        name = "E" + "".join(token.text for token in inside)
        fresh = bool(inside) and inside[0].kind == "name" and name.isalnum()
        if not fresh or any(map(symbols.find, (inside[0].text, name, "E"))):
            continue
        if not _is_used(layouts, mean, tokens):  # it is what the answer calls itself
            continue
        for layout in layouts:
            for segment in layout.segments:
                segment.tokens = _with_name(segment.tokens, mean, name)
            layout.remarks = [_with_name(remark, mean, name) for remark in layout.remarks]


def _is_used(layouts: list[Layout], signs: list[Token], stated: list[Token]) -> bool:
    """Whether signs stand elsewhere than where they are set."""
    places = [segment.tokens for layout in layouts for segment in layout.segments]
    places += [remark for layout in layouts for remark in layout.remarks]
    texts = [sign.text for sign in signs]
    starts = {
        tokens[at].start
        for tokens in places
        for at in range(len(tokens))
        if [token.text for token in tokens[at : at + len(texts)]] == texts
    }
    return bool(starts - {stated[0].start})


def _with_name(tokens: list[Token], signs: list[Token], name: str) -> list[Token]:
    """Tokens with a name in the place of all that are these signs."""
    texts = [sign.text for sign in signs]
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        here = tokens[at : at + len(texts)]
        if [token.text for token in here] == texts:
            out.append(Token("name", name, here[0].start, here[-1].end))
            at += len(texts)
        else:
            out.append(tokens[at])
            at += 1
    return out


def own_name(head: list[Token], symbols: Symbols) -> tuple[str, int]:
    r"""A declared name with a mark that makes it another one, `r^\pi(s)`, and where it ends.

    Nothing and 0 where the name before the bracket is none of that kind.
    """
    texts = [token.text for token in head]
    opening = texts.index("(") if "(" in texts else 0
    if opening != 3 or texts[1] not in ("_", "^") or [head[k].kind for k in (0, 2)] != ["name"] * 2:
        return "", 0
    base = symbols.find(head[0].text, head[0].font)
    mark = symbols.find(head[2].text)
    spelling = "".join(texts[:3])
    if base is None or base.kind not in ("function", "family") or symbols.find(spelling):
        return "", 0
    if mark is None or mark.kind != "family" or base.axes:
        return "", 0
    return spelling, 3


def says_nothing(stated: list[Token]) -> bool:
    """Whether both sides of an equation are the same signs."""
    texts = [token.text for token in stated]
    half = len(texts) // 2
    return len(texts) % 2 == 1 and texts[half] in ("=", ":=") and texts[:half] == texts[half + 1 :]


def without_bars(layouts: Iterable[Layout], definition: list[Token]) -> None:
    r"""Write a comma for the bar in the calls of a function that is defined with one.

    An answer that sets `P^\pi(s'|s) = ..` defines a function of s' and s.
    """
    texts = [token.text for token in definition]
    opening = texts.index("(") if "(" in texts else 0
    equals = next(k for k, token in enumerate(definition) if token.kind == "rel")
    if not opening or "|" not in texts[opening:equals]:
        return
    head = texts[: opening + 1]
    for segment in (segment for layout in layouts for segment in layout.segments):
        for at in range(len(segment.tokens) - opening):
            if [token.text for token in segment.tokens[at : at + opening + 1]] == head:
                segment.tokens = with_commas(segment.tokens, at + opening)


def with_commas(tokens: list[Token], opening: int) -> list[Token]:
    """Tokens in which the bars of the bracket group at a place are commas."""
    depth = 0
    out = list(tokens)
    for at in range(opening, len(tokens)):
        depth += (tokens[at].text in ("(", "[", "{")) - (tokens[at].text in (")", "]", "}"))
        if depth == 0:
            break
        if depth == 1 and tokens[at].text == "|":
            out[at] = tokens[at]._replace(text=",")
    return out
