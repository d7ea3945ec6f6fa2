# ruff: noqa: SIM905 - a list of words is written as words
"""What the clause before an answer says that it is: "the gradient of the logit is".

The clause has a subject and a verb that leads to the formula. Its noun, what stands before that,
and what it is of have to be those of the question; an action that gives the formula must not make
another quantity of what is asked for, as "squaring it gives" does. Whatever else a subject holds
may be another quantity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import dropwhile, takewhile
from typing import Final, NamedTuple

from lemmata.judge.remarks import ALIKE, modifiers
from lemmata.notation import Chain, Document, Sheet
from lemmata.notation.described import parts_of
from lemmata.notation.leads import MEASURED
from lemmata.notation.prose import INLINE
from lemmata.notation.vocabulary import (
    CAUSES,
    COMPLEMENT,
    FINITE,
    LEADING,
    METHODS,
    VERBS,
)


class _Asked(NamedTuple):
    """The words of a question: for its noun, for what that is of, of its title, and all others."""

    head: frozenset[str]
    object: frozenset[str]
    nouns: frozenset[str]
    title: frozenset[str]
    names: frozenset[str]


def doubts_of_subjects(meant: Chain, document: Document, sheet: Sheet) -> list[str]:
    """What is said against an answer whose clause may say that it is another quantity.

    A formula that names what is asked for on its left says itself what it is.
    """
    first = meant.lines[0]
    before = _OPENS.sub("", document.source.text[: first.span.start])
    text = INLINE.sub(f" {_FORMULA} ", before).lower()
    clauses = _CLAUSE.split(_SENTENCE.split(_SHORT.sub(" by ", text))[-1].rstrip(" \n:,*_"))
    if len(meant.lines) > 1 and first.label:
        said = _RESULT_OF.search(clauses[-1])
        return [f"the text speaks of {said[0]}"] if said else []
    asked = _asked(sheet)
    if behind := _doubts_behind(meant, document, asked):
        return behind
    clause = COMPLEMENT.sub(" is", _COMMAND.sub(" ", _RELATIVE.sub(" ", clauses[-1])))
    amount = _AN_AMOUNT.search(clause)
    if amount is not None and _is_another(amount["noun"].split(), asked):
        return [f"the text speaks of {amount[0]}"]
    words = _WORD.findall(clause[: amount.start()] if amount else clause)
    if words[:1] and words[0] in _SINCE and text.rstrip().endswith(","):
        return []  # a reason, and nothing before the formula
    place = _WORD.findall(clauses[0]) if len(clauses) > 1 else []
    if place[:1] and place[0] in _PLACES and not _is_a_place(place[1:], asked):
        return [f"the text speaks of {' '.join(place[-8:])}"]
    done = _WORD.findall(clauses[-2]) if len(clauses) > 1 and words[:1] in (["we"], ["one"]) else []
    acts = bool(done) and done[0].endswith("ing") and _makes_another(done[0], done[1:], asked)
    made = bool(words) and words[0] in _BY and _has_made(words[1:], asked)
    subject, verb = _split(words)
    if acts or made or _speaks_of_another(subject, verb, asked, amount=amount is not None):
        return [f"the text speaks of {' '.join((subject or words)[-8:])}"]
    return []


def speaks_of_asked(clause: str, sheet: Sheet) -> bool:
    """Whether a clause leads to a formula as to what is asked for: "so the Jacobian is", "we get".

    Its noun is that of the question, and all words beside that are too.
    """
    asked = _asked(sheet)
    own = _words_of(sheet.title)[0] - modifiers(sheet.title.lower())
    own = own.union(noun for group in ALIKE if own.intersection(group) for noun in group)
    words = [word for word in _WORD.findall(clause) if word not in _JOINS]
    if words[-1:] != [] and words[-1] in own and words[-2:-1] in (["has"], ["have"]):
        told = {*words[:-2]} - _PLAIN - {"action", "move"}
        return bool(told) and told <= asked.title  # "the advancing action has advantage"
    subject, verb = _split(words)
    if not verb or _PRONOUNS.issuperset(subject):
        return bool(verb)
    noun = subject[subject[0] in _ARTICLES :]
    head = [*takewhile(lambda word: word not in _PREPOSITIONS, noun)]
    own |= _ANSWERS
    if head[-1:] == [] or head[-1] not in own or not _says_nothing({*head} - own, asked):
        return False
    if not {*noun[len(head) :]} <= asked.title | _PLAIN | _PREPOSITIONS | {_FORMULA}:
        return False  # "the value of the next state"
    parts = {word for word in head if f"{word}-{head[-1]}" in asked.head}  # "the action value"
    return not _is_another([word for word in noun if word not in parts], asked)


def _speaks_of_another(subject: list[str], verb: list[str], asked: _Asked, *, amount: bool) -> bool:
    """Whether a clause with or without a verb at its end speaks of another quantity.

    Args:
        subject: What stands before the verb, or all of it.
        verb: The verb that leads to the formula.
        asked: The words of the question.
        amount: Whether it is said to have the formula: "the weights have a variance of".
    """
    if not verb:
        return _says_of_another(subject, asked)
    if amount and _HAS.issuperset(verb):
        own = asked.head | _ANSWERS
        return not _says_nothing([word for word in subject if word not in own], asked)
    return bool(subject) and _is_strange(subject, verb, asked)


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The last clause of some words, and the verb at its end that leads on to a formula."""
    said = [*words]
    while said and (said[-1] in LEADING or (said[-1].endswith("ly") and len(said) > 1)):
        said.pop()
    verb = [*words[len(said) :]]
    joins = [place for place, word in enumerate(said) if word in _JOINS]
    return said[joins[-1] + 1 :] if joins else said, verb


