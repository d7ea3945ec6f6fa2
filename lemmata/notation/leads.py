# ruff: noqa: SIM905 - a list of words is written as words
"""Sentences that lead to a final answer: "Setting the slope to zero yields", before a formula."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import takewhile
from typing import Final

from lemmata.notation.plain_words import ARGUING, NAME
from lemmata.notation.prose import (
    CONDITIONAL,
    HARMLESS,
    INLINE,
    Formula,
    denying_signs,
    signs_in,
    states,
    strange_words,
)
from lemmata.notation.vocabulary import (
    BEHAVES,
    CAUSES,
    COMPLEMENT,
    FINITE,
    LEADING,
    LINKS,
    METHODS,
    QUALITIES,
    THINGS,
    VERBS,
)


def words_but_leads(
    stretches: Sequence[str],
    harmless: tuple[str, ...],
    leads: Collection[int],
    boxes: Collection[int],
    named: Collection[int],
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
        named: Those of them before formulas that name what is asked for themselves.
    """
    found: list[str] = []
    turning: list[str] = []
    subjects: list[str] = []
    set_to_zero = _SET_TO_ZERO.search(" ".join(stretches))
    zero = frozenset(("setting", "zero")) if set_to_zero else frozenset()
    for place, stretch in enumerate(stretches):
        found += _UP_TO.findall(stretch)
        strange = strange_words(_alone(stretches, place), harmless)
        plain = _SHORTENED.sub(" ", stretch.rstrip())
        sentence = _SENTENCE_END.split(plain)[-1]
        leading = place in leads or place in boxes
        argues = leading and not _leads_to_formula(sentence) and _argues(sentence, strange)
        if place < len(stretches) - 1 and not any(place < lead for lead in {*named, *boxes}):
            nouns, noun = _subject(sentence)
            turning += nouns if not argues else [noun for noun in nouns if noun not in _CARRIERS]
            verb = _LEADS_TO.search(sentence.rstrip(" :"))  # "the variances add up:" has another
            subjects += noun if not argues and (place not in named or verb) else []
        if not strange:
            turning += _denying(sentence) if sentence.rstrip(" *_").endswith(":") else []
            continue
        if place == len(stretches) - 1 > 0 and _is_remark(stretch):
            continue
        leads_on = argues or (leading and _leads_to_formula(sentence))
        if any(place <= lead for lead in named) and _knows(_words_of(sentence) | zero, strange):
            turning += _denying(sentence)
            continue
        if not leads_on and not any(place < lead for lead in boxes):
            found += strange
            continue
        before = plain.removesuffix(sentence)
        found += strange_words(_alone([*stretches[:place], f"{before} .", ""], place), harmless)
        turning += _arguing(sentence) if argues else _turning(sentence)
    return found, turning, subjects


def _argues(sentence: str, strange: Collection[str]) -> bool:
    """Whether a sentence before a colon is an argument in plain words, for the formula behind it.

    It has a verb: "the gradient flows through both branches:" is no label.
    """
    if not sentence.rstrip(" *_{(").endswith(":") or _THIS_IS.search(sentence):
        return False
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", sentence.lower())
    return _knows(_words_of(sentence), strange) and not FINITE.isdisjoint(words)


def _knows(known: Collection[str], strange: Collection[str]) -> bool:
    """Whether all the parts of some words are known."""
    return all(part in known for word in strange for part in re.findall("[a-z]+|[^a-z]+", word))


def _words_of(sentence: str) -> frozenset[str]:
    """The words by which a sentence argues: few in a label, and where it may set a case."""
    label = sentence.rstrip(" *_").endswith(":") and not _is_told(sentence)
    return ARGUING if label or _SETS_A_CASE.search(sentence) else _ARGUED | _OPERATES | _NUMBERS


