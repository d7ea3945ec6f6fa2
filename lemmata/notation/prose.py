# ruff: noqa: SIM905 - a list of words is written as words
"""Where the formulas of a text are, and what the words beside them say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from lemmata.notation.chains import Aside, Case
from lemmata.notation.lexer import Token
from lemmata.notation.set_apart import set_apart
from lemmata.notation.tails import GOES_ON, RELATES, concludes_by, in_reasons, is_mentioned

HARMLESS: Final = frozenset(
    "therefore thus hence so the a an answer answers is are we get have obtain obtains final "
    "finally result results then that this gives give which and by it follows solution equals "
    "equal to formula expression value can be written as now consequently derivation proof "
    "step line done namely i e ie eq equation of our my in closed form simplifies yields "
    "completes complete concludes finishes "
    "finding let us q.e.d qed first second next also indeed note see "
    "where with here denotes denote gradient one hot onehot encoding vector column label true "
    "multiplication class indicator function kronecker delta elementwise entrywise componentwise "
    "element wise applied "
    "hadamard product operator identity matrix standard basis softmax probabilities unbiased "
    "shape same average mixture midpoint "
    # what a reason begins with, before the formula that it tells
    "since because using from via recall "
    # what the answer is, and what it is of
    "at all every each any derivative jacobian determinant covariance variance bias mean "
    "expectation expected probability update rule estimator objective bound elbo kl divergence "
    "output constant loss input parameter parameters respect its desired required requested "
    "know need require requires find compute computing compute show shows differentiating "
    "differentiate differentiates term terms "
    "ans holds lecture write writing setting put putting define defining introduce introducing "
    "reads states theorem lemma set "
    "i.e e.g runs over optimal dimension dimensions becomes giving obtaining yielding "
    "predicted".split()
)
_DESCRIBING: Final = frozenset(
    "denotes denote hot onehot indicator kronecker hadamard identity elementwise shape vector "
    "matrix basis softmax".split()
)
"""Words of a remark that says what standard notation means."""
REASON: Final = re.compile(
    r"^\W*(by|since|because|using|from|due to|via|applying|according to|as|note|recall"
    r"|which (?:\w+ly )?follows (?:\w+ly )?(?:from|by))\b",
    re.IGNORECASE,
)
CONDITIONAL: Final = frozenset(
    "assume assumes assumed assuming suppose supposing let if unless except provided case cases "
    "special restrict define denote defined denotes call replace instead ignore "
    "ignoring neglect approximately false wrong incorrect not never times twice half minus".split()
)
"""Words that may change what the displays around them say."""
_CHANGING: Final = CONDITIONAL | frozenset(
    "when whenever else otherwise only but however though although respectively negative "
    "opposite inverse transpose transposed squared square root log logs logarithm logarithms "
    "base bits multiplied multiply multiplying divided divide dividing scaled scaling plus add "
    "added adding subtract subtracted subtracting sum difference mistake error actually wait "
    "correction incorrectly wrongly rather than cannot no "
    "opposed nobody nonsense silly avoid reject rejected fails fail fake joke untrue refuse "
    "hardly unlike falsch faux nicht nein kein pas nope "
    "naive naively tempting myth misconception supposedly allegedly suggests suggested claims "
    "student classmate roommate colleague friend "
    "isn't aren't doesn't don't won't can't up sign swap swapped".split()
)
"""Words that keep a clause from being a mere explanation."""
STATES: Final = re.compile(
    r"[=<>]|\\(?:neq?|geq?|leq?|in|sim|approx|equiv|propto|to|rightarrow|leftarrow|coloneqq|gets)\b"
)
_ONLY: Final = re.compile(
    r"\b(whenever|unless|assum\w*|provided|suppos\w*|only if|if and|except|case)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A stretch of the text that is mathematics.

    A display stands on its own, an inline formula within prose. Beside displays, an inline formula
    behind "where" is kept `aside`: it may define a `name`, and states nothing; or it is a `reason`,
    or a mere `mention`, of what states something. `before` is the number of the stretch of words
    before it.
    """

    start: int
    end: int
    display: bool
    aside: Aside = ""
    before: int = 0


