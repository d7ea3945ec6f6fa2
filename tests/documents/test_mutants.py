"""Every one-site edit of a printed derivation is refuted at its step, or proved to change nothing.

    python -m pytest tests/documents/test_mutants.py -s       prints the counts by class

A mutant is *killed* when a world refutes the edited step, and *equivalent* when that step is proved
and the models agree. What is left is *undecided* and stands in `EXPLAINED` with its reason.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.terms import Derivation, Statement
from lemmata.semantics import search
from lemmata.semantics.mutants import mutants_of_derivation

FOLDER = Path(__file__).parent

Derivations = Callable[[str], tuple[Declarations, tuple[Derivation, ...]]]

LEAST_KILLED = 0.99
"""The share of the mutants that are not equivalent and must be refuted."""

MODELS = 12
"""The models that must agree with a mutant that is proved; a proved mutant deserves distrust."""

SAMPLE = 4
"""The default run takes one mutant in so many."""

NOT_PROVED = {
    "four_answers/bard_loss_to_maximise",
    "four_answers/bard_loss_to_minimise",
    "four_answers/bing_substituted",
    "four_answers/chatgpt_truncated",
    "four_answers/free_loss",
    "four_answers/slip_plus_half",
    "four_answers/slip_swapped",
    "quiz/problem_2b_increment_only",
}
"""The files whose formulas are wrong or cannot be read to begin with."""

EXPLAINED: dict[str, tuple[tuple[str, str], ...]] = {
    "a true bound without a proof": (("quiz/problem_1c", "leave out the log of {}"),),
}
"""What stays undecided, by class: the file and the edit."""


@dataclass(frozen=True)
class Trial:
    """One mutant of one step.

    Attributes:
        file: Where the derivation is printed.
        step: The number of the step in the file.
        edit: What was changed, in words with holes.
        statement: The line before, and the mutant of the line.
        declarations: Their world.
    """

    file: str
    step: int
    edit: str
    statement: Statement
    declarations: Declarations

    def outcome(self) -> str:
        """What the two judges say of it."""
        proved = isinstance(prove(self.statement, self.declarations), Proof)
        found = search(self.statement, self.declarations, models=MODELS if proved else 3)
        if found.outcome == "refuted":
            return "conflict" if proved else "killed"
        if proved:
            return "equivalent" if found.outcome == "supported" else "proved without models"
        return self.explanation()

    def explanation(self) -> str:
        """The class in which this mutant may stay undecided."""
        for reason, places in EXPLAINED.items():
            if (self.file, self.edit) in places:
                return f"undecided: {reason}"
        return f"unexplained: {self.file}, step {self.step}, {self.edit}"


def trials(derivations: Derivations) -> Iterator[Trial]:
    """Every mutant of every printed step, in order."""
    files = (p.relative_to(FOLDER).with_suffix("").as_posix() for p in FOLDER.rglob("*.tex"))
    for file in sorted(set(files) - NOT_PROVED):
        declarations, chains = derivations(file)
        before = 0
        for chain in chains:
            lines = (chain.start, *(step.term for step in chain.steps))
            for mutant in mutants_of_derivation(chain, declarations):
                step = mutant.derivation.steps[mutant.step - 1]
                statement = Statement(lines[mutant.step - 1], step.relation, step.term)
                yield Trial(file, before + mutant.step, mutant.edit.text, statement, declarations)
            before += len(chain.steps)


def judge(tried: Iterator[Trial]) -> Counter[str]:
    """The outcomes with their counts; printed for a reader of the test's output."""
    counts = Counter(trial.outcome() for trial in tried)
    lines = (f"{count:6d}  {name}" for name, count in counts.most_common())
    print("", *lines, sep="\n")  # noqa: T201 - the counts are what one runs this for
    return counts


def assert_all_told_apart(counts: Counter[str]) -> None:
    """No mutant is proved and refuted, hardly any survives undecided, and these are explained."""
    assert counts["conflict"] == 0
    assert counts["proved without models"] == 0
    assert [name for name in counts if name.startswith("unexplained")] == []
    wrong = counts.total() - counts["equivalent"]
    assert counts["killed"] >= LEAST_KILLED * wrong


def test_sampled_mutants_are_told_apart(derivations: Derivations) -> None:
    """One mutant in four: killed or proved equivalent, and hardly any undecided."""
    counts = judge(islice(trials(derivations), 0, None, SAMPLE))
    assert counts.total() > 400
    assert_all_told_apart(counts)


@pytest.mark.slow
def test_all_mutants_are_told_apart(derivations: Derivations) -> None:
    """All mutants: killed or proved equivalent, and hardly any undecided."""
    counts = judge(trials(derivations))
    assert counts.total() > 1600
    assert_all_told_apart(counts)
