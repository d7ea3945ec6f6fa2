r"""Definitions that a sentence gives only in part: `Let $u = a$ if $b > 0$`, `Let $u = a$ plus noise`.

A definition is taken as it stands if its sentence says nothing that may narrow or change it. What
is said is known to be harmless, or it is held against every formula in which the name stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from lemmata.kernel.declarations import Index, Scalar
from lemmata.notation.blanks import blank_comments, blank_markup
from lemmata.notation.errors import NotationError, Source
from lemmata.notation.labelled import without_ranges
from lemmata.notation.layout import Layout, told
from lemmata.notation.lexer import Token
from lemmata.notation.macros import find_macros
from lemmata.notation.names import read_name
from lemmata.notation.names_told import with_named
from lemmata.notation.own_sentence import Around, Sentences
from lemmata.notation.parser import Parser
from lemmata.notation.set_apart import set_apart
from lemmata.notation.symbols import OPERATORS, Symbols
from lemmata.notation.ways import readings
from lemmata.notation.write import write_text
from lemmata.notation.written_out import read_head


class _Given(NamedTuple):
    """What gives a name: the name, the letters beside it, and where it stands."""

    name: str
    letters: frozenset[str]
    stretch: tuple[int, int]
    since: int


def doubt_what_is_given_in_part(
    layouts: Sequence[Layout], source: Source, symbols: Symbols
) -> None:
    """Hold against formulas that a name in them is given in part, by itself or by another one."""
    shown = with_named(blank_markup(blank_comments(source.text)))
    for start, end in find_macros(shown)[1]:
        shown = shown[:start] + " " * (end - start) + shown[end:]
    formulas = set_apart(shown)
    if not formulas:
        return
    sentences = Sentences(shown, formulas)
    doubts: dict[str, str] = {}
    given = [(layout, each) for layout in layouts for each in _given(layout, source, symbols)]
    others = [_SPACES.sub("", shown[slice(*each.stretch)]) for _, each in given]
    known: set[tuple[str, frozenset[str]]] = set()
    for layout, each in given:
        if not layout.aside and each[:2] in known:
            continue  # it is stated of what is known by now
        known.add(each[:2])
        around = sentences.around(*each.stretch, each.since)
        said = _narrows(around, each, others, symbols) if around is not None else ""
        if said:
            doubts.setdefault(each.name, f"what {each.name} is may hold in part: {said}")
    texts = {id(layout): {*_texts(layout)} for layout in layouts}
    for _ in doubts and given:  # a name made of such a name is one
        for layout, each in given:
            used = next((n for n in doubts if n in texts[id(layout)]), None)
            if used is not None:
                doubts.setdefault(each.name, doubts[used])
    for layout in layouts if doubts else ():
        notes = [note for name, note in doubts.items() if name in texts[id(layout)]]
        layout.doubt = layout.doubt or next(iter(notes), "")


def _texts(layout: Layout) -> Iterator[str]:
    """The signs of a layout and of what stands beside it."""
    for tokens in (*(s.tokens for s in layout.segments), *layout.remarks, *layout.comments):
        yield from (token.text for token in tokens)


def _given(layout: Layout, source: Source, symbols: Symbols) -> Iterator[_Given]:
    """The equations of a layout whose left side begins with a name that is not declared."""
    if layout.aside == "mention" or layout.link:
        return
    rows = [told(r) for r in (*without_ranges(layout.remarks), *layout.comments)]
    if len(layout.segments) == 2 and layout.segments[1].sign is not None:
        sides = layout.segments
        if layout.aside or not any(token.text == "^" for token in sides[0].tokens):
            rows.insert(0, [*sides[0].tokens, layout.segments[1].sign, *sides[1].tokens])
    for row in rows:
        at = next((k for k, token in enumerate(row) if token.kind == "rel"), 0)
        head = read_head(row[:at], 0, called=True)
        if head is None or head[0] != at or row[at].text not in ("=", ":="):
            continue
        if not row[0].start < row[at].start:  # it is made up here, and stands in no sentence
            continue
        if not _is_fresh(row[:at], source, symbols):
            continue
        words = next((k for k, token in enumerate(row) if token.kind == "text"), len(row))
        ends = (row[0].start, max(token.end for token in row[: max(words, at + 1)]))
        letters = frozenset(token.text for token in row[1:at] if token.kind == "name")
        before = (t.end for s in layout.segments for t in s.tokens if t.end <= ends[0])
        yield _Given(row[0].text, letters, ends, max(before, default=0))


def _is_fresh(left: list[Token], source: Source, symbols: Symbols) -> bool:
    """Whether the name on the left side of an equation is not declared, and means nothing else."""
    if left[0].text in OPERATORS or symbols.spellings.label(left) is not None:
        return False
    try:
        name = read_name(Parser(left, source, symbols, latex=True))
    except NotationError:
        name = None
    if name is not None:
        return name.entry is None and name.spelling not in OPERATORS
    try:
        return not readings(left, source, symbols, latex=True)
    except NotationError:
        return True


def _narrows(around: Around, given: _Given, others: Sequence[str], symbols: Symbols) -> str:
    """What a sentence says beside a definition that may narrow or change it; nothing if it is not so."""
    lead = _LAST_LEAD.split(around.before)[-1] if _LAST_LEAD.search(around.before) else around.before
    behind = _CONCLUDES.split(around.behind)[0]
    sides = ((lead, True), (behind, False))
    found = (_strange(said, given, others, symbols, before=first) for said, first in sides)
    return next(filter(None, found), "")


def _strange(
    words: str, given: _Given, others: Sequence[str], symbols: Symbols, *, before: bool
) -> str:
    """The first of some words beside a definition that is not known to be harmless."""

    def mark(formula: re.Match[str]) -> str:
        return f" <{_kind(formula[1], given, others, symbols)}> "

    plain = " ".join(_FORMULA.sub(mark, _MARKUP.sub(" ", words)).lower().split())
    edge = _ADJACENT_BEFORE if before else _ADJACENT_BEHIND
    if edge.search(plain):
        return _quoted(words)
    if not given.letters and re.search(r"\b(?:writ|us)(?:e|ing)\b", plain):
        plain = re.sub(r"\bfor (?=the|its|our)", " ", plain)
    for harmless in _HARMLESS:
        plain = harmless.sub(" ", plain)
    left = [word for word in _WORD.findall(plain) if word not in _PLAIN]
    return _quoted(words) if left else ""


def _quoted(words: str) -> str:
    """Words as a message shows them."""
    shown = " ".join(words.split()).strip(" ,;")
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]} .."


def _kind(formula: str, given: _Given, others: Sequence[str], symbols: Symbols) -> str:
    """What a formula beside a definition is: a bare name, a definition, a whole range, or no such."""
    plain = _SPACES.sub("", formula).strip(".,;:")
    other = _GIVES.match(plain)
    if other and other[1].removeprefix("\\") not in given.letters:
        defined = any(_OPENS.fullmatch(plain.replace(each, "", 1)) for each in others if each in plain)
        return "def" if defined else "eq"
    if other:
        return "?"
    if all(_is_whole(part, symbols) for part in _SETS_APART.split(plain)):
        return "all"
    entries = [symbols.find(n.removeprefix("\\")) for n in plain.split(",")]
    if all(e is not None and isinstance(e.item, Index) for e in entries):
        return "index"
    return "bare" if _BARE.fullmatch(plain) else "?"


def _is_whole(told_range: str, symbols: Symbols) -> bool:
    r"""Whether a letter is said to have all its values: `i = 1, \dots, n`, `u \in \mathbb{R}`."""
    if _REAL.fullmatch(told_range) or _MAPS.fullmatch(told_range):
        return True
    space = _SPACE.fullmatch(told_range)
    if space is not None:
        return all(name.upper() == space[2] for name in space[1].split(","))
    bound = _POSITIVE.fullmatch(told_range)
    if bound is not None:
        entry = symbols.find(bound[1].removeprefix("\\"))
        item = entry.item if entry is not None else None
        return isinstance(item, Scalar) and item.interval.lower == 0
    found = next((m for way in _RANGES if (m := way.fullmatch(told_range))), None)
    if found is None:
        return False
    entries = [symbols.find(letter) for letter in found["letter"].split(",")]
    declarations = symbols.declarations
    ranges = {e.item.range for e in entries if e is not None and isinstance(e.item, Index)}
    if any(entry is None for entry in entries):
        ranges |= {index.range for index in declarations.indices}
        ranges |= {axis for scalar in declarations.scalars for axis in scalar.axes}
    known = {
        tuple(_SPACES.sub("", write_text(end, declarations)) for end in (r.lower, r.upper))
        for r in ranges
    }
    first = found.groupdict().get("first") or "1"
    return known == {(first, found["last"])}


_SHOWN: Final = 60
_FORMULA: Final = re.compile(r"\$([^$]*)\$")
_SPACES: Final = re.compile(r"\\[,;:! ]|\\q?quad\b|[\s{}]|\\(?:left|right|bigl?|bigr?|displaystyle)(?![a-z])")
_GIVES: Final = re.compile(
    r"(?:\\(?:hat|bar|tilde|vec|mathbf|boldsymbol|mathrm|mathcal)\s*)?(\\?[A-Za-z]+)"
    r"(?:[_^](?:\w|\\?[A-Za-z]+(?:,\w+)*))*'*(?:\([^()=]*\))?&?:?=(?![=>])(?!.*\\[lc]?dots(?![a-z]).*\Z)"
)
_SETS_APART: Final = re.compile(r"(?:,(?=[^,]*(?:\\in|=|\\le|\\ge|[<>])))")
_OPENS: Final = re.compile(r"(?:\\[A-Za-z]+|[&()])*")
"""What a definition may stand in."""
_BARE: Final = re.compile(
    r"(?:[A-Za-z\d,;|()'_^*]|\\(?!(?:pm|mp|cdot|times|to|in|sim|approx|n?eq|[lg]eq?|infty|ne?|notin"
    r"|propto|circ|odot|oplus|ll|gg|sub|sup|setminus|cup|cap|neg|lnot|land|lor|forall|exists|mid|d?frac|sum|int|prod|sqrt)"
    r"(?![A-Za-z]))[A-Za-z]+)*[A-Za-z](?:[A-Za-z\d,;|()'_^*]|\\[A-Za-z]+)*"
)
"""A formula of names alone."""
_DOTS: Final = r"(?:\\[lcv]?dots[a-z]?|\.{2,3}|\u2026)"
_LETTERS: Final = r"(?P<letter>[a-z](?:,[a-z])*)"
_RANGES: Final = (
    re.compile(rf"{_LETTERS}(?:=|\\in\\)(?P<first>\d),(?:\d,)*{_DOTS},(?P<last>[A-Za-z\d+-]+?)\\?"),
    re.compile(rf"(?P<first>\d)(?:\\leq?|<=){_LETTERS}(?:\\leq?|<=)(?P<last>[A-Za-z\d+-]+)"),
    re.compile(rf"{_LETTERS}\\in\[(?P<last>[A-Za-z]+)\]"),
)
_REAL: Final = re.compile(r"\\?[A-Za-z]+(?:,\\?[A-Za-z]+)*'?\\in(?:\\mathbb|\\R)R?(?:\^\w+(?:\\times\w+)?)?")
_MAPS: Final = re.compile(r"[A-Za-z]+:\\mathbbR(?:\^\w+)?\\(?:to|rightarrow)\\mathbbR(?:\^\w+)?")
_SPACE: Final = re.compile(r"([a-z]'?(?:,[a-z]'?)*)\\in\\mathcal([A-Z])")
_POSITIVE: Final = re.compile(r"(\\?[A-Za-z]+)(?:>|\\geq?|>=)0")
_MARKUP: Final = re.compile(
    r"\\(?:textbf|textit|emph|textrm|textsc|mathrm)\s*\{|\\(?:noindent|medskip|smallskip|bigskip)\b"
    r"|\\[,;:! ]|[~*{}]|\\(?:label|eqref|ref|cite\w?)\s*\{[^{}]*\}"
)
_ADJACENT_BEFORE: Final = re.compile(r"(?:\A|[^\w,\s])\s*<(?:bare|index|\?)>\s*\Z|\A\s*<[a-z?]+>\s*\Z")
_ADJACENT_BEHIND: Final = re.compile(r"\A\s*,?\s*<(?:bare|index|\?)>|\A\s*<")
"""A formula without a word between it and the definition, which it may go on."""
_LAST_LEAD: Final = re.compile(r"\b(?:where|with)\b", re.IGNORECASE)
_CONCLUDES: Final = re.compile(
    r"\b(?:so\s+that|then|so|thus|hence|therefore|whence|which\s+(?:gives|yields|implies|means))\s*,?\s*"
    r"(?=\$|we\b|the\b|it\b|this\b|that\b|\Z)|\b(?:and\s+)?we\s+(?:then\s+|now\s+|thus\s+|hence\s+)?"
    r"(?:have|get|obtain|find|see|note|conclude|show|compute)\b|\b(?:gives|yields|satisfies|reads|becomes)\b"
    r"|\bhas\s+(?:mean|variance|derivative|gradient|slope|the|an?)\b",
    re.IGNORECASE,
)
"""Words behind a definition with which a sentence goes on to what follows from it."""
_STOP: Final = (
    r"if|iff|when|whenever|while|unless|until|except|excluding|but|only|else\w*|otherwise|either|or|nor|not"
    r"|no|never|cannot|without|for|on|at|near|around|outside|inside|within|beyond|under|above|below"
    r"|up|to|plus|minus|times|modulo|mod|rounded|truncated|clipped|approx\w*|roughly|about|almost"
    r"|nearly|essentially|asymptotic\w*|assum\w*|suppos\w*|provided|such|where|restrict\w*|limit\w*"
    r"|condition\w*|subject|case\w*|large|small|positive|negative|non-?negative|odd|even|nonzero|integers?"
    r"|rational|discrete|locally|noise|noisy|added|squared|doubled|halved|shifted|multiplied|divided|scaled"
    r"|by|in|from|with|half|twice|than|instead|we|let|is|are|be|denotes?|with|as|and|indices|respectively|then|so"
)
_HARMLESS: Final = (
    re.compile(
        r"\bfor (?:brevity|short|convenience|simplicity|clarity|later use|ease of (?:notation|reading)"
        r"|(?:notational|simplicity of|the sake of) (?:notation|convenience|simplicity|brevity|clarity))\b"
    ),
    re.compile(r"\bto (?:shorten|simplify|ease|lighten|abbreviate|fix)(?: (?:the|our))? (?:notations?|formulas)\b"),
    re.compile(r"\b(?:in|throughout) (?:what follows|the following|the sequel|short|addition|this (?:section|note|proof))\b"),
    re.compile(
        r"\bfor (?:(?:all|every|each|any)(?: (?:time|times|step|steps|index|indices|integer|integers|state|sample"
        r"|entry|component|row|column|class|layer))?(?: <index>| <all>)|<all>)(?:,? and <(?:index|all)>)*"
    ),
    re.compile(
        r"\bfor (?:all|every|each|any)(?: (?:real|fixed|given))*(?: (?:numbers?|reals?|scalars?|vectors?"
        r"|arguments?|points?|inputs?|outcomes?))? <bare>(?: and <bare>)?"
    ),
    re.compile(r"\b(?:from|up to|until) (?:(?:time|step) )?<(?:bare|index)>"),
    re.compile(r"\b(?:let|write|define|set|put|where|with)(?: <def>,?)*(?: and)? <eq>(?= ?,| and)|^,? ?and <eq>"),
    re.compile(r"\bat (?:time|step|iteration|layer|node|position|state) <(?:bare|index)>"),
    re.compile(r"\b(?:step|part|claim|case|definition|notation|proof|eq|equation|lemma)\.? (?:\(?\d+\)?|\(?[a-z]\))(?=[.:)\s])"),
    re.compile(rf"\b(?:the|an?|our|its|their|this|these)(?:[ \n]+(?!(?:{_STOP})\b)[a-z][a-z'’-]*){{1,5}}"),
    re.compile(r"<(?:def|all|bare|index)>"),
    re.compile(r"\b(?:i\.e\.|e\.g\.)"),
)
"""What a sentence may say beside a definition: ranges that leave out nothing, and what a name is called."""
_PLAIN: Final = frozenset(
    "let us we now using suppose assume that then first next also further moreover finally here and both define defining denote "
    "denotes denoting write writing put putting set setting introduce introducing abbreviate call calls "
    "called is are be being given by as of respectively where with consider recall fix "
    ", ; . : ( ) - -- --- ` ' '' `` \"".split()
)
"""Words and signs that say nothing of where a definition holds."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|--+|[^\s]")
