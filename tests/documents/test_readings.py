"""The printed formulas are read as the terms that a person writes for them.

Both judges see a formula only after it is read, so that a misreading is invisible to them. The
terms here are written by hand from the printed documents, not from what the reader makes of them.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lemmata.kernel import terms
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.language import (
    KL,
    Array,
    DensityHead,
    E,
    FunctionHead,
    H,
    I,
    ProcessHead,
    exp,
    gradient,
    half,
    integral,
    log,
    partial,
    pi,
    product_over,
    sqrt,
    sum_over,
)
from lemmata.kernel.terms import Derivation, Integral, Sym, Term, as_term
from lemmata.notation import (
    Document,
    NotationError,
    declarations_from_document,
    read_chains,
    read_expression,
    write_latex,
    write_text,
)

FOLDER = Path(__file__).parent

Documents = Callable[[str], Document]
Derivations = Callable[[str], tuple[Declarations, tuple[Derivation, ...]]]
Lines = list[Term]

p, q, policy, generated, P = (DensityHead(name) for name in ("p", "q", "pi", "p_G", "P"))
x, y, k, m, i, t, T, N = (Sym(name) for name in ("x", "y", "k", "m", "i", "t", "T", "N"))
j, j_prime, t_prime, theta = Sym("j"), Sym("j'"), Sym("t'"), Sym("theta")
z, mu, sigma, s, a, r = (Array(name) for name in ("z", "mu", "sigma", "s", "a", "r"))
b, f, J = FunctionHead("b"), FunctionHead("f"), FunctionHead("J")
zero = as_term(0)


def elbo_chain() -> Lines:
    """Equations (2)-(8)."""
    posterior, recognition = p(z | x, y), q(z | x, y)
    prior, likelihood = p(z | y), p(x | y, z)
    mean = E[recognition]
    bound = mean(log(likelihood)) - KL(recognition, prior)
    start: Term = log(p(x | y))
    return [
        start,
        mean(start),
        mean(log(likelihood * prior / posterior)),
        mean(log(likelihood * prior * recognition / (posterior * recognition))),
        mean(log(likelihood)) - mean(log(recognition / prior)) + mean(log(recognition / posterior)),
        bound + KL(recognition, posterior),
        bound,
        FunctionHead("L")(theta, Sym("phi"), x, y),
    ]


def over_components(body: Term, letter: Sym = j) -> Term:
    """The sum over the components."""
    return sum_over(letter, 1, m, body)


def component(letter: Sym, body: Term) -> Term:
    """The integral over one component of z."""
    return Integral((z[letter],), body)


def factorisation_chain() -> Lines:
    """Equations (10)-(14)."""
    whole, prior = q(z | x, y), p(z | y)
    logs = log(q(z[j] | x, y)), log(p(z[j] | y))
    products = (log(product_over(j, 1, m, each)) for each in (q(z[j] | x, y), p(z[j] | y)))
    first, second = products
    return [
        KL(whole, prior),
        integral(z, whole * log(whole / prior)),
        integral(z, whole * log(whole)) - integral(z, whole * log(prior)),
        integral(z, whole * first) - integral(z, whole * second),
        integral(z, whole * over_components(logs[0]))
        - integral(z, whole * over_components(logs[1])),
        over_components(integral(z, whole * logs[0]))
        - over_components(integral(z, whole * logs[1])),
    ]


def one_component_chain() -> Lines:
    """Equations (15)-(17)."""
    one = component(j, q(z[j] | x, y) * log(q(z[j] | x, y)))
    return [
        integral(z, q(z | x, y) * log(q(z[j] | x, y))),
        integral(z, product_over(j_prime, 1, m, q(z[j_prime] | x, y)) * log(q(z[j] | x, y))),
        one * product_over(j_prime, 1, m, component(j_prime, q(z[j_prime] | x, y)), j),
        one,
    ]


def split_divergence() -> Lines:
    """Equation (18)."""
    return [
        KL(q(z | x, y), p(z | y)),
        over_components(component(j, q(z[j] | x, y) * log(q(z[j] | x, y))))
        - over_components(component(j, q(z[j] | x, y) * log(p(z[j] | y)))),
    ]


def divergence_factorises() -> Lines:
    """The proof that the divergence is the sum of the components' divergences."""
    whole, ratio = q(z | x, y), log(q(z[j] | x, y) / p(z[j] | y))
    others = product_over(k, 1, m, component(k, q(z[k] | x, y)), j)
    return [
        KL(whole, p(z | y)),
        integral(z, whole * log(whole / p(z | y))),
        over_components(integral(z, whole * ratio)),
        over_components(integral(z, product_over(k, 1, m, q(z[k] | x, y)) * ratio)),
        over_components(component(j, q(z[j] | x, y) * ratio) * others),
        over_components(KL(q(z[j] | x, y), p(z[j] | y))),
    ]


