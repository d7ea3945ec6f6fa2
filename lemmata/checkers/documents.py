"""What a document says about itself: the question that it answers, in one line.

`% lemmata: claim=gaussian-kl` in LaTeX, `<!-- lemmata: claim=gaussian-kl -->` in Markdown. Any
other block that begins with `lemmata` holds declarations.
"""

import re

_NAMED = re.compile(
    r"^[ \t]*(?:%+|<!--)[ \t]*lemmata:[ \t]*claim[ \t]*=[ \t]*"
    r"[\"']?([\w-]+)[\"']?[ \t]*(?:-->)?[ \t]*$",
    re.MULTILINE,
)
_CARRIES = re.compile(
    r"^[ \t]*(?:%+|<!--)[ \t]*lemmata:|^[ \t]*(?:```|~~~)[ \t]*toml[ \t]+lemmata\b", re.MULTILINE
)


def claim_named(text: str) -> str | None:
    """The claim or answer id that a document says it answers, if any."""
    found = _NAMED.search(text)
    return found.group(1) if found else None


def is_for_lemmata(text: str) -> bool:
    """Whether a document asks to be checked: it names a claim, or carries declarations."""
    return _CARRIES.search(text) is not None