def _is_told(sentence: str) -> bool:
    """Whether a sentence has a verb, or tells what is done: "Minus:" does not."""
    words = re.findall("[a-z]+", sentence.lower())
    begins = bool(words) and (words[0].endswith("ing") or words[0] in _ACTIONS)
    return begins or not FINITE.isdisjoint(words) or _LEADS_TO.search(sentence) is not None


def _is_remark(words: str) -> bool:
    """Whether what stands behind an answer only says how it is: ", which is always positive"."""
    clauses = [clause for clause in re.split(r"[,;.]", words) if re.search("[A-Za-z]", clause)]
    if "?" in words or denying_signs(words) or not clauses:
        return False
    return all(map(_REMARK.match, clauses)) and all(
        _REMARKED.issuperset(re.findall(r"[a-z]+(?:-[a-z]+)*", INLINE.sub(" ", clause.lower())))
        and not signs_in(clause)
        for clause in clauses
    )


def concluded(formulas: Sequence[Formula], shown: str) -> list[Formula]:
    """The formula that a text in sentences comes to: the last but for names that are given behind.

    "Because $q$ and $k$ are independent, the mean is $a$, where $a = 2$." Nothing else is said to
    be the answer. None where that is not so.
    """
    if any(formula.display or formula.aside for formula in formulas):
        return []
    standing = [*formulas]
    while len(standing) > 1 and _GIVEN_BEHIND.fullmatch(
        shown[standing[-2].end : standing[-1].start]
    ):
        standing.pop()
    if len(standing) < 2 or (standing == [*formulas] and _MORE.search(shown[standing[-1].end :])):
        return []
    return standing[-1:] if _is_concluded(standing, shown) else []


def _is_concluded(formulas: Sequence[Formula], shown: str) -> bool:
    """Whether the last of some formulas is concluded from what a sentence says before it."""
    last = formulas[-1]
    for formula in formulas[:-1]:
        before = _SENTENCE_END.split(INLINE.sub("\0", shown[: formula.start]))[-1].rstrip(" $(\\")
        if _LEADS_TO.search(before) and not _BECAUSE.match(before):
            return False
    plain = INLINE.sub("\0", shown[: last.start])
    sentence = _SENTENCE_END.split(plain)[-1].rstrip(" $(\\")
    clause = sentence.rpartition("\0")[2]  # that it is of a name makes it another quantity
    if _LEADS_TO.search(clause) is None or _OF_ANOTHER.search(clause) is not None:
        return False
    if _SO.search(clause) or ("," in clause and _BECAUSE.match(sentence)):
        return True
    used = "," in clause and _USES.match(sentence) is not None
    for formula in formulas[:-1]:
        name = used and NAME.fullmatch(shown, formula.start, formula.end)
        if not (name or states(shown[formula.start : formula.end])):
            return False  # "the derivative of $2x$ gives": what it is of is read nowhere
    return used or _COMES_TO.search(clause) is not None


def ends_text(formula: Formula, shown: str) -> bool:
    """Whether nothing stands behind a formula but what closes it."""
    return _CLOSED.fullmatch(shown, formula.end) is not None


_CLOSED: Final = re.compile(r"(?:\\end\{[a-z]+\*?\}|[\s$.)\]\\])*")


def states_itself(formula: Formula, others: Sequence[Formula], shown: str, *, new: bool) -> bool:
    """Whether a formula that names what is asked for needs no words that say what it is.

    What a text tells before it is an argument then, "the variances add up: $Var(s) = a$", unless
    it holds another formula that may be the answer.

    Args:
        formula: The formula.
        others: The formulas before it.
        shown: The text.
        new: Whether it gives a name a new value.
    """
    return all(
        states(shown[other.start : other.end]) or _is_spoken_of(other, formula, shown, new=new)
        for other in others
    )


