r"""Which formulas in the sentences of a document claim something.

A formula in a sentence that has a relation sign is a claim: "We obtain $a^2 \ge 0$", or alone in an
item. It is none where its sentence makes it something else: a definition, a premise or a case, a
domain, a question, what is denied, supposed or only thought. The last word before a formula that
may govern it does so: "Let $a = 1$, then we have $b = 2$" claims the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from lemmata.notation.set_apart import Apart, set_apart
from lemmata.notation.tails import RELATES

_HOLDER: Final = "\N{WHITE SQUARE}"
"""What stands for a formula among the words."""
_STATED: Final = "\N{BLACK SQUARE}"
"""What stands for one in a sentence that has a relation sign."""
_BREAK: Final = re.compile(
    r"[.!?](?=\s|\Z|[})\]])|\n\s*\n|\\(?:item|par|paragraph|begin|end|sub\w*section|section|footnote)\b"
)
"""What ends a sentence."""
_APART: Final = re.compile(
    r"\\begin\{(?:definition|assumption|algorithm\w*|question|exercise|problem|notation|convention|hypothesis"
    r"|condition|conjecture|tabular|table|figure|lstlisting|verbatim)s?\*?\}",
    re.IGNORECASE,
)
"""What begins an environment in which a formula is given, asked or listed."""
_SUPPOSES: Final = re.compile(
    r"\b(?:if|when|whenever|unless|whether|suppos\w+|assum\w+|imagine|pretend|might|would|could|think"
    r"|thinks|believ\w+|tempting|wrongly|naively|never|cannot|contradict\w*|contrary|otherwise|else|either"
    r"|not|until|while|once|were|premise|hypothes[ie]s|does|do|did|should|must|may|usually|typically|often|sometimes|mostly"
    r"|with\s+(?:high\s+)?probability|at\s+(?:the\s+|an?\s+|this\s+)?(?:optim\w+|minim\w+|maxim\w+|stationary"
    r"|convergence|equilibrium|fixed|solution|saddle|critical))\b"
    rf"|n['\u2019]t\b|{_STATED}\s*(?:would\s+)?(?:implies|imply|entails?|is\s+equivalent|if\s+and\s+only|iff\b)",
    re.IGNORECASE,
)
"""Words by which all that a sentence says behind them is supposed, thought, asked or denied."""
_PLAINLY: Final = re.compile(
    r"\b(?:do|does|may|could|not)\s+(?:indeed|also|(?:now\s+)?(?:see|conclude|write\s+that|depend|only))\b"
    r"|\bonce\s+(?:more|again)\b",
    re.IGNORECASE,
)
"""Of these, those that suppose nothing."""
_GIVES: Final = re.compile(
    r"\b(?:let|letting|defin\w+|denot\w+|sets?|setting|puts?|putting|writ\w+|calls?|calling|called|where|with|fix|fixed|fixing"
    r"|at|under|near|within|abbreviat\w+|introduc\w+|for|on|in|over|given|provided|such\s+that|subject\s+to|by|from|using"
    r"|via|since|because|as|choos\w+|chosen|take|taking|pick\w*|substitut\w+|insert\w*|plug\w*|replac\w+|consider\w*"
    r"|wants?|requir\w+|needs?|initial\w*|start\w*|begin\w*|updat\w+|assign\w*|solv\w+|of|to"
    r"|case|cases|conditions?|constraints?|constrained|restrict\w+|event|choice|regime|rule|models?|conventions?|test"
    r"|equations?|systems?|limit|domain|range|target|question|problem|notation|goal|aim|hopes?|hoped|expect\w*|asks?|asked"
    r"|conjectur\w+|guess|estimat\w+|approximat\w+|roughly|about|until|during|whose|axioms?|assignment|step|loop)\b",
    re.IGNORECASE,
)
"""Words behind which a formula gives a name or a value, or is a premise, a case or a domain."""
_CLAIMS: Final = re.compile(
    r"\b(?:gets?|have|has|had|obtain\w*|finds?|found|sees?|seen|follows?|impl(?:y|ies|ied|ying)|gives?|giving|gave"
    r"|yield\w*|means?|meaning|shows?|shown|showing|prov(?:e|es|ed|en|ing)|conclud\w*|deduc\w+|deriv(?:e|es|ed|ing)"
    r"|knows?|known|not(?:e|ing)\s+that|note|observ\w+|recall|hence|thus|therefore|whence|so|then|consequently|clearly"
    r"|obviously|evidently|trivially|moreover|furthermore|finally|indeed|holds?|becomes?|reads?|leads?\s+to"
    r"|reduces?\s+to|simplif\w+\s+to|amounts?\s+to|equals?|arrives?\s+at|in\s+(?:particular|fact|general|addition|total"
    r"|short|other\s+words|this\s+way)|for\s+(?:example|instance)|as\s+(?:a\s+)?(?:consequence|result|well|claimed"
    r"|desired)|that\s+is|i\.?\s?e|similarly|likewise|analogously|(?:by|from|using|via)\s[^,]*,"
    r"|(?:from|because\s+of|by|through)\s+which|of\s+course|in\s+(?:summary|words|conclusion|essence|sum)"
    r"|equivalent\s+to|same\s+as"
    r"|for\s+(?:all|any|every|each|arbitrary|some)\b[^,]*,|also|claims?|theorem|lemma|corollary|proposition|proof)\b",
    re.IGNORECASE,
)
"""Words behind which a formula is claimed."""
_QUANTIFIED: Final = re.compile(
    rf"\bfor\s+(?:all|any|every|each|arbitrary)\b[^,]*?[{_HOLDER}{_STATED}]\s*(?:,|:|we\b)",
    re.IGNORECASE,
)
_MAIN: Final = re.compile(r"[^,]*\w[^,]*,\s*\Z")
"""What ends with a comma, behind which the main clause stands."""
_MADE_OF: Final = re.compile(
    r"[\s,]*(?:\(?(?:by|as)\s+(?:an?\s+|the\s+)?(?:assumption|definition|hypothesis|convention|construction|choice"
    r"|constraint|premise)|(?:would\s+)?impl(?:y|ies)|if\s+and\s+only\s+if|iff|exactly\s+(?:when|if)"
    r"|precisely\s+(?:when|if)|is\s+(?:equivalent|false|wrong|impossible|assumed|required|needed|given|not|to\s+be"
    r"|an?\s+(?:assumption|constraint|condition|special\s+case|definition))|cannot|does\s+not|doesn|need\s+not|must"
    r"|should|would|could|might|may|fails?|has\s+(?:an?|no|one|the|exactly)\b|then\b|leads?\s+to|gives?|yields?"
    r"|is\s+(?!true|clear|immediate|obvious|trivial|evident|proved|proven|shown|right|valid|known|what)|only\b"
    r"|denotes?|stands\s+for|for\s+(?:unknown|some)|into\b)",
    re.IGNORECASE,
)
"""Words behind a formula by which it is a premise, an equation to be solved, or denied."""
_VALUE: Final = re.compile(
    r"\s*\\?[A-Za-z]+(?:_\w|_\{[^{}]*\})?\s*(?:=|<|>|\\[lg]eq?(?![A-Za-z])|\\[lg]eqslant)\s*-?[\d./]+\s*\Z"
)
"""A value of a name, or a bound on it."""
_NOUN: Final = re.compile(
    r"[A-Za-z]\s[^.,:]*\b(?!(?:that|now|also|clearly|surely|even|yet|says|and|but|or|here|equivalently|upshot\s+is"
    r"|result\s+is|answer\s+is|with|checks)\b)[A-Za-z]+\s*\(?\s*\Z",
    re.IGNORECASE,
)
"""Words of a sentence that end with a noun or a verb that a value may belong to."""
_HOLDS: Final = re.compile(
    r"\s*(?:(?:always|also)\s+)?(?:holds?|follows|is\s+(?:true|clear|shown|proved))\b"
)
_ENDS: Final = re.compile(r"\s*(?:[.;!)}]|\\end|\Z)")
"""The end of a sentence."""
_OPENS: Final = re.compile(r"\s*(?:By|From|Using|Via|Of|On)\s+(?!(?:the\s+)?case)[a-z]")
"""What begins a sentence whose main clause is the formula: "By linearity $a = b$."."""
_EXAMPLE: Final = re.compile(r"\b(?:example|instance|say|e\.\s?g)\b[.,:\s]*\Z", re.IGNORECASE)
_DOMAIN: Final = re.compile(
    r"\\(?:[lc]?dots|in|ldotp|infty)(?![A-Za-z])|\.\.\.|:=|\\(?:gets|leftarrow|coloneqq|sim|to)(?![A-Za-z])"
)
"""Signs of a range, a law, a limit or an assignment."""


def is_claimed(text: str, start: int, end: int) -> bool:
    """Whether a formula that stands at a place in a sentence is claimed to be so.

    Args:
        text: The text without comments.
        start: Where the formula begins.
        end: Where it ends.
    """
    inside = text[start:end]
    before = _sentence(text[:start])
    behind = text[end:].lstrip("$").removeprefix("\\)")
    if before is None or _DOMAIN.search(inside) or _MADE_OF.match(behind):
        return False
    if _asked(behind) or (_VALUE.match(inside) and _EXAMPLE.search(before)):
        return False
    if _VALUE.match(inside) and behind.lstrip().startswith(":"):
        return False  # what heads a case
    if _SUPPOSES.search(_PLAINLY.sub(" ", before)):
        return False
    plain = _QUANTIFIED.sub(" hence ", before)
    claims = max((found.end() for found in _CLAIMS.finditer(plain)), default=-1)
    gives = max(
        (m.start() for m in _GIVES.finditer(plain) if not _within(m.start(), plain)), default=-1
    )
    if claims < 0 and _VALUE.match(inside) and _NOUN.search(before) and not _HOLDS.match(behind):
        return False  # "a typical value is $a = 1$"
    if gives <= claims or gives < 0:
        return True
    main = _MAIN.search(plain, gives) or _OPENS.match(plain)
    return _ENDS.match(behind) is not None and main is not None


def _within(place: int, words: str) -> bool:
    """Whether a word is part of a phrase that claims: "in particular"."""
    return any(found.start() <= place < found.end() for found in _CLAIMS.finditer(words))


def _asked(behind: str) -> bool:
    """Whether the sentence of a formula is a question."""
    ends = re.search(r"[.!?](?=\s|\Z)", behind)
    return ends is not None and ends[0] == "?"


def _sentence(before: str) -> str | None:
    """The words of a sentence before a formula, and a sign for each formula in them.

    None in an environment whose formulas claim nothing.
    """
    opened = [found[0][6:] for found in _APART.finditer(before)]
    if any(before.count(f"\\begin{name}") > before.count(f"\\end{name}") for name in opened):
        return None
    plain = re.sub(r"(?:\$|\\\()\s*\Z", "", before)
    at, words = 0, ""
    for one in set_apart(plain):
        inside = plain[one.start : one.end]
        stops = "." if re.search(r"\.\s*(?:\\(?:label|tag|end)\*?\{[^{}]*\}\s*)*\Z", inside) else ""
        sign = _HOLDER if one.display or not RELATES.search(inside) else _STATED
        words += f"{plain[at : one.outer]}{sign}{stops if one.display else ''}"
        at = one.behind
    words += plain[at:]
    words = re.sub(r"\\(?:text\w+|emph|underline)\s*\{", " ", words)
    ends = [found.end() for found in _BREAK.finditer(words)]
    return words[ends[-1] if ends else 0 :]


class HalfSaid(NamedTuple):
    """A claim that is told in words and signs: "which is less than $a$", "$a$ equals $b$".

    `left` is None where it is a side of the display before it, the first one if `first`.
    """

    place: int
    left: str | None
    right: str
    first: bool = False


_SIGN_FIRST: Final = re.compile(
    r"\s*(?:[<>]|=(?!>)|\\(?:neq?|[lg]eq?|[lg]eqslant|[lg]t)(?![A-Za-z]))"
)
_SIGNS: Final = (
    (
        r"(?:is|are)\s+(?:at\s+least|no\s+less\s+than|(?:lower\s+)?bounded\s+(?:from\s+)?below\s+by)",
        r"\ge",
    ),
    (
        r"(?:is|are)\s+(?:at\s+most|no\s+(?:more|larger|greater)\s+than|bounded\s+(?:from\s+above\s+|above\s+)?by)",
        r"\le",
    ),
    (r"(?:is|are)\s+(?:strictly\s+)?(?:less|smaller)\s+than", "<"),
    (r"(?:is|are)\s+(?:strictly\s+)?(?:greater|larger|more|bigger)\s+than|exceeds?", ">"),
    (
        r"(?:is|are)\s+(?:equal\s+to|the\s+same\s+as|just|simply)|equals?|is|becomes|simplifies\s+to|reduces\s+to",
        "=",
    ),
)
_LEADS: Final = (
    r"[\s.,;:]*(?:(?:and|so|hence|thus|clearly|now|therefore|then|but|we\s+see\s+that)\s*,?\s*)*"
)
_SAID: Final = tuple(
    (re.compile(rf"\s*(?:{words})\s*", re.IGNORECASE), sign) for words, sign in _SIGNS
)
_SAID_OF_IT: Final = tuple(
    (
        re.compile(
            rf"{_LEADS}(?:which|this|that|it|the\s+(?:right|(?P<left>left))(?:[\s-]+hand)?[\s-]+side)\s+(?:{words})\s*",
            re.IGNORECASE,
        ),
        sign,
    )
    for words, sign in _SIGNS
)
_AGAIN: Final = re.compile(
    r"[\s.,;:]*(?:\(|(?:and|so|hence|thus|which\s+is|this\s+is|it\s+is|i\.?\s?e\.?|that\s+is|or|namely)\s*,?\s*)*",
    re.IGNORECASE,
)
_NAMELY: Final = re.compile(
    r"[\s.,;:]*\(?\s*(?:i\.?\s?e\.?|that\s+is|namely)\s*,?\s*", re.IGNORECASE
)
_QUALITY: Final = re.compile(
    r"\s*(?:is|are)\s+(?:always\s+|strictly\s+)?(?:(?P<zero>zero)|(?P<above>positive)|(?P<below>negative)"
    r"|(?P<least>non-?\s?negative))\b(?!\s+(?:definite|semi))",
    re.IGNORECASE,
)
_COME_TO: Final = re.compile(
    r"\b(?:conclud\w+|follows?|hence|thus|therefore|so|shows?|impl(?:y|ies)|deduc\w+|obtain|get|see)\b(?:\s*,|\s+that)*\s*\Z",
    re.IGNORECASE,
)


def half_said(text: str) -> Iterator[HalfSaid]:
    """What sentences claim of a formula in them, or of the display before them.

    Args:
        text: The text without comments.
    """
    formulas = set_apart(text)
    for one, behind in zip(formulas, [*formulas[1:], None], strict=True):
        rest = text[one.behind : behind.outer if behind else len(text)]
        if quality := None if one.display else _QUALITY.match(rest):
            named = text[one.start : one.end]
            if not RELATES.search(named) and _COME_TO.search(_sentence(text[: one.start]) or ""):
                sign = {"zero": "= 0", "above": "> 0", "below": "< 0", "least": r"\ge 0"}
                yield HalfSaid(one.start, named, sign[quality.lastgroup or "zero"])
    for one, other in pairwise(formulas):
        if not other.display and (found := _between(text, one, other)) is not None:
            yield found


def _between(text: str, one: Apart, other: Apart) -> HalfSaid | None:
    """What is claimed with two formulas in a row, by the words between them."""
    words, right = text[one.behind : other.outer], text[other.start : other.end].rstrip(" .,;")
    if _SIGN_FIRST.match(right):
        told = one.display and _AGAIN.fullmatch(words) and is_claimed(text, other.start, other.end)
        return HalfSaid(other.start, None, right) if told else None
    if RELATES.search(right) or text[other.behind : other.behind + 1] == "-":
        return None
    if one.display:
        if _NAMELY.fullmatch(words):
            return HalfSaid(other.start, None, f"= {right}")
        for pattern, sign in _SAID_OF_IT:
            if said := pattern.fullmatch(words):
                return HalfSaid(other.start, None, f"{sign} {right}", said["left"] is not None)
        return None
    left = text[one.start : one.end]
    signs = [sign for pattern, sign in _SAID if pattern.fullmatch(words)]
    if not signs or RELATES.search(left) or not is_claimed(text, one.start, one.end):
        return None
    return HalfSaid(one.start, left, f"{signs[0]} {right}")


_EQUAL: Final = re.compile(
    r"\b(?:with\s+equality|(?:and|where|,|\.|\{)\s*(?:the\s+)?equality\s+(?:is\s+attained|always|holds)|equality\s+(?:always\s+)?holds"
    r"(?:\s+always)?)\b",
    re.IGNORECASE,
)
_SOMETIMES: Final = re.compile(
    r"(?:\s|[,}{~$(&]|\\(?:text\w*|quad|,|;)|\b(?:holds|holding|attained|is|only|exactly|precisely|here)\b)*"
    r"(?:if|iff|when|whenever|for|at|in|unless|provided|only|as|under|on|by|because|since|where|case|\\i?ff?)\b",
    re.IGNORECASE,
)
_HEDGED: Final = re.compile(
    r"\b(?:if|when|whether|conditions?|cases?|not|never|then|for(?!\s+(?:all|any|every|each))|what)\b"
    r"[^.]*\Z",
    re.IGNORECASE,
)
_OTHER_CLAUSE: Final = re.compile(r"\.\s|\$\$|\\[\]\[]|\\(?:begin|end)\{|[{}]")


def equalities_told(text: str) -> Iterator[int]:
    """Where a text says of a bound that its sides are equal, and not in which case."""
    for told in _EQUAL.finditer(text):
        before = _OTHER_CLAUSE.split(text[: told.start()])[-1]
        if not (_SOMETIMES.match(text, told.end()) or _HEDGED.search(before)):
            yield told.start()
