# ruff: noqa: SIM905 - a list of words is written as words
"""What the prose around displays says that may restrict them, and which displays it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from lemmata.kernel.declarations import Declarations, free_names
from lemmata.kernel.terms import as_term
from lemmata.notation.blanks import NOTE, blank_notes
from lemmata.notation.chains import Leading
from lemmata.notation.plain_words import NAME, told_beside
from lemmata.notation.prose import CONDITIONAL, EQUALITY, INLINE, ORDER, STATES
from lemmata.notation.qualities import Qualities, granted, qualities, restricts_values
from lemmata.notation.set_apart import DELIMITED


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
    for match in DELIMITED.finditer(text):
        prose.append(text[at : match.start()].lower())
        at = match.end()
        inline = match["round"] or match["dollar"]
        if inline and STATES.search(inline) and not EQUALITY.search(prose[-1]):
            found.append(inline.strip())
        named = NAME.fullmatch(inline) if inline else None
        prose.append(f"<{named[1]}>" if named else "<>" if inline else "{} .")
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
        said = "".join(s for s in _SENTENCE.findall(said) if not _only_says_what_is(s, told))
        found += [f"{same[1]} = {same[2]}" for same in _SAME.finditer(said)]
    said = _IF.sub(lambda m: " " if _is_an_event(m[0]) else m[0], said)
    said = _IN_WORDS.sub(" ", _INDUCTION.sub(" ", _FORMULAS.sub(" ", said)))
    words = re.findall(r"[a-z]+", said)
    found += [phrase[0] for phrase in _PICKS.finditer(said)]
    return [word for word in words if word in CONDITIONAL] + found


def _in_small_letters(prose: Iterable[str]) -> str:
    return " ".join(_GAP.sub(". ", " ".join(prose)).split()).replace("let us", "")


def told_of_names(text: str, told: Told) -> list[str]:
    """What the prose around displays says of the values of its names, and declarations do not."""
    prose: list[str] = []
    found: list[str] = []
    at = 0
    for match in DELIMITED.finditer(text):
        inline = match["round"] or match["dollar"]
        named = NAME.fullmatch(inline) if inline else None
        if inline and restricts_values(inline, told.qualities):
            found.append(inline.strip())
        shown = f"<{named[1]}>" if named else "<>" if inline else "{} ."
        prose += [text[at : match.start()].lower(), shown]
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
    """

    words: frozenset[str]
    loose: frozenset[str]
    qualities: Qualities
    apart: Qualities


def told_by(declarations: Declarations) -> Told:
    """What a text may say again beside these declarations."""
    families = declarations.families
    words: set[str] = set()
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
    return Told(frozenset(words), frozenset(loose - known), granted(declarations), made)


def _only_says_what_is(sentence: str, told: Told | None) -> bool:
    """Whether a sentence with "let" or "assume" says no more than what a name is, in plain words.

    "Let $w$ be the weights of a layer" restricts nothing, "let $w$ be equal weights" may; and "let
    $m$ be the mean" says more of a number than a declaration that leaves it open.
    """
    words = {*re.findall(r"[a-z]+", _FORMULAS.sub(" ", sentence))}
    kinds, granted = _KINDS | (told.words if told else frozenset()), _FUNCTIONS | _INTRODUCES
    if words.isdisjoint(_INTRODUCES) or not words <= kinds | granted | _QUANTITIES:
        return False
    loose = told is None or any(name in told.loose for name in _NAMED.findall(sentence))
    return _EQUATES.search(sentence) is None and not (loose and words & _QUANTITIES)


