r"""Words beside a wrong answer: those that only lead to it do not keep it undecided."""

import pytest

from lemmata.checkers.answers import check

LEADS = [
    ("sigmoid-derivative", r"The weights of a sigmoid saturate, hence $\sigma'(x)={}$", "x"),
    ("nice-det", r"Because of the masks we wrote down, the answer is $\boxed{{{}}}$", "n"),
    ("a2c-toy-a1", r"Action $a_1$ wastes a step, so $A^\pi={}$.", "1"),
    ("xavier-variance", r"The weights keep scale. Hence $\boxed{{{}}}$", r"\frac{2}{D_a}"),
]


@pytest.mark.parametrize(("claim", "text", "wrong"), LEADS)
def test_words_that_lead_to_a_wrong_answer(claim: str, text: str, wrong: str) -> None:
    """A wrong formula is wrong, whatever plain words lead to it."""
    found = check(text.format(wrong), claim=claim)
    assert found.outcome == "refuted", found.message


@pytest.mark.parametrize(
    ("claim", "answer"),
    [
        ("sigmoid-derivative", r"The slope is minus the quantity $-\sigma(x)(1-\sigma(x))$"),
        ("sigmoid-derivative", r"The slope wants the opposite of $-\sigma(x)(1-\sigma(x))$"),
        ("sigmoid-derivative", r"It surely isn't \boxed{\sigma(x)}"),
        ("sigmoid-derivative", r"We saw \boxed{-\sigma(x)(1-\sigma(x))} with the sign flipped"),
        ("sigmoid-derivative", r"We saw $1/(\sigma(x)\sigma(-x))$, inverted"),
        ("squared-norm-gradient", r"Everybody halves: twice $\boxed{x}$"),
        ("squared-norm-gradient", r"Everybody sees $\boxed{x}$ 2"),
        ("xavier-variance", r"The weights need a deviation $\boxed{D_a^{-1/2}}$"),
        ("nice-det", r"The logarithm of what we want is $\boxed{0}$"),
        ("sigmoid-derivative", r"The slope peaks: $1/4$"),
        ("q-learning-update", r"The new value of the next state is $r+\gamma$."),
        ("a2c-toy-q2", r"The waiting action has value $1+1$."),
        ("sigmoid-derivative", r"Two things hold: $\sigma(x)$ and $-\sigma(x)$"),
    ],
)
def test_words_that_make_another_quantity(claim: str, answer: str) -> None:
    """A formula that words turn, or one of several, is not refuted for itself."""
    found = check(answer, claim=claim)
    assert found.outcome == "undecided", found.message


# A claim, a wrong answer, what is said to be it, and what would be said of another quantity.
CALLED = [
    ("a2c-toy-a2", "1", "The advancing action has advantage", "The waiting action has advantage"),
    ("a2c-toy-q2", "1", "Thus the action value is", "Thus the state value is"),
    (
        "entropy-upper-bound",
        r"\mathbb E[\ln P_\Theta(y|z)]",
        "The upper bound on $H(y)$ is",
        "Its log is",
    ),
    (
        "reparametrization-gradient",
        "1",
        r"The expectation of $\epsilon$ vanishes, so the derivative is",
        r"For large $\epsilon$, the mean of the derivative is",
    ),
    (
        "softmax-derivative",
        r"pp^T",
        "Therefore the Jacobian is",
        "Therefore the inverse Jacobian is",
    ),
    (
        "reward-to-go",
        r"\sum_t r_t^i",
        "By causality only the reward at time $t$ remains:",
        "By causality the log of the reward remains:",
    ),
]


@pytest.mark.parametrize(("claim", "wrong", "called", "other"), CALLED)
def test_what_a_wrong_answer_is_called(claim: str, wrong: str, called: str, other: str) -> None:
    """A wrong formula that is said to be what is asked for is refuted, and no other."""
    found = check(f"{called} ${wrong}$", claim=claim, kind="expression")
    assert found.outcome == "refuted", found.message
    doubtful = check(f"{other} ${wrong}$", claim=claim, kind="expression")
    assert doubtful.outcome == "undecided", doubtful.message


@pytest.mark.parametrize(
    ("claim", "answer"),
    [
        ("sigmoid-derivative", r"A popular myth: $\sigma'(x)=\sigma(x)(1-\sigma(x))$"),
        ("nice-det", r"A roommate wrote down $\boxed{1}$"),
        ("xavier-variance", r"The weights need $\boxed{\frac{1}{D_a}}$"),
    ],
)
def test_words_beside_a_right_answer(claim: str, answer: str) -> None:
    """A right formula is not proved beside words that nobody knows."""
    found = check(answer, claim=claim)
    assert (found.outcome, found.cause) == ("undecided", "ambiguous"), found.message


@pytest.mark.parametrize(
    "answer",
    [
        r"Suppose we are at the origin. Then $\sigma'(x)=\frac14$",
        r"At a saturated input we see $\\sigma'(x)=0$",
        r"Ignoring curvature for a moment. We get $\boxed{x}$",
    ],
)
def test_words_that_set_a_case(answer: str) -> None:
    """What an answer is in a case of its own is not refuted for the other cases."""
    found = check(answer, claim="sigmoid-derivative")
    assert found.outcome == "undecided", found.message
