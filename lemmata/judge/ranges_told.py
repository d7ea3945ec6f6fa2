r"""The entries that an answer says it is for: `2x_i, \quad i = 1, \dots, d - 1` leaves one out."""

from __future__ import annotations

import re
from typing import Final

from lemmata.kernel.declarations import Declarations, free_names
from lemmata.kernel.terms import Range
from lemmata.notation import Chain, Document, write_text


def doubts_of_ranges(meant: Chain, document: Document) -> list[str]:
    """What is said against an answer beside which its letters run over a part of the entries.

    They run from 1 to a size, or from 0 to before it, or as the question says.
    """
    text = _SCRIPTS.sub(" ", document.source.text)
    found = [told for way in _TOLD for told in way.finditer(text)]
    if not found:
        return []
    known = _ranges(document.declarations)
    letters = _letters(meant, document.declarations)
    return [
        f"it says {' '.join(told[0].split())}, and all entries are asked for"
        for told in found
        if told["letter"] in letters and not _is_whole(told.groupdict(""), known)
    ]


def _letters(meant: Chain, declarations: Declarations) -> set[str]:
    """The letters that number the entries of an answer, as it calls them."""
    first, last = meant.lines[0], meant.lines[-1]
    indices = {index.name for index in declarations.indices}
    own = {name for reading in last.readings for name, _ in reading.letters}
    free = {name for r in last.readings for name in free_names(r.term) & indices}
    return {name for name in own | free | {*first.called} if re.fullmatch(r"[a-z]", name)}


def _ranges(declarations: Declarations) -> set[tuple[str, str]]:
    """The ranges that a question has, as their first and last numbers."""
    ranges = [index.range for index in declarations.indices]
    ranges += [axis for scalar in declarations.scalars for axis in scalar.axes]
    ranges += [v.components for v in declarations.variables if v.components is not None]
    ranges += [process.times for process in declarations.processes]
    return {_ends(each, declarations) for each in ranges}


def _ends(each: Range, declarations: Declarations) -> tuple[str, str]:
    lower, upper = (_plain(write_text(end, declarations)) for end in (each.lower, each.upper))
    return lower, upper


def _plain(written: str) -> str:
    return re.sub(r"[\\{}\s$]|,$", "", written)


def _is_whole(told: dict[str, str], known: set[tuple[str, str]]) -> bool:
    """Whether a range leaves out no entry: `1, .., d`, `i >= 1`, `0 <= i < d`."""
    first, last = _plain(told["first"]), _plain(told.get("last", ""))
    strict = told.get("above") in ("<", "\\lt")
    if told.get("below") in (">", "<", "\\gt", "\\lt") and first.isdigit():
        first = str(int(first) + 1)
    if (first, last) in known and not strict:
        return True
    if first not in ("0", "1", ""):
        return False
    if not last:
        return "last" not in told or told["first"] != ""
    name = _NAME.fullmatch(last) is not None
    if strict:
        return name and first == "0"
    before = last.removesuffix("-1")
    return name if first != "0" else before != last and _NAME.fullmatch(before) is not None


_SCRIPTS: Final = re.compile(r"[_^]\s*(?:\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|\\?\w+)")
_NAME: Final = re.compile(r"[A-Za-z]\w*")
_DOTS: Final = r"(?:\\[lcv]?dots[a-z]*|\.{2,3}|\u2026)"
_END: Final = r"(?P<last>[A-Za-z\d][A-Za-z\d\s+*/-]*)"
_LETTER: Final = r"(?<![A-Za-z\\])(?P<letter>[a-z])(?![A-Za-z'(])"
_TOLD: Final = (
    # i = 1, \dots, d and i \in \{1, \dots, d\}
    re.compile(
        rf"{_LETTER}\s*(?:=|\\in\s*\\?\{{)\s*(?P<first>\w+)\s*,?\s*(?:\d+\s*,\s*)*{_DOTS}\s*,?\s*{_END}"
    ),
    # i = 1, 2
    re.compile(
        rf"{_LETTER}\s*=\s*(?P<first>\d+)\s*,\s*(?:\d+\s*,\s*)*(?P<last>\d+)\b"
        rf"(?!\s*,?\s*{_DOTS}|\s*,\s*\d)"
    ),
    # i > 1
    re.compile(
        rf"(?<=[\s,;($]){_LETTER}\s*(?P<below>>=?|\\g(?:eq?|t)(?![a-z]))\s*(?P<first>\d+)\b"
    ),
    # 0 <= i < d
    re.compile(
        rf"(?P<first>\d+)\s*(?P<below><=?|\\l(?:eq?|t)(?![a-z]))\s*{_LETTER}"
        rf"\s*(?P<above><=?|\\l(?:eq?|t)(?![a-z]))\s*{_END}"
    ),
    # i < d
    re.compile(
        rf"(?<![\s=<>te])[\s,;($]+{_LETTER}\s*(?P<above><(?!=)|\\lt(?![a-z]))\s*(?P<first>){_END}"
    ),
)
"""How the numbers are told that a letter runs over."""
