# ruff: noqa: SIM905 - a list of words is written as words
"""What stands beside an answer: conditions, ranges, and what it calls itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from lemmata.judge.statements import compared
from lemmata.kernel.declarations import (
    Declarations,
    Definition,
    Index,
    Scalar,
    Size,
    Variable,
    free_names,
)
from lemmata.kernel.shapes import shape_of
from lemmata.kernel.terms import (
    App,
    Derivative,
    Entry,
    Num,
    Statement,
    Sym,
    Term,
    as_term,
    walk,
)
from lemmata.kernel.verdict import Verdict
from lemmata.notation import Chain, Document, Line, Reading, Sheet, write_text
from lemmata.notation.errors import UnderDeclared
from lemmata.notation.labelled import is_letter
from lemmata.notation.leads import MEANT
from lemmata.notation.prose import may_name, quantities
from lemmata.notation.vocabulary import ADJECTIVES

# What an answer may call itself: a name with scripts and arguments, as in `ELBO(x) = ...`.
BARE_NAME = re.compile(
    r"(\\(math\w+|text\w*|operatorname)\s*(\{\s*\w+\s*\}|\w)|\\[A-Za-z]+|[A-Za-z]\w*)"  # name
    r"(\s*[_^]\s*(\{[^{}]*\}|\\?\w+))*\s*((\\left)?\([^()=+/-]*\))?"  # scripts, arguments
)
# Parts of a remark that says over which range a letter runs: `j = 1, ..., m`, `j in {1, ..., m}`.
# A set of some values, `x in [0, 1]`, is no range: it is what the answer is restricted to.
WHOLE = (
    r"\\\{.*(?:\\[lc]?dots|\.\.\.).*\\\}|\[\w+\]"
    r"|(?:\\math(?:bb|cal|bf|rm|scr)\s*)?\{?\s*(?![QZ])[A-Z]\s*\}?(?:\^\s*(?:\w|\{[^{}]*\}))?"
)
RANGE = re.compile(
    r"a remark that is not read: (?:\\[lc]?dots|\.\.\.|[^\W\d]"
    rf"|\\?\w+\s*\\in(?![A-Za-z])\s*(?:{WHOLE})[\s.]*)"
)
# Where such a range begins or ends with a number, it has dots; a number alone is another answer.
DOTS = re.compile(r"a remark that is not read: (\\[lc]?dots|\.\.\.)")
NUMBER = re.compile(r"a remark that is not read: \d+")
LETTER = re.compile(r"a remark that is not read: ([^\W\d])")
QUANTITIES = frozenset(
    {
        "p",
        "P",
        "q",
        "Q",
        "W",
        "H",
        "sigma",
        "Var",
        "Cov",
        "E",
        "Std",
        "std",
        "IoU",
        "tr",
        "trace",
        "rank",
        "min",
        "inf",
        "lim",
    }
)
# Of a name in brackets these make another quantity; alone they are its name: `det = 1`.
FUNCTIONS = frozenset({"exp", "log", "ln", "det", "sqrt", "sign", "diag"})
# What an answer may be said to be, and other words for the same.
ALIKE = (
    ("gradient", "derivative", "derivatives", "jacobian", "slope"),
    ("determinant",),
    ("covariance", "variance"),
    ("bias",),
    ("mean", "expectation"),
    ("probability",),
    ("divergence", "kl"),
    ("bound", "elbo"),
)
# Of these a question speaks in its title, if it asks for one.
UNMISTAKABLE = ("covariance", "variance", "bias", "determinant", "jacobian", "gradient")
# What an answer may be said to be where the title names no quantity.
ANYTHING = frozenset({"estimator", "parameter", "parameters", "minimum", "maximum"})
# Words by which an answer calls itself, with arguments or as letters in a row: `Loss(x) = ..`.
CALLED = frozenset(
    "elbo vlb loss cost obj objective goal answer ans result res sol solution grad gradient logdet "
    "det mse nll kl js jsd tv ce ll reg risk err error bias map ap iou lhs rhs val value reward "
    "return ret out output update target est estimate new bound lik loglik log evidence gap "
    "alpha beta gamma delta eps epsilon theta eta phi psi lambda mu nu rho tau omega".split()
)
# What is made of a name: a power, a transpose, its value at a number.
MADE = re.compile(
    r"\^\s*(?:[\dT]|\\(?:top|intercal|dagger|prime)\b|\{\s*(?:[-\d][^{}]*|T|\\(?:top|intercal|dagger)|\\frac.*)\s*\})"
    r"|\((?:\\left)?\s*[\d.]+\s*(?:\\right)?\)\s*\Z"
)
UPDATES = frozenset({"<-", "+=", "-="})
RESTRICTING = frozenset({"<", ">", "<=", ">=", "!="})
SHOWN_DEFINITIONS = 10  # names of a text are told with what it says they are


def unread_remarks(flags: Sequence[str], answered: Declarations | None = None) -> list[str]:
    """The flags that are no part of a range, as `j = 1, ..., m` is cut at its commas.

    Beside a final answer (with the declarations of its question) a letter that stands for a value
    is none: it is a second answer, as in `2x, x`.
    """
    dots = any(DOTS.fullmatch(flag) for flag in flags)
    return [
        flag
        for flag in flags
        if not (RANGE.fullmatch(flag) or (dots and NUMBER.fullmatch(flag)))
        or (answered and (letter := LETTER.fullmatch(flag)) and not _may_run(letter[1], answered))
    ]


def _may_run(letter: str, declarations: Declarations) -> bool:
    """Whether an answer may say that it holds for all values of a letter."""
    found = declarations.find(letter)
    return found is None or isinstance(found, Index | Size | Variable)


def stands_beside(chain: Chain, document: Document) -> bool:
    """Whether an equation stands behind "where" or "with" and a formula, of which it says more."""
    before = document.source.text[: chain.lines[0].span.start]
    return len(chain.lines) > 1 and _BESIDE.search(before[-_FAR:]) is not None


_FAR = 80
"""Signs before a formula in which it is seen that it says more of the one before."""
_BESIDE = re.compile(
    r"(?:\$|\\[)\]}]|\})[\s.,;:)]*\b(?:where|with)(?:\s+(?:the|an?|its)(?:\s+[\w-]+){1,3})?\s*:?\s*(?:\$+|\\[(\[])\s*\Z"
)


def as_written(chain: Chain) -> str:
    """A statement as it was written, on one line."""
    members = (f"{line.relation or ''} {line.source.strip()}".strip() for line in chain.lines)
    return " ".join(members)


def told_definitions(document: Document) -> str:
    """What a text says that its own names are, in the words of the reader; nothing where none."""
    written: list[str] = []
    for definition in document.defined[:SHOWN_DEFINITIONS]:
        name = Sym(definition.name, tuple(map(Sym, definition.letters)))
        called = App(definition.name, definition.arguments, name.indices)
        try:
            sides = [
                write_text(side, document.declarations)
                for side in (called if definition.arguments else name, definition.body)
            ]
        except ValueError:  # no text is read as it
            sides = [definition.name, "what cannot be written"]
        written.append(" = ".join(sides))
    more = len(document.defined) - SHOWN_DEFINITIONS
    written += [f"and {more} more"] * (more > 0)
    return f"where {', '.join(written)}" if written else ""


def names_answer(line: Line) -> bool:
    r"""Whether a member is no more than a name that the answer gives itself, or a known label.

    What commonly names another quantity must be a label of the question: `\sigma_W = ...` is no
    variance, and `P(H|F) = ...` no `P(F|H)`.
    """
    found = BARE_NAME.fullmatch(line.source.strip())
    if found is None or line.readings:
        return line.label
    return line.label or not names_another(line)


def names_another(line: Line) -> bool:
    r"""Whether a member is a name that is commonly that of a quantity, and no known label.

    A word or sign that denies is no name of anything: `\mathrm{not} = 2x`, `\neg = 2x`.
    """
    found = BARE_NAME.fullmatch(line.source.strip())
    if found and (found[0].startswith("\\neg") or not may_name(found[1]) or _makes(found, line)):
        return not line.label
    if found and re.match(r"\\(nabla|Delta)(?![a-zA-Z]).*[(^]", found[0]):
        return not line.label
    if re.match(r"\\d?dot(?![a-zA-Z])", line.source.strip()):
        return not line.label
    words = re.findall(r"[A-Za-z]+", found[1]) if found else [""]
    head = words[-1] if found and found[1].startswith("\\") else words[0]
    within = any(len(name) > 1 and word.endswith(name) for word in words for name in QUANTITIES)
    function = found is not None and head in FUNCTIONS and "(" in found[0]
    return (head in QUANTITIES or within or function) and not line.label


def _makes(found: re.Match[str], line: Line) -> bool:
    r"""Whether a member that looks like a name makes something of what it names.

    A power, a transpose, a value at a number, an operator of its own, and letters in a row, which
    LaTeX takes for a product: `L^2`, `L^\top`, `L(0)`, `\operatorname{sq}(L)`, `AV(i)`.
    """
    word = re.sub(r"\\(?:math\w+|text\w*|operatorname)|[\s{}]", "", found[1])
    parts = [part for part in word.lower().split("_") if len(part) > 1]
    known = word.startswith("\\") or CALLED.issuperset(parts)
    operator = found[1].startswith("\\operatorname") and word.lower() not in CALLED
    whole = isinstance(line.error, UnderDeclared) and line.error.names[0].startswith(word)
    row = found[1] == word and line.error is not None and not whole
    applied = found[0].endswith(")")
    return (
        bool(MADE.search(found[0])) or (applied and (operator or not known)) or (row and not known)
    )


def flags_of_answer(document: Document, meant: Chain, sheet: Sheet) -> tuple[str, ...]:
    """The risks of a text that holds a final answer; the words of its question are none.

    Where its left side is what is asked for, other nouns are but other words for that.
    """
    title = sheet.title.lower()
    known = nouns_asked(sheet)
    strange = [*document.unled, *(word for word in document.turning if word not in known)]
    beside = modifiers(title)
    labelled = meant.lines[0].label and len(meant.lines) > 1
    strange += [
        noun
        for noun in document.subjects
        if (noun not in known and (not labelled or noun in MEANT)) or noun in beside
    ]
    shown = " ".join([*dict.fromkeys(strange)][:8])
    words = (f"words beside the formula: {shown}",) if strange else ()
    by = {found[1] for found in _RESPECT.finditer(document.source.text)}
    derived = {found[1] for found in _DERIVED.finditer(" ".join(sheet.conventions.labels))}
    goal = walk(sheet.goal.left) if sheet.goal else ()
    derived |= {part.variable.name for part in goal if isinstance(part, Derivative)}
    names = sorted(by - derived) if derived else []
    others = [name for name in names if isinstance(sheet.declarations.find(name), Scalar)]
    others = [f"{name} is not what is derived by here" for name in others]
    return (*words, *others, *document.clashes)


def nouns_asked(sheet: Sheet) -> set[str]:
    """The words that a question may be answered in: those of its title, and what it asks for."""
    title = sheet.title.lower()
    head = re.split(r"\b(?:of|with|for|by|through|that|between|under|from)\b", title)[0]
    asked = {*re.findall(r"[a-z]+(?:-[a-z]+)*", head)}
    asked |= {noun for group in ALIKE if asked.intersection(group) for noun in group}
    if not any(noun.split("-")[-1] in MEANT for noun in asked):
        asked = {*ANYTHING}
    asked |= {word.lower() for word in sheet.conventions.words}
    return ({*re.findall(r"[a-z]+", title)} - MEANT) | asked


def modifiers(title: str) -> set[str]:
    """The words of a title before the noun that it begins with: the evidence of its lower bound."""
    first, *rest = re.split(
        r"\b(?:of|with|for|by|through|that|between|under|from|at|on|in|is|are)\b|,", title
    )
    words = re.findall(r"[a-z]+", first.rpartition(":")[2])
    return {*words[:-1]} - {*re.findall(r"[a-z]+", " ".join(rest))}


_RESPECT = re.compile(r"(?:with\s+respect\s+to|w\.?r\.?t\.?)[\s$]*\\?(?:mathbf\s*\{?)?([A-Za-z]+)")
_DERIVED = re.compile(r"(?:\\nabla_\{?|\}\{(?:d|\\partial)\s*|/d)\\?([A-Za-z]+?)(?=[_}\s^]|\Z)")


OPENS = re.compile(r"\$|(?<!\\)\\[\[(]")
PAUSE = re.compile(r"[.,;!?]")
_SAME_AS = frozenset(("equal", "equivalent", "constant"))
_QUALITIES = "|".join(sorted(ADJECTIVES - _SAME_AS))
# A subject before a formula that is no more than a part of what is said of it.
_QUALITY = re.compile(
    r"[a-z] (?:is|are|points?|lies?) (?:(?:always|just|again|in) )?"
    rf"(?:(?:{_QUALITIES})\b(?![^:]*\b(?:is|gives?|yields?)\b)[^:]*[a-z]:?"
    r"|(?!(?:the|an?|its|just|simply|then|thus|equal|given)\b)[^:]*:)\s*\Z"
)
LOSS = re.compile(r"\b(?:loss|cost|error|minimi[sz]\w*)\b", re.IGNORECASE)


def doubts_of_words(chain: Chain, text: str, sheet: Sheet) -> list[str]:
    """What is said against words beside an answer that are no mere lead-in or reason.

    A noun before it, "the mean is", must be one of those in the title of the question; one right
    before the first formula of a text, the first of those. An answer behind other formulas that
    names what is asked for is no less so where the first of them is said to be something else.
    """
    title = sheet.title.lower()
    places = {group: [title.find(w) for w in group if w in title] for group in ALIKE}
    asked = sorted((group for group in ALIKE if places[group]), key=lambda each: min(places[each]))
    others = [n for n in chain.nouns if asked and not any(n in group for group in asked)]
    formula = OPENS.search(text)
    named = chain.lines[0].label or (chain.lines[1:] and chain.lines[1].relation in UPDATES)
    if (
        formula is not None
        and named
        and text[formula.end() : chain.lines[0].span.start].strip("$ ")
    ):
        formula = None
    before = PAUSE.split(text[: formula.start()])[-1] if formula is not None else ""
    before = "" if _QUALITY.search(before) else before
    first = quantities(before)[:1]
    wanted = asked[0] if asked else UNMISTAKABLE
    others += [n for n in first if (n in wanted) != bool(asked) and n not in others]
    words = [*chain.said, *others]
    found = [f"words beside the formula: {' '.join(words[:8])}"] if words else []
    loss = LOSS.search(text) if sheet.conventions.maximised else None
    if loss is not None:
        found.append(f"the text says {loss[0]!r}, and an objective to maximise is asked for")
    return found


def speaks_of(name: str, sheet: Sheet) -> bool:
    """Whether a question speaks of a name that it does not declare, in its spellings or labels."""
    if name in SIGNS:
        return False
    given = sheet.conventions
    ways = [*given.labels, *(way for thing, ways in given.spellings for way in (thing, *ways))]
    word = re.compile(rf"(?<![A-Za-z]){name}(?![A-Za-z])")
    return any(word.search(way) for way in ways)


def doubts_of_idle_names(meant: Chain, document: Document, sheet: Sheet) -> list[str]:
    """What is said against an answer beside which a name of the question is set, and not used.

    Nor does anybody set a name to a number and not use it, unless the question is about it.
    """
    if not document.defined:
        return []
    bodies = {definition.body for definition in document.defined}
    terms = [reading.term for line in meant.lines for reading in line.readings]
    named = HEAD.match(meant.lines[0].source.strip()) if meant.aside == "name" else None
    used = {name for term in (*terms, *bodies) for name in free_names(term)}
    used |= {
        part.name for term in (*terms, *bodies) for part in walk(term) if isinstance(part, App)
    }
    return [
        f"{definition.name} is set and not used"
        for definition in document.defined
        for head in re.findall(r"\A[A-Za-z]+", definition.name)
        if definition.name not in used and (named is None or head != named[1])
        if not free_names(definition.body) or speaks_of(head, sheet)
    ]


def measures_told(document: Document) -> list[str]:
    """What sentences say that a declared number measures, and it does not: "sigma is the variance".

    A deviation is no variance, its square no deviation, and neither is a precision.
    """
    found: list[str] = []
    for told in MEASURES.finditer(document.source.text):
        name, squared, word = told["name"], bool(told["square"]), told["word"].lower()
        other = squared if word.startswith(("standard", "std")) else not squared
        if word.startswith(("precision", "inverse", "log")):
            other = True
        items = map(document.declarations.find, (name, f"{name}_{told['below']}"))
        known = [item for item in items if isinstance(item, Scalar | Definition)]
        if other and any(item not in document.defined for item in known):
            found.append(f"the text says that {told[0].strip()}")
    return found


MEASURES = re.compile(
    r"\$\s*\\?(?P<name>[A-Za-z]+)(?:_(?:\{?(?P<below>[^{}$]*?)\}?))?(?P<square>\^\{?2\}?)?(?:_(?:\{[^{}]*\}|\w))?\s*\$"
    r"\s*,?\s*(?:is|are|be|being|denotes?|as|stands for|means)\s+"
    r"(?:(?:the|its|an?)\s+)?(?:\w+\s+)?"
    r"(?P<word>variances?|precisions?|inverse|log[- ]?variances?|standard deviations?|std)\b",
    re.IGNORECASE,
)


def doubts_of_entries(chain: Chain) -> list[str]:
    """What is said against an answer whose left side names some of the entries that are asked for.

    `dp_1/df_k` is one row, `dp_i/df_i` the diagonal.
    """
    first = chain.lines[0]
    some = not all(map(is_letter, first.called)) or len({*first.called}) < len(first.called)
    return [f"{first.source.strip()} names some entries of what is asked"] if some else []


def doubts_of_all(document: Document, sheet: Sheet) -> list[str]:
    """What is said against an answer for all of what the question chooses one of."""
    text = document.source.text
    return [
        f"it is said of all {letter}, and the question is about one"
        for letter in sheet.conventions.chosen
        if re.search(_ALL_OF.format(letter=re.escape(letter)), text)
    ]


def doubts_of_comparison(meant: Chain, document: Document) -> list[str]:
    """What is said against an update that is written as a comparison: `V(s) == V(s) + ...`."""
    first, last = meant.lines[0], meant.lines[-1]
    if first is last or "==" not in document.source.text:
        return []
    names = {reading.term for reading in first.readings}
    compares = any(part in names for reading in last.readings for part in walk(reading.term))
    return [f"== compares {first.source.strip()} and gives it no new value"] if compares else []


def doubts_of_arrows(meant: Chain) -> list[str]:
    r"""What is said against an arrow before an answer, unless it gives a name a new value.

    `\theta \to \theta - \alpha g` does; `f' \to 2x` tells a limit, or what f' is mapped to.
    """
    found: list[str] = []
    for before, line in pairwise(meant.lines):
        sides = [{reading.term for reading in side.readings} for side in (before, line)]
        parts = [{p for term in side for p in walk(term) if p != term} for side in sides]
        if line.relation == "arrow" and not (sides[0] & parts[1] or sides[1] & parts[0]):
            found.append(f"an arrow stands behind {before.source.strip()}, and no =")
    return found


def doubts_of_undefined(document: Document, sheet: Sheet) -> list[str]:
    """What is said against an answer in names that it must define, and does not."""
    text = document.source.text
    found: list[str] = []
    for name in sheet.conventions.undefined:
        used = re.search(_INDEXED.format(name=re.escape(name)) + r"(?!\s*(?:\\left)?[({[])", text)
        said = re.search(_INDEXED.format(name=re.escape(name)) + _SAID, text)
        if used is not None and said is None:
            found.append(f"{used[0]} is not said to be anything")
    return found


_INDEXED = r"(?<![A-Za-z\\]){name}(?:_(?:\{{[^{{}}]*\}}|\w+)|\[\w+\]|\d+)"
_SAID = (
    r"[\s$]*(?::?=|\\(?:triangleq|equiv|coloneqq|doteq|overset|stackrel|mathrel)\b"
    r"|(?:is|are|be|being|denotes?|for)\b)"
)
_ALL_OF = (
    r"(?:\b(?:all|every|each|any)\b|\\forall)\W*(?:\b\w+\b\W*){{0,2}}?(?<![A-Za-z\\]){letter}(?![A-Za-z'])"
    r"|(?<![A-Za-z\\]){letter}\s*(?:\\in\b|=\s*[01]\s*(?:,|\.|\\[lc]?dots))"
    r"|[01]\s*(?:\\leq?\b|<=?)\s*{letter}(?![A-Za-z'])"
)


def doubt_of_a_right_answer(
    meant: Chain, chain: Chain, values: Sequence[Reading], sheet: Sheet
) -> str:
    """What is said against an answer of the right value, if it says something else of it."""
    last = chain.lines[-1]
    if _is_in_braces(last.source.strip()):
        return f"{last.source.strip()} may be a set"
    other = tells_of_another(chain, sheet.declarations)
    if other:
        return f"this says what {other} is, which is not asked"
    own = meant.aside == "name" or names_answer(meant.lines[0])
    if own and len(meant.lines) > 1 and is_known_name(meant, sheet):
        return f"this says what {meant.lines[0].source.strip()} is, which is not asked"
    weaker = next((line for line in meant.lines[1:] if line.relation in RESTRICTING), None)
    goal = sheet.goal.relation if sheet.goal else "="
    bounded = weaker is not None and goal == "=" and len(meant.lines) == 2
    if bounded and any(_is_asked(reading.term, sheet) for reading in meant.lines[0].readings):
        return f"{as_written(meant)} is a bound, and the value is asked for"
    if last.space is not None and not _lies_in(last.space, values, sheet):
        return f"{last.source.strip()} is said to lie in a space of another shape"
    return _doubt_of_components(meant, values, sheet)


def _is_asked(term: Term, sheet: Sheet) -> bool:
    """Whether a left side is what is asked for: named so, or equal to the right answer."""
    if term in sheet.called:
        return True
    return any(compared(one, term, sheet.declarations) == "proved" for one in sheet.reference)


def _is_in_braces(source: str) -> bool:
    """Whether braces stand around a whole formula, as around the members of a set."""
    depth = 0
    for brace in BRACES.finditer(source):
        depth += 1 if brace[0].endswith("{") else -1
        if depth == 0:
            return BRACES.match(source) is not None and brace.end() == len(source)
    return False


BRACES = re.compile(r"(?:\\(?:left|right|[bB]ig+[lr]?)\s*)?\\[{}]")


def _lies_in(space: str, values: Sequence[Reading], sheet: Sheet) -> bool:
    """Whether what is asked for has the shape of a space: `d` for a column, nothing for a number.

    The letters of the sizes may be others, or large for small; they may not be exchanged.
    """
    sizes = [part for part in re.split(r"[x,]", space) if part]
    shapes = [shape_of(value.term, sheet.declarations) for value in values]
    if not sizes and any(shape is not None and shape.is_number for shape in shapes):
        return True  # each entry is a number
    known = {size.name.lower() for size in sheet.declarations.sizes} | {"1"}
    for reference in sheet.reference:
        shape = shape_of(reference, sheet.declarations)
        letters = free_names(reference) & {i.name for i in sheet.declarations.indices}
        if shape is None or (shape.is_number and letters):  # one entry of it
            return True
        spans = [s for s in (shape.rows, shape.columns) if s is not None and not shape.is_number]
        wanted = [write_text(span.upper, sheet.declarations).lower() for span in spans]
        wanted = wanted[:1] if shape.is_column and len(sizes) < 2 else wanted
        if len(sizes) == len(wanted) and not any(
            mine.lower() != its and (mine.lower() in known or its == "1")
            for mine, its in zip(sizes, wanted, strict=True)
        ):
            return True
    return False


def _doubt_of_components(chain: Chain, values: Sequence[Reading], sheet: Sheet) -> str:
    """What is said against an answer whose label numbers entries by other letters than its value.

    `dp_i/df_j = p_i (delta_ik - p_k)`, or `df/dx_i = 2x` for a column x.
    """
    first = chain.lines[0]
    if not first.label or not first.places:
        return ""
    letters = {index.name for index in sheet.declarations.indices}
    asked = {name for term in sheet.reference for name in free_names(term)} & letters
    where = f"{first.source.strip()} is numbered by other letters than what it is said to be"
    for value in values:
        mine = {name for name, _ in value.letters} | (free_names(value.term) & letters)
        shape = shape_of(value.term, sheet.declarations)
        if asked and mine - asked and asked - mine:
            return where
        whole = shape is not None and not shape.is_number
        if whole and not {*first.places} & (mine | free_names(value.term)):
            return where
    return ""


def is_known_name(chain: Chain, sheet: Sheet) -> bool:
    """Whether a left side that is no label of the question has the head of a name that it knows.

    `V(i, i)` where `V(i, t)` is asked for, the older value where the newer one is, or the target of
    an update that is not asked for.
    """
    line = chain.lines[0]
    head = HEAD.match(line.source.strip())
    called = any(reading.term in sheet.called for reading in line.readings)
    if line.label or head is None or called:
        return False
    if chain.lines[1].relation in UPDATES:
        return True
    labels = sheet.conventions.labels
    known = {word for label in labels for word in re.findall(r"[A-Za-z]+", label)} - SIGNS
    known |= OTHERS | {process.reward for process in sheet.declarations.processes}
    return head[1] in known or sheet.declarations.find(head[1]) is not None


HEAD = re.compile(
    r"(?:\\(?:(?:wide)?(?:hat|tilde)|bar|overline|check|dot)\s*\{?\s*)?"
    r"(?:\\(?:operatorname|mathrm|text|mathbf|mathcal|mathbb)\s*\{?\s*|\\)?([A-Za-z]+)\}?"
)
SIGNS = frozenset({"det", "log", "ln", "frac", "partial", "d", "left", "right"})
OTHERS = frozenset({"rank", "perm", "tr", "trace", "Tr", "A", "V", "D", "AP", "mAP"})


def doubts_of_a_name(chain: Chain, sheet: Sheet) -> list[str]:
    """What is said against an answer that names or defines what is commonly another quantity."""
    first = chain.lines[0]
    if len(chain.lines) == 1 or first.label:
        return []
    defines = chain.aside == "name" and names_another(first)
    named = chain.aside == "name" or (first.error is not None and not first.readings)
    if not defines and not (named and _is_another_of_its_kind(first, chain.lines[-1], sheet)):
        return []
    return [f"{first.source.strip()} may be something else than what is asked"]


def _is_another_of_its_kind(line: Line, last: Line, sheet: Sheet) -> bool:
    """Whether a name is a declared one at another time or place, `v^{t+1}` where `v^t` is declared.

    Or the thing that is asked for with other arguments: `V(t, i)` where V(i, t) is asked.
    """
    found = _KIND.match(line.source.strip())
    if found is None:
        return False
    stem, primes, script, inside = found["stem"], found["primes"], found["script"], found["inside"]
    declared = {item.name for item in sheet.declarations.named()}
    labels = [label for label in sheet.conventions.labels if _plain(label).startswith(stem)]
    if primes and stem in declared and not labels:
        return True
    if script and not labels and any(name.split("^")[0] == stem for name in declared):
        return True
    if not inside:
        return False
    asked = [m["inside"] for m in map(_KIND.match, map(_plain, labels)) if m and m["inside"]]
    letters = re.findall(r"[A-Za-z]+", inside)
    if stem in declared and letters and all(letter not in last.source for letter in letters):
        return True
    mine = re.sub(r"[\s()]|\\left|\\right", "", inside)
    same = [re.sub(r"[\s()]|\\left|\\right", "", other) for other in asked]
    return mine not in same and any(sorted(mine) == sorted(other) for other in same)


def _plain(label: str) -> str:
    return label.strip().lstrip("\\")


_KIND = re.compile(
    r"\\?(?P<stem>[A-Za-z]+)(?P<primes>'*)(?:\s*_\s*(?:\{[^{}]*\}|\\?\w+))?"
    r"(?P<script>\s*\^\s*(?:\{[^{}]*\}|\\?\w+))?\s*(?:(?:\\left)?\((?P<inside>.*)\))?\Z"
)


def tells_of_another(chain: Chain, declarations: Declarations) -> str:
    """What an answer gives the value of, where that is another thing that the question defines.

    `P(H|F) = 2/3` says nothing of `P(F|H)`, even where both are the same number; what is the same
    for all values of the letters in it, `V(i, t + 1)` after one step, is what is asked for.
    """
    first, *others = chain.lines
    known = {definition.name for definition in declarations.definitions}
    names = [isinstance(r.term, Sym | App) and r.term.name in known for r in first.readings]
    told = bool(others) and others[0].relation in ("=", ":=") and bool(names) and all(names)
    same = told and any(
        free_names(reading.term) - known
        and compared(reading.term, value.term, declarations) == "proved"
        for reading in first.readings
        for value in chain.lines[-1].readings
    )
    return first.source.strip() if told and not first.label and not same else ""


def is_condition(chain: Chain, declarations: Declarations) -> bool:
    """Whether a statement only says where an answer holds: `sigma_j > 0`, `j = 1, ..., m`."""
    first, *others = chain.lines
    if len(others) != 1 or BARE_NAME.fullmatch(first.source.strip()) is None:
        return False
    letter = isinstance(declarations.find(first.source.strip()), Index)
    return others[0].relation not in ("=", ":=", *UPDATES) or letter


def picks_entries(chain: Chain, asked: Sequence[Term], declarations: Declarations) -> bool:
    """Whether a statement leaves out entries of what is asked: `i = k`, beside one for all i, k."""
    letters = {Sym(index.name) for index in declarations.indices}
    ends = {reading.term for line in chain.lines for reading in line.readings}
    if len(ends) < 2 or not ends <= letters:
        return False
    free = {Sym(name) for term in asked for name in free_names(term)}
    return ends <= free


def is_proviso(chain: Chain) -> bool:
    """Whether a statement holds an answer to some values only: `N <= 3`, where `N > 0` does not."""
    ends = [reading.term for line in chain.lines for reading in line.readings]
    numbers = [term for term in ends if isinstance(term, Num) and term != as_term(0)]
    return bool(numbers) and chain.lines[-1].relation in RESTRICTING


def for_all_entries(
    verdict: Verdict, statement: Statement | None, meant: Chain, document: Document, sheet: Sheet
) -> Verdict:
    """A proved verdict, unless the answer may give other entries than those asked for.

    It may leave some out, or count them by letters whose order no left side tells.
    """
    if verdict.outcome != "proved":
        return verdict
    said = [
        f"it gives the entries where {as_written(chain)}, and all are asked for"
        for chain in document.chains
        if picks_entries(chain, sheet.reference, document.declarations)
    ]
    sides = (statement.left, statement.right) if statement and len(meant.lines) == 1 else ()
    for side in sides:
        indices = side.indices if isinstance(side, Entry) else ()
        places = [write_text(index, document.declarations) for index in indices]
        if places != sorted(places):
            where = f"row {places[0]} and column {places[1]}"
            said.append(f"it may be the entry of {where}: write the left side")
    if not said:
        return verdict
    return replace(verdict, outcome="undecided", cause="ambiguous", message=said[0])