def _is_strange(words: list[str], verb: Sequence[str], asked: _Asked) -> bool:
    """Whether the subject of a clause may make another quantity of the formula behind its verb."""
    if words[0].endswith("ing") and words[0] not in asked.head:
        return _makes_another(words[0], words[1:], asked)
    if not _PRONOUNS.isdisjoint(words):
        return False
    if not CAUSES.isdisjoint(verb) and not METHODS.isdisjoint(words):
        return _is_for_another(words, asked)  # "the chain rule gives"
    opens = [
        place
        for place, word in enumerate(words)
        if word in _ARTICLES and (place == 0 or words[place - 1] not in _PREPOSITIONS)
    ]
    if not opens:
        return words[0] not in _PREPOSITIONS and _is_another(words, asked)
    before = words[: opens[0]]
    if before and before[0] in _PLACES:
        return not _is_a_place(before[1:], asked) or _is_another(words[opens[0] + 1 :], asked)
    return not before and _is_another(words[1:], asked)


def _is_for_another(words: Sequence[str], asked: _Asked) -> bool:
    """Whether a method is one for another quantity: "the recursion for the value gives"."""
    behind = [*words[words.index("for") + 1 :]] if "for" in words else []
    head = [*takewhile(lambda word: word not in _PREPOSITIONS, behind)]
    return head[-1:] != [] and head[-1] in _FOUND_FOR - asked.head


def _is_a_place(words: Sequence[str], asked: _Asked) -> bool:
    """Whether words behind "for" or "after" do not say where alone an answer holds.

    They are known, or what is done, or hold a clause: "after the move the walker is elsewhere".
    """
    if words and words[0].endswith("ing"):
        return not _makes_another(words[0], words[1:], asked)
    articles = [k for k, word in enumerate(words) if k and word in _ARTICLES]
    clause = any(words[k - 1] not in _PREPOSITIONS for k in articles)
    return clause or not METHODS.isdisjoint(words) or _says_nothing(words, asked)


