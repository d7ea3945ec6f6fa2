# ruff: noqa: SIM905 - a list of words is written as words
"""Sentences that lead to a final answer: "Setting the slope to zero yields", before a formula."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import takewhile
from typing import Final

from lemmata.notation.prose import INLINE, Formula, alterations, signs_in, strange_words


def words_but_leads(
    stretches: Sequence[str],
    harmless: tuple[str, ...],
    leads: Collection[int],
    boxes: Collection[int],
) -> tuple[list[str], list[str], list[str]]:
    """The strange words beside a final answer that is set off, but for those that lead to it.

    A sentence that ends in "is", "gives" or a colon before a formula that stands apart says that
    the formula is the answer, whatever else it tells, unless one of its words turns that: these
    are given apart, because a question may hold them itself; and so are the nouns of what the
    formula is said to be, which the question has to ask for.

    Args:
        stretches: As in `strange_words`.
        harmless: Further words that mean nothing.
        leads: The stretches before formulas that are set off.
        boxes: Those of them before formulas in boxes, before which everything leads to them.
    """
    found: list[str] = []
    turning: list[str] = []
    subjects: list[str] = []
    for place, stretch in enumerate(stretches):
        found += _UP_TO.findall(stretch)
        strange = strange_words(_alone(stretches, place), harmless)
        plain = _SHORTENED.sub(" ", stretch.rstrip())
        sentence = _SENTENCE_END.split(plain)[-1]
        if place < len(stretches) - 1 and not says_it_all(sentence):
            nouns, named = _subject(sentence)
            turning += nouns
            subjects += named
        if not strange:
            continue
        leads_on = (place in leads or place in boxes) and _leads_to_formula(sentence)
        if not leads_on and not any(place < lead for lead in boxes):
            found += strange
            continue
        before = plain.removesuffix(sentence)
        found += strange_words(_alone([*stretches[:place], f"{before} .", ""], place), harmless)
        turning += _turning(sentence)
    return found, turning, subjects


def is_conclusion(formulas: Sequence[Formula], shown: str) -> bool:
    """Whether the last of some formulas in sentences is concluded from what is said before it.

    "Because $q$ and $k$ are independent, the mean is $a$." Nothing else is said to be the answer.
    """
    last = formulas[-1]
    if any(formula.display or formula.aside for formula in formulas):
        return False
    if re.fullmatch(r"[\s$.)\\]*", shown[last.end :]) is None:
        return False
    before = [
        shown[formula.start - _FAR if formula.start > _FAR else 0 : formula.start]
        for formula in formulas[:-1]
    ]
    if any(_LEADS_TO.search(words.rstrip(" $(\\")) for words in before):
        return False
    plain = INLINE.sub("\0", shown[: last.start])
    sentence = _SENTENCE_END.split(plain)[-1].rstrip(" $(\\")
    clause = sentence.rpartition("\0")[2]  # that it is of a name makes it another quantity
    concludes = _SO.search(clause) or ("," in clause and _BECAUSE.match(sentence))
    concludes = concludes or _DOING.match(sentence)  # "expanding it gives"
    leads = _LEADS_TO.search(clause) is not None and _OF_ANOTHER.search(clause) is None
    return bool(concludes) and leads


_FAR: Final = 40
"""Signs before a formula in which a sentence says what it is."""
_SO: Final = re.compile(r"\b(?:so|thus|hence|therefore|consequently)\b", re.IGNORECASE)
_DOING: Final = re.compile(r"\W*(?:by\s+|and\s+)?[a-z]{3,}ing\b", re.IGNORECASE)
_OF_ANOTHER: Final = re.compile(r"\b(?:its|their|that of)\b", re.IGNORECASE)
"""Words by which a clause speaks of a name before it, which may be another than the question's."""
_BECAUSE: Final = re.compile(r"\W*(?:because|since|as)\b", re.IGNORECASE)


def _alone(stretches: Sequence[str], place: int) -> list[str]:
    """A stretch at its place, with empty ones around it."""
    return [*[""] * place, stretches[place], *[""] * (len(stretches) - 1 - place)]


