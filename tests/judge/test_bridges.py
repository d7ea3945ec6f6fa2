# ruff: noqa: E501, ISC004 - formulas stand as they are printed
r"""Steps that follow from others which are proved, and what is wrong or unknown beside them."""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check
from lemmata.judge.bridges import _with_numbers
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import App, Sym, Term, as_term
from lemmata.kernel.verdict import Outcome

OUTCOMES: dict[str, Outcome] = {"+": "proved", "-": "refuted", "?": "undecided"}

UNITS = r"\frac{\sigma_q^2}{\sigma_p^2}"
CLOSED = r"\ln\sigma_p-\ln\sigma_q-\frac12+\frac{\sigma_q^2+(\mu_p-\mu_q)^2}{2\sigma_p^2}"
LIKELIHOOD = r"\mathbb E_{\tau\sim\beta}\left[\sum_{t=0}^T\log\pi_\theta(a_t|s_t)\right]"
ENTROPY = r"\mathbb E_{\tau\sim\beta}\left[\sum_{t=0}^T\log\beta(a_t|s_t)\right]"
LOOK_AHEAD = r"r(s,a)+\gamma\sum_{s'}P(s'|s,a)V^\pi(s')"

RATIO = r"\frac{P_\Phi(z)P_\Theta(y|z)}{P_\Psi(z|y)}"
INSIDE = rf"E_{{z\sim P_\Psi(z|y)}}\left[{RATIO}\right]"

STEPS = [
    # a value function is differentiated as any other function of the parameter is
    (
        "+",
        "policy-gradient",
        r"\nabla_\theta\sum_a\pi_\theta(a|s)Q_t^\pi(s,a)=\sum_a\left[\nabla_\theta\pi_\theta(a|s)"
        r"Q_t^\pi(s,a)+\pi_\theta(a|s)\nabla_\theta Q_t^\pi(s,a)\right]",
    ),
    (
        "-",
        "policy-gradient",
        r"\nabla_\theta\sum_a\pi_\theta(a|s)Q_t^\pi(s,a)=\sum_a\nabla_\theta\pi_\theta(a|s)Q_t^\pi(s,a)",
    ),
    (
        "+",
        "policy-gradient",
        r"\mathbb E_{\tau\sim\pi_\theta}[r(s_t,a_t)]=\sum_sd_t(s)\sum_a\pi_\theta(a|s)r(s,a)",
    ),
    (
        "-",
        "policy-gradient",
        r"\mathbb E_{\tau\sim\pi_\theta}[r(s_t,a_t)]=\sum_s\sum_a\pi_\theta(a|s)r(s,a)",
    ),
    # entries that an array has from some time on only
    (
        "+",
        "vq-rolling-average",
        r"e_t=(1-2\eta)\left[(1-2\eta)e_{t-2}+2\eta x_{t-1}\right]+2\eta x_t",
    ),
    (
        "+",
        "vq-rolling-average",
        r"e_t=(1-2\eta)^3e_{t-3}+2\eta(1-2\eta)^2x_{t-2}+2\eta(1-2\eta)x_{t-1}+2\eta x_t",
    ),
    ("-", "vq-rolling-average", r"e_t=(1-2\eta)^2e_{t-2}+2\eta x_{t-1}+2\eta x_t"),
    ("-", "vq-rolling-average", r"e_{t-1}=(1-2\eta)e_{t-2}+2\eta x_t"),
    # a bound at each outcome of an expectation on the outside
    (
        "+",
        "entropy-upper-bound",
        rf"E_{{y\sim Pop}}[-\ln {INSIDE}]\le E_{{y\sim Pop,z\sim P_\Psi(z|y)}}[-\ln {RATIO}]",
    ),
    ("+", "entropy-upper-bound", rf"E_{{y,z}}[-\ln {RATIO}]\ge E_{{y\sim Pop}}[-\ln {INSIDE}]"),
    ("-", "entropy-upper-bound", rf"E_{{y,z}}[-\ln {RATIO}]\le E_{{y\sim Pop}}[-\ln {INSIDE}]"),
    ("-", "entropy-upper-bound", rf"E_{{y\sim Pop}}[-\ln {INSIDE}]\le E_{{y,z}}[-\ln P_\Phi(z)]"),
    # numbers in units of another
    ("+", "gaussian-kl-general", rf"\frac12\left({UNITS}-1-\log{UNITS}\right)\ge0"),
    ("+", "gaussian-kl-general", rf"{UNITS}-1\ge\log{UNITS}"),
    ("-", "gaussian-kl-general", rf"{UNITS}-1\le\log{UNITS}"),
    ("-", "gaussian-kl-general", rf"\frac12\left({UNITS}-1-\log{UNITS}\right)\ge\frac1{{10}}"),
    ("+", "gaussian-kl-general", rf"{CLOSED}\ge0"),
    ("-", "gaussian-kl-general", rf"{CLOSED}\ge\frac12"),
    ("-", "gaussian-kl-general", rf"{UNITS}-1>\log{UNITS}"),
    # any numbers in the place of expectations, and term by term
    ("+", "bias-variance", r"\operatorname{Bias}(f)^2\ge0"),
    (
        "+",
        "bias-variance",
        r"\sigma^2+\operatorname{Var}(f)+\operatorname{Bias}(f)^2\ge\operatorname{Bias}(f)^2+\sigma^2"
        r"\ge\sigma^2",
    ),
    ("-", "bias-variance", r"\operatorname{Var}(f)+\sigma^2\le\sigma^2"),
    ("-", "bias-variance", r"\operatorname{Bias}(f)\ge0"),
    ("-", "bias-variance", r"\operatorname{Var}(f)\ge\operatorname{Bias}(f)^2"),
    # strict bounds: one term is above zero, and no term is below
    ("+", "optimal-discriminator", r"-\frac{p(x)}{D(x)^2}-\frac{p_G(x)}{(1-D(x))^2}<0"),
    ("-", "optimal-discriminator", r"-\frac{p(x)}{D(x)^2}+\frac{p_G(x)}{(1-D(x))^2}<0"),
    ("+", "gaussian-kl-general", r"\sigma_p^2+\mu_p^2>0"),
    ("?", "gaussian-kl-general", r"\mu_p^2>0"),
    ("+", "realnvp-logdet", r"\prod_{i=1}^{n-d}\exp(h_\theta(z_{1:d})_i)>0"),
    ("-", "realnvp-logdet", r"\prod_{i=1}^{n-d}\exp(h_\theta(z_{1:d})_i)>1"),
    # divergences of policies along trajectories
    ("+", "behaviour-cloning", rf"{LIKELIHOOD}\le{ENTROPY}"),
    ("-", "behaviour-cloning", rf"{LIKELIHOOD}\ge{ENTROPY}"),
    ("+", "behaviour-cloning", r"KL(p_\beta(\tau)\|\pi_\theta(\tau))\ge0"),
    ("-", "behaviour-cloning", r"KL(p_\beta(\tau)\|\pi_\theta(\tau))\le0"),
    # an average and the largest of what it averages
    ("+", "bellman", r"V^\pi(s)\le\max_aQ^\pi(s,a)"),
    ("+", "bellman", r"V^\pi(s)\ge\min_aQ^\pi(s,a)"),
    ("+", "bellman", r"Q^\pi(s,a)\le\max_aQ^\pi(s,a)"),
    ("+", "bellman", rf"\sum_a\pi(a|s)\left[{LOOK_AHEAD}\right]\le\max_a\left[{LOOK_AHEAD}\right]"),
    ("-", "bellman", r"V^\pi(s)\ge\max_aQ^\pi(s,a)"),
    ("-", "bellman", r"V^\pi(s)\le\min_aQ^\pi(s,a)"),
    ("-", "bellman", r"\sum_aQ^\pi(s,a)\le\max_aQ^\pi(s,a)"),
]


