r"""What braces below and above parts of a formula state of them.

`\underbrace{x}_{= 0}` and `\underbrace{x}_{3b}` say what x is; `\text{noise}`, `T_1` and `(1)` give
it a name, `\text{$n$ times}` counts, and `d \times n` is a shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lemmata.judge.chains import judge_chain
from lemmata.kernel.declarations import Declarations
from lemmata.notation import Document, NotationError, Sheet, read_chains

MOST: Final = 16
"""Notes of one text that are judged; those behind them are not proved."""
_GROUP: Final = r"(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*"
_BRACE: Final = re.compile(
    rf"\\(?:under|over)brace\s*\{{(?P<held>{_GROUP})\}}\s*[_^]\s*"
    rf"(?:\{{(?P<note>{_GROUP})\}}|(?P<sign>\\[A-Za-z]+|[^\s{{}}\\]))"
)
_WORDS: Final = re.compile(
    r"\\(?:text[a-z]*|mbox|hbox|mathrm|mathit|mathsf|scriptsize|footnotesize)\s*\{([^{}]*)\}"
)
_SPACES: Final = re.compile(r"\\(?:[,;:! ]|q?quad|scriptstyle|displaystyle|textstyle)|~|\$")
_RELATION: Final = re.compile(
    r":?=|[<>\u2264\u2265\u2248]|\\(?:leq?|geq?|neq?|approx|equiv|propto|[gl]eqslant|ll|gg|sim)(?![A-Za-z])"
)
_NAME: Final = re.compile(
    r"(?:\\(?:math\w+|operatorname|boldsymbol|bm|hat|tilde|bar)\s*)?"
    r"\{?\s*(?P<name>\\?[A-Za-z]+)\s*\}?\s*'*(?:\s*[_^]\s*(?:\{[^{}]*\}|\\?\w+|\*))*"
    r"(?:\([A-Za-z\\,;|\s]*\))?"
)
_NUMBER: Final = re.compile(
    r"[(\[]\s*(?:[ivxIVX]+|\d+|[A-Za-z*])\s*[)\]]|\*+|\\(?:star|ast|dagger|ddagger|circ)"
    r"|I{2,3}|IV|VI{0,3}"
)
"""What a remark elsewhere calls a part: `(1)`, `(*)`, `II`."""
_SHAPE: Final = re.compile(r"[\w+{}\\\s-]*\\times[\w+{}\\\s-]*|\\in\s*\\mathbb.*")
_COUNTS: Final = re.compile(r"\s*(?:times|terms|factors|copies|steps|layers|entries|of them|-)")


def false_braces(document: Document, sheet: Sheet) -> list[tuple[int, str]]:
    """Where braces say of what they hold what is not proved of it, each with what they say."""
    stated = [*_stated(document.source.text, document.declarations)]
    judged = [(at, text, _fault(text, document, sheet)) for at, text in stated[:MOST]]
    judged += [(at, text, _NOT_PROVED) for at, text in stated[MOST:]]
    return [(at, f"a brace says {text}, {fault}") for at, text, fault in judged if fault]


_NOT_PROVED: Final = "which is not proved"


def _stated(text: str, known: Declarations) -> Iterator[tuple[int, str]]:
    """What the braces of a text state, with its place; those in braces behind what holds them."""
    shift = 0
    while brace := _BRACE.search(text, shift):
        told = _told(brace["note"] or brace["sign"] or "", brace["held"], known)
        if told and not _RELATION.fullmatch(brace["held"].strip()):
            yield brace.start("held"), f"{brace['held'].strip()} {told}"
        shift = brace.start("held")


def _told(note: str, held: str, known: Declarations) -> str:
    """What a note says of what its brace holds, with a relation before it; nothing of a label."""
    formula = _SPACES.sub(" ", note)
    words = _WORDS.search(formula)
    if relation := _RELATION.search(_WORDS.sub(r" \1 ", formula)):
        whole = _WORDS.sub(r" \1 ", formula).strip()
        before = whole[: relation.start()].strip()
        defines = relation[0] == ":=" or whole[relation.start() :].startswith("=:")
        if defines or not before or _is_label(before, held, known):
            return "" if defines else whole[whole.index(relation[0]) :]
        return f"= {whole}"
    if words and not formula[: words.start()].strip():
        return ""
    if words and _COUNTS.match(words[1]):
        return ""
    formula = formula[: words.start() if words else None].strip()
    return "" if not formula or _is_label(formula, held, known) else f"= {formula}"


def _is_label(note: str, held: str, known: Declarations) -> bool:
    """Whether a note only names a part, counts its terms, or tells its shape."""
    if _NUMBER.fullmatch(note) or _SHAPE.fullmatch(note):
        return True
    named = _NAME.fullmatch(note)
    if named is None:
        return False
    item = known.find(named["name"].removeprefix("\\"))
    return item is None or ("dots" in held and item in known.sizes)


def _fault(stated: str, document: Document, sheet: Sheet) -> str:
    """What is wrong with something stated in the names of a text; nothing if it is proved."""
    known = document.declarations
    try:
        told = read_chains(f"${stated}$", known, "latex", sheet.conventions)
    except NotationError:
        return _NOT_PROVED
    steps = [step for chain in told.chains for step in judge_chain(chain, known, told.flags)]
    outcomes = {step.verdict.outcome for step in steps}
    return "which is not so" if "refuted" in outcomes else _NOT_PROVED * (outcomes != {"proved"})
