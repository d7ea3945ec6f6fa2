"""Keyboard text as Python writes it: methods, and sums over all entries of arrays."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from lemmata.notation.commands import GREEK
from lemmata.notation.lexer import Token
from lemmata.notation.symbols import OPERATORS, Symbols
from lemmata.notation.told_cases import in_cases

_OPERATORS: Final = {"dot": "@", "matmul": "@", "pow": "^"}
"""Methods that are operators: `A.dot(x)` is `A @ x`."""
_DEFINES: Final = frozenset(("=", ":=", "<-"))
_LONGEST_PRODUCT: Final = 4
"""More letters than this side by side are a word that somebody forgot to declare."""


def as_functions(tokens: list[Token], symbols: Symbols) -> list[Token]:
    """Tokens without methods, in which a sum over all entries has a letter that it runs over."""
    tokens = _with_conditions(_without_methods(_with_one_hot(tokens)))
    tokens = _letters_apart(tokens, symbols)
    return _with_letters(_with_round_brackets(tokens, symbols), symbols)


def _with_one_hot(tokens: list[Token]) -> list[Token]:
    """Tokens in which `one_hot(` is one word."""
    out: list[Token] = []
    for token in tokens:
        if token.text == "(" and [part.text for part in out[-3:]] == ["one", "_", "hot"]:
            out[-3:] = [out[-3]._replace(text="onehot", end=token.start)]
        out.append(token)
    return out


def _letters_apart(tokens: list[Token], symbols: Symbols) -> list[Token]:
    """Tokens in which declared numbers side by side are no word: `Wx`, `mv`, and `A^Tx`.

    A word that is an operator, a letter of another alphabet or what the text defines stays one,
    and so does one with an index in it, which may be a subscript: `rt`.
    """
    out: list[Token] = []
    defined = {one.text for one, behind in pairwise(tokens) if behind.text in _DEFINES}
    words = symbols.known | OPERATORS | GREEK | defined
    for token in tokens:
        word, before = token.text, out[-1].text if out else ""
        turned = before == "^" and word.startswith("T") and symbols.linear
        letters = word[1:] if turned else word
        entries = [symbols.find(letter) for letter in letters]
        if (
            token.kind != "name"
            or not 1 < len(word) <= _LONGEST_PRODUCT
            or (before in ("_", "^", "{") and not turned)
            or word in words
            or any(entry is None or entry.kind != "number" for entry in entries)
        ):
            out.append(token)
            continue
        out += [
            Token("name", letter, token.start + k, token.start + k + 1)
            for k, letter in enumerate(word)
        ]
    return out


def _with_round_brackets(tokens: list[Token], symbols: Symbols) -> list[Token]:
    """Tokens in which a table of values is called, `V[s]`, as the function that it is."""
    out = list(tokens)
    for at, (token, behind) in enumerate(pairwise(tokens)):
        entry = symbols.find(token.text) if token.kind == "name" and behind.text == "[" else None
        if entry is not None and entry.kind == "function" and not entry.axes:
            end = _closing(out, at + 1)
            out[at + 1] = out[at + 1]._replace(text="(")
            out[end] = out[end]._replace(text=")")
    return out


def _without_methods(tokens: list[Token]) -> list[Token]:
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        word, opening = (tokens[at + k : at + k + 1] for k in (1, 2))
        method = tokens[at].text == "." and bool(out) and bool(opening) and opening[0].text == "("
        name = word[0].text.lstrip("\\") if method else ""
        if name in _OPERATORS:
            out.append(Token("sym", _OPERATORS[name], tokens[at].start, word[0].end))
            at += 2
        elif name == "sum" and _is_of_all(tokens[at + 3 : _closing(tokens, at + 2) + 1]):
            start = _primary(out)
            sign, place = word[0], (word[0].start, word[0].end)
            inside = [Token("sym", "(", *place), *out[start:], Token("sym", ")", *place)]
            out[start:] = [sign, *inside]
            at = _closing(tokens, at + 2) + 1
        else:
            out.append(tokens[at])
            at += 1
    return out


def _is_of_all(inside: list[Token]) -> bool:
    """Whether the brackets of a method close, and say no more than the axis there is: `axis=0`."""
    text = "".join(token.text for token in inside).removeprefix("axis=").removeprefix("dim=")
    return text in (")", "0)", "-1)")


def _with_conditions(tokens: list[Token]) -> list[Token]:
    """Tokens in which what depends on a condition stands by cases, and a condition is a number.

    `where(c, a, b)`, `(a if c else b)` and `int(i == y)`.
    """
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        called = tokens[at + 1 : at + 2] and tokens[at + 1].text == "("
        opening = at + 1 if called and token.text in (*_NUMBERS, "where") else at
        if tokens[opening].text != "(":
            out.append(token)
            at += 1
            continue
        close = _closing(tokens, opening)
        inside = _with_conditions(tokens[opening + 1 : close])
        if opening > at and token.text == "where":
            inside = _by_where(token, inside) or inside
            out += [] if inside[:1] and inside[0].kind == "begin" else [token]
        elif opening > at and not _is_condition(inside):
            out.append(token)
        elif opening == at:
            inside = in_cases(inside)
        out += [tokens[opening], *inside, tokens[close]]
        at = close + 1
    return out


def _is_condition(inside: list[Token]) -> bool:
    """Whether what stands in brackets is a relation: one outside of all braces, as of a range."""
    depth = 0
    for token in inside:
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        if token.kind == "rel" and depth == 0:
            return True
    return False


def _by_where(sign: Token, inside: list[Token]) -> list[Token] | None:
    """The arguments of `where(c, a, b)` by cases; None where there are not three."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in inside:
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    if len(parts) != len("cab") or not all(parts) or sum(t.kind == "rel" for t in parts[0]) != 1:
        return None
    condition, value, other = parts
    where = (sign.start, sign.end)
    amp, otherwise = Token("amp", "&", *where), Token("text", "otherwise", *where)
    shown = [Token("begin", "cases", *where), *value, amp, Token("text", "if", *where), *condition]
    shown += [Token("row", "\\\\", *where), *other, amp, otherwise]
    return [*shown, Token("end", "cases", *where)]