def _turning(sentence: str) -> list[str]:
    """The words of a sentence before an answer that turn what it says of it."""
    found: list[str] = []
    lead = _LEADS_TO.search(sentence.rstrip(" :*_{("))
    clauses = re.split(r"[,;:]", sentence[: lead.start()] if lead else sentence.rstrip(" :*_{("))
    for number, clause in enumerate(clauses):
        words = re.findall(r"[a-z]+(?:['’][a-z]+)?", _COMPOUND.sub(" ", clause.lower()))
        action = bool(words) and (words[0].endswith("ing") or words[0] in _ACTIONS)
        premise = number < len(clauses) - 1 and is_clause(clause)  # "only two exceed it, so"
        turns = _TURNS - _COMPARES if premise else _TURNS
        found += [word for word in words if word in turns or word.endswith(("n't", "n’t"))]
        if premise:
            continue
        head = [*takewhile(lambda word: word not in ("of", "on"), words)]
        found += [w for w in words if not action and w in (_OPERATES if w in head else _NEGATES)]
    return [*found, *signs_in(re.split(r"[,;:]", sentence.rstrip(" :,"))[-1])]


def says_it_all(sentence: str) -> bool:
    """Whether a clause is whole before the formula behind it: "The terms cancel: ", "It is. ".

    What it speaks of is not what it says that the formula is, unless it speaks of "this".
    """
    ended = sentence.rstrip(" *_{($\\")
    clause = re.split(r"[,;]", ended)[-1]
    if _POINTS.match(clause) or _BARE_VERB.search(clause):
        return False
    return ended[-1:] in (":", ".") and is_clause(clause) and not _LEADS_TO.search(ended[:-1])


def is_clause(words: str) -> bool:
    """Whether some words have a verb as a sentence has, and are no mere name of something."""
    return not _FINITE.isdisjoint(re.findall(r"[a-z]+", words.lower()))


def _leads_to_formula(sentence: str) -> bool:
    """Whether a sentence ends as one does that says what the formula behind it is.

    A colon alone stands behind labels of all kinds; it leads on behind a verb or an action.
    """
    if _LEADS_TO.search(sentence.rstrip(" :*_{(")) is not None:
        return True
    if _THAT.search(sentence.rstrip(" :*_{(")) or says_it_all(sentence):
        return not alterations((sentence,))
    first = re.match(r"\W*([a-z]+)", sentence.lower())
    action = first is not None and (first[1].endswith("ing") or first[1] in _ACTIONS)
    return action and sentence.rstrip(" *_{(")[-1:] in (":", ",")


def _subject(sentence: str) -> tuple[list[str], list[str]]:
    """The nouns of quantities that a sentence says a formula behind it to be: "the loss is".

    And the last noun of what it says. The question may ask for one of these, and then says so in
    its title; nor is "the odds is" said of an answer whose question does not speak of odds.
    """
    label = _LABEL.fullmatch(sentence.lower())
    if label is not None and label[1] in MEANT | _LABELS:
        return [], [label[1]]
    clause = re.split(r"[,;]", sentence.rstrip(" :*_{(").lower())[-1]
    words = re.findall(_WORD, _COMPOUND.sub(" ", clause))
    if words and (words[0].endswith("ing") or words[0] in _ACTIONS):
        return [], []
    head = _up_to_preposition(_without_verbs(words))
    meant = [word for word in head if word.split("-")[-1] in MEANT]
    words = _without_verbs(re.findall(_WORD, clause))
    opens = [k for k, word in enumerate(words) if word in _ARTICLES]
    for k in opens:
        if not _PLAIN.isdisjoint(words[k + 1 : k + 2]):
            continue  # "the answer comes out as"
        named = [*takewhile(lambda w: w not in _VERBS, _up_to_preposition(words[k + 1 :]))][-1:]
        reason = k > 0 and words[k - 1] in _PREPOSITIONS - {"of", "that"}  # "by the chain rule"
        if reason or not _PLAIN.isdisjoint(named):
            continue  # "the value of the game" speaks of the game
        return meant, named
    return meant, []


