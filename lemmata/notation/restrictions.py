# ruff: noqa: SIM905 - a list of words is written as words
"""What the prose around displays says that may restrict them, and which displays it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from typing import Final

from lemmata.kernel.declarations import Declarations, Family, free_names
from lemmata.kernel.terms import as_term
from lemmata.notation.blanks import NOTE, blank_notes, declaration_block
from lemmata.notation.chains import Leading, Reach
from lemmata.notation.denials import says_of_something_else
from lemmata.notation.described import parts_of
from lemmata.notation.plain_words import NAME, told_beside
from lemmata.notation.prose import CONDITIONAL, EQUALITY, INLINE, ORDER, STATES
from lemmata.notation.qualities import Qualities, granted, qualities, restricts_values
from lemmata.notation.reach import CLOSED, EVERYWHERE, Parts
from lemmata.notation.set_apart import DELIMITED, LAYOUT


def conditions(text: str, told: Told | None = None) -> list[str]:
    """What the prose around displays says that may restrict them, or give a name another meaning.

    Words such as "assume" and "let", and formulas in sentences that state something. Other words
    tell what is done from one display to the next.

    Args:
        text: The text, without what is looked at elsewhere.
        told: What its declarations say.
    """
    found: list[str] = []
    at = 0
    prose: list[str] = []
    text = _in_parts(text)
    for match in DELIMITED.finditer(text):
        prose.append(text[at : match.start()].lower())
        at = match.end()
        inline = match["round"] or match["dollar"]
        if inline and STATES.search(inline) and not EQUALITY.search(prose[-1]):
            found.append(inline.strip())
        prose.append(_shown(inline))
    prose.append(text[at:].lower())
    prose += [n.lower() for n in NOTE.findall(text) if CONDITIONAL.intersection(n.split())]
    found += [
        m[1]
        for note in NOTE.findall(text)
        for m in INLINE.finditer(note)
        if STATES.search(m[1] or "")
    ]
    said = _in_small_letters(prose)
    if not _INTRODUCES.isdisjoint(re.findall(r"[a-z]+", said)):
        kept = (_ASIDE.sub(" ", _without_told(s, told)) for s in _SENTENCE.findall(said))
        said = "".join(s for s in kept if not _only_says_what_is(s, told))
        found += [f"{same[1]} = {same[2]}" for same in _SAME.finditer(said)]
    said = _CALLS.sub(lambda m: " " if _KINDS.issuperset(m[1].split()) else m[0], said)
    if told is not None and told.document:
        said = "".join(map(_without_idle_denials, _SENTENCE.findall(said)))
    said = _IF.sub(lambda m: " " if _is_an_event(m[0]) else m[0], said)
    said = _COUNTED.sub(" ", _INDUCTION.sub(" ", _FORMULAS.sub(" ", said)))
    said = _IN_WORDS.sub(" ", said)
    words = re.findall(r"[a-z]+", said)
    found += [
        phrase[0] for pattern in (_PICKS, _VALID, _LEAVES_OUT) for phrase in pattern.finditer(said)
    ]
    return [word for word in words if word in CONDITIONAL] + found


def _in_small_letters(prose: Iterable[str]) -> str:
    return " ".join(_GAP.sub(". ", " ".join(prose)).split()).replace("let us", "")


def _in_parts(text: str) -> str:
    """A text in which headings, items and theorems end sentences, and quoted words are blank."""
    return _PART.sub(lambda found: f" . {found[0]} . ", _QUOTED.sub(" ", text))


_QUOTED: Final = re.compile(r"``[^`'$.]{1,60}''")


_PART: Final = re.compile(
    r"\\(?:part|chapter|(?:sub)*section|(?:sub)?paragraph)\*?\s*\{[^{}]*\}|\\item\b"
    rf"|\\(?:begin|end)\{{(?!(?:{'|'.join(sorted(LAYOUT))}|cases|\w*matrix)\*?\}})\w+\*?\}}(?:\[[^\[\]]*\])?"
)


def _shown(inline: str | None) -> str:
    r"""What stands for a formula among words: a display ends a sentence, a name is shown.

    `x_1, \dots, x_n` names x; what is looked at elsewhere is blank, and nothing stands for it.
    """
    if not inline:
        return "{} ."
    named = NAME.fullmatch(inline) or _LISTED.fullmatch(inline)
    return f"<{named[1]}>" if named else "<>" if inline.strip() else ""


_LISTED: Final = re.compile(
    r"\s*\\?([A-Za-z]+)\s*_\s*\{?[01]\}?\s*,(?:\s*\\?\1\s*_\s*\{?\d\}?\s*,)*\s*\\[lc]?dots\s*,"
    r"\s*\\?\1\s*_\s*(?:\{\w+\}|\w)\s*"
)


def told_of_names(text: str, told: Told) -> list[str]:
    """What the prose around displays says of the values of its names, and declarations do not."""
    prose: list[str] = []
    found: list[str] = []
    at = 0
    text = _in_parts(text)
    for match in DELIMITED.finditer(text):
        inline = match["round"] or match["dollar"]
        if inline and restricts_values(inline, told.qualities):
            found.append(inline.strip())
        prose += [text[at : match.start()].lower(), _shown(inline)]
        at = match.end()
    prose.append(text[at:].lower())
    return found + qualities(_in_small_letters(prose), told.qualities, told.apart)


_FORMULAS: Final = re.compile(r"<\w*>|\{\}")
_GAP: Final = re.compile(r"\n[ \t]*\n")
_SENTENCE: Final = re.compile(r"(?:[^.!?;:]|\.(?!\s))+[.!?;:]*\s*")


@dataclass(frozen=True, slots=True)
class Told:
    """What declarations say that a text may say again.

    Attributes:
        words: Words for what holds of every law: "Gaussian", "independent", "zero mean".
        loose: Names of numbers and functions that may be any, which a text may say more of.
        qualities: What they say of each name.
        apart: The outcomes that each name is made of, if all of these are independent.
        laws: The laws that are the only ones of what they are laws of, or hold all others.
        defined: The names that they define.
        document: Whether the text is a document with its own declarations.
    """

    words: frozenset[str]
    loose: frozenset[str]
    qualities: Qualities
    apart: Qualities
    laws: frozenset[str]
    defined: frozenset[str]
    document: bool


def told_by(
    declarations: Declarations,
    meanings: Sequence[tuple[str, str]] = (),
    *,
    document: bool = False,
) -> Told:
    """What a text may say again beside its declarations.

    Args:
        declarations: They; what they define may be called as the question does: "the sigmoid".
        meanings: What the question means by its names, in words.
        document: Whether the text carries them.
    """
    families = declarations.families
    defined = {definition.name for definition in declarations.definitions}
    words = {word for name, told in meanings if name in defined for word in parts_of(told)[2]}
    if families and all(f.normal or f.multivariate for f in families):
        words |= {"gaussian", "gaussians", "normal", "normally", "distributed"}
        plain = [f.normal for f in families if f.normal]
        if len(plain) == len(families):
            centred = all(normal.mean == as_term(0) for normal in plain)
            unit = all(normal.deviation == as_term(1) for normal in plain)
            words |= {"zero", "centred", "centered"} if centred else set()
            words |= {"unit"} if unit else set()
            words |= {"standard"} if centred and unit else set()
    vectors = {v.name for v in declarations.variables if v.components is not None}
    apart = (len(f.of) == 1 and (f.independent or f.of[0] not in vectors) for f in families)
    made: dict[str, frozenset[str]] = {}
    if families and all(apart):
        parts = [(v.name, frozenset((v.place,))) for v in declarations.variables]
        parts += [(f.name, frozenset(f.bare)) for f in declarations.functions if f.bare]
        small = [name.lower() for name, _ in parts]  # the words of a text are in small letters
        made = {name.lower(): of for name, of in parts if small.count(name.lower()) == 1}
        words |= {"independent", "independently", "independence", "have"}
        words |= {"diagonal", "factorised", "factorized"}
    facts = declarations.facts
    known = {n for f in facts for n in free_names(f.statement.left) | free_names(f.statement.right)}
    loose = {s.name for s in declarations.scalars} | {f.name for f in declarations.functions}
    return Told(
        frozenset(words),
        frozenset(loose - known),
        granted(declarations),
        made,
        frozenset(family.name for family in families if _holds_all(family, families)),
        frozenset(defined),
        document,
    )


def _holds_all(law: Family, families: Sequence[Family]) -> bool:
    """Whether nothing that a law draws may be drawn by another law than its own."""
    others = (f for f in families if f != law and not {*f.of}.isdisjoint(law.of))
    return all({*f.of, *f.given} <= {*law.of} for f in others)


def _only_says_what_is(sentence: str, told: Told | None) -> bool:
    """Whether a sentence with "let" or "assume" says no more than what a name is, in plain words.

    "Let $w$ be the weights of a layer" restricts nothing, "let $w$ be equal weights" may; and "let
    $m$ be the mean" says more of a number than a declaration that leaves it open.
    """
    words = {*re.findall(r"[a-z]+", _FORMULAS.sub(" ", sentence))}
    kinds, granted = _KINDS | (told.words if told else frozenset()), _FUNCTIONS | _INTRODUCES
    granted |= _EVENTS | _READERS
    if words.isdisjoint(_INTRODUCES) or not words <= kinds | granted | _QUANTITIES:
        return False
    loose = told is None or any(name in told.loose for name in _NAMED.findall(sentence))
    return _EQUATES.search(sentence) is None and not (loose and words & _QUANTITIES)


def _without_idle_denials(sentence: str) -> str:
    """A sentence of a document without a "not" that denies nothing that is stated."""
    sentence = _NEVER_MORE.sub(" ", sentence)
    places = [found.start() for found in _UNNAMED.finditer(sentence)]
    return _NOT.sub(
        lambda m: " " if says_of_something_else(sentence, m.end(), places) else m[0], sentence
    )


_NEVER_MORE: Final = re.compile(
    r"\bnever (?:be )?(?:larger|smaller|less|greater|more|worse|better|exceeds?|negative)\b"
)
_NOT: Final = re.compile(r"\b(?:not|never)\b")
_UNNAMED: Final = re.compile(r"<>|\{\}")
"""A display, and a formula in a sentence that is no name."""


def _without_told(sentence: str, told: Told | None) -> str:
    """A sentence without what its declarations say: "drawn from <p>", "define the loss <L>"."""
    if told is None:
        return sentence
    sentence = _DRAWN.sub(lambda m: " " if m[1] in told.laws else m[0], sentence)
    return _DEFINES.sub(lambda m: " " if m[1] in told.defined else m[0], sentence)


_CALLS: Final = re.compile(r"\bcalls? <\w+> (?:the|an?) ((?:[a-z-]+ )?[a-z]+)(?= ?[.,;])")
_DRAWN: Final = re.compile(
    r"\b(?:(?:jointly|both) )?(?:drawn|sampled|distributed) (?:from|by|as|according to) <(\w+)>"
)
_DEFINES: Final = re.compile(
    r"\b(?:define|denote)(?: by)?(?: (?:the|our|an?))?(?: [a-z-]+){0,4} <(\w+)>"
)
_ASIDE: Final = re.compile(
    r"\((?:possibly|perhaps|maybe|say) [a-z-]+\)|\bfor the moment\b"
    r"|(?<=\btwo )value (?=functions\b)|(?<=\bany )value (?=functions?\b)"
)
"""Words that say no more of what a name is."""


def _is_an_event(clause: str) -> bool:
    """Whether an if-clause only says what happens: "if a new reward $r$ arrives"."""
    words = {*re.findall(r"[a-z]+", _FORMULAS.sub(" ", clause))}
    return bool(words & _EVENTS) and words <= _EVENTS | _KINDS | _FUNCTIONS | {"if", "constant"}


_READERS: Final = frozenset("that reader readers knows know familiar two three several".split())
_SAME: Final = re.compile(r"\blet <(\w+)> (?:be|equal) ?<(\w+)>")
"""A name that is said to be another one, in words."""
_IF: Final = re.compile(r"\bif [^,.;:{}]*")
_EVENTS: Final = frozenset(
    "arrives arrive comes come observed observe received added drawn".split()
)
_NAMED: Final = re.compile(r"<(\w+)>")
_INTRODUCES: Final = frozenset("let assume suppose denote denotes define".split())
_EQUATES: Final = re.compile(
    r"> (?:be|is|are|equals?|denotes?|as|by)\b ?[<{]|\b(?:be|is|are) ?[<{]"
    r"|(?<!\bat )(?<!\bof )(?<!\bby )(?<!\bin )<>"
)
"""A name that is said to be another one, and a formula that is no place and not what is named."""
_FUNCTIONS: Final = frozenset(
    "be is are as by a an the any some this that these its their our we of for in at on with from "
    "to over under between and or which given here now then further again each every all "
    "arbitrary".split()
)
"""What holds a sentence together."""
_KINDS: Final = frozenset(
    "action actions algorithm baseline baselines batch code codebook component components "
    "coordinate coordinates coupling couplings critic data dataset decoder density densities "
    "dimension dimensions discriminator distribution distributions encoder entries entry "
    "example examples expert feature features function functions generator horizon image images "
    "index indices input inputs iterate iterates key keys label labels latent latents law laws "
    "layer layers length logit logits map mask matrix model models network networks noise "
    "number numbers observation observations outcome outcomes parameter parameters penalty "
    "point points policy policies prior probability probabilities quantity quantities queries "
    "query random rate rates regulariser regularizer reward rewards sample samples sequence "
    "signal size state states step steps target targets temperature time times token tokens "
    "trajectory trajectories transition variable variables vector vectors weight weights "
    # which of them, where that says nothing of its value
    "behaviour behavior corresponding current hidden importance learned learning natural new next "
    "old previous real sampled training usual variational "
    # what every world has where an example is looked for
    "differentiable smooth integrable measurable finite regular regularity exist exists integral "
    "integrals support supports".split()
)
"""What a letter may be, without saying what its value is."""
_QUANTITIES: Final = frozenset(
    "activation activations advantage approximation bias count counts derivative derivatives "
    "deviation error errors estimate estimates estimator estimators expectation expectations "
    "expected gradient gradients likelihood loss losses marginal marginals mean means mixture "
    "non-linearity nonlinearity objective output outputs posterior prediction predictions ratio "
    "ratios residual residuals responsibilities responsibility return returns score scores slope "
    "slopes statistic statistics update updates value values variance variances non "
    "linearity".split()
)
"""What a letter may be, of which the sentence then says how it is made."""


_PICKS: Final = re.compile(
    r"\b(distinct|different|unequal)\b(?! (way|order|form|notation|approach|letter|name))"
    r"|\b(at|for) the (last|first|final|initial|terminal) (time|step|state|coordinate|component)"
    r"|\b(one|1|two|2)[- ]dimension\w*|\b1-?d (case|setting)\b"
)
"""Words that pick some of the values of an index or a size."""
_LEAVES_OUT: Final = re.compile(
    r"\b(?:neglect\w*|ignor(?:ed?|ing)|omit\w*|(?:have|has|we|is|are|were|was) dropped)\b"
    r"(?! (?:the )?(?:[a-z]+ )?(?:ind\w+|subscripts?|superscripts?|arguments?|dependence|notation"
    r"|parameters?|conditions?|brackets?|parenthes\w+|constants?|proofs?|details?|derivations?)\b)"
)
"""Words that say that something of a formula is left out."""
_VALID: Final = re.compile(
    r"\b(?:holds?|(?:is|are|be|remains?|stays?)(?: only)? (?:valid|true|correct|right))"
    r"(?: [a-z]+){0,2} (?:when|whenever|only|as long as|for)\b(?! (?:all|any|every|each"
    r"|arbitrary|general|both|either|this|that|the same|particular|fact|turn)\b)"
)
"""Words that say where something holds: "is valid when a vanishes"."""
_INDUCTION: Final = re.compile(
    r"\beven if\b[^.,;:{}]*|\bcalls? (this|it|that|them) (the|an?)\b"
    r"|\b(equality|strict|tight|sharp|attained)\b [^.;:{}]*?\b(if and only if|if|when|unless)\b"
    r"|\bbase case\b|\bif and only if\b|\b(both|all|the two) cases\b"
    r"|\b(do|does|did|is|are|need)\s+not\s+(depend|vary|change|affect|introduce|involve|contain|alter"
    r"|bias|matter|contribute|need|require|a function of)\b"
    r"|(?<!this)(?<!that)(?<!it)(?<!which)\s+(do|does|did)\s+not\s+"
    r"(see|notice|know|feel|enter|appear|touch|reach|move|shift|interact|cost|care|influence|break"
    r"|grow|shrink|increase|decrease|explode|vanish|disappear|exceed|occur)\b"
    r"|\bif we (also |now |then |instead )?(differentiate|expand|integrate|average|sum|apply|use"
    r"|write|take|iterate|unroll|repeat|plug|insert|substitute|multiply|divide|rearrange|collect)\b"
    r"|\blet\s+(be|denote)\s+(the|an?|any|some)\s+(dimension\w*|number|size|length|baseline|policy|density"
    r"|distribution|law|trajectory|function|constant|sample|code|data|encoder|decoder|prior"
    r"|posterior|likelihood|generator|discriminator|expert|state|action|reward|return|index|time"
    r"|horizon|parameters?|initial|transition|joint|marginal|arbitrary|random|latent|variational"
    r"|approximate|true|stochastic|fixed)\b"
    r"|\b(suppose|assume)( that)? (the|it|this)( \w+)? (holds|is true)\b"
    r"|\b(let|suppose|assume)( that)? (the|our|an?) baseline (\w+ ){0,2}(depends?|vary|varies) on\b"
    r"|\bdifferentiat\w*[^.;:]*?\btwice\b|\btwice differentiable\b"
    r"|\binducti(on|ve) (hypothesis|assumption)\W+(suppose|assume)\b"
)
"""What an induction supposes is what it shows, and an equivalence restricts nothing.

