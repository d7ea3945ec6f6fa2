"""What the inequality rules prove, and what they must not.

`ACCEPTS` and `REFUSES` are tables of statements over one set of declarations. Each refusal is
false, or true only under a condition that is not declared, and is one edit away from an accepted
statement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import e, log, pi
from random import Random

import pytest

from lemmata.kernel.certificates import certificate
from lemmata.kernel.declarations import (
    NONNEGATIVE,
    POSITIVE,
    UNIT,
    Declarations,
    Family,
    Function,
    Index,
    Interval,
    Normal,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.encode import encode, seal
from lemmata.kernel.inequalities import explain_gap, nonnegative
from lemmata.kernel.language import (
    JSD,
    KL,
    Array,
    DensityHead,
    E,
    FunctionHead,
    H,
    I,
    Var,
    exp,
    half,
    integral,
    sqrt,
    sum_over,
)
from lemmata.kernel.language import log as ln
from lemmata.kernel.language import pi as circle
from lemmata.kernel.normal import Normaliser
from lemmata.kernel.poly import Atom, Poly, constant, of_atom
from lemmata.kernel.prove import Open, Proof, difference, prove
from lemmata.kernel.recheck import recheck
from lemmata.kernel.rules.inequalities_constants import _power, enclose
from lemmata.kernel.rules.inequalities_terms import Candidate, build
from lemmata.kernel.search_lp import find_multipliers, useful_columns
from lemmata.kernel.terms import Range, Statement, Sym, Term, as_term

x, y, z, w, i, N = (Sym(name) for name in ("x", "y", "z", "w", "i", "N"))
a, b, c, d, u, beta, tau, gamma = (
    Sym(name) for name in ("a", "b", "c", "d", "u", "beta", "tau", "gamma")
)
xs, al = Array("xs"), Array("al")
p, g, q, r, s, m, t = (DensityHead(name) for name in ("p", "g", "q", "r", "s", "m", "t"))
f, h, k, D, weight, Q = (FunctionHead(name) for name in ("f", "h", "k", "D", "weight", "Q"))

WORLD = Declarations(
    sizes=(Size("N"),),
    indices=(Index("i", Range(as_term(1), N)),),
    scalars=(
        Scalar("a"),
        Scalar("b"),
        Scalar("c"),
        Scalar("d", UNIT),
        Scalar("u", POSITIVE),
        Scalar("beta", Interval(Fraction(1), closed=True)),
        Scalar("gamma", Interval(Fraction(0), Fraction(1), closed=True)),
        Scalar("tau", POSITIVE),
        Scalar("al", axes=(Range(as_term(1), N),)),
    ),
    variables=(
        Variable("x"),
        Variable("y"),
        Variable("z"),
        Variable("w", role="z"),
        Variable("xs", role="x"),
    ),
    families=(
        Family("p", ("x", "y", "z")),  # a joint law of everything
        Family("r", ("x", "y", "z")),  # another one
        Family("g", ("x",)),
        Family("q", ("z",), given=("x", "y")),  # an encoder
        Family("s", ("z",), given=("x",)),  # another encoder
        Family("m", ("z",)),
        Family("t", ("y",), given=("z",)),  # a decoder
    ),
    functions=(
        Function("f", 1),
        Function("h", 1),
        Function("k", 1, NONNEGATIVE),
        Function("D", 1, UNIT),
        Function("weight", 1, POSITIVE),
        Function("Q", 2),
    ),
)


def ge(left: Term | int, right: Term | int) -> Statement:
    """The statement left >= right."""
    return Statement(as_term(left), ">=", as_term(right))


def le(left: Term | int, right: Term | int) -> Statement:
    """The statement left <= right."""
    return Statement(as_term(left), "<=", as_term(right))


def value(discriminator: Term) -> Term:
    """The objective of a discriminator that tells p(x) from g(x)."""
    return E[p(x)](ln(discriminator)) + E[g(x)](ln(1 - discriminator))


best = p(x) / (p(x) + g(x))
encoder = E[q(z | x, y)]
likelihood = encoder(ln(p(x | z, y)))
prior_term = KL(q(z | x, y), p(z | y))
bound_of_entropy = E[p(y), p(z | y)](-ln(m(z)) + ln(p(z | y)) - ln(t(y | z)))
data_bound = sum_over(i, 1, N, E[s(z | xs[i])](ln(p(z)) - ln(s(z | xs[i])) + ln(p(xs[i] | z))))
squared = integral(x, p(x) ** 2 / g(x))
mean_y = integral(y, y * p(y | x))

ACCEPTS: dict[str, tuple[Statement, str]] = {
    # Jensen and Gibbs
    "divergence": (ge(KL(p(x), g(x)), 0), "jensen"),
    "elbo": (ge(ln(p(x | y)), likelihood - prior_term), "jensen"),
    "elbo, reversed sides": (le(likelihood - prior_term, ln(p(x | y))), "jensen"),
    "elbo of a data set": (ge(sum_over(i, 1, N, ln(p(xs[i]))), data_bound), "jensen"),
    "mean elbo of a data set": (
        ge(1 / N * sum_over(i, 1, N, ln(p(xs[i]))), 1 / N * data_bound),
        "jensen",
    ),
    "elbo averaged over another law": (
        ge(E[g(x)](ln(p(x))), E[g(x)](E[s(z | x)](ln(p(x, z)) - ln(s(z | x))))),
        "jensen",
    ),
    "data processing": (ge(KL(p(x, z), r(x, z)), KL(p(x), r(x))), "jensen"),
    "conditional divergence": (ge(E[p(x)](KL(p(y | x), r(y | x))), 0), "jensen"),
    "conditioning on a free variable": (ge(KL(p(x | y), r(x | y)), 0), "jensen"),
    "data processing given a free variable": (
        ge(KL(p(x, z | y), r(x, z | y)), KL(p(x | y), r(x | y))),
        "jensen",
    ),
    "information": (ge(I(p, x, y), 0), "jensen"),
    "conditioning reduces entropy": (le(H(p(y | x, z)), H(p(y | x))), "jensen"),
    "entropy is subadditive": (le(H(p(x, y)), H(p(x)) + H(p(y))), "jensen"),
    "cross-entropy": (ge(H(p(x), g(x)), H(p(x))), "jensen"),
    "barber-agakov": (ge(I(p, y, z), H(p(y)) + E[p(y, z)](ln(t(y | z)))), "jensen"),
    "value of the game": (ge(value(best), -ln(4)), "jensen"),
    "value of the game, with a margin": (ge(value(best), -ln(5)), "sign_of_a_constant"),
    "jsd": (ge(JSD(p(x), g(x)), 0), "jensen"),
    "jsd is at most log 2": (le(JSD(p(x), g(x)), ln(2)), "monotone_logarithm"),
    "jsd is at most 1": (le(JSD(p(x), g(x)), 1), "sign_of_a_constant"),
    "bound of an entropy by two models": (le(H(p(y)), bound_of_entropy), "jensen"),
    "logarithm of an expectation": (
        ge(ln(E[p(x)](weight(x))), E[p(x)](ln(weight(x)))),
        "jensen",
    ),
    "logarithm of a conditional expectation": (
        ge(ln(E[p(x | y)](weight(x))), E[p(x | y)](ln(weight(x)))),
        "jensen",
    ),
    "two importance samples": (
        ge(
            ln(p(y)),
            E[m(z), m(w)](ln(half * (p(y, z) / m(z) + p(y, w) / m(w)))),
        ),
        "jensen",
    ),
    "half of a divergence": (ge(half * KL(p(x), g(x)), 0), "jensen"),
    "a weighted divergence": (ge(integral(y, weight(y) * KL(p(x | y), r(x | y))), 0), "jensen"),
    "free energy": (ge(ln(integral(x, exp(f(x)))), E[p(x)](f(x)) + H(p(x))), "jensen"),
    "free energy at a temperature": (
        ge(tau * ln(integral(x, exp(f(x) / tau))), E[p(x)](f(x)) + tau * H(p(x))),
        "jensen",
    ),
    "log-sum inequality": (
        ge(
            integral(x, weight(x) * ln(weight(x) / p(x))),
            integral(x, weight(x)) * ln(integral(x, weight(x))),
        ),
        "jensen",
    ),
    "exponential of a mean": (ge(E[p(x)](exp(f(x))), exp(E[p(x)](f(x)))), "jensen"),
    "renyi 2": (ge(ln(squared), KL(p(x), g(x))), "jensen"),
    "renyi one half": (
        ge(KL(p(x), g(x)), -2 * ln(integral(x, sqrt(p(x) * g(x))))),
        "jensen",
    ),
    # tangent
    "chi square": (le(KL(p(x), g(x)), squared - 1), "tangent"),
    "log u <= u - 1": (le(ln(u), u - 1), ""),
    "log u >= 1 - 1/u": (ge(ln(u), 1 - 1 / u), ""),
    "no mass is needed": (
        ge(integral(x, weight(x) * ln(weight(x) / p(x))), integral(x, weight(x)) - 1),
        "tangent",
    ),
    "one-dimensional gaussian divergence": (ge(a**2 + u**2 - 1 - ln(u**2), 0), ""),
    # linear program
    "beta elbo, beta = 2": (
        ge(ln(p(x | y)), likelihood - 2 * prior_term),
        "nonnegative_combination",
    ),
    "beta elbo, any beta >= 1": (
        ge(ln(p(x | y)), likelihood - beta * prior_term),
        "nonnegative_combination",
    ),
    "beta elbo of a data set": (
        ge(
            sum_over(i, 1, N, ln(p(xs[i]))),
            sum_over(i, 1, N, E[s(z | xs[i])](ln(p(xs[i] | z))) - 2 * KL(s(z | xs[i]), p(z))),
        ),
        "nonnegative_combination",
    ),
    "entropy is submodular": (
        ge(H(p(x, y)) + H(p(y, z)), H(p(x, y, z)) + H(p(y))),
        "",
    ),
    "sum of two divergences": (ge(KL(p(x, y), r(x, y)) + KL(p(x), r(x)), 0), ""),
    "game and another divergence": (
        ge(value(best) + KL(p(x | y), r(x | y)) + E[p(y)](KL(p(x | y), r(x | y))), -ln(4)),
        "",
    ),
    "a multiple of a divergence and a variance": (
        ge(Var[p(x)](f(x)) + u * KL(p(x), g(x)), 0),
        "",
    ),
    "variance and divergence": (ge(Var[p(x)](f(x)) + KL(p(x), g(x)), 0), ""),
    # squares
    "second moment": (ge(E[p(x)](f(x) ** 2), E[p(x)](f(x)) ** 2), "variance_is_nonnegative"),
    "variance": (ge(Var[p(x)](f(x)), 0), "variance_is_nonnegative"),
    "conditional variance": (ge(Var[p(x | y)](f(x)), 0), "variance_is_nonnegative"),
    "chi square is not negative": (ge(squared, 1), "variance_is_nonnegative"),
    "total variance": (
        ge(E[p(y)](E[p(x | y)](f(x)) ** 2), E[p(x)](f(x)) ** 2),
        "variance_is_nonnegative",
    ),
    "mean of squares": (
        ge(1 / N * sum_over(i, 1, N, al[i] ** 2), (1 / N * sum_over(i, 1, N, al[i])) ** 2),
        "variance_is_nonnegative",
    ),
    "sum of squares": (ge(sum_over(i, 1, N, al[i] ** 2), 0), ""),
    "mean of a square": (ge(E[p(x)]((f(x) - h(x)) ** 2), 0), ""),
    "square of a difference": (ge(a**2 + b**2, 2 * a * b), ""),
    "square with a factor": (ge(a**2 + 4 * b**2, 4 * a * b), ""),
    "means": (ge((u + tau) / 2, sqrt(u * tau)), ""),
    "mean of the positive": (ge(E[p(x)](k(x)), 0), ""),
    "product of the positive": (ge(u * k(x) * weight(x), 0), ""),
    "lagrange": (ge(u / tau + tau / u, 2), ""),
    # pointwise maximum
    "optimal discriminator": (le(value(D(x)), value(best)), "pointwise_maximum"),
    "optimal discriminator at a point": (
        le(
            p(x) * ln(D(x)) + g(x) * ln(1 - D(x)),
            p(x) * ln(best) + g(x) * ln(1 - best),
        ),
        "pointwise_maximum",
    ),
    "optimal probability": (
        le(u * ln(d) + tau * ln(1 - d), u * ln(u / (u + tau)) + tau * ln(tau / (u + tau))),
        "pointwise_maximum",
    ),
    "the mean is closest": (
        ge(E[p(x)]((f(x) - a) ** 2), Var[p(x)](f(x))),
        "",
    ),
    "regression": (
        ge(
            integral((x, y), p(x, y) * (y - f(x)) ** 2),
            integral((x, y), p(x, y) * (y - mean_y) ** 2),
        ),
        "pointwise_maximum",
    ),
    "exp u >= 1 + u": (ge(exp(a), 1 + a), "pointwise_maximum"),
    # constants
    "log 5 >= log 4": (ge(ln(5), ln(4)), ""),
    "pi > 3": (ge(circle, 3), "sign_of_a_constant"),
    "log 2 pi >= 1": (ge(ln(2 * circle), 1), "sign_of_a_constant"),
    "sqrt 2 + sqrt 3 >= pi": (ge(sqrt(2) + sqrt(3), circle), "sign_of_a_constant"),
    "e <= 3": (le(exp(1), 3), "sign_of_a_constant"),
    "beta is at least 1": (ge(beta, 1), ""),
    "gamma (1 - gamma)": (ge(gamma - gamma**2, 0), ""),
}

REFUSES: dict[str, Statement] = {
    "divergence: reversed": le(KL(p(x), g(x)), 0),
    "divergence: of different variables": ge(integral(x, p(x) * ln(p(x) / g(x))), KL(g(x), p(x))),
    "elbo: reversed": le(ln(p(x | y)), likelihood - prior_term),
    "elbo: half of the prior term": ge(ln(p(x | y)), likelihood - half * prior_term),
    "elbo: without the prior term": ge(ln(p(x | y)), likelihood),
    "elbo: the divergence is added": ge(ln(p(x | y)), likelihood + prior_term),
    "elbo: arguments swapped": ge(ln(p(x | y)), likelihood - KL(p(z | y), q(z | x, y))),
    "elbo: prior without condition": ge(ln(p(x | y)), likelihood - KL(q(z | x, y), p(z))),
    "elbo: evidence without condition": ge(ln(p(x)), likelihood - prior_term),
    "elbo: any positive beta": ge(ln(p(x | y)), likelihood - tau * prior_term),
    "elbo of a data set: reversed": le(sum_over(i, 1, N, ln(p(xs[i]))), data_bound),
    "elbo of a data set: one term counted N times": ge(N * ln(p(xs[1])), data_bound),
    "mean elbo: not divided": ge(sum_over(i, 1, N, ln(p(xs[i]))), 1 / N * data_bound),
    "data processing: reversed": le(KL(p(x, z), r(x, z)), KL(p(x), r(x))),
    "data processing: another marginal law": ge(KL(p(x, z), r(x, z)), KL(g(x), r(x))),
    "information: reversed": le(I(p, x, y), 0),
    "information at most a density entropy": le(I(p, x, y), H(p(x))),
    "entropy of a density": ge(H(p(x)), 0),
    "conditioning: reversed": ge(H(p(y | x, z)), H(p(y | x))),
    "subadditive: reversed": ge(H(p(x, y)), H(p(x)) + H(p(y))),
    "cross-entropy: reversed": le(H(p(x), g(x)), H(p(x))),
    "cross-entropy: entropy of the model": ge(H(p(x), g(x)), H(g(x))),
    "value of the game: too high": ge(value(best), -ln(3)),
    "value of the game: reversed": le(value(best), -ln(4)),
    "value of the game: log 2": ge(value(best), -ln(2)),
    "jsd: at most too little": le(JSD(p(x), g(x)), ln(2) / 2),
    "jsd: reversed": le(JSD(p(x), g(x)), 0),
    "bound of an entropy: middle term replaced": le(
        H(p(y)), E[p(y), p(z | y)](-ln(m(z)) + ln(s(z | x)) - ln(t(y | z)))
    ),
    "bound of an entropy: middle term by the model": le(
        H(p(y)), E[p(y), p(z | y)](-ln(m(z)) + ln(m(z)) - ln(t(y | z)))
    ),
    "bound of an entropy: reversed": ge(H(p(y)), bound_of_entropy),
    "logarithm of an expectation: reversed": le(ln(E[p(x)](weight(x))), E[p(x)](ln(weight(x)))),
    "logarithm of an expectation: no law": ge(ln(integral(x, weight(x))), E[p(x)](ln(weight(x)))),
    "logarithm of an expectation: real function": ge(ln(E[p(x)](f(x))), E[p(x)](ln(f(x)))),
    "two importance samples: not averaged": ge(
        ln(p(y)), E[m(z), m(w)](ln(p(y, z) / m(z) + p(y, w) / m(w)))
    ),
    "a weighted divergence: signed weight": ge(integral(y, f(y) * KL(p(x | y), r(x | y))), 0),
    "free energy: reversed": le(ln(integral(x, exp(f(x)))), E[p(x)](f(x)) + H(p(x))),
    "free energy: entropy subtracted": ge(ln(integral(x, exp(f(x)))), E[p(x)](f(x)) - H(p(x))),
    "free energy: temperature forgotten": ge(
        tau * ln(integral(x, exp(f(x)))), E[p(x)](f(x)) + tau * H(p(x))
    ),
    "exponential of a mean: reversed": le(E[p(x)](exp(f(x))), exp(E[p(x)](f(x)))),
    "renyi 2: reversed": le(ln(squared), KL(p(x), g(x))),
    "renyi one half: of order one": ge(KL(p(x), g(x)), -ln(integral(x, sqrt(p(x) * g(x)))) * 3),
    "chi square: reversed": ge(KL(p(x), g(x)), squared - 1),
    "chi square: too small": le(KL(p(x), g(x)), squared - 2),
    "log u <= u - 2": le(ln(u), u - 2),
    "log u <= u - 1 for a real u": le(ln(a), a - 2),
    "log u >= u - 1": ge(ln(u), u - 1),
    "gaussian divergence: 2 for 1": ge(a**2 + u**2 - 2 - ln(u**2), 0),
    "gaussian divergence: sign of the square": ge(u**2 - a**2 - 1 - ln(u**2), 0),
    "beta elbo: beta may be below 1": ge(ln(p(x | y)), likelihood - gamma * prior_term),
    "submodular: reversed": le(H(p(x, y)) + H(p(y, z)), H(p(x, y, z)) + H(p(y))),
    "difference of two divergences": ge(KL(p(x), r(x)), KL(p(y), r(y))),
    "second moment: reversed": le(E[p(x)](f(x) ** 2), E[p(x)](f(x)) ** 2),
    "second moment: of another law": ge(E[p(x)](f(x) ** 2), E[g(x)](f(x)) ** 2),
    "second moment: of another function": ge(E[p(x)](f(x) ** 2), E[p(x)](h(x)) ** 2),
    "second moment: no law": ge(integral(x, f(x) ** 2), integral(x, f(x)) ** 2),
    "chi square is more than 2": ge(squared, 2),
    "total variance: reversed": le(E[p(y)](E[p(x | y)](f(x)) ** 2), E[p(x)](f(x)) ** 2),
    "mean of squares: not divided": ge(
        1 / N * sum_over(i, 1, N, al[i] ** 2), (sum_over(i, 1, N, al[i])) ** 2
    ),
    "sum of values": ge(sum_over(i, 1, N, al[i]), 0),
    "mean of a product": ge(E[p(x)](f(x) * h(x)), 0),
    "square of a difference: 3 for 2": ge(a**2 + b**2, 3 * a * b),
    "square with a factor: too large": ge(a**2 + 4 * b**2, 5 * a * b),
    "means: reversed": le((u + tau) / 2, sqrt(u * tau)),
    "mean of the real": ge(E[p(x)](f(x)), 0),
    "product with the real": ge(u * f(x), 0),
    "lagrange: 3 for 2": ge(u / tau + tau / u, 3),
    "lagrange: real numbers": ge(a**2 / tau + tau / u, 2),
    "optimal discriminator: roles swapped": le(value(D(x)), value(g(x) / (p(x) + g(x)))),
    "optimal discriminator: one half": le(value(D(x)), value(half)),
    "optimal discriminator: reversed": ge(value(D(x)), value(best)),
    "optimal discriminator: one term only": le(E[p(x)](ln(D(x))), E[p(x)](ln(best))),
    "optimal discriminator: at two points": le(
        p(x) * ln(D(x)) + g(x) * ln(1 - D(y)),
        p(x) * ln(best) + g(x) * ln(1 - best),
    ),
    "optimal probability: reversed roles": le(
        u * ln(d) + tau * ln(1 - d), u * ln(tau / (u + tau)) + tau * ln(u / (u + tau))
    ),
    "the mean is closest: reversed": le(E[p(x)]((f(x) - a) ** 2), Var[p(x)](f(x))),
    "regression: marginal mean is not closest": ge(
        integral((x, y), p(x, y) * (y - f(x)) ** 2),
        integral((x, y), p(x, y) * (y - E[p(y)](y)) ** 2),
    ),
    "exp u >= 2 + u": ge(exp(a), 2 + a),
    "log 4 >= log 5": ge(ln(4), ln(5)),
    "pi > 22/7": ge(circle, as_term(Fraction(22, 7))),
    "sqrt 2 + sqrt 3 >= 63/20": ge(sqrt(2) + sqrt(3), as_term(63) / 20),
    "e >= 3": ge(exp(1), 3),
    "beta is at least 2": ge(beta, 2),
    "a real number": ge(a, 0),
    "a cube": ge(a**3, 0),
}


@pytest.mark.parametrize("name", ACCEPTS)
def test_what_holds_is_proved(name: str) -> None:
    """A true inequality is proved, by the rule that the table names."""
    statement, by = ACCEPTS[name]
    outcome = prove(statement, WORLD)
    assert isinstance(outcome, Proof), outcome
    assert not by or by in outcome.rules


@pytest.mark.parametrize("name", REFUSES)
def test_what_does_not_hold_is_refused(name: str) -> None:
    """A false inequality is left open."""
    assert isinstance(prove(REFUSES[name], WORLD), Open)


@pytest.mark.parametrize("name", ACCEPTS)
def test_the_reverse_is_refused(name: str) -> None:
    """No inequality of the table is proved in both directions: none of them is an equation."""
    statement, _ = ACCEPTS[name]
    reverse = Statement(statement.right, statement.relation, statement.left)
    assert isinstance(prove(reverse, WORLD), Open)


RECHECKED = (
    "free energy at a temperature",
    "half of a divergence",
    "beta elbo, any beta >= 1",
    "exponential of a mean",
    "jsd is at most log 2",
    "chi square",
    "optimal discriminator",
)


@pytest.mark.parametrize("name", RECHECKED)
def test_the_certificate_of_an_inequality_rechecks(name: str) -> None:
    """Each way to bound is verified again, and not with the inequality turned round."""
    statement, _ = ACCEPTS[name]
    proof = prove(statement, WORLD)
    assert isinstance(proof, Proof)
    held = certificate(proof, WORLD)
    assert recheck(held).problems == ()
    held["statement"] = encode(Statement(statement.right, statement.relation, statement.left))
    assert recheck(seal(held)).problems != ()


def test_a_strict_inequality_is_left_open() -> None:
    """A divergence may be 0, so that it is positive is not proved."""
    statement = Statement(KL(p(x), g(x)), ">", as_term(0))
    assert isinstance(prove(statement, WORLD), Open)


def test_assumptions_are_named() -> None:
    """A proof by Jensen's inequality assumes finite expectations; a failed rule leaves no note."""
    outcome = prove(ACCEPTS["elbo"][0], WORLD)
    assert isinstance(outcome, Proof)
    assert "the expectations are finite" in outcome.assumptions
    assert "tangent" not in outcome.rules
    n = Normaliser(WORLD)
    gap = difference(n, REFUSES["elbo: reversed"]).scaled(Fraction(-1))
    before = dict(n.rules), dict(n.assumptions), dict(n.conditions)
    assert not nonnegative(n, gap)
    assert (n.rules, n.assumptions, n.conditions) == before


