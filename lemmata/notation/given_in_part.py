# ruff: noqa: SIM905 - a list of words is written as words
r"""Definitions that a sentence gives only in part: `Let $u = a$ if $b > 0$`, `.. plus noise`.

A definition is taken as it stands if its sentence says nothing that may narrow or change it. What
is said is known to be harmless, or it is held against every formula in which the name stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from lemmata.kernel.declarations import Index, Scalar
from lemmata.notation.blanks import blank_comments, blank_markup
from lemmata.notation.errors import NotationError, Source
from lemmata.notation.labelled import without_ranges
from lemmata.notation.layout import Layout, told
from lemmata.notation.lexer import Token, has_text
from lemmata.notation.macros import find_macros
from lemmata.notation.names import read_name
from lemmata.notation.names_told import with_named
from lemmata.notation.own_sentence import Sentences
from lemmata.notation.parser import Parser
from lemmata.notation.renaming import STANDS
from lemmata.notation.set_apart import Apart, set_apart
from lemmata.notation.symbols import OPERATORS, Symbols
from lemmata.notation.ways import readings
from lemmata.notation.write import write_text
from lemmata.notation.written_out import read_head

MANY: Final = 120
"""As many equations that may define a name are looked at beside each other."""


class _Given(NamedTuple):
    """What gives a name: the name, the letters beside it, and where it stands."""

    name: str
    letters: frozenset[str]
    stretch: tuple[int, int]
    since: int


class _Text(NamedTuple):
    """What a definition is looked at in."""

    sentences: Sentences
    definitions: tuple[tuple[str, str], ...]  # each name, and what defines it without spaces
    bounds: dict[str, str]
    symbols: Symbols


def doubt_what_is_given_in_part(
    layouts: Sequence[Layout], source: Source, symbols: Symbols
) -> None:
    """Hold against formulas that a name in them is given in part, by itself or by another one."""
    shown = with_named(blank_markup(blank_comments(source.text)))
    for start, end in find_macros(shown)[1]:
        shown = shown[:start] + " " * (end - start) + shown[end:]
    formulas = set_apart(shown)
    given = [(layout, each) for layout in layouts for each in _given(layout, source, symbols)]
    if not formulas or not given:
        return
    if len(given) > MANY:
        for layout, _ in given:
            layout.doubt = layout.doubt or f"a text with more than {MANY} equations of new names"
        return
    text = _Text(
        Sentences(shown, formulas),
        tuple((each.name, _plain(shown[slice(*each.stretch)])) for _, each in given),
        _bounds(shown, formulas, symbols),
        symbols,
    )
    doubts: dict[str, str] = {}
    uses = Counter(text for layout in layouts for text in _texts(layout))
    known: set[tuple[str, frozenset[str]]] = set()
    for layout, each in given:
        if not layout.aside and each[:2] in known:
            continue  # it is stated of what is known by now
        known.add(each[:2])
        if uses[each.name] > 1 and (said := _said(each, text)):
            doubts.setdefault(each.name, f"what {each.name} is may hold in part: {said}")
    for name, note, place in _given_again([each for _, each in given], shown):
        doubts.setdefault(name, note)
        for layout in layouts:
            if layout.stretch[0] <= place < layout.stretch[1]:
                layout.doubt = layout.doubt or note
    _hold_against(doubts, given, layouts)


def _hold_against(
    doubts: dict[str, str], given: Sequence[tuple[Layout, _Given]], layouts: Sequence[Layout]
) -> None:
    """Hold what is said of names against the formulas with them, and with what is made of them."""
    holders: dict[str, list[Layout]] = {each.name: [] for _, each in given}
    gives: dict[int, list[str]] = {}
    for layout, each in given:
        gives.setdefault(id(layout), []).append(each.name)
    for layout in layouts if doubts else ():
        for name in {*_texts(layout)} & holders.keys():
            holders[name].append(layout)
    open_ones = [*doubts]
    while open_ones:
        note = doubts[open_ones[-1]]
        for layout in holders[open_ones.pop()]:
            layout.doubt = layout.doubt or note
            for name in gives.get(id(layout), ()):
                if name not in doubts:
                    doubts[name] = note
                    open_ones.append(name)


def _bounds(text: str, formulas: Sequence[Apart], symbols: Symbols) -> dict[str, str]:
    """What sentences say of letters that are not declared, and are no longer any number then."""
    found: dict[str, str] = {}
    for one in formulas:
        written = text[one.start : one.end].strip(" .,")
        plain = _plain(written)
        bounded = None if one.display else _BOUNDED.match(plain)
        if bounded is None or _is_whole(plain, symbols):
            continue
        letters = (name for name in bounded[1].split(",") if symbols.find(name) is None)
        found |= dict.fromkeys(letters, f"${written}$")
    return found


def _given_again(given: Sequence[_Given], text: str) -> Iterator[tuple[str, str, int]]:
    """The names that a text gives twice: at a brace as well, or at a value of their argument."""
    for brace in _NAMES_A_BRACE.finditer(text) if "brace" in text else ():
        name, inside = brace["name"].removeprefix("\\"), _plain(brace["inside"])
        sides = [_plain(text[slice(*e.stretch)]) for e in given if e.name == name]
        if any(not side.endswith(f"={inside}") for side in sides):
            note = f"what {name} is stands at a brace as well: {brace['note'].strip()}"
            yield name, note, brace.start("inside")
    heads: dict[str, set[str]] = {}
    for each in given:
        call = _CALL.match(text, *each.stretch)
        heads.setdefault(each.name, set()).update((call[1],) if call else ())
    for name, calls in heads.items():
        if len(calls) > 1 and any(map(str.isdecimal, calls)):
            place = next(each.stretch[0] for each in given if each.name == name)
            yield name, f"what {name} is stands here more than once", place


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
        left = [token for token in row[:at] if token.text.strip("'")]
        if len(left) < at and has_text(left, {"("}):
            continue  # the derivative of a function
        head = read_head(left, 0, called=True)
        if head is None or head[0] != len(left) or row[at].text not in ("=", ":="):
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
    if symbols.find(left[0].text, left[0].font) is not None and not _has_mark(left[1:]):
        return False
    try:
        found = readings(left, source, symbols, latex=True)
    except NotationError:
        found = ()
    if found and not any(STANDS in choice for reading in found for choice in reading.choices):
        return False
    try:
        name = read_name(Parser(left, source, symbols, latex=True))
    except NotationError:
        return True
    return name.entry is None and name.spelling not in OPERATORS


def _has_mark(scripts: Sequence[Token]) -> bool:
    """Whether scripts make another name of a declared one: `x_{max}`, `w'`, `x_0`, `P^*`."""
    letters = any(token.kind == "name" for token in scripts)
    numbered = not letters and any(token.kind == "num" for token in scripts)
    marks = (len(t.text) > 1 or t.text == "^" or not t.text.strip("'") for t in scripts)
    return numbered or any(marks)


def _plain(formula: str) -> str:
    r"""A formula without braces and spaces, but for those behind a command: `\in S`."""
    shown = _SPACES.sub(" ", formula).replace("\\{", "(").replace("\\}", ")")
    shown = re.sub(r"[{}\s]+", " ", shown)
    return re.sub(r"(\\[A-Za-z]+ (?=[A-Za-z]))|\s", lambda found: found[1] or "", shown)


def _said(given: _Given, text: _Text) -> str:
    """What a sentence says beside a definition that may narrow or change it."""
    around = text.sentences.around(*given.stretch, given.since)
    if around is None:
        return ""
    lead = _LAST_LEAD.split(around.before)[-1]
    lead = around.before if _NEW_CLAUSE.search(lead) else lead
    lead = "" if lead != around.before and _CALLED.fullmatch(lead) else lead
    behind = _CONCLUDES.split(around.behind)[0]
    if not given.letters and _WRITES.search(around.before):
        behind = _FOR_THE.sub(", ", behind)
    if _TAKES_ARTICLE.search(around.before):
        behind = _MAIN_CLAUSE.split(behind)[0]
    elif _ARTICLE.match(behind):
        return _quoted(behind)
    for said, edge in ((lead, _ADJACENT_BEFORE), (behind, _ADJACENT_BEHIND)):
        if _is_strange(said, edge, given, text):
            return _quoted(said)
    return next((text.bounds[n] for n in sorted(given.letters) if n in text.bounds), "")


def _is_strange(words: str, edge: re.Pattern[str], given: _Given, text: _Text) -> bool:
    """Whether some words beside a definition are not all known to be harmless."""

    def mark(formula: re.Match[str]) -> str:
        return f" <{_kind(formula[1], given, text)}> "

    plain = " ".join(_MARKUP.sub(" ", _FORMULA.sub(mark, words)).lower().split())
    if edge.search(plain):
        return True
    for harmless in _HARMLESS:
        plain = harmless.sub(" ", plain)
    return any(word not in _PLAIN for word in _WORD.findall(plain))


def _quoted(words: str) -> str:
    """Words as a message shows them."""
    shown = " ".join(words.split()).strip(" ,;")
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]} .."


def _kind(formula: str, given: _Given, text: _Text) -> str:
    """What a formula beside a definition is.

    A definition, an equation of a known name, a use of the name, a whole range, a letter of an
    index, names alone, or where other names lie.
    """
    plain, symbols = _plain(formula).strip(".,;:"), text.symbols
    plain = plain[1:-1] if _ENCLOSED.fullmatch(plain) else plain
    if plain.startswith("\\forall"):
        letter = _kind(plain[len("\\forall") :], given, text)
        return "all" if letter in ("all", "index", "bare") else "?"
    if plain.startswith("="):
        return "use"  # the chain goes on, and is judged
    for name, each in text.definitions:
        rest = plain.replace(each, "", 1) if name not in given.letters else plain
        if rest != plain and _OPENS.fullmatch(rest):
            return "def"
    own = [name.removeprefix("\\") for name in _NAMES.findall(plain)]
    own += _WORDS.findall(plain)
    compared = _COMPARES.search(plain) is not None
    other = _GIVES.match(plain)
    if given.name in own and not compared and not (other and own[0] == given.name):
        return "use"
    if other:
        return "?" if other[1].removeprefix("\\") in given.letters else "eq"
    if all(_is_whole(part, symbols) for part in _SETS_APART.split(plain)):
        return "all"
    entries = [symbols.find(n.removeprefix("\\")) for n in plain.split(",")]
    if all(e is not None and isinstance(e.item, Index) for e in entries):
        return "index"
    if _BARE.fullmatch(plain):
        return "bare"
    return "limit" if compared and given.letters.isdisjoint(own) and given.name not in own else "?"


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
        tuple(_plain(write_text(end, declarations)) for end in (r.lower, r.upper)) for r in ranges
    }
    first, more = (found.groupdict().get(group) or default for group, default in _BEGINS)
    counted = [str(int(first) + k) for k, _ in enumerate(more.split(",")[:-1], 1)]
    return known == {(first, found["last"])} and counted == more.split(",")[:-1]


_BOUNDED: Final = re.compile(r"([a-z](?:,[a-z])*)(?:[<>]|\\(?:[gl](?:eq?|t)|in|neq?)(?![a-z]))")
"""A formula that tells where some letters lie."""
_NAMES_A_BRACE: Final = re.compile(
    r"\\(?:under|over)brace\s*\{(?P<inside>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}\s*[_^]\s*"
    r"\{(?P<note>\s*(?::=|=:|=|\\equiv|\\coloneqq|\\eqqcolon)?\s*(?:\\text\w*\s*\{\s*\$?\s*)?"
    r"(?P<name>\\?[A-Za-z]+)[\s$}]*(?::=|=:)?\s*)\}"
)
"""A brace at which a name stands for what is in it."""
_CALL: Final = re.compile(r"\\?[A-Za-z]+\s*\(([^()=]*)\)")
_SHOWN: Final = 60
_FORMULA: Final = re.compile(r"\$([^$]*)\$")
_SPACES: Final = re.compile(
    r"\\[,;:! ]|\\q?quad\b|\\(?:left|right|[bB]ig[lr]?|displaystyle)(?![a-z])"
)
_GIVES: Final = re.compile(
    r"(?:\\(?:(?:wide)?hat|bar|overline|(?:wide)?tilde|vec|math[a-z]+|boldsymbol) ?)?(\\?[A-Za-z]+)"
    r"(?:[_^](?:\w|\\?[A-Za-z]+(?:,\w+)*))*'*(?:\([^()=]*\))?&?:?=(?![=>])(?!.*\\[lc]?dots(?![a-z]).*\Z)"
)
_NAMES: Final = re.compile(r"\\[A-Za-z]+|[A-Za-z]")
_WORDS: Final = re.compile(r"(?<!\\)\b[A-Za-z]{2,}")
_COMPARES: Final = re.compile(
    r"[<>]|:(?!=)|\\(?:[gl](?:eq?|t)|in|notin|neq?|sim|approx|equiv|to)(?![A-Za-z])"
)
_ENCLOSED: Final = re.compile(r"\([^()]*\)")
_SETS_APART: Final = re.compile(r"(?:,(?=[^,]*(?:\\in|=|\\le|\\ge|[<>])))")
_OPENS: Final = re.compile(r"(?:\\[A-Za-z]+|[&() ])*")
"""What a definition may stand in."""
_BARE: Final = re.compile(
    r"(?=.*[A-Za-z])(?:[A-Za-z\d,;|()'_^* ]|\\(?:hat|bar|tilde|vec|math[a-z]+|boldsymbol"
    r"|star|ast|top|ell|[lc]?dots|prime|dag"
    r"|(?:var)?(?:[Aa]lpha|[Bb]eta|[Gg]amma|[Dd]elta|epsilon|[Zz]eta|[Ee]ta|[Tt]heta|kappa"
    r"|[Ll]ambda|[Mm]u|[Nn]u|[Xx]i|[Pp]i|[Rr]ho|[Ss]igma|[Tt]au|[Pp]hi|[Cc]hi|[Pp]si|[Oo]mega))"
    r"(?![A-Za-z]))+"
)
"""A formula of names alone."""
_DOTS: Final = r"(?:\\[lcv]?dots[a-z]?|\.{2,3}|\u2026)"
_LETTERS: Final = r"(?P<letter>[a-z](?:,[a-z])*)"
_RANGES: Final = (
    re.compile(
        rf"{_LETTERS}(?:=|\\in\()(?P<first>\d),(?P<more>(?:\d,)*){_DOTS},(?P<last>[A-Za-z\d+-]+)\)?"
    ),
    re.compile(rf"(?P<first>\d)(?:\\leq? ?|<=){_LETTERS}(?:\\leq? ?|<=)(?P<last>[A-Za-z\d+-]+)"),
    re.compile(rf"{_LETTERS}\\in\[(?P<last>[A-Za-z]+)\]"),
)
_BEGINS: Final = (("first", "1"), ("more", ""))
_REAL: Final = re.compile(
    r"\\?[A-Za-z]+(?:,\\?[A-Za-z]+)*'?\\in(?:\\mathbb ?R|\\R)(?:\^\w+(?:\\times\w+)?)?"
)
_MAPS: Final = re.compile(
    r"[A-Za-z]+:\\mathbb ?R(?:\^\w+)?\\(?:to|rightarrow)\\mathbb ?R(?:\^\w+)?"
)
_SPACE: Final = re.compile(r"([a-z]'?(?:,[a-z]'?)*)\\in\\mathcal ?([A-Z])")
_POSITIVE: Final = re.compile(r"(\\?[A-Za-z]+)(?:>|\\geq?|>=)0")
_MARKUP: Final = re.compile(
    r"\\(?:textbf|textit|emph|textrm|textsc|mathrm)\s*\{|\\(?:noindent|medskip|smallskip|bigskip)\b"
    r"|\\[,;:! ]|[~*{}]|\\(?:label|eqref|ref|cite\w?)\s*\{[^{}]*\}"
)
_ADJACENT_BEFORE: Final = re.compile(
    r"(?:\A|[^\w,\s])\s*<(?:bare|index|use|limit|\?)>\s*\Z|\A\s*<[a-z?]+>\s*\Z|\bof\s*\Z"
)
_ADJACENT_BEHIND: Final = re.compile(r"\A[\s,(-]*<(?:bare|index|limit|\?)>|\A\s*[<']")
"""A formula without a word between it and the definition, which it may go on."""
_ARTICLE: Final = re.compile(r"\A\s*(?:the|an?|its|our|this)\b", re.IGNORECASE)
_TAKES_ARTICLE: Final = re.compile(
    r"\b(?:with|using|by|substituting|inserting)\b[^,.$]*\Z", re.IGNORECASE
)
"""Words before a definition behind which a sentence goes on with a noun."""
_MAIN_CLAUSE: Final = re.compile(r":|,\s*(?=(?:the|an?|our|its|this|we|one)\b)")
"""What stands before what is said with such a definition."""
_LAST_LEAD: Final = re.compile(
    r"\bwhere\b|(?:(?<=\$)|(?<=\$ ))\s*,?\s*with\b|\bwith(?=[^,]*\Z)", re.IGNORECASE
)
"""A word behind which a clause gives names that stand before it."""
_NEW_CLAUSE: Final = re.compile(
    r",\s*(?:(?:we|now|then)\s+)*(?:let|define|set|put|write|introduce|denote)\b", re.IGNORECASE
)
_CONCLUDES: Final = re.compile(
    r"\b(?:so\s+that|so|then|thus|hence|therefore|whence)\s*,?\s*(?=\$|it\s+follows\b|\Z)"
    r"|\bwhich\s+(?:gives|yields|implies|means)\b"
    r"|\b(?:and\s+)?we\s+(?:then\s+|now\s+|thus\s+|hence\s+)?(?:have|get|obtain|find|see|note|conclude)\b"
    r"|\b(?:gives|yields|satisfies|reads|becomes)\b|\bthen\s+update\b"
    r"|\band\s+(?:get|obtain|assume|suppose)\b|\bhas\s+(?:mean|variance|derivative|gradient|slope|the)\b",
    re.IGNORECASE,
)
"""Words behind a definition with which a sentence goes on to what follows from it."""
_WRITES: Final = re.compile(r"\b(?:writ|us)(?:e|ing)\s+\Z", re.IGNORECASE)
_FOR_THE: Final = re.compile(r"\A\s*for (?=(?:the|its|our)\b)")
"""What stands before a thing that a name is written for."""
_STOP: Final = (
    r"if|iff|when|whenever|while|unless|until|except|excluding|but|only|else\w*|otherwise|either|or|nor|not"
    r"|no|never|cannot|without|for|on|at|near|around|outside|inside|within|beyond|under|above|below"
    r"|up|to|plus|minus|times|modulo|mod|rounded|truncated|clipped|approx\w*|roughly|about|almost"
    r"|nearly|essentially|asymptotic\w*|assum\w*|suppos\w*|provided|such|where|restrict\w*|limit\w*"
    r"|condition\w*|subject|case\w*|large|small|positive|negative|non-?negative|odd|even|nonzero|integers?"
    r"|rational|discrete|locally|noise|noisy|added|squared|doubled|halved|shifted|multiplied|divided|scaled"
    r"|by|in|from|with|half|twice|than|instead|we|let|is|are|be|denotes?|with|as|and|indices|respectively|then|so|probability|[a-z]+ly"
)
_CALLED: Final = re.compile(rf"\s*(?:(?!(?:{_STOP})\b)[A-Za-z-]+\s+){{1,3}}", re.IGNORECASE)
"""What a name is called before it, without an article: "with target $y = ..$"."""
_HARMLESS: Final = (
    re.compile(
        r"\bfor (?:brevity|short|convenience|simplicity|clarity|later use"
        r"|ease of (?:notation|reading)|(?:notational|simplicity of|the sake of) "
        r"(?:notation|convenience|simplicity|brevity|clarity))\b"
    ),
    re.compile(
        r"\bto (?:shorten|simplify|ease|lighten|abbreviate|fix)(?: (?:the|our))?"
        r" (?:notations?|formulas)\b"
    ),
    re.compile(
        r"\b(?:in|throughout) (?:what follows|the following|the sequel|short|addition"
        r"|this (?:section|note|proof))\b"
    ),
    re.compile(
        r"\bfor (?:(?:all|every|each|any)(?: (?:times?|steps?|index|indices|integers?|states?"
        r"|samples?|entry|component|row|column|class|layer))?(?: <index>| <all>)|<all>)"
        r"(?:,? and <(?:index|all)>)*"
    ),
    re.compile(
        r"\bfor (?:all|every|each|any)(?: (?:real|fixed|given))*(?: (?:numbers?|reals?|scalars?"
        r"|vectors?|arguments?|points?|inputs?|outcomes?))? <bare>(?: and <bare>)?"
    ),
    re.compile(r"\b(?:from|up to|until) (?:(?:time|step) )?<(?:bare|index)>"),
    re.compile(
        r"\b(?:let|write|define|set|put|where|with)(?: <def>,?)*(?: and)? <eq>(?= ?,| and)"
        r"|^,? ?and <eq>|^(?:<def>,? ?)*<eq>(?= ?,| and)"
    ),
    re.compile(r"\bat (?:time|step|iteration|layer|node|position|state) <(?:bare|index)>"),
    re.compile(
        r"\b(?:step|part|claim|definition|notation|proof|eq|equation|lemma)\.?"
        r" (?:\(?\d+\)?|\(?[a-z]\))(?=[.:)\s])"
    ),
    re.compile(
        rf"\b(?:the|an?|our|its|their|this|these)(?: (?!(?:{_STOP})\b)[a-z][a-z'\u2019-]*){{1,5}}"
    ),
    re.compile(r"\b(?:let|assume|suppose|fix)(?: that)? <limit>(?=,? and\b)"),
    re.compile(r"<(?:def|all|bare|index|use)>"),
    re.compile(r"\b(?:i\.e\.|e\.g\.|as (?:before|usual|above|well as))"),
)
"""What a sentence may say beside a definition: whole ranges, and what a name is called."""
_PLAIN: Final = frozenset(
    "let us we now using substituting inserting suppose assume that this have written used say "
    "notation notations definition definitions preliminaries setup proof remark then so hence thus "
    "therefore first next also further moreover finally here and both define defining denote "
    "denotes denoting write writing put putting set setting introduce introducing abbreviate call "
    "calls called is are be being given by as of respectively where with consider compute recall "
    "centre center vector vectors variable variables number numbers quantity quantities shorthand "
    "fix get , ; . : ( ) - -- --- ` ' '' `` \"".split()
)
"""Words and signs that say nothing of where a definition holds."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|--+|[^\s]")
