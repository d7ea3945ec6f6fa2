"""The laws of every claim hold for a right implementation and refute every wrong one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from lemmata.derivations.registry import claims
from lemmata.properties.suites import SUITES, laws

Function = Callable[..., Any]

LEAST_MUTANTS = 3
FEW = 10
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


def kl(mu: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
    """A right implementation of `gaussian-kl`."""
    return 0.5 * (sigma**2 + mu**2 - 1 - torch.log(sigma**2)).sum()


def each_part(change: Function, value: Any) -> Any:
    """A value with every array in it changed."""
    if isinstance(value, tuple | list):
        return type(value)(each_part(change, part) for part in value)
    return change(value) if isinstance(value, torch.Tensor | np.ndarray | np.generic) else value


def in_single(function: Function) -> Function:
    """A function whose inputs and values are rounded to float32."""

    def run(*inputs: Any) -> Any:
        value = function(*each_part(lambda part: part.float().double(), inputs))
        return each_part(lambda part: part.float(), value)

    return run


def in_numpy(function: Function) -> Function:
    """A function of numpy arrays alone."""

    def run(*inputs: Any) -> Any:
        def lifted(part: Any) -> torch.Tensor:
            assert isinstance(part, np.ndarray)
            return torch.from_numpy(part)

        def of_arrays(network: Function) -> Function:
            return lambda point: torch.from_numpy(network(point.numpy()))

        given = [
            of_arrays(each) if callable(each) else each_part(lambda p: p, each) for each in inputs
        ]
        value = function(
            *(
                [lifted(part) for part in each]
                if isinstance(each, list)
                else each
                if callable(each) or isinstance(each, int)
                else lifted(each)
                for each in given
            )
        )
        return each_part(lambda part: part.numpy(), value)

    return run


def off_by_a_hundredth(function: Function) -> Function:
    """A function whose values are 1 % too large."""
    return lambda *inputs: each_part(lambda part: 1.01 * part, function(*inputs))


@pytest.mark.parametrize("claim", SUITES)
@pytest.mark.parametrize("form", [in_single, in_numpy])
def test_any_form_of_numbers_is_judged(claim: str, form: Callable[[Function], Function]) -> None:
    """What is right is never refuted in float32 or numpy; 1 % of error is, in every form."""
    suite = laws(claim)
    right = suite(form(suite.reference), examples=FEW)
    assert right.outcome == "confirmed", right.message
    wrong = suite(form(off_by_a_hundredth(suite.reference)), examples=FEW)
    assert wrong.outcome == "refuted", wrong.message
    assert wrong.counterexample is not None
    assert wrong.counterexample.left != wrong.counterexample.right


@pytest.mark.parametrize(
    ("function", "outcome", "said"),
    [
        (lambda mu, sigma: kl(mu.float(), sigma.float()), "confirmed", "precision of float32"),
        (lambda mu, sigma: kl(mu, sigma.float()).double(), "undecided", "compute in float64"),
        (lambda mu, sigma: kl(mu.half(), sigma.half()), "undecided", "too coarse"),
        (lambda mu, sigma: kl(mu, sigma).detach().numpy(), "confirmed", "its gradient"),
        (lambda mu, sigma: kl(mu.detach(), sigma.detach()).float(), "undecided", "gradient"),
        (lambda mu, sigma: kl(mu, sigma)[None], "confirmed", "shape (1,) where () belongs"),
        (lambda mu, sigma: kl(mu.add_(1).sub_(1).mul_(1), sigma.abs_()), "confirmed", "7 laws"),
        (lambda mu, sigma: kl(mu, sigma.mul_(2) / 2), "confirmed", "in place"),
        (lambda mu, sigma: kl(mu, sigma) + 1e-3, "refuted", "left side"),
        (lambda mu, sigma: kl(mu, sigma) + float(len(mu) == 4), "refuted", "m = 4"),
        (lambda mu, sigma: kl(mu, sigma) * float("nan"), "refuted", "nan"),
        (lambda mu, sigma: kl(mu, sigma) + float("inf"), "refuted", "inf"),
        (lambda mu, sigma: [kl(mu[:1], sigma[:1])] * len(mu), "refuted", "(2,) where ()"),
        (lambda *_: None, "undecided", "returns None"),
        (lambda *_: "0", "undecided", "returns str '0'"),
        (lambda mu, sigma: kl(mu, sigma) > 0, "undecided", "torch.bool"),
        (lambda mu, sigma: (mu, sigma, 0), "undecided", "give f(mu: [m]"),
        (lambda mu: kl(mu, mu), "undecided", "takes 1 positional argument"),
        (lambda *_: 1 / 0, "undecided", "ZeroDivisionError"),
    ],
)
def test_misuse_is_named(function: Function, outcome: str, said: str) -> None:
    """Rounding is never refuted, and what is no implementation is told what is missing."""
    verdict = laws("gaussian-kl")(function, examples=FEW)
    assert verdict.outcome == outcome, verdict.message
    assert said in verdict.message, verdict.message


def test_the_two_sides_are_told_apart() -> None:
    """A difference behind the sixth digit is printed."""
    verdict = laws("gaussian-kl")(lambda mu, sigma: kl(mu, sigma).float().double())
    assert verdict.outcome == "undecided"
    left, right = (
        verdict.message.split(f"{side} side = ")[1].split()[0] for side in ("left", "right")
    )
    assert left.strip(",") != right.strip(",")


def test_what_is_no_function_is_an_error() -> None:
    """A value cannot be judged."""
    with pytest.raises(TypeError, match="is no function"):
        laws("gaussian-kl")(3)  # type: ignore[arg-type]