GAPS = {
    "elbo": "the difference is KL(q(z | x, y) || p(z | x, y))",
    "elbo of a data set": "the difference is sum_(i=1..N) KL(s(z | xs[i]) || p(z | xs[i]))",
    "beta elbo, any beta >= 1": "the difference is KL(q(z | x, y) || p(z | x, y))"
    " + (beta - 1) KL(q(z | x, y) || p(z | y))",
    "bound of an entropy by two models": "the difference is E_{p(z)} KL(p(y | z) || t(y | z))"
    " + KL(p(z) || m(z))",
    "a multiple of a divergence and a variance": "the difference is Var_{p(x)}[f(x)]"
    " + u KL(p(x) || g(x))",
    "half of a divergence": "the difference is 1/2 KL(p(x) || g(x))",
    "variance": "the difference is Var_{p(x)}[f(x)]",
    "square with a factor": "the difference is (a - 2 b)^2",
    "value of the game": "the difference is KL(g(x) || g(x)/2 + p(x)/2)"
    " + KL(p(x) || g(x)/2 + p(x)/2)",
    "optimal discriminator": None,
}


@pytest.mark.parametrize("name", GAPS)
def test_a_difference_is_explained(name: str) -> None:
    """The terms that a bound drops are named; seen from the other side they are subtracted."""
    n = Normaliser(WORLD)
    statement = ACCEPTS[name][0]
    gap = difference(n, statement)
    gap = gap if statement.relation == ">=" else gap.scaled(Fraction(-1))
    assert explain_gap(n, gap) == GAPS[name]
    reverse = explain_gap(n, gap.scaled(Fraction(-1)))
    expected = GAPS[name]
    assert (reverse is None) == (expected is None)
    assert reverse is None or reverse.startswith("the difference is minus ")


