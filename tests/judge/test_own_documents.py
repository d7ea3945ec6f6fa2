r"""Documents of lectures, with their declarations in a comment, as their authors write them."""

import pytest

from lemmata.judge import check
from lemmata.kernel.verdict import Verdict

EM = r"""
% lemmata:
% parameters = ["theta"]
% [variables]
% x = {}
% z = {}
% [densities]
% p = {of = "x, z", names = ["p_theta"]}
% q = {of = "z"}
% [definitions]
% "F(q, theta)" = '\int q(z) \log \frac{p(x,z)}{q(z)} dz'
\newcommand{\KL}[2]{D_{\mathrm{KL}}\!\left(#1\,\|\,#2\right)}
\begin{align}
\log p_\theta(x) &= \int q(z) \log \frac{p_\theta(x,z)}{p_\theta(z\mid x)}\,dz \\
 &= \mathcal F(q,\theta) + \KL{q(z)}{p_\theta(z\mid x)}.
\end{align}
"""
DIVERGENCES = r"""
% lemmata:
% [variables]
% x = {}
% [densities]
% p = {of = "x", names = ["p_1"]}
% q = {of = "x"}
% [functions]
% D = {domain = "(0, 1)"}
% [definitions]
% "R(p, q)" = '\int p(x) \log \frac{p(x)}{q(x)} dx'
% "V(D)" = '\int p(x) \log D(x) dx'
\[ R(p_1, q) = \mathbb{E}_{p(x)}[\log p(x) - \log q(x)] \]
\[ V(D) = \mathbb{E}_{p(x)}[\log D(x)] \]
"""


def outcomes(verdict: Verdict) -> list[str]:
    """The outcomes of the steps."""
    return [step.verdict.outcome for step in verdict.steps]


def test_a_definition_of_a_law_is_written_with_it() -> None:
    """`F(q, theta)` is the name that is defined, in any spelling of the law."""
    assert outcomes(check(EM)) == ["proved", "proved"]
    assert outcomes(check(DIVERGENCES)) == ["proved", "proved"]
    assert outcomes(check(EM.replace(r"+ \KL", r"- \KL"))) == ["proved", "refuted"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("R(p_1, q) =", "R(q, p_1) ="), ("R(p_1, q) =", "R(p, p) ="), ("V(D) =", "V(q) =")],
)
def test_of_another_law_it_says_nothing(old: str, new: str) -> None:
    """The body speaks of one law in one place, so the name with others is not read."""
    assert old in DIVERGENCES
    changed = check(DIVERGENCES.replace(old, new))
    assert "undecided" in outcomes(changed)
    assert "refuted" not in outcomes(changed)


def test_what_a_text_defines_is_told() -> None:
    """A name of its own is taken at its word, and the word is shown."""
    found = check(DIVERGENCES + r"\[ W = \int p(x) D(x) dx \] \[ W = \mathbb{E}_{p(x)}[D(x)] \]")
    assert outcomes(found) == ["proved"] * 3
    assert found.read_as == "where W = int p(x) * D(x) dx"
    assert check(DIVERGENCES).read_as == ""


def test_a_text_that_only_defines_says_so() -> None:
    """No statement is made, but it is not so that there is no formula."""
    block = DIVERGENCES.partition(r"\[")[0]
    found = check(block + r"\[ W = \int p(x) D(x) dx \]")
    assert (found.outcome, found.cause) == ("undecided", "unreadable")
    assert found.message == "this text only says what W is"
    assert check(block).message == "there is no formula in this text"


WEIGHTS = r"""
% lemmata:
% sizes = ["K", "n"]
% [indices]
% i = "1..n"
% [scalars]
% w = {index = "1..K", domain = "simplex"}
% P = {index = ["1..n", "1..K"], domain = "unit"}
% y = {index = "0..K"}
% f = {index = "1..K"}
% [facts]
% "labels" = '\sum_{k=0}^K y_k = 3'
% "rows" = {statement = '\sum_{k=1}^K P_{ik} = 1', forall = ["i"]}
"""
STATEMENTS = [
    ("proved", r"\sum_{k=1}^K w_k (f_k - 1) = \sum_{k=1}^K w_k f_k - 1"),
    ("refuted", r"\sum_{k=1}^K w_k (f_k - 1) = \sum_{k=1}^K w_k f_k - K"),
    ("proved", r"-\sum_{k=1}^K w_k \log w_k \le \log K"),
    ("refuted", r"-\sum_{k=1}^K w_k \log w_k \le \frac{1}{2} \log K"),
    ("refuted", r"\sum_{k=1}^K w_k^2 = 1"),
    ("refuted", r"\sum_{k=1}^K y_k = 3"),
    ("refuted", r"\sum_{k=1}^K P_{ik} (f_k + 1) = 2 + \sum_{k=1}^K P_{ik} f_k"),
    ("refuted", r"\sum_{i=1}^n P_{i1} = 1"),
]


@pytest.mark.parametrize(("outcome", "statement"), STATEMENTS)
def test_probabilities_sum_to_one(outcome: str, statement: str) -> None:
    """What is said of the total of an array holds in proofs and in every model."""
    assert check(rf"{WEIGHTS}\[ {statement} \]").outcome == outcome