def find_formulas(
    text: str, excluded: Iterable[tuple[int, int]] = (), known: frozenset[str] = frozenset()
) -> tuple[list[Formula], list[str]]:
    """The formulas of a text, and the words before, between and behind them.

    A text without any delimiters is one formula. Where a text has displays, formulas inside
    sentences are part of the prose; where it has none, names that a sentence mentions are.
    """
    shown = text
    for start, end in excluded:
        shown = shown[:start] + " " * (end - start) + shown[end:]
    found: list[Formula] = []
    prose: list[str] = []
    at = 0
    for one in set_apart(shown):
        found.append(Formula(one.start, one.end, one.display))
        prose.append(shown[at : one.outer])
        at = one.behind
    if not found:
        start = lead_in(shown, known)
        start += len(shown[start:]) - len(shown[start:].lstrip())
        return [Formula(start, len(shown.rstrip()), True)] if shown.strip() else [], []
    prose.append(shown[at:])
    displays = any(formula.display for formula in found)
    last = max((formula.start for formula in found if formula.display), default=0)
    used = " ".join(shown[formula.start : formula.end] for formula in found if formula.display)
    fresh = {name for name in _USED.findall(used) if name.removeprefix("\\") not in known}
    kept: list[Formula] = []
    tails = set() if displays else in_reasons(found, prose, shown)
    between = [prose[0]]
    defines: Aside = ""
    mentioned = False
    for place, formula in enumerate(found):
        words = prose[place], prose[place + 1]
        inside = shown[formula.start : formula.end]
        if displays and not formula.display:
            if last < formula.start and _concludes(inside, words[0]):
                kept.append(replace(formula, before=len(between) - 1))
                between.append(words[1])
                defines = ""
                continue
            if RELATES.search(inside) is None or EQUALITY.search(words[0]):
                defines = ""
            elif "=" not in inside:
                defines = "mention"
            elif DEFINES.search(words[0]) or (
                (given := _GIVES.match(inside)) and given[1] in fresh
            ):  # what is known of a name that the displays use is what the sentence says
                defines = "name"
            elif _REASONS.search(words[0]) or _claims(*words):
                defines = "reason"
            elif _GOES_ON.match(words[0]) is None or not defines:
                defines = "mention"
            if defines:
                kept.append(replace(formula, aside=defines))
            between[-1] = _without_apposition(between[-1], inside, last=place == len(found) - 1)
            between[-1] += f" {words[1]}"
        elif not displays and (place in tails or is_mentioned(inside, *words, mentioned)):
            between[-1] += f" {words[1]}"
            mentioned = True
            continue
        elif not (displays or GOES_ON.match(inside)) and place and _tells_why(inside, words[0]):
            kept.append(replace(formula, aside="reason"))  # "2x, because f = x^2"
            between.append(words[1])
        else:
            between[-1] = _without_apposition(between[-1], inside, last=place == len(found) - 1)
            kept.append(replace(formula, before=len(between) - 1))
            between.append(words[1])
        mentioned = False
    numbered = [replace(formula, before=place) for place, formula in enumerate(found)]
    return (kept, between) if len(between) > 1 else (numbered, prose)


def _without_apposition(words: str, formula: str, *, last: bool) -> str:
    """Words without what they call a name at their end that is set: "with the TD error $d = r$".

    Before other formulas, "we define the target $y = r$" gives a name as well.
    """
    if _GIVES.match(formula) is None:
        return words
    called = _CALLED.search(words) or (None if last else _COMES_WITH.search(words))
    if called and is_apposition(called[2]):
        words = words[: called.end(1)]
    gives = None if last else _GIVES_NAME.search(words)
    return words[: gives.start()] if gives else words


_APPOSITION: Final = r"(\s+(?:the|an?|its|our)(?:\s+[\w-]+){1,3})\s*:?\s*\Z"
_CALLED: Final = re.compile(rf"(?<![\w-])(where|with){_APPOSITION}", re.IGNORECASE)
_COMES_WITH: Final = re.compile(
    r"(?<![\w-])(define|defining|introduce|introducing|compute|computing|calculate|form|use|using)"
    rf"{_APPOSITION}",
    re.IGNORECASE,
)
_GIVES_NAME: Final = re.compile(
    r"(?<![\w-])(?:define|defining|denote|introduce|introducing|abbreviate|set|setting|put|write)\s*:?\s*\Z",
    re.IGNORECASE,
)
"""Words that say that a name is given, and nothing of what is answered."""


def _concludes(inside: str, before: str) -> bool:
    """Whether a formula in a sentence behind all displays is what the text comes to.

    It states nothing by itself, or goes on with "="; in a box, or behind "and therefore", it is the
    answer, or denies it.
    """
    plain = re.sub(r"\A\s*=", "", inside)
    return not STATES.search(plain) and bool(BOX.match(plain) or comes_to(before))


def comes_to(words: str) -> bool:
    """Whether the formula behind some words is what a text comes to."""
    return _CONCLUDES.search(words) is not None


BOX: Final = re.compile(r"[^=]{0,40}=?\s*\\(?:boxed|fbox)\b")
"""A formula in a box, behind a short name."""
_CONCLUDES: Final = re.compile(
    r"\b(therefore|thus|hence|consequently|so|answer|result|solution|gradient|derivative|finally)\b"
    r"(?:\s*,)?(\s+(we|that|this|the|it|which|one|is|are|get|gets|have|has|obtain|obtains|finally|final"
    r"|just|simply|equal|equals|to|be|becomes|gives|yields|reads|answer|result|value|expression|solution"
    r"|gradient|derivative|whole|required|desired|wanted))*[\s:,$]*(\\boxed\{|\\\()?\Z"
    r"|\b(this|which|that|it|all)\s+(is|gives|equals|yields|becomes|reads|(simplifies|reduces|evaluates)\s+to)"
    r"(\s+(the|same|as|just|simply|exactly|equal|to|our|answer|result))*[\s:,$]*(\\boxed\{|\\\()?\Z",
    re.IGNORECASE,
)
"""Words behind which a formula is what a text comes to."""


def without_equals(formula: Formula, text: str) -> Formula:
    r"""A formula without the sign behind what a sentence calls it: `The mean $= \mu$`."""
    sign = _EQUALS_FIRST.match(text, formula.start)
    named = text[: formula.start].rstrip(" $(\\")[-1:].isalpha()
    return replace(formula, start=sign.end()) if sign and named and not formula.aside else formula