def _without_verbs(words: Sequence[str]) -> list[str]:
    """Words without the verb that leads on to a formula behind them."""
    found = list(words)
    while found and (found[-1] in _VERBS or found[-1].endswith("ly")):
        found.pop()
    return found


def _up_to_preposition(words: Sequence[str]) -> list[str]:
    """What stands before the first preposition."""
    return [*takewhile(lambda word: word not in _PREPOSITIONS, words)]


_WORD: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_ARTICLES: Final = frozenset("the a an its our".split())
_PLAIN: Final = frozenset(
    "answer result solution formula expression value form update rule equation identity optimum "
    "estimate objective statement simplification matrix vector quantity".split()
)
"""Nouns that an answer to any question may be called by."""
_VERBS: Final = frozenset(
    "is are be being becomes become gives give yields yield reads read equals equal has have as "
    "so then therefore thus hence now just exactly namely given described expressed by to "
    "at shows leaves leaving giving yielding".split()
)
_PREPOSITIONS: Final = frozenset(
    "of with for at in by under on over through to from that between".split()
)
MEANT: Final = frozenset(
    "gradient derivative jacobian slope determinant covariance variance bias mean expectation "
    "probability divergence loss input output parameter bound elbo kl estimator dimension class "
    "label hessian entropy information likelihood density norm minimum maximum integral "
    "antiderivative moment velocity".split()
)
"""Nouns of quantities, of which one is asked for."""
_LABEL: Final = re.compile(r"\W*(?:[a-z-]+\s+)?([a-z]+)\W*:\W*")
"""A word or two before a colon, and then a formula."""
_LABELS: Final = frozenset("recall evidence advantage reward return velocity".split())
_SHORTENED: Final = re.compile(r"\bw\.r\.t\.|\b(?:cf|eq|resp)\.", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.!?](?=\s)|\n\s*\n")
_LEADS_TO: Final = re.compile(
    r"(?:\b(?:is|are|be|being|becomes?|gives?|yields?|reads?|equals?|finds?|gets?|obtains?|have|has|as"
    r"|shows|giving|yielding|leaves|leaving|left with"
    r"|so|hence|thus|therefore|then|simply|just|exactly|namely|trick|rule|identity|ie|eg"
    r"|(?:given|described|expressed|represented|obtained|provided|average) by|arrives? at"
    r"|(?:equal|equivalent|simplifies|reduces|evaluates|leads|amounts|comes|collapses|down) to)"
    r"|i\.e\.)\s*\Z",
    re.IGNORECASE,
)
"""How a sentence ends that leads to the formula behind it."""
_POINTS: Final = re.compile(
    r"\W*(?:\w+ )?(?:this|that|these|those|it|here|following|below|we|one|you)\b", re.IGNORECASE
)
"""How a clause begins that says something of the formula behind it: "This is an upper bound"."""
_BARE_VERB: Final = re.compile(r"\b(?:is|are|has|have|can|must)\W*\Z", re.IGNORECASE)
"""How a clause ends that says what its subject is."""
_THAT: Final = re.compile(r"(?<!\bsuch)(?<!\bgiven)(?<!\bfact)\s+that\s*\Z", re.IGNORECASE)
"""How a sentence ends that tells what is seen, found or shown."""
_FINITE: Final = frozenset(
    "is are has have can must add adds appear appears cancel cancels consist consists contain "
    "contains contribute contributes depend depends disappear disappears enter enters exceed "
    "exceeds flow flows leave leaves maximise maximises maximize maximizes move moves multiply "
    "multiplies pass passes push pushes remain remains saturate saturates stay stays survive "
    "survives vanish vanishes".split()
)
"""Verbs by which nothing is said to be equal to what they are said of, but for the first four."""
_COMPARES: Final = frozenset(
    "exceed exceeds less more greater smaller larger fewer least most than large small".split()
)
"""Words that turn what is said of an answer, and not what is said of something before it."""
_UP_TO: Final = re.compile(
    r"\b(?:no[- ]one|rul(?:e|es|ed|ing) out|up to|only (?:if|for|when|where|holds)|other than"
    r"|first[- ]order"
    r"|univariate|scalar case|of (?:the|an?) (?:other|second|first|next|previous|last)|another"
    r"|(?:one|two|single)[- ]dimension\w*|[12]-?d)\b",
    re.IGNORECASE,
)
_COMPOUND: Final = re.compile(
    r"\b(?:everything|all) else\b|\badds? up\b"
    r"|\b(?:mean[- ])?(?:squared|prediction|estimation|reconstruction|test|td)[- ]errors?\b"
    r"|\blog[- ]?(?:derivative|likelihood|density|probability|determinant|odds)s?\b"
)
"""Words with a part that turns a sentence where it stands alone."""
_ACTIONS: Final = frozenset("by using since because from via as with after on upon once".split())
"""What a clause begins with that tells what is done, besides words such as "adding"."""
_TURNS: Final = frozenset(
    "not never no none neither nor without cannot false wrong wrongly incorrect incorrectly "
    "mistake mistakes mistaken mistakenly error errors erroneous erroneously but although "
    "though however instead rather except unless otherwise else alternatively unlike despite if "
    "when whenever provided assuming assume assumes assumed suppose supposing supposed case "
    "cases special limit approximately approx approximate about roughly nearly almost around "
    "tends tend approaches asymptotically proportional bounded approximation approximations "
    "less more greater smaller larger fewer least most than maybe perhaps possibly probably might "
    "may could would should shall seems seem guess guesses think thinks thought believe suspect "
    "hope unsure doubt old older former formerly previous earlier initially originally naive "
    "naively claim claims claimed "
    "claiming someone somebody friend student students book wrote says said suggests suggested "
    "proposed he she they tempting temptation typical ignoring neglecting dropping omitting "
    "leaving missing forgetting forgot forgotten want wants try tries tried trying attempt "
    "attempts draft todo either whether differs differ different unknown undefined "
    "contradiction contradicts absurd impossible replace replaced replacing let define defined "
    "defining denote denoted call called where ratio versus vs compare compared whose restrict "
    "restricted ignore neglect what which why how was were been flawed invalid bogus bad sloppy "
    "broken fake nonsense inaccurate improper disregarding discarding excluding modulo barring "
    "hopefully supposedly apparently allegedly presumably arguably likely unlikely hardly "
    "scarcely barely anything nothing nobody fail fails failed disprove refuse dominated "
    "exceeds exceed large small classmate colleague chatgpt gpt opposed silly absent lacking "
    "lacks misses reverse reversed falsely careless contrary leading unit wish wishes overlook "
    "overlooks overlooking pretend pretending disagree disagrees refute refutes refuted exclude "
    "excludes excluded contest contested dispute disputed deny denies denied oppose opposes "
    "dismiss dismissed challenge warn beware spurious untrue rumour legend myth".split()
)
"""Words that turn what a sentence says of the formula that it leads to."""
_OPERATES: Final = frozenset(
    "times twice thrice half third quarter double doubled triple tripled minus plus negative "
    "negated opposite inverse inverted reciprocal transpose transposed squared square squares "
    "root roots cube cubed log logs logarithm logarithms exponential exponent exp factor "
    "factors multiplied multiply multiple multiples divided divide quotient scaled scale "
    "scaling added add sum subtract subtracted difference product fraction percent percentage "
    "sign signs normalized normalised base bits power absolute modulus norm powers two three "
    "four part parts component components entry entries trace diagonal variance deviation "
    "precision complement remainder rest".split()
)
"""Words that make another quantity of the one that they are said of."""
_NEGATES: Final = frozenset(
    "times twice thrice half double doubled minus negative negated opposite inverse inverted "
    "reciprocal third quarter".split()
)
"""Those of them that do so too where they stand behind "of": "the gradient of minus the loss"."""
MEASURED: Final = (MEANT | _LABELS | _OPERATES) - {"factor", "factors", "sum", "difference"}
"""Words by which one quantity is told from another."""
