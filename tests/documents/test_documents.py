"""The derivations that four course documents print are read and proved; their slips are refuted.

The files hold the formulas as printed, with their equation numbers, and as declarations what a
reader knows from the text around them:

    conditional_vae     EECS 545 WN20, homework 6, problem 1, equations (1)-(30)
    policy_gradients    EECS 545 WN20, homework 6, problem 4, equations (31)-(49)
    discussions         CS 182/282A, discussions on reinforcement learning and on GANs
    quiz                TTIC 31230, quiz 4, problems 1 and 2
    four_answers        four answers to a homework on the variational auto-encoder
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.prove import Open, Proof, prove
from lemmata.kernel.terms import Derivation, Statement
from lemmata.notation import Document, NotationError, UnderDeclared, Unreadable
from lemmata.semantics import search

FOLDER = Path(__file__).parent

Documents = Callable[[str], Document]
Derivations = Callable[[str], tuple[Declarations, tuple[Derivation, ...]]]

PROVED = {
    "conditional_vae/eq_01": 2,
    "conditional_vae/eq_02_08": 7,
    "conditional_vae/eq_09": 1,
    "conditional_vae/eq_10_14": 5,
    "conditional_vae/eq_15_17": 3,
    "conditional_vae/eq_18": 1,
    "conditional_vae/eq_19_23": 5,
    "conditional_vae/eq_24_27": 4,
    "conditional_vae/eq_28_30": 3,
    "conditional_vae/kl_factorization": 5,
    "policy_gradients/eq_31_33": 2,
    "policy_gradients/eq_34_40": 6,
    "policy_gradients/eq_41": 1,
    "policy_gradients/eq_42": 1,
    "policy_gradients/eq_43_49": 6,
    "policy_gradients/estimator_baseline": 1,
    "policy_gradients/estimator_to_go": 1,
    "policy_gradients/estimator_total": 1,
    "policy_gradients/past_rewards": 1,
    "discussions/constant_baseline": 7,
    "discussions/gan_objective": 3,
    "discussions/log_derivative": 2,
    "discussions/policy_gradient": 1,
    "discussions/reward_to_go": 2,
    "discussions/reward_to_go_estimator": 1,
    "discussions/score_function": 4,
    "discussions/state_baseline": 1,
    "quiz/eq_01": 1,
    "quiz/mutual_information": 2,
    "quiz/problem_1a": 1,
    "quiz/problem_1c": 1,
    "quiz/problem_2c": 2,
    "four_answers/bard_elbo": 1,
    "four_answers/bing_elbo": 1,
    "four_answers/bing_kl": 1,
    "four_answers/chatgpt_elbo": 2,
    "four_answers/free_elbo": 1,
    "four_answers/free_kl": 1,
    "four_answers/free_loss_with_missing_term": 1,
    "four_answers/free_reconstruction": 1,
}
"""The steps of every file of which each step holds."""

REFUTED = (
    "four_answers/bard_loss_to_maximise",
    "four_answers/bard_loss_to_minimise",
    "four_answers/free_loss",
    "four_answers/slip_plus_half",
    "four_answers/slip_swapped",
    "quiz/problem_2b_increment_only",
)
"""The files of one step, which is wrong."""

UNREADABLE = ("four_answers/bing_substituted", "four_answers/chatgpt_truncated")
"""The files with lines that cannot be read."""


def statements(derivation: Derivation) -> Iterator[Statement]:
    """Every step as a statement about the line before it."""
    before = derivation.start
    for step in derivation.steps:
        yield Statement(before, step.relation, step.term)
        before = step.term


def only_step(chains: tuple[Derivation, ...]) -> Statement:
    """The one step of a file that has one."""
    (chain,) = chains
    (statement,) = statements(chain)
    return statement


def test_every_file_has_an_expected_outcome() -> None:
    """The files and the outcomes above are the same set."""
    files = {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.tex")}
    assert files == {*PROVED, *REFUTED, *UNREADABLE}


@pytest.mark.parametrize("name", PROVED)
def test_printed_chain_is_read_and_proved(name: str, derivations: Derivations) -> None:
    """Every line has one reading without a risk, every step has a proof, and the models agree."""
    declarations, chains = derivations(name)
    steps = [statement for chain in chains for statement in statements(chain)]
    assert len(steps) == PROVED[name]
    for number, statement in enumerate(steps, 1):
        attempt = prove(statement, declarations)
        assert isinstance(attempt, Proof), f"{name}, step {number}: {attempt}"
        result = search(statement, declarations)
        assert result.outcome == "supported", f"{name}, step {number}: {result}"
        assert result.models >= 3


@pytest.mark.parametrize("name", REFUTED)
def test_wrong_formula_is_refuted_with_values(name: str, derivations: Derivations) -> None:
    """A wrong formula has no proof, and a small world in which its sides have different values."""
    declarations, chains = derivations(name)
    statement = only_step(chains)
    assert isinstance(prove(statement, declarations), Open)
    counterexample = search(statement, declarations).counterexample
    assert counterexample is not None
    assert counterexample.left != counterexample.right
    assert counterexample.left in counterexample.text
    assert counterexample.right in counterexample.text
    assert counterexample.world


def broken_lines(document: Document) -> dict[int, NotationError]:
    """The lines that cannot be read, by their number in the chain, with the reason."""
    (chain,) = document.chains
    return {n: line.error for n, line in enumerate(chain.lines) if line.error is not None}


def test_truncated_formula_is_unreadable_where_it_ends(documents: Documents) -> None:
    """A display that breaks off loses its broken line, at the brace that is never closed."""
    broken = broken_lines(documents("four_answers/chatgpt_truncated"))
    assert sorted(broken) == [3, 4], "the first lines are whole"
    source = (FOLDER / "four_answers/chatgpt_truncated.tex").read_text(encoding="utf-8")
    end = broken[4].span
    assert isinstance(broken[4], Unreadable)
    assert source[end.start :] == "{(\\epsilon\n"
    assert f"line {end.line}, column {end.column}" in str(broken[4])
    assert isinstance(broken[3], UnderDeclared), "a value assigned inside a density is not guessed"


def test_garbled_formula_is_not_guessed(documents: Documents) -> None:
    """A formula with the remains of something else in it is not read in part."""
    broken = broken_lines(documents("four_answers/bing_substituted"))
    assert sorted(broken) == [0]
    assert broken[0].span.line == 17


def test_the_missing_term_is_the_difference(derivations: Derivations) -> None:
    """The loss that drops a term is wrong by exactly that term: with it, it is proved."""
    _, wrong = derivations("four_answers/free_loss")
    _, right = derivations("four_answers/free_loss_with_missing_term")
    wrong_side, right_side = only_step(wrong).right, only_step(right).right
    assert wrong_side != right_side
    assert repr(wrong_side)[:-2] in repr(right_side)


def test_past_rewards_need_the_declared_order(derivations: Derivations) -> None:
    """Without t' < t, a reward cannot be pulled out of the expectation over the action."""
    declarations, (chain,) = derivations("policy_gradients/eq_34_40")
    first = next(statements(chain))
    assert isinstance(prove(first, declarations), Proof)
    unordered = replace(declarations, facts=())
    assert isinstance(prove(first, unordered), Open)