_EQUALS_FIRST: Final = re.compile(r"\s*=(?![=>])\s*")
_USED: Final = re.compile(r"\\?[A-Za-z]+")
_GIVES: Final = re.compile(
    r"\s*(\\?[A-Za-z]+)(?:\s*[_^](?:\{[^{}=]*\}|\\?\w+))*'?\s*(?:\([^()=]*\))?\s*:?=(?!=)"
)
EQUALITY: Final = re.compile(r"\b(if and only if|iff|equality\s+\w+)\W*\Z", re.IGNORECASE)
"""Words behind which a formula tells when two sides of an inequality are equal."""
DEFINES: Final = re.compile(
    r"\b(where|with|and|here|((let|we|us|also|further|first)\s+)*(let|letting|set|setting|put|putting"
    r"|write|writing|define|defining|denote|denoting|abbreviate|abbreviating|introduce|introducing"
    r"|use|using|recall|suppose|supposing|assume|assuming)(\s+(us|also|now|again|by|the|notation|abbreviations?|shorthand|shorthands"
    r"|short|for|that|now|write|put|define|denote|set|as|a|variables?|substitution))*"
    r"|(define|defining|introduce|introducing|denote|abbreviate)\s+(the|an?|our)(\s+[a-z-]+){1,4})"
    r"\s*:?\s*\Z",
    re.IGNORECASE,
)
"""Words behind which a formula in a sentence may give a name."""
_REASONS: Final = re.compile(
    r"\b(since|because|as|by|from|note|noting|observe|observing|know)"
    r"(\s+(that|also|now|again|the|we|have|know|fact|identity|definition|hypothesis))*\s*:?\s*\Z"
    r"|\b(by|via|applying|from)(\s+[\w'’-]+){1,7}\s*[,:]?(\s+(we|one)\s+(have|has|gets?|knows?))?\s*\Z",
    re.IGNORECASE,
)
"""Words behind which a formula in a sentence may tell what the displays rest on.

The second kind names a theorem: "By Bayes' rule"."""
_GOES_ON: Final = re.compile(r"\s*(,|;|,?\s*and)\s*(also|then|hence)?\s*\Z", re.IGNORECASE)


def _claims(before: str, behind: str) -> bool:
    """Whether an equation is all that a sentence says: "Clearly, $a = b$."."""
    return _CLAIMS.search(before) is not None and behind.lstrip()[:1] in (".", ";", ",")


_CLAIMS: Final = re.compile(
    r"(?:\A|[.;!?]\s)\s*(?:(?:but|so|then|also|now|moreover|furthermore|clearly|obviously|indeed"
    r"|in\s+fact|finally|however|similarly|it\s+(?:is\s+clear|holds|follows)\s+that"
    r"|we\s+(?:also\s+|then\s+|now\s+)?(?:have|get|see|find|obtain)(?:\s+that)?)\s*,?\s*)*\Z",
    re.IGNORECASE,
)


def _tells_why(inside: str, before: str) -> bool:
    """Whether a formula is a statement that a sentence gives as a reason."""
    why = _REASONS.search(before)
    return bool(STATES.search(inside) and why and not concludes_by(before, why.start()))


def states(inside: str) -> bool:
    """Whether a formula states something."""
    return STATES.search(inside) is not None


def lead_in(text: str, known: frozenset[str]) -> int:
    """Where a formula begins behind words such as "So the answer is" that no sign sets apart."""
    at = _behind_a_reason(text, known)
    letters: frozenset[str] | None = None  # those that the text sets to something
    while found := _LEADING_WORD.match(text, at):
        word = found[1]
        if word in known or word.lower() not in HARMLESS or (len(word) == 1 and not at):
            break
        letters = frozenset(_SET.findall(text)) if letters is None else letters
        if len(word) > 1 and letters.issuperset(word):
            break  # `KL, K = L_1, L = L_2` is a product
        at = found.end()
    sign = re.compile(r"\s*:?=\s*").match(text, at) if at else None
    return sign.end() if sign else at


def _behind_a_reason(text: str, known: frozenset[str]) -> int:
    """Where a clause of plain words ends that says why a formula holds: "By the chain rule, "."""
    clause = _REASON_CLAUSE.match(text)
    words = re.findall(r"[a-z]+", clause[1].lower()) if clause else []
    plain = known.isdisjoint(words) and (_CHANGING | _AMOUNTS).isdisjoint(words)
    return clause.end() if clause and plain and not _HEDGES.search(clause[1]) else 0


_REASON_CLAUSE: Final = re.compile(
    r"\s*((?:By|Using|Since|Because|From|Via|Applying|Due to|According to)\s+"
    r"(?:(?:[A-Za-z]{2,}(?:['\u2019\u2013-][A-Za-z]*)*|a)\s+)*?[A-Za-z]{2,}(?:['\u2019][a-z]?)?)"
    r"(?:\s*[,:]\s*|\s+(?=(?:we|one)\s+(?:get|gets|have|obtain|obtains|find|finds)\b))",
    re.IGNORECASE,
)
_LEADING_WORD: Final = re.compile(r"\s*([A-Za-z][A-Za-z'’]*)(?=[\s:,=])\s*[,:]?(?!=)\s*")
_SET: Final = re.compile(r"(?<![A-Za-z\\_^])([A-Za-z'’])\s*:?=")


_SIDE_FORMULA: Final = 9
"""A formula of fewer signs beside a row, `(i = k)`, tells when the row holds."""


def restricts(comment: list[Token]) -> bool:
    """Whether a comment may say under which condition a row holds: "whenever u < t".

    One that gives a reason may state an equation: "since Var(X) = E[X^2] - E[X]^2".
    """
    words = " ".join(token.text for token in comment if token.kind == "text")
    signs = {token.text for token in comment if token.kind == "rel"}
    if not words and signs == {"="} and len(comment) >= _SIDE_FORMULA:
        return False  # an identity that is used
    if STATES.search(words) is not None:
        signs |= set(re.findall(r"[<>]|\\(?:neq?|geq?|leq?)\b", words)) or {"="}
    reason = REASON.match(words.lstrip("( ["))
    return bool(signs - {"="}) or (bool(signs) and not reason) or bool(_ONLY.search(words))