# -------------------------------------------------------------------- laws that rules must respect


def test_a_law_that_depends_on_a_number_forbids_its_variation() -> None:
    """The mean that a declared law has is not varied while the law stays."""
    gaussian = Declarations(
        scalars=(Scalar("mu"), Scalar("a")),
        variables=(Variable("x"),),
        families=(Family("p", ("x",), normal=Normal(Sym("mu"), as_term(1))),),
    )
    mean = Sym("mu")
    assert isinstance(prove(ge(E[p(x)]((x - a) ** 2), 1), gaussian), Proof)
    assert isinstance(prove(ge(E[p(x)](x * x), 2), gaussian), Open)
    assert isinstance(prove(ge(E[p(x)]((x - mean) ** 2), 2), gaussian), Open)


def test_a_maximum_needs_its_whole_interval() -> None:
    """What is declared between 0 and 1 has its bound; any positive number has not."""
    statement = le(u * ln(d) + u * ln(1 - d), -2 * u * ln(2))
    assert isinstance(prove(statement, WORLD), Proof)
    scalars = tuple(replace(s, interval=POSITIVE) if s.name == "d" else s for s in WORLD.scalars)
    assert isinstance(prove(statement, replace(WORLD, scalars=scalars)), Open)


def test_a_signed_function_is_no_weight() -> None:
    """A divergence weighted with a function is not negative only where the function is not."""
    statement = ge(integral(y, k(y) * KL(p(x | y), r(x | y))), 0)
    assert isinstance(prove(statement, WORLD), Proof)
    functions = (replace(o, interval=Interval()) if o.name == "k" else o for o in WORLD.functions)
    assert isinstance(prove(statement, replace(WORLD, functions=tuple(functions))), Open)