Nor does a sentence that says what a letter is, or what something does not depend on."""


_COUNTED: Final = re.compile(r"\bapproximately (?=\d[\d,.]* [a-z]{3})")
"""How many things there are: "approximately 30 papers"."""
_IN_WORDS: Final = re.compile(
    r"\b(?:entropy|divergence|deviation|mean|moment|variance|expectation|likelihood|probability|density"
    r"|reward|return|value|prior|logarithm)s?\s+(?:minus|times)\s+(?:(?:the|its|an?)\s+)?"
    r"(?:(?:own|squared?|expected|discounted|standard|next|negative)\s+)*"
    r"(?!(?:two|three|four|half|a|the|its)\b)[a-z]{3,}\b"
)
"""A formula in words: "the cross entropy minus the entropy" says what the display behind it is."""


def narrows(said: Sequence[str]) -> bool:
    """Whether conditions hold for some values only: "let $x = 0$", "with $x > 0$".

    An order of two indices, `u < t`, is a part of what a question says; "distinct i, j" is not.
    """
    formulas = [word for word in said if STATES.search(word)]
    ordered = [word for word in formulas if re.search(r"[<>]|\\(neq?|geq?|leq?)\b", word)]
    known = [word for word in ordered if ORDER.fullmatch(word) or _TIME.fullmatch(word)]
    picked = any(map(_PICKS.fullmatch, said)) or any(map(_TENDS.search, formulas))
    return picked or len(known) < len(ordered) or (bool(formulas) and "let" in said)


_TENDS: Final = re.compile(r"\\(?:to|rightarrow)\s*(?:[-+]?\\infty|\d)")
"""Where a name tends to: `a \\to 0`."""
_TIME: Final = re.compile(r"\s*(\d\s*(<|\\leq?)\s*)?[i-nst]\s*(<|\\leq?)\s*[A-Z]\s*")
"""An index and how far it runs: `n < T`."""


def limits_told(
    text: str,
    original: str,
    places: AbstractSet[tuple[int, int]],
    leading: Sequence[Leading],
    told: Told,
    *,
    noted: bool,
) -> tuple[tuple[str, ...], tuple[tuple[int, tuple[str, ...]], ...]]:
    """What the words of a text may say of where its displays hold, of all and of each of them.

    Args:
        text: The text, without what is looked at elsewhere, which is blank.
        original: The text as it is.
        places: Where its statements stand.
        leading: Its sentences that speak of what stands behind them.
        told: What its declarations say.
        noted: Whether it has other words that may change what its displays say.
    """

    @cache
    def said_in(part: str) -> tuple[str, ...]:
        said = conditions(part, told)
        special = told_of_names(part, told)
        if special:
            return (f"{RESTRICTS}{_quoted(special[0], part, original)}",)
        if not said or not (noted or narrows(said)):
            return ()
        return (f"{RESTRICTS}{_quoted(said[0], part, original, told)}",)

    noted = noted or blank_notes(text) != text
    found = said_in(text)
    plain = _KINDS | _FUNCTIONS | _EVENTS | _QUANTITIES | told.words
    beside = told_beside(text, places, plain, told.qualities, document=told.document)
    if found and leading and len(places) <= _MOST:  # of more, what one may hold under all may
        each = {at: said_in(without_later(text, *at, leading)) for at in places}
    else:
        each = dict.fromkeys(beside, found)
    for at, (word, *stretch) in beside.items():
        each[at] = each[at] or (f"{RESTRICTS}{_quoted(word, text, original, within=stretch)}",)
    return found, tuple((end, said) for (_, end), said in sorted(each.items()))


RESTRICTS: Final = "the text may say where this holds: "
"""The beginning of what is said of words that may be a condition."""
SHOWN: Final = 60
"""Signs of a sentence that are shown."""
_MOST: Final = 100
"""Displays of a text of which it is looked at one by one what is said of them."""


def _quoted(
    words: str,
    text: str,
    original: str,
    told: Told | None = None,
    within: Sequence[int] = (0, 0),
) -> str:
    """The sentence of a text in which some words stand, cut where it is long.

    The words are found in the text without what is looked at elsewhere, where it is blank; of
    several places, at the last in a stretch, or the first whose sentence alone says the same.
    """
    places = [*re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE)]
    if not places:
        return f"'{words}'"
    begins = [
        1 + max(text.rfind(sign, 0, at.start()) for sign in (". ", "\n\n", "]", "}\n"))
        for at in places
    ]
    alone = (
        (at, begin)
        for at, begin in zip(places, begins, strict=True)
        if words in conditions(text[begin : _sentence_end(text, at.end())], told)
    )
    inside = [
        (at, begin)
        for at, begin in zip(places, begins, strict=True)
        if within[0] <= at.start() < within[1]
    ]
    at, begin = inside[-1] if inside else next(alone, (places[0], begins[0]))
    gaps = [
        gap.end()
        for gap in re.compile(r"\s+").finditer(original, begin, at.start() - SHOWN // 2)
        if original.count("$", begin, gap.end()) % 2 == 0
    ]
    begin = gaps[-1] if gaps else begin  # not within a word or formula
    sentence = " ".join(original[begin : at.start() + SHOWN].split())
    return f"'{sentence.partition('. ')[0].lstrip('. ')}'"


def _sentence_end(text: str, at: int) -> int:
    found = re.compile(r"[.!?](?=\s)|\n[ \t]*\n").search(text, at)
    return found.end() if found else len(text)


def leading_sentences(text: str) -> tuple[Leading, ...]:
    """The sentences that speak of some displays only: "Let $x = 0$. Then ...".

    A sentence that begins with such a word leads on, if a display stands behind it, or if it sets
    itself apart from a display that ended its sentence, and one that
    begins with "Assuming" or "Summing" if it ends in that; "if $x = 0$" behind a display is said
    of that display. "If $x = 0$, then" is said of the display that ends its sentence, and of what
    goes on from that. What a theorem supposes ends with its proof; and a sentence that only says
    "if" or "for" says nothing of other sections.
    """
    found: list[Leading] = []
    parts = Parts(text)
    if _LEADS_ON.search(text) is not None:
        displays = [m for m in DELIMITED.finditer(text) if not (m["round"] or m["dollar"])]
        start = 0
        for display in displays:
            whole = CLOSED.search(display[0]) or _NEXT.match(text, display.end())
            ends = whole and _CARRIES_ON.match(text, display.end()) is None
            until = display.end() if ends else None
            found += _leading(text, parts, (start, display.start()), until)
            start = display.end()
        if displays and CLOSED.search(displays[-1][0]):
            found += (
                each
                for each in _leading(text, parts, (start, len(text)), None)
                if _SETS_APART.match(text, each.start)
            )
    found += _conditional(text, parts, found)
    return tuple(found)


def _leading(
    text: str, parts: Parts, between: tuple[int, int], until: int | None
) -> Iterator[Leading]:
    """The sentences between two displays that speak of what follows."""
    at, end = between
    while found := _LEADS_ON.search(text, at, end):
        close = _END.search(INLINE.sub(lambda m: "x" * len(m[0]), text[:end]), found.start())
        at = close.end() if close is not None else end
        runs_on = close is None
        if runs_on or not found[0].endswith("ing"):
            whole = runs_on and found[0] == "If" and _THEN.search(text, found.start(), end)
            last = until if whole else None
            if last is None:
                last = _limit(text, parts, found.start(), at)
            yield Leading(found.start(), at, Reach(found.start(), last))


def _limit(text: str, parts: Parts, start: int, end: int) -> int | None:
    """Where what a sentence says of what follows ends at the latest."""
    if not (_keeps(text, start, end) or parts.points_far(start, end)):
        return parts.passage(start).until
    around = parts.within(start)
    return around.until if around else None


def _keeps(text: str, start: int, end: int) -> bool:
    """Whether what a sentence supposes may hold beyond it.

    "For $a = 0$ the sum is" supposes for itself, "for simplicity, $a = 0$" for all that follows.
    """
    stated = next((m for m in INLINE.finditer(text, start, end) if STATES.search(m[0])), None)
    apart = stated is not None and (
        _PAUSE.search(text, start, stated.start())
        or (
            len(re.findall(r"[A-Za-z]{2,}", text[stated.end() : end])) < 2
            and text[:end].rstrip()[-1:] == "."
        )
    )
    begins_if = text.startswith("If", start)
    return bool(_STAYS.search(text, start, end)) or (bool(apart) and not begins_if)


_PAUSE: Final = re.compile(r"[,;:(]")


def _conditional(text: str, parts: Parts, known: Sequence[Leading]) -> Iterator[Leading]:
    """The other sentences with an "if" or "when", which speak of their passage.

    What another sentence of a document states, it says of the displays around it and behind it.
    """
    document = declaration_block(text) is not None
    for start, end in parts.sentences():
        if any(each.start < end and start < each.end for each in known):
            continue
        if parts.points_far(start, end):
            continue
        only_if = _IF_ONLY.search(text, start, end) and not _STAYS.search(text, start, end)
        reach = parts.passage(start) if only_if else EVERYWHERE
        if only_if and _IF.search(text, start, end) and parts.has_display(start, end):
            last = parts.carried_on(end, _CARRIES_ON)
            reach = Reach(start, last if reach.until is None else min(last, reach.until))
        if reach == EVERYWHERE and document:
            around = parts.around(start, end)
            reach = Reach(around.since, None) if _sets(text, start, end) else around
        if reach != EVERYWHERE:
            yield Leading(start, end, reach)


def _sets(text: str, start: int, end: int) -> bool:
    """Whether a sentence may say what a name is from here on."""
    formulas = INLINE.finditer(text, start, end)
    return bool(_STAYS.search(text, start, end)) or any(
        STATES.search(found[1] or found[2]) for found in formulas
    )


_IF_ONLY: Final = re.compile(r"\b(?:if|when|whenever|for|provided|as long as)\b", re.IGNORECASE)
_STAYS: Final = re.compile(
    r"\b(?:let|take|set|put|suppos\w*|assum\w*|choose|fix|consider|restrict\w*|write|defin\w*|denot\w*"
    r"|impos\w*|requir\w*|work with|us(?:e|ing)|simplicity|convenience|brevity|concreteness"
    r"|sake|otherwise|generality)\b",
    re.IGNORECASE,
)
"""Words that give a name what it keeps, beyond their own sentence."""
_CARRIES_ON: Final = re.compile(
    r"[\s}]*(?:\\(?:par|noindent|medskip|smallskip|bigskip|item|end\{\w+\*?\})\s*)*\b(?:hence|thus|therefore|then|so"
    r"|consequently|accordingly|it|its|this|that|these|those|they|their|here|and|but|in|similarly|likewise|moreover"
    r"|furthermore|also|now|from|using|by|as|which|where|we|next|finally|again|both|combining|summing|taking"
    r"|inserting|adding|dividing|multiplying|substituting|differentiating|integrating|since|because|a|an)\b",
    re.IGNORECASE,
)
"""How a sentence begins that goes on from the display before it, and from what that supposes."""
_SETS_APART: Final = re.compile(r"(?:If|When|Whenever|For|With|Under|Given)\b")
"""How a sentence of its own begins behind the last display, which says something else."""
_NEXT: Final = re.compile(r"\s*(?:\\(?:par|medskip|smallskip|bigskip|item)\b\s*)?[A-Z]|\s*\n\s*\n")
_THEN: Final = re.compile(r",\s*(?:then|we (?:get|have|obtain))\b", re.IGNORECASE)
_LEADS_ON: Final = re.compile(
    r"\b(?:(?:Now|Next|Finally|Then|Similarly|Conversely|Second),?\s+(?:let|suppose|assume|if|for|set|define)"
    r"|[A-Z][a-z]+ing|Let|Suppose|Assume|If|When|Whenever|For|With|Under|Given|Define|Denote|Fix|Set|Put)\b(?!\s+us\b)"
)
_END: Final = re.compile(r"\.(?=\s+[A-Z]|\s*\Z)|\n\s*\n")


def without_later(text: str, start: int, end: int, leading: Sequence[Leading]) -> str:
    """A text without the sentences that do not speak of what stands at a place."""
    for sentence in leading:
        if sentence.is_not_about(start, end):
            blank = re.sub(r"[^\n]", " ", text[sentence.start : sentence.end])
            text = text[: sentence.start] + blank + text[sentence.end :]
    return text