DENIES: Final = re.compile(
    r"\bnot\b|n['’]t\b|\bno(?=\s*[,.!:])|\bnope\b|\bno\s+(?:reason|proof|evidence)\s+(?:why|that|to)\b|\b(nobody|no\s+one|none\s+of|neither|never(?!\s+(?:be\s+)?(?:negative|smaller|less|larger|greater|exceeds?)\b)|nowhere|rarely|seldom|scarcely|hardly|misconception)\b"
    r"|\bcannot\s+(?:\w+\s+)?(?:conclude|deduce|infer|claim|be\s+true)\b|\bunknown\s+whether\b|(?:\A|[.!?])\s*error\s*:"
    r"|\b(?:opposite|converse|negation)\s+of\W*\Z|\bgap\s+in\s+(?:this|the)\s+(?:proof|argument)\b"
    r"|\b(?:nicht|kein\w*|falso|incorrecto)\b|\bn['’](?:est|a|ont)\s+pas\b|\b(?:не|неверно)\b"
    r"|\b(false|falsch|faux|wrong|untrue|incorrect|invalid|erroneous|flawed|bogus|fake|fallac\w+)(ly)?\b"
    r"|\b(fails?|failed|nonsens\w*|silly|absurd|unfortunately|regrettably|mistak\w+|disbeliev\w*"
    r"|doubt\w*|reject\w*|refut\w+|disprov\w+|avoid|except|only\s+if|unless|joke|myth|supposedly"
    r"|allegedly)\b"
    r"|\b(an?|one|some|following)\s+(error|bug|flaw|slip)s?\b(?!\s+(term|in\s+prediction|of\b|bound))"
    r"|\b(its|this|the)\s+((bug|flaw|slip)s?\b|errors?\s+(here|above|below|(is|are|lies?)\s+(that|here|in|at)"
    r"|in\s+(this|that|the\s+(\w+\s+)?(step|line|equation|derivation|proof|argument|formula|sign|display|last|first))|was))\b"
    r"|\b(find|finds|spot|see|notice|contains?|ha[sd]|have|fix|correct|locate|made?|makes)\s+(its|this|the)\s+errors?\b"
    r"|\b(friend|classmate|student|colleague|chatgpt|somebody|someone)\b(?=.*\b(attempt|claim|wrote|says?"
    r"|answer|argu|solution))|\b(?<!why)(?<!how)(?<!what)\s*\?|\A\s*\?"
    r"|[\u2260\u00ac\u2204\u2717\u2718\u274c\u274e\U0001f6ab\U0001f44e]",
    re.IGNORECASE | re.DOTALL,
)
"""Words and signs that take back what stands beside them, or say that it is another's."""
ARGUES: Final = re.compile(
    r"\b(does|do|did|is|are|was|were|has|have|need|can|could|would|will|may|must|should)?\s*(\bnot\b|n['’]t\b)"
    r"(\s+(itself|directly|explicitly|even|yet|also|in\s+general))?\s+(depend\w*|vary|var(y|ies)|change\w*|affect\w*"
    r"|introduce\w*|involve\w*|contain\w*|need\w*|require\w*|matter|contribute\w*|alter|bias\w*|influence\w*"
    r"|appear\w*|interact|enter|touch|see|know|have\s+to|be\s+(negative|zero|changed|affected|needed|known|equal"
    r"|less|smaller|larger|greater)|negative|zero|random|an?\s+(function|random|variable)|functions?|necessar\w+"
    r"|only|yet|observed|known|equal|less|smaller|larger|greater|correlated|proportional|constant|affected"
    r"|changed|the\s+same|differentiable|hold|increase|decrease|exceed|available|tractable|unique|tight"
    r"|convex|obvious|clear|surprising|trivial|possible|feasible|sufficient|enough|identifiable"
    r"|(a|an)\s+(coincidence|accident|surprise)|in\s+closed\s+form)\b"
    r"|\b(neither|none\s+of)\b[^.!?;:]{0,80}?\b(depends?|var(y|ies)|changes?|involves?|contains?|affects?"
    r"|contributes?|influences?)\b"
    r"|\bif\s+and\s+only\s+if\b|\b(equality|strict|tight|sharp)\b[^.;:]{0,30}?\b(only\s+if|unless)\b"
    r"|\beven\s+if\b[^.,;:]*|\bthe\s+converse\s+is\s+(false|wrong|not\s+true)\b|\b(squared|mean|prediction|generalization|test|TD|estimation|reconstruction)\s+errors?\b"
    r"|\b(never|cannot)\s+(be\s+)?(negative|zero|smaller|less|larger|greater|exceeds?|vanish\w*|increase|decrease"
    r"|sees?|seen|reach\w*|visit\w*|leaves?|appears?|happens?|occurs?|used?|uses|need\w*|chang\w+|depends?"
    r"|observ\w+|stops?|looks?|meets?|ends?|learns?|updated?)\b"
    r"|\bavoid(s|ed|ing)?\s+(it|them|over\w+|under\w+|comput\w+|the\s+(integral|computation|inversion|inverse"
    r"|normali\w+|need|sum|sampling|bias|variance|cost))\b"
    r"|\bfails?\s+to\s+(converge|generali[sz]e|learn|train|explore|terminate)\b"
    r"|(?:\A|(?<=[.!?]\s)|(?<=\n))\s*(Why|How|What|Where|Who|Which|When)\b"
    r"(?:(?!wrong|false|incorrect|error|mistake|\bnot\b|n['’]t\b)[^.?!])*\?",
    re.IGNORECASE,
)
"""What an argument says that is not, and takes nothing back."""
ORDER: Final = re.compile(
    r"\s*(?P<left>[a-z])(?P<l>'|\^\\prime|\^\{\\prime\})?\s*(?P<sign><|>|=|\\(?:neq?|geq?|leq?)(?![a-z]))"
    r"\s*(?P<right>[a-z])(?P<r>'|\^\\prime|\^\{\\prime\})?\s*"
)


