# ruff: noqa: SIM905 - a list of words is written as words
r"""Macros, environments and signs around and beside formulas that may take them back.

What a macro does that is not known may be to strike a formula out, or to hide it: `\sout{$x = 1$}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from lemmata.notation.chains import Reach
from lemmata.notation.macros import Macro
from lemmata.notation.set_apart import Apart

_KNOWN: Final = frozenset(
    # fonts, sizes, colours
    "emph textbf textit textsl textsc textrm textsf texttt textup textmd textnormal text underline "
    "uline highlight hl textcolor color colorbox fcolorbox red blue green alert structure bf it em "
    "sl sc rm sf tt bfseries itshape slshape scshape rmfamily sffamily ttfamily large Large LARGE "
    "huge Huge normalsize small footnotesize scriptsize tiny "
    # boxes and places
    "mbox hbox vbox fbox boxed framebox makebox parbox raisebox scalebox resizebox adjustbox "
    "centerline multicolumn multirow makecell only uncover onslide visible tcbox "
    # parts of a text
    "part chapter section subsection subsubsection paragraph subparagraph title subtitle "
    "frametitle framesubtitle author date thanks footnote footnotetext marginpar marginnote "
    "sidenote caption captionof intertext shortintertext item href url enquote begin end label ref "
    "eqref cref Cref cite citep citet tag index newcommand renewcommand ensuremath "
    "exercise question problem answer solution hint claim lemma theorem proposition corollary "
    "remark example proof definition term defn define keyword "
    # between them
    "quad qquad hfill hskip vskip hspace vspace smallskip medskip bigskip noindent indent par "
    "newline linebreak pagebreak newpage clearpage maketitle centering left right displaystyle "
    "qed qedhere qedsymbol".split()
)
"""Macros that leave what stands in them what it is."""
_SIGNS: Final = re.compile(r"\\(?P<name>[A-Za-z]+)\*?(?:\s*\[[^\[\]]*\]|<[\d,-]*>)*|\\.|[{}]")
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)")


def within_macros(
    plain: str, formulas: Sequence[Apart], macros: dict[str, Macro]
) -> Iterator[tuple[str, Reach]]:
    """The formulas that stand in what a macro is given of which it is not known what it does.

    Args:
        plain: The text, in which its formulas are blank.
        formulas: Those, in order.
        macros: What the text defines itself.
    """
    known = _KNOWN | {
        macro.name.removeprefix("\\")
        for macro in macros.values()
        if "#1" in macro.body and _KNOWN.issuperset(_COMMAND.findall(macro.body))
    }
    groups: list[tuple[str, int, int]] = []
    opened: list[tuple[str, int]] = []
    last, behind = "", 0
    for sign in _SIGNS.finditer(plain):
        if sign[0] == "{":
            opened.append(("" if plain[behind : sign.start()].strip() else last, sign.start()))
        elif sign[0] == "}":
            last, start = opened.pop() if opened else ("", sign.start())
            behind = sign.end()
            if last and last not in known:
                groups.append((last, start, behind))
        elif sign["name"]:
            last, behind = sign["name"], sign.end()
    for one in formulas:
        for name, start, end in groups:
            if start < one.outer and one.behind <= end:
                said = f"the formula stands in \\{name}{{..}}, and what that does is not known"
                yield said, Reach(one.outer, one.behind)


def within_environments(shown: str) -> Iterator[tuple[str, Reach]]:
    """What stands in environments whose name takes it back: `counterexample`, `retraction`."""
    for found in _DENYING.finditer(shown):
        end = shown.find(f"\\end{{{found[1]}", found.end())
        yield f"the text says {found[0]!r}", Reach(found.start(), end if end >= 0 else None)


_DENYING: Final = re.compile(
    r"\\begin\{((?:\w*counter-?example|retraction|withdrawal|errat(?:um|a)|corrections?|wrong\w*"
    r"|false(?!positive|negative)\w*|incorrect\w*|fallac(?:y|ies)|mistakes?|non-?example|deleted?"
    r"|obsolete|outdated|discard(?:ed)?|ignored?|hidden|hide|sout|strike\w*|disproof"
    r"|refutation)\*?)\}",
    re.IGNORECASE,
)


def crosses(shown: str) -> Iterator[tuple[int, int]]:
    """Where signs stand that deny what is beside them, in and outside of formulas."""
    yield from (found.span() for found in _CROSS.finditer(shown))


_CROSS: Final = re.compile(
    r"\\ding\s*\{5[3-6]\}|\\(?:xmark|crossmark|lightning|Lightning|blitz|XSolid\w*|Cross|frownie"
    r"|Frowny|dangersign|nRightarrow|contradiction)(?![A-Za-z])|\\Rightarrow\s*\\Leftarrow"
    r"|<(?:del|s|strike)>|~~(?=[$\\])"
)


def row_around(shown: str, at: int) -> Reach | None:
    """The row of a table, or the item of a list, that a place stands in the label of."""
    start = shown.rfind("\\begin{tab", 0, at)
    if start >= 0 and shown.find("\\end{tab", start, at) < 0:
        ends = [shown.find(sign, at) for sign in ("\\\\", "\\end{tab")]
        return Reach(
            max(start, shown.rfind("\\\\", start, at)),
            min((e for e in ends if e >= 0), default=None),
        )
    label = _LABEL.search(shown[:at])
    if label is not None:
        following = _NEXT_ITEM.search(shown, at)
        return Reach(label.start(), following.start() if following else None)
    return None


_LABEL: Final = re.compile(r"\\item\s*\[[^\[\]]*\Z")
_NEXT_ITEM: Final = re.compile(r"\\item\b|\\end\{(?:itemize|enumerate|description|list)\}")


def denying_cells(shown: str) -> Iterator[tuple[int, int]]:
    """Where the cells of tables and the labels of items stand that say no."""
    yield from (found.span() for found in _CELL.finditer(shown))


_NO: Final = (
    r"(?:\\text\w*\s*\{)?\s*(?:no|nope|false|wrong|incorrect|invalid|\$\\times\$|\$\\bot\$)"
    r"\s*[.!]?\}?"
)
_CELL: Final = re.compile(
    rf"[&|]\s*{_NO}\s*(?=&|\||\\\\|\\end\b)|\\item\s*\[\s*{_NO}\s*\]", re.IGNORECASE
)


def broken_formulas(
    shown: str, masked: str, formulas: Sequence[Apart]
) -> Iterator[tuple[str, Reach]]:
    """The formulas that are split over signs, or over words: `$b +$ $a = a$`, `$a =$ twice $b$`."""
    for one in formulas:
        if masked.startswith("$", one.behind):
            yield "a formula is split over dollar signs", Reach(one.outer, one.behind)
        if before := _LOOSE_BEFORE.search(masked[max(0, one.outer - 20) : one.outer]):
            said = f"{before[0].strip()} stands outside of dollar signs, beside a formula"
            yield said, Reach(one.outer, one.behind)
    for first, second in pairwise(formulas):
        if first.display and second.display:
            continue  # one row behind the other
        inside = shown[first.start : first.end], shown[second.start : second.end]
        words = masked[first.behind : second.outer]
        both = Reach(first.outer, second.behind)
        if not words.strip(" ~\n"):
            apart = "\n\n" in words
            opens = _OPEN.search(inside[0])
            goes_on = None if second.display else _GOES_ON.match(inside[1])
            alone = not (first.display or second.display or RELATES.search(inside[0]))
            alone = alone and _MARKS.fullmatch(inside[0]) is None
            states = alone and RELATES.search(inside[1]) and not _FOR.search(shown[: first.outer])
            opens = opens or (None if first.display else _ALONE.fullmatch(inside[0]))
            if not apart and (opens or goes_on or states):
                yield f"a formula is split over the signs of {_both(shown, both)!r}", both
        elif (opens := _OPEN.search(inside[0])) or (
            _EQUAL_TO.match(inside[1]) and not (first.display or second.display)
        ):
            if "\n\n" in words or _SENTENCE.search(words) or (opens and second.display):
                continue
            if (opens or _OF_THE_FIRST.match(words)) and not _BETWEEN.fullmatch(words):
                yield f"a formula is split over the words of {_both(shown, both)!r}", both


def _both(shown: str, both: Reach) -> str:
    return " ".join(shown[both.since : both.until].split())[:60]


_SIGN: Final = r"(?:[-+/*]|\\(?:cdot|times|pm|div)(?![A-Za-z]))"
_EQUALS: Final = r"(?:[=<>]|\\(?:leq?|geq?|equiv|approx|propto|coloneqq)(?![A-Za-z]))"
_OPEN: Final = re.compile(rf"[^\s=<>{{(^_]\s*(?:{_SIGN}|{_EQUALS})\s*\Z")
_LOOSE_BEFORE: Final = re.compile(r"(?<![A-Za-z\\])[A-Za-z\d)][ \t]*(?:[+*/]|(?<!\d )-)[ \t]*\Z")
_GOES_ON: Final = re.compile(
    rf"\s*(?:{_SIGN}|{_EQUALS}|\\[pb]?mod|\(?\\(?:text|mbox|rm)\s*\{{\s*\(?mod)"
)
_EQUAL_TO: Final = re.compile(rf"\s*{_EQUALS}\s*[^\s=]")
RELATES: Final = re.compile(_EQUALS)
_FOR: Final = re.compile(
    r"\b(?:for|all|any|every|each|some|fixed|given|in|of|on|at|to|by|with|if|when|where|that|and|or"
    r"|from|let|over|under|as|probability|function|step|state|time|input|sample|point|parameters?)"
    r"\s*\Z",
    re.IGNORECASE,
)
"""Words before a formula that is a name of a place or value, and no part of the next one."""
_MARKS: Final = re.compile(
    r"(?:\s|\\(?:\w*arrow|implies|iff|therefore|because|bullet|\w*star|\w*triangle\w*|checkmark"
    r"|square"
    r"|diamond|q?quad|[lc]?dots)(?![A-Za-z]))*"
)
"""Arrows and bullets, which are no part of the formula behind them."""
_OF_THE_FIRST: Final = re.compile(
    r"[\s,]*(?:is|are|was|were|seems|becomes?|equals?|approximately|roughly|about|nearly|almost"
    r"|half"
    r"|twice|not|never|minus|plus|times)\b",
    re.IGNORECASE,
)
"""How words go on that say something of the formula before them."""
_SENTENCE: Final = re.compile(r"[.!?;:](?=\s|\Z)|\\(?:item|par|begin|end|section|paragraph)\b")
_BETWEEN: Final = re.compile(
    r"[\s,~({]*(?:(?:which|that|it|this|and|so|then|hence|thus|therefore|also|again|is|are|equals?"
    r"|becomes?|gives?|yields?|just|simply|exactly|to|equal|now|or|i\.e\.|namely|by\s+definition"
    r"|the"
    r"|we|get|have|obtain|with|where|for|all|some|any|since|because|by|as|from|in|on|of|a|an|number"
    r"|if|when|let)[\s,~]*)*",
    re.IGNORECASE,
)
"""Words between two parts of a formula that leave it what it is."""


def made_of(shown: str, masked: str, formulas: Sequence[Apart]) -> Iterator[tuple[str, Reach]]:
    """The equations behind words that make another thing of their left side."""
    for one in formulas:
        inside = shown[one.start : one.end]
        if "=" not in inside:
            continue
        made = _MAKES.search(masked[max(0, one.outer - 60) : one.outer])
        if made and not _CALLED.match(inside):
            yield f"the text says {' '.join(made[0].split())!r}", Reach(one.outer, one.behind)


_MAKES: Final = re.compile(
    r"\b(?:(?:derivative|gradient|square|root|logarithm|log|inverse|negative|reciprocal|exponential"
    r"|sum|mean|expectation|expected\s+value|variance|determinant|trace|norm|integral|transpose"
    r"|double|half|triple)s?\s+of(?:\s+the)?|twice|thrice|half|double|minus)"
    r"(?:\s+the\s+following)?[\s:]+\Z",
    re.IGNORECASE,
)
_CALLED: Final = re.compile(
    r"\s*\\?[A-Za-z]+(?:\s*[_^](?:\{[^{}=]*\}|\\?\w+))*'*\s*(?:\([^=]*?\)|\[[^=]*?\])?\s*:?="
)
"""A name, or a value of one, that stands for what is equal to it."""


def alone(shown: str, masked: str, formulas: Sequence[Apart]) -> Iterator[tuple[int, int]]:
    r"""Where a sign alone stands behind a formula as if it were a sentence: `$\neg$`, `$\bot$`."""
    for first, second in pairwise(formulas):
        touches = not masked[first.behind : second.outer].strip(" ~.,;:\n(")
        ends = _NOTHING_MORE.match(masked, second.behind)
        if touches and ends and _ALONE.fullmatch(shown, second.start, second.end):
            yield second.outer, second.behind


_NOTHING_MORE: Final = re.compile(r"[ \t]*(?:[.!,;)\n]|\Z)")
_ALONE: Final = re.compile(
    r"\s*(?:\\(?:lightning|bot|neg|lnot|neq?|times|pm|nRightarrow|nLeftrightarrow|sharp|#)"
    r"|\\Rightarrow\s*\\Leftarrow"
    r"|\\not\s*=?|[!?]+)\s*"
)