def negative_entropy_chain() -> Lines:
    """Equations (19)-(23)."""
    variance = sigma[j] ** 2
    exponent = (z[j] - mu[j]) ** 2 / (2 * variance)
    logs = -(half * log(2 * pi)) - half * log(variance)
    weight = q(z[j] | x, y)
    return [
        over_components(component(j, weight * log(weight))),
        over_components(component(j, weight * log(1 / sqrt(2 * pi * variance) * exp(-exponent)))),
        over_components(component(j, weight * (log(1 / sqrt(2 * pi * variance)) - exponent))),
        over_components(logs - 1 / (2 * variance) * component(j, weight * (z[j] - mu[j]) ** 2)),
        over_components(logs - 1 / (2 * variance) * variance),
        over_components(logs - half),
    ]


def cross_entropy_chain() -> Lines:
    """Equations (24)-(27)."""
    weight, square = q(z[j] | x, y), z[j] ** 2
    logs = -(half * log(2 * pi))
    return [
        over_components(component(j, weight * log(p(z[j] | y)))),
        over_components(component(j, weight * log(1 / sqrt(2 * pi) * exp(-(square / 2))))),
        over_components(component(j, weight * (log(1 / sqrt(2 * pi)) - square / 2))),
        over_components(logs - half * component(j, weight * square)),
        over_components(logs - half * (sigma[j] ** 2 + mu[j] ** 2)),
    ]


def divergence_chain() -> Lines:
    """Equations (28)-(30)."""
    variance, square = sigma[j] ** 2, mu[j] ** 2
    logs = -(half * log(2 * pi))
    return [
        KL(q(z | x, y), p(z | y)),
        over_components(logs - half * log(variance) - half)
        - over_components(logs - half * (variance + square)),
        over_components(-(half * log(variance)) - half + half * (variance + square)),
        -(half * over_components(1 + log(variance) - variance - square)),
    ]


def score_of(letter: Term, time: Term = t) -> Term:
    """The score of the action at a time of a numbered trajectory."""
    return gradient(theta, log(policy(a[time, letter] | s[time, letter])))


def average(body: Term) -> Term:
    """The mean of the average over the trajectories of the sum over time."""
    mean = E[ProcessHead("tau")]
    return mean(1 / N * sum_over(i, 1, N, sum_over(t, 1, T, body)))


def rewards(lower: Term | int, upper: Term) -> Term:
    """The rewards of a numbered trajectory from one time to another."""
    return sum_over(t_prime, lower, upper, r[t_prime, i])


def reward_to_go_chain() -> Lines:
    """Equations (31)-(33)."""
    past = average(score_of(i) * rewards(1, t - 1))
    return [
        average(score_of(i) * rewards(t, T)),
        average(score_of(i) * rewards(1, T)) - past,
        gradient(theta, J(theta)) - past,
    ]


def zero_mean(factor: Term) -> Lines:
    """Equations (34)-(40) and (43)-(49)."""
    law, law_of_a = policy(a[t] | s[t]), policy(a | s[t])
    mean = E[law]
    return [
        mean(factor * gradient(theta, log(law))),
        factor * mean(gradient(theta, log(law))),
        factor * integral(a, law_of_a * gradient(theta, log(law_of_a))),
        factor * integral(a, gradient(theta, law_of_a)),
        factor * gradient(theta, integral(a, law_of_a)),
        factor * gradient(theta, 1),
        zero,
    ]


def score_function_chain() -> Lines:
    """The gradient of an expectation."""
    mean = E[p(x)]
    return [
        gradient(theta, mean(f(x))),
        gradient(theta, integral(x, p(x) * f(x))),
        integral(x, gradient(theta, p(x)) * f(x)),
        integral(x, p(x) * gradient(theta, log(p(x))) * f(x)),
        mean(gradient(theta, log(p(x))) * f(x)),
    ]