def test_what_sums_to_one_has_one_index() -> None:
    """Of a matrix it would not be said whether its rows or its columns do."""
    found = check(WEIGHTS.replace('"unit"', '"simplex"') + r"\[ w_1 = w_1 \]")
    assert found.outcome == "undecided"
    assert "scalars.P: what sums to one has one index" in found.message


QUADRATIC = r"""
% lemmata:
% sizes = ["n"]
% parameters = ["theta"]
% [variables]
% z = {}
% [densities]
% p = {of = "z", parameters = ["theta"]}
% [functions]
% f = {}
% [scalars]
% A = {shape = "n, n"}
% x = {shape = "n"}
% b = {shape = "n"}
% t = {}
% c = {}
% J = {}
% [facts]
% "a law of nature" = 'J = 2 t'
"""
EXTENTS = [
    ("proved", r"\nabla_x b^\top A x = A^\top b"),
    ("refuted", r"\nabla_x b^\top A x = A b"),
    ("proved", r"\frac{\partial}{\partial x} x^\top A x = (A + A^\top) x"),
    ("refuted", r"\frac{\partial}{\partial x} x^\top A x = 3 A x"),
    ("proved", r"\frac{d}{dx_1} b_1 x_1 x_2 = b_1 x_2"),
    ("proved", r"\frac{d}{dx_1} x_2 x_1 = x_2"),
    ("refuted", r"\frac{d}{dx_1} b_1 x_1 x_2 = b_1 x_1"),
    ("proved", r"\frac{d}{dt} c t e^t = c (1 + t) e^t"),
    ("proved", r"\nabla_x x^\top b = b"),
    ("refuted", r"\nabla_x x^\top b = x"),
    ("proved", r"\nabla_A b^\top A x = b x^\top"),
    ("refuted", r"\nabla_A b^\top A x = x b^\top"),
    ("proved", r"\frac{d}{dt} t e^t = e^t"),  # the derivative of the first factor, times the second
    ("refuted", r"\frac{d}{dt} c t e^t = c t^2 e^t"),
    ("refuted", r"\nabla_\theta \log p(z) f(z) = 0"),
]


@pytest.mark.parametrize(("outcome", "statement"), EXTENTS)
def test_a_derivative_goes_on_to_what_depends(outcome: str, statement: str) -> None:
    """Constant factors are passed; behind the first other one it may end, or be of all."""
    assert check(rf"{QUADRATIC}\[ {statement} \]").outcome == outcome


def test_what_a_fact_gives_is_no_constant_factor() -> None:
    """With `J = 2 t`, the derivative of `J t` may be that of J alone."""
    read = check(rf"{QUADRATIC}\[ \frac{{d}}{{dt}} J c = 0 \]").steps[0].verdict.read_as
    assert read.startswith("(partial_{t} J) * c")


BAYES = r"""
% lemmata:
% [variables]
% x = {}
% y = {}
% [densities]
% p = {of = "x, y"}
"""
LINE = r"\[ \log p(y|x) = \log p(x|y) + \log p(y) - \log p(x) \]"
RULES = ["By Bayes' rule", "From the definition of a conditional density,", "Via Bayes we have"]


@pytest.mark.parametrize("words", RULES)
def test_a_theorem_that_is_told_wrong_is_noticed(words: str) -> None:
    """A sentence that names a rule states it: what rests on it is not proved if it is not so."""
    right = check(rf"{BAYES}{words} $p(y|x) = \frac{{p(x|y) p(y)}}{{p(x)}}$. Hence {LINE}")
    assert right.outcome == "proved"
    wrong = check(rf"{BAYES}{words} $p(y|x) = \frac{{p(x|y) p(x)}}{{p(y)}}$. Hence {LINE}")
    assert (wrong.outcome, wrong.cause) == ("undecided", "ambiguous")
    assert "which is not so in this question" in wrong.message


BARS = [
    ("proved", r"|c||t| = |ct|"),
    ("refuted", r"|c||t| = c t"),
    ("proved", r"2|c||t||c| = 2 c^2 |t|"),
    ("proved", r"\mathbb E_{p(z)}[|f(z)||c|] = |c| \mathbb E_{p(z)}[|f(z)|]"),
    ("proved", r"\|x\|\|b\| = \|b\|\|x\|"),
    ("proved", r"2\frac{1}{1 + e^{-t}} = \frac{2}{1 + e^{-t}}"),
    ("undecided", r"2\frac{1}{2} = 1"),  # two and a half, or one
    ("undecided", r"2\frac12 = 1"),
]


@pytest.mark.parametrize(("outcome", "statement"), BARS)
def test_moduli_side_by_side_and_numbers_before_fractions(outcome: str, statement: str) -> None:
    """A double bar closes an open modulus; a number before a fraction of numbers may be mixed."""
    assert check(rf"{QUADRATIC}\[ {statement} \]").outcome == outcome


