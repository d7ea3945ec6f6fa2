"""How a display is laid out: rows, columns, comments, relations.

`statements` turns the tokens of a formula into chains of segments joined by relation signs. A row
that begins with a relation goes on with the chain before it, even across displays; a row that does
not begins a new statement. Comment columns and equation numbers are dropped; what follows a comma,
"where" or "with" is a remark, which may define a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import accumulate, takewhile
from typing import Final

from lemmata.notation import commands
from lemmata.notation.chains import Aside, Case
from lemmata.notation.display_rows import (
    CONTINUES,
    ENVIRONMENT,
    LAYOUT_KINDS,
    Going,
    Standing,
    begins_between,
    closes,
    columns_of,
    depth_of,
    depths_of,
    ends_open,
    goes_on,
    has_comma_in_a_number,
    is_indented,
    no_comma_in_a_number,
    row_in_doubt,
    rows_of,
    standings,
    with_decimals,
    without_number,
)
from lemmata.notation.errors import NotationError, Source, Unreadable
from lemmata.notation.lexer import (
    PLAIN,
    Token,
    has_kind,
    places_of,
    places_of_kind,
    texts_and_kinds,
)
from lemmata.notation.prose import (
    QUANTIFIES,
    REASON,
    is_description,
    may_name,
    restricts,
)
from lemmata.notation.symbols import OPERATORS, Symbols
from lemmata.notation.tails import IN_DOUBT
from lemmata.notation.told_cases import in_cases

_REMARK: Final = re.compile(
    r"^\W*(where|with|at|if|iff|when|whenever|assuming|assume|provided|for|given that|such that)\b",
    re.IGNORECASE,
)
_SIGNS_ALONE: Final = re.compile(r"[-+*/^\u2010-\u2015\u2212]+")
_IF: Final = re.compile(
    r"^\W*(if|iff|when|whenever|unless|or|else|otherwise|provided|assuming|suppose|supposing)\b",
    re.IGNORECASE,
)
_IFF: Final = re.compile(r"iff|if and only if", re.IGNORECASE)
_FOLLOWS: Final = re.compile(
    r"^\W*((and|so|we|it)\W+)*(hence|whence|thus|so|then|therefore|consequently|accordingly|i\.?\s?e\.?"
    r"|that is|and|also|moreover|likewise|similarly|in particular|namely|implies|implying|giving"
    r"|gives|yields|yielding|get|have|obtain|follows that|equivalently|meaning(\W+that)?"
    r"|which (gives|means|is|implies|yields)|in other words)\W*\Z",
    re.IGNORECASE,
)
_AND: Final = re.compile(r"^\W*and\W*\Z", re.IGNORECASE)
_OTHERWISE: Final = re.compile(r"^\W*(else|otherwise|or|unless|except|but)\b", re.IGNORECASE)


def settle_words(tokens: list[Token], symbols: Symbols) -> list[Token]:
    """Make names of the text tokens that are names.

    Declared words, operators, words in scripts and before a bracket or a script.
    """
    out: list[Token] = []
    scripts: list[bool] = []
    for place, token in enumerate(tokens):
        if token.text == "{" and token.kind == "sym":
            scripts.append(place > 0 and tokens[place - 1].text in ("_", "^"))
        elif token.text == "}" and token.kind == "sym" and scripts:
            scripts.pop()
        if token.kind == "text":
            word = token.text.strip()
            in_script = any(scripts) or (place > 0 and tokens[place - 1].text in ("_", "^"))
            called = place + 1 < len(tokens) and tokens[place + 1].text in ("(", "_", "^", "@")
            called = called and not (word == token.text[:-1] or _leads(word))
            plain = re.fullmatch(r"[A-Za-z]+\d*", word) is not None and token.font != PLAIN
            if not word:
                continue
            if _IFF.fullmatch(word):
                out.append(Token("rel", "iff", token.start, token.end))
                continue
            if _SIGNS_ALONE.fullmatch(word):  # a sign that is set as text is a sign
                sign = "-" if word in ("-", "\u2212") else word
                out.append(Token("sym", sign, token.start, token.end))
                continue
            constant = word.startswith("const") and word not in symbols.known
            if constant and place and tokens[place - 1].text in ("+", "-"):
                out.append(_as_name(token, "const"))
                continue
            if token.font != PLAIN and _is_left_side(tokens, place):
                out.append(_as_name(token, word))
                continue
            if plain and (
                in_script or called or word in symbols.known or word in OPERATORS or len(word) == 1
            ):
                out.append(_as_name(token, word))
                continue
        out.append(token)
    return out


def _leads(word: str) -> bool:
    r"""Whether a word leads on to a formula in brackets, and is no name of a function: "since"."""
    return any(way.match(word) for way in _LEADING)


def _is_left_side(tokens: list[Token], place: int) -> bool:
    r"""Whether words stand alone before a relation sign: `\text{mAP} = ...`, `\text{mAP} &= ...`.

    Words that lead on to a row, `\text{hence} &= ...`, are no name, nor are words that deny.
    """
    first = all(token.kind in ("begin", "amp") for token in tokens[:place])
    behind = [token for token in tokens[place + 1 : place + 3] if token.kind != "amp"]
    alone = first or tokens[place - 1].text in (",", ";", "\\quad")
    leads = behind != tokens[place + 1 : place + 3] and _LEADS_ON.match(tokens[place].text)
    named = alone and not leads and may_name(tokens[place].text)
    return named and bool(behind) and behind[0].kind == "rel"


_LEADS_ON: Final = re.compile(
    r"\W*(and|so|hence|thus|therefore|then|now|that|which|i\.e|finally|consequently|it|we|this)\b",
    re.IGNORECASE,
)
_LEADING: Final = (REASON, _REMARK, _IF, _OTHERWISE, _LEADS_ON)


def _as_name(token: Token, word: str) -> Token:
    if word in ("log", "ln", "exp", "det"):
        return Token("sym", {"ln": "\\log"}.get(word, f"\\{word}"), token.start, token.end)
    return Token("name", word, token.start, token.end, "rm")


@dataclass(slots=True)
class Segment:
    """An expression of a chain, with the relation sign before it (None for the first one).

    `error` says why it could not be cut into tokens, where that is so.
    """

    sign: Token | None
    tokens: list[Token]
    error: NotationError | None = None


@dataclass(slots=True)
class Layout:
    """A chain as it is laid out.

    Attributes:
        link: How it follows from the chain before, if that is written: `implies` or `iff`.
        remarks: What stands behind commas and gaps, and behind words such as "where", which then
            stand first in the remark.
        words: Words that stood in the formula and were dropped.
        comments: What stood in comment columns and behind words at the end of a row.
        said: The words of remarks and comments.
        aside: What it does in a sentence beside displays, where it states nothing of its own.
        case: The case that the sentence before it tells it is: `i = k`, where that is all it holds.
        doubt: Why its rows may not belong together.
    """

    segments: list[Segment]
    link: str = ""
    remarks: list[list[Token]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    comments: list[list[Token]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    aside: Aside = ""
    case: Case | None = None
    doubt: str = ""

    @property
    def stretch(self) -> tuple[int, int]:
        """Where its formulas begin and end in the text; of a broken row, where its fault is."""
        found: list[tuple[int, int]] = []
        for part in self.segments:
            found += [(token.start, token.end) for token in part.tokens]
            found += [(part.error.span.start, part.error.span.end)] if part.error else []
        return min(start for start, _ in found), max(end for _, end in found)

    @property
    def open(self) -> bool:
        """Whether the chain ends with a relation sign, so that its right side is still to come."""
        return not self.segments[-1].tokens and self.segments[-1].error is None


_ROW_BREAK: Final = re.compile(r"\\\\\*?(?:\[[^\]]*\])?")
_LEADING_RELATION: Final = re.compile(
    r"[\s&]*(?:\{\}|\\begin\{[a-z]+\*?\}|[\s&])*(\\[a-zA-Z]+|<={1,3}>|={1,3}>|:=|<=|>=|=|<|>)"
)


def check_environments(tokens: list[Token], source: Source) -> None:
    """Check that every environment of a display is closed where it should be.

    Raises:
        Unreadable: One is not: the display may be cut off.
    """
    opened: list[Token] = []
    for token in (tokens[at] for at in places_of_kind(tokens, ENVIRONMENT)):
        if token.kind == "begin":
            opened.append(token)
        elif not opened or opened.pop().text != token.text:
            raise Unreadable(
                f"this \\end{{{token.text}}} closes no \\begin{{{token.text}}}",
                source.span(token.start, token.end),
                source,
            )
    if opened:
        token = opened[-1]
        raise Unreadable(
            f"this \\begin{{{token.text}}} has no \\end{{{token.text}}}",
            source.span(token.start, token.end),
            source,
            "If the text was cut off, add what is missing.",
        )


def broken_rows(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The rows of a display in which brackets are broken, cut at the row breaks in its text."""
    cuts = [start]
    for found in _ROW_BREAK.finditer(text, start, end):
        cuts.extend(found.span())
    cuts.append(end)
    return [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if text[a:b].strip()]