_NUMBERS: Final = frozenset(("\\int", "int", "float"))
"""Words before a condition in brackets that make a number of it."""


def _primary(tokens: list[Token]) -> int:
    """Where what stands last begins: a bracket group with the name before it, or a name."""
    at, depth = len(tokens) - 1, 0
    while at > 0:
        depth += (tokens[at].text in (")", "]", "}")) - (tokens[at].text in ("(", "[", "{"))
        before = tokens[at - 1]
        if depth == 0 and before.kind != "name" and before.text != "_":
            break
        at -= 1
    return at


def _closing(tokens: list[Token], opening: int) -> int:
    """Where a bracket group closes; the end where it does not."""
    depth = 0
    for at in range(opening, len(tokens)):
        depth += (tokens[at].text in ("(", "[", "{")) - (tokens[at].text in (")", "]", "}"))
        if depth == 0:
            return at
    return len(tokens) - 1


def _with_letters(tokens: list[Token], symbols: Symbols) -> list[Token]:
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        called = token.text == "\\sum" and tokens[at + 1 : at + 2] and tokens[at + 1].text == "("
        if not called:
            out.append(token)
            at += 1
            continue
        end = _closing(tokens, at + 1)
        inside = _with_letters(_without_axis(tokens[at + 2 : end]), symbols)
        out.extend(_over_entries(token, inside, symbols))
        at = end + 1
    return out


def _without_axis(inside: list[Token]) -> list[Token]:
    """The arguments of a sum without `axis=0`, which says nothing where there is one axis."""
    texts = [token.text for token in inside]
    for size in (4, 5):  # `, axis = 0` and `, axis = -1`
        if texts[-size : -size + 3] == [",", "axis", "="]:
            return inside[:-size]
    return inside


def _over_entries(sign: Token, inside: list[Token], symbols: Symbols) -> list[Token]:
    """A sum over all entries, with a letter where the arrays in it stand without one."""
    where = (sign.start, sign.end)
    body = [Token("sym", "(", *where), *inside, Token("sym", ")", *where)]
    bare = {at for at in range(len(inside)) if _is_bare_array(inside, at, symbols)}
    own = {
        token.text
        for before, token in pairwise(inside)
        if before.text == "_" and token.kind == "name" and len(token.text) == 1
    }
    commas = any(token.text == "," for token in inside)
    if symbols.linear:
        bare = set()
    if commas or bool(bare) == bool(own) or len(own) > 1:
        return [sign, *body]
    taken = {token.text for token in inside} | symbols.known
    letter = next(iter(own)) if own else next(c for c in "jiklnuvwh" if c not in taken)
    index = [Token("sym", "_", *where), Token("name", letter, *where)]
    for at in sorted(bare, reverse=True):
        body[at + 2 : at + 2] = index
    return [sign, *index, *body]


def _is_bare_array(tokens: list[Token], at: int, symbols: Symbols) -> bool:
    token, behind = tokens[at], tokens[at + 1 : at + 2]
    if token.kind != "name" or (behind and behind[0].text in ("_", "[", "(")):
        return False
    entry = symbols.find(token.text)
    script = at > 0 and tokens[at - 1].text == "_"
    array = entry is not None and entry.kind in ("number", "definition") and entry.least == 1
    return array and not script
