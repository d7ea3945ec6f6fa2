"""Every one-site edit of a printed derivation is refuted at its step, or proved to change nothing.

    python -m pytest tests/documents/test_mutants.py -s       prints the counts by class

A mutant is *equivalent* when it is proved, and then the models must agree. It is *killed* when a
world refutes it. What is left is *undecided* and stands, with its reason, in `EXPLAINED`.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from lemmata.semantics.mutants import mutants_of_derivation
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.terms import Derivation, Statement
from lemmata.semantics import search

Derivations = Callable[[str], tuple[Declarations, tuple[Derivation, ...]]]

LEAST_KILLED = 0.97
"""The share of the mutants not proved equivalent that must be refuted."""

SAMPLE = 4
"""The default run takes every fourth mutant."""


@dataclass(frozen=True)
class Trial:
    """One mutant of one step.

    Attributes:
        place: The file and the number of the step.
        edit: What was changed.
        statement: The line before, and the mutant of the line.
        declarations: Their world.
    """

    place: str
    edit: str
    statement: Statement
    declarations: Declarations

    def outcome(self) -> str:
        """`killed`, `equivalent`, `conflict`, or `undecided` with the reason of the models."""
        proved = isinstance(prove(self.statement, self.declarations), Proof)
        found = search(self.statement, self.declarations)
        if found.outcome == "refuted":
            return "conflict" if proved else "killed"
        if proved:
            return "equivalent" if found.outcome == "supported" else "conflict"
        return f"undecided: {found.outcome} {found.reason}".strip()


def trials(name: str, derivations: Derivations) -> Iterator[Trial]:
    """Every mutant of a file's steps, in order."""
    declarations, chains = derivations(name)
    number = 0
    for chain in chains:
        lines = (chain.start, *(step.term for step in chain.steps))
        for mutant in mutants_of_derivation(chain, declarations):
            step = mutant.derivation.steps[mutant.step - 1]
            statement = Statement(lines[mutant.step - 1], step.relation, step.term)
            place = f"{name}, step {number + mutant.step}"
            yield Trial(place, mutant.edit.describe(repr), statement, declarations)
        number += len(chain.steps)
