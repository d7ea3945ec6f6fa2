r"""Signs of neighbouring fields, as the signs that the parser knows.

Of physics: `\langle f \rangle_q` is the mean of f under q, `\mathbb{E}_q[f]`. Of measures: in
`\int f(z) q(dz | x)` the law is integrated by, `\int_z f(z) q(z | x)`. Of programs: `A_{:,j}` is a
column of a matrix, `A e_j`, and `A_{i\cdot}` its row, `A_{i,:}`. An operator behind an operator,
`\operatorname{tr} \operatorname{diag}(v)`, takes its bracket with it.
"""

from __future__ import annotations

from typing import Final

from lemmata.notation.labelled import cut_at_times
from lemmata.notation.lexer import Token, places_of, texts_and_kinds
from lemmata.notation.symbols import Symbols

_STEPS: Final = {"(": 1, "[": 1, "{": 1, "\\{": 1, "\\lvert": 1, "\\langle": 1} | {
    ")": -1, "]": -1, "}": -1, "\\}": -1, "\\rvert": -1, "\\rangle": -1,
}  # fmt: skip
_BETWEEN: Final = frozenset((",", "|", ";", "||"))
"""What stands between the two sides of an inner product or of a bracket of physics."""
_DIFFERENTIAL: Final = frozenset(("d",))
_WHOLE: Final = frozenset((":", "\\cdot", "*"))
"""What stands in the place of an index that takes all its values."""
_INDICES_OF_A_MATRIX: Final = 2
_TRACES: Final = frozenset(("tr", "Tr", "trace"))
OTHER_SIGNS: Final = _TRACES | _WHOLE | {"\\langle", "\\int"}


def with_known_signs(tokens: list[Token], symbols: Symbols) -> list[Token]:
    """Tokens in which the signs of neighbouring fields are those that the parser knows."""
    texts = texts_and_kinds(tokens)
    if "\\langle" in texts:
        tokens = _with_means(tokens)
    if "\\int" in texts:
        tokens = _with_variables_below(tokens, symbols)
    if not symbols.linear and not texts.isdisjoint(_TRACES):
        tokens = _with_traces(tokens)
    if symbols.linear and not texts.isdisjoint(_WHOLE):
        tokens = _with_columns(_without_shapes(tokens), symbols)
    return tokens


def _closing(tokens: list[Token], at: int) -> int:
    """The place of the bracket that closes the one at a place; the end where there is none."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += _STEPS.get(tokens[place].text, 0) if tokens[place].kind == "sym" else 0
        if depth == 0:
            return place
    return len(tokens)


def _script_end(tokens: list[Token], at: int) -> int:
    """Where the subscript ends that begins at a place with its sign."""
    opens = at + 1 < len(tokens) and tokens[at + 1].text == "{"
    return _closing(tokens, at + 1) + 1 if opens else at + 2


def _with_means(tokens: list[Token]) -> list[Token]:
    """Tokens with an expectation sign for angle brackets around one thing."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        close = _closing(tokens, at) if token.text == "\\langle" else 0
        inside = tokens[at + 1 : close]
        if not inside or close == len(tokens):
            out.append(token)
            at += 1
            continue
        inside = _with_means(inside)
        if _is_parted(inside):
            out += [token, *inside, tokens[close]]
            at = close + 1
            continue
        end = close + 1
        if end < len(tokens) and tokens[end].text == "_":
            end = min(_script_end(tokens, end), len(tokens))
        last = tokens[close]
        out += [Token("name", "E", token.start, token.end, "bb"), *tokens[close + 1 : end]]
        out += [Token("sym", "[", token.start, token.end), *inside]
        out.append(Token("sym", "]", last.start, last.end))
        at = end
    return out


def _is_parted(inside: list[Token]) -> bool:
    """Whether a comma or bar stands between angle brackets, and in no other bracket there."""
    depth = 0
    for token in inside:
        depth += _STEPS.get(token.text, 0) if token.kind == "sym" else 0
        if depth == 0 and token.text in _BETWEEN:
            return True
    return False


