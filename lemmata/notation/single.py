"""Texts that are one formula: an expression, or a statement with one relation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from lemmata.kernel.declarations import Declarations, Definition
from lemmata.kernel.shapes import shape_of
from lemmata.kernel.terms import Relation, Statement, Term
from lemmata.kernel.unfold import unfold
from lemmata.kernel.verdict import Span
from lemmata.notation.chains import Line, Reading
from lemmata.notation.characters import check_characters
from lemmata.notation.defining import define
from lemmata.notation.errors import Source, UnderDeclared, Unreadable, Unsupported
from lemmata.notation.latex import scan_latex
from lemmata.notation.layout import Layout, Segment, told
from lemmata.notation.prose import strange_words
from lemmata.notation.read import NO_CONVENTIONS, Format, layouts_of, read_chain
from lemmata.notation.settling import settled
from lemmata.notation.symbols import Conventions, Symbols, symbols_of
from lemmata.notation.ways import readings
from lemmata.notation.write import write_text

SHOWN_WAYS: Final = 3

_STATEMENT_RELATIONS: Final[dict[str, Relation]] = {
    "=": "=",
    ":=": "=",
    ">=": ">=",
    "<=": "<=",
    "<": "<",
    ">": ">",
    "!=": "!=",
}


def read_expression(
    text: str,
    declarations: Declarations,
    format: Format = "latex",  # noqa: A002 - the word of the command line
    conventions: Conventions = NO_CONVENTIONS,
) -> tuple[Reading, ...]:
    """Every reading of a text that is one expression.

    Args:
        text: LaTeX or keyboard text, with or without delimiters around it.
        declarations: The names that it may use.
        format: The dialect.
        conventions: What the question agrees on beside its declarations.

    Raises:
        NotationError: The text cannot be read, or is no single expression; the error says where
            and why.
    """
    lines, source, flags = _only_chain(text, declarations, format, conventions)
    if len(lines) != 1:
        span = lines[1].span
        raise Unreadable("a relation where one expression is expected", span, source)
    found = lines[0].readings
    return tuple(replace(r, flags=(*r.flags, *flags)) for r in found) if flags else found


def read_within(
    text: str, declarations: Declarations, conventions: Conventions, letters: tuple[str, ...]
) -> Term:
    """The one reading of a formula in which some letters for integers are bound outside.

    Raises:
        NotationError: It cannot be read, or in several ways.
    """
    source = Source(text)
    check_characters(source)
    symbols = symbols_of(declarations, conventions)
    tokens = scan_latex(source, 0, len(text), {}, symbols.known)
    tokens = settled(tokens, source, symbols, set())
    found = readings(tokens, source, symbols, letters=letters)
    if found[0].letters:
        name = found[0].letters[0][0]
        message = f"{name!r} has no declaration"
        raise UnderDeclared(
            message, found[0].span, source, "Declare it as an index.", names=(name,)
        )
    if declarations.linear:  # what does not fit is not meant
        found = tuple(one for one in found if _fits(one.term, declarations)) or found
    if len(found) > 1:
        ways = dict.fromkeys(write_text(one.term, declarations) for one in found)
        raise Unreadable(
            f"this can be read in several ways: {', or '.join([*ways][:SHOWN_WAYS])}",
            found[0].span,
            source,
            "Put brackets where they differ.",
        )
    return found[0].term


def _fits(term: Term, declarations: Declarations) -> bool:
    """Whether a term has a shape with its definitions written out."""
    try:
        return shape_of(unfold(term, declarations), declarations) is not None
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """One way to read a statement of one relation."""

    statement: Statement
    flags: tuple[str, ...]
    span: Span
    choices: tuple[str, ...] = ()


def read_statement(
    text: str,
    declarations: Declarations,
    format: Format = "latex",  # noqa: A002 - the word of the command line
    conventions: Conventions = NO_CONVENTIONS,
) -> tuple[ReadStatement, ...]:
    """Every reading of a text that is one statement with one relation.

    Raises:
        NotationError: The text cannot be read, or is no statement with one relation that can be
            judged.
    """
    lines, source, flags = _only_chain(text, declarations, format, conventions)
    if len(lines) != 2:
        span = lines[-1].span
        raise Unreadable(
            "expected one statement with one relation",
            span,
            source,
            "Write left side = right side.",
        )
    left, right = lines
    if right.relation_error is not None:
        raise right.relation_error
    relation = _STATEMENT_RELATIONS.get(right.relation or "")
    if relation is None:
        raise Unsupported(f"the relation {right.relation!r} in a statement", right.span, source)
    return tuple(
        ReadStatement(
            Statement(a.term, relation, b.term),
            (*a.flags, *b.flags, *flags),
            left.span,
            (*a.choices, *b.choices),
        )
        for a in left.readings
        for b in right.readings
    )


def _only_chain(
    text: str, declarations: Declarations, dialect: Format, conventions: Conventions
) -> tuple[tuple[Line, ...], Source, tuple[str, ...]]:
    """The lines of a text that is one chain, all of which can be read."""
    source = Source(text)
    check_characters(source)
    symbols = symbols_of(declarations, conventions)
    layouts, prose, _ = layouts_of(source, symbols, dialect, set())
    if len(layouts) != 1:
        tokens = (
            [token for segment in layouts[1].segments for token in segment.tokens]
            if layouts
            else []
        )
        first = tokens[0].start if tokens else 0
        message = (
            "a second formula where one is expected" if layouts else "there is no formula here"
        )
        raise Unreadable(message, source.span(first, first), source)
    latex = dialect == "latex"
    if layouts[0].remarks:
        defined, _ = _define_remarks(layouts, source, symbols, latex=latex)
        symbols = symbols_of(defined, conventions)
    chain = read_chain(layouts[0], source, symbols, (), latex=latex)
    for line in chain.lines:
        if line.error is not None:
            raise line.error
    strange = strange_words(prose, conventions.words)
    flags = (f"words beside the formula: {' '.join(strange[:8])}",) if strange else ()
    conditions = tuple(
        f"a condition that is not used: {source.text[remark[0].start : remark[-1].end]}"
        for remark in map(told, layouts[0].remarks)
        if any(token.kind == "rel" for token in remark)
    )
    return chain.lines, source, (*flags, *chain.flags, *conditions)


def _define_remarks(
    layouts: list[Layout], source: Source, symbols: Symbols, *, latex: bool
) -> tuple[Declarations, tuple[Definition, ...]]:
    """The declarations with the names that remarks define."""
    bare = [Layout([Segment(None, [])], layout.link, layout.remarks) for layout in layouts]
    defined, _ = define(bare, source, symbols, latex=latex)
    for layout, left in zip(layouts, bare, strict=True):
        layout.remarks = left.remarks
    return defined.declarations, defined.definitions
