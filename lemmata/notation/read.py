"""Text to readings: every way in which a formula can fairly be read.

A formula has one reading unless people write it in two senses; then each is kept, with the choices
that lead to it, and the judge proves one that is consistent or refutes them all. A text is read
whole or not at all.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Final, Literal, TypeAlias

from lemmata.kernel.declarations import Declarations, Definition, Scalar
from lemmata.kernel.fuel import remembered
from lemmata.kernel.terms import (
    Add,
    Mul,
    Neg,
    Sym,
    Term,
    as_term,
)
from lemmata.notation.blanks import (
    blank_comments,
    blank_markup,
    blank_notes,
    blank_tags,
    declaration_block,
)
from lemmata.notation.calls import as_functions
from lemmata.notation.chains import (
    Aim,
    Case,
    Chain,
    Document,
    Leading,
    Line,
    Reading,
    equal_letters,
)
from lemmata.notation.characters import check_characters
from lemmata.notation.defining import MAX_DEFINITIONS, define
from lemmata.notation.denials import alterations
from lemmata.notation.described import blank_descriptions
from lemmata.notation.errors import (
    NotationError,
    Source,
    UnderDeclared,
    Unreadable,
    Unsupported,
    with_braces,
)
from lemmata.notation.given_in_part import doubt_what_is_given_in_part
from lemmata.notation.helpers import with_named_means
from lemmata.notation.keyboard import scan_text
from lemmata.notation.labelled import (
    DOMAINS,
    in_one_list,
    in_sheet_letters,
    is_drawn,
    label_within,
    shape_note,
    with_shapes,
    without_domain,
    without_ranges,
    without_single_brackets,
)
from lemmata.notation.latex import scan_latex
from lemmata.notation.layout import (
    Layout,
    Segment,
    any_number,
    broken_row,
    broken_rows,
    check_environments,
    denies,
    holds_sometimes,
    in_brackets,
    proviso,
    reason,
    relates,
    statements,
    told,
    with_names_apart,
    without_lead,
)
from lemmata.notation.leads import concluded, ends_text, states_itself, words_but_leads
from lemmata.notation.lexer import Token, texts_and_kinds
from lemmata.notation.loose import loose_formulas, loose_signs
from lemmata.notation.macros import Macro, find_macros
from lemmata.notation.names_told import gives_name, with_named, without_definitions
from lemmata.notation.namings import blank_namings
from lemmata.notation.number_words import number_in_words
from lemmata.notation.objectives import aimed, objective, without_constant
from lemmata.notation.open_ends import adds, check_arrows
from lemmata.notation.plain_words import NAME, goes_on, holds_formula, supposes
from lemmata.notation.prose import (
    BOX,
    Formula,
    cases_of,
    changing,
    describes,
    doubtful_words,
    find_formulas,
    lead_in,
    orders,
    quantities,
    restricts,
    signs_in,
    states,
    strange_words,
    unexplained,
    unfinished,
    without_equals,
)
from lemmata.notation.reach import EVERYWHERE
from lemmata.notation.renaming import STANDS, size_letters, with_sizes
from lemmata.notation.restrictions import leading_sentences, limits_told, told_by
from lemmata.notation.set_apart import DELIMITED
from lemmata.notation.settling import settled
from lemmata.notation.spaces import counted
from lemmata.notation.spoken import sentence_before, words_behind
from lemmata.notation.standardised import standardised
from lemmata.notation.supposed import supposed
from lemmata.notation.symbols import Conventions, Symbols, symbols_of
from lemmata.notation.tails import IN_DOUBT, goes_on_in_doubt, is_beside
from lemmata.notation.told_noise import told_at, with_noise
from lemmata.notation.ways import readings

Format: TypeAlias = Literal["latex", "text"]

MAX_STATEMENTS: Final = 300
MAX_STEPS: Final = 300
MAX_REMARKS: Final = 60
MOST_WORK: Final = 400_000  # of that on one answer, for reading it
NO_CONVENTIONS: Final = Conventions()
JUDGED: Final = frozenset(("=", ">=", "<=", "<", ">", "!=", ":=", "<-", "+=", "-="))
"""Relations that mean something to the judges."""


def read_chains(
    text: str,
    declarations: Declarations,
    format: Format = "latex",  # noqa: A002 - the word of the command line
    conventions: Conventions = NO_CONVENTIONS,
) -> Document:
    """Read every statement of a text.

    A line that cannot be read keeps its error, and the others are read.

    Raises:
        NotationError: The text as a whole cannot be cut into formulas.
    """
    return _read_chains(text, declarations, format, conventions)


@remembered(2, MOST_WORK, whole=True)
def _read_chains(
    text: str, declarations: Declarations, dialect: Format, conventions: Conventions
) -> Document:
    """What `read_chains` gives: who judges an answer and who explains the verdict read it once."""
    source = Source(text)
    check_characters(source)
    declarations, conventions = with_noise(text, declarations, conventions)
    symbols = symbols_of(declarations, conventions)
    spelled: set[int] = set()
    layouts, prose, leads = layouts_of(source, symbols, dialect, spelled)
    layouts = standardised(in_one_list(layouts, symbols), symbols)
    layouts = [x for x in layouts if not symbols.spellings.is_condition(_whole(x))] or layouts
    latex = dialect == "latex"
    _check_steps(layouts, source)
    _check_beside(layouts, source)
    with_named_means(layouts, symbols)
    if latex:
        doubt_what_is_given_in_part(layouts, source, symbols)
    defined, used = define(layouts, source, symbols, latex=latex)
    symbols = symbols_of(defined.declarations, conventions)
    chains: list[Chain] = []
    told_so: list[Chain] = []
    only_names = len(defined.statements) == len(layouts)
    for number, layout in enumerate(layouts):
        if layout.aside and number not in defined.statements:
            told_here = without_single_brackets(_whole(layout))  # with what told names stand for
            if not symbols.spellings.is_condition(told_here):
                given = read_chain(layout, source, symbols, (), latex=latex)
                told_so.append(replace(given, aside=layout.aside))
            continue
        _check_remarks(layout, MAX_REMARKS, source)
        definitions = used.get(number, ())
        if number not in defined.statements:
            chains.append(read_chain(layout, source, symbols, definitions, latex=latex))
        elif only_names and number == len(layouts) - 1:
            named = read_chain(layout, source, symbols, definitions, latex=latex)
            chains.append(replace(named, aside="name"))
        # A remark that is no definition is a statement of its own, or a condition.
        chains.extend(
            replace(
                read_chain(replace(extra, doubt=layout.doubt), source, symbols, (), latex=latex),
                aside="condition" if remark[0].kind == "text" or inside else "statement",
            )
            for remark in layout.remarks
            for inside in (in_brackets(told(remark)),)
            if not symbols.spellings.is_condition(inside or told(remark))
            for extra in statements(inside or told(remark), source, None)
            if len(extra.segments) > 1 and without_ranges(_parted(inside)) == _parted(inside)
        )
    strange = strange_words(prose, conventions.words)
    words = (f"words beside the formula: {' '.join(strange[:8])}",) if strange else ()
    loose = loose_formulas(prose) if latex and DELIMITED.search(source.text) else []
    loose += [n for k in sorted(defined.statements) for n in _around_a_name(layouts[k], source)]
    clashes = (*symbols.spellings.clashes(spelled), *loose)
    doubts: tuple[str, ...] = words
    before: tuple[tuple[int, tuple[str, ...]], ...] = ()
    leading: tuple[Leading, ...] = ()
    if _has_displays(source.text):
        leading = leading_sentences(source.text)
        shown = blank_comments(source.text)
        for start, end in find_macros(shown)[1]:  # what a macro is called is no condition
            shown = shown[:start] + " " * (end - start) + shown[end:]
        names = [
            layout.stretch
            for number, layout in enumerate(layouts)
            if layout.aside == "name" or (layout.aside and number in defined.statements)
        ]
        shown = without_definitions(shown, [*names, *told_at(source.text, declarations)])
        for number, layout in enumerate(layouts):  # the judge sees whether it is so
            if layout.aside and number not in defined.statements:
                start, end = layout.stretch
                shown = shown[:start] + " " * (end - start) + shown[end:]
        if any(layout.case for layout in layouts):
            starts = [formula.start for formula in find_formulas(shown)[0] if formula.display]
            for _, (start, end) in cases_of(shown, starts).values():
                shown = shown[:start] + " " * (end - start) + shown[end:]
        places = {(chain.lines[0].span.start, chain.lines[-1].span.end) for chain in chains}
        doubts, before = limits_told(
            shown,
            blank_comments(source.text),
            places,
            leading,
            told_by(
                declarations,
                conventions.meanings,
                document=declaration_block(source.text) is not None,
            ),
            noted=bool(strange),
        )
    unled, turning, subjects = map(tuple, words_but_leads(prose, conventions.words, *leads))
    beside = loose_signs(prose) if latex and DELIMITED.search(source.text) else ()
    return Document(
        tuple(chains),
        counted(defined.declarations, map(_whole, layouts), symbols),
        source,
        (*words, *clashes),
        defined.definitions,
        (*doubts, *clashes),
        orders(source.text),
        tuple(told_so),
        (
            *alterations(
                source.text,
                prose if _has_displays(source.text) else (),
                (s.name for s in declarations.scalars if not s.axes),
            ),
            *((said, EVERYWHERE) for said in loose),
        ),
        clashes,
        (*unled, *beside),
        turning,
        subjects,
        leading,
        tuple((end, (*found, *clashes)) for end, found in before),
    )


def _check_statements(layouts: list[Layout], formula: Formula, source: Source) -> None:
    if len(layouts) > MAX_STATEMENTS:
        span = source.span(formula.start, formula.end)
        message = f"the text has more than {MAX_STATEMENTS} statements"
        raise Unreadable(message, span, source, "Check it in parts.")


def _check_steps(layouts: list[Layout], source: Source) -> None:
    """Check that a text has no more steps than are judged in a second."""
    steps = 0
    for layout in layouts:
        steps += len(layout.segments) - 1
        if steps > MAX_STEPS:
            span = source.span(*layout.stretch)
            message = f"the text has more than {MAX_STEPS} steps"
            raise Unreadable(message, span, source, "Check it in parts.")


def _check_beside(layouts: list[Layout], source: Source) -> None:
    """Check what stands beside formulas: each is looked at beside the others, and some are left."""
    for layout in layouts:
        _check_remarks(layout, MAX_REMARKS + MAX_DEFINITIONS, source)
        if len(layout.comments) > MAX_STATEMENTS:
            span = source.span(*layout.stretch)
            message = f"more than {MAX_STATEMENTS} comments stand beside a formula"
            raise Unreadable(message, span, source, "Check it in parts.")


def _check_remarks(layout: Layout, most: int, source: Source) -> None:
    if len(layout.remarks) > most:
        span = source.span(*layout.stretch)
        message = f"more than {MAX_REMARKS} remarks stand beside a formula"
        raise Unreadable(message, span, source, "Check it in parts.")


def _whole(layout: Layout) -> list[Token]:
    """The tokens of a chain, with its relation signs."""
    parts = ([s.sign, *s.tokens] if s.sign else s.tokens for s in layout.segments)
    return [token for part in parts for token in part]


def _has_displays(text: str) -> bool:
    """Whether the formulas of a text stand on lines of their own, with prose between them."""
    return re.search(r"\$\$|\\\[|\\begin\{", text) is not None


def layouts_of(
    source: Source, symbols: Symbols, dialect: Format, used: set[int]
) -> tuple[list[Layout], list[str], tuple[frozenset[int], frozenset[int], frozenset[int]]]:
    """The chains of a text as they are laid out, the words between them, and which of these lead.

    Words lead to a formula that stands alone or is displayed, to one in a box, to one that the
    last sentence concludes, and to one that names what is asked for. The spellings that the text
    uses are put into `used`.
    """
    layouts: list[Layout] = []
    text = with_named(blank_tags(blank_notes(blank_markup(source.text))))
    text = blank_descriptions(text, symbols.conventions.meanings)
    plain = source if text == source.text else Source(text)
    if dialect == "text":
        return _keyboard_layouts(plain, source, symbols, used)
    shown = blank_namings(blank_comments(plain.text), symbols.known)
    macros, places = find_macros(shown)
    formulas, prose = find_formulas(shown, places, symbols.known)
    if declaration_block(source.text) is not None:
        told = supposed(shown, formulas, symbols.known)
        pairs = zip(formulas, told, strict=True)  # what cannot be read is judged as it stands
        formulas = [
            new if new is old or _mentioned(new, plain, macros, symbols, set()) else old
            for old, new in pairs
        ]
    cases = cases_of(shown, [formula.start for formula in formulas if formula.display])
    if not all(symbols.is_letter(name) for case, _ in cases.values() for name in case[::2]):
        cases = {}
    boxes = [formula for formula in formulas if BOX.match(shown, formula.start)]
    alone = len(formulas) == 1 and not any(map(str.strip, prose))  # no words speak of it
    named = [] if boxes or alone else _names_itself(formulas, plain, symbols, macros)
    boxes = boxes or concluded(formulas, shown)
    last: Formula | None = None
    formulas[:1] = [without_equals(formula, shown) for formula in formulas[:1]]
    for formula in formulas:
        inside = shown[formula.start : formula.end]
        if _before_answer(formula, boxes or named) and not states(inside):
            continue  # that formula is the answer, and a sentence before it speaks of others
        if formula.aside == "mention":
            in_a_case = any(a <= formula.start < b for _, (a, b) in cases.values())
            if formula.display or not in_a_case:
                layouts.extend(_mentioned(formula, plain, macros, symbols, used))
            continue
        try:
            words = number_in_words(shown, formula.start, formula.end)
            tokens = words or scan_latex(plain, formula.start, formula.end, macros, symbols.known)
        except NotationError:
            rows = broken_rows(shown, formula.start, formula.end)
            if len(rows) < 2:
                raise
        else:
            check_environments(tokens, source)
            check_arrows(tokens, source)
            stated = [layout for layout in layouts if not layout.aside]
            before = stated[-1] if stated and not formula.aside else None
            if before is not None and stated[:-1] and goes_on_in_doubt(last, formula, shown):
                before.doubt = IN_DOUBT
            last = last if formula.aside else formula
            found = statements(settled(tokens, source, symbols, used), source, before)
            case, _ = cases.get(formula.start, (None, ()))
            if formula.aside or case is not None:
                found = with_names_apart(found) if formula.aside == "name" else found
                found = [replace(layout, aside=formula.aside, case=case) for layout in found]
            layouts.extend(found)
            _check_statements(layouts, formula, source)
            continue
        _add_rows(layouts, rows, plain, source, symbols, macros, used)
        _check_statements(layouts, formula, source)
    standing = [f for f in formulas if not (f.aside or any(map(is_beside, prose[f.before :][:1])))]
    leads = [f.before for f in standing if f.display or len(standing) == 1]
    return layouts, prose, (frozenset(leads), _before(boxes), _before(named))


def _add_rows(
    layouts: list[Layout],
    rows: list[tuple[int, int]],
    plain: Source,
    source: Source,
    symbols: Symbols,
    macros: dict[str, Macro],
    used: set[int],
) -> None:
    """Add the rows of a display in which brackets are broken; one that cannot be cut is told."""
    for number, (start, end) in enumerate(rows):
        before = layouts[-1] if layouts else None
        begun = number > 0 and before is not None
        try:
            tokens = scan_latex(plain, start, end, macros, symbols.known)
            tokens = settled(tokens, source, symbols, used)
            layouts.extend(statements(tokens, source, before, inside=begun))
        except NotationError as error:
            layout = broken_row(source, start, error, before, inside=begun)
            if layout is not None:
                layouts.append(layout)


def _before_answer(formula: Formula, answers: list[Formula]) -> bool:
    """Whether a formula stands before the only one that a text says to be the answer."""
    return len(answers) == 1 and formula.end < answers[0].start


def _before(formulas: list[Formula]) -> frozenset[int]:
    """The stretches of words before some formulas."""
    return frozenset(formula.before for formula in formulas)


def _keyboard_layouts(
    plain: Source, source: Source, symbols: Symbols, used: set[int]
) -> tuple[list[Layout], list[str], tuple[frozenset[int], frozenset[int], frozenset[int]]]:
    """The same of a text without signs around its formulas."""
    start = lead_in(plain.text, symbols.known)
    behind, said = sentence_before(plain.text, symbols.known)
    said = said if behind >= start else ""
    start = max(start, behind)
    end = words_behind(plain.text, start, symbols.known)
    words = number_in_words(plain.text, start, end)
    tokens = words or as_functions(scan_text(plain, start, end, symbols.known), symbols)
    layouts = statements(settled(tokens, source, symbols, used), source, None)
    note = plain.text[end:].strip("()# .")
    prose = [said, note] if said or note else []
    return layouts, prose, (frozenset((0,)), frozenset(), frozenset())


def _names_itself(
    formulas: list[Formula], source: Source, symbols: Symbols, macros: dict[str, Macro]
) -> list[Formula]:
    """The formula at the end of a text that says itself that it is what is asked for, if it is so.

    It has a label of the question or a name on its left, or gives a name a new value.
    """
    standing = [formula for formula in formulas if not formula.aside]
    last = standing[-1] if standing else None
    shown = blank_comments(source.text)
    if last is None or last is not formulas[-1] or not ends_text(last, shown):
        return []
    if (last.display and standing[1:]) or gives_name(shown, (last.start, last.end)):
        return []
    try:
        tokens = scan_latex(source, last.start, last.end, macros, symbols.known)
        found = statements(settled(tokens, source, symbols, set()), source, None)
    except NotationError:
        return []
    if len(found) != 1 or len(found[0].segments) < 2:
        return []
    first, second = found[0].segments[:2]
    new = second.sign is not None and second.sign.text in ("<-", "+=", "-=")
    name = NAME.fullmatch(source.text, first.tokens[0].start, first.tokens[-1].end)
    if not (new or name) and symbols.spellings.label(first.tokens) is None:
        return []
    return [last] if states_itself(last, standing[:-1], shown, new=new) else []


def _mentioned(
    formula: Formula, source: Source, macros: dict[str, Macro], symbols: Symbols, used: set[int]
) -> list[Layout]:
    """What a formula in a sentence states, if it is one statement that can be cut into members."""
    try:
        tokens = scan_latex(source, formula.start, formula.end, macros, symbols.known)
        check_environments(tokens, source)
        found = statements(settled(tokens, source, symbols, used), source, None)
    except NotationError:
        return []
    several = len(found) != 1 and not formula.display
    return [] if several else [replace(layout, aside=formula.aside) for layout in found]


def _around_a_name(layout: Layout, source: Source) -> list[str]:
    """What is said against a formula that gives a name: words and cases beside it."""
    said = dict.fromkeys((*layout.words, *map(without_lead, layout.said)))
    strange = [word for text in said for word in changing(text)]
    found = [f"words beside what a name is: {' '.join(strange[:8])}"] if strange else []
    for case in map(told, filter(holds_sometimes, layout.remarks)):
        shown = source.text[case[0].start : case[-1].end]
        found.append(f"a name is given only in a case: {shown}")
    return found


def read_chain(
    layout: Layout,
    source: Source,
    symbols: Symbols,
    definitions: tuple[Definition, ...],
    *,
    latex: bool,
) -> Chain:
    """The lines of one layout, with what the words, conditions and comments beside it say."""
    layout = with_shapes(is_drawn(layout, symbols))
    lines, here = _members(layout, source, symbols, latex=latex)
    if not (layout.words or layout.said or layout.remarks or layout.comments or layout.doubt):
        return Chain(lines, layout.link, definitions, case=here)  # nothing stands beside it
    harmless = symbols.conventions.words
    strange = [word for words in layout.words for word in unexplained(words, harmless)]
    behind = [*map(str.strip, layout.said)]
    strange += [text for text in behind if text not in layout.words and goes_on(text)]
    texts = (without_lead(text) for text in layout.said)
    said = dict.fromkeys(word for text in texts for word in doubtful_words(text, harmless))
    said |= dict.fromkeys(s for text in layout.words for s in signs_in(text) if s not in strange)
    before = [text for text in layout.words if text not in behind]
    strange += [text for text in layout.words if holds_formula(text, before=text in before)]
    flags = [f"words in the formula: {' '.join(strange[:8])}"] if strange else []
    flags += [layout.doubt] if layout.doubt else []
    flags += ["a comment goes on with the row"] if any(map(adds, layout.comments)) else []
    said |= dict.fromkeys(word for text in before for word in unfinished(text))
    ranged = any(raw[0].text == "\\forall" for raw in layout.remarks)
    for raw in layout.remarks:
        remark = told(raw)
        if denies(raw):
            shown = source.text[raw[0].start : raw[-1].end]
            flags.append(f"a remark that is not read: {shown}")
            continue
        letter = any_number(raw)
        known = letter is not None and symbols.find(letter.text) is not None
        if known or symbols.spellings.is_condition(remark):
            continue
        if not relates(remark) and remark[0].text != "\\forall":
            if raw[0].kind == "text" and describes(tuple(layout.words)):
                continue  # "where e_y is the one-hot vector"
            shown = source.text[remark[0].start : remark[-1].end]
            lone = remark == raw and _is_value(shown, symbols) and not ranged
            flags.append(f"a {'value beside it' if lone else 'remark'} that is not read: {shown}")
    conditions: list[str] = []
    provisos: list[Chain] = []
    for comment in layout.comments:
        granted = symbols.spellings.is_condition(proviso(comment))
        if not comment or granted or not restricts(comment):
            continue
        given = _beside(proviso(comment), source, symbols, latex=latex)
        provisos += given
        if not given:
            limit = source.text[comment[0].start : comment[-1].end]
            conditions.append(f"a comment that may be a condition: {limit}")
    beside = [*layout.comments, *(r for r in layout.remarks if not in_brackets(told(r)))]
    reasons = tuple(
        given
        for comment in beside
        for given in _beside(_reason(comment, source, symbols), source, symbols, latex=latex)
    )
    return Chain(
        lines,
        layout.link,
        definitions,
        tuple(flags),
        conditions=tuple(conditions),
        case=here,
        reasons=reasons,
        provisos=tuple(provisos),
        said=tuple(said),
        nouns=tuple(noun for text in before for noun in quantities(text)),
        premises=tuple(
            (token.start, " ".join(token.text.split()))
            for comment in layout.comments
            for token in comment
            if token.text in _PREMISES or (token.kind == "text" and supposes(token.text))
        ),
    )


_PREMISES: Final = frozenset(("\\perp", "\\in", "\\subset", "\\ll", "\\gg"))
"""Signs of what a reason supposes, which no model settles."""


def _is_value(word: str, symbols: Symbols) -> bool:
    """Whether a word is a declared number, and no letter that runs."""
    found = symbols.find(word)
    return found is not None and isinstance(found.item, Scalar)


def _members(
    layout: Layout, source: Source, symbols: Symbols, *, latex: bool
) -> tuple[tuple[Line, ...], Term | None]:
    """The members of a chain, and the case that it holds in."""
    label = symbols.spellings.label(layout.segments[0].tokens)
    if label:
        layout = in_sheet_letters(layout, label)
    lines = tuple(_read_line(segment, source, symbols, latex=latex) for segment in layout.segments)
    lines = _in_one_size(lines, layout.segments, source, symbols, latex=latex)
    here = None if layout.case is None else _case(layout.case)
    if here is not None:
        lines = tuple(_in_case(line, here) for line in lines)
    if label:
        lines = (lines[0], *(_numbered(line, source) for line in lines[1:]))
    if label is not None and (len(lines) > 1 or _tells(lines[0], layout.segments[0])):
        named = replace(lines[0], label=True, places=tuple(label), called=tuple(label.values()))
        lines = (named, *lines[1:])
    elif label is None and symbols.spellings.label(layout.segments[-1].tokens) is not None:
        alone = len(lines) > 1 and _tells(lines[-1], layout.segments[-1])
        lines = (*lines[:-1], replace(lines[-1], label=alone))
    for at, segment in enumerate(layout.segments[1:-1], 1):  # `Bias = E[theta hat] - theta = ..`
        if symbols.spellings.label(segment.tokens) is None:
            break
        lines = (*lines[:at], replace(lines[at], label=True), *lines[at + 1 :])
    return lines, here


def _beside(
    tokens: list[Token], source: Source, symbols: Symbols, *, latex: bool
) -> tuple[Chain, ...]:
    """What is stated beside a row, if it is one statement that can be read."""
    try:
        found = statements(tokens, source, None)
    except NotationError:
        return ()
    chains = tuple(read_chain(given, source, symbols, (), latex=latex) for given in found)
    whole = all(len(c.lines) > 1 and all(line.readings for line in c.lines) for c in chains)
    return chains if len(chains) == 1 and whole else ()


def _parted(tokens: list[Token]) -> list[list[Token]]:
    """Tokens cut at their commas."""
    return [
        list(part) for comma, part in groupby(tokens, lambda token: token.text == ",") if not comma
    ]


def _reason(comment: list[Token], source: Source, symbols: Symbols) -> list[Token]:
    """The equation that a comment gives as a reason, which may stand in its words."""
    words = comment[0] if len(comment) == 1 else None
    found = _INLINE.search(source.text, words.start, words.end) if words is not None else None
    if words is None or found is None:
        return reason(comment)
    try:
        inside = scan_latex(source, *found.span(1), {}, symbols.known)
    except NotationError:
        return []
    head = words._replace(text=source.text[words.start : found.start()].split("{")[-1])
    tail = words._replace(text=source.text[found.end() : words.end].rstrip("}"))
    return reason([head, *settled(inside, source, symbols, set()), tail])


_INLINE: Final = re.compile(r"\$([^$]+)\$")


def _in_one_size(
    lines: tuple[Line, ...],
    segments: list[Segment],
    source: Source,
    symbols: Symbols,
    *,
    latex: bool,
) -> tuple[Line, ...]:
    """The members of a chain, in all of which the letter that one chooses for a size is the size.

    A member in which the letter stands alone does not tell it: `n sigma^4`, or `e_{n+1}`.
    """
    chosen = [choice for line in lines for reading in line.readings for choice in reading.choices]
    if not any(STANDS in choice for choice in chosen):
        return lines
    letters = size_letters(chosen, [segment.tokens for segment in segments], symbols)
    found: list[Line] = []
    for line, segment in zip(lines, segments, strict=True):
        told = [choice for reading in line.readings for choice in reading.choices]
        free = line.error is not None or any(c.split(STANDS)[0] in letters for c in told)
        if free and any(token.text in letters for token in segment.tokens):
            tokens = with_sizes(segment.tokens, letters)
            again = _read_line(replace(segment, tokens=tokens), source, symbols, latex=latex)
            found.append(line if again.error is not None else again)
        else:
            found.append(line)
    return tuple(found)


def _case(case: Case) -> Term:
    """1 in a case, and 0 elsewhere."""
    left, sign, right = case
    here = equal_letters(Sym(left), Sym(right))
    return here if sign == "=" else Add((as_term(1), Neg(here)))


def _in_case(line: Line, here: Term) -> Line:
    """A member that is said to hold in one case: times 1 there, and 0 elsewhere."""
    found = (replace(reading, term=Mul((here, reading.term))) for reading in line.readings)
    return replace(line, readings=tuple(found))


def _tells(line: Line, segment: Segment) -> bool:
    """Whether a label can be nothing else: it is no single declared name."""
    return line.error is not None or len(segment.tokens) > 1


def _numbered(line: Line, source: Source) -> Line:
    """A member behind a name whose letters number the component: it has no other free letters."""
    kept = tuple(reading for reading in line.readings if not reading.letters)
    if kept or not line.readings:
        return replace(line, readings=kept)
    name = line.readings[0].letters[0][0]
    message = f"{name!r} stands free and is no index of the left side"
    hint = "Use the letters of the left side."
    error = UnderDeclared(message, line.span, source, hint, names=(name,))
    return replace(line, readings=(), error=error)


def _read_line(segment: Segment, source: Source, symbols: Symbols, *, latex: bool) -> Line:
    sign, tokens, space = segment.sign, segment.tokens, None
    signs = texts_and_kinds(tokens)
    if not signs.isdisjoint(DOMAINS):
        tokens, space = without_domain(tokens, source)
    start = tokens[0].start if tokens else (sign.end if sign else 0)
    end = max(map(_END, tokens), default=start)
    span = source.span(*with_braces(source.text, start, end))
    relation_error: NotationError | None = None
    if sign is not None and sign.text not in JUDGED:
        relation_error = Unsupported(
            f"the relation {sign.text!r} is not judged",
            source.span(sign.start, sign.end),
            source,
            "Only =, <=, >= and updates are; write what is meant by one of these.",
        )
    found: tuple[Reading, ...] = ()
    error: NotationError | None = None
    least = False
    aim: Aim = ""
    constant = ""
    try:
        if segment.error is not None:
            raise segment.error
        if not tokens:
            raise Unreadable("a relation without a right side", span, source)
        over = symbols.conventions.maximised
        rest, least = objective(tokens, over)
        aim = aimed(tokens[: len(tokens) - len(rest)])
        rest, constant = without_constant(rest, symbols, over)
        found = readings(rest, source, symbols, latex=latex)
        doubts = [] if signs.isdisjoint(_WITH_SENSES) else _second_senses(tokens, symbols)
        if doubts:
            found = tuple(replace(reading, flags=(*reading.flags, *doubts)) for reading in found)
        if least:
            found = tuple(replace(reading, term=Neg(reading.term)) for reading in found)
    except NotationError as problem:
        error = problem.with_traceback(None)  # which would keep all that was tried
        span = segment.error.span if segment.error else span
    relation = sign.text if sign else None
    asks = error is not None and symbols.spellings.has_label(tokens)
    text = source.text[span.start : span.end]
    omitted = bool(tokens) and all(token.text == "\\ldots" for token in tokens)
    return Line(
        relation,
        found,
        error,
        relation_error,
        span,
        text,
        asks=asks,
        unwritten=symbols.spellings.respells(tokens, symbols.conventions.written_out),
        omitted=omitted,
        space=space,
        aim=aim,
        least=least,
        constant=constant,
        within=label_within(tokens, symbols),
        over=symbols.conventions.maximised,
    )


_END: Final = attrgetter("end")
_WITH_SENSES: Final = frozenset(("pi", "\\cdot", "%", "\\%", "\\ldots"))
"""Signs of which one stands in such a formula."""
_IMAGINARY: Final = re.compile(r"(?<![_^,] )(?<!\S)i (?:\\cdot |\* )?pi\b")
"""The letter i before pi, where it is no index."""


def _second_senses(tokens: list[Token], symbols: Symbols) -> list[str]:
    """What is said against a formula of signs that people write in another sense as well."""
    texts = [token.text for token in tokens]
    found: list[str] = []
    if "pi" in texts and _IMAGINARY.search(" ".join(texts)):
        found.append("i pi may hold the imaginary unit")
    if shape_note(tokens):
        found.append("a cross between sizes in brackets may tell a shape")
    if texts[-1:] in (["%"], ["\\%"]) and {"/", "\\frac"} & set(texts):
        found.append("a percent sign behind a quotient")
    for at in range(1, len(texts) - 1) if symbols.linear and {"[", "("} & set(texts) else ():
        sides = tokens[at - 1].kind, tokens[at + 1].kind
        if texts[at] == "\\ldots" and set(sides) <= {"name", "num"}:
            found.append("dots between entries with no comma, which may be a row")
    return found
