r"""Where the formulas of a text stand that signs set apart: dollars, brackets, environments, boxes.

A box outside of the other signs, `So \boxed{2x}, since $f = x^2$`, holds a formula too, and so does
what a text begins with before a remark whose formula is set apart: `c x, where $c = 2$`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

LAYOUT: Final = frozenset(
    (
        "align",
        "aligned",
        "alignat",
        "alignedat",
        "equation",
        "eqnarray",
        "gather",
        "gathered",
        "multline",
        "multlined",
        "split",
        "flalign",
        "displaymath",
        "math",
        "array",
        "subequations",
        "empheq",
        "dmath",
        "IEEEeqnarray",
    )
)
"""Environments that only lay out what is in them."""

_INNER: Final = frozenset(
    ("aligned", "alignedat", "gathered", "multlined", "split", "array", "math", "subequations")
)
"""Those that stand inside a formula, so that the formula is more than them."""
DELIMITED: Final = re.compile(
    r"(?<!\\)\$\$(?P<dollars>.+?)(?<!\\)\$\$"
    r"|\\\[(?P<square>(?:(?!(?<!\\)\\\[).)+?)\\\]"
    r"|\\\((?P<round>(?:(?!(?<!\\)\\\().)+?)\\\)"
    r"|(?P<environment>\\begin\{(?P<name>"
    + "|".join(sorted(LAYOUT - _INNER))
    + r")\*?\}.+?\\end\{(?P=name)\*?\})"
    r"|(?<![\\$])\$(?!\$)(?P<dollar>.+?)(?<!\\)\$"
    r"|(?:\A|(?<=\n\n)|(?<=[a-z.,:;$)}]\n))"
    r"(?P<rows>[ \t]*\\begin\{(?P<inner>aligned|alignedat|gathered|split)\}.+?"
    r"\\end\{(?P=inner)\}[ \t.,]*)(?=\n|\Z)",
    re.DOTALL,
)
_DELIMITERS: Final = ("$", "\\(", "\\[", "\\begin", "\\boxed", "\\fbox")
"""One of these stands before each formula that a text sets apart."""
_GROUPS: Final = ("dollars", "square", "round", "environment", "rows", "dollar")
_WORDS: Final = re.compile(r"\\(?:text\w*|mbox|tag)\s*\{[^{}]*\}")
"""Words in a formula, whose own formulas end none."""
_ALL_SET: Final = re.compile(r"\s*\\(?:text\w*|emph|mbox)\s*\{[^{}]*\}[\s.]*")
_BOX: Final = re.compile(r"\\(?:boxed|fbox|framebox)\s*\{")
_BOXED: Final = re.compile(
    r"\\(?:boxed|fbox)\s*\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}"
)
"""A box, with braces within each other in it."""
_IN_WORDS: Final = re.compile(
    r"(?=.*[A-Za-z]{2})(?:[A-Za-z]{2,}(?![A-Za-z])|[aAI](?=\s)|[\s.,:;!?*'\u2019-])*", re.DOTALL
)
"""Words alone."""
_BEFORE_A_BOX: Final = re.compile(r"(?:\A|[.,:;\n}]|(?<![\\A-Za-z])[A-Za-z]{2,})[\s*]*\Z")
_BEHIND_A_BOX: Final = re.compile(r"[\s*]*(?:\Z|[.,;:]|\n)|[\s*]+(?:[A-Za-z]{2,}|\()")


_HEAD: Final = re.compile(
    r"\s*((?:[^\s]|\s(?!\s*\n))*?[^\s,;.])"
    r"(?:\s*[,;]\s*|(?:\s*[,;.]\s*|\s+)(?:where|with|here|for|since|because)\b[a-z\s]*)\Z",
    re.IGNORECASE,
)
"""What stands before a comma, or words that introduce a remark."""
_SIGN: Final = re.compile(r"\\[A-Za-z]|[\d^_+*/=(|-]")
_WORD_OF_PROSE: Final = re.compile(r"(?<![\\A-Za-z_^{])(?!(?:KL|JSD)\b)[A-Za-z]{2,}(?=[\s,.:;]|\Z)")


class Apart(NamedTuple):
    """A formula that is set apart: where its signs begin and end, where it does; if displayed."""

    outer: int
    behind: int
    start: int
    end: int
    display: bool


def set_apart(shown: str) -> list[Apart]:
    r"""The formulas that a text sets apart, in their order; a box does so among words.

    Where a text is nothing but words that are set, `\textbf{Answer: $2x$}`, they are those in it.
    """
    if not any(sign in shown for sign in _DELIMITERS):
        return []
    found = _delimited(shown if _ALL_SET.fullmatch(shown) else _searched(shown))
    if not found:
        return [*_boxes(shown, found)] if _IN_WORDS.fullmatch(_BOXED.sub(" ", shown)) else []
    boxes = _boxes(shown, found) if _BOX.search(shown) else ()
    if any(one.display for one in found):
        found += _in_words(shown, found)
    return sorted([*_before_a_remark(shown, found[0]), *found, *boxes])


def _before_a_remark(shown: str, first: Apart) -> Iterator[Apart]:
    """The formula that a text begins with, if a remark about it holds the first one set apart.

    It has signs of formulas and no words: a sentence is none, nor is a box.
    """
    head = _HEAD.match(shown[: first.outer]) if not first.display else None
    if head is None or _BOX.search(head[1]) or _WORD_OF_PROSE.search(_WORDS.sub(" ", head[1])):
        return
    if _SIGN.search(head[1]):
        yield Apart(0, head.end(1), head.start(1), head.end(1), False)


def _in_words(shown: str, found: list[Apart]) -> Iterator[Apart]:
    """The formulas in words that are set among the sentences beside displays: in bold."""
    for words in _WORDS.finditer(shown):
        if "$" in words[0] and all(
            one.behind <= words.start() or words.end() <= one.outer for one in found
        ):
            at = words.start()
            for one in _delimited(words[0]):
                places = (one.outer + at, one.behind + at, one.start + at, one.end + at)
                yield Apart(*places, one.display)


def _delimited(searched: str) -> list[Apart]:
    found: list[Apart] = []
    for match in DELIMITED.finditer(searched):
        group = next(name for name in _GROUPS if match.group(name))
        display = group not in ("round", "dollar")
        found.append(Apart(*match.span(), *match.span(group), display))
    return found


def _boxes(shown: str, found: list[Apart]) -> Iterator[Apart]:
    """The boxes outside of formulas that hold one, and beside which words or nothing stands."""
    at = 0
    for box in _BOX.finditer(shown):
        if box.start() < at:
            continue  # it stands in another
        end = _closing(shown, box.end())
        if end < 0:
            return
        inside, at = shown[box.end() : end], end
        touched = any(one.outer < end and box.start() < one.behind for one in found)
        if touched or "$" in inside or "\\(" in inside or not inside.strip():
            continue
        before = max((one.behind for one in found if one.behind <= box.start()), default=0)
        behind = min((one.outer for one in found if one.outer > end), default=len(shown))
        stands = _BEFORE_A_BOX.search(shown[before : box.start()])
        if stands and _BEHIND_A_BOX.match(shown[end + 1 : behind]):
            yield Apart(box.start(), end + 1, box.start(), end + 1, False)


def _closing(text: str, start: int) -> int:
    """Where the brace closes that opens before a place; -1 where none does."""
    depth = 1
    for sign in re.finditer(r"(?<!\\)[{}]", text[start:]):
        depth += 1 if sign[0] == "{" else -1
        if not depth:
            return start + sign.start()
    return -1


def _searched(shown: str) -> str:
    """A text in which formulas are looked for: what is not closed is none."""
    searched = _WORDS.sub(lambda m: m.group().replace("$", " "), shown)
    for opens, closes in (("\\(", "\\)"), ("\\[", "\\]")):
        end = max(0, searched.rfind(closes))
        searched = searched[:end] + searched[end:].replace(opens, "  ")
    return searched