def constant_baseline_chain() -> Lines:
    """A constant times the score has mean zero."""
    path, constant = Sym("tau"), Sym("b")
    law = policy(path)
    score = gradient(theta, log(law))
    mean = E[law]
    return [
        mean(score * constant),
        constant * mean(score),
        constant * integral(path, law * score),
        constant * integral(path, law * (gradient(theta, law) / law)),
        constant * integral(path, gradient(theta, law)),
        constant * gradient(theta, integral(path, law)),
        constant * gradient(theta, 1),
        zero,
    ]


def state_baseline() -> Lines:
    """The estimator with the reward to go and a baseline."""
    reward = FunctionHead("r")
    to_go = sum_over(t_prime, t, T, reward(s[t_prime], a[t_prime]))
    score = gradient(theta, log(policy(a[t] | s[t])))
    mean = E[ProcessHead("tau")]
    return [
        gradient(theta, J(theta)),
        mean(sum_over(t, 1, T, score * (to_go - b(s[t])))),
    ]


def gan_chain() -> Lines:
    """The objective at the perfect discriminator."""
    other, mixture = Sym("x'"), FunctionHead("q")
    real, fake = E[p(x)], E[generated(other)]
    total, total_fake = p(x) + generated(x), p(other) + generated(other)
    divergences = terms.KL((x,), p(x), mixture(x)) + terms.KL((x,), generated(x), mixture(x))
    return [
        real(log(p(x) / total)) + fake(log(generated(other) / total_fake)),
        real(log(p(x)) - log(mixture(x)))
        + fake(log(generated(other)) - log(mixture(other)))
        + Sym("constant"),
        divergences - log(4),
        -log(4),
    ]


def quiz_bound() -> Lines:
    """Problem 1(c)."""
    P_Phi, P_Theta = DensityHead("P_Phi"), DensityHead("P_Theta")
    mean = E[P(y), P(z | y)]
    return [H(P(y)), mean(-log(P_Phi(z)) + log(P(z | y)) - log(P_Theta(y | z)))]


def quiz_entropies() -> Lines:
    """Problem 1(a)."""
    mean = E[P(y), P(z | y)]
    return [E[P(y)](-log(P(y))), mean(-log(P(z)) + log(P(z | y)) - log(P(y | z)))]


def codebook_chain() -> Lines:
    """Problem 2(c)."""
    e, point, eta, letter = Array("e"), Array("x"), Sym("eta"), Sym("l")
    distance = sum_over(letter, 1, Sym("I"), (point[letter] - e[letter]) ** 2)
    return [
        e[i] - eta * partial(e[i], distance),
        e[i] + 2 * eta * (point[i] - e[i]),
        (1 - 2 * eta) * e[i] + 2 * eta * point[i],
    ]


def gaussian_divergence() -> Lines:
    """The closed form of one answer."""
    mu_p, mu_q, sigma_p, sigma_q = (Sym(n) for n in ("mu_p", "mu_q", "sigma_p", "sigma_q"))
    closed = log(sigma_p / sigma_q) + (sigma_q**2 + (mu_q - mu_p) ** 2) / (2 * sigma_p**2)
    return [KL(q(z | x), p(z)), closed - half]


def loss_without_constant() -> Lines:
    """The loss of one answer, with labels z and x that carry the index."""
    mean, deviation, fit, noise = (Array(n) for n in ("mu_z", "sigma_z", "xhat", "sigma_x"))
    inner = 1 + log(deviation[j] ** 2) - mean[j] ** 2 - deviation[j] ** 2
    size = Sym("J")
    errors = (Array("x")[j] - fit[j]) ** 2 / noise[j] ** 2
    return [
        Sym("L_VAE"),
        half * sum_over(j, 1, size, inner) - half * sum_over(j, 1, size, errors),
    ]