def _says_of_another(words: list[str], asked: _Asked) -> bool:
    """Whether a clause without a verb at its end tells something of another quantity.

    "The prior is flat" does. What moves or passes something on is none, and that what is asked
    about has a quality is an argument: "the estimator is unbiased".
    """
    starts = [
        k + 1 for k, word in enumerate(words[:-1]) if word == "and" and words[k + 1] in _ARTICLES
    ]
    words = words[starts[-1] :] if starts and not FINITE.isdisjoint(words[starts[-1] :]) else words
    first = 1 + (words[:1] != [] and words[0] in _ARTICLES)
    plural = (k for k in range(first, len(words)) if words[k - 1].endswith("s"))
    verbs = {k for k, word in enumerate(words) if word in FINITE and k >= first}
    verb = min(verbs | {k for k in plural if words[k] in VERBS}, default=0)
    subject = words[words[0] in _ARTICLES : verb] if words else []
    if not subject or not _PRONOUNS.isdisjoint(subject) or words[0] in _PREPOSITIONS:
        return False
    if words[0].endswith("ing"):
        return False
    said = [word for word in words[verb + 1 :] if not word.endswith("ly")]
    if words[verb] not in _COPULAS:
        head = [*takewhile(lambda word: word not in _PREPOSITIONS, subject)]
        return _ACTORS.isdisjoint(head[-1:]) and not _is_asked(subject, asked)
    own = asked.object | asked.head
    known = own.issuperset({*subject} - _PLAIN) and not own.isdisjoint(subject)
    telling = {quality for noun in asked.title for quality in _QUALITIES_OF.get(noun, _NONE)}
    tells = not telling.isdisjoint(said)
    return not (known and tells) and not _is_asked(subject, asked)


def _is_asked(noun: list[str], asked: _Asked) -> bool:
    """Whether a noun is what is asked for, and no answer to any question or a part of its name."""
    head = [*takewhile(lambda word: word not in _PREPOSITIONS, noun)]
    return (asked.nouns | _ANSWERS).issuperset(head[-1:]) and not _is_another(noun, asked)


def _doubts_behind(meant: Chain, document: Document, asked: _Asked) -> list[str]:
    """What is said against a noun behind an answer: "which is the second derivative"."""
    behind = document.source.text[meant.lines[-1].span.end :].lower()
    behind = INLINE.sub(f" {_FORMULA} ", behind)
    done = _DONE_BEHIND.match(behind)
    if done and METHODS.isdisjoint(_WORD.findall(done["noun"])):
        return [f"the text speaks of what {done['noun'].strip()}"]
    measured = _AS_BEHIND.match(behind)
    found = measured if measured and measured["noun"] in MEASURED else _NOUN_BEHIND.match(behind)
    if found is None or _is_called(_WORD.findall(found["noun"]), asked):
        return []
    return [f"the text speaks of {found['noun'].strip()}"]


def _is_called(noun: list[str], asked: _Asked) -> bool:
    """Whether a noun behind an answer may be said of it, as a form or as what is asked for."""
    head = [*takewhile(lambda word: word not in _PREPOSITIONS, noun)]
    return not _FORMS.isdisjoint(head) or not _is_another(noun, asked)


def _is_another(noun: list[str], asked: _Asked) -> bool:
    """Whether a noun with what it is of may be another quantity than the one that is asked for."""
    head = [*takewhile(lambda word: word not in _PREPOSITIONS and word != _FORMULA, noun)]
    if not all(word in asked.head or word in _PLAIN or word in _GENERIC for word in head):
        return True
    behind = noun[len(head) :]
    if head and head[-1] in asked.head - asked.nouns - _GENERIC - _PLAIN:
        return True  # "the evidence" is none of its lower bound
    if head[-1:] == ["value"] and "value" in asked.names - asked.head:
        return asked.head.isdisjoint(behind)  # "the value of a_1" is none of its advantage
    if behind[:2] == ["of", _FORMULA] and _GENERIC.issuperset(head[-1:]):
        return True
    first = [*takewhile(lambda word: word not in _PREPOSITIONS, behind[1:])]
    told = {*first} - _PLAIN
    elsewhere = asked.title - asked.object - asked.head
    if behind[:1] == ["of"] and not told.isdisjoint(elsewhere) and told.isdisjoint(asked.object):
        return True
    missing = (
        asked.object & (_OPERATORS - {"squares"}) if not told.isdisjoint(asked.object) else _NONE
    )
    if not missing <= told:
        return True
    if "given" in asked.title and told and not ({*noun} & {"given", "conditional", "posterior"}):
        return True
    return not _says_nothing(behind, asked)


def _says_nothing(words: Iterable[str], asked: _Asked) -> bool:
    """Whether words say nothing that the question does not."""
    known = asked.title | asked.names | _PLAIN | _ASIDE | _PREPOSITIONS | {_FORMULA}
    return known.issuperset(words)


