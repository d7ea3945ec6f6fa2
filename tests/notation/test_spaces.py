r"""A sign over a part of the values of a variable is never read as one over all of them."""

import pytest

from lemmata import judge
from lemmata.checkers.answers import check

Q = r"Q^\pi(s,a)=r(s,a)+\gamma%s P(s'|s,a)V^\pi(s')"
SCORE = (
    r"\nabla_\theta %s p_\theta(x)f(x)\,dx = E_{x\sim p_\theta}[f(x)\nabla_\theta\log p_\theta(x)]"
)


@pytest.mark.parametrize(
    "sign",
    [
        r"\sum_{s'}",
        r"\sum_{s'\in\mathcal S}",
        r"\sum_{s'\in S}",
        r"\sum_{s'\in\mathcal{S}(s)}",
        r"\sum_{s'=1}^{|\mathcal S|}",
        r"\sum_{s'=1}^{N}",
    ],
)
def test_all_values_of_a_variable_are_summed(sign: str) -> None:
    """A set that is named after the variable, and how many there are, say no more."""
    assert check(Q % sign, claim="bellman-expectation-q").outcome == "proved"


@pytest.mark.parametrize(
    "sign",
    [
        r"\sum_{s'\ne s}",
        r"\sum_{s'=s}",
        r"\sum_{s'=1}",
        r"\sum_{s'>s}",
        r"\sum_{s'\in\{s\}}",
        r"\sum_{s'\in\mathcal S\setminus\{s\}}",
        r"\sum_{s'\in\mathcal S, s'\ne s}",
        r"\sum_{s'\in\mathcal S\colon s'\ne s}",
        r"\sum_{s'\in\mathcal S^+}",
        r"\sum_{s'\in N(s)}",
        r"\sum_{s'\in A}",
        r"\sum_{s'\in 5}",
        r"\sum_{s'\to s}",
        r"\sum_{s'=2}^{N}",
        r"\sum_{s'=1}^{N-1}",
        r"\sum_{s'=1}^{s}",
    ],
)
def test_a_part_of_the_values_is_refused(sign: str) -> None:
    """It would be another sum."""
    assert check(Q % sign, claim="bellman-expectation-q").outcome == "undecided"


@pytest.mark.parametrize(
    "sign",
    [r"\int", r"\int_x", r"\int_{\mathcal X}", r"\int_X", r"\int_{\mathbb R^d}", r"\int_\Omega"],
)
def test_an_integral_over_the_whole_space(sign: str) -> None:
    """The set below the sign may be named, if it is the whole space of the variable."""
    found = check(SCORE % sign, claim="score-function-gradient", kind="derivation")
    assert found.outcome == "proved"


@pytest.mark.parametrize(
    "sign",
    [
        r"\int_A",
        r"\int_{\mathbb R_+}",
        r"\int_{x>0}",
        r"\int_{\mathcal X\setminus A}",
        r"\int_{\Omega_0}",
        r"\int_{\{x\}}",
        r"\int_{x\in A}",
    ],
)
def test_an_integral_over_a_part_of_the_space_is_refused(sign: str) -> None:
    """It would be another integral."""
    found = check(SCORE % sign, claim="score-function-gradient", kind="derivation")
    assert found.outcome == "undecided"


@pytest.mark.parametrize(
    ("over", "outcome"),
    [
        ("i=1..n-d", "proved"),
        ("i", "proved"),
        ("i 2", "undecided"),
        ("i n-d", "undecided"),
        ("i2..n-d", "undecided"),
    ],
)
def test_what_stands_behind_the_letter_of_a_sum_is_read(over: str, outcome: str) -> None:
    """In keyboard text as well, nothing is left out."""
    text = f"sum(h_theta(z_{{1:d}})_i, {over})"
    assert check(text, claim="realnvp-logdet", format="text").outcome == outcome


