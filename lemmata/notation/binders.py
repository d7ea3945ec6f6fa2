"""Sums, products and integrals: what they bind and how far they reach.

A sum or an expectation without brackets reaches to the end of its product. Where the terms behind
it still speak of what it binds, or it begins with a sign, people mean that it reaches further; both
readings are kept (`reach`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import Index
from lemmata.kernel.terms import (
    Add,
    Integral,
    Max,
    Mul,
    Neg,
    Num,
    OneHot,
    Prod,
    Range,
    Sum,
    Sym,
    Term,
    free,
    walk,
)
from lemmata.notation import linear
from lemmata.notation.lexer import Token
from lemmata.notation.names import Bound, Stretch, read_unraised
from lemmata.notation.series import series
from lemmata.notation.shifted import Linear, added, linear_parts, linear_term
from lemmata.notation.sizes import beside
from lemmata.notation.spaces import all_values, integers_in_a_row, is_all, is_number_of_values

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

ONE: Final = Num(Fraction(1))
MAX_INTEGRALS: Final = 12
"""How many integrals may wait for their differentials; each multiplies the work in a model."""
_ENDS: Final = frozenset((")", "]", "}", "\\}", "\\rvert", ",", ";", "|", "||", ":"))
_SET_FONTS: Final = frozenset(("cal", "bb"))
_HEADS: Final = frozenset(("KL", "DKL", "D", "H", "I", "JSD", "JS"))


@dataclass(frozen=True, slots=True)
class Binder:
    """What stands below and above a sum sign.

    An index and what is written of its range, or a variable.

    Attributes:
        index: The letter; for a variable, its name.
        excluding: A value that is left out.
        outcome: The variable that is summed over, in place of an index.
        endless: Whether the index runs up without an end.
    """

    index: str
    lower: Term | None = None
    upper: Term | None = None
    excluding: Term | None = None
    outcome: Sym | None = None
    endless: bool = False


def total(parser: Parser) -> Term:
    """A sum over indices, or over the outcomes of a variable (which is an integral)."""
    if _has_binder_inside(parser):
        return keyword(parser)
    sign = parser.take()
    if parser.symbols.linear and not parser.latex and parser.next_is("("):
        return linear.total(parser, sign)
    binders = _read_binders(parser, sign)
    kept = _bind(parser, binders)
    outcomes = any(binder.outcome is not None for binder in binders)
    parser.averages += outcomes
    body = reach(parser, frozenset(binder.index for binder in binders))
    parser.averages -= outcomes
    return _wrap(parser, binders, kept, body, sign)


def _has_binder_inside(parser: Parser) -> bool:
    """Whether a sign of keyboard text is called with what it runs over: `sum(x_j, j=1..m)`."""
    opening = parser.at + 1
    if parser.latex or opening not in parser.partner or parser.tokens[opening].text != "(":
        return False
    return len(list(parser.items(opening + 1, parser.partner[opening]))) > 1


def product(parser: Parser) -> list[Term]:
    """A product over indices, and the factors behind the last one that contains an index of it."""
    if _has_binder_inside(parser):
        return [keyword(parser)]
    sign = parser.take()
    binders = _read_binders(parser, sign)
    for binder in binders:
        if binder.outcome is not None:
            raise parser.unsupported("a product over the outcomes of a variable", sign)
    kept = _bind(parser, binders)
    factors = parser.factors()
    while parser.starts_factor(parser.peek()) or parser.next_is("\\cdot"):
        if parser.next_is("\\cdot"):
            parser.take()
        factors.extend(parser.factors())
    letters = {Sym(binder.index) for binder in binders}
    last = max((n for n, factor in enumerate(factors) if letters & free(factor)), default=0)
    inside, rest = factors[: last + 1], factors[last + 1 :]
    body = inside[0] if len(inside) == 1 else Mul(tuple(inside))
    return [_wrap(parser, binders, kept, body, sign), *rest]


def extremum(parser: Parser) -> list[Term]:
    r"""A maximum or minimum over the outcomes of a variable, and the factors that it leaves.

    `\max_{a'} Q(s', a') f` takes the factors up to the last one that speaks of its variable.
    """
    sign = parser.take()
    binders = _read_binders(parser, sign)
    for binder in binders:
        if binder.outcome is None and parser.symbols.find(binder.index) is not None:
            raise parser.unsupported(
                f"an extremum over {binder.index!r}, which is drawn from no law", sign
            )
        if binder.outcome is None:
            raise parser.undeclared(binder.index, sign, f"{binder.index!r} is no variable")
    names = frozenset(binder.index for binder in binders)
    cuts = later_terms(parser)
    later = any(mentions(parser, a, b, names) for a, b in pairwise(cuts))
    if later and not mentions(parser, parser.at, cuts[0], names):
        raise parser.unreadable("how far does this reach?", sign, "Write brackets behind it.")
    body, rest = parser.signed(), list[Term]()
    if isinstance(body, Mul):
        parts = body.factors
        own = (n for n, part in enumerate(parts) if names & {name.name for name in free(part)})
        last = max(own, default=0)
        inside, rest = parts[: last + 1], list(parts[last + 1 :])
        body = inside[0] if len(inside) == 1 else Mul(inside)
    least = sign.text == "\\min"
    body = Neg(body) if least else body
    for binder in reversed(binders):
        body = Max(binder.outcome or Sym(binder.index), body)
    return [Neg(body) if least else body, *rest]


def _bind(parser: Parser, binders: list[Binder]) -> dict[str, Bound]:
    """Open the scope of the letters; the scope before."""
    kept = parser.scope
    letters = {b.index: Bound(upper=b.upper) for b in binders if b.outcome is None}
    again = {Sym(letter) for letter in letters}
    outside = {  # an end in a letter that is bound anew is not known any more
        letter: replace(bound, upper=None) if bound.upper and again & free(bound.upper) else bound
        for letter, bound in kept.items()
    }
    parser.scope = outside | letters
    return kept


def _wrap(
    parser: Parser, binders: list[Binder], kept: dict[str, Bound], body: Term, sign: Token
) -> Term:
    """Put the signs around a body and close the scope."""
    scope, parser.scope = parser.scope, kept
    for binder in reversed(binders):
        if binder.outcome is not None:
            body = Integral((binder.outcome,), body)
            continue
        if binder.endless:
            body = _series(parser, binder, body, sign)
            continue
        bound = scope[binder.index]
        if parser.symbols.linear and binder.upper is None:  # the columns of a matrix, `A e_j`
            bound.uses += _sizes_of_columns(parser, Sym(binder.index), body)
        span = _span(parser, binder, bound, sign)
        if _counts_numbers(parser, span):
            body = _equal_terms(parser, binder, span, body, sign)
            continue
        kind = Prod if sign.text in ("\\prod", "\\Product") else Sum
        body = kind(Sym(binder.index), span, body, binder.excluding)
    return body


def _series(parser: Parser, binder: Binder, body: Term, sign: Token) -> Term:
    """The value of an infinite sum."""
    lower = binder.lower or ONE
    found = series(Sym(binder.index), lower, body, parser.symbols.declarations)
    if found is None:
        raise parser.unsupported("an infinite sum", sign)
    return found


def _sizes_of_columns(parser: Parser, letter: Sym, body: Term) -> list[Range]:
    """The ranges of a letter by the matrices beside the one-hot columns that it numbers."""
    products = (part.factors for part in walk(body) if isinstance(part, Mul))
    found = (pair for factors in products for pair in beside(parser, factors))
    return [Range(ONE, size) for one, size in found if one == OneHot(letter)]


def _counts_numbers(parser: Parser, span: Range) -> bool:
    """Whether the limits of a sum hold declared numbers, which are no letters for integers."""
    names = {p.name for end in (span.lower, span.upper) for p in walk(end) if isinstance(p, Sym)}
    entries = (parser.symbols.find(name) for name in names - set(parser.scope))
    return any(entry is not None and entry.kind == "number" for entry in entries)


def _equal_terms(parser: Parser, binder: Binder, span: Range, body: Term, sign: Token) -> Term:
    r"""A sum of equal terms, `\sum_{k=i}^{N-1} c`, as their number times the term.

    The question must declare that there are not fewer than none: `i \le N`.
    """
    lower, upper = linear_parts(span.lower), linear_parts(span.upper)
    if lower is None or upper is None or sign.text != "\\sum" or binder.excluding is not None:
        raise parser.unsupported("a sum whose limits are no letters for integers", sign)
    number = added(added(upper, {None: Fraction(1)}), {n: -count for n, count in lower.items()})
    if Sym(binder.index) in free(body) or not _is_a_number_of_terms(parser, number):
        raise parser.unsupported("a sum whose limits are no letters for integers", sign)
    return Mul((linear_term(number), body))


def _is_a_number_of_terms(parser: Parser, number: Linear) -> bool:
    """Whether a declared fact says that a difference is not below zero, but for the empty sum."""
    for fact in parser.symbols.declarations.facts:
        if fact.statement.relation != "<=":
            continue
        left, right = (linear_parts(s) for s in (fact.statement.left, fact.statement.right))
        if left is None or right is None:
            continue
        known = added(right, {name: -count for name, count in left.items()})
        rest = added(number, {name: -count for name, count in known.items()})
        if set(rest) <= {None} and rest.get(None, Fraction(0)) >= -1:
            return True
    return False


def _span(parser: Parser, binder: Binder, bound: Bound, sign: Token) -> Range:
    """The range of an index: as written, else as declared, else of the arrays that it stands in."""
    if binder.lower is not None and binder.upper is not None:
        if binder.upper == parser.assumed and any(u.upper != binder.upper for u in bound.uses):
            raise parser.unreadable("the size of the sum is not that of its arrays", sign)
        if isinstance(binder.upper, Num) and any(isinstance(p, Sym) for p in walk(binder.lower)):
            raise parser.unsupported("limits that run down", sign)
        return Range(binder.lower, binder.upper)
    declared: Range | None = None
    for spelling in (binder.index, binder.index.rstrip("'")):
        entry = parser.symbols.find(spelling)
        if declared is None and entry is not None and isinstance(entry.item, Index):
            declared = entry.item.range
    if declared is None:
        uses = list(dict.fromkeys(bound.uses))
        if len(uses) != 1 and not (uses and parser.symbols.linear):  # or refuted by the shapes
            why = "stands in no array" if not uses else "stands in arrays of different sizes"
            raise parser.undeclared(
                binder.index,
                sign,
                f"the sum over {binder.index!r} has no limits, and {binder.index!r} {why}",
                f"Write the limits, or declare the index {binder.index} with its range.",
            )
        declared = uses[0]
    last = binder.upper or _last_label(binder.lower, declared.upper)
    return Range(binder.lower or declared.lower, last)


def _last_label(first: Term | None, size: Term) -> Term:
    """Up to where labels run that begin behind the first `d`, of an array of n - d entries: n."""
    match size:
        case Add((last, Neg(before))) if first in (Add((before, ONE)), Add((ONE, before))):
            return last
    return size


def _scripts(parser: Parser) -> tuple[Stretch | None, Stretch | None]:
    """What stands below and above an operator sign, in either order."""
    sub: Stretch | None = None
    sup: Stretch | None = None
    while parser.next_is("_", "^"):
        sign = parser.take()
        if (sub if sign.text == "_" else sup) is not None:
            raise parser.unreadable("two limits on one side of an operator sign", sign)
        if sign.text == "_":
            sub = parser.script()
        else:
            sup = parser.script()
    return sub, sup


def _read_binders(parser: Parser, sign: Token) -> list[Binder]:
    """What a sign runs over; its limits may be declared numbers that count something."""
    parser.counting = True
    try:
        return _written_binders(parser, sign)
    finally:
        parser.counting = False


def _written_binders(parser: Parser, sign: Token) -> list[Binder]:
    sub, sup = _scripts(parser)
    shown = sign.text.lstrip("\\")
    if sub is None:
        raise parser.unreadable(
            f"this {shown} does not say what it runs over",
            sign,
            f"Write an index below it: \\{shown}_{{j=1}}^{{m}}.",
        )
    found: list[Binder] = []
    kept = parser.scope
    written = list(parser.items(*sub))
    for first, last in written:
        if sum(token.kind == "rel" for token in parser.tokens[first:last]) > _TWO_SIDES:
            found += parser.within(first, last, lambda: _ordered(parser))
            continue
        other = parser.within(first, last, lambda: _all_pairs(parser)) if len(written) == 1 else ""
        if other:
            found.append(Binder(other))
            parser.scope = kept | {other: Bound()}
        binder = parser.within(first, last, lambda: _binder(parser))
        parser.scope = kept
        if found and binder.index == found[-1].index and binder.outcome is None:
            before = found.pop()
            binder = Binder(
                before.index,
                before.lower or binder.lower,
                before.upper or binder.upper,
                binder.excluding,
            )
        found.append(binder)
    if sup is None:
        if any(binder.outcome is not None and binder.lower is not None for binder in found):
            raise parser.unsupported("a part of the values of a variable", parser.tokens[sub[0]])
        return found
    if parser.flat(*sup) == "\\infty":
        if shown != "sum" or len(found) != 1 or found[0].lower is None or found[0].excluding:
            raise parser.unsupported("an infinite sum", parser.tokens[sup[0]])
        return [Binder(found[0].index, found[0].lower, endless=True)]
    if any(binder.outcome is not None for binder in found):
        counted = len(found) == 1 and found[0].lower is not None
        if not counted or not is_number_of_values(parser, *sup, found[0].index.rstrip("'")):
            raise parser.unsupported("a limit of the values of a variable", parser.tokens[sup[0]])
        return found
    upper = parser.within(*sup, parser.index)
    if any(binder.upper is not None for binder in found):
        raise parser.unreadable("there are two upper limits", parser.tokens[sup[0]])
    return [Binder(b.index, b.lower or ONE, upper, b.excluding) for b in found]


def _binder(parser: Parser) -> Binder:
    r"""One item below a sum sign.

    `j=1`, `j`, `j \neq k`, `1 \le j \le m`, `t' > t`, `z`, `z \in Z`.
    """
    relations = [at for at in range(parser.at, parser.stop) if parser.tokens[at].kind == "rel"]
    if len(relations) == 2:
        return _two_sided(parser, relations)
    token = parser.peek()
    entry = parser.symbols.find(token.text, token.font) if token.kind == "name" else None
    if entry is not None and entry.kind == "outcome" and not _counts(parser):
        name = read_unraised(parser)
        first = (
            ONE if parser.next_is("=") and parser.flat(parser.at + 1, parser.stop) == "1" else None
        )
        if first is None:
            all_values(parser, token.text)
        parser.at = parser.stop
        return Binder(name.canonical, first, outcome=Sym(name.canonical, name.indices))
    index = _letter(parser)
    sign = parser.peek()
    if sign.kind == "end":
        return Binder(index)
    if sign.text in ("\\in", "in"):
        parser.take()
        ends = integers_in_a_row(parser)
        if ends is not None:
            return Binder(index, *ends)
        if parser.symbols.find(index) is None:  # it may stand for a declared variable
            raise parser.undeclared(index, token)
        raise parser.unsupported("a sum over a set", sign, "Write the index with its limits.")
    parser.take()
    value = parser.index()
    one_less, one_more = Add((value, Neg(ONE))), Add((value, ONE))
    match sign.text:
        case "=":
            return Binder(index, lower=value)
        case "!=":
            return Binder(index, excluding=value)
        case "<":
            return Binder(index, upper=one_less)
        case "<=":
            return Binder(index, upper=value)
        case ">":
            return Binder(index, lower=one_more)
        case ">=":
            return Binder(index, lower=value)
    raise parser.unsupported(f"{sign.text!r} below a sum sign", sign)


def _counts(parser: Parser) -> bool:
    r"""Whether the name of a variable is a letter for integers here: `\sum_{s=1}^t g_s`.

    It has a first value, and numbers the entries of a declared array behind the sign.
    """
    letter, sign = parser.peek().text, parser.peek(1).text
    if sign != "=":
        return False
    tokens = parser.tokens
    for at in range(parser.stop, len(tokens) - 1):
        if tokens[at].text != "_" or tokens[at - 1].kind != "name":
            continue
        end = parser.group_end(at + 1) if at + 1 in parser.partner else at + 2
        entry = parser.symbols.find(tokens[at - 1].text)
        numbered = entry is not None and entry.kind == "number" and bool(entry.axes)
        if numbered and any(token.text == letter for token in tokens[at + 1 : end]):
            return True
    return False


def _all_pairs(parser: Parser) -> str:
    r"""The second letter below `\sum_{i \neq j}` or `\sum_{i < j}` over all pairs; else nothing.

    Where nothing around the sum binds it, the letter may also stand for one fixed number.
    """
    start, parser.at = parser.at, parser.stop
    texts = [token.text for token in parser.tokens[start : parser.stop]]
    signs = [text for text in texts if text == "!=" or text in _ORDERS]
    if len(signs) != 1 or parser.tokens[start].kind != "name":
        return ""
    at = texts.index(signs[0])
    first, second = ("".join(letter) for letter in (texts[:at], texts[at + 1 :]))
    if not (_LETTER.fullmatch(first) and _LETTER.fullmatch(second)):
        return ""
    entry = parser.symbols.find(second)
    fixed = entry is not None and entry.kind != "index"
    if second in parser.scope or fixed:
        return ""
    options = (f"over {first}", "over all pairs")
    if parser.choose(f"the sum over {first} {signs[0]} {second} is", options) == options[0]:
        return ""
    parser.closed.add(second)
    return second


_LETTER: Final = re.compile(r"\\?[A-Za-z]+'*")


def _letter(parser: Parser) -> str:
    token = parser.take()
    if token.kind != "name":
        raise parser.unreadable("expected the letter of an index", token)
    index = token.text
    while parser.next_is("'", "''", "'''"):
        index += parser.take().text
    return index


_ORDERS: Final = frozenset(("<", "<=", ">", ">="))
_TWO_SIDES: Final = 2
r"""Relations around one letter: `1 \le j \le m`."""


def _ordered(parser: Parser) -> list[Binder]:
    r"""Letters in their order between two limits: `1 \le i < j \le n`."""
    signs = [at for at in range(parser.at, parser.stop) if parser.tokens[at].kind == "rel"]
    texts = [parser.tokens[at].text for at in signs]
    if not set(texts) <= {"<", "<="}:
        raise parser.unsupported("these relations below a sum sign", parser.tokens[signs[0]])
    before: Term = parser.within(parser.at, signs[0], parser.index)
    upper: Term = parser.within(signs[-1] + 1, parser.stop, parser.index)
    upper = upper if texts[-1] == "<=" else Add((upper, Neg(ONE)))
    found: list[Binder] = []
    for (first, last), text in zip(pairwise(signs), texts, strict=False):
        index = parser.within(first + 1, last, lambda: _letter(parser))
        found.append(Binder(index, before if text == "<=" else Add((before, ONE)), upper))
        before = Sym(index)
    parser.at = parser.stop
    return found


def _two_sided(parser: Parser, relations: list[int]) -> Binder:
    r"""`1 \le j \le m` and `1 \le j < t`."""
    first, second = relations
    signs = parser.tokens[first].text, parser.tokens[second].text
    if not set(signs) <= {"<", "<="}:
        raise parser.unsupported("these two relations below a sum sign", parser.tokens[first])
    lower = parser.within(parser.at, first, parser.index)
    upper = parser.within(second + 1, parser.stop, parser.index)
    index = parser.within(first + 1, second, lambda: _letter(parser))
    parser.at = parser.stop
    return Binder(
        index,
        lower if signs[0] == "<=" else Add((lower, ONE)),
        upper if signs[1] == "<=" else Add((upper, Neg(ONE))),
    )


# How far a sign without brackets reaches


def reach(parser: Parser, names: frozenset[str]) -> Term:
    """The body of a sum, integral or expectation without brackets that binds these names."""
    signed = parser.next_is("+", "-")
    cuts = later_terms(parser)
    if len(cuts) < 2:
        return parser.signed()
    mentioned = any(mentions(parser, a, b, names) for a, b in pairwise(cuts))
    if signed and mentioned:
        return parser.expression()
    if not signed and not mentioned:
        return parser.signed()
    answer = parser.choose("the sign reaches", ("to the end", "over its first term"))
    return parser.expression() if answer == "to the end" else parser.signed()


def later_terms(parser: Parser) -> list[int]:
    """Where the terms behind the first one begin, and where the last one ends.

    Of many signs in a row each looks over all terms behind it: they are those that the one before
    it found. Only where an integral is open, it depends on which where its differential is.
    """
    at = parser.at
    while at < parser.stop and parser.tokens[at].text in ("+", "-"):
        at += 1
    passed, found = parser.terms.get((parser.stop, parser.bars), (frozenset(), []))
    if at in passed and not parser.integrals:
        return found[bisect_left(found, at) :]
    cuts: list[int] = []
    places: list[int] = []
    begin, before = parser.at, ""
    while at < parser.stop:
        places.append(at)
        token = parser.tokens[at]
        if token.kind in ("rel", "text", "row", "amp", "end"):
            break
        if token.kind == "sym":
            if _ends(parser, token):
                break
            if token.text in ("+", "-") and before not in ("\\cdot", "/", "+", "-", "^", "_"):
                cuts.append(at)
        elif parser.integrals and token.text == "d" and _differential_at(parser, at):
            break
        before = token.text
        at = _past(parser, at)
    parser.spend((at - begin) // 8)
    cuts.append(at)
    if not parser.integrals:
        parser.terms[parser.stop, parser.bars] = frozenset(places), cuts
    return cuts


def _ends(parser: Parser, token: Token) -> bool:
    """Whether a sign ends the terms at hand; a double bar does inside a norm, else it opens one."""
    if token.kind != "sym" or (token.text == "||" and parser.bars != "norm"):
        return False
    return token.text in _ENDS


def _past(parser: Parser, at: int) -> int:
    """The index behind the token, the bracket group or the norm that begins at `at`."""
    if at in parser.partner:
        return parser.group_end(at)
    if parser.tokens[at].text == "||":
        closing = (k for k in range(at + 1, parser.stop) if parser.tokens[k].text == "||")
        return next(closing, at) + 1
    return at + 1


def _past_modulus(parser: Parser, at: int) -> int:
    """The index behind the modulus that a bar opens, or behind the bar where none closes it."""
    closing = at + 1
    while closing < parser.stop and parser.tokens[closing].text != "|":
        closing = _past(parser, closing)
    return (closing if closing < parser.stop else at) + 1


def _differential_at(parser: Parser, at: int) -> bool:
    kept, parser.at = parser.at, at
    answer = parser.at_differential()
    parser.at = kept
    return answer


def term_end(parser: Parser, at: int) -> int:
    """Where the product ends that goes on at a place."""
    while at < parser.stop:
        token = parser.tokens[at]
        if token.kind in ("rel", "text", "row", "amp") or token.text in (
            "+",
            "-",
            ",",
            ")",
            "]",
            "}",
            "|",
            "||",
            ";",
        ):
            break
        if parser.integrals and token.text == "d" and _differential_at(parser, at):
            break
        at = parser.group_end(at) if at in parser.partner else at + 1
    return at


def mentions(parser: Parser, first: int, last: int, names: frozenset[str]) -> bool:
    """Whether a term speaks of one of the names where the term itself does not bind it."""
    key = first, last, names
    if key not in parser.mentioned:
        parser.mentioned[key] = _mentions(parser, first, last, names)
    return parser.mentioned[key]


def _mentions(parser: Parser, first: int, last: int, names: frozenset[str]) -> bool:
    bound: set[str] = set()
    at = first
    while at < last:
        token = parser.tokens[at]
        if token.kind == "sym" and token.text in ("\\sum", "\\prod", "\\int", "\\max", "\\min"):
            bound |= {t.text for t in parser.tokens[at + 1 : at + 4] if t.kind == "name"}
            if token.text == "\\int":
                bound |= {n for n in names if (e := parser.symbols.find(n)) and e.kind == "outcome"}
            at += 1
            continue
        if token.kind == "name":
            name, after = token.text, at + 1
            while after < last and parser.tokens[after].text[0] == "'":
                name, after = name + parser.tokens[after].text, after + 1
            if name in names and name not in bound:
                return True
            if name == "E" and after < last and parser.tokens[after].text == "_":
                end = parser.group_end(after + 1) if after + 1 in parser.partner else after + 2
                bound |= {t.text for t in parser.tokens[after:end] if t.kind == "name"}
                after = end
            elif name in _HEADS and parser.symbols.find(name) is None:
                while after < last and parser.tokens[after].text not in ("(", "["):
                    after += 1
                after = parser.group_end(after) if after < last else after
            at = after
            continue
        at += 1
    return False


# Integrals


def integral(parser: Parser) -> Term:
    """An integral, closed by its differential or over the variable below it."""
    sign = parser.take()
    if parser.integrals == MAX_INTEGRALS:
        message = f"more than {MAX_INTEGRALS} integrals within each other"
        raise parser.unreadable(message, sign, "Write it in smaller steps.")
    sub, sup = _scripts(parser)
    below, named = _variables_below(parser, sub, sup, sign)
    parser.averages += 1
    term = _integral(parser, below, sign)
    parser.averages -= 1
    domain = parser.tokens[slice(*named)] if named else ()
    if domain and not all(is_all(domain, v.name.rstrip("'")) for v in term.variables):
        raise parser.unsupported("this domain of an integral", domain[0])
    return term


def _bare_variables(parser: Parser) -> tuple[Sym, ...]:
    r"""What an integral with nothing below it and no differential runs over: `\int p \log p`.

    It is what all densities that may stand without arguments are densities of, if one does.
    """
    families = parser.symbols.declarations.families
    bare = {family.bare for family in families if family.bare}
    names = {name for f in families if f.bare for name in (f.name, *f.other_names)}
    first = parser.peek()
    return tuple(map(Sym, next(iter(bare)))) if len(bare) == 1 and first.text in names else ()


def _integral(parser: Parser, below: tuple[Sym, ...], sign: Token) -> Integral:
    if parser.at_differential():  # \int dz f(z)
        variables = _differentials(parser, below, sign)
        return Integral(variables, reach(parser, frozenset(v.name for v in variables)))
    if _has_differential(parser):
        parser.integrals += 1
        body = parser.expression()
        parser.integrals -= 1
        if not parser.at_differential():
            raise parser.unexpected()
        return Integral(_differentials(parser, below, sign), body)
    below = below or _bare_variables(parser)
    if below:
        return Integral(below, reach(parser, frozenset(v.name for v in below)))
    raise parser.unreadable(
        "this integral has no differential",
        sign,
        "Close it with the variable, as in \\int f(z) dz.",
    )


def _variables_below(
    parser: Parser, sub: Stretch | None, sup: Stretch | None, sign: Token
) -> tuple[tuple[Sym, ...], Stretch | None]:
    """The variables below an integral sign, or the place of a set that stands there instead."""
    if sup is not None:
        whole = (
            parser.flat(*sup) in ("\\infty", "+\\infty")
            and sub is not None
            and parser.flat(*sub) == "-\\infty"
        )
        if not whole:
            raise parser.unsupported("an integral between limits", sign)
        return (), None
    if sub is None:
        return (), None
    found: list[Sym] = []
    for first, last in parser.items(*sub):
        token = parser.tokens[first]
        entry = parser.symbols.find(token.text, token.font) if token.kind == "name" else None
        variable = entry is not None and entry.kind == "outcome" and token.font not in _SET_FONTS
        if variable:
            found.append(parser.within(first, last, lambda: _variable(parser)))
        elif token.kind == "name" and not found and last == sub[1] and not _is_countable(token):
            return (), (first, last)
        else:
            raise parser.unsupported("this domain of an integral", token)
    return tuple(found), None


def _is_countable(token: Token) -> bool:
    """Whether a set of numbers is no range of an integral: the integers."""
    return token.font == "bb" and token.text in ("N", "Z", "Q")


def _variable(parser: Parser) -> Sym:
    """A variable below a sign, which runs through all its values."""
    token = parser.peek()
    name = read_unraised(parser)
    all_values(parser, token.text)
    return Sym(name.canonical, name.indices)


def _has_differential(parser: Parser) -> bool:
    """Whether a differential ahead belongs to the integral whose body begins here."""
    at, inner = parser.at, 0
    while at < parser.stop:
        token = parser.tokens[at]
        if token.text == "|" and token.kind == "sym" and parser.bars == "":
            at = _past_modulus(parser, at)
            continue
        if token.kind in ("rel", "text", "row", "amp") or _ends(parser, token):
            break
        if token.text == "\\int" and token.kind == "sym":
            inner += 1
        elif token.text == "d" and token.kind == "name" and _differential_at(parser, at):
            if inner == 0:
                parser.spend((at - parser.at) // 8)
                return True
            inner -= 1
        at = _past(parser, at)
    parser.spend((at - parser.at) // 8)
    return False


def _differentials(parser: Parser, below: tuple[Sym, ...], sign: Token) -> tuple[Sym, ...]:
    """The differentials here.

    One for each variable, or all of them if no other integral waits for one.
    """
    variables: list[Sym] = []
    while parser.at_differential() and (
        not variables or not parser.integrals or len(variables) < len(below)
    ):
        parser.take()
        token = parser.peek()
        name = read_unraised(parser)
        if name.entry is None:
            raise parser.undeclared(name.spelling, token)
        if name.entry.kind != "outcome":
            raise parser.unreadable(
                f"{name.canonical!r} is no variable that an integral can run over", token
            )
        variables.append(Sym(name.canonical, name.indices))
    if below and set(below) != set(variables):
        raise parser.unreadable(
            "the differential names another variable than stands below the integral", sign
        )
    return tuple(variables)


# Keyboard text: Sum(expression, (j, 1, m))


def keyword(parser: Parser) -> Term:
    """`Sum(f, (j, 1, m))`, `Product(f, (j, 1, m))`, `Integral(f, z)`."""
    sign = parser.take()
    if not parser.next_is("("):
        raise parser.unreadable(f"expected ( after {sign.text[1:]}")
    close = parser.partner[parser.at]
    body_at, *rest = parser.items(parser.at + 1, close)
    if not rest:
        raise parser.unreadable(
            f"{sign.text[1:]} does not say what it runs over", sign, "Write Sum(f, (j, 1, m))."
        )
    binders = [
        parser.within(first, last, lambda: _tuple_binder(parser, sign)) for first, last in rest
    ]
    kept = _bind(parser, binders)
    body = parser.within(*body_at, parser.expression)
    parser.at = close + 1
    return _wrap(parser, binders, kept, body, sign)


def _tuple_binder(parser: Parser, sign: Token) -> Binder:
    grouped = parser.next_is("(")
    if grouped:
        parser.take()
    token = parser.peek()
    entry = parser.symbols.find(token.text)
    if sign.text == "\\Integral" or (entry is not None and entry.kind == "outcome"):
        name = read_unraised(parser)
        if name.entry is None or name.entry.kind != "outcome":
            raise parser.undeclared(name.spelling, token)
        if not grouped:
            all_values(parser, token.text)
        elif parser.flat(parser.at, parser.stop) == ",-\\infty,\\infty)":
            parser.at = parser.stop
        else:
            parser.expect(")")
        return Binder(name.canonical, outcome=Sym(name.canonical, name.indices))
    index = _letter(parser)
    if parser.next_is("=") and not grouped:
        parser.take()
        lower = parser.index()
        for _ in range(2):
            parser.expect(".")
        return Binder(index, lower, parser.index())
    if not grouped:
        return Binder(index)
    if parser.next_is(")"):
        parser.take()
        return Binder(index)
    parser.expect(",")
    lower = parser.index()
    parser.expect(",")
    upper = parser.index()
    parser.expect(")")
    return Binder(index, lower, upper)