def _makes_another(verb: str, rest: Sequence[str], asked: _Asked) -> bool:
    """Whether an action makes another quantity of what is asked for: "squaring the gradient"."""
    if verb in _DEEDS and verb not in asked.names:
        return verb not in asked.title
    if verb in asked.title or not _ALLOWED.get(verb, _NONE).isdisjoint(asked.title):
        return False
    rest = [*dropwhile(lambda word: word.endswith(("ly", "wise")), rest)]
    bare = not rest or rest[0] in _PREPOSITIONS or rest[0] in _IT
    stops = () if verb in ("adding", "subtracting") else ("by", "to")
    asked_for = not asked.head.isdisjoint(takewhile(lambda word: word not in stops, rest))
    if (
        not _SCALING.isdisjoint(rest)
        or verb in _TURNING
        or (verb in _OPERATING and (bare or asked_for))
    ):
        return True
    if verb == "summing" and asked_for and _PREPOSITIONS.isdisjoint(rest):
        return _SEVERAL.isdisjoint(rest)  # "summing the gradients" makes another, or says of what
    if verb == "counting" and not (asked.title - _PLAIN - _PREPOSITIONS).isdisjoint(rest):
        return bool(asked.object) and asked.object.isdisjoint(rest)
    if verb in _FINDING and not bare:
        return _FOUND.isdisjoint(rest) and _is_another([*rest], asked)
    if verb in _ALTERING and not bare:
        head = [*takewhile(lambda word: word not in _PREPOSITIONS, rest)]
        return head[-1:] != [] and head[-1] in MEASURED and _is_another([*rest], asked)
    if verb == "solving" and rest[:1] == ["for"]:
        return _is_another([*rest[1:]], asked)
    if verb == "differentiating" and not asked.head.isdisjoint(_SLOPES):
        return not _FOUND.intersection(rest) and _is_another(
            ["gradient", *([] if bare else ["of"]), *rest], asked
        )
    if verb in _INTEGRATING and bare:
        return not asked.head.isdisjoint(_SLOPES)
    return verb in _BY and _has_made(rest, asked)


def _has_made(words: Sequence[str], asked: _Asked) -> bool:
    """Whether words begin with what makes another quantity of one: "the inverse of it"."""
    return any(
        word in _OPERATORS - asked.title and [*words[k + 1 : k + 2]] in ([], ["of"])
        for k, word in enumerate(words[:3])
    )