def broken_row(
    source: Source, start: int, error: NotationError, before: Layout | None, *, inside: bool
) -> Layout | None:
    """Put a row that cannot be cut into tokens where it stands.

    In the chain before it, or in a new one, which is given back. The last member of a chain that
    is `inside` the same display may go on with it.
    """
    found = _LEADING_RELATION.match(source.text, start)
    spelling = commands.RELATIONS.get(found.group(1)) if found else None
    if before is not None and spelling is None and inside:
        before.segments[-1].error = before.segments[-1].error or error
        return None
    if found is None or spelling is None or before is None:
        return Layout([Segment(None, [], error)])
    before.segments.append(Segment(Token("rel", spelling, *found.span(1)), [], error))
    return None


def statements(
    tokens: list[Token], source: Source, before: Layout | None, *, inside: bool = False
) -> list[Layout]:
    """The chains of one display.

    The first one may go on with the chain `before`, which it then changes; that chain ends in the
    same display where the tokens are those of a row `inside` it.

    Raises:
        Unreadable: A relation sign stands where no expression is before it.
    """
    signs = texts_and_kinds(tokens)
    rows = [[tokens]] if signs.isdisjoint(LAYOUT_KINDS) else rows_of(tokens)
    display = _Display(source, before, before, inside)
    for cells, place in zip(rows, standings(tokens, rows), strict=True):
        comments: list[list[Token]] = []
        try:
            columns = columns_of(cells, source)
        except Unreadable as error:  # the rows before and the displays behind are read
            start = next(token.start for cell in cells for token in cell)
            display.add_broken(start, error)
            continue
        row = _without_comments(columns, comments)
        row = in_cases(row) if "text" in signs else row
        if "," in signs and has_comma_in_a_number(row):
            row = with_decimals(row)
            no_comma_in_a_number(row, source)
        beside = Layout([], comments=comments)
        plain = signs.isdisjoint(_PARTING)
        main, *others = [row] if plain else _parts(row, beside.words, comments, beside.said)
        leads = [text for text in beside.words if text not in map(str.strip, beside.said)]
        beside.said[:0] = [part[0].text for part in others if part[0].kind == "text"]
        told_beside = [token.text for part in comments for token in part if token.kind == "text"]
        beside.said += told_beside
        beside.remarks = [part for part in others if told(part)]
        if not main and not beside.remarks:
            main = _behind_words(comments)
            beside.words += map(str.strip, told_beside)
            leads = told_beside if main else []
        standing: Standing = place
        if leads:
            standing = "first" if leads[-1].rstrip().endswith(":") else "words"
        main = _with_implications(main) if "arrow" in signs else main
        whole = [("", _trimmed(main))]
        parts = whole if signs.isdisjoint(_LINKS) else _implications(main)
        display.add(parts, standing, beside)
    return display.ended()