def _is_spoken_of(other: Formula, formula: Formula, shown: str, *, new: bool) -> bool:
    """Whether a sentence before a formula says of another one that it is a part, or what it does.

    A part, "each entry is $2x_i$, so ..", what something is done to, "setting $f'$ to zero ..", or
    a name in the same sentence, "the entries of $x$ are squared, so ..".
    """
    before = _SENTENCE_END.split(INLINE.sub("\0", shown[: other.start]))[-1].rstrip(" $(\\")
    words = re.findall(r"[a-z]+", before.lower())
    part = _PARTS.intersection(words) or (new and _SLOPES.intersection(words))
    if part and _PAUSES.match(shown, other.end):
        return True
    if _LEADS_TO.search(before.rstrip(" :*_")):
        return False
    if words and words[-1] in _OBJECTS:
        return True
    if _IS.match(shown, other.end):
        return False
    if words and words[0].endswith("ing"):
        return True
    last = words[-1] if words else ""
    called = last in _PLAIN | MEANT | _FINDS or (not last and _PAUSES.match(shown, other.end))
    apart = _SENTENCE_END.search(shown, other.end, formula.start)
    return not (called or apart) and NAME.fullmatch(shown, other.start, other.end) is not None


_PAUSES: Final = re.compile(r"[\s$)\\]*[.,;]")
_IS: Final = re.compile(
    r"[\s$)\\]*(?:[.;:]|(?:is|are|was|be|being|as|equals?|gives?|yields?|denotes?|and\s+not|or"
    r"|where|with|since|because|if|when|by|for|using|means?|represents?|follows?)\b|\Z)"
)
"""What stands behind a formula that a sentence is about, or that stands alone."""
_OBJECTS: Final = frozenset("of over in respect each every".split())
"""Words before what a sentence speaks of beside what it says."""
_FINDS: Final = frozenset("find found compute computed calculate derive write answer".split())
_SET_TO_ZERO: Final = re.compile(r"\bsetting\b[^.;!?]*\bto zero\b", re.IGNORECASE)
_PARTS: Final = frozenset(
    "each every single partial component coordinate entry term logits logit inner outer "
    "local maximise maximize minimise minimize differentiate consider".split()
)
"""Words by which a sentence speaks of a part of what is asked for, or of a step on the way."""
_SLOPES: Final = frozenset("gradient derivative slope".split())
"""What no new value of a name is."""


_SO: Final = re.compile(r"\b(?:so|thus|hence|therefore|consequently)\b", re.IGNORECASE)
_OF_ANOTHER: Final = re.compile(r"\b(?:its|their|that of)\b", re.IGNORECASE)
"""Words by which a clause speaks of a name before it, which may be another than the question's."""
_BECAUSE: Final = re.compile(r"\W*(?:because|since|as)\b", re.IGNORECASE)
_USES: Final = re.compile(r"\W*(?:[a-z]+ing|with|from|by|via)\b", re.IGNORECASE)
_COMES_TO: Final = re.compile(
    r"\b(?:gives?|yields?|gets?|obtains?|reads|and\s+then|arrives?\s+at|leads?\s+(?:us\s+)?to|produces?"
    r"|delivers?|ends?\s+up\s+with|shows?\s+that\s+the\s+[a-z]+\s+is)\s*\Z",
    re.IGNORECASE,
)
"""What an action does that comes to a formula: "plugging $a$ into $b$ gives"."""
_GIVEN_BEHIND: Final = re.compile(
    r"[\s$.,;)\\]*\b(?:where|with|and)\b(?:\s+(?:the|an?|our)(?:\s+[\w-]+){1,3})?[\s$(\\]*",
    re.IGNORECASE,
)
"""What stands between an answer and the definition of a name that it uses."""
_MORE: Final = re.compile(r"[^\s$.)\\]")


def _alone(stretches: Sequence[str], place: int) -> list[str]:
    """A stretch at its place, with empty ones around it."""
    return [*[""] * place, stretches[place], *[""] * (len(stretches) - 1 - place)]