# -------------------------------------------------------------------- proposals and their checks


def bound_variable(n: Normaliser) -> tuple[tuple[int, tuple[str, str]], Poly]:
    """An open variable of the place x: its binder and itself."""
    number = n.fresh()
    n.note_limits(number, ("space", "x"))
    return (number, ("space", "x")), of_atom(Atom("bound", number))


def test_a_proposal_is_checked() -> None:
    """Unequal masses, a signed weight, a root of a real number and a real factor are refused."""
    n = Normaliser(WORLD)
    binder, inside = bound_variable(n)
    densities = [of_atom(Atom("dens", name, (("x", (), inside),))) for name in ("p", "g")]
    signed = of_atom(Atom("app", "f", (inside,), ()))
    number = n.poly(a)
    one = constant(1)
    good = Candidate("divergence", (binder,), densities[0], densities[0], densities[1])
    assert build(n, good) is not None
    assert build(n, replace(good, right=densities[1].scaled(Fraction(2)))) is None
    assert build(n, replace(good, right=one)) is None
    assert build(n, replace(good, weight=signed)) is None
    assert build(n, replace(good, times=number)) is None
    assert build(n, replace(good, right=signed)) is None
    assert build(n, Candidate("square", (), one, number)) is not None
    assert build(n, Candidate("square", (), number, number)) is None
    assert (
        build(n, Candidate("square", (), one, of_atom(Atom("sym", "a", ()), half_number))) is None
    )
    assert build(n, Candidate("variance", (binder,), densities[0], signed)) is not None
    assert build(n, Candidate("variance", (), one, number)) is None
    assert build(n, Candidate("tangent", (), one, n.poly(u))) is not None
    assert build(n, Candidate("tangent", (), one, number)) is None
    assert build(n, Candidate("factor", (), one, number)) is None