@dataclass(slots=True)
class _Display:
    """The chains of a display, whose rows are added one by one.

    Attributes:
        source: The text that it stands in.
        before: The chain before the display.
        current: The chain that the next row may go on with.
        begun: Whether a row of the display is in that chain.
        chains: Those that begin in the display.
        ahead: What is said in rows of their own before the first chain.
        dots: A row of dots, as long as no row is behind it.
        noted: Whether the last row ends with a remark, which the next one may go on with.
    """

    source: Source
    before: Layout | None
    current: Layout | None
    begun: bool
    chains: list[Layout] = field(default_factory=list)
    ahead: list[Layout] = field(default_factory=list)
    dots: list[Token] = field(default_factory=list)
    noted: bool = False

    def add_broken(self, start: int, error: NotationError) -> None:
        """Add a row that cannot be cut into cells."""
        broken = broken_row(self.source, start, error, self.current, inside=self.begun)
        if broken is not None:
            self.chains.append(broken)
            self.current = broken
        self.begun = True

    def add(self, parts: list[tuple[str, list[Token]]], standing: Standing, beside: Layout) -> None:
        """Add a row: what it states, cut at its implication signs, and what stands beside it."""
        parts = [(link, part) for link, part in parts if part]
        if parts and all(token.text == "\\ldots" for _, part in parts for token in part):
            self.dots = parts[0][1]
            return
        if self.dots and parts:
            parts[0] = (parts[0][0], self._behind_dots(parts[0][1]))
            self.dots = []
        known = len(self.chains)
        for link, part in parts:
            where: Standing = "words" if self.noted and standing != "first" else standing
            where = where if self.begun else "first"
            if self.current is not None and (
                self.chains[1:] or (self.chains and self.before is not None)
            ):
                _doubt(self.current, part)
            self.current = _continue(self.current, self.chains, link, part, self.source, where)
            self.begun, standing = True, "first"
        last = parts[-1][1][-1].end if parts else 0
        self.noted = any(remark[-1].end > last for remark in beside.remarks)
        if self.current is None or not self.begun:
            self.ahead.append(beside)
            return
        if len(self.chains) > known:
            for told_before in self.ahead:
                _hear(self.current, told_before)
            self.ahead = []
        if not parts:  # words behind one chain may be words before the next
            self.ahead = [Layout([], words=beside.words)]
        _hear(self.current, beside)

    def _behind_dots(self, row: list[Token]) -> list[Token]:
        """A row behind one of dots, with the dots if they are terms of what it goes on with.

        Else they stand for steps or statements that are left out.
        """
        last = self.current.segments[-1].tokens if self.current is not None and self.begun else []
        return [*self.dots, *row] if ends_open(last) or begins_between(row) else row

    def ended(self) -> list[Layout]:
        """The chains, when all rows are added."""
        if self.current is not None and self.dots:
            if self.begun and ends_open(self.current.segments[-1].tokens):
                self.current.segments[-1].tokens.extend(self.dots)
            elif self.begun:
                self.current.doubt = self.current.doubt or _OPEN_END
        if self.current is not None and not self.begun:
            for told_before in self.ahead:
                _hear(self.current, told_before)
        return self.chains