def orders(text: str) -> tuple[tuple[str, str, str], ...]:
    """How a text orders two letters outside of scripts: "for $u < t$" is (u, <, t).

    (u, any, t) for "for all $u, t$", and (u, any, empty) for "for any time $u$".
    """
    plain = _SCRIPT.sub(" ", _SPACES.sub(" ", text))  # long gaps make the patterns slow
    found = [
        (
            m["left"] + ("'" if m["l"] else ""),
            _SIGNS.get(m["sign"][:3], m["sign"]),
            m["right"] + ("'" if m["r"] else ""),
        )
        for m in _ORDERED.finditer(plain)
    ]
    found += [(m[2], "any", m[3]) for m in _WHATEVER.finditer(plain)]
    found += [
        (m[m.lastindex or 1], "any", "")
        for m in (*_ANY.finditer(plain), *_ARBITRARY.finditer(plain))
        if re.search(rf"_\{{?{m[m.lastindex or 1]}(?![A-Za-z'])", text)
    ]
    return tuple(found)


_SPACES: Final = re.compile(r"\s+")
_SCRIPT: Final = re.compile(r"[_^]\s*\{(?:[^{}]|\{[^{}]*\})*\}")
_ORDERED: Final = re.compile(
    rf"(?<![A-Za-z\\_^'0-9)]){ORDER.pattern}(?![A-Za-z'_^(\[]|\s*[<>=]|\s*\\(?:neq?|geq?|leq?)\b)"
)
_WHATEVER: Final = re.compile(
    r"(\b(?:[Ff]or\s+)?(?:all|every|each|any|arbitrary)|\\forall)(?:\s+\w+){0,2}?"
    r"[\s~}$\\,;]*\b([a-z]'?)[\s$]*(?:,|\band\b)[\s~\\,;$]*([a-z]'?)(?![A-Za-z])"
)
_ANY: Final = re.compile(
    r"(?:\b(?:[Ff]or|[Aa]t)\s+(?:all|every|each|any|arbitrary)(?:\s+\w+){0,2}?[\s~}]*\$?|\\forall[\\,;:]*)"
    r"\s*([a-z]'?)\s*"
    r"(?![A-Za-z'<>=,\\]|\s*(?:[<>=,]|\\(?:neq?|geq?|leq?|in)\b))"
)
_ARBITRARY: Final = re.compile(
    r"(?<![A-Za-z\\_^'])([a-z]'?)\s*[$}]*\s*(?:be|is|being|are)\s+(?:arbitrary|unrestricted)"
    r"|\b[Ww]hatever\s+\$?\s*([a-z]'?)"
)
_SIGNS: Final = {"\\ge": ">=", "\\le": "<=", "\\ne": "!="}


def case_before(text: str) -> tuple[Case, tuple[int, int]] | None:
    """The case that a sentence before a display tells, and where: "For $i = k$:".

    Sentences before that one say something else, and words behind the condition may give a reason.
    """
    if "$" not in text and "\\(" not in text:
        return None
    places = [(m, ORDER.fullmatch(m[1] or m[2])) for m in INLINE.finditer(text)]
    told = [m for m, order in places if order and order["sign"][:3] in ("=", "\\ne")]
    if len(told) != 1:
        return None
    found = told[0]
    begin = _begins(text, found.start())
    stated = [m for m, order in places if order or STATES.search(m[1] or m[2])]
    if any(m is not found and m.start() >= begin for m in stated):
        return None
    words = _CASE.search(text[begin : found.start()])
    if words is None or not _leads_on(words[0], text[found.end() :]):
        return None
    letters = orders(found[1] or found[2])
    return letters[0], (begin + words.start(), found.end())


def _begins(text: str, place: int) -> int:
    """Where the sentence begins that a place stands in."""
    plain = INLINE.sub(lambda m: "x" * len(m[0]), text[:place])
    ends = [m.end() for m in _SENTENCE_BREAK.finditer(plain)]
    return ends[-1] if ends else 0


_SENTENCE_BREAK: Final = re.compile(r"\.\s+(?=[A-Z])")


def _leads_on(words: str, rest: str) -> bool:
    """Whether a case that is told holds in the display that stands behind the rest of the text.

    Behind a display, "for $i = k$, and" speaks of that display.
    """
    if _CASE_ENDS.fullmatch(rest):
        return True
    opens = words[:1].isupper() or _FOLLOWS.match(words) is not None
    return opens and not (_OTHER_CASE.search(rest) or _TOGETHER.search(rest))


_FOLLOWS: Final = re.compile(r"(and|but|while|now|then|next|finally)\b", re.IGNORECASE)
_OTHER_CASE: Final = re.compile(
    r"\b(other\w*|else|instead|opposite|not|never|except|unless|fails?|false|wrong\w*|remaining"
    r"|different|rather|any|all|every|each)\b(?!\s+(terms?|summands?|factors?)\b)",
    re.IGNORECASE,
)


