"""How much of a verdict is shown: a teacher grades with all of it and may hand out less."""

from typing import Literal, TypeAlias, get_args

from lemmata.checkers.record import Record

Level: TypeAlias = Literal["none", "verdict", "first-wrong", "counterexample"]
LEVELS: tuple[Level, ...] = get_args(Level)


def shown(fields: Record, level: Level) -> Record:
    """The object of an answer at a level of feedback.

    Args:
        fields: The whole object.
        level: `none` keeps the outcome, its cause and the score. `verdict` adds why an answer is
            undecided, so that it can be mended. `first-wrong` adds the steps of a derivation and
            the first that is wrong, without the evidence. `counterexample` shows everything.
    """
    if level == "counterexample":
        return fields
    kept = _without_evidence(fields)
    if level == "none":
        kept |= {"message": "", "span": None}
    if "steps" in fields:
        if level == "first-wrong":
            kept["steps"] = [
                _without_evidence(step) | {"read_as": step["read_as"]} for step in fields["steps"]
            ]
            if fields["first_wrong_step"] is not None:
                kept["message"] = f"step {fields['first_wrong_step']} is the first that is wrong"
        else:
            kept |= {"first_wrong_step": None, "steps": []}
    return kept


def _without_evidence(fields: Record) -> Record:
    """What says nothing of the right answer; the reading of an answer names the reference too."""
    undecided = fields["verdict"] == "undecided"
    return {
        **fields,
        "read_as": "",
        "rules": [],
        "assumptions": [],
        "counterexample": None,
        "message": fields["message"] if undecided else "",
    }
