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
_SET_APART: Final = re.compile(
    r"\\begin\{(?P<name>(?:definition|assumption|algorithm\w*|question|exercise|problem|notation|convention"
    r"|hypothesis|condition|conjecture|tabular|table|figure|lstlisting|verbatim)s?\*?)\}.*?\\end\{(?P=name)\}",
    re.IGNORECASE | re.DOTALL,
)
"""An environment in which a formula is given, asked or listed."""
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
    r"|equivalent\s+to|same\s+as|(?:result|answer|upshot|conclusion)\s+is"
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
    r"[A-Za-z]\s[^.,:]*\b(?!(?:that|now|also|clearly|surely|even|yet|says|and|but|or|here|equivalently|checks)\b)"
    r"[A-Za-z]+\s*\(?\s*\Z",
    re.IGNORECASE,
)
"""Words of a sentence that end with a noun or a verb that a value may belong to."""
_AND: Final = re.compile(rf"{_STATED}\s*(?:,\s*)?(?:and\s*)?\Z")
_COUNTS: Final = re.compile(
    r"\s*:|\s+(?!(?:holds|follows|gives|yields|shows|is|has|was|implies|means|as|this|thus|always|besides)\b)"
    r"[a-z-]+s\b"
)
"""What stands behind the head of a case, `$a = 0$:`, and behind a number of things."""
_HOLDS: Final = re.compile(
    r"\s*(?:(?:always|also)\s+)?(?:holds?|follows|is\s+(?:true|clear|shown|proved))\b"
)
_ENDS: Final = re.compile(r"\s*(?:[.;!)}]|\\end|\Z)")
"""The end of a sentence."""
_OPENS: Final = re.compile(r"\s*(?:By|From|Using|Via|Of|On)\s+(?!(?:the\s+)?case)[a-z]")
"""What begins a sentence whose main clause is the formula: "By linearity $a = b$."."""
_EXAMPLE: Final = re.compile(
    r"\b(?:example|instance|say|e\.\s?g)\b[.,:\s]*\Z|\w\s*\(\s*\Z", re.IGNORECASE
)
_DOMAIN: Final = re.compile(
    r"\\(?:[lc]?dots|in|ldotp|infty)(?![A-Za-z])|\.\.\.|:=|\\(?:gets|leftarrow|coloneqq|sim|to)(?![A-Za-z])"
)
"""Signs of a range, a law, a limit or an assignment."""


