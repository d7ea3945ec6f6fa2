"""One call judges a document as printed: `check(text)` of a file that carries its declarations."""

from pathlib import Path

import pytest

from lemmata.judge import check
from lemmata.kernel.verdict import Verdict

FOLDER = Path(__file__).parent

WRONG = (
    "four_answers/bard_loss_to_maximise",
    "four_answers/bard_loss_to_minimise",
    "four_answers/free_loss",
    "four_answers/slip_plus_half",
    "four_answers/slip_swapped",
    "quiz/problem_2b_increment_only",
)
UNREADABLE = ("four_answers/bing_substituted", "four_answers/chatgpt_truncated")
FILES = sorted(p.relative_to(FOLDER).with_suffix("").as_posix() for p in FOLDER.rglob("*.tex"))


def checked(name: str) -> Verdict:
    """The verdict on a file."""
    return check((FOLDER / f"{name}.tex").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted({*FILES} - {*WRONG, *UNREADABLE}))
def test_printed_derivation_is_proved(name: str) -> None:
    """Every step is proved, with the rules that it uses and how it was read."""
    verdict = checked(name)
    assert verdict.outcome == "proved", verdict.message
    assert verdict.first_wrong_step is None
    for step in verdict.steps:
        assert step.verdict.outcome == "proved"
        assert step.verdict.rules
        assert step.verdict.read_as


@pytest.mark.parametrize("name", WRONG)
def test_slip_is_refuted_at_its_step(name: str) -> None:
    """The wrong step is named, with a world in which its sides differ."""
    verdict = checked(name)
    assert verdict.outcome == "refuted", verdict.message
    assert verdict.first_wrong_step == 1
    counterexample = verdict.steps[0].verdict.counterexample
    assert counterexample is not None
    assert counterexample.left != counterexample.right


def test_flipped_sign_is_explained() -> None:
    """Where one edit makes the wrong formula right, the message says which."""
    assert "flip the sign of" in checked("four_answers/slip_plus_half").message


def test_truncated_derivation_keeps_its_whole_steps() -> None:
    """The steps before the break are proved, the broken ones are undecided: never a guess."""
    verdict = checked("four_answers/chatgpt_truncated")
    assert verdict.outcome == "undecided"
    outcomes = [step.verdict.outcome for step in verdict.steps]
    assert outcomes == ["proved", "proved", "undecided", "undecided"]
    causes = {step.verdict.cause for step in verdict.steps[2:]}
    assert causes <= {"unreadable", "under-declared"}


def test_garbled_formula_is_undecided() -> None:
    """What cannot be read is neither right nor wrong."""
    assert checked("four_answers/bing_substituted").outcome == "undecided"


SLIPS = (
    ("conditional_vae/eq_02_08", r"&\geq \mathbb{E}", r"&= \mathbb{E}", 6),
    (
        "conditional_vae/eq_02_08",
        r"- \mathbb{E}_{\mathbf{z}} \left",
        r"+ \mathbb{E}_{\mathbf{z}} \left",
        4,
    ),
    ("conditional_vae/eq_15_17", r"\prod_{j' \neq j}", r"m \prod_{j' \neq j}", 2),
    ("conditional_vae/eq_19_23", r"\frac{1}{2\sigma_j^2} \int", r"\frac{1}{\sigma_j^2} \int", 3),
    ("conditional_vae/eq_28_30", r"&= -\frac{1}{2} \sum_j", r"&= \frac{1}{2} \sum_j", 3),
    ("conditional_vae/kl_factorization", r"&= \sum_{j=1}^m D_{KL}", r"&= \prod_{j=1}^m D_{KL}", 5),
    ("policy_gradients/eq_31_33", r"\sum_{t'=1}^{t-1}", r"\sum_{t'=1}^{t}", 1),
    ("policy_gradients/estimator_to_go", r"\sum_{t'=t}^T", r"\sum_{t'=t+1}^T", 1),
    (
        "discussions/score_function",
        r"p_{\theta}(x) \nabla_{\theta} \log",
        r"\nabla_{\theta} \log",
        3,
    ),
    ("discussions/constant_baseline", r"&= 0.", r"&= b.", 7),
    ("discussions/gan_objective", r"- \log 4 \\", r"- \log 2 \\", 2),
    ("discussions/reward_to_go", r"\sum_{t=1}^{t'}", r"\sum_{t=1}^{t'-1}", 2),
    ("quiz/problem_1a", r"(z|y) - \ln", r"(z|y) + \ln", 1),
    ("quiz/problem_2c", r"e_i + 2\eta(x_i - e_i)", r"e_i - 2\eta(x_i - e_i)", 1),
)
"""Slips: the file, what is printed, what a student writes in its place, the step that breaks."""


@pytest.mark.parametrize(("name", "printed", "slip", "step"), SLIPS)
def test_first_wrong_step_is_found(name: str, printed: str, slip: str, step: int) -> None:
    """The first wrong step is the one into the line with the slip; those before it are proved."""
    text = (FOLDER / f"{name}.tex").read_text(encoding="utf-8")
    formulas = text.rpartition("\n% ")[2]
    assert printed in formulas
    at = text.index(printed, len(text) - len(formulas))
    verdict = check(text[:at] + slip + text[at + len(printed) :])
    assert verdict.outcome == "refuted", verdict.message
    assert verdict.first_wrong_step == step
    assert {each.verdict.outcome for each in verdict.steps[: step - 1]} <= {"proved"}
