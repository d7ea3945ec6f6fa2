# ruff: noqa: SIM905 - a list of words is written as words
"""Sentences with a statement, and whether their words may say where it holds.

No list of the qualities that a sentence can give is complete: "for a doubly stochastic matrix",
"at convergence", "by symmetry of A". The places where a sentence gives them are few, behind "for",
"with", "since", "A is a", and so are the words in which derivations are told. A statement whose
sentence has other words in these places may hold under what they say, and is not refuted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lemmata.notation.prose import CONDITIONAL, HARMLESS, SAFE_BEHIND
from lemmata.notation.qualities import Qualities
from lemmata.notation.set_apart import DELIMITED

_TELLS: Final = frozenset(
    # what is done
    "add adding adds apply applying applies applied average averages averaging cancel cancels "
    "cancelling canceling check collect collecting collects combine combining combined complete "
    "completing compute computes conclude concludes condition conditioning deduce derive derives "
    "deriving differentiate divide dividing do does doing done draw draws drop drops dropping "
    "evaluate evaluating exchange exchanging expand expanding expands exponentiating factor "
    "factoring factorise factorize factorising factorizing find insert inserting integrate "
    "integrates integrating interchange interchanging introduce introducing invert inverting "
    "iterate iterating keep keeping look looking make makes move moves moving multiply multiplying "
    "notice observe plug plugging plugs prove proves pull pulling push pushing put putting read "
    "reads reading rearrange rearranges rearranging reindexing rename renaming repeat repeating "
    "replacing rescaling rewrite rewrites rewriting say says set sets setting solve solves solving "
    "split splits splitting start starting starts state states substitute substitutes substituting "
    "subtract subtracting sum summing sums swap swapping take takes taking telescope telescopes "
    "telescoping turn turns undo unroll unrolling use uses verify verifies weighting write writes "
    "writing wrote "
    # what comes out
    "agree agrees coincide coincides disappear disappears equivalent exactly follow followed "
    "following follows hold holds imply implies lead leading leads leave leaves reach reaches "
    "remain remains remaining satisfies satisfy vanish vanishes vanishing yield "
    # what it is done by, and to
    "adjoint argument arguments base bayes block blocks bracket brackets chain change changes chi "
    "coefficient coefficients column columns corollary covariance covariances cross decomposition "
    "definition definitions denominator difference differences direction directions entropies "
    "entropy equations exponent exponential exponents factorials factorisation factorization "
    "factors forward backward backwards fraction fractions fubini gain gains gibbs grouping hand "
    "hat hellinger identities inequalities inequality information integrand integration inner "
    "jensen lagrangian left leibniz lemma level linearity log logarithm logarithms logs lookahead "
    "measure moment moments mutual normalisation normalization numerator odds operators order "
    "outer power powers priors product products properties property proposition pythagoras "
    "quotient recursion relation relations reparameterisation reparameterization reparametrization "
    "right row rows rule rules series side sides softplus square squared squares substitution "
    "summand structure summation summary tail telescope theorem total tower trace trick "
    "advantage agent bandit buffer classifier clean decoders diffusion discounted elbo environment "
    "expression flow gan kl jsd mdp process reconstruction sgd td vae "
    # who, which, how many, where
    "above after against al another au before below best bit both but did each easy either et "
    "else earlier fact far first four full general had has have having however inside into "
    "itself just last later least like likewise many more moreover most much must name names "
    "namely neither next no nor nothing off once onto other others otherwise out outside own "
    "particular plain precisely preceding present quite same second short side similarly simple "
    "simply single so still stop such than them there they third this three through together "
    "too two under until up very was were what whatever whence whereas while whole whose "
    "why word words would yet you your throughout evidence gap objective estimate likelihood "
    "reduce reduces "
    "furthermore clearly obviously directly easily immediately lower upper bounded bounds "
    "conversely accordingly equivalently consequently explicitly formally analogously recursively "
    "correspondingly identically originally really intuitively joint marginal fixed induction "
    "def claimed wanted asserted promised action actions state states reward rewards later density "
    "densities mass parts marginalise reciprocal coordinates exercise "
    "inductive hypothesis preferences dynamics initial equality shannon".split()
)
_PLAIN: Final = (HARMLESS | SAFE_BEHIND | _TELLS) - CONDITIONAL
ARGUING: Final = (
    _PLAIN
    | frozenset(
        # parts of what is asked for, and what it is made of
        "partial component components coordinate coordinates entry entries diagonal logits logit "
        "batch branch connection contribution contributions layer network path pass total "
        "variances gradients derivatives determinants expectations jacobians convolution "
        "action actions agent time times advance advances reward rewards transition "
        # what they do
        "affect affects contribute contributes cost costs move moves pass passes receive receives "
        "flow flows maximise maximises maximize maximizes waste wastes".split()
    )
) - frozenset(
    "drop drops dropping cancel cancels cancelling canceling leave leaves out off nothing no nor "
    "neither put putting read reads reading say says set sets setting solve solves solving satisfy "
    "satisfies hold holds vanish vanishes vanishing fixed initial inverted invert inverting stop "
    "must name names wrote under than else other others otherwise clean times "
    "particular simple plain equality inside outside last previous preceding earlier before next "
    "old".split()
)
"""The words in which an argument is told that says neither where it holds nor what does not."""
_PHRASES: Final = re.compile(
    r"\b(?:on average|in (?:expectation|distribution|probability|the mean)|to (?:\w+ )?order"
    r"|component-?wise|for scalars?|with probability|updates? (?:is|reads)|subject to"
    r"|at the (?:optimum|minimum|maximum)|constraints?|modulo|as long as|(?:ignor|neglect)\w+"
    r"|we (?:define|minimi[sz]e|maximi[sz]e))\b"
    r"|^\W*up to (?:an? |some )?(?:\w+ )?(?:constant|term|factor|scale|sign|normali[sz]ation)s?\b"
)
"""Plain words that together say in which sense something holds."""
_PLACES: Final = (
    re.compile(
        r"(?:^|[,;:(]|\b(?:and|so|then|hence|therefore|thus|but|that)\b)\s*"
        r"\b(?:after|around|as|assuming|at|because|by|choosing|considering|during|except|for"
        r"|from|given|if|in|near|on|once|provided|setting|since|suppose|taking|under|unless|until"
        r"|upon|using|via|when|whenever|where|with|within|without)\b"
        r"(?P<words>(?:(?!\b(?:we|it|this|these)\b)[^,;:()])*)"
    ),
    re.compile(
        r"(?<!\bof )(?<!\bin )(?<!\bat )(?<!\bby )<\w+> (?:is|are|be|was|were|forms?|being)\b"
        r"(?P<words>[^,;:()<]*)"
    ),
    re.compile(
        r"\b(?:the|an?|our|every|any|all|some|these)\b "
        r"(?P<words>(?:(?!of |in |at |by |for |with |to |is |are )[a-z-]+ )+)<\w+>"
    ),
    re.compile(r"^\W*(?P<words>almost|[a-z]+ly|[a-z]+-?wise)\b(?=[^a-z]| surely)"),
)
"""Where a sentence says under which condition, or of what, something holds."""
_QUALITY: Final = re.compile(
    r"(?<!> )\b(?:is|are|has|have|being|becomes?)\b(?! (?:the|an?|this|that|its|our|by|given)\b)"
    r"(?P<words>[^,;:()<]+)(?=[,;:]|\Z|\band\b)"
)
"""Where a sentence of a document gives a quality, which what it states may lie in."""
_VANISHES: Final = re.compile(
    r"<\w+> (?:vanish(?:es)?|(?:is|are) (?:zero|negligible|constant|bounded|unbiased))\b"
    r"|\b(?:neglect|dropp|ignor|omitt)ing <\w+>"
)
"""Plain words that in a document say where what it states holds."""
_HARMLESS_PHRASES: Final = re.compile(
    r"\bas long as (?:[a-z]+|<\w*>) (?:do|does) not (?:depend|vary)\b"
    r"|\b(?:do|does|did|is|are) not (?:depend|vary|change|affect|involve|contain|alter|matter)\b"
    r"|\b(?:kl|shannon) divergences? (?:is|are) (?:always |also )?non-?negative\b"
    r"|\bno dependence on (?:the |any )?[a-z]+\b|\bto zero\b|\bis zero\W*$|\bif and only if\b"
    r"|\b(?:add(?:ing|s)?|sum(?:s|ming)?) up\b"
    r"|\b(?:binomial|mean value|(?:dominated|monotone) convergence|spectral|envelope|triangle"
    r"|(?:implicit|inverse) function|fundamental|parallelogram) (?:theorem|formula|identity|law"
    r"|inequality)\b"
)
_CALLED: Final = re.compile(
    r"\b[A-Z][a-z]+(?:'s|-[A-Z][a-z]+)* "
    r"(?=form|formula|identity|inequality|lemma|rule|theorem|trick)"
)
"""Whose name a rule has."""
_OPENED: Final = re.compile(r"\\(?:begin|end)\{\w+\*?\}|\\item\b")
"""What a sentence begins behind."""
_COMMANDS: Final = re.compile(
    r"\\(?:(?:sub)*(?:section|paragraph)|title|label|(?:eq|auto|c)?ref|cite[tp]?)\*?\{[^{}]*\}"
    r"|\\[A-Za-z]+\*?|[{}]"
)
NAME: Final = re.compile(
    r"\s*\\?([A-Za-z]+)(?:\s*[_^](?:\{[^{}=]*\}|\\?\w+))*'?(?:\([^()=]*\))?\s*"
)
"""A formula in a sentence that is the name of something."""
_NAMED: Final = re.compile(r"<(\w+)>")
_FOOTNOTE: Final = re.compile(r"\\footnote\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
"""A sentence of its own in the midst of another."""
_LONGEST: Final = 600
"""Signs of a sentence that are looked at."""
_WORD: Final = re.compile(r"[a-z]{2,}")
_SENTENCES: Final = re.compile(r"(?<=[.!?;])\s+|\n[ \t]*\n")


def told_beside(
    text: str,
    places: Iterable[tuple[int, int]],
    words: Iterable[str],
    known: Qualities,
    *,
    document: bool = False,
) -> dict[tuple[int, int], tuple[str, int, int]]:
    """The statements of a text beside a word that may be a condition, with the first such word.

    And with the stretch in which that word stands.

    Args:
        text: The text, without what is looked at elsewhere.
        places: Where its statements stand.
        words: What else is plain here: what the declarations say of all names.
        known: What they say of each.
        document: Whether the text is a document with its own declarations.
    """
    plain = _PLAIN | frozenset(words)
    notes = [(m.start(), m[1]) for m in _FOOTNOTE.finditer(text)]
    text = _FOOTNOTE.sub(lambda m: " " * len(m[0]), text)
    before = 0
    told: dict[tuple[int, int], tuple[str, int, int]] = {}
    waiting = sorted(places, reverse=True)
    sentence = ""
    at = 0
    for match in DELIMITED.finditer(text) if waiting else ():
        sentence = _SENTENCES.split(sentence + text[at : match.start()])[-1][-_LONGEST:]
        at = match.end()
        inline = match["round"] or match["dollar"]
        inside = []
        while waiting and waiting[-1][0] < at:
            inside.append(waiting.pop())
        if inside:
            beside = [note for place, note in notes if before <= place < at]
            strange = (
                _strange(said, plain, known, document=document) for said in (sentence, *beside)
            )
            word, stretch = next(filter(None, strange), ""), (before, match.start())
            before = at
            if not (inline or word):
                behind = _behind(text[at : at + _LONGEST], document=document)
                word = _strange(behind, plain, known, document=document, behind=True)
                stretch = (at, at + len(behind))
            told |= dict.fromkeys(inside, (word, *stretch)) if word else {}
        named = NAME.fullmatch(inline) if inline else None
        sentence = f"{sentence} <{named[1] if named else ''}> " if inline else ""
    return told


def _behind(text: str, *, document: bool) -> str:
    """The end of the sentence behind a display, up to the next formula; in documents with names."""
    goes_on = text.lstrip()[:1].islower()
    if document:
        text = _INSIDE.sub(lambda m: f"<{m[1].strip()}>" if NAME.fullmatch(m[1]) else m[0], text)
    return re.split(r"\$|\\[(\[]|\\begin", _SENTENCES.split(text)[0])[0] if goes_on else ""


def _strange(
    said: str, plain: frozenset[str], known: Qualities, *, document: bool, behind: bool = False
) -> str:
    told = (known.get(name, frozenset()) for name in _NAMED.findall(said))
    plain = plain.union(*told)
    said = _OPENED.sub(", ", said)
    words = " ".join(_CALLED.sub(" ", _COMMANDS.sub(" ", said)).lower().split())
    said = _HARMLESS_PHRASES.sub(" ", words)
    phrase = _PHRASES.search(said) or (_VANISHES.search(words) if document else None)
    if phrase is not None:
        return phrase[0]
    ways = (*_PLACES, _QUALITY) if document and not behind else _PLACES
    stretches = (match["words"] for place in ways for match in place.finditer(said))
    found = (word for stretch in stretches for word in _WORD.findall(_NAMED.sub(" ", stretch)))
    return next((word for word in found if word not in plain), "")


def supposes(words: str) -> bool:
    """Whether a reason beside a row may suppose something: "independence", "by symmetry of A"."""
    said = _CALLED.sub(" ", _COMMANDS.sub(" ", _INSIDE.sub(" ", words))).lower()
    said = _HARMLESS_PHRASES.sub(" ", " ".join(said.split()))
    strange = any(word not in _PLAIN for word in _WORD.findall(said))
    return strange or _SUPPOSED.search(_BY_INDUCTION.sub(" ", words.lower())) is not None


_SUPPOSED: Final = re.compile(r"\b(?:hypothes[ei]s|assum\w+|suppos\w+)\b|\(a\.?\d+\)")
_BY_INDUCTION: Final = re.compile(r"\binducti\w+\s+hypothesis\b")


def goes_on(words: str) -> bool:
    """Whether words behind a row say that more belongs to its formula: "+ 1", "(times 2)"."""
    return _SIGNS.match(words) is not None or ADDED.match(words) is not None


def holds_formula(words: str, *, before: bool) -> bool:
    r"""Whether words in a row hold a formula that may belong to it: `\text{($a > 0$)}`.

    A name does not, unless it stands right before the row, `\text{Thus $n$} a`, nor a reason.
    """
    if _ARGUED.match(words) is not None:
        return False
    end = len(words.rstrip()) if before else -1
    return any(not NAME.fullmatch(m[1]) or m.end() == end for m in _INSIDE.finditer(words))


_INSIDE: Final = re.compile(r"\$([^$]+)\$")
_ARGUED: Final = re.compile(
    r"\W*(?:since|because|as|by|using|with|for|where|from|given)\b", re.IGNORECASE
)
_SIGNS: Final = re.compile(r"[\s(\[]*(?:[+*/\u2212](?!\s*/)|-(?![->]))")
ADDED: Final = re.compile(
    r"[\s(\[]*(?:(?:and|then|all|but)\s+)*(?:"
    r"(?:times|plus|minus|divided|multiplied|squared|cubed|halved|twice|doubled|thrice|tripled"
    r"|negated|inverted|transposed|percent|per\s+cent|thousands?|millions?"
    r"|(?:raised\s+)?to\s+the\s+(?:power|\w+th)|in\s+(?:degrees|percent|bits|decibels?|dB))\b"
    r"|(?:more|less|half|over)\b(?!\s+[a-z]+)"
    r"|(?:up\s+to|mod|modulo)\W*\Z)",
    re.IGNORECASE,
)
"""Words that make something else of the formula that they stand behind."""
