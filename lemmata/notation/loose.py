r"""Formulas in the prose between displays, outside of the signs that set formulas.

Nobody reads them, so that a derivation whose last line is `Hence \log p = ..` without dollar signs
is not proved by the lines before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_LAYOUT: Final = re.compile(
    r"\\begin\{(?:aligned|alignedat|gathered|split|array|cases|multlined|[pbvBV]?matrix)\*?\}"
)
_FORMULA: Final = re.compile(
    r"\\(?:[dt]?frac|log|ln|exp|sum|prod|int|nabla|partial|det|sqrt|math(?:bb|cal|rm|bf)|operatorname"
    r"|left|right|cdot|times|alpha|beta|gamma|delta|epsilon|varepsilon|eta|theta|lambda|mu|pi|sigma"
    r"|tau|phi|psi|omega|bigl?|Bigl?|hat|bar|tilde|top)(?![A-Za-z])"
    r"|(?<![A-Za-z])[A-Za-z]\w{0,9}[(\[][^()\[\]=]*[)\]]\s*="
)
_STATES: Final = re.compile(r"=|\\(?:leq?|geq?|approx|equiv|propto)(?![A-Za-z])|[<>\u2264\u2265]")
_LINES: Final = re.compile(r"\n|(?<=[.!?;])\s")
_DEFINED: Final = re.compile(
    r"\\(?:re)?newcommand|\\(?:def|let|DeclareMathOperator)\b|\\usepackage"
)
SHOWN: Final = 60
"""Signs of such a formula that are shown."""


def loose_formulas(stretches: Iterable[str]) -> list[str]:
    """What is said of the first formula that stands in no signs, if there is one.

    Args:
        stretches: The prose before, between and behind the formulas.
    """
    for stretch in stretches:
        for line in _LINES.split(stretch):
            states = _FORMULA.search(line) and _STATES.search(line) and not _DEFINED.search(line)
            if states or _LAYOUT.search(line):
                shown = " ".join(line.split())[:SHOWN]
                return [f"a formula stands outside of dollar signs, where it is not read: {shown}"]
    return []