_OPEN_END: Final = "its rows go on with dots: write where they end"


def _hear(layout: Layout, beside: Layout) -> None:
    """Add what stands beside a row to the chain that it belongs to."""
    layout.remarks.extend(beside.remarks)
    layout.words.extend(beside.words)
    layout.comments.extend(beside.comments)
    layout.said.extend(beside.said)


def with_names_apart(layouts: list[Layout]) -> list[Layout]:
    """Chains in which what a sentence calls something stands apart: `s = a = b`, `s = a`, `a = b`.

    What stands beside a chain stays beside its first part.
    """
    found: list[Layout] = []
    for layout in layouts:
        signs = [segment.sign.text for segment in layout.segments if segment.sign is not None]
        if len(signs) > 1 and {*signs} <= {"=", ":="}:
            named, value, *rest = layout.segments
            found.append(replace(layout, segments=[named, value]))
            found.append(Layout([replace(value, sign=None, tokens=[*value.tokens]), *rest]))
        else:
            found.append(layout)
    return found


_SPEAKS_OF: Final = re.compile(
    r"\b(for|of|in|at|on|(?<!equal )to|by|with|from|about|over|under|between|and|respect|where"
    r"|when)\W*\Z",
    re.IGNORECASE,
)


def _behind_words(comments: list[list[Token]]) -> list[Token]:
    """What a row states behind words of its own: "which is equal to W", "in other words W".

    What is told as a reason or a condition is no statement, nor is what words speak of.
    """
    for comment in comments:
        first = list(takewhile(lambda token: token.kind == "text", comment))
        words = " ".join(token.text for token in first)
        rest = [token for token in comment[len(first) :] if token.text != "\\quad"]
        told = re.sub(r"^\W*or\b", "", words)  # "or in other words"
        aside = REASON.match(told) or _IF.match(told) or _SPEAKS_OF.search(told)
        if first and not aside and not has_kind(rest, {"text"}):
            return rest
    return []