def _turning(sentence: str) -> list[str]:
    """The words of a sentence before an answer that turn what it says of it."""
    found: list[str] = []
    clauses = re.split(r"[,;:]", sentence.rstrip(" :,"))
    for number, clause in enumerate(clauses):
        plain = COMPLEMENT.sub(" ", _GOES_ON_AS.sub(" ", _COMPOUND.sub(" ", clause.lower())))
        words = re.findall(_WORD_OR_NOT, plain)
        action = bool(words) and (words[0].endswith("ing") or words[0] in _ACTIONS)
        premise = number < len(clauses) - 1 and not (_FINITE | FINITE).isdisjoint(words)
        premise = premise and _NEGATES.isdisjoint(words) and _POINTS.isdisjoint(words)
        turns = _TURNS - _COMPARES if premise else _TURNS  # "only two exceed it, so"
        found += [word for word in words if word in turns or word.endswith(("n't", "n’t"))]
        if premise:
            continue
        head = words[: words.index("of")] if "of" in words else words
        found += [w for w in words if not action and w in (_OPERATES if w in head else _NEGATES)]
    return [*found, *signs_in(re.split(r"[,;:]", sentence.rstrip(" :,"))[-1])]


def _denying(sentence: str) -> list[str]:
    """The words of a sentence that turn what it argues for, or the formula right behind it."""
    words = re.findall(_WORD_OR_NOT, sentence.lower())
    found = [word for word in words if word in _TURNS or word.endswith(("n't", "n’t"))]
    operator = _LAST.search(sentence.lower())
    found += [word for word in operator.groups() if word in _OPERATES] if operator else []
    return [*found, *signs_in(re.split(r"[,;:]", sentence.rstrip(" :,"))[-1])]


def _arguing(sentence: str) -> list[str]:
    """The same of a sentence before a colon, in which any word may scale the formula."""
    words = re.findall(_WORD_OR_NOT, sentence.lower())
    return [*_denying(sentence), *(word for word in words if word in _NEGATES)]


_WORD_OR_NOT: Final = r"[a-z]+(?:['’][a-z]+)?"
_LAST: Final = re.compile(
    r"([a-z]+)(?:\s+(?:of|the|to|by|with|all|this|that|is))*[\s$(\\]*\Z"
    r"|([a-z]+)\s+of\s+(?:the\s+)?(?:this|that|it|following|expression|formula|quantity)[\s:]*\Z"
)
"""The last word that says something before a formula."""