half_number = Fraction(1, 2)


def test_multipliers_are_found() -> None:
    """The search solves a system with non-negative numbers, and gives up where there are none."""
    columns = [{"s": Fraction(1), "t": Fraction(-1)}, {"t": Fraction(1)}, {"s": Fraction(5)}]
    found = find_multipliers(columns, {"s": Fraction(2), "t": Fraction(1)})
    assert found is not None
    assert sum(m * column.get("t", 0) for m, column in zip(found, columns, strict=True)) == 1
    assert sum(m * column.get("s", 0) for m, column in zip(found, columns, strict=True)) == 2
    assert find_multipliers(columns, {"s": Fraction(-1)}) is None
    assert (
        find_multipliers(
            [{"s": Fraction(1), "t": Fraction(1)}], {"s": Fraction(1), "t": Fraction(2)}
        )
        is None
    )
    assert find_multipliers([], {}) == []


def test_columns_that_nothing_balances_are_left_out() -> None:
    """A column with an entry that no other can cancel takes no part."""
    columns = [{"s": Fraction(1)}, {"s": Fraction(1), "t": Fraction(1)}]
    assert useful_columns(columns, {"s": Fraction(1)}) == [0]
    assert useful_columns(columns, {"r": Fraction(1)}) is None


CONSTANTS: dict[str, tuple[Term, float]] = {
    "pi": (circle, pi),
    "log 2": (ln(2), log(2)),
    "log of a small number": (ln(as_term(1) / 1_000_003), log(1 / 1_000_003)),
    "log pi": (ln(circle), log(pi)),
    "sqrt 2": (sqrt(2), 2**0.5),
    "cube root of 2": (as_term(2) ** (as_term(1) / 3), 2 ** (1 / 3)),
    "e": (exp(1), e),
    "1/e": (exp(-1), 1 / e),
    "exp pi": (exp(circle), e**pi),
    "log(1 + sqrt 2)": (ln(1 + sqrt(2)), log(1 + 2**0.5)),
    "sum": (2 * ln(2) - circle / 3 + 1 / sqrt(3), 2 * log(2) - pi / 3 + 3**-0.5),
    "1/(1 + pi)": (1 / (1 + circle), 1 / (1 + pi)),
}