@cache
def _words_of(title: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The words of the noun of a title, of what that is of, and of all of it."""
    first, _, plain = title.lower().rpartition(": ")
    words = _WORD.findall(re.split(r"\b(?:is|are|leaves)\b", plain)[0])
    head = [*takewhile(lambda word: word not in _PREPOSITIONS, words)]
    of_it = words[len(head) + 1 :] if words[len(head) : len(head) + 1] == ["of"] else []
    held = takewhile(lambda word: word not in _PREPOSITIONS and word != "given", of_it)
    named = frozenset(head) - _ARTICLES | {*_WORD.findall(first)}
    parts = {part for word in (*words, *named) for part in word.split("-")}
    logs = _LOGARITHMS if "log" in parts else _NONE
    return named, frozenset(held) - _PLAIN, named.union(words, logs)


def _asked(sheet: Sheet) -> _Asked:
    """The words of a question."""
    head, of_it, title = _words_of(sheet.title)
    alike = {noun for group in ALIKE if head.intersection(group) for noun in group}
    alike |= {noun for key, group in _CALLED.items() if key in head for noun in group}
    alike |= {"conditional", "posterior"} if "given" in title else _NONE
    own = {word.lower() for word in sheet.conventions.words}
    told = (told for name, told in sheet.conventions.meanings if sheet.declarations.find(name))
    names = {word for meaning in told for word in parts_of(meaning)[2]}
    names |= {word for key, others in _SAME if key in title for word in others}
    nouns = (head | own) - modifiers(sheet.title.lower()) | alike
    return _Asked(head | alike | own, of_it, nouns, title, frozenset(names | own))


_LOGARITHMS: Final = frozenset("log logs logarithm logarithms".split())
_NONE: Final[frozenset[str]] = frozenset()
_FORMULA: Final = "ffff"
"""What stands for a formula in a sentence."""
_WORD: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_OPENS: Final = re.compile(
    r"(?:[\s$&{*]|\\[\[(]|\\begin\{[a-z]+\*?\}|\\(?:boxed|fbox|math[a-z]+|displaystyle)\b)*\Z"
)
_SENTENCE: Final = re.compile(r"[.!?](?=\s)|\n\s*\n|\$\$|\\\]")
_CLAUSE: Final = re.compile(r"[,;:]")
_SHORT: Final = re.compile(r"\bw\.?r\.?t\.?(?![a-z])|\bwith\s+respect\s+to\b")
_RESULT_OF: Final = re.compile(rf"\b(?:result|value|answer)\s+of\s+{_FORMULA}\s+(?:is|equals)\b")
_RELATIVE: Final = re.compile(
    r"\b(?:that|which|as)\s+(?:we\s+(?:are|were)|(?:is|was|are|were))\s+(?:asked|required|sought|wanted"
    r"|needed|desired|requested)(?:\s+for)?\b|\bwe\s+(?:want|need|seek|look\s+for|are\s+after)\b"
)
"""That what a subject names is what is asked for."""
_AN_AMOUNT: Final = re.compile(r"(?<=\s)an?\s+(?P<noun>(?:[a-z-]+\s+){0,2}[a-z-]+)\s+of\s*\Z")
_COMMAND: Final = re.compile(r"\\[a-z]+")
_SINCE: Final = frozenset("since because as while whereas".split())
_JOINS: Final = frozenset("that so hence thus therefore then because since where whence".split())
_PRONOUNS: Final = frozenset("we one it you this these they i which there let what here".split())
_ARTICLES: Final = frozenset("the a an its our their each every".split())
_PREPOSITIONS: Final = frozenset(
    "of with for at in by under on over through to from that between per across using as "
    "within among against towards toward along around near after before into".split()
)
_BY: Final = frozenset("by with via using from taking forming".split())
"""Words before what an answer is found by."""
_PLACES: Final = frozenset("for at after near around within outside on under in".split())
"""Words before which, at the head of a sentence, may stand where an answer holds."""
_IT: Final = frozenset("it this that everything all both these them its the".split()) - {"the"}
_ANSWERS: Final = frozenset("answer result solution outcome".split())
_GENERIC: Final = frozenset(
    "answer result solution formula expression value answers results form rule equation identity "
    "quantity simplification matrix vector statement".split()
)
"""Nouns that an answer to any question may be called by."""
_PLAIN: Final = frozenset(
    "the a an our its their this these that all any every each and or both such general closed "
    "closed-form final required desired requested sought sought-after wanted asked exact explicit "
    "full complete overall whole entire valid correct right simple simplest familiar usual "
    "standard classical classic famous well-known known resulting corresponding same analytic "
    "analytical compact concise elegant neat nice following above particular single respective "
    "given column row matrix vector total".split()
) - {"total"}
"""Words that make no other quantity of a noun that they stand beside."""
_ASIDE: Final = frozenset(
    "question terms brevity convenience simplification algebra cancellation rearranging "
    "rearrangement respect notation short generality matter form line step steps summary "
    "conclusion end fact other words component components coordinates entries".split()
)
"""Words of phrases that say how an answer is given: "in one line", "without loss of generality"."""
_OPERATORS: Final = frozenset(
    "log logarithm logarithms logs ln exponential exp square squared squares root roots inverse "
    "reciprocal transpose transposed negative minus norm absolute modulus trace determinant "
    "expectation mean average variance derivative gradient integral sum difference ratio quotient "
    "half twice double maximum minimum limit".split()
)
"""Nouns and adjectives that make one quantity of another."""
_TURNING: Final = frozenset(
    "reversing flipping undoing negating inverting halving doubling tripling opposing swapping "
    "exponentiating complementing mirroring quadrupling truncating rounding perturbing".split()
)
"""Actions that make another quantity of whatever they are done to."""
_DEEDS: Final = frozenset("staying advancing moving waiting standing stepping".split())
"""What an agent does, of which a question asks for one."""
_SCALING: Final = frozenset("half twice double thrice minus third quarter".split())
_HAS: Final = frozenset("is has have".split())
_COPULAS: Final = frozenset("is are has have was were equals".split())
_ACTORS: Final = frozenset(
    "agent agents walker policy layer layers network networks block branch branches connection "
    "connections path paths batch model learner optimiser optimizer descent adversary attack "
    "perturbation discriminator encoder decoder map flow chain kernel convolution window patch "
    "signal term terms summand summands factor factors piece pieces coordinate coordinates "
    "component components contribution contributions entry entries row column box boxes detection "
    "detections overlap overlaps copies code codebook softmax classifier rule "
    "logarithm derivation identity mask masks noises dimensions integrand".split()
)
"""What does something, and is no quantity that a formula could be."""
_FORMS: Final = frozenset(
    "product sum average mean-field combination difference vector matrix scalar number constant "
    "form identity formula expression answer result method estimator theorem law "
    "claim residual error signal".split()
) - {"error", "average"}
"""Nouns of what a formula looks like."""
_AS_BEHIND: Final = re.compile(
    r"[\s$})\]\\*]*,?\s*as\s+(?:(?:the|an?|its)\s+)?(?P<noun>[a-z-]+)\s*(?:[.,;]|\Z)"
)
_NOUN_BEHIND: Final = re.compile(
    r"[\s$})\]\\*]*[.,]?\s*(?:as\s+)?(?:(?:and\s+)?(?:which|this|it|that)\s+(?:is|equals|gives)\s+"
    r"(?:just\s+|exactly\s+|simply\s+)?)?"
    r"(?:the|its)\s+(?P<noun>[a-z][a-z -]*?)\s*(?:[.,;:]|ffff|\Z)"
)
_DONE_BEHIND: Final = re.compile(
    r"[\s$})\]\\*]*,?\s*(?:which|that)\s+(?:the|an?|its|our)\s+(?P<noun>[a-z][a-z -]*?)\s*"
    r"(?:[.,;:]|ffff|\Z)"
)
"""What something does with an answer: ", which the gradient follows"."""
_SEVERAL: Final = frozenset("two three both all these those".split())
_FOUND_FOR: Final = MEASURED | frozenset("value values advantage reward return".split())
"""Quantities that one finds by a method of their own."""
_QUALITIES_OF: Final = {
    "bias": frozenset(("unbiased",)),
    "determinant": frozenset(
        "triangular lower-triangular block-triangular volume-preserving volume".split()
    ),
    "log-determinant": frozenset("triangular lower-triangular block-triangular".split()),
    "jacobian": frozenset(("linear", "affine")),
    "constant": frozenset(("lipschitz",)),
}
"""By which qualities of a thing an answer is found."""
_OPERATING: Final = frozenset(
    "multiplying dividing squaring cubing scaling rescaling transposing averaging normalising "
    "normalizing adding subtracting shifting minimising minimizing maximising maximizing raising "
    "rooting dropping ignoring neglecting omitting discarding centring centering whitening "
    "clipping discounting weighting reweighting regularising regularizing perturbing sampling "
    "projecting".split()
)
"""Actions that do so where they are done to what is asked for, or to nothing that is named."""
_INTEGRATING: Final = frozenset(("integrating",))
_SLOPES: Final = frozenset("gradient derivative derivatives jacobian".split())
_FINDING: Final = frozenset(
    "computing calculating deriving finding determining obtaining evaluating estimating optimising "
    "optimizing simplifying".split()
)
"""Actions of which the object is what is found, or what it is found from."""
_FOUND: Final = frozenset(
    "integral integrals integrand sum sums product products expression expressions term terms "
    "quotient result everything both sides bracket brackets square series convolution recursion "
    "numerator denominator formula objective fraction exponent algebra entries blocks factors "
    "identity equation difference conditional expectations expectation inner outer".split()
)
"""From what a quantity is found."""
_ALTERING: Final = frozenset(
    "expanding applying summing reducing rewriting expressing writing inverting".split()
)
"""Actions by which another quantity is found, where that is their object."""
_BEST: Final = frozenset("optimal largest maximised".split())
_MEANS: Final = frozenset(
    "mean expected expectation average averages averaged value values".split()
)
_ALLOWED: Final = {
    "maximising": _BEST,
    "maximizing": _BEST,
    "averaging": _MEANS,
}
"""Actions by which what is asked for is found, where a question has one of some words."""
_CALLED: Final = {
    key: frozenset(group.split())
    for key, group in (
        ("step", "update iterate parameters parameter estimate weights code codebook point new"),
        ("value", "values state-value action-value update estimate function"),
        ("perturbation", "attack maximiser maximizer optimum adversarial optimal best"),
        ("discriminator", "optimum maximiser maximizer classifier best"),
        ("determinant", "jacobian"),
        ("log-determinant", "log determinant log-det logdet jacobian"),
        ("divergence", "kl kullback-leibler kullback leibler kl-divergence"),
        ("objective", "problem likelihood log-likelihood maximum-likelihood maximum value"),
        ("output", "feature map array tensor"),
        ("equation", "equations recursion relation"),
        ("constant", "modulus bound"),
        ("log-likelihood", "likelihood log-density log density objective"),
        ("process", "sample noised noisy marginal state latent"),
        ("gradient", "gradients derivatives partial partials policy meta-gradient meta total"),
        ("derivative", "partial slope"),
        ("jacobian", "derivatives partial"),
        ("probability", "chance"),
        ("precision", "ap map mean"),
        ("estimator", "estimate gradient policy unbiased"),
        ("bound", "elbo vlb"),
        ("error", "risk mse decomposition"),
        ("codes", "code average averages"),
        ("variance", "predictive"),
        ("log-probability", "log likelihood log-likelihood"),
    )
}
"""What the noun of a question may be called as well."""
_SAME: Final = tuple(
    (key, frozenset(others.split()))
    for key, others in (
        ("sigmoid", "logistic function activation"),
        ("softmax", "probabilities outputs output function logits logit"),
        ("cross-entropy", "cross entropy loss objective function cost softmax"),
        ("loss", "objective function cost"),
        ("least", "ols ordinary squares estimate parameters coefficients regression linear"),
        ("ridge", "regression regularised regularized penalised estimate"),
        (
            "coupling",
            "transformation map jacobian flow bijection matrix triangular lower",
        ),
        ("flow", "data sample model observation"),
        ("gaussian", "gaussians normal distribution distributions univariate multivariate"),
        ("gaussian", "posterior prior approximate variational"),
        ("gaussians", "gaussian normal distribution distributions univariate"),
        ("law", "gaussian distribution distributions laws posterior prior univariate"),
        ("staying", "stay action waiting"),
        ("advancing", "advance moving move action"),
        ("walk", "state position policy function"),
        ("norm", "function euclidean"),
        ("kernel", "weights filter weight kernels filters"),
        ("input", "inputs features"),
        ("shift", "bias offset beta"),
        ("scale", "gain gamma"),
        ("b", "bias biases intercept vector"),
        ("w", "weights weight parameters"),
        ("x", "input inputs features point"),
        ("u", "features activations"),
        ("rewards", "reward reward-to-go policy return returns"),
        ("expectation", "objective expected value"),
        ("reward", "return objective policy performance"),
        ("trajectory", "path rollout episode sequence"),
        ("flu", "patient patients someone person people"),
        ("dot", "inner scores score attention query key queries keys"),
        ("weights", "weight entries entry initialisation initialization"),
        ("prediction", "predictor predicted model new test point estimate"),
        ("autoencoder", "vae model cvae log-evidence evidence marginal likelihood"),
        ("momentum", "sgd heavy-ball parameter parameters weights"),
        ("rmsprop", "parameter parameters weights"),
        ("code", "codebook vector entry"),
        ("state", "states"),
        ("action", "actions"),
        ("composition", "composite map function functions"),
        ("block", "network residual"),
        ("map", "transformation function"),
        ("meta-learning", "maml meta inner loop initial initialisation parameters"),
        ("entropy", "marginal"),
        ("discriminator", "generator real fake"),
        ("perturbation", "budget constraint ball"),
        ("optimal", "optimum"),
        ("moment", "expectation expected"),
    )
)
"""What the things that a question speaks of may be called as well."""