def _doubt(current: Layout, row: list[Token]) -> None:
    r"""Mark a chain that goes on from an expression behind words, `\text{now } C`, in a chain."""
    alone = len(current.segments) == 1 and row and row[0].kind == "rel"
    words = [*current.words, *current.said]
    if alone and words and not words[-1].rstrip().endswith(":"):
        current.doubt = IN_DOUBT


def _continue(
    current: Layout | None,
    chains: list[Layout],
    link: str,
    row: list[Token],
    source: Source,
    standing: Standing,
) -> Layout | None:
    """Add a row to the chain at hand, or begin a new one."""
    segments = _segments(row)
    if not segments:
        return current
    first = segments[0]
    if first.tokens and first.sign is None and current is not None:
        last, related = current.segments[-1], len(current.segments) > 1
        going: Going = "on"
        if link:
            alone = related or standing == "first" or len(segments) == 1
            going = "anew" if alone else "in doubt"
        elif not current.open:
            if standing == "" and is_indented(row, source.text):
                standing = "" if is_indented(current.segments[0].tokens, source.text) else "right"
            boxed = _is_boxed(row, source) and not ends_open(last.tokens)
            going = goes_on(
                last.tokens,
                first.tokens,
                "left" if boxed and standing != "first" else standing,
                related=related,
                states=len(segments) > 1,
            )
        if going != "anew":
            if going == "in doubt":
                last.error = last.error or row_in_doubt(row, source)
            last.tokens.extend(first.tokens)
            current.segments.extend(segments[1:])
            return current
    if not first.tokens and first.sign is None:
        bare = len(segments) == 2 and segments[1].sign and segments[1].sign.text == "approx"
        bare = bare and any(token.kind == "num" for token in segments[1].tokens)
        bare = bare and all(token.kind != "name" for token in segments[1].tokens)
        if bare and current is None and not link:  # an answer that is a rounded number
            chain = Layout([Segment(None, segments[1].tokens)])
            chains.append(chain)
            return chain
        if current is None or link:
            sign = segments[1].sign if len(segments) > 1 else None
            at = sign.start if sign else 0
            raise Unreadable(
                "a relation without a left side",
                source.span(at, at + 1),
                source,
                "Begin with the expression that is rewritten.",
            )
        current.segments.extend(segments[1:])
        return current
    chain = Layout(segments, link)
    chains.append(chain)
    return chain


def _is_boxed(row: list[Token], source: Source) -> bool:
    """Whether a row is all in a box, and so is no part of a formula."""
    boxed = row[0].text == "{" and source.text.startswith("\\boxed", row[0].start)
    return boxed and closes(row) == len(row) - 1


def _segments(row: list[Token]) -> list[Segment]:
    while len(row) > 2 and row[0].text == "{" and closes(row) == len(row) - 1:
        row = row[1:-1]
    signs = places_of_kind(row, _RELATION)
    depths = depths_of(row) if signs else []
    segments = [Segment(None, [])]
    begin = 0
    for at in [at for at in signs if depths[at] == 0]:
        last, sign = segments[-1], row[at]
        last.tokens += row[begin:at]
        begin = at + 1
        segments.append(Segment(sign, []))
    segments[-1].tokens += row[begin:]
    return segments if len(segments) > 1 or segments[0].tokens else []