@pytest.mark.parametrize("name", CONSTANTS)
@pytest.mark.parametrize("bits", [40, 160])
def test_constants_are_enclosed(name: str, bits: int) -> None:
    """The enclosure of a constant holds its value and is narrow."""
    term, expected = CONSTANTS[name]
    ends = enclose(Normaliser(WORLD).poly(term), bits)
    assert ends is not None
    low, high = ends
    assert low < high or low == high == expected
    assert float(low) - 1e-12 * abs(expected) <= expected <= float(high) + 1e-12 * abs(expected)
    assert high - low < Fraction(1, 2 ** (bits // 2))


@pytest.mark.parametrize(
    "exponent", [Fraction(1, 2), Fraction(3, 2), Fraction(1, 3), Fraction(-1, 2)]
)
def test_a_power_of_an_interval_holds_those_of_its_ends(exponent: Fraction) -> None:
    """Also where the interval is wide."""
    span = _power((Fraction(1, 4), Fraction(9)), Fraction(exponent), 40)
    assert span is not None
    for end in (0.25, 9.0):
        assert float(span[0]) - 1e-9 <= end ** float(Fraction(exponent)) <= float(span[1]) + 1e-9


def test_enclosures_at_two_precisions_overlap() -> None:
    """Two precisions enclose one number, so their intervals meet."""
    for term, _ in CONSTANTS.values():
        poly = Normaliser(WORLD).poly(term)
        coarse, fine = enclose(poly, 40), enclose(poly, 160)
        assert coarse is not None
        assert fine is not None
        assert coarse[0] <= fine[1]
        assert fine[0] <= coarse[1]


def test_an_inverse_of_what_may_be_zero_has_no_enclosure() -> None:
    """1/(pi - 22/7 + ...) with an interval around 0 is refused, not guessed."""
    tiny = Normaliser(WORLD).poly(circle - circle)
    assert enclose(tiny, 40) == (Fraction(0), Fraction(0))
    close = of_atom(Atom("sum", Normaliser(WORLD).poly(circle - as_term(Fraction(22, 7)))), -1)
    assert enclose(close, 40) is None


# -------------------------------------------------------------------- random statements

Tables = dict[str, list[float]]
POINTS = 2


def random_tables(random: Random) -> Tables:
    """Joint tables p and r of (x, y), a table g of x, and a function f of x, on two points each.

    Entries are densities with respect to random base weights, so that they may exceed 1.
    """
    base = [random.uniform(0.1, 3) for _ in range(2 * POINTS)]

    def law(weights: list[float]) -> list[float]:
        raw = [random.choice((1.0, random.random(), 30 * random.random())) + 1e-3 for _ in weights]
        mass = sum(a * b for a, b in zip(raw, weights, strict=True))
        return [value / mass for value in raw]

    pairs = [base[i] * base[POINTS + j] for i in range(POINTS) for j in range(POINTS)]
    return {
        "x": base[:POINTS],
        "y": base[POINTS:],
        "p": law(pairs),
        "r": law(pairs),
        "g": law(base[:POINTS]),
        "f": [random.uniform(-2, 2) for _ in range(POINTS)],
    }


Piece = tuple[Term, Callable[[Tables], float]]


def table_value(tables: Tables, name: str, i: int, j: int | None) -> float:
    """p(x_i, y_j), or a marginal where an index is None."""
    if name == "g":
        return tables["g"][i]
    table = tables[name]
    if j is None:
        return sum(table[POINTS * i + k] * tables["y"][k] for k in range(POINTS))
    return table[POINTS * i + j]


def marginal_y(tables: Tables, name: str, j: int) -> float:
    """The marginal density of y."""
    return sum(tables[name][POINTS * i + j] * tables["x"][i] for i in range(POINTS))


def inside_value(tables: Tables, name: str, form: str, i: int, j: int) -> float:
    """The density of a form at (x_i, y_j)."""
    match form:
        case "x":
            return table_value(tables, name, i, None)
        case "y":
            return marginal_y(tables, name, j)
        case "xy":
            return table_value(tables, name, i, j)
    return table_value(tables, name, i, j) / marginal_y(tables, name, j)


def logarithm_piece(over: str, inside: str) -> Piece:
    """E_over[log inside] for a law of (x, y) or g, and a marginal, conditional or joint inside."""
    variables = (x,) if over == "g" else (x, y)
    law = g(x) if over == "g" else DensityHead(over)(x, y)
    name, form = inside.split(":")
    head = DensityHead(name)
    terms = {"x": head(x), "y": head(y), "xy": head(x, y), "x|y": head(x | y)}

    def number(tables: Tables) -> float:
        total = 0.0
        for i, wx in enumerate(tables["x"]):
            for j, wy in enumerate(tables["y"]):
                outer = (
                    wx * tables["g"][i] if over == "g" else wx * wy * tables[over][POINTS * i + j]
                )
                outer = outer / POINTS if over == "g" else outer
                inner = inside_value(tables, name, form, i, j)
                total += outer * log(inner)
        return total

    return integral(variables, law * ln(terms[form])), number


def other_pieces() -> dict[str, Piece]:
    """Constants, moments, a chi-square, the logarithm of a mixture."""

    def mean(tables: Tables, power: int) -> float:
        return sum(
            w * table_value(tables, "p", i, None) * tables["f"][i] ** power
            for i, w in enumerate(tables["x"])
        )

    def chi(tables: Tables) -> float:
        return sum(
            w * table_value(tables, "p", i, None) ** 2 / tables["g"][i]
            for i, w in enumerate(tables["x"])
        )

    def mixture(tables: Tables, own: str) -> float:
        values = [
            (w, table_value(tables, "p", i, None), tables["g"][i])
            for i, w in enumerate(tables["x"])
        ]
        return sum(w * (a if own == "p" else b) * log(a + b) for w, a, b in values)

    return {
        "log 2": (ln(2), lambda _: log(2)),
        "1": (as_term(1), lambda _: 1.0),
        "E f^2": (E[p(x)](f(x) ** 2), lambda tables: mean(tables, 2)),
        "(E f)^2": (E[p(x)](f(x)) ** 2, lambda tables: mean(tables, 1) ** 2),
        "E f": (E[p(x)](f(x)), lambda tables: mean(tables, 1)),
        "chi": (squared, chi),
        "p log mixture": (E[p(x)](ln(p(x) + g(x))), lambda tables: mixture(tables, "p")),
        "g log mixture": (E[g(x)](ln(p(x) + g(x))), lambda tables: mixture(tables, "g")),
    }


PIECES: dict[str, Piece] = {
    **{
        f"{over} log {name}:{form}": logarithm_piece(over, f"{name}:{form}")
        for over in ("p", "r")
        for name in ("p", "r")
        for form in ("x", "y", "xy", "x|y")
    },
    **{f"g log {name}:x": logarithm_piece("g", f"{name}:x") for name in ("p", "g")},
    "p log g:x": logarithm_piece("p", "g:x"),
    **other_pieces(),
}

TRUE: list[dict[str, int]] = [
    *({f"p log p:{form}": 1, f"p log r:{form}": -1} for form in ("x", "y", "xy", "x|y")),
    *({f"r log r:{form}": 1, f"r log p:{form}": -1} for form in ("x", "y", "xy", "x|y")),
    {"p log p:xy": 1, "p log p:x": -1, "p log p:y": -1},
    {"p log p:x|y": 1, "p log r:x|y": -1},
    {"p log p:x": 1, "p log g:x": -1},
    {"g log g:x": 1, "g log p:x": -1},
    {"E f^2": 1, "(E f)^2": -1},
    {"E f^2": 1, "E f": -2, "1": 1},
    {"chi": 1, "1": -1, "p log p:x": -1, "p log g:x": 1},
    {"p log p:x": 1, "p log mixture": -1, "g log g:x": 1, "g log mixture": -1, "log 2": 2},
    {"p log mixture": 1, "p log p:x": -1},
]


def random_combination(random: Random) -> dict[str, int]:
    """A sum of one or two true gaps, with one edit in two of three cases."""
    gap: dict[str, int] = {}
    for true in random.sample(TRUE, random.randint(1, 2)):
        factor = random.choice((1, 1, 2))
        for name, coefficient in true.items():
            gap[name] = gap.get(name, 0) + factor * coefficient
    edited = random.choice(list(gap))
    match random.randrange(6):
        case 0:
            gap[edited] = -gap[edited]
        case 1:
            gap[edited] += random.choice((-1, 1))
        case 2:
            other = random.choice(list(PIECES))
            gap[other] = gap.get(other, 0) + gap.pop(edited)
        case 3:
            gap.pop(edited)
    return {name: coefficient for name, coefficient in gap.items() if coefficient}


@pytest.mark.parametrize("seed", range(8))
def test_no_random_statement_is_proved_wrongly(seed: int) -> None:
    """Of random combinations of logarithms and moments, what is proved holds on random tables."""
    random = Random(seed)
    tables = [random_tables(random) for _ in range(25)]
    proved = 0
    for _ in range(30):
        chosen = random_combination(random)
        gap = as_term(0)
        for name, coefficient in chosen.items():
            gap = gap + coefficient * PIECES[name][0]
        if not isinstance(prove(ge(gap, 0), WORLD), Proof):
            continue
        proved += 1
        for table in tables:
            number = sum(c * PIECES[name][1](table) for name, c in chosen.items())
            assert number > -1e-9, (chosen, table)
    assert proved
