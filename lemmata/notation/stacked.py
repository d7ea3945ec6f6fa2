"""What stands above or below a relation: a label, a reason, or where the relation holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lemmata.notation.lexer import Token

_REASON: Final = re.compile(r"\W*(?:by|since|because|using|as|from)\b", re.IGNORECASE)
_LIMITS: Final = re.compile(
    r"\b(?:if|for(?! +(?:all|any|each|every)\b)|when(?:ever)?|assum\w*|hyp\w*|suppos\w*|provided"
    r"|unless|only|no|nope|not|never|wrong|false|c|const\w*|H_?\{?0\}?"
    r"|mod|(?:non)?(?:posi|nega)tive|asymptotically|approximately|up)\b",
    re.IGNORECASE,
)
"""Words at a relation that may say where it holds, or that it is another one."""


def is_label(note: Sequence[Token]) -> bool:
    """Whether what stands over a relation only says why it holds.

    A number in brackets, a word; with a question mark nothing is stated.
    """
    texts = [token.text for token in note]
    if any(token.kind == "text" for token in note) or not texts:
        return True
    return (
        texts[0] in ("(", "!", "*", "\\star", "\\triangle")
        or texts in (["def"], ["d", "e", "f"])
        or all(token.kind == "num" for token in note)
    )


def restricts(note: Sequence[Token]) -> bool:
    """Whether what stands at a relation may say where it holds: "if c > 0".

    One that gives a reason may state an equation: "since p(a) + p(b) = 1".
    """
    words = " ".join(token.text for token in note if token.kind == "text")
    signs = {token.text for token in note if token.kind == "rel"}
    reason = _REASON.match(words) is not None
    return bool(signs - {"="}) or (bool(signs) and not reason) or bool(_LIMITS.search(words))
