"""What a text defines: fresh names, behind an answer or in statements of one step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from lemmata.kernel.declarations import Declarations, Definition, Scalar, free_names
from lemmata.kernel.shapes import settled, shape_of
from lemmata.kernel.terms import Sym, Term
from lemmata.notation.diagonals import with_diagonals
from lemmata.notation.errors import NotationError, Source, Unreadable
from lemmata.notation.helpers import (
    own_name,
    says_nothing,
    with_commas,
    with_declared_arguments,
    without_bars,
)
from lemmata.notation.labelled import without_ranges
from lemmata.notation.layout import (
    Layout,
    any_number,
    holds_sometimes,
    proviso,
    told,
    without_lead,
)
from lemmata.notation.lexer import Token, has_kind, has_text
from lemmata.notation.names import Name, defined_letters, read_name
from lemmata.notation.names_told import gives_name
from lemmata.notation.parser import Parser
from lemmata.notation.prose import is_apposition
from lemmata.notation.renaming import STANDS
from lemmata.notation.rows import with_rows
from lemmata.notation.symbols import OPERATORS, Symbols, symbols_of
from lemmata.notation.ways import readings
from lemmata.notation.written_out import WrittenName, is_list, written_name

MAX_DEFINITIONS: Final = 60


@dataclass(frozen=True, slots=True)
class Defined:
    """What a text defines, and which of its statements were definitions and nothing else."""

    declarations: Declarations
    definitions: tuple[Definition, ...]
    statements: frozenset[int]


def define(
    layouts: list[Layout], source: Source, symbols: Symbols, *, latex: bool
) -> tuple[Defined, dict[int, tuple[Definition, ...]]]:
    """Take the definitions of fresh names out of the remarks, and out of statements of one step.

    What holds "if ..." is no definition.
    """
    symbols = _with_numbers(layouts, symbols)
    definitions: list[Definition] = []
    tried = 0  # names that may be put in the place of what they stand for, which is work too
    whole: set[int] = set()
    used: dict[int, tuple[Definition, ...]] = {}
    for number, layout in enumerate(layouts):
        if layout.aside == "mention":
            continue
        with_rows(layout, layouts, symbols)
        with_declared_arguments(layout, symbols)
        sides = [(segment.sign, segment.tokens) for segment in layout.segments]
        remarks = without_ranges([*layout.remarks, *_defining_comments(layout, symbols)])
        candidates: list[tuple[bool, list[Token]]] = [(False, remark) for remark in remarks]
        equation = len(sides) == 2 and not (
            any(segment.error for segment in layout.segments)
            or _follows(layout, layouts[:number], symbols)
            or _is_the_answer(layout, layouts, symbols)
        )
        if equation and sides[1][0] is not None and sides[1][0].text in ("=", ":="):
            candidates.insert(0, (True, [*sides[0][1], sides[1][0], *sides[1][1]]))
        mine: list[Definition] = []
        layout.remarks = []
        told_now = pairwise([*candidates, (False, list[Token]())])
        numbered_first = sorted(told_now, key=lambda pair: not _is_one_of_many(pair[0][1]))
        for (is_statement, tokens), (_, behind) in numbered_first:
            _check_count(len(definitions) + len(mine) + tried, layout, source)
            stated = told(tokens)
            sometimes = holds_sometimes(behind) or holds_sometimes(tokens)
            written = None if sometimes else written_name(stated, symbols)
            definition = (
                None
                if sometimes
                else _definition_beside(layout, stated, source, symbols, written, latex=latex)
            )
            if isinstance(definition, WrittenName):  # it can be read in several ways
                _write_out(
                    definition, _where(definition, layouts, number, symbols), source, symbols
                )
                if is_statement:
                    whole.add(number)
                continue
            tried += definition is None and written is not None and _is_beside(layout, is_statement)
            others = _others(layouts, number, stated, source, symbols) if is_statement else []
            if _stands_by_entries(definition, written, stated, others, source, symbols) or (
                definition is None
                and is_statement
                and (
                    _stands_by_letters(written, stated, layout, layouts, source, symbols)
                    or _names_itself(stated, layout, source)
                )
            ):
                whole.add(number)
                continue
            if definition is None:
                if is_statement:
                    continue
                done = _put_in(written, stated, layout, candidates, source, symbols, latex=latex)
                done = done or says_nothing(stated)
                if done:
                    _forget_words(layout, tokens)
                else:
                    layout.remarks.append(tokens)
                continue
            without_bars(layouts[number:], stated)
            declarations = symbols.declarations
            try:
                declarations = replace(
                    declarations, definitions=(*declarations.definitions, definition)
                )
            except ValueError:
                continue
            symbols = symbols_of(declarations, symbols.conventions)
            _forget_words(layout, tokens)
            mine.append(definition)
            if is_statement:
                whole.add(number)
        definitions.extend(mine)
        _check_count(len(definitions) + tried, layout, source)
        if mine:
            used[number] = tuple(mine)
    return Defined(symbols.declarations, tuple(definitions), frozenset(whole)), used


def _is_beside(layout: Layout, is_statement: bool) -> bool:
    """Whether what states something stands in a remark or a sentence, and may be put in."""
    return bool(layout.aside) or not is_statement


def _with_numbers(layouts: list[Layout], symbols: Symbols) -> Symbols:
    """The symbols with the undeclared letters that may be any number: "for any constant c"."""
    found = (any_number(remark) for layout in layouts for remark in layout.remarks)
    names = dict.fromkeys(token.text for token in found if token is not None)
    fresh = [n for n in names if len(n) == 1 and n not in ("e", "d") and symbols.find(n) is None]
    if not fresh:
        return symbols
    declared = symbols.declarations
    scalars = (*declared.scalars, *map(Scalar, fresh))
    return symbols_of(replace(declared, scalars=scalars), symbols.conventions)


def _forget_words(layout: Layout, remark: list[Token]) -> None:
    """Drop the words before a definition that only say what its name is."""
    words = remark[0].text if remark and remark[0].kind == "text" else ""
    if words and is_apposition(without_lead(words)):
        layout.said = [said for said in layout.said if said != words]


def _check_count(count: int, layout: Layout, source: Source) -> None:
    if count > MAX_DEFINITIONS:
        message = f"the text defines more than {MAX_DEFINITIONS} names"
        raise Unreadable(message, source.span(*layout.stretch), source, "Check it in parts.")


def _put_in(
    written: WrittenName | None,
    stated: list[Token],
    layout: Layout,
    candidates: list[tuple[bool, list[Token]]],
    source: Source,
    symbols: Symbols,
    *,
    latex: bool,
) -> bool:
    """Put what a fresh name stands for in its place: in a chain, and in what else is defined."""
    if written is None:
        return False
    known = not is_list(written.body)
    if known and _means_something(_left_side(stated), source, symbols, latex=latex):
        return False
    used = _put_into(written, [layout], source, symbols)
    for _, other in candidates:
        equals = next((k for k, token in enumerate(other) if token.kind == "rel"), len(other))
        if other and told(other) != stated:
            behind = written.in_place(other[equals:], source, symbols)
            used = used or behind != other[equals:]
            other[equals:] = behind
    return used


def _definition_beside(
    layout: Layout,
    stated: list[Token],
    source: Source,
    symbols: Symbols,
    written: WrittenName | None,
    *,
    latex: bool,
) -> Definition | WrittenName | None:
    """A definition, unless its chain uses the entries of what it names as a whole."""
    found = _definition(stated, source, symbols, written, latex=latex)
    if isinstance(found, Definition) and written and _has_entries_used(found, [layout]):
        return None
    return found


def _stands_by_entries(
    definition: Definition | None,
    written: WrittenName | None,
    stated: list[Token],
    others: list[Layout],
    source: Source,
    symbols: Symbols,
) -> bool:
    """Put in what a sentence names as a whole, `s = h`, if the text uses its entries, `s_i`."""
    if written is None or not (definition is None or _has_entries_used(definition, others)):
        return False
    known = not is_list(written.body)
    if known and _means_something(_left_side(stated), source, symbols, latex=True):
        return False
    return _put_into(written, others, source, symbols)


def _others(
    layouts: list[Layout], number: int, stated: list[Token], source: Source, symbols: Symbols
) -> list[Layout]:
    """Where a name may stand that a sentence gives as a whole.

    Behind it; and before it too, `.. s_i, where $s = h$`, if it is given once and is no other name.
    """
    layout = layouts[number]
    if not (layout.aside or gives_name(source.text, layout.stretch)):
        return []
    left = [token.text for token in _left_side(stated)] if has_kind(stated, {"rel"}) else []
    firsts = ([token.text for token in layout.segments[0].tokens] for layout in layouts)
    once = len(left) == 1 and symbols.find(left[0]) is None and [*firsts].count(left) == 1
    return [*(layouts[:number] if once else ()), *layouts[number + 1 :]]


def _stands_by_letters(
    written: WrittenName | None,
    stated: list[Token],
    layout: Layout,
    layouts: list[Layout],
    source: Source,
    symbols: Symbols,
) -> bool:
    r"""Put in what a statement names in letters of its own: `where $G_t^n = \sum_k r_k^n$`."""
    if written is None or not written.has_own_letters or is_list(written.body):
        return False
    if _means_something(_left_side(stated), source, symbols, latex=True):
        return False
    others = [other for other in layouts if other is not layout]
    return _put_into(written, others, source, symbols)


def _names_itself(stated: list[Token], layout: Layout, source: Source) -> bool:
    r"""Whether a sentence gives a name to what has it anyway: `where $h = h_\theta(z_{1:d})$`."""
    return says_nothing(stated) and gives_name(source.text, layout.stretch)


def _put_into(
    written: WrittenName, layouts: list[Layout], source: Source, symbols: Symbols
) -> bool:
    """Put what a fresh name stands for in its place in chains; whether it stood in one."""
    segments = [segment for layout in layouts for segment in layout.segments]
    before = [segment.tokens for segment in segments]
    _write_out(written, layouts, source, symbols)
    used = before != [segment.tokens for segment in segments]
    for segment in segments:
        spelled = symbols.spellings.respelled(segment.tokens)
        segment.tokens = with_diagonals(spelled, symbols)
    return used


def _left_side(stated: list[Token]) -> list[Token]:
    """What stands before the sign of an equation."""
    return stated[: next(k for k, token in enumerate(stated) if token.kind == "rel")]


def _defining_comments(layout: Layout, symbols: Symbols) -> list[list[Token]]:
    r"""The comments that give a fresh name, taken from a chain: `&& \text{where } u = 2x`."""
    used = {token.text for segment in layout.segments for token in segment.tokens}
    found: list[list[Token]] = []
    kept: list[list[Token]] = []
    for comment in layout.comments:
        words = " ".join(token.text for token in comment if token.kind == "text")
        stated = proviso(comment) if _GIVES_A_NAME.fullmatch(words) else []
        name = stated[0] if len(stated) > 2 and stated[0].kind == "name" else None
        fresh = name is not None and symbols.find(name.text) is None and name.text in used
        gives = fresh and [t.text for t in stated if t.kind == "rel"] == ["="] == [stated[1].text]
        (found if gives else kept).append(stated if gives else comment)
    layout.comments = kept
    return found


_GIVES_A_NAME: Final = re.compile(r"\W*(?:(?:where|with|let|set|put|setting|writing)\W*)?")


def _is_one_of_many(remark: list[Token]) -> bool:
    """Whether a definition is that of one entry by its number, `w_0 = ..`: it goes first."""
    stated = told(remark)
    equals = next((k for k, token in enumerate(stated) if token.kind == "rel"), 0)
    return any(token.kind == "num" for token in stated[:equals]) and stated[0].kind == "name"


def _has_entries_used(definition: Definition, layouts: Sequence[Layout]) -> bool:
    """Whether an answer uses what it defines as a whole by its entries: `s = h`, and `s_i`."""
    if definition.arguments or definition.letters:
        return False
    segments = (segment for layout in layouts for segment in layout.segments)
    texts = ((t.text for t in segment.tokens) for segment in segments)
    return any((definition.name, "_") in pairwise(row) for row in texts)


def _where(name: WrittenName, layouts: list[Layout], number: int, symbols: Symbols) -> list[Layout]:
    """Where a name may stand that a statement gives: before it too, if it is no other name."""
    return layouts if symbols.find(name.name) is None else layouts[number:]


def _write_out(name: WrittenName, layouts: list[Layout], source: Source, symbols: Symbols) -> None:
    for segment in (segment for layout in layouts for segment in layout.segments):
        segment.tokens = name.in_place(segment.tokens, source, symbols)


def _means_something(tokens: list[Token], source: Source, symbols: Symbols, *, latex: bool) -> bool:
    """Whether a name means something already: alone, or in front of its arguments, as a law q."""
    head = Parser(tokens, source, symbols, latex=latex)
    try:
        name = read_name(head)
        declared = name.entry is not None or name.spelling in OPERATORS
        if declared and name.power is None and head.peek().kind == "end":
            return True
    except NotationError:
        pass
    try:
        return bool(readings(tokens, source, symbols, latex=latex))
    except NotationError:
        return False


def _follows(layout: Layout, before: list[Layout], symbols: Symbols) -> bool:
    """Whether an equation says what a name is, of which the text has spoken, and defines none.

    It stands behind an implication, or tells the solution of equations: "so y = a / (a + b)".
    """
    left = layout.segments[0].tokens
    if layout.link or symbols.conventions.unknown is None or len(left) != 1:
        return bool(layout.link)
    spoken = (segment.tokens for each in before for segment in each.segments)
    return any(has_text(tokens, {left[0].text}) for tokens in spoken)


def _is_the_answer(layout: Layout, layouts: list[Layout], symbols: Symbols) -> bool:
    r"""Whether an equation beside others says what is asked for, by a name of the question.

    Used in another one, the name is a helper: `g = ..` before `\epsilon g`.
    """
    left = layout.segments[0].tokens
    if layout.aside or len(layouts) == 1 or symbols.spellings.label(left) is None:
        return False
    name = {left[0].text}
    others = (segment for other in layouts if other is not layout for segment in other.segments)
    return not any(has_text(segment.tokens, name) for segment in others)


def _definition(
    tokens: list[Token],
    source: Source,
    symbols: Symbols,
    written: WrittenName | None,
    *,
    latex: bool,
) -> Definition | WrittenName | None:
    """The definition of a fresh name that a remark consists of: `q(x) = (p(x) + p_G(x))/2`.

    The name as it is written where what it stands for can be read in several ways, and None if it
    is none, or has indices in letters that are not declared.
    """
    equals = next((k for k, token in enumerate(tokens) if token.kind == "rel"), None)
    if (
        equals is None
        or tokens[equals].text not in ("=", ":=")
        or equals == 0
        or equals + 1 == len(tokens)
    ):
        return None
    decorated, behind = own_name(tokens[:equals], symbols)
    opening = next((k for k in range(equals) if tokens[k].text == "("), equals)
    left = with_commas(tokens[:equals], opening)
    try:
        head = Parser(left[behind:], source, symbols, latex=latex)
        name = Name(None, decorated, decorated) if decorated else read_name(head)
        letters = defined_letters(head, name)
        if name.entry is not None or name.bound or name.spelling in OPERATORS:
            return None
        if name.power is not None and not letters:
            return None
        if written is not None and written.has_own_letters and not letters:
            return None
        arguments: tuple[Sym, ...] = ()
        if head.next_is("("):
            inside = head.arguments()
            arguments = tuple(argument for argument in inside if isinstance(argument, Sym))
            if len(arguments) < len(inside):
                return None
        if head.peek().kind != "end":
            return None
        found = readings(tokens[equals + 1 :], source, symbols, latex=latex)
    except NotationError:
        return None
    if len(found) > 1 or found[0].flags:
        return None if arguments or letters else written
    sizes = [size.name for size in symbols.declarations.sizes]
    stands = [choice.split(STANDS) for choice in found[0].choices]
    stands = [pair for pair in stands if pair[1:] != sizes]  # the only size has any letter
    if written is not None and any(pair[0] in written.loose(symbols) for pair in stands):
        return None  # of a letter that stands free in it, it is not known which one is meant
    body = found[0].term
    known = name.canonical if letters else name.spelling
    body = settled(body, symbols.declarations)
    shape = shape_of(body, symbols.declarations) if arguments else None
    if shape is not None and not shape.is_number:
        return written  # of a function the kernel knows numbers only: `f(x) = A^\top x`
    return Definition(known, arguments or _implied_arguments(body, symbols), body, letters)


def _implied_arguments(body: Term, symbols: Symbols) -> tuple[Sym, ...]:
    """The arguments of a name that is defined without them: `m = (p + q)/2` is m(x)."""
    names = free_names(body)
    written = (f.bare for f in symbols.declarations.families if f.bare and names >= {*f.bare})
    return tuple(map(Sym, next(written, ())))
