# ruff: noqa: SIM905 - a list of words is written as words
r"""How a sentence goes on behind a display, and whether that says more of what is displayed.

"up to a constant", "approximately", "plus a remainder" make another statement of it. There is no
end of such words, so those that are known to be harmless are listed: a fragment that begins with
another word is not passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_OPENS: Final = frozenset(
    # what binds clauses
    "and or but so then hence thus therefore where which whose who whom when while whereas "
    "whenever "
    "if since because as by via from for in on at to of over under between within among through "
    "given that into onto after before provided until with without per against toward towards "
    "across along behind around throughout during upon above below beyond "
    "however moreover furthermore consequently accordingly indeed namely thereby therein whereby "
    "wherein respectively resp thanks due according based subject regardless independent "
    "independently irrespective instead analogous equivalent equivalently similar "
    # clauses of their own
    "i we you one it its this that these those they their there here the a an our your each every "
    "all any both some no none not now next first second third finally lastly again also let note "
    "notice observe recall see cf compare consider remember what why how ok okay well "
    # verbs that have the display as subject, or as what the sentence says
    "is are was were has have holds hold follows follow gives give yields yield shows show proves "
    "prove implies imply becomes reads equals equal means says tells can could may might "
    "will would "
    "must should does do did vanishes vanish depends depend bounds converges agrees remains "
    "simplifies reduces exists denotes denote called known defined obtained used needed required "
    "desired claimed stated asserted announced promised wanted shown proved proven proving done "
    "qed end "
    # of names and numbers
    "i.e e.g ie eg eq eqs eqn equation sec section app appendix thm theorem lemma prop proposition "
    "cor corollary fig figure tab table ch chapter p pp page iid wrt "
    "elementwise componentwise entrywise element-wise component-wise entry-wise coordinate-wise "
    "coordinatewise directly exactly immediately identically trivially clearly obviously "
    "simultaneously recursively explicitly likewise similarly analogously still always "
    "whatever whichever once unless such be even very together yet itself themselves rather "
    "otherwise "
    "simply more need require correspond satisfy represent refer agree lie belong".split()
)
"""Words with which a sentence goes on that leave a display what it is, or say where it holds."""
_LEAVING: Final = frozenset(
    "neglecting ignoring dropping omitting discarding suppressing excluding barring lacking "
    "missing "
    "pending disregarding approximating rounding truncating allowing forgetting modulo".split()
)
"""Words in -ing that say what is left out."""
_MADE: Final = frozenset(
    "squared cubed halved doubled tripled negated inverted transposed divided multiplied scaled "
    "rounded truncated shifted flipped reversed raised swapped corrected approximated modified "
    "increased decreased reduced dropped removed missed deleted replaced exchanged hoped guessed "
    "times minus plus sometimes perhaps less percents thousands millions bits decibels "
    "degrees".split()
)
"""Words that end as verbs do, and make something else of a formula, or a guess."""
_SENSE: Final = (
    r"(?:at\s+least\s+)?(?:up\s+to\b(?!\s+(?:now|here|date|(?:this|that)\s+point|(?:the\s+"
    r")?notation)\b)|(?:modulo"
    r"|mod)\b(?!\s+(?:notation|details))"
    r"|(?:approximately|approx|roughly|asymptotically|nearly|almost|about|essentially"
    r"|effectively|practically|morally|heuristically)\b(?!\s+(?:speaking|[\d\x01\x02]))"
    r"|(?:to|at)\s+(?:(?:an?|the|this|any|some|good|very|within)\s+"
    r")*(?:[\x01\x02]+[-\s]?)?(?:\w+(?:st|nd|rd|th)|first|leading|lowest|highest|zeroth|dominant"
    r"|next)?[-\s]*(?:orders?|approximation|accuracy|precision|decimals?|digits?)\b"
    r"|(?:to\s+)?within\s+(?:[\w-]+\s+){0,2}?(?:precision|accuracy|errors?|tolerance|digits?"
    r"|[\x01\x02\d])|or\s+(?:so|nearly|almost|roughly)\b|whatever\s+(?:that|this)\s+means\b"
    r"|on\s+average\b|almost\s+surely\b|a\.\s?s\.|w\.\s?h\.\s?p\."
    r"|with\s+(?:(?:high|overwhelming|large|positive|some)\s+)?probability\b"
    r"|in\s+(?:(?:the|a|an|some|first|leading|any)\s+)*(?:expectation|probability|distribution"
    r"|law|mean|average|limit|sense|long\s+run|order(?!\s+(?:to|that)\b)|approximation)\b"
    r"|(?:if\s+and\s+)?only\s+(?:if|when|for|in|on|up|approximately|asymptotically|to|under|at"
    r"|with)\b|iff\b"
    r"|(?:precisely|exactly|just)\s+(?:if|when)\b|but\s+for\b|at\s+best\b|more\s+or\s+less\b"
    r"|give\s+or\s+take\b"
    r"|as\s+(?:an?|the|our|my)\s+(?:\w+\s+)?(?:approximation|guess|heuristic|conjecture|rule\s+"
    r"of\s+thumb)\b"
    r"|with\s+(?:[\w\x01\x02-]+\s+){0,3}?(?:reversed|flipped|swapped|removed|dropped|omitted"
    r"|missing|changed|negated"
    r"|doubled|halved|exchanged|interchanged|inverted|ignored|neglected|replaced|corrected|added"
    r"|subtracted"
    r"|squared|cancelled|deleted|(?:extra|additional|opposite|other|wrong|reverse|different"
    r"|another)\s+(?:\w+\s+)?(?:signs?|factors?|terms?|constants?|minus))\b"
    r"|(?:plus|minus|times)\b)"
)
_ALL_OF_IT: Final = re.compile(
    rf"(?P<said>(?!times|plus|minus)(?:{_SENSE})(?:[\s,]+(?!(?:this|it|we|that|they|is|are"
    rf"|the)\b)[\w\x01\x02]+){{0,5}}?)"
    r"\s*[.!)]",
    re.IGNORECASE,
)
"""A sentence that says no more than in which sense something holds: "Up to a constant."."""
_LEADS: Final = re.compile(
    r"(?:\A|[.!?:(]|\n[ \t]*+\n|\x03)\s*+(?P<said>(?:up\s+to\b(?!\s+(?:now|here|date|this|that"
    r"|notation))"
    r"|modulo\b|(?:approximately|asymptotically|heuristically|morally|roughly(?:\s+speaking)?)\b"
    r"|to\s+(?:first|second|leading|lowest|zeroth)\s+order|almost\s+surely|with\s+(?:high"
    r"|overwhelming)\s+probability"
    r"|with\s+the\s+(?:\w+\s+)?sign\s+(?:reversed|flipped|changed))(?:\s+[\w\x01\x02]+){0,5}?"
    r"(?:,|(?=\s+(?:we|one|it|this)\b))(?:\s+(?:we|one|it|this|also|then|have|has|get|gets"
    r"|find|obtain|holds|that|is|the))*)[\s:,]*\x03",
    re.IGNORECASE,
)
"""Words before a display that say in which sense it holds."""
_SAYS_IN_WHICH: Final = re.compile(rf"(?:{_SENSE})", re.IGNORECASE)
_BEFORE: Final = re.compile(
    r"(?:[\s,;:()\[\]~{}\u2013\u2014]|-{2,3}|\\[,;:!> \\]|\\(?:label|vspace\*?|hspace\*?)\{[^{}]*\}"
    r"|\\(?:noindent|par|q?quad|hfill|emph|textit|textbf|textsl|em|it|bf|underline|small"
    r"|footnotesize"
    r"|smallskip|medskip|bigskip)\b\{?)*"
)
"""What stands between a display and the words behind it."""
_WORD: Final = re.compile(r"[a-z][A-Za-z'’.-]*(?<![.'-])")
_REST: Final = re.compile(r"(?:[^\S\n]*[\w\x01\x02'’-]+){0,4}")
_HARMLESS: Final = re.compile(
    r"up\s+to\s+(?:now|here|date|(?:this|that)\s+point|(?:the\s+)?notation)\b"
    r"|[\w'’ -]{0,40}?\b(?:rule|theorem|inequality|identity|law|property|trick|formula|lemma"
    r"|linearity|symmetry)\)"
)
"""Words that say till when, and the name of a result in brackets: "(product rule)"."""
_VERB: Final = re.compile(r"[a-z]{2}(?:ing|ed|[^su]s)\Z")
_BREAK: Final = re.compile(r"\n[ \t]*\n")


def changed_behind(text: str, at: int, *, closed: bool) -> tuple[int, int] | None:
    """Where words stand behind a formula that go on its sentence and change what it says.

    Args:
        text: The text, in which signs stand for formulas.
        at: Where the formula ends.
        closed: Whether it ends its sentence, or stands in one; words behind it are told by what
            they say, and not by what is known of them.
    """
    before = _BEFORE.match(text, at)
    start = before.end() if before else at
    if found := _ALL_OF_IT.match(text, start):
        return found.span("said")
    if _BREAK.search(text, at, start):
        return None
    word = _WORD.match(text, start)
    if word is None:
        return None
    if found := _SAYS_IN_WHICH.match(text, start):
        return _clause(text, start, found.end())
    if _HARMLESS.match(text, start):
        return None
    first = word[0].lower()
    parts = first.split("-")
    known = first in _OPENS or parts[0] in _OPENS or len(first) == 1
    known = known or (_VERB.search(first) is not None and first not in _LEAVING | _MADE)
    in_brackets = "(" in text[at:start]
    return None if closed or known or in_brackets else _clause(text, start, word.end())


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the clause ends that begins with some words, or as much of it as is shown."""
    found = _REST.match(text, end)
    return start, found.end() if found else end


def adds_behind(text: str, at: int) -> tuple[int, int] | None:
    """Where a sign stands right behind a formula that goes on with it outside of its signs."""
    found = _SIGN_BEHIND.match(text, at)
    return found.span() if found else None


_SIGN_BEHIND: Final = re.compile(
    r"[ \t~(\[]*(?:[+/\u2212](?!\s*/)|\*(?=[ \t])|(?:-(?![->])|\n[ \t]*\+)(?=\s*(?:[\x01\x02\d\\]"
    r"|[A-Za-z]\b(?!\s+[a-z]{2})|[Hh]\.\s?o\.|O\(|const)))\s*[\w\x01\x02\\(.]+"
)


def senses_before(text: str) -> Iterator[tuple[int, int]]:
    """Where words stand before displays that say in which sense these hold."""
    yield from (found.span("said") for found in _LEADS.finditer(text))


def begins_with_a_sense(text: str) -> tuple[int, int] | None:
    """Where words at the beginning of a note say in which sense what it is on holds."""
    start = len(text) - len(text.lstrip(" \n(["))
    found = _SAYS_IN_WHICH.match(text, start)
    return found.span() if found else None