@pytest.mark.parametrize(
    ("over", "outcome"),
    [
        ("x", "proved"),
        ("(x)", "proved"),
        ("(x, -oo, oo)", "proved"),
        ("(x, 0, oo)", "undecided"),
        ("(x, 0, 1)", "undecided"),
    ],
)
def test_the_limits_of_an_integral_are_read(over: str, outcome: str) -> None:
    """An integral in keyboard text is one over all values, or refused."""
    text = f"Integral(p_theta(x)*grad_theta(log(p_theta(x)))*f(x), {over})"
    assert check(text, claim="score-function-gradient", format="text").outcome == outcome


@pytest.mark.parametrize(
    ("side", "outcome"),
    [
        (r"\int\nabla_\theta p_\theta(dx)f(x)", "proved"),
        (r"\int\nabla_\theta p_\theta(dx)f(x)\,dx", "undecided"),
        (r"\int\nabla_\theta p_\theta(x)f(dx)", "undecided"),
    ],
)
def test_a_measure_is_a_law_and_integrated_once(side: str, outcome: str) -> None:
    """Only of a density, `p(dx)` tells what is integrated over."""
    text = rf"\nabla_\theta\int p_\theta(x)f(x)\,dx = {side}"
    found = check(text, claim="score-function-gradient", kind="derivation")
    assert found.outcome == outcome


@pytest.mark.parametrize(
    ("sign", "outcome"),
    [
        (r"\sum_{j\in[m]}", "proved"),
        (r"\sum_{j\in\{1,\dots,m\}}", "proved"),
        (r"\sum_{j\in\{1,2,\ldots,m\}}", "proved"),
        (r"\sum_{j\in[m-1]}", "refuted"),
        (r"\sum_{j\in\{2,\dots,m\}}", "refuted"),
        (r"\sum_{j\in[m], j\ne i}", "refuted"),
        (r"\sum_{j\in[m]\setminus\{i\}}", "undecided"),
        (r"\sum_{j\in\{1,m\}}", "undecided"),
        (r"\sum_{j\in\{1,3,\dots,m\}}", "undecided"),
        (r"\sum_{j\in[1,m]}", "undecided"),
        (r"\sum_{j\in[m]}^5", "undecided"),
        (r"\sum_{1\le j\le m}^5", "undecided"),
    ],
)
def test_a_letter_in_a_set_of_integers(sign: str, outcome: str) -> None:
    """Integers in a row have a first and a last one; other sets are refused."""
    assert check(f"{sign} dout_j", claim="batchnorm-backward-beta").outcome == outcome


@pytest.mark.parametrize(
    ("sign", "outcome"),
    [
        (r"\max_\theta", "proved"),
        (r"\arg\max_{\theta\in\Theta}", "proved"),
        (r"\max_{\theta\in\mathbb{R}^d}", "proved"),
        (r"\max_{\pi_{\theta}}", "proved"),
        (r"\max_{\theta>0}", "undecided"),
        (r"\max_{\theta=0}", "undecided"),
        (r"\max_{\theta\in\{0\}}", "undecided"),
        (r"\max_{\theta\in\Theta_0}", "undecided"),
        (r"\max_{\theta:\|\theta\|\le 1}", "undecided"),
        (r"\max_{\theta,\beta}", "undecided"),
    ],
)
def test_a_maximum_over_a_part_of_the_parameters_is_refused(sign: str, outcome: str) -> None:
    """It is another objective."""
    text = rf"{sign}\,\mathbb E_{{\tau\sim\beta}}\left[\sum_{{t=0}}^T\log\pi_\theta(a_t|s_t)\right]"
    assert check(text, claim="behaviour-cloning").outcome == outcome


@pytest.mark.parametrize(
    ("drawn", "outcome"),
    [
        ("tau", "proved"),
        ("zeta", "proved"),
        ("theta", "undecided"),
        ("T", "undecided"),
        ("pi", "undecided"),
    ],
)
def test_what_is_drawn_from_a_process_is_no_declared_name(drawn: str, outcome: str) -> None:
    """A parameter, a size and a policy are no trajectories."""
    text = f"max_theta E_{{{drawn}~beta}}[sum_{{t=0}}^T log pi_theta(a_t|s_t)]"
    assert check(text, claim="behaviour-cloning", format="text").outcome == outcome