def _with_implications(row: list[Token]) -> list[Token]:
    r"""A row in which an arrow between two statements is an implication: `a = b \to 2a = 2b`."""
    signs = [k for k, depth in enumerate(depths_of(row)) if depth == 0 and row[k].kind == "rel"]
    out = list(row)
    for before, at, behind in zip(signs, signs[1:], signs[2:], strict=False):
        if row[at].text == "arrow" and "arrow" not in (row[before].text, row[behind].text):
            out[at] = row[at]._replace(text="implies")
    return out


def _implications(row: list[Token]) -> list[tuple[str, list[Token]]]:
    """Cut a row at its implication signs."""
    parts: list[tuple[str, list[Token]]] = [("", [])]
    for token, depth in zip(row, depths_of(row), strict=True):
        if token.kind == "rel" and token.text in _IMPLIES and depth == 0:
            parts.append((token.text, []))
        else:
            parts[-1][1].append(token)
    trimmed = ((link, _trimmed(part)) for link, part in parts)
    return [(link, part) for link, part in trimmed if part]


def _trimmed(row: list[Token]) -> list[Token]:
    """A row without the gaps around it."""
    start, end = 0, len(row)
    while start < end and row[start].text in _GAPS:
        start += 1
    while start < end and row[end - 1].text in _GAPS:
        end -= 1
    return row[start:end]


_GAPS: Final = frozenset(("\\quad", "\\ "))
_RELATION: Final = frozenset(("rel",))
_IMPLIES: Final = frozenset(("implies", "iff"))
_LINKS: Final = _IMPLIES | {"arrow"}


def _without_comments(cells: list[list[Token]], comments: list[list[Token]]) -> list[Token]:
    """The tokens of a row without its comment columns and without the number of the equation."""
    row = list(cells[0])
    for number, cell in enumerate(cells[1:], 1):
        start = next((token for token in cell if token.text not in ("\\quad", "(", "[", "{")), None)
        prose = any(token.kind == "text" and not _is_remark(token) for token in cell)
        # A column that begins with words is a comment; so is one with words behind an empty column.
        begins = start is not None and start.kind == "text" and prose
        behind = number > 1 and not cells[number - 1]
        opens = start is not None and start.kind != "rel" and start.text not in CONTINUES
        beside = (bool(row) and behind and _states(cell)) or _states(_enclosed(cell))
        follows = has_kind(cells[number - 1][-1:], {"rel"})  # `&=& \\mathrm{tr} A`
        if not follows and (begins or (behind and prose) or beside):
            comments.append(cell)
            continue
        if row and behind and opens:  # it may be a comment, and may be a factor
            row.append(Token("sym", "\\quad", cell[0].start, cell[0].start))
        row.extend(cell)
    return without_number(row)


def _states(cell: list[Token]) -> bool:
    """Whether a cell states something, and does not go on with the row: `(i = k)`."""
    signs = _signs_of(cell)
    first = next((k for k, token in enumerate(cell) if token.text != "\\quad"), 0)
    return bool(signs) and signs[0] > first


def relates(remark: list[Token]) -> bool:
    """Whether a remark states something, in brackets or not, and no part of it alone does."""
    return bool(_signs_of(remark))


def _signs_of(row: list[Token]) -> list[int]:
    """Where the relation signs of a row stand, or of all that stands in brackets."""
    depths = depths_of(row)
    outside = 1 if closes(row) == len(row) - 1 else 0
    return [k for k, t in enumerate(row) if t.kind == "rel" and depths[k] == outside]


def _is_remark(token: Token) -> bool:
    """Whether words introduce a remark that is mathematics."""
    return _REMARK.match(token.text) is not None