_CASE: Final = re.compile(
    r"\b(((first|second|finally|next|now|then|and|but|while|let|us)\W+)*(the\s+)?(case|cases|for|if|when|suppose"
    r"|assume|consider|let|diagonal|off-diagonal)(\s+(\w+|\(\w+\))){0,4}[\s:,(]*)\Z",
    re.IGNORECASE,
)
_CASE_ENDS: Final = re.compile(
    r"[\s:.,;)}]*((then|we|have|get|obtain|the|find|this|gives|it|holds|that|by|quotient|rule)[\s:.,;]*)*"
    r"(\$\$|\\\[|\\begin\{\w+\*?\})?[\s:.,;]*",
    re.IGNORECASE,
)
_TOGETHER: Final = re.compile(
    r"\b(together|combin\w*|both|general\w*|summar\w*|altogether|compact\w*|unif\w+"
    r"|one formula|kronecker|in (all|any|either) cases?|merging)\b",
    re.IGNORECASE,
)


_DELTA: Final = re.compile(
    r"\\delta(?![A-Za-z])|\\math(bf|bb|1)\s*\{?\s*[1I]\b|\\mathbbm|\\mathds|\\indicator"
)


def cases_of(text: str, starts: Sequence[int]) -> dict[int, tuple[Case, tuple[int, int]]]:
    """The case that each display holds in, by where it starts; none where that is not clear.

    Behind a display of one case each display tells its own, or that it holds in all of them.

    Args:
        text: The whole text.
        starts: Where its displays start.
    """
    found: dict[int, tuple[Case, tuple[int, int]]] = {}
    before = 0
    for start, end in pairwise([*starts, len(text)]):
        told = case_before(text[before:start])
        if told is not None:
            case, (first, last) = told
            found[start] = case, (before + first, before + last)
        elif found and not (_TOGETHER.search(text[before:start]) or _DELTA.search(text[start:end])):
            return {}
        before = start
    return found


INLINE: Final = re.compile(r"(?<![\\$])\$(?!\$)([^$]+)\$|\\\((.+?)\\\)", re.DOTALL)


def strange_words(stretches: Sequence[str], harmless: tuple[str, ...]) -> list[str]:
    """The words between formulas that are no mere lead-in such as "Therefore," or "Answer:".

    A clause that gives a reason, "by the chain rule", changes nothing; nor does one that stands
    before a formula and touches none: "The matrix is triangular, so its determinant is". One
    before a colon touches the formula behind it, which it says something of: "An upper bound:".

    Args:
        stretches: What stands before the first formula, between formulas, and behind the last.
        harmless: Further words that mean nothing.
    """
    allowed = {word.lower() for phrase in harmless for word in phrase.split()}
    found: list[str] = []
    last = len(stretches) - 1
    for place, stretch in enumerate(stretches):
        if not stretch or (place == last > 0 and _RESULT.fullmatch(stretch)):
            continue
        found += _HEDGES.findall(stretch) if place else []
        found += _REPLACED.findall(stretch)
        found += denying_signs(stretch)
        closed = _CLOSING.sub(" ", stretch) if place == last else stretch
        plain = _LABEL.sub(" ", _NORMED.sub(r"\1", _BOUNDED.sub(r"\1", closed)))
        clauses = _CLAUSE_END.split(_HEADING.sub(" ", _SILENT.sub(" ", _UNITS.sub(" ", plain))))
        for number, clause in enumerate(clauses):
            words = [word.strip(".'’").lower() for word in _PROSE_WORD.findall(clause)]
            touches = (number == 0 and place > 0) or number == len(clauses) - 1
            measured = number == len(clauses) - 2 and _MEASURED.match(clause) is not None
            apart = not (touches or measured) and place < last
            apart = apart and words[:1] not in (["for"], ["where"])
            if (apart or (REASON.match(clause) and not measured)) and _CHANGING.isdisjoint(words):
                if not REASON.match(clause) and "triangular" not in words:
                    found += [w for w in words if _AIMS.match(w) and w not in allowed]
                continue
            found += [w for w in words if w and w not in allowed and w not in HARMLESS]
            if not {"denotes", "denote"}.isdisjoint(words):  # what a name is, in words
                found += [word for word in words if word in _MEASURES]
    return found


def denying_signs(stretch: str) -> list[str]:
    """The signs among words that may deny or ask: everything but punctuation, arrows and ticks."""
    plain = re.sub(r"\\[A-Za-z]+", " ", stretch)
    strange = [
        c for c in plain if unicodedata.category(c) in ("So", "Sm", "Sk") and c not in _PLAIN
    ]
    lone = ["?"] if "?" in plain and re.search(r"[^\W\d_]", plain) is None else []
    return [*strange, *lone, *_STRUCK.findall(plain)]


_PLAIN: Final = frozenset(
    "=+<>|~^`\u2192\u21d2\u27f9\u2234\u220e\u2713\u2705\u2714\u2611"  # arrows, ticks
    "\u25a1\u25a0\u25aa\u25cf\u25cb\u25b6\u25ba\u2605\u2606"  # ends of proofs, bullets
)
"""Signs that stand beside formulas and say nothing of them."""
_STRUCK: Final = re.compile(r"~~|!=|<!--|<(?:del|s|strike)>|\u00bf")


