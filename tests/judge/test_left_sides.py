"""What stands on the left of a final answer: the name that is asked for, with its letters."""

import pytest

from lemmata.checkers.answers import check

VALUE = r"-\left(t+\frac{N-i}{\lambda}\right)"
MOMENTUM = r"\theta^t-\alpha(mv^{t-1}+\nabla L(\theta^t))"


@pytest.mark.parametrize(
    ("claim", "answer", "outcomes"),
    [
        ("a2c-toy-v", rf"V^\pi(i,t)={VALUE}", "proved"),
        ("a2c-toy-v", rf"y={VALUE}", "proved"),
        ("a2c-toy-v", rf"V^\pi(t,i)={VALUE}", "undecided"),
        ("a2c-toy-v", rf"V^\pi(i,i)={VALUE}", "undecided"),
        ("a2c-toy-v", rf"A^\pi={VALUE}", "undecided"),
        ("momentum-update", rf"\theta^{{t+1}}={MOMENTUM}", "proved"),
        ("momentum-update", rf"\theta^{{t+2}}={MOMENTUM}", "undecided"),
        ("momentum-update", rf"v^{{t+1}}={MOMENTUM}", "undecided"),
        ("squared-norm-gradient", r"\nabla f(x)=2x", "proved"),
        ("squared-norm-gradient", r"\nabla^2f(x)=2x", "undecided"),
        ("squared-norm-gradient", r"D^2f(x)=2x", "undecided"),
        ("nice-det", r"\det J=1", "proved"),
        ("nice-det", r"J=1", "undecided"),
        ("nice-det", r"\operatorname{tr}=1", "undecided"),
        ("td-update", r"V(s)\leftarrow V(s)+\alpha(r+\gamma V(s')-V(s))", "proved"),
        ("td-update", r"\delta\leftarrow V(s)+\alpha(r+\gamma V(s')-V(s))", "undecided"),
        ("map-detection-ap", r"\mathrm{mAP}=\frac13", "undecided"),
    ],
)
def test_the_left_side_is_what_is_asked_for(claim: str, answer: str, outcomes: str) -> None:
    """Or a name of the answer's own; the name of something else makes it doubtful."""
    assert check(answer, claim=claim, kind="expression").outcome == outcomes


@pytest.mark.parametrize(
    ("claim", "answer", "outcome"),
    [
        ("softmax-derivative", r"\frac{\partial p_j}{\partial f_l}=p_j(\delta_{jl}-p_l)", "proved"),
        ("softmax-derivative", r"\frac{\partial p_i}{\partial f_j}=p_i(\delta_{ij}-p_j)", "proved"),
        (
            "softmax-derivative",
            r"\frac{\partial p_i}{\partial f_j}=p_i(\delta_{ik}-p_k)",
            "undecided",
        ),
        (
            "softmax-derivative",
            r"\frac{\partial p_j}{\partial f_k}=p_i(\delta_{ik}-p_k)",
            "undecided",
        ),
        ("squared-norm-gradient", r"\frac{\partial f}{\partial x_k}=2x_k", "proved"),
        ("squared-norm-gradient", r"\frac{\partial f}{\partial x_i}=2x", "undecided"),
        ("jacobian-linear-map", r"\frac{\partial f_j}{\partial x_i}=A_{ij}", "proved"),
        ("jacobian-linear-map", r"\frac{\partial f_j}{\partial x_i}=A", "undecided"),
        ("cross-entropy-grad-b", r"\frac{\partial L}{\partial b_i}=p-e_y", "undecided"),
    ],
)
def test_the_letters_of_the_left_side_are_those_of_the_right_side(
    claim: str, answer: str, outcome: str
) -> None:
    """A component is no whole, and its letters are not renamed on one side alone."""
    assert check(answer, claim=claim, kind="expression").outcome == outcome


@pytest.mark.parametrize(
    ("claim", "answer"),
    [
        ("optimal-discriminator", r"1-D^*(x)=\frac{p_G(x)}{p(x)+p_G(x)}"),
        ("optimal-discriminator", r"\frac{D^*(x)}{1-D^*(x)}=\frac{p(x)}{p_G(x)}"),
        (
            "bias-variance-decomposition",
            r"\mathbb E[(Y-f)^2]-\sigma^2=\operatorname{Var}(f)+\operatorname{Bias}(f)^2",
        ),
        ("squared-norm-gradient", r"df=2x^\top dx"),
        ("vq-rolling-average-closed", r"e_T-(1-2\eta)^Te_0=2\eta\sum_{t=1}^T(1-2\eta)^{T-t}x_t"),
        ("ols-covariance", r"(X^\top X)^{-1}\succ0"),
    ],
)
def test_a_true_relation_about_what_is_asked_is_not_refuted(claim: str, answer: str) -> None:
    """It holds, and it is not solved for what is asked."""
    assert check(answer, claim=claim, kind="expression").outcome == "undecided"


@pytest.mark.parametrize(
    ("claim", "answer"),
    [
        ("optimal-discriminator", r"D^*(x)=\frac{p_G(x)}{p(x)+p_G(x)}"),
        (
            "vq-rolling-average-closed",
            r"e_T-(1-2\eta)^Te_0=\eta\sum_{t=1}^T(1-2\eta)^{T-t}x_t",
        ),
    ],
)
def test_a_false_relation_about_what_is_asked_is_refuted(claim: str, answer: str) -> None:
    """One edit from a true one."""
    assert check(answer, claim=claim, kind="expression").outcome == "refuted"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"\min_\theta\mathrm{KL}(\beta(\tau)\|\pi_\theta(\tau))", "proved"),
        (r"\max_\theta-\mathrm{KL}(\beta(\tau)\|\pi_\theta(\tau))", "proved"),
        (r"\max_\theta\mathrm{KL}(\beta(\tau)\|\pi_\theta(\tau))", "refuted"),
        (r"\min_\theta-\mathrm{KL}(\beta(\tau)\|\pi_\theta(\tau))", "refuted"),
    ],
)
def test_the_divergence_of_two_laws_of_trajectories(answer: str, outcome: str) -> None:
    """It is an expectation over trajectories, and no integral over a single number."""
    assert check(answer, claim="behaviour-cloning", kind="expression").outcome == outcome
