"""The laws of every claim hold for a right implementation and refute every wrong one."""

import pytest
import torch

from lemmata.derivations.registry import claims
from lemmata.properties.suites import SUITES, laws

LEAST_MUTANTS = 3
MUTANTS = [
    pytest.param(name, wrong, id=f"{name}-{wrong}")
    for name, suite in SUITES.items()
    for wrong in suite.mutants
]


def test_every_claim_has_laws() -> None:
    """One suite for each claim of the library, with several laws and mutants."""
    assert set(SUITES) == set(claims())
    assert all(len(suite.mutants) >= LEAST_MUTANTS for suite in SUITES.values())


@pytest.mark.parametrize("claim", SUITES)
def test_a_right_implementation_is_confirmed(claim: str) -> None:
    """The reference obeys every law."""
    suite = laws(claim)
    verdict = suite(suite.reference, examples=40)
    assert verdict.outcome == "confirmed", verdict.message


@pytest.mark.parametrize(("claim", "wrong"), MUTANTS)
def test_a_wrong_implementation_is_refuted(claim: str, wrong: str) -> None:
    """Each mutant breaks a law, and the inputs are shown."""
    suite = laws(claim)
    verdict = suite(suite.mutants[wrong])
    assert verdict.outcome == "refuted"
    assert verdict.counterexample is not None
    assert verdict.counterexample.text in verdict.message


@pytest.mark.parametrize("claim", SUITES)
def test_every_law_can_fail(claim: str) -> None:
    """No law holds for every function: some mutant, or a function of nothing, breaks it."""
    suite = laws(claim)

    def random_answer(*_: object) -> torch.Tensor:
        raise RuntimeError("no answer")

    for law in suite.laws:
        assert law.broken_by(random_answer, examples=3) is not None, law.name


def test_an_unknown_claim_names_its_neighbours() -> None:
    """A misspelled id is answered with the nearest ones."""
    with pytest.raises(KeyError, match="gaussian-kl"):
        laws("gausian-kl")