_MEASURED: Final = re.compile(
    r"\W*(?:in|on|out\s+of|as\s+an?|per|measured|expressed)\s+(?:(?:the|an?|our)\s+)?[a-z-]+(?:\s+[a-z-]+)?\W*\Z",
    re.IGNORECASE,
)
"""A few words before the comma before a formula that may say what it is counted in."""
_BOUNDED: Final = re.compile(
    r"(\b(?:since|because|as)\b[^,.;:!?]*?)\b(?:never|cannot)\s+(?:be\s+)?"
    r"(?:negative|smaller|less|larger|greater)(?:\s+than)?\b",
    re.IGNORECASE,
)
"""A reason that bounds something in words: "because a divergence is never negative"."""
_NORMED: Final = re.compile(
    r"(\b(?:since|because|as)\b[^,.;:!?]*?)\b(?:sums?|adds?\s+up|integrates?)\s+to\s+(?:one|unity)\b",
    re.IGNORECASE,
)
"""A reason that tells a law in words: "because the probabilities sum to one"."""
_REPLACED: Final = re.compile(
    r"\b(?:at first|old|older|outdated|obsolete|deprecated|former|formerly|previously|todo|fixme"
    r"|draft)\b"
    r"|(?:#|//|%|--)(?:(?!#|//|%|--)\W)*\b(?:was|were|before|previous|alternative|alternatively)\b",
    re.IGNORECASE,
)
"""Words that tell that a formula is not the one that is meant."""
_SILENT: Final = re.compile(
    r"\\(?:begin|end)\{(?:itemize|enumerate|center|proof|solution|answer|quote|document)\}"
    r"|\\[A-Za-z]+|\bfor (?=(all|every|each|any)\b)|\bfor (brevity|convenience|simplicity)\b"
    r"|\b(?:in (?:total|summary|conclusion|short|the end)|to summari[sz]e|overall|altogether"
    r"|(?:written|spelled) out|in full"
    r"|as a result|(?:putting|taking) (?:it all|everything) together|after simplification)\b",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"\b(?:I )?hope (?:this|it|that) (?:is (?:correct|right|clear)|helps?)\b"
    r"|\bfeel free to ask\b[^.!?$]*|\blet me know if you (?:have|need|want|would)\b[^.!?$]*",
    re.IGNORECASE,
)
"""With what an answer takes its leave, behind all that it says."""
_AIMS: Final = re.compile(r"(?:upper|lower|maxim|minim)")
"""Words that say which side a bound is on, or whether an objective is to be large or small."""
_LABEL: Final = re.compile(
    r"(?:\A|(?<=\n))[ \t*+.)\d-]*(?:start|begin|(?:simplif|expand|factor|rearrang|collect|combin"
    r"|rewrit|group|evaluat|substitut|insert|split)(?:y|e|ing)?)"
    r"(?:\s+(?:out|again|back|terms|the\s+terms))?\s*:[\s$(\\]*\Z",
    re.IGNORECASE,
)
"""What a row is called by what is done in it: "Simplify:"."""
_HEADING: Final = re.compile(r":[\s$]*\Z")
_PROSE_WORD: Final = re.compile(r"[^\W\d_][\w'’.]*")
_CLAUSE_END: Final = re.compile(r"[,;:!?\n]|\.(?=\s|\Z)")


def describes(words: tuple[str, ...]) -> bool:
    """Whether words beside a formula say what standard notation means: "is the one-hot vector"."""
    found = re.findall(r"[a-z]+", " ".join(words).lower())
    return any(word in _DESCRIBING for word in found)


def unexplained(words: str, harmless: tuple[str, ...]) -> list[str]:
    """The strange words of a note in a row, unless it says why the row holds: "by Bayes' rule"."""
    if REASON.match(words) and _CHANGING.isdisjoint(re.findall(r"[a-z]+", words.lower())):
        return []
    if _RESULT.fullmatch(words):
        return []
    return [*_HEDGES.findall(words), *signs_in(words), *strange_words((words,), harmless)]


_RESULT: Final = re.compile(
    r"\W*(?:the\s+)?(?:(?:Bayes|Bellman|Jensen|Gibbs|Cauchy|Schwarz|Leibniz|Fubini|Woodbury|chain"
    r"|product|quotient|sum|power|logarithm|log|derivative|score|function|tower|total|probability"
    r"|expectation)(?:'s|'|\u2019s|\u2019)?[\s\u2013-]+)+"
    r"(?:rule|theorem|inequality|identity|law|property|trick|formula|equation)\W*",
    re.IGNORECASE,
)
"""The name of a result, as a reason: "chain rule", "Bellman equation"."""


def doubtful_words(words: str, harmless: tuple[str, ...]) -> list[str]:
    """The words behind a final answer that may change it.

    A reason, "by the chain rule", does not, nor do words for notation and for ranges.
    """
    plain = QUANTIFIES.sub(" ", _UNITS.sub(" ", words))
    found = re.findall(r"[a-z]+(?:'[a-z]+)?", plain.lower())
    if _RESULT.fullmatch(plain):
        return []
    if REASON.match(plain) and not re.match(r"\W*as (?:an?|the)\b", plain, re.IGNORECASE):
        return [word for word in found if word in _CHANGING or word in _AMOUNTS]
    known = {word for phrase in harmless for word in phrase.lower().split()}
    coded = not _CODES.isdisjoint(found)
    safe = known | SAFE_BEHIND | (_CODED if coded else frozenset())
    stated = [m[1] for m in INLINE.finditer(plain) if m[1] and _LIMITS.match(m[1])]
    return [
        *stated,
        *signs_in(plain),
        *(word for word in found if word not in safe and len(word) > 1),
    ]