def _leads_to_formula(sentence: str) -> bool:
    """Whether a sentence ends as one does that says what the formula behind it is.

    A colon alone stands behind labels of all kinds; it leads on behind a verb or an action.
    """
    plain = sentence.rstrip(" :*_{(")
    if _LEADS_TO.search(plain) is not None or COMPLEMENT.search(plain) is not None:
        return True
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
    clause = COMPLEMENT.sub(r" \g<verb>", clause)
    words = re.findall(_WORD, _COMPOUND.sub(" ", clause))
    if words and (words[0].endswith("ing") or words[0] in _ACTIONS):
        return [], []
    if not (CAUSES.isdisjoint(words) or METHODS.isdisjoint(words)):
        return [], []  # "the quotient rule leads to"
    head = _up_to_preposition(_without_verbs(words))
    meant = [word for word in head if word.split("-")[-1] in MEANT]
    words = _without_verbs(re.findall(_WORD, clause))
    opens = [k for k, word in enumerate(words) if word in _ARTICLES]
    for k in opens:
        named = _up_to_preposition(words[k + 1 :])[-1:]
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
    "estimate objective statement recursion relation outcome simplification matrix "
    "vector quantity".split()
)
"""Nouns that an answer to any question may be called by."""
_VERBS: Final = LEADING | {"updated", "at"}
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
_CARRIERS: Final = frozenset("estimator jacobian input output parameter class label".split())
"""Those of which an argument says something, in which the answer is another."""
_LABEL: Final = re.compile(r"\W*(?:[a-z-]+\s+)?([a-z]+)\W*:\W*")
"""A word or two before a colon, and then a formula."""
_LABELS: Final = frozenset("recall evidence advantage reward return velocity".split())
_SHORTENED: Final = re.compile(r"\bw\.r\.t\.|\b(?:cf|eq|resp)\.", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.!?](?=\s)|\n\s*\n")
_LEADS_TO: Final = re.compile(
    r"(?:\b(?:is|are|be|being|becomes?|gives?|yields?|reads?|equals?|finds?|gets?|obtains?|have|has|as"
    r"|shows|left with|end(?:s|ed)? up with|delivers?|produces?|provides?|furnish(?:es)?"
    r"|we (?:need|require|choose|take|pick)|leads? us to|turn(?:s|ed)? out to be"
    r"|so|hence|thus|therefore|then|simply|just|exactly|namely|trick|rule|identity|ie|eg"
    r"|(?:given|described|expressed|represented|obtained|provided|average) by|arrives? at"
    r"|(?:gives?|yields?|is|has|have|with)\s+an?\s+(?:[a-z-]+\s+){1,3}of"
    r"|(?:updated|computed|calculated|obtained) (?:by|as|via)"
    r"|(?:equal|equivalent|simplifies|reduces|evaluates|leads|amounts|comes|collapses|down)"
    r"(?: [a-z]+ly)? to)"
    r"|i\.e\.)\s*\Z",
    re.IGNORECASE,
)
"""How a sentence ends that leads to the formula behind it."""
_FINITE: Final = frozenset(
    "is are has have can must add adds appear appears cancel cancels contain contains contribute "
    "contributes depend depends disappear disappears enter enters exceed exceeds leave leaves "
    "multiply multiplies pass passes remain remains stay stays survive survives vanish "
    "vanishes".split()
)
"""Verbs of clauses that tell what an answer follows from."""
_POINTS: Final = frozenset("this that these those it following answer result".split())
"""Words by which a clause speaks of the answer itself."""
_COMPARES: Final = frozenset(
    "exceed exceeds less more greater smaller larger fewer least most than large small".split()
)
"""Words that turn what is said of an answer, and not what is said of something before it."""
_UP_TO: Final = re.compile(
    r"\b(?:no[- ]one|up to|only (?:if|for|when|where|holds)|other than|first[- ]order"
    r"|univariate|scalar case|of (?:the|an?) (?:other|second|first|next|previous|last)|another"
    r"|(?:one|two|single)[- ]dimension\w*|[12]-?d)\b",
    re.IGNORECASE,
)
_COMPOUND: Final = re.compile(
    r"\b(?:expected[- ]|mean[- ])?"
    r"(?:squared|expected|prediction|estimation|reconstruction|test|td)[- ]errors?\b"
    r"|\blog[- ]?(?:derivative|likelihood|density|probability|determinant|odds)s?\b"
    r"|\b(?:product|quotient|sum|power|log(?:-derivative)?) (?:rule|trick)\b|\bleast[- ]squares\b"
    r"|\bgram matrix\b|\b(?:outer|inner|dot|matrix) products?\b"
    r"|\bthat (?:is|was|are|were) (?:asked|required|sought|wanted|needed|requested)(?: for)?\b"
)
"""Words with a part that turns a sentence where it stands alone."""
_GOES_ON_AS: Final = re.compile(
    r"\bwhich\s+(?=(?:is|equals|can|may|simplifies|reduces|evaluates|gives|yields)\b)"
)
"""A word that says of a formula what stands behind it."""
_ACTIONS: Final = frozenset("by using since because from via as with after on upon once".split())
"""What a clause begins with that tells what is done, besides words such as "adding"."""
_TURNS: Final = frozenset(
    "not never no none neither nor without cannot false wrong wrongly incorrect incorrectly "
    "mistake mistakes mistaken mistakenly error errors erroneous erroneously but although "
    "though however instead rather except unless otherwise else alternatively unlike despite if "
    "when whenever provided assuming assume assumes assumed suppose supposing supposed case "
    "cases special limit approximately approx approximate about roughly nearly almost around "
    "tends tend approaches asymptotically proportional bounded less more greater smaller larger "
    "fewer least most than maybe perhaps possibly probably might may could would should shall "
    "seems seem guess guesses think thinks thought believe suspect hope unsure doubt old older "
    "former formerly previous earlier initially originally naive naively claim claims claimed "
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
    "overlooks overlooking pretend pretending".split()
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
MAKES_ANOTHER: Final = _TURNS | _OPERATES | CONDITIONAL
"""Words by which a text may give another quantity than a formula in it."""
_NEGATES: Final = frozenset(
    "times twice thrice half double doubled minus negative negated opposite inverse inverted "
    "reciprocal third quarter".split()
)
"""Those of them that do so too where they stand behind "of": "the gradient of minus the loss"."""
MEASURED: Final = (MEANT | _LABELS | _OPERATES) - {"factor", "factors", "sum", "difference"}
"""Words by which one quantity is told from another."""
_HOW: Final = QUALITIES & frozenset(
    "simple compact concise neat nice clean elegant symmetric diagonal linear affine quadratic "
    "convex concave smooth continuous finite scalar constant bounded positive nonnegative "
    "non-negative non-zero nonzero cheap efficient tractable intuitive sensible reasonable "
    "independent consistent parallel easy well known well-known standard familiar exactly "
    "precisely famous celebrated natural invariant homogeneous monotone unbiased "
    "differentiable elementwise".split()
)
"""How an answer may be said to be."""
_THIS_IS: Final = re.compile(r"\b(?:this|that|it|here|which|these)\s+is\b", re.IGNORECASE)
_SETS_A_CASE: Final = re.compile(
    r"(?:\A\W*|[,;]\s*|\b(?:and|so|that|then|thus|hence)\s+)"
    r"(?:at|near|under|within|around|outside|for|on|in|when|where|after)\s",
    re.IGNORECASE,
)
_NUMBERS: Final = frozenset("two three four five six seven eight nine ten".split())
_ARGUED: Final = (ARGUING | VERBS | THINGS | QUALITIES | LINKS) - _TURNS
"""The words of a sentence that argues for the formula behind it."""
_REMARKED: Final = (HARMLESS | VERBS | THINGS | QUALITIES | LINKS | BEHAVES | {"which"}) - (
    _TURNS - {"which"}
) - _OPERATES - MEANT - frozenset("half if".split()) | {"vanishes", "vanish"}
_REMARK: Final = re.compile(
    r"\s*(?:(?:and|so)\s+)?(?:(?:which|this|it)\s+(?:\w+ly\s+|always\s+|also\s+|indeed\s+)*"
    rf"(?:(?:is|are|stays|remains)\s+(?:\w+ly\s+|always\s+|also\s+|again\s+)*(?:{'|'.join(sorted(_HOW))})\b"
    rf"|(?:{'|'.join(sorted(BEHAVES))}|vanish(?:es)?\s+(?:as|at|when|if|for))\b)"
    r"|an?\s+(?:(?:column|row)\s+)?(?:vector|matrix|scalar|number|constant)\b"
    r"|(?:just\s+|exactly\s+)?as\s+(?:we\s+|one\s+|it\s+)?(?:required|desired|claimed|expected|wanted"
    r"|stated|promised|announced|asked|would\s+expect|should\s+be)\b"
    r"|(?:everywhere|throughout|identically|overall|indeed)\s*\Z"
    r"|in\s+(?:full\s+)?(?:line|agreement|accordance|keeping)\s+with\b|consistent\s+with\b)",
    re.IGNORECASE,
)
"""How a clause begins that says how an answer is, and gives no other value of it."""
