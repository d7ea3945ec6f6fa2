r"""Words that take a statement back, correct it, change its signs, or leave a part of it out.

"The term $2ab$ should be $3ab$", "there is a sign error", "disregard this", "all computations are
modulo 3", "we drop the cross term". They are looked for in a text whose formulas are masked: `NAME`
stands for each sign of a name in a sentence, `FORMULA` for those of other formulas there, and
`DISPLAY` for each sign of a display.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

NAME: Final = "\x01"
FORMULA: Final = "\x02"
DISPLAY: Final = "\x03"
_ANY: Final = f"[{NAME}{FORMULA}]"
_THING: Final = (
    r"(?:equation|formula|display|identity|equality|inequality|claim|statement|step|line|row|result"
    r"|derivation|calculation|computation|argument|proof|conclusion|relation|expression"
    r"|inference|deduction|assertion)(?:e?s)?"
)
"""What a text calls what it states."""
_PART: Final = (
    r"(?:terms?|factors?|signs?|minus|plus|exponents?|coefficients?|constants?|powers?|squares?"
    r"|brackets?|summands?|subscripts?|superscripts?|logarithms?|numerator|denominator)"
)
"""What a text calls a part of a formula."""
_THIS: Final = (
    rf"(?:(?:{DISPLAY}[\s.,]*|\b(?:this|that|it|which|everything|all\s+of\s+(?:this|that|it)"
    rf"|(?:the|this|that|our|my)\s+(?:\w+\s+){{0,2}}?{_THING}"
    rf"|(?:the\s+)?(?:above|previous|last|preceding|following|next)(?:\s+{_THING})?)\s+"
    rf")(?:(?:really|actually"
    rf"|clearly|obviously|in\s+fact|of\s+course|also|just|only|still|therefore|thus|now)\s+)*)"
)
_IS: Final = (
    r"(?:is|was|are|were|has\s+been|have\s+been|seems|looks|remains)\s+(?:(?:only|just|merely"
    r"|clearly|obviously|of\s+course|really|actually|simply|at\s+best|now|still|in\s+fact"
    r"|hereby|an?|completely|totally|quite|rather|somewhat|mere|pure|plain)\s+)*"
)
_ENDS: Final = r"(?=\s*(?:[.,;:!)]|\Z|\n|\\|\b(?:and|since|because|as|but|so)\b))"
"""Behind it a word says nothing more: "is impossible", and not "is impossible to compute"."""
_BEGINS: Final = (
    rf"(?:\A\s*+|[.!?:;(]\s*+|\n[ \t]*+\n\s*+|{DISPLAY}[\s.,]*+)"  # blanks are long, and tried once
)
"""Behind it a sentence or a clause begins."""
_LEFT_OUT: Final = (
    r"(?:dropp?(?:ed|ing|s)?|ignor(?:e[ds]?|ing)|neglect(?:ed|ing|s)?|omit(?:t?ed|ting|s)?"
    r"|discard(?:ed|ing|s)?|disregard(?:ed|ing|s)?|suppress(?:ed|ing)?|left\s+out|leav(?:e"
    r"|ing)\s+out"
    r"|forg[eo]t(?:ten|ting|s)?|thrown\s+away|throw(?:ing)?\s+away)"
)
_TERM: Final = (
    r"(?:(?:cross|higher|lower|order|second|third|first|last|error|small|remainder|quadratic"
    r"|mixed|linear"
    r"|constant|additive|multiplicative|normali[sz]ing|this|that|the|a|an|all|these|some|any"
    r"|other|of|non-?\w+)[-\s]+){0,4}"
    r"(?:terms?|constants?|(?<!discount\s)factors?|remainders?|summands?|signs?|corrections?"
    r"|products|squares?)\b"
)
_CORRECTED: Final = (
    rf"(?:{_ANY}|\d|[=<>]|(?:(?:an?|the)\s+(?:minus|plus|factor|square|half|third|different|other"
    rf"|opposite)|one|two|three"
    r"|four|half|twice|plus|minus|negative|squared?|cubed|doubled|halved|negated|inverted"
    r"|transposed|there|absent|gone"
    r"|removed|dropped|omitted|added|replaced|swapped|reversed|flipped|changed|exchanged"
    r"|different|other|opposite"
    r"|inside|outside)\b)"
)
_SHOULD: Final = r"(?:should|ought\s+to)\s+(?:really\s+|actually\s+)?(?:have\s+been|be|read|say)\s+"
_MUST: Final = r"(?:must|has\s+to|have\s+to|needs?\s+to)\s+(?:be|read)\s+"

_WAYS: Final = (
    # how it should be
    (
        rf"(?:{_BEGINS}|{_ANY}|[=<>+*/-]|(?<![\w.])\d+|\b{_PART}(?:\s+of\s+\w+)?|\bsides?|\bhand\s+"
        rf"side)\s*,?\s*{_SHOULD}{_CORRECTED}"
    ),
    rf"\b{_PART}(?:\s+of\s+\w+)?\s+{_MUST}{_CORRECTED}",
    rf"\b(?:it|this|that|which)\s+{_SHOULD}(?:{_ANY}+|[\d.]+){_ENDS}",
    (
        rf"{_BEGINS}(?:replace|change|read)\s+(?:the\s+)?(?:{FORMULA}+"
        rf"|\d+)\s+(?:by|with|to|for|as|into)\s+(?:an?\s+|the\s+)?(?:{_ANY}|\d)"
    ),
    rf"(?:\bthis|\bit|\bthat|\bwhich|\b{_THING})\s+(?:should|ought\s+to|must)\s+(?:\w+\s+)?read\b",
    rf"(?:{_ANY}|\d|\bside|\bfactor|\bsign)\s+should\s+(?:\w+\s+)?read\b",
    (
        rf"(?:{_ANY}|\b(?:plus|minus|{_PART}))\s+(?:sign\s+)?instead\s+of\s+(?:an?\s+|the\s+"
        rf")?(?:plus|minus|sign|factor|\d)"
    ),
    r"\b(?:erratum|errata|corrigend(?:um|a)|typos?\b|misprints?|typographical|sic(?=[\])]))",
    rf"(?:{_BEGINS}|\{{\s*)\bcorrections?\s*(?=[:.!}}])",
    (
        rf"\b{_THING}\s+{_SHOULD}(?:squared|doubled|halved|negated|reversed|flipped|multiplied"
        rf"|divided|inverted|removed|dropped|deleted|ignored|disregarded|skipped|replaced|corrected"
        rf"|fixed)\b"
    ),
    (
        r"\bon\s+the\s+(?:left|right)(?:[-\s]hand)?(?:\s+side)?\b[^.;]{0,40}\b(?:missing|swapped"
        r"|exchanged|interchanged|reversed|flipped|lost|omitted)\b"
    ),
    # what of it is not there, or too much
    (
        rf"\b{_PART}(?:\s+{_ANY}+)?(?:\s+(?:of|in|on|before|from)\s+[\w\x01\x02]+|\s+{_ANY}+)?\s+"
        rf"(?:is|are|was|were|goes|went|got)\s+(?:(?:still|also|now|here|clearly|apparently)\s+"
        rf")?(?:missing|lacking|absent|forgotten|lost|superfluous|spurious|redundant)\b(?!\s+"
        rf"in\s+(?!(?:the|this|that|our)\b))"
    ),
    (
        rf"\b(?:lacks?|miss(?:es|ed)?|(?:is|are|was)\s+(?:missing|lacking)|forgot|forgets"
        rf"|forgotten|lost)\s+(?:an?|the|one|some|its|two)\s+(?:\w+\s+){{0,2}}{_PART}\b"
    ),
    (
        rf"\b(?:there\s+(?:is|are|was)|has|have|contains|with)\s+(?:an?|one|some)\s+(?:missing"
        rf"|superfluous|spurious|redundant|forgotten|extra)\s+(?:\w+\s+"
        rf")?{_PART}\b(?=\s*(?:[.,;:!)]|\Z|of\s+(?:{_ANY}|\d|two|three|half|minus)|on\s+the|in\s+"
        rf"(?:the|this)\s+(?:\w+\s+)?(?:{_THING}|side|display)))"
    ),
    (
        rf"\b{_PART}\b(?:\s+of\s+(?:{_ANY}+|\d+|\w+))?(?:\s+(?:is|are|was))?\s+too\s+(?:much|many"
        rf"|few|little)\b"
    ),
    rf"\boff\s+by\s+(?:an?\s+(?:factor|sign|constant|minus|square)|one|two|minus|{_ANY}|\d)",
    (
        r"\b(?:sign|(?:an?|the|this|my|our|one|some|simple)\s+(?:arithmetic(?:al)?"
        r"|algebra(?:ic)?|calculation|copying|typing|indexing))\s+(?:errors?|slips?"
        r"|mistakes?)\b(?!\s+(?:rate|feedback|term))"
    ),
    # it is taken back
    rf"\b(?:tak(?:e|es|ing)|took)\s+(?:this|that|it|everything|the\s+(?:\w+\s+)?{_THING})\s+back\b",
    rf"\b(?:tak(?:e|ing)|took)\s+back\s+(?:this|that|it|everything|the\s+(?:\w+\s+)?{_THING})",
    (
        rf"\b(?:withdraw|withdrew|retract|revoke|rescind|recant|disown)s?\s+(?:(?:this|that|it"
        rf"|everything){_ENDS}|(?:the|our|my|this|that)\s+(?:\w+\s+)?{_THING}\b)"
    ),
    (
        r"\b(?:is|are|was|were|been|be|being|hereby)\s+(?:\w+\s+)?(?:retracted|withdrawn|revoked"
        r"|rescinded|taken\s+back)\b"
    ),
    (
        r"\{(?:A\s+|The\s+)?(?:retractions?|withdrawal|corrections?|counter-?examples?"
        r"|corrected\s+version)[.:]?\s*\}"
    ),
    (
        rf"(?:{_BEGINS}|\bplease\s+|\bto\s+be\s+|\blet\s+us\s+|\byou\s+"
        rf"(?:can|may|should)\s+)(?:ignore|disregard|scratch|strike|delete|forget|discard|erase"
        rf"|cross\s+out)d?\s+(?:all\s+of\s+|about\s+)?(?:(?:this|that|it|everything|all)\b(?!\s+"
        rf"(?!(?:\w+\s+)?{_THING})\w)|(?:the|this|that|these|our|my)\s+(?:above|(?:\w+\s+"
        rf")?{_THING})\b)"
    ),
    r"\bnever\s+mind\b|\bno\s+longer\s+(?:claim\w*|believe\w*|hold\w*|true|valid|correct|stand\w*)",
    # it contradicts
    (
        r"(?<!\bno )(?<!\bany )(?<!\bby )(?<!\bby a )(?<!without )(?<!without a )"
        r"\bcounter-?examples?\b(?!\s+to\s+the\s+converse)"
    ),
    r"(?<!\bno )(?<!not a )(?<!without )(?<!apparent )\bcontradict(?:ion|s|ing|ed)?\b",
    (
        rf"\b(?:opposite|contrary|negation|reverse)\s+(?:{_THING}\s+)?(?:is|holds)\b(?:\s+(?:true"
        rf"|so|the\s+case))?"
    ),
    r"\b(?:disproofs?|disproves?|disproved)\b",
    (
        rf"{_THIS}{_IS}(?:impossible|absurd|illegal|illegitimate|unjustified|unfounded|unsound"
        rf"|unproven|unproved|unsupported|forbidden){_ENDS}"
    ),
    (
        rf"{_THIS}{_IS}(?:lie|trap|trick\s+question|bluff|hoax|rubbish|garbage|meaningless"
        rf"|circular|vacuous|misleading|oversimplification|dubious|questionable|suspicious"
        rf"|inexact|imprecise|inaccurate|inconsistent|ill-defined|backwards|upside\s+down"
        rf"|approximate|heuristic|odd|strange|off|fishy|too\s+good\s+to\s+be\s+true|conjectur(?:e|al)"
        rf"|wishful\s+"
        rf"thinking){_ENDS}"
    ),
    (
        rf"{_THIS}{_IS}(?:approximation|heuristic|conjecture|guess|retraction|erratum|open\s+"
        rf"(?:problem|question)|rule\s+of\s+thumb|lie|typo){_ENDS}"
    ),
    (
        rf"{_THIS}(?:(?:only|merely|just|approximately|roughly)\s+)+(?:holds?|valid|true|correct"
        rf"|applies)\b"
    ),
    (
        r"\binequality\s+is\s+(?:always\s+)?strict\b(?!\s+(?:unless|if|when|whenever|for|except"
        r"|only|in))"
    ),
    rf"{_THIS}(?:breaks?\s+down|falls?\s+apart)\b(?!\s+into)",
    (
        r"\bsides?\s+(?:is|are)\s+(?:\w+\s+)?(?:too|off|different|unequal)\b|\bsides\s+(?:\w+\s+"
        r")?differ\b"
    ),
    (
        r"\b(?:if|once|after|when|provided)\s+(?:the|an?|one|its)\s+(?:\w+\s+)?signs?\s+(?:is|are"
        r"|has\s+been)"
        r"\s+(?:flipped|reversed|changed|swapped|corrected)\b"
    ),
    (
        r"\b(?:needs?|should\s+have|must\s+have)\s+(?:an?|one|another)\s+"
        r"(?:(?:extra|additional|further)\s+)?(?:factor|minus|plus|sign|square)\b"
    ),
    rf"\bshould\s+have\s+{_ANY}+\s+instead\b|{_ANY}\s+would\s+be\s+(?:better|right|correct)\b",
    # nobody stands for it
    (
        r"\bi\s+(?:guess|suspect|hope|fear|presume)(?=\s*[.,;)!])|\b(?:sloppy|careless|cavalier)\s+"
        r"(?:with"
        r"|about)\b"
    ),
    (
        rf"\b(?:previous|earlier|old|former)\s+(?:version|draft|edition"
        rf"|attempt)\b[^.;:!?{DISPLAY}]{{0,40}}"
        rf":?\s*{DISPLAY}|\b(?:naive|first|failed|bad)\s+(?:attempt|try)\s*:?\s*{DISPLAY}"
        rf"|\bbad\s*:\s*{DISPLAY}"
        rf"|(?:\A\s*+|[.!?]\s++|\n[ \t]*+\n\s*+)(?:is|are|does|do|can|could)\s+"
        rf"{DISPLAY}"
    ),
    (
        r"\b(?:common|typical|usual|frequent|popular)\s+(?:errors?|misconceptions?"
        r"|confusions?)\b(?!\s+(?:measure|metric|function|rate|term|bar|signal|model))"
    ),
    (
        r"\bmade\s+(?:this|it|that)\s+up\b|\b(?:i\s+am|i['’]m|we\s+are)\s+not\s+(?:(?:quite"
        r"|entirely|really|so)\s+)?sure\b"
    ),
    (
        r"\b(?:todo|fixme)\b[\s:]*(?:check|verify|fix|prove|correct|[.!)]|\Z)|\bto\s+be\s+"
        r"(?:double-)?(?:checked|verified|fixed|corrected)\b"
        r"|\(\s*\?+\s*\)|\?\?|\b(?:hmm+|oops)\b"
    ),
    r"\A\W*(?:retracted|withdrawn|revoked|obsolete|superseded|crossed\s+out|deleted)\W*\Z",
    # in which sense, and where only, all of it is meant
    rf"{_THIS}(?:is|are)\s+only\s+(?:true|valid|correct|right)\b(?!\s+(?:because|since|by|thanks))",
    (
        r"\b(?:they|both|the\s+two|sides)\s+(?:only\s+|are\s+)?(?:agree|coincide|match|equal"
        r"|identical|the\s+same)\s+(?:only|up\s+to|modulo|approximately|asymptotically|on\s+"
        r"average)\b"
    ),
    r"\b(?:they|the\s+two|sides)\s+are\s+(?:only|merely|just)\s+(?:proportional|similar|close)\b",
    (
        rf"{_THIS}{_IS}(?:\w+ly\s+)*(?:approximately|roughly|nearly|almost|asymptotically"
        rf"|partial?ly)\s+(?:true|valid|correct|right|so)\b"
    ),
    (
        rf"\b{_THING}\s+(?:here\s+)?(?:is|are|holds?)\s+(?:\w+\s+)?in\s+(?:expectation"
        rf"|distribution|probability|law)\b"
    ),
    # it is only supposed
    (
        rf"\b(?:might|may|could|would)\s+(?:\w+\s+)?(?:think(?!\s+of)|believe|expect|guess|suspect"
        rf"|claim"
        rf"|hope)(?:\s+\w+){{0,3}}[\s:,]*{DISPLAY}"
    ),
    (
        rf"(?:{DISPLAY}|\bthis|\bthat)\s+is\s+what\s+(?:\w+\s+){{1,3}}(?:might|may|would)\b"
        rf"|\btempt(?:ed|ing)\s+to\s+(?:\w+\s+){{1,3}}:?\s*{DISPLAY}"
    ),
    (
        rf"\bat\s+first\s+(?:sight|glance)[\s:,]*{DISPLAY}|\b(?:this|that|it|which)\s+were\s+(?:true"
        rf"|so|right|correct"
        rf"|the\s+case)\b"
    ),
    r"\bcannot\s+(?:be\s+(?:true|right|correct|so|justified)|(?:justify|defend))\b",
    (
        rf"{_THIS}(?:holds?|applies|is\s+(?:valid|true|correct|right))\s+(?:(?:only|just"
        rf"|merely)\b(?!\s+(?:because|since|by|thanks|due|through))|approximately|roughly"
        rf"|asymptotically|up\s+to|modulo|on\s+average|almost\s+surely|to\s+\w+\s+order|in\s+"
        rf"(?:expectation"
        rf"|distribution|probability|law|the\s+(?:mean|limit)))\b"
    ),
    rf"{_THIS}(?:holds?|applies|is\s+(?:valid|true|correct|right))\s+(?:\w+\s+){{1,3}}only{_ENDS}",
    r"\A\W*for\s[^.;:]*\bonly\W*\Z",
    (
        rf"\b(?:equalit(?:y|ies)|equals?\s+signs?|identit(?:y|ies)|{_THING}|signs)\s+(?:here\s+"
        rf"|below\s+|above\s+)?(?:is|are|holds?|(?:has|have|is|are)\s+to\s+be|should\s+be)\s+"
        rf"(?:\w+\s+){{0,2}}?(?:up\s+to|modulo|approximate(?:ly)?{_ENDS})"
    ),
    (
        rf"\b(?:modulo|mod)\s+(?:an?\s+|the\s+|some\s+)?(?:{_ANY}|\d|two|three|prime|constants?"
        rf"|signs?|factors?|terms?|(?:additive|multiplicative|overall)\s)"
    ),
    r"\\[pb]?mod(?![A-Za-z])",
    (
        r"\b(?:everything|equalit(?:y|ies)|identit(?:y|ies)|(?:we|i)\s+(?:work|compute|calculate"
        r"|argue))\b"
        r"(?:\s+\w+){0,4}?\s+up\s+to\s+(?:\w+\s+){0,3}?(?:constants?|signs?|scale|factors?|terms?)\b"
    ),
    (
        r"\bset\s+(?:\w+\s+){0,2}?constants?\s+to\b|\btrack(?:ed)?\s+of\s+(?:\w+\s+)?(?:signs"
        r"|constants|factors)\b"
    ),
    # what signs mean
    (
        r"\bcomputations?\s+(?:is|are)\s+(?:done\s+)?(?:in|over)\s+(?:the\s+)?(?:integers|finite"
        r"|field|ring|binary|floating)"
    ),
    (
        r"\blog(?:arithm)?s?\s+(?:\w+\s+){0,2}?(?:is|are|being)\s+(?:\w+\s+)?(?:base[-\s]|binary"
        r"|decimal|dyadic)\s*\w*|\b(?:all|our|the|these|use|using|with)\s+(?:binary"
        r"|base-?\s?(?:2|10|two|ten)|decimal|dyadic)\s+log(?:arithm)?s?\b"
    ),
)
_TAKES_BACK: Final = re.compile("|".join(f"(?:{way})" for way in _WAYS), re.IGNORECASE)
_LEAVES_OUT: Final = re.compile(
    rf"\b(?:we|i|us|one|after|by|when|while|and|if|{DISPLAY}\s*,?)\s+(?:\w+ly\s+|can\s+|may\s+"
    rf"|now\s+|will\s+|have\s+)*{_LEFT_OUT}\s+(?:{_TERM}|(?:\w+\s+)?{FORMULA}+{_ENDS})"
    rf"|(?:{_BEGINS}|,\s*+){_LEFT_OUT}\s+{_TERM}"
    rf"|\b{_TERM}(?:\s+of\s+\w+)?(?:\s+{_ANY}+)?\s+(?:is|are|was|were|been|being|be|gets?|got)\s+"
    rf"(?:\w+ly\s+"
    rf")?{_LEFT_OUT}"
    r"|\b(?:terms?|factors?)\s+(?:has|have)\s+to\s+be\s+(?:dropped|removed|left\s+out)",
    re.IGNORECASE,
)
_HARMLESS_TERMS: Final = re.compile(
    r"\b(?:zero|vanish\w*|cancel\w*|since|because|depends?|depending|independent|constant\s+in|mean"
    r"|expectation|not|without|notation|figures?|plots?|code|differentiat\w*|gradient|derivative"
    r"|optimi[sz]\w*|maximi[sz]\w*|minimi[sz]\w*|argmax|argmin)\b",
    re.IGNORECASE,
)
"""Words of a sentence that say why what it leaves out changes nothing."""
_NEGATED: Final = re.compile(
    r"\b(?:not|no|never|without|avoids?|avoiding|n['’]t)\s+(?:\w+\s+){0,2}\Z", re.IGNORECASE
)
_STOP: Final = re.compile(rf"[.!?;](?=\s|\Z)|\n[ \t]*\n|{DISPLAY}")


def corrections(masked: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a stretch of a masked text that take a statement back or change it."""
    for found in _TAKES_BACK.finditer(masked):
        yield found.span()
    for found in _LEAVES_OUT.finditer(masked):
        begin = max((m.end() for m in _STOP.finditer(masked, 0, found.start())), default=0)
        stop = _STOP.search(masked, found.end())
        sentence = masked[begin : stop.start() if stop else len(masked)]
        denied = _NEGATED.search(masked[begin : found.start()])
        if not (denied or _HARMLESS_TERMS.search(sentence)):
            yield found.span()
