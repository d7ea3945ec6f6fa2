"""Words beside a wrong answer that do not make it right.

A right answer is proved only where every word beside it is known to change nothing. A wrong one is
wrong whatever leads to it, unless a word says that the answer is another quantity than its formula
gives: "minus", "its inverse", "not".
"""

from __future__ import annotations

import re
from typing import Final

from lemmata.judge.remarks import nouns_asked
from lemmata.notation import Chain, Document, Sheet
from lemmata.notation.leads import MAKES_ANOTHER, MEANT
from lemmata.notation.prose import CONDITIONAL, signs_in
from lemmata.notation.set_apart import DELIMITED

WORDS: Final = "words beside the formula: "
"""How a doubt begins that is about words alone."""


def only_leads(doubts: list[str], meant: Chain, document: Document, sheet: Sheet) -> bool:
    """Whether all that is said against an answer is words that do not make it another quantity.

    The answer stands out: it is in the one box of the text, it has the name of what is asked on its
    left, or it is the only formula.
    """
    text = document.source.text
    if any(not doubt.startswith(WORDS) for doubt in doubts) or document.told:
        return False
    outside = DELIMITED.sub(" ", text)  # `M^\top M, $M = ..$`: it is part of the answer
    if outside != text and _FORMULA.search(outside):
        return False
    start, end = meant.lines[0].span.start, meant.lines[-1].span.end
    before = _OPENS.sub("", text[:start])
    boxed = len(_BOX.findall(text)) == 1 and _BOX.search(text, len(before), end) is not None
    named = meant.lines[0].label or meant.lines[-1].label
    if not (boxed or named or len(document.chains) == 1):
        return False
    if not _SETS_CASES.isdisjoint(re.findall(r"[a-z]+", text.lower())):
        return False
    clause = re.split(_CLAUSE if boxed or named else _SENTENCE, before)[-1]
    return not _changes(clause, sheet) and not _changes(text[end:], sheet)


def _changes(words: str, sheet: Sheet) -> bool:
    """Whether some words may make another quantity of the formula that they touch."""
    found = re.findall(r"[a-z]+(?:['’]t)?", _COMMAND.sub(" ", words).lower())
    meant = MEANT - nouns_asked(sheet)
    return bool(signs_in(words)) or any(
        word in MAKES_ANOTHER or word in meant or word.endswith(("n't", "n’t")) for word in found
    )


_FORMULA: Final = re.compile(
    r"[\^_]|\\(?!(?:boxed|fbox|text\w*|displaystyle|begin|end)\b)[A-Za-z]+"
)
_SETS_CASES: Final = CONDITIONAL - {"not", "never", "times", "twice", "half", "minus"}
"""Words anywhere in a text by which an answer may be one of a case, or of something else."""
_BOX: Final = re.compile(r"\\(?:boxed|fbox)\b")
_OPENS: Final = re.compile(
    r"(?:[\s$&{]|\\[\[(]|\\begin\{[a-z]+\*?\}|\\(?:boxed|fbox|displaystyle)\b)*\Z"
)
_CLAUSE: Final = re.compile(r"[.,;:!?$]|\\[\])]")
_SENTENCE: Final = re.compile(r"[.!?](?=\s)|\n\s*\n")
_COMMAND: Final = re.compile(r"\\[A-Za-z]+|[$\\]")