def _is_an_event(clause: str) -> bool:
    """Whether an if-clause only says what happens: "if a new reward $r$ arrives"."""
    words = {*re.findall(r"[a-z]+", _FORMULAS.sub(" ", clause))}
    return bool(words & _EVENTS) and words <= _EVENTS | _KINDS | _FUNCTIONS | {"if"}


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
    "action actions algorithm baseline batch code codebook component components coordinate "
    "coordinates coupling couplings critic data dataset decoder density densities dimension "
    "dimensions discriminator distribution distributions encoder entries entry example examples "
    "expert feature features function functions generator horizon image images index indices input "
    "inputs iterate iterates key keys label labels latent latents law laws layer layers length "
    "logit logits map mask matrix model models network networks noise number numbers observation "
    "observations outcome outcomes parameter parameters penalty point points policy policies prior "
    "probability probabilities quantity quantities queries query random rate rates regulariser "
    "regularizer reward rewards sample samples sequence signal size state states step steps "
    "target targets temperature time times token tokens trajectory trajectories transition "
    "variable variables vector vectors weight weights "
    # which of them, where that says nothing of its value
    "behaviour behavior corresponding current hidden importance learned learning natural new next "
    "old previous sampled training usual variational "
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
_INDUCTION: Final = re.compile(
    r"\bbase case\b|\bif and only if\b|\b(both|all|the two) cases\b"
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
    picked = any(map(_PICKS.fullmatch, said))
    return picked or len(known) < len(ordered) or (bool(formulas) and "let" in said)


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

    def said_in(part: str) -> tuple[str, ...]:
        said = conditions(part, told)
        special = told_of_names(part, told)
        if special:
            return (f"{RESTRICTS}'{special[0]}'",)
        if not said or not (noted or narrows(said)):
            return ()
        return (f"{RESTRICTS}{_quoted(said[0], part, original)}",)

    noted = noted or blank_notes(text) != text
    found = said_in(text)
    plain = _KINDS | _FUNCTIONS | _EVENTS | _QUANTITIES | told.words
    beside = told_beside(text, places, plain, told.qualities)
    if found and leading:
        each = {at: said_in(without_later(text, *at, leading)) for at in places}
    else:
        each = dict.fromkeys(beside, found)
    for at, word in beside.items():
        each[at] = each[at] or (f"{RESTRICTS}{_quoted(word, text, original)}",)
    return found, tuple((end, said) for (_, end), said in sorted(each.items()))


RESTRICTS: Final = "the text may say where this holds: "
"""The beginning of what is said of words that may be a condition."""
SHOWN: Final = 60
"""Signs of a sentence that are shown."""


def _quoted(words: str, text: str, original: str) -> str:
    """The sentence of a text in which some words stand, cut where it is long.

    The words are found in the text without what is looked at elsewhere, where it is blank.
    """
    found = re.search(re.escape(words), text, re.IGNORECASE)
    if found is None:
        return words
    start = max(text.rfind(sign, 0, found.start()) for sign in (". ", "\n\n", "]", "}\n"))
    begin = max(start + 1, found.start() - SHOWN // 2)
    sentence = " ".join(original[begin : found.start() + SHOWN].split())
    return f"'{sentence.partition('. ')[0].lstrip('. ')}'"


def leading_sentences(text: str) -> tuple[Leading, ...]:
    """The sentences that speak of the displays behind them: "Let $x = 0$. Then ...".

    A sentence that begins with such a word leads on, if a display stands behind it, or if it sets
    itself apart from a display that ended its sentence, and one that
    begins with "Assuming" or "Summing" if it ends in that; "if $x = 0$" behind a display is said
    of that display. "If $x = 0$, then" is said of the display that ends its sentence, and no more.
    """
    if _LEADS_ON.search(text) is None:
        return ()
    displays = [m for m in DELIMITED.finditer(text) if not (m["round"] or m["dollar"])]
    found: list[Leading] = []
    start = 0
    for display in displays:
        whole = _CLOSED.search(display[0]) or _NEXT.match(text, display.end())
        until = display.end() if whole else None
        found += _leading(text, start, display.start(), until)
        start = display.end()
    if displays and _CLOSED.search(displays[-1][0]):
        found += (
            each
            for each in _leading(text, start, len(text), None)
            if _SETS_APART.match(text, each.start)
        )
    return tuple(found)


def _leading(text: str, start: int, end: int, until: int | None) -> Iterator[Leading]:
    """The sentences between two displays that speak of what follows."""
    at = start
    while found := _LEADS_ON.search(text, at, end):
        close = _END.search(INLINE.sub(lambda m: "x" * len(m[0]), text[:end]), found.start())
        at = close.end() if close is not None else end
        runs_on = close is None
        if runs_on or not found[0].endswith("ing"):
            whole = runs_on and found[0] == "If" and _THEN.search(text, found.start(), end)
            yield Leading(found.start(), at, until if whole else None)


_SETS_APART: Final = re.compile(r"(?:If|When|Whenever|For|With|Under|Given)\b")
"""How a sentence of its own begins behind the last display, which says something else."""
_CLOSED: Final = re.compile(r"\.[\s}]*(?:\\\]|\$\$|\\end\{\w+\*?\})\s*\Z")
"""The end of a display that ends a sentence."""
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