_LIMITS: Final = re.compile(
    r"(?!\s*\w\s*=\s*\w+\s*,\s*\\[lc]?dots|.*\\neq?\s*0\s*\Z).*(?:[=<>]|\\(?:neq?|geq?|leq?)(?![A-Za-z]))",
    re.DOTALL,
)
"""What a formula in words states, unless it is a range, or that nothing is divided by zero."""


def signs_in(words: str) -> list[str]:
    """The digits and signs that are set as text, and may belong to the formula."""
    plain = _NUMBERED.sub(" ", re.sub(r"\$\s*\w[^$]*\$", " ", words))
    alone = ["'"] if set(plain.strip()) == {"'"} else []
    return [*alone, *_SIGNS_SET.findall(plain)]


def unfinished(words: str) -> list[str]:
    """What is wrong with words before an answer: "the gradient of", "the slope of the slope"."""
    nouns = quantities(words)
    ends = _ENDS.search(words)
    return [*([ends[1]] if ends else []), *(nouns[1:] if len(nouns) > 1 else [])]


def quantities(words: str) -> list[str]:
    """The nouns among some words that say which quantity is meant."""
    plain = _STEPS_BY_SLOPES.sub(" ", words.lower())
    return [word for word in re.findall(r"[a-z]+", plain) if word in _QUANTITIES]


_STEPS_BY_SLOPES: Final = re.compile(
    r"\b(?:policy[\s-]+)?gradient[\s-]+(?:descent|ascent|steps?|flow|signs?|method|clipping|update)\b"
    r"|\b(?:linearity|laws?) of (?:the |total )?[a-z]+\b|\bbias[- ]variance\b"
)
"""What has a gradient in its name, and is none."""
_MEASURES: Final = frozenset("variance covariance mean bias".split())
_QUANTITIES: Final = frozenset(
    "gradient derivative jacobian slope determinant covariance variance bias mean expectation "
    "probability divergence".split()
)
_ENDS: Final = re.compile(r"\b(of|at|by|as|with|in|for|from|than)\W*\Z", re.IGNORECASE)
_AMOUNTS: Final = frozenset("factor two three half twice double".split())
SAFE_BEHIND: Final = frozenset(
    "and for all every each any the an where here with then is are denotes denote indicator "
    "kronecker delta identity elementwise entrywise componentwise product hadamard multiplication "
    "function column vector softmax probabilities matrix natural closed form formula required "
    "desired qed runs over hence therefore so thus if when of average mixture midpoint".split()
)
"""Words behind a final answer that change nothing."""
_CODES: Final = frozenset(("hot", "onehot", "indicator", "encoding"))
_CODED: Final = frozenset("one hot onehot encoding label class true".split())
_NUMBERED: Final = re.compile(
    r"\(\d+\)|\b(?:step|part|eq|equation|case|question|problem|lecture|exercise)\b\.?\s*\(?\d+\)?",
    re.IGNORECASE,
)
_SIGNS_SET: Final = re.compile(
    r"(?<![A-Za-z\d])(?:[-+]?\d+|[+*/=!^%\u2212\u2013])|(?<![A-Za-z])-(?![A-Za-z])"
)


def is_apposition(words: str) -> bool:
    """Whether words before a name that is defined only say what it is: "with target y = .."."""
    found = re.findall(r"[a-z]+", words.lower())
    changing = (_CHANGING | _AMOUNTS) - _NOUNS
    return len(found) < _LONG and changing.isdisjoint(found) and not signs_in(words)


def is_description(words: str) -> bool:
    """Whether words behind a definition only say what one calls it: "is the TD error"."""
    found = re.findall(r"[a-z]+", words.lower())
    changing = _CHANGING - _NOUNS
    return bool(_CALLS.match(words)) and changing.isdisjoint(found)


def changing(words: str) -> list[str]:
    """The words by which a note beside a formula may change what that says: "up to sign"."""
    changes = _CHANGING - _NOUNS
    return [word for word in re.findall(r"[a-z]+(?:['’]t)?", words.lower()) if word in changes]


def may_name(words: str) -> bool:
    """Whether words before a sign may be the name of a quantity: none of them denies or changes."""
    plain = ARGUES.sub(" ", words)
    found = re.findall(r"[a-z]+(?:['’]t)?", plain.lower())
    return (_CHANGING - _NOUNS).isdisjoint(found) and DENIES.search(plain) is None


_NOUNS: Final = frozenset("error sum difference log logarithm".split())
"""Words that change a formula, and not one that they only name."""
CHANGING: Final = (_CHANGING | _AMOUNTS) - {"error", "sum", "difference", "factor"}
"""Words that make another thing of what a noun with them calls."""
_LONG: Final = 5
"""As many words say more than what a name is."""
QUANTIFIES: Final = re.compile(
    r"\b(for )?(any|all|every|each)( (fixed|real|given|arbitrary|scalar))*"
    r" (constants?|numbers?|scalars?|reals?)\b",
    re.IGNORECASE,
)
"""Words before a letter that may be any number."""
_CALLS: Final = re.compile(r"\W*(is|are|being|denotes?|the|an?)\b", re.IGNORECASE)
_UNITS: Final = re.compile(r"\b(?:in nats|nats|(?:the )?natural log(?:arithms?)?)\b", re.IGNORECASE)
"""What a logarithm is to, where it is the natural one anyway."""
_HEDGES: Final = re.compile(r"\?|\bin (?:expectation|probability|distribution)\b", re.IGNORECASE)
"""What makes a guess of an answer, or says that it is right only in some sense."""