def _parts(
    row: list[Token], words: list[str], comments: list[list[Token]], behind_it: list[str]
) -> list[list[Token]]:
    """The statement of a row, and the remarks behind commas, gaps and words such as "where".

    Words behind a gap, or at the end of the row, are a comment, unless they introduce a formula and
    do not tell a reason. Words between symbols stay, so that the parser objects to them.
    """
    depths = depths_of(row)
    places = [*places_of(row, _APART), *places_of_kind(row, _WORDS)]
    if all(depths[k] and row[k].text != "\\quad" for k in places):
        return [row]  # they stand in brackets
    parts: list[list[Token]] = [[]]
    lead: list[Token] = []
    comment = False
    formula = [at for at, t in enumerate(row) if t.kind != "text" and t.text != "."]
    last = formula[-1] if formula else -1
    last_sign = max((at for at in formula if row[at].kind == "rel"), default=-1)
    for place, token in enumerate(row):
        if not comment and token.kind != "text" and token.text not in _APART:
            parts[-1].append(token)
            continue
        depth = depths[place]
        gap = token.text == "\\quad"
        if token.kind == "text" and depth == 0 and not comment:
            before = row[place - 1].text if place else "\\quad"
            ends = place > last
            behind = before in ("\\quad", ",") and (parts[-1] or len(parts) > 1)
            another = place < last_sign and _is_equation(parts[-1])
            if lead and another and _AND.match(token.text):
                parts.append(lead.copy())
            elif ends and _OTHERWISE.match(token.text):
                words.append(token.text.strip())
            elif (
                _is_remark(token)
                or _OTHERWISE.match(token.text)
                or (behind and _says_more(row, place))
            ):
                lead = [token]
                parts.append([token])
                comments.append([token])  # what it says may stand inside its words
            elif behind:  # "and hence" states something else
                comment = ends or not _goes_on_to_state(row, place)
                (comments if comment else parts).append([token] if comment else [])
            elif ends and len(parts) > 1 and _defines(parts[-1]) and is_description(token.text):
                continue  # "where d = a - b is the error": what d is stands there
            elif ends or not parts[-1]:
                words.append(token.text.strip())
                if parts[-1] or len(parts) > 1:
                    behind_it.append(token.text)
            else:
                parts[-1].append(token)
        elif depth == 0 and token.kind == "sym" and token.text in (",", ";"):
            comment = False
            parts.append(lead.copy())
        elif gap and depth == 0 and not _goes_on(row, place):
            parts.append(lead.copy())
        elif comment:
            comments[-1].append(token)
        elif not gap:
            parts[-1].append(token)
    return [part for number, part in enumerate(parts) if part or number == 0]


_APART: Final = frozenset((",", ";", "\\quad"))
_WORDS: Final = frozenset(("text",))
_PARTING: Final = _APART | {"text", "amp"}
"""Signs of which a row has one that is cut; second columns begin with a sign of separation."""


def _defines(remark: list[Token]) -> bool:
    """Whether a remark is an equation, which may say what a name is."""
    return any(token.kind == "rel" and token.text in ("=", ":=") for token in remark)


def _is_equation(remark: list[Token]) -> bool:
    """Whether what stands behind "where" is an equation, or only the word, as in "where and"."""
    return len(remark) == 1 or any(token.kind == "rel" for token in remark)


def _goes_on_to_state(row: list[Token], place: int) -> bool:
    """Whether words in a row only go on to another statement: "and hence", behind a gap."""
    rest = row[place + 1 :]
    stated = any(token.kind == "rel" for token in rest)
    return stated and _GOES_ON_TO.fullmatch(row[place].text) is not None


_GOES_ON_TO: Final = re.compile(
    r"\W*(?:(?:and|but|also|so|that|then|hence|thus|therefore|consequently|similarly|likewise|while"
    r"|whereas|moreover|which|gives|implies|yields|yet|together\s+with|as\s+well\s+as|i\.?\s?e)\b[\W_]*)+",
    re.IGNORECASE,
)


def _says_more(row: list[Token], place: int) -> bool:
    """Whether words introduce a formula, as in "and 0 otherwise", which is no reason."""
    ends = (",", ";", ".", "\\quad")
    rest = takewhile(lambda token: token.text not in ends, row[place + 1 :])
    return REASON.match(row[place].text) is None and any(token.kind != "text" for token in rest)


