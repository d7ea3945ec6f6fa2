"""What `lemmata explain` says about outcomes, causes and rules.

The page docs/verdicts.md holds the same sentences about outcomes and causes; a test compares them.
"""

import inspect
import pkgutil
from importlib import import_module

from lemmata.kernel import rules
from lemmata.kernel.verdict import Cause, Outcome

OUTCOMES: dict[Outcome, str] = {
    "proved": (
        "holds for every model of the declarations, by named rules, under the assumptions listed"
    ),
    "confirmed": (
        "evidence with stated error rates that is not a proof; "
        "never given to a formula or a derivation"
    ),
    "refuted": "a counterexample in the declared world separates the two sides",
    "undecided": "neither; the cause says why",
}

# Cause: what it says, and what to do.
CAUSES: dict[Cause, tuple[str, str]] = {
    "supported": (
        "models agree, and no proof was found",
        "name the rule that the step uses, or split the step",
    ),
    "under-declared": ("a name has no declaration", "declare it"),
    "unreadable": (
        "the text cannot be read; the span says where and what was expected",
        "mend the text",
    ),
    "ambiguous": (
        "two readings lead to different verdicts",
        "write it so that one reading remains",
    ),
    "unsupported": ("read, but outside what the judges can decide", "none yet"),
    "unanswered": ("the answer still contains what was asked for", "solve for it"),
    "budget": (
        "a deterministic limit was reached: the same on every machine",
        "split the step",
    ),
    "killed": (
        "a worker was stopped from outside; never kept as a verdict of the answer",
        "run it again",
    ),
    "conflict": (
        "the two judges contradict each other: a bug of the highest class",
        "report it",
    ),
    "sandbox": (
        "code could not be run safely",
        "install bubblewrap, allow user namespaces, or run it with --trust-code",
    ),
    "unknown-claim": ("no claim or answer has this id", "see `lemmata list`"),
}


def rule_documentation() -> dict[str, str]:
    """What each rule, and each reason that is the normal form itself, says about itself."""
    # A rule is known once its file is imported.
    for module in pkgutil.iter_modules(rules.__path__, f"{rules.__name__}."):
        import_module(module.name)
    known = dict(rules.NORMAL_FORM)
    for name, each in rules.RULES.items():
        known[name] = inspect.cleandoc(each.documentation)
    return known


def explanations() -> dict[str, str]:
    """Every name that can be explained, with its explanation."""
    known: dict[str, str] = dict(OUTCOMES.items())
    for cause, (meaning, remedy) in CAUSES.items():
        known[cause] = f"undecided, because: {meaning}\nWhat to do: {remedy}"
    return known | rule_documentation()