WRITTEN: dict[str, Lines] = {
    "conditional_vae/eq_02_08": elbo_chain(),
    "conditional_vae/eq_10_14": factorisation_chain(),
    "conditional_vae/eq_15_17": one_component_chain(),
    "conditional_vae/eq_18": split_divergence(),
    "conditional_vae/eq_19_23": negative_entropy_chain(),
    "conditional_vae/eq_24_27": cross_entropy_chain(),
    "conditional_vae/eq_28_30": divergence_chain(),
    "conditional_vae/kl_factorization": divergence_factorises(),
    "policy_gradients/eq_31_33": reward_to_go_chain(),
    "policy_gradients/eq_34_40": zero_mean(r[t_prime]),
    "policy_gradients/eq_42": [average(score_of(i) * b(s[t, i])), zero],
    "policy_gradients/eq_43_49": zero_mean(b(s[t])),
    "discussions/constant_baseline": constant_baseline_chain(),
    "discussions/gan_objective": gan_chain(),
    "discussions/score_function": score_function_chain(),
    "discussions/state_baseline": state_baseline(),
    "quiz/eq_01": [H(P(y)), H(P(z)) - H(P(z | y)) + H(P(y | z))],
    "quiz/mutual_information": [
        I(P, y, z),
        H(P(y)) - H(P(y | z)),
        H(P(z)) - H(P(z | y)),
    ],
    "quiz/problem_1a": quiz_entropies(),
    "quiz/problem_1c": quiz_bound(),
    "quiz/problem_2c": codebook_chain(),
    "four_answers/bing_kl": gaussian_divergence(),
    "four_answers/free_loss": loss_without_constant(),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_printed_lines_are_read_as_written_by_hand(name: str, derivations: Derivations) -> None:
    """Each printed line is exactly the term that a person wrote for it."""
    _, (chain,) = derivations(name)
    read = [chain.start, *(step.term for step in chain.steps)]
    assert len(read) == len(WRITTEN[name])
    for number, (found, written) in enumerate(zip(read, WRITTEN[name], strict=True)):
        assert found == written, f"{name}, line {number}"


BROKEN = {"four_answers/bing_substituted", "four_answers/chatgpt_truncated"}
FILES = {p.relative_to(FOLDER).with_suffix("").as_posix() for p in FOLDER.rglob("*.tex")}
READABLE = sorted(FILES - BROKEN)


@pytest.mark.parametrize("name", READABLE)
def test_written_lines_are_read_back(name: str, derivations: Derivations) -> None:
    """Each line, written in LaTeX or in keyboard notation, is read as the same term again."""
    declarations, chains = derivations(name)
    for chain in chains:
        for term in (chain.start, *(step.term for step in chain.steps)):
            latex = write_latex(term, declarations)
            assert {r.term for r in read_expression(latex, declarations)} == {term}, latex
            text = write_text(term, declarations)
            again = read_expression(text, declarations, format="text")
            assert {reading.term for reading in again} == {term}, text


TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\S")
ASIDE = re.compile(
    r"\\tag\{\w+\}|\\text\{[^{}]*\}|&&.*|\\(?:begin|end)\{\w+\}|[.,]\s|\\\\"
    r"|_\{(?:\\geq 0|D_\{KL\}\([^|]*\\\|[^|]*\))\}|_\{?\\(?:theta|phi|varphi)\}?"
    r"|\|\||(?<=[xz])_[ij]\}"
)
"""What may be left out: equation numbers, words, layout, notes below braces, parameters that a
family carries as decoration, one of two bars, and the underscore of an index in a subscript."""
FONTS = {"&", "\\left", "\\right", "\\mathbf", "\\mathbb", "\\mathcal", "\\text"}
NTH = 7
"""One token in so many is left out."""


@pytest.mark.parametrize("name", READABLE)
def test_no_token_is_ignored(name: str) -> None:
    """A formula with a token left out is unreadable or another one, unless it was typography."""
    text = (FOLDER / f"{name}.tex").read_text(encoding="utf-8")
    body = text.index("\n", text.rindex("\n% ") + 1) + 1
    asides = [match.span() for match in ASIDE.finditer(text, body)]

    def read(version: str) -> list[tuple[str | None, tuple[Term, ...]]] | None:
        sheet = declarations_from_document(version)
        assert sheet is not None
        try:
            found = read_chains(version, sheet.declarations, conventions=sheet.conventions)
        except NotationError:
            return None
        lines = [line for chain in found.chains for line in chain.lines]
        if any(line.error is not None for line in lines):
            return None
        return [(line.relation, tuple(r.term for r in line.readings)) for line in lines]

    whole = read(text)
    assert whole is not None
    for token in list(TOKEN.finditer(text, body))[::NTH]:
        start, end = token.span()
        if token.group() in FONTS or any(a <= start < b for a, b in asides):
            continue
        assert read(text[:start] + text[end:]) != whole, f"{token.group()} at {start} is ignored"