@pytest.mark.parametrize(
    ("brackets", "outcome"),
    [
        ("()", "proved"),
        ("(axis=0)", "proved"),
        ("(axis=1)", "undecided"),
        ("(3)", "undecided"),
        ("(", "undecided"),
        ("(()", "undecided"),
    ],
)
def test_what_stands_in_the_brackets_of_a_method(brackets: str, outcome: str) -> None:
    """A sum over the one axis that there is, and over nothing else."""
    found = check(f"(mu**2).sum{brackets}", claim="attention-dot-product-mean", format="text")
    assert found.outcome == outcome


@pytest.mark.parametrize(
    ("density", "outcome"),
    [
        (r"p_\theta(x)", "proved"),
        (r"p(x;\theta)", "proved"),
        (r"p(\theta)", "undecided"),
        (r"p_\theta(\theta)", "undecided"),
    ],
)
def test_a_parameter_is_no_argument_of_a_density(density: str, outcome: str) -> None:
    """It is not dropped where nothing else stands there."""
    text = rf"E_{{x\sim p_\theta}}[f(x)\nabla_\theta\log {density}]"
    assert check(text, claim="score-function-gradient").outcome == outcome


def test_the_components_of_a_law_have_one_letter() -> None:
    """With another one, it would be the law of a vector whose components are all alike."""
    sheet = r"""% lemmata:
% sizes = ["n"]
% [indices]
% i = "1..n"
% [variables]
% z = {components = "COMPONENTS"}
% [densities]
% q = {of = "z", independent = true, normal = {mean = '\mu_i', deviation = '1'}}
% [scalars]
% mu = {index = "1..n"}

$$ E_{z\sim q}[\sum_k z_k] = \sum_k \mu_k $$
"""
    found = judge.check(sheet.replace("COMPONENTS", "1..n"))
    assert found.outcome == "undecided"
    assert "the components of z are numbered with 'j', not 'i'" in found.message
    assert judge.check(sheet.replace("COMPONENTS", "i = 1..n")).outcome == "proved"


ACTIONS = r"""
% lemmata:
% [variables]
% s = {}
% a = {}
% [densities]
% pi = {of = "a", given = "s"}
% [functions]
% Q = {arguments = 2}
% [scalars]
% alpha = {domain = "positive"}
"""


@pytest.mark.parametrize(
    "statement",
    [
        r"\alpha \log \sum_a e^{Q(s,a)/\alpha} \ge \max_a Q(s,a)",
        r"-\sum_{a} \pi(a|s) \log \pi(a|s) \ge 0",
        r"\sum_{a \in \mathcal{A}} \pi(a|s)^2 \le 1",
        r"\sum_{a} e^{Q(s,a)} \ge e^{Q(s,a)}",
        r"H(\pi(a|s)) = -\sum_a \pi(a|s) \log \pi(a|s) \ge 0",
    ],
)
def test_a_sum_over_a_variable_counts_its_values(statement: str) -> None:
    """A world that weighs the values otherwise refutes nothing that the text says."""
    assert check(f"{ACTIONS}$$ {statement} $$").outcome != "refuted"


@pytest.mark.parametrize(
    "statement",
    [
        r"\alpha \log \sum_a e^{Q(s,a)/\alpha} \le \max_a Q(s,a)",
        r"\sum_a \pi(a|s) \log \pi(a|s) \ge 0",
        r"\sum_a \pi(a|s)^2 = 1",
        r"\int \pi(a|s)^2 da \le 1",
        r"-\int \pi(a|s) \log \pi(a|s) da \ge 0",
    ],
)
def test_what_is_wrong_of_counted_values_is_refuted(statement: str) -> None:
    """Densities may exceed one where the text integrates."""
    assert check(f"{ACTIONS}$$ {statement} $$").outcome == "refuted"