def _with_variables_below(tokens: list[Token], symbols: Symbols) -> list[Token]:
    r"""Tokens with the variable of a measure below the integral sign before it: `P(ds'|s)`."""
    opens = any(tokens[at - 1].text == "(" for at in places_of(tokens, _DIFFERENTIAL) if at)
    if not opens or symbols.find("d") is not None:
        return tokens
    out: list[Token] = []
    waiting: list[int] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        out.append(token)
        at += 1
        if token.text == "\\int" and token.kind == "sym":
            below = at < len(tokens) and tokens[at].text in ("_", "^")
            waiting += [] if below else [len(out) - 1]
        inside = at < len(tokens) and tokens[at].text == "d" and tokens[at].kind == "name"
        if token.text != "(" or not inside or not waiting:
            continue
        end = at + 1
        while end < len(tokens) and (end == at + 1 or tokens[end].text.strip("'") == ""):
            end += 1
        variable = tokens[at + 1 : end]
        spelling = "".join(part.text for part in variable)
        entry = symbols.find(spelling) if variable and variable[0].kind == "name" else None
        closes = end < len(tokens) and tokens[end].text in ("|", ")")
        if entry is None or entry.kind != "outcome" or not closes or not _is_law(out, symbols):
            continue
        if _is_integrated_again(tokens, end, variable):
            continue
        sign = waiting.pop()
        where = (variable[0].start, variable[-1].end)
        script = [Token("sym", text, *where) for text in ("_", "{", "}")]
        out[sign + 1 : sign + 1] = [*script[:2], *variable, script[2]]
        at += 1
    return out


def _is_law(tokens: list[Token], symbols: Symbols) -> bool:
    """Whether the bracket that opens last stands behind a name that may be that of a law."""
    at = len(tokens) - 2
    while at > 1:
        depth = 0
        while at > 1 and (depth := depth - _STEPS.get(tokens[at].text, 0)) > 0:
            at -= 1
        if tokens[at - 1].text not in ("_", "^"):
            break
        at -= 2
    token = tokens[max(at, 0)]
    entry = symbols.find(token.text, token.font) if token.kind == "name" else None
    return entry is not None and entry.kind in ("family", "process")


def _is_integrated_again(tokens: list[Token], at: int, variable: list[Token]) -> bool:
    """Whether a differential of the variable stands behind a place: `p(dx) dx`."""
    written = ["d", *(token.text for token in variable)]
    ends = (
        k for k in range(at, len(tokens)) if tokens[k].kind == "rel" or tokens[k].text == "\\int"
    )
    starts = (k for k in range(at, next(ends, len(tokens))) if tokens[k].text == "d")
    return any([token.text for token in tokens[k : k + len(written)]] == written for k in starts)


def _with_traces(tokens: list[Token]) -> list[Token]:
    """Tokens with brackets around the diagonal matrix behind a trace: `tr(diag(v))`."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.kind != "name" or token.text not in _TRACES:
            out.append(token)
            continue
        out.append(token._replace(text="tr"))
        bare = [part.text for part in tokens[at : at + 2]] == ["diag", "("]
        if bare:
            close = _closing(tokens, at + 1)
            if close < len(tokens):
                where = (tokens[at].start, tokens[close].end)
                out += [Token("sym", "(", *where), *tokens[at : close + 1]]
                out.append(Token("sym", ")", *where))
                at = close + 1
    return out


def _without_shapes(tokens: list[Token]) -> list[Token]:
    r"""Tokens without the scripts that tell a shape, `A_{d \times n}`; a space keeps its own."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        script = tokens[at].text in ("_", "^") and tokens[at + 1 : at + 2] and out
        close = _closing(tokens, at + 1) if script and tokens[at + 1].text == "{" else at
        sizes = cut_at_times(tokens[at + 2 : close])
        meaning = out and (out[-1].font == "bb" or out[-1].text in ("I", "0", "1", "\\indicator"))
        if close > at and len(sizes) > 1 and not meaning:
            at = close + 1
            continue
        out.append(tokens[at])
        at += 1
    return out


def _with_columns(tokens: list[Token], symbols: Symbols) -> list[Token]:
    """Tokens with the columns and rows of matrices as the parser knows them."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        entry = symbols.find(token.text, token.font) if token.kind == "name" else None
        script = [part.text for part in tokens[at + 1 : at + 3]] == ["_", "{"]
        close = _closing(tokens, at + 2) if script else len(tokens)
        inside = tokens[at + 3 : close]
        if (
            entry is None
            or len(entry.axes) - entry.least != _INDICES_OF_A_MATRIX
            or close == len(tokens)
        ):
            out.append(token)
            at += 1
            continue
        parts = [part for part in inside if part.text != ","]
        where = (token.start, tokens[close].end)
        signs = {text: Token("sym", text, *where) for text in ("(", ")", "_", "{", "}", ",", ":")}
        if len(parts) > 1 and parts[0].text in _WHOLE and symbols.find("e") is None:
            one_hot = Token("name", "e", *where)
            out += [signs["("], token, one_hot, signs["_"], signs["{"], *parts[1:]]
            out += [signs["}"], signs[")"]]
        elif len(parts) > 1 and parts[-1].text in _WHOLE:
            out += [token, *tokens[at + 1 : at + 3], *parts[:-1], signs[","], signs[":"]]
            out.append(tokens[close])
        else:
            out += tokens[at : close + 1]
        at = close + 1
    return out