@pytest.mark.parametrize(("sign", "claim", "step"), STEPS)
def test_steps_that_follow_from_others(sign: str, claim: str, step: str) -> None:
    """A step that others entail is proved; what is wrong beside it is refuted."""
    found = check(f"$${step}$$", claim=claim, kind="derivation")
    assert found.outcome == OUTCOMES[sign], found.message


def test_entries_are_assumed_to_be_there() -> None:
    """A proof for the times at which all entries have a value says so."""
    found = check(
        r"$$e_{t-1}=(1-2\eta)e_{t-2}+2\eta x_{t-1}$$", claim="vq-rolling-average", kind="derivation"
    )
    assert found.outcome == "proved"
    assert "given: t >= 2" in found.assumptions


def test_a_bound_from_an_earlier_member() -> None:
    """Of what is equal to a divergence it is known that it is not negative; of less it is not."""
    start = r"$$KL(q\|p)=\log\frac{\sigma_p}{\sigma_q}+\frac{\sigma_q^2+(\mu_q-\mu_p)^2}{2\sigma_p^2}-\frac12"
    right = check(rf"{start}\ge0$$", claim="gaussian-kl-general", kind="derivation")
    assert right.outcome == "proved"
    wrong = check(rf"{start}\ge\frac14$$", claim="gaussian-kl-general", kind="derivation")
    assert (wrong.outcome, wrong.first_wrong_step) == ("refuted", 2)


def test_what_is_no_arithmetic_becomes_a_number() -> None:
    """A name stays, and each other part is one fresh number wherever it stands."""
    a, x = Sym("a"), Sym("x")
    part, entry, numbers = App("f", (x,)), Sym("u", (as_term(1),)), dict[Term, Sym]()
    found = _with_numbers(a * part + entry - part, numbers, Declarations())
    first, second = Sym("number 1"), Sym("number 2")
    assert numbers == {part: first, entry: second}
    assert found == a * first + second - first


@pytest.mark.parametrize(
    ("formula", "outcome"),
    [
        (r"|b - c| + c \geq b", "proved"),
        (r"\max(b, c) \geq c", "proved"),
        (r"\min(b, c) \leq b", "proved"),
        (r"-|b| \leq b", "proved"),
        (r"\max(b, c) \geq b + c", "refuted"),
        (r"|b - c| + c > b", "refuted"),
        (r"|x_k| + \sum_{i=1}^n x_i \geq x_k", "refuted"),
    ],
)
def test_a_modulus_is_more_than_what_stands_in_it(formula: str, outcome: str) -> None:
    """A bound may hold whatever a modulus is more than its content or the opposite of it."""
    verdict = check(f"{NUMBERS}\n$$ {formula} $$\n")
    assert verdict.outcome == outcome, verdict.message


NUMBERS = """% lemmata:
% sizes = ["n"]
% [indices]
% k = "1..n"
% [scalars]
% b = {}
% c = {}
% x = {index = "1..n"}
"""
