"""The JSON object of a verdict: what `check --output-format json` and `grade` print.

Source: the fields are listed in docs/verdicts.md.
"""

import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from lemmata.kernel.verdict import Cause, Verdict

Record: TypeAlias = dict[str, Any]

# Evaluated answers only: what is undecided has no score, because "not proved" is not "wrong".
FULL, NONE = 1.0, 0.0


def score(verdict: Verdict, *, derivation: bool) -> float | None:
    """The share of the marks that a verdict earns, from 0 to 1; None when it is not known.

    A derivation earns all of them when every step holds and it reaches its goal. With a wrong step
    it earns the share of its steps that hold, if it starts where it is asked to: each step is
    judged against the line before it as it stands, so an error that is carried forward counts once.
    """
    if verdict.outcome == "undecided":
        return None
    if not derivation:
        return NONE if verdict.outcome == "refuted" else FULL
    if verdict.outcome != "refuted":
        return None if verdict.reaches_goal is None else FULL if verdict.reaches_goal else NONE
    outcomes = [step.verdict.outcome for step in verdict.steps]
    if not outcomes or not verdict.starts_as_asked:
        return NONE
    if "undecided" in outcomes:
        return None
    return round(1 - outcomes.count("refuted") / len(outcomes), 4)


def judgement(verdict: Verdict) -> Record:
    """The fields that a verdict has wherever it stands, for an answer or for one step."""
    return {
        "verdict": verdict.outcome,
        "cause": verdict.cause,
        "read_as": verdict.read_as,
        "rules": list(verdict.rules),
        "assumptions": list(verdict.assumptions),
        "counterexample": asdict(verdict.counterexample) if verdict.counterexample else None,
        "message": verdict.message,
        "span": asdict(verdict.span) if verdict.span else None,
    }


def content(verdict: Verdict, *, derivation: bool, seconds: float) -> Record:
    """All fields of an answer's object but those that say which answer it is.

    Args:
        verdict: What was found.
        derivation: Whether it was judged as a derivation, which adds the fields of its steps.
        seconds: How long it took.
    """
    fields = judgement(verdict)
    fields |= {"score": score(verdict, derivation=derivation), "seconds": round(seconds, 6)}
    if derivation:
        fields["first_wrong_step"] = verdict.first_wrong_step
        fields["reaches_goal"] = verdict.reaches_goal
        fields["steps"] = [
            {"step": each.step, "relation": each.relation, **judgement(each.verdict)}
            for each in verdict.steps
        ]
    return fields


def record(fields: Record, *, line: int, identifier: str | None, claim: str | None) -> Record:
    """The object of one answer.

    Args:
        fields: Its `content`.
        line: The line of the input, from 1.
        identifier: The id that the answer came with; None for a broken line.
        claim: The claim or answer id that it answers, if any.
    """
    return {"line": line, "id": identifier, "claim": claim, **fields}


def undecided(cause: Cause, message: str) -> Verdict:
    """A verdict that is reached without judging, such as that of a broken line."""
    return Verdict("undecided", cause=cause, message=message)


def failed(error: Exception) -> Verdict:
    """The verdict on an answer on which Lemmata itself failed."""
    message = (
        f"Lemmata failed on this answer ({described(error)}); "
        "this is a bug of Lemmata, and says nothing about the answer"
    )
    return undecided("unsupported", message)


def described(error: Exception) -> str:
    """Where in Lemmata an exception was raised, and what it says, in one line."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "start"
    return " ".join(f"{place}: {type(error).__name__}: {error}".split())
