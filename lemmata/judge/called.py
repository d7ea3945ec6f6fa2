# ruff: noqa: SIM905 - a list of words is written as words
r"""What words beside its sign call an answer: `recall = 1/3`, `$1/3$ is the recall`."""

from __future__ import annotations

import re
from typing import Final

from lemmata.judge.remarks import modifiers, nouns_asked
from lemmata.kernel.terms import Density, Expect, Law, walk
from lemmata.notation import Chain, Document, Sheet
from lemmata.notation.leads import MEANT
from lemmata.notation.set_apart import DELIMITED


def doubts_of_its_words(meant: Chain, document: Document, sheet: Sheet) -> list[str]:
    """What is said against an answer that is called another quantity than the one asked for.

    Only words count that name quantities: the answer to any question is a value or a result.
    """
    first, last = meant.lines[0], meant.lines[-1]
    text = document.source.text
    delimited = DELIMITED.search(text) is not None
    before = _BEFORE.search(text[: first.span.start]) if delimited else None
    called = before[1] if before else "" if delimited else text[: first.span.start]
    called = "" if _ARGUES.match(called) else called
    signs: list[str] = []
    if len(meant.lines) > 1 and not first.label:
        name = _FONTS.sub(" ", first.source)
        signs = _SIGN.findall(name) if "\\text" in first.source else []
        called += " ".join(["", *_WORDS.findall(name)[:1], *_SCRIPTS.findall(first.source)])
    behind = _BEHIND.match(text, last.span.end) if delimited else None
    known = nouns_asked(sheet)
    strange = [
        word
        for words in (_words(called), _words(behind[1]) if behind else [])
        for word in words
        if _means(word) and not known & {word, _written_out(word)}
    ]
    strange += modifiers(sheet.title.lower()) & {*filter(_means, _words(called)[-1:])}
    strange += [*_ORDERS.findall(called.lower()), *signs]
    return [f"it is called {' '.join(dict.fromkeys(strange))}"] if strange else []


def doubts_of_laws(meant: Chain, document: Document) -> list[str]:
    """What sentences say that an expectation is over, where it is over something else.

    "where the expectation is over $p(z)$" beside `E_q[..]` makes another one of it.
    """
    known = document.declarations
    terms = [reading.term for line in meant.lines for reading in line.readings]
    parts = [part for term in terms for part in walk(term) if isinstance(part, Expect)]
    used = {name for part in parts for law in part.laws for name in _drawn_by(law)}
    found: list[str] = []
    for told in _OVER.finditer(document.source.text) if used else ():
        names = _HEADS.findall(told[1])
        items = [item for item in map(known.find, names[:1]) if item is not None]
        if any(item.name not in used for item in items):
            found.append(f"the text says {' '.join(told[0].split())!r}")
    return found


def _drawn_by(law: Law) -> set[str]:
    """The variables of a law, and the families that they are drawn from."""
    families = {part.family for part in walk(law.density) if isinstance(part, Density)}
    return {variable.name for variable in law.variables} | families


_OVER: Final = re.compile(
    r"\b(?:expectations?|expected\s+values?|averages?|means?)\b[^.,;:$]*"
    r"\b(?:over|under|from|of|by|respect\s+to|w\.r\.t\.?)\s*(?:the\s+law\s+)?\$([^$]*)\$",
    re.IGNORECASE,
)
_HEADS: Final = re.compile(r"(?<![A-Za-z_^{\\])\\?([A-Za-z]+'?)(?![A-Za-z])")
"""The names of a formula that stand outside of scripts."""


def _words(called: str) -> list[str]:
    """The words of what an answer is called; those of logarithms are one with the next."""
    plain = _LOG.sub(r"\1-", _MEAN.sub(" ", called.lower()))
    return re.findall(r"[a-z]+\d?(?:-[a-z]+)*", plain)


def _means(word: str) -> bool:
    """Whether a word names a quantity, of which the question asks for one."""
    return _written_out(word).split("-")[-1] in MEANT | _MEASURES


def _written_out(word: str) -> str:
    """A word whose last part is not shortened."""
    *parts, last = word.split("-")
    return "-".join([*parts, _SHORT.get(last, last)])


_ARGUES: Final = re.compile(r"\s*(?:[a-z]+ing|by|using|since|because|from|via)\b", re.IGNORECASE)
"""What words begin with that tell what is done, and not what the answer is."""
_FONTS: Final = re.compile(r"\\(?:text|math|operatorname)[a-z]*\*?(?![A-Za-z])|[{}$&]|\\[ ,;:]")
_WORDS: Final = re.compile(r"\A[\s~]*[A-Za-z][A-Za-z\d][A-Za-z\d\s~-]*")
_SCRIPTS: Final = re.compile(r"_\s*\{?\s*\\(?:text|math|operatorname)[a-z]*\s*\{([A-Za-z -]+)\}")
_BEFORE: Final = re.compile(r"\b([A-Za-z][A-Za-z\d-]*(?:\s[A-Za-z-]+)?)[\s$(\\]*=[\s$(\\]*\Z")
"""Words before the sign that a formula behind them begins with: `Recall $= 1/3$`."""
_SIGN: Final = re.compile(r"\A\s*([-+*/\u2212\u2013])")
_LOG: Final = re.compile(r"\b(log)\s+(?=[a-z]{2})")
_MEAN: Final = re.compile(r"\bmean[\s-]+(?=squared?\b)")
_ORDERS: Final = re.compile(
    r"\b(?:second|third|higher)[\s-]+(?:order[\s-]+)?(?:derivative|moment)\b"
)
_BEHIND: Final = re.compile(
    r"[\s$\\)\]}]*(?:\(\s*|=\s*|,?\s*(?:(?:which|this|that|it)\s+)?(?:is|equals|being|denotes|means|gives)\s+)"
    r"(?:(?:the|an?|our|its)\s+)?((?:(?!(?:of|with|for|by|at|in|to|over|under|from|that|where|because)\b)"
    r"[A-Za-z-]+\s*)+)",
    re.IGNORECASE,
)
"""What words behind an answer say that it is: "is the variance", "(loss)"."""
_SHORT: Final = {
    "cov": "covariance",
    "covar": "covariance",
    "det": "determinant",
    "expected": "expectation",
    "grad": "gradient",
    "logdet": "log-determinant",
    "prob": "probability",
    "sd": "deviation",
    "std": "deviation",
    "stddev": "deviation",
    "stdev": "deviation",
    "var": "variance",
}
_MEASURES: Final = frozenset(
    "accuracy advantage auc ce correlation cost deviation error evidence f1 gap generator iwae js "
    "jsd kurtosis lipschitz median minimise minimize mode mse nelbo nll norm odds precision recall "
    "regret return reward risk skewness target".split()
)
"""Quantities of which a text speaks before a sign; of most, sentences speak in other ways too."""