class Sentences:
    """The sentences of a text without comments, and the formulas in them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.formulas = set_apart(text)
        self._apart = [(found.start(), found.end()) for found in _SET_APART.finditer(text)]

    def holding(self, place: int) -> Apart | None:
        """The formula in a sentence in which a place stands."""
        found = (one for one in self.formulas if one.start <= place < one.end)
        return next((one for one in found if not one.display), None)

    def claims(self, one: Apart) -> bool:
        """Whether a formula in a sentence is claimed to be so."""
        inside, behind = self.text[one.start : one.end], self.text[one.behind :][:_FAR]
        if any(start < one.start < end for start, end in self._apart):
            return False
        before = self.before(one)
        value = _VALUE.match(inside) is not None
        example = value and (_EXAMPLE.search(before) or _COUNTS.match(behind))
        if example or _DOMAIN.search(inside) or _MADE_OF.match(behind) or _asked(behind):
            return False
        if _SUPPOSES.search(_PLAINLY.sub(" ", before)):
            return False
        plain = _QUANTIFIED.sub(" hence ", before)
        told = [found.span() for found in _CLAIMS.finditer(plain)]
        if value and not (told or _OPENS.match(before) or _HOLDS.match(behind)):
            last = self.formulas[self.formulas.index(one) - 1]
            if _NOUN.search(before):
                return False  # "a typical value is $a = 1$"
            if _AND.search(before) and _VALUE.match(self.text[last.start : last.end]):
                return self.claims(last)
        starts = (found.start() for found in _GIVES.finditer(plain))
        gives = max((at for at in starts if not any(a <= at < b for a, b in told)), default=-1)
        if gives <= max((end for _, end in told), default=-1) or gives < 0:
            return True
        main = _MAIN.search(plain, gives) or _OPENS.match(plain)
        return _ENDS.match(behind) is not None and main is not None

    def before(self, one: Apart) -> str:
        """The words of a sentence before a formula in it, and a sign for each formula there."""
        end, words = one.outer, ""
        for other in reversed(self.formulas[: self.formulas.index(one)]):
            words = self.text[other.behind : end] + words
            inside = self.text[other.start : other.end]
            ends = other.display and _STOPS.search(inside[-_FAR:])
            if len(words) > _FAR or _BREAK.search(words) or ends:
                break
            stated = RELATES.search(inside) and not other.display
            words, end = f"{_STATED if stated else _HOLDER}{words}", other.outer
        else:
            words = self.text[:end] + words
        words = _SET_WORDS.sub(" ", words[-_FAR:])
        breaks = [found.end() for found in _BREAK.finditer(words)]
        return words[breaks[-1] if breaks else 0 :]


_FAR: Final = 400
"""Signs before and behind a formula in which the ends of its sentence are looked for."""
_STOPS: Final = re.compile(r"\.\s*(?:\\(?:label|tag|end)\*?\{[^{}]*\}\s*)*\Z")
_SET_WORDS: Final = re.compile(r"\\(?:text\w+|emph|underline)\s*\{")


def _asked(behind: str) -> bool:
    """Whether the sentence of a formula is a question."""
    ends = re.search(r"[.!?](?=\s|\Z)", behind)
    return ends is not None and ends[0] == "?"


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


def half_said(sentences: Sentences) -> Iterator[HalfSaid]:
    """What sentences claim of a formula in them, or of the display before them."""
    text, formulas = sentences.text, sentences.formulas
    ends = [*(one.outer for one in formulas[1:]), len(text)]
    for one, end in zip(formulas, ends, strict=False):
        rest = text[one.behind : end]
        inside = text[one.start : one.end]
        quality = None if one.display or RELATES.search(inside) else _QUALITY.match(rest)
        if quality and _COME_TO.search(sentences.before(one)):
            sign = {"zero": "= 0", "above": "> 0", "below": "< 0", "least": r"\ge 0"}
            yield HalfSaid(one.start, inside, sign[quality.lastgroup or "zero"])
        stated = _RELATES.search(inside) and not _SIGN_FIRST.match(inside)
        if stated and not one.display and sentences.claims(one):
            yield HalfSaid(one.start, _QUANTIFIER.sub("", inside), "")
    for at, (one, other) in enumerate(pairwise(formulas)):
        if not other.display and (found := _between(sentences, one, other)) is not None:
            yield found
        if not one.display and (made := _made(sentences, formulas[at : at + 3])) is not None:
            yield made


_QUANTIFIER: Final = re.compile(r"\A\s*\\forall[^=<>:,]*[:,]")
_RELATES: Final = re.compile(
    r"[=<>\u2264\u2265\u2260]|\\(?:n?[lg]eq?q?|[lg]eqslant|[lg]t|neq?)(?![A-Za-z])"
)


def _between(sentences: Sentences, one: Apart, other: Apart) -> HalfSaid | None:
    """What is claimed with two formulas in a row, by the words between them."""
    text = sentences.text
    words, right = text[one.behind : other.outer], text[other.start : other.end].rstrip(" .,;")
    if _SIGN_FIRST.match(right):
        told = one.display and _AGAIN.fullmatch(words) and sentences.claims(other)
        return HalfSaid(other.start, None, right) if told else None
    if RELATES.search(right) or text[other.behind : other.behind + 1] == "-":
        return None
    if one.display:
        if _SOMETIMES.match(text, other.behind):
            return None
        if _NAMELY.fullmatch(words):
            return HalfSaid(other.start, None, f"= {right}")
        for pattern, sign in _SAID_OF_IT:
            if said := pattern.fullmatch(words):
                return HalfSaid(other.start, None, f"{sign} {right}", said["left"] is not None)
        return None
    left = text[one.start : one.end]
    signs = [sign for pattern, sign in _SAID if pattern.fullmatch(words)]
    if not signs or RELATES.search(left) or not sentences.claims(one):
        return None
    if _SOMETIMES.match(text, other.behind):
        return None
    return HalfSaid(one.start, left, f"{signs[0]} {right}")


_OF: Final = re.compile(
    rf"{_LEADS}(?:(?:the|note\s+that|recall\s+that)\s+)*(?:(?P<root>square\s+root)|(?P<square>square)"
    r"|(?P<log>logarithm)|(?P<exp>exponential)|(?P<minus>negative)|(?P<slope>derivative))\s+of\s*",
    re.IGNORECASE,
)
"""What a sentence makes of the formula behind it."""
_MAKES: Final = {
    "root": r"\sqrt{%s}",
    "square": "(%s)^2",
    "log": r"\log(%s)",
    "exp": r"\exp(%s)",
    "minus": "-(%s)",
}
_BY: Final = re.compile(r"\s*(?:with\s+respect\s+to|w\.?r\.?t\.?|by)\s*")
_LETTER: Final = re.compile(r"(?<![\\A-Za-z])[A-Za-z](?![A-Za-z])")


def _made(sentences: Sentences, formulas: list[Apart]) -> HalfSaid | None:
    """What is claimed of what a sentence makes of a formula: "The square of $a$ is $b$".

    A display behind it says what it is by its first member.
    """
    text, (one, other, *_) = sentences.text, formulas
    made = _OF.fullmatch(sentences.before(one))
    inside = text[one.start : one.end].strip()
    if made is None or RELATES.search(inside):
        return None
    by = sorted({*_LETTER.findall(inside)})
    if formulas[2:] and _BY.fullmatch(text[one.behind : other.outer]):
        by, (one, other) = [text[other.start : other.end].strip()], formulas[1:]
    words, right = text[one.behind : other.outer], text[other.start : other.end]
    signs = [sign for pattern, sign in _SAID if pattern.fullmatch(words)]
    member = RELATES.split(right)[0].replace("&", " ").strip(" .,;\n")
    derived = made.lastgroup == "slope"
    if not signs or not member or "\\begin" in right or (derived and len(by) != 1):
        return None
    left = (
        rf"\frac{{d}}{{d {by[0]}}}({inside})" if derived else _MAKES[made.lastgroup or ""] % inside
    )
    return HalfSaid(one.start, left, f"{signs[0]} {member}")


_EQUAL: Final = re.compile(
    r"\b(?:with\s+equality|(?:and|where|,|\.|\{)\s*(?:the\s+)?equality\s+(?:is\s+attained|always|holds)|equality\s+(?:always\s+)?holds"
    r"(?:\s+always)?)\b",
    re.IGNORECASE,
)
_SOMETIMES: Final = re.compile(
    r"(?:\s|[,}{~$(&]|\\(?:text\w*|quad|,|;)|\b(?:holds|holding|attained|is|only|exactly|precisely|here)\b)*"
    r"(?:if|iff|when|whenever|for(?!\s+(?:all|any|every|each)\b)|at|in|unless|provided|only|as|under|on|by|because|since|where|case|\\i?ff?)\b",
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