BRIDGED = r"""
% lemmata:
% sizes = ["n", "T"]
% [indices]
% t = "0..T"
% [variables]
% x = {}
% y = {}
% [densities]
% p = {of="x, y"}
% g = {of="x", normal={mean='\mu', deviation='\sigma'}}
% [functions]
% f = {}
% h = {}
% [scalars]
% mu = {}
% sigma = {domain="positive"}
% gamma = {domain="unit"}
% a = {}
% b = {}
% c = {domain="positive"}
% u = {index="1..n"}
% v = {index="1..n"}
% w = {index="1..n", domain="positive"}
% e = {}
"""
ENTAILED = [
    ("proved", r"\sum_{t=0}^T\gamma^t=\frac{1-\gamma^{T+1}}{1-\gamma}"),
    ("proved", r"g(x)=\frac{1}{\sqrt{2\pi\sigma^2}}\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)"),
    ("proved", r"(c^a)^b=c^{ab}"),
    ("proved", r"\prod_{i=1}^n w_i=\exp\left(\sum_{i=1}^n\log w_i\right)"),
    ("proved", r"\mathbb E_{p(x,y)}[(f(x)-h(y))^2]\ge0"),
    ("proved", r"\mathbb E_{p(x)}[f(x)^2]\ge\mathbb E_{p(x)}[2f(x)-1]"),
    ("proved", r"\sum_{i=1}^n(u_i-v_i)^2\ge0"),
    ("proved", r"\sum_{i=1}^n u_i^2\ge\sum_{i=1}^n(2u_i-1)"),
    ("proved", r"\sum_{i=1}^n w_i\ge\sum_{j=1}^n(1+\log w_j)"),
    ("proved", r"\sum_{i=1}^n\log w_i\le\sum_{i=1}^n(w_i-1)"),
    ("refuted", r"\sum_{t=0}^T\gamma^t=\frac{1-\gamma^{T}}{1-\gamma}"),
    ("refuted", r"g(x)=\frac{1}{\sqrt{2\pi\sigma}}\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)"),
    ("refuted", r"(c^a)^b=c^{a+b}"),
    ("refuted", r"\mathbb E_{p(x,y)}[f(x)-h(y)]\ge0"),
    ("refuted", r"\sum_{i=1}^n u_i\ge\sum_{i=1}^n v_i"),
    ("refuted", r"\sum_{i=1}^n\log w_i\ge\sum_{i=1}^n(w_i-1)"),
    ("refuted", r"\prod_{i=1}^n w_i=\exp\left(\sum_{i=1}^n w_i\right)"),
    ("proved", r"\log(2\pi e) = \log(2\pi) + 1"),  # though an e is declared
    ("proved", r"e^2 e = e^3"),
    ("refuted", r"e^2 = 2 e"),
]


@pytest.mark.parametrize(("outcome", "statement"), ENTAILED)
def test_what_others_entail(outcome: str, statement: str) -> None:
    """Logarithms of positive sides, letters that are renamed, bounds that hold at all points."""
    assert check(rf"{BRIDGED}\[ {statement} \]").outcome == outcome


PRIMES = r"""
% lemmata:
% [variables]
% x = {}
% [functions]
% g = {}
% [scalars]
% u = {}
% a = {domain = "positive"}
% b = {domain = "positive"}
% y = {domain = "unit"}
% [definitions]
% "f(y)" = 'a\log y+b\log(1-y)'
% "s(u)" = '\frac{1}{1+e^{-u}}'
"""
SLOPES = [
    ("proved", r"f'(y) = \frac ay - \frac{b}{1-y}"),
    ("refuted", r"f'(y) = \frac ay + \frac{b}{1-y}"),
    ("proved", r"s'(u)(1 + e^{-u}) = s(u) e^{-u}"),
    ("refuted", r"s'(u) = s(u)"),
    ("undecided", r"s'(2u) = s(2u)(1 - s(2u))"),
    ("undecided", r"g'(u) = g'(u)"),
]


@pytest.mark.parametrize(("outcome", "statement"), SLOPES)
def test_a_prime_on_a_defined_function(outcome: str, statement: str) -> None:
    """It is the derivative by the argument, where that is a declared number."""
    assert check(rf"{PRIMES}\[ {statement} \]").outcome == outcome


ADVANTAGE = r"""
% lemmata:
% [variables]
% s = {}
% a = {}
% [densities]
% pi = {of = "a", given = "s"}
% [functions]
% Q = {arguments = 2}
% [definitions]
% "V(s)" = '\sum_a \pi(a|s) Q(s, a)'
"""


@pytest.mark.parametrize("words", ["With the advantage", "The function", "Consider the advantage"])
def test_a_sentence_says_what_a_name_of_the_displays_is(words: str) -> None:
    """Of a name that is declared nowhere, what is known is what the text says."""
    text = rf"{ADVANTAGE}{words} $A(s,a) = Q(s,a) - V(s)$ we find \[ \sum_a \pi(a|s) A(s,a) = 0. \]"
    assert check(text).outcome == "proved"
    assert check(text.replace("- V(s)", "+ V(s)")).outcome == "refuted"
    denied = text.replace(words, "It is wrong that")
    assert check(denied).outcome == "undecided"