def denies(remark: list[Token]) -> bool:
    """Whether a remark tells when what stands before it does not hold: "unless i = k"."""
    words = remark[0].text if remark and remark[0].kind == "text" else ""
    return _OTHERWISE.match(words) is not None


def without_lead(words: str) -> str:
    """Words without the one that introduces a formula: "where"."""
    found = _REMARK.match(words)
    return words[found.end() :] if found else words


def holds_sometimes(remark: list[Token]) -> bool:
    """Whether a remark tells when what stands before it holds: "if i = k"."""
    return bool(remark) and remark[0].kind == "text" and _IF.match(remark[0].text) is not None


def any_number(remark: list[Token]) -> Token | None:
    """The letter of a remark that says that it may be any number: "for any constant b"."""
    words = remark[0].text if len(remark) == 2 and remark[0].kind == "text" else ""
    quantified = QUANTIFIES.fullmatch(words.strip()) is not None
    return remark[1] if quantified and remark[1].kind == "name" else None


def reason(comment: list[Token]) -> list[Token]:
    """The equation that a comment gives as a reason, if it is all that it says: "since a = b".

    In brackets it needs no words, `(a = b)`; what follows, "so a = b", has to be so as well.
    """
    whole = _enclosed(comment)
    comment = whole or comment
    words = [at for at, token in enumerate(comment) if token.kind == "text"]
    said = comment[words[0]].text if words else ""
    if (words or not whole) and not (REASON.match(said) or _FOLLOWS.match(said)):
        return []
    start = words[0] + 1 if words else 0
    end = next((at for at in words[1:] if comment[at].text.strip(" .,;)]")), len(comment))
    found = [token for token in comment[start:end] if token.kind != "text"]
    depths = list(accumulate(map(depth_of, found)))
    while found and (found[-1].text in (".", ",", ";", "\\quad") or depths[-1] < 0):
        found.pop()
        depths.pop()
    signs = [
        t.text for t, depth in zip(found, depths, strict=True) if t.kind == "rel" and not depth
    ]
    told_all = end == len(comment) and all(depth >= 0 for depth in depths)
    return found if signs == ["="] and told_all else []


def told(remark: list[Token]) -> list[Token]:
    """A remark without the words that introduce it."""
    return remark[1:] if remark and remark[0].kind == "text" else remark


def in_brackets(remark: list[Token]) -> list[Token]:
    """What brackets around a whole remark state, and may restrict to: `(a = 0)`."""
    return told(_enclosed(remark)) if restricts(remark) else []


def _enclosed(remark: list[Token]) -> list[Token]:
    """What stands within brackets around a whole remark."""
    if "".join(token.text for token in remark[:1] + remark[1:][-1:]) not in ("()", "[]"):
        return []
    depths = list(accumulate(map(depth_of, remark)))
    return remark[1:-1] if 0 not in depths[:-1] else []


def proviso(comment: list[Token]) -> list[Token]:
    """What a comment states, without the words and brackets around it: "if i = k", `(i = k)`."""
    comment = _enclosed(comment) or comment
    while comment and (comment[-1].kind == "text" or comment[-1].text in (".", ",", ";", "\\quad")):
        comment = comment[:-1]
    while comment and (comment[0].kind == "text" or comment[0].text == "\\quad"):
        comment = comment[1:]
    return [] if any(token.kind == "text" for token in comment) else comment


def _goes_on(row: list[Token], place: int) -> bool:
    """Whether a gap is mere spacing: an operator or relation stands on one side of it."""
    last = len(row)
    after = next((row[k] for k in range(place + 1, last) if row[k].text != "\\quad"), None)
    before = next((row[k] for k in range(place - 1, -1, -1) if row[k].text != "\\quad"), None)
    if before is None or after is None:
        return True
    if before.kind == "rel" or after.kind == "rel":
        return True
    return before.text in CONTINUES or after.text in CONTINUES
